-- SPDX-License-Identifier: Apache-2.0
--
-- Orders that go elsewhere: routed anew in one piece or left as they were, never once somebody picks them;
-- and what is forgotten is forgotten of both places.
begin;
\ir lib/fulfilment.psql
select plan(46);

select pg_temp.hub(101, 'here', 52.52, 13.40) \g /dev/null
select pg_temp.hub(102, 'there', 48.14, 11.58) \g /dev/null
select pg_temp.hub(103, 'between', 50.5, 12.1) \g /dev/null
select pg_temp.stock(101, 'SKU-1', 5), pg_temp.stock(102, 'SKU-1', 3), pg_temp.stock(103, 'SKU-1', 1) \g /dev/null
select pg_temp.waves(101, 9, 60, 1500), pg_temp.waves(102, 9, 120, 1500), pg_temp.waves(103, 9, 60) \g /dev/null
\set berlin '\'[[101, 800], [103, 250000]]\''
create temp table got (n integer, a jsonb);

-- The answer to an order's going to Munich, with hubs (id, distance) as they were ranked.
create function pg_temp.go(n integer, p_hubs jsonb default '[[102, 900], [103, 280000], [101, 500000]]',
    c api.caller default pg_temp.caller(), p_more jsonb default '{}') returns jsonb language sql as $$
    select pg_temp.call('order_address', pg_temp.item(n, '[]', p_hubs) || jsonb_build_object(
        'order', pg_temp.id(n), 'lat', 48.1, 'lon', 11.6, 'body', jsonb_build_object(
            'ship_to', jsonb_build_object('country', 'DE', 'postal_code', '80331'))) || p_more, c)
$$;
create function pg_temp.order(n integer, p_units integer, p_more jsonb default '{}') returns text language sql as $$
    select x #>> '{body,state}' from pg_temp.place(pg_temp.item(n, jsonb_build_array(jsonb_build_object(
        'sku', 'SKU-1', 'quantity', p_units)), '[[101, 800], [103, 250000]]', p_more)) x
$$;
create function pg_temp.shelves() returns text language sql as $$
    select string_agg(right(hub_id::text, 3) || ':' || reserved, ' ' order by hub_id) from hub_stock $$;
create function pg_temp.whole(n integer) returns text language sql as $$
    select string_agg(row_to_json(x)::text, ' ') from (
        select o.*, (select json_agg(s order by s.id) from shipments s where s.order_id = o.id) as s,
            (select json_agg(l) from order_lines l where l.order_id = o.id) as l,
            (select json_agg(r) from order_routings r where r.order_id = o.id) as r
        from orders o where o.id = pg_temp.id(n)) x $$;

-- ---- it goes elsewhere --------------------------------------------------------------------------------

select is((select x -> 'doc' from (select to_jsonb(w) as x from api.order_wanted(pg_temp.id(1), array[pg_temp.id(201)], '{f}') w) y),
    '{"service": "standard", "lines": []}', 'what no order wants');
select is(pg_temp.order(201, 2), 'routed', 'an order');
select is((select doc - 'not_before' - 'needed_by' from api.order_wanted(pg_temp.id(1), array[pg_temp.id(201)], '{f}')),
    jsonb_build_object('lines', '[{"sku": "SKU-1", "quantity": 2}]'::jsonb, 'service', 'standard', 'event_id', null, 'lat', 52.5, 'lon', 13.4,
        'made_at', (select rfc3339(created_at) from orders where id = pg_temp.id(201)),
        'failed', '[]'::jsonb, 'hubs', jsonb_build_array(pg_temp.id(101))), 'wants, and is held by a hub');
insert into got select 1, pg_temp.go(201);
select is(a -> 'status', '200', 'goes elsewhere') from got where n = 1;
select is(pg_temp.hubs_of(a), array[102], 'from the hub that is close to there') from got where n = 1;
select is(pg_temp.shelves(), '101:0 102:2 103:0', 'and from no other');
select is((select sum(used) from waves), 1::bigint, 'with one slot');
select is((select (lat, country, postal_code)::text from orders where id = pg_temp.id(201)), '(48.1,DE,80331)', 'it knows where');
select is((select array_agg(explanation ->> 'cause' order by attempt) from order_routings where order_id = pg_temp.id(201)),
    '{ordered,address_changed}', 'both decisions are explained');
select is(pg_temp.verdicts(201), '{"101": "lost_on:closest", "102": "chosen", "103": "no_stock"}', 'by what holds there');
select is((select entry::jsonb ->> 'kind' from ledger l join orders o on o.id = pg_temp.id(201) and l.creator_id = o.creator_id
    and l.index = o.ledger_index), 'order.address_changed', 'the ledger tells');
select ok(not exists (select from ledger where kind like 'order.%' and entry ~ '(lat|lon|distance|promise_at|80331|DE)'),
    'but not where the person is');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- ---- or it does not -----------------------------------------------------------------------------------

