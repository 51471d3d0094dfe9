// SPDX-License-Identifier: Apache-2.0
//
// Venue devices end to end, with the reference device (tests/device/device.mjs): enrol, mirror, check
// tokens and sell without the service, upload later, twice and out of order, and what becomes of
// facts that disagree.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Device } from '../device/device.mjs';
import { checkAnswer } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

// Every answer that a device gets is held against the contract, like everybody's.
class CheckedDevice extends Device {
	async exchange(method, target, headers, body) {
		const answer = await super.exchange(method, target, headers, body);
		checkAnswer(method, target, answer);
		return answer;
	}
}

const { ROADSHOW_URL, ROADSHOW_CA } = process.env;
const sha256 = (data) => createHash('sha256').update(data).digest();
const results = (answer) => answer.json.results.map((r) => [r.seq, r.status, r.code].filter(Boolean).join(' '));
const EUR = (amount) => ({ amount, currency: 'USD' });

async function deviceOf(c, event_id, { profile = 'till', type, ...options } = {}) {
	const made = fx.ok(await c.api.post(`/v1/events/${event_id}/devices`, { name: fx.unique('device'), profile }));
	const device = new CheckedDevice(ROADSHOW_URL, { ca: ROADSHOW_CA, ...options });
	await device.enrol(made.enrol_code, type);
	assert.equal(device.state.device_id, made.id);
	return device;
}

// An event with a drop of 10, `tokenized` of them, and that many claimed tokens.
async function evening(c, tokenized, over = {}) {
	const { id: event_id } = await fx.event(c);
	const drop = await fx.drop(c, { event_id, quantity: 10, tokenized, ...over });
	const tokens = [];
	for (let i = 0; i < tokenized; i++) tokens.push(await fx.token(c, drop.id));
	return { event_id, drop, tokens };
}

async function walkIn(c, drop_id) {
	const { counts } = fx.ok(await c.api.get(`/v1/drops/${drop_id}`), 200);
	return counts.walk_in_sold;
}

