// SPDX-License-Identifier: Apache-2.0
//
// Devices that lie, break or mean harm: each gets a clear error or a rejected line, soon, and changes
// nothing that is not its own. And clocks that are hours, years or a jump off.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { assertProblem } from './lib/contract.mjs';
import { Device } from './lib/device.mjs';
import * as fx from './lib/fixtures.mjs';

after(() => fx.anonymous().close());
const MB = 1 << 20;
let v;
before(async () => {
	const c = await fx.creator(), ev = await fx.event(c), { sku } = await fx.product(c);
	const drop = await fx.drop(c, { event_id: ev.id, sku, quantity: 60, tokenized: 40, per_person: 20 });
	v = { c, ev, sku, drop };
});
const device = (options) => Device.enrol(v.c, v.ev.id, { profile: 'manager', ...options });
const told = (answer) => fx.ok(answer, 200).results.map((r) => [r.status, r.code].filter(Boolean).join(' '));
const state = async (t) => fx.ok(await v.c.api.get(`/v1/tokens/${t.id}`), 200).state;
// Answered within 10 s, whatever it is.
async function soon(promise) {
	const began = Date.now(), answer = await promise;
	assert.ok(Date.now() - began < 10000, `${Date.now() - began} ms`);
	return answer;
}

describe('a hostile body', () => {
	const nested = (n) => `${'['.repeat(n)}${']'.repeat(n)}\n`;
	for (const [what, body, headers, status] of [
		['8 MiB of noise', randomBytes(8 * MB - 1).map((b) => (b === 10 ? 11 : b)), {}, 200],
		['8 MiB of empty lines', Buffer.alloc(8 * MB - 1, '\n'), {}, [413, 422]],
		['10,001 lines', '{}\n'.repeat(10001), {}, 413],
		['a gzip bomb', gzipSync(Buffer.alloc(64 * MB)), { 'content-encoding': 'gzip' }, 422],
		['two gzip members', Buffer.concat([gzipSync('{}\n'), gzipSync('{}\n')]), { 'content-encoding': 'gzip' }, 422],
		['deep JSON', nested(30000), {}, 200],
		['invalid UTF-8', Buffer.from('{"seq":1,"kind":"\xff\xfe"}\n', 'latin1'), {}, 200],
		['a NUL', Buffer.from('{"seq":1,"prev":"\0"}\n'), {}, 200]])
		it(`of ${what} is answered`, async () => {
			const d = await device(), answer = await soon(d.signedAs('/v1/sync', body, { headers }));
			assert.ok([status].flat().includes(answer.status), `${answer.status} ${answer.text.slice(0, 300)}`);
			if (answer.status === 200) assert.ok(answer.json.results.every((r) => r.status === 'rejected'), 'nothing of it is believed');
			else assertProblem(answer);
			const next = await device();
			next.heartbeat();
			assert.deepEqual(told(await next.upload()), ['applied'], 'and the next one is heard');
		});

	it('with numbers at the edges is rejected line by line', async () => {
		const d = await device();
		const edges = ['1e400', '-0', '9007199254740993', '18446744073709551616', '1.5', '-1', '"1"', 'null', 'true', `1${'0'.repeat(400)}`];
		for (const n of edges)
			d.tellRaw(`{"seq":${d.state.log.length + 1},"prev":"${d.state.head}","ts":"2026-05-01T18:00:00Z","kind":"count","sku":"x","quantity":${n}}`);
		const results = told(await d.upload());
		assert.deepEqual(results.filter((r) => r === 'rejected malformed').length, edges.length - 1, results.join());
		assert.equal(results[1], 'applied', '-0 is 0');
	});

	it('with times at the edges is heard or rejected', async () => {
		const d = await device();
		for (const ts of ['1970-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-05-01T24:00:01Z', 'now', ''])
			d.tellRaw(JSON.stringify({ seq: d.state.log.length + 1, prev: d.state.head, ts, kind: 'note', text: 'x' }));
		assert.deepEqual(told(await d.upload()), ['applied', 'applied', ...Array(5).fill('rejected malformed')]);
	});
});

describe('a chain', () => {
	it('that is cut and spliced is a fork or a gap, and nothing behind the cut applies', async () => {
		const d = await device(), tokens = [await fx.token(v.c, v.drop.id), await fx.token(v.c, v.drop.id)];
		for (let i = 0; i < 3; i++) d.heartbeat();
		for (const t of tokens) d.tell('redeem', { token_id: t.id, version: 1 });
		const { log } = d.state;
		const other = await device();
		d.state.log = [log[0], log[1], log[4]];
		assertProblem(await d.upload({ from: 1 }), 409, 'gap');
		d.state.log = [...log.slice(0, 2), other.tell('redeem', { token_id: tokens[0].id, version: 1 })];
		assertProblem(await d.upload({ from: 1 }), 409);
		for (const t of tokens) assert.equal(await state(t), 'issued');
	});

	it('of another device is not this one\'s', async () => {
		const [a, b] = [await device(), await device()], t = await fx.token(v.c, v.drop.id);
		a.tell('redeem', { token_id: t.id, version: 1 });
		b.state.log = a.state.log;
		assertProblem(await b.upload({ from: 1 }), 409, 'fork');
		assert.equal(await state(t), 'issued');
	});
});

