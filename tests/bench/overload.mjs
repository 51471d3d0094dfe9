// SPDX-License-Identifier: Apache-2.0
//
// Three times more claims of one hot drop than the service can do, beside five creators who ask for
// little: what is served, how soon the excess is refused, what the neighbours wait for and whether any
// of theirs is refused, memory, and how soon it is over. Compared with the hot drop's peak and with the
// same neighbours on a quiet service, measured in the same round. Beside the neighbours pgbench writes as many
// bare rows, past the service: what the storm takes from anybody who commits on this machine.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { contact } from '../crash/lib/load.mjs';
import { Bench, median, options } from './lib/bench.mjs';
import { oneRow, roadshow } from './lib/contestants.mjs';
import { arrivals } from './lib/load.mjs';
import { largestMb } from './lib/process.mjs';
import { makePeers } from './lib/tables.mjs';
import { benchStack, worlds } from './lib/world.mjs';

const args = options({ seconds: 6, rounds: 3, connections: [1024] }, { seconds: 2, rounds: 1, connections: [512] });
const TIMES = 3, NEIGHBOURS = 5, NEIGHBOURS_RATE = 50, QUEUE = '512', UNITS = 1000000;

const stack = await benchStack({ quick: args.quick, workers: args.workers, env: { ROADSHOW_DB_QUEUE_MAX: QUEUE } });
const bench = new Bench('overload');
try {
	await makePeers((...sql) => stack.query(...sql));
	const [hot, ...few] = await worlds(stack, 1 + NEIGHBOURS);
	const ours = roadshow(stack, [hot], args.workers), theirs = roadshow(stack, few, args.workers), rows = oneRow(stack);
	const url = stack.service.plain_url, [connections] = args.connections;
	const storm = async (rate, n) => arrivals(url, await ours.drops(1, UNITS), { connections: n, rate, seconds: args.seconds });
	const neighbours = async () => arrivals(url, await theirs.drops(NEIGHBOURS, UNITS),
		{ connections: 32, rate: NEIGHBOURS_RATE, seconds: args.seconds });
	const bare = async () => rows.load(await rows.drops(NEIGHBOURS, UNITS), NEIGHBOURS, args.seconds, { pace: NEIGHBOURS_RATE });
	const base = { workers: args.workers, connections };
	const ratios = { goodput: [], neighbours: [], bare: [] }, recoveries = [], memory = [];
	for (let round = 1; round <= args.rounds; round++) {
		await stack.query('checkpoint');
		const [quiet, quietRows] = await Promise.all([neighbours(), bare()]);
		const peak = await storm(1000000 / args.seconds, 128); // never idle: as fast as answers come
		const before = largestMb(stack.service.workers());
		const [over, beside, besideRows] = await Promise.all([storm(Math.ceil(peak.rate * TIMES), connections), neighbours(), bare()]);
		const after = largestMb(stack.service.workers()), ended = performance.now();
		const [w] = few;
		let waited;
		do {
			const asked = performance.now();
			const a = await w.api.post(`/v1/drops/${w.first.id}/claims`, { contact: contact() }, { idem: randomUUID(), contract: false });
			assert.equal(a.status, 201, a.text);
			waited = performance.now() - asked;
		} while (waited > 3 * Math.max(quiet.p99_ms, 5));
		recoveries.push(performance.now() - ended);
		memory.push(after - before);
		for (const m of [over, beside, quiet]) assert.equal(m.other + m.broken + m.sold_out, 0, JSON.stringify(m));
		assert.equal(over.without_retry_after, 0, 'every refusal says when to come back');
		assert.equal(beside.unavailable + beside.limited, 0, `no neighbour is refused: ${JSON.stringify(beside)}`);
		bench.record([
			{ ...base, bench: 'hot', contestant: 'peak', ...peak, errors: peak.unavailable + peak.limited },
			{ ...base, bench: 'hot', contestant: `${TIMES} times as much`, ...over, errors: over.unavailable + over.limited }]);
		bench.record([
			{ ...base, bench: 'neighbours', contestant: 'on a quiet service', ...quiet },
			{ ...base, bench: 'neighbours', contestant: 'beside the storm', ...beside }]);
		bench.record([
			{ ...base, bench: 'bare rows', contestant: 'on a quiet service', ...quietRows, connections: NEIGHBOURS },
			{ ...base, bench: 'bare rows', contestant: 'beside the storm', ...besideRows, connections: NEIGHBOURS }]);
		ratios.goodput.push(over.rate / peak.rate);
		ratios.neighbours.push(beside.p99_ms / quiet.p99_ms);
		ratios.bare.push(besideRows.p99_ms / quietRows.p99_ms);
		console.log(`  round ${round}: peak ${peak.rate.toFixed(0)}/s; of ${over.due} due ${over.made} made, ${over.unavailable} refused ` +
			`(p50 ${over.refused_asked_p50_ms} ms after they asked, p99 ${over.refused_asked_p99_ms}; ${over.refused_p50_ms} and ` +
			`${over.refused_p99_ms} after they were due), ${over.unanswered} found no connection; neighbours p99 ` +
			`${quiet.p99_ms} → ${beside.p99_ms} ms, bare rows' ${quietRows.p99_ms} → ${besideRows.p99_ms}; ${(after - before).toFixed(1)} MB more; over in ${recoveries.at(-1).toFixed(0)} ms`);
	}
	bench.table('overload');
	if (!args.quick) {
		console.log('');
		Bench.bar('goodput to peak', median(ratios.goodput), 0.9);
		Bench.limit('neighbours\' p99 to theirs on a quiet service', median(ratios.neighbours), 3);
		console.log(`           bare rows' p99 past the service: ${median(ratios.bare).toFixed(2)} times`);
		Bench.limit('MB that the storm added to a worker', Math.max(...memory), 30, 1);
		Bench.limit('ms until it was over', Math.max(...recoveries), 1000, 0);
	}
} finally {
	await stack.stop();
}
