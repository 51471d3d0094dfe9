// SPDX-License-Identifier: Apache-2.0
//
// Passing tokens on. A transfer kills the old text, its page and its place in mirrors, and of two at once
// one wins. Provenance: commitments that only their holder can open. Resale: suspended, offered to the
// line at a capped price, settled, lapsed, withdrawn, or over at the cut-off; with what deposits and home
// delivery have to say.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { getListFromStatusListJWT, getStatusListFromJWT } from '@sd-jwt/jwt-status-list';
import pg from 'pg';
import { until as poll } from '../crash/lib/stack.mjs';
import { assertProblem } from './lib/contract.mjs';
import { Device } from './lib/device.mjs';
import * as fx from './lib/fixtures.mjs';

let c, ev, sku, db;
before(async () => {
	c = await fx.creator();
	[ev, { sku }] = [await fx.event(c, { starts_at: fx.inSeconds(3600) }), await fx.product(c)];
	db = new pg.Client({ connectionString: process.env.DATABASE_URL });
	await db.connect();
});
after(async () => {
	await db.end();
	fx.anonymous().close();
});
// The janitor has other things to do, too.
const until = (probe, what) => poll(probe, what, 60000, 50);

const drop = (over) => fx.drop(c, { event_id: ev.id, sku, pickup_from: fx.inSeconds(-60), transfer: {}, ...over });
const take = async (d, contact = fx.email()) => ({ ...fx.ok(await fx.claim(c, d.id, { contact })).tokens[0], contact });
const at = (t, verb = '') => `/v1/tokens/${t.id}${verb}`;
const look = async (t) => fx.ok(await c.api.get(at(t)), 200);
const pass = (t, to = fx.email(), over = {}, options) => c.api.post(at(t, '/transfer'), { to, version: t.version, ...over }, options);
const passed = async (t, to) => fx.ok(await pass(t, to), 200);
const pathOf = (url) => new URL(url).pathname;
const page = (t) => fx.anonymous().get(pathOf(t.holder_url));
const ledger = async (d) => (await c.api.all('/v1/ledger?limit=1000', 'entries'))
	.filter((e) => e.subject === d.id || e.data.drop_id === d.id);
const last = async (t) => (await look(t)).history.at(-1);

// Until the status list tells `status` of a text.
async function listTells(jwt, status) {
	const { uri, idx } = getStatusListFromJWT(jwt);
	await until(async () => {
		const answer = await fx.anonymous().get(pathOf(uri));
		return answer.status === 200 && getListFromStatusListJWT(answer.text).getStatus(idx) === status;
	}, `the status list to tell ${status}`);
}

async function scanner() {
	const device = await Device.enrol(c, ev.id, { profile: 'scan' });
	await device.mirror();
	return device;
}

