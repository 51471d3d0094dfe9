-- SPDX-License-Identifier: Apache-2.0
--
-- Claims in sets: each item is decided in order on what is left, and a refused one touches nothing.
begin;
\ir lib/fixture.psql
select plan(77);

select pg_temp.make_drop(1, 31), pg_temp.make_drop(1, 32, '{"hold_ttl_s": 600, "tokenized": 5}'),
    pg_temp.make_draw(1, 33),
    pg_temp.make_drop(1, 34, jsonb_build_object('opens_at', now() + interval '1 hour',
        'closes_at', now() + interval '2 hours')),
    pg_temp.make_drop(1, 35, jsonb_build_object('opens_at', now() - interval '2 hours',
        'closes_at', now() - interval '1 hour')),
    pg_temp.make_drop(2, 41) \g /dev/null

-- The codes of a batch, or the first serials of what was accepted.
create function pg_temp.codes(p_items jsonb, p_creator integer default 1) returns text language sql as $$
    select string_agg(coalesce(code, case when replayed then 'again:' || serial else serial::text end), ' '
        order by item) from pg_temp.claims(p_creator, p_items) $$;

-- ---- one
create temporary table head as select size from ledger_heads where creator_id = pg_temp.id(1);
create temporary table first as select * from pg_temp.claims(1,
    '[{"drop": 31, "claim": 500, "quantity": 2, "idem": "a", "buyer": "ann"}]');
select results_eq($$ select item, status, code, claim_id, drop_id, serial, quantity, state, kid, expires_at,
        replayed from first $$,
    $$ values (1, 201, null::text, pg_temp.id(500), pg_temp.id(31), 1, 2, 'issued', 'kid-1',
        null::timestamptz, false) $$, 'a claim');
select is((select first_index from first), (select size from head), 'its tokens'' entries come next');
select is((select (not_before, not_after) from first),
    (select (opens_at, pickup_until) from drops where id = pg_temp.id(31)), 'its times are the drop''s');
select results_eq($$ select id, serial, version, state, ledger_index, claim_id from tokens
        where drop_id = pg_temp.id(31) order by id $$,
    $$ select token_id(pg_temp.id(500), k), k, 1, 'issued', size + k - 1, pg_temp.id(500)
       from head, generate_series(1, 2) as k $$, 'one row a token, serials and indices in order');
select results_eq($$ select entry::jsonb - 'at' from ledger, head
        where creator_id = pg_temp.id(1) and index >= size order by index $$,
    $$ select jsonb_build_object('index', size + k - 1, 'kind', 'token.issued',
        'subject', token_id(pg_temp.id(500), k), 'prev', null,
        'data', jsonb_build_object('drop_id', pg_temp.id(31), 'serial', k, 'version', 1))
       from head, generate_series(1, 2) as k $$, 'one entry a token, with nothing about the person');
select is(pg_temp.counts(1, 31), '0/2/0/3', 'the drop counts them');

-- ---- again
select results_eq($$ select r.* from pg_temp.claims(1, '[{"drop": 31, "claim": 501, "quantity": 2, "idem": "a", "buyer": "ann"}]') as r $$,
    $$ select item, status, code, detail, claim_id, drop_id, serial, quantity, state, kid, expires_at,
        not_before, not_after, first_index, true, event_id, status_indices, window_name from first $$, 'the same again is the same answer');
select is(pg_temp.codes('[{"drop": 31, "idem": "a", "body": "other"}]'), 'idempotency_key_reused',
    'another body under the key is refused');
select is(pg_temp.codes('[{"drop": 32, "idem": "a", "body": "other"}]'), 'idempotency_key_reused',
    'for another drop too');
select is(pg_temp.counts(1, 31), '0/2/0/3', 'and nothing changed');

-- ---- the same key twice in one batch
select is(pg_temp.codes('[{"drop": 31, "idem": "b"}, {"drop": 31, "idem": "b"}, {"drop": 31, "idem": "b", "body": "x"}]'),
    '3 again:3 idempotency_key_reused', 'twins in one batch: one is made');
select is(pg_temp.codes('[{"drop": 34, "idem": "c"}, {"drop": 31, "idem": "c", "body": "x"}, {"drop": 31, "idem": "c"}]'),
    'not_open 4 idempotency_key_reused', 'a refusal does not take the key');

