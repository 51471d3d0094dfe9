-- SPDX-License-Identifier: Apache-2.0
--
-- Enrolment, look-up, leases, revocation and what the janitor ends.
begin;
\ir lib/devices.psql
select plan(59);

-- ---- enrolment
create temporary table answers (name text primary key, a api.answer);
insert into answers select 'made', api.device_create(pg_temp.id(1), pg_temp.owner(1, 'make'), jsonb_build_object(
    'event', pg_temp.id(11), 'new_id', pg_temp.id(41), 'sealed', 'sealed 41',
    'code_sha256', encode(sha256('code 41'), 'hex'), 'body', '{"name": "Gate", "profile": "till"}'::jsonb));
select is((select (a).status || ' ' || ((a).body::jsonb ->> 'sealed_enrol_code') from answers), '201 sealed 41', 'a device is made');
insert into answers select 'again', api.device_create(pg_temp.id(1), pg_temp.owner(1, 'make'), jsonb_build_object(
    'event', pg_temp.id(11), 'new_id', pg_temp.id(49), 'sealed', 'sealed 49',
    'code_sha256', encode(sha256('code 49'), 'hex'), 'body', '{"name": "Gate", "profile": "till"}'::jsonb));
select ok((select (x.a).body = (y.a).body and (y.a).replayed from answers x, answers y where x.name = 'made' and y.name = 'again'),
    'a replay shows the same sealed code');
select is(pg_temp.try($$ pg_temp.make_device(42, 'scan', 999) $$), '404 not_found', 'at an event that exists');
select is(pg_temp.try($$ api.device_create(pg_temp.id(2), pg_temp.owner(2), jsonb_build_object('event', pg_temp.id(11),
    'new_id', pg_temp.id(42), 'sealed', 's', 'code_sha256', repeat('00', 32), 'body', '{"name": "x", "profile": "scan"}'::jsonb)) $$),
    '404 not_found', 'of its own creator');
select is((select string_agg(column_name::text, ' ') from information_schema.columns
    where table_schema = 'roadshow' and table_name = 'devices' and column_name like '%code%'),
    'code_sha256 code_expires_at', 'the table has the hash of the code only');
select is(pg_temp.try($$ pg_temp.enrol(41, 'e', 'guess') $$), '401 enrol_code_invalid', 'a wrong code');
insert into answers select 'enrolled', pg_temp.enrol(41, 'e');
select is((select (a).body::jsonb from answers where name = 'enrolled'), jsonb_build_object('device_id', pg_temp.id(41),
    'key_id', short_id(pg_temp.id(1)) || '.' || short_id(pg_temp.id(41)), 'creator_id', pg_temp.id(1),
    'event_id', pg_temp.id(11), 'name', 'Gate', 'profile', 'till'), 'the right one enrols');
select ok((select (y).replayed and (y).body = (x.a).body from answers x, pg_temp.enrol(41, 'e') y where name = 'enrolled'),
    'a lost answer is given again');
select is(pg_temp.try($$ pg_temp.enrol(41, 'f') $$), '409 enrol_code_used', 'a code works once');
select is((select head from devices where id = pg_temp.id(41)),
    sha256(convert_to('roadshow-device/v1', 'UTF8') || '\x00'::bytea || sha256('key 41')), 'the chain starts at the key');
select pg_temp.make_device(42, 'scan'), pg_temp.make_device(43, 'manager') \g /dev/null
select is((pg_temp.enrol(42, 'e')).status, 201, 'two devices may choose the same Idempotency-Key');
update devices set code_expires_at = now() - interval '1 second' where id = pg_temp.id(43);
select is(pg_temp.try($$ pg_temp.enrol(43) $$), '410 enrol_code_expired', 'a code ends after its time');
select is(api.janitor_enrol_codes(pg_temp.id(1), 10) || ' ' || api.janitor_enrol_codes(pg_temp.id(1), 10), '1 0', 'the janitor notes it, once');
select is((select state from devices where id = pg_temp.id(43)), 'lapsed', 'as a state');
select is(pg_temp.try($$ pg_temp.enrol(43) $$), '410 enrol_code_expired', 'which says the same');
select results_eq($$ select item, state, public_key is not null
        from api.device_lookup(pg_temp.id(1), array[pg_temp.id(42), pg_temp.id(999), pg_temp.id(41)]) order by item $$,
    $$ values (1, 'active', true), (2, null, false), (3, 'active', true) $$, 'the look-up of many');
select is((select state from api.device_lookup(pg_temp.id(2), array[pg_temp.id(41)])), null, 'never another creator''s');

