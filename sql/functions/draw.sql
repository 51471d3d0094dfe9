-- SPDX-License-Identifier: Apache-2.0
--
-- Draws: committing, entering, closing, revealing, drawing, and giving the winners their tokens. What
-- is hashed is in src/draw/draw.h; the janitor computes it (src/janitor/draws.c) and brings it here.
-- Each step is one transaction with its ledger entry, does nothing when it was done before, and is
-- refused before its time.
--
-- The service's secret is the last to be revealed, and by itself: whoever decides to withhold a secret
-- must do so without knowing what comes of it.
--
-- Locks: drops → proofs, contacts or drop_buyers → status lists → ledger head. A draw's rows are under
-- its drop's lock.

-- 32 bytes from lower-case hex. Raises: RS422. Callers: draw_commit, draw_reveal.
create or replace function roadshow.hex32(p_hex text, p_what text, p_pointer text) returns bytea
language plpgsql immutable as $$
begin
    if p_hex !~ '^[0-9a-f]{64}$' then
        perform fail(422, 'validation_failed', p_what || ' is 64 digits of lower-case hex.', p_pointer);
    end if;
    return decode(p_hex, 'hex');
end $$;

-- The commitments of a new drop, in its transaction and so before any entry. p_draw is the body's
-- member, p_service {"commitment", "sealed"}, hex, the service's own.
-- Locks: ledger head. Raises: RS422. Caller: drop_create.
create or replace function roadshow.draw_commit(d roadshow.drops, p_draw jsonb, p_service jsonb)
returns void language plpgsql volatile as $$
declare
    until   timestamptz := d.closes_at
        + coalesce((p_draw ->> 'reveal_within_s')::integer, 86400) * interval '1 second';
    service timestamptz := until + interval '1 hour';
    names   text[] := array['service', 'creator'];
    hashes  bytea[] := array[decode(p_service ->> 'commitment', 'hex'),
        hex32(p_draw ->> 'commitment', 'A commitment', '/draw/commitment')];
    x       jsonb;
    n       integer := 0;
begin
    if d.per_person <> 1 then
        perform fail(422, 'validation_failed', 'A draw gives one unit to one person.', '/per_person');
    end if;
    for x in select jsonb_array_elements(p_draw -> 'parties') loop
        if (x ->> 'name') !~ '^[a-z0-9][a-z0-9-]*$' or (x ->> 'name') = any (names) then
            perform fail(422, 'validation_failed',
                'A party has a name of its own, of a-z, 0-9 and hyphens.', '/draw/parties/' || n || '/name');
        end if;
        names := names || (x ->> 'name');
        hashes := hashes || hex32(x ->> 'commitment', 'A commitment',
            '/draw/parties/' || n || '/commitment');
        n := n + 1;
    end loop;
    if cardinality(hashes) <> (select count(distinct h) from unnest(hashes) as h) then
        perform fail(422, 'validation_failed', 'Each party has a secret of its own.', '/draw/commitment');
    end if;
    insert into draws (creator_id, drop_id, capacity, sealed, reveal_by, service_reveal_by,
        committed_index)
    values (d.creator_id, d.id, d.tokenized, decode(p_service ->> 'sealed', 'hex'), until, service,
        drop_note(d.creator_id, d.id, 'draw.committed', jsonb_build_object(
            'algorithm', 'drop-draw/v1', 'capacity', d.tokenized, 'entries_per_person', 1,
            'units_per_entry', 1, 'closes_at', rfc3339(d.closes_at), 'beacon', null,
            'parties', (select jsonb_agg(jsonb_build_object('name', p.name,
                'commitment', encode(p.hash, 'hex')) order by p.place)
                from unnest(names, hashes) with ordinality as p(name, hash, place)),
            'reveal_by', rfc3339(until), 'service_reveal_by', rfc3339(service),
            'if_withheld', 'The draw is made with the secrets that were revealed in time; who '
                'withheld theirs is named in draw.made.')));
    insert into draw_parties (creator_id, drop_id, place, name, commitment)
    select d.creator_id, d.id, p.place, p.name, p.hash
    from unnest(names, hashes) with ordinality as p(name, hash, place);
    insert into draw_creators (drop_id, creator_id) values (d.id, d.creator_id);
end $$;

-- ---- entering -----------------------------------------------------------------------------------