describe('what is another\'s', () => {
	it('is not reached by naming it', async () => {
		const c = await fx.creator(), ev = await fx.event(c), drop = await fx.drop(c, { event_id: ev.id, quantity: 10, tokenized: 5 });
		const theirs = await fx.token(c, drop.id), foreign = await Device.enrol(c, ev.id, { profile: 'manager' });
		const lease = fx.ok(await foreign.lease(drop.id, 2, fx.inSeconds(600)));
		const d = await device(), price = { amount: 1, currency: 'USD' };
		d.tell('redeem', { token: theirs.jwt });
		d.tell('redeem', { token_id: theirs.id, version: 1 });
		d.tell('sale', { lines: [{ drop_id: drop.id, quantity: 1, price, lease_id: lease.id }], payment: { method: 'cash' } });
		assert.deepEqual(told(await d.upload()), ['conflict not_genuine', 'conflict not_genuine', 'conflict unknown_product']);
		assert.equal(fx.ok(await c.api.get(`/v1/tokens/${theirs.id}`), 200).state, 'issued');
		assert.equal(fx.ok(await c.api.get(`/v1/drops/${drop.id}`), 200).counts.walk_in_sold, 0);
		assertProblem(await d.giveBack(lease.id), 404);
		assertProblem(await d.take(lease.id), 404);
		assertProblem(await d.lease(drop.id, 1, fx.inSeconds(600)), 404);
	});

	it('an annulment reaches its own device\'s events only', async () => {
		const [a, b] = [await device(), await device()], t = await fx.token(v.c, v.drop.id);
		a.tell('redeem', { token_id: t.id, version: 1 });
		await a.upload();
		b.heartbeat();
		b.tell('annul', { of: 1 });
		b.tell('annul', { of: 3 });
		assert.deepEqual(told(await b.upload()), ['applied', 'rejected nothing_to_annul', 'rejected nothing_to_annul']);
		assert.equal(await state(t), 'redeemed');
	});
});

describe('a clock', () => {
	const redeemed = async (t) => Date.parse(fx.ok(await v.c.api.get(`/v1/tokens/${t.id}`), 200).redeemed_at);
	for (const [what, ms] of [['hours behind', -5 * 3600e3], ['hours ahead', 9 * 3600e3], ['years behind', -10 * 365 * 86400e3],
		['years ahead', 30 * 365 * 86400e3]])
		it(`that is ${what} is corrected, and flagged`, async () => {
			const d = await device({ clock_ms: ms }), t = await fx.token(v.c, v.drop.id);
			d.tell('redeem', { token_id: t.id, version: 1 });
			assert.deepEqual(told(await d.upload()), ['applied']);
			assert.ok(Math.abs(await redeemed(t) - Date.now()) < 60e3);
			const shown = (await v.c.api.all(`/v1/events/${v.ev.id}/devices`, 'devices')).find((x) => x.id === d.id);
			assert.equal(shown.clock.flagged, true);
			assert.ok(Math.abs(shown.clock.skew_ms - ms) < 5000);
		});

	it('that jumps back between uploads is corrected on both sides of the jump', async () => {
		const d = await device(), tokens = [await fx.token(v.c, v.drop.id), await fx.token(v.c, v.drop.id)];
		d.tell('redeem', { token_id: tokens[0].id, version: 1 });
		await d.upload();
		d.clock_ms = -3 * 3600e3;
		d.tell('redeem', { token_id: tokens[1].id, version: 1 });
		assert.deepEqual(told(await d.upload()), ['applied']);
		const [a, b] = [await redeemed(tokens[0]), await redeemed(tokens[1])];
		assert.ok(Math.abs(a - Date.now()) < 60e3 && Math.abs(b - Date.now()) < 60e3);
		assert.ok(b >= a - 2000, 'in the order in which they happened');
	});

	it('in any zone tells the same instant, also in the hour that comes twice', async () => {
		const d = await device();
		const at = ['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00', '2026-10-25T00:30:00Z'];
		for (const ts of at) d.tellRaw(JSON.stringify({ seq: d.state.log.length + 1, prev: d.state.head, ts, kind: 'note', text: ts }));
		await d.upload();
		const notes = (await v.c.api.all(`/v1/events/${v.ev.id}/notes`, 'notes')).filter((n) => n.device_id === d.id);
		const times = Object.fromEntries(notes.map((n) => [n.text, Date.parse(n.at)]));
		assert.equal(times[at[1]] - times[at[0]], 3600e3);
		assert.equal(times[at[2]], times[at[0]]);
	});
});
