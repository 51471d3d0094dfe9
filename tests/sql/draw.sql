-- SPDX-License-Identifier: Apache-2.0
--
-- Draws: one entry a person, decided in sets; each step once, in its time, with its entry in the ledger;
-- a secret is revealed only by who committed to it, the service's last.
begin;
\ir lib/fixture.psql
select plan(60);

-- Entries as claims come: {drop, buyer, quantity, idem, body, key, role, sealed}; what is missing is told apart.
create sequence pg_temp.n start 2000;
create function pg_temp.enter(p_creator integer, p_items jsonb)
returns table (item integer, status integer, code text, detail text, entry_id uuid, drop_id uuid,
    entered_at timestamptz, ledger_index bigint, nonce bytea, salt bytea, kid text, replayed boolean)
language sql volatile as $$
    with i as (
        select x, o, nextval('pg_temp.n')::integer as n
        from jsonb_array_elements(p_items) with ordinality as e(x, o)
    )
    select r.* from (
        select array_agg(pg_temp.id(coalesce((x ->> 'key')::integer, p_creator + 100)) order by o) as keys,
            array_agg(coalesce(x ->> 'role', 'creator') order by o) as roles, array_agg(nil_uuid()) as nils,
            array_agg(coalesce(x ->> 'idem', 'e' || n) order by o) as idems,
            array_agg(sha256(convert_to(coalesce(x ->> 'body', 'b'), 'UTF8')) order by o) as hashes,
            array_agg(pg_temp.id((x ->> 'drop')::integer) order by o) as drops,
            array_agg(encode(set_byte(uuid_send(uuid_v7()), 15, 0), 'hex')::uuid order by o) as ids,
            array_agg(sha256(convert_to(coalesce(x ->> 'buyer', 'fan' || n), 'UTF8')) order by o) as buyers,
            array_agg(coalesce((x ->> 'quantity')::bigint, 1) order by o) as quantities,
            array_agg('kid-1'::text) as kids,
            array_agg(decode(x ->> 'proof', 'hex') order by o) as proofs,
            array_agg((x ->> 'proof_ends')::timestamptz order by o) as ends,
            array_agg(convert_to(x ->> 'sealed', 'UTF8') order by o) as contacts,
            array_agg(case when x ? 'sealed' then jsonb_build_object('salt', repeat('0b', 32),
                'commitment', repeat('c', 43))::text end order by o) as consents,
            array_agg(decode(x ->> 'nonce', 'hex') order by o) as nonces,
            array_agg(x ->> 'window' order by o) as windows,
            array_agg(pg_temp.holder(coalesce(x ->> 'buyer', 'fan' || n)) order by o) as holders,
            array_agg(pg_temp.salt(coalesce(x ->> 'buyer', 'fan' || n)) order by o) as salts
        from i
    ) a, api.draw_enter(pg_temp.id(p_creator), a.keys, a.roles, a.nils, a.nils, a.idems, a.hashes,
        a.drops, a.ids, a.buyers, a.quantities, a.kids, a.proofs, a.ends, a.contacts, a.consents,
        a.windows, null, null, a.holders, a.salts, a.nonces) as r
$$;
create function pg_temp.codes(p_items jsonb, p_creator integer default 1) returns text language sql as $$
    select string_agg(coalesce(code, case when replayed then 'again' else 'in' end), ' ' order by item)
    from pg_temp.enter(p_creator, p_items) $$;
create function pg_temp.step(p_drop integer) returns text language sql as $$
    select step from api.draws_due(pg_temp.id(1), 100) where drop_id = pg_temp.id(p_drop) $$;
create function pg_temp.reveal(p_drop integer, p_party text, p_secret bytea default null) returns text
language plpgsql as $$
declare
    code text;
begin
    return (api.draw_reveal(pg_temp.id(1), pg_temp.owner(1), jsonb_build_object('drop', pg_temp.id(p_drop),
        'body', jsonb_build_object('party', p_party,
            'secret', encode(coalesce(p_secret, pg_temp.secret(p_party)), 'hex'))))).status::text;
exception when others then
    get stacked diagnostics code = message_text;
    return code;
end $$;
create function pg_temp.kinds(p_drop integer) returns text language sql as $$
    select string_agg(e ->> 'kind', ' ') from jsonb_array_elements(ledger_history(pg_temp.id(1),
        (select ledger_index from drops where id = pg_temp.id(p_drop)))) as e $$;
