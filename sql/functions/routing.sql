-- SPDX-License-Identifier: Apache-2.0
--
-- Routing: deciding on live stock and capacity, among the candidates that the service ranked, who
-- ships what; reserving, promising, and writing down why.
--
-- The service measures (distance, travel time, which hubs are worth looking at) on the picture of
-- route_snapshot(); everything that can change is looked at here, under the hubs' locks. Both apply the
-- same rules to the same scores: `roadshow route --explain` recomputes every verdict from the stored
-- explanation.

-- ---- what ranking works on --------------------------------------------------------------------

-- Microseconds since 1970, as the service counts.
create or replace function roadshow.epoch_us(p_at timestamptz) returns bigint language sql immutable
    parallel safe as $$
    select (extract(epoch from p_at) * 1000000)::bigint
$$;

-- The hub's next waves that were not called off or closed, with their free slots: the wave's own, and no
-- more than its day has left.
create or replace function roadshow.waves_ahead(p_creator uuid, p_hub uuid, p_now timestamptz,
    p_limit integer)
returns table (id uuid, cut_off_at timestamptz, ready_at timestamptz, pickup_at timestamptz,
    free integer, used integer, capacity integer) language sql stable as $$
    select w.id, w.cut_off_at, w.ready_at, w.pickup_at,
        greatest(least(w.capacity - w.used, d.capacity - d.used), 0), w.used, w.capacity
    from roadshow.waves w
    join roadshow.hub_days d on d.creator_id = p_creator and d.hub_id = p_hub and d.day = w.day
    where w.creator_id = p_creator and w.hub_id = p_hub and w.cut_off_at > p_now
        and w.cancelled_at is null and not w.closed
    order by w.cut_off_at limit p_limit
$$;

-- The creator's first 1,000 hubs with their waves and free stock: 24 waves, the next two and then those that
-- have a free slot, so that a hub with many full ones ahead counts as what it is, late. `stock` is "12,0,4" in
-- the order of `skus`, which is that of bytes; a wave is [cut-off, ready, free slots, slots, ready to be
-- picked up]; day_end is the next local midnight, next_day_end the one after.
create or replace function roadshow.route_snapshot(p_creator uuid)
returns jsonb language sql stable as $$
    with t as materialized (
        select clock_timestamp() as now
    ), skus as materialized (
        select distinct sku from roadshow.hub_stock where creator_id = p_creator
    )
    select jsonb_build_object('version', coalesce((select version from roadshow.hub_heads
            where creator_id = p_creator), 0),
        'policy', roadshow.route_policy(p_creator),
        'skus', coalesce((select jsonb_agg(sku order by sku collate "C") from skus), '[]'),
        'hubs', coalesce((
            select jsonb_agg(jsonb_build_object('id', h.id, 'kind', h.kind, 'lat', h.lat,
                'lon', h.lon, 'active', h.active, 'outage', h.outage_at is not null,
                'radius_m', h.radius_m,
                'event_id', h.event_id, 'cost_per_order', h.cost_per_order,
                'cost_per_km', h.cost_per_km,
                'day_end', roadshow.epoch_us((date_trunc('day', t.now at time zone h.time_zone)
                    + interval '1 day') at time zone h.time_zone),
                'next_day_end', roadshow.epoch_us((date_trunc('day',
                    t.now at time zone h.time_zone) + interval '2 days')
                    at time zone h.time_zone),
                'stock', coalesce((
                    select string_agg(coalesce(greatest(s.on_hand - s.reserved - s.safety, 0),
                        0)::text, ',' order by k.sku collate "C")
                    from skus k left join roadshow.hub_stock s on s.creator_id = p_creator
                        and s.hub_id = h.id and s.sku = k.sku), ''),
                'waves', coalesce((
                    select jsonb_agg(jsonb_build_array(roadshow.epoch_us(w.cut_off_at),
                        roadshow.epoch_us(w.ready_at), w.free, w.capacity,
                        roadshow.epoch_us(w.pickup_at)) order by w.cut_off_at)
                    from (select * from (select v.*, row_number() over (order by v.cut_off_at) as nth
                            from roadshow.waves_ahead(p_creator, h.id, t.now, null) v) a
                        where a.free > 0 or a.nth <= 2 order by a.cut_off_at limit 24) w), '[]')
                ) order by h.id)
            from (select * from roadshow.hubs where creator_id = p_creator
                order by id limit 1000) h), '[]'))
    from t
