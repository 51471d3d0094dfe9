// SPDX-License-Identifier: Apache-2.0
//
// What an evening comes to, computed the plain way: one fact after the other, with loops and numbers. It
// shares nothing with the service but the rules. `events` are {dev, seq, kind, at, f, profile, abroad}; at: true
// seconds after pickup opens; abroad: told by a device of another event. `centre` says what the centre did,
// as far as it was allowed to.
import { createHash } from 'node:crypto';

const TOLERANCE = 2, WINDOW = 900, CASE_UNITS = 3;
const MAY = {
	scan: ['redeem', 'reject', 'annul', 'checklist', 'incident', 'note', 'consent', 'heartbeat', 'close'],
	till: ['sale', 'payment'], manager: ['count', 'receive', 'move'],
};
MAY.till.push(...MAY.scan);
MAY.manager.push(...MAY.till);
// The state that an act of the centre leaves a token in, when it was allowed to.
const BECOMES = { cancel: 'cancelled', confirm: 'issued', list: 'suspended', withdraw: 'issued', expire: 'expired',
	forfeit: 'forfeited' };
const ANNULLABLE = ['redeem', 'reject', 'sale', 'payment', 'count', 'receive', 'move'];

const order = (a, b) => a.at - b.at || a.dev - b.dev || a.seq - b.seq;
const key = (e) => `${e.dev}:${e.seq}`;
const group = (list, by) => {
	const m = new Map();
	for (const x of list) m.set(by(x), [...(m.get(by(x)) ?? []), x]);
	return m;
};

export class Model {
	// world: {tokens: {name: {id, state}}, drops: {n: {id, walk_in, sku, from, until}}, leases: {name: {dev,
	// drop, quantity, from, until}}, received: when all is uploaded, event, other_event, ids: (dev) => uuid}
	constructor(world) {
		this.world = world;
		this.cases = new Map();
	}

	open(kind, subject, ...events) {
		const name = `${kind} ${subject}`;
		this.cases.set(name, [...new Set([...(this.cases.get(name) ?? []), ...events.map(key)])]);
	}

	judge(e, code, status = 'conflict') {
		e.code = code;
		e.status = code === undefined ? 'applied' : status;
	}

	end(events, centre) {
		this.events = events;
		for (const e of events) {
			this.judge(e);
			if (e.kind === 'garbage') this.judge(e, 'malformed', 'rejected');
			else if (!MAY[e.profile].includes(e.kind)) this.judge(e, 'kind_not_allowed', 'rejected');
		}
		this.heard = (...kinds) => events.filter((e) => e.status !== 'rejected' && kinds.includes(e.kind));
		this.annuls();
		this.tokens(centre);
		this.counted();
		this.leases();
		this.stock();
		this.payments();
		this.counts();
		this.contacts(centre);
		return this.state();
	}

	annuls() {
		for (const [, own] of group(this.events, (e) => e.dev)) {
			for (const e of own.sort((a, b) => a.seq - b.seq)) {
				if (e.kind !== 'annul' || e.status === 'rejected') continue;
				const t = own.find((x) => x.seq === e.f.of && x.seq < e.seq && x.status !== 'rejected' &&
					ANNULLABLE.includes(x.kind) && !(x.kind === 'redeem' && !(x.f.token in this.world.tokens)));
				if (!t) this.judge(e, 'nothing_to_annul', 'rejected');
				else if (e.at < t.at - TOLERANCE || e.at > t.at + WINDOW + TOLERANCE) {
					this.judge(e, 'annul_too_late');
					this.open('annul_too_late', `${this.world.ids(e.dev)}:${e.seq}`, e, t);
				} else if (t.annulled) this.judge(e, 'already_annulled', 'duplicate');
				else t.annulled = e.seq;
			}
		}
	}

