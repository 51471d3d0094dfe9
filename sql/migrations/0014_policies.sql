-- SPDX-License-Identifier: Apache-2.0
--
-- The rules by which a creator's orders are routed. A version is never changed: decisions name the one
-- they were made by. Version 1 is the service's own and has no row.

set local search_path = roadshow, api;

create table route_policies (
    creator_id   uuid not null references creators,
    version      integer not null check (version >= 2),
    policy       jsonb not null check (jsonb_typeof(policy) = 'object'),
    created_at   timestamptz not null default now(),
    ledger_index bigint not null,
    primary key (creator_id, version)
);

-- An explanation of several kilobytes is most of what an order writes. When the service made the decision
-- it is kept as the service wrote it, short and not parsed: roadshow.explanation_of() tells it in full.
alter table order_routings
    alter explanation drop not null,
    alter explanation set compression lz4,
    add compact text compression lz4,
    add constraint order_routings_one check ((explanation is null) <> (compact is null));
