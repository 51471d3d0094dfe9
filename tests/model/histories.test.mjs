// SPDX-License-Identifier: Apache-2.0
//
// Random histories of allocation against a plain model, on the functions that the service calls: claims,
// confirmations, cancellations, holds that end, transfers, resales, redemptions, no-shows, the waitlist,
// changes of share and windows, and the janitor's jobs in any order. A history that fails is shortened
// and printed. ROADSHOW_MODEL_RUNS says how many there are, ROADSHOW_MODEL_SEED where they begin,
// ROADSHOW_MODEL_STEPS how long each of them is.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Database } from './lib/database.mjs';
import { Disagreement, play, run } from './lib/history.mjs';
import { KNOWN } from './lib/known.mjs';

const RUNS = Number(process.env.ROADSHOW_MODEL_RUNS ?? 20);
const SEED = Number(process.env.ROADSHOW_MODEL_SEED ?? Date.now() % 1000000000);
const STEPS = Number(process.env.ROADSHOW_MODEL_STEPS ?? 60);
const RUNS_TO_TELL = 200; // that show every state, however rare

let database, db;
before(async () => {
	database = await Database.start();
	db = await database.connect();
});
after(async () => {
	await db?.end();
	await database?.stop();
});

describe('histories that were found once agree with the model:', () => {
	for (const { what, drop, operations } of KNOWN) it(what, () => play(db, { drops: [drop] }, operations));
});

describe(`random histories from ROADSHOW_MODEL_SEED=${SEED} on`, () => {
	it('agree with the model', async (t) => {
		const sum = { operations: 0, refused: 0 }, seen = new Map();
		for (let i = 0; i < RUNS; i++) {
			const one = await run(db, SEED + i, { steps: STEPS });
			sum.operations += one.operations;
			sum.refused += one.refused;
			for (const d of one.model.drops.values())
				for (const x of [...d.tokens.map((k) => `token ${k.state}`), ...d.entries.map((e) => `place ${e.state}`),
					...d.listings.map((l) => `listing ${l.state}`)]) seen.set(x, (seen.get(x) ?? 0) + 1);
		}
		t.diagnostic(`${RUNS} histories, ${sum.operations} operations, ${sum.refused} of them refused; in the end: ${
			[...seen].sort().map(([k, n]) => `${n} ${k}`).join(', ')}`);
		assert.ok(seen.has('token issued') || seen.has('token redeemed'), 'nothing was ever issued');
		if (RUNS < RUNS_TO_TELL) return;
		for (const what of ['token issued', 'token redeemed', 'token expired', 'token cancelled', 'token forfeited',
			'place offered', 'place skipped', 'place left', 'place taken', 'place lapsed', 'listing sold', 'listing withdrawn'])
			assert.ok(seen.get(what) > 0, `no history has a ${what}`);
	});

	// Where each unit that came back went: to the first in line who may have it, or to the pool when nobody
	// waits; and in which order offers were made. The ledger's audit says so too.
	it('give what comes back to the first in line or to the pool, once', async (t) => {
		const weights = { claims: 15, joins: 30, confirm: 8, cancel: 20, pass: 8, janitor: 12, accept: 6, leave: 6, share: 5 };
		const spec = (r) => ({ drops: [{ name: 'd1', quantity: 6, tokenized: r.int(1, 4), per_person: r.int(1, 3),
			opens: -5, closes: 500, deposit: null, hold: r.chance(0.5) ? r.int(1, 30) : null, offer_ttl: r.int(1, 30),
			pickup_from: 0, pickup_until: 500, event: { starts: 400, ends: 500 }, no_show: null, transfer: null,
			windows: [] }] });
		const ends = {}, runs = Math.ceil(RUNS / 2);
		for (let i = 0; i < runs; i++) {
			const { model } = await run(db, SEED + i, { steps: STEPS, weights, spec });
			for (const d of model.drops.values()) {
				assert.ok(model.waiting(d).length === 0 || model.left(d) === 0, 'in the end nobody waits for what is there');
				for (const e of d.entries) ends[e.state] = (ends[e.state] ?? 0) + 1;
			}
		}
		t.diagnostic(`${runs} histories; places in line: ${JSON.stringify(ends)}`);
		assert.ok(runs < RUNS_TO_TELL || ends.offered > 0 && ends.left > 0, 'somebody was offered something, somebody left');
	});

	it('are in the ledgers, all of them: roadshow replay', (t) => {
		const said = database.replay();
		t.diagnostic(said.trim());
		assert.match(said, /the ledgers say the same as the tables/);
	});
});

// With one guard of the service taken out, random histories find it, and what they print is short.
// [what is forgotten, function, from, to, weights of operations that have to do with it]
const GUARDS = [
	['that somebody waits', 'roadshow.drop_left_of', 'when d.waiting > 0 then 0', 'when false then 0'],
	['who is first in line', 'roadshow.waitlist_offer', 'order by place limit p_limit', 'order by place desc limit p_limit',
		{ claims: 20, joins: 40, cancel: 25, janitor: 20 }],
	['to settle deposits', 'roadshow.tokens_move',
		"where y.creator_id = p_creator and y.token_id = a.id and y.state = due", 'where false'],
	['which version was seen', 'roadshow.version_check', 't.version <> p_version', 'false',
		{ claims: 20, confirm: 15, transfer: 40 }],
];
const HISTORIES_MAX = 60; // until the mistake must have shown
const SHORT = 12;

describe('the histories find what the service forgets:', () => {
	GUARDS.forEach(([what, fn, from, to, weights], i) => it(what, async (t) => {
		const without = await database.copy(`without_${i}`);
		try {
			const { rows: [{ body }] } = await without.query(`select pg_get_functiondef(p.oid) as body from pg_proc p
				where p.oid::regproc::text = $1`, [fn]);
			assert.ok(body.includes(from), `${fn} has no guard "${from}"`);
			await without.query(`set search_path = roadshow, api; ${body.replaceAll(from, to)}; reset search_path`);
			const found = await firstFailure(without, weights);
			assert.ok(found, `${HISTORIES_MAX} histories found nothing`);
			t.diagnostic(`after ${found.ops.length} operations: ${found.reason}`);
			assert.ok(found.ops.length <= SHORT, found.message);
		} finally {
			await without.end();
		}
	}));

	async function firstFailure(without, weights) {
		for (let seed = 1; seed <= HISTORIES_MAX; seed++) {
			try {
				await run(without, seed, { steps: 40, weights });
			} catch (e) {
				if (e instanceof Disagreement) return e;
				throw e;
			}
		}
		return null;
	}
});
