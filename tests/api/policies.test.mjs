// SPDX-License-Identifier: Apache-2.0
//
// Routing by a creator's own rules, and trying them first: a preview decides as an order does and leaves
// nothing behind; the service's decision and the database's are the same.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';
import { randomFrom } from './lib/random.mjs';

after(() => fx.anonymous().close());

const { williamsburg, soho, philadelphia, columbus } = fx.PLACES;
const FAN = { lat: 40.7128, lon: -73.9600 };
const hubsOf = (order) => order.shipments.map((s) => s.hub_id);
const body = (sku, over = {}) => ({ lines: [{ sku, quantity: 1 }], ship_to: FAN, service: 'standard', ...over });

async function network() {
	const c = await fx.creator(), { sku } = await fx.product(c, { price: { amount: 1000, currency: 'EUR' } });
	const near = await fx.hub(c, williamsburg, { cost_per_order: 900, cost_per_km: 100 });
	const far = await fx.hub(c, soho, { cost_per_order: 100, cost_per_km: 10 });
	const warehouse = await fx.hub(c, columbus, { kind: 'warehouse', cost_per_order: 500 });
	for (const h of [near, far, warehouse]) await fx.stock(c, h.id, sku, 5);
	const preview = async (over) => fx.ok(await c.api.post('/v1/route/preview', body(sku, over), { idem: null }), 200);
	const setPolicy = async (policy) => {
		const { headers } = await c.api.get('/v1/route/policy');
		return c.api.put('/v1/route/policy', policy, { headers: { 'if-match': headers.etag } });
	};
	return { c, sku, near, far, warehouse, preview, setPolicy };
}

