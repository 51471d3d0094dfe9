-- SPDX-License-Identifier: Apache-2.0
--
-- Orders before the eyes of anybody. A storefront's key is public, and so are the ids of orders, which the log
-- names. Beside the hubs' places and cut-offs, which it names too, a distance in metres or a promise to the
-- minute would tell everybody where a person lives.

-- The full hour that is not before it, as an answer shows it.
create or replace function roadshow.hour_not_before(p_at text) returns text language sql stable as $$
    select roadshow.rfc3339(date_trunc('hour', p_at::timestamptz + interval '1 hour' - interval '1 microsecond'))
$$;

-- order_json() for who knows no more than the order's id: without distances, and with promises to the hour,
-- later rather than earlier.
create or replace function roadshow.order_public(p_doc jsonb) returns jsonb language sql stable as $$
    select p_doc || jsonb_build_object('shipments', (
            select coalesce(jsonb_agg(s.x || jsonb_build_object('distance_m', null, 'promise_at',
                roadshow.hour_not_before(s.x ->> 'promise_at')) order by s.ord), '[]')
            from jsonb_array_elements(p_doc -> 'shipments') with ordinality as s(x, ord)),
        'hold', case when jsonb_typeof(p_doc -> 'hold') = 'object' then p_doc -> 'hold'
            || jsonb_build_object('promise_at', roadshow.hour_not_before(p_doc -> 'hold' ->> 'promise_at')) end)
$$;

-- GET /v1/orders/{order}. Raises: RS401, RS404.
create or replace function api.order_shown(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer := order_read(p_creator, c, p);
begin
    if c.role = 'storefront' then
        a.body := order_public(a.body::jsonb)::text;
        a.etag := etag_of(a.body);
    end if;
    return a;
end $$;
