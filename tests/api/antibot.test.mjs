// SPDX-License-Identifier: Apache-2.0
//
// Proofs of work: the unmodified library and the widget's own solver are at home with our challenges, a
// proof buys one claim whatever happens, work follows the load, public keys keep to their limits, and
// a crowd of aliases gets what its few people may have. On a stack of its own, for its settings differ.
import assert from 'node:assert/strict';
import { createHmac, randomUUID, webcrypto } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import vm from 'node:vm';
import { assertProblem } from './lib/contract.mjs';
import { payload, proof, solve } from './lib/proof.mjs';
import { contact, world } from '../crash/lib/load.mjs';
import { ROOT, sleep, Stack, until } from '../crash/lib/stack.mjs';

globalThis.crypto ??= webcrypto; // Node 18 has it behind a flag
const { createChallenge, solveChallenge, verifySolution } = await import('altcha-lib');
const { deriveKey } = await import('altcha-lib/algorithms/pbkdf2');

const EASY = { ROADSHOW_PROOF_BITS_MIN: '10', ROADSHOW_PROOF_BITS_MAX: '10',
	ROADSHOW_CLAIMS_PER_CONTACT: '0', ROADSHOW_CLAIMS_PER_ADDRESS: '0' };
let stack, w, shop;
before(async () => {
	stack = await Stack.start({ workers: 2, janitor: false, env: EASY });
	w = await world(stack);
	shop = await storefront(w);
});
after(() => stack?.stop());

async function storefront(of) {
	const made = await of.api.post('/v1/keys', { role: 'storefront', name: 'shop window' });
	assert.equal(made.status, 201, made.text);
	return of.api.as(made.json.api_key);
}

async function restart(env) {
	await stack.service.stop();
	stack.service.options.env = { ...EASY, ...env };
	await stack.service.start();
	await until(() => shop.get('/livez').then((a) => a.status === 200, () => false), 'TLS to be there');
}

const claims = (drop) => `/v1/drops/${drop.id}/claims`;
const challenge = async (drop, api = shop) => {
	const answer = await api.get(`/v1/drops/${drop.id}/challenge`);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
};
const claim = (drop, body, options) => shop.post(claims(drop), { contact: contact(), ...body }, options);
const secret = () => createHmac('sha256', fs.readFileSync(path.join(stack.dir, 'keys/server.secret')))
	.update('altcha/v2').digest('hex');

// The widget's worker, unmodified, as a browser runs it.
function widgetSolves(challenge) {
	return new Promise((resolve, reject) => {
		const self = { postMessage: (m) => (m?.error ? reject(m.error) : resolve(m)) };
		const file = path.join(ROOT, 'tests/node_modules/altcha/dist/workers/pbkdf2.js');
		vm.runInNewContext(fs.readFileSync(file, 'utf8'),
			{ self, crypto: webcrypto, performance, TextEncoder, AbortController, setTimeout, console });
		self.onmessage({ data: { type: 'work', challenge, counterStart: 0, counterStep: 1, timeout: 60000 } });
	});
}

describe('altcha-lib and the widget', () => {
	it('the library solves our challenge, and the claim is made', async () => {
		const c = await challenge(w.first);
		const solution = await solveChallenge({ challenge: c, deriveKey });
		assert.equal((await claim(w.first, { altcha: payload(c, solution) })).status, 201);
	});

	it('the widget solves it, and sends what it makes of it', async () => {
		const c = await challenge(w.first);
		const solution = await widgetSolves(c);
		assert.equal((await claim(w.first, { altcha: payload(c, solution) })).status, 201);
	});

	it('the library finds our signature and our solution right', async () => {
		const c = await challenge(w.first);
		const solution = solve(c.parameters);
		const result = await verifySolution({ challenge: c, solution, deriveKey, hmacSignatureSecret: secret() });
		assert.deepEqual([result.verified, result.expired, result.invalidSignature, result.invalidSolution],
			[true, false, false, false]);
	});

	it('we accept what the library made with our secret, and nothing it made with another', async () => {
		for (const [hmacSignatureSecret, status] of [[secret(), 201], [`${secret()}x`, 422]]) {
			const c = await createChallenge({ algorithm: 'PBKDF2/SHA-256', cost: 100, keyPrefix: '00', deriveKey,
				hmacSignatureSecret, expiresAt: Math.floor(Date.now() / 1000) + 60, data: { drop: w.first.id } });
			const solution = await solveChallenge({ challenge: c, deriveKey });
			const answer = await claim(w.first, { altcha: payload(c, solution) });
			assert.equal(answer.status, status, answer.text);
		}
	});
});

