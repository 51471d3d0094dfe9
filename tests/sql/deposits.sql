-- SPDX-License-Identifier: Apache-2.0
--
-- Deposits: due until they are paid, and settled once with their token; a payment is for one claim. The
-- tokenized share and walk-in units that change while the drop is open; no-shows.
begin;
\ir lib/fixture.psql
select plan(69);

create function pg_temp.token_of(p_drop integer, p_serial integer) returns uuid language sql as $$
    select id from tokens where drop_id = pg_temp.id(p_drop) and serial = p_serial $$;
create function pg_temp.confirm(p_drop integer, p_serial integer, p_reference text default null) returns api.answer language sql as $$
    select pg_temp.post(1, 'token_confirm', jsonb_build_object('token', pg_temp.token_of(p_drop, p_serial)),
        case when p_reference is null then '{}' else jsonb_build_object('payment', jsonb_build_object('reference', p_reference)) end) $$;
create function pg_temp.cancel(p_drop integer, p_serial integer, p_body jsonb default '{}') returns api.answer language sql as $$
    select pg_temp.post(1, 'token_cancel', jsonb_build_object('token', pg_temp.token_of(p_drop, p_serial)), p_body) $$;
create function pg_temp.deposit(p_drop integer, p_serial integer) returns text language sql as $$
    select deposit_json(t, d) ->> 'state' from tokens t join drops d on d.id = t.drop_id where t.id = pg_temp.token_of(p_drop, p_serial) $$;
create function pg_temp.told(p_drop integer, p_serial integer) returns jsonb language sql as $$
    select l.entry::jsonb -> 'data' -> 'deposit' from tokens t join ledger l on l.creator_id = t.creator_id and l.index = t.ledger_index
    where t.id = pg_temp.token_of(p_drop, p_serial) $$;

-- ---- due → held → applied | refunded | forfeited
select pg_temp.make_drop(1, 31, '{"hold_ttl_s": 600, "per_person": 5, "deposit": {"amount": 500, "currency": "EUR"}}'),
    pg_temp.make_drop(1, 32, '{"hold_ttl_s": 600}') \g /dev/null
select pg_temp.claims(1, '[{"drop": 31, "buyer": "ann", "quantity": 3}, {"drop": 31, "buyer": "bob", "quantity": 2}, {"drop": 32}]') \g /dev/null
select is(pg_temp.deposit(31, 1), 'due', 'a hold''s deposit is due');
select is(pg_temp.deposit(32, 1), null, 'where there is one');
select throws_ok($$ select pg_temp.confirm(31, 1) $$, 'RS422', 'payment_required', 'it is paid to confirm');
select throws_ok($$ select pg_temp.confirm(32, 1, 'pay-0') $$, 'RS422', 'no_deposit', 'and nothing is paid where nothing is due');
select is((pg_temp.confirm(31, 1, 'pay-1')).body::jsonb -> 'deposit' ->> 'state', 'held', 'paid: held');
select is(pg_temp.told(31, 1), '"held"', 'as the ledger says');
select ok(not exists (select from ledger where entry like '%pay-1%'), 'which does not know the payment');
select is((pg_temp.confirm(31, 2, 'pay-1')).status, 200, 'one payment may be for several tokens of a claim');
select throws_ok($$ select pg_temp.confirm(31, 4, 'pay-1') $$, 'RS409', 'payment_used', 'but not for another claim');
select is(pg_temp.deposit(31, 4), 'due', 'which is due still');
select throws_ok($$ insert into deposits select (jsonb_populate_record(y, jsonb_build_object('token_id', pg_temp.token_of(31, 4),
        'claim_id', t.claim_id))).* from deposits y, tokens t where y.token_id = pg_temp.token_of(31, 1) and t.id = pg_temp.token_of(31, 4) $$,
    '23503', null, 'by a constraint');
