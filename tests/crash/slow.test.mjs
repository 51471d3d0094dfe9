// SPDX-License-Identifier: Apache-2.0
//
// Clients that hold on to the service without using it: ten thousand idle connections, requests that
// never end, answers that nobody reads. Everyone else is served meanwhile, what is half is ended by
// time, and no worker grows without bound.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import { largestMb } from '../bench/lib/process.mjs';
import { contact, world } from './lib/load.mjs';
import { sleep, Stack, until } from './lib/stack.mjs';

const IDLE = 10000, HALF = 400, WORKERS = 3; // a worker takes 4,096 connections
const ANSWER_MS_MAX = 5000, WORKER_MB_MAX = 150;

describe('the service keeps answering', () => {
	let stack, w;
	const held = [];
	before(async () => {
		stack = await Stack.start({ workers: WORKERS, db_connections: 2 });
		w = await world(stack);
	});
	afterEach(() => {
		for (const socket of held.splice(0)) socket.destroy();
	});
	after(() => stack?.stop());

	// A connection that stays; `lines` is what it says.
	async function hold(lines) {
		const socket = net.connect(stack.service.plain_port, '127.0.0.1');
		held.push(socket);
		socket.on('error', () => {});
		await once(socket, 'connect');
		socket.write(lines);
		return socket;
	}

	async function serves() {
		for (let i = 0; i < 10; i++) {
			const asked = Date.now();
			const a = await w.api.post(`/v1/drops/${w.first.id}/claims`, { contact: contact() });
			assert.equal(a.status, 201, a.text);
			assert.ok(Date.now() - asked < ANSWER_MS_MAX, `a claim took ${Date.now() - asked} ms`);
		}
		const mb = largestMb(stack.service.workers());
		assert.ok(mb < WORKER_MB_MAX, `a worker has ${mb.toFixed(0)} MB`);
	}

	it(`beside ${IDLE} idle connections`, async () => {
		const request = 'GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n';
		for (let i = 0; i < IDLE; i += 250)
			await Promise.all(Array.from({ length: 250 }, async () => {
				const socket = await hold(request);
				const [answer] = await once(socket, 'data');
				assert.match(String(answer), /^HTTP\/1.1 200/);
			}));
		const open = () => stack.service.workers().reduce((n, pid) => n + stack.service.sockets(pid), 0);
		assert.ok(open() > IDLE * 0.7, `only ${open()} are still open`); // the first may have been idle for too long
		await serves();
	});

	// What is said on an idle connection would be taken for the answer to the next request.
	it('and an idle connection is closed without a word', async () => {
		const heard = [];
		const idle = await Promise.all(Array.from({ length: 20 }, async (_, i) => {
			const socket = await hold(i % 2 ? 'GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n' : '');
			socket.on('data', (d) => heard.push(String(d).split(' ')[1]));
			return socket;
		}));
		await until(() => idle.every((s) => s.readableEnded), 'idle connections to be closed', 30000, 200);
		assert.deepEqual(heard, Array(10).fill('200'));
	});

	it(`beside ${HALF} requests that never end, which are ended`, async () => {
		const head = `POST /v1/drops/${w.first.id}/claims HTTP/1.1\r\nhost: localhost\r\n` +
			`authorization: Bearer ${w.api.key}\r\ncontent-type: application/json\r\n`;
		const halves = [head, `${head}content-length: 100\r\n\r\n{"contact":`, 'POST', ''];
		const sockets = [];
		for (let i = 0; i < HALF; i++) sockets.push(await hold(halves[i % halves.length]));
		for (const socket of sockets) socket.resume();
		const dripping = setInterval(() => { // each gives a byte now and then and hopes to stay
			for (const socket of sockets) if (!socket.destroyed) socket.write('x');
		}, 1000);
		try {
			await serves();
			const heads = sockets.filter((_, i) => i % halves.length === 0);
			await until(() => heads.every((s) => s.destroyed || s.readableEnded), 'unfinished heads to be ended', 25000, 200);
			await serves();
		} finally {
			clearInterval(dripping);
		}
	});

	it(`beside ${HALF} clients that do not read`, async () => {
		const request = `GET /v1/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n`;
		for (let i = 0; i < HALF; i++) (await hold(request)).pause();
		await sleep(500);
		await serves();
	});
});
