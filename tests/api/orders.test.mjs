// SPDX-License-Identifier: Apache-2.0
//
// Orders: the closest micro-hub that can keep the promise ships, the warehouse comes last, stock and
// capacity are never promised twice, and the explanation says what happened and why.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

after(() => fx.anonymous().close());

const FAN = { lat: 40.7128, lon: -73.9600 }; // a few streets from williamsburg
const { williamsburg, soho, philadelphia, columbus } = fx.PLACES;

// Haversine on the mean sphere: within 0.6 % of the ellipsoid.
function metres(a, b) {
	const rad = (d) => d * Math.PI / 180;
	const h = Math.sin(rad(b.lat - a.lat) / 2) ** 2 +
		Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lon - a.lon) / 2) ** 2;
	return 2 * 6371008.8 * Math.asin(Math.sqrt(h));
}

async function network(c, over = {}) {
	const [near, far, warehouse, sku] = [
		await fx.hub(c, williamsburg, over.near), await fx.hub(c, soho, over.far),
		await fx.hub(c, columbus, { kind: 'warehouse', ...over.warehouse }), (await fx.product(c)).sku];
	await fx.stock(c, near.id, sku, over.near_stock ?? 5);
	await fx.stock(c, far.id, sku, over.far_stock ?? 5);
	await fx.stock(c, warehouse.id, sku, over.warehouse_stock ?? 100);
	return { near, far, warehouse, sku };
}

const hubsOf = (order) => order.shipments.map((s) => s.hub_id);

async function verdicts(c, order) {
	const { decisions } = fx.ok(await c.api.get(`/v1/orders/${order.id}/routing`), 200);
	return Object.fromEntries(decisions.at(-1).candidates.map((k) => [k.hub_id, k.verdict]));
}

async function reserved(c, hub, sku) {
	const { stock } = fx.ok(await c.api.get(`/v1/hubs/${hub.id}/stock`), 200);
	return stock.find((s) => s.sku === sku).reserved;
}

