-- SPDX-License-Identifier: Apache-2.0
--
-- Returns and repairs: asked for, received at a hub, and settled there.
--
--   requested ──receive──▶ received ──settle──▶ restocked | repaired | written_off
--       └──────decline───▶ declined

-- A return as the API shows it.
create or replace function roadshow.return_json(r roadshow.returns) returns jsonb language sql stable as $$
    select jsonb_build_object('id', r.id, 'order_id', r.order_id, 'token_id', r.token_id, 'sku', r.sku,
        'quantity', r.quantity, 'kind', r.kind, 'reason', r.reason, 'state', r.state, 'hub_id', r.hub_id,
        'created_at', roadshow.rfc3339(r.created_at), 'received_at', roadshow.rfc3339(r.received_at),
        'settled_at', roadshow.rfc3339(r.settled_at))
$$;

-- 200 or 201 with the return.
create or replace function roadshow.return_answer(p_status integer, r roadshow.returns)
returns api.answer language sql stable as $$
    select roadshow.answer_ok(p_status, roadshow.return_json(r), roadshow.etag_of(
        roadshow.return_json(r)::text), case when p_status = 201 then '/v1/returns/' || r.id end)
$$;

-- Appends the return's entry. Locks: ledger head.
create or replace function roadshow.return_note(p_creator uuid, p_return uuid, p_kind text, p_data jsonb)
returns void language plpgsql volatile as $$
begin
    update returns set ledger_index = ledger_add(p_creator, p_kind, p_return, nullif(ledger_index, -1),
        p_data)
    where creator_id = p_creator and id = p_return;
end $$;

-- How many units of the SKU may still come back of an order, or of a token. Units of returns that were
-- declined never left who has them, and what was repaired is with them again.
-- Locks: none; the caller holds the order or the token.
create or replace function roadshow.returnable(p_creator uuid, p_order uuid, p_token uuid, p_sku text)
returns integer language plpgsql stable as $$
declare
    had integer;
begin
    if p_order is not null then
        select sum(k.picked) into had from shipments s
        join shipment_lines k on k.creator_id = p_creator and k.shipment_id = s.id and k.sku = p_sku
        where s.creator_id = p_creator and s.order_id = p_order and s.state = 'handed_over';
        return coalesce(had, 0) - (select coalesce(sum(quantity), 0) from returns
            where creator_id = p_creator and order_id = p_order and sku = p_sku and state not in ('declined', 'repaired'));
    end if;
    select count(*) into had from tokens t
    join drops d on d.creator_id = p_creator and d.id = t.drop_id and d.sku = p_sku
    where t.creator_id = p_creator and t.id = p_token and t.state = 'redeemed';
    return had - (select coalesce(sum(quantity), 0) from returns
        where creator_id = p_creator and token_id = p_token and state not in ('declined', 'repaired'));
end $$;

-- POST /v1/returns: {"order_id" or "token_id", "sku", "quantity", "kind", "reason"}.
-- Locks: tokens → orders → ledger head. Raises: RS401, RS409, RS422.
create or replace function api.return_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer := replay(p_creator, c);
    b jsonb := p -> 'body';
    r roadshow.returns;
begin
    if a.status is not null then
        return a;
    end if;
    r.creator_id := p_creator;
    r.id := (p ->> 'new_id')::uuid;
    r.order_id := (b ->> 'order_id')::uuid;
    r.token_id := (b ->> 'token_id')::uuid;
    r.sku := b ->> 'sku';
    r.quantity := (b ->> 'quantity')::integer;
    r.kind := b ->> 'kind';
    r.reason := b ->> 'reason';
    r.state := 'requested';
    r.created_at := clock_timestamp();
    r.ledger_index := -1;
    if (r.order_id is null) = (r.token_id is null) then
        perform fail(422, 'validation_failed', 'Name the order or the token, one of them.', '/order_id');
    end if;
    perform from tokens where creator_id = p_creator and id = r.token_id for update;
    if not found and r.token_id is not null then
        perform fail(422, 'unknown_token', 'There is no such token.', '/token_id');
    end if;
    perform from orders where creator_id = p_creator and id = r.order_id for update;
    if not found and r.order_id is not null then
        perform fail(422, 'unknown_order', 'There is no such order.', '/order_id');
    end if;
    if r.quantity > returnable(p_creator, r.order_id, r.token_id, r.sku) then
        perform fail(409, 'not_returnable', 'Not so many units of this SKU were handed over, or they come '
            || 'back already.', '/quantity');
    end if;
    insert into returns select r.*;
    perform return_note(p_creator, r.id, 'return.requested', return_json(r) - '{id,state,hub_id,created_at,
        received_at,settled_at}'::text[]);
    return remember(p_creator, c, return_answer(201, r));
end $$;

