// SPDX-License-Identifier: Apache-2.0
//
// Consent at the venue: devices encrypt it with npm's jose, the service opens it, and nobody else can. What a
// withdrawal, an erasure, a date or a creator's wish takes out of the evidence is gone from every copy, and
// chains, digests and answers stay as they were.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { CompactEncrypt, exportJWK, generateKeyPair, importJWK } from 'jose';
import pg from 'pg';
import { foundAnywhere } from './lib/anywhere.mjs';
import { assertProblem } from './lib/contract.mjs';
import { Device } from './lib/device.mjs';
import * as fx from './lib/fixtures.mjs';
import { until } from '../crash/lib/stack.mjs';

let c, ev, db;
before(async () => {
	c = await fx.creator();
	ev = await fx.event(c);
	db = new pg.Client({ connectionString: process.env.DATABASE_URL });
	await db.connect();
});
after(async () => {
	await db.end();
	fx.anonymous().close();
});

const hash = (line) => createHash('sha256').update(line).digest('base64url');
const standIn = (line) => `{"redacted":"${hash(line)}"}`;
const results = (answer) => fx.ok(answer, 200).results.map((r) => [r.status, r.code].filter(Boolean).join(' '));
const exported = async (contact, of = c) => fx.ok(await of.api.post('/v1/privacy/export', { contact }, { idem: null }), 200);
const ago = (s) => new Date(Date.now() - s * 1000);

async function device(profile = 'scan', event = ev, of = c) {
	const d = await Device.enrol(of, event.id, { profile });
	await d.mirror();
	return d;
}

// The upload as its creator reads it, and the lines of its body.
async function evidence(d, n, of = c) {
	const u = fx.ok(await of.api.get(`/v1/devices/${d.id}/uploads/${n}`), 200);
	const body = Buffer.from(u.body, 'base64');
	return { ...u, lines: (u.content_encoding === 'gzip' ? gunzipSync(body) : body).toString('utf8').split('\n') };
}

// Until the janitor has rewritten these uploads.
const rewritten = (d, ...numbers) => until(async () => (await Promise.all(numbers.map((n) => evidence(d, n))))
	.every((u) => u.redacted_at !== null), `uploads ${numbers} to be rewritten`, 120000, 500);

