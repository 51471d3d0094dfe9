// SPDX-License-Identifier: Apache-2.0
//
// What Roadshow should do, as plainly as it can be said: lists of tokens, places in line and listings,
// and nothing that is counted twice. Every number is counted anew from the lists when it is asked for, so
// that no counter of the model can be wrong in the way that one of the service is.
//
// Time is in minutes and stands still between operations. `apply(op)` answers as the service should:
// {status, code?, …}, a list of those for a batch, or null when the operation is about something that is
// not there (a history that was shortened).
const GONE = ['expired', 'cancelled'];

const refuse = (status, code) => ({ status, code });
const ok = (more = {}) => ({ status: 200, ...more });

export class Model {
	constructor(spec) {
		this.now = 0;
		this.drops = new Map();
		for (const d of spec.drops) this.drops.set(d.name, { ...structuredClone(d), tokens: [], entries: [],
			listings: [], next_serial: 1, next_place: 1 });
		this.claimed = new Map(); // by Idempotency-Key
		this.joined = new Map();
		this.answered = new Map();
		this.payments = new Map(); // of deposits, and the claim that each is for
		this.sales = new Set(); // payments of resales
	}

	// ---- what is counted ---------------------------------------------------------------------------

	count(d, ...states) { return d.tokens.filter((t) => states.includes(t.state)).length; }
	taken(d) {
		return d.tokens.filter((t) => !GONE.includes(t.state) && !t.released).length;
	}
	left(d) { return d.tokenized - this.taken(d); }
	waiting(d) { return d.entries.filter((e) => e.state === 'waiting'); }
	units(d, buyer) { return d.tokens.filter((t) => t.buyer === buyer && !GONE.includes(t.state)).length; }
	used(d, window) { return d.tokens.filter((t) => t.window === window && !GONE.includes(t.state)).length; }
	// Who claims through a window has used it up, also when the token is passed on.
	through(d, window, buyer) {
		return d.tokens.filter((t) => t.window === window && t.claimer === buyer &&
			(!GONE.includes(t.state) || t.version > 1)).length;
	}
	pickupEnd(d) { return d.pickup_until + (d.no_show?.grace ?? 0); }
	tokenEnd(d, t) { return t.valid_until ?? this.pickupEnd(d); }
	offersEnd(d) { return d.no_show?.release ? Math.max(d.event.ends, this.pickupEnd(d)) : this.pickupEnd(d); }
	transferEnd(d) { return Math.min(d.event.starts - d.transfer.cut_off, this.pickupEnd(d)); }
	findToken(id) {
		for (const d of this.drops.values()) {
			const t = d.tokens.find((x) => x.id === id);
			if (t) return { d, t };
		}
		return null;
	}
	findEntry(id) {
		for (const d of this.drops.values()) {
			const e = d.entries.find((x) => x.id === id);
			if (e) return { d, e };
		}
		return null;
	}
	listing(d, t) { return d.listings.findLast((l) => l.token === t.id); }

	// ---- operations --------------------------------------------------------------------------------

	apply(op) { return this[op.op](op); }

	// A command under an Idempotency-Key: only what was done is remembered.
	command(op, act) {
		const seen = this.answered.get(op.idem);
		if (seen) return seen.body === op.body ? { ...seen.answer, replayed: true }
			: refuse(422, 'idempotency_key_reused');
		const answer = act();
		if (answer && answer.status < 300) this.answered.set(op.idem, { body: op.body, answer });
		return answer;
	}

	ofToken(op, states, act) {
		const found = this.findToken(op.token);
		if (!found) return null;
		return this.command(op, () => (states.includes(found.t.state) ? act(found.d, found.t)
			: refuse(409, 'token_state')));
	}

	ofEntry(op, act) {
		const found = this.findEntry(op.entry);
		return found && this.command(op, () => act(found.d, found.e));
	}

	pass({ minutes }) {
		this.now += minutes;
		return ok();
	}

	make(d, item, { state, held_until, entry, window, valid_until }) {
		for (let k = 1; k <= item.quantity; k++)
			d.tokens.push({ id: `${item.claim}.${k}`, claim: item.claim, serial: d.next_serial++, version: 1,
				state, buyer: item.buyer, claimer: item.buyer, window: window ?? null, held_until, entry,
				created: this.now, passed: null, valid_until: valid_until ?? null, deposit: null });
	}

	// ---- claims ------------------------------------------------------------------------------------

	window(d, name) {
		if (name != null) return d.windows.find((w) => w.name === name);
		return d.windows.find((w) => w.proof === 'none' && w.opens <= this.now && this.now < w.closes);
	}

	// Why an item is refused whatever the items before it are.
	closed(item, seen) {
		const d = this.drops.get(item.drop);
		if (seen) return seen.body === item.body ? 'replay' : [422, 'idempotency_key_reused'];
		if (!d) return [404, 'not_found'];
		if (this.now < d.opens) return [409, 'not_open'];
		if (this.now >= d.closes) return [409, 'closed'];
		return null;
	}