-- ---- who, what, when
select is(pg_temp.codes('[{"drop": 99}, {"drop": 41}, {"drop": 33}, {"drop": 34}, {"drop": 35}, {"drop": 31, "key": 102}, {"drop": 31, "role": "storefront"}]'),
    'not_found not_found draw not_open closed key_revoked key_revoked',
    'each refused for its own reason');
select results_eq($$ select status from pg_temp.claims(1, '[{"drop": 99}, {"drop": 33}, {"drop": 31, "key": 102}, {"drop": 31, "idem": "a", "body": "?"}]') order by item $$,
    array[404, 409, 401, 422], 'with its own status');
select is((select detail from pg_temp.claims(1, '[{"drop": 34}]')),
    'This drop opens at ' || rfc3339(now() + interval '1 hour') || '.', 'and words');
select results_eq($$ select claim_id, serial, quantity, state, first_index, replayed
        from pg_temp.claims(1, '[{"drop": 99}]') $$,
    $$ values (null::uuid, null::integer, null::integer, null::text, null::bigint, false) $$,
    'what cannot be known is null');
select is((select claim_id from pg_temp.claims(1, '[{"drop": 31, "idem": "a", "key": 102}]')), null,
    'a revoked key sees no answer of old');

-- ---- limits per person
select is(pg_temp.codes('[{"drop": 31, "buyer": "ann"}]'), 'limit_reached', 'the limit holds over claims');
select is(pg_temp.codes('[{"drop": 31, "buyer": "cat", "quantity": 3}]'), 'limit_reached', 'and in one');
select is(pg_temp.codes('[{"drop": 31, "buyer": "dan"}, {"drop": 31, "buyer": "dan", "quantity": 2}, {"drop": 31, "buyer": "dan"}, {"drop": 31, "buyer": "dan"}]'),
    '5 limit_reached 6 limit_reached', 'and within a batch, where a smaller claim may still fit');
select is(pg_temp.codes('[{"drop": 32, "buyer": "ann", "quantity": 2}]'), '1', 'each drop counts alone');
select is((select units from drop_buyers where drop_id = pg_temp.id(31)
    and buyer_key = sha256('dan')), 2, 'units are counted');
select throws_ok($$ update drop_buyers set units = 3 where drop_id = pg_temp.id(31) $$, '23514', null,
    'and the limit is a constraint');

-- ---- holds
select results_eq($$ select state, expires_at > now() + interval '599 seconds',
        expires_at < now() + interval '660 seconds' from pg_temp.claims(1, '[{"drop": 32, "claim": 510, "idem": "h"}]') $$,
    $$ values ('held', true, true) $$, 'a drop with holds holds');
select is((select held_until from tokens where id = token_id(pg_temp.id(510), 1)),
    (select expires_at from pg_temp.claims(1, '[{"drop": 32, "idem": "h"}]')), 'for as long as it said');
select is(pg_temp.counts(1, 32), '3/0/0/4', 'as held');
select is((select kind from ledger where creator_id = pg_temp.id(1) order by index desc limit 1), 'token.held',
    'and the ledger says so');
select tokens_move(pg_temp.id(1), array[token_id(pg_temp.id(510), 1)], 'issued', array[now()],
    array['token.issued'], array[null]::jsonb[]) \g /dev/null
select is((select state from pg_temp.claims(1, '[{"drop": 32, "idem": "h"}]')), 'held',
    'a replay tells what was answered then');

-- ---- the end
select is(pg_temp.counts(1, 31), '0/6/0/7', 'six of ten are gone');
select is(pg_temp.codes('[{"drop": 31, "quantity": 2}, {"drop": 31}, {"drop": 31, "quantity": 2}, {"drop": 31}, {"drop": 31}]'),
    '7 9 sold_out 10 sold_out', 'in order: what does not fit is refused, a smaller one still fits');
select is(pg_temp.counts(1, 31), '0/10/0/11', 'ten of ten');
select is((select detail from pg_temp.claims(1, '[{"drop": 31}]')), 'Nothing is left of this drop.', 'none left');
select is((select detail from pg_temp.claims(1, '[{"drop": 32, "quantity": 2, "buyer": "eve"}, {"drop": 32, "quantity": 2, "buyer": "fay"}]')
    where item = 2), 'Nothing is left of this drop.', 'none left, seen from within a batch');
