-- SPDX-License-Identifier: Apache-2.0
--
-- Hubs, stock, waves, postal codes, and who may see what.
begin;
\ir lib/fulfilment.psql
select plan(68);

-- ---- creating and reading -----------------------------------------------------------------------

select is(pg_temp.hub(101, 'Mitte', 52.52, 13.405, '{"radius_km": 12.5}') -> 'status', '201', 'made');
select is(pg_temp.call('hub_read', jsonb_build_object('hub', pg_temp.id(101))) -> 'body' -> 'radius_km',
    '12.5', 'read back');
select is((select l.entry::jsonb ->> 'kind' from ledger l join hubs h on h.ledger_index = l.index
    and h.creator_id = l.creator_id where h.id = pg_temp.id(101)), 'hub.created', 'the ledger tells');
select is(pg_temp.hub(102, 'X', 1, 1, '{"time_zone": "Mars/Base"}') ->> 'code', 'unknown_time_zone',
    'a zone that is none');
select is(pg_temp.hub(102, 'X', 1, 1, '{"cut_offs": [{"weekday": 1, "at": "08:00"},
    {"weekday": 1, "at": "24:00"}]}') ->> 'pointer', '/cut_offs/1/at', 'a time that is none');
select is(pg_temp.hub(102, 'X', 1, 1, jsonb_build_object('partner_id', pg_temp.id(99))) ->> 'code',
    'unknown_partner', 'a partner that is none');
select is(pg_temp.hub(102, 'X', 1, 1, jsonb_build_object('event_id', pg_temp.id(99))) ->> 'code',
    'unknown_event', 'an event that is none');
select is(pg_temp.hub(102, 'X', 1, 1, '{"radius_km": 0}') ->> 'code', 'invalid_radius', 'no radius');
select is(pg_temp.call('hub_read', jsonb_build_object('hub', pg_temp.id(101)),
    row(pg_temp.id(13), 'creator', pg_temp.id(0), pg_temp.id(0), null, null)::api.caller,
    pg_temp.id(2)) -> 'status', '404', 'another creator sees nothing');
select is(pg_temp.call('hub_read', jsonb_build_object('hub', pg_temp.id(101)),
    row(pg_temp.id(13), 'creator', pg_temp.id(0), pg_temp.id(0), null, null)::api.caller)
    -> 'status', '401', 'nor does its key open this one');

-- A replay is the first answer; another body under the key is refused.
select is(pg_temp.call('hub_create', jsonb_build_object('new_id', pg_temp.id(103), 'body',
    pg_temp.hub_body('R', 1, 1)), pg_temp.caller('creator', 'k1')) -> 'replayed', 'false', 'first');
select is(pg_temp.call('hub_create', jsonb_build_object('new_id', pg_temp.id(104), 'body',
    pg_temp.hub_body('R', 1, 1)), pg_temp.caller('creator', 'k1')) -> 'body' ->> 'id',
    pg_temp.id(103)::text, 'again: the same hub');
select is(pg_temp.call('hub_create', jsonb_build_object('new_id', pg_temp.id(104), 'body',
    pg_temp.hub_body('R', 1, 1)), pg_temp.caller('creator', 'k1', 'else')) ->> 'code',
    'idempotency_key_reused', 'another body');

select is(pg_temp.call('hub_list', '{"limit": 1}') -> 'body' ->> 'next', pg_temp.id(101)::text,
    'a page ends with its last id');
select is(pg_temp.call('hub_list', jsonb_build_object('limit', 1, 'after', pg_temp.id(101)))
    -> 'body' -> 'hubs' -> 0 ->> 'name', 'R', 'the next begins behind it');
select is(pg_temp.call('hub_list', jsonb_build_object('limit', 1, 'after', pg_temp.id(101)))
    -> 'body' -> 'next', 'null', 'and is the last');

-- ---- changing -------------------------------------------------------------------------------------

select is(pg_temp.call('hub_update', jsonb_build_object('hub', pg_temp.id(101),
    'body', '{"active": false}'::jsonb)) -> 'status', '428', 'If-Match is asked for');
select is(pg_temp.call('hub_update', jsonb_build_object('hub', pg_temp.id(101), 'if_match', '"x"',
    'body', '{"active": false}'::jsonb)) -> 'status', '412', 'and compared');
