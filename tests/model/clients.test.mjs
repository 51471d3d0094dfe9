// SPDX-License-Identifier: Apache-2.0
//
// The same operations by many clients at once, over HTTP, with the real janitor and a venue device that
// uploads redemptions. What is answered cannot be foretold then, so the invariants are asked for all the
// while and in the end, what was answered is looked for in the ledger, and races of two are run in which
// exactly one may win. ROADSHOW_MODEL_SECONDS says how long the crowd is at it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { Client as Api } from '../api/lib/client.mjs';
import { sleep, Stack, until } from '../crash/lib/stack.mjs';
import { Device } from '../device/device.mjs';
import { Random } from '../property/random.mjs';
import { addModel } from './lib/database.mjs';
import { audit } from './lib/ledger.mjs';

const SECONDS = Number(process.env.ROADSHOW_MODEL_SECONDS ?? 5);
const SEED = Number(process.env.ROADSHOW_MODEL_SEED ?? Date.now() % 1000000000);
const CLIENTS = 16;
const OPERATIONS_MIN = 400; // of all of them, also on a slow machine
const PEOPLE = 24;

const at = (s) => new Date(Date.now() + s * 1000).toISOString();
const contact = (n) => ({ email: `fan${n}@example.org` });

// What drops of this crowd have in common: few units, short holds, everything allowed.
const RULES = { quantity: 14, tokenized: 12, per_person: 2, hold_ttl_s: 30, offer_ttl_s: 60, pickup_from: at(-600),
	transfer: { cool_down_s: 0, cut_off_s: 0, resale: {} }, no_show: { deposit: 'forfeit', release: true } };

// One creator on the stack, with an event that starts later, so that tokens may be passed on.
class Crowd {
	static async make(stack) {
		const c = new Crowd();
		const operator = new Api(stack.url, stack.service.ca, stack.service.operator_key);
		Object.assign(c, { stack, api: operator, told: [], codes: new Map() });
		const made = await c.make('/v1/creators', { slug: `crowd-${randomUUID()}`, name: 'Crowd' });
		Object.assign(c, { creator: made.id, api: operator.as(made.api_key) });
		c.event = await c.make('/v1/events', { name: 'Late', starts_at: at(3600), ends_at: at(86400),
			time_zone: 'Europe/Berlin', venue: { name: 'Room', lat: 52.5, lon: 13.4, address: '1 Street' } });
		await c.make('/v1/products', { sku: 'print', title: 'Print', price: { amount: 2500, currency: 'EUR' } });
		c.free = await c.drop({});
		c.paid = await c.drop({ deposit: { amount: 500, currency: 'EUR' }, windows: [
			{ name: 'members', proof: 'code', code: 'sesame', quantity: 5 }, { name: 'public', per_person: 1 }] });
		return c;
	}

	async make(target, body) {
		const a = await this.post(target, body);
		assert.equal(a.status, 201, a.text);
		return a.json;
	}

	drop(over) {
		return this.make('/v1/drops', { event_id: this.event.id, sku: 'print', mode: 'fcfs', opens_at: at(-60),
			closes_at: at(3600), ...RULES, ...over });
	}

	// An answer is a success, or a refusal that says why; nothing else.
	async post(target, body = {}, idem = randomUUID()) {
		const a = await this.api.post(target, body, { idem, contract: false });
		const code = a.json?.code ?? a.status;
		this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
		assert.ok(a.status < 500 || a.status === 503, `POST ${target}: ${a.status} ${a.text}`);
		if (a.status < 300) this.remember(a.json);
		return a;
	}

	remember(doc) {
		for (const t of doc.tokens ?? (doc.serial ? [doc] : []))
			this.told.push({ id: t.id, index: t.ledger_index, serial: t.serial, state: t.state, version: t.version });
	}

	async device(stack) {
		const made = await this.make(`/v1/events/${this.event.id}/devices`, { name: 'door', profile: 'scan' });
		const device = new Device(stack.url, { ca: stack.service.ca });
		await device.enrol(made.enrol_code);
		return device;
	}

	// On connections that stay: making one takes longer than most of what is asked here.
	async rows(sql, ...more) {
		this.pool ??= new pg.Pool({ ...this.stack.cluster.config('roadshow'), max: 3 });
		return (await this.pool.query(sql, [this.creator, ...more])).rows;
	}

