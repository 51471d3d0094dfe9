// SPDX-License-Identifier: Apache-2.0
//
// Events, products, drops and claims: what is accepted, what is refused and where the problem points,
// windows by the clock, limits per person, selling out, tokens that anybody can verify.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import * as jose from 'jose';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';
import { until } from '../crash/lib/stack.mjs';

let c;
before(async () => { c = await fx.creator(); });
after(() => fx.anonymous().close());

// A body with one member changed; `undefined` takes it away.
const but = (body, over) => Object.fromEntries(Object.entries({ ...body, ...over })
	.filter(([, v]) => v !== undefined));

// What the field tables find is validation_failed; what only the database knows has its own code.
const UNKNOWN = ['unknown_event', 'unknown_sku', 'unknown_time_zone'];

async function refused(target, body, pointer, api = c.api) {
	const problem = assertProblem(await api.post(target, body), 422);
	assert.ok(['validation_failed', ...UNKNOWN].includes(problem.code), problem.code);
	assert.ok(problem.errors.some((e) => e.pointer === pointer),
		`${pointer} is not among ${JSON.stringify(problem.errors)}`);
}

describe('creators and keys', () => {
	it('a slug is taken once', async () => {
		const slug = fx.unique('slug');
		fx.ok(await fx.operator().post('/v1/creators', { slug, name: 'One' }));
		assertProblem(await fx.operator().post('/v1/creators', { slug, name: 'Two' }), 409);
	});

	for (const slug of ['', 'A', 'a b', '-a', 'a-', 'a'.repeat(64), 'ä', 'a/b', 'a_b'])
		it(`refuses the slug ${JSON.stringify(slug)}`, () =>
			refused('/v1/creators', { slug, name: 'x' }, '/slug', fx.operator()));

	it('a key works at once, is shown once, and is dead as soon as it is revoked', async () => {
		const idem = randomUUID(), body = { role: 'storefront', name: 'booth' };
		const made = await c.api.post('/v1/keys', body, { idem });
		const { id, api_key } = fx.ok(made);
		assert.match(api_key, /^rs_s_[A-Za-z0-9_-]{22}_[A-Za-z0-9_-]{22}_[A-Za-z0-9_-]{43}$/);
		const d = await fx.drop(c);
		assert.equal((await c.api.as(api_key).get(`/v1/drops/${d.id}`)).status, 200);
		const gone = await c.api.delete(`/v1/keys/${id}`);
		assert.equal(gone.status, 204, gone.text);
		for (let i = 0; i < 8; i++) { // whichever worker answers
			assertProblem(await c.api.as(api_key).get(`/v1/drops/${d.id}`), 401);
			assertProblem(await fx.claimAsFan({ storefront: c.api.as(api_key) }, d.id), 401);
		}
	});
});

describe('events and products', () => {
	const event = () => ({ name: 'Evening', starts_at: fx.inSeconds(0), ends_at: fx.inSeconds(3600),
		time_zone: 'America/New_York', venue: { name: 'Room', lat: 40.7, lon: -73.9, address: '1 Main' } });
	const product = () => ({ sku: fx.unique('sku'), title: 'Print', price: { amount: 1, currency: 'EUR' } });

	it('are made, told and read back the same', async () => {
		const made = await c.api.post('/v1/events', event());
		const ev = fx.ok(made);
		assert.equal(made.headers.location, `/v1/events/${ev.id}`);
		assert.deepEqual(fx.ok(await c.api.get(made.headers.location), 200), ev);
	});

	for (const [what, over, pointer] of [
		['no name', { name: undefined }, '/name'], ['an empty name', { name: '' }, '/name'],
		['a name of a number', { name: 5 }, '/name'], ['a long name', { name: 'x'.repeat(201) }, '/name'],
		['a time without an offset', { starts_at: '2026-05-01T10:00:00' }, '/starts_at'],
		['a day that is none', { starts_at: '2026-02-30T10:00:00Z' }, '/starts_at'],
		['a zone that is none', { time_zone: 'Mars/Olympus' }, '/time_zone'],
		['an unknown member', { colour: 'red' }, '/colour'],
		['a member with a slash', { 'a/b~c': 1 }, '/a~1b~0c'],
		['a latitude beyond the pole', { venue: { name: 'x', lat: 90.1, lon: 0, address: 'x' } }, '/venue/lat'],
		['no venue', { venue: undefined }, '/venue'],
		['an end before its start', { ends_at: fx.inSeconds(-7200) }, '/ends_at']])
		it(`refuses an event with ${what}`, () => refused('/v1/events', but(event(), over), pointer));

	for (const [what, over, pointer] of [
		['no sku', { sku: undefined }, '/sku'], ['a sku with a space', { sku: 'a b' }, '/sku'],
		['a sku with a slash', { sku: 'a/b' }, '/sku'], ['a long sku', { sku: 'a'.repeat(65) }, '/sku'],
		['a price of a number', { price: 15 }, '/price'],
		['a price with a fraction', { price: { amount: 1.5, currency: 'EUR' } }, '/price/amount'],
		['a negative price', { price: { amount: -1, currency: 'EUR' } }, '/price/amount'],
		['a price beyond reason', { price: { amount: 1e15, currency: 'EUR' } }, '/price/amount'],
		['a currency in small letters', { price: { amount: 1, currency: 'eur' } }, '/price/currency'],
		['a price as text', { price: { amount: '1', currency: 'EUR' } }, '/price/amount']])
		it(`refuses a product with ${what}`, () => refused('/v1/products', but(product(), over), pointer));

	it('tells every violation at once', async () => {
		const problem = assertProblem(await c.api.post('/v1/products', { title: '', extra: 1 }), 422);
		assert.deepEqual(problem.errors.map((e) => e.pointer).sort(), ['/extra', '/price', '/sku', '/title']);
	});

	it('a sku is one product', async () => {
		const body = product();
		fx.ok(await c.api.post('/v1/products', body));
		assertProblem(await c.api.post('/v1/products', body), 409);
	});

	it('keeps any text as it was', async () => {
		const title = 'Žluťoučký <b>kůň</b> "\\" \u{1f3aa} \u202e';
		const { sku } = fx.ok(await c.api.post('/v1/products', { ...product(), title }));
		assert.ok(sku);
		const ev = fx.ok(await c.api.post('/v1/events', { ...event(), name: title }));
		assert.equal(fx.ok(await c.api.get(`/v1/events/${ev.id}`), 200).name, title);
	});
});

