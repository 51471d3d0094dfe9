// SPDX-License-Identifier: Apache-2.0
//
// Claims a second: HTTP in, limit and idempotency kept, durable, ES256-signed, out. On one hot drop,
// and spread over 100 drops of 100 creators; beside peers and beside the limits of the machine
// (lib/contestants.mjs), on the same PostgreSQL, in turns. After each turn the database is asked
// whether anything was oversold or lost; a last turn with few units checks that exactly those are given
// out under full load. Then: where the time goes.
import assert from 'node:assert/strict';
import { Bench, options } from './lib/bench.mjs';
import { bareInsert, instant, oneRow, ourStatement, peer, roadshow } from './lib/contestants.mjs';
import { cpuSeconds, largestMb } from './lib/process.mjs';
import { makePeers } from './lib/tables.mjs';
import { where } from './lib/where.mjs';
import { benchStack, worlds } from './lib/world.mjs';

const args = options({ seconds: 4, rounds: 3, connections: [16, 64, 256, 1024] },
	{ seconds: 1, rounds: 1, connections: [64] },
	{ only: { type: 'string' }, shape: { type: 'string' } });
const FEW = 100, UNITS = 1000000;
const SHAPES = [{ name: 'hot', drops: 1 }, { name: 'spread', drops: args.quick ? 10 : 100 }]
	.filter((s) => !args.shape || s.name === args.shape);

async function turn(stack, who, shape, connections) {
	await stack.query('checkpoint');
	const drops = await who.drops(shape.drops, UNITS);
	if (!args.quick) await who.load(drops, connections, 1); // connections, plans, caches
	const before = await who.count(drops), pids = who.pids(), cpu = cpuSeconds(pids.cpu);
	const m = await who.load(drops, connections, args.seconds);
	const used = cpuSeconds(pids.cpu) - cpu, rss = largestMb(pids.rss), after = await who.count(drops);
	if (after) {
		assert.equal(after.issued, after.rows, `${who.name}: the counter and the rows agree`);
		assert.ok(after.rows - before.rows >= m.made, `${who.name}: everything acknowledged is there`);
	}
	assert.equal(m.errors, 0, `${who.name}: ${JSON.stringify(m)}`);
	return { ...m, cpu_s_per_1k: m.made > 0 ? used / m.made * 1000 : null, rss_mb: rss };
}

// Few units under full load, in one go: what is on its way when the load ends is not counted.
async function fewUnits(who) {
	let drops, m;
	for (let seconds = 1; seconds <= 16 && !(m?.sold_out && m.made >= FEW); seconds *= 2) {
		drops = await who.drops(1, FEW);
		m = await who.load(drops, Math.min(64, args.connections.at(-1)), seconds);
	}
	assert.ok(m.sold_out > 0, `${who.name} says when nothing is left`);
	assert.deepEqual(await who.count(drops), { issued: FEW, rows: FEW }, `${who.name} gives out exactly ${FEW}`);
	assert.equal(m.made, FEW, `${who.name} acknowledged exactly ${FEW}`);
}

const stack = await benchStack({ quick: args.quick, workers: args.workers });
const bench = new Bench('claims'), contestants = [];
try {
	await makePeers((...sql) => stack.query(...sql));
	const n = Math.max(...SHAPES.map((s) => s.drops));
	const own = await worlds(stack, n), others = await worlds(stack, n);
	contestants.push(roadshow(stack, own, args.workers),
		await peer(stack, 'b1', 'transaction', 1), await peer(stack, 'b1', 'cte', 1),
		await peer(stack, 'b2', 'guarantees', 1), await instant(stack, own, args.workers));
	if (!args.quick)
		contestants.push(await peer(stack, 'b1', 'transaction', 2), await peer(stack, 'b1', 'cte', 2),
			await peer(stack, 'b2', 'guarantees', 2));
	const sets = [oneRow(stack), ...(args.quick ? [256] : [64, 256, 512]).map((rows) => ourStatement(stack, own, rows)),
		bareInsert(stack, others, 256, false), bareInsert(stack, others, 256, true)];
	// A quick run looks at the spread of ours and one peer only.
	const only = (shape) => args.only ?? (args.quick && shape?.name === 'spread' ? 'a,b2' : null);
	const chosen = (list, shape) => list.filter((c) => (only(shape) ?? c.name).split(',').some((o) => c.name.startsWith(o)));
	for (const shape of SHAPES) {
		for (const connections of args.connections)
			await bench.interleave(shape.name, chosen(contestants, shape), args.rounds, async (who) =>
				({ connections, ...await turn(stack, who, shape, connections) }));
		await bench.interleave(shape.name, chosen(sets, shape), args.rounds, (who) => turn(stack, who, shape, null));
	}
	for (const who of chosen(contestants).filter((c) => /Fastify|ours$/.test(c.name) && (!args.quick || /^a|cte/.test(c.name))))
		await fewUnits(who);
	bench.table('claims a second');
	console.log('\nChecked: nothing oversold, nothing lost, everything acknowledged is durable.\n');
	if (!args.quick) {
		for (const { name: shape } of SHAPES) bars(shape);
		await where(stack, contestants[0], args.connections.includes(256) ? 256 : args.connections.at(-1));
	}
} finally {
	await Promise.all(contestants.map((w) => w.stop()));
	await stack.stop();
}

function bars(shape) {
	const at = args.connections.includes(256) ? 256 : args.connections.at(-1);
	const rate = (start, connections) => {
		const name = bench.measured.find((m) => m.contestant.startsWith(start))?.contestant;
		return name ? bench.median(shape, name, 'rate', connections) : null;
	};
	const times = (start, connections) => {
		const own = rate('a:', at), other = rate(start, connections);
		return own !== null && other !== null ? own / other : null;
	};
	console.log(`${shape}, ${at} connections:`);
	const least = shape === 'hot' ? 15 : 5;
	Bench.bar('ours to b1 transaction', times('b1: Fastify, transaction, 1', at), least);
	if (shape !== 'hot') return;
	Bench.bar('ours to b1 CTE', times('b1: Fastify, cte, 1', at), 6);
	Bench.bar('ours to b2', times('b2: Fastify, guarantees, 1', at), 25);
	Bench.bar('ours to c', times('c:'), 5);
	Bench.bar('ours to d, batches of 256', times('d: our statement, batches of 256'), 0.6);
	const d = rate('d: our statement, batches of 256'), rows = 'd0: the same rows, no logic, 256';
	for (const d0 of [rows, `${rows}, in line`])
		Bench.bar(`d to ${d0}`, d !== null && rate(d0) !== null ? d / rate(d0) : null, 0.7);
	const p50 = bench.median(shape, 'a: ours', 'p50_ms', at), p99 = bench.median(shape, 'a: ours', 'p99_ms', at);
	Bench.limit('p99 to p50', p50 !== null ? p99 / p50 : null, 4);
	const most = args.connections.at(-1);
	Bench.limit(`MB a worker at ${most} connections`, bench.median(shape, 'a: ours', 'rss_mb', most), 30, 1);
}
