-- SPDX-License-Identifier: Apache-2.0
--
-- Goods come in, are counted, found, lost and sent to another hub; whatever happens, what lies on the
-- shelves and what is on its way add up, and the ledger's history of a hub recomputes its shelves.
begin;
\ir lib/fulfilment.psql
select plan(52);

select pg_temp.hub(101, 'a', 52.52, 13.40, jsonb_build_object('partner_id', pg_temp.id(21))) \g /dev/null
select pg_temp.hub(102, 'b', 52.53, 13.45) \g /dev/null
select pg_temp.hub(103, 'c', 52.54, 13.46) \g /dev/null

create function pg_temp.move(p_function text, p_hub integer, p_sku text, p_body jsonb,
    c api.caller default pg_temp.caller()) returns jsonb language sql as $$
    select pg_temp.call('stock_' || p_function, jsonb_build_object('hub', pg_temp.id(p_hub),
        'sku', p_sku, 'body', p_body), c)
$$;
create function pg_temp.send(n integer, p_from integer, p_to integer, p_lines jsonb)
returns jsonb language sql as $$
    select pg_temp.call('transfer_create', jsonb_build_object('new_id', pg_temp.id(n), 'body',
        jsonb_build_object('from_hub_id', pg_temp.id(p_from), 'to_hub_id', pg_temp.id(p_to),
            'lines', p_lines)))
$$;
create function pg_temp.receive(n integer, p_hub integer, p_lines jsonb default null,
    c api.caller default pg_temp.caller()) returns jsonb language sql as $$
    select pg_temp.call('transfer_receive', jsonb_build_object('transfer', pg_temp.id(n), 'hub',
        pg_temp.id(p_hub), 'body', case when p_lines is null then '{}' else
        jsonb_build_object('lines', p_lines) end), c)
$$;
-- What lies there: {"101": {"SKU-1": 5}, …}, and what is on its way.
create function pg_temp.shelves(p_hub integer) returns jsonb language sql as $$
    select jsonb_object_agg(sku, on_hand) from hub_stock where hub_id = pg_temp.id(p_hub)
$$;
create function pg_temp.on_its_way() returns jsonb language sql as $$
    select jsonb_object_agg(sku, n) from (select l.sku, sum(l.quantity) as n from transfers t
        join transfer_lines l on l.transfer_id = t.id where t.state = 'in_transit' group by l.sku) x
$$;
-- The shelves of a hub as the ledger's entries about it tell: what was counted, and every move since.
create function pg_temp.retold(p_hub integer) returns jsonb language plpgsql as $$
declare
    e      jsonb;
    l      jsonb;
    shelf  jsonb := '{}';
begin
    for e in select x from jsonb_array_elements(ledger_history(pg_temp.id(1), (select ledger_index from hubs
        where id = pg_temp.id(p_hub)))) as x loop
        if e ->> 'kind' = 'stock.set' then
            shelf := shelf || jsonb_build_object(e -> 'data' ->> 'sku', e -> 'data' -> 'on_hand');
        elsif e ->> 'kind' like 'stock.%' then
            for l in select y from jsonb_array_elements(e -> 'data' -> 'lines') as y loop
                shelf := shelf || jsonb_build_object(l ->> 'sku', coalesce((shelf ->> (l ->> 'sku'))::integer, 0)
                    + (l ->> 'by')::integer);
                if shelf -> (l ->> 'sku') <> l -> 'on_hand' then
                    return jsonb_build_object('differs', e);
                end if;
            end loop;
        end if;
    end loop;
    return nullif(shelf, '{}');
end $$;

-- ---- one shelf -------------------------------------------------------------------------------------------

select is(pg_temp.move('receive', 101, 'SKU-1', '{"quantity": 10, "reference": "D-7"}') -> 'body' -> 'on_hand', '10',
    'received on a shelf that was not there');
