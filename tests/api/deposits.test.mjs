// SPDX-License-Identifier: Apache-2.0
//
// Deposits, from due to applied, refunded or forfeited, and what happens to who does not come: forfeit or
// refund, units released to the line or to walk-ins, the grace. The clock passes over the
// end of the pickup, and the running janitor does the rest.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { sleep, until as poll } from '../crash/lib/stack.mjs';
import { assertProblem } from './lib/contract.mjs';
import { Device } from './lib/device.mjs';
import * as fx from './lib/fixtures.mjs';

let c, ev, sku, db;
before(async () => {
	c = await fx.creator();
	[ev, { sku }] = [await fx.event(c), await fx.product(c)];
	db = new pg.Client({ connectionString: process.env.DATABASE_URL });
	await db.connect();
});
after(async () => {
	await db.end();
	fx.anonymous().close();
});
// The janitor has other things to do, too.
const until = (probe, what) => poll(probe, what, 60000, 50);

const EUR5 = { amount: 500, currency: 'EUR' };
const drop = (over) => fx.drop(c, { event_id: ev.id, sku, quantity: 20, tokenized: 10, per_person: 5,
	hold_ttl_s: 600, deposit: EUR5, ...over });
const hold = async (d, quantity = 1, over = {}) => fx.ok(await fx.claim(c, d.id, { quantity, ...over })).tokens;
const pay = (t, reference, options) => c.api.post(`/v1/tokens/${t.id}/confirm`, reference && { payment: { reference } }, options);
const cancel = (t, body = {}) => c.api.post(`/v1/tokens/${t.id}/cancel`, body);
const look = async (t) => fx.ok(await c.api.get(`/v1/tokens/${t.id}`), 200);
const seen = async (d) => fx.ok(await c.api.get(`/v1/drops/${d.id}`), 200);
const list = (d, state) => c.api.all(`/v1/drops/${d.id}/deposits?limit=2${state ? `&state=${state}` : ''}`, 'deposits');
const last = async (t) => (await look(t)).history.at(-1);
// The clock passes over the end of a hold, and of a pickup.
const passes = (t) => db.query('update roadshow.tokens set held_until = clock_timestamp() where id = $1', [t.id]);
const over = (d) => db.query(`update roadshow.drops set pickup_until = clock_timestamp(),
	no_show_at = case when no_show_at is not null then clock_timestamp() + grace_s * interval '1 second' end where id = $1`, [d.id]);
const paid = async (d, quantity = 1) => {
	const reference = fx.unique('pay'), tokens = [];
	for (const t of await hold(d, quantity)) tokens.push(fx.ok(await pay(t, reference), 200));
	return tokens;
};