-- What api.claim_batch() is for claims, for entries: items in order, one row per item, a refused item
-- touches nothing. Arrays are those of claim_batch, and p_nonces: 16 bytes each, or null.
--
-- status 202 (with `replayed`): what the entry's row says. Otherwise `code` and `detail`: 401
-- key_revoked, 404 not_found, 409 not_open | closed | already_entered | limit_reached,
-- 422 idempotency_key_reused | proof_expired | proof_reused.
--
-- Locks: persons (advisory, of those who consented) → drops (id ascending) → proofs → contacts → ledger head.
-- Raises: 23505 as claim_batch does.
-- Callers: statement draw_enter of POST /v1/drops/{drop}/claims, after claim_batch said `draw`.
create or replace function api.draw_enter(p_creator uuid,
    p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[],
    p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[],
    p_kids text[], p_proofs bytea[], p_proof_ends timestamptz[], p_contacts bytea[],
    p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[],
    p_salts bytea[], p_nonces bytea[])
returns table (item integer, status integer, code text, detail text, entry_id uuid, drop_id uuid,
    entered_at timestamptz, ledger_index bigint, nonce bytea, salt bytea, kid text, replayed boolean)
language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    n          integer := cardinality(p_drops);
    t          timestamptz;
    codes      text[];    -- why item i is refused; 'replay'; null: accepted
    ids        uuid[];    -- the entry that answers item i
    fan_slots  integer[]; -- items of one person in one drop share a slot,
    key_slots  integer[]; -- as do those under one Idempotency-Key
    proof_slots integer[]; -- and those with one proof; null: without
    entered    boolean[] := array_fill(false, array[n]); -- by slot
    spent      boolean[] := entered;
    winners    integer[] := array_fill(null::integer, array[n]);
    offsets    integer[] := winners; -- entries of the batch before item i
    nonces     bytea[] := p_nonces;
    salts      bytea[];
    total      integer := 0;
    k          integer;
    head       bigint;
