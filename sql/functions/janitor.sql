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

-- The janitor of `p_host` is alive; counts are since it started, but for the logs that it refused to
-- sign in its last pass. A clock that steps back does not make a heartbeat older than it was.
-- Locks: the host's row. Called by: roadshow-janitor, once a round.
drop function if exists api.janitor_beat(text, timestamptz, bigint, bigint, bigint);
create or replace function api.janitor_beat(p_host text, p_started_at timestamptz, p_rounds bigint,
    p_done bigint, p_failures bigint, p_logs_halted bigint)
returns void language sql volatile security definer
set search_path = roadshow, api, pg_temp as $$
    insert into janitor_heartbeat (host, started_at, seen_at, rounds, done, failures, logs_halted)
    values (p_host, least(p_started_at, clock_timestamp()), clock_timestamp(), p_rounds, p_done,
        p_failures, p_logs_halted)
    on conflict (host) do update set started_at = excluded.started_at,
        seen_at = greatest(janitor_heartbeat.seen_at, excluded.seen_at),
        rounds = excluded.rounds, done = excluded.done, failures = excluded.failures,
        logs_halted = excluded.logs_halted
$$;

-- What /readyz shows: the schema's version, the age of the youngest heartbeat (null: no janitor ever
-- ran), and how many logs are not signed, as the janitors of the last minute say.
-- Locks: none. Called by: GET /readyz.
drop function if exists api.readiness();
create function api.readiness()
returns table (migration_version integer, janitor_age_s double precision, logs_halted bigint)
language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select (select max(version) from roadshow_meta.migrations),
        (select extract(epoch from clock_timestamp() - max(seen_at))::double precision
         from janitor_heartbeat),
        (select coalesce(max(logs_halted), 0) from janitor_heartbeat
         where seen_at > clock_timestamp() - interval '1 minute')
$$;
