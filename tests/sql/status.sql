-- SPDX-License-Identifier: Apache-2.0
--
-- Status lists: the permutation is one, tokens never share an index, a status changes with its token,
-- and a list that was built is never replaced by an older one. The holder's page tells what is so.
begin;
\ir lib/fixture.psql
select plan(67);

-- ---- the index of a slot
select is(status_list_id('0190c2a0-7b1e-7c4d-8f00-0123456789ab'), 'EXQhcY3S1AI',
    'the name of a list'); -- as in tests/unit/test_statuslist.c
create temporary table keys as select round_keys as k from status_lists where creator_id = pg_temp.id(1);
select is(count(distinct k[1]), count(*), 'every list has keys of its own') from (
    select round_keys as k from status_lists) x;
select is(status_capacity(n), c, n || ' slots') from (values (0, 65536), (49152, 65536), (49153, 131072),
    (65536, 131072), (98304, 131072), (98305, 262144), (12582912, 16777216), (16777216, 33554432)) as t(n, c);
select unnest(array[
    is(count(distinct i), count(*), 'slots from ' || first || ' have different indices'),
    is(min(i), first, 'all of them in the range, from its start'),
    is(max(i), last, 'to its end')])
from (values (0, 65535), (65536, 131071), (131072, 262143)) as r(first, last), keys,
    lateral (select status_index(k, s) as i from generate_series(first, last) as s) x
group by first, last;
select ok(abs(corr(s, status_index(k, s))) < 0.02, 'an index says nothing about its slot: correlation '
    || corr(s, status_index(k, s))) from keys, generate_series(0, 65535) as s;

-- ---- claims
select pg_temp.make_drop(1, 31, '{"tokenized": 10, "quantity": 20, "per_person": 5}'),
    pg_temp.make_drop(1, 32, '{"tokenized": 5, "hold_ttl_s": 600, "per_person": 5}') \g /dev/null
select pg_temp.make_event(1, 15) \g /dev/null
select pg_temp.make_drop(1, 33, jsonb_build_object('event_id', pg_temp.id(15), 'per_person', 5)) \g /dev/null
create temporary table first as select * from pg_temp.claims(1, '[
    {"drop": 31, "claim": 900, "quantity": 3, "idem": "a", "buyer": "ann"},
    {"drop": 33, "claim": 901, "quantity": 2, "idem": "b", "buyer": "ann"},
    {"drop": 31, "claim": 902, "quantity": 20, "idem": "c"},
    {"drop": 32, "claim": 903, "quantity": 2, "idem": "d", "buyer": "bob"},
    {"drop": 77, "claim": 904, "quantity": 1, "idem": "e"}]');
select results_eq($$ select claim_id, event_id, cardinality(string_to_array(status_indices, ',')) from first
        order by item $$,
    $$ values (pg_temp.id(900), pg_temp.id(11), 3), (pg_temp.id(901), pg_temp.id(15), 2),
        (null, pg_temp.id(11), null), (pg_temp.id(903), pg_temp.id(11), 2), (null, null, null) $$,
    'who gets a unit gets an index, who does not takes none');
select results_eq($$ select t.status_index from tokens t join first f on f.claim_id = t.claim_id
        order by f.item, t.id $$,
    $$ select i::integer from first, unnest(string_to_array(status_indices, ',')) with ordinality as u(i, o)
       where claim_id is not null order by item, o $$, 'which is the token''s, in the order of the units');
select results_eq($$ select event_id, next_slot from status_lists where creator_id = pg_temp.id(1) order by 1 $$,
    $$ values (pg_temp.id(11), 5), (pg_temp.id(15), 2) $$, 'slots are dense in each event');
select results_eq($$ select array_agg(t.status_index order by t.status_index)
        from tokens t join drops d on d.id = t.drop_id where d.event_id = pg_temp.id(11) $$,
    $$ select array_agg(i order by i) from (select status_index(round_keys, s) as i
        from status_lists, generate_series(0, 4) as s where event_id = pg_temp.id(11)) x $$,
    'and indices are what they make');
select is((select status_indices from pg_temp.claims(1, '[{"drop": 31, "quantity": 3, "idem": "a", "buyer": "ann"}]')),
    (select status_indices from first where item = 1), 'a replay tells the same');
select is((select next_slot from status_lists where event_id = pg_temp.id(11)), 5, 'and takes none');
select is_empty($$ select 1 from status_entries $$, 'all of them are valid');

-- ---- a status changes with its token
create function pg_temp.token(n integer, k integer) returns uuid language sql as $$
    select token_id(pg_temp.id(n), k) $$;
create function pg_temp.status(p_token uuid) returns integer language sql as $$
    select coalesce((select e.status::integer from tokens t join drops d on d.creator_id = t.creator_id and d.id = t.drop_id
        join status_entries e on e.creator_id = t.creator_id and e.event_id = d.event_id and e.index = t.status_index
        where t.creator_id = pg_temp.id(1) and t.id = p_token), 0) $$;
