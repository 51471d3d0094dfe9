-- SPDX-License-Identifier: Apache-2.0
-- The peer's tables: what a claim needs, and no index beyond.
create schema if not exists peer;
create table peer.drops (
    id         uuid primary key,
    tokenized  integer not null,
    issued     integer not null default 0 check (issued <= tokenized),
    per_person integer not null default 1,
    opens_at   timestamptz not null default now() - interval '1 minute',
    closes_at  timestamptz not null default now() + interval '1 hour'
) with (fillfactor = 50);
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
