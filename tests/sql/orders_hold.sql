-- SPDX-License-Identifier: Apache-2.0
--
-- Holds: whole or not at all, in no pick list, confirmed once by a payment, released or expired with
-- everything back once; and what becomes of the promise when the cut-off passes meanwhile.
begin;
\ir lib/fulfilment.psql
select plan(62);

select pg_temp.hub(101, 'near', 52.52, 13.40) \g /dev/null
select pg_temp.hub(102, 'far', 52.53, 13.45) \g /dev/null
select pg_temp.stock(101, 'SKU-1', 3), pg_temp.stock(102, 'SKU-1', 3) \g /dev/null
select pg_temp.waves(101, 9, 60, 1500), pg_temp.waves(102, 9, 60, 1500) \g /dev/null
\set both '\'[[101, 800], [102, 3000]]\''
\set one '\'[{"sku": "SKU-1", "quantity": 1}]\''
\set held '\'{"hold_ttl_s": 600}\''
create temp table got (n integer, a jsonb);

create function pg_temp.confirm(n integer, p_reference text default null, p_idem text default null)
returns jsonb language sql as $$
    select pg_temp.call('order_confirm', jsonb_build_object('order', pg_temp.id(n), 'body', jsonb_build_object(
        'payment', jsonb_build_object('reference', coalesce(p_reference, 'pay-' || n)))),
        pg_temp.caller('creator', p_idem, n::text))
$$;
create function pg_temp.cancel(n integer, p_body jsonb default '{}', c api.caller default pg_temp.caller())
returns jsonb language sql as $$
    select pg_temp.call('order_cancel', jsonb_build_object('order', pg_temp.id(n), 'body', p_body), c)
$$;
create function pg_temp.over(n integer) returns void language sql as $$
    update orders set held_until = now() - interval '1 second' where id = pg_temp.id(n) $$;
create function pg_temp.reserved() returns bigint language sql as $$ select sum(reserved) from hub_stock $$;
create function pg_temp.told(n integer) returns jsonb language sql as $$
    select entry::jsonb from ledger l join orders o on o.id = pg_temp.id(n) and l.creator_id = o.creator_id
        and l.index = o.ledger_index $$;

-- ---- a hold -----------------------------------------------------------------------------------------

