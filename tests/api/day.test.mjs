// SPDX-License-Identifier: Apache-2.0
//
// A day at a venue through the API: what is taken back, money that is captured later or never, counted
// stock, checklists that several devices tick, incidents, notes, and cases with what their resolution does.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertProblem } from './lib/contract.mjs';
import { Device } from './lib/device.mjs';
import * as fx from './lib/fixtures.mjs';

after(() => fx.anonymous().close());
const price = (amount) => ({ amount, currency: 'USD' });
const told = (answer) => fx.ok(answer, 200).results.map((r) => [r.status, r.code].filter(Boolean).join(' '));

async function venue(over = {}) {
	const c = await fx.creator(), ev = await fx.event(c, over), { sku } = await fx.product(c);
	const drop = await fx.drop(c, { event_id: ev.id, sku, quantity: 12, tokenized: 8, per_person: 8 });
	const device = (profile = 'manager') => Device.enrol(c, ev.id, { profile });
	const get = async (what) => fx.ok(await c.api.get(`/v1/events/${ev.id}/${what}`), 200);
	return { c, ev, sku, drop, device, get };
}
const sell = (d, v, amount, payment, quantity = 1) =>
	d.tell('sale', { lines: [{ drop_id: v.drop.id, quantity, price: price(amount) }], payment });

describe('what a device takes back', () => {
	it('has no effect, and stays told', async () => {
		const v = await venue(), d = await v.device('scan'), t = await fx.token(v.c, v.drop.id);
		await d.mirror();
		await d.redeem(t.jwt);
		assert.deepEqual(told(await d.upload()), ['applied']);
		d.tell('annul', { of: 1, reason: 'wrong person' });
		assert.deepEqual(told(await d.upload()), ['applied']);
		const now = fx.ok(await v.c.api.get(`/v1/tokens/${t.id}`), 200);
		assert.deepEqual([now.state, now.history.at(-1).kind], ['issued', 'token.redemption_annulled']);
		assert.equal((await v.get('attendance')).admissions, 0);
		await d.mirror();
		assert.equal(d.state.mirror.tokens[t.id].state, 'issued', 'devices learn it');
		assert.equal((await d.redeem(t.jwt)).ok, true);
		assert.deepEqual(told(await d.upload()), ['applied']);
	});

	it('is taken back within 15 minutes', async () => {
		const v = await venue(), d = await v.device('scan');
		d.tell('reject', { reason: 'unknown' }, new Date(Date.now() - 20 * 60e3));
		d.tell('annul', { of: 1 });
		assert.deepEqual(told(await d.upload()), ['applied', 'conflict annul_too_late']);
	});
});

