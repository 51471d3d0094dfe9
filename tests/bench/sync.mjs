// SPDX-License-Identifier: Apache-2.0
//
// Events a second from venue devices, end to end: a signed request, its chain, every scan judged, all of
// it durable, and the answer read. One device with batches of several sizes, and many devices at once.
// Beside it, on the same PostgreSQL (fsync on) in the same run: (a) COPY of the rows that an upload of
// 10,000 leaves behind, into copies of the same tables with all their indexes, and (b) a scan-by-scan
// API (peer/scans.mjs): a device at the door sends a scan and waits for its answer before the next, so each
// device has one request under way. (b) is measured with one device and with as many as ours, and each of
// ours is compared with as many of theirs. Contestants take turns within a round, and each line tells the
// load average, for on a shared machine only ratios of one run mean something.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contact, world } from '../crash/lib/load.mjs';
import { freePort, ROOT, Stack } from '../crash/lib/stack.mjs';
import { enrol } from './lib/devices.mjs';
import { cpuSeconds } from './lib/process.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' },
	devices: { type: 'string' } } });
const ROUNDS = Number(args.rounds ?? (args.quick ? 1 : 3));
const SIZES = args.quick ? [1, 100, 1000] : [1, 100, 3000, 10000];
const DEVICES = Number(args.devices ?? (args.quick ? 10 : 50));
const SIZES_MANY = args.quick ? [[100, 100], [300, 300]] : [[100, 200], [3000, 3000]]; // [lines a batch, events a device]
const BARS = { of_copy: 0.35, of_scans: 40, backlog_ms: 500 };
const ONE = 'scan by scan, 1 device', MANY = `scan by scan, ${DEVICES} devices`;
const many = (size) => `${DEVICES} devices, batches of ${size}`;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

// ---- tokens to scan -----------------------------------------------------------------------------

async function tokens(w, count) {
	const drop = await w.drop({ quantity: count, tokenized: count, per_person: 20 });
	const list = [];
	await Promise.all(Array.from({ length: 32 }, async () => {
		for (;;) {
			const a = await w.api.post(`/v1/drops/${drop.id}/claims`, { contact: contact(), quantity: 20 }, { contract: false });
			if (a.status !== 201) return;
			list.push(...a.json.tokens);
		}
	}));
	return list;
}

const write = (device, list, signed) => list.forEach((t) => device.tell('redeem', { gate: 'door', outcome: 'valid',
	...(signed ? { token: t.jwt } : { token_id: t.id, version: t.version }) }));

const cpuOf = (stack) => [cpuSeconds([stack.service.parent]), cpuSeconds([stack.cluster.child.pid])];

// ---- one device ---------------------------------------------------------------------------------

// Events a second of `list` in batches of `size`; the lines are written before the clock starts.
async function oneDevice(stack, w, list, size, signed = false) {
	const device = await enrol(stack, w, 'scan');
	write(device, list, signed);
	const before = cpuOf(stack), began = process.hrtime.bigint();
	while (device.state.acked_seq < list.length) {
		const from = device.state.acked_seq + 1;
		const a = await device.upload({ from, to: Math.min(list.length, from + size - 1) });
		assert.equal(a.status, 200, a.text);
		assert.ok(a.json.results.every((r) => r.status === 'applied'), a.text.slice(0, 300));
	}
	const s = Number(process.hrtime.bigint() - began) / 1e9;
	const [service_us, database_us] = cpuOf(stack).map((c, i) => (c - before[i]) / list.length * 1e6);
	return { per_second: list.length / s, ms: s * 1000, events: list.length, service_us, database_us };
}