create function pg_temp.last(p_drop integer) returns jsonb language sql as $$
    select entry::jsonb -> 'data' from ledger where creator_id = pg_temp.id(1)
        and index = (select ledger_index from drops where id = pg_temp.id(p_drop)) $$;
-- The clock passes over the drop's close.
create function pg_temp.over(p_drop integer) returns void language sql as $$
    update drops set closes_at = clock_timestamp() where id = pg_temp.id(p_drop) $$;
create function pg_temp.close(p_drop integer, n integer) returns boolean language sql as $$
    select api.draw_close(pg_temp.id(1), pg_temp.id(p_drop), n, repeat('ab', 32)) $$;
create function pg_temp.make(p_drop integer, p_ids text default null) returns boolean language plpgsql as $$
declare
    s text := (select secrets from api.draws_due(pg_temp.id(1), 100) where drop_id = pg_temp.id(p_drop));
begin
    return api.draw_rank(pg_temp.id(1), pg_temp.id(p_drop), coalesce(p_ids, (select string_agg(
            encode(uuid_send(id), 'hex'), '' order by id desc) from draw_entries where drop_id = pg_temp.id(p_drop)), ''), 1, s)
        and api.draw_make(pg_temp.id(1), pg_temp.id(p_drop), s, repeat('cd', 32));
end $$;

-- ---- committing
select is((pg_temp.make_draw(1, 31, '{"tokenized": 3}', jsonb_build_object('parties',
    jsonb_build_array(jsonb_build_object('name', 'venue', 'commitment', pg_temp.commitment('venue')))))).status,
    201, 'a draw is announced');
select is(pg_temp.kinds(31), 'drop.created draw.committed', 'and committed to, before anybody can enter');
select is(pg_temp.last(31) -> 'parties', jsonb_build_array(
    jsonb_build_object('name', 'service', 'commitment', pg_temp.commitment('service')),
    jsonb_build_object('name', 'creator', 'commitment', pg_temp.commitment('creator')),
    jsonb_build_object('name', 'venue', 'commitment', pg_temp.commitment('venue'))), 'by all parties in order');
select is(pg_temp.last(31) -> 'capacity', '3'::jsonb, 'for so many');
select throws_ok(format('select pg_temp.make_draw(1, 32, %L, %L)', over, draw), 'RS422', 'validation_failed', what)
from (values ('{"per_person": 2}', '{}', 'more than one to a person'),
    ('{"mode": "fcfs"}', '{}', 'commitments without a draw'), ('{"draw": null}', '{}', 'a draw without commitments'),
    ('{}', '{"commitment": "x"}', 'no hash'),
    ('{}', format('{"commitment": "%s"}', pg_temp.commitment('service')), 'the service''s commitment copied'),
    ('{}', format('{"parties": [{"name": "creator", "commitment": "%s"}]}', pg_temp.commitment('venue')), 'a name twice'),
    ('{}', format('{"parties": [{"name": "A b", "commitment": "%s"}]}', pg_temp.commitment('venue')), 'no name'))
    as t(over, draw, what);

-- ---- entering
create temporary table first as select * from pg_temp.enter(1,
    '[{"drop": 31, "idem": "a", "buyer": "ann", "nonce": "000102030405060708090a0b0c0d0e0f", "sealed": "s"}]');
select is((select count(*) from contacts k join pg_locks l on l.pid = pg_backend_pid() and l.locktype = 'advisory' and l.objsubid = 1
    and l.mode = 'ShareLock' and (l.classid::bigint << 32 | l.objid::bigint)
        = hashtextextended('persons:' || k.creator_id, get_byte(k.buyer_key, 0) & 63)), 1::bigint, 'consent is kept, under the person''s lock');
select results_eq($$ select status, code, drop_id, replayed, encode(nonce, 'hex'), length(salt) from first $$,
    $$ values (202, null::text, pg_temp.id(31), false, '000102030405060708090a0b0c0d0e0f', 16) $$, 'an entry');
select is((select uuid_send(entry_id) from first), (select substring(sha256(nonce || salt) for 16) from first),
    'its id commits to the nonce');