create temp table etags as select pg_temp.call('hub_read', jsonb_build_object('hub', pg_temp.id(101)))
    ->> 'etag' as etag;
select is(pg_temp.call('hub_update', jsonb_build_object('hub', pg_temp.id(101),
    'if_match', (select etag from etags), 'body', jsonb_build_object('active', false,
    'partner_id', pg_temp.id(21), 'radius_km', null))) -> 'body' -> 'active', 'false', 'changed');
select is((select radius_m from hubs where id = pg_temp.id(101)), null, 'null takes away');
select isnt(pg_temp.call('hub_read', jsonb_build_object('hub', pg_temp.id(101))) ->> 'etag',
    (select etag from etags), 'the ETag is another');
select ok(exists (select from partner_grants where partner_id = pg_temp.id(21)
    and creator_id = pg_temp.id(1)), 'the partner is let in');
select is((select version from hub_heads where creator_id = pg_temp.id(1)), 3::bigint,
    'the workers are told of each change');

-- ---- partners -------------------------------------------------------------------------------------

select is(api.partner_resolve(pg_temp.id(21), 'hub', pg_temp.id(101)), pg_temp.id(1), 'its hub');
select is(api.partner_resolve(pg_temp.id(22), 'hub', pg_temp.id(101)), null, 'not another''s');
select is(api.partner_resolve(pg_temp.id(21), 'hub', pg_temp.id(103)), null, 'nor any hub');
select is(api.partner_resolve(pg_temp.id(21), 'picklist', pg_temp.id(101)), null, 'no such list');
select is(pg_temp.call('hub_read', jsonb_build_object('hub', pg_temp.id(101)),
    pg_temp.caller('partner')) -> 'status', '200', 'a partner reads its hub');
select is(pg_temp.call('hub_read', jsonb_build_object('hub', pg_temp.id(103)),
    pg_temp.caller('partner')) -> 'status', '404', 'but no other hub of the creator');
select is(pg_temp.call('hub_read', jsonb_build_object('hub', pg_temp.id(101)),
    pg_temp.caller('other partner')) -> 'status', '401', 'another partner is not let in at all');

-- ---- stock ----------------------------------------------------------------------------------------

select is(pg_temp.stock(101, 'SKU-1', 5) -> 'body' -> 'on_hand', '5', 'counted');
select is(pg_temp.stock(101, 'NONE', 5) -> 'status', '404', 'a SKU that is none');
create temp table tags as select pg_temp.stock(101, 'SKU-1', 6, 2) ->> 'etag' as etag;
select is(pg_temp.call('stock_set', jsonb_build_object('hub', pg_temp.id(101), 'sku', 'SKU-1',
    'if_match', (select etag from tags), 'body', '{"on_hand": 7}'::jsonb)) -> 'body' -> 'safety', '2',
    'with the ETag; what is not told stays');
select is(pg_temp.call('stock_set', jsonb_build_object('hub', pg_temp.id(101), 'sku', 'SKU-1',
    'if_match', (select etag from tags), 'body', '{"on_hand": 8}'::jsonb)) -> 'status', '412',
    'an old ETag is refused');
select is(pg_temp.call('stock_set', jsonb_build_object('hub', pg_temp.id(101), 'sku', 'SKU-2',
    'if_match', '*', 'body', '{"on_hand": 8}'::jsonb)) -> 'status', '412', '* asks that it be there');
create temp table sizes as select size from ledger_heads where creator_id = pg_temp.id(1);
select is(pg_temp.stock(101, 'SKU-1', 7, 2) -> 'status', '200', 'the same count again');
select is((select size from ledger_heads where creator_id = pg_temp.id(1)), (select size from sizes),
    'is no change');
update hub_stock set reserved = 4 where hub_id = pg_temp.id(101);
select is(pg_temp.stock(101, 'SKU-1', 3) ->> 'code', 'stock_reserved', 'what is promised stays');
select is(pg_temp.call('stock_list', jsonb_build_object('hub', pg_temp.id(101), 'limit', 10),
    pg_temp.caller('partner')) -> 'body' -> 'stock' -> 0 -> 'available', '1', '7 - 4 - 2');
