// SPDX-License-Identifier: Apache-2.0
//
// Runs black-box tests against a stack of their own: node tests/run.mjs api|crash|log|model [file…]
// With ROADSHOW_URL set (source .run/env) the api tests use that service instead. The exit status is
// that of `node --test`, or 1 when what the api tests did is not what `roadshow replay` makes of the
// ledgers that they left.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
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
	if (stack) status ||= replay(env);
} finally {
	await stack?.stop();
}
process.exit(status);
