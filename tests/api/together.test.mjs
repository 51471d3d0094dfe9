// SPDX-License-Identifier: Apache-2.0
//
// The same evening twice, for two creators: once its devices upload all at the same time, in small pieces
// and some of them twice; once one after the other. Every line is judged alike, and there are the same cases.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, it } from 'node:test';
import { Random } from '../property/random.mjs';
import { Device } from './lib/device.mjs';
import * as fx from './lib/fixtures.mjs';

after(() => fx.anonymous().close());
const DEVICES = 6, EVENTS = 60, price = { amount: 100, currency: 'USD' };

// The world and what its devices wrote, from a seed. No two events are at the same time, so that the ids of
// devices, which differ, decide nothing.
async function evening(seed) {
	const r = new Random(seed), c = await fx.creator(), ev = await fx.event(c), { sku } = await fx.product(c);
	const drop = await fx.drop(c, { event_id: ev.id, sku, quantity: 60, tokenized: 20, per_person: 20 });
	const tokens = fx.ok(await fx.claim(c, drop.id, { quantity: 20 })).tokens;
	const devices = [];
	for (let i = 0; i < DEVICES; i++) devices.push(await Device.enrol(c, ev.id, { profile: 'manager' }));
	const began = Date.now() - 600e3;
	for (let n = 0; n < DEVICES * EVENTS; n++) {
		const d = devices[n % DEVICES], at = new Date(began + r.int(0, 500) * 1000 + n), own = d.state.log.length;
		const reference = r.pick(['a', 'b', 'c', 'd', 'e']);
		const make = {
			redeem: () => { const t = r.pick(tokens); return { token_id: t.id, version: 1 }; },
			sale: () => ({ lines: [{ drop_id: drop.id, quantity: r.int(1, 2), price }],
				payment: r.chance(0.4) ? { method: 'card', reference, state: 'authorised' } : { method: 'cash' } }),
			payment: () => ({ payment: { method: 'card', reference }, outcome: r.pick(['captured', 'declined']) }),
			annul: () => ({ of: Math.max(1, own - r.int(0, 3)) }),
			count: () => ({ sku, quantity: r.int(0, 60) }),
			receive: () => ({ sku, quantity: r.int(1, 20) }),
			incident: () => ({ incident: '01900000-0000-7000-8000-000000000001', severity: 'high', category: 'queue' }),
		};
		const kind = r.weighted([[8, 'redeem'], [6, 'sale'], [3, 'payment'], [2, 'annul'], [2, 'count'], [1, 'receive'], [1, 'incident']]);
		d.tell(kind, make[kind](), at);
	}
	return { c, ev, drop, devices };
}

async function upload(d, pieces) {
	for (let from = 1; from <= d.state.log.length;) {
		const to = Math.min(d.state.log.length, from + pieces() - 1);
		for (let times = pieces() % 3 === 0 ? 2 : 1; times > 0; times--) {
			const a = await d.upload({ from, to });
			assert.equal(a.status, 200, a.text);
		}
		from = to + 1;
	}
}

// Without ids: how each line is judged now, which cases there are, and what the counters say.
async function end({ c, ev, drop, devices }) {
	const lines = [];
	for (const d of devices) {
		const shown = (await c.api.all(`/v1/events/${ev.id}/devices`, 'devices')).find((x) => x.id === d.id);
		for (let n = 1; n <= shown.uploads; n++)
			lines.push(...fx.ok(await c.api.get(`/v1/devices/${d.id}/uploads/${n}`), 200).events
				.map((e) => [devices.indexOf(d), e.seq, e.status, e.code]));
	}
	const cases = (await c.api.all('/v1/cases?limit=200', 'cases')).map((k) => [k.kind, k.facts, k.data.units_short ?? null]);
	const { counts } = fx.ok(await c.api.get(`/v1/drops/${drop.id}`), 200);
	const { stock } = fx.ok(await c.api.get(`/v1/events/${ev.id}/venue-stock`), 200);
	const { rows } = fx.ok(await c.api.get(`/v1/events/${ev.id}/reconciliation`), 200);
	const money = rows.map((r) => [devices.findIndex((d) => d.id === r.device_id), r.method, r.told, r.captured, r.pending, r.declined]);
	return { lines: lines.sort(), cases: cases.sort(), counts: [counts.redeemed, counts.walk_in_sold], money: money.sort(),
		stock: stock.map((s) => [s.on_hand, s.counts.map((x) => [x.counted, x.expected])]) };
}

it('devices that upload all at once end as those that upload one after the other', { timeout: 300000 }, async () => {
	const seed = Number(process.env.SEED ?? randomInt(1e9));
	console.log(`# seed ${seed}`);
	const [together, alone] = [await evening(seed), await evening(seed)];
	await Promise.all(together.devices.map((d) => upload(d, () => randomInt(1, 9))));
	for (const d of alone.devices) await upload(d, () => EVENTS);
	const [a, b] = [await end(together), await end(alone)];
	assert.equal(a.lines.length, DEVICES * EVENTS);
	assert.ok(a.cases.length > 3, 'there is something to decide');
	assert.deepEqual(a, b);
});
