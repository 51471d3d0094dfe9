-- SPDX-License-Identifier: Apache-2.0
--
-- Contacts are kept with consent and until their date; one person is told whole, and forgotten whole:
-- no table knows the key any more, and every count is what it was.
begin;
\ir lib/fixture.psql
select plan(39);

select pg_temp.make_drop(1, 31, '{"quantity": 50, "tokenized": 50, "per_person": 5}'),
    pg_temp.make_drop(1, 32, '{"hold_ttl_s": 600, "per_person": 5}'),
    pg_temp.make_drop(2, 41, '{"per_person": 5}') \g /dev/null

-- One claim of a person by name; consent as the service would bind it.
create sequence pg_temp.n start 7000;
create function pg_temp.consenting(p_drop integer, p_buyer text, p_consent jsonb, p_creator integer default 1)
returns text language sql as $$
    select coalesce(r.code, r.serial::text)
    from (select nextval('pg_temp.n')::integer as n) x, lateral api.claim_batch(
        p_creators => array[pg_temp.id(p_creator)], p_keys => array[pg_temp.id(p_creator + 100)], p_roles => array['creator'],
        p_subjects => array[nil_uuid()], p_requests => array[nil_uuid()], p_idem_keys => array['c' || n],
        p_hashes => array[sha256('b')], p_drops => array[pg_temp.id(p_drop)], p_claims => array[pg_temp.id(n)],
        p_buyers => array[sha256(convert_to(p_buyer, 'UTF8'))], p_quantities => array[1::bigint],
        p_kids => array['kid-1'], p_contacts => array[convert_to('sealed ' || p_buyer, 'UTF8')],
        p_consents => array[(p_consent || jsonb_build_object('salt', repeat('0b', 32),
            'commitment', translate(encode(sha256(convert_to(n::text, 'UTF8')), 'base64'), '+/=', '-_')))::text]) as r
$$;
create function pg_temp.key(p_buyer text) returns bytea language sql as $$ select sha256(convert_to(p_buyer, 'UTF8')) $$;
create function pg_temp.entries(p_kind text, p_creator integer default 1) returns bigint language sql as $$
    select count(*) from ledger where creator_id = pg_temp.id(p_creator) and kind = p_kind $$;
create function pg_temp.export(p_buyer text, p_creator integer default 1) returns jsonb language sql as $$
    select (api.privacy_export(pg_temp.id(p_creator), pg_temp.owner(p_creator), pg_temp.key(p_buyer))).body::jsonb $$;
create function pg_temp.erase(p_buyer text, p_idem text, p_creator integer default 1) returns jsonb language sql as $$
    select (api.privacy_erase(pg_temp.id(p_creator), pg_temp.owner(p_creator, p_idem), pg_temp.id(900),
        repeat('c', 43), pg_temp.key(p_buyer), sha256(convert_to('blind ' || p_buyer, 'UTF8')))).body::jsonb $$;
-- In how many places a key is known, over every table there is.
create function pg_temp.known(p_key bytea) returns integer language plpgsql as $$
declare
    t name;
    n integer;
    s integer := 0;
begin
    for t in select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'roadshow'::regnamespace and c.relkind in ('r', 'p')
            and not a.attisdropped and a.attname = 'buyer_key'
    loop
        execute format('select count(*) from roadshow.%I where buyer_key = $1', t) into n using p_key;
        s := s + n;
    end loop;
    return s;
end $$;

-- The locks of a person that this transaction has.
create function pg_temp.locked(p_buyer text) returns text language sql as $$
    select coalesce(string_agg(mode, ' ' order by mode), 'none') from pg_locks
    where pid = pg_backend_pid() and locktype = 'advisory' and objsubid = 1 and (classid::bigint << 32 | objid::bigint)
        = hashtextextended('persons:' || pg_temp.id(1), get_byte(pg_temp.key(p_buyer), 0) & 63) $$;

-- ---- contacts
select is(pg_temp.locked('ann'), 'none', 'nobody has asked for anything');
select is(pg_temp.consenting(31, 'ann', '{"marketing": true, "purposes": ["news", "drops"]}'), '1', 'a claim with consent');
select is(pg_temp.locked('ann'), 'ShareLock', 'shares the person''s lock');
select results_eq($$ select sealed, marketing, purposes, salt, purge_at = pickup_until + interval '90 days',
        length(commitment) from contacts, drops d where d.id = pg_temp.id(31) $$,
    $$ values (convert_to('sealed ann', 'UTF8'), true, array['news', 'drops'], decode(repeat('0b', 32), 'hex'), true, 43) $$,
    'keeps the sealed contact until 90 days after the pickup');