select is((pg_temp.cancel(31, 1)).body::jsonb -> 'deposit' ->> 'state', 'refunded', 'a cancelled token''s is refunded');
select is(pg_temp.told(31, 1), '"refunded"', 'as the ledger says');
select is((pg_temp.cancel(31, 2, '{"deposit": "forfeit"}')).body::jsonb -> 'deposit' ->> 'state', 'forfeited', 'or forfeited, when so decided');
select is((pg_temp.cancel(31, 3)).body::jsonb -> 'deposit' ->> 'state', 'unpaid', 'what was due is over with the hold');
select is(pg_temp.told(31, 3), null, 'and nothing to tell');
select pg_temp.confirm(31, 4, 'pay-2') \g /dev/null
select tokens_move(pg_temp.id(1), array[pg_temp.token_of(31, 4)], 'redeemed', array[now()], array['token.redeemed'], array[null]::jsonb[]) \g /dev/null
select is(pg_temp.deposit(31, 4), 'applied', 'a redeemed token''s is applied');
select is(pg_temp.told(31, 4), '"applied"', 'as the ledger says');
select tokens_move(pg_temp.id(1), array[pg_temp.token_of(31, 4)], 'redeemed', array[now()], array['token.redemption_corrected'], array[null]::jsonb[]) \g /dev/null
select is(pg_temp.told(31, 4), null, 'once');
select tokens_move(pg_temp.id(1), array[pg_temp.token_of(31, 4)], 'issued', array[now()], array['token.redemption_annulled'], array[null]::jsonb[]) \g /dev/null
select is(pg_temp.deposit(31, 4) || pg_temp.told(31, 4), 'held"held"', 'and held again when the redemption is taken back');
select tokens_move(pg_temp.id(1), array[pg_temp.token_of(31, 4)], 'redeemed', array[now()], array['token.redeemed'], array[null]::jsonb[]) \g /dev/null
select throws_ok($$ update deposits set state = 'refunded', settled_at = now() where state = 'applied' $$, '23514', null, 'a deposit settles once');
select throws_ok($$ update deposits set amount = 1 $$, '23514', null, 'and never changes');
select results_eq($$ select x -> 'token_id', x ->> 'state', x ->> 'reference' from jsonb_array_elements((api.deposit_list(pg_temp.id(1),
        pg_temp.owner(1), jsonb_build_object('drop', pg_temp.id(31), 'state', 'refunded'))).body::jsonb -> 'deposits') as x $$,
    $$ values (to_jsonb(pg_temp.token_of(31, 1)), 'refunded', 'pay-1') $$, 'the storefront is told what to refund');
select throws_ok($$ select api.deposit_list(pg_temp.id(2), pg_temp.owner(2), jsonb_build_object('drop', pg_temp.id(31))) $$, 'RS404', 'not_found', 'and no other');
update tokens set held_until = now() - interval '1 second' where id = pg_temp.token_of(31, 5);
select api.janitor_holds(pg_temp.id(1), 100) \g /dev/null
select is(pg_temp.deposit(31, 5), 'unpaid', 'nor is there anything to settle when a hold ends');

-- ---- the share
select pg_temp.make_drop(1, 33, '{"quantity": 10, "tokenized": 6, "per_person": 5}') \g /dev/null
select pg_temp.claims(1, '[{"drop": 33, "buyer": "ann", "quantity": 4}]') \g /dev/null
create function pg_temp.share(p_tokenized integer, p_drop integer default 33) returns api.answer language sql as $$
    select pg_temp.post(1, 'drop_share', jsonb_build_object('drop', pg_temp.id(p_drop)), jsonb_build_object('tokenized', p_tokenized)) $$;
create function pg_temp.walk_in(p_units integer, p_reason text default 'damaged') returns api.answer language sql as $$
    select pg_temp.post(1, 'drop_walk_in', jsonb_build_object('drop', pg_temp.id(33)), jsonb_build_object('units', p_units, 'reason', p_reason)) $$;
select is((pg_temp.share(8)).body::jsonb -> 'counts' -> 'walk_in', '2', 'more by token is less for walk-ins');
select is((select entry::jsonb -> 'data' from ledger where kind = 'drop.share_changed' order by index desc limit 1),
    '{"tokenized": 8, "was": 6, "reason": "demand"}', 'and in the ledger');
