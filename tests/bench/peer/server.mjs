// SPDX-License-Identifier: Apache-2.0
//
// What one would write first, with care: Fastify, pg and jose. The key is checked, the body validated,
// the drop counted down, the claim stored, a token signed.
//
// STYLE=transaction: decrement and insert between BEGIN and COMMIT, nothing else is kept.
// STYLE=cte:         the same in one statement.
// STYLE=guarantees:  a transaction, with what our claims promise: a replay under an Idempotency-Key, a
//                    limit for each person, a ledger entry whose index is dense.
// Environment: DATABASE_URL, PORT, STYLE, API_KEY, POOL, PROCESSES. Prints "ready" when it listens.
import cluster from 'node:cluster';
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import Fastify from 'fastify';
import { generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';

const { DATABASE_URL, PORT, STYLE, API_KEY, POOL = '10', PROCESSES = '1' } = process.env;
const OPEN = 'issued < tokenized and now() between opens_at and closes_at';

// Runs `work` in a transaction; what it returns undefined is rolled back.
async function transaction(pool, work) {
	const client = await pool.connect();
	try {
		await client.query('begin');
		const made = await work(async (name, text, values) => (await client.query({ name, text, values })).rows);
		await client.query(made ? 'commit' : 'rollback');
		return made;
	} catch (error) {
		await client.query('rollback').catch(() => {});
		throw error;
	} finally {
		client.release();
	}
}

const STYLES = {
	transaction: (pool, { drop, id, buyer }) => transaction(pool, async (q) => {
		const [d] = await q('take', `update peer.drops set issued = issued + 1 where id = $1 and ${OPEN}
			returning issued as serial`, [drop]);
		if (!d) return undefined;
		await q('make', 'insert into peer.bare_claims (id, drop_id, buyer, serial) values ($1, $2, $3, $4)',
			[id, drop, buyer, d.serial]);
		return { id, serial: d.serial };
	}),

	cte: async (pool, { drop, id, buyer }) => (await pool.query({ name: 'claim', text: `
		with taken as (
			update peer.drops set issued = issued + 1 where id = $1 and ${OPEN} returning issued as serial
		)
		insert into peer.bare_claims (id, drop_id, buyer, serial) select $2, $1, $3, serial from taken
		returning id, serial`, values: [drop, id, buyer] })).rows[0],

	guarantees: (pool, { idem, drop, id, buyer, hash }) => transaction(pool, async (q) => {
		const [seen] = await q('seen', 'select id, serial from peer.claims where idem_key = $1', [idem]);
		if (seen) return seen;
		const [d] = await q('lock', `select creator_id, issued, per_person, ${OPEN} as open
			from peer.drops where id = $1 for update`, [drop]);
		const [{ mine }] = await q('mine', `select count(*)::int as mine from peer.claims
			where drop_id = $1 and buyer = $2`, [drop, buyer]);
		if (!d?.open || mine >= d.per_person) return undefined;
		const serial = d.issued + 1;
		await q('take', 'update peer.drops set issued = issued + 1 where id = $1', [drop]);
		await q('make', `insert into peer.claims (id, drop_id, idem_key, body_sha256, buyer, serial)
			values ($1, $2, $3, $4, $5, $6)`, [id, drop, idem, hash, buyer, serial]);
		const [{ index }] = await q('head', `update peer.ledger_heads set size = size + 1 where creator_id = $1
			returning size - 1 as index`, [d.creator_id]);
		await q('tell', `insert into peer.ledger (creator_id, index, kind, subject, entry)
			values ($1, $2, 'token.issued', $3, $4)`, [d.creator_id, index, id,
			JSON.stringify({ index, kind: 'token.issued', subject: id, data: { drop_id: drop, serial } })]);
		return { id, serial };
	}),
};

async function serve() {
	const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL) });
	const { privateKey } = await generateKeyPair('ES256');
	const wanted = createHash('sha256').update(API_KEY).digest();
	const claim = STYLES[STYLE];
	const app = Fastify({ logger: false });

	app.addHook('onRequest', async (request, reply) => {
		const key = createHash('sha256').update(request.headers.authorization?.slice(7) ?? '').digest();
		if (!timingSafeEqual(key, wanted)) return reply.code(401).send({ code: 'unauthorized' });
	});
	app.post('/v1/drops/:drop/claims', {
		schema: {
			headers: { type: 'object', required: ['idempotency-key'] },
			body: { type: 'object', required: ['contact'], additionalProperties: false,
				properties: { contact: { type: 'object', required: ['email'], additionalProperties: false,
					properties: { email: { type: 'string', maxLength: 254, pattern: '^[^@]+@[^@]+$' } } } } },
		},
	}, async (request, reply) => {
		const { drop } = request.params, { email } = request.body.contact;
		const made = await claim(pool, { idem: request.headers['idempotency-key'], drop, id: randomUUID(),
			buyer: createHash('sha256').update(email.toLowerCase()).digest(),
			hash: createHash('sha256').update(JSON.stringify(request.body)).digest() });
		if (!made) return reply.code(409).send({ code: 'sold_out' });
		const jwt = await new SignJWT({ drp: drop, srl: made.serial, ver: 1 })
			.setProtectedHeader({ alg: 'ES256', typ: 'drop+jwt', kid: 'peer' })
			.setIssuer('peer').setJti(made.id).setExpirationTime('1d').sign(privateKey);
		return reply.code(201).send({ claim_id: made.id,
			tokens: [{ id: made.id, serial: made.serial, version: 1, state: 'issued', jwt }] });
	});
	await app.listen({ host: '127.0.0.1', port: Number(PORT) });
	if (cluster.isPrimary) console.log('ready');
	else process.send('ready');
	process.on('SIGTERM', () => process.exit(0));
}

if (cluster.isPrimary && Number(PROCESSES) > 1) {
	let ready = 0;
	cluster.on('message', () => ++ready === Number(PROCESSES) && console.log('ready'));
	for (let i = 0; i < Number(PROCESSES); i++) cluster.fork();
	process.on('SIGTERM', () => {
		for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
		process.exit(0);
	});
} else {
	await serve();
}