describe('a consent that a device tells', () => {
	it('is encrypted to the key in the mirror, which is for nothing else', async () => {
		const d = await device(), { keys } = d.state.mirror.head.encryption_keys;
		assert.deepEqual(keys.map((k) => [k.kty, k.crv, k.alg, k.use, k.d]), [['EC', 'P-256', 'ECDH-ES', 'enc', undefined]]);
		const signing = [...d.state.mirror.head.keys.keys, ...(await fx.anonymous().get('/.well-known/jwks.json')).json.keys];
		assert.ok(signing.every((k) => k.use === 'sig' && k.kid !== keys[0].kid));
	});

	for (const profile of ['scan', 'till', 'manager'])
		it(`keeps the contact, from a device with the profile ${profile}`, async () => {
			const d = await device(profile), contact = fx.email();
			await d.consent({ contact, marketing: true, purposes: ['news'], retain_until: fx.inSeconds(86400) });
			assert.ok(!d.state.log[0].includes(contact.email));
			assert.deepEqual(results(await d.upload({ gzip: profile === 'till' })), ['applied']);
			const { stored, told } = await exported(contact);
			assert.deepEqual([stored.contact, stored.marketing, stored.purposes], [contact, true, ['news']]);
			assert.deepEqual(told.map((t) => [t.device_id, t.seq, t.withdrawn, t.contact]), [[d.id, 1, false, contact]]);
			assert.deepEqual(await foundAnywhere(db, contact.email), [], 'nobody reads it in the database');
			const other = await fx.creator();
			assert.deepEqual([(await exported(contact, other)).stored, (await exported(contact, other)).told], [null, []]);
		});

	it('has a date with any offset that is legal, as a claim\'s', async () => {
		const d = await device(), told = fx.email(), claimed = fx.email(), drop = await fx.drop(c);
		const day = fx.inSeconds(86400 * 30).slice(0, 10), date = (await db.query('select $1::timestamptz - $2::interval as at',
			[`${day}T00:00:00Z`, '16 hours'])).rows[0].at;
		await d.consent({ contact: told, retain_until: `${day}T00:00:00+16:00` });
		assert.deepEqual(results(await d.upload()), ['applied']);
		fx.ok(await fx.claim(c, drop.id, { contact: claimed, consent: { retain_until: `${day}T00:00:00+16:00` } }));
		for (const contact of [told, claimed])
			assert.equal(new Date((await exported(contact)).stored.purge_at).getTime(), date.getTime());
	});

	it('is told by the device that encrypted it, and by no other', async () => {
		const [d, reader] = [await device(), await device()], contact = fx.email();
		const { jwe } = JSON.parse(await d.consent({ contact }));
		reader.tell('consent', { jwe });
		assert.deepEqual(results(await reader.upload()), ['rejected undecryptable']);
		assert.equal((await exported(contact)).stored, null);
		assert.deepEqual(results(await d.upload()), ['applied']);
	});

	it('is rejected with its reason, and the lines around it are not', async () => {
		const d = await device(), contact = fx.email(), [jwk] = d.state.mirror.head.encryption_keys.keys;
		const encrypt = async (text, header = {}, key = jwk, party = { apv: Buffer.from(d.id.replaceAll('-', ''), 'hex') }) =>
			d.tell('consent', { jwe: await new CompactEncrypt(Buffer.from(text))
				.setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: jwk.kid, ...header })
				.setKeyManagementParameters(party).encrypt(await importJWK(key, 'ECDH-ES')) });
		const stranger = await exportJWK((await generateKeyPair('ECDH-ES', { crv: 'P-256' })).publicKey);
		d.heartbeat();
		await encrypt('{}', {}, stranger);
		await encrypt('{}', { kid: 'elsewhere' });
		await encrypt('{}', { alg: 'ECDH-ES+A256KW' });
		await encrypt('{}', { enc: 'A128GCM' });
		await encrypt('{}');
		await encrypt(JSON.stringify({ contact, sold: true }));
		await encrypt(JSON.stringify({ contact: { email: 'x' } }));
		d.tell('consent', { jwe: 'x'.repeat(9000) });
		d.tell('consent', { jwe: 'a.b.c.d.e' });
		d.tell('consent', { contact });
		await encrypt(JSON.stringify({ contact }), {}, jwk, {});
		d.heartbeat();
		const answer = await d.upload();
		assert.deepEqual(results(answer), ['applied', 'rejected undecryptable', 'rejected consent_key_unknown',
			'rejected undecryptable', 'rejected undecryptable', 'rejected malformed', 'rejected malformed', 'rejected malformed',
			'rejected undecryptable', 'rejected undecryptable', 'rejected malformed', 'rejected undecryptable', 'applied']);
		assert.ok(answer.json.results.filter((r) => r.status === 'rejected').every((r) => r.detail), 'each says why');
		assert.equal((await exported(contact)).stored, null);
	});

	it('counts by its time, among what claims say', async () => {
		const [a, b] = [await device(), await device()], contact = fx.email(), d = await fx.drop(c);
		await a.consent({ contact, purposes: ['second'] }, ago(20));
		await b.consent({ contact, purposes: ['first'] }, ago(30));
		fx.ok(await a.upload(), 200);
		fx.ok(await b.upload(), 200);
		assert.deepEqual((await exported(contact)).stored.purposes, ['second']);
		fx.ok(await fx.claim(c, d.id, { contact, consent: { purposes: ['claimed'] } }));
		await b.consent({ contact, purposes: ['before the claim'] }, ago(10));
		fx.ok(await b.upload(), 200);
		assert.deepEqual((await exported(contact)).stored.purposes, ['claimed']);
	});
});