describe('a transfer', () => {
	it('gives the token another version, and kills the old one everywhere', async () => {
		const d = await drop(), t = await take(d), device = await scanner();
		await listTells(t.jwt, 0);
		assert.equal((await device.verify(t.jwt)).ok, true);
		const now = await passed(t);
		assert.deepEqual([now.id, now.serial, now.version, now.state], [t.id, t.serial, 2, 'issued']);
		assert.notEqual(now.jwt, t.jwt);
		assert.notEqual(getStatusListFromJWT(now.jwt).idx, getStatusListFromJWT(t.jwt).idx);
		await listTells(t.jwt, 1);
		await listTells(now.jwt, 0);

		const old = await page(t);
		assert.equal(old.status, 410);
		assert.match(old.text, /Passed on/);
		assert.ok(!old.text.includes('<svg'), 'no code');
		const fresh = await page(now);
		assert.equal(fresh.status, 200);
		assert.match(fresh.text, /Valid[\s\S]*<svg/);

		await device.mirror();
		assert.equal(device.state.mirror.tokens[t.id].version, 2);
		assert.equal((await device.redeem(t.jwt)).reason, 'superseded');
		assert.equal((await device.redeem(now.jwt)).ok, true);
		fx.ok(await device.upload(), 200);
		assert.equal((await look(t)).state, 'redeemed');
	});

	it('of one who was let in by an old mirror is a case', async () => {
		const d = await drop(), t = await take(d), device = await scanner();
		await passed(t);
		assert.equal((await device.redeem(t.jwt)).ok, true, 'it knows no better');
		fx.ok(await device.upload(), 200);
		assert.equal((await look(t)).state, 'issued');
		assert.ok((await c.api.all('/v1/cases?kind=superseded', 'cases')).some((x) => x.data.token_id === t.id));
	});

	it('at the same time as another is won by one', async () => {
		const d = await drop(), t = await take(d);
		const answers = await Promise.all(Array.from({ length: 8 }, () => pass(t)));
		assert.deepEqual(answers.map((a) => a.status).sort(), [200, ...Array(7).fill(409)]);
		for (const a of answers.filter((x) => x.status === 409)) assertProblem(a, 409, 'version_changed');
		const { version, history } = await look(t);
		assert.deepEqual([version, history.map((e) => e.kind)], [2, ['token.issued', 'token.transferred']]);
	});

	it('is repeated as it was', async () => {
		const t = await take(await drop()), idem = randomUUID(), to = fx.email();
		const first = await pass(t, to, {}, { idem });
		fx.ok(first, 200);
		const again = await pass(t, to, {}, { idem });
		assert.deepEqual([again.text, again.headers['idempotent-replayed']], [first.text, 'true']);
	});

	it('moves the unit from one person\'s limit to the other\'s', async () => {
		const d = await drop(), t = await take(d), to = fx.email();
		assertProblem(await fx.claim(c, d.id, { contact: t.contact }), 409, 'limit_reached');
		const now = await passed(t, to);
		assertProblem(await fx.claim(c, d.id, { contact: to }), 409, 'limit_reached');
		const second = await take(d, t.contact);
		const problem = assertProblem(await pass(second, to), 409, 'limit_reached');
		assert.equal(problem.errors[0].pointer, '/to');
		fx.ok(await c.api.post(at(now, '/cancel'), {}), 200);
		await passed(second, to);
	});

	it('is refused to the holder, to nobody, and for what is no live token', async () => {
		const d = await drop({ hold_ttl_s: 600 }), held = await take(d);
		assertProblem(await pass(held), 409, 'token_state');
		fx.ok(await c.api.post(at(held, '/confirm'), {}), 200);
		assertProblem(await pass(held, { email: held.contact.email.replace('@', '+me@') }), 409, 'same_holder');
		assertProblem(await pass(held, undefined, { version: 2 }), 409, 'version_changed');
		assert.equal(assertProblem(await pass(held, { email: 'x' }), 422, 'validation_failed').errors[0].pointer, '/to/email');
		assertProblem(await c.api.post(at(held, '/transfer'), { to: fx.email() }), 422, 'validation_failed');
		fx.ok(await c.api.post(at(held, '/cancel'), {}), 200);
		assertProblem(await pass(held), 409, 'token_state');
	});

	it('keeps to the drop\'s rules: allowed, after the cool-down, before the cut-off', async () => {
		assertProblem(await pass(await take(await drop({ transfer: null }))), 409, 'transfer_not_allowed');
		const cool = await drop({ transfer: { cool_down_s: 6 } }), t = await take(cool);
		assert.match(assertProblem(await pass(t), 409, 'cool_down').detail, /from 20/);
		const now = await until(async () => {
			const answer = await pass(t);
			return answer.status === 200 && answer.json;
		}, 'the cool-down to be over');
		assertProblem(await pass(now), 409, 'cool_down'); // it starts anew with each holder
		assertProblem(await pass(await take(await drop({ transfer: { cut_off_s: 7200 } }))), 409, 'cut_off');
	});

	it('is over when the unit is brought home, and an old text orders nothing', async () => {
		const d = await drop(), [a, b] = [await take(d), await take(d)];
		const hub = await fx.hub(c, fx.PLACES.williamsburg);
		await fx.stock(c, hub.id, sku, 5);
		const order = (t) => fx.order(c, sku, fx.PLACES.williamsburg, { token: t.jwt, token_id: t.id });
		fx.ok(await order(a));
		assertProblem(await pass(a), 409, 'home_delivery');
		assertProblem(await c.api.post(at(a, '/cancel'), {}), 409, 'home_delivery');
		const now = await passed(b);
		const refused = await order(b);
		assertProblem(refused);
		assert.ok([409, 422].includes(refused.status), refused.text);
		fx.ok(await order(now));
	});

	it('leaves the deposit with the token', async () => {
		const d = await drop({ hold_ttl_s: 600, deposit: { amount: 500, currency: 'USD' } }), t = await take(d);
		fx.ok(await c.api.post(at(t, '/confirm'), { payment: { reference: fx.unique('pay') } }), 200);
		const now = await passed(t);
		assert.equal(now.deposit.state, 'held');
		assert.equal(fx.ok(await c.api.post(at(now, '/cancel'), {}), 200).deposit.state, 'refunded');
	});
});

