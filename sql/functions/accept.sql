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

-- The items that may be taken, in their order: which wave, and which shipment it becomes. Refused, and
-- so left to the slow path, are also keys that are known, running or twice in the batch.
-- Locks: advisory ones on the Idempotency-Keys; the caller holds the hubs.
create or replace function roadshow.orders_acceptable(p_creator uuid, p_keys uuid[], p_roles text[],
    p_idem_keys text[], p_items jsonb[], p_now timestamptz)
returns table (item integer, wave_id uuid, shipment_id uuid) language plpgsql volatile as $$
#variable_conflict use_column
begin
    return query
    with head as materialized (
        select version from roadshow.hub_heads where creator_id = p_creator
    ), i as materialized (
        select e.ord::integer as ord, e.doc, e.doc -> 'body' -> 'lines' as lines, x.*,
            p_keys[e.ord] as key_id, p_roles[e.ord] as role, p_idem_keys[e.ord] as idem_key,
            row_number() over (partition by p_keys[e.ord], p_idem_keys[e.ord] order by e.ord) as nth
        from unnest(p_items) with ordinality as e(doc, ord)
        cross join lateral jsonb_to_record(e.doc -> 'decision')
            as x(version bigint, hub_id uuid, cut_off_at timestamptz)
        where e.doc ? 'decision'
    ), w as materialized (
        select i.ord, v.id as wave_id,
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
        where v.cut_off_at > p_now and v.cancelled_at is null
    ), l as materialized (
        select x.ord, bool_and(x.wanted <= coalesce(s.on_hand - s.reserved - s.safety, 0)) as fits
        from (
            select i.ord, i.hub_id, k.sku, sum(k.quantity)
                over (partition by i.hub_id, k.sku order by i.ord) as wanted
            from i cross join lateral jsonb_to_recordset(i.lines) as k(sku text, quantity integer)
        ) x
        left join lateral (
            select * from roadshow.hub_stock s0 where s0.creator_id = p_creator
                and s0.hub_id = x.hub_id and s0.sku = x.sku limit 1) s on true
        group by x.ord
    ), same as materialized ( -- before the look-ups, which are to run once an item
        select i.ord, i.key_id, i.role, i.idem_key, w.wave_id
        from i
        join head on head.version = i.version
        join w on w.ord = i.ord and w.fits
        join l on l.ord = i.ord and l.fits
        where i.nth = 1 and i.idem_key is not null
    )
    select i.ord, i.wave_id, uuid_v7()
    from same i
    where (select true from roadshow.api_keys a where a.creator_id = p_creator
            and a.id = i.key_id and a.role = i.role and a.revoked_at is null limit 1)
        and (select true from roadshow.idempotency m where m.creator_id = p_creator
            and m.key_id = i.key_id and m.idem_key = i.idem_key limit 1) is null
        and pg_try_advisory_xact_lock(
            hashtextextended(p_creator::text || i.key_id::text || i.idem_key, 0));
end $$;

-- Takes these items: orders, lines, shipments, explanations, units and slots, all in one statement.
-- Returns each order's answer and what the ledger is to tell.
-- Locks: none; the caller holds the hubs, and the orders are new.
create or replace function roadshow.orders_take(p_creator uuid, p_keys uuid[], p_items jsonb[],
    p_whys text[], p_taken integer[], p_waves uuid[], p_shipments uuid[], p_now timestamptz)
