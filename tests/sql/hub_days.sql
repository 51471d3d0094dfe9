-- SPDX-License-Identifier: Apache-2.0
--
-- When a hub works: days that are different, opening hours and what they do to a pick-up, the capacity of
-- a day over its waves, both hemispheres' daylight-saving days, cut-offs at the skipped and the
-- repeated hour.
begin;
\ir lib/fulfilment.psql
select plan(62);

create function pg_temp.times(variadic p timestamptz[]) returns timestamptz[] language sql as $$ select p $$;

-- A hub with these rules that was made at p_now: its first three cut-offs and when each can be picked up.
create temp table made (n serial);
create function pg_temp.waves_of(p_zone text, p_more jsonb, p_now timestamptz)
returns table (cut_off_at timestamptz, pickup_at timestamptz) language plpgsql as $$
declare
    h roadshow.hubs;
begin
    delete from waves where hub_id = pg_temp.id(110);
    delete from hub_days where hub_id = pg_temp.id(110);
    delete from hubs where id = pg_temp.id(110);
    perform pg_temp.hub(110, 'zoned', 1, 1, jsonb_build_object('handling_minutes', 30) || p_more
        || jsonb_build_object('time_zone', p_zone));
    delete from waves where hub_id = pg_temp.id(110);
    select * into h from hubs where id = pg_temp.id(110);
    perform waves_extend(pg_temp.id(1), h, p_now);
    return query select w.cut_off_at, w.pickup_at from waves w where hub_id = pg_temp.id(110)
        order by 1 limit 3;
end $$;
create function pg_temp.daily(p_at text) returns jsonb language sql as $$
    select jsonb_build_object('cut_offs', (select jsonb_agg(jsonb_build_object('weekday', d, 'at', p_at))
        from generate_series(1, 7) d))
$$;
create function pg_temp.open_daily(p_from text, p_until text) returns jsonb language sql as $$
    select jsonb_build_object('opening_hours', (select jsonb_agg(jsonb_build_object('weekday', d,
        'from', p_from, 'until', p_until)) from generate_series(1, 7) d))
$$;

-- ---- cut-offs on daylight-saving days ----------------------------------------------------------------

-- Each row: zone, local cut-off, from when, the instants of the next two.
create temp table zones (zone text, at text, now timestamptz, a timestamptz, b timestamptz, what text);
insert into zones values
    ('Europe/Berlin', '14:00', '2026-03-28 00:00+00', '2026-03-28 13:00+00', '2026-03-29 12:00+00', 'north, spring'),
    ('Europe/Berlin', '14:00', '2026-10-24 00:00+00', '2026-10-24 12:00+00', '2026-10-25 13:00+00', 'north, autumn'),
    ('Europe/Berlin', '02:30', '2026-03-28 00:00+00', '2026-03-28 01:30+00', '2026-03-29 01:30+00', 'north, the skipped hour moves with the clock'),
    ('Europe/Berlin', '03:00', '2026-03-28 00:00+00', '2026-03-28 02:00+00', '2026-03-29 01:00+00', 'north, the hour after it'),
    ('Europe/Berlin', '02:30', '2026-10-24 00:00+00', '2026-10-24 00:30+00', '2026-10-25 01:30+00', 'north, of the repeated hour the later'),
    ('America/New_York', '02:30', '2026-03-07 00:00+00', '2026-03-07 07:30+00', '2026-03-08 07:30+00', 'New York, skipped'),
    ('America/New_York', '01:30', '2026-10-31 00:00+00', '2026-10-31 05:30+00', '2026-11-01 06:30+00', 'New York, repeated'),
    ('Australia/Sydney', '14:00', '2026-04-04 00:00+00', '2026-04-04 03:00+00', '2026-04-05 04:00+00', 'south, autumn'),
    ('Australia/Sydney', '14:00', '2026-10-03 00:00+00', '2026-10-03 04:00+00', '2026-10-04 03:00+00', 'south, spring'),
    ('Australia/Sydney', '02:30', '2026-10-02 20:00+00', '2026-10-03 16:30+00', '2026-10-04 15:30+00', 'south, skipped'),
    ('Australia/Sydney', '02:30', '2026-04-03 20:00+00', '2026-04-04 16:30+00', '2026-04-05 16:30+00', 'south, repeated'),
    ('Australia/Lord_Howe', '02:15', '2026-10-02 20:00+00', '2026-10-03 15:45+00', '2026-10-04 15:15+00', 'half an hour, skipped'),
    ('Pacific/Chatham', '02:50', '2026-09-25 20:00+00', '2026-09-26 14:05+00', '2026-09-27 13:05+00', 'skipped at a quarter to three'),
    ('Pacific/Apia', '12:00', '2011-12-28 00:00+00', '2011-12-28 22:00+00', '2011-12-29 22:00+00', 'a day that was left out');