describe('a deposit', () => {
	it('is due while the token is held, and held once it is paid', async () => {
		const d = await drop(), [t] = await hold(d);
		assert.deepEqual((await look(t)).deposit, { amount: EUR5, state: 'due', reference: null, held_at: null, settled_at: null });
		assertProblem(await pay(t), 422, 'payment_required');
		assertProblem(await c.api.post(`/v1/tokens/${t.id}/confirm`, { payment: {} }), 422, 'validation_failed');
		assert.deepEqual(await list(d), []);
		const idem = randomUUID(), answer = await pay(t, 'pay-one', { idem });
		const { deposit, state, jwt } = fx.ok(answer, 200);
		assert.deepEqual([state, deposit.state, deposit.reference, deposit.amount], ['issued', 'held', 'pay-one', EUR5]);
		assert.ok(jwt && deposit.held_at && !deposit.settled_at);
		assert.equal((await pay(t, 'pay-one', { idem })).headers['idempotent-replayed'], 'true');
		assert.equal((await last(t)).data.deposit, 'held');
		assert.deepEqual((await list(d)).map((x) => [x.token_id, x.state, x.reference]), [[t.id, 'held', 'pay-one']]);
	});

	it('of several tokens of one claim may be one payment, and never for another claim', async () => {
		const d = await drop(), [a, b] = await hold(d, 2), [other] = await hold(d);
		const reference = fx.unique('pay');
		fx.ok(await pay(a, reference), 200);
		fx.ok(await pay(b, reference), 200);
		const problem = assertProblem(await pay(other, reference), 409, 'payment_used');
		assert.equal(problem.errors[0].pointer, '/payment/reference');
		assert.equal((await look(other)).state, 'held');
		const theirs = await fx.creator();
		const [t] = fx.ok(await fx.claim(theirs, (await fx.drop(theirs, { hold_ttl_s: 600, deposit: EUR5 })).id)).tokens;
		fx.ok(await theirs.api.post(`/v1/tokens/${t.id}/confirm`, { payment: { reference } }), 200);
	});

	it('raced for by two claims is taken by one', async () => {
		const d = await drop(), reference = fx.unique('pay');
		const tokens = (await Promise.all([1, 2, 3, 4].map(() => hold(d)))).flat();
		const answers = await Promise.all(tokens.map((t) => pay(t, reference)));
		assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409, 409, 409]);
	});

	it('is applied when the token is redeemed', async () => {
		const d = await drop(), [t] = await paid(d);
		const device = await Device.enrol(c, ev.id, { profile: 'scan' });
		await device.mirror();
		assert.equal((await device.redeem(t.jwt)).ok, true);
		fx.ok(await device.upload(), 200);
		const { deposit, state } = await look(t);
		assert.deepEqual([state, deposit.state, deposit.settled_at !== null], ['redeemed', 'applied', true]);
		assert.equal((await last(t)).data.deposit, 'applied');
	});

	it('is refunded when the token is cancelled, or forfeited when so decided', async () => {
		const d = await drop(), [a, b, held] = [...await paid(d, 2), ...await hold(d)];
		assert.equal(fx.ok(await cancel(a), 200).deposit.state, 'refunded');
		assert.deepEqual((await last(a)).data.deposit, 'refunded');
		assert.equal(fx.ok(await cancel(b, { deposit: 'forfeit' }), 200).deposit.state, 'forfeited');
		assert.equal(fx.ok(await cancel(held, { deposit: 'forfeit' }), 200).deposit.state, 'unpaid');
		assert.ok(!('deposit' in (await last(held)).data));
		assertProblem(await cancel(b, { deposit: 'keep' }), 422, 'validation_failed');
	});

	it('that was never paid ends with its hold', async () => {
		const d = await drop(), [t] = await hold(d);
		await passes(t);
		await until(async () => (await look(t)).state === 'expired', 'the hold to end');
		assert.equal((await look(t)).deposit.state, 'unpaid');
		assertProblem(await pay(t, fx.unique('pay')), 409, 'token_state');
		assert.deepEqual(await list(d), []);
	});

	it('is listed by what became of it', async () => {
		const d = await drop(), tokens = [...await paid(d, 5), ...await paid(d, 2)];
		for (const t of tokens.slice(0, 3)) fx.ok(await cancel(t), 200);
		fx.ok(await cancel(tokens[3], { deposit: 'forfeit' }), 200);
		const ids = (found) => found.map((x) => x.token_id);
		const sorted = (some) => some.map((t) => t.id).sort();
		assert.deepEqual(ids(await list(d)), sorted(tokens));
		assert.deepEqual(ids(await list(d, 'refunded')), sorted(tokens.slice(0, 3)));
		assert.deepEqual(ids(await list(d, 'forfeited')), [tokens[3].id]);
		assert.deepEqual(ids(await list(d, 'held')), sorted(tokens.slice(4)));
		assert.deepEqual(await list(d, 'applied'), []);
		assertProblem(await c.api.get(`/v1/drops/${d.id}/deposits?state=due`), 422, 'validation_failed');
	});

	it('needs a hold, an amount, and a drop that asks for it', async () => {
		for (const [over, pointer] of [[{ deposit: EUR5 }, '/hold_ttl_s'],
			[{ hold_ttl_s: 60, deposit: { ...EUR5, amount: 0 } }, '/deposit/amount']])
			assert.equal(assertProblem(await c.api.post('/v1/drops', fx.dropBody(ev.id, sku, over)), 422)
				.errors[0].pointer, pointer);
		const [t] = await hold(await drop({ deposit: undefined }));
		assert.equal((await look(t)).deposit, null);
		assertProblem(await pay(t, 'x'), 422, 'no_deposit');
		assert.equal(fx.ok(await pay(t), 200).state, 'issued');
	});
});

