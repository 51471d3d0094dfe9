// SPDX-License-Identifier: Apache-2.0
//
// Whether a history ends as the plain model says, in every way that it arrives; and when it does not, the
// smallest history of which that is true.
import os from 'node:os';
import { makeArrival, smaller } from './history.mjs';
import { Model } from './model.mjs';
import { canonical, sorted } from './service.mjs';

const ARRIVALS = Number(process.env.ARRIVALS ?? 2);
const LANES = Number(process.env.LANES ?? Math.min(4, os.availableParallelism()));

// act(number, lane) for the numbers below `count`, one at a time in each lane, until one of them throws.
export async function share(count, act) {
	let next = 0, failed;
	const lane = async (l) => {
		try {
			while (next < count && !failed) await act(next++, l);
		} catch (e) {
			failed ??= e;
		}
	};
	await Promise.all(Array.from({ length: LANES }, (_, l) => lane(l)));
	if (failed) throw failed;
}

function difference(expected, got) {
	const found = [];
	for (const k of Object.keys(expected)) {
		const missing = expected[k].filter((x) => !got[k].includes(x)), extra = got[k].filter((x) => !expected[k].includes(x));
		if (missing.length + extra.length > 0) found.push({ what: k, expected: missing, got: extra });
	}
	return found.length > 0 ? found : undefined;
}

// What is wrong with this history, or undefined.
export async function wrong(service, history, model = Model) {
	const ends = new Map(); // by what the centre could do
	await service.write(history);
	for (let i = 0; i < ARRIVALS; i++) {
		const steps = makeArrival(history, history.seed * 31 + i);
		let told;
		try {
			told = await service.run(history, steps);
		} catch (e) {
			return { steps, error: e.message, where: e.where };
		}
		const got = sorted(canonical(told.end));
		const expected = sorted(new model(service.world).end(told.events, told.centre));
		const found = difference(expected, got);
		if (found) return { steps, centre: told.centre, found };
		if (told.end.redeemed_at) return { steps, found: { redeemed_at: told.end.redeemed_at } };
		if (told.end.orphans !== 0) return { steps, found: { orphans: told.end.orphans } };
		if (told.end.ledger !== 0) return { steps, found: { ledger: told.end.ledger } };
		const name = JSON.stringify(told.centre);
		const whole = JSON.stringify((told.end.cases ?? []).map(([subject, , data]) => [subject, data]).sort());
		if (ends.has(name) && ends.get(name) !== whole) return { steps, cases: [ends.get(name), whole] };
		ends.set(name, whole);
	}
	return undefined;
}

// At most for a minute: then what is left is small enough to read.
export async function shrink(service, history, model) {
	const until = Date.now() + 60e3;
	let found = await wrong(service, history, model);
	for (let again = true; again;) {
		again = false;
		if (Date.now() > until) break;
		for (const less of smaller(history)) {
			const other = await wrong(service, less, model);
			if (!other) continue;
			[history, found, again] = [less, other, true];
			break;
		}
	}
	return { history, found };
}

export const show = ({ history, found }) => JSON.stringify({ ...found,
	steps: found.steps?.map((s) => (s.device ? `${s.device.n}: ${s.from}–${s.to}` : `centre ${s.centre}`)),
	devices: history.devices.map((d) => ({ n: d.n, profile: d.profile, events: d.events.map((e) => ({ kind: e.kind,
		second: e.second, skew: e.skew, f: e.kind === 'annul' ? d.events.indexOf(e.f.target) + 1 : e.f })) })),
	asked: history.centre }, null, 1);
