-- SPDX-License-Identifier: Apache-2.0
--
-- Orders: who ships, who does not and why, what is reserved, and that one bad order of a batch does
-- not disturb the others.
begin;
\ir lib/fulfilment.psql
select plan(69);

-- Three micro-hubs and a warehouse. 101 is the nearest wherever a test does not say otherwise.
do $$
begin
    perform pg_temp.hub(101, 'near', 52.52, 13.40);
    perform pg_temp.hub(102, 'mid', 52.53, 13.45);
    perform pg_temp.hub(103, 'far', 52.60, 13.60, '{"radius_km": 5}');
    perform pg_temp.hub(109, 'warehouse', 50, 8, '{"kind": "warehouse", "capacity": 100}');
    for n in 1 .. 3 loop
        perform pg_temp.stock(101, 'SKU-' || n, 10);
        perform pg_temp.stock(102, 'SKU-' || n, 10);
        perform pg_temp.stock(109, 'SKU-' || n, 1000);
    end loop;
end $$;
select pg_temp.waves(101, 10, 60, 1500, 2940) \g /dev/null
select pg_temp.waves(102, 10, 60, 1500, 2940) \g /dev/null
select pg_temp.waves(103, 10, 60, 1500, 2940) \g /dev/null
select pg_temp.waves(109, 100, 60, 1500, 2940) \g /dev/null
\set all '\'[[101, 800], [102, 3000], [103, 9000], [109, 400000]]\''
create temp table got (n integer, a jsonb);

-- ---- one order --------------------------------------------------------------------------------------

insert into got select 1, x from pg_temp.place(pg_temp.item(201, '[{"sku": "SKU-1", "quantity": 2}]', :all))
    as x;
select is(a -> 'status', '201', 'placed') from got where n = 1;
select is(a -> 'body' ->> 'state', 'routed', 'routed') from got where n = 1;
select is(pg_temp.hubs_of(a), array[101], 'the closest ships') from got where n = 1;
select is(a -> 'body' -> 'shipments' -> 0 -> 'lines', '[{"sku": "SKU-1", "quantity": 2}]', 'all of it')
from got where n = 1;
select is((a -> 'body' -> 'shipments' -> 0 ->> 'promise_at')::timestamptz, now() + interval '140 minutes',
    'cut-off + handling + travel') from got where n = 1;
select is(pg_temp.verdicts(201), '{"101": "chosen", "102": "lost_on:closest", "103": "out_of_radius",
    "109": "lost_on:micro_hub_before_warehouse"}', 'and the others lost for a reason');
select is((select reserved from hub_stock where hub_id = pg_temp.id(101) and sku = 'SKU-1'), 2, 'reserved');
select is((select entry::jsonb ->> 'kind' from ledger l, orders o where o.id = pg_temp.id(201)
    and l.creator_id = o.creator_id and l.index = o.ledger_index), 'order.routed', 'the ledger tells');
select ok(not exists (select from ledger where kind like 'order.%' and entry ~ '(lat|lon|distance|promise)'),
    'but not where the person is');
insert into got select 2, x from pg_temp.place(pg_temp.item(201, '[{"sku": "SKU-1", "quantity": 2}]', :all))
    as x;
select is((select a from got where n = 2), (select a from got where n = 1), 'a replay is the same answer');
select is((select reserved from hub_stock where hub_id = pg_temp.id(101) and sku = 'SKU-1'), 2,
    'and reserves nothing');
select is(x ->> 'code', 'idempotency_key_reused', 'another body under the key')
from pg_temp.place(pg_temp.item(201, '[{"sku": "SKU-1", "quantity": 3}]', :all)) as x;

-- ---- a batch ----------------------------------------------------------------------------------------

insert into got select 3, x from pg_temp.place(
    pg_temp.item(211, '[{"sku": "SKU-2", "quantity": 6}]', :all),
    pg_temp.item(212, '[{"sku": "NONE", "quantity": 1}]', :all),
    pg_temp.item(213, '[{"sku": "SKU-2", "quantity": 6}]', :all),
    pg_temp.item(214, '[{"sku": "SKU-2", "quantity": 1}, {"sku": "SKU-2", "quantity": 1}]', :all),
    pg_temp.item(211, '[{"sku": "SKU-2", "quantity": 6}]', :all)) as x;
select is(array(select (a -> 'status')::integer from got where n = 3 order by a -> 'item'),
    array[201, 422, 201, 422, 201], 'one row per item; a bad one disturbs nobody');
