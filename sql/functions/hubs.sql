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

-- Refuses a hub that a body names and the creator does not have. Raises: RS422.
create or replace function roadshow.hub_known(p_creator uuid, p_hub uuid, p_pointer text)
returns void language plpgsql stable as $$
begin
    perform from hubs where creator_id = p_creator and id = p_hub;
    if not found then
        perform fail(422, 'unknown_hub', 'There is no such hub.', p_pointer);
    end if;
end $$;

-- Appends the hub's entry: every change of what lies there, too. Locks: ledger head.
create or replace function roadshow.hub_note(p_creator uuid, p_hub uuid, p_kind text, p_data jsonb)
returns void language plpgsql volatile as $$
begin
    update hubs set ledger_index = ledger_add(p_creator, p_kind, p_hub, ledger_index, p_data)
    where creator_id = p_creator and id = p_hub;
end $$;

-- The same about which a person wrote something (null: nothing): the entry has a commitment to it.
-- Locks: ledger head. Callers: api.hub_outage(), stock_move().
create or replace function roadshow.hub_note_text(p_creator uuid, p_hub uuid, p_kind text, p_data jsonb,
    p_member text, p_text text)
returns void language plpgsql volatile as $$
declare
    w record := text_commit(p_text);
begin
    perform hub_note(p_creator, p_hub, p_kind, case when w.commitment is null then p_data
        else p_data || jsonb_build_object('commitment', w.commitment) end);
    perform text_keep(p_creator, p_hub, h.ledger_index, p_member, p_text, w.salt) from hubs h
    where h.creator_id = p_creator and h.id = p_hub;
end $$;

-- What If-Match of PATCH /v1/hubs/{hub} must name.
create or replace function roadshow.hub_etag(h roadshow.hubs) returns text language sql immutable as $$
    select roadshow.etag_of(h.id::text || ' ' || h.version)
$$;

-- A hub as the API shows it.
create or replace function roadshow.hub_json(h roadshow.hubs) returns jsonb language sql stable as $$
    select jsonb_build_object('id', h.id, 'name', h.name, 'kind', h.kind, 'lat', h.lat,
        'lon', h.lon, 'time_zone', h.time_zone, 'partner_id', h.partner_id,
        'event_id', h.event_id, 'active', h.active, 'radius_km', h.radius_m / 1000,
        'capacity', h.capacity, 'day_capacity', h.day_capacity, 'list_size', h.list_size,
        'handling_minutes', h.handling_minutes, 'cut_offs', h.cut_offs,
        'opening_hours', h.opening_hours, 'exceptions', h.exceptions,
        'cost_per_order', h.cost_per_order, 'cost_per_km', h.cost_per_km,
        'outage', case when h.outage_at is not null then jsonb_build_object(
            'since', roadshow.rfc3339(h.outage_at), 'reason', h.outage_reason) end,
        'created_at', roadshow.rfc3339(h.created_at))
$$;

-- A hub with what `b` gives of it, the rest as it was. Members that may be null are taken when named.
create or replace function roadshow.hub_merge(h roadshow.hubs, b jsonb) returns roadshow.hubs
language plpgsql immutable as $$
begin
    h.name := coalesce(b ->> 'name', h.name);
    h.kind := coalesce(b ->> 'kind', h.kind);
    h.lat := coalesce((b ->> 'lat')::double precision, h.lat);
    h.lon := coalesce((b ->> 'lon')::double precision, h.lon);
    h.time_zone := coalesce(b ->> 'time_zone', h.time_zone);
    h.active := coalesce((b ->> 'active')::boolean, h.active);
    h.capacity := coalesce((b ->> 'capacity')::integer, h.capacity);
    h.handling_minutes := coalesce((b ->> 'handling_minutes')::integer, h.handling_minutes);
    h.cut_offs := coalesce(nullif(b -> 'cut_offs', 'null'), h.cut_offs);
    h.opening_hours := coalesce(nullif(b -> 'opening_hours', 'null'), h.opening_hours);
    h.exceptions := coalesce(nullif(b -> 'exceptions', 'null'), h.exceptions);
    h.cost_per_order := coalesce((b ->> 'cost_per_order')::bigint, h.cost_per_order);
    h.cost_per_km := coalesce((b ->> 'cost_per_km')::bigint, h.cost_per_km);
    if b ? 'day_capacity' then
        h.day_capacity := (b ->> 'day_capacity')::integer;
    end if;
    if b ? 'list_size' then
        h.list_size := (b ->> 'list_size')::integer;
    end if;
    if b ? 'radius_km' then
        h.radius_m := (b ->> 'radius_km')::double precision * 1000;
    end if;
    if b ? 'partner_id' then
        h.partner_id := (b ->> 'partner_id')::uuid;
    end if;
    if b ? 'event_id' then
        h.event_id := (b ->> 'event_id')::uuid;
    end if;
    return h;
end $$;

-- Whether it is a day of the calendar, written "YYYY-MM-DD".
create or replace function roadshow.is_date(p text) returns boolean language sql immutable as $$
    select case when p !~ '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then false
        else right(p, 2)::integer <= extract(day from (left(p, 8) || '01')::date
            + interval '1 month' - interval '1 day') end
