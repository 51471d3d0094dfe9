-- SPDX-License-Identifier: Apache-2.0
--
-- What an order writes refers to others in thirteen ways, and each was a query for each row: more than a
-- third of what an order cost (docs/decisions/0020). They are checked once for a statement now, as those of
-- claims are (0018_whole_statements.sql, whose stays() this uses). What the keys promised is promised still,
-- and more: a shipment's wave is one of its hub. What is referred to cannot change its key, and cannot be
-- deleted while it is referred to.
--
-- No row locks are taken at the other end. Orders, shipments, products, hubs and creators are never deleted
-- by the service. A wave is, when it holds nothing; whoever writes a shipment takes a slot of its wave in
-- the same statement or before, and so holds its row.
--
-- `lateral … limit 1`: a plan that was made while the table was empty must look up, not join.

set local search_path = roadshow, api;

alter table orders drop constraint orders_creator_id_fkey;
alter table idempotency drop constraint idempotency_creator_id_fkey;
alter table order_lines drop constraint order_lines_creator_id_fkey,
    drop constraint order_lines_creator_id_order_id_fkey,
    drop constraint order_lines_creator_id_sku_fkey;
alter table order_routings drop constraint order_routings_creator_id_fkey,
    drop constraint order_routings_creator_id_order_id_fkey;
alter table shipments drop constraint shipments_creator_id_fkey,
    drop constraint shipments_creator_id_order_id_fkey,
    drop constraint shipments_creator_id_hub_id_fkey,
    drop constraint shipments_creator_id_wave_id_fkey;
alter table shipment_lines drop constraint shipment_lines_creator_id_fkey,
    drop constraint shipment_lines_creator_id_shipment_id_fkey;

-- ---- what is written refers to what is there ----------------------------------------------------

create function refuse_reference(p_table text, p_trigger text, p_what text) returns void
language plpgsql as $$
begin
    raise foreign_key_violation using schema = 'roadshow', table = p_table, constraint = p_trigger,
        message = format('%s: there is no such %s', p_table, p_what);
end $$;

create function creator_is_there() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct creator_id from made) m
        left join lateral (select c.id from roadshow.creators c where c.id = m.creator_id limit 1) c
            on true
        where c.id is null) then
        perform roadshow.refuse_reference(tg_table_name, tg_name, 'creator');
    end if;
    return null;
end $$;
create trigger creator_is_there after insert on orders referencing new table as made
    for each statement execute function creator_is_there();
create trigger creator_is_there after insert on idempotency referencing new table as made
    for each statement execute function creator_is_there();

create function order_is_there() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct creator_id, order_id from made) m
        left join lateral (select o.id from roadshow.orders o
            where o.creator_id = m.creator_id and o.id = m.order_id limit 1) o on true
        where o.id is null) then
        perform roadshow.refuse_reference(tg_table_name, tg_name, 'order');
    end if;
    return null;
end $$;
create trigger order_is_there after insert on order_lines referencing new table as made
    for each statement execute function order_is_there();
create trigger order_is_there after insert on order_routings referencing new table as made
    for each statement execute function order_is_there();
create trigger order_is_there after insert on shipments referencing new table as made
    for each statement execute function order_is_there();

create function product_is_there() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct creator_id, sku from made) m
        left join lateral (select p.sku from roadshow.products p
            where p.creator_id = m.creator_id and p.sku = m.sku limit 1) p on true
        where p.sku is null) then
        perform roadshow.refuse_reference(tg_table_name, tg_name, 'product');
    end if;
    return null;
end $$;
create trigger product_is_there after insert on order_lines referencing new table as made
    for each statement execute function product_is_there();

create function wave_is_there() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct creator_id, hub_id, wave_id from made) m
        left join lateral (select w.id from roadshow.waves w where w.creator_id = m.creator_id
            and w.id = m.wave_id and w.hub_id = m.hub_id limit 1) w on true
        where w.id is null) then
        perform roadshow.refuse_reference(tg_table_name, tg_name, 'wave of this hub');
    end if;
    return null;
end $$;
create trigger wave_is_there after insert on shipments referencing new table as made
    for each statement execute function wave_is_there();

create function shipment_is_there() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct creator_id, shipment_id from made) m
        left join lateral (select s.id from roadshow.shipments s
            where s.creator_id = m.creator_id and s.id = m.shipment_id limit 1) s on true
        where s.id is null) then
        perform roadshow.refuse_reference(tg_table_name, tg_name, 'shipment');
    end if;
    return null;
end $$;
create trigger shipment_is_there after insert on shipment_lines referencing new table as made
    for each statement execute function shipment_is_there();

create trigger refers_to_the_same before update of creator_id on orders
    for each row when (old.creator_id is distinct from new.creator_id)
    execute function stays('reference');
create trigger refers_to_the_same before update of creator_id on idempotency
    for each row when (old.creator_id is distinct from new.creator_id)
    execute function stays('reference');
