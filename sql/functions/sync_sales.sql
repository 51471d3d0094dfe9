-- SPDX-License-Identifier: Apache-2.0
--
-- Judging walk-in sales and payments from all facts about them; see the head of sync.sql for the rules
-- and for why the statements are written as they are.
--
-- Locks: the callers hold venue_lock() and the drops'; leases → cases.

-- ---- walk-in stock ------------------------------------------------------------------------------

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
                  between y.granted_at - clock_tolerance()
                  and least(y.until, y.closed_at) + clock_tolerance()
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
        select e.at, e.code as was, case when s.annulled then null
            when not s.counted then 'same_payment'
            when l.short > 0 then 'oversold' when not l.known then 'unknown_product' end as code
        from touched t
        cross join lateral (
            select x.counted, x.annulled from walk_in_sales x where x.creator_id = p_creator
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

-- The `oversold` case of each of these drops, by what the recount found. Locks: cases.
create or replace function roadshow.oversold_cases(p_creator uuid, p_drops uuid[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    grounds case_ground[];
begin
    with over as (
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
    )
    select array_agg(distinct row('oversold', o.id::text, o.event_id, o.data, l.device_id,
        l.seq)::case_ground)
    into grounds
    from over o join walk_in_sale_lines l
        on l.creator_id = p_creator and l.drop_id = o.id and l.short > 0;
    return cases_settle(p_creator, array['oversold'],
        array(select unnest(p_drops)::text), grounds);
end $$;

-- Everything about walk-in units of these drops, from the facts. The caller holds the drops' locks and
-- appends the notes. Locks: leases → cases. Callers: sync_settle(), leases_end(), api.lease_return().
create or replace function roadshow.walk_in_settle(p_creator uuid, p_drops uuid[],
    p_devices uuid[], p_seqs bigint[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
begin
    perform walk_in_recount(p_creator, p_drops);
    perform sales_judge(p_creator, p_drops, p_devices, p_seqs);
    return oversold_cases(p_creator, p_drops);
end $$;

-- ---- payments -----------------------------------------------------------------------------------

-- The name under which a payment has its cases. References stay out of it, for cases are told in the
-- ledger.
create or replace function roadshow.payment_subject(p_method text, p_reference text) returns text
    language sql immutable parallel safe as $$
    select p_method || ':' || substr(encode(sha256(convert_to(p_reference, 'UTF8')), 'hex'), 1, 32)
$$;

-- What a sale comes to, by currency: [{amount, currency}].
create or replace function roadshow.sale_amounts(p_creator uuid, p_device uuid, p_seq bigint)
returns jsonb language sql stable as $$
    select jsonb_agg(roadshow.money(t.amount, t.currency) order by t.currency)
    from (
        select l.currency, sum(l.price * l.quantity)::bigint as amount
        from roadshow.walk_in_sale_lines l
        where l.creator_id = p_creator and l.device_id = p_device and l.seq = p_seq
        group by l.currency
    ) t
$$;

-- Which of several sales with one of these payments counts: the earliest that was not annulled.
create or replace function roadshow.payments_count(p_creator uuid, p_methods text[],
    p_references text[])
returns void language plpgsql volatile as $$
begin
    with named as (
        select distinct m, r from unnest(p_methods, p_references) as n(m, r)
    ), ranked as (
        select s.at, s.counted as was, not s.annulled and row_number() over (
            partition by n.m, n.r
            order by s.annulled, s.corrected_at, s.device_id, s.seq) = 1 as counted
        from named n cross join lateral (
            select x.ctid as at, x.* from walk_in_sales x where x.creator_id = p_creator
              and x.payment_method = n.m and x.payment_reference = n.r offset 0) s
    ), changed as (
        update walk_in_sales s set counted = r.counted,
            outcome = case when r.counted then s.outcome end
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

-- What became of these payments: each `payment` event, the outcome of the sale, and the cases. The last
-- outcome counts (a terminal may decline and then capture); one that says what the one before it said
-- is a duplicate; one of another amount than the sale's, or without a sale, is a conflict.
-- Locks: cases. Caller: sync_settle(), after payments_count().
create or replace function roadshow.payments_settle(p_creator uuid, p_methods text[],
    p_references text[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    grounds case_ground[];
begin
    with named as (
        select distinct m, r from unnest(p_methods, p_references) as n(m, r)
    ), told as (
        select n.m, payment_subject(n.m, n.r) as subject, s.at as sale_at, s.device_id as sale_device,
            s.seq as sale_seq, s.event_id as sale_event, s.outcome as was_outcome, s.amounts, e.at,
            e.device_id, e.seq, e.corrected_at, e.event_id, e.code as was_code, e.outcome, e.amount,
            case when e.at is null then null when s.at is null then 'unmatched_payment'
                when e.amount is not null and s.amounts <> jsonb_build_array(e.amount)
                    then 'amount_differs' end as wrong
        from named n
        left join lateral (
            select x.ctid as at, x.device_id, x.seq, x.outcome,
                (select v.event_id from devices v
                    where v.creator_id = p_creator and v.id = x.device_id) as event_id,
                sale_amounts(p_creator, x.device_id, x.seq) as amounts
            from walk_in_sales x where x.creator_id = p_creator and x.payment_method = n.m
              and x.payment_reference = n.r and x.counted limit 1) s on true
        left join lateral (
            select x.ctid as at, x.device_id, x.seq, x.corrected_at, x.code,
                (select v.event_id from devices v
                    where v.creator_id = p_creator and v.id = x.device_id) as event_id,
                x.fields ->> 'outcome' as outcome,
                money((x.fields ->> 'amount')::bigint, x.fields ->> 'currency') as amount
            from device_events x where x.creator_id = p_creator and x.kind = 'payment'
              and x.fields ->> 'method' = n.m and x.fields ->> 'reference' = n.r
              and x.status <> 'rejected' and x.annulled_by is null offset 0) e on true
    ), ordered as (
        select t.*, lag(outcome) over w as before, last_value(outcome) over whole as final,
            jsonb_agg(amount) over whole as amounts_told, first_value(event_id) over whole as first_event
        from told t
        window w as (partition by subject, wrong order by corrected_at, device_id, seq),
            whole as (partition by subject, wrong order by corrected_at, device_id, seq
                rows between unbounded preceding and unbounded following)
    ), judged as (
        select at, was_code,
            case when wrong is null and outcome = before then 'same_outcome' else wrong end as code
        from ordered where at is not null
    ), events as (
        update device_events e set code = j.code, status = case when j.code is null then 'applied'
            when j.code = 'same_outcome' then 'duplicate' else 'conflict' end
        from judged j where e.ctid = j.at and j.was_code is distinct from j.code
    ), outcomes as (
        select sale_at, max(final) filter (where wrong is null) as final from ordered
        where sale_at is not null group by sale_at
    ), sales as (
        update walk_in_sales s set outcome = o.final
        from outcomes o where s.ctid = o.sale_at and s.outcome is distinct from o.final
    ), found as (
        select case when wrong is not null then wrong when final = 'declined' then 'payment_declined' end
                as kind, subject, coalesce(sale_event, first_event) as event_id,
            case when wrong = 'unmatched_payment' then jsonb_build_object('method', m,
                    'outcome', final, 'told', amounts_told)
                when wrong = 'amount_differs' then jsonb_build_object('method', m,
                    'sold', amounts, 'told', amounts_told)
                else jsonb_build_object('method', m, 'amounts', amounts) end as data,
            device_id, seq, sale_device, sale_seq
        from ordered where at is not null
    )
    select array_agg(distinct row(f.kind, f.subject, f.event_id, f.data, x.device_id,
        x.seq)::case_ground)
    into grounds
    from found f
    cross join lateral (values (f.device_id, f.seq), (f.sale_device, f.sale_seq)) as x(device_id, seq)
    where f.kind is not null and x.device_id is not null;
    return cases_settle(p_creator,
        array['unmatched_payment', 'amount_differs', 'payment_declined'],
        array(select distinct payment_subject(m, r) from unnest(p_methods, p_references) as n(m, r)),
        grounds);
end $$;

-- ---- what is new ----------------------------------------------------------------------------------

-- Cases of these sales of one device that name goods nobody knows. Locks: cases. Caller: sync_settle().
create or replace function roadshow.sale_cases(p_creator uuid, d roadshow.devices, p_seqs bigint[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    grounds case_ground[];
begin
    select array_agg(row('unknown_product', d.id || ':' || l.seq, d.event_id, jsonb_build_object(
        'device_id', d.id, 'seq', l.seq, 'lines', l.lines), d.id, l.seq)::case_ground)
    into grounds
    from (
        select x.seq, jsonb_agg(x.line order by x.line) as lines from walk_in_sale_lines x
        where x.creator_id = p_creator and x.device_id = d.id and x.seq = any(p_seqs)
          and not x.known and not (select s.annulled from walk_in_sales s
            where s.creator_id = p_creator and s.device_id = d.id and s.seq = x.seq)
        group by x.seq
    ) l;
    return cases_settle(p_creator, array['unknown_product'],
        array(select d.id || ':' || s from unnest(p_seqs) as s), grounds);
end $$;

-- What the ledger says about the device's new sales.
create or replace function roadshow.sale_notes(p_creator uuid, d roadshow.devices, p_first bigint)
returns roadshow.ledger_note[] language plpgsql stable as $$
begin
    return (
        select coalesce(array_agg(row('sale.recorded', s.id, null, jsonb_build_object('device_id', d.id,
            'event_id', d.event_id, 'seq', s.seq, 'at', rfc3339(s.corrected_at),
            'payment_method', s.payment_method, 'annulled', s.annulled, 'lines', (
                select jsonb_agg(jsonb_build_object('drop_id', l.drop_id, 'sku', sku_told(p_creator, l.sku),
                    'quantity', l.quantity, 'price', money(l.price, l.currency)) order by l.line)
                from walk_in_sale_lines l where l.creator_id = p_creator
                  and l.device_id = d.id and l.seq = s.seq)))::ledger_note order by s.seq), '{}')
        from walk_in_sales s
        where s.creator_id = p_creator and s.device_id = d.id and s.seq >= p_first);
end $$;

-- What was sold and then taken back: without effect from here on. The notes are about sales that the
-- ledger knows, those before p_first. Caller: sync_sales(), before anything is counted.
create or replace function roadshow.sales_annul(p_creator uuid, p_device uuid, p_first bigint,
    p_seqs bigint[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    notes ledger_note[];
begin
    with taken as (
        update walk_in_sales set annulled = true, counted = false, outcome = null
        where creator_id = p_creator and device_id = p_device and seq = any(p_seqs) and not annulled
        returning id, seq, ledger_index
    )
    select coalesce(array_agg(row('sale.annulled', id, ledger_index,
        jsonb_build_object('device_id', p_device, 'seq', seq))::ledger_note order by seq)
        filter (where seq < p_first), '{}')
    into notes from taken;
    update walk_in_sale_lines set counted = false, covered = 0, short = 0
    where creator_id = p_creator and device_id = p_device and seq = any(p_seqs) and counted;
    return notes;
end $$;
