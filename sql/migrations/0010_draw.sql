-- SPDX-License-Identifier: Apache-2.0
--
-- Draws: who is drawn follows from secrets that nobody could know together when entries were made
-- (docs/formats.md, "Draw"). A draw moves forward only, one ledger entry a step:
--
--   committed ─ the drop closes ─▶ closed ─ secrets are revealed ─▶ made ─ tokens ─▶ done

set local search_path = roadshow, api;

create table draws (
    creator_id        uuid not null,
    drop_id           uuid not null,
    capacity          integer not null check (capacity >= 0),
    sealed            bytea not null,       -- the service's secret; opens only with the service's key
    reveal_by         timestamptz not null, -- for everybody but the service, which comes last,
    service_reveal_by timestamptz not null check (service_reveal_by > reveal_by), -- until then
    committed_index   bigint not null,
    closed_at         timestamptz,
    closed_index      bigint,
    entries           integer check (entries >= 0),
    root              bytea check (length(root) = 32),    -- over the ids in their order
    made_at           timestamptz,
    made_index        bigint,
    winners           integer check (winners between 0 and least(capacity, entries)),
    ranking_root      bytea check (length(ranking_root) = 32), -- over the ids as they were drawn
    issued            integer not null default 0 check (issued between 0 and winners), -- have their token
    done_at           timestamptz,
    primary key (creator_id, drop_id),
    foreign key (creator_id, drop_id) references drops,
    check ((closed_at is null) = (closed_index is null) and (closed_at is null) = (entries is null)
        and (closed_at is null) = (root is null)),
    check ((made_at is null) = (made_index is null) and (made_at is null) = (winners is null)
        and (made_at is null) = (ranking_root is null) and (made_at is null or closed_at is not null)),
    check (done_at is null or issued = winners)
) with (fillfactor = 50);
create index draws_going on draws (creator_id, drop_id) where done_at is null;

-- In the order in which their secrets are put together; the service is the first.
create table draw_parties (
    creator_id  uuid not null,
    drop_id     uuid not null,
    place       integer not null check (place between 1 and 8),
    name        text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    commitment  bytea not null check (length(commitment) = 32),
    secret      bytea check (sha256(secret) = commitment and length(secret) = 32),
    revealed_at timestamptz,
    primary key (creator_id, drop_id, place),
    foreign key (creator_id, drop_id) references draws,
    unique (creator_id, drop_id, name),
    unique (creator_id, drop_id, commitment), -- nobody copies another's
    check ((secret is null) = (revealed_at is null))
);

-- id = the first 16 bytes of SHA-256(nonce ‖ salt). Its unique keys are its idempotency and the rule of
-- one entry a person. claim_id is of the claim that it becomes when it wins.
create table draw_entries (
    creator_id   uuid not null,
    drop_id      uuid not null,
    id           uuid not null,
    claim_id     uuid not null,
    key_id       uuid not null,
    idem_key     text not null,
    body_sha256  bytea not null check (length(body_sha256) = 32),
    buyer_key    bytea not null check (length(buyer_key) = 32),
    nonce        bytea not null check (length(nonce) = 16),
    salt         bytea not null check (length(salt) = 16),
    kid          text not null, -- the key that signs its receipt and its token
    entered_at   timestamptz not null,
    ledger_index bigint not null,
    rank         integer check (rank >= 1), -- as it was drawn, from 1
    primary key (creator_id, drop_id, id),
    foreign key (creator_id, drop_id) references draws
) with (fillfactor = 80);
create unique index draw_entries_one_per_person on draw_entries (creator_id, drop_id, buyer_key)
    where buyer_key is not null; -- partial as claims_one_per_key is
create unique index draw_entries_one_per_key on draw_entries (creator_id, key_id, idem_key)
    where idem_key is not null;
create unique index draw_entries_ranks on draw_entries (creator_id, drop_id, rank)
    where rank is not null;

-- Who reads a draw needs no key that names the creator: a reference table does.
create table draw_creators (
    drop_id    uuid primary key,
    creator_id uuid not null references creators
);
