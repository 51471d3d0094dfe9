-- SPDX-License-Identifier: Apache-2.0
--
-- The waitlist: who may wait, that what comes back goes to who waits in order and to nobody else, that every
-- place that is reached is offered something or told why not, and that a draw's remainder waits in its order.
begin;
\ir lib/fixture.psql
select plan(74);

create function pg_temp.codes(p_items jsonb) returns text language sql as $$
    select string_agg(coalesce(code, case when replayed then 'again:' || "position" else "position"::text end), ' '
        order by item) from pg_temp.joins(1, p_items) $$;
create function pg_temp.claim_codes(p_items jsonb) returns text language sql as $$
    select string_agg(coalesce(code, serial::text), ' ' order by item) from pg_temp.claims(1, p_items) $$;
create function pg_temp.state(p_drop integer, p_buyer text) returns text language sql as $$
    select waitlist_state(e, d) from waitlist_entries e join drops d on d.creator_id = e.creator_id and d.id = e.drop_id
    where e.drop_id = pg_temp.id(p_drop) and buyer_key = sha256(convert_to(p_buyer, 'UTF8')) order by place desc limit 1 $$;
create function pg_temp.entry(p_drop integer, p_buyer text) returns uuid language sql as $$
    select id from waitlist_entries where drop_id = pg_temp.id(p_drop)
        and buyer_key = sha256(convert_to(p_buyer, 'UTF8')) order by place desc limit 1 $$;
create function pg_temp.token_of(p_drop integer, p_serial integer) returns uuid language sql as $$
    select id from tokens where drop_id = pg_temp.id(p_drop) and serial = p_serial $$;
create function pg_temp.cancel(p_drop integer, p_serial integer) returns integer language sql as $$
    select (api.token_cancel(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('token', pg_temp.token_of(p_drop, p_serial)))).status $$;
create function pg_temp.waiting(p_drop integer) returns integer language sql as $$
    select waiting from drops where id = pg_temp.id(p_drop) $$;
create function pg_temp.act(p_what text, p_drop integer, p_buyer text) returns api.answer language sql as $$
    select pg_temp.post(1, 'waitlist_' || p_what, jsonb_build_object('drop', pg_temp.id(p_drop), 'entry', pg_temp.entry(p_drop, p_buyer))) $$;
create function pg_temp.work() returns integer language sql as $$ select api.janitor_waitlist(pg_temp.id(1), 100) $$;

-- ---- joining
select pg_temp.make_drop(1, 31, '{"tokenized": 3, "per_person": 3}'),
    pg_temp.make_drop(1, 34, jsonb_build_object('opens_at', now() + interval '1 hour', 'closes_at', now() + interval '2 hours')),
    pg_temp.make_drop(1, 35, jsonb_build_object('opens_at', now() - interval '2 hours', 'closes_at', now() - interval '1 hour')),
    pg_temp.make_draw(1, 33) \g /dev/null
select is(pg_temp.codes('[{"drop": 31}, {"drop": 34}, {"drop": 35}, {"drop": 33}, {"drop": 99}, {"drop": 31, "key": 102}]'),
    'not_sold_out not_open closed is_draw not_found key_revoked', 'who need not or may not wait is told so');
select pg_temp.claim_codes('[{"drop": 31, "buyer": "ann"}, {"drop": 31, "buyer": "bob", "quantity": 2}]') \g /dev/null
create temporary table head as select size from ledger_heads where creator_id = pg_temp.id(1);
select results_eq($$ select status, "position", quantity, replayed, ledger_index, entry_id from pg_temp.joins(1,
        '[{"drop": 31, "buyer": "cem", "idem": "c", "quantity": 2, "claim": 600}]') $$,
    $$ select 201, 1, 2, false, size, waitlist_id(pg_temp.id(600)) from head $$, 'sold out: the first in line');
select results_eq($$ select entry::jsonb - 'at' from ledger, head where creator_id = pg_temp.id(1) and index = size $$,
    $$ select jsonb_build_object('index', size, 'kind', 'waitlist.joined', 'subject', waitlist_id(pg_temp.id(600)), 'prev', null,
        'data', jsonb_build_object('drop_id', pg_temp.id(31), 'quantity', 2, 'place', 1)) from head $$,
    'the ledger has the place, and nothing about the person');