select is((select entry::jsonb - 'at' from ledger l, first f where l.creator_id = pg_temp.id(1) and l.index = f.ledger_index),
    (select jsonb_build_object('index', ledger_index, 'kind', 'draw.entered', 'subject', entry_id, 'prev', null,
        'data', jsonb_build_object('drop_id', drop_id)) from first), 'the ledger tells the id and nothing more');
select results_eq($$ select r.entry_id, r.salt, r.entered_at, r.replayed from pg_temp.enter(1,
        '[{"drop": 31, "idem": "a", "buyer": "ann"}]') as r $$,
    $$ select entry_id, salt, entered_at, true from first $$, 'the same again is the same entry');
select is(pg_temp.codes('[{"drop": 31, "idem": "a", "body": "x"}, {"drop": 31, "buyer": "ann"}, {"drop": 31, "quantity": 2}]'),
    'idempotency_key_reused already_entered limit_reached', 'a key, a person, a unit: once');
select is(pg_temp.codes('[{"drop": 31, "idem": "b", "buyer": "bob"}, {"drop": 31, "idem": "b", "buyer": "bob"},
    {"drop": 31, "buyer": "bob"}, {"drop": 31, "idem": "b", "body": "x"}]'),
    'in again already_entered idempotency_key_reused', 'in one batch too');
select is(pg_temp.codes('[{"drop": 99}, {"drop": 31, "key": 102}, {"drop": 31, "role": "storefront"}]'),
    'not_found key_revoked key_revoked', 'each refused for its own reason');
select is(pg_temp.codes('[{"drop": 31, "proof": "00000000000000000000000000000001", "proof_ends": "2999-01-01T00:00:00Z"},
    {"drop": 31, "proof": "00000000000000000000000000000001", "proof_ends": "2999-01-01T00:00:00Z"},
    {"drop": 31, "proof": "00000000000000000000000000000002", "proof_ends": "2001-01-01T00:00:00Z"}]'),
    'in proof_reused proof_expired', 'a proof buys one entry');
select is(pg_temp.codes('[{"drop": 31}, {"drop": 31}]'), 'in in', 'others enter beside them');
select is((select count(*) from draw_entries where drop_id = pg_temp.id(31)), 5::bigint, 'five are in');
select is((select r.code from pg_temp.claims(1, '[{"drop": 31}]') as r), 'draw', 'a claim is sent here');

-- ---- closing
select is(pg_temp.step(31), null, 'nothing is to do while it is open');
select ok(not pg_temp.close(31, 5), 'it cannot be closed before its time');
select is(pg_temp.reveal(31, 'creator'), 'draw_not_closed', 'nor revealed');
select pg_temp.over(31);
select is(pg_temp.codes('[{"drop": 31}]'), 'closed', 'nobody enters any more');
select is(pg_temp.step(31), 'close', 'now it is to be closed');
select ok(not pg_temp.close(31, 4), 'not with another count');
select ok(pg_temp.close(31, 5), 'with all its entries');
select ok(not pg_temp.close(31, 5), 'once');
select is(pg_temp.last(31), jsonb_build_object('n', 5, 'root', repeat('ab', 32)), 'as the ledger says');

-- ---- revealing
select is(pg_temp.step(31), null, 'the service waits for the others');
select ok(not api.draw_reveal_service(pg_temp.id(1), pg_temp.id(31), encode(pg_temp.secret('service'), 'hex')),
    'and does not reveal before them');
select is(pg_temp.reveal(31, 'creator', pg_temp.secret('other')) || ' ' || pg_temp.reveal(31, 'nobody') || ' '
    || pg_temp.reveal(31, 'service'), 'secret_mismatch unknown_party unknown_party', 'what is no party''s secret is refused');
select is(pg_temp.reveal(31, 'creator') || ' ' || pg_temp.reveal(31, 'creator'), '200 200', 'a secret, and again');
select is((select count(*) from ledger where kind = 'draw.revealed'), 1::bigint, 'is told once');
select is(pg_temp.step(31), null, 'one is missing');
select is(pg_temp.reveal(31, 'venue'), '200', 'the last of the others');
select is(pg_temp.step(31), 'reveal', 'now it is the service''s turn');
select throws_ok($$ select api.draw_reveal_service(pg_temp.id(1), pg_temp.id(31), repeat('00', 32)) $$, '23514', null,
    'which is held to its commitment as well');
