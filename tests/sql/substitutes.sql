-- SPDX-License-Identifier: Apache-2.0
--
-- Substitutes: what is short is replaced where the order allows it and the hub has it, and is what the order,
-- the shelf and the ledger show; everything else is short as ever.
begin;
\ir lib/fulfilment.psql
select plan(37);

select pg_temp.hub(101, 'here', 52.52, 13.40) \g /dev/null
select pg_temp.hub(102, 'there', 52.53, 13.45) \g /dev/null
select pg_temp.stock(101, 'SKU-1', 6), pg_temp.stock(101, 'SKU-2', 3), pg_temp.stock(101, 'SKU-3', 1), pg_temp.stock(102, 'SKU-1', 9) \g /dev/null
select pg_temp.waves(101, 9, 60), pg_temp.waves(102, 9, 60) \g /dev/null
create temp table got (n integer, a jsonb);

create function pg_temp.order(n integer, p_lines jsonb) returns jsonb language sql as $$
    select x from pg_temp.place(pg_temp.item(n, p_lines, '[[101, 800], [102, 3000]]')) x $$;
create function pg_temp.claim() returns bigint language sql as $$
    select (x #>> '{body,lease,fencing}')::bigint from pg_temp.call('picklist_claim', jsonb_build_object('hub', pg_temp.id(101),
        'body', '{}'::jsonb)) x $$;
create function pg_temp.list() returns uuid language sql as $$ select id from picklists order by id desc limit 1 $$;
create function pg_temp.pick(p_lines jsonb) returns jsonb language sql as $$
    select pg_temp.call('picklist_pick', jsonb_build_object('picklist', pg_temp.list(), 'body', jsonb_build_object(
        'fencing', (select fencing from picklists where id = pg_temp.list()), 'lines', p_lines))) $$;
create function pg_temp.shelf(p_sku text) returns text language sql as $$
    select on_hand || '/' || reserved from hub_stock where hub_id = pg_temp.id(101) and sku = p_sku $$;
create function pg_temp.line(p_picked integer, p_sub text default null, n integer default null) returns jsonb language sql as $$
    select jsonb_build_array(jsonb_build_object('sku', 'SKU-1', 'picked', p_picked) || case when p_sub is null then '{}'
        else jsonb_build_object('substitutes', jsonb_build_array(jsonb_build_object('sku', p_sub, 'quantity', n))) end) $$;

-- ---- what may replace what ------------------------------------------------------------------------------

select is(pg_temp.order(n, lines) ->> 'pointer', pointer, what) from (values
    (201, '[{"sku": "SKU-1", "quantity": 1, "substitutes": ["NONE"]}]'::jsonb, '/lines/0/substitutes/0', 'nothing unknown'),
    (202, '[{"sku": "SKU-1", "quantity": 1, "substitutes": ["SKU-2", "SKU-1"]}]', '/lines/0/substitutes/1', 'nor itself'),
    (203, '[{"sku": "SKU-1", "quantity": 1, "substitutes": ["SKU-2"]}, {"sku": "SKU-2", "quantity": 1}]', '/lines/0/substitutes/0', 'nor another line'),
    (204, '[{"sku": "SKU-1", "quantity": 1, "substitutes": ["SKU-3"]}, {"sku": "SKU-2", "quantity": 1, "substitutes": ["SKU-3"]}]',
        '/lines/1/substitutes/0', 'nor one thing for two')) x(n, lines, pointer, what);