returns table (item integer, order_id uuid, body jsonb, entry jsonb)
language plpgsql volatile as $$
#variable_conflict use_column
begin
    return query
    with i as materialized (
        select t.ord as item, t.wave_id, t.shipment_id, p_whys[t.ord] as why, x.*, b.*,
            (select jsonb_agg(jsonb_build_object('sku', k.sku, 'quantity', k.quantity)
                order by k.sku)
                from jsonb_to_recordset(e.doc -> 'body' -> 'lines')
                    as k(sku text, quantity integer)) as lines,
            e.doc -> 'body' -> 'ship_to' as ship_to, p_keys[t.ord] as key_id
        from unnest(p_taken, p_waves, p_shipments) as t(ord, wave_id, shipment_id)
        cross join lateral (select p_items[t.ord] as doc) e
        cross join lateral jsonb_to_record(e.doc) as x(new_id uuid, lat float8, lon float8)
        cross join lateral (
            select d.*, f.service, f.not_before, f.needed_by
            from jsonb_to_record(e.doc -> 'decision')
                as d(policy integer, hub_id uuid, distance_m float8, promise_at timestamptz),
                jsonb_to_record(e.doc -> 'body')
                as f(service text, not_before timestamptz, needed_by timestamptz)
        ) b
    ), made as (
        insert into roadshow.orders (creator_id, id, key_id, state, service, lat, lon, country,
            postal_code, not_before, needed_by, created_at, ledger_index)
        select p_creator, i.new_id, i.key_id, 'routed', i.service, i.lat, i.lon,
            i.ship_to ->> 'country', roadshow.postal_key(i.ship_to ->> 'postal_code'),
            i.not_before, i.needed_by, p_now, 0 from i
    ), lines as (
        insert into roadshow.order_lines (creator_id, order_id, sku, quantity)
        select p_creator, i.new_id, k.sku, k.quantity
        from i cross join lateral jsonb_to_recordset(i.lines) as k(sku text, quantity integer)
    ), explained as (
        insert into roadshow.order_routings (creator_id, order_id, attempt, compact)
        select p_creator, i.new_id, 1, i.why from i
    ), sent as (
        insert into roadshow.shipments (creator_id, id, order_id, hub_id, wave_id, state,
            distance_m, promise_at, created_at)
        select p_creator, i.shipment_id, i.new_id, i.hub_id, i.wave_id, 'routed', i.distance_m,
            i.promise_at, p_now from i
    ), carried as (
        insert into roadshow.shipment_lines (creator_id, shipment_id, sku, quantity)
        select p_creator, i.shipment_id, k.sku, k.quantity
        from i cross join lateral jsonb_to_recordset(i.lines) as k(sku text, quantity integer)
    ), slots as (
        update roadshow.waves w set used = w.used + x.n
        from (select i.wave_id, count(*)::integer as n from i group by i.wave_id) x
        cross join lateral (select w0.ctid as at from roadshow.waves w0
            where w0.creator_id = p_creator and w0.id = x.wave_id limit 1) y
        where w.ctid = y.at
    ), units as (
        update roadshow.hub_stock s set reserved = s.reserved + x.n
        from (
            select i.hub_id, k.sku, sum(k.quantity)::integer as n
            from i cross join lateral jsonb_to_recordset(i.lines) as k(sku text, quantity integer)
            group by i.hub_id, k.sku
        ) x
        cross join lateral (select s0.ctid as at from roadshow.hub_stock s0
            where s0.creator_id = p_creator and s0.hub_id = x.hub_id and s0.sku = x.sku limit 1) y
        where s.ctid = y.at
    )
    select i.item, i.new_id,
        jsonb_build_object('id', i.new_id, 'state', 'routed', 'service', i.service,
            'token_id', null, 'not_before', roadshow.rfc3339(i.not_before),
            'needed_by', roadshow.rfc3339(i.needed_by), 'lines', i.lines,
            'shipments', jsonb_build_array(jsonb_build_object('id', i.shipment_id,
                'hub_id', i.hub_id, 'state', 'routed',
                'distance_m', round(i.distance_m::numeric, 1),
                'promise_at', roadshow.rfc3339(i.promise_at), 'lines', i.lines)),
            'backordered', '[]'::jsonb, 'created_at', roadshow.rfc3339(p_now),
            'fulfilled_at', null, 'hold', null),
        jsonb_build_object('attempt', 1, 'cause', 'ordered', 'policy', i.policy,
            'shipments', jsonb_build_array(jsonb_build_object('id', i.shipment_id,
                'hub_id', i.hub_id, 'lines', i.lines)), 'backordered', '[]'::jsonb)
    from i;
end $$;

-- Of a batch as api.order_batch() has it, the items that the service decided and that stand: done, with
-- their answers remembered. What it returns of the rest is nothing.
-- Locks: as orders_acceptable(); the caller holds the hubs.
create or replace function roadshow.orders_accept(p_creator uuid, p_keys uuid[], p_roles text[],
    p_idem_keys text[], p_hashes bytea[], p_items jsonb[], p_whys text[])
returns table (item integer, order_id uuid, body text, etag text, entry jsonb)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    t         timestamptz := clock_timestamp();
    taken     integer[];
    waves     uuid[];
    shipments uuid[];
begin
    select array_agg(a.item order by a.item), array_agg(a.wave_id order by a.item),
        array_agg(a.shipment_id order by a.item) into taken, waves, shipments
    from orders_acceptable(p_creator, p_keys, p_roles, p_idem_keys, p_items, t) a;
    if taken is null then
        return;
    end if;
    return query
    with done as materialized (
        select x.item, x.order_id, x.body::text as body, etag_of(x.body::text) as etag, x.entry
        from orders_take(p_creator, p_keys, p_items, p_whys, taken, waves, shipments, t) x
    ), kept as (
        insert into roadshow.idempotency (creator_id, key_id, idem_key, body_sha256, answer)
        select p_creator, p_keys[d.item], p_idem_keys[d.item], p_hashes[d.item],
            row(201, d.body, d.etag, '/v1/orders/' || d.order_id, false)::api.answer
        from done d
    )
    select d.item, d.order_id, d.body, d.etag, d.entry from done d order by d.item;
end $$;
