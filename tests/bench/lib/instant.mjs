// SPDX-License-Identifier: Apache-2.0
//
// A database that answers claims at once: a proxy before PostgreSQL that lets everything through, but
// keeps the answer to the first claim_batch and gives it, with the items renumbered, to every later
// one. What is left is what HTTP, parsing, authentication and signing cost. Nothing is durable here.
import net from 'node:net';

const STATEMENT = 'claim_batch';
const READY_IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const BIND_COMPLETE = Buffer.from([0x32, 0, 0, 0, 4]);

// Whole messages of the frontend/backend protocol; what is incomplete stays for the next chunk. The
// first message of a client has no type.
class Messages {
	constructor(untypedFirst) {
		this.untyped = untypedFirst;
		this.rest = Buffer.alloc(0);
	}

	*take(chunk) {
		let all = this.rest.length ? Buffer.concat([this.rest, chunk]) : chunk;
		for (;;) {
			const head = this.untyped ? 0 : 1;
			if (all.length < head + 4) break;
			const size = head + all.readUInt32BE(head);
			if (all.length < size) break;
			yield { type: this.untyped ? 'startup' : String.fromCharCode(all[0]), bytes: all.subarray(0, size) };
			this.untyped = false;
			all = all.subarray(size);
		}
		this.rest = Buffer.from(all);
	}
}

const statementOf = (bind) => {
	const portal = bind.indexOf(0, 5), name = bind.indexOf(0, portal + 1);
	return bind.toString('latin1', portal + 1, name);
};

// How many elements the statement's second parameter, an array, has.
function itemsOf(bind) {
	let at = bind.indexOf(0, bind.indexOf(0, 5) + 1) + 1;
	at += 2 + 2 * bind.readUInt16BE(at) + 2;
	at += 4 + bind.readInt32BE(at);
	return bind.readInt32BE(at + 4 + 12);
}

function answerOf(recorded, items) {
	const rows = Buffer.concat(Array.from({ length: items }, () => recorded.row));
	for (let i = 0; i < items; i++) // type, length, columns, length of the first column, item
		rows.writeInt32BE(i + 1, i * recorded.row.length + 11);
	const tag = Buffer.from(`SELECT ${items}\0`, 'latin1'), complete = Buffer.alloc(5 + tag.length);
	complete.write('C', 'latin1');
	complete.writeUInt32BE(4 + tag.length, 1);
	tag.copy(complete, 5);
	return Buffer.concat([BIND_COMPLETE, recorded.description, rows, complete, READY_IDLE]);
}

// Listens on `socketPath`; `target` is what net.connect() takes. One answer is kept for all connections.
export function instantDatabase(socketPath, target) {
	const answers = new Map(), recorded = {};
	const server = net.createServer((client) => {
		const upstream = net.connect(target);
		const fromClient = new Messages(true), fromServer = new Messages(false);
		let group = [];      // of messages up to a Sync
		const waiting = [];  // {bytes} to answer from here, or {record} sent on; in order
		const settle = () => {
			while (waiting.length && waiting[0].bytes) client.write(waiting.shift().bytes);
		};
		client.on('data', (chunk) => {
			for (const { type, bytes } of fromClient.take(chunk)) {
				group.push({ type, bytes });
				if (!['S', 'startup', 'p'].includes(type)) continue;
				const bind = group.find((m) => m.type === 'B' && statementOf(m.bytes) === STATEMENT)?.bytes;
				if (bind && recorded.row && recorded.description) {
					const items = itemsOf(bind);
					if (!answers.has(items)) answers.set(items, answerOf(recorded, items));
					waiting.push({ bytes: answers.get(items) });
					settle();
				} else {
					if (type === 'S') waiting.push({ record: Boolean(bind) });
					for (const m of group) upstream.write(m.bytes);
				}
				group = [];
			}
		});
		upstream.on('data', (chunk) => {
			for (const { type, bytes } of fromServer.take(chunk)) {
				client.write(bytes);
				if (waiting[0]?.record && type === 'T') recorded.description = Buffer.from(bytes);
				if (waiting[0]?.record && type === 'D') recorded.row = Buffer.from(bytes);
				if (type !== 'Z' || !waiting.length) continue;
				waiting.shift();
				settle();
			}
		});
		for (const [a, b] of [[client, upstream], [upstream, client]]) {
			a.on('error', () => b.destroy());
			a.on('close', () => b.destroy());
		}
	});
	return new Promise((resolve) => server.listen(socketPath, () => resolve({ stop: () => server.close() })));
}