update hub_stock set reserved = 0 where hub_id = pg_temp.id(101);
select is((select array_agg(entry ->> 'kind') from jsonb_array_elements(ledger_history(pg_temp.id(1),
    (select ledger_index from hubs where id = pg_temp.id(101)))) as e(entry)),
    array['hub.created', 'hub.changed', 'stock.set', 'stock.set', 'stock.set'],
    'the hub''s history walks through all of it');
select throws_ok($$update hub_stock set reserved = 99 where hub_id = pg_temp.id(101)$$, '23514', null,
    'never more promised than there is');
select throws_ok($$update waves set used = capacity + 1 where hub_id = pg_temp.id(101)$$, '23514', null,
    'never more in a wave than fit');

-- ---- waves: the hub's zone, daylight saving right ---------------------------------------------------

create function pg_temp.cut_offs(p_zone text, p_at text, p_now timestamptz) returns timestamptz[]
language plpgsql as $$
declare
    h roadshow.hubs;
begin
    delete from waves where hub_id = pg_temp.id(103);
    update hubs set time_zone = p_zone, cut_offs = (select jsonb_agg(jsonb_build_object('weekday', d,
        'at', p_at)) from generate_series(1, 7) d) where id = pg_temp.id(103) returning * into h;
    perform waves_extend(pg_temp.id(1), h, p_now);
    return array(select cut_off_at from waves where hub_id = pg_temp.id(103) order by 1 limit 2);
end $$;

select is(pg_temp.cut_offs('Europe/Berlin', '14:00', '2026-03-28 10:00+00'),
    '{2026-03-28 13:00+00,2026-03-29 12:00+00}', 'north, spring: an hour is lost');
select is(pg_temp.cut_offs('Europe/Berlin', '14:00', '2026-10-24 10:00+00'),
    '{2026-10-24 12:00+00,2026-10-25 13:00+00}', 'north, autumn: an hour is won');
select is(pg_temp.cut_offs('America/Sao_Paulo', '14:00', '2018-11-03 10:00+00'),
    '{2018-11-03 17:00+00,2018-11-04 16:00+00}', 'south, spring');
select is(pg_temp.cut_offs('Australia/Sydney', '14:00', '2026-04-04 00:00+00'),
    '{2026-04-04 03:00+00,2026-04-05 04:00+00}', 'south, autumn');
select is(pg_temp.cut_offs('Europe/Berlin', '02:30', '2026-03-28 00:00+00'),
    '{2026-03-28 01:30+00,2026-03-29 01:30+00}', 'a time that does not exist moves with the clock');
select is(pg_temp.cut_offs('Europe/Berlin', '02:30', '2026-10-24 00:00+00'),
    '{2026-10-24 00:30+00,2026-10-25 01:30+00}', 'one that is twice is the later');
select is(pg_temp.cut_offs('Asia/Kathmandu', '00:10', '2026-06-01 00:00+00'),
    '{2026-06-01 18:25+00,2026-06-02 18:25+00}', 'zones of odd minutes');
select is((pg_temp.cut_offs('Europe/Berlin', '14:00', '2026-06-01 12:00+00'))[1],
    '2026-06-02 12:00+00', 'a cut-off that is now has passed');

update hubs set waves_until = current_date - 1;
update waves set cut_off_at = now() - interval '2 days', ready_at = now() where hub_id = pg_temp.id(101)
    and cut_off_at = (select min(cut_off_at) from waves where hub_id = pg_temp.id(101));
select ok(api.janitor_waves(pg_temp.id(1), 100) >= 2, 'the janitor makes more');
select is(api.janitor_waves(pg_temp.id(1), 100), 0, 'once');
select is((select count(*) from waves where hub_id = pg_temp.id(101) and cut_off_at < now()), 0::bigint,
    'and drops those that passed empty');
select ok((select max(cut_off_at) > now() + interval '7 days' from waves where hub_id = pg_temp.id(101)),
    'a week ahead');

-- A change keeps what was promised.
update waves set used = 3 where id = (select id from waves where hub_id = pg_temp.id(101)
    order by cut_off_at limit 1);
