-- SPDX-License-Identifier: Apache-2.0
--
-- Postal codes: where a destination is that has no position. A reference table of all creators.

-- A code as it is kept and compared: upper case, without blanks and hyphens.
create or replace function roadshow.postal_key(p_code text) returns text language sql immutable
    parallel safe as $$
    select regexp_replace(upper(p_code), '[^A-Z0-9]', '', 'g')
$$;

-- Loads [{"country", "code", "lat", "lon"}]; a code that is known is moved. Returns how many.
-- For the owner: the command line and the demo call it.
create or replace function roadshow.postal_import(p jsonb)
returns integer language plpgsql volatile set search_path = roadshow, pg_temp as $$
declare
    n integer;
begin
    insert into postal_codes (country, code, lat, lon)
    select distinct on (upper(x.country), postal_key(x.code)) upper(x.country),
        postal_key(x.code), x.lat, x.lon
    from jsonb_to_recordset(p) as x(country text, code text, lat float8, lon float8)
    on conflict (country, code) do update set lat = excluded.lat, lon = excluded.lon;
    get diagnostics n = row_count;
    return n;
end $$;

-- The longest beginning of the code with which some known code begins, or null.
create or replace function roadshow.postal_near(p_country text, p_code text)
returns text language sql stable as $$
    select left(p_code, n) from generate_series(length(p_code) - 1, 1, -1) as n
    where exists (select from roadshow.postal_codes k where k.country = p_country
        and k.code like left(p_code, n) || '%')
    order by n desc limit 1
$$;
