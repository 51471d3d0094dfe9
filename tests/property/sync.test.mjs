// SPDX-License-Identifier: Apache-2.0
//
// For any histories of a few devices, and whatever the centre does meanwhile, the end is what the plain
// model says, however the uploads are cut, repeated and interleaved; and it is the same to the byte for
// all arrivals between which the centre could do the same. HISTORIES (2000) random ones from SEED
// (printed; the day's number if absent), each in ARRIVALS (2) ways, LANES at once (as there are cores, up
// to 4). What fails is shrunk. That a mistake would be seen is shown in mutants.test.mjs.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { share, show, shrink, wrong } from './check.mjs';
import { makeHistory } from './history.mjs';
import { Service } from './service.mjs';

const SEED = Number(process.env.SEED ?? Math.floor(Date.now() / 86400e3));
const HISTORIES = Number(process.env.HISTORIES ?? 2000);
const RENEWED = 100; // after so many of a lane

describe(`uploads in any order, from seed ${SEED}`, () => {
	const services = [], played = []; // of each lane
	after(() => Promise.all(services.map((s) => s.stop())));

	it(`${HISTORIES} histories end as the model says`, async () => {
		const told = new Map();
		const count = (what) => told.set(what, (told.get(what) ?? 0) + 1);
		let done = 0;
		await share(HISTORIES, async (i, lane) => {
			const service = services[lane] ??= await Service.start(`lane_${lane}`);
			played[lane] = (played[lane] ?? 0) + 1;
			if (played[lane] % RENEWED === 0) await service.renew();
			const seed = SEED * 100003 + i, history = makeHistory(seed);
			if (await wrong(service, history)) {
				console.error(`history ${i} of seed ${SEED} fails; shrinking it`);
				assert.fail(`history ${i} of seed ${SEED} (${seed}):\n${show(await shrink(service, history))}`);
			}
			if (++done % 500 === 0) console.log(`# ${done} histories`);
			for (const d of history.devices) for (const e of d.events) count(e.kind);
			for (const { op } of history.centre) count(`to ${op}`);
		});
		console.log(`# ${HISTORIES} histories from seed ${SEED}: ${[...told].map(([k, n]) => `${n} ${k}`).join(', ')}`);
	});
});
