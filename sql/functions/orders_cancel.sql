-- SPDX-License-Identifier: Apache-2.0
--
-- Taking an order back. With it a holder turns the delivery of a token into a pick-up again: the unit that
-- was reserved at the hub is free, the door lets the token in, and another order may deliver it.

-- Refuses who may not: a publishable key changes or releases a hold whose key it shows, and the order of a
-- token whose text it shows, only before its wave's cut-off. Raises: RS409, RS422.
drop function if exists roadshow.order_cancel_check(uuid, api.caller, roadshow.orders, jsonb, timestamptz);
create or replace function roadshow.order_holder_check(p_creator uuid, c api.caller, o roadshow.orders,
    p jsonb, p_now timestamptz)
returns void language plpgsql stable as $$
begin
    if c.role <> 'storefront' then
        return;
    end if;
    if o.state = 'held' then
        if sha256(convert_to(coalesce(p -> 'body' ->> 'hold_key', ''), 'UTF8')) <> o.hold_key_sha256 then
            perform fail(422, 'hold_key_invalid', 'A storefront key changes or releases a hold by the '
                || '`hold_key` that its answer told.', '/hold_key');
        end if;
        return;
    end if;
    if p ->> 'token_id' is null then
        perform fail(422, 'token_required', 'A storefront key changes or takes back the order of a token, '
            || 'and shows the token''s text.', '/token');
    end if;
    if o.token_id is distinct from (p ->> 'token_id')::uuid then
        perform fail(422, 'token_invalid', 'This is not the token of this order.', '/token');
    end if;
    perform from tokens where creator_id = p_creator and id = o.token_id
        and version = (p ->> 'token_version')::integer;
    if not found then
        perform fail(409, 'token_not_live', 'The token has another holder now.', '/token');
    end if;
    perform from shipments s join waves w on w.creator_id = p_creator and w.id = s.wave_id
    where s.creator_id = p_creator and s.order_id = o.id and s.state = 'routed'
        and w.cut_off_at <= p_now;
    if found then
        perform fail(409, 'past_cut_off', 'Its wave is past the cut-off; ask who sells it.');
    end if;
end $$;

-- Lets go of the token and, for then nothing leads from the person to the order any more, forgets where
-- it went and why; of a hold that ended, where it would have gone. Locks: none; the caller holds the order.
create or replace function roadshow.order_untie(p_creator uuid, p_order uuid, p_now timestamptz)
returns void language plpgsql volatile as $$
begin
    update orders set token_id = null, lat = null, lon = null, country = null, postal_code = null,
        erased_at = p_now
    where creator_id = p_creator and id = p_order;
    update shipments set distance_m = null where creator_id = p_creator and order_id = p_order;
    delete from order_routings where creator_id = p_creator and order_id = p_order;
end $$;

-- POST /v1/orders/{order}/cancel: {"token", "hold_key"}. All or nothing: nobody has begun to pick it. Of a
-- hold it is the release. Again is the same answer.
-- Locks: drops (of its token) → hubs (ids ascending) → tokens → orders → hub_heads → ledger head.
-- Raises: RS401, RS404, RS409, RS422.
create or replace function api.order_cancel(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a    api.answer := replay(p_creator, c);
    it   uuid := (p ->> 'order')::uuid;
    t    timestamptz;
    hubs uuid[];
    o    roadshow.orders;
    lost jsonb;
begin
    if a.status is not null then
        return a;
    end if;
    perform drops_lock(p_creator, array(select k.drop_id from orders x join tokens k
        on k.creator_id = p_creator and k.id = x.token_id where x.creator_id = p_creator and x.id = it));
    hubs := array(select hub_id from shipments
        where creator_id = p_creator and order_id = it and state <> 'cancelled');
    perform hub_lock(p_creator, hubs);
    perform from tokens k where k.creator_id = p_creator and k.id = (select token_id from orders
        where creator_id = p_creator and id = it) for update;
    select * into o from orders where creator_id = p_creator and id = it for update;
    t := clock_timestamp();
    if not found then
        perform fail(404, 'not_found', 'There is no such order.');
    end if;
    perform order_hubs_held(p_creator, it, hubs);
    if o.state = 'expired' or o.state = 'held' and o.held_until <= t then
        perform fail(409, 'hold_expired', 'The hold ended at ' || rfc3339(o.held_until) || '.');
    end if;
    if o.state <> 'cancelled' then
        perform order_holder_check(p_creator, c, o, p, t);
        perform from shipments where creator_id = p_creator and order_id = it
            and state in ('picking', 'handed_over');
        if found then
            perform fail(409, 'order_in_work', 'Some of it is being picked or has left.');
        end if;
        lost := shipments_release(p_creator, array(select id from shipments
            where creator_id = p_creator and order_id = it and state in ('held', 'routed')), t);
        perform hub_head_raise(p_creator);
        update order_lines set backordered = quantity, backorder_reason = 'cancelled'
        where creator_id = p_creator and order_id = it;
        if o.token_id is not null or o.state = 'held' then
            perform order_untie(p_creator, it, t);
        end if;
        update orders set state = 'cancelled', cancelled_at = t where creator_id = p_creator and id = it;
        perform orders_note(p_creator, array['order.cancelled'], array[it], array[jsonb_build_object(
            'released', (select coalesce(jsonb_agg(e - 'order_id' order by e ->> 'sku'), '[]')
                from jsonb_array_elements(lost) as e)) || case when o.token_id is not null
            then jsonb_build_object('token_id', o.token_id) else '{}' end]);
    end if;
    return order_answer(p_creator, c, case when c.role = 'storefront' then order_public(order_json(p_creator, it))
        else order_json(p_creator, it) end); -- to who asks again, knowing the id only, as it is shown to anybody
end $$;
