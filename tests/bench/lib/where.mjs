// SPDX-License-Identifier: Apache-2.0
//
// Where the time of a claim goes: the service's by what its functions belong to (perf), the database's
// by statement and node of the plan (auto_explain, on a batch of 256), constraints, WAL.
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import pg from 'pg';
import { pgBin, ROOT, sleep } from '../../crash/lib/stack.mjs';
import { cpuSeconds, run } from './process.mjs';
import { setTargets } from './tables.mjs';

const BATCH = 256;

// ---- the service ----------------------------------------------------------------------------------

const PARTS = [
	['kernel: sockets, epoll', (dso) => dso.startsWith('[')],
	['OpenSSL: signing and hashing', (dso) => /libcrypto|libssl/.test(dso)],
	['JSON', (dso, sym, dir) => /libyajl/.test(dso) || dir === 'json'],
	['libpq', (dso) => /libpq/.test(dso)],
	['src/db: lanes, parameters, rows', (dso, sym, dir) => dir === 'db'],
	['HTTP: Kore', (dso, sym, dir) => dir === 'kore'],
	['HTTP: src/http', (dso, sym, dir) => dir === 'http'],
	['auth: key and person', (dso, sym, dir) => dir === 'auth'],
	['claims: bind and render', (dso, sym, dir) => dir === 'tokens'],
	['src/crypto, src/base', (dso, sym, dir) => dir === 'crypto' || dir === 'base'],
	['C library', (dso) => /libc\.|libc-|ld-linux|vdso/.test(dso)],
	['other', () => true],
];

// Which folder of the sources a function of ours is from, by the objects of the build.
function foldersOf() {
	const obj = path.join(ROOT, 'build/release'), folders = new Map();
	for (const dir of fs.readdirSync(obj)) {
		const at = path.join(obj, dir);
		if (!fs.statSync(at).isDirectory()) continue;
		const objects = fs.readdirSync(at).filter((f) => f.endsWith('.o')).map((f) => path.join(at, f));
		if (objects.length === 0) continue;
		const symbols = execFileSync('nm', ['--defined-only', ...objects], { encoding: 'utf8', maxBuffer: 1 << 26 });
		for (const [, name] of symbols.matchAll(/ [tTwW] (\S+)$/gm)) folders.set(name.replace(/\..*/, ''), dir);
	}
	return folders;
}

async function service(stack, who, drops, connections) {
	const data = path.join(stack.dir, 'perf.data'), [worker] = stack.service.workers();
	const load = who.load(drops, connections, 5);
	await sleep(1000);
	try {
		await run('perf', ['record', '-q', '-F', '997', '-p', String(worker), '-o', data, '--', 'sleep', '3']);
	} catch (error) {
		console.log(`  (perf cannot look at the worker here: ${error.message.split('\n')[0]})`);
		return load;
	}
	const text = await run('perf', ['report', '-i', data, '--stdio', '-q', '--sort', 'dso,sym', '-F', 'overhead,dso,sym',
		'--percent-limit', '0']);
	const folders = foldersOf(), sums = new Map();
	for (const [, share, dso, sym] of text.matchAll(/^\s*([\d.]+)%\s+(\S+)\s+\[.\]\s+(\S+)/gm)) {
		const [part] = PARTS.find(([, is]) => is(dso, sym, dso === 'roadshowd' ? folders.get(sym.replace(/\..*/, '')) : undefined));
		sums.set(part, (sums.get(part) ?? 0) + Number(share));
	}
	console.log('\nThe worker\'s CPU, by what its functions belong to:');
	for (const [part, share] of [...sums].sort((a, b) => b[1] - a[1])) console.log(`  ${share.toFixed(1).padStart(6)} %  ${part}`);
	return load;
}

// ---- the database ---------------------------------------------------------------------------------

// Self time of each node: its own less its children's.
function* nodes(plan) {
	const total = (p) => (p['Actual Total Time'] ?? 0) * (p['Actual Loops'] ?? 1);
	const children = plan.Plans ?? [];
	yield { ms: total(plan) - children.reduce((sum, p) => sum + total(p), 0),
		what: [plan['Node Type'], plan.Operation, plan['Relation Name'], plan['Index Name'], plan['Function Name']]
			.filter(Boolean).join(' ') };
	for (const p of children) yield* nodes(p);
}

