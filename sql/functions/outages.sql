-- SPDX-License-Identifier: Apache-2.0
--
-- When a hub or one of its waves fails: nothing new goes there, and what nobody works on yet is released
-- and routed again, never to that hub. A list that somebody has claimed stays theirs: they hand over
-- or reject it.

-- ---- releasing --------------------------------------------------------------------------------

-- Gives back stock and slots of shipments that will not happen and cancels them. Returns what they
-- still held, as lines of their orders: [{"order_id", "sku", "quantity"}].
-- Locks: none; the caller holds the hubs and, when they are in lists, the lists.
create or replace function roadshow.shipments_release(p_creator uuid, p_shipments uuid[],
    p_now timestamptz)
returns jsonb language plpgsql volatile as $$
declare
    lost jsonb;
begin
    select coalesce(jsonb_agg(jsonb_build_object('order_id', x.order_id, 'sku', x.sku,
        'quantity', x.n)), '[]') into lost
    from (
        select s.order_id, coalesce(k.substitute_of, k.sku) as sku, sum(k.quantity - k.short) as n
        from shipments s
        join shipment_lines k on k.creator_id = p_creator and k.shipment_id = s.id
        where s.creator_id = p_creator and s.id = any (p_shipments) and k.quantity > k.short
        group by s.id, s.order_id, coalesce(k.substitute_of, k.sku)
    ) x;
    update hub_stock t set reserved = t.reserved - x.quantity
    from (
        select s.hub_id, k.sku, sum(k.quantity - k.short)::integer as quantity
        from shipments s
        join shipment_lines k on k.creator_id = p_creator and k.shipment_id = s.id
        where s.creator_id = p_creator and s.id = any (p_shipments)
        group by s.hub_id, k.sku
    ) x
    where t.creator_id = p_creator and t.hub_id = x.hub_id and t.sku = x.sku;
    update waves w set used = w.used - x.n
    from (
        select wave_id, count(*)::integer as n from shipments
        where creator_id = p_creator and id = any (p_shipments) group by wave_id
    ) x
    where w.creator_id = p_creator and w.id = x.wave_id;
    update shipments set state = 'cancelled', cancelled_at = p_now
    where creator_id = p_creator and id = any (p_shipments);
    return lost;
end $$;

-- The hub's shipments (of one wave, or null: of all) that nobody works on.
create or replace function roadshow.shipments_idle(p_creator uuid, p_hub uuid, p_wave uuid,
    p_limit integer)
returns uuid[] language sql stable as $$
    select array(
        select s.id from roadshow.shipments s
        left join roadshow.picklists l on l.creator_id = p_creator and l.id = s.picklist_id
        where s.creator_id = p_creator and s.hub_id = p_hub and s.state in ('held', 'routed', 'picking')
            and (p_wave is null or s.wave_id = p_wave)
            and (s.state <> 'picking' or l.state = 'open')
        order by s.promise_at, s.id limit p_limit)
$$;

-- Locks the hub and every hub that may take over these shipments. Locks: hubs, ids ascending.
create or replace function roadshow.drain_lock(p_creator uuid, p_hub uuid, p_shipments uuid[])
returns void language plpgsql volatile as $$
begin
    perform hub_lock(p_creator, order_hubs(p_creator, array(
        select distinct order_id from shipments
        where creator_id = p_creator and id = any (p_shipments))) || p_hub);
end $$;

-- Releases those of these shipments that are still idle and routes them again. Returns how many.
-- Locks: picklists (ids ascending) → hub_heads → orders → ledger head; the caller did drain_lock(). Who locks an
-- order before hub_heads holds the hubs of all its shipments, so the two never wait for each other.
create or replace function roadshow.drain(p_creator uuid, p_hub uuid, p_shipments uuid[],
    p_cause text, p_now timestamptz)
returns integer language plpgsql volatile as $$
declare
    ids   uuid[];
    lists uuid[];
    lost  jsonb;
    list  uuid;
