-- SPDX-License-Identifier: Apache-2.0
--
-- Holds: whole or not at all, in no pick list, confirmed once by a payment, released or expired with
-- everything back once; and what becomes of the promise when the cut-off passes meanwhile.
begin;
\ir lib/fulfilment.psql
select plan(79);

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
create function pg_temp.place_as(p_role text, p jsonb) returns jsonb language sql as $$
    select jsonb_build_object('code', b.code, 'pointer', b.pointer, 'body', b.body::jsonb)
    from api.order_batch(pg_temp.id(1), array[(pg_temp.caller(p_role)).key_id], array[p_role], array[pg_temp.id(0)],
        array[gen_random_uuid()], array[p ->> 'new_id'], array[sha256('x')], array[p], array[null::text]) b $$;
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
select is(x ->> 'pointer', '/hold_ttl_s', 'a key that everybody has does not hold for longer than an hour')
from pg_temp.place_as('storefront', pg_temp.item(206, :one, :both, '{"hold_ttl_s": 3601}')) x;
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
select is(x -> 'body' ->> 'state', 'routed', 'the same payment again is the order') from pg_temp.confirm(201, 'pay-1') x;
select is((select count(*) from ledger where kind = 'order.confirmed'), 1::bigint, 'which is told once');
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
select is(pg_temp.cancel(211) ->> 'code', 'hold_expired', 'what is over is not released');
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

-- ---- the day ------------------------------------------------------------------------------------------

-- It is six in the morning at three hubs with waves today and tomorrow; the closest is first, whatever it keeps.
select pg_temp.hub(n, 'h' || n, 52.52, 13.40), pg_temp.stock(n, 'SKU-1', 9) from generate_series(111, 113) n \g /dev/null
select pg_temp.waves(111, 9, 60, 1500), pg_temp.waves(112, 9, 60, 1500), pg_temp.waves(113, 9, 1500) \g /dev/null
update hubs set time_zone = 'Etc/GMT' || to_char(case when h.off > 12 then h.off - 24 else h.off end, 'FMSG99')
from (select extract(hour from now() at time zone 'UTC')::integer - 6 as off) h where id between pg_temp.id(111) and pg_temp.id(113);
insert into route_policies (creator_id, version, policy, ledger_index)
values (pg_temp.id(1), 2, route_policy_default() || '{"rules": ["closest", "promise_met"]}', 0);
create function pg_temp.hold(n integer, p_hubs jsonb, p_service text default 'same_day') returns text language sql as $$
    select concat_ws(' ', x #>> '{body,state}', right(x #>> '{body,shipments,0,hub_id}', 3), x ->> 'code')
    from pg_temp.place(pg_temp.item(n, '[{"sku": "SKU-1", "quantity": 1}]', p_hubs,
        jsonb_build_object('hold_ttl_s', 600, 'service', p_service))) x $$;
create function pg_temp.paid(n integer) returns text language sql as $$
    select concat_ws(' ', right(x #>> '{body,shipments,0,hub_id}', 3), x #>> '{body,hold,promise_kept}', x ->> 'code')
    from pg_temp.confirm(n) x $$;
-- The wave of its order leaves; later ones stay.
create function pg_temp.leaves(n integer) returns void language sql as $$
    update waves set cut_off_at = now() - interval '1 minute' where hub_id = pg_temp.id(n) and cut_off_at < now() + interval '2 hours' $$;
select is(pg_temp.hold(231, '[[111, 800], [112, 900], [113, 950]]'), 'held 111', 'a hold for today');
select pg_temp.leaves(111) \g /dev/null
select is(pg_temp.paid(231), '112 true', 'goes to who keeps the day, not to the closest that does not');
select is(pg_temp.hold(232, '[[111, 800], [112, 900]]', 'next_day'), 'held 111', 'a hold for tomorrow');
update orders set created_at = created_at - interval '1 day', promised_at = now() + interval '5 minutes' where id = pg_temp.id(232);
select is(pg_temp.paid(232), '112 false', 'is one for today the day after, be it later than was told');

select is(pg_temp.hold(233, '[[112, 900], [113, 950]]'), 'held 112', 'a hold for today');
update hubs set outage_at = now(), outage_reason = 'x' where id = pg_temp.id(112);
select is(pg_temp.paid(233), 'promise_not_possible', 'whose hub failed, and nobody else keeps the day');
select pg_temp.call('hub_outage', jsonb_build_object('hub', pg_temp.id(112), 'body', '{"reason": "x"}'::jsonb)) \g /dev/null
select is((select array_agg(hub_id) from shipments where order_id = pg_temp.id(233) and state = 'held'), array[pg_temp.id(113)], 'is held for later');
select is(pg_temp.paid(233), 'promise_not_possible', 'which is not what is paid for');
select pg_temp.waves(113, 9, 60) \g /dev/null
select is(pg_temp.paid(233), '113 true', 'until somebody keeps it');
update hubs set outage_at = null, outage_reason = null where id = pg_temp.id(112);
select is(pg_temp.hold(234, '[[112, 900], [113, 950]]', 'standard'), 'held 112', 'a hold for some time');
update hubs set outage_at = now(), outage_reason = 'x' where id = pg_temp.id(112);
select is(pg_temp.paid(234), '113 true', 'does not stay at a hub that failed');
update hubs set outage_at = null, outage_reason = null where id = pg_temp.id(112);
select is(pg_temp.hold(235, '[[112, 900], [113, 950]]', 'standard'), 'held 112', 'another');
select pg_temp.leaves(112) \g /dev/null
select is(pg_temp.paid(235), '113 true', 'goes to who keeps what was told, not to the closest');

select * from finish();
rollback;