$$;

-- What an order needs before it can be ranked: where a postal code is, the event of its token, and the
-- snapshot when the worker's (p_known, -1 for none) is old. Country or token null: no look-up. One row per
-- item; `near` is the nearest known prefix of an unknown code. Callers: statement route_context of POST
-- /v1/orders.
create or replace function api.route_context(p_creator uuid, p_countries text[], p_codes text[],
    p_tokens uuid[], p_known bigint[])
returns table (item integer, lat double precision, lon double precision, near text,
    event_id uuid, snapshot jsonb)
language plpgsql stable security definer set search_path = roadshow, api, pg_temp as $$
#variable_conflict use_column
declare
    current bigint := coalesce((select version from hub_heads where creator_id = p_creator), 0);
    fresh   jsonb;
begin
    if exists (select from unnest(p_known) as k where k <> current) then
        fresh := route_snapshot(p_creator);
    end if;
    return query
    select i.ord::integer, k.lat, k.lon,
        case when i.country is not null and k.code is null
            then postal_near(i.country, postal_key(i.code)) end,
        (select d.event_id from tokens t
            join drops d on d.creator_id = p_creator and d.id = t.drop_id
            where t.creator_id = p_creator and t.id = i.token),
        case when i.known <> current then fresh end
    from unnest(p_countries, p_codes, p_tokens, p_known) with ordinality
        as i(country, code, token, known, ord)
    left join postal_codes k on k.country = i.country and k.code = postal_key(i.code);
end $$;

-- ---- deciding ---------------------------------------------------------------------------------

-- When it is there: picked up when the hub is open, or delivered; not before it is wanted.
create or replace function roadshow.promise_at(h roadshow.hubs, o roadshow.orders,
    p_travel_s integer, p_ready_at timestamptz, p_pickup_at timestamptz)
returns timestamptz language sql stable as $$
    select case when o.service <> 'pickup'
            then greatest(p_ready_at + make_interval(secs => p_travel_s), o.not_before)
        when o.not_before > p_pickup_at then roadshow.hub_open_from(h, o.not_before)
        else p_pickup_at end
$$;

-- What each candidate can do for these lines now, as an array of objects in the policy's order:
-- those that may be chosen first, by their scores (lower is better, first difference wins, null
-- abstains), then the rest by distance. `verdict` is null for those that may be chosen.
-- hard: same_day and next_day are conditions of the order, not wishes. Their day is that of the order.
-- Locks: none; the caller holds the candidates' hubs.
create or replace function roadshow.route_candidates(p_creator uuid, o roadshow.orders,
    p_lines jsonb, p_candidates jsonb, p_failed uuid[], p_policy jsonb, p_now timestamptz,
    p_hard boolean)
