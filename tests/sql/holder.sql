-- SPDX-License-Identifier: Apache-2.0
--
-- The holder's page: a code exactly while the token's text is good, the pickup's grace and an end of its
-- own included; none while it is offered for resale, and none for who passed it on. Each holder's
-- commitment is told with the entry since which they held it.
begin;
\ir lib/fixture.psql
select plan(24);

select pg_temp.make_event(1, 13, jsonb_build_object('starts_at', now() + interval '1 day',
    'ends_at', now() + interval '2 days')) \g /dev/null
select pg_temp.make_drop(1, 31, jsonb_build_object('event_id', pg_temp.id(13), 'transfer', '{"resale": {}}'::jsonb,
    'no_show', '{"grace_s": 3600}'::jsonb)) \g /dev/null
select * from pg_temp.claims(1, '[{"drop": 31, "buyer": "ann", "claim": 41}]') \g /dev/null

create function pg_temp.page(p_version integer default 1) returns api.answer language sql as $$
    select api.token_page(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('token',
        token_id(pg_temp.id(41), 1), 'version', p_version)) $$;
-- 'status state code', short.
create function pg_temp.shows(p_version integer default 1) returns text language sql as $$
    select a.status || ' ' || (a.body::jsonb ->> 'state') || case when a.body::jsonb -> 'jwt' = 'null'
        then '' else ' code' end from pg_temp.page(p_version) as a $$;
-- The pickup ended p_ago ago.
create function pg_temp.ended(p_ago interval) returns void language sql as $$
    update roadshow.drops set pickup_from = now() - p_ago - interval '1 hour',
        pickup_until = now() - p_ago where id = pg_temp.id(31) $$;
create function pg_temp.token_do(p_function text, p_body jsonb, p_more jsonb default '{}')
returns integer language sql as $$
    select (pg_temp.post(1, p_function, p_more || jsonb_build_object('token',
        token_id(pg_temp.id(41), 1)), p_body)).status $$;

select is(pg_temp.shows(), '200 issued code', 'a valid token has a code');
select is(pg_temp.shows(2), null, 'a version that is not there yet: nothing');
select is((pg_temp.page(2)).status, 404, 'and says so');

-- 'version:index', in order.
create function pg_temp.holders() returns text language sql as $$
    select string_agg((h ->> 'version') || ':' || (h ->> 'ledger_index'), ' ' order by o)
    from jsonb_array_elements((pg_temp.post(1, 'token_provenance', jsonb_build_object('token',
        token_id(pg_temp.id(41), 1)))).body::jsonb -> 'holders') with ordinality as x(h, o) $$;

-- ---- offered for resale -------------------------------------------------------------------------

select is(pg_temp.token_do('resale_list', '{"version": 1}', jsonb_build_object('new_id', pg_temp.id(51))), 201,
    'it is offered for resale');
select is(pg_temp.shows(), '200 suspended', 'it shows no code while it is offered');
select is((pg_temp.page()).body::jsonb -> 'since', 'null', 'and no time');
select throws_ok($$ select pg_temp.post(1, 'token_code', jsonb_build_object('token',
    token_id(pg_temp.id(41), 1))) $$, 'RS409', 'token_state', 'nor is there a picture of it');
select is(pg_temp.token_do('resale_withdraw', null), 200, 'it is taken back');
select is(pg_temp.shows(), '200 issued code', 'and good again');
select is(pg_temp.holders(), '1:' || (select first_index from roadshow.claims where id = pg_temp.id(41)),
    'who claimed it held it from the claim on, whatever became of the token since');

-- ---- the end ------------------------------------------------------------------------------------

select pg_temp.ended('30 minutes') \g /dev/null
select is(pg_temp.shows(), '200 issued code', 'within the grace it is good');
select is((pg_temp.page()).body::jsonb ->> 'pickup', local_span(now() - interval '90 minutes',
    now() - interval '30 minutes', 'Europe/Berlin'), 'though the pickup was announced without it');
select pg_temp.ended('61 minutes') \g /dev/null
select is(pg_temp.shows(), '200 over', 'after the grace it is over');
update roadshow.tokens set valid_until = now() + interval '1 hour' where id = token_id(pg_temp.id(41), 1);
select is(pg_temp.shows(), '200 issued code', 'an end of its own counts instead');
select is((pg_temp.page()).body::jsonb ->> 'pickup', local_span(now() - interval '121 minutes',
    now() + interval '1 hour', 'Europe/Berlin'), 'and is what it says');
update roadshow.tokens set valid_until = now() - interval '1 second' where id = token_id(pg_temp.id(41), 1);
select pg_temp.ended('-1 hour') \g /dev/null
select is(pg_temp.shows(), '200 over', 'also when it is earlier');
update roadshow.tokens set valid_until = null where id = token_id(pg_temp.id(41), 1);
select is(pg_temp.shows(), '200 issued code', 'without one it is the drop''s');

-- ---- passed on ----------------------------------------------------------------------------------

select is(pg_temp.token_do('token_transfer', '{"version": 1}', jsonb_build_object('kid', 'kid-1',
    'buyer', encode(sha256('bob'), 'hex'), 'holder', encode(pg_temp.holder('bob'), 'hex'),
    'salt', encode(pg_temp.salt('bob'), 'hex'))), 200, 'it is passed on');
select is(pg_temp.shows(), '410 superseded', 'the old link says so, and shows no code');
select is(pg_temp.shows(2), '200 issued code', 'the new one is good');
select is(pg_temp.holders(), (select '1:' || c.first_index || ' 2:' || t.ledger_index
    from roadshow.claims c, roadshow.tokens t where c.id = pg_temp.id(41)
        and t.id = token_id(pg_temp.id(41), 1)), 'and who has it holds it from the transfer on');

select is(pg_temp.token_do('token_cancel', '{}'), 200, 'it is cancelled');
select is(pg_temp.shows(2), '200 cancelled', 'then nobody''s is good');
select is(pg_temp.shows(), '410 superseded', 'and the old link still says what it said');

select * from finish();
rollback;