describe('money', () => {
	let v, till, other;
	before(async () => {
		v = await venue({ time_zone: 'America/New_York' });
		till = await v.device('till');
		other = await v.device('till');
		sell(till, v, 1000, { method: 'cash' });
		sell(till, v, 2000, { method: 'card', reference: 'a', state: 'authorised' });
		sell(till, v, 3000, { method: 'card', reference: 'b', state: 'authorised' });
		sell(till, v, 4000, { method: 'card', reference: 'c' });
		till.tell('annul', { of: 4 });
		till.tell('close', { totals: [{ method: 'cash', sales: 1, amount: 1100, currency: 'USD' },
			{ method: 'card', sales: 2, amount: 5000, currency: 'USD' }] });
		assert.deepEqual(told(await till.upload()), Array(6).fill('applied'));
		other.tell('payment', { payment: { method: 'card', reference: 'a' }, outcome: 'captured', amount: price(2000) });
		other.tell('payment', { payment: { method: 'card', reference: 'b' }, outcome: 'declined' });
		other.tell('payment', { payment: { method: 'card', reference: 'b' }, outcome: 'declined' });
		assert.deepEqual(told(await other.upload()), ['applied', 'applied', 'duplicate same_outcome']);
	});

	it('that is declined is a case with what is at stake', async () => {
		const [found] = await v.c.api.all('/v1/cases?kind=payment_declined', 'cases');
		assert.deepEqual(found.data, { method: 'card', amounts: [price(3000)] });
		assert.equal(found.facts, 3);
	});

	it('is reconciled by device and method, line by line', async () => {
		const { rows } = await v.get('reconciliation');
		const of = (method) => rows.find((r) => r.device_id === till.id && r.method === method);
		assert.deepEqual([of('cash').told, of('cash').captured, of('cash').till_says, of('cash').difference, of('cash').unexplained],
			[1000, 1000, 1100, 100, 100], 'the till says more than its lines');
		const card = of('card');
		assert.deepEqual([card.told, card.captured, card.declined, card.annulled, card.difference, card.unexplained],
			[5000, 2000, 3000, 4000, 3000, 0]);
		assert.deepEqual(card.lines.map((l) => [l.amount, l.became]), [[3000, 'declined'], [4000, 'annulled']]);
		for (const r of rows) assert.equal(r.told, r.captured + r.pending + r.declined + r.duplicate);
	});

	it('has a day of the event\'s own zone', async () => {
		const local = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' });
		const today = await v.get(`reconciliation?day=${local.format(Date.now())}`);
		assert.equal(today.rows.length, 2);
		assert.equal(new Date(today.from).toLocaleTimeString('en-GB', { timeZone: 'America/New_York' }), '00:00:00');
		assert.deepEqual((await v.get(`reconciliation?day=${local.format(Date.now() - 3 * 86400e3)}`)).rows, []);
		const hours = async (day) => {
			const r = await v.get(`reconciliation?day=${day}`);
			return (Date.parse(r.until) - Date.parse(r.from)) / 3600e3;
		};
		assert.deepEqual([await hours('2026-03-08'), await hours('2026-11-01'), await hours('2026-06-01')], [23, 25, 24],
			'also when the clocks change');
		for (const day of ['yesterday.', '2026-02-30', '2026-1-001'])
			assertProblem(await v.c.api.get(`/v1/events/${v.ev.id}/reconciliation?day=${day}`), 422);
	});

	it('can be had as CSV', async () => {
		const answer = await v.c.api.get(`/v1/events/${v.ev.id}/reconciliation?format=csv`);
		assert.equal(answer.status, 200);
		assert.match(answer.headers['content-type'], /^text\/csv/);
		const rows = answer.text.trimEnd().split('\r\n').map((l) => l.split(','));
		assert.deepEqual(rows[0], ['device', 'name', 'method', 'currency', 'what', 'seq', 'at', 'reference', 'amount']);
		assert.ok(rows.every((r) => r.length === 9));
		const value = (method, what) => rows.find((r) => r[0] === till.id && r[2] === method && r[4] === what).at(-1);
		assert.deepEqual([value('card', 'captured'), value('card', 'line:declined'), value('cash', 'unexplained')], ['2000', '3000', '100']);
	});
});

describe('stock at the venue', () => {
	it('is what came in and went, and what was counted', async () => {
		const v = await venue(), d = await v.device(), t = await fx.token(v.c, v.drop.id);
		d.tell('receive', { sku: v.sku, quantity: 12, location: 'van' });
		d.tell('move', { sku: v.sku, quantity: 10, from: 'van', to: 'floor' });
		await d.mirror();
		await d.redeem(t.jwt);
		sell(d, v, 100, { method: 'cash' }, 2);
		d.tell('count', { sku: v.sku, quantity: 4, reason: 'stolen' });
		sell(d, v, 100, { method: 'cash' });
		assert.deepEqual(told(await d.upload()), ['applied', 'applied', 'applied', 'applied', 'conflict stock_difference', 'applied']);
		const { stock } = await v.get('venue-stock');
		const at = (location) => stock.find((s) => s.location === location);
		assert.deepEqual([at('floor').on_hand, at('van').on_hand], [3, 2]);
		const [count] = at('floor').counts;
		assert.deepEqual([count.counted, count.expected, count.adjustment, count.reason], [4, 7, -3, 'stolen']);
		const entries = await v.c.api.all('/v1/ledger', 'entries');
		assert.equal(entries.find((e) => e.kind === 'count.recorded').data.adjustment, -3);
	});
});

