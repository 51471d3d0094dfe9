// SPDX-License-Identifier: Apache-2.0
//
// What an event leaves over: proposed when it is over, moved once and whole, and only while the proposal
// is true. The cases of where it goes are in tests/sql/residuals.sql.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertProblem } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

after(() => fx.anonymous().close());

const { williamsburg, soho } = fx.PLACES;

describe('what an event leaves over', () => {
	let c, sku, over, drop, venue, hub;
	before(async () => {
		c = await fx.creator();
		({ sku } = await fx.product(c));
		over = await fx.event(c, { starts_at: fx.inSeconds(-7200), ends_at: fx.inSeconds(-3600) });
		drop = await fx.drop(c, { event_id: over.id, sku, quantity: 12, tokenized: 2, opens_at: fx.inSeconds(-8000) });
		venue = await fx.hub(c, williamsburg, { kind: 'venue', event_id: over.id });
		hub = await fx.hub(c, soho);
		await fx.stock(c, venue.id, sku, 3);
	});
	const read = () => c.api.get(`/v1/events/${over.id}/residual`);
	const move = (moves, etag, idem) => c.api.post(`/v1/events/${over.id}/residual`, { moves },
		{ idem, headers: etag ? { 'if-match': etag } : {} });

	it('is told when it is over', async () => {
		const runs = await fx.event(c);
		const running = await c.api.get(`/v1/events/${runs.id}/residual`);
		assert.deepEqual(fx.ok(running, 200).moves, []);
		assertProblem(await c.api.post(`/v1/events/${runs.id}/residual`, { moves: [{ from_kind: 'drop', from_id: drop.id, sku,
			quantity: 1, to_kind: 'resale' }] }, { headers: { 'if-match': running.headers.etag } }), 409, 'event_not_over');
		assertProblem(await c.api.get(`/v1/events/${randomUUID()}/residual`), 404, 'not_found');
		const told = fx.ok(await read(), 200);
		assert.deepEqual(told.sources.map((s) => [s.from_kind, s.from_id, s.units]).sort(),
			[['drop', drop.id, 12], ['hub', venue.id, 3]]);
		assert.deepEqual(told.moves.map((m) => [m.to_id, m.reason]), [[hub.id, 'nearest'], [hub.id, 'nearest']]);
	});

	it('moves once, and not by a proposal that is out of date', async () => {
		const first = await read(), { moves } = fx.ok(first, 200);
		assertProblem(await move(moves), 428, 'precondition_required');
		await fx.stock(c, venue.id, sku, 2); // one is found to be broken
		assertProblem(await move(moves, first.headers.etag), 412, 'precondition_failed');
		const second = await read();
		const some = fx.ok(second, 200).moves.map((m) => ({ ...m, quantity: m.from_kind === 'drop' ? 5 : 2 }));
		assertProblem(await move([...some, ...some, ...some], second.headers.etag), 409, 'more_than_left');
		for (const [over_, code] of [[{ from_id: randomUUID() }, 'unknown_source'], [{ to_id: randomUUID() }, 'unknown_target']])
			assertProblem(await move([{ ...some[0], ...over_ }], second.headers.etag), 422, code);
		const key = randomUUID(), done = await move(some, second.headers.etag, key);
		assert.equal(new Set(fx.ok(done).moves.map((m) => m.transfer_id)).size, 2);
		assert.deepEqual((await move(some, second.headers.etag, key)).json, done.json);
		assertProblem(await move(some, second.headers.etag), 412, 'precondition_failed');
		assert.equal(fx.ok(await c.api.get(`/v1/drops/${drop.id}`), 200).quantity, 7);
		for (const m of done.json.moves)
			fx.ok(await c.api.post(`/v1/hubs/${hub.id}/transfers/${m.transfer_id}/receive`, {}), 200);
		const { stock } = fx.ok(await c.api.get(`/v1/hubs/${hub.id}/stock`), 200);
		assert.deepEqual(stock.map((s) => s.on_hand), [7]);
		const left = await read();
		const rest = { from_kind: 'drop', from_id: drop.id, sku, quantity: 7, to_kind: 'resale' };
		assert.equal(fx.ok(await move([rest], left.headers.etag)).moves[0].transfer_id, null);
		assert.deepEqual(fx.ok(await read(), 200).sources, []);
	});
});