select is(pg_temp.codes('[{"drop": 31, "buyer": "ann"}]'), 'sold_out', 'sold out comes before the limit');
select is((select count(distinct serial) from tokens where drop_id = pg_temp.id(31)), 10::bigint,
    'ten serials');
select throws_ok($$ insert into tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid, ledger_index, status_index)
    values (pg_temp.id(1), pg_temp.id(9), pg_temp.id(31), pg_temp.id(500), 1, 'issued', 'x', 'k', 0, 0) $$, '23505',
    null, 'a serial is one row');

-- ---- several drops in one batch, order kept, counters added once
select pg_temp.make_drop(1, 36, '{"tokenized": 2}'), pg_temp.make_drop(1, 37, '{"tokenized": 1}') \g /dev/null
select is(pg_temp.codes('[{"drop": 37}, {"drop": 36}, {"drop": 37}, {"drop": 36}, {"drop": 36}]'),
    '1 1 sold_out 2 sold_out', 'drops do not disturb each other');
select results_eq($$ select t.drop_id, t.serial from tokens t where drop_id in (pg_temp.id(36), pg_temp.id(37))
        order by ledger_index $$,
    $$ values (pg_temp.id(37), 1), (pg_temp.id(36), 1), (pg_temp.id(36), 2) $$, 'entries in the items'' order');
select is_empty($$ select * from api.claim_batch('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
    '{}', '{}', '{}') $$, 'no items, no rows');

-- ---- several creators in one batch
select pg_temp.make_drop(1, 38, '{"tokenized": 2, "per_person": 1}'), pg_temp.make_drop(2, 48, '{"hold_ttl_s": 600}') \g /dev/null
select is(pg_temp.mixed('[{"creator": 2, "drop": 48, "buyer": "ann", "contact": "a"}, {"creator": 1, "drop": 38, "buyer": "ann"},
        {"creator": 2, "drop": 48, "quantity": 2, "contact": "b"}, {"creator": 1, "drop": 38, "buyer": "ann"},
        {"creator": 1, "drop": 38, "buyer": "bob", "idem": "m"}, {"creator": 2, "drop": 48, "idem": "m"},
        {"creator": 1, "drop": 38}, {"creator": 2, "drop": 48, "key": 101}]'),
    '1 1 2 limit_reached 2 4 sold_out key_revoked', 'each is decided among its creator''s');
select is(pg_temp.mixed('[{"creator": 2, "drop": 38}, {"creator": 1, "drop": 48}, {"creator": 1, "drop": 999}, {"creator": 2, "drop": 48, "quantity": 9}]'),
    'undecided undecided undecided sold_out', 'what has no drop that could be locked is left to a batch of its own');
select is(pg_temp.codes('[{"drop": 48}, {"drop": 999}]'), 'not_found not_found', 'which says why');
select is(pg_temp.counts(1, 38) || ' ' || pg_temp.counts(2, 48), '0/2/0/3 4/0/0/5', 'each drop counts its own');
select results_eq($$ select t.creator_id, t.serial, l.kind, l.subject = t.id, (l.entry::jsonb ->> 'index')::bigint = l.index,
        t.status_index = status_index(s.round_keys, s.next_slot - n.total + n.nth) from tokens t
        join ledger l on l.creator_id = t.creator_id and l.index = t.ledger_index
        join drops d on d.creator_id = t.creator_id and d.id = t.drop_id
        join status_lists s on s.creator_id = d.creator_id and s.event_id = d.event_id
        cross join lateral (select count(*)::integer as total, (count(*) filter (where o.serial < t.serial))::integer as nth
            from tokens o where o.creator_id = t.creator_id and o.drop_id = t.drop_id) n
        where t.drop_id in (pg_temp.id(38), pg_temp.id(48)) order by 1, 2 $$,
    $$ select pg_temp.id(c), k, kind, true, true, true from (values (1, 2, 'token.issued'), (2, 4, 'token.held')) as x(c, n, kind),
        generate_series(1, n) as k $$, 'and each ledger and status list');
select is((select count(*) from contacts where creator_id = pg_temp.id(2)), 2::bigint, 'contacts with their creator');