begin
    perform persons_lock(p_creator, array(select buyer from unnest(p_buyers, p_contacts) as i(buyer, sealed)
        where i.sealed is not null), false);
    perform drops_lock(p_creator, p_drops);
    t := clock_timestamp();
    select array_agg(x.code order by x.ord), array_agg(x.seen order by x.ord),
        array_agg(x.fan_slot order by x.ord), array_agg(x.key_slot order by x.ord),
        array_agg(x.proof_slot order by x.ord), array_agg(uuid_send(gen_random_uuid()))
    into codes, ids, fan_slots, key_slots, proof_slots, salts
    from (
        select i.ord, e.id as seen,
            case
            when a.id is null then 'key_revoked'
            when e.body_sha256 = i.hash then 'replay'
            when e.id is not null then 'idempotency_key_reused'
            when d.id is null or d.mode <> 'draw' then 'not_found'
            when t < d.opens_at then 'not_open'
            when t >= d.closes_at then 'closed'
            when i.proof_ends_at <= t then 'proof_expired'
            when p.nonce is not null then 'proof_reused'
            when b.id is not null then 'already_entered'
            when i.quantity <> 1 then 'one_unit'
            when i.window_name is not null then 'unknown_window'
            end as code,
            dense_rank() over (order by i.drop_id, i.buyer)::integer as fan_slot,
            dense_rank() over (order by i.key_id, i.idem_key)::integer as key_slot,
            case when i.proof is not null
                then dense_rank() over (order by i.proof)::integer end as proof_slot
        from unnest(p_keys, p_roles, p_idem_keys, p_hashes, p_drops, p_buyers, p_quantities, p_proofs,
            p_proof_ends, p_windows) with ordinality
            as i(key_id, role, idem_key, hash, drop_id, buyer, quantity, proof, proof_ends_at,
                window_name, ord)
        left join lateral (
            select id from api_keys where creator_id = p_creator and id = i.key_id
                and role = i.role and revoked_at is null limit 1) a on true
        left join lateral (
            select id, body_sha256 from draw_entries where creator_id = p_creator
                and key_id = i.key_id and idem_key = i.idem_key limit 1) e on true
        left join lateral (
            select * from drops where creator_id = p_creator and id = i.drop_id limit 1) d on true
        left join lateral (
            select id from draw_entries where creator_id = p_creator and drop_id = i.drop_id
                and buyer_key = i.buyer limit 1) b on true
        left join lateral (
            select nonce from proofs where creator_id = p_creator and nonce = i.proof limit 1) p
            on true
    ) x;

    for i in 1 .. n loop
        continue when codes[i] is not null;
        k := winners[key_slots[i]];
        if k is not null then
            codes[i] := case when p_hashes[k] = p_hashes[i] then 'replay'
                else 'idempotency_key_reused' end;
            ids[i] := ids[k];
        elsif spent[proof_slots[i]] then
            codes[i] := 'proof_reused';
        elsif entered[fan_slots[i]] then
            codes[i] := 'already_entered';
        else
            winners[key_slots[i]] := i;
            entered[fan_slots[i]] := true;
            if proof_slots[i] is not null then
                spent[proof_slots[i]] := true;
            end if;
            offsets[i] := total;
            total := total + 1;
            nonces[i] := coalesce(nonces[i], uuid_send(gen_random_uuid()));
            ids[i] := encode(substring(sha256(nonces[i] || salts[i]) for 16), 'hex')::uuid;
        end if;
    end loop;

    if total > 0 then
        insert into proofs (creator_id, nonce, ends_at)
        select p_creator, i.nonce, i.ends_at
        from unnest(p_proofs, p_proof_ends, offsets) as i(nonce, ends_at, off)
        where i.off is not null and i.nonce is not null;
        if exists (select from unnest(p_contacts) as c where c is not null) then
            perform contacts_store(p_creator, t, p_drops, p_buyers, p_contacts, p_consents, offsets);
        end if;
        select ledger_append(p_creator, array_agg('draw.entered'::text order by i.off),
            array_agg(i.id order by i.off), array_agg(null::bigint),
            array_agg(jsonb_build_object('drop_id', i.drop_id) order by i.off))
        into head
        from unnest(ids, p_drops, offsets) as i(id, drop_id, off) where i.off is not null;
        insert into draw_entries (creator_id, drop_id, id, claim_id, key_id, idem_key, body_sha256,
            buyer_key, nonce, salt, kid, entered_at, ledger_index, holder, holder_salt)
        select p_creator, i.drop_id, i.id, i.claim_id, i.key_id, i.idem_key, i.hash, i.buyer, i.nonce,
            i.salt, i.kid, t, head + i.off, i.holder, i.holder_salt
        from unnest(p_drops, ids, p_claims, p_keys, p_idem_keys, p_hashes, p_buyers, nonces, salts,
            p_kids, p_holders, p_salts, offsets)
            as i(drop_id, id, claim_id, key_id, idem_key, hash, buyer, nonce, salt, kid, holder,
                holder_salt, off)
        where i.off is not null;
    end if;

    return query
    select i.ord::integer,
        case when e.id is not null then 202 else refusal_status(i.code) end,
        case when e.id is null then case i.code when 'one_unit' then 'limit_reached'
            else i.code end end,
        case when e.id is null then refusal_detail(i.code, null, null, d.o, null) end,
        e.id, e.drop_id, e.entered_at, e.ledger_index, e.nonce, e.salt, e.kid,
        coalesce(i.code = 'replay', false)
    from unnest(p_drops, codes, ids) with ordinality as i(drop_id, code, entry_id, ord)
    left join lateral ( -- by the drop of the item: a key that is replayed has the same one
        select * from draw_entries where creator_id = p_creator and drop_id = i.drop_id
            and id = i.entry_id and coalesce(i.code = 'replay', true) limit 1) e on true
    left join lateral (
        select o from drops o where creator_id = p_creator and id = i.drop_id limit 1) d on true
    order by i.ord;
end $$;

-- ---- revealing ----------------------------------------------------------------------------------

-- A party's secret becomes public. The caller holds the drop's lock. Locks: ledger head.
create or replace function roadshow.draw_reveal_party(p_creator uuid, p_drop uuid, p_name text,
    p_secret bytea, p_at timestamptz)
returns void language plpgsql volatile as $$
begin
    perform drop_note(p_creator, p_drop, 'draw.revealed',
        jsonb_build_object('party', p_name, 'secret', encode(p_secret, 'hex')));
    update draw_parties set secret = p_secret, revealed_at = p_at
    where creator_id = p_creator and drop_id = p_drop and name = p_name;
end $$;

