-- SPDX-License-Identifier: Apache-2.0
--
-- Cases: facts that disagree, for a person to decide. open → resolved, and open again when more
-- evidence arrives. A case is named by its kind and subject, so the same facts make the same cases in
-- whichever order they arrive; its id is derived from that name for the same reason.
--
-- Locks: cases (id ascending) → ledger head. The callers in sync.sql and devices.sql hold their drops.

-- The id that follows from what a case is about. Inlined: the cast to text is immutable, as `||` alone is not.
create or replace function roadshow.case_id(p_creator uuid, p_kind text, p_subject text) returns uuid
    language sql immutable parallel safe as $$
    select roadshow.uuid_of('case:' || p_creator::text || ':' || p_kind || ':' || p_subject)
$$;

-- The SKU, when it is of a product: a device may tell any text, and the ledger tells none of those.
create or replace function roadshow.sku_told(p_creator uuid, p_sku text) returns text language plpgsql stable as $$
begin
    return (select sku from products where creator_id = p_creator and sku = p_sku);
end $$;

-- What the ledger says of a case's data: not what was scanned, nor which place a device named.
create or replace function roadshow.case_told(p_creator uuid, p_data jsonb) returns jsonb language plpgsql stable as $$
begin
    return p_data - '{shown,location}'::text[] || case when p_data ? 'sku'
        then jsonb_build_object('sku', sku_told(p_creator, p_data ->> 'sku')) else '{}' end;
end $$;

