-- SPDX-License-Identifier: Apache-2.0
--
-- The mirror: everything at first, then what the ledger says has changed.
begin;
\ir lib/devices.psql
select plan(35);

select pg_temp.make_device(41, 'scan'), pg_temp.enrol(41), pg_temp.make_device(42, 'till'), pg_temp.enrol(42) \g /dev/null
select api.lease_create(pg_temp.id(1), pg_temp.device(42), jsonb_build_object('new_id', pg_temp.id(51), 'signature', pg_temp.nonce(),
    'body', jsonb_build_object('drop_id', pg_temp.id(31), 'quantity', 2, 'until', now() + interval '1 hour'))) \g /dev/null
select pg_temp.make_event(1, 13), pg_temp.make_drop(1, 32, jsonb_build_object('event_id', pg_temp.id(13))) \g /dev/null
select * from pg_temp.claims(1, '[{"drop": 32}]') \g /dev/null

-- The lines after the head as rows.
create function pg_temp.mirror(n integer, p_after bigint default null) returns table (head jsonb, line jsonb) language sql as $$
    select m.head::jsonb, l::jsonb from api.mirror_read(pg_temp.id(1), pg_temp.device(n), jsonb_strip_nulls(jsonb_build_object('after', p_after))) m
    left join lateral string_to_table(m.lines, E'\n') as l on true $$;
create temporary view size as select size from ledger_heads where creator_id = pg_temp.id(1);

select is((select count(*) from pg_temp.mirror(41) where line ->> 'kind' = 'token'), 4::bigint, 'the tokens of its event, no others');
select is((select line from pg_temp.mirror(41) where line ->> 'kind' = 'token' limit 1),
    jsonb_build_object('kind', 'token', 'id', pg_temp.token(1), 'serial', 1, 'version', 1, 'state', 'issued', 'drop', pg_temp.id(31)), 'each with its state');
select is((select line from pg_temp.mirror(41) where line ->> 'kind' = 'product'),
    '{"kind": "product", "sku": "print", "title": "A print", "price": {"amount": 2500, "currency": "EUR"}}', 'the products');
