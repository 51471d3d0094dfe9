-- SPDX-License-Identifier: Apache-2.0
--
-- Stock at the venue: what came in, moved, was handed over and counted, by SKU and location. Goods that
-- are sold or that a token is redeemed for leave from `floor`. What a count should have found follows
-- from the count before it and everything since, in the order of corrected time; so a late upload
-- corrects what later counts should have found.
--
-- Locks: the callers hold venue_lock(); cases.

-- From how many units on a difference is a case.
create or replace function roadshow.count_case_units() returns integer language sql immutable
    parallel safe as $$
    select 3
$$;

-- Everything that changed the stock of these SKUs at an event, in order. delta: units in or out.
-- counted: of a count. `s` is what the deltas come to so far.
create or replace function roadshow.venue_stock_run(p_creator uuid, p_event uuid, p_skus text[])
returns table (sku text, location text, corrected_at timestamptz, device_id uuid, seq bigint,
    delta bigint, counted integer, reason text, s bigint)
language sql stable as $$
    with told as (
        select e.kind, e.device_id, e.seq, e.corrected_at, e.fields ->> 'sku' as sku,
            (e.fields ->> 'quantity')::integer as quantity, e.fields
        from roadshow.devices d
        cross join lateral (
            select x.* from roadshow.device_events x
            where x.creator_id = p_creator and x.device_id = d.id
              and x.kind in ('count', 'receive', 'move') and x.status <> 'rejected'
              and x.annulled_by is null offset 0) e
        where d.creator_id = p_creator and d.event_id = p_event and e.fields ->> 'sku' = any(p_skus)
    ), facts as (
        select t.sku, coalesce(t.fields ->> 'location', 'floor') as location, t.corrected_at,
            t.device_id, t.seq, 1 as line, case t.kind when 'receive' then t.quantity else 0 end as delta,
            case t.kind when 'count' then t.quantity end as counted, t.fields ->> 'reason' as reason
        from told t where t.kind in ('count', 'receive')
        union all
        select t.sku, t.fields ->> 'from', t.corrected_at, t.device_id, t.seq, 1, -t.quantity, null, null
        from told t where t.kind = 'move'
        union all
        select t.sku, t.fields ->> 'to', t.corrected_at, t.device_id, t.seq, 2, t.quantity, null, null
        from told t where t.kind = 'move'
        union all
        select l.sku, 'floor', l.corrected_at, l.device_id, l.seq, l.line, -l.quantity, null, null
        from roadshow.devices d
        join roadshow.walk_in_sale_lines l on l.creator_id = p_creator and l.device_id = d.id
        where d.creator_id = p_creator and d.event_id = p_event and l.counted and l.sku = any(p_skus)
        union all
        select o.sku, 'floor', r.corrected_at, r.device_id, r.seq, 1, -1, null, null
        from roadshow.drops o
        join roadshow.tokens t on t.creator_id = p_creator and t.drop_id = o.id
        join roadshow.token_redemptions r on r.creator_id = p_creator and r.token_id = t.id
        where o.creator_id = p_creator and o.event_id = p_event and o.sku = any(p_skus)
    )
    select f.sku, f.location, f.corrected_at, f.device_id, f.seq, f.delta::bigint, f.counted, f.reason,
        (sum(f.delta) over w)::bigint
    from facts f
    window w as (partition by f.sku, f.location order by f.corrected_at, f.device_id, f.seq, f.line)
$$;

