// SPDX-License-Identifier: Apache-2.0
//
// What stays fast as a creator grows: claims a second with 0, 1 and 5 million tokens there already, and
// reading the ledger at its end. Each size is a database of its own in one PostgreSQL, with a service
// of its own, so that they can be measured in turns. Then the bytes that a token takes, and what the mirror of
// an event with 100,000 tokens costs: all of it, and 1, 100 and 10,000 changes.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Client } from '../api/lib/client.mjs';
import { Service } from '../crash/lib/stack.mjs';
import { Bench, median, options } from './lib/bench.mjs';
import { wrk } from './lib/load.mjs';
import { mirrors } from './lib/mirror.mjs';
import { cpuSeconds, largestMb } from './lib/process.mjs';
import { makeBatches, setTargets } from './lib/tables.mjs';
import { benchStack, SERVICE_ENV, worlds } from './lib/world.mjs';

const args = options({ seconds: 5, rounds: 3, connections: [256], tokens: '0,1000000,5000000' },
	{ seconds: 1, rounds: 1, connections: [64], tokens: '0,20000' }, { tokens: { type: 'string' } });
const UNITS = 1000000, FILL_ROWS = 10000, PAGES = 30;
const MIRROR = args.quick ? { tokens: 2000, changes: [1, 100] } : { tokens: 100000, changes: [1, 100, 10000] };

// A creator's past: tokens of drops that are over, with their claims, persons and ledger entries, dense
// and in order. Constraints are not looked at while it is written; counts are checked after.
async function fill(cluster, database, w, tokens) {
	const query = (sql, values) => cluster.query(sql, values, database);
	await makeBatches(query);
	if (tokens === 0) return;
	await setTargets(query, [{ creator: w.creator, id: w.first.id }]);
	for (let done = 0; done < tokens; done += FILL_ROWS) {
		const drop = Math.floor(done / UNITS);
		await query('select bench.fill($1, $2, $3)', [drop, done, Math.min(FILL_ROWS, tokens - done)]);
		if (done % 500000 === 0) await query('vacuum analyze roadshow.tokens, roadshow.claims, roadshow.drop_buyers');
	}
	await query('vacuum analyze');
	const [n] = await query(`select count(*) as tokens, (select count(*) from roadshow.ledger
		where kind = 'token.issued') as entries from roadshow.tokens`);
	assert.deepEqual(n, { tokens, entries: tokens });
}

async function contestant(stack, w, tokens) {
	const database = `tokens_${tokens}`, began = performance.now();
	await stack.cluster.query(`create database ${database} template roadshow`, [], 'postgres');
	await fill(stack.cluster, database, w, tokens);
	console.log(`  ${tokens.toLocaleString('en')} tokens written in ${((performance.now() - began) / 1000).toFixed(0)} s`);
	const dir = fs.mkdtempSync(path.join(stack.dir, 'growth-'));
	fs.chmodSync(dir, 0o755);
	const service = new Service(dir, stack.cluster, { workers: args.workers, db_connections: 4,
		env: { ...SERVICE_ENV, ROADSHOW_DATABASE_URL: stack.cluster.url(database) } });
	await service.start();
	const api = new Client(service.url, service.ca, w.api.key);
	return { name: `${tokens.toLocaleString('en')} tokens`, tokens, database, service, api, workers: args.workers };
}

async function newDrop(who, w) {
	const at = (s) => new Date(Date.now() + s * 1000).toISOString();
	const a = await who.api.post('/v1/drops', { event_id: w.event.id, sku: 'print', quantity: UNITS, tokenized: UNITS,
		mode: 'fcfs', opens_at: at(-60), closes_at: at(3600), per_person: 1 }, { contract: false });
	assert.equal(a.status, 201, a.text);
	return [{ path: `/v1/drops/${a.json.id}/claims`, key: w.api.key }];
}

async function claims(stack, who, w) {
	const [connections] = args.connections, drop = await newDrop(who, w);
	await stack.query('checkpoint');
	await wrk(who.service.plain_url, drop, connections, 1);
	const cpu = () => cpuSeconds([who.service.parent, stack.cluster.child.pid]), before = cpu();
	const m = await wrk(who.service.plain_url, drop, connections, args.seconds);
	assert.equal(m.errors, 0, JSON.stringify(m));
	return { ...m, connections, cpu_s_per_1k: (cpu() - before) / m.made * 1000,
		rss_mb: largestMb(who.service.workers()) };
}

// A page of a thousand entries at the end, as a reader that follows asks for.
async function ledger(stack, who) {
	const [{ size }] = await stack.cluster.query('select max(size) as size from roadshow.ledger_heads', [], who.database);
	const times = [];
	for (let i = 0; i < PAGES; i++) {
		const asked = performance.now();
		const a = await who.api.get(`/v1/ledger?limit=1000&after=${Math.max(-1, size - 1001)}`, { contract: false });
		assert.equal(a.status, 200, a.text);
		times.push(performance.now() - asked);
	}
	times.sort((a, b) => a - b);
	return { rate: 1000 / median(times), p50_ms: median(times), p99_ms: times.at(-1), connections: 1, errors: 0 };
}

async function sizes(stack, who) {
	const rows = await stack.cluster.query(`
		select relname as table, pg_table_size(oid) as heap, pg_indexes_size(oid) as indexes
		from pg_class where relnamespace = 'roadshow'::regnamespace and relkind = 'r'
			and relname in ('tokens', 'claims', 'drop_buyers', 'ledger') order by 1`, [], who.database);
	const [{ n }] = await stack.cluster.query('select count(*) as n from roadshow.tokens', [], who.database);
	console.log(`\nbytes for each of ${n.toLocaleString('en')} tokens:`);
	for (const r of rows)
		console.log(`  ${r.table.padEnd(12)} table ${(r.heap / n).toFixed(0).padStart(5)}   indexes ${(r.indexes / n).toFixed(0).padStart(5)}`);
	console.log(`  ${'sum'.padEnd(12)} ${((rows.reduce((s, r) => s + r.heap + r.indexes, 0)) / n).toFixed(0).padStart(11)}`);
}

const stack = await benchStack({ quick: args.quick, workers: args.workers, janitor: false });
const bench = new Bench('growth'), contestants = [];
try {
	const [w] = await worlds(stack, 1);
	await stack.service.stop(); // a template has nobody connected
	for (const tokens of args.tokens.split(',').map(Number)) contestants.push(await contestant(stack, w, tokens));
	await bench.interleave('claims', contestants, args.rounds, (who) => claims(stack, who, w));
	await bench.interleave('ledger, 1000 entries', contestants, args.rounds, (who) => ledger(stack, who));
	await stack.service.start();
	console.log(`\nmirror of an event with ${MIRROR.tokens.toLocaleString('en')} tokens:`);
	bench.record((await mirrors(stack, w, MIRROR.tokens, MIRROR.changes, args.quick ? 2 : 10))
		.map((m) => ({ bench: 'mirror', workers: args.workers, ...m })));
	bench.table('growth');
	await sizes(stack, contestants.at(-1));
	const rate = (who) => bench.median('claims', who.name, 'rate');
	console.log('');
	if (!args.quick) Bench.bar(`claims a second at ${contestants.at(-1).name} to an empty creator's`, rate(contestants.at(-1)) / rate(contestants[0]), 0.8);
} finally {
	for (const who of contestants) {
		who.api.close();
		await who.service.stop();
	}
	await stack.stop();
}
