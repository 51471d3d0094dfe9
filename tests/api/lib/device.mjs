// SPDX-License-Identifier: Apache-2.0
//
// A venue device in the tests: its key, its chain of events, its signed requests. Signatures are made
// by npm's http-message-signatures, thumbprints by jose: nothing here shares code with the service.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { httpbis, createSigner } from 'http-message-signatures';
import { calculateJwkThumbprint } from 'jose';
import * as fx from './fixtures.mjs';

const sha256 = (data) => createHash('sha256').update(data).digest();
const COVERED = ['@method', '@authority', '@path', '@query', 'content-digest', 'content-type', 'idempotency-key'];
const PARAMS = ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'];

export function makeKey(type = 'ecdsa-p256-sha256') {
	const { privateKey, publicKey } = type === 'ed25519' ? generateKeyPairSync('ed25519')
		: generateKeyPairSync('ec', { namedCurve: 'P-256' });
	return { type, privateKey, jwk: publicKey.export({ format: 'jwk' }) };
}

export class Device {
	// A device of the creator c at an event, enrolled with a key of its own.
	static async enrol(c, event_id, { profile = 'till', type, name = 'a phone' } = {}) {
		const made = fx.ok(await c.api.post(`/v1/events/${event_id}/devices`, { name, profile }));
		const key = makeKey(type);
		const told = fx.ok(await fx.anonymous().post('/v1/devices/enrol',
			{ code: made.enrol_code, public_key: key.jwk }));
		assert.equal(told.device_id, made.id);
		const device = Object.assign(new Device(), { id: made.id, key_id: told.key_id, key, c, event_id,
			seq: 0, pending: [], api: fx.anonymous(), skew_ms: 0 });
		const thumbprint = Buffer.from(await calculateJwkThumbprint(key.jwk), 'base64url');
		device.head = sha256(Buffer.concat([Buffer.from('roadshow-device/v1\0'), thumbprint])).toString('base64url');
		return device;
	}

	// ---- the chain ----------------------------------------------------------------------------------

	// The next event; `at` is when the device thinks it happens. Returns its line.
	add(kind, fields = {}, at = new Date(Date.now() + this.skew_ms)) {
		return this.addRaw(JSON.stringify({ seq: this.seq + 1, prev: this.head, ts: new Date(at).toISOString(),
			kind, ...fields }));
	}

	addRaw(line) {
		this.seq++;
		this.head = sha256(line).toString('base64url');
		this.pending.push(line);
		return line;
	}

	redeem(token, at) {
		return this.add('redeem', { token: token.jwt, gate: 'north' }, at);
	}

	// ---- signed requests --------------------------------------------------------------------------

	// over: covered, params, values (of parameters), key, keyid, tamper (of the headers after signing)
	async sign(method, target, headers, body, over = {}) {
		const now = Math.floor((Date.now() + (over.clock_ms ?? 0)) / 1000);
		const { key = this.key, keyid = this.key_id } = over;
		const covered = over.covered ?? (body === undefined ? COVERED.slice(0, 4) : COVERED);
		const signed = await httpbis.signMessage({
			key: createSigner(key.privateKey, key.type, keyid), name: 'device', fields: covered,
			params: over.params ?? PARAMS,
			paramValues: { created: new Date(now * 1000), expires: new Date((now + 120) * 1000),
				nonce: randomBytes(16).toString('base64url'), tag: 'roadshow-device', ...over.values },
		}, { method, url: new URL(target, this.api.base).href, headers });
		return over.tamper ? over.tamper(signed.headers) : signed.headers;
	}

	// options: body (JSON) or raw, headers, idem, sign (see above)
	async request(method, target, { body, raw, headers = {}, idem = randomUUID(), sign } = {}) {
		const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
		const own = payload === undefined ? {} : {
			'content-type': raw === undefined ? 'application/json' : 'application/x-ndjson',
			'content-digest': `sha-256=:${sha256(payload).toString('base64')}:`,
		};
		const all = { ...own, ...(method === 'POST' ? { 'idempotency-key': idem } : {}), ...headers };
		return this.api.request(method, target, { raw: payload, idem: null,
			headers: await this.sign(method, target, all, payload, sign) });
	}

	// Uploads lines (those not uploaded yet, when none are given).
	async upload(lines, options = {}) {
		const send = lines ?? this.pending.splice(0);
		return this.request('POST', '/v1/sync', { raw: `${send.join('\n')}\n`, ...options });
	}
}