async function plans(stack, call) {
	const client = new pg.Client(stack.cluster.config('roadshow')), found = [];
	await client.connect();
	try {
		for (let i = 0; i < 8; i++) await client.query(call); // generic plans, warm pages
		await client.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0;
			set auto_explain.log_nested_statements = on; set auto_explain.log_analyze = on;
			set auto_explain.log_triggers = on; set auto_explain.log_format = json; set client_min_messages = log`);
		client.on('notice', (n) => {
			const [, ms, json] = /^duration: ([\d.]+) ms\s+plan:\s+([\s\S]*)$/.exec(n.message) ?? [];
			if (json) found.push({ ms: Number(ms), ...JSON.parse(json) });
		});
		await client.query(call);
	} finally {
		await client.end();
	}
	return found;
}

async function database(stack) {
	const found = await plans(stack, `select bench.claim_batch(1, ${BATCH})`);
	const brief = (query) => query.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim().slice(0, 76);
	console.log(`\nOne batch of ${BATCH} in PostgreSQL, by statement and its costliest nodes (measuring adds some):`);
	for (const s of found.sort((a, b) => b.ms - a.ms).slice(0, 14)) {
		console.log(`  ${s.ms.toFixed(2).padStart(8)} ms  ${brief(s['Query Text'])}`);
		const parts = [...nodes(s.Plan), ...(s.Triggers ?? []).map((t) => ({ ms: t.Time,
			what: `constraint ${t['Constraint Name'] ?? t['Trigger Name']}` }))];
		for (const n of parts.sort((a, b) => b.ms - a.ms).slice(0, 4).filter((p) => p.ms > 0.2))
			console.log(`  ${''.padStart(14)} ${n.ms.toFixed(2).padStart(7)} ms  ${n.what}`);
	}
}

async function wal(stack, who, drops, connections) {
	const state = async () => (await stack.query(`select pg_current_wal_insert_lsn() as lsn, wal_records, wal_bytes::float8,
		wal_fpi, wal_sync, wal_sync_time from pg_stat_wal`))[0];
	await stack.query('checkpoint');
	await who.load(drops, connections, 2); // past the first images of pages
	const before = await state(), m = await who.load(drops, connections, 3), after = await state();
	const per = (f) => ((after[f] - before[f]) / m.made).toFixed(2);
	console.log(`\nWAL: ${per('wal_bytes')} bytes and ${per('wal_records')} records a claim, ` +
		`${((after.wal_sync - before.wal_sync) / m.made * 1000).toFixed(1)} syncs for 1,000 claims`);
	const stats = await run(pgBin('pg_waldump'), ['--stats', '-p', `${stack.cluster.dir}/data/pg_wal`, '-s', before.lsn,
		'-e', after.lsn], stack.cluster.ids).catch((e) => `(${e.message.split('\n')[0]})`);
	console.log(stats.split('\n').filter((l) => /^(Heap|Btree|XLOG|Transaction|Type)/.test(l)).map((l) => `  ${l}`).join('\n'));
}

export async function where(stack, who, connections) {
	const drops = await who.drops(1, 1000000);
	await who.load(drops, connections, 1);
	const pgPid = stack.cluster.child.pid;
	const service0 = cpuSeconds([stack.service.parent]), database0 = cpuSeconds([pgPid]);
	const m = await service(stack, who, drops, connections);
	const share = (cpu) => (cpu / m.made * 1e6).toFixed(0);
	console.log(`\nCPU of a claim (${connections} connections, ${m.rate.toFixed(0)}/s): ` +
		`service ${share(cpuSeconds([stack.service.parent]) - service0)} µs, ` +
		`PostgreSQL ${share(cpuSeconds([pgPid]) - database0)} µs`);
	await setTargets((...sql) => stack.query(...sql), drops);
	await database(stack);
	await wal(stack, who, drops, connections);
}