select is((select count(*) from pg_temp.mirror(41) where line ->> 'kind' = 'lease'), 0::bigint, 'no lease of another device');
select is((select line ->> 'id' from pg_temp.mirror(42) where line ->> 'kind' = 'lease'), pg_temp.id(51)::text, 'its own leases');
select is((select distinct head -> 'ledger_size' from pg_temp.mirror(41)), (select to_jsonb(size) from size), 'the head says how far it reaches');
select is((select distinct head ->> 'snapshot' from pg_temp.mirror(41)), 'true', 'and that this is everything');
select is((select distinct head #>> '{drops,0,id}' from pg_temp.mirror(41)), pg_temp.id(31)::text, 'with the drops');
select is((select distinct jsonb_array_length(head -> 'drops') from pg_temp.mirror(41)), 1, 'of the event');

select is((select count(line) from pg_temp.mirror(41, (select size - 1 from size))), 0::bigint, 'nothing new, no lines');
select is((select head ->> 'snapshot' from pg_temp.mirror(41, (select size - 1 from size))), 'false', 'only the head');
create temporary table mark as select size - 1 as last from size;
select pg_temp.tell(42, 'redeem', 10, pg_temp.scan(pg_temp.token(2))), pg_temp.upload(42, 1, 1) \g /dev/null
select pg_temp.make_product(1, 24, 'mug') \g /dev/null
select is((select string_agg(line ->> 'kind' || ' ' || coalesce(line ->> 'state', line ->> 'sku'), ', ' order by line ->> 'kind' desc)
    from pg_temp.mirror(41, (select last from mark))), 'token redeemed, product mug', 'then what has changed');
select is((select line ->> 'id' from pg_temp.mirror(41, (select last from mark)) where line ->> 'kind' = 'token'), pg_temp.token(2)::text, 'and nothing else');
select is((select distinct head ->> 'snapshot' from pg_temp.mirror(41, 1000000)), 'true', 'who claims to know more than there is gets everything');
select is((select count(*) from pg_temp.mirror(41, -1) where line ->> 'kind' = 'token'), 4::bigint, 'after -1 is from the beginning');

-- Pages, here of two tokens: each has the ledger's size of the first, so nothing is missed in between.
create or replace function roadshow.mirror_page_tokens() returns integer language sql immutable as 'select 2';
create function pg_temp.page(p_from text) returns table (head jsonb, tokens text, others bigint) language sql as $$
    select m.head::jsonb, string_agg((l::jsonb ->> 'serial'), ' ' order by o) filter (where l::jsonb ->> 'kind' = 'token'),
        count(*) filter (where l::jsonb ->> 'kind' <> 'token')
    from api.mirror_read(pg_temp.id(1), pg_temp.device(41), jsonb_build_object('from', p_from)) m,
        unnest(string_to_array(m.lines, E'\n')) with ordinality as x(l, o)
    group by 1 $$;
create temporary table pages as select 1 as n, p.* from pg_temp.page(null) p;
select is((select tokens || ' ' || (head ->> 'snapshot') from pages), '1 2 true', 'the first page of a snapshot');
select pg_temp.make_product(1, 27, 'pin') \g /dev/null
insert into pages select 2, p.* from pages q, pg_temp.page(q.head ->> 'next') p where q.n = 1;
select is((select tokens || ' ' || (head ->> 'snapshot') || ' ' || others from pages where n = 2), '3 4 false 0', 'the next has the next tokens, and nothing else');
select is((select head ->> 'next' from pages where n = 2), null, 'the last one says so');
select is((select count(distinct head -> 'ledger_size') from pages), 1::bigint, 'all say how far the first one reached');
select is((select string_agg(line ->> 'sku', ' ') from pg_temp.mirror(41, (select (head -> 'ledger_size')::bigint - 1 from pages where n = 2))
    where line ->> 'kind' = 'product'), 'pin', 'and the delta behind it brings what happened meanwhile');
select is((select distinct head ->> 'snapshot' from pg_temp.mirror(41, (select (head -> 'ledger_size')::bigint - 1 from pages where n = 2))),
    'false', 'a delta of less than a page is one');
select tokens_move(pg_temp.id(1), array[pg_temp.token(1), pg_temp.token(3), pg_temp.token(4)], 'cancelled', array[now(), now(), now()],
    array['token.cancelled', 'token.cancelled', 'token.cancelled'], array['{}', '{}', '{}']::jsonb[])
    from drops_lock(pg_temp.id(1), array[pg_temp.id(31)]) \g /dev/null
select is((select distinct head ->> 'snapshot' from pg_temp.mirror(41, (select last from mark))), 'true', 'a larger one would be no smaller than a snapshot');
select throws_ok($$ select * from pg_temp.page('x') $$, 'RS422', 'validation_failed', 'a page that nobody named');
select throws_ok($$ select * from pg_temp.page(pg_temp.id(31) || '.1.99999999999999999999') $$, 'RS422', 'validation_failed', 'numbers have ends');

-- Whatever the size of a page, the pages together are the event, in order, each token once, over the ends of
-- drops too: 4 tokens of one and 3 of another.
select pg_temp.make_drop(1, 35, '{"quantity": 3, "tokenized": 3}') \g /dev/null
select * from pg_temp.claims(1, '[{"drop": 35}, {"drop": 35, "quantity": 2}]') \g /dev/null
create function pg_temp.walk(p_size integer) returns text language plpgsql as $$
declare
    seen  text[] := '{}';
    pages integer := 0;
    p     record;
    at    text;
begin
    execute format('create or replace function roadshow.mirror_page_tokens() returns integer
        language sql immutable as %L', 'select ' || p_size);
    loop
        select * into p from api.mirror_read(pg_temp.id(1), pg_temp.device(41), jsonb_build_object('from', at));
        seen := seen || array(select l::jsonb ->> 'id' from unnest(string_to_array(p.lines, E'\n'))
            with ordinality as x(l, o) where l::jsonb ->> 'kind' = 'token' order by o);
        pages := pages + 1;
        at := p.head::jsonb ->> 'next';
        exit when at is null or pages > 20;
    end loop;
    return pages || ' pages, ' || case when seen = array(select id::text from tokens
        where creator_id = pg_temp.id(1) and drop_id in (pg_temp.id(31), pg_temp.id(35)) order by drop_id, serial)
        then 'all' else array_to_string(seen, ' ') end;
end $$;
select is(pg_temp.walk(size), (7 + size - 1) / size || ' pages, all', 'pages of ' || size)
from unnest(array[1, 2, 3, 4, 5, 6, 7, 8]) as size;

select throws_ok($$ select * from api.mirror_read(pg_temp.id(2), pg_temp.device(41), '{}') $$, 'RS401', 'key_revoked', 'a device of another creator');
update devices set state = 'quarantined', ended_at = now() where id = pg_temp.id(41);
select throws_ok($$ select * from pg_temp.mirror(41) $$, 'RS403', 'device_quarantined', 'a quarantined device gets nothing');
update devices set state = 'revoked' where id = pg_temp.id(41);
select throws_ok($$ select * from pg_temp.mirror(41) $$, 'RS401', 'key_revoked', 'nor does a revoked one');
select * from finish();
rollback;
