// SPDX-License-Identifier: Apache-2.0
//
// Orders a second, end to end: HTTP in, ranked, stock and a slot taken, promised, explained, durable,
// out; beside claims a second of the same service in the same run, in turns. Afterwards the database is
// asked whether everything that was acknowledged is there, reserved once and explained. Before that, what
// comes of a thousand orders beside naive ways of choosing (lib/report.mjs; --report prints that alone), and
// the ranking alone beside PostGIS (lib/nearest.mjs; --only nearest).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { world } from '../crash/lib/load.mjs';
import { ROOT } from '../crash/lib/stack.mjs';
import { wrk } from './lib/load.mjs';
import { nearest } from './lib/nearest.mjs';
import { report } from './lib/report.mjs';
import { run } from './lib/process.mjs';
import { benchStack } from './lib/world.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const { values: args } = parseArgs({ options: { report: { type: 'boolean', default: false },
	quick: { type: 'boolean', default: false }, workers: { type: 'string', default: '1' },
	connections: { type: 'string', default: '128' }, seconds: { type: 'string' },
	rounds: { type: 'string' }, only: { type: 'string' }, seed: { type: 'string', default: '20261130' }, hubs: { type: 'string', default: '20' } } });
if (args.report) args.only = 'report';
const WORKERS = Number(args.workers), CONNECTIONS = Number(args.connections), HUBS = Number(args.hubs);
const SECONDS = Number(args.seconds ?? (args.quick ? 2 : 8));
const ROUNDS = Number(args.rounds ?? (args.quick ? 1 : 3));

async function orders(url, argv, seconds) {
	const out = await run('wrk', ['-t', '1', '-c', String(CONNECTIONS), '-d', `${seconds}s`, '--timeout', '10s',
		'-s', `${HERE}/lib/orders.lua`, url, '--', ...argv]);
	return JSON.parse(/^JSON (.*)$/m.exec(out)[1]);
}

// Hubs on a grid over a city, with more stock and slots than a run needs.
async function hubs(w) {
	for (let i = 0; i < HUBS; i++) {
		const made = await w.api.post('/v1/hubs', { name: `Hub ${i}`, kind: i % 10 === 9 ? 'warehouse' : 'micro_hub',
			lat: 52.3 + 0.4 * ((i * 7) % HUBS) / HUBS, lon: 13.0 + 0.8 * i / HUBS, time_zone: 'Europe/Berlin',
			capacity: 100000, cut_offs: [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => ['10:00', '22:00'].map((at) => ({ weekday, at }))) });
		assert.equal(made.status, 201, made.text);
		const set = await w.api.put(`/v1/hubs/${made.json.id}/stock/print`, { on_hand: 1000000 });
		assert.equal(set.status, 200, set.text);
	}
}

const turns = {
	async claims(stack, w, seconds) {
		const drop = (await w.drop({ quantity: 1000000, tokenized: 1000000 })).id;
		return wrk(stack.service.plain_url, [{ path: `/v1/drops/${drop}/claims`, key: w.api.key }], CONNECTIONS, seconds);
	},
	orders: (stack, w, seconds) =>
		orders(stack.service.plain_url, [w.api.key, randomUUID(), 'print'], seconds),
};

async function audit(stack, creator) {
	const [row] = await stack.query(`select
		(select count(*) from roadshow.orders where creator_id = $1) as orders,
		(select count(*) from roadshow.orders where creator_id = $1 and state = 'routed') as routed,
		(select count(*) from roadshow.order_routings where creator_id = $1) as explained,
		(select coalesce(sum(reserved), 0) from roadshow.hub_stock where creator_id = $1) as reserved,
		(select coalesce(sum(used), 0) from roadshow.waves where creator_id = $1) as used,
		(select count(*) from roadshow.ledger where creator_id = $1 and kind = 'order.routed') as told`, [creator]);
	assert.deepEqual(new Set(Object.values(row).map(Number)).size, 1, `everything agrees: ${JSON.stringify(row)}`);
	return Number(row.orders);
}

// How many of the decisions were taken as the service made them.
async function accepted(stack, creator) {
	const [row] = await stack.query(`select count(*) filter (where compact is not null)::float
		/ greatest(count(*), 1) as share from roadshow.order_routings where creator_id = $1`, [creator]);
	return row.share;
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

if (!args.only || args.only === 'report') await report(Number(args.seed), args.quick ? 4 : 29);
if (args.only === 'report') process.exit(0);
if (!args.only || args.only === 'nearest') {
	const told = await nearest({ quick: args.quick, seed: Number(args.seed) });
	if (told) console.log(`at 1,000 hubs, the same question: ${(told.nearest / told.each).toFixed(1)} × PostGIS asked for each order, ` +
		`${(told.nearest / told.all).toFixed(1)} × PostGIS asked for all at once (bar: 25)\n`);
	if (args.only) process.exit(0);
}
const stack = await benchStack({ quick: args.quick, workers: WORKERS });
try {
	const w = await world(stack), rows = [];
	await hubs(w);
	for (const turn of Object.values(turns)) await turn(stack, w, args.quick ? 1 : 2); // connections, plans, caches
	for (let round = 1; round <= ROUNDS; round++)
		for (const [name, turn] of Object.entries(turns).filter(([n]) => !args.only || n === args.only)) {
			await stack.query('checkpoint');
			const before = await audit(stack, w.creator);
			const m = await turn(stack, w, SECONDS);
			assert.equal(m.refused + m.failed + m.socket_errors, 0, JSON.stringify(m));
			const added = await audit(stack, w.creator) - before;
			if (name === 'orders') assert.ok(added >= m.made && m.backordered === 0, 'everything acknowledged is there');
			rows.push({ name, round, ...m, per_second: m.made / m.seconds });
			console.log(`round ${round}  ${name.padEnd(8)} ${rows.at(-1).per_second.toFixed(0).padStart(7)}/s`);
		}
	const of = (name, key) => median(rows.filter((r) => r.name === name).map((r) => r[key]));
	console.log(`\nmedian of ${ROUNDS} × ${SECONDS} s, ${CONNECTIONS} connections, ${WORKERS} worker(s), ${HUBS} hubs, ` +
		`${os.cpus().length} cores with the load generator among them\n`);
	for (const name of new Set(rows.map((r) => r.name)))
		console.log(`${name.padEnd(8)} ${of(name, 'per_second').toFixed(0).padStart(7)}/s  p50 ${of(name, 'p50_ms').toFixed(1)} ms  ` +
			`p99 ${of(name, 'p99_ms').toFixed(1)} ms`);
	const ratio = of('orders', 'per_second') / of('claims', 'per_second');
	console.log(`\norders / claims: ${ratio.toFixed(2)} (bar: 0.40). Checked: nothing promised twice, everything explained. ` +
		`${(100 * await accepted(stack, w.creator)).toFixed(1)} % of the decisions were taken as the service made them.`);
	const dir = path.join(ROOT, '.run/bench');
	fs.mkdirSync(dir, { recursive: true });
	fs.appendFileSync(path.join(dir, 'route.jsonl'), rows.map((r) => `${JSON.stringify({ at: new Date().toISOString(),
		...r, workers: WORKERS, connections: CONNECTIONS, hubs: HUBS, cores: os.cpus().length, ratio })}\n`).join(''));
} finally {
	await stack.stop();
}
