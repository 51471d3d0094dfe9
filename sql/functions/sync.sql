-- SPDX-License-Identifier: Apache-2.0
--
-- Uploads of venue devices: one upload is one statement, worked on in sets.
--
-- The service has split the body into lines, hashed them, checked the chain inside the upload and the
-- signatures of tokens (src/sync/sync.c). Here the chain is joined to what is known, the facts are
-- stored, and everything they touch is judged anew from all facts about it. No judgement looks at
-- what an earlier one concluded, so the end does not depend on the order of arrival:
--
--   a token       is redeemed by the earliest valid redeem: corrected time, then device, then seq
--   a payment     is the earliest sale with its method and reference; the others are duplicates. Its
--                 outcome is the last that devices told of it
--   a lease       covers its device's sales within its life, earliest first, up to its size
--   walk-in stock goes to covered units first, then to the others, each earliest first; what is
--                 beyond it is short
--   a count       should have found what the count before it did and what came and went since
--   a contact     is what the latest consent or withdrawal says (consents.sql)
--   an annulment  takes its event out of all of this; it is its device's own, so it comes after it
--   a case        exists for each kind and subject that has facts which disagree
--
-- The same device scanning one token twice is judged as two devices are: the first scan redeems, the
-- second is `already_redeemed`, and one case holds both, for two bodies may have gone through.
--
-- Tokens are judged in sync_redeems.sql, sales and payments in sync_sales.sql, counts in
-- sync_stock.sql. What needs no judgement (checklists, incidents, notes) is made from the facts when it
-- is read: day.sql.
--
-- An upload may have 10,000 lines while the planner still believes that the tables are empty, so no
-- statement here leaves it a choice that could turn quadratic: rows are looked up by scalar subquery
-- or by `lateral (… limit 1 | offset 0)`, which is planned with its full key, and rows that were
-- judged in a subquery are updated by their ctid (they are locked, or their drop is). So plans need
-- not be made for each upload's values, which would take most of a small one's time.
--
-- Locks: device → venue (advisory) → persons (advisory) → drops (id ascending) → leases → cases (those of annulments,
--        sales, payments, tokens, counts, in this order; id ascending) → incidents → contacts → events of
--        consents → tokens (id ascending) → ledger head.

-- ---- storing -----------------------------------------------------------------------------------

-- What a profile may tell. Consent is given wherever a fan stands, so each may tell it.
create or replace function roadshow.profile_kinds(p_profile text) returns text[] language sql immutable
    parallel safe as $$
    select array['redeem', 'reject', 'annul', 'checklist', 'incident', 'note', 'consent', 'heartbeat',
            'close']
        || case when p_profile in ('till', 'manager') then array['sale', 'payment'] else '{}' end
        || case when p_profile = 'manager' then array['count', 'receive', 'move'] else '{}' end
$$;

-- Stores the new lines as facts, sales with their lines, consents apart from their events. Judgements come later; until then a scan is
-- taken to be good, which most are. Line i of the arrays has the seq p_first + i - 1. Returns the kinds
-- that were understood, the tokens that were scanned, their drops, and whether a scan showed none of ours.
create or replace function roadshow.sync_store(p_creator uuid, d roadshow.devices, p_upload integer,
    p_text bytea, p_first bigint, p_skew interval, p_hashes bytea[], p_places bigint[],
    p_lengths bigint[], p_kinds text[], p_times timestamptz[], p_errors text[], p_fields jsonb[],
    out kinds text[], out about uuid[], out of_drops uuid[], out forged boolean)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    may text[] := profile_kinds(d.profile);
