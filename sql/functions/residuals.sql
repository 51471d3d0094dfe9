-- SPDX-License-Identifier: Apache-2.0
--
-- What an event leaves over: units of its drops that nobody bought or claimed, and what lies free on the
-- shelves of its venue. A proposal says where each unit had best go and why; once the event is over it is done,
-- as it is or edited, as one operation. Units for a hub are on their way as of a transfer; those for
-- another drop are its walk-in units at once; those for resale leave.
--
-- Locks: drops (ids ascending) → hubs (ids ascending) → the event → leases, cases → hub_heads → ledger head.

-- ---- what there is ------------------------------------------------------------------------------------

-- The event's sources that have something free: `walk_in` of the units are a drop's walk-in units, the rest
-- were tokenized and not claimed, which counts when its pickup is over. What devices have leased is not
-- free, nor what is promised to orders.
create or replace function roadshow.residual_sources(p_creator uuid, p_event uuid, p_now timestamptz)
returns table (from_kind text, from_id uuid, sku text, units integer, walk_in integer)
language sql stable as $$
    select 'drop', d.id, d.sku, x.walk_in + x.unclaimed, x.walk_in
    from roadshow.drops d
    cross join lateral (
        select d.quantity - d.tokenized - d.walk_in_sold - d.walk_in_leased as walk_in,
            case when roadshow.pickup_end(d) <= p_now and not exists (select from roadshow.draws w
                where w.creator_id = p_creator and w.drop_id = d.id and w.done_at is null)
                then roadshow.drop_left(d) else 0 end as unclaimed) x
    where d.creator_id = p_creator and d.event_id = p_event and x.walk_in + x.unclaimed > 0
    union all
    select 'hub', h.id, s.sku, s.on_hand - s.reserved, 0
    from roadshow.hubs h
    join roadshow.hub_stock s on s.creator_id = p_creator and s.hub_id = h.id and s.on_hand > s.reserved
    where h.creator_id = p_creator and h.event_id = p_event and h.kind = 'venue'
$$;

-- Metres between two places on a sphere: near enough to say which hub is closer, not to promise anything.
create or replace function roadshow.metres_about(a_lat double precision, a_lon double precision,
    b_lat double precision, b_lon double precision)
returns double precision language sql immutable parallel safe as $$
    select 2 * 6371008.8 * asin(least(1, sqrt(sind((b_lat - a_lat) / 2) ^ 2
        + cosd(a_lat) * cosd(b_lat) * sind((b_lon - a_lon) / 2) ^ 2)))
$$;

-- Who could use units of these SKUs, in order of rank: drops for which people wait; hubs that are below their
-- safety stock, with what is on its way to them; then hubs up to the shipments that they can still take,
-- those set up for an event that is to come first. Nearer ones before farther ones.
create or replace function roadshow.residual_wants(p_creator uuid, e roadshow.events, p_skus text[],
    p_now timestamptz)
returns table (sku text, to_kind text, to_id uuid, reason text, units integer, rank integer,
    distance_m double precision)
