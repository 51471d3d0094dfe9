// SPDX-License-Identifier: Apache-2.0
//
// The service's side of a history: a creator of its own, and each operation as the call that the service
// would make. Ids follow from names, so that a history can be played again for another creator.
import { createHash } from 'node:crypto';
import assert from 'node:assert/strict';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const JOBS = { holds: 'holds', waitlist: 'waitlist', resales: 'resales', noShows: 'no_shows' };
const CALLS_MAX = 1000; // of a job, as in the janitor

export class Service {
	constructor(db, history) {
		this.db = db;
		this.history = history;
		this.creator = this.uuid('creator');
		this.names = new Map();
	}

	// A UUIDv7 in form, whose last byte is 0 for a claim, k for its tokens and 255 for its place in line.
	uuid(name, last = 0) {
		const h = sha256(`${this.history}/${name}`);
		return `${h.slice(0, 8)}-${h.slice(8, 12)}-7${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20, 30)}` +
			last.toString(16).padStart(2, '0');
	}

	known(id, name) {
		this.names.set(id, name);
		return id;
	}

	drop(name) { return this.known(this.uuid(`drop ${name}`), name); }
	claim(name) { return this.uuid(`claim ${name}`); }
	entry(name) { return this.known(this.uuid(`claim ${name}`, 255), name); }
	listing(name) { return this.known(this.uuid(`listing ${name}`), name); }
	token(name) {
		const [claim, k] = name.split('.');
		return this.known(this.uuid(`claim ${claim}`, Number(k)), name);
	}

	async one(sql, ...values) {
		const { rows } = await this.db.query({ text: sql, values, name: createHash('md5').update(sql).digest('hex') });
		return rows[0] && Object.values(rows[0])[0];
	}

	call(fn, { idem = null, body = '' }, p) {
		return this.one('select model.call($1, $2, $3, $4, $5)', this.creator, fn, idem, body, JSON.stringify(p));
	}

	// ---- the world ---------------------------------------------------------------------------------

	async make(spec) {
		await this.one('select model.creator($1, $2)', this.creator, `m-${this.creator}`);
		const start = Date.parse(await this.one('select clock_timestamp()'));
		this.at = (minutes) => new Date(start + minutes * 60000).toISOString();
		for (const d of spec.drops) await this.makeDrop(d);
	}

	async makeDrop(d) {
		const event = this.uuid(`event ${d.name}`);
		await this.one('select model.event($1, $2, $3, $4)', this.creator, event, this.at(d.event.starts),
			this.at(d.event.ends));
		const s = (minutes) => (minutes == null ? null : minutes * 60);
		const drop = await this.call('drop_create', {}, { new_id: this.drop(d.name),
			window_codes: d.windows.map((w) => (w.code ? sha256(w.code) : null)),
			body: { event_id: event, sku: 'print', mode: 'fcfs', quantity: d.quantity, tokenized: d.tokenized,
				per_person: d.per_person, opens_at: this.at(d.opens), closes_at: this.at(d.closes),
				hold_ttl_s: s(d.hold), offer_ttl_s: s(d.offer_ttl), deposit: this.money(d.deposit),
				pickup_from: this.at(d.pickup_from), pickup_until: this.at(d.pickup_until),
				no_show: d.no_show && { ...d.no_show, grace: undefined, grace_s: s(d.no_show.grace) },
				transfer: d.transfer && { cool_down_s: s(d.transfer.cool_down), cut_off_s: s(d.transfer.cut_off),
					resale: d.transfer.resale && { price_cap: this.money(d.transfer.resale.cap) } },
				windows: d.windows.map((w) => ({ name: w.name, ...this.rules(w) })) } });
		assert.equal(drop.status, 201, JSON.stringify(drop));
	}

	money(amount) { return amount == null ? null : { amount, currency: 'EUR' }; }

	rules(w) {
		return { opens_at: w.opens == null ? null : this.at(w.opens), quantity: w.quantity,
			closes_at: w.closes == null ? null : this.at(w.closes), per_person: w.per_person, proof: w.proof,
			code: w.code };
	}

	// ---- operations --------------------------------------------------------------------------------

	async apply(op) {
		if (JOBS[op.op]) return this.job(JOBS[op.op], op.limit);
		return this[op.op](op);
	}

	async pass({ minutes }) {
		await this.one('select model.pass($1, $2)', this.creator, `${minutes} minutes`);
		const at = this.at; // what is planned from now on is planned by the clock of the database
		this.at = (m) => at(m - minutes);
		return { status: 200 };
	}

	batch(items, joins) {
		return this.one('select model.batch($1, $2, $3)', this.creator, joins, JSON.stringify(items.map((i) =>
			({ ...i, drop: this.drop(i.drop), claim: this.claim(i.claim) }))));
	}

