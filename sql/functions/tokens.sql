-- SPDX-License-Identifier: Apache-2.0
--
-- Tokens: their one mover, reading, confirming, cancelling, and the end of holds.
--
--                  confirm          redeem, its scan annulled      an earlier redemption arrives
--   (claim) ─▶ held ─────▶ issued ◀─────────────────────▶ redeemed ──┐
--      │        │  ╲        │ ▲╲                              ▲───────┘
--      │        │   ╲  list │ │ ╲ no-show
--      │        │    ╲      ▼ │  ╲──────────▶ forfeited
--      │        │     ╲ suspended  (withdraw or sell: back)
--      │   hold ended  ╲    │
--      │        ▼       ╲   ▼
--      │     expired     ╲─▶ cancelled
--      └─▶ issued (a drop without holds)
--
-- expired and cancelled give the unit back to the drop and to the person's limit; forfeited keeps the unit
-- until no_shows.sql releases it. What comes back is for those who wait, then for the pool. A serial is
-- never given out again, so serials may exceed `tokenized`.
--
-- A deposit follows its token: held when the token is confirmed, applied when it is redeemed, refunded or
-- forfeited when it ends; held again when the redemption is taken back.
--
-- roadshow.tokens_move() is the only function that changes a token's state, roadshow.token_pass()
-- (transfer.sql) the only one that changes its holder; api.claim_batch() and roadshow.claims_give()
-- (claims.sql) are the ones that create tokens.
--
-- Locks, here and everywhere: drops (id ascending) → tokens (id ascending) → status lists → ledger
-- head. A token's deposit and its window are under its drop's lock.

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
        ('issued', 'suspended'), ('suspended', 'issued'), ('suspended', 'cancelled'),
        ('redeemed', 'redeemed'), ('redeemed', 'issued'))
$$;

-- These tokens, each looked up by its full key: a plan that was made while the table was empty would read
-- all of a creator's tokens otherwise. Callers: whatever moves tokens.
create or replace function roadshow.tokens_named(p_creator uuid, p_tokens uuid[])
returns setof roadshow.tokens language sql stable as $$
    select t.* from unnest(p_tokens) as m(id) cross join lateral (
        select x.* from roadshow.tokens x where x.creator_id = p_creator and x.id = m.id limit 1) t
$$;

-- Moves tokens to one state: the drops' counters, the person's units, the windows', the deposits, the
-- status list, the ledger, the rows. Item i of each array is about p_tokens[i]: when it happened, the
-- entry's kind, and what its data says beyond drop_id, serial and version, which every entry about a token
-- has, and what became of a deposit. Entries follow the arrays' order. p_deposit: what becomes of held
-- deposits of tokens that end (cancelled, forfeited).
--
-- The caller holds the drops' locks (drops_lock), which whoever changes tokens holds, so what is read
-- here stays; and has made sure that each token exists, is named once and may move: otherwise this
-- raises P0001 and nothing moves: a programmer's mistake. A token that somebody changed without that lock
-- meanwhile (a hand, in psql) is 40001: the service sends the call again.
-- Locks: tokens → status lists → ledger head. Callers: token_confirm, token_cancel, janitor_holds, sync,
-- resale, no-shows, the waitlist.
create or replace function roadshow.tokens_move(p_creator uuid, p_tokens uuid[], p_to text,
    p_at timestamptz[], p_kinds text[], p_data jsonb[], p_deposit text default 'refunded')
returns void language plpgsql volatile set enable_memoize = off as $$
declare
    n       integer := coalesce(cardinality(p_tokens), 0);
    m       record;
    first   bigint;
    moved   integer;
    froms   text[] := array(select s from unnest(array['held', 'issued', 'suspended', 'redeemed',
        'expired', 'cancelled', 'forfeited']) as s where token_may_move(s, p_to));
    settles text := case when p_to = 'redeemed' then 'applied' when p_to = 'issued' then 'held'
        when p_to in ('cancelled', 'forfeited') then p_deposit end;
    due     text := case when p_to = 'issued' then 'applied' else 'held' end; -- what settles so far is