select is(pg_temp.times(variadic array(select cut_off_at from pg_temp.waves_of(z.zone, pg_temp.daily(z.at), z.now) limit 2)),
    pg_temp.times(z.a, z.b), z.what) from zones z;
select is((select count(*) from pg_temp.waves_of('Europe/Berlin', '{"cut_offs": [{"weekday": 7, "at": "02:30"},
    {"weekday": 7, "at": "03:30"}]}', '2026-03-28 00:00+00') where cut_off_at < '2026-03-30'), 1::bigint,
    'two cut-offs that the clock makes one are one wave');

-- ---- days that are different --------------------------------------------------------------------------

create function pg_temp.cut_offs(p_zone text, p_more jsonb, p_now timestamptz) returns timestamptz[]
language sql as $$ select array(select w.cut_off_at from pg_temp.waves_of(p_zone, p_more, p_now) w) $$;
create function pg_temp.pickups(p_zone text, p_more jsonb, p_now timestamptz) returns timestamptz[]
language sql as $$ select array(select w.pickup_at from pg_temp.waves_of(p_zone, p_more, p_now) w) $$;
select is(pg_temp.cut_offs('Europe/Berlin', pg_temp.daily('14:00') || '{"exceptions":
    [{"date": "2026-12-24", "cut_offs": ["10:00"]}, {"date": "2026-12-25"}]}', '2026-12-24 00:00+00'),
    pg_temp.times('2026-12-24 09:00+00', '2026-12-26 13:00+00', '2026-12-27 13:00+00'),
    'another hour on the one day, none on the next');
select is(pg_temp.cut_offs('Europe/Berlin', '{"cut_offs": [{"weekday": 1, "at": "10:00"}],
    "exceptions": [{"date": "2026-12-26", "cut_offs": ["08:00", "20:00"]}]}', '2026-12-24 00:00+00'),
    pg_temp.times('2026-12-26 07:00+00', '2026-12-26 19:00+00', '2026-12-28 09:00+00'), 'a day more');

-- ---- opening hours: a pick-up waits for them -----------------------------------------------------------

select is(pg_temp.pickups('Europe/Berlin', pg_temp.daily('14:00'), '2026-06-01 00:00+00'),
    pg_temp.times('2026-06-01 12:30+00', '2026-06-02 12:30+00', '2026-06-03 12:30+00'), 'without hours: as soon as it is ready');
select is(pg_temp.pickups('Europe/Berlin', pg_temp.daily('14:00') || pg_temp.open_daily('09:00', '13:00'), '2026-06-01 00:00+00'),
    pg_temp.times('2026-06-02 07:00+00', '2026-06-03 07:00+00', '2026-06-04 07:00+00'), 'closed in the afternoon: next morning');
select is((pg_temp.pickups('Europe/Berlin', pg_temp.daily('14:00') || pg_temp.open_daily('09:00', '14:30'),
    '2026-06-01 00:00+00'))[1], '2026-06-02 07:00+00', 'the end does not belong to it');