describe('provenance', () => {
	const ask = (t, body = {}, as = c.api) => as.post(at(t, '/provenance'), body, { idem: null });
	const commitment = (salt, { email }) => createHash('sha256').update('roadshow-contact/v1\0')
		.update(Buffer.from(salt, 'hex')).update(`email:${email}`).digest('base64url');

	it('has a commitment for each holder, which that holder alone can open', async () => {
		const d = await drop(), ann = fx.email(), bob = fx.email(), cat = fx.email();
		const one = await take(d, ann), two = await passed(one, bob), three = await passed(two, cat);
		const told = fx.ok(await ask(one), 200);
		assert.deepEqual([told.version, told.holders.map((h) => [h.version, h.salt])], [3, [[1, null], [2, null], [3, null]]]);
		for (const [text, person, i] of [[one.jwt, ann, 0], [two.jwt, bob, 1], [three.jwt, cat, 2]]) {
			const { holders } = fx.ok(await ask(one, { token: text }, c.storefront), 200);
			assert.deepEqual(holders.map((h) => h.salt !== null), [0, 1, 2].map((k) => k === i));
			assert.equal(commitment(holders[i].salt, person), holders[i].commitment);
			assert.notEqual(commitment(holders[i].salt, fx.email()), holders[i].commitment);
		}
		const { history } = await look(one);
		const moves = history.filter((e) => e.kind === 'token.transferred');
		assert.deepEqual(moves.map((e) => [e.data.from, e.data.to, e.data.version]), [1, 2].map((i) =>
			[told.holders[i - 1].commitment, told.holders[i].commitment, i + 1]));
		assert.deepEqual(told.holders.map((h) => h.ledger_index), history.map((e) => e.index));
		const log = JSON.stringify(await ledger(d));
		for (const { email } of [ann, bob, cat]) assert.ok(!log.includes(email));
	});

	it('asks a storefront for the text of this token', async () => {
		const d = await drop(), [a, b] = [await take(d), await take(d)];
		assertProblem(await ask(a, {}, c.storefront), 422, 'token_required');
		for (const token of [b.jwt, 'x', fx.forged(a.jwt)])
			assertProblem(await ask(a, { token }, c.storefront), 422, 'token_invalid');
		const { holders } = fx.ok(await ask(a, { token: a.jwt }, c.storefront), 200);
		assert.equal(holders.length, 1);
		assert.equal(commitment(holders[0].salt, a.contact), holders[0].commitment);
	});

	it('is closed for good when a holder is erased', async () => {
		const d = await drop(), ann = fx.email(), bob = fx.email();
		const one = await take(d, ann), two = await passed(one, bob);
		const told = async (contact) => fx.ok(await c.api.post('/v1/privacy/export', { contact }, { idem: null }), 200);
		const [had] = (await told(ann)).held;
		assert.deepEqual([had.token_id, had.version, commitment(had.salt, ann)], [one.id, 1, had.commitment]);
		assert.deepEqual((await told(ann)).tokens, [], 'theirs no more');
		assert.deepEqual((await told(bob)).tokens.map((t) => t.id), [one.id]);
		await db.query('update roadshow.drops set closes_at = clock_timestamp() where id = $1', [d.id]);
		fx.ok(await c.api.post('/v1/privacy/erase', { contact: ann }), 200);
		assert.deepEqual((await told(ann)).held, []);
		const { holders } = fx.ok(await ask(one, { token: one.jwt }), 200);
		assert.deepEqual([holders[0].salt, holders[0].commitment], [null, had.commitment]);
		assert.ok(fx.ok(await ask(one, { token: two.jwt }), 200).holders[1].salt);
	});
});

