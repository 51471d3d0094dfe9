-- SPDX-License-Identifier: Apache-2.0
--
-- Orders that go elsewhere. Nobody has begun to pick it: all of it is released and routed again for the new
-- place, in one transaction, or nothing changes.

-- What the orders want, for the service to rank hubs by: service, times, event, place, lines (p_rest: what
-- nobody ships of them); the hubs that failed them and those that hold them. An order that is not there wants
-- nothing: the command is to say so, to who may know. One row per item.
-- Callers: statement order_wanted of POST /v1/orders/{order}/address and /route.
drop function if exists api.order_wanted(uuid, uuid[]);
create or replace function api.order_wanted(p_creator uuid, p_orders uuid[], p_rest boolean[])
returns table (item integer, doc jsonb)
language plpgsql stable security definer set search_path = roadshow, api, pg_temp as $$
begin
    return query
    select i.ord::integer, coalesce((
        select jsonb_build_object('service', o.service, 'made_at', rfc3339(o.created_at), 'not_before', rfc3339(o.not_before),
            'needed_by', rfc3339(o.needed_by), 'event_id', o.event_id, 'lat', o.lat, 'lon', o.lon,
            'lines', (select coalesce(jsonb_agg(jsonb_build_object('sku', l.sku, 'quantity', l.n)
                order by l.sku), '[]') from (
                    select sku, case when i.rest then backordered else quantity end as n from order_lines
                    where creator_id = p_creator and order_id = o.id) l where l.n > 0),
            'failed', coalesce(explanation_last(p_creator, o.id) #> '{request,failed}', '[]'),
            'hubs', (select coalesce(jsonb_agg(distinct s.hub_id), '[]') from shipments s
                where s.creator_id = p_creator and s.order_id = o.id and s.state in ('held', 'routed')))
        from orders o where o.creator_id = p_creator and o.id = i.id),
        '{"service": "standard", "lines": []}')
    from unnest(p_orders, p_rest) with ordinality as i(id, rest, ord);
end $$;

-- How many units of an order nobody ships yet.
create or replace function roadshow.order_missing(p_creator uuid, p_order uuid) returns bigint
language sql stable as $$
    select sum(backordered) from roadshow.order_lines
    where creator_id = p_creator and order_id = p_order
$$;

-- Refuses an order that goes nowhere any more, or is on its way. Raises: RS409.
create or replace function roadshow.order_check_idle(p_creator uuid, o roadshow.orders, p_now timestamptz)
returns void language plpgsql stable as $$
begin
    if o.state = 'expired' or o.state = 'held' and o.held_until <= p_now then
        perform fail(409, 'hold_expired', 'The hold ended at ' || rfc3339(o.held_until) || '.');
    elsif o.state in ('fulfilled', 'cancelled') then
        perform fail(409, 'order_state', 'The order is ' || o.state || '.');
    end if;
    perform from shipments where creator_id = p_creator and order_id = o.id
        and state in ('picking', 'handed_over');
    if found then
        perform fail(409, 'order_in_work', 'Some of it is being picked or has left.');
    end if;
end $$;

-- POST /v1/orders/{order}/address: {"ship_to", "token", "hold_key"}; p has where that is and the hubs that
-- were ranked for it, as order_place() takes them. Refused when fewer units would be shipped from there, or
-- not on the day that the service asks for; the order is then as it was.
-- Locks: hubs (ids ascending) → orders → hub_heads → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.order_address(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a       api.answer := replay(p_creator, c);
    it      uuid := (p ->> 'order')::uuid;
    t       timestamptz;
    o       roadshow.orders;
    was     timestamptz;
    missing bigint;
    why     jsonb;
begin
    if a.status is not null then
        return a;
    end if;
    o := order_take(p_creator, it, order_ranked(p));
    t := clock_timestamp();
    perform order_check_idle(p_creator, o, t);
    perform order_holder_check(p_creator, c, o, p, t);
    was := order_promise(p_creator, it);
    missing := order_missing(p_creator, it);
    o.lat := (p ->> 'lat')::double precision;
    o.lon := (p ->> 'lon')::double precision;
    update orders set lat = o.lat, lon = o.lon, country = p #>> '{body,ship_to,country}',
        postal_code = postal_key(p #>> '{body,ship_to,postal_code}')
    where creator_id = p_creator and id = it;
    why := order_again(p_creator, o, p -> 'candidates', p -> 'omitted', 'address_changed',
        case when missing = 0 then 'address_not_served' end, t);
    if order_missing(p_creator, it) > missing then
        perform fail(409, 'address_not_served', 'Fewer units than now can be shipped there.', '/ship_to');
    end if;
    perform order_check_day(p_creator, o, was);
    if o.state = 'held' then -- of a hold that its hub failed and nobody ships, what was told stands
        update orders set promised_at = coalesce(order_promise(p_creator, it), promised_at)
        where creator_id = p_creator and id = it;
    end if;
    perform order_settle(p_creator, array[it], t);
    perform hub_head_raise(p_creator);
    perform orders_note(p_creator, array['order.address_changed'], array[it],
        array[order_entry(p_creator, it, why)]);
    return order_answer(p_creator, c, order_json(p_creator, it));
end $$;
