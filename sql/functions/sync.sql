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
--   a payment     is the earliest sale with its method and reference; the others are duplicates
--   a lease       covers its device's sales within its life, earliest first, up to its size
--   walk-in stock goes to covered units first, then to the others, each earliest first; what is
--                 beyond it is short
--   a case        exists for each kind and subject that has facts which disagree
--
-- The same device scanning one token twice is judged as two devices are: the first scan redeems, the
-- second is `already_redeemed`, and one case holds both, for two bodies may have gone through.
--
-- An upload may have 10,000 lines while the planner still believes that the tables are empty, so no
-- statement here leaves it a choice that could turn quadratic: rows are looked up by scalar subquery
-- or by `lateral (… limit 1 | offset 0)`, which is planned with its full key, and rows that were
-- judged in a subquery are updated by their ctid (they are locked, or their drop is).
--
-- Locks: device → the creator's sales (advisory) → drops (id ascending) → leases → cases (sales'
--        kinds, then the others; id ascending) → tokens (id ascending) → ledger head.

-- ---- judging: walk-in stock ---------------------------------------------------------------------

-- Covered and short units of every sale of these drops, the leases' and the drops' counters.
-- The caller holds the drops' locks.
create or replace function roadshow.walk_in_recount(p_creator uuid, p_drops uuid[])
returns void language plpgsql volatile as $$
begin
    with told as (
        select l.ctid as at, l.device_id, l.seq, l.line, l.drop_id, l.quantity, l.corrected_at,
            l.covered as was_covered, l.short as was_short, x.id as lease_id, x.room
        from walk_in_sale_lines l
        left join lateral (
            select y.id, y.quantity - y.returned as room from walk_in_leases y
            where y.creator_id = p_creator and y.id = l.lease_id and y.device_id = l.device_id
              and y.drop_id = l.drop_id and l.corrected_at
                  between y.granted_at - clock_tolerance() and y.until + clock_tolerance()
            limit 1
        ) x on true
        where l.creator_id = p_creator and l.drop_id = any(p_drops) and l.counted
    ), within as (
        select t.*, case when lease_id is null then 0 else greatest(0, least(quantity,
            room - sum(quantity) over (partition by lease_id
                order by corrected_at, device_id, seq, line) + quantity)) end as covered
        from told t
    ), summed as ( -- how far the covered units go, and how far the others go behind all of them
        select w.*, sum(covered) over earlier as covered_to,
            sum(covered) over (partition by drop_id) + sum(quantity - covered) over earlier as others_to
        from within w
        window earlier as (partition by drop_id order by corrected_at, device_id, seq, line)
    ), judged as (
        select s.at, s.was_covered, s.was_short, s.covered,
            greatest(0, least(s.covered, s.covered_to - d.room))
                + greatest(0, least(s.quantity - s.covered, s.others_to - d.room)) as short
        from summed s cross join lateral (
            select o.quantity - o.tokenized as room from drops o
            where o.creator_id = p_creator and o.id = s.drop_id limit 1) d
    )
    update walk_in_sale_lines l set covered = j.covered, short = j.short
    from judged j
    where l.ctid = j.at and (j.was_covered, j.was_short) <> (j.covered, j.short);

    with counted as (
        select x.ctid as at, x.used as was, (
            select coalesce(sum(l.covered), 0) from walk_in_sale_lines l
            where l.creator_id = p_creator and l.lease_id = x.id and l.device_id = x.device_id
              and l.drop_id = x.drop_id) as used
        from walk_in_leases x where x.creator_id = p_creator and x.drop_id = any(p_drops)
    )
    update walk_in_leases x set used = c.used from counted c where x.ctid = c.at and c.was <> c.used;

    with counted as (
        select d.ctid as at, d.quantity - d.tokenized as room, (
            select coalesce(sum(l.quantity), 0) from walk_in_sale_lines l
            where l.creator_id = p_creator and l.drop_id = d.id and l.counted) as units, (
            select coalesce(sum(x.quantity - x.returned - x.used), 0) from walk_in_leases x
            where x.creator_id = p_creator and x.drop_id = d.id and x.state = 'active') as leased
        from drops d where d.creator_id = p_creator and d.id = any(p_drops)
    )
    update drops d set walk_in_sold = least(c.units, c.room),
        walk_in_oversold = least(greatest(c.units - c.room, 0), 2147483647),
        walk_in_leased = least(c.leased, greatest(c.room - c.units, 0))
    from counted c where d.ctid = c.at;
