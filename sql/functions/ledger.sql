-- SPDX-License-Identifier: Apache-2.0
--
-- Reading the ledger, and forgetting remembered answers.

-- GET /v1/ledger: up to p.limit entries after index p.after, in order, each exactly as it was stored:
-- a reader may hash it. `next` is the index to go on from, null when there is no more yet.
-- Raises: RS401.
create or replace function api.ledger_page(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n     integer := coalesce((p ->> 'limit')::integer, 100);
    after bigint := coalesce((p ->> 'after')::bigint, -1);
    shown text;
    last  bigint;
    size  bigint;
begin
    perform authorise(p_creator, c);
    select h.size into size from ledger_heads h where creator_id = p_creator;
    select string_agg(l.entry, ',' order by l.index), max(l.index) into shown, last
    from (
        select entry, index from ledger
        where creator_id = p_creator and index > after and index < size
        order by index limit n
    ) l;
    return row(200, '{"entries":[' || coalesce(shown, '') || '],"next":'
        || coalesce(case when last + 1 < size then last end::text, 'null') || '}',
        null, null, false)::api.answer;
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
