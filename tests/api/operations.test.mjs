// SPDX-License-Identifier: Apache-2.0
//
// What operators rely on: rate limits shared by the workers, bounded queues and deadlines, a log without
// secrets, and the way out: SIGTERM drains. On a stack of its own, for its settings differ.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { Client } from './lib/client.mjs';
import { assertProblem } from './lib/contract.mjs';
import { contact, Load, verify, world } from '../crash/lib/load.mjs';
import { alive, sleep, Stack, until } from '../crash/lib/stack.mjs';

const RATE = 20;
let stack;
before(async () => { stack = await Stack.start({ workers: 2, janitor: false }); });
after(() => stack?.stop());

async function restart(env) {
	await stack.service.stop();
	stack.service.options.env = env;
	await stack.service.start();
}

describe('rate limits', () => {
	let w;
	before(async () => {
		w = await world(stack);
		await restart({ ROADSHOW_RATE_PER_KEY: String(RATE), ROADSHOW_RATE_PER_ADDRESS: '15' });
	});

	// Many connections, so that both workers answer.
	const burst = (n, request) => Promise.all(Array.from({ length: n }, request));

	function assertLimited(answer) {
		assertProblem(answer, 429, 'rate_limited');
		assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
		assert.match(answer.headers.ratelimit, /^"[^"]+";\s*r=0;\s*t=\d+$/);
		assert.match(answer.headers['ratelimit-policy'], /^"[^"]+";\s*q=\d+;\s*w=\d+$/);
	}

	it('hold for a key, over all workers together', async () => {
		const begun = Date.now();
		const answers = await burst(150, () => w.api.get(`/v1/drops/${w.first.id}`));
		const seconds = (Date.now() - begun) / 1000;
		const allowed = answers.filter((a) => a.status === 200).length;
		assert.ok(allowed >= RATE, `${allowed} of at least ${RATE} allowed`);
		assert.ok(allowed <= RATE * 2 + RATE * seconds + 2, `${allowed} allowed in ${seconds} s`);
		for (const a of answers.filter((x) => x.status !== 200)) assertLimited(a);
		const wait = Math.max(...answers.filter((a) => a.status === 429).map((a) => Number(a.headers['retry-after'])));
		await sleep(wait * 1000);
		assert.equal((await w.api.get(`/v1/drops/${w.first.id}`)).status, 200, 'after Retry-After');
	});

	it('of one key are not those of another', async () => {
		const { api_key } = (await w.api.post('/v1/keys', { role: 'storefront', name: 'x' })).json;
		await burst(80, () => w.api.get(`/v1/drops/${w.first.id}`));
		assert.equal((await w.api.as(api_key).get(`/v1/drops/${w.first.id}`)).status, 200);
		await sleep(1100);
	});

	it('hold for those who guess keys', async () => {
		const guess = w.api.as(`rs_c_${'A'.repeat(22)}_${'B'.repeat(22)}_${'C'.repeat(43)}`);
		const answers = await burst(100, () => guess.get('/v1/ledger'));
		assert.ok(answers.some((a) => a.status === 401));
		const limited = answers.filter((a) => a.status === 429);
		assert.ok(limited.length > 40, `${limited.length} of 100 limited`);
		limited.forEach(assertLimited);
		assert.equal((await w.api.get(`/v1/drops/${w.first.id}`)).status, 200, 'a good key is not punished');
	});

	it('a refused claim was not made', async () => {
		await sleep(1100);
		const drop = await w.drop();
		const answers = await burst(100, () =>
			w.api.post(`/v1/drops/${drop.id}/claims`, { contact: contact() }, { idem: randomUUID() }));
		const made = answers.filter((a) => a.status === 201).length;
		const [{ n }] = await stack.query('select count(*) as n from roadshow.tokens where drop_id = $1', [drop.id]);
		assert.equal(n, made);
	});
});

// Keeps the drop's claims in the database until the function is called that this returns.
async function lock(w) {
	const blocker = new pg.Client(stack.cluster.config('roadshow'));
	await blocker.connect();
	await blocker.query('begin');
	await blocker.query('select from roadshow.drops where creator_id = $1 and id = $2 for update',
		[w.creator, w.first.id]);
	return async () => {
		await blocker.query('rollback');
		await blocker.end();
	};
}

describe('bounds', () => {
	it('a full queue is told at once, and what was acknowledged is there', async () => {
		await restart({ ROADSHOW_DB_QUEUE_MAX: '8' });
		const w = await world(stack);
		const claims = Array.from({ length: 300 }, () => ({ idem: randomUUID(), body: { contact: contact() } }));
		const claim = ({ body, idem }) => w.api.post(`/v1/drops/${w.first.id}/claims`, body, { idem });
		const release = await lock(w), asked = claims.map(claim);
		const first = await Promise.race(asked);
		assert.equal(first.status, 503, 'nobody who waits is answered before who finds no place');
		await release();
		const refused = (await Promise.all(asked)).filter((a) => a.status !== 201);
		assert.ok(refused.length < claims.length, 'who had a place has a token');
		for (const a of refused) {
			assertProblem(a, 503, 'overloaded');
			assert.match(a.headers['retry-after'], /^[1-9]\d*$/);
		}
		for (const c of claims)
			await until(async () => (await claim(c)).status === 201, 'a refused claim to be taken', 5000, 50);
		const [{ n }] = await stack.query('select count(*) as n from roadshow.tokens where drop_id = $1', [w.first.id]);
		assert.equal(n, claims.length);
	});

	it('a database that is too slow is told in time, and the claim is made once', async () => {
		await restart({ ROADSHOW_DB_DEADLINE_MS: '400' });
		const w = await world(stack);
		const idem = randomUUID(), body = { contact: contact() };
		const claim = () => w.api.post(`/v1/drops/${w.first.id}/claims`, body, { idem });
		const release = await lock(w), begun = Date.now();
		const answer = await claim();
		assertProblem(answer, 503, 'timeout');
		assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
		assert.ok(Date.now() - begun < 2000, `${Date.now() - begun} ms`);
		await release();
		const made = await until(async () => { const a = await claim(); return a.status === 201 && a; },
			'the claim to be taken', 5000, 50);
		assert.equal((await claim()).text, made.text);
		const [{ n }] = await stack.query('select count(*) as n from roadshow.tokens where drop_id = $1', [w.first.id]);
		assert.equal(n, 1);
	});
});

