-- SPDX-License-Identifier: Apache-2.0
--
-- Goods on their way to a hub. They leave another hub's shelf, or a drop's walk-in units (residuals.sql), when
-- they are sent and lie on the shelf when they are received; in between nobody can promise them.
--
--   in_transit ──receive──▶ received
--        └──────cancel────▶ cancelled: back where they came from

-- A transfer as the API shows it.
create or replace function roadshow.transfer_json(x roadshow.transfers) returns jsonb
    language sql stable as $$
    select jsonb_build_object('id', x.id, 'from_hub_id', x.from_hub_id,
        'from_drop_id', x.from_drop_id, 'to_hub_id', x.to_hub_id,
        'state', x.state, 'lines', (
            select jsonb_agg(jsonb_build_object('sku', l.sku, 'quantity', l.quantity,
                'received', l.received) order by l.sku)
            from roadshow.transfer_lines l
            where l.creator_id = x.creator_id and l.transfer_id = x.id),
        'created_at', roadshow.rfc3339(x.created_at),
        'received_at', roadshow.rfc3339(x.received_at),
        'cancelled_at', roadshow.rfc3339(x.cancelled_at))
$$;

-- Appends the transfer's entry. Locks: ledger head.
create or replace function roadshow.transfer_note(p_creator uuid, p_transfer uuid, p_kind text,
    p_data jsonb)
returns void language sql volatile as $$
    update roadshow.transfers set ledger_index = roadshow.ledger_add(p_creator, p_kind, p_transfer,
        nullif(ledger_index, -1), p_data)
    where creator_id = p_creator and id = p_transfer
$$;

-- The transfer, when the caller may see one of its hubs. Raises: RS404.
create or replace function roadshow.transfer_visible(p_creator uuid, c api.caller, p_transfer uuid)
returns roadshow.transfers language plpgsql stable as $$
declare
    x roadshow.transfers;
begin
    select * into x from transfers t
    where t.creator_id = p_creator and t.id = p_transfer and (c.role <> 'partner' or exists (
        select from hubs h where h.creator_id = p_creator
            and h.id in (t.from_hub_id, t.to_hub_id) and h.partner_id = c.subject_id));
    if not found then
        perform fail(404, 'not_found', 'There is no such transfer.');
    end if;
    return x;
end $$;

-- Writes the transfer of goods that have left where they were. Locks: none; the caller holds both ends.
create or replace function roadshow.transfer_write(p_creator uuid, p_id uuid, p_from_hub uuid,
    p_from_drop uuid, p_to uuid, p_lines jsonb, p_now timestamptz)
returns void language plpgsql volatile as $$
begin
    insert into transfers (creator_id, id, from_hub_id, from_drop_id, to_hub_id, state, created_at,
        ledger_index)
    values (p_creator, p_id, p_from_hub, p_from_drop, p_to, 'in_transit', p_now, -1);
    insert into transfer_lines (creator_id, transfer_id, sku, quantity)
    select p_creator, p_id, l.sku, l.quantity
    from jsonb_to_recordset(p_lines) as l(sku text, quantity integer);
end $$;

-- Sends goods: writes the transfer and takes them off the shelf. Returns the transfer.
-- Locks: hub_heads → ledger head; the caller holds both hubs. Raises: RS404, RS409, RS422.
create or replace function roadshow.transfer_send(p_creator uuid, p_id uuid, p_from uuid, p_to uuid,
    p_lines jsonb, p_now timestamptz)
returns roadshow.transfers language plpgsql volatile as $$
declare
    moved jsonb;
    x     roadshow.transfers;
begin
    moved := stock_change(p_creator, p_from, (
        select jsonb_agg(jsonb_build_object('sku', l ->> 'sku', 'by',
            -(l ->> 'quantity')::integer) order by o)
        from jsonb_array_elements(p_lines) with ordinality as e(l, o)), '/lines');
    perform transfer_write(p_creator, p_id, p_from, null, p_to, p_lines, p_now);
    perform hub_head_raise(p_creator);
    perform hub_note(p_creator, p_from, 'stock.sent',
        jsonb_build_object('transfer_id', p_id, 'to_hub_id', p_to, 'lines', moved));
    perform transfer_note(p_creator, p_id, 'transfer.sent',
        jsonb_build_object('from_hub_id', p_from, 'to_hub_id', p_to, 'lines', p_lines));
    select * into strict x from transfers where creator_id = p_creator and id = p_id;
    return x;
