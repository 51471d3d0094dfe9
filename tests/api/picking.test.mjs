// SPDX-License-Identifier: Apache-2.0
//
// Pick lists: one holder at a time, a stale holder is refused, what is short goes elsewhere, what is
// handed over leaves the shelf once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, beforeEach, describe, it } from 'node:test';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

after(() => fx.anonymous().close());

const FAN = { lat: 40.7128, lon: -73.9600 };
let c, p, near, far, sku;
beforeEach(async () => {
	[c, p] = await Promise.all([fx.creator(), fx.partner()]);
	[near, far, { sku }] = [await fx.hub(c, fx.PLACES.williamsburg, { partner_id: p.id }),
		await fx.hub(c, fx.PLACES.soho), await fx.product(c)];
	await fx.stock(c, near.id, sku, 10);
	await fx.stock(c, far.id, sku, 10);
});

const claim = (over = {}, api = p.api) => api.post(`/v1/hubs/${near.id}/picklists/claim`, over);
const step = (list, what, body = {}, api = p.api) =>
	api.post(`/v1/picklists/${list.id}/${what}`, { fencing: list.lease.fencing, ...body });
const orders = (n, over) => Promise.all(Array.from({ length: n }, async () => fx.ok(await fx.order(c, sku, FAN, over))));
const parcels = (made) => ({ parcels: made.map((o) => ({ order_id: o.id, weight_g: 400 })) });

async function shelf(hub) {
	const { stock } = fx.ok(await c.api.get(`/v1/hubs/${hub.id}/stock`), 200);
	const { on_hand, reserved } = stock.find((s) => s.sku === sku);
	return { on_hand, reserved };
}

