-- SPDX-License-Identifier: Apache-2.0
--
-- Tokens: every move of the diagram, every move that is none, and what each gives back.
begin;
\ir lib/fixture.psql
select plan(80);

select is(token_id('0190c2a0-7b1e-7c4d-8f00-0123456789ab', k), id, 'token ' || k || ' of a claim')
from (values (1, '0190c2a0-7b1e-7c4d-8f00-012345678901'::uuid),
    (20, '0190c2a0-7b1e-7c4d-8f00-012345678914')) as t(k, id); -- as in tests/unit/test_claims.c

select is(token_may_move(f, t), (f, t) in (('held', 'issued'), ('held', 'expired'), ('held', 'cancelled'),
    ('issued', 'redeemed'), ('issued', 'cancelled'), ('issued', 'forfeited'), ('redeemed', 'redeemed'),
    ('redeemed', 'issued')),
    f || ' to ' || t)
from unnest(array['held', 'issued', 'redeemed', 'expired', 'cancelled', 'forfeited']) as f,
    unnest(array['held', 'issued', 'redeemed', 'expired', 'cancelled', 'forfeited']) as t;

select pg_temp.make_drop(1, 31, '{"hold_ttl_s": 600, "per_person": 5}') \g /dev/null
select pg_temp.make_drop(1, 32, '{"per_person": 5}') \g /dev/null
create function pg_temp.token(n integer, k integer) returns uuid language sql as $$
    select token_id(pg_temp.id(n), k) $$;
create function pg_temp.state(p_token uuid) returns text language sql as $$
    select state from tokens where creator_id = pg_temp.id(1) and id = p_token $$;
create function pg_temp.units(p_buyer text) returns integer language sql as $$
    select units from drop_buyers where creator_id = pg_temp.id(1)
        and buyer_key = sha256(convert_to(p_buyer, 'UTF8')) $$;