	closedWindow(d, item) {
		const w = this.window(d, item.window);
		if (!w && item.window != null) return [422, 'unknown_window'];
		if (!w) return d.windows.length > 0 ? [409, 'window_not_open'] : null;
		if (this.now < w.opens) return [409, 'window_not_open'];
		if (this.now >= w.closes) return [409, 'window_closed'];
		if (w.proof === 'code' && item.code !== w.code) return [403, 'access_denied'];
		return null;
	}

	claims({ items }) {
		const before = items.map((i) => this.claimed.get(i.idem));
		return items.map((item, i) => {
			const why = this.closed(item, before[i]) ??
				this.closedWindow(this.drops.get(item.drop), item);
			if (Array.isArray(why)) return refuse(...why);
			const seen = this.claimed.get(item.idem);
			if (seen) return seen.body === item.body ? { ...seen.answer, replayed: true }
				: refuse(422, 'idempotency_key_reused');
			return this.claim(this.drops.get(item.drop), item);
		});
	}

	claim(d, item) {
		const q = item.quantity, w = this.window(d, item.window);
		if (this.waiting(d).length > 0 || q > this.left(d)) return refuse(409, 'sold_out');
		if (w && w.quantity != null && q > w.quantity - this.used(d, w.name)) return refuse(409, 'window_sold_out');
		if (q > d.per_person - this.units(d, item.buyer)) return refuse(409, 'limit_reached');
		if (w && w.per_person != null && q > w.per_person - this.through(d, w.name, item.buyer))
			return refuse(409, 'limit_reached');
		const answer = { status: 201, serial: d.next_serial, quantity: q, state: d.hold ? 'held' : 'issued',
			window: w?.name ?? null, replayed: false };
		this.make(d, item, { state: answer.state, window: w?.name,
			held_until: d.hold ? Math.min(this.now + d.hold, d.pickup_until) : null });
		this.claimed.set(item.idem, { body: item.body, answer });
		return answer;
	}

	// ---- tokens ------------------------------------------------------------------------------------

	confirm(op) {
		return this.ofToken(op, ['held'], (d, t) => {
			if (t.held_until <= this.now) return refuse(409, 'hold_expired');
			if (d.deposit == null && op.payment != null) return refuse(422, 'no_deposit');
			if (d.deposit != null && op.payment == null) return refuse(422, 'payment_required');
			if (d.deposit != null && (this.payments.get(op.payment) ?? t.claim) !== t.claim)
				return refuse(409, 'payment_used');
			if (d.deposit != null) {
				this.payments.set(op.payment, t.claim);
				t.deposit = 'held';
			}
			t.state = 'issued';
			return ok({ state: 'issued', version: t.version });
		});
	}

	end(t, state, deposit) {
		t.state = state;
		if (t.deposit === 'held') t.deposit = deposit;
	}

	cancel(op) {
		return this.ofToken(op, ['held', 'issued', 'suspended'], (d, t) => {
			const refused = t.state === 'suspended' && this.unlist(d, t);
			if (refused) return refused;
			this.end(t, 'cancelled', op.deposit === 'forfeit' ? 'forfeited' : 'refunded');
			return ok({ state: 'cancelled', version: t.version });
		});
	}

	redeem({ tokens }) {
		const found = tokens.map((id) => this.findToken(id));
		if (!found.every((f) => f?.t.state === 'issued')) return null;
		for (const { t } of found) this.end(t, 'redeemed', 'applied');
		return ok();
	}

	// ---- passing on --------------------------------------------------------------------------------

	mayPass(d, t) {
		if (!d.transfer) return refuse(409, 'transfer_not_allowed');
		if ((t.passed ?? t.created) + d.transfer.cool_down > this.now) return refuse(409, 'cool_down');
		if (this.transferEnd(d) <= this.now) return refuse(409, 'cut_off');
		return null;
	}

	give(d, t, buyer) {
		if (buyer !== t.buyer && this.units(d, buyer) >= d.per_person) return refuse(409, 'limit_reached');
		Object.assign(t, { buyer, version: t.version + 1, passed: this.now, state: 'issued' });
		return null;
	}

	transfer(op) {
		return this.ofToken(op, ['issued'], (d, t) => {
			if (op.version !== t.version) return refuse(409, 'version_changed');
			return this.mayPass(d, t) ?? (op.to === t.buyer ? refuse(409, 'same_holder') : null) ??
				this.give(d, t, op.to) ?? ok({ state: 'issued', version: t.version });
		});
	}

