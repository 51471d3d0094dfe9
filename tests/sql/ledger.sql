-- SPDX-License-Identifier: Apache-2.0
--
-- The ledger: dense indices, entries as exact bytes, history by prev, nothing ever changed.
begin;
\ir lib/fixture.psql
select plan(22);
drop trigger ledger_look on ledger; -- entries of kinds that there are not

create temporary table start as
    select size from ledger_heads where creator_id = pg_temp.id(1);
select is((select size from start), (select count(*) from ledger where creator_id = pg_temp.id(1)),
    'the head knows the size');
select is(ledger_append(pg_temp.id(1), array['a.one', 'a.two'], array[pg_temp.id(70), pg_temp.id(71)],
    array[null, null]::bigint[], array['{"x": 1}', '{}']::jsonb[]), (select size from start),
    'append returns the first index');
select is(ledger_add(pg_temp.id(1), 'a.three', pg_temp.id(70), (select size from start), '{}'),
    (select size + 2 from start), 'the next one follows without a gap');
select is((select array_agg(index order by index) from ledger where creator_id = pg_temp.id(1)),
    (select array_agg(n) from start, generate_series(0, size + 2) as n), 'indices are dense from 0');
select is((select entry from ledger where creator_id = pg_temp.id(1) and index = size + 2),
    '{"index":' || size + 2 || ',"at":"' || (select rfc3339(at) from ledger
        where creator_id = pg_temp.id(1) and index = size + 2)
        || '","kind":"a.three","subject":"' || pg_temp.id(70) || '","prev":' || size || ',"data":{}}',
    'an entry is exactly this text')
from start;
select is(jsonb_path_query_array(ledger_history(pg_temp.id(1), size + 2), '$[*].kind'),
    '["a.one", "a.three"]', 'history is walked by prev, oldest first')
from start;
select is(ledger_history(pg_temp.id(1), 999999), '[]', 'no entry, no history');
select ok((select bool_and(ordered) from (
    select at >= lag(at, 1, '-infinity') over (order by index) as ordered from ledger
    where creator_id = pg_temp.id(1)) x), 'times never go back');
update ledger_heads set last_at = '2200-01-01' where creator_id = pg_temp.id(2);
select is(ledger_add(pg_temp.id(2), 'a.b', pg_temp.id(70), null, '{}'),
    (select size from ledger_heads where creator_id = pg_temp.id(2)), 'with a clock that went back');
select is((select max(at) from ledger where creator_id = pg_temp.id(2)), '2200-01-01'::timestamptz,
    'an entry is as old as the one before it');
select throws_ok($$ select ledger_add(pg_temp.id(77), 'a.b', pg_temp.id(70), null, '{}') $$, 'P0002',
    null, 'no ledger, no entry');
select throws_ok($$ update ledger set kind = 'x' $$, '42501', 'the ledger is append-only', 'no update');
select throws_ok($$ delete from ledger $$, '42501', 'the ledger is append-only', 'no delete');
select throws_ok($$ truncate ledger $$, '42501', 'the ledger is append-only', 'no truncate');

-- ---- GET /v1/ledger
create function pg_temp.page(p jsonb) returns jsonb language sql as $$
    select (api.ledger_page(pg_temp.id(1), pg_temp.owner(1), p)).body::jsonb $$;
select is(jsonb_path_query_array(pg_temp.page('{"limit": 2}'), '$.entries[*].index'), '[0, 1]',
    'a page from the start');
select is(pg_temp.page('{"limit": 2}') -> 'next', '1', 'next is the last index seen');
select is(jsonb_path_query_array(pg_temp.page('{"limit": 2, "after": 1}'), '$.entries[*].index'), '[2, 3]',
    'after goes on behind it');
select is(pg_temp.page(jsonb_build_object('after', size + 1)) - 'entries', '{"next": null}'::jsonb,
    'the last page says so')
from start;
select is(pg_temp.page('{"after": 9000000}'), '{"entries": [], "next": null}'::jsonb,
    'beyond the end is empty');
select ok(position((select entry from ledger where creator_id = pg_temp.id(1) and index = 0) in
    (api.ledger_page(pg_temp.id(1), pg_temp.owner(1), '{}')).body) > 0,
    'entries are told byte for byte');
select ok(pg_temp.page('{}')::text !~ pg_temp.id(2)::text, 'of one creator only');
select throws_ok($$ select api.ledger_page(pg_temp.id(2), pg_temp.owner(1), '{}') $$, 'RS401',
    'key_revoked', 'with a key of that creator');
select finish();
rollback;
