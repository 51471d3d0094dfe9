// SPDX-License-Identifier: Apache-2.0
//
// Venue devices through the reference device: enrolling, the mirror, uploads that come twice, late, in
// pieces, out of order or forged, and what becomes of facts that disagree.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertProblem } from './lib/contract.mjs';
import { Device, digestOf, newKey, PARAMS, WRITE } from './lib/device.mjs';
import * as fx from './lib/fixtures.mjs';

after(() => fx.anonymous().close());

const statuses = (answer) => fx.ok(answer, 200).results.map((r) => r.status);

// A creator with an event, a drop for walk-ins too, and a token.
async function venue(over = {}) {
	const c = await fx.creator(), ev = await fx.event(c), { sku } = await fx.product(c);
	const drop = await fx.drop(c, { event_id: ev.id, sku, quantity: 60, tokenized: 40, per_person: 20, ...over });
	const tokens = fx.ok(await fx.claim(c, drop.id, { quantity: 5 })).tokens;
	return { c, ev, sku, drop, tokens };
}

describe('enrolment', () => {
	let c, ev;
	before(async () => { c = await fx.creator(); ev = await fx.event(c); });

	const make = async (profile = 'scan') => fx.ok(await c.api.post(`/v1/events/${ev.id}/devices`, { name: 'x', profile }));
	const enrol = (code, public_key, options) => fx.anonymous().post('/v1/devices/enrol', { code, public_key }, options);
	const jwk = (type) => newKey(type).publicKey.export({ format: 'jwk' });

	for (const type of ['ecdsa-p256-sha256', 'ed25519'])
		it(`takes a code once, with a key of ${type}`, async () => {
			const { enrol_code, id } = await make();
			const told = fx.ok(await enrol(enrol_code, jwk(type)));
			assert.deepEqual([told.device_id, told.creator_id, told.event_id, told.profile], [id, c.id, ev.id, 'scan']);
			assertProblem(await enrol(enrol_code, jwk(type)), 409, 'enrol_code_used');
		});

	it('gives the same answer to the same request, and the same code', async () => {
		const idem = randomUUID(), body = { name: 'x', profile: 'till' };
		const first = await c.api.post(`/v1/events/${ev.id}/devices`, body, { idem });
		const again = await c.api.post(`/v1/events/${ev.id}/devices`, body, { idem });
		assert.equal(again.text, first.text);
		const key = jwk(), options = { idem: randomUUID() };
		const one = await enrol(first.json.enrol_code, key, options);
		const two = await enrol(first.json.enrol_code, key, options);
		fx.ok(one);
		assert.equal(two.text, one.text);
		assert.equal(two.headers['idempotent-replayed'], 'true');
	});

	it('of one code by many at once lets one in', async () => {
		const { enrol_code } = await make();
		const answers = await Promise.all(Array.from({ length: 12 }, () => enrol(enrol_code, jwk())));
		assert.equal(answers.filter((a) => a.status === 201).length, 1);
		for (const a of answers.filter((x) => x.status !== 201)) assertProblem(a, 409);
	});

	it('refuses codes that are none', async () => {
		const { enrol_code } = await make();
		for (const code of ['x', `${enrol_code}x`, enrol_code.slice(0, -1),
			enrol_code.replace(/.$/, enrol_code.endsWith('A') ? 'B' : 'A'), enrol_code.replace('rse_', 'rs_c')])
			assertProblem(await enrol(code, jwk()), 401, 'enrol_code_invalid');
	});

	for (const [what, key] of [['nothing', {}], ['a private key', newKey().privateKey.export({ format: 'jwk' })],
		['a point that is not on the curve', { ...jwk(), y: jwk().x }], ['text', 'key'],
		['another curve', { kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA' }], ['RSA', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }],
		['the zero point of Ed25519', { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }]])
		it(`refuses ${what} as a key, and the code is still good`, async () => {
			const { enrol_code } = await make();
			assertProblem(await enrol(enrol_code, key), 422);
			fx.ok(await enrol(enrol_code, jwk()));
		});

	it('a revoked device is not heard', async () => {
		const d = await Device.enrol(c, ev.id);
		d.heartbeat();
		fx.ok(await d.upload(), 200);
		fx.ok(await c.api.post(`/v1/devices/${d.id}/revoke`, {}), 200);
		d.heartbeat();
		assertProblem(await d.upload(), 401);
		assertProblem(await d.request('GET', '/v1/mirror'), 401);
	});
});

describe('a signed request', () => {
	let d, line, v;
	before(async () => {
		v = await venue();
		d = await Device.enrol(v.c, v.ev.id);
		line = `${d.heartbeat()}\n`;
	});

	const refused = async (over) => {
		const problem = assertProblem(await d.signedAs('/v1/sync', line, over));
		assert.ok([400, 401].includes(problem.status), JSON.stringify(problem));
	};

	for (const component of WRITE)
		it(`must cover ${component}`, () => refused({ covered: WRITE.filter((w) => w !== component) }));

	for (const parameter of PARAMS)
		it(`must tell ${parameter}`, () => refused({ params: PARAMS.filter((p) => p !== parameter) }));

	const stale = (s) => ({ values: { created: new Date(Date.now() + s * 1000),
		expires: new Date(Date.now() + (s + 60) * 1000) } });
	const other = newKey();
	for (const [what, over] of [
		['another key', { key: other.privateKey }], ['an unknown key id', { keyid: 'x' }],
		['the key id of nobody', { keyid: `${'A'.repeat(22)}.${'A'.repeat(22)}` }],
		['another algorithm', { values: { alg: 'ed25519' } }], ['another tag', { values: { tag: 'web-bot-auth' } }],
		['a short nonce', { values: { nonce: 'abc' } }], ['a time long ago', stale(-400)], ['a time to come', stale(400)],
		['an end before its beginning', { values: { expires: new Date(Date.now() - 1000) } }],
		['another body', { body: '{"seq":1}\n' }], ['the digest of another body', { headers: { 'content-digest': digestOf('x') } }],
		['a weak digest', { headers: { 'content-digest': 'md5=:AAAAAAAAAAAAAAAAAAAAAA==:' } }],
		['another path', { sendTo: '/v1/leases' }], ['a query that was not signed', { sendTo: '/v1/sync?x=1' }],
		['another Idempotency-Key', { after: (h) => ({ ...h, 'idempotency-key': randomUUID() }) }],
		['another content type', { after: (h) => ({ ...h, 'content-type': 'application/json' }) }],
		['no signature', { after: ({ Signature, ...h }) => h }], ['no input', { after: ({ 'Signature-Input': _, ...h }) => h }],
		['a bit flipped', { after: (h) => ({ ...h, Signature: h.Signature.replace(/:(.)/, (m, c) => `:${c === 'A' ? 'B' : 'A'}`) }) }],
		['two signatures of ours', { after: (h) => ({ ...h, Signature: `${h.Signature}, ${h.Signature.replace('device=', 'b=')}`,
			'Signature-Input': `${h['Signature-Input']}, ${h['Signature-Input'].replace('device=', 'b=')}` }) }]])
		it(`with ${what} is refused`, () => refused(over));

	it('may have a clock that is wrong by hours, when it says so', async () => {
		const late = await Device.enrol(v.c, v.ev.id, { clock_ms: -7200e3 });
		await late.mirror();
		await late.redeem(v.tokens[4].jwt, { force: true });
		assert.deepEqual(statuses(await late.upload()), ['applied']);
		const { history } = fx.ok(await v.c.api.get(`/v1/tokens/${v.tokens[4].id}`), 200);
		const entry = history.find((e) => e.kind === 'token.redeemed');
		assert.ok(Math.abs(Date.parse(entry.data.redeemed_at ?? entry.data.at ?? entry.at) - Date.now()) < 60e3,
			'its events are corrected');
	});

	it('spends its nonce on one request', async () => {
		const values = { nonce: randomUUID() };
		const first = await d.signedAs('/v1/sync', line, { values });
		fx.ok(first, 200);
		const two = `${line}${d.heartbeat()}\n`;
		assertProblem(await d.signedAs('/v1/sync', two, { values }), 401, 'nonce_reused');
		fx.ok(await d.signedAs('/v1/sync', two), 200);
	});
});

describe('the mirror', () => {
	it('is everything at first, then only what changed', async () => {
		const v = await venue();
		const d = await Device.enrol(v.c, v.ev.id);
		assert.equal((await d.mirror()).snapshot, true);
		assert.deepEqual(Object.keys(d.state.mirror.tokens).sort(), v.tokens.map((t) => t.id).sort());
		assert.ok(v.sku in d.state.mirror.products);
		const [fresh] = fx.ok(await fx.claim(v.c, v.drop.id)).tokens;
		fx.ok(await v.c.api.post(`/v1/tokens/${v.tokens[0].id}/cancel`, {}), 200);
		const update = await d.mirror();
		assert.equal(update.snapshot, false);
		assert.equal(d.state.mirror.tokens[fresh.id].state, 'issued');
		assert.equal(d.state.mirror.tokens[v.tokens[0].id].state, 'cancelled');
		assert.ok(update.lines < v.tokens.length + 2, `${update.lines} lines for two changes`);
		assert.equal((await d.mirror()).lines, 0, 'nothing changed');
	});

	it('lets a device tell good tokens from others without a network', async () => {
		const v = await venue(), elsewhere = await venue();
		const d = await Device.enrol(v.c, v.ev.id);
		fx.ok(await v.c.api.post(`/v1/tokens/${v.tokens[1].id}/cancel`, {}), 200);
		await d.mirror();
		assert.equal((await d.verify(v.tokens[0].jwt)).ok, true);
		assert.equal((await d.verify(v.tokens[1].jwt)).reason, 'cancelled');
		assert.equal((await d.verify(elsewhere.tokens[0].jwt)).ok, false, 'another creator\'s');
		assert.equal((await d.verify(fx.forged(v.tokens[0].jwt))).reason, 'not_genuine');
		assert.equal((await d.verify('nonsense')).reason, 'not_genuine');
	});

	it('shows nothing of another event or creator', async () => {
		const v = await venue(), elsewhere = await venue();
		const second = await fx.drop(v.c, { per_person: 1 });
		const hidden = await fx.token(v.c, second.id);
		const d = await Device.enrol(v.c, v.ev.id);
		await d.mirror();
		const all = JSON.stringify(d.state.mirror);
		assert.ok(!all.includes(hidden.id) && !all.includes(elsewhere.tokens[0].id));
	});
});

describe('an upload', () => {
	let v, n = 0;
	before(async () => { v = await venue({ per_person: 20 }); });

	async function device(profile) {
		const d = await Device.enrol(v.c, v.ev.id, { profile });
		await d.mirror();
		return d;
	}
	const token = async () => (n++, await fx.token(v.c, v.drop.id));
	const state = async (t) => fx.ok(await v.c.api.get(`/v1/tokens/${t.id}`), 200).state;

	it('redeems', async () => {
		const t = await token(), d = await device();
		assert.equal((await d.redeem(t.jwt)).ok, true);
		d.heartbeat();
		const answer = fx.ok(await d.upload(), 200);
		assert.deepEqual(answer.results.map((r) => [r.seq, r.status]), [[1, 'applied'], [2, 'applied']]);
		assert.equal(answer.acked_seq, 2);
		assert.equal(answer.head, d.state.head);
		assert.equal(await state(t), 'redeemed');
	});

	for (const gzip of [false, true])
		it(`that is repeated gives the same answer${gzip ? ', gzipped too' : ''}`, async () => {
			const t = await token(), d = await device();
			await d.redeem(t.jwt);
			const first = await d.upload({ from: 1, gzip });
			fx.ok(first, 200);
			for (const idem of [randomUUID(), randomUUID()]) {
				const again = await d.upload({ from: 1, gzip, idem });
				assert.equal(again.text, first.text);
				assert.equal(again.headers['idempotent-replayed'], 'true');
			}
		});

	it('in other pieces is a duplicate where it is known', async () => {
		const [a, b] = [await token(), await token()], d = await device();
		await d.redeem(a.jwt);
		fx.ok(await d.upload(), 200);
		await d.redeem(b.jwt);
		const answer = fx.ok(await d.upload({ from: 1 }), 200);
		assert.deepEqual(answer.results.map((r) => r.status), ['duplicate', 'applied']);
		assert.equal(answer.acked_seq, 2);
	});

	it('with a gap is told where to go on, and goes on', async () => {
		const tokens = [await token(), await token(), await token()], d = await device();
		for (const t of tokens) await d.redeem(t.jwt);
		const gap = await d.upload({ from: 3 });
		assertProblem(gap, 409, 'gap');
		assert.equal(gap.json.expected_seq, 1);
		assert.equal(await state(tokens[2]), 'issued', 'nothing behind the gap is applied');
		assert.deepEqual(statuses(await d.upload({ from: 1, to: 2 })), ['applied', 'applied']);
		const second = await d.upload({ from: 3 });
		assert.deepEqual(statuses(second), ['applied']);
		assert.equal(await state(tokens[2]), 'redeemed');
	});

	it('with a gap inside applies what comes before it', async () => {
		const tokens = [await token(), await token(), await token()], d = await device();
		for (const t of tokens) await d.redeem(t.jwt);
		const { log } = d.state;
		d.state.log = [log[0], log[2]];
		const gap = await d.upload({ from: 1 });
		assertProblem(gap, 409, 'gap');
		assert.deepEqual([gap.json.expected_seq, gap.json.acked_seq], [2, 1]);
		assert.equal(await state(tokens[0]), 'redeemed');
		assert.equal(await state(tokens[2]), 'issued');
		d.state.log = log;
		assert.deepEqual(statuses(await d.upload({ from: 2 })), ['applied', 'applied']);
	});

	it('that tells another history quarantines the device, and nothing of it applies', async () => {
		const [a, b, c] = [await token(), await token(), await token()], d = await device();
		await d.redeem(a.jwt);
		const copy = new Device(d.url, { ca: d.ca }, structuredClone(d.state));
		await d.redeem(b.jwt);
		fx.ok(await d.upload(), 200);
		await copy.redeem(c.jwt, { force: true });
		const fork = await copy.upload({ from: 1 });
		assertProblem(fork, 409, 'fork');
		assert.ok(fork.json.case_id);
		assert.equal(await state(c), 'issued');
		d.heartbeat();
		assertProblem(await d.upload(), 403, 'device_quarantined');
		const found = fx.ok(await v.c.api.get(`/v1/cases/${fork.json.case_id}`), 200);
		assert.equal(found.kind, 'device_fork');
	});

	it('keeps what it cannot read, and goes on behind it', async () => {
		const t = await token(), d = await device();
		d.tellRaw('{"seq":1, this is no JSON');
		d.tell('teleport', { where: 'moon' });
		d.tell('redeem', { token: 5 });
		await d.redeem(t.jwt);
		const { results } = fx.ok(await d.upload(), 200);
		assert.deepEqual(results.map((r) => r.status), ['rejected', 'rejected', 'rejected', 'applied']);
		assert.deepEqual(results.slice(0, 3).map((r) => r.code), ['malformed', 'unknown_kind', 'malformed']);
		assert.equal(await state(t), 'redeemed');
		const evidence = fx.ok(await v.c.api.get(`/v1/devices/${d.id}/uploads/1`), 200);
		assert.equal(Buffer.from(evidence.body, 'base64').toString(), d.state.log.map((l) => `${l}\n`).join(''));
	});

	it('of a profile that may not is rejected line by line', async () => {
		const d = await device('scan');
		d.sale([{ drop_id: v.drop.id, quantity: 1, price: { amount: 1, currency: 'USD' } }]);
		d.heartbeat();
		const { results } = fx.ok(await d.upload(), 200);
		assert.deepEqual(results.map((r) => [r.status, r.code]), [['rejected', 'kind_not_allowed'], ['applied', undefined]]);
	});

	for (const [what, body, headers, status] of [['nothing', '', {}, 422], ['a wrong type', 'x', { 'content-type': 'text/plain' }, 415],
		['no gzip', 'x\n', { 'content-encoding': 'gzip' }, 422], ['another coding', 'x\n', { 'content-encoding': 'br' }, 415]])
		it(`of ${what} is refused`, async () => {
			const d = await device();
			assertProblem(await d.signedAs('/v1/sync', body, { headers }), status);
		});

	it('of two thousand events is taken at once', async () => {
		const d = await device();
		for (let i = 0; i < 2000; i++) d.heartbeat();
		const answer = fx.ok(await d.upload({ gzip: true }), 200);
		assert.equal(answer.acked_seq, 2000);
	});
});

describe('facts that disagree', () => {
	// A and B both let the holder of one token in, A a little earlier. Whoever uploads first.
	async function twice(order) {
		const v = await venue();
		const [a, b] = [await Device.enrol(v.c, v.ev.id), await Device.enrol(v.c, v.ev.id)];
		const at = Date.now() - 60e3, [t] = v.tokens;
		await Promise.all([a.mirror(), b.mirror()]);
		await a.redeem(t.jwt, { at: new Date(at) });
		await b.redeem(t.jwt, { at: new Date(at + 5000) });
		const devices = { a, b };
		const answers = {};
		for (const name of order) answers[name] = await devices[name].upload({ from: 1 });
		// Told again, both know the end of the story.
		const [found, ...more] = await v.c.api.all('/v1/cases', 'cases');
		assert.equal(more.length, 0);
		const full = fx.ok(await v.c.api.get(`/v1/cases/${found.id}`), 200);
		const token = fx.ok(await v.c.api.get(`/v1/tokens/${t.id}`), 200);
		const drop = fx.ok(await v.c.api.get(`/v1/drops/${v.drop.id}`), 200);
		const door = fx.ok(await v.c.api.get(`/v1/events/${v.ev.id}/attendance`), 200);
		const nameOf = (id) => (id === a.id ? 'a' : 'b');
		return { v, a, b, answers, end: {
			kind: full.kind, state: full.state,
			evidence: full.evidence.map((e) => [nameOf(e.device_id), e.seq, e.status, e.code]),
			token: token.state, counts: drop.counts, admissions: door.admissions, redemptions: door.redemptions,
		}, history: token.history.map((e) => e.kind), case: full };
	}

	it('a token redeemed twice is one case, and the earlier scan wins whichever upload comes first', async () => {
		const [ab, ba] = [await twice(['a', 'b']), await twice(['b', 'a'])];
		assert.deepEqual(ab.end, ba.end);
		assert.equal(ab.end.token, 'redeemed');
		assert.equal(ab.end.counts.redeemed, 1);
		assert.deepEqual([ab.end.admissions, ab.end.redemptions], [2, 1]);
		assert.deepEqual(ab.end.evidence, [['a', 1, 'applied', null], ['b', 1, 'conflict', 'already_redeemed']]);
		const told = (x, name) => x.answers[name].json.results.map((r) => [r.status, r.code]);
		assert.deepEqual([told(ab, 'a'), told(ab, 'b')], [[['applied', undefined]], [['conflict', 'already_redeemed']]]);
		assert.deepEqual([told(ba, 'b'), told(ba, 'a')], [[['applied', undefined]], [['applied', undefined]]]);
		assert.equal(ab.history.filter((k) => k === 'token.redeemed').length, 1);
		assert.ok(ba.history.length > ab.history.length, 'the correction is in the ledger');
	});

	it('a case is resolved once, by its creator', async () => {
		const { v, case: found } = await twice(['a', 'b']);
		const resolve = (body) => v.c.api.post(`/v1/cases/${found.id}/resolve`, body);
		assertProblem(await resolve({}), 422);
		const done = fx.ok(await resolve({ resolution: 'accepted', note: 'Twins with one phone.' }), 200);
		assert.deepEqual([done.state, done.resolution], ['resolved', 'accepted']);
		assertProblem(await resolve({ resolution: 'refused' }), 409, 'case_resolved');
		assert.equal((await v.c.api.all('/v1/cases?state=open', 'cases')).length, 0);
		const entries = await v.c.api.all('/v1/ledger', 'entries');
		assert.deepEqual(entries.filter((e) => e.subject === found.id).map((e) => e.kind).at(-1), 'case.resolved');
		assert.ok(!JSON.stringify(entries).includes('Twins'), 'notes stay out of the ledger');
	});

	it('many devices and one token: one redemption, one case with all facts', async () => {
		const v = await venue(), [t] = v.tokens;
		const devices = await Promise.all(Array.from({ length: 6 }, () => Device.enrol(v.c, v.ev.id)));
		await Promise.all(devices.map((d) => d.mirror()));
		for (const d of devices) await d.redeem(t.jwt, { force: true });
		const answers = await Promise.all(devices.map((d) => d.upload({ from: 1 })));
		answers.forEach((a) => fx.ok(a, 200));
		const cases = await v.c.api.all('/v1/cases', 'cases');
		assert.equal(cases.length, 1);
		const { evidence } = fx.ok(await v.c.api.get(`/v1/cases/${cases[0].id}`), 200);
		assert.equal(evidence.length, 6);
		assert.equal(evidence.filter((e) => e.status === 'applied').length, 1);
		assert.equal(evidence[0].status, 'applied', 'the earliest');
	});

	it('tells why a token did not count', async () => {
		const v = await venue(), elsewhere = await fx.drop(v.c), held = await fx.drop(v.c, { event_id: v.ev.id, hold_ttl_s: 600 });
		const d = await Device.enrol(v.c, v.ev.id);
		await d.mirror();
		fx.ok(await v.c.api.post(`/v1/tokens/${v.tokens[0].id}/cancel`, {}), 200);
		const cases = [[v.tokens[0].jwt, 'cancelled'], [(await fx.token(v.c, elsewhere.id)).jwt, 'wrong_event'],
			[await fx.token(v.c, held.id), 'unpaid'], [fx.forged(v.tokens[1].jwt), 'not_genuine'],
			['scribble', 'not_genuine']];
		for (const [shown] of cases) // a token that is only held has no signed text yet
			if (shown.id) d.tell('redeem', { token_id: shown.id, version: shown.version });
			else await d.redeem(shown, { force: true });
		const { results } = fx.ok(await d.upload(), 200);
		assert.deepEqual(results.map((r) => [r.status, r.code]), cases.map(([, code]) => ['conflict', code]));
		for (const r of results) assert.ok(r.case_id, 'each has a case');
	});

	it('a sale within its lease is stock, one beyond it is a case that says by how many', async () => {
		const v = await venue(); // 20 for walk-ins
		const d = await Device.enrol(v.c, v.ev.id);
		await d.mirror();
		fx.ok(await d.lease(v.drop.id, 20, fx.inSeconds(3600)));
		const rival = await Device.enrol(v.c, v.ev.id);
		assertProblem(await rival.lease(v.drop.id, 1, fx.inSeconds(3600)), 409, 'walk_in_unavailable');
		const price = { amount: 2500, currency: 'USD' };
		for (let i = 0; i < 10; i++) d.sale([{ drop_id: v.drop.id, quantity: 2, price }]);
		assert.deepEqual(statuses(await d.upload()), Array(10).fill('applied'));
		const sold = async () => fx.ok(await v.c.api.get(`/v1/drops/${v.drop.id}`), 200).counts.walk_in_sold;
		assert.equal(await sold(), 20);
		d.sale([{ drop_id: v.drop.id, quantity: 3, price }]);
		const { results: [over] } = fx.ok(await d.upload(), 200);
		assert.deepEqual([over.status, over.code], ['conflict', 'oversold']);
		const found = fx.ok(await v.c.api.get(`/v1/cases/${over.case_id}`), 200);
		assert.match(JSON.stringify(found.data), /\b3\b/, 'three units short');
	});

	it('one card payment told twice is one sale', async () => {
		const v = await venue();
		const d = await Device.enrol(v.c, v.ev.id);
		await d.mirror();
		fx.ok(await d.lease(v.drop.id, 5, fx.inSeconds(3600)));
		const payment = { method: 'card', reference: fx.unique('pay') }, price = { amount: 1, currency: 'USD' };
		d.sale([{ drop_id: v.drop.id, quantity: 1, price }], payment);
		d.sale([{ drop_id: v.drop.id, quantity: 1, price }], payment);
		assert.deepEqual(statuses(await d.upload()), ['applied', 'duplicate']);
		assert.equal(fx.ok(await v.c.api.get(`/v1/drops/${v.drop.id}`), 200).counts.walk_in_sold, 1);
	});

	it('leased units come back', async () => {
		const v = await venue();
		const d = await Device.enrol(v.c, v.ev.id), other = await Device.enrol(v.c, v.ev.id);
		await d.mirror();
		const lease = fx.ok(await d.lease(v.drop.id, 20, fx.inSeconds(3600)));
		d.sale([{ drop_id: v.drop.id, quantity: 4, price: { amount: 1, currency: 'USD' } }]);
		fx.ok(await d.upload(), 200);
		fx.ok(await d.giveBack(lease.id), 200);
		fx.ok(await other.lease(v.drop.id, 16, fx.inSeconds(3600)));
		assertProblem(await other.lease(v.drop.id, 1, fx.inSeconds(3600)), 409, 'walk_in_unavailable');
	});
});
