-- SPDX-License-Identifier: Apache-2.0
--
-- Tokens: their one mover, reading, confirming, cancelling, and the end of holds.
--
--                  confirm                redeem                   an earlier redemption arrives
--   (claim) ─▶ held ─────▶ issued ──────────────────────▶ redeemed ──┐
--      │        │  ╲        │  ╲                              ▲───────┘
--      │        │   ╲       │   ╲ no-show
--      │   hold ended╲      │    ╲──────────▶ forfeited
--      │        ▼     ╲     ▼
--      │     expired   ╲──▶ cancelled
--      └─▶ issued (a drop without holds)
--
-- expired and cancelled give the unit back to the drop and to the person's limit; forfeited gives
-- nothing back by itself. A serial is never given out again, so serials may exceed `tokenized`.
-- roadshow.tokens_move() is the only function that changes a token's state; api.claim_batch()
-- (claims.sql) is the only one that creates tokens.
--
-- Locks, here and everywhere: drops (id ascending) → tokens (id ascending) → status lists → ledger
-- head.

-- The id of token k (from 1) of a claim: the claim's UUIDv7, whose last byte is 0, with k there.
-- claim_token_id() in src/tokens/claims.c says the same.
create or replace function roadshow.token_id(p_claim uuid, p_k integer) returns uuid
    language sql immutable parallel safe as $$
    select encode(set_byte(uuid_send(p_claim), 15, p_k), 'hex')::uuid
$$;

-- The diagram above, as a table. redeemed → redeemed is the correction of who redeemed first.
create or replace function roadshow.token_may_move(p_from text, p_to text) returns boolean
    language sql immutable parallel safe as $$
    select (p_from, p_to) in (
        ('held', 'issued'), ('held', 'expired'), ('held', 'cancelled'),
        ('issued', 'redeemed'), ('issued', 'cancelled'), ('issued', 'forfeited'),
        ('redeemed', 'redeemed'))
$$;

-- Moves tokens to one state: the drops' counters, the person's units, the status list, the ledger, the
-- rows. Item i of
-- each array is about p_tokens[i]: when it happened, the entry's kind, and what its data says beyond
-- drop_id, serial and version, which every entry about a token has. Entries follow the arrays' order.
--
-- The caller holds the drops' locks (drops_lock) and has made sure that each token exists, is named
-- once and may move; otherwise this raises P0001 and nothing moves: a programmer's mistake.
-- Locks: tokens → status lists → ledger head. Callers: token_confirm, token_cancel, janitor_holds, sync.
create or replace function roadshow.tokens_move(p_creator uuid, p_tokens uuid[], p_to text,
    p_at timestamptz[], p_kinds text[], p_data jsonb[])
returns table (token_id uuid, ledger_index bigint) language plpgsql volatile as $$
#variable_conflict use_column
declare
    n       integer := coalesce(cardinality(p_tokens), 0);
    legal   integer;
    prevs   bigint[];
    entries jsonb[];
    first   bigint;
begin
    if n = 0 then
        return;
    end if;
    perform from tokens where creator_id = p_creator and id = any(p_tokens)
    order by id for no key update;

    select count(distinct t.id) filter (where token_may_move(t.state, p_to)),
        array_agg(t.ledger_index order by m.ord),
        array_agg(jsonb_build_object('drop_id', t.drop_id, 'serial', t.serial,
            'version', t.version) || coalesce(m.data, '{}') order by m.ord)
    into legal, prevs, entries
    from unnest(p_tokens, p_data) with ordinality as m(id, data, ord)
    join tokens t on t.creator_id = p_creator and t.id = m.id;
    if legal <> n or cardinality(p_at) <> n or cardinality(p_kinds) <> n
        or cardinality(p_data) <> n then
        raise exception 'tokens_move: % of % tokens may become %', legal, n, p_to;
    end if;

    update drops d set
        held = d.held - s.from_held,
        issued = d.issued + case when p_to = 'issued' then s.units
            when p_to in ('cancelled', 'forfeited') then -s.from_issued else 0 end,
        redeemed = d.redeemed + case when p_to = 'redeemed' then s.from_issued else 0 end
    from (
        select drop_id, count(*)::integer as units,
            (count(*) filter (where state = 'held'))::integer as from_held,
            (count(*) filter (where state = 'issued'))::integer as from_issued
        from tokens where creator_id = p_creator and id = any(p_tokens) group by drop_id
    ) s
    where d.creator_id = p_creator and d.id = s.drop_id;

    if p_to in ('expired', 'cancelled') then
        update drop_buyers b set units = b.units - s.units
        from (
            select drop_id, buyer_key, count(*)::integer as units
            from tokens where creator_id = p_creator and id = any(p_tokens)
            group by drop_id, buyer_key
        ) s
        where b.creator_id = p_creator and b.drop_id = s.drop_id and b.buyer_key = s.buyer_key;
    end if;

    if p_to in ('expired', 'cancelled', 'forfeited') then
        perform status_set(p_creator, p_tokens, 1);
    end if;

    first := ledger_append(p_creator, p_kinds, p_tokens, prevs, entries);
    return query
    update tokens t set
        state = p_to,
        redeemed_at = case when p_to = 'redeemed' then m.at end,
        ended_at = case when p_to in ('expired', 'cancelled', 'forfeited') then m.at end,
        ledger_index = first + m.ord - 1
    from unnest(p_tokens, p_at) with ordinality as m(id, at, ord)
    where t.creator_id = p_creator and t.id = m.id
    returning t.id, t.ledger_index;
end $$;

-- ---- what the service calls ---------------------------------------------------------------------

