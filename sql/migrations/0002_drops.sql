-- SPDX-License-Identifier: Apache-2.0
--
-- Events, products, drops, claims and tokens. What must never be false is a constraint here:
-- never more held and issued than tokenized, one row a serial, limits per person, a state and its
-- time agree.
--
-- The rows of a claim name their creator through their drop: a foreign key of their own would have
-- every claim lock the creator's row and, beside another one, make a multixact for it.

set local search_path = roadshow, api;

create table events (
    creator_id    uuid not null references creators,
    id            uuid not null,
    name          text not null check (length(name) between 1 and 200),
    starts_at     timestamptz not null,
    ends_at       timestamptz not null,
    time_zone     text not null,
    venue_name    text not null,
    venue_address text,
    lat           double precision not null check (lat between -90 and 90),
    lon           double precision not null check (lon between -180 and 180),
    created_at    timestamptz not null default now(),
    ledger_index  bigint not null,
    primary key (creator_id, id),
    check (ends_at > starts_at)
);

create table products (
    creator_id   uuid not null references creators,
    id           uuid not null,
    sku          text not null check (sku ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    title        text not null check (length(title) between 1 and 200),
    price        bigint not null check (price >= 0),
    currency     text not null check (currency ~ '^[A-Z]{3}$'),
    created_at   timestamptz not null default now(),
    ledger_index bigint not null,
    primary key (creator_id, id),
    unique (creator_id, sku)
);

-- Counters live in the drop's row: its lock is what makes an oversell impossible, the checks are what
-- make it unthinkable. `issued` counts live tokens, redeemed ones included.
create table drops (
    creator_id       uuid not null references creators,
    id               uuid not null,
    event_id         uuid not null,
    sku              text not null,
    mode             text not null check (mode in ('fcfs', 'draw')),
    quantity         integer not null check (quantity between 1 and 1000000),
    tokenized        integer not null check (tokenized >= 0),
    opens_at         timestamptz not null,
    closes_at        timestamptz not null,
    per_person       integer not null check (per_person between 1 and 20),
    hold_ttl_s       integer check (hold_ttl_s between 30 and 604800),
    deposit          bigint check (deposit > 0),
    deposit_currency text check (deposit_currency ~ '^[A-Z]{3}$'),
    pickup_from      timestamptz not null,
    pickup_until     timestamptz not null,
    held             integer not null default 0 check (held >= 0),
    issued           integer not null default 0 check (issued >= 0),
    redeemed         integer not null default 0 check (redeemed >= 0),
    next_serial      integer not null default 1,
    walk_in_leased   integer not null default 0 check (walk_in_leased >= 0),
    walk_in_sold     integer not null default 0 check (walk_in_sold >= 0),
    walk_in_oversold integer not null default 0 check (walk_in_oversold >= 0), -- facts beyond stock
    created_at       timestamptz not null default now(),
    ledger_index     bigint not null,
    primary key (creator_id, id),
    foreign key (creator_id, event_id) references events,
    foreign key (creator_id, sku) references products (creator_id, sku),
    check (tokenized <= quantity),
    constraint drops_never_oversold check (held + issued <= tokenized),
    constraint drops_walk_in_bounded check (walk_in_leased + walk_in_sold <= quantity - tokenized),
    check (redeemed <= issued),
    check (closes_at > opens_at),
    check (pickup_until > pickup_from),
    check ((deposit is null) = (deposit_currency is null))
) with (fillfactor = 50);

-- How many units a person has in a drop; the limit is copied in so that the check can see it.
create table drop_buyers (
    creator_id uuid not null,
    drop_id    uuid not null,
    buyer_key  bytea not null check (length(buyer_key) = 32),
    units      integer not null check (units >= 0),
    per_person integer not null,
    primary key (creator_id, drop_id, buyer_key),
    foreign key (creator_id, drop_id) references drops,
    constraint drop_buyers_limit check (units <= per_person)
) with (fillfactor = 80);

-- A successful claim. Its unique key is its idempotency: a replay finds it and renders the same
-- answer, because a token's text is a function of its row.
create table claims (
    creator_id   uuid not null,
    id           uuid not null,
    drop_id      uuid not null,
    key_id       uuid not null,
    idem_key     text not null,
    body_sha256  bytea not null check (length(body_sha256) = 32),
    buyer_key    bytea not null check (length(buyer_key) = 32),
    quantity     integer not null check (quantity between 1 and 20),
    first_serial integer not null,
    kid          text not null,   -- the key that signs its tokens
    state        text not null check (state in ('held', 'issued')), -- as answered
    expires_at   timestamptz,     -- of the hold, as answered
    first_index  bigint not null, -- ledger index of its first token's entry; the others follow
    created_at   timestamptz not null default now(),
    primary key (creator_id, id),
    foreign key (creator_id, drop_id) references drops
);
-- Partial by a condition that is always true: while a table is new, the planner cannot tell one index
-- that starts with creator_id from another. This one it may use where idem_key = … and nowhere else.
create unique index claims_one_per_key on claims (creator_id, key_id, idem_key)
    where idem_key is not null;

-- States: held → issued → redeemed, or expired | cancelled | forfeited. One function moves them:
-- roadshow.tokens_move() in sql/functions/tokens.sql.
create table tokens (
    creator_id   uuid not null,
    id           uuid not null,
    drop_id      uuid not null,
    claim_id     uuid not null,
    serial       integer not null check (serial >= 1),
    version      integer not null default 1 check (version >= 1),
    state        text not null
        check (state in ('held', 'issued', 'redeemed', 'expired', 'cancelled', 'forfeited')),
    buyer_key    bytea not null,
    kid          text not null,
    created_at   timestamptz not null default now(),
    held_until   timestamptz,
    redeemed_at  timestamptz, -- corrected time of the winning redemption
    ended_at     timestamptz, -- expired, cancelled or forfeited
    ledger_index bigint not null,
    primary key (creator_id, id),
    foreign key (creator_id, drop_id) references drops,
    foreign key (creator_id, claim_id) references claims,
    check ((state = 'redeemed') = (redeemed_at is not null)),
    check ((state = 'held') <= (held_until is not null)),
    check ((state in ('expired', 'cancelled', 'forfeited')) = (ended_at is not null))
) with (fillfactor = 80);
create unique index tokens_one_per_serial on tokens (creator_id, drop_id, serial)
    where serial is not null; -- partial as claims_one_per_key is
create index tokens_held on tokens (creator_id, held_until) where state = 'held';
