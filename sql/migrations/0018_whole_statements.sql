-- SPDX-License-Identifier: Apache-2.0
--
-- References that are checked once for a statement, not once for a row: what a claim writes names its drop
-- and its claim, and four foreign keys were a quarter of what a claim cost (docs/decisions/0014). What they
-- promised is promised still, and more: a token's drop is its claim's. Rows that are referred to are never
-- deleted, and what refers to them never refers to others, which makes a check at the insert enough.
--
-- `lateral … limit 1`: a plan that was made while the table was empty must look up, not join.

set local search_path = roadshow, api;

alter table tokens drop constraint tokens_creator_id_drop_id_fkey,
    drop constraint tokens_creator_id_claim_id_fkey;
alter table claims drop constraint claims_creator_id_drop_id_fkey;
alter table drop_buyers drop constraint drop_buyers_creator_id_drop_id_fkey;

create function drop_is_there() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct creator_id, drop_id from made) m
        left join lateral (select d.id from roadshow.drops d
            where d.creator_id = m.creator_id and d.id = m.drop_id limit 1) d on true
        where d.id is null) then
        raise foreign_key_violation using table = tg_table_name, schema = tg_table_schema,
            constraint = tg_name, message = format('%s: there is no such drop', tg_table_name);
    end if;
    return null;
end $$;
create trigger drop_is_there after insert on claims referencing new table as made
    for each statement execute function drop_is_there();
create trigger drop_is_there after insert on drop_buyers referencing new table as made
    for each statement execute function drop_is_there();

create function claim_is_there() returns trigger language plpgsql as $$
begin
    if exists (
        select from made m
        left join lateral (select c.id from roadshow.claims c where c.creator_id = m.creator_id
            and c.id = m.claim_id and c.drop_id = m.drop_id limit 1) c on true
        where c.id is null) then
        raise foreign_key_violation using table = tg_table_name, schema = tg_table_schema,
            constraint = tg_name, message = 'tokens: there is no such claim of this drop';
    end if;
    return null;
end $$;
create trigger claim_is_there after insert on tokens referencing new table as made
    for each statement execute function claim_is_there();

create function stays() returns trigger language plpgsql as $$
begin
    raise exception '% % is never %', tg_table_name, coalesce(tg_argv[0], 'row'),
        case tg_op when 'UPDATE' then 'changed' else 'deleted' end using errcode = '23503';
end $$;
create trigger refers_to_the_same before update of creator_id, drop_id, claim_id on tokens
    for each row when ((old.creator_id, old.drop_id, old.claim_id)
        is distinct from (new.creator_id, new.drop_id, new.claim_id))
    execute function stays('reference');
create trigger refers_to_the_same before update of creator_id, id, drop_id on claims
    for each row when ((old.creator_id, old.id, old.drop_id)
        is distinct from (new.creator_id, new.id, new.drop_id))
    execute function stays('reference');
create trigger refers_to_the_same before update of creator_id, drop_id on drop_buyers
    for each row when ((old.creator_id, old.drop_id) is distinct from (new.creator_id, new.drop_id))
    execute function stays('reference');
create trigger is_referred_to before update of creator_id, id on drops
    for each row when ((old.creator_id, old.id) is distinct from (new.creator_id, new.id))
    execute function stays('id');
create trigger stays before delete or truncate on drops
    for each statement execute function stays();
create trigger stays before delete or truncate on claims
    for each statement execute function stays();

-- Their parameters grow.
drop function if exists status_take(uuid, uuid[], bigint[], integer[]);
drop function if exists windows_use(uuid, uuid[], text[], bytea[], bigint[], integer[], integer[]);
drop function if exists window_refusal(drops, drop_windows, text, bytea, bigint, timestamptz);
drop function if exists status_index(bigint[], integer);