	async claims({ items }) {
		for (const i of items) for (let k = 1; k <= i.quantity; k++) this.token(`${i.claim}.${k}`);
		return (await this.batch(items, false)).map((r) => (r.status === 201
			? { status: 201, serial: r.serial, quantity: r.quantity, state: r.state, window: r.window_name,
				replayed: r.replayed } : { status: r.status, code: r.code }));
	}

	async joins({ items }) {
		for (const i of items) {
			this.entry(i.claim);
			for (let k = 1; k <= i.quantity; k++) this.token(`${i.claim}.${k}`);
		}
		return (await this.batch(items, true)).map((r) => (r.status === 201
			? { status: 201, quantity: r.quantity, position: r.position, replayed: r.replayed }
			: { status: r.status, code: r.code }));
	}

	// What the model says of an answer.
	told(r, ...members) {
		if (r.status >= 300) return { status: r.status, code: r.code };
		return { status: r.status, ...Object.fromEntries(members.map((m) => [m, r.body[m]])),
			...(r.replayed ? { replayed: true } : {}) };
	}

	async command(fn, op, p, ...members) {
		return this.told(await this.call(fn, op, p), ...members);
	}

	payment(op) { return op.payment == null ? {} : { payment: { reference: op.payment } }; }

	confirm(op) {
		return this.command('token_confirm', op, { token: this.token(op.token), body: this.payment(op) },
			'state', 'version');
	}

	cancel(op) {
		return this.command('token_cancel', op, { token: this.token(op.token),
			body: op.deposit ? { deposit: op.deposit } : {} }, 'state', 'version');
	}

	async redeem({ tokens }) {
		await this.one('select model.redeem($1, $2)', this.creator, tokens.map((t) => this.token(t)));
		return { status: 200 };
	}

	transfer(op) {
		const to = sha256(op.to);
		return this.command('token_transfer', op, { token: this.token(op.token), buyer: to, holder: to, salt: to,
			kid: 'kid-1', body: { version: op.version } }, 'state', 'version');
	}

	list(op) {
		return this.command('resale_list', op, { token: this.token(op.token), new_id: this.listing(op.listing),
			body: { version: op.version, ...(op.price == null ? {} : { price: this.money(op.price) }) } });
	}

	withdraw(op) { return this.command('resale_withdraw', op, { token: this.token(op.token) }); }

	settle(op) {
		return this.command('resale_settle', op, { token: this.token(op.token), kid: 'kid-1',
			body: this.payment(op) }, 'state', 'version');
	}

	accept(op) { return this.ofEntry('waitlist_accept', op); }
	leave(op) { return this.ofEntry('waitlist_leave', op); }
	ofEntry(fn, op) {
		return this.command(fn, op, { drop: this.drop(op.drop), entry: this.entry(op.entry), is_theirs: true });
	}

	share(op) {
		return this.command('drop_share', op, { drop: this.drop(op.drop), body: { tokenized: op.tokenized } });
	}

	walkIn(op) {
		return this.command('drop_walk_in', op, { drop: this.drop(op.drop), body: { units: op.units, reason: 'counted' } });
	}

	setWindow(op) {
		return this.command('window_put', {}, { drop: this.drop(op.drop), window: op.name,
			...(op.match ? { if_match: '*' } : {}), code_sha256: op.rules.code ? sha256(op.rules.code) : null,
			body: this.rules(op.rules) });
	}

	async job(name, limit) {
		for (let calls = 0; calls < CALLS_MAX; calls++)
			if (await this.one(`select api.janitor_${name}($1, $2)`, this.creator, limit) < limit)
				return { status: 200 };
		return { status: 500, code: `the job ${name} does not end` };
	}

	// ---- to compare --------------------------------------------------------------------------------

	// The model's view of the rows, in the model's names.
	async state(people) {
		const s = await this.one('select model.state($1)', this.creator);
		const name = (id) => (id == null ? null : this.names.get(id) ?? id);
		const who = new Map(people.map((p) => [sha256(p), p]));
		const named = (rows, change = (r) => r) => Object.fromEntries(Object.entries(rows ?? {})
			.map(([id, r]) => [name(id), change(r)]));
		return { drops: named(s.drops), entries: named(s.entries),
			tokens: named(s.tokens, ([state, version, serial, buyer, ...rest]) =>
				[state, version, serial, who.get(buyer) ?? buyer, ...rest]),
			listings: named(s.listings, ([token, state, entry]) => [name(token), state, name(entry)]) };
	}

	async broken(served) {
		const { rows } = await this.db.query(`select model.broken($1) as what${served
			? ' union all select model.unserved($1)' : ''}`, [this.creator]);
		return rows.map((r) => r.what);
	}

	async ledger() {
		const { rows } = await this.db.query(`select entry from roadshow.ledger where creator_id = $1 order by index`,
			[this.creator]);
		return rows.map((r) => JSON.parse(r.entry));
	}
}