-- The return, locked, in this state. Locks: returns. Raises: RS404, RS409.
create or replace function roadshow.return_lock(p_creator uuid, p_return uuid, p_hub uuid, p_state text)
returns roadshow.returns language plpgsql volatile as $$
declare
    r roadshow.returns;
begin
    select * into r from returns where creator_id = p_creator and id = p_return
        and (p_hub is null or hub_id = p_hub) for update;
    if not found then
        perform fail(404, 'not_found', 'There is no such return here.');
    end if;
    if r.state <> p_state then
        perform fail(409, 'wrong_state', 'The return is ' || r.state || '.');
    end if;
    return r;
end $$;

-- POST /v1/returns/{return}/decline. Locks: returns → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.return_decline(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer := replay(p_creator, c);
    r roadshow.returns;
begin
    if a.status is not null then
        return a;
    end if;
    r := return_lock(p_creator, (p ->> 'return')::uuid, null, 'requested');
    update returns set state = 'declined', settled_at = clock_timestamp()
    where creator_id = p_creator and id = r.id returning * into r;
    perform return_note(p_creator, r.id, 'return.declined', '{}');
    return remember(p_creator, c, return_answer(200, r));
end $$;

-- POST /v1/hubs/{hub}/returns/{return}/receive: it lies here now, on no shelf yet.
-- Locks: hubs → returns → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.return_receive(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a   api.answer := replay(p_creator, c);
    hub uuid := (p ->> 'hub')::uuid;
    r   roadshow.returns;
begin
    if a.status is not null then
        return a;
    end if;
    perform hub_lock(p_creator, array[hub]);
    perform hub_visible(p_creator, c, hub);
    r := return_lock(p_creator, (p ->> 'return')::uuid, null, 'requested');
    update returns set state = 'received', hub_id = hub, received_at = clock_timestamp()
    where creator_id = p_creator and id = r.id returning * into r;
    perform return_note(p_creator, r.id, 'return.received', jsonb_build_object('hub_id', hub));
    return remember(p_creator, c, return_answer(200, r));
end $$;

-- POST /v1/hubs/{hub}/returns/{return}/settle: {"outcome"}. restocked: on the hub's shelf, for anybody;
-- repaired: back to who sent it; written_off: gone.
-- Locks: hubs → returns → hub_heads → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.return_settle(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer := replay(p_creator, c);
    hub   uuid := (p ->> 'hub')::uuid;
    r     roadshow.returns;
    moved jsonb;
begin
    if a.status is not null then
        return a;
    end if;
    perform hub_lock(p_creator, array[hub]);
    perform hub_visible(p_creator, c, hub);
    r := return_lock(p_creator, (p ->> 'return')::uuid, hub, 'received');
    update returns set state = p -> 'body' ->> 'outcome', settled_at = clock_timestamp()
    where creator_id = p_creator and id = r.id returning * into r;
    if r.state = 'restocked' then
        moved := stock_change(p_creator, hub, jsonb_build_array(jsonb_build_object('sku', r.sku,
            'by', r.quantity)), '/outcome');
        perform hub_head_raise(p_creator);
        perform hub_note(p_creator, hub, 'stock.restocked',
            jsonb_build_object('return_id', r.id, 'lines', moved));
    end if;
    perform return_note(p_creator, r.id, 'return.settled', jsonb_build_object('outcome', r.state));
    return remember(p_creator, c, return_answer(200, r));
end $$;

-- GET /v1/returns/{return}. Raises: RS401, RS404.
create or replace function api.return_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    r roadshow.returns;
begin
    perform authorise(p_creator, c);
    select * into r from returns where creator_id = p_creator and id = (p ->> 'return')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such return.');
    end if;
    return return_answer(200, r);
end $$;

-- GET /v1/returns?state=, newest first. Raises: RS401.
create or replace function api.return_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := (p ->> 'limit')::integer;
    page jsonb;
begin
    perform authorise(p_creator, c);
    select jsonb_agg(return_json(x.r) order by (x.r).id desc) into page
    from (
        select r from returns r
        where creator_id = p_creator and (p ->> 'state' is null or state = p ->> 'state')
            and (p ->> 'after' is null or id < (p ->> 'after')::uuid)
        order by id desc limit n + 1
    ) x;
    return page_of('returns', page, n);
end $$;

-- GET /v1/hubs/{hub}/returns, those that this hub received, newest first. Raises: RS401, RS404.
create or replace function api.return_list_hub(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := (p ->> 'limit')::integer;
    h    roadshow.hubs;
    page jsonb;
begin
    perform authorise(p_creator, c);
    h := hub_visible(p_creator, c, (p ->> 'hub')::uuid);
    select jsonb_agg(return_json(x.r) order by (x.r).id desc) into page
    from (
        select r from returns r
        where creator_id = p_creator and hub_id = h.id
            and (p ->> 'after' is null or id < (p ->> 'after')::uuid)
        order by id desc limit n + 1
    ) x;
    return page_of('returns', page, n);
end $$;
