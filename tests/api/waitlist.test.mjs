// SPDX-License-Identifier: Apache-2.0
//
// The waitlist: who may join it, its order and its receipts; that what comes back goes to who is next and
// past nobody, in offers that lapse, are taken or given up; that each move and each skip says why in the
// ledger; and that a draw's remainder waits in the order of the draw.
import assert from 'node:assert/strict';
import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { until as poll } from '../crash/lib/stack.mjs';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';
import { proof } from './lib/proof.mjs';

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

// A drop of `n` units that are all taken; `tokens` has them.
async function soldOut(n = 1, over = {}) {
	const d = await fx.drop(c, { event_id: ev.id, sku, quantity: n, tokenized: n, ...over });
	const claims = await Promise.all(Array.from({ length: n }, () => fx.claim(c, d.id)));
	return { ...d, tokens: claims.flatMap((a) => fx.ok(a).tokens).sort((a, b) => a.serial - b.serial) };
}
const ask = (d, body = {}, options) => c.api.post(`/v1/drops/${d.id}/waitlist`, { contact: fx.email(), ...body }, options);
const join = async (d, body) => fx.ok(await ask(d, body));
async function joinAll(d, n, body) {
	const entries = [];
	for (let i = 0; i < n; i++) entries.push(await join(d, body));
	return entries;
}
const at = (d, e, verb = '') => `/v1/drops/${d.id}/waitlist/${e.entry_id}${verb}`;
const look = async (d, e, as = c.api) => fx.ok(await as.get(at(d, e)), 200);
const states = (d, entries) => Promise.all(entries.map(async (e) => (await look(d, e)).state));
const offered = (d, e) => until(async () => {
	const x = await look(d, e);
	return x.state === 'offered' && x;
}, 'an offer');
const cancel = async (t) => fx.ok(await c.api.post(`/v1/tokens/${t.id}/cancel`, {}), 200);
const counts = async (d) => fx.ok(await c.api.get(`/v1/drops/${d.id}`), 200).counts;
const ledger = async (d) => (await c.api.all('/v1/ledger?limit=1000', 'entries'))
	.filter((e) => e.subject === d.id || e.data.drop_id === d.id);
const about = async (d, e) => (await ledger(d)).filter((x) => x.subject === e.entry_id);
// The clock passes over the end of a hold.
const passes = (t) => db.query('update roadshow.tokens set held_until = clock_timestamp() where id = $1', [t.id]);

