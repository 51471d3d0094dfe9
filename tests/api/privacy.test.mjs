// SPDX-License-Identifier: Apache-2.0
//
// Consent, export and erasure for one person: what is kept only with consent, what is told, that nothing
// is left in the database afterwards, that counts stay, and that the ledger can prove it to who has the
// salt and to nobody else.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { foundAnywhere } from './lib/anywhere.mjs';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';
import { until } from '../crash/lib/stack.mjs';

const { DATABASE_URL } = process.env;
let c, db;
before(async () => {
	c = await fx.creator();
	db = new pg.Client({ connectionString: DATABASE_URL });
	await db.connect();
});
after(async () => {
	await db.end();
	fx.anonymous().close();
});

const commitment = (salt, contact) => createHash('sha256').update('roadshow-contact/v1\0')
	.update(Buffer.from(salt, 'hex')).update(contact).digest('base64url');
const told = async (contact, of = c) => fx.ok(await of.api.post('/v1/privacy/export', { contact }, { idem: null }), 200);
const erase = (contact, options) => c.api.post('/v1/privacy/erase', { contact }, options);
const entries = () => c.api.all('/v1/ledger?limit=1000', 'entries');
// A drop that is closed from now on, with what was claimed in it.
const close = (drop) => db.query(`update roadshow.drops set opens_at = now() - interval '2 hours',
	closes_at = now() - interval '1 hour' where id = $1`, [drop.id]);

describe('a contact', () => {
	it('is not kept without consent', async () => {
		const contact = fx.email(), d = await fx.drop(c);
		fx.ok(await fx.claim(c, d.id, { contact }));
		assert.equal((await told(contact)).stored, null);
		assert.deepEqual(await foundAnywhere(db, contact.email), []);
	});

	it('is kept sealed with consent, told to its creator, and a commitment to it is in the ledger', async () => {
		const contact = { email: ` ${fx.unique('Ann')}+x@Example.org` }, d = await fx.drop(c);
		const consent = { marketing: true, purposes: ['news', 'surveys'], retain_until: fx.inSeconds(86400) };
		fx.ok(await fx.claimAsFan(c, d.id, { contact, consent }));
		assert.deepEqual(await foundAnywhere(db, contact.email.trim()), [], 'nobody reads it in the database');
		const { stored } = await told({ email: contact.email.trim().toLowerCase().replace('+x', '') });
		assert.deepEqual([stored.contact, stored.marketing, stored.purposes], [contact, true, ['news', 'surveys']]);
		assert.equal(new Date(stored.purge_at).getTime(), new Date(consent.retain_until).getTime());
		assert.equal(stored.commitment,
			commitment(stored.salt, `email:${contact.email.trim().toLowerCase().replace('+x', '')}`));
		const [entry] = (await entries()).filter((e) => e.index === stored.ledger_index);
		assert.deepEqual([entry.kind, entry.data.commitment], ['contact.stored', stored.commitment]);
	});

	it('is not stored twice by a repeated claim', async () => {
		const body = { contact: fx.email(), consent: {} }, d = await fx.drop(c), idem = randomUUID();
		fx.ok(await fx.claim(c, d.id, body, { idem }));
		const before = (await told(body.contact)).stored;
		assert.equal((await fx.claim(c, d.id, body, { idem })).headers['idempotent-replayed'], 'true');
		assert.deepEqual((await told(body.contact)).stored, before);
	});

	it('is purged when its date comes', async () => {
		const contact = fx.email(), d = await fx.drop(c);
		fx.ok(await fx.claim(c, d.id, { contact, consent: { retain_until: fx.inSeconds(-1) } }));
		await db.query('select api.janitor_contacts($1, 10)', [c.id]);
		const { stored, claims } = await told(contact);
		assert.deepEqual([stored, claims.length], [null, 1]);
		assert.ok((await entries()).some((e) => e.kind === 'contact.purged'));
	});

	for (const [consent, pointer] of [[{ marketing: 'yes' }, '/consent/marketing'], [[], '/consent'],
		[{ purposes: [''] }, '/consent/purposes/0'], [{ purposes: Array(9).fill('x') }, '/consent/purposes'],
		[{ retain_until: 'tomorrow' }, '/consent/retain_until'], [{ sold: true }, '/consent/sold']])
		it(`is refused with the consent ${JSON.stringify(consent)}`, async () => {
			const d = await fx.drop(c);
			const problem = assertProblem(await fx.claim(c, d.id, { consent }), 422, 'validation_failed');
			assert.ok(problem.errors.some((e) => e.pointer === pointer), JSON.stringify(problem.errors));
		});
});

const NOTHING = { stored: null, told: [], drops: [], claims: [], entries: [], waitlist: [], held: [], tokens: [], orders: [] };

