-- SPDX-License-Identifier: Apache-2.0
--
-- The transparency log's tables: they only grow, whoever asks; several janitors agree; nothing is shown
-- beyond the checkpoint. Hashes are made up here: what they must be is shown in tests/log.
begin;
\ir lib/fixture.psql
select plan(49);
drop trigger ledger_look on ledger; -- entries of kinds that there are not

create temporary table start as
    select size as n from ledger_heads where creator_id = pg_temp.id(1);
-- A ledger that is long enough.
select ledger_append(pg_temp.id(1), array_fill('a.b'::text, array[300]), array_fill(pg_temp.id(70), array[300]),
    array_fill(null::bigint, array[300]), array_fill('{}'::jsonb, array[300])) \g /dev/null
create function pg_temp.hash(n integer) returns bytea language sql immutable as $$
    select sha256(int4send(n)) $$;
create function pg_temp.hashes(a integer, b integer) returns text language sql immutable as $$
    select encode(string_agg(pg_temp.hash(i), '' order by i), 'hex') from generate_series(a, b) i $$;
create function pg_temp.extend(p_from bigint, p_to bigint, p_levels integer[], p_ns bigint[], p_froms integer[],
    p_hashes text[]) returns boolean language sql as $$
    select api.log_extend(pg_temp.id(1), p_from, p_to, p_levels, p_ns, p_froms, p_hashes) $$;
create function pg_temp.publish(p_size bigint, p_root integer) returns boolean language sql as $$
    select api.log_publish(pg_temp.id(1), p_size, encode(pg_temp.hash(p_root), 'hex'), 'checkpoint ' || p_size) $$;

-- ---- building
select results_eq($$ select entries, size, checkpoint_size, checkpoint, slug from api.log_head(pg_temp.id(1)) $$,
    $$ select n + 300, 0::bigint, 0::bigint, null::text, 'one' from start $$, 'a log starts with nothing');
select is_empty($$ select * from api.log_head(pg_temp.id(77)) $$, 'without a ledger there is no log');
select is((select array_agg(entry) from api.log_entries(pg_temp.id(1), 0, 5)),
    (select array_agg(entry order by index) from ledger where creator_id = pg_temp.id(1) and index < 5),
    'entries come in order, byte for byte');
select is((select count(*) from api.log_entries(pg_temp.id(1), 298, 1000)), (select n + 2 from start),
    'up to the last one');
select ok(pg_temp.extend(0, 100, '{0}', '{0}', '{0}', array[pg_temp.hashes(0, 99)]), 'the first tiles');
select ok(not pg_temp.extend(0, 100, '{0}', '{0}', '{0}', array[pg_temp.hashes(0, 99)]),
    'another janitor that comes too late does nothing');
select ok(pg_temp.extend(100, 256, '{0,1}', '{0,0}', '{100,0}', array[pg_temp.hashes(100, 255), pg_temp.hashes(900, 900)]),
    'a tile grows, and another begins');
select ok(pg_temp.extend(256, 300, '{0}', '{1}', '{0}', array[pg_temp.hashes(256, 299)]), 'and the next one');
select results_eq($$ select level, n, length(hashes) from log_tiles where creator_id = pg_temp.id(1) order by 1, 2 $$,
    $$ values (0::smallint, 0::bigint, 8192), (0::smallint, 1::bigint, 44 * 32), (1::smallint, 0::bigint, 32) $$,
    'tiles hold what was said');
select is((select encode(hashes, 'hex') from log_tiles where creator_id = pg_temp.id(1) and level = 0 and n = 0),
    pg_temp.hashes(0, 255), 'in order');
select throws_ok($$ select pg_temp.extend(300, 301, '{0}', '{1}', '{43}', array[pg_temp.hashes(1, 1)]) $$, 'XX001',
    null, 'a tile that does not go on where it ended is refused');