async function manyDevices(stack, w, lists, size) {
	const devices = [];
	for (const list of lists) {
		const d = await enrol(stack, w, 'scan');
		write(d, list);
		devices.push(d);
	}
	const before = cpuOf(stack), began = process.hrtime.bigint();
	await Promise.all(devices.map(async (d) => {
		while (d.state.acked_seq < d.state.log.length) {
			const from = d.state.acked_seq + 1;
			const a = await d.upload({ from, to: Math.min(d.state.log.length, from + size - 1) });
			assert.equal(a.status, 200, a.text);
		}
	}));
	const s = Number(process.hrtime.bigint() - began) / 1e9, events = lists.flat().length;
	const [service_us, database_us] = cpuOf(stack).map((c, i) => (c - before[i]) / events * 1e6);
	return { per_second: events / s, service_us, database_us };
}

// ---- the peers ----------------------------------------------------------------------------------

// The rows that the last upload left behind, by COPY into empty copies of their tables.
async function copy(stack, w) {
	const parts = { device_events: 'true', token_redemptions: 'true', ledger: `kind = 'token.redeemed'` };
	const [{ dir }] = await stack.query(`select current_setting('data_directory') as dir`);
	let rows = 0, s = 0, database_s = 0;
	for (const [table, where] of Object.entries(parts)) {
		const file = path.join(dir, `bench-${table}.copy`);
		await stack.query(`drop table if exists public.bench_${table}; create table public.bench_${table} (like roadshow.${table} including all)`);
		await stack.query(`copy (select * from roadshow.${table} where creator_id = '${w.creator}' and ${where}
			limit 10000) to '${file}'`);
		await stack.query('checkpoint');
		const cpu = cpuSeconds([stack.cluster.child.pid]), began = process.hrtime.bigint();
		await stack.query(`copy public.bench_${table} from '${file}'`);
		s += Number(process.hrtime.bigint() - began) / 1e9;
		database_s += cpuSeconds([stack.cluster.child.pid]) - cpu;
		rows = Math.max(rows, Number((await stack.query(`select count(*) as n from public.bench_${table}`))[0].n));
		fs.rmSync(file, { force: true });
	}
	return { per_second: rows / s, service_us: 0, database_us: database_s / rows * 1e6 };
}