select is((select jsonb_build_array(l.kind, l.entry::jsonb -> 'data' ->> 'commitment', l.subject)
    from ledger l, contacts k where l.creator_id = k.creator_id and l.index = k.ledger_index),
    (select jsonb_build_array('contact.stored', commitment, id) from contacts), 'the ledger tells a commitment');
select is((select count(*) from ledger, contacts k where entry like '%' || encode(k.buyer_key, 'hex') || '%'
    or entry like '%sealed%' or entry like '%' || encode(k.salt, 'hex') || '%'), 0::bigint, 'and nothing that leads back');
select is(pg_temp.consenting(32, 'ann', jsonb_build_object('retain_until', now() + interval '7 days')), '1', 'another one');
select results_eq($$ select count(*)::integer, bool_or(marketing), max(cardinality(purposes)),
        max(purge_at) = now() + interval '7 days' from contacts $$,
    $$ values (1, false, 0, true) $$, 'takes the place of the first');
select is((select (entry::jsonb ->> 'prev')::bigint from ledger l join contacts k on k.creator_id = l.creator_id
    and k.ledger_index = l.index), (select min(index) from ledger where kind = 'contact.stored'), 'their entries are chained');
select is(pg_temp.consenting(31, 'old', '{"retain_until": "2999-01-01T00:00:00Z"}'), '2', 'a far date');
select ok((select purge_at <= clock_timestamp() + interval '5 years' from contacts where buyer_key = pg_temp.key('old')),
    'is cut at five years');
select is(pg_temp.consenting(31, 'ann', '{}'), '3', 'a refused claim stores nothing:');
update drops set closes_at = now() where id = pg_temp.id(31);
select is(pg_temp.consenting(31, 'new', '{}'), 'closed', 'it is refused');
select is((select count(*) from contacts where buyer_key = pg_temp.key('new')), 0::bigint, 'and nothing is there');
update drops set closes_at = now() + interval '1 hour' where id = pg_temp.id(31);

-- ---- purging
update contacts set purge_at = now() where buyer_key = pg_temp.key('old');
select is(array[api.janitor_contacts(pg_temp.id(1), 10), api.janitor_contacts(pg_temp.id(1), 10)], array[1, 0],
    'the janitor purges what is due');
select is((select count(*) from contacts where sealed is not null), 1::bigint, 'and nothing else');
select is(pg_temp.entries('contact.purged'), 1::bigint, 'and says so');

-- ---- telling
select pg_temp.claims(1, '[{"drop": 31, "buyer": "ann", "quantity": 2}, {"drop": 31, "buyer": "bob"}]') \g /dev/null
select pg_temp.claims(2, '[{"drop": 41, "buyer": "ann"}]') \g /dev/null
insert into orders (creator_id, id, key_id, state, service, lat, lon, country, postal_code, token_id, ledger_index)
    select creator_id, pg_temp.id(800 + serial), pg_temp.id(101), 'routed', 'standard', 52.5, 13.4, 'DE', '10997', id, 0
    from tokens where drop_id = pg_temp.id(31) and buyer_key = pg_temp.key('ann');
update orders set state = 'fulfilled', fulfilled_at = now() where id <> pg_temp.id(801);
insert into order_routings (creator_id, order_id, attempt, explanation) select creator_id, id, 1, '{}' from orders;
select is((select jsonb_build_array(jsonb_array_length(e -> 'drops'), jsonb_array_length(e -> 'claims'),
        jsonb_array_length(e -> 'tokens'), jsonb_array_length(e -> 'orders'), e -> 'stored' ->> 'sealed',
        e -> 'orders' -> 0 -> 'ship_to' ->> 'postal_code') from pg_temp.export('ann') e),
    jsonb_build_array(2, 4, 5, 4, encode('sealed ann', 'base64'), '10997'), 'all of one person');
select is((select jsonb_build_array(jsonb_array_length(e -> 'tokens'), e -> 'stored') from pg_temp.export('bob') e),
    '[1, null]', 'another has what is theirs');
