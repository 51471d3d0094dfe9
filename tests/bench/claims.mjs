// SPDX-License-Identifier: Apache-2.0
//
// Claims a second on one hot drop: HTTP in, limit and idempotency kept, durable, ES256-signed, out.
// Beside it a plain Fastify + pg + jose service (peer/server.mjs) in two styles, on the same
// PostgreSQL (fsync and synchronous_commit on), the same load generator on the same machine, in turns
// A B C A B C. After each turn the database is asked whether anything was oversold or lost; a last
// turn with few units checks that exactly those are given out under full load.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { world } from '../crash/lib/load.mjs';
import { freePort, ROOT, Stack } from '../crash/lib/stack.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const { values: args } = parseArgs({ options: {
	quick: { type: 'boolean', default: false }, workers: { type: 'string', default: '1' },
	connections: { type: 'string', default: '128' }, seconds: { type: 'string' },
	rounds: { type: 'string' } } });
const WORKERS = Number(args.workers), CONNECTIONS = Number(args.connections);
const SECONDS = Number(args.seconds ?? (args.quick ? 2 : 8));
const ROUNDS = Number(args.rounds ?? (args.quick ? 1 : 3));
const FEW = 300;

function run(command, argv, options) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
		let out = '';
		child.stdout.on('data', (d) => { out += d; });
		child.on('error', reject);
		child.on('exit', (code) => (code === 0 ? resolve(out) : reject(new Error(`${command}: ${code}\n${out}`))));
	});
}

async function wrk(url, drop, key, seconds) {
	const out = await run('wrk', ['-t', '1', '-c', String(CONNECTIONS), '-d', `${seconds}s`, '--timeout', '10s',
		'-s', `${HERE}/claims.lua`, url, '--', `/v1/drops/${drop}/claims`, key, randomUUID()]);
	return JSON.parse(/^JSON (.*)$/m.exec(out)[1]);
}

// ---- the contestants: start(), drop(units) → id, count(drop) → {issued, rows}, url, key ----------

function roadshow(stack, w) {
	return {
		name: 'roadshow',
		url: stack.service.plain_url,
		key: w.api.key,
		drop: async (units) => (await w.drop({ quantity: units, tokenized: units })).id,
		count: async (drop) => (await stack.query(
			`select issued, (select count(*) from roadshow.tokens t where t.creator_id = d.creator_id
				and t.drop_id = d.id) as rows from roadshow.drops d where creator_id = $1 and id = $2`,
			[w.creator, drop]))[0],
		stop: async () => {},
	};
}

async function peer(stack, style) {
	const port = await freePort(), key = randomUUID();
	const child = spawn(process.execPath, [`${HERE}/peer/server.mjs`], {
		env: { ...process.env, NODE_ENV: 'production', DATABASE_URL: stack.cluster.url('roadshow'),
			PORT: String(port), STYLE: style, API_KEY: key, PROCESSES: String(WORKERS) },
		stdio: ['ignore', 'pipe', 'inherit'] });
	await new Promise((resolve, reject) => {
		child.stdout.on('data', (d) => String(d).includes('ready') && resolve());
		child.on('exit', (code) => reject(new Error(`the peer ended: ${code}`)));
	});
	return {
		name: `fastify+pg+jose, ${style}`,
		url: `http://127.0.0.1:${port}`,
		key,
		drop: async (units) => (await stack.query(
			'insert into peer.drops (id, tokenized) values ($1, $2) returning id', [randomUUID(), units]))[0].id,
		count: async (drop) => (await stack.query(
			`select issued, (select count(*) from peer.claims where drop_id = d.id) as rows
			 from peer.drops d where id = $1`, [drop]))[0],
		stop: () => new Promise((resolve) => {
			child.removeAllListeners('exit');
			child.on('exit', resolve);
			child.kill('SIGTERM');
		}),
	};
}

// ---- one turn ------------------------------------------------------------------------------------

