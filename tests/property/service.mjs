// SPDX-License-Identifier: Apache-2.0
//
// A history as the database hears it: the same functions that the service calls, in one transaction per
// arrival that is rolled back. What src/sync/sync.c makes of the lines is made here (lines.mjs, which
// tests/api/lines.test.mjs holds against it).
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { PERSONS, TOKENS } from './history.mjs';
import { buyer, consent, fields } from './lines.mjs';

const LIB = path.join(path.dirname(fileURLToPath(import.meta.url)), '../sql/lib');
export const DEVICES_MAX = 8;
const sha256 = (x) => createHash('sha256').update(x).digest();
export const id = (n) => `01900000-0000-7000-8000-${n.toString(16).padStart(10, '0')}00`;
const deviceId = (dev) => id(40 + dev);

// A file of tests/sql/lib as plain SQL: psql's own commands are carried out or left out.
function plain(file) {
	return fs.readFileSync(path.join(LIB, file), 'utf8').split('\n').map((l) => {
		const other = /^\\ir (\S+)/.exec(l);
		if (other) return plain(other[1]);
		return l.startsWith('\\') ? '' : l.replace(/\s*\\g \/dev\/null/, ';');
	}).join('\n');
}

const END = `select jsonb_build_object(
	'tokens', (select jsonb_agg(jsonb_build_array(t.id, t.state, t.version, r.device_id || ':' || r.seq))
		from roadshow.tokens t left join roadshow.token_redemptions r on r.token_id = t.id),
	'redeemed_at', (select jsonb_agg(t.id) from roadshow.tokens t left join roadshow.token_redemptions r on r.token_id = t.id
		where t.redeemed_at is distinct from r.corrected_at),
	-- What foreign keys do not say: migration 0018_sync_speed.
	'orphans', (select count(*) from roadshow.device_events e
			where not exists (select from roadshow.device_uploads u where u.creator_id = e.creator_id
				and u.device_id = e.device_id and u.n = e.upload)
			or e.token_id is not null and not exists (select from roadshow.tokens t
				where t.creator_id = e.creator_id and t.id = e.token_id))
		+ (select count(*) from roadshow.token_redemptions r where not exists (
			select from roadshow.device_events e where e.creator_id = r.creator_id and e.device_id = r.device_id
				and e.seq = r.seq and e.token_id = r.token_id)),
	'drops', (select jsonb_agg(jsonb_build_array(id, redeemed, walk_in_sold, walk_in_oversold, walk_in_leased)) from roadshow.drops),
	'leases', (select jsonb_agg(jsonb_build_array(id, used, state, extract(epoch from closed_at - $1)::float)) from roadshow.walk_in_leases),
	'sales', (select jsonb_agg(jsonb_build_array(device_id, seq, counted, outcome)) from roadshow.walk_in_sales),
	'lines', (select jsonb_agg(jsonb_build_array(device_id, seq, line, covered, short)) from roadshow.walk_in_sale_lines),
	'counts', (select jsonb_agg(jsonb_build_array(device_id, seq, expected)) from roadshow.venue_counts),
	'incidents', (select jsonb_agg(id) from roadshow.incidents),
	'contacts', (select jsonb_agg(jsonb_build_array(encode(buyer_key, 'hex'), device_id || ':' || seq, sealed is null, marketing))
		from roadshow.contacts),
	'redacted', (select jsonb_agg(jsonb_build_array(device_id, seq)) from roadshow.device_events e
		where e.raw = roadshow.redacted_line(e.hash)),
	'events', (select jsonb_agg(jsonb_build_array(device_id, seq, status, code, annulled_by)) from roadshow.device_events),
	'cases', (select jsonb_agg(jsonb_build_array(c.kind || ' ' || c.subject, e.facts, c.data, c.state)) from roadshow.cases c
		cross join lateral (select jsonb_agg(device_id || ':' || seq) as facts from roadshow.case_events x where x.case_id = c.id) e),
	'ledger', (select h.size - count(l.index) from roadshow.ledger_heads h left join roadshow.ledger l using (creator_id)
		where creator_id = $2 group by h.size)) as doc`;