	// Tokens of the crowd in one of these states.
	tokens(...states) {
		return this.rows(`select id, version, state, claim_id from roadshow.tokens where creator_id = $1 and state = any($2)`, states);
	}

	async broken(served = false) {
		const rows = await this.rows(`select model.broken($1) as what${served ? ' union all select model.unserved($1)' : ''}`);
		return rows.map((r) => r.what);
	}

	// Some holds and offers are over now. Whoever changes tokens holds their drops' locks.
	expire(share) {
		return this.rows(`with locked as materialized (select from roadshow.drops where creator_id = $1
			order by id for no key update)
			update roadshow.tokens set held_until = now() where creator_id = $1 and state = 'held'
			and random() < $2 and (select count(*) from locked) > 0`, share).then(() => this.rows(`update roadshow.resale_listings set offered_until = now()
			where creator_id = $1 and state = 'offered' and random() < $2`, share));
	}

	async check() {
		const { length } = this.told;
		const entries = (await this.rows('select entry from roadshow.ledger where creator_id = $1 order by index'))
			.map((r) => JSON.parse(r.entry));
		assert.deepEqual(audit(entries), [], 'the ledger');
		for (const t of this.told.slice(0, length)) {
			const e = entries[t.index];
			assert.deepEqual([e?.subject, e?.data.serial], [t.id, t.serial], `what was answered: ${JSON.stringify(t)}`);
			if (t.state === 'issued') assert.equal(e.data.version, t.version);
		}
	}
}

// What a client does, again and again.
class Client {
	constructor(crowd, r) { Object.assign(this, { crowd, r, entries: [] }); }

	async once() {
		await this[this.r.weighted([[24, 'claim'], [10, 'join'], [18, 'confirm'], [9, 'cancel'], [8, 'transfer'], [8, 'list'],
			[3, 'withdraw'], [8, 'settle'], [10, 'entry'], [2, 'share'], [1, 'window'], [1, 'walkIn']])]();
	}

	drop() { return this.r.chance(0.5) ? this.crowd.free : this.crowd.paid; }
	who() { return { contact: contact(this.r.int(1, PEOPLE)) }; }

	async claim() {
		const d = this.drop();
		const idem = randomUUID(), body = { ...this.who(), quantity: this.r.int(1, 2),
			...(d === this.crowd.paid && this.r.chance(0.4) ? { window: 'members', access: 'sesame' } : {}) };
		const a = await this.crowd.post(`/v1/drops/${d.id}/claims`, body, idem);
		if (a.status !== 201 || this.r.chance(0.8)) return;
		const again = await this.crowd.post(`/v1/drops/${d.id}/claims`, body, idem);
		assert.equal(again.text, a.text, 'the same again is the same answer');
	}

	async join() {
		const d = this.drop();
		const a = await this.crowd.post(`/v1/drops/${d.id}/waitlist`, { ...this.who(), quantity: this.r.int(1, 2) });
		if (a.status === 201) this.entries.push(a.json);
	}

	async token(act, ...states) {
		const all = await this.crowd.tokens(...states);
		if (all.length > 0) await act(this.r.pick(all));
	}

	confirm() {
		return this.token(async (t) => {
			const a = await this.crowd.post(`/v1/tokens/${t.id}/confirm`, {});
			if (a.json?.code === 'payment_required') await this.crowd.post(`/v1/tokens/${t.id}/confirm`,
				{ payment: { reference: `pay ${t.claim_id}` } });
		}, 'held');
	}

	cancel() { return this.token((t) => this.crowd.post(`/v1/tokens/${t.id}/cancel`, {}), 'held', 'issued', 'suspended'); }

	transfer() {
		return this.token((t) => this.crowd.post(`/v1/tokens/${t.id}/transfer`,
			{ to: this.who().contact, version: t.version }), 'issued');
	}

	list() { return this.token((t) => this.crowd.post(`/v1/tokens/${t.id}/resale`, { version: t.version }), 'issued'); }
	withdraw() { return this.token((t) => this.crowd.post(`/v1/tokens/${t.id}/resale/withdraw`), 'suspended'); }
	settle() {
		return this.token((t) => this.crowd.post(`/v1/tokens/${t.id}/resale/settle`,
			{ payment: { reference: randomUUID() } }), 'suspended');
	}

