-- SPDX-License-Identifier: Apache-2.0
--
-- Drops. Their state follows the clock and is stored nowhere:
--
--   scheduled ─ opens_at ─▶ open ─ closes_at ─▶ closed ─ pickup_until ─▶ settled

-- Takes the drops' locks in id order and says how many of them there are. Every function that moves
-- tokens calls it first, in a statement of its own: what is read afterwards is then current.
create or replace function roadshow.drops_lock(p_creator uuid, p_drop_ids uuid[])
returns integer language plpgsql volatile as $$
declare
    n integer;
begin
    perform from drops where creator_id = p_creator and id = any(p_drop_ids)
    order by id for no key update;
    get diagnostics n = row_count;
    return n;
end $$;

-- The diagram above.
create or replace function roadshow.drop_state(p_opens timestamptz, p_closes timestamptz,
    p_pickup_until timestamptz, p_now timestamptz)
returns text language sql immutable parallel safe as $$
    select case when p_now < p_opens then 'scheduled' when p_now < p_closes then 'open'
        when p_now < p_pickup_until then 'closed' else 'settled' end
$$;

-- The drop, locked. Raises: RS404. Locks: the drop.
create or replace function roadshow.drop_take(p_creator uuid, p_drop uuid)
returns roadshow.drops language plpgsql volatile as $$
declare
    d drops;
begin
    perform drops_lock(p_creator, array[p_drop]);
    select * into d from drops where creator_id = p_creator and id = p_drop;
    if not found then
        perform fail(404, 'not_found', 'There is no such drop.');
    end if;
    return d;
end $$;

-- Appends an entry about the drop. The caller holds the drop's lock. Locks: ledger head.
create or replace function roadshow.drop_note(p_creator uuid, p_drop uuid, p_kind text, p_data jsonb)
returns bigint language plpgsql volatile as $$
declare
    at bigint;
begin
    at := ledger_add(p_creator, p_kind, p_drop, (select ledger_index from drops
        where creator_id = p_creator and id = p_drop), p_data);
    update drops set ledger_index = at where creator_id = p_creator and id = p_drop;
    return at;
end $$;

-- Units that no token has: what can be claimed, unless somebody waits for it.
create or replace function roadshow.drop_left(d roadshow.drops) returns integer
    language sql immutable parallel safe as $$
    select d.tokenized - d.held - d.issued - d.forfeited
$$;

-- What may still be claimed of the drop. Callers: claim_batch.
create or replace function roadshow.drop_left_of(d roadshow.drops) returns integer
language sql immutable parallel safe as $$
    select case when d.waiting > 0 then 0 else roadshow.drop_left(d) end
$$;

-- When the pickup is over, with its grace: the end of the drop's tokens, and when who did not come is a
-- no-show.
create or replace function roadshow.pickup_end(d roadshow.drops) returns timestamptz
    language sql stable parallel safe as $$
    select d.pickup_until + d.grace_s * interval '1 second'
$$;

-- `issued` counts live tokens, redeemed and suspended ones included. held + issued + forfeited +
-- available = tokenized; what is available goes to those who wait first.
create or replace function roadshow.drop_counts(d roadshow.drops) returns jsonb
    language sql immutable as $$
    select jsonb_build_object('tokenized', d.tokenized, 'walk_in', d.quantity - d.tokenized,
        'held', d.held, 'issued', d.issued, 'redeemed', d.redeemed, 'forfeited', d.forfeited,
        'available', roadshow.drop_left(d), 'waitlisted', d.waiting,
        'walk_in_sold', d.walk_in_sold)
$$;

-- A window as the API shows it.
create or replace function roadshow.window_json(w roadshow.drop_windows) returns jsonb
    language sql stable as $$
    select jsonb_build_object('name', w.name, 'opens_at', roadshow.rfc3339(w.opens_at),
        'closes_at', roadshow.rfc3339(w.closes_at), 'quantity', w.quantity,
        'per_person', w.per_person, 'proof', w.proof, 'used', w.used)
