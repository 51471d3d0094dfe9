// SPDX-License-Identifier: Apache-2.0
//
// What one would write first, with care: Fastify, pg and jose. It does what a claim does (the key is
// checked, the body validated, the drop counted down, the per-person limit kept, the claim remembered
// under its Idempotency-Key, a token signed) and leaves out the ledger, which is in its favour.
//
// STYLE=transaction: a statement for each step between BEGIN and COMMIT.
// STYLE=cte: all steps in one statement.
// Environment: DATABASE_URL, PORT, STYLE, API_KEY, POOL, PROCESSES. Prints "ready" when it listens.
import cluster from 'node:cluster';
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import Fastify from 'fastify';
import { generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';

const { DATABASE_URL, PORT, STYLE, API_KEY, POOL = '10', PROCESSES = '1' } = process.env;

const CTE = `
	with seen as (
		select id, serial from peer.claims where idem_key = $1
	), taken as (
		update peer.drops set issued = issued + 1
		where id = $2 and issued < tokenized and now() between opens_at and closes_at
			and not exists (select from seen)
			and not exists (select from peer.claims where drop_id = $2 and buyer = $4)
		returning issued as serial
	), made as (
		insert into peer.claims (id, drop_id, idem_key, body_sha256, buyer, serial)
		select $3, $2, $1, $5, $4, serial from taken
		returning id, serial
	)
	select id, serial from made union all select id, serial from seen`;

async function byStatement(pool, { idem, drop, id, buyer, hash }) {
	return (await pool.query({ name: 'claim', text: CTE, values: [idem, drop, id, buyer, hash] })).rows[0];
}

async function byTransaction(pool, { idem, drop, id, buyer, hash }) {
	const client = await pool.connect();
	try {
		await client.query('begin');
		const q = (name, text, values) => client.query({ name, text, values });
		const seen = await q('seen', 'select id, serial from peer.claims where idem_key = $1', [idem]);
		if (seen.rows[0]) {
			await client.query('commit');
			return seen.rows[0];
		}
		const d = (await q('lock', `select issued, tokenized, per_person,
			now() between opens_at and closes_at as open from peer.drops where id = $1 for update`, [drop])).rows[0];
		const mine = (await q('mine', 'select count(*)::int as n from peer.claims where drop_id = $1 and buyer = $2',
			[drop, buyer])).rows[0].n;
		if (!d?.open || d.issued >= d.tokenized || mine >= d.per_person) {
			await client.query('rollback');
			return undefined;
		}
		const serial = d.issued + 1;
		await q('take', 'update peer.drops set issued = issued + 1 where id = $1', [drop]);
		await q('make', `insert into peer.claims (id, drop_id, idem_key, body_sha256, buyer, serial)
			values ($1, $2, $3, $4, $5, $6)`, [id, drop, idem, hash, buyer, serial]);
		await client.query('commit');
		return { id, serial };
	} catch (error) {
		await client.query('rollback').catch(() => {});
		throw error;
	} finally {
		client.release();
	}
}

async function serve() {
	const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL) });
	const { privateKey } = await generateKeyPair('ES256');
	const wanted = createHash('sha256').update(API_KEY).digest();
	const claim = STYLE === 'cte' ? byStatement : byTransaction;
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