describe('export', () => {
	it('has everything of one person, and nothing of another or another creator\'s', async () => {
		const contact = { phone: `+1555${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}` };
		const [one, two] = [await fx.drop(c, { per_person: 3 }), await fx.drop(c)];
		const claims = [fx.ok(await fx.claim(c, one.id, { contact, quantity: 2 })), fx.ok(await fx.claim(c, two.id, { contact }))];
		await fx.claim(c, one.id);
		const all = await told(contact);
		assert.deepEqual(all.claims.map((x) => x.claim_id).sort(), claims.map((x) => x.claim_id).sort());
		assert.deepEqual(all.tokens.map((t) => t.id).sort(), claims.flatMap((x) => x.tokens.map((t) => t.id)).sort());
		assert.deepEqual(all.drops.map((d) => [d.drop_id, d.units]).sort(), [[one.id, 2], [two.id, 1]].sort());
		const other = await fx.creator();
		const nothing = await told(contact, other);
		assert.deepEqual(nothing, NOTHING);
	});

	it('and erasure want one contact', async () => {
		for (const path of ['/v1/privacy/export', '/v1/privacy/erase'])
			for (const contact of [{}, { email: 'x' }, { email: 'a@b.org', phone: '+15551234567' }])
				assertProblem(await c.api.post(path, { contact }), 422, 'validation_failed');
	});
});

