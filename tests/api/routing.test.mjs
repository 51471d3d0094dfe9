// SPDX-License-Identifier: Apache-2.0
//
// Routing from outside: places by postal code, promises that cannot be kept, and a crowd of random
// orders after which everything must add up and every explanation must follow from its scores.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';
import { randomFrom } from './lib/random.mjs';

after(() => fx.anonymous().close());

const { williamsburg, soho, columbus } = fx.PLACES;
const hubsOf = (order) => order.shipments.map((s) => s.hub_id);

async function routing(c, order) {
	return fx.ok(await c.api.get(`/v1/orders/${order.id}/routing`), 200).decisions;
}

describe('a postal code', () => {
	let c, near, sku;
	before(async () => {
		const db = new pg.Client({ connectionString: process.env.DATABASE_URL });
		await db.connect();
		await db.query('select roadshow.postal_import($1)', [JSON.stringify([
			{ country: 'ZZ', code: '112 11', lat: 40.7128, lon: -73.9537 },
			{ country: 'ZZ', code: '10012', lat: 40.7255, lon: -73.9983 }])]);
		await db.end();
		c = await fx.creator();
		[near, { sku }] = [await fx.hub(c, williamsburg), await fx.product(c)];
		await fx.hub(c, soho);
		for (const h of fx.ok(await c.api.get('/v1/hubs'), 200).hubs) await fx.stock(c, h.id, sku, 100);
	});

	it('is a place, however it is written', async () => {
		for (const postal_code of ['11211', '112-11', '112 11']) {
			const o = fx.ok(await fx.order(c, sku, soho, { ship_to: { country: 'ZZ', postal_code } }));
			assert.deepEqual(hubsOf(o), [near.id]);
			const read = fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200);
			assert.deepEqual(read.ship_to, { lat: 40.7128, lon: -73.9537, country: 'ZZ', postal_code: '11211' });
			assert.equal(fx.ok(await c.storefront.get(`/v1/orders/${o.id}`), 200).ship_to, undefined,
				'a public key is not told where a person lives');
		}
	});

	it('that is not known is refused with the nearest that is', async () => {
		const p = assertProblem(await fx.order(c, sku, soho, { ship_to: { country: 'ZZ', postal_code: '11299' } }), 422, 'unknown_postal_code');
		assert.match(p.detail, /begin with 112\b/);
		assert.equal(p.errors[0].pointer, '/ship_to/postal_code');
		assertProblem(await fx.order(c, sku, soho, { ship_to: { country: 'XX', postal_code: '1' } }), 422, 'unknown_postal_code');
	});

	it('beside a position is only kept: the position wins, known code or not', async () => {
		for (const postal_code of ['11211', '99999']) {
			const o = fx.ok(await fx.order(c, sku, soho, { ship_to: { country: 'ZZ', postal_code, lat: soho.lat, lon: soho.lon } }));
			assert.notDeepEqual(hubsOf(o), [near.id]);
			assert.deepEqual(fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200).ship_to,
				{ lat: soho.lat, lon: soho.lon, country: 'ZZ', postal_code });
		}
	});

	for (const [what, ship_to] of [['half a position', { country: 'ZZ', postal_code: '11211', lat: 1 }],
		['a country alone', { country: 'ZZ', lat: 1, lon: 1 }]])
		it(`and ${what} are refused`, async () => {
			assertProblem(await fx.order(c, sku, soho, { ship_to }), 422, 'validation_failed');
		});
});

