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

-- ---- moves ------------------------------------------------------------------------------------

-- Puts units on the shelf or takes them off: [{"sku", "by"}], each SKU once. Returns the same with what
-- lies there now: [{"sku", "by", "on_hand"}], by SKU. Units that are promised to orders stay; a shelf
-- that is not there yet is made.
-- Locks: none; the caller holds the hub. Raises: RS409, RS422.
create or replace function roadshow.stock_change(p_creator uuid, p_hub uuid, p_lines jsonb,
    p_pointer text)
returns jsonb language plpgsql volatile as $$
declare
    bad   record;
    moved jsonb;
begin
    select e.ord - 1 as at, s.on_hand, s.reserved into bad
    from jsonb_array_elements(p_lines) with ordinality as e(l, ord)
    left join hub_stock s on s.creator_id = p_creator and s.hub_id = p_hub
        and s.sku = e.l ->> 'sku'
    where coalesce(s.on_hand, 0) + (e.l ->> 'by')::integer < coalesce(s.reserved, 0)
    order by e.ord limit 1;
    if found then
        perform fail(409, 'stock_reserved', 'There are ' || coalesce(bad.on_hand, 0) || ' units, '
            || coalesce(bad.reserved, 0) || ' of them promised to orders.',
            p_pointer || case when p_pointer = '/lines' then '/' || bad.at || '/quantity' else '' end);
    end if;
    with told as (
        insert into hub_stock as s (creator_id, hub_id, sku, on_hand)
        select p_creator, p_hub, x.sku, x.by
        from jsonb_to_recordset(p_lines) as x(sku text, by integer) where x.by > 0
        on conflict (creator_id, hub_id, sku) do update set on_hand = s.on_hand + excluded.on_hand,
            version = s.version + 1, updated_at = clock_timestamp()
        returning s.sku, s.on_hand
    ), taken as (
        update hub_stock s set on_hand = s.on_hand + x.by, version = s.version + 1,
            updated_at = clock_timestamp()
        from jsonb_to_recordset(p_lines) as x(sku text, by integer)
        where s.creator_id = p_creator and s.hub_id = p_hub and s.sku = x.sku and x.by < 0
        returning s.sku, s.on_hand
    )
    select coalesce(jsonb_agg(jsonb_build_object('sku', m.sku, 'by', x.by, 'on_hand', m.on_hand)
        order by m.sku), '[]') into moved
    from (select * from told union all select * from taken) m
    join jsonb_to_recordset(p_lines) as x(sku text, by integer) on x.sku = m.sku;
    return moved;
end $$;

-- One shelf changes by p_by. Locks: hubs → hub_heads → ledger head.
-- Raises: RS401, RS404, RS409, RS422.
create or replace function roadshow.stock_move(p_creator uuid, c api.caller, p jsonb, p_by integer,
    p_kind text, p_pointer text)
returns api.answer language plpgsql volatile as $$
declare
    h     roadshow.hubs;
    s     roadshow.hub_stock;
    moved jsonb;
begin
    perform hub_lock(p_creator, array[(p ->> 'hub')::uuid]);
    h := hub_visible(p_creator, c, (p ->> 'hub')::uuid);
    perform from products where creator_id = p_creator and sku = p ->> 'sku';
    if not found then
        perform fail(404, 'not_found', 'There is no product with this SKU.');
    end if;
    moved := stock_change(p_creator, h.id, jsonb_build_array(jsonb_build_object('sku', p ->> 'sku',
        'by', p_by)), p_pointer);
    perform hub_head_raise(p_creator);
    perform hub_note_text(p_creator, h.id, p_kind, case p_kind when 'stock.adjusted'
        then jsonb_build_object('reason', p -> 'body' -> 'reason') else '{}' end
        || jsonb_build_object('lines', moved), 'reference', p -> 'body' ->> 'reference');
    select * into strict s from hub_stock
    where creator_id = p_creator and hub_id = h.id and sku = p ->> 'sku';
    return answer_ok(200, stock_json(s), stock_etag(s));
end $$;

-- POST /v1/hubs/{hub}/stock/{sku}/receive: {"quantity", "reference"}, units that came in.
-- Locks: hubs → hub_heads → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.stock_receive(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer := replay(p_creator, c);
begin
    if a.status is not null then
        return a;
    end if;
    return remember(p_creator, c, stock_move(p_creator, c, p,
        (p -> 'body' ->> 'quantity')::integer, 'stock.received', '/quantity'));
end $$;

-- POST /v1/hubs/{hub}/stock/{sku}/adjust: {"by", "reason"}, units that were found, or are gone.
-- Locks: hubs → hub_heads → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.stock_adjust(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer := replay(p_creator, c);
begin
    if a.status is not null then
        return a;
    end if;
    if p -> 'body' -> 'by' = '0' then
        perform fail(422, 'validation_failed', 'An adjustment by nothing is none.', '/by');
    end if;
    return remember(p_creator, c, stock_move(p_creator, c, p, (p -> 'body' ->> 'by')::integer,
        'stock.adjusted', '/by'));
end $$;

-- ---- reading ----------------------------------------------------------------------------------

-- GET /v1/hubs/{hub}/history?sku=: the hub's entries of the ledger, newest first, with what was written; with a SKU those
-- that moved it. A page looks at 2,000 entries at most, so it may be short and still have a next.
-- Raises: RS401, RS404.
create or replace function api.hub_history(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n     integer := (p ->> 'limit')::integer;
    h     roadshow.hubs;
    found jsonb;
    last  bigint;
begin
    perform authorise(p_creator, c);
    h := hub_visible(p_creator, c, (p ->> 'hub')::uuid);
    with recursive walk(entry, depth, hits) as (
        select l.entry::jsonb, 1, history_hit(l.entry::jsonb, p ->> 'sku') from ledger l
        where l.creator_id = p_creator and l.subject = h.id
            and l.index = coalesce((p ->> 'after')::bigint, h.ledger_index)
        union all
        select l.entry::jsonb, w.depth + 1, w.hits + history_hit(l.entry::jsonb, p ->> 'sku')
        from walk w
        join ledger l on l.creator_id = p_creator and l.index = (w.entry ->> 'prev')::bigint
        where w.depth < 2000 and w.hits < n
    )
    select jsonb_agg(entry_told(p_creator, w.entry) order by w.depth) filter (where
            history_hit(w.entry, p ->> 'sku') = 1),
        (array_agg((w.entry ->> 'prev')::bigint order by w.depth desc))[1] into found, last
    from walk w;
    return answer_ok(200, jsonb_build_object('entries', coalesce(found, '[]'), 'next', last::text));
end $$;

-- 1 when the entry is about the SKU (null: any), else 0.
create or replace function roadshow.history_hit(p_entry jsonb, p_sku text) returns integer
language sql immutable as $$
    select (p_sku is null or coalesce(p_entry -> 'data' ->> 'sku' = p_sku, false)
        or coalesce(p_entry -> 'data' -> 'lines' @> jsonb_build_array(
            jsonb_build_object('sku', p_sku)), false))::integer
$$;

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
