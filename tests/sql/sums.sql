-- SPDX-License-Identifier: Apache-2.0
--
-- Whatever happens to goods, in any order: every unit is a drop's, on a shelf or on its way, and there are as many
-- as came in less what went out. Random operations of all kinds, refused ones among them; after each the sum over
-- all states is what the operation itself says it should be, and everything agrees. SEED repeats a run, STEPS
-- makes it longer.
begin;
\ir lib/fulfilment.psql
\set SEED ''
\set STEPS ''
\getenv SEED SEED
\getenv STEPS STEPS
select plan(4);

insert into events (creator_id, id, name, starts_at, ends_at, time_zone, venue_name, lat, lon, ledger_index)
values (pg_temp.id(1), pg_temp.id(301), 'Over', now() - interval '2 days', now() - interval '1 day', 'UTC', 'V', 52.52, 13.40, 0),
    (pg_temp.id(1), pg_temp.id(302), 'Next', now() + interval '1 day', now() + interval '2 days', 'UTC', 'W', 48.14, 11.58, 0);
insert into drops (creator_id, id, event_id, sku, mode, quantity, tokenized, opens_at, closes_at, per_person,
    pickup_from, pickup_until, ledger_index)
select pg_temp.id(1), pg_temp.id(n), pg_temp.id(e), sku, 'fcfs', 20, 5, now() - interval '3 days', now() + t, 9,
    now() - interval '2 days', now() + t, 0
from (values (401, 301, 'SKU-1', interval '-1 hour'), (402, 301, 'SKU-2', interval '-1 hour'), (403, 302, 'SKU-1', interval '2 days')) x(n, e, sku, t);
insert into claims (creator_id, id, drop_id, key_id, idem_key, body_sha256, buyer_key, quantity, first_serial, kid, state, first_index)
values (pg_temp.id(1), pg_temp.id(500), pg_temp.id(403), pg_temp.id(11), 'k', sha256('x'), sha256('y'), 5, 1, 'k', 'issued', 0);
insert into tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid, ended_at, ledger_index, status_index)
select pg_temp.id(1), pg_temp.id(500 + n), pg_temp.id(403), pg_temp.id(500), n, 'issued', sha256('y'), 'k', null, 0, n
from generate_series(1, 5) n;
update drops set issued = 5 where id = pg_temp.id(403);
select pg_temp.hub(101, 'venue', 52.52, 13.40, jsonb_build_object('kind', 'venue', 'event_id', pg_temp.id(301))),
    pg_temp.hub(102, 'a', 52.53, 13.45), pg_temp.hub(103, 'b', 50, 8), pg_temp.hub(104, 'c', 48, 11, '{"list_size": 2}') \g /dev/null
select pg_temp.stock(h, 'SKU-' || n, 8, n - 1) from generate_series(101, 104) h, generate_series(1, 3) n \g /dev/null

-- Units by SKU, wherever they are.
create function pg_temp.units() returns jsonb language sql as $$
    select jsonb_object_agg(p.sku, (select coalesce(sum(quantity), 0) from drops d where d.sku = p.sku)
        + (select coalesce(sum(on_hand), 0) from hub_stock s where s.sku = p.sku)
        + (select coalesce(sum(l.quantity), 0) from transfer_lines l join transfers t on t.id = l.transfer_id
            where l.sku = p.sku and t.state = 'in_transit')) from products p
$$;
create function pg_temp.n(p_to integer) returns integer language sql volatile as $$ select floor(random() * p_to)::integer $$;
create function pg_temp.sku() returns text language sql volatile as $$ select 'SKU-' || 1 + pg_temp.n(3) $$;
create function pg_temp.a_hub() returns integer language sql volatile as $$ select 101 + pg_temp.n(4) $$;
create function pg_temp.an_order(variadic p_states text[]) returns uuid language sql volatile as $$
    select id from orders where state = any (p_states) order by random() limit 1 $$;
create function pg_temp.a_list(variadic p_states text[]) returns picklists language sql volatile as $$
    select l from picklists l where state = any (p_states) order by random() limit 1 $$;
create function pg_temp.list_call(p_what text, l picklists, p_body jsonb) returns jsonb language sql as $$
    select pg_temp.call('picklist_' || p_what, jsonb_build_object('picklist', l.id, 'body',
        jsonb_build_object('fencing', l.fencing) || p_body)) $$;
create function pg_temp.done(p jsonb) returns boolean language sql as $$ select coalesce((p ->> 'status')::integer < 300, false) $$;

