// SPDX-License-Identifier: Apache-2.0
//
// More than the service can do: the excess is refused with Retry-After and not kept waiting, nothing
// that was acknowledged is lost, no neighbour of the stormy creator is refused, memory stays where it
// was, and afterwards everything is as before. How fast is for script/bench overload.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { arrivals } from '../bench/lib/load.mjs';
import { largestMb } from '../bench/lib/process.mjs';
import { contact, verifyLedger, world } from './lib/load.mjs';
import { sleep, Stack } from './lib/stack.mjs';

const QUEUE = 64, MORE_MB_MAX = 60;

describe('a storm on one creator\'s drop', () => {
	let stack, hot, quiet;
	before(async () => {
		stack = await Stack.start({ workers: 1, db_connections: 4, env: { ROADSHOW_DB_QUEUE_MAX: String(QUEUE),
			ROADSHOW_RATE_PER_KEY: '1000000', ROADSHOW_LOG_LEVEL: 'warn' } });
		[hot, quiet] = [await world(stack), await world(stack)];
	});
	after(() => stack?.stop());

	const targets = (w) => [{ path: `/v1/drops/${w.first.id}/claims`, key: w.api.key }];
	const storm = (w, connections, rate, seconds) => arrivals(stack.service.plain_url, targets(w),
		{ connections, rate, seconds });

	it('is refused beyond what fits, beside a neighbour who is served', async () => {
		await storm(hot, 400, 20000, 1); // pools and caches as large as they get
		const mb = largestMb(stack.service.workers());
		const [over, beside] = await Promise.all([storm(hot, 400, 20000, 4), storm(quiet, 8, 20, 4)]);
		assert.ok(over.made > 0, JSON.stringify(over));
		assert.ok(over.unavailable > 0, 'it was no storm');
		assert.equal(over.without_retry_after, 0, 'every refusal says when to come back');
		assert.deepEqual([over.other, over.broken, over.limited, over.sold_out], [0, 0, 0, 0]);
		assert.deepEqual([beside.unavailable, beside.other, beside.broken, beside.unanswered], [0, 0, 0, 0],
			'no neighbour is refused');
		assert.equal(beside.made, beside.due);
		const grown = largestMb(stack.service.workers()) - mb;
		assert.ok(grown < MORE_MB_MAX, `the storm took ${grown.toFixed(1)} MB`);
	});

	it('is over when it is over', async () => {
		await sleep(1000);
		for (const w of [hot, quiet]) {
			const a = await w.api.post(`/v1/drops/${w.first.id}/claims`, { contact: contact() });
			assert.equal(a.status, 201, a.text);
		}
		const metrics = await (await fetch(`${stack.service.plain_url}/metrics`)).text();
		assert.match(metrics, /^roadshow_db_queued\S* 0$/m, 'nobody waits any more');
	});

	it('has left what it acknowledged and nothing else', async () => {
		for (const w of [hot, quiet]) {
			const [d] = await stack.query(`select issued, (select count(*) from roadshow.tokens t
				where t.creator_id = d.creator_id) as tokens from roadshow.drops d where creator_id = $1`, [w.creator]);
			assert.equal(d.issued, d.tokens);
			await verifyLedger(stack, w);
		}
	});
});
