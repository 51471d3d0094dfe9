// SPDX-License-Identifier: Apache-2.0
//
// `roadshow simulate` over orders that the service took: by the policy of then every order comes out as
// it was decided; by another it tells what would have differed; and nothing is touched, by a role that
// may not write.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import * as fx from './lib/fixtures.mjs';
import { randomFrom } from './lib/random.mjs';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const PROGRAM = path.join(process.env.ROADSHOW_BIN ?? path.join(ROOT, 'build/release'), 'roadshow');
const DATABASE = process.env.DATABASE_URL, ORDERS = 120;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-simulate-'));
const from = fx.inSeconds(-60), to = fx.inSeconds(3600);

const seed = Number(process.env.SEED ?? Date.now() % 1e9);
console.log(`# seed ${seed}`);
const random = randomFrom(seed);
const below = (n) => Math.floor(random() * n);
const around = () => ({ lat: 40.6 + random() * 0.3, lon: -74.1 + random() * 0.3 });

let db, c, role, placed;

async function setPolicy(policy) {
	const { headers } = await c.api.get('/v1/route/policy');
	return fx.ok(await c.api.put('/v1/route/policy', policy, { headers: { 'if-match': headers.etag } }), 200);
}

// A network in which orders are split and wait, waves fill up, some are decided by the service and some by
// the database, the first half by another policy than the second.
before(async () => {
	db = new pg.Client({ connectionString: DATABASE });
	await db.connect();
	role = `analyst_${fx.unique('x').replace(/\W/g, '')}`;
	await db.query(`create role ${role} login; grant pg_read_all_data to ${role};
		grant execute on all functions in schema roadshow to ${role}`);
	c = await fx.creator();
	const skus = [];
	for (let i = 0; i < 3; i++) skus.push((await fx.product(c, { price: { amount: 1000, currency: 'EUR' } })).sku);
	for (let i = 0; i < 8; i++) {
		const h = await fx.hub(c, around(), { kind: i < 2 ? 'warehouse' : 'micro_hub', capacity: 3 + below(8),
			cost_per_order: 50 * below(20), cost_per_km: below(40), radius_km: below(3) === 0 ? 12 : null });
		for (const sku of skus) if (below(5)) await fx.stock(c, h.id, sku, below(30));
	}
	placed = 0;
	for (let i = 0; i < ORDERS; i++) {
		if (i === ORDERS / 2) await setPolicy({ rules: ['promise_met', 'least_loaded', 'closest'], shipments_max: 2 });
		const lines = skus.slice(below(3)).map((sku) => ({ sku, quantity: 1 + below(3) }));
		const order = { lines, ship_to: around(), service: ['standard', 'standard', 'next_day', 'same_day'][below(4)] };
		if (below(3) === 0) order.needed_by = fx.inSeconds(random() * 200000);
		const made = await c.storefront.post('/v1/orders', order);
		assert.ok([201, 409].includes(made.status), made.text);
		placed += made.status === 201;
	}
});
after(async () => {
	await db?.query(`drop owned by ${role}; drop role ${role}`);
	await db?.end();
	fs.rmSync(dir, { recursive: true, force: true });
	fx.anonymous().close();
});