select is(pg_temp.move('receive', 101, 'SKU-1', '{"quantity": 5}', pg_temp.caller('partner')) -> 'body' -> 'on_hand', '15', 'and more, by the partner');
select is(pg_temp.move('receive', 102, 'SKU-1', '{"quantity": 5}', pg_temp.caller('partner')) -> 'status', '404', 'not on others'' shelves');
select is(pg_temp.move('receive', 101, 'NONE', '{"quantity": 5}') -> 'status', '404', 'a product that is none');
select is(pg_temp.move('adjust', 101, 'SKU-1', '{"by": -3, "reason": "damaged"}') -> 'body' -> 'on_hand', '12', 'damaged');
select is(pg_temp.move('adjust', 101, 'SKU-1', '{"by": 1, "reason": "found"}') -> 'body' -> 'on_hand', '13', 'found');
select is(pg_temp.move('adjust', 101, 'SKU-1', '{"by": 0, "reason": "found"}') ->> 'pointer', '/by', 'nothing is nothing');
select is(pg_temp.move('adjust', 101, 'SKU-1', '{"by": -14, "reason": "lost"}') ->> 'code', 'stock_reserved', 'no more than there is');
select is(pg_temp.move('adjust', 101, 'SKU-2', '{"by": -1, "reason": "lost"}') ->> 'code', 'stock_reserved', 'nor from no shelf');
update hub_stock set reserved = 13 where hub_id = pg_temp.id(101);
select is(pg_temp.move('adjust', 101, 'SKU-1', '{"by": -1, "reason": "lost"}') ->> 'pointer', '/by', 'what is promised stays');
update hub_stock set reserved = 0 where hub_id = pg_temp.id(101);
select is(pg_temp.move('receive', 101, 'SKU-1', '{"quantity": 1}', pg_temp.caller('creator', 'r1')) -> 'body' -> 'on_hand', '14', 'under a key');
select is(pg_temp.move('receive', 101, 'SKU-1', '{"quantity": 1}', pg_temp.caller('creator', 'r1')) -> 'body' -> 'on_hand', '14', 'once');
select is(pg_temp.move('set', 101, 'SKU-1', '{"on_hand": 12}') -> 'body' -> 'on_hand', '12', 'counted');

-- ---- between hubs -------------------------------------------------------------------------------------------

select is(pg_temp.send(301, 101, 102, '[{"sku": "SKU-1", "quantity": 5}]') -> 'body' ->> 'state', 'in_transit', 'sent');
select is(pg_temp.shelves(101), '{"SKU-1": 7}', 'gone from here');
select is(pg_temp.shelves(102), null, 'not there yet');
select is(pg_temp.on_its_way(), '{"SKU-1": 5}', 'on its way');
select is(pg_temp.send(302, 101, 101, '[{"sku": "SKU-1", "quantity": 5}]') ->> 'code', 'same_hub', 'to itself');
select is(pg_temp.send(302, 101, 999, '[{"sku": "SKU-1", "quantity": 5}]') ->> 'pointer', '/to_hub_id', 'to nowhere');
select is(pg_temp.send(302, 101, 102, '[{"sku": "SKU-1", "quantity": 8}]') ->> 'pointer', '/lines/0/quantity', 'more than there is');
select is(pg_temp.send(302, 101, 102, '[{"sku": "SKU-1", "quantity": 1}, {"sku": "SKU-1", "quantity": 1}]') ->> 'code', 'duplicate_sku', 'a SKU twice');
select is((select count(*) from transfers where id = pg_temp.id(302)), 0::bigint, 'what is refused leaves nothing');
select is(pg_temp.receive(301, 101) ->> 'code', 'not_found', 'not where it came from');
select is(pg_temp.receive(301, 102, null, pg_temp.caller('partner')) ->> 'code', 'not_found', 'not by the other end''s partner');
select is(pg_temp.receive(301, 102, '[{"sku": "SKU-1", "quantity": 6}]') ->> 'code', 'more_than_sent', 'no more than was sent');
select is(pg_temp.receive(301, 102, '[{"sku": "SKU-2", "quantity": 1}]') ->> 'code', 'more_than_sent', 'nothing else');
select is(pg_temp.receive(301, 102, '[{"sku": "SKU-1", "quantity": 4}]') -> 'body' -> 'lines',
    '[{"sku": "SKU-1", "quantity": 5, "received": 4}]', 'four came, one is lost');
