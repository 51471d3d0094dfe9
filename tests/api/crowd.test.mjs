// SPDX-License-Identifier: Apache-2.0
//
// Thousands of random orders by many clients at once, while others are taken back, goods come in and hubs
// go out of service: no unit and no slot is negative, lost or promised twice, everything adds up, every
// order is routed or explained, and nobody was chosen where the policy prefers somebody who could.
// ORDERS=100000 SEED=7 is a longer run.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import * as fx from './lib/fixtures.mjs';
import { randomFrom } from './lib/random.mjs';

const ORDERS = Number(process.env.ORDERS ?? 10000), CLIENTS = 48, HUBS = 12, SKUS = 4, OUTAGE_EVERY = Math.ceil(ORDERS / 4);
const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const { soho } = fx.PLACES;
const random = randomFrom(seed);
const below = (n) => Math.floor(random() * n);
const around = (spread) => ({ lat: soho.lat + (random() - 0.5) * spread, lon: soho.lon + (random() - 0.5) * spread });

let db, c, skus, hubs;
const received = [], made = [], told = { orders: 0, refused: 0, cancelled: 0, outages: 0 };

// Until the service has room for it; the same key, so that it happens once.
async function send(path, body) {
	const idem = randomUUID();
	for (;;) {
		const a = await c.api.post(path, body, { idem, contract: false });
		if (![429, 503].includes(a.status)) return a;
		await new Promise((done) => setTimeout(done, 20));
	}
}

async function placeOne() {
	const first = below(SKUS), lines = skus.slice(first, below(4) ? first + 1 : SKUS).map((sku) => ({ sku, quantity: 1 + below(3) }));
	const a = await send('/v1/orders', { lines, ship_to: around(0.4), service: below(5) ? 'standard' : 'next_day' });
	if (a.status === 409) {
		assert.equal(a.json.code, 'promise_not_possible');
		told.refused++;
		return;
	}
	made.push(fx.ok(a).id);
	told.orders++;
}

async function takeBack() {
	if (made.length === 0) return;
	const a = await send(`/v1/orders/${made[below(made.length)]}/cancel`, {});
	if (a.status === 200) told.cancelled++;
	else assert.equal(a.json?.code, 'order_in_work', a.text);
}

async function receive() {
	const line = { hub: hubs[below(HUBS)].id, sku: skus[below(SKUS)], quantity: 1 + below(200) };
	fx.ok(await send(`/v1/hubs/${line.hub}/stock/${line.sku}/receive`, { quantity: line.quantity }), 200);
	received.push(line.quantity);
}

async function outage() {
	const hub = `/v1/hubs/${hubs[below(HUBS)].id}`;
	const a = await send(`${hub}/outage`, { reason: 'no power' });
	assert.ok([200, 409].includes(a.status), a.text);
	told.outages++;
	await placeOne();
	assert.ok([200, 409].includes((await send(`${hub}/resume`, {})).status));
}

before(async () => {
	console.log(`# SEED=${seed} ORDERS=${ORDERS}`);
	db = new pg.Client({ connectionString: process.env.DATABASE_URL });
	await db.connect();
	c = await fx.creator();
	skus = [];
	for (let i = 0; i < SKUS; i++) skus.push((await fx.product(c)).sku);
	hubs = [];
	for (let i = 0; i < HUBS; i++) {
		hubs.push(await fx.hub(c, around(0.4), { kind: i < 2 ? 'warehouse' : 'micro_hub', capacity: 1 + below(ORDERS / 80),
			day_capacity: below(3) ? null : 1 + below(ORDERS / 60), radius_km: below(3) ? null : 5 + below(20) }));
		for (const sku of skus) {
			const on_hand = below(ORDERS / 10);
			await fx.stock(c, hubs[i].id, sku, on_hand, { safety: below(5) });
			received.push(on_hand);
		}
	}
	let left = ORDERS;
	await Promise.all(Array.from({ length: CLIENTS }, async () => {
		while (left-- > 0) {
			const dice = below(1000);
			if (left % OUTAGE_EVERY === 0) await outage();
			else if (dice < 10) await receive();
			else if (dice < 40) await takeBack();
			await placeOne();
		}
	}));
});
after(async () => {
	await db?.end();
	fx.anonymous().close();
});

async function none(what, sql) {
	const { rows } = await db.query(`${sql} limit 5`, [c.id]);
	assert.deepEqual(rows, [], what);
}

