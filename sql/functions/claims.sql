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
-- runs once for the batch, never once for an item. An accepted claim's row is made once: it is what is
-- stored, what its tokens and ledger entries are made of, and what the answer tells.
--
-- Locks: persons (advisory, of those who consented) → drops (id ascending; of several creators only those that
-- are free) → proofs, drop_buyers, windows
-- (under their drop's lock) → status lists (event ascending) → contacts and ledger head (creator ascending).
-- Raises: 55P03 as above; 23505 when another connection used one of the Idempotency-Keys for another drop a moment
-- ago; the service sends the statement again and the item becomes a 422.
-- Callers: statement claim_batch of POST /v1/drops/{drop}/claims.
--
-- Plans are kept, and one made while a table was empty must not read all of it later: hence the plan
-- settings, and `(select …)` for one value or `lateral … limit 1`, which leave the planner nothing but a
-- look-up by the full key, and rows that are known by their ctid.
-- Items are numbers and their columns subscripts: an unnest() of many arrays fills a tuple store for each.
-- What one item costs is mostly the starting of statements and of their nodes (docs/decisions/0022): hence a
-- loop over rows and `return next`, where arrays would have to be gathered, sorted and read again.
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
    ds         drops[];     -- that are locked; a place here is a drop's slot
    drop_tids  tid[];       -- where they are while they are locked
    drop_ids   uuid[];
    windowed   boolean := false; -- one of them
    events     uuid[];      -- theirs, ascending
    owners     uuid[];      -- whose event it is,
    taken      integer[];   -- units accepted so far,
    starts     integer[];   -- and where their indices begin
    indices    integer[];   -- in the status lists, of all units accepted
    drop_left  integer[];   -- what the batch has left so far, and the next serial
    drop_next  integer[];
    ws         drop_windows[]; -- the window that item i comes through; null: its drop has none
    codes      text[];      -- why item i is refused; 'replay', 'busy'; null: accepted
    seen       claims[];    -- what was claimed before by whom item i is a replay of
    twins      integer[];   -- the item before it that item i is a replay of
    made       claims[];    -- of accepted items
    drop_slots integer[];   -- of item i
    fan_slots  integer[];   -- items of one person in one drop share a slot,
    key_slots  integer[];   -- as do those under one Idempotency-Key,
    proof_slots integer[];  -- and those with one proof; null: without
    lefts      integer[];   -- what a refused item was told is left
    window_units integer[]; -- of item i's person through that window; null: none ever
    room_slots integer[];   -- items of one window share a slot,
    pass_slots integer[];   -- as do those of one person in one window
    room_left  integer[];   -- by slot, as the batch goes on
    pass_units integer[];
    fan_units  integer[];
    fan_items  integer[];   -- the first item accepted of that person,
    had        integer[];   -- and what they had before the batch; null: none ever
    winners    integer[];   -- the item accepted under a key, by slot
    spent      boolean[];   -- by slot of a proof: spent by one of this batch,
    used       boolean[];   -- item i's: before
    serials    integer[];   -- first serial of item i
    offsets    integer[];   -- units of its event before those of item i
    creator_slots integer[]; -- of item i
    entries    integer[];   -- units of its creator before those of item i
    room       record;
    fact       record;
    d          drops;       -- of the item that is looked at, its window and its claim
    w          drop_windows;
    m          claims;
    total      integer := 0; -- units accepted
    fresh      integer := 0; -- persons among them who had none before,
    known      integer := 0; -- and who had some
    touched    integer := 0; -- drops
    written    integer;
    i          integer;
    q          integer;
    c          integer := 1;
    e          integer;
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
        select array_agg(x.d), array_agg(x.at) into ds, drop_tids
        from (
            select d, d.ctid as at from drops d
            where d.creator_id = p_creators[1] and d.id = any (p_drops)
            order by d.id for no key update
        ) x;
    else
        select array_agg(x.d), array_agg(x.at) into ds, drop_tids
        from (
            select distinct p_creators[i] as creator_id, p_drops[i] as id
            from generate_series(1, n) as i
        ) u
        cross join lateral (
            select d, d.ctid as at from drops d where d.creator_id = u.creator_id and d.id = u.id
            limit 1 for no key update skip locked) x;
    end if;
    t := clock_timestamp();
    for s in 1 .. coalesce(cardinality(ds), 0) loop
        d := ds[s];
        drop_ids[s] := d.id;
        drop_left[s] := drop_left_of(d);
        drop_next[s] := d.next_serial;
        windowed := windowed or d.windowed;
    end loop;
    if cardinality(ds) = 1 then
        events := array[d.event_id];
    else
        events := array(select distinct x.event_id from unnest(ds) as x order by x.event_id);
    end if;

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
    if num_nonnulls(variadic p_proofs) > 0 then
        used := array(
            select (select x.nonce from proofs x where x.creator_id = p_creators[i]
                and x.nonce = p_proofs[i]) is not null
            from generate_series(1, n) as i order by i);
    end if;
    if windowed then
        select array_agg(x.w), array_agg(x.units), array_agg(x.room_slot), array_agg(x.pass_slot)
        into ws, window_units, room_slots, pass_slots
        from (
            select w.o as w, b.units,
                case when (w.o).name is not null
                    then dense_rank() over (order by p_drops[i], (w.o).name)::integer end as room_slot,
                case when (w.o).name is not null then dense_rank()
                    over (order by p_drops[i], (w.o).name, p_buyers[i])::integer end as pass_slot
            from generate_series(1, n) as i
            left join lateral (
                select x as o from drop_windows x
                where (ds[array_position(drop_ids, p_drops[i])]).windowed
                    and x.creator_id = p_creators[i] and x.drop_id = p_drops[i]
                    and case when p_windows[i] is not null then x.name = p_windows[i]
                        else x.proof = 'none' and t >= x.opens_at and t < x.closes_at end
                limit 1) w on true
            left join lateral (
                select x.units from window_buyers x where x.creator_id = p_creators[i]
                    and x.drop_id = p_drops[i] and x.window_name = (w.o).name
                    and x.buyer_key = p_buyers[i] limit 1) b on true
            order by i
        ) x;
    end if;

    taken := array_fill(0, array[cardinality(events)]);
    counts := array_fill(0, array[cardinality(creators)]);
    s := null;
    d := null;
    for fact in
        select i,
            (select x.id from api_keys x where x.creator_id = p_creators[i] and x.id = p_keys[i]
                and x.role = p_roles[i] and x.revoked_at is null) as key_id,
            (select x from claims x where x.creator_id = p_creators[i]
                and x.key_id = p_keys[i] and x.idem_key = p_idem_keys[i]) as claim,
            (select x.units from drop_buyers x where x.creator_id = p_creators[i]
                and x.drop_id = p_drops[i] and x.buyer_key = p_buyers[i]) as units
        from generate_series(1, n) as i order by i
    loop
        i := fact.i;
        k := array_position(drop_ids, p_drops[i]);
        if k is distinct from s then
            s := k;
            d := ds[s];
            e := array_position(events, d.event_id);
        end if;
        if d.creator_id <> p_creators[i] then
            s := null;
            d := null;
        end if;
        drop_slots[i] := s;
        k := key_slots[i];
        codes[i] := coalesce(
            case
            when not alone and s is null then 'busy'
            when fact.key_id is null then 'key_revoked'
            when (fact.claim).body_sha256 = p_hashes[i] then 'replay'
            when (fact.claim).id is not null then 'idempotency_key_reused'
            when s is null then 'not_found'
            when d.mode = 'draw' then 'draw'
            when t < d.opens_at then 'not_open'
            when t >= d.closes_at then 'closed'
            when d.windowed or p_windows[i] is not null then window_refusal(d.windowed, ws[i],
                p_windows[i], p_access[i], p_invited[i], t)
            end,
            case
            when p_proof_ends[i] <= t then 'proof_expired'
            when used[i] then 'proof_reused'
            when winners[k] is null then null
            when p_hashes[winners[k]] = p_hashes[i] then 'replay'
            else 'idempotency_key_reused'
            end);
        if codes[i] is not null then
            if codes[i] = 'replay' then
                seen[i] := fact.claim;
                twins[i] := winners[k];
            end if;
            continue;
        end if;
        f := fan_slots[i];
        if fan_units[f] is null then
            fan_units[f] := coalesce(fact.units, 0);
        end if;
        q := p_quantities[i];
        r := room_slots[i];
        if r is not null then
            w := ws[i];
            g := pass_slots[i];
            room_left[r] := coalesce(room_left[r], w.quantity - w.used);
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
        elsif q > d.per_person - fan_units[f] then
            codes[i] := 'limit_reached';
        elsif r is not null and q > w.per_person - pass_units[g] then
            codes[i] := 'window_limit';
        end if;
        continue when codes[i] is not null;

        winners[k] := i;
        if proof_slots[i] is not null then
            spent[proof_slots[i]] := true;
        end if;
        if not alone then
            c := array_position(creators, p_creators[i]);
        end if;
        creator_slots[i] := c;
        serials[i] := drop_next[s];
        offsets[i] := taken[e];
        entries[i] := counts[c];
        owners[e] := p_creators[i];
        taken[e] := taken[e] + q;
        counts[c] := counts[c] + q;
        if drop_next[s] = d.next_serial then
            touched := touched + 1;
        end if;
        drop_left[s] := drop_left[s] - q;
        drop_next[s] := drop_next[s] + q;
        fan_units[f] := fan_units[f] + q;
        if fan_items[f] is null then
            fan_items[f] := i;
            had[f] := fact.units;
            if fact.units is null then
                fresh := fresh + 1;
            else
                known := known + 1;
            end if;
        end if;
        if r is not null then
            room_left[r] := room_left[r] - q;
            pass_units[g] := pass_units[g] + q;
        end if;
        total := total + q;
    end loop;

    if total > 0 then
        if true = any (spent) then
            insert into proofs (creator_id, nonce, ends_at)
            select p_creators[i], p_proofs[i], p_proof_ends[i] from generate_series(1, n) as i
            where offsets[i] is not null and p_proofs[i] is not null;
        end if;

        -- Nobody else can add a row here meanwhile: the drops are locked.
        if fresh > 0 then
            insert into drop_buyers (creator_id, drop_id, buyer_key, units, per_person)
            select p_creators[i], p_drops[i], p_buyers[i], fan_units[fan_slots[i]],
                (ds[drop_slots[i]]).per_person
            from generate_series(1, n) as i
            where fan_items[fan_slots[i]] = i and had[fan_slots[i]] is null;
        end if;
        if known > 0 then
            update drop_buyers b set
                units = b.units + fan_units[fan_slots[i]] - had[fan_slots[i]],
                per_person = (ds[drop_slots[i]]).per_person
            from generate_series(1, n) as i
            cross join lateral (
                select x.ctid as at from drop_buyers x where x.creator_id = p_creators[i]
                    and x.drop_id = p_drops[i] and x.buyer_key = p_buyers[i] limit 1) x
            where fan_items[fan_slots[i]] = i and had[fan_slots[i]] is not null and b.ctid = x.at;
        end if;

        update drops x set
            held = x.held + case when x.hold_ttl_s is not null
                then drop_next[array_position(drop_ids, x.id)] - x.next_serial else 0 end,
            issued = x.issued + case when x.hold_ttl_s is null
                then drop_next[array_position(drop_ids, x.id)] - x.next_serial else 0 end,
            next_serial = drop_next[array_position(drop_ids, x.id)]
        where x.ctid = any (drop_tids)
            and x.next_serial < drop_next[array_position(drop_ids, x.id)];
        get diagnostics written = row_count;
        assert written = touched, 'a locked drop is where it was locked';

        if windowed then
            perform windows_use(p_creators, p_drops, ws, p_buyers, p_quantities, offsets);
        end if;
        for e in 1 .. cardinality(events) loop
            continue when taken[e] = 0;
            starts[e] := coalesce(cardinality(indices), 0);
            indices := indices || status_take(owners[e], events[e], taken[e]);
        end loop;
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
        end loop;
    end if;

    -- An answer is what the claim's row says, be it an old one or one of these.
    s := null;
    d := null;
    for i in 1 .. n loop
        if drop_slots[i] is distinct from s then
            s := drop_slots[i];
            d := ds[s];
            f := starts[array_position(events, d.event_id)];
            event_id := d.event_id;
            not_before := d.opens_at;
            not_after := pickup_end(d);
        end if;
        if offsets[i] is not null then
            m.creator_id := p_creators[i];
            m.id := p_claims[i];
            m.drop_id := d.id;
            m.key_id := p_keys[i];
            m.idem_key := p_idem_keys[i];
            m.body_sha256 := p_hashes[i];
            m.buyer_key := p_buyers[i];
            m.quantity := p_quantities[i];
            m.first_serial := serials[i];
            m.kid := p_kids[i];
            m.state := case when d.hold_ttl_s is null then 'issued' else 'held' end;
            m.expires_at := case when d.hold_ttl_s is not null
                then least(t + d.hold_ttl_s * interval '1 second', d.pickup_until) end;
            m.first_index := firsts[creator_slots[i]] + entries[i];
            m.created_at := t;
            m.status_indices := case when m.quantity = 1 then array[indices[f + offsets[i] + 1]]
                else indices[f + offsets[i] + 1 : f + offsets[i] + m.quantity] end;
            m.window_name := case when windowed then (ws[i]).name end;
            m.holder := case when d.transferable then p_holders[i] end;
            m.holder_salt := case when d.transferable then p_salts[i] end;
            made[i] := m;
        elsif twins[i] is not null then
            m := made[twins[i]];
        else
            m := seen[i];
        end if;
        item := case when codes[i] = 'busy' then -i else i end;
        replayed := coalesce(codes[i] = 'replay', false);
        claim_id := m.id;
        drop_id := m.drop_id;
        serial := m.first_serial;
        quantity := m.quantity;
        state := m.state;
        kid := m.kid;
        expires_at := m.expires_at;
        first_index := m.first_index;
        status_indices := array_to_string(m.status_indices, ',');
        window_name := m.window_name;
        if claim_id is not null then
            status := 201;
            code := null;
            detail := null;
        else
            status := refusal_status(codes[i]);
            code := case codes[i] when 'window_limit' then 'limit_reached'
                when 'no_window' then 'window_not_open' else codes[i] end;
            detail := refusal_detail(codes[i], lefts[i], (ws[i]).per_person, d, ws[i]);
        end if;
        return next;
    end loop;

    if total > 0 then
        insert into claims select x.* from unnest(made) as x where x.id is not null;
        insert into tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid,
            created_at, held_until, ledger_index, status_index, window_name)
        select x.creator_id, token_id(x.id, x.k), x.drop_id, x.id, x.first_serial + x.k - 1, x.state,
            x.buyer_key, x.kid, t, x.expires_at, x.first_index + x.k - 1, x.status_indices[x.k],
            x.window_name
        from (select *, generate_series(1, quantity) as k from unnest(made)) x;
        -- What ledger_append() writes, in one piece of text.
        insert into ledger (creator_id, index, at, kind, subject, entry)
        select x.creator_id, x.first_index + x.k - 1, stamps[x.c], x.kind, x.token,
            '{"index":' || x.first_index + x.k - 1 || ',"at":"' || rfc3339(stamps[x.c])
            || '","kind":"' || x.kind || '","subject":"' || x.token
            || '","prev":null,"data":{"serial": ' || x.first_serial + x.k - 1
            || case when x.window_name is null then '' else ', "window": ' || to_json(x.window_name) end
            || ', "drop_id": "' || x.drop_id || '", "version": 1}}'
        from (
            select y.*, 'token.' || y.state as kind, token_id(y.id, y.k) as token,
                array_position(creators, y.creator_id) as c
            from (select *, generate_series(1, quantity) as k from unnest(made)) y offset 0
        ) x;
    end if;