select is(pg_temp.shelves(102), '{"SKU-1": 4}', 'they lie there');
select is(pg_temp.receive(301, 102) ->> 'code', 'wrong_state', 'once');
select is(pg_temp.call('transfer_cancel', jsonb_build_object('transfer', pg_temp.id(301))) ->> 'code', 'wrong_state', 'too late to turn round');
select pg_temp.send(303, 101, 103, '[{"sku": "SKU-1", "quantity": 7}]') \g /dev/null
select is(pg_temp.call('transfer_cancel', jsonb_build_object('transfer', pg_temp.id(303))) -> 'body' ->> 'state', 'cancelled', 'turned round');
select is(pg_temp.shelves(101), '{"SKU-1": 7}', 'back on the shelf');
select pg_temp.send(304, 101, 103, '[{"sku": "SKU-1", "quantity": 7}]') \g /dev/null
select is(pg_temp.receive(304, 103) -> 'body' ->> 'state', 'received', 'all of it, when nothing is said');
select is(pg_temp.shelves(103), '{"SKU-1": 7}', 'all of it');
select is(pg_temp.on_its_way(), null, 'nothing is on its way');
select is(pg_temp.call('transfer_read', jsonb_build_object('transfer', pg_temp.id(301))) -> 'body' ->> 'state', 'received', 'read');
select is(pg_temp.call('transfer_read', jsonb_build_object('transfer', pg_temp.id(999))) -> 'status', '404', 'none');
select is(jsonb_array_length(pg_temp.call('transfer_list', jsonb_build_object('hub', pg_temp.id(101), 'limit', 10),
    pg_temp.caller('partner')) -> 'body' -> 'transfers'), 3, 'a partner sees those of its hub');

-- ---- history ---------------------------------------------------------------------------------------------------

select is(pg_temp.retold(n), pg_temp.shelves(n), 'the history of hub ' || n || ' recomputes its shelves') from generate_series(101, 103) n;
select is(jsonb_path_query_array(pg_temp.call('hub_history', jsonb_build_object('hub', pg_temp.id(102), 'limit', 10,
    'sku', 'SKU-1')), '$.body.entries[*].kind'), '["stock.arrived"]', 'of one SKU');
select is(pg_temp.call('hub_history', jsonb_build_object('hub', pg_temp.id(102), 'limit', 10, 'sku', 'SKU-2'))
    -> 'body' -> 'entries', '[]', 'of another');
create temp table page as select pg_temp.call('hub_history', jsonb_build_object('hub', pg_temp.id(101), 'limit', 2)) -> 'body' as b;
select is(jsonb_path_query_array(b, '$.entries[*].kind'), '["stock.sent", "stock.returned"]', 'newest first') from page;
select is(pg_temp.call('hub_history', jsonb_build_object('hub', pg_temp.id(101), 'limit', 100, 'after', b ->> 'next'))
    -> 'body' -> 'entries' -> 0 ->> 'kind', 'stock.sent', 'and on') from page;
select is(pg_temp.call('hub_history', jsonb_build_object('hub', pg_temp.id(101), 'limit', 100)) -> 'body' -> 'next', 'null', 'to its end');
select is(pg_temp.call('hub_history', jsonb_build_object('hub', pg_temp.id(102), 'limit', 2, 'after', b ->> 'next'))
    -> 'body' -> 'entries', '[]', 'another hub''s entry is no place to go on from') from page;

-- ---- a picked list leaves the shelf in the history too -------------------------------------------------------------

select pg_temp.waves(103, 10, 60) \g /dev/null
select pg_temp.place(pg_temp.item(401, '[{"sku": "SKU-1", "quantity": 3}]', '[[103, 100]]')) \g /dev/null
create temp table list as select pg_temp.call('picklist_claim', jsonb_build_object('hub', pg_temp.id(103), 'body', '{}'::jsonb)) -> 'body' as l;
select is(pg_temp.call('picklist_pick', jsonb_build_object('picklist', l ->> 'id', 'body',
    '{"fencing": 1, "lines": [{"sku": "SKU-1", "picked": 2}]}'::jsonb)) -> 'body' ->> 'state', 'picked', 'one is short') from list;
select pg_temp.call('picklist_pack', jsonb_build_object('picklist', l ->> 'id', 'body', jsonb_build_object('fencing', 1,
    'parcels', jsonb_build_array(jsonb_build_object('order_id', pg_temp.id(401)))))) from list \g /dev/null
select is(pg_temp.call('picklist_hand_over', jsonb_build_object('picklist', l ->> 'id', 'body',
    '{"fencing": 1, "name": "C"}'::jsonb)) -> 'body' ->> 'state', 'handed_over', 'two leave') from list;
select is(pg_temp.retold(103), '{"SKU-1": 4}', 'told');
select is(pg_temp.shelves(103), '{"SKU-1": 4}', 'and true');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select * from finish();
rollback;
