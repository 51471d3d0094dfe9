-- SPDX-License-Identifier: Apache-2.0
--
-- Pick lists: what a wave collected, handed to one worker at a time. The worker holds a lease; each
-- claim raises the fencing token, so that a worker who lost the lease and does not know it is refused.
--
--   open ──claim──▶ claimed ──pick──▶ picking ──pick──▶ picked ──pack──▶ packed ──▶ handed_over
--    ▲                 │ └──────────────────────────────▲ │                │
--    └── lease expired ┴──────────────────────────────────┴────────────────┘
--   rejected by the partner, nothing of it could be picked, or its hub or wave failed before anybody
--   claimed it (outages.sql) ──▶ cancelled
--
-- roadshow.picklist_move() performs every transition.

-- ---- helpers ----------------------------------------------------------------------------------

-- The one mover. A transition that the diagram does not have is a programmer's mistake.
-- Locks: none; the caller holds the pick list.
create or replace function roadshow.picklist_move(p_creator uuid, p_list uuid, p_to text,
    p_at timestamptz)
returns void language plpgsql volatile as $$
declare
    was text;
begin
    select state into strict was from picklists where creator_id = p_creator and id = p_list;
    if (was, p_to) not in (('open', 'claimed'), ('claimed', 'picking'), ('claimed', 'picked'),
        ('picking', 'picking'), ('picking', 'picked'), ('picked', 'packed'),
        ('packed', 'handed_over'), ('claimed', 'open'), ('picking', 'open'), ('picked', 'open'),
        ('packed', 'open'), ('open', 'cancelled'), ('claimed', 'cancelled'), ('picking', 'cancelled'),
        ('picked', 'cancelled'), ('packed', 'cancelled')) then
        raise exception 'pick list % cannot go from % to %', p_list, was, p_to;
    end if;
    update picklists set state = p_to,
        lease_id = case when p_to in ('claimed', 'picking', 'picked', 'packed')
            then coalesce(lease_id, uuid_v7()) end,
        lease_expires_at = case when p_to in ('claimed', 'picking', 'picked', 'packed')
            then coalesce(lease_expires_at, p_at) end,
        fencing = fencing + (p_to = 'claimed')::integer,
        acceptance = case p_to when 'claimed' then 'accepted' when 'open' then 'offered'
            else acceptance end,
        picked_at = case p_to when 'picked' then p_at when 'open' then null else picked_at end,
        packed_at = case p_to when 'packed' then p_at when 'open' then null else packed_at end,
        parcels = case p_to when 'open' then null else parcels end,
        handed_over_at = case p_to when 'handed_over' then p_at end,
        cancelled_at = case p_to when 'cancelled' then p_at end
    where creator_id = p_creator and id = p_list;
end $$;

-- Appends the list's entry. Locks: ledger head.
create or replace function roadshow.picklist_note(p_creator uuid, p_list uuid, p_kind text,
    p_data jsonb)
returns void language sql volatile as $$
    update roadshow.picklists set ledger_index = roadshow.ledger_add(p_creator, p_kind, p_list,
        nullif(ledger_index, -1), p_data)
    where creator_id = p_creator and id = p_list
$$;

-- The list, when the caller may see it. Raises: RS404.
create or replace function roadshow.picklist_visible(p_creator uuid, c api.caller, p_list uuid)
returns roadshow.picklists language plpgsql stable as $$
declare
    l roadshow.picklists;
begin
    select l0.* into l from picklists l0
    join hubs h on h.creator_id = l0.creator_id and h.id = l0.hub_id
    where l0.creator_id = p_creator and l0.id = p_list
        and (c.role <> 'partner' or h.partner_id = c.subject_id);
    if not found then
        perform fail(404, 'not_found', 'There is no such pick list.');
    end if;
    return l;
end $$;

-- Locks the list for the holder of its lease, in one of these states. Every accepted call extends the
-- lease to at least 300 s from now. Locks: picklists. Raises: RS404, RS409.
create or replace function roadshow.picklist_lock(p_creator uuid, c api.caller, p_list uuid,
    p_fencing bigint, p_states text[])
returns roadshow.picklists language plpgsql volatile as $$
declare
    l roadshow.picklists;