begin
    with told as (
        select p_first + l.o - 1 as seq, l.hash, l.place, l.len, l.kind, l.ts, l.fields, t.id, t.drop_id,
            case when l.error is not null then l.error when l.kind <> all(may) then 'kind_not_allowed'
                when l.kind = 'redeem' and t.id is null then 'not_genuine' end as code
        from unnest(p_hashes, p_places, p_lengths, p_kinds, p_times, p_errors, p_fields)
            with ordinality as l(hash, place, len, kind, ts, error, fields, o)
        left join lateral (
            select x.id, x.drop_id from tokens x where l.kind = 'redeem' and l.error is null
              and x.creator_id = p_creator and x.id = (l.fields ->> 'token_id')::uuid limit 1) t on true
        where p_first + l.o - 1 > d.acked_seq
    ), stored as (
        insert into device_events (creator_id, device_id, seq, upload, hash, raw, kind, ts,
            corrected_at, fields, token_id, valid, status, code)
        select p_creator, d.id, seq, p_upload, hash,
            substring(p_text from place::integer + 1 for len::integer), kind, ts, ts - p_skew,
            case when kind is distinct from 'consent' then fields
                when code is null then '{}' else redacted_fields(kind, 'rejected', fields) end,
            id, id is not null, case when code is null then 'applied'
                when code = 'not_genuine' then 'conflict' else 'rejected' end, code
        from told
    )
    select array(select distinct kind from told where code is null or code = 'not_genuine'),
        array(select distinct id from told where id is not null),
        array(select distinct drop_id from told where id is not null),
        exists (select from told where code = 'not_genuine')
    into kinds, about, of_drops, forged;
    if 'sale' = any(kinds) then
        perform sales_store(p_creator, d);
    end if;
    if 'consent' = any(p_kinds) or array_position(p_kinds, null) is not null then -- rejected ones too
        perform consents_store(p_creator, d, p_upload, p_first, p_kinds, p_fields);
    end if;
end $$;

-- The device's new sales. Caller: sync_store().
create or replace function roadshow.sales_store(p_creator uuid, d roadshow.devices)
returns void language plpgsql volatile as $$
begin
    insert into walk_in_sales (creator_id, device_id, seq, id, corrected_at, payment_method,
        payment_reference, payment_state)
    select p_creator, d.id, e.seq, uuid_of('sale:' || d.id || ':' || e.seq), e.corrected_at,
        e.fields ->> 'method', e.fields ->> 'reference', coalesce(e.fields ->> 'state', 'captured')
    from device_events e
    where e.creator_id = p_creator and e.device_id = d.id and e.seq > d.acked_seq
      and e.kind = 'sale' and e.status <> 'rejected';

    insert into walk_in_sale_lines (creator_id, device_id, seq, line, drop_id, sku, known,
        quantity, price, currency, lease_id, corrected_at)
    select p_creator, d.id, e.seq, l.o, o.id, coalesce(o.sku, l.sku),
        o.id is not null or l.drop_id is null and exists (
            select from products g where g.creator_id = p_creator and g.sku = l.sku),
        l.quantity, l.amount, l.currency, l.lease_id, e.corrected_at
    from device_events e
    cross join lateral rows from (jsonb_to_recordset(e.fields -> 'lines') as (drop_id uuid,
            sku text, quantity integer, amount bigint, currency text, lease_id uuid))
        with ordinality as l(drop_id, sku, quantity, amount, currency, lease_id, o)
    left join lateral (
        select x.id, x.sku from drops x
        left join walk_in_leases y on y.creator_id = p_creator and y.id = l.lease_id
            and y.drop_id = x.id
        where x.creator_id = p_creator and x.event_id = d.event_id
          and case when l.drop_id is not null then x.id = l.drop_id else x.sku = l.sku end
        order by (y.id is not null) desc, x.opens_at, x.id limit 1
    ) o on true
    where e.creator_id = p_creator and e.device_id = d.id and e.seq > d.acked_seq
      and e.kind = 'sale' and e.status <> 'rejected';
end $$;

-- ---- what an upload touches ----------------------------------------------------------------------

-- Nobody else changes sales, payments, counts or annulments of the creator while an upload that does
-- is settled (p_alone); uploads of scans only exclude those, and each other where something was counted,
-- for scans take goods too. Held to the transaction's end. Locks: venue (advisory), counts (advisory).
create or replace function roadshow.venue_lock(p_creator uuid, p_alone boolean)
returns void language plpgsql volatile as $$
begin
    if p_alone then
        perform pg_advisory_xact_lock(hashtextextended('venue:' || p_creator, 0));
    else
        perform pg_advisory_xact_lock_shared(hashtextextended('venue:' || p_creator, 0));
    end if;
    if exists (select from venue_counts where creator_id = p_creator) then
        perform pg_advisory_xact_lock(hashtextextended('counts:' || p_creator, 0));
    end if;
end $$;

-- How long after an event its device may take it back, by corrected time.
create or replace function roadshow.annul_window() returns interval language sql immutable
    parallel safe as $$
    select interval '15 minutes'