select is(a ->> 'pointer', '/lines/0/sku', 'where it was wrong') from got where n = 3 and a -> 'item' = '2';
select is(a ->> 'code', 'duplicate_sku', 'a SKU twice') from got where n = 3 and a -> 'item' = '4';
select is(pg_temp.hubs_of(a), array[102], 'each decided on what those before left')
from got where n = 3 and a -> 'item' = '3';
select is(pg_temp.verdicts(213) ->> '101', 'no_stock', 'whole before split');
select is((select a -> 'body' from got where n = 3 and a -> 'item' = '5'),
    (select a -> 'body' from got where n = 3 and a -> 'item' = '1'), 'the same key twice in a batch');
select ok(not exists (select from order_lines where order_id in (pg_temp.id(212), pg_temp.id(214))),
    'a refused order leaves nothing');
select is((select array_agg(index order by index) from ledger where creator_id = pg_temp.id(1)),
    (select array_agg(n) from generate_series(0, (select size - 1 from ledger_heads
        where creator_id = pg_temp.id(1))) n), 'the ledger is dense');

-- ---- stock, capacity, cut-off -----------------------------------------------------------------------

select is(pg_temp.hubs_of(x), array[101, 102], 'split when nobody has all')
from pg_temp.place(pg_temp.item(221, '[{"sku": "SKU-2", "quantity": 8}]', '[[101, 800], [102, 3000]]')) as x;
select is((select jsonb_agg(l.quantity order by s.distance_m) from shipments s join shipment_lines l
    on l.shipment_id = s.id where s.order_id = pg_temp.id(221)), '[4, 4]', 'each gives what it has');
select is(x -> 'body' -> 'backordered', '[{"sku": "SKU-2", "quantity": 3, "reason": "no_stock"}]',
    'nobody in reach has any left')
from pg_temp.place(pg_temp.item(222, '[{"sku": "SKU-2", "quantity": 3}]', '[[101, 800], [102, 3000]]')) as x;
select is((select state from orders where id = pg_temp.id(222)), 'backordered', 'it waits');
select is(x -> 'body' -> 'backordered' -> 0 ->> 'reason', 'no_hub', 'nobody is in reach')
from pg_temp.place(pg_temp.item(223, '[{"sku": "SKU-2", "quantity": 3}]', '[[103, 9000]]')) as x;
select is(x -> 'body' -> 'backordered' -> 0 ->> 'reason', 'no_hub', 'there are no hubs')
from pg_temp.place(pg_temp.item(224, '[{"sku": "SKU-2", "quantity": 3}]', '[]')
    || '{"candidates": []}') as x;
select is(x -> 'body' -> 'backordered' -> 0 ->> 'reason', 'no_stock', 'somebody is, who is not in the list')
from pg_temp.place(pg_temp.item(229, '[{"sku": "SKU-2", "quantity": 3}]', '[[103, 9000]]')
    || '{"omitted": {"no_stock": 1}}') as x;
select is(x -> 'body' ->> 'state', 'partial', 'part of it goes')
from pg_temp.place(pg_temp.item(225, '[{"sku": "SKU-1", "quantity": 9}, {"sku": "SKU-2", "quantity": 1}]',
    '[[101, 800], [102, 3000]]')) as x;
select is(pg_temp.verdicts(225) - '101', '{"102": "chosen"}', 'from the one that has the most of it');

update waves set used = capacity where hub_id = pg_temp.id(101) and cut_off_at < now() + interval '2 hours';
select is(x -> 'body' -> 'shipments' -> 0 ->> 'promise_at', rfc3339(now() + interval '1580 minutes'),
    'a full wave: the next')
from pg_temp.place(pg_temp.item(231, '[{"sku": "SKU-3", "quantity": 1}]', '[[101, 800]]')) as x;
select is(pg_temp.hubs_of(x), array[102], 'unless the promise would be broken')
from pg_temp.place(pg_temp.item(232, '[{"sku": "SKU-3", "quantity": 1}]', :all,
    jsonb_build_object('needed_by', rfc3339(now() + interval '10 hours')))) as x;
select is(pg_temp.verdicts(232), '{"101": "lost_on:promise_met", "102": "chosen", "103": "out_of_radius",
    "109": "lost_on:micro_hub_before_warehouse"}', 'and says so');
