// SPDX-License-Identifier: Apache-2.0
//
// The transparency log as strangers and as its worst days see it: 100,000 entries, verified with Go's
// sumdb/note and tlog; janitors that are killed while they build, or that are several; a database that
// was set back to an earlier day. Entries are put into the ledger by SQL: what is shown here is the log,
// not the claims.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT, Stack, sleep, until } from '../crash/lib/stack.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const BIN = process.env.ROADSHOW_BIN ?? path.join(ROOT, 'build/release');
const ENTRIES = 100000;
const seed = Number(process.env.SEED ?? Date.now() % 1e9);
console.log(`# seed ${seed}`);
let state = seed;
const random = (n) => {
	state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
	return state % n;
};

// ---- tools ------------------------------------------------------------------------------------------

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-log-'));
const verifier = path.join(work, 'verify');
before(() => execFileSync('go', ['build', '-o', verifier, path.join(HERE, 'verify.go')], {
	cwd: work, stdio: 'pipe', env: { PATH: process.env.PATH, HOME: work, GO111MODULE: 'off', GOFLAGS: '',
		GOPATH: `${work}/go:/usr/share/gocode`, GOCACHE: `${work}/cache` } }));
after(() => fs.rmSync(work, { recursive: true, force: true }));

// What the stranger says, or why it is not content.
async function verify(...argv) {
	try {
		return (await promisify(execFile)(verifier, argv, { maxBuffer: 1 << 24 })).stdout;
	} catch (error) {
		throw new Error(`verify ${argv[0]}: ${error.stdout}${error.stderr}`);
	}
}

function environment(stack, over = {}) {
	return { ...stack.service.environment(), ROADSHOW_LOG_LEVEL: 'warn', ...over };
}

// Every job once; resolves to {code, stderr}.
function janitorOnce(stack, over) {
	return new Promise((resolve) => {
		execFile(path.join(BIN, 'roadshow-janitor'), ['--once'], { env: environment(stack, over), cwd: stack.dir },
			(error, stdout, stderr) => resolve({ code: error ? error.code : 0, stderr }));
	});
}

async function publishAll(stack, over) {
	const { code, stderr } = await janitorOnce(stack, over);
	assert.equal(code, 0, stderr);
}

// A janitor that lives until the returned function ends it.
function janitor(stack, over) {
	const child = spawn(path.join(BIN, 'roadshow-janitor'), [],
		{ env: environment(stack, { ROADSHOW_JANITOR_TICK_MS: '50', ...over }), cwd: stack.dir, stdio: 'ignore' });
	const ended = new Promise((resolve) => child.once('exit', resolve));
	return async (signal = 'SIGTERM') => {
		child.kill(signal);
		await ended;
	};
}

// roadshow log verify, which is a stranger of ours.
function follow(stack, url, ...argv) {
	return new Promise((resolve) => {
		execFile(path.join(BIN, 'roadshow'), ['log', 'verify', url, ...argv],
			{ env: { PATH: process.env.PATH, ROADSHOW_CA: stack.service.ca }, maxBuffer: 1 << 24 },
			(error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }));
	});
}

let creators = 0;
// A creator with an empty ledger, made by SQL.
async function creator(stack) {
	const id = `01900000-0000-7000-8000-${String(++creators).padStart(12, '0')}`, slug = `log-${creators}`;
	await stack.query(`with c as (insert into roadshow.creators (id, slug, name) values ($1, $2, 'Log') returning id)
		insert into roadshow.ledger_heads (creator_id) select id from c`, [id, slug]);
	return { id, slug };
}

// Entries as the service would write them; the same numbers and text give the same bytes.
async function append(stack, c, count, text = 'x') {
	await stack.query(`with h as (
			update roadshow.ledger_heads set size = size + $2::integer where creator_id = $1 returning size - $2 as first)
		insert into roadshow.ledger (creator_id, index, at, kind, subject, entry)
		select $1, i, '2026-05-01', 'test.made', '01900000-0000-7000-8000-000000000000',
			'{"index":' || i || ',"at":"2026-05-01T00:00:00.000000Z","kind":"test.made","subject":"'
			|| '01900000-0000-7000-8000-000000000000","prev":null,"data":{"text": "' || $3::text
			|| repeat('y', (i % 97)::integer) || '"}}'
		from h, generate_series(first, first + $2 - 1) as i`, [c.id, count, text]);
}

