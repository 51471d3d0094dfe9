-- SPDX-License-Identifier: Apache-2.0
--
-- Hubs and their waves. A hub's row is the lock of its stock and of its waves' capacity: every function
-- that changes either takes it first, ids ascending.

-- ---- helpers ----------------------------------------------------------------------------------

-- Locks: hubs, ids ascending.
create or replace function roadshow.hub_lock(p_creator uuid, p_hubs uuid[])
returns void language plpgsql volatile as $$
begin
    perform from hubs where creator_id = p_creator and id = any (p_hubs)
    order by id for no key update;
end $$;

-- The hub, when the caller may see it: a partner sees the hubs that name it. Raises: RS404.
create or replace function roadshow.hub_visible(p_creator uuid, c api.caller, p_hub uuid)
returns roadshow.hubs language plpgsql stable as $$
declare
    h roadshow.hubs;
begin
    select * into h from hubs where creator_id = p_creator and id = p_hub
        and (c.role <> 'partner' or partner_id = c.subject_id);
    if not found then
        perform fail(404, 'not_found', 'There is no such hub.');
    end if;
    return h;
end $$;

-- Tells the workers that their picture is old. Locks: hub_heads, after hubs.
create or replace function roadshow.hub_head_raise(p_creator uuid)
returns void language sql volatile as $$
    insert into roadshow.hub_heads (creator_id) values (p_creator)
    on conflict (creator_id) do update set version = roadshow.hub_heads.version + 1
$$;

-- What If-Match of PATCH /v1/hubs/{hub} must name.
create or replace function roadshow.hub_etag(h roadshow.hubs) returns text language sql immutable as $$
    select roadshow.etag_of(h.id::text || ' ' || h.version)
$$;

-- A hub as the API shows it.
create or replace function roadshow.hub_json(h roadshow.hubs) returns jsonb language sql stable as $$
    select jsonb_build_object('id', h.id, 'name', h.name, 'kind', h.kind, 'lat', h.lat,
        'lon', h.lon, 'time_zone', h.time_zone, 'partner_id', h.partner_id,
        'event_id', h.event_id, 'active', h.active, 'radius_km', h.radius_m / 1000,
        'capacity', h.capacity, 'handling_minutes', h.handling_minutes, 'cut_offs', h.cut_offs,
        'cost_per_order', h.cost_per_order, 'cost_per_km', h.cost_per_km,
        'created_at', roadshow.rfc3339(h.created_at))
$$;

-- Refuses what only the database knows to be wrong. Raises: RS422.
create or replace function roadshow.hub_check(p_creator uuid, h roadshow.hubs)
returns void language plpgsql stable as $$
declare
    bad integer;
begin
    if h.radius_m <= 0 then
        perform fail(422, 'invalid_radius', 'A radius is more than 0 km; null is everywhere.',
            '/radius_km');
    end if;
    select e.ord - 1 into bad from jsonb_array_elements(h.cut_offs) with ordinality as e(cut, ord)
    where not e.cut ->> 'at' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' limit 1;
    if found then
        perform fail(422, 'invalid_cut_off', 'A cut-off is a local time like "14:00".',
            '/cut_offs/' || bad || '/at');
    end if;
    if h.partner_id is not null then
        perform from partners where id = h.partner_id;
        if not found then
            perform fail(422, 'unknown_partner', 'There is no such partner.', '/partner_id');
        end if;
    end if;
    if h.event_id is not null then
        perform from events where creator_id = p_creator and id = h.event_id;
        if not found then
            perform fail(422, 'unknown_event', 'There is no such event.', '/event_id');
        end if;
    end if;
end $$;

-- ---- waves ------------------------------------------------------------------------------------

-- Makes the hub's waves for today and the next 8 local days. A local time that daylight saving skips
-- moves forward with the clock; one that happens twice is the later.
-- Locks: none; the caller holds the hub.
create or replace function roadshow.waves_extend(p_creator uuid, h roadshow.hubs, p_now timestamptz)
returns void language plpgsql volatile as $$
declare
    today date := (p_now at time zone h.time_zone)::date;
