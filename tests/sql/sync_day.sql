-- SPDX-License-Identifier: Apache-2.0
--
-- The kinds beside scans and sales: what is taken back, payments whose outcome comes later, counted
-- stock, the end of the day, and scans that the centre makes good.
begin;
\ir lib/devices.psql
select plan(77);

select pg_temp.make_device(n, 'manager'), pg_temp.enrol(n) from generate_series(41, 49) as n \g /dev/null
select pg_temp.make_product(1, 26, 'cap') \g /dev/null
select pg_temp.make_device(50, 'scan'), pg_temp.enrol(50), pg_temp.make_device(51, 'till'), pg_temp.enrol(51) \g /dev/null
create function pg_temp.sold_for(p_amount integer, p_reference text, p_state text default 'captured', p_sku text default 'cap')
returns jsonb language sql as $$
    select jsonb_build_object('method', 'card', 'reference', p_reference, 'state', p_state, 'lines',
        jsonb_build_array(jsonb_build_object('sku', p_sku, 'quantity', 1, 'amount', p_amount, 'currency', 'EUR'))) $$;
create function pg_temp.paid(p_reference text, p_outcome text, p_amount integer default null) returns jsonb language sql as $$
    select jsonb_strip_nulls(jsonb_build_object('method', 'card', 'reference', p_reference, 'outcome', p_outcome,
        'amount', p_amount, 'currency', case when p_amount is not null then 'EUR' end)) $$;
create function pg_temp.said(n integer, p_seq bigint) returns text language sql as $$
    select concat_ws(' ', status, code, case when annulled_by is not null then 'by ' || annulled_by end)
    from roadshow.device_events where device_id = pg_temp.id(n) and seq = p_seq $$;

-- ---- profiles
select pg_temp.tell(50, k, 1, '{"sku": "print", "quantity": 1, "of": 1}') from unnest('{sale,payment,count,receive,move}'::text[]) as k \g /dev/null
select pg_temp.tell(51, k, 1, '{"sku": "print", "quantity": 1, "of": 1}') from unnest('{count,receive,move}'::text[]) as k \g /dev/null
select is(pg_temp.results(pg_temp.upload(50, 1, 5)), '1 rejected kind_not_allowed, 2 rejected kind_not_allowed, '
    '3 rejected kind_not_allowed, 4 rejected kind_not_allowed, 5 rejected kind_not_allowed', 'a scanner neither sells nor counts');
select is(pg_temp.results(pg_temp.upload(51, 1, 3)), '1 rejected kind_not_allowed, 2 rejected kind_not_allowed, '
    '3 rejected kind_not_allowed', 'a till does not count');

-- ---- what is taken back: a scan
select pg_temp.tell(41, 'redeem', 100, pg_temp.scan(pg_temp.token(1))), pg_temp.tell(41, 'annul', 160, '{"of": 1}'),
    pg_temp.tell(41, 'annul', 170, '{"of": 1}'), pg_temp.tell(41, 'annul', 170, '{"of": 2}'), pg_temp.tell(41, 'annul', 170, '{"of": 99}') \g /dev/null
select pg_temp.upload(41, 1, 1) \g /dev/null
select is((select state || ' ' || (select redeemed from drops where id = pg_temp.id(31)) from tokens where id = pg_temp.token(1)),
    'redeemed 1', 'a token is redeemed');
select is(pg_temp.results(pg_temp.upload(41, 2, 5)), '2 applied, 3 duplicate already_annulled, 4 rejected nothing_to_annul, 5 rejected nothing_to_annul',
    'its scan is taken back, once; an annulment is not, nor is what never was');
select is((select state || ' ' || (select redeemed from drops where id = pg_temp.id(31)) || coalesce(' ' || redeemed_at, '')
    from tokens where id = pg_temp.token(1)), 'issued 0', 'and the token is whole again');
