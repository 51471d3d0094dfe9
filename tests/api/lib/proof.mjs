// SPDX-License-Identifier: Apache-2.0
//
// Proofs of work as a fan's page makes them (ALTCHA v2), with Node's own PBKDF2: the library's solver is
// tried in antibot.test.mjs, this one is short and fast.
import { pbkdf2Sync } from 'node:crypto';

export function solve({ nonce, salt, cost, keyLength, keyPrefix }, from = 0) {
	const password = Buffer.concat([Buffer.from(nonce, 'hex'), Buffer.alloc(4)]);
	for (let counter = from; ; counter++) {
		password.writeUInt32BE(counter, 16);
		const derivedKey = pbkdf2Sync(password, Buffer.from(salt, 'hex'), cost, keyLength, 'sha256').toString('hex');
		if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey, time: 1 };
	}
}

export const payload = (challenge, solution) => btoa(JSON.stringify({ challenge, solution }));

// The text for a claim's `altcha`.
export async function proof(api, drop) {
	const { status, json, text } = await api.get(`/v1/drops/${drop}/challenge`);
	if (status !== 200) throw new Error(`challenge: ${status} ${text}`);
	return payload(json, solve(json.parameters));
}
