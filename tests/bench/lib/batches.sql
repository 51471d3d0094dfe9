-- SPDX-License-Identifier: Apache-2.0
-- Batches for pgbench: our own statement, and the same rows into the same tables without any logic.
create schema bench;

-- Drops to claim from, numbered.
create table bench.targets (n integer primary key, creator_id uuid not null, key_id uuid not null, drop_id uuid not null);

create function bench.uuid7(p_random bytea) returns uuid language sql volatile as $$
    select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
        || substr(encode(p_random, 'hex'), 1, 3) || '8' || substr(encode(p_random, 'hex'), 4, 13) || '00')::uuid
$$;

-- p_rows claims of other fans at once; how many were made.
create function bench.claim_batch(p_target integer, p_rows integer) returns bigint language plpgsql as $$
declare
    t      bench.targets;
    ids    uuid[];
    keys   text[];
    hashes bytea[];
begin
    select * into t from bench.targets where n = p_target;
    select array_agg(bench.uuid7(uuid_send(r))), array_agg(r::text), array_agg(sha256(uuid_send(r)))
    into ids, keys, hashes
    from (select gen_random_uuid() as r from generate_series(1, p_rows)) g;
    return (select count(*) from api.claim_batch(p_creators => array_fill(t.creator_id, array[p_rows]),
        p_keys => array_fill(t.key_id, array[p_rows]), p_roles => array_fill('creator'::text, array[p_rows]),
        p_subjects => array_fill(null::uuid, array[p_rows]), p_requests => ids, p_idem_keys => keys,
        p_hashes => hashes, p_drops => array_fill(t.drop_id, array[p_rows]), p_claims => ids,
        p_buyers => hashes, p_quantities => array_fill(1::bigint, array[p_rows]),
        p_kids => array_fill('bench'::text, array[p_rows]),
        p_proofs => array_fill(null::bytea, array[p_rows]),
        p_proof_ends => array_fill(null::timestamptz, array[p_rows]),
        p_contacts => array_fill(null::bytea, array[p_rows]),
        p_consents => array_fill(null::text, array[p_rows])) where status = 201);
end $$;

-- The rows that p_rows claims leave, into the tables with their indexes and constraints. Serials and
-- ledger indices come from a sequence; what it was given is no drop's and no creator's that is used.
-- p_in_line: one after another, commit included, as claims of one drop must be.
create sequence bench.numbers cache 1024;
create function bench.insert_rows(p_target integer, p_rows integer, p_in_line boolean) returns bigint language plpgsql as $$
declare
    t     bench.targets;
    ids   uuid[];
    first integer := nextval('bench.numbers') * p_rows;
begin
    select * into t from bench.targets where n = p_target;
    ids := array(select bench.uuid7(uuid_send(gen_random_uuid())) from generate_series(1, p_rows));
    if p_in_line then
        perform from roadshow.drops where creator_id = t.creator_id and id = t.drop_id for no key update;
    end if;
    insert into roadshow.drop_buyers (creator_id, drop_id, buyer_key, units, per_person)
    select t.creator_id, t.drop_id, sha256(uuid_send(i)), 1, 1 from unnest(ids) as i;
    insert into roadshow.ledger (creator_id, index, at, kind, subject, entry)
    select t.creator_id, 1000000 + first + o, clock_timestamp(), 'token.issued', i,
        '{"index":12345,"at":"2026-01-01T00:00:00.000000Z","kind":"token.issued","subject":"' || i
        || '","prev":null,"data":{"serial": 12345, "drop_id": "' || i || '", "version": 1}}'
    from unnest(ids) with ordinality as u(i, o);
    insert into roadshow.claims (creator_id, id, drop_id, key_id, idem_key, body_sha256, buyer_key, quantity,
        first_serial, kid, state, first_index, status_indices, created_at)
    select t.creator_id, i, t.drop_id, t.key_id, i::text, sha256(uuid_send(i)), sha256(uuid_send(i)), 1,
        first + o, 'bench', 'issued', first + o, array[first + o], clock_timestamp()
    from unnest(ids) with ordinality as u(i, o);
    insert into roadshow.tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid, created_at,
        ledger_index, status_index)
    select t.creator_id, i, t.drop_id, i, first + o, 'issued', sha256(uuid_send(i)), 'bench', clock_timestamp(),
        first + o, first + o
    from unnest(ids) with ordinality as u(i, o);
    return p_rows;
end $$;

-- For `growth`: claims p_from + 1 … of a creator's past, each of another person, p_rows of them, in a
-- drop that is over. Without triggers, so that millions take minutes.
create function bench.fill(p_drop integer, p_from integer, p_rows integer) returns void
language plpgsql set session_replication_role = replica as $$
declare
    t     bench.targets;
    d     uuid;
    first bigint;
    ids   uuid[] := array(select bench.uuid7(uuid_send(gen_random_uuid())) from generate_series(1, p_rows));
begin
    select * into t from bench.targets where n = 1;
    d := ('00000000-0000-7000-8000-' || lpad(to_hex(p_drop), 12, '0'))::uuid;
    insert into roadshow.drops select (r).* from (
        select jsonb_populate_record(x, jsonb_build_object('id', d, 'closes_at', now() - interval '1 second',
            'issued', 0, 'quantity', 1000000, 'tokenized', 1000000)) as r
        from roadshow.drops x where creator_id = t.creator_id and id = t.drop_id) y
    on conflict do nothing;
    update roadshow.drops set issued = issued + p_rows, next_serial = next_serial + p_rows
    where creator_id = t.creator_id and id = d;
    update roadshow.ledger_heads set size = size + p_rows, last_at = clock_timestamp()
    where creator_id = t.creator_id returning size - p_rows into first;
    insert into roadshow.drop_buyers (creator_id, drop_id, buyer_key, units, per_person)
    select t.creator_id, d, sha256(uuid_send(i)), 1, 1 from unnest(ids) as i;
    insert into roadshow.ledger (creator_id, index, at, kind, subject, entry)
    select t.creator_id, first + o - 1, clock_timestamp(), 'token.issued', i,
        '{"index":' || first + o - 1 || ',"at":"2026-01-01T00:00:00.000000Z","kind":"token.issued","subject":"' || i
        || '","prev":null,"data":{"serial": ' || p_from + o || ', "drop_id": "' || d || '", "version": 1}}'
    from unnest(ids) with ordinality as u(i, o);
    insert into roadshow.claims (creator_id, id, drop_id, key_id, idem_key, body_sha256, buyer_key, quantity,
        first_serial, kid, state, first_index, status_indices, created_at)
    select t.creator_id, i, d, t.key_id, i::text, sha256(uuid_send(i)), sha256(uuid_send(i)), 1,
        p_from + o, 'bench', 'issued', first + o - 1, array[p_from + o], clock_timestamp()
    from unnest(ids) with ordinality as u(i, o);
    insert into roadshow.tokens (creator_id, id, drop_id, claim_id, serial, state, buyer_key, kid, created_at,
        ledger_index, status_index)
    select t.creator_id, i, d, i, p_from + o, 'issued', sha256(uuid_send(i)), 'bench', clock_timestamp(),
        first + o - 1, p_from + o
    from unnest(ids) with ordinality as u(i, o);
end $$;