begin
    if n = 0 then
        return;
    end if;
    select count(distinct x.id) filter (where x.state = any(froms)) as legal,
        array_agg(x.place) as places, array_agg(x.drop_id) as drops, array_agg(x.state) as states,
        array_agg(x.prev) as prevs, array_agg(x.entry) as entries,
        bool_or(x.deposit) as deposits
    into m
    from (
        select t.id, t.place, t.drop_id, t.state, t.ledger_index as prev,
            y.token_id is not null as deposit, case when y.token_id is null then x.entry
                else x.entry || jsonb_build_object('deposit', settles) end as entry
        from unnest(p_tokens, p_data) with ordinality as a(id, data, ord)
        cross join lateral (select x.ctid as place, x.id, x.drop_id, x.serial, x.version, x.state,
            x.ledger_index from tokens x where x.creator_id = p_creator and x.id = a.id limit 1) t
        left join lateral (select x.token_id from deposits x where settles is not null
            and x.creator_id = p_creator and x.token_id = a.id and x.state = due limit 1) y on true
        cross join lateral (select jsonb_build_object('drop_id', t.drop_id, 'serial', t.serial,
            'version', t.version) || coalesce(a.data, '{}') as entry) x
        order by a.ord
    ) x;
    if m.legal <> n or cardinality(p_at) <> n or cardinality(p_kinds) <> n
        or cardinality(p_data) <> n then
        raise exception 'tokens_move: % of % tokens may become %', m.legal, n, p_to;
    end if;

    perform tokens_count(p_creator, p_tokens, m.drops, m.states, p_to);
    if m.deposits then
        update deposits y set state = settles, settled_at = case when settles <> 'held' then a.at end
        from unnest(p_tokens, p_at) as a(id, at)
        where y.creator_id = p_creator and y.token_id = a.id and y.state = due;
    end if;
    if p_to in ('expired', 'cancelled', 'forfeited') then
        perform status_set(p_creator, p_tokens, 1);
    elsif p_to = 'suspended' then
        perform status_set(p_creator, p_tokens, 2);
    elsif p_to = 'issued' and 'suspended' = any(m.states) then
        perform status_valid(p_creator, p_tokens);
    end if;

    first := ledger_append(p_creator, p_kinds, p_tokens, m.prevs, m.entries);
    update tokens t set
        state = p_to,
        redeemed_at = case when p_to = 'redeemed' then a.at end,
        ended_at = case when p_to in ('expired', 'cancelled', 'forfeited') then a.at end,
        ledger_index = first + a.ord - 1
    from unnest(m.places, p_at) with ordinality as a(place, at, ord)
    where t.ctid = a.place;
    get diagnostics moved = row_count;
    if moved <> n then
        raise exception 'tokens_move: % of % tokens are where they were', moved, n using errcode = '40001';
    end if;
end $$;

-- What tokens that become p_to change in their drops' counters, in their persons' units and in their
-- windows. Item i of p_drops and p_states is the drop and the state of p_tokens[i]. Caller: tokens_move.
create or replace function roadshow.tokens_count(p_creator uuid, p_tokens uuid[], p_drops uuid[],
    p_states text[], p_to text)