end $$;

-- Status of every sale that touches these drops, and of the sales named by device and seq.
create or replace function roadshow.sales_judge(p_creator uuid, p_drops uuid[], p_devices uuid[],
    p_seqs bigint[])
returns void language plpgsql volatile as $$
begin
    with touched as (
        select device_id, seq from walk_in_sale_lines
        where creator_id = p_creator and drop_id = any(p_drops)
        union
        select device_id, seq from unnest(p_devices, p_seqs) as n(device_id, seq)
    ), judged as (
        select e.at, e.code as was, case when not s.counted then 'same_payment'
            when l.short > 0 then 'oversold' when not l.known then 'unknown_product' end as code
        from touched t
        cross join lateral (
            select x.counted from walk_in_sales x where x.creator_id = p_creator
              and x.device_id = t.device_id and x.seq = t.seq limit 1) s
        cross join lateral (
            select sum(x.short) as short, bool_and(x.known) as known from walk_in_sale_lines x
            where x.creator_id = p_creator and x.device_id = t.device_id and x.seq = t.seq) l
        cross join lateral (
            select x.ctid as at, x.code from device_events x where x.creator_id = p_creator
              and x.device_id = t.device_id and x.seq = t.seq limit 1) e
    )
    update device_events e set code = j.code, status = case when j.code is null then 'applied'
        when j.code = 'same_payment' then 'duplicate' else 'conflict' end
    from judged j where e.ctid = j.at and j.was is distinct from j.code;
end $$;

