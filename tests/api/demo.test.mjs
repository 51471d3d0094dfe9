// SPDX-License-Identifier: Apache-2.0
//
// `roadshow demo` goes through and adds up; played again it changes nothing; killed anywhere, it goes
// on to the same end; and it says what is wrong when it cannot.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as fx from './lib/fixtures.mjs';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const PROGRAM = path.join(process.env.ROADSHOW_BIN ?? path.join(ROOT, 'build/release'), 'roadshow');

let dir;
before(() => { dir = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-demo-')); });
after(() => {
	fs.rmSync(dir, { recursive: true });
	fx.anonymous().close();
});

// Runs `roadshow demo …` in a directory without .run; killed after kill_ms, if given.
function demo(args, { env = {}, kill_ms } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(PROGRAM, ['demo', ...args], { cwd: dir, env: { ...process.env, ROADSHOW_RUN: dir, ...env } });
		let out = '', err = '';
		child.stdout.on('data', (d) => { out += d; });
		child.stderr.on('data', (d) => { err += d; });
		child.on('error', reject);
		child.on('close', (code) => resolve({ code, out, err }));
		if (kill_ms !== undefined) setTimeout(() => child.kill('SIGKILL'), kill_ms);
	});
}

const notes = (name) => JSON.parse(fs.readFileSync(path.join(dir, `demo-${name}.json`), 'utf8'));
const ledger = (name) => fx.anonymous().as(notes(name)['creator.key']).all('/v1/ledger?limit=1000', 'entries');
const passes = (run) => {
	assert.equal(run.code, 0, `${run.out}\n${run.err}`);
	assert.match(run.out, /All \d+ checks passed\./);
	assert.doesNotMatch(run.out, /FAIL/);
};

describe('the demo', () => {
	const name = fx.unique('demo');

	it('plays to its end and adds up', async () => {
		const run = await demo(['--fresh', name]);
		passes(run);
		for (const kind of ['already_redeemed', 'cancelled', 'oversold']) assert.match(run.out, new RegExp(kind));
		assert.match(run.out, /120 units by token, 60 for walk-ins/);
		assert.equal(fs.statSync(path.join(dir, `demo-${name}.json`)).mode & 0o777, 0o600);
	});

	it('leaves a ledger from which every token follows', () => {
		const said = execFileSync(PROGRAM, ['replay', '--creator', name], { encoding: 'utf8',
			env: { ...process.env, ROADSHOW_ADMIN_DATABASE_URL: process.env.DATABASE_URL } });
		assert.match(said, /^1 creators, \d\d+ tokens: the ledgers say the same as the tables$/m);
	});

	it('again, or with --report, it reports and changes nothing', async () => {
		const entries = (await ledger(name)).length;
		const again = await demo(['--fresh', name]);
		const report = await demo(['--fresh', name, '--report']);
		passes(again);
		assert.equal(report.out, again.out);
		assert.equal((await ledger(name)).length, entries);
	});

	it('keeps no token and no device key once it is done', () => {
		for (const [note, value] of Object.entries(notes(name))) {
			assert.doesNotMatch(note, /\.(jwt|log|pem)$/);
			assert.doesNotMatch(value, /PRIVATE KEY|^eyJ/);
		}
	});

	it('says so when its notes are gone', async () => {
		fs.renameSync(path.join(dir, `demo-${name}.json`), path.join(dir, 'away.json'));
		const run = await demo(['--fresh', name]);
		assert.equal(run.code, 1);
		assert.match(run.err, /--fresh NAME/);
	});
});

describe('an interrupted demo', () => {
	it('goes on where it stopped, wherever that was', async () => {
		const name = fx.unique('cut');
		for (const kill_ms of [60, 150, 250, 350, 500, 900, 200, 400])
			await demo(['--fresh', name], { kill_ms });
		passes(await demo(['--fresh', name]));
	});
});

describe('a demo that cannot go on', () => {
	const cases = [
		['a service that is not there', ['--fresh', 'gone'], { ROADSHOW_URL: 'https://127.0.0.1:1' }, 1, /no answer/],
		['a wrong operator key', ['--fresh', 'wrong'], { ROADSHOW_OPERATOR_KEY: 'wrong' }, 1, /unauthorized/],
		['no operator key', ['--fresh', 'none'], { ROADSHOW_OPERATOR_KEY: '' }, 2, /ROADSHOW_OPERATOR_KEY/],
		['a name that is no slug', ['--fresh', 'No Name'], {}, 2, /a-z/],
		['a report of nothing', ['--report', '--fresh', 'nothing'], {}, 1, /not played/],
		['an option that is none', ['--fast'], {}, 2, /unknown option/],
	];
	for (const [what, args, env, code, says] of cases)
		it(`says why: ${what}`, async () => {
			const run = await demo(args, { env });
			assert.equal(run.code, code, run.err);
			assert.match(run.err, says);
		});
});
