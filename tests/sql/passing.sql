-- SPDX-License-Identifier: Apache-2.0
--
-- Passing tokens on: a transfer kills the version before and keeps the token, within its drop's rules;
-- provenance opens to its holder only; resale goes to who is next in line, at no more than the cap, and every
-- way out of it leaves the token with exactly one person.
begin;
\ir lib/fixture.psql
select plan(77);

create function pg_temp.token_of(p_drop integer, p_serial integer) returns uuid language sql as $$
    select id from tokens where drop_id = pg_temp.id(p_drop) and serial = p_serial $$;
create function pg_temp.key(p_buyer text) returns bytea language sql immutable as $$
    select sha256(convert_to(p_buyer, 'UTF8')) $$;
create function pg_temp.holder_of(p_token uuid) returns bytea language sql as $$
    select buyer_key from tokens where id = p_token $$;
create function pg_temp.units(p_drop integer, p_buyer text) returns integer language sql as $$
    select units from drop_buyers where drop_id = pg_temp.id(p_drop) and buyer_key = pg_temp.key(p_buyer) $$;
create function pg_temp.give(p_token uuid, p_to text, p_version integer default 1, p_creator integer default 1) returns api.answer language sql as $$
    select pg_temp.post(p_creator, 'token_transfer', jsonb_build_object('token', p_token, 'kid', 'kid-2', 'buyer', encode(pg_temp.key(p_to), 'hex'),
        'holder', encode(pg_temp.holder(p_to), 'hex'), 'salt', encode(pg_temp.salt(p_to), 'hex')), jsonb_build_object('version', p_version)) $$;
create function pg_temp.status_of(p_token uuid, p_index integer) returns integer language sql as $$
    select coalesce((select e.status from status_entries e where e.token_id = p_token and e.index = p_index), 0) $$;

create function pg_temp.rules(p_more text default '') returns jsonb language sql as $$
    select ('{"per_person": 2, "transfer": {"cut_off_s": 60' || p_more || '}}')::jsonb $$;
update events set starts_at = now() + interval '1 hour' where id = pg_temp.id(11);
select pg_temp.make_drop(1, 31, pg_temp.rules()), pg_temp.make_drop(1, 32), pg_temp.make_drop(1, 33, pg_temp.rules(', "cool_down_s": 600')) \g /dev/null
select pg_temp.claims(1, '[{"drop": 31, "buyer": "ann", "claim": 500, "quantity": 2}, {"drop": 32, "buyer": "ann"}, {"drop": 33, "buyer": "ann"}, {"drop": 31, "buyer": "dan", "quantity": 2}]') \g /dev/null

-- ---- transfer
create temporary table t as select id, status_index, ledger_index from tokens where id = pg_temp.token_of(31, 1);
select throws_ok($$ select pg_temp.give(pg_temp.token_of(32, 1), 'bob') $$, 'RS409', 'transfer_not_allowed', 'by default nothing is passed on');
select throws_ok($$ select pg_temp.give(pg_temp.token_of(33, 1), 'bob') $$, 'RS409', 'cool_down', 'nor before the cool-down is over');
select throws_ok($$ select pg_temp.give(id, 'bob', 2) from t $$, 'RS409', 'version_changed', 'of another version than there is');
select throws_ok($$ select pg_temp.give(id, 'ann') from t $$, 'RS409', 'same_holder', 'to who has it');
select throws_ok($$ select pg_temp.give(id, 'dan') from t $$, 'RS409', 'limit_reached', 'to who has all that one may have');
select throws_ok($$ select pg_temp.give(id, 'bob', 1, 2) from t $$, 'RS404', 'not_found', 'nor another creator''s');
create temporary table given as select r.* from t, pg_temp.give(t.id, 'bob') as r;
select results_eq($$ select status, body::jsonb ->> 'id', body::jsonb -> 'serial', body::jsonb -> 'version', body::jsonb ->> 'state', body::jsonb #>> '{jwt,kid}' from given $$,
    $$ select 200, id::text, '1'::jsonb, '2'::jsonb, 'issued', 'kid-2' from t $$, 'a transfer keeps token and serial, and raises the version');
