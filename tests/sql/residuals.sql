-- SPDX-License-Identifier: Apache-2.0
--
-- What an event leaves over: what is free and what is not, where it had best go and why, and that a proposal is
-- done once, whole, and only while it is true.
begin;
\ir lib/fulfilment.psql
select plan(52);

-- Over since yesterday, with a venue that has a shelf; and one that is to come.
insert into events (creator_id, id, name, starts_at, ends_at, time_zone, venue_name, lat, lon, ledger_index)
values (pg_temp.id(1), pg_temp.id(301), 'Over', now() - interval '2 days', now() - interval '1 day', 'UTC', 'V', 52.52, 13.40, 0),
    (pg_temp.id(1), pg_temp.id(302), 'Next', now() + interval '1 day', now() + interval '2 days', 'UTC', 'W', 48.14, 11.58, 0);
create function pg_temp.drop(n integer, p_event integer, p_sku text, p_quantity integer, p_tokenized integer, p_until interval)
returns void language sql as $$
    insert into drops (creator_id, id, event_id, sku, mode, quantity, tokenized, opens_at, closes_at,
        per_person, pickup_from, pickup_until, ledger_index)
    values (pg_temp.id(1), pg_temp.id(n), pg_temp.id(p_event), p_sku, 'fcfs', p_quantity, p_tokenized,
        now() - interval '3 days', now() + p_until, 9, now() - interval '2 days', now() + p_until, 0)
$$;
select pg_temp.drop(401, 301, 'SKU-1', 20, 10, '-1 hour'), pg_temp.drop(402, 301, 'SKU-2', 5, 0, '-1 hour'),
    pg_temp.drop(403, 302, 'SKU-1', 5, 5, '2 days') \g /dev/null
update drops set issued = 4, redeemed = 3, walk_in_sold = 2, walk_in_leased = 1 where id = pg_temp.id(401);
update drops set waiting = 3 where id = pg_temp.id(403);
select pg_temp.hub(101, 'venue', 52.52, 13.40, jsonb_build_object('kind', 'venue', 'event_id', pg_temp.id(301))),
    pg_temp.hub(102, 'near', 52.53, 13.45), pg_temp.hub(103, 'far', 50, 8),
    pg_temp.hub(104, 'next', 48.2, 11.6, jsonb_build_object('event_id', pg_temp.id(302))) \g /dev/null
select pg_temp.waves(102, 4, 60), pg_temp.waves(103, 9, 60), pg_temp.waves(104, 2, 60), pg_temp.waves(101, 9, 60) \g /dev/null
select pg_temp.stock(101, 'SKU-3', 6), pg_temp.stock(103, 'SKU-1', 1, 3) \g /dev/null
-- One of the venue's units is promised.
select is(pg_temp.hubs_of(x), array[101], 'an order') from pg_temp.place(pg_temp.item(201, '[{"sku": "SKU-3", "quantity": 1}]', '[[101, 10]]')) x;

create function pg_temp.read(n integer default 301) returns jsonb language sql as $$
    select pg_temp.call('residual_read', jsonb_build_object('event', pg_temp.id(n))) $$;
create function pg_temp.move(p_moves jsonb, p_etag text, p_idem text default null, n integer default 301) returns jsonb language sql as $$
    select pg_temp.call('residual_move', jsonb_build_object('event', pg_temp.id(n), 'if_match', p_etag,
        'body', jsonb_build_object('moves', p_moves)), pg_temp.caller('creator', p_idem)) $$;
create function pg_temp.told(p jsonb) returns text[] language sql as $$
    select array_agg(concat_ws(' ', right(m ->> 'from_id', 3), m ->> 'sku', m ->> 'quantity', m ->> 'to_kind',
        right(m ->> 'to_id', 3), m ->> 'reason') order by o)
    from jsonb_array_elements(p -> 'body' -> 'moves') with ordinality as e(m, o) $$;