create function pg_temp.changes(p_event integer) returns bigint language sql as $$
    select changes from status_lists where creator_id = pg_temp.id(1) and event_id = pg_temp.id(p_event) $$;
create temporary table before as select pg_temp.changes(11) as n;
select is((api.token_cancel(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('token', pg_temp.token(900, 1)))).status,
    200, 'a token is cancelled');
select is(pg_temp.status(pg_temp.token(900, 1)), 1, 'and invalid at once');
select is(pg_temp.status(pg_temp.token(900, 2)), 0, 'the next one is not');
select is(pg_temp.changes(11), (select n + 1 from before), 'the list has something to tell');
select is(pg_temp.changes(15), 1::bigint, 'another event''s has not');
update tokens set held_until = clock_timestamp() - interval '1 second'
    where creator_id = pg_temp.id(1) and id = pg_temp.token(903, 1);
select is(api.janitor_holds(pg_temp.id(1), 10), 1, 'a hold ends');
select is(pg_temp.status(pg_temp.token(903, 1)), 1, 'and is invalid');
select is((select count(*) from tokens_move(pg_temp.id(1), array[pg_temp.token(900, 2)], 'redeemed', array[now()],
    array['token.redeemed'], array[null::jsonb])), 1::bigint, 'a token is redeemed');
select is(pg_temp.status(pg_temp.token(900, 2)), 0, 'which is nobody''s business');

-- suspended and back; what is invalid stays so
select status_set(pg_temp.id(1), array[pg_temp.token(900, 3), pg_temp.token(900, 1)], 2) \g /dev/null
select is(array[pg_temp.status(pg_temp.token(900, 3)), pg_temp.status(pg_temp.token(900, 1))], array[2, 1],
    'one is suspended, the cancelled one stays invalid');
select status_set(pg_temp.id(1), array[pg_temp.token(900, 3), pg_temp.token(900, 1)], 0) \g /dev/null
select is(array[pg_temp.status(pg_temp.token(900, 3)), pg_temp.status(pg_temp.token(900, 1))], array[0, 1],
    'one is valid again, the other stays');

-- a new version
create temporary table old as select status_index as i from tokens where id = pg_temp.token(900, 3);
update tokens set version = 2, passed_at = now(), status_index = status_renew(pg_temp.id(1), pg_temp.token(900, 3))
    where creator_id = pg_temp.id(1) and id = pg_temp.token(900, 3);
select isnt((select status_index from tokens where id = pg_temp.token(900, 3)), (select i from old),
    'a new version has another index');
select is((select status::integer from status_entries where index = (select i from old) and event_id = pg_temp.id(11)), 1,
    'the old one is invalid');
select is(pg_temp.status(pg_temp.token(900, 3)), 0, 'the new one is valid');
select is((select status_indices from pg_temp.claims(1, '[{"drop": 31, "quantity": 3, "idem": "a", "buyer": "ann"}]')),
    (select status_indices from first where item = 1), 'the claim''s answer still tells its own');

-- ---- the janitor and the list
select results_eq($$ select event_id, list_id, changes, capacity from api.status_lists_due(pg_temp.id(1), 9, 'kid-1') order by 1 $$,
    $$ select pg_temp.id(e), status_list_id(pg_temp.id(e)), pg_temp.changes(e), 65536 from unnest(array[11, 15]) e $$,
    'both lists are due');
select is((select array_agg(x order by x) from api.status_lists_due(pg_temp.id(1), 9, 'kid-1'),
        unnest(string_to_array(entries, ',')) as x where event_id = pg_temp.id(11)),
    (select array_agg(index || ' ' || status order by index || ' ' || status) from status_entries
        where event_id = pg_temp.id(11)), 'with everything that is not valid');
create function pg_temp.read(p_event integer) returns text language sql as $$
    select (api.status_list_read(nil_uuid(), pg_temp.caller('public', nil_uuid()),
        jsonb_build_object('list', status_list_id(pg_temp.id(p_event))))).body $$;
create function pg_temp.store(p_event integer, p_changes bigint, p_jwt text, p_at timestamptz default now())
returns boolean language sql as $$
    select api.status_list_store(pg_temp.id(1), pg_temp.id(p_event), p_changes, 'kid-1', p_jwt, p_at, p_at + interval '1 day') $$;
select throws_ok($$ select pg_temp.read(11) $$, 'RS503', 'status_list_pending', 'until it is built it is not there');
select throws_ok($$ select api.status_list_read(nil_uuid(), null, '{"list": "x"}') $$, 'RS404', 'not_found', 'nor is another');
select ok(pg_temp.store(11, pg_temp.changes(11), 'new'), 'a list is stored');
select is(pg_temp.read(11), 'new', 'and served');
select ok(pg_temp.id(11) not in (select event_id from api.status_lists_due(pg_temp.id(1), 9, 'kid-1')), 'and due no longer');
select ok(pg_temp.id(11) in (select event_id from api.status_lists_due(pg_temp.id(1), 9, 'kid-2')),
    'but for another key, which signs it anew');
