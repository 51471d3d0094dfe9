-- SPDX-License-Identifier: Apache-2.0
--
-- Orders that are held first. A hold reserves units and slots like an order, whole or not at all, and its
-- shipments are in no pick list. What it holds comes back once:
--
--   (order with hold_ttl_s) ─▶ held ──confirm──▶ routed, as any order
--                               ├────cancel────▶ cancelled
--                               └──its end─────▶ expired (janitor)
--
-- What the hold promised stands when it is confirmed, unless a cut-off has passed, or its wave or hub failed,
-- meanwhile, or it was routed to a later time since. Then all of it is decided again as of now, and the answer says that the promise is another; a
-- confirmation that cannot be kept at all is refused, and the hold stays as it was until its end.

-- The order as a hold of p_ttl_s seconds, released by who knows the key. A storefront key is public: what it
-- holds is back within the hour. Raises: RS422.
drop function if exists roadshow.order_hold(roadshow.orders, integer, text);
create or replace function roadshow.order_hold(o roadshow.orders, c api.caller, p_ttl_s integer, p_key text)
returns roadshow.orders language plpgsql stable as $$
begin
    if o.token_id is not null then
        perform fail(422, 'validation_failed', 'A token''s unit is not held for its order: the token is '
            || 'the right to it.', '/hold_ttl_s');
    end if;
    if c.role = 'storefront' and p_ttl_s > 3600 then
        perform fail(422, 'validation_failed', 'A storefront key holds for an hour at most.', '/hold_ttl_s');
    end if;
    o.state := 'held';
    o.held_until := o.created_at + make_interval(secs => p_ttl_s);
    o.hold_key_sha256 := sha256(convert_to(p_key, 'UTF8'));
    return o;
end $$;

-- When the last of an order is promised for; null when nobody ships any of it.
create or replace function roadshow.order_promise(p_creator uuid, p_order uuid) returns timestamptz
language sql stable as $$
    select max(promise_at) from roadshow.shipments
    where creator_id = p_creator and order_id = p_order and state <> 'cancelled'
$$;

-- Refuses a decision that breaks the day that same_day or next_day asked for when the order was made, and
-- is later than what was promised before. Raises: RS409.
create or replace function roadshow.order_check_day(p_creator uuid, o roadshow.orders,
    p_promised timestamptz)
returns void language plpgsql stable as $$
declare
    late timestamptz;
begin
    select max(s.promise_at) into late from shipments s
    join hubs h on h.creator_id = p_creator and h.id = s.hub_id
    where s.creator_id = p_creator and s.order_id = o.id and s.state <> 'cancelled'
        and o.service in ('same_day', 'next_day') and s.promise_at > p_promised
        and s.promise_at > (date_trunc('day', o.created_at at time zone h.time_zone)
            + case o.service when 'same_day' then interval '1 day' else interval '2 days' end)
            at time zone h.time_zone;
    if late is not null then
        perform fail(409, 'promise_not_possible', 'No hub can deliver that soon any more; the earliest is '
            || rfc3339(late) || '.');
    end if;
end $$;

-- Releases all of an order and routes it anew, never to a hub that failed it. p_whole as route_commit().
-- Returns the explanation.
-- Locks: none; the caller holds the candidates' hubs, those of its shipments, and the order.
create or replace function roadshow.order_again(p_creator uuid, o roadshow.orders, p_ranked jsonb,
    p_omitted jsonb, p_cause text, p_whole text, p_now timestamptz)
returns jsonb language plpgsql volatile as $$
declare
    before jsonb := explanation_last(p_creator, o.id);
    lines  jsonb;
begin
    perform shipments_release(p_creator, array(select id from shipments where creator_id = p_creator
        and order_id = o.id and state in ('held', 'routed')), p_now);
    update order_lines set backordered = 0, backorder_reason = null
    where creator_id = p_creator and order_id = o.id;
    select jsonb_agg(jsonb_build_object('sku', sku, 'quantity', quantity) order by sku) into lines
    from order_lines where creator_id = p_creator and order_id = o.id;
    return route_commit(p_creator, o, lines, coalesce(p_ranked, before -> 'candidates'),
        coalesce(p_omitted, before -> 'omitted'),
        order_failed(before), p_cause, p_whole);
end $$;

-- Refuses to go on with an order that other hubs than the caller's ship by now. The caller holds p_hubs and the
-- order. Locks: none. Raises: 40001, upon which the service sends the call again.
-- Callers: order_take, order_cancel.
create or replace function roadshow.order_hubs_held(p_creator uuid, p_order uuid, p_hubs uuid[])
returns void language plpgsql stable as $$
begin
    perform from shipments where creator_id = p_creator and order_id = p_order and state <> 'cancelled'
        and hub_id <> all (p_hubs);
    if found then
        raise exception 'routed again meanwhile' using errcode = '40001';
    end if;
end $$;

-- The order, locked with the hubs that ship it and p_more. Locks: hubs (ids ascending) → orders.
-- Raises: RS404; 40001 when it was routed again meanwhile, upon which the service sends the call again.
create or replace function roadshow.order_take(p_creator uuid, p_order uuid, p_more uuid[])
returns roadshow.orders language plpgsql volatile as $$
declare
    hubs uuid[] := p_more || array(select hub_id from shipments
        where creator_id = p_creator and order_id = p_order and state <> 'cancelled');
    o    roadshow.orders;
begin
    perform hub_lock(p_creator, hubs);
    select * into o from orders where creator_id = p_creator and id = p_order for update;
    if not found then
        perform fail(404, 'not_found', 'There is no such order.');
    end if;
    perform order_hubs_held(p_creator, p_order, hubs);
    return o;
