// SPDX-License-Identifier: Apache-2.0
//
// A bad day of fulfilment, all at once: fans order, hold, have tokens delivered and change their minds, partners
// pick, come up short, lose leases, reject and fail, goods are counted, sent and left over. Whatever happens,
// every answer keeps the contract, none is a failure of ours, and afterwards no unit and no slot is promised
// twice, lost or made. ACTS=5000 is a longer day; SEED repeats the dice, not how the calls meet.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import pg from 'pg';
import * as fx from './lib/fixtures.mjs';
import { randomFrom } from './lib/random.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e9), ACTS = Number(process.env.ACTS ?? 700), CLIENTS = 10;
const random = randomFrom(seed);
const below = (n) => Math.floor(random() * n), one = (list) => list[below(list.length)];
const around = () => ({ lat: 40 + random(), lon: -75 + random() * 2 });

let db, c, p, ev, skus, hubs, tokens;
const orders = [], lists = [], told = {}, failures = [];

before(async () => {
	db = new pg.Client({ connectionString: process.env.DATABASE_URL });
	await db.connect();
	[c, p] = [await fx.creator(), await fx.partner()];
	ev = await fx.event(c, { starts_at: fx.inSeconds(-7200), ends_at: fx.inSeconds(-3600) });
	[skus, hubs, tokens] = [[], [], []];
	for (const place of [fx.PLACES.williamsburg, fx.PLACES.soho, fx.PLACES.philadelphia, fx.PLACES.columbus])
		hubs.push(await fx.hub(c, place, { partner_id: p.id, capacity: 30, list_size: 5 }));
	for (let i = 0; i < 3; i++) {
		const { sku } = await fx.product(c);
		skus.push(sku);
		for (const h of hubs) await fx.stock(c, h.id, sku, 40);
		const d = await fx.drop(c, { event_id: ev.id, sku, quantity: 40, tokenized: 20, pickup_from: fx.inSeconds(-60), pickup_until: fx.inSeconds(3600) });
		for (let k = 0; k < 10; k++) tokens.push({ ...(await fx.token(c, d.id)), sku });
	}
});
after(async () => {
	await db?.end();
	fx.anonymous().close();
});

// ---- what may happen --------------------------------------------------------------------------------------

// Keeps what was told, for afterwards; an answer that breaks the contract throws.
async function tell(what, call) {
	const a = await call;
	const key = `${what} ${a.status >= 400 ? a.json.code : a.status}`;
	told[key] = (told[key] ?? 0) + 1;
	if (a.status >= 500) failures.push(`${key} ${a.text}`);
	return a;
}

async function order(what, body) {
	const a = await tell(what, c.storefront.post('/v1/orders', { ship_to: around(), service: 'standard', ...body }));
	if (a.status === 201) orders.push(a.json);
}

const ofOrder = (what, path, body) => async () => orders.length > 0 &&
	tell(what, c.api.post(`/v1/orders/${one(orders).id}/${path}`, body?.()));
const ofList = (list, what, body) => tell(what, p.api.post(`/v1/picklists/${list.id}/${what}`, { fencing: list.fencing, ...body }));

// The next step of a list, by who may have lost its lease.
function step(list, now) {
	const due = now.lines.filter((l) => l.picked === null && l.quantity > l.short);
	switch (now.state) {
	case 'claimed': case 'picking':
		return ofList(list, 'pick', { lines: due.slice(0, 1 + below(3)).map((l) => ({ sku: l.sku,
			picked: below(4) > 0 ? l.quantity - l.short : below(l.quantity - l.short + 1) })) });
	case 'picked':
		return ofList(list, 'pack', { parcels: now.orders.filter((o) => o.state === 'picking').map(({ order_id }) => ({ order_id })) });
	case 'packed':
		return ofList(list, 'hand-over', { name: 'Courier' });
	}
}