$$;

-- A drop as the API shows it at p_now.
create or replace function roadshow.drop_json(d roadshow.drops, p_now timestamptz) returns jsonb
    language sql stable as $$
    select jsonb_build_object('id', d.id, 'event_id', d.event_id, 'sku', d.sku, 'mode', d.mode,
        'state', roadshow.drop_state(d.opens_at, d.closes_at, d.pickup_until, p_now),
        'quantity', d.quantity, 'tokenized', d.tokenized, 'per_person', d.per_person,
        'opens_at', roadshow.rfc3339(d.opens_at), 'closes_at', roadshow.rfc3339(d.closes_at),
        'hold_ttl_s', d.hold_ttl_s, 'offer_ttl_s', d.offer_ttl_s,
        'deposit', roadshow.money(d.deposit, d.deposit_currency),
        'pickup_from', roadshow.rfc3339(d.pickup_from),
        'pickup_until', roadshow.rfc3339(d.pickup_until),
        'no_show', case when d.no_show_deposit is not null then jsonb_build_object(
            'deposit', d.no_show_deposit, 'release', d.no_show_release, 'grace_s', d.grace_s) end,
        'transfer', case when d.transferable then jsonb_build_object('cool_down_s', d.cool_down_s,
            'cut_off_s', d.cut_off_s, 'resale', case when d.resalable then jsonb_build_object(
                'price_cap', roadshow.money(d.resale_cap, d.resale_currency)) end) end,
        'windows', case when not d.windowed then '[]' else (
            select jsonb_agg(roadshow.window_json(w) order by w.opens_at, w.name)
            from roadshow.drop_windows w where w.creator_id = d.creator_id and w.drop_id = d.id) end,
        'created_at', roadshow.rfc3339(d.created_at), 'ledger_index', d.ledger_index,
        'counts', roadshow.drop_counts(d))
$$;

