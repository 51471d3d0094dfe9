-- SPDX-License-Identifier: Apache-2.0
--
-- What an upload of scans costs (docs/decisions/0017). These foreign keys were looked up for each row
-- although the statement that writes the row has read what it names: the upload is written by the same
-- transaction, the token is what the insert found, and a redemption is made of an event and its token.
-- They are checked once for a statement now, as in 0018: what they refer to is never deleted.

set local search_path = roadshow, api;

alter table device_events drop constraint device_events_creator_id_device_id_upload_fkey;
alter table device_events drop constraint device_events_creator_id_token_id_fkey;
alter table token_redemptions drop constraint token_redemptions_creator_id_device_id_seq_fkey;
alter table token_redemptions drop constraint token_redemptions_creator_id_token_id_fkey;

create function event_is_whole() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct creator_id, device_id, upload from made) m
        left join lateral (select u.n from roadshow.device_uploads u where u.creator_id = m.creator_id
            and u.device_id = m.device_id and u.n = m.upload limit 1) u on true
        where u.n is null)
    or exists (
        select from made m
        left join lateral (select t.id from roadshow.tokens t where t.creator_id = m.creator_id
            and t.id = m.token_id limit 1) t on true
        where t.id is null and m.token_id is not null) then
        raise foreign_key_violation using table = tg_table_name, schema = tg_table_schema,
            constraint = tg_name, message = 'device_events: there is no such upload or token';
    end if;
    return null;
end $$;
create trigger event_is_whole after insert on device_events referencing new table as made
    for each statement execute function event_is_whole();
create trigger refers_to_the_same before update of creator_id, device_id, seq, upload, token_id on device_events
    for each row when ((old.creator_id, old.device_id, old.seq, old.upload, old.token_id)
        is distinct from (new.creator_id, new.device_id, new.seq, new.upload, new.token_id))
    execute function stays('reference');

create function redemption_is_whole() returns trigger language plpgsql as $$
begin
    if exists (
        select from made m
        left join lateral (select e.token_id from roadshow.device_events e where e.creator_id = m.creator_id
            and e.device_id = m.device_id and e.seq = m.seq limit 1) e on true
        where e.token_id is distinct from m.token_id) then
        raise foreign_key_violation using table = tg_table_name, schema = tg_table_schema,
            constraint = tg_name, message = 'token_redemptions: there is no such event of this token';
    end if;
    return null;
end $$;
create trigger redemption_is_whole after insert on token_redemptions referencing new table as made
    for each statement execute function redemption_is_whole();
create trigger redemption_stays_whole after update on token_redemptions referencing new table as made
    for each statement execute function redemption_is_whole();
create trigger stays before delete or truncate on device_uploads
    for each statement execute function stays();
create trigger stays before delete or truncate on device_events
    for each statement execute function stays();
create trigger stays before delete or truncate on tokens
    for each statement execute function stays();
create trigger is_referred_to before update of creator_id, id on tokens
    for each row when ((old.creator_id, old.id) is distinct from (new.creator_id, new.id))
    execute function stays('id');
create trigger is_referred_to before update of creator_id, device_id, n on device_uploads
    for each row when ((old.creator_id, old.device_id, old.n)
        is distinct from (new.creator_id, new.device_id, new.n))
    execute function stays('id');

-- Bodies are full of hashes: pglz needs seven times as long as lz4 for them and gains little more.
alter table device_uploads alter column body set compression lz4;
alter table device_uploads alter column answer set compression lz4;

-- A token's state was in the predicate of this index, so that no change of state could be a HOT update. Now
-- only a change of holds touches it. And pages keep room for one version of every token of theirs: an
-- upload may redeem them all at once.
alter table tokens set (fillfactor = 50);
alter table tokens add column hold_ends timestamptz
    generated always as (case state when 'held' then held_until end) stored;
drop index tokens_held;
create index tokens_held on tokens (creator_id, hold_ends) where hold_ends is not null;

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
