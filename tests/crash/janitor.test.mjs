// SPDX-License-Identifier: Apache-2.0
//
// The janitor is killed at each of its requests to the database: before the request has reached it, and
// when it is done and the janitor does not know yet. Whatever the request was, the next one goes on, to the
// same end as a janitor that nothing happened to. All begin with a copy of one database, in which every job
// of SETUPS has something to do.
//
// A new job needs a row of SETUPS, and its tables in TABLES.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, randomBytes, verify } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import pg from 'pg';
import { Device } from '../device/device.mjs';
import { contact, world } from './lib/load.mjs';
import { Proxy } from './lib/proxy.mjs';
import { ROOT, Stack } from './lib/stack.mjs';

const BIN = process.env.ROADSHOW_BIN ?? path.join(ROOT, 'build/release');
const RUNS_MAX = 12; // until there is nothing left to do
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();

let stack, w;
const once = () => janitor(stack.cluster.url('roadshow'), path.join(stack.dir, 'template-state')).exited;

// ---- what there is to do --------------------------------------------------------------------------

const ok = (answer) => (assert.ok(answer.status < 300, answer.text), answer.json);
const claim = (drop, quantity = 1, who = contact()) =>
	w.api.post(`/v1/drops/${drop.id}/claims`, { contact: who, quantity }).then(ok);
const join = (drop, quantity = 1) => w.api.post(`/v1/drops/${drop.id}/waitlist`, { contact: contact(), quantity }).then(ok);
const job = (name) => stack.query(`select api.janitor_${name}($1, 100)`, [w.creator]);

// Draws that are to be issued, made, revealed and closed next: each round takes every draw one step on.
async function draws() {
	let last;
	for (const [entries, capacity] of [[30, 10], [5, 9], [6, 3], [4, 2]]) {
		if (last) await once();
		if (last) ok(await w.api.post(`/v1/drops/${last.id}/draw/reveal`, { secret: last.secret }));
		const secret = randomBytes(32);
		last = await w.drop({ mode: 'draw', quantity: capacity, tokenized: capacity,
			draw: { commitment: sha256(secret).toString('hex') } });
		last.secret = secret.toString('hex');
		await Promise.all(Array.from({ length: entries }, () => claim(last)));
		await stack.query('update roadshow.drops set closes_at = clock_timestamp() where id = $1', [last.id]);
	}
}

// Holds that are over, and holds that are not.
async function holds() {
	const drop = await w.drop({ quantity: 30, tokenized: 20, per_person: 10, hold_ttl_s: 600,
		windows: [{ name: 'all', quantity: 18, per_person: 9 }] });
	for (let i = 0; i < 3; i++) await claim(drop, 5);
	await stack.query(`update roadshow.tokens set held_until = now() - serial * interval '1 second'
		where drop_id = $1 and serial <= 7`, [drop.id]);
}

// A status list that is out of date, and enough entries for a full tile.
async function lists() {
	const drop = await w.drop({ quantity: 300, tokenized: 300, per_person: 20 });
	for (let i = 0; i < 13; i++) await claim(drop, 20);
	const { tokens } = await claim(drop, 2);
	ok(await w.api.post(`/v1/tokens/${tokens[0].id}/cancel`, {}));
}

// Units come back while some wait: for the first of them, for a part of what the second wants.
async function waitlist() {
	const drop = await w.drop({ quantity: 6, tokenized: 5, per_person: 3 });
	const { tokens } = await claim(drop, 3);
	await claim(drop, 2);
	await join(drop, 1);
	await join(drop, 3);
	await join(drop, 1);
	for (const t of tokens) ok(await w.api.post(`/v1/tokens/${t.id}/cancel`, {}));
}