-- ---- the list
insert into answers select 'page', api.device_list(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('event', pg_temp.id(11), 'limit', 2));
select is((select jsonb_path_query_array((a).body::jsonb, '$.devices[*].id') || ((a).body::jsonb -> 'next') from answers where name = 'page'),
    jsonb_build_array(pg_temp.id(41), pg_temp.id(42), pg_temp.id(42)), 'a page of devices, and where the next begins');
insert into answers select 'last', api.device_list(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('event', pg_temp.id(11), 'limit', 2, 'after', pg_temp.id(42)));
select is((select jsonb_path_query_array((a).body::jsonb, '$.devices[*].id') || ((a).body::jsonb -> 'next') from answers where name = 'last'),
    jsonb_build_array(pg_temp.id(43), null), 'the last page');
select is(pg_temp.try($$ api.device_list(pg_temp.id(2), pg_temp.owner(2), jsonb_build_object('event', pg_temp.id(11), 'limit', 2)) $$), '404 not_found', 'of one''s own events');
select is((select jsonb_typeof(device_json(d) -> 'key_id') from devices d where id = pg_temp.id(43)), 'null', 'no key, no key id');

-- ---- leases: 4 walk-in units
create function pg_temp.lease(n integer, p_id integer, p_quantity integer, p_idem text default null, p_over jsonb default '{}')
returns api.answer language sql as $$
    select api.lease_create(pg_temp.id(1), pg_temp.device(n, p_idem), jsonb_build_object('new_id', pg_temp.id(p_id),
        'signature', pg_temp.nonce(), 'body', jsonb_build_object('drop_id', pg_temp.id(31), 'quantity', p_quantity,
            'until', now() + interval '1 hour') || p_over)) $$;
create function pg_temp.give_back(n integer, p_id integer, p_quantity integer default null, p_idem text default null)
returns api.answer language sql as $$
    select api.lease_return(pg_temp.id(1), pg_temp.device(n, p_idem), jsonb_build_object('lease', pg_temp.id(p_id),
        'signature', pg_temp.nonce(), 'body', jsonb_strip_nulls(jsonb_build_object('quantity', p_quantity)))) $$;
select pg_temp.make_device(44, 'till'), pg_temp.enrol(44) \g /dev/null
select is((pg_temp.lease(41, 51, 3, 'l1')).body::jsonb - 'granted_at' - 'until', jsonb_build_object('id', pg_temp.id(51),
    'drop_id', pg_temp.id(31), 'quantity', 3, 'used', 0, 'returned', 0, 'state', 'active', 'ended_at', null), 'a lease');
select is((pg_temp.lease(41, 59, 3, 'l1')).body::jsonb ->> 'id', pg_temp.id(51)::text, 'a replay is the same lease');
select is(pg_temp.walk_in(), '0/0/3', 'counted once');
select is(pg_temp.try('pg_temp.lease(44, 52, 2)'), '409 walk_in_unavailable', 'no more than there is');
select is(pg_temp.try('pg_temp.lease(42, 52, 1)'), '403 profile_forbids', 'a scanner sells nothing');
select is(pg_temp.try($$ pg_temp.lease(44, 52, 1, null, jsonb_build_object('until', now() - interval '1 second')) $$), '422 validation_failed', 'a lease ends later');
select is(pg_temp.try($$ pg_temp.lease(44, 52, 1, null, jsonb_build_object('drop_id', pg_temp.id(99))) $$), '404 not_found', 'of a drop at its event');
select is(pg_temp.try('pg_temp.lease(44, 52, 1)'), '201', 'the last unit');
select is(pg_temp.try('pg_temp.give_back(44, 51)'), '404 not_found', 'nobody returns another''s lease');
select is((pg_temp.give_back(41, 51, 1)).body::jsonb ->> 'returned', '1', 'part of a lease comes back');
select is(pg_temp.walk_in(), '0/0/3', 'and is free');
select is(pg_temp.try('pg_temp.give_back(41, 51, 3)'), '409 lease_used', 'not more than is left');
select is((pg_temp.give_back(41, 51)).body::jsonb ->> 'state', 'returned', 'without a number all comes back');
select is(pg_temp.try('pg_temp.give_back(41, 51)'), '409 lease_ended', 'once');
select is(pg_temp.walk_in(), '0/0/1', 'the drop has it');
select is(pg_temp.try('pg_temp.lease(41, 53, 3)'), '201', 'and leases it again');

