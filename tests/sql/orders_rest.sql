-- SPDX-License-Identifier: Apache-2.0
--
-- What waits of an order and is routed again: what is shipped stays, nothing is promised twice, and a refusal
-- leaves no trace.
begin;
\ir lib/fulfilment.psql
select plan(17);

select pg_temp.hub(101, 'near', 52.52, 13.40), pg_temp.hub(102, 'far', 52.53, 13.45) \g /dev/null
select pg_temp.stock(101, 'SKU-1', 2), pg_temp.stock(102, 'SKU-1', 0), pg_temp.stock(102, 'SKU-2', 0) \g /dev/null
select pg_temp.waves(101, 9, 60, 1500), pg_temp.waves(102, 1, 60) \g /dev/null
\set both '\'[[101, 800], [102, 3000]]\''
create function pg_temp.again(n integer, p_hubs jsonb default '[[101, 800], [102, 3000]]', c api.caller default pg_temp.caller())
returns jsonb language sql as $$
    select pg_temp.call('order_route', pg_temp.item(n, '[]', p_hubs) || jsonb_build_object('order', pg_temp.id(n)), c)
$$;
create function pg_temp.waits(n integer) returns text language sql as $$
    select string_agg(sku || ' ' || backordered || ' ' || backorder_reason, ', ' order by sku) from order_lines
    where order_id = pg_temp.id(n) and backordered > 0
$$;

select is(x #>> '{body,state}', 'partial', 'an order of which some waits') from pg_temp.place(pg_temp.item(201,
    '[{"sku": "SKU-1", "quantity": 3}, {"sku": "SKU-2", "quantity": 1}]', :both)) x;
select is((select doc -> 'lines' from api.order_wanted(pg_temp.id(1), array[pg_temp.id(201)], '{t}')),
    '[{"sku": "SKU-1", "quantity": 1}, {"sku": "SKU-2", "quantity": 1}]', 'is ranked for that');
select is(pg_temp.again(201) ->> 'code', 'still_backordered', 'nothing has come');
select is(pg_temp.waits(201), 'SKU-1 1 no_stock, SKU-2 1 no_stock', 'it waits as before');
select is((select count(*) from order_routings where order_id = pg_temp.id(201)), 1::bigint, 'and nothing is kept of it');
select pg_temp.stock(102, 'SKU-1', 5), pg_temp.stock(102, 'SKU-2', 5) \g /dev/null
update hubs set outage_at = now(), outage_reason = 'x' where id = pg_temp.id(102);
select is(pg_temp.again(201) ->> 'code', 'still_backordered', 'not from a hub that is out of service');
update hubs set outage_at = null, outage_reason = null where id = pg_temp.id(102);
select is(pg_temp.again(201) #>> '{body,state}', 'routed', 'goods came in');
select is((select array_agg(right(hub_id::text, 3) || ' ' || state order by hub_id) from shipments where order_id = pg_temp.id(201)),
    '{101 routed,102 routed}', 'the rest is of the other hub, what was shipped stays');
select is(pg_temp.again(201) ->> 'code', 'order_state', 'nothing waits any more');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select pg_temp.place(pg_temp.item(202, '[{"sku": "SKU-2", "quantity": 1}]', '[[102, 3000]]')) \g /dev/null
select is(pg_temp.waits(202), 'SKU-2 1 no_capacity', 'another waits for a slot');
update waves set capacity = 2 where hub_id = pg_temp.id(102);
select is(pg_temp.again(202) #>> '{body,state}', 'routed', 'there is one');
select is((select array_agg(e ->> 'kind' order by (e ->> 'index')::bigint) from jsonb_array_elements(ledger_history(pg_temp.id(1),
    (select ledger_index from orders where id = pg_temp.id(202)))) e), '{order.backordered,order.rerouted}', 'the ledger tells');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select pg_temp.place(pg_temp.item(203, '[{"sku": "SKU-2", "quantity": 9}]', '[[102, 3000]]', '{"hold_ttl_s": 60}')) \g /dev/null
select is((select count(*) from orders where id = pg_temp.id(203)), 0::bigint, 'a hold is whole');
select pg_temp.place(pg_temp.item(204, '[{"sku": "SKU-3", "quantity": 1}]', '[[102, 3000]]')) \g /dev/null
select pg_temp.call('order_cancel', jsonb_build_object('order', pg_temp.id(204), 'body', '{}'::jsonb)) \g /dev/null
select is(pg_temp.again(204) ->> 'code', 'order_state', 'what was taken back waits for nothing');
select is(pg_temp.again(999) -> 'status', '404', 'none');

select * from finish();
rollback;
