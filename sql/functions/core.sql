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

create or replace function roadshow.answer_ok(p_status integer, p_body jsonb,
    p_etag text default null, p_location text default null)
returns api.answer language sql immutable as $$
    select row(p_status, p_body::text, p_etag, p_location, false)::api.answer
$$;

-- UUIDv7 for rows that only the database knows of; the service makes its own.
create or replace function roadshow.uuid_v7() returns uuid language sql volatile as $$
    select encode(
        set_byte(set_byte(
            substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                || substring(uuid_send(gen_random_uuid()) from 7),
            6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112),
            8, (get_byte(uuid_send(gen_random_uuid()), 8) & 63) | 128), 'hex')::uuid
$$;

create or replace function roadshow.nil_uuid() returns uuid language sql immutable as $$
    select '00000000-0000-0000-0000-000000000000'::uuid
$$;

-- RFC 3339 UTC with microseconds, as all times in answers and ledger entries. Stable, as to_char is:
-- only then is it inlined.
create or replace function roadshow.rfc3339(p_at timestamptz) returns text language sql stable
    parallel safe as $$
    select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

create or replace function roadshow.money(p_amount bigint, p_currency text) returns jsonb
    language sql immutable parallel safe as $$
    select case when p_amount is not null
        then jsonb_build_object('amount', p_amount, 'currency', p_currency) end
$$;

-- A strong ETag over whatever the caller passes: its text, hashed.
create or replace function roadshow.etag_of(p_value text) returns text language sql immutable
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

-- Appends entries and returns the index of the first. The entry's bytes are
-- {"index","at","kind","subject","prev","data"}; prev is the index of the subject's entry before, so
-- that its history is walked without another index. No personal data may enter.
-- Locks: the ledger head, which must be the last lock of the transaction.
create or replace function roadshow.ledger_append(p_creator uuid, p_kinds text[], p_subjects uuid[],
    p_prevs bigint[], p_data jsonb[])
returns bigint language plpgsql volatile as $$
declare
    n     integer := cardinality(p_kinds);
    first bigint;
    t     timestamptz;
begin
    update ledger_heads set size = size + n, last_at = greatest(clock_timestamp(), last_at)
    where creator_id = p_creator
    returning size - n, last_at into strict first, t;
    insert into ledger (creator_id, index, at, kind, subject, entry)
    select p_creator, first + e.ord - 1, t, e.kind, e.subject,
        '{"index":' || (first + e.ord - 1) || ',"at":"' || rfc3339(t) || '","kind":"' || e.kind
        || '","subject":"' || e.subject || '","prev":' || coalesce(e.prev::text, 'null')
        || ',"data":' || e.data::text || '}'
    from unnest(p_kinds, p_subjects, p_prevs, p_data) with ordinality
        as e(kind, subject, prev, data, ord);
    return first;
end $$;

-- One entry.
create or replace function roadshow.ledger_add(p_creator uuid, p_kind text, p_subject uuid,
    p_prev bigint, p_data jsonb)
returns bigint language sql volatile as $$
    select roadshow.ledger_append(p_creator, array[p_kind], array[p_subject], array[p_prev],
        array[p_data])
$$;

-- The entries of one subject, oldest first, by walking `prev` from its last one. Bounded.
create or replace function roadshow.ledger_history(p_creator uuid, p_last bigint)
returns jsonb language sql stable as $$
    with recursive walk(entry, prev, depth) as (
        select l.entry::jsonb, (l.entry::jsonb ->> 'prev')::bigint, 1
        from roadshow.ledger l where l.creator_id = p_creator and l.index = p_last
        union all
        select l.entry::jsonb, (l.entry::jsonb ->> 'prev')::bigint, w.depth + 1
        from walk w join roadshow.ledger l on l.creator_id = p_creator and l.index = w.prev
        where w.depth < 1000
    )
    select coalesce(jsonb_agg(entry order by depth desc), '[]') from walk
$$;

-- The answer of a list whose documents have an `id`: p_found holds up to p_limit + 1 of them in order
-- (null: none); the one too many only tells that `next` is needed, the id of the last one shown.
create or replace function roadshow.page_of(p_name text, p_found jsonb, p_limit integer)
returns api.answer language sql immutable as $$
    select roadshow.answer_ok(200, jsonb_build_object(
        p_name, case when more then p_found - p_limit else coalesce(p_found, '[]') end,
        'next', case when more then p_found -> (p_limit - 1) -> 'id' end))
    from (select coalesce(jsonb_array_length(p_found) > p_limit, false) as more) as f
$$;
