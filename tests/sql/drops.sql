-- SPDX-License-Identifier: Apache-2.0
--
-- Events, products and drops: what is refused, what is told, states by the clock, counters that
-- cannot lie.
begin;
\ir lib/fixture.psql
select plan(57);

-- ---- events
create temporary table made as select * from pg_temp.make_event(1, 13);
select is(location, '/v1/events/' || pg_temp.id(13), 'an event says where it is') from made;
select is(body::jsonb #>> '{venue,address}', null, 'an address need not be') from made;
select is((api.event_read(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('event', pg_temp.id(13)))).body,
    (select body from made), 'and is read back');
select throws_ok($$ select pg_temp.make_event(1, 14, '{"time_zone": "Mars/Olympus"}') $$, 'RS422',
    'unknown_time_zone', 'a zone that is none');
select throws_ok($$ select pg_temp.make_event(1, 14, '{"time_zone": "CET5"}') $$, 'RS422',
    'unknown_time_zone', 'nor is a POSIX rule one');
select throws_ok($$ select pg_temp.make_event(1, 14, '{"ends_at": "2001-01-01T00:00:00Z"}') $$, 'RS422',
    'validation_failed', 'an end before the start');
select throws_ok($$ select api.event_read(pg_temp.id(2), pg_temp.owner(2),
    jsonb_build_object('event', pg_temp.id(13))) $$, 'RS404', 'not_found', 'another creator''s is not there');
select is(jsonb_path_query_array((api.event_list(pg_temp.id(1), pg_temp.owner(1), '{}')).body::jsonb,
    '$.events[*].id'), to_jsonb(array[pg_temp.id(13), pg_temp.id(11)]), 'events, newest first');

-- ---- products
select throws_ok($$ select pg_temp.make_product(1, 23, 'print') $$, 'RS409', 'sku_taken',
    'a SKU is one product of a creator');
select throws_ok(format('select pg_temp.make_product(1, 23, %L)', sku), 'RS422', 'validation_failed',
    'refuses the SKU ' || sku)
from unnest(array['a b', '.a', 'a/b', 'ä', '', repeat('a', 65)]) as sku;
select is((pg_temp.make_product(1, 24, repeat('a', 64))).status, 201, 'one of 64 characters is fine');
select is(jsonb_array_length((api.product_list(pg_temp.id(1), pg_temp.owner(1), '{}')).body::jsonb
    -> 'products'), 2, 'products are listed');

-- ---- drops
select unnest(array[is(r.status, 201, 'a drop is made'),
    is(r.location, '/v1/drops/' || pg_temp.id(31), 'and says where it is'),
    is(r.body::jsonb -> 'counts', '{"tokenized": 7, "walk_in": 3, "held": 0, "issued": 0, "redeemed": 0,
        "forfeited": 0, "available": 7, "waitlisted": 0, "walk_in_sold": 0}'::jsonb, 'its units are split'),
    is(r.body::jsonb ->> 'pickup_until', (select rfc3339(ends_at) from events
        where creator_id = pg_temp.id(1) and id = pg_temp.id(11)), 'pickup is the event''s time')])
from pg_temp.make_drop(1, 31, '{"tokenized": 7}') as r;
select throws_ok(format('select pg_temp.make_drop(1, 32, %L)', over), 'RS422', 'validation_failed', what)
from (values ('{"tokenized": 11}', 'more tokens than units'),
    ('{"closes_at": "2001-01-01T00:00:00Z"}', 'a window that ends before it opens'),
    ('{"pickup_from": "2200-01-01T00:00:00Z"}', 'a pickup that ends before it starts'),
    ('{"pickup_from": "2001-01-01T00:00:00Z", "pickup_until": "2001-01-02T00:00:00Z"}',
        'a pickup that is over before the drop opens'),
    ('{"deposit": {"amount": 100, "currency": "EUR"}}', 'a deposit without a hold'),
    ('{"deposit": {"amount": 0, "currency": "EUR"}, "hold_ttl_s": 60}', 'a deposit of nothing'))
    as t(over, what);
select throws_ok($$ select pg_temp.make_drop(1, 32, '{"sku": "nothing"}') $$, 'RS422', 'unknown_sku',
    'a product that is not there');
select throws_ok($$ select pg_temp.make_drop(1, 32, jsonb_build_object('event_id', pg_temp.id(12))) $$,
    'RS422', 'unknown_event', 'another creator''s event is not there');
select throws_ok($$ select api.drop_read(pg_temp.id(2), pg_temp.owner(2),
    jsonb_build_object('drop', pg_temp.id(31))) $$, 'RS404', 'not_found', 'another creator''s drop is not');
select is((pg_temp.make_draw(1, 33, '{"hold_ttl_s": 60,
    "deposit": {"amount": 100, "currency": "EUR"}}')).body::jsonb -> 'deposit',
    '{"amount": 100, "currency": "EUR"}'::jsonb, 'a deposit with a hold');
select is(jsonb_path_query_array((api.drop_list(pg_temp.id(1), pg_temp.owner(1),
    jsonb_build_object('event_id', pg_temp.id(11)))).body::jsonb, '$.drops[*].id'),
    to_jsonb(array[pg_temp.id(33), pg_temp.id(31)]), 'drops of an event, newest first');
select is((api.drop_list(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('event_id', pg_temp.id(13))))
    .body::jsonb, '{"drops": [], "next": null}'::jsonb, 'and of another one');
create temporary table seen as
    select * from api.drop_read(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('drop', pg_temp.id(31)));
select is((select status from pg_temp.claims(1, '[{"drop": 31}]')), 201, 'a claim');
select isnt((api.drop_read(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('drop', pg_temp.id(31)))).etag,
    (select etag from seen), 'changes the drop''s ETag');
select is(drop_state('2026-01-01', '2026-01-02', '2026-01-03', now), state, 'at ' || now::date || ' ' || state)
from (values ('2025-12-31 23:59:59'::timestamptz, 'scheduled'), ('2026-01-01', 'open'),
    ('2026-01-01 23:59:59.999999', 'open'), ('2026-01-02', 'closed'), ('2026-01-03', 'settled'))
    as t(now, state);

-- ---- what must never be false is a constraint
select throws_ok($$ update drops set issued = 7, held = 1 where id = pg_temp.id(31) $$, '23514', null,
    'more issued and held than tokenized');
select throws_ok($$ update drops set issued = 8 where id = pg_temp.id(31) $$, '23514', null, 'oversold');
select throws_ok($$ update drops set held = -1 where id = pg_temp.id(31) $$, '23514', null,
    'fewer held than none');
select throws_ok(format('update drops set %s where id = pg_temp.id(31)', a), '23514', null, 'a drop is not set to ' || a)
from unnest(array['mode = ''auction''', 'quantity = -1', 'tokenized = -1', 'per_person = 21', 'hold_ttl_s = 29',
    'offer_ttl_s = 59', 'grace_s = -1', 'cool_down_s = -1', 'cut_off_s = 2592001', 'deposit = 0',
    'deposit_currency = ''eur''', 'resale_cap = -1', 'resale_currency = ''EURO''', 'no_show_deposit = ''keep''']) as a;
select finish();
rollback;