-- ---- what may happen: each returns what comes in or goes out by it, by SKU ------------------------------

create function pg_temp.order_acts(p_what text) returns jsonb language plpgsql as $$
declare
    hubs jsonb := (select jsonb_agg(jsonb_build_array(h, 100 * h) order by random()) from generate_series(101, 104) h);
    it   uuid;
begin
    case p_what
    when 'order' then
        perform pg_temp.place(pg_temp.item(10000 + pg_temp.n(1000000), (
            select jsonb_agg(jsonb_build_object('sku', 'SKU-' || k, 'quantity', 1 + pg_temp.n(4)) || case
                when k = 1 and random() < 0.5 then '{"substitutes": ["SKU-3"]}'::jsonb else '{}' end)
            from generate_series(1, 1 + pg_temp.n(2)) k), hubs, case when random() < 0.3 then '{"hold_ttl_s": 60}' else '{}'::jsonb end));
    when 'deliver' then
        perform pg_temp.place(pg_temp.item(10000 + pg_temp.n(1000000), '[{"sku": "SKU-1", "quantity": 1}]', hubs,
            jsonb_build_object('token_id', pg_temp.id(501 + pg_temp.n(5)))));
    when 'confirm' then
        perform pg_temp.call('order_confirm', jsonb_build_object('order', pg_temp.an_order('held'),
            'body', jsonb_build_object('payment', jsonb_build_object('reference', gen_random_uuid()))));
    when 'cancel' then
        perform pg_temp.call('order_cancel', jsonb_build_object('order', pg_temp.an_order('held', 'routed', 'partial', 'backordered'), 'body', '{}'::jsonb));
    when 'expire' then
        update orders set held_until = now() - interval '1 second' where id = pg_temp.an_order('held');
        perform api.janitor_order_holds(pg_temp.id(1), 10);
    when 'address' then
        it := pg_temp.an_order('held', 'routed', 'partial', 'backordered');
        perform pg_temp.call('order_address', pg_temp.item(1, '[]', hubs) || jsonb_build_object('order', it,
            'body', '{"ship_to": {"lat": 52.5, "lon": 13.4}}'::jsonb));
    when 'route' then
        it := pg_temp.an_order('partial', 'backordered');
        perform pg_temp.call('order_route', pg_temp.item(1, '[]', hubs) || jsonb_build_object('order', it));
    end case;
    return '{}';
end $$;

create function pg_temp.list_acts(p_what text) returns jsonb language plpgsql as $$
declare
    l     picklists;
    lines jsonb;
    a     jsonb;
    gone  jsonb;
    free  bigint;
begin
    case p_what
    when 'claim' then
        perform pg_temp.call('picklist_claim', jsonb_build_object('hub', pg_temp.id(pg_temp.a_hub()), 'body', '{}'::jsonb));
    when 'pick' then
        l := pg_temp.a_list('claimed', 'picking');
        select jsonb_agg(jsonb_build_object('sku', d.sku, 'picked', d.picked) || case
                when d.sku = 'SKU-1' and d.picked < d.quantity and random() < 0.7 then
                jsonb_build_object('substitutes', jsonb_build_array(jsonb_build_object('sku', 'SKU-3', 'quantity', 1))) else '{}' end),
            jsonb_object_agg(d.sku, d.picked - d.quantity)
        into lines, gone
        from (select k.*, case when random() < 0.6 then k.quantity else pg_temp.n(k.quantity + 1) end as picked
            from picklist_due(pg_temp.id(1), l.id) k where random() < 0.8) d;
        a := pg_temp.list_call('pick', l, jsonb_build_object('lines', coalesce(lines, '[]')));
        return case when pg_temp.done(a) then coalesce(gone, '{}') else '{}' end; -- what is short is not there
    when 'pack' then
        l := pg_temp.a_list('picked');
        perform pg_temp.list_call('pack', l, jsonb_build_object('parcels', (select jsonb_agg(jsonb_build_object('order_id', o))
            from unnest(picklist_orders(pg_temp.id(1), l.id)) o)));
    when 'hand_over' then
        l := pg_temp.a_list('packed');
        select jsonb_object_agg(x.sku, -x.n) into gone from (select k.sku, sum(k.quantity - k.short) as n from shipments s
            join shipment_lines k on k.shipment_id = s.id where s.picklist_id = l.id and s.state = 'picking' group by k.sku) x;
        select count(*) into free from orders o -- for each token's unit that leaves, one is free at the venue
        where o.id = any (picklist_orders(pg_temp.id(1), l.id)) and o.token_id is not null;
        if free > 0 then
            gone := gone || jsonb_build_object('SKU-1', (gone ->> 'SKU-1')::integer + free);
        end if;
        a := pg_temp.list_call('hand_over', l, '{"name": "C"}');
        return case when pg_temp.done(a) then gone else '{}' end;
    when 'reject' then
        perform pg_temp.list_call('reject', pg_temp.a_list('claimed', 'picking', 'picked', 'packed'), '{"reason": "other"}');
    when 'lease' then
        update picklists set lease_expires_at = now() - interval '1 second' where id = (pg_temp.a_list('claimed', 'picking', 'picked', 'packed')).id;
        perform api.janitor_picklist_leases(pg_temp.id(1), 10);
    end case;
    return '{}';
