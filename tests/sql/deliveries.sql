-- SPDX-License-Identifier: Apache-2.0
--
-- A token's unit moves between venue and hub once: however often its holder turns pick-up into delivery and
-- back, one unit leaves, and the other is nobody's.
begin;
\ir lib/fulfilment.psql
select plan(18);

select pg_temp.hub(101, 'near', 52.52, 13.40), pg_temp.hub(102, 'far', 52.53, 13.45) \g /dev/null
select pg_temp.stock(101, 'SKU-1', 3), pg_temp.stock(102, 'SKU-1', 3) \g /dev/null
select pg_temp.waves(101, 9, 60, 1500), pg_temp.waves(102, 9, 60, 1500) \g /dev/null
insert into events (creator_id, id, name, starts_at, ends_at, time_zone, venue_name, lat, lon, ledger_index)
values (pg_temp.id(1), pg_temp.id(300), 'E', now() - interval '1 day', now() - interval '1 hour', 'UTC', 'V', 1, 1, 0);
insert into drops (creator_id, id, event_id, sku, mode, quantity, tokenized, issued, opens_at, closes_at,
    per_person, pickup_from, pickup_until, ledger_index)
values (pg_temp.id(1), pg_temp.id(301), pg_temp.id(300), 'SKU-1', 'fcfs', 5, 4, 3, now() - interval '1 day',
    now() + interval '1 day', 9, now(), now() + interval '1 day', 0);
insert into claims (creator_id, id, drop_id, key_id, idem_key, body_sha256, buyer_key, quantity,
    first_serial, kid, state, first_index)
values (pg_temp.id(1), pg_temp.id(302), pg_temp.id(301), pg_temp.id(11), 'k', sha256('x'), sha256('y'), 3,
    1, 'k', 'issued', 0);
insert into tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid, ended_at, ledger_index, status_index)
select pg_temp.id(1), pg_temp.id(302 + n), pg_temp.id(301), pg_temp.id(302), n, 'issued', sha256('y'), 'k', null, 0, n
from generate_series(1, 3) n;

create function pg_temp.deliver(n integer, p_token integer, p_hubs jsonb default '[[101, 800], [102, 3000]]') returns text
language sql as $$
    select x -> 'body' ->> 'state' from pg_temp.place(pg_temp.item(n, '[{"sku": "SKU-1", "quantity": 1}]', p_hubs,
        jsonb_build_object('token_id', pg_temp.id(p_token)))) x
$$;
create function pg_temp.books() returns text language sql as $$
    select format('quantity %s, issued %s, on hand %s, reserved %s', d.quantity, d.issued, (select sum(on_hand) from hub_stock),
        (select sum(reserved) from hub_stock)) from drops d where d.id = pg_temp.id(301)
$$;
create function pg_temp.step(p_what text, p_body jsonb default '{}') returns jsonb language sql as $$
    select pg_temp.call('picklist_' || p_what, jsonb_build_object('picklist', l.id, 'body', jsonb_build_object('fencing', l.fencing)
        || p_body), pg_temp.caller('creator', 'key ' || p_what || l.id))
    from picklists l where state not in ('handed_over', 'cancelled')
        or p_what = 'hand_over' and l.id = (select max(id::text)::uuid from picklists)
$$;
create function pg_temp.ship(variadic p_orders integer[]) returns text language plpgsql as $$
begin
    perform pg_temp.call('picklist_claim', jsonb_build_object('hub', pg_temp.id(101), 'body', '{}'::jsonb));
    perform pg_temp.step('pick', jsonb_build_object('lines', jsonb_build_array(jsonb_build_object('sku', 'SKU-1', 'picked', cardinality(p_orders)))));
    perform pg_temp.step('pack', jsonb_build_object('parcels', (select jsonb_agg(jsonb_build_object('order_id', pg_temp.id(o)))
        from unnest(p_orders) o)));
    return pg_temp.step('hand_over', '{"name": "C"}') -> 'body' ->> 'state';
end $$;

select is(pg_temp.deliver(201, 303), 'routed', 'a token is to be delivered');
select is(pg_temp.books(), 'quantity 5, issued 3, on hand 6, reserved 1', 'a unit is reserved at the hub, another kept at the venue');
select is(pg_temp.call('order_cancel', jsonb_build_object('order', pg_temp.id(201), 'body', '{}'::jsonb)) -> 'status', '200', 'and is not');
select is(pg_temp.books(), 'quantity 5, issued 3, on hand 6, reserved 0', 'all is as it was');
select is(pg_temp.deliver(202, 303), 'routed', 'and is again');
select is((select units from residual_sources(pg_temp.id(1), pg_temp.id(300), now())), 1, 'one unit is left over at the venue');
select pg_temp.place(pg_temp.item(203, '[{"sku": "SKU-1", "quantity": 1}]', '[[101, 800]]')) \g /dev/null
select is(pg_temp.ship(202, 203), 'handed_over', 'it leaves the hub, with an order of no token');
select is(pg_temp.books(), 'quantity 6, issued 3, on hand 4, reserved 0', 'two are gone there, and one is free at the venue');
select is((select entry::jsonb -> 'data' from ledger where kind = 'drop.walk_in_changed'),
    '{"was": 5, "quantity": 6, "reason": "delivered"}', 'the ledger says why');
select is((select units from residual_sources(pg_temp.id(1), pg_temp.id(300), now())), 2, 'it is left over, too');
select is(pg_temp.step('hand_over', '{"name": "C"}') -> 'replayed', 'true', 'told again');
select is(pg_temp.books(), 'quantity 6, issued 3, on hand 4, reserved 0', 'it is free once');
select is(pg_temp.call('order_cancel', jsonb_build_object('order', pg_temp.id(202), 'body', '{}'::jsonb)) ->> 'code', 'order_in_work', 'there is no way back');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select is(array[pg_temp.deliver(204, 304), pg_temp.deliver(205, 305, '[[102, 3000]]')], '{routed,routed}', 'two more, at two hubs');
update drops set quantity = 1000000 where id = pg_temp.id(301);
select is(pg_temp.ship(204), 'handed_over', 'a drop that is as large as one may be');
select is((select quantity::integer from drops where id = pg_temp.id(301)), 1000000, 'stays so, and holds up no courier');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select * from finish();
rollback;