describe('the day\'s operations', () => {
	it('a checklist is ticked by several devices, and the last tick counts', async () => {
		const v = await venue(), [a, b] = [await v.device('scan'), await v.device('scan')];
		const list = { title: 'Opening', items: [{ id: 'lights', title: 'Lights on' }, { id: 'float', title: 'Float' }] };
		const put = (body) => v.c.api.put(`/v1/events/${v.ev.id}/checklists/opening`, body);
		assert.deepEqual(fx.ok(await put(list), 200).items.map((i) => i.done), [false, false]);
		const before = fx.ok(await v.c.api.get('/v1/ledger?limit=200'), 200).entries.length;
		fx.ok(await put(list), 200);
		assert.equal(fx.ok(await v.c.api.get('/v1/ledger?limit=200'), 200).entries.length, before, 'the same text changes nothing');
		assertProblem(await put({ ...list, items: [list.items[0], list.items[0]] }), 422);
		await a.mirror();
		assert.equal(a.state.mirror.checklists.opening.title, 'Opening');
		const at = Date.now() - 60e3, tick = (d, item, done, s, by) =>
			d.tell('checklist', { checklist: 'opening', item, done, by }, new Date(at + s * 1000));
		tick(a, 'lights', true, 0, 'Ada');
		tick(b, 'lights', false, 10, 'Bo');
		tick(b, 'ice', true, 20);
		tick(a, 'float', true, 30, 'Ada');
		assert.deepEqual(told(await b.upload()), ['applied', 'applied']);
		assert.deepEqual(told(await a.upload()), ['applied', 'applied']);
		const [shown] = (await v.get('checklists')).checklists;
		assert.deepEqual(shown.items.map((i) => [i.id, i.done, i.by]),
			[['lights', false, 'Bo'], ['float', true, 'Ada'], ['ice', true, null]]);
		await b.mirror();
		assert.deepEqual(b.state.mirror.checklists.opening.items.map((i) => i.done), [false, true, true], 'devices see it');
		assert.ok(!JSON.stringify(await v.c.api.all('/v1/ledger', 'entries')).includes('Ada'), 'names stay out of the ledger');
	});

	it('an incident is told by several devices, and goes through the centre\'s hands', async () => {
		const v = await venue(), [a, b] = [await v.device('scan'), await v.device('scan')], incident = randomUUID();
		const at = Date.now() - 60e3;
		a.tell('incident', { incident, severity: 'critical', category: 'medical', text: 'A guest fell.' }, new Date(at));
		b.tell('incident', { incident, severity: 'low', category: 'medical', text: 'Only a scratch.' }, new Date(at + 5000));
		await b.upload();
		await a.upload();
		const list = async () => (await v.get('incidents')).incidents;
		const [found] = await list();
		assert.deepEqual([found.state, found.escalated, found.severity, found.reports, found.text],
			['open', true, 'low', 2, 'Only a scratch.']);
		assert.deepEqual([Math.abs(Date.parse(found.escalated_at) - at) < 5000, found.escalated_by, found.escalated_to],
			[true, null, null], 'a report escalated it');
		const path = `/v1/events/${v.ev.id}/incidents/${incident}`;
		assert.equal(fx.ok(await v.c.api.post(`${path}/acknowledge`, {}), 200).state, 'acknowledged');
		assertProblem(await v.c.api.post(`${path}/acknowledge`, {}), 409, 'incident_acknowledged');
		const handed = fx.ok(await v.c.api.post(`${path}/escalate`, { to: 'Kim, ops' }), 200);
		assert.deepEqual([handed.state, handed.escalated_to, handed.acknowledged_by], ['open', 'Kim, ops', null],
			'who it is handed to has to acknowledge it');
		assert.match(handed.escalated_by, /^[0-9a-f-]{36}$/);
		assert.equal(fx.ok(await v.c.api.post(`${path}/acknowledge`, {}), 200).state, 'acknowledged');
		assert.equal(fx.ok(await v.c.api.post(`${path}/resolve`, { note: 'Plaster.' }), 200).state, 'resolved');
		assertProblem(await v.c.api.post(`${path}/escalate`, {}), 409, 'incident_resolved');
		assertProblem(await v.c.api.post(`${path}/resolve`, {}), 409, 'incident_resolved');
		assertProblem(await v.c.api.post(`/v1/events/${v.ev.id}/incidents/${randomUUID()}/resolve`, {}), 404);
		const entries = (await v.c.api.all('/v1/ledger', 'entries')).filter((e) => e.subject === incident);
		assert.deepEqual(entries.map((e) => e.kind), ['incident.reported', 'incident.acknowledged', 'incident.escalated',
			'incident.acknowledged', 'incident.resolved']);
		assert.ok(!JSON.stringify(entries).includes('Kim'), 'the name stays out of the ledger');
	});

	it('incidents are told apart by whether they are escalated', async () => {
		const v = await venue(), d = await v.device('scan'), [grave, slight, handed] = [randomUUID(), randomUUID(), randomUUID()];
		for (const [incident, severity] of [[grave, 'high'], [slight, 'low'], [handed, 'medium']])
			d.tell('incident', { incident, severity, category: 'queue' });
		await d.upload();
		fx.ok(await v.c.api.post(`/v1/events/${v.ev.id}/incidents/${handed}/escalate`, {}), 200);
		const listed = async (q) => (await v.get(`incidents${q}`)).incidents.map((i) => i.id).sort();
		assert.deepEqual(await listed('?escalated=true'), [grave, handed].sort());
		assert.deepEqual(await listed('?escalated=false'), [slight]);
		assert.deepEqual(await listed(''), [grave, slight, handed].sort());
	});

	it('notes are read in the order in which they were written', async () => {
		const v = await venue(), [a, b] = [await v.device('scan'), await v.device('scan')];
		const at = Date.now() - 60e3;
		for (let i = 0; i < 5; i++) (i % 2 ? a : b).tell('note', { text: `note ${i}` }, new Date(at + i * 1000));
		await a.upload();
		await b.upload();
		const notes = await v.c.api.all(`/v1/events/${v.ev.id}/notes?limit=2`, 'notes');
		assert.deepEqual(notes.map((n) => n.text), [0, 1, 2, 3, 4].map((i) => `note ${i}`));
	});
});