returns void language plpgsql volatile as $$
begin
    update drops d set
        held = d.held - s.from_held,
        issued = d.issued + case when p_to = 'issued' then s.from_held
            when p_to in ('cancelled', 'forfeited') then -s.from_issued else 0 end,
        redeemed = d.redeemed + case when p_to = 'redeemed' then s.from_issued
            when p_to = 'issued' then -s.from_redeemed else 0 end,
        forfeited = d.forfeited + case when p_to = 'forfeited' then s.units else 0 end
    from (
        select drop_id, count(*)::integer as units,
            (count(*) filter (where state = 'held'))::integer as from_held,
            (count(*) filter (where state in ('issued', 'suspended')))::integer as from_issued,
            (count(*) filter (where state = 'redeemed'))::integer as from_redeemed
        from unnest(p_drops, p_states) as m(drop_id, state) group by drop_id
    ) s
    where d.creator_id = p_creator and d.id = s.drop_id;
    if p_to not in ('expired', 'cancelled') then
        return;
    end if;
    update drop_buyers b set units = b.units - s.units
    from (
        select drop_id, buyer_key, count(*)::integer as units
        from tokens_named(p_creator, p_tokens) group by drop_id, buyer_key
    ) s
    where b.creator_id = p_creator and b.drop_id = s.drop_id and b.buyer_key = s.buyer_key;
    update drop_windows w set used = w.used - s.units
    from (
        select drop_id, window_name, count(*)::integer as units
        from tokens_named(p_creator, p_tokens) where window_name is not null
        group by drop_id, window_name
    ) s
    where w.creator_id = p_creator and w.drop_id = s.drop_id and w.name = s.window_name;
    -- A window's limit is of who claimed: a token that was passed on stays theirs.
    update window_buyers b set units = b.units - s.units
    from (
        select drop_id, window_name, buyer_key, count(*)::integer as units
        from tokens_named(p_creator, p_tokens)
        where window_name is not null and version = 1
        group by drop_id, window_name, buyer_key
    ) s
    where b.creator_id = p_creator and b.drop_id = s.drop_id and b.window_name = s.window_name
      and b.buyer_key = s.buyer_key;
end $$;

-- Where a unit of the drop goes that comes back now.
create or replace function roadshow.returns_to(d roadshow.drops) returns text
    language sql immutable parallel safe as $$
    select case when d.waiting > 0 then 'waitlist' else 'pool' end
$$;

-- ---- what the service calls ---------------------------------------------------------------------

-- When a token stops being of use.
create or replace function roadshow.token_end(t roadshow.tokens, d roadshow.drops)
returns timestamptz language sql immutable parallel safe as $$
    select coalesce(t.valid_until, roadshow.pickup_end(d))
$$;

-- A token as the API shows it; no buyer's data. Where p_with_jwt is true `jwt` says what the service
-- needs to render its text: {kid, nbf, exp, event, idx}; a hold is not yet a right, what is offered for
-- resale is none for now, and what has ended is none.
-- expires_at: the hold's end, later the end of the drop's pickup.
create or replace function roadshow.token_json(t roadshow.tokens, d roadshow.drops,
    p_with_jwt boolean)
