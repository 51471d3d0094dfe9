-- SPDX-License-Identifier: Apache-2.0
--
-- The ground: problems, remembered answers, ids, the ledger, creators and their keys.
begin;
\ir lib/fixture.psql
select plan(52);

-- ---- problems, ids, formats
select throws_ok($$ select fail(409, 'sold_out', 'Nothing is left.', '/quantity') $$, 'RS409',
    'sold_out', 'a refusal is SQLSTATE RS and the status, its code the message');
select matches(uuid_v7()::text, '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
    'uuid_v7 makes version 7 of variant 1');
select ok(abs(('x' || substr(replace(uuid_v7()::text, '-', ''), 1, 12))::bit(48)::bigint
    - extract(epoch from clock_timestamp()) * 1000) < 1000, 'and it begins with the time');
select is(rfc3339('2026-05-01 12:00:00.5+02'), '2026-05-01T10:00:00.500000Z',
    'times are RFC 3339 in UTC with microseconds');
select is(rfc3339(null), null, 'no time is no text');
select is(money(1500, 'EUR'), '{"amount": 1500, "currency": "EUR"}'::jsonb, 'money');
select is(money(null, 'EUR'), null, 'no money is null');
select matches(etag_of('x'), '^"[0-9a-f]{32}"$', 'an ETag is strong and quoted');
select isnt(etag_of('x'), etag_of('y'), 'and tells values apart');

-- ---- creators
select unnest(array[is(r.status, 201, 'a creator is made'),
    is(r.body::jsonb - 'created_at', jsonb_build_object('id', pg_temp.id(3), 'slug', 'three',
        'name', 'Creator three', 'sealed_api_key', 'sealed-103'), 'and told with its sealed key')])
from pg_temp.make_creator(3, 'three') as r;
select is((select size from ledger_heads where creator_id = pg_temp.id(3)), 2::bigint,
    'its ledger starts with itself and its key');
select throws_ok($$ select pg_temp.make_creator(4, 'three') $$, 'RS409', 'slug_taken',
    'a slug is taken once');
select throws_ok(format('select pg_temp.make_creator(4, %L)', slug), 'RS422', 'validation_failed',
    format('refuses the slug %s', slug))
from unnest(array['-a', 'a-', 'A', 'a_b', 'ä', 'a b']) as slug;
select is((select count(*) from creators where id = pg_temp.id(4)), 0::bigint,
    'a refused creator leaves nothing');

-- ---- partners
create function pg_temp.partner(p_idem text) returns api.answer language sql as $$
    select api.partner_create(nil_uuid(), pg_temp.operator(p_idem), jsonb_build_object(
        'new_id', pg_temp.id(5), 'key', pg_temp.key_of(105), 'body', '{"name": "P"}'::jsonb)) $$;
select is((pg_temp.partner('p1')).status, 201, 'a partner is made');
select is((pg_temp.partner('p1')).replayed, true, 'an operator''s call is remembered too');
select results_eq(
    $$ select role, secret_sha256, subject_id, revoked
       from api.partner_key_lookup(pg_temp.id(5), pg_temp.id(105)) $$,
    $$ values ('partner', sha256(int4send(105)), pg_temp.id(5), false) $$,
    'its key is found by partner and id');

-- ---- keys
select results_eq(
    $$ select role, secret_sha256, subject_id, revoked
       from api.key_lookup(pg_temp.id(1), pg_temp.id(101)) $$,
    $$ values ('creator', sha256(int4send(101)), nil_uuid(), false) $$,
    'a key is found by creator and id');
select is_empty($$ select * from api.key_lookup(pg_temp.id(2), pg_temp.id(101)) $$,
    'and not under another creator');
create function pg_temp.new_key(n integer, p_role text) returns api.answer language sql as $$
    select api.key_create(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('new_id', pg_temp.id(n),
        'key', pg_temp.key_of(n), 'body', jsonb_build_object('role', p_role, 'name', 'n'))) $$;
create function pg_temp.revoke(n integer) returns api.answer language sql as $$
    select api.key_revoke(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('key', pg_temp.id(n))) $$;
select is((r.body::jsonb) ->> 'sealed_api_key', 'sealed-201', 'a key is told sealed')
from pg_temp.new_key(201, 'storefront') as r;
select throws_ok($$ select pg_temp.revoke(101) $$, 'RS409', 'last_key',
    'the last creator key stays, whatever storefront keys there are');