describe('a device\'s life', () => {
	it('its key is rolled, and the chain goes on', async () => {
		const v = await venue(), d = await v.device('scan'), old = structuredClone(d.state);
		d.heartbeat();
		fx.ok(await d.upload(), 200);
		const told = fx.ok(await d.roll('ed25519'), 200);
		assert.deepEqual([told.acked_seq, d.state.type], [1, 'ed25519']);
		const lost = new Device(d.url, { ca: d.ca }, { ...old });
		assertProblem(await lost.request('GET', '/v1/mirror'), 401, 'signature_algorithm');
		d.heartbeat();
		assert.equal(fx.ok(await d.upload(), 200).acked_seq, 2);
		const keys = [];
		for (const n of [1, 2]) keys.push(fx.ok(await v.c.api.get(`/v1/devices/${d.id}/uploads/${n}`), 200).public_key.crv);
		assert.deepEqual(keys, ['P-256', 'Ed25519'], 'evidence keeps the key of its time');
	});

	it('a lost answer to rolling is recovered', async () => {
		const v = await venue(), d = await v.device('scan');
		d.setNetwork('deaf');
		await assert.rejects(d.roll(), /answer was lost/);
		d.setNetwork('up');
		fx.ok(await d.roll(), 200);
		d.heartbeat();
		fx.ok(await d.upload(), 200);
		const entries = await v.c.api.all('/v1/ledger', 'entries');
		assert.equal(entries.filter((e) => e.kind === 'device.key_rolled').length, 1);
	});

	it('a key is not rolled to one that it had, nor to none', async () => {
		const v = await venue(), d = await v.device('scan');
		assertProblem(await d.post('/v1/devices/roll', { public_key: {} }), 422, 'invalid_public_key');
		const { createPublicKey } = await import('node:crypto');
		const same = createPublicKey(d.state.private_key).export({ format: 'jwk' });
		assertProblem(await d.post('/v1/devices/roll', { public_key: same }), 409, 'key_was_used');
	});

	it('it loses its network, its answers, its program and its clock, and no event', async () => {
		const v = await venue(), t = await fx.token(v.c, v.drop.id);
		let d = await v.device('till');
		await d.mirror();
		d.setNetwork('down');
		await d.redeem(t.jwt);
		sell(d, v, 100, { method: 'card', reference: 'x', state: 'authorised' });
		await assert.rejects(d.upload(), /no network/);
		d.setNetwork('deaf');
		await assert.rejects(d.upload(), /answer was lost/);
		d = d.crash();
		assert.equal(d.state.acked_seq, 0);
		assert.deepEqual(told(await d.upload()), ['applied', 'applied'], 'the answer it did not hear');
		d.jump(-2 * 3600e3);
		d.payment('x', 'captured', price(100));
		d.annul(1);
		d.close();
		assert.deepEqual(told(await d.upload()), ['applied', 'applied', 'applied']);
		const [row] = (await v.get('reconciliation')).rows;
		assert.deepEqual([row.told, row.captured, row.till_says, row.difference], [100, 100, 100, 0]);
		assert.equal(fx.ok(await v.c.api.get(`/v1/tokens/${t.id}`), 200).state, 'issued');
		const copy = d.clone();
		d.heartbeat();
		copy.tell('note', { text: 'me too' });
		fx.ok(await d.upload(), 200);
		assertProblem(await copy.upload(), 409, 'fork');
	});

	it('it is released from quarantine, and goes on behind the known history', async () => {
		const v = await venue(), d = await v.device('scan');
		d.heartbeat();
		const copy = d.clone();
		fx.ok(await d.upload(), 200);
		copy.state.log.pop();
		copy.tell('note', { text: 'another history' });
		assertProblem(await copy.upload({ from: 1 }), 409, 'fork');
		d.heartbeat();
		assertProblem(await d.upload(), 403, 'device_quarantined');
		assert.equal(fx.ok(await v.c.api.post(`/v1/devices/${d.id}/release`, {}), 200).state, 'active');
		assertProblem(await v.c.api.post(`/v1/devices/${d.id}/release`, {}), 409, 'device_not_quarantined');
		assert.deepEqual(told(await d.upload()), ['applied']);
		assertProblem(await copy.upload({ from: 1 }), 409, 'fork');
	});
});

