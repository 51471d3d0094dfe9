-- SPDX-License-Identifier: Apache-2.0
--
-- Orders: routing them, which is deciding on live stock and capacity among the candidates that the
-- service ranked, reserving, promising and writing down why; and routing them again when a hub
-- cannot keep its word.
--
-- The service measures (distance, travel time, which hubs are worth looking at); everything that can
-- change is looked at here, under the hubs' locks. Both apply the same rules to the same scores:
-- `roadshow route --explain` recomputes every verdict from the stored explanation.

-- ---- routing ----------------------------------------------------------------------------------

-- What each candidate can do for these lines now, as an array of objects in the policy's order:
-- those that may be chosen first, by their scores (lower is better, first difference wins, null
-- abstains), then the rest by distance. `verdict` is null for those that may be chosen.
-- hard: same_day and next_day are conditions of the order, not wishes.
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
            select x.distance_m, x.travel_s, h.*,
                case o.service
                    when 'same_day' then (date_trunc('day', p_now at time zone h.time_zone)
                        + interval '1 day') at time zone h.time_zone
                    when 'next_day' then (date_trunc('day', p_now at time zone h.time_zone)
                        + interval '2 days') at time zone h.time_zone
                end as service_until
            from jsonb_to_recordset(p_candidates)
                as x(hub_id uuid, distance_m double precision, travel_s integer)
            join roadshow.hubs h on h.creator_id = p_creator and h.id = x.hub_id
        ), able as (
            select c.*, f.stock, f.lines_short, f.lines_some, w.id as wave_id, w.cut_off_at,
                w.ready_at, w.free, w.load,
                greatest(w.ready_at + make_interval(secs => c.travel_s), o.not_before) as promise_at,
                greatest(n.ready_at + make_interval(secs => c.travel_s), o.not_before) as next_at
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
                select v.id, v.cut_off_at, v.ready_at, v.capacity - v.used as free,
                    v.used::double precision / v.capacity as load
                from roadshow.waves v
                where v.creator_id = p_creator and v.hub_id = c.id and v.cut_off_at > p_now
                    and v.used < v.capacity
                order by v.cut_off_at limit 1) w on true
            left join lateral ( -- the next to leave, full or not
                select v.ready_at from roadshow.waves v
                where v.creator_id = p_creator and v.hub_id = c.id and v.cut_off_at > p_now
                order by v.cut_off_at limit 1) n on true
        ), judged as (
            select a.*, least(a.service_until, o.needed_by) as deadline,
                case
                    when a.id = any (p_failed) then 'failed_before'
                    when not a.active then 'inactive'
                    when a.distance_m > a.radius_m
                        or a.distance_m > (p_policy ->> 'distance_max_m')::double precision
                        then 'out_of_radius'
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
-- nearest one's reason; else that nobody in reach has it.
create or replace function roadshow.route_left_over(p_candidates jsonb, p_lines jsonb,
    p_picks jsonb, p_cause text)
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
                    in ('no_stock', 'no_capacity', 'past_cut_off')) then 'no_stock'
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