describe('drops', () => {
	let ev, sku;
	before(async () => { [ev, { sku }] = [await fx.event(c), await fx.product(c)]; });

	for (const [what, over, pointer] of [
		['no quantity', { quantity: undefined }, '/quantity'], ['nothing to give', { quantity: 0 }, '/quantity'],
		['more tokens than units', { quantity: 5, tokenized: 6 }, '/tokenized'],
		['a negative share of tokens', { tokenized: -1 }, '/tokenized'],
		['an unknown mode', { mode: 'auction' }, '/mode'],
		['a window that ends before it opens', { closes_at: fx.inSeconds(-3600) }, '/closes_at'],
		['nobody allowed any', { per_person: 0 }, '/per_person'],
		['a hold of a second', { hold_ttl_s: 1 }, '/hold_ttl_s'],
		['an event that is no id', { event_id: 'x' }, '/event_id']])
		it(`are refused with ${what}`, () =>
			refused('/v1/drops', but(fx.dropBody(ev.id, sku), over), pointer));

	it('are refused for an event or a product that is not there, or of another creator', async () => {
		const other = await fx.creator();
		const theirs = { event: await fx.event(other), product: await fx.product(other) };
		for (const [event_id, s] of [[randomUUID(), sku], [ev.id, fx.unique('nothing')],
			[theirs.event.id, sku], [ev.id, theirs.product.sku]]) {
			const answer = await c.api.post('/v1/drops', fx.dropBody(event_id, s));
			assertProblem(answer);
			assert.ok([404, 409, 422].includes(answer.status), answer.text);
		}
	});

	it('count what there is, and split it', async () => {
		const d = await fx.drop(c, { event_id: ev.id, sku, quantity: 60, tokenized: 40, per_person: 3 });
		await Promise.all([1, 2, 3].map((quantity) => fx.claim(c, d.id, { quantity })));
		const { counts, state } = fx.ok(await c.api.get(`/v1/drops/${d.id}`), 200);
		assert.equal(state, 'open');
		assert.deepEqual(counts, { tokenized: 40, walk_in: 20, held: 0, issued: 6, redeemed: 0, forfeited: 0,
			available: 34, waitlisted: 0, walk_in_sold: 0 });
	});

	it('move by the clock', async () => {
		const d = await fx.drop(c, { event_id: ev.id, sku, opens_at: fx.inSeconds(2), closes_at: fx.inSeconds(6) });
		const state = async () => fx.ok(await c.api.get(`/v1/drops/${d.id}`), 200).state;
		assert.equal(await state(), 'scheduled');
		assertProblem(await fx.claim(c, d.id), 409, 'not_open');
		await until(async () => (await state()) === 'open', 'the drop to open');
		fx.ok(await fx.claim(c, d.id));
		await until(async () => (await state()) === 'closed', 'the drop to close');
		assertProblem(await fx.claim(c, d.id), 409, 'closed');
	});
});