describe('a policy', () => {
	it('is the service\'s own until there is another, and then has versions', async () => {
		const { c, sku, near, far, setPolicy } = await network();
		const own = fx.ok(await c.api.get('/v1/route/policy'), 200);
		assert.equal(own.version, 1);
		const before = fx.ok(await fx.order(c, sku, FAN));
		assert.deepEqual(hubsOf(before), [near.id]);
		const changed = fx.ok(await setPolicy({ rules: ['promise_met', 'cheapest', 'closest'] }), 200);
		assert.deepEqual([changed.version, changed.shipments_max], [2, own.shipments_max]);
		assert.deepEqual(fx.ok(await setPolicy({ rules: ['promise_met', 'cheapest', 'closest'] }), 200).version, 2, 'the same again');
		const later = fx.ok(await fx.order(c, sku, FAN));
		assert.deepEqual(hubsOf(later), [far.id]);
		const decision = async (o) => fx.ok(await c.api.get(`/v1/orders/${o.id}/routing`), 200).decisions[0];
		assert.deepEqual((await decision(before)).policy, own, 'an old decision keeps its policy');
		const d = await decision(later);
		assert.equal(d.policy.version, 2);
		assert.equal(d.candidates.find((k) => k.hub_id === near.id).verdict, 'lost_on:cheapest');
		assert.deepEqual(fx.ok(await c.api.get('/v1/route/policies'), 200).policies.map((p) => p.version), [2, 1]);
		const first = fx.ok(await c.api.get('/v1/route/policies?limit=1'), 200);
		assert.deepEqual(fx.ok(await c.api.get(`/v1/route/policies?limit=1&after=${first.next}`), 200).policies.map((p) => p.version), [1]);
	});

	it('changes under If-Match only, and is refused when it makes no sense', async () => {
		const { c, setPolicy } = await network();
		assertProblem(await c.api.put('/v1/route/policy', { partial: false }), 428, 'precondition_required');
		assertProblem(await c.api.put('/v1/route/policy', { partial: false }, { headers: { 'if-match': '"0"' } }), 412, 'precondition_failed');
		assertProblem(await setPolicy({ rules: ['closest', 'closest'] }), 422, 'duplicate_rule');
		assertProblem(await setPolicy({ rules: ['nearest'] }), 422, 'validation_failed');
		const travel = { local_m: 1, local_km_h: 1, local_overhead_s: 1 };
		for (const bands of [[{ up_to_m: 5, days: 1 }], [{ up_to_m: null, days: 1 }, { up_to_m: null, days: 2 }],
			[{ up_to_m: 9, days: 1 }, { up_to_m: 9, days: 2 }, { up_to_m: null, days: 3 }]])
			assertProblem(await setPolicy({ travel: { ...travel, bands } }), 422, 'invalid_bands');
		// A longer way takes no less time: not by the next band, nor where bands take over from driving.
		for (const [over, pointer] of [[{ bands: [{ up_to_m: 9, days: 2 }, { up_to_m: null, days: 1 }] }, '/travel/bands/1/days'],
			[{ bands: [{ up_to_m: null, days: 0 }] }, '/travel/local_m'],
			[{ local_m: 25000, bands: [{ up_to_m: 20000, days: 1 }, { up_to_m: null, days: 1 }] }, '/travel/local_m']])
			assert.equal(assertProblem(await setPolicy({ travel: { ...travel, ...over } }), 422, 'invalid_bands').errors[0].pointer, pointer);
		fx.ok(await setPolicy({ travel: { ...travel, local_m: 23999, bands: [{ up_to_m: null, days: 1 }] } }), 200);
		fx.ok(await setPolicy({ travel: { ...travel, local_m: 21e6, bands: [{ up_to_m: null, days: 0 }] } }), 200); // all is driven
		fx.ok(await setPolicy({ travel: { ...travel, bands: [{ up_to_m: 9, days: 1 }, { up_to_m: null, days: 2 }] } }), 200);
	});

	for (const [what, policy, expected] of [
		['too far', { distance_max_m: 3000 }, ['chosen', 'out_of_radius', 'out_of_radius']],
		['too expensive', { cost_max: 200 }, ['too_expensive', 'chosen', 'too_expensive']]])
		it(`rules out what is ${what}`, async () => {
			const n = await network();
			fx.ok(await n.setPolicy(policy), 200);
			const o = fx.ok(await fx.order(n.c, n.sku, FAN));
			const [d] = fx.ok(await n.c.api.get(`/v1/orders/${o.id}/routing`), 200).decisions;
			assert.deepEqual([n.near, n.far, n.warehouse].map((h) => d.candidates.find((k) => k.hub_id === h.id).verdict), expected);
		});

	it('tears an order apart only when it is worth it', async () => {
		const n = await network();
		fx.ok(await n.setPolicy({ split_min_amount: 7000 }), 200);
		const cheap = fx.ok(await fx.order(n.c, n.sku, FAN, { lines: [{ sku: n.sku, quantity: 6 }] }));
		assert.deepEqual([hubsOf(cheap), cheap.backordered[0].reason], [[n.near.id], 'split_limit']);
		const dear = fx.ok(await fx.order(n.c, n.sku, FAN, { lines: [{ sku: n.sku, quantity: 7 }] }));
		assert.equal(dear.shipments.length, 2);
	});
});

describe('a preview', () => {
	it('decides as the order does, and leaves nothing', async () => {
		const n = await network();
		const p = await n.preview();
		assert.deepEqual([p.cause, p.outcome, p.attempt], ['preview', 'routed', 0]);
		assert.deepEqual(p.shipments.map((s) => [s.hub_id, s.lines]), [[n.near.id, [{ sku: n.sku, quantity: 1 }]]]);
		const { stock } = fx.ok(await n.c.api.get(`/v1/hubs/${n.near.id}/stock`), 200);
		assert.equal(stock[0].reserved, 0);
		const o = fx.ok(await fx.order(n.c, n.sku, FAN));
		assert.deepEqual(o.shipments.map((s) => [s.hub_id, s.promise_at]), p.shipments.map((s) => [s.hub_id, s.promise_at]));
	});

	it('tries a draft', async () => {
		const n = await network();
		const p = await n.preview({ policy: { rules: ['cheapest'] } });
		assert.deepEqual([p.policy.version, p.policy.rules, p.shipments[0].hub_id], [0, ['cheapest'], n.far.id]);
		assert.equal(fx.ok(await n.c.api.get('/v1/route/policy'), 200).version, 1);
		assertProblem(await n.c.api.post('/v1/route/preview', body(n.sku, { policy: { rules: ['closest', 'closest'] } }), { idem: null }), 422, 'duplicate_rule');
	});

	it('tells that a condition cannot be kept, and the earliest', async () => {
		const n = await network();
		for (const h of [n.near, n.far, n.warehouse]) {
			const { headers } = await n.c.api.get(`/v1/hubs/${h.id}`);
			fx.ok(await n.c.api.request('PATCH', `/v1/hubs/${h.id}`, { body: { cut_offs: fx.everyDay('08:00') }, headers: { 'if-match': headers.etag } }), 200);
		}
		const p = await n.preview({ service: 'same_day' });
		assert.deepEqual([p.outcome, p.shipments], ['refused', []]);
		assert.ok(new Date(p.earliest) > new Date());
	});
});