select is(pg_temp.hubs_of(x), array[101], 'when nobody can keep it, the rest of the rules decide')
from pg_temp.place(pg_temp.item(233, '[{"sku": "SKU-3", "quantity": 1}]', :all,
    jsonb_build_object('needed_by', rfc3339(now() + interval '1 minute')))) as x;
update waves set used = capacity where hub_id = pg_temp.id(101);
select is(x -> 'body' -> 'backordered' -> 0 ->> 'reason', 'no_capacity', 'all waves are full')
from pg_temp.place(pg_temp.item(234, '[{"sku": "SKU-3", "quantity": 1}]', '[[101, 800]]')) as x;
select is(pg_temp.verdicts(234), '{"101": "no_capacity"}', 'no_capacity');
update waves set used = (select count(*) from shipments s where s.wave_id = waves.id)
where hub_id = pg_temp.id(101);
delete from waves w where hub_id = pg_temp.id(102) and used = 0;
update waves set cut_off_at = now() - interval '1 minute' where hub_id = pg_temp.id(102);
select is(x -> 'body' -> 'backordered' -> 0 ->> 'reason', 'past_cut_off', 'no wave ahead')
from pg_temp.place(pg_temp.item(235, '[{"sku": "SKU-3", "quantity": 1}]', '[[102, 800]]')) as x;
update waves set cut_off_at = now() + interval '1 hour' where hub_id = pg_temp.id(102)
    and id = (select id from waves where hub_id = pg_temp.id(102) limit 1);

update hubs set active = false where id = pg_temp.id(101);
select is(pg_temp.hubs_of(x), array[102], 'an inactive hub ships nothing')
from pg_temp.place(pg_temp.item(236, '[{"sku": "SKU-3", "quantity": 1}]', :all)) as x;
select is(pg_temp.verdicts(236) ->> '101', 'inactive', 'inactive');
update hubs set active = true where id = pg_temp.id(101);

select is(pg_temp.hubs_of(x), array[102], 'nobody picks up at a warehouse')
from pg_temp.place(pg_temp.item(237, '[{"sku": "SKU-3", "quantity": 1}]', '[[109, 10], [102, 3000]]',
    '{"service": "pickup"}')) as x;
select is(pg_temp.verdicts(237) ->> '109', 'not_offered', 'not_offered');
select is(x -> 'body' -> 'shipments' -> 0 ->> 'promise_at', rfc3339(now() + interval '9 days'),
    'not before it is wanted')
from pg_temp.place(pg_temp.item(238, '[{"sku": "SKU-3", "quantity": 1}]', :all,
    jsonb_build_object('not_before', rfc3339(now() + interval '9 days')))) as x;
select is(array(select pg_temp.broken()), '{}', 'stock, lines, waves and ledger agree');

-- ---- a service that is a condition ------------------------------------------------------------------

-- The hub's day ends in 3 hours of its own: its zone is chosen so.
update hubs set time_zone = 'Etc/GMT' || case when h >= 0 then '+' else '' end || h
from (select (extract(hour from now() at time zone 'UTC')::integer - 21) as h) x
where id in (pg_temp.id(101), pg_temp.id(102)) and h between -14 and 12;
update hubs set time_zone = 'Etc/GMT+' || h
from (select extract(hour from now() at time zone 'UTC')::integer + 3 as h) x
where id in (pg_temp.id(101), pg_temp.id(102))
    and extract(hour from now() at time zone 'UTC')::integer - 21 < -14;
delete from waves where hub_id in (pg_temp.id(101), pg_temp.id(102)) and used = 0;
update waves set cut_off_at = now() - interval '1 day' - random() * interval '1 minute'
where hub_id in (pg_temp.id(101), pg_temp.id(102));
insert into waves (creator_id, id, hub_id, cut_off_at, ready_at, capacity, day, pickup_at)
select pg_temp.id(1), uuid_v7(), pg_temp.id(h), now() + m, now() + m + interval '10 minutes', 1,
    (now() + m)::date, now() + m + interval '10 minutes'
from unnest('{101,102}'::integer[]) h, unnest('{20 minutes,1 day,2 days}'::interval[]) m;
select is(pg_temp.hubs_of(x), array[101], 'today')
from pg_temp.place(pg_temp.item(241, '[{"sku": "SKU-3", "quantity": 1}]', '[[101, 800]]',
    '{"service": "same_day"}')) as x;
insert into got select 4, x from pg_temp.place(pg_temp.item(242, '[{"sku": "SKU-3", "quantity": 1}]',
    '[[101, 800]]', '{"service": "same_day"}')) as x;
