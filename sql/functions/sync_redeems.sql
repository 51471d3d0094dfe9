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

-- Status, code and validity of every redeem of these tokens. The caller holds the locks of the tokens'
-- drops. Caller: redeems_settle().
create or replace function roadshow.redeems_judge(p_creator uuid, p_tokens uuid[])
returns void language plpgsql volatile as $$
begin
    with alone as ( -- each by itself: could it have let its holder in?
        select e.at, e.token_id, e.corrected_at, e.device_id, e.seq, e.valid as was_valid,
            e.code as was_code, e.judged_as as was_as, t.x as token, e.annulled_by is not null as annulled,
            case when e.annulled_by is not null then 'annulled'
                when o.event_id <> d.event_id then 'wrong_event'
                when e.version < t.version then 'superseded'
                when e.version > t.version then 'not_genuine'
                when t.state = 'held' then 'unpaid'
                when t.state not in ('issued', 'redeemed') then t.state
                when t.state = 'issued' and exists (select from orders
                    where creator_id = p_creator and token_id = t.id) then 'home_delivery'
                when e.corrected_at + clock_tolerance() < o.pickup_from
                    or e.corrected_at - clock_tolerance() > o.ends then 'wrong_window'
                end as wrong
        from unnest(p_tokens) as a(token_id)
        cross join lateral (
            select x.id, x.drop_id, x.version, x.state, x from tokens x
            where x.creator_id = p_creator and x.id = a.token_id limit 1) t
        cross join lateral (
            select o.event_id, o.pickup_from, token_end(t.x, o) as ends from drops o
            where o.creator_id = p_creator and o.id = t.drop_id limit 1) o
        cross join lateral (
            select x.ctid as at, x.*, (x.fields ->> 'version')::bigint as version
            from device_events x where x.creator_id = p_creator and x.token_id = a.token_id
              and x.kind = 'redeem' and x.status <> 'rejected' offset 0) e
        cross join lateral (
            select x.event_id from devices x
            where x.creator_id = p_creator and x.id = e.device_id limit 1) d
    ), judged as ( -- the valid ones together: the earliest redeems
        select at, was_valid, was_code, was_as, wrong is null as valid,
            case when wrong is not null and not annulled then token_standing(token) end as judged_as,
            case when annulled then null when wrong is not null then wrong
                when row_number() over (partition by token_id, wrong is null
                    order by corrected_at, device_id, seq) > 1 then 'already_redeemed' end as code
        from alone
    )
    update device_events e set valid = j.valid, code = j.code, judged_as = j.judged_as,
        status = case when j.code is null then 'applied' else 'conflict' end
    from judged j
    where e.ctid = j.at
      and (j.was_valid, j.was_code, j.was_as) is distinct from (j.valid, j.code, j.judged_as);
end $$;

