-- SPDX-License-Identifier: Apache-2.0
--
-- What `roadshow simulate` reads: the orders of a time as they were decided, with what was known then.
-- These functions read tables with the rights of who calls them, and write nothing. Times are µs since
-- 1970, 0 for none.

-- The hubs that a recorded decision considered: [hub, distance_m, [free units of each line], free slots,
-- cut-off, ready, ready to be picked up, the two next local midnights, verdict].
-- Ready is what the promise tells, less the way; when the promise waited for not_before it is the latest
-- that it can have been.
-- Caller: roadshow.simulate_orders().
create or replace function roadshow.simulate_hubs(p_creator uuid, p_why jsonb) returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_array(h.id, c.x -> 'distance_m', (
            select jsonb_agg((select s -> 'available' from jsonb_array_elements(c.x -> 'stock') as s
                where s ->> 'sku' = l.x ->> 'sku') order by l.ord)
            from jsonb_array_elements(p_why -> 'request' -> 'lines') with ordinality as l(x, ord)),
        c.x -> 'capacity', coalesce(roadshow.epoch_us(t.cut_off_at), 0),
        coalesce(greatest(roadshow.epoch_us(t.cut_off_at), roadshow.epoch_us(t.promise_at)
            - case when p_why -> 'request' ->> 'service' = 'pickup' then 0
                else (c.x ->> 'travel_s')::bigint * 1000000 end), 0),
        coalesce(roadshow.epoch_us(t.promise_at), 0),
        roadshow.epoch_us((date_trunc('day', t.at at time zone h.time_zone) + interval '1 day')
            at time zone h.time_zone),
        roadshow.epoch_us((date_trunc('day', t.at at time zone h.time_zone) + interval '2 days')
            at time zone h.time_zone),
        c.x -> 'verdict') order by c.ord), '[]')
    from jsonb_array_elements(p_why -> 'candidates') with ordinality as c(x, ord)
    cross join lateral (select (c.x ->> 'cut_off_at')::timestamptz as cut_off_at,
        (c.x ->> 'promise_at')::timestamptz as promise_at, (p_why ->> 'at')::timestamptz as at) t
    join roadshow.hubs h on h.creator_id = p_creator and h.id = (c.x ->> 'hub_id')::uuid
$$;

-- The next orders of [p_from, p_to) behind p_after, by id, which is in order of time: their first
-- decisions, what they are worth at today's prices, and who was chosen.
-- Caller: `roadshow simulate`.
create or replace function roadshow.simulate_orders(p_creator uuid, p_from timestamptz, p_to timestamptz,
    p_after uuid, p_limit integer)
returns table (id uuid, doc jsonb) language sql stable as $$
    select o.id, jsonb_build_object('at', roadshow.epoch_us((w.why ->> 'at')::timestamptz),
        'policy', w.why -> 'policy', 'service', o.service,
        'not_before', coalesce(roadshow.epoch_us(o.not_before), 0),
        'needed_by', coalesce(roadshow.epoch_us(o.needed_by), 0), 'event_id', o.event_id,
        'lines', w.why -> 'request' -> 'lines',
        'amount', (select sum(p.price * (l.x ->> 'quantity')::bigint)
            from jsonb_array_elements(w.why -> 'request' -> 'lines') as l(x)
            join roadshow.products p on p.creator_id = p_creator and p.sku = l.x ->> 'sku'),
        'hubs', roadshow.simulate_hubs(p_creator, w.why))
    from (
        select * from roadshow.orders where creator_id = p_creator and id > p_after
            and created_at >= p_from and created_at < p_to order by id limit p_limit
    ) o
    join roadshow.order_routings r on r.creator_id = p_creator and r.order_id = o.id and r.attempt = 1
    cross join lateral (select roadshow.explanation_of(r) as why offset 0) w
    order by o.id
$$;

-- How many orders of [p_from, p_to) have no decision that could be made again: their person was erased, or
-- they were a hold that ended or of a token and were taken back.
-- Caller: `roadshow simulate`.
create or replace function roadshow.simulate_forgotten(p_creator uuid, p_from timestamptz, p_to timestamptz)
returns bigint language sql stable as $$
    select count(*) from roadshow.orders o where o.creator_id = p_creator
        and o.created_at >= p_from and o.created_at < p_to
        and not exists (select from roadshow.order_routings r where r.creator_id = p_creator
            and r.order_id = o.id and r.attempt = 1)
$$;

-- The waves of [p_from, two weeks after p_to): slots, and how many of them shipments of the orders that
-- are decided again do not hold.
-- Caller: `roadshow simulate`.
create or replace function roadshow.simulate_waves(p_creator uuid, p_from timestamptz, p_to timestamptz)
returns table (hub_id uuid, cut_off bigint, ready bigint, pickup bigint, capacity integer,
    free integer) language sql stable as $$
    select w.hub_id, roadshow.epoch_us(w.cut_off_at), roadshow.epoch_us(w.ready_at),
        roadshow.epoch_us(w.pickup_at), w.capacity,
        least(w.capacity, w.capacity - w.used + (
            select count(*) from roadshow.shipments s
            join roadshow.orders o on o.creator_id = p_creator and o.id = s.order_id
            join roadshow.order_routings r on r.creator_id = p_creator and r.order_id = o.id
                and r.attempt = 1
            where s.creator_id = p_creator and s.wave_id = w.id and s.state <> 'cancelled'
                and o.created_at >= p_from and o.created_at < p_to)::integer)
    from roadshow.waves w
    where w.creator_id = p_creator and w.cancelled_at is null and w.cut_off_at > p_from
        and w.cut_off_at < p_to + interval '14 days'
    order by w.hub_id, w.cut_off_at
$$;
