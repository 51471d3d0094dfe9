-- SPDX-License-Identifier: Apache-2.0
-- The peers' tables. Bare: what a claim cannot do without, and no index beyond. With guarantees: an
-- Idempotency-Key, a limit for each person, a serial that occurs once, a ledger with dense indices.
create schema peer;
create table peer.drops (
    id         uuid primary key,
    creator_id uuid not null,
    tokenized  integer not null,
    issued     integer not null default 0 check (issued <= tokenized),
    per_person integer not null default 1,
    opens_at   timestamptz not null default now() - interval '1 minute',
    closes_at  timestamptz not null default now() + interval '1 hour'
) with (fillfactor = 50);
create table peer.bare_claims (
    id         uuid primary key,
    drop_id    uuid not null references peer.drops,
    buyer      bytea not null,
    serial     integer not null,
    created_at timestamptz not null default now()
);
create table peer.claims (
    id          uuid primary key,
    drop_id     uuid not null references peer.drops,
    idem_key    text not null unique,
    body_sha256 bytea not null,
    buyer       bytea not null,
    serial      integer not null,
    created_at  timestamptz not null default now(),
    unique (drop_id, serial)
);
create index on peer.claims (drop_id, buyer);
create table peer.ledger_heads (
    creator_id uuid primary key,
    size       bigint not null default 0
) with (fillfactor = 20);
create table peer.ledger (
    creator_id uuid not null,
    index      bigint not null,
    at         timestamptz not null default clock_timestamp(),
    kind       text not null,
    subject    uuid not null,
    entry      text not null,
    primary key (creator_id, index)
);

-- One claim in one call, nothing kept beyond the row: for pgbench.
create function peer.claim_one(p_drop uuid) returns integer language plpgsql as $$
declare
    n integer;
begin
    update peer.drops set issued = issued + 1
    where id = p_drop and issued < tokenized and now() between opens_at and closes_at
    returning issued into n;
    if n is not null then
        insert into peer.bare_claims (id, drop_id, buyer, serial)
        values (gen_random_uuid(), p_drop, uuid_send(gen_random_uuid()), n);
    end if;
    return n;
end $$;