describe('joining', () => {
	it('is for when nothing is left, while the drop is open', async () => {
		const d = await fx.drop(c, { event_id: ev.id, sku, quantity: 1, tokenized: 1 });
		assertProblem(await ask(d), 409, 'not_sold_out');
		const [t] = fx.ok(await fx.claim(c, d.id)).tokens;
		const e = await join(d);
		assert.deepEqual([e.drop_id, e.quantity, e.position], [d.id, 1, 1]);
		await cancel(t);
		fx.ok(await ask(d)); // a unit is there, but somebody waits for it
		const early = await fx.drop(c, { event_id: ev.id, sku, tokenized: 0, opens_at: fx.inSeconds(60) });
		assertProblem(await ask(early), 409, 'not_open');
		const late = await fx.drop(c, { event_id: ev.id, sku, tokenized: 0, closes_at: fx.inSeconds(-1) });
		assertProblem(await ask(late), 409, 'closed');
		assertProblem(await ask(await fx.draw(c, { event_id: ev.id, sku })), 409, 'is_draw');
		assertProblem(await ask({ id: randomUUID() }), 404, 'not_found');
	});

	it('is one place for a person, who may still have some', async () => {
		const d = await soldOut(), contact = fx.email();
		await join(d, { contact });
		assertProblem(await ask(d, { contact }), 409, 'already_waiting');
		assertProblem(await ask(d, { contact: { email: contact.email.replace('@', '+x@') } }), 409, 'already_waiting');
		const full = await fx.drop(c, { event_id: ev.id, sku, quantity: 1, tokenized: 1 });
		fx.ok(await fx.claim(c, full.id, { contact }));
		assertProblem(await ask(full, { contact }), 409, 'limit_reached');
	});

	it('is the same when it is repeated, also after the place is gone', async () => {
		const d = await soldOut(), idem = randomUUID(), body = { contact: fx.email() };
		await join(d);
		const first = await ask(d, body, { idem });
		assert.equal(fx.ok(first).position, 2);
		fx.ok(await c.api.post(at(d, first.json, '/leave'), {}), 200);
		const again = await ask(d, body, { idem });
		assert.deepEqual([again.json.entry_id, again.json.position, again.headers['idempotent-replayed']],
			[first.json.entry_id, 2, 'true']);
		assertProblem(await ask(d, { contact: fx.email() }, { idem }), 422, 'idempotency_key_reused');
		const new_place = await join(d, body);
		assert.notEqual(new_place.entry_id, first.json.entry_id, 'who left may come back, behind the others');
	});

	it('costs a fan a proof of work, which buys one place', async () => {
		const d = await soldOut(), post = (body) => c.storefront.post(`/v1/drops/${d.id}/waitlist`, { contact: fx.email(), ...body });
		assertProblem(await post({}), 403, 'proof_required');
		const altcha = await proof(fx.anonymous(), d.id);
		fx.ok(await post({ altcha }));
		assertProblem(await post({ altcha }), 422, 'proof_reused');
		const { pointer } = assertProblem(await post({ contact: { email: 'x' }, altcha }), 422, 'validation_failed').errors[0];
		assert.equal(pointer, '/contact/email');
		assertProblem(await post({ quantity: 21 }), 422, 'validation_failed');
	});

	it('at once gives everybody a place of their own, as the ledger has them', async () => {
		const d = await soldOut();
		const entries = (await Promise.all(Array.from({ length: 25 }, () => ask(d)))).map((a) => fx.ok(a));
		entries.sort((a, b) => a.position - b.position);
		assert.deepEqual(entries.map((e) => e.position), entries.map((_, i) => i + 1));
		const told = (await ledger(d)).filter((e) => e.kind === 'waitlist.joined');
		assert.deepEqual(told.map((e) => e.subject), entries.map((e) => e.entry_id));
		assert.deepEqual(told.map((e) => [e.index, e.data]), entries.map((e) => [e.ledger_index, { drop_id: d.id, quantity: 1, place: e.position }]));
		assert.equal((await counts(d)).waitlisted, 25);
		const listed = await c.api.all(`/v1/drops/${d.id}/waitlist?limit=7`, 'entries');
		assert.deepEqual(listed.map((e) => [e.id, e.position]), entries.map((e) => [e.entry_id, e.position]));
	});
});

describe('a place in line', () => {
	it('is proved by a receipt with the service\'s signature', async () => {
		const d = await soldOut(), e = await join(d);
		const [header, payload, signature] = e.receipt.split('.');
		const { typ, kid, alg } = JSON.parse(Buffer.from(header, 'base64url'));
		assert.deepEqual([typ, alg], ['waitlist-receipt+jwt', 'ES256']);
		const said = JSON.parse(Buffer.from(payload, 'base64url'));
		assert.deepEqual([said.entry, said.drop, said.ledger_index, said.iat],
			[e.entry_id, d.id, e.ledger_index, Math.floor(Date.parse(e.joined_at) / 1000)]);
		const { keys } = (await fx.anonymous().get('/.well-known/jwks.json')).json;
		assert.ok(verify('sha256', Buffer.from(`${header}.${payload}`), { dsaEncoding: 'ieee-p1363',
			key: createPublicKey({ key: keys.find((k) => k.kid === kid), format: 'jwk' }) }, Buffer.from(signature, 'base64url')));
	});

	it('acts for who shows its own receipt, and for the creator', async () => {
		const d = await soldOut(), [e, other] = await joinAll(d, 2);
		const elsewhere = await soldOut(), foreign = await join(elsewhere);
		const wrong = [{}, { receipt: other.receipt }, { receipt: foreign.receipt }, { receipt: 'x' },
			{ receipt: fx.forged(e.receipt) }, { receipt: d.tokens[0].jwt }];
		for (const verb of ['/collect', '/accept', '/leave'])
			for (const body of wrong)
				assertProblem(await c.storefront.post(at(d, e, verb), body, verb === '/collect' ? { idem: null } : {}), 422, 'receipt_invalid');
		assert.equal((await look(d, e)).state, 'waiting');
		assert.equal(fx.ok(await c.storefront.post(at(d, e, '/leave'), { receipt: e.receipt }), 200).state, 'left');
		assert.equal(fx.ok(await c.api.post(at(d, other, '/leave')), 200).state, 'left');
		assertProblem(await c.api.get(at(elsewhere, e)), 404, 'not_found');
	});

	it('moves up when somebody before it goes, and the ledger says that they went', async () => {
		const d = await soldOut(), entries = await joinAll(d, 3);
		const idem = randomUUID(), leave = () => c.api.post(at(d, entries[0], '/leave'), {}, { idem });
		const left = fx.ok(await leave(), 200);
		assert.deepEqual([left.state, left.position], ['left', null]);
		assert.equal((await leave()).headers['idempotent-replayed'], 'true');
		assertProblem(await c.api.post(at(d, entries[0], '/leave'), {}), 409, 'not_waiting');
		assert.deepEqual(await Promise.all(entries.map(async (e) => (await look(d, e, c.storefront)).position)), [null, 1, 2]);
		assert.deepEqual((await about(d, entries[0])).map((x) => x.kind), ['waitlist.joined', 'waitlist.left']);
		assert.equal((await counts(d)).waitlisted, 2);
	});

	it('is over when the pickup is', async () => {
		const d = await soldOut(), e = await join(d);
		await db.query('update roadshow.drops set pickup_until = clock_timestamp() where id = $1', [d.id]);
		assert.equal((await look(d, e)).state, 'over');
	});

	it('is given up when its person is erased', async () => {
		const d = await soldOut(), contact = fx.email(), e = await join(d, { contact });
		const before = fx.ok(await c.api.post('/v1/privacy/export', { contact }, { idem: null }), 200);
		assert.deepEqual(before.waitlist.map((x) => [x.entry_id, x.state]), [[e.entry_id, 'waiting']]);
		fx.ok(await c.api.post('/v1/privacy/erase', { contact }), 200);
		assert.equal((await look(d, e)).state, 'left');
		assert.equal((await counts(d)).waitlisted, 0);
		const next = await join(d);
		await cancel(d.tokens[0]);
		await offered(d, next);
	});
});