begin
    perform picklist_visible(p_creator, c, p_list);
    select * into strict l from picklists where creator_id = p_creator and id = p_list for update;
    if l.lease_id is null or l.fencing <> p_fencing or l.lease_expires_at <= clock_timestamp() then
        perform fail(409, 'lease_lost', 'The lease is over or somebody else''s; claim again.',
            '/fencing');
    end if;
    if l.state <> all (p_states) then
        perform fail(409, 'wrong_state', 'The pick list is ' || l.state || '.');
    end if;
    l.lease_expires_at := greatest(l.lease_expires_at,
        clock_timestamp() + interval '300 seconds');
    update picklists set lease_expires_at = l.lease_expires_at
    where creator_id = p_creator and id = p_list;
    return l;
end $$;

-- Lines by SKU in walk order, then the orders they are for.
create or replace function roadshow.picklist_json(p_creator uuid, p_list uuid)
returns jsonb language sql stable as $$
    select jsonb_build_object('id', l.id, 'hub_id', l.hub_id, 'wave_id', l.wave_id,
        'state', l.state, 'acceptance', l.acceptance, 'rejection', l.rejection,
        'cut_off_at', roadshow.rfc3339(w.cut_off_at), 'ready_at', roadshow.rfc3339(w.ready_at),
        'lease', case when l.lease_id is not null then jsonb_build_object('id', l.lease_id,
            'fencing', l.fencing, 'expires_at', roadshow.rfc3339(l.lease_expires_at)) end,
        'lines', coalesce((
            select jsonb_agg(jsonb_build_object('sku', x.sku, 'title', p.title, 'bin', s.bin,
                'quantity', x.quantity, 'picked', x.picked, 'short', x.short)
                order by s.bin nulls last, x.sku)
            from (
                select k.sku, sum(k.quantity)::integer as quantity,
                    case when count(k.picked) > 0 then sum(k.picked)::integer end as picked,
                    sum(k.short)::integer as short
                from roadshow.shipments h
                join roadshow.shipment_lines k
                    on k.creator_id = p_creator and k.shipment_id = h.id
                where h.creator_id = p_creator and h.picklist_id = l.id
                group by k.sku
            ) x
            join roadshow.products p on p.creator_id = p_creator and p.sku = x.sku
            left join roadshow.hub_stock s on s.creator_id = p_creator and s.hub_id = l.hub_id
                and s.sku = x.sku), '[]'),
        'orders', coalesce((
            select jsonb_agg(jsonb_build_object('order_id', h.order_id, 'shipment_id', h.id,
                'service', o.service, 'state', h.state,
                'promise_at', roadshow.rfc3339(h.promise_at), 'lines', (
                    select jsonb_agg(jsonb_build_object('sku', k.sku, 'quantity', k.quantity,
                        'picked', k.picked, 'short', k.short) || case
                        when k.substitute_of is not null
                            then jsonb_build_object('substitute_of', k.substitute_of)
                        when l0.substitutes is not null
                            then jsonb_build_object('substitutes', to_jsonb(l0.substitutes))
                        else '{}' end order by k.sku)
                    from roadshow.shipment_lines k
                    left join roadshow.order_lines l0 on l0.creator_id = p_creator
                        and l0.order_id = h.order_id and l0.sku = k.sku
                    where k.creator_id = p_creator and k.shipment_id = h.id))
                order by h.promise_at, h.created_at, h.id)
            from roadshow.shipments h
            join roadshow.orders o on o.creator_id = p_creator and o.id = h.order_id
            where h.creator_id = p_creator and h.picklist_id = l.id), '[]'),
        'parcels', l.parcels, 'handed_over_to', l.handed_over_to,
        'signature_sha256', encode(l.signature_sha256, 'hex'),
        'created_at', roadshow.rfc3339(l.created_at),
        'picked_at', roadshow.rfc3339(l.picked_at), 'packed_at', roadshow.rfc3339(l.packed_at),
        'handed_over_at', roadshow.rfc3339(l.handed_over_at),
        'cancelled_at', roadshow.rfc3339(l.cancelled_at))
    from roadshow.picklists l
    join roadshow.waves w on w.creator_id = p_creator and w.id = l.wave_id
    where l.creator_id = p_creator and l.id = p_list
$$;

-- 200 with the list as it is now.
create or replace function roadshow.picklist_answer(p_creator uuid, p_list uuid)
returns api.answer language plpgsql stable as $$
declare
    doc jsonb := picklist_json(p_creator, p_list);
begin
    return answer_ok(200, doc, etag_of(doc::text));
end $$;

-- Lists whose lease is over are open again; what was picked has to be confirmed by the next holder.
-- Units that were reported short stay short: they were routed elsewhere. p_hub null: every hub.
-- Locks: picklists (skipping those in use) → ledger head.
create or replace function roadshow.picklists_expire(p_creator uuid, p_hub uuid, p_limit integer)
returns integer language plpgsql volatile as $$
declare
    l    record;
    done integer := 0;