const tilesOf = (stack, c) => stack.query(`select level, count(*)::integer, md5(string_agg(hashes, ''::bytea order by n))
	from roadshow.log_tiles where creator_id = $1 group by level order by level`, [c.id]);
async function head(stack, c) {
	const [row] = await stack.query(`select size, checkpoint_size, encode(root, 'hex') as root, checkpoint,
		halted_why from roadshow.log_heads where creator_id = $1`, [c.id]);
	return row;
}
const shown = async (stack, c, what) => (await fetch(`${stack.service.plain_url}/logs/${c.slug}/${what}`)).text();
const keyOf = async (stack, c) => (await shown(stack, c, 'vkey')).trim();
const logOf = (stack, c) => `${stack.url}/logs/${c.slug}`;

// ---- one stack for building -------------------------------------------------------------------------

describe('a log of 100,000 entries', () => {
	let stack, whole;
	before(async () => {
		stack = await Stack.start({ janitor: false });
		whole = await creator(stack);
		await append(stack, whole, ENTRIES);
		await publishAll(stack);
	});
	after(() => stack?.stop());

	it('is what Go makes of it: every tile, every entry, proofs of entries and of older sizes', async () => {
		const said = await verify('log', logOf(stack, whole), stack.service.ca, await keyOf(stack, whole));
		assert.match(said, new RegExp(`size ${ENTRIES}, root`));
		assert.match(said, /inclusion: 600 proofs\nconsistency: 600 proofs/);
		console.log(said.trim().replace(/^/gm, '# '));
	});

	it('is followed by roadshow log verify', async () => {
		const memory = path.join(work, 'whole.state'), key = await keyOf(stack, whole);
		const first = await follow(stack, logOf(stack, whole), '--state', memory);
		assert.equal(first.code, 0, first.stderr);
		assert.match(first.stderr, /no key was given/);
		assert.match(first.stdout, new RegExp(`^size +${ENTRIES}$`, 'm'));
		assert.match(first.stdout, /^entries +all included/m);
		assert.equal(fs.readFileSync(memory, 'utf8').split('\n')[0], key);
		const again = await follow(stack, `${logOf(stack, whole)}/`, '--state', memory, '--vkey', key);
		assert.equal(again.code, 0, again.stderr);
		assert.equal(again.stderr, '');
		assert.match(again.stdout, new RegExp(`^since +${ENTRIES}, which it continues$`, 'm'));
	});

	it('is not believed under another key', async () => {
		const other = await creator(stack);
		await append(stack, other, 3);
		await publishAll(stack);
		await assert.rejects(verify('log', logOf(stack, whole), stack.service.ca, await keyOf(stack, other)));
		const { code, stderr } = await follow(stack, logOf(stack, whole), '--vkey', await keyOf(stack, other));
		assert.equal(code, 1);
		assert.match(stderr, /THE CHECKPOINT IS NOT SIGNED/);
	});

	it('is the same when janitors were killed all the while', { timeout: 300000 }, async () => {
		const c = await creator(stack);
		let left = ENTRIES, before_ = 0, kills = 0;
		while (left > 0) {
			const count = Math.min(left, 1 + random(6000));
			await append(stack, c, count);
			left -= count;
			for (let i = 0; i < 2; i++) {
				const kill = janitor(stack);
				await sleep(20 + random(60));
				await kill('SIGKILL');
				kills++;
				const now = await head(stack, c);
				if (!now) continue;
				assert.ok(now.checkpoint_size <= now.size && now.checkpoint_size >= before_, 'a checkpoint went back');
				before_ = now.checkpoint_size;
			}
		}
		const { size } = await head(stack, c) ?? { size: 0 };
		await publishAll(stack);
		assert.ok(kills > 30, `${kills} kills`);
		console.log(`# ${kills} kills, ${size} entries were built under them`);
		assert.deepEqual(await tilesOf(stack, c), await tilesOf(stack, whole));
		const [mine, reference] = [await head(stack, c), await head(stack, whole)];
		assert.deepEqual([mine.size, mine.checkpoint_size, mine.root, mine.halted_why],
			[ENTRIES, ENTRIES, reference.root, null]);
	});

	it('is the same when five janitors built it, two of them of one host', { timeout: 120000 }, async () => {
		const c = await creator(stack);
		const hosts = ['one', 'one', 'two', 'three', 'four'].map((h) => ({ ROADSHOW_JANITOR_STATE_DIR: `${stack.dir}/${h}` }));
		const ends = hosts.map((h) => janitor(stack, h));
		for (let left = ENTRIES; left > 0;) {
			const count = Math.min(left, 1 + random(4000));
			await append(stack, c, count);
			left -= count;
			await sleep(random(40));
		}
		await until(async () => (await head(stack, c))?.checkpoint_size === ENTRIES, 'the log', 60000);
		await sleep(1000); // each of them has looked once more
		await Promise.all(ends.map((end) => end()));
		assert.deepEqual(await tilesOf(stack, c), await tilesOf(stack, whole));
		assert.equal((await head(stack, c)).root, (await head(stack, whole)).root);
		for (const h of hosts) {
			const { code, stderr } = await janitorOnce(stack, h);
			assert.equal(code, 0, stderr);
			const [, size] = fs.readFileSync(`${h.ROADSHOW_JANITOR_STATE_DIR}/${c.id}.checkpoint`, 'utf8').split('\n');
			assert.equal(Number(size), ENTRIES, 'every host remembers what another one signed');
		}
	});

	it('is right at every small size', async () => {
		const c = await creator(stack);
		for (const count of [1, 1, 1, 2, 250, 1, 1, 254, 1, 65023, 1, 1]) {
			await append(stack, c, count);
			await publishAll(stack);
			await verify('log', logOf(stack, c), stack.service.ca, await keyOf(stack, c));
		}
		assert.equal((await head(stack, c)).checkpoint_size, 65537);
	});

	it('takes entries of every length', async () => {
		const c = await creator(stack);
		for (const length of [0, 1, 60000, 65000, 3, 65344])
			await append(stack, c, 1, 'é'.repeat(length >> 1));
		await publishAll(stack);
		await verify('log', logOf(stack, c), stack.service.ca, await keyOf(stack, c));
	});

	it('is a second behind at most', async () => {
		const c = await creator(stack);
		await append(stack, c, 1);
		const end = janitor(stack, { ROADSHOW_JANITOR_TICK_MS: '1000' });
		await until(async () => (await head(stack, c))?.checkpoint_size === 1, 'the first checkpoint');
		const delays = [];
		for (let i = 2; i <= 12; i++) {
			await sleep(random(500));
			await append(stack, c, 1);
			const began = Date.now();
			await until(async () => (await head(stack, c)).checkpoint_size === i, `checkpoint ${i}`, 10000, 10);
			delays.push(Date.now() - began);
		}
		await end();
		console.log(`# behind by ms: ${delays.join(' ')}`);
		assert.ok(delays.sort((a, b) => a - b)[5] <= 600, `the median is ${delays[5]} ms`);
		assert.ok(delays.filter((ms) => ms > 1000).length <= 1, 'at most a second, but when the machine is busy');
	});

	it('is signed anew when its key or its name changes, and only then', async () => {
		const c = await creator(stack), keys = path.join(stack.dir, 'keys');
		await append(stack, c, 5);
		await publishAll(stack);
		const was = await shown(stack, c, 'checkpoint');
		await publishAll(stack);
		assert.equal(await shown(stack, c, 'checkpoint'), was);
		await publishAll(stack, { ROADSHOW_PUBLIC_URL: 'https://drops.example' });
		const renamed = await shown(stack, c, 'checkpoint');
		assert.match(renamed, new RegExp(`^drops\\.example/logs/${c.slug}\n5\n`));
		const copy = path.join(stack.dir, 'other-keys');
		fs.cpSync(keys, copy, { recursive: true });
		const name = fs.readdirSync(copy).find((f) => f.startsWith('ledger-'));
		fs.renameSync(path.join(copy, name), path.join(copy, name.replace('.pem', '.old.pem')));
		execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', path.join(copy, 'ledger-new.pem')]);
		fs.chmodSync(path.join(copy, 'ledger-new.pem'), 0o600);
		await publishAll(stack, { ROADSHOW_KEYS_DIR: copy });
		const rekeyed = await shown(stack, c, 'checkpoint');
		assert.notEqual(rekeyed, was);
		assert.equal(rekeyed.split('\n\n')[0], was.split('\n\n')[0], 'the same tree');
		await publishAll(stack);
		assert.equal(await shown(stack, c, 'checkpoint'), was);
	});
});