returns jsonb language plpgsql stable as $$
begin
    return (
        with need as materialized (
            select x.sku, x.quantity from jsonb_to_recordset(p_lines) as x(sku text, quantity integer)
        ), cand as materialized (
            select x.distance_m, x.travel_s, h, h.*,
                case o.service
                    when 'same_day' then (date_trunc('day', o.created_at at time zone h.time_zone)
                        + interval '1 day') at time zone h.time_zone
                    when 'next_day' then (date_trunc('day', o.created_at at time zone h.time_zone)
                        + interval '2 days') at time zone h.time_zone
                end as service_until
            from jsonb_to_recordset(p_candidates)
                as x(hub_id uuid, distance_m double precision, travel_s integer)
            join roadshow.hubs h on h.creator_id = p_creator and h.id = x.hub_id
        ), able as (
            select c.*, f.stock, f.lines_short, f.lines_some, w.id as wave_id, w.cut_off_at,
                w.ready_at, w.free, w.load,
                roadshow.promise_at(c.h, o, c.travel_s, w.ready_at, w.pickup_at) as promise_at,
                roadshow.promise_at(c.h, o, c.travel_s, n.ready_at, n.pickup_at) as next_at
            from cand c
            cross join lateral (
                select jsonb_agg(jsonb_build_object('sku', need.sku, 'available', v.available)
                        order by need.sku) as stock,
                    (count(*) filter (where v.available < need.quantity))::integer as lines_short,
                    count(*) filter (where v.available > 0) as lines_some
                from need
                left join roadshow.hub_stock s on s.creator_id = p_creator and s.hub_id = c.id
                    and s.sku = need.sku
                cross join lateral (
                    select coalesce(greatest(s.on_hand - s.reserved - s.safety, 0), 0) as available) v
            ) f
            left join lateral ( -- the wave that takes it
                select v.*, v.used::double precision / v.capacity as load
                from roadshow.waves_ahead(p_creator, c.id, p_now, null) v
                where v.free > 0 order by v.cut_off_at limit 1) w on true
            left join lateral ( -- the next to leave, full or not
                select v.ready_at, v.pickup_at
                from roadshow.waves_ahead(p_creator, c.id, p_now, 1) v) n on true
        ), judged as (
            select a.*, least(a.service_until, o.needed_by) as deadline,
                case
                    when a.id = any (p_failed) then 'failed_before'
                    when not a.active then 'inactive'
                    when a.outage_at is not null then 'outage'
                    when a.distance_m > a.radius_m
                        or a.distance_m > (p_policy ->> 'distance_max_m')::double precision
                        then 'out_of_radius'
                    when a.cost_per_order + a.cost_per_km * a.distance_m / 1000
                        > (p_policy ->> 'cost_max')::double precision then 'too_expensive'
                    when o.service = 'pickup' and a.kind = 'warehouse' then 'not_offered'
                    when a.lines_some = 0 then 'no_stock'
                    when a.next_at is null then 'past_cut_off'
                    when a.wave_id is null then 'no_capacity'
                    when p_hard and a.promise_at > a.service_until then
                        case when a.next_at <= a.service_until then 'no_capacity'
                            else 'past_cut_off' end
                end as verdict
            from able a
        ), scored as (
            select j.*, array(
                select (case r.rule
                    when 'event_hub' then case when o.event_id is not null
                        then (j.event_id is distinct from o.event_id)::integer end
                    when 'promise_met' then (j.promise_at > j.deadline)::integer
                    when 'fewest_splits' then j.lines_short
                    when 'micro_hub_before_warehouse' then (j.kind = 'warehouse')::integer
                    when 'closest' then j.distance_m
                    when 'cheapest' then j.cost_per_order + j.cost_per_km * j.distance_m / 1000
                    when 'least_loaded' then j.load
                    end)::double precision
                from jsonb_array_elements_text(p_policy -> 'rules') with ordinality as r(rule, ord)
                order by r.ord) as scores
            from judged j
        )
        select coalesce(jsonb_agg(jsonb_build_object('hub_id', s.id, 'name', s.name, 'kind', s.kind,
                'distance_m', s.distance_m, 'travel_s', s.travel_s, 'stock', s.stock,
                'lines_short', s.lines_short, 'capacity', coalesce(s.free, 0),
                'wave_id', s.wave_id, 'cut_off_at', roadshow.rfc3339(s.cut_off_at),
                'promise_at', roadshow.rfc3339(s.promise_at),
                'scores', to_jsonb(s.scores), 'verdict', s.verdict)
            order by s.verdict is not null, case when s.verdict is null then s.scores end,
                s.distance_m, s.id), '[]')
        from scored s);
end $$;

-- Which candidates ship what: [{"at": index of the candidate, "lines": [{"sku", "quantity"}]}].
-- One hub that has everything ships alone; only when there is none, up to shipments_max share, in
-- order, each with all it has of what is still missing.
create or replace function roadshow.route_choose(p_candidates jsonb, p_lines jsonb, p_policy jsonb)
returns jsonb language plpgsql immutable as $$
declare
    picks jsonb := '[]';
    need  jsonb;
    cand  jsonb;
    take  jsonb;
