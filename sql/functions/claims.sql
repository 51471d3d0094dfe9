-- SPDX-License-Identifier: Apache-2.0
--
-- Claims: the hot path. Many fans' claims of one creator, over any of its drops, in one statement.

-- Its parameters grow: what was there before must go, or a call could mean either.
do $$
declare
    f regprocedure;
begin
    for f in select oid::regprocedure from pg_proc
        where proname = 'claim_batch' and pronamespace = 'api'::regnamespace
    loop
        execute 'drop function ' || f;
    end loop;
end $$;

-- Decides the items in order, each on what those accepted before it left: an item that wants more
-- than is left is refused, a smaller one behind it may still fit. Arrays have one element per item;
-- the result has one row per item, and a refused item touches nothing.
--
-- status 201 (with `replayed`): what the claim's row says, so that a replay of the same key and
-- body is the same answer by construction. Otherwise `code` and `detail`: 401 key_revoked,
-- 403 access_denied, 404 not_found, 409 not_open | closed | window_not_open | window_closed | sold_out |
-- window_sold_out | limit_reached, or `draw` (the item is for api.draw_enter(), which decides it),
-- 422 idempotency_key_reused | proof_expired | proof_reused | unknown_window.
--
-- A batch may mix creators (p_creators has one of them for each item). It then waits for no drop: an item
-- whose drop another transaction has locked comes back with its number negative, undecided, for the service
-- to send it among its creator's alone. For what it locks later it waits 50 ms (55P03), then the service
-- sends all items so. Hence nobody waits for the upload of a neighbour's venue.
--
-- p_windows names the window of drops that have windows (windows.sql); null: the one that asks for no
-- proof now. p_access is the SHA-256 of what was shown for it, p_invited 1 when that is an invitation of
-- this person to this window. While somebody waits for the drop (waitlist.sql) nothing is left of it.
-- p_holders are commitments to the persons' contacts, p_salts what opens them (transfer.sql): kept where
-- tokens may be passed on.
--
-- p_proofs are the nonces of proofs of work that the service has checked, null where none was needed,
-- and p_proof_ends when they expire. A proof buys one claim: it is spent with the claim, and a refused
-- claim leaves it unspent. p_contacts are sealed contacts of those who consented to their being kept,
-- and p_consents what roadshow.contacts_store() says. A challenge names the drop, so two uses of it
-- meet at the drop's lock.
--
-- The drop's row is locked before anything else is read, each statement below then sees what every
-- committed claim did, and the counters' checks stand behind that. The in-memory loop decides; SQL
-- runs once for the batch, never once for an item.
--
-- Locks: persons (advisory, of those who consented) → drops (id ascending; of several creators only those that
-- are free) → proofs, drop_buyers, windows
-- (under their drop's lock) → status lists (event ascending) → contacts and ledger head (creator ascending).
-- Raises: 55P03 as above; 23505 when another connection used one of the Idempotency-Keys for another drop a moment
-- ago; the service sends the statement again and the item becomes a 422.
-- Callers: statement claim_batch of POST /v1/drops/{drop}/claims.
--
-- Plans are kept, and one made while a table was empty must not read all of it later: hence the plan
-- settings, and `lateral … limit 1`, which leaves the planner nothing but a look-up by the full key.
-- Items are numbers and their columns subscripts: an unnest() of many arrays fills a tuple store for each.
create or replace function api.claim_batch(p_creators uuid[],
    p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[],
    p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[],
    p_kids text[], p_proofs bytea[] default null, p_proof_ends timestamptz[] default null,
    p_contacts bytea[] default null, p_consents text[] default null,
    p_windows text[] default null, p_access bytea[] default null, p_invited bigint[] default null,
    p_holders bytea[] default null, p_salts bytea[] default null)
returns table (item integer, status integer, code text, detail text, claim_id uuid, drop_id uuid,
    serial integer, quantity integer, state text, kid text, expires_at timestamptz,
    not_before timestamptz, not_after timestamptz, first_index bigint, replayed boolean,
    event_id uuid, status_indices text, window_name text)
language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    n          integer := cardinality(p_drops);
    alone      boolean := p_creators[1] = all (p_creators);
    t          timestamptz;
    creators   uuid[];      -- ascending
    counts     integer[];   -- their units accepted so far, by place in creators
    firsts     bigint[];    -- the ledger index of the first of them, and its time
    stamps     timestamptz[];
    told       text[];      -- as the entries say it
    drop_ids   uuid[];      -- that are locked; a place in it is a drop's slot
    ds         drops[];     -- by slot
    codes      text[];      -- why item i is refused; 'replay', 'busy'; null: accepted
    ids        uuid[];      -- the claim that answers item i
    drop_slots integer[];   -- of item i
    fan_slots  integer[];   -- items of one person in one drop share a slot,
    key_slots  integer[];   -- as do those under one Idempotency-Key
    units      integer[];   -- of item i's person before the batch; null: none ever
    lefts      integer[];   -- what a refused item was told is left
    windows    text[];      -- that item i comes through; null: its drop has none
    rooms      integer[];   -- of that window before the batch; null: as much as the drop has
    window_units integer[]; -- of item i's person through that window; null: none ever
    window_limits integer[];
    room_slots integer[];   -- items of one window share a slot,
    pass_slots integer[];   -- as do those of one person in one window
    room_left  integer[];
    pass_units integer[];
    drop_left  integer[];   -- the same by slot, as the batch goes on
    drop_next  integer[];
    fan_units  integer[];
    proof_slots integer[];  -- and those with one proof; null: without
    spent      boolean[];   -- by slot of a proof
    winners    integer[];   -- the item accepted under a key, by slot
    serials    integer[];   -- first serial of item i
    offsets    integer[];   -- units of the batch before those of item i
    creator_slots integer[]; -- of item i
    entries    integer[];   -- units of its creator before those of item i
    events     uuid[];      -- of the drops of accepted items
    indices    integer[];   -- in the status lists, of all units accepted
    room       record;
    total      integer := 0; -- units accepted
    accepted   integer := 0; -- items
    written    integer;
    q          integer;
    c          integer := 1;
    s          integer;
    f          integer;
    k          integer;
    r          integer;
    g          integer;
begin
    creators := case when alone then p_creators[1:1]
        else array(select distinct u from unnest(p_creators) as u order by u) end;
    if not alone then
        perform set_config('lock_timeout', '50ms', true);
    end if;
    if num_nonnulls(variadic p_contacts) > 0 then
        perform persons_lock(u, array(select p_buyers[i] from generate_series(1, n) as i
            where p_creators[i] = u and p_contacts[i] is not null), false)
        from unnest(creators) as u;
    end if;
    if alone then
        select array_agg(x.d), array_agg((x.d).id) into ds, drop_ids
        from (
            select d from drops d where d.creator_id = p_creators[1] and d.id = any (p_drops)
            order by d.id for no key update
        ) x;
    else
        select array_agg(x.d), array_agg((x.d).id) into ds, drop_ids
        from (
            select distinct p_creators[i] as creator_id, p_drops[i] as id
            from generate_series(1, n) as i
        ) u
        cross join lateral (
            select d from drops d where d.creator_id = u.creator_id and d.id = u.id
            limit 1 for no key update skip locked) x;
    end if;
    t := clock_timestamp();

    select array_agg(x.code), array_agg(x.seen), array_agg(x.slot), array_agg(x.units),
        array_agg(x.window_name), array_agg(x.room), array_agg(x.window_limit)
    into codes, ids, drop_slots, units, windows, rooms, window_limits
    from (
        select c.id as seen, i.slot,
            case
            when not alone and i.slot is null then 'busy'
            when a.id is null then 'key_revoked'
            when c.body_sha256 = p_hashes[i.ord] then 'replay'
            when c.id is not null then 'idempotency_key_reused'
            when i.slot is null then 'not_found'
            when (i.d).mode = 'draw' then 'draw'
            when t < (i.d).opens_at then 'not_open'
            when t >= (i.d).closes_at then 'closed'
            when (i.d).windowed or p_windows[i.ord] is not null then coalesce(
                window_refusal((i.d).windowed, w.o, p_windows[i.ord], p_access[i.ord],
                    p_invited[i.ord], t),
                case when p_proof_ends[i.ord] <= t then 'proof_expired'
                    when p.nonce is not null then 'proof_reused' end)
            when p_proof_ends[i.ord] <= t then 'proof_expired'
            when p.nonce is not null then 'proof_reused'
            end as code,
            b.units, (w.o).name as window_name, (w.o).quantity - (w.o).used as room,
            (w.o).per_person as window_limit
        from (
            select x.ord, case when (ds[x.slot]).creator_id = p_creators[x.ord] then x.slot end as slot,
                ds[x.slot] as d
            from (
                select ord, array_position(drop_ids, p_drops[ord]) as slot
                from generate_series(1, n) as ord
            ) x
        ) i
        left join lateral (
            select id from api_keys where creator_id = p_creators[i.ord] and id = p_keys[i.ord]
                and role = p_roles[i.ord] and revoked_at is null limit 1) a on true
        left join lateral (
            select id, body_sha256 from claims where creator_id = p_creators[i.ord]
                and key_id = p_keys[i.ord] and idem_key = p_idem_keys[i.ord] limit 1) c on true
        left join lateral (
            select units from drop_buyers where creator_id = p_creators[i.ord]
                and drop_id = p_drops[i.ord] and buyer_key = p_buyers[i.ord] limit 1) b on true
        left join lateral ( -- of a drop without windows it reads nothing
            select x as o from drop_windows x where (i.d).windowed
                and x.creator_id = p_creators[i.ord] and x.drop_id = p_drops[i.ord]
                and case when p_windows[i.ord] is not null then x.name = p_windows[i.ord]
                    else x.proof = 'none' and t >= x.opens_at and t < x.closes_at end
            limit 1) w on true
        left join lateral (
            select nonce from proofs where creator_id = p_creators[i.ord]
                and nonce = p_proofs[i.ord] limit 1) p on true
        order by i.ord
    ) x;

    if n = 1 then -- numbering one item is not worth the sorts
        fan_slots := '{1}';
        key_slots := '{1}';
        proof_slots := array[case when p_proofs[1] is not null then 1 end];
    else
        select array_agg(x.fan_slot), array_agg(x.key_slot), array_agg(x.proof_slot)
        into fan_slots, key_slots, proof_slots
        from (
            select dense_rank() over (order by p_drops[i], p_buyers[i])::integer as fan_slot,
                dense_rank() over (order by p_keys[i], p_idem_keys[i])::integer as key_slot,
                case when p_proofs[i] is not null
                    then dense_rank() over (order by p_proofs[i])::integer end as proof_slot
            from generate_series(1, n) as i
            order by i
        ) x;
    end if;

    if num_nonnulls(variadic windows) > 0 then
        select array_agg(x.room_slot), array_agg(x.pass_slot), array_agg(x.units)
        into room_slots, pass_slots, window_units
        from (
            select b.units,
                case when windows[i] is not null
                    then dense_rank() over (order by p_drops[i], windows[i])::integer end as room_slot,
                case when windows[i] is not null then dense_rank()
                    over (order by p_drops[i], windows[i], p_buyers[i])::integer end as pass_slot
            from generate_series(1, n) as i
            left join lateral (
                select x.units from window_buyers x where x.creator_id = p_creators[i]
                    and x.drop_id = p_drops[i] and x.window_name = windows[i]
                    and x.buyer_key = p_buyers[i] limit 1) b on true
            order by i
        ) x;
    end if;

    drop_left := array_fill(null::integer, array[n]);
    lefts := drop_left;
    room_left := drop_left;
    pass_units := drop_left;
    drop_next := drop_left;
    fan_units := drop_left;
    winners := drop_left;
    spent := array_fill(false, array[n]);
    serials := drop_left;
    offsets := drop_left;
    entries := drop_left;
    creator_slots := drop_left;
    events := array_fill(null::uuid, array[n]);
    counts := array_fill(0, array[cardinality(creators)]);
    for i in 1 .. n loop
        continue when codes[i] is not null;
        k := key_slots[i];
        if winners[k] is not null then
            if p_hashes[winners[k]] = p_hashes[i] then
                codes[i] := 'replay';
                ids[i] := p_claims[winners[k]];
            else
                codes[i] := 'idempotency_key_reused';
            end if;
            continue;
        end if;
        s := drop_slots[i];
        if drop_left[s] is null then
            drop_left[s] := drop_left_of(ds[s]);
            drop_next[s] := (ds[s]).next_serial;
        end if;
        f := fan_slots[i];
        if fan_units[f] is null then
            fan_units[f] := coalesce(units[i], 0);
        end if;
        q := p_quantities[i];
        r := room_slots[i];
        if r is not null then
            g := pass_slots[i];
            room_left[r] := coalesce(room_left[r], rooms[i]);
            pass_units[g] := coalesce(pass_units[g], window_units[i], 0);
        end if;
        if spent[proof_slots[i]] then
            codes[i] := 'proof_reused';
        elsif q > drop_left[s] then
            codes[i] := 'sold_out';
            lefts[i] := drop_left[s];
        elsif q > room_left[r] then
            codes[i] := 'window_sold_out';
            lefts[i] := room_left[r];
        elsif q > (ds[s]).per_person - fan_units[f] then
            codes[i] := 'limit_reached';
        elsif r is not null and q > window_limits[i] - pass_units[g] then
            codes[i] := 'window_limit';
        else
            ids[i] := p_claims[i];
            winners[k] := i;
            if proof_slots[i] is not null then
                spent[proof_slots[i]] := true;
            end if;
            if not alone then
                c := array_position(creators, p_creators[i]);
            end if;
            creator_slots[i] := c;
            serials[i] := drop_next[s];
            offsets[i] := total;
            entries[i] := counts[c];
            events[i] := (ds[s]).event_id;
            counts[c] := counts[c] + q;
            drop_left[s] := drop_left[s] - q;
            drop_next[s] := drop_next[s] + q;
            fan_units[f] := fan_units[f] + q;
            if r is not null then
                room_left[r] := room_left[r] - q;
                pass_units[g] := pass_units[g] + q;
            end if;
            total := total + q;
            accepted := accepted + 1;
        end if;
    end loop;

    if accepted > 0 then
        if true = any (spent) then
            insert into proofs (creator_id, nonce, ends_at)
            select p_creators[i], p_proofs[i], p_proof_ends[i] from generate_series(1, n) as i
            where offsets[i] is not null and p_proofs[i] is not null;
        end if;

        -- Nobody else can add a row here meanwhile: the drops are locked.
        insert into drop_buyers (creator_id, drop_id, buyer_key, units, per_person)
        select p_creators[i], p_drops[i], p_buyers[i], sum(p_quantities[i]),
            min((ds[drop_slots[i]]).per_person)
        from generate_series(1, n) as i
        where offsets[i] is not null and units[i] is null
        group by p_creators[i], p_drops[i], p_buyers[i];
        get diagnostics written = row_count;
        if written <> accepted then -- some fans were known already
            update drop_buyers b set units = b.units + u.units, per_person = u.per_person
            from (
                select p_creators[i] as creator_id, p_drops[i] as drop_id, p_buyers[i] as buyer,
                    sum(p_quantities[i])::integer as units,
                    min((ds[drop_slots[i]]).per_person) as per_person
                from generate_series(1, n) as i
                where offsets[i] is not null and units[i] is not null
                group by p_creators[i], p_drops[i], p_buyers[i]
            ) u
            where b.creator_id = u.creator_id and b.drop_id = u.drop_id and b.buyer_key = u.buyer;
        end if;

        update drops d set
            held = d.held + case when d.hold_ttl_s is not null
                then drop_next[s] - d.next_serial else 0 end,
            issued = d.issued + case when d.hold_ttl_s is null
                then drop_next[s] - d.next_serial else 0 end,
            next_serial = drop_next[s]
        from generate_series(1, cardinality(ds)) as s
        where d.creator_id = (ds[s]).creator_id and d.id = drop_ids[s]
          and drop_next[s] > (ds[s]).next_serial;

        if room_slots is not null then
            perform windows_use(p_creators, p_drops, windows, p_buyers, p_quantities, window_limits,
                offsets);
        end if;
        indices := status_take(p_creators, events, p_quantities, offsets);
        for c in 1 .. cardinality(creators) loop -- contacts and head of one after those of the other
            continue when counts[c] = 0;
            if num_nonnulls(variadic p_contacts) > 0 then
                perform contacts_store(creators[c], t, p_drops, p_buyers, p_contacts, p_consents,
                    array(select case when creator_slots[i] = c then offsets[i] end
                        from generate_series(1, n) as i order by i));
            end if;
            room := ledger_reserve(creators[c], counts[c]);
            firsts[c] := room.first;
            stamps[c] := room.at;
            told[c] := ',"at":"' || rfc3339(room.at) || '","kind":"';
        end loop;

        -- What ledger_append() writes, in one piece of text.
        insert into ledger (creator_id, index, at, kind, subject, entry)
        select p_creators[i], e.index, stamps[c], e.kind, e.token, '{"index":' || e.index || told[c]
            || e.kind || '","subject":"' || e.token
            || '","prev":null,"data":{"serial": ' || serials[i] + k - 1
            || case when windows[i] is null then '' else ', "window": ' || to_json(windows[i]) end
            || ', "drop_id": "' || p_drops[i] || '", "version": 1}}'
        from (
            select i, generate_series(1, p_quantities[i]::integer) as k, creator_slots[i] as c
            from generate_series(1, n) as i where offsets[i] is not null
        ) u
        cross join lateral (
            select firsts[c] + entries[i] + k - 1 as index, token_id(p_claims[i], k) as token,
                case when (ds[drop_slots[i]]).hold_ttl_s is null then 'token.issued'
                    else 'token.held' end as kind
            offset 0) e;

        with made as (
            insert into claims (creator_id, id, drop_id, key_id, idem_key, body_sha256, buyer_key,
                quantity, first_serial, kid, state, expires_at, first_index, status_indices,
                created_at, window_name, holder, holder_salt)
            select p_creators[i], p_claims[i], p_drops[i], p_keys[i], p_idem_keys[i], p_hashes[i],
                p_buyers[i], p_quantities[i], serials[i], p_kids[i],
                case when (d).hold_ttl_s is null then 'issued' else 'held' end,
                least(t + (d).hold_ttl_s * interval '1 second',
                    case when (d).hold_ttl_s is not null then (d).pickup_until end),
                firsts[creator_slots[i]] + entries[i],
                case when p_quantities[i] = 1 then array[indices[offsets[i] + 1]]
                    else indices[offsets[i] + 1 : offsets[i] + p_quantities[i]] end,
                t, windows[i],
                case when (d).transferable then p_holders[i] end,
                case when (d).transferable then p_salts[i] end
            from (
                select i, ds[drop_slots[i]] as d from generate_series(1, n) as i
                where offsets[i] is not null
            ) x
            returning creator_id, id, drop_id, buyer_key, quantity, first_serial, kid, state, expires_at,
                first_index, status_indices, window_name
        )
        insert into tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid,
            created_at, held_until, ledger_index, status_index, window_name)
        select c.creator_id, token_id(c.id, c.k), c.drop_id, c.id, c.first_serial + c.k - 1, c.state,
            c.buyer_key, c.kid, t, c.expires_at, c.first_index + c.k - 1, c.status_indices[c.k],
            c.window_name
        from (select *, generate_series(1, quantity) as k from made) c;
    end if;

    return query
    select case when i.code = 'busy' then -i.ord else i.ord end,
        case when c.id is not null then 201 else refusal_status(i.code) end,
        case when c.id is null then case i.code when 'window_limit' then 'limit_reached'
            when 'no_window' then 'window_not_open' else i.code end end,
        case when c.id is null then refusal_detail(i.code, lefts[i.ord], window_limits[i.ord], i.d, w.o)
        end,
        c.id, c.drop_id, c.first_serial, c.quantity, c.state, c.kid, c.expires_at, (i.d).opens_at,
        pickup_end(i.d), c.first_index,
        coalesce(i.code = 'replay', false), (i.d).event_id, array_to_string(c.status_indices, ','),
        c.window_name
    from (
        select ord, codes[ord] as code, ds[drop_slots[ord]] as d from generate_series(1, n) as ord
    ) i
    left join lateral (
        select * from claims where creator_id = p_creators[i.ord] and id = ids[i.ord]
            and coalesce(i.code = 'replay', true) limit 1) c on true
    left join lateral (
        select x as o from drop_windows x where i.code like 'window%'
            and x.creator_id = p_creators[i.ord] and x.drop_id = p_drops[i.ord]
            and x.name = windows[i.ord] limit 1) w on true
    order by i.ord;