select is((pg_temp.pickups('Europe/Berlin', pg_temp.daily('23:00') || pg_temp.open_daily('18:00', '24:00'),
    '2026-06-01 00:00+00'))[1], '2026-06-01 21:30+00', 'until midnight');
select is((pg_temp.pickups('Europe/Berlin', pg_temp.daily('14:00') || pg_temp.open_daily('09:00', '13:00')
    || '{"exceptions": [{"date": "2026-06-02", "cut_offs": ["14:00"],
    "opening_hours": [{"from": "16:00", "until": "18:00"}]}]}', '2026-06-01 00:00+00'))[1:2],
    pg_temp.times('2026-06-02 14:00+00', '2026-06-02 14:00+00'), 'an exception moves both waves'' pick-up');
select is((pg_temp.pickups('Europe/Berlin', '{"opening_hours": [{"weekday": 7, "from": "02:15", "until": "04:00"}]}'
    || pg_temp.daily('23:00'), '2026-03-28 10:00+00'))[1], '2026-03-29 01:15+00', 'opening in the skipped hour');
select is((select hub_open_from(h, '2026-06-01 12:00+00') from hubs h where id = pg_temp.id(110)),
    '2026-06-07 00:15+00', 'the next Sunday');
update hubs set exceptions = (select jsonb_agg(jsonb_build_object('date', ('2026-06-01'::date + n)::text))
    from generate_series(0, 40) n) where id = pg_temp.id(110);
select is((select hub_open_from(h, '2026-06-01 12:00+00') from hubs h where id = pg_temp.id(110)),
    '2026-06-01 12:00+00', 'closed for two weeks: as if it had no hours');

-- ---- what is refused ------------------------------------------------------------------------------------

create temp table bad (more jsonb, code text, pointer text);
insert into bad values
    ('{"opening_hours": [{"weekday": 1, "from": "10:00", "until": "09:00"}]}', 'invalid_hours', '/opening_hours/0'),
    ('{"opening_hours": [{"weekday": 1, "from": "09:00", "until": "10:00"}, {"weekday": 1, "from": "9:000", "until": "10:00"}]}', 'invalid_hours', '/opening_hours/1'),
    ('{"exceptions": [{"date": "2026-02-29"}]}', 'invalid_date', '/exceptions/0/date'),
    ('{"exceptions": [{"date": "2026-13-01"}]}', 'invalid_date', '/exceptions/0/date'),
    ('{"exceptions": [{"date": "2026-12-01"}, {"date": "2026-12-01"}]}', 'invalid_date', '/exceptions/1/date'),
    ('{"exceptions": [{"date": "2026-12-01", "cut_offs": ["24:00"]}]}', 'invalid_cut_off', '/exceptions/0/cut_offs/0'),
    ('{"exceptions": [{"date": "2026-12-01", "opening_hours": [{"from": "10:00", "until": "10:00"}]}]}', 'invalid_hours', '/exceptions/0/opening_hours/0');
select is(pg_temp.hub(120, 'bad', 1, 1, b.more) - '{detail,status}'::text[],
    jsonb_build_object('code', b.code, 'pointer', b.pointer), b.more::text) from bad b;
select ok(is_date('2028-02-29') and not is_date('2027-02-29') and not is_date('x'), 'leap days');

-- ---- capacity of a day -----------------------------------------------------------------------------------

select pg_temp.hub(101, 'small', 52.52, 13.40, '{"capacity": 3, "day_capacity": 4, "time_zone": "UTC"}') \g /dev/null
select pg_temp.hub(102, 'other', 52.53, 13.45) \g /dev/null
select pg_temp.stock(101, 'SKU-1', 100), pg_temp.stock(102, 'SKU-1', 100) \g /dev/null
select pg_temp.waves(102, 1000, 6000) \g /dev/null
delete from waves where hub_id = pg_temp.id(101);
insert into waves (creator_id, id, hub_id, cut_off_at, ready_at, capacity, day, pickup_at)
select pg_temp.id(1), uuid_v7(), pg_temp.id(101), now() + m, now() + m, 3, d, now() + m
from (values (interval '1 hour', date '2100-01-01'), ('2 hours', '2100-01-01'), ('30 hours', '2100-01-02')) x(m, d);
create function pg_temp.order(n integer) returns interval language sql as $$
    select (x -> 'body' -> 'shipments' -> 0 ->> 'promise_at')::timestamptz - now() - interval '20 minutes'
    from pg_temp.place(pg_temp.item(n, '[{"sku": "SKU-1", "quantity": 1}]', '[[101, 800]]')) as x