-- The same items to each creator alone: the same outcomes.
select pg_temp.make_drop(c, 300 + 10 * c + n, jsonb_build_object('quantity', 100, 'tokenized', 25 * n,
    'per_person', 1 + n)) from generate_series(1, 2) as c, generate_series(1, 3) as n \g /dev/null
create temporary table mix as
    select o, c, jsonb_build_object('creator', c, 'drop', 300 + 10 * c + 1 + floor(random() * 3), 'buyer',
        'b' || floor(random() * 20), 'quantity', 1 + floor(random() * 2), 'idem', 'x' || o) as item
    from generate_series(1, 250) as o, lateral (select 1 + floor(random() * 2 + 0 * o)::integer as c) c;
savepoint alone;
select string_agg(pg_temp.codes(items, c), ' / ' order by c) as alone
from (select c, jsonb_agg(item order by o) as items from mix group by c) x \gset
rollback to alone;
select is(string_agg(x.said, ' / ' order by x.c), :'alone', '250 items of two creators at once')
from (
    select m.c, string_agg(w.said, ' ' order by m.o) as said
    from (select pg_temp.mixed(jsonb_agg(item order by o)) as said from mix) a
    cross join lateral regexp_split_to_table(a.said, ' ') with ordinality as w(said, o)
    join mix m on m.o = w.o group by m.c
) x;

-- ---- what is written once for a batch is checked once for a batch
create function pg_temp.raw_claim(p_drop integer, p_claim integer) returns void language sql as $$
    insert into claims (creator_id, id, drop_id, key_id, idem_key, body_sha256, buyer_key, quantity, first_serial, kid,
        state, first_index)
    values (pg_temp.id(1), pg_temp.id(p_claim), pg_temp.id(p_drop), pg_temp.id(101), 'raw' || p_claim, sha256('b'),
        sha256('b'), 1, 900, 'k', 'issued', 0) $$;
create function pg_temp.raw_token(p_drop integer, p_claim integer) returns void language sql as $$
    insert into tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid, ledger_index, status_index)
    values (pg_temp.id(1), pg_temp.id(9), pg_temp.id(p_drop), pg_temp.id(p_claim), 900, 'issued', 'x', 'k', 0, 0) $$;
select throws_ok($$ select pg_temp.raw_claim(41, 990) $$, '23503', null, 'a claim of another creator''s drop');
select throws_ok($$ select pg_temp.raw_token(31, 991) $$, '23503', null, 'a token without its claim');
select throws_ok($$ select pg_temp.raw_token(36, 500) $$, '23503', null, 'a token of another drop than its claim');
select throws_ok($$ insert into drop_buyers values (pg_temp.id(1), pg_temp.id(999), sha256('x'), 1, 1) $$, '23503', null,
    'a buyer of no drop');
select throws_ok($$ update tokens set drop_id = pg_temp.id(36) where drop_id = pg_temp.id(31) $$, '23503', null,
    'a token moves to no other drop');
select throws_ok($$ update claims set drop_id = pg_temp.id(36) where drop_id = pg_temp.id(31) $$, '23503', null,
    'nor does a claim');
select throws_ok($$ update drop_buyers set drop_id = pg_temp.id(36) where drop_id = pg_temp.id(31) $$, '23503', null,
    'nor what a person has');
select throws_ok($$ update drops set id = pg_temp.id(998) where id = pg_temp.id(31) $$, '23503', null, 'a drop keeps its id');
select throws_ok($$ delete from drops where id = pg_temp.id(31) $$, '23503', null, 'a drop is never deleted');
select throws_ok($$ delete from claims where drop_id = pg_temp.id(31) $$, '23503', null, 'nor a claim');

-- ---- many, against a plain model: one item at a time over a table
select coalesce(nullif(current_setting('roadshow.seed', true), ''),
    (extract(epoch from clock_timestamp())::bigint % 100000 / 100000.0)::text) as seed \gset
select diag('the setting roadshow.seed = ' || :'seed' || ' gives the same claims again');
select setseed(:seed) \g /dev/null
select pg_temp.make_drop(1, 50 + d, jsonb_build_object('quantity', 400, 'tokenized', 60 + 20 * d,
    'per_person', 3)) from generate_series(0, 2) as d \g /dev/null
