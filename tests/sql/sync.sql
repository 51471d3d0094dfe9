-- SPDX-License-Identifier: Apache-2.0
--
-- Uploads of venue devices: the chain, repeated and forked histories, and what becomes of redeems and
-- sales whichever order they arrive in.
begin;
\ir lib/devices.psql
select plan(71);

select pg_temp.make_device(41, 'scan'), pg_temp.enrol(41), pg_temp.make_device(42, 'till'),
    pg_temp.enrol(42), pg_temp.make_device(43, 'till'), pg_temp.enrol(43),
    pg_temp.make_device(44, 'till'), pg_temp.enrol(44), pg_temp.make_device(45, 'scan'),
    pg_temp.enrol(45) \g /dev/null
select is(drop_state, '4 issued') from (
    select issued || ' issued' as drop_state from drops where id = pg_temp.id(31)) d;

-- ---- the chain
select pg_temp.tell(41, 'heartbeat', 1, '{"backlog": 3}'),
    pg_temp.tell(41, 'reject', 2, '{"reason": "unknown"}'),
    pg_temp.tell(41, 'redeem', 3, pg_temp.scan(pg_temp.token(1))),
    pg_temp.tell(41, 'flourish', 4, '{"detail": "x"}', 'unknown_kind'),
    pg_temp.tell(41, 'heartbeat', 5, '{"backlog": 0}'),
    pg_temp.tell(41, 'sale', 6, pg_temp.sold(1)),
    pg_temp.tell(41, 'heartbeat', 7, '{"backlog": 9}') \g /dev/null

create temporary table answers (name text primary key, a api.answer);
insert into answers select 'late', pg_temp.upload(41, 3, 4);
select is((select (a).status || ' ' || ((a).body::jsonb ->> 'code') || ' ' || ((a).body::jsonb ->> 'expected_seq')
    from answers where name = 'late'), '409 gap 1', 'an upload that starts too late is told what is expected');
select is((select (a).body::jsonb ->> 'head' from answers where name = 'late'),
    roadshow.base64url(pg_temp.prev_of(41, 1)), 'and what its prev must be');
select is((select count(*) from device_uploads), 0::bigint, 'and leaves nothing behind');

insert into answers select 'first', pg_temp.upload(41, 1, 2, p_idem => 'one');
select is(pg_temp.results(a), '1 applied, 2 applied', 'the first lines') from answers where name = 'first';
select is((select (a).body::jsonb ->> 'head' from answers where name = 'first'),
    roadshow.base64url(pg_temp.prev_of(41, 3)), 'head is the hash of the last line');
insert into answers select 'again', pg_temp.upload(41, 1, 2, p_idem => 'two');
select ok((select (x.a).body = (y.a).body and (y.a).replayed from answers x, answers y
    where x.name = 'first' and y.name = 'again'), 'the same bytes give the same answer');
select is((select count(*) from device_uploads), 1::bigint, 'and are kept once');
select is(pg_temp.try($$ pg_temp.upload(41, 2, 3, p_idem => 'one') $$), '422 idempotency_key_reused',
    'one Idempotency-Key, two uploads');
select is(pg_temp.results(pg_temp.upload(41, 1, 3)), '1 duplicate, 2 duplicate, 3 applied',
    'lines that are known are duplicates, the others apply');
select is(pg_temp.results(pg_temp.upload(41, 4, 6)),
    '4 rejected unknown_kind, 5 applied, 6 rejected kind_not_allowed',
    'an unknown kind, and one that the profile forbids, do not block the next');
select is((select raw from device_events where device_id = pg_temp.id(41) and seq = 4),
    (select line from history where device = 41 and seq = 4), 'a rejected line is kept to the byte');
select is((select backlog from devices where id = pg_temp.id(41)), 0, 'the last heartbeat tells the backlog');
select is((select count(*) from walk_in_sales), 0::bigint, 'a rejected sale sells nothing');

-- An upload with a hole: what comes before it is applied, and the same bytes go on once it is filled.
insert into answers select 'hole', pg_temp.upload(41, 6, 7, '{"break": "gap"}');
select is((select (a).status || ' ' || ((a).body::jsonb ->> 'expected_seq') || ': ' || pg_temp.results(a)
    from answers where name = 'hole'), '409 8: 6 duplicate kind_not_allowed, 7 applied',
    'what came before a gap is applied');
