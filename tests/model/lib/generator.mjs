// SPDX-License-Identifier: Apache-2.0
//
// Worlds and operations at random: few people and few units, so that they get in each other's way.
const PEOPLE = Array.from({ length: 7 }, (_, i) => `fan${i + 1}`);

export const people = PEOPLE;

// ---- the world --------------------------------------------------------------------------------------

function windowsOf(r, opens, closes) {
	const way = r.int(0, 3), half = opens + Math.floor((closes - opens) / 2);
	const rules = (more) => ({ quantity: r.chance(0.5) ? r.int(1, 4) : null,
		per_person: r.chance(0.5) ? r.int(1, 2) : null, code: null, proof: 'none', ...more });
	if (way < 2) return [];
	const members = rules({ name: 'members', opens, closes: half, proof: 'code', code: 'sesame' });
	const open = rules({ name: 'public', opens: way === 2 ? opens : half, closes });
	return [members, open];
}

function dropOf(r, name) {
	const tokenized = r.int(1, 5), opens = r.chance(0.9) ? -5 : r.int(1, 20), closes = opens + r.int(40, 200);
	const pickup_until = closes + r.int(0, 60), starts = pickup_until - r.int(-20, 60);
	const deposit = r.chance(0.3) ? 500 : null;
	return { name, quantity: tokenized + r.int(0, 3), tokenized, per_person: r.int(1, 3), opens, closes, deposit,
		hold: deposit !== null || r.chance(0.6) ? r.int(1, 30) : null, offer_ttl: r.int(1, 40),
		pickup_from: pickup_until - 30, pickup_until, event: { starts, ends: starts + r.int(30, 120) },
		no_show: r.chance(0.6) ? { deposit: r.pick(['forfeit', 'refund']), release: r.chance(0.7),
			grace: r.pick([0, 10]) } : null,
		transfer: r.chance(0.7) ? { cool_down: r.pick([0, 0, 15]), cut_off: r.pick([0, 30]),
			resale: r.chance(0.8) ? { cap: 2500 } : null } : null,
		windows: windowsOf(r, opens, closes) };
}

export function world(r) {
	return { drops: Array.from({ length: r.pick([1, 1, 2]) }, (_, i) => dropOf(r, `d${i + 1}`)) };
}

// ---- operations -------------------------------------------------------------------------------------

const WEIGHTS = { claims: 24, joins: 16, confirm: 14, cancel: 8, pass: 10, janitor: 12, redeem: 4, transfer: 6,
	list: 7, withdraw: 3, settle: 6, accept: 5, leave: 4, share: 3, walkIn: 2, setWindow: 4, again: 5 };

export class Generator {
	constructor(r, model, weights = WEIGHTS) {
		Object.assign(this, { r, model, n: 0, past: [], weights: Object.entries(weights).map(([op, w]) => [w, op]) });
	}

	next() {
		for (;;) {
			const op = this[this.r.weighted(this.weights)]();
			if (op?.idem || op?.items) this.past.push(op);
			if (op) return op;
		}
	}

	drop() { return this.r.pick([...this.model.drops.values()]); }
	fresh(prefix) { return `${prefix}${++this.n}`; }

	command(op, more) {
		return { op, idem: this.fresh('k'), body: JSON.stringify(more), ...more };
	}

	items() {
		const d = this.drop();
		return Array.from({ length: this.r.weighted([[6, 1], [2, 2], [1, 4]]) }, () => {
			const to = this.r.chance(0.8) ? d : this.drop();
			const content = { drop: to.name, buyer: this.r.pick(PEOPLE), quantity: this.r.pick([1, 1, 1, 2, 3]) };
			return { ...content, claim: this.fresh('c'), idem: this.fresh('k'), body: JSON.stringify(content) };
		});
	}

	// Through a window or none, rightly or not.
	windowed(items) {
		for (const i of items) {
			const windows = this.model.drops.get(i.drop).windows;
			if (windows.length > 0 && this.r.chance(0.6)) {
				const w = this.r.pick(windows);
				Object.assign(i, { window: w.name, code: this.r.chance(0.85) ? w.code : 'guess' });
			} else if (this.r.chance(0.04)) i.window = 'nowhere';
			i.body += i.window ?? '';
		}
		return items;
	}

	claims() {
		const items = this.windowed(this.items());
		if (this.r.chance(0.1)) items.push({ ...items[0], claim: this.fresh('c') }); // twins
		return { op: 'claims', items };
	}

	joins() {
		return { op: 'joins', items: this.windowed(this.items()) };
	}

	// A token in one of these states, or any.
	token(...states) {
		const all = [...this.model.drops.values()].flatMap((d) => d.tokens);
		const fit = all.filter((t) => states.includes(t.state));
		const from = fit.length > 0 && this.r.chance(0.9) ? fit : all;
		return from.length > 0 ? this.r.pick(from) : null;
	}

	about(op, states, more = () => ({})) {
		const t = this.token(...states);
		return t && this.command(op, { token: t.id, ...more(t) });
	}