-- A lease that ran out covers what was sold in its life, even if that is told late. Device 41 leased
-- 3, they expire, device 44 sells 2 beyond any lease, and then 41 tells of 3 sold in time.
select api.janitor_walk_in_leases(pg_temp.id(1), 10) \g /dev/null
select is(pg_temp.walk_in(), '0/0/4', 'the janitor leaves leases that run');
select pg_temp.tell(41, 'sale', 3600, pg_temp.sold(3, 53)), pg_temp.tell(44, 'sale', 3601, pg_temp.sold(2)) \g /dev/null
update walk_in_leases set granted_at = now() - interval '10 minutes', until = now() + interval '1 millisecond' where id in (pg_temp.id(52), pg_temp.id(53));
select pg_sleep(0.01) \g /dev/null
select is(api.janitor_walk_in_leases(pg_temp.id(1), 1) || ' ' || api.janitor_walk_in_leases(pg_temp.id(1), 10) || ' '
    || api.janitor_walk_in_leases(pg_temp.id(1), 10), '1 1 0', 'two leases end by the clock');
select is(pg_temp.walk_in(), '0/0/0', 'their units are free');
select is(pg_temp.results(pg_temp.upload(44, 1, 1)), '1 applied', 'and sold by another');
select is(pg_temp.results(pg_temp.upload(41, 1, 1)), '1 applied', 'a late sale inside its lease is inside it');
select is(pg_temp.walk_in(), '4/1/0', 'five of four were sold');
select is((select status || ' ' || code from device_events where device_id = pg_temp.id(44)), 'conflict oversold', 'the one without a lease is short');
select is((select used || ' ' || state from walk_in_leases where id = pg_temp.id(53)), '3 expired', 'the lease knows');

-- ---- evidence
insert into answers select 'evidence', api.device_upload_read(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('device', pg_temp.id(41), 'n', '1'));
select is((select decode((a).body::jsonb ->> 'body', 'base64') from answers where name = 'evidence'),
    (select line from history where device = 41 and seq = 1), 'the body, to the byte');
select is((select (a).body::jsonb ->> 'digest' from answers where name = 'evidence'),
    (select l.entry::jsonb #>> '{data,digest}' from ledger l where kind = 'device.uploaded' and subject = pg_temp.id(41)), 'its digest is in the ledger');
select is(pg_temp.try($$ api.device_upload_read(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('device', pg_temp.id(41), 'n', 'x')) $$), '404 not_found', 'uploads are numbered');
select is(pg_temp.try($$ api.device_upload_read(pg_temp.id(2), pg_temp.owner(2), jsonb_build_object('device', pg_temp.id(41), 'n', '1')) $$), '404 not_found', 'and belong to one creator');

-- ---- revocation
select pg_temp.make_drop(1, 33, '{"tokenized": 0}') \g /dev/null
select pg_temp.lease(44, 55, 10, null, jsonb_build_object('drop_id', pg_temp.id(33))) \g /dev/null
select is((api.device_revoke(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('device', pg_temp.id(44)))).body::jsonb ->> 'state', 'revoked', 'a device is revoked');
select is(pg_temp.walk_in(33), '0/0/0', 'its leases end');
select is(pg_temp.try('pg_temp.upload(44, 1, 1)') || ', ' || pg_temp.try('pg_temp.lease(44, 56, 1)'), '401 key_revoked, 401 key_revoked', 'nothing it signs is accepted');
select is(pg_temp.try($$ api.device_revoke(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('device', pg_temp.id(44))) $$), '200', 'revoking twice changes nothing');
update device_nonces set expires_at = now() - interval '1 second';
select cmp_ok(api.janitor_device_nonces(pg_temp.id(1), 1000), '>', 0, 'old nonces are purged');
select is((select count(*) from device_nonces), 0::bigint, 'all of them');
-- ---- when it was seen: by whatever it asks, and not each time
select pg_temp.make_device(49, 'scan'), pg_temp.enrol(49) \g /dev/null
create function pg_temp.seen(p_ago interval) returns void language sql as $$
    update devices set last_seen_at = clock_timestamp() - p_ago where id = pg_temp.id(49) $$;
create function pg_temp.was_seen() returns boolean language sql as $$
    select last_seen_at > clock_timestamp() - interval '20 seconds' from devices where id = pg_temp.id(49) $$;
select pg_temp.seen('2 minutes') \g /dev/null
select api.device_seen(pg_temp.id(1), pg_temp.device(49)) \g /dev/null
select ok(pg_temp.was_seen(), 'a read is seen');
select pg_temp.seen('30 seconds') \g /dev/null
select api.device_seen(pg_temp.id(1), pg_temp.device(49)) \g /dev/null
select ok(not pg_temp.was_seen(), 'at most once a minute');
select pg_temp.seen('2 minutes') \g /dev/null
select device_lock(pg_temp.id(1), pg_temp.device(49)) \g /dev/null
select ok(pg_temp.was_seen(), 'so is a write');
select pg_temp.seen('30 seconds') \g /dev/null
select device_lock(pg_temp.id(1), pg_temp.device(49)) \g /dev/null
select ok(not pg_temp.was_seen(), 'not each time either');

select * from finish();
rollback;
