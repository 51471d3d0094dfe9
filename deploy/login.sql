-- SPDX-License-Identifier: Apache-2.0
--
-- The role that roadshowd and roadshow-janitor log in as, after `roadshow migrate`. Its password is
-- that of the environment, ROADSHOW_DB_PASSWORD. Safe to run again.
--
--   ROADSHOW_DB_PASSWORD=… psql -v ON_ERROR_STOP=1 -f deploy/login.sql "$ROADSHOW_ADMIN_DATABASE_URL"
set client_min_messages = warning;
\getenv password ROADSHOW_DB_PASSWORD
select 'create role roadshow login noinherit'
where not exists (select from pg_roles where rolname = 'roadshow') \gexec
alter role roadshow password :'password';
grant roadshow_app to roadshow;
