// SPDX-License-Identifier: Apache-2.0

// The tables in which the text stands, in whatever type, as it is or in hex. db: a client of pg.
export async function foundAnywhere(db, text) {
	const { rows: tables } = await db.query(`select relname from pg_class
		where relnamespace = 'roadshow'::regnamespace and relkind in ('r', 'p')`);
	const found = [];
	for (const { relname } of tables) {
		const { rows } = await db.query(`select count(*)::integer as n from roadshow."${relname}" as t
			where t::text ilike $1 or t::text ilike $2`, [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`]);
		if (rows[0].n > 0) found.push(relname);
	}
	return found;
}
