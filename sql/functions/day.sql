-- SPDX-License-Identifier: Apache-2.0
--
-- A day at a venue, read from the facts that devices told: checklists, incidents, notes, stock, and the
-- reconciliation of money. Nothing here is judged; what needs judging is in sync_*.sql. Of facts about one
-- thing the last counts, by corrected time, then device, then seq.

-- The understood events of one kind at an event.
create or replace function roadshow.day_events(p_creator uuid, p_event uuid, p_kind text)
returns setof roadshow.device_events language sql stable as $$
    select e.* from roadshow.devices d
    join roadshow.device_events e on e.creator_id = p_creator and e.device_id = d.id
        and e.kind = p_kind and e.status <> 'rejected'
        and e.kind in ('annul', 'payment', 'count', 'receive', 'move', 'checklist', 'incident', 'note', 'close')
    where d.creator_id = p_creator and d.event_id = p_event
$$;

-- How a line was redacted; null when it was not.
create or replace function roadshow.redaction_json(p_creator uuid, p_device uuid, p_seq bigint)
returns jsonb language sql stable as $$
    select jsonb_build_object('at', roadshow.rfc3339(r.redacted_at), 'by', r.redacted_by,
        'reason', r.reason)
    from roadshow.line_redactions r
    where r.creator_id = p_creator and r.device_id = p_device and r.seq = p_seq
$$;

-- ---- checklists -----------------------------------------------------------------------------------

-- The items of a checklist as they stand: those that the creator wrote, in order, then those that only
-- devices know, each with who ticked it and when.
create or replace function roadshow.checklist_json(p_creator uuid, p_event uuid, p_name text,
    p_title text, p_items jsonb)
returns jsonb language sql stable as $$
    with ticks as (
        select distinct on (e.fields ->> 'item') e.fields ->> 'item' as item,
            jsonb_build_object('done', (e.fields ->> 'done')::boolean, 'by', e.fields ->> 'by',
                'at', roadshow.rfc3339(e.corrected_at), 'device_id', e.device_id,
                'seq', e.seq, 'redacted', roadshow.redaction_json(p_creator, e.device_id, e.seq)) as tick
        from roadshow.day_events(p_creator, p_event, 'checklist') e
        where e.fields ->> 'checklist' = p_name
        order by e.fields ->> 'item', e.corrected_at desc, e.device_id desc, e.seq desc
    ), items as (
        select i.o, i.item ->> 'id' as id, i.item ->> 'title' as title
        from jsonb_array_elements(p_items) with ordinality as i(item, o)
        union all
        select null, t.item, null from ticks t
        where not exists (select from jsonb_array_elements(p_items) as i(item)
            where i.item ->> 'id' = t.item)
    )
    select jsonb_build_object('name', p_name, 'title', p_title, 'items', coalesce((
        select jsonb_agg(jsonb_build_object('id', i.id, 'title', i.title, 'done', false, 'by', null,
            'at', null, 'device_id', null, 'seq', null, 'redacted', null) || coalesce(t.tick, '{}') order by i.o, i.id)
        from items i left join ticks t on t.item = i.id), '[]'))
$$;

-- All checklists of an event by name, those that only devices know too.
create or replace function roadshow.checklists_json(p_creator uuid, p_event uuid)
returns table (name text, doc jsonb) language sql stable as $$
    select n.name, roadshow.checklist_json(p_creator, p_event, n.name, l.title,
        coalesce(l.items, '[]'))
    from (
        select l.name from roadshow.checklists l
        where l.creator_id = p_creator and l.event_id = p_event
        union
        select e.fields ->> 'checklist' from roadshow.day_events(p_creator, p_event, 'checklist') e
        limit 200
    ) n
    left join roadshow.checklists l
        on l.creator_id = p_creator and l.event_id = p_event and l.name = n.name
$$;