-- POST /v1/drops/{drop}/draw/reveal: the secret of a party other than the service, from the close until
-- reveal_by. The same again changes nothing.
-- Locks: drop → ledger head. Raises: those of replay(), RS404, RS409 draw_not_closed | reveal_over,
-- RS422 unknown_party | secret_mismatch.
create or replace function api.draw_reveal(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a      api.answer := replay(p_creator, c);
    wanted uuid := p ->> 'drop';
    party  text := coalesce(p #>> '{body,party}', 'creator');
    given  bytea;
    w      roadshow.draws;
    y      roadshow.draw_parties;
    t      timestamptz;
begin
    if a.status is not null then
        return a;
    end if;
    perform drops_lock(p_creator, array[wanted]);
    t := clock_timestamp();
    select * into w from draws where creator_id = p_creator and drop_id = wanted;
    if not found then
        perform fail(404, 'not_found', 'There is no such draw.');
    end if;
    given := hex32(p #>> '{body,secret}', 'A secret', '/secret');
    select * into y from draw_parties where creator_id = p_creator and drop_id = wanted
        and name = party and name <> 'service';
    if not found then
        perform fail(422, 'unknown_party', 'This draw has no such party.', '/party');
    end if;
    if w.closed_at is null then
        perform fail(409, 'draw_not_closed', 'Secrets are revealed after the draw has closed.');
    end if;
    if sha256(given) <> y.commitment then
        perform fail(422, 'secret_mismatch', 'This is not the secret that was committed to.', '/secret');
    end if;
    if y.secret is null then
        if t >= w.reveal_by or exists (select from draw_parties where creator_id = p_creator
            and drop_id = wanted and name = 'service' and secret is not null) then
            perform fail(409, 'reveal_over', 'Secrets were to be revealed by '
                || rfc3339(w.reveal_by) || '.');
        end if;
        perform draw_reveal_party(p_creator, wanted, party, given, t);
    end if;
    return remember(p_creator, c, answer_ok(200, draw_json(p_creator, wanted)));
end $$;

-- ---- what the janitor calls ---------------------------------------------------------------------

-- Draws with something to do now, and what: close, reveal (the service's secret), make, issue.
-- `secrets`: those that were revealed, in the parties' order. A draw of which nobody has revealed
-- anything waits for the service's secret.
-- Locks: none. Caller: the janitor's job `draws`.
create or replace function api.draws_due(p_creator uuid, p_limit integer)
returns table (drop_id uuid, step text, sealed text, entries integer, root text, secrets text)
language sql stable security definer
set search_path = roadshow, api, pg_temp as $$
    select x.drop_id, x.step, encode(x.sealed, 'hex'), x.entries, encode(x.root, 'hex'), x.secrets
    from (
        select w.drop_id, w.sealed, w.entries, w.root, y.secrets,
            case
            when w.closed_at is null then
                case when d.closes_at <= clock_timestamp() then 'close' end
            when w.made_at is not null then 'issue'
            when y.missing = 0 or w.reveal_by <= clock_timestamp() and not y.service_missing
                or w.service_reveal_by <= clock_timestamp() and y.secrets <> '' then 'make'
            when y.service_missing
                and (y.missing = 1 or w.reveal_by <= clock_timestamp()) then 'reveal'
            end as step
        from draws w
        join drops d on d.creator_id = p_creator and d.id = w.drop_id
        cross join lateral (
            select count(*) filter (where secret is null) as missing,
                bool_or(name = 'service' and secret is null) as service_missing,
                coalesce(string_agg(encode(secret, 'hex'), '' order by place), '') as secrets
            from draw_parties q where q.creator_id = p_creator and q.drop_id = w.drop_id) y
        where w.creator_id = p_creator and w.done_at is null
    ) x
    where x.step is not null
    order by x.drop_id limit p_limit
$$;

-- The ids of a draw's entries in their order, one after the other in hex.
-- Locks: none. Caller: the janitor's job `draws`.
create or replace function api.draw_ids(p_creator uuid, p_drop uuid)
returns text language sql stable security definer
set search_path = roadshow, api, pg_temp as $$
    select coalesce(string_agg(encode(uuid_send(id), 'hex'), '' order by id), '')
    from draw_entries where creator_id = p_creator and drop_id = p_drop
$$;

-- No entry comes any more. False when entries came after their ids were read: the janitor reads again.
-- Locks: drop → ledger head. Caller: the janitor's job `draws`.
create or replace function api.draw_close(p_creator uuid, p_drop uuid, p_entries integer, p_root text)
returns boolean language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    at bigint;
begin
    perform drops_lock(p_creator, array[p_drop]);
    perform from drops d join draws w on w.creator_id = d.creator_id and w.drop_id = d.id
    where d.creator_id = p_creator and d.id = p_drop and d.closes_at <= clock_timestamp()
        and w.closed_at is null and p_entries = (select count(*) from draw_entries e
            where e.creator_id = p_creator and e.drop_id = p_drop);
    if not found then
        return false;
    end if;
    at := drop_note(p_creator, p_drop, 'draw.closed',
        jsonb_build_object('n', p_entries, 'root', p_root));
    update draws set closed_at = clock_timestamp(), closed_index = at, entries = p_entries,
        root = decode(p_root, 'hex')
    where creator_id = p_creator and drop_id = p_drop;
    return true;
end $$;

-- The service's secret, when it is its turn. False when it was revealed before.
-- Locks: drop → ledger head. Caller: the janitor's job `draws`.
create or replace function api.draw_reveal_service(p_creator uuid, p_drop uuid, p_secret text)
returns boolean language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
begin
    perform drops_lock(p_creator, array[p_drop]);
    perform from api.draws_due(p_creator, null) as x where x.drop_id = p_drop and x.step = 'reveal';
    if not found then
        return false;
    end if;
    perform draw_reveal_party(p_creator, p_drop, 'service', decode(p_secret, 'hex'),
        clock_timestamp());
    return true;
end $$;

-- Notes ranks, from p_first on: p_ids are ids as they were drawn, made of exactly p_secrets. A draw of
-- many is ranked in several calls; what was noted before is noted again. False when the draw was made
-- before: by then its secrets do not change any more. Raises: P0001 when an id is of no entry.
-- Locks: drop. Caller: the janitor's job `draws`.
create or replace function api.draw_rank(p_creator uuid, p_drop uuid, p_ids text, p_first integer,
    p_secrets text)
returns boolean language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    ids   bytea := decode(p_ids, 'hex');
    n     integer := length(ids) / 16;
    moved integer;
begin
    perform drops_lock(p_creator, array[p_drop]);
    perform from api.draws_due(p_creator, null) as x
    where x.drop_id = p_drop and x.step = 'make' and x.secrets = p_secrets;
    if not found then
        return false;
    end if;
    update draw_entries e set rank = r.rank
    from (select encode(substring(ids from 16 * k - 15 for 16), 'hex')::uuid as id,
            p_first + k - 1 as rank
        from generate_series(1, n) as k) r
    where e.creator_id = p_creator and e.drop_id = p_drop and e.id = r.id;
    get diagnostics moved = row_count;
    if moved <> n then
        raise exception 'draw_rank: % of % entries are there', moved, n;
    end if;
    return true;
end $$;

-- The draw, once draw_rank() has noted all ranks. False when it was made before. Winners get their
-- tokens by draw_issue(). Raises: P0001 when a rank is missing.
-- Locks: drop → ledger head. Caller: the janitor's job `draws`.
create or replace function api.draw_make(p_creator uuid, p_drop uuid, p_secrets text,
    p_ranking_root text)
returns boolean language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    w   roadshow.draws;
    won integer;
    at  bigint;
begin
    perform drops_lock(p_creator, array[p_drop]);
    perform from api.draws_due(p_creator, null) as x
    where x.drop_id = p_drop and x.step = 'make' and x.secrets = p_secrets;
    if not found then
        return false;
    end if;
    select * into w from draws where creator_id = p_creator and drop_id = p_drop;
    perform from draw_entries where creator_id = p_creator and drop_id = p_drop
    having count(*) <> w.entries or count(rank) <> w.entries or coalesce(max(rank), 0) <> w.entries;
    if found then
        raise exception 'draw_make: not all of % entries are ranked', w.entries;
    end if;
    won := least(w.capacity, w.entries);
    at := drop_note(p_creator, p_drop, 'draw.made', (
        select jsonb_build_object('n', w.entries, 'winners', won, 'ranking_root', p_ranking_root,
            'revealed', coalesce(jsonb_agg(name order by place) filter (where secret is not null), '[]'),
            'withheld', coalesce(jsonb_agg(name order by place) filter (where secret is null), '[]'))
        from draw_parties where creator_id = p_creator and drop_id = p_drop));
    update draws set made_at = clock_timestamp(), made_index = at, winners = won,
        ranking_root = decode(p_ranking_root, 'hex'),
        done_at = case when won = 0 then clock_timestamp() end
    where creator_id = p_creator and drop_id = p_drop;
    if won = 0 then
        perform waitlist_of_draw(p_creator, p_drop);
    end if;
    return true;
end $$;

-- Gives the next p_limit winners their tokens, by their ranks: a claim of one unit each, held where the
-- drop has holds. Returns how many.
-- With the last of them, who was not drawn becomes the drop's waitlist, in the order of the draw.
-- Locks: drop → drop_buyers → status list → ledger head. Caller: the janitor's job `draws`.
create or replace function api.draw_issue(p_creator uuid, p_drop uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    w     roadshow.draws;
    d     roadshow.drops;
    t     timestamptz;
    n     integer;
    state text;
    until timestamptz;
begin
    perform drops_lock(p_creator, array[p_drop]);
    t := clock_timestamp();
    select * into w from draws where creator_id = p_creator and drop_id = p_drop;
    select * into d from drops where creator_id = p_creator and id = p_drop;
    n := least(p_limit, w.winners - w.issued);
    if n is null or n <= 0 then
        return 0;
    end if;
    if d.hold_ttl_s is null then
        state := 'issued';
    else
        state := 'held';
        until := least(t + d.hold_ttl_s * interval '1 second', d.pickup_until);
    end if;
    perform claims_give(d, t, state, until, null, array_agg(e.id order by e.rank),
        array_agg(e.claim_id order by e.rank), array_agg(e.buyer_key order by e.rank),
        array_agg(1 order by e.rank), array_agg(e.kid order by e.rank),
        array_agg(e.body_sha256 order by e.rank), array_agg(e.holder order by e.rank),
        array_agg(e.holder_salt order by e.rank))
    from draw_entries e
    where e.creator_id = p_creator and e.drop_id = p_drop
        and e.rank between w.issued + 1 and w.issued + n;
    update draws set issued = w.issued + n, done_at = case when w.issued + n = w.winners then t end
    where creator_id = p_creator and drop_id = p_drop;
    if w.issued + n = w.winners then
        perform waitlist_of_draw(p_creator, p_drop);
    end if;
    return n;
end $$;

-- ---- what the service calls ---------------------------------------------------------------------

-- A draw as everybody may see it.
create or replace function roadshow.draw_json(p_creator uuid, p_drop uuid) returns jsonb
language sql stable as $$
    select jsonb_build_object('drop_id', w.drop_id, 'algorithm', 'drop-draw/v1',
        'state', case when w.made_at is not null then 'made' when w.closed_at is not null then 'closed'
            else 'committed' end,
        'capacity', w.capacity, 'entries_per_person', 1, 'units_per_entry', 1,
        'opens_at', roadshow.rfc3339(d.opens_at), 'closes_at', roadshow.rfc3339(d.closes_at),
        'reveal_by', roadshow.rfc3339(w.reveal_by),
        'service_reveal_by', roadshow.rfc3339(w.service_reveal_by),
        'parties', (select jsonb_agg(jsonb_build_object('name', y.name,
                'commitment', encode(y.commitment, 'hex'), 'secret', encode(y.secret, 'hex'),
                'withheld', y.secret is null and w.made_at is not null) order by y.place)
            from roadshow.draw_parties y where y.creator_id = p_creator and y.drop_id = p_drop),
        'n', w.entries, 'root', encode(w.root, 'hex'), 'winners', w.winners,
        'ranking_root', encode(w.ranking_root, 'hex'),
        'log', '/logs/' || c.slug,
        'ledger', jsonb_build_object('committed', w.committed_index, 'closed', w.closed_index,
            'made', w.made_index))
    from roadshow.draws w
    join roadshow.drops d on d.creator_id = p_creator and d.id = p_drop
    join roadshow.creators c on c.id = p_creator
    where w.creator_id = p_creator and w.drop_id = p_drop
$$;

-- The creator of a draw that anybody asks for. Raises: RS404.
create or replace function roadshow.draw_creator(p_drop uuid) returns uuid
language plpgsql stable as $$
declare
    found_id uuid := (select creator_id from draw_creators where drop_id = p_drop);
begin
    if found_id is null then
        perform fail(404, 'not_found', 'There is no such draw.');
    end if;
    return found_id;
end $$;

-- GET /v1/drops/{drop}/draw: public, so it finds the creator itself. Raises: RS404.
create or replace function api.draw_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    doc jsonb := draw_json(draw_creator((p ->> 'drop')::uuid), (p ->> 'drop')::uuid);
begin
    return answer_ok(200, doc, etag_of(doc::text));
end $$;

-- GET /v1/drops/{drop}/draw/entries: public; in the order of their ids, p.limit of them after the id
-- p.after. They are told once the draw has closed. Raises: RS404, RS409 draw_not_closed.
create or replace function api.draw_entry_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    wanted uuid := p ->> 'drop';
    owner  uuid := draw_creator(wanted);
    n      integer := coalesce((p ->> 'limit')::integer, 1000);
    w      roadshow.draws;
    page   jsonb;
begin
    select * into w from draws where creator_id = owner and drop_id = wanted;
    if w.closed_at is null then
        perform fail(409, 'draw_not_closed', 'Entries are told once the draw has closed.');
    end if;
    select jsonb_agg(jsonb_build_object('id', e.id, 'rank', case when w.made_at is not null then e.rank end)
        order by e.id) into page
    from (
        select id, rank from draw_entries where creator_id = owner and drop_id = wanted
            and id > coalesce((p ->> 'after')::uuid, nil_uuid())
        order by id limit n + 1
    ) e;
    return page_of('entries', page, n);
end $$;

-- An entry and what became of it; its token with its text where p_with_jwt. Who was not drawn waits in
-- line: then `state` is that of their place (waitlist_state()).
create or replace function roadshow.draw_entry_json(e roadshow.draw_entries, p_with_jwt boolean)
returns jsonb language plpgsql stable as $$
declare
    w draws;
    d drops;
    t tokens;
    x waitlist_entries;
begin
    select * into w from draws where creator_id = e.creator_id and drop_id = e.drop_id;
    select * into d from drops where creator_id = e.creator_id and id = e.drop_id;
    select * into t from tokens where creator_id = e.creator_id and id = token_id(e.claim_id, 1);
    select * into x from waitlist_entries where creator_id = e.creator_id and drop_id = e.drop_id
        and id = e.id;
    return jsonb_build_object('id', e.id, 'drop_id', e.drop_id, 'entered_at', rfc3339(e.entered_at),
        'ledger_index', e.ledger_index, 'rank', case when w.made_at is not null then e.rank end,
        'state', case when w.made_at is null then 'entered' when e.rank <= w.winners then 'won'
            when x.id is not null then waitlist_state(x, d) else 'waiting' end,
        'position', waitlist_position(x),
        'token', case when t.id is not null then token_json(t, d, p_with_jwt) end);
end $$;

-- GET /v1/drops/{drop}/entries/{entry}. Ids of entries are public: a storefront, whose key is public
-- too, is not shown the token's text. Raises: RS401, RS404.
create or replace function api.draw_entry_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    e   roadshow.draw_entries;
    doc jsonb;
begin
    perform authorise(p_creator, c);
    select * into e from draw_entries where creator_id = p_creator and drop_id = (p ->> 'drop')::uuid
        and id = (p ->> 'entry')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such entry.');
    end if;
    doc := draw_entry_json(e, c.role = 'creator');
    return answer_ok(200, doc, etag_of(doc::text));
end $$;

-- POST /v1/drops/{drop}/entries/{entry}/collect: the same with the token's text, for who shows the
-- receipt; p.is_theirs says that the service has found it genuine and of this entry. A token that was
-- passed on is not theirs any more. Raises: RS401, RS404, RS422 receipt_invalid.
create or replace function api.draw_entry_collect(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    e   roadshow.draw_entries;
    doc jsonb;
begin
    perform authorise(p_creator, c);
    select * into e from draw_entries where creator_id = p_creator and drop_id = (p ->> 'drop')::uuid
        and id = (p ->> 'entry')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such entry.');
    end if;
    if not (p ->> 'is_theirs')::boolean then
        perform fail(422, 'receipt_invalid', 'This is no receipt of this entry.', '/receipt');
    end if;
    doc := draw_entry_json(e, true);
    if (doc #>> '{token,version}')::integer > 1 then
        doc := jsonb_set(doc, '{token,jwt}', 'null');
    end if;
    return answer_ok(200, doc);
end $$;
