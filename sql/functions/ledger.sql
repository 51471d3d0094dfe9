-- SPDX-License-Identifier: Apache-2.0
--
-- The ledger: appending entries, and reading them.

-- Appends entries and returns the index of the first. The entry's bytes are
-- {"index","at","kind","subject","prev","data"}; prev is the index of the subject's entry before, so
-- that its history is walked without another index. No personal data may enter.
-- Locks: the ledger head, which must be the last lock of the transaction.
create or replace function roadshow.ledger_append(p_creator uuid, p_kinds text[], p_subjects uuid[],
    p_prevs bigint[], p_data jsonb[])
returns bigint language plpgsql volatile as $$
declare
    n     integer := cardinality(p_kinds);
    first bigint;
    t     timestamptz;
    told  text;
begin
    update ledger_heads set size = size + n, last_at = greatest(clock_timestamp(), last_at)
    where creator_id = p_creator
    returning size - n, last_at into strict first, t;
    told := ',"at":"' || rfc3339(t) || '","kind":"'; -- once, and not for each entry
    insert into ledger (creator_id, index, at, kind, subject, entry)
    select p_creator, first + e.ord - 1, t, e.kind, e.subject,
        concat('{"index":', first + e.ord - 1, told, e.kind, '","subject":"', e.subject, '","prev":',
            coalesce(e.prev::text, 'null'), ',"data":', e.data, '}')
    from unnest(p_kinds, p_subjects, p_prevs, p_data) with ordinality
        as e(kind, subject, prev, data, ord);
    return first;
end $$;

-- Makes room for p_count entries: the index of the first and the time of all. For who writes the entries
-- itself, many creators' at once or in the statement of what it is about; what it writes is what ledger_append()
-- would. Locks: the ledger head. Callers: claim_batch, order_batch.
create or replace function roadshow.ledger_reserve(p_creator uuid, p_count integer,
    out first bigint, out at timestamptz)
language plpgsql volatile as $$
begin
    update ledger_heads set size = size + p_count, last_at = greatest(clock_timestamp(), last_at)
    where creator_id = p_creator
    returning size - p_count, last_at into strict first, at;
end $$;

-- One entry.
create or replace function roadshow.ledger_add(p_creator uuid, p_kind text, p_subject uuid,
    p_prev bigint, p_data jsonb)
returns bigint language sql volatile as $$
    select roadshow.ledger_append(p_creator, array[p_kind], array[p_subject], array[p_prev],
        array[p_data])
$$;

-- The entries of one subject, oldest first, by walking `prev` from its last one. Bounded.
create or replace function roadshow.ledger_history(p_creator uuid, p_last bigint)
returns jsonb language sql stable as $$
    with recursive walk(entry, prev, depth) as (
        select l.entry::jsonb, (l.entry::jsonb ->> 'prev')::bigint, 1
        from roadshow.ledger l where l.creator_id = p_creator and l.index = p_last
        union all
        select l.entry::jsonb, (l.entry::jsonb ->> 'prev')::bigint, w.depth + 1
        from walk w join roadshow.ledger l on l.creator_id = p_creator and l.index = w.prev
        where w.depth < 1000
    )
    select coalesce(jsonb_agg(entry order by depth desc), '[]') from walk
$$;

-- Appends what waited and notes the index in each subject's row; a statement is only made for what is among
-- them, most uploads have one note. Each subject occurs once.
-- Locks: the ledger head; the rows are locked already.
create or replace function roadshow.notes_append(p_creator uuid, p_notes roadshow.ledger_note[])
returns bigint language plpgsql volatile as $$
declare
    kinds    text[];
    subjects uuid[];
    prevs    bigint[];
    data     jsonb[];
    about    text[]; -- what stands before the dot of the kinds
    first    bigint;
