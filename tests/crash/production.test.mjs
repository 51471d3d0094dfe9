// SPDX-License-Identifier: Apache-2.0
//
// conf/kore.conf as it is used in production: workers and key manager change root, become a user
// without rights, and are held by seccomp. Claims, a database that restarts and a worker that is
// killed must not need anything that is not there. Changing root takes root: another user sees that
// the configuration refuses to start instead.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, describe, it } from 'node:test';
import { Load, verify, verifyReplays, world } from './lib/load.mjs';
import { Stack, until } from './lib/stack.mjs';

describe('the production configuration', () => {
	let stack;
	after(() => stack?.stop());

	if (process.getuid() !== 0) {
		it('needs root to start', async () => {
			await assert.rejects(Stack.start({ production: true }));
		});
		return;
	}

	it('serves claims in a chroot, through a restart of the database and of a worker', async () => {
		stack = await Stack.start({ production: true, workers: 2, db_connections: 2 });
		const w = await world(stack);
		const load = new Load(stack, w, { drop: (await w.drop()).id });
		try {
			await load.progress();
			await stack.cluster.stop('SIGINT');
			await stack.cluster.start();
			await load.progress();
			const [victim] = stack.service.workers();
			process.kill(victim, 'SIGKILL');
			await until(() => {
				const now = stack.service.workers();
				return now.length === 2 && !now.includes(victim);
			}, 'a new worker');
			await load.progress();
		} finally {
			await load.stop();
		}
		await verify(stack, load);
		await verifyReplays(load);
	});

	it('runs its processes without rights, each in a root of its own, under seccomp', () => {
		for (const pid of stack.service.workers()) {
			const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
			assert.match(status, /^Uid:\s+(?!0\b)\d+/m);
			assert.match(status, /^Seccomp:\s+2$/m);
			assert.equal(fs.readlinkSync(`/proc/${pid}/root`), fs.realpathSync(`${stack.service.dir}/worker-root`));
		}
		assert.doesNotMatch(fs.readFileSync(stack.service.logs, 'utf8'), /sandbox violation|seccomp violation/);
	});
});