const acts = {
	order: () => order('order', { lines: skus.slice(below(3)).map((sku) => ({ sku, quantity: 1 + below(3) })),
		...(below(4) === 0 ? { hold_ttl_s: 30 } : {}) }),
	deliver: () => { const t = one(tokens); return order('deliver', { lines: [{ sku: t.sku, quantity: 1 }], token_id: t.id, token: t.jwt }); },
	cancel: ofOrder('cancel', 'cancel', () => ({})),
	confirm: ofOrder('confirm', 'confirm', () => ({ payment: { reference: randomUUID() } })),
	address: ofOrder('address', 'address', () => ({ ship_to: around() })),
	route: ofOrder('route', 'route'),
	drop_token: () => below(4) === 0 && tell('drop token', c.api.post(`/v1/tokens/${one(tokens).id}/cancel`, {})),
	claim: async () => {
		const a = await tell('claim', p.api.post(`/v1/hubs/${one(hubs).id}/picklists/claim`, { lease_s: below(3) === 0 ? 1 : 300 }));
		if (a.status === 200) lists.push({ id: a.json.id, fencing: a.json.lease.fencing });
	},
	work: async () => {
		const list = one(lists);
		for (let i = 0; list && i < 4; i++)
			if ((await step(list, (await p.api.get(`/v1/picklists/${list.id}`)).json))?.status !== 200) break;
	},
	reject: () => lists.length > 0 && below(4) === 0 && ofList(one(lists), 'reject', { reason: 'other' }),
	fail: async () => {
		const { id } = one(hubs);
		if (below(3) === 0) await tell('outage', p.api.post(`/v1/hubs/${id}/outage`, { reason: 'no power' }));
		await tell('resume', p.api.post(`/v1/hubs/${id}/resume`));
	},
	count: () => tell('count', p.api.put(`/v1/hubs/${one(hubs).id}/stock/${one(skus)}`, { on_hand: 20 + below(40) })),
	send: async () => {
		const [from, to] = [one(hubs), one(hubs)];
		const a = await tell('send', c.api.post('/v1/transfers', { from_hub_id: from.id, to_hub_id: to.id, lines: [{ sku: one(skus), quantity: 1 + below(5) }] }));
		if (a.status === 201) await tell('arrive', below(2) ? p.api.post(`/v1/hubs/${to.id}/transfers/${a.json.id}/receive`, {})
			: c.api.post(`/v1/transfers/${a.json.id}/cancel`));
	},
	residual: async () => {
		const { headers, json } = await c.api.get(`/v1/events/${ev.id}/residual`);
		const moves = json.moves.slice(0, 2).map(({ reason, ...m }) => ({ ...m, quantity: 1 }));
		if (moves.length > 0) await tell('residual', c.api.post(`/v1/events/${ev.id}/residual`, { moves }, { headers: { 'if-match': headers.etag } }));
	},
};
const often = { order: 3, deliver: 2, claim: 2, work: 4 };
const names = Object.keys(acts).flatMap((name) => Array(often[name] ?? 1).fill(name));

// ---- what must hold ---------------------------------------------------------------------------------------

const WRONG = {
	'units that are reserved and not promised, or the reverse': `select hub_id, sku from roadshow.hub_stock s where creator_id = $1
		and reserved <> (select coalesce(sum(l.quantity - l.short), 0) from roadshow.shipments h
			join roadshow.shipment_lines l on l.creator_id = $1 and l.shipment_id = h.id
			where h.creator_id = $1 and h.hub_id = s.hub_id and l.sku = s.sku and h.state in ('held', 'routed', 'picking'))`,
	'lines of orders that are more or less than their shipments': `select order_id, sku from roadshow.order_lines o where creator_id = $1
		and quantity <> backordered + (select coalesce(sum(l.quantity - l.short), 0) from roadshow.shipments h
			join roadshow.shipment_lines l on l.creator_id = $1 and l.shipment_id = h.id
			where h.creator_id = $1 and h.order_id = o.order_id and coalesce(l.substitute_of, l.sku) = o.sku and h.state <> 'cancelled')`,
	'slots that nobody holds, or two': `select id from roadshow.waves w where creator_id = $1
		and used <> (select count(*) from roadshow.shipments where creator_id = $1 and wave_id = w.id and state <> 'cancelled')`,
	'tokens that were delivered, and their units at the venue': `select * from (select
			(select count(*) from roadshow.orders where creator_id = $1 and token_id is not null and state = 'fulfilled') as delivered,
			(select coalesce(sum((e #>> '{data,quantity}')::int - (e #>> '{data,was}')::int), 0) from (select entry::jsonb as e
				from roadshow.ledger where creator_id = $1 and kind = 'drop.walk_in_changed') x where e #>> '{data,reason}' = 'delivered') as freed) y
		where delivered <> freed`,
	'cancelled tokens that are delivered': `select t.id from roadshow.tokens t join roadshow.orders o on o.creator_id = $1 and o.token_id = t.id
		where t.creator_id = $1 and t.state = 'cancelled'`,
};

it('ends with every unit and every slot in its place', async () => {
	console.log(`# SEED=${seed} ACTS=${ACTS}`);
	let left = ACTS;
	await Promise.all(Array.from({ length: CLIENTS }, async () => {
		while (left-- > 0) await acts[one(names)]();
	}));
	console.log(`# ${Object.entries(told).sort().map(([what, n]) => `${what}: ${n}`).join(', ')}`);
	assert.deepEqual(failures, []);
	for (const [what, query] of Object.entries(WRONG))
		assert.deepEqual((await db.query(query, [c.id])).rows, [], what);
	for (const what of ['order 201', 'deliver 201', 'claim 200', 'pick 200', 'hand-over 200', 'outage 200', 'cancel 200', 'address 200'])
		assert.ok(told[what] > 0, `${what} happened`);
});
