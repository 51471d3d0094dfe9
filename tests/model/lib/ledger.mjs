// SPDX-License-Identifier: Apache-2.0
//
// What a stranger can find wrong in a creator's ledger, without looking at anything else: that more was
// given than there was, that somebody went past the line, that what came back went nowhere or twice.
const LIVE = ['held', 'issued', 'suspended', 'redeemed'];

// The state of a token after an entry of this kind, by the state before it.
const MOVES = {
	'token.held': { none: 'held' },
	'token.issued': { none: 'issued', held: 'issued' },
	'token.expired': { held: 'expired' },
	'token.cancelled': { held: 'cancelled', issued: 'cancelled', suspended: 'cancelled' },
	'token.redeemed': { issued: 'redeemed' },
	'token.redemption_corrected': { redeemed: 'redeemed' },
	'token.forfeited': { issued: 'forfeited' },
	'token.listed': { issued: 'suspended' },
	'token.withdrawn': { suspended: 'issued' },
	'token.sold': { suspended: 'issued' },
	'token.transferred': { issued: 'issued' },
};

class Audit {
	constructor() {
		this.drops = new Map();
		this.tokens = new Map();
		this.places = new Map();
		this.wrong = [];
	}

	says(entry, what) {
		if (this.wrong.length < 20) this.wrong.push(`entry ${entry.index} (${entry.kind} of ${entry.subject}): ${what}`);
	}

	read(entry) {
		const { kind, data, subject } = entry;
		if (kind === 'drop.created') this.drops.set(subject, { tokenized: data.tokenized, taken: 0, line: [],
			next_serial: 1, awaited: new Map(), returned: 0, offered: 0 });
		const d = this.drops.get(data.drop_id ?? subject);
		if (kind === 'drop.share_changed') this.share(entry, d);
		else if (kind.startsWith('token.') && d) this.token(entry, d);
		else if (kind.startsWith('waitlist.') && d) this.waitlist(entry, d);
		if (d && d.taken > d.tokenized) this.says(entry, `${d.taken} of ${d.tokenized} units are taken`);
	}

	share(entry, d) {
		if (entry.data.was !== d.tokenized) this.says(entry, `it was ${d.tokenized}`);
		d.tokenized = entry.data.tokenized;
	}

	token(entry, d) {
		const { kind, data, subject } = entry;
		const t = this.tokens.get(subject) ?? { state: 'none', version: 1, deposit: null };
		const to = MOVES[kind]?.[t.state];
		if (!to) this.says(entry, `a token that is ${t.state}`);
		if (t.state === 'none') this.born(entry, d, t);
		else if (t.serial !== data.serial) this.says(entry, `its serial was ${t.serial}`);
		if (kind === 'token.transferred') t.version++;
		if (data.version !== t.version) this.says(entry, `its version was ${t.version}`);
		this.deposit(entry, t, to);
		if (LIVE.includes(t.state) && !LIVE.includes(to)) this.back(entry, d);
		t.state = to;
		this.tokens.set(subject, t);
	}

	born(entry, d, t) {
		t.serial = entry.data.serial;
		if (t.serial !== d.next_serial++) this.says(entry, `the next serial was ${d.next_serial - 1}`);
		d.taken++;
		if (entry.data.entry_id) { // an offer, which is told of right behind the tokens
			const e = this.places.get(entry.data.entry_id);
			if (e) d.awaited.set(entry.data.entry_id, (d.awaited.get(entry.data.entry_id) ?? 0) + 1);
		} else if (d.line.length > 0) this.says(entry, `it went past ${d.line.length} who wait`);
	}

	deposit(entry, t, to) {
		const said = entry.data.deposit ?? null;
		if (said === 'held' && t.deposit !== null) this.says(entry, 'its deposit was paid before');
		else if (said !== null && said !== 'held' && t.deposit !== 'held') this.says(entry, `a deposit that is ${t.deposit}`);
		if (said === null && t.deposit === 'held' && !['issued', 'suspended'].includes(to))
			this.says(entry, 'and what became of its deposit?');
		t.deposit = said ?? t.deposit;
	}

	// A unit is given back: to the line when somebody waits, or it goes nowhere.
	back(entry, d) {
		const to = entry.data.returned_to;
		const release = entry.kind === 'token.forfeited';
		if (release && to === null) return; // it stays where it is
		d.taken--;
		const line = d.line.length > 0 ? 'waitlist' : 'pool';
		if (!release && to !== line) this.says(entry, `${d.line.length} wait, so it goes to the ${line}`);
		if (release && to === 'waitlist' && d.line.length === 0) this.says(entry, 'nobody waits');
	}

	waitlist(entry, d) {
		const { kind, data, subject } = entry;
		if (kind === 'waitlist.joined') {
			this.places.set(subject, { place: data.place, state: 'waiting' });
			d.line.push(subject);
			return;
		}
		const e = this.places.get(subject);
		if (!e) this.says(entry, 'who was never in line');
		else if (kind === 'waitlist.lapsed') {
			if (e.state !== 'offered') this.says(entry, `a place that is ${e.state}`);
			e.state = 'lapsed';
		} else {
			if (e.state !== 'waiting') this.says(entry, `a place that is ${e.state}`);
			else if (kind !== 'waitlist.left' && d.line[0] !== subject) this.says(entry, 'it was not the turn of this place');
			d.line = d.line.filter((x) => x !== subject);
			e.state = kind.slice('waitlist.'.length);
			if (kind === 'waitlist.offered') this.offer(entry, d);
		}
	}

	offer({ data, ...entry }, d) {
		const units = d.awaited.get(entry.subject) ?? 0;
		d.awaited.delete(entry.subject);
		if (data.why === 'returned' && units !== data.quantity) this.says(entry, `${data.quantity} are offered, and ${units} are held`);
		if (data.why === 'resale' && this.tokens.get(data.token_id)?.state !== 'suspended') this.says(entry, 'the token is not for sale');
	}

	end() {
		for (const [id, d] of this.drops)
			for (const entry of d.awaited.keys()) this.wrong.push(`drop ${id}: units were given to ${entry}, and no offer tells of it`);
	}
}

// A list of what is wrong with the entries, which are in order.
export function audit(entries) {
	const a = new Audit();
	for (const entry of entries) a.read(entry);
	a.end();
	return a.wrong;
}