select is((pg_temp.share(4)).status, 200, 'down to what is issued');
select throws_ok($$ select pg_temp.share(3) $$, 'RS409', 'below_issued', 'and not below');
select throws_ok($$ update drops set tokenized = 3 where id = pg_temp.id(33) $$, '23514', null, 'which is a constraint');
select throws_ok($$ select pg_temp.share(11) $$, 'RS422', 'validation_failed', 'nor above what there is');
update drops set walk_in_sold = 4, walk_in_leased = 1 where id = pg_temp.id(33);
select throws_ok($$ select pg_temp.share(6) $$, 'RS409', 'walk_in_in_use', 'sold and leased units stay');
update drops set walk_in_sold = 0, walk_in_leased = 0 where id = pg_temp.id(33);
select is((pg_temp.share(4)).status, 200, 'the same share again');
select is((select count(*) from ledger where kind = 'drop.share_changed'), 2::bigint, 'is no change');
select is((pg_temp.walk_in(5, 'received')).body::jsonb -> 'quantity', '15', 'units come');
select is((pg_temp.walk_in(-9)).body::jsonb -> 'counts' -> 'walk_in', '2', 'and go');
select is((select entry::jsonb -> 'data' from ledger where kind = 'drop.walk_in_changed' order by index desc limit 1),
    '{"quantity": 6, "was": 15, "reason": "damaged"}', 'with their reason');
select throws_ok($$ select pg_temp.walk_in(-3) $$, 'RS409', 'walk_in_in_use', 'not more than there are');
select throws_ok($$ select pg_temp.walk_in(0) $$, 'RS422', 'validation_failed', 'and not none');
select throws_ok($$ select pg_temp.post(2, 'drop_share', jsonb_build_object('drop', pg_temp.id(33)), '{"tokenized": 5}') $$, 'RS404', 'not_found', 'of one''s own drops');
select pg_temp.make_draw(1, 34) \g /dev/null
select throws_ok($$ select pg_temp.share(9, 34) $$, 'RS409', 'draw_committed', 'a draw''s capacity is committed to');

-- ---- no-shows
create function pg_temp.over(p_drop integer, p_by interval default '1 minute') returns void language sql as $$
    update drops set pickup_from = now() - interval '1 day', pickup_until = now() - p_by, opens_at = now() - interval '2 days',
        closes_at = now() - interval '1 day', no_show_at = case when no_show_deposit is not null
            then now() - p_by + grace_s * interval '1 second' end where id = pg_temp.id(p_drop) $$;
create function pg_temp.no_shows() returns integer language sql as $$ select api.janitor_no_shows(pg_temp.id(1), 100) $$;
create function pg_temp.states(p_drop integer) returns text language sql as $$
    select string_agg(state, ' ' order by serial) from tokens where drop_id = pg_temp.id(p_drop) $$;
select pg_temp.make_drop(1, 41, '{"quantity": 5, "tokenized": 4, "hold_ttl_s": 600, "per_person": 5, "deposit": {"amount": 500, "currency": "EUR"}, "no_show": {}}'),
    pg_temp.make_drop(1, 42, '{"quantity": 5, "tokenized": 4, "per_person": 5, "no_show": {"deposit": "refund", "release": true, "grace_s": 600}}'),
    pg_temp.make_drop(1, 43, '{"tokenized": 4, "per_person": 5}'),
    pg_temp.make_drop(1, 44, '{"quantity": 5, "tokenized": 4, "per_person": 5, "no_show": {"release": true}}') \g /dev/null
select is((api.drop_read(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('drop', pg_temp.id(42)))).body::jsonb -> 'no_show',
    '{"deposit": "refund", "release": true, "grace_s": 600}', 'the rule is shown');
