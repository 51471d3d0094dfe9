-- SPDX-License-Identifier: Apache-2.0
--
-- Orders of which the service made the whole decision: one hub ships all of it. They are taken in one
-- statement when nothing that the decision rests on has changed; the rest is decided in orders.sql.
-- Rows are looked up one by one (lateral, limit 1): a plan made while a table was empty would read all of
-- it.
--
-- Why that is the same decision: a worker ranks on a picture of the creator's hubs that carries
-- hub_heads.version. Whatever can make a hub better than it was in the picture (stock that comes in,
-- slots, hours, the policy, an outage that ends, units given back) raises the version; orders of others
-- only take. So at the same version a hub that the worker ruled out still cannot ship, one that
-- lost still loses (policies that look at the load excepted: the worker sends no decision then), and what
-- is left to check is whether the chosen hub still has the units and the slot.

-- The items that may be taken, in their order, and by which wave. Refused, and so left to the slow path, are
-- also keys that are known, running or twice in the batch.
-- Locks: advisory ones on the Idempotency-Keys; the caller holds the hubs.
create or replace function roadshow.orders_acceptable(p_creator uuid, p_keys uuid[], p_roles text[],
    p_idem_keys text[], p_items jsonb[], p_now timestamptz)
returns table (item integer, wave_id uuid) language plpgsql volatile as $$
#variable_conflict use_column
declare
    known bigint := (select version from hub_heads where creator_id = p_creator);
begin
    return query
    with i as materialized (
        select e.ord::integer as ord, e.doc -> 'body' -> 'lines' as lines, x.*,
            p_keys[e.ord] as key_id, p_roles[e.ord] as role, p_idem_keys[e.ord] as idem_key,
            row_number() over (partition by p_keys[e.ord], p_idem_keys[e.ord] order by e.ord) as nth
        from unnest(p_items) with ordinality as e(doc, ord)
        cross join lateral jsonb_to_record(e.doc -> 'decision')
            as x(version bigint, hub_id uuid, cut_off_at timestamptz)
        where e.doc ? 'decision'
    ), w as materialized (
        select i.*, v.id as wave_id,
            row_number() over (partition by v.id order by i.ord) <= v.capacity - v.used
                and (d.capacity is null or row_number() over (partition by v.hub_id, v.day
                    order by i.ord) <= d.capacity - d.used) as fits
        from i
        cross join lateral (
            select * from roadshow.waves w0 where w0.creator_id = p_creator
                and w0.hub_id = i.hub_id and w0.cut_off_at = i.cut_off_at limit 1) v
        cross join lateral (
            select * from roadshow.hub_days d0 where d0.creator_id = p_creator
                and d0.hub_id = i.hub_id and d0.day = v.day limit 1) d
        where v.cut_off_at > p_now and v.cancelled_at is null and not v.closed
            and i.nth = 1 and i.idem_key is not null and i.version = known
    ), l as materialized (
        select x.ord, bool_and(x.wanted <= coalesce(s.on_hand - s.reserved - s.safety, 0)) as fits
        from (
            select w.ord, w.hub_id, k.sku, sum(k.quantity)
                over (partition by w.hub_id, k.sku order by w.ord) as wanted
            from w cross join lateral jsonb_to_recordset(w.lines) as k(sku text, quantity integer)
            where w.fits
        ) x
        left join lateral (
            select * from roadshow.hub_stock s0 where s0.creator_id = p_creator
                and s0.hub_id = x.hub_id and s0.sku = x.sku limit 1) s on true
        group by x.ord
    ), same as materialized ( -- before the look-ups, which are to run once an item
        select w.* from w join l on l.ord = w.ord where l.fits
    )
    select w.ord, w.wave_id
    from same w
    where (select true from roadshow.api_keys a where a.creator_id = p_creator
            and a.id = w.key_id and a.role = w.role and a.revoked_at is null limit 1)
        and (select true from roadshow.idempotency m where m.creator_id = p_creator
            and m.key_id = w.key_id and m.idem_key = w.idem_key limit 1) is null
        and pg_try_advisory_xact_lock(
            hashtextextended(p_creator::text || w.key_id::text || w.idem_key, 0))
    order by w.ord;
end $$;

-- What order_json() says of an order that one hub ships whole, as the text of that jsonb, which has its keys by
-- length, then in the order of bytes. Inlined.
create or replace function roadshow.order_taken_json(p_order uuid, p_service text, p_lines jsonb,
    p_needed_by timestamptz, p_not_before timestamptz, p_made_at text, p_shipment uuid, p_hub uuid,
    p_distance_m float8, p_promise_at timestamptz)
returns text language sql stable as $$
    select concat('{"id": "', p_order, '", "hold": null, "lines": ', p_lines,
        ', "state": "routed", "service": "', p_service, '", "token_id": null, "needed_by": ',
        coalesce('"' || roadshow.rfc3339(p_needed_by) || '"', 'null'), ', "shipments": [{"id": "',
        p_shipment, '", "lines": ', p_lines, ', "state": "routed", "hub_id": "', p_hub,
        '", "distance_m": ', round(p_distance_m::numeric, 1), ', "promise_at": "',
        roadshow.rfc3339(p_promise_at), '"}], "created_at": "', p_made_at, '", "not_before": ',
        coalesce('"' || roadshow.rfc3339(p_not_before) || '"', 'null'),
        ', "backordered": [], "fulfilled_at": null}')
$$;

-- What order_entry() says of it, likewise.
create or replace function roadshow.order_taken_entry(p_policy integer, p_lines jsonb, p_shipment uuid,
    p_hub uuid)
