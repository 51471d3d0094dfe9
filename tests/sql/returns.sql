-- SPDX-License-Identifier: Apache-2.0
--
-- Returns and repairs: no more comes back than was handed over, what is received lies on no shelf until it
-- is settled, and only what is restocked can be promised again.
begin;
\ir lib/fulfilment.psql
select plan(35);

select pg_temp.hub(101, 'near', 52.52, 13.40, jsonb_build_object('partner_id', pg_temp.id(21))) \g /dev/null
select pg_temp.hub(102, 'far', 52.53, 13.45) \g /dev/null
select pg_temp.stock(101, 'SKU-1', 5) \g /dev/null
select pg_temp.waves(101, 9, 60) \g /dev/null
create function pg_temp.ask(n integer, p_body jsonb, c api.caller default pg_temp.caller()) returns jsonb language sql as $$
    select pg_temp.call('return_create', jsonb_build_object('new_id', pg_temp.id(n), 'body',
        '{"sku": "SKU-1", "quantity": 1, "kind": "return", "reason": "damaged"}'::jsonb || p_body), c)
$$;
create function pg_temp.at_hub(p_step text, p_hub integer, n integer, p_body jsonb default '{}',
    c api.caller default pg_temp.caller('partner')) returns jsonb language sql as $$
    select pg_temp.call('return_' || p_step, jsonb_build_object('hub', pg_temp.id(p_hub), 'return', pg_temp.id(n),
        'body', p_body), c)
$$;
\set ordered 'jsonb_build_object(\'order_id\', pg_temp.id(201))'

select pg_temp.place(pg_temp.item(201, '[{"sku": "SKU-1", "quantity": 3}]', '[[101, 800]]')) \g /dev/null
select is(pg_temp.ask(301, :ordered) ->> 'code', 'not_returnable', 'it has not left yet');
create temp table list as select pg_temp.call('picklist_claim', jsonb_build_object('hub', pg_temp.id(101), 'body', '{}'::jsonb)) -> 'body' as l;
select pg_temp.call('picklist_' || s, jsonb_build_object('picklist', l ->> 'id', 'body', jsonb_build_object('fencing', 1) || b))
from list, (values (1, 'pick', '{"lines": [{"sku": "SKU-1", "picked": 3}]}'::jsonb),
    (2, 'pack', jsonb_build_object('parcels', jsonb_build_array(jsonb_build_object('order_id', pg_temp.id(201))))),
    (3, 'hand_over', '{"name": "C"}')) x(n, s, b) order by n \g /dev/null

select is(pg_temp.ask(301, :ordered || '{"quantity": 2}') -> 'body' ->> 'state', 'requested', 'two of three');
select is(pg_temp.ask(302, :ordered || '{"quantity": 2}') ->> 'pointer', '/quantity', 'not four of three');
select is(pg_temp.ask(302, :ordered || '{"sku": "SKU-2"}') ->> 'code', 'not_returnable', 'nothing else');
select is(pg_temp.ask(302, jsonb_build_object('order_id', pg_temp.id(999))) ->> 'code', 'unknown_order', 'of no order');
select is(pg_temp.ask(302, jsonb_build_object('token_id', pg_temp.id(999))) ->> 'code', 'unknown_token', 'of no token');
select is(pg_temp.ask(302, '{}') ->> 'code', 'validation_failed', 'of nothing');
select is(pg_temp.ask(302, :ordered || '{"kind": "repair"}') -> 'body' ->> 'kind', 'repair', 'the third for repair');
select is(pg_temp.call('return_decline', jsonb_build_object('return', pg_temp.id(302))) -> 'body' ->> 'state', 'declined', 'declined');
select is(pg_temp.call('return_decline', jsonb_build_object('return', pg_temp.id(302))) ->> 'code', 'wrong_state', 'once');
select is(pg_temp.ask(303, :ordered || '{"kind": "repair"}') -> 'body' ->> 'state', 'requested', 'and asked for anew');

select is(pg_temp.at_hub('receive', 102, 301) -> 'status', '404', 'not at a hub that is not the partner''s');
select is(pg_temp.at_hub('settle', 101, 301, '{"outcome": "restocked"}') -> 'status', '404', 'not before it is there');
select is(pg_temp.at_hub('receive', 101, 301) -> 'body' ->> 'hub_id', pg_temp.id(101)::text, 'received');
select is(pg_temp.at_hub('receive', 101, 301) ->> 'code', 'wrong_state', 'once');
select is((select on_hand from hub_stock where hub_id = pg_temp.id(101)), 2, 'on no shelf yet');
select is(pg_temp.at_hub('settle', 102, 301, '{"outcome": "restocked"}', pg_temp.caller()) -> 'status', '404', 'it lies elsewhere');
select is(pg_temp.at_hub('settle', 101, 301, '{"outcome": "restocked"}') -> 'body' ->> 'state', 'restocked', 'restocked');
select is((select on_hand from hub_stock where hub_id = pg_temp.id(101)), 4, 'on the shelf');
select is(pg_temp.at_hub('settle', 101, 301, '{"outcome": "restocked"}') ->> 'code', 'wrong_state', 'once');
select pg_temp.at_hub('receive', 101, 303) \g /dev/null
select is(pg_temp.at_hub('settle', 101, 303, '{"outcome": "repaired"}') -> 'body' ->> 'state', 'repaired', 'repaired');
select is((select on_hand from hub_stock where hub_id = pg_temp.id(101)), 4, 'and sent back: no shelf');
select is((select array_agg(e ->> 'kind') from jsonb_array_elements(ledger_history(pg_temp.id(1),
    (select ledger_index from returns where id = pg_temp.id(301)))) e),
    '{return.requested,return.received,return.settled}', 'its history');
select is((select e -> 'data' -> 'lines' from jsonb_array_elements(ledger_history(pg_temp.id(1),
    (select ledger_index from hubs where id = pg_temp.id(101)))) e where e ->> 'kind' = 'stock.restocked'),
    '[{"by": 2, "sku": "SKU-1", "on_hand": 4}]', 'and the hub''s');
select is(pg_temp.ask(304, :ordered || '{"kind": "repair"}') -> 'body' ->> 'state', 'requested', 'and breaks again');
select is(pg_temp.ask(305, :ordered) ->> 'code', 'not_returnable', 'no more than the one');
select pg_temp.at_hub('receive', 101, 304) \g /dev/null
select is(pg_temp.at_hub('settle', 101, 304, '{"outcome": "written_off"}') -> 'body' ->> 'state', 'written_off', 'beyond repair');
select is(pg_temp.ask(305, :ordered) ->> 'code', 'not_returnable', 'then it comes back no more');
select is((select on_hand from hub_stock where hub_id = pg_temp.id(101)), 4, 'nor is it on a shelf');
select is(jsonb_array_length(pg_temp.call('return_list', '{"limit": 10}') -> 'body' -> 'returns'), 4, 'listed');
select is(jsonb_array_length(pg_temp.call('return_list', '{"limit": 10, "state": "declined"}') -> 'body' -> 'returns'), 1, 'by state');
select is(jsonb_array_length(pg_temp.call('return_list_hub', jsonb_build_object('limit', 10, 'hub', pg_temp.id(101)),
    pg_temp.caller('partner')) -> 'body' -> 'returns'), 3, 'the hub''s');
select is(pg_temp.call('return_read', jsonb_build_object('return', pg_temp.id(301))) -> 'body' ->> 'reason', 'damaged', 'read');
select is(pg_temp.call('return_read', jsonb_build_object('return', pg_temp.id(999))) -> 'status', '404', 'none');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select * from finish();
rollback;