end $$;

-- POST /v1/transfers: {"from_hub_id", "to_hub_id", "lines": [{"sku", "quantity"}]}.
-- Locks: hubs (ids ascending) → hub_heads → ledger head. Raises: RS401, RS409, RS422.
create or replace function api.transfer_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a      api.answer;
    b      jsonb := p -> 'body';
    source uuid := (b ->> 'from_hub_id')::uuid;
    target uuid := (b ->> 'to_hub_id')::uuid;
    x      roadshow.transfers;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    if source = target then
        perform fail(422, 'same_hub', 'A transfer goes to another hub.', '/to_hub_id');
    end if;
    perform hub_lock(p_creator, array[source, target]);
    perform hub_known(p_creator, source, '/from_hub_id');
    perform hub_known(p_creator, target, '/to_hub_id');
    perform order_check_lines(p_creator, b -> 'lines');
    x := transfer_send(p_creator, (p ->> 'new_id')::uuid, source, target, b -> 'lines',
        clock_timestamp());
    return remember(p_creator, c, answer_ok(201, transfer_json(x), etag_of(transfer_json(x)::text),
        '/v1/transfers/' || x.id));
end $$;

-- POST /v1/hubs/{hub}/transfers/{transfer}/receive: {"lines": [{"sku", "quantity"}]}, what arrived at
-- its second hub; without lines all of it. Less than was sent is lost, more is refused.
-- Locks: hubs → transfers → hub_heads → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.transfer_receive(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer;
    hub   uuid := (p ->> 'hub')::uuid;
    came  jsonb := p -> 'body' -> 'lines';
    x     roadshow.transfers;
    bad   bigint;
    moved jsonb;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    perform hub_lock(p_creator, array[hub]);
    perform hub_visible(p_creator, c, hub);
    select * into x from transfers where creator_id = p_creator and id = (p ->> 'transfer')::uuid
        and to_hub_id = hub for update;
    if not found then
        perform fail(404, 'not_found', 'No such transfer is on its way to this hub.');
    end if;
    if x.state <> 'in_transit' then
        perform fail(409, 'wrong_state', 'The transfer is ' || x.state || '.');
    end if;
    if came is null then
        select jsonb_agg(jsonb_build_object('sku', sku, 'quantity', quantity)) into came
        from transfer_lines where creator_id = p_creator and transfer_id = x.id;
    end if;
    perform order_check_lines(p_creator, came);
    select e.ord - 1 into bad from jsonb_array_elements(came) with ordinality as e(l, ord)
    left join transfer_lines k on k.creator_id = p_creator and k.transfer_id = x.id
        and k.sku = e.l ->> 'sku'
    where k.sku is null or (e.l ->> 'quantity')::integer > k.quantity order by e.ord limit 1;
    if found then
        perform fail(422, 'more_than_sent', 'Not so many of this SKU were sent.',
            '/lines/' || bad || '/quantity');
    end if;
    update transfer_lines k set received = coalesce((
        select (e.l ->> 'quantity')::integer from jsonb_array_elements(came) as e(l)
        where e.l ->> 'sku' = k.sku), 0)
    where k.creator_id = p_creator and k.transfer_id = x.id;
    update transfers set state = 'received', received_at = clock_timestamp()
    where creator_id = p_creator and id = x.id returning * into x;
    moved := stock_change(p_creator, hub, (
        select jsonb_agg(jsonb_build_object('sku', k.sku, 'by', k.received) order by k.sku)
        from transfer_lines k where k.creator_id = p_creator and k.transfer_id = x.id), '/lines');
    perform hub_head_raise(p_creator);
    perform hub_note(p_creator, hub, 'stock.arrived',
        jsonb_build_object('transfer_id', x.id, 'lines', moved));
    perform transfer_note(p_creator, x.id, 'transfer.received', jsonb_build_object('lines',
        transfer_json(x) -> 'lines'));
    return remember(p_creator, c, answer_ok(200, transfer_json(x), etag_of(transfer_json(x)::text)));
end $$;

-- Gives what was on its way back to the shelf or the drop that it left, and tells the one that it came from.
-- Locks: cases → hub_heads → ledger head; the caller holds that hub or drop, and the transfer.
create or replace function roadshow.transfer_return(p_creator uuid, x roadshow.transfers)
returns void language plpgsql volatile as $$
declare
    moved jsonb;
    was   integer;
    units integer;
    notes roadshow.ledger_note[];
begin
    if x.from_hub_id is not null then
        moved := stock_change(p_creator, x.from_hub_id, (
            select jsonb_agg(jsonb_build_object('sku', k.sku, 'by', k.quantity) order by k.sku)
            from transfer_lines k where k.creator_id = p_creator and k.transfer_id = x.id), '/lines');
        perform hub_head_raise(p_creator);
        perform hub_note(p_creator, x.from_hub_id, 'stock.returned',
            jsonb_build_object('transfer_id', x.id, 'lines', moved));
        return;
    end if;
    select quantity into strict was from drops where creator_id = p_creator and id = x.from_drop_id;
    select sum(quantity) into strict units from transfer_lines
    where creator_id = p_creator and transfer_id = x.id;
    update drops set quantity = quantity + units where creator_id = p_creator and id = x.from_drop_id;
    notes := walk_in_settle(p_creator, array[x.from_drop_id], '{}', '{}');
    perform drop_note(p_creator, x.from_drop_id, 'drop.walk_in_changed', jsonb_build_object(
        'quantity', was + units, 'was', was, 'reason', 'returned'));
    perform notes_append(p_creator, notes);
end $$;

-- POST /v1/transfers/{transfer}/cancel: it turned round; all of it lies where it came from.
-- Locks: drops or hubs → transfers → cases → hub_heads → ledger head. Raises: RS401, RS404, RS409, RS422.
create or replace function api.transfer_cancel(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer;
    x roadshow.transfers;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    x := transfer_visible(p_creator, c, (p ->> 'transfer')::uuid);
    perform drops_lock(p_creator, array[x.from_drop_id]);
    perform hub_lock(p_creator, array[x.from_hub_id]);
    select * into strict x from transfers where creator_id = p_creator and id = x.id for update;
    if x.state <> 'in_transit' then
        perform fail(409, 'wrong_state', 'The transfer is ' || x.state || '.');
    end if;
    update transfers set state = 'cancelled', cancelled_at = clock_timestamp()
    where creator_id = p_creator and id = x.id returning * into x;
    perform transfer_return(p_creator, x);
    perform transfer_note(p_creator, x.id, 'transfer.cancelled', '{}');
    return remember(p_creator, c, answer_ok(200, transfer_json(x), etag_of(transfer_json(x)::text)));
end $$;

-- GET /v1/transfers/{transfer}. Raises: RS401, RS404.
create or replace function api.transfer_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    x roadshow.transfers;
begin
    perform authorise(p_creator, c);
    x := transfer_visible(p_creator, c, (p ->> 'transfer')::uuid);
    return answer_ok(200, transfer_json(x), etag_of(transfer_json(x)::text));
end $$;

-- GET /v1/hubs/{hub}/transfers, to it and from it, newest first. Raises: RS401, RS404.
create or replace function api.transfer_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := (p ->> 'limit')::integer;
    h    roadshow.hubs;
    page jsonb;
begin
    perform authorise(p_creator, c);
    h := hub_visible(p_creator, c, (p ->> 'hub')::uuid);
    select jsonb_agg(transfer_json(x.t) order by (x.t).id desc) into page
    from (
        select t from transfers t
        where creator_id = p_creator and h.id in (from_hub_id, to_hub_id)
            and (p ->> 'after' is null or id < (p ->> 'after')::uuid)
        order by id desc limit n + 1
    ) x;
    return page_of('transfers', page, n);
end $$;
