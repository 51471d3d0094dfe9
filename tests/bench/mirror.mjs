// SPDX-License-Identifier: Apache-2.0
//
// What a device downloads: the mirror of an event with 10,000 tokens, and what 100 changes of it come to,
// gzipped; how long both take; and what the worker's memory grows by meanwhile. For 100,000 tokens see growth.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Bench, options } from './lib/bench.mjs';
import { mirrors } from './lib/mirror.mjs';
import { benchStack, worlds } from './lib/world.mjs';

const args = options({ tokens: 10000, rounds: 10 }, { tokens: 1000, rounds: 2 }, { tokens: { type: 'string' } });
const TOKENS = Number(args.tokens), SNAPSHOT_BYTES_MAX = 400e3 * TOKENS / 10000, DELTA_BYTES_MAX = 10e3;

const stack = await benchStack({ quick: args.quick, workers: args.workers });
try {
	const [w] = await worlds(stack, 1);
	const most = () => Math.max(...stack.service.workers().map((pid) =>
		Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]))) / 1024;
	const before = most(), bench = new Bench('mirror');
	const measured = await mirrors(stack, w, TOKENS, [100], args.rounds), [snapshot, delta] = measured;
	bench.record(measured.map((m) => ({ bench: `${TOKENS.toLocaleString('en')} tokens`, workers: args.workers, rss_mb: most(), ...m })));
	bench.table('mirrors a second');
	console.log(`\n  the worker grew by ${(most() - before).toFixed(1)} MB\n`);
	Bench.limit('bytes of a snapshot', snapshot.bytes, SNAPSHOT_BYTES_MAX, 0);
	Bench.limit('bytes of a delta', delta.bytes, DELTA_BYTES_MAX, 0);
	assert.ok(snapshot.bytes <= SNAPSHOT_BYTES_MAX && delta.bytes <= DELTA_BYTES_MAX, 'sizes do not depend on the machine');
} finally {
	await stack.stop();
}
