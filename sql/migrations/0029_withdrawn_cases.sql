-- SPDX-License-Identifier: Apache-2.0
--
-- Where the ledger told last of a case that was withdrawn. A case's id follows from what it is about, so
-- one whose ground comes back is the same subject again, and its next entry names the one before.

set local search_path = roadshow, api;

create table withdrawn_cases (
    creator_id   uuid not null,
    id           uuid not null,
    ledger_index bigint not null,
    primary key (creator_id, id)
);