describe('claims', () => {
	it('are refused without a contact, with two, or with one that is none', async () => {
		const d = await fx.drop(c);
		for (const [contact, pointer] of [[undefined, '/contact'], [{}, '/contact'],
			[{ email: 'x' }, '/contact/email'], [{ email: 'a@b@c' }, '/contact/email'],
			[{ email: '' }, '/contact/email'], [{ email: `${'x'.repeat(300)}@y.org` }, '/contact/email'],
			[{ phone: 'call me' }, '/contact/phone'], [{ phone: '123' }, '/contact/phone'],
			[{ email: 'a@example.org', phone: '+15551234567' }, '/contact'],
			[{ fax: '1' }, '/contact/fax'], ['a@example.org', '/contact']])
			await refused(`/v1/drops/${d.id}/claims`, but({ contact }, {}), pointer, c.storefront);
		for (const quantity of [0, -1, 21, 1.5, '1', null])
			await refused(`/v1/drops/${d.id}/claims`, { contact: fx.email(), quantity }, '/quantity', c.storefront);
	});

	it('keep the limit per person, however the contact is written', async () => {
		const d = await fx.drop(c, { per_person: 3, quantity: 50, tokenized: 50 });
		const name = fx.unique('fan');
		fx.ok(await fx.claim(c, d.id, { contact: { email: `${name}@example.org` }, quantity: 2 }));
		assertProblem(await fx.claim(c, d.id, { contact: { email: `${name}@example.org` }, quantity: 2 }),
			409, 'limit_reached');
		fx.ok(await fx.claim(c, d.id, { contact: { email: ` ${name.toUpperCase()}@EXAMPLE.org ` } }));
		assertProblem(await fx.claim(c, d.id, { contact: { email: `${name}@example.org` } }), 409, 'limit_reached');

		const digits = String(Math.floor(Math.random() * 1e7)).padStart(7, '0');
		fx.ok(await fx.claim(c, d.id, { contact: { phone: `+1555${digits}` }, quantity: 3 }));
		assertProblem(await fx.claim(c, d.id,
			{ contact: { phone: `+1 (555) ${digits.slice(0, 3)}-${digits.slice(3)}` } }), 409, 'limit_reached');
	});

	it('of one person at once never pass the limit', async () => {
		const d = await fx.drop(c, { per_person: 2, quantity: 50, tokenized: 50 });
		const contact = fx.email();
		const answers = await Promise.all(Array.from({ length: 20 }, () => fx.claim(c, d.id, { contact })));
		assert.equal(answers.filter((a) => a.status === 201).length, 2);
		for (const a of answers.filter((x) => x.status !== 201)) assertProblem(a, 409, 'limit_reached');
	});

	it('end with sold_out, and a smaller claim may still fit', async () => {
		const d = await fx.drop(c, { quantity: 3, tokenized: 3, per_person: 3 });
		fx.ok(await fx.claim(c, d.id, { quantity: 2 }));
		assertProblem(await fx.claim(c, d.id, { quantity: 2 }), 409, 'sold_out');
		fx.ok(await fx.claim(c, d.id));
		assertProblem(await fx.claim(c, d.id), 409, 'sold_out');
	});

	it('never take what is kept for walk-ins', async () => {
		const d = await fx.drop(c, { quantity: 10, tokenized: 2 });
		const answers = await Promise.all(Array.from({ length: 10 }, () => fx.claim(c, d.id)));
		assert.equal(answers.filter((a) => a.status === 201).length, 2);
	});

	it('of a drop with holds are held until confirmed', async () => {
		const d = await fx.drop(c, { hold_ttl_s: 600 });
		const { tokens: [t] } = fx.ok(await fx.claim(c, d.id));
		assert.equal(t.state, 'held');
		const left = new Date(t.expires_at) - Date.now();
		assert.ok(left > 590e3 && left <= 600e3, t.expires_at);
		assert.deepEqual([(await c.api.get(`/v1/drops/${d.id}`)).json.counts.held], [1]);
	});

	it('give dense serials and ledger indices in order', async () => {
		const d = await fx.drop(c, { quantity: 100, tokenized: 100, per_person: 4 });
		const answers = await Promise.all(Array.from({ length: 25 }, () => fx.claim(c, d.id, { quantity: 4 })));
		const tokens = answers.flatMap((a) => fx.ok(a).tokens);
		assert.deepEqual(tokens.map((t) => t.serial).sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i + 1));
		const byIndex = [...tokens].sort((a, b) => a.ledger_index - b.ledger_index);
		assert.deepEqual(byIndex.map((t) => t.serial), Array.from({ length: 100 }, (_, i) => i + 1));
		for (const a of answers)
			assert.deepEqual(a.json.tokens.map((t) => t.serial - a.json.tokens[0].serial), [0, 1, 2, 3]);
	});
});

