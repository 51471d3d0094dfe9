// SPDX-License-Identifier: Apache-2.0
//
// What is acknowledged is committed. PostgreSQL tells what a statement gave before it commits; mostly both
// arrive together, but a server that is taken down while it writes the commit sends what it has told so far. So
// here stands somebody between who lets the one through and not the other.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { contact, verifyLedger, world } from './lib/load.mjs';
import { Proxy } from './lib/proxy.mjs';
import { sleep, Stack, until } from './lib/stack.mjs';

describe('a statement that was told and may not be committed', () => {
	let stack, w, proxy;
	before(async () => {
		stack = await Stack.start({ workers: 1, janitor: false });
		w = await world(stack);
		proxy = await Proxy.start(path.join(stack.dir, 'proxy'), path.join(stack.cluster.dir, `.s.PGSQL.${stack.cluster.port}`));
		await stack.service.stop();
		stack.service.options.env = { ...stack.service.options.env, ROADSHOW_DATABASE_URL: proxy.url('roadshow') };
		await stack.service.start();
	});
	after(async () => {
		await stack?.stop();
		await proxy?.stop();
	});

	it('is not acknowledged, and its items are sent again', async () => {
		const { id } = await w.drop();
		let answered = 0;
		proxy.withhold('claim_batch');
		const claims = Array.from({ length: 5 }, () => w.api.post(`/v1/drops/${id}/claims`, { contact: contact() })
			.then((a) => { answered++; return a; }));
		await until(() => proxy.withheld.connections.length > 0, 'a statement whose commit is withheld');
		await sleep(300); // an answer that is given too soon is given by now
		assert.equal(answered, 0, 'nothing is acknowledged');
		proxy.release();
		const told = (await Promise.all(claims)).map((a) => {
			assert.equal(a.status, 201, a.text);
			return a.json.tokens[0];
		});
		const rows = await stack.query('select id, serial from roadshow.tokens where creator_id = $1 and drop_id = $2 order by serial',
			[w.creator, id]);
		assert.deepEqual(told.map((t) => [t.serial, t.id]).sort((a, b) => a[0] - b[0]), rows.map((r) => [r.serial, r.id]));
		await verifyLedger(stack, w);
	});
});
