#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// The reference venue device, headless: what a phone or till at a venue has to do, in one file, on
// libraries that share nothing with the service (http-message-signatures, jose). A class for tests, and
// a program to try things by hand: `node tests/device/device.mjs --help`.
//
// Everything the device knows is in `state`, a plain object that survives JSON: its key, its chain of
// lines, its mirror. So a device can be stopped, copied and started again.
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createSigner, httpbis } from 'http-message-signatures';
import { calculateJwkThumbprint, CompactEncrypt, createLocalJWKSet, importJWK, jwtVerify } from 'jose';

const sha256 = (data) => createHash('sha256').update(data).digest();
const READ = ['@method', '@authority', '@path', '@query'];
const WRITE = [...READ, 'content-digest', 'content-type', 'idempotency-key'];
const CLOCK = 'roadshow-device-time';

// type: ecdsa-p256-sha256 or ed25519
function newKey(type) {
	const { privateKey, publicKey } = type === 'ed25519' ? generateKeyPairSync('ed25519')
		: generateKeyPairSync('ec', { namedCurve: 'P-256' });
	return { type, jwk: publicKey.export({ format: 'jwk' }), private_key: privateKey.export({ format: 'pem', type: 'pkcs8' }) };
}

export class Device {
	// options: ca (PEM or path of the certificate to trust), clock_ms (how wrong the device's clock is)
	constructor(url, options = {}, state = {}) {
		this.url = url;
		this.ca = options.ca && fs.existsSync(options.ca) ? fs.readFileSync(options.ca) : options.ca;
		this.clock_ms = options.clock_ms ?? 0;
		this.correction_ms = 0; // what the service told us to add to our clock when signing
		this.state = { log: [], acked_seq: 0, mirror: { after: null, head: null, tokens: {}, products: {},
			leases: {} }, ...state };
	}

	now() { return new Date(Date.now() + this.clock_ms); }

	// ---- what happens to devices -------------------------------------------------------------------

	// 'up'; 'down': nothing leaves; 'deaf': requests arrive and answers are lost.
	setNetwork(network) { this.network = network; }

	// The clock is another from now on. What was written by the old one should be uploaded before.
	jump(ms) { this.clock_ms += ms; }

	// As the device is after its program has died: what was written down is all it knows.
	crash() { return new this.constructor(this.url, { ca: this.ca, clock_ms: this.clock_ms }, JSON.parse(JSON.stringify(this.state))); }

	// A second device with the same key and history, as a copied phone or a restored backup is.
	clone() { return this.crash(); }

	// ---- enrolment ---------------------------------------------------------------------------------

	// type: ecdsa-p256-sha256 or ed25519
	async enrol(code, type = 'ecdsa-p256-sha256') {
		const { jwk, private_key } = newKey(type);
		const answer = await this.exchange('POST', '/v1/devices/enrol', {
			'content-type': 'application/json', 'idempotency-key': randomUUID(),
		}, JSON.stringify({ code, public_key: jwk }));
		if (answer.status !== 201) throw new Error(`enrol: ${answer.status} ${answer.text}`);
		Object.assign(this.state, answer.json, { type, private_key });
		this.state.head = sha256(Buffer.concat([Buffer.from('roadshow-device/v1\0'),
			Buffer.from(await calculateJwkThumbprint(jwk), 'base64url')])).toString('base64url');
		return answer.json;
	}

	// Another key for the same chain. When the answer is lost the next call asks again with the new key.
	async roll(type = this.state.type) {
		this.state.rolling ??= { ...newKey(type), idem: randomUUID() };
		const { rolling } = this.state, body = { public_key: rolling.jwk };
		let answer = await this.post('/v1/devices/roll', body, { idem: rolling.idem });
		if (answer.status === 401) {
			const old = { private_key: this.state.private_key, type: this.state.type };
			Object.assign(this.state, { private_key: rolling.private_key, type: rolling.type });
			answer = await this.post('/v1/devices/roll', body, { idem: rolling.idem });
			if (answer.status !== 200) Object.assign(this.state, old);
		}
		if (answer.status === 200) {
			Object.assign(this.state, { private_key: rolling.private_key, type: rolling.type });
			delete this.state.rolling;
		}
		return answer;
	}

	// ---- requests ----------------------------------------------------------------------------------

	async exchange(method, target, headers, body) {
		if (this.network === 'down') throw new Error(`${method} ${target}: there is no network`);
		const answer = await this.send(method, target, headers, body);
		if (this.network === 'deaf') throw new Error(`${method} ${target}: the answer was lost`);
		return answer;
	}