-- Opens, changes or withdraws the `oversold` case of each of these drops, by what the recount found.
-- Locks: cases.
create or replace function roadshow.oversold_cases(p_creator uuid, p_drops uuid[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    notes    ledger_note[] := '{}';
    kinds    text[];
    subjects text[];
    of_event uuid[];
    data     jsonb[];
begin
    select array_agg('oversold'::text), array_agg(w.id::text), array_agg(w.event_id), array_agg(w.data)
    into kinds, subjects, of_event, data
    from (
        select d.id, d.event_id, jsonb_build_object('drop_id', d.id, 'sku', d.sku,
            'walk_in', d.quantity - d.tokenized, 'units_short', d.walk_in_oversold,
            'sales', (select jsonb_agg(jsonb_build_array(l.device_id, l.seq, l.short)
                    order by l.corrected_at, l.device_id, l.seq)
                from (select device_id, seq, corrected_at, sum(short) as short
                    from walk_in_sale_lines
                    where creator_id = p_creator and drop_id = d.id and short > 0
                    group by device_id, seq, corrected_at
                    order by corrected_at, device_id, seq limit 200) l)) as data
        from drops d
        where d.creator_id = p_creator and d.id = any(p_drops) and d.walk_in_oversold > 0
    ) w
    left join cases k on k.creator_id = p_creator and k.kind = 'oversold'
        and k.subject = w.id::text
    where k.data is distinct from w.data;
    if kinds is not null then
        notes := cases_put(p_creator, kinds, subjects, of_event, data);
    end if;
    notes := notes || cases_withdraw(p_creator, array(
        select case_id(p_creator, 'oversold', d.id::text) from drops d
        where d.creator_id = p_creator and d.id = any(p_drops) and d.walk_in_oversold = 0));

    delete from case_events e
    where e.creator_id = p_creator and e.case_id = any(array(
            select case_id(p_creator, 'oversold', id::text) from unnest(p_drops) as d(id)))
      and not coalesce((select bool_or(l.short > 0) from walk_in_sale_lines l
            where l.creator_id = p_creator and l.device_id = e.device_id and l.seq = e.seq
              and case_id(p_creator, 'oversold', l.drop_id::text) = e.case_id), false);
    insert into case_events (creator_id, case_id, device_id, seq)
    select distinct p_creator, case_id(p_creator, 'oversold', l.drop_id::text), l.device_id, l.seq
    from walk_in_sale_lines l
    where l.creator_id = p_creator and l.drop_id = any(p_drops) and l.short > 0
    on conflict do nothing;
    return notes;
end $$;

-- Everything about walk-in units of these drops, from the facts. The caller holds the drops' locks and
-- appends the notes. Locks: leases → cases. Callers: sync_sales(), leases_end(), api.lease_return().
create or replace function roadshow.walk_in_settle(p_creator uuid, p_drops uuid[],
    p_devices uuid[], p_seqs bigint[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
begin
    perform walk_in_recount(p_creator, p_drops);
    perform sales_judge(p_creator, p_drops, p_devices, p_seqs);
    return oversold_cases(p_creator, p_drops);
end $$;

-- ---- judging: payments --------------------------------------------------------------------------

-- Of several sales with one payment method and reference the earliest counts. Looks at every payment
-- that the device's sales from p_first on name.
create or replace function roadshow.payments_settle(p_creator uuid, p_device uuid, p_first bigint)
returns void language plpgsql volatile as $$
begin
    with named as (
        select distinct payment_method, payment_reference from walk_in_sales
        where creator_id = p_creator and device_id = p_device and seq >= p_first
          and payment_reference is not null
    ), ranked as (
        select s.at, s.counted as was, row_number() over (
            partition by n.payment_method, n.payment_reference
            order by s.corrected_at, s.device_id, s.seq) = 1 as counted
        from named n cross join lateral (
            select x.ctid as at, x.* from walk_in_sales x where x.creator_id = p_creator
              and x.payment_method = n.payment_method
              and x.payment_reference = n.payment_reference offset 0) s
    ), changed as (
        update walk_in_sales s set counted = r.counted
        from ranked r where s.ctid = r.at and r.was <> r.counted
        returning s.device_id, s.seq, s.counted
    ), lines as (
        select l.at, c.counted from changed c cross join lateral (
            select x.ctid as at from walk_in_sale_lines x where x.creator_id = p_creator
              and x.device_id = c.device_id and x.seq = c.seq offset 0) l
    )
    update walk_in_sale_lines l set counted = x.counted, covered = 0, short = 0
    from lines x where l.ctid = x.at;
end $$;

-- ---- judging: tokens ----------------------------------------------------------------------------

-- Tokens that the device's redeems p_first to p_last are about.
create or replace function roadshow.tokens_about(p_creator uuid, p_device uuid, p_first bigint,
    p_last bigint)
returns uuid[] language plpgsql stable as $$
begin
    return array(select distinct token_id from device_events
        where creator_id = p_creator and device_id = p_device and seq between p_first and p_last
          and kind = 'redeem' and status <> 'rejected' and token_id is not null);
end $$;

-- Judges the device's new redeems, and everybody's redeems of the same tokens. Returns a note for each
-- token whose first redemption is new or another than before, for redemptions_move().
-- The caller holds the locks of the tokens' drops.
create or replace function roadshow.redeems_judge(p_creator uuid, d roadshow.devices, p_first bigint,
    p_last bigint)
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    about uuid[];
    moves ledger_note[];
begin
    -- Each new one alone: could it have let its holder in?
    update device_events e set (valid, status, code) = (
        select j.code is null, case when j.code is null then 'applied' else 'conflict' end, j.code
        from (
            select case
                when t.id is null then 'not_genuine'
                when o.event_id <> d.event_id then 'wrong_event'
                when (e.fields ->> 'version')::bigint < t.version then 'superseded'
                when (e.fields ->> 'version')::bigint > t.version then 'not_genuine'
                when t.state = 'held' then 'unpaid'
                when t.state not in ('issued', 'redeemed') then t.state
                when t.state = 'issued' and exists (select from orders
                    where creator_id = p_creator and token_id = t.id) then 'home_delivery'
                when e.corrected_at + clock_tolerance() < o.pickup_from
                    or e.corrected_at - clock_tolerance() > coalesce(t.valid_until,
                        o.pickup_until + o.grace_s * interval '1 second') then 'wrong_window'
                end as code
            from (select) as one
            left join lateral (
                select x.* from tokens x
                where x.creator_id = p_creator and x.id = e.token_id limit 1) t on true
            left join lateral (
                select x.* from drops x
                where x.creator_id = p_creator and x.id = t.drop_id limit 1) o on true
        ) j)
    where e.creator_id = p_creator and e.device_id = d.id and e.seq between p_first and p_last
      and e.kind = 'redeem' and e.status <> 'rejected';

    -- Then all valid ones of each token together: the earliest redeems.
    about := tokens_about(p_creator, d.id, p_first, p_last);
    with winners as (
        select w.*, r.device_id as was_device, r.seq as was_seq, r.corrected_at as was_at
        from unnest(about) as a(token_id)
        cross join lateral (
            select e.token_id, e.device_id, e.seq, e.corrected_at, e.fields from device_events e
            where e.creator_id = p_creator and e.token_id = a.token_id and e.kind = 'redeem'
              and e.valid
            order by e.corrected_at, e.device_id, e.seq limit 1) w
        left join lateral (
            select x.* from token_redemptions x
            where x.creator_id = p_creator and x.token_id = a.token_id limit 1) r on true
        where (r.device_id, r.seq) is distinct from (w.device_id, w.seq)
    ), put as (
        insert into token_redemptions as r (creator_id, token_id, device_id, seq, corrected_at)
        select p_creator, token_id, device_id, seq, corrected_at from winners order by token_id
        on conflict (creator_id, token_id) do update set device_id = excluded.device_id,
            seq = excluded.seq, corrected_at = excluded.corrected_at
    )
    select coalesce(array_agg(row(
        case when was_device is null then 'token.redeemed' else 'token.redemption_corrected' end,
        token_id, null, jsonb_build_object('device_id', device_id, 'seq', seq,
            'at', rfc3339(corrected_at), 'gate', fields ->> 'gate')
        || case when was_device is null then '{}' else jsonb_build_object('before',
            jsonb_build_object('device_id', was_device, 'seq', was_seq, 'at', rfc3339(was_at)))
            end)::ledger_note order by corrected_at, token_id), '{}')
    into moves from winners;

    update device_events e set
        status = case when e.status = 'applied' then 'conflict' else 'applied' end,
        code = case when e.status = 'applied' then 'already_redeemed' end
    where e.creator_id = p_creator and e.token_id = any(about) and e.kind = 'redeem' and e.valid
      and (e.status = 'applied') <> (
        select (r.device_id, r.seq) = (e.device_id, e.seq) from token_redemptions r
        where r.creator_id = p_creator and r.token_id = e.token_id);
    return moves;
end $$;

-- Cases of the tokens that the new redeems are about, with the new facts in them. Locks: cases.
create or replace function roadshow.redeem_cases(p_creator uuid, d roadshow.devices, p_first bigint,
    p_last bigint)
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    about uuid[] := tokens_about(p_creator, d.id, p_first, p_last);
    got   record;
    notes ledger_note[];
begin
    with told as (
        select e.device_id, e.seq, e.corrected_at, e.valid, e.code, e.token_id, t.drop_id, t.serial,
            t.event_id, count(*) filter (where e.valid) over (partition by e.token_id) as valid_ones,
            e.device_id = d.id and e.seq between p_first and p_last as fresh
        from device_events e
        cross join lateral (
            select x.drop_id, x.serial, (select o.event_id from drops o
                where o.creator_id = p_creator and o.id = x.drop_id) as event_id
            from tokens x where x.creator_id = p_creator and x.id = e.token_id limit 1) t
        where e.creator_id = p_creator and e.kind = 'redeem' and e.status <> 'rejected'
          and e.token_id = any(about)
    ), facts as (
        select case when valid then 'already_redeemed' else code end as kind,
            token_id::text as subject, event_id, device_id, seq, corrected_at, fresh,
            jsonb_build_object('token_id', token_id, 'drop_id', drop_id, 'serial', serial) as data
        from told where not valid or valid_ones > 1
        union all
        select 'not_genuine', d.event_id || ':' || (e.fields ->> 'shown'), d.event_id, e.device_id,
            e.seq, e.corrected_at, true, jsonb_build_object('shown', e.fields ->> 'shown')
        from device_events e
        where e.creator_id = p_creator and e.device_id = d.id and e.seq between p_first and p_last
          and e.kind = 'redeem' and e.code = 'not_genuine' and e.token_id is null
    ), named as (
        select kind, subject, (array_agg(event_id))[1] as event_id, (array_agg(data))[1]
            || case when kind = 'already_redeemed' then jsonb_build_object('scans', count(*),
                'first', (array_agg(jsonb_build_object('device_id', device_id, 'seq', seq,
                    'at', rfc3339(corrected_at)) order by corrected_at, device_id, seq))[1])
                else '{}' end as data
        from facts group by kind, subject having bool_or(fresh)
    )
    select (select array_agg(kind order by kind, subject) from named) as kinds,
        (select array_agg(subject order by kind, subject) from named) as subjects,
        (select array_agg(event_id order by kind, subject) from named) as event_ids,
        (select array_agg(data order by kind, subject) from named) as data,
        (select array_agg(case_id(p_creator, kind, subject) order by device_id, seq) from facts)
            as case_ids,
        (select array_agg(device_id order by device_id, seq) from facts) as devices,
        (select array_agg(seq order by device_id, seq) from facts) as seqs
    into got;
    if got.kinds is null then
        return '{}';
    end if;
    notes := cases_put(p_creator, got.kinds, got.subjects, got.event_ids, got.data);
    insert into case_events (creator_id, case_id, device_id, seq)
    select p_creator, f.case_id, f.device_id, f.seq
    from unnest(got.case_ids, got.devices, got.seqs) as f(case_id, device_id, seq)
    on conflict do nothing;
    return notes;
end $$;

-- Moves the tokens that redeems_judge() named. Locks: tokens → ledger head.
create or replace function roadshow.redemptions_move(p_creator uuid, p_moves roadshow.ledger_note[])
returns void language plpgsql volatile as $$
begin
    perform tokens_move(p_creator, array_agg(m.subject order by m.o), 'redeemed',
        array_agg((m.data ->> 'at')::timestamptz order by m.o), array_agg(m.kind order by m.o),
        array_agg(m.data order by m.o))
    from unnest(p_moves) with ordinality as m(kind, subject, prev, data, o)
    having count(*) > 0;
end $$;

-- ---- storing -----------------------------------------------------------------------------------

-- The lines that the service made of an upload, numbered from p_first.
create or replace function roadshow.sync_lines(p_run jsonb, p_first bigint)
returns table (seq bigint, hash bytea, at integer, len integer, kind text, ts timestamptz,
    error text, fields jsonb)
language sql immutable as $$
    select p_first + l.o - 1, decode(l.h, 'hex'), l.a, l.n, l.k, l.t, l.e, coalesce(l.f, '{}')
    from rows from (jsonb_to_recordset(p_run -> 'lines')
            as (h text, a integer, n integer, k text, t timestamptz, e text, f jsonb))
        with ordinality as l(h, a, n, k, t, e, f, o)
$$;

-- Stores the new lines as facts, sales with their lines. Judgements come later.
create or replace function roadshow.sync_store(p_creator uuid, d roadshow.devices, p_upload integer,
    p_text bytea, p_run jsonb, p_first bigint, p_skew interval)
returns void language plpgsql volatile as $$
declare
    may text[] := case d.profile when 'scan' then array['redeem', 'reject', 'heartbeat']
        else array['redeem', 'reject', 'heartbeat', 'sale'] end;
begin
    insert into device_events (creator_id, device_id, seq, upload, hash, raw, kind, ts,
        corrected_at, fields, token_id, status, code)
    select p_creator, d.id, l.seq, p_upload, l.hash, substring(p_text from l.at + 1 for l.len),
        l.kind, l.ts, l.ts - p_skew, l.fields, case when l.kind = 'redeem' and l.error is null then (
            select t.id from tokens t
            where t.creator_id = p_creator and t.id = (l.fields ->> 'token_id')::uuid) end,
        case when l.error is null and l.kind = any(may) then 'applied' else 'rejected' end,
        case when l.error is not null then l.error
            when l.kind <> all(may) then 'kind_not_allowed' end
    from sync_lines(p_run, p_first) l
    where l.seq > d.acked_seq;

    insert into walk_in_sales (creator_id, device_id, seq, id, corrected_at, payment_method,
        payment_reference)
    select p_creator, d.id, e.seq, uuid_of('sale:' || d.id || ':' || e.seq), e.corrected_at,
        e.fields ->> 'method', e.fields ->> 'reference'
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

-- Drops that the device's lines from p_first on touch, by tokens, sales and shared payments.
create or replace function roadshow.sync_drops(p_creator uuid, p_device uuid, p_first bigint)
returns uuid[] language plpgsql stable as $$
begin
    return array(
        select distinct (select t.drop_id from tokens t
            where t.creator_id = p_creator and t.id = a.token_id)
        from unnest(tokens_about(p_creator, p_device, p_first, 9223372036854775807)) as a(token_id)
        union
        select drop_id from walk_in_sale_lines
        where creator_id = p_creator and device_id = p_device and seq >= p_first
          and drop_id is not null
        union
        select l.drop_id
        from walk_in_sales n
        cross join lateral (
            select x.device_id, x.seq from walk_in_sales x where x.creator_id = p_creator
              and x.payment_method = n.payment_method
              and x.payment_reference = n.payment_reference offset 0) s
        cross join lateral (
            select x.drop_id from walk_in_sale_lines x where x.creator_id = p_creator
              and x.device_id = s.device_id and x.seq = s.seq and x.drop_id is not null offset 0) l
        where n.creator_id = p_creator and n.device_id = p_device and n.seq >= p_first
          and n.payment_reference is not null);
end $$;

-- Cases of sales that name goods nobody knows, and what the ledger says about the new sales.
create or replace function roadshow.sale_notes(p_creator uuid, d roadshow.devices, p_first bigint)
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    strange record;
    cased   ledger_note[] := '{}';
    told    ledger_note[];
begin
    select array_agg('unknown_product'::text order by l.seq) as kinds,
        array_agg(d.id || ':' || l.seq order by l.seq) as subjects,
        array_agg(d.event_id) as event_ids, array_agg(l.seq order by l.seq) as seqs,
        array_agg(jsonb_build_object('device_id', d.id, 'seq', l.seq, 'lines', l.lines)
            order by l.seq) as data
    into strange
    from (
        select seq, jsonb_agg(line order by line) as lines from walk_in_sale_lines
        where creator_id = p_creator and device_id = d.id and seq >= p_first and not known
        group by seq
    ) l;
    if strange.kinds is not null then
        cased := cases_put(p_creator, strange.kinds, strange.subjects, strange.event_ids,
            strange.data);
        insert into case_events (creator_id, case_id, device_id, seq)
        select p_creator, case_id(p_creator, 'unknown_product', s.subject), d.id, s.seq
        from unnest(strange.subjects, strange.seqs) as s(subject, seq);
    end if;
    select array_agg(row('sale.recorded', s.id, null, jsonb_build_object('device_id', d.id,
        'event_id', d.event_id, 'seq', s.seq, 'at', rfc3339(s.corrected_at),
        'payment_method', s.payment_method, 'lines', (
            select jsonb_agg(jsonb_build_object('drop_id', l.drop_id, 'sku', l.sku,
                'quantity', l.quantity, 'price', money(l.price, l.currency)) order by l.line)
            from walk_in_sale_lines l where l.creator_id = p_creator
              and l.device_id = d.id and l.seq = s.seq)))::ledger_note order by s.seq)
    into told from walk_in_sales s
    where s.creator_id = p_creator and s.device_id = d.id and s.seq >= p_first;
    return cased || coalesce(told, '{}');
end $$;

-- ---- answering ---------------------------------------------------------------------------------

-- One result a line: what is known of it now; lines that were known before are duplicates.
create or replace function roadshow.sync_results(p_creator uuid, p_device uuid, p_first bigint,
    p_last bigint, p_known bigint)
returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('seq', e.seq,
            'status', case when e.seq <= p_known then 'duplicate' else e.status end,
            'code', e.code,
            'detail', case when e.status = 'rejected' then e.fields ->> 'detail' end,
            'case_id', (
                select c.case_id from roadshow.case_events c
                where c.creator_id = p_creator and c.device_id = p_device and c.seq = e.seq
                order by c.case_id limit 1))) order by e.seq), '[]')
    from roadshow.device_events e
    where e.creator_id = p_creator and e.device_id = p_device and e.seq between p_first and p_last
$$;

-- A gap: what is expected next, and the results of what came before it.
create or replace function roadshow.sync_gap(d roadshow.devices, p_results jsonb)
returns api.answer language sql stable as $$
    select roadshow.answer_ok(409, jsonb_build_object('type', '/problems/gap',
        'code', 'gap',
        'detail', 'Lines are missing: the next one must have seq ' || d.acked_seq + 1 || '.',
        'acked_seq', d.acked_seq, 'expected_seq', d.acked_seq + 1,
        'head', roadshow.base64url(d.head), 'results', p_results))
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
    p_first bigint)
