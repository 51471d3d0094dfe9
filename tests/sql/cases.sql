-- SPDX-License-Identifier: Apache-2.0
--
-- Cases: named by what they are about, listed, read with all their facts, resolved, and open again
-- when more evidence arrives.
begin;
\ir lib/devices.psql
select plan(36);

select pg_temp.make_device(41, 'till'), pg_temp.enrol(41), pg_temp.make_device(42, 'till'), pg_temp.enrol(42) \g /dev/null
select pg_temp.tell(41, 'redeem', 10, pg_temp.scan(pg_temp.token(1)) || '{"gate": "a"}'),
    pg_temp.tell(41, 'redeem', 11, '{"shown": "forged"}'), pg_temp.tell(42, 'redeem', 5, pg_temp.scan(pg_temp.token(1))),
    pg_temp.tell(42, 'redeem', 6, '{"shown": "forged"}'), pg_temp.tell(42, 'redeem', 7, pg_temp.scan(pg_temp.token(1))) \g /dev/null
select pg_temp.upload(41, 1, 2), pg_temp.upload(42, 1, 2) \g /dev/null

create function pg_temp.list(p jsonb) returns jsonb language sql as $$
    select (api.case_list(pg_temp.id(1), pg_temp.owner(1), '{"limit": 50}' || p)).body::jsonb $$;
create function pg_temp.of(p_kind text) returns uuid language sql as $$
    select id from roadshow.cases where kind = p_kind $$;

