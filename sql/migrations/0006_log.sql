-- SPDX-License-Identifier: Apache-2.0
--
-- The transparency log: the ledger's Merkle tree as tiles, and the checkpoint that was signed last.
-- The entries themselves stay where they are, in `ledger`. Both tables only ever grow: triggers refuse
-- what would take back or change a hash that somebody may have seen.

set local search_path = roadshow, api;

-- size: leaves that are in the tiles. checkpoint: the signed note of the size `checkpoint_size`.
-- halted_*: a janitor refused to sign, because it knows a checkpoint that this tree contradicts.
create table log_heads (
    creator_id      uuid primary key references creators,
    size            bigint not null default 0 check (size >= 0 and size < 72057594037927936),
    checkpoint_size bigint not null default 0 check (checkpoint_size >= 0),
    root            bytea check (length(root) = 32),
    checkpoint      text check (octet_length(checkpoint) <= 16384),
    signed_at       timestamptz,
    halted_at       timestamptz,
    halted_by       text, -- the janitor's host
    halted_why      text,
    constraint log_heads_tiles_first check (checkpoint_size <= size),
    check ((checkpoint_size > 0) = (checkpoint is not null)),
    check ((checkpoint is null) = (root is null) and (checkpoint is null) = (signed_at is null)),
    check ((halted_at is null) = (halted_by is null) and (halted_at is null) = (halted_why is null))
) with (fillfactor = 20);

-- Tile n of a level: up to 256 hashes. The last one of a level grows until it is full; any shorter
-- width of it is its beginning.
create table log_tiles (
    creator_id uuid not null references log_heads,
    level      smallint not null check (level between 0 and 6),
    n          bigint not null check (n >= 0),
    hashes     bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
    primary key (creator_id, level, n)
);
alter table log_tiles alter column hashes set storage external; -- hashes do not compress

create function log_tiles_only_grow() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'the log is append-only' using errcode = '42501';
    end if;
    if (old.creator_id, old.level, old.n) <> (new.creator_id, new.level, new.n)
        or substring(new.hashes for length(old.hashes)) <> old.hashes then
        raise exception 'a tile''s hashes do not change' using errcode = '42501';
    end if;
    return new;
end $$;
create trigger log_tiles_only_grow before update or delete on log_tiles
    for each row execute function log_tiles_only_grow();
create trigger log_tiles_stay before truncate on log_tiles
    for each statement execute function log_tiles_only_grow();

create function log_heads_only_grow() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'the log is append-only' using errcode = '42501';
    end if;
    if old.creator_id <> new.creator_id or new.size < old.size
        or new.checkpoint_size < old.checkpoint_size
        or (new.checkpoint_size = old.checkpoint_size and new.root is distinct from old.root) then
        raise exception 'a log never takes back what was signed' using errcode = '42501';
    end if;
    return new;
end $$;
create trigger log_heads_only_grow before update or delete on log_heads
    for each row execute function log_heads_only_grow();
create trigger log_heads_stay before truncate on log_heads
    for each statement execute function log_heads_only_grow();

-- How many entries of a kind about a drop each minute had, counted while the tiles are built: for the
-- public report. `part` is the window of the drop that the entry names, '' when it names none.
create table log_drops (
    creator_id uuid not null references log_heads,
    drop_id    uuid not null,
    at         timestamptz not null,
    kind       text not null,
    part       text not null check (length(part) <= 64),
    entries    bigint not null check (entries > 0),
    primary key (creator_id, drop_id, at, kind, part)
);

-- How many logs a janitor refused to sign in its last pass.
alter table janitor_heartbeat add column logs_halted bigint not null default 0 check (logs_halted >= 0);
