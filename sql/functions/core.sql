-- SPDX-License-Identifier: Apache-2.0
--
-- What every other function uses: failing with a problem, remembering answers, ids, the ledger.
-- Re-applied at every deploy, so everything here is `create or replace`.

-- Refuses the call. SQLSTATE RSnnn becomes HTTP nnn; code, detail and JSON pointer become the problem
-- document. Raises: RS<status>.
create or replace function roadshow.fail(p_status integer, p_code text, p_detail text,
    p_pointer text default null)
returns void language plpgsql as $$
begin
    raise exception using errcode = 'RS' || p_status, message = p_code, detail = p_detail,
        hint = coalesce(p_pointer, '');
end $$;

-- A 2xx answer, done now. The jsonb is written as PostgreSQL writes it.
create or replace function roadshow.answer_ok(p_status integer, p_body jsonb,
    p_etag text default null, p_location text default null)
returns api.answer language sql immutable as $$
    select row(p_status, p_body::text, p_etag, p_location, false)::api.answer
$$;

-- UUIDv7 for rows that only the database knows of; the service makes its own.
create or replace function roadshow.uuid_v7() returns uuid language sql volatile as $$
    select encode(set_bit(set_bit(
        substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
            || substring(uuid_send(gen_random_uuid()) from 7), 52, 1), 53, 1), 'hex')::uuid
$$;

-- UUIDv8 (RFC 9562) over SHA-256: an id that follows from what it names. Of language plpgsql, for it cannot be
-- inlined, and a function of language SQL is started anew for each row.
create or replace function roadshow.uuid_of(p_name text) returns uuid language plpgsql immutable
    parallel safe as $$
declare
    h bytea := substring(sha256(convert_to(p_name, 'UTF8')) from 1 for 16);
begin
    return encode(set_byte(set_byte(h, 6, (get_byte(h, 6) & 15) | 128),
        8, (get_byte(h, 8) & 63) | 128), 'hex')::uuid;
end $$;

-- The 22 characters of base64url that stand for a UUID in keys and codes.
create or replace function roadshow.short_id(p_id uuid) returns text language sql immutable
    parallel safe as $$
    select rtrim(translate(encode(uuid_send(p_id), 'base64'), '+/', '-_'), '=')
$$;

-- RFC 4648, section 5, without padding.
create or replace function roadshow.base64url(p bytea) returns text language sql immutable
    parallel safe as $$
    select rtrim(translate(encode(p, 'base64'), E'+/\n', '-_'), '=')
$$;

-- The creator of calls that are of no creator: operators, and partners over all of theirs.
create or replace function roadshow.nil_uuid() returns uuid language sql immutable as $$
    select '00000000-0000-0000-0000-000000000000'::uuid
$$;

-- RFC 3339 UTC with microseconds, as all times in answers and ledger entries. Stable, as to_char is:
-- only then is it inlined.
create or replace function roadshow.rfc3339(p_at timestamptz) returns text language sql stable
    parallel safe as $$
    select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Whether it is a name of the IANA database. Abbreviations and POSIX rules, which PostgreSQL takes for
-- zones too, are none. Takes 20 ms, for PostgreSQL reads the whole database: not under a lock.
create or replace function roadshow.is_time_zone(p_name text) returns boolean language sql stable as $$
    select exists (select from pg_catalog.pg_timezone_names where name = p_name)
$$;

-- Money as the API shows it; null stays null.
create or replace function roadshow.money(p_amount bigint, p_currency text) returns jsonb
    language sql immutable parallel safe as $$
    select case when p_amount is not null
        then jsonb_build_object('amount', p_amount, 'currency', p_currency) end
$$;

-- A strong ETag over whatever the caller passes: its text, hashed.
create or replace function roadshow.etag_of(p_value text) returns text language sql stable
    parallel safe as $$
    select '"' || substr(encode(sha256(convert_to(p_value, 'UTF8')), 'hex'), 1, 32) || '"'
$$;