	confirm() {
		return this.about('confirm', ['held'], (t) => {
			const { d } = this.model.findToken(t.id);
			const pays = (d.deposit !== null) !== this.r.chance(0.08);
			const used = [...this.model.payments.keys()];
			return pays ? { payment: used.length > 0 && this.r.chance(0.3) ? this.r.pick(used)
				: `pay-${t.claim}` } : {};
		});
	}

	cancel() {
		return this.about('cancel', ['held', 'issued', 'suspended'], () =>
			(this.r.chance(0.4) ? { deposit: this.r.pick(['refund', 'forfeit']) } : {}));
	}

	redeem() {
		const t = this.token('issued');
		if (t?.state !== 'issued') return null;
		const d = this.model.findToken(t.id).d;
		const with_it = d.tokens.filter((x) => x.state === 'issued' && x.claim === t.claim).map((x) => x.id);
		return { op: 'redeem', tokens: this.r.chance(0.5) ? with_it : [t.id] };
	}

	version(t) { return this.r.chance(0.92) ? t.version : this.r.int(1, t.version + 1); }

	// Often to somebody who waits: then there is one more in line who may not have what they wait for.
	transfer() {
		return this.about('transfer', ['issued'], (t) => {
			const line = this.model.waiting(this.model.findToken(t.id).d).map((e) => e.buyer);
			const to = line.length > 0 && this.r.chance(0.6) ? this.r.pick(line) : this.r.pick(PEOPLE);
			return { to, version: this.version(t) };
		});
	}

	list() {
		return this.about('list', ['issued'], (t) => ({ version: this.version(t), listing: this.fresh('l'),
			...(this.r.chance(0.5) ? { price: this.r.pick([100, 2500, 2501]) } : {}) }));
	}

	withdraw() { return this.about('withdraw', ['suspended']); }

	settle() {
		const sales = [...this.model.sales];
		return this.about('settle', ['suspended'], () => ({ payment: sales.length > 0 && this.r.chance(0.15)
			? this.r.pick(sales) : this.fresh('sale') }));
	}

	ofEntry(op, ...states) {
		const d = this.drop();
		const fit = d.entries.filter((e) => states.includes(e.state));
		const from = fit.length > 0 && this.r.chance(0.9) ? fit : d.entries;
		return from.length > 0 ? this.command(op, { drop: d.name, entry: this.r.pick(from).id }) : null;
	}

	accept() { return this.ofEntry('accept', 'offered'); }
	leave() { return this.ofEntry('leave', 'waiting', 'offered'); }

	share() {
		const d = this.drop();
		return this.command('share', { drop: d.name, tokenized: this.r.int(0, d.quantity + 1) });
	}

	walkIn() {
		return this.command('walkIn', { drop: this.drop().name, units: this.r.int(-3, 3) });
	}

	setWindow() {
		const d = this.drop(), was = d.windows.length > 0 && this.r.chance(0.8) ? this.r.pick(d.windows) : null;
		const name = was?.name ?? this.r.pick(['members', 'public', 'late']);
		const code = was ? was.code : this.r.chance(0.3) ? 'sesame' : null;
		const rules = { opens: was?.opens ?? null, closes: was?.closes ?? null, code, proof: code ? 'code' : 'none',
			quantity: this.r.chance(0.4) ? this.r.int(0, 4) : null,
			per_person: this.r.chance(0.5) ? this.r.int(1, 3) : null };
		if (this.r.chance(0.3)) rules.closes = d.closes - this.r.int(-5, 40);
		if (this.r.chance(0.2)) rules.opens = d.opens + this.r.int(-5, 40);
		const there = d.windows.some((w) => w.name === name);
		return { op: 'setWindow', drop: d.name, name, match: there !== this.r.chance(0.1), rules };
	}

	pass() {
		return { op: 'pass', minutes: this.r.weighted([[3, 1], [3, 5], [3, 15], [2, 40], [1, 90]]) };
	}

	job(name) { return { op: name, limit: this.r.pick([1, 2, 3, 500]) }; }

	// One of its jobs; or all of them, after which nothing is left to do.
	janitor() {
		if (this.r.chance(0.5)) return this.job(this.r.pick(['holds', 'waitlist', 'resales', 'noShows']));
		return this.round();
	}

	// All of them in some order, until there is nothing left to do.
	round() {
		const jobs = ['holds', 'waitlist', 'resales', 'noShows'].sort(() => this.r.next() - 0.5);
		return { op: 'round', jobs: jobs.map((name) => this.job(name)) };
	}

	// A request of before: the same, or another under its key.
	again() {
		if (this.past.length === 0) return null;
		const op = structuredClone(this.r.pick(this.past)), other = this.r.chance(0.3) ? '!' : '';
		if (!op.items) return { ...op, body: op.body + other };
		return { ...op, items: [{ ...this.r.pick(op.items), claim: this.fresh('c') }]
			.map((i) => ({ ...i, body: i.body + other })) };
	}
}