async function turn(stack, who, seconds) {
	await stack.query('checkpoint');
	const drop = await who.drop(1000000);
	await wrk(who.url, drop, who.key, args.quick ? 1 : 2); // connections, plans, caches
	const before = await who.count(drop);
	const m = await wrk(who.url, drop, who.key, seconds);
	const after = await who.count(drop);
	assert.equal(after.issued, after.rows, 'the counter and the rows agree');
	assert.ok(after.rows - before.rows >= m.made, 'everything acknowledged is there');
	assert.equal(m.refused + m.failed + m.sold_out + m.socket_errors, 0, JSON.stringify(m));
	return { ...m, per_second: m.made / m.seconds };
}

async function fewUnits(who) {
	const drop = await who.drop(FEW);
	const m = await wrk(who.url, drop, who.key, 3);
	const after = await who.count(drop);
	assert.deepEqual(after, { issued: FEW, rows: FEW }, `${who.name} gives out exactly ${FEW}`);
	assert.equal(m.made, FEW, `${who.name} acknowledged exactly ${FEW}`);
	assert.ok(m.sold_out > 0);
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function report(contestants, turns) {
	const rate = (name) => median(turns.filter((t) => t.name === name).map((t) => t.per_second));
	const best = Math.max(...contestants.slice(1).map((w) => rate(w.name)));
	console.log(`\nclaims a second, median of ${ROUNDS} × ${SECONDS} s, ${CONNECTIONS} connections, ` +
		`${WORKERS} worker(s), ${os.cpus().length} cores with the load generator among them\n`);
	console.log(`${'service'.padEnd(32)} ${'claims/s'.padStart(10)} ${'p50 ms'.padStart(9)} ` +
		`${'p99 ms'.padStart(9)} ${'ratio'.padStart(7)}`);
	for (const { name } of contestants) {
		const mine = turns.filter((t) => t.name === name);
		console.log(`${name.padEnd(32)} ${rate(name).toFixed(0).padStart(10)} ` +
			`${median(mine.map((t) => t.p50_ms)).toFixed(1).padStart(9)} ` +
			`${median(mine.map((t) => t.p99_ms)).toFixed(1).padStart(9)} ${(rate(name) / best).toFixed(2).padStart(7)}`);
	}
	console.log('\nratio: against the faster style of the peer. Checked: nothing oversold, nothing lost.');
	return rate(contestants[0].name) / best;
}

const stack = await Stack.start({ workers: WORKERS, db_connections: 2,
	env: { ROADSHOW_RATE_PER_KEY: '1000000', ROADSHOW_LOG_LEVEL: 'warn' } });
const contestants = [];
try {
	await stack.query(fs.readFileSync(`${HERE}/peer/schema.sql`, 'utf8'));
	contestants.push(roadshow(stack, await world(stack)), await peer(stack, 'transaction'),
		await peer(stack, 'cte'));
	const [{ fsync, sync }] = await stack.query(
		`select current_setting('fsync') as fsync, current_setting('synchronous_commit') as sync`);
	assert.deepEqual([fsync, sync], ['on', 'on'], 'commits are durable');
	const turns = [];
	for (let round = 1; round <= ROUNDS; round++)
		for (const who of contestants) {
			const m = await turn(stack, who, SECONDS);
			turns.push({ name: who.name, round, ...m });
			console.log(`round ${round}  ${who.name.padEnd(32)} ${m.per_second.toFixed(0).padStart(8)}/s`);
		}
	for (const who of contestants) await fewUnits(who);
	const ratio = report(contestants, turns);
	const dir = path.join(ROOT, '.run/bench');
	fs.mkdirSync(dir, { recursive: true });
	fs.appendFileSync(path.join(dir, 'claims.jsonl'), turns.map((t) => `${JSON.stringify({
		at: new Date().toISOString(), ...t, workers: WORKERS, connections: CONNECTIONS,
		cores: os.cpus().length, ratio })}\n`).join(''));
} finally {
	await Promise.all(contestants.map((w) => w.stop()));
	await stack.stop();
}