returns bigint language plpgsql stable as $$
declare
    other bigint;
begin
    select min(l.seq) into other
    from sync_lines(p_run, p_first) l
    where l.seq <= d.acked_seq and l.hash <> (
        select e.hash from device_events e
        where e.creator_id = p_creator and e.device_id = d.id and e.seq = l.seq);
    if other is null and p_first = d.acked_seq + 1
        and decode(p_run ->> 'prev', 'hex') <> d.head then
        other := d.acked_seq;
    end if;
    if other is null and p_run ->> 'break' = 'fork' then
        other := p_first + jsonb_array_length(p_run -> 'lines');
    end if;
    return other;
end $$;

-- Judges and records what the upload brought: lines p_first to p_last of a device whose row is locked.
create or replace function roadshow.sync_settle(p_creator uuid, d roadshow.devices,
    p_upload integer, p_digest bytea, p_first bigint, p_last bigint)
returns void language plpgsql volatile as $$
declare
    has_sales boolean;
    of_drops  uuid[];
    notes     ledger_note[] := '{}';
    note      ledger_note;
    moves     ledger_note[];
begin
    select exists (select from walk_in_sales
        where creator_id = p_creator and device_id = d.id and seq >= p_first) into has_sales;
    if has_sales then
        -- Two uploads with the same payment may touch different drops: one after the other.
        perform pg_advisory_xact_lock(hashtextextended('sales:' || p_creator, 0));
    end if;
    of_drops := sync_drops(p_creator, d.id, p_first);
    perform drops_lock(p_creator, of_drops);
    if has_sales then
        perform payments_settle(p_creator, d.id, p_first);
        notes := sync_sales(p_creator, d, p_first, of_drops) || sale_notes(p_creator, d, p_first);
    end if;
    moves := redeems_judge(p_creator, d, p_first, p_last);
    notes := notes || redeem_cases(p_creator, d, p_first, p_last);
    update devices v set backlog = (h.fields ->> 'backlog')::integer, heartbeat_at = h.corrected_at
    from (
        select fields, corrected_at from device_events
        where creator_id = p_creator and device_id = d.id and seq between p_first and p_last
          and kind = 'heartbeat' and status <> 'rejected'
        order by corrected_at desc, seq desc limit 1
    ) h
    where v.creator_id = p_creator and v.id = d.id
      and coalesce(v.heartbeat_at, '-infinity') <= h.corrected_at;
    note := row('device.uploaded', d.id, d.ledger_index, jsonb_build_object('event_id', d.event_id,
        'upload', p_upload, 'digest', base64url(p_digest), 'first_seq', p_first,
        'last_seq', p_last))::ledger_note;
    -- From here on the ledger's head is locked.
    perform redemptions_move(p_creator, moves);
    perform notes_append(p_creator, note || notes);