-- Reserves stock and a slot for each pick and writes its shipment. Raises: 23514 when a lock was
-- forgotten: the constraints stand behind the decision.
create or replace function roadshow.route_reserve(p_creator uuid, p_order uuid,
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
        values (p_creator, shipment, p_order, (cand ->> 'hub_id')::uuid,
            (cand ->> 'wave_id')::uuid, 'routed', (cand ->> 'distance_m')::double precision,
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

-- Routes these lines of an order, all or what the policy allows, and writes down why. cause: null
-- the first time, else why it is routed again (short_pick, hub_rejected); then the service's day is
-- a wish, for it may be over. Returns the explanation.
-- Locks: none; the caller holds every candidate's hub. Raises: RS409.
create or replace function roadshow.route_commit(p_creator uuid, o roadshow.orders, p_lines jsonb,
    p_ranked jsonb, p_omitted jsonb, p_failed uuid[], p_cause text)
returns jsonb language plpgsql volatile as $$
declare
    t        timestamptz := clock_timestamp();
    hard     boolean := p_cause is null and o.service in ('same_day', 'next_day');
    policy   jsonb := route_policy(p_creator);
    request  jsonb;
    cands    jsonb;
    picks    jsonb;
    missing  jsonb;
    attempt  integer;
    why      jsonb;
    earliest text;
begin
    cands := route_candidates(p_creator, o, p_lines, p_ranked, p_failed, policy, t, hard);
    picks := route_choose(cands, p_lines, policy);
    missing := route_left_over(cands, p_lines, picks, p_cause);
    if hard and missing <> '[]' then
        select min(c ->> 'promise_at') into earliest from jsonb_array_elements(cands) as c
        where coalesce(c ->> 'verdict', '') in ('', 'past_cut_off', 'no_capacity')
            and (c ->> 'lines_short')::integer = 0;
        perform fail(409, 'promise_not_possible', case when earliest is null
            then 'No hub in reach has everything in stock and a free slot.'
            else 'No hub can deliver that soon; the earliest is ' || earliest
                || ', with service standard.' end, '/service');
    end if;
    perform route_reserve(p_creator, o.id, cands, picks, t);
    select coalesce(max(r.attempt), 0) + 1 into attempt from order_routings r
    where r.creator_id = p_creator and r.order_id = o.id;
    request := jsonb_build_object('lines', p_lines, 'service', o.service,
        'not_before', rfc3339(o.not_before), 'needed_by', rfc3339(o.needed_by),
        'event_id', o.event_id, 'failed', to_jsonb(p_failed));
    why := jsonb_build_object('attempt', attempt, 'at', rfc3339(t),
        'cause', coalesce(p_cause, 'ordered'), 'policy', policy, 'request', request,
        'input_hash', encode(sha256(convert_to(jsonb_build_object('policy', policy, 'request',
            request, 'candidates', cands)::text, 'UTF8')), 'hex'),
        'outcome', case when missing = '[]' then 'routed' when picks = '[]' then 'backordered'
            else 'partial' end,
        'backordered', missing, 'omitted', p_omitted,
        'candidates', route_judge(cands, picks, policy -> 'rules'));
    insert into order_routings (creator_id, order_id, attempt, explanation)
    values (p_creator, o.id, attempt, why);
    update order_lines l set backordered = l.backordered + x.quantity,
        backorder_reason = x.reason
    from jsonb_to_recordset(missing) as x(sku text, quantity integer, reason text)
    where l.creator_id = p_creator and l.order_id = o.id and l.sku = x.sku;
    return why;
end $$;

-- ---- an order as the outside sees it ----------------------------------------------------------

-- Derives each order's state from its lines and shipments. Locks: orders, ids ascending.
create or replace function roadshow.order_settle(p_creator uuid, p_orders uuid[], p_now timestamptz)
returns void language plpgsql volatile as $$
begin
    perform from orders where creator_id = p_creator and id = any (p_orders) order by id for update;
    update orders o set state = x.state,
        fulfilled_at = case when x.state = 'fulfilled' then coalesce(o.fulfilled_at, p_now) end
    from (
        select i.id, case
            when not l.short and s.done > 0 and s.live = 0 then 'fulfilled'
            when s.done + s.live = 0 then 'backordered'
            when l.short then 'partial' else 'routed' end as state
        from unnest(p_orders) as i(id)
        cross join lateral (select bool_or(backordered > 0) as short from order_lines
            where creator_id = p_creator and order_id = i.id) l
        cross join lateral (select count(*) filter (where state = 'handed_over') as done,
            count(*) filter (where state in ('routed', 'picking')) as live
            from shipments where creator_id = p_creator and order_id = i.id
                and state <> 'cancelled') s
    ) x
    where o.creator_id = p_creator and o.id = x.id and o.state <> x.state;
end $$;

-- Shipments that were not cancelled, with what they carry.
create or replace function roadshow.order_shipments(p_creator uuid, p_order uuid)
returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'hub_id', s.hub_id,
            'state', s.state, 'distance_m', round(s.distance_m::numeric, 1),
            'promise_at', roadshow.rfc3339(s.promise_at), 'lines', (
                select jsonb_agg(jsonb_build_object('sku', l.sku, 'quantity', l.quantity - l.short)
                    order by l.sku)
                from roadshow.shipment_lines l where l.creator_id = p_creator
                    and l.shipment_id = s.id and l.quantity > l.short))
            order by s.created_at, s.distance_m, s.id), '[]')
        from roadshow.shipments s
        where s.creator_id = p_creator and s.order_id = p_order and s.state <> 'cancelled');