-- Opens cases, or adds to them: item i of each array is one case with new evidence, named once.
-- Returns what the ledger has to say about it; the caller appends that when its other locks are taken.
-- Locks: cases, id ascending.
create or replace function roadshow.cases_put(p_creator uuid, p_kinds text[], p_subjects text[],
    p_events uuid[], p_data jsonb[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    was_resolved uuid[];
    notes        roadshow.ledger_note[];
begin
    with known as (
        select c.id, c.state from cases c
        where c.creator_id = p_creator and c.id = any(array(
            select case_id(p_creator, k, s) from unnest(p_kinds, p_subjects) as w(k, s)))
        order by c.id for no key update
    )
    select coalesce(array_agg(id), '{}') into was_resolved from known where state = 'resolved';

    with put as (
        insert into cases as c (creator_id, id, kind, subject, event_id, data, state, ledger_index)
        select p_creator, i.id, w.kind, w.subject, w.event_id, w.data, 'open', (
            select x.ledger_index from withdrawn_cases x
            where x.creator_id = p_creator and x.id = i.id)
        from unnest(p_kinds, p_subjects, p_events, p_data) as w(kind, subject, event_id, data)
        cross join lateral (select case_id(p_creator, w.kind, w.subject) as id) i
        order by 2
        on conflict (creator_id, id) do update set data = excluded.data, state = 'open',
            resolution = null, note = null, resolved_by = null, resolved_at = null, effect = null
        returning c.id, c.kind, c.event_id, c.data, c.ledger_index, (c.xmax = 0) as is_new
    )
    select array_agg(row(
        case when is_new then 'case.opened' when id = any(was_resolved) then 'case.reopened'
            else 'case.updated' end,
        id, ledger_index,
        jsonb_build_object('kind', kind, 'event_id', event_id)
            || case_told(p_creator, data))::roadshow.ledger_note
        order by id)
    into notes from put;
    return coalesce(notes, '{}');
end $$;

-- Takes back open cases whose ground is gone (an earlier fact showed that the later one was a copy).
-- A resolved one stays as the person left it. When the ground comes back, so does the case, and its history
-- in the ledger goes on: see notes_append(). Locks: cases, id ascending; the caller appends the notes.
create or replace function roadshow.cases_withdraw(p_creator uuid, p_ids uuid[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    notes roadshow.ledger_note[];
    gone  uuid[];
begin
    select array_agg(id) into gone from (
        select id from cases
        where creator_id = p_creator and id = any(p_ids) and state = 'open'
        order by id for update) as open;
    if gone is null then
        return '{}';
    end if;
    delete from case_events where creator_id = p_creator and case_id = any(gone);
    with taken as (
        delete from cases where creator_id = p_creator and id = any(gone)
        returning id, kind, event_id, ledger_index
    )
    select array_agg(row('case.withdrawn', id, ledger_index,
        jsonb_build_object('kind', kind, 'event_id', event_id))::roadshow.ledger_note order by id)
    into notes from taken;
    return notes;
end $$;

-- Opens the cases that these facts are ground for, or adds the facts to them. A case is put again, and
-- open again, when a fact is new to it or what it says has changed. All grounds of one case have the
-- same data. Locks: cases, id ascending. Callers: cases_settle(), sync_settle().
create or replace function roadshow.cases_add(p_creator uuid, p_grounds roadshow.case_ground[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    put   record;
    notes ledger_note[] := '{}';
begin
    if coalesce(cardinality(p_grounds), 0) = 0 then
        return notes;
    end if;
    with facts as (
        select g.*, case_id(p_creator, g.kind, g.subject) as id from unnest(p_grounds) as g
    ), named as (
        select f.id, f.kind, f.subject, (array_agg(f.event_id))[1] as event_id,
            (array_agg(f.data))[1] as data, bool_or(l.seq is null) as is_news
        from facts f
        left join lateral (
            select x.seq from case_events x where x.creator_id = p_creator
              and x.device_id = f.device_id and x.seq = f.seq and x.case_id = f.id limit 1) l on true
        group by f.id, f.kind, f.subject
    )
    select array_agg(n.kind) as kinds, array_agg(n.subject) as subjects,
        array_agg(n.event_id) as event_ids, array_agg(n.data) as data
    into put
    from named n
    left join lateral (
        select x.data from cases x where x.creator_id = p_creator and x.id = n.id limit 1) k on true
    where n.is_news or k.data is distinct from n.data;
    if put.kinds is not null then
        notes := cases_put(p_creator, put.kinds, put.subjects, put.event_ids, put.data);
        insert into case_events (creator_id, case_id, device_id, seq)
        select distinct p_creator, case_id(p_creator, g.kind, g.subject), g.device_id, g.seq
        from unnest(p_grounds) as g
        on conflict do nothing;
    end if;
    return notes;
end $$;

-- Makes the cases of these kinds about these subjects what the grounds say, no more and no less: the
-- others are withdrawn, and facts that are no ground any more leave the case.
-- Locks: cases, id ascending. Callers: the functions that judge (sync_*.sql).
create or replace function roadshow.cases_settle(p_creator uuid, p_kinds text[], p_subjects text[],
    p_grounds roadshow.case_ground[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    known uuid[];
    notes ledger_note[] := '{}';
begin
    known := array(select id from cases
        where creator_id = p_creator and subject = any(p_subjects) and kind = any(p_kinds));
    if cardinality(known) > 0 then
        notes := cases_withdraw(p_creator, array(select unnest(known)
            except select case_id(p_creator, g.kind, g.subject) from unnest(p_grounds) as g));
        with stale as ( -- as a set operation, which is hashed however little the planner knows
            select e.case_id, e.device_id, e.seq from (
                select unnest(known) as id
                intersect select case_id(p_creator, g.kind, g.subject) from unnest(p_grounds) as g) k
            cross join lateral (
                select x.* from case_events x
                where x.creator_id = p_creator and x.case_id = k.id offset 0) e
            except
            select case_id(p_creator, g.kind, g.subject), g.device_id, g.seq from unnest(p_grounds) as g
        ), found as (
            select l.at from stale o cross join lateral (
                select x.ctid as at from case_events x where x.creator_id = p_creator
                  and x.device_id = o.device_id and x.seq = o.seq and x.case_id = o.case_id limit 1) l
        )
        delete from case_events e using found f where e.ctid = f.at;
    end if;
    return notes || cases_add(p_creator, p_grounds);
end $$;

-- ---- what the service calls -------------------------------------------------------------------

-- A case as the API shows it, without its evidence.
create or replace function roadshow.case_json(k roadshow.cases) returns jsonb language sql stable as $$
    select jsonb_build_object('id', k.id, 'kind', k.kind, 'state', k.state, 'event_id', k.event_id,
        'subject', k.subject, 'data', k.data,
        'facts', (select count(*) from roadshow.case_events e
            where e.creator_id = k.creator_id and e.case_id = k.id),
        'opened_at', roadshow.rfc3339(k.opened_at), 'assignee', k.assignee,
        'assigned_at', roadshow.rfc3339(k.assigned_at), 'resolution', k.resolution, 'note', k.note,
        'effect', k.effect,
        'resolved_by', k.resolved_by, 'resolved_at', roadshow.rfc3339(k.resolved_at),
        'ledger_index', k.ledger_index)
$$;

-- GET /v1/cases, oldest first. Raises: RS401. Statement: case_list.
create or replace function api.case_list(p_creator uuid, c api.caller, p jsonb) returns api.answer
    language plpgsql stable security definer set search_path = roadshow, api, pg_temp as $$
declare
    most     integer     := (p ->> 'limit')::integer;
    after_at timestamptz := split_part(p ->> 'after', '|', 1)::timestamptz;
    after_id uuid        := split_part(p ->> 'after', '|', 2)::uuid;
    page     jsonb;
    last     text;
begin
    perform authorise(p_creator, c);
    with found as (
        select k as rec, k.opened_at, k.id,
            row_number() over (order by k.opened_at, k.id) as o
        from cases k
        where k.creator_id = p_creator
          and (p ->> 'state' is null or k.state = p ->> 'state')
          and (p ->> 'kind' is null or k.kind = p ->> 'kind')
          and (p ->> 'event_id' is null or k.event_id = (p ->> 'event_id')::uuid)
          and (p ->> 'assignee' is null or k.assignee = p ->> 'assignee')
          and (p ->> 'effect' is null or k.effect ->> 'kind' = p ->> 'effect')
          and (after_id is null or (k.opened_at, k.id) > (after_at, after_id))
        order by k.opened_at, k.id limit most + 1
    )
    select coalesce(jsonb_agg(case_json(rec) order by o) filter (where o <= most), '[]'),
        case when count(*) > most
            then max(rfc3339(opened_at) || '|' || id) filter (where o = most) end
    into page, last from found;
    return answer_ok(200, jsonb_build_object('cases', page, 'next', last));
end $$;

-- GET /v1/cases/{case}: with its facts in the order in which they happened, up to 1,000 of them.
-- Raises: RS401, RS404. Statement: case_read.
create or replace function api.case_read(p_creator uuid, c api.caller, p jsonb) returns api.answer
    language plpgsql stable security definer set search_path = roadshow, api, pg_temp as $$
declare
    k     cases;
    facts jsonb;
    past  jsonb;
begin
    perform authorise(p_creator, c);
    select * into k from cases where creator_id = p_creator and id = (p ->> 'case')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such case.');
    end if;
    select coalesce(jsonb_agg(f.fact order by f.corrected_at, f.device_id, f.seq), '[]') into facts
    from (
        select e.corrected_at, e.device_id, e.seq, jsonb_build_object('device_id', e.device_id,
            'seq', e.seq, 'upload', e.upload, 'kind', e.kind, 'ts', rfc3339(e.ts),
            'corrected_at', rfc3339(e.corrected_at), 'status', e.status, 'code', e.code,
            'fields', e.fields, 'raw', convert_from(e.raw, 'UTF8')) as fact
        from case_events l join device_events e
            on e.creator_id = l.creator_id and e.device_id = l.device_id and e.seq = l.seq
        where l.creator_id = p_creator and l.case_id = k.id
        order by e.corrected_at, e.device_id, e.seq limit 1000
    ) f;
    select jsonb_agg(entry_told(p_creator, e) order by o) into past
    from jsonb_array_elements(ledger_history(p_creator, k.ledger_index)) with ordinality as h(e, o);
    return answer_ok(200, case_json(k) || jsonb_build_object('evidence', facts, 'history', past),
        etag_of(k.ledger_index::text));
end $$;

-- GET /v1/cases/count: how many are open, of which kind, for how long. Raises: RS401.
-- Statement: case_count.
create or replace function api.case_count(p_creator uuid, c api.caller, p jsonb) returns api.answer
    language plpgsql stable security definer set search_path = roadshow, api, pg_temp as $$
declare
    shown jsonb;
begin
    perform authorise(p_creator, c);
    with kinds as (
        select k.kind, count(*) as n, count(*) filter (where k.assignee is null) as unassigned,
            min(k.opened_at) as oldest
        from cases k where k.creator_id = p_creator and k.state = 'open'
          and (p ->> 'event_id' is null or k.event_id = (p ->> 'event_id')::uuid)
        group by k.kind
    )
    select jsonb_build_object('open', coalesce(sum(n), 0), 'unassigned', coalesce(sum(unassigned), 0),
        'by_kind', coalesce(jsonb_object_agg(kind, n), '{}'),
        'oldest_opened_at', rfc3339(min(oldest)))
    into shown from kinds;
    return answer_ok(200, shown || jsonb_build_object('ledger_size', (
        select h.size from ledger_heads h where h.creator_id = p_creator)));
end $$;

-- The case of a command, locked. Locks: case. Raises: RS404, RS409 case_resolved | case_open.
create or replace function roadshow.case_lock(p_creator uuid, p_case uuid, p_state text)
returns roadshow.cases language plpgsql volatile as $$
declare
    k cases;
begin
    select * into k from cases where creator_id = p_creator and id = p_case for no key update;
    if not found then
        perform fail(404, 'not_found', 'There is no such case.');
    elsif k.state = p_state then
        return k;
    elsif k.state = 'resolved' then
        perform fail(409, 'case_resolved', 'The case was resolved at ' || rfc3339(k.resolved_at)
            || ' as "' || k.resolution || '".');
    end if;
    perform fail(409, 'case_open', 'The case is open.');
end $$;

-- POST /v1/cases/{case}/assign: who looks after it; null: nobody. Names stay out of the ledger.
-- Locks: case → ledger head. Raises: RS404 and those of replay(). Statement: case_assign.
create or replace function api.case_assign(p_creator uuid, c api.caller, p jsonb) returns api.answer
    language plpgsql volatile security definer set search_path = roadshow, api, pg_temp as $$
declare
    a   api.answer;
    k   cases;
    who text := p -> 'body' ->> 'assignee';
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    select * into k from cases
    where creator_id = p_creator and id = (p ->> 'case')::uuid for no key update;
    if not found then
        perform fail(404, 'not_found', 'There is no such case.');
    end if;
    update cases set assignee = who, assigned_at = case when who is not null then clock_timestamp() end,
        ledger_index = ledger_add(p_creator,
            case when who is null then 'case.unassigned' else 'case.assigned' end, k.id, k.ledger_index,
            jsonb_build_object('kind', k.kind, 'by', c.key_id))
    where creator_id = p_creator and id = k.id returning * into k;
    return remember(p_creator, c, answer_ok(200, case_json(k), etag_of(k.ledger_index::text)));
end $$;

-- What a resolution says it does, checked; null when it does nothing. Raises: RS422.
create or replace function roadshow.case_effect(p_creator uuid, p_case uuid, e jsonb) returns jsonb
    language plpgsql stable as $$
begin
    if e is null or jsonb_typeof(e) = 'null' then
        return null;
    end if;
    case e ->> 'kind'
    when 'refund_due', 'accept_loss' then
        if e -> 'amount' is null then
            perform fail(422, 'validation_failed', 'This effect has an amount.', '/effect/amount');
        end if;
        return jsonb_build_object('kind', e -> 'kind', 'amount', e -> 'amount');
    when 'ship_from_hub' then
        perform from orders where creator_id = p_creator and id = (e ->> 'order_id')::uuid;
        if not found then
            perform fail(422, 'reference_not_found', 'Place the order first and name it here.',
                '/effect/order_id');
        end if;
        return jsonb_build_object('kind', e -> 'kind', 'order_id', e -> 'order_id');
    else
        perform from case_events l
        join walk_in_sales s on s.creator_id = p_creator and s.device_id = l.device_id and s.seq = l.seq
        where l.creator_id = p_creator and l.case_id = p_case
          and l.device_id = (e ->> 'device_id')::uuid and l.seq = (e ->> 'seq')::bigint
          and not s.annulled;
        if not found then
            perform fail(422, 'reference_not_found',
                'device_id and seq name a sale of this case that still counts.', '/effect');
        end if;
        return jsonb_build_object('kind', e -> 'kind', 'device_id', e -> 'device_id', 'seq', e -> 'seq');
    end case;
end $$;

-- Takes a sale back, or puts it back, for the resolution of a case: everything about it is judged anew.
-- The caller holds venue_lock() and the drops of sale_drops(). Locks: leases → cases. Callers:
-- api.case_resolve(), api.case_reopen(), which append the notes.
create or replace function roadshow.sale_void(p_creator uuid, p_case uuid, p_effect jsonb, p_void boolean)
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    s     walk_in_sales;
    notes ledger_note[];
    skus  text[];
begin
    select * into s from walk_in_sales where creator_id = p_creator
        and device_id = (p_effect ->> 'device_id')::uuid and seq = (p_effect ->> 'seq')::bigint
    for no key update;
    if p_void then
        update walk_in_sales set annulled = true, counted = false, outcome = null, voided_by = p_case
        where creator_id = p_creator and device_id = s.device_id and seq = s.seq;
        update walk_in_sale_lines set counted = false, covered = 0, short = 0
        where creator_id = p_creator and device_id = s.device_id and seq = s.seq;
    elsif exists (select from device_events where creator_id = p_creator
        and device_id = s.device_id and seq = s.seq and annulled_by is not null) then
        update walk_in_sales set voided_by = null -- its device has taken it back meanwhile
        where creator_id = p_creator and device_id = s.device_id and seq = s.seq;
    else
        update walk_in_sales set annulled = false, counted = s.payment_reference is null, voided_by = null
        where creator_id = p_creator and device_id = s.device_id and seq = s.seq;
        update walk_in_sale_lines set counted = s.payment_reference is null
        where creator_id = p_creator and device_id = s.device_id and seq = s.seq;
    end if;
    if s.payment_reference is not null then
        perform payments_count(p_creator, array[s.payment_method], array[s.payment_reference]);
    end if;
    notes := walk_in_settle(p_creator, sale_drops(p_creator, p_effect), array[s.device_id], array[s.seq])
        || sale_cases(p_creator, (select d from devices d where d.creator_id = p_creator
            and d.id = s.device_id), array[s.seq]);
    if s.payment_reference is not null then
        notes := notes || payments_settle(p_creator, array[s.payment_method],
            array[s.payment_reference]);
    end if;
    skus := array(select distinct l.sku from walk_in_sale_lines l where l.creator_id = p_creator
        and l.device_id = s.device_id and l.seq = s.seq and l.sku is not null);
    return notes || counts_settle(p_creator, skus) || row(
        case when p_void then 'sale.voided' else 'sale.restored' end, s.id, s.ledger_index,
        jsonb_build_object('device_id', s.device_id, 'seq', s.seq, 'case_id', p_case))::ledger_note;
end $$;

-- Drops that the sale of a `void`, and the sales that share its payment, touch.
create or replace function roadshow.sale_drops(p_creator uuid, p_effect jsonb) returns uuid[]
    language plpgsql stable as $$
begin
    return array(
        select distinct l.drop_id
        from walk_in_sales n
        join walk_in_sales s on s.creator_id = p_creator and (s.device_id, s.seq) = (n.device_id, n.seq)
            or s.creator_id = p_creator and s.payment_method = n.payment_method
                and s.payment_reference = n.payment_reference
        join walk_in_sale_lines l on l.creator_id = p_creator and l.device_id = s.device_id
            and l.seq = s.seq and l.drop_id is not null
        where n.creator_id = p_creator and n.device_id = (p_effect ->> 'device_id')::uuid
          and n.seq = (p_effect ->> 'seq')::bigint);
end $$;

-- POST /v1/cases/{case}/resolve, once. What it does besides: a refund that is due, goods that a hub
-- ships (by an order that exists), a loss that is accepted, a sale that is void. The ledger has a
-- commitment to the resolution, and nothing of the note: people write names into both.
-- Locks: venue (advisory) → drops → leases → case → cases → ledger head.
-- Raises: RS404, RS409 case_resolved, RS422 and those of replay(). Statement: case_resolve.
create or replace function api.case_resolve(p_creator uuid, c api.caller, p jsonb) returns api.answer
    language plpgsql volatile security definer set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer;
    k     cases;
    e     jsonb := p -> 'body' -> 'effect';
    w     record := text_commit(p -> 'body' ->> 'resolution');
    notes ledger_note[] := '{}';
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    if e ->> 'kind' = 'void' then
        perform venue_lock(p_creator, true);
        perform drops_lock(p_creator, sale_drops(p_creator, e));
    end if;
    k := case_lock(p_creator, (p ->> 'case')::uuid, 'open');
    e := case_effect(p_creator, k.id, e);
    update cases set state = 'resolved', resolution = p -> 'body' ->> 'resolution', effect = e,
        note = p -> 'body' ->> 'note', resolved_by = c.key_id, resolved_at = clock_timestamp()
    where creator_id = p_creator and id = k.id;
    if e ->> 'kind' = 'void' then -- it is resolved already, so what is judged now leaves it alone
        notes := sale_void(p_creator, k.id, e, true);
    end if;
    perform notes_append(p_creator, notes || row('case.resolved', k.id, k.ledger_index,
        jsonb_build_object('kind', k.kind, 'commitment', w.commitment, 'effect', e,
            'by', c.key_id))::ledger_note);
    select * into k from cases where creator_id = p_creator and id = k.id;
    perform text_keep(p_creator, k.id, k.ledger_index, 'resolution', k.resolution, w.salt);
    return remember(p_creator, c, answer_ok(200, case_json(k), etag_of(k.ledger_index::text)));
end $$;

-- POST /v1/cases/{case}/reopen: the resolution was wrong. What it did is taken back: nothing is due any
-- more, a void sale counts again. The reason stays out of the ledger.
-- Locks: venue (advisory) → drops → leases → case → cases → ledger head.
-- Raises: RS404, RS409 case_open and those of replay(). Statement: case_reopen.
create or replace function api.case_reopen(p_creator uuid, c api.caller, p jsonb) returns api.answer
    language plpgsql volatile security definer set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer;
    k     cases;
    e     jsonb;
    notes ledger_note[] := '{}';
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    select effect into e from cases where creator_id = p_creator and id = (p ->> 'case')::uuid;
    if e ->> 'kind' = 'void' then
        perform venue_lock(p_creator, true);
        perform drops_lock(p_creator, sale_drops(p_creator, e));
    end if;
    k := case_lock(p_creator, (p ->> 'case')::uuid, 'resolved');
    if k.effect ->> 'kind' = 'void' and e is distinct from k.effect then
        perform fail(409, 'conflict', 'The case is being changed; try again.');
    end if;
    if e ->> 'kind' = 'void' then -- while it is resolved, so that only this opens it
        notes := array(select n from unnest(sale_void(p_creator, k.id, e, false)) as n
            where n.subject <> k.id);
    end if;
    update cases set state = 'open', resolution = null, note = null, resolved_by = null,
        resolved_at = null, effect = null
    where creator_id = p_creator and id = k.id;
    perform notes_append(p_creator, notes || row('case.reopened', k.id, k.ledger_index,
        jsonb_build_object('kind', k.kind, 'taken_back', k.effect, 'by', c.key_id))::ledger_note);
    select * into k from cases where creator_id = p_creator and id = k.id;
    return remember(p_creator, c, answer_ok(200, case_json(k), etag_of(k.ledger_index::text)));
end $$;