select is((select string_agg(kind, ' ' order by kind) from cases), 'already_redeemed not_genuine', 'two cases, though both devices saw both');
select is(pg_temp.of('already_redeemed'), case_id(pg_temp.id(1), 'already_redeemed', pg_temp.token(1)::text), 'a case''s id follows from what it is about');
select ok(pg_temp.of('already_redeemed')::text ~ '^.{14}8.{4}[89ab]', 'and is a UUIDv8');
select is(jsonb_array_length(pg_temp.list('{}') -> 'cases'), 2, 'the list');
select is(pg_temp.list('{"limit": 1}') #> '{cases,0,id}', pg_temp.list('{}') #> '{cases,0,id}', 'a page of it');
select is(pg_temp.list(jsonb_build_object('limit', 1, 'after', pg_temp.list('{"limit": 1}') -> 'next')) #> '{cases,0,id}',
    pg_temp.list('{}') #> '{cases,1,id}', 'goes on behind its cursor');
select is(pg_temp.list(jsonb_build_object('after', pg_temp.list('{"limit": 1}') -> 'next')) ->> 'next', null, 'to the end');
select is(jsonb_array_length(pg_temp.list('{"kind": "not_genuine"}') -> 'cases'), 1, 'by kind');
select is(jsonb_array_length(pg_temp.list('{"state": "resolved"}') -> 'cases'), 0, 'by state');
select is(jsonb_array_length(pg_temp.list(jsonb_build_object('event_id', pg_temp.id(12))) -> 'cases'), 0, 'by event');
select is((api.case_list(pg_temp.id(2), pg_temp.owner(2), '{"limit": 50}')).body::jsonb -> 'cases', '[]'::jsonb, 'another creator sees none');

create temporary table one as select (api.case_read(pg_temp.id(1), pg_temp.owner(1),
    jsonb_build_object('case', pg_temp.of('already_redeemed')))).body::jsonb as doc;
select is((select jsonb_path_query_array(doc, '$.evidence[*].device_id') from one), jsonb_build_array(pg_temp.id(42), pg_temp.id(41)),
    'a case has all its facts, in the order in which they happened');
select is((select doc #>> '{evidence,1,raw}' from one), (select convert_from(line, 'UTF8') from history where device = 41 and seq = 1), 'as they were told');
select is((select doc #>> '{data,first,device_id}' from one), pg_temp.id(42)::text, 'and who was first');
select is((select jsonb_path_query_array(doc, '$.history[*].kind') from one), '["case.opened"]', 'and its history');
select is(pg_temp.try($$ api.case_read(pg_temp.id(2), pg_temp.owner(2), jsonb_build_object('case', (select id from roadshow.cases limit 1))) $$), '404 not_found', 'its creator only');

create function pg_temp.resolve(p_kind text, p_idem text default null) returns api.answer language sql as $$
    select api.case_resolve(pg_temp.id(1), pg_temp.owner(1, p_idem), jsonb_build_object('case', pg_temp.of(p_kind),
        'body', '{"resolution": "let_in", "note": "Mother and child shared a phone."}'::jsonb)) $$;
select is((pg_temp.resolve('already_redeemed', 'r')).body::jsonb ->> 'state', 'resolved', 'a person resolves it');
select ok((pg_temp.resolve('already_redeemed', 'r')).replayed, 'once');
select is(pg_temp.try($$ pg_temp.resolve('already_redeemed') $$), '409 case_resolved', 'and nobody does again');
select ok(not exists (select from ledger where entry like '%Mother%' or entry like '%let_in%'), 'neither note nor resolution is in the ledger');
create function pg_temp.past(p_kind text) returns jsonb language sql as $$
    select jsonb_path_query_array((api.case_read(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('case', pg_temp.of(p_kind)))).body::jsonb,
        '$.history[*].data ? (exists(@.commitment))') $$;
select is((select jsonb_build_array(h ->> 'resolution', base64url(sha256(convert_to('roadshow-text/v1', 'UTF8') || '\x00'::bytea
        || decode(h ->> 'salt', 'hex') || convert_to('let_in', 'UTF8'))), h -> 'redacted') from jsonb_array_elements(pg_temp.past('already_redeemed')) as h),
    (select jsonb_build_array('let_in', entry::jsonb #>> '{data,commitment}', null) from ledger where kind = 'case.resolved'),
    'but a commitment, which the case''s history opens');
select pg_temp.upload(42, 3, 3) \g /dev/null
select is((select state || ' ' || (data ->> 'scans') || ' ' || coalesce(note, '-') from cases where kind = 'already_redeemed'), 'open 3 -', 'new evidence opens it again');
select is((select string_agg(kind, ' ' order by index) from ledger where subject = pg_temp.of('already_redeemed')),
    'case.opened case.resolved case.reopened', 'and the ledger tells it all');

-- ---- what was written is taken back
create function pg_temp.redact(p_index bigint, p_idem text default null, p_creator integer default 1) returns api.answer language sql as $$
    select api.entry_redact(pg_temp.id(p_creator), pg_temp.owner(p_creator, p_idem), jsonb_build_object('index', p_index::text, 'body', '{"reason": "a name"}'::jsonb)) $$;
create function pg_temp.resolved(p_kind text) returns bigint language sql as $$
    select max(index) from roadshow.ledger where subject = pg_temp.of(p_kind) and kind = 'case.resolved' $$;
create temporary table first as select pg_temp.resolved('already_redeemed') as index;
select pg_temp.resolve('already_redeemed') \g /dev/null
select is((pg_temp.redact((select index from first), 'x1')).status, 200, 'a resolution is redacted');
select is((select resolution || ' ' || note from cases where kind = 'already_redeemed'),
    'let_in Mother and child shared a phone.', 'it was an earlier one: the later stands');
select is((select jsonb_agg(jsonb_build_array(h -> 'resolution', h -> 'salt' <> 'null', h #>> '{redacted,reason}')) from jsonb_array_elements(pg_temp.past('already_redeemed')) as h),
    '[[null, false, "a name"], ["let_in", true, null]]', 'the history says so, and has nothing that opens the commitment');
select ok((pg_temp.redact((select index from first), 'x1')).replayed and (pg_temp.redact((select index from first))).body::jsonb
    = (pg_temp.redact((select index from first), 'x1')).body::jsonb, 'once more is the same answer');
select pg_temp.redact(pg_temp.resolved('already_redeemed')) \g /dev/null
select is((select resolution || coalesce(note, '') from cases where kind = 'already_redeemed'), 'redacted', 'so is the one that stands, and its note goes with it');
select is((select count(*) from entry_texts where text is not null or salt is not null), 0::bigint, 'nothing is left of either');
select is((select jsonb_agg(entry::jsonb -> 'data' -> 'index' order by index) from ledger where kind = 'entry.redacted'),
    (select jsonb_build_array(index, pg_temp.resolved('already_redeemed')) from first), 'the ledger says which, and no more');
select is(pg_temp.try('pg_temp.redact(0)') || ', ' || pg_temp.try('pg_temp.redact(999999)') || ', ' || pg_temp.try('pg_temp.redact(pg_temp.resolved(''already_redeemed''), null, 2)'),
    '409 nothing_to_redact, 404 not_found, 404 not_found', 'an entry about which nobody wrote, one that is not there, another creator''s');

-- A case whose ground goes away is withdrawn: the sale that was too much turns out to be a copy.
select pg_temp.tell(41, 'sale', 100, pg_temp.sold(6, null, 'p')), pg_temp.tell(42, 'sale', 99, pg_temp.sold(1, null, 'p')) \g /dev/null
select pg_temp.upload(41, 3, 3) \g /dev/null
select is((select data ->> 'units_short' from cases where kind = 'oversold'), '2', 'six of four sold');
select pg_temp.upload(42, 4, 4) \g /dev/null
select is((select count(*) from cases where kind = 'oversold'), 0::bigint, 'but the payment was for one');
select is((select string_agg(kind, ' ' order by index) from ledger where subject = case_id(pg_temp.id(1), 'oversold', pg_temp.id(31)::text)),
    'case.opened case.withdrawn', 'as the ledger says');
-- The ground comes back, goes, and comes back: one subject, whose entries name each other.
create or replace function pg_temp.again(p_open boolean) returns void language sql as $$
    select notes_append(pg_temp.id(1), case when p_open
        then cases_put(pg_temp.id(1), array['oversold'], array['again'], array[(select event_id from drops where id = pg_temp.id(31))], array['{}'::jsonb])
        else cases_withdraw(pg_temp.id(1), array[case_id(pg_temp.id(1), 'oversold', 'again')]) end)
$$;
select pg_temp.again(o) from unnest(array[true, false, true, false, true]) as o \g /dev/null
select is((select string_agg(kind, ' ' order by index) from ledger where subject = case_id(pg_temp.id(1), 'oversold', 'again')),
    'case.opened case.withdrawn case.opened case.withdrawn case.opened', 'a case comes back');
select is((select count(*) from (select (entry::jsonb ->> 'prev')::bigint as prev, lag(index) over (order by index) as before
    from ledger where subject = case_id(pg_temp.id(1), 'oversold', 'again')) x where prev is distinct from before), 0::bigint,
    'and its history goes on');
select * from finish();
rollback;