select is(pg_temp.holder_of(id), pg_temp.key('bob'), 'it is another''s') from t;
select is(pg_temp.units(31, 'ann') || '/' || pg_temp.units(31, 'bob'), '1/1', 'each counts what they have');
select is(pg_temp.status_of(id, status_index), 1, 'the version before is invalid in the status list') from t;
select is((select pg_temp.status_of(k.id, k.status_index) + case when k.status_index = t.status_index then 9 else 0 end
    from tokens k, t where k.id = t.id), 0, 'the new one is valid, at another index');
select results_eq($$ select l.entry::jsonb -> 'data', l.entry::jsonb -> 'prev' from ledger l join tokens k on k.creator_id = l.creator_id
        and k.ledger_index = l.index join t on t.id = k.id $$,
    $$ select jsonb_build_object('drop_id', pg_temp.id(31), 'serial', 1, 'version', 2, 'from', base64url(pg_temp.holder('ann')),
        'to', base64url(pg_temp.holder('bob'))), to_jsonb(t.ledger_index) from t $$, 'the ledger has commitments to both');
select throws_ok($$ select pg_temp.give(id, 'cem') from t $$, 'RS409', 'version_changed', 'who saw the old version comes too late');
select is((select pg_temp.counts(1, 31)), '0/4/0/5', 'nothing else changed');
select is((select redeemed_at from tokens k, t where k.id = t.id), null, 'least of all its state');
select is((pg_temp.give(id, 'cem', 2)).status, 200, 'it may be passed on again') from t;
select is(pg_temp.units(31, 'bob') || '/' || pg_temp.units(31, 'cem'), '0/1', 'and is counted there');
select pg_temp.claims(1, '[{"drop": 31, "buyer": "bob", "quantity": 2}]') \g /dev/null
select is(pg_temp.units(31, 'bob'), 2, 'who passed on may claim again');

-- ---- provenance
create function pg_temp.holders(p_shown integer) returns jsonb language sql as $$
    select (api.token_provenance(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('token', t.id, 'shown', p_shown))).body::jsonb -> 'holders' from t $$;
select results_eq($$ select h -> 'version', h ->> 'commitment' from jsonb_array_elements(pg_temp.holders(null)) as h $$,
    $$ select to_jsonb(n), base64url(pg_temp.holder(b)) from (values (1, 'ann'), (2, 'bob'), (3, 'cem')) as x(n, b) $$, 'its holders, as commitments');
select is((select array_agg(h -> 'salt') from jsonb_array_elements(pg_temp.holders(null)) as h), array['null', 'null', 'null']::jsonb[], 'open to nobody');
select is((select array_agg(h ->> 'salt') from jsonb_array_elements(pg_temp.holders(2)) as h), array[null, encode(pg_temp.salt('bob'), 'hex'), null], 'but each to its holder');
select results_eq($$ select (h -> 'ledger_index')::bigint from jsonb_array_elements(pg_temp.holders(null)) as h $$,
    $$ select index from ledger, t where subject = t.id and kind in ('token.issued', 'token.transferred') order by index $$, 'each where the ledger has it');
select is((select jsonb_array_length((api.token_provenance(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('token', pg_temp.token_of(32, 1)))).body::jsonb -> 'holders')), 1,
    'a token that was never passed on has one');
select throws_ok($$ select api.token_provenance(pg_temp.id(2), pg_temp.owner(2), jsonb_build_object('token', t.id)) from t $$, 'RS404', 'not_found', 'others have no look');

-- ---- a person is erased, and gets a token afterwards
insert into erasures (creator_id, buyer_key, id, blind_key, asked_at, next_at, ledger_index)
    values (pg_temp.id(1), pg_temp.key('dan'), pg_temp.id(9), sha256('blind dan'), now(), now(), 0);