select throws_ok($$ select pg_temp.extend(300, 301, '{0}', '{2}', '{3}', array[pg_temp.hashes(1, 1)]) $$, 'XX001',
    null, 'so is one that does not exist');
select throws_ok($$ select pg_temp.extend(300, 301, '{0}', '{1}', '{0}', array[pg_temp.hashes(1, 1)]) $$, '23505',
    null, 'and one that exists already');
select throws_ok($$ select pg_temp.extend(300, 100000, '{0}', '{1}', '{44}', array[pg_temp.hashes(1, 1)]) $$, 'XX001',
    null, 'and a size beyond the ledger');
select throws_ok($$ select pg_temp.extend(300, 300, '{}', '{}', '{}', '{}') $$, 'XX001', null, 'and no step at all');
select results_eq($$ select level, hashes from api.log_edge(pg_temp.id(1), 300) $$,
    $$ values (0, pg_temp.hashes(256, 299)), (1, pg_temp.hashes(900, 900)) $$, 'the edge of 300');
select results_eq($$ select level, hashes from api.log_edge(pg_temp.id(1), 5) $$,
    $$ values (0, pg_temp.hashes(0, 4)) $$, 'the edge of an earlier size');
select results_eq($$ select level, hashes from api.log_edge(pg_temp.id(1), 256) $$,
    $$ values (1, pg_temp.hashes(900, 900)) $$, 'and of a full tile');

-- ---- nothing is shown before its checkpoint
create function pg_temp.tile(p_level bigint, p_n bigint, p_width bigint) returns text language sql as $$
    select encode(hashes, 'hex') from api.log_tiles(pg_temp.id(1), array[p_level], array[p_n], array[p_width]) $$;
create function pg_temp.bundle(p_n bigint, p_width bigint) returns bytea language sql as $$
    select bundle from api.log_bundles(pg_temp.id(1), array[p_n], array[p_width]) $$;
select is(pg_temp.tile(0, 0, 1), null, 'no tile without a checkpoint');
select is(pg_temp.bundle(0, 1), null, 'and no entry');
select is_empty($$ select * from api.log_checkpoint(pg_temp.id(1)) $$, 'and no checkpoint, of course');
select throws_ok($$ select pg_temp.publish(301, 1) $$, '23514', null, 'a checkpoint beyond the tiles is impossible');
select ok(pg_temp.publish(260, 260), 'a checkpoint is shown');
select is((select checkpoint from api.log_checkpoint(pg_temp.id(1))), 'checkpoint 260', 'as it was signed');
select ok(pg_temp.publish(260, 260), 'again is fine');
select throws_ok($$ select pg_temp.publish(260, 261) $$, '42501', null, 'the same size with another root is not');
select ok(not pg_temp.publish(259, 259), 'a smaller one is not shown');
select is(array[pg_temp.tile(0, 0, 256), pg_temp.tile(0, 0, 1), pg_temp.tile(0, 1, 4), pg_temp.tile(1, 0, 1)],
    array[pg_temp.hashes(0, 255), pg_temp.hashes(0, 0), pg_temp.hashes(256, 259), pg_temp.hashes(900, 900)],
    'tiles that it covers, in every width');
select is(array[pg_temp.tile(0, 1, 5), pg_temp.tile(0, 1, 256), pg_temp.tile(1, 0, 2), pg_temp.tile(2, 0, 1),
    pg_temp.tile(6, 0, 1), pg_temp.tile(63, 0, 1), pg_temp.tile(0, 281474976710655, 256)], array_fill(null::text, array[7]),
    'and no others');
select is(pg_temp.bundle(1, 4), (select string_agg(substring(int4send(octet_length(entry)) from 3)
    || convert_to(entry, 'UTF8'), '' order by index) from ledger where creator_id = pg_temp.id(1)
    and index between 256 and 259), 'a bundle has each entry behind its length');
