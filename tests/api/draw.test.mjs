// SPDX-License-Identifier: Apache-2.0
//
// A draw from its announcement to its winners' tokens, over the API: who enters, what everybody can
// read, and that an implementation of its own (Node's crypto, written from docs/formats.md) gets the
// same root, key and order for a few hundred entries. The command line agrees, and notices lies.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, createHmac, createPublicKey, hkdfSync, randomBytes, randomUUID, verify } from 'node:crypto';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { until } from '../crash/lib/stack.mjs';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

const ENTRIES = 300, CAPACITY = 40;
const BIN = process.env.ROADSHOW_BIN ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '../../build/release');

// ---- drop-draw/v1, from its description ----------------------------------------------------------

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
const bytesOf = (uuid) => Buffer.from(uuid.replace(/-/g, ''), 'hex');
const ZERO = Buffer.from([0]), ONE = Buffer.from([1]);
function rootOf(ids) {
	if (ids.length === 0) return sha256(Buffer.alloc(0));
	if (ids.length === 1) return sha256(ZERO, ids[0]);
	const k = 2 ** Math.floor(Math.log2(ids.length - 1));
	return sha256(ONE, rootOf(ids.slice(0, k)), rootOf(ids.slice(k)));
}
function drawAgain(drop, ids, secrets) {
	const sorted = ids.map(bytesOf).sort(Buffer.compare), root = rootOf(sorted);
	const count = Buffer.alloc(8);
	count.writeBigUInt64BE(BigInt(ids.length));
	const key = Buffer.from(hkdfSync('sha256', Buffer.concat(secrets.map((s) => Buffer.from(s, 'hex'))), root,
		Buffer.concat([Buffer.from('drop-draw/v1\0'), bytesOf(drop), count]), 32));
	const score = (id) => createHmac('sha256', key).update(id).digest();
	const ranked = sorted.map((id) => [score(id), id]).sort((a, b) => Buffer.compare(a[0], b[0]) || Buffer.compare(a[1], b[1]))
		.map((x) => x[1]);
	return { root: root.toString('hex'), ranked: ranked.map((b) => b.toString('hex')), ranking_root: rootOf(ranked).toString('hex') };
}
const hexOf = (uuid) => bytesOf(uuid).toString('hex');
const payloadOf = (jws) => JSON.parse(Buffer.from(jws.split('.')[1], 'base64url'));

// ---- the stage -----------------------------------------------------------------------------------

let c, db;
before(async () => {
	c = await fx.creator();
	db = new pg.Client({ connectionString: process.env.DATABASE_URL });
	await db.connect();
});
after(async () => {
	await db.end();
	fx.anonymous().close();
});

const read = async (drop) => fx.ok(await fx.anonymous().get(`/v1/drops/${drop.id}/draw`), 200);
const state = (drop, wanted) => until(async () => (await read(drop)).state === wanted, `the draw to be ${wanted}`, 15000);
const entriesOf = (drop, limit = 1000) => fx.anonymous().all(`/v1/drops/${drop.id}/draw/entries?limit=${limit}`, 'entries');
const reveal = (drop, body = {}) => c.api.post(`/v1/drops/${drop.id}/draw/reveal`, { secret: drop.secret, ...body });
const look = async (drop, id, as = c.api) => fx.ok(await as.get(`/v1/drops/${drop.id}/entries/${id}`), 200);
// The clock passes over the close.
async function over(drop) {
	await db.query('update roadshow.drops set closes_at = clock_timestamp() where id = $1', [drop.id]);
	await state(drop, 'closed');
}
const finished = (drop) => until(async () => (await db.query(
	'select done_at from roadshow.draws where drop_id = $1', [drop.id])).rows[0].done_at !== null, 'tokens for all winners');
// Resolves to { code, out }.
const roadshow = (...argv) => promisify(execFile)(path.join(BIN, 'roadshow'), argv).then((r) => ({ code: 0, out: r.stdout }), (e) => ({ code: e.code, out: e.stderr }));
const verifyDraw = (url, drop) => roadshow('draw', 'verify', url, drop);