end $$;

-- Sales of the upload and of everybody else in these drops, and sales that lost or won a payment.
create or replace function roadshow.sync_sales(p_creator uuid, d roadshow.devices, p_first bigint,
    p_drops uuid[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    of_devices uuid[];
    of_seqs    bigint[];
begin
    select array_agg(s.device_id order by s.device_id, s.seq),
        array_agg(s.seq order by s.device_id, s.seq)
    into of_devices, of_seqs
    from (
        select s.device_id, s.seq from walk_in_sales s
        where s.creator_id = p_creator and s.device_id = d.id and s.seq >= p_first
        union
        select x.device_id, x.seq from walk_in_sales n
        cross join lateral (
            select y.device_id, y.seq from walk_in_sales y where y.creator_id = p_creator
              and y.payment_method = n.payment_method
              and y.payment_reference = n.payment_reference offset 0) x
        where n.creator_id = p_creator and n.device_id = d.id and n.seq >= p_first
          and n.payment_reference is not null
    ) s;
    return walk_in_settle(p_creator, p_drops, of_devices, of_seqs);
end $$;

-- POST /v1/sync. p_signature: nonce, nonce_until, input, signature, received_at, device_time,
-- clock_source, content_encoding. p_base is what was signed, p_body the body as sent, p_text the body
-- without its gzip (null when it had none). p_run is what sync.c made of it:
--   first  seq of the first line, null when no line says so
--   prev   of the first line, null when it cannot be read
--   break  null | gap | fork: why the lines end before the body does
--   stray  lines that no chain names; they are in the body and nowhere else
--   lines  [{h: hash, a: offset, n: length, k: kind, t: ts, e: error, f: fields}]
-- The same bytes give the same answer, once nothing is missing before them.
-- Locks: as at the head of this file. Raises: RS401, RS403, RS422. Statement: sync_upload.
create or replace function api.sync_upload(p_creator uuid, c api.caller, p_signature jsonb,
    p_base bytea, p_body bytea, p_text bytea, p_run jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
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
    lines       bigint      := jsonb_array_length(p_run -> 'lines');
    first       bigint;
    known       bigint;
    forks_at    bigint;
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
          and e.hash = decode(p_run #>> '{lines,0,h}', 'hex');
    end if;
    first := coalesce(first, known + 1);
    if first > known + 1 then
        return sync_gap(d, '[]');
    end if;
    forks_at := sync_forks(p_creator, d, p_run, first);

    if u.n is null then
        u.n := d.uploads + 1;
        insert into device_uploads (creator_id, device_id, n, digest, idem_key, received_at,
            device_time, clock_source, skew_us, uncertainty_us, signature_input, signature, base,
            content_encoding, body)
        values (p_creator, d.id, u.n, of_body, c.idem_key, received, device_time,
            p_signature ->> 'clock_source', extract(epoch from skew) * 1000000,
            extract(epoch from uncertain) * 1000000, p_signature ->> 'input',
            p_signature ->> 'signature', p_base, p_signature ->> 'content_encoding', p_body);
        update devices set uploads = u.n, last_seen_at = received,
            clock_skew_us = extract(epoch from skew) * 1000000,
            clock_flagged = abs(extract(epoch from skew)) > 300
        where creator_id = p_creator and id = d.id;
    end if;
    if forks_at is not null then
        return sync_fork(p_creator, d, u.n, forks_at);
    end if;

    if first + lines - 1 > known then
        perform sync_store(p_creator, d, u.n, coalesce(p_text, p_body), p_run, first, skew);
        perform sync_settle(p_creator, d, u.n, of_body, known + 1, first + lines - 1);
        update devices set acked_seq = first + lines - 1, head = (
            select hash from device_events where creator_id = p_creator and device_id = d.id
              and seq = first + lines - 1)
        where creator_id = p_creator and id = d.id returning * into d;
        update device_uploads set ledger_index = d.ledger_index
        where creator_id = p_creator and device_id = d.id and n = u.n;
    end if;
    a := answer_ok(200, jsonb_build_object('acked_seq', d.acked_seq, 'head', base64url(d.head),
        'stray', (p_run ->> 'stray')::integer,
        'results', sync_results(p_creator, d.id, first, first + lines - 1, known)));
    if p_run ->> 'break' = 'gap' then
        return sync_gap(d, a.body::jsonb -> 'results');
    end if;
    update device_uploads set answer = a
    where creator_id = p_creator and device_id = d.id and n = u.n;
    return a;
end $$;