select is(pg_temp.bundle(1, 5), null, 'and none that the checkpoint does not cover');
select results_eq($$ select item, length(hashes) from api.log_tiles(pg_temp.id(1), '{0,5,0}', '{0,0,1}', '{256,1,2}') $$,
    $$ values (1, 8192), (2, null), (3, 64) $$, 'one row for each item');

-- ---- halting
select lives_ok($$ select api.log_halt(pg_temp.id(1), 'host-a', 'because') $$, 'a janitor halts');
select lives_ok($$ select api.log_halt(pg_temp.id(1), 'host-b', 'too') $$, 'and another one');
select results_eq($$ select halted_by, halted_why from api.log_head(pg_temp.id(1)) $$,
    $$ values ('host-a', 'because') $$, 'the first is kept');
select ok(not pg_temp.publish(300, 300), 'nothing is signed meanwhile');
select ok(not api.log_resume(pg_temp.id(1), 'host-b'), 'only who halted resumes');
select ok(api.log_resume(pg_temp.id(1), 'host-a') and pg_temp.publish(300, 300), 'and then it goes on');

-- ---- the tables themselves
select throws_ok($$ delete from log_tiles $$, '42501', 'the log is append-only', 'no tile is deleted');
select throws_ok($$ truncate log_tiles $$, '42501', 'the log is append-only', 'not even all of them');
select throws_ok($$ update log_tiles set hashes = substring(hashes for 32) $$, '42501', null, 'none shrinks');
select throws_ok($$ update log_tiles set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) $$, '42501', null,
    'none changes');
select throws_ok($$ update log_heads set size = size - 1 where size > 0 $$, '42501', null, 'no tree shrinks');

-- ---- the report of a drop, counted while its entries go into tiles
select ledger_append(pg_temp.id(2), array['drop.created', 'token.held', 'token.held', 'token.issued', 'a.b'],
    array[pg_temp.id(50), pg_temp.id(51), pg_temp.id(52), pg_temp.id(51), pg_temp.id(53)], array_fill(null::bigint, array[5]),
    array['{"tokenized": 5}'::jsonb] || array_fill(jsonb_build_object('drop_id', pg_temp.id(50), 'window', 'early')::jsonb, array[4]))
    as first \gset
select is(api.log_report(pg_temp.id(2), pg_temp.id(50)), null, 'what is in no tile is not reported');
select api.log_extend(pg_temp.id(2), 0, :first + 3, '{0}', '{0}', '{0}', array[pg_temp.hashes(0, (:first + 2)::integer)]) \g /dev/null
select is(api.log_report(pg_temp.id(2), pg_temp.id(50))::jsonb -> 'counts', '{"drop.created": 1, "token.held": 2}',
    'what is in tiles is');
select api.log_extend(pg_temp.id(2), :first + 3, :first + 5, '{0}', '{0}', array[:first + 3]::integer[],
    array[pg_temp.hashes(3, 4)]) \g /dev/null
select is(api.log_report(pg_temp.id(2), pg_temp.id(50))::jsonb - 'times' - 'changes', jsonb_build_object(
    'drop_id', pg_temp.id(50), 'size', :first + 5, 'step', 'minute',
    'counts', '{"drop.created": 1, "token.held": 2, "token.issued": 1}'::jsonb,
    'windows', '{"early": {"token.held": 2, "token.issued": 1}}'::jsonb), 'and added to what was there');
select is((select sum(entries) from log_drops where creator_id = pg_temp.id(2) and drop_id = pg_temp.id(50)), 4::numeric,
    'each entry once');
select is(api.log_report(pg_temp.id(1), pg_temp.id(50)), null, 'to another creator it is unknown');

-- ---- receipts
select throws_ok($$ select * from api.token_proof(pg_temp.id(1), pg_temp.owner(1),
    jsonb_build_object('token', pg_temp.id(999))) $$, 'RS404', 'not_found', 'no receipt of no token');
select finish();
rollback;