describe('venue devices', () => {
	let c;
	before(async () => { c = await fx.creator(); });

	test('an enrolment code works once, shows again on a replay, and names nobody else', async () => {
		const { id: event_id } = await fx.event(c);
		const body = { name: 'gate', profile: 'scan' };
		const idem = fx.unique('idem');
		const made = fx.ok(await c.api.post(`/v1/events/${event_id}/devices`, body, { idem }));
		const again = await c.api.post(`/v1/events/${event_id}/devices`, body, { idem });
		assert.deepEqual(again.json, made);
		assert.equal(again.headers['idempotent-replayed'], 'true');
		const device = new CheckedDevice(ROADSHOW_URL, { ca: ROADSHOW_CA });
		await device.enrol(made.enrol_code);
		await assert.rejects(device.enrol(made.enrol_code), /409.*enrol_code_used/);
		await assert.rejects(device.enrol(fx.forged(made.enrol_code)), /401.*enrol_code_invalid/);
		await assert.rejects(device.enrol('rse_nonsense'), /401.*enrol_code_invalid/);
		const refused = await fx.anonymous().post('/v1/devices/enrol', { code: made.enrol_code,
			public_key: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } });
		assert.equal(refused.json.code, 'invalid_public_key');
		const listed = await c.api.all(`/v1/events/${event_id}/devices`, 'devices');
		assert.deepEqual(listed.map((d) => [d.id, d.state, d.key_id]), [[made.id, 'active', device.state.key_id]]);
	});

	for (const type of ['ecdsa-p256-sha256', 'ed25519'])
		test(`a device with a key of type ${type} works offline and uploads later`, async () => {
			const { event_id, drop, tokens } = await evening(c, 3);
			const device = await deviceOf(c, event_id, { type });
			const first = await device.mirror();
			assert.equal(first.snapshot, true);
			assert.equal(Object.keys(device.state.mirror.tokens).length, 3);
			fx.ok(await device.lease(drop.id, 4, fx.inSeconds(3600)));

			assert.equal((await device.redeem(tokens[0].jwt)).ok, true);
			assert.equal((await device.redeem(tokens[0].jwt)).reason, 'redeemed');
			const forged = fx.forged(tokens[1].jwt);
			assert.equal((await device.redeem(forged)).reason, 'not_genuine');
			device.sale([{ drop_id: drop.id, quantity: 3, price: EUR(2500) }]);
			device.tell('something_new', { of: 'a later version' });
			device.heartbeat();

			const answer = fx.ok(await device.upload(), 200);
			assert.deepEqual(answer.results.map((r) => r.status),
				['applied', 'applied', 'applied', 'applied', 'rejected', 'applied']);
			assert.equal(answer.head, device.state.head);
			assert.equal((await c.api.get(`/v1/tokens/${tokens[0].id}`)).json.state, 'redeemed');
			assert.equal(await walkIn(c, drop.id), 3);
			const delta = await device.mirror();
			assert.deepEqual([delta.snapshot, delta.lines], [false, 2]); // the token, the lease
			assert.equal(device.state.mirror.tokens[tokens[0].id].state, 'redeemed');
			const lease = Object.values(device.state.mirror.leases)[0];
			assert.equal(lease.used, 3);
			const returned = fx.ok(await device.giveBack(lease.id), 200);
			assert.deepEqual([returned.state, returned.returned], ['returned', 1]);
		});

	test('an upload is heard once, however often and in whatever pieces it is sent', async () => {
		const { event_id, tokens } = await evening(c, 2);
		const device = await deviceOf(c, event_id, { profile: 'scan' });
		await device.mirror();
		for (const t of tokens) await device.redeem(t.jwt);
		for (let i = 0; i < 8; i++) device.heartbeat();

		const late = await device.upload({ from: 4, to: 6 });
		assert.deepEqual([late.status, late.json.code, late.json.expected_seq], [409, 'gap', 1]);
		const idem = fx.unique('idem');
		const first = await device.upload({ from: 1, to: 4, idem });
		const again = await device.upload({ from: 1, to: 4, idem });
		const otherwise = await device.upload({ from: 1, to: 4 });
		assert.equal(again.text, first.text);
		assert.equal(otherwise.text, first.text);
		assert.equal(again.headers['idempotent-replayed'], 'true');
		assert.equal((await device.upload({ from: 5, to: 6, idem })).json.code, 'idempotency_key_reused');
		const overlap = fx.ok(await device.upload({ from: 2, to: 6, gzip: true }), 200);
		assert.deepEqual(overlap.results.map((r) => r.status), ['duplicate', 'duplicate', 'duplicate', 'applied', 'applied']);

		// A hole inside the upload: what comes before it counts; filled, the same bytes go on.
		const [seven, , nine, ten] = device.state.log.slice(6);
		const holed = await device.request('POST', '/v1/sync', { body: `${[seven, nine, ten].join('\n')}`,
			headers: { 'content-type': 'application/x-ndjson' } });
		assert.deepEqual([holed.status, holed.json.code, holed.json.expected_seq, holed.json.acked_seq], [409, 'gap', 8, 7]);
		assert.deepEqual(results(holed), ['7 applied']);
		fx.ok(await device.upload({ from: 8, to: 10 }), 200);
		const listed = await c.api.all(`/v1/events/${event_id}/devices`, 'devices');
		assert.deepEqual([listed[0].acked_seq, listed[0].head], [10, device.state.head]);
	});

	test('a line that cannot be read is rejected with its reason and blocks nothing', async () => {
		const { event_id } = await evening(c, 0);
		const device = await deviceOf(c, event_id, { profile: 'scan' });
		device.heartbeat();
		device.tellRaw('{"seq": 2, "prev"');
		device.heartbeat();
		device.tell('sale', {});
		device.tell('heartbeat', { backlog: -1 });
		const answer = fx.ok(await device.upload(), 200);
		assert.deepEqual(results({ json: answer }), ['1 applied', '2 rejected malformed', '3 applied',
			'4 rejected malformed', '5 rejected malformed']);
		assert.match(answer.results[1].detail, /./);
		assert.match(answer.results[4].detail, /backlog/);
		const proof = fx.ok(await c.api.get(`/v1/devices/${device.state.device_id}/uploads/1`), 200);
		assert.equal(Buffer.from(proof.body, 'base64').toString(), `${device.state.log.join('\n')}\n`);
		assert.equal(proof.digest, sha256(Buffer.from(proof.body, 'base64')).toString('base64url'));
		assert.match(Buffer.from(proof.signature_base, 'base64').toString(), /^"@method": POST\n/);
	});

	test('two devices let the same token in: one case, whichever upload comes first', async () => {
		for (const earlierFirst of [true, false]) {
			const { event_id, tokens } = await evening(c, 1);
			const [a, b] = [await deviceOf(c, event_id, { profile: 'scan' }), await deviceOf(c, event_id, { profile: 'scan' })];
			await a.mirror();
			await b.mirror();
			const at = Date.now() - 60000;
			await a.redeem(tokens[0].jwt, { at: new Date(at) });
			await b.redeem(tokens[0].jwt, { at: new Date(at + 5000) });
			for (const d of earlierFirst ? [a, b] : [b, a]) fx.ok(await d.upload(), 200);

			const cases = (await c.api.all(`/v1/cases?event_id=${event_id}`, 'cases'));
			assert.equal(cases.length, 1);
			const one = fx.ok(await c.api.get(`/v1/cases/${cases[0].id}`), 200);
			assert.equal(one.kind, 'already_redeemed');
			assert.deepEqual(one.evidence.map((e) => [e.device_id, e.status]),
				[[a.state.device_id, 'applied'], [b.state.device_id, 'conflict']]);
			const token = fx.ok(await c.api.get(`/v1/tokens/${tokens[0].id}`), 200);
			assert.equal(token.state, 'redeemed');
			const counted = fx.ok(await c.api.get(`/v1/events/${event_id}/attendance`), 200);
			assert.deepEqual([counted.admissions, counted.redemptions], [2, 1]);
			const resolved = fx.ok(await c.api.post(`/v1/cases/${one.id}/resolve`, { resolution: 'let_in', note: 'both' }), 200);
			assert.equal(resolved.state, 'resolved');
			assert.equal((await c.api.post(`/v1/cases/${one.id}/resolve`, { resolution: 'no' })).json.code, 'case_resolved');
		}
	});

	test('a till sells from its lease, and what is sold beyond the stock becomes a case', async () => {
		const { event_id, drop } = await evening(c, 6); // 4 walk-in units
		const [a, b] = [await deviceOf(c, event_id), await deviceOf(c, event_id)];
		fx.ok(await a.lease(drop.id, 3, fx.inSeconds(3600)));
		assert.equal((await b.lease(drop.id, 2, fx.inSeconds(3600))).json.code, 'walk_in_unavailable');
		b.sale([{ drop_id: drop.id, quantity: 2, price: EUR(2500) }]);
		a.sale([{ drop_id: drop.id, quantity: 3, price: EUR(2500) }], { method: 'card', reference: 'r-1' });
		a.sale([{ drop_id: drop.id, quantity: 1, price: EUR(2500) }], { method: 'card', reference: 'r-1' });
		fx.ok(await b.upload(), 200);
		assert.deepEqual(results(await a.upload()), ['1 applied', '2 duplicate same_payment']);
		assert.equal(await walkIn(c, drop.id), 4);
		const [one] = await c.api.all(`/v1/cases?event_id=${event_id}&kind=oversold`, 'cases');
		assert.deepEqual([one.data.units_short, one.data.sales], [1, [[b.state.device_id, 1, 1]]]);
	});

	test('a wrong clock is told the time, and its events are corrected', async () => {
		const { event_id, tokens } = await evening(c, 1);
		const device = await deviceOf(c, event_id, { profile: 'scan', clock_ms: 3600000 });
		const refused = await device.signed('GET', '/v1/mirror');
		assert.deepEqual([refused.status, refused.json.code], [401, 'clock_skew']);
		await device.mirror();
		const before = Date.now();
		await device.redeem(tokens[0].jwt);
		fx.ok(await device.upload(), 200);
		const proof = fx.ok(await c.api.get(`/v1/devices/${device.state.device_id}/uploads/1`), 200);
		assert.ok(Math.abs(Date.parse(proof.events[0].corrected_at) - before) < 3000, proof.events[0].corrected_at);
		assert.ok(Date.parse(proof.events[0].ts) - before > 3500000);
		const [listed] = await c.api.all(`/v1/events/${event_id}/devices`, 'devices');
		assert.equal(listed.clock.flagged, true);
	});

	test('two histories under one key quarantine the device', async () => {
		const { event_id } = await evening(c, 0);
		const device = await deviceOf(c, event_id, { profile: 'scan' });
		device.heartbeat();
		const copy = new CheckedDevice(ROADSHOW_URL, { ca: ROADSHOW_CA }, structuredClone(device.state));
		device.tell('heartbeat', { backlog: 1 });
		copy.tell('heartbeat', { backlog: 2 });
		fx.ok(await device.upload(), 200);
		const fork = await copy.upload();
		assert.deepEqual([fork.status, fork.json.code], [409, 'fork']);
		const again = await copy.upload();
		assert.deepEqual([again.status, again.json.code, again.json.case_id], [409, 'fork', fork.json.case_id]);
		device.heartbeat();
		assert.equal((await device.upload()).json.code, 'device_quarantined');
		assert.equal((await device.signed('GET', '/v1/mirror')).json.code, 'device_quarantined');
		const [one] = await c.api.all(`/v1/cases?event_id=${event_id}`, 'cases');
		assert.deepEqual([one.kind, one.id], ['device_fork', fork.json.case_id]);
		const revoked = fx.ok(await c.api.post(`/v1/devices/${device.state.device_id}/revoke`), 200);
		assert.equal(revoked.state, 'revoked');
		assert.equal((await device.signed('GET', '/v1/mirror')).json.code, 'key_revoked');
	});

	test('bodies that are no upload are refused before anything happens', async () => {
		const { event_id } = await evening(c, 0);
		const device = await deviceOf(c, event_id, { profile: 'scan' });
		const send = (body, headers) => device.request('POST', '/v1/sync', { body,
			headers: { 'content-type': 'application/x-ndjson', ...headers } });
		assert.equal((await send('\n\n')).json.code, 'empty_upload');
		assert.equal((await send('{}', { 'content-type': 'application/json' })).json.code, 'unsupported_media_type');
		assert.equal((await send('{}', { 'content-encoding': 'br' })).json.code, 'unsupported_media_type');
		assert.equal((await send('not gzip', { 'content-encoding': 'gzip' })).json.code, 'invalid_gzip');
		assert.equal((await send(gzipSync(Buffer.alloc(4 << 20)), { 'content-encoding': 'gzip' })).json.code, 'invalid_gzip');
		assert.equal((await send('x\n'.repeat(10001))).json.code, 'too_many_events');
		const [listed] = await c.api.all(`/v1/events/${event_id}/devices`, 'devices');
		assert.deepEqual([listed.uploads, listed.acked_seq], [0, 0]);
	});

	test('the reference device works by hand, one command at a time', async () => {
		const { event_id, drop, tokens } = await evening(c, 1);
		const made = fx.ok(await c.api.post(`/v1/events/${event_id}/devices`, { name: 'by hand', profile: 'till' }));
		const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-device-'));
		const program = fileURLToPath(new URL('../device/device.mjs', import.meta.url));
		// Not in step with this program, which has to see that the service closes idle connections.
		const run = async (...args) => (await promisify(execFile)(process.execPath,
			[program, path.join(dir, 'state.json'), ...args], { encoding: 'utf8' })).stdout;
		try {
			assert.equal(JSON.parse(await run('enrol', made.enrol_code)).device_id, made.id);
			assert.equal(JSON.parse(await run('mirror')).snapshot, true);
			assert.equal(JSON.parse(await run('lease', drop.id, '2', '30')).quantity, 2);
			assert.equal(JSON.parse(await run('verify', tokens[0].jwt)).ok, true);
			assert.equal(JSON.parse(await run('redeem', tokens[0].jwt)).ok, true);
			await run('sell', drop.id, '1', '2500', 'USD', 'r-7');
			await run('heartbeat');
			assert.equal((await run('show')).trim().split('\n').length, 3);
			assert.deepEqual(JSON.parse(await run('upload')).results.map((r) => r.status), ['applied', 'applied', 'applied']);
			assert.deepEqual(JSON.parse(await run('upload', '2', '3', 'gzip')).results.map((r) => r.status),
				['duplicate', 'duplicate']);
			await assert.rejects(run('dance'), /unknown command/);
		} finally {
			fs.rmSync(dir, { recursive: true });
		}
	});

	test('ten thousand lines in one upload, and a mirror of a thousand tokens', { timeout: 120000 }, async () => {
		const { event_id } = await evening(c, 0);
		const drop = await fx.drop(c, { event_id, quantity: 1000, tokenized: 1000, per_person: 20 });
		for (let i = 0; i < 50; i++) fx.ok(await fx.claim(c, drop.id, { quantity: 20 }));
		const device = await deviceOf(c, event_id, { profile: 'scan' });
		const mirrored = await device.mirror();
		assert.equal(Object.keys(device.state.mirror.tokens).length, 1000);
		assert.ok(mirrored.bytes < 40000, `${mirrored.bytes} bytes for 1,000 tokens`);
		const tokens = Object.values(device.state.mirror.tokens);
		for (let i = 0; i < 10000; i++) {
			const { id, version } = tokens[i % 1000];
			device.tell('redeem', { token_id: id, version, gate: randomBytes(8).toString('hex') });
		}
		const answer = fx.ok(await device.upload({ gzip: true }), 200);
		assert.equal(answer.results.filter((r) => r.status === 'applied').length, 1000);
		assert.equal(answer.results.filter((r) => r.code === 'already_redeemed').length, 9000);
		const { counts } = fx.ok(await c.api.get(`/v1/drops/${drop.id}`), 200);
		assert.deepEqual([counts.issued, counts.redeemed], [1000, 1000]);
	});
});