describe('a draw of a few hundred', () => {
	let drop, entered, made, listed;
	before(async () => {
		drop = await fx.draw(c, { quantity: CAPACITY, tokenized: CAPACITY });
		entered = await Promise.all(Array.from({ length: ENTRIES }, async () => fx.ok(await fx.claim(c, drop.id), 202)));
	});

	it('is committed to before anybody enters', async () => {
		const d = await read(drop);
		assert.deepEqual([d.state, d.capacity, d.n, d.root, d.winners], ['committed', CAPACITY, null, null, null]);
		assert.deepEqual(d.parties.map((p) => [p.name, p.secret, p.withheld]), [['service', null, false], ['creator', null, false]]);
		assert.equal(d.parties[1].commitment, sha256(Buffer.from(drop.secret, 'hex')).toString('hex'));
		assert.ok(entered.every((e) => e.ledger_index > d.ledger.committed));
	});

	it('tells no entries and takes no secrets while it is open', async () => {
		assertProblem(await fx.anonymous().get(`/v1/drops/${drop.id}/draw/entries`), 409, 'draw_not_closed');
		assertProblem(await reveal(drop), 409, 'draw_not_closed');
		assert.equal((await look(drop, entered[0].entry_id)).state, 'entered');
	});

	it('closes with the root of all entries', async () => {
		await over(drop);
		assertProblem(await fx.claim(c, drop.id), 409, 'closed');
		const d = await read(drop);
		assert.equal(d.n, ENTRIES);
		assert.equal(d.root, drawAgain(drop.id, entered.map((e) => e.entry_id), []).root);
		assert.equal(d.parties[0].secret, null, 'the service reveals last');
	});

	it('is made once the secrets are there, as anybody can make it again', async () => {
		assertProblem(await reveal(drop, { secret: '0'.repeat(64) }), 422, 'secret_mismatch');
		fx.ok(await reveal(drop), 200);
		await state(drop, 'made');
		made = await read(drop);
		listed = await entriesOf(drop, 70);
		for (const p of made.parties) assert.equal(sha256(Buffer.from(p.secret, 'hex')).toString('hex'), p.commitment);
		assert.deepEqual(listed.map((e) => e.id), entered.map((e) => e.entry_id).sort());
		const again = drawAgain(drop.id, listed.map((e) => e.id), made.parties.map((p) => p.secret));
		assert.deepEqual([made.root, made.ranking_root, made.winners], [again.root, again.ranking_root, CAPACITY]);
		assert.deepEqual(listed.slice().sort((a, b) => a.rank - b.rank).map((e) => hexOf(e.id)), again.ranked);
	});

	it('gives the first ones a token each, in their order, and the others a place in line', async () => {
		await finished(drop);
		const byRank = listed.slice().sort((a, b) => a.rank - b.rank);
		for (const e of [...byRank.slice(0, 3), byRank[CAPACITY - 1]]) {
			const x = await look(drop, e.id);
			assert.deepEqual([x.state, x.token.serial, x.token.state, payloadOf(x.token.jwt).srl], ['won', e.rank, 'issued', e.rank]);
		}
		const next = await look(drop, byRank[CAPACITY].id);
		assert.deepEqual([next.state, next.rank, next.token], ['waiting', CAPACITY + 1, null]);
		const { counts } = fx.ok(await c.api.get(`/v1/drops/${drop.id}`), 200);
		assert.deepEqual([counts.issued, counts.available], [CAPACITY, 0]);
	});

	it('shows a winner\'s token to a storefront only for the receipt', async () => {
		const winner = listed.find((e) => e.rank === 1), loser = listed.find((e) => e.rank === CAPACITY + 1);
		const { receipt } = entered.find((e) => e.entry_id === winner.id);
		const other = entered.find((e) => e.entry_id === loser.id).receipt;
		const collect = (body) => c.storefront.post(`/v1/drops/${drop.id}/entries/${winner.id}/collect`, body, { idem: null });
		const seen = await look(drop, winner.id, c.storefront);
		assert.deepEqual([seen.state, seen.token.jwt, seen.token.holder_url], ['won', null, null]);
		const got = fx.ok(await collect({ receipt }), 200);
		assert.equal(got.token.jwt, (await look(drop, winner.id)).token.jwt);
		assert.ok(got.token.holder_url);
		const token = got.token.jwt;
		for (const wrong of [other, token, fx.forged(receipt), 'x'])
			assertProblem(await collect({ receipt: wrong }), 422, 'receipt_invalid');
		await db.query('update roadshow.tokens set version = 2, passed_at = now() where id = $1', [got.token.id]);
		assert.equal(fx.ok(await collect({ receipt }), 200).token.jwt, null, 'what was passed on is not theirs');
		await db.query('update roadshow.tokens set version = 1, passed_at = null where id = $1', [got.token.id]);
	});

	it('tells the ledger each step', async () => {
		const log = await c.api.all('/v1/ledger?limit=1000', 'entries');
		const about = log.filter((e) => e.subject === drop.id);
		assert.deepEqual(about.map((e) => e.kind), ['drop.created', 'draw.committed', 'draw.closed', 'draw.revealed', 'draw.revealed', 'draw.made', 'draw.waitlist']);
		assert.deepEqual(about.map((e) => e.prev), [null, ...about.slice(0, -1).map((e) => e.index)]);
		assert.deepEqual(about[5].data.withheld, []);
		assert.deepEqual(about[6].data, { drop_id: drop.id, entries: ENTRIES - CAPACITY });
		const issued = log.filter((e) => e.kind === 'token.issued' && e.data.drop_id === drop.id);
		assert.deepEqual(issued.map((e) => e.data.entry_id), listed.slice().sort((a, b) => a.rank - b.rank).slice(0, CAPACITY).map((e) => e.id));
	});

	it('comes out the same on the command line', async () => {
		const { code, out } = await verifyDraw(process.env.ROADSHOW_URL, drop.id);
		assert.equal(code, 0, out);
		assert.match(out, /entries {2}300, root [0-9a-f]{64}\n/);
		assert.equal((await verifyDraw(process.env.ROADSHOW_URL, randomUUID())).code, 1);
		const log = await roadshow('log', 'verify', `${process.env.ROADSHOW_URL}${made.log}`);
		assert.equal(log.code, 0, log.out);
	});

	for (const [lie, words] of [
		[(d, e) => { [e[0].rank, e[1].rank] = [e[1].rank, e[0].rank]; }, /RANKING/],
		[(d, e) => { [e[0].rank, e[1].rank] = [e[1].rank, e[0].rank];
			d.ranking_root = rootOf(e.slice().sort((a, b) => a.rank - b.rank).map((x) => bytesOf(x.id))).toString('hex'); }, /DIFFERENTLY/],
		[(d) => { d.parties[0].secret = d.parties[1].secret; }, /SECRET/],
		[(d, e) => { e[0].id = randomUUID();
			d.ranking_root = rootOf(e.slice().sort((a, b) => a.rank - b.rank).map((x) => bytesOf(x.id))).toString('hex'); }, /ENTRIES/],
		[(d, e) => { e.pop(); }, /LIST/], [(d, e) => { e[0].rank = e[1].rank; }, /RANK/],
		[(d) => { d.winners += 1; }, /WINNERS/],
		[(d) => { const { secret } = d.parties[0]; d.parties[0].secret = null; d.parties[0].withheld = Boolean(secret); }, /DIFFERENTLY/]])
		it(`is not believed by the command line when it lies: ${words.source}`, async () => {
			const d = structuredClone(made), e = structuredClone(listed);
			lie(d, e);
			const server = http.createServer((q, r) => r.setHeader('content-type', 'application/json')
				.end(JSON.stringify(q.url.includes('/entries') ? { entries: e, next: null } : d)));
			await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
			const { code, out } = await verifyDraw(`http://127.0.0.1:${server.address().port}`, drop.id);
			server.close();
			assert.equal(code, 1, out);
			assert.match(out, words);
		});
});

