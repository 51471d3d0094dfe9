// SPDX-License-Identifier: Apache-2.0
//
// What a device downloads: the mirror of an event with 10,000 tokens, and what 100 changes of it come to,
// gzipped; how long both take; and what the worker's memory grows by meanwhile.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, Stack } from '../crash/lib/stack.mjs';
import { contact, world } from '../crash/lib/load.mjs';
import { enrol } from './lib/devices.mjs';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false }, tokens: { type: 'string' } } });
const TOKENS = Number(args.tokens ?? (args.quick ? 1000 : 10000));
const SNAPSHOT_BYTES_MAX = 400e3, DELTA_BYTES_MAX = 10e3;

const stack = await Stack.start({ workers: 1, db_connections: 2, env: { ROADSHOW_RATE_PER_KEY: '1000000', ROADSHOW_LOG_LEVEL: 'warn' } });
try {
	const w = await world(stack);
	const drop = await w.drop({ quantity: TOKENS + 100, tokenized: TOKENS });
	const tokens = []; // one a claim, whose ids have nothing in common: the dearest mirror there is
	await Promise.all(Array.from({ length: 64 }, async () => {
		for (;;) {
			const a = await w.api.post(`/v1/drops/${drop.id}/claims`, { contact: contact() }, { contract: false });
			if (a.status !== 201) return;
			tokens.push(...a.json.tokens);
		}
	}));
	assert.equal(tokens.length, TOKENS);
	const device = await enrol(stack, w, 'till');
	const rss = () => Math.max(...stack.service.workers().map((pid) =>
		Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]))) / 1024;
	const before = rss(), began = Date.now();
	const snapshot = await device.mirror();
	const took = Date.now() - began;
	assert.equal(Object.keys(device.state.mirror.tokens).length, TOKENS);
	for (const t of tokens.slice(0, 100)) assert.equal((await w.api.post(`/v1/tokens/${t.id}/cancel`, {})).status, 200);
	const again = Date.now();
	const delta = await device.mirror();
	const result = { tokens: TOKENS, snapshot_bytes: snapshot.bytes, snapshot_ms: took, requests: snapshot.requests,
		delta_changes: 100, delta_bytes: delta.bytes, delta_ms: Date.now() - again, worker_grew_mb: Math.round(rss() - before) };
	console.log(JSON.stringify(result, null, 1));
	const dir = path.join(ROOT, '.run/bench');
	fs.mkdirSync(dir, { recursive: true });
	fs.appendFileSync(path.join(dir, 'mirror.jsonl'), `${JSON.stringify({ at: new Date().toISOString(), ...result })}\n`);
	assert.ok(snapshot.bytes <= SNAPSHOT_BYTES_MAX * TOKENS / 10000, `a snapshot of ${snapshot.bytes} bytes`);
	assert.ok(delta.bytes <= DELTA_BYTES_MAX, `a delta of ${delta.bytes} bytes`);
} finally {
	await stack.stop();
}