describe('leases', () => {
	it('are extended, and taken by a manager or the creator', async () => {
		const v = await venue(), [till, boss] = [await v.device('till'), await v.device('manager')];
		const lease = fx.ok(await till.lease(v.drop.id, 4, fx.inSeconds(600)));
		assertProblem(await till.extend(lease.id, fx.inSeconds(60)), 422);
		const until = fx.inSeconds(7200);
		assert.equal(Date.parse(fx.ok(await till.extend(lease.id, until), 200).until), Date.parse(until));
		assertProblem(await boss.extend(lease.id, fx.inSeconds(9000)), 404);
		assertProblem(await till.take(lease.id), 403, 'profile_forbids');
		const elsewhere = await Device.enrol(v.c, (await fx.event(v.c)).id, { profile: 'manager' });
		assertProblem(await elsewhere.take(lease.id), 404);
		assertProblem(await boss.take(lease.id, 5), 409, 'lease_used');
		assert.deepEqual([fx.ok(await boss.take(lease.id, 1), 200)].map((l) => [l.state, l.returned]), [['active', 1]]);
		fx.ok(await boss.lease(v.drop.id, 1, fx.inSeconds(600)));
		assertProblem(await boss.lease(v.drop.id, 1, fx.inSeconds(600)), 409, 'walk_in_unavailable');
		assert.equal(fx.ok(await v.c.api.post(`/v1/leases/${lease.id}/take`, {}), 200).state, 'taken');
		assertProblem(await boss.take(lease.id), 409, 'lease_ended');
		fx.ok(await boss.lease(v.drop.id, 3, fx.inSeconds(600)));
		// What the till sold meanwhile is a fact; its units are the manager's now.
		till.sale([{ drop_id: v.drop.id, quantity: 2, price: price(100) }]);
		boss.sale([{ drop_id: v.drop.id, quantity: 3, price: price(100) }]);
		assert.deepEqual(told(await till.upload()), ['applied']);
		assert.deepEqual(told(await boss.upload()), ['applied']);
		const [found] = await v.c.api.all('/v1/cases', 'cases');
		assert.deepEqual([found.kind, found.data.units_short], ['oversold', 1]);
	});
});

