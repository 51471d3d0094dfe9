-- SPDX-License-Identifier: Apache-2.0
--
-- The transparency log (docs/formats.md): the janitor builds tiles from the ledger and publishes signed
-- checkpoints; the service reads both. Nothing here hashes: the janitor does, and a stranger can check.
--
-- Order of events: log_extend() makes tiles durable, the janitor signs, log_publish() shows the
-- checkpoint. What the service shows is never more than the last checkpoint covers.
--
-- Any number of janitors may do this at once: log_extend() names the size that it goes on from, and only
-- one of them finds it so; log_publish() never goes back.
--
-- Locks: the log's head, and nothing beside it.

-- ---- the janitor ---------------------------------------------------------------------------------

-- What there is to do: no row for a creator without a ledger. Caller: the janitor.
create or replace function api.log_head(p_creator uuid)
returns table (entries bigint, size bigint, checkpoint_size bigint, checkpoint text, root text,
    halted_by text, halted_why text, slug text)
language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select h.size, coalesce(l.size, 0), coalesce(l.checkpoint_size, 0), l.checkpoint,
        encode(l.root, 'hex'), l.halted_by, l.halted_why, c.slug
    from ledger_heads h join creators c on c.id = h.creator_id
    left join log_heads l on l.creator_id = h.creator_id
    where h.creator_id = p_creator
$$;

-- The partial tiles at the right edge of the tree of p_size leaves, in hex. Caller: the janitor, which
-- counts the hashes.
create or replace function api.log_edge(p_creator uuid, p_size bigint)
returns table (level integer, hashes text)
language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select x.level, encode(substring(t.hashes for x.width * 32), 'hex')
    from (
        select l as level, p_size >> (8 * l + 8) as n, ((p_size >> (8 * l)) & 255)::integer as width
        from generate_series(0, 6) as l
    ) x
    join log_tiles t on t.creator_id = p_creator and t.level = x.level and t.n = x.n
    where x.width > 0
    order by x.level
$$;

-- Up to p_limit entries from index p_from on, in order, without gaps. Caller: the janitor.
create or replace function api.log_entries(p_creator uuid, p_from bigint, p_limit integer)
returns table (entry text)
language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select l.entry from ledger l
    where l.creator_id = p_creator and l.index >= p_from and l.index < p_from + p_limit
    order by l.index
$$;

-- Counts the entries from p_from up to p_to, not included, that are about a drop: by minute, kind and
-- window. Locks: the caller has the log's head. Caller: log_extend().
create or replace function roadshow.log_count(p_creator uuid, p_from bigint, p_to bigint)
returns void language sql volatile as $$
    insert into roadshow.log_drops as d (creator_id, drop_id, at, kind, part, entries)
    select p_creator, x.drop_id::uuid, x.at, x.kind, x.part, x.entries
    from (
        select date_trunc('minute', l.at) as at, l.kind,
            left(coalesce(e.data ->> 'window', ''), 64) as part,
            case when l.kind like 'drop.%' then l.subject::text else e.data ->> 'drop_id' end as drop_id,
            count(*) as entries
        from roadshow.ledger l
        cross join lateral (select l.entry::jsonb -> 'data' as data offset 0) e -- parsed once
        where l.creator_id = p_creator and l.index >= p_from and l.index < p_to
          and l.kind like any ('{drop.%,token.%,waitlist.%,draw.%}')
        group by 1, 2, 3, 4
    ) x
    where x.drop_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    on conflict (creator_id, drop_id, at, kind, part) do update set entries = d.entries + excluded.entries
$$;

-- Adds hashes to tiles and moves the tree's size from p_size to p_to, all or nothing. Item i of the
-- arrays: hashes in hex for the tile (level, n), from its p_froms[i]-th on. False when the size is
-- another one by now: another janitor was faster.
-- Durable when it returns, whatever the server's default says: a checkpoint will speak for it.
-- Locks: the log's head. Raises: XX001 when tiles and size do not fit each other. Caller: the janitor.
create or replace function api.log_extend(p_creator uuid, p_size bigint, p_to bigint,
    p_levels integer[], p_ns bigint[], p_froms integer[], p_hashes text[])
returns boolean language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    had   bigint;
    grown integer;
    made  integer;