insert into got select 1, x from pg_temp.place(pg_temp.item(201, :one, :both, :held)) x;
select is(a -> 'status', '201', 'held') from got where n = 1;
select is(a -> 'body' ->> 'state', 'held', 'by its state') from got where n = 1;
select is(pg_temp.hubs_of(a), array[101], 'the closest holds it') from got where n = 1;
select is(a -> 'body' #>> '{shipments,0,state}', 'held', 'and its shipment is held') from got where n = 1;
select is((a -> 'body' #>> '{hold,expires_at}')::timestamptz - (a -> 'body' ->> 'created_at')::timestamptz,
    interval '600 seconds', 'for as long as was asked') from got where n = 1;
select is(a -> 'body' #>> '{hold,promise_at}', a -> 'body' #>> '{shipments,0,promise_at}', 'with a promise')
from got where n = 1;
select is(a -> 'body' -> 'hold' -> 'confirmed_at', 'null', 'not confirmed') from got where n = 1;
select is(pg_temp.reserved(), 1::bigint, 'the unit is reserved');
select is((select sum(used) from waves), 1::bigint, 'and a slot');
select is(pg_temp.told(201) ->> 'kind', 'order.held', 'the ledger tells');
select is((pg_temp.call('picklist_claim', jsonb_build_object('hub', pg_temp.id(101), 'body', '{}'::jsonb))) -> 'status',
    '204', 'nobody picks a hold');
select order_settle(pg_temp.id(1), array[pg_temp.id(201)], now()) \g /dev/null
select is((select state from orders where id = pg_temp.id(201)), 'held', 'it stays one');
select is((select a from got where n = 1), x, 'a replay is the same answer, with the key')
from pg_temp.place(pg_temp.item(201, :one, :both, :held)) x;
select is(array(select pg_temp.broken()), '{}', 'everything agrees');
select is(x ->> 'code', 'hold_not_possible', 'more than there is, is not held in part')
from pg_temp.place(pg_temp.item(202, '[{"sku": "SKU-1", "quantity": 6}]', :both, :held)) x;
select is(pg_temp.reserved(), 1::bigint, 'nor reserved');
select is(pg_temp.hubs_of(x), array[101, 102], 'but over two hubs')
from pg_temp.place(pg_temp.item(203, '[{"sku": "SKU-1", "quantity": 5}]', :both, :held)) x;
select is(x ->> 'code', 'validation_failed', 'a token is not held')
from pg_temp.place(pg_temp.item(204, :one, :both, jsonb_build_object('hold_ttl_s', 60, 'token_id', pg_temp.id(1)))) x;
select is(x ->> 'code', 'hold_not_possible', 'another hold finds nothing of it')
from pg_temp.place(pg_temp.item(205, :one, :both, :held)) x;

-- ---- confirmed --------------------------------------------------------------------------------------

insert into got select 2, pg_temp.confirm(201, 'pay-1', 'idem');
select is(a -> 'body' ->> 'state', 'routed', 'confirmed') from got where n = 2;
select is(a -> 'body' #> '{hold,promise_kept}', 'true', 'the promise stands') from got where n = 2;
select is(a -> 'body' -> 'shipments' -> 0 ->> 'promise_at', (select a -> 'body' #>> '{hold,promise_at}' from got where n = 1),
    'as it was told') from got where n = 2;
select is(pg_temp.reserved(), 6::bigint, 'nothing is reserved twice');
select is(pg_temp.told(201) ->> 'kind', 'order.confirmed', 'the ledger tells');
select is(pg_temp.told(201) -> 'data', '{"promise_kept": true}', 'and no payment');
select is(pg_temp.confirm(201, 'pay-1', 'idem') -> 'body', (select a -> 'body' from got where n = 2), 'a replay');
select is(pg_temp.confirm(201) ->> 'code', 'order_state', 'once');
select is(pg_temp.confirm(203, 'pay-1') ->> 'code', 'payment_used', 'a payment is for one order');
select is((select state from orders where id = pg_temp.id(203)), 'held', 'which changes nothing');
select is(pg_temp.confirm(999) -> 'status', '404', 'none');
select is((select a #>> '{body,payment_reference}' from pg_temp.call('order_read',
    jsonb_build_object('order', pg_temp.id(201))) a), 'pay-1', 'the creator sees what paid');
select is((select a -> 'body' ? 'payment_reference' from pg_temp.call('order_read',
    jsonb_build_object('order', pg_temp.id(201)), pg_temp.caller('storefront')) a), false, 'a storefront does not');
select is((select jsonb_array_length(a -> 'body' -> 'orders') from pg_temp.call('picklist_claim',
    jsonb_build_object('hub', pg_temp.id(101), 'body', '{}'::jsonb)) a), 1, 'now it is picked, the hold beside it not');

-- ---- released ---------------------------------------------------------------------------------------

insert into got select 3, pg_temp.cancel(203, '{"hold_key": "guessed"}', pg_temp.caller('storefront'));
select is(a ->> 'code', 'hold_key_invalid', 'a storefront releases by the key') from got where n = 3;
update orders set hold_key_sha256 = sha256('secret') where id = pg_temp.id(203);
select is(pg_temp.cancel(203, '{}', pg_temp.caller('storefront')) ->> 'code', 'hold_key_invalid', 'and not without');
select is(pg_temp.cancel(203, '{"hold_key": "secret"}', pg_temp.caller('storefront')) -> 'body' ->> 'state', 'cancelled',
    'released');
select is(pg_temp.reserved(), 1::bigint, 'its units are free');
select is(pg_temp.cancel(203) -> 'body' ->> 'state', 'cancelled', 'again is the same');
select is(pg_temp.reserved(), 1::bigint, 'and frees nothing again');
select is(pg_temp.confirm(203) ->> 'code', 'order_state', 'what is released is not confirmed');
select ok((select lat is null from orders where id = pg_temp.id(203)), 'where it would have gone is forgotten');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- ---- expired ----------------------------------------------------------------------------------------

select is(x -> 'body' ->> 'state', 'held', 'a hold') from pg_temp.place(pg_temp.item(211, :one, :both, :held)) x;
select is(api.janitor_order_holds(pg_temp.id(1), 10), 0, 'the janitor leaves what lasts');
select pg_temp.over(211) \g /dev/null
select is(pg_temp.confirm(211) ->> 'code', 'hold_expired', 'too late, though the janitor did not come yet');
select is(api.janitor_order_holds(pg_temp.id(1), 10), 1, 'the janitor ends it');
select is(api.janitor_order_holds(pg_temp.id(1), 10), 0, 'once');
select is((select state from orders where id = pg_temp.id(211)), 'expired', 'expired');
select is(pg_temp.reserved(), 1::bigint, 'its unit is free');
select is(pg_temp.told(211) -> 'data', '{"released": [{"sku": "SKU-1", "quantity": 1}]}', 'the ledger tells');
select is(pg_temp.cancel(211) ->> 'code', 'hold_expired', 'it is not released again');
select is(pg_temp.confirm(211) ->> 'code', 'hold_expired', 'nor confirmed');

-- ---- the promise ------------------------------------------------------------------------------------

select is(x -> 'body' ->> 'state', 'held', 'a hold in the next wave') from pg_temp.place(pg_temp.item(221, :one, :both, :held)) x;
update waves set cut_off_at = now() - interval '1 minute' where hub_id = pg_temp.id(101) and used > 0;
insert into got select 4, pg_temp.confirm(221);
select is(pg_temp.hubs_of(a), array[102], 'whose cut-off passes is decided again') from got where n = 4;
select is(a -> 'body' #> '{hold,promise_kept}', 'true', 'a hub that keeps the promise') from got where n = 4;
select is(x -> 'body' ->> 'state', 'held', 'a hold there') from pg_temp.place(pg_temp.item(222, :one, '[[102, 3000]]', :held)) x;
update waves set cut_off_at = now() - interval '1 minute' where hub_id = pg_temp.id(102) and used > 0;
select is(pg_temp.confirm(222) -> 'body' #> '{hold,promise_kept}', 'false', 'or says that it is later');
select is(pg_temp.told(222) #> '{data,cause}', '"confirmed_late"', 'and why');
select is(x -> 'body' ->> 'state', 'held', 'a hold at a hub') from pg_temp.place(pg_temp.item(223, :one, '[[102, 3000]]', :held)) x;
select pg_temp.call('hub_outage', jsonb_build_object('hub', pg_temp.id(102), 'body', '{"reason": "x"}'::jsonb)) \g /dev/null
select is(pg_temp.confirm(223) ->> 'code', 'promise_not_possible', 'that fails is not confirmed when nobody else can');
select is((select state from orders where id = pg_temp.id(223)), 'held', 'and stays a hold');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select * from finish();
rollback;