end $$;

create or replace function roadshow.order_backordered(p_creator uuid, p_order uuid)
returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object('sku', l.sku, 'quantity', l.backordered,
            'reason', l.backorder_reason) order by l.sku), '[]')
        from roadshow.order_lines l
        where l.creator_id = p_creator and l.order_id = p_order and l.backordered > 0);
end $$;

-- Without the destination: a storefront key is public.
create or replace function roadshow.order_doc(p_creator uuid, p_order uuid)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object('id', o.id, 'state', o.state, 'service', o.service,
            'token_id', o.token_id, 'not_before', roadshow.rfc3339(o.not_before),
            'needed_by', roadshow.rfc3339(o.needed_by),
            'lines', (select jsonb_agg(jsonb_build_object('sku', l.sku, 'quantity', l.quantity)
                    order by l.sku) from roadshow.order_lines l
                where l.creator_id = p_creator and l.order_id = o.id),
            'shipments', roadshow.order_shipments(p_creator, o.id),
            'backordered', roadshow.order_backordered(p_creator, o.id),
            'created_at', roadshow.rfc3339(o.created_at),
            'fulfilled_at', roadshow.rfc3339(o.fulfilled_at))
        from roadshow.orders o where o.creator_id = p_creator and o.id = p_order);
end $$;

-- What the ledger keeps of a routing: no distance and no time, for they would tell where a person
-- lives.
create or replace function roadshow.order_entry(p_creator uuid, p_order uuid, p_why jsonb)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object('attempt', p_why -> 'attempt', 'cause', p_why -> 'cause',
            'policy', p_why -> 'policy' -> 'version',
            'shipments', (select coalesce(jsonb_agg(jsonb_build_object('id', s.value -> 'id',
                    'hub_id', s.value -> 'hub_id', 'lines', s.value -> 'lines') order by s.ordinality),
                    '[]')
                from jsonb_array_elements(roadshow.order_shipments(p_creator, p_order))
                    with ordinality s),
            'backordered', roadshow.order_backordered(p_creator, p_order)));
end $$;

-- ---- placing ----------------------------------------------------------------------------------

-- Refuses lines that cannot be: a SKU twice, or unknown. Raises: RS422.
create or replace function roadshow.order_check_lines(p_creator uuid, p_lines jsonb)
returns void language plpgsql stable as $$
declare
    bad record;
begin
    select x.ord - 1 as at, p.sku is null as unknown into bad
    from rows from (jsonb_to_recordset(p_lines) as (sku text, quantity integer))
        with ordinality as x(sku, quantity, ord)
    left join products p on p.creator_id = p_creator and p.sku = x.sku
    where p.sku is null or exists (
        select from jsonb_array_elements(p_lines) with ordinality as e(line, ord)
        where e.line ->> 'sku' = x.sku and e.ord < x.ord)
    order by x.ord limit 1;
    if found and bad.unknown then
        perform fail(422, 'unknown_sku', 'There is no product with this SKU.',
            '/lines/' || bad.at || '/sku');
    elsif found then
        perform fail(422, 'duplicate_sku', 'Give each SKU one line.',
            '/lines/' || bad.at || '/sku');
    end if;
end $$;

-- The event of a token that is to be delivered: issued, of one unit of this SKU, in no order yet.
-- Locks: none; the caller holds the token. Raises: RS409, RS422.
create or replace function roadshow.order_check_token(p_creator uuid, p_token uuid, p_lines jsonb)
returns uuid language plpgsql stable as $$
declare
    k record;
begin
    select t.state, d.sku, d.event_id into k from tokens t
    join drops d on d.creator_id = t.creator_id and d.id = t.drop_id
    where t.creator_id = p_creator and t.id = p_token;
    if not found then
        perform fail(422, 'unknown_token', 'There is no such token.', '/token_id');
    end if;
    if k.state <> 'issued' then
        perform fail(409, 'token_not_live', 'The token is ' || k.state || '.', '/token_id');
    end if;
    if p_lines <> jsonb_build_array(jsonb_build_object('sku', k.sku, 'quantity', 1)) then
        perform fail(422, 'token_lines', 'A token stands for one unit of ' || k.sku || '.',
            '/lines');
    end if;
    perform from orders where creator_id = p_creator and token_id = p_token;
    if found then
        perform fail(409, 'token_ordered', 'The token is in an order already.', '/token_id');
    end if;
    return k.event_id;