end $$;

create function pg_temp.hub_acts(p_what text) returns jsonb language plpgsql as $$
declare
    hub uuid := pg_temp.id(pg_temp.a_hub());
    k   text := pg_temp.sku();
    q   integer := 1 + pg_temp.n(5);
    was integer := (select on_hand from hub_stock where hub_id = hub and sku = k);
    t   transfers;
    a   jsonb;
begin
    case p_what
    when 'receive' then
        a := pg_temp.call('stock_receive', jsonb_build_object('hub', hub, 'sku', k, 'body', jsonb_build_object('quantity', q)));
        return jsonb_build_object(k, q);
    when 'adjust' then
        q := q - 3;
        a := pg_temp.call('stock_adjust', jsonb_build_object('hub', hub, 'sku', k, 'body', jsonb_build_object('by', q, 'reason', 'correction')));
        return case when pg_temp.done(a) then jsonb_build_object(k, q) else '{}' end;
    when 'count' then
        a := pg_temp.call('stock_set', jsonb_build_object('hub', hub, 'sku', k, 'body', jsonb_build_object('on_hand', q)));
        return case when pg_temp.done(a) then jsonb_build_object(k, q - coalesce(was, 0)) else '{}' end;
    when 'send' then
        perform pg_temp.call('transfer_create', jsonb_build_object('new_id', gen_random_uuid(), 'body', jsonb_build_object('from_hub_id', hub,
            'to_hub_id', pg_temp.id(pg_temp.a_hub()), 'lines', jsonb_build_array(jsonb_build_object('sku', k, 'quantity', q)))));
    when 'arrive' then
        select x.* into t from transfers x where state = 'in_transit' order by random() limit 1;
        a := pg_temp.call('transfer_receive', jsonb_build_object('hub', t.to_hub_id, 'transfer', t.id, 'body', case when random() < 0.7 then '{}' else
            jsonb_build_object('lines', (select jsonb_agg(jsonb_build_object('sku', sku, 'quantity', quantity - 1)) from transfer_lines
                where transfer_id = t.id)) end));
        return case when pg_temp.done(a) then (select jsonb_object_agg(sku, received - quantity) from transfer_lines where transfer_id = t.id) else '{}' end;
    when 'turn' then
        perform pg_temp.call('transfer_cancel', jsonb_build_object('transfer', (select id from transfers where state = 'in_transit' order by random() limit 1)));
    when 'outage' then
        perform pg_temp.call('hub_outage', jsonb_build_object('hub', hub, 'body', '{"reason": "x"}'::jsonb));
        perform api.janitor_outages(pg_temp.id(1), 10);
    when 'resume' then
        perform pg_temp.call('hub_resume', jsonb_build_object('hub', h.id)) from hubs h;
    when 'wave' then
        perform pg_temp.call('wave_cancel', jsonb_build_object('hub', w.hub_id, 'wave', w.id)) from (
            select * from waves where used > 0 and cancelled_at is null order by random() limit 1) w;
    end case;
    return '{}';
end $$;

create function pg_temp.other_acts(p_what text) returns jsonb language plpgsql as $$
declare
    a     jsonb;
    moves jsonb;
    r     returns;