select ok(api.draw_reveal_service(pg_temp.id(1), pg_temp.id(31), encode(pg_temp.secret('service'), 'hex')), 'it reveals');

-- ---- drawing
select is(pg_temp.step(31), 'make', 'all secrets are there');
select throws_ok($$ select pg_temp.make(31, repeat('00', 80)) $$, 'P0001', null, 'a ranking of others is refused');
select throws_ok($$ select pg_temp.make(31, (select encode(uuid_send(id), 'hex') from draw_entries
    where drop_id = pg_temp.id(31) limit 1)) $$, 'P0001', null, 'and so is one of some');
select ok(pg_temp.make(31), 'the draw is made');
select ok(not pg_temp.make(31), 'once');
select is(pg_temp.last(31), jsonb_build_object('n', 5, 'winners', 3, 'ranking_root', repeat('cd', 32),
    'revealed', '["service", "creator", "venue"]'::jsonb, 'withheld', '[]'::jsonb), 'as the ledger says');
select is(api.draw_issue(pg_temp.id(1), pg_temp.id(31), 2) || ' ' || api.draw_issue(pg_temp.id(1), pg_temp.id(31), 2)
    || ' ' || api.draw_issue(pg_temp.id(1), pg_temp.id(31), 2), '2 1 0', 'tokens come in parts');
select results_eq($$ select e.rank, t.serial, t.state, t.buyer_key = e.buyer_key from draw_entries e
        left join tokens t on t.creator_id = e.creator_id and t.id = token_id(e.claim_id, 1)
        where e.drop_id = pg_temp.id(31) order by e.rank $$,
    $$ values (1, 1, 'issued', true), (2, 2, 'issued', true), (3, 3, 'issued', true), (4, null, null, null),
        (5, null, null, null) $$, 'to the first three, in order');
select is(pg_temp.counts(1, 31), '0/3/0/4', 'the drop counts them');
select is(pg_temp.step(31), null, 'and nothing is left to do');

-- ---- a secret that is withheld
select pg_temp.make_draw(1, 41, '{"hold_ttl_s": 600}') \g /dev/null
select pg_temp.codes('[{"drop": 41}]') \g /dev/null
select pg_temp.over(41) \g /dev/null
select pg_temp.close(41, 1) \g /dev/null
update draws set reveal_by = clock_timestamp() where drop_id = pg_temp.id(41);
select is(pg_temp.reveal(41, 'creator'), 'reveal_over', 'too late');
select api.draw_reveal_service(pg_temp.id(1), pg_temp.id(41), encode(pg_temp.secret('service'), 'hex')) \g /dev/null
select ok(pg_temp.make(41), 'the draw is made without it');
select is(pg_temp.last(41) -> 'withheld', '["creator"]'::jsonb, 'and the ledger names who withheld it');
select api.draw_issue(pg_temp.id(1), pg_temp.id(41), 10) \g /dev/null
select is((select state from tokens where drop_id = pg_temp.id(41)), 'held', 'winners hold where the drop has holds');

-- ---- the service's secret does not open any more
select pg_temp.make_draw(1, 61) \g /dev/null
select pg_temp.codes('[{"drop": 61}]') \g /dev/null
select pg_temp.over(61) \g /dev/null
select pg_temp.close(61, 1) \g /dev/null
select pg_temp.reveal(61, 'creator') \g /dev/null
select is(pg_temp.step(61), 'reveal', 'the service''s secret is waited for');
update draws set reveal_by = clock_timestamp() - interval '1 hour', service_reveal_by = clock_timestamp()
where drop_id = pg_temp.id(61);
select is(pg_temp.step(61), 'make', 'until its time is over, too');
select pg_temp.make(61) \g /dev/null
select is(pg_temp.last(61) -> 'withheld', '["service"]'::jsonb, 'and the ledger names it');

-- ---- nobody enters
select pg_temp.make_draw(1, 51) \g /dev/null
select pg_temp.over(51) \g /dev/null
select pg_temp.close(51, 0) \g /dev/null
select pg_temp.reveal(51, 'creator') \g /dev/null
select api.draw_reveal_service(pg_temp.id(1), pg_temp.id(51), encode(pg_temp.secret('service'), 'hex')) \g /dev/null
select ok(pg_temp.make(51, '') and pg_temp.step(51) is null, 'a draw of nobody ends');
select finish();
rollback;