describe('a crowd of random orders', () => {
	it('takes no unit twice and loses none', async () => {
		await none('what is reserved is what live shipments carry', `select s.hub_id, s.sku, s.reserved, x.units from roadshow.hub_stock s
			cross join lateral (select coalesce(sum(l.quantity - l.short), 0) as units from roadshow.shipments h
				join roadshow.shipment_lines l on l.creator_id = h.creator_id and l.shipment_id = h.id and l.sku = s.sku
				where h.creator_id = s.creator_id and h.hub_id = s.hub_id and h.state in ('routed', 'picking')) x
			where s.creator_id = $1 and (s.reserved <> x.units or s.reserved > s.on_hand or s.reserved < 0)`);
		const { rows: [{ units }] } = await db.query('select sum(on_hand)::bigint as units from roadshow.hub_stock where creator_id = $1', [c.id]);
		assert.equal(Number(units), received.reduce((a, b) => a + b, 0), 'every unit that came in is on a shelf');
		await none('every unit of an order ships or waits', `select o.id, l.sku, l.quantity, l.backordered, x.units from roadshow.orders o
			join roadshow.order_lines l on l.creator_id = o.creator_id and l.order_id = o.id
			cross join lateral (select coalesce(sum(k.quantity - k.short), 0) as units from roadshow.shipments h
				join roadshow.shipment_lines k on k.creator_id = h.creator_id and k.shipment_id = h.id and k.sku = l.sku
				where h.creator_id = o.creator_id and h.order_id = o.id and h.state <> 'cancelled') x
			where o.creator_id = $1 and l.quantity <> l.backordered + x.units`);
	});

	it('takes no slot twice and loses none', async () => {
		await none('what a wave has given out is its live shipments', `select w.id, w.used, w.capacity, x.n from roadshow.waves w
			cross join lateral (select count(*) as n from roadshow.shipments h where h.creator_id = w.creator_id and h.wave_id = w.id
				and h.state <> 'cancelled') x
			where w.creator_id = $1 and (w.used <> x.n or w.used > w.capacity)`);
		await none('a day is its waves', `select d.hub_id, d.day, d.used, d.capacity, x.n from roadshow.hub_days d
			cross join lateral (select coalesce(sum(w.used), 0) as n from roadshow.waves w where w.creator_id = d.creator_id
				and w.hub_id = d.hub_id and w.day = d.day) x
			where d.creator_id = $1 and (d.used <> x.n or d.used > d.capacity)`);
	});

	it('is routed or explained, every one, and told in the ledger', async () => {
		const { rows: [n] } = await db.query(`select (select count(*) from roadshow.orders where creator_id = $1)::int as orders,
			(select count(*) from roadshow.orders where creator_id = $1 and state = 'cancelled')::int as cancelled,
			(select count(distinct order_id) from roadshow.order_routings where creator_id = $1)::int as explained,
			(select count(distinct subject) from roadshow.ledger where creator_id = $1
				and kind in ('order.routed', 'order.backordered'))::int as told`, [c.id]);
		assert.deepEqual([n.orders, n.explained, n.told], [told.orders, told.orders, told.orders]);
		assert.ok(n.cancelled > 0 && n.cancelled <= told.cancelled, JSON.stringify([n, told]));
	});

	it('goes to nobody where the policy prefers somebody who could', async () => {
		let compared = 0, own = 0;
		const radius = Object.fromEntries(hubs.map((h) => [h.id, h.radius_km === null ? Infinity : h.radius_km * 1000]));
		for (let from = '00000000-0000-0000-0000-000000000000', page; page?.length !== 0;) {
			({ rows: page } = await db.query(`select order_id, attempt, compact::json as compact, explanation from roadshow.order_routings
				where creator_id = $1 and order_id > $2 order by order_id limit 500`, [c.id, from]));
			for (const r of page) {
				own += r.compact !== null;
				compared += assertBest(candidatesOf(r), r.explanation?.request.lines, radius, r.order_id);
			}
			from = page.at(-1)?.order_id;
		}
		console.log(`# ${JSON.stringify(told)}, ${compared} comparisons, ${own} decisions by the service itself`);
		assert.ok(own > ORDERS / 10 && compared > ORDERS, `${own} own decisions, ${compared} comparisons`);
	});
});

function candidatesOf(r) {
	if (r.explanation) return r.explanation.candidates;
	return r.compact.hubs.map(([hub_id, distance_m, , units, lines_short, capacity, , , scores, verdict]) =>
		({ hub_id, distance_m, stock: units.map((available) => ({ available })), lines_short, capacity, scores, verdict }));
}

// < 0: a is better. The first difference decides, null abstains.
function compare(a, b) {
	for (let i = 0; i < a.scores.length; i++)
		if (a.scores[i] !== null && b.scores[i] !== null && a.scores[i] !== b.scores[i]) return a.scores[i] - b.scores[i];
	return 0;
}

// Whether k, which the policy prefers to the j-th that was chosen, has nothing of what was missing by then.
function hadNothing(k, chosen, j, lines) {
	return lines.every(({ sku, quantity }) => {
		const has = (w) => w.stock.find((s) => s.sku === sku).available;
		return has(k) === 0 || chosen.slice(0, j).reduce((n, w) => n + has(w), 0) >= quantity;
	});
}

// Whoever lost could have shipped and is no better than whoever was chosen; whoever was ruled out could not.
// Returns how many were held against the chosen.
function assertBest(list, lines, radius, order) {
	const chosen = list.filter((k) => k.verdict === 'chosen');
	const whole = chosen.length === 1 && chosen[0].lines_short === 0;
	for (const k of list) {
		const said = `${order}: ${JSON.stringify({ chosen, k })}`;
		if (k.verdict.startsWith('lost_on:')) {
			assert.ok(chosen.every((w, j) => compare(w, k) <= 0 || (j > 0 && hadNothing(k, chosen, j, lines))), said);
			assert.ok(!whole || k.lines_short === 0, said);
		} else if (k.verdict === 'no_stock') assert.ok(k.lines_short > 0, said);
		else if (k.verdict === 'out_of_radius') assert.ok(k.distance_m > radius[k.hub_id], said);
		else if (k.verdict === 'chosen') assert.ok(k.distance_m <= radius[k.hub_id] && k.capacity > 0 && k.stock.some((s) => s.available > 0), said);
	}
	return chosen.length === 0 ? 0 : list.length - chosen.length;
}
