// SPDX-License-Identifier: Apache-2.0
//
// The janitor is killed again and again while it makes a draw, and two of them race for it: the draw is
// made once, comes out as Node's crypto says, and each winner has one token.
import assert from 'node:assert/strict';
import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { verifyLedger, world } from './lib/load.mjs';
import { sleep, Stack } from './lib/stack.mjs';

const ENTRIES = 4000, CAPACITY = 2600; // tokens are given in parts of 500
const sha256 = (data) => createHash('sha256').update(data).digest();
const bytesOf = (uuid) => Buffer.from(uuid.replace(/-/g, ''), 'hex');

function rankedAgain(drop, ids, root, secrets) {
	const info = Buffer.concat([Buffer.from('drop-draw/v1\0'), bytesOf(drop), Buffer.alloc(8)]);
	info.writeBigUInt64BE(BigInt(ids.length), info.length - 8);
	const key = Buffer.from(hkdfSync('sha256', Buffer.concat(secrets), root, info, 32));
	const score = new Map(ids.map((id) => [id, createHmac('sha256', key).update(bytesOf(id)).digest()]));
	return ids.slice().sort((a, b) => Buffer.compare(score.get(a), score.get(b)));
}

describe('a draw whose janitor is killed', () => {
	let stack, w;
	before(async () => {
		stack = await Stack.start({ workers: 1, janitor: false });
		w = await world(stack, { tokenized: 1, quantity: 1 });
	});
	after(() => stack?.stop());

	// A draw with ENTRIES entries, past its close and with the creator's secret revealed as soon as may be.
	async function drawOf() {
		const secret = randomBytes(32);
		const drop = await w.drop({ mode: 'draw', quantity: CAPACITY, tokenized: CAPACITY,
			draw: { commitment: sha256(secret).toString('hex') } });
		const [{ key }] = await stack.query('select id as key from roadshow.api_keys where creator_id = $1', [w.creator]);
		await stack.query(`select count(*) from generate_series(1, $4::integer) as n, lateral api.draw_enter(p_creator => $1,
			p_keys => array[$2::uuid], p_roles => array['creator'], p_subjects => array[roadshow.nil_uuid()],
			p_requests => array[roadshow.nil_uuid()], p_idem_keys => array['k' || n || $3], p_hashes => array[sha256('b')],
			p_drops => array[$3::uuid], p_claims => array[encode(set_byte(uuid_send(gen_random_uuid()), 15, 0), 'hex')::uuid],
			p_buyers => array[sha256(int4send(n))], p_quantities => array[1::bigint], p_kids => array['kid'],
			p_proofs => array[null::bytea], p_proof_ends => array[null::timestamptz], p_contacts => array[null::bytea],
			p_consents => array[null::text], p_windows => array[null::text], p_access => array[null::bytea],
			p_invited => array[null::bigint], p_holders => array[null::bytea], p_salts => array[null::bytea],
			p_nonces => array[null::bytea])`, [w.creator, key, drop.id, ENTRIES]);
		await stack.query('update roadshow.drops set closes_at = clock_timestamp() where id = $1', [drop.id]);
		return { drop, secret };
	}

	async function isRight(drop) {
		const [d] = await stack.query('select * from roadshow.draws where drop_id = $1', [drop.id]);
		const parties = await stack.query('select secret from roadshow.draw_parties where drop_id = $1 order by place', [drop.id]);
		const entries = await stack.query('select id, rank, claim_id from roadshow.draw_entries where drop_id = $1 order by rank', [drop.id]);
		assert.deepEqual([d.entries, d.winners, d.issued], [ENTRIES, CAPACITY, CAPACITY]);
		assert.deepEqual(entries.map((e) => e.id), rankedAgain(drop.id, entries.map((e) => e.id).sort(), d.root, parties.map((p) => p.secret)));
		const tokens = await stack.query('select claim_id, serial, state from roadshow.tokens where drop_id = $1 order by serial', [drop.id]);
		assert.deepEqual(tokens, entries.slice(0, CAPACITY).map((e) => ({ claim_id: e.claim_id, serial: e.rank, state: 'issued' })));
		const kinds = await stack.query(`select kind, count(*)::integer as n from roadshow.ledger
			where creator_id = $1 and subject = $2 group by 1 order by 1`, [w.creator, drop.id]);
		assert.deepEqual(kinds.map((k) => `${k.kind} ${k.n}`), ['draw.closed 1', 'draw.committed 1', 'draw.made 1', 'draw.revealed 2', 'draw.waitlist 1', 'drop.created 1']);
	}

	const stateOf = async (drop) => (await stack.query('select closed_at, done_at from roadshow.draws where drop_id = $1', [drop.id]))[0];
	async function revealOnce(drop, secret) {
		if ((await stateOf(drop)).closed_at === null) return false;
		const answer = await w.api.post(`/v1/drops/${drop.id}/draw/reveal`, { secret: secret.toString('hex') });
		assert.equal(answer.status, 200, answer.text);
		return true;
	}

	it('is made once, to the same end', async () => {
		const { drop, secret } = await drawOf();
		let kills = 0, revealed = false;
		for (const end = Date.now() + 60000; (await stateOf(drop)).done_at === null;) {
			assert.ok(Date.now() < end, 'the draw is not done after 60 s');
			await stack.service.startJanitor();
			await sleep(30 + Math.random() * (250 + 20 * kills)); // a slow machine gets there too
			stack.service.janitor.kill('SIGKILL');
			await stack.service.janitorExited;
			kills++;
			revealed ||= await revealOnce(drop, secret);
		}
		assert.ok(kills > 2, `${kills} kills: it was not disturbed`);
		await isRight(drop);
	});

	it('is made once by two of them', async () => {
		const { drop, secret } = await drawOf();
		await stack.service.startJanitor();
		const first = { child: stack.service.janitor, exited: stack.service.janitorExited };
		await stack.service.startJanitor();
		let revealed = false;
		for (const end = Date.now() + 60000; (await stateOf(drop)).done_at === null;) {
			assert.ok(Date.now() < end, 'the draw is not done after 60 s');
			revealed ||= await revealOnce(drop, secret);
			await sleep(50);
		}
		first.child.kill('SIGTERM');
		await first.exited;
		await isRight(drop);
		await verifyLedger(stack, w);
	});
});
