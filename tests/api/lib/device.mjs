// SPDX-License-Identifier: Apache-2.0
//
// The reference device (tests/device/device.mjs) in the API tests: enrolled by a creator, every answer
// held against the contract. And requests whose signature is wrong in one way of the test's choosing.
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createSigner, httpbis } from 'http-message-signatures';
import { Device as Reference } from '../../device/device.mjs';
import { checkAnswer } from './contract.mjs';
import * as fx from './fixtures.mjs';

export const WRITE = ['@method', '@authority', '@path', '@query', 'content-digest', 'content-type', 'idempotency-key'];
export const PARAMS = ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'];
export const digestOf = (body) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

export function newKey(type = 'ecdsa-p256-sha256') {
	return type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

export class Device extends Reference {
	// A device of the creator c at an event, with a key of its own. options: profile, type, clock_ms
	static async enrol(c, event_id, { profile = 'till', type, clock_ms } = {}) {
		const made = fx.ok(await c.api.post(`/v1/events/${event_id}/devices`, { name: 'a phone', profile }));
		const device = new Device(c.api.base.href, { ca: c.api.ca, clock_ms });
		await device.enrol(made.enrol_code, type);
		device.id = made.id;
		return device;
	}

	async send(method, target, headers, body) {
		const answer = await super.send(method, target, headers, body);
		checkAnswer(method, target, answer);
		return answer;
	}

	// A POST that is signed as told. over: covered, params, values (of parameters), key, type, keyid,
	// headers (in place of the right ones), before (of signing) and after: functions of the headers.
	async signedAs(target, body, over = {}) {
		const now = Math.floor(Date.now() / 1000) * 1000;
		const headers = { 'content-type': 'application/x-ndjson', 'content-digest': digestOf(body),
			'idempotency-key': randomUUID(), ...over.headers };
		const { headers: signed } = await httpbis.signMessage({
			key: createSigner(over.key ?? createPrivateKey(this.state.private_key), over.type ?? this.state.type,
				over.keyid ?? this.state.key_id),
			name: 'device', fields: over.covered ?? WRITE, params: over.params ?? PARAMS,
			paramValues: { created: new Date(now), expires: new Date(now + 120000),
				nonce: randomBytes(16).toString('base64url'), tag: 'roadshow-device', ...over.values },
		}, { method: 'POST', url: new URL(target, this.url).href, headers });
		return this.exchange('POST', over.sendTo ?? target, over.after ? over.after(signed) : signed, over.body ?? body);
	}
}