$$;
select is(array(select pg_temp.order(n) from generate_series(201, 205) n),
    '{1:00,1:00,1:00,2:00,30:00}'::interval[], 'three in the first wave, one in the second: then the day is full');
select is((select array_agg(used order by day) from hub_days where hub_id = pg_temp.id(101) and day >= '2100-01-01'),
    '{4,1}', 'counted');
select is((select h -> 'waves' -> 1 ->> 2 from route_snapshot(pg_temp.id(1)) s, jsonb_array_elements(s -> 'hubs') h
    where h ->> 'id' = pg_temp.id(101)::text), '0', 'the workers see no free slot in it');
select throws_ok($$update waves set used = used + 1 where hub_id = pg_temp.id(101) and day = '2100-01-01' and used < 3$$,
    '23514', null, 'a constraint stands behind it');
select pg_temp.call('hub_update', jsonb_build_object('hub', pg_temp.id(101), 'if_match', (select hub_etag(h) from hubs h
    where id = pg_temp.id(101)), 'body', '{"day_capacity": 2}'::jsonb)) \g /dev/null
select is((select array_agg(capacity order by day) from hub_days where hub_id = pg_temp.id(101) and day >= '2100-01-01'),
    '{4,2}', 'less a day: what was promised stays');
select pg_temp.call('hub_update', jsonb_build_object('hub', pg_temp.id(101), 'if_match', (select hub_etag(h) from hubs h
    where id = pg_temp.id(101)), 'body', '{"day_capacity": null}'::jsonb)) \g /dev/null
select is((select count(*) from hub_days where hub_id = pg_temp.id(101) and capacity is not null), 0::bigint, 'no limit again');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- ---- a change of everything -------------------------------------------------------------------------------

