-- SPDX-License-Identifier: Apache-2.0
--
-- Judging scans: every redeem of a token together, from all facts about it and from what the token is
-- now. A judgement does not look at what an earlier one concluded, so it may be made again at any time:
-- when another device uploads, when a scan is annulled, and when the centre has changed the token.
--
-- Locks: the callers hold the drops'; cases → tokens → ledger head.

-- Tokens that the device's touched redeems are about.
create or replace function roadshow.tokens_about(p_creator uuid, p_device uuid, p_first bigint,
    p_last bigint)
returns uuid[] language plpgsql stable as $$
begin
    return array(select distinct token_id
        from sync_touched(p_creator, p_device, p_first, p_last)
        where kind = 'redeem' and token_id is not null);
end $$;

-- All of a token that a scan is judged by: state (a redeemed one was issued), version, and whether its unit
-- is brought home.
create or replace function roadshow.token_standing(t roadshow.tokens) returns text language sql stable as $$
    select case t.state when 'redeemed' then 'issued' else t.state end || ' ' || t.version
        || case when t.state = 'issued' and exists (select from roadshow.orders o
            where o.creator_id = t.creator_id and o.token_id = t.id) then ' delivery' else '' end
$$;

-- Everything about these tokens' scans, in one pass over them: status, code and validity of every redeem;
-- who redeemed each token first, as far as is known now; the grounds of cases. A token moves where that
-- is new, another than before (`tokens`, with when, the entry's kind and its data), or nobody any more
-- (`undone`): redemptions_move() carries it out. The caller holds the locks of the tokens' drops.
-- Locks: cases. Callers: sync_settle(), api.janitor_redeems().
create or replace function roadshow.redeems_settle(p_creator uuid, p_tokens uuid[],
    out tokens uuid[], out at timestamptz[], out kinds text[], out data jsonb[],
    out undone uuid[], out undone_data jsonb[], out notes roadshow.ledger_note[])
language plpgsql volatile set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
    grounds case_ground[];
begin
    notes := '{}';
    if cardinality(p_tokens) = 0 then
        return;
    end if;
    with told as ( -- each by itself: could it have let its holder in?
        select a.token_id, t.drop_id, t.serial, o.event_id, e.place, e.device_id, e.seq, e.corrected_at,
            e.valid as was_valid, e.code as was_code, e.judged_as as was_as,
            e.annulled_by is not null as annulled, r.place as was_place, r.device_id as was_device,
            r.seq as was_seq, r.corrected_at as was_at,
            case when e.annulled_by is not null then 'annulled'
                when o.event_id <> d.event_id then 'wrong_event'
                when e.version < t.version then 'superseded'
                when e.version > t.version then 'not_genuine'
                when t.state = 'held' then 'unpaid'
                when t.state not in ('issued', 'redeemed') then t.state
                when t.state = 'issued' and (select x.token_id from orders x
                    where x.creator_id = p_creator and x.token_id = a.token_id limit 1) is not null
                    then 'home_delivery'
                when e.corrected_at + clock_tolerance() < o.pickup_from
                    or e.corrected_at - clock_tolerance() > coalesce(t.valid_until, o.ends)
                    then 'wrong_window' end as wrong -- token_end()
        from unnest(p_tokens) as a(token_id)
        cross join lateral (
            select x.drop_id, x.serial, x.version, x.state, x.valid_until from tokens x
            where x.creator_id = p_creator and x.id = a.token_id limit 1) t
        cross join lateral (
            select x.event_id, x.pickup_from, pickup_end(x) as ends from drops x
            where x.creator_id = p_creator and x.id = t.drop_id limit 1) o
        left join lateral (
            select x.ctid as place, x.device_id, x.seq, x.corrected_at from token_redemptions x
            where x.creator_id = p_creator and x.token_id = a.token_id limit 1) r on true
        cross join lateral (
            select x.ctid as place, x.device_id, x.seq, x.corrected_at, x.valid, x.code, x.judged_as,
                x.annulled_by, (x.fields ->> 'version')::bigint as version
            from device_events x where x.creator_id = p_creator and x.token_id = a.token_id
              and x.kind = 'redeem' and x.status <> 'rejected' offset 0) e
        cross join lateral (
            select x.event_id from devices x
            where x.creator_id = p_creator and x.id = e.device_id limit 1) d
        offset 0 -- each is looked at once, though it is asked for several times below
    ), ranked as ( -- the valid ones together: the earliest redeems
        select t.*, row_number() over (partition by token_id
                order by wrong is not null, corrected_at, device_id, seq) as n,
            count(*) filter (where wrong is null) over (partition by token_id) as valid_ones
        from told t
    ), judged as (
        select r.*, wrong is null as valid,
            case when not annulled then coalesce(wrong,
                case when n > 1 then 'already_redeemed' end) end as code,
            case when wrong is not null and not annulled then (select token_standing(x) from tokens x
                where x.creator_id = p_creator and x.id = r.token_id limit 1) end as judged_as
        from ranked r
    ), told_anew as (
        update device_events e set valid = j.valid, code = j.code, judged_as = j.judged_as,
            status = case when j.code is null then 'applied' else 'conflict' end
        from judged j
        where e.ctid = j.place
          and (j.was_valid, j.was_code, j.was_as) is distinct from (j.valid, j.code, j.judged_as)
    ), moved as (
        select token_id, valid, device_id, seq, corrected_at, was_place, was_device is null as is_first,
            case when not valid then 'token.redemption_annulled'
                when was_device is null then 'token.redeemed'
                else 'token.redemption_corrected' end as kind,
            case when was_device is null then jsonb_build_object('device_id', device_id, 'seq', seq,
                    'at', rfc3339(corrected_at))
                else case when valid then jsonb_build_object('device_id', device_id, 'seq', seq,
                    'at', rfc3339(corrected_at)) else '{}' end
                || jsonb_build_object('before', jsonb_build_object('device_id', was_device,
                    'seq', was_seq, 'at', rfc3339(was_at))) end as data
        from judged
        where n = 1 and case when valid then (was_device, was_seq) is distinct from (device_id, seq)
            else was_device is not null end
        order by valid desc, corrected_at, token_id
    ), put as (
        insert into token_redemptions (creator_id, token_id, device_id, seq, corrected_at)
        select p_creator, token_id, device_id, seq, corrected_at from moved where is_first
    ), put_other as (
        update token_redemptions r set device_id = m.device_id, seq = m.seq,
            corrected_at = m.corrected_at
        from moved m where r.ctid = m.was_place and m.valid and not m.is_first
    ), gone as (
        delete from token_redemptions r using moved m where r.ctid = m.was_place and not m.valid
    )
    select array_agg(m.token_id) filter (where m.valid), array_agg(m.corrected_at) filter (where m.valid),
        array_agg(m.kind) filter (where m.valid), array_agg(m.data) filter (where m.valid),
        array_agg(m.token_id) filter (where not m.valid),
        array_agg(m.data) filter (where not m.valid), (
        select array_agg(row(case when valid then 'already_redeemed' else code end, token_id::text,
            event_id, jsonb_build_object('token_id', token_id, 'drop_id', drop_id, 'serial', serial)
                || case when valid then jsonb_build_object('scans', valid_ones, 'first',
                    jsonb_build_object('device_id', first_device, 'seq', first_seq,
                        'at', rfc3339(first_at))) else '{}' end, device_id, seq)::case_ground)
        from (
            select j.*, first_value(device_id) over w as first_device,
                first_value(seq) over w as first_seq, first_value(corrected_at) over w as first_at
            from judged j where not annulled and (not valid or valid_ones > 1)
            window w as (partition by token_id, valid order by n)
        ) told_twice)
    into tokens, at, kinds, data, undone, undone_data, grounds
    from moved m;
    notes := cases_settle(p_creator, array['already_redeemed', 'superseded', 'cancelled', 'expired',
            'forfeited', 'suspended', 'unpaid', 'home_delivery', 'wrong_event', 'wrong_window', 'not_genuine'],
        p_tokens::text[], grounds);
end $$;

-- Scans of texts that are no tokens of ours: a case for each event and text, to which facts only add.
-- Locks: cases. Caller: sync_settle().
create or replace function roadshow.forgery_cases(p_creator uuid, d roadshow.devices, p_first bigint,
    p_last bigint)
returns roadshow.ledger_note[] language plpgsql volatile as $$
begin
    return cases_add(p_creator, (
        select array_agg(row('not_genuine', d.event_id || ':' || (e.fields ->> 'shown'), d.event_id,
            jsonb_build_object('shown', e.fields ->> 'shown'), e.device_id, e.seq)::case_ground)
        from device_events e
        where e.creator_id = p_creator and e.device_id = d.id and e.seq between p_first and p_last
          and e.kind = 'redeem' and e.code = 'not_genuine' and e.token_id is null));
end $$;

-- Moves the tokens that redeems_settle() named (null: none): redeemed; or issued again, when the only scan
-- that redeemed them was annulled. Locks: tokens → ledger head. Callers: as redeems_settle().
create or replace function roadshow.redemptions_move(p_creator uuid, p_tokens uuid[],
    p_at timestamptz[], p_kinds text[], p_data jsonb[], p_undone uuid[], p_undone_data jsonb[])
returns void language plpgsql volatile as $$
begin
    perform tokens_move(p_creator, p_tokens, 'redeemed', p_at, p_kinds, p_data);
    perform tokens_move(p_creator, array_agg(m.id order by m.o), 'issued',
        array_agg(clock_timestamp()), array_agg('token.redemption_annulled'::text),
        array_agg(m.data order by m.o))
    from unnest(p_undone, p_undone_data) with ordinality as m(id, data, o)
    cross join lateral (select from tokens x where x.creator_id = p_creator and x.id = m.id
        and x.state = 'redeemed' limit 1) t
    having count(*) > 0;
end $$;

-- Scans that were not good when they were heard, and whose token the centre has changed since (a hold
-- was paid or ended, a token was cancelled or changed hands): judged anew, as they would be if they
-- were heard now.
-- Locks: venue (advisory) → drops → cases → tokens → ledger head. Caller: the janitor's job `redeems`.
create or replace function api.janitor_redeems(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    due    uuid[];
    judged record;
    notes  ledger_note[];
begin
    due := array(
        select distinct e.token_id from device_events e
        join tokens t on t.creator_id = p_creator and t.id = e.token_id
        where e.creator_id = p_creator and e.judged_as is not null
          and e.judged_as <> token_standing(t)
        limit p_limit);
    if cardinality(due) = 0 then
        return 0;
    end if;
    perform venue_lock(p_creator, false);
    perform drops_lock(p_creator, array(select distinct t.drop_id from tokens t
        where t.creator_id = p_creator and t.id = any(due)));
    judged := redeems_settle(p_creator, due);
    notes := judged.notes || counts_settle(p_creator, array(select distinct o.sku from tokens t
        join drops o on o.creator_id = p_creator and o.id = t.drop_id
        where t.creator_id = p_creator and t.id = any(due)));
    perform redemptions_move(p_creator, judged.tokens, judged.at, judged.kinds, judged.data,
        judged.undone, judged.undone_data);
    perform notes_append(p_creator, notes);
    return cardinality(due);
end $$;