insert into got select 1, pg_temp.order(211, '[{"sku": "SKU-1", "quantity": 3, "substitutes": ["SKU-2", "SKU-3"]}]');
select is(a #> '{body,lines}', '[{"sku": "SKU-1", "quantity": 3, "substitutes": ["SKU-2", "SKU-3"]}]', 'an order that allows some') from got where n = 1;
select is(pg_temp.order(212, '[{"sku": "SKU-1", "quantity": 2, "substitutes": ["SKU-2"]}]') -> 'status', '201', 'one that allows one');
select is(pg_temp.order(213, '[{"sku": "SKU-1", "quantity": 1}]') -> 'status', '201', 'and one that allows none');
update shipments s set promise_at = now() + make_interval(hours => x.n) from (values (211, 1), (212, 2), (213, 3)) x(o, n)
where s.order_id = pg_temp.id(x.o);

-- ---- picked instead -------------------------------------------------------------------------------------

select is(pg_temp.claim(), 1::bigint, 'they are one list');
select is(pg_temp.call('picklist_read', jsonb_build_object('picklist', pg_temp.list())) #> '{body,orders,1,lines,0,substitutes}',
    '["SKU-2"]', 'which says what may replace what');
select is(pg_temp.pick(pg_temp.line(0, 'SKU-2', 4)) ->> 'code', 'substitute_not_free', 'no more than there is');
select is(pg_temp.pick(pg_temp.line(5, 'SKU-2', 1)) ->> 'code', 'substitute_not_allowed', 'not for who does not allow it');
select is(pg_temp.pick(pg_temp.line(3, 'SKU-3', 1)) ->> 'code', 'substitute_not_allowed', 'nor allows another only');
select is(pg_temp.pick(pg_temp.line(6, 'SKU-2', 1)) ->> 'code', 'substitute_not_allowed', 'nor when nothing is short');
select is(pg_temp.shelf('SKU-2'), '3/0', 'nothing is taken');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');
-- Two are there: 211 gets them, is short of one and gets SKU-3; 212 is short of two and gets one SKU-2.
insert into got select 2, pg_temp.pick('[{"sku": "SKU-1", "picked": 2, "substitutes": [{"sku": "SKU-3", "quantity": 1}, {"sku": "SKU-2", "quantity": 1}]}]');
select is(a #>> '{body,state}', 'picked', 'picked') from got where n = 2;
select is((select array_agg(concat_ws(' ', right(o.order_id::text, 3), k.sku, k.quantity, k.picked, k.short, k.substitute_of) order by o.order_id, k.sku)
    from shipments o join shipment_lines k on k.shipment_id = o.id where o.hub_id = pg_temp.id(101)), array[
    '211 SKU-1 3 2 1', '211 SKU-3 1 1 0 SKU-1', '212 SKU-1 2 0 2', '212 SKU-2 1 1 0 SKU-1', '213 SKU-1 1 0 1'], 'the earliest promise first');
select is(array[pg_temp.shelf('SKU-1'), pg_temp.shelf('SKU-2'), pg_temp.shelf('SKU-3')], '{2/2,3/1,1/1}', 'the shelves know');
select is((select array_agg(concat_ws(' ', right(s.order_id::text, 3), k.sku, k.quantity) order by s.order_id) from shipments s
    join shipment_lines k on k.shipment_id = s.id where s.hub_id = pg_temp.id(102)), '{"212 SKU-1 1","213 SKU-1 1"}',
    'only what nobody replaced is routed elsewhere');
select is((select array_agg(state order by id) from orders where id in (pg_temp.id(211), pg_temp.id(212), pg_temp.id(213))), '{routed,routed,routed}', 'nothing is missing');
select is((select array_agg(right(subject::text, 3) || (entry::jsonb #>> '{data,lines,0,substitute}') order by subject) from ledger where kind = 'order.substituted'),
    '{211SKU-3,212SKU-2}', 'the ledger tells');
select is((select entry::jsonb #> '{data,shorts}' from ledger where kind = 'picklist.picked'), jsonb_build_array(
    jsonb_build_object('order_id', pg_temp.id(212), 'sku', 'SKU-1', 'quantity', 1), jsonb_build_object('order_id', pg_temp.id(213), 'sku', 'SKU-1', 'quantity', 1)),
    'and what was short');
select is(pg_temp.call('order_read', jsonb_build_object('order', pg_temp.id(211))) #> '{body,shipments,0,lines}',
    '[{"sku": "SKU-1", "quantity": 2}, {"sku": "SKU-3", "quantity": 1, "substitute_of": "SKU-1"}]', 'the order shows it');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- ---- the next worker confirms it, or does not find it ---------------------------------------------------

update picklists set lease_expires_at = now() - interval '1 second' where id = pg_temp.list();
select is(pg_temp.claim(), 2::bigint, 'the lease is over');
select is((select jsonb_agg(jsonb_build_array(l -> 'sku', l -> 'quantity', l -> 'picked', l -> 'short') order by l ->> 'sku')
    from jsonb_array_elements(pg_temp.call('picklist_read', jsonb_build_object('picklist', pg_temp.list())) #> '{body,lines}') l),
    '[["SKU-1", 6, 0, 4], ["SKU-2", 1, null, 0], ["SKU-3", 1, null, 0]]', 'what stands for something is confirmed, too');
select is(pg_temp.pick('[{"sku": "SKU-1", "picked": 2}, {"sku": "SKU-2", "picked": 0}, {"sku": "SKU-3", "picked": 1}]') #>> '{body,state}', 'picked', 'one is gone');
select is((select array_agg(concat_ws(' ', right(s.order_id::text, 3), k.sku, k.quantity) order by s.order_id, s.id) from shipments s
    join shipment_lines k on k.shipment_id = s.id where s.hub_id = pg_temp.id(102)), '{"212 SKU-1 1","212 SKU-1 1","213 SKU-1 1"}',
    'and what it stood for is routed elsewhere');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');
select is(pg_temp.call('picklist_pack', jsonb_build_object('picklist', pg_temp.list(), 'body', jsonb_build_object('fencing', 2, 'parcels',
    jsonb_build_array(jsonb_build_object('order_id', pg_temp.id(211)))))) -> 'status', '200', 'packed');
select is(pg_temp.call('picklist_hand_over', jsonb_build_object('picklist', pg_temp.list(), 'body', '{"fencing": 2, "name": "C"}'::jsonb)) -> 'status', '200', 'handed over');
select is((select state from orders where id = pg_temp.id(211)), 'fulfilled', 'fulfilled');
select is(array[pg_temp.shelf('SKU-1'), pg_temp.shelf('SKU-2'), pg_temp.shelf('SKU-3')], '{0/0,2/0,0/0}', 'the shelves are what they are');
select is(returnable(pg_temp.id(1), pg_temp.id(211), null, 'SKU-3'), 1, 'what was sent may come back');

-- ---- rejected -------------------------------------------------------------------------------------------

select pg_temp.stock(101, 'SKU-1', 2) \g /dev/null
select is(pg_temp.order(221, '[{"sku": "SKU-1", "quantity": 2, "substitutes": ["SKU-2"]}]') -> 'status', '201', 'another');
select pg_temp.claim() \g /dev/null
select pg_temp.pick(pg_temp.line(1, 'SKU-2', 1)) \g /dev/null
select pg_temp.call('picklist_reject', jsonb_build_object('picklist', pg_temp.list(), 'body', '{"fencing": 1, "reason": "other"}'::jsonb)) \g /dev/null
select is((select array_agg(k.sku || ' ' || k.quantity) from shipments s join shipment_lines k on k.shipment_id = s.id
    where s.order_id = pg_temp.id(221) and s.state <> 'cancelled'), '{"SKU-1 2"}', 'is routed as it was ordered');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select * from finish();
rollback;
