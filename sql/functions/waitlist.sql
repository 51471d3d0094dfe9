-- SPDX-License-Identifier: Apache-2.0
--
-- The waitlist of a drop: who comes when nothing is left takes a place, and what comes back is offered in
-- the order of the places. While somebody waits, claims find nothing left; so returned units cannot go
-- past the line, and the janitor may take its time.
--
--   (join) ─▶ waiting ─┬─ units come back ─▶ offered: a claim, held for offer_ttl_s; its tokens say the rest
--                      ├─ a listing is there ─▶ offered ─▶ taken | lapsed             (resale.sql)
--                      ├─ has all that one person may have ─▶ skipped
--                      └─ goes ─▶ left
--
-- An offer is as many of the wanted units as there are and as the person may still have; the rest of the
-- wish is over with it. So everybody who is reached is either offered something or skipped, and nothing
-- that came back is left over while somebody waits.
--
-- Who was not drawn in a draw waits in the order of the draw, with the entry's id.
--
-- Locks: drop → waitlist entries and listings (under their drop's lock) → drop_buyers → tokens → status
-- lists → ledger head.

-- ---- joining ------------------------------------------------------------------------------------

-- What api.claim_batch() is for claims, for places in line: items in order, one row per item, a refused
-- item touches nothing. Arrays are those of claim_batch, in its order; p_claims are the ids of the claims
-- that offers become, and the entries' own ids follow from them.
--
-- Where the drop has windows, who waits comes through one as who claims does, and shows its proof: the line
-- is no way round. What is offered is not counted for the window.
--
-- status 201 (with `replayed`): what the entry's row says, as it was made. Otherwise `code` and `detail`:
-- 401 key_revoked, 403 access_denied, 404 not_found, 409 not_open | closed | window_not_open | window_closed |
-- is_draw | not_sold_out | limit_reached |
-- already_waiting, 422 idempotency_key_reused | proof_expired | proof_reused.
--
-- Locks: drops (id ascending) → proofs → contacts → ledger head.
-- Raises: 23505 as claim_batch does.
-- Callers: statement waitlist_join of POST /v1/drops/{drop}/waitlist.
create or replace function api.waitlist_join(p_creator uuid,
    p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[],
    p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[],
    p_kids text[], p_proofs bytea[], p_proof_ends timestamptz[], p_contacts bytea[],
    p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[],
    p_salts bytea[])
returns table (item integer, status integer, code text, detail text, entry_id uuid, drop_id uuid,
    quantity integer, "position" integer, joined_at timestamptz, ledger_index bigint,
    kid text, replayed boolean)
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
    drop_slots integer[]; -- items of one drop share a slot,
    fan_slots  integer[]; -- as do those of one person in one drop,
    key_slots  integer[]; -- those under one Idempotency-Key
    proof_slots integer[]; -- and those with one proof; null: without
    firsts     integer[]; -- next place of item i's drop before the batch,
    waits      integer[]; -- and how many wait there
    placed     boolean[] := array_fill(false, array[n]); -- by slot of a fan
    spent      boolean[] := placed;
    joined     integer[] := array_fill(0, array[n]); -- by slot of a drop
    winners    integer[] := array_fill(null::integer, array[n]);
    offsets    integer[] := winners; -- entries of the batch before item i
    places     integer[] := winners;
    aheads     integer[] := winners;
    total      integer := 0;
    k          integer;
    head       bigint;
begin
    perform drops_lock(p_creator, p_drops);
    t := clock_timestamp();
    select array_agg(coalesce(x.closed, x.refused) order by x.ord), array_agg(x.seen order by x.ord),
        array_agg(x.drop_slot order by x.ord), array_agg(x.fan_slot order by x.ord),
        array_agg(x.key_slot order by x.ord), array_agg(x.proof_slot order by x.ord),
        array_agg(x.next_place order by x.ord), array_agg(x.waiting order by x.ord)
    into codes, ids, drop_slots, fan_slots, key_slots, proof_slots, firsts, waits
    from (
        select i.ord, e.id as seen, d.next_place, d.waiting,
            case
            when a.id is null then 'key_revoked'
            when e.body_sha256 = i.hash then 'replay'
            when e.id is not null then 'idempotency_key_reused'
            when d.id is null then 'not_found'
            when d.mode = 'draw' then 'is_draw'
            when t < d.opens_at then 'not_open'
            when t >= d.closes_at then 'closed'
            else window_refusal((d.o).windowed, w.o, i.window_name, i.access, i.invited, t) end as closed,
            case
            when i.proof_ends_at <= t then 'proof_expired'
            when p.nonce is not null then 'proof_reused'
            when b.id is not null then 'already_waiting'
            when u.units >= d.per_person then 'limit_reached'
            when d.waiting = 0 and drop_left(d.o) > 0 then 'not_sold_out'
            end as refused,
            dense_rank() over (order by i.drop_id)::integer as drop_slot,
            dense_rank() over (order by i.drop_id, i.buyer)::integer as fan_slot,
            dense_rank() over (order by i.key_id, i.idem_key)::integer as key_slot,
            case when i.proof is not null
                then dense_rank() over (order by i.proof)::integer end as proof_slot
        from unnest(p_keys, p_roles, p_idem_keys, p_hashes, p_drops, p_buyers, p_proofs,
            p_proof_ends, p_windows, p_access, p_invited) with ordinality
            as i(key_id, role, idem_key, hash, drop_id, buyer, proof, proof_ends_at, window_name,
                access, invited, ord)
        left join lateral (
            select id from api_keys where creator_id = p_creator and id = i.key_id
                and role = i.role and revoked_at is null limit 1) a on true
        left join lateral (
            select id, body_sha256 from waitlist_entries where creator_id = p_creator
                and key_id = i.key_id and idem_key = i.idem_key limit 1) e on true
        left join lateral (
            select o.*, o as o from drops o where creator_id = p_creator and id = i.drop_id
            limit 1) d on true
        left join lateral (
            select x as o from drop_windows x where d.windowed and x.creator_id = p_creator
                and x.drop_id = i.drop_id and case when i.window_name is not null
                    then x.name = i.window_name
                    else x.proof = 'none' and t >= x.opens_at and t < x.closes_at end
            limit 1) w on true
        left join lateral (
            select id from waitlist_entries where creator_id = p_creator and drop_id = i.drop_id
                and buyer_key = i.buyer
                and (state = 'waiting' or state = 'offered' and listing_id is not null)
            limit 1) b on true
        left join lateral (
            select units from drop_buyers where creator_id = p_creator and drop_id = i.drop_id
                and buyer_key = i.buyer limit 1) u on true
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
        elsif placed[fan_slots[i]] then
            codes[i] := 'already_waiting';
        else
            winners[key_slots[i]] := i;
            placed[fan_slots[i]] := true;
            if proof_slots[i] is not null then
                spent[proof_slots[i]] := true;
            end if;
            offsets[i] := total;
            total := total + 1;
            k := drop_slots[i];
            places[i] := firsts[i] + joined[k];
            aheads[i] := waits[i] + joined[k];
            joined[k] := joined[k] + 1;
            ids[i] := waitlist_id(p_claims[i]);
        end if;
    end loop;

    if total > 0 then
        insert into proofs (creator_id, nonce, ends_at)
        select p_creator, i.nonce, i.ends_at
        from unnest(p_proofs, p_proof_ends, offsets) as i(nonce, ends_at, off)
        where i.off is not null and i.nonce is not null;
        update drops d set waiting = d.waiting + g.n, next_place = d.next_place + g.n
        from (
            select i.drop_id, count(*)::integer as n
            from unnest(p_drops, offsets) as i(drop_id, off)
            where i.off is not null group by i.drop_id
        ) g
        where d.creator_id = p_creator and d.id = g.drop_id;
        if exists (select from unnest(p_contacts) as c where c is not null) then
            perform contacts_store(p_creator, t, p_drops, p_buyers, p_contacts, p_consents, offsets);
        end if;
        select ledger_append(p_creator, array_agg('waitlist.joined'::text order by i.off),
            array_agg(i.id order by i.off), array_agg(null::bigint),
            array_agg(jsonb_build_object('drop_id', i.drop_id, 'quantity', i.quantity,
                'place', i.place) order by i.off))
        into head
        from unnest(ids, p_drops, p_quantities, places, offsets)
            as i(id, drop_id, quantity, place, off) where i.off is not null;
        insert into waitlist_entries (creator_id, drop_id, id, place, ahead, claim_id, key_id,
            idem_key, body_sha256, buyer_key, quantity, kid, holder, holder_salt, state, joined_at,
            ledger_index)
        select p_creator, i.drop_id, i.id, i.place, i.ahead, i.claim_id, i.key_id, i.idem_key, i.hash,
            i.buyer, i.quantity, i.kid, i.holder, i.salt, 'waiting', t, head + i.off
        from unnest(p_drops, ids, places, aheads, p_claims, p_keys, p_idem_keys, p_hashes, p_buyers,
            p_quantities, p_kids, p_holders, p_salts, offsets)
            as i(drop_id, id, place, ahead, claim_id, key_id, idem_key, hash, buyer, quantity, kid, holder,
                salt, off)
        where i.off is not null;
    end if;

    return query
    select i.ord::integer,
        case when e.id is not null then 201 else refusal_status(i.code) end,
        case when e.id is null then case i.code when 'no_window' then 'window_not_open'
            else i.code end end,
        case when e.id is null then refusal_detail(i.code, null, null, d.o, w.o) end,
        e.id, e.drop_id, e.quantity, e.ahead + 1, e.joined_at, e.ledger_index, e.kid, coalesce(i.code = 'replay', false)
    from unnest(p_drops, codes, ids, p_windows) with ordinality
        as i(drop_id, code, entry_id, window_name, ord)
    left join lateral ( -- by the drop of the item: a key that is replayed has the same one
        select * from waitlist_entries where creator_id = p_creator and drop_id = i.drop_id
            and id = i.entry_id and coalesce(i.code = 'replay', true) limit 1) e on true
    left join lateral (
        select o from drops o where creator_id = p_creator and id = i.drop_id limit 1) d on true
    left join lateral (
        select x as o from drop_windows x where i.code like 'window%' and x.creator_id = p_creator
            and x.drop_id = i.drop_id and x.name = i.window_name limit 1) w on true
    order by i.ord;
end $$;

-- The id of the place in line whose offers become this claim: the claim's UUIDv7 with 255 in the byte in
-- which its tokens have 1 to 20.
create or replace function roadshow.waitlist_id(p_claim uuid) returns uuid
    language sql immutable parallel safe as $$
    select encode(set_byte(uuid_send(p_claim), 15, 255), 'hex')::uuid
$$;

-- Who was not drawn, in the order of the draw. The caller holds the drop's lock. Locks: ledger head.
-- Callers: draw_issue, draw_make.
create or replace function roadshow.waitlist_of_draw(p_creator uuid, p_drop uuid)
returns void language plpgsql volatile as $$
declare
    w draws;
    n integer;
begin
    select * into w from draws where creator_id = p_creator and drop_id = p_drop;
    insert into waitlist_entries (creator_id, drop_id, id, place, ahead, claim_id, key_id, idem_key,
        body_sha256, buyer_key, quantity, kid, holder, holder_salt, state, joined_at, ledger_index)
    select p_creator, p_drop, e.id, e.rank, e.rank - w.winners - 1, e.claim_id, nil_uuid(), e.id::text, e.body_sha256,
        e.buyer_key, 1, e.kid, e.holder, e.holder_salt, 'waiting', e.entered_at, e.ledger_index
    from draw_entries e
    where e.creator_id = p_creator and e.drop_id = p_drop and e.rank > w.winners;
    get diagnostics n = row_count;
    update drops set waiting = n, next_place = w.entries + 1
    where creator_id = p_creator and id = p_drop;
    if n > 0 then
        perform drop_note(p_creator, p_drop, 'draw.waitlist',
            jsonb_build_object('drop_id', p_drop, 'entries', n));
    end if;
end $$;

-- ---- offering -----------------------------------------------------------------------------------

-- Until when units that come back are offered: while there is a pickup, and where no-shows are released
-- to those who wait, until the event is over.
create or replace function roadshow.offers_end(d roadshow.drops, p_event_end timestamptz)
returns timestamptz language sql immutable parallel safe as $$
    select case when d.no_show_release then greatest(p_event_end, roadshow.pickup_end(d))
        else roadshow.pickup_end(d) end
$$;

-- Offers what has come back to those who wait: in one drop, up to p_limit places. Returns how many places
-- were looked at, and p_limit when other drops are due too.
-- Locks: as at the head of this file. Caller: the janitor's job `waitlist`.
create or replace function api.janitor_waitlist(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    found uuid[];
    n     integer;
begin
    found := array(
        select d.id from drops d join events e on e.creator_id = d.creator_id and e.id = d.event_id
        where d.creator_id = p_creator and d.waiting > 0 and drop_left(d) > 0
          and offers_end(d, e.ends_at) > clock_timestamp()
        order by d.id limit 2);
    if cardinality(found) = 0 then
        return 0;
    end if;
    perform drops_lock(p_creator, found[1:1]);
    n := waitlist_offer(p_creator, found[1], p_limit);
    return case when cardinality(found) > 1 then p_limit else n end;
end $$;

-- One drop of janitor_waitlist(); the caller holds its lock.
create or replace function roadshow.waitlist_offer(p_creator uuid, p_drop uuid, p_limit integer)
returns integer language plpgsql volatile as $$
declare
    d     drops;
    t     timestamptz := clock_timestamp();
    ends  timestamptz; -- of offers, and of the tokens that they become
    late  boolean;     -- the pickup is over: these are units of no-shows
    x     record;
    head  bigint;
begin
    select * into d from drops where creator_id = p_creator and id = p_drop;
    select offers_end(d, e.ends_at) into ends from events e
    where e.creator_id = p_creator and e.id = d.event_id;
    if d.waiting = 0 or drop_left(d) <= 0 or ends <= t then
        return 0;
    end if;
    -- Until the pickup ends an offer is of a token that ends with it, like all others.
    late := t >= pickup_end(d);
    if not late then
        ends := pickup_end(d);
    end if;
    with line as (
        select e.*, greatest(least(e.quantity, d.per_person - coalesce(b.units, 0)), 0) as fit
        from (
            select * from waitlist_entries
            where creator_id = p_creator and drop_id = p_drop and state = 'waiting' and place > 0
            order by place limit p_limit
        ) e
        left join drop_buyers b on b.creator_id = p_creator and b.drop_id = p_drop
            and b.buyer_key = e.buyer_key
    ), summed as (
        select l.*, sum(l.fit) over (order by l.place) - l.fit as before from line l
    ), reached as (
        select s.*, least(s.fit, drop_left(d) - s.before)::integer as units
        from summed s where s.before < drop_left(d)
    )
    select array_agg(r.id order by r.place) as ids, array_agg(r.claim_id order by r.place) as claims,
        array_agg(r.buyer_key order by r.place) as buyers,
        array_agg(r.units order by r.place) as units, array_agg(r.kid order by r.place) as kids,
        array_agg(r.body_sha256 order by r.place) as hashes,
        array_agg(r.holder order by r.place) as holders,
        array_agg(r.holder_salt order by r.place) as salts,
        array_agg(r.ledger_index order by r.place) as prevs, count(*)::integer as n
    into x from reached r;
    if x.n = 0 then
        raise exception 'waitlist_offer: % wait in drop %, and nobody is found', d.waiting, p_drop;
    end if;
    update drops set waiting = waiting - x.n where creator_id = p_creator and id = p_drop;
    perform claims_give(d, t, 'held', least(t + d.offer_ttl_s * interval '1 second', ends),
        case when late then ends end,
        array_agg(i.id order by o), array_agg(i.claim order by o), array_agg(i.buyer order by o),
        array_agg(i.units order by o), array_agg(i.kid order by o), array_agg(i.hash order by o),
        array_agg(i.holder order by o), array_agg(i.salt order by o))
    from unnest(x.ids, x.claims, x.buyers, x.units, x.kids, x.hashes, x.holders, x.salts)
        with ordinality as i(id, claim, buyer, units, kid, hash, holder, salt, o)
    where i.units > 0 having count(*) > 0;
    head := ledger_append(p_creator,
        array(select case when u > 0 then 'waitlist.offered' else 'waitlist.skipped' end
            from unnest(x.units) with ordinality as i(u, o) order by o),
        x.ids, x.prevs,
        array(select jsonb_build_object('drop_id', p_drop) || case when u > 0
            then jsonb_build_object('quantity', u, 'why', 'returned')
            else jsonb_build_object('why', 'limit_reached') end
            from unnest(x.units) with ordinality as i(u, o) order by o));
    update waitlist_entries e set state = case when i.units > 0 then 'offered' else 'skipped' end,
        given = nullif(i.units, 0), offered_at = case when i.units > 0 then t end,
        ended_at = case when i.units = 0 then t end, ledger_index = head + i.o - 1
    from unnest(x.ids, x.units) with ordinality as i(id, units, o)
    where e.creator_id = p_creator and e.drop_id = p_drop and e.id = i.id;
    -- A no-show among those who come now is looked for when their own time is over.
    if late and d.no_show_deposit is not null then
        update drops set no_show_at = least(no_show_at, ends) where creator_id = p_creator and id = p_drop;
    end if;
    return x.n;
end $$;

-- ---- what the service calls ---------------------------------------------------------------------

-- What became of a place in line: waiting, offered, taken, lapsed, skipped, left; or over: nothing more is
-- offered.
create or replace function roadshow.waitlist_state(x roadshow.waitlist_entries, d roadshow.drops)
returns text language plpgsql stable as $$
declare
    ends timestamptz;
begin
    if x.state = 'offered' and x.listing_id is null then
        return (select case when bool_or(t.state = 'held' and t.held_until > clock_timestamp())
                then 'offered'
                when bool_or(t.state not in ('held', 'expired', 'cancelled')) then 'taken'
                when bool_and(t.state = 'cancelled') then 'left' else 'lapsed' end
            from tokens t where t.creator_id = x.creator_id
              and t.id between token_id(x.claim_id, 1) and token_id(x.claim_id, x.given));
    elsif x.state = 'waiting' then
        select offers_end(d, e.ends_at) into ends from events e
        where e.creator_id = d.creator_id and e.id = d.event_id;
        return case when ends <= clock_timestamp() then 'over' else 'waiting' end;
    end if;
    return x.state;
end $$;

-- Its number in the line, from 1; null when it does not wait.
create or replace function roadshow.waitlist_position(x roadshow.waitlist_entries) returns integer
    language sql stable as $$
    select case when x.state = 'waiting' then 1 + (
        select count(*)::integer from roadshow.waitlist_entries e
        where e.creator_id = x.creator_id and e.drop_id = x.drop_id and e.state = 'waiting'
          and e.place < x.place) end
$$;

-- A place in line as the API shows it; tokens with their texts where p_with_jwt. p_position: where who asks
-- knows it.
create or replace function roadshow.waitlist_json(x roadshow.waitlist_entries, p_with_jwt boolean,
    p_position integer default null)
returns jsonb language plpgsql stable as $$
declare
    d drops;
    l resale_listings;
begin
    select * into d from drops where creator_id = x.creator_id and id = x.drop_id;
    select * into l from resale_listings where creator_id = x.creator_id and id = x.listing_id;
    return jsonb_build_object('id', x.id, 'drop_id', x.drop_id, 'state', waitlist_state(x, d),
        'position', coalesce(p_position, waitlist_position(x)), 'quantity', x.quantity,
        'given', x.given,
        'joined_at', rfc3339(x.joined_at), 'offered_at', rfc3339(x.offered_at),
        'ledger_index', x.ledger_index,
        'offer', case when l.id is not null and x.state in ('offered', 'taken') then
            jsonb_build_object('token_id', l.token_id, 'price', money(l.price, l.currency),
                'expires_at', rfc3339(l.offered_until)) end,
        'tokens', coalesce((
            select jsonb_agg(token_json(t, d, p_with_jwt and t.version = case when l.id is null
                then 1 else l.version + 1 end) order by t.serial) from tokens t
            where t.creator_id = x.creator_id and x.offered_at is not null and case
                when l.id is null then t.id between token_id(x.claim_id, 1)
                    and token_id(x.claim_id, x.given)
                else t.id = l.token_id and x.state = 'taken' end), '[]'));
end $$;

-- The place in line, with its drop locked where p_lock. Raises: RS404.
create or replace function roadshow.waitlist_take(p_creator uuid, p jsonb, p_lock boolean)
returns roadshow.waitlist_entries language plpgsql volatile as $$
declare
    x waitlist_entries;
begin
    if p_lock then
        perform drops_lock(p_creator, array[(p ->> 'drop')::uuid]);
    end if;
    select * into x from waitlist_entries where creator_id = p_creator
        and drop_id = (p ->> 'drop')::uuid and id = (p ->> 'entry')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such place in line.');
    end if;
    return x;
end $$;

-- GET /v1/drops/{drop}/waitlist/{entry}. Ids are public: a storefront, whose key is public too, is not
-- shown tokens' texts. Raises: RS401, RS404.
create or replace function api.waitlist_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    doc jsonb;
begin
    perform authorise(p_creator, c);
    doc := waitlist_json(waitlist_take(p_creator, p, false), c.role = 'creator');
    return answer_ok(200, doc, etag_of(doc::text));
end $$;

-- GET /v1/drops/{drop}/waitlist: in order, for the creator. Raises: RS401, RS404.
create or replace function api.waitlist_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n     integer := coalesce((p ->> 'limit')::integer, 50);
    after integer;
    ahead integer;
    page  jsonb;
begin
    perform authorise(p_creator, c);
    perform from drops where creator_id = p_creator and id = (p ->> 'drop')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such drop.');
    end if;
    select place into after from waitlist_entries where creator_id = p_creator
        and drop_id = (p ->> 'drop')::uuid and id = (p ->> 'after')::uuid;
    select count(*)::integer into ahead from waitlist_entries
    where creator_id = p_creator and drop_id = (p ->> 'drop')::uuid and state = 'waiting'
      and place > 0 and place <= coalesce(after, 0);
    select jsonb_agg(waitlist_json(e.w, false, case when (e.w).state = 'waiting'
        then ahead + e.nth end) - 'tokens' order by (e.w).place) into page
    from (
        select w, (count(*) filter (where w.state = 'waiting') over (order by w.place))::integer as nth
        from waitlist_entries w
        where w.creator_id = p_creator and w.drop_id = (p ->> 'drop')::uuid
          and w.place > coalesce(after, 0)
        order by w.place limit n + 1
    ) e;
    return page_of('entries', page, n);
end $$;

-- Who shows the receipt is the owner; a creator's key acts for everybody. Raises: RS422 receipt_invalid.
create or replace function roadshow.waitlist_owner(c api.caller, p jsonb) returns void
    language plpgsql stable as $$
begin
    if c.role <> 'creator' and not coalesce((p ->> 'is_theirs')::boolean, false) then
        perform fail(422, 'receipt_invalid', 'This is no receipt of this place in line.', '/receipt');
    end if;
end $$;

-- POST /v1/drops/{drop}/waitlist/{entry}/collect: the same as the GET, with tokens' texts, for who shows
-- the receipt. A token that was passed on since is not theirs any more. Raises: RS401, RS404, RS422.
create or replace function api.waitlist_collect(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
begin
    perform authorise(p_creator, c);
    perform waitlist_take(p_creator, p, false);
    perform waitlist_owner(c, p);
    return answer_ok(200, waitlist_json(waitlist_take(p_creator, p, false), true));
end $$;

-- POST /v1/drops/{drop}/waitlist/{entry}/accept: the offered units become rights. A deposit is paid first,
-- and a listing is bought, through POST /v1/tokens/{token}/confirm and /resale/settle.
-- Locks: drop → tokens → ledger head.
-- Raises: RS404, RS409 no_offer | deposit_due | confirmation_due, RS422 receipt_invalid and those of replay().
create or replace function api.waitlist_accept(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a    api.answer := replay(p_creator, c);
    x    waitlist_entries;
    d    drops;
    t    timestamptz;
    held uuid[];
begin
    if a.status is not null then
        return a;
    end if;
    x := waitlist_take(p_creator, p, true);
    perform waitlist_owner(c, p);
    t := clock_timestamp();
    held := array(select id from tokens k where k.creator_id = p_creator and k.state = 'held'
        and k.held_until > t and x.listing_id is null
        and k.id between token_id(x.claim_id, 1) and token_id(x.claim_id, 20) order by k.serial);
    if x.offered_at is null or cardinality(held) = 0 then
        perform fail(409, 'no_offer', 'Nothing is offered to this place in line now.');
    end if;
    select * into d from drops where creator_id = p_creator and id = x.drop_id;
    if d.deposit is not null then
        perform fail(409, 'deposit_due', 'A deposit is due: it is paid when the tokens are confirmed.');
    end if;
    if d.hold_ttl_s is not null and c.role <> 'creator' then
        perform fail(409, 'confirmation_due', 'The creator confirms what is held of this drop.');
    end if;
    perform tokens_move(p_creator, held, 'issued', array_fill(t, array[cardinality(held)]),
        array_fill('token.issued'::text, array[cardinality(held)]),
        array_fill(null::jsonb, array[cardinality(held)]));
    return remember(p_creator, c, answer_ok(200,
        waitlist_json(waitlist_take(p_creator, p, false), true)));
end $$;

-- POST /v1/drops/{drop}/waitlist/{entry}/leave: gives up the place, or what is offered to it.
-- Locks: drop → tokens → status lists → ledger head.
-- Raises: RS404, RS409 not_waiting, RS422 receipt_invalid and those of replay().
create or replace function api.waitlist_leave(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer := replay(p_creator, c);
    x     waitlist_entries;
    d     drops;
    t     timestamptz;
    held  uuid[];
begin
    if a.status is not null then
        return a;
    end if;
    x := waitlist_take(p_creator, p, true);
    perform waitlist_owner(c, p);
    t := clock_timestamp();
    select * into d from drops where creator_id = p_creator and id = x.drop_id;
    held := array(select id from tokens k where k.creator_id = p_creator and k.state = 'held'
        and x.offered_at is not null and x.listing_id is null
        and k.id between token_id(x.claim_id, 1) and token_id(x.claim_id, 20) order by k.serial);
    if x.state = 'waiting' then
        perform waitlist_end(p_creator, array[x.id], x.drop_id, t,
            case when (p ->> 'is_theirs')::boolean then 'holder' else c.role end);
    elsif x.state = 'offered' and x.listing_id is not null then
        perform resale_lapse(p_creator, array[x.listing_id], t);
    elsif cardinality(held) > 0 then
        perform tokens_move(p_creator, held, 'cancelled', array_fill(t, array[cardinality(held)]),
            array_fill('token.cancelled'::text, array[cardinality(held)]),
            array_fill(jsonb_build_object('was', 'held', 'returned_to', returns_to(d)),
                array[cardinality(held)]));
    else
        perform fail(409, 'not_waiting', 'This place in line waits no more, and nothing is offered '
            'to it.');
    end if;
    return remember(p_creator, c, answer_ok(200,
        waitlist_json(waitlist_take(p_creator, p, false), false)));
end $$;

-- These who wait in one drop wait no more. The caller holds its lock. Locks: ledger head.
-- p_by: holder, who showed the receipt; creator; erasure. Callers: waitlist_leave, erasure_leave.
create or replace function roadshow.waitlist_end(p_creator uuid, p_ids uuid[], p_drop uuid,
    p_at timestamptz, p_by text)
returns void language plpgsql volatile as $$
declare
    head bigint;
begin
    update drops set waiting = waiting - cardinality(p_ids)
    where creator_id = p_creator and id = p_drop;
    head := ledger_append(p_creator, array_fill('waitlist.left'::text, array[cardinality(p_ids)]),
        p_ids, array(select e.ledger_index from unnest(p_ids) with ordinality as i(id, o)
            join waitlist_entries e on e.creator_id = p_creator and e.drop_id = p_drop
                and e.id = i.id order by o),
        array_fill(jsonb_build_object('drop_id', p_drop, 'by', p_by),
            array[cardinality(p_ids)]));
    update waitlist_entries e set state = 'left', ended_at = p_at, ledger_index = head + i.o - 1
    from unnest(p_ids) with ordinality as i(id, o)
    where e.creator_id = p_creator and e.drop_id = p_drop and e.id = i.id;
end $$;