begin
    for l in
        select id, state, fencing from picklists
        where creator_id = p_creator and lease_expires_at <= clock_timestamp()
            and (p_hub is null or hub_id = p_hub)
        order by id limit p_limit for update skip locked
    loop
        update shipment_lines k set picked = case when k.short = k.quantity then 0 end
        from shipments s
        where s.creator_id = p_creator and s.picklist_id = l.id and s.state = 'picking'
            and k.creator_id = p_creator and k.shipment_id = s.id;
        perform picklist_move(p_creator, l.id, 'open', clock_timestamp());
        perform picklist_note(p_creator, l.id, 'picklist.lease_expired',
            jsonb_build_object('state', l.state, 'fencing', l.fencing));
        done := done + 1;
    end loop;
    return done;
end $$;

-- Locks: as picklists_expire(). Caller: the janitor's job `picklist_leases`.
create or replace function api.janitor_picklist_leases(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
begin
    return picklists_expire(p_creator, null, p_limit);
end $$;

-- ---- claiming ---------------------------------------------------------------------------------

-- Cuts a list out of the hub's first wave that has shipments, at most its list_size of them (200 when it has
-- none), or returns null. early: a wave may be cut before its cut-off, before it is full, and before so many
-- shipments wait in it.
-- Locks: none; the caller holds the hub.
create or replace function roadshow.picklist_cut(p_creator uuid, p_hub uuid, p_early boolean,
    p_now timestamptz)
returns uuid language plpgsql volatile as $$
declare
    wave uuid;
    list uuid := uuid_v7();
    size integer;
begin
    select list_size into size from hubs where creator_id = p_creator and id = p_hub;
    select w.id into wave from waves w
    where w.creator_id = p_creator and w.hub_id = p_hub and w.cancelled_at is null
        and (p_early or w.cut_off_at <= p_now or w.used >= w.capacity
            or size is not null and size <= (
            select count(*) from (select from shipments s where s.creator_id = p_creator
                and s.wave_id = w.id and s.picklist_id is null and s.state = 'routed' limit size) waiting))
        and exists (select from shipments s where s.creator_id = p_creator and s.wave_id = w.id
            and s.picklist_id is null and s.state = 'routed')
    order by w.cut_off_at limit 1;
    if not found then
        return null;
    end if;
    insert into picklists (creator_id, id, hub_id, wave_id, state, created_at, ledger_index)
    values (p_creator, list, p_hub, wave, 'open', p_now, -1); -- noted when it is claimed
    update shipments set picklist_id = list, state = 'picking'
    where creator_id = p_creator and id in (
        select id from shipments where creator_id = p_creator and wave_id = wave
            and picklist_id is null and state = 'routed'
        order by promise_at, created_at, id limit coalesce(size, 200));
    return list;
end $$;

