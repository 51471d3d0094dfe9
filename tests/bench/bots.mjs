// SPDX-License-Identifier: Apache-2.0
//
// A drop stormed by bots: 19 of 20 claims come from 50 people who write themselves in thousands of ways,
// each claim with a proof of work that was paid for. Measured: what the service answers in a second, and
// what an honest fan waits for. Judged: the bots get no more than 50 people may have, every fan gets a
// token, and nothing is oversold.
import assert from 'node:assert/strict';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { proof } from '../api/lib/proof.mjs';
import { contact, world } from '../crash/lib/load.mjs';
import { Stack } from '../crash/lib/stack.mjs';
import { Bench } from './lib/bench.mjs';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false },
	workers: { type: 'string', default: '1' }, connections: { type: 'string', default: '32' } } });
const BOTS = 50, PER_PERSON = 2, EVERY = 20; // one claim in EVERY is a fan's
const CLAIMS = args.quick ? 2000 : 20000;

// One person in as many spellings as there are numbers: aliases, dots, capitals, both names of one host.
function alias(bot, n) {
	const dotted = `bot${bot}`.split('').map((ch, i) => ((n >> i) & 1 ? `${ch}.` : ch)).join('').replace(/\.$/, '');
	const local = n % 2 ? dotted.toUpperCase() : dotted;
	return { email: `${local}+${n}@${n % 3 ? 'gmail.com' : 'GoogleMail.com'}` };
}

const stack = await Stack.start({ workers: Number(args.workers), env: { ROADSHOW_LOG_LEVEL: 'warn',
	ROADSHOW_PROOF_BITS_MIN: '8', ROADSHOW_PROOF_BITS_MAX: '10', ROADSHOW_CLAIMS_PER_ADDRESS: '0' } });
try {
	const w = await world(stack);
	const made = await w.api.post('/v1/keys', { role: 'storefront', name: 'shop window' });
	const shop = w.api.as(made.json.api_key);
	const fans = CLAIMS / EVERY;
	const drop = await w.drop({ quantity: fans + BOTS * PER_PERSON + 500, tokenized: fans + BOTS * PER_PERSON + 500,
		per_person: PER_PERSON });
	const got = { bots: 0, fans: 0 }, codes = {}, waits = [];
	const queue = Array.from({ length: CLAIMS }, (_, i) => i).values();
	const began = performance.now();
	await Promise.all(Array.from({ length: Number(args.connections) }, async () => {
		for (const i of queue) {
			const fan = i % EVERY === 0;
			const altcha = await proof(shop, drop.id), asked = performance.now();
			const a = await shop.post(`/v1/drops/${drop.id}/claims`,
				{ contact: fan ? contact() : alias(i % BOTS, i), altcha }, { contract: false });
			if (fan) waits.push(performance.now() - asked);
			if (a.status === 201) got[fan ? 'fans' : 'bots'] += a.json.tokens.length;
			else codes[a.json.code] = (codes[a.json.code] ?? 0) + 1;
		}
	}));
	const seconds = (performance.now() - began) / 1000;
	waits.sort((a, b) => a - b);
	const [row] = await stack.query(`select issued, (select max(units) from roadshow.drop_buyers b
			where b.creator_id = d.creator_id and b.drop_id = d.id) as most
		from roadshow.drops d where creator_id = $1 and id = $2`, [w.creator, drop.id]);
	const p = (q) => waits[Math.floor((waits.length - 1) * q)];
	console.log(`${CLAIMS} claims, ${100 - 100 / EVERY} % of them from ${BOTS} people with aliases, in ${seconds.toFixed(1)} s ` +
		`(the proofs are solved here, on the same ${os.cpus().length} cores)\n` +
		`  bots got ${got.bots} of at most ${BOTS * PER_PERSON}; ${got.fans} of ${fans} fans got theirs; refused: ${JSON.stringify(codes)}\n` +
		`  a fan's claim waits ${p(0.5).toFixed(1)} ms, at the 99th percentile ${p(0.99).toFixed(1)} ms`);
	assert.ok(got.bots <= BOTS * PER_PERSON, 'the bots got no more than their limit');
	assert.equal(got.fans, fans, 'every fan got a token');
	assert.deepEqual(row, { issued: got.bots + got.fans, most: PER_PERSON });
	new Bench('bots').record([{ bench: 'bots', contestant: 'ours', connections: Number(args.connections),
		workers: Number(args.workers), rate: CLAIMS / seconds, p50_ms: p(0.5), p99_ms: p(0.99), errors: 0 }]);
} finally {
	await stack.stop();
}
