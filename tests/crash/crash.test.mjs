// SPDX-License-Identifier: Apache-2.0
//
// kill -9 in the middle of claims: of a worker, the parent, the janitor, a database backend, the
// postmaster. Afterwards every acknowledged claim exists, none twice, the ledger is dense, and a
// repeated request gives the same answer. And a database that is away for a while.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertProblem } from '../api/lib/contract.mjs';
import { contact, Load, verify, verifyLedger, verifyReplays, world } from './lib/load.mjs';
import { alive, sleep, Stack, until } from './lib/stack.mjs';

describe('after kill -9 in the middle of claims', () => {
	let stack, w;
	before(async () => {
		stack = await Stack.start({ workers: 2, db_connections: 2 });
		w = await world(stack);
	});
	after(() => stack?.stop());

	// Loads a fresh drop, breaks something, waits for the service to be at work again, and checks.
	async function survive(destroy, times = 3) {
		const load = new Load(stack, w, { drop: (await w.drop()).id });
		try {
			await load.progress();
			for (let i = 0; i < times; i++) {
				await destroy();
				await load.progress();
			}
		} finally {
			await load.stop();
		}
		await verify(stack, load);
		await verifyReplays(load);
		return load;
	}

	it('of a worker, another takes its place', async () => {
		const load = await survive(async () => {
			const victims = stack.service.workers();
			assert.equal(victims.length, 2);
			process.kill(victims[0], 'SIGKILL');
			await until(() => {
				const now = stack.service.workers();
				return now.length === 2 && !now.includes(victims[0]);
			}, 'a new worker');
		});
		assert.ok(load.broken > 0, 'some client lost its connection');
	});

	it('of the parent, nothing lingers and a restart goes on', async () => {
		await survive(async () => {
			await stack.service.kill();
			await stack.service.start();
		}, 2);
	});

	it('of a database backend, claims go on', async () => {
		await survive(async () => {
			const [{ pid }] = await stack.query(
				`select pid from pg_stat_activity where datname = 'roadshow' and pid <> pg_backend_pid()
				 and backend_type = 'client backend' order by query_start desc limit 1`);
			process.kill(pid, 'SIGKILL');
			await until(() => !alive(pid), 'the backend to be gone');
			await until(() => stack.cluster.accepts(), 'PostgreSQL to recover', 20000);
		}, 2);
	});

	it('of the postmaster, claims go on when it is started again', async () => {
		await survive(async () => {
			await stack.cluster.stop('SIGKILL');
			await stack.cluster.start();
		}, 2);
	});

	it('of the janitor, every hold ends exactly once', async () => {
		const drop = await w.drop({ quantity: 3000, tokenized: 3000, per_person: 20, hold_ttl_s: 600 });
		for (let i = 0; i < 60; i++) {
			const a = await w.api.post(`/v1/drops/${drop.id}/claims`, { contact: contact(), quantity: 20 });
			assert.equal(a.status, 201, a.text);
		}
		const held = () => stack.query(
			`select held, issued, (select count(*) from roadshow.tokens t where t.creator_id = d.creator_id
				and t.drop_id = d.id and t.state = 'expired') as expired
			 from roadshow.drops d where creator_id = $1 and id = $2`, [w.creator, drop.id]);
		assert.deepEqual(await held(), [{ held: 1200, issued: 0, expired: 0 }]);
		// The clock cannot be moved from here, so the holds are: in steps, so that there is always work
		// when the janitor dies.
		for (let step = 0; step < 6; step++) {
			await stack.query(
				`update roadshow.tokens set held_until = now() - interval '1 second'
				 where creator_id = $1 and drop_id = $2 and state = 'held' and serial <= $3`,
				[w.creator, drop.id, (step + 1) * 200]);
			await sleep(step * 15);
			stack.service.janitor.kill('SIGKILL');
			await stack.service.janitorExited;
			await stack.service.startJanitor();
		}
		await until(async () => (await held())[0].held === 0, 'all holds to end', 15000, 100);
		assert.deepEqual(await held(), [{ held: 0, issued: 0, expired: 1200 }]);
		const entries = await stack.query(
			`select count(*) as n, count(distinct l.subject) as tokens from roadshow.ledger l
			 join roadshow.tokens t on t.creator_id = l.creator_id and t.id = l.subject
			 where l.creator_id = $1 and t.drop_id = $2 and l.kind = 'token.expired'`, [w.creator, drop.id]);
		assert.deepEqual(entries, [{ n: 1200, tokens: 1200 }]);
		await verifyLedger(stack, w);
		const again = await w.api.post(`/v1/drops/${drop.id}/claims`, { contact: contact(), quantity: 20 });
		assert.equal(again.status, 201, 'what came back can be claimed');
	});

	it('a database that is away is told at once, and needs no restart when it is back', async () => {
		const idem = randomUUID(), body = { contact: contact() };
		const parent = stack.service.parent, workers = stack.service.workers();
		await stack.cluster.stop();
		for (let i = 0; i < 10; i++) {
			const begun = Date.now();
			const answer = await w.api.post(`/v1/drops/${w.first.id}/claims`, body, { idem });
			assertProblem(answer, 503);
			assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
			assert.ok(Date.now() - begun < 1500, `it took ${Date.now() - begun} ms to say so`);
		}
		assert.equal((await w.api.get('/livez')).status, 200, 'alive without a database');
		assert.equal((await w.api.get('/readyz')).status, 503, 'but not ready');
		await stack.cluster.start();
		await until(() => stack.service.ready(), 'the service to be ready again', 10000);
		const answer = await until(async () => {
			const a = await w.api.post(`/v1/drops/${w.first.id}/claims`, body, { idem });
			return a.status === 201 && a;
		}, 'the claim to be taken', 10000, 100);
		assert.equal(answer.json.tokens.length, 1);
		assert.deepEqual([stack.service.parent, stack.service.workers()], [parent, workers],
			'the same processes as before');
	});
});