select ok(not pg_temp.store(11, pg_temp.changes(11) - 1, 'old'), 'an older one is refused');
select ok(not pg_temp.store(11, pg_temp.changes(11), 'slow', now() - interval '1 second'), 'and a slower host''s');
select is(pg_temp.read(11), 'new', 'it never goes back');
select results_eq($$ select event_id from api.status_lists_due(pg_temp.id(1), 9, 'kid-1') $$, $$ values (pg_temp.id(15)) $$,
    'it is due no longer');
select ok((select due_at from status_lists where event_id = pg_temp.id(11)) between now() + interval '11 hours'
    and now() + interval '13 hours', 'until half of its life is over');
select status_touch(pg_temp.id(1), array[pg_temp.id(11)]) \g /dev/null
select ok(pg_temp.store(11, pg_temp.changes(11) - 1, 'newer', now() + interval '1 second'), 'one built while things changed is shown');
select is((select count(*) from api.status_lists_due(pg_temp.id(1), 9, 'kid-1')), 2::bigint, 'and stays due');
update events set starts_at = now() - interval '50 days', ends_at = now() - interval '49 days'
    where creator_id = pg_temp.id(1) and id = pg_temp.id(15);
update drops set pickup_from = now() - interval '50 days', pickup_until = now() - interval '49 days',
    opens_at = now() - interval '60 days' where creator_id = pg_temp.id(1) and id = pg_temp.id(33);
select ok(pg_temp.store(15, pg_temp.changes(15), 'last'), 'long after the event');
select is((select due_at from status_lists where event_id = pg_temp.id(15)), null, 'it is signed no more');

-- ---- a list that fills up grows, ahead of its tokens
update status_lists set next_slot = 49151, due_at = null where creator_id = pg_temp.id(1) and event_id = pg_temp.id(11);
create temporary table full_list as select pg_temp.changes(11) as n;
select status_take(pg_temp.id(1), pg_temp.id(11), 1) \g /dev/null
select is(pg_temp.changes(11) - n, 0::bigint, 'three quarters are taken') from full_list;
select status_take(pg_temp.id(1), pg_temp.id(11), 1) \g /dev/null
select ok(pg_temp.changes(11) - n = 1 and (select due_at from status_lists where event_id = pg_temp.id(11)) is not null,
    'one more, and a list of twice the size is due') from full_list;
select is((select capacity from api.status_lists_due(pg_temp.id(1), 9, 'kid-1') where event_id = pg_temp.id(11)), 131072, 'of that size');
select results_eq($$ select n, status_capacity(n) from unnest(array[0, 49152, 49153, 98304, 98305, 196608, 196609, 12582912]) as n $$,
    $$ values (0, 65536), (49152, 65536), (49153, 131072), (98304, 131072), (98305, 262144), (196608, 262144),
        (196609, 524288), (12582912, 16777216) $$, 'a power of two of which a quarter is free');
create temporary table slots_before as select event_id, round_keys, next_slot from status_lists
    where creator_id = pg_temp.id(1);
select results_eq($$ select e.k, status_take(pg_temp.id(1), pg_temp.id(e.event), e.units)
        from (values (1, 15, 2), (2, 11, 3), (3, 15, 1)) as e(k, event, units) order by e.k $$,
    $$ select e.k, array(select status_index(l.round_keys, l.next_slot + e.first + u)
            from generate_series(0, e.units - 1) as u order by u)
        from (values (1, 15, 0, 2), (2, 11, 0, 3), (3, 15, 2, 1)) as e(k, event, first, units)
        join slots_before l on l.event_id = pg_temp.id(e.event) order by e.k $$, 'takers get the next slots of their event');

-- ---- the holder's page
create function pg_temp.page(p_token uuid, p_version integer) returns api.answer language sql as $$
    select api.token_page(pg_temp.id(1), pg_temp.caller('public', nil_uuid()),
        jsonb_build_object('token', p_token, 'version', p_version)) $$;
select is(local_span('2031-05-02T16:00:00Z', '2031-05-02T21:30:00Z', 'America/New_York'),
    E'Friday, 2 May 2031, 12:00\u00a0–\u00a017:30', 'a span on one day');
select is(array_agg(r.status || ' ' || coalesce(r.body::jsonb ->> 'state', '') || ' '
        || coalesce(jsonb_typeof(r.body::jsonb -> 'jwt'), '') order by o),
    array['200 issued object', '410 superseded null', '404  ', '200 cancelled null', '200 redeemed null',
        '200 expired null', '200 held null', '200 over null', '404  '], 'what a link leads to')
from (values (1, 900, 3, 2), (2, 900, 3, 1), (3, 900, 3, 3), (4, 900, 1, 1), (5, 900, 2, 1), (6, 903, 1, 1),
    (7, 903, 2, 1), (8, 901, 1, 1), (9, 555, 1, 1)) as t(o, claim, k, v),
    lateral (select * from pg_temp.page(pg_temp.token(claim, k), v)) r;
select throws_ok($$ select api.token_code(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('token', pg_temp.token(900, 1))) $$,
    'RS409', 'token_state', 'what has ended has no code');
select finish();
rollback;