returns text language sql stable as $$
    select concat('{"cause": "ordered", "policy": ', p_policy, ', "attempt": 1, "shipments": [{"id": "',
        p_shipment, '", "lines": ', p_lines, ', "hub_id": "', p_hub, '"}], "backordered": []}')
$$;

-- Takes these items: orders, lines, shipments, explanations, units and slots, ledger entries (as ledger_append()
-- writes them, from p_first on, at p_noted) and remembered answers, all in one statement.
-- Locks: none; the caller holds the hubs and the ledger head, and the orders are new.
create or replace function roadshow.orders_take(p_creator uuid, p_keys uuid[], p_idem_keys text[],
    p_hashes bytea[], p_items jsonb[], p_whys text[], p_taken integer[], p_waves uuid[],
    p_now timestamptz, p_first bigint, p_noted timestamptz)
returns table (item integer, order_id uuid, body text, etag text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    made_at text := rfc3339(p_now);
    told    text := ',"at":"' || rfc3339(p_noted) || '","kind":"order.routed","subject":"';
begin
    return query
    with i as materialized (
        select t.ord as item, t.wave_id, p_first + t.nth - 1 as index, x.*, d.*, f.*,
            (select jsonb_agg(jsonb_build_object('sku', k.sku, 'quantity', k.quantity) order by k.sku)
                from jsonb_to_recordset(f.wanted) as k(sku text, quantity integer)) as lines
        from unnest(p_taken, p_waves) with ordinality as t(ord, wave_id, nth)
        cross join lateral jsonb_to_record(p_items[t.ord]) as x(new_id uuid, lat float8, lon float8,
            decision jsonb, body jsonb)
        cross join lateral jsonb_to_record(x.decision) as d(policy integer, hub_id uuid,
            shipment_id uuid, distance_m float8, promise_at timestamptz)
        cross join lateral (select b.service, b.not_before, b.needed_by, b.lines as wanted, b.ship_to
            from jsonb_to_record(x.body) as b(service text, not_before timestamptz,
                needed_by timestamptz, lines jsonb, ship_to jsonb)) f
    ), unit as materialized (
        select i.new_id, i.shipment_id, i.hub_id, k.sku, k.quantity
        from i cross join lateral jsonb_to_recordset(i.lines) as k(sku text, quantity integer)
    ), made as (
        insert into roadshow.orders (creator_id, id, key_id, state, service, lat, lon, country,
            postal_code, not_before, needed_by, created_at, ledger_index)
        select p_creator, i.new_id, p_keys[i.item], 'routed', i.service, i.lat, i.lon,
            i.ship_to ->> 'country', roadshow.postal_key(i.ship_to ->> 'postal_code'),
            i.not_before, i.needed_by, p_now, i.index from i
    ), lines as (
        insert into roadshow.order_lines (creator_id, order_id, sku, quantity)
        select p_creator, u.new_id, u.sku, u.quantity from unit u
    ), explained as (
        insert into roadshow.order_routings (creator_id, order_id, attempt, compact)
        select p_creator, i.new_id, 1, p_whys[i.item] from i
    ), sent as (
        insert into roadshow.shipments (creator_id, id, order_id, hub_id, wave_id, state,
            distance_m, promise_at, created_at)
        select p_creator, i.shipment_id, i.new_id, i.hub_id, i.wave_id, 'routed', i.distance_m,
            i.promise_at, p_now from i
    ), carried as (
        insert into roadshow.shipment_lines (creator_id, shipment_id, sku, quantity)
        select p_creator, u.shipment_id, u.sku, u.quantity from unit u
    ), slots as (
        update roadshow.waves w set used = w.used + x.n
        from (select i.wave_id, count(*)::integer as n from i group by i.wave_id) x
        cross join lateral (select w0.ctid as at from roadshow.waves w0
            where w0.creator_id = p_creator and w0.id = x.wave_id limit 1) y
        where w.ctid = y.at
    ), units as (
        update roadshow.hub_stock s set reserved = s.reserved + x.n
        from (select u.hub_id, u.sku, sum(u.quantity)::integer as n from unit u group by 1, 2) x
        cross join lateral (select s0.ctid as at from roadshow.hub_stock s0
            where s0.creator_id = p_creator and s0.hub_id = x.hub_id and s0.sku = x.sku limit 1) y
        where s.ctid = y.at
    ), noted as (
        insert into roadshow.ledger (creator_id, index, at, kind, subject, entry)
        select p_creator, i.index, p_noted, 'order.routed', i.new_id,
            concat('{"index":', i.index, told, i.new_id, '","prev":null,"data":',
                roadshow.order_taken_entry(i.policy, i.lines, i.shipment_id, i.hub_id), '}')
        from i
    ), answer as materialized (
        select x.*, roadshow.etag_of(x.body) as etag
        from (
            select i.item, i.new_id, roadshow.order_taken_json(i.new_id, i.service, i.lines,
                i.needed_by, i.not_before, made_at, i.shipment_id, i.hub_id, i.distance_m,
                i.promise_at) as body
            from i offset 0) x
    ), kept as (
        insert into roadshow.idempotency (creator_id, key_id, idem_key, body_sha256, answer)
        select p_creator, p_keys[a.item], p_idem_keys[a.item], p_hashes[a.item],
            row(201, a.body, a.etag, '/v1/orders/' || a.new_id, false)::api.answer from answer a
    )
    select a.item, a.new_id, a.body, a.etag from answer a;
end $$;