describe('a pick list', () => {
	it('is printed, and told as CSV, to who may see it', async () => {
		const [o] = await orders(1);
		const list = fx.ok(await p.api.post(`/v1/hubs/${near.id}/picklists/claim`, {}), 200);
		const html = await p.api.get(`/v1/picklists/${list.id}/print`);
		assert.deepEqual([html.status, html.headers['content-type']], [200, 'text/html; charset=utf-8']);
		assert.match(html.headers['content-security-policy'], /^default-src 'none'; style-src 'sha256-/);
		assert.ok(html.text.includes(o.id) && html.text.includes(sku) && html.text.includes('<svg'));
		assert.ok(!/https?:|src=|<script/.test(html.text), 'it loads nothing');
		const csv = await p.api.get(`/v1/picklists/${list.id}/csv`);
		assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8');
		assert.ok(csv.text.split('\r\n').some((l) => l.includes(o.id) && l.endsWith(',1')), csv.text);
		const other = await fx.partner();
		for (const what of ['print', 'csv']) assertProblem(await other.api.get(`/v1/picklists/${list.id}/${what}`), 404);
	});

	it('goes from claim to hand-over, and the shelf, the orders and the ledger agree', async () => {
		const made = await orders(3);
		const list = fx.ok(await claim(), 200);
		assert.equal(list.state, 'claimed');
		assert.deepEqual(list.lines.map((l) => [l.sku, l.quantity]), [[sku, 3]]);
		assert.deepEqual(list.orders.map((o) => o.order_id).sort(), made.map((o) => o.id).sort());
		assert.ok(new Date(list.lease.expires_at) > new Date());
		assert.equal(fx.ok(await step(list, 'pick', { lines: [{ sku, picked: 3 }] }), 200).state, 'picked');
		assert.equal(fx.ok(await step(list, 'pack', parcels(made)), 200).state, 'packed');
		assert.deepEqual(await shelf(near), { on_hand: 10, reserved: 3 });
		const done = fx.ok(await step(list, 'hand-over', { name: 'Courier' }), 200);
		assert.equal(done.state, 'handed_over');
		assert.equal(done.lease, null);
		assert.deepEqual(await shelf(near), { on_hand: 7, reserved: 0 });
		for (const o of made)
			assert.equal(fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200).state, 'fulfilled');
		const kinds = (await c.api.all('/v1/ledger', 'entries')).filter((e) => e.subject === list.id).map((e) => e.kind);
		assert.deepEqual(kinds, ['picklist.claimed', 'picklist.picked', 'picklist.packed', 'picklist.handed_over']);
		assertProblem(await step(list, 'hand-over', { name: 'Courier' }), 409, 'lease_lost');
	});

	it('is not there when nothing is to be picked', async () => {
		const none = await claim();
		assert.equal(none.status, 204, none.text);
		await orders(1);
		fx.ok(await claim(), 200);
		assert.equal((await claim()).status, 204);
	});

	it('is leased to one of many who ask at once', async () => {
		await orders(5);
		const answers = await Promise.all(Array.from({ length: 10 }, () => claim()));
		assert.deepEqual(answers.map((a) => a.status).sort(), [200, ...Array(9).fill(204)]);
	});

	it('is the same lease when the claim is repeated under its key', async () => {
		await orders(1);
		const idem = randomUUID();
		const first = await p.api.post(`/v1/hubs/${near.id}/picklists/claim`, {}, { idem });
		const again = await p.api.post(`/v1/hubs/${near.id}/picklists/claim`, {}, { idem });
		fx.ok(first, 200);
		assert.equal(again.text, first.text);
		assert.equal(again.headers['idempotent-replayed'], 'true');
	});

	it('goes to the next when its lease is lost, and the former holder is refused', async () => {
		const made = await orders(2);
		const lost = fx.ok(await claim({ lease_s: 1 }), 200);
		await new Promise((r) => setTimeout(r, 1100));
		for (const [what, body] of [['heartbeat'], ['pick', { lines: [{ sku, picked: 2 }] }]])
			assertProblem(await step(lost, what, body), 409, 'lease_lost');
		const found = fx.ok(await claim(), 200);
		assert.equal(found.id, lost.id);
		assert.ok(found.lease.fencing > lost.lease.fencing, 'the fencing token rises');
		assertProblem(await step(lost, 'pick', { lines: [{ sku, picked: 2 }] }), 409, 'lease_lost');
		fx.ok(await step(found, 'pick', { lines: [{ sku, picked: 2 }] }), 200);
		fx.ok(await step(found, 'pack', parcels(made)), 200);
		assertProblem(await step(lost, 'hand-over', { name: 'x' }), 409, 'lease_lost');
		fx.ok(await step(found, 'hand-over', { name: 'x' }), 200);
	});

	it('is kept by a heartbeat', async () => {
		await orders(1);
		const list = fx.ok(await claim({ lease_s: 1 }), 200);
		const beat = fx.ok(await step(list, 'heartbeat', { lease_s: 60 }), 200);
		assert.ok(new Date(beat.lease.expires_at) - Date.now() > 50e3);
		await new Promise((r) => setTimeout(r, 1100));
		assert.equal((await claim()).status, 204, 'nobody else gets it');
		fx.ok(await step(list, 'pick', { lines: [{ sku, picked: 1 }] }), 200);
	});

	it('goes its way in order only', async () => {
		const made = await orders(1);
		const list = fx.ok(await claim(), 200);
		assertProblem(await step(list, 'pack', parcels(made)), 409, 'wrong_state');
		assertProblem(await step(list, 'hand-over', { name: 'x' }), 409, 'wrong_state');
		fx.ok(await step(list, 'pick', { lines: [{ sku, picked: 1 }] }), 200);
		assertProblem(await step(list, 'pick', { lines: [{ sku, picked: 1 }] }), 409);
		assertProblem(await step(list, 'pack', { parcels: [{ order_id: randomUUID(), weight_g: 1 }] }), 422, 'unknown_order');
	});

	it('refuses what it does not ask for', async () => {
		await orders(2);
		const list = fx.ok(await claim(), 200);
		assertProblem(await step(list, 'pick', { lines: [{ sku, picked: 3 }] }), 422, 'picked_too_many');
		assertProblem(await step(list, 'pick', { lines: [{ sku: 'nothing', picked: 1 }] }), 422, 'unknown_sku');
		assertProblem(await step(list, 'pick', { lines: [{ sku, picked: -1 }] }), 422);
		assertProblem(await step(list, 'reject', { reason: 'do not feel like it' }), 422);
	});

	it('that comes up short sends the rest to another hub, never the same', async () => {
		const made = await orders(3);
		const list = fx.ok(await claim(), 200);
		fx.ok(await step(list, 'pick', { lines: [{ sku, picked: 1 }] }), 200);
		const now = await Promise.all(made.map(async (o) => fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200)));
		const hubs = now.map((o) => o.shipments.map((s) => s.hub_id)).flat();
		assert.deepEqual(hubs.filter((h) => h === near.id).length, 1);
		assert.deepEqual(hubs.filter((h) => h === far.id).length, 2);
		assert.deepEqual(await shelf(near), { on_hand: 8, reserved: 1 }, 'what was not there is not counted');
		assert.deepEqual(await shelf(far), { on_hand: 10, reserved: 2 });
		const moved = now.find((o) => o.shipments[0].hub_id === far.id);
		const { decisions } = fx.ok(await c.api.get(`/v1/orders/${moved.id}/routing`), 200);
		assert.equal(decisions.length, 2);
		assert.equal(decisions[1].candidates.find((k) => k.hub_id === near.id).verdict, 'failed_before');
	});

	it('that comes up short sends a substitute where the order allows one', async () => {
		const other = (await fx.product(c)).sku;
		await fx.stock(c, near.id, other, 1);
		const lines = [{ sku, quantity: 2, substitutes: [other] }];
		const [o] = await orders(1, { lines });
		assert.deepEqual(o.lines, lines);
		assertProblem(await fx.order(c, sku, FAN, { lines: [{ sku, quantity: 1, substitutes: [sku] }] }), 422, 'duplicate_sku');
		assertProblem(await fx.order(c, sku, FAN, { lines: [{ sku, quantity: 1, substitutes: [] }] }), 422, 'validation_failed');
		const list = fx.ok(await claim(), 200);
		assert.deepEqual(list.orders[0].lines[0].substitutes, [other]);
		const pick = (n, idem) => p.api.post(`/v1/picklists/${list.id}/pick`, { fencing: list.lease.fencing,
			lines: [{ sku, picked: 1, substitutes: [{ sku: other, quantity: n }] }] }, { idem });
		assertProblem(await pick(2), 409, 'substitute_not_allowed');
		const key = randomUUID(), picked = fx.ok(await pick(1, key), 200);
		assert.deepEqual((await pick(1, key)).json, picked);
		assert.deepEqual(picked.orders[0].lines.find((l) => l.sku === other), { sku: other, quantity: 1, picked: 1, short: 0, substitute_of: sku });
		assert.ok((await p.api.get(`/v1/picklists/${list.id}/print`)).text.includes(`instead of <bdi>${sku}</bdi>`));
		fx.ok(await step(list, 'pack', parcels([o])), 200);
		fx.ok(await step(list, 'hand-over', { name: 'Courier' }), 200);
		const done = fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200);
		assert.equal(done.state, 'fulfilled');
		assert.deepEqual(done.shipments[0].lines.sort((x, y) => ('substitute_of' in x) - ('substitute_of' in y)),
			[{ sku, quantity: 1 }, { sku: other, quantity: 1, substitute_of: sku }]);
		assert.deepEqual(await shelf(near), { on_hand: 8, reserved: 0 }, 'what was short is not there');
	});

	it('that is rejected is routed elsewhere as a whole', async () => {
		const made = await orders(2);
		const list = fx.ok(await claim(), 200);
		const rejected = fx.ok(await step(list, 'reject', { reason: 'hub_closed' }), 200);
		assert.deepEqual([rejected.state, rejected.acceptance, rejected.rejection], ['cancelled', 'rejected', 'hub_closed']);
		assert.deepEqual(await shelf(near), { on_hand: 10, reserved: 0 });
		for (const o of made) {
			const now = fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200);
			assert.deepEqual(now.shipments.map((s) => s.hub_id), [far.id]);
		}
	});

	it('is listed for its partner and its creator', async () => {
		await orders(1);
		const list = fx.ok(await claim(), 200);
		for (const api of [p.api, c.api]) {
			const { picklists } = fx.ok(await api.get('/v1/picklists'), 200);
			assert.deepEqual(picklists.map((l) => l.id), [list.id]);
		}
		assert.equal(fx.ok(await p.api.get(`/v1/picklists/${list.id}`), 200).id, list.id);
	});
});