select is((select (u.answer).status from device_uploads u where n = 4), null, 'and the answer stays open');
select is(pg_temp.results(pg_temp.upload(41, 6, 7)), '6 duplicate kind_not_allowed, 7 duplicate',
    'the same bytes are looked at again');

-- A line that nobody can read has the number its place gives it, and is known again by its hash.
insert into history select 41, 8, 'not json'::bytea, pg_temp.prev_of(41, 8), null, null, 'malformed', '{"detail": "why"}';
insert into answers select 'unreadable', pg_temp.upload(41, 8, 8, '{"first": null, "prev": null}');
select is(pg_temp.results(a), '8 rejected malformed', 'it comes next') from answers where name = 'unreadable';
select is((select (a).body::jsonb #>> '{results,0,detail}' from answers where name = 'unreadable'), 'why',
    'with its reason');
select pg_temp.tell(41, 'heartbeat', 9, '{}') \g /dev/null
select is(pg_temp.results(pg_temp.upload(41, 8, 9, '{"first": null, "prev": null}')),
    '8 duplicate malformed, 9 applied', 'and the chain goes on through it');

-- ---- nonces
insert into device_nonces values (pg_temp.id(1), pg_temp.id(41), 'n-1', sha256('other'), now() + interval '1 hour');
select pg_temp.tell(41, 'heartbeat', 10, '{}') \g /dev/null
select is(pg_temp.try($$ pg_temp.upload(41, 10, 10, p_sign => '{"nonce": "n-1"}') $$), '401 nonce_reused',
    'a nonce that came with another request');
select is(pg_temp.try($$ pg_temp.upload(41, 10, 10, '{"break": "gap"}', '{"nonce": "n-2"}') $$), '409', 'a new nonce');
select is(pg_temp.try($$ pg_temp.upload(41, 10, 10, '{"break": "gap"}', '{"nonce": "n-2"}') $$), '409',
    'the same request with the same nonce is a retry');

-- ---- double redemption: device 42 was earlier and uploads later
select pg_temp.tell(42, 'redeem', 1, pg_temp.scan(pg_temp.token(1)) || '{"gate": "north"}'),
    pg_temp.tell(42, 'redeem', 60, pg_temp.scan(pg_temp.token(2))),
    pg_temp.tell(42, 'redeem', 61, pg_temp.scan(pg_temp.token(2))),
    pg_temp.tell(42, 'redeem', 62, pg_temp.scan(pg_temp.id(999))),
    pg_temp.tell(42, 'redeem', 63, '{"shown": "forged"}'),
    pg_temp.tell(42, 'redeem', 64, pg_temp.scan(pg_temp.token(3), 2)),
    pg_temp.tell(42, 'redeem', 999999, pg_temp.scan(pg_temp.token(4))) \g /dev/null
select is((select state || ' ' || (redeemed_at = (select t from history where device = 41 and seq = 3))
    from tokens where id = pg_temp.token(1)), 'redeemed true', 'device 41 redeemed token 1');
insert into answers select 'earlier', pg_temp.upload(42, 1, 1);
select is(pg_temp.results(a), '1 applied', 'an earlier redemption takes over') from answers where name = 'earlier';
select is((select redeemed_at from tokens where id = pg_temp.token(1)),
    (select t from history where device = 42 and seq = 1), 'the token says so');
select is((select status || ' ' || code from device_events where device_id = pg_temp.id(41) and seq = 3),
    'conflict already_redeemed', 'the later one is now the conflict');
select is((select count(*) from cases), 1::bigint, 'one case');
select is((select kind || ' ' || subject || ' ' || (data ->> 'scans') from cases),
    'already_redeemed ' || pg_temp.token(1) || ' 2', 'about the token');
select is((select count(*) from case_events), 2::bigint, 'which holds both');
select is((select (a).body::jsonb #>> '{results,0,case_id}' from answers where name = 'earlier'),
    (select id::text from cases), 'and the answer names it');
select is((select string_agg(e ->> 'kind', ' ' order by o) from tokens t,
        jsonb_array_elements(ledger_history(pg_temp.id(1), t.ledger_index)) with ordinality as x(e, o)
    where t.id = pg_temp.token(1)), 'token.issued token.redeemed token.redemption_corrected',
    'the ledger has the correction');
select is((select redeemed::integer from drops where id = pg_temp.id(31)), 1, 'one unit is redeemed, not two');

insert into answers select 'many', pg_temp.upload(42, 2, 7);
select is(pg_temp.results(a), '2 applied, 3 conflict already_redeemed, 4 conflict not_genuine, '
    '5 conflict not_genuine, 6 conflict not_genuine, 7 conflict wrong_window',
    'a second scan by the same device, an unknown token, a forged one, a version to come, too late')
from answers where name = 'many';
select is((select string_agg(kind, ' ' order by kind) from cases),
    'already_redeemed already_redeemed not_genuine not_genuine not_genuine wrong_window', 'a case each');
select is((select state from tokens where id = pg_temp.token(4)), 'issued', 'outside the window nothing is redeemed');
select is((api.attendance_read(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('event', pg_temp.id(11)))).body::jsonb
    - 'event_id', '{"admissions": 8, "redemptions": 2, "refusals": 1, "walk_in_sold": 0, "walk_in_oversold": 0}',
    'bodies through the door and valid redemptions are counted apart');

-- States of tokens that a scan meets.
select tokens_move(pg_temp.id(1), array[pg_temp.token(3)], 'cancelled', array[now()], array['token.cancelled'], array['{}'::jsonb])
    from drops_lock(pg_temp.id(1), array[pg_temp.id(31)]) \g /dev/null
update tokens set version = 2, passed_at = now() where id = pg_temp.token(4);
select pg_temp.make_event(1, 13), pg_temp.make_device(46, 'scan', 13), pg_temp.enrol(46) \g /dev/null
select pg_temp.tell(45, 'redeem', 5, pg_temp.scan(pg_temp.token(3))),
    pg_temp.tell(45, 'redeem', 6, pg_temp.scan(pg_temp.token(4))),
    pg_temp.tell(46, 'redeem', 7, pg_temp.scan(pg_temp.token(4), 2)) \g /dev/null
select is(pg_temp.results(pg_temp.upload(45, 1, 2)), '1 conflict cancelled, 2 conflict superseded',
    'a cancelled token, and an old version after a transfer');
select is((select state from tokens where id = pg_temp.token(4)), 'issued', 'the new holder keeps the right');
select is(pg_temp.results(pg_temp.upload(46, 1, 1)), '1 conflict wrong_event', 'a token of another event');

-- A token whose unit is brought home is not valid at the door.
insert into orders (creator_id, id, key_id, state, service, lat, lon, token_id, event_id, ledger_index)
values (pg_temp.id(1), pg_temp.id(71), pg_temp.id(1), 'routed', 'standard', 0, 0, pg_temp.token(4), pg_temp.id(11), 0);
select pg_temp.make_device(47, 'scan'), pg_temp.enrol(47), pg_temp.tell(47, 'redeem', 8, pg_temp.scan(pg_temp.token(4), 2)) \g /dev/null
select is(pg_temp.results(pg_temp.upload(47, 1, 1)), '1 conflict home_delivery', 'a token whose unit is brought home');
select matches((api.mirror_read(pg_temp.id(1), pg_temp.device(47), '{}')).lines, pg_temp.token(4) || '.*"delivery":true',
    'which the mirror tells');
delete from orders where id = pg_temp.id(71);

-- ---- clocks
select pg_temp.tell(45, 'redeem', 3600 + 8, pg_temp.scan(pg_temp.token(4), 2)) \g /dev/null
select is(pg_temp.results(pg_temp.upload(45, 3, 3, p_sign => jsonb_build_object('device_time', now() + interval '1 hour'))),
    '3 applied', 'a device whose clock is an hour ahead');
select is((select corrected_at - ts from device_events where device_id = pg_temp.id(45) and seq = 3),
    interval '-1 hour', 'is corrected by it');
select is((select clock_skew_us || ' ' || clock_flagged from devices where id = pg_temp.id(45)), '3600000000 true', 'and flagged');
select pg_temp.tell(45, 'heartbeat', 3600 + 9, '{}') \g /dev/null
select pg_temp.upload(45, 4, 4, p_sign => jsonb_build_object('device_time', now() + interval '3600.4 seconds')) \g /dev/null
select is((select corrected_at - ts from device_events where device_id = pg_temp.id(45) and seq = 4), interval '-1 hour',
    'a measurement that differs by less than it can be wrong changes nothing');

-- ---- sales: 4 walk-in units
select is(pg_temp.walk_in(), '0/0/0', 'nothing sold yet');
select is((api.lease_create(pg_temp.id(1), pg_temp.device(42, 'lease'), jsonb_build_object('new_id', pg_temp.id(51),
    'signature', pg_temp.nonce(), 'body', jsonb_build_object('drop_id', pg_temp.id(31), 'quantity', 3,
        'until', now() + interval '2 hours')))).status, 201, 'device 42 leases 3 units');
select is(pg_temp.walk_in(), '0/0/3', 'which are its own');
-- Its sales happen within the lease's life, which starts an hour after the pickup window.
select pg_temp.tell(42, 'sale', 3602, pg_temp.sold(2, 51)), pg_temp.tell(43, 'sale', 3601, pg_temp.sold(1)),
    pg_temp.tell(43, 'sale', 3603, pg_temp.sold(2)), pg_temp.tell(42, 'sale', 3610, pg_temp.sold(1, 51)) \g /dev/null
select is(pg_temp.results(pg_temp.upload(43, 1, 1)), '1 applied', 'device 43 sells what is free');
select is(pg_temp.walk_in(), '1/0/3', 'beside the lease');
select is(pg_temp.results(pg_temp.upload(42, 8, 8)), '8 applied', 'device 42 sells from its lease');
select is(pg_temp.walk_in(), '3/0/1', 'and the lease shrinks');
select is(pg_temp.results(pg_temp.upload(43, 2, 2)), '2 conflict oversold', 'device 43 sells 2 when only 1 is left, leased');
select is(pg_temp.walk_in(), '4/1/0', 'goods that are gone are gone: the lease has nothing behind it');
select is((select data ->> 'units_short' from cases where kind = 'oversold'), '1', 'the case says by how many');
select is(pg_temp.results(pg_temp.upload(42, 9, 9)), '9 applied', 'a leased unit comes first, whenever it was sold');
select is((select short from walk_in_sale_lines where device_id = pg_temp.id(43) and seq = 2), 2, 'the other sale is short of both');
select is(pg_temp.walk_in(), '4/2/0', 'in all, 6 sold of 4');
select is((select (data ->> 'units_short') || ' ' || state from cases where kind = 'oversold'), '2 open', 'in one case');
select ok((select quantity = issued + (tokenized - held - issued) + held + walk_in_sold + walk_in_leased
        + (quantity - tokenized - walk_in_sold - walk_in_leased) from drops where id = pg_temp.id(31)), 'units add up');

-- A payment counts once; of two sales that name it, the earlier one.
select pg_temp.make_drop(1, 32) \g /dev/null
select pg_temp.make_drop(1, 33, '{"tokenized": 0}') \g /dev/null
select pg_temp.tell(43, 'sale', 3620, pg_temp.sold(5, null, 'pay-1', 33)), pg_temp.tell(44, 'sale', 3615, pg_temp.sold(4, null, 'pay-1', 33)) \g /dev/null
select is(pg_temp.results(pg_temp.upload(43, 3, 3)), '3 applied', 'a card sale');
select is(pg_temp.results(pg_temp.upload(44, 1, 1)), '1 applied', 'an earlier one with the same payment takes over');
select is((select status || ' ' || code from device_events where device_id = pg_temp.id(43) and seq = 3), 'duplicate same_payment', 'the later is its duplicate');
select is(pg_temp.walk_in(33), '4/0/0', 'and sells nothing');
select pg_temp.tell(44, 'sale', 3625, '{"method": "cash", "lines": [{"drop_id": "01900000-0000-7000-8000-000000002100", "quantity": 1,
    "amount": 1, "currency": "EUR"}, {"sku": "poster", "quantity": 1, "amount": 1, "currency": "EUR"}]}') \g /dev/null
select is(pg_temp.results(pg_temp.upload(44, 2, 2)), '2 conflict unknown_product', 'goods that the creator does not have');

-- ---- forks
insert into history select 44, 3, 'other'::bytea, '\x00', 'heartbeat', now(), null, '{}';
insert into answers select 'fork', pg_temp.upload(44, 3, 3);
select is((select (a).status || ' ' || ((a).body::jsonb ->> 'code') from answers where name = 'fork'), '409 fork', 'a line that names another history');
select is((select state from devices where id = pg_temp.id(44)) || ' '
    || (select count(*) from device_events where device_id = pg_temp.id(44)), 'quarantined 2', 'quarantines the device and applies nothing');
select ok((select y.replayed and y.body = (x.a).body from answers x, pg_temp.upload(44, 3, 3) y where x.name = 'fork'), 'the same bytes, the same answer');
select is(pg_temp.try('pg_temp.upload(44, 1, 1)'), '200', 'as do those from before');
select is(pg_temp.try('pg_temp.upload(44, 1, 2)'), '403 device_quarantined', 'but nothing new is heard');
select * from finish();
rollback;
