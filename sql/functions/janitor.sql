-- SPDX-License-Identifier: Apache-2.0
--
-- What the janitor itself needs, beside the jobs of the domains (api.janitor_<job>(p_creator, p_limit)
-- in their own files), and what /readyz asks. These functions take no creator: they read and write
-- reference tables only, which are whole on every node.

-- The creators in their order of age, `p_limit` of them after `p_after` (the nil uuid at first).
-- Locks: none. Called by: roadshow-janitor.
create or replace function api.janitor_creators(p_after uuid, p_limit integer)
returns table (id uuid) language sql stable security definer
set search_path = roadshow, api, pg_temp as $$
    select c.id from creators c where c.id > p_after order by c.id limit p_limit
$$;

-- The janitor of `p_host` is alive; counts are since it started. A clock that steps back does not
-- make a heartbeat older than it was.
-- Locks: the host's row. Called by: roadshow-janitor, once a round.
create or replace function api.janitor_beat(p_host text, p_started_at timestamptz, p_rounds bigint,
    p_done bigint, p_failures bigint)
returns void language sql volatile security definer
set search_path = roadshow, api, pg_temp as $$
    insert into janitor_heartbeat (host, started_at, seen_at, rounds, done, failures)
    values (p_host, least(p_started_at, clock_timestamp()), clock_timestamp(), p_rounds, p_done,
        p_failures)
    on conflict (host) do update set started_at = excluded.started_at,
        seen_at = greatest(janitor_heartbeat.seen_at, excluded.seen_at),
        rounds = excluded.rounds, done = excluded.done, failures = excluded.failures
$$;

-- What /readyz shows: the schema's version, and the age of the youngest heartbeat (null: no janitor
-- ever ran).
-- Locks: none. Called by: GET /readyz.
create or replace function api.readiness()
returns table (migration_version integer, janitor_age_s double precision) language sql stable
security definer set search_path = roadshow, api, pg_temp as $$
    select (select max(version) from roadshow_meta.migrations),
        (select extract(epoch from clock_timestamp() - max(seen_at))::double precision
         from janitor_heartbeat)
$$;