-- Refuses a key that was revoked meanwhile, in the transaction of the effect. The service checks the
-- secret and caches it; this is what makes a revocation immediate. Raises: RS401.
create or replace function roadshow.authorise(p_creator uuid, c api.caller)
returns void language plpgsql stable as $$
begin
    case c.role
    when 'operator', 'enrol' then
        return;
    when 'partner' then
        perform from partner_keys k join partner_grants g using (partner_id)
        where k.partner_id = c.subject_id and k.id = c.key_id and k.revoked_at is null
          and g.creator_id = p_creator;
    when 'device' then
        return; -- its functions lock the device's row and look themselves
    else
        perform from api_keys
        where creator_id = p_creator and id = c.key_id and role = c.role and revoked_at is null;
    end case;
    if not found then
        perform fail(401, 'key_revoked', 'This API key is revoked or does not belong here.');
    end if;
end $$;

-- Idempotency-Key, first half: the remembered answer of a command, or null when it has to be done.
-- A call with the same key that is still running elsewhere is refused at once; another body under a
-- known key is an error of the client's. Raises: RS401, RS409, RS422.
create or replace function roadshow.replay(p_creator uuid, c api.caller)
returns api.answer language plpgsql volatile as $$
declare
    seen record;
begin
    perform authorise(p_creator, c);
    if c.idem_key is null then
        return null;
    end if;
    if not pg_try_advisory_xact_lock(
        hashtextextended(p_creator::text || c.key_id::text || c.idem_key, 0)) then
        perform fail(409, 'idempotency_in_progress',
            'A request with this Idempotency-Key is still running; try again shortly.');
    end if;
    if p_creator = nil_uuid() then
        select body_sha256, answer into seen from operator_idempotency
        where idem_key = c.idem_key;
    else
        select body_sha256, answer into seen from idempotency
        where creator_id = p_creator and key_id = c.key_id and idem_key = c.idem_key;
    end if;
    if not found then
        return null;
    end if;
    if seen.body_sha256 <> c.body_sha256 then
        perform fail(422, 'idempotency_key_reused',
            'This Idempotency-Key was used before with another request.');
    end if;
    return row((seen.answer).status, (seen.answer).body, (seen.answer).etag,
        (seen.answer).location, true)::api.answer;
end $$;

-- Idempotency-Key, second half: keeps the answer beside the effect, in its transaction.
create or replace function roadshow.remember(p_creator uuid, c api.caller, a api.answer)
returns api.answer language plpgsql volatile as $$
begin
    if c.idem_key is null then
        return a;
    end if;
    if p_creator = nil_uuid() then
        insert into operator_idempotency (idem_key, body_sha256, answer)
        values (c.idem_key, c.body_sha256, a);
    else
        insert into idempotency (creator_id, key_id, idem_key, body_sha256, answer)
        values (p_creator, c.key_id, c.idem_key, c.body_sha256, a);
    end if;
    return a;
end $$;

-- Forgets up to p_limit answers that are older than 24 hours; the nil creator stands for what
-- operators did. Claims are not among them: their key stays known as long as they do.
-- Locks: the rows it removes. Caller: the janitor's job `idempotency`.
create or replace function api.janitor_idempotency(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    before timestamptz := clock_timestamp() - interval '24 hours';
    n      integer;
begin
    if p_creator = nil_uuid() then
        delete from operator_idempotency where idem_key in (
            select idem_key from operator_idempotency where created_at < before
            order by created_at limit p_limit for update skip locked);
    else
        delete from idempotency i using (
            select key_id, idem_key from idempotency
            where creator_id = p_creator and created_at < before
            order by created_at limit p_limit for update skip locked) old
        where i.creator_id = p_creator and i.key_id = old.key_id and i.idem_key = old.idem_key;
    end if;
    get diagnostics n = row_count;
    return n;
end $$;

-- The answer of a list: p_found holds up to p_limit + 1 documents in order (null: none); the one too
-- many only tells that `next` is needed, which is member p_key of the last one shown.
create or replace function roadshow.page_of(p_name text, p_found jsonb, p_limit integer,
    p_key text default 'id')
returns api.answer language sql immutable as $$
    select roadshow.answer_ok(200, jsonb_build_object(
        p_name, case when more then p_found - p_limit else coalesce(p_found, '[]') end,
        'next', case when more then p_found -> (p_limit - 1) -> p_key end))
    from (select coalesce(jsonb_array_length(p_found) > p_limit, false) as more) as f
$$;
