// SPDX-License-Identifier: Apache-2.0
//
// `roadshow replay` against a ledger that the service wrote: it says the same as the tables, while the
// service works too; and whatever a hand changes in the tables or the ledger is named.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import * as fx from './lib/fixtures.mjs';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const PROGRAM = path.join(process.env.ROADSHOW_BIN ?? path.join(ROOT, 'build/release'), 'roadshow');
const DATABASE = process.env.DATABASE_URL;

let columns, db, c, held, plain, tokens;
before(async () => {
	db = new pg.Client({ connectionString: DATABASE });
	await db.connect();
	c = await fx.creator();
	held = await fx.drop(c, { quantity: 40, tokenized: 30, per_person: 10, hold_ttl_s: 600 });
	plain = await fx.drop(c, { quantity: 40, tokenized: 30, per_person: 10, event_id: held.event_id });
	const { tokens: holds } = fx.ok(await fx.claim(c, held.id, { quantity: 4 }));
	fx.ok(await c.api.post(`/v1/tokens/${holds[0].id}/confirm`, {}), 200);
	fx.ok(await c.api.post(`/v1/tokens/${holds[1].id}/confirm`, {}), 200);
	fx.ok(await c.api.post(`/v1/tokens/${holds[1].id}/cancel`, {}), 200);
	fx.ok(await c.api.post(`/v1/tokens/${holds[2].id}/cancel`, {}), 200);
	for (let i = 0; i < 3; i++) ({ tokens } = fx.ok(await fx.claim(c, plain.id, { quantity: 10 })));
});
before(async () => { // those that are not made of others
	columns = (await db.query(`select string_agg(column_name, ', ') as names from information_schema.columns
		where table_schema = 'roadshow' and table_name = 'tokens' and is_generated = 'NEVER'`)).rows[0].names;
});
after(async () => {
	await db?.end();
	fx.anonymous().close();
});