end $$;

-- Units that came through windows: item i of the arrays where p_offsets says that it was accepted. The
-- caller holds the drops' locks. Caller: claim_batch.
create or replace function roadshow.windows_use(p_creators uuid[], p_drops uuid[], p_windows text[],
    p_buyers bytea[], p_quantities bigint[], p_limits integer[], p_offsets integer[])
returns void language plpgsql volatile as $$
begin
    update drop_windows w set used = w.used + g.units
    from (
        select i.creator_id, i.drop_id, i.name, sum(i.quantity)::integer as units
        from unnest(p_creators, p_drops, p_windows, p_quantities, p_offsets)
            as i(creator_id, drop_id, name, quantity, off)
        where i.off is not null and i.name is not null
        group by i.creator_id, i.drop_id, i.name
    ) g
    where w.creator_id = g.creator_id and w.drop_id = g.drop_id and w.name = g.name;
    insert into window_buyers as b (creator_id, drop_id, window_name, buyer_key, units, per_person)
    select i.creator_id, i.drop_id, i.name, i.buyer, sum(i.quantity), min(i.per_person)
    from unnest(p_creators, p_drops, p_windows, p_buyers, p_quantities, p_limits, p_offsets)
        as i(creator_id, drop_id, name, buyer, quantity, per_person, off)
    where i.off is not null and i.name is not null
    group by i.creator_id, i.drop_id, i.name, i.buyer
    order by i.creator_id, i.drop_id, i.name, i.buyer
    on conflict (creator_id, drop_id, window_name, buyer_key) do update
        set units = b.units + excluded.units, per_person = excluded.per_person;
