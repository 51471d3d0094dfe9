-- SPDX-License-Identifier: Apache-2.0
--
-- Decisions of the service: taken as they are while what they rest on stands, decided anew when it does
-- not; never one unit, slot or day more than there is, whatever a worker believes.
begin;
\ir lib/fulfilment.psql
select plan(28);

select pg_temp.hub(101, 'near', 52.52, 13.40) \g /dev/null
select pg_temp.hub(102, 'far', 52.53, 13.45) \g /dev/null
select pg_temp.stock(h, s, 100) from unnest('{101,102}'::integer[]) h, unnest('{SKU-1,SKU-2}'::text[]) s \g /dev/null
select pg_temp.waves(101, 50, 60, 1500), pg_temp.waves(102, 50, 60, 1500) \g /dev/null

-- An item that the service decided for the near hub's first wave. p_over goes into the decision.
create function pg_temp.decided(n integer, p_lines jsonb, p_over jsonb default '{}') returns jsonb language sql as $$
    select jsonb_build_object('new_id', pg_temp.id(n), 'lat', 52.5, 'lon', 13.4,
        'hubs', pg_temp.id(101) || ',' || pg_temp.id(102),
        'decision', jsonb_build_object('version', (select version from hub_heads where creator_id = pg_temp.id(1)),
            'policy', 1, 'hub_id', pg_temp.id(101), 'shipment_id', gen_random_uuid(), 'distance_m', 812.25,
            'cut_off_at', rfc3339(w.cut_off_at), 'promise_at', rfc3339(w.ready_at + interval '20 minutes')) || p_over,
        'body', jsonb_build_object('lines', p_lines, 'service', 'standard',
            'ship_to', '{"country": "de", "postal_code": "10-997"}'::jsonb))
    from (select * from waves where hub_id = pg_temp.id(101) and cut_off_at > now() order by cut_off_at limit 1) w
