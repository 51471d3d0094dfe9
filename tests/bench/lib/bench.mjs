// SPDX-License-Identifier: Apache-2.0
//
// What every bench shares: its options, the order of turns, the table, and one JSON line for each
// measurement in .run/bench/<name>.jsonl:
//
//   {bench, contestant, connections, workers, rate, p50_ms, p99_ms, cpu_s_per_1k, rss_mb, errors,
//    ratio_to}
//
// rate: of what the bench counts, a second. cpu_s_per_1k: seconds of CPU of service and PostgreSQL for
// 1,000 of them, the load generator not counted. rss_mb: the largest process of the service at the end.
// bytes: that were sent, gzipped; only where a bench counts them. ratio_to: {contestant: how many times its rate this one reaches, in the same round}. What does not
// apply is null.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../crash/lib/stack.mjs';

process.setMaxListeners(64); // every child that is started ends with us

const FIELDS = ['bench', 'contestant', 'connections', 'workers', 'rate', 'p50_ms', 'p99_ms', 'cpu_s_per_1k',
	'rss_mb', 'errors', 'ratio_to'];
const COLUMNS = [['rate/s', 'rate', 0], ['p50 ms', 'p50_ms', 2], ['p99 ms', 'p99_ms', 2],
	['CPU s/1k', 'cpu_s_per_1k', 3], ['RSS MB', 'rss_mb', 0], ['errors', 'errors', 0]];

// --quick, --seconds, --rounds, --workers and --connections (a list), with a bench's own defaults, for
// quick runs too, and whatever else it takes.
export function options(usual, quick, more = {}) {
	const { values } = parseArgs({ options: {
		quick: { type: 'boolean', default: false }, seconds: { type: 'string' }, rounds: { type: 'string' },
		workers: { type: 'string' }, connections: { type: 'string' }, ...more } });
	const chosen = values.quick ? { ...usual, ...quick } : usual;
	const number = (name) => Number(values[name] ?? chosen[name]);
	return { ...chosen, ...values, seconds: number('seconds'), rounds: number('rounds'),
		workers: number('workers') || 1,
		connections: values.connections?.split(',').map(Number) ?? chosen.connections };
}

export const median = (list) => {
	const known = list.filter((v) => v !== null && v !== undefined).sort((a, b) => a - b);
	return known.length ? known[Math.floor(known.length / 2)] : null;
};

const text = (v, digits) => (v === null || v === undefined ? '–'
	: v.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }));

export class Bench {
	constructor(name) {
		this.name = name;
		this.measured = [];
		const dir = path.join(ROOT, '.run/bench');
		fs.mkdirSync(dir, { recursive: true });
		this.file = path.join(dir, `${name}.jsonl`);
	}

	// Each of `contestants` in turn, `rounds` times: A B C A B C. `turn` measures one of them and
	// returns what of the fields it knows; `bench` tells this comparison from others of the same bench.
	async interleave(bench, contestants, rounds, turn) {
		const all = [];
		for (let round = 1; round <= rounds; round++) {
			const these = [];
			for (const who of contestants) {
				const m = { bench, contestant: who.name, workers: who.workers ?? null, ...await turn(who) };
				these.push(m);
				console.log(`  ${bench}, round ${round}: ${who.name.padEnd(34)} ${text(m.rate, 0).padStart(9)}/s`);
			}
			this.record(these);
			all.push(...these);
		}
		return all;
	}

	// Measurements that were made beside each other.
	record(these) {
		for (const m of these) {
			m.ratio_to = Object.fromEntries(these.filter((o) => o !== m && o.rate > 0)
				.map((o) => [o.contestant, Number((m.rate / o.rate).toFixed(3))]));
			const line = Object.fromEntries(FIELDS.map((f) => [f, m[f] ?? null]));
			if (m.bytes !== undefined) line.bytes = m.bytes;
			fs.appendFileSync(this.file, `${JSON.stringify(line)}\n`);
		}
		this.measured.push(...these);
	}

	// The median over rounds of one comparison.
	median(bench, contestant, field, connections) {
		return median(this.measured.filter((m) => m.bench === bench && m.contestant === contestant &&
			(connections === undefined || m.connections === connections)).map((m) => m[field]));
	}

	table(title) {
		console.log(`\n${title}; medians; ${os.cpus().length} cores, the load generator among them\n`);
		const keys = new Map(this.measured.map((m) => [`${m.bench}|${m.connections}|${m.contestant}`, m]));
		console.log(`${'bench'.padEnd(22)} ${'conns'.padStart(6)} ${'contestant'.padEnd(36)}` +
			COLUMNS.map(([head]) => head.padStart(11)).join(''));
		for (const m of keys.values())
			console.log(`${m.bench.padEnd(22)} ${String(m.connections ?? '–').padStart(6)} ${m.contestant.padEnd(36)}` +
				COLUMNS.map(([, field, digits]) =>
					text(this.median(m.bench, m.contestant, field, m.connections), digits).padStart(11)).join(''));
	}

	// A bar of the project: says whether `value` reaches it. Speed is never a reason to fail.
	static bar(what, value, least, digits = 2) {
		if (value === null || Number.isNaN(value)) return;
		console.log(`  ${value >= least ? 'reached' : 'MISSED '}  ${what}: ${text(value, digits)} (bar ${least})`);
	}

	static limit(what, value, most, digits = 2) {
		if (value === null || Number.isNaN(value)) return;
		console.log(`  ${value <= most ? 'reached' : 'MISSED '}  ${what}: ${text(value, digits)} (at most ${most})`);
	}
}