-- PUT /v1/events/{event}/checklists/{name}: what is to be done. What was ticked stays ticked. The same
-- text again changes nothing. Locks: the event's checklists (advisory) → ledger head.
-- Raises: RS401, RS404, RS409 too_many_checklists, RS422. Statement: checklist_put.
create or replace function api.checklist_put(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    of_event uuid := (p ->> 'event')::uuid;
    b        jsonb := p -> 'body';
    was      checklists;
begin
    perform authorise(p_creator, c);
    perform event_of(p_creator, of_event);
    if p ->> 'name' !~ '^[a-z0-9_]{1,32}$' then
        perform fail(404, 'not_found', 'A checklist''s name is a word of a-z, 0-9 and _.');
    elsif (select count(distinct i ->> 'id') <> count(*) from jsonb_array_elements(b -> 'items') as i)
    then
        perform fail(422, 'validation_failed', 'Each item has an id of its own.', '/items');
    end if;
    perform pg_advisory_xact_lock(hashtextextended('checklists:' || p_creator || of_event, 0));
    select * into was from checklists
    where creator_id = p_creator and event_id = of_event and name = p ->> 'name';
    if was.name is null and (select count(*) from checklists
        where creator_id = p_creator and event_id = of_event) >= 50 then
        perform fail(409, 'too_many_checklists', 'An event has up to 50 checklists.');
    end if;
    if (was.title, was.items) is distinct from (b ->> 'title', b -> 'items') then
        insert into checklists (creator_id, event_id, name, title, items, ledger_index)
        values (p_creator, of_event, p ->> 'name', b ->> 'title', b -> 'items',
            ledger_add(p_creator, 'checklist.written',
                uuid_of('checklist:' || of_event || ':' || (p ->> 'name')), was.ledger_index,
                jsonb_build_object('event_id', of_event, 'name', p ->> 'name',
                    'items', jsonb_array_length(b -> 'items'), 'by', c.key_id)))
        on conflict (creator_id, event_id, name) do update set title = excluded.title,
            items = excluded.items, ledger_index = excluded.ledger_index;
    end if;
    return answer_ok(200, checklist_json(p_creator, of_event, p ->> 'name', b ->> 'title', b -> 'items'));
end $$;

-- GET /v1/events/{event}/checklists, by name. Raises: RS401, RS404. Statement: checklist_list.
create or replace function api.checklist_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
begin
    perform authorise(p_creator, c);
    perform event_of(p_creator, (p ->> 'event')::uuid);
    return answer_ok(200, jsonb_build_object('checklists', coalesce((
        select jsonb_agg(l.doc order by l.name)
        from checklists_json(p_creator, (p ->> 'event')::uuid) l), '[]')));
end $$;

-- ---- incidents ------------------------------------------------------------------------------------

-- An incident: what was last reported of it, and what the centre did.
--
--   open ─acknowledge─▶ acknowledged ─resolve─▶ resolved       closed: by a device, until it is resolved
--     ▲ └───────────────────│───────────resolve────▲
--     └──────escalate───────┘  whom it is handed to has to acknowledge it
--
-- It is escalated when the centre escalated it (escalated_by, escalated_to), or else when any report of it was
-- high or critical: since the first of those.
create or replace function roadshow.incident_json(i roadshow.incidents) returns jsonb
    language sql stable as $$
    select jsonb_build_object('id', i.id, 'event_id', i.event_id, 'state', case
            when i.resolved_at is not null then 'resolved' when l.closed then 'closed'
            when i.acknowledged_at is not null then 'acknowledged' else 'open' end,
        'escalated', coalesce(i.escalated_at, a.grave_at) is not null,
        'escalated_at', roadshow.rfc3339(coalesce(i.escalated_at, a.grave_at)),
        'escalated_by', i.escalated_by, 'escalated_to', i.escalated_to, 'severity', l.severity, 'category', l.category, 'text', l.text,
        'device_id', l.device_id, 'seq', l.seq,
        'redacted', roadshow.redaction_json(i.creator_id, l.device_id, l.seq), 'reports', a.reports, 'first_at', roadshow.rfc3339(a.first_at),
        'last_at', roadshow.rfc3339(l.at), 'opened_at', roadshow.rfc3339(i.opened_at),
        'acknowledged_at', roadshow.rfc3339(i.acknowledged_at), 'acknowledged_by', i.acknowledged_by,
        'resolved_at', roadshow.rfc3339(i.resolved_at), 'resolved_by', i.resolved_by, 'note', i.note,
        'ledger_index', i.ledger_index)
    from (
        select count(*) as reports, min(e.corrected_at) as first_at,
            min(e.corrected_at) filter (where e.fields ->> 'severity' in ('high', 'critical')) as grave_at
        from roadshow.day_events(i.creator_id, i.event_id, 'incident') e
        where (e.fields ->> 'incident')::uuid = i.id
    ) a cross join lateral (
        select e.fields ->> 'severity' as severity, e.fields ->> 'category' as category,
            e.fields ->> 'text' as text, e.fields ->> 'state' = 'closed' as closed, e.corrected_at as at,
            e.device_id, e.seq
        from roadshow.day_events(i.creator_id, i.event_id, 'incident') e
        where (e.fields ->> 'incident')::uuid = i.id
        order by e.corrected_at desc, e.device_id desc, e.seq desc limit 1
    ) l
$$;

-- GET /v1/events/{event}/incidents, as the centre heard of them; with p.escalated those that are or are not.
-- Raises: RS401, RS404.
-- Statement: incident_list.
create or replace function api.incident_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n        integer     := (p ->> 'limit')::integer;
    after_at timestamptz := split_part(p ->> 'after', '|', 1)::timestamptz;
    after_id uuid        := split_part(p ->> 'after', '|', 2)::uuid;
    page     jsonb;
    last     text;
begin
    perform authorise(p_creator, c);
    perform event_of(p_creator, (p ->> 'event')::uuid);
    with found as (
        select i as rec, i.opened_at, i.id, row_number() over (order by i.opened_at, i.id) as o
        from incidents i
        where i.creator_id = p_creator and i.event_id = (p ->> 'event')::uuid
          and (after_id is null or (i.opened_at, i.id) > (after_at, after_id))
          and (p ->> 'escalated' is null or (i.escalated_at is not null or i.id in (
                  select (e.fields ->> 'incident')::uuid
                  from day_events(p_creator, (p ->> 'event')::uuid, 'incident') e
                  where e.fields ->> 'severity' in ('high', 'critical')))
              = (p ->> 'escalated')::boolean)
        order by i.opened_at, i.id limit n + 1
    )
    select coalesce(jsonb_agg(incident_json(rec) order by o) filter (where o <= n), '[]'),
        case when count(*) > n then max(rfc3339(opened_at) || '|' || id) filter (where o = n) end
    into page, last from found;
    return answer_ok(200, jsonb_build_object('incidents', page, 'next', last));
end $$;

-- An incident's next state by the centre. Locks: incident → ledger head.
-- Raises: RS404, RS409 incident_acknowledged | incident_resolved.
create or replace function roadshow.incident_command(p_creator uuid, c api.caller, p jsonb, p_to text)
returns api.answer language plpgsql volatile as $$
declare
    a api.answer;
    i incidents;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    select * into i from incidents where creator_id = p_creator
        and event_id = (p ->> 'event')::uuid and id = (p ->> 'incident')::uuid for no key update;
    if not found then
        perform fail(404, 'not_found', 'There is no such incident at this event.');
    elsif i.resolved_at is not null then
        perform fail(409, 'incident_resolved', 'It was resolved at ' || rfc3339(i.resolved_at) || '.');
    elsif p_to = 'acknowledged' and i.acknowledged_at is not null then
        perform fail(409, 'incident_acknowledged',
            'It was acknowledged at ' || rfc3339(i.acknowledged_at) || '.');
    end if;
    if p_to = 'escalated' then
        i.escalated_at := clock_timestamp();
        i.escalated_by := c.key_id;
        i.escalated_to := p -> 'body' ->> 'to';
        i.acknowledged_at := null;
        i.acknowledged_by := null;
    else
        i.acknowledged_at := coalesce(i.acknowledged_at, clock_timestamp());
        i.acknowledged_by := coalesce(i.acknowledged_by, c.key_id);
    end if;
    if p_to = 'resolved' then
        i.resolved_at := clock_timestamp();
        i.resolved_by := c.key_id;
    end if;
    update incidents set acknowledged_at = i.acknowledged_at, acknowledged_by = i.acknowledged_by,
        resolved_at = i.resolved_at, resolved_by = i.resolved_by, escalated_at = i.escalated_at,
        escalated_by = i.escalated_by, escalated_to = i.escalated_to,
        note = coalesce(p -> 'body' ->> 'note', note),
        ledger_index = ledger_add(p_creator, 'incident.' || p_to, i.id, i.ledger_index,
            jsonb_build_object('event_id', i.event_id, 'by', c.key_id))
    where creator_id = p_creator and event_id = i.event_id and id = i.id returning * into i;
    return remember(p_creator, c, answer_ok(200, incident_json(i)));
end $$;

-- POST /v1/events/{event}/incidents/{incident}/acknowledge: somebody looks after it.
-- Locks: incident → ledger head. Raises: as incident_command(). Statement: incident_acknowledge.
create or replace function api.incident_acknowledge(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
begin
    return incident_command(p_creator, c, p, 'acknowledged');
end $$;

-- POST /v1/events/{event}/incidents/{incident}/escalate: it is handed to body.to, who has to acknowledge it,
-- though somebody did before. Once more hands it on. Locks: incident → ledger head.
-- Raises: as incident_command(). Statement: incident_escalate.
create or replace function api.incident_escalate(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
begin
    return incident_command(p_creator, c, p, 'escalated');
end $$;

-- POST /v1/events/{event}/incidents/{incident}/resolve: it is over. The note stays out of the ledger.
-- Locks: incident → ledger head. Raises: as incident_command(). Statement: incident_resolve.
create or replace function api.incident_resolve(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
begin
    return incident_command(p_creator, c, p, 'resolved');
end $$;

-- ---- notes ----------------------------------------------------------------------------------------

-- GET /v1/events/{event}/notes, by corrected time. Raises: RS401, RS404. Statement: note_list.
create or replace function api.note_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n            integer     := (p ->> 'limit')::integer;
    after_at     timestamptz := split_part(p ->> 'after', '|', 1)::timestamptz;
    after_device uuid        := split_part(p ->> 'after', '|', 2)::uuid;
    after_seq    bigint      := split_part(p ->> 'after', '|', 3)::bigint;
    page         jsonb;
    last         text;
begin
    perform authorise(p_creator, c);
    perform event_of(p_creator, (p ->> 'event')::uuid);
    with found as (
        select e.*, row_number() over (order by e.corrected_at, e.device_id, e.seq) as o
        from day_events(p_creator, (p ->> 'event')::uuid, 'note') e
        where after_seq is null
           or (e.corrected_at, e.device_id, e.seq) > (after_at, after_device, after_seq)
        order by e.corrected_at, e.device_id, e.seq limit n + 1
    )
    select coalesce(jsonb_agg(jsonb_build_object('device_id', device_id, 'seq', seq,
            'at', rfc3339(corrected_at), 'text', fields ->> 'text',
            'token_id', fields ->> 'token_id', 'case_id', fields ->> 'case_id',
            'redacted', redaction_json(p_creator, device_id, seq)) order by o)
            filter (where o <= n), '[]'),
        case when count(*) > n then max(rfc3339(corrected_at) || '|' || device_id || '|' || seq)
            filter (where o = n) end
    into page, last from found;
    return answer_ok(200, jsonb_build_object('notes', page, 'next', last));
end $$;

-- ---- stock ----------------------------------------------------------------------------------------

-- GET /v1/events/{event}/venue-stock: by SKU and location, what there should be now and what was counted. Without
-- a count and without anything that came in, `on_hand` is null: nobody knows. Raises: RS401, RS404.
-- Statement: venue_stock_read.
create or replace function api.venue_stock_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    of_event uuid := (p ->> 'event')::uuid;
    skus     text[];
    shown    jsonb;
begin
    perform authorise(p_creator, c);
    perform event_of(p_creator, of_event);
    skus := array(
        select o.sku from drops o where o.creator_id = p_creator and o.event_id = of_event
        union
        select e.fields ->> 'sku' from unnest('{count,receive,move}'::text[]) as k,
            day_events(p_creator, of_event, k) e
        limit 1000);
    with run as (
        select r.*, last_value(s) over w as s_now, bool_or(delta > 0) over w as had_income,
            row_number() over (partition by sku, location, counted is null
                order by corrected_at desc, device_id desc, seq desc) as from_last
        from venue_stock_run(p_creator, of_event, skus) r
        window w as (partition by sku, location order by corrected_at, device_id, seq
            rows between unbounded preceding and unbounded following)
    ), places as (
        select sku, location, case
                when max(counted) filter (where from_last = 1) is not null
                then max(counted) filter (where counted is not null and from_last = 1)
                    + max(s_now) - max(s) filter (where counted is not null and from_last = 1)
                when bool_or(had_income) then max(s_now) end as on_hand
        from run group by sku, location
    )
    select jsonb_agg(jsonb_build_object('sku', x.sku, 'location', x.location, 'on_hand', x.on_hand,
        'counts', coalesce((
            select jsonb_agg(jsonb_build_object('device_id', v.device_id, 'seq', v.seq,
                'at', rfc3339(v.corrected_at), 'counted', v.counted, 'expected', v.expected,
                'adjustment', v.counted - v.expected, 'reason', v.reason)
                order by v.corrected_at, v.device_id, v.seq)
            from venue_counts v where v.creator_id = p_creator and v.event_id = of_event
              and v.sku = x.sku and v.location = x.location), '[]'))
        order by x.sku, x.location)
    into shown from places x;
    return answer_ok(200, jsonb_build_object('event_id', of_event, 'stock', coalesce(shown, '[]')));
end $$;

-- ---- money ----------------------------------------------------------------------------------------

-- Every sale of an event's devices in a span of time, by currency, and what became of its money:
--   captured   it is there: cash, a card that was captured at once or later
--   pending    authorised, and nobody told what became of it
--   declined   the goods are gone and the money will not come
--   duplicate  another sale has this payment
--   annulled   taken back
create or replace function roadshow.money_facts(p_creator uuid, p_event uuid, p_from timestamptz,
    p_until timestamptz)
returns table (device_id uuid, seq bigint, at timestamptz, method text, reference text, currency text,
    amount bigint, became text)
language sql stable as $$
    select s.device_id, s.seq, s.corrected_at, s.payment_method, s.payment_reference, l.currency,
        l.amount, case when s.annulled then 'annulled' when not s.counted then 'duplicate'
            when s.outcome = 'declined' then 'declined'
            when s.payment_state = 'captured' or s.outcome = 'captured' then 'captured'
            else 'pending' end
    from roadshow.devices d
    join roadshow.walk_in_sales s on s.creator_id = p_creator and s.device_id = d.id
    cross join lateral (
        select x.currency, sum(x.price * x.quantity)::bigint as amount
        from roadshow.walk_in_sale_lines x
        where x.creator_id = p_creator and x.device_id = s.device_id and x.seq = s.seq
        group by x.currency
    ) l
    where d.creator_id = p_creator and d.event_id = p_event
      and s.corrected_at >= p_from and s.corrected_at < p_until
$$;

-- By device, payment method and currency: what its lines told (without what it took back), what was
-- captured, what the till itself says (its last `close` in the span), the difference between the two,
-- and every sale that makes a part of it. `unexplained` is what the till says beyond its own lines.
create or replace function roadshow.money_rows(p_creator uuid, p_event uuid, p_from timestamptz,
    p_until timestamptz)
returns table (device_id uuid, name text, method text, currency text, doc jsonb)
language sql stable as $$
    with facts as (
        select * from roadshow.money_facts(p_creator, p_event, p_from, p_until)
    ), told as (
        select f.device_id, f.method, f.currency,
            count(*) filter (where became <> 'annulled') as sales,
            coalesce(sum(amount) filter (where became <> 'annulled'), 0)::bigint as told,
            coalesce(sum(amount) filter (where became = 'captured'), 0)::bigint as captured,
            coalesce(sum(amount) filter (where became = 'pending'), 0)::bigint as pending,
            coalesce(sum(amount) filter (where became = 'declined'), 0)::bigint as declined,
            coalesce(sum(amount) filter (where became = 'duplicate'), 0)::bigint as duplicate,
            coalesce(sum(amount) filter (where became = 'annulled'), 0)::bigint as annulled,
            coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'at', roadshow.rfc3339(at),
                'reference', reference, 'amount', amount, 'became', became) order by at, seq)
                filter (where became <> 'captured'), '[]') as lines
        from facts f group by f.device_id, f.method, f.currency
    ), closed as (
        select distinct on (e.device_id) e.device_id, e.fields -> 'totals' as totals
        from roadshow.day_events(p_creator, p_event, 'close') e
        where e.corrected_at >= p_from and e.corrected_at < p_until and e.fields ? 'totals'
        order by e.device_id, e.corrected_at desc, e.seq desc
    ), says as (
        select c.device_id, t.method, t.currency, sum(t.sales) as sales, sum(t.amount)::bigint as amount
        from closed c, jsonb_to_recordset(c.totals)
            as t(method text, sales bigint, amount bigint, currency text)
        group by c.device_id, t.method, t.currency
    )
    select device_id, d.name, method, currency, jsonb_build_object('device_id', device_id,
        'device', d.name, 'method', method, 'currency', currency,
        'sales', coalesce(t.sales, 0), 'told', coalesce(t.told, 0),
        'captured', coalesce(t.captured, 0), 'pending', coalesce(t.pending, 0),
        'declined', coalesce(t.declined, 0), 'duplicate', coalesce(t.duplicate, 0),
        'annulled', coalesce(t.annulled, 0), 'till_sales', s.sales, 'till_says', s.amount,
        'difference', coalesce(s.amount, t.told) - coalesce(t.captured, 0),
        'unexplained', coalesce(s.amount - coalesce(t.told, 0), 0),
        'lines', coalesce(t.lines, '[]'))
    from told t full join says s using (device_id, method, currency)
    join roadshow.devices d on d.creator_id = p_creator and d.id = device_id
$$;

-- A field of a CSV row (RFC 4180). A text that a spreadsheet would take for a formula gets a quote.
create or replace function roadshow.csv_field(p_value text) returns text language sql immutable
    parallel safe as $$
    select case when p_value is null then ''
        when p_value ~ '^-?[0-9]+$' then p_value
        else '"' || case when p_value ~ '^[-=+@\t\r]' then '''' else '' end
            || replace(p_value, '"', '""') || '"' end
$$;

-- GET /v1/events/{event}/reconciliation?day=&format=: day in the event's time zone, all of the event
-- without. As JSON, or as CSV with a row for each total and one for each line that explains it.
-- Raises: RS401, RS404, RS422. Statement: reconciliation_read.
create or replace function api.reconciliation_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    e     events;
    since timestamptz := '-infinity';
    until timestamptz := 'infinity';
    shown jsonb;
begin
    perform authorise(p_creator, c);
    e := event_of(p_creator, (p ->> 'event')::uuid);
    if p ->> 'day' is not null then
        if p ->> 'day' !~ '^\d{4}-\d\d-\d\d$' then
            perform fail(422, 'validation_failed', 'A day is written YYYY-MM-DD.', '?day');
        end if;
        begin
            since := ((p ->> 'day')::date)::timestamp at time zone e.time_zone;
            until := ((p ->> 'day')::date + 1)::timestamp at time zone e.time_zone;
        exception when datetime_field_overflow or invalid_datetime_format then
            perform fail(422, 'validation_failed', 'A day is written YYYY-MM-DD.', '?day');
        end;
    end if;
    if p ->> 'format' = 'csv' then
        return row(200, (
            select E'device,name,method,currency,what,seq,at,reference,amount\r\n'
                || coalesce(string_agg(x.line, '' order by r.name, r.device_id, r.method, r.currency,
                    x.part, x.o), '')
            from money_rows(p_creator, e.id, since, until) r
            cross join lateral (
                select 1 as part, t.o, concat_ws(',', r.device_id, csv_field(r.name), r.method,
                    r.currency, t.what, '', '', '', coalesce(r.doc ->> t.what, '')) || E'\r\n' as line
                from unnest(array['told', 'captured', 'pending', 'declined', 'duplicate', 'annulled',
                    'till_says', 'difference', 'unexplained']) with ordinality as t(what, o)
                union all
                select 2, l.o, concat_ws(',', r.device_id, csv_field(r.name), r.method, r.currency,
                    'line:' || (l.doc ->> 'became'), l.doc ->> 'seq', l.doc ->> 'at',
                    csv_field(l.doc ->> 'reference'), l.doc ->> 'amount') || E'\r\n'
                from jsonb_array_elements(r.doc -> 'lines') with ordinality as l(doc, o)
            ) x), null, null, false)::api.answer;
    end if;
    select jsonb_agg(r.doc order by r.name, r.device_id, r.method, r.currency) into shown
    from money_rows(p_creator, e.id, since, until) r;
    return answer_ok(200, jsonb_build_object('event_id', e.id, 'day', p ->> 'day',
        'time_zone', e.time_zone, 'from', case when isfinite(since) then rfc3339(since) end,
        'until', case when isfinite(until) then rfc3339(until) end, 'rows', coalesce(shown, '[]')));
end $$;