end $$;

-- Why a drop that has windows, or is asked for one, is not open to who names p_window, which is w, or names
-- none; null when it is. Callers: claim_batch, waitlist_join.
create or replace function roadshow.window_refusal(p_windowed boolean, w roadshow.drop_windows,
    p_window text, p_access bytea, p_invited bigint, p_now timestamptz)
returns text language sql immutable parallel safe as $$
    select case
        when w.name is null and p_window is not null then 'unknown_window'
        when w.name is null and p_windowed then 'no_window'
        when p_now < w.opens_at then 'window_not_open'
        when p_now >= w.closes_at then 'window_closed'
        when w.proof = 'code' and p_access is distinct from w.code_sha256
            or w.proof = 'invitation' and p_invited is distinct from 1 then 'access_denied' end
$$;

-- ---- refusals -----------------------------------------------------------------------------------

-- The HTTP status of a refused item of claim_batch(), draw_enter() or waitlist_join().
create or replace function roadshow.refusal_status(p_code text) returns integer
    language sql immutable parallel safe as $$
    select case when p_code = 'key_revoked' then 401 when p_code = 'access_denied' then 403
        when p_code = 'not_found' then 404
        when p_code in ('idempotency_key_reused', 'proof_expired', 'proof_reused',
            'unknown_window') then 422
        else 409 end