begin
    perform from picklists where creator_id = p_creator and id in (select picklist_id
        from shipments where creator_id = p_creator and id = any (p_shipments))
    order by id for update;
    ids := array(select i.id from unnest(p_shipments) as i(id)
        join shipments s on s.creator_id = p_creator and s.id = i.id
        left join picklists l on l.creator_id = p_creator and l.id = s.picklist_id
        where s.state in ('held', 'routed') or s.state = 'picking' and l.state = 'open');
    if ids = '{}' then
        return 0;
    end if;
    lost := shipments_release(p_creator, ids, p_now);
    lists := array(select distinct s.picklist_id from shipments s
        where s.creator_id = p_creator and s.id = any (ids) and s.picklist_id is not null
            and picklist_orders(p_creator, s.picklist_id) = '{}');
    foreach list in array lists loop
        perform picklist_move(p_creator, list, 'cancelled', p_now);
    end loop;
    perform hub_head_raise(p_creator);
    perform picklist_reroute(p_creator, p_hub, lost, p_cause);
    foreach list in array lists loop
        perform picklist_note(p_creator, list, 'picklist.cancelled',
            jsonb_build_object('hub_id', p_hub, 'cause', p_cause));
    end loop;
    return cardinality(ids);
end $$;

-- What is left over of an outage or of a wave that was called off, one hub a call.
-- Locks: as drain_lock() and drain(). Caller: the janitor's job `outages`.
create or replace function api.janitor_outages(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    r   record;
    ids uuid[];
begin
    select x.* into r from (
        select h.id as hub, null::uuid as wave, 'hub_outage' as cause from hubs h
        where h.creator_id = p_creator and h.outage_at is not null
        union all
        select w.hub_id, w.id, 'wave_cancelled' from waves w
        where w.creator_id = p_creator and w.cancelled_at is not null and w.used > 0
    ) x
    where shipments_idle(p_creator, x.hub, x.wave, 1) <> '{}' limit 1;
    if not found then
        return 0;
    end if;
    ids := shipments_idle(p_creator, r.hub, r.wave, p_limit);
    perform drain_lock(p_creator, r.hub, ids);
    perform from hubs where creator_id = p_creator and id = r.hub
        and (r.wave is not null or outage_at is not null);
    if not found then -- it came back meanwhile
        return 0;
    end if;
    return drain(p_creator, r.hub, ids, r.cause, clock_timestamp());
end $$;

-- ---- commands ---------------------------------------------------------------------------------

-- How many shipments one call routes again; the janitor does the rest.
create or replace function roadshow.drain_at_once() returns integer language sql immutable as $$
    select 100
$$;

-- POST /v1/hubs/{hub}/outage: {"reason"}. From now on it takes nothing.
-- Locks: hubs (ids ascending) → picklists → hub_heads → orders → ledger head.
-- Raises: RS401, RS404, RS409, RS422.
create or replace function api.hub_outage(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a    api.answer;
    hub  uuid := (p ->> 'hub')::uuid;
    h    roadshow.hubs;
    t    timestamptz;
    ids  uuid[];
    done integer;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    perform hub_visible(p_creator, c, hub);
    ids := shipments_idle(p_creator, hub, null, drain_at_once());
    perform drain_lock(p_creator, hub, ids);
    h := hub_visible(p_creator, c, hub);
    t := clock_timestamp();
    if h.outage_at is null then
        update hubs set outage_at = t, outage_reason = p -> 'body' ->> 'reason',
            version = version + 1
        where creator_id = p_creator and id = hub returning * into h;
        perform hub_head_raise(p_creator);
        done := drain(p_creator, hub, ids, 'hub_outage', t);
        perform hub_note_text(p_creator, hub, 'hub.outage', jsonb_build_object('rerouted', done),
            'reason', h.outage_reason);
    else
        done := drain(p_creator, hub, ids, 'hub_outage', t);
    end if;
    return remember(p_creator, c, answer_ok(200, jsonb_build_object('hub', hub_json(h),
        'rerouted', done, 'remaining',
        cardinality(shipments_idle(p_creator, hub, null, 100000))), hub_etag(h)));
end $$;

-- POST /v1/hubs/{hub}/resume: the outage is over; what was routed elsewhere stays there.
-- Locks: hubs → hub_heads → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.hub_resume(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer;
    h roadshow.hubs;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    perform hub_lock(p_creator, array[(p ->> 'hub')::uuid]);
    h := hub_visible(p_creator, c, (p ->> 'hub')::uuid);
    if h.outage_at is not null then
        update hubs set outage_at = null, outage_reason = null, version = version + 1
        where creator_id = p_creator and id = h.id returning * into h;
        perform hub_head_raise(p_creator);
        perform hub_note(p_creator, h.id, 'hub.resumed', '{}');
    end if;
    return remember(p_creator, c, answer_ok(200, hub_json(h), hub_etag(h)));
end $$;

-- A wave as the API shows it.
create or replace function roadshow.wave_json(w roadshow.waves) returns jsonb language sql stable as $$
    select jsonb_build_object('id', w.id, 'hub_id', w.hub_id, 'day', w.day,
        'cut_off_at', roadshow.rfc3339(w.cut_off_at), 'ready_at', roadshow.rfc3339(w.ready_at),
        'pickup_at', roadshow.rfc3339(w.pickup_at), 'capacity', w.capacity, 'used', w.used,
        'closed', w.closed, 'cancelled_at', roadshow.rfc3339(w.cancelled_at))
$$;

-- GET /v1/hubs/{hub}/waves: by id, those that are ahead or still hold something. Raises: RS401, RS404.
create or replace function api.wave_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := (p ->> 'limit')::integer;
    h    roadshow.hubs;
    page jsonb;
begin
    perform authorise(p_creator, c);
    h := hub_visible(p_creator, c, (p ->> 'hub')::uuid);
    select jsonb_agg(wave_json(w) order by w.id) into page
    from (
        select * from waves
        where creator_id = p_creator and hub_id = h.id
            and (p ->> 'after' is null or id > (p ->> 'after')::uuid)
            and (cut_off_at > now() or used > 0)
        order by id limit n + 1
    ) w;
    return page_of('waves', page, n);
end $$;

-- POST /v1/hubs/{hub}/waves/{wave}/cancel: it does not leave.
-- Locks: hubs (ids ascending) → picklists → hub_heads → orders → ledger head.
-- Raises: RS401, RS404, RS409, RS422.
create or replace function api.wave_cancel(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a    api.answer;
    hub  uuid := (p ->> 'hub')::uuid;
    w    roadshow.waves;
    t    timestamptz;
    ids  uuid[];
    done integer;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    perform hub_visible(p_creator, c, hub);
    ids := shipments_idle(p_creator, hub, (p ->> 'wave')::uuid, drain_at_once());
    perform drain_lock(p_creator, hub, ids);
    perform hub_visible(p_creator, c, hub);
    t := clock_timestamp();
    select * into w from waves
    where creator_id = p_creator and id = (p ->> 'wave')::uuid and hub_id = hub;
    if not found then
        perform fail(404, 'not_found', 'The hub has no such wave.');
    end if;
    update waves set cancelled_at = coalesce(cancelled_at, t)
    where creator_id = p_creator and id = w.id;
    perform hub_head_raise(p_creator);
    done := drain(p_creator, hub, ids, 'wave_cancelled', t);
    if w.cancelled_at is null then
        perform hub_note(p_creator, hub, 'hub.wave_cancelled', jsonb_build_object(
            'wave_id', w.id, 'cut_off_at', rfc3339(w.cut_off_at), 'rerouted', done));
    end if;
    select * into w from waves where creator_id = p_creator and id = w.id;
    return remember(p_creator, c, answer_ok(200, jsonb_build_object('wave', wave_json(w),
        'rerouted', done, 'remaining',
        cardinality(shipments_idle(p_creator, hub, w.id, 100000)))));
end $$;