function replay(args, env = {}) {
	return new Promise((resolve) => {
		execFile(PROGRAM, ['replay', ...args], { env: { ...process.env, ROADSHOW_ADMIN_DATABASE_URL: DATABASE, ...env } },
			(error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
	});
}
const mine = () => replay(['--creator', c.slug]);

// Each is done, must be told, and is undone. A superuser may do this to a database; nobody else.
const UNGUARDED = 'set session_replication_role = replica', GUARDED = 'reset session_replication_role';
const restore = (from) => `insert into roadshow.tokens (${columns}) select ${columns} from ${from}`;
const TAMPERED = {
	'a state': [() => [`update roadshow.tokens set state = 'cancelled', ended_at = now() where id = '${tokens[0].id}'`,
		`update roadshow.tokens set state = 'issued', ended_at = null where id = '${tokens[0].id}'`],
		() => `token ${tokens[0].id}: state is "cancelled", by the ledger "issued"`],
	'a serial': [() => [`update roadshow.tokens set serial = 1000 where id = '${tokens[1].id}'`,
		`update roadshow.tokens set serial = ${tokens[1].serial} where id = '${tokens[1].id}'`],
		() => `token ${tokens[1].id}: serial is 1000, by the ledger ${tokens[1].serial}`],
	'a version': [() => [`update roadshow.tokens set version = 2, passed_at = now() where id = '${tokens[1].id}'`,
		`update roadshow.tokens set version = 1, passed_at = null where id = '${tokens[1].id}'`],
		() => `token ${tokens[1].id}: version is 2, by the ledger 1`],
	'a token\'s last entry': [() => [`update roadshow.tokens set ledger_index = 0 where id = '${tokens[2].id}'`,
		`update roadshow.tokens set ledger_index = ${tokens[2].ledger_index} where id = '${tokens[2].id}'`],
		() => `token ${tokens[2].id}: ledger_index is 0, by the ledger ${tokens[2].ledger_index}`],
	'a token that is gone': [() => [`create temp table kept as select * from roadshow.tokens where id = '${tokens[3].id}';
			${UNGUARDED}; delete from roadshow.tokens where id = '${tokens[3].id}'; ${GUARDED}`,
		`${restore('kept')}; drop table kept`],
		() => `token ${tokens[3].id}: in the ledger and not in the table`],
	'a token that nobody issued': [() => [`create temp table more as select * from roadshow.tokens where id = '${tokens[3].id}';
			update more set id = '01900000-0000-7000-8000-${c.id.slice(-12)}', serial = 1001;
			${restore('more')}`,
		`${UNGUARDED}; delete from roadshow.tokens where id = (select id from more); ${GUARDED}; drop table more`],
		() => `token 01900000-0000-7000-8000-${c.id.slice(-12)}: in the table and not in the ledger`],
	'a counter': [() => [`update roadshow.drops set held = held - 1 where id = '${held.id}'`,
		`update roadshow.drops set held = held + 1 where id = '${held.id}'`],
		() => `drop ${held.id}: held is 0, by the ledger 1`],
	'a share': [() => [`update roadshow.drops set tokenized = 31 where id = '${held.id}'`,
		`update roadshow.drops set tokenized = 30 where id = '${held.id}'`],
		() => `drop ${held.id}: tokenized is 31, by the ledger 30`],
	'a window': [() => [`insert into roadshow.drop_windows (creator_id, drop_id, name, opens_at, closes_at, proof)
			select creator_id, id, 'friends', opens_at, closes_at, 'none' from roadshow.drops where id = '${held.id}'`,
		`delete from roadshow.drop_windows where drop_id = '${held.id}'`],
		() => `window ${held.id}/friends: in the table and not in the ledger`],
	'a deposit': [() => [`insert into roadshow.deposit_payments select creator_id, 'p', claim_id from roadshow.tokens where id = '${tokens[0].id}';
			insert into roadshow.deposits (creator_id, token_id, drop_id, claim_id, amount, currency, reference, state, held_at)
			select creator_id, id, drop_id, claim_id, 1, 'EUR', 'p', 'held', now() from roadshow.tokens where id = '${tokens[0].id}'`,
		`delete from roadshow.deposits where token_id = '${tokens[0].id}';
			delete from roadshow.deposit_payments where creator_id = '${c.id}'`],
		() => `token ${tokens[0].id}: deposit is "held", by the ledger ""`],
	'the ledger': [() => [`set session_replication_role = replica; update roadshow.ledger set entry = replace(entry, '"serial": 30', '"serial": 29')
			where creator_id = '${c.id}' and index = ${tokens[9].ledger_index}`,
		`update roadshow.ledger set entry = replace(entry, '"serial": 29', '"serial": 30')
			where creator_id = '${c.id}' and index = ${tokens[9].ledger_index}; reset session_replication_role`],
		() => `impossible: entry ${tokens[9].ledger_index}: serial 29 of the drop has another token already`],
	'the ledger\'s end': [() => [`update roadshow.ledger_heads set size = size + 1 where creator_id = '${c.id}'`,
		`update roadshow.ledger_heads set size = size - 1 where creator_id = '${c.id}'`],
		() => `the ledger has ${tokens[9].ledger_index + 1} entries, its head says ${tokens[9].ledger_index + 2}`],
};

describe('roadshow replay', () => {
	it('rebuilds what the tables say from the ledger alone', async () => {
		const run = await mine();
		assert.equal(run.code, 0, run.out + run.err);
		assert.equal(run.out, '1 creators, 34 tokens: the ledgers say the same as the tables\n');
	});

	for (const [what, [how, says]] of Object.entries(TAMPERED))
		it(`names what a hand changed: ${what}`, async () => {
			const [change, back] = how();
			await db.query(change);
			let run;
			try {
				run = await mine();
			} finally {
				await db.query(back);
			}
			assert.equal(run.code, 1, run.out + run.err);
			assert.equal(run.out.split('\n')[0], `${c.slug}: ${says()}`);
			assert.match(run.out, /THE LEDGERS AND THE TABLES DIFFER\n$/);
			assert.equal((await mine()).code, 0, 'undone');
		});

	it('shows twenty differences and counts the others', async () => {
		const by = (n) => db.query('update roadshow.tokens set ledger_index = ledger_index + $2 where drop_id = $1', [plain.id, n]);
		await by(1);
		const run = await mine();
		await by(-1);
		assert.equal(run.code, 1);
		const lines = run.out.trimEnd().split('\n');
		assert.equal(lines.length, 22);
		assert.equal(lines[20], 'and 10 more');
	});

	it('agrees while claims go on', async () => {
		const drop = await fx.drop(c, { quantity: 4000, tokenized: 4000, event_id: held.event_id });
		let busy = true;
		const loops = Array.from({ length: 8 }, async () => {
			let n = 0;
			for (; busy; n++) fx.ok(await fx.claim(c, drop.id));
			return n;
		});
		const runs = [];
		for (let i = 0; i < 8; i++) runs.push(await mine());
		busy = false;
		const claims = (await Promise.all(loops)).reduce((a, b) => a + b);
		assert.ok(claims > 8, `${claims} claims: nothing went on`);
		for (const run of runs) assert.equal(run.code, 0, run.out + run.err);
		const seen = new Set(runs.map((r) => r.out));
		assert.ok(seen.size > 1, 'it looked at different moments');
	});

	it('says when there is no such creator, or no database', async () => {
		const nobody = await replay(['--creator', 'nobody-here']);
		assert.deepEqual([nobody.code, nobody.out], [2, '']);
		assert.match(nobody.err, /there is no creator nobody-here/);
		const nowhere = await replay([], { ROADSHOW_ADMIN_DATABASE_URL: 'postgresql://u:hunter2@127.0.0.1:1/x' });
		assert.deepEqual([nowhere.code, nowhere.out], [3, '']);
		assert.doesNotMatch(nowhere.err, /hunter2/);
		const empty = await replay([], { ROADSHOW_ADMIN_DATABASE_URL: DATABASE.replace(/\/roadshow(?=\?|$)/, '/postgres') });
		assert.equal(empty.code, 3, 'a database without the schema is none');
	});
});