select is(pg_temp.said(41, 1), 'applied by 2', 'the scan stays told');
select is((select string_agg(e ->> 'kind', ' ' order by o) from tokens t, jsonb_array_elements(ledger_history(pg_temp.id(1),
    t.ledger_index)) with ordinality as x(e, o) where t.id = pg_temp.token(1)), 'token.issued token.redeemed token.redemption_annulled', 'as the ledger tells');
select is((api.attendance_read(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('event', pg_temp.id(11)))).body::jsonb ->> 'admissions', '0', 'nobody went in');
select pg_temp.tell(42, 'redeem', 200, pg_temp.scan(pg_temp.token(1))) \g /dev/null
select is(pg_temp.results(pg_temp.upload(42, 1, 1)), '1 applied', 'another scan of it is good');
select is((select count(*) from cases), 0::bigint, 'and there is nothing to decide');
-- The other order: the annulled scan is the earlier one, and its annulment comes last.
select pg_temp.tell(43, 'redeem', 300, pg_temp.scan(pg_temp.token(2))), pg_temp.tell(43, 'annul', 330, '{"of": 1}'),
    pg_temp.tell(44, 'redeem', 310, pg_temp.scan(pg_temp.token(2))) \g /dev/null
select pg_temp.upload(44, 1, 1), pg_temp.upload(43, 1, 1) \g /dev/null
select is((select kind || ' ' || state from cases), 'already_redeemed open', 'two scans are a case');
select pg_temp.upload(43, 2, 2) \g /dev/null
select is((select count(*) || ' ' || (select count(*) from case_events) from cases), '0 0', 'which is withdrawn when one is taken back');
select is(pg_temp.said(44, 1) || ', ' || (select device_id = pg_temp.id(44) from token_redemptions where token_id = pg_temp.token(2)), 'applied, true', 'and the other one redeems');
-- Too late, by corrected time; and before its event, as a clock that jumped says.
select pg_temp.tell(43, 'redeem', 400, pg_temp.scan(pg_temp.token(3))), pg_temp.tell(43, 'annul', 400 + 903, '{"of": 3}'), pg_temp.tell(43, 'annul', 390, '{"of": 3}') \g /dev/null
select is(pg_temp.results(pg_temp.upload(43, 3, 5)), '3 applied, 4 conflict annul_too_late, 5 conflict annul_too_late', 'after 15 minutes it stands');
select is((select count(*) || ' ' || (select count(*) from case_events) from cases where kind = 'annul_too_late'), '2 4', 'with a case for each, which holds both facts');
select pg_temp.tell(43, 'redeem', 420, '{"shown": "forged"}'), pg_temp.tell(43, 'annul', 430, '{"of": 6}') \g /dev/null
select is(pg_temp.results(pg_temp.upload(43, 6, 7)), '6 conflict not_genuine, 7 rejected nothing_to_annul', 'what is forged stays forged');

-- ---- a sale: of 4 walk-in units
select pg_temp.tell(45, 'sale', 500, pg_temp.sold(3)), pg_temp.tell(45, 'sale', 510, pg_temp.sold(2)), pg_temp.tell(45, 'annul', 520, '{"of": 1}') \g /dev/null
select is(pg_temp.results(pg_temp.upload(45, 1, 2)), '1 applied, 2 conflict oversold', 'five of four are sold');
select pg_temp.upload(45, 3, 3) \g /dev/null
select is(pg_temp.walk_in() || ' ' || pg_temp.said(45, 1) || ' ' || pg_temp.said(45, 2), '2/0/0 applied by 3 applied', 'taking one back gives its units back');
select is((select count(*) from cases where kind = 'oversold'), 0::bigint, 'and the case is withdrawn');
select is((select string_agg(kind, ' ' order by index) from ledger where subject = uuid_of('sale:' || pg_temp.id(45) || ':1')),
    'sale.recorded sale.annulled', 'as the ledger tells');