begin
    select coalesce(jsonb_build_array(jsonb_build_object('at', e.ord - 1, 'lines', p_lines)), '[]')
    into picks
    from jsonb_array_elements(p_candidates) with ordinality as e(cand, ord)
    where e.cand ->> 'verdict' is null and (e.cand ->> 'lines_short')::integer = 0
    order by e.ord limit 1;
    if found then
        return picks;
    end if;
    picks := '[]';
    if not (p_policy ->> 'partial')::boolean and (p_policy ->> 'shipments_max')::integer < 2 then
        return picks;
    end if;
    select jsonb_object_agg(x.sku, x.quantity) into need
    from jsonb_to_recordset(p_lines) as x(sku text, quantity integer);
    for i in 0 .. jsonb_array_length(p_candidates) - 1 loop
        exit when jsonb_array_length(picks) >= (p_policy ->> 'shipments_max')::integer;
        cand := p_candidates -> i;
        continue when cand ->> 'verdict' is not null;
        select jsonb_agg(jsonb_build_object('sku', s.sku, 'quantity',
            least(s.available, (need ->> s.sku)::integer)) order by s.sku) into take
        from jsonb_to_recordset(cand -> 'stock') as s(sku text, available integer)
        where s.available > 0 and (need ->> s.sku)::integer > 0;
        continue when take is null;
        picks := picks || jsonb_build_object('at', i, 'lines', take);
        select jsonb_object_agg(n.key, n.value::integer - coalesce(t.quantity, 0)) into need
        from jsonb_each_text(need) n
        left join jsonb_to_recordset(take) as t(sku text, quantity integer) on t.sku = n.key;
    end loop;
    if not (p_policy ->> 'partial')::boolean
        and exists (select from jsonb_each_text(need) n where n.value::integer > 0) then
        return '[]';
    end if;
    return picks;
end $$;

-- What nobody ships: [{"sku", "quantity", "reason"}]. Why: of the hubs in reach that have some, the
-- nearest one's reason; else that nobody in reach has it, or that nobody is, listed or not.
create or replace function roadshow.route_left_over(p_candidates jsonb, p_omitted jsonb,
    p_lines jsonb, p_picks jsonb, p_cause text)
returns jsonb language plpgsql immutable as $$
begin
    return (
        with missing as (
            select l.sku, l.quantity - coalesce(sum(t.quantity), 0)::integer as quantity
            from jsonb_to_recordset(p_lines) as l(sku text, quantity integer)
            left join (
                select x.sku, x.quantity from jsonb_array_elements(p_picks) as k(pick),
                    jsonb_to_recordset(k.pick -> 'lines') as x(sku text, quantity integer)
            ) t on t.sku = l.sku
            group by l.sku, l.quantity
        )
        select coalesce(jsonb_agg(jsonb_build_object('sku', m.sku, 'quantity', m.quantity, 'reason',
            coalesce((
                select case c.cand ->> 'verdict' when 'no_capacity' then 'no_capacity'
                    when 'past_cut_off' then 'past_cut_off' else 'split_limit' end
                from jsonb_array_elements(p_candidates) with ordinality as c(cand, ord),
                    jsonb_to_recordset(c.cand -> 'stock') as s(sku text, available integer)
                where s.sku = m.sku and s.available > 0
                    and not exists (select from jsonb_array_elements(p_picks) as k(pick)
                        where (k.pick ->> 'at')::integer = c.ord - 1)
                    and coalesce(c.cand ->> 'verdict', 'no_capacity')
                        in ('no_capacity', 'past_cut_off')
                order by c.ord limit 1),
            p_cause,
            case when exists (select from jsonb_array_elements(p_candidates) as c(cand)
                where coalesce(c.cand ->> 'verdict', 'no_stock')
                    in ('no_stock', 'no_capacity', 'past_cut_off'))
                or p_omitted ?| '{lost,no_stock,no_capacity,past_cut_off}' then 'no_stock'
                else 'no_hub' end)) order by m.sku), '[]')
        from missing m where m.quantity > 0);
end $$;

-- The verdict of every candidate, now that it is known who ships: those that might have lost on the
-- first rule whose score differs from that of the last one chosen.
create or replace function roadshow.route_judge(p_candidates jsonb, p_picks jsonb, p_rules jsonb)
returns jsonb language plpgsql immutable as $$
declare
    winner jsonb := p_candidates -> (p_picks -> -1 ->> 'at')::integer;
    whole  boolean := jsonb_array_length(p_picks) = 1 and (winner ->> 'lines_short')::integer = 0;
    chosen bigint[] := array(select (k ->> 'at')::bigint + 1 from jsonb_array_elements(p_picks) k);