create trigger refers_to_the_same before update of creator_id, order_id, sku on order_lines
    for each row when ((old.creator_id, old.order_id, old.sku)
        is distinct from (new.creator_id, new.order_id, new.sku))
    execute function stays('reference');
create trigger refers_to_the_same before update of creator_id, order_id on order_routings
    for each row when ((old.creator_id, old.order_id) is distinct from (new.creator_id, new.order_id))
    execute function stays('reference');
create trigger refers_to_the_same before update of creator_id, order_id, hub_id, wave_id on shipments
    for each row when ((old.creator_id, old.order_id, old.hub_id, old.wave_id)
        is distinct from (new.creator_id, new.order_id, new.hub_id, new.wave_id))
    execute function stays('reference');
create trigger refers_to_the_same before update of creator_id, shipment_id on shipment_lines
    for each row when ((old.creator_id, old.shipment_id)
        is distinct from (new.creator_id, new.shipment_id))
    execute function stays('reference');

-- ---- what is referred to stays ------------------------------------------------------------------

create trigger is_referred_to before update of id on creators
    for each row when (old.id is distinct from new.id) execute function stays('id');
create trigger is_referred_to before update of creator_id, sku on products
    for each row when ((old.creator_id, old.sku) is distinct from (new.creator_id, new.sku))
    execute function stays('SKU');
create trigger is_referred_to before update of id on orders
    for each row when (old.id is distinct from new.id) execute function stays('id');
create trigger is_referred_to before update of id on shipments
    for each row when (old.id is distinct from new.id) execute function stays('id');
create trigger is_referred_to before update of creator_id, id, hub_id on waves
    for each row when ((old.creator_id, old.id, old.hub_id)
        is distinct from (new.creator_id, new.id, new.hub_id))
    execute function stays('id');

create function refuse_deletion(p_table text, p_trigger text) returns void language plpgsql as $$
begin
    raise foreign_key_violation using schema = 'roadshow', table = p_table, constraint = p_trigger,
        message = format('%s: others refer to it', p_table);
end $$;

create function order_is_free() returns trigger language plpgsql as $$
begin
    if exists (select from gone g where exists (select from roadshow.order_lines l
                where l.creator_id = g.creator_id and l.order_id = g.id)
            or exists (select from roadshow.order_routings r
                where r.creator_id = g.creator_id and r.order_id = g.id)
            or exists (select from roadshow.shipments s
                where s.creator_id = g.creator_id and s.order_id = g.id)) then
        perform roadshow.refuse_deletion(tg_table_name, tg_name);
    end if;
    return null;
end $$;
create trigger order_is_free after delete on orders referencing old table as gone
    for each statement execute function order_is_free();

create function product_is_free() returns trigger language plpgsql as $$
begin
    if exists (select from gone g join roadshow.order_lines l on l.creator_id = g.creator_id
            and l.sku = g.sku) then
        perform roadshow.refuse_deletion(tg_table_name, tg_name);
    end if;
    return null;
end $$;
create trigger product_is_free after delete on products referencing old table as gone
    for each statement execute function product_is_free();

-- Whole now, for this: every new shipment was in it anyway.
drop index shipments_wave;
create index shipments_wave on shipments (creator_id, wave_id);
create function wave_is_free() returns trigger language plpgsql as $$
begin
    if exists (select from gone g cross join lateral (select from roadshow.shipments s
            where s.creator_id = g.creator_id and s.wave_id = g.id limit 1) s) then
        perform roadshow.refuse_deletion(tg_table_name, tg_name);
    end if;
    return null;
end $$;
create trigger wave_is_free after delete on waves referencing old table as gone
    for each statement execute function wave_is_free();

create function shipment_is_free() returns trigger language plpgsql as $$
begin
    if exists (select from gone g join roadshow.shipment_lines l on l.creator_id = g.creator_id
            and l.shipment_id = g.id) then
        perform roadshow.refuse_deletion(tg_table_name, tg_name);
    end if;
    return null;
end $$;
create trigger shipment_is_free after delete on shipments referencing old table as gone
    for each statement execute function shipment_is_free();

create function creator_is_free() returns trigger language plpgsql as $$
begin
    if exists (select from gone g where exists (select from roadshow.orders o where o.creator_id = g.id)
            or exists (select from roadshow.idempotency i where i.creator_id = g.id)) then
        perform roadshow.refuse_deletion(tg_table_name, tg_name);
    end if;
    return null;
end $$;
create trigger creator_is_free after delete on creators referencing old table as gone
    for each statement execute function creator_is_free();

create trigger stays before truncate on creators for each statement execute function stays();
create trigger stays before truncate on products for each statement execute function stays();
create trigger stays before truncate on waves for each statement execute function stays();
create trigger stays before truncate on orders for each statement execute function stays();
create trigger stays before truncate on shipments for each statement execute function stays();
