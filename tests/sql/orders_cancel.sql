-- SPDX-License-Identifier: Apache-2.0
--
-- Orders that are taken back: everything adds up afterwards, the ledger tells, and a cut-off that has
-- passed binds who only holds the token.
begin;
\ir lib/fulfilment.psql
select plan(20);

select pg_temp.hub(101, 'near', 52.52, 13.40) \g /dev/null
select pg_temp.hub(102, 'far', 52.53, 13.45) \g /dev/null
select pg_temp.stock(101, 'SKU-1', 3), pg_temp.stock(102, 'SKU-1', 3) \g /dev/null
select pg_temp.waves(101, 9, 60, 1500), pg_temp.waves(102, 9, 60, 1500) \g /dev/null
insert into events (creator_id, id, name, starts_at, ends_at, time_zone, venue_name, lat, lon, ledger_index)
values (pg_temp.id(1), pg_temp.id(300), 'E', now(), now() + interval '1 day', 'UTC', 'V', 1, 1, 0);
insert into drops (creator_id, id, event_id, sku, mode, quantity, tokenized, opens_at, closes_at,
    per_person, pickup_from, pickup_until, ledger_index)
values (pg_temp.id(1), pg_temp.id(301), pg_temp.id(300), 'SKU-1', 'fcfs', 9, 9, now(),
    now() + interval '1 day', 9, now(), now() + interval '1 day', 0);
insert into claims (creator_id, id, drop_id, key_id, idem_key, body_sha256, buyer_key, quantity,
    first_serial, kid, state, first_index)
values (pg_temp.id(1), pg_temp.id(302), pg_temp.id(301), pg_temp.id(11), 'k', sha256('x'), sha256('y'), 1,
    1, 'k', 'issued', 0);
insert into tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid, ended_at, ledger_index, status_index)
values (pg_temp.id(1), pg_temp.id(303), pg_temp.id(301), pg_temp.id(302), 1, 'issued', sha256('y'), 'k', null, 0, 1);

create function pg_temp.cancel(n integer, p_more jsonb default '{}', c api.caller default pg_temp.caller())
returns jsonb language sql as $$
    select pg_temp.call('order_cancel', jsonb_build_object('order', pg_temp.id(n), 'body', '{}'::jsonb) || p_more, c)
$$;
\set both '\'[[101, 800], [102, 3000]]\''

select is(pg_temp.hubs_of(x), '{101,102}', 'an order over two hubs')
from pg_temp.place(pg_temp.item(201, '[{"sku": "SKU-1", "quantity": 5}]', :both)) x;
select is(pg_temp.cancel(201) -> 'body' ->> 'state', 'cancelled', 'is taken back whole');
select is((select sum(reserved) from hub_stock), 0::bigint, 'its units are free');
select is((select sum(used) from waves), 0::bigint, 'and its slots');
select is(pg_temp.cancel(201) -> 'body' ->> 'state', 'cancelled', 'again');
select is((select count(*) from ledger where kind = 'order.cancelled'), 1::bigint, 'and is told once');
select is((select entry::jsonb -> 'data' from ledger where kind = 'order.cancelled'),
    '{"released": [{"sku": "SKU-1", "quantity": 3}, {"sku": "SKU-1", "quantity": 2}]}', 'with what is free')
    where (select entry from ledger where kind = 'order.cancelled') like '%3}, {"sku"%';
select is((select entry::jsonb -> 'data' from ledger where kind = 'order.cancelled'),
    '{"released": [{"sku": "SKU-1", "quantity": 2}, {"sku": "SKU-1", "quantity": 3}]}', 'with what is free')
    where (select entry from ledger where kind = 'order.cancelled') like '%2}, {"sku"%';
select is(array(select pg_temp.broken()), '{}', 'everything agrees');
select order_settle(pg_temp.id(1), array[pg_temp.id(201)], now()) \g /dev/null
select is((select state from orders where id = pg_temp.id(201)), 'cancelled', 'it stays so');
select is(pg_temp.cancel(999) -> 'status', '404', 'none');

select is(x -> 'body' ->> 'state', 'routed', 'a token is delivered') from pg_temp.place(pg_temp.item(211,
    '[{"sku": "SKU-1", "quantity": 1}]', :both, jsonb_build_object('token_id', pg_temp.id(303)))) x;
select is(pg_temp.cancel(211, '{}', pg_temp.caller('storefront')) ->> 'code', 'token_required', 'not by who knows the order only');
\set shown 'jsonb_build_object(\'token_id\', pg_temp.id(303), \'token_version\', 1)'
update tokens set version = 2, passed_at = now() where id = pg_temp.id(303);
select is(pg_temp.cancel(211, :shown, pg_temp.caller('storefront')) ->> 'code', 'token_not_live', 'nor by who held it before');
update tokens set version = 1, passed_at = null where id = pg_temp.id(303);
update waves set cut_off_at = now() - interval '1 minute' where used > 0;
select is(pg_temp.cancel(211, :shown, pg_temp.caller('storefront')) ->> 'code', 'past_cut_off', 'nor after the cut-off');
update waves set cut_off_at = now() + interval '59 minutes' where used > 0;
select is(pg_temp.cancel(211, :shown, pg_temp.caller('storefront')) -> 'body' -> 'token_id', 'null', 'but before it');
select is((select entry::jsonb -> 'data' ->> 'token_id' from ledger where kind = 'order.cancelled' and subject = pg_temp.id(211)),
    pg_temp.id(303)::text, 'devices are told of the token');
select ok((select lat is null and erased_at is not null from orders where id = pg_temp.id(211))
    and not exists (select from order_routings where order_id = pg_temp.id(211)), 'and where it went is forgotten');
select is(x -> 'body' ->> 'state', 'routed', 'it can be delivered again') from pg_temp.place(pg_temp.item(212,
    '[{"sku": "SKU-1", "quantity": 1}]', :both, jsonb_build_object('token_id', pg_temp.id(303)))) x;
select is((select sum(reserved) from hub_stock), 1::bigint, 'and takes one unit');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select * from finish();
rollback;