begin
    insert into waves (creator_id, id, hub_id, cut_off_at, ready_at, capacity)
    select p_creator, uuid_v7(), h.id, w.at, w.at + make_interval(mins => h.handling_minutes),
        h.capacity
    from (
        select distinct (d.day + (cut ->> 'at')::time) at time zone h.time_zone as at
        from (select today + n as day from generate_series(0, 8) as n) d,
            jsonb_array_elements(h.cut_offs) as cut
        where (cut ->> 'weekday')::integer = extract(isodow from d.day)
    ) w
    where w.at > p_now
    order by w.at
    on conflict (creator_id, hub_id, cut_off_at) do nothing;
    update hubs set waves_until = today + 8 where creator_id = p_creator and id = h.id;
end $$;

-- After a change of cut-offs, zone, handling or capacity: waves that hold nothing are made again,
-- those that hold shipments keep their times, for they were promised.
-- Locks: none; the caller holds the hub.
create or replace function roadshow.waves_remake(p_creator uuid, h roadshow.hubs, p_now timestamptz)
returns void language plpgsql volatile as $$
begin
    delete from waves w where w.creator_id = p_creator and w.hub_id = h.id
        and w.cut_off_at > p_now and w.used = 0
        and not exists (select from shipments s
            where s.creator_id = p_creator and s.wave_id = w.id)
        and not exists (select from picklists l
            where l.creator_id = p_creator and l.wave_id = w.id);
    update waves w set capacity = greatest(w.used, h.capacity)
    where w.creator_id = p_creator and w.hub_id = h.id and w.cut_off_at > p_now;
    perform waves_extend(p_creator, h, p_now);
end $$;