$$;

-- Refuses times that are none and windows that end before they begin. Raises: RS422.
create or replace function roadshow.hub_check_times(h roadshow.hubs)
returns void language plpgsql immutable as $$
declare
    bad record;
begin
    with told(at, until, pointer) as (
        select e.cut ->> 'at', null, '/cut_offs/' || e.ord - 1 || '/at'
        from jsonb_array_elements(h.cut_offs) with ordinality as e(cut, ord)
        union all
        select e.x ->> 'from', e.x ->> 'until', '/opening_hours/' || e.ord - 1
        from jsonb_array_elements(h.opening_hours) with ordinality as e(x, ord)
        union all
        select e.cut, null, '/exceptions/' || d.ord - 1 || '/cut_offs/' || e.ord - 1
        from jsonb_array_elements(h.exceptions) with ordinality as d(x, ord),
            jsonb_array_elements_text(coalesce(d.x -> 'cut_offs', '[]')) with ordinality as e(cut, ord)
        union all
        select e.x ->> 'from', e.x ->> 'until',
            '/exceptions/' || d.ord - 1 || '/opening_hours/' || e.ord - 1
        from jsonb_array_elements(h.exceptions) with ordinality as d(x, ord),
            jsonb_array_elements(coalesce(d.x -> 'opening_hours', '[]')) with ordinality as e(x, ord)
    )
    select t.* into bad from told t
    where t.at !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
        or t.until !~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' or t.until <= t.at limit 1;
    if found and bad.until is null then
        perform fail(422, 'invalid_cut_off', 'A cut-off is a local time like "14:00".', bad.pointer);
    elsif found then
        perform fail(422, 'invalid_hours', 'Opening hours are local times like "09:00" and "18:30", '
            || 'the end after the beginning.', bad.pointer);
    end if;
    select e.ord - 1 as at into bad
    from jsonb_array_elements(h.exceptions) with ordinality as e(x, ord)
    where not is_date(e.x ->> 'date')
        or exists (select from jsonb_array_elements(h.exceptions) with ordinality as f(x, ord)
            where f.x ->> 'date' = e.x ->> 'date' and f.ord < e.ord)
    order by e.ord limit 1;
    if found then
        perform fail(422, 'invalid_date', 'An exception is for a day like "2026-12-24", once.',
            '/exceptions/' || bad.at || '/date');
    end if;
end $$;

-- Refuses what only the database knows to be wrong. Raises: RS422.
create or replace function roadshow.hub_check(p_creator uuid, h roadshow.hubs)
returns void language plpgsql stable as $$
begin
    if h.radius_m <= 0 then
        perform fail(422, 'invalid_radius', 'A radius is more than 0 km; null is everywhere.',
            '/radius_km');
    end if;
    perform hub_check_times(h);
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

-- When the hub is open on a local day: an exception of that date replaces the weekday's hours. A time
-- that daylight saving skips moves forward with the clock; one that happens twice is the later.
create or replace function roadshow.hub_hours(h roadshow.hubs, p_day date)
returns table (opens_at timestamptz, closes_at timestamptz) language sql stable as $$
    select (p_day + (x.w ->> 'from')::time) at time zone h.time_zone,
        (p_day + (x.w ->> 'until')::time) at time zone h.time_zone
    from jsonb_array_elements(coalesce(
        (select coalesce(e -> 'opening_hours', '[]') from jsonb_array_elements(h.exceptions) as e
            where (e ->> 'date')::date = p_day limit 1),
        (select jsonb_agg(e) from jsonb_array_elements(h.opening_hours) as e
            where (e ->> 'weekday')::integer = extract(isodow from p_day)), '[]')) as x(w)
$$;

-- The first moment from p_at on at which the hub is open: p_at itself for one without opening hours,
-- and for one that stays closed for the next 14 days.
create or replace function roadshow.hub_open_from(h roadshow.hubs, p_at timestamptz)
returns timestamptz language sql stable as $$
    select case when h.opening_hours = '[]' then p_at else coalesce((
        select min(greatest(w.opens_at, p_at))
        from generate_series(-1, 14) as n,
            roadshow.hub_hours(h, (p_at at time zone h.time_zone)::date + n) as w
        where w.closes_at > p_at), p_at) end
$$;

-- The hub's cut-offs on a local day, as hub_hours() does it.
create or replace function roadshow.hub_cut_offs(h roadshow.hubs, p_day date)
returns setof timestamptz language sql stable as $$
    select distinct (p_day + x.at::time) at time zone h.time_zone
    from jsonb_array_elements_text(coalesce(
        (select coalesce(e -> 'cut_offs', '[]') from jsonb_array_elements(h.exceptions) as e
            where (e ->> 'date')::date = p_day limit 1),
        (select jsonb_agg(e -> 'at') from jsonb_array_elements(h.cut_offs) as e
            where (e ->> 'weekday')::integer = extract(isodow from p_day)), '[]')) as x(at)
$$;

