// SPDX-License-Identifier: Apache-2.0
//
// The histories of sync.test.mjs see what they are for: with one rule of the service broken, in a database
// of its own, they find it, long before CI has had all of its histories; and with the model wrong too, and
// what is shown then is small.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { share, show, shrink, wrong } from './check.mjs';
import { makeHistory } from './history.mjs';
import { Model } from './model.mjs';
import { Service } from './service.mjs';

const HISTORIES_MAX = 2000; // as many as CI tries
// [the rule, its function, what it says, what it says in place of it]
const MUTANTS = [
	['the earliest scan redeems', 'roadshow.redeems_settle', 'wrong is not null, corrected_at, device_id', 'wrong is not null, device_id'],
	['an old version lets nobody in', 'roadshow.redeems_settle', "when e.version < t.version then 'superseded'", ''],
	['nor does another event\'s token', 'roadshow.redeems_settle', "when o.event_id <> d.event_id then 'wrong_event'", ''],
	['what the centre changed is judged anew', 'api.janitor_redeems', 'e.judged_as <> token_standing(t)', 'false'],
	['a scan is taken back for fifteen minutes', 'roadshow.annul_window', '15 minutes', '16 minutes'],
	['what is taken back before is taken back once', 'roadshow.annuls_settle', 'when annulled_by is not null', 'when false'],
	['the earliest sale with a payment counts', 'roadshow.payments_count', 's.annulled, s.corrected_at, s.device_id', 's.annulled, s.device_id'],
	['others\' sales with the payment are judged again', 'roadshow.sales_about', 'y.payment_method = n.m', 'false'],
	['the last outcome of a payment counts', 'roadshow.payments_settle', 'last_value(outcome) over whole', 'first_value(outcome) over whole'],
	['a lease ends when its device closes', 'roadshow.walk_in_recount', 'least(y.until, y.closed_at)', 'y.until'],
	['leased units come first', 'roadshow.walk_in_recount', 'sum(covered) over (partition by drop_id) + ', ''],
	['what is sold is gone from the floor', 'roadshow.counts_judge', 'before + s - before_s', 'before'],
	['a case whose ground is gone is withdrawn', 'roadshow.cases_settle', 'if cardinality(known) > 0', 'if false'],
	['the latest fact about a person counts', 'roadshow.consents_last', 'x.corrected_at desc, x.device_id', 'x.device_id'],
	['a withdrawal takes away its own line too', 'roadshow.consents_settle', '<= (w.corrected_at', '< (w.corrected_at'],
	['the clock of the device is corrected', 'roadshow.sync_store', 'ts - p_skew', 'ts'],
];

describe('histories find that', () => {
	it(`of ${MUTANTS.length} rules one is broken`, async (t) => {
		const shown = []; // the number of the history that showed it
		await share(MUTANTS.length, async (m) => {
			const [rule, ...change] = MUTANTS[m], service = await Service.start(`mutant_${m}`, change);
			try {
				let n = 0;
				while (n < HISTORIES_MAX && !await wrong(service, makeHistory(n + 1))) n++;
				shown[m] = n + 1;
				assert.ok(n < HISTORIES_MAX, `${n} histories do not see that it is not true that ${rule}`);
			} finally {
				await service.stop();
			}
		});
		for (const [m, [rule]] of MUTANTS.entries()) t.diagnostic(`${rule}: broken, the ${shown[m]}. history shows it`);
	});

	it('the model is wrong, and show little', async () => {
		class Careless extends Model { // gives the unit to the last scan
			tokens(centre) {
				super.tokens(centre);
				for (const t of Object.values(this.token)) if (t.winner?.seq === 2) t.state = 'issued';
			}
		}
		const service = await Service.start('careless');
		after(() => service.stop());
		let seed = 1;
		while (!await wrong(service, makeHistory(seed), Careless)) assert.ok(++seed < 500, 'no history shows it');
		const small = await shrink(service, makeHistory(seed), Careless);
		assert.ok(small.history.devices.flatMap((d) => d.events).length <= 3, show(small));
	});
});
