-- SPDX-License-Identifier: Apache-2.0
--
-- Resale: a holder who cannot come offers the token to those who wait for the drop, at no more than the
-- drop's cap. The token is suspended meanwhile: its text is good for nothing, and it is nobody else's.
--
--   (list) ─▶ listed ◀──────── not taken ────────┐
--               │ ╲── offered to who is next ──▶ offered ── paid ──▶ sold: the token is theirs
--               └─ taken back, or the cut-off ─▶ withdrawn: the token is good again
--
-- Nobody but who is next in line can buy: a token is not sold to a friend at another price. The money
-- itself moves at the storefront's payment provider.
--
-- Locks: drop → listings and waitlist entries (under their drop's lock) → drop_buyers → tokens → status
-- lists → ledger head.

-- A listing as the API shows it.
create or replace function roadshow.listing_json(l roadshow.resale_listings) returns jsonb
    language sql stable as $$
    select jsonb_build_object('id', l.id, 'token_id', l.token_id, 'drop_id', l.drop_id,
        'state', l.state, 'price', roadshow.money(l.price, l.currency),
        'entry_id', l.entry_id, 'offered_until', roadshow.rfc3339(l.offered_until),
        'reference', l.reference, 'ends_at', roadshow.rfc3339(l.ends_at),
        'listed_at', roadshow.rfc3339(l.listed_at), 'ended_at', roadshow.rfc3339(l.ended_at))
$$;

-- The token's last listing. Raises: RS404.
create or replace function roadshow.listing_of(p_creator uuid, p_token uuid)
returns roadshow.resale_listings language plpgsql stable as $$
declare
    l resale_listings;
begin
    select x.* into l from tokens t join resale_listings x on x.creator_id = p_creator
        and x.drop_id = t.drop_id and x.token_id = t.id
    where t.creator_id = p_creator and t.id = p_token
    order by x.listed_at desc limit 1;
    if not found then
        perform fail(404, 'not_found', 'This token was never offered for resale.');
    end if;
    return l;
end $$;

-- POST /v1/tokens/{token}/resale: offers it. p.new_id is the listing's. Without a price it is the cap.
-- Locks: drop → token → status list → ledger head.
-- Raises: RS404, RS409 token_state | version_changed | resale_not_allowed and those of transfer_check(),
-- RS422 price_above_cap and those of replay().
create or replace function api.resale_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer := replay(p_creator, c);
    t     tokens;
    d     drops;
    l     resale_listings;
    at    timestamptz;
    price bigint := p #>> '{body,price,amount}';
begin
    if a.status is not null then
        return a;
    end if;
    t := token_take(p_creator, (p ->> 'token')::uuid, array['issued']);
    at := clock_timestamp();
    perform version_check(t, (p #>> '{body,version}')::integer);
    select * into d from drops where creator_id = p_creator and id = t.drop_id;
    if not d.resalable then
        perform fail(409, 'resale_not_allowed', 'Tokens of this drop are not resold.');
    end if;
    perform transfer_check(t, d, at);
    if price > d.resale_cap or p #>> '{body,price,currency}' <> d.resale_currency then
        perform fail(422, 'price_above_cap', 'At most ' || d.resale_cap || ' ' || d.resale_currency
            || ' (minor units).', '/price');
    end if;
    insert into resale_listings (creator_id, id, token_id, version, drop_id, price, currency, state,
        ends_at, listed_at)
    values (p_creator, (p ->> 'new_id')::uuid, t.id, t.version, d.id, coalesce(price, d.resale_cap),
        d.resale_currency, 'listed', transfer_end(d), at)
    returning * into l;
    perform tokens_move(p_creator, array[t.id], 'suspended', array[at], array['token.listed'],
        array[jsonb_build_object('price', money(l.price, l.currency))]);
    return remember(p_creator, c, answer_ok(201, listing_json(l), null,
        '/v1/tokens/' || t.id || '/resale'));
end $$;

-- GET /v1/tokens/{token}/resale: the last listing. Raises: RS401, RS404.
create or replace function api.resale_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
begin
    perform authorise(p_creator, c);
    return answer_ok(200, listing_json(listing_of(p_creator, (p ->> 'token')::uuid)));
end $$;

-- POST /v1/tokens/{token}/resale/withdraw: the holder keeps it. Not while somebody has an offer of it.
-- Locks: drop → token → status list → ledger head.
-- Raises: RS404, RS409 token_state | offer_pending and those of replay().
create or replace function api.resale_withdraw(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer := replay(p_creator, c);
    t tokens;
begin
    if a.status is not null then
        return a;
    end if;
    t := token_take(p_creator, (p ->> 'token')::uuid, array['suspended']);
    perform resale_end(p_creator, t.id, clock_timestamp());
    perform tokens_move(p_creator, array[t.id], 'issued', array[clock_timestamp()],
        array['token.withdrawn'], array['{"why": "withdrawn"}'::jsonb]);
    return remember(p_creator, c, answer_ok(200,
        listing_json(listing_of(p_creator, t.id))));
end $$;

-- The token's live listing ends unsold; the token itself is the caller's to move. The caller holds the
-- drop's lock. Raises: RS409 offer_pending. Callers: resale_withdraw, token_cancel.
create or replace function roadshow.resale_end(p_creator uuid, p_token uuid, p_at timestamptz)
returns void language plpgsql volatile as $$
declare
    l resale_listings := listing_of(p_creator, p_token);
begin
    if l.state = 'offered' and l.offered_until > p_at then
        perform fail(409, 'offer_pending', 'It is offered to somebody until '
            || rfc3339(l.offered_until) || '.');
    end if;
    if l.state = 'offered' then
        perform resale_lapse(p_creator, array[l.id], p_at);
    end if;
    update resale_listings set state = 'withdrawn', ended_at = p_at
    where creator_id = p_creator and id = l.id;
end $$;

-- POST /v1/tokens/{token}/resale/settle: who has the offer has paid; the token is theirs, under another
-- version. p.kid is the key that signs it.
-- Locks: drop → drop_buyers → token → status list → ledger head.
-- Raises: RS404, RS409 token_state | no_offer | payment_used | limit_reached and those of replay().
create or replace function api.resale_settle(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a       api.answer := replay(p_creator, c);
    t       tokens;
    l       resale_listings;
    x       waitlist_entries;
    at      timestamptz;
    payment text := p #>> '{body,payment,reference}';
begin
    if a.status is not null then
        return a;
    end if;
    t := token_take(p_creator, (p ->> 'token')::uuid, array['suspended']);
    at := clock_timestamp();
    l := listing_of(p_creator, t.id);
    if l.state <> 'offered' or l.offered_until <= at then
        perform fail(409, 'no_offer', 'It is not offered to anybody now.');
    end if;
    perform from resale_listings where creator_id = p_creator and reference = payment;
    if found then
        perform fail(409, 'payment_used', 'This payment was for another resale.',
            '/payment/reference');
    end if;
    select * into x from waitlist_entries
    where creator_id = p_creator and drop_id = l.drop_id and id = l.entry_id;
    update resale_listings set state = 'sold', offered_until = null, reference = payment,
        ended_at = at
    where creator_id = p_creator and id = l.id;
    update waitlist_entries set state = 'taken', ended_at = at
    where creator_id = p_creator and drop_id = x.drop_id and id = x.id;
    perform tokens_move(p_creator, array[t.id], 'issued', array[at], array['token.sold'],
        array[jsonb_build_object('price', money(l.price, l.currency), 'entry_id', x.id)]);
    perform token_pass(p_creator, t.id, x.buyer_key, x.holder, x.holder_salt, p ->> 'kid', at,
        jsonb_build_object('entry_id', x.id));
    return remember(p_creator, c, answer_ok(200, token_now(p_creator, t.id)));
end $$;

-- Offers of these listings of one drop end without being taken; the listings are there for who is next.
-- The caller holds the drop's lock. Locks: status list → ledger head: some callers move the token next, and
-- its list's lock comes first. Callers: resale_over, waitlist_leave, resale_end.
create or replace function roadshow.resale_lapse(p_creator uuid, p_listings uuid[], p_at timestamptz)
returns void language plpgsql volatile as $$
declare
    x    record;
    head bigint;
begin
    select array_agg(e.id order by e.place) as ids, array_agg(e.ledger_index order by e.place) as prevs,
        array_agg(jsonb_build_object('drop_id', e.drop_id, 'token_id', l.token_id)
            order by e.place) as data, count(*)::integer as n
    into x
    from resale_listings l join waitlist_entries e on e.creator_id = p_creator
        and e.drop_id = l.drop_id and e.id = l.entry_id
    where l.creator_id = p_creator and l.id = any(p_listings) and l.state = 'offered';
    if x.n = 0 then
        return;
    end if;
    perform from status_lists s where s.creator_id = p_creator and s.event_id in (
        select d.event_id from resale_listings l join drops d on d.creator_id = p_creator
            and d.id = l.drop_id where l.creator_id = p_creator and l.id = any(p_listings))
    for no key update;
    update resale_listings set state = 'listed', entry_id = null, offered_until = null
    where creator_id = p_creator and id = any(p_listings) and state = 'offered';
    head := ledger_append(p_creator, array_fill('waitlist.lapsed'::text, array[x.n]), x.ids, x.prevs,
        x.data);
    update waitlist_entries e set state = 'lapsed', ended_at = p_at, ledger_index = head + i.o - 1
    from unnest(x.ids) with ordinality as i(id, o), resale_listings l
    where e.creator_id = p_creator and e.id = i.id and l.creator_id = p_creator
      and l.id = e.listing_id and e.drop_id = l.drop_id;
end $$;

-- Offers listings to those who wait, ends offers that were not taken, and gives back what is still listed at
-- the cut-off. One drop a call, up to p_limit listings of it. Returns how many it moved, and p_limit when
-- other drops are due too. Locks: as at the head of this file. Caller: the janitor's job `resales`.
create or replace function api.janitor_resales(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    found uuid[];
    t     timestamptz := clock_timestamp();
    n     integer;
begin
    found := array(
        select distinct l.drop_id
        from resale_listings l join drops d on d.creator_id = p_creator and d.id = l.drop_id
        where l.creator_id = p_creator and l.state in ('listed', 'offered')
          and (l.offered_until <= t or l.ends_at <= t or l.state = 'listed' and d.waiting > 0)
        order by 1 limit 2);
    if cardinality(found) = 0 then
        return 0;
    end if;
    perform drops_lock(p_creator, found[1:1]);
    t := clock_timestamp();
    n := resale_over(p_creator, found[1], t, p_limit) + resale_offer(p_creator, found[1], t, p_limit);
    return case when cardinality(found) > 1 then p_limit else n end;
end $$;

-- Ends the offers of the drop that were not taken in time, and then its listings that are past their cut-off,
-- up to p_limit of each; says how many. The caller holds the drop's lock.
-- Locks: status list → ledger head, tokens under the drop's lock. Callers: janitor_resales, no_shows_end.
create or replace function roadshow.resale_over(p_creator uuid, p_drop uuid, p_at timestamptz,
    p_limit integer)
returns integer language plpgsql volatile as $$
declare
    late uuid[] := array(select id from resale_listings where creator_id = p_creator
        and drop_id = p_drop and state = 'offered' and offered_until <= p_at order by id limit p_limit);
begin
    perform resale_lapse(p_creator, late, p_at);
    return cardinality(late) + resale_give_back(p_creator, p_drop, p_at, p_limit);
end $$;

-- Listings of the drop that are past their cut-off and not on offer are withdrawn; their tokens are good
-- again. The caller holds the drop's lock. Caller: resale_over.
create or replace function roadshow.resale_give_back(p_creator uuid, p_drop uuid, p_at timestamptz,
    p_limit integer)
returns integer language plpgsql volatile as $$
declare
    over uuid[];
begin
    with due as (
        select id from resale_listings
        where creator_id = p_creator and drop_id = p_drop and state = 'listed' and ends_at <= p_at
        order by listed_at, id limit p_limit
    ), ended as (
        update resale_listings l set state = 'withdrawn', ended_at = p_at
        from due where l.creator_id = p_creator and l.id = due.id
        returning l.token_id
    )
    select coalesce(array_agg(token_id order by token_id), '{}') into over from ended;
    perform tokens_move(p_creator, over, 'issued', array_fill(p_at, array[cardinality(over)]),
        array_fill('token.withdrawn'::text, array[cardinality(over)]),
        array_fill('{"why": "cut_off"}'::jsonb, array[cardinality(over)]));
    return cardinality(over);
end $$;

-- Listings of the drop, the oldest first, to those who wait, in their order. Who has all that one person
-- may have is skipped. The caller holds the drop's lock. Locks: ledger head. Caller: janitor_resales.
create or replace function roadshow.resale_offer(p_creator uuid, p_drop uuid, p_at timestamptz,
    p_limit integer)
returns integer language plpgsql volatile as $$
declare
    d    drops;
    x    record;
    head bigint;
begin
    select * into d from drops where creator_id = p_creator and id = p_drop;
    with goods as (
        select l.*, row_number() over (order by l.listed_at, l.id) as n
        from resale_listings l
        where l.creator_id = p_creator and l.drop_id = p_drop and l.state = 'listed'
          and l.ends_at > p_at
        limit p_limit
    ), line as (
        select e.*, coalesce(b.units, 0) < d.per_person as fits
        from (
            select * from waitlist_entries
            where creator_id = p_creator and drop_id = p_drop and state = 'waiting' and place > 0
            order by place limit p_limit
        ) e
        left join drop_buyers b on b.creator_id = p_creator and b.drop_id = p_drop
            and b.buyer_key = e.buyer_key
    ), placed as (
        select l.*, count(*) filter (where l.fits) over (order by l.place) as n from line l
    ), reached as (
        select p.id, p.place, p.ledger_index, p.fits, g.id as listing, g.token_id, g.price, g.currency,
            least(p_at + d.offer_ttl_s * interval '1 second', g.ends_at) as until
        from placed p left join goods g on p.fits and g.n = p.n
        where g.id is not null or not p.fits and p.n < (select count(*) from goods)
    )
    select array_agg(id order by place) as ids, array_agg(ledger_index order by place) as prevs,
        array_agg(listing order by place) as listings, array_agg(until order by place) as untils,
        array_agg(jsonb_build_object('drop_id', p_drop) || case when fits then jsonb_build_object(
            'quantity', 1, 'why', 'resale', 'token_id', token_id, 'price', money(price, currency))
            else '{"why": "limit_reached"}' end order by place) as data, count(*)::integer as n
    into x from reached;
    if x.n = 0 then
        return 0;
    end if;
    update drops set waiting = waiting - x.n where creator_id = p_creator and id = p_drop;
    update resale_listings l set state = 'offered', entry_id = i.entry, offered_until = i.until
    from unnest(x.ids, x.listings, x.untils) as i(entry, listing, until)
    where l.creator_id = p_creator and l.id = i.listing;
    head := ledger_append(p_creator,
        array(select case when l is null then 'waitlist.skipped' else 'waitlist.offered' end
            from unnest(x.listings) with ordinality as i(l, o) order by o),
        x.ids, x.prevs, x.data);
    update waitlist_entries e set
        state = case when i.listing is null then 'skipped' else 'offered' end,
        listing_id = i.listing, given = case when i.listing is not null then 1 end,
        offered_at = case when i.listing is not null then p_at end,
        ended_at = case when i.listing is null then p_at end, ledger_index = head + i.o - 1
    from unnest(x.ids, x.listings) with ordinality as i(id, listing, o)
    where e.creator_id = p_creator and e.drop_id = p_drop and e.id = i.id;
    return x.n;
end $$;
