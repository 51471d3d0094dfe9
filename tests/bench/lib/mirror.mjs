// SPDX-License-Identifier: Apache-2.0
//
// What the mirror of an event with many tokens costs a device: all of it, and what has changed since. Each
// token is of a claim of its own, so that their ids have nothing in common: the dearest mirror there is.
import assert from 'node:assert/strict';
import { median } from './bench.mjs';
import { enrol } from './devices.mjs';
import { makeBatches, setTargets } from './tables.mjs';

const CLAIMS_AT_ONCE = 500, CALLERS = 16;

async function dropOf(stack, w, tokens) {
	const drop = await w.drop({ quantity: tokens, tokenized: tokens });
	const query = (...sql) => stack.query(...sql);
	await makeBatches(query);
	await setTargets(query, [{ creator: w.creator, id: drop.id }]);
	for (let done = 0; done < tokens; done += CLAIMS_AT_ONCE)
		await query('select bench.claim_batch(1, $1)', [Math.min(CLAIMS_AT_ONCE, tokens - done)]);
	const rows = await query('select id from roadshow.tokens where creator_id = $1 and drop_id = $2 order by id',
		[w.creator, drop.id]);
	assert.equal(rows.length, tokens);
	return rows.map((r) => r.id);
}

// The same mirror several times, as often as `times` says.
async function timed(device, since, times, contestant) {
	const took = [];
	let told;
	for (let i = 0; i < times; i++) {
		device.state.mirror = structuredClone(since);
		const asked = performance.now();
		told = await device.mirror();
		took.push(performance.now() - asked);
	}
	took.sort((a, b) => a - b);
	console.log(`  ${contestant.padEnd(20)} ${String(told.lines).padStart(8)} lines ${String(told.bytes).padStart(10)} bytes gzipped ` +
		`${String(told.requests).padStart(4)} requests ${median(took).toFixed(1).padStart(8)} ms`);
	return { contestant, connections: 1, rate: 1000 / median(took), p50_ms: median(took), p99_ms: took.at(-1),
		errors: 0, ...told };
}

// A snapshot, and deltas that span as many changes as `changes` says (ascending; each is a token cancelled).
export async function mirrors(stack, w, tokens, changes, times) {
	const ids = await dropOf(stack, w, tokens), device = await enrol(stack, w, 'till');
	const measured = [await timed(device, device.state.mirror, Math.min(times, 3), 'snapshot')], [all] = measured;
	assert.equal(Object.keys(device.state.mirror.tokens).length, tokens);
	assert.equal(all.snapshot, true);
	const since = device.state.mirror;
	let changed = 0;
	for (const n of changes) {
		await Promise.all(Array.from({ length: CALLERS }, async () => {
			while (changed < n) {
				const id = ids[changed++], a = await w.api.post(`/v1/tokens/${id}/cancel`, {}, { contract: false });
				assert.equal(a.status, 200, a.text);
			}
		}));
		const delta = await timed(device, since, times, `${n.toLocaleString('en')} changes`);
		assert.equal(delta.snapshot, false);
		assert.equal(delta.lines, n);
		assert.equal(Object.values(device.state.mirror.tokens).filter((t) => t.state === 'cancelled').length, n);
		measured.push(delta);
	}
	return measured;
}