describe('a proof', () => {
	it('is needed through a storefront key, and by nobody else', async () => {
		assertProblem(await claim(w.first, {}), 403, 'proof_required');
		assert.equal((await w.api.post(claims(w.first), { contact: contact() })).status, 201);
	});

	it('that is sent with a creator key is looked at', async () => {
		assertProblem(await w.api.post(claims(w.first), { contact: contact(), altcha: 'e30=' }), 422, 'proof_invalid');
		const altcha = await proof(shop, w.first.id);
		assert.equal((await w.api.post(claims(w.first), { contact: contact(), altcha })).status, 201);
		assertProblem(await w.api.post(claims(w.first), { contact: contact(), altcha }), 422, 'proof_reused');
	});

	it('is refused when anything in it was changed', async () => {
		const c = await challenge(w.first), solution = solve(c.parameters);
		const other = await w.drop();
		const changed = (over) => ({ ...c, parameters: { ...c.parameters, ...over } });
		const wrong = [
			payload(changed({ cost: 1 }), solution), payload(changed({ keyPrefix: '' }), solution),
			payload(changed({ expiresAt: c.parameters.expiresAt + 3600 }), solution),
			payload(changed({ data: { drop: other.id } }), solution),
			payload(changed({ nonce: '0'.repeat(32) }), solution), payload(changed({ keyLength: 1 }), solution),
			payload({ ...c, signature: '0'.repeat(64) }, solution), payload({ parameters: c.parameters }, solution),
			payload(c, { ...solution, counter: solution.counter + 1 }),
			payload(c, { ...solution, derivedKey: '0'.repeat(64) }), payload(c, {}), payload(c), 'e30=', '!',
			btoa('null'), btoa('[]'), payload(c, solution).slice(0, -4),
		];
		for (const altcha of wrong) assertProblem(await claim(w.first, { altcha }), 422, 'proof_invalid');
		assertProblem(await claim(other, { altcha: payload(c, solution) }), 422, 'proof_invalid');
		assert.equal((await claim(w.first, { altcha: payload(c, solution) })).status, 201, 'and good as it was');
	});

	it('buys one claim, whoever comes at once and whichever worker answers', async () => {
		for (let round = 0; round < 5; round++) {
			const altcha = await proof(shop, w.first.id);
			const answers = await Promise.all(Array.from({ length: 24 }, () => claim(w.first, { altcha })));
			assert.equal(answers.filter((a) => a.status === 201).length, 1);
			for (const a of answers.filter((x) => x.status !== 201)) assertProblem(a, 422, 'proof_reused');
		}
	});

	it('buys one claim, after a restart too, and the claim is repeated with it as often as one likes', async () => {
		const body = { contact: contact(), altcha: await proof(shop, w.first.id) }, idem = randomUUID();
		const first = await claim(w.first, body, { idem });
		assert.equal(first.status, 201, first.text);
		await restart({});
		assertProblem(await claim(w.first, { altcha: body.altcha }), 422, 'proof_reused');
		const again = await claim(w.first, body, { idem });
		assert.deepEqual([again.text, again.headers['idempotent-replayed']], [first.text, 'true']);
	});

	it('is left unspent by a claim that was refused', async () => {
		const drop = await w.drop({ quantity: 3, tokenized: 3 });
		const altcha = await proof(shop, drop.id), ann = contact();
		assert.equal((await w.api.post(claims(drop), { contact: ann })).status, 201);
		assertProblem(await claim(drop, { altcha, contact: ann }), 409, 'limit_reached');
		assert.equal((await claim(drop, { altcha })).status, 201);
	});

	it('is over when its challenge expires; a claim it bought before is still repeated', async () => {
		await restart({ ROADSHOW_PROOF_TTL_S: '10' });
		const late = await proof(shop, w.first.id);
		const body = { contact: contact(), altcha: await proof(shop, w.first.id) }, idem = randomUUID();
		const first = await claim(w.first, body, { idem });
		assert.equal(first.status, 201, first.text);
		await sleep(11000);
		assertProblem(await claim(w.first, { altcha: late }), 422, 'proof_expired');
		assert.equal((await claim(w.first, body, { idem })).text, first.text);
	});
});

describe('a challenge', () => {
	it('is new each time, signed, never cached, and for anybody', async () => {
		const seen = new Set();
		for (let i = 0; i < 20; i++) {
			const answer = await w.api.as(undefined).get(`/v1/drops/${w.first.id}/challenge`);
			assert.equal(answer.headers['cache-control'], 'no-store');
			seen.add(answer.json.parameters.nonce).add(answer.json.parameters.salt);
		}
		assert.equal(seen.size, 40);
	});

	it('costs more while its drop is stormed, up to the limit, and less afterwards; other drops stay calm', async () => {
		await restart({ ROADSHOW_PROOF_BITS_MIN: '10', ROADSHOW_PROOF_BITS_MAX: '14', ROADSHOW_PROOF_RATE: '20' });
		const bits = ({ parameters: p }) => Math.log2(p.cost) + 4 * p.keyPrefix.length;
		const [stormed, calm] = [await w.drop(), await w.drop()];
		assert.equal(bits(await challenge(stormed)), 10);
		let most = 0, last;
		for (let i = 0; i < 1000; i++) {
			last = bits(await challenge(stormed));
			assert.ok(last >= most || last >= 13, 'it rises step by step');
			most = Math.max(most, last);
		}
		assert.equal(most, 14);
		assert.equal(bits(await challenge(calm)), 10);
		await sleep(9000);
		assert.ok(bits(await challenge(stormed)) < 14, 'and it sinks');
	});
});

