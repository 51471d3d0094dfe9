// SPDX-License-Identifier: Apache-2.0
//
// Hubs and what lies in them, from outside: the full model under If-Match, goods that come, go and are
// on their way, outages that send orders elsewhere, and a partner who sees its own and nothing else.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

after(() => fx.anonymous().close());

const { williamsburg, soho } = fx.PLACES;
const FAN = { lat: 40.7128, lon: -73.9600 };
const hubsOf = (order) => order.shipments.map((s) => s.hub_id);

async function patch(c, hub, body) {
	const { headers } = await c.api.get(`/v1/hubs/${hub.id}`);
	return c.api.request('PATCH', `/v1/hubs/${hub.id}`, { body, headers: { 'if-match': headers.etag } });
}

describe('a hub', () => {
	let c;
	before(async () => { c = await fx.creator(); });

	it('is changed as a whole', async () => {
		const h = await fx.hub(c, soho);
		const change = { name: 'Other', kind: 'venue', lat: 1.5, lon: -2.5, time_zone: 'Europe/Berlin', capacity: 7,
			day_capacity: 9, handling_minutes: 5, radius_km: 3, active: false, cost_per_order: 100, cost_per_km: 10,
			cut_offs: [{ weekday: 2, at: '11:00' }], opening_hours: [{ weekday: 2, from: '09:00', until: '24:00' }],
			exceptions: [{ date: '2026-12-24', cut_offs: ['10:00'], opening_hours: [{ from: '09:00', until: '12:00' }] }],
			event_id: (await fx.event(c)).id, partner_id: (await fx.partner()).id };
		const changed = fx.ok(await patch(c, h, change), 200);
		for (const [name, value] of Object.entries(change)) assert.deepEqual(changed[name], value, name);
		assert.deepEqual(fx.ok(await c.api.get(`/v1/hubs/${h.id}`), 200), changed);
		const cleared = fx.ok(await patch(c, h, { day_capacity: null, radius_km: null, event_id: null, partner_id: null }), 200);
		assert.deepEqual([cleared.day_capacity, cleared.radius_km, cleared.event_id, cleared.partner_id], [null, null, null, null]);
	});

	for (const [what, body, code] of [
		['hours that end before they begin', { opening_hours: [{ weekday: 1, from: '10:00', until: '09:00' }] }, 'invalid_hours'],
		['a day that is none', { exceptions: [{ date: '2027-02-29' }] }, 'invalid_date'],
		['a cut-off that is none', { exceptions: [{ date: '2027-02-28', cut_offs: ['25:00'] }] }, 'invalid_cut_off'],
		['a zone that is none', { time_zone: 'Mars/Olympus' }, 'unknown_time_zone'],
		['an event that is none', { event_id: '00000000-0000-7000-8000-000000000000' }, 'unknown_event'],
		['no room in a day', { day_capacity: 0 }, 'validation_failed']])
		it(`is not changed to ${what}`, async () => {
			assertProblem(await patch(c, await fx.hub(c, soho), body), 422, code);
		});

	it('takes a day no more than it can do', async () => {
		const h = await fx.hub(c, williamsburg, { day_capacity: 1, cut_offs: fx.everyDay('18:00', '20:00') });
		const other = await fx.hub(c, soho), { sku } = await fx.product(c);
		for (const id of [h.id, other.id]) await fx.stock(c, id, sku, 9);
		const orders = [];
		for (let i = 0; i < 2; i++) orders.push(fx.ok(await fx.order(c, sku, FAN, { service: 'same_day' })));
		assert.deepEqual(orders.map(hubsOf), [[h.id], [other.id]]);
	});

	it('makes pick lists of so many orders, if it wants to', async () => {
		const { sku } = await fx.product(c), h = await fx.hub(c, soho, { list_size: 2 });
		await fx.stock(c, h.id, sku, 9);
		const claim = () => c.api.post(`/v1/hubs/${h.id}/picklists/claim`, { early: false });
		fx.ok(await fx.order(c, sku, FAN));
		assert.equal((await claim()).status, 204);
		for (let i = 0; i < 2; i++) fx.ok(await fx.order(c, sku, FAN));
		assert.equal(fx.ok(await claim(), 200).orders.length, 2);
		assert.equal((await claim()).status, 204);
		assert.equal(fx.ok(await patch(c, h, { list_size: 1 }), 200).list_size, 1);
		assert.equal(fx.ok(await claim(), 200).orders.length, 1);
		assert.equal(fx.ok(await patch(c, h, { list_size: null }), 200).list_size, null);
		assertProblem(await patch(c, h, { list_size: 201 }), 422, 'validation_failed');
	});

	it('is picked up from when it is open', async () => {
		const closed = await fx.hub(c, FAN, { opening_hours: fx.WEEK.map((weekday) => ({ weekday, from: '01:00', until: '02:00' })) });
		const { sku } = await fx.product(c);
		await fx.stock(c, closed.id, sku, 9);
		const o = fx.ok(await fx.order(c, sku, FAN, { service: 'pickup' }));
		const promise = new Date(o.shipments[0].promise_at);
		const local = new Intl.DateTimeFormat('en', { timeZone: closed.time_zone, hour: 'numeric', hourCycle: 'h23' }).format(promise);
		assert.equal(Number(local), 1);
	});
});