// Another database with the same functions, for whoever wants it alone: what is in it is never committed.
async function copyOf(url, name) {
	const admin = new pg.Client({ connectionString: url.replace('/roadshow?', '/postgres?') });
	await admin.connect();
	try {
		await admin.query(`create database ${name} template roadshow`);
	} finally {
		await admin.end();
	}
	return url.replace('/roadshow?', `/${name}?`);
}

// What the centre does through api functions; by the clock (from, to, what the ledger says); and to whom it
// passes a token on.
const COMMANDS = { cancel: 'token_cancel', confirm: 'token_confirm', list: 'resale_list', withdraw: 'resale_withdraw' };
const MOVES = { expire: ['held', 'expired', { was: 'held', returned_to: 'pool' }],
	forfeit: ['issued', 'forfeited', { was: 'issued', returned_to: null }] };
const MOVE = `select roadshow.drops_lock(creator_id, array[drop_id]), roadshow.tokens_move(creator_id, array[id], $3,
	array[clock_timestamp()], array['token.' || $3], array[$4::jsonb]) from roadshow.tokens where id = $1 and state = $2`;
const PASS = `select roadshow.token_pass(creator_id, id, sha256(uuid_send(gen_random_uuid())), sha256('holder'),
	sha256('salt'), 'kid-2', clock_timestamp(), '{}') from roadshow.tokens where id = $1 and state = 'issued'`;

const WRITE = `insert into pg_temp.history select device, seq, convert_to(line, 'UTF8'), decode(prev, 'hex'), k, t, e, f
	from jsonb_to_recordset($1) as r(device integer, seq bigint, line text, prev text, k text, t timestamptz, e text, f jsonb)`;
const PROFILES = `update roadshow.devices d set profile = n.profile, event_id = n.event
	from unnest($1::uuid[], $2::text[], $3::uuid[]) as n(id, profile, event) where d.id = n.id`;
const UPLOAD = `select case when (a).status <> 200 then a::text end as refused from (select pg_temp.upload($1, $2, $3, '{}',
	jsonb_build_object('device_time', now() + $4 * interval '1 second')) as a offset 0) as x`;

export class Service {
	// number: of the copy of the database. broken: [function, from, to], a mistake in one of its functions.
	static async start(number, broken) {
		const s = new Service();
		s.url = await copyOf(process.env.DATABASE_URL, `property_${process.pid}_${number}`);
		await s.connect();
		try {
			if (broken) await s.breakFunction(...broken);
			await s.setUp();
		} catch (e) {
			await s.stop(); // or the process waits for ever
			throw e;
		}
		return s;
	}

	async connect() {
		this.client = new pg.Client({ connectionString: this.url });
		await this.client.connect();
	}

	// Everything anew. What arrivals leave behind dead makes the next one slower, in the tables and in the
	// memory of the session.
	async renew() {
		await this.stop();
		await this.connect();
		await this.client.query('vacuum');
		await this.setUp();
	}

	async breakFunction(fn, from, to) {
		const { rows: [found] } = await this.client.query(`select pg_get_functiondef(p.oid) as body from pg_proc p
			where p.oid::regproc::text = $1`, [fn]);
		if (!found?.body.includes(from)) throw new Error(`${fn} does not say "${from}"`);
		await this.client.query(`set search_path = roadshow, api; ${found.body.replaceAll(from, () => to)}`);
	}