returns jsonb language sql stable as $$
    select jsonb_build_object('id', t.id, 'drop_id', t.drop_id, 'claim_id', t.claim_id,
        'serial', t.serial, 'version', t.version, 'state', t.state, 'window', t.window_name,
        'created_at', roadshow.rfc3339(t.created_at),
        'expires_at', roadshow.rfc3339(case when t.state in ('held', 'expired') then t.held_until
            else roadshow.token_end(t, d) end),
        'redeemed_at', roadshow.rfc3339(t.redeemed_at), 'ended_at', roadshow.rfc3339(t.ended_at),
        'ledger_index', t.ledger_index, 'deposit', roadshow.deposit_json(t, d),
        'jwt', case when p_with_jwt and t.state in ('issued', 'redeemed') then
            jsonb_build_object('kid', t.kid, 'nbf', floor(extract(epoch from d.opens_at))::bigint,
                'exp', ceil(extract(epoch from roadshow.token_end(t, d)))::bigint,
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

-- The token, with its drop locked, for a command that may be given in these states.
-- Locks: drop. Raises: RS404, RS409 token_state.
create or replace function roadshow.token_take(p_creator uuid, p_token uuid, p_allowed text[])
returns roadshow.tokens language plpgsql volatile as $$
declare
    t roadshow.tokens;
begin
    perform drops_lock(p_creator, array(
        select drop_id from tokens where creator_id = p_creator and id = p_token));
    select * into t from tokens where creator_id = p_creator and id = p_token;
    if not found then
        perform fail(404, 'not_found', 'There is no such token.');
    end if;
    if not t.state = any(p_allowed) then
        perform fail(409, 'token_state', 'This token is ' || t.state || '; it would have to be '
            || array_to_string(p_allowed, ' or ') || '.');
    end if;
    return t;
end $$;

-- The token as it is now, with what its text is made of.
create or replace function roadshow.token_now(p_creator uuid, p_token uuid) returns jsonb
    language plpgsql stable as $$
declare
    t roadshow.tokens;
    d roadshow.drops;
begin
    select * into t from tokens where creator_id = p_creator and id = p_token;
    select * into d from drops where creator_id = p_creator and id = t.drop_id;
    return token_json(t, d, true);
end $$;

-- POST /v1/tokens/{token}/confirm: a hold becomes a right; a deposit that is due is paid by the payment
-- that the body names. Locks: drop → token → ledger head.
-- Raises: RS404, RS409 token_state | hold_expired | payment_used, RS422 payment_required |
-- no_deposit and those of replay().
create or replace function api.token_confirm(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a   api.answer := replay(p_creator, c);
    t   roadshow.tokens;
    at  timestamptz;
    put text;
begin
    if a.status is not null then
        return a;
    end if;
    t := token_take(p_creator, (p ->> 'token')::uuid, array['held']);
    at := clock_timestamp();
    if t.held_until <= at then
        perform fail(409, 'hold_expired', 'The hold ended at ' || rfc3339(t.held_until) || '.');
    end if;
    put := deposit_pay(t, p #>> '{body,payment,reference}', at);
    perform tokens_move(p_creator, array[t.id], 'issued', array[at], array['token.issued'],
        array[case when put is not null then jsonb_build_object('deposit', put) end]);
    return remember(p_creator, c, answer_ok(200, token_now(p_creator, t.id)));
end $$;

-- POST /v1/tokens/{token}/cancel: the unit goes to who waits for it, or back to the drop, and the person
-- may claim again. body.deposit: refund (the default) or forfeit. A token that is offered for resale is
-- taken off the market first; one whose unit is being delivered, or was, ends with its order or not at all.
-- Locks: drop → token → ledger head.
-- Raises: RS404, RS409 token_state | home_delivery | offer_pending and those of replay().
create or replace function api.token_cancel(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a  api.answer := replay(p_creator, c);
    t  roadshow.tokens;
    d  roadshow.drops;
    at timestamptz;
begin
    if a.status is not null then
        return a;
    end if;
    t := token_take(p_creator, (p ->> 'token')::uuid, array['held', 'issued', 'suspended']);
    at := clock_timestamp();
    if exists (select from orders where creator_id = p_creator and token_id = t.id) then
        perform fail(409, 'home_delivery', 'This token''s unit is delivered; take its order back first.');
    end if;
    if t.state = 'suspended' then
        perform resale_end(p_creator, t.id, at);
    end if;
    select * into d from drops where creator_id = p_creator and id = t.drop_id;
    perform tokens_move(p_creator, array[t.id], 'cancelled', array[at], array['token.cancelled'],
        array[jsonb_build_object('was', t.state, 'returned_to', returns_to(d))],
        case p #>> '{body,deposit}' when 'forfeit' then 'forfeited' else 'refunded' end);
    return remember(p_creator, c, answer_ok(200, token_now(p_creator, t.id)));
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
    said  jsonb[];
begin
    select array_agg(x.id), array_agg(distinct x.drop_id) into found, drops
    from (
        select id, drop_id from tokens
        where creator_id = p_creator and hold_ends <= now
        order by hold_ends limit p_limit
    ) x;
    if found is null then
        return 0;
    end if;
    perform drops_lock(p_creator, drops);
    select array_agg(t.id order by t.held_until, t.id),
        array_agg(jsonb_build_object('was', 'held', 'returned_to', returns_to(d))
            order by t.held_until, t.id)
    into due, said
    from tokens t join drops d on d.creator_id = p_creator and d.id = t.drop_id
    where t.creator_id = p_creator and t.id = any(found) and t.state = 'held'
      and t.held_until <= now;
    perform tokens_move(p_creator, due, 'expired', array_fill(now, array[cardinality(due)]),
        array_fill('token.expired'::text, array[cardinality(due)]), said)
    where due is not null;
    return cardinality(found);
end $$;