language plpgsql stable as $$
#variable_conflict use_column
begin
    return query
    with hub as materialized (
        select h.id, v.ends_at > p_now as ahead,
            roadshow.metres_about(e.lat, e.lon, h.lat, h.lon) as distance_m,
            (select sum(w.free)::integer from roadshow.waves_ahead(p_creator, h.id, p_now, null) w) as slots
        from roadshow.hubs h
        left join roadshow.events v on v.creator_id = p_creator and v.id = h.event_id
        where h.creator_id = p_creator and h.active and h.outage_at is null and h.kind <> 'venue'
    )
    select d.sku, 'drop', d.id, 'waitlist', least(d.waiting, 1000000 - d.quantity), 1,
        roadshow.metres_about(e.lat, e.lon, v.lat, v.lon)
    from roadshow.drops d
    join roadshow.events v on v.creator_id = p_creator and v.id = d.event_id
    where d.creator_id = p_creator and d.sku = any (p_skus) and d.waiting > 0 and d.quantity < 1000000
        and d.event_id <> e.id
        and d.pickup_until > p_now
    union all
    select s.sku, 'hub', h.id, 'below_safety', x.units, 2, h.distance_m
    from hub h
    join roadshow.hub_stock s on s.creator_id = p_creator and s.hub_id = h.id and s.sku = any (p_skus)
    cross join lateral (
        select s.safety - s.on_hand + s.reserved - coalesce((select sum(l.quantity)::integer
            from roadshow.transfers t
            join roadshow.transfer_lines l on l.creator_id = p_creator and l.transfer_id = t.id
                and l.sku = s.sku
            where t.creator_id = p_creator and t.to_hub_id = h.id and t.state = 'in_transit'), 0) as units) x
    where x.units > 0
    union all
    select k.sku, 'hub', h.id, case when h.ahead then 'neighbourhood' else 'nearest' end, h.slots,
        case when h.ahead then 3 else 4 end, h.distance_m
    from hub h, unnest(p_skus) as k(sku) where h.slots > 0;
end $$;

-- The proposal: every free unit with where it had best go and why; what nobody can use is for resale. It is no
-- more than can be done at once: 500 moves of 1,000,000 units; the rest is in the next. Sources and wants of a SKU are laid side by side, each taking what those before it left.
create or replace function roadshow.residual_json(p_creator uuid, e roadshow.events, p_now timestamptz)
returns jsonb language sql stable as $$
    with src as materialized (
        select s.*, sum(s.units) over (partition by s.sku order by s.from_kind, s.from_id) as hi
        from roadshow.residual_sources(p_creator, e.id, p_now) s
        order by s.sku, s.from_kind, s.from_id limit 200
    ), want as materialized (
        select w.*, sum(w.units) over (partition by w.sku order by w.rank, w.distance_m, w.to_id) as hi
        from roadshow.residual_wants(p_creator, e, array(select distinct src.sku from src), p_now) w
    ), filled as (
        select s.from_kind, s.from_id, s.sku, w.to_kind, w.to_id, w.reason, w.hi,
            least(s.hi, w.hi) - greatest(s.hi - s.units, w.hi - w.units) as quantity
        from src s join want w on w.sku = s.sku
            and least(s.hi, w.hi) > greatest(s.hi - s.units, w.hi - w.units)
    ), moves as (
        select * from filled
        union all
        select s.from_kind, s.from_id, s.sku, 'resale', null, 'no_place', null,
            s.units - coalesce((select sum(f.quantity) from filled f
                where f.from_id = s.from_id and f.sku = s.sku), 0)
        from src s
    )
    select jsonb_build_object('event_id', e.id,
        'sources', coalesce((select jsonb_agg(jsonb_build_object('from_kind', s.from_kind,
            'from_id', s.from_id, 'sku', s.sku, 'units', s.units)
            order by s.sku, s.from_kind, s.from_id) from src s), '[]'),
        'moves', coalesce((select jsonb_agg(jsonb_build_object('from_kind', m.from_kind,
            'from_id', m.from_id, 'sku', m.sku, 'quantity', least(m.quantity, 1000000),
            'to_kind', m.to_kind, 'to_id', m.to_id, 'reason', m.reason)
            order by m.sku, m.from_kind, m.from_id, m.hi nulls last)
            from (select * from moves where quantity > 0
                order by sku, from_kind, from_id, hi nulls last limit 500) m), '[]'))
$$;

-- The ETag of a proposal: of what is left over, for where it had best go changes with every order anywhere.
create or replace function roadshow.residual_etag(p jsonb) returns text
language sql immutable parallel safe as $$
    select roadshow.etag_of((p -> 'sources')::text)
$$;

-- GET /v1/events/{event}/residual: the proposal, as of now while the event runs. Raises: RS401, RS404.
create or replace function api.residual_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    t   timestamptz := clock_timestamp();
    doc jsonb;