end $$;

-- Units that came through windows: item i of the arrays where p_offsets says that it was accepted. The
-- caller holds the drops' locks. Caller: claim_batch.
create or replace function roadshow.windows_use(p_creators uuid[], p_drops uuid[],
    p_windows roadshow.drop_windows[], p_buyers bytea[], p_quantities bigint[], p_offsets integer[])
returns void language plpgsql volatile as $$
begin
    update drop_windows w set used = w.used + g.units
    from (
        select i.creator_id, i.drop_id, i.name, sum(i.quantity)::integer as units
        from (
            select p_creators[i] as creator_id, p_drops[i] as drop_id, (p_windows[i]).name as name,
                p_quantities[i] as quantity
            from generate_series(1, cardinality(p_drops)) as i where p_offsets[i] is not null
        ) i
        where i.name is not null
        group by i.creator_id, i.drop_id, i.name
    ) g
    where w.creator_id = g.creator_id and w.drop_id = g.drop_id and w.name = g.name;
    insert into window_buyers as b (creator_id, drop_id, window_name, buyer_key, units, per_person)
    select i.creator_id, i.drop_id, i.name, i.buyer, sum(i.quantity), min(i.per_person)
    from (
        select p_creators[i] as creator_id, p_drops[i] as drop_id, (p_windows[i]).name as name,
            p_buyers[i] as buyer, p_quantities[i] as quantity, (p_windows[i]).per_person as per_person
        from generate_series(1, cardinality(p_drops)) as i where p_offsets[i] is not null
    ) i
    where i.name is not null
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
    indices := status_take(d.creator_id, d.event_id, n);
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