describe('limits of storefront keys', () => {
	function assertLimited(answer, policy) {
		assertProblem(answer, 429, 'rate_limited');
		assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
		assert.match(answer.headers['ratelimit-policy'], new RegExp(`^"${policy}";q=\\d+;w=60$`));
	}
	const tries = async (n, make, by = claim) => {
		const altcha = await proof(shop, w.first.id); // looked at after the limits
		return Promise.all(Array.from({ length: n }, (_, i) => by(w.first, { altcha, ...make(i) })));
	};

	it('hold for a contact, however it is written, over all workers together', async () => {
		await restart({ ROADSHOW_CLAIMS_PER_CONTACT: '5' });
		const name = `ann${Date.now()}`;
		const answers = await tries(30, (i) => ({ contact: { email: `${name}+${i}@Example.org` } }));
		const limited = answers.filter((a) => a.status === 429);
		assert.equal(limited.length, 25);
		limited.forEach((a) => assertLimited(a, 'contact'));
		assert.ok((await tries(3, () => ({}))).every((a) => a.status !== 429), 'others go on');
		const own = await tries(12, () => ({ contact: { email: `${name}@example.org` } }),
			(drop, { contact: who }) => w.api.post(claims(drop), { contact: who }));
		assert.ok(own.every((a) => a.status !== 429), 'the creator has no such limit');
	});

	it('hold for an address', async () => {
		await restart({ ROADSHOW_CLAIMS_PER_ADDRESS: '7' });
		const limited = (await tries(20, () => ({}))).filter((a) => a.status === 429);
		assert.equal(limited.length, 13);
		limited.forEach((a) => assertLimited(a, 'address'));
	});
});

describe('addresses that anybody can have', () => {
	it('are refused by the operator\'s list, below a listed domain too', async () => {
		const list = path.join(stack.dir, 'disposable.txt');
		fs.writeFileSync(list, '# as many as you like\nTrash.example\n');
		await restart({ ROADSHOW_DISPOSABLE_DOMAINS: list });
		for (const email of ['a@trash.example', 'b+c@mx1.TRASH.example'])
			for (const api of [shop, w.api])
				assertProblem(await api.post(claims(w.first), { contact: { email }, altcha: await proof(shop, w.first.id) }),
					422, 'contact_not_accepted');
		assert.equal((await claim(w.first, { contact: { email: `x${Date.now()}@nottrash.example` },
			altcha: await proof(shop, w.first.id) })).status, 201);
	});
});

// 19 of 20 claims come from 50 people who write themselves in many ways, and they pay for every one of
// them. They get what 50 people may have, and every other fan gets a token.
describe('bots', () => {
	const BOTS = 50, FANS = 50, CLAIMS = 1000, PER_PERSON = 2;
	const alias = (bot, n) => {
		const local = `b.o.t${bot}`.split('').map((ch, i) => ((n >> (i % 5)) & 1 ? ch.toUpperCase() : ch)).join('');
		return [`${local}+${n}@gmail.com`, `bot${bot}@googlemail.com`, ` bo.t${bot}+x${n}@GMAIL.com `][n % 3];
	};

	it('get no more than their limit', async () => {
		await restart({ ROADSHOW_CLAIMS_PER_CONTACT: '10' });
		const drop = await w.drop({ quantity: 300, tokenized: 300, per_person: PER_PERSON });
		const queue = Array.from({ length: CLAIMS }, (_, i) => (i % 20 === 19
			? { fan: true, contact: contact() } : { contact: { email: alias(i % BOTS, i) } }));
		const got = { bots: 0, fans: 0 }, codes = {};
		const line = queue.values();
		await Promise.all(Array.from({ length: 16 }, async () => {
			for (const { fan, contact: who } of line) {
				const a = await claim(drop, { contact: who, altcha: await proof(shop, drop.id) });
				if (a.status === 201) got[fan ? 'fans' : 'bots'] += a.json.tokens.length;
				else codes[a.json.code] = (codes[a.json.code] ?? 0) + 1;
			}
		}));
		assert.equal(got.fans, FANS, JSON.stringify(codes));
		assert.equal(got.bots, BOTS * PER_PERSON, JSON.stringify(codes));
		assert.deepEqual(Object.keys(codes).sort(), ['limit_reached', 'rate_limited']);
		const [most] = await stack.query(`select count(*) as people, max(units) as units, sum(units) as sum
			from roadshow.drop_buyers where creator_id = $1 and drop_id = $2`, [w.creator, drop.id]);
		assert.deepEqual(most, { people: BOTS + FANS, units: PER_PERSON, sum: BOTS * PER_PERSON + FANS });
	});
});
