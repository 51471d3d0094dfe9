-- SPDX-License-Identifier: Apache-2.0
--
-- Events and products: what drops refer to.

-- An event as the API shows it.
create or replace function roadshow.event_json(e roadshow.events) returns jsonb
    language sql immutable as $$
    select jsonb_build_object('id', e.id, 'name', e.name, 'starts_at', roadshow.rfc3339(e.starts_at),
        'ends_at', roadshow.rfc3339(e.ends_at), 'time_zone', e.time_zone,
        'venue', jsonb_build_object('name', e.venue_name, 'address', e.venue_address,
            'lat', e.lat, 'lon', e.lon),
        'created_at', roadshow.rfc3339(e.created_at), 'ledger_index', e.ledger_index)
$$;

-- The event. Raises: RS404.
create or replace function roadshow.event_of(p_creator uuid, p_event uuid)
returns roadshow.events language plpgsql stable as $$
declare
    e roadshow.events;
begin
    select * into e from events where creator_id = p_creator and id = p_event;
    if not found then
        perform fail(404, 'not_found', 'There is no such event.');
    end if;
    return e;
end $$;

-- A product as the API shows it.
create or replace function roadshow.product_json(x roadshow.products) returns jsonb
    language sql immutable as $$
    select jsonb_build_object('id', x.id, 'sku', x.sku, 'title', x.title,
        'price', roadshow.money(x.price, x.currency),
        'created_at', roadshow.rfc3339(x.created_at), 'ledger_index', x.ledger_index)
$$;

-- POST /v1/events: with its status list. Locks: ledger head.
-- Raises: RS422 validation_failed, unknown_time_zone and those of replay().
create or replace function api.event_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a   api.answer := replay(p_creator, c);
    b   jsonb := p -> 'body';
    made uuid := p ->> 'new_id';
    new roadshow.events;
begin
    if a.status is not null then
        return a;
    end if;
    if (b ->> 'ends_at')::timestamptz <= (b ->> 'starts_at')::timestamptz then
        perform fail(422, 'validation_failed', 'An event ends after it starts.', '/ends_at');
    end if;
    if not is_time_zone(b ->> 'time_zone') then
        perform fail(422, 'unknown_time_zone', 'There is no such IANA time zone.', '/time_zone');
    end if;
    insert into events (creator_id, id, name, starts_at, ends_at, time_zone, venue_name,
        venue_address, lat, lon, ledger_index)
    values (p_creator, made, b ->> 'name', (b ->> 'starts_at')::timestamptz,
        (b ->> 'ends_at')::timestamptz, b ->> 'time_zone', b #>> '{venue,name}',
        b #>> '{venue,address}', (b #>> '{venue,lat}')::double precision,
        (b #>> '{venue,lon}')::double precision,
        ledger_add(p_creator, 'event.created', made, null, jsonb_build_object('name', b ->> 'name',
            'starts_at', rfc3339((b ->> 'starts_at')::timestamptz),
            'ends_at', rfc3339((b ->> 'ends_at')::timestamptz))))
    returning * into new;
    perform status_list_make(p_creator, made);
    return remember(p_creator, c,
        answer_ok(201, event_json(new), null, '/v1/events/' || new.id));
end $$;

-- GET /v1/events/{event}. Raises: RS401, RS404.
create or replace function api.event_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    e roadshow.events;
begin
    perform authorise(p_creator, c);
    e := event_of(p_creator, (p ->> 'event')::uuid);
    return answer_ok(200, event_json(e), etag_of(event_json(e)::text));
end $$;

-- GET /v1/events: newest first. Raises: RS401.
create or replace function api.event_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := coalesce((p ->> 'limit')::integer, 50);
    page jsonb;
begin
    perform authorise(p_creator, c);
    select jsonb_agg(event_json(e) order by e.id desc) into page
    from (
        select * from events
        where creator_id = p_creator and (p ->> 'after' is null or id < (p ->> 'after')::uuid)
        order by id desc limit n + 1
    ) e;
    return page_of('events', page, n);
end $$;

-- POST /v1/products. Locks: ledger head; the insert behind it cannot wait for another one.
-- Raises: RS422 validation_failed, RS409 sku_taken and those of replay().
create or replace function api.product_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a   api.answer := replay(p_creator, c);
    b   jsonb := p -> 'body';
    made uuid := p ->> 'new_id';
    new roadshow.products;
begin
    if a.status is not null then
        return a;
    end if;
    if b ->> 'sku' !~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' then
        perform fail(422, 'validation_failed',
            'A SKU has ASCII letters, digits, ".", "_" and "-", and starts with one of the first two.',
            '/sku');
    end if;
    insert into products (creator_id, id, sku, title, price, currency, ledger_index)
    values (p_creator, made, b ->> 'sku', b ->> 'title', (b #>> '{price,amount}')::bigint,
        b #>> '{price,currency}',
        ledger_add(p_creator, 'product.created', made, null,
            jsonb_build_object('sku', b -> 'sku', 'price', b -> 'price')))
    on conflict (creator_id, sku) do nothing returning * into new;
    if not found then
        perform fail(409, 'sku_taken', 'There is a product with this SKU.', '/sku');
    end if;
    return remember(p_creator, c, answer_ok(201, product_json(new)));
end $$;

-- GET /v1/products: newest first. Raises: RS401.
create or replace function api.product_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := coalesce((p ->> 'limit')::integer, 50);
    page jsonb;
begin
    perform authorise(p_creator, c);
    select jsonb_agg(product_json(x) order by x.id desc) into page
    from (
        select * from products
        where creator_id = p_creator and (p ->> 'after' is null or id < (p ->> 'after')::uuid)
        order by id desc limit n + 1
    ) x;
    return page_of('products', page, n);
end $$;