describe('an order', () => {
	let c;
	before(async () => { c = await fx.creator(); });

	it('ships from the closest micro-hub that has it', async () => {
		const n = await network(c);
		const made = await fx.order(c, n.sku, FAN);
		const o = fx.ok(made);
		assert.equal(o.state, 'routed');
		assert.deepEqual(hubsOf(o), [n.near.id]);
		assert.deepEqual(o.backordered, []);
		const [s] = o.shipments;
		assert.deepEqual(s.lines, [{ sku: n.sku, quantity: 1 }]);
		assert.ok(Math.abs(s.distance_m / metres(williamsburg, FAN) - 1) < 0.006, `${s.distance_m} m`);
		assert.ok(new Date(s.promise_at) > new Date());
		const v = await verdicts(c, o);
		assert.equal(v[n.near.id], 'chosen');
		assert.match(v[n.far.id], /^lost_on:/);
		assert.match(v[n.warehouse.id], /^lost_on:/);
		assert.deepEqual(fx.ok(await c.api.get(made.headers.location), 200).shipments, o.shipments);
		assert.equal(await reserved(c, n.near, n.sku), 1);
	});

	it('passes hubs without stock, and the warehouse is the last resort however close', async () => {
		const n = await network(c, { near_stock: 0, far_stock: 1 });
		const beside = await fx.hub(c, FAN, { kind: 'warehouse' });
		await fx.stock(c, beside.id, n.sku, 10);
		const [first, second] = [fx.ok(await fx.order(c, n.sku, FAN)), fx.ok(await fx.order(c, n.sku, FAN))];
		assert.deepEqual([hubsOf(first), hubsOf(second)], [[n.far.id], [beside.id]]);
		assert.equal((await verdicts(c, first))[n.near.id], 'no_stock');
		assert.equal((await verdicts(c, second))[n.far.id], 'no_stock');
		assert.equal((await verdicts(c, second))[beside.id], 'chosen');
	});

	it('passes a hub that is out of reach, inactive, or keeps the rest as safety stock', async () => {
		const n = await network(c, { near: { radius_km: 0.05 }, far: { active: false } });
		const third = await fx.hub(c, philadelphia);
		await fx.stock(c, third.id, n.sku, 3, { safety: 3 });
		const o = fx.ok(await fx.order(c, n.sku, FAN));
		assert.deepEqual(hubsOf(o), [n.warehouse.id]);
		const v = await verdicts(c, o);
		assert.deepEqual([v[n.near.id], v[n.far.id], v[third.id]], ['out_of_radius', 'inactive', 'no_stock']);
	});

	it('for today goes to a hub that still leaves today', async () => {
		const n = await network(c, { near: { cut_offs: fx.everyDay('08:00') } });
		const today = fx.ok(await fx.order(c, n.sku, FAN, { service: 'same_day' }));
		assert.deepEqual(hubsOf(today), [n.far.id]);
		assert.equal((await verdicts(c, today))[n.near.id], 'past_cut_off');
		const standard = fx.ok(await fx.order(c, n.sku, FAN));
		assert.deepEqual(hubsOf(standard), [n.near.id], 'the closest may leave tomorrow');
	});

	it('goes on to the next hub when a wave is full', async () => {
		const n = await network(c, { near: { capacity: 1, cut_offs: fx.everyDay('18:00') }, near_stock: 50 });
		const orders = [];
		for (let i = 0; i < 3; i++)
			orders.push(fx.ok(await fx.order(c, n.sku, FAN, { service: 'same_day' })));
		assert.deepEqual(orders.map(hubsOf), [[n.near.id], [n.far.id], [n.far.id]]);
		assert.equal((await verdicts(c, orders[1]))[n.near.id], 'no_capacity');
	});

	it('that nobody can serve is kept, with the reason', async () => {
		const n = await network(c, { near_stock: 0, far_stock: 0, warehouse_stock: 0 });
		const o = fx.ok(await fx.order(c, n.sku, FAN));
		assert.equal(o.state, 'backordered');
		assert.deepEqual(o.shipments, []);
		assert.deepEqual(o.backordered.map((b) => [b.sku, b.quantity, b.reason]), [[n.sku, 1, 'no_stock']]);
	});

	it('never promises a unit twice, whoever asks at once', async () => {
		const n = await network(c, { near_stock: 7, far_stock: 4, warehouse_stock: 3 });
		const answers = await Promise.all(Array.from({ length: 24 }, () => fx.order(c, n.sku, FAN)));
		const count = {};
		for (const o of answers.map((a) => fx.ok(a)))
			for (const id of hubsOf(o)) count[id] = (count[id] ?? 0) + 1;
		assert.deepEqual(count, { [n.near.id]: 7, [n.far.id]: 4, [n.warehouse.id]: 3 });
		assert.equal(answers.filter((a) => a.json.state === 'backordered').length, 10);
		for (const [hub, units] of [[n.near, 7], [n.far, 4], [n.warehouse, 3]])
			assert.equal(await reserved(c, hub, n.sku), units);
	});

	it('of many lines is not torn apart when one hub has all of it', async () => {
		const n = await network(c);
		const second = (await fx.product(c)).sku;
		await fx.stock(c, n.far.id, second, 5);
		const o = fx.ok(await fx.order(c, n.sku, FAN, { lines: [{ sku: n.sku, quantity: 2 },
			{ sku: second, quantity: 1 }] }));
		assert.deepEqual(hubsOf(o), [n.far.id]);
	});

	it('repeated under its key is the same order and reserves once', async () => {
		const n = await network(c);
		const idem = randomUUID(), body = { lines: [{ sku: n.sku, quantity: 2 }], ship_to: FAN, service: 'standard' };
		const answers = await Promise.all(Array.from({ length: 8 }, () =>
			c.storefront.post('/v1/orders', body, { idem })));
		const made = answers.filter((a) => a.status === 201);
		assert.ok(made.length >= 1);
		assert.equal(new Set(made.map((a) => a.text)).size, 1);
		for (const a of answers.filter((x) => x.status !== 201)) assertProblem(a, 409, 'idempotency_in_progress');
		assert.equal(await reserved(c, n.near, n.sku), 2);
	});

	it('delivers a token once', async () => {
		const n = await network(c);
		const d = await fx.drop(c, { sku: n.sku });
		const t = await fx.token(c, d.id);
		const own = { token_id: t.id, token: t.jwt };
		const o = fx.ok(await fx.order(c, n.sku, FAN, own));
		assert.equal(o.token_id, t.id);
		assertProblem(await fx.order(c, n.sku, FAN, own), 409, 'token_ordered');
		const unknown = { lines: [{ sku: n.sku, quantity: 1 }], ship_to: FAN, service: 'standard', token_id: randomUUID() };
		assertProblem(await c.api.post('/v1/orders', unknown), 422, 'unknown_token');
	});

	it('does not deliver a token to who only knows its id', async () => {
		const n = await network(c);
		const d = await fx.drop(c, { sku: n.sku });
		const t = await fx.token(c, d.id), other = await fx.token(c, d.id);
		assertProblem(await fx.order(c, n.sku, FAN, { token_id: t.id }), 422, 'token_required');
		assertProblem(await fx.order(c, n.sku, FAN, { token_id: t.id, token: other.jwt }), 422, 'token_invalid');
		assertProblem(await fx.order(c, n.sku, FAN, { token_id: t.id, token: fx.forged(t.jwt) }), 422, 'token_invalid');
		fx.ok(await fx.order(c, n.sku, FAN, { token_id: t.id, token: t.jwt }));
	});

	it('is taken back, and its unit and slot are free', async () => {
		const n = await network(c, { near_stock: 1 });
		const o = fx.ok(await fx.order(c, n.sku, FAN));
		const cancel = (api, body = {}, idem) => api.post(`/v1/orders/${o.id}/cancel`, body, { idem });
		assertProblem(await cancel(c.storefront), 422, 'token_required');
		const key = randomUUID(), gone = fx.ok(await cancel(c.api, {}, key), 200);
		assert.deepEqual([gone.state, gone.shipments, gone.backordered[0].reason], ['cancelled', [], 'cancelled']);
		assert.equal((await cancel(c.api, {}, key)).headers['idempotent-replayed'], 'true');
		assert.deepEqual(fx.ok(await cancel(c.api), 200), gone, 'again is the same');
		assert.equal(await reserved(c, n.near, n.sku), 0);
		assert.deepEqual(hubsOf(fx.ok(await fx.order(c, n.sku, FAN))), [n.near.id]);
		const other = await fx.creator();
		assertProblem(await cancel(other.api), 404, 'not_found');
	});

	it('tells who has only its id and the public key not where it goes', async () => {
		const n = await network(c);
		const o = fx.ok(await fx.order(c, n.sku, FAN));
		const held = fx.ok(await fx.order(c, n.sku, FAN, { hold_ttl_s: 60 }));
		assert.ok(o.shipments[0].distance_m > 0, 'who places it is told');
		const hour = (at) => new Date(Math.ceil(Date.parse(at) / 3600e3) * 3600e3).toISOString();
		const shown = async (id) => {
			const { headers, json } = await c.storefront.get(`/v1/orders/${id}`);
			assert.notEqual(headers.etag, (await c.api.get(`/v1/orders/${id}`)).headers.etag);
			return json;
		};
		const seen = await shown(o.id);
		assert.deepEqual(seen.shipments.map((s) => [s.hub_id, s.distance_m, new Date(s.promise_at).toISOString()]),
			o.shipments.map((s) => [s.hub_id, null, hour(s.promise_at)]));
		assert.equal(new Date((await shown(held.id)).hold.promise_at).toISOString(), hour(held.hold.promise_at));
		fx.ok(await c.storefront.post(`/v1/orders/${held.id}/cancel`, { hold_key: held.hold_key }), 200);
		const again = await c.storefront.post(`/v1/orders/${held.id}/cancel`, {});
		assert.equal(new Date(fx.ok(again, 200).hold.promise_at).toISOString(), hour(held.hold.promise_at), 'nor by taking it back again');
		const { distance_m } = fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200).shipments[0];
		assert.equal(distance_m, o.shipments[0].distance_m, 'the creator is');
	});

	it('of which some waits is routed again when there is something, to a new hub too', async () => {
		const n = await network(c, { near_stock: 1, far_stock: 0, warehouse_stock: 0 });
		const again = (o, options) => c.api.post(`/v1/orders/${o.id}/route`, undefined, options);
		const o = fx.ok(await fx.order(c, n.sku, FAN, { lines: [{ sku: n.sku, quantity: 4 }] }));
		assert.deepEqual([o.state, o.backordered[0].quantity, o.backordered[0].reason], ['partial', 3, 'no_stock']);
		const key = randomUUID();
		assert.match(assertProblem(await again(o, { idem: key }), 409, 'still_backordered').detail, /3 of \S+ \(no_stock\)/);
		assert.equal(fx.ok(await c.api.get(`/v1/orders/${o.id}/routing`), 200).decisions.length, 1, 'of which nothing is kept');
		// What is there already leaves meanwhile.
		const list = fx.ok(await c.api.post(`/v1/hubs/${n.near.id}/picklists/claim`, {}), 200);
		for (const [what, body] of [['pick', { lines: [{ sku: n.sku, picked: 1 }] }], ['pack', { parcels: [{ order_id: o.id }] }], ['hand-over', { name: 'C' }]])
			fx.ok(await c.api.post(`/v1/picklists/${list.id}/${what}`, { fencing: 1, ...body }), 200);
		const fresh = await fx.hub(c, fx.PLACES.williamsburg);
		await fx.stock(c, fresh.id, n.sku, 2);
		const some = fx.ok(await again(o, { idem: key }), 200);
		assert.deepEqual([some.state, some.backordered.map((b) => [b.quantity, b.reason]), some.shipments.map((s) => [s.hub_id, s.state])],
			['partial', [[1, 'no_stock']], [[n.near.id, 'handed_over'], [fresh.id, 'routed']]]);
		assert.equal((await again(o, { idem: key })).headers['idempotent-replayed'], 'true');
		await fx.stock(c, n.near.id, n.sku, 5);
		const all = fx.ok(await again(o), 200);
		assert.deepEqual([all.state, all.backordered, all.shipments.length], ['routed', [], 3]);
		const { decisions } = fx.ok(await c.api.get(`/v1/orders/${o.id}/routing`), 200);
		assert.deepEqual(decisions.map((d) => [d.cause, d.outcome]), [['ordered', 'partial'], ['backorder', 'partial'], ['backorder', 'routed']]);
		assertProblem(await again(o), 409, 'order_state');
		assertProblem(await again({ id: randomUUID() }), 404, 'not_found');
		const other = await fx.creator();
		assertProblem(await other.api.post(`/v1/orders/${o.id}/route`), 404, 'not_found');
	});

	it('that somebody picks is not taken back', async () => {
		const n = await network(c);
		const o = fx.ok(await fx.order(c, n.sku, FAN));
		fx.ok(await c.api.post(`/v1/hubs/${n.near.id}/picklists/claim`, {}), 200);
		assertProblem(await c.api.post(`/v1/orders/${o.id}/cancel`, {}), 409, 'order_in_work');
		assert.equal(await reserved(c, n.near, n.sku), 1);
	});

	it('of a token turns delivery into pick-up and back', async () => {
		const n = await network(c), d = await fx.drop(c, { sku: n.sku });
		const t = await fx.token(c, d.id), other = await fx.token(c, d.id);
		const own = { token_id: t.id, token: t.jwt };
		const o = fx.ok(await fx.order(c, n.sku, FAN, own));
		const cancel = (token) => c.storefront.post(`/v1/orders/${o.id}/cancel`, { token });
		assertProblem(await cancel(other.jwt), 422, 'token_invalid');
		assertProblem(await cancel(fx.forged(t.jwt)), 422, 'token_invalid');
		assert.equal(fx.ok(await cancel(t.jwt), 200).token_id, null);
		assert.equal(fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200).ship_to, null, 'where it went is forgotten');
		assert.equal(await reserved(c, n.near, n.sku), 0);
		assert.equal(fx.ok(await fx.order(c, n.sku, FAN, own)).token_id, t.id, 'delivered again');
		assert.equal(await reserved(c, n.near, n.sku), 1, 'the unit is taken once');
	});

	it('goes elsewhere while nobody picks it, or stays as it was', async () => {
		const n = await network(c, { near: { radius_km: 20 }, far: { radius_km: 20 }, warehouse: { radius_km: 300 } });
		const o = fx.ok(await fx.order(c, n.sku, FAN));
		const go = (ship_to, more = {}, api = c.api, idem) => api.post(`/v1/orders/${o.id}/address`, { ship_to, ...more }, { idem });
		const key = randomUUID(), moved = fx.ok(await go({ lat: columbus.lat, lon: columbus.lon }, {}, c.api, key), 200);
		assert.deepEqual(hubsOf(moved), [n.warehouse.id]);
		assert.deepEqual([await reserved(c, n.near, n.sku), await reserved(c, n.warehouse, n.sku)], [0, 1]);
		assert.deepEqual((await go({ lat: columbus.lat, lon: columbus.lon }, {}, c.api, key)).json, moved);
		const read = fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200);
		assert.deepEqual(read.ship_to, { lat: columbus.lat, lon: columbus.lon, country: null, postal_code: null });
		const { decisions } = fx.ok(await c.api.get(`/v1/orders/${o.id}/routing`), 200);
		assert.deepEqual(decisions.map((d) => d.cause), ['ordered', 'address_changed']);
		assert.equal((await verdicts(c, o))[n.warehouse.id], 'chosen');
		assert.ok(decisions[1].omitted.out_of_radius >= 1, JSON.stringify(decisions[1].omitted));
		assertProblem(await go({ lat: -33.86, lon: 151.21 }), 409, 'address_not_served');
		assert.deepEqual(fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200), read, 'as it was');
		assertProblem(await go({ lat: 1 }), 422, 'validation_failed');
		assertProblem(await go({ country: 'ZZ', postal_code: '1' }), 422, 'unknown_postal_code');
		assertProblem(await go(FAN, {}, c.storefront), 422, 'token_required');
		assertProblem(await c.api.post(`/v1/orders/${randomUUID()}/address`, { ship_to: FAN }), 404, 'not_found');
		assertProblem(await (await fx.creator()).api.post(`/v1/orders/${o.id}/address`, { ship_to: FAN }), 404, 'not_found');
		fx.ok(await c.api.post(`/v1/hubs/${n.warehouse.id}/picklists/claim`, {}), 200);
		assertProblem(await go(FAN), 409, 'order_in_work');
		assertProblem(await c.api.post(`/v1/orders/${o.id}/cancel`, {}), 409, 'order_in_work');
	});

	it('of a token, or held, goes elsewhere for its holder', async () => {
		const n = await network(c), d = await fx.drop(c, { sku: n.sku }), t = await fx.token(c, d.id);
		const order = fx.ok(await fx.order(c, n.sku, FAN, { token_id: t.id, token: t.jwt }));
		const go = (id, more) => c.storefront.post(`/v1/orders/${id}/address`, { ship_to: { lat: soho.lat, lon: soho.lon }, ...more });
		assertProblem(await go(order.id, { token: fx.forged(t.jwt) }), 422, 'token_invalid');
		assert.deepEqual(hubsOf(fx.ok(await go(order.id, { token: t.jwt }), 200)), [n.far.id]);
		const hold = fx.ok(await fx.order(c, n.sku, FAN, { hold_ttl_s: 60 }));
		assertProblem(await go(hold.id, {}), 422, 'hold_key_invalid');
		const moved = fx.ok(await go(hold.id, { hold_key: hold.hold_key }), 200);
		assert.deepEqual([moved.state, hubsOf(moved), moved.hold_key], ['held', [n.far.id], undefined]);
		const told = await c.api.post('/v1/privacy/export', { contact: { email: 'nobody@example.org' } });
		assert.ok(!told.text.includes(String(soho.lat)));
	});

	it('is held, confirmed by a payment, and only then picked', async () => {
		const n = await network(c, { near_stock: 1 });
		const claim = () => c.api.post(`/v1/hubs/${n.near.id}/picklists/claim`, {});
		const made = fx.ok(await fx.order(c, n.sku, FAN, { hold_ttl_s: 600 }));
		assert.deepEqual([made.state, hubsOf(made), made.shipments[0].state], ['held', [n.near.id], 'held']);
		assert.ok(made.hold_key.length >= 32);
		assert.equal(await reserved(c, n.near, n.sku), 1);
		assert.equal((await claim()).status, 204);
		const confirm = (reference, idem, api = c.api) =>
			api.post(`/v1/orders/${made.id}/confirm`, { payment: { reference } }, { idem });
		assertProblem(await confirm('x', undefined, c.storefront), 403);
		assertProblem(await c.api.post(`/v1/orders/${made.id}/confirm`, {}), 422, 'validation_failed');
		const key = randomUUID(), paid = fx.unique('pay'), done = fx.ok(await confirm(paid, key), 200);
		assert.deepEqual([done.state, done.hold.promise_kept], ['routed', true]);
		assert.equal(done.shipments[0].promise_at, made.hold.promise_at);
		assert.deepEqual((await confirm(paid, key)).json, done);
		assert.deepEqual(fx.ok(await confirm(paid), 200), done, 'told twice');
		assertProblem(await confirm(fx.unique('pay')), 409, 'order_state');
		const read = fx.ok(await c.api.get(`/v1/orders/${made.id}`), 200);
		assert.deepEqual([read.payment_reference, read.hold_key], [paid, undefined]);
		assert.equal((await c.storefront.get(`/v1/orders/${made.id}`)).json.payment_reference, undefined);
		const second = fx.ok(await fx.order(c, n.sku, FAN, { hold_ttl_s: 600 }));
		assertProblem(await c.api.post(`/v1/orders/${second.id}/confirm`, { payment: { reference: paid } }), 409, 'payment_used');
		assert.equal(fx.ok(await claim(), 200).orders[0].order_id, made.id);
		assert.equal((await claim()).status, 204, 'the other is a hold');
	});

	it('that is held is whole, and released by who holds it', async () => {
		const n = await network(c, { near_stock: 1, far_stock: 0, warehouse_stock: 0 });
		const lines = [{ sku: n.sku, quantity: 2 }];
		assertProblem(await fx.order(c, n.sku, FAN, { hold_ttl_s: 600, lines }), 409, 'hold_not_possible');
		assert.equal(await reserved(c, n.near, n.sku), 0);
		const idem = randomUUID(), body = { lines: [{ sku: n.sku, quantity: 1 }], ship_to: FAN, service: 'standard', hold_ttl_s: 30 };
		const made = fx.ok(await c.storefront.post('/v1/orders', body, { idem }));
		assert.deepEqual((await c.storefront.post('/v1/orders', body, { idem })).json, made, 'with its key');
		assertProblem(await fx.order(c, n.sku, FAN, { hold_ttl_s: 30 }), 409, 'hold_not_possible');
		const cancel = (b) => c.storefront.post(`/v1/orders/${made.id}/cancel`, b);
		assertProblem(await cancel({}), 422, 'hold_key_invalid');
		assertProblem(await cancel({ hold_key: randomUUID() }), 422, 'hold_key_invalid');
		assert.equal(fx.ok(await cancel({ hold_key: made.hold_key }), 200).state, 'cancelled');
		assert.equal(await reserved(c, n.near, n.sku), 0);
		fx.ok(await fx.order(c, n.sku, FAN, { hold_ttl_s: 30 }));
		for (const hold_ttl_s of [29, 604801])
			assertProblem(await fx.order(c, n.sku, FAN, { hold_ttl_s }), 422, 'validation_failed');
		const long = await c.storefront.post('/v1/orders', { ...body, hold_ttl_s: 3601 });
		assert.ok(assertProblem(long, 422, 'validation_failed').errors.some((e) => e.pointer === '/hold_ttl_s'), long.text);
	});

	for (const [what, over, pointer] of [
		['no lines', { lines: [] }, '/lines'], ['a quantity of nothing', { lines: [{ sku: 'a', quantity: 0 }] }, '/lines/0/quantity'],
		['a service that is none', { service: 'teleport' }, '/service'],
		['a place beyond the pole', { ship_to: { lat: 91, lon: 0 } }, '/ship_to/lat'],
		['half a place', { ship_to: { lat: 1 } }, '/ship_to'], ['no place', { ship_to: {} }, '/ship_to']])
		it(`is refused with ${what}`, async () => {
			const problem = assertProblem(await fx.order(c, 'a', FAN, over), 422);
			assert.ok(problem.errors.some((e) => e.pointer.startsWith(pointer)), JSON.stringify(problem.errors));
		});

	it('is refused for a product that is not there, twice there, or of another creator', async () => {
		const other = await fx.creator();
		const theirs = await fx.product(other), n = await network(c);
		for (const sku of [fx.unique('nothing'), theirs.sku])
			assertProblem(await fx.order(c, sku, FAN), 422, 'unknown_sku');
		const line = { sku: n.sku, quantity: 1 };
		assertProblem(await fx.order(c, n.sku, FAN, { lines: [line, line] }), 422, 'duplicate_sku');
	});
});

