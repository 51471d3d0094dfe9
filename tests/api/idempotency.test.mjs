// SPDX-License-Identifier: Apache-2.0
//
// Idempotency-Key: a request that is sent again has its effect once, and the same answer each time.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import { after, before, describe, it } from 'node:test';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

// Sends a request whole and hangs up after some milliseconds, or as soon as it is sent.
function leave(client, target, body, idem, after_ms) {
	const payload = JSON.stringify(body);
	return new Promise((resolve) => {
		const req = https.request(new URL(target, client.base), { method: 'POST', ca: fs.readFileSync(client.ca),
			agent: false, headers: { authorization: `Bearer ${client.key}`, 'content-type': 'application/json',
				'content-length': Buffer.byteLength(payload), 'idempotency-key': idem } });
		req.on('error', () => {});
		req.on('response', (res) => res.resume());
		req.on('close', resolve);
		req.end(payload, () => setTimeout(() => req.destroy(), after_ms));
	});
}

describe('Idempotency-Key', () => {
	let c, other;
	before(async () => { [c, other] = await Promise.all([fx.creator(), fx.creator()]); });
	after(() => fx.anonymous().close());

	const body = (over) => ({ sku: fx.unique('sku'), title: 'A print',
		price: { amount: 100, currency: 'EUR' }, ...over });

	it('gives the stored answer, byte for byte, and says that it is one', async () => {
		const b = body(), idem = randomUUID();
		const first = await c.api.post('/v1/products', b, { idem });
		fx.ok(first);
		assert.equal(first.headers['idempotent-replayed'], undefined);
		for (let i = 0; i < 3; i++) {
			const again = await c.api.post('/v1/products', b, { idem });
			assert.equal(again.status, 201);
			assert.equal(again.headers['idempotent-replayed'], 'true');
			assert.equal(again.text, first.text);
			assert.equal(again.headers.location, first.headers.location);
			assert.equal(again.headers.etag, first.headers.etag);
			assert.notEqual(again.headers['x-request-id'], first.headers['x-request-id']);
		}
	});

	it('takes the quoted form of the draft and the bare form for the same key', async () => {
		const b = body(), idem = randomUUID();
		const first = await c.api.post('/v1/products', b, { idem: `"${idem}"` });
		fx.ok(first);
		const again = await c.api.post('/v1/products', b, { idem });
		assert.equal(again.headers['idempotent-replayed'], 'true');
		assert.equal(again.text, first.text);
	});

	it('is required on every POST that changes something', async () => {
		assertProblem(await c.api.post('/v1/products', body(), { idem: null }), 400,
			'missing_idempotency_key');
	});

	for (const [what, idem] of [['empty', '""'], ['too long', 'k'.repeat(300)],
		['with a space', 'a b'], ['with an open quote', '"abc'], ['beyond ASCII', 'k\u00e9y']])
		it(`refuses a key that is ${what}`, async () => {
			assertProblem(await c.api.post('/v1/products', body(), { idem }), 400);
		});

	it('refuses another body, another path and another method under a used key', async () => {
		const b = body(), idem = randomUUID();
		fx.ok(await c.api.post('/v1/products', b, { idem }));
		assertProblem(await c.api.post('/v1/products', { ...b, title: 'Another' }, { idem }), 422,
			'idempotency_key_reused');
		assertProblem(await c.api.post('/v1/keys', { role: 'storefront', name: 'x' }, { idem }), 422,
			'idempotency_key_reused');
	});

	it('belongs to the API key that used it', async () => {
		const b = body(), idem = randomUUID();
		const mine = fx.ok(await c.api.post('/v1/products', b, { idem }));
		const theirs = fx.ok(await other.api.post('/v1/products', b, { idem }));
		assert.notEqual(mine.id, theirs.id);
	});

	it('does not keep a refusal: the mended request may use the key again', async () => {
		const idem = randomUUID(), b = body();
		assertProblem(await c.api.post('/v1/products', { ...b, title: '' }, { idem }));
		fx.ok(await c.api.post('/v1/products', b, { idem }));

		const later = await fx.drop(c, { opens_at: fx.inSeconds(2), quantity: 1, tokenized: 1 });
		const claim = { contact: fx.email() }, key = randomUUID();
		assertProblem(await fx.claim(c, later.id, claim, { idem: key }), 409, 'not_open');
		await new Promise((resolve) => setTimeout(resolve, 2200));
		fx.ok(await fx.claim(c, later.id, claim, { idem: key }));
	});

	it('makes one thing of many requests at once', async () => {
		const b = body(), idem = randomUUID();
		const answers = await Promise.all(Array.from({ length: 24 }, () =>
			c.api.post('/v1/products', b, { idem })));
		const made = answers.filter((a) => a.status === 201);
		assert.ok(made.length >= 1);
		assert.equal(new Set(made.map((a) => a.text)).size, 1);
		assert.equal(made.filter((a) => !a.headers['idempotent-replayed']).length, 1);
		for (const a of answers.filter((x) => x.status !== 201))
			assertProblem(a, 409, 'idempotency_in_progress');
	});

	it('makes one claim of many at once, and every answer is that claim', async () => {
		const d = await fx.drop(c, { quantity: 20, tokenized: 20, per_person: 20 });
		const claim = { contact: fx.email(), quantity: 2 }, idem = randomUUID();
		const answers = await Promise.all(Array.from({ length: 40 }, () =>
			fx.claim(c, d.id, claim, { idem })));
		const made = answers.filter((a) => a.status === 201);
		assert.ok(made.length >= 1);
		assert.equal(new Set(made.map((a) => a.text)).size, 1, 'same bytes');
		for (const a of answers.filter((x) => x.status !== 201))
			assertProblem(a, 409, 'idempotency_in_progress');
		const again = await fx.claim(c, d.id, claim, { idem });
		assert.equal(again.text, made[0].text);
		assert.equal(again.headers['idempotent-replayed'], 'true');
		const now = fx.ok(await c.api.get(`/v1/drops/${d.id}`), 200);
		assert.equal(now.counts.issued, 2);
	});

	it('gives the answer to clients that went away before it came', async () => {
		const d = await fx.drop(c, { quantity: 40, tokenized: 40 });
		const target = `/v1/drops/${d.id}/claims`;
		const tries = Array.from({ length: 40 }, () => ({ idem: randomUUID(), body: { contact: fx.email() } }));
		await Promise.all(tries.map(({ body, idem }, i) => leave(c.storefront, target, body, idem, i % 4)));
		const answers = await Promise.all(tries.map(async ({ body, idem }) => {
			for (;;) {
				const a = await fx.claim(c, d.id, body, { idem });
				if (a.json?.code !== 'idempotency_in_progress') return a;
			}
		}));
		assert.deepEqual(answers.flatMap((a) => fx.ok(a).tokens.map((t) => t.serial)).sort((a, b) => a - b),
			Array.from({ length: 40 }, (_, i) => i + 1));
	});

	it('refuses a claim with another body under the same key', async () => {
		const d = await fx.drop(c, { per_person: 5 });
		const idem = randomUUID(), contact = fx.email();
		fx.ok(await fx.claim(c, d.id, { contact, quantity: 1 }, { idem }));
		assertProblem(await fx.claim(c, d.id, { contact, quantity: 2 }, { idem }), 422,
			'idempotency_key_reused');
		const d2 = await fx.drop(c);
		assertProblem(await fx.claim(c, d2.id, { contact, quantity: 1 }, { idem }), 422,
			'idempotency_key_reused');
	});
});
