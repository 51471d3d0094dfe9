-- SPDX-License-Identifier: Apache-2.0
--
-- A pickup that ends before the event's cut-off: nothing is passed on after it, and a token that is still
-- listed then is a no-show as soon as it is not.
begin;
\ir lib/fixture.psql
select plan(10);

select pg_temp.make_event(1, 13, jsonb_build_object('starts_at', now() + interval '1 day',
    'ends_at', now() + interval '2 days')) \g /dev/null
select pg_temp.make_drop(1, 31, jsonb_build_object('event_id', pg_temp.id(13), 'transfer', '{"resale": {}}'::jsonb,
    'no_show', '{"release": true}'::jsonb, 'pickup_from', now(), 'pickup_until', now() + interval '1 hour'))
    \g /dev/null
select * from pg_temp.claims(1, '[{"drop": 31, "claim": 41}, {"drop": 31, "claim": 42}]') \g /dev/null

create function pg_temp.list(p_claim integer) returns api.answer language sql as $$
    select pg_temp.post(1, 'resale_list', jsonb_build_object('token', token_id(pg_temp.id(p_claim), 1),
        'new_id', pg_temp.id(p_claim + 10)), '{"version": 1}') $$;
create function pg_temp.state(p_claim integer) returns text language sql as $$
    select state from roadshow.tokens where id = token_id(pg_temp.id(p_claim), 1) $$;

select is((pg_temp.list(41)).status, 201, 'a token is listed');
select is((select ends_at from roadshow.resale_listings), now() + interval '1 hour',
    'for no longer than the pickup');

-- The pickup is over, and the janitor's other job is late.
update roadshow.drops set pickup_from = now() - interval '1 hour', pickup_until = now() - interval '1 second',
    no_show_at = now() - interval '1 second' where id = pg_temp.id(31);
select throws_ok('select pg_temp.list(42)', 'RS409', 'cut_off', 'then nothing is passed on');
select is(api.janitor_no_shows(pg_temp.id(1), 500), 1, 'who has a token still is a no-show');
select is(pg_temp.state(42), 'forfeited', 'it is forfeited');
select is(pg_temp.state(41), 'suspended', 'the listed one is not');
select cmp_ok((select no_show_at from roadshow.drops where id = pg_temp.id(31)), '>', now(),
    'and is looked at again');

update roadshow.resale_listings set ends_at = now() - interval '1 second';
select is(api.janitor_resales(pg_temp.id(1), 200), 1, 'it is given back');
update roadshow.drops set no_show_at = now() where id = pg_temp.id(31);
select is(api.janitor_no_shows(pg_temp.id(1), 500), 1, 'and is a no-show too');
select is((select no_show_at || '' from roadshow.drops where id = pg_temp.id(31)), null,
    'then there is nothing left to look for');

select * from finish();
rollback;
