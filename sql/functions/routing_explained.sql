-- SPDX-License-Identifier: Apache-2.0
--
-- Explanations: reading what was kept of a decision. route_decide() keeps them in full; the service's own
-- decisions are short and in its words, see src/orders/decide.h.

-- A policy by its version, as it was then.
create or replace function roadshow.route_policy_at(p_creator uuid, p_version integer) returns jsonb
language sql stable as $$
    select coalesce((select policy || jsonb_build_object('version', version)
        from roadshow.route_policies where creator_id = p_creator and version = p_version),
        roadshow.route_policy_default())
$$;

-- µs since 1970, 0 for none, as an answer shows it.
create or replace function roadshow.rfc3339_of(p_us bigint) returns text language sql stable as $$
    select case when p_us <> 0 then roadshow.rfc3339(
        timestamptz 'epoch' + make_interval(secs => div(p_us, 1000000)::double precision)
            + (p_us % 1000000) * interval '1 microsecond') end
$$;

-- The candidates of a short explanation, in full.
create or replace function roadshow.explanation_candidates(p_creator uuid, p jsonb) returns jsonb
language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object('hub_id', h.id, 'name', h.name, 'kind', h.kind,
        'distance_m', c.x -> 1, 'travel_s', c.x -> 2, 'stock', (
            select jsonb_agg(jsonb_build_object('sku', k.sku, 'available', c.x -> 3 -> (k.ord - 1)::integer)
                order by k.ord)
            from jsonb_array_elements_text(p -> 'skus') with ordinality as k(sku, ord)),
        'lines_short', c.x -> 4, 'capacity', c.x -> 5,
        'wave_id', (select w.id from roadshow.waves w where w.creator_id = p_creator and w.hub_id = h.id
            and w.cut_off_at = roadshow.rfc3339_of((c.x ->> 6)::bigint)::timestamptz),
        'cut_off_at', roadshow.rfc3339_of((c.x ->> 6)::bigint),
        'promise_at', roadshow.rfc3339_of((c.x ->> 7)::bigint),
        'scores', c.x -> 8, 'verdict', c.x -> 9) order by c.ord), '[]')
    from jsonb_array_elements(p -> 'hubs') with ordinality as c(x, ord)
    join roadshow.hubs h on h.creator_id = p_creator and h.id = (c.x ->> 0)::uuid
$$;

-- The explanation of one routing, in full.
create or replace function roadshow.explanation_of(r roadshow.order_routings) returns jsonb
language sql stable as $$
    select coalesce(r.explanation, (
        select jsonb_build_object('attempt', r.attempt, 'at', roadshow.rfc3339_of((p.x ->> 'at')::bigint),
            'cause', 'ordered',
            'policy', roadshow.route_policy_at(r.creator_id, (p.x ->> 'policy')::integer),
            'request', jsonb_build_object('lines', (
                    select jsonb_agg(jsonb_build_object('sku', l.sku, 'quantity', l.quantity) order by l.sku)
                    from roadshow.order_lines l
                    where l.creator_id = r.creator_id and l.order_id = r.order_id),
                'service', o.service, 'not_before', roadshow.rfc3339(o.not_before),
                'needed_by', roadshow.rfc3339(o.needed_by), 'event_id', null, 'failed', '[]'::jsonb),
            'input_hash', p.x -> 'hash', 'outcome', 'routed', 'backordered', '[]'::jsonb,
            'omitted', p.x -> 'omitted',
            'candidates', roadshow.explanation_candidates(r.creator_id, p.x))
        from (select r.compact::jsonb as x) p
        join roadshow.orders o on o.creator_id = r.creator_id and o.id = r.order_id))
$$;

-- The order's last explanation.
create or replace function roadshow.explanation_last(p_creator uuid, p_order uuid) returns jsonb
language sql stable as $$
    select roadshow.explanation_of(r) from roadshow.order_routings r
    where r.creator_id = p_creator and r.order_id = p_order order by r.attempt desc limit 1
$$;
