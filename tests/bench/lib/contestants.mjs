// SPDX-License-Identifier: Apache-2.0
//
// Who takes part in `claims`. A contestant has
//   name, workers
//   drops(n, units) → n fresh drops of n creators (at most as many as there are)
//   load(drops, connections, seconds, more of pgbench's) → what lib/load.mjs returns, with the connections it used
//   count(drops) → {issued, rows}: what its counters say, and its rows; null: nothing is kept
//   pids() → {cpu: roots of what works for it, rss: processes of its service}
//   stop()
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, Service } from '../../crash/lib/stack.mjs';
import { instantDatabase } from './instant.mjs';
import { pgbench, wrk } from './load.mjs';
import { family } from './process.mjs';
import { setTargets } from './tables.mjs';
import { SERVICE_ENV } from './world.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
// Of pgbench, each a process of PostgreSQL: more of them do less (815 claims of one drop a second with 16, 113
// with 64, 21 with 256), and nobody would run them.
const CLIENTS_MAX = 16;
const BATCH_CLIENTS = 2; // two batches on their way keep PostgreSQL busy while one commits

const ours = (stack, worlds) => ({
	drops: (n, units) => Promise.all(worlds.slice(0, n).map(async (w) => {
		const { id } = await w.drop({ quantity: units, tokenized: units });
		return { id, creator: w.creator, path: `/v1/drops/${id}/claims`, key: w.api.key };
	})),
	count: async (drops) => (await stack.query(
		`select sum(issued)::bigint as issued, sum((select count(*) from roadshow.tokens t
			where t.creator_id = d.creator_id and t.drop_id = d.id))::bigint as rows
		 from roadshow.drops d where id = any($1)`, [drops.map((d) => d.id)]))[0],
	stop: async () => {},
});

export function roadshow(stack, worlds, workers) {
	return { ...ours(stack, worlds), name: 'a: ours', workers,
		load: async (drops, connections, seconds) => ({ connections,
			...await wrk(stack.service.plain_url, drops, connections, seconds) }),
		pids: () => ({ cpu: [stack.service.parent, stack.cluster.child.pid], rss: stack.service.workers() }) };
}

export async function instant(stack, worlds, workers) {
	const dir = fs.mkdtempSync(path.join(stack.dir, 'instant-'));
	const proxy = await instantDatabase(`${dir}/.s.PGSQL.5432`,
		`${stack.cluster.dir}/.s.PGSQL.${stack.cluster.port}`);
	const service = new Service(dir, stack.cluster, { workers, db_connections: 4, env: { ...SERVICE_ENV,
		ROADSHOW_DATABASE_URL: `postgresql://postgres@/roadshow?host=${encodeURIComponent(dir)}&port=5432` } });
	await service.start();
	return { ...ours(stack, worlds), name: 'e: ours, database instant', workers,
		load: async (drops, connections, seconds) => ({ connections,
			...await wrk(service.plain_url, drops, connections, seconds) }),
		count: async () => null,
		pids: () => ({ cpu: [service.parent], rss: service.workers() }),
		stop: async () => {
			await service.stop();
			proxy.stop();
		} };
}

export async function peer(stack, label, style, processes) {
	const port = await freePort(), key = randomUUID();
	const child = spawn(process.execPath, [`${HERE}/../peer/server.mjs`], {
		env: { ...process.env, NODE_ENV: 'production', DATABASE_URL: stack.cluster.url('roadshow'),
			PORT: String(port), STYLE: style, API_KEY: key, PROCESSES: String(processes) },
		stdio: ['ignore', 'pipe', 'inherit'] });
	await new Promise((resolve, reject) => {
		child.stdout.on('data', (d) => String(d).includes('ready') && resolve());
		child.on('exit', (code) => reject(new Error(`the peer ended: ${code}`)));
	});
	process.on('exit', () => child.kill());
	const rows = style === 'guarantees' ? 'peer.claims' : 'peer.bare_claims';
	return { name: `${label}: Fastify, ${style}, ${processes} pr.`, workers: processes,
		drops: (n, units) => peerDrops(stack, n, units, key),
		load: async (drops, connections, seconds) => ({ connections,
			...await wrk(`http://127.0.0.1:${port}`, drops, connections, seconds) }),
		count: (drops) => peerCount(stack, drops, rows),
		pids: () => ({ cpu: [child.pid, stack.cluster.child.pid], rss: family(child.pid) }),
		stop: () => new Promise((resolve) => {
			child.removeAllListeners('exit');
			child.on('exit', resolve);
			child.kill('SIGTERM');
		}) };
}

