-- SPDX-License-Identifier: Apache-2.0
--
-- Pick lists: one holder at a time, a stale one is refused, what is short or rejected is routed to
-- another hub, and what is handed over has left the shelf.
begin;
\ir lib/fulfilment.psql
select plan(86);

do $$
begin
    perform pg_temp.hub(101, 'near', 52.52, 13.40, jsonb_build_object('partner_id', pg_temp.id(21)));
    perform pg_temp.hub(102, 'mid', 52.53, 13.45);
    for n in 1 .. 2 loop
        perform pg_temp.stock(101, 'SKU-' || n, 10);
        perform pg_temp.stock(102, 'SKU-' || n, 10);
    end loop;
    update hub_stock set bin = case sku when 'SKU-1' then 'B2' else 'A1' end;
end $$;
select pg_temp.waves(101, 10, 60, 1500) \g /dev/null
select pg_temp.waves(102, 10, 60, 1500) \g /dev/null
\set both '\'[[101, 800], [102, 3000]]\''

create function pg_temp.claim(p_more jsonb default '{}', c api.caller default pg_temp.caller('partner'))
returns jsonb language sql as $$
    select pg_temp.call('picklist_claim', jsonb_build_object('hub', pg_temp.id(101), 'body', p_more), c)
$$;
create function pg_temp.step(p_function text, p_list jsonb, p_more jsonb default '{}',
    c api.caller default pg_temp.caller('partner')) returns jsonb language sql as $$
    select pg_temp.call('picklist_' || p_function, jsonb_build_object('picklist',
        p_list -> 'body' ->> 'id', 'body', jsonb_build_object('fencing',
            p_list -> 'body' -> 'lease' -> 'fencing') || p_more), c)
$$;
create function pg_temp.order(n integer, p_lines jsonb) returns integer[] language sql as $$
    select pg_temp.hubs_of(x) from pg_temp.place(pg_temp.item(n, p_lines,
        '[[101, 800], [102, 3000]]')) as x
$$;
create function pg_temp.expire() returns void language sql as $$
    update picklists set lease_expires_at = now() - interval '1 second' where lease_id is not null
$$;
create temp table got (n text primary key, a jsonb);
create function pg_temp.keep(p_name text, p_answer jsonb) returns jsonb language sql as $$
    insert into got values (p_name, p_answer) returning a
$$;
create function pg_temp.got(p_name text) returns jsonb language sql as $$
    select a from got where n = p_name
$$;

-- ---- from claim to hand-over --------------------------------------------------------------------------

select is(pg_temp.claim() -> 'status', '204', 'nothing to pick');
select is(pg_temp.claim('{}', pg_temp.caller('partner', 'k0')) -> 'status', '204', 'nor under a key');
select pg_temp.order(201, '[{"sku": "SKU-1", "quantity": 2}, {"sku": "SKU-2", "quantity": 1}]') \g /dev/null
select pg_temp.order(202, '[{"sku": "SKU-1", "quantity": 3}]') \g /dev/null
select is(pg_temp.claim('{"early": false}') -> 'status', '204', 'before the cut-off, when that is asked');
select is(pg_temp.keep('one', pg_temp.claim('{}', pg_temp.caller('partner', 'k0'))) -> 'status', '200',
    'there is: the 204 was not remembered');
select is(pg_temp.claim('{}', pg_temp.caller('partner', 'k0')) -> 'body', pg_temp.got('one') -> 'body',
    'the same lease under the same key');
select is(pg_temp.claim() -> 'status', '204', 'nobody else gets it');
select is(pg_temp.got('one') -> 'body' ->> 'state', 'claimed', 'claimed');
select is(pg_temp.got('one') -> 'body' ->> 'acceptance', 'accepted', 'accepted');
select is(pg_temp.got('one') -> 'body' -> 'lease' -> 'fencing', '1', 'the first fencing token');
select is(jsonb_path_query_array(pg_temp.got('one'), '$.body.lines[*].sku'), '["SKU-2", "SKU-1"]',
    'in walk order');
