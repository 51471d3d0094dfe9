-- SPDX-License-Identifier: Apache-2.0
--
-- Token status lists (draft-ietf-oauth-status-list): one per event, two bits for each version of each
-- token. The truth is here: what has no row in status_entries is valid. The janitor makes the signed
-- list of it (status_list_builds) whenever `due_at` says so.
--
-- A version's index is random among those that are free, and found without looking for one: versions
-- take dense slots from `next_slot`, and roadshow.status_index() spreads them by a permutation that
-- `round_keys` choose. The index is kept where the version is, so the permutation is never undone.

set local search_path = roadshow, api;

create table status_lists (
    creator_id uuid not null,
    event_id   uuid not null,
    round_keys bigint[] not null check (cardinality(round_keys) = 12),
    next_slot  integer not null default 0 check (next_slot between 0 and 16777216),
    changes    bigint not null default 1, -- counts what a list that is built anew would show
    due_at     timestamptz,               -- when to build; null: not any more
    primary key (creator_id, event_id),
    foreign key (creator_id, event_id) references events
) with (fillfactor = 20);
create index status_lists_due on status_lists (creator_id, due_at) where due_at is not null;

-- Versions that are not valid. 1 is for good; 2 (suspended) may become 1, or valid again.
create table status_entries (
    creator_id uuid not null,
    event_id   uuid not null,
    index      integer not null check (index >= 0),
    status     smallint not null check (status in (1, 2)),
    token_id   uuid not null,
    primary key (creator_id, event_id, index),
    foreign key (creator_id, event_id) references status_lists
);

-- The list as it is served.
create table status_list_builds (
    creator_id  uuid not null,
    event_id    uuid not null,
    changes     bigint not null,  -- status_lists.changes that it shows
    ledger_size bigint not null,  -- when it was stored
    kid         text not null,    -- the key that signed it
    jwt         text not null,
    issued_at   timestamptz not null,
    expires_at  timestamptz not null check (expires_at > issued_at),
    primary key (creator_id, event_id),
    foreign key (creator_id, event_id) references status_lists
);

-- Who reads a list has no key that names the creator: a reference table does. The name follows from the
-- event, roadshow.status_list_id().
create table status_list_ids (
    list_id    text primary key check (list_id ~ '^[A-Za-z0-9_-]{11}$'),
    creator_id uuid not null references creators,
    event_id   uuid not null
);

insert into status_lists (creator_id, event_id, round_keys, due_at)
select e.creator_id, e.id,
    array(select ('x' || encode(substring(r.bytes from 4 * i + 1 for 4), 'hex'))::bit(32)::bigint
            & 2147483647 from generate_series(0, 11) as i),
    now()
from events e
cross join lateral (select sha256(uuid_send(gen_random_uuid()) || uuid_send(e.id))
    || sha256(uuid_send(gen_random_uuid())) as bytes) r;
insert into status_list_ids (list_id, creator_id, event_id)
select rtrim(translate(encode(substring(sha256(uuid_send(id)) for 8), 'base64'), '+/', '-_'), '='),
    creator_id, id
from events;

-- Its answer has more columns now; the function is made anew behind the migrations.
drop function if exists api.claim_batch;

-- Tokens that are there already get theirs by a plain shuffle of the first indices; slots go on behind
-- them, from the next power of two. A claim that was answered before has none: its answer stays as it
-- was.
alter table tokens add column status_index integer check (status_index >= 0);
alter table claims add column status_indices integer[];
update tokens t set status_index = s.n
from (
    select t.creator_id, t.id, (row_number() over (partition by t.creator_id, d.event_id
        order by gen_random_uuid()) - 1)::integer as n
    from tokens t join drops d on d.creator_id = t.creator_id and d.id = t.drop_id
) s
where t.creator_id = s.creator_id and t.id = s.id;
alter table tokens alter column status_index set not null;

update status_lists l set next_slot = greatest(65536, 2 ^ ceil(log(2, s.tokens)))::integer
from (
    select t.creator_id, d.event_id, count(*) as tokens
    from tokens t join drops d on d.creator_id = t.creator_id and d.id = t.drop_id
    group by t.creator_id, d.event_id
) s
where l.creator_id = s.creator_id and l.event_id = s.event_id;
insert into status_entries (creator_id, event_id, index, status, token_id)
select t.creator_id, d.event_id, t.status_index, 1, t.id
from tokens t join drops d on d.creator_id = t.creator_id and d.id = t.drop_id
where t.state in ('expired', 'cancelled', 'forfeited');