begin
    if coalesce(cardinality(p_notes), 0) = 0 then
        return null;
    end if;
    select array_agg(n.kind order by o), array_agg(n.subject order by o),
        array_agg(n.prev order by o), array_agg(n.data order by o),
        array_agg(distinct split_part(n.kind, '.', 1))
    into kinds, subjects, prevs, data, about
    from unnest(p_notes) with ordinality as n(kind, subject, prev, data, o);
    first := ledger_append(p_creator, kinds, subjects, prevs, data);
    if 'case' = any(about) then
        update cases t set ledger_index = first + n.o - 1
        from unnest(subjects, kinds) with ordinality as n(id, kind, o)
        cross join lateral (
            select x.ctid as at from cases x where x.creator_id = p_creator and x.id = n.id limit 1) x
        where t.ctid = x.at and n.kind like 'case.%';
        insert into withdrawn_cases (creator_id, id, ledger_index)
        select p_creator, n.id, first + n.o - 1
        from unnest(subjects, kinds) with ordinality as n(id, kind, o)
        where n.kind = 'case.withdrawn'
        on conflict (creator_id, id) do update set ledger_index = excluded.ledger_index;
    end if;
    if 'sale' = any(about) then
        update walk_in_sales t set ledger_index = first + n.o - 1
        from unnest(subjects, kinds) with ordinality as n(id, kind, o)
        cross join lateral (
            select x.ctid as at from walk_in_sales x where x.creator_id = p_creator and x.id = n.id limit 1) x
        where t.ctid = x.at and n.kind like 'sale.%';
    end if;
    if 'lease' = any(about) then
        update walk_in_leases t set ledger_index = first + n.o - 1
        from unnest(subjects, kinds) with ordinality as n(id, kind, o)
        cross join lateral (
            select x.ctid as at from walk_in_leases x where x.creator_id = p_creator and x.id = n.id limit 1) x
        where t.ctid = x.at and n.kind like 'lease.%';
    end if;
    if 'device' = any(about) then
        update devices t set ledger_index = first + n.o - 1
        from unnest(subjects, kinds) with ordinality as n(id, kind, o)
        cross join lateral (
            select x.ctid as at from devices x where x.creator_id = p_creator and x.id = n.id limit 1) x
        where t.ctid = x.at and n.kind like 'device.%';
    end if;
    if 'count' = any(about) then
        update venue_counts t set ledger_index = first + n.o - 1
        from unnest(subjects, kinds) with ordinality as n(id, kind, o)
        where t.creator_id = p_creator and t.id = n.id and n.kind like 'count.%';
    end if;
    if 'incident' = any(about) then
        update incidents t set ledger_index = first + n.o - 1
        from unnest(subjects, kinds) with ordinality as n(id, kind, o)
        where t.creator_id = p_creator and t.id = n.id and n.kind like 'incident.%';
    end if;
    if 'contact' = any(about) then
        update contacts t set ledger_index = first + n.o - 1
        from unnest(subjects, kinds) with ordinality as n(id, kind, o)
        cross join lateral (
            select x.ctid as at from contacts x where x.creator_id = p_creator and x.id = n.id
              and n.kind like 'contact.%' limit 1) x
        where t.ctid = x.at;
    end if;
    return first;
end $$;

-- ---- what the service calls -------------------------------------------------------------------

-- GET /v1/ledger: up to p.limit entries after index p.after, in order, each exactly as it was stored:
-- a reader may hash it. `next` is the index to go on from, null when there is no more yet.
-- Raises: RS401.
create or replace function api.ledger_page(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n     integer := coalesce((p ->> 'limit')::integer, 100);
    after bigint := coalesce((p ->> 'after')::bigint, -1);
    shown text;
    last  bigint;
    size  bigint;
begin
    perform authorise(p_creator, c);
    select h.size into size from ledger_heads h where creator_id = p_creator;
    select string_agg(l.entry, ',' order by l.index), max(l.index) into shown, last
    from (
        select entry, index from ledger
        where creator_id = p_creator and index > after and index < size
        order by index limit n
    ) l;
    return row(200, '{"entries":[' || coalesce(shown, '') || '],"next":'
        || coalesce(case when last + 1 < size then last end::text, 'null') || '}',
        null, null, false)::api.answer;
end $$;