begin
    perform set_config('synchronous_commit', 'on', true)
    where current_setting('synchronous_commit') = 'off';
    insert into log_heads (creator_id) values (p_creator) on conflict do nothing;
    select size into strict had from log_heads where creator_id = p_creator for no key update;
    if had <> p_size then
        return false;
    end if;
    update log_tiles t set hashes = t.hashes || decode(x.hashes, 'hex')
    from unnest(p_levels, p_ns, p_froms, p_hashes) as x(level, n, first, hashes)
    where t.creator_id = p_creator and t.level = x.level and t.n = x.n and x.first > 0
      and length(t.hashes) = x.first * 32;
    get diagnostics grown = row_count;
    insert into log_tiles (creator_id, level, n, hashes)
    select p_creator, x.level, x.n, decode(x.hashes, 'hex')
    from unnest(p_levels, p_ns, p_froms, p_hashes) as x(level, n, first, hashes)
    where x.first = 0;
    get diagnostics made = row_count;
    if grown + made <> cardinality(p_levels) or p_to <= p_size
        or p_to > (select size from ledger_heads where creator_id = p_creator) then
        raise exception 'log_extend: % of % tiles fit, from % to %', grown + made,
            cardinality(p_levels), p_size, p_to using errcode = 'XX001';
    end if;
    perform log_count(p_creator, p_size, p_to);
    update log_heads set size = p_to where creator_id = p_creator;
    return true;
end $$;

-- Shows a checkpoint. False when a larger one is shown already, or signing was halted meanwhile; the
-- same size with another root is refused by the table itself.
-- Locks: the log's head. Caller: the janitor.
create or replace function api.log_publish(p_creator uuid, p_size bigint, p_root text,
    p_checkpoint text)
returns boolean language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
begin
    perform set_config('synchronous_commit', 'on', true)
    where current_setting('synchronous_commit') = 'off';
    update log_heads set checkpoint_size = p_size, root = decode(p_root, 'hex'),
        checkpoint = p_checkpoint, signed_at = clock_timestamp()
    where creator_id = p_creator and checkpoint_size <= p_size and halted_at is null;
    return found;
end $$;

-- Stops every janitor from signing this log, and says why; the first to say so is kept.
-- Locks: the log's head. Caller: the janitor of p_host.
create or replace function api.log_halt(p_creator uuid, p_host text, p_why text)
returns void language sql volatile security definer
set search_path = roadshow, api, pg_temp as $$
    insert into log_heads (creator_id, halted_at, halted_by, halted_why)
    values (p_creator, clock_timestamp(), p_host, p_why)
    on conflict (creator_id) do update set halted_at = excluded.halted_at,
        halted_by = excluded.halted_by, halted_why = excluded.halted_why
    where log_heads.halted_at is null
$$;

-- What p_host refused it now finds in order; false when another host did.
-- Locks: the log's head. Caller: the janitor of p_host.
create or replace function api.log_resume(p_creator uuid, p_host text)
returns boolean language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
begin
    update log_heads set halted_at = null, halted_by = null, halted_why = null
    where creator_id = p_creator and halted_by = p_host;
    return found;
end $$;

-- ---- the service ---------------------------------------------------------------------------------

-- Whose log it is; creators is a reference table. Statement: log_find.
create or replace function api.log_find(p_slug text)
returns uuid language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select id from creators where slug = p_slug
$$;

-- The last checkpoint; no row while there is none. Statement: log_checkpoint.
create or replace function api.log_checkpoint(p_creator uuid)
returns table (checkpoint text)
language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select l.checkpoint from log_heads l where l.creator_id = p_creator and l.checkpoint is not null
$$;

-- Tiles, one row per item; hashes is null where the checkpoint does not cover that width.
-- Statement: log_tiles.
create or replace function api.log_tiles(p_creator uuid, p_levels bigint[], p_ns bigint[],
    p_widths bigint[])
returns table (item integer, hashes bytea)
language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select x.ord::integer, substring(t.hashes for (x.width * 32)::integer)
    from unnest(p_levels, p_ns, p_widths) with ordinality as x(level, n, width, ord)
    left join log_heads l on l.creator_id = p_creator
    left join log_tiles t on t.creator_id = p_creator and t.level = x.level and t.n = x.n
        and x.level between 0 and 6
        and x.n * 256 + x.width <= l.checkpoint_size >> (8 * x.level)::integer
        and length(t.hashes) >= x.width * 32
    order by x.ord
$$;

-- Entry bundles, one row per item: a big-endian length of two bytes before each entry; null where the
-- checkpoint does not cover that width. Statement: log_bundles.
create or replace function api.log_bundles(p_creator uuid, p_ns bigint[], p_widths bigint[])
returns table (item integer, bundle bytea)
language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select x.ord::integer, b.bundle
    from unnest(p_ns, p_widths) with ordinality as x(n, width, ord)
    left join log_heads l on l.creator_id = p_creator
    left join lateral (
        select string_agg(substring(int4send(octet_length(e.entry)) from 3)
            || convert_to(e.entry, 'UTF8'), '' order by e.index) as bundle
        from ledger e
        where e.creator_id = p_creator and e.index >= x.n * 256 and e.index < x.n * 256 + x.width
          and x.n * 256 + x.width <= l.checkpoint_size
    ) b on true
    order by x.ord
