// SPDX-License-Identifier: Apache-2.0
//
// Stands between one program and PostgreSQL, on a Unix socket, and counts the program's requests: a
// request is what the program sends until it waits for the answer (a Query, or everything up to a Sync).
// At one of them it calls back: before it has reached the server, or when the server has done it and
// the program does not know yet. Then it is over: nothing more goes through, in either direction.
// Or it withholds that a statement is committed: of connections that execute it, what the server told of it
// goes through, and what comes with the end of the transaction does not.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

const PORT = 5432;

// Cuts a stream into messages: a type of one byte, unless it is the first one, and a length that
// counts itself.
class Messages {
	constructor(is_first_untyped) {
		this.untyped = is_first_untyped;
		this.rest = Buffer.alloc(0);
	}

	*take(chunk) {
		this.rest = Buffer.concat([this.rest, chunk]);
		for (;;) {
			const head = this.untyped ? 0 : 1;
			if (this.rest.length < head + 4) return;
			const length = head + this.rest.readInt32BE(head);
			if (this.rest.length < length) return;
			const bytes = this.rest.subarray(0, length);
			this.rest = this.rest.subarray(length);
			yield { type: this.untyped ? '' : String.fromCharCode(bytes[0]), bytes };
			this.untyped = false;
		}
	}
}

// The statement of a Query or Parse, for people.
function statement({ type, bytes }) {
	const text = bytes.toString('utf8', 5).split('\0');
	return type === 'Q' ? text[0] : type === 'P' ? text[1] : undefined;
}

export class Proxy {
	// target: the server's socket. `dir` is the program's host.
	static async start(dir, target) {
		const proxy = new Proxy();
		fs.mkdirSync(dir, { recursive: true });
		proxy.target = target;
		proxy.server = net.createServer((client) => proxy.connect(client));
		await new Promise((resolve) => proxy.server.listen(path.join(dir, `.s.PGSQL.${PORT}`), resolve));
		proxy.server.unref(); // a test that fails must not wait for it
		proxy.url = (database) => `postgresql://postgres@/${database}?host=${encodeURIComponent(dir)}&port=${PORT}`;
		proxy.arm();
		return proxy;
	}

	// From now on, at request `at` (from 1), `when` 'before' | 'after': calls `cut` and lets nothing through.
	arm({ at = Infinity, when = 'before', cut = () => {} } = {}) {
		Object.assign(this, { at, when, cut, requests: [], answers: 0, is_over: false });
	}

	// `name` of a prepared statement, until release(), which breaks those connections.
	withhold(name) {
		this.withheld = { name, connections: [] };
	}

	release() {
		const { connections } = this.withheld;
		this.withheld = undefined;
		for (const close of connections) close();
	}

	connect(client) {
		const server = net.connect(this.target);
		const asked = new Messages(true), answered = new Messages(false);
		let request = [], statements = [], is_ready = false, is_withheld = false, bound = '';
		const close = () => { client.destroy(); server.destroy(); };
		const end = () => {
			if (!this.is_over) this.cut();
			this.is_over = true;
			close();
		};
		for (const socket of [client, server]) socket.on('error', close).on('close', close);
		client.on('data', (chunk) => {
			for (const message of asked.take(chunk)) {
				request.push(message.bytes);
				statements.push(statement(message));
				if (message.type === 'B') bound = message.bytes.toString('latin1', 5).split('\0')[1];
				if (!['', 'Q', 'S', 'X'].includes(message.type)) continue;
				if (message.type === 'Q' || message.type === 'S') this.requests.push(statements.filter(Boolean).join('; '));
				if (this.is_over || (this.when === 'before' && this.requests.length >= this.at)) return end();
				server.write(Buffer.concat(request));
				[request, statements] = [[], []];
			}
		});
		server.on('data', (chunk) => {
			const told = [];
			for (const message of answered.take(chunk)) {
				if (message.type === 'Z') {
					if (!is_ready) is_ready = true; // of the start, which was no request
					else this.answers++;
					if (this.when === 'after' && this.answers >= this.at) return end();
					if (!is_withheld && this.withheld && bound === this.withheld.name) {
						is_withheld = true;
						this.withheld.connections.push(close);
					}
				}
				if (!is_withheld) told.push(message.bytes);
			}
			if (!this.is_over && told.length > 0) client.write(Buffer.concat(told));
		});
	}

	async stop() {
		await new Promise((resolve) => this.server.close(resolve));
	}
}
