-- SPDX-License-Identifier: Apache-2.0
--
-- The ground everything stands on: schemas, creators, keys, idempotency and the ledger.
--
-- Two schemas. `roadshow` holds tables and internal functions; nobody but the owner may look inside.
-- `api` holds the functions and types the service calls; roadshow_app may use nothing else.
-- A migration is never edited once it has shipped.

create schema roadshow;
create schema api;
revoke all on schema roadshow, api from public;
grant usage on schema api to roadshow_app;
alter default privileges in schema roadshow revoke execute on functions from public;
alter default privileges in schema api revoke execute on functions from public;
-- The global default, which the ones per schema cannot take away.
alter default privileges revoke execute on functions from public;
set local search_path = roadshow, api;

-- Who calls: made by the service from the authenticated key, never by the client.
create type api.caller as (
    key_id      uuid,   -- the API key or device; nil uuid for operator and enrolment
    role        text,   -- operator | creator | storefront | partner | device | enrol
    subject_id  uuid,   -- partner or device, else nil
    request_id  uuid,
    idem_key    text,   -- Idempotency-Key, null on reads
    body_sha256 bytea   -- SHA-256 of method, target and body: what a replay must match
);

-- What a command answers.
create type api.answer as (
    status   integer,
    body     text,      -- JSON, null for 204
    etag     text,      -- strong, with its quotes
    location text,
    replayed boolean
);

-- ---- reference tables: of all creators --------------------------------------------------------

create table creators (
    id         uuid primary key,
    slug       text not null unique check (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'),
    name       text not null check (length(name) between 1 and 200),
    created_at timestamptz not null default now()
);

create table partners (
    id         uuid primary key,
    name       text not null check (length(name) between 1 and 200),
    created_at timestamptz not null default now()
);

create table partner_keys (
    partner_id    uuid not null references partners,
    id            uuid not null,
    name          text not null,
    secret_sha256 bytea not null check (length(secret_sha256) = 32),
    created_at    timestamptz not null default now(),
    revoked_at    timestamptz,
    primary key (partner_id, id)
);

-- Which partner works for which creator; a row appears with the first hub that names the partner.
create table partner_grants (
    partner_id uuid not null references partners,
    creator_id uuid not null references creators,
    granted_at timestamptz not null default now(),
    primary key (partner_id, creator_id)
);

-- What operators did under an Idempotency-Key; the rest have a creator.
create table operator_idempotency (
    idem_key    text primary key,
    body_sha256 bytea not null,
    answer      api.answer not null,
    created_at  timestamptz not null default now()
);

-- ---- tenant tables: creator_id leads every key --------------------------------------------------

create table api_keys (
    creator_id    uuid not null references creators,
    id            uuid not null,
    role          text not null check (role in ('creator', 'storefront')),
    name          text not null check (length(name) between 1 and 200),
    secret_sha256 bytea not null check (length(secret_sha256) = 32),
    created_at    timestamptz not null default now(),
    revoked_at    timestamptz,
    ledger_index  bigint, -- of its last entry
    primary key (creator_id, id)
);

create table idempotency (
    creator_id  uuid not null references creators,
    key_id      uuid not null,
    idem_key    text not null,
    body_sha256 bytea not null check (length(body_sha256) = 32),
    answer      api.answer not null,
    created_at  timestamptz not null default now(),
    primary key (creator_id, key_id, idem_key)
);
-- Always true: keeps the planner from taking it for a look-up by key while the table is new.
create index idempotency_age on idempotency (creator_id, created_at)
    where created_at is not null;

-- One row a creator. Its lock is the last a transaction takes, so that indices are dense and in
-- commit order.
create table ledger_heads (
    creator_id uuid primary key references creators,
    size       bigint not null default 0 check (size >= 0),
    last_at    timestamptz not null default '-infinity'
) with (fillfactor = 20);

-- The exact bytes of an entry are `entry`; kind and subject are copies of what is inside for readers
-- that filter. Nobody may change or delete a row: see the trigger.
create table ledger (
    creator_id uuid not null, -- ledger_append() has its row of ledger_heads locked
    index      bigint not null check (index >= 0),
    at         timestamptz not null,
    kind       text not null,
    subject    uuid not null,
    entry      text not null check (octet_length(entry) <= 65535),
    primary key (creator_id, index)
);

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only' using errcode = '42501';
end $$;
create trigger ledger_append_only before update or delete or truncate on ledger
    for each statement execute function ledger_is_append_only();