describe('erasure', () => {
	it('leaves counts, and nothing of the person', async () => {
		const contact = fx.email(), d = await fx.drop(c, { per_person: 3 });
		const { tokens } = fx.ok(await fx.claim(c, d.id, { contact, quantity: 2, consent: {} }));
		fx.ok(await fx.claim(c, d.id));
		const { stored } = await told(contact);
		assert.deepEqual(await foundAnywhere(db, stored.salt), ['contacts']);
		await close(d);
		const counts = (await c.api.get(`/v1/drops/${d.id}`)).json.counts;
		const erased = fx.ok(await erase(contact), 200);
		assert.deepEqual([erased.complete, erased.waits_for, erased.contact_erased], [true, { drops: [], orders: [], uploads: [] }, true]);
		assert.deepEqual(await told(contact), NOTHING);
		assert.deepEqual((await c.api.get(`/v1/drops/${d.id}`)).json.counts, counts);
		assert.equal((await c.api.get(`/v1/tokens/${tokens[0].id}`)).json.state, 'issued', 'a token names nobody');
		const log = await entries();
		const [said] = log.filter((e) => e.index === erased.ledger_index);
		assert.deepEqual([said.kind, said.data.commitment, said.data.contact], ['privacy.erased', erased.commitment, stored.commitment]);
		assert.equal(erased.commitment, commitment(erased.salt, `email:${contact.email}`), 'who has the salt can prove it');
		assert.deepEqual(await foundAnywhere(db, erased.salt), [], 'and it is kept nowhere');
		assert.deepEqual(await foundAnywhere(db, stored.salt), []);
	});

	it('removes where a delivered order went, and what tells how far that was', async () => {
		const contact = fx.email(), { sku } = await fx.product(c), d = await fx.drop(c, { sku });
		const { tokens: [t] } = fx.ok(await fx.claim(c, d.id, { contact }));
		const h = await fx.hub(c, fx.PLACES.williamsburg);
		await fx.stock(c, h.id, sku, 5);
		const o = fx.ok(await fx.order(c, sku, fx.PLACES.soho, { token_id: t.id, token: t.jwt }));
		await close(d);
		const onItsWay = fx.ok(await erase(contact), 200);
		assert.deepEqual([onItsWay.complete, onItsWay.waits_for], [false, { drops: [], orders: [o.id], uploads: [] }]);
		assert.ok(fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200).ship_to, 'it must arrive first');
		await db.query(`update roadshow.orders set state = 'fulfilled', fulfilled_at = now() where id = $1`, [o.id]);
		await db.query('update roadshow.erasures set next_at = now() where creator_id = $1', [c.id]);
		await db.query('select api.janitor_erasures($1, 10)', [c.id]);
		const after = fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200);
		assert.deepEqual([after.ship_to, after.shipments.map((s) => s.distance_m)], [null, [null]]);
		assert.deepEqual(fx.ok(await c.api.get(`/v1/orders/${o.id}/routing`), 200).decisions, []);
	});

	it('leaves nothing of where an order went that was sent elsewhere, failed by its hub, shipped, and was one of two', async () => {
		const contact = fx.email(), { sku } = await fx.product(c), d = await fx.drop(c, { sku });
		const { tokens: [t] } = fx.ok(await fx.claim(c, d.id, { contact }));
		const hubs = [await fx.hub(c, fx.PLACES.williamsburg), await fx.hub(c, fx.PLACES.soho), await fx.hub(c, fx.PLACES.philadelphia)];
		for (const h of hubs) await fx.stock(c, h.id, sku, 5);
		// Three places that stand nowhere else, and the reference that the carrier knows the last by.
		const nearBy = (place) => ({ lat: Number((place.lat + Math.random() / 100).toFixed(12)), lon: Number((place.lon + Math.random() / 100).toFixed(12)),
			country: 'US', postal_code: fx.unique('Z').replace('-', '').toUpperCase() });
		const places = [fx.PLACES.soho, fx.PLACES.soho, fx.PLACES.williamsburg].map(nearBy);
		const tracking = fx.unique('TRACK');
		const own = { token_id: t.id, token: t.jwt };
		const first = fx.ok(await fx.order(c, sku, fx.PLACES.soho, { ...own, ship_to: places[0] }));
		fx.ok(await c.storefront.post(`/v1/orders/${first.id}/cancel`, { token: t.jwt }), 200);
		const o = fx.ok(await fx.order(c, sku, fx.PLACES.soho, { ...own, ship_to: places[1] }));
		const moved = fx.ok(await c.storefront.post(`/v1/orders/${o.id}/address`, { ship_to: places[2], token: t.jwt }), 200);
		assert.deepEqual(moved.shipments.map((s) => s.hub_id), [hubs[0].id]);
		fx.ok(await c.api.post(`/v1/hubs/${hubs[0].id}/outage`, { reason: 'flood' }), 200);
		const [{ hub_id }] = fx.ok(await c.api.get(`/v1/orders/${o.id}`), 200).shipments;
		assert.notEqual(hub_id, hubs[0].id);
		const { decisions } = fx.ok(await c.api.get(`/v1/orders/${o.id}/routing`), 200);
		assert.deepEqual(decisions.map((x) => x.cause), ['ordered', 'address_changed', 'hub_outage']);
		const list = fx.ok(await c.api.post(`/v1/hubs/${hub_id}/picklists/claim`, {}), 200);
		const step = async (what, body) => fx.ok(await c.api.post(`/v1/picklists/${list.id}/${what}`, { fencing: list.lease.fencing, ...body }), 200);
		await step('pick', { lines: [{ sku, picked: 1 }] });
		await step('pack', { parcels: [{ order_id: o.id, weight_g: 400, tracking }] });
		await step('hand-over', { name: 'Courier' });
		await close(d);
		const digits = (n) => String(Math.abs(n));
		const where = places.flatMap((p) => [digits(p.lat), digits(p.lon), p.postal_code]);
		const traces = [tracking, ...decisions.flatMap((x) => x.candidates.map((k) => String(k.distance_m)))];
		for (const text of [digits(places[2].lat), places[2].postal_code, tracking])
			assert.notDeepEqual(await foundAnywhere(db, text), [], `${text} is there before`);
		assert.equal(fx.ok(await erase(contact), 200).complete, true);
		for (const text of where) assert.deepEqual(await foundAnywhere(db, text), [], `${text} is gone`);
		// What a call answered is remembered for a day, for who sends it again; no place stands in it.
		for (const text of traces)
			assert.deepEqual((await foundAnywhere(db, text)).filter((table) => table !== 'idempotency'), [], `${text} is gone`);
		const prints = await Promise.all(['', '/print', '/csv'].map((what) => c.api.get(`/v1/picklists/${list.id}${what}`)));
		for (const answer of [...prints, await c.api.get(`/v1/orders/${o.id}`), await c.api.get(`/v1/orders/${o.id}/routing`)]) {
			assert.equal(answer.status, 200);
			for (const text of [...where, ...traces]) assert.ok(!answer.text.includes(text), `${answer.text} has ${text}`);
		}
		const { parcels } = fx.ok(await c.api.get(`/v1/picklists/${list.id}`), 200);
		assert.deepEqual(parcels, [{ order_id: o.id, weight_g: 400, tracking: null }], 'what was sent stays');
	});

	it('repeated is the same answer, salt included', async () => {
		const contact = fx.email(), idem = randomUUID();
		const first = await erase(contact, { idem });
		fx.ok(first, 200);
		const again = await erase(contact, { idem });
		assert.deepEqual([again.text, again.headers['idempotent-replayed']], [first.text, 'true']);
		assertProblem(await erase(fx.email(), { idem }), 422, 'idempotency_key_reused');
		assert.notEqual((await erase(contact)).json.salt, first.json.salt);
	});

	it('waits for a drop that is open, whose limit holds until then', async () => {
		const contact = fx.email(), d = await fx.drop(c, { per_person: 1 });
		fx.ok(await fx.claim(c, d.id, { contact }));
		const erased = fx.ok(await erase(contact), 200);
		assert.deepEqual([erased.complete, erased.waits_for.drops], [false, [d.id]]);
		assertProblem(await fx.claim(c, d.id, { contact }), 409, 'limit_reached');
		await close(d);
		await db.query('update roadshow.erasures set next_at = now() where creator_id = $1', [c.id]);
		await db.query('select api.janitor_erasures($1, 10)', [c.id]);
		await until(async () => (await told(contact)).tokens.length === 0, 'the erasure to be finished');
		assert.ok((await entries()).some((e) => e.kind === 'privacy.completed' && e.subject === erased.id));
	});
});
