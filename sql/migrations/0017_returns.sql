-- SPDX-License-Identifier: Apache-2.0
--
-- What comes back: from an order that was handed over, or from a token that was picked up.

set local search_path = roadshow, api;

-- requested → received → restocked | repaired | written_off; or requested → declined.
-- A unit that was received and not settled lies at the hub and on no shelf: nobody can promise it.
create table returns (
    creator_id   uuid not null references creators,
    id           uuid not null,
    order_id     uuid,
    token_id     uuid,
    sku          text not null,
    quantity     integer not null check (quantity between 1 and 10000),
    kind         text not null check (kind in ('return', 'repair')),
    reason       text not null check (reason in ('damaged', 'wrong_item', 'unwanted', 'defective', 'other')),
    state        text not null check (state in ('requested', 'received', 'restocked', 'repaired',
        'written_off', 'declined')),
    hub_id       uuid, -- that received it
    created_at   timestamptz not null default now(),
    received_at  timestamptz,
    settled_at   timestamptz,
    ledger_index bigint not null,
    primary key (creator_id, id),
    foreign key (creator_id, order_id) references orders,
    foreign key (creator_id, token_id) references tokens,
    foreign key (creator_id, hub_id) references hubs,
    foreign key (creator_id, sku) references products (creator_id, sku),
    check ((order_id is null) <> (token_id is null)),
    check ((state in ('received', 'restocked', 'repaired', 'written_off')) = (received_at is not null)),
    check ((received_at is null) = (hub_id is null)),
    check ((state in ('restocked', 'repaired', 'written_off', 'declined')) = (settled_at is not null))
);
create index returns_order on returns (creator_id, order_id) where order_id is not null;
create index returns_token on returns (creator_id, token_id) where token_id is not null;