$$;

-- The device's lines p_first to p_last that were understood, and earlier ones that those annul.
create or replace function roadshow.sync_touched(p_creator uuid, p_device uuid, p_first bigint,
    p_last bigint)
returns setof roadshow.device_events language sql stable as $$
    select e.* from roadshow.device_events e
    where e.creator_id = p_creator and e.device_id = p_device and e.seq between p_first and p_last
      and e.status <> 'rejected'
    union all
    select t.* from roadshow.device_events a
    cross join lateral (
        select x.* from roadshow.device_events x where x.creator_id = p_creator
          and x.device_id = p_device and x.seq = (a.fields ->> 'of')::bigint limit 1) t
    where a.creator_id = p_creator and a.device_id = p_device and a.seq between p_first and p_last
      and a.kind = 'annul' and a.status <> 'rejected' and t.annulled_by = a.seq and t.seq < p_first
$$;

-- Takes back what the device's new lines annul: own, earlier events of kinds that can be taken back,
-- within annul_window(). The first annulment counts; one that has nothing to annul is rejected, one
-- that comes too late is a case. Locks: cases. Caller: sync_settle().
create or replace function roadshow.annuls_settle(p_creator uuid, d roadshow.devices, p_first bigint,
    p_last bigint)
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    grounds case_ground[];
begin
    with told as (
        select a.ctid as at, a.seq, t.at as target, t.seq as of, t.annulled_by,
            a.corrected_at between t.corrected_at - clock_tolerance()
                and t.corrected_at + annul_window() + clock_tolerance() as in_time
        from device_events a
        left join lateral (
            select x.ctid as at, x.seq, x.corrected_at, x.annulled_by from device_events x
            where x.creator_id = p_creator and x.device_id = d.id
              and x.seq = (a.fields ->> 'of')::bigint and x.seq < a.seq and x.status <> 'rejected'
              and x.kind in ('redeem', 'reject', 'sale', 'payment', 'count', 'receive', 'move')
              and (x.kind <> 'redeem' or x.token_id is not null) -- what is forged stays forged
            limit 1) t on true
        where a.creator_id = p_creator and a.device_id = d.id and a.seq between p_first and p_last
          and a.kind = 'annul' and a.status <> 'rejected'
    ), judged as (
        select t.*, case when target is null then 'nothing_to_annul'
            when not in_time then 'annul_too_late'
            when annulled_by is not null
                or row_number() over (partition by target, in_time order by seq) > 1
                then 'already_annulled' end as code
        from told t
    ), told_back as (
        update device_events e set code = j.code, status = case j.code when 'nothing_to_annul'
            then 'rejected' when 'annul_too_late' then 'conflict' else 'duplicate' end
        from judged j where e.ctid = j.at and j.code is not null
    ), taken as (
        update device_events e set annulled_by = j.seq, valid = false, status = 'applied', code = null
        from judged j where e.ctid = j.target and j.code is null
    )
    select array_agg(row('annul_too_late', d.id || ':' || j.seq, d.event_id, jsonb_build_object(
        'device_id', d.id, 'seq', j.seq, 'of', j.of), d.id, x.seq)::case_ground)
    into grounds
    from judged j cross join lateral unnest(array[j.seq, j.of]) as x(seq)
    where j.code = 'annul_too_late';
    return cases_add(p_creator, grounds);
end $$;

-- Payments that the device's touched events name, as parallel arrays; null: none.
create or replace function roadshow.payments_about(p_creator uuid, p_device uuid, p_first bigint,
    p_last bigint, out methods text[], out refs text[])
language plpgsql stable as $$
begin
    select array_agg(n.m), array_agg(n.r) into methods, refs
    from (
        select distinct fields ->> 'method' as m, fields ->> 'reference' as r
        from sync_touched(p_creator, p_device, p_first, p_last)
        where kind in ('sale', 'payment') and fields ->> 'reference' is not null
    ) n;
end $$;

-- Sales that the upload touches: its own, and those that share a payment with what it tells.
create or replace function roadshow.sales_about(p_creator uuid, p_device uuid, p_first bigint,
    p_last bigint, p_methods text[], p_references text[], out devices uuid[], out seqs bigint[])