describe('an outage', () => {
	it('sends what nobody works on elsewhere, and ends', async () => {
		const c = await fx.creator(), p = await fx.partner();
		const near = await fx.hub(c, williamsburg, { partner_id: p.id }), far = await fx.hub(c, soho);
		const { sku } = await fx.product(c);
		for (const id of [near.id, far.id]) await fx.stock(c, id, sku, 9);
		const o = fx.ok(await fx.order(c, sku, FAN));
		assert.deepEqual(hubsOf(o), [near.id]);
		const out = fx.ok(await p.api.post(`/v1/hubs/${near.id}/outage`, { reason: 'flood' }), 200);
		assert.deepEqual([out.rerouted, out.remaining, out.hub.outage.reason], [1, 0, 'flood']);
		assert.deepEqual(hubsOf(fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200)), [far.id]);
		const { decisions } = fx.ok(await c.api.get(`/v1/orders/${o.id}/routing`), 200);
		assert.equal(decisions[1].cause, 'hub_outage');
		assert.deepEqual(hubsOf(fx.ok(await fx.order(c, sku, FAN))), [far.id]);
		assert.equal(fx.ok(await p.api.post(`/v1/hubs/${near.id}/resume`), 200).outage, null);
		assert.deepEqual(hubsOf(fx.ok(await fx.order(c, sku, FAN))), [near.id]);
	});

	it('of one wave only', async () => {
		const c = await fx.creator();
		const near = await fx.hub(c, williamsburg), far = await fx.hub(c, soho), { sku } = await fx.product(c);
		for (const id of [near.id, far.id]) await fx.stock(c, id, sku, 9);
		const o = fx.ok(await fx.order(c, sku, FAN));
		const { waves } = fx.ok(await c.api.get(`/v1/hubs/${near.id}/waves`), 200);
		const wave = waves.find((w) => w.used === 1);
		const done = fx.ok(await c.api.post(`/v1/hubs/${near.id}/waves/${wave.id}/cancel`), 200);
		assert.deepEqual([done.rerouted, done.wave.used], [1, 0]);
		assert.deepEqual(hubsOf(fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200)), [far.id]);
		const next = fx.ok(await fx.order(c, sku, FAN));
		assert.deepEqual(hubsOf(next), [near.id], 'its other waves go on');
		assert.ok(next.shipments[0].promise_at > wave.ready_at);
		assertProblem(await c.api.post(`/v1/hubs/${far.id}/waves/${wave.id}/cancel`), 404, 'not_found');
	});
});

describe('goods', () => {
	let c, p, a, b, sku;
	before(async () => {
		[c, p] = [await fx.creator(), await fx.partner()];
		[a, b, { sku }] = [await fx.hub(c, soho), await fx.hub(c, williamsburg, { partner_id: p.id }), await fx.product(c)];
	});
	const shelf = async (hub) => fx.ok(await c.api.get(`/v1/hubs/${hub.id}/stock`), 200).stock.find((s) => s.sku === sku)?.on_hand ?? 0;

	it('come in, are lost and move, and the history tells', async () => {
		const at = `/v1/hubs/${a.id}/stock/${sku}`;
		assert.equal(fx.ok(await c.api.post(`${at}/receive`, { quantity: 10, reference: 'note 7' }), 200).on_hand, 10);
		assert.equal(fx.ok(await c.api.post(`${at}/adjust`, { by: -2, reason: 'damaged' }), 200).on_hand, 8);
		assertProblem(await c.api.post(`${at}/adjust`, { by: -9, reason: 'lost' }), 409, 'stock_reserved');
		assertProblem(await c.api.post(`${at}/adjust`, { by: 1, reason: 'magic' }), 422, 'validation_failed');
		const made = await c.api.post('/v1/transfers', { from_hub_id: a.id, to_hub_id: b.id, lines: [{ sku, quantity: 5 }] });
		const t = fx.ok(made);
		assert.deepEqual(fx.ok(await c.api.get(made.headers.location), 200), t);
		assert.deepEqual([await shelf(a), await shelf(b)], [3, 0]);
		assert.deepEqual(fx.ok(await p.api.get(`/v1/hubs/${b.id}/transfers`), 200).transfers, [t]);
		assertProblem(await p.api.get(`/v1/hubs/${a.id}/transfers`), 404, 'not_found');
		assert.deepEqual(fx.ok(await p.api.post(`/v1/hubs/${b.id}/transfers/${t.id}/receive`, { lines: [{ sku, quantity: 4 }] }), 200).lines,
			[{ sku, quantity: 5, received: 4 }]);
		assert.deepEqual([await shelf(a), await shelf(b)], [3, 4]);
		assertProblem(await c.api.post(`/v1/transfers/${t.id}/cancel`), 409, 'wrong_state');
		const first = await c.api.get(`/v1/hubs/${a.id}/history?sku=${sku}&limit=2`);
		assert.deepEqual(fx.ok(first, 200).entries.map((e) => e.kind), ['stock.sent', 'stock.adjusted']);
		const more = fx.ok(await c.api.get(`/v1/hubs/${a.id}/history?sku=${sku}&after=${first.json.next}`), 200);
		assert.deepEqual([more.entries.map((e) => e.kind), more.next], [['stock.received'], null]);
	});

	it('that turn round are back', async () => {
		const t = fx.ok(await c.api.post('/v1/transfers', { from_hub_id: a.id, to_hub_id: b.id, lines: [{ sku, quantity: 3 }] }));
		assert.equal(fx.ok(await c.api.post(`/v1/transfers/${t.id}/cancel`), 200).state, 'cancelled');
		assert.equal(await shelf(a), 3);
	});

	it('go nowhere else', async () => {
		const other = await fx.creator(), theirs = await fx.hub(other, soho);
		const send = (over) => c.api.post('/v1/transfers', { from_hub_id: a.id, to_hub_id: b.id, lines: [{ sku, quantity: 1 }], ...over });
		assertProblem(await send({ to_hub_id: theirs.id }), 422, 'unknown_hub');
		assertProblem(await send({ to_hub_id: a.id }), 422, 'same_hub');
		assertProblem(await send({ lines: [{ sku: 'nothing', quantity: 1 }] }), 422, 'unknown_sku');
	});
});
