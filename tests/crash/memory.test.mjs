// SPDX-License-Identifier: Apache-2.0
//
// What a crowd needed is given back once it is gone and no call waits.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import { after, before as first, test } from 'node:test';
import tls from 'node:tls';
import { sleep, Stack } from './lib/stack.mjs';

const CROWD = 400, AT_ONCE = 20, LOOKS = 60;
let stack;
first(async () => { stack = await Stack.start({ workers: 1 }); });
after(() => stack?.stop());

// What the worker has that is its own and of nobody else, kB.
function own() {
	const [pid] = stack.service.workers();
	return Number(/Anonymous:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
}

async function visitor(ca) {
	const { hostname, port } = new URL(stack.service.url);
	const socket = tls.connect({ host: hostname, port, ca });
	socket.on('error', () => {});
	await once(socket, 'secureConnect');
	socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
	await once(socket, 'data');
	return socket;
}

test('a worker gets smaller when a crowd is gone', async () => {
	const visitors = [], before = own(), ca = fs.readFileSync(stack.service.ca);
	while (visitors.length < CROWD)
		visitors.push(...await Promise.all(Array.from({ length: AT_ONCE }, () => visitor(ca))));
	const most = own();
	assert.equal(visitors.filter((v) => v.readyState === 'open').length, CROWD, 'all of them are there at once');
	for (const v of visitors) v.destroy();
	let now;
	for (let i = 0; i < LOOKS && !(now - before < (most - before) / 2); i++) {
		await sleep(500);
		now = own();
	}
	console.log(`  ${before} kB before, ${most} kB with ${CROWD} connections, ${now} kB later`);
	assert.ok(most - before > 4000, 'a crowd needs memory');
	assert.ok(now - before < (most - before) / 2, 'and most of it is given back');
});
