-- SPDX-License-Identifier: Apache-2.0
--
-- The rules of distribution and privilege, read from the catalogue, so that nobody has to remember
-- them. A new table or function that breaks one is named by the failing test.
begin;
select set_config('search_path', 'roadshow, api, ' || current_setting('search_path'), true) as path \g /dev/null
select plan(20);

-- Tables of all creators; they are whole on every node. Everything else belongs to a creator.
create temporary view reference_tables as
    select format('roadshow.%I', name)::regclass as id from unnest(array['creators', 'partners',
        'partner_keys', 'partner_grants', 'operator_idempotency', 'janitor_heartbeat', 'postal_codes',
        'status_list_ids', 'draw_creators'])
        as name where to_regclass('roadshow.' || name) is not null;
create temporary view tables as
    select oid as id from pg_class where relnamespace = 'roadshow'::regnamespace and relkind in ('r', 'p');
create temporary view tenant_tables as
    select id from tables where id not in (select id from reference_tables);
create temporary view creator_column as
    select t.id, a.attnum from tables t
    left join pg_attribute a on a.attrelid = t.id and a.attname = 'creator_id' and not a.attisdropped;

-- ---- tables
select cmp_ok((select count(*) from tenant_tables), '>=', 10::bigint, 'the view sees the tables');
select is_empty($$ select id::regclass from creator_column
        where id in (select id from tenant_tables) and attnum is null $$,
    'every tenant table has creator_id');
select is_empty($$ select id::regclass from creator_column c where id in (select id from tenant_tables)
        and not exists (select from pg_attribute a where a.attrelid = c.id and a.attnum = c.attnum
            and a.attnotnull and a.atttypid = 'uuid'::regtype) $$,
    'which is a uuid and never null');
select is_empty($$ select id::regclass from tables
        where not exists (select from pg_index where indrelid = id and indisprimary) $$,
    'every table has a primary key');
select is_empty($$ select i.indexrelid::regclass from pg_index i join creator_column c on c.id = i.indrelid
        where c.id in (select id from tenant_tables) and (i.indisunique or i.indisprimary)
            and i.indkey[0] is distinct from c.attnum $$,
    'creator_id leads every primary key and unique index of a tenant table');
select is_empty($$ select i.indexrelid::regclass from pg_index i join creator_column c on c.id = i.indrelid
        where c.id in (select id from tenant_tables) and i.indkey[0] is distinct from c.attnum $$,
    'and every other index');
select is_empty($$ select k.conrelid::regclass, k.conname from pg_constraint k
        join creator_column here on here.id = k.conrelid join creator_column there on there.id = k.confrelid
        where k.contype = 'f' and k.conrelid in (select id from tenant_tables)
            and k.confrelid in (select id from tenant_tables)
            and (k.conkey[1] is distinct from here.attnum or k.confkey[1] is distinct from there.attnum) $$,
    'creator_id leads every foreign key between tenant tables, on both ends');
select is_empty($$ select k.conrelid::regclass, k.conname from pg_constraint k
        where k.contype = 'f' and k.conrelid in (select id from reference_tables)
            and k.confrelid in (select id from tenant_tables) $$,
    'no reference table refers to a tenant table');
select is_empty($$ select conrelid::regclass, conname from pg_constraint
        where contype = 'f' and connamespace = 'roadshow'::regnamespace
            and (confupdtype <> 'a' or confdeltype <> 'a') $$,
    'nothing cascades');
select is_empty($$ select d.adrelid::regclass from pg_attrdef d join tables t on t.id = d.adrelid
        where pg_get_expr(d.adbin, d.adrelid) ~ 'nextval' $$,
    'nothing numbers itself by a sequence');

-- ---- functions
create temporary view functions as
    select p.oid as id, p.* from pg_proc p where p.pronamespace = 'api'::regnamespace;
-- Called before a creator is known, or about all of them.
create temporary view creatorless as
    select unnest(array['partner_resolve', 'partner_key_lookup', 'janitor_creators', 'janitor_beat',
        'readiness', 'log_find']) as name;
select cmp_ok((select count(*) from functions), '>=', 20::bigint, 'the view sees the functions');
select is_empty($$ select id::regprocedure from functions where not prosecdef $$,
    'every function of the service is security definer');
select is_empty($$ select id::regprocedure from functions
        where not exists (select from unnest(proconfig) as s
            where s = 'search_path=roadshow, api, pg_temp') $$,
    'with a search path of its own');
select is_empty($$ select id::regprocedure from functions
        where proname not in (select name from creatorless)
            and format('%s %s', proargnames[1], proargtypes[0]::regtype) not in ('p_creator uuid', 'p_creators uuid[]') $$,
    'and takes the creator first, or one for each item');
select is_empty($$ select p.oid::regprocedure from pg_proc p
        where p.pronamespace in ('api'::regnamespace, 'roadshow'::regnamespace)
            and pg_get_userbyid(p.proowner) <> 'roadshow_owner' $$,
    'the owner owns every function');

-- ---- privileges
select is_empty($$ select t.id::regclass, p from tables t,
            unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as p
        where has_table_privilege('roadshow_app', t.id, p) $$,
    'the service touches no table');
select ok(not has_schema_privilege('roadshow_app', 'roadshow', 'usage')
    and not has_schema_privilege('roadshow_app', 'roadshow', 'create')
    and not has_schema_privilege('roadshow_app', 'api', 'create')
    and has_schema_privilege('roadshow_app', 'api', 'usage'), 'and sees one schema');
select is_empty($$ select id::regprocedure from functions where not has_function_privilege('roadshow_app', id, 'execute') $$,
    'of which it may execute everything');
select is_empty($$ select p.oid::regprocedure from pg_proc p
        where p.pronamespace in ('api'::regnamespace, 'roadshow'::regnamespace)
            and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) where grantee = 0) $$,
    'and the public nothing');
select ok((select bool_and(t.tgenabled in ('O', 'A') and t.tgtype & 2 <> 0 and t.tgtype & 8 <> 0
        and t.tgtype & 16 <> 0 and t.tgtype & 32 <> 0)
    from pg_trigger t where t.tgrelid = 'ledger'::regclass and t.tgname = 'ledger_append_only'),
    'the ledger refuses update, delete and truncate, from its owner too');
select finish();
rollback;