end $$;

-- Decides a hold again when what it was told cannot be kept as it is; null when it can.
-- Locks: none; the caller did order_take() with order_hubs(). Raises: RS409.
create or replace function roadshow.order_hold_renew(p_creator uuid, o roadshow.orders,
    p_now timestamptz)
returns jsonb language plpgsql volatile as $$
declare
    why jsonb;
begin
    perform from shipments s join waves w on w.creator_id = p_creator and w.id = s.wave_id
    join hubs h on h.creator_id = p_creator and h.id = s.hub_id
    where s.creator_id = p_creator and s.order_id = o.id and s.state = 'held'
        and (w.cut_off_at <= p_now or w.cancelled_at is not null or h.outage_at is not null
            or s.promise_at > o.promised_at)
    union all
    select from order_lines where creator_id = p_creator and order_id = o.id and backordered > 0;
    if found then
        o.needed_by := least(o.needed_by, o.promised_at); -- hubs that keep the promise come first
        why := order_again(p_creator, o, null, null, 'confirmed_late', 'promise_not_possible', p_now);
        perform order_check_day(p_creator, o, o.promised_at);
        perform hub_head_raise(p_creator);
    end if;
    return why;
end $$;

-- POST /v1/orders/{order}/confirm: {"payment": {"reference"}}. A hold becomes an order, once: by the same
-- payment again it is the order as it is.
-- Locks: hubs (ids ascending) → orders → hub_heads → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.order_confirm(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a    api.answer := replay(p_creator, c);
    it   uuid := (p ->> 'order')::uuid;
    o    roadshow.orders;
    t    timestamptz;
    why  jsonb;
    hubs uuid[];
    kept boolean;
begin
    if a.status is not null then
        return a;
    end if;
    hubs := order_hubs(p_creator, array[it]);
    o := order_take(p_creator, it, hubs);
    if not order_hubs(p_creator, array[it]) <@ hubs then
        raise exception 'routed again meanwhile' using errcode = '40001'; -- the service sends it again
    end if;
    t := clock_timestamp();
    if o.state = 'expired' or o.state = 'held' and o.held_until <= t then
        perform fail(409, 'hold_expired', 'The hold ended at ' || rfc3339(o.held_until) || '.');
    elsif o.confirmed_at is not null and o.state <> 'cancelled'
        and o.payment_reference = p #>> '{body,payment,reference}' then -- told again by its provider
        return order_answer(p_creator, c, order_json(p_creator, it));
    elsif o.state <> 'held' then
        perform fail(409, 'order_state', 'The order is ' || o.state || '; only a hold is confirmed.');
    end if;
    why := order_hold_renew(p_creator, o, t);
    kept := order_promise(p_creator, it) <= o.promised_at;
    begin
        update orders set state = 'routed', confirmed_at = t, promise_kept = kept,
            payment_reference = p #>> '{body,payment,reference}'
        where creator_id = p_creator and id = it;
    exception when unique_violation then
        perform fail(409, 'payment_used', 'This payment was for another order.', '/payment/reference');
    end;
    update shipments set state = 'routed'
    where creator_id = p_creator and order_id = it and state = 'held';
    perform orders_note(p_creator, array['order.confirmed'], array[it], array[
        jsonb_build_object('promise_kept', kept)
        || case when why is null then '{}' else order_entry(p_creator, it, why) end]);
    return order_answer(p_creator, c, order_json(p_creator, it));
end $$;

-- Ends holds whose time is over: units and slots are free, and where it would have gone is forgotten. One
-- that was routed again meanwhile, or that somebody works on, waits for the next call.
-- Locks: hubs (ids ascending) → orders (skipping those in use) → hub_heads → ledger head.
-- Caller: the janitor's job `order_holds`.
create or replace function api.janitor_order_holds(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    t    timestamptz;
    ids  uuid[] := array(select id from orders where creator_id = p_creator and state = 'held'
        and held_until <= clock_timestamp() order by held_until limit p_limit);
    hubs uuid[] := array(select distinct hub_id from shipments
        where creator_id = p_creator and order_id = any (ids) and state = 'held');
    lost jsonb;
begin
    if ids = '{}' then
        return 0;
    end if;
    perform hub_lock(p_creator, hubs);
    ids := array(select id from orders where creator_id = p_creator and id = any (ids)
        and state = 'held' order by id for update skip locked);
    ids := array(select i.id from unnest(ids) as i(id)
        where not exists (select from shipments s where s.creator_id = p_creator
            and s.order_id = i.id and s.state = 'held' and s.hub_id <> all (hubs))
        order by i.id);
    if ids = '{}' then
        return 0;
    end if;
    t := clock_timestamp();
    lost := shipments_release(p_creator, array(select id from shipments
        where creator_id = p_creator and order_id = any (ids) and state = 'held'), t);
    update order_lines set backordered = quantity, backorder_reason = 'hold_expired'
    where creator_id = p_creator and order_id = any (ids);
    perform order_untie(p_creator, i.id, t) from unnest(ids) as i(id);
    update orders set state = 'expired', expired_at = t where creator_id = p_creator and id = any (ids);
    perform hub_head_raise(p_creator);
    perform orders_note(p_creator, array(select 'order.expired'::text from unnest(ids)), ids, array(
        select jsonb_build_object('released', (
            select coalesce(jsonb_agg(e - 'order_id' order by e ->> 'sku', (e ->> 'quantity')::integer), '[]')
            from jsonb_array_elements(lost) as e where (e ->> 'order_id')::uuid = i.id))
        from unnest(ids) with ordinality as i(id, ord) order by i.ord));
    return cardinality(ids);
end $$;
