-- SPDX-License-Identifier: Apache-2.0
--
-- More of what a claim writes as domains (docs/decisions/0022), like the settings of drops in 0026: a CHECK is
-- read from the catalogue and made ready by each statement that writes a row, a domain's once for a session.
-- What relates columns to each other stays a CHECK.

set local search_path = roadshow, api;

create domain drop_count as integer check (value >= 0);
-- Walk-ins are bounded by quantity - tokenized and not negative: that tokenized is no more than quantity follows.
alter table drops
    drop constraint drops_check,
    drop constraint drops_held_check, drop constraint drops_issued_check,
    drop constraint drops_redeemed_check, drop constraint drops_forfeited_check,
    drop constraint drops_waiting_check, drop constraint drops_walk_in_leased_check,
    drop constraint drops_walk_in_sold_check, drop constraint drops_walk_in_oversold_check;
alter table drops
    alter column held type drop_count, alter column issued type drop_count,
    alter column redeemed type drop_count, alter column forfeited type drop_count,
    alter column waiting type drop_count, alter column walk_in_leased type drop_count,
    alter column walk_in_sold type drop_count, alter column walk_in_oversold type drop_count;

create domain bytes_32 as bytea check (length(value) = 32);
create domain claim_quantity as integer check (value between 1 and 20);
create domain claim_state as text check (value in ('held', 'issued'));
alter table claims
    drop constraint claims_body_sha256_check, drop constraint claims_buyer_key_check,
    drop constraint claims_holder_check, drop constraint claims_holder_salt_check,
    drop constraint claims_quantity_check, drop constraint claims_state_check;
alter table claims
    alter column body_sha256 type bytes_32, alter column buyer_key type bytes_32,
    alter column holder type bytes_32, alter column holder_salt type bytes_32,
    alter column quantity type claim_quantity, alter column state type claim_state;

-- One event at a time.
drop function if exists status_take(uuid[], uuid[], bigint[], integer[]);
drop function if exists status_index(bigint[], integer, integer);
-- It is told of the windows themselves.
drop function if exists windows_use(uuid[], uuid[], text[], bytea[], bigint[], integer[], integer[]);