describe('who does not come', () => {
	const ruled = (no_show, more) => drop({ no_show, ...more });
	const forfeited = (t) => until(async () => (await look(t)).state === 'forfeited', 'the token to be forfeited');

	it('keeps the token where the drop has no rule', async () => {
		const d = await ruled(undefined), [t] = await paid(d);
		await over(d);
		await sleep(2500);
		assert.equal((await look(t)).state, 'issued');
		const page = await fx.anonymous().get(new URL(t.holder_url).pathname);
		assert.match(page.text, /Pickup is over/);
	});

	it('loses token and deposit, and the unit stays where it is', async () => {
		const d = await ruled({}), [a, b] = await paid(d, 2);
		const device = await Device.enrol(c, ev.id, { profile: 'scan' });
		await device.mirror();
		assert.equal((await device.redeem(b.jwt)).ok, true);
		fx.ok(await device.upload(), 200);
		const [held] = await hold(d);
		await over(d);
		await passes(held);
		await forfeited(a);
		assert.deepEqual((await last(a)).data, { drop_id: d.id, serial: a.serial, version: 1, was: 'issued', returned_to: null, deposit: 'forfeited' });
		assert.equal((await look(a)).deposit.state, 'forfeited');
		assert.deepEqual([(await look(b)).state, (await look(b)).deposit.state], ['redeemed', 'applied']);
		await until(async () => (await look(held)).state === 'expired', 'the hold to end');
		const { counts } = await seen(d);
		assert.deepEqual([counts.tokenized, counts.issued, counts.redeemed, counts.forfeited, counts.available], [10, 1, 1, 1, 8]);
		assert.match((await fx.anonymous().get(new URL(a.holder_url).pathname)).text, /Forfeited/);
	});

	it('is refunded where the drop says so', async () => {
		const d = await ruled({ deposit: 'refund' }), [t] = await paid(d);
		await over(d);
		await forfeited(t);
		assert.equal((await look(t)).deposit.state, 'refunded');
	});

	it('has the grace to come', async () => {
		const d = await ruled({ grace_s: 8 }), [t] = await paid(d);
		assert.equal(Date.parse(t.expires_at), Date.parse(d.pickup_until) + 8000);
		await over(d);
		const end = Date.parse((await seen(d)).pickup_until) + 8000;
		const page = await fx.anonymous().get(new URL(t.holder_url).pathname);
		assert.match(page.text, /Valid[\s\S]*<svg/);
		assert.equal((await look(t)).state, 'issued');
		await forfeited(t);
		const said = await last(t);
		assert.ok(Date.parse(said.at) >= end, said.at);
	});

	it('leaves the unit to walk-ins', async () => {
		const d = await ruled({ release: true }), tokens = await paid(d, 2);
		await over(d);
		for (const t of tokens) await forfeited(t);
		assert.deepEqual((await last(tokens[0])).data.returned_to, 'walk_in');
		const { counts, tokenized, quantity } = await seen(d);
		assert.deepEqual([tokenized, quantity, counts.walk_in, counts.forfeited, counts.issued], [8, 20, 12, 0, 0]);
		const change = (await c.api.all('/v1/ledger?limit=1000', 'entries'))
			.filter((e) => e.subject === d.id && e.kind === 'drop.share_changed');
		assert.deepEqual(change.map((e) => e.data), [{ tokenized: 8, was: 10, reason: 'no_show' }]);
		const till = await Device.enrol(c, ev.id);
		fx.ok(await till.lease(d.id, 12, fx.inSeconds(600)));
	});

	it('leaves the unit to who waits, until the event is over', async () => {
		const d = await ruled({ release: true }, { quantity: 10, tokenized: 2 }), [a, b] = await paid(d, 2);
		const join = async () => fx.ok(await c.api.post(`/v1/drops/${d.id}/waitlist`, { contact: fx.email() })).entry_id;
		const place = async (id) => fx.ok(await c.api.get(`/v1/drops/${d.id}/waitlist/${id}`), 200);
		const entry = await join();
		await over(d);
		await forfeited(a);
		await forfeited(b);
		assert.deepEqual([(await last(a)).data.returned_to, (await last(b)).data.returned_to].sort(), ['waitlist', 'walk_in']);
		await until(async () => (await place(entry)).state === 'offered', 'an offer');
		const [t] = (await place(entry)).tokens;
		assertProblem(await c.api.post(`/v1/drops/${d.id}/waitlist/${entry}/accept`, {}), 409, 'deposit_due');
		const now = fx.ok(await pay(t, fx.unique('pay')), 200);
		assert.equal(now.expires_at, (await fx.ok(await c.api.get(`/v1/events/${ev.id}`), 200)).ends_at, 'good until the event ends');
		assert.equal((await place(entry)).state, 'taken');
		const { counts } = await seen(d);
		assert.deepEqual([counts.tokenized, counts.issued, counts.forfeited, counts.available, counts.walk_in], [1, 1, 0, 0, 9]);
		const device = await Device.enrol(c, ev.id, { profile: 'scan' });
		await device.mirror();
		assert.equal((await device.redeem(now.jwt)).ok, true);
		fx.ok(await device.upload(), 200);
		assert.equal((await look(t)).state, 'redeemed', 'after the pickup, in time for the offer');
		assert.deepEqual(await c.api.all('/v1/cases?kind=wrong_window', 'cases'), []);
	});

	it('was let in by a device that was offline: a fact, and a case', async () => {
		const d = await ruled({}), [t] = await paid(d);
		const device = await Device.enrol(c, ev.id, { profile: 'scan' });
		await device.mirror();
		assert.equal((await device.redeem(t.jwt)).ok, true);
		await over(d);
		await forfeited(t);
		const { json } = await device.upload();
		assert.ok(JSON.stringify(json).includes('forfeited'), JSON.stringify(json));
		const found = await c.api.all('/v1/cases?kind=forfeited', 'cases');
		assert.deepEqual(found.map((x) => x.subject), [t.id]);
		assert.equal((await look(t)).deposit.state, 'forfeited', 'people decide what becomes of it');
	});

	it('is no no-show when the unit is brought home', async () => {
		const d = await ruled({}), [t] = await paid(d);
		const hub = await fx.hub(c, fx.PLACES.williamsburg);
		await fx.stock(c, hub.id, sku, 5);
		fx.ok(await fx.order(c, sku, fx.PLACES.williamsburg, { token: t.jwt, token_id: t.id }));
		await over(d);
		await sleep(2500);
		assert.equal((await look(t)).state, 'issued');
	});

	it('must agree with itself', async () => {
		for (const [no_show, pointer] of [[{ deposit: 'burn' }, '/no_show/deposit'], [{ grace_s: -1 }, '/no_show/grace_s'],
			[{ release: 1 }, '/no_show/release'], [{ x: 1 }, '/no_show/x']])
			assert.equal(assertProblem(await c.api.post('/v1/drops', fx.dropBody(ev.id, sku, { no_show })), 422, 'validation_failed')
				.errors[0].pointer, pointer);
	});
});