describe('the log', () => {
	it('has one line of JSON a request with its trace, and no secret and no person', async () => {
		await restart({});
		const w = await world(stack);
		const traceparent = `00-${randomUUID().replaceAll('-', '')}-00f067aa0ba902b7-01`;
		const fan = contact();
		const answer = await w.api.post(`/v1/drops/${w.first.id}/claims`, { contact: fan },
			{ headers: { traceparent } });
		assert.equal(answer.status, 201);
		await w.api.as('rs_c_guess').get(`/v1/ledger?after=0&limit=1`);
		const log = await until(() => {
			const text = fs.readFileSync(stack.service.logs, 'utf8');
			return text.includes(traceparent) && text;
		}, 'the request to be logged', 3000);
		const lines = log.split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l));
		const mine = lines.filter((l) => l.request_id === answer.headers['x-request-id']);
		assert.equal(mine.length, 1);
		assert.deepEqual([mine[0].method, mine[0].route, mine[0].status, mine[0].traceparent],
			['POST', '/v1/drops/{drop}/claims', 201, traceparent]);
		for (const secret of [fan.email, w.api.key.slice(-43), 'rs_c_guess', answer.json.tokens[0].jwt,
			stack.service.operator_key.slice(-43)])
			assert.ok(!log.includes(secret), `the log tells ${secret.slice(0, 12)}…`);
	});
});

// Every connection of ours is the proxy's.
describe('behind a trusted proxy', () => {
	let api;
	before(async () => {
		await restart({ ROADSHOW_RATE_PER_ADDRESS: '15', ROADSHOW_TRUSTED_PROXIES: '127.0.0.1' });
		api = new Client(stack.url, stack.service.ca);
	});
	after(() => api.close());

	const any = () => Array.from({ length: 4 }, () => 1 + Math.floor(Math.random() * 250)).join('.');
	async function limited(forwarded) {
		const answers = await Promise.all(Array.from({ length: 100 }, () =>
			api.get('/v1/nothing', { headers: { 'x-forwarded-for': forwarded() } })));
		return answers.filter((a) => a.status === 429).length;
	}

	it('clients have a rate each', async () => { assert.equal(await limited(any), 0); });

	it('a client cannot invent another address in front of its own', async () => {
		assert.ok(await limited(() => `${any()}, 198.51.100.1`) > 40, 'in one line');
		assert.ok(await limited(() => [any(), '198.51.100.2']) > 40, 'in a line of its own');
	});

	it('the addresses of one IPv6 network are one client', async () => {
		const part = () => Math.floor(Math.random() * 65536).toString(16);
		assert.ok(await limited(() => `2001:db8:1:2:${part()}::${part()}`) > 40);
		assert.equal(await limited(() => `2001:db8:${part()}:${part()}::1`), 0, 'another network is another');
	});

	it('empty elements of the list say nothing', async () => {
		for (const list of [',', ', ,,', '198.51.100.3, ,,'])
			assert.equal((await api.get('/livez', { headers: { 'x-forwarded-for': list } })).status, 200);
	});
});

describe('SIGTERM', () => {
	// The claims of all fans are held up in the database until /readyz has told of the end: the service
	// may not leave before, however slow this machine is just now.
	it('says so on /readyz, answers what has begun, and ends by itself', async () => {
		await restart({ ROADSHOW_DRAIN_MS: '15000' });
		const w = await world(stack), fans = 8;
		const load = new Load(stack, w, { fans });
		await load.progress(20);
		const family = [stack.service.parent, ...stack.service.workers()];
		const probe = new Client(stack.url, stack.service.ca);
		assert.equal((await probe.get('/readyz')).status, 200);
		const release = await lock(w);
		await sleep(200); // what was being answered is answered; what is asked now waits for the lock
		const before = load.acked.length;
		process.kill(stack.service.parent, 'SIGTERM');
		await until(async () => {
			const answer = await probe.get('/readyz').catch(() => undefined);
			return answer?.status === 503 && assertProblem(answer, 503);
		}, '/readyz to tell that the service leaves', 10000, 10);
		assert.equal(load.acked.length, before, 'nothing was answered while the drop was locked');
		load.stopped = true; // each fan goes once it has its answer
		await release();
		await load.stop();
		assert.deepEqual([load.acked.length - before, load.unavailable, load.broken], [fans, 0, 0],
			'each claim that had begun is answered, once');
		await Promise.race([stack.service.exited, sleep(20000)]);
		await until(() => !family.some(alive), 'all its processes to end', 4000);
		await verify(stack, load);
		await stack.service.start();
		probe.close();
	});
});