describe('an entry', () => {
	it('commits to the client\'s nonce, and its receipt is the service\'s signature', async () => {
		const drop = await fx.draw(c), nonce = randomBytes(16).toString('hex');
		const e = fx.ok(await fx.claimAsFan(c, drop.id, { entry_nonce: nonce }), 202);
		const said = payloadOf(e.receipt);
		assert.deepEqual([said.entry, said.drop, said.nonce, said.ledger_index], [e.entry_id, drop.id, nonce, e.ledger_index]);
		assert.equal(sha256(Buffer.from(nonce, 'hex'), Buffer.from(said.salt, 'hex')).subarray(0, 16).toString('hex'), hexOf(e.entry_id));
		const [header, payload, signature] = e.receipt.split('.');
		const { typ, kid, alg } = JSON.parse(Buffer.from(header, 'base64url'));
		assert.deepEqual([typ, alg], ['draw-receipt+jwt', 'ES256']);
		const { keys } = (await fx.anonymous().get('/.well-known/jwks.json')).json;
		assert.ok(verify('sha256', Buffer.from(`${header}.${payload}`), { dsaEncoding: 'ieee-p1363',
			key: createPublicKey({ key: keys.find((k) => k.kid === kid), format: 'jwk' }) }, Buffer.from(signature, 'base64url')));
	});

	it('is one for a person, for one unit, and the same when it is repeated', async () => {
		const drop = await fx.draw(c), contact = fx.email(), idem = randomUUID();
		const first = await fx.claim(c, drop.id, { contact }, { idem });
		fx.ok(first, 202);
		const again = await fx.claim(c, drop.id, { contact }, { idem });
		assert.deepEqual([again.text, again.headers['idempotent-replayed']], [first.text, 'true']);
		assertProblem(await fx.claim(c, drop.id, { contact }), 409, 'already_entered');
		assertProblem(await fx.claim(c, drop.id, {}, { idem }), 422, 'idempotency_key_reused');
		assertProblem(await fx.claim(c, drop.id, { quantity: 2 }), 409, 'limit_reached');
		assertProblem(await fx.claim(c, drop.id, { entry_nonce: 'z'.repeat(32) }), 422, 'validation_failed');
		assertProblem(await c.storefront.post(`/v1/drops/${drop.id}/claims`, { contact: fx.email() }), 403, 'proof_required');
	});

	it('is refused before the draw opens', async () => {
		const drop = await fx.draw(c, { opens_at: fx.inSeconds(600) });
		assertProblem(await fx.claim(c, drop.id), 409, 'not_open');
	});
});