-- Every unit, wherever it is: what drops still have, what shelves have, what is on its way.
create function pg_temp.units(p_sku text) returns bigint language sql as $$
    select (select sum(quantity) from drops where sku = p_sku) + (select coalesce(sum(on_hand), 0) from hub_stock where sku = p_sku)
        + (select coalesce(sum(l.quantity), 0) from transfer_lines l join transfers t on t.id = l.transfer_id
            where l.sku = p_sku and t.state = 'in_transit') $$;

-- ---- the proposal -------------------------------------------------------------------------------------

select is(pg_temp.read(999) -> 'status', '404', 'of no event');
select is(pg_temp.move('[{}]', pg_temp.read(302) ->> 'etag', null, 302) ->> 'code', 'event_not_over', 'not before it is over');
create temp table got as select 1 as n, pg_temp.read() as a;
select is(a -> 'status', '200', 'a proposal') from got;
select is((select array_agg(concat_ws(' ', right(s ->> 'from_id', 3), s ->> 'sku', s ->> 'units') order by o)
    from got, jsonb_array_elements(a -> 'body' -> 'sources') with ordinality as e(s, o)),
    '{401 SKU-1 13,402 SKU-2 5,101 SKU-3 5}', 'what is sold, leased, claimed or promised is not left over');
select is(pg_temp.told(a), array[
    '401 SKU-1 3 drop 403 waitlist', '401 SKU-1 2 hub 103 below_safety', '401 SKU-1 2 hub 104 neighbourhood',
    '401 SKU-1 4 hub 102 nearest', '401 SKU-1 2 hub 103 nearest',
    '402 SKU-2 2 hub 104 neighbourhood', '402 SKU-2 3 hub 102 nearest',
    '101 SKU-3 2 hub 104 neighbourhood', '101 SKU-3 3 hub 102 nearest'], 'by who waits, who needs it, who is near and has slots')
from got;
select is(pg_temp.read(), (select a from got), 'the same again');
update hubs set active = false where id in (pg_temp.id(102), pg_temp.id(103), pg_temp.id(104));
select is(pg_temp.told(pg_temp.read()), array['401 SKU-1 3 drop 403 waitlist', '401 SKU-1 10 resale no_place',
    '402 SKU-2 5 resale no_place', '101 SKU-3 5 resale no_place'], 'what nobody can use is for resale');
