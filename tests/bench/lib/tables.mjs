// SPDX-License-Identifier: Apache-2.0
//
// What benches keep in a database beside ours: the functions of batches.sql, the peers' tables. `query` is
// (sql, values) → rows.
import fs from 'node:fs';

const read = (file) => fs.readFileSync(new URL(file, import.meta.url), 'utf8');

export const makeBatches = (query) => query(read('batches.sql'));

export async function makePeers(query) {
	await query(read('../peer/schema.sql'));
	await makeBatches(query);
}

// The drops that batches are for, [{creator, id}], numbered from 1, each with a key of its creator's.
export async function setTargets(query, drops) {
	await query('truncate bench.targets');
	await query(`insert into bench.targets select d.n, d.creator, k.id, d.id
		from unnest($1::uuid[], $2::uuid[]) with ordinality as d(creator, id, n)
		cross join lateral (select id from roadshow.api_keys where creator_id = d.creator
			and role = 'creator' limit 1) k`, [drops.map((d) => d.creator), drops.map((d) => d.id)]);
}