select pg_temp.tell(46, 'sale', 530, pg_temp.sold(1, null, 'twice')), pg_temp.tell(46, 'sale', 540, pg_temp.sold(1, null, 'twice')), pg_temp.tell(46, 'annul', 550, '{"of": 1}') \g /dev/null
select is(pg_temp.results(pg_temp.upload(46, 1, 3)), '1 applied, 2 applied, 3 applied', 'of two sales with one payment the other counts when the first is taken back');
select is((select string_agg(seq || ' ' || counted, ', ' order by seq) from walk_in_sales where device_id = pg_temp.id(46)), '1 false, 2 true', 'so it says');

-- ---- payments
select pg_temp.tell(47, 'sale', 600, pg_temp.sold_for(2500, 'a', 'authorised')), pg_temp.tell(47, 'payment', 700, pg_temp.paid('a', 'declined')) \g /dev/null
select pg_temp.tell(48, 'payment', 710, pg_temp.paid('b', 'captured', 2500)), pg_temp.tell(48, 'payment', 720, pg_temp.paid('b', 'captured')),
    pg_temp.tell(48, 'payment', 730, pg_temp.paid('b', 'captured', 9)), pg_temp.tell(47, 'sale', 610, pg_temp.sold_for(2500, 'b', 'authorised')),
    pg_temp.tell(47, 'payment', 740, pg_temp.paid('a', 'captured')) \g /dev/null
select pg_temp.upload(47, 1, 1) \g /dev/null
select is((select outcome from walk_in_sales where device_id = pg_temp.id(47)), null, 'authorised, and nobody knows more');
select is(pg_temp.results(pg_temp.upload(47, 2, 2)), '2 applied', 'it is declined');
select is((select kind || ' ' || data::text from cases where kind like 'payment%'),
    'payment_declined {"method": "card", "amounts": [{"amount": 2500, "currency": "EUR"}]}', 'a case with the money at stake');
select is((select count(*) from case_events e join cases c on c.id = e.case_id where c.kind = 'payment_declined'), 2::bigint, 'that holds the sale and the refusal');
select is(pg_temp.results(pg_temp.upload(48, 1, 3)), '1 conflict unmatched_payment, 2 conflict unmatched_payment, 3 conflict unmatched_payment', 'outcomes before their sale is known');
select is((select count(*) from cases where kind = 'unmatched_payment'), 1::bigint, 'are one case');
select is(pg_temp.results(pg_temp.upload(47, 3, 4)), '3 applied, 4 applied', 'the sale comes, and another try of the first');
select is(pg_temp.said(48, 1) || ', ' || pg_temp.said(48, 2) || ', ' || pg_temp.said(48, 3),
    'applied, duplicate same_outcome, conflict amount_differs', 'matched once; the same again; another amount');
select is((select string_agg(kind, ' ' order by kind) from cases where kind ~ 'payment|amount'), 'amount_differs', 'what was captured in the end is no case, nor is what is matched');
select is((select string_agg(outcome, ' ' order by seq) from walk_in_sales where device_id = pg_temp.id(47)), 'captured captured', 'both are captured');
select ok(not exists (select from ledger where entry like '%"reference"%'), 'references stay out of the ledger');

-- ---- counts
select pg_temp.make_product(1, 25, 'mug') \g /dev/null
select pg_temp.tell(49, 'count', 800, '{"sku": "mug", "quantity": 5}'), pg_temp.tell(49, 'receive', 810, '{"sku": "mug", "quantity": 20, "location": "van"}'),
    pg_temp.tell(49, 'move', 820, '{"sku": "mug", "quantity": 10, "from": "van", "to": "floor"}'),
    pg_temp.tell(49, 'count', 900, '{"sku": "mug", "quantity": 13, "reason": "damaged"}'), pg_temp.tell(49, 'count', 910, '{"sku": "mug", "quantity": 10, "location": "van"}') \g /dev/null
select is(pg_temp.results(pg_temp.upload(49, 1, 5)), '1 applied, 2 applied, 3 applied, 4 applied, 5 applied', 'stock is opened, received, moved and counted');
create function pg_temp.counted() returns text language sql as $$
    select string_agg(seq || ': ' || counted || ' of ' || coalesce(expected::text, '-'), ', ' order by seq) from roadshow.venue_counts $$;
