-- SPDX-License-Identifier: Apache-2.0
--
-- What a person left with a creator beyond their key: the contact itself, kept only with consent, sealed
-- by the service and gone at its date; and erasures that cannot be finished yet.

set local search_path = roadshow, api;

-- `sealed` opens only with the service's key and this creator and person. The ledger tells a commitment
-- to the contact; `salt`, which opens it, is here and nowhere else, and goes with the row.
create table contacts (
    creator_id   uuid not null,
    buyer_key    bytea not null check (length(buyer_key) = 32),
    id           uuid not null,  -- subject of its ledger entries
    sealed       bytea not null,
    marketing    boolean not null,
    purposes     text[] not null,
    salt         bytea not null check (length(salt) = 32),
    commitment   text not null check (commitment ~ '^[A-Za-z0-9_-]{43}$'),
    given_at     timestamptz not null,
    purge_at     timestamptz not null,
    ledger_index bigint not null,
    primary key (creator_id, buyer_key)
);
create index contacts_purge on contacts (creator_id, purge_at) where purge_at is not null;

-- Erasures with something left to wait for: a drop that is open still (a person's limit must hold until
-- it closes), an order on its way. The row goes when nothing is left.
create table erasures (
    creator_id   uuid not null,
    buyer_key    bytea not null check (length(buyer_key) = 32),
    id           uuid not null,
    blind_key    bytea not null check (length(blind_key) = 32), -- what stands in its place
    asked_at     timestamptz not null,
    next_at      timestamptz not null,
    ledger_index bigint not null,
    primary key (creator_id, buyer_key)
);
create index erasures_next on erasures (creator_id, next_at) where next_at is not null;

-- Where an order went may be forgotten once it is there.
alter table orders add column erased_at timestamptz;
alter table orders alter column lat drop not null;
alter table orders alter column lon drop not null;
alter table orders add constraint orders_destination check ((lat is null) = (erased_at is not null)
    and (lon is null) = (lat is null) and (erased_at is null or country is null));
alter table shipments alter column distance_m drop not null;
