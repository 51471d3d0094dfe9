// SPDX-License-Identifier: Apache-2.0
//
// The ledger: dense indices in commit order, an entry for every change, nothing about people in it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

after(() => fx.anonymous().close());

describe('the ledger', () => {
	it('has an entry for every change, in order, with dense indices', async () => {
		const c = await fx.creator();
		const ev = await fx.event(c), p = await fx.product(c);
		const d = await fx.drop(c, { event_id: ev.id, sku: p.sku, hold_ttl_s: 600, per_person: 2 });
		const { tokens } = fx.ok(await fx.claim(c, d.id, { quantity: 2 }));
		fx.ok(await c.api.post(`/v1/tokens/${tokens[0].id}/confirm`, {}), 200);
		fx.ok(await c.api.post(`/v1/tokens/${tokens[1].id}/cancel`, {}), 200);
		const h = await fx.hub(c, fx.PLACES.soho);
		const entries = await c.api.all('/v1/ledger', 'entries');
		assert.deepEqual(entries.map((e) => e.index), entries.map((_, i) => i));
		const about = (id) => entries.filter((e) => e.subject === id).map((e) => e.kind);
		assert.deepEqual(about(tokens[0].id), ['token.held', 'token.issued']);
		assert.deepEqual(about(tokens[1].id), ['token.held', 'token.cancelled']);
		for (const [what, id] of [['creator', c.id], ['event', ev.id], ['product', p.id], ['drop', d.id],
			['hub', h.id], ['key', c.storefront_key_id]])
			assert.ok(about(id).length >= 1, `nothing about the ${what}`);
		for (const e of entries) {
			assert.match(e.kind, /^[a-z_]+\.[a-z_]+$/);
			assert.ok(!Number.isNaN(Date.parse(e.at)));
			if (e.prev !== null) assert.equal(entries[e.prev].subject, e.subject, 'prev is of the same subject');
		}
		const times = entries.map((e) => e.at);
		assert.deepEqual(times, [...times].sort(), 'times do not go back');
	});

	it('stays dense under many writers', async () => {
		const c = await fx.creator();
		const drops = await Promise.all(Array.from({ length: 4 }, () =>
			fx.drop(c, { quantity: 100, tokenized: 100 })));
		await Promise.all(Array.from({ length: 80 }, async (_, i) => {
			if (i % 8 === 0) await fx.product(c);
			else fx.ok(await fx.claim(c, drops[i % 4].id));
		}));
		const entries = await c.api.all('/v1/ledger?limit=17', 'entries');
		assert.deepEqual(entries.map((e) => e.index), entries.map((_, i) => i));
		assert.equal(entries.filter((e) => e.kind === 'token.issued').length, 70);
	});

	it('tells nothing about people', async () => {
		const c = await fx.creator();
		const d = await fx.drop(c);
		const contact = { email: `${fx.unique('verysecret')}@example.org` };
		fx.ok(await fx.claim(c, d.id, { contact }));
		const text = JSON.stringify(await c.api.all('/v1/ledger', 'entries'));
		assert.ok(!text.includes('verysecret'));
		assert.ok(!/buyer|contact|email|phone/.test(text));
	});

	it('has commitments to what people write, and that is taken back', async () => {
		const c = await fx.creator(), p = await fx.product(c), hub = await fx.hub(c, fx.PLACES.soho);
		const [reason, reference] = ['Ann Miller is ill', 'from Ann Miller'];
		fx.ok(await c.api.post(`/v1/hubs/${hub.id}/stock/${p.sku}/receive`, { quantity: 3, reference }), 200);
		fx.ok(await c.api.post(`/v1/hubs/${hub.id}/stock/${p.sku}/receive`, { quantity: 1 }), 200);
		fx.ok(await c.api.post(`/v1/hubs/${hub.id}/outage`, { reason }), 200);
		const past = async () => (await c.api.all(`/v1/hubs/${hub.id}/history`, 'entries')).slice(0, 3);
		const [outage, bare, received] = await past();
		assert.deepEqual([outage.data.reason, received.data.reference, Object.keys(bare.data)], [reason, reference, ['lines']]);
		for (const [entry, text] of [[outage, reason], [received, reference]])
			assert.equal(createHash('sha256').update('roadshow-text/v1\0').update(Buffer.from(entry.data.salt, 'hex')).update(text)
				.digest('base64url'), entry.data.commitment, 'with what opens them beside them');
		const entries = await c.api.all('/v1/ledger', 'entries');
		assert.deepEqual(entries[outage.index].data, { commitment: outage.data.commitment, rerouted: 0 });
		assert.ok(!JSON.stringify(entries).includes('Miller'));

		const redact = (index, api = c.api) => api.post(`/v1/ledger/${index}/redact`, { reason: 'names staff' });
		const one = fx.ok(await redact(outage.index), 200);
		assert.deepEqual([one.index, one.redacted.reason, fx.ok(await redact(outage.index), 200)], [outage.index, 'names staff', one]);
		assert.equal(fx.ok(await c.api.get(`/v1/hubs/${hub.id}`), 200).outage.reason, 'redacted');
		fx.ok(await redact(received.index), 200);
		const [gone, , lost] = await past();
		for (const [data, text] of [[gone.data, gone.data.reason], [lost.data, lost.data.reference]])
			assert.deepEqual([text, data.salt, data.redacted.reason], [null, null, 'names staff']);
		const [, , told] = (await c.api.all('/v1/ledger', 'entries')).slice(-3);
		assert.deepEqual([told.kind, told.data], ['entry.redacted', { index: received.index, by: one.redacted.by }]);
		for (const index of [bare.index, 0]) assertProblem(await redact(index), 409, 'nothing_to_redact');
		for (const index of [99999, -1, 'x', '1e3']) assertProblem(await redact(index), 404, 'not_found');
		const other = await fx.creator();
		assertProblem(await redact(received.index, other.api), 404, 'not_found');
		assertProblem(await c.api.post(`/v1/ledger/${outage.index}/redact`, {}), 422, 'validation_failed');
	});

	it('does not change when a call was refused or repeated', async () => {
		const c = await fx.creator();
		const d = await fx.drop(c, { quantity: 1, tokenized: 1 });
		const options = { idem: fx.unique('key') }, body = { contact: fx.email() };
		fx.ok(await fx.claim(c, d.id, body, options));
		const size = (await c.api.all('/v1/ledger', 'entries')).length;
		await fx.claim(c, d.id, body, options);
		assertProblem(await fx.claim(c, d.id), 409);
		assertProblem(await c.api.post('/v1/products', {}), 422);
		assert.equal((await c.api.all('/v1/ledger', 'entries')).length, size);
	});

	it('of one creator is not that of another', async () => {
		const [a, b] = [await fx.creator(), await fx.creator()];
		await fx.product(a);
		const mine = JSON.stringify(await b.api.all('/v1/ledger', 'entries'));
		assert.ok(!mine.includes(a.id));
	});
});