-- The rules of body p_body for no-shows and for passing tokens on, put into the new drop's row.
-- Raises: RS422. Caller: drop_create.
create or replace function roadshow.drop_rules(d roadshow.drops, p_body jsonb)
returns roadshow.drops language plpgsql stable as $$
declare
    no_show  jsonb := nullif(p_body -> 'no_show', 'null');
    transfer jsonb := nullif(p_body -> 'transfer', 'null');
    resale   jsonb := nullif(p_body #> '{transfer,resale}', 'null');
    price    record;
begin
    d.offer_ttl_s := coalesce((p_body ->> 'offer_ttl_s')::integer, d.hold_ttl_s, 3600);
    d.offer_ttl_s := greatest(d.offer_ttl_s, 60);
    d.grace_s := coalesce((no_show ->> 'grace_s')::integer, 0);
    d.no_show_release := coalesce((no_show ->> 'release')::boolean, false);
    if no_show is not null then
        d.no_show_deposit := coalesce(no_show ->> 'deposit', 'forfeit');
        d.no_show_at := pickup_end(d);
    end if;
    d.transferable := transfer is not null;
    d.cool_down_s := coalesce((transfer ->> 'cool_down_s')::integer, 0);
    d.cut_off_s := coalesce((transfer ->> 'cut_off_s')::integer, 0);
    d.resalable := resale is not null;
    if d.resalable then
        select x.price as amount, x.currency into strict price from products x
        where x.creator_id = d.creator_id and x.sku = d.sku;
        d.resale_cap := coalesce((resale #>> '{price_cap,amount}')::bigint, price.amount);
        d.resale_currency := price.currency;
        if resale #>> '{price_cap,currency}' <> price.currency then
            perform fail(422, 'validation_failed', 'The product is priced in ' || price.currency
                || '.', '/transfer/resale/price_cap/currency');
        end if;
    end if;
    return d;
end $$;

-- What must agree within the body of a new drop. Raises: RS422. Caller: drop_create.
create or replace function roadshow.drop_check(b jsonb) returns void language plpgsql stable as $$
begin
    if (b ->> 'tokenized')::integer > (b ->> 'quantity')::integer then
        perform fail(422, 'validation_failed', 'tokenized is a part of quantity.', '/tokenized');
    end if;
    if (b ->> 'closes_at')::timestamptz <= (b ->> 'opens_at')::timestamptz then
        perform fail(422, 'validation_failed', 'A drop closes after it opens.', '/closes_at');
    end if;
    if (b ->> 'mode' = 'draw') <> (b ->> 'draw' is not null) then
        perform fail(422, 'validation_failed', 'A draw, and nothing else, has commitments.', '/draw');
    end if;
    if b ->> 'mode' = 'draw' and jsonb_array_length(b -> 'windows') > 0 then
        perform fail(422, 'validation_failed', 'A draw has no windows: everybody enters alike.',
            '/windows');
    end if;
    if b ->> 'deposit' is not null and b ->> 'hold_ttl_s' is null then
        perform fail(422, 'validation_failed', 'A deposit needs hold_ttl_s.', '/hold_ttl_s');
    end if;
    if (b #>> '{deposit,amount}')::bigint = 0 then
        perform fail(422, 'validation_failed', 'A deposit is more than nothing.', '/deposit/amount');
    end if;
end $$;

-- The row of a new drop as far as its event, its product and its times go.
-- Raises: RS422 validation_failed, unknown_event, unknown_sku. Caller: drop_create.
create or replace function roadshow.drop_times(p_creator uuid, p_id text, b jsonb)
returns roadshow.drops language plpgsql stable as $$
declare
    e   events;
    new drops := jsonb_populate_record(null::roadshow.drops, '{"held": 0, "issued": 0,
        "redeemed": 0, "forfeited": 0, "next_serial": 1, "walk_in_leased": 0, "walk_in_sold": 0,
        "walk_in_oversold": 0, "waiting": 0, "next_place": 1, "windowed": false}');
begin
    select * into e from events where creator_id = p_creator and id = (b ->> 'event_id')::uuid;
    if not found then
        perform fail(422, 'unknown_event', 'There is no such event.', '/event_id');
    end if;
    perform from products where creator_id = p_creator and sku = b ->> 'sku';
    if not found then
        perform fail(422, 'unknown_sku', 'There is no product with this SKU.', '/sku');
    end if;
    new.creator_id := p_creator;
    new.id := p_id;
    new.event_id := e.id;
    new.sku := b ->> 'sku';
    new.mode := b ->> 'mode';
    new.quantity := b ->> 'quantity';
    new.tokenized := b ->> 'tokenized';
    new.opens_at := b ->> 'opens_at';
    new.closes_at := b ->> 'closes_at';
    new.per_person := b ->> 'per_person';
    new.hold_ttl_s := b ->> 'hold_ttl_s';
    new.deposit := b #>> '{deposit,amount}';
    new.deposit_currency := b #>> '{deposit,currency}';
    new.pickup_from := coalesce((b ->> 'pickup_from')::timestamptz, e.starts_at);
    new.pickup_until := coalesce((b ->> 'pickup_until')::timestamptz, e.ends_at);
    if new.pickup_until <= new.pickup_from then
        perform fail(422, 'validation_failed', 'Pickup ends after it starts.', '/pickup_until');
    end if;
    if new.pickup_until <= new.opens_at then
        perform fail(422, 'validation_failed', 'Pickup ends after the drop opens.', '/opens_at');
    end if;
    return new;
end $$;

-- What the ledger says of a new drop's rules: an auditor holds what happens against them.
create or replace function roadshow.rules_told(d roadshow.drops) returns jsonb
    language sql stable as $$
    select jsonb_object_agg(x.key, x.value) from jsonb_each(roadshow.drop_json(d, now())) as x
    where x.key in ('hold_ttl_s', 'offer_ttl_s', 'deposit', 'pickup_from', 'pickup_until', 'no_show',
        'transfer')
$$;

-- POST /v1/drops. The pickup window is the event's unless given. A deposit needs a hold: a unit is
-- held until the deposit is there. A draw's commitments are made with it; p.draw_service is the
-- service's own. p.window_codes has the SHA-256 of each window's code, in order, null where it has none.
-- Locks: ledger head.
-- Raises: RS422 validation_failed, unknown_event, unknown_sku and those of replay().
create or replace function api.drop_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a   api.answer := replay(p_creator, c);
    b   jsonb := p -> 'body';
    new roadshow.drops;
begin
    if a.status is not null then
        return a;
    end if;
    perform drop_check(b);
    new := drop_rules(drop_times(p_creator, p ->> 'new_id', b), b);
    new.created_at := now();
    new.ledger_index := ledger_add(p_creator, 'drop.created', new.id, null,
        jsonb_build_object('event_id', new.event_id, 'sku', b -> 'sku', 'mode', b -> 'mode',
            'quantity', b -> 'quantity', 'tokenized', b -> 'tokenized',
            'per_person', b -> 'per_person', 'opens_at', rfc3339(new.opens_at),
            'closes_at', rfc3339(new.closes_at)) || rules_told(new)
            || windows_told(new, b -> 'windows'));
    insert into drops select (new).*;
    perform windows_make(new, b -> 'windows', p -> 'window_codes');
    if new.mode = 'draw' then
        perform draw_commit(new, b -> 'draw', p -> 'draw_service');
    end if;
    select * into new from drops where creator_id = p_creator and id = new.id;
    return remember(p_creator, c, answer_ok(201, drop_json(new, clock_timestamp()), null,
        '/v1/drops/' || new.id));
end $$;

-- GET /v1/drops/{drop}. Raises: RS401, RS404.
create or replace function api.drop_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    d   roadshow.drops;
    doc jsonb;
begin
    perform authorise(p_creator, c);
    select * into d from drops where creator_id = p_creator and id = (p ->> 'drop')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such drop.');
    end if;
    doc := drop_json(d, clock_timestamp());
    return answer_ok(200, doc, etag_of(doc::text));
end $$;

-- GET /v1/drops: newest first; p.event_id narrows. Raises: RS401.
create or replace function api.drop_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := coalesce((p ->> 'limit')::integer, 50);
    page jsonb;
begin
    perform authorise(p_creator, c);
    select jsonb_agg(drop_json(d, clock_timestamp()) order by d.id desc) into page
    from (
        select * from drops
        where creator_id = p_creator and (p ->> 'after' is null or id < (p ->> 'after')::uuid)
          and (p ->> 'event_id' is null or event_id = (p ->> 'event_id')::uuid)
        order by id desc limit n + 1
    ) d;
    return page_of('drops', page, n);
end $$;

-- ---- while it is open ---------------------------------------------------------------------------

-- POST /v1/drops/{drop}/share: how much of the drop is tokenized. The rest is for walk-ins; the sum
-- stays. Never below what is held, issued and forfeited, nor so high that sold or leased walk-in units
-- are missing. A draw's capacity was committed to and stays until its winners have their tokens.
-- Locks: drop → ledger head.
-- Raises: RS404, RS409 below_issued | walk_in_in_use | draw_committed and those of replay().
create or replace function api.drop_share(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a      api.answer := replay(p_creator, c);
    d      roadshow.drops;
    wanted integer := p #>> '{body,tokenized}';
begin
    if a.status is not null then
        return a;
    end if;
    d := drop_take(p_creator, (p ->> 'drop')::uuid);
    if wanted > d.quantity then
        perform fail(422, 'validation_failed', 'The drop has ' || d.quantity || ' units in all.',
            '/tokenized');
    end if;
    if exists (select from draws where creator_id = p_creator and drop_id = d.id
        and done_at is null) then
        perform fail(409, 'draw_committed', 'The draw''s capacity was committed to; change it when '
            'its winners have their tokens.');
    end if;
    if wanted < d.tokenized - drop_left(d) then
        perform fail(409, 'below_issued', d.tokenized - drop_left(d)
            || ' units are held, issued or forfeited already.', '/tokenized');
    end if;
    if d.quantity - wanted < d.walk_in_sold + d.walk_in_leased then
        perform fail(409, 'walk_in_in_use', d.walk_in_sold + d.walk_in_leased
            || ' walk-in units are sold or leased already.', '/tokenized');
    end if;
    if wanted <> d.tokenized then
        perform share_change(p_creator, d.id, wanted, coalesce(p #>> '{body,reason}', 'demand'));
        select * into d from drops where creator_id = p_creator and id = d.id;
    end if;
    return remember(p_creator, c, answer_ok(200, drop_json(d, clock_timestamp())));
end $$;

-- The tokenized share becomes p_tokenized, and the ledger says why. Walk-in sales beyond stock may be
-- covered by it now, or be beyond it: they are judged anew. The caller holds the drop's lock.
-- Locks: cases → ledger head. Callers: drop_share, no_shows.
create or replace function roadshow.share_change(p_creator uuid, p_drop uuid, p_tokenized integer,
    p_reason text)
returns void language plpgsql volatile as $$
declare
    was   integer;
    notes ledger_note[];
begin
    select tokenized into was from drops where creator_id = p_creator and id = p_drop;
    update drops set tokenized = p_tokenized where creator_id = p_creator and id = p_drop;
    notes := walk_in_settle(p_creator, array[p_drop], '{}', '{}');
    perform drop_note(p_creator, p_drop, 'drop.share_changed', jsonb_build_object(
        'tokenized', p_tokenized, 'was', was, 'reason', p_reason));
    perform notes_append(p_creator, notes);
end $$;

-- POST /v1/drops/{drop}/walk-in: walk-in units come (units > 0) or go, with a reason.
-- Locks: drop → cases → ledger head. Raises: RS404, RS409 walk_in_in_use, RS422 and those of replay().
create or replace function api.drop_walk_in(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer := replay(p_creator, c);
    d     roadshow.drops;
    units integer := p #>> '{body,units}';
    notes ledger_note[];
begin
    if a.status is not null then
        return a;
    end if;
    if units = 0 then
        perform fail(422, 'validation_failed', 'Nothing would move.', '/units');
    end if;
    d := drop_take(p_creator, (p ->> 'drop')::uuid);
    if d.quantity + units > 1000000 then
        perform fail(422, 'validation_failed', 'A drop has at most 1,000,000 units.', '/units');
    end if;
    if d.quantity - d.tokenized + units < d.walk_in_sold + d.walk_in_leased then
        perform fail(409, 'walk_in_in_use', 'Of ' || d.quantity - d.tokenized
            || ' walk-in units, ' || d.walk_in_sold + d.walk_in_leased
            || ' are sold or leased already.', '/units');
    end if;
    if d.quantity + units < 1 then
        perform fail(422, 'validation_failed', 'A drop has at least one unit.', '/units');
    end if;
    update drops set quantity = quantity + units where creator_id = p_creator and id = d.id;
    notes := walk_in_settle(p_creator, array[d.id], '{}', '{}');
    perform drop_note(p_creator, d.id, 'drop.walk_in_changed', jsonb_build_object(
        'quantity', d.quantity + units, 'was', d.quantity, 'reason', p #>> '{body,reason}'));
    perform notes_append(p_creator, notes);
    select * into d from drops where creator_id = p_creator and id = d.id;
    return remember(p_creator, c, answer_ok(200, drop_json(d, clock_timestamp())));
end $$;
