-- SPDX-License-Identifier: Apache-2.0
--
-- The ledger: appending entries, and reading them. An entry stays for ever and everybody may read it, so what
-- a person writes freely is not in it: what a device's line says is in the line, to which the upload's digest is
-- the commitment; what else is written about an entry is in entry_texts, and the entry has a commitment to it.
-- tests/sql/lib/ledger_shapes.psql names every member of every kind, and fails when there is another.

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

-- ---- what a person wrote about an entry --------------------------------------------------------

-- A commitment to a text and the salt that opens it (docs/formats.md); nulls for none.
create or replace function roadshow.text_commit(p_text text, out salt bytea, out commitment text)
language plpgsql volatile as $$
begin
    if p_text is not null then
        salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
        commitment := base64url(sha256('\x726f616473686f772d746578742f763100'::bytea -- "roadshow-text/v1\0"
            || salt || convert_to(p_text, 'UTF8')));
    end if;
end $$;

-- Keeps the text that an entry of p_subject commits to, with its salt; null: there is none.
-- Callers: hub_note_text(), api.case_resolve().
create or replace function roadshow.text_keep(p_creator uuid, p_subject uuid, p_index bigint, p_member text,
    p_text text, p_salt bytea)
returns void language plpgsql volatile as $$
begin
    insert into entry_texts (creator_id, index, subject, member, text, salt)
    select p_creator, p_index, p_subject, p_member, p_text, p_salt where p_text is not null;
end $$;

-- An entry as its creator is told it: beside the commitment what was written, and what opens it. For an
-- entry without a text it is the entry.
create or replace function roadshow.entry_told(p_creator uuid, p_entry jsonb) returns jsonb
language plpgsql stable as $$
declare
    x entry_texts;
begin
    select * into x from entry_texts where creator_id = p_creator and index = (p_entry ->> 'index')::bigint;
    if not found then
        return p_entry;
    end if;
    return jsonb_set(p_entry, '{data}', p_entry -> 'data' || jsonb_build_object(x.member, x.text,
        'salt', encode(x.salt, 'hex'), 'redacted', text_redaction(x)));
end $$;

-- When, by whom and why a text was redacted; null: it is there.
create or replace function roadshow.text_redaction(x roadshow.entry_texts) returns jsonb
language sql stable as $$
    select case when x.redacted_at is not null then jsonb_build_object('at', roadshow.rfc3339(x.redacted_at),
        'by', x.redacted_by, 'reason', x.reason) end
$$;

-- POST /v1/ledger/{index}/redact: what a person wrote about the entry goes, and the salt with it, so that the
-- commitment leads nowhere; so it does from the case or the hub that still shows it, with the note that was
-- written beside it. Once more is the same answer. The reason stays out of the ledger.
-- Locks: the text → case or hub → ledger head. Raises: RS401, RS404, RS409 nothing_to_redact and those of
-- replay(). Statement: entry_redact.
create or replace function api.entry_redact(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a        api.answer := replay(p_creator, c);
    of_index bigint := case when p ->> 'index' ~ '^[0-9]{1,16}$' then (p ->> 'index')::bigint end;
    x        entry_texts;
begin
    if a.status is not null then
        return a;
    end if;
    perform from ledger where creator_id = p_creator and index = of_index;
    if not found then
        perform fail(404, 'not_found', 'There is no such entry.');
    end if;
    select * into x from entry_texts where creator_id = p_creator and index = of_index for update;
    if not found then
        perform fail(409, 'nothing_to_redact', 'Nobody wrote anything about this entry.');
    end if;
    if x.text is not null then
        perform from entry_texts where creator_id = p_creator and subject = x.subject and index > of_index;
        if not found then -- it is the last, and may stand in the subject's row
            update cases set resolution = 'redacted', note = null
            where creator_id = p_creator and id = x.subject and state = 'resolved';
            update hubs set outage_reason = 'redacted', version = version + 1
            where creator_id = p_creator and id = x.subject and outage_at is not null and x.member = 'reason';
        end if;
        update entry_texts set text = null, salt = null, redacted_at = clock_timestamp(),
            redacted_by = c.key_id, reason = p -> 'body' ->> 'reason',
            ledger_index = ledger_add(p_creator, 'entry.redacted', uuid_of('entry:' || p_creator || ':' || of_index),
                null, jsonb_build_object('index', of_index, 'by', c.key_id))
        where creator_id = p_creator and index = of_index returning * into x;
    end if;
    return remember(p_creator, c, answer_ok(200, jsonb_build_object('index', x.index,
        'redacted', text_redaction(x), 'ledger_index', x.ledger_index)));
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