select is(jsonb_path_query_array(pg_temp.got('one'), '$.body.lines[*].quantity'), '[1, 5]', 'totals');
select is(jsonb_array_length(pg_temp.got('one') -> 'body' -> 'orders'), 2, 'and by order');
select is(pg_temp.claim('{}', pg_temp.caller('other partner')) -> 'status', '401', 'not for others');

select is(pg_temp.step('pack', pg_temp.got('one'), '{"parcels": []}') ->> 'code', 'wrong_state', 'in order');
select is(pg_temp.step('pick', pg_temp.got('one'), '{"lines": [{"sku": "SKU-1", "picked": 6}]}') ->> 'code',
    'picked_too_many', 'no more than asked');
select is(pg_temp.step('pick', pg_temp.got('one'), '{"lines": [{"sku": "SKU-1", "picked": 2},
    {"sku": "SKU-1", "picked": 3}]}') ->> 'pointer', '/lines/1/picked', 'each SKU in one line');
select is(pg_temp.step('pick', pg_temp.got('one'), '{"lines": [{"sku": "SKU-3", "picked": 0}]}') ->> 'code',
    'unknown_sku', 'what it does not ask for');
select is(pg_temp.step('pick', pg_temp.got('one'), '{"lines": [{"sku": "SKU-1", "picked": 5}]}')
    -> 'body' ->> 'state', 'picking', 'one SKU');
select is(pg_temp.step('pick', pg_temp.got('one'), '{"lines": [{"sku": "SKU-1", "picked": 5}]}') ->> 'code',
    'already_picked', 'once');
select is(pg_temp.step('pick', pg_temp.got('one'), '{"lines": [{"sku": "SKU-2", "picked": 1}]}')
    -> 'body' ->> 'state', 'picked', 'and the other');
select is(pg_temp.step('pack', pg_temp.got('one'), jsonb_build_object('parcels', jsonb_build_array(
    jsonb_build_object('order_id', pg_temp.id(201))))) ->> 'code', 'parcels_missing', 'every order');
select is(pg_temp.step('pack', pg_temp.got('one'), jsonb_build_object('parcels', jsonb_build_array(
    jsonb_build_object('order_id', pg_temp.id(999))))) ->> 'pointer', '/parcels/0/order_id', 'no other');
select is(pg_temp.step('pack', pg_temp.got('one'), jsonb_build_object('parcels', jsonb_build_array(
    jsonb_build_object('order_id', pg_temp.id(201), 'weight_g', 400),
    jsonb_build_object('order_id', pg_temp.id(202), 'tracking', 'T1'),
    jsonb_build_object('order_id', pg_temp.id(202))))) -> 'body' ->> 'state', 'packed', 'packed');
select is(pg_temp.step('hand_over', pg_temp.got('one'), '{"name": "C", "at": "2001-01-01T00:00:00Z"}')
    ->> 'code', 'invalid_time', 'not before it was listed');
select is(pg_temp.step('hand_over', pg_temp.got('one'), jsonb_build_object('name', 'C', 'signature_sha256',
    repeat('AB', 32))) ->> 'pointer', '/signature_sha256', 'a hash that is none');
select is((select array_agg(on_hand order by sku) from hub_stock where hub_id = pg_temp.id(101)),
    '{10,10}', 'still on the shelf');
\set signed 'jsonb_build_object(\'name\', \'C\', \'signature_sha256\', repeat(\'ab\', 32))'
select is(pg_temp.keep('done', pg_temp.step('hand_over', pg_temp.got('one'), :signed,
    pg_temp.caller('partner', 'k9'))) -> 'body' ->> 'state', 'handed_over', 'handed over');