async function scans(stack, count, devices) {
	const port = await freePort(), key = randomUUID();
	await stack.query(`create schema if not exists peer; drop table if exists peer.scans, peer.tokens;
		create table peer.tokens (id uuid primary key, state text not null, version integer not null, redeemed_at timestamptz);
		create table peer.scans (id bigint generated always as identity primary key, token_id uuid not null references peer.tokens,
			device_id uuid not null, at timestamptz not null, status text not null);
		create index on peer.scans (token_id);
		insert into peer.tokens select gen_random_uuid(), 'issued', 1 from generate_series(1, ${count})`);
	const list = await stack.query('select id from peer.tokens');
	const child = spawn(process.execPath, [`${HERE}/peer/scans.mjs`], { env: { ...process.env, NODE_ENV: 'production',
		DATABASE_URL: stack.cluster.url('roadshow'), PORT: String(port), API_KEY: key }, stdio: ['ignore', 'pipe', 'inherit'] });
	await new Promise((resolve, reject) => {
		child.stdout.on('data', (d) => String(d).includes('ready') && resolve());
		child.on('exit', (code) => reject(new Error(`the peer ended: ${code}`)));
	});
	const agent = new http.Agent({ keepAlive: true, maxSockets: devices });
	const scan = (id) => new Promise((resolve, reject) => {
		const body = JSON.stringify({ token_id: id, version: 1, at: new Date().toISOString() });
		const req = http.request({ host: '127.0.0.1', port, path: '/scans', method: 'POST', agent, headers: {
			authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': body.length } }, (res) => {
			res.resume().on('end', () => (res.statusCode === 200 ? resolve() : reject(new Error(`${res.statusCode}`))));
		});
		req.on('error', reject);
		req.end(body);
	});
	const began = process.hrtime.bigint();
	await Promise.all(Array.from({ length: devices }, async () => { while (list.length > 0) await scan(list.pop().id); }));
	const s = Number(process.hrtime.bigint() - began) / 1e9;
	agent.destroy();
	child.removeAllListeners('exit');
	child.kill('SIGTERM');
	return { per_second: count / s };
}

// ---- the run ------------------------------------------------------------------------------------

const stack = await Stack.start({ workers: 1, db_connections: 4, env: { ROADSHOW_RATE_PER_KEY: '1000000', ROADSHOW_LOG_LEVEL: 'warn' } });
const results = {};
const keep = (name, m) => {
	(results[name] ??= []).push(m);
	console.log(`${name.padEnd(44)} ${m.per_second.toFixed(0).padStart(8)}/s ${(m.ms?.toFixed(0) ?? '').padStart(7)}${m.ms ? ' ms' : '   '}  load ${os.loadavg()[0].toFixed(1)}` +
		(m.service_us === undefined ? '' : `  CPU of an event: service ${m.service_us.toFixed(0)} µs, PostgreSQL ${m.database_us.toFixed(0)} µs`));
};
try {
	for (let round = 1; round <= ROUNDS; round++) {
		const w = await world(stack);
		for (const size of SIZES) {
			const count = Math.max(size, size === 1 ? 200 : 2000);
			keep(`1 device, batches of ${size}`, await oneDevice(stack, w, await tokens(w, count), size));
		}
		const largest = SIZES.at(-1);
		keep('COPY of its rows', await copy(stack, w));
		keep(ONE, await scans(stack, args.quick ? 300 : 1000, 1));
		keep(`1 device, batches of ${largest}, signed tokens`, await oneDevice(stack, w, await tokens(w, largest), largest, true));
		for (const [size, each] of SIZES_MANY) {
			const all = await tokens(w, DEVICES * each);
			keep(many(size), await manyDevices(stack, w,
				Array.from({ length: DEVICES }, (_, i) => all.slice(i * each, (i + 1) * each)), size));
		}
		keep(MANY, await scans(stack, args.quick ? 1000 : 4000, DEVICES));
	}
	const rate = (name) => median(results[name].map((m) => m.per_second));
	const one = (size) => `1 device, batches of ${size}`;
	// Of each round, then their median: what a neighbour takes in one round it takes from both.
	const ratio = (a, b) => median(results[a].map((m, i) => m.per_second / results[b][i].per_second));
	const backlog = results[one(3000)];
	const ratios = { of_copy: Math.max(...SIZES.map((size) => ratio(one(size), 'COPY of its rows'))),
		of_scans: Object.fromEntries(SIZES.map((size) => [size, ratio(one(size), ONE)])),
		of_scans_many: Object.fromEntries(SIZES_MANY.map(([size]) => [size, ratio(many(size), MANY)])),
		backlog_ms: backlog && median(backlog.map((m) => m.ms * 3000 / m.events)) };
	console.log(`\nbest against COPY: ${ratios.of_copy.toFixed(2)} (bar ${BARS.of_copy}); against scan by scan (bar ` +
		`${BARS.of_scans}): with one device ` + Object.entries(ratios.of_scans).map(([size, x]) =>
			`${x.toFixed(1)} in batches of ${size}`).join(', ') + '; ' + Object.entries(ratios.of_scans_many).map(([size, x]) =>
			`${x.toFixed(1)} with ${DEVICES} in batches of ${size}`).join(', ') + '; ' +
		`a backlog of 3,000: ${ratios.backlog_ms?.toFixed(0) ?? '-'} ms (bar ${BARS.backlog_ms})`);
	const dir = path.join(ROOT, '.run/bench');
	fs.mkdirSync(dir, { recursive: true });
	fs.appendFileSync(path.join(dir, 'sync.jsonl'), `${JSON.stringify({ at: new Date().toISOString(), rounds: ROUNDS, ratios,
		rates: Object.fromEntries(Object.keys(results).map((k) => [k, Math.round(rate(k))])) })}\n`);
} finally {
	await stack.stop();
}