	tokens(centre) {
		const { tokens, drops } = this.world;
		this.token = {};
		for (const name of Object.keys(tokens)) this.token[name] = { state: tokens[name].state, version: 1 };
		for (const { op, token } of centre.filter((c) => c.token)) {
			if (op === 'transfer') this.token[token].version++;
			else this.token[token].state = BECOMES[op];
		}
		for (const e of this.heard('redeem'))
			if (!(e.f.token in tokens)) {
				this.judge(e, 'not_genuine');
				this.open('not_genuine', `${e.abroad ? this.world.other_event : this.world.event}:${e.f.token}`, e);
			}
		for (const [name, t] of Object.entries(this.token)) {
			const scans = this.heard('redeem').filter((e) => e.f.token === name && !e.annulled).sort(order);
			const drop = drops[tokens[name].drop];
			const good = [];
			for (const e of scans) {
				const wrong = e.abroad ? 'wrong_event' : e.f.version < t.version ? 'superseded'
					: e.f.version > t.version ? 'not_genuine' : t.state === 'held' ? 'unpaid'
						: t.state !== 'issued' ? t.state
							: e.at + TOLERANCE < drop.from || e.at - TOLERANCE > drop.until ? 'wrong_window' : undefined;
				if (wrong === undefined) good.push(e);
				else {
					this.judge(e, wrong);
					this.open(wrong, tokens[name].id, e);
				}
			}
			good.slice(1).forEach((e) => this.judge(e, 'already_redeemed'));
			if (good.length > 1) this.open('already_redeemed', tokens[name].id, ...good);
			if (good.length > 0) Object.assign(t, { state: 'redeemed', winner: good[0] });
		}
	}

	// Which sales count, and their lines.
	counted() {
		const sales = this.heard('sale').sort(order);
		const seen = new Set();
		for (const s of sales) {
			const payment = s.f.reference && `${s.f.method}:${s.f.reference}`;
			s.counted = !s.annulled && !(payment && seen.has(payment));
			if (s.counted && payment) seen.add(payment);
		}
		this.sales = sales;
		this.lines = sales.flatMap((s) => s.f.lines.map((l, i) => ({ ...l, sale: s, line: i + 1, covered: 0,
			short: 0, sku: l.drop ? this.world.drops[l.drop].sku : l.sku })));
	}

	leases() {
		this.lease = {};
		for (const [name, l] of Object.entries(this.world.leases)) {
			const ends = this.heard('close').filter((e) => e.dev === l.dev && l.from <= e.at + TOLERANCE).map((e) => e.at);
			let room = l.quantity;
			const closed = ends.length > 0 ? Math.min(...ends) : undefined;
			for (const x of this.lines) { // in order
				if (!x.sale.counted || x.lease !== name || x.sale.dev !== l.dev || x.drop !== l.drop) continue;
				if (x.sale.at < l.from - TOLERANCE || x.sale.at > Math.min(l.until, closed ?? Infinity) + TOLERANCE) continue;
				x.covered = Math.min(room, x.quantity);
				room -= x.covered;
			}
			this.lease[name] = { used: l.quantity - room, closed, state: closed === undefined ? 'active' : 'returned' };
		}
	}

	stock() {
		this.drop = {};
		for (const [n, d] of Object.entries(this.world.drops)) {
			const lines = this.lines.filter((l) => l.sale.counted && l.drop === Number(n));
			let room = d.walk_in;
			const take = (l, units) => {
				const got = Math.min(room, units);
				room -= got;
				l.short += units - got;
			};
			for (const l of lines) take(l, l.covered);
			for (const l of lines) take(l, l.quantity - l.covered);
			const units = lines.reduce((sum, l) => sum + l.quantity, 0);
			const leased = Object.entries(this.world.leases).filter(([name, l]) => l.drop === Number(n) &&
				this.lease[name].state === 'active').reduce((sum, [name, l]) => sum + l.quantity - this.lease[name].used, 0);
			this.drop[n] = { sold: Math.min(units, d.walk_in), oversold: Math.max(0, units - d.walk_in),
				leased: Math.min(leased, Math.max(0, d.walk_in - units)),
				redeemed: Object.entries(this.token).filter(([name, t]) =>
					this.world.tokens[name].drop === Number(n) && t.state === 'redeemed').length };
		}
		for (const s of this.sales) {
			if (s.annulled) continue;
			const own = this.lines.filter((l) => l.sale === s);
			const unknown = own.some((l) => l.sku === 'poster');
			if (unknown) this.open('unknown_product', `${this.world.ids(s.dev)}:${s.seq}`, s);
			if (!s.counted) this.judge(s, 'same_payment', 'duplicate');
			else if (own.some((l) => l.short > 0)) this.judge(s, 'oversold');
			else if (unknown) this.judge(s, 'unknown_product');
			for (const l of own) if (l.short > 0) this.open('oversold', this.world.drops[l.drop].id, s);
		}
	}