begin
    return (
        select coalesce(jsonb_agg(c.cand || jsonb_build_object('verdict', case
                when c.ord = any (chosen) then 'chosen'
                when c.cand ->> 'verdict' is not null then c.cand ->> 'verdict'
                when winner is null or whole and (c.cand ->> 'lines_short')::integer > 0
                    then 'no_stock'
                else 'lost_on:' || coalesce((
                    select r.rule from jsonb_array_elements_text(p_rules) with ordinality r(rule, ord)
                    where winner -> 'scores' -> (r.ord - 1)::integer
                        is distinct from c.cand -> 'scores' -> (r.ord - 1)::integer
                    order by r.ord limit 1), 'tie')
            end) order by c.ord), '[]')
        from jsonb_array_elements(p_candidates) with ordinality as c(cand, ord));
end $$;

-- Reserves stock and a slot for each pick and writes its shipment, held as its order is. Raises: 23514 when a lock was
-- forgotten: the constraints stand behind the decision.
drop function if exists roadshow.route_reserve(uuid, uuid, jsonb, jsonb, timestamptz);
create or replace function roadshow.route_reserve(p_creator uuid, o roadshow.orders,
    p_candidates jsonb, p_picks jsonb, p_now timestamptz)
returns void language plpgsql volatile as $$
declare
    pick     jsonb;
    cand     jsonb;
    shipment uuid;
begin
    for pick in select * from jsonb_array_elements(p_picks) loop
        cand := p_candidates -> (pick ->> 'at')::integer;
        shipment := uuid_v7();
        update waves set used = used + 1
        where creator_id = p_creator and id = (cand ->> 'wave_id')::uuid;
        insert into shipments (creator_id, id, order_id, hub_id, wave_id, state, distance_m,
            promise_at, created_at)
        values (p_creator, shipment, o.id, (cand ->> 'hub_id')::uuid,
            (cand ->> 'wave_id')::uuid,
            case when o.state = 'held' then 'held' else 'routed' end,
            (cand ->> 'distance_m')::double precision,
            (cand ->> 'promise_at')::timestamptz, p_now);
        insert into shipment_lines (creator_id, shipment_id, sku, quantity)
        select p_creator, shipment, x.sku, x.quantity
        from jsonb_to_recordset(pick -> 'lines') as x(sku text, quantity integer);
        update hub_stock s set reserved = s.reserved + x.quantity
        from jsonb_to_recordset(pick -> 'lines') as x(sku text, quantity integer)
        where s.creator_id = p_creator and s.hub_id = (cand ->> 'hub_id')::uuid
            and s.sku = x.sku;
    end loop;
end $$;

-- The limits of a policy for an order of this worth: what is worth less than split_min_amount is not
-- torn apart. Adds "amount" when the policy asks for it.
create or replace function roadshow.route_limits(p_creator uuid, p_lines jsonb, p_policy jsonb)
returns jsonb language plpgsql stable as $$
declare
    amount numeric;
begin
    if coalesce((p_policy ->> 'split_min_amount')::bigint, 0) = 0 then
        return p_policy;
    end if;
    select sum(p.price * x.quantity) into amount
    from jsonb_to_recordset(p_lines) as x(sku text, quantity integer)
    join products p on p.creator_id = p_creator and p.sku = x.sku;
    return p_policy || jsonb_build_object('amount', amount) || case
        when amount < (p_policy ->> 'split_min_amount')::bigint then '{"shipments_max": 1}'::jsonb
        else '{}' end;
end $$;

-- Decides about these lines of an order, all or what the policy allows, on what hubs have now; changes
-- nothing. cause: null the first time, else why it is routed again (short_pick, hub_rejected, …), which is
-- also why what is left over waits, but for `backorder`: it waited before; then the service's day is a wish, for it may be over, except that a hold is confirmed for its day or not at all. Returns the explanation without its attempt, and in
-- `picks` which candidates ship what. outcome: routed, partial, backordered, or refused when a condition
-- cannot be kept, with `earliest`.
-- Locks: none; whoever commits holds every candidate's hub.
create or replace function roadshow.route_decide(p_creator uuid, o roadshow.orders, p_lines jsonb,
    p_ranked jsonb, p_omitted jsonb, p_failed uuid[], p_cause text, p_policy jsonb,
    p_now timestamptz)
returns jsonb language plpgsql stable as $$
declare
    hard     boolean := (p_cause is null or p_cause = 'confirmed_late')
        and o.service in ('same_day', 'next_day');
    limits   jsonb := route_limits(p_creator, p_lines, p_policy);
    request  jsonb;
    cands    jsonb;
    picks    jsonb;
    missing  jsonb;
    earliest text;
