// SPDX-License-Identifier: Apache-2.0
//
// Histories that the model and the service did not agree on once, by hand and short.
const drop = (over) => ({ name: 'd', quantity: 4, tokenized: 2, per_person: 2, opens: -5, closes: 60, deposit: null,
	hold: null, offer_ttl: 40, pickup_from: 60, pickup_until: 100, event: { starts: 90, ends: 300 }, no_show: null,
	transfer: null, windows: [], ...over });

const PUBLIC = { name: 'public', opens: -5, closes: 60, quantity: null, per_person: null, proof: 'none', code: null };
const claim = (...people) => ({ op: 'claims', items: people.map((p, i) => ({ drop: 'd', buyer: `fan${p}`, quantity: 1,
	claim: `c${p}x${i}`, idem: `c${p}x${i}`, body: 'b' })) });
const join = (n, quantity = 1) => ({ op: 'joins', items: [{ drop: 'd', buyer: `fan${n}`, quantity, claim: `j${n}`,
	idem: `j${n}`, body: 'b' }] });
const job = (op, limit = 500) => ({ op, limit });
const pass = (minutes) => ({ op: 'pass', minutes });
const command = (op, more) => ({ op, idem: `${op} ${JSON.stringify(more)}`, body: 'b', ...more });
const cancel = (token) => command('cancel', { token });
const limit = (per_person) => ({ op: 'setWindow', drop: 'd', name: 'public', match: true,
	rules: { ...PUBLIC, per_person } });

export const KNOWN = [{
	what: 'a window\'s limit comes when somebody has units of it already',
	drop: drop({ tokenized: 4, windows: [PUBLIC] }),
	operations: [claim(1), limit(1), claim(2, 1), limit(2), claim(3, 1), cancel('c1x0.1'), cancel('c1x1.1')],
}, {
	what: 'a token is still for sale when the pickup ends before the event starts',
	drop: drop({ event: { starts: 200, ends: 300 }, no_show: { deposit: 'refund', release: false, grace: 0 },
		transfer: { cool_down: 0, cut_off: 0, resale: { cap: 2500 } } }),
	operations: [claim(1), command('list', { token: 'c1x0.1', version: 1, listing: 'l' }), pass(100),
		job('noShows', 1), job('resales'), job('noShows')],
}, {
	what: 'more do not come than wait, in more calls than one',
	drop: drop({ no_show: { deposit: 'refund', release: true, grace: 0 } }),
	operations: [claim(1, 2), join(3), pass(100), job('noShows', 1), job('waitlist')],
}, {
	what: 'an offer of the last minutes ends with the pickup',
	drop: drop({ tokenized: 1, no_show: { deposit: 'refund', release: true, grace: 0 } }),
	operations: [claim(1), join(2), pass(95), cancel('c1x0.1'), job('waitlist'), pass(5), job('noShows'),
		command('accept', { drop: 'd', entry: 'j2' }), pass(1), { op: 'round', jobs: ['holds', 'noShows'].map((j) => job(j)) }],
}, {
	what: 'an offer after the pickup does not put off the no-shows',
	drop: drop({ hold: 30, no_show: { deposit: 'refund', release: true, grace: 0 } }),
	operations: [claim(1, 2), command('confirm', { token: 'c1x0.1' }), join(3, 2), pass(100), job('holds'),
		job('waitlist'), job('noShows'), job('waitlist'), pass(200),
		{ op: 'round', jobs: ['holds', 'noShows', 'waitlist'].map((j) => job(j)) }],
}, {
	what: 'the last unit of a drop is not taken away',
	drop: drop({ quantity: 1, tokenized: 0 }),
	operations: [command('walkIn', { drop: 'd', units: -1 })],
}];
