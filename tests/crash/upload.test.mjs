// SPDX-License-Identifier: Apache-2.0
//
// kill -9 in the middle of uploads: of a worker, the parent, a database backend, the postmaster. Devices
// that repeat what was not answered end with every event known once, and the day is as if nothing had
// happened. An upload that waits for its device while the parent is killed is told to come again. And a
// service that has little memory for uploads: it says so, and loses nothing; and one that is sent the worst
// bodies, many at once: what a worker takes for them is bounded.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { largestMb } from '../bench/lib/process.mjs';
import { Device } from '../device/device.mjs';
import { contact, verifyLedger, world } from './lib/load.mjs';
import { alive, sleep, Stack, until } from './lib/stack.mjs';

async function enrol(stack, w) {
	const made = await w.api.post(`/v1/events/${w.event.id}/devices`, { name: 'a phone', profile: 'manager' });
	assert.equal(made.status, 201, made.text);
	const device = new Device(stack.url, { ca: stack.service.ca });
	await device.enrol(made.json.enrol_code);
	return device;
}

// Uploads until everything is acknowledged, through whatever happens; tells how often it had to ask again.
async function insist(device, size = 40) {
	let again = 0;
	const end = Date.now() + 60000;
	while (device.state.acked_seq < device.state.log.length) {
		assert.ok(Date.now() < end, 'an upload was not answered within 60 s');
		const from = device.state.acked_seq + 1;
		try {
			const a = await device.upload({ from, to: Math.min(device.state.log.length, from + size - 1) });
			if (a.status === 200) continue;
			assert.equal(a.status, 503, a.text);
			assert.ok(a.headers['retry-after']);
		} catch (e) {
			if (e.code === 'ERR_ASSERTION') throw e;
		}
		again++;
		await sleep(50);
	}
	return again;
}

// Devices that scan and sell for a while, the same tokens now and then.
async function evening(stack, w, devices, events) {
	const drop = await w.drop({ quantity: 400, tokenized: 200, per_person: 20 });
	const tokens = [];
	while (tokens.length < 200) {
		const a = await w.api.post(`/v1/drops/${drop.id}/claims`, { contact: contact(), quantity: 20 }, { contract: false });
		assert.equal(a.status, 201, a.text);
		tokens.push(...a.json.tokens);
	}
	const list = [];
	for (let d = 0; d < devices; d++) {
		const device = await enrol(stack, w);
		for (let i = 0; i < events; i++) {
			const t = tokens[(d * 37 + i) % tokens.length], price = { amount: 100, currency: 'EUR' };
			if (i % 3 === 0) device.tell('redeem', { token_id: t.id, version: t.version });
			else if (i % 3 === 1) device.tell('sale', { lines: [{ drop_id: drop.id, quantity: 1, price }], payment: { method: 'cash' } });
			else device.tell('note', { text: `note ${i}` });
		}
		list.push(device);
	}
	return { drop, list };
}

async function verify(stack, w, { drop, list }) {
	for (const d of list) {
		const [row] = await stack.query(`select count(*) as n, max(seq) as last, count(distinct hash) as hashes
			from roadshow.device_events where creator_id = $1 and device_id = $2`, [w.creator, d.state.device_id]);
		assert.deepEqual([row.n, row.last, row.hashes], Array(3).fill(d.state.log.length), 'every event is known, once');
	}
	const scanned = new Set(list.flatMap((d) => d.state.log.map((l) => JSON.parse(l).token_id).filter(Boolean)));
	const sold = list.flatMap((d) => d.state.log.filter((l) => JSON.parse(l).kind === 'sale')).length;
	const [c] = await stack.query(`select redeemed, walk_in_sold, walk_in_oversold, (select count(*) from roadshow.tokens t
		where t.creator_id = d.creator_id and t.drop_id = d.id and t.state = 'redeemed') as tokens
		from roadshow.drops d where creator_id = $1 and id = $2`, [w.creator, drop.id]);
	assert.deepEqual([c.redeemed, c.tokens], [scanned.size, scanned.size], 'each token is redeemed once');
	assert.deepEqual([c.walk_in_sold, c.walk_in_oversold], [Math.min(sold, 200), Math.max(0, sold - 200)], 'each sale is counted once');
	const [{ uploads }] = await stack.query(`select count(*) as uploads from roadshow.ledger where creator_id = $1
		and kind = 'device.uploaded' group by creator_id`, [w.creator]);
	const [{ kept }] = await stack.query(`select count(*) as kept from roadshow.device_uploads where creator_id = $1
		and ledger_index is not null`, [w.creator]);
	assert.equal(uploads, kept, 'an upload is in the ledger once');
	await verifyLedger(stack, w);
}

