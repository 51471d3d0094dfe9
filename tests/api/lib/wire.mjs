// SPDX-License-Identifier: Apache-2.0
//
// Sends exact bytes over TLS and reads whatever comes back, for requests that no client would make.
import fs from 'node:fs';
import tls from 'node:tls';

// Splits a stream of answers by their Content-Length. An answer without one takes the rest.
export function parseAnswers(bytes) {
	const answers = [];
	let at = 0;
	while (at < bytes.length) {
		const end = bytes.indexOf('\r\n\r\n', at);
		if (end < 0) break;
		const [start, ...lines] = bytes.subarray(at, end).toString('latin1').split('\r\n');
		const headers = Object.fromEntries(lines.map((l) =>
			[l.slice(0, l.indexOf(':')).toLowerCase(), l.slice(l.indexOf(':') + 1).trim()]));
		const status = Number(start.split(' ')[1]);
		const length = headers['content-length'] === undefined
			? bytes.length - end - 4 : Number(headers['content-length']);
		const body = bytes.subarray(end + 4, end + 4 + length);
		const type = (headers['content-type'] ?? '').split(';')[0].trim();
		answers.push({ status, headers, type, bytes: body, text: body.toString(),
			json: /json$/.test(type) && body.length ? JSON.parse(body.toString()) : undefined });
		at = end + 4 + length;
	}
	return answers;
}

async function drip(socket, data) {
	for (let i = 0; i < data.length && !socket.destroyed; i++) {
		socket.write(data.subarray(i, i + 1));
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
}

// Resolves when the service closes, or when it was silent for quiet_ms after sending something, or
// after 8 s. `closed` tells which.
export function sendBytes(data, { quiet_ms = 400, slowly = false } = {}) {
	const url = new URL(process.env.ROADSHOW_URL);
	return new Promise((resolve, reject) => {
		const chunks = [];
		let quiet;
		const finish = (closed) => {
			clearTimeout(quiet);
			clearTimeout(limit);
			socket.destroy();
			resolve({ closed, answers: parseAnswers(Buffer.concat(chunks)) });
		};
		const limit = setTimeout(() => finish(false), 8000);
		const socket = tls.connect({ host: url.hostname, port: url.port,
			ca: fs.readFileSync(process.env.ROADSHOW_CA) },
		() => (slowly ? drip(socket, Buffer.from(data)) : socket.write(data)));
		socket.on('data', (c) => {
			chunks.push(c);
			clearTimeout(quiet);
			quiet = setTimeout(() => finish(false), quiet_ms);
		});
		socket.on('error', (e) => (e.code === 'ECONNRESET' || e.code === 'EPIPE' ? finish(true) : reject(e)));
		socket.on('close', () => finish(true));
	});
}
