// SPDX-License-Identifier: Apache-2.0
//
// Returns from outside: asked for by the creator, received and settled by the partner whose hub it is.
import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

after(() => fx.anonymous().close());

const FAN = { lat: 40.7128, lon: -73.9600 };

async function delivered() {
	const [c, p] = [await fx.creator(), await fx.partner()];
	const hub = await fx.hub(c, fx.PLACES.williamsburg, { partner_id: p.id }), { sku } = await fx.product(c);
	await fx.stock(c, hub.id, sku, 3);
	const o = fx.ok(await fx.order(c, sku, FAN, { lines: [{ sku, quantity: 2 }] }));
	const list = fx.ok(await p.api.post(`/v1/hubs/${hub.id}/picklists/claim`, {}), 200);
	const step = (what, body) => p.api.post(`/v1/picklists/${list.id}/${what}`, { fencing: list.lease.fencing, ...body });
	fx.ok(await step('pick', { lines: [{ sku, picked: 2 }] }), 200);
	fx.ok(await step('pack', { parcels: [{ order_id: o.id }] }), 200);
	const out = fx.ok(await step('hand-over', { name: 'Courier', signature_sha256: 'ab'.repeat(32) }), 200);
	assert.equal(out.signature_sha256, 'ab'.repeat(32));
	const ask = (over = {}) => c.api.post('/v1/returns', { order_id: o.id, sku, quantity: 1, kind: 'return', reason: 'unwanted', ...over });
	return { c, p, hub, sku, o, ask };
}

it('comes back to a hub, and to its shelf when it is restocked', async () => {
	const { c, p, hub, sku, ask } = await delivered();
	const made = await ask();
	const r = fx.ok(made), at = `/v1/hubs/${hub.id}/returns`;
	assert.deepEqual(fx.ok(await c.api.get(made.headers.location), 200), r);
	fx.ok(await p.api.post(`${at}/${r.id}/receive`), 200);
	const shelf = async () => fx.ok(await c.api.get(`/v1/hubs/${hub.id}/stock`), 200).stock[0].on_hand;
	assert.equal(await shelf(), 1);
	assert.deepEqual(fx.ok(await p.api.get(at), 200).returns.map((x) => x.state), ['received']);
	assert.equal(fx.ok(await p.api.post(`${at}/${r.id}/settle`, { outcome: 'restocked' }), 200).state, 'restocked');
	assert.equal(await shelf(), 2);
	const { entries } = fx.ok(await c.api.get(`/v1/hubs/${hub.id}/history?sku=${sku}`), 200);
	assert.equal(entries[0].kind, 'stock.restocked');
	assert.deepEqual(fx.ok(await c.api.get('/v1/returns?state=restocked'), 200).returns.map((x) => x.id), [r.id]);
});

it('is no more than was handed over, and can be declined', async () => {
	const { c, ask } = await delivered();
	assertProblem(await ask({ quantity: 3 }), 409, 'not_returnable');
	const r = fx.ok(await ask({ quantity: 2, kind: 'repair' }));
	assertProblem(await ask(), 409, 'not_returnable');
	assert.equal(fx.ok(await c.api.post(`/v1/returns/${r.id}/decline`), 200).state, 'declined');
	fx.ok(await ask());
	assertProblem(await c.api.post(`/v1/returns/${r.id}/decline`), 409, 'wrong_state');
});

it('is refused when it makes no sense', async () => {
	const { ask, o } = await delivered();
	assertProblem(await ask({ token_id: o.id }), 422, 'validation_failed');
	assertProblem(await ask({ order_id: null }), 422, 'validation_failed');
	assertProblem(await ask({ order_id: '00000000-0000-7000-8000-000000000000' }), 422, 'unknown_order');
	assertProblem(await ask({ reason: 'magic' }), 422, 'validation_failed');
});