	list(op) {
		return this.ofToken(op, ['issued'], (d, t) => {
			if (op.version !== t.version) return refuse(409, 'version_changed');
			if (!d.transfer?.resale) return refuse(409, 'resale_not_allowed');
			const refused = this.mayPass(d, t);
			if (refused) return refused;
			if (op.price != null && op.price > d.transfer.resale.cap) return refuse(422, 'price_above_cap');
			d.listings.push({ id: op.listing, token: t.id, state: 'listed', entry: null, until: null,
				ends: this.transferEnd(d) });
			t.state = 'suspended';
			return { status: 201 };
		});
	}

	// Off the market; or why not.
	unlist(d, t) {
		const l = this.listing(d, t);
		if (l.state === 'offered' && l.until > this.now) return refuse(409, 'offer_pending');
		if (l.state === 'offered') this.lapse(d, l);
		l.state = 'withdrawn';
		return null;
	}

	lapse(d, l) {
		d.entries.find((e) => e.id === l.entry).state = 'lapsed';
		Object.assign(l, { state: 'listed', entry: null, until: null });
	}

	withdraw(op) {
		return this.ofToken(op, ['suspended'], (d, t) => {
			const refused = this.unlist(d, t);
			if (refused) return refused;
			t.state = 'issued';
			return ok();
		});
	}

	settle(op) {
		return this.ofToken(op, ['suspended'], (d, t) => {
			const l = this.listing(d, t);
			if (l.state !== 'offered' || l.until <= this.now) return refuse(409, 'no_offer');
			if (this.sales.has(op.payment)) return refuse(409, 'payment_used');
			const e = d.entries.find((x) => x.id === l.entry);
			const refused = this.give(d, t, e.buyer);
			if (refused) return refused;
			this.sales.add(op.payment);
			l.state = 'sold';
			e.state = 'taken';
			return ok({ state: 'issued', version: t.version });
		});
	}

	// ---- the waitlist ------------------------------------------------------------------------------

	joins({ items }) {
		const before = items.map((i) => this.joined.get(i.idem));
		return items.map((item, i) => {
			const why = this.closed(item, before[i]) ??
				this.closedWindow(this.drops.get(item.drop), item);
			if (Array.isArray(why)) return refuse(...why);
			const seen = this.joined.get(item.idem);
			if (seen) return seen.body === item.body ? { ...seen.answer, replayed: true }
				: refuse(422, 'idempotency_key_reused');
			return this.join(this.drops.get(item.drop), item);
		});
	}

	join(d, item) {
		const line = this.waiting(d);
		if (d.entries.some((e) => e.buyer === item.buyer && (e.state === 'waiting' ||
			e.state === 'offered' && e.listing))) return refuse(409, 'already_waiting');
		if (this.units(d, item.buyer) >= d.per_person) return refuse(409, 'limit_reached');
		if (line.length === 0 && this.left(d) > 0) return refuse(409, 'not_sold_out');
		d.entries.push({ id: item.claim, buyer: item.buyer, quantity: item.quantity, state: 'waiting',
			place: d.next_place++, given: null, listing: null });
		const answer = { status: 201, quantity: item.quantity, position: line.length + 1, replayed: false };
		this.joined.set(item.idem, { body: item.body, answer });
		return answer;
	}

	offered(d, e) { return d.tokens.filter((t) => t.entry === e.id && t.state === 'held'); }

	accept(op) {
		return this.ofEntry(op, (d, e) => {
			const held = this.offered(d, e).filter((t) => t.held_until > this.now);
			if (held.length === 0) return refuse(409, 'no_offer');
			if (d.deposit != null) return refuse(409, 'deposit_due');
			for (const t of held) t.state = 'issued';
			return ok();
		});
	}

	leave(op) {
		return this.ofEntry(op, (d, e) => {
			const held = this.offered(d, e);
			if (e.state === 'waiting') e.state = 'left';
			else if (e.state === 'offered' && e.listing) this.lapse(d, d.listings.find((l) => l.id === e.listing));
			else if (held.length > 0) for (const t of held) this.end(t, 'cancelled', 'refunded');
			else return refuse(409, 'not_waiting');
			return ok();
		});
	}

	// ---- while it is open --------------------------------------------------------------------------

	share(op) {
		const d = this.drops.get(op.drop);
		return d ? this.command(op, () => {
			if (op.tokenized > d.quantity) return refuse(422, 'validation_failed');
			if (op.tokenized < this.taken(d)) return refuse(409, 'below_issued');
			d.tokenized = op.tokenized;
			return ok();
		}) : null;
	}

	walkIn(op) {
		const d = this.drops.get(op.drop);
		return d ? this.command(op, () => {
			if (op.units === 0 || d.quantity + op.units > 1000000) return refuse(422, 'validation_failed');
			if (d.quantity + op.units < d.tokenized) return refuse(409, 'walk_in_in_use');
			if (d.quantity + op.units < 1) return refuse(422, 'validation_failed');
			d.quantity += op.units;
			return ok();
		}) : null;
	}