begin
    cands := route_candidates(p_creator, o, p_lines, p_ranked, p_failed, p_policy, p_now, hard);
    picks := route_choose(cands, p_lines, limits);
    missing := route_left_over(cands, p_omitted, p_lines, picks, nullif(p_cause, 'backorder'));
    if hard and missing <> '[]' then
        select min(c ->> 'promise_at') into earliest from jsonb_array_elements(cands) as c
        where coalesce(c ->> 'verdict', '') in ('', 'past_cut_off', 'no_capacity')
            and (c ->> 'lines_short')::integer = 0;
        picks := '[]';
    end if;
    request := jsonb_build_object('lines', p_lines, 'service', o.service,
        'not_before', rfc3339(o.not_before), 'needed_by', rfc3339(o.needed_by),
        'event_id', o.event_id, 'failed', to_jsonb(p_failed))
        || case when limits ? 'amount' then jsonb_build_object('amount', limits -> 'amount') else '{}' end;
    return jsonb_build_object('at', rfc3339(p_now),
        'cause', coalesce(p_cause, 'ordered'), 'policy', p_policy, 'request', request,
        'input_hash', encode(sha256(convert_to(jsonb_build_object('policy', p_policy, 'request',
            request, 'candidates', cands)::text, 'UTF8')), 'hex'),
        'outcome', case when hard and missing <> '[]' then 'refused' when missing = '[]' then 'routed'
            when picks = '[]' then 'backordered' else 'partial' end,
        'backordered', missing, 'omitted', p_omitted,
        'candidates', route_judge(cands, picks, p_policy -> 'rules'),
        'picks', picks, 'earliest', earliest);
end $$;

-- Routes these lines of an order and writes down why: route_decide(), done. Returns the explanation.
-- What is decided again for who was told a time looks for a hub that keeps it before any other rule.
-- p_whole: the code by which it is refused when not every unit has a hub; null: the rest is backordered.
-- Locks: none; the caller holds every candidate's hub. Raises: RS409.
drop function if exists roadshow.route_commit(uuid, roadshow.orders, jsonb, jsonb, jsonb, uuid[], text);
create or replace function roadshow.route_commit(p_creator uuid, o roadshow.orders, p_lines jsonb,
    p_ranked jsonb, p_omitted jsonb, p_failed uuid[], p_cause text, p_whole text default null)
returns jsonb language plpgsql volatile as $$
declare
    t       timestamptz := clock_timestamp();
    why     jsonb;
    attempt integer;
    policy  jsonb := route_policy(p_creator);
begin
    if p_cause in ('address_changed', 'confirmed_late', 'backorder') then -- who was told a time, or waits
        policy := policy || jsonb_build_object('rules',
            '["promise_met"]'::jsonb || ((policy -> 'rules') - 'promise_met'));
    end if;
    why := route_decide(p_creator, o, p_lines, p_ranked, p_omitted, p_failed, p_cause, policy, t);
    if why ->> 'outcome' = 'refused' then
        perform fail(409, 'promise_not_possible', case when why ->> 'earliest' is null
            then 'No hub in reach has everything in stock and a free slot.'
            else 'No hub can deliver that soon; the earliest is ' || (why ->> 'earliest')
                || ', with service standard.' end, '/service');
    end if;
    if p_whole is not null and why ->> 'outcome' <> 'routed' then
        perform fail(409, p_whole, 'Not all of it can be shipped: ' || (
            select string_agg((e ->> 'quantity') || ' of ' || (e ->> 'sku') || ' (' || (e ->> 'reason')
                || ')', ', ') from jsonb_array_elements(why -> 'backordered') as e) || '.');
    end if;
    perform route_reserve(p_creator, o, why -> 'candidates', why -> 'picks', t);
    select coalesce(max(r.attempt), 0) + 1 into attempt from order_routings r
    where r.creator_id = p_creator and r.order_id = o.id;
    why := why - '{picks,earliest}'::text[] || jsonb_build_object('attempt', attempt);
    insert into order_routings (creator_id, order_id, attempt, explanation)
    values (p_creator, o.id, attempt, why);
    update order_lines l set backordered = l.backordered + x.quantity,
        backorder_reason = x.reason
    from jsonb_to_recordset(why -> 'backordered') as x(sku text, quantity integer, reason text)
    where l.creator_id = p_creator and l.order_id = o.id and l.sku = x.sku;
    return why;
end $$;