	send(method, target, headers, body) {
		const url = new URL(target, this.url);
		const { request } = url.protocol === 'https:' ? https : http;
		return new Promise((resolve, reject) => {
			const req = request(url, { method, ca: this.ca, headers: { ...headers,
				...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) } }, (res) => {
				const chunks = [];
				res.on('data', (c) => chunks.push(c)).on('error', reject).on('end', () => {
					const sent = Buffer.concat(chunks);
					const bytes = res.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
					const text = bytes.toString('utf8');
					const type = (res.headers['content-type'] ?? '').split(';')[0].trim();
					const json = /[/+]json$/.test(type) ? JSON.parse(text) : undefined;
					resolve({ status: res.statusCode, headers: res.headers, type, bytes, text, json,
						sent_bytes: sent.length });
				});
			});
			req.setTimeout(60000, () => req.destroy(new Error(`${method} ${target}: no answer in 60 s`)));
			req.on('error', reject);
			req.end(body);
		});
	}

	async signed(method, target, { headers = {}, body, idem = randomUUID() } = {}) {
		const created = new Date(Math.floor((this.now().getTime() + this.correction_ms) / 1000) * 1000);
		const all = { ...headers, [CLOCK]: this.now().toISOString(), ...(method === 'GET' ? {} : {
			'idempotency-key': idem, 'content-digest': `sha-256=:${sha256(body).toString('base64')}:` }) };
		const message = await httpbis.signMessage({
			key: createSigner(createPrivateKey(this.state.private_key), this.state.type, this.state.key_id),
			name: 'device',
			fields: [...(method === 'GET' ? READ : WRITE), CLOCK],
			params: ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'],
			paramValues: { created, expires: new Date(created.getTime() + 120000),
				nonce: randomBytes(16).toString('base64url'), tag: 'roadshow-device' },
		}, { method, url: new URL(target, this.url).href, headers: all });
		return this.exchange(method, target, message.headers, body);
	}

	// Signs, and once more when our clock turns out to be wrong.
	async request(method, target, options) {
		const answer = await this.signed(method, target, options);
		if (answer.status !== 401 || answer.json.code !== 'clock_skew') return answer;
		this.correction_ms = Date.parse(answer.headers['roadshow-server-time']) - this.now().getTime();
		return this.signed(method, target, options);
	}

	post(target, body, options = {}) {
		return this.request('POST', target, { body: JSON.stringify(body), ...options,
			headers: { 'content-type': 'application/json' } });
	}

	// ---- the mirror --------------------------------------------------------------------------------

	// Brings the mirror up to date; tells what came: {snapshot, lines, bytes, requests}. The status list,
	// which may come again unchanged, is not counted. A snapshot in pages that breaks off goes on at
	// `state.mirror.next` when this is called again.
	async mirror() {
		const told = { snapshot: false, lines: 0, bytes: 0, requests: 0 };
		do {
			await this.mirrorPage(told);
		} while (this.state.mirror.next);
		return told;
	}

	async mirrorPage(told) {
		const { mirror } = this.state;
		const query = mirror.next ? `?from=${mirror.next}` : mirror.after === null ? '' : `?after=${mirror.after}`;
		const answer = await this.request('GET', `/v1/mirror${query}`, { headers: { 'accept-encoding': 'gzip' } });
		if (answer.status !== 200) throw new Error(`mirror: ${answer.status} ${answer.text}`);
		const [head, ...lines] = answer.text.trimEnd().split('\n').map((l) => JSON.parse(l));
		if (head.snapshot) Object.assign(mirror, { tokens: {}, products: {}, checklists: {} });
		if (!mirror.next) mirror.leases = {};
		for (const l of lines) {
			if (l.kind === 'token') mirror.tokens[l.id] = l;
			else if (l.kind === 'product') mirror.products[l.sku] = l;
			else if (l.kind === 'lease') mirror.leases[l.id] = { ...l, sold: l.used };
			else if (l.kind === 'checklist') mirror.checklists[l.name] = l;
			else if (l.kind === 'status_list') mirror.status_list = l;
		}
		Object.assign(mirror, { head, after: head.ledger_size - 1, next: head.next });
		told.snapshot ||= head.snapshot;
		told.lines += lines.filter((l) => l.kind !== 'status_list').length;
		told.bytes += answer.sent_bytes;
		told.requests++;
	}

	// Without the network: is this a token of ours, for now and here? {ok, reason?, token_id, version}
	async verify(jwt, at = this.now()) {
		const { head, tokens } = this.state.mirror;
		let claims;
		try {
			({ payload: claims } = await jwtVerify(jwt, createLocalJWKSet(head.keys), { typ: 'drop+jwt',
				algorithms: ['ES256'], currentDate: at }));
		} catch (e) {
			return { ok: false, reason: e.code === 'ERR_JWT_EXPIRED' ? 'expired' : 'not_genuine' };
		}
		const id = Buffer.from(claims.jti, 'base64url').toString('hex')
			.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
		const known = tokens[id];
		const seen = { token_id: id, version: claims.ver, serial: claims.srl };
		if (!known || known.version < claims.ver) return { ok: false, reason: 'unknown', ...seen }; // newer than the mirror
		if (known.version > claims.ver) return { ok: false, reason: 'superseded', ...seen };
		if (known.state !== 'issued') return { ok: false, reason: known.state, ...seen };
		return { ok: true, ...seen };
	}

	// ---- the chain ---------------------------------------------------------------------------------

	// Writes an event down; it is uploaded later. Returns its line.
	tell(kind, fields = {}, at = this.now()) {
		return this.tellRaw(JSON.stringify({ seq: this.state.log.length + 1, prev: this.state.head,
			ts: new Date(at).toISOString(), kind, ...fields }));
	}

	tellRaw(line) {
		this.state.log.push(line);
		this.state.head = sha256(line).toString('base64url');
		return line;
	}

	heartbeat(at) { return this.tell('heartbeat', { backlog: this.state.log.length - this.state.acked_seq }, at); }

	// Lets the holder in, or not, and writes down which. force: lets them in whatever the mirror says.
	async redeem(jwt, { gate = 'door', at = this.now(), force = false } = {}) {
		const seen = await this.verify(jwt, at);
		if (!seen.ok && !force) {
			this.tell('reject', { token: jwt, reason: seen.reason, gate }, at);
			return seen;
		}
		this.tell('redeem', { token: jwt, gate, outcome: seen.reason ?? 'valid',
			mirror_index: this.state.mirror.after }, at);
		if (this.state.mirror.tokens[seen.token_id]) this.state.mirror.tokens[seen.token_id].state = 'redeemed';
		return { ...seen, ok: true };
	}

	// lines: [{drop_id or sku, quantity, price}]. A lease of the drop with enough units is named; without
	// one the sale is told all the same, and how many there are is for the service to say.
	sale(lines, payment = { method: 'cash' }, at = this.now()) {
		const leases = Object.values(this.state.mirror.leases);
		return this.tell('sale', { payment, lines: lines.map((l) => {
			const lease = leases.find((x) => x.drop === l.drop_id && x.state === 'active' &&
				x.quantity - x.sold >= l.quantity);
			if (!lease) return l;
			lease.sold += l.quantity;
			return { ...l, lease_id: lease.id };
		}) }, at);
	}

	annul(of, reason) { return this.tell('annul', { of, reason }); }

	// What became of a card that was authorised offline. outcome: captured or declined.
	payment(reference, outcome, amount, method = 'card') {
		return this.tell('payment', { payment: { method, reference }, outcome, amount });
	}

	// A fan's consent, or its end: {contact: {email} or {phone}, marketing, purposes, retain_until, withdrawn}.
	// It is encrypted before it is written down, to the service's key of the last mirror: without a network
	// too, and what is on the device tells nobody who it was.
	async consent(told, at = this.now()) {
		const [jwk] = this.state.mirror.head.encryption_keys.keys;
		const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(told)))
			.setProtectedHeader({ alg: jwk.alg, enc: 'A256GCM', kid: jwk.kid })
			.setKeyManagementParameters({ apv: Buffer.from(this.state.device_id.replaceAll('-', ''), 'hex') }).encrypt(await importJWK(jwk));
		return this.tell('consent', { jwe }, at);
	}

	// The end of the day, with what the till took by its own lines, without what it took back.
	close(at) {
		const lines = this.state.log.flatMap((l) => { try { return [JSON.parse(l)]; } catch { return []; } });
		const undone = new Set(lines.filter((l) => l.kind === 'annul').map((l) => l.of)), totals = new Map();
		for (const l of lines.filter((x) => x.kind === 'sale' && !undone.has(x.seq)))
			for (const currency of new Set(l.lines.map((x) => x.price.currency))) {
				const key = `${l.payment.method} ${currency}`;
				const t = totals.get(key) ?? { method: l.payment.method, sales: 0, amount: 0, currency };
				t.sales++;
				for (const x of l.lines) if (x.price.currency === currency) t.amount += x.quantity * x.price.amount;
				totals.set(key, t);
			}
		return this.tell('close', { totals: [...totals.values()] }, at);
	}

	async lease(drop_id, quantity, until) {
		const answer = await this.post('/v1/leases', { drop_id, quantity, until });
		if (answer.status === 201) {
			const l = answer.json;
			this.state.mirror.leases[l.id] = { kind: 'lease', id: l.id, drop: l.drop_id, quantity, used: 0, sold: 0,
				state: l.state, until: l.until };
		}
		return answer;
	}

	giveBack(lease_id, quantity) {
		return this.post(`/v1/leases/${lease_id}/return`, quantity === undefined ? {} : { quantity });
	}

	async extend(lease_id, until) {
		const answer = await this.post(`/v1/leases/${lease_id}/extend`, { until });
		if (answer.status === 200 && this.state.mirror.leases[lease_id])
			this.state.mirror.leases[lease_id].until = answer.json.until;
		return answer;
	}

	take(lease_id, quantity) {
		return this.post(`/v1/leases/${lease_id}/take`, quantity === undefined ? {} : { quantity });
	}

	// Lines from..to (from 1; without: all that are not acknowledged) as one upload. Nothing is taken off
	// the log before it is acknowledged, and then only counted: a lost answer is got by asking again.
	async upload({ from = this.state.acked_seq + 1, to = this.state.log.length, gzip = false, idem } = {}) {
		const lines = Buffer.from(this.state.log.slice(from - 1, to).map((l) => `${l}\n`).join(''));
		const answer = await this.request('POST', '/v1/sync', { idem, body: gzip ? gzipSync(lines) : lines,
			headers: { 'content-type': 'application/x-ndjson', ...(gzip ? { 'content-encoding': 'gzip' } : {}) } });
		if (answer.status === 200 || answer.json?.code === 'gap') this.state.acked_seq = answer.json.acked_seq;
		return answer;
	}
}

