// SPDX-License-Identifier: Apache-2.0
//
// Fans who never give up: each claims again and again under fresh contacts and Idempotency-Keys, and
// repeats a request unchanged, with the same key, until it has an answer. What was acknowledged is
// kept, so that it can be held against the database afterwards.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from '../../api/lib/client.mjs';
import { sleep } from './stack.mjs';

// A creator with a drop, made through the public API of the stack.
export async function world(stack, over = {}) {
	const api = new Client(stack.url, stack.service.ca, stack.service.operator_key);
	const ok = (a) => (assert.equal(a.status, 201, a.text), a.json);
	const slug = `crash-${randomBytes(5).toString('hex')}`;
	const made = ok(await api.post('/v1/creators', { slug, name: 'Crash' }));
	const own = api.as(made.api_key);
	const at = (s) => new Date(Date.now() + s * 1000).toISOString();
	const event = ok(await own.post('/v1/events', { name: 'Evening', starts_at: at(-60),
		ends_at: at(86400), time_zone: 'Europe/Berlin',
		venue: { name: 'Room', lat: 52.5, lon: 13.4, address: '1 Street' } }));
	const product = ok(await own.post('/v1/products', { sku: 'print', title: 'Print',
		price: { amount: 100, currency: 'EUR' } }));
	const drop = (o = {}) => own.post('/v1/drops', { event_id: event.id, sku: product.sku,
		quantity: 1000000, tokenized: 1000000, mode: 'fcfs', opens_at: at(-60), closes_at: at(3600),
		per_person: 1, ...o }).then(ok);
	return { creator: made.id, api: own, drop, event, first: await drop(over) };
}

export const contact = () => ({ email: `${randomBytes(8).toString('hex')}@example.org` });

export class Load {
	// Claims of one drop by `fans` loops at once.
	constructor(stack, w, { fans = 16, drop = w.first.id } = {}) {
		Object.assign(this, { w, drop, acked: [], refused: [], tries: 0, unavailable: 0, broken: 0 });
		this.stopped = false;
		// Each fan has a connection of its own; the answers are checked once the storm is over.
		this.client = new Client(stack.url, stack.service.ca, w.api.key);
		this.client.retryReset = false;
		this.loops = Array.from({ length: fans }, () => this.fan());
	}

	async fan() {
		while (!this.stopped) await this.insist({ contact: contact() }, randomUUID());
	}

	// One claim until it is answered; gives up only when the answer is final or after 30 s.
	async insist(body, idem) {
		const end = Date.now() + 30000;
		for (;;) {
			assert.ok(Date.now() < end, 'a claim was not answered within 30 s');
			this.tries++;
			let answer;
			try {
				answer = await this.client.post(`/v1/drops/${this.drop}/claims`, body,
					{ idem, contract: false });
			} catch {
				this.broken++;
				await sleep(25);
				continue;
			}
			if (answer.status === 201) {
				this.acked.push({ body, idem, text: answer.text, json: answer.json });
				return;
			}
			if (answer.status === 503 || answer.json?.code === 'idempotency_in_progress') {
				this.unavailable++;
				await sleep(50);
				continue;
			}
			this.refused.push(answer);
			return;
		}
	}

	async stop() {
		this.stopped = true;
		await Promise.all(this.loops);
	}

	// Waits until `n` more claims were acknowledged: the service is at work again.
	async progress(n = 50, timeout_ms = 20000) {
		const want = this.acked.length + n, end = Date.now() + timeout_ms;
		while (this.acked.length < want) {
			assert.ok(Date.now() < end, `only ${this.acked.length} of ${want} claims in ${timeout_ms} ms`);
			await sleep(20);
		}
	}
}

// What must be true after any crash: every acknowledged token exists, once, as it was told; nothing
// is counted twice; the ledger is dense and has exactly one entry for each token.
export async function verify(stack, load) {
	const { w, drop, acked, refused } = load;
	assert.deepEqual(refused.map((a) => `${a.status} ${a.text}`), [], 'no claim was refused');
	const rows = await stack.query(
		`select id, serial, state, ledger_index from roadshow.tokens where creator_id = $1 and drop_id = $2`,
		[w.creator, drop]);
	const byId = new Map(rows.map((r) => [r.id, r]));
	const told = acked.flatMap((a) => a.json.tokens);
	assert.equal(new Set(told.map((t) => t.id)).size, told.length, 'no token was told to two fans');
	assert.equal(new Set(told.map((t) => t.serial)).size, told.length, 'no serial was told twice');
	for (const t of told) {
		const row = byId.get(t.id);
		assert.ok(row, `acknowledged token ${t.id} is lost`);
		assert.deepEqual([row.serial, row.ledger_index], [t.serial, t.ledger_index]);
	}
	// A claim whose answer was lost was repeated until it was acknowledged, so nothing else exists.
	assert.equal(rows.length, told.length, 'every token was acknowledged to exactly one fan');
	await verifyCounts(stack, w, drop, rows.length);
	await verifyLedger(stack, w, rows);
}

async function verifyCounts(stack, w, drop, tokens) {
	const [d] = await stack.query(
		`select issued, held, next_serial from roadshow.drops where creator_id = $1 and id = $2`,
		[w.creator, drop]);
	assert.deepEqual(d, { issued: tokens, held: 0, next_serial: tokens + 1 });
	const [b] = await stack.query(
		`select count(*) as buyers, sum(units) as units, max(units) as most from roadshow.drop_buyers
		 where creator_id = $1 and drop_id = $2`, [w.creator, drop]);
	assert.deepEqual(b, { buyers: tokens, units: tokens, most: 1 });
}

export async function verifyLedger(stack, w, tokens) {
	const [l] = await stack.query(
		`select count(*) as n, min(index) as first, max(index) as last,
			(select size from roadshow.ledger_heads where creator_id = $1) as size
		 from roadshow.ledger where creator_id = $1`, [w.creator]);
	assert.deepEqual([l.first, l.last, l.size], [0, l.n - 1, l.n], 'the ledger is dense');
	const wrong = await stack.query(
		`select index from roadshow.ledger where creator_id = $1
		 and ((entry::jsonb ->> 'index')::bigint <> index or entry::jsonb ->> 'kind' <> kind)`, [w.creator]);
	assert.deepEqual(wrong, [], 'entries say their own index and kind');
	if (!tokens) return;
	const entries = await stack.query(
		`select subject, count(*) as n from roadshow.ledger
		 where creator_id = $1 and kind = 'token.issued' group by subject`, [w.creator]);
	assert.ok(entries.every((e) => e.n === 1), 'a token is issued once in the ledger');
	const ids = new Set(entries.map((e) => e.subject));
	for (const t of tokens) assert.ok(ids.has(t.id), `token ${t.id} is not in the ledger`);
}

// The same request under the same key gives the same bytes: checked for a sample of what was
// acknowledged, oldest and newest included.
export async function verifyReplays(load, sample = 60) {
	const step = Math.max(1, Math.floor(load.acked.length / sample));
	for (let i = 0; i < load.acked.length; i += step) {
		const { body, idem, text } = load.acked[i];
		const again = await load.w.api.post(`/v1/drops/${load.drop}/claims`, body, { idem });
		assert.equal(again.status, 201, again.text);
		assert.equal(again.text, text);
		assert.equal(again.headers['idempotent-replayed'], 'true');
	}
}
