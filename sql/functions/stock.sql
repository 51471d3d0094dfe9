-- SPDX-License-Identifier: Apache-2.0
--
-- What lies in a hub: counted by people, reserved by routing (routing.sql), taken by picking
-- (picking.sql). The hub's row is its lock.

-- What If-Match of PUT /v1/hubs/{hub}/stock/{sku} must name.
create or replace function roadshow.stock_etag(s roadshow.hub_stock) returns text language sql immutable as $$
    select roadshow.etag_of(s.hub_id::text || ' ' || s.sku || ' ' || s.version)
$$;

-- Stock as it was counted; what is reserved is the list's to add.
create or replace function roadshow.stock_json(s roadshow.hub_stock) returns jsonb language sql stable as $$
    select jsonb_build_object('hub_id', s.hub_id, 'sku', s.sku, 'on_hand', s.on_hand,
        'safety', s.safety, 'bin', s.bin, 'updated_at', roadshow.rfc3339(s.updated_at))
$$;

-- PUT /v1/hubs/{hub}/stock/{sku}: what was counted. If-Match is honoured when it is sent; If-Match: *
-- asks that the SKU be there already. The same count again changes nothing.
-- Locks: hubs → hub_heads → ledger head. Raises: RS401, RS404, RS409, RS412, RS422.
create or replace function api.stock_set(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a   api.answer;
    b   jsonb := p -> 'body';
    h   roadshow.hubs;
    was roadshow.hub_stock;
    s   roadshow.hub_stock;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    perform hub_lock(p_creator, array[(p ->> 'hub')::uuid]);
    h := hub_visible(p_creator, c, (p ->> 'hub')::uuid);
    select * into was from hub_stock
    where creator_id = p_creator and hub_id = h.id and sku = p ->> 'sku';
    if p ->> 'if_match' is not null and (was.sku is null
        or p ->> 'if_match' not in ('*', stock_etag(was))) then
        perform fail(412, 'precondition_failed', 'The stock has changed; read it again.');
    end if;
    if was.sku is null then
        perform from products where creator_id = p_creator and sku = p ->> 'sku';
        if not found then
            perform fail(404, 'not_found', 'There is no product with this SKU.');
        end if;
    end if;
    s := row(p_creator, h.id, p ->> 'sku', (b ->> 'on_hand')::integer, coalesce(was.reserved, 0),
        coalesce((b ->> 'safety')::integer, was.safety, 0),
        case when b ? 'bin' then b ->> 'bin' else was.bin end,
        coalesce(was.version, 0) + 1, clock_timestamp())::hub_stock;
    if (s.on_hand, s.safety, s.bin) is not distinct from (was.on_hand, was.safety, was.bin) then
        return remember(p_creator, c, answer_ok(200, stock_json(was), stock_etag(was)));
    end if;
    if s.on_hand < s.reserved then
        perform fail(409, 'stock_reserved', s.reserved || ' units are promised to orders; pick '
            || 'them short or reject their pick list first.', '/on_hand');
    end if;
    insert into hub_stock select s.*
    on conflict (creator_id, hub_id, sku) do update set on_hand = excluded.on_hand,
        safety = excluded.safety, bin = excluded.bin, version = excluded.version,
        updated_at = excluded.updated_at;
    perform hub_head_raise(p_creator);
    update hubs set ledger_index = ledger_add(p_creator, 'stock.set', h.id, h.ledger_index,
        jsonb_build_object('sku', s.sku, 'on_hand', s.on_hand, 'safety', s.safety,
            'before', was.on_hand))
    where creator_id = p_creator and id = h.id;
    return remember(p_creator, c, answer_ok(200, stock_json(s), stock_etag(s)));
end $$;

-- GET /v1/hubs/{hub}/stock, by SKU. Raises: RS401, RS404.
create or replace function api.stock_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := (p ->> 'limit')::integer;
    h    roadshow.hubs;
    page jsonb;
begin
    perform authorise(p_creator, c);
    h := hub_visible(p_creator, c, (p ->> 'hub')::uuid);
    select jsonb_agg(stock_json(s) || jsonb_build_object('reserved', s.reserved,
            'available', greatest(s.on_hand - s.reserved - s.safety, 0),
            'etag', stock_etag(s)) order by s.sku) into page
    from (
        select * from hub_stock
        where creator_id = p_creator and hub_id = h.id
          and (p ->> 'after' is null or sku > p ->> 'after')
        order by sku limit n + 1
    ) s;
    return page_of('stock', page, n, 'sku');
end $$;