begin
    perform authorise(p_creator, c);
    doc := residual_json(p_creator, event_of(p_creator, (p ->> 'event')::uuid), t);
    return answer_ok(200, doc, residual_etag(doc));
end $$;

-- ---- doing it -----------------------------------------------------------------------------------------

-- Refuses moves that cannot be: of what is no source of the event, to where there is nothing, or more than is
-- free. Locks: none; the caller holds drops and hubs. Raises: RS409, RS422.
create or replace function roadshow.residual_check(p_creator uuid, p_event uuid, p_moves jsonb,
    p_now timestamptz)
returns void language plpgsql stable as $$
declare
    bad record;
begin
    select m.at, s.units is null as no_source, not g.good as no_target, s.units into bad
    from (
        select e.ord - 1 as at, x.*, sum(x.quantity)
            over (partition by x.from_kind, x.from_id, x.sku order by e.ord) as so_far,
            sum(x.quantity) over (partition by x.to_id order by e.ord) as joined
        from jsonb_array_elements(p_moves) with ordinality as e(move, ord),
            jsonb_to_record(e.move) as x(from_kind text, from_id uuid, sku text, quantity integer,
                to_kind text, to_id uuid)
    ) m
    left join residual_sources(p_creator, p_event, p_now) s
        on (s.from_kind, s.from_id, s.sku) = (m.from_kind, m.from_id, m.sku)
    cross join lateral (select m.to_id is distinct from m.from_id and case m.to_kind
        when 'resale' then m.to_id is null
        when 'hub' then exists (select from hubs h where h.creator_id = p_creator and h.id = m.to_id)
        else exists (select from drops d where d.creator_id = p_creator and d.id = m.to_id
            and d.sku = m.sku and d.pickup_until > p_now and d.quantity + m.joined <= 1000000)
        end as good) g
    where s.units is null or m.so_far > s.units or not g.good
    order by m.at limit 1;
    if not found then
        return;
    elsif bad.no_source then
        perform fail(422, 'unknown_source', 'The event has nothing of this SKU left over there.',
            '/moves/' || bad.at || '/from_id');
    elsif bad.no_target then
        perform fail(422, 'unknown_target', 'Units go to another hub, to a drop of the same SKU that can '
            || 'still be picked up, or to resale, which has no id.', '/moves/' || bad.at || '/to_id');
    end if;
    perform fail(409, 'more_than_left', bad.units || ' units are left over there.',
        '/moves/' || bad.at || '/quantity');
end $$;

-- Units leave or join drops: [{"drop_id", "by"}], each drop once. What leaves are walk-in units first, then
-- units that nobody claimed. `told` is what each drop's entries are to say, `notes` those of cases.
-- Locks: leases → cases; the caller holds the drops.
create or replace function roadshow.residual_drops(p_creator uuid, p_event uuid, p_lines jsonb,
    p_now timestamptz, out told jsonb, out notes roadshow.ledger_note[])
language plpgsql volatile as $$
begin
    with x as (
        select l.drop_id, l.by, greatest(-l.by - coalesce(s.walk_in, 0), 0) as unclaimed,
            d.quantity, d.tokenized
        from jsonb_to_recordset(p_lines) as l(drop_id uuid, by integer)
        join drops d on d.creator_id = p_creator and d.id = l.drop_id
        left join residual_sources(p_creator, p_event, p_now) s on s.from_kind = 'drop'
            and s.from_id = l.drop_id
    ), done as (
        update drops d set quantity = d.quantity + x.by, tokenized = d.tokenized - x.unclaimed
        from x where d.creator_id = p_creator and d.id = x.drop_id
    ), entries as (
        select x.drop_id, 1 as ord, 'drop.share_changed' as kind, jsonb_build_object(
            'tokenized', x.tokenized - x.unclaimed, 'was', x.tokenized, 'reason', 'residual') as data
        from x where x.unclaimed > 0
        union all
        select x.drop_id, 2, 'drop.walk_in_changed', jsonb_build_object(
            'quantity', x.quantity + x.by, 'was', x.quantity, 'reason', 'residual') from x
    )
    select coalesce(jsonb_agg(to_jsonb(n) - 'ord' order by n.drop_id, n.ord), '[]') into told
    from entries n;
    notes := walk_in_settle(p_creator, array(
        select l.drop_id from jsonb_to_recordset(p_lines) as l(drop_id uuid)), '{}', '{}');