update drops set closes_at = now() - interval '1 second' where id = pg_temp.id(31);
select erasure_step(e, erasure_drops(e), 'infinity') from erasures e \g /dev/null
select is((select array_agg(units) from drop_buyers where drop_id = pg_temp.id(31) and buyer_key in (pg_temp.key('dan'), sha256('blind dan'))), '{2}'::integer[], 'another key stands for them');
update drop_buyers set units = 1 where buyer_key = sha256('blind dan');
insert into drop_buyers (creator_id, drop_id, buyer_key, units, per_person) values (pg_temp.id(1), pg_temp.id(31), pg_temp.key('dan'), 1, 2);
select erasure_step(e, erasure_drops(e), 'infinity') from erasures e \g /dev/null
select is((select array_agg(units) from drop_buyers where drop_id = pg_temp.id(31) and buyer_key in (pg_temp.key('dan'), sha256('blind dan'))), '{2}'::integer[], 'and for what they got since');
delete from erasures;
update drops set closes_at = now() + interval '1 hour' where id = pg_temp.id(31);

-- ---- when
update events set starts_at = now() + interval '50 seconds' where id = pg_temp.id(11);
select throws_ok($$ select pg_temp.give(pg_temp.token_of(31, 2), 'eve') $$, 'RS409', 'cut_off', 'after the cut-off nothing is passed on');
update events set starts_at = now() + interval '1 hour' where id = pg_temp.id(11);
select tokens_move(pg_temp.id(1), array[pg_temp.token_of(31, 2)], 'redeemed', array[now()], array['token.redeemed'], array[null]::jsonb[]) \g /dev/null
select throws_ok($$ select pg_temp.give(pg_temp.token_of(31, 2), 'eve') $$, 'RS409', 'token_state', 'nor what was redeemed');

-- ---- a person is forgotten
select person_blind(pg_temp.id(1), pg_temp.id(31), pg_temp.key('bob'), sha256('blind')) \g /dev/null
select is((select array_agg(h ->> 'salt') from jsonb_array_elements(pg_temp.holders(2)) as h), array[null, null, null]::text[], 'then nothing opens their commitment');
select is((select h ->> 'commitment' from jsonb_array_elements(pg_temp.holders(2)) as h where h -> 'version' = '2'), base64url(pg_temp.holder('bob')), 'which stays');
select is_empty($$ select from token_holders where buyer_key = pg_temp.key('bob') $$, 'and nothing leads to them');

-- ---- resale
select pg_temp.make_drop(1, 41, pg_temp.rules(', "resale": {"price_cap": {"amount": 3000, "currency": "EUR"}}') || '{"tokenized": 3, "offer_ttl_s": 600}'),
    pg_temp.make_drop(1, 42, pg_temp.rules(', "resale": {}') || '{"tokenized": 1}') \g /dev/null
select throws_ok($$ select pg_temp.make_drop(1, 90, pg_temp.rules(', "resale": {"price_cap": {"amount": 1, "currency": "USD"}}')) $$, 'RS422', 'validation_failed', 'the cap is in the product''s currency');
select is((select resale_cap || resale_currency from drops where id = pg_temp.id(42)), '2500EUR', 'without one it is the product''s price');
select pg_temp.claims(1, '[{"drop": 41, "buyer": "ann"}, {"drop": 41, "buyer": "bob"}, {"drop": 41, "buyer": "cem"}, {"drop": 42}]') \g /dev/null
create function pg_temp.offer(p_serial integer, p_price integer default null, p_drop integer default 41) returns api.answer language sql as $$
    select pg_temp.post(1, 'resale_list', jsonb_build_object('token', pg_temp.token_of(p_drop, p_serial), 'new_id', uuid_v7()),
        jsonb_build_object('version', (select version from tokens where id = pg_temp.token_of(p_drop, p_serial))) || case when p_price is null then '{}'
            else jsonb_build_object('price', money(p_price, 'EUR')) end) $$;
create function pg_temp.act(p_what text, p_serial integer, p_body jsonb default '{}') returns api.answer language sql as $$
    select pg_temp.post(1, 'resale_' || p_what, jsonb_build_object('token', pg_temp.token_of(41, p_serial), 'kid', 'kid-3'), p_body) $$;
create function pg_temp.pay(p_serial integer, p_reference text) returns api.answer language sql as $$
    select pg_temp.act('settle', p_serial, jsonb_build_object('payment', jsonb_build_object('reference', p_reference))) $$;
create function pg_temp.state(p_serial integer) returns text language sql as $$
    select k.state || ' v' || k.version || ' ' || coalesce((select l.state from resale_listings l where l.token_id = k.id order by listed_at desc limit 1), '-')
    from tokens k where k.id = pg_temp.token_of(41, p_serial) $$;