// A token that was passed on; an offer that was not taken, with another one who waits; a listing that is
// past its cut-off.
async function resales() {
	const at = (s) => new Date(Date.now() + s * 1000).toISOString();
	const event = ok(await w.api.post('/v1/events', { name: 'Later', starts_at: at(86400), ends_at: at(90000),
		time_zone: 'Europe/Berlin', venue: { name: 'Room', lat: 52.5, lon: 13.4, address: '1 Street' } }));
	const drop = await w.drop({ event_id: event.id, quantity: 3, tokenized: 3, transfer: { resale: {} } });
	const tokens = [(await claim(drop)).tokens[0], (await claim(drop)).tokens[0]];
	const list = (t) => w.api.post(`/v1/tokens/${t.id}/resale`, { version: 1, price: { amount: 90, currency: 'EUR' } }).then(ok);
	const passed = (await claim(drop)).tokens[0];
	ok(await w.api.post(`/v1/tokens/${passed.id}/transfer`, { version: 1, to: contact() }));
	await join(drop);
	await list(tokens[0]);
	await job('resales');
	await join(drop);
	await list(tokens[1]);
	await stack.query(`update roadshow.resale_listings set offered_until = now() where drop_id = $1 and state = 'offered'`, [drop.id]);
	await stack.query(`update roadshow.resale_listings set ends_at = now() where drop_id = $1 and state = 'listed'`, [drop.id]);
}

// Three did not come; one waits.
async function noShows() {
	const drop = await w.drop({ quantity: 5, tokenized: 3, hold_ttl_s: 600, deposit: { amount: 500, currency: 'EUR' },
		no_show: { deposit: 'forfeit', release: true } });
	for (let i = 0; i < 3; i++) {
		const { tokens: [t] } = await claim(drop);
		ok(await w.api.post(`/v1/tokens/${t.id}/confirm`, { payment: { reference: `p${i}` } }));
	}
	await join(drop);
	await stack.query(`update roadshow.drops set pickup_until = now(), no_show_at = now() where id = $1`, [drop.id]);
}

// Lines that are to go: with a withdrawal, from a gzipped body and from one that repeats it; with a date; with
// an erasure, which waits for them. One consent stays.
async function consents() {
	const made = ok(await w.api.post(`/v1/events/${w.event.id}/devices`, { name: 'a phone', profile: 'scan' }));
	const d = new Device(stack.url, { ca: stack.service.ca });
	await d.enrol(made.enrol_code);
	await d.mirror();
	const [gone, dated, erased, stays] = [contact(), contact(), contact(), contact()];
	for (const who of [gone, erased, stays]) await d.consent({ contact: who });
	ok(await d.upload({ gzip: true }));
	await d.consent({ contact: dated, retain_until: '2020-01-01T00:00:00Z' });
	ok(await d.upload({ from: 1 }));
	await d.consent({ contact: gone, withdrawn: true });
	ok(await d.upload());
	ok(await w.api.post('/v1/privacy/erase', { contact: erased }));
}

// In order. `calls`: what the first round must ask the database for, or it had nothing to do.
const SETUPS = [
	{ make: draws, calls: ['draw_close', 'draw_reveal_service', 'draw_rank', 'draw_make', 'draw_issue'] },
	{ make: holds, calls: ['janitor_holds'] },
	{ make: waitlist, calls: ['janitor_waitlist'] },
	{ make: resales, calls: ['janitor_resales'] },
	{ make: noShows, calls: ['janitor_no_shows'] },
	{ make: consents, calls: ['janitor_contacts', 'redaction_next', 'redaction_store', 'janitor_erasures'] },
	{ make: lists, calls: ['status_list_store', 'log_extend', 'log_publish'] }, // all of the above is in the ledger
];

// ---- the end --------------------------------------------------------------------------------------

const TABLES = ['drops', 'drop_buyers', 'drop_windows', 'window_buyers', 'claims', 'tokens', 'token_holders', 'deposits',
	'device_uploads', 'device_events', 'device_consents', 'contacts', 'line_redactions', 'draws', 'draw_parties', 'draw_entries', 'waitlist_entries', 'resale_listings'];
// What follows from the order in which jobs of different drops come, which a kill may change.
const VOLATILE = ['ledger_index', 'first_index', 'closed_index', 'made_index', 'committed_index', 'status_index', 'status_indices'];
const timeless = (text) => text.replace(/"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)"/g, '"a time"');

// Rows of all tables, what the ledger says of each subject, what the status lists say of each token.
async function endOf(database) {
	const client = new pg.Client(stack.cluster.config(database));
	await client.connect();
	try {
		return await read(async (sql) => (await client.query(sql)).rows);
	} finally {
		await client.end();
	}
}

