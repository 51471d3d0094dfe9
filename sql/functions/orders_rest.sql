-- SPDX-License-Identifier: Apache-2.0
--
-- What nobody ships of an order yet. It waits until somebody asks again: goods may have come in, slots may be
-- free, there may be another hub.

-- POST /v1/orders/{order}/route: what is backordered is routed as of now, among the hubs that p ranks, never to
-- one that failed the order. What is shipped already stays as it is, and what is still to wait has the reason of
-- now. Refused when all of it is.
-- Locks: hubs (ids ascending) → orders → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.order_route(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer := replay(p_creator, c);
    it    uuid := (p ->> 'order')::uuid;
    t     timestamptz;
    o     roadshow.orders;
    lines jsonb;
    why   jsonb;
begin
    if a.status is not null then
        return a;
    end if;
    o := order_take(p_creator, it, order_ranked(p));
    t := clock_timestamp();
    if o.state not in ('partial', 'backordered') then
        perform fail(409, 'order_state', 'The order is ' || o.state || '; nothing of it waits for a hub.');
    end if;
    select jsonb_agg(jsonb_build_object('sku', sku, 'quantity', backordered) order by sku) into lines
    from order_lines where creator_id = p_creator and order_id = it and backordered > 0;
    update order_lines set backordered = 0, backorder_reason = null
    where creator_id = p_creator and order_id = it and backordered > 0;
    why := route_commit(p_creator, o, lines, p -> 'candidates', p -> 'omitted',
        order_failed(explanation_last(p_creator, it)), 'backorder');
    if why ->> 'outcome' = 'backordered' then
        perform fail(409, 'still_backordered', 'No hub can ship any of it yet: ' || (
            select string_agg((e ->> 'quantity') || ' of ' || (e ->> 'sku') || ' (' || (e ->> 'reason')
                || ')', ', ') from jsonb_array_elements(why -> 'backordered') as e) || '.');
    end if;
    perform order_settle(p_creator, array[it], t);
    perform orders_note(p_creator, array['order.rerouted'], array[it],
        array[order_entry(p_creator, it, why)]);
    return order_answer(p_creator, c, order_json(p_creator, it));
end $$;