select is(pg_temp.counted(), '1: 5 of -, 4: 13 of 15, 5: 10 of 10', 'with what there should have been');
select pg_temp.tell(48, 'sale', 850, pg_temp.sold_for(900, 'm', 'captured', 'mug')) \g /dev/null
select pg_temp.upload(48, 4, 4) \g /dev/null
select is(pg_temp.counted(), '1: 5 of -, 4: 13 of 14, 5: 10 of 10', 'a late sale explains a part of it');
select is((select string_agg(kind, ' ' order by index) from ledger where subject = uuid_of('count:' || pg_temp.id(49) || ':4')), 'count.recorded count.corrected', 'and the ledger says so');
select is((select (entry::jsonb -> 'data') - '{event_id,device_id,at}'::text[] from ledger where kind = 'count.corrected'),
    '{"seq": 4, "sku": "mug", "counted": 13, "expected": 14, "adjustment": -1}', 'with the adjustment, without its place and reason');
select is((select reason from venue_counts where seq = 4), 'damaged', 'which its row has');
select pg_temp.tell(48, 'annul', 860, '{"of": 4}'), pg_temp.tell(48, 'move', 880, '{"sku": "mug", "quantity": 2, "from": "van", "to": "floor"}') \g /dev/null
select pg_temp.upload(48, 5, 6) \g /dev/null
select is(pg_temp.counted(), '1: 5 of -, 4: 13 of 17, 5: 10 of 8', 'the sale is taken back, and a late move is heard');
select is(pg_temp.said(49, 4) || ', ' || pg_temp.said(49, 5), 'conflict stock_difference, applied', 'from 3 units on a difference is a conflict');
select is((select subject || ' ' || (data #>> '{counts,0,counted}') || ' ' || (data #>> '{counts,0,expected}') from cases where kind = 'stock_difference'),
    pg_temp.id(11) || ':mug:floor 13 17', 'with a case');
select is((select data - 'counts' || jsonb_build_object('keys', (select jsonb_agg(k order by k) from jsonb_object_keys(data #> '{counts,0}') as k))
    from cases where kind = 'stock_difference'),
    '{"sku": "mug", "location": "floor", "keys": ["at", "counted", "device_id", "expected", "seq"]}', 'that names the place and not the reason, which a redaction would not find there');
select is((select (entry::jsonb -> 'data') - '{event_id,counts}'::text[] from ledger where kind = 'case.opened' and entry like '%stock_difference%'),
    '{"kind": "stock_difference", "sku": "mug"}', 'and the ledger neither');
select pg_temp.tell(49, 'annul', 920, '{"of": 4}') \g /dev/null
select pg_temp.upload(49, 6, 6) \g /dev/null
select is(pg_temp.counted() || ' ' || (select count(*) from cases where kind = 'stock_difference') || ' ' || pg_temp.said(49, 4), '1: 5 of -, 5: 10 of 8 0 applied by 6', 'a count that is taken back is none');
-- Scans take goods as well.
select pg_temp.tell(49, 'count', 1, '{"sku": "print", "quantity": 9}'), pg_temp.tell(49, 'count', 1000, '{"sku": "print", "quantity": 9}') \g /dev/null
select pg_temp.upload(49, 7, 8) \g /dev/null
select is((select expected from venue_counts where seq = 8), 3::bigint, 'of nine prints six are gone: to three tokens and three sold');

-- What is no product of the creator's is any text.
select pg_temp.tell(49, 'receive', 1010, '{"sku": "for Ann Miller", "quantity": 9}'), pg_temp.tell(49, 'count', 1020, '{"sku": "for Ann Miller", "quantity": 1}'),
    pg_temp.tell(49, 'sale', 1030, pg_temp.sold_for(900, 'am', 'captured', 'for Ann Miller')) \g /dev/null
select is(pg_temp.results(pg_temp.upload(49, 9, 11)), '9 applied, 10 conflict stock_difference, 11 conflict unknown_product', 'goods that nobody knows');
select is((select string_agg(l.kind || ' ' || coalesce(entry::jsonb #>> '{data,kind}', '-') || ' ' || coalesce(x::text, 'none'), ', ' order by l.kind, entry::jsonb #>> '{data,kind}')
    from ledger l, jsonb_path_query_array(entry::jsonb, 'strict $.data.**.sku') as x where index > (select max(index) from ledger where kind = 'device.uploaded')),
    'case.opened stock_difference [null], case.opened unknown_product [], count.recorded - [null], sale.recorded - [null]', 'are in the ledger without their name');
select is_empty($$ select entry from ledger where entry like '%Ann Miller%' $$, 'wherever it stands');
create function pg_temp.written(p_kind text, p_data jsonb) returns text language sql as $$
    select roadshow.ledger_add(pg_temp.id(1), p_kind, pg_temp.id(1), null, p_data)::text $$;
select throws_ok(format('select pg_temp.written(%L, %L)', kind, data), 'The ledger must not tell ' || kind || stray, 'a test that writes it fails: ' || kind || stray)
from (values ('sale.recorded', '{"lines": [{"sku": "cap"}, {"sku": "for Ann Miller"}]}', '.lines[].sku = "for Ann Miller"'),
    ('count.recorded', '{"counted": 1, "reason": "Ann"}', '.reason = "Ann"'), ('token.redeemed', '{"gate": null}', '.gate'),
    ('case.resolved', '{"commitment": "Ann"}', '.commitment = "Ann"'), ('case.opened', '{"counts": [{"seq": "1"}]}', '.counts[].seq = "1"'),
    ('return.settled', '{"outcome": "given to Ann"}', '.outcome = "given to Ann"'), ('count.guessed', '{}', '')) as x(kind, data, stray);

-- ---- the end of the day
select pg_temp.make_drop(1, 32, '{"tokenized": 0, "quantity": 5}') \g /dev/null
select is((api.lease_create(pg_temp.id(1), pg_temp.device(41, 'lease'), jsonb_build_object('new_id', pg_temp.id(61),
    'signature', pg_temp.nonce(), 'body', jsonb_build_object('drop_id', pg_temp.id(32), 'quantity', 4, 'until', now() + interval '2 hours')))).status, 201, 'a lease');
select pg_temp.tell(41, 'sale', 3610, pg_temp.sold(1, 61, null, 32)), pg_temp.tell(41, 'close', 3700, '{}'), pg_temp.tell(41, 'sale', 3800, pg_temp.sold(1, 61, null, 32)) \g /dev/null
select pg_temp.upload(41, 6, 7) \g /dev/null
select is(pg_temp.walk_in(32) || ' ' || (select state || ' ' || used from walk_in_leases where id = pg_temp.id(61)), '1/0/0 returned 1', 'closing gives back what was not sold');
select pg_temp.upload(41, 8, 8) \g /dev/null
select is((select string_agg(seq || ' ' || covered, ', ' order by seq) from walk_in_sale_lines where drop_id = pg_temp.id(32)), '6 1, 8 0', 'and covers nothing that is sold later');
select is((select count(*) from ledger where subject = pg_temp.id(61)), 2::bigint, 'granted and returned');

-- ---- incidents
select pg_temp.tell(44, 'incident', 20, jsonb_build_object('incident', pg_temp.id(71), 'severity', 'high', 'category', 'medical', 'text', 'Ada fell.')),
    pg_temp.tell(45, 'incident', 21, jsonb_build_object('incident', pg_temp.id(71), 'severity', 'low', 'category', 'medical')) \g /dev/null
select pg_temp.upload(44, 2, 2), pg_temp.upload(45, 4, 4) \g /dev/null
select is((select count(*) || ' ' || (select count(*) from ledger where kind = 'incident.reported') from incidents), '1 1', 'an incident is opened once');
select ok(not exists (select from ledger where entry like '%Ada%'), 'and its text stays out of the ledger');

-- ---- what the centre makes good
select is(api.janitor_redeems(pg_temp.id(1), 100), 0, 'nothing to judge anew');
update drops set hold_ttl_s = 600 where id = pg_temp.id(31);
select * from pg_temp.claims(1, '[{"drop": 31}]') \g /dev/null
create temporary table held as select id from tokens where state = 'held';
select is((select count(*) from held), 1::bigint, 'a token is held');
select pg_temp.tell(42, 'redeem', 1100, pg_temp.scan((select id from held))) \g /dev/null
select is(pg_temp.results(pg_temp.upload(42, 2, 2)), '2 conflict unpaid', 'its holder goes in before it is paid');
select is(api.janitor_redeems(pg_temp.id(1), 100), 0, 'which stands');
select tokens_move(pg_temp.id(1), array(select id from held), 'issued', array[now()], array['token.issued'], array['{}'::jsonb])
    from drops_lock(pg_temp.id(1), array[pg_temp.id(31)]) \g /dev/null
select is(api.janitor_redeems(pg_temp.id(1), 100), 1, 'until it is');
select is(pg_temp.said(42, 2) || ' ' || (select state from tokens where id = (select id from held))
    || ' ' || (select count(*) from cases where kind = 'unpaid'), 'applied redeemed 0', 'then it was a good scan');
select is(api.janitor_redeems(pg_temp.id(1), 100), 0, 'once');

-- ---- what is for sale meanwhile
update events set starts_at = now() + interval '1 hour' where id = pg_temp.id(11);
update drops set transferable = true, resalable = true, resale_cap = 2500, resale_currency = 'EUR' where id = pg_temp.id(31);
create function pg_temp.resale(p_what text, p_serial integer, n integer default 91) returns integer language sql as $$
    select (pg_temp.post(1, 'resale_' || p_what, jsonb_build_object('token', pg_temp.token(p_serial), 'new_id', pg_temp.id(n)), '{"version": 1}')).status $$;
create function pg_temp.listed(p_serial integer) returns text language sql as $$
    select concat_ws(' ', state, (select string_agg(k.state || ' ' || k.kind, ',') from cases k where k.subject = pg_temp.token(p_serial)::text))
    from tokens where id = pg_temp.token(p_serial) $$;
select pg_temp.resale('list', 4) \g /dev/null
select pg_temp.tell(42, 'redeem', 1200, pg_temp.scan(pg_temp.token(4))), pg_temp.tell(43, 'redeem', 1150, pg_temp.scan(pg_temp.token(4))) \g /dev/null
select is(pg_temp.results(pg_temp.upload(42, 3, 3)), '3 conflict suspended', 'who offers a token for sale goes in with it');
select is(pg_temp.listed(4), 'suspended open suspended', 'there is a case, and it stays for sale');
select is(pg_temp.resale('withdraw', 4), 200, 'they take it back');
select is(api.janitor_redeems(pg_temp.id(1), 100), 1, 'it is judged anew');
select is(pg_temp.said(42, 3) || ', ' || pg_temp.listed(4), 'applied, redeemed', 'the scan was good, and the case is withdrawn');
select is((select count(*) from ledger l where l.kind = 'case.withdrawn'
    and l.entry::jsonb #>> '{data,kind}' = 'suspended'), 1::bigint, 'which the ledger says');
select pg_temp.upload(43, 8, 8) \g /dev/null
select is((select device_id || ' ' || pg_temp.listed(4) from token_redemptions where token_id = pg_temp.token(4)),
    pg_temp.id(43) || ' redeemed open already_redeemed', 'an earlier scan that is told later takes over, as ever');
select is_empty($$ select h.size, count(*) from ledger_heads h join ledger l using (creator_id) where creator_id = pg_temp.id(1)
    group by h.size having h.size <> count(*) $$, 'the ledger is dense');
select * from finish();
rollback;