select is(pg_temp.call('hub_update', jsonb_build_object('hub', pg_temp.id(102), 'if_match', (select hub_etag(h) from hubs h
    where id = pg_temp.id(102)), 'body', '{"kind": "warehouse", "lat": -1, "lon": 179, "time_zone": "Pacific/Apia", "cost_per_order": 5,
    "cost_per_km": 7, "event_id": null, "radius_km": 3}'::jsonb)) #- '{body,id}' #- '{body,created_at}' #- '{body,cut_offs}' #- '{body,name}' -> 'body',
    '{"kind": "warehouse", "lat": -1, "lon": 179, "time_zone": "Pacific/Apia", "cost_per_order": 5, "cost_per_km": 7,
    "event_id": null, "radius_km": 3, "active": true, "capacity": 10, "day_capacity": null, "list_size": null, "handling_minutes": 60,
    "opening_hours": [], "exceptions": [], "outage": null, "partner_id": null}', 'all of it');
select is(pg_temp.call('hub_update', jsonb_build_object('hub', pg_temp.id(102), 'if_match', '"x"',
    'body', '{"time_zone": "Mars/Olympus"}'::jsonb)) ->> 'code', 'unknown_time_zone', 'a zone that is none');

-- ---- outages ------------------------------------------------------------------------------------------------

select pg_temp.call('hub_update', jsonb_build_object('hub', pg_temp.id(102), 'if_match', (select hub_etag(h) from hubs h
    where id = pg_temp.id(102)), 'body', '{"kind": "micro_hub", "radius_km": null, "time_zone": "UTC"}'::jsonb)) \g /dev/null
update waves set cut_off_at = cut_off_at - interval '30 days' where hub_id = pg_temp.id(101);
select pg_temp.waves(101, 10, 60), pg_temp.waves(102, 10, 60) \g /dev/null
create function pg_temp.both(n integer) returns integer[] language sql as $$
    select pg_temp.hubs_of(x) from pg_temp.place(pg_temp.item(n, '[{"sku": "SKU-1", "quantity": 1}]',
        '[[101, 800], [102, 3000]]')) as x
$$;
select is(array(select pg_temp.both(n) from generate_series(221, 223) n), '{{101},{101},{101}}', 'three at the near hub');
select pg_temp.call('picklist_claim', jsonb_build_object('hub', pg_temp.id(101), 'body', '{}'::jsonb)) \g /dev/null
select is(array(select pg_temp.both(n) from generate_series(224, 225) n), '{{101},{101}}', 'and two more; of seven in all nobody has claimed');
select is(pg_temp.call('hub_outage', jsonb_build_object('hub', pg_temp.id(101), 'body', '{"reason": "flood"}'::jsonb))
    #- '{body,hub}' -> 'body', '{"rerouted": 7, "remaining": 0}', 'all of those are routed again, the claimed list stays');
select is((select array_agg(distinct hub_id) from shipments where order_id in (pg_temp.id(224), pg_temp.id(225))
    and state <> 'cancelled'), array[pg_temp.id(102)], 'to the other');
select is(pg_temp.verdicts(224), '{"101": "failed_before", "102": "chosen"}', 'and it says why');
select is(pg_temp.both(226), '{102}', 'nothing new');
select is(pg_temp.verdicts(226) ->> '101', 'outage', 'outage');
create function pg_temp.claim_after_the_lease() returns jsonb language sql as $$
    update picklists set lease_expires_at = now() - interval '1 second' where lease_id is not null;
    select pg_temp.call('picklist_claim', jsonb_build_object('hub', pg_temp.id(101), 'body', '{}'::jsonb)) -> 'status'
$$;
select is(pg_temp.claim_after_the_lease(), '204', 'a list whose lease is lost meanwhile is not given out here');
select ok(api.janitor_outages(pg_temp.id(1), 10) > 0, 'but goes elsewhere');
select is(pg_temp.call('hub_resume', jsonb_build_object('hub', pg_temp.id(101))) -> 'body' -> 'outage', 'null', 'it is back');
select is(pg_temp.both(227), '{101}', 'and works');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- ---- a wave that is called off --------------------------------------------------------------------------------

select is(pg_temp.call('wave_cancel', jsonb_build_object('hub', pg_temp.id(101), 'wave', (select wave_id from shipments
    where order_id = pg_temp.id(227) and state = 'routed'))) #- '{body,wave}' -> 'body', '{"rerouted": 1, "remaining": 0}', 'called off');
select is((select explanation ->> 'cause' from order_routings where order_id = pg_temp.id(227) and attempt = 2),
    'wave_cancelled', 'the order says why');
select is(api.janitor_outages(pg_temp.id(1), 10), 0, 'the janitor has nothing left to do');
insert into waves (creator_id, id, hub_id, cut_off_at, ready_at, capacity, day, pickup_at)
select pg_temp.id(1), uuid_v7(), pg_temp.id(101), t, t, 10, t::date, t from (select now() + interval '5 minutes') x(t);
select is(pg_temp.both(228), '{101}', 'the next wave');
select is(pg_temp.call('picklist_claim', jsonb_build_object('hub', pg_temp.id(101), 'body', '{}'::jsonb)) -> 'status', '200', 'is claimed');
select pg_temp.call('wave_cancel', jsonb_build_object('hub', pg_temp.id(101), 'wave', (select wave_id from shipments
    where order_id = pg_temp.id(228)))) \g /dev/null
select is(pg_temp.claim_after_the_lease(), '204', 'called off, its lease lost: nobody gets it here');
select is(api.janitor_outages(pg_temp.id(1), 10), 1, 'it goes elsewhere');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select * from finish();
rollback;
