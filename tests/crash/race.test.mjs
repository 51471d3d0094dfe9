// SPDX-License-Identifier: Apache-2.0
//
// 64 clients want the last 10 units at the same moment. With the guard off (a plain read-then-write
// function) more than 10 are given out; with the service, at any number of workers and database
// connections, exactly 10 are, and everybody else is told sold_out.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { assertProblem } from '../api/lib/contract.mjs';
import { contact, verifyLedger, world } from './lib/load.mjs';
import { Stack } from './lib/stack.mjs';
import { Client } from '../api/lib/client.mjs';

const CLIENTS = 64, UNITS = 10, ROUNDS = 4;

describe('the last units', () => {
	let stack;
	before(async () => { stack = await Stack.start({ workers: 1, db_connections: 1, janitor: false }); });
	after(() => stack?.stop());

	it('are oversold when nothing guards them', async () => {
		await stack.query('create schema unguarded');
		await stack.query('create table unguarded.drops (id int primary key, units int, issued int)');
		await stack.query('create table unguarded.tokens (drop_id int, fan int)');
		// What a first draft does: look, then take. The pause stands for the work in between.
		await stack.query(`create function unguarded.claim(p_drop int, p_fan int) returns boolean
			language plpgsql as $$
			declare free int;
			begin
				select units - (select count(*) from unguarded.tokens where drop_id = p_drop) into free
				from unguarded.drops where id = p_drop;
				if free <= 0 then return false; end if;
				perform pg_sleep(0.002);
				insert into unguarded.tokens values (p_drop, p_fan);
				return true;
			end $$`);
		await stack.query('insert into unguarded.drops values (1, $1, 0)', [UNITS]);
		const fans = await Promise.all(Array.from({ length: CLIENTS }, async () => {
			const client = new pg.Client(stack.cluster.config('roadshow'));
			await client.connect();
			return client;
		}));
		await Promise.all(fans.map((f, i) => f.query('select unguarded.claim(1, $1)', [i])));
		await Promise.all(fans.map((f) => f.end()));
		const [{ n }] = await stack.query('select count(*) as n from unguarded.tokens');
		assert.ok(n > UNITS, `${n} given out of ${UNITS}: the race was not seen`);
	});

	for (const workers of [1, 2])
		for (const db_connections of [1, 4])
			it(`are given out once with ${workers} worker(s) of ${db_connections} connection(s)`, async () => {
				await stack.service.stop();
				Object.assign(stack.service.options, { workers, db_connections });
				await stack.service.start();
				const w = await world(stack);
				// A connection for each client. The kernel and Kore decide which worker gets it, so
				// more clients come until every worker has its part of them.
				const fans = [];
				const come = async (n) => {
					const more = Array.from({ length: n }, () => new Client(stack.url, stack.service.ca, w.api.key));
					fans.push(...more);
					await Promise.all(more.map((f) => f.get(`/v1/drops/${w.first.id}`)));
				};
				const idle = () => stack.service.workers()
					.filter((pid) => stack.service.sockets(pid) <= CLIENTS / workers / 2);
				await come(CLIENTS);
				for (let i = 0; i < 32 && idle().length > 0; i++) await come(CLIENTS / 4);
				assert.deepEqual(idle(), [], 'every worker takes part');
				for (let round = 0; round < ROUNDS; round++) await race(stack, w, fans);
				fans.forEach((f) => f.close());
				await verifyLedger(stack, w);
			});

	// Last, for the stack is spoilt by it: what the guards were worth in the service itself.
	it('are oversold by the service too when its lock and its constraints are taken away', async () => {
		await stack.query('alter table roadshow.drops drop constraint drops_never_oversold');
		await stack.query('drop index roadshow.tokens_one_per_serial');
		const [{ body }] = await stack.query(`select pg_get_functiondef('api.claim_batch'::regproc) as body`);
		const unlocked = body.replaceAll(/for no key update( skip locked)?/g, '');
		assert.notEqual(unlocked, body);
		// What it asserts about them would still refuse, for a row that was not locked is not where it was.
		const unguarded = unlocked.replace(/assert written = touched[^;]*;/, '');
		assert.notEqual(unguarded, unlocked);
		await stack.query(unguarded);
		// A pause between reading what is left and taking it, so that two workers' batches meet.
		await stack.query(`create function roadshow.dawdle() returns trigger language plpgsql as
			$$ begin perform pg_sleep(0.2); return null; end $$`);
		await stack.query(`create trigger dawdle before insert on roadshow.drop_buyers
			for each statement execute function roadshow.dawdle()`);
		const w = await world(stack);
		const fans = Array.from({ length: CLIENTS }, () => new Client(stack.url, stack.service.ca, w.api.key));
		await Promise.all(fans.map((f) => f.get(`/v1/drops/${w.first.id}`)));
		let most = 0;
		for (let round = 0; round < ROUNDS && most <= UNITS; round++) {
			const drop = await w.drop({ quantity: UNITS, tokenized: UNITS });
			const answers = await Promise.all(fans.map((f) =>
				f.post(`/v1/drops/${drop.id}/claims`, { contact: contact() }, { contract: false })));
			most = Math.max(most, answers.filter((a) => a.status === 201).length);
		}
		fans.forEach((f) => f.close());
		assert.ok(most > UNITS, `${most} given out of ${UNITS}: nothing was guarded, and nothing happened`);
	});
});

async function race(stack, w, fans) {
	const drop = await w.drop({ quantity: UNITS, tokenized: UNITS });
	const answers = await Promise.all(fans.map((f) =>
		f.post(`/v1/drops/${drop.id}/claims`, { contact: contact() }, { idem: randomUUID() })));
	const won = answers.filter((a) => a.status === 201);
	assert.equal(won.length, UNITS);
	for (const a of answers.filter((x) => x.status !== 201)) assertProblem(a, 409, 'sold_out');
	assert.deepEqual(won.map((a) => a.json.tokens[0].serial).sort((a, b) => a - b),
		Array.from({ length: UNITS }, (_, i) => i + 1));
	const rows = await stack.query(
		'select serial from roadshow.tokens where creator_id = $1 and drop_id = $2', [w.creator, drop.id]);
	assert.equal(rows.length, UNITS);
	const { json } = await w.api.get(`/v1/drops/${drop.id}`);
	assert.deepEqual([json.counts.issued, json.counts.available], [UNITS, 0]);
}