	// op.match: whether If-Match: * is sent.
	setWindow(op) {
		const d = this.drops.get(op.drop);
		if (!d) return null;
		const was = d.windows.find((w) => w.name === op.name);
		const w = { name: op.name, ...op.rules, opens: op.rules.opens ?? d.opens, closes: op.rules.closes ?? d.closes };
		if (was && !op.match) return refuse(428, 'precondition_required');
		if (!was && op.match) return refuse(412, 'precondition_failed');
		if (w.opens < d.opens || w.closes > d.closes || w.closes <= w.opens) return refuse(422, 'validation_failed');
		if (w.proof === 'none' && d.windows.some((x) => x.name !== w.name && x.proof === 'none' &&
			x.opens < w.closes && w.opens < x.closes)) return refuse(422, 'validation_failed');
		if (w.quantity != null && w.quantity < this.used(d, w.name)) return refuse(409, 'below_issued');
		if (was) Object.assign(was, w);
		else d.windows.push(w);
		return { status: was ? 200 : 201 };
	}

	// ---- by the clock ------------------------------------------------------------------------------

	holds() {
		for (const d of this.drops.values())
			for (const t of d.tokens)
				if (t.state === 'held' && t.held_until <= this.now) t.state = 'expired';
		return ok();
	}

	// What came back goes to who is first, as much as there is and as they may have.
	waitlist() {
		for (const d of this.drops.values()) {
			const pickup_end = this.pickupEnd(d), late = this.now >= pickup_end;
			const end = late ? this.offersEnd(d) : pickup_end;
			for (const e of this.waiting(d)) {
				if (this.left(d) <= 0 || this.offersEnd(d) <= this.now) break;
				const fit = Math.min(e.quantity, d.per_person - this.units(d, e.buyer), this.left(d));
				e.state = fit > 0 ? 'offered' : 'skipped';
				if (fit <= 0) continue;
				e.given = fit;
				this.make(d, { claim: e.id, buyer: e.buyer, quantity: fit }, { state: 'held', entry: e.id,
					held_until: Math.min(this.now + d.offer_ttl, end), valid_until: late ? end : null });
			}
		}
		return ok();
	}

	resales() {
		for (const d of this.drops.values()) {
			this.expireListings(d);
			const goods = d.listings.filter((l) => l.state === 'listed');
			for (const e of this.waiting(d)) {
				if (goods.length === 0) break;
				if (this.units(d, e.buyer) >= d.per_person) {
					e.state = 'skipped';
					continue;
				}
				const l = goods.shift();
				Object.assign(l, { state: 'offered', entry: e.id, until: Math.min(this.now + d.offer_ttl, l.ends) });
				Object.assign(e, { state: 'offered', listing: l.id, given: 1 });
			}
		}
		return ok();
	}

	expireListings(d) {
		for (const l of d.listings) {
			if (l.state === 'offered' && l.until <= this.now) this.lapse(d, l);
			if (l.state !== 'listed' || l.ends > this.now) continue;
			l.state = 'withdrawn';
			d.tokens.find((t) => t.id === l.token).state = 'issued';
		}
	}

	// Who did not come. A unit that is released is for who waits and has no unit coming yet, then for the door.
	noShows() {
		for (const d of this.drops.values()) {
			if (!d.no_show || this.now < this.pickupEnd(d)) continue;
			this.expireListings(d);
			let wanted = this.offersEnd(d) > this.now
				? this.waiting(d).reduce((n, e) => n + e.quantity, 0) - Math.max(this.left(d), 0) : 0;
			for (const t of d.tokens) {
				if (t.state !== 'issued' || this.tokenEnd(d, t) > this.now) continue;
				this.end(t, 'forfeited', d.no_show.deposit === 'refund' ? 'refunded' : 'forfeited');
				t.released = d.no_show.release;
				if (t.released && wanted-- <= 0) d.tokenized--;
			}
		}
		return ok();
	}

	// ---- to compare --------------------------------------------------------------------------------

	state() {
		const drops = {}, tokens = {}, entries = {}, listings = {};
		for (const d of this.drops.values()) {
			drops[d.name] = [d.quantity, d.tokenized, this.count(d, 'held'),
				this.count(d, 'issued', 'suspended', 'redeemed'), this.count(d, 'redeemed'),
				d.tokens.filter((t) => t.state === 'forfeited' && !t.released).length,
				this.waiting(d).length, d.next_serial];
			for (const t of d.tokens) tokens[t.id] = [t.state, t.version, t.serial, t.buyer, t.window, t.deposit];
			for (const e of d.entries) entries[e.id] = [e.state, e.place, e.given];
			for (const l of d.listings) listings[l.id] = [l.token, l.state, l.entry];
		}
		return { drops, tokens, entries, listings };
	}
}