	async entry() {
		if (this.entries.length === 0) return;
		const e = this.r.pick(this.entries);
		await this.crowd.post(`/v1/drops/${e.drop_id}/waitlist/${e.entry_id}/${this.r.pick(['accept', 'accept', 'leave'])}`, {});
	}

	share() { return this.crowd.post(`/v1/drops/${this.drop().id}/share`, { tokenized: this.r.int(10, 14) }); }
	walkIn() { return this.crowd.post(`/v1/drops/${this.drop().id}/walk-in`, { units: this.r.pick([-1, 1]), reason: 'counted' }); }
	window() {
		const { api, paid } = this.crowd;
		return api.put(`/v1/drops/${paid.id}/windows/public`, { per_person: this.r.pick([1, 2, null]) },
			{ headers: { 'if-match': '*' }, contract: false }).then((a) => assert.ok(a.status < 300, a.text));
	}
}

let stack;
before(async () => {
	stack = await Stack.start({ workers: 1, db_connections: 2 });
	await addModel((sql) => stack.query(sql));
});
after(() => stack?.stop());

for (const workers of [1, 2]) describe(`${CLIENTS} clients, ${workers} worker${workers > 1 ? 's' : ''}, and the janitor`, () => {
	let crowd;
	before(async () => {
		if (workers !== stack.service.options.workers) {
			await stack.service.stop();
			stack.service.options.workers = workers;
			await stack.service.start();
			await stack.service.startJanitor();
		}
		crowd = await Crowd.make(stack);
	});
	after(() => crowd?.pool?.end());

	it(`break nothing in ${SECONDS} s (ROADSHOW_MODEL_SEED=${SEED})`, async (t) => {
		const end = Date.now() + SECONDS * 1000, late = end + 30000, device = await crowd.device(stack);
		let looks = 0, redeemed = 0, done = 0, failed = false;
		const busy = () => !failed && (Date.now() < end || done < OPERATIONS_MIN && Date.now() < late);
		const loop = (act) => act().catch((e) => {
			failed = true;
			throw e;
		});
		const loops = Array.from({ length: CLIENTS }, (_, i) => loop(async () => {
			const client = new Client(crowd, new Random(SEED + i));
			for (; busy(); done++) await client.once();
		}));
		loops.push(loop(async () => {
			for (; busy(); looks++) {
				assert.deepEqual(await crowd.broken(), []);
				await crowd.expire(0.3);
				await sleep(200);
			}
		}), loop(async () => {
			for (; busy(); await sleep(400)) redeemed += await redeemOne(device);
		}));
		await Promise.all(loops);
		await settled();
		await crowd.check();
		t.diagnostic(`${done} operations, ${looks} looks, ${redeemed} redemptions uploaded; ${
			[...crowd.codes].map(([code, n]) => `${n} ${code}`).join(', ')}`);
		assert.ok(redeemed > 0, 'nothing was redeemed');
		for (const code of [200, 201, 'sold_out']) assert.ok(crowd.codes.get(code) > 0, `no answer was ${code}`);
	});

	// The janitor has done all there is: nobody waits for what is there.
	async function settled() {
		await crowd.expire(1);
		let left;
		await until(async () => (left = await crowd.broken(true)).length === 0, 'all to be served', 15000, 200)
			.catch(() => assert.deepEqual(left, [], 'the janitor leaves nothing'));
	}

	// The device lets in who shows a token that its mirror knows, and tells it later.
	async function redeemOne(device) {
		const [t] = await crowd.tokens('issued');
		if (!t) return 0;
		const shown = await crowd.api.get(`/v1/tokens/${t.id}`, { contract: false });
		if (!shown.json?.jwt) return 0;
		await device.mirror();
		const seen = await device.redeem(shown.json.jwt);
		const a = await device.upload();
		assert.equal(a.status, 200, a.text);
		return seen.ok ? 1 : 0;
	}

	// A fresh drop with one unit, which somebody holds.
	async function held(over = {}) {
		const d = await crowd.drop({ quantity: 2, tokenized: 1, ...over });
		const a = await crowd.post(`/v1/drops/${d.id}/claims`, { contact: contact(1) });
		assert.equal(a.status, 201, a.text);
		return { d, token: a.json.tokens[0] };
	}

	async function issued(over) {
		const { d, token } = await held(over);
		const a = await crowd.post(`/v1/tokens/${token.id}/confirm`, {});
		assert.equal(a.status, 200, a.text);
		return { d, token: a.json };
	}

	const codes = (answers) => answers.map((a) => a.json?.code ?? a.status);

	// Runs a race several times and tells how it ended.
	function race(what, rounds, once) {
		it(what, async (t) => {
			const ends = new Map();
			for (let i = 0; i < rounds; i++) {
				const end = await once(i);
				ends.set(end, (ends.get(end) ?? 0) + 1);
			}
			assert.deepEqual(await crowd.broken(), []);
			t.diagnostic([...ends].map(([end, n]) => `${n} × ${end}`).join(', '));
		});
	}

	race('two transfers at once: one wins', 6, async () => {
		const { token } = await issued();
		const said = codes(await Promise.all([2, 3].map((n) => crowd.post(`/v1/tokens/${token.id}/transfer`,
			{ to: contact(n), version: 1 }))));
		assert.deepEqual(said.toSorted(), [200, 'version_changed']);
		return said.join(' and ');
	});

	race('confirm or expire: never both', 6, async (i) => {
		const { d, token } = await held();
		await crowd.rows(`update roadshow.tokens set held_until = clock_timestamp() + interval '60 milliseconds'
			where creator_id = $1 and id = $2`, token.id);
		await sleep(i * 20);
		const [said] = codes([await crowd.post(`/v1/tokens/${token.id}/confirm`, {})]);
		await until(async () => (await crowd.rows(`select held from roadshow.drops where creator_id = $1 and id = $2`,
			d.id))[0].held === 0, 'the hold to end');
		const [row] = await crowd.rows('select state from roadshow.tokens where creator_id = $1 and id = $2', token.id);
		assert.equal(row.state, said === 200 ? 'issued' : 'expired');
		if (said !== 200) assert.ok(['hold_expired', 'token_state'].includes(said), said);
		return `${said}, ${row.state}`;
	});

	race('cancel and join: the unit goes to who waits, or is there to be claimed', 6, async () => {
		const { d, token } = await issued();
		const [, joined] = codes(await Promise.all([crowd.post(`/v1/tokens/${token.id}/cancel`, {}),
			crowd.post(`/v1/drops/${d.id}/waitlist`, { contact: contact(2) })]));
		assert.ok([201, 'not_sold_out'].includes(joined), joined);
		if (joined === 201) await until(async () => (await crowd.rows(`select held from roadshow.drops
			where creator_id = $1 and id = $2`, d.id))[0].held === 1, 'the unit to be offered');
		else assert.equal((await crowd.post(`/v1/drops/${d.id}/claims`, { contact: contact(3) })).status, 201);
		return joined;
	});

	race('claim and join, when a unit comes back: nobody goes past the line', 6, async () => {
		const { d, token } = await issued();
		await crowd.post(`/v1/drops/${d.id}/waitlist`, { contact: contact(2) });
		const [, claimed] = codes(await Promise.all([crowd.post(`/v1/tokens/${token.id}/cancel`, {}),
			crowd.post(`/v1/drops/${d.id}/claims`, { contact: contact(3) })]));
		assert.equal(claimed, 'sold_out');
		return claimed;
	});

	race('settle and withdraw: the token has one owner', 6, async (i) => {
		const { d, token } = await issued();
		await crowd.post(`/v1/drops/${d.id}/waitlist`, { contact: contact(2) });
		assert.equal((await crowd.post(`/v1/tokens/${token.id}/resale`, { version: 1 })).status, 201);
		if (i % 2) await until(async () => (await crowd.rows(`select from roadshow.resale_listings
			where creator_id = $1 and token_id = $2 and state = 'offered'`, token.id)).length > 0, 'an offer');
		const both = Promise.all([crowd.post(`/v1/tokens/${token.id}/resale/withdraw`), (async () => {
			for (let i = 0; i < 40; i++) {
				const a = await crowd.post(`/v1/tokens/${token.id}/resale/settle`, { payment: { reference: randomUUID() } });
				if (a.json?.code !== 'no_offer') return a;
				await sleep(50);
			}
		})()]);
		const [withdrawn, settled] = codes(await both);
		assert.ok(withdrawn === 200 ? settled === 'token_state' : settled === 200 && ['offer_pending', 'token_state']
			.includes(withdrawn), `${withdrawn} and ${settled}`);
		return `${withdrawn} and ${settled}`;
	});

	it('and the ledger tells the same', () => crowd.check());
});
