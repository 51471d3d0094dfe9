// SPDX-License-Identifier: Apache-2.0
//
// For any histories of a few devices, and whatever the centre does meanwhile, the end is what the plain
// model says, however the uploads are cut, repeated and interleaved; and it is the same to the byte for
// all arrivals between which the centre could do the same. HISTORIES (500) random ones from SEED
// (printed; the day's number if absent), each in ARRIVALS (2) ways. What fails is shrunk.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeArrival, makeHistory, smaller } from './history.mjs';
import { Model } from './model.mjs';
import { canonical, Service, sorted } from './service.mjs';

const SEED = Number(process.env.SEED ?? Math.floor(Date.now() / 86400e3));
const HISTORIES = Number(process.env.HISTORIES ?? 500), ARRIVALS = Number(process.env.ARRIVALS ?? 2);
let service;
before(async () => { service = await Service.start(); });
after(() => service?.stop());

function difference(expected, got) {
	const found = [];
	for (const k of Object.keys(expected)) {
		const missing = expected[k].filter((x) => !got[k].includes(x)), extra = got[k].filter((x) => !expected[k].includes(x));
		if (missing.length + extra.length > 0) found.push({ what: k, expected: missing, got: extra });
	}
	return found.length > 0 ? found : undefined;
}

// What is wrong with this history, or undefined.
async function wrong(history, model = Model) {
	const ends = new Map(); // by what the centre could do
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
async function shrink(history, model) {
	const until = Date.now() + 60e3;
	let found = await wrong(history, model);
	for (let again = true; again;) {
		again = false;
		if (Date.now() > until) break;
		for (const less of smaller(history)) {
			const other = await wrong(less, model);
			if (!other) continue;
			[history, found, again] = [less, other, true];
			break;
		}
	}
	return { history, found };
}

const show = ({ history, found }) => JSON.stringify({ ...found,
	steps: found.steps?.map((s) => (s.device ? `${s.device.n}: ${s.from}–${s.to}` : `centre ${s.centre}`)),
	devices: history.devices.map((d) => ({ n: d.n, profile: d.profile, events: d.events.map((e) => ({ kind: e.kind,
		second: e.second, skew: e.skew, f: e.kind === 'annul' ? d.events.indexOf(e.f.target) + 1 : e.f })) })),
	asked: history.centre }, null, 1);

describe(`uploads in any order, from seed ${SEED}`, () => {
	it(`${HISTORIES} histories, each arriving in ${ARRIVALS} ways, end as the model says`, async () => {
		const kinds = new Map();
		for (let i = 0; i < HISTORIES; i++) {
			const seed = SEED * 100003 + i, history = makeHistory(seed);
			if (await wrong(history)) {
				console.error(`history ${i} of seed ${SEED} fails; shrinking it`);
				assert.fail(`history ${i} of seed ${SEED} (${seed}):\n${show(await shrink(history))}`);
			}
			if (i % 100 === 99) console.log(`# ${i + 1} histories`);
			for (const d of history.devices) for (const e of d.events) kinds.set(e.kind, (kinds.get(e.kind) ?? 0) + 1);
		}
		console.log(`# ${HISTORIES} histories from seed ${SEED}: ${[...kinds].map(([k, n]) => `${n} ${k}`).join(', ')}`);
	});

	it('a model that is wrong is seen, and the history shrunk', async () => {
		class Careless extends Model { // gives the unit to the last scan
			tokens(centre) {
				super.tokens(centre);
				for (const t of Object.values(this.token)) if (t.winner?.seq === 2) t.state = 'issued';
			}
		}
		for (let seed = 1; ; seed++) {
			assert.ok(seed < 500, 'no history shows it');
			const history = makeHistory(seed);
			if (!await wrong(history, Careless)) continue;
			const small = await shrink(history, Careless);
			assert.ok(small.history.devices.flatMap((d) => d.events).length <= 3, show(small));
			return;
		}
	});
});