select is((pg_temp.new_key(202, 'creator')).status, 201, 'a second creator key');
select is((pg_temp.revoke(201)).status, 204, 'a key is revoked');
select is((pg_temp.revoke(201)).status, 204, 'again is fine');
select throws_ok($$ select pg_temp.revoke(999) $$, 'RS404', 'not_found', 'a key that is not there');
select throws_ok($$ select authorise(pg_temp.id(1), pg_temp.caller('storefront', pg_temp.id(201))) $$,
    'RS401', 'key_revoked', 'a revoked key does nothing');
select throws_ok($$ select authorise(pg_temp.id(2), pg_temp.owner(1)) $$, 'RS401', 'key_revoked',
    'nor does another creator''s');
select throws_ok($$ select authorise(pg_temp.id(1), pg_temp.caller('storefront', pg_temp.id(101))) $$,
    'RS401', 'key_revoked', 'nor one under another role');
select unnest(array[is(jsonb_path_query_array(r.body::jsonb, '$.keys[*].id'),
    to_jsonb(array[pg_temp.id(202), pg_temp.id(201)]), 'keys are listed newest first, by pages'),
    is(r.body::jsonb ->> 'next', pg_temp.id(201)::text, 'and next is the last one shown')])
from api.key_list(pg_temp.id(1), pg_temp.owner(1), '{"limit": 2}') as r;
select unnest(array[is(jsonb_path_query_array(r.body::jsonb, '$.keys[*].id'),
    to_jsonb(array[pg_temp.id(101)]), 'the next page goes on'),
    is(r.body::jsonb ->> 'next', null, 'and is the last')])
from api.key_list(pg_temp.id(1), pg_temp.owner(1),
    jsonb_build_object('limit', 2, 'after', pg_temp.id(201))) as r;
select unalike((api.key_list(pg_temp.id(1), pg_temp.owner(1), '{}')).body, '%sealed%',
    'no list shows a secret');

-- ---- Idempotency-Key
create function pg_temp.product(p_idem text, p_body text, p_key integer default 101) returns api.answer
language sql as $$
    select api.product_create(pg_temp.id(1), pg_temp.caller('creator', pg_temp.id(p_key), p_idem, p_body),
        jsonb_build_object('new_id', uuid_v7(), 'body', jsonb_build_object('sku', 'sku-' || p_key,
            'title', 'T', 'price', jsonb_build_object('amount', 1, 'currency', 'EUR')))) $$;
create temporary table told as select * from pg_temp.product('i1', 'b');
select is((select replayed from told), false, 'the first call does it');
select results_eq($$ select status, body, etag, location from pg_temp.product('i1', 'b') $$,
    $$ select status, body, etag, location from told $$, 'the second tells the same answer');
select is((pg_temp.product('i1', 'b')).replayed, true, 'and says so');
select throws_ok($$ select pg_temp.product('i1', 'other') $$, 'RS422', 'idempotency_key_reused',
    'another request under the key is refused');
select throws_ok($$ select pg_temp.product('i2', 'b') $$, 'RS409', 'sku_taken', 'a refusal');
select is((select count(*) from idempotency where idem_key = 'i2'), 0::bigint, 'is not remembered');
select is((pg_temp.product('i1', 'b', 202)).replayed, false, 'the key belongs to its API key');
update idempotency set created_at = now() - interval '25 hours' where key_id = pg_temp.id(101);
select is(api.janitor_idempotency(pg_temp.id(1), 100), 1, 'answers are forgotten after a day');
select is((select count(*) from idempotency where creator_id = pg_temp.id(1)), 1::bigint,
    'and no sooner');
update operator_idempotency set created_at = now() - interval '25 hours';
select is(api.janitor_idempotency(nil_uuid(), 100), 1, 'the operator''s too');

-- ---- lists
select is((page_of('things', null, 3)).body::jsonb, '{"things": [], "next": null}'::jsonb,
    'an empty list');
select is((page_of('things', '[{"id": 1}, {"id": 2}]', 2)).body::jsonb,
    '{"things": [{"id": 1}, {"id": 2}], "next": null}'::jsonb, 'a full last page');
select is((page_of('things', '[{"id": 1}, {"id": 2}]', 1)).body::jsonb,
    '{"things": [{"id": 1}], "next": 1}'::jsonb, 'a page with more behind it');
select finish();
rollback;