-- A token as the API shows it; no buyer's data. Where p_with_jwt is true `jwt` says what the service
-- needs to render its text: {kid, nbf, exp, event, idx}; a hold is not yet a right, and what has ended is
-- none.
-- expires_at: the hold's end, later the end of the drop's pickup.
create or replace function roadshow.token_json(t roadshow.tokens, d roadshow.drops,
    p_with_jwt boolean)
returns jsonb language sql immutable as $$
    select jsonb_build_object('id', t.id, 'drop_id', t.drop_id, 'claim_id', t.claim_id,
        'serial', t.serial, 'version', t.version, 'state', t.state,
        'created_at', roadshow.rfc3339(t.created_at),
        'expires_at', roadshow.rfc3339(case when t.state in ('held', 'expired') then t.held_until
            else d.pickup_until end),
        'redeemed_at', roadshow.rfc3339(t.redeemed_at), 'ended_at', roadshow.rfc3339(t.ended_at),
        'ledger_index', t.ledger_index,
        'jwt', case when p_with_jwt and t.state in ('issued', 'redeemed') then
            jsonb_build_object('kid', t.kid, 'nbf', floor(extract(epoch from d.opens_at))::bigint,
                'exp', ceil(extract(epoch from d.pickup_until))::bigint, 
                'event', d.event_id, 'idx', t.status_index) end)
$$;

-- GET /v1/tokens/{token}: with its history. The storefront's key is public, and token ids are in the
-- ledger: it is not shown the token's text, or everybody could take any token. Raises: RS401, RS404.
create or replace function api.token_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    t   roadshow.tokens;
    d   roadshow.drops;
    doc jsonb;
begin
    perform authorise(p_creator, c);
    select * into t from tokens where creator_id = p_creator and id = (p ->> 'token')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such token.');
    end if;
    select * into d from drops where creator_id = p_creator and id = t.drop_id;
    doc := token_json(t, d, c.role = 'creator')
        || jsonb_build_object('history', ledger_history(p_creator, t.ledger_index));
    return answer_ok(200, doc, etag_of(doc::text));
end $$;

-- Moves one token for a command and returns it. p_allowed: states from which the command may move it.
-- Locks: drop → token → ledger head. Raises: RS404, RS409 hold_expired | token_state.
create or replace function roadshow.token_command(p_creator uuid, p_token uuid, p_allowed text[],
    p_to text)
returns jsonb language plpgsql volatile as $$
declare
    t    roadshow.tokens;
    d    roadshow.drops;
    now  timestamptz;
    said jsonb;
begin
    perform drops_lock(p_creator, array(
        select drop_id from tokens where creator_id = p_creator and id = p_token));
    select * into t from tokens where creator_id = p_creator and id = p_token;
    if not found then
        perform fail(404, 'not_found', 'There is no such token.');
    end if;
    now := clock_timestamp();
    if not t.state = any(p_allowed) then
        perform fail(409, 'token_state', 'This token is ' || t.state || '; it would have to be '
            || array_to_string(p_allowed, ' or ') || '.');
    end if;
    if p_to = 'issued' and t.held_until <= now then
        perform fail(409, 'hold_expired',
            'The hold ended at ' || rfc3339(t.held_until) || '.');
    end if;
    said := case when p_to = 'cancelled'
        then jsonb_build_object('was', t.state, 'returned_to', 'pool') end;
    perform tokens_move(p_creator, array[p_token], p_to, array[now], array['token.' || p_to],
        array[said]);
    select * into t from tokens where creator_id = p_creator and id = p_token;
    select * into d from drops where creator_id = p_creator and id = t.drop_id;
    return token_json(t, d, true);
end $$;

-- POST /v1/tokens/{token}/confirm: a hold becomes a right. Locks and raises: as token_command() and
-- replay().
create or replace function api.token_confirm(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer := replay(p_creator, c);
begin
    if a.status is not null then
        return a;
    end if;
    return remember(p_creator, c, answer_ok(200,
        token_command(p_creator, (p ->> 'token')::uuid, array['held'], 'issued')));
end $$;

-- POST /v1/tokens/{token}/cancel: the unit goes back to the drop, and the person may claim again.
-- Locks and raises: as token_command() and replay().
create or replace function api.token_cancel(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer := replay(p_creator, c);
begin
    if a.status is not null then
        return a;
    end if;
    return remember(p_creator, c, answer_ok(200,
        token_command(p_creator, (p ->> 'token')::uuid, array['held', 'issued'], 'cancelled')));
end $$;

-- Ends up to p_limit holds whose time is over, oldest first. Returns how many there were; those that
-- were confirmed meanwhile are left alone.
-- Locks: drops → tokens → ledger head. Caller: the janitor's job `holds`.
create or replace function api.janitor_holds(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    now   timestamptz := clock_timestamp();
    found uuid[];
    drops uuid[];
    due   uuid[];
begin
    select array_agg(x.id), array_agg(distinct x.drop_id) into found, drops
    from (
        select id, drop_id from tokens
        where creator_id = p_creator and state = 'held' and held_until <= now
        order by held_until limit p_limit
    ) x;
    if found is null then
        return 0;
    end if;
    perform drops_lock(p_creator, drops);
    select array_agg(id order by held_until, id) into due from tokens
    where creator_id = p_creator and id = any(found) and state = 'held' and held_until <= now;
    perform tokens_move(p_creator, due, 'expired', array_fill(now, array[cardinality(due)]),
        array_fill('token.expired'::text, array[cardinality(due)]),
        array_fill('{"was": "held", "returned_to": "pool"}'::jsonb, array[cardinality(due)]))
    where due is not null;
    return cardinality(found);
end $$;