language plpgsql stable as $$
begin
    select array_agg(s.device_id order by s.device_id, s.seq),
        array_agg(s.seq order by s.device_id, s.seq)
    into devices, seqs
    from (
        select t.device_id, t.seq from sync_touched(p_creator, p_device, p_first, p_last) t
        where t.kind = 'sale'
        union
        select x.device_id, x.seq from unnest(p_methods, p_references) as n(m, r)
        cross join lateral (
            select y.device_id, y.seq from walk_in_sales y where y.creator_id = p_creator
              and y.payment_method = n.m and y.payment_reference = n.r offset 0) x
    ) s;
end $$;

-- Drops of these tokens and sales, and of leases that the device's close ends.
create or replace function roadshow.sync_drops(p_creator uuid, p_tokens uuid[], p_devices uuid[],
    p_seqs bigint[], p_leases uuid[])
returns uuid[] language plpgsql stable as $$
begin
    return array(
        select distinct (select t.drop_id from tokens t
            where t.creator_id = p_creator and t.id = a.token_id)
        from unnest(p_tokens) as a(token_id)
        union
        select l.drop_id from unnest(p_devices, p_seqs) as s(device_id, seq)
        cross join lateral (
            select x.drop_id from walk_in_sale_lines x where x.creator_id = p_creator
              and x.device_id = s.device_id and x.seq = s.seq and x.drop_id is not null offset 0) l
        union
        select x.drop_id from walk_in_leases x
        where x.creator_id = p_creator and x.id = any(p_leases));
end $$;

-- SKUs that the upload brings in, moves, counts, sells or hands over.
create or replace function roadshow.sync_skus(p_creator uuid, p_device uuid, p_first bigint,
    p_last bigint, p_drops uuid[], p_devices uuid[], p_seqs bigint[])
returns text[] language plpgsql stable as $$
begin
    return array(
        select o.sku from drops o where o.creator_id = p_creator and o.id = any(p_drops)
        union
        select t.fields ->> 'sku' from sync_touched(p_creator, p_device, p_first, p_last) t
        where t.kind in ('count', 'receive', 'move')
        union
        select l.sku from unnest(p_devices, p_seqs) as s(device_id, seq)
        cross join lateral (
            select x.sku from walk_in_sale_lines x where x.creator_id = p_creator
              and x.device_id = s.device_id and x.seq = s.seq and x.sku is not null offset 0) l);
end $$;

-- The end of the device's day: what it still leased when it told `close`, by corrected time, is free.
-- Returns the leases; leases_close() ends them. A lease that was granted after it is none of them.
create or replace function roadshow.leases_about(p_creator uuid, d roadshow.devices, p_first bigint,
    p_last bigint)
returns uuid[] language plpgsql stable as $$
begin
    return array(
        select x.id from device_events e
        join walk_in_leases x on x.creator_id = p_creator and x.device_id = d.id
            and x.granted_at <= e.corrected_at + clock_tolerance()
        where e.creator_id = p_creator and e.device_id = d.id and e.kind = 'close'
          and e.seq between p_first and p_last and e.status <> 'rejected');
end $$;