begin
    case p_what
    when 'residual' then
        a := pg_temp.call('residual_read', jsonb_build_object('event', pg_temp.id(301)));
        select jsonb_agg(m || jsonb_build_object('quantity', 1 + pg_temp.n((m ->> 'quantity')::integer)) || case when random() < 0.1
            then '{"to_kind": "resale", "to_id": null}'::jsonb else '{}' end) into moves
        from jsonb_array_elements(a #> '{body,moves}') m where random() < 0.3;
        a := pg_temp.call('residual_move', jsonb_build_object('event', pg_temp.id(301), 'if_match', a ->> 'etag',
            'body', jsonb_build_object('moves', coalesce(moves, '[]'))));
        return case when pg_temp.done(a) then coalesce((select jsonb_object_agg(sku, -n) from (select m ->> 'sku' as sku,
            sum((m ->> 'quantity')::integer) as n from jsonb_array_elements(moves) m where m ->> 'to_kind' = 'resale' group by 1) x), '{}') else '{}' end;
    when 'return' then
        perform pg_temp.call('return_create', jsonb_build_object('new_id', gen_random_uuid(), 'body', jsonb_build_object('order_id', s.order_id,
            'sku', k.sku, 'quantity', 1, 'kind', 'return', 'reason', 'other'))) from shipments s join shipment_lines k on k.shipment_id = s.id
        where s.state = 'handed_over' and k.picked > 0 order by random() limit 1;
        perform pg_temp.call('return_receive', jsonb_build_object('hub', pg_temp.id(pg_temp.a_hub()), 'return', x.id)) from returns x where state = 'requested';
    when 'settle' then
        select x.* into r from returns x where state = 'received' order by random() limit 1;
        a := pg_temp.call('return_settle', jsonb_build_object('hub', r.hub_id, 'return', r.id, 'body', jsonb_build_object('outcome',
            (array['restocked', 'repaired', 'written_off'])[1 + pg_temp.n(3)])));
        return case when a #>> '{body,state}' = 'restocked' then jsonb_build_object(r.sku, r.quantity) else '{}' end;
    end case;
    return '{}';
end $$;

-- ---- running --------------------------------------------------------------------------------------------

create temp table acts (what text, kind text, often integer);
insert into acts values ('order', 'order', 8), ('deliver', 'order', 2), ('confirm', 'order', 2), ('cancel', 'order', 1), ('expire', 'order', 1), ('address', 'order', 2), ('route', 'order', 2),
    ('claim', 'list', 5), ('pick', 'list', 6), ('pack', 'list', 4), ('hand_over', 'list', 4), ('reject', 'list', 1), ('lease', 'list', 1),
    ('receive', 'hub', 3), ('adjust', 'hub', 2), ('count', 'hub', 1), ('send', 'hub', 2), ('arrive', 'hub', 2), ('turn', 'hub', 1),
    ('outage', 'hub', 1), ('resume', 'hub', 2), ('wave', 'hub', 1), ('residual', 'other', 2), ('return', 'other', 2), ('settle', 'other', 2);
create temp table happened (step integer, what text, delta jsonb);

-- Null, or the first step after which something is missing, twice there or in disagreement.
create function pg_temp.wrong_after(p_steps integer) returns text language plpgsql as $$
declare
    due  jsonb := pg_temp.units();
    x    acts;
    d    jsonb;
    bad  text;
begin
    for i in 1 .. p_steps loop
        select * into x from acts order by random() ^ (1.0 / often) desc limit 1;
        execute format('select pg_temp.%I($1)', x.kind || '_acts') into d using x.what;
        insert into happened values (i, x.what, d);
        select jsonb_object_agg(key, value::integer + coalesce((d ->> key)::integer, 0)) into due from jsonb_each_text(due);
        bad := coalesce((select b from pg_temp.broken() b limit 1),
            case when due <> pg_temp.units() then 'there are ' || pg_temp.units()::text || ', not ' || due::text end);
        if bad is not null then
            return format('step %s, %s %s: %s', i, x.what, d, bad);
        end if;
    end loop;
    return null;
end $$;

select coalesce(nullif(:'SEED', ''), floor(random() * 1000000)::text) as seed, coalesce(nullif(:'STEPS', ''), '400') as steps \gset
select diag('SEED=' || :'seed' || ' STEPS=' || :'steps');
select setseed(:seed / 1000000.0) \g /dev/null
select is(pg_temp.wrong_after(:steps), null, 'no unit is lost, made or promised twice');
select cmp_ok((select count(distinct what) from happened), '>=', 20::bigint, 'nearly everything happened');
select cmp_ok((select count(*) from happened where delta <> '{}'), '>=', 20::bigint, 'and goods came and went');
delete from acts;
insert into acts values ('leak', 'leak', 1);
create function pg_temp.leak_acts(p_what text) returns jsonb language sql as $$
    update hub_stock set on_hand = on_hand + 1 where hub_id = pg_temp.id(101) and sku = 'SKU-1' returning '{}'::jsonb $$;
select isnt(pg_temp.wrong_after(1), null, 'a unit from nowhere is seen');

select * from finish();
rollback;
