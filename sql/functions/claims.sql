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
-- 404 not_found, 409 not_open | closed | sold_out | limit_reached, or `draw` (the item is for
-- api.draw_enter(), which decides it),
-- 422 idempotency_key_reused | proof_expired | proof_reused.
--
-- p_proofs are the nonces of proofs of work that the service has checked, null where none was needed,
-- and p_proof_ends when they expire. A proof buys one claim: it is spent with the claim, and a refused
-- claim leaves it unspent. p_contacts are sealed contacts of those who consented to their being kept,
-- and p_consents what roadshow.contacts_store() says. A challenge names the drop, so two uses of it
-- meet at the drop's lock.
--
-- The drop's row is locked before anything is read, each statement below then sees what every
-- committed claim did, and the counters' checks stand behind that. The in-memory loop decides; SQL
-- runs once for the batch, never once for an item.
--
-- Locks: drops (id ascending) → proofs, drop_buyers (under their drop's lock) → status lists →
-- contacts → ledger head.
-- Raises: 23505 when another connection used one of the Idempotency-Keys for another drop a moment
-- ago; the service sends the statement again and the item becomes a 422.
-- Callers: statement claim_batch of POST /v1/drops/{drop}/claims.
--
-- Plans are kept, and one made while a table was empty must not read all of it later: hence the plan
-- settings, and `lateral … limit 1`, which leaves the planner nothing but a look-up by the full key.
create or replace function api.claim_batch(p_creator uuid,
    p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[],
    p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[],
    p_kids text[], p_proofs bytea[] default null, p_proof_ends timestamptz[] default null,
    p_contacts bytea[] default null, p_consents text[] default null)
returns table (item integer, status integer, code text, detail text, claim_id uuid, drop_id uuid,
    serial integer, quantity integer, state text, kid text, expires_at timestamptz,
    not_before timestamptz, not_after timestamptz, first_index bigint, replayed boolean,
    event_id uuid, status_indices text)
language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    n          integer := cardinality(p_drops);
    t          timestamptz;
    codes      text[];      -- why item i is refused; 'replay'; null: accepted
    ids        uuid[];      -- the claim that answers item i
    events     uuid[];      -- of the drops
    drop_slots integer[];   -- items of one drop share a slot,
    fan_slots  integer[];   -- as do those of one person in one drop,
    key_slots  integer[];   -- and those under one Idempotency-Key
    lefts      integer[];   -- of item i's drop before the batch
    nexts      integer[];
    units      integer[];   -- of item i's person before the batch; null: none ever
    limits     integer[];
    drop_left  integer[];   -- the same by slot, as the batch goes on
    drop_next  integer[];
    fan_units  integer[];
    proof_slots integer[];  -- and those with one proof; null: without
    spent      boolean[];   -- by slot of a proof
    winners    integer[];   -- the item accepted under a key, by slot
    serials    integer[];   -- first serial of item i
    offsets    integer[];   -- entries of the batch before those of item i
    indices    integer[];   -- in the status lists, of all units accepted
    total      integer := 0; -- units accepted
    accepted   integer := 0; -- items
    written    integer;
    q          integer;
    s          integer;
    f          integer;
    k          integer;
    head       bigint;
begin
    perform drops_lock(p_creator, p_drops);
    t := clock_timestamp();

    select array_agg(x.code order by x.ord), array_agg(x.seen order by x.ord),
        array_agg(x.drop_slot order by x.ord), array_agg(x.fan_slot order by x.ord),
        array_agg(x.key_slot order by x.ord), array_agg(x.left_over order by x.ord),
        array_agg(x.next_serial order by x.ord), array_agg(x.units order by x.ord),
        array_agg(x.per_person order by x.ord), array_agg(x.proof_slot order by x.ord),
        array_agg(x.event_id order by x.ord)
    into codes, ids, drop_slots, fan_slots, key_slots, lefts, nexts, units, limits, proof_slots,
        events
    from (
        select i.ord, c.id as seen,
            case
            when a.id is null then 'key_revoked'
            when c.body_sha256 = i.hash then 'replay'
            when c.id is not null then 'idempotency_key_reused'
            when d.id is null then 'not_found'
            when d.mode = 'draw' then 'draw'
            when t < d.opens_at then 'not_open'
            when t >= d.closes_at then 'closed'
            when i.proof_ends_at <= t then 'proof_expired'
            when p.nonce is not null then 'proof_reused'
            end as code,
            dense_rank() over (order by i.drop_id)::integer as drop_slot,
            dense_rank() over (order by i.drop_id, i.buyer)::integer as fan_slot,
            dense_rank() over (order by i.key_id, i.idem_key)::integer as key_slot,
            case when i.proof is not null
                then dense_rank() over (order by i.proof)::integer end as proof_slot,
            d.tokenized - d.held - d.issued as left_over, d.next_serial, d.per_person,
            d.event_id, b.units
        from unnest(p_keys, p_roles, p_idem_keys, p_hashes, p_drops, p_buyers, p_proofs,
            p_proof_ends) with ordinality
            as i(key_id, role, idem_key, hash, drop_id, buyer, proof, proof_ends_at, ord)
        left join lateral (
            select id from api_keys where creator_id = p_creator and id = i.key_id
                and role = i.role and revoked_at is null limit 1) a on true
        left join lateral (
            select id, body_sha256 from claims where creator_id = p_creator
                and key_id = i.key_id and idem_key = i.idem_key limit 1) c on true
        left join lateral (
            select * from drops where creator_id = p_creator and id = i.drop_id limit 1) d on true
        left join lateral (
            select units from drop_buyers where creator_id = p_creator and drop_id = i.drop_id
                and buyer_key = i.buyer limit 1) b on true
        left join lateral (
            select nonce from proofs where creator_id = p_creator and nonce = i.proof limit 1) p
            on true
    ) x;

    drop_left := array_fill(null::integer, array[n]);
    drop_next := drop_left;
    fan_units := drop_left;
    winners := drop_left;
    spent := array_fill(false, array[n]);
    serials := drop_left;
    offsets := drop_left;
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
            drop_left[s] := lefts[i];
            drop_next[s] := nexts[i];
        end if;
        f := fan_slots[i];
        if fan_units[f] is null then
            fan_units[f] := coalesce(units[i], 0);
        end if;
        q := p_quantities[i];
        if spent[proof_slots[i]] then
            codes[i] := 'proof_reused';
        elsif q > drop_left[s] then
            codes[i] := 'sold_out';
            lefts[i] := drop_left[s];
        elsif q > limits[i] - fan_units[f] then
            codes[i] := 'limit_reached';
        else
            ids[i] := p_claims[i];
            winners[k] := i;
            if proof_slots[i] is not null then
                spent[proof_slots[i]] := true;
            end if;
            serials[i] := drop_next[s];
            offsets[i] := total;
            drop_left[s] := drop_left[s] - q;
            drop_next[s] := drop_next[s] + q;
            fan_units[f] := fan_units[f] + q;
            total := total + q;
            accepted := accepted + 1;
        end if;
    end loop;

    if accepted > 0 then
        if true = any (spent) then
            insert into proofs (creator_id, nonce, ends_at)
            select p_creator, i.nonce, i.ends_at
            from unnest(p_proofs, p_proof_ends, offsets) as i(nonce, ends_at, off)
            where i.off is not null and i.nonce is not null;
        end if;

        -- Nobody else can add a row here meanwhile: the drops are locked.
        insert into drop_buyers (creator_id, drop_id, buyer_key, units, per_person)
        select p_creator, i.drop_id, i.buyer, sum(i.quantity), min(i.per_person)
        from unnest(p_drops, p_buyers, p_quantities, units, limits, offsets)
            as i(drop_id, buyer, quantity, units, per_person, off)
        where i.off is not null and i.units is null
        group by i.drop_id, i.buyer;
        get diagnostics written = row_count;
        if written <> accepted then -- some fans were known already
            update drop_buyers b set units = b.units + i.units, per_person = i.per_person
            from (
                select i.drop_id, i.buyer, sum(i.quantity)::integer as units,
                    min(i.per_person) as per_person
                from unnest(p_drops, p_buyers, p_quantities, units, limits, offsets)
                    as i(drop_id, buyer, quantity, units, per_person, off)
                where i.off is not null and i.units is not null
                group by i.drop_id, i.buyer
            ) i
            where b.creator_id = p_creator and b.drop_id = i.drop_id and b.buyer_key = i.buyer;
        end if;

        update drops d set
            held = d.held + case when d.hold_ttl_s is not null then g.units else 0 end,
            issued = d.issued + case when d.hold_ttl_s is null then g.units else 0 end,
            next_serial = d.next_serial + g.units
        from (
            select i.drop_id, sum(i.quantity)::integer as units
            from unnest(p_drops, p_quantities, offsets) as i(drop_id, quantity, off)
            where i.off is not null group by i.drop_id
        ) g
        where d.creator_id = p_creator and d.id = g.drop_id;

        indices := status_take(p_creator, events, p_quantities, offsets);
        if exists (select from unnest(p_contacts) as k where k is not null) then
            perform contacts_store(p_creator, t, p_drops, p_buyers, p_contacts, p_consents, offsets);
        end if;
        select ledger_append(p_creator,
            array_agg(case when d.hold_ttl_s is null then 'token.issued' else 'token.held' end
                order by i.off, u.k),
            array_agg(token_id(i.claim_id, u.k) order by i.off, u.k),
            array_agg(null::bigint),
            array_agg(jsonb_build_object('drop_id', i.drop_id, 'serial', i.serial + u.k - 1,
                'version', 1) order by i.off, u.k))
        into head
        from unnest(p_drops, p_claims, p_quantities, serials, offsets)
            as i(drop_id, claim_id, quantity, serial, off)
        join drops d on d.creator_id = p_creator and d.id = i.drop_id
        cross join lateral generate_series(1, i.quantity::integer) as u(k)
        where i.off is not null;

        with made as (
            insert into claims (creator_id, id, drop_id, key_id, idem_key, body_sha256, buyer_key,
                quantity, first_serial, kid, state, expires_at, first_index, status_indices,
                created_at)
            select p_creator, i.claim_id, i.drop_id, i.key_id, i.idem_key, i.hash, i.buyer,
                i.quantity, i.serial, i.kid,
                case when d.hold_ttl_s is null then 'issued' else 'held' end,
                case when d.hold_ttl_s is not null
                    then least(t + d.hold_ttl_s * interval '1 second', d.pickup_until) end,
                head + i.off, indices[i.off + 1 : i.off + i.quantity], t
            from unnest(p_drops, p_claims, p_keys, p_idem_keys, p_hashes, p_buyers, p_quantities,
                p_kids, serials, offsets)
                as i(drop_id, claim_id, key_id, idem_key, hash, buyer, quantity, kid, serial, off)
            join drops d on d.creator_id = p_creator and d.id = i.drop_id
            where i.off is not null
            returning id, drop_id, buyer_key, quantity, first_serial, kid, state, expires_at,
                first_index, status_indices
        )
        insert into tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid,
            created_at, held_until, ledger_index, status_index)
        select p_creator, token_id(c.id, u.k), c.drop_id, c.id, c.first_serial + u.k - 1, c.state,
            c.buyer_key, c.kid, t, c.expires_at, c.first_index + u.k - 1, c.status_indices[u.k]
        from made c cross join lateral generate_series(1, c.quantity) as u(k);
    end if;

    return query
    select i.ord::integer,
        case when c.id is not null then 201 when i.code = 'key_revoked' then 401
            when i.code = 'not_found' then 404 
            when i.code in ('idempotency_key_reused', 'proof_expired', 'proof_reused') then 422
            else 409 end,
        case when c.id is null then i.code end,
        case when c.id is null then case i.code
            when 'key_revoked' then 'This API key is revoked or does not belong here.'
            when 'not_found' then 'There is no such drop.'
            when 'idempotency_key_reused' then
                'This Idempotency-Key was used before with another request.'
            when 'proof_expired' then
                'The proof''s challenge has expired; ask for another and solve it.'
            when 'proof_reused' then 'This proof was used before; ask for another challenge.'
            when 'not_open' then 'This drop opens at ' || rfc3339(d.opens_at) || '.'
            when 'closed' then 'This drop closed at ' || rfc3339(d.closes_at) || '.'
            when 'limit_reached' then
                'This drop gives at most ' || d.per_person || ' to one person.'
            else case when i.left_over = 0 then 'Nothing is left of this drop.'
                else 'Only ' || i.left_over || ' left of this drop.' end
            end end,
        c.id, c.drop_id, c.first_serial, c.quantity, c.state, c.kid, c.expires_at, d.opens_at,
        d.pickup_until, c.first_index, coalesce(i.code = 'replay', false), d.event_id,
        array_to_string(c.status_indices, ',')
    from unnest(p_drops, codes, ids, lefts) with ordinality
        as i(drop_id, code, claim_id, left_over, ord)
    left join lateral (
        select * from claims where creator_id = p_creator and id = i.claim_id
            and coalesce(i.code = 'replay', true) limit 1) c on true
    left join lateral (
        select * from drops where creator_id = p_creator and id = i.drop_id limit 1) d on true
    order by i.ord;
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
