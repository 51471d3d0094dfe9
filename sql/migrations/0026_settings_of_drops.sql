-- SPDX-License-Identifier: Apache-2.0
--
-- What a drop may be set to, as domains: checked when a value is set, not at every claim. A CHECK is read
-- from the catalogue and made ready by each statement that changes a row, whatever it changes; 14 of them
-- were a ninth of what a single claim cost (docs/decisions/0019). What claims change (counters, and what
-- relates them to the rest) stays a CHECK of the table.

set local search_path = roadshow, api;

create domain drop_mode as text check (value in ('fcfs', 'draw'));
create domain drop_quantity as integer check (value between 0 and 1000000);
create domain drop_tokenized as integer check (value >= 0);
create domain drop_per_person as integer check (value between 1 and 20);
create domain drop_hold_ttl_s as integer check (value between 30 and 604800);
create domain drop_offer_ttl_s as integer check (value between 60 and 604800);
create domain drop_grace_s as integer check (value between 0 and 604800);
create domain drop_pause_s as integer check (value between 0 and 2592000);
create domain drop_deposit as bigint check (value > 0);
create domain drop_price as bigint check (value >= 0);
create domain drop_currency as text check (value ~ '^[A-Z]{3}$');
create domain drop_no_show_deposit as text check (value in ('forfeit', 'refund'));

alter table drops
    drop constraint drops_mode_check, drop constraint drops_quantity_check,
    drop constraint drops_tokenized_check, drop constraint drops_per_person_check,
    drop constraint drops_hold_ttl_s_check, drop constraint drops_offer_ttl_s_check,
    drop constraint drops_grace_s_check, drop constraint drops_cool_down_s_check,
    drop constraint drops_cut_off_s_check, drop constraint drops_deposit_check,
    drop constraint drops_deposit_currency_check, drop constraint drops_resale_cap_check,
    drop constraint drops_resale_currency_check, drop constraint drops_no_show_deposit_check;
alter table drops
    alter column mode type drop_mode, alter column quantity type drop_quantity,
    alter column tokenized type drop_tokenized, alter column per_person type drop_per_person,
    alter column hold_ttl_s type drop_hold_ttl_s, alter column offer_ttl_s type drop_offer_ttl_s,
    alter column grace_s type drop_grace_s, alter column cool_down_s type drop_pause_s,
    alter column cut_off_s type drop_pause_s, alter column deposit type drop_deposit,
    alter column deposit_currency type drop_currency, alter column resale_cap type drop_price,
    alter column resale_currency type drop_currency,
    alter column no_show_deposit type drop_no_show_deposit;