async function read(query) {
	const end = {};
	for (const table of TABLES) {
		const forgotten = table === 'contacts' ? 't.sealed is null' : 'false'; // its id is made when its date comes
		const rows = await query(`select (to_jsonb(t) - '{${VOLATILE}}'::text[] - case when ${forgotten} then 'id' else '' end)::text as row
			from roadshow.${table} t`);
		end[table] = rows.map((r) => timeless(r.row)).sort();
	}
	end.subjects = {};
	const entries = (await query('select entry from roadshow.ledger order by index')).map((r) => r.entry);
	for (const { subject, kind, data } of entries.map(JSON.parse))
		(end.subjects[subject] ??= []).push(timeless(JSON.stringify([kind, data])));
	end.statuses = await statusesOf(query);
	await logIsRight(query, entries);
	return end;
}

// By token, from the signed lists; each shows all that has changed.
async function statusesOf(query) {
	const statuses = {};
	for (const { event_id, jwt } of await query(`select event_id, jwt from roadshow.status_lists l
		join roadshow.status_list_builds b using (creator_id, event_id) where l.changes = b.changes`)) {
		const { lst } = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url')).status_list;
		const bits = inflateSync(Buffer.from(lst, 'base64url'));
		for (const t of await query(`select t.id, t.status_index as i from roadshow.tokens t
			join roadshow.drops d on d.id = t.drop_id where d.event_id = '${event_id}' order by t.id`))
			statuses[t.id] = bits[t.i >> 2] >> 2 * (t.i & 3) & 3;
	}
	return statuses;
}

const leaf = (entry) => sha256(Buffer.from([0]), Buffer.from(entry));
function rootOf(hashes) { // RFC 6962
	if (hashes.length === 1) return hashes[0];
	const split = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
	return sha256(Buffer.from([1]), rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

// Tiles and the signed checkpoint are what the whole ledger makes.
async function logIsRight(query, entries) {
	const leaves = entries.map(leaf), root = rootOf(leaves).toString('base64');
	const tiles = await query('select level, n, hashes from roadshow.log_tiles order by level, n');
	const expected = [];
	for (let level = 0, hashes = leaves; hashes.length > 0; level++) {
		const full = [];
		for (let n = 0; n * 256 < hashes.length; n++) {
			const tile = hashes.slice(n * 256, n * 256 + 256);
			expected.push({ level, n, hashes: Buffer.concat(tile) });
			if (tile.length === 256) full.push(rootOf(tile));
		}
		hashes = full;
	}
	assert.deepEqual(tiles, expected, 'the tiles');
	const [head] = await query('select size, checkpoint_size, checkpoint, halted_why from roadshow.log_heads');
	assert.deepEqual([head.size, head.checkpoint_size, head.halted_why], [entries.length, entries.length, null]);
	const [text, signature] = head.checkpoint.split('\n\n');
	assert.deepEqual(text.split('\n').slice(1), [String(entries.length), root], 'the checkpoint');
	const key = fs.readdirSync(path.join(stack.dir, 'keys')).find((f) => f.startsWith('ledger-'));
	const signed = Buffer.from(signature.trim().split(' ').at(-1), 'base64').subarray(4);
	assert.ok(verify(null, Buffer.from(`${text}\n`), createPublicKey(createPrivateKey(
		fs.readFileSync(path.join(stack.dir, 'keys', key)))), signed), 'the checkpoint\'s signature');
}

// ---- killing --------------------------------------------------------------------------------------

// `exited` resolves to the code, or null when it was killed.
function janitor(url, state_dir) {
	const child = spawn(path.join(BIN, 'roadshow-janitor'), ['--once'], { cwd: stack.dir,
		stdio: ['ignore', 'pipe', 'pipe'], env: { ...stack.service.environment(), ROADSHOW_DATABASE_URL: url,
			ROADSHOW_JANITOR_STATE_DIR: state_dir, ROADSHOW_LOG_LEVEL: 'warn' } });
	const run = { child, out: '' };
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (d) => { run.out += d; });
	run.exited = new Promise((resolve) => child.once('close', (code) => resolve(code)));
	return run;
}

const replay = (database) => new Promise((resolve) => {
	const child = spawn(path.join(BIN, 'roadshow'), ['replay'], { stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...stack.service.environment(), ROADSHOW_ADMIN_DATABASE_URL: stack.cluster.url(database) } });
	let out = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (d) => { out += d; });
	child.once('close', (code) => resolve(code === 0 ? '' : out));
});

