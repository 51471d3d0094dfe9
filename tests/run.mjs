// SPDX-License-Identifier: Apache-2.0
//
// Runs black-box tests against a stack of their own: node tests/run.mjs api|crash|log|model [file…]
// With ROADSHOW_URL set (source .run/env) the api tests use that service instead. The exit status is
// that of `node --test`, or 1 when what the api tests did is not what `roadshow replay` makes of the
// ledgers that they left, or when one of these has something in it that ledger_shapes.psql does not name.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { ROOT, Stack } from './crash/lib/stack.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));

function filesOf(suite) {
	return fs.readdirSync(path.join(HERE, suite)).filter((f) => f.endsWith('.test.mjs')).sort()
		.map((f) => path.join(HERE, suite, f));
}

function run(files, env) {
	return new Promise((resolve) => {
		const child = spawn(process.execPath, ['--test', ...files], { env, stdio: 'inherit' });
		process.on('exit', () => child.kill());
		child.on('exit', (code, signal) => resolve(signal ? 1 : code));
	});
}

function replay(env) {
	const program = path.join(process.env.ROADSHOW_BIN ?? path.join(ROOT, 'build/release'), 'roadshow');
	console.log('# roadshow replay');
	return spawnSync(program, ['replay'], { env, stdio: 'inherit' }).status === 0 ? 0 : 1;
}

// Whether the ledgers tell nothing but what they may: kinds, members and sorts of values are in one list.
async function told(url) {
	const db = new pg.Client({ connectionString: url });
	await db.connect();
	try {
		await db.query(fs.readFileSync(path.join(HERE, 'sql/lib/ledger_shapes.psql'), 'utf8'));
		const { rows } = await db.query(`select x.stray, count(*)::integer as entries, count(distinct l.kind)::integer as kinds
			from roadshow.ledger l, lateral (select pg_temp.ledger_stray(l) as stray) x group by x.stray order by x.stray`);
		const strays = rows.filter((r) => r.stray !== null);
		for (const r of strays) console.log(`the ledger must not tell ${r.stray} (${r.entries} times)`);
		for (const r of rows.filter((x) => x.stray === null)) console.log(`# ${r.entries} entries of ${r.kinds} kinds tell what they may`);
		return strays.length === 0 ? 0 : 1;
	} finally {
		await db.end();
	}
}

const [suite, ...chosen] = process.argv.slice(2);
if (!['api', 'crash', 'log', 'model'].includes(suite)) {
	console.error('usage: node tests/run.mjs api|crash|log|model [file…]');
	process.exit(2);
}
const files = chosen.length > 0 ? chosen : filesOf(suite);
let env = process.env;
let stack;
if (suite === 'api' && !process.env.ROADSHOW_URL) {
	stack = await Stack.start({ workers: 2, db_connections: 2, env: { ROADSHOW_CORS_ORIGINS: '*',
		ROADSHOW_PROOF_BITS_MIN: '10', ROADSHOW_PROOF_BITS_MAX: '10' } });
	env = { ...process.env, ROADSHOW_URL: stack.url, ROADSHOW_HTTP_URL: stack.service.plain_url,
		ROADSHOW_CA: stack.service.ca, ROADSHOW_OPERATOR_KEY: stack.service.operator_key,
		DATABASE_URL: stack.cluster.url('roadshow') };
}
let status;
try {
	status = await run(files, env);
	if (stack) for (const left of [replay(env), await told(env.DATABASE_URL)]) status ||= left;
} finally {
	await stack?.stop();
}
process.exit(status);