select is(pg_temp.got('done') -> 'body' ->> 'signature_sha256', repeat('ab', 32), 'signed');
select ok(exists (select from ledger where kind = 'picklist.handed_over' and entry::jsonb -> 'data' ->> 'signature_sha256'
    = repeat('ab', 32) and entry not like '%"C"%'), 'the ledger keeps the hash, not the name');
select is(pg_temp.step('hand_over', pg_temp.got('one'), :signed, pg_temp.caller('partner', 'k9'))
    -> 'body', pg_temp.got('done') -> 'body', 'again under its key: the same answer');
select is((select array_agg(on_hand order by sku) from hub_stock where hub_id = pg_temp.id(101)),
    '{5,9}', 'gone, once');
select is((select array_agg(reserved order by sku) from hub_stock where hub_id = pg_temp.id(101)),
    '{0,0}', 'nothing is promised any more');
select is((select array_agg(state order by id) from orders), '{fulfilled,fulfilled}', 'fulfilled');
select is(pg_temp.step('heartbeat', pg_temp.got('one')) ->> 'code', 'lease_lost', 'the lease is over');
select is((select array_agg(e ->> 'kind') from jsonb_array_elements(ledger_history(pg_temp.id(1),
    (select ledger_index from picklists where id = (pg_temp.got('one') -> 'body' ->> 'id')::uuid))) e),
    '{picklist.claimed,picklist.picked,picklist.picked,picklist.packed,picklist.handed_over}',
    'its history');
select is((select array_agg(e ->> 'kind') from jsonb_array_elements(ledger_history(pg_temp.id(1),
    (select ledger_index from orders where id = pg_temp.id(201)))) e),
    '{order.routed,order.fulfilled}', 'and the order''s');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- ---- a lost lease -------------------------------------------------------------------------------------

select pg_temp.order(211, '[{"sku": "SKU-1", "quantity": 2}]') \g /dev/null
select pg_temp.keep('lost', pg_temp.claim()) \g /dev/null
select is(pg_temp.step('pick', pg_temp.got('lost'), '{"lines": [{"sku": "SKU-1", "picked": 2}]}')
    -> 'body' ->> 'state', 'picked', 'picked by the first');
select pg_temp.expire() \g /dev/null
select is(pg_temp.step('pack', pg_temp.got('lost'), '{"parcels": []}') ->> 'code', 'lease_lost', 'too late');
select is(api.janitor_picklist_leases(pg_temp.id(1), 10), 1, 'the janitor opens it');
select is(api.janitor_picklist_leases(pg_temp.id(1), 10), 0, 'once');
select is((select state || ' ' || acceptance from picklists where picked_at is null), 'open offered',
    'open again');
select is(pg_temp.keep('found', pg_temp.claim()) -> 'body' -> 'id', pg_temp.got('lost') -> 'body' -> 'id',
    'the next holder gets the same list');
select is(pg_temp.got('found') -> 'body' -> 'lease' -> 'fencing', '2', 'with a higher fencing token');
select is(pg_temp.step('pick', pg_temp.got('lost'), '{"lines": [{"sku": "SKU-1", "picked": 2}]}') ->> 'code',
    'lease_lost', 'the former holder is refused');
select is(pg_temp.step('pick', pg_temp.got('found'), '{"lines": [{"sku": "SKU-1", "picked": 2}]}')
    -> 'body' ->> 'state', 'picked', 'and the work is confirmed anew');
select pg_temp.expire() \g /dev/null
select is(pg_temp.claim() -> 'body' -> 'lease' -> 'fencing', '3', 'a claim does not wait for the janitor');
select is((pg_temp.step('heartbeat', pg_temp.got('found') || jsonb_build_object('body',
    pg_temp.got('found') -> 'body' || '{"lease": {"fencing": 3}}'), '{"lease_s": 3600}')
    -> 'body' -> 'lease' ->> 'expires_at')::timestamptz > now() + interval '59 minutes', true,
    'a heartbeat extends');
