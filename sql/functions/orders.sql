-- SPDX-License-Identifier: Apache-2.0
--
-- Orders: placing them, routing them again when a hub cannot keep its word, and showing them. Who ships
-- what is decided in routing.sql.

-- ---- an order as the outside sees it ----------------------------------------------------------

-- Derives each order's state from its lines and shipments; a hold stays one until it is confirmed.
-- Locks: orders, ids ascending.
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
    where o.creator_id = p_creator and o.id = x.id and o.state not in (x.state, 'held', 'cancelled', 'expired');
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
                    || case when l.substitute_of is null then '{}'
                        else jsonb_build_object('substitute_of', l.substitute_of) end order by l.sku)
                from roadshow.shipment_lines l where l.creator_id = p_creator
                    and l.shipment_id = s.id and l.quantity > l.short))
            order by s.created_at, s.distance_m, s.id), '[]')
        from roadshow.shipments s
        where s.creator_id = p_creator and s.order_id = p_order and s.state <> 'cancelled');
end $$;

-- What nobody ships yet: [{"sku", "quantity", "reason"}].
create or replace function roadshow.order_backordered(p_creator uuid, p_order uuid)
returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object('sku', l.sku, 'quantity', l.backordered,
            'reason', l.backorder_reason) order by l.sku), '[]')
        from roadshow.order_lines l
        where l.creator_id = p_creator and l.order_id = p_order and l.backordered > 0);
end $$;

-- What is known of an order's hold, while it lasts and later; null of an order that never was one.
create or replace function roadshow.order_hold_json(o roadshow.orders) returns jsonb
    language sql stable as $$
    select case when o.held_until is not null then jsonb_build_object(
        'expires_at', roadshow.rfc3339(o.held_until), 'promise_at', roadshow.rfc3339(o.promised_at),
        'confirmed_at', roadshow.rfc3339(o.confirmed_at), 'promise_kept', o.promise_kept) end
$$;

-- Without the destination and the payment: a storefront key is public.
create or replace function roadshow.order_json(p_creator uuid, p_order uuid)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object('id', o.id, 'state', o.state, 'service', o.service,
            'token_id', o.token_id, 'not_before', roadshow.rfc3339(o.not_before),
            'needed_by', roadshow.rfc3339(o.needed_by),
            'lines', (select jsonb_agg(jsonb_build_object('sku', l.sku, 'quantity', l.quantity)
                    || case when l.substitutes is null then '{}'
                        else jsonb_build_object('substitutes', to_jsonb(l.substitutes)) end
                    order by l.sku) from roadshow.order_lines l
                where l.creator_id = p_creator and l.order_id = o.id),
            'shipments', roadshow.order_shipments(p_creator, o.id),
            'backordered', roadshow.order_backordered(p_creator, o.id),
            'created_at', roadshow.rfc3339(o.created_at),
            'fulfilled_at', roadshow.rfc3339(o.fulfilled_at), 'hold', roadshow.order_hold_json(o))
        from roadshow.orders o where o.creator_id = p_creator and o.id = p_order);
end $$;

-- The answer of a command that changed this order, remembered.
create or replace function roadshow.order_answer(p_creator uuid, c api.caller, p_doc jsonb)
returns api.answer language plpgsql volatile as $$
declare
    a api.answer := answer_ok(200, p_doc);
begin
    a.etag := etag_of(a.body);
    return remember(p_creator, c, a);
end $$;

-- The hubs that the service ranked, of what order_place() takes.
create or replace function roadshow.order_ranked(p jsonb) returns uuid[] language sql immutable as $$
    select array(select (k ->> 'hub_id')::uuid from jsonb_array_elements(p -> 'candidates') as k)
$$;

-- The hubs that had failed an order when it was routed so.
create or replace function roadshow.order_failed(p_why jsonb) returns uuid[] language sql immutable as $$
    select array(select jsonb_array_elements_text(p_why #> '{request,failed}'))::uuid[]
$$;

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
            'backordered', roadshow.order_backordered(p_creator, p_order))
            || coalesce((select jsonb_build_object('token_id', token_id) from orders
                where creator_id = p_creator and id = p_order and token_id is not null), '{}'));
end $$;