create function pg_temp.place(p_buyer text) returns text language sql as $$
    select waitlist_state(e, d) from waitlist_entries e join drops d on d.id = e.drop_id where e.drop_id = pg_temp.id(41) and buyer_key = pg_temp.key(p_buyer)
    order by place desc limit 1 $$;
create function pg_temp.work() returns integer language sql as $$ select api.janitor_resales(pg_temp.id(1), 100) $$;
select throws_ok($$ select pg_temp.offer(1, null, 31) $$, 'RS409', null, 'what may be passed on may not be resold by that');
select throws_ok($$ select pg_temp.offer(1, 3001) $$, 'RS422', 'price_above_cap', 'not above the cap');
select throws_ok($$ select pg_temp.act('read', 1) $$, 'RS404', 'not_found', 'what was never offered has no listing');
select results_eq($$ select status, body::jsonb ->> 'state', body::jsonb -> 'price' from pg_temp.offer(1, 2800) $$,
    $$ values (201, 'listed', money(2800, 'EUR')) $$, 'a token is offered');
select is(pg_temp.state(1), 'suspended v1 listed', 'and suspended');
select is(pg_temp.status_of(id, status_index), 2, 'as its status list says') from tokens where id = pg_temp.token_of(41, 1);
select is(token_now(pg_temp.id(1), pg_temp.token_of(41, 1)) -> 'jwt', 'null', 'it has no text');
select throws_ok($$ select pg_temp.offer(1) $$, 'RS409', 'token_state', 'it is offered once');
select throws_ok($$ select pg_temp.give(pg_temp.token_of(41, 1), 'zoe') $$, 'RS409', 'token_state', 'and not passed on meanwhile');
select throws_ok($$ select pg_temp.pay(1, 'r-0') $$, 'RS409', 'no_offer', 'nobody can buy it past the line');
select is(pg_temp.work(), 0, 'nobody waits, nothing is offered to anybody');
select is((pg_temp.act('withdraw', 1)).body::jsonb ->> 'state', 'withdrawn', 'it is taken back');
select is(pg_temp.state(1), 'issued v1 withdrawn', 'and good again');
select is(pg_temp.status_of(id, status_index), 0, 'in its status list too') from tokens where id = pg_temp.token_of(41, 1);
select is((select count(*) from ledger where subject = pg_temp.token_of(41, 1) and kind in ('token.listed', 'token.withdrawn')), 2::bigint, 'the ledger has both');

-- ---- to who is next
select pg_temp.joins(1, '[{"drop": 41, "buyer": "dan", "claim": 650}, {"drop": 41, "buyer": "eve"}, {"drop": 41, "buyer": "fay"}]') \g /dev/null
select pg_temp.offer(1, 2000), pg_temp.offer(2) \g /dev/null
select is(pg_temp.work(), 2, 'two listings find two people');
select is(pg_temp.place('dan') || ' ' || pg_temp.place('eve') || ' ' || pg_temp.place('fay'), 'offered offered waiting', 'in their order');
select is((select code from pg_temp.joins(1, '[{"drop": 41, "buyer": "dan"}]')), 'already_waiting', 'who has an offer to buy waits for no other');
select is((select waiting::integer from drops where id = pg_temp.id(41)), 1, 'one waits');
select is((select l.entry::jsonb -> 'data' from ledger l where kind = 'waitlist.offered' order by index limit 1),
    jsonb_build_object('drop_id', pg_temp.id(41), 'quantity', 1, 'why', 'resale', 'token_id', pg_temp.token_of(41, 1), 'price', money(2000, 'EUR')), 'the ledger says why');
select is((pg_temp.post(1, 'waitlist_read', jsonb_build_object('drop', pg_temp.id(41), 'entry', waitlist_id(pg_temp.id(650))))).body::jsonb -> 'offer' ->> 'token_id',
    pg_temp.token_of(41, 1)::text, 'who has the offer sees it');