create temporary table asks as
    select o, 50 + (random() * 2)::integer as drop, 'fan' || (random() * 120)::integer as buyer,
        1 + (random() * 2)::integer as quantity, 'many' || (random() * 380)::integer as idem
    from generate_series(1, 400) as o;
update asks a set drop = b.drop, buyer = b.buyer, quantity = b.quantity, idem = b.idem
    from asks b where a.o % 10 = 0 and b.o = a.o - 7; -- the same request again
create function pg_temp.model() returns table (o bigint, said text) language plpgsql as $$
declare
    r     record;
    asked text;
    was   record;
begin
    create temporary table made (idem text, body text, drop integer, buyer text, quantity integer, serial integer);
    for r in select * from asks a order by a.o loop
        asked := r.drop || r.buyer || r.quantity;
        select * into was from made m where m.idem = r.idem;
        o := r.o;
        if found and was.body <> asked then
            said := 'idempotency_key_reused';
        elsif found then
            said := 'again:' || was.serial;
        elsif r.quantity > (select 60 + 20 * (r.drop - 50) - coalesce(sum(m.quantity), 0) from made m where m.drop = r.drop) then
            said := 'sold_out';
        elsif (select coalesce(sum(m.quantity), 0) from made m where m.drop = r.drop and m.buyer = r.buyer) + r.quantity > 3 then
            said := 'limit_reached';
        else
            insert into made select r.idem, asked, r.drop, r.buyer, r.quantity,
                1 + coalesce(sum(m.quantity), 0) from made m where m.drop = r.drop
            returning made.serial::text into said;
        end if;
        return next;
    end loop;
end $$;
create temporary table expected as select * from pg_temp.model();
create temporary table got as
    select b.n * 100 + c.item as o,
        coalesce(c.code, case when c.replayed then 'again:' || c.serial else c.serial::text end) as said
    from (select n, (select jsonb_agg(jsonb_build_object('drop', drop, 'buyer', buyer, 'quantity', quantity,
            'idem', idem, 'body', drop || buyer || quantity) order by o)
            from asks where (o - 1) / 100 = n) as items
          from generate_series(0, 3) as n order by n) as b, lateral pg_temp.claims(1, b.items) as c;
select is((select count(*) from got join expected using (o, said)), 400::bigint,
    '400 random claims in four batches are decided as one at a time would be');
select ok((select count(distinct regexp_replace(said, '[0-9]+', '#')) from got) = 5,
    'with every outcome among them');
select is((select sum(issued) from drops where id in (pg_temp.id(50), pg_temp.id(51), pg_temp.id(52))),
    (select count(*) from tokens where drop_id in (pg_temp.id(50), pg_temp.id(51), pg_temp.id(52))),
    'counters and rows agree');
select is(d.issued::integer, count(t.id)::integer, 'in drop ' || row_number() over (order by d.id))
from drops d left join tokens t on t.creator_id = d.creator_id and t.drop_id = d.id
    and t.state in ('issued', 'redeemed')
where d.creator_id = pg_temp.id(1) and d.id <> pg_temp.id(32) group by d.creator_id, d.id;
select is((select array_agg(index order by index) from ledger where creator_id = pg_temp.id(1)),
    (select array_agg(n) from ledger_heads, generate_series(0, size - 1) as n where creator_id = pg_temp.id(1)),
    'the ledger is dense');
select ok((select bool_and(l.subject = t.id) from tokens t join ledger l
    on l.creator_id = t.creator_id and l.index = t.ledger_index where t.creator_id = pg_temp.id(1)),
    'each token names its last entry');
select is((select count(*) from claims c where creator_id = pg_temp.id(1) and quantity <> (
    select count(*) from tokens t where t.creator_id = c.creator_id and t.claim_id = c.id)), 0::bigint,
    'each claim has its tokens');
select is((select count(*) from drop_buyers b where creator_id = pg_temp.id(1) and units <> (
    select count(*) from tokens t where t.creator_id = b.creator_id and t.drop_id = b.drop_id
        and t.buyer_key = b.buyer_key)), 0::bigint, 'each person the units that were counted');
select is((select max(size) from ledger_heads where creator_id = pg_temp.id(2)),
    (select count(*) from ledger where creator_id = pg_temp.id(2)), 'the other creator saw nothing');
select finish();
rollback;