select is(a ->> 'code', 'promise_not_possible', 'the only slot is gone') from got where n = 4;
select ok(a ->> 'detail' like '%' || rfc3339(now() + interval '1 day 30 minutes') || '%',
    'the earliest is told') from got where n = 4;
select is(a -> 'status', '409', 'refused') from got where n = 4;
select ok(not exists (select from orders where id = pg_temp.id(242)), 'and not kept');
select is(pg_temp.hubs_of(x), array[102], 'another hub still leaves today')
from pg_temp.place(pg_temp.item(243, '[{"sku": "SKU-3", "quantity": 1}]', '[[101, 800], [102, 3000]]',
    '{"service": "same_day"}')) as x;
select is(pg_temp.verdicts(243), '{"101": "no_capacity", "102": "chosen"}', 'no_capacity today');
select is(pg_temp.hubs_of(x), array[101], 'tomorrow will do')
from pg_temp.place(pg_temp.item(244, '[{"sku": "SKU-3", "quantity": 1}]', '[[101, 800]]',
    '{"service": "next_day"}')) as x;
select is(x ->> 'code', 'promise_not_possible', 'and then not')
from pg_temp.place(pg_temp.item(245, '[{"sku": "SKU-3", "quantity": 1}]', '[[101, 800]]',
    '{"service": "next_day"}')) as x;
select ok(x ->> 'detail' like 'No hub in reach has everything%', 'nothing in stock has no earliest')
from pg_temp.place(pg_temp.item(246, '[{"sku": "SKU-3", "quantity": 9999}]', '[[101, 800]]',
    '{"service": "next_day"}')) as x;

-- ---- tokens -----------------------------------------------------------------------------------------

insert into events (creator_id, id, name, starts_at, ends_at, time_zone, venue_name, lat, lon, ledger_index)
values (pg_temp.id(1), pg_temp.id(300), 'E', now(), now() + interval '1 day', 'UTC', 'V', 1, 1, 0);
insert into drops (creator_id, id, event_id, sku, mode, quantity, tokenized, opens_at, closes_at,
    per_person, pickup_from, pickup_until, ledger_index)
values (pg_temp.id(1), pg_temp.id(301), pg_temp.id(300), 'SKU-1', 'fcfs', 9, 9, now(),
    now() + interval '1 day', 9, now(), now() + interval '1 day', 0);
insert into claims (creator_id, id, drop_id, key_id, idem_key, body_sha256, buyer_key, quantity,
    first_serial, kid, state, first_index)
values (pg_temp.id(1), pg_temp.id(302), pg_temp.id(301), pg_temp.id(11), 'k', sha256('x'), sha256('y'), 2,
    1, 'k', 'issued', 0);
insert into tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid, ended_at, ledger_index,
    status_index)
values (pg_temp.id(1), pg_temp.id(303), pg_temp.id(301), pg_temp.id(302), 1, 'issued', sha256('y'), 'k',
        null, 0, 1),
    (pg_temp.id(1), pg_temp.id(304), pg_temp.id(301), pg_temp.id(302), 2, 'cancelled', sha256('y'), 'k',
        now(), 0, 2);
create function pg_temp.with_token(n integer, p_token integer, p_lines jsonb) returns jsonb
language sql as $$
    select x from pg_temp.place(pg_temp.item(n, p_lines, '[[109, 400000]]',
        jsonb_build_object('token_id', pg_temp.id(p_token)))) as x
$$;
select is(pg_temp.with_token(251, 399, '[{"sku": "SKU-1", "quantity": 1}]') ->> 'code', 'unknown_token',
    'a token that is none');
select is(pg_temp.with_token(252, 304, '[{"sku": "SKU-1", "quantity": 1}]') ->> 'code', 'token_not_live',
    'one that is over');
select is(pg_temp.with_token(253, 303, '[{"sku": "SKU-1", "quantity": 2}]') ->> 'code', 'token_lines',
    'one unit');
select is(pg_temp.with_token(254, 303, '[{"sku": "SKU-2", "quantity": 1}]') ->> 'code', 'token_lines',
    'of its SKU');
select is(pg_temp.with_token(255, 303, '[{"sku": "SKU-1", "quantity": 1}]') -> 'body' ->> 'token_id',
    pg_temp.id(303)::text, 'is delivered');
select is(pg_temp.with_token(256, 303, '[{"sku": "SKU-1", "quantity": 1}]') ->> 'code', 'token_ordered',
    'once');