	async setUp() {
		const s = this;
		// Without statistics the query of the end looks dear, and compiling it took four fifths of the time.
		await s.client.query('set search_path = public');
		await s.client.query('set jit = off');
		await s.client.query('begin');
		await s.client.query(plain('devices.psql'));
		await s.client.query(`select pg_temp.make_drop(1, 32, '{"tokenized": 0, "quantity": 5}'),
			pg_temp.make_drop(1, 33, '{"tokenized": 2, "quantity": 2, "hold_ttl_s": 3600}'), pg_temp.make_product(1, 25, 'mug')`);
		await s.client.query(`select * from pg_temp.claims(1, '[{"drop": 33}, {"drop": 33}]'), pg_temp.make_event(1, 13)`);
		await s.client.query(`update roadshow.events set starts_at = now() + interval '1 hour' where id = $1`, [id(11)]);
		await s.client.query(`update roadshow.drops set transferable = true, resalable = true, resale_cap = 2500, resale_currency = 'EUR'`);
		const { rows: drops } = await s.client.query(`select id, quantity - tokenized as walk_in, sku, pickup_from,
			extract(epoch from pickup_until - pickup_from)::float as until,
			extract(epoch from now() - pickup_from)::float as received from roadshow.drops`);
		const { pickup_from: opens, received } = drops.find((d) => d.id === id(31));
		s.opens = opens;
		for (let dev = 1; dev <= DEVICES_MAX; dev++) {
			await s.client.query(`select pg_temp.make_device(${40 + dev}, 'manager'), pg_temp.enrol(${40 + dev})`);
		}
		const { rows: tokens } = await s.client.query('select id, drop_id, serial, state from roadshow.tokens');
		s.world = { received, event: id(11), other_event: id(13), ids: deviceId, leases: {},
			drops: Object.fromEntries(drops.map((d) => [parseInt(d.id.slice(24, 34), 16), { id: d.id, walk_in: d.walk_in,
				sku: d.sku, from: 0, until: d.until }])),
			tokens: Object.fromEntries(TOKENS.map((name) => {
				const t = tokens.find((x) => x.serial === Number(name[1]) && x.drop_id === id(name[0] === 't' ? 31 : 33));
				return [name, { id: t.id, state: t.state, drop: parseInt(t.drop_id.slice(24, 34), 16) }];
			})) };
		await s.lease('1-31', 1, 31, 2, 11);
		await s.lease('2-32', 2, 32, 3, 1000);
		await s.lease('3-31', 3, 31, 1, 1000);
		await s.client.query('update roadshow.drops set walk_in_leased = 3 where id = any($1)', [[id(31), id(32)]]);
		await s.client.query('savepoint evening');
	}

	async lease(name, dev, drop, quantity, until) {
		this.world.leases[name] = { dev, drop, quantity, from: 0, until };
		await this.client.query(`insert into roadshow.walk_in_leases (creator_id, id, device_id, drop_id, quantity, state,
			granted_at, until, ledger_index) values ($1, $2, $3, $4, $5, 'active', $6::timestamptz,
			$6::timestamptz + $7 * interval '1 second', 0)`,
		[id(1), this.leaseId(name), deviceId(dev), id(drop), quantity, this.opens, until]);
	}

	leaseId(name) { return id(200 + Number(name[0]) * 2 + (name.endsWith('32') ? 1 : 0)); }

	// How lines name things.
	get names() {
		return { token: (name) => this.world.tokens[name]?.id, drop: id, lease: (name) => this.leaseId(name),
			incident: (name) => (name === 'i1' ? id(301) : id(302)), nobody: id(999) };
	}

	stop() { return this.client.end(); }

	// The lines of each device, and the events as the model takes them; they are there until another history
	// is written.
	async write(history) {
		const rows = [];
		this.events = [];
		for (const d of history.devices) {
			const numbers = new Map(d.events.map((e, i) => [e, i + 1]));
			let prev = sha256(Buffer.concat([Buffer.from('roadshow-device/v1\0'), sha256(`key ${40 + d.n}`)]));
			for (const [i, e] of d.events.entries()) {
				const f = fields(e, this.names, numbers), garbage = e.kind === 'garbage';
				const t = new Date(this.opens.getTime() + (e.second + e.skew) * 1000).toISOString();
				const line = JSON.stringify({ seq: i + 1, prev: prev.toString('base64url'), kind: e.kind, ts: t, f });
				rows.push({ device: 40 + d.n, seq: i + 1, line, prev: prev.toString('hex'), k: garbage ? null : e.kind,
					t: garbage ? null : t, e: garbage ? 'malformed' : null, f });
				prev = sha256(line);
				this.events.push({ dev: d.n, seq: i + 1, kind: e.kind, at: e.second, profile: d.profile, abroad: d.abroad,
					f: e.kind === 'annul' ? f : e.f });
			}
		}
		await this.client.query('rollback to savepoint evening');
		await this.ask(WRITE, [JSON.stringify(rows)]);
		await this.ask(PROFILES, [history.devices.map((d) => deviceId(d.n)), history.devices.map((d) => d.profile),
			history.devices.map((d) => id(d.abroad ? 13 : 11))]);
		await this.client.query('savepoint told');
	}