describe('a promise', () => {
	it('that nobody can keep is refused with the earliest that can be kept', async () => {
		const c = await fx.creator(), { sku } = await fx.product(c);
		const h = await fx.hub(c, columbus, { kind: 'warehouse' });
		await fx.stock(c, h.id, sku, 5);
		const p = assertProblem(await fx.order(c, sku, williamsburg, { service: 'same_day' }), 409, 'promise_not_possible');
		const [, at] = /the earliest is (\S+),/.exec(p.detail);
		const o = fx.ok(await fx.order(c, sku, williamsburg));
		assert.equal(o.shipments[0].promise_at, at, 'what was offered is what one gets');
	});

	it('is of the first wave with a slot, however many before it are full', async () => {
		const c = await fx.creator(), { sku } = await fx.product(c);
		const at = [1, 4, 7, 10, 13, 16, 19, 22].map((h) => `${String(h).padStart(2, '0')}:00`);
		const near = await fx.hub(c, williamsburg, { cut_offs: fx.everyDay(...at) }), far = await fx.hub(c, soho);
		for (const h of [near, far]) await fx.stock(c, h.id, sku, 5);
		const db = new pg.Client({ connectionString: process.env.DATABASE_URL });
		await db.connect();
		await db.query(`update roadshow.waves set capacity = 0 where id in (select id from roadshow.waves
			where hub_id = $1 order by cut_off_at limit 30)`, [near.id]);
		const { rows: [w] } = await db.query('select cut_off_at from roadshow.waves where hub_id = $1 and capacity > 0 order by 1 limit 1', [near.id]);
		await db.query('update roadshow.hub_heads set version = version + 1 where creator_id = $1', [c.id]);
		await db.end();
		const order = (over) => fx.order(c, sku, williamsburg, over);
		const [late, soon] = [fx.ok(await order()), fx.ok(await order({ needed_by: fx.inSeconds(24 * 3600) }))];
		assert.deepEqual([hubsOf(late), hubsOf(soon)], [[near.id], [far.id]], 'closest, unless it is late');
		const told = async (o) => (await routing(c, o))[0].candidates.find((k) => k.hub_id === near.id);
		assert.equal(Date.parse((await told(late)).cut_off_at), w.cut_off_at.getTime());
		assert.deepEqual([(await told(soon)).verdict, (await told(soon)).capacity], ['lost_on:promise_met', 99]);
		assertProblem(await fx.order(c, sku, columbus, { service: 'next_day' }), 409, 'promise_not_possible');
	});

	it('is the cut-off, the handling and the way', async () => {
		const c = await fx.creator(), { sku } = await fx.product(c);
		const h = await fx.hub(c, williamsburg, { handling_minutes: 45 });
		await fx.stock(c, h.id, sku, 5);
		const o = fx.ok(await fx.order(c, sku, williamsburg, { service: 'pickup' }));
		const [{ candidates: [k] }] = await routing(c, o);
		assert.equal(new Date(k.promise_at) - new Date(k.cut_off_at), 45 * 60e3);
		const home = fx.ok(await fx.order(c, sku, williamsburg));
		assert.equal(new Date(home.shipments[0].promise_at) - new Date(k.promise_at), 20 * 60e3);
	});
});

// The verdict of a candidate, from the scores alone.
function recompute(decision, candidate, winner) {
	const at = decision.policy.rules.findIndex((_, i) => candidate.scores[i] !== winner.scores[i]);
	return `lost_on:${at < 0 ? 'tie' : decision.policy.rules[at]}`;
}

function assertExplains(decision) {
	const chosen = decision.candidates.filter((k) => k.verdict === 'chosen');
	assert.equal(chosen.length === 0, decision.outcome === 'backordered');
	for (const k of decision.candidates.filter((x) => x.verdict.startsWith('lost_on:')))
		assert.equal(k.verdict, recompute(decision, k, chosen.at(-1)));
}

describe('a crowd of random orders', () => {
	it('takes no unit and no slot twice, and every decision explains itself', async (t) => {
		const seed = Number(process.env.ROADSHOW_TEST_SEED ?? Date.now() % 1e9);
		t.diagnostic(`ROADSHOW_TEST_SEED=${seed}`);
		const random = randomFrom(seed), below = (n) => Math.floor(random() * n);
		const around = (spread) => ({ lat: soho.lat + (random() - 0.5) * spread, lon: soho.lon + (random() - 0.5) * spread });
		const c = await fx.creator();
		const skus = await Promise.all([1, 2, 3].map(async () => (await fx.product(c)).sku));
		const hubs = [];
		for (let i = 0; i < 8; i++) {
			hubs.push(await fx.hub(c, around(0.4), { kind: i === 0 ? 'warehouse' : 'micro_hub', capacity: 4 + below(8),
				radius_km: below(3) === 0 ? 5 + below(20) : null }));
			for (const sku of skus) await fx.stock(c, hubs[i].id, sku, below(25), { safety: below(3) });
		}
		const answers = await Promise.all(Array.from({ length: 250 }, () => {
			const wanted = skus.slice(below(3), 3);
			return fx.order(c, skus[0], around(0.4), { lines: wanted.map((sku) => ({ sku, quantity: 1 + below(3) })) });
		}));
		const placed = answers.map((a) => fx.ok(a));

		const promised = {};
		for (const o of placed) {
			for (const { sku, quantity } of o.lines) {
				const shipped = o.shipments.flatMap((s) => s.lines).filter((l) => l.sku === sku);
				const waits = o.backordered.filter((b) => b.sku === sku);
				assert.equal([...shipped, ...waits].reduce((n, l) => n + l.quantity, 0), quantity, 'every unit is somewhere');
			}
			for (const s of o.shipments)
				for (const l of s.lines) promised[`${s.hub_id} ${l.sku}`] = (promised[`${s.hub_id} ${l.sku}`] ?? 0) + l.quantity;
		}
		for (const h of hubs)
			for (const s of fx.ok(await c.api.get(`/v1/hubs/${h.id}/stock`), 200).stock) {
				assert.equal(s.reserved, promised[`${h.id} ${s.sku}`] ?? 0, `${h.name} ${s.sku}`);
				assert.ok(s.reserved + s.safety <= s.on_hand || s.reserved === 0);
			}
		const decisions = (await Promise.all(placed.map((o) => routing(c, o)))).flat();
		decisions.forEach(assertExplains);
		const slots = {};
		for (const d of decisions)
			for (const k of d.candidates.filter((x) => x.verdict === 'chosen')) slots[k.wave_id] = (slots[k.wave_id] ?? 0) + 1;
		const capacity = Object.fromEntries(decisions.flatMap((d) => d.candidates).filter((k) => k.wave_id)
			.map((k) => [k.wave_id, hubs.find((h) => h.id === k.hub_id).capacity]));
		for (const [wave, n] of Object.entries(slots)) assert.ok(n <= capacity[wave], `${n} in a wave of ${capacity[wave]}`);
	});
});