describe('a draw', () => {
	it('wants a commitment, and one unit to a person', async () => {
		const ev = await fx.event(c), { sku } = await fx.product(c);
		const commitment = 'ab'.repeat(32);
		for (const over of [{ mode: 'draw' }, { draw: { commitment } }, { mode: 'draw', draw: { commitment: 'x' } },
			{ mode: 'draw', per_person: 2, draw: { commitment } },
			{ mode: 'draw', draw: { commitment, parties: [{ name: 'venue', commitment }] } }])
			assertProblem(await c.api.post('/v1/drops', fx.dropBody(ev.id, sku, over)), 422, 'validation_failed');
	});

	it('is made without a secret that is withheld, and names who withheld it', async () => {
		const venue = randomBytes(32);
		const drop = await fx.draw(c, { draw: { parties: [{ name: 'venue', commitment: sha256(venue).toString('hex') }] } });
		const { entry_id } = fx.ok(await fx.claim(c, drop.id), 202);
		await over(drop);
		assertProblem(await reveal(drop, { party: 'service' }), 422, 'unknown_party');
		fx.ok(await reveal(drop, { party: 'venue', secret: venue.toString('hex') }), 200);
		await db.query('update roadshow.draws set reveal_by = clock_timestamp() where drop_id = $1', [drop.id]);
		assertProblem(await reveal(drop), 409, 'reveal_over');
		await state(drop, 'made');
		const d = await read(drop);
		assert.deepEqual(d.parties.map((p) => p.withheld), [false, true, false]);
		assert.equal(d.ranking_root, drawAgain(drop.id, [entry_id], [d.parties[0].secret, d.parties[2].secret]).ranking_root);
		const { code, out } = await verifyDraw(process.env.ROADSHOW_URL, drop.id);
		assert.equal(code, 0, out);
		assert.match(out, /creator, WITHHELD/);
	});

	it('of nobody ends with nothing', async () => {
		const drop = await fx.draw(c);
		await over(drop);
		assert.deepEqual(await entriesOf(drop), []);
		fx.ok(await reveal(drop), 200);
		await state(drop, 'made');
		assert.equal((await verifyDraw(process.env.ROADSHOW_URL, drop.id)).code, 0);
	});

	it('holds winners\' tokens where the drop has holds', async () => {
		const drop = await fx.draw(c, { hold_ttl_s: 600 });
		const { entry_id } = fx.ok(await fx.claim(c, drop.id), 202);
		await over(drop);
		fx.ok(await reveal(drop), 200);
		await state(drop, 'made');
		await finished(drop);
		const { token } = await look(drop, entry_id);
		assert.deepEqual([token.state, token.jwt], ['held', null]);
		assert.equal(fx.ok(await c.api.post(`/v1/tokens/${token.id}/confirm`, {}), 200).state, 'issued');
	});

	it('is not there for a drop of the other kind', async () => {
		const drop = await fx.drop(c);
		for (const at of ['draw', 'draw/entries'])
			assertProblem(await fx.anonymous().get(`/v1/drops/${drop.id}/${at}`), 404, 'not_found');
		assertProblem(await c.api.post(`/v1/drops/${drop.id}/draw/reveal`, { secret: '0'.repeat(64) }), 404, 'not_found');
	});
});