-- ---- reading ----------------------------------------------------------------------------------------

select is(pg_temp.call('order_read', jsonb_build_object('order', pg_temp.id(201))) -> 'body' -> 'ship_to'
    -> 'lat', '52.5', 'the creator sees where it goes');
select is(pg_temp.call('order_read', jsonb_build_object('order', pg_temp.id(201)),
    pg_temp.caller('storefront')) -> 'body' -> 'ship_to', null, 'a storefront, whose key is public, not');
select is(pg_temp.call('order_read', jsonb_build_object('order', pg_temp.id(201)),
    row(pg_temp.id(13), 'creator', pg_temp.id(0), pg_temp.id(0), null, null)::api.caller,
    pg_temp.id(2)) -> 'status', '404', 'another creator nothing');
select is(pg_temp.call('order_routing', jsonb_build_object('order', pg_temp.id(201))) -> 'body'
    -> 'decisions' -> 0 -> 'policy' -> 'version', '1', 'the policy''s version');
select is(length(pg_temp.call('order_routing', jsonb_build_object('order', pg_temp.id(201))) -> 'body'
    -> 'decisions' -> 0 ->> 'input_hash'), 64, 'and what it was decided on');

-- Every explanation recomputes: the first chosen is the first that may be, scores never descend among
-- those that may, and each lost on the first score that differs.
select is((select count(*) from order_routings r, lateral (
        select min(ord) filter (where c ->> 'verdict' = 'chosen') as chosen,
            min(ord) filter (where c ->> 'verdict' like 'lost_on:%') as lost
        from jsonb_array_elements(r.explanation -> 'candidates') with ordinality as x(c, ord)) v
    where v.lost < v.chosen), 0::bigint, 'nobody lost who was before the chosen');
create function pg_temp.lost_on(p_rules jsonb, p_chosen jsonb, p_other jsonb) returns text
language plpgsql as $$
begin
    for i in 0 .. jsonb_array_length(p_rules) - 1 loop
        if p_chosen -> i <> p_other -> i then
            return 'lost_on:' || (p_rules ->> i);
        end if;
    end loop;
    return 'lost_on:tie';
end $$;
select is((select count(*) from order_routings r,
        jsonb_array_elements(r.explanation -> 'candidates') as c,
        lateral (select k from jsonb_array_elements(r.explanation -> 'candidates') as k
            where k ->> 'verdict' = 'chosen') w
    where c ->> 'verdict' like 'lost_on:%' and jsonb_array_length(jsonb_path_query_array(
            r.explanation, '$.candidates[*] ? (@.verdict == "chosen")')) = 1
        and c ->> 'verdict' <> pg_temp.lost_on(r.explanation -> 'policy' -> 'rules', w.k -> 'scores',
            c -> 'scores')), 0::bigint, 'every verdict is its scores''');
select is((select count(*) from order_routings r where not jsonb_path_exists(r.explanation,
    '$.candidates[*] ? (@.verdict == "chosen")') and r.explanation ->> 'outcome' <> 'backordered'),
    0::bigint, 'routed means chosen');

-- ---- random orders ----------------------------------------------------------------------------------

select setseed(0.42) \g /dev/null
update waves set capacity = 100000;
do $$
declare
    x jsonb;
begin
    for i in 1 .. 150 loop
        perform pg_temp.stock(100 + (random() * 1.99)::integer + 1, 'SKU-' || 1 + (random() * 2.99)::integer % 3,
            20 + (random() * 30)::integer) where random() < 0.3;
        select pg_temp.place(pg_temp.item(1000 + i, jsonb_build_array(
            jsonb_build_object('sku', 'SKU-' || 1 + i % 3, 'quantity', 1 + (random() * 5)::integer),
            jsonb_build_object('sku', 'SKU-' || 1 + (i + 1) % 3, 'quantity', 1 + (random() * 5)::integer)),
            jsonb_build_array(jsonb_build_array(101, random() * 5000),
                jsonb_build_array(102, random() * 5000), jsonb_build_array(103, random() * 9000)))) into x;
    end loop;
end $$;
select is(array(select pg_temp.broken()), '{}', 'after 150 random orders everything agrees');
select is((select count(*) from orders where id >= pg_temp.id(1001)), 150::bigint, 'all of them were kept');
select is((select count(*) from orders o where id >= pg_temp.id(1001) and not exists (
    select from order_routings r where r.order_id = o.id)), 0::bigint, 'and explained');

select * from finish();
rollback;