describe('resale', () => {
	const CAP = { amount: 3000, currency: 'USD' };
	const resold = (over) => drop({ quantity: 1, tokenized: 1, transfer: { resale: { price_cap: CAP } }, ...over });
	const sell = (t, body = {}, options) => c.api.post(at(t, '/resale'), { version: t.version, ...body }, options);
	const listed = async (t, body) => fx.ok(await sell(t, body));
	const listing = async (t) => fx.ok(await c.api.get(at(t, '/resale')), 200);
	const settle = (t, reference = fx.unique('pay'), options) => c.api.post(at(t, '/resale/settle'), { payment: { reference } }, options);
	const withdraw = (t, options) => c.api.post(at(t, '/resale/withdraw'), undefined, options);
	const join = async (d, contact = fx.email()) => fx.ok(await c.api.post(`/v1/drops/${d.id}/waitlist`, { contact }));
	const place = async (d, e) => fx.ok(await c.api.get(`/v1/drops/${d.id}/waitlist/${e.entry_id}`), 200);
	const collect = async (d, e) => fx.ok(await c.storefront.post(`/v1/drops/${d.id}/waitlist/${e.entry_id}/collect`, { receipt: e.receipt }, { idem: null }), 200);
	const offered = (d, e) => until(async () => {
		const x = await place(d, e);
		return x.state === 'offered' && x;
	}, 'an offer');
	const passes = (t) => db.query("update roadshow.resale_listings set offered_until = clock_timestamp() where token_id = $1 and state = 'offered'", [t.id]);

	it('suspends the token while it is listed', async () => {
		const d = await resold(), t = await take(d), device = await scanner();
		const answer = await sell(t), l = fx.ok(answer);
		assert.deepEqual([l.state, l.price, l.entry_id, l.reference, answer.headers.location], ['listed', CAP, null, null, at(t, '/resale')]);
		assert.deepEqual(l, await listing(t));
		assert.equal(l.ends_at, ev.starts_at, 'until the event starts, without an earlier cut-off');
		const now = await look(t);
		assert.deepEqual([now.state, now.jwt, now.version], ['suspended', null, 1]);
		assert.deepEqual((await last(t)).data, { drop_id: d.id, serial: 1, version: 1, price: CAP });
		await listTells(t.jwt, 2);
		assert.match((await page(t)).text, /Offered for resale/);
		assertProblem(await c.api.get(at(t, '/qr.svg')), 409, 'token_state');
		assertProblem(await sell(t), 409, 'token_state');
		assertProblem(await pass(t), 409, 'token_state');
		assertProblem(await settle(t), 409, 'no_offer');
		await device.mirror();
		assert.deepEqual([device.state.mirror.tokens[t.id].state, (await device.redeem(t.jwt)).reason], ['suspended', 'suspended']);
		await device.redeem(t.jwt, { force: true });
		fx.ok(await device.upload(), 200);
		assert.ok((await c.api.all('/v1/cases?kind=suspended', 'cases')).some((x) => x.data.token_id === t.id));
		const { counts } = fx.ok(await c.api.get(`/v1/drops/${d.id}`), 200);
		assert.deepEqual([counts.issued, counts.available], [1, 0], 'it is a live token still');
	});

	it('goes to who is next in line, for the price, and to nobody else', async () => {
		const d = await resold(), t = await take(d), first = await join(d), second = await join(d);
		const price = { amount: 2000, currency: 'USD' };
		await listed(t, { price });
		const { offer, given, tokens } = await offered(d, first);
		const l = await listing(t);
		assert.deepEqual([offer, given, tokens], [{ token_id: t.id, price, expires_at: l.offered_until }, 1, []]);
		assert.deepEqual([l.state, l.entry_id], ['offered', first.entry_id]);
		const told = (await ledger(d)).filter((e) => e.subject === first.entry_id).at(-1);
		assert.deepEqual([told.kind, told.data], ['waitlist.offered', { drop_id: d.id, quantity: 1, why: 'resale', token_id: t.id, price }]);
		assert.equal((await place(d, second)).position, 1);
		assertProblem(await c.api.post(`/v1/drops/${d.id}/waitlist/${first.entry_id}/accept`, {}), 409, 'no_offer');

		const idem = randomUUID(), answer = await settle(t, 'pay-resale', { idem }), bought = fx.ok(answer, 200);
		assert.deepEqual([bought.id, bought.serial, bought.version, bought.state], [t.id, 1, 2, 'issued']);
		assert.equal((await settle(t, 'pay-resale', { idem })).text, answer.text);
		await listTells(t.jwt, 1);
		await listTells(bought.jwt, 0);
		assert.equal((await page(t)).status, 410);
		const sold = await listing(t);
		assert.deepEqual([sold.state, sold.reference, sold.entry_id, sold.offered_until], ['sold', 'pay-resale', first.entry_id, null]);
		const mine = await collect(d, first);
		assert.deepEqual([mine.state, mine.tokens[0].jwt], ['taken', bought.jwt]);
		assert.equal((await page(mine.tokens[0])).status, 200);
		const [listing_, sale, transfer] = (await look(t)).history.slice(-3);
		assert.deepEqual([listing_.kind, sale.kind, transfer.kind, transfer.index - sale.index],
			['token.listed', 'token.sold', 'token.transferred', 1]);
		assert.deepEqual([sale.data.price, sale.data.entry_id, sale.data.version], [price, first.entry_id, 1]);
		assert.deepEqual([transfer.data.entry_id, transfer.data.version], [first.entry_id, 2]);
		assertProblem(await settle(t), 409, 'token_state');
		assert.equal((await place(d, second)).state, 'waiting');
		await passed(bought);
		assert.equal((await collect(d, first)).tokens[0].jwt, null, 'what was passed on is not theirs');
	});

	it('takes a payment for one resale only', async () => {
		const reference = fx.unique('pay'), drops = [await resold(), await resold()];
		const [a, b] = [await take(drops[0]), await take(drops[1])];
		for (const [d, t] of [[drops[0], a], [drops[1], b]]) {
			const e = await join(d);
			await listed(t);
			await offered(d, e);
		}
		fx.ok(await settle(a, reference), 200);
		assert.equal(assertProblem(await settle(b, reference), 409, 'payment_used').errors[0].pointer, '/payment/reference');
		assert.equal((await look(b)).state, 'suspended');
		fx.ok(await settle(b), 200);
	});

	it('goes on to the next when the offer lapses, or is given up', async () => {
		const d = await resold({ offer_ttl_s: 60 }), t = await take(d), [one, two, three] = [await join(d), await join(d), await join(d)];
		await listed(t);
		await offered(d, one);
		await passes(t);
		assertProblem(await settle(t), 409, 'no_offer');
		await offered(d, two);
		assert.equal((await place(d, one)).state, 'lapsed');
		const left = fx.ok(await c.storefront.post(`/v1/drops/${d.id}/waitlist/${two.entry_id}/leave`, { receipt: two.receipt }), 200);
		assert.deepEqual([left.state, left.offer], ['lapsed', null]);
		await offered(d, three);
		const moves = (await ledger(d)).filter((e) => /^waitlist\.(offered|lapsed)/.test(e.kind));
		assert.deepEqual(moves.map((e) => [e.kind, e.subject, e.data.token_id]), [['offered', one], ['lapsed', one],
			['offered', two], ['lapsed', two], ['offered', three]].map(([k, e]) => [`waitlist.${k}`, e.entry_id, t.id]));
		fx.ok(await settle(t), 200);
		assert.equal((await place(d, three)).state, 'taken');
	});

	it('skips who has all that one person may have', async () => {
		const d = await resold({ quantity: 2, tokenized: 2 }), [a, b] = [await take(d), await take(d)], x = fx.email();
		const [full, next] = [await join(d, x), await join(d)];
		await passed(b, x);
		await listed(a);
		await offered(d, next);
		const entry = await place(d, full);
		assert.equal(entry.state, 'skipped');
		assert.deepEqual((await ledger(d)).filter((e) => e.subject === full.entry_id).at(-1).data, { drop_id: d.id, why: 'limit_reached' });
	});

	it('may be withdrawn while nobody has an offer, and then the old text is good again', async () => {
		const d = await resold(), t = await take(d), e = await join(d);
		await listed(t);
		await offered(d, e);
		assertProblem(await withdraw(t), 409, 'offer_pending');
		assertProblem(await c.api.post(at(t, '/cancel'), {}), 409, 'offer_pending');
		fx.ok(await c.api.post(`/v1/drops/${d.id}/waitlist/${e.entry_id}/leave`, {}), 200);
		const idem = randomUUID(), back = await withdraw(t, { idem });
		assert.deepEqual([fx.ok(back, 200).state, back.json.entry_id], ['withdrawn', null]);
		assert.equal((await withdraw(t, { idem })).headers['idempotent-replayed'], 'true');
		assertProblem(await withdraw(t), 409, 'token_state');
		const now = await look(t);
		assert.deepEqual([now.state, now.version, now.jwt], ['issued', 1, t.jwt]);
		await listTells(t.jwt, 0);
		assert.equal((await page(t)).status, 200);
		assert.equal((await last(t)).data.why, 'withdrawn');
		fx.ok(await sell(t));
	});

	it('ends at the cut-off, and the token is good again', async () => {
		const soon = await fx.event(c, { starts_at: fx.inSeconds(12) });
		const d = await resold({ event_id: soon.id, transfer: { cut_off_s: 2, resale: {} } }), t = await take(d);
		assert.deepEqual((await listed(t)).price, { amount: 2500, currency: 'USD' }, 'the product\'s price is the cap');
		await until(async () => (await look(t)).state === 'issued', 'the cut-off');
		assert.deepEqual([(await last(t)).kind, (await last(t)).data.why], ['token.withdrawn', 'cut_off']);
		assert.equal((await listing(t)).state, 'withdrawn');
		assertProblem(await sell(t), 409, 'cut_off');
		await listTells(t.jwt, 0);
	});

	it('ends with the pickup when that is first, and then it is a no-show', async () => {
		const d = await resold({ pickup_until: fx.inSeconds(8), no_show: {} }), t = await take(d);
		assert.equal((await listed(t)).ends_at, d.pickup_until);
		await db.query('begin'); // no-shows are looked for while the market's own job cannot close it
		try {
			await db.query("select pg_advisory_xact_lock(hashtextextended('janitor resales ' || $1, 0))", [c.id]);
			await until(async () => (await look(t)).state === 'forfeited', 'the token to be forfeited');
			assert.ok(Date.now() >= Date.parse(d.pickup_until));
		} finally {
			await db.query('commit');
		}
		assert.deepEqual((await look(t)).history.map((e) => e.kind),
			['token.issued', 'token.listed', 'token.withdrawn', 'token.forfeited']);
	});

	it('of a token that is cancelled ends with it', async () => {
		const d = await resold(), t = await take(d);
		await listed(t);
		assert.equal(fx.ok(await c.api.post(at(t, '/cancel'), {}), 200).state, 'cancelled');
		assert.equal((await listing(t)).state, 'withdrawn');
		assert.equal((await last(t)).data.was, 'suspended');
		await listTells(t.jwt, 1);
		fx.ok(await fx.claim(c, d.id));
	});

	it('is at most at the cap, and as the drop allows', async () => {
		const d = await resold({ quantity: 5, tokenized: 5 }), t = await take(d);
		for (const price of [{ amount: 3001, currency: 'USD' }, { amount: 100, currency: 'EUR' }])
			assert.equal(assertProblem(await sell(t, { price }), 422, 'price_above_cap').errors[0].pointer, '/price');
		assertProblem(await sell(t, { version: 2 }), 409, 'version_changed');
		assertProblem(await c.api.get(at(t, '/resale')), 404, 'not_found');
		assertProblem(await sell(await take(await drop())), 409, 'resale_not_allowed');
		assertProblem(await sell(await take(await resold({ transfer: { cool_down_s: 60, resale: {} } }))), 409, 'cool_down');
		const body = fx.dropBody(ev.id, sku, { transfer: { resale: { price_cap: { amount: 1, currency: 'EUR' } } } });
		assert.equal(assertProblem(await c.api.post('/v1/drops', body), 422).errors[0].pointer, '/transfer/resale/price_cap/currency');
		const hub = await fx.hub(c, fx.PLACES.soho);
		await fx.stock(c, hub.id, sku, 5);
		fx.ok(await fx.order(c, sku, fx.PLACES.soho, { token: t.jwt, token_id: t.id }));
		assertProblem(await sell(t), 409, 'home_delivery');
		const u = await take(d);
		await listed(u);
		assertProblem(await fx.order(c, sku, fx.PLACES.soho, { token: u.jwt, token_id: u.id }), 409, 'token_not_live');
	});

	it('and a transfer at once: one of them happens', async () => {
		for (let i = 0; i < 5; i++) {
			const t = await take(await resold());
			const [sale, transfer] = await Promise.all([sell(t), pass(t)]);
			assert.deepEqual([sale.status < 300, transfer.status < 300].sort(), [false, true], `${sale.text} ${transfer.text}`);
		}
	});

	it('settles once, whoever says so first', async () => {
		const d = await resold(), t = await take(d), e = await join(d);
		await listed(t);
		await offered(d, e);
		const answers = await Promise.all(Array.from({ length: 6 }, () => settle(t)));
		assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409, 409, 409, 409, 409]);
		assert.equal((await look(t)).version, 2);
		assert.equal((await ledger(d)).filter((x) => x.kind === 'token.sold').length, 1);
	});

	it('leaves the deposit with the token', async () => {
		const d = await resold({ hold_ttl_s: 600, deposit: { amount: 500, currency: 'USD' } }), t = await take(d);
		const { jwt } = fx.ok(await c.api.post(at(t, '/confirm'), { payment: { reference: fx.unique('pay') } }), 200);
		const e = await join(d);
		await listed(t);
		await offered(d, e);
		const bought = fx.ok(await settle(t), 200);
		assert.deepEqual([bought.deposit.state, bought.jwt === jwt], ['held', false]);
		const device = await scanner();
		assert.equal((await device.redeem(bought.jwt)).ok, true);
		fx.ok(await device.upload(), 200);
		assert.equal((await look(t)).deposit.state, 'applied');
	});
});