select is((select string_agg(e.value::text, ' ') from jsonb_each(pg_temp.export('zoe')) e), '[] [] [] [] [] null [] [] []', 'nobody has nothing');
select throws_ok($$ select api.privacy_export(pg_temp.id(1), pg_temp.owner(2), pg_temp.key('ann')) $$, 'RS401', null,
    'another creator''s key is none');

-- ---- erasing
create temporary table before as select id, held, issued, redeemed, next_serial from drops;
create temporary table told as select pg_temp.erase('ann', 'e1') as e;
select is(pg_temp.locked('ann'), 'ExclusiveLock ShareLock', 'an erasure has it alone');
select is((select jsonb_build_array(e -> 'complete', e -> 'waits_for', e -> 'contact_erased') from told),
    jsonb_build_array(false, jsonb_build_object('drops', jsonb_build_array(pg_temp.id(31), pg_temp.id(32)),
        'orders', jsonb_build_array(pg_temp.id(801)), 'uploads', '[]'::jsonb), true), 'open drops and orders on their way wait');
select is((select count(*) from contacts where buyer_key = pg_temp.key('ann')), 0::bigint, 'the contact goes at once, and its salt with it');
select is((select jsonb_agg(kind order by index) from ledger where creator_id = pg_temp.id(1)
    and index >= (select (e ->> 'ledger_index')::bigint - 1 from told)), '["contact.erased", "privacy.erased"]', 'the ledger says so');
select is((select entry::jsonb -> 'data' ->> 'contact' from ledger where kind = 'privacy.erased'),
    (select entry::jsonb -> 'data' ->> 'commitment' from ledger where kind = 'contact.erased'),
    'with the commitment that was there all the time');
select is((select string_agg(coalesce(lat::text, '-') || coalesce(postal_code, '-'), ' ' order by id) from orders),
    '52.510997 -- -- --', 'destinations of what was delivered are gone');
select is((select count(*) from order_routings), 1::bigint, 'and what tells distances');
select is(pg_temp.consenting(31, 'ann', '{}'), '7', 'the limit of an open drop still knows them');
select is((pg_temp.claims(1, '[{"drop": 31, "buyer": "ann"}]')).code, 'limit_reached', 'and holds');
select is(pg_temp.erase('ann', 'e1') -> 'id', (select e -> 'id' from told), 'the same request again is the same answer');

update drops set closes_at = clock_timestamp() - interval '1 second' where creator_id = pg_temp.id(1);
update orders set state = 'fulfilled', fulfilled_at = now() where id = pg_temp.id(801);
delete from contacts;
update erasures set next_at = now() - interval '1 second';
select is(array[api.janitor_erasures(pg_temp.id(1), 10), api.janitor_erasures(pg_temp.id(1), 10)], array[1, 0],
    'the janitor finishes');
select is(pg_temp.entries('privacy.completed'), 1::bigint, 'and says so');
select is(pg_temp.known(pg_temp.key('ann')), 2 + 1, 'nothing of this creator knows the key; the other''s claim, token and count do');
select is((select count(*) from orders where erased_at is null), 0::bigint, 'nor does an order know a place');
select is((select sum(units) from drop_buyers where creator_id = pg_temp.id(1)), (select count(*) from tokens
    where creator_id = pg_temp.id(1) and state in ('held', 'issued', 'redeemed')), 'units are counted as before');
select is((select count(*) from tokens t left join drop_buyers b on b.creator_id = t.creator_id and b.drop_id = t.drop_id
    and b.buyer_key = t.buyer_key where b.units is null), 0::bigint, 'each token still has its counter');
select is((select (api.token_cancel(pg_temp.id(1), pg_temp.owner(1, 'x1'), jsonb_build_object('token', t.id))).status
    from tokens t where buyer_key = sha256('blind ann') and state = 'issued' and not exists (
        select from orders o where o.token_id = t.id) limit 1), 200, 'and can be cancelled, if it is not delivered');
select is_empty($$ select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'roadshow'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'buyer_key'
        and c.relname not in (select person_tables()) and c.relname not in ('contacts', 'erasures', 'device_consents') $$,
    'every table that knows persons is one that is blinded, or named here');
select finish();
rollback;