// More hubs than the list has places for, all of them better by the policy than the one that is needed.
describe('a list of sixteen', () => {
	// Seventeen near ones as they are told, and one farther away.
	async function crowd(near, far, skus, place = columbus) {
		const c = await fx.creator();
		const [a, b] = [(await fx.product(c)).sku, (await fx.product(c)).sku], hubs = [];
		for (let i = 0; i < 17; i++) hubs.push(await fx.hub(c, { ...soho, lat: soho.lat + i / 1000 }, near));
		const one = await fx.hub(c, place, far);
		for (const h of hubs) await fx.stock(c, h.id, a, 5);
		for (const sku of [a, b].slice(0, skus)) await fx.stock(c, one.id, sku, 5);
		const policy = async (rules) => {
			const { headers } = await c.api.get('/v1/route/policy');
			fx.ok(await c.api.put('/v1/route/policy', { rules }, { headers: { 'if-match': headers.etag } }), 200);
		};
		return { c, a, b, one, policy };
	}
	const late = { cut_offs: fx.everyDay('09:00') };

	it('has the one that has all of it, though it is late and the others are not', async () => {
		const { c, a, b, one } = await crowd({}, late, 2);
		const o = fx.ok(await fx.order(c, a, soho, { lines: [a, b].map((sku) => ({ sku, quantity: 1 })), needed_by: fx.inSeconds(9 * 3600) }));
		assert.deepEqual([o.state, hubsOf(o)], ['routed', [one.id]]);
		const [d] = await routing(c, o);
		assert.deepEqual([d.candidates.length, d.candidates[15].hub_id, d.candidates[15].verdict, d.omitted], [16, one.id, 'chosen', { lost: 2 }]);
	});

	it('has the hub of the token\'s event', async () => {
		const { c, a, one, policy } = await crowd({}, {}, 1), e = await fx.event(c);
		const { headers } = await c.api.get(`/v1/hubs/${one.id}`);
		fx.ok(await c.api.request('PATCH', `/v1/hubs/${one.id}`, { body: { event_id: e.id }, headers: { 'if-match': headers.etag } }), 200);
		await policy(['event_hub', 'closest']);
		const d = await fx.drop(c, { sku: a, event_id: e.id }), t = await fx.token(c, d.id);
		assert.deepEqual(hubsOf(fx.ok(await fx.order(c, a, soho, { token_id: t.id, token: t.jwt }))), [one.id]);
		assert.notDeepEqual(hubsOf(fx.ok(await fx.order(c, a, soho))), [one.id]);
	});

	it('has the one that keeps a promise that was told, when an order goes elsewhere', async () => {
		const { c, a, one, policy } = await crowd(late, {}, 1, williamsburg), there = await fx.hub(c, columbus);
		await fx.stock(c, there.id, a, 5);
		await policy(['closest']);
		const o = fx.ok(await fx.order(c, a, columbus, { needed_by: fx.inSeconds(9 * 3600) }));
		assert.deepEqual(hubsOf(o), [there.id]);
		const moved = fx.ok(await c.api.post(`/v1/orders/${o.id}/address`, { ship_to: { lat: soho.lat, lon: soho.lon } }), 200);
		assert.deepEqual(hubsOf(moved), [one.id]);
		assert.ok((await routing(c, o))[1].candidates.some((k) => k.hub_id === there.id), 'who holds it is looked at, too');
	});
});
