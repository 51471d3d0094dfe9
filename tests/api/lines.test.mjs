// SPDX-License-Identifier: Apache-2.0
//
// The histories of tests/property reach the database as tests/property/lines.mjs writes them. Here a device
// tells the same events over HTTP, and the service makes the same of them: kind, error and fields, line by line.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import pg from 'pg';
import { makeHistory } from '../property/history.mjs';
import { fields, members } from '../property/lines.mjs';
import { Device } from './lib/device.mjs';
import * as fx from './lib/fixtures.mjs';

const HISTORIES = 200;
let db;
before(async () => {
	db = new pg.Client({ connectionString: process.env.DATABASE_URL });
	await db.connect();
});
after(async () => {
	await db.end();
	fx.anonymous().close();
});

const id = (n) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const names = { token: (name) => (/^[th]\d$/.test(name) ? id(`${name.charCodeAt(0)}${name[1]}`) : undefined), nobody: id(999),
	drop: (n) => id(n), lease: (name) => id(name.replace('-', '')), incident: (name) => id(`7${name[1]}`) };
// What a text shows that names no token of the property's is only its hash; JSON has no undefined.
const plain = ({ shown, ...f }, e) => JSON.parse(JSON.stringify({ ...f,
	...(shown && !['forged', 'nobody'].includes(e.f.token) ? { shown } : {}) }));

it(`the events of ${HISTORIES} histories are read as the property takes them`, async () => {
	const c = await fx.creator(), ev = await fx.event(c), device = await Device.enrol(c, ev.id, { profile: 'manager' });
	const told = [], kinds = new Set();
	for (let seed = 1; seed <= HISTORIES; seed++)
		for (const d of makeHistory(seed).devices) {
			const events = d.events.filter((e) => e.kind !== 'consent'); // encrypted: consents.test.mjs
			const numbers = new Map(events.map((e, i) => [e, told.length + i + 1]));
			for (const e of events) {
				const f = fields(e, names, numbers);
				if (e.kind === 'garbage') device.tellRaw('{"not json');
				else device.tell(e.kind, members(e.kind, f, 'a text that is no token'));
				told.push({ e, f });
				kinds.add(e.kind);
			}
		}
	fx.ok(await device.upload(), 200);
	const { rows } = await db.query(`select kind, status, code, fields from roadshow.device_events where creator_id = $1
		and device_id = $2 order by seq`, [c.id, device.id]);
	assert.equal(rows.length, told.length);
	assert.equal(kinds.size, 14, 'every other kind is among them');
	for (const [i, { e, f }] of told.entries()) {
		const r = rows[i];
		if (e.kind === 'garbage') {
			assert.deepEqual([r.kind, r.status, r.code], [null, 'rejected', 'malformed']);
			continue;
		}
		assert.equal(r.kind, e.kind);
		assert.ok(!['malformed', 'invalid'].includes(r.code), `${e.kind}: ${r.code}`);
		assert.deepEqual(plain(r.fields, e), plain(f, e), e.kind);
	}
});