update hubs set active = true;
update drops set grace_s = 86400 where id = pg_temp.id(401);
select is(pg_temp.read() #>> '{body,sources,0,units}', '7', 'what may still be picked up is not left over');
update drops set grace_s = 0 where id = pg_temp.id(401);

-- ---- refused ------------------------------------------------------------------------------------------

create temp table whole as select pg_temp.units('SKU-1') as one, pg_temp.units('SKU-2') as two, pg_temp.units('SKU-3') as three;
create function pg_temp.one(p_from integer, p_sku text, n integer, p_to_kind text, p_to integer) returns jsonb language sql as $$
    select jsonb_build_array(jsonb_build_object('from_kind', case when p_from < 200 then 'hub' else 'drop' end,
        'from_id', pg_temp.id(p_from), 'sku', p_sku, 'quantity', n, 'to_kind', p_to_kind, 'to_id', pg_temp.id(p_to))) $$;
\set tag '(select a ->> \'etag\' from got where n = 1)'
select is(pg_temp.move(pg_temp.one(401, 'SKU-1', 1, 'hub', 102), null) -> 'status', '428', 'without its ETag');
select is(pg_temp.move(pg_temp.one(401, 'SKU-1', 1, 'hub', 102), '"x"') -> 'status', '412', 'with another');
select is(pg_temp.move(pg_temp.one(403, 'SKU-1', 1, 'hub', 102), :tag) ->> 'pointer', '/moves/0/from_id', 'a drop of another event');
select is(pg_temp.move(pg_temp.one(102, 'SKU-1', 1, 'hub', 103), :tag) ->> 'code', 'unknown_source', 'a hub that is no venue of it');
select is(pg_temp.move(pg_temp.one(401, 'SKU-2', 1, 'hub', 102), :tag) ->> 'code', 'unknown_source', 'a SKU that it has not');
select is(pg_temp.move(pg_temp.one(401, 'SKU-1', 1, 'hub', 999), :tag) ->> 'pointer', '/moves/0/to_id', 'to no hub');
select is(pg_temp.move(pg_temp.one(101, 'SKU-3', 1, 'hub', 101), :tag) ->> 'code', 'unknown_target', 'to itself');
select is(pg_temp.move(pg_temp.one(402, 'SKU-2', 1, 'drop', 403), :tag) ->> 'code', 'unknown_target', 'to a drop of something else');
select is(pg_temp.move(pg_temp.one(401, 'SKU-1', 1, 'resale', 102), :tag) ->> 'code', 'unknown_target', 'to resale at a hub');
select is(pg_temp.move(pg_temp.one(401, 'SKU-1', 9, 'hub', 102) || pg_temp.one(401, 'SKU-1', 5, 'hub', 103), :tag) ->> 'pointer',
    '/moves/1/quantity', 'more than is left, together');
select is((select array[one, two, three] from whole), array[pg_temp.units('SKU-1'), pg_temp.units('SKU-2'), pg_temp.units('SKU-3')],
    'nothing has moved');

-- ---- done ---------------------------------------------------------------------------------------------

insert into got select 2, pg_temp.move((select a -> 'body' -> 'moves' from got where n = 1)
    || pg_temp.one(401, 'SKU-1', 1, 'hub', 102), :tag, 'idem');
select is(a ->> 'code', 'more_than_left', 'all or nothing') from got where n = 2;
insert into got select 3, pg_temp.move((select a -> 'body' -> 'moves' from got where n = 1), :tag, 'idem');
select is(a -> 'status', '201', 'as it was proposed') from got where n = 3;
select is((select count(distinct m ->> 'transfer_id') from got, jsonb_array_elements(a -> 'body' -> 'moves') as m where n = 3), 7::bigint,
    'one transfer for each way');
select is((select (quantity, tokenized)::text from drops where id = pg_temp.id(401)), '(7,4)', 'the drop has what is somebody''s');
select is((select quantity::integer from drops where id = pg_temp.id(402)), 0, 'or nothing');
select is((select quantity - tokenized from drops where id = pg_temp.id(403)), 3, 'the other drop has its units');
select is((select (on_hand, reserved)::text from hub_stock where hub_id = pg_temp.id(101)), '(1,1)', 'the shelf keeps what is promised');
select is((select array[one, two, three] from whole), array[pg_temp.units('SKU-1'), pg_temp.units('SKU-2'), pg_temp.units('SKU-3')],
    'and the sum is what it was');
select is(pg_temp.move((select a -> 'body' -> 'moves' from got where n = 1), :tag, 'idem') -> 'body', (select a -> 'body' from got where n = 3),
    'a replay');
select is(pg_temp.move((select a -> 'body' -> 'moves' from got where n = 1), :tag) -> 'status', '412', 'not twice');
-- Counted anew from sales and leases, of which there are none here.
update drops set walk_in_sold = 2, walk_in_leased = 1 where id = pg_temp.id(401);
select is(pg_temp.read() -> 'body' -> 'sources', '[]', 'nothing is left over');
select is((select jsonb_array_length(entry::jsonb -> 'data' -> 'moves') from ledger l join events e on e.creator_id = l.creator_id
    and e.ledger_index = l.index where e.id = pg_temp.id(301)), 9, 'the ledger tells the whole');
select is((select array_agg(l.kind order by l.index) from ledger l where l.subject = pg_temp.id(401)),
    '{drop.share_changed,drop.walk_in_changed}', 'and each part');

select is(pg_temp.call('transfer_receive', jsonb_build_object('hub', pg_temp.id(104), 'transfer', t.id, 'body', '{}'::jsonb)) -> 'status', '200',
    'a hub receives what was a drop''s') from transfers t where t.from_drop_id = pg_temp.id(402) and t.to_hub_id = pg_temp.id(104);
select is((select on_hand from hub_stock where hub_id = pg_temp.id(104) and sku = 'SKU-2'), 2, 'on its shelf');
select is(pg_temp.call('transfer_cancel', jsonb_build_object('transfer', t.id)) -> 'status', '200', 'another turns round')
from transfers t where t.from_drop_id = pg_temp.id(402) and t.state = 'in_transit';
select is((select quantity::integer from drops where id = pg_temp.id(402)), 3, 'and is the drop''s again');
select is((select array[one, two, three] from whole), array[pg_temp.units('SKU-1'), pg_temp.units('SKU-2'), pg_temp.units('SKU-3')],
    'the sum is what it was');
select is(pg_temp.move(pg_temp.one(402, 'SKU-2', 2, 'resale', null), (pg_temp.read() ->> 'etag')) -> 'status', '201', 'two are resold');
select is(pg_temp.units('SKU-2'), (select two - 2 from whole), 'and are gone');
select is(pg_temp.move(pg_temp.one(402, 'SKU-2', 1, 'hub', 102), (pg_temp.read() ->> 'etag')) -> 'status', '201', 'edited: one of them');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

-- ---- its bounds -------------------------------------------------------------------------------------

select pg_temp.stock(101, 'SKU-3', 4) \g /dev/null
create temp table then_ as select pg_temp.read() as a;
update hubs set active = false where id = pg_temp.id(102);
select isnt(pg_temp.read() -> 'body' -> 'moves', (select a -> 'body' -> 'moves' from then_), 'where it had best go changes');
select is(pg_temp.read() ->> 'etag', (select a ->> 'etag' from then_), 'the ETag is of what is left over');
select is(pg_temp.move(pg_temp.one(101, 'SKU-3', 1, 'hub', 103), (select a ->> 'etag' from then_)) -> 'status', '201',
    'so it is done all the same');
update hubs set active = true;
select is(pg_temp.read() ->> 'etag' = (select a ->> 'etag' from then_), false, 'and then it is another');
select pg_temp.stock(101, 'SKU-3', 3), pg_temp.stock(101, 'SKU-1', 3) \g /dev/null
update drops set quantity = 999999 where id = pg_temp.id(403);
select is(pg_temp.move(pg_temp.one(101, 'SKU-1', 1, 'drop', 403) || pg_temp.one(101, 'SKU-1', 1, 'drop', 403), (pg_temp.read() ->> 'etag'))
    ->> 'pointer', '/moves/1/to_id', 'a drop is full by all that joins it');
select pg_temp.stock(101, 'SKU-2', 2500000) \g /dev/null
update hubs set active = false where id <> pg_temp.id(101);
select is(pg_temp.told(pg_temp.read()) @> '{101 SKU-2 1000000 resale no_place}', true, 'no move is greater than can be done');
update hubs set active = true;
select pg_temp.hub(1000 + n, 'h' || n, 50, 8), pg_temp.waves(1000 + n, 2, 60) from generate_series(1, 170) n \g /dev/null
select pg_temp.stock(101, 'SKU-1', 2500), pg_temp.stock(101, 'SKU-3', 2500) \g /dev/null
insert into got select 9, pg_temp.read();
select is(jsonb_array_length(a -> 'body' -> 'moves'), 500, 'nor are there more') from got where n = 9;
select is(pg_temp.move(a -> 'body' -> 'moves', a ->> 'etag') -> 'status', '201', 'it can be done as it is') from got where n = 9;
select is((select array_agg(n order by i) from (select l.index as i, jsonb_array_length(l.entry::jsonb -> 'data' -> 'moves') as n
    from ledger l where l.kind = 'event.residual_moved' order by l.index desc limit 5) x), '{100,100,100,100,100}', 'told in parts');
select is(array(select pg_temp.broken()), '{}', 'everything agrees');

select * from finish();
rollback;
