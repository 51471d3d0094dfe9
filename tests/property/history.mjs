// SPDX-License-Identifier: Apache-2.0
//
// Histories of an evening: what a few devices told, with clocks that are wrong and jump, and what the
// centre did meanwhile. And ways for the uploads to arrive. Everything follows from a seed.
import { Random } from './random.mjs';

export const TOKENS = ['t1', 't2', 't3', 't4', 'h1', 'h2']; // h: held until the centre confirms
export const PERSONS = ['ann', 'bob'];
const SCANS = [[4, 't1'], [4, 't2'], [2, 't3'], [1, 't4'], [2, 'h1'], [1, 'h2'], [1, 'forged'], [1, 'nobody']];
const DEVICES = [[4, 2], [4, 3], [3, 4], [2, 5], [2, 6], [1, 7], [1, 8]];
// What the centre does. What it lists for resale it often takes back.
const ACTS = [[3, 'cancel'], [3, 'confirm'], [3, 'transfer'], [3, 'list'], [1, 'expire'], [1, 'forfeit']];
const KINDS = [[30, 'redeem'], [18, 'sale'], [10, 'payment'], [12, 'annul'], [8, 'count'], [4, 'receive'],
	[4, 'move'], [3, 'close'], [2, 'reject'], [2, 'heartbeat'], [2, 'checklist'], [2, 'incident'], [1, 'note'], [8, 'consent'],
	[1, 'garbage']];
// Seconds after pickup opens; few, so that most things collide. Some are outside of windows.
const SECONDS = [[30, 10], [30, 11], [20, 12], [10, 13], [4, 200], [3, 915], [1, -1.5], [1, -5], [1, 1e6]];

const price = { amount: 2500, currency: 'EUR' };

function sale(r, n) {
	const lines = Array.from({ length: r.chance(0.2) ? 2 : 1 }, () => {
		const what = r.weighted([[5, { drop: 31 }], [5, { drop: 32 }], [3, { sku: 'mug' }], [1, { sku: 'poster' }]]);
		return { ...what, quantity: r.int(1, 4), amount: price.amount, currency: price.currency,
			...(what.drop && r.chance(0.5) ? { lease: r.pick([`${n}-${what.drop}`, `1-${what.drop}`]) } : {}) };
	});
	const reference = r.chance(0.5) ? r.pick(['p', 'q']) : undefined;
	return { lines, method: reference ? 'card' : 'cash', reference,
		state: reference && r.chance(0.5) ? 'authorised' : undefined };
}

const MAKE = {
	redeem: (r) => ({ token: r.weighted(SCANS), version: r.chance(0.1) ? 2 : 1 }),
	sale,
	payment: (r) => ({ method: 'card', reference: r.pick(['p', 'q']), outcome: r.pick(['captured', 'declined']),
		...(r.chance(0.3) ? { amount: r.pick([2500, 5000, 7]), currency: 'EUR' } : {}) }),
	annul: (r, n, told) => ({ target: told.length > 0 && r.chance(0.9) ? r.pick(told.slice(-4)) : null }),
	count: (r) => ({ sku: r.pick(['print', 'mug']), quantity: r.int(0, 12), location: r.pick([undefined, 'van']) }),
	receive: (r) => ({ sku: r.pick(['print', 'mug']), quantity: r.int(1, 12), location: r.pick([undefined, 'van']) }),
	move: (r) => ({ sku: r.pick(['print', 'mug']), quantity: r.int(1, 5), from: 'van', to: 'floor' }),
	close: () => ({}),
	reject: () => ({ reason: 'unknown' }),
	heartbeat: (r) => ({ backlog: r.int(0, 9) }),
	checklist: (r) => ({ checklist: 'doors', item: r.pick(['lights', 'float']), done: r.chance(0.7) }),
	incident: (r) => ({ incident: r.pick(['i1', 'i2']), severity: 'high', category: 'queue' }),
	note: () => ({ text: 'x' }),
	consent: (r) => ({ person: r.pick(PERSONS), withdrawn: r.chance(0.3), marketing: r.chance(0.5) }),
	garbage: () => ({ detail: 'not json' }),
};

