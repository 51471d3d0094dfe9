-- SPDX-License-Identifier: Apache-2.0
--
-- What orders write refers to what is there, although no foreign key says so
-- (sql/migrations/0028_order_references.sql): nothing refers to what is not there, changes what it refers
-- to, or loses it.
begin;
\ir lib/fulfilment.psql
select plan(31);

select pg_temp.hub(101, 'near', 52.52, 13.40), pg_temp.hub(102, 'mid', 52.53, 13.45) \g /dev/null
select pg_temp.stock(101, 'SKU-1', 10) \g /dev/null
select pg_temp.waves(101, 10, 60, 1500, 2940), pg_temp.waves(102, 10, 60, 1500, 2940) \g /dev/null
select is(pg_temp.place(pg_temp.item(201, '[{"sku": "SKU-1", "quantity": 2}]', '[[101, 800]]')) -> 'status', '201', 'an order');
create temp table it as select s.creator_id, s.order_id, s.id as shipment_id, s.hub_id, s.wave_id,
    (select w.id from waves w where w.hub_id = pg_temp.id(102) order by w.cut_off_at limit 1) as other_wave from shipments s;

-- Another row like the first, with one of its columns as it is told.
create function pg_temp.another(p_table text, p_column text, p_value anyelement) returns text as $$
begin
    execute format('insert into roadshow.%1$I select x.* from (select t as r from roadshow.%1$I t limit 1) y,
        jsonb_populate_record(y.r, %2$L) x', p_table, jsonb_build_object(p_column, p_value)
        || case p_table when 'orders' then jsonb_build_object('id', gen_random_uuid())
            when 'shipments' then jsonb_build_object('id', gen_random_uuid())
            when 'order_routings' then '{"attempt": 2}' when 'idempotency' then '{"idem_key": "other"}'
            when 'order_lines' then '{"sku": "SKU-2"}' when 'shipment_lines' then '{"sku": "SKU-2"}' else '{}' end
        || jsonb_build_object(p_column, p_value));
    return 'done';
end $$ language plpgsql;

select lives_ok($$ select pg_temp.another('order_lines', 'quantity', 1), pg_temp.another('shipment_lines', 'quantity', 1),
    pg_temp.another('orders', 'service', 'pickup'::text), pg_temp.another('shipments', 'distance_m', 1) $$, 'what is whole may be written');
select throws_ok(format('select pg_temp.another(%L, %L, %L::%s)', t, c, v, y), '23503', null, t || ': no such ' || c)
from (values ('orders', 'creator_id', pg_temp.id(998)::text, 'uuid'), ('idempotency', 'creator_id', pg_temp.id(998)::text, 'uuid'),
    ('order_lines', 'order_id', pg_temp.id(998)::text, 'uuid'), ('order_lines', 'sku', 'NONE', 'text'),
    ('order_lines', 'creator_id', pg_temp.id(2)::text, 'uuid'),
    ('order_routings', 'order_id', pg_temp.id(998)::text, 'uuid'), ('order_routings', 'creator_id', pg_temp.id(2)::text, 'uuid'),
    ('shipments', 'order_id', pg_temp.id(998)::text, 'uuid'), ('shipments', 'wave_id', pg_temp.id(998)::text, 'uuid'),
    ('shipments', 'hub_id', pg_temp.id(102)::text, 'uuid'), ('shipments', 'creator_id', pg_temp.id(2)::text, 'uuid'),
    ('shipment_lines', 'shipment_id', pg_temp.id(998)::text, 'uuid'),
    ('shipment_lines', 'creator_id', pg_temp.id(2)::text, 'uuid')) as x(t, c, v, y);

select throws_ok('update ' || change, '23503', null, change)
from (values ('orders set id = gen_random_uuid()'), ('orders set creator_id = pg_temp.id(2)'),
    ('order_lines set sku = ''SKU-3'''), ('order_routings set order_id = gen_random_uuid()'),
    ('shipments set hub_id = pg_temp.id(102)'), ('shipments set wave_id = (select other_wave from it)'),
    ('shipment_lines set shipment_id = gen_random_uuid()'), ('waves set hub_id = pg_temp.id(102) where used > 0'),
    ('products set sku = sku || ''x'''), ('idempotency set creator_id = pg_temp.id(2)')) as x(change);
select throws_ok('delete from ' || what, '23503', null, 'delete from ' || what)
from (values ('orders'), ('shipments'), ('waves where used > 0'), ('products where sku = ''SKU-1'''),
    ('creators where id = pg_temp.id(1)')) as x(what);
select throws_ok('truncate orders, order_lines, order_routings, shipments, shipment_lines, returns cascade', '23503', null, 'nor all of them at once');

select finish();
rollback;
