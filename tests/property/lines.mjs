// SPDX-License-Identifier: Apache-2.0
//
// An event of a history as a device writes it down, and as the database hears of it: `fields` is what
// src/sync/kinds.c makes of a line with `members`. names: {token, drop, lease, incident: name → uuid, nobody}.
import { createHash } from 'node:crypto';

const sha256 = (text) => createHash('sha256').update(text).digest();
export const buyer = (person) => sha256(person).toString('hex');
// What src/sync/consents.c, or a claim, passes on of a consent.
export const consent = (f) => ({ marketing: f.marketing, salt: '0b'.repeat(32), commitment: sha256(JSON.stringify(f)).toString('base64url') });

// numbers: the seq of each event of the device, for what is annulled.
export function fields(e, names, numbers) {
	if (e.kind === 'redeem') {
		if (e.f.token === 'forged') return { shown: 'forged' };
		const token_id = names.token(e.f.token) ?? names.nobody, { version } = e.f;
		return { shown: e.f.token === 'nobody' ? 'nobody' : `${token_id}:${version}`, token_id, version };
	}
	if (e.kind === 'annul') return { of: numbers.get(e.f.target) ?? 1000000 };
	if (e.kind === 'incident') return { ...e.f, incident: names.incident(e.f.incident) };
	if (e.kind === 'consent')
		return { buyer: buyer(e.f.person), withdrawn: e.f.withdrawn, ...(e.f.withdrawn ? {} : { sealed: 'ab', ...consent(e.f) }) };
	if (e.kind !== 'sale') return e.f;
	return { ...e.f, lines: e.f.lines.map((l) => ({ drop_id: l.drop && names.drop(l.drop), sku: l.sku, quantity: l.quantity,
		amount: l.amount, currency: l.currency, lease_id: l.lease && names.lease(l.lease) })) };
}

// The members of the line beside seq, prev, ts and kind. forged: a text that is no token.
export function members(kind, f, forged) {
	const { method, reference, state, amount, currency, ...rest } = f;
	if (kind === 'redeem') return f.token_id ? { token_id: f.token_id, version: f.version } : { token: forged };
	if (kind === 'payment') return { ...rest, payment: { method, reference },
		...(amount === undefined ? {} : { amount: { amount, currency } }) };
	if (kind === 'sale') return { payment: { method, reference, state }, lines: f.lines.map((l) => ({ drop_id: l.drop_id,
		sku: l.sku, lease_id: l.lease_id, quantity: l.quantity, price: { amount: l.amount, currency: l.currency } })) };
	return f;
}