// {devices: [{n, profile, abroad, events: [{kind, second, skew, f, dev}]}], centre: [{op, token} or a claim
// with consent: {op, person, second, marketing}]}. abroad: a scanner of another event.
export function makeHistory(seed) {
	const r = new Random(seed);
	const list = Array.from({ length: r.weighted(DEVICES) }, (_, i) => {
		const n = i + 1, told = [];
		let skew = r.weighted([[6, 0], [2, 3600], [1, -7200], [1, 86400 * 400]]);
		for (let k = r.int(1, 7); k > 0; k--) {
			if (r.chance(0.05)) skew = r.pick([0, -3600, 40]);
			const kind = r.weighted(KINDS);
			told.push({ kind, second: r.weighted(SECONDS), skew, f: MAKE[kind](r, n, told) });
		}
		const profile = r.weighted([[6, 'manager'], [2, 'till'], [2, 'scan']]);
		return { n, profile, abroad: profile === 'scan' && r.chance(0.4), events: told };
	});
	const centre = Array.from({ length: r.int(0, 4) }, () => {
		if (r.chance(0.25))
			return [{ op: 'claim', person: r.pick(PERSONS), second: r.weighted(SECONDS), marketing: r.chance(0.5) }];
		const act = { op: r.weighted(ACTS), token: r.pick(TOKENS) };
		return act.op === 'list' && r.chance(0.6) ? [act, { ...act, op: 'withdraw' }] : [act];
	}).flat();
	return { seed, devices: list, centre };
}

// One way to arrive: steps {device, from, to} (lines from 1; from may lie before what was sent: they
// are sent again) and {centre: index}. Each device's own order is kept, its lines are sent with the
// clock they were written by, and everything is sent in the end. Some arrive in large pieces and some line
// by line, some are repeated much and some not at all.
export function makeArrival(history, seed) {
	const r = new Random(seed), joined = r.pick([0.3, 0.7, 1]), again = r.pick([0, 0.1, 0.3]);
	const sent = new Map(history.devices.map((d) => [d, 0]));
	const steps = [];
	let centre = 0;
	for (;;) {
		const open = history.devices.filter((d) => sent.get(d) < d.events.length);
		if (centre < history.centre.length && (open.length === 0 || r.chance(0.15))) {
			steps.push({ centre: centre++ });
			continue;
		}
		if (open.length === 0) return steps;
		const d = r.pick(open), done = sent.get(d), { skew } = d.events[done];
		let to = done + 1;
		while (to < d.events.length && d.events[to].skew === skew && r.chance(joined)) to++;
		const from = r.chance(again) ? r.int(1, done + 1) : done + 1;
		steps.push({ device: d, from, to, skew });
		sent.set(d, to);
		if (r.chance(again)) steps.push({ device: d, from: r.int(1, to), to, skew });
	}
}

// Every history that lacks one thing of this one: for shrinking.
export function* smaller(history) {
	for (const d of history.devices)
		if (history.devices.length > 1) yield { ...history, devices: history.devices.filter((x) => x !== d) };
	for (const d of history.devices)
		for (const e of d.events) {
			const events = d.events.filter((x) => x !== e);
			if (events.length > 0)
				yield { ...history, devices: history.devices.map((x) => (x === d ? { ...d, events } : x)) };
		}
	for (const c of history.centre) yield { ...history, centre: history.centre.filter((x) => x !== c) };
	for (const d of history.devices)
		if (d.events.some((e) => e.skew !== 0))
			yield { ...history, devices: history.devices.map((x) => (x === d
				? { ...d, events: moved(d.events, { skew: 0 }) } : x)) };
}

// Copies of events with other members; annulments follow their targets.
function moved(events, over) {
	const copies = new Map(events.map((e) => [e, { ...e, ...over }]));
	for (const c of copies.values())
		if (c.kind === 'annul') c.f = { target: copies.get(c.f.target) ?? null };
	return [...copies.values()];
}