describe('stock', () => {
	let c, h, sku;
	before(async () => {
		c = await fx.creator();
		[h, { sku }] = [await fx.hub(c, soho), await fx.product(c)];
	});

	it('is set with an ETag, and If-Match keeps two clerks apart', async () => {
		const at = `/v1/hubs/${h.id}/stock/${sku}`;
		const first = await c.api.put(at, { on_hand: 5 });
		fx.ok(first, 200);
		assert.match(first.headers.etag, /^"[^"]+"$/);
		const second = await c.api.put(at, { on_hand: 6 }, { headers: { 'if-match': first.headers.etag } });
		fx.ok(second, 200);
		assert.notEqual(second.headers.etag, first.headers.etag);
		assertProblem(await c.api.put(at, { on_hand: 7 }, { headers: { 'if-match': first.headers.etag } }),
			412, 'precondition_failed');
		assert.equal(fx.ok(await c.api.put(at, { on_hand: 6 }), 200).on_hand, 6);
	});

	it('cannot be set below what is promised', async () => {
		await fx.stock(c, h.id, sku, 2);
		fx.ok(await fx.order(c, sku, FAN, { lines: [{ sku, quantity: 2 }] }));
		assertProblem(await c.api.put(`/v1/hubs/${h.id}/stock/${sku}`, { on_hand: 1 }), 409, 'stock_reserved');
	});

	it('is refused for a product that is not there, and when it is negative', async () => {
		assertProblem(await c.api.put(`/v1/hubs/${h.id}/stock/${fx.unique('x')}`, { on_hand: 1 }), 404, 'not_found');
		assertProblem(await c.api.put(`/v1/hubs/${h.id}/stock/${sku}`, { on_hand: -1 }), 422, 'validation_failed');
	});
});