// ---- a log that lies --------------------------------------------------------------------------------

describe('roadshow log verify', () => {
	let stack, c, key, lies, front;
	const state_ = () => path.join(work, `state-${Math.random()}`);
	before(async () => {
		stack = await Stack.start({ janitor: false });
		c = await creator(stack);
		await append(stack, c, 1000);
		await publishAll(stack);
		key = await keyOf(stack, c);
		// Stands before the log and changes what it is told to: {path: (status, bytes) => [status, bytes]}.
		front = http.createServer(async (req, res) => {
			const answer = await fetch(`${stack.service.plain_url}/logs/${c.slug}${req.url}`);
			const told = (lies[req.url] ?? ((...x) => x))(answer.status, Buffer.from(await answer.arrayBuffer()));
			res.writeHead(told[0], { 'content-type': 'application/octet-stream', 'content-length': told[1].length, ...told[2] });
			res.end(told[1]);
		});
		await new Promise((resolve) => front.listen(0, '127.0.0.1', resolve));
	});
	after(async () => {
		front?.close();
		front?.closeAllConnections?.();
		await stack?.stop();
	});
	const lied = (how, ...argv) => {
		lies = how;
		return follow(stack, `http://127.0.0.1:${front.address().port}`, '--vkey', key, ...argv);
	};
	const change = (at) => (status, bytes) => {
		bytes[at] ^= 1;
		return [status, bytes];
	};

	it('is content with the truth, and with a log that is busy', async () => {
		const { code, stdout, stderr } = await lied({});
		assert.equal(code, 0, stderr);
		assert.match(stdout, /^size +1000$/m);
		let times = 0;
		const busy = (status, bytes) => (times++ < 2 ? [429, Buffer.from(''), { 'retry-after': '1' }] : [status, bytes]);
		assert.equal((await lied({ '/checkpoint': busy })).code, 0);
		times = 0;
		assert.equal((await lied({ '/tile/entries/001': busy })).code, 0);
	});

	for (const [what, how, says] of [
		['a checkpoint of another size', { '/checkpoint': (s, b) => [s, Buffer.from(b.toString().replace('\n1000\n', '\n1001\n'))] }, /NOT SIGNED/],
		['a checkpoint with a changed signature', { '/checkpoint': change(190) }, /NOT SIGNED/],
		['no checkpoint', { '/checkpoint': () => [404, Buffer.from('no')] }, /HTTP 404/],
		['noise', { '/checkpoint': () => [200, Buffer.alloc(60000, 65)] }, /too large/],
		['an entry that differs', { '/tile/entries/002': change(1000) }, /entry \d+:|NOT THOSE/],
		['an entry that differs in its text only', { '/tile/entries/000': change(180) }, /NOT THOSE|entry/],
		['a bundle with one entry less', { '/tile/entries/001': (s, b) => [s, b.subarray(0, b.length - 300)] }, /has not 256 entries/],
		['a bundle with more', { '/tile/entries/003.p/232': (s, b) => [s, Buffer.concat([b, b])] }, /has not 232 entries/],
		['an empty bundle', { '/tile/entries/000': (s) => [s, Buffer.alloc(0)] }, /has not 256 entries/],
		['a length beyond the end', { '/tile/entries/000': (s) => [s, Buffer.alloc(9, 255)] }, /has not 256 entries/],
		['a bundle that is missing', { '/tile/entries/002': () => [404, Buffer.from('no')] }, /HTTP 404/],
	])
		it(`is not content with ${what}`, async () => {
			const { code, stdout, stderr } = await lied(how);
			assert.equal(code, 1, stderr);
			assert.match(stderr, says);
			assert.equal(stdout, '');
		});

	it('is not content with another history, even a well signed one', async () => {
		const memory = state_(), other = await creator(stack);
		assert.equal((await lied({}, '--state', memory)).code, 0);
		const kept = fs.readFileSync(memory);
		// The log of the same name as it could also have been, signed with the same key.
		await append(stack, other, 1200, 'another history');
		await stack.query(`update roadshow.creators set slug = 'gone-' || slug where id = $1`, [c.id]);
		await stack.query(`update roadshow.creators set slug = $2 where id = $1`, [other.id, c.slug]);
		await publishAll(stack, { ROADSHOW_JANITOR_STATE_DIR: `${stack.dir}/of-the-other` });
		await stack.service.kill(); // its workers know whose the slug was
		await stack.service.start();
		const { code, stderr } = await lied({}, '--state', memory);
		assert.equal(code, 1);
		assert.match(stderr, /ANOTHER HISTORY: its first 1000 entries/);
		assert.deepEqual(fs.readFileSync(memory), kept, 'the proof is kept');
		assert.equal((await lied({})).code, 0, 'who never looked before cannot know');
		await stack.query(`update roadshow.creators set slug = 'twin' where id = $1`, [other.id]);
		await stack.query(`update roadshow.creators set slug = $2 where id = $1`, [c.id, c.slug]);
		await publishAll(stack); // under their names again
		await stack.service.kill();
		await stack.service.start();
		assert.equal((await lied({}, '--state', memory)).code, 0);
	});

	it('is not content with a log that shrank', async () => {
		const memory = state_(), was = Buffer.from(await shown(stack, c, 'checkpoint'));
		await append(stack, c, 10);
		await publishAll(stack);
		assert.equal((await lied({}, '--state', memory)).code, 0);
		const { code, stderr } = await lied({ '/checkpoint': () => [200, was] }, '--state', memory);
		assert.equal(code, 1);
		assert.match(stderr, /THE LOG SHRANK: it had 1010 entries, and now 1000/);
	});

	it('finds a drop that was oversold, though every signature is right', async () => {
		const sold = await creator(stack);
		const drop = '01900000-0000-7000-8000-00000000d209';
		const entry = (i, kind, subject, data) => `{"index":${i},"at":"2026-05-01T00:00:00.000000Z","kind":"${kind}",` +
			`"subject":"${subject}","prev":null,"data":${JSON.stringify(data)}}`;
		const entries = [entry(0, 'drop.created', drop, { tokenized: 1 }), ...[1, 2].map((i) =>
			entry(i, 'token.issued', `01900000-0000-7000-8000-00000000000${i}`, { drop_id: drop, serial: i, version: 1 }))];
		await stack.query(`insert into roadshow.ledger (creator_id, index, at, kind, subject, entry)
			select $1, ord - 1, now(), 'x', $1, e from unnest($2::text[]) with ordinality as x(e, ord)`, [sold.id, entries]);
		await stack.query('update roadshow.ledger_heads set size = 3 where creator_id = $1', [sold.id]);
		await publishAll(stack);
		const { code, stderr } = await follow(stack, logOf(stack, sold), '--vkey', await keyOf(stack, sold));
		assert.equal(code, 1);
		assert.match(stderr, /entry 2: OVERSOLD: the drop has 2 tokens held, issued or redeemed, of 1/);
	});

	it('tells nonsense and silence from lies', async () => {
		assert.equal((await follow(stack, logOf(stack, c), '--vkey', 'nonsense')).code, 2);
		assert.equal((await follow(stack, 'nonsense')).code, 2);
		assert.equal((await follow(stack, 'http://127.0.0.1:1/logs/x')).code, 3);
		const memory = state_();
		fs.writeFileSync(memory, 'nonsense');
		assert.equal((await follow(stack, logOf(stack, c), '--state', memory)).code, 1);
	});
});

