// SPDX-License-Identifier: Apache-2.0
//
// Who asks little does not wait behind the many (src/http/kore_turns.c). Not by time: the worker is
// stopped while everybody asks, so that it finds all of them at once when it goes on, and its log says
// in which order it answered. The few ask first: Kore answers first what it has read last.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Stack, until } from './lib/stack.mjs';

const MANY = 400, FEW = 5;
const LET_BY = 16; // of those in line; they are read 8 in a turn

describe('a crowd waits in line', () => {
	let stack, many, few, worker, served; // of the many, in the round before: those are not in line

	async function connected(request) {
		const socket = net.connect(stack.service.plain_port, '127.0.0.1');
		const client = { socket, answers: 0, ended: false };
		socket.on('error', () => {});
		socket.on('close', () => { client.ended = true; });
		socket.on('data', (text) => { client.answers += String(text).split('HTTP/1.1 ').length - 1; });
		await once(socket, 'connect');
		socket.write(request);
		await until(() => client.answers === 1, 'the first answer');
		return client;
	}

	const answered = () => fs.readFileSync(stack.service.logs, 'utf8').split('\n')
		.filter((l) => l.includes('"msg":"request"')).map((l) => JSON.parse(l));

	// What the worker answers, in order, after everybody asked while it was stopped.
	async function atOnce(ask, expected) {
		const before = answered().length;
		process.kill(worker, 'SIGSTOP');
		try {
			await until(() => /^State:\s+T/m.test(fs.readFileSync(`/proc/${worker}/status`, 'utf8')), 'it stops');
			ask();
			await new Promise((resolve) => setTimeout(resolve, 300)); // written to the kernel, and there
		} finally {
			process.kill(worker, 'SIGCONT');
		}
		await until(() => answered().length >= before + expected, 'everybody is answered');
		return answered().slice(before);
	}

	const servedOf = (order) => order.filter((a) => a.status === 404).length;
	// At no path: what an address may do is all that limits it, and no database is asked.
	const NOTHING = 'GET /nothing HTTP/1.1\r\nhost: localhost\r\n\r\n';
	const LIVE = 'GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n';
	const LIVEZ = '/livez';

	before(async () => {
		stack = await Stack.start({ workers: 1, env: { ROADSHOW_RATE_PER_ADDRESS: '20', ROADSHOW_LOG_LEVEL: 'info' } });
		[worker] = stack.service.workers();
		many = await Promise.all(Array.from({ length: MANY }, () => connected(NOTHING)));
		few = await Promise.all(Array.from({ length: FEW }, () => connected(LIVE)));
		served = servedOf(await atOnce(() => many.forEach((c) => c.socket.write(NOTHING)), MANY));
		assert.ok(served < MANY / 2, `${served} of ${MANY} were served: it is no crowd`);
	});
	after(() => stack?.stop());

	it('behind those who ask little', async () => {
		const order = await atOnce(() => {
			for (const c of few) c.socket.write(LIVE);
			for (const c of many) c.socket.write(NOTHING);
		}, MANY + FEW);
		const last = order.findLastIndex((a) => a.route === LIVEZ);
		const by = order.slice(0, last).filter((a) => a.route !== LIVEZ).length;
		assert.ok(by <= served + LET_BY, `${by} of the many were answered before the last of the few, ${served} of them not in line`);
		served = servedOf(order);
	});

	it('and may leave it', async () => {
		const leave = many.filter((_, i) => i % 2 === 0), stay = many.filter((_, i) => i % 2 === 1);
		const seen = new Map([...stay, ...few].map((c) => [c, c.answers]));
		const order = await atOnce(() => {
			for (const c of few) c.socket.write(LIVE);
			for (const c of many) c.socket.write(NOTHING);
			for (const c of leave) c.socket.destroy();
		}, stay.length + FEW);
		await until(() => [...stay, ...few].every((c) => c.answers > seen.get(c)), 'who stays is answered');
		assert.ok([...stay, ...few].every((c) => !c.ended), 'and stays connected');
		assert.deepEqual(stack.service.workers(), [worker], 'the worker is the one it was');
		[many, served] = [stay, servedOf(order)];
	});

	it('until its turn was no refusal', async () => {
		const [one, ...others] = many;
		await until(async () => {
			const seen = one.answers;
			one.socket.write(NOTHING);
			await until(() => one.answers > seen, 'an answer');
			return answered().at(-1).status === 404;
		}, 'the limit has room again');
		const order = await atOnce(() => {
			one.socket.write(LIVE);
			for (const c of others) c.socket.write(NOTHING);
		}, many.length);
		const by = order.findIndex((a) => a.route === LIVEZ);
		assert.ok(by <= served + LET_BY, `${by} were answered before one who was served meanwhile`);
	});
});
