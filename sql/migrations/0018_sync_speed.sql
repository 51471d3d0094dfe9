-- SPDX-License-Identifier: Apache-2.0
--
-- What an upload of scans costs (docs/decisions/0014). These foreign keys were looked up for each row
-- although the statement that writes the row has read what it names: the upload is written by the same
-- transaction, the token is what the insert found, and a redemption is made of an event and its token.
-- None of the three is ever deleted, and nobody but the functions may write. tests/property looks for
-- orphans after each history.

set local search_path = roadshow, api;

alter table device_events drop constraint device_events_creator_id_device_id_upload_fkey;
alter table device_events drop constraint device_events_creator_id_token_id_fkey;
alter table token_redemptions drop constraint token_redemptions_creator_id_device_id_seq_fkey;
alter table token_redemptions drop constraint token_redemptions_creator_id_token_id_fkey;

-- Bodies are full of hashes: pglz needs seven times as long as lz4 for them and gains little more.
alter table device_uploads alter column body set compression lz4;
alter table device_uploads alter column answer set compression lz4;

-- A token's state was in the predicate of this index, so that no change of state could be a HOT update. Now
-- only a change of holds touches it. And pages keep room for one version of every token of theirs: an
-- upload may redeem them all at once.
alter table tokens add column hold_ends timestamptz
    generated always as (case state when 'held' then held_until end) stored;
drop index tokens_held;
create index tokens_held on tokens (creator_id, hold_ends) where hold_ends is not null;
alter table tokens set (fillfactor = 50);

-- Functions whose shape changed, or that are no more.
drop function if exists roadshow.tokens_move;
drop function if exists roadshow.tokens_count;
drop function if exists roadshow.sync_lines;
drop function if exists roadshow.sync_store;
drop function if exists roadshow.sync_settle;
drop function if exists roadshow.sync_results;
drop function if exists roadshow.sync_gap;
drop function if exists roadshow.sync_forks;
drop function if exists roadshow.redeems_judge;
drop function if exists roadshow.redeems_settle;
drop function if exists roadshow.redemptions_find;
drop function if exists roadshow.redeem_cases;
drop function if exists roadshow.redemptions_move;
drop function if exists api.sync_upload;