end $$;

-- One order of a batch. p: {"new_id", "lat", "lon", "candidates": [{"hub_id", "distance_m",
-- "travel_s"}], "omitted", "body"}. `why` is null when the answer was replayed.
-- Locks: none of its own; the batch holds hubs and tokens. Raises: RS401, RS409, RS422.
create or replace function roadshow.order_place(p_creator uuid, c api.caller, p jsonb,
    out a api.answer, out why jsonb)
language plpgsql volatile as $$
declare
    b jsonb := p -> 'body';
    t timestamptz := clock_timestamp();
    o roadshow.orders;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return;
    end if;
    perform order_check_lines(p_creator, b -> 'lines');
    o.creator_id := p_creator;
    o.id := (p ->> 'new_id')::uuid;
    o.key_id := c.key_id;
    o.state := 'backordered';
    o.service := b ->> 'service';
    o.lat := (p ->> 'lat')::double precision;
    o.lon := (p ->> 'lon')::double precision;
    o.country := b -> 'ship_to' ->> 'country';
    o.postal_code := postal_key(b -> 'ship_to' ->> 'postal_code');
    o.not_before := (b ->> 'not_before')::timestamptz;
    o.needed_by := (b ->> 'needed_by')::timestamptz;
    o.token_id := (b ->> 'token_id')::uuid;
    if o.token_id is not null then
        o.event_id := order_check_token(p_creator, o.token_id, b -> 'lines');
    end if;
    o.created_at := t;
    o.ledger_index := 0; -- set by the batch, which appends for all its orders at once
    insert into orders select o.*;
    insert into order_lines (creator_id, order_id, sku, quantity)
    select p_creator, o.id, x.sku, x.quantity
    from jsonb_to_recordset(b -> 'lines') as x(sku text, quantity integer);
    why := route_commit(p_creator, o, b -> 'lines', p -> 'candidates', p -> 'omitted', '{}', null);
    update orders set state = why ->> 'outcome' where creator_id = p_creator and id = o.id;
    a := answer_ok(201, order_doc(p_creator, o.id), null, '/v1/orders/' || o.id);
    a.etag := etag_of(a.body);
    a := remember(p_creator, c, a);
end $$;

-- POST /v1/orders, many at once: decided in order, each on what those before it left. A refused item
-- leaves no trace and does not disturb the others. One row per item.
-- Locks: hubs of all candidates (ids ascending) → tokens → orders → ledger head.
-- Raises: nothing of an item's; its code is in its row.
-- Callers: statement order_batch of POST /v1/orders.
--
-- The plan settings: planning the queries anew for each order would take longer than running them, and
-- a plan made while a table was empty must not read all of it later.
create or replace function api.order_batch(p_creator uuid, p_keys uuid[], p_roles text[],
    p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_items jsonb[])
returns table (item integer, status integer, body text, etag text, location text,
    replayed boolean, code text, detail text, pointer text)
language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    placed record;
    kinds  text[] := '{}';
    ids    uuid[] := '{}';
    data   jsonb[] := '{}';
    first  bigint;
    state  text;