select is(pg_temp.call('hub_update', jsonb_build_object('hub', pg_temp.id(101), 'if_match',
    pg_temp.call('hub_read', jsonb_build_object('hub', pg_temp.id(101))) ->> 'etag', 'body',
    '{"capacity": 2, "cut_offs": [{"weekday": 3, "at": "11:11"}]}'::jsonb)) -> 'status', '200',
    'other cut-offs');
select is((select count(*) from waves where hub_id = pg_temp.id(101) and used > 0 and capacity = 3),
    1::bigint, 'a wave that holds more than now fit keeps its slots');
select is((select count(*) from waves where hub_id = pg_temp.id(101) and used = 0
    and to_char(cut_off_at at time zone 'Europe/Berlin', 'ID HH24:MI') <> '3 11:11'), 0::bigint,
    'the empty ones follow the new cut-offs');
create function pg_temp.remade(p_body jsonb) returns jsonb language sql as $$
    select pg_temp.call('hub_update', jsonb_build_object('hub', pg_temp.id(101), 'if_match',
        pg_temp.call('hub_read', jsonb_build_object('hub', pg_temp.id(101))) ->> 'etag', 'body', p_body)) -> 'status'
$$;
select is((select array_agg(closed) from waves where hub_id = pg_temp.id(101) and used > 0), '{t}', 'that wave is closed');
select is((select count(*) from waves_ahead(pg_temp.id(1), pg_temp.id(101), now(), null) w where w.used > 0), 0::bigint,
    'and nobody joins it');
create temp table kept as select id, cut_off_at, ready_at from waves where hub_id = pg_temp.id(101) and used > 0;
update waves set used = 0 where id = (select id from kept); -- what it held was taken back, and refers to it
insert into orders (creator_id, id, key_id, state, service, created_at, ledger_index, lat, lon)
values (pg_temp.id(1), pg_temp.id(901), pg_temp.id(11), 'backordered', 'standard', now(), 0, 1, 1);
insert into shipments (creator_id, id, order_id, hub_id, wave_id, state, distance_m, promise_at, cancelled_at)
select pg_temp.id(1), pg_temp.id(902), pg_temp.id(901), pg_temp.id(101), id, 'cancelled', 1, now(), now() from kept;
select is(pg_temp.remade('{"handling_minutes": 45}'), '200', 'another handling time');
select ok((select closed and ready_at = cut_off_at + interval '45 minutes' and pickup_at >= ready_at from waves
    where id = (select id from kept)), 'is that of a wave that holds nothing, which stays closed');
select is(pg_temp.remade(jsonb_build_object('exceptions', jsonb_build_array(jsonb_build_object('date',
    to_char(k.cut_off_at at time zone 'Europe/Berlin', 'YYYY-MM-DD'), 'cut_offs',
    jsonb_build_array(to_char(k.cut_off_at at time zone 'Europe/Berlin', 'HH24:MI')))))), '200', 'its cut-off is one again')
from kept k;
select is((select closed from waves where id = (select id from kept)), false, 'and it is open again');

-- ---- postal codes and the snapshot ------------------------------------------------------------------

select is(postal_import('[{"country": "zz", "code": "12 345", "lat": 1, "lon": 2},
    {"country": "ZZ", "code": "12-399", "lat": 3, "lon": 4}]'), 2, 'imported');
select is(row(c.lat, c.lon, c.near), row(1::float8, 2::float8, null::text), 'found, however written')
from api.route_context(pg_temp.id(1), '{ZZ}', '{123-45}', '{null}', '{-1}') c;
select is(c.near, '123', 'the nearest known prefix')
from api.route_context(pg_temp.id(1), '{ZZ}', '{12388}', '{null}', '{-1}') c;
select ok((array_agg(c.snapshot is null order by c.item))[1] and (array_agg(c.snapshot is not null
    order by c.item))[2], 'who knows the version gets no snapshot')
from api.route_context(pg_temp.id(1), '{null,null}', '{null,null}', '{null,null}', array[
    (select version from hub_heads where creator_id = pg_temp.id(1)), -1]) c;
select is(h -> 'stock', '"5"', 'free units: 7 - 2')
from api.route_context(pg_temp.id(1), '{null}', '{null}', '{null}', '{-1}') c,
    jsonb_array_elements(c.snapshot -> 'hubs') as h where h ->> 'id' = pg_temp.id(101)::text;

select * from finish();
rollback;