-- Keeps the next days' waves there and drops those that passed empty. Locks: hubs → hub_heads.
-- Caller: the janitor's job `waves`.
create or replace function api.janitor_waves(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    t       timestamptz := clock_timestamp();
    done    integer := 0;
    dropped integer;
    h       roadshow.hubs;
begin
    for h in
        select * from hubs
        where creator_id = p_creator and waves_until < (t at time zone time_zone)::date + 8
        order by id limit p_limit for no key update
    loop
        perform waves_extend(p_creator, h, t);
        done := done + 1;
    end loop;
    if done > 0 then
        perform hub_head_raise(p_creator);
    end if;
    delete from waves w using (
        select id from waves v
        where v.creator_id = p_creator and v.cut_off_at < t - interval '1 day' and v.used = 0
            and not exists (select from shipments s
                where s.creator_id = p_creator and s.wave_id = v.id)
            and not exists (select from picklists l
                where l.creator_id = p_creator and l.wave_id = v.id)
        limit p_limit - done
    ) old
    where w.creator_id = p_creator and w.id = old.id;
    get diagnostics dropped = row_count;
    return done + dropped;
end $$;

-- ---- commands ---------------------------------------------------------------------------------

-- POST /v1/hubs. Locks: hub_heads → ledger head. Raises: RS401, RS409, RS422.
create or replace function api.hub_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer;
    b jsonb := p -> 'body';
    h roadshow.hubs;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    h.creator_id := p_creator;
    h.id := (p ->> 'new_id')::uuid;
    h.name := b ->> 'name';
    h.kind := b ->> 'kind';
    h.lat := (b ->> 'lat')::double precision;
    h.lon := (b ->> 'lon')::double precision;
    h.time_zone := b ->> 'time_zone';
    h.partner_id := (b ->> 'partner_id')::uuid;
    h.event_id := (b ->> 'event_id')::uuid;
    h.active := coalesce((b ->> 'active')::boolean, true);
    h.radius_m := (b ->> 'radius_km')::double precision * 1000;
    h.capacity := (b ->> 'capacity')::integer;
    h.handling_minutes := coalesce((b ->> 'handling_minutes')::integer, 60);
    h.cut_offs := b -> 'cut_offs';
    h.cost_per_order := coalesce((b ->> 'cost_per_order')::bigint, 0);
    h.cost_per_km := coalesce((b ->> 'cost_per_km')::bigint, 0);
    h.waves_until := '-infinity';
    h.version := 1;
    h.created_at := clock_timestamp();
    h.ledger_index := 0;
    if not is_time_zone(h.time_zone) then
        perform fail(422, 'unknown_time_zone', 'There is no such IANA time zone.', '/time_zone');
    end if;
    perform hub_check(p_creator, h);
    insert into hubs select h.*;
    if h.partner_id is not null then
        insert into partner_grants (partner_id, creator_id) values (h.partner_id, p_creator)
        on conflict do nothing;
    end if;
    perform waves_extend(p_creator, h, h.created_at);
    perform hub_head_raise(p_creator);
    update hubs set ledger_index = ledger_add(p_creator, 'hub.created', h.id, null,
        hub_json(h) - 'id' - 'created_at')
    where creator_id = p_creator and id = h.id;
    return remember(p_creator, c, answer_ok(201, hub_json(h), hub_etag(h), '/v1/hubs/' || h.id));
end $$;

-- GET /v1/hubs/{hub}. Raises: RS401, RS404.
create or replace function api.hub_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    h roadshow.hubs;
begin
    perform authorise(p_creator, c);
    h := hub_visible(p_creator, c, (p ->> 'hub')::uuid);
    return answer_ok(200, hub_json(h), hub_etag(h));
end $$;

-- GET /v1/hubs, by id. Raises: RS401.
create or replace function api.hub_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := (p ->> 'limit')::integer;
    page jsonb;
begin
    perform authorise(p_creator, c);
    select jsonb_agg(hub_json(h) order by h.id) into page
    from (
        select * from hubs
        where creator_id = p_creator and (p ->> 'after' is null or id > (p ->> 'after')::uuid)
        order by id limit n + 1
    ) h;
    return page_of('hubs', page, n);
end $$;

-- PATCH /v1/hubs/{hub}: members that are given replace. Shipments already routed stay.
-- Locks: hubs → hub_heads → ledger head. Raises: RS401, RS404, RS409, RS412, RS422, RS428.
create or replace function api.hub_update(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a   api.answer;
    b   jsonb := p -> 'body';
    t   timestamptz;
    was roadshow.hubs;
    h   roadshow.hubs;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    perform hub_lock(p_creator, array[(p ->> 'hub')::uuid]);
    was := hub_visible(p_creator, c, (p ->> 'hub')::uuid);
    if p ->> 'if_match' is null then
        perform fail(428, 'precondition_required', 'Send If-Match with the ETag you last read.');
    end if;
    if p ->> 'if_match' <> hub_etag(was) then
        perform fail(412, 'precondition_failed', 'The hub has changed; read it again.');
    end if;
    t := clock_timestamp();
    h := was;
    h.name := coalesce(b ->> 'name', h.name);
    h.active := coalesce((b ->> 'active')::boolean, h.active);
    h.capacity := coalesce((b ->> 'capacity')::integer, h.capacity);
    h.handling_minutes := coalesce((b ->> 'handling_minutes')::integer, h.handling_minutes);
    h.cut_offs := coalesce(nullif(b -> 'cut_offs', 'null'), h.cut_offs);
    if b ? 'radius_km' then
        h.radius_m := (b ->> 'radius_km')::double precision * 1000;
    end if;
    if b ? 'partner_id' then
        h.partner_id := (b ->> 'partner_id')::uuid;
    end if;
    if h = was then
        return remember(p_creator, c, answer_ok(200, hub_json(h), hub_etag(h)));
    end if;
    perform hub_check(p_creator, h);
    h.version := was.version + 1;
    update hubs set name = h.name, active = h.active, capacity = h.capacity,
        handling_minutes = h.handling_minutes, cut_offs = h.cut_offs, radius_m = h.radius_m,
        partner_id = h.partner_id, version = h.version
    where creator_id = p_creator and id = h.id;
    if h.partner_id is not null then
        insert into partner_grants (partner_id, creator_id) values (h.partner_id, p_creator)
        on conflict do nothing;
    end if;
    if (h.cut_offs, h.capacity, h.handling_minutes)
        is distinct from (was.cut_offs, was.capacity, was.handling_minutes) then
        perform waves_remake(p_creator, h, t);
    end if;
    perform hub_head_raise(p_creator);
    update hubs set ledger_index = ledger_add(p_creator, 'hub.changed', h.id, was.ledger_index, b)
    where creator_id = p_creator and id = h.id;
    return remember(p_creator, c, answer_ok(200, hub_json(h), hub_etag(h)));
end $$;