-- POST /v1/hubs/{hub}/picklists/claim: {"early", "lease_s"}. 204 when there is nothing to pick; that
-- is not remembered, so a client may ask again under the same key. A hub that is out of service and a wave
-- that was called off have nothing: it is on its way to other hubs (outages.sql).
-- Locks: hubs → picklists → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.picklist_claim(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer;
    b     jsonb := coalesce(p -> 'body', '{}');
    hub   uuid := (p ->> 'hub')::uuid;
    h     roadshow.hubs;
    t     timestamptz;
    list  uuid;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    perform hub_visible(p_creator, c, hub);
    perform hub_lock(p_creator, array[hub]);
    h := hub_visible(p_creator, c, hub);
    t := clock_timestamp();
    -- Waits for the janitor that opens one right now: it would be no list of ours, and not yet open.
    perform from picklists where creator_id = p_creator and hub_id = hub and lease_expires_at <= t
    order by id limit 20 for update;
    perform picklists_expire(p_creator, hub, 20);
    if h.outage_at is null then
        select l.id into list from picklists l
        join waves w on w.creator_id = p_creator and w.id = l.wave_id and w.cancelled_at is null
        where l.creator_id = p_creator and l.hub_id = hub and l.state = 'open'
        order by l.id limit 1 for update of l skip locked;
        list := coalesce(list,
            picklist_cut(p_creator, hub, coalesce((b ->> 'early')::boolean, true), t));
    end if;
    if list is null then
        return row(204, null, null, null, false)::api.answer;
    end if;
    perform picklist_move(p_creator, list, 'claimed', t);
    update picklists set lease_expires_at = t
        + make_interval(secs => coalesce((b ->> 'lease_s')::integer, 300))
    where creator_id = p_creator and id = list;
    perform picklist_note(p_creator, list, 'picklist.claimed', (
        select jsonb_build_object('hub_id', hub, 'wave_id', l.wave_id, 'fencing', l.fencing,
            'shipments', (select jsonb_agg(s.id order by s.id) from shipments s
                where s.creator_id = p_creator and s.picklist_id = list and s.state = 'picking'))
        from picklists l where l.creator_id = p_creator and l.id = list));
    return remember(p_creator, c, picklist_answer(p_creator, list));
end $$;

-- POST /v1/picklists/{picklist}/heartbeat: {"fencing", "lease_s"}. Changes nothing but the lease.
-- Locks: picklists. Raises: RS401, RS404, RS409.
create or replace function api.picklist_heartbeat(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    l roadshow.picklists;
begin
    perform authorise(p_creator, c);
    l := picklist_lock(p_creator, c, (p ->> 'picklist')::uuid,
        (p -> 'body' ->> 'fencing')::bigint, '{claimed,picking,picked,packed}');
    update picklists set lease_expires_at = clock_timestamp()
        + make_interval(secs => coalesce((p -> 'body' ->> 'lease_s')::integer, 300))
    where creator_id = p_creator and id = l.id returning * into l;
    return answer_ok(200, jsonb_build_object('id', l.id, 'state', l.state,
        'lease', jsonb_build_object('id', l.lease_id, 'fencing', l.fencing,
            'expires_at', rfc3339(l.lease_expires_at))));
end $$;

-- ---- picking ----------------------------------------------------------------------------------

-- What is still to be picked of a list, by SKU.
create or replace function roadshow.picklist_due(p_creator uuid, p_list uuid)
returns table (sku text, quantity integer) language sql stable as $$
    select k.sku, sum(k.quantity - k.short)::integer
    from roadshow.shipments s
    join roadshow.shipment_lines k on k.creator_id = p_creator and k.shipment_id = s.id
    where s.creator_id = p_creator and s.picklist_id = p_list and s.state = 'picking'
        and k.picked is null
    group by k.sku
$$;

-- Refuses lines that the list does not have, or more than it asks for. Raises: RS409, RS422.
create or replace function roadshow.picklist_check_lines(p_creator uuid, p_list uuid, p_lines jsonb)
returns void language plpgsql stable as $$
declare
    bad record;
begin
    select x.ord - 1 as at, d.sku is null as unknown, d.quantity,
        exists (select from shipments s join shipment_lines k
            on k.creator_id = p_creator and k.shipment_id = s.id and k.sku = x.sku
            where s.creator_id = p_creator and s.picklist_id = p_list) as listed
    into bad
    from rows from (jsonb_to_recordset(p_lines) as (sku text, picked integer))
        with ordinality as x(sku, picked, ord)
    left join picklist_due(p_creator, p_list) d on d.sku = x.sku
    where d.sku is null or x.picked > d.quantity or exists (
        select from jsonb_array_elements(p_lines) with ordinality as e(line, ord)
        where e.line ->> 'sku' = x.sku and e.ord < x.ord)
    order by x.ord limit 1;
    if not found then
        return;
    elsif bad.unknown and bad.listed then
        perform fail(409, 'already_picked', 'This SKU was reported before.',
            '/lines/' || bad.at || '/sku');
    elsif bad.unknown then
        perform fail(422, 'unknown_sku', 'The pick list has no such SKU.',
            '/lines/' || bad.at || '/sku');
    else
        perform fail(422, 'picked_too_many', 'The pick list asks for ' || bad.quantity
            || ' of this SKU, in one line.', '/lines/' || bad.at || '/picked');
    end if;
end $$;

-- Gives what was picked of each SKU to the shipments with the earliest promises; the rest of it is
-- short and leaves the shelf's count too, for it is not there. Returns the shorts:
-- [{"order_id", "shipment_id", "sku", "quantity", "substitute_of"}].
-- Locks: none; the caller holds the hub and the list.
create or replace function roadshow.picklist_allot(p_creator uuid, p_list uuid, p_hub uuid,
    p_lines jsonb)
returns jsonb language plpgsql volatile as $$
declare
    shorts jsonb;
begin
    with due as (
        select k.shipment_id, s.order_id, k.sku, k.substitute_of, k.quantity, k.short as was, x.picked,
            sum(k.quantity - k.short) over (partition by k.sku
                order by s.promise_at, s.created_at, s.id)
                - (k.quantity - k.short) as before
        from shipments s
        join shipment_lines k on k.creator_id = p_creator and k.shipment_id = s.id
        join jsonb_to_recordset(p_lines) as x(sku text, picked integer) on x.sku = k.sku
        where s.creator_id = p_creator and s.picklist_id = p_list and s.state = 'picking'
            and k.picked is null
    ), told as (
        update shipment_lines k
        set picked = greatest(0, least(d.quantity - d.was, d.picked - d.before)),
            short = d.quantity - greatest(0, least(d.quantity - d.was, d.picked - d.before))
        from due d
        where k.creator_id = p_creator and k.shipment_id = d.shipment_id and k.sku = d.sku
        returning d.order_id, k.shipment_id, k.sku, k.substitute_of, k.short - d.was as short
    )
    select coalesce(jsonb_agg(jsonb_build_object('order_id', t.order_id, 'shipment_id', t.shipment_id,
        'sku', t.sku, 'quantity', t.short, 'substitute_of', t.substitute_of)
        order by t.order_id, t.sku), '[]')
    into shorts from told t where t.short > 0;
    update hub_stock s set on_hand = s.on_hand - x.short, reserved = s.reserved - x.short,
        version = s.version + 1, updated_at = clock_timestamp()
    from (
        select e.sku, sum(e.quantity)::integer as short
        from jsonb_to_recordset(shorts) as e(sku text, quantity integer) group by e.sku
    ) x
    where s.creator_id = p_creator and s.hub_id = p_hub and s.sku = x.sku;
    return shorts;
end $$;

-- Tells the hub's history that a list took units off its shelves: [{"sku", "by"}]; null is nothing.
-- Locks: ledger head.
create or replace function roadshow.hub_note_left(p_creator uuid, p_hub uuid, p_kind text,
    p_list uuid, p_lines jsonb)
returns void language plpgsql volatile as $$
begin
    if p_lines is not null then
        perform hub_note(p_creator, p_hub, p_kind, jsonb_build_object('picklist_id', p_list, 'lines', (
            select jsonb_agg(jsonb_build_object('sku', x.sku, 'by', x.by, 'on_hand', s.on_hand)
                order by x.sku)
            from jsonb_to_recordset(p_lines) as x(sku text, by integer)
            join hub_stock s on s.creator_id = p_creator and s.hub_id = p_hub and s.sku = x.sku)));
    end if;
end $$;

-- Cancels the list's shipments of which nothing is left and gives their slots back.
-- Locks: none; the caller holds the hub and the list.
create or replace function roadshow.shipments_drop_empty(p_creator uuid, p_list uuid,
    p_now timestamptz)
returns void language plpgsql volatile as $$
begin
    with gone as (
        update shipments s set state = 'cancelled', cancelled_at = p_now
        where s.creator_id = p_creator and s.picklist_id = p_list and s.state = 'picking'
            and not exists (select from shipment_lines k where k.creator_id = p_creator
                and k.shipment_id = s.id and k.short < k.quantity)
        returning s.wave_id
    )
    update waves w set used = w.used - g.n
    from (select wave_id, count(*)::integer as n from gone group by wave_id) g
    where w.creator_id = p_creator and w.id = g.wave_id;
end $$;

-- Routes what a hub could not deliver, order by order. lost: [{"order_id", "sku", "quantity"}].
-- Locks: orders → ledger head; the caller holds the hubs.
create or replace function roadshow.picklist_reroute(p_creator uuid, p_hub uuid, p_lost jsonb,
    p_cause text)
returns void language plpgsql volatile as $$
declare
    kinds text[] := '{}';
    ids   uuid[] := '{}';
    data  jsonb[] := '{}';
    r     record;
begin
    for r in
        select x.order_id, jsonb_agg(jsonb_build_object('sku', x.sku, 'quantity', x.n) order by x.sku)
            as lines
        from (
            select e.order_id, e.sku, sum(e.quantity) as n
            from jsonb_to_recordset(p_lost) as e(order_id uuid, sku text, quantity integer)
            group by e.order_id, e.sku) x
        group by x.order_id order by x.order_id
    loop
        kinds := kinds || 'order.rerouted'::text;
        ids := ids || r.order_id;
        data := data || order_reroute(p_creator, r.order_id, r.lines, p_hub, p_cause);
    end loop;
    perform orders_note(p_creator, kinds, ids, data);
end $$;

-- Orders with something left to pick or hand over in a list.
create or replace function roadshow.picklist_orders(p_creator uuid, p_list uuid)
returns uuid[] language sql stable as $$
    select array(select distinct order_id from roadshow.shipments
        where creator_id = p_creator and picklist_id = p_list and state = 'picking'
        order by order_id)
$$;

-- POST /v1/picklists/{picklist}/pick: {"fencing", "lines": [{"sku", "picked", "substitutes"}]}, in as many
-- calls as the picker likes, each SKU once. Less than asked is a short: replaced by a substitute that the
-- order allows, or released and routed to another hub.
-- Locks: hubs, when something is short (ids ascending) → picklists → hub_heads → orders → ledger
-- head.
-- Raises: RS401, RS404, RS409, RS422.
create or replace function api.picklist_pick(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a      api.answer;
    lines  jsonb := p -> 'body' -> 'lines';
    list   uuid := (p ->> 'picklist')::uuid;
    l      roadshow.picklists;
    t      timestamptz;
    shorts jsonb;
    given  jsonb;
    lost   jsonb;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    l := picklist_visible(p_creator, c, list);
    perform from jsonb_to_recordset(lines) as x(sku text, picked integer)
    join picklist_due(p_creator, list) d on d.sku = x.sku where x.picked < d.quantity;
    if found then
        perform hub_lock(p_creator,
            order_hubs(p_creator, picklist_orders(p_creator, list)) || l.hub_id);
    end if;
    l := picklist_lock(p_creator, c, list, (p -> 'body' ->> 'fencing')::bigint,
        '{claimed,picking}');
    t := clock_timestamp();
    perform picklist_check_lines(p_creator, list, lines);
    shorts := picklist_allot(p_creator, list, l.hub_id, lines);
    given := picklist_substitute(p_creator, lines, shorts);
    lost := picklist_lost(shorts, given);
    perform picklist_take_substitutes(p_creator, l.hub_id, given);
    perform from picklist_due(p_creator, list);
    perform picklist_move(p_creator, list, case when found then 'picking' else 'picked' end, t);
    if shorts <> '[]' then
        perform shipments_drop_empty(p_creator, list, t);
        if picklist_orders(p_creator, list) = '{}' then
            perform picklist_move(p_creator, list, 'cancelled', t);
        end if;
        perform hub_head_raise(p_creator);
        perform from orders where creator_id = p_creator and id in (
            select (e ->> 'order_id')::uuid from jsonb_array_elements(shorts) as e) order by id for update;
        perform picklist_reroute(p_creator, l.hub_id, lost, 'short_pick');
        perform substitutes_note(p_creator, list, given);
    end if;
    perform picklist_note(p_creator, list, 'picklist.picked', jsonb_build_object('lines', lines,
        'shorts', lost));
    perform hub_note_left(p_creator, l.hub_id, 'stock.short', list, (
        select jsonb_agg(jsonb_build_object('sku', x.sku, 'by', -x.n) order by x.sku) from (
            select e.sku, sum(e.quantity) as n
            from jsonb_to_recordset(shorts) as e(sku text, quantity integer) group by e.sku) x));
    return remember(p_creator, c, picklist_answer(p_creator, list));
end $$;

-- POST /v1/picklists/{picklist}/pack: {"fencing", "parcels": [{"order_id", "weight_g", "tracking"}]}:
-- every order of the list in one parcel or more.
-- Locks: picklists → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.picklist_pack(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a       api.answer;
    parcels jsonb := p -> 'body' -> 'parcels';
    list    uuid := (p ->> 'picklist')::uuid;
    l       roadshow.picklists;
    ids     uuid[];
    bad     bigint;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    l := picklist_lock(p_creator, c, list, (p -> 'body' ->> 'fencing')::bigint, '{picked}');
    ids := picklist_orders(p_creator, list);
    select e.ord - 1 into bad from jsonb_array_elements(parcels) with ordinality as e(parcel, ord)
    where (e.parcel ->> 'order_id')::uuid <> all (ids) order by e.ord limit 1;
    if found then
        perform fail(422, 'unknown_order', 'The pick list has no such order.',
            '/parcels/' || bad || '/order_id');
    end if;
    perform from unnest(ids) as i(id) where not exists (
        select from jsonb_array_elements(parcels) as e(parcel)
        where (e.parcel ->> 'order_id')::uuid = i.id);
    if found then
        perform fail(422, 'parcels_missing', 'Every order of the list needs a parcel.',
            '/parcels');
    end if;
    update picklists set parcels = (
        select jsonb_agg(jsonb_build_object('order_id', e.parcel -> 'order_id',
            'weight_g', e.parcel -> 'weight_g', 'tracking', e.parcel -> 'tracking')
            order by e.ord)
        from jsonb_array_elements(p -> 'body' -> 'parcels') with ordinality as e(parcel, ord))
    where creator_id = p_creator and id = list;
    perform picklist_move(p_creator, list, 'packed', clock_timestamp());
    perform picklist_note(p_creator, list, 'picklist.packed',
        jsonb_build_object('parcels', jsonb_array_length(parcels), 'orders', to_jsonb(ids)));
    return remember(p_creator, c, picklist_answer(p_creator, list));
end $$;

-- Forgets by which references the parcels of these orders were sent: who has one can ask where it went.
-- Locks: picklists, which nobody works on any more. Caller: erasure_step.
create or replace function roadshow.parcels_forget(p_creator uuid, p_orders uuid[]) returns void
language sql volatile as $$
    update roadshow.picklists l set parcels = (
        select jsonb_agg(case when (e.parcel ->> 'order_id')::uuid = any (p_orders)
            then e.parcel || '{"tracking": null}' else e.parcel end order by e.ord)
        from jsonb_array_elements(l.parcels) with ordinality as e(parcel, ord))
    where l.creator_id = p_creator and l.parcels is not null and l.id in (
        select s.picklist_id from roadshow.shipments s
        where s.creator_id = p_creator and s.order_id = any (p_orders) and s.state <> 'cancelled')
$$;

-- POST /v1/picklists/{picklist}/hand-over: {"fencing", "name", "at", "signature_sha256"}. The goods leave: stock on hand
-- and reservations go down together, orders whose last shipment this was are fulfilled, and what was kept at
-- a venue for tokens among them is free (deliveries.sql).
-- Locks: drops of tokens → hubs → picklists → cases → hub_heads → orders (ids ascending) → ledger head.
-- Raises: RS401, RS404, RS409, RS422.
create or replace function api.picklist_hand_over(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a    api.answer;
    list uuid := (p ->> 'picklist')::uuid;
    l    roadshow.picklists;
    t    timestamptz;
    at   timestamptz;
    ids  uuid[];
    done uuid[];
    signature bytea;
    free record;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    l := picklist_visible(p_creator, c, list);
    perform drops_lock(p_creator, delivered_drops(p_creator, picklist_orders(p_creator, list)));
    perform hub_lock(p_creator, array[l.hub_id]);
    l := picklist_lock(p_creator, c, list, (p -> 'body' ->> 'fencing')::bigint, '{packed}');
    t := clock_timestamp();
    at := coalesce((p -> 'body' ->> 'at')::timestamptz, t);
    if at > t + interval '5 minutes' or at < l.created_at - interval '5 minutes' then
        perform fail(422, 'invalid_time', 'Goods are handed over after they were listed and not '
            || 'in the future.', '/at');
    end if;
    if p -> 'body' ->> 'signature_sha256' !~ '^[0-9a-f]{64}$' then
        perform fail(422, 'invalid_signature', 'The hash of a signature is 64 lower-case '
            || 'hexadecimal digits.', '/signature_sha256');
    end if;
    signature := decode(p -> 'body' ->> 'signature_sha256', 'hex');
    ids := picklist_orders(p_creator, list);
    update hub_stock s set on_hand = s.on_hand - x.picked, reserved = s.reserved - x.picked,
        version = s.version + 1, updated_at = t
    from (
        select k.sku, sum(k.picked)::integer as picked
        from shipments h
        join shipment_lines k on k.creator_id = p_creator and k.shipment_id = h.id
        where h.creator_id = p_creator and h.picklist_id = list and h.state = 'picking'
        group by k.sku
    ) x
    where s.creator_id = p_creator and s.hub_id = l.hub_id and s.sku = x.sku;
    update shipments set state = 'handed_over', handed_over_at = at
    where creator_id = p_creator and picklist_id = list and state = 'picking';
    update picklists set handed_over_to = p -> 'body' ->> 'name'
    where creator_id = p_creator and id = list;
    perform picklist_move(p_creator, list, 'handed_over', at);
    update picklists set signature_sha256 = signature
    where creator_id = p_creator and id = list and signature is not null;
    free := delivered_free(p_creator, ids);
    perform hub_head_raise(p_creator);
    perform order_settle(p_creator, ids, t);
    done := array(select id from orders where creator_id = p_creator and id = any (ids)
        and state = 'fulfilled' order by id);
    perform picklist_note(p_creator, list, 'picklist.handed_over',
        jsonb_build_object('hub_id', l.hub_id, 'orders', to_jsonb(ids), 'at', rfc3339(at),
            'signature_sha256', encode(signature, 'hex')));
    perform hub_note_left(p_creator, l.hub_id, 'stock.handed_over', list, (
        select jsonb_agg(jsonb_build_object('sku', x.sku, 'by', -x.n) order by x.sku) from (
            select k.sku, sum(k.picked) as n from shipments h
            join shipment_lines k on k.creator_id = p_creator and k.shipment_id = h.id
            where h.creator_id = p_creator and h.picklist_id = list and h.state = 'handed_over'
            group by k.sku having sum(k.picked) > 0) x));
    perform orders_note(p_creator, array(select 'order.fulfilled'::text from unnest(done)), done,
        array(select jsonb_build_object('picklist_id', list) from unnest(done)));
    perform delivered_note(p_creator, free.told, free.notes);
    return remember(p_creator, c, picklist_answer(p_creator, list));
end $$;

-- POST /v1/picklists/{picklist}/reject: {"fencing", "reason"}. The partner will not do it: all that
-- the list held is released and routed again, never to this hub.
-- Locks: hubs (ids ascending) → picklists → hub_heads → orders → ledger head.
-- Raises: RS401, RS404, RS409.
create or replace function api.picklist_reject(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a    api.answer;
    list uuid := (p ->> 'picklist')::uuid;
    l    roadshow.picklists;
    t    timestamptz;
    lost jsonb;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    l := picklist_visible(p_creator, c, list);
    perform hub_lock(p_creator,
        order_hubs(p_creator, picklist_orders(p_creator, list)) || l.hub_id);
    l := picklist_lock(p_creator, c, list, (p -> 'body' ->> 'fencing')::bigint,
        '{claimed,picking,picked,packed}');
    t := clock_timestamp();
    lost := shipments_release(p_creator, array(select id from shipments
        where creator_id = p_creator and picklist_id = list and state = 'picking'), t);
    perform picklist_move(p_creator, list, 'cancelled', t);
    update picklists set acceptance = 'rejected', rejection = p -> 'body' ->> 'reason'
    where creator_id = p_creator and id = list;
    perform hub_head_raise(p_creator);
    perform picklist_reroute(p_creator, l.hub_id, lost, 'hub_rejected');
    perform picklist_note(p_creator, list, 'picklist.rejected',
        jsonb_build_object('hub_id', l.hub_id, 'reason', p -> 'body' -> 'reason'));
    return remember(p_creator, c, picklist_answer(p_creator, list));
end $$;

-- ---- reading ----------------------------------------------------------------------------------

-- GET /v1/picklists/{picklist}. Raises: RS401, RS404.
create or replace function api.picklist_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    l roadshow.picklists;
begin
    perform authorise(p_creator, c);
    l := picklist_visible(p_creator, c, (p ->> 'picklist')::uuid);
    return picklist_answer(p_creator, l.id);
end $$;

-- GET /v1/picklists?state=&hub_id=, newest first. A partner is not of one creator (p_creator is nil):
-- it sees the lists of its hubs, whoever's they are. Raises: RS401.
create or replace function api.picklist_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := (p ->> 'limit')::integer;
    page jsonb;
begin
    if c.role = 'partner' then
        perform from partner_keys where partner_id = c.subject_id and id = c.key_id
            and revoked_at is null;
        if not found then
            perform fail(401, 'key_revoked', 'This API key is revoked.');
        end if;
    else
        perform authorise(p_creator, c);
    end if;
    select jsonb_agg(picklist_json(x.creator_id, x.id) order by x.id desc) into page
    from (
        select l.creator_id, l.id from picklists l
        join hubs h on h.creator_id = l.creator_id and h.id = l.hub_id
        where (c.role = 'partner' or l.creator_id = p_creator)
            and (c.role <> 'partner' or (h.partner_id = c.subject_id and l.creator_id in (
                select g.creator_id from partner_grants g
                where g.partner_id = c.subject_id)))
            and (p ->> 'state' is null or l.state = p ->> 'state')
            and (p ->> 'hub_id' is null or l.hub_id = (p ->> 'hub_id')::uuid)
            and (p ->> 'after' is null or l.id < (p ->> 'after')::uuid)
        order by l.id desc limit n + 1
    ) x;
    return page_of('picklists', page, n);
end $$;