-- Appends entries about orders, one each. Locks: ledger head; the caller holds the orders.
create or replace function roadshow.orders_note(p_creator uuid, p_kinds text[], p_orders uuid[],
    p_data jsonb[])
returns void language plpgsql volatile as $$
declare
    first bigint;
begin
    if cardinality(p_orders) = 0 then
        return;
    end if;
    first := ledger_append(p_creator, p_kinds, p_orders, array(
        select o.ledger_index from unnest(p_orders) with ordinality as x(id, ord)
        join orders o on o.creator_id = p_creator and o.id = x.id order by x.ord), p_data);
    update orders o set ledger_index = first + x.ord - 1
    from unnest(p_orders) with ordinality as x(id, ord)
    where o.creator_id = p_creator and o.id = x.id;
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

-- The event of a token that is to be delivered: issued, of one unit of this SKU, in no order yet. The
-- version is that of the text that was shown, null when the creator's key orders.
-- Locks: none; the caller holds the token. Raises: RS409, RS422.
create or replace function roadshow.order_check_token(p_creator uuid, p_token uuid,
    p_version integer, p_lines jsonb)
returns uuid language plpgsql stable as $$
declare
    k record;
begin
    select t.state, t.version, d.sku, d.event_id into k from tokens t
    join drops d on d.creator_id = t.creator_id and d.id = t.drop_id
    where t.creator_id = p_creator and t.id = p_token;
    if not found then
        perform fail(422, 'unknown_token', 'There is no such token.', '/token_id');
    end if;
    if k.state <> 'issued' then
        perform fail(409, 'token_not_live', 'The token is ' || k.state || '.', '/token_id');
    end if;
    if p_version <> k.version then
        perform fail(409, 'token_not_live', 'The token has another holder now.', '/token');
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

-- The order that a body describes, nothing of it kept yet. p as order_place() takes it.
create or replace function roadshow.order_of(p_creator uuid, p jsonb, p_now timestamptz)
returns roadshow.orders language plpgsql stable as $$
declare
    b jsonb := p -> 'body';
    o roadshow.orders;
begin
    o.creator_id := p_creator;
    o.id := (p ->> 'new_id')::uuid;
    o.state := 'backordered';
    o.service := b ->> 'service';
    o.lat := (p ->> 'lat')::double precision;
    o.lon := (p ->> 'lon')::double precision;
    o.country := b -> 'ship_to' ->> 'country';
    o.postal_code := postal_key(b -> 'ship_to' ->> 'postal_code');
    o.not_before := (b ->> 'not_before')::timestamptz;
    o.needed_by := (b ->> 'needed_by')::timestamptz;
    o.token_id := (b ->> 'token_id')::uuid;
    o.created_at := p_now;
    o.ledger_index := 0; -- set by the batch, which appends for all its orders at once
    return o;
end $$;

