// SPDX-License-Identifier: Apache-2.0
//
// The transparency log over HTTP, as it comes out of real claims: the checkpoint is a second behind at
// most, what caches may keep, what is not there, and a holder's receipt checked with Node's own crypto.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { until } from '../crash/lib/stack.mjs';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

const anyone = () => fx.anonymous();
after(() => anyone().close());

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (a, b) => sha256(Buffer.of(1), a, b);

// A signed note's text, when the verifier key has signed it.
function open(note, vkey) {
	const [name, id, key] = [vkey.slice(0, vkey.indexOf('+')), ...vkey.slice(vkey.indexOf('+') + 1).split(/\+(.*)/s)];
	const raw = Buffer.from(key, 'base64');
	assert.equal(raw[0], 1, 'Ed25519');
	assert.equal(sha256(Buffer.from(`${name}\n`), raw).subarray(0, 4).toString('hex'), id, 'key id');
	const at = note.lastIndexOf('\n\n') + 1;
	const lines = note.slice(at + 1).trimEnd().split('\n').filter((l) => l.startsWith(`\u2014 ${name} `));
	assert.equal(lines.length, 1);
	const signature = Buffer.from(lines[0].split(' ')[2], 'base64');
	assert.equal(signature.subarray(0, 4).toString('hex'), id);
	const spki = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(1).toString('base64url') } });
	assert.ok(verify(null, Buffer.from(note.slice(0, at)), spki, signature.subarray(4)), 'the signature');
	const [origin, size, root] = note.slice(0, at).split('\n');
	return { origin, size: Number(size), root: Buffer.from(root, 'base64') };
}

// RFC 9162, 2.1.3.2.
function rootOf(leaf, index, size, path) {
	let [fn, sn, r] = [index, size - 1, leaf];
	for (const p of path) {
		assert.ok(sn > 0);
		if (fn % 2 === 1 || fn === sn) {
			r = nodeHash(p, r);
			while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
		} else {
			r = nodeHash(r, p);
		}
		[fn, sn] = [fn >> 1, sn >> 1];
	}
	assert.equal(sn, 0);
	return r;
}

function treeHash(hashes) {
	if (hashes.length <= 1) return hashes[0] ?? sha256();
	let k = 1;
	while (k * 2 < hashes.length) k *= 2;
	return nodeHash(treeHash(hashes.slice(0, k)), treeHash(hashes.slice(k)));
}

function split(bundle) {
	const entries = [];
	for (let at = 0; at < bundle.length;) {
		const n = bundle.readUInt16BE(at);
		entries.push(bundle.subarray(at + 2, at + 2 + n));
		at += 2 + n;
	}
	return entries;
}