-- Makes the hub's waves for today and the next 8 local days.
-- Locks: none; the caller holds the hub.
create or replace function roadshow.waves_extend(p_creator uuid, h roadshow.hubs, p_now timestamptz)
returns void language plpgsql volatile as $$
declare
    today date := (p_now at time zone h.time_zone)::date;
begin
    insert into waves (creator_id, id, hub_id, cut_off_at, ready_at, capacity, day, pickup_at)
    select p_creator, uuid_v7(), h.id, w.at, r.ready_at, h.capacity, today + n,
        hub_open_from(h, r.ready_at)
    from generate_series(0, 8) as n
    cross join lateral hub_cut_offs(h, today + n) as w(at)
    cross join lateral (select w.at + make_interval(mins => h.handling_minutes) as ready_at) r
    where w.at > p_now
    order by w.at
    on conflict (creator_id, hub_id, cut_off_at) do nothing;
    update hubs set waves_until = today + 8 where creator_id = p_creator and id = h.id;
end $$;

-- After a change of cut-offs, hours, zone, handling or capacity: waves that hold nothing are made again,
-- those that hold shipments keep their times, for they were promised, and are closed to others when their
-- cut-off is none any more. A wave that was called off stays called off.
-- Locks: none; the caller holds the hub.
create or replace function roadshow.waves_remake(p_creator uuid, h roadshow.hubs, p_now timestamptz)
returns void language plpgsql volatile as $$
declare
    handling interval := make_interval(mins => h.handling_minutes);
begin
    delete from waves w where w.creator_id = p_creator and w.hub_id = h.id
        and w.cut_off_at > p_now and w.used = 0 and w.cancelled_at is null
        and not exists (select from shipments s
            where s.creator_id = p_creator and s.wave_id = w.id)
        and not exists (select from picklists l
            where l.creator_id = p_creator and l.wave_id = w.id);
    update waves w set capacity = greatest(w.used, h.capacity), closed = w.cut_off_at <> all (array(
            select c.at from generate_series(-1, 9) as n
            cross join lateral hub_cut_offs(h, (p_now at time zone h.time_zone)::date + n) as c(at))),
        ready_at = case when w.used > 0 then w.ready_at else w.cut_off_at + handling end,
        pickup_at = case when w.used > 0 then w.pickup_at
            else hub_open_from(h, w.cut_off_at + handling) end
    where w.creator_id = p_creator and w.hub_id = h.id and w.cut_off_at > p_now;
    update hub_days d set capacity = case when h.day_capacity is not null
        then greatest(d.used, h.day_capacity) end
    where d.creator_id = p_creator and d.hub_id = h.id
        and d.day >= (p_now at time zone h.time_zone)::date and d.capacity is distinct from h.day_capacity;
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
    delete from hub_days d where d.creator_id = p_creator and d.day < t::date - 2
        and not exists (select from waves w where w.creator_id = p_creator and w.hub_id = d.hub_id
            and w.day = d.day);
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
    h.active := true;
    h.handling_minutes := 60;
    h.opening_hours := '[]';
    h.exceptions := '[]';
    h.cost_per_order := 0;
    h.cost_per_km := 0;
    h := hub_merge(h, b);
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
    if b ->> 'time_zone' is not null and not is_time_zone(b ->> 'time_zone') then
        perform fail(422, 'unknown_time_zone', 'There is no such IANA time zone.', '/time_zone');
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
    h := hub_merge(was, b);
    if h = was then
        return remember(p_creator, c, answer_ok(200, hub_json(h), hub_etag(h)));
    end if;
    perform hub_check(p_creator, h);
    h.version := was.version + 1;
    update hubs set name = h.name, kind = h.kind, lat = h.lat, lon = h.lon,
        time_zone = h.time_zone, active = h.active, capacity = h.capacity,
        day_capacity = h.day_capacity, list_size = h.list_size, handling_minutes = h.handling_minutes,
        cut_offs = h.cut_offs, opening_hours = h.opening_hours, exceptions = h.exceptions,
        radius_m = h.radius_m, partner_id = h.partner_id, event_id = h.event_id,
        cost_per_order = h.cost_per_order, cost_per_km = h.cost_per_km, version = h.version
    where creator_id = p_creator and id = h.id;
    if h.partner_id is not null then
        insert into partner_grants (partner_id, creator_id) values (h.partner_id, p_creator)
        on conflict do nothing;
    end if;
    if (h.cut_offs, h.opening_hours, h.exceptions, h.time_zone, h.capacity, h.day_capacity,
            h.handling_minutes) is distinct from (was.cut_offs, was.opening_hours, was.exceptions,
            was.time_zone, was.capacity, was.day_capacity, was.handling_minutes) then
        perform waves_remake(p_creator, h, t);
    end if;
    perform hub_head_raise(p_creator);
    update hubs set ledger_index = ledger_add(p_creator, 'hub.changed', h.id, was.ledger_index, b)
    where creator_id = p_creator and id = h.id;
    return remember(p_creator, c, answer_ok(200, hub_json(h), hub_etag(h)));
end $$;