$$;

-- Why, in a sentence. p_left and p_limit are what the decision looked at; d and w may be null.
create or replace function roadshow.refusal_detail(p_code text, p_left integer, p_limit integer,
    d roadshow.drops, w roadshow.drop_windows)
returns text language sql stable as $$
    select case p_code
        when 'key_revoked' then 'This API key is revoked or does not belong here.'
        when 'not_found' then 'There is no such drop.'
        when 'idempotency_key_reused' then
            'This Idempotency-Key was used before with another request.'
        when 'proof_expired' then
            'The proof''s challenge has expired; ask for another and solve it.'
        when 'proof_reused' then 'This proof was used before; ask for another challenge.'
        when 'is_draw' then 'This drop is a draw: enter it with a claim.'
        when 'not_open' then 'This drop opens at ' || roadshow.rfc3339(d.opens_at) || '.'
        when 'closed' then 'This drop closed at ' || roadshow.rfc3339(d.closes_at) || '.'
        when 'unknown_window' then 'This drop has no such window.'
        when 'no_window' then 'No window is open to everybody now.'
        when 'window_not_open' then 'This window opens at ' || roadshow.rfc3339(w.opens_at) || '.'
        when 'window_closed' then 'This window closed at ' || roadshow.rfc3339(w.closes_at) || '.'
        when 'access_denied' then 'This window asks for another proof than what was shown.'
        when 'limit_reached' then
            'This drop gives at most ' || d.per_person || ' to one person.'
        when 'window_limit' then 'This window gives at most ' || p_limit || ' to one person.'
        when 'already_entered' then 'This person has entered this draw already.'
        when 'one_unit' then 'A draw gives one unit to one person.'
        when 'already_waiting' then 'This person waits in line already.'
        when 'not_sold_out' then 'There are units left: claim them.'
        when 'window_sold_out' then case when p_left = 0 then 'Nothing is left of this window.'
            else 'Only ' || p_left || ' left of this window.' end
        when 'sold_out' then case when p_left = 0 then 'Nothing is left of this drop.'
            else 'Only ' || p_left || ' left of this drop.' end
        end