describe('the signed token', () => {
	const b64 = (uuid) => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');

	it('is verified by a library that is not ours, with the published key', async () => {
		const d = await fx.drop(c);
		const { tokens: [t] } = fx.ok(await fx.claim(c, d.id));
		const jwks = (await fx.anonymous().get('/.well-known/jwks.json')).json;
		for (const key of jwks.keys) {
			assert.equal(key.d, undefined, 'no private key is published');
			assert.equal(key.use, 'sig');
		}
		const { payload, protectedHeader } = await jose.jwtVerify(t.jwt, jose.createLocalJWKSet(jwks),
			{ algorithms: ['ES256'], typ: 'drop+jwt', currentDate: new Date(d.opens_at) });
		assert.deepEqual(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ']);
		assert.equal(payload.jti, b64(t.id));
		assert.equal(payload.drp, b64(d.id));
		assert.equal(payload.srl, t.serial);
		assert.equal(payload.ver, 1);
		assert.match(payload.iss, /^https?:\/\//);
		assert.ok(payload.nbf < payload.exp);
		assert.ok(t.jwt.length <= 504, `${t.jwt.length} characters: a QR code of version 17 at level M`);
		const known = ['drp', 'exp', 'iss', 'jti', 'nbf', 'srl', 'status', 'ver'];
		assert.deepEqual(Object.keys(payload).filter((k) => !known.includes(k)), [], 'nothing about the person');
	});

	it('is refused when a bit of it is changed', async () => {
		const { tokens: [t] } = fx.ok(await fx.claim(c, (await fx.drop(c)).id));
		const keys = jose.createLocalJWKSet((await fx.anonymous().get('/.well-known/jwks.json')).json);
		const [h, p, s] = t.jwt.split('.');
		const payload = JSON.parse(Buffer.from(p, 'base64url'));
		const forged = Buffer.from(JSON.stringify({ ...payload, srl: payload.srl + 1 })).toString('base64url');
		await assert.rejects(jose.compactVerify(`${h}.${forged}.${s}`, keys));
		await jose.compactVerify(t.jwt, keys);
	});

	it('is the same bytes when the claim is repeated', async () => {
		const d = await fx.drop(c, { per_person: 5 });
		const idem = randomUUID(), body = { contact: fx.email(), quantity: 5 };
		const first = await fx.claim(c, d.id, body, { idem });
		fx.ok(first);
		for (let i = 0; i < 6; i++) {
			const again = await fx.claim(c, d.id, body, { idem });
			assert.equal(again.text, first.text);
			assert.equal(again.headers['idempotent-replayed'], 'true');
		}
	});
});

describe('a token', () => {
	it('is read with its history', async () => {
		const d = await fx.drop(c, { hold_ttl_s: 600 });
		const t = await fx.token(c, d.id);
		const read = fx.ok(await c.api.get(`/v1/tokens/${t.id}`), 200);
		assert.deepEqual([read.id, read.serial, read.version, read.state], [t.id, t.serial, 1, 'held']);
		assert.deepEqual(read.history.map((e) => [e.kind, e.index]), [['token.held', t.ledger_index]]);
		assert.equal(fx.ok(await c.storefront.get(`/v1/tokens/${t.id}`), 200).id, t.id);
	});

	it('is confirmed once, cancelled once, and gives its unit back', async () => {
		const d = await fx.drop(c, { hold_ttl_s: 600, quantity: 1, tokenized: 1 });
		const contact = fx.email();
		const t = fx.ok(await fx.claim(c, d.id, { contact })).tokens[0];
		const confirmed = fx.ok(await c.api.post(`/v1/tokens/${t.id}/confirm`, {}), 200);
		assert.equal(confirmed.state, 'issued');
		assertProblem(await fx.claim(c, d.id), 409, 'sold_out');
		const cancelled = fx.ok(await c.api.post(`/v1/tokens/${t.id}/cancel`, {}), 200);
		assert.equal(cancelled.state, 'cancelled');
		assertProblem(await c.api.post(`/v1/tokens/${t.id}/confirm`, {}), 409);
		assertProblem(await c.api.post(`/v1/tokens/${t.id}/cancel`, {}), 409);
		const again = fx.ok(await fx.claim(c, d.id, { contact }));
		assert.equal(again.tokens[0].serial, 2, 'a serial is not given out again');
		const { history } = fx.ok(await c.api.get(`/v1/tokens/${t.id}`), 200);
		assert.deepEqual(history.map((e) => e.kind), ['token.held', 'token.issued', 'token.cancelled']);
	});
});