describe('what comes back', () => {
	it('is offered to who is next, with the reason in the ledger, and becomes theirs', async () => {
		const d = await soldOut(2), [first, second] = await joinAll(d, 2);
		assertProblem(await c.api.post(at(d, first, '/accept'), {}), 409, 'no_offer');
		await cancel(d.tokens[1]);
		const said = (await ledger(d)).filter((e) => e.kind === 'token.cancelled');
		assert.deepEqual(said.map((e) => [e.data.was, e.data.returned_to]), [['issued', 'waitlist']]);
		const x = await offered(d, first);
		const [t] = x.tokens;
		assert.deepEqual([x.given, x.position, t.state, t.serial, t.jwt, x.offer], [1, null, 'held', 3, null, null]);
		assert.equal(Date.parse(t.expires_at), Date.parse(x.offered_at) + 3600_000, 'an hour, unless the drop says otherwise');
		assert.equal((await look(d, second)).position, 1);
		assert.deepEqual((await about(d, first)).at(-1).data, { drop_id: d.id, quantity: 1, why: 'returned' });
		const held = (await ledger(d)).find((e) => e.subject === t.id);
		assert.deepEqual([held.kind, held.data.entry_id], ['token.held', first.entry_id]);

		const idem = randomUUID(), accept = () => c.storefront.post(at(d, first, '/accept'), { receipt: first.receipt }, { idem });
		const took = fx.ok(await accept(), 200);
		assert.deepEqual([took.state, took.tokens[0].state], ['taken', 'issued']);
		assert.ok(took.tokens[0].jwt && took.tokens[0].holder_url);
		const again = await accept();
		assert.deepEqual([again.text, again.headers['idempotent-replayed']], [JSON.stringify(took), 'true']);
		assertProblem(await c.api.post(at(d, first, '/accept'), {}), 409, 'no_offer');
		const shown = (await look(d, first, c.storefront)).tokens[0];
		assert.deepEqual([shown.jwt, shown.holder_url], [null, null], 'ids are public');
		const collected = fx.ok(await c.storefront.post(at(d, first, '/collect'), { receipt: first.receipt }, { idem: null }), 200);
		assert.equal(collected.tokens[0].jwt, took.tokens[0].jwt);
		assert.deepEqual(await states(d, [first, second]), ['taken', 'waiting']);
	});

	it('goes on to the next when an offer lapses, or is given up', async () => {
		const d = await soldOut(1, { offer_ttl_s: 60 }), [one, two, three] = await joinAll(d, 3);
		await cancel(d.tokens[0]);
		const [t] = (await offered(d, one)).tokens;
		assert.ok(Math.abs(Date.parse(t.expires_at) - Date.now() - 60_000) < 5000);
		await passes(t);
		assert.equal((await look(d, one)).state, 'lapsed', 'whether or not the janitor was there');
		assertProblem(await c.api.post(at(d, one, '/accept'), {}), 409, 'no_offer');
		const [u] = (await offered(d, two)).tokens;
		const gone = fx.ok(await c.storefront.post(at(d, two, '/leave'), { receipt: two.receipt }), 200);
		assert.deepEqual([gone.state, gone.tokens[0].state], ['left', 'cancelled']);
		await offered(d, three);
		fx.ok(await c.api.post(at(d, three, '/accept'), {}), 200);
		assert.deepEqual(await states(d, [one, two, three]), ['lapsed', 'left', 'taken']);
		const ends = (await ledger(d)).filter((e) => [t.id, u.id].includes(e.subject) && /expired|cancelled/.test(e.kind));
		assert.deepEqual(ends.map((e) => [e.kind, e.data.was, e.data.returned_to]),
			[['token.expired', 'held', 'waitlist'], ['token.cancelled', 'held', 'waitlist']]);
		const { issued, available, waitlisted } = await counts(d);
		assert.deepEqual([issued, available, waitlisted], [1, 0, 0]);
	});

	it('is nobody else\'s while somebody waits', async () => {
		const d = await soldOut(10, { quantity: 10 }), line = await joinAll(d, 8);
		const answers = await Promise.all([...d.tokens.slice(0, 5).map(cancel),
			...Array.from({ length: 40 }, () => fx.claim(c, d.id))]);
		for (const a of answers.slice(5)) assertProblem(a, 409, 'sold_out');
		for (const e of line.slice(0, 5)) await offered(d, e);
		assert.deepEqual(await states(d, line.slice(5)), ['waiting', 'waiting', 'waiting']);
		const order = (await ledger(d)).filter((e) => e.kind === 'waitlist.offered');
		assert.deepEqual(order.map((e) => e.subject), line.slice(0, 5).map((e) => e.entry_id));
		const { held, issued, available } = await counts(d);
		assert.deepEqual([held, issued, available], [5, 5, 0]);
	});

	it('is for everybody again once nobody waits', async () => {
		const d = await soldOut(2), e = await join(d);
		await cancel(d.tokens[0]);
		await offered(d, e);
		await cancel(d.tokens[1]);
		const said = (await ledger(d)).filter((x) => x.kind === 'token.cancelled');
		assert.deepEqual(said.map((x) => x.data.returned_to), ['waitlist', 'pool']);
		fx.ok(await fx.claim(c, d.id));
	});

	it('is offered as far as it goes: the rest of a wish is over', async () => {
		const d = await soldOut(5, { per_person: 4 }), [three, four] = [await join(d, { quantity: 3 }), await join(d, { quantity: 4 })];
		await cancel(d.tokens[0]);
		const some = await offered(d, three);
		assert.deepEqual([some.quantity, some.given, some.tokens.length], [3, 1, 1]);
		assert.equal((await look(d, four)).position, 1);
		const last = await join(d);
		await db.query('begin'); // the janitor waits until three units are there
		await db.query("select pg_advisory_xact_lock(hashtextextended('janitor waitlist ' || $1, 0))", [c.id]);
		await Promise.all(d.tokens.slice(1, 4).map(cancel));
		await db.query('commit');
		assert.deepEqual([(await offered(d, four)).given, (await look(d, last)).state], [3, 'waiting']);
		await cancel(d.tokens[4]);
		assert.equal((await offered(d, last)).given, 1);
		assert.deepEqual((await about(d, four)).at(-1).data, { drop_id: d.id, quantity: 3, why: 'returned' });
	});

	it('is never more than one person may have, and who has that is skipped, with the reason', async () => {
		const d = await soldOut(4, { per_person: 2, transfer: {}, event_id: (await fx.event(c, { starts_at: fx.inSeconds(3600) })).id });
		const [a, b, x] = [fx.email(), fx.email(), fx.email()];
		const full = await join(d, { contact: a, quantity: 2 }), half = await join(d, { contact: b, quantity: 2 });
		const next = await join(d, { contact: x });
		const pass = async (t, to) => fx.ok(await c.api.post(`/v1/tokens/${t.id}/transfer`, { to, version: 1 }), 200);
		await pass(d.tokens[0], a);
		await pass(d.tokens[1], a);
		await pass(d.tokens[2], b);
		await cancel(d.tokens[3]);
		assert.deepEqual([(await offered(d, half)).given, (await look(d, full)).state], [1, 'skipped']);
		assert.deepEqual((await about(d, full)).at(-1).data, { drop_id: d.id, why: 'limit_reached' });
		assert.equal((await look(d, full)).position, null);
		assert.equal((await look(d, next)).position, 1);
		assertProblem(await c.api.post(at(d, full, '/accept'), {}), 409, 'no_offer');
	});

	it('may also come from walk-ins, when the share is raised', async () => {
		const d = await soldOut(1, { quantity: 5 }), line = await joinAll(d, 2);
		fx.ok(await c.api.post(`/v1/drops/${d.id}/share`, { tokenized: 3, reason: 'demand' }), 200);
		for (const e of line) await offered(d, e);
	});

	it('is told to the public', async () => {
		const d = await soldOut(1), [e, f] = await joinAll(d, 2);
		await cancel(d.tokens[0]);
		await passes((await offered(d, e)).tokens[0]);
		await offered(d, f);
		fx.ok(await c.api.post(at(d, f, '/leave'), {}), 200);
		const report = await until(async () => {
			const { json } = await fx.anonymous().get(`/logs/${c.slug}/drops/${d.id}`);
			return json.counts?.['token.cancelled'] === 2 && json;
		}, 'the report to have everything');
		const told = Object.fromEntries(Object.entries(report.counts).sort());
		assert.deepEqual(told, { 'drop.created': 1, 'token.cancelled': 2, 'token.expired': 1, 'token.held': 2,
			'token.issued': 1, 'waitlist.joined': 2, 'waitlist.offered': 2 });
	});
});