describe('a withdrawal', () => {
	it('takes the contact away, and the lines that told it out of every copy', async () => {
		const d = await device(), other = await device(), contact = fx.email();
		d.tell('note', { text: 'before' }, ago(60));
		const line = await d.consent({ contact, marketing: true }, ago(50));
		d.tell('note', { text: 'after' }, ago(40));
		const first = await d.upload({ gzip: true });
		fx.ok(first, 200);
		const cut = await d.upload({ from: 2, to: 3 });
		assert.deepEqual(results(cut), ['duplicate', 'duplicate']);
		const farewell = await other.consent({ contact, withdrawn: true }, ago(20));
		assert.deepEqual(results(await other.upload()), ['applied']);
		const { stored, told } = await exported(contact);
		assert.deepEqual([stored, told.map((t) => [t.withdrawn, t.contact])], [null, [[false, null], [true, null]]]);
		await rewritten(d, 1, 2);
		await rewritten(other, 1);
		const u = await evidence(d, 1);
		assert.deepEqual(u.lines, [d.state.log[0], standIn(line), d.state.log[2], '']);
		assert.equal(u.content_encoding, 'identity');
		assert.deepEqual((await evidence(other, 1)).lines, [standIn(farewell), '']);
		assert.equal(JSON.parse(u.lines[2]).prev, JSON.parse(u.lines[1]).redacted, 'the chain leads through it');
		const again = await d.upload({ from: 1, gzip: true });
		assert.deepEqual([again.text, again.headers['idempotent-replayed']], [first.text, 'true'], 'the same bytes, the same answer');
		assert.equal((await d.upload({ from: 2, to: 3 })).text, cut.text);
		assert.deepEqual(results(await d.upload({ from: 1, to: 2 })), ['duplicate', 'duplicate']);
		await rewritten(d, 3);
		assert.deepEqual((await evidence(d, 3)).lines, [d.state.log[0], standIn(line), '']);
		const jwe = JSON.parse(line).jwe.split('.')[3];
		assert.deepEqual(await foundAnywhere(db, jwe), [], 'not even encrypted');
		const entries = await c.api.all('/v1/ledger?limit=1000', 'entries');
		assert.ok(entries.some((e) => e.kind === 'contact.withdrawn'));
	});

	it('holds against an older consent that comes later, not against a newer one', async () => {
		const [a, b] = [await device(), await device()], contact = fx.email();
		await a.consent({ contact, withdrawn: true }, ago(20));
		fx.ok(await a.upload(), 200);
		await b.consent({ contact }, ago(30));
		fx.ok(await b.upload(), 200);
		assert.equal((await exported(contact)).stored, null);
		await rewritten(b, 1);
		await b.consent({ contact }, ago(10));
		fx.ok(await b.upload(), 200);
		assert.deepEqual((await exported(contact)).stored.contact, contact);
	});
});

describe('a date, and an erasure', () => {
	it('take the line along', async () => {
		const d = await device(), contact = fx.email();
		await d.consent({ contact, retain_until: fx.inSeconds(-1) });
		fx.ok(await d.upload(), 200);
		await db.query('select api.janitor_contacts($1, 10)', [c.id]);
		assert.equal((await exported(contact)).stored, null);
		await rewritten(d, 1);
		assert.deepEqual((await evidence(d, 1)).lines, [standIn(d.state.log[0]), '']);
	});

	it('an erasure is complete when no copy is left', async () => {
		const d = await device(), contact = fx.email(), stay = fx.email();
		const line = await d.consent({ contact });
		await d.consent({ contact: stay });
		fx.ok(await d.upload({ gzip: true }), 200);
		const erased = fx.ok(await c.api.post('/v1/privacy/erase', { contact }), 200);
		assert.deepEqual([erased.complete, erased.waits_for.uploads, erased.contact_erased], [false, [{ device_id: d.id, upload: 1 }], true]);
		assert.deepEqual((await exported(contact)).told, []);
		await rewritten(d, 1);
		assert.deepEqual((await evidence(d, 1)).lines, [standIn(line), d.state.log[1], '']);
		await db.query('select api.janitor_erasures($1, 10)', [c.id]);
		await until(async () => (await c.api.all('/v1/ledger?limit=1000', 'entries'))
			.some((e) => e.kind === 'privacy.completed' && e.subject === erased.id), 'the erasure to be finished', 120000, 500);
		assert.deepEqual((await exported(stay)).stored.contact, stay, 'another\'s is left alone');
		const { rows } = await db.query('select count(*)::integer as n from roadshow.line_redactions where erasure_id = $1', [erased.id]);
		assert.equal(rows[0].n, 0);
	});
});