$$;
create function pg_temp.why(p_item jsonb) returns text language sql as $$
    select '{"policy":1,"omitted":{},"skus":' || (select jsonb_agg(l -> 'sku' order by l ->> 'sku')::text
            from jsonb_array_elements(p_item #> '{body,lines}') l) || ',"hubs":[["' || pg_temp.id(101)
        || '",812.25,1200,[100,100],0,50,' || epoch_us((p_item #>> '{decision,cut_off_at}')::timestamptz) || ','
        || epoch_us((p_item #>> '{decision,promise_at}')::timestamptz) || ',[null,0,0,812.25],"chosen"],["'
        || pg_temp.id(102) || '",3000,1200,[100,100],0,0,0,0,[null,0,0,3000],"no_capacity"]],"hash":"'
        || repeat('ab', 32) || '","at":' || epoch_us(now()) || '}'
$$;
create function pg_temp.batch(p_items jsonb[], p_keys text[] default null) returns setof jsonb language sql as $$
    select jsonb_build_object('item', b.item, 'status', b.status, 'code', b.code, 'accepted', b.accepted,
        'replayed', b.replayed, 'etag', b.etag, 'body', b.body::jsonb)
    from api.order_batch(pg_temp.id(1), array(select pg_temp.id(11) from unnest(p_items)),
        array(select 'creator' from unnest(p_items)), array(select pg_temp.id(0) from unnest(p_items)),
        array(select gen_random_uuid() from unnest(p_items)),
        coalesce(p_keys, array(select i ->> 'new_id' from unnest(p_items) as i)),
        array(select sha256('b') from unnest(p_items)), p_items,
        array(select pg_temp.why(i) from unnest(p_items) as i)) b order by b.item
$$;
create function pg_temp.accepted(variadic p_items jsonb[]) returns text language sql as $$
    select string_agg(case when x -> 'accepted' = 'true' then 'a' when x -> 'status' = '201' then 's' else '-' end, '')
    from pg_temp.batch(p_items) x
$$;
\set one '\'[{"sku": "SKU-1", "quantity": 1}]\''
\set two '\'[{"sku": "SKU-2", "quantity": 2}, {"sku": "SKU-1", "quantity": 1}]\''

-- ---- taken ----------------------------------------------------------------------------------------------

create temp table got as select x from pg_temp.batch(array[pg_temp.decided(201, :two)]) x;
select is(x -> 'accepted', 'true', 'taken as it is') from got;
select is(x -> 'body', pg_temp.call('order_read', jsonb_build_object('order', pg_temp.id(201)),
    pg_temp.caller('storefront')) -> 'body', 'the answer is the order') from got;
select is(x ->> 'etag', pg_temp.call('order_read', jsonb_build_object('order', pg_temp.id(201)),
    pg_temp.caller('storefront')) ->> 'etag', 'and so is its ETag') from got;
select is((select postal_code || country from orders where id = pg_temp.id(201)), '10997de', 'where it goes is kept');
select is(l.entry, '{"index":' || l.index || ',"at":"' || rfc3339(l.at) || '","kind":"order.routed","subject":"'
    || pg_temp.id(201) || '","prev":null,"data":' || order_entry(pg_temp.id(1), pg_temp.id(201),
        '{"attempt": 1, "cause": "ordered", "policy": {"version": 1}}') || '}', 'the ledger tells the same as otherwise')
from ledger l where subject = pg_temp.id(201);
select is(o.ledger_index, l.index, 'and the order knows where') from orders o join ledger l on l.subject = o.id
where o.id = pg_temp.id(201);
create temp table told as select explanation_of(r) as d from order_routings r where order_id = pg_temp.id(201);
select is(jsonb_path_query_array(d, '$.candidates[*].name'), '["near", "far"]', 'the explanation is told in full') from told;
select is(d -> 'candidates' -> 0 ->> 'wave_id', (select wave_id from shipments where order_id = pg_temp.id(201))::text, 'with its wave') from told;
select is(d -> 'candidates' -> 0 -> 'stock', '[{"sku": "SKU-1", "available": 100}, {"sku": "SKU-2", "available": 100}]', 'its stock') from told;
select is(d -> 'policy', route_policy_default(), 'its policy') from told;
select is(d ->> 'at', rfc3339(now()), 'and its time') from told;
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- ---- the same key -----------------------------------------------------------------------------------------

select is((select jsonb_agg(x -> 'replayed') from pg_temp.batch(array[pg_temp.decided(201, :two)]) x), '[true]', 'again: replayed');
select is((select jsonb_agg(x -> 'accepted') from pg_temp.batch(array[pg_temp.decided(202, :one), pg_temp.decided(203, :one)],
    '{same,same}') x), '[true, false]', 'twice in a batch: one is taken');
select ok(not exists (select from orders where id = pg_temp.id(203)), 'and the other is the answer of the first');

-- ---- what does not stand any more ----------------------------------------------------------------------------

select is(pg_temp.accepted(pg_temp.decided(211, :one, '{"version": 0}')), 's', 'something changed since');
select is(pg_temp.accepted(pg_temp.decided(212, :one, jsonb_build_object('cut_off_at', rfc3339(now() + interval '61 minutes')))),
    's', 'there is no such wave');
select is(pg_temp.accepted(pg_temp.decided(213, '[{"sku": "SKU-3", "quantity": 1}]')), 's', 'nothing of it lies there');
update hub_stock set safety = on_hand - reserved - 2 where hub_id = pg_temp.id(101) and sku = 'SKU-1';
select is(pg_temp.accepted(pg_temp.decided(221, :one), pg_temp.decided(222, :one), pg_temp.decided(223, :one),
    pg_temp.decided(224, '[{"sku": "SKU-2", "quantity": 1}]')), 'aasa', 'two units for three');
select is((select hub_id from shipments where order_id = pg_temp.id(223)), pg_temp.id(102), 'the third comes from another hub');
update hub_stock set safety = 0 where hub_id = pg_temp.id(101);
update waves set used = capacity - 2 where hub_id = pg_temp.id(101) and cut_off_at < now() + interval '2 hours';
select is(pg_temp.accepted(pg_temp.decided(231, :one), pg_temp.decided(232, :one), pg_temp.decided(233, :one)), 'aas', 'two slots for three');
update hub_days set capacity = used + 1 where hub_id = pg_temp.id(101);
update waves set used = capacity - 3 where hub_id = pg_temp.id(101) and cut_off_at < now() + interval '2 hours';
update hub_days set capacity = used + 1 where hub_id = pg_temp.id(101);
select is(pg_temp.accepted(pg_temp.decided(241, :one), pg_temp.decided(242, :one)), 'as', 'a day with one left');
update waves set cancelled_at = now() where hub_id = pg_temp.id(101);
select is(pg_temp.accepted(pg_temp.decided(251, :one)), 's', 'a wave that was called off');
update waves set cancelled_at = null where hub_id = pg_temp.id(101);
update api_keys set revoked_at = now() where id = pg_temp.id(11);
select is(pg_temp.accepted(pg_temp.decided(261, :one)), '-', 'a key that was revoked');
update api_keys set revoked_at = null where id = pg_temp.id(11);

-- ---- rerouting what the service decided ----------------------------------------------------------------------

select is(array(select h from unnest(order_hubs(pg_temp.id(1), array[pg_temp.id(201)])) h order by h), array[pg_temp.id(101), pg_temp.id(102)], 'who may take over');
select ok(order_reroute(pg_temp.id(1), pg_temp.id(202), '[]', pg_temp.id(101), 'hub_outage') ->> 'attempt' = '2', 'routed again');
select is((select count(*) from order_routings where explanation is not null and compact is not null), 0::bigint, 'one form each');
select throws_ok($$insert into order_routings (creator_id, order_id, attempt) values (pg_temp.id(1), pg_temp.id(201), 9)$$,
    '23514', null, 'and never none');

select * from finish();
rollback;
