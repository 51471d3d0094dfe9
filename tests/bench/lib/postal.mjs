// SPDX-License-Identifier: Apache-2.0
//
// Real postal codes of the contiguous United States (npm package zipcodes), and where the service
// says that they are: imported by `roadshow postal import` and asked for by the statement of POST
// /v1/orders.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT, Stack } from '../../crash/lib/stack.mjs';

const COUNTRY = 'US';

export const contiguous = (lat, lon) => lat > 24 && lat < 49.5 && lon > -125 && lon < -66;

// Of codes at the very same position, as those of offices and post boxes are, the first stands for
// all.
function codes() {
	const { codes: all } = createRequire(import.meta.url)('zipcodes'), at = new Map();
	for (const { zip, latitude, longitude, country } of Object.values(all)) {
		const key = `${latitude} ${longitude}`;
		if (country !== COUNTRY || !contiguous(latitude, longitude)) continue;
		if (!(at.get(key)?.zip < zip))
			at.set(key, { zip, lat: latitude, lon: longitude });
	}
	return [...at.values()].sort((a, b) => (a.zip < b.zip ? -1 : 1));
}

// [{zip, lat, lon}], by code.
export async function postalCodes() {
	const stack = await Stack.start({ janitor: false });
	try {
		const file = path.join(stack.dir, 'codes.csv'), known = codes();
		fs.writeFileSync(file,
			known.map((c) => `${COUNTRY},${c.zip},${c.lat},${c.lon}\n`).join(''));
		execFileSync(path.join(ROOT, 'build/release/roadshow'), ['postal', 'import', file],
			{ env: stack.service.environment(), stdio: 'pipe' });
		const rows = await stack.query(`select zip, c.lat, c.lon
			from api.route_context(gen_random_uuid(),
				array_fill($1::text, array[cardinality($2::text[])]), $2,
				array_fill(null::uuid, array[cardinality($2::text[])]),
				array_fill(0::bigint, array[cardinality($2::text[])])) as c
			join unnest($2) with ordinality as k(zip, item) using (item) order by item`,
		[COUNTRY, known.map((c) => c.zip)]);
		assert.deepEqual(rows, known, 'every code is where it was said to be');
		return rows;
	} finally {
		await stack.stop();
	}
}