describe('free text', () => {
	const redact = (d, seq, body = { reason: 'names a guest' }, options = {}) =>
		c.api.post(`/v1/devices/${d.id}/events/${seq}/redact`, body, options);
	let d, lines;
	before(async () => {
		d = await device('till');
		lines = [d.tell('note', { text: 'Ada Smith lost her coat.' }),
			d.tell('incident', { incident: randomUUID(), severity: 'low', category: 'lost', text: 'Ada Smith again.' }),
			d.tell('checklist', { checklist: 'doors', item: 'lights', done: true, by: 'Ada Smith' }),
			d.tell('sale', { lines: [{ sku: 'x', quantity: 1, price: { amount: 1, currency: 'USD' } }], payment: { method: 'cash' } }),
			d.tellRaw('Ada Smith, not JSON')];
		fx.ok(await d.upload(), 200);
	});
	const shown = async () => {
		const get = async (what) => fx.ok(await c.api.get(`/v1/events/${ev.id}/${what}`), 200)[what];
		return [(await get('notes')).find((n) => n.device_id === d.id && n.seq === 1),
			(await get('incidents')).find((i) => i.device_id === d.id && i.seq === 2),
			(await get('checklists')).find((l) => l.name === 'doors').items[0]];
	};

	it('is redacted at its creator\'s wish, and everybody sees that it was, by whom and when', async () => {
		for (const x of await shown()) assert.equal(x.redacted, null);
		for (const seq of [1, 2, 3, 5]) fx.ok(await redact(d, seq), 200);
		const [note, incident, item] = await shown();
		assert.deepEqual([note.text, incident.text, item.by, item.done], [null, null, null, true]);
		for (const x of [note, incident, item]) {
			assert.deepEqual([Object.keys(x.redacted).sort(), x.redacted.reason], [['at', 'by', 'reason'], 'names a guest']);
			assert.match(x.redacted.by, /^[0-9a-f-]{36}$/);
		}
		await rewritten(d, 1);
		const u = await evidence(d, 1);
		assert.deepEqual(u.lines, [standIn(lines[0]), standIn(lines[1]), standIn(lines[2]), lines[3], standIn(lines[4]), '']);
		assert.deepEqual(u.events.map((e) => e.redacted !== null), [true, true, true, false, true]);
		assert.deepEqual(await foundAnywhere(db, 'Ada Smith'), []);
		const entries = (await c.api.all('/v1/ledger?limit=1000', 'entries')).filter((e) => e.kind === 'event.redacted');
		assert.equal(entries.length, 4);
		assert.ok(!JSON.stringify(entries).includes('names a guest'), 'the reason stays out of the ledger');
	});

	it('is redacted once: the same answer, with the first reason', async () => {
		const one = fx.ok(await redact(d, 1, { reason: 'another' }), 200);
		assert.equal(one.redacted.reason, 'names a guest');
		assert.deepEqual(fx.ok(await redact(d, 1), 200), one);
		const idem = randomUUID(), first = await redact(d, 2, undefined, { idem });
		const again = await redact(d, 2, undefined, { idem });
		assert.deepEqual([again.text, again.headers['idempotent-replayed']], [first.text, 'true']);
	});

	it('is nobody else\'s, and what is no event is nobody\'s', async () => {
		for (const seq of [99, 0, 'x', '1e3']) assertProblem(await redact(d, seq), 404, 'not_found');
		assertProblem(await redact({ id: randomUUID() }, 1), 404, 'not_found');
		assertProblem(await redact(d, 1, {}), 422, 'validation_failed');
		const other = await fx.creator();
		assertProblem(await other.api.post(`/v1/devices/${d.id}/events/1/redact`, { reason: 'x' }), 404, 'not_found');
	});

	it('goes from any line, wherever it stood in it, and what the event is judged by stays', async () => {
		const e = await device('manager'), name = 'Eve Miller';
		const told = [e.tell('sale', { lines: [{ sku: 'x', quantity: 1, price: { amount: 1, currency: 'USD' } }], payment: { method: 'cash' }, buyer: name }),
			e.tell('receive', { sku: 'x', quantity: 5, from: name, location: 'van' }, ago(9)),
			e.tell('count', { sku: 'x', quantity: 1, location: 'van', reason: name }, ago(8)), // and a case with it
			e.tell('reject', { reason: name, gate: name }), e.tell('eve_miller', { text: name }),
			await e.consent({ contact: fx.email() })];
		fx.ok(await e.upload(), 200);
		for (const seq of [1, 2, 3, 4, 5]) fx.ok(await redact(e, seq, { reason: 'a name' }), 200);
		assertProblem(await redact(e, 6), 409, 'nothing_to_redact');
		await rewritten(e, 1);
		assert.deepEqual((await evidence(e, 1)).lines, [...told.slice(0, 5).map(standIn), told[5], '']);
		const { rows } = await db.query('select kind, fields from roadshow.device_events where device_id = $1 order by seq', [e.id]);
		assert.deepEqual(rows.slice(1, 5).map((r) => r.fields), [{ sku: 'x', quantity: 5, location: 'van' },
			{ sku: 'x', quantity: 1, location: 'van' }, {}, { detail: 'this kind of event is not known here' }]);
		assert.equal(rows[0].fields.method, 'cash');
		const { stock } = fx.ok(await c.api.get(`/v1/events/${ev.id}/venue-stock`), 200);
		const [counted] = stock.find((s) => s.location === 'van').counts;
		assert.deepEqual([counted.counted, counted.expected, counted.reason], [1, 5, null]);
		const entries = (await c.api.all('/v1/ledger?limit=1000', 'entries')).filter((x) => x.kind === 'event.redacted' && x.data.device_id === e.id);
		assert.deepEqual(entries.map((x) => x.data.kind), ['sale', 'receive', 'count', 'reject', null]);
		assert.deepEqual(await foundAnywhere(db, name), []);
	});

	it('is news for mirrors too', async () => {
		const e = await device(), reader = await device();
		e.tell('checklist', { checklist: 'closing', item: 'float', done: true, by: 'Ada' });
		fx.ok(await e.upload(), 200);
		const by = async () => (await reader.mirror(), reader.state.mirror.checklists.closing.items.map((i) => i.by));
		assert.deepEqual(await by(), ['Ada']);
		fx.ok(await redact(e, 1), 200);
		assert.deepEqual(await by(), [null]);
	});

	it('a manager\'s device may redact it at its own event', async () => {
		const e = await device('scan'), manager = await device('manager'), away = await device('manager', await fx.event(c));
		e.tell('note', { text: 'a name' });
		fx.ok(await e.upload(), 200);
		const by = (who) => who.post(`/v1/devices/${e.id}/events/1/redact`, { reason: 'a name' });
		assertProblem(await by(e), 403, 'profile_forbids');
		assertProblem(await by(away), 404, 'not_found');
		assert.equal(fx.ok(await by(manager), 200).redacted.by, manager.id);
	});
});