select is(pg_temp.order(202, 2), 'routed', 'another');
create temp table was as select pg_temp.whole(202) as o;
update hub_stock set safety = 3 where hub_id in (pg_temp.id(102), pg_temp.id(103));
select is(pg_temp.go(202, '[[102, 900], [103, 280000]]') ->> 'code', 'address_not_served', 'nobody has it there');
select is(pg_temp.go(202, '[]') ->> 'code', 'address_not_served', 'nor is anybody there');
select is(pg_temp.whole(202), (select o from was), 'it is as it was');
select is(pg_temp.shelves(), '101:2 102:2 103:0', 'so are the shelves');
select is(pg_temp.go(202, '[[101, 500000], [102, 900]]') -> 'status', '200', 'its own hub may serve it there, with its own units');
update orders set service = 'same_day', created_at = now() - interval '2 days' where id = pg_temp.id(202);
select is(pg_temp.go(202, '[[101, 500000]]') -> 'status', '200', 'a day that was missed before is no reason');
update waves set cut_off_at = now() - interval '1 minute', ready_at = now() where used > 0 and hub_id = pg_temp.id(101);
select is(pg_temp.go(202, '[[101, 500000]]') ->> 'code', 'promise_not_possible', 'but later than before it is');
update waves set cut_off_at = now() + interval '60 minutes', ready_at = now() + interval '120 minutes'
where used > 0 and hub_id = pg_temp.id(101);
update hub_stock set safety = 0;

select is(pg_temp.order(204, 5), 'partial', 'one of which some is missing');
select is(pg_temp.go(204, '[[102, 900]]') ->> 'code', 'address_not_served', 'does not go where more would be');
select is(pg_temp.go(204, '[[101, 500000], [103, 280000]]') -> 'status', '200', 'but where no more is');
select is(pg_temp.go(204) #>> '{body,state}', 'routed', 'or nothing');
select is(pg_temp.go(999) -> 'status', '404', 'none');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- ---- who, and when ------------------------------------------------------------------------------------

select is(pg_temp.go(201, c => pg_temp.caller('storefront')) ->> 'code', 'token_required', 'not by who knows the order only');
select is(pg_temp.call('order_cancel', jsonb_build_object('order', pg_temp.id(204), 'body', '{}'::jsonb)) -> 'status', '200', 'taken back');
select is(pg_temp.go(204) ->> 'code', 'order_state', 'what is taken back goes nowhere');
select is(pg_temp.order(205, 1, '{"hold_ttl_s": 60}'), 'held', 'a hold');
insert into got select 2, pg_temp.go(205);
select is((select (a #>> '{body,state}', a #>> '{body,shipments,0,state}')::text from got where n = 2), '(held,held)', 'goes elsewhere as one');
select is((select a #>> '{body,hold,promise_at}' from got where n = 2), (select a #>> '{body,shipments,0,promise_at}' from got where n = 2),
    'with the promise that is told then');
select is(pg_temp.call('picklist_claim', jsonb_build_object('hub', pg_temp.id(102), 'body', '{}'::jsonb)) -> 'status', '200', 'picked');
create temp table then_ as select pg_temp.whole(201) as o;
select is(pg_temp.go(201) ->> 'code', 'order_in_work', 'too late');
select is(pg_temp.whole(201), (select o from then_), 'and it is as it was');
select is(pg_temp.call('order_cancel', jsonb_build_object('order', pg_temp.id(205), 'body', '{}'::jsonb)) -> 'status', '200',
    'the hold is released');
select ok(not exists (select from order_routings where order_id = pg_temp.id(205)) and (select count(*) = 2 and
    bool_and(distance_m is null) from shipments where order_id = pg_temp.id(205)), 'and both places are forgotten');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select is(pg_temp.order(208, 1, '{"hold_ttl_s": 60}'), 'held', 'a hold');
select pg_temp.call('hub_outage', jsonb_build_object('hub', h.id, 'body', '{"reason": "x"}'::jsonb)) from hubs h \g /dev/null
select is((select a #>> '{body,hold,promise_at}' || ' ' || (a #>> '{body,backordered,0,quantity}') from pg_temp.go(208) a),
    (select rfc3339(promised_at) || ' 1' from orders where id = pg_temp.id(208)), 'that nobody can ship, anywhere, keeps what it was told');
select pg_temp.call('hub_resume', jsonb_build_object('hub', h.id)) from hubs h \g /dev/null
select is(pg_temp.order(206, 1, '{"hold_ttl_s": 60}'), 'held', 'a hold');
update orders set held_until = now() - interval '1 second' where id = pg_temp.id(206);
select api.janitor_order_holds(pg_temp.id(1), 10) \g /dev/null
select is(pg_temp.go(206, c => pg_temp.caller('storefront')) ->> 'code', 'hold_expired', 'is over, whoever asks');

-- ---- the day ------------------------------------------------------------------------------------------

-- It is six in the morning at two hubs; the closest is first, whatever it keeps.
select pg_temp.hub(n, 'h' || n, 52.52, 13.40), pg_temp.stock(n, 'SKU-1', 9) from generate_series(111, 112) n \g /dev/null
select pg_temp.waves(111, 9, 1500), pg_temp.waves(112, 9, 60, 1500) \g /dev/null
update hubs set time_zone = 'Etc/GMT' || to_char(case when h.off > 12 then h.off - 24 else h.off end, 'FMSG99')
from (select extract(hour from now() at time zone 'UTC')::integer - 6 as off) h where id in (pg_temp.id(111), pg_temp.id(112));
insert into route_policies (creator_id, version, policy, ledger_index)
values (pg_temp.id(1), 2, route_policy_default() || '{"rules": ["closest", "promise_met"]}', 0);
select is(pg_temp.hubs_of(x), array[112], 'one for today') from pg_temp.place(pg_temp.item(207, '[{"sku": "SKU-1", "quantity": 1}]',
    '[[112, 800]]', '{"service": "same_day"}')) x;
select is(pg_temp.hubs_of(pg_temp.go(207, '[[111, 700], [112, 900]]')), array[112], 'goes from who keeps the day');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select * from finish();
rollback;
