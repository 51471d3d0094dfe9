// SPDX-License-Identifier: Apache-2.0
//
// How long a claim takes when requests arrive at a constant rate (lib/arrivals.c): at 25, 50 and 75 % of
// what the service can do, and on a quiet service, where one request must not wait for any timer. A
// request's time counts from when it was due, so that a stall is paid for by all who would have come
// during it. Beside the quiet service: single claims by pgbench on one connection at the same pace, both
// a bare one-row function and our own statement with one item.
import assert from 'node:assert/strict';
import { Bench, options } from './lib/bench.mjs';
import { oneRow, ourStatement, roadshow } from './lib/contestants.mjs';
import { arrivals } from './lib/load.mjs';
import { makePeers } from './lib/tables.mjs';
import { benchStack, worlds } from './lib/world.mjs';

const args = options({ seconds: 5, rounds: 3, connections: [256] }, { seconds: 2, rounds: 1, connections: [64] });
const SHARES = [0.25, 0.5, 0.75], QUIET_RATE = 20, UNITS = 1000000;

const stack = await benchStack({ quick: args.quick, workers: args.workers });
const bench = new Bench('latency');
try {
	await makePeers((...sql) => stack.query(...sql));
	const own = await worlds(stack, 1), ours = roadshow(stack, own, args.workers);
	const [connections] = args.connections;
	const capacity = (await ours.load(await ours.drops(1, UNITS), connections, args.quick ? 1 : 4)).rate;
	console.log(`  capacity: ${capacity.toFixed(0)} claims a second at ${connections} connections`);

	const steady = SHARES.map((share) => ({ name: `ours at ${share * 100} % of capacity`, workers: args.workers,
		share }));
	await bench.interleave('steady', steady, args.rounds, async ({ share }) => {
		const m = await arrivals(stack.service.plain_url, await ours.drops(1, UNITS),
			{ connections, rate: Math.max(1, Math.floor(capacity * share)), seconds: args.seconds });
		assert.equal(m.other + m.broken + m.sold_out + m.limited, 0, JSON.stringify(m));
		console.log(`    p50 ${m.p50_ms} ms, p90 ${m.p90_ms}, p99 ${m.p99_ms}, p99.9 ${m.p999_ms}, most ${m.max_ms}; ` +
			`${m.unanswered + m.unavailable} of ${m.due} not served`);
		return { ...m, connections, errors: m.unanswered + m.unavailable };
	});

	const paced = { pace: QUIET_RATE };
	const quiet = [
		{ name: 'ours', workers: args.workers, load: async (seconds) => arrivals(stack.service.plain_url,
			await ours.drops(1, UNITS), { connections: 1, rate: QUIET_RATE, seconds }) },
		...[oneRow(stack), ourStatement(stack, own, 1)].map((who) => ({ name: who.name,
			load: async (seconds) => who.load(await who.drops(1, UNITS), 1, seconds, paced) })),
	];
	await bench.interleave('quiet', quiet, args.rounds, async (who) => ({ ...await who.load(args.seconds),
		connections: 1 }));
	bench.table('milliseconds from when a claim was due');
	const p50 = (start) => bench.median('quiet', bench.measured.find((m) => m.bench === 'quiet' &&
		m.contestant.startsWith(start)).contestant, 'p50_ms');
	console.log('');
	Bench.limit('quiet: ours to pgbench, one row a call (p50)', p50('ours') / p50('c:'), 2);
	Bench.limit('quiet: ours to pgbench, our statement with one item (p50)', p50('ours') / p50('d:'), 2);
} finally {
	await stack.stop();
}