function simulate(policy, { args = [], url = DATABASE } = {}) {
	const file = path.join(dir, 'policy.json');
	fs.writeFileSync(file, typeof policy === 'string' ? policy : JSON.stringify(policy));
	return new Promise((resolve) => {
		execFile(PROGRAM, ['simulate', '--creator', c.slug, '--policy', file, '--from', from, '--to', to, ...args],
			{ env: { ...process.env, ROADSHOW_ADMIN_DATABASE_URL: url } },
			(error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
	});
}

async function told(policy, options) {
	const done = await simulate(policy, { args: ['--json'], ...options });
	assert.equal(done.code, 0, done.err);
	return JSON.parse(done.out);
}

const asReader = () => DATABASE.replace(/\/\/[^/@]*@/, `//${role}@`);

// Everything of the creator's that an order may change.
async function everything() {
	const tables = ['orders', 'order_lines', 'order_routings', 'shipments', 'shipment_lines', 'hub_stock', 'waves', 'hub_days', 'ledger',
		'ledger_heads', 'route_policies', 'hub_heads', 'idempotency'];
	const sums = [];
	for (const t of tables)
		sums.push((await db.query(`select '${t}' as t, count(*), md5(string_agg(x::text, '|' order by x::text)) from roadshow.${t} x
			where creator_id = $1`, [c.id])).rows[0]);
	return sums;
}

describe('roadshow simulate', () => {
	it('decides every order as it was decided, by the policy of then', async () => {
		// `unlike` counts those that do not come out as recorded, each by its own policy.
		const t = await told({});
		assert.deepEqual([t.orders, t.unlike], [placed, 0]);
		const { rows: [r] } = await db.query(`select count(*)::int as shipments, sum(distance_m) as distance_m,
			sum(h.cost_per_order + h.cost_per_km * distance_m / 1000) as cost, (select count(*)::int from roadshow.orders
				where creator_id = $1 and state = 'backordered') as none, (select sum(backordered)::int from roadshow.order_lines
				where creator_id = $1) as waiting
			from roadshow.shipments s join roadshow.hubs h on h.creator_id = s.creator_id and h.id = s.hub_id
			where s.creator_id = $1`, [c.id]);
		assert.deepEqual([t.decided.shipments, t.decided.none, t.decided.units_waiting], [r.shipments, r.none, r.waiting]);
		assert.ok(Math.abs(t.decided.distance_m - r.distance_m) < 0.01 && Math.abs(t.decided.cost - r.cost) < 0.01);
		assert.ok(t.decided.split > 0 && t.decided.whole > 0, 'the orders are of many kinds');
		assert.ok(t.moved > 0, 'half of them were decided by another policy');
	});

	it('differs by nothing where the policy is that of then', async () => {
		const other = await fx.creator(), { sku } = await fx.product(other), mine = c;
		for (const place of [fx.PLACES.soho, fx.PLACES.williamsburg]) {
			const h = await fx.hub(other, place, { capacity: 7 });
			await fx.stock(other, h.id, sku, 20);
		}
		const orders = await Promise.all(Array.from({ length: 30 }, () => fx.order(other, sku, fx.PLACES.soho, { lines: [{ sku, quantity: 2 }] })));
		orders.forEach((o) => fx.ok(o));
		c = other;
		try {
			const t = await told({});
			assert.deepEqual([t.orders, t.moved, t.unlike], [30, 0, 0]);
			assert.deepEqual(t.simulated, t.decided);
			assert.ok(t.decided.none > 0 && t.decided.whole > 0);
			const nearer = await told({ rules: ['closest'], partial: false });
			assert.equal(nearer.simulated.partial, 0);
		} finally {
			c = mine;
		}
	});

	it('tells what another policy would have done, and keeps to what there was', async () => {
		const cheap = await told({ rules: ['cheapest'], shipments_max: 1 });
		assert.equal(cheap.simulated.split, 0);
		const none = await told({ distance_max_m: 0 });
		assert.deepEqual([none.simulated.none, none.simulated.shipments, none.simulated.distance_m], [placed, 0, 0]);
		const { rows: [{ units }] } = await db.query('select sum(on_hand)::int as units from roadshow.hub_stock where creator_id = $1', [c.id]);
		const { rows: [{ wanted }] } = await db.query('select sum(quantity)::int as wanted from roadshow.order_lines where creator_id = $1', [c.id]);
		for (const t of [cheap, await told({ rules: ['closest'], shipments_max: 16 })])
			assert.ok(wanted - t.simulated.units_waiting <= units, 'no unit ships twice');
	});

	// Only where nothing is scarce: who takes a cheap hub's last unit leaves the dear ones to others.
	it('finds the cheapest and the closest of all hubs where each has enough', async () => {
		const other = await fx.creator(), { sku } = await fx.product(other), mine = c;
		const hubs = new Map();
		for (let i = 0; i < 6; i++) {
			const h = await fx.hub(other, around(), { kind: i < 2 ? 'warehouse' : 'micro_hub',
				cost_per_order: 50 * below(20), cost_per_km: below(40) });
			await fx.stock(other, h.id, sku, 1000);
			hubs.set(h.id, h);
		}
		const least = { cost: 0, distance_m: 0 };
		for (let i = 0; i < 20; i++) {
			const { id } = fx.ok(await fx.order(other, sku, around()));
			const { decisions: [d] } = fx.ok(await other.api.get(`/v1/orders/${id}/routing`), 200);
			assert.equal(d.candidates.length, hubs.size);
			const costs = d.candidates.map((x) => hubs.get(x.hub_id).cost_per_order + hubs.get(x.hub_id).cost_per_km * x.distance_m / 1000);
			least.cost += Math.min(...costs);
			least.distance_m += Math.min(...d.candidates.map((x) => x.distance_m));
		}
		c = other;
		try {
			for (const [rule, sum] of [['cheapest', 'cost'], ['closest', 'distance_m']]) {
				const t = await told({ rules: [rule] });
				assert.ok(Math.abs(t.simulated[sum] - least[sum]) < 0.01, `${rule}: ${t.simulated[sum]}, not ${least[sum]}`);
				assert.ok(t.decided[sum] >= t.simulated[sum] - 0.01);
			}
		} finally {
			c = mine;
		}
	});

	it('says how many orders were forgotten, and gives their slots to nobody', async () => {
		const other = await fx.creator(), { sku } = await fx.product(other), mine = c;
		const h = await fx.hub(other, fx.PLACES.soho, { capacity: 3 });
		await fx.stock(other, h.id, sku, 20);
		const [erased] = await Promise.all([1, 2].map(async () => fx.ok(await fx.order(other, sku, fx.PLACES.soho))));
		const held = fx.ok(await fx.order(other, sku, fx.PLACES.soho, { hold_ttl_s: 60 }));
		fx.ok(await other.api.post(`/v1/orders/${held.id}/cancel`, {}), 200);
		const taken = async () => (await db.query(`select sum(capacity - free)::int as n
			from roadshow.simulate_waves($1, $2, $3)`, [other.id, from, to])).rows[0].n;
		c = other;
		try {
			assert.equal(await taken(), 0, 'orders that are decided again hold nothing beforehand');
			assert.deepEqual([(await told({})).orders, (await told({})).forgotten], [2, 1]);
			await db.query('delete from roadshow.order_routings where order_id = $1', [erased.id]); // as an erasure does
			const t = await told({});
			assert.deepEqual([t.orders, t.forgotten, t.unlike], [1, 2, 0]);
			assert.equal(await taken(), 1);
			const { out } = await simulate({});
			assert.match(out, /^2 more orders are not in it/m);
		} finally {
			c = mine;
		}
	});

	it('touches nothing, and needs a role that may only read', async () => {
		const was = await everything();
		const t = await told({ rules: ['closest'] }, { url: asReader() });
		assert.equal(t.orders, placed);
		assert.deepEqual(await everything(), was);
		const reader = new pg.Client({ connectionString: asReader() });
		await reader.connect();
		await assert.rejects(reader.query('update roadshow.hub_stock set reserved = 0'), /permission denied/);
		await reader.end();
	});

	it('prints a table', async () => {
		const { code, out } = await simulate({ rules: ['cheapest'] });
		assert.equal(code, 0);
		assert.match(out, new RegExp(`^${placed} orders from `));
		for (const row of ['distance, km', 'orders that were split', 'late promises', 'cost, minor units'])
			assert.match(out, new RegExp(`^${row} +[\\d.]+ +[\\d.]+ +[+-][\\d.]+$`, 'm'));
	});

	for (const [what, policy, reason] of [
		['a rule that is none', { rules: ['nearest'] }, /no routing policy/], ['a rule twice', { rules: ['closest', 'closest'] }, /no routing policy/],
		['a member that is none', { rule: [] }, /has no "rule"/], ['no JSON', '{', /policy.json/], ['a list', '[]', /policy.json/]])
		it(`refuses ${what}`, async () => {
			const { code, err } = await simulate(policy);
			assert.equal(code, 2, err);
			assert.match(err, reason);
		});
});