end $$;

-- Units that leave hubs for drops and for resale, told in each hub's history.
-- Locks: hub_heads → ledger head; the caller holds the hubs.
create or replace function roadshow.residual_shelves(p_creator uuid, p_event uuid, p_moves jsonb)
returns void language plpgsql volatile as $$
declare
    r     record;
    moved jsonb;
begin
    for r in
        select y.from_id as hub, y.to_kind, y.to_id,
            jsonb_agg(jsonb_build_object('sku', y.sku, 'by', -y.n) order by y.sku) as lines
        from (
            select x.from_id, x.to_kind, x.to_id, x.sku, sum(x.quantity)::integer as n
            from jsonb_to_recordset(p_moves) as x(from_kind text, from_id uuid, sku text,
                quantity integer, to_kind text, to_id uuid)
            where x.from_kind = 'hub' and x.to_kind <> 'hub'
            group by x.from_id, x.to_kind, x.to_id, x.sku
        ) y group by y.from_id, y.to_kind, y.to_id order by y.from_id, y.to_kind, y.to_id
    loop
        moved := stock_change(p_creator, r.hub, r.lines, '/moves');
        perform hub_head_raise(p_creator);
        perform hub_note(p_creator, r.hub, case r.to_kind when 'drop' then 'stock.sent'
            else 'stock.resold' end, jsonb_build_object('event_id', p_event, 'lines', moved)
            || case when r.to_id is null then '{}' else jsonb_build_object('to_drop_id', r.to_id) end);
    end loop;
end $$;

-- Sends what goes to hubs, one transfer for each way. Returns [{"from_id", "to_id", "id"}].
-- Locks: hub_heads → ledger head; the caller holds hubs and drops, and has taken drops' units off them.
create or replace function roadshow.residual_send(p_creator uuid, p_moves jsonb, p_now timestamptz)
returns jsonb language plpgsql volatile as $$
declare
    r    record;
    id   uuid;
    sent jsonb := '[]';
begin
    for r in
        select y.from_kind, y.from_id, y.to_id,
            jsonb_agg(jsonb_build_object('sku', y.sku, 'quantity', y.n) order by y.sku) as lines
        from (
            select x.from_kind, x.from_id, x.to_id, x.sku, sum(x.quantity)::integer as n
            from jsonb_to_recordset(p_moves) as x(from_kind text, from_id uuid, sku text,
                quantity integer, to_kind text, to_id uuid)
            where x.to_kind = 'hub' group by x.from_kind, x.from_id, x.to_id, x.sku
        ) y group by y.from_kind, y.from_id, y.to_id order by y.from_kind, y.from_id, y.to_id
    loop
        id := uuid_v7();
        if r.from_kind = 'hub' then
            perform transfer_send(p_creator, id, r.from_id, r.to_id, r.lines, p_now);
        else
            perform transfer_write(p_creator, id, null, r.from_id, r.to_id, r.lines, p_now);
            perform transfer_note(p_creator, id, 'transfer.sent', jsonb_build_object(
                'from_drop_id', r.from_id, 'to_hub_id', r.to_id, 'lines', r.lines));
        end if;
        sent := sent || jsonb_build_object('from_id', r.from_id, 'to_id', r.to_id, 'id', id);
    end loop;
    return sent;
end $$;

-- Tells the event what was moved, a hundred moves an entry: entries are bounded. A move's reason is whatever
-- was sent back, and stays out. Locks: ledger head.
create or replace function roadshow.residual_note(p_creator uuid, e roadshow.events, p_moves jsonb)
returns void language plpgsql volatile as $$
declare
    part jsonb;