-- What each count of these SKUs should have found; notes for the ledger where that is new or another
-- than before: without the place and the reason, which somebody wrote. Caller: counts_settle().
create or replace function roadshow.counts_judge(p_creator uuid, p_event uuid, p_skus text[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    notes ledger_note[];
begin
    with counts as (
        select r.*, lag(counted) over w as before, lag(s) over w as before_s,
            -- without anything that came in before it, it is the opening count
            bool_or(delta > 0) over (partition by sku, location order by corrected_at, device_id, seq
                rows between unbounded preceding and 1 preceding) as had_stock
        from venue_stock_run(p_creator, p_event, p_skus) r
        window w as (partition by sku, location, counted is null order by corrected_at, device_id, seq)
    ), judged as (
        select c.*, case when before is not null then before + s - before_s
            when had_stock then s end as expected
        from counts c where counted is not null
    ), changed as (
        insert into venue_counts as v (creator_id, device_id, seq, id, event_id, sku, location,
            corrected_at, counted, expected, reason)
        select p_creator, device_id, seq, uuid_of('count:' || device_id || ':' || seq), p_event, sku,
            location, corrected_at, counted, expected, reason
        from judged order by device_id, seq
        on conflict (creator_id, device_id, seq) do update set expected = excluded.expected
            where v.expected is distinct from excluded.expected
        returning *
    ), gone as (
        delete from venue_counts v using (
            select x.device_id, x.seq from venue_counts x
            where x.creator_id = p_creator and x.event_id = p_event and x.sku = any(p_skus)
            except select device_id, seq from judged) g
        where v.creator_id = p_creator and v.device_id = g.device_id and v.seq = g.seq
        returning v.*
    )
    select array_agg(n order by (n).subject) into notes from (
        select row(case when ledger_index is null then 'count.recorded' else 'count.corrected' end,
            id, ledger_index, jsonb_build_object('event_id', event_id, 'device_id', device_id,
                'seq', seq, 'sku', sku_told(p_creator, sku), 'at', rfc3339(corrected_at),
                'counted', counted, 'expected', expected,
                'adjustment', counted - expected))::ledger_note as n
        from changed
        union all
        select row('count.annulled', id, ledger_index, jsonb_build_object('event_id', event_id,
            'device_id', device_id, 'seq', seq, 'sku', sku_told(p_creator, sku)))::ledger_note
        from gone
    ) as notes_;
    return coalesce(notes, '{}');
end $$;

-- Everything about counts of these SKUs, wherever they were counted before, and at p_event, where they
-- are counted for the first time perhaps: the counts, the status of their events, and a case for each SKU and location where a count was off by count_case_units() or more.
-- Locks: cases. Callers: sync_settle(), api.janitor_redeems().
create or replace function roadshow.counts_settle(p_creator uuid, p_skus text[],
    p_event uuid default null)
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    of_event uuid;
    notes    ledger_note[] := '{}';
    grounds  case_ground[];
    subjects text[];
begin
    -- A SKU is counted at few events; none at all is the rule.
    for of_event in
        select v.event_id from venue_counts v where v.creator_id = p_creator and v.sku = any(p_skus)
        union
        select p_event where p_event is not null
        order by 1
    loop
        subjects := array(select distinct of_event || ':' || sku || ':' || location from venue_counts
            where creator_id = p_creator and event_id = of_event and sku = any(p_skus));
        notes := notes || counts_judge(p_creator, of_event, p_skus);
        with judged as (
            select v.*, e.at, e.code as was, case when abs(v.counted - v.expected) >= count_case_units()
                then 'stock_difference' end as code
            from venue_counts v
            cross join lateral (
                select x.ctid as at, x.code from device_events x where x.creator_id = p_creator
                  and x.device_id = v.device_id and x.seq = v.seq limit 1) e
            where v.creator_id = p_creator and v.event_id = of_event and v.sku = any(p_skus)
        ), moved as (
            update device_events e set code = j.code,
                status = case when j.code is null then 'applied' else 'conflict' end
            from judged j where e.ctid = j.at and j.was is distinct from j.code
        )
        select array_agg(row('stock_difference', of_event || ':' || j.sku || ':' || j.location,
            of_event, x.data, j.device_id, j.seq)::case_ground)
        into grounds
        from judged j join (
            select sku, location, jsonb_build_object('sku', sku, 'location', location,
                'counts', jsonb_agg(jsonb_build_object('device_id', device_id, 'seq', seq,
                    'at', rfc3339(corrected_at), 'counted', counted, 'expected', expected) order by corrected_at, device_id, seq)) as data
            from judged where code is not null group by sku, location
        ) x on x.sku = j.sku and x.location = j.location
        where j.code is not null;
        notes := notes || cases_settle(p_creator, array['stock_difference'],
            subjects || array(select distinct (g).subject from unnest(grounds) as g), grounds);
    end loop;
    return notes;
end $$;