	// One arrival of the history that was written: {end, centre, events}. The end is as model.mjs tells it.
	async run(history, steps) {
		await this.client.query('rollback to savepoint told');
		const centre = [];
		for (const s of steps) {
			if (s.centre === undefined) await this.upload(s);
			else if (await this.act(history.centre[s.centre])) centre.push(history.centre[s.centre]);
		}
		for (let judged = 1; judged > 0;)
			({ judged } = (await this.ask('select api.janitor_redeems($1, 100) as judged', [id(1)])).rows[0]);
		const { rows: [{ doc }] } = await this.ask(END, [this.opens, id(1)]);
		return { end: doc, centre, events: this.events.map((e) => ({ ...e })) };
	}

	// Prepared once: parsing them was a tenth of the time.
	ask(text, values) {
		return this.client.query({ name: sha256(text).toString('hex').slice(0, 16), text, values });
	}

	async upload({ device, from, to, skew }) {
		const { rows: [{ refused }] } = await this.ask(UPLOAD, [40 + device.n, from, to, skew]);
		if (refused) throw new Error(`upload ${from}–${to} of device ${device.n}: ${refused}`);
	}

	// What the centre wants; true when it could.
	async act({ op, token, ...claim }) {
		if (op === 'claim') {
			await this.client.query(`select roadshow.contacts_store($1, $2::timestamptz + $3 * interval '1 second', array[$4]::uuid[],
				array[decode($5, 'hex')], array['sealed'::bytea], array[$6], array[0])`,
			[id(1), this.opens, claim.second, id(31), buyer(claim.person), JSON.stringify(consent(claim))]);
			return true;
		}
		const t = this.world.tokens[token].id;
		if (op === 'transfer') return (await this.ask(PASS, [t])).rowCount === 1;
		if (MOVES[op]) return (await this.ask(MOVE, [t, ...MOVES[op]])).rowCount === 1;
		const { rows: [{ r }] } = await this.client.query(`select pg_temp.try($1) as r`, [`api.${COMMANDS[op]}(pg_temp.id(1),
			pg_temp.owner(1), jsonb_build_object('token', '${t}', 'new_id', gen_random_uuid(), 'body', jsonb_build_object(
			'version', (select version from roadshow.tokens where id = '${t}'))))`]);
		return r.startsWith('2');
	}
}

// What the database told, in the model's words and in an order that means nothing.
export function canonical(doc) {
	const dev = (uuid) => parseInt(uuid.slice(24, 34), 16) - 40;
	const fact = (s) => s && s.replace(/^([0-9a-f-]{36}):/, (_, u) => `${dev(u)}:`);
	const own = (list) => (list ?? []).map(([u, ...rest]) => [dev(u), ...rest]);
	return {
		tokens: (doc.tokens ?? []).map(([t, state, version, winner]) => [t, state, version, fact(winner)]),
		drops: (doc.drops ?? []).map(([u, ...rest]) => [parseInt(u.slice(24, 34), 16), ...rest]),
		leases: (doc.leases ?? []).map(([u, used, state, closed]) => {
			const n = parseInt(u.slice(24, 34), 16) - 200;
			return [`${n >> 1}-${n & 1 ? 32 : 31}`, used, state, closed];
		}),
		sales: own(doc.sales), lines: own(doc.lines), counts: own(doc.counts), events: own(doc.events),
		contacts: (doc.contacts ?? []).map(([u, from, ...rest]) => [PERSONS.find((p) => buyer(p) === u), fact(from), ...rest]),
		redacted: own(doc.redacted),
		incidents: (doc.incidents ?? []).map((u) => (u === id(301) ? 'i1' : 'i2')),
		cases: (doc.cases ?? []).map(([name, facts]) => [name, (facts ?? []).map(fact).sort().join(' ')]),
	};
}

// Lists are sets here.
export function sorted(state) {
	return Object.fromEntries(Object.entries(state).map(([k, v]) => [k, v.map((x) => JSON.stringify(x)).sort()]));
}