// The service decides on its picture, the database on live rows: the same rules twice. They must agree on
// every order that the service may decide. What the database decided the worker sees a moment later, and
// until then what it tells of hubs that lost is a moment old; here it is made to look at once.
describe('the service and the database', () => {
	let db;
	before(async () => { db = new pg.Client({ connectionString: process.env.DATABASE_URL }); await db.connect(); });
	after(() => db.end());

	it('decide alike, to the last score', async () => {
		const c = await fx.creator(), skus = [];
		for (let i = 0; i < 3; i++) skus.push((await fx.product(c)).sku);
		const seed = Number(process.env.SEED ?? Date.now() % 1e9);
		console.log(`# seed ${seed}`);
		const random = randomFrom(seed);
		for (let i = 0; i < 14; i++) {
			const h = await fx.hub(c, { lat: 40.6 + random() * 0.3, lon: -74.1 + random() * 0.3 }, {
				kind: random() < 0.2 ? 'warehouse' : 'micro_hub', capacity: 1 + Math.floor(random() * 40),
				radius_km: random() < 0.5 ? 5 + random() * 20 : null, active: random() < 0.9,
				cut_offs: fx.everyDay(random() < 0.5 ? '09:00' : '18:00'), cost_per_km: Math.floor(random() * 50),
				opening_hours: random() < 0.3 ? fx.WEEK.map((weekday) => ({ weekday, from: '10:00', until: '19:00' })) : [] });
			for (const sku of skus) if (random() < 0.8) await fx.stock(c, h.id, sku, Math.floor(random() * 30));
		}
		let compared = 0;
		for (let i = 0; i < 60; i++) {
			const order = { lines: skus.filter(() => random() < 0.6).map((sku) => ({ sku, quantity: 1 + Math.floor(random() * 3) })),
				ship_to: { lat: 40.6 + random() * 0.3, lon: -74.1 + random() * 0.3 },
				service: ['pickup', 'same_day', 'next_day', 'standard'][Math.floor(random() * 4)] };
			if (order.lines.length === 0) continue;
			if (random() < 0.3) order.needed_by = fx.inSeconds(random() * 100000);
			const p = fx.ok(await c.api.post('/v1/route/preview', order, { idem: null }), 200);
			const made = await c.storefront.post('/v1/orders', order);
			if (made.status === 409) {
				assert.equal(p.outcome, 'refused');
				continue;
			}
			const o = fx.ok(made);
			const { rows } = await db.query('select compact is not null as own from roadshow.order_routings where order_id = $1', [o.id]);
			const [d] = fx.ok(await c.api.get(`/v1/orders/${o.id}/routing`), 200).decisions;
			assert.deepEqual(o.shipments.map((s) => s.hub_id), p.shipments.map((s) => s.hub_id));
			const { ship_to, payment_reference, ...read } = fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200);
			assert.deepEqual(read, o, 'the answer is the order');
			if (!rows[0].own) {
				// Whoever decides next reads its picture anew: its version is old.
				await db.query('update roadshow.hub_heads set version = version + 1 where creator_id = $1', [c.id]);
				continue;
			}
			compared++;
			const bare = (w) => w.candidates.map((k) => ({ ...k, stock: [...k.stock].sort((a, b) => (a.sku < b.sku ? -1 : 1)) }));
			assert.deepEqual(bare(d), bare(p));
			assert.deepEqual([d.policy, d.outcome, d.omitted], [p.policy, p.outcome, p.omitted]);
		}
		assert.ok(compared >= 10, `only ${compared} decisions were the service's own`);
	});
});