select is(pg_temp.step('heartbeat', pg_temp.got('found') || jsonb_build_object('body',
    pg_temp.got('found') -> 'body' || '{"lease": {"fencing": 3}}'), '{}',
    pg_temp.caller('other partner')) -> 'status', '401', 'but not another partner''s');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');
update picklists set lease_expires_at = now() + interval '1 hour' where lease_id is not null;

-- ---- short --------------------------------------------------------------------------------------------

select pg_temp.stock(101, 'SKU-2', 4) \g /dev/null
select is(pg_temp.order(221, '[{"sku": "SKU-2", "quantity": 1}]'), '{101}', 'three orders');
select is(pg_temp.order(222, '[{"sku": "SKU-2", "quantity": 2}]'), '{101}', 'at the near');
select is(pg_temp.order(223, '[{"sku": "SKU-2", "quantity": 1}]'), '{101}', 'hub');
select pg_temp.keep('short', pg_temp.claim()) \g /dev/null
select is(pg_temp.keep('shorted', pg_temp.step('pick', pg_temp.got('short'),
    '{"lines": [{"sku": "SKU-2", "picked": 2}]}')) -> 'body' ->> 'state', 'picked', 'two of four are there');
select is((select array_agg(array[picked, short] order by h.created_at) from shipment_lines l join shipments h
    on h.id = l.shipment_id where h.picklist_id = (pg_temp.got('short') -> 'body' ->> 'id')::uuid),
    '{{1,0},{1,1},{0,1}}', 'the earliest promises first');
select is((select state from shipments h where order_id = pg_temp.id(223) and hub_id = pg_temp.id(101)),
    'cancelled', 'a shipment of which nothing is left goes');
select is((select array_agg(h.order_id order by h.order_id) from shipments h
    where h.hub_id = pg_temp.id(102) and h.state = 'routed'), array[pg_temp.id(222), pg_temp.id(223)],
    'what is missing comes from another hub');
select is((select array_agg(on_hand) from hub_stock where hub_id = pg_temp.id(101) and sku = 'SKU-2'),
    '{2}', 'what was not there is not counted any more');
select is(pg_temp.verdicts(222), '{"101": "failed_before", "102": "chosen"}', 'never the same hub');
select is((select array_agg(r.explanation ->> 'cause' order by attempt) from order_routings r
    where order_id = pg_temp.id(222)), '{ordered,short_pick}', 'both decisions are kept');
select is((select array_agg(e ->> 'kind') from jsonb_array_elements(ledger_history(pg_temp.id(1),
    (select ledger_index from orders where id = pg_temp.id(222)))) e), '{order.routed,order.rerouted}',
    'and in the ledger');
select is(pg_temp.step('pack', pg_temp.got('short'), jsonb_build_object('parcels', jsonb_build_array(
    jsonb_build_object('order_id', pg_temp.id(221)), jsonb_build_object('order_id', pg_temp.id(222)))))
    -> 'body' ->> 'state', 'packed', 'the rest goes on');
select is(pg_temp.step('hand_over', pg_temp.got('short'), '{"name": "C"}') -> 'body' ->> 'state',
    'handed_over', 'to the end');
select is((select array_agg(state order by id) from orders where id in (pg_temp.id(221), pg_temp.id(222))),
    '{fulfilled,routed}', 'an order that waits for its other half is not fulfilled');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- Nothing there at all, and nowhere else: the list is over, the order waits.
update hub_stock set on_hand = reserved where hub_id = pg_temp.id(102);
select pg_temp.stock(101, 'SKU-2', 1) \g /dev/null
select pg_temp.order(231, '[{"sku": "SKU-2", "quantity": 1}]') \g /dev/null
select pg_temp.keep('none', pg_temp.claim()) \g /dev/null
select is(pg_temp.step('pick', pg_temp.got('none'), '{"lines": [{"sku": "SKU-2", "picked": 0}]}')
    -> 'body' ->> 'state', 'cancelled', 'nothing of the list is left');
