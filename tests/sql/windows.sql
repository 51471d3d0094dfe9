-- SPDX-License-Identifier: Apache-2.0
--
-- Windows of a drop: who comes through which, what each gives, and that neither a window nor a person in it
-- gets more than the rules say, within a batch and over batches.
begin;
\ir lib/fixture.psql
select plan(53);

create function pg_temp.codes(p_items jsonb) returns text language sql as $$
    select string_agg(coalesce(code, case when replayed then 'again:' || serial else serial::text end), ' '
        order by item) from pg_temp.claims(1, p_items) $$;
create function pg_temp.used(p_drop integer, p_name text) returns integer language sql as $$
    select used from drop_windows where drop_id = pg_temp.id(p_drop) and name = p_name $$;
create function pg_temp.at(p_minutes integer) returns text language sql stable as $$
    select rfc3339(now() + p_minutes * interval '1 minute') $$;
create function pg_temp.hash(p_code text) returns text language sql immutable as $$
    select encode(sha256(convert_to(p_code, 'UTF8')), 'hex') $$;

-- A drop with windows; codes as the service passes them.
create function pg_temp.make_windowed(n integer, p_windows jsonb, p_over jsonb default '{}', p_codes jsonb default '[]')
returns api.answer language sql as $$
    select api.drop_create(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('new_id', pg_temp.id(n),
        'window_codes', p_codes, 'body', jsonb_build_object('event_id', pg_temp.id(11), 'sku', 'print',
            'quantity', 20, 'tokenized', 20, 'mode', 'fcfs', 'opens_at', pg_temp.at(-60),
            'closes_at', pg_temp.at(60), 'per_person', 3, 'windows', p_windows) || p_over)) $$;

-- ---- making them
select is((pg_temp.make_windowed(31, jsonb_build_array(
        jsonb_build_object('name', 'early', 'closes_at', pg_temp.at(-30), 'quantity', 5),
        jsonb_build_object('name', 'public', 'opens_at', pg_temp.at(-1)),
        jsonb_build_object('name', 'members', 'quantity', 4, 'per_person', 1, 'proof', 'invitation'),
        jsonb_build_object('name', 'letter', 'quantity', 2, 'proof', 'code', 'code', 'sesame'),
        jsonb_build_object('name', 'late', 'opens_at', pg_temp.at(30), 'proof', 'code', 'code', 'x')), '{}',
    jsonb_build_array(null, null, null, pg_temp.hash('sesame'), pg_temp.hash('x')))).status, 201,
    'a drop is made with windows');
select results_eq($$ select w -> 'name', w -> 'quantity', w -> 'proof', w -> 'used'
        from jsonb_array_elements((api.drop_read(pg_temp.id(1), pg_temp.owner(1),
            jsonb_build_object('drop', pg_temp.id(31)))).body::jsonb -> 'windows') as w $$,
    $$ values ('"early"'::jsonb, '5'::jsonb, '"none"'::jsonb, '0'::jsonb), ('"letter"', '2', '"code"', '0'),
        ('"members"', '4', '"invitation"', '0'), ('"public"', 'null', '"none"', '0'), ('"late"', 'null', '"code"', '0') $$,
    'and shows them in the order in which they open, without codes');
select is((select entry::jsonb #> '{data,windows}' -> 2 from ledger where kind = 'drop.created'
        and subject = pg_temp.id(31)),
    jsonb_build_object('name', 'members', 'opens_at', pg_temp.at(-60), 'closes_at', pg_temp.at(60), 'quantity', 4,
        'per_person', 1, 'proof', 'invitation'), 'the ledger has their rules');
select ok(not exists (select from ledger where entry like '%' || pg_temp.hash('sesame') || '%'
    or entry like '%sesame%'), 'and nothing about their codes');

create function pg_temp.refused(p_windows jsonb) returns text language plpgsql as $$
declare
    pointer text;
begin
    perform pg_temp.make_windowed(90, p_windows);
    return 'made';
exception when sqlstate 'RS422' then
    get stacked diagnostics pointer = pg_exception_hint;
    return pointer;
end $$;
select is(pg_temp.refused(w::jsonb), p, 'refused: ' || why) from (values
    ('[{"name": "Early"}]', '/windows/0/name', 'a name of other letters'),
    ('[{"name": "a"}, {"name": "a", "proof": "invitation"}]', '/windows/1/name', 'a name twice'),
    ('[{"name": "a", "proof": "code"}]', '/windows/0/code', 'a code that is missing'),
    ('[{"name": "a", "code": "abcd"}]', '/windows/0/code', 'a code that nobody asks for'),
    ('[{"name": "a"}, {"name": "b"}]', '/windows/1/opens_at', 'two at once that ask for nothing'),
    ('[{"name": "a", "opens_at": "2020-01-01T00:00:00Z"}]', '/windows/0/opens_at', 'one before its drop'),
    ('[{"name": "a", "closes_at": "2020-01-01T00:00:00Z"}]', '/windows/0/opens_at', 'one that closes before it opens'))
    as t(w, p, why);