begin
    for part in
        select jsonb_agg(m.x - 'reason' order by m.ord) from jsonb_array_elements(p_moves) with ordinality as m(x, ord)
        group by (m.ord - 1) / 100 order by (m.ord - 1) / 100
    loop
        e.ledger_index := ledger_add(p_creator, 'event.residual_moved', e.id, e.ledger_index,
            jsonb_build_object('moves', part));
    end loop;
    update events set ledger_index = e.ledger_index where creator_id = p_creator and id = e.id;
end $$;

-- POST /v1/events/{event}/residual: {"moves": [{"from_kind", "from_id", "sku", "quantity", "to_kind",
-- "to_id"}]}, all or nothing, when If-Match still names the proposal.
-- Locks: as the head of this file. Raises: RS401, RS404, RS409, RS412, RS422, RS428.
create or replace function api.residual_move(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer := replay(p_creator, c);
    moves jsonb := p -> 'body' -> 'moves';
    t     timestamptz;
    e     roadshow.events;
    gone  record;
    sent  jsonb;
begin
    if a.status is not null then
        return a;
    end if;
    e := event_of(p_creator, (p ->> 'event')::uuid);
    if p ->> 'if_match' is null then
        perform fail(428, 'precondition_required', 'Send If-Match with the ETag of the proposal.');
    end if;
    perform drops_lock(p_creator, array(
        select id from drops where creator_id = p_creator and event_id = (p ->> 'event')::uuid
        union
        select (m ->> 'to_id')::uuid from jsonb_array_elements(moves) as m where m ->> 'to_kind' = 'drop'));
    perform hub_lock(p_creator, array(
        select id from hubs where creator_id = p_creator and event_id = (p ->> 'event')::uuid
        union
        select (m ->> 'to_id')::uuid from jsonb_array_elements(moves) as m where m ->> 'to_kind' = 'hub'));
    t := clock_timestamp();
    select * into strict e from events where creator_id = p_creator and id = e.id for no key update;
    if e.ends_at > t then
        perform fail(409, 'event_not_over', 'The event ends at ' || rfc3339(e.ends_at) || '.');
    end if;
    if p ->> 'if_match' <> residual_etag(residual_json(p_creator, e, t)) then
        perform fail(412, 'precondition_failed', 'What is left over has changed; read the proposal again.');
    end if;
    perform residual_check(p_creator, e.id, moves, t);
    gone := residual_drops(p_creator, e.id, (
        select coalesce(jsonb_agg(jsonb_build_object('drop_id', x.id, 'by', x.by) order by x.id), '[]')
        from (
            select y.id, sum(y.by)::integer as by from jsonb_array_elements(moves) as m(x),
                lateral (select (m.x ->> 'from_id')::uuid as id, -(m.x ->> 'quantity')::integer as by
                    where m.x ->> 'from_kind' = 'drop'
                    union all
                    select (m.x ->> 'to_id')::uuid, (m.x ->> 'quantity')::integer
                    where m.x ->> 'to_kind' = 'drop') y
            group by y.id having sum(y.by) <> 0) x), t);
    perform residual_shelves(p_creator, e.id, moves);
    sent := residual_send(p_creator, moves, t);
    perform drop_note(p_creator, n.drop_id, n.kind, n.data)
    from jsonb_to_recordset(gone.told) as n(drop_id uuid, kind text, data jsonb);
    perform notes_append(p_creator, gone.notes);
    perform residual_note(p_creator, e, moves);
    return remember(p_creator, c, answer_ok(201, jsonb_build_object('event_id', e.id, 'moves', (
        select jsonb_agg(m.x || jsonb_build_object('to_id', m.x -> 'to_id', 'transfer_id', (
            select s -> 'id' from jsonb_array_elements(sent) as s
            where m.x ->> 'to_kind' = 'hub' and s -> 'from_id' = m.x -> 'from_id'
                and s -> 'to_id' = m.x -> 'to_id')) order by m.ord)
        from jsonb_array_elements(moves) with ordinality as m(x, ord)))));
end $$;
