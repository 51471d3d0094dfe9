-- SPDX-License-Identifier: Apache-2.0
--
-- Proofs of work in claims: each buys one claim, in the claim's transaction, until it expires; what is
-- over is forgotten, and by then refused by its time.
begin;
\ir lib/fixture.psql
select plan(17);

select pg_temp.make_drop(1, 31, '{"quantity": 50, "tokenized": 50, "per_person": 20}'),
    pg_temp.make_drop(1, 32, '{"quantity": 2, "tokenized": 2}'), pg_temp.make_drop(2, 41) \g /dev/null

-- A batch of claims with proofs: each item is {drop, buyer, idem, quantity, proof, ends} where `ends` is
-- in seconds from now (60). Codes, or serials of what was accepted.
create sequence pg_temp.n start 5000;
create function pg_temp.proofs(p_items jsonb, p_creator integer default 1) returns text language sql as $$
    with i as (
        select x, o, nextval('pg_temp.n')::integer as n
        from jsonb_array_elements(p_items) with ordinality as e(x, o)
    )
    select string_agg(coalesce(r.code, case when r.replayed then 'again:' || r.serial
        else r.serial::text end) || case when r.status in (201, 409, 422) then '' else '?' end, ' '
        order by r.item)
    from (
        select array_agg(pg_temp.id(p_creator + 100)) as keys, array_agg('creator'::text) as roles,
            array_agg(roadshow.nil_uuid()) as nils,
            array_agg(coalesce(x ->> 'idem', 'p' || n) order by o) as idems,
            array_agg(sha256(convert_to(coalesce(x ->> 'body', 'b'), 'UTF8')) order by o) as hashes,
            array_agg(pg_temp.id((x ->> 'drop')::integer) order by o) as drops,
            array_agg(pg_temp.id(n) order by o) as ids,
            array_agg(sha256(convert_to(coalesce(x ->> 'buyer', 'fan' || n), 'UTF8')) order by o) as buyers,
            array_agg(coalesce((x ->> 'quantity')::bigint, 1) order by o) as quantities,
            array_agg('kid-1'::text) as kids,
            array_agg(substring(sha256(convert_to(x ->> 'proof', 'UTF8')) for 16) order by o) as proofs,
            array_agg(case when x ? 'proof' then clock_timestamp()
                + coalesce((x ->> 'ends')::integer, 60) * interval '1 second' end order by o) as ends
        from i
    ) a, api.claim_batch(p_creators => array_fill(pg_temp.id(p_creator), array[cardinality(a.keys)]), p_keys => a.keys, p_roles => a.roles,
        p_subjects => a.nils, p_requests => a.nils, p_idem_keys => a.idems, p_hashes => a.hashes,
        p_drops => a.drops, p_claims => a.ids, p_buyers => a.buyers, p_quantities => a.quantities,
        p_kids => a.kids, p_proofs => a.proofs, p_proof_ends => a.ends) as r
$$;
create function pg_temp.spent(p_creator integer default 1) returns bigint language sql as $$
    select count(*) from proofs where creator_id = pg_temp.id(p_creator) $$;

select is(pg_temp.proofs('[{"drop": 31, "proof": "a", "idem": "ka"}]'), '1', 'a proof buys a claim');
select is(pg_temp.spent(), 1::bigint, 'and is spent');
select is(pg_temp.proofs('[{"drop": 31, "proof": "a"}]'), 'proof_reused', 'it buys no other');
select is(pg_temp.proofs('[{"drop": 31, "proof": "a", "idem": "ka"}]'), 'again:1', 'the same claim again is a replay');
select is(pg_temp.proofs('[{"drop": 31, "proof": "a", "idem": "ka", "ends": -5}]'), 'again:1',
    'after it has expired, too');
select is(pg_temp.proofs('[{"drop": 31, "proof": "a", "idem": "ka", "body": "x"}]'), 'idempotency_key_reused',
    'another body is not');
select is(pg_temp.proofs('[{"drop": 31, "proof": "b", "ends": -1}]'), 'proof_expired', 'over is over');
select is(pg_temp.proofs('[{"drop": 31, "proof": "c"}, {"drop": 31}, {"drop": 31, "proof": "c"}, {"drop": 31, "proof": "d"}, {"drop": 31}, {"drop": 31, "proof": "a"}]'),
    '2 3 proof_reused 4 5 proof_reused', 'twins in one batch: the first has it; claims without one go on');
select is(pg_temp.spent(), 3::bigint, 'each counts once');
select is(pg_temp.proofs('[{"drop": 32, "proof": "e", "quantity": 2}, {"drop": 32, "proof": "f"}, {"drop": 31, "proof": "f"}]'),
    '1 sold_out 6', 'a refused claim leaves it unspent');
select is(pg_temp.proofs('[{"drop": 31, "proof": "g", "idem": "kg"}, {"drop": 31, "proof": "g", "idem": "kg"}]'),
    '7 again:7', 'a replay beside its claim needs no second');
select is(pg_temp.proofs('[{"drop": 99, "proof": "h"}, {"drop": 41, "proof": "h"}]'), 'not_found? not_found?',
    'nothing is spent on what is not there');
select is(pg_temp.proofs('[{"drop": 41, "proof": "a"}]', 2), '1', 'creators do not share them');
select throws_ok($$ insert into proofs select * from proofs limit 1 $$, '23505', null, 'it is a constraint');

-- ---- forgetting
update proofs set ends_at = clock_timestamp() - interval '2 minutes'
    where creator_id = pg_temp.id(1) and nonce in (select nonce from proofs where creator_id = pg_temp.id(1)
        order by nonce limit 3);
select is(array[api.janitor_proofs(pg_temp.id(1), 2), api.janitor_proofs(pg_temp.id(1), 2),
    api.janitor_proofs(pg_temp.id(1), 2)], array[2, 1, 0], 'the janitor forgets what is over, as many at once as told');
select is(pg_temp.spent(), 3::bigint, 'and nothing else');
select is(pg_temp.spent(2), 1::bigint, 'nor another creator''s');
select finish();
rollback;