-- POST /v1/route/preview: what would be decided now, by the policy as it is or as a draft says, and why.
-- Nothing is kept and nothing reserved. p as order_place() takes it. Raises: RS401, RS422.
create or replace function api.route_preview(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    b      jsonb := p -> 'body';
    policy jsonb := route_policy(p_creator);
    t      timestamptz := clock_timestamp();
    why    jsonb;
begin
    perform authorise(p_creator, c);
    perform order_check_lines(p_creator, b -> 'lines');
    if b ? 'policy' then
        policy := route_policy_merge(policy, b -> 'policy', '/policy') || '{"version": 0}';
    end if;
    why := route_decide(p_creator, order_of(p_creator, p, t), b -> 'lines', p -> 'candidates',
        p -> 'omitted', '{}', null, policy, t);
    return answer_ok(200, why - '{picks,earliest}'::text[]
        || jsonb_build_object('attempt', 0, 'cause', 'preview',
            'earliest', case when why ->> 'outcome' = 'refused' then why -> 'earliest' end,
            'shipments', (select coalesce(jsonb_agg(jsonb_build_object(
                    'hub_id', why -> 'candidates' -> (k.pick ->> 'at')::integer -> 'hub_id',
                    'promise_at', why -> 'candidates' -> (k.pick ->> 'at')::integer -> 'promise_at',
                    'lines', k.pick -> 'lines')
                    order by (why -> 'candidates' -> (k.pick ->> 'at')::integer
                        ->> 'distance_m')::double precision, k.ord), '[]') -- as order_shipments()
                from jsonb_array_elements(why -> 'picks') with ordinality as k(pick, ord))));
end $$;

-- An item with its candidates: those that were ranked, or those of the service's own decision, which did
-- not stand.
create or replace function roadshow.item_ranked(p jsonb, p_why text) returns jsonb language sql stable as $$
    select case when p ? 'candidates' then p else p || jsonb_build_object(
        'omitted', p_why::jsonb -> 'omitted', 'candidates', (
            select jsonb_agg(jsonb_build_object('hub_id', k.x -> 0, 'distance_m', k.x -> 1,
                'travel_s', k.x -> 2) order by k.ord)
            from jsonb_array_elements(p_why::jsonb -> 'hubs') with ordinality as k(x, ord))) end
$$;

-- One order of a batch. p: {"new_id", "lat", "lon", "candidates": [{"hub_id", "distance_m",
-- "travel_s"}], "omitted", "body"}. `why` is null when the answer was replayed.
-- Locks: none of its own; the batch holds hubs and tokens. Raises: RS401, RS409, RS422.
create or replace function roadshow.order_place(p_creator uuid, c api.caller, p jsonb,
    out a api.answer, out why jsonb)
language plpgsql volatile as $$
declare
    b   jsonb := p -> 'body';
    t   timestamptz := clock_timestamp();
    o   roadshow.orders;
    key text;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return;
    end if;
    perform order_check_lines(p_creator, b -> 'lines');
    perform order_check_substitutes(p_creator, b -> 'lines');
    o := order_of(p_creator, p, t);
    o.key_id := c.key_id;
    if b ->> 'hold_ttl_s' is not null then
        key := gen_random_uuid()::text;
        o := order_hold(o, c, (b ->> 'hold_ttl_s')::integer, key);
    end if;
    if o.token_id is not null then
        o.event_id := order_check_token(p_creator, o.token_id,
            (p ->> 'token_version')::integer, b -> 'lines');
    end if;
    insert into orders select o.*;
    insert into order_lines (creator_id, order_id, sku, quantity, substitutes)
    select p_creator, o.id, x.sku, x.quantity, nullif(x.substitutes, '{}')
    from jsonb_to_recordset(b -> 'lines') as x(sku text, quantity integer, substitutes text[]);
    why := route_commit(p_creator, o, b -> 'lines', p -> 'candidates', p -> 'omitted', '{}', null,
        case when key is not null then 'hold_not_possible' end);
    if key is null then
        update orders set state = why ->> 'outcome' where creator_id = p_creator and id = o.id;
    else
        update orders set promised_at = order_promise(p_creator, o.id)
        where creator_id = p_creator and id = o.id;
    end if;
    a := answer_ok(201, order_json(p_creator, o.id) || case when key is null then '{}'
        else jsonb_build_object('hold_key', key) end, null, '/v1/orders/' || o.id);
    a.etag := etag_of(a.body);
    a := remember(p_creator, c, a);
end $$;

-- POST /v1/orders, many at once. What the service decided whole and what still stands is taken in one
-- statement (accept.sql); the rest is decided here in order, each on what those before it left. A
-- refused item leaves no trace and does not disturb the others. One row per item; `accepted` tells the
-- worker that its picture is true.
-- Locks: drops of the tokens to be delivered → hubs of all candidates (ids ascending) → tokens → ledger
-- head. What comes after it are the new orders' own rows, and what the hubs' locks protect. The drops' locks
-- keep an upload from redeeming such a token meanwhile.
-- Raises: nothing of an item's; its code is in its row.
-- Callers: statement order_batch of POST /v1/orders.
--
-- The plan settings: planning the queries anew for each order would take longer than running them, and
-- a plan made while a table was empty must not read all of it later.
drop function if exists api.order_batch(uuid, uuid[], text[], uuid[], uuid[], text[], bytea[], jsonb[]);
create or replace function api.order_batch(p_creator uuid, p_keys uuid[], p_roles text[],
    p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_items jsonb[],
    p_whys text[])
returns table (item integer, status integer, body text, etag text, location text,
    replayed boolean, code text, detail text, pointer text, accepted boolean)
language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    placed    record;
    t         timestamptz;
    kinds     text[] := '{}';
    ids       uuid[] := '{}';
    data      jsonb[] := '{}';
    taken     integer[];
    waves     uuid[];
    room      record;
    first     bigint;
    state     text;
begin
    perform drops_lock(p_creator, array(select t.drop_id from unnest(p_items) as i(doc)
        cross join lateral (select drop_id from tokens where creator_id = p_creator
            and id = (i.doc -> 'body' ->> 'token_id')::uuid limit 1) t));
    perform hub_lock(p_creator, array(
        select (k ->> 'hub_id')::uuid from unnest(p_items) as i(doc),
            jsonb_array_elements(i.doc -> 'candidates') as k
        union
        select k::uuid from (select distinct k from unnest(p_items) as i(doc),
            string_to_table(i.doc ->> 'hubs', ',') as k) x));
    perform from tokens where creator_id = p_creator and id in (
        select (i.doc -> 'body' ->> 'token_id')::uuid from unnest(p_items) as i(doc))
    order by id for update;
    t := clock_timestamp();
    select array_agg(a.item), array_agg(a.wave_id) into taken, waves
    from orders_acceptable(p_creator, p_keys, p_roles, p_idem_keys, p_items, t) a;
    if taken is not null then
        room := ledger_reserve(p_creator, cardinality(taken));
        return query
        select k.item, 201, k.body, k.etag, '/v1/orders/' || k.order_id, false, null, null, null, true
        from orders_take(p_creator, p_keys, p_idem_keys, p_hashes, p_items, p_whys, taken, waves,
            t, room.first, room.at) k;
        if cardinality(taken) = cardinality(p_items) then
            return;
        end if;
    end if;
    accepted := false;
    for i in 1 .. cardinality(p_items) loop
        continue when i = any (taken); -- null: none was
        item := i;
        begin
            placed := order_place(p_creator, row(p_keys[i], p_roles[i], p_subjects[i],
                p_requests[i], p_idem_keys[i], p_hashes[i])::api.caller,
                item_ranked(p_items[i], p_whys[i]));
            status := (placed.a).status;
            body := (placed.a).body;
            etag := (placed.a).etag;
            location := (placed.a).location;
            replayed := (placed.a).replayed;
            code := null;
            detail := null;
            pointer := null;
            if placed.why is not null then
                kinds := kinds || case
                    when p_items[i] -> 'body' ->> 'hold_ttl_s' is not null then 'order.held'
                    when placed.why ->> 'outcome' = 'backordered' then 'order.backordered'
                    else 'order.routed' end;
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
        cross join lateral (select o0.ctid as at from orders o0
            where o0.creator_id = p_creator and o0.id = x.id limit 1) y
        where o.ctid = y.at;
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
            cross join lateral (select explanation_last(p_creator, i.id) as why) r,
                jsonb_array_elements(r.why -> 'candidates') as k));
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
    before := explanation_last(p_creator, p_order);
    failed := array(select distinct x from unnest(order_failed(before) || p_failed) as x order by x);
    why := route_commit(p_creator, o, p_lines, before -> 'candidates', before -> 'omitted', failed,
        p_cause);
    perform order_settle(p_creator, array[p_order], clock_timestamp());
    return order_entry(p_creator, p_order, why);
end $$;

-- ---- reading ----------------------------------------------------------------------------------

-- GET /v1/orders/{order}. The creator also sees where it goes and what paid for it. Raises: RS401, RS404.
create or replace function api.order_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    doc jsonb;
begin
    perform authorise(p_creator, c);
    doc := order_json(p_creator, (p ->> 'order')::uuid);
    if doc is null then
        perform fail(404, 'not_found', 'There is no such order.');
    end if;
    if c.role = 'creator' then
        select doc || jsonb_build_object('ship_to', case when erased_at is null then
            jsonb_build_object('lat', lat, 'lon', lon, 'country', country,
                'postal_code', postal_code) end, 'payment_reference', payment_reference) into doc
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
            select coalesce(jsonb_agg(explanation_of(r) order by r.attempt), '[]')
            from order_routings r
            where r.creator_id = p_creator and r.order_id = o.id))
    into doc from orders o where o.creator_id = p_creator and o.id = (p ->> 'order')::uuid;
    if doc is null then
        perform fail(404, 'not_found', 'There is no such order.');
    end if;
    return answer_ok(200, doc, etag_of(doc::text));
end $$;