	payments() {
		for (const [ref, told] of group(this.heard('payment').filter((e) => !e.annulled), (e) => e.f.reference)) {
			const subject = `card:${createHash('sha256').update(ref).digest('hex').slice(0, 32)}`;
			const sold = this.sales.find((s) => s.counted && s.f.reference === ref);
			const total = sold?.f.lines.reduce((sum, l) => sum + l.amount * l.quantity, 0);
			let last;
			const accepted = [];
			for (const e of told.sort(order)) {
				if (!sold) {
					this.judge(e, 'unmatched_payment');
					this.open('unmatched_payment', subject, e);
				} else if (e.f.amount !== undefined && e.f.amount !== total) {
					this.judge(e, 'amount_differs');
					this.open('amount_differs', subject, e, sold);
				} else {
					if (e.f.outcome === last) this.judge(e, 'same_outcome', 'duplicate');
					last = e.f.outcome;
					accepted.push(e);
				}
			}
			if (sold) sold.outcome = last;
			if (last === 'declined') this.open('payment_declined', subject, sold, ...accepted);
		}
	}

	counts() {
		const facts = [];
		const add = (sku, location, e, line, delta, count) => facts.push({ sku, location, at: e.at, dev: e.dev,
			seq: e.seq, line, delta, count });
		for (const e of this.heard('count', 'receive', 'move').filter((x) => !x.annulled)) {
			const { sku, quantity, location = 'floor' } = e.f;
			if (e.kind === 'receive') add(sku, location, e, 1, quantity);
			if (e.kind === 'count') add(sku, location, e, 1, 0, e);
			if (e.kind === 'move') {
				add(sku, e.f.from, e, 1, -quantity);
				add(sku, e.f.to, e, 2, quantity);
			}
		}
		for (const l of this.lines) if (l.sale.counted) add(l.sku, 'floor', l.sale, l.line, -l.quantity);
		for (const [name, t] of Object.entries(this.token))
			if (t.winner) add(this.world.drops[this.world.tokens[name].drop].sku, 'floor', t.winner, 1, -1);
		this.expected = [];
		for (const [, run] of group(facts, (f) => `${f.sku}:${f.location}`)) {
			let there; // undefined: nothing is known
			let gone = 0;
			for (const f of run.sort((a, b) => order(a, b) || a.line - b.line)) {
				if (f.count) {
					const { count } = f;
					this.expected.push([count.dev, count.seq, there ?? null]);
					if (there !== undefined && Math.abs(there - count.f.quantity) >= CASE_UNITS) {
						this.judge(count, 'stock_difference');
						this.open('stock_difference', `${this.world.event}:${f.sku}:${f.location}`, count);
					}
					there = count.f.quantity;
				} else if (there !== undefined) there += f.delta;
				else if (f.delta > 0) there = f.delta + gone;
				else gone += f.delta;
			}
		}
	}

	// The latest fact about a person counts; at one time a claim is before devices. A withdrawal takes away the
	// lines of all consents up to it, its own too. None is later than its upload.
	contacts(centre) {
		this.contact = [];
		this.redacted = [];
		const told = this.heard('consent').map((e) => ({ ...e.f, at: Math.min(e.at, this.world.received), dev: e.dev, seq: e.seq }));
		const claims = centre.filter((c) => c.op === 'claim').map((c, i) => ({ ...c, at: c.second, dev: 0, seq: i }));
		for (const [person, facts] of group([...told, ...claims], (f) => f.person)) {
			const last = facts.sort(order).at(-1), end = facts.filter((f) => f.withdrawn).at(-1);
			this.contact.push([person, last.dev ? key(last) : null, Boolean(last.withdrawn), !last.withdrawn && last.marketing]);
			for (const f of facts) if (f.dev && end && order(f, end) <= 0) this.redacted.push([f.dev, f.seq]);
		}
	}

	state() {
		const events = this.events.map((e) => [e.dev, e.seq, e.status, e.code ?? null, e.annulled ?? null]);
		return {
			tokens: Object.entries(this.token).map(([name, t]) => [this.world.tokens[name].id, t.state, t.version,
				t.winner ? key(t.winner) : null]),
			drops: Object.entries(this.drop).map(([n, d]) => [Number(n), d.redeemed, d.sold, d.oversold, d.leased]),
			leases: Object.entries(this.lease).map(([name, l]) => [name, l.used, l.state, l.closed ?? null]),
			sales: this.sales.map((s) => [s.dev, s.seq, s.counted, s.outcome ?? null]),
			lines: this.lines.map((l) => [l.sale.dev, l.sale.seq, l.line, l.covered, l.short]),
			counts: this.expected,
			contacts: this.contact, redacted: this.redacted,
			incidents: [...new Set(this.heard('incident').map((e) => e.f.incident))],
			events,
			cases: [...this.cases].map(([name, facts]) => [name, facts.sort().join(' ')]),
		};
	}
}