describe('after kill -9 in the middle of uploads', () => {
	let stack;
	before(async () => { stack = await Stack.start({ workers: 2, db_connections: 2 }); });
	after(() => stack?.stop());

	async function survive(destroy) {
		const w = await world(stack), all = await evening(stack, w, 4, 240);
		// So small that most are still to come when it happens, however fast they are.
		const uploads = all.list.map((d) => insist(d, 2));
		await until(() => all.list.some((d) => d.state.acked_seq >= 40), 'uploads to go on', 30000);
		assert.ok(all.list.every((d) => d.state.acked_seq < 200), 'all are in the middle of it');
		await destroy();
		const again = await Promise.all(uploads);
		await verify(stack, w, all);
		return again.reduce((a, b) => a + b);
	}

	it('of a worker', () => survive(async () => {
		const victims = stack.service.workers();
		process.kill(victims[0], 'SIGKILL');
		await until(() => stack.service.workers().length === 2 && !stack.service.workers().includes(victims[0]), 'a new worker');
	}));

	it('of the parent', async () => {
		const again = await survive(async () => {
			await stack.service.kill();
			await stack.service.start();
		});
		assert.ok(again > 0, 'somebody lost a connection');
	});

	it('of a database backend', () => survive(async () => {
		const [{ pid }] = await stack.query(`select pid from pg_stat_activity where datname = 'roadshow' and pid <> pg_backend_pid()
			and backend_type = 'client backend' order by query_start desc limit 1`);
		process.kill(pid, 'SIGKILL');
		await until(() => !alive(pid), 'the backend to be gone');
		await until(() => stack.cluster.accepts(), 'PostgreSQL to recover', 20000);
	}));

	// Devices may notice nothing: the service sends again what went down with a connection.
	it('of the postmaster, uploads go on when it is started again', () => survive(async () => {
		await stack.cluster.stop('SIGKILL');
		await stack.cluster.start();
	}));
});

describe('an upload that waits for its device, whose row another holds', () => {
	let stack, holder;
	before(async () => { stack = await Stack.start({ workers: 1, db_connections: 2, janitor: false }); });
	after(async () => {
		await holder?.end();
		await stack?.stop();
	});

	const waiting = (n, what) => until(async () => (await stack.query(`select count(*)::integer as n from pg_stat_activity
		where wait_event_type = 'Lock' and query like '%api.sync_upload(%'`))[0].n === n, what, 30000);

	it('is told to come again, before and after the parent is killed, and is known once', async () => {
		const w = await world(stack), device = await enrol(stack, w);
		device.tell('note', { text: 'waited for' });
		holder = new pg.Client(stack.cluster.config('roadshow'));
		await holder.connect();
		await holder.query('begin');
		await holder.query('select from roadshow.devices where id = $1 for update', [device.state.device_id]);

		const lost = device.upload().then((a) => a.status, (e) => e.code);
		await waiting(1, 'the upload to wait');
		await stack.service.kill();
		assert.equal(typeof await lost, 'string', 'its connection broke');
		await waiting(0, 'its backend to see that nobody asks any more');

		// All its tries at the lock are over before its deadline is: that is not a fault of the service.
		stack.service.options.env = { ROADSHOW_DB_DEADLINE_MS: '500' };
		await stack.service.start();
		const again = device.upload();
		await waiting(1, 'the upload to wait again');
		const a = await again;
		assert.equal(a.status, 503, a.text);
		assert.equal(a.json.code, 'timeout');
		assert.match(a.headers['retry-after'], /^[1-9]\d*$/);

		await holder.query('rollback');
		await insist(device);
		assert.deepEqual(await stack.query(`select count(*)::integer as n from roadshow.device_events where creator_id = $1`,
			[w.creator]), [{ n: 1 }]);
	});
});