begin
    perform hub_lock(p_creator, array(select distinct (k ->> 'hub_id')::uuid
        from unnest(p_items) as i(doc), jsonb_array_elements(i.doc -> 'candidates') as k));
    perform from tokens where creator_id = p_creator and id in (
        select (i.doc -> 'body' ->> 'token_id')::uuid from unnest(p_items) as i(doc))
    order by id for update;
    for i in 1 .. cardinality(p_items) loop
        item := i;
        begin
            placed := order_place(p_creator, row(p_keys[i], p_roles[i], p_subjects[i],
                p_requests[i], p_idem_keys[i], p_hashes[i])::api.caller, p_items[i]);
            status := (placed.a).status;
            body := (placed.a).body;
            etag := (placed.a).etag;
            location := (placed.a).location;
            replayed := (placed.a).replayed;
            code := null;
            detail := null;
            pointer := null;
            if placed.why is not null then
                kinds := kinds || case placed.why ->> 'outcome' when 'backordered'
                    then 'order.backordered' else 'order.routed' end;
                ids := ids || (p_items[i] ->> 'new_id')::uuid;
                data := data || order_entry(p_creator, ids[cardinality(ids)], placed.why);
            end if;
        exception when others then
            get stacked diagnostics state = returned_sqlstate, code = message_text,
                detail = pg_exception_detail, pointer = pg_exception_hint;
            if state not like 'RS%' then
                raise;
            end if;
            status := substr(state, 3)::integer;
            body := null;
            etag := null;
            location := null;
            replayed := false;
        end;
        return next;
    end loop;
    if cardinality(ids) > 0 then
        first := ledger_append(p_creator, kinds, ids, array_fill(null::bigint,
            array[cardinality(ids)]), data);
        update orders o set ledger_index = first + x.ord - 1
        from unnest(ids) with ordinality as x(id, ord)
        where o.creator_id = p_creator and o.id = x.id;
    end if;
end $$;

-- ---- routing again ----------------------------------------------------------------------------

-- The hubs that may take over: the candidates of the orders' last routings.
create or replace function roadshow.order_hubs(p_creator uuid, p_orders uuid[])
returns uuid[] language plpgsql stable as $$
begin
    return (
        select array(
            select distinct (k ->> 'hub_id')::uuid
            from unnest(p_orders) as i(id)
            cross join lateral (
                select explanation from roadshow.order_routings
                where creator_id = p_creator and order_id = i.id order by attempt desc limit 1) r,
                jsonb_array_elements(r.explanation -> 'candidates') as k));
end $$;

-- Routes the lines that a hub could not deliver among the other candidates of the order's last
-- routing, never to a hub that failed it before. Returns what the ledger is to tell.
-- Locks: none; the caller holds the hubs of order_hubs().
create or replace function roadshow.order_reroute(p_creator uuid, p_order uuid, p_lines jsonb,
    p_failed uuid, p_cause text)
returns jsonb language plpgsql volatile as $$
declare
    o      roadshow.orders;
    before jsonb;
    failed uuid[];
    why    jsonb;
begin
    select * into strict o from orders where creator_id = p_creator and id = p_order for update;
    select explanation into strict before from order_routings
    where creator_id = p_creator and order_id = p_order order by attempt desc limit 1;
    failed := array(select distinct x from unnest(
        array(select jsonb_array_elements_text(before -> 'request' -> 'failed'))::uuid[]
        || p_failed) as x order by x);
    why := route_commit(p_creator, o, p_lines, before -> 'candidates', before -> 'omitted', failed,
        p_cause);
    perform order_settle(p_creator, array[p_order], clock_timestamp());
    return order_entry(p_creator, p_order, why);
end $$;

-- ---- reading ----------------------------------------------------------------------------------

-- GET /v1/orders/{order}. The creator also sees where it goes. Raises: RS401, RS404.
create or replace function api.order_get(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    doc jsonb;
begin
    perform authorise(p_creator, c);
    doc := order_doc(p_creator, (p ->> 'order')::uuid);
    if doc is null then
        perform fail(404, 'not_found', 'There is no such order.');
    end if;
    if c.role = 'creator' then
        select doc || jsonb_build_object('ship_to', jsonb_build_object('lat', lat, 'lon', lon,
            'country', country, 'postal_code', postal_code)) into doc
        from orders where creator_id = p_creator and id = (p ->> 'order')::uuid;
    end if;
    return answer_ok(200, doc, etag_of(doc::text));
end $$;

-- GET /v1/orders/{order}/routing: every decision, the first one first. Raises: RS401, RS404.
create or replace function api.order_routing(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    doc jsonb;
begin
    perform authorise(p_creator, c);
    select jsonb_build_object('order_id', o.id, 'state', o.state, 'decisions', (
            select jsonb_agg(r.explanation order by r.attempt) from order_routings r
            where r.creator_id = p_creator and r.order_id = o.id))
    into doc from orders o where o.creator_id = p_creator and o.id = (p ->> 'order')::uuid;
    if doc is null then
        perform fail(404, 'not_found', 'There is no such order.');
    end if;
    return answer_ok(200, doc, etag_of(doc::text));
end $$;
