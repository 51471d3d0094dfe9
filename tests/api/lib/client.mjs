// SPDX-License-Identifier: Apache-2.0
//
// An HTTPS client that trusts one certificate and believes nothing: every answer is held against
// docs/openapi.yaml (contract.mjs) before a test sees it.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import { checkAnswer } from './contract.mjs';

export class Client {
	// base: https URL; ca: path of the certificate to trust.
	constructor(base, ca, key) {
		this.base = new URL(base);
		this.key = key;
		this.ca = ca;
		this.agent = new https.Agent({ ca: fs.readFileSync(ca), keepAlive: true, maxSockets: 128 });
	}

	as(key) {
		return Object.assign(Object.create(Client.prototype), this, { key });
	}

	close() {
		this.agent.destroy();
	}

	// options: body (JSON), raw (string or Buffer, with content-type in headers), headers, idem
	// (Idempotency-Key; a fresh one for POST unless null), key, contract (false: do not check).
	async request(method, target, options = {}) {
		const { body, raw, headers = {}, key = this.key, contract = true } = options;
		const idem = options.idem === undefined && method === 'POST' ? randomUUID() : options.idem;
		const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
		const send = {
			...(key ? { authorization: `Bearer ${key}` } : {}),
			...(body !== undefined ? { 'content-type': 'application/json' } : {}),
			...(payload !== undefined ? { 'content-length': Buffer.byteLength(payload) } : {}),
			...(idem ? { 'idempotency-key': idem } : {}),
			...headers,
		};
		const answer = await this.exchange(method, target, send, payload);
		if (contract) checkAnswer(method, target, answer);
		return answer;
	}

	exchange(method, target, headers, payload) {
		return new Promise((resolve, reject) => {
			const req = https.request(new URL(target, this.base), { method, headers, agent: this.agent },
				(res) => {
					const chunks = [];
					res.on('data', (c) => chunks.push(c));
					res.on('error', reject);
					res.on('end', () => resolve(answerOf(res, Buffer.concat(chunks))));
				});
			req.setTimeout(30000, () => req.destroy(new Error(`${method} ${target}: no answer in 30 s`)));
			req.on('error', (e) => {
				// A kept connection may be closed by the service just as it is used again.
				if (req.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(e.code) && this.retryReset !== false)
					this.exchange(method, target, headers, payload).then(resolve, reject);
				else reject(e);
			});
			req.end(payload);
		});
	}

	get(target, options) { return this.request('GET', target, options); }
	post(target, body, options) { return this.request('POST', target, { body, ...options }); }
	put(target, body, options) { return this.request('PUT', target, { body, ...options }); }
	delete(target, options) { return this.request('DELETE', target, options); }

	// Every item of a list, following `next`.
	async all(target, member, options) {
		const items = [];
		let next = null;
		do {
			const url = new URL(target, this.base);
			if (next) url.searchParams.set('after', next);
			const page = await this.get(url.pathname + url.search, options);
			if (page.status !== 200) throw new Error(`${target}: ${page.status} ${page.text}`);
			items.push(...page.json[member]);
			next = page.json.next;
		} while (next);
		return items;
	}
}

export function answerOf(res, bytes) {
	const text = bytes.toString('utf8');
	const type = (res.headers['content-type'] ?? '').split(';')[0].trim();
	let json;
	if (/[/+]json$/.test(type) && bytes.length > 0) json = JSON.parse(text);
	return { status: res.statusCode, headers: res.headers, type, text, bytes, json };
}