select pg_temp.claims(1, '[{"drop": 41, "quantity": 3}, {"drop": 42, "quantity": 3}, {"drop": 43, "quantity": 2}, {"drop": 44, "quantity": 4}]') \g /dev/null
select pg_temp.joins(1, '[{"drop": 44, "buyer": "amy"}, {"drop": 44, "buyer": "bea"}]') \g /dev/null
select pg_temp.confirm(41, 1, 'pay-41'), pg_temp.confirm(41, 2, 'pay-41') \g /dev/null
select is(pg_temp.no_shows(), 0, 'before the end of the pickup nobody is a no-show');
select tokens_move(pg_temp.id(1), array[pg_temp.token_of(41, 1)], 'redeemed', array[now()], array['token.redeemed'], array[null]::jsonb[]) \g /dev/null
select pg_temp.over(n) from unnest(array[41, 43]) as n \g /dev/null
select is(pg_temp.no_shows(), 1, 'then who did not come is');
select is(pg_temp.states(41), 'redeemed forfeited held', 'who came is not, and a hold is none yet');
select is(pg_temp.deposit(41, 2) || pg_temp.told(41, 2), 'forfeited"forfeited"', 'their deposit is forfeited');
select is((select (issued::integer, forfeited::integer, tokenized::integer, drop_left(d)) from drops d where id = pg_temp.id(41)), (1, 1, 4, 1), 'their unit stays where it is');
select is(pg_temp.states(43), 'issued issued', 'without a rule tokens stay');
select is(pg_temp.no_shows(), 0, 'once');
select ok((select no_show_at > now() from drops where id = pg_temp.id(41)), 'while there is a hold, it is looked at again');
select pg_temp.cancel(41, 3) \g /dev/null
update drops set no_show_at = now() where id = pg_temp.id(41);
select is(pg_temp.no_shows(), 0, 'without one');
select is((select no_show_at from drops where id = pg_temp.id(41)), null, 'there is nothing more to look for');
select pg_temp.over(42) \g /dev/null
select is(pg_temp.no_shows(), 0, 'in the grace nobody is');
select is((select token_end(t, d) > now() from tokens t join drops d on d.id = t.drop_id where t.id = pg_temp.token_of(42, 1)), true, 'for tokens are good until its end');
select pg_temp.over(42, '11 minutes') \g /dev/null
select is(pg_temp.no_shows(), 3, 'after it they are');
select is((select (issued::integer, forfeited::integer, tokenized::integer, quantity - tokenized) from drops where id = pg_temp.id(42)), (0, 0, 1, 4), 'released, units are for walk-ins');
select is((select entry::jsonb -> 'data' from ledger where kind = 'drop.share_changed' order by index desc limit 1),
    '{"tokenized": 1, "was": 4, "reason": "no_show"}', 'the ledger says why');
select is((select entry::jsonb #>> '{data,returned_to}' from ledger where kind = 'token.forfeited' order by index desc limit 1), 'walk_in', 'and where');
select pg_temp.over(44) \g /dev/null
select is(pg_temp.no_shows(), 4, 'where somebody waits and the event goes on');
select is((select (waiting::integer, drop_left(d), quantity - tokenized) from drops d where id = pg_temp.id(44)), (2, 2, 3), 'as many as are waited for are for them, the rest for walk-ins');
select is(api.janitor_waitlist(pg_temp.id(1), 100), 2, 'they get offers');
select is((select count(*) from tokens where drop_id = pg_temp.id(44) and state = 'held' and valid_until = (select ends_at from events where id = pg_temp.id(11))),
    2::bigint, 'good until the event ends');
select is((select no_show_at from drops where id = pg_temp.id(44)), (select ends_at from events where id = pg_temp.id(11)), 'which is when to look again');
select is((select token_json(t, d, true) ->> 'expires_at' from tokens t join drops d on d.id = t.drop_id where t.drop_id = pg_temp.id(44) and t.state = 'held' order by serial limit 1),
    (select rfc3339(held_until) from tokens where drop_id = pg_temp.id(44) and state = 'held' order by serial limit 1), 'until they are taken they are holds');
select is((pg_temp.confirm(44, 5)).body::jsonb ->> 'expires_at', (select rfc3339(ends_at) from events where id = pg_temp.id(11)), 'taken, they are good until then');
update events set ends_at = now() where id = pg_temp.id(11);
update tokens set valid_until = now() where drop_id = pg_temp.id(44) and valid_until is not null;
update drops set no_show_at = now() where id = pg_temp.id(44);
select is(pg_temp.no_shows(), 1, 'who took one and did not come is a no-show too');
select is((select (waiting::integer, issued::integer, quantity - tokenized) from drops d where id = pg_temp.id(44)), (0, 0, 4), 'and that unit is for walk-ins');

select is_empty($$ select id from drops d where (held, issued, redeemed) <> (select count(*) filter (where state = 'held'),
        count(*) filter (where state in ('issued', 'suspended', 'redeemed')), count(*) filter (where state = 'redeemed')
    from tokens t where t.creator_id = d.creator_id and t.drop_id = d.id) $$, 'counters and tokens agree');
select is_empty($$ select t.id from tokens t left join deposits y on y.creator_id = t.creator_id and y.token_id = t.id
    where y.state <> case t.state when 'issued' then 'held' when 'redeemed' then 'applied' else y.state end
       or y.state = 'held' and t.state not in ('issued', 'suspended') $$, 'deposits and tokens agree');
select finish();
rollback;