// ---- by hand ---------------------------------------------------------------------------------------

const HELP = `usage: node tests/device/device.mjs FILE COMMAND

  FILE                          where the device keeps what it knows
  enrol CODE [ed25519]          make a key and enrol (ROADSHOW_URL and ROADSHOW_CA as in .run/env)
  mirror                        bring the mirror up to date
  verify JWT                    is this token good? (offline)
  redeem JWT [force]            scan it and let the holder in, or refuse (offline)
  roll                          change the key
  lease DROP N MINUTES          take units of walk-in stock
  sell DROP N AMOUNT CURRENCY [REFERENCE]   a cash sale, or by card with a reference (offline)
  annul SEQ                     take an own event back (offline)
  payment REFERENCE OUTCOME     a card was captured, or declined (offline)
  consent JSON                  a fan's consent, or its withdrawal, encrypted (offline)
  tell KIND JSON                any other event (offline)
  heartbeat                     say how much is waiting (offline)
  close                         the end of the day, with totals (offline)
  upload [FROM TO] [gzip]       upload what is not acknowledged, or these lines again, or out of order
  show                          the log
`;

async function main([file, command, ...args]) {
	if (!file || !command || file === '--help') {
		process.stdout.write(HELP);
		return file === '--help' ? 0 : 2;
	}
	const saved = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
	const url = process.env.ROADSHOW_URL ?? saved.url;
	if (!url) throw new Error('set ROADSHOW_URL, for example with: . .run/env');
	const device = new Device(url, { ca: process.env.ROADSHOW_CA ?? saved.ca }, saved.state);
	const number = (i) => (args[i] === undefined || Number.isNaN(Number(args[i])) ? undefined : Number(args[i]));
	const result = await {
		enrol: () => device.enrol(args[0], args[1]),
		mirror: () => device.mirror(),
		roll: () => device.roll(),
		verify: () => device.verify(args[0]),
		redeem: () => device.redeem(args[0], { force: args[1] === 'force' }),
		lease: () => device.lease(args[0], number(1), new Date(Date.now() + number(2) * 60000).toISOString()),
		sell: () => device.sale([{ drop_id: args[0], quantity: number(1), price: { amount: number(2), currency: args[3] } }],
			args[4] ? { method: 'card', reference: args[4] } : { method: 'cash' }),
		heartbeat: () => device.heartbeat(),
		annul: () => device.annul(number(0)),
		payment: () => device.payment(args[0], args[1]),
		consent: () => device.consent(JSON.parse(args[0])),
		tell: () => device.tell(args[0], JSON.parse(args[1] ?? '{}')),
		close: () => device.close(),
		upload: () => device.upload({ from: number(0), to: number(1), gzip: args.includes('gzip') }),
		show: () => device.state.log.join('\n'),
	}[command]?.();
	if (result === undefined) throw new Error(`unknown command ${command}; see --help`);
	fs.writeFileSync(file, JSON.stringify({ url, ca: process.env.ROADSHOW_CA ?? saved.ca, state: device.state }),
		{ mode: 0o600 });
	console.log(typeof result === 'string' ? result : JSON.stringify(result.json ?? result, null, 1));
	return result.status >= 400 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	main(process.argv.slice(2)).then((status) => { process.exitCode = status; }, (e) => {
		console.error(`device: ${e.message}`);
		process.exitCode = 1;
	});
