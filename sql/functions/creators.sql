-- SPDX-License-Identifier: Apache-2.0
--
-- Creators, partners and their API keys.
--
-- The database never sees a key: the service passes p.key = {id, sha256 (hex), sealed}. `sealed` is the
-- key's text under the server's secret; it goes into the remembered answer, so that a replay shows the
-- same key, and is purged with it. The service opens it and answers `api_key`.

-- One key for the http layer, which compares the secret's hash and caches the row. `revoked` keys are
-- found too. Statement: key_lookup.
create or replace function api.key_lookup(p_creator uuid, p_key_id uuid)
returns table (role text, secret_sha256 bytea, subject_id uuid, revoked boolean)
language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select k.role, k.secret_sha256, roadshow.nil_uuid(), k.revoked_at is not null
    from roadshow.api_keys k
    where k.creator_id = p_creator and k.id = p_key_id
$$;

-- The same for a partner's key. Statement: partner_key_lookup.
create or replace function api.partner_key_lookup(p_partner uuid, p_key_id uuid)
returns table (role text, secret_sha256 bytea, subject_id uuid, revoked boolean)
language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select 'partner', k.secret_sha256, k.partner_id, k.revoked_at is not null
    from roadshow.partner_keys k
    where k.partner_id = p_partner and k.id = p_key_id
$$;

-- The creator for whom a partner works on a hub or pick list; null when it has nothing to do with
-- it. Callers: the service, before a partner's call.
create or replace function api.partner_resolve(p_partner uuid, p_kind text, p_id uuid)
returns uuid language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select h.creator_id from partner_grants g
    join hubs h on h.creator_id = g.creator_id and h.partner_id = g.partner_id
    where g.partner_id = p_partner and p_kind = 'hub' and h.id = p_id
    union all
    select h.creator_id from partner_grants g
    join picklists l on l.creator_id = g.creator_id
    join hubs h on h.creator_id = l.creator_id and h.id = l.hub_id and h.partner_id = g.partner_id
    where g.partner_id = p_partner and p_kind = 'picklist' and l.id = p_id
    limit 1
$$;

-- A key as the API shows it, without its secret.
create or replace function roadshow.key_json(k roadshow.api_keys) returns jsonb
    language sql immutable as $$
    select jsonb_build_object('id', k.id, 'role', k.role, 'name', k.name,
        'created_at', roadshow.rfc3339(k.created_at), 'revoked_at', roadshow.rfc3339(k.revoked_at))
$$;

-- Makes a key of a creator and its ledger entry. Locks: ledger head.
create or replace function roadshow.key_add(p_creator uuid, p_role text, p_name text, p_key jsonb)
returns roadshow.api_keys language plpgsql volatile as $$
declare
    k    roadshow.api_keys;
    made uuid := p_key ->> 'id';
begin
    insert into api_keys (creator_id, id, role, name, secret_sha256, ledger_index)
    values (p_creator, made, p_role, p_name, decode(p_key ->> 'sha256', 'hex'),
        ledger_add(p_creator, 'key.created', made, null, jsonb_build_object('role', p_role)))
    returning * into k;
    return k;
end $$;

-- POST /v1/creators [operator]: the creator, its ledger, and its first key.
-- Locks: ledger head (its own, new).
-- Raises: RS422 validation_failed, RS409 slug_taken and those of replay().
create or replace function api.creator_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a   api.answer := replay(p_creator, c);
    new roadshow.creators;
begin
    if a.status is not null then
        return a;
    end if;
    if p #>> '{body,slug}' !~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$' then
        perform fail(422, 'validation_failed',
            'A slug has a-z, 0-9 and "-", and starts and ends with a letter or digit.', '/slug');
    end if;
    insert into creators (id, slug, name)
    values ((p ->> 'new_id')::uuid, p #>> '{body,slug}', p #>> '{body,name}')
    on conflict (slug) do nothing returning * into new;
    if not found then
        perform fail(409, 'slug_taken', 'Another creator has this slug.', '/slug');
    end if;
    insert into ledger_heads (creator_id) values (new.id);
    perform ledger_add(new.id, 'creator.created', new.id, null,
        jsonb_build_object('slug', new.slug));
    perform key_add(new.id, 'creator', 'first key', p -> 'key');
    return remember(p_creator, c, answer_ok(201, jsonb_build_object('id', new.id, 'slug', new.slug,
        'name', new.name, 'created_at', rfc3339(new.created_at),
        'sealed_api_key', p #>> '{key,sealed}')));
end $$;

-- POST /v1/partners [operator]. A partner belongs to no creator, so no ledger tells of it.
-- Raises: those of replay().
create or replace function api.partner_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a   api.answer := replay(p_creator, c);
    new roadshow.partners;
begin
    if a.status is not null then
        return a;
    end if;
    insert into partners (id, name) values ((p ->> 'new_id')::uuid, p #>> '{body,name}')
    returning * into new;
    insert into partner_keys (partner_id, id, name, secret_sha256)
    values (new.id, (p #>> '{key,id}')::uuid, 'first key', decode(p #>> '{key,sha256}', 'hex'));
    return remember(p_creator, c, answer_ok(201, jsonb_build_object('id', new.id, 'name', new.name,
        'created_at', rfc3339(new.created_at), 'sealed_api_key', p #>> '{key,sealed}')));
end $$;

-- POST /v1/keys [creator]. Locks: ledger head. Raises: those of replay().
create or replace function api.key_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a   api.answer := replay(p_creator, c);
    new roadshow.api_keys;
begin
    if a.status is not null then
        return a;
    end if;
    new := key_add(p_creator, p #>> '{body,role}', p #>> '{body,name}', p -> 'key');
    return remember(p_creator, c, answer_ok(201,
        key_json(new) || jsonb_build_object('sealed_api_key', p #>> '{key,sealed}')));
end $$;

-- GET /v1/keys [creator]: newest first, revoked ones too, never a secret. Raises: RS401.
create or replace function api.key_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := coalesce((p ->> 'limit')::integer, 50);
    page jsonb;
begin
    perform authorise(p_creator, c);
    select jsonb_agg(key_json(k) order by k.id desc) into page
    from (
        select * from api_keys
        where creator_id = p_creator and (p ->> 'after' is null or id < (p ->> 'after')::uuid)
        order by id desc limit n + 1
    ) k;
    return page_of('keys', page, n);
end $$;

-- DELETE /v1/keys/{key} [creator]: revokes at once; again is 204 too. A creator keeps one creator key,
-- or nobody could make another. Locks: the creator's keys (id ascending) → ledger head.
-- Raises: RS404, RS409 last_key and those of replay().
create or replace function api.key_revoke(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer := replay(p_creator, c);
    k roadshow.api_keys;
begin
    if a.status is not null then
        return a;
    end if;
    perform from api_keys where creator_id = p_creator order by id for no key update;
    select * into k from api_keys where creator_id = p_creator and id = (p ->> 'key')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such key.');
    end if;
    if k.revoked_at is null then
        if k.role = 'creator' and not exists (
            select from api_keys where creator_id = p_creator and role = 'creator'
                and revoked_at is null and id <> k.id) then
            perform fail(409, 'last_key', 'This is the last creator key; make another one first.');
        end if;
        update api_keys set revoked_at = clock_timestamp(),
            ledger_index = ledger_add(p_creator, 'key.revoked', k.id, k.ledger_index,
                jsonb_build_object('role', k.role))
        where creator_id = p_creator and id = k.id;
    end if;
    return remember(p_creator, c, answer_ok(204, null));
end $$;
