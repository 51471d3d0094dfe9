// SPDX-License-Identifier: Apache-2.0
//
// A scan-by-scan API, as one would write it first: Fastify and pg, one request and one transaction for
// each event. It checks the key, locks the token, inserts the scan and moves the token; it leaves out
// signatures, chains, cases and the ledger, which is in its favour.
// Environment: DATABASE_URL, PORT, API_KEY. Prints "ready" when it listens.
import Fastify from 'fastify';
import pg from 'pg';

const { DATABASE_URL, PORT, API_KEY } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const app = Fastify();
const body = { type: 'object', required: ['token_id', 'version', 'at'], properties: {
	token_id: { type: 'string', format: 'uuid' }, version: { type: 'integer' }, at: { type: 'string' } } };

app.post('/scans', { schema: { body } }, async (request, reply) => {
	if (request.headers.authorization !== `Bearer ${API_KEY}`) return reply.code(401).send({});
	const { token_id, version, at } = request.body, client = await pool.connect();
	try {
		await client.query('begin');
		const q = (name, text, values) => client.query({ name, text, values });
		const t = (await q('lock', 'select state, version from peer.tokens where id = $1 for update', [token_id])).rows[0];
		const status = t?.state === 'issued' && t.version === version ? 'applied' : 'conflict';
		await q('scan', 'insert into peer.scans (token_id, device_id, at, status) values ($1, $2, $3, $4)', [token_id, token_id, at, status]);
		if (status === 'applied') await q('move', `update peer.tokens set state = 'redeemed', redeemed_at = $2 where id = $1`, [token_id, at]);
		await client.query('commit');
		return { status };
	} catch (e) {
		await client.query('rollback');
		throw e;
	} finally {
		client.release();
	}
});
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
console.log('ready');