select throws_ok($$ select pg_temp.make_draw(1, 91, '{"windows": [{"name": "a"}]}') $$, 'RS422', 'validation_failed',
    'a draw has none');

-- ---- which window
select is(pg_temp.codes('[{"drop": 31, "buyer": "ann", "idem": "a1"}]'), '1', 'who names none comes through the open one');
select is((select window_name from pg_temp.claims(1, '[{"drop": 31, "buyer": "ann", "idem": "a1"}]')), 'public',
    'which the answer names, also when it is replayed');
select is((select entry::jsonb #>> '{data,window}' from ledger where kind = 'token.issued' order by index desc limit 1),
    'public', 'and the ledger');
select is(pg_temp.used(31, 'public'), 1, 'and counts');
select is(pg_temp.codes('[{"drop": 31, "window": "early"}, {"drop": 31, "window": "late", "access": "x"},
        {"drop": 31, "window": "nope"}, {"drop": 31, "window": "letter"}, {"drop": 31, "window": "letter", "access": "Sesame"},
        {"drop": 31, "window": "members"}, {"drop": 31, "window": "members", "access": "sesame", "invited": 0},
        {"drop": 31, "window": "letter", "access": "zzz", "invited": 1}]'),
    'window_closed window_not_open unknown_window access_denied access_denied access_denied access_denied access_denied',
    'each refusal has its reason');
select results_eq($$ select status from pg_temp.claims(1, '[{"drop": 31, "window": "early"},
        {"drop": 31, "window": "nope"}, {"drop": 31, "window": "letter"}]') order by item $$,
    array[409, 422, 403], 'with its status');
select is(pg_temp.codes('[{"drop": 31, "window": "members", "invited": 1, "buyer": "mia"}, {"drop": 31, "window": "letter", "access": "sesame", "buyer": "leo"}]'),
    '2 3', 'who shows the right thing comes in');
select pg_temp.make_drop(1, 32) \g /dev/null
select is(pg_temp.codes('[{"drop": 32, "window": "public"}, {"drop": 32}]'), 'unknown_window 1',
    'a drop without windows has none by name, and needs none');
select is((pg_temp.make_windowed(33, '[{"name": "members", "proof": "invitation"}]')).status, 201, 'a drop for members only');
select results_eq($$ select status, code, detail from pg_temp.claims(1, '[{"drop": 33}]') $$,
    $$ values (409, 'window_not_open', 'No window is open to everybody now.') $$, 'is open to nobody else');

-- ---- what each gives
select is(pg_temp.codes('[{"drop": 31, "window": "letter", "access": "sesame", "quantity": 2},
        {"drop": 31, "window": "letter", "access": "sesame"}, {"drop": 31, "window": "letter", "access": "sesame"}]'),
    'window_sold_out 4 window_sold_out', 'a window gives its quantity, the drop has more');
select is((select detail from pg_temp.claims(1, '[{"drop": 31, "window": "letter", "access": "sesame"}]')),
    'Nothing is left of this window.', 'in words');
select is(pg_temp.codes('[{"drop": 31, "window": "members", "invited": 1, "buyer": "mia"}, {"drop": 31, "window": "members", "invited": 1, "buyer": "max", "quantity": 2},
        {"drop": 31, "window": "members", "invited": 1, "buyer": "max"}, {"drop": 31, "window": "members", "invited": 1, "buyer": "max"}]'),
    'limit_reached limit_reached 5 limit_reached', 'a window has its own limit for a person, over batches and within one');
select is((select detail from pg_temp.claims(1, '[{"drop": 31, "window": "members", "invited": 1, "buyer": "mia"}]')),
    'This window gives at most 1 to one person.', 'in words');
select is(pg_temp.codes('[{"drop": 31, "buyer": "mia", "quantity": 2}, {"drop": 31, "buyer": "mia"}]'), '6 limit_reached',
    'the drop''s limit holds over its windows');
select results_eq($$ select name, used from drop_windows where drop_id = pg_temp.id(31) order by name $$,
    $$ values ('early', 0), ('late', 0), ('letter', 2), ('members', 2), ('public', 3) $$, 'all of it is counted');
select throws_ok($$ update drop_windows set used = 3 where name = 'letter' $$, '23514', null, 'a window''s quantity is a constraint');
select throws_ok($$ update window_buyers set units = 2 $$, '23514', null, 'and so is its limit');

-- ---- what comes back
select is((api.token_cancel(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('token', t.id))).status, 200, 'a token ends')
from tokens t where t.drop_id = pg_temp.id(31) and t.serial = 2;
select is(pg_temp.used(31, 'members'), 1, 'its window has the unit again');
select is(pg_temp.codes('[{"drop": 31, "window": "members", "invited": 1, "buyer": "mia"}]'), '8', 'and its person');

-- ---- changing them
create function pg_temp.put(p_drop integer, p_name text, p_body jsonb, p_match text default null, p_code text default null)
returns api.answer language sql as $$
    select api.window_put(pg_temp.id(1), pg_temp.owner(1), jsonb_strip_nulls(jsonb_build_object('drop', pg_temp.id(p_drop),
        'window', p_name, 'body', p_body, 'if_match', p_match, 'code_sha256', p_code))) $$;
create function pg_temp.tag(p_drop integer, p_name text) returns text language sql as $$
    select (api.window_read(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('drop', pg_temp.id(p_drop), 'window', p_name))).etag $$;
select results_eq($$ select status, location, body::jsonb ->> 'name' from pg_temp.put(32, 'new', '{"quantity": 3}') $$,
    $$ values (201, '/v1/drops/' || pg_temp.id(32) || '/windows/new', 'new') $$, 'a window is added to a drop that had none');
select is((select window_name from pg_temp.claims(1, '[{"drop": 32}]')), 'new', 'and counts from now on');
select throws_ok($$ select pg_temp.put(32, 'new', '{"quantity": 4}') $$, 'RS428', 'precondition_required', 'a change needs If-Match');
select throws_ok($$ select pg_temp.put(32, 'new', '{"quantity": 4}', '"x"') $$, 'RS412', 'precondition_failed', 'the right one');
select throws_ok($$ select pg_temp.put(32, 'newer', '{"proof": "invitation"}', '*') $$, 'RS412', 'precondition_failed', 'of something that is there');
create temporary table tag as select pg_temp.tag(32, 'new') as was;
select is((select (pg_temp.put(32, 'new', '{"quantity": 4}', was)).body::jsonb -> 'quantity' from tag), '4', 'then it is changed');
select isnt(pg_temp.tag(32, 'new'), was, 'and has another ETag') from tag;
select is((select entry::jsonb -> 'data' from ledger where kind = 'drop.window_set' order by index desc limit 1),
    jsonb_build_object('window', 'new', 'opens_at', rfc3339(d.opens_at), 'closes_at', rfc3339(d.closes_at), 'quantity', 4,
        'per_person', null, 'proof', 'none'), 'the ledger says so') from drops d where d.id = pg_temp.id(32);
select is((select count(*) from ledger where kind = 'drop.window_set'), 2::bigint, 'once for each change');
select is((pg_temp.put(32, 'new', '{"quantity": 4}', pg_temp.tag(32, 'new'))).status, 200, 'the same again');
select is((select count(*) from ledger where kind = 'drop.window_set'), 2::bigint, 'is no change');
select throws_ok($$ select pg_temp.put(32, 'new', '{"quantity": 0}', pg_temp.tag(32, 'new')) $$, 'RS409', 'below_issued',
    'never below what came through it');
select throws_ok($$ select pg_temp.put(99, 'new', '{}') $$, 'RS404', 'not_found', 'of a drop that is there');
select throws_ok($$ select api.window_put(pg_temp.id(2), pg_temp.owner(2), jsonb_build_object('drop', pg_temp.id(32), 'window', 'new', 'body', '{}'::jsonb)) $$,
    'RS404', 'not_found', 'and one''s own');
select throws_ok($$ select pg_temp.put(32, 'more', '{}') $$, 'RS422', 'validation_failed', 'and not beside another that asks for nothing');
select is((pg_temp.put(32, 'more', '{"proof": "code", "code": "abcd"}', null, pg_temp.hash('abcd'))).status, 201, 'with a code it may');
select throws_ok($$ select api.window_invite(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('drop', pg_temp.id(32), 'window', 'more')) $$,
    'RS409', 'not_by_invitation', 'invitations are for windows that ask for them');

select is(w.used, (select count(*)::integer from tokens t where t.drop_id = w.drop_id and t.window_name = w.name
    and t.state not in ('expired', 'cancelled')), 'what ' || w.name || ' counts is there')
from drop_windows w where w.drop_id = pg_temp.id(31) and w.used > 0 order by w.name;
select finish();
rollback;