// ---- a database that was set back -------------------------------------------------------------------

describe('a database that was set back', () => {
	let stack, c, backup;
	const ready = async () => (await fetch(`${stack.service.plain_url}/readyz`)).json();
	const copies = () => path.join(stack.dir, 'pg');

	// Files of a cluster that is not running.
	async function copyData(from, to) {
		await stack.cluster.stop();
		fs.rmSync(to, { recursive: true, force: true });
		execFileSync('cp', ['-a', from, to]);
		await stack.cluster.start();
		await until(() => stack.service.ready(), 'the service to be ready', 20000, 50);
	}

	before(async () => {
		stack = await Stack.start({ janitor: false });
		c = await creator(stack);
		await append(stack, c, 600);
		await publishAll(stack);
		backup = path.join(copies(), 'backup');
		await copyData(path.join(copies(), 'data'), backup);
		await append(stack, c, 700);
		await publishAll(stack);
		await copyData(path.join(copies(), 'data'), path.join(copies(), 'newest'));
	});
	after(() => stack?.stop());

	it('stops the signer, loudly', async () => {
		assert.equal((await ready()).logs.status, 'ok');
		await copyData(backup, path.join(copies(), 'data'));
		const was = await shown(stack, c, 'checkpoint');
		const { code, stderr } = await janitorOnce(stack);
		assert.equal(code, 1, 'the job failed');
		assert.match(stderr, /"level":"error".*SIGNING IS HALTED.*1300 entries, and here are only 600.*set back/);
		assert.deepEqual((await ready()).logs, { status: 'halted', halted: 1 });
		assert.equal(await shown(stack, c, 'checkpoint'), was);
	});

	it('stays stopped when the ledger grows again, below, at and beyond what was signed', async () => {
		for (const count of [100, 600, 1, 500]) {
			await append(stack, c, count, 'another history');
			const { code, stderr } = await janitorOnce(stack);
			assert.equal(code, 1);
			assert.match(stderr, /SIGNING IS HALTED/);
		}
		assert.match((await janitorOnce(stack)).stderr, /1300 entries with another root/);
		assert.equal((await head(stack, c)).checkpoint_size, 600);
	});

	it('stops the other hosts too, which have not seen what this one has', async () => {
		await stack.query(`update roadshow.log_heads set halted_by = 'elsewhere' where creator_id = $1`, [c.id]);
		const { code, stderr } = await janitorOnce(stack, { ROADSHOW_JANITOR_STATE_DIR: `${stack.dir}/fresh` });
		assert.equal(code, 1);
		assert.match(stderr, /SIGNING IS HALTED: halted by the janitor of elsewhere/);
		assert.equal((await head(stack, c)).checkpoint_size, 600);
	});

	it('leaves the logs of others alone', async () => {
		const other = await creator(stack);
		await append(stack, other, 10);
		assert.equal((await janitorOnce(stack)).code, 1);
		assert.equal((await head(stack, other)).checkpoint_size, 10);
	});

	it('goes on by itself when the newest backup is there', async () => {
		await copyData(path.join(copies(), 'newest'), path.join(copies(), 'data'));
		await append(stack, c, 5);
		await publishAll(stack);
		assert.equal((await head(stack, c)).checkpoint_size, 1305);
		assert.deepEqual((await ready()).logs, { status: 'ok', halted: 0 });
		await verify('log', logOf(stack, c), stack.service.ca, await keyOf(stack, c));
	});

	it('a memory that cannot be read is no memory of nothing', async () => {
		const file = `${stack.dir}/janitor-state/${c.id}.checkpoint`, was = fs.readFileSync(file);
		fs.writeFileSync(file, 'noise');
		await append(stack, c, 1);
		const { code, stderr } = await janitorOnce(stack);
		assert.equal(code, 1);
		assert.match(stderr, /is no checkpoint/);
		assert.equal((await head(stack, c)).checkpoint_size, 1305);
		fs.writeFileSync(file, was);
		await publishAll(stack);
		assert.equal((await head(stack, c)).checkpoint_size, 1306);
	});

	it('a tree whose hashes were changed behind our back is not signed', async () => {
		const other = await creator(stack);
		await append(stack, other, 300);
		await publishAll(stack);
		await stack.query(`set session_replication_role = replica; update roadshow.log_tiles
			set hashes = set_byte(hashes, 9, get_byte(hashes, 9) # 1) where creator_id = '${other.id}' and level = 1`);
		await append(stack, other, 1);
		const { code, stderr } = await janitorOnce(stack);
		assert.equal(code, 1);
		assert.match(stderr, /300 entries with another root/);
		assert.equal((await head(stack, other)).checkpoint_size, 300);
	});
});