$$;

-- ---- claims that nobody asked for just now ------------------------------------------------------

-- Gives units to entries of a draw or a waitlist, in their order: a claim and its tokens for each. Item i
-- of the arrays is about one entry; p_state is held or issued, p_until the end of the holds, p_valid_until
-- the tokens' own end or null. Returns the ledger index of the first token's entry.
-- The caller holds the drop's lock and has made sure that the units are there.
-- Locks: drop_buyers → status list → ledger head. Callers: draw_issue, janitor_waitlist.
create or replace function roadshow.claims_give(d roadshow.drops, p_at timestamptz, p_state text,
    p_until timestamptz, p_valid_until timestamptz, p_entries uuid[], p_claims uuid[],
    p_buyers bytea[], p_quantities integer[], p_kids text[], p_hashes bytea[], p_holders bytea[],
    p_salts bytea[])
returns bigint language plpgsql volatile as $$
declare
    n       integer := (select sum(q) from unnest(p_quantities) as q);
    indices integer[];
    head    bigint;
begin
    -- A person may have some already, passed on by another: what was drawn is theirs still.
    insert into drop_buyers as b (creator_id, drop_id, buyer_key, units, per_person)
    select d.creator_id, d.id, e.buyer, e.quantity, greatest(d.per_person, e.quantity)
    from unnest(p_buyers, p_quantities) as e(buyer, quantity) order by e.buyer
    on conflict (creator_id, drop_id, buyer_key) do update set units = b.units + excluded.units,
        per_person = greatest(b.per_person, b.units + excluded.units);
    update drops set held = held + case when p_state = 'held' then n else 0 end,
        issued = issued + case when p_state = 'issued' then n else 0 end,
        next_serial = next_serial + n
    where creator_id = d.creator_id and id = d.id;
    indices := status_take(array[d.creator_id], array[d.event_id], array[n::bigint], array[0]);
    with units as (
        select e.*, sum(e.quantity) over (order by e.ord) - e.quantity as before
        from unnest(p_entries, p_claims, p_quantities) with ordinality
            as e(entry, claim, quantity, ord)
    )
    select ledger_append(d.creator_id, array_agg('token.' || p_state order by e.ord, u.k),
        array_agg(token_id(e.claim, u.k) order by e.ord, u.k), array_agg(null::bigint),
        array_agg(jsonb_build_object('drop_id', d.id, 'serial', d.next_serial + e.before + u.k - 1,
            'version', 1, 'entry_id', e.entry) order by e.ord, u.k))
    into head from units e cross join lateral generate_series(1, e.quantity) as u(k);
    -- Under no key of anybody's: the entry's own answers for it.
    with units as (
        select e.*, (sum(e.quantity) over (order by e.ord) - e.quantity)::integer as before
        from unnest(p_entries, p_claims, p_buyers, p_quantities, p_kids, p_hashes, p_holders,
            p_salts) with ordinality
            as e(entry, claim, buyer, quantity, kid, hash, holder, salt, ord)
    ), made as (
        insert into claims (creator_id, id, drop_id, key_id, idem_key, body_sha256, buyer_key,
            quantity, first_serial, kid, state, expires_at, first_index, status_indices, created_at,
            holder, holder_salt)
        select d.creator_id, e.claim, d.id, nil_uuid(), e.entry::text, e.hash, e.buyer, e.quantity,
            d.next_serial + e.before, e.kid, p_state, p_until, head + e.before,
            indices[e.before + 1 : e.before + e.quantity], p_at, e.holder, e.salt
        from units e
        returning id, buyer_key, quantity, first_serial, kid, first_index, status_indices
    )
    insert into tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid, created_at,
        held_until, ledger_index, status_index, valid_until)
    select d.creator_id, token_id(c.id, u.k), d.id, c.id, c.first_serial + u.k - 1, p_state,
        c.buyer_key, c.kid, p_at, p_until, c.first_index + u.k - 1, c.status_indices[u.k],
        p_valid_until
    from made c cross join lateral generate_series(1, c.quantity) as u(k);
    return head;
end $$;

-- Forgets proofs whose challenge expired a while ago. Locks: none that others wait for.
-- Called by: roadshow-janitor.
create or replace function api.janitor_proofs(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    done integer;
begin
    delete from proofs where creator_id = p_creator and nonce in (
        select nonce from proofs
        where creator_id = p_creator and ends_at < clock_timestamp() - interval '1 minute'
        order by ends_at limit p_limit);
    get diagnostics done = row_count;
    return done;
end $$;