describe('the transparency log', () => {
	let c, d, key;
	const get = (what, options) => anyone().get(`/logs/${c.slug}/${what}`, options);
	const ledger = async () => (await c.api.all('/v1/ledger', 'entries')).length;
	// The checkpoint that covers everything up to now.
	async function caughtUp() {
		const size = await ledger();
		return until(async () => {
			const answer = await get('checkpoint');
			return answer.status === 200 && open(answer.text, key).size >= size ? answer : undefined;
		}, 'the log to catch up');
	}

	before(async () => {
		c = await fx.creator();
		key = await until(async () => {
			const answer = await get('vkey');
			return answer.status === 200 && answer.text.trim();
		}, 'the key');
		d = await fx.drop(c, { quantity: 500, tokenized: 500, per_person: 20 });
		for (let i = 0; i < 15; i++) fx.ok(await fx.claim(c, d.id, { quantity: 20 }));
	});

	it('signs all entries, which are those of /v1/ledger, byte for byte', async () => {
		const answer = await caughtUp();
		const { origin, size, root } = open(answer.text, key);
		assert.equal(origin, `${new URL(process.env.ROADSHOW_URL).host}/logs/${c.slug}`);
		assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
		assert.equal(answer.headers['cache-control'], 'public, max-age=1');
		assert.ok(size > 300);
		const [first, second] = [await get('tile/entries/000'), await get(`tile/entries/001.p/${size - 256}`)];
		const entries = [...split(first.bytes), ...split(second.bytes)];
		assert.deepEqual(treeHash(entries.map(leafHash)), root);
		const { text } = await c.api.get('/v1/ledger?limit=1000');
		assert.ok(text.startsWith(`{"entries":[${Buffer.concat(entries.flatMap((e, i) => (i ? [Buffer.from(','), e] : [e])))}`));
		const [full, partial, above] = [await get('tile/0/000'), await get(`tile/0/001.p/${size - 256}`), await get('tile/1/000.p/1')];
		assert.deepEqual(Buffer.concat([full.bytes, partial.bytes]), Buffer.concat(entries.map(leafHash)));
		assert.deepEqual(above.bytes, treeHash(entries.slice(0, 256).map(leafHash)));
		for (const a of [full, first]) assert.equal(a.headers['cache-control'], 'public, max-age=31536000, immutable');
		for (const a of [partial, second, above]) assert.equal(a.headers['cache-control'], 'public, max-age=3600');
		for (const a of [full, partial, first]) assert.equal(a.headers['content-type'], 'application/octet-stream');
	});

	it('is a second behind at most', async () => {
		const delays = [];
		for (let i = 0; i < 5; i++) {
			fx.ok(await fx.claim(c, d.id));
			const began = Date.now();
			await caughtUp();
			delays.push(Date.now() - began);
		}
		assert.ok(delays.sort((a, b) => a - b)[2] <= 1000, `${delays} ms`);
	});

	it('has nothing where nothing is', async () => {
		await caughtUp();
		for (const what of ['tile/0/001', 'tile/0/002', 'tile/0/002.p/1', 'tile/1/000', 'tile/1/000.p/2', 'tile/2/000.p/1',
			'tile/0/000.p/0', 'tile/0/000.p/256', 'tile/0/0', 'tile/entries/002', 'tile/entries/000.p/0', 'tile/64/000',
			'tile/x', 'tile/', 'tile', '', 'checkpoint/', 'vkey/x', 'tile/0/x999/x999/x999/x999/x999/999',
			`tile/${'0'.repeat(300)}`, 'tile/0/%30%30%30']) {
			const answer = await get(what);
			assertProblem(answer, 404, 'not_found');
			assert.equal(answer.headers['cache-control'], 'no-store', what);
		}
		for (const slug of ['nobody', 'x'.repeat(63), 'x'.repeat(64), 'x'.repeat(128), c.id, '%00', '..'])
			for (const what of ['checkpoint', 'vkey', 'tile/0/000.p/1', 'tile/entries/000.p/1'])
				assertProblem(await anyone().get(`/logs/${slug}/${what}`), 404, 'not_found');
		assertProblem(await anyone().request('POST', `/logs/${c.slug}/checkpoint`), 405);
	});

	it('answers HEAD', async () => {
		const head = await anyone().request('HEAD', `/logs/${c.slug}/tile/0/000`);
		assert.equal(head.status, 200);
		assert.equal(head.bytes.length, 0);
	});

	it('gives a holder a receipt that needs nobody to verify', async () => {
		const token = await fx.token(c, d.id);
		await caughtUp();
		for (const who of [c.api, c.storefront]) {
			const answer = await who.get(`/v1/tokens/${token.id}/proof`);
			assert.equal(answer.status, 200, answer.text);
			assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
			const at = answer.text.indexOf('\n\n');
			const [version, extra, index, ...path] = answer.text.slice(0, at).split('\n');
			assert.equal(version, 'c2sp.org/tlog-proof@v1');
			const entry = Buffer.from(extra.replace('extra ', ''), 'base64');
			const { size, root } = open(answer.text.slice(at + 2), key);
			assert.equal(index, `index ${token.ledger_index}`);
			assert.deepEqual(rootOf(leafHash(entry), token.ledger_index, size, path.map((p) => Buffer.from(p, 'base64'))), root);
			const said = JSON.parse(entry);
			assert.deepEqual([said.kind, said.subject, said.data.serial], ['token.issued', token.id, token.serial]);
		}
	});

	it('asks to wait for a receipt that is not there yet', async () => {
		for (let i = 0; i < 50; i++) {
			const answer = await c.api.get(`/v1/tokens/${(await fx.token(c, d.id)).id}/proof`);
			if (answer.status === 200) continue;
			assertProblem(answer, 503, 'proof_pending');
			assert.equal(answer.headers['retry-after'], '1');
			return;
		}
		assert.fail('the log was faster fifty times');
	});

	it('reports a drop, as anybody can count again', async () => {
		const drop = await fx.drop(c, { quantity: 10, tokenized: 6, hold_ttl_s: 600, per_person: 3 });
		const { tokens } = fx.ok(await fx.claim(c, drop.id, { quantity: 3 }));
		fx.ok(await c.api.post(`/v1/tokens/${tokens[0].id}/confirm`, {}), 200);
		fx.ok(await c.api.post(`/v1/tokens/${tokens[1].id}/cancel`, {}), 200);
		await caughtUp();
		const answer = await get(`drops/${drop.id}`);
		assert.equal(answer.headers['cache-control'], 'public, max-age=10');
		const report = fx.ok(answer, 200);
		assert.deepEqual(report.counts, { 'drop.created': 1, 'token.held': 3, 'token.issued': 1, 'token.cancelled': 1 });
		assert.deepEqual(report.changes.map((x) => [x.kind, x.mode, x.quantity, x.tokenized]), [['drop.created', 'fcfs', 10, 6]]);
		const entries = (await c.api.all('/v1/ledger', 'entries')).slice(0, report.size)
			.filter((e) => e.subject === drop.id || e.data.drop_id === drop.id);
		for (const [kind, n] of Object.entries(report.counts)) {
			assert.equal(entries.filter((e) => e.kind === kind).length, n);
			assert.equal(report.times.reduce((sum, t) => sum + (t.counts[kind] ?? 0), 0), n);
		}
		assert.equal(report.step, 'minute');
		for (const t of report.times) assert.match(t.at, /:00\.000000Z$/);
		assertProblem(await get(`drops/${tokens[0].id}`), 404, 'not_found');
		const other = await fx.creator();
		await until(async () => (await anyone().get(`/logs/${other.slug}/checkpoint`)).status === 200, 'the other log');
		assertProblem(await anyone().get(`/logs/${other.slug}/drops/${drop.id}`), 404, 'not_found');
	});

	it('tells nothing about people', async () => {
		const text = (await get('tile/entries/000')).text;
		assert.ok(!/example\.org|buyer|email|phone/.test(text));
	});
});