// One copy of the database that there was at the start, and what its janitors remember.
class Lane {
	static async open(name) {
		const lane = Object.assign(new Lane(), { name, dir: path.join(stack.dir, name) });
		lane.state_dir = path.join(lane.dir, 'state');
		lane.proxy = await Proxy.start(lane.dir, path.join(stack.cluster.dir, `.s.PGSQL.${stack.cluster.port}`));
		fs.cpSync(path.join(stack.dir, 'template-state'), lane.state_dir, { recursive: true });
		await stack.cluster.query(`create database ${name} template roadshow`, [], 'postgres');
		return lane;
	}

	// A round through the proxy. True when it was killed; then lane.what says at what.
	async round({ at, when }) {
		const { proxy } = this;
		proxy.arm({ at, when, cut: () => run.child.kill('SIGKILL') });
		const run = janitor(proxy.url(this.name), this.state_dir);
		const killed = await run.exited === null;
		assert.equal(killed, proxy.is_over, `killed only by the proxy: ${run.out}`);
		if (!killed) assert.match(run.out, /failures 0/);
		this.what = killed ? `killed ${when} request ${at}: ${proxy.requests[at - 1]}` : 'not killed';
		return killed;
	}

	// Rounds until there is nothing left to do; resolves to the end.
	async finish() {
		for (let i = 0, out; !/^done 0,/m.test(out); i++) {
			assert.ok(i < RUNS_MAX, `${this.what}: there is still something to do`);
			const run = janitor(stack.cluster.url(this.name), this.state_dir);
			assert.equal(await run.exited, 0, `${this.what}: ${run.out}`);
			({ out } = run);
		}
		const end = await endOf(this.name);
		assert.equal(await replay(this.name), '', `${this.what}: roadshow replay`);
		return end;
	}

	async close() {
		await this.proxy.stop();
		await stack.cluster.query(`drop database ${this.name} with (force)`, [], 'postgres');
		fs.rmSync(this.dir, { recursive: true });
	}
}

describe('a janitor that is killed at each of its requests', () => {
	let undisturbed, requests;
	before(async () => {
		stack = await Stack.start({ workers: 1, janitor: false });
		w = await world(stack);
		for (const { make } of SETUPS) await make();
		await stack.service.stop();
		// Only janitors are killed here, so the copies need not outlive a crash of the server.
		await stack.query('alter system set fsync = off');
		await stack.query('select pg_reload_conf()');
		fs.mkdirSync(path.join(stack.dir, 'template-state'), { recursive: true });
		const lane = await Lane.open('undisturbed');
		await lane.round({});
		requests = lane.proxy.requests;
		undisturbed = await lane.finish();
		await lane.close();
	});
	after(() => stack?.stop());

	it('has something to do in every job, and leaves something in every table', () => {
		for (const { make, calls } of SETUPS)
			for (const call of calls)
				assert.ok(requests.some((r) => r.includes(`api.${call}`)), `${make.name}: ${call} was not called`);
		for (const table of [...TABLES, 'statuses'])
			assert.notEqual(Object.keys(undisturbed[table]).length, 0, `nothing in ${table}`);
	});

	// Round n is killed at its request n, until a round has no request n any more. As nothing is kept in
	// memory, each step is the last one of some round, and the next round begins behind it.
	for (const when of ['before', 'after'])
		it(`goes on to the same end although every round is killed ${when} a request`, async () => {
			const lane = await Lane.open(`rounds_${when}`);
			let at = 1;
			while (await lane.round({ at, when })) at++;
			assert.ok(at > 40, `${at} rounds: it was not disturbed`);
			assert.deepEqual(await lane.finish(), undisturbed);
			await lane.close();
		});
});
