// SPDX-License-Identifier: Apache-2.0
//
// The stack of a bench: PostgreSQL with durable commits and one set of settings for every contestant,
// our service, the janitor at its usual pace.
import assert from 'node:assert/strict';
import { world } from '../../crash/lib/load.mjs';
import { Stack } from '../../crash/lib/stack.mjs';

const POSTGRES = ['shared_buffers=512MB', 'max_wal_size=4GB', 'min_wal_size=3GB', 'checkpoint_timeout=30min', 'max_connections=320',
	'jit=off'];

// Rates and logs out of the way: what is measured is the work.
export const SERVICE_ENV = { ROADSHOW_RATE_PER_KEY: '1000000', ROADSHOW_RATE_PER_ADDRESS: '1000000',
	ROADSHOW_LOG_LEVEL: 'warn', ROADSHOW_JANITOR_TICK_MS: '1000', ROADSHOW_CLAIMS_PER_ADDRESS: '0' };

export async function benchStack({ quick, workers = 1, db_connections = 4, env = {}, postgres = [], ...more } = {}) {
	const stack = await Stack.start({ workers, db_connections, env: { ...SERVICE_ENV, ...env },
		postgres: [...POSTGRES, ...postgres], ...more });
	const [durable] = await stack.query(
		`select current_setting('fsync') as fsync, current_setting('synchronous_commit') as sync`);
	assert.deepEqual(durable, { fsync: 'on', sync: 'on' }, 'commits are durable');
	if (!quick) await writtenBefore(stack);
	return stack;
}

// WAL segments that are there already, as a server has them after its first checkpoints: making one, 16 MB of
// zeroes, holds up everybody's commits.
async function writtenBefore(stack) {
	for (let i = 0; i < 128; i++)
		await stack.query(`select pg_logical_emit_message(false, 'bench', repeat(md5(random()::text), 250000))`);
	await stack.query('checkpoint');
}

export async function worlds(stack, n) {
	const made = [];
	while (made.length < n)
		made.push(...await Promise.all(Array.from({ length: Math.min(10, n - made.length) }, () => world(stack))));
	return made;
}
