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

-- `issued` counts live tokens, redeemed ones included; `available` is what can be claimed now, held
-- or not; nobody waits in line before the waitlist exists, so `waitlisted` is 0.
create or replace function roadshow.drop_counts(d roadshow.drops) returns jsonb
    language sql immutable as $$
    select jsonb_build_object('tokenized', d.tokenized, 'walk_in', d.quantity - d.tokenized,
        'held', d.held, 'issued', d.issued, 'redeemed', d.redeemed,
        'available', d.tokenized - d.held - d.issued, 'waitlisted', 0,
        'walk_in_sold', d.walk_in_sold)
$$;

-- A drop as the API shows it at p_now.
create or replace function roadshow.drop_json(d roadshow.drops, p_now timestamptz) returns jsonb
    language sql immutable as $$
    select jsonb_build_object('id', d.id, 'event_id', d.event_id, 'sku', d.sku, 'mode', d.mode,
        'state', roadshow.drop_state(d.opens_at, d.closes_at, d.pickup_until, p_now),
        'quantity', d.quantity, 'tokenized', d.tokenized, 'per_person', d.per_person,
        'opens_at', roadshow.rfc3339(d.opens_at), 'closes_at', roadshow.rfc3339(d.closes_at),
        'hold_ttl_s', d.hold_ttl_s, 'deposit', roadshow.money(d.deposit, d.deposit_currency),
        'pickup_from', roadshow.rfc3339(d.pickup_from),
        'pickup_until', roadshow.rfc3339(d.pickup_until),
        'created_at', roadshow.rfc3339(d.created_at), 'ledger_index', d.ledger_index,
        'counts', roadshow.drop_counts(d))
$$;

-- POST /v1/drops. The pickup window is the event's unless given. A deposit needs a hold: a unit is
-- held until the deposit is there. A draw's commitments are made with it; p.draw_service is the
-- service's own. Locks: ledger head.
-- Raises: RS422 validation_failed, unknown_event, unknown_sku and those of replay().
create or replace function api.drop_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a      api.answer := replay(p_creator, c);
    b      jsonb := p -> 'body';
    made   uuid := p ->> 'new_id';
    opens  timestamptz := b ->> 'opens_at';
    closes timestamptz := b ->> 'closes_at';
    pickup timestamptz := b ->> 'pickup_from';
    until  timestamptz := b ->> 'pickup_until';
    e      roadshow.events;
    new    roadshow.drops;
begin
    if a.status is not null then
        return a;
    end if;
    if (b ->> 'tokenized')::integer > (b ->> 'quantity')::integer then
        perform fail(422, 'validation_failed', 'tokenized is a part of quantity.', '/tokenized');
    end if;
    if closes <= opens then
        perform fail(422, 'validation_failed', 'A drop closes after it opens.', '/closes_at');
    end if;
    if (b ->> 'mode' = 'draw') <> (b ->> 'draw' is not null) then
        perform fail(422, 'validation_failed', 'A draw, and nothing else, has commitments.', '/draw');
    end if;
    if b ->> 'deposit' is not null and b ->> 'hold_ttl_s' is null then
        perform fail(422, 'validation_failed', 'A deposit needs hold_ttl_s.', '/hold_ttl_s');
    end if;
    if (b #>> '{deposit,amount}')::bigint = 0 then
        perform fail(422, 'validation_failed', 'A deposit is more than nothing.', '/deposit/amount');
    end if;
    select * into e from events where creator_id = p_creator and id = (b ->> 'event_id')::uuid;
    if not found then
        perform fail(422, 'unknown_event', 'There is no such event.', '/event_id');
    end if;
    perform from products where creator_id = p_creator and sku = b ->> 'sku';
    if not found then
        perform fail(422, 'unknown_sku', 'There is no product with this SKU.', '/sku');
    end if;
    pickup := coalesce(pickup, e.starts_at);
    until := coalesce(until, e.ends_at);
    if until <= pickup then
        perform fail(422, 'validation_failed', 'Pickup ends after it starts.', '/pickup_until');
    end if;
    if until <= opens then
        perform fail(422, 'validation_failed', 'Pickup ends after the drop opens.', '/opens_at');
    end if;
    insert into drops (creator_id, id, event_id, sku, mode, quantity, tokenized, opens_at, closes_at,
        per_person, hold_ttl_s, deposit, deposit_currency, pickup_from, pickup_until, ledger_index)
    values (p_creator, made, e.id, b ->> 'sku', b ->> 'mode', (b ->> 'quantity')::integer,
        (b ->> 'tokenized')::integer, opens, closes, (b ->> 'per_person')::integer,
        (b ->> 'hold_ttl_s')::integer, (b #>> '{deposit,amount}')::bigint,
        b #>> '{deposit,currency}', pickup, until,
        ledger_add(p_creator, 'drop.created', made, null, jsonb_build_object('event_id', e.id,
            'sku', b -> 'sku', 'mode', b -> 'mode', 'quantity', b -> 'quantity',
            'tokenized', b -> 'tokenized', 'per_person', b -> 'per_person',
            'opens_at', rfc3339(opens), 'closes_at', rfc3339(closes))))
    returning * into new;
    if new.mode = 'draw' then
        perform draw_commit(new, b -> 'draw', p -> 'draw_service');
        select * into new from drops where creator_id = p_creator and id = made;
    end if;
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