select is(pg_temp.codes('[{"drop": 31, "buyer": "dan"}, {"drop": 31, "buyer": "dan"}, {"drop": 31, "buyer": "eve", "quantity": 3}, {"drop": 31, "buyer": "cem"}]'),
    '2 already_waiting 3 already_waiting', 'one place a person, in order');
select is(pg_temp.codes('[{"drop": 31, "buyer": "cem", "idem": "c", "quantity": 2}, {"drop": 31, "buyer": "cem", "idem": "c", "body": "x"}]'),
    'again:1 idempotency_key_reused', 'the same again is the same answer');
select is(pg_temp.codes('[{"drop": 31, "buyer": "fay", "idem": "f"}, {"drop": 31, "buyer": "fay", "idem": "f"}]'), '4 again:4',
    'within a batch too');
select is(pg_temp.waiting(31), 4, 'the drop counts them');
select is(pg_temp.codes('[{"drop": 31, "buyer": "bob"}]'), '5', 'who has some may wait for more');
select is(drop_counts(d) -> 'waitlisted', '5', 'as everybody sees') from drops d where id = pg_temp.id(31);
select pg_temp.make_drop(1, 36, '{"tokenized": 1, "per_person": 1}') \g /dev/null
select pg_temp.claim_codes('[{"drop": 36, "buyer": "ann"}]') \g /dev/null
select is(pg_temp.codes('[{"drop": 36, "buyer": "ann"}]'), 'limit_reached', 'but not who has all that one may have');
select is((pg_temp.act('read', 31, 'eve')).body::jsonb -> 'position', '3', 'a place is told');
select is((api.waitlist_list(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('drop', pg_temp.id(31), 'limit', 2))).body::jsonb
    -> 'entries' -> 1 ->> 'id', pg_temp.entry(31, 'dan')::text, 'the line is listed in order');
select throws_ok($$ select api.waitlist_read(pg_temp.id(2), pg_temp.owner(2), jsonb_build_object('drop', pg_temp.id(31),
    'entry', pg_temp.entry(31, 'eve'))) $$, 'RS404', 'not_found', 'to nobody but its creator');
select throws_ok($$ update drops set waiting = -1 where id = pg_temp.id(31) $$, '23514', null, 'and never less than nobody');
select throws_ok($$ insert into waitlist_entries select (jsonb_populate_record(e, jsonb_build_object('id', pg_temp.id(1), 'place', 99,
    'idem_key', 'zz'))).* from waitlist_entries e where id = pg_temp.entry(31, 'eve') $$, '23505', null, 'a place a person is a constraint');