describe('cases', () => {
	// Four walk-in units, and five sold in two sales.
	async function oversold() {
		const v = await venue(), d = await v.device();
		sell(d, v, 1000, { method: 'cash' }, 3);
		sell(d, v, 1000, { method: 'cash' }, 2);
		await d.upload();
		const [found] = await v.c.api.all('/v1/cases', 'cases');
		const post = (what, body) => v.c.api.post(`/v1/cases/${found.id}/${what}`, body);
		return { v, d, found, post };
	}
	const resolution = 'done';

	it('are counted for a dashboard', async () => {
		const { v } = await oversold();
		const count = async (query = '') => fx.ok(await v.c.api.get(`/v1/cases/count${query}`), 200);
		const { open, unassigned, by_kind } = await count();
		assert.deepEqual([open, unassigned, by_kind], [1, 1, { oversold: 1 }]);
		assert.equal((await count(`?event_id=${v.ev.id}`)).open, 1);
		assert.equal((await count(`?event_id=${randomUUID()}`)).open, 0);
	});

	it('are somebody\'s', async () => {
		const { v, post, found } = await oversold();
		assert.equal(fx.ok(await post('assign', { assignee: 'Ada' }), 200).assignee, 'Ada');
		assert.deepEqual((await v.c.api.all('/v1/cases?assignee=Ada', 'cases')).map((k) => k.id), [found.id]);
		assert.equal(fx.ok(await post('assign', { assignee: null }), 200).assignee, null);
		assertProblem(await post('assign', {}), 422);
		assert.ok(!JSON.stringify(await v.c.api.all('/v1/ledger', 'entries')).includes('Ada'));
	});

	it('are resolved once, by one of many at once', async () => {
		const { post } = await oversold();
		const answers = await Promise.all(Array.from({ length: 8 }, () =>
			post('resolve', { resolution, effect: { kind: 'refund_due', amount: price(1000) } })));
		assert.equal(answers.filter((a) => a.status === 200).length, 1);
		for (const a of answers.filter((x) => x.status !== 200)) assertProblem(a, 409, 'case_resolved');
	});

	it('say what is due, until they are opened again', async () => {
		const { v, post, found } = await oversold();
		assertProblem(await post('reopen', {}), 409, 'case_open');
		fx.ok(await post('resolve', { resolution, effect: { kind: 'refund_due', amount: price(1000) } }), 200);
		const due = () => v.c.api.all('/v1/cases?effect=refund_due', 'cases');
		assert.deepEqual((await due()).map((k) => [k.id, k.effect.amount]), [[found.id, price(1000)]]);
		const again = fx.ok(await post('reopen', {}), 200);
		assert.deepEqual([again.state, again.effect, again.resolution], ['open', null, null]);
		assert.deepEqual(await due(), []);
	});

	it('let a hub ship what is missing, by an order that exists', async () => {
		const { v, post } = await oversold();
		assertProblem(await post('resolve', { resolution, effect: { kind: 'ship_from_hub', order_id: randomUUID() } }), 422, 'reference_not_found');
		assertProblem(await post('resolve', { resolution, effect: { kind: 'ship_from_hub' } }), 422);
		const hub = await fx.hub(v.c, fx.PLACES.williamsburg);
		await fx.stock(v.c, hub.id, v.sku, 5);
		const order = fx.ok(await fx.order(v.c, v.sku, fx.PLACES.soho));
		assert.equal(fx.ok(await post('resolve', { resolution, effect: { kind: 'ship_from_hub', order_id: order.id } }), 200).effect.order_id, order.id);
	});

	it('void a sale, and put it back', async () => {
		const { v, d, post, found } = await oversold();
		const sold = async () => {
			const { counts } = fx.ok(await v.c.api.get(`/v1/drops/${v.drop.id}`), 200);
			return [counts.walk_in_sold, (await v.get('attendance')).walk_in_oversold];
		};
		assert.deepEqual(await sold(), [4, 1]);
		assertProblem(await post('resolve', { resolution, effect: { kind: 'void', device_id: d.id, seq: 99 } }), 422, 'reference_not_found');
		assertProblem(await post('resolve', { resolution, effect: { kind: 'refund_due' } }), 422);
		fx.ok(await post('resolve', { resolution, effect: { kind: 'void', device_id: d.id, seq: 2 } }), 200);
		assert.deepEqual(await sold(), [3, 0]);
		assert.equal((await v.get('reconciliation')).rows[0].annulled, 2000);
		fx.ok(await post('reopen', {}), 200);
		assert.deepEqual(await sold(), [4, 1]);
		const entries = await v.c.api.all('/v1/ledger', 'entries');
		assert.deepEqual(entries.filter((e) => e.subject === found.id).map((e) => e.kind), ['case.opened', 'case.resolved', 'case.reopened']);
		assert.deepEqual(entries.filter((e) => e.kind.startsWith('sale.')).map((e) => e.kind),
			['sale.recorded', 'sale.recorded', 'sale.voided', 'sale.restored']);
	});
});