$$;

-- GET /logs/{slug}/drops/{drop}: what the first `size` entries of the log say about the drop, so that
-- everybody can count again: its changes, how often each kind happened, in all and over time, in steps
-- of a minute, an hour or a day, whichever gives at most 1,000. Null: the log knows no such drop.
-- Statement: log_report.
create or replace function api.log_report(p_creator uuid, p_drop uuid)
returns text language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    said  bigint;
    span  double precision;
    step  text;
    doc   jsonb;
begin
    select l.size into said from log_heads l where l.creator_id = p_creator;
    select extract(epoch from max(at) - min(at)) into span from log_drops
    where creator_id = p_creator and drop_id = p_drop;
    if span is null then
        return null;
    end if;
    step := case when span < 60000 then 'minute' when span < 3600000 then 'hour' else 'day' end;
    with counted as (
        select date_trunc(step, at) as at, kind, part, sum(entries) as n from log_drops
        where creator_id = p_creator and drop_id = p_drop
        group by 1, 2, 3
    ), times as (
        select at, jsonb_object_agg(kind, n) as counts
        from (select at, kind, sum(n) as n from counted group by 1, 2) k
        group by at order by at desc limit 1000
    ), windows as (
        select part, jsonb_object_agg(kind, n) as counts
        from (select part, kind, sum(n) as n from counted where part <> '' group by 1, 2) k
        group by part
    )
    select jsonb_build_object('drop_id', p_drop, 'size', said, 'step', step,
        'counts', (select jsonb_object_agg(kind, n)
            from (select kind, sum(n) as n from counted group by kind) k),
        'windows', coalesce((select jsonb_object_agg(part, counts) from windows), '{}'),
        'times', (select jsonb_agg(jsonb_build_object('at', rfc3339(at), 'counts', counts) order by at)
            from times),
        'changes', (select coalesce(jsonb_agg(jsonb_build_object('index', e -> 'index', 'at', e -> 'at',
                'kind', e -> 'kind', 'mode', e #> '{data,mode}', 'quantity', e #> '{data,quantity}',
                'tokenized', e #> '{data,tokenized}', 'window', e #> '{data,window}',
                'reason', e #> '{data,reason}') order by o), '[]')
            from drops d, jsonb_array_elements(ledger_history(p_creator, d.ledger_index))
                with ordinality as x(e, o)
            where d.creator_id = p_creator and d.id = p_drop and (e -> 'index')::bigint < said))
    into doc;
    return doc::text;
end $$;

-- GET /v1/tokens/{token}/proof: what the service needs to write an inclusion proof of the token's last
-- entry: the entry, its index, the checkpoint with its size, and the tiles on the way, packed: level
-- (2 bytes), n (8), hashes (2), then the hashes.
-- Raises: RS401, RS404, RS503 proof_pending.
create or replace function api.token_proof(p_creator uuid, c api.caller, p jsonb)
returns table (index bigint, entry text, size bigint, checkpoint text, tiles bytea)
language plpgsql stable security definer set search_path = roadshow, api, pg_temp as $$
#variable_conflict use_column
declare
    leaf bigint;
    l    roadshow.log_heads;
begin
    perform authorise(p_creator, c);
    select ledger_index into leaf from tokens
    where creator_id = p_creator and id = (p ->> 'token')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such token.');
    end if;
    select * into l from log_heads where creator_id = p_creator;
    if coalesce(l.checkpoint_size, 0) <= leaf then
        perform fail(503, 'proof_pending',
            'The log''s next checkpoint will cover this entry; ask again in a second.');
    end if;
    return query
    select leaf, (select e.entry from ledger e where e.creator_id = p_creator and e.index = leaf),
        l.checkpoint_size, l.checkpoint,
        (select string_agg(int2send(x.level::smallint) || int8send(x.n) || int2send(x.width::smallint)
            || substring(t.hashes for x.width * 32), '')
         from (
            select distinct v as level, w.below >> (8 * v + 8) as n,
                least(256, (l.checkpoint_size >> (8 * v)) - (w.below >> (8 * v + 8)) * 256)::integer
                    as width
            from generate_series(0, 6) as v, (values (leaf), (l.checkpoint_size)) as w(below)
         ) x
         join log_tiles t on t.creator_id = p_creator and t.level = x.level and t.n = x.n
         where x.width > 0);
end $$;