-- Who redeemed each token first, as far as is known now. Returns a note for each token for which that is
-- new, another than before, or nobody any more; redemptions_move() carries them out.
-- Caller: redeems_settle().
create or replace function roadshow.redemptions_find(p_creator uuid, p_tokens uuid[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    moves ledger_note[];
begin
    with found as (
        select a.token_id, w.device_id, w.seq, w.corrected_at, w.gate, r.device_id as was_device,
            r.seq as was_seq, r.corrected_at as was_at
        from unnest(p_tokens) as a(token_id)
        left join lateral (
            select e.device_id, e.seq, e.corrected_at, e.fields ->> 'gate' as gate
            from device_events e
            where e.creator_id = p_creator and e.token_id = a.token_id and e.kind = 'redeem'
              and e.valid
            order by e.corrected_at, e.device_id, e.seq limit 1) w on true
        left join lateral (
            select x.* from token_redemptions x
            where x.creator_id = p_creator and x.token_id = a.token_id limit 1) r on true
        where (r.device_id, r.seq) is distinct from (w.device_id, w.seq)
    ), put as (
        insert into token_redemptions as r (creator_id, token_id, device_id, seq, corrected_at)
        select p_creator, token_id, device_id, seq, corrected_at from found
        where device_id is not null order by token_id
        on conflict (creator_id, token_id) do update set device_id = excluded.device_id,
            seq = excluded.seq, corrected_at = excluded.corrected_at
    ), gone as (
        delete from token_redemptions r using (
            select token_id from found where device_id is null offset 0) f
        where r.creator_id = p_creator and r.token_id = f.token_id
    )
    select coalesce(array_agg(row(
        case when device_id is null then 'token.redemption_annulled'
            when was_device is null then 'token.redeemed' else 'token.redemption_corrected' end,
        token_id, null, case when device_id is null then '{}' else jsonb_build_object(
            'device_id', device_id, 'seq', seq, 'at', rfc3339(corrected_at), 'gate', gate) end
        || case when was_device is null then '{}' else jsonb_build_object('before',
            jsonb_build_object('device_id', was_device, 'seq', was_seq, 'at', rfc3339(was_at)))
            end)::ledger_note order by corrected_at, token_id), '{}')
    into moves from found;
    return moves;
end $$;

-- Cases about these tokens, by what their scans were judged. Locks: cases. Caller: redeems_settle().
create or replace function roadshow.redeem_cases(p_creator uuid, p_tokens uuid[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    grounds case_ground[];
begin
    with told as (
        select e.device_id, e.seq, e.corrected_at, e.valid, e.code, a.token_id, t.drop_id, t.serial,
            t.event_id, count(*) filter (where e.valid) over (partition by a.token_id) as valid_ones
        from unnest(p_tokens) as a(token_id)
        cross join lateral (
            select x.device_id, x.seq, x.corrected_at, x.valid, x.code from device_events x
            where x.creator_id = p_creator and x.token_id = a.token_id and x.kind = 'redeem'
              and x.status <> 'rejected' and x.annulled_by is null offset 0) e
        cross join lateral (
            select x.drop_id, x.serial, (select o.event_id from drops o
                where o.creator_id = p_creator and o.id = x.drop_id) as event_id
            from tokens x where x.creator_id = p_creator and x.id = a.token_id limit 1) t
    ), facts as (
        select case when valid then 'already_redeemed' else code end as kind, t.*,
            jsonb_build_object('token_id', token_id, 'drop_id', drop_id, 'serial', serial)
                || case when valid then jsonb_build_object('scans', valid_ones, 'first',
                    jsonb_build_object('device_id', first_value(device_id) over first,
                        'seq', first_value(seq) over first,
                        'at', rfc3339(first_value(corrected_at) over first)))
                    else '{}' end as data
        from told t where not valid or valid_ones > 1
        window first as (partition by token_id, valid order by corrected_at, device_id, seq)
    )
    select array_agg(row(kind, token_id::text, event_id, data, device_id, seq)::case_ground)
    into grounds from facts;
    return cases_settle(p_creator, array['already_redeemed', 'superseded', 'cancelled', 'expired',
            'forfeited', 'unpaid', 'home_delivery', 'wrong_event', 'wrong_window', 'not_genuine'],
        array(select unnest(p_tokens)::text), grounds);
end $$;

-- Everything about these tokens' scans. Locks: cases. The caller carries out the moves and appends
-- the notes. Callers: sync_settle(), api.janitor_redeems().
create or replace function roadshow.redeems_settle(p_creator uuid, p_tokens uuid[],
    out moves roadshow.ledger_note[], out notes roadshow.ledger_note[])
language plpgsql volatile as $$
begin
    moves := '{}';
    notes := '{}';
    if cardinality(p_tokens) = 0 then
        return;
    end if;
    perform redeems_judge(p_creator, p_tokens);
    moves := redemptions_find(p_creator, p_tokens);
    notes := redeem_cases(p_creator, p_tokens);
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

-- Moves the tokens that redemptions_find() named: redeemed; or issued again, when the only scan that redeemed
-- them was annulled. Locks: tokens → ledger head.
create or replace function roadshow.redemptions_move(p_creator uuid, p_moves roadshow.ledger_note[])
returns void language plpgsql volatile as $$
begin
    perform tokens_move(p_creator, array_agg(m.subject order by m.o), 'redeemed',
        array_agg((m.data ->> 'at')::timestamptz order by m.o), array_agg(m.kind order by m.o),
        array_agg(m.data order by m.o))
    from unnest(p_moves) with ordinality as m(kind, subject, prev, data, o)
    where m.kind <> 'token.redemption_annulled'
    having count(*) > 0;
    perform tokens_move(p_creator, array_agg(m.subject order by m.o), 'issued',
        array_agg(clock_timestamp()), array_agg(m.kind order by m.o), array_agg(m.data order by m.o))
    from unnest(p_moves) with ordinality as m(kind, subject, prev, data, o)
    cross join lateral (select from tokens x where x.creator_id = p_creator and x.id = m.subject
        and x.state = 'redeemed' limit 1) t
    where m.kind = 'token.redemption_annulled'
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
    perform redemptions_move(p_creator, judged.moves);
    perform notes_append(p_creator, notes);
    return cardinality(due);
end $$;