select throws_ok($$ select pg_temp.act('withdraw', 1) $$, 'RS409', 'offer_pending', 'it cannot be taken back meanwhile');
select throws_ok($$ select pg_temp.post(1, 'token_cancel', jsonb_build_object('token', pg_temp.token_of(41, 1))) $$, 'RS409', 'offer_pending', 'nor cancelled');
select results_eq($$ select status, body::jsonb -> 'version', body::jsonb #>> '{jwt,kid}' from pg_temp.pay(1, 'r-1') $$, $$ values (200, '2'::jsonb, 'kid-3') $$, 'paid: it is theirs');
select is(pg_temp.state(1), 'issued v2 sold', 'under another version');
select is(pg_temp.holder_of(pg_temp.token_of(41, 1)), pg_temp.key('dan'), 'another''s');
select is(pg_temp.units(41, 'ann') || '/' || pg_temp.units(41, 'dan'), '0/1', 'as is counted');
select is(pg_temp.place('dan'), 'taken', 'who waits no more');
select is((select string_agg(kind, ' ' order by index) from ledger where subject = pg_temp.token_of(41, 1)),
    'token.issued token.listed token.withdrawn token.listed token.sold token.transferred', 'the ledger has all of it');
select ok(not exists (select from ledger where entry like '%r-1%'), 'but the payment');
select throws_ok($$ select pg_temp.pay(2, 'r-1') $$, 'RS409', 'payment_used', 'a payment is for one');

-- ---- to the one after
update resale_listings set offered_until = now() where token_id = pg_temp.token_of(41, 2);
select throws_ok($$ select pg_temp.pay(2, 'r-2') $$, 'RS409', 'no_offer', 'who is too late is');
select is(pg_temp.work(), 2, 'the offer ends and goes on');
select is(pg_temp.place('eve') || ' ' || pg_temp.place('fay') || ' ' || pg_temp.state(2), 'lapsed offered suspended v1 offered', 'to the next');
select is((select count(*) from ledger where kind = 'waitlist.lapsed'), 1::bigint, 'as the ledger says');
select is((pg_temp.post(1, 'waitlist_leave', jsonb_build_object('drop', pg_temp.id(41), 'entry', (select id from waitlist_entries
    where drop_id = pg_temp.id(41) and buyer_key = pg_temp.key('fay'))))).body::jsonb ->> 'state', 'lapsed', 'who does not want it says so');
select is(pg_temp.state(2), 'suspended v1 listed', 'and it is there for others');
select is((pg_temp.post(1, 'token_cancel', jsonb_build_object('token', pg_temp.token_of(41, 2)))).body::jsonb ->> 'state', 'cancelled', 'a listed token may be cancelled');
select is(pg_temp.state(2), 'cancelled v1 withdrawn', 'and is off the market');

-- ---- the cut-off, and who has enough
select pg_temp.offer(3) \g /dev/null
update resale_listings set ends_at = now() where token_id = pg_temp.token_of(41, 3);
select is(pg_temp.work() || ' ' || pg_temp.state(3), '1 issued v1 withdrawn', 'at the cut-off it is good again');
select pg_temp.claims(1, '[{"drop": 41, "buyer": "gus"}]'), pg_temp.joins(1, '[{"drop": 41, "buyer": "hal"}, {"drop": 41, "buyer": "ida"}]') \g /dev/null
insert into drop_buyers (creator_id, drop_id, buyer_key, units, per_person) values (pg_temp.id(1), pg_temp.id(41), pg_temp.key('hal'), 2, 2);
select pg_temp.offer(3) \g /dev/null
select is(pg_temp.work() || ' ' || pg_temp.place('hal') || ' ' || pg_temp.place('ida'), '2 skipped offered', 'who has all that one may have is skipped');

select is_empty($$ select k.id from tokens k where (k.state = 'suspended') <> exists (select from resale_listings l where l.token_id = k.id and l.state in ('listed', 'offered')) $$,
    'what is suspended is listed, and nothing else');
select is_empty($$ select d.id from drops d where waiting <> (select count(*) from waitlist_entries e where e.drop_id = d.id and e.state = 'waiting') $$, 'who is counted waits');
select is_empty($$ select b.buyer_key from drop_buyers b where b.buyer_key <> pg_temp.key('hal') and b.units <> (select count(*) from tokens k where k.drop_id = b.drop_id
    and k.buyer_key = b.buyer_key and k.state not in ('expired', 'cancelled')) $$, 'everybody has what is counted');
select finish();
rollback;