describe('hubs', () => {
	it('change under If-Match only', async () => {
		const c = await fx.creator();
		const h = await fx.hub(c, soho);
		const read = await c.api.get(`/v1/hubs/${h.id}`);
		const patch = (body, headers) => c.api.request('PATCH', `/v1/hubs/${h.id}`, { body, headers });
		assertProblem(await patch({ active: false }), 428, 'precondition_required');
		assertProblem(await patch({ active: false }, { 'if-match': '"0"' }), 412, 'precondition_failed');
		const changed = await patch({ active: false }, { 'if-match': read.headers.etag });
		assert.equal(fx.ok(changed, 200).active, false);
		assert.notEqual(changed.headers.etag, read.headers.etag);
		assertProblem(await patch({ active: true }, { 'if-match': read.headers.etag }), 412);
	});

	for (const [what, over] of [['a zone that is none', { time_zone: 'Mars/Olympus' }],
		['a cut-off that is no time', { cut_offs: [{ weekday: 1, at: '25:00' }] }],
		['a day that is none', { cut_offs: [{ weekday: 8, at: '10:00' }] }],
		['a kind that is none', { kind: 'garage' }], ['no room', { capacity: 0 }],
		['a partner that is none', { partner_id: randomUUID() }],
		['an event that is none', { event_id: randomUUID() }]])
		it(`are refused with ${what}`, async () => {
			const c = await fx.creator();
			assertProblem(await c.api.post('/v1/hubs', fx.hubBody(soho, over)), 422);
		});
});