-- ---- what comes back
select is(pg_temp.work(), 0, 'nothing came back, nothing is offered');
select is(pg_temp.cancel(31, 1), 200, 'a unit comes back');
select is((select entry::jsonb #>> '{data,returned_to}' from ledger where kind = 'token.cancelled' order by index desc limit 1),
    'waitlist', 'for those who wait');
select is(pg_temp.claim_codes('[{"drop": 31, "buyer": "zoe"}]'), 'sold_out', 'nobody goes past the line');
select is(pg_temp.work(), 1, 'the janitor offers it');
select is(pg_temp.state(31, 'cem'), 'offered', 'to the first');
select is((select given from waitlist_entries where id = pg_temp.entry(31, 'cem')), 1, 'as many as there are, of two wanted');
select results_eq($$ select t.id, t.state, t.held_until - t.created_at, t.window_name from tokens t where drop_id = pg_temp.id(31) and serial = 4 $$,
    $$ values (token_id(pg_temp.id(600), 1), 'held', interval '1 hour', null::text) $$, 'as a hold, under the claim that it was to become');
select results_eq($$ select l.kind, l.entry::jsonb -> 'data' from ledger l where creator_id = pg_temp.id(1) order by index desc limit 2 $$,
    $$ values ('waitlist.offered', jsonb_build_object('drop_id', pg_temp.id(31), 'quantity', 1, 'why', 'returned')),
        ('token.held', jsonb_build_object('drop_id', pg_temp.id(31), 'serial', 4, 'version', 1, 'entry_id', pg_temp.entry(31, 'cem'))) $$,
    'and the ledger says why');
select is(pg_temp.waiting(31), 4, 'four wait');
select is((pg_temp.act('read', 31, 'eve')).body::jsonb -> 'position', '2', 'and move up');
select is((pg_temp.act('read', 31, 'cem')).body::jsonb #>> '{tokens,0,state}', 'held', 'who has the offer sees it');
select is((pg_temp.act('accept', 31, 'cem')).body::jsonb #>> '{tokens,0,state}', 'issued', 'and takes it');
select is(pg_temp.state(31, 'cem'), 'taken', 'taken it is');
select throws_ok($$ select pg_temp.act('accept', 31, 'cem') $$, 'RS409', 'no_offer', 'once');
select throws_ok($$ select pg_temp.act('accept', 31, 'eve') $$, 'RS409', 'no_offer', 'who has no offer takes none');

-- ---- offers that are not taken go on
select pg_temp.cancel(31, 2), pg_temp.cancel(31, 3) \g /dev/null
select is(pg_temp.work(), 2, 'two units come back: dan wanted one, eve three');
select is(pg_temp.state(31, 'dan') || ' ' || pg_temp.state(31, 'eve') || ' ' || pg_temp.state(31, 'fay'), 'offered offered waiting', 'in order');
update tokens set held_until = now() - interval '1 second' where drop_id = pg_temp.id(31) and state = 'held'
    and claim_id = (select claim_id from waitlist_entries where id = pg_temp.entry(31, 'dan'));
select is(pg_temp.state(31, 'dan'), 'lapsed', 'dan did not come in time');
select is(api.janitor_holds(pg_temp.id(1), 100), 1, 'his hold ends');
select is((select entry::jsonb #>> '{data,returned_to}' from ledger where kind = 'token.expired' order by index desc limit 1), 'waitlist', 'for the next');
select is((pg_temp.act('leave', 31, 'eve')).body::jsonb ->> 'state', 'left', 'eve does not want hers');
select is(pg_temp.work(), 2, 'both go on');
select is(pg_temp.state(31, 'fay') || ' ' || pg_temp.state(31, 'bob'), 'offered offered', 'to fay and to bob');
select is(pg_temp.waiting(31), 0, 'nobody waits any more');
select is(pg_temp.cancel(31, (select serial from tokens where drop_id = pg_temp.id(31) and state = 'held' order by serial desc limit 1)), 200, 'bob''s is cancelled');
select is((select entry::jsonb #>> '{data,returned_to}' from ledger where kind = 'token.cancelled' order by index desc limit 1), 'pool', 'now to the pool');
select is(pg_temp.claim_codes('[{"drop": 31, "buyer": "zoe"}]'), '9', 'where anybody claims it');

-- ---- leaving, and who is skipped
select is(pg_temp.codes('[{"drop": 31, "buyer": "gus"}, {"drop": 31, "buyer": "hal"}, {"drop": 31, "buyer": "ida"}]'), '1 2 3', 'three more wait');
select is((pg_temp.act('leave', 31, 'gus')).body::jsonb ->> 'state', 'left', 'the first goes');
select throws_ok($$ select pg_temp.act('leave', 31, 'gus') $$, 'RS409', 'not_waiting', 'once');
select is(pg_temp.waiting(31), 2, 'two wait');
insert into drop_buyers (creator_id, drop_id, buyer_key, units, per_person) values (pg_temp.id(1), pg_temp.id(31), sha256('hal'), 3, 3);
select pg_temp.cancel(31, 9) \g /dev/null
select is(pg_temp.work(), 2, 'one unit comes back, two places are reached');
select is(pg_temp.state(31, 'hal') || ' ' || pg_temp.state(31, 'ida'), 'skipped offered', 'who has all that one may have is skipped');
select is((select entry::jsonb -> 'data' from ledger where kind = 'waitlist.skipped'),
    jsonb_build_object('drop_id', pg_temp.id(31), 'why', 'limit_reached'), 'and told why');
insert into api_keys (creator_id, id, role, name, secret_sha256) values (pg_temp.id(1), pg_temp.id(150), 'storefront', 'shop', sha256('x'));
create function pg_temp.as_fan(p_what text, p_drop integer, p_buyer text, p_is_theirs boolean) returns api.answer language plpgsql as $$
declare
    a api.answer;
begin
    execute format('select (r).* from api.waitlist_%I($1, $2, $3) as r', p_what) into a
    using pg_temp.id(1), pg_temp.caller('storefront', pg_temp.id(150), gen_random_uuid()::text), jsonb_build_object(
        'drop', pg_temp.id(p_drop), 'entry', pg_temp.entry(p_drop, p_buyer), 'is_theirs', p_is_theirs);
    return a;
end $$;
select throws_ok(format($$ select pg_temp.as_fan(%L, 31, 'ida', false) $$, what), 'RS422', 'receipt_invalid', 'a fan needs the receipt to ' || what)
from unnest(array['collect', 'accept', 'leave']) as what;
select is((pg_temp.as_fan('read', 31, 'ida', false)).body::jsonb #> '{tokens,0,jwt}', 'null', 'and to see a token''s text');
-- ---- windows and holds hold in line too
select (api.drop_create(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('new_id', pg_temp.id(51), 'window_codes', '[null, null]'::jsonb,
    'body', jsonb_build_object('event_id', pg_temp.id(11), 'sku', 'print', 'quantity', 1, 'tokenized', 1, 'mode', 'fcfs', 'per_person', 1,
        'opens_at', now() - interval '1 minute', 'closes_at', now() + interval '1 hour', 'windows', jsonb_build_array(
            jsonb_build_object('name', 'members', 'proof', 'invitation'),
            jsonb_build_object('name', 'public', 'opens_at', now() + interval '30 minutes')))))).status \g /dev/null
select is(pg_temp.claim_codes('[{"drop": 51, "buyer": "mia", "window": "members", "invited": 1}]'), '1', 'a member has the only unit');
select is(pg_temp.codes('[{"drop": 51}, {"drop": 51, "window": "members"}, {"drop": 51, "window": "public"}, {"drop": 51, "window": "x"}, {"drop": 51, "window": "members", "invited": 1}]'),
    'window_not_open access_denied window_not_open unknown_window 1', 'who may not claim may not wait either');
select pg_temp.make_drop(1, 52, '{"tokenized": 1, "hold_ttl_s": 600}') \g /dev/null
select pg_temp.claim_codes('[{"drop": 52, "buyer": "ann"}]'), pg_temp.codes('[{"drop": 52, "buyer": "bob"}]'), pg_temp.cancel(52, 1), pg_temp.work() \g /dev/null
select throws_ok($$ select pg_temp.as_fan('accept', 52, 'bob', true) $$, 'RS409', 'confirmation_due', 'where the creator confirms holds, a fan does not');
select is((pg_temp.act('accept', 52, 'bob')).body::jsonb #>> '{tokens,0,state}', 'issued', 'the creator does');
select is((select string_agg(entry::jsonb #>> '{data,by}', ' ') from ledger where kind = 'waitlist.left'), 'creator', 'the ledger tells who gave up a place');

select is((pg_temp.as_fan('accept', 31, 'ida', true)).body::jsonb #>> '{tokens,0,jwt,kid}', 'kid-1', 'with it, the offer is theirs');

-- ---- a share that grows
select is((pg_temp.post(1, 'drop_share', jsonb_build_object('drop', pg_temp.id(31)), '{"tokenized": 5}')).status, 200, 'two more by token');
select is(pg_temp.codes('[{"drop": 31, "buyer": "joe"}]'), 'not_sold_out', 'are there for everybody when nobody waits');
select pg_temp.claim_codes('[{"drop": 31, "buyer": "kim", "quantity": 2}]') \g /dev/null
select pg_temp.codes('[{"drop": 31, "buyer": "joe"}]') \g /dev/null
select pg_temp.post(1, 'drop_share', jsonb_build_object('drop', pg_temp.id(31)), '{"tokenized": 6}') \g /dev/null
select is(pg_temp.work() || ' ' || pg_temp.state(31, 'joe'), '1 offered', 'and for who waits when somebody does');

-- ---- after the pickup nothing is offered
select pg_temp.codes('[{"drop": 36, "buyer": "bob"}]') \g /dev/null
update drops set pickup_from = now() - interval '2 hours', pickup_until = now() - interval '1 hour' where id = pg_temp.id(36);
select pg_temp.cancel(36, 1) \g /dev/null
select is(pg_temp.work() || ' ' || pg_temp.state(36, 'bob'), '0 over', 'it is over');

-- ---- deposits
select pg_temp.make_drop(1, 37, '{"tokenized": 1, "hold_ttl_s": 600, "deposit": {"amount": 500, "currency": "EUR"}}') \g /dev/null
select pg_temp.claim_codes('[{"drop": 37, "buyer": "ann"}]') \g /dev/null
select pg_temp.codes('[{"drop": 37, "buyer": "bob"}]') \g /dev/null
select pg_temp.cancel(37, 1) \g /dev/null
select pg_temp.work() \g /dev/null
select throws_ok($$ select pg_temp.act('accept', 37, 'bob') $$, 'RS409', 'deposit_due', 'a deposit is paid by confirming');

-- ---- who was not drawn
select pg_temp.make_draw(1, 40, '{"tokenized": 2}') \g /dev/null
insert into draw_entries (creator_id, drop_id, id, claim_id, key_id, idem_key, body_sha256, buyer_key, nonce, salt, kid, entered_at, ledger_index, rank)
    select pg_temp.id(1), pg_temp.id(40), pg_temp.id(700 + k), pg_temp.id(800 + k), pg_temp.id(101), 'd' || k, sha256('x'),
        sha256(convert_to('d' || k, 'UTF8')), substring(sha256('n') for 16), substring(sha256('s') for 16), 'kid-1', now(), 0, k
    from generate_series(1, 5) as k;
update draws set closed_at = now(), closed_index = 0, entries = 5, root = sha256('r'), made_at = now(), made_index = 0,
    winners = 2, ranking_root = sha256('r') where drop_id = pg_temp.id(40);
select is(api.draw_issue(pg_temp.id(1), pg_temp.id(40), 1), 1, 'a winner has a token');
select is(pg_temp.waiting(40), 0, 'nobody waits before all of them have');
select is(api.draw_issue(pg_temp.id(1), pg_temp.id(40), 10), 1, 'then the last');
select results_eq($$ select id, place, ahead from waitlist_entries where drop_id = pg_temp.id(40) order by place $$,
    $$ select pg_temp.id(700 + k), k, k - 3 from generate_series(3, 5) as k $$, 'the rest wait in the order of the draw');
select is((select entry::jsonb -> 'data' from ledger where kind = 'draw.waitlist'), jsonb_build_object('drop_id', pg_temp.id(40), 'entries', 3), 'as the ledger says');
select is(draw_entry_json(e, false) -> 'state' || (draw_entry_json(e, false) -> 'position'), '["waiting", 2]', 'and the entry')
from draw_entries e where drop_id = pg_temp.id(40) and rank = 4;
select pg_temp.cancel(40, 1) \g /dev/null
select is(pg_temp.work() || ' ' || pg_temp.state(40, 'd3'), '1 offered', 'what comes back is for the next of them');
select is(draw_entry_json(e, false) #>> '{token,id}', token_id(pg_temp.id(803), 1)::text, 'under the entry''s own claim')
from draw_entries e where drop_id = pg_temp.id(40) and rank = 3;

select is_empty($$ select d.id from drops d where d.waiting <> (select count(*) from waitlist_entries e where e.creator_id = d.creator_id
    and e.drop_id = d.id and e.state = 'waiting') $$, 'who is counted waits');
select finish();
rollback;