describe('with little memory for uploads', () => {
	let stack;
	before(async () => {
		stack = await Stack.start({ workers: 1, db_connections: 2, env: { ROADSHOW_UPLOAD_BYTES_HELD: '1048576' } });
	});
	after(() => stack?.stop());

	it('devices are told to come again, and everything arrives', async () => {
		const w = await world(stack), devices = [];
		for (let i = 0; i < 8; i++) {
			const d = await enrol(stack, w);
			for (let k = 0; k < 600; k++) d.tell('note', { text: 'x'.repeat(100) });
			devices.push(d);
		}
		const again = await Promise.all(devices.map((d) => insist(d, 600)));
		assert.ok(again.some((n) => n > 0), 'not all at once');
		for (const d of devices) assert.equal(d.state.acked_seq, 600);
		const big = await enrol(stack, w);
		for (let k = 0; k < 4000; k++) big.tell('note', { text: 'x'.repeat(100) });
		assert.equal((await big.upload()).status, 503, 'what is larger than all of it must come in pieces');
		assert.equal(await insist(big, 500) >= 0, true);
	});
});

describe('the worst bodies, many at once', () => {
	const MB = 1 << 20, HELD = 32 * MB, MORE_MB_MAX = 120;
	let stack;
	before(async () => {
		stack = await Stack.start({ workers: 1, db_connections: 2, env: { ROADSHOW_UPLOAD_BYTES_HELD: String(HELD),
			ROADSHOW_RATE_PER_KEY: '1000000', ROADSHOW_RATE_PER_ADDRESS: '1000000' } });
	});
	after(() => stack?.stop());

	// Each is up to 8 MiB, and may be held as several times as much: 32 MiB of all of them together, beside what
	// the sockets hold.
	it('take a bounded part of a worker\'s memory', async () => {
		const w = await world(stack), devices = [];
		for (let i = 0; i < 8; i++) devices.push(await enrol(stack, w));
		const line = '{"seq":1,"kind":"note"}\n', bodies = [
			[randomBytes(8 * MB - 1).map((b) => (b === 10 ? 11 : b)), {}], // one line
			[Buffer.from(`${'['.repeat(4 * MB - 1)}${']'.repeat(4 * MB - 1)}\n`), {}],
			[Buffer.from(line.repeat(10000)), {}],
			[gzipSync(Buffer.alloc(64 * MB)), { 'content-encoding': 'gzip' }],
			[gzipSync(Buffer.from(line.repeat(10000))), { 'content-encoding': 'gzip' }]];
		const send = (d, [body, headers]) => d.signed('POST', '/v1/sync', { body,
			headers: { 'content-type': 'application/x-ndjson', ...headers } });
		const statuses = new Map(), largest = [];
		const round = async () => {
			for (const b of bodies)
				for (const a of await Promise.all(devices.map((d) => send(d, b))))
					statuses.set(a.status, (statuses.get(a.status) ?? 0) + 1);
			largest.push(largestMb(stack.service.workers()));
		};
		const before = largestMb(stack.service.workers());
		for (let i = 0; i < 3; i++) await round();
		for (const s of statuses.keys()) assert.ok([200, 413, 422, 503].includes(s), `${s}`);
		console.log(`# a worker's MB: ${[before, ...largest].map((mb) => mb.toFixed(0)).join(' → ')}; answers: ${JSON.stringify([...statuses])}`);
		assert.ok(Math.max(...largest) - before < MORE_MB_MAX, `it grew by ${(Math.max(...largest) - before).toFixed(0)} MB`);
		const next = await enrol(stack, w);
		next.tell('note', { text: 'still here' });
		assert.equal(await insist(next) >= 0, true, 'and the next one is heard');
	});
});