-- Locks: the caller holds the drops'; leases. Caller: sync_settle(), which settles the drops afterwards.
create or replace function roadshow.leases_close(p_creator uuid, d roadshow.devices, p_first bigint,
    p_last bigint, p_leases uuid[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    notes ledger_note[];
begin
    perform from walk_in_leases where creator_id = p_creator and id = any(p_leases)
    order by id for no key update;
    with closed as (
        select x.id, min(e.corrected_at) as at from device_events e
        join walk_in_leases x on x.creator_id = p_creator and x.id = any(p_leases)
            and x.granted_at <= e.corrected_at + clock_tolerance()
        where e.creator_id = p_creator and e.device_id = d.id and e.kind = 'close'
          and e.seq between p_first and p_last and e.status <> 'rejected'
        group by x.id
    ), ended as (
        update walk_in_leases x set closed_at = least(x.closed_at, c.at),
            state = case x.state when 'active' then 'returned' else x.state end,
            ended_at = coalesce(x.ended_at, clock_timestamp())
        from closed c, walk_in_leases old
        where x.creator_id = p_creator and x.id = c.id
          and old.creator_id = p_creator and old.id = x.id
        returning x.*, old.state as was
    )
    select coalesce(array_agg(row('lease.returned', id, ledger_index,
        jsonb_build_object('device_id', device_id, 'drop_id', drop_id, 'quantity', quantity,
            'used', used, 'returned', quantity - used))::ledger_note order by id), '{}')
    into notes from ended where was = 'active';
    return notes;
end $$;

-- ---- answering ---------------------------------------------------------------------------------

-- One result a line: what is known of it now; lines that were known before are duplicates. A JSON array,
-- written as text: it is the larger part of an answer.
create or replace function roadshow.sync_results(p_creator uuid, p_device uuid, p_first bigint,
    p_last bigint, p_known bigint)
returns text language plpgsql stable as $$
begin
    return (select '[' || coalesce(string_agg(concat('{"seq":', e.seq,
        ',"status":"', case when e.seq <= p_known then 'duplicate' else e.status end, '"',
        ',"code":"' || e.code || '"',
        ',"detail":' || case when e.status = 'rejected' then to_json(e.fields ->> 'detail')::text end,
        ',"case_id":"' || case when e.status <> 'rejected' and of_cases then (
            select c.case_id from roadshow.case_events c
            where c.creator_id = p_creator and c.device_id = p_device and c.seq = e.seq
            order by c.case_id limit 1) end || '"', '}'), ','), '') || ']'
    from (
        select x.seq, x.status, x.code, x.fields, (select exists (
            select from roadshow.case_events c where c.creator_id = p_creator
              and c.device_id = p_device and c.seq between p_first and p_last)) as of_cases
        from roadshow.device_events x
        where x.creator_id = p_creator and x.device_id = p_device and x.seq between p_first and p_last
        order by x.seq) e);
end $$;

-- A gap: what is expected next, and the results of what came before it.
create or replace function roadshow.sync_gap(d roadshow.devices, p_results text)
returns api.answer language sql stable as $$
    select roadshow.answer_ok(409, jsonb_build_object('type', '/problems/gap',
        'code', 'gap',
        'detail', 'Lines are missing: the next one must have seq ' || d.acked_seq + 1 || '.',
        'acked_seq', d.acked_seq, 'expected_seq', d.acked_seq + 1,
        'head', roadshow.base64url(d.head), 'results', p_results::jsonb))
$$;

-- ---- the upload --------------------------------------------------------------------------------

-- Two histories under one key: keeps the proof, quarantines the device, opens a case. Nothing of the
-- upload applies. An answer and not an error, for all this must be committed.
create or replace function roadshow.sync_fork(p_creator uuid, d roadshow.devices,
    p_n integer, p_seq bigint)
returns api.answer language plpgsql volatile as $$
declare
    a     api.answer;
    notes ledger_note[];
begin
    update devices set state = 'quarantined', ended_at = clock_timestamp()
    where creator_id = p_creator and id = d.id;
    notes := cases_put(p_creator, array['device_fork'], array[d.id::text], array[d.event_id],
        array[jsonb_build_object('device_id', d.id, 'upload', p_n, 'seq', p_seq)]);
    perform notes_append(p_creator, notes || row('device.quarantined', d.id, d.ledger_index,
        jsonb_build_object('event_id', d.event_id, 'upload', p_n, 'seq', p_seq))::ledger_note);
    a := answer_ok(409, jsonb_build_object('type', '/problems/fork',
        'code', 'fork',
        'detail', 'This upload tells another history than the one known: see seq ' || p_seq
            || '. The device is quarantined and nothing of the upload was applied.',
        'acked_seq', d.acked_seq, 'expected_seq', d.acked_seq + 1, 'head', base64url(d.head),
        'case_id', case_id(p_creator, 'device_fork', d.id::text), 'results', '[]'::jsonb));
    update device_uploads set answer = a
    where creator_id = p_creator and device_id = d.id and n = p_n;
    return a;
end $$;

-- Where the upload tells another history than ours: the seq, or null. p_first is its first line's.
create or replace function roadshow.sync_forks(p_creator uuid, d roadshow.devices, p_run jsonb,
    p_first bigint, p_hashes bytea[])
returns bigint language plpgsql stable as $$
declare
    other bigint;
begin
    if p_first <= d.acked_seq then
        select min(p_first + l.o - 1) into other
        from unnest(p_hashes) with ordinality as l(hash, o)
        where p_first + l.o - 1 <= d.acked_seq and l.hash <> (
            select e.hash from device_events e
            where e.creator_id = p_creator and e.device_id = d.id and e.seq = p_first + l.o - 1);
    end if;
    if other is null and p_first = d.acked_seq + 1
        and decode(p_run ->> 'prev', 'hex') <> d.head then
        other := d.acked_seq;
    end if;
    if other is null and p_run ->> 'break' = 'fork' then
        other := p_first + cardinality(p_hashes);
    end if;
    return other;
end $$;

-- Opens a row for each incident that the centre hears of for the first time. Locks: incidents.
create or replace function roadshow.incidents_open(p_creator uuid, d roadshow.devices, p_first bigint,
    p_last bigint)
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    notes ledger_note[];
begin
    with heard as (
        insert into incidents (creator_id, event_id, id)
        select distinct p_creator, d.event_id, (e.fields ->> 'incident')::uuid from device_events e
        where e.creator_id = p_creator and e.device_id = d.id and e.kind = 'incident'
          and e.seq between p_first and p_last and e.status <> 'rejected'
        order by 3
        on conflict do nothing
        returning id
    )
    select coalesce(array_agg(row('incident.reported', id, null, jsonb_build_object(
        'event_id', d.event_id, 'device_id', d.id))::ledger_note order by id), '{}')
    into notes from heard;
    return notes;
end $$;

-- The device's last heartbeat, by corrected time.
create or replace function roadshow.heartbeat_settle(p_creator uuid, p_device uuid, p_first bigint,
    p_last bigint)
returns void language plpgsql volatile as $$
begin
    update devices v set backlog = (h.fields ->> 'backlog')::integer, heartbeat_at = h.corrected_at
    from (
        select fields, corrected_at from device_events
        where creator_id = p_creator and device_id = p_device and seq between p_first and p_last
          and kind = 'heartbeat' and status <> 'rejected'
        order by corrected_at desc, seq desc limit 1
    ) h
    where v.creator_id = p_creator and v.id = p_device
      and coalesce(v.heartbeat_at, '-infinity') <= h.corrected_at;
end $$;

-- Sales, payments and leases of the upload, and of everybody else in the drops it touches.
-- Locks: the caller holds the drops'; leases → cases. Caller: sync_settle().
create or replace function roadshow.sync_sales(p_creator uuid, d roadshow.devices, p_first bigint,
    p_last bigint, p_drops uuid[], p_leases uuid[], p_methods text[], p_references text[],
    p_devices uuid[], p_seqs bigint[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    own   bigint[];
    notes ledger_note[] := '{}';
begin
    own := array(select t.seq from sync_touched(p_creator, d.id, p_first, p_last) t
        where t.kind = 'sale');
    notes := sales_annul(p_creator, d.id, p_first, array(
        select t.seq from sync_touched(p_creator, d.id, p_first, p_last) t
        where t.kind = 'sale' and t.annulled_by is not null));
    if p_methods is not null then
        perform payments_count(p_creator, p_methods, p_references);
    end if;
    if cardinality(p_leases) > 0 then
        notes := notes || leases_close(p_creator, d, p_first, p_last, p_leases);
    end if;
    notes := notes || walk_in_settle(p_creator, p_drops, p_devices, p_seqs);
    if cardinality(own) > 0 then
        notes := notes || sale_cases(p_creator, d, own) || sale_notes(p_creator, d, p_first);
    end if;
    if p_methods is not null then
        notes := notes || payments_settle(p_creator, p_methods, p_references);
    end if;
    return notes;
end $$;

-- Judges and records what the upload brought: lines p_first to p_last of a device whose row is locked, and
-- what sync_store() told of them.
create or replace function roadshow.sync_settle(p_creator uuid, d roadshow.devices,
    p_upload integer, p_digest bytea, p_first bigint, p_last bigint, kinds text[], about uuid[],
    of_drops uuid[], p_forged boolean)
returns void language plpgsql volatile as $$
declare
    sells    boolean := kinds && array['sale', 'payment', 'annul', 'close'];
    payments record;
    sales    record;
    leases   uuid[] := '{}';
    persons  bytea[];
    scans    record;
    notes    ledger_note[] := '{}';
    late     ledger_note[] := '{}';
    note     ledger_note;
begin
    perform venue_lock(p_creator, kinds && array['annul', 'sale', 'payment', 'count', 'receive', 'move']);
    if 'consent' = any(kinds) then
        persons := consents_about(p_creator, d.id, p_first, p_last);
        perform persons_lock(p_creator, persons, false);
    end if;
    if 'annul' = any(kinds) then
        late := annuls_settle(p_creator, d, p_first, p_last);
        about := tokens_about(p_creator, d.id, p_first, p_last);
    end if;
    if 'close' = any(kinds) then
        leases := leases_about(p_creator, d, p_first, p_last);
    end if;
    select p.methods, p.refs into payments
    from payments_about(p_creator, d.id, p_first, p_last) p where sells;
    select s.devices, s.seqs into sales
    from sales_about(p_creator, d.id, p_first, p_last, payments.methods, payments.refs) s where sells;
    if sells then
        of_drops := sync_drops(p_creator, about, sales.devices, sales.seqs, leases);
    end if;
    perform drops_lock(p_creator, of_drops);
    if sells then
        notes := sync_sales(p_creator, d, p_first, p_last, of_drops, leases, payments.methods,
            payments.refs, sales.devices, sales.seqs);
    end if;
    scans := redeems_settle(p_creator, about);
    notes := notes || late || scans.notes;
    if p_forged then
        notes := notes || forgery_cases(p_creator, d, p_first, p_last);
    end if;
    if 'count' = any(kinds) or exists (select from venue_counts where creator_id = p_creator) then
        notes := notes || counts_settle(p_creator, sync_skus(p_creator, d.id, p_first, p_last,
            of_drops, sales.devices, sales.seqs), case when 'count' = any(kinds) then d.event_id end);
    end if;
    if 'incident' = any(kinds) then
        notes := notes || incidents_open(p_creator, d, p_first, p_last);
    end if;
    if 'heartbeat' = any(kinds) then
        perform heartbeat_settle(p_creator, d.id, p_first, p_last);
    end if;
    if 'consent' = any(kinds) then
        notes := notes || consents_settle(p_creator, persons);
    end if;
    note := row('device.uploaded', d.id, d.ledger_index, jsonb_build_object('event_id', d.event_id,
        'upload', p_upload, 'digest', base64url(p_digest), 'first_seq', p_first,
        'last_seq', p_last))::ledger_note;
    -- From here on the ledger's head is locked.
    perform redemptions_move(p_creator, scans.tokens, scans.at, scans.kinds, scans.data, scans.undone,
        scans.undone_data);
    perform notes_append(p_creator, note || notes);
end $$;

-- POST /v1/sync. p_signature: nonce, nonce_until, input, signature, received_at, device_time,
-- clock_source, content_encoding. p_base is what was signed, p_body the body as sent, p_text the body
-- without its gzip (null when it had none). p_run is what sync.c made of it:
--   first  seq of the first line, null when no line says so
--   prev   of the first line, null when it cannot be read
--   break  null | gap | fork: why the lines end before the body does
--   stray  lines that no chain names; they are in the body and nowhere else
-- and, of its lines, the SHA-256, the place (from 0) and length in the text, kind, time, error (null:
-- understood) and fields.
-- The same bytes give the same answer, once nothing is missing before them.
-- Locks: as at the head of this file. Raises: RS401, RS403, RS422. Statement: sync_upload.
create or replace function api.sync_upload(p_creator uuid, c api.caller, p_signature jsonb,
    p_base bytea, p_body bytea, p_text bytea, p_run jsonb, p_hashes bytea[], p_places bigint[],
    p_lengths bigint[], p_kinds text[], p_times timestamptz[], p_errors text[], p_fields jsonb[])
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    d           devices;
    u           device_uploads;
    of_body     bytea       := sha256(p_body);
    received    timestamptz := (p_signature ->> 'received_at')::timestamptz;
    device_time timestamptz := (p_signature ->> 'device_time')::timestamptz;
    -- The signature's time has whole seconds; the header's has been under way for a moment.
    uncertain   interval    := case p_signature ->> 'clock_source'
        when 'header' then interval '1 second' else interval '2 seconds' end;
    skew        interval    := device_time - received;
    lines       bigint      := cardinality(p_hashes);
    whole       boolean;    -- the body is these lines and nothing else
    first       bigint;
    known       bigint;
    forks_at    bigint;
    facts       record;
    results     text;
    a           api.answer;
begin
    d := device_lock(p_creator, c);
    select * into u from device_uploads
    where creator_id = p_creator and device_id = d.id and digest = of_body;
    if (u.answer).status is not null then
        a := u.answer;
        a.replayed := true;
        return a;
    end if;
    if u.n is null then
        perform from device_uploads
        where creator_id = p_creator and device_id = d.id and idem_key = c.idem_key;
        if found then
            perform fail(422, 'idempotency_key_reused',
                'This Idempotency-Key was used before with another upload.');
        end if;
    end if;
    perform device_may(d, array['scan', 'till', 'manager']);
    perform device_nonce(p_creator, c, p_signature);

    -- A clock that is right within what we can tell is right; one that is as wrong as before is
    -- exactly as wrong as before. So corrected times do not wobble with the network.
    if abs(extract(epoch from skew)) <= extract(epoch from uncertain) then
        skew := interval '0';
    elsif abs(extract(epoch from skew) - d.clock_skew_us / 1e6)
        <= extract(epoch from uncertain) then
        skew := d.clock_skew_us * interval '1 microsecond';
    end if;

    known := d.acked_seq;
    first := (p_run ->> 'first')::bigint;
    if first is null and lines > 0 then -- nothing readable: it is known by its hash, or comes next
        select min(e.seq) into first from device_events e
        where e.creator_id = p_creator and e.device_id = d.id
          and e.hash = p_hashes[1];
    end if;
    first := coalesce(first, known + 1);
    if first > known + 1 then
        return sync_gap(d, '[]');
    end if;
    forks_at := sync_forks(p_creator, d, p_run, first, p_hashes);

    if u.n is null then
        u.n := d.uploads + 1;
        whole := forks_at is null and p_run ->> 'break' is null and p_run ->> 'stray' = '0';
        insert into device_uploads (creator_id, device_id, n, digest, idem_key, received_at,
            device_time, clock_source, skew_us, uncertainty_us, signature_input, signature, base,
            content_encoding, body, lines_from, lines_to, key_n)
        values (p_creator, d.id, u.n, of_body, c.idem_key, received, device_time,
            p_signature ->> 'clock_source', extract(epoch from skew) * 1000000,
            extract(epoch from uncertain) * 1000000, p_signature ->> 'input',
            p_signature ->> 'signature', p_base, p_signature ->> 'content_encoding', p_body,
            case when whole then first end, case when whole then first + lines - 1 end, (select max(k.n) from device_keys k where k.creator_id = p_creator and k.device_id = d.id));
        update devices set uploads = u.n, last_seen_at = received,
            clock_skew_us = extract(epoch from skew) * 1000000,
            clock_flagged = abs(extract(epoch from skew)) > 300
        where creator_id = p_creator and id = d.id;
        perform redactions_expect(p_creator, d.id, u.n, received);
    end if;
    if forks_at is not null then
        return sync_fork(p_creator, d, u.n, forks_at);
    end if;

    if first + lines - 1 > known then
        facts := sync_store(p_creator, d, u.n, coalesce(p_text, p_body), first, skew, p_hashes,
            p_places, p_lengths, p_kinds, p_times, p_errors, p_fields);
        perform sync_settle(p_creator, d, u.n, of_body, known + 1, first + lines - 1, facts.kinds,
            facts.about, facts.of_drops, facts.forged);
        update devices set acked_seq = first + lines - 1, head = p_hashes[lines]
        where creator_id = p_creator and id = d.id returning * into d;
        update device_uploads set ledger_index = d.ledger_index
        where creator_id = p_creator and device_id = d.id and n = u.n;
    end if;
    results := sync_results(p_creator, d.id, first, first + lines - 1, known);
    if p_run ->> 'break' = 'gap' then
        return sync_gap(d, results);
    end if;
    a := row(200, '{"acked_seq":' || d.acked_seq || ',"head":"' || base64url(d.head) || '","stray":'
        || (p_run ->> 'stray') || ',"results":' || results || '}', null, null, false)::api.answer;
    update device_uploads set answer = a
    where creator_id = p_creator and device_id = d.id and n = u.n;
    return a;
end $$;
