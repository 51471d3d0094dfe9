// SPDX-License-Identifier: Apache-2.0
//
// Load: wrk over HTTP (as fast as answers come), arrivals.c over HTTP (at a constant rate, whether they
// come or not) and pgbench straight at the database. All return {made, seconds, rate, p50_ms, p99_ms,
// errors} and more of their own; `made` counts what was acknowledged.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pgBin, ROOT } from '../../crash/lib/stack.mjs';
import { run } from './process.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));

// A directory for one run's files, gone with the process.
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-bench-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

// targets: [{path, key}]; requests go to them in turn, each from another fan under another key.
export function targetsFile(targets) {
	const file = path.join(scratch, randomUUID());
	fs.writeFileSync(file, targets.map((t) => `${t.path} ${t.key}\n`).join(''));
	return file;
}

export async function wrk(url, targets, connections, seconds) {
	const out = await run('wrk', ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '10s',
		'-s', `${HERE}/claims.lua`, url, '--', targetsFile(targets), randomUUID()]);
	const m = JSON.parse(/^JSON (.*)$/m.exec(out)[1]);
	return { ...m, rate: m.made / m.seconds, errors: m.refused + m.failed + m.sold_out + m.socket_errors };
}

export async function arrivals(url, targets, { connections, rate, seconds }) {
	const program = path.join(ROOT, 'build/bench/arrivals');
	await run('make', ['-s', 'build/bench/arrivals'], { cwd: ROOT });
	const out = await run(program, [new URL(url).port, connections, rate, seconds, targetsFile(targets), randomUUID()]
		.map(String));
	const m = JSON.parse(/^JSON (.*)$/m.exec(out)[1]);
	return { ...m, rate: m.made / seconds, errors: m.other + m.broken + m.unanswered };
}

const quantile = (sorted, q) => (sorted.length ? sorted[Math.floor((sorted.length - 1) * q)] : null);

// `script` is pgbench's; each of its transactions does `rows` of what is counted. pace: that many
// transactions a second and no more; latencies then count from when each was due.
export async function pgbench(cluster, script, { clients, seconds, rows = 1, pace }) {
	const dir = fs.mkdtempSync(path.join(scratch, 'pgbench-'));
	fs.writeFileSync(path.join(dir, 'script'), script);
	const out = await run(pgBin('pgbench'), ['-n', '-M', 'prepared', '-f', 'script', '-c', String(clients),
		'-j', String(Math.min(2, clients)), '-T', String(seconds), ...(pace ? ['-R', String(pace)] : []), '-l', '--log-prefix=log', '-h', cluster.dir,
		'-p', String(cluster.port), '-U', 'postgres', 'roadshow'], { cwd: dir });
	const latencies = fs.readdirSync(dir).filter((f) => f.startsWith('log'))
		.flatMap((f) => fs.readFileSync(path.join(dir, f), 'utf8').split('\n').filter(Boolean)
			.map((line) => Number(line.split(' ')[2]) / 1000)).sort((a, b) => a - b);
	const failed = Number(/number of failed transactions: (\d+)/.exec(out)?.[1] ?? 0);
	const tps = Number(/tps = ([\d.]+)/.exec(out)?.[1] ?? 0); // none when nothing was done in time
	return { made: latencies.length * rows, seconds, rate: tps * rows, p50_ms: quantile(latencies, 0.5),
		p99_ms: quantile(latencies, 0.99), errors: failed };
}