select is((select array_agg(status) from pg_temp.claims(1, '[
    {"drop": 31, "claim": 900, "quantity": 5, "buyer": "ann"},
    {"drop": 32, "claim": 901, "quantity": 4, "buyer": "bob"}]')), array[201, 201], 'two claims');
select is(pg_temp.counts(1, 31), '5/0/0/6', 'one is held');
select is(pg_temp.counts(1, 32), '0/4/0/5', 'one is issued');

-- ---- commands
create function pg_temp.command(p_what text, p_token uuid, p_idem text default null) returns api.answer
language plpgsql as $$
declare a api.answer;
begin
    execute format('select * from api.token_%s($1, $2, $3)', p_what) into a
    using pg_temp.id(1), pg_temp.owner(1, p_idem), jsonb_build_object('token', p_token);
    return a;
end $$;
select unnest(array[is(r.status, 200, 'a hold is confirmed'),
    is(r.body::jsonb ->> 'state', 'issued', 'and issued'),
    is(r.body::jsonb #>> '{jwt,kid}', 'kid-1', 'its text can be made'),
    is(r.body::jsonb ->> 'expires_at', (select rfc3339(pickup_until) from drops where id = pg_temp.id(31)),
        'it lasts until pickup ends')])
from pg_temp.command('confirm', pg_temp.token(900, 1)) as r;
select is(pg_temp.counts(1, 31), '4/1/0/6', 'a held unit became an issued one');
select throws_ok($$ select pg_temp.command('confirm', pg_temp.token(900, 1)) $$, 'RS409', 'token_state',
    'only a hold is confirmed');
select unnest(array[is(r.body::jsonb ->> 'state', 'cancelled', 'a hold is cancelled'),
    is(r.body::jsonb -> 'jwt', 'null', 'and has no text')])
from pg_temp.command('cancel', pg_temp.token(900, 2), 'c1') as r;
select is((pg_temp.command('cancel', pg_temp.token(900, 2), 'c1')).replayed, true, 'once');
select is(pg_temp.counts(1, 31), '3/1/0/6', 'its unit came back');
select is(pg_temp.units('ann'), 4, 'to the person, too');
select is((pg_temp.command('cancel', pg_temp.token(901, 4))).status, 200, 'an issued one is cancelled');
select is(pg_temp.counts(1, 32), '0/3/0/5', 'its unit came back');
select throws_ok($$ select pg_temp.command('cancel', pg_temp.token(901, 4)) $$, 'RS409', 'token_state',
    'what has ended stays');
select throws_ok($$ select pg_temp.command('cancel', pg_temp.id(5)) $$, 'RS404', 'not_found',
    'a token that is not there');
select throws_ok($$ select api.token_read(pg_temp.id(2), pg_temp.owner(2),
    jsonb_build_object('token', pg_temp.token(901, 1))) $$, 'RS404', 'not_found', 'nor another creator''s');

-- ---- the end of holds
update tokens set held_until = clock_timestamp() - interval '1 second'
    where creator_id = pg_temp.id(1) and id in (pg_temp.token(900, 3), pg_temp.token(900, 4));
select throws_ok($$ select pg_temp.command('confirm', pg_temp.token(900, 3)) $$, 'RS409', 'hold_expired',
    'a hold that is over is not confirmed, though nobody has ended it yet');
select is(api.janitor_holds(pg_temp.id(1), 1), 1, 'the janitor ends holds, so many at a time');
select is(api.janitor_holds(pg_temp.id(1), 10), 1, 'then the rest');
select is(api.janitor_holds(pg_temp.id(1), 10), 0, 'then none');
select is((select array_agg(pg_temp.state(pg_temp.token(900, k)) order by k) from generate_series(1, 5) as k),
    array['issued', 'cancelled', 'expired', 'expired', 'held'], 'those that were over and no others');
select is(pg_temp.counts(1, 31), '1/1/0/6', 'their units came back');
select is(pg_temp.units('ann'), 2, 'to the person, too');
select is((select serial from pg_temp.claims(1, '[{"drop": 31, "quantity": 1}]')), 6,
    'a serial is never given out again');

-- ---- the mover
create function pg_temp.move(p_tokens uuid[], p_to text, p_at timestamptz default now())
returns table (token_id uuid, ledger_index bigint) language plpgsql as $$
begin
    perform tokens_move(pg_temp.id(1), p_tokens, p_to, array_fill(p_at, array[cardinality(p_tokens)]),
        array_fill('token.' || p_to, array[cardinality(p_tokens)]),
        array_fill('{"was": "issued"}'::jsonb, array[cardinality(p_tokens)]));
    return query select t.id, t.ledger_index from tokens t
        where t.creator_id = pg_temp.id(1) and t.id = any(p_tokens) and t.state = p_to;
end $$;
create temporary table head as select size from ledger_heads where creator_id = pg_temp.id(1);
select results_eq($$ select * from pg_temp.move(array[pg_temp.token(901, 2), pg_temp.token(901, 1)], 'redeemed') order by 2 $$,
    $$ select t, size + o - 1 from head, unnest(array[pg_temp.token(901, 2), pg_temp.token(901, 1)])
       with ordinality as x(t, o) $$, 'several move at once, entries in their order');
select is(pg_temp.counts(1, 32), '0/3/2/5', 'redeemed ones still count as issued');
select is((select entry::jsonb - 'at' from ledger, head where creator_id = pg_temp.id(1) and index = size),
    (select jsonb_build_object('index', size, 'kind', 'token.redeemed', 'subject', pg_temp.token(901, 2),
        'prev', c.first_index + 1, 'data', jsonb_build_object('was', 'issued', 'drop_id', pg_temp.id(32),
            'serial', 2, 'version', 1))
     from head, claims c where c.id = pg_temp.id(901)), 'the entry says what and links to the one before');
select is((select count(*) from pg_temp.move(array[pg_temp.token(901, 1)], 'redeemed', '2026-01-01')), 1::bigint,
    'who redeemed first may be corrected');
select is((select redeemed_at from tokens where id = pg_temp.token(901, 1)), '2026-01-01'::timestamptz,
    'with its time');
select is(pg_temp.counts(1, 32), '0/3/2/5', 'which counts nothing twice');
select is(jsonb_path_query_array((api.token_read(pg_temp.id(1), pg_temp.owner(1),
    jsonb_build_object('token', pg_temp.token(901, 1)))).body::jsonb, '$.history[*].kind'),
    '["token.issued", "token.redeemed", "token.redeemed"]', 'a token tells its history');
select api.key_create(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('new_id', pg_temp.id(203),
    'key', pg_temp.key_of(203), 'body', '{"role": "storefront", "name": "n"}'::jsonb)) \g /dev/null
select is((api.token_read(pg_temp.id(1), pg_temp.caller('storefront', pg_temp.id(203)),
    jsonb_build_object('token', pg_temp.token(901, 1)))).body::jsonb -> 'jwt', 'null',
    'a public key does not get the token''s text');
select ok((api.token_read(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('token', pg_temp.token(901, 1))))
    .body !~ 'buyer', 'and nobody the buyer');
select is((select count(*) from pg_temp.move(array[pg_temp.token(901, 3)], 'forfeited')), 1::bigint,
    'a no-show forfeits');
select is(pg_temp.counts(1, 32) || ' ' || pg_temp.units('bob'), '0/2/2/5 3',
    'which takes the unit from the issued ones, and gives the person nothing back');
select throws_ok($$ select pg_temp.move(array[pg_temp.token(901, 4), pg_temp.token(900, 1)], 'redeemed') $$,
    'P0001', null, 'one that may not move stops all');
select throws_ok($$ select pg_temp.move(array[pg_temp.token(900, 1), pg_temp.token(900, 1)], 'redeemed') $$,
    'P0001', null, 'as does one that is named twice');
select throws_ok($$ select pg_temp.move(array[pg_temp.id(5)], 'redeemed') $$,
    'P0001', null, 'or is not there');
select is_empty($$ select * from pg_temp.move(array[]::uuid[], 'redeemed') $$, 'none is none');
select finish();
rollback;