describe('who was not drawn', () => {
	it('waits in the order of the draw', async () => {
		const d = await fx.draw(c, { event_id: ev.id, sku, quantity: 2, tokenized: 2 });
		const entries = (await Promise.all(Array.from({ length: 6 }, () => fx.claim(c, d.id)))).map((a) => fx.ok(a, 202));
		const entry = async (e) => fx.ok(await c.api.get(`/v1/drops/${d.id}/entries/${e.entry_id}`), 200);
		await db.query('update roadshow.drops set closes_at = clock_timestamp() where id = $1', [d.id]);
		const draw = async () => fx.ok(await fx.anonymous().get(`/v1/drops/${d.id}/draw`), 200);
		await until(async () => (await draw()).state === 'closed', 'the draw to close');
		fx.ok(await c.api.post(`/v1/drops/${d.id}/draw/reveal`, { secret: d.secret }), 200);
		await until(async () => (await counts(d)).waitlisted === 4, 'the rest to wait');
		const ranked = [];
		for (const e of entries) ranked[(await entry(e)).rank - 1] = e;
		const told = await Promise.all(ranked.map(entry));
		assert.deepEqual(told.map((e) => [e.state, e.position]), [['won', null], ['won', null], ['waiting', 1], ['waiting', 2], ['waiting', 3], ['waiting', 4]]);
		assertProblem(await ask(d), 409, 'is_draw');

		const line = ranked.slice(2);
		await cancel(told[0].token);
		await offered(d, line[0]);
		assert.equal((await entry(line[0])).state, 'offered');
		const took = fx.ok(await c.storefront.post(at(d, line[0], '/accept'), { receipt: line[0].receipt }), 200);
		assert.equal(took.tokens[0].state, 'issued');
		const now = await entry(line[0]);
		assert.deepEqual([now.state, now.token.id, now.token.jwt], ['taken', took.tokens[0].id, took.tokens[0].jwt]);
		const collected = fx.ok(await c.storefront.post(`/v1/drops/${d.id}/entries/${line[0].entry_id}/collect`,
			{ receipt: line[0].receipt }, { idem: null }), 200);
		assert.equal(collected.token.jwt, took.tokens[0].jwt);
		fx.ok(await c.storefront.post(at(d, line[1], '/leave'), { receipt: line[1].receipt }), 200);
		await cancel(told[1].token);
		await offered(d, line[2]);
		assert.deepEqual(await states(d, line), ['taken', 'left', 'offered', 'waiting']);
		const moved = (await ledger(d)).filter((e) => /^(waitlist|draw\.waitlist)/.test(e.kind));
		assert.deepEqual(moved.map((e) => [e.kind, e.subject]), [['draw.waitlist', d.id], ['waitlist.offered', line[0].entry_id],
			['waitlist.left', line[1].entry_id], ['waitlist.offered', line[2].entry_id]]);
		assert.equal(moved[0].data.entries, 4);
	});
});