select is(pg_temp.call('order_read', jsonb_build_object('order', pg_temp.id(231))) -> 'body'
    -> 'backordered', '[{"sku": "SKU-2", "quantity": 1, "reason": "short_pick"}]', 'the order waits');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- ---- rejected -----------------------------------------------------------------------------------------

select pg_temp.stock(101, 'SKU-1', 8) \g /dev/null
select pg_temp.stock(102, 'SKU-1', 8) \g /dev/null
select is(pg_temp.order(241, '[{"sku": "SKU-1", "quantity": 3}]'), '{101}', 'an order at the near hub');
select pg_temp.keep('no', pg_temp.claim()) \g /dev/null
select is(pg_temp.step('reject', pg_temp.got('no'), '{"reason": "hub_closed"}') -> 'body' ->> 'acceptance',
    'rejected', 'rejected');
select is((select rejection || ' ' || state from picklists where acceptance = 'rejected'),
    'hub_closed cancelled', 'with its reason');
select is((select array_agg(hub_id) from shipments where order_id = pg_temp.id(241) and state = 'routed'),
    array[pg_temp.id(102)], 'routed to another hub');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- ---- reading ------------------------------------------------------------------------------------------

select is(jsonb_array_length(pg_temp.call('picklist_list', '{"limit": 50}', pg_temp.caller('partner'),
    pg_temp.id(0)) -> 'body' -> 'picklists'), 5, 'a partner sees all lists of its hubs');
select is(jsonb_array_length(pg_temp.call('picklist_list', '{"limit": 50}', pg_temp.caller('other partner'),
    pg_temp.id(0)) -> 'body' -> 'picklists'), 0, 'another none');
select is(jsonb_array_length(pg_temp.call('picklist_list', '{"limit": 50, "state": "cancelled"}')
    -> 'body' -> 'picklists'), 2, 'by state');
select is(pg_temp.call('picklist_read', jsonb_build_object('picklist', pg_temp.got('no') -> 'body' ->> 'id'),
    pg_temp.caller('partner')) -> 'body' ->> 'state', 'cancelled', 'one');
select is(pg_temp.call('picklist_read', jsonb_build_object('picklist', pg_temp.id(999))) -> 'status', '404',
    'none');
select throws_like($$select picklist_move(creator_id, id, 'packed', now()) from picklists
    where state = 'cancelled' limit 1$$, '%cannot go from cancelled to packed', 'no way back');

-- ---- cut by size ------------------------------------------------------------------------------------

select pg_temp.hub(151, 'small lots', 52.52, 13.40, '{"list_size": 2}') \g /dev/null
select pg_temp.stock(151, 'SKU-3', 9) \g /dev/null
select pg_temp.waves(151, 9, 60) \g /dev/null
create function pg_temp.lot(n integer, p_more jsonb default '{}') returns text language sql as $$
    select x #>> '{body,state}' from pg_temp.place(pg_temp.item(n, '[{"sku": "SKU-3", "quantity": 1}]', '[[151, 10]]', p_more)) x $$;
create function pg_temp.cut(p_early boolean) returns text language sql as $$
    select coalesce(jsonb_array_length(x #> '{body,orders}')::text, x ->> 'status') from pg_temp.call('picklist_claim',
        jsonb_build_object('hub', pg_temp.id(151), 'body', jsonb_build_object('early', p_early))) x $$;
select is(pg_temp.lot(501), 'routed', 'one waits');
select is(pg_temp.lot(502, '{"hold_ttl_s": 60}'), 'held', 'a hold does not count');
select is(pg_temp.cut(false), '204', 'too few');
select is(array[pg_temp.lot(503), pg_temp.lot(504)], '{routed,routed}', 'three wait');
select is(pg_temp.cut(false), '2', 'so many are cut, before the cut-off');
select is(pg_temp.cut(false), '204', 'the one behind them waits');
select is(pg_temp.cut(true), '1', 'or is cut by hand');

select * from finish();
rollback;