async function peerDrops(stack, n, units, key) {
	const ids = Array.from({ length: n }, () => randomUUID());
	await stack.query(`with d as (insert into peer.drops (id, creator_id, tokenized)
			select i, i, $2 from unnest($1::uuid[]) as i returning creator_id)
		insert into peer.ledger_heads (creator_id) select creator_id from d`, [ids, units]);
	return ids.map((id) => ({ id, path: `/v1/drops/${id}/claims`, key }));
}

const peerCount = async (stack, drops, rows) => (await stack.query(
	`select sum(issued)::bigint as issued, (select count(*) from ${rows} where drop_id = any($1)) as rows
	 from peer.drops where id = any($1)`, [drops.map((d) => d.id)]))[0];

export function oneRow(stack) {
	return { name: 'c: pgbench, one row a call', workers: null,
		drops: async (n, units) => {
			const drops = await peerDrops(stack, n, units, '');
			await stack.query(`create table if not exists bench.peer_drops (n serial, id uuid);
				truncate bench.peer_drops restart identity`);
			await stack.query('insert into bench.peer_drops (id) select unnest($1::uuid[])', [drops.map((d) => d.id)]);
			return drops;
		},
		load: async (drops, connections, seconds, more) => {
			const clients = Math.min(connections ?? CLIENTS_MAX, CLIENTS_MAX);
			return { connections: clients, ...await pgbench(stack.cluster, drops.length === 1
				? `select peer.claim_one('${drops[0].id}');`
				: `\\set i random(1, ${drops.length})\nselect peer.claim_one(id) from bench.peer_drops where n = :i;`
			, { clients, seconds, ...more }) };
		},
		count: (drops) => peerCount(stack, drops, 'peer.bare_claims'),
		pids: () => ({ cpu: [stack.cluster.child.pid], rss: [] }),
		stop: async () => {} };
}

// Batches of `rows` by a function of lib/batches.sql; `own` creators, so that nobody else's rows mix in.
function batches(stack, worlds, name, call, rows, more_arguments = '') {
	return { ...ours(stack, worlds), name, workers: null,
		load: async (drops, connections, seconds, more) => {
			await setTargets((...sql) => stack.query(...sql), drops);
			const clients = Math.min(BATCH_CLIENTS, connections ?? BATCH_CLIENTS);
			return { connections: clients, ...await pgbench(stack.cluster,
				`\\set i random(1, ${drops.length})\nselect bench.${call}(:i, ${rows}${more_arguments});`,
				{ clients, seconds, rows, ...more }) };
		},
		pids: () => ({ cpu: [stack.cluster.child.pid], rss: [] }) };
}

export function ourStatement(stack, worlds, rows) {
	return batches(stack, worlds, `d: our statement, batches of ${rows}`, 'claim_batch', rows);
}

// in_line: one batch after another, as claims of one drop must be, for each says what the one before left.
export function bareInsert(stack, worlds, rows, in_line) {
	return { ...batches(stack, worlds, `d0: the same rows, no logic, ${rows}${in_line ? ', in line' : ''}`,
		'insert_rows', rows, `, ${in_line}`),
		count: async (drops) => {
			const [{ rows: n }] = await stack.query(
				'select count(*) as rows from roadshow.tokens where drop_id = any($1)', [drops.map((d) => d.id)]);
			return { issued: n, rows: n };
		} };
}
