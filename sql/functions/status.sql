-- SPDX-License-Identifier: Apache-2.0
--
-- Token status lists: which index a token's version has, what its status is, and the signed list.
--
-- A version takes an index when it is made (status_take), keeps it, and never gives it back. Its status
-- is 0 valid, 1 invalid, 2 suspended; it changes in the transaction that changes the token
-- (status_set, status_renew). The janitor shows the list that results within its tick.
--
-- Locks: status lists (event id ascending) come after tokens and orders, and before the ledger head.

-- The index of a slot. Slots below 65,536 are permuted among themselves, and so is each range from one
-- power of two to the next: the list grows by doubling, and what was given out stays. In a range of 2^n
-- a slot's n bits run through four rounds of an unbalanced Feistel network, which is a permutation
-- whatever the round functions are: these are polynomials modulo 2^31 - 1 with random coefficients, of
-- which the halves take the low bits. Plain arithmetic, so that it means the same on every server.
-- p_keys are the twelve keys of the rounds.
create or replace function roadshow.status_index(p_keys bigint[], p_slot integer) returns integer
language plpgsql immutable strict parallel safe as $$
declare
    bits integer := 16;
    base integer := 0;
    low  integer;
    l    bigint;
    r    bigint;
begin
    if p_slot >= 65536 then
        while (p_slot >> bits) > 1 loop
            bits := bits + 1;
        end loop;
        base := 1 << bits;
    end if;
    low := bits / 2;
    l := (p_slot - base) >> low;
    r := (p_slot - base) & ((1 << low) - 1);
    for i in 0 .. 1 loop
        l := l # (((p_keys[6 * i + 1] * r + p_keys[6 * i + 2]) % 2147483647 * r
            + p_keys[6 * i + 3]) % 2147483647 & ((1 << (bits - low)) - 1));
        r := r # (((p_keys[6 * i + 4] * l + p_keys[6 * i + 5]) % 2147483647 * l
            + p_keys[6 * i + 6]) % 2147483647 & ((1 << low) - 1));
    end loop;
    return base + ((l << low) | r)::integer;
end $$;

-- How many indices a list shows of which p_slots are taken: a power of two of which a quarter is still
-- free, so that a version made a moment ago is inside the list that the janitor made before.
create or replace function roadshow.status_capacity(p_slots integer) returns integer
    language sql immutable parallel safe as $$
    select case when p_slots <= 49152 then 65536
        else (2 ^ ceil(log(p_slots::float8 * 4 / 3) / log(2::float8)))::integer end
$$;

-- The public name of an event's list: 11 characters. status_list_id() in src/crypto/statuslist.c says
-- the same.
create or replace function roadshow.status_list_id(p_event uuid) returns text
    language sql immutable parallel safe as $$
    select rtrim(translate(encode(substring(sha256(uuid_send(p_event)) for 8), 'base64'), '+/', '-_'),
        '=')
$$;

-- The list of a new event. Callers: event_create.
create or replace function roadshow.status_list_make(p_creator uuid, p_event uuid)
returns void language sql volatile as $$
    insert into roadshow.status_lists (creator_id, event_id, round_keys, due_at)
    select p_creator, p_event,
        array(select ('x' || encode(substring(r.bytes from 4 * i + 1 for 4), 'hex'))::bit(32)::bigint
            & 2147483647 from generate_series(0, 11) as i),
        clock_timestamp()
    from (select sha256(uuid_send(gen_random_uuid())) || sha256(uuid_send(gen_random_uuid()))
        as bytes) r;
    insert into roadshow.status_list_ids (list_id, creator_id, event_id)
    values (roadshow.status_list_id(p_event), p_creator, p_event);
$$;

-- Indices for p_count new versions of an event's tokens. The caller holds the lock of their drop.
-- Locks: status list. Callers: claim_batch, and whatever else makes tokens.
create or replace function roadshow.status_take(p_creator uuid, p_event uuid, p_count integer)
returns integer[] language plpgsql volatile as $$
declare
    keys  bigint[];
    slot  integer;
    taken integer[];
begin
    update status_lists set next_slot = next_slot + p_count
    where creator_id = p_creator and event_id = p_event
    returning round_keys, next_slot - p_count into strict keys, slot;
    if status_capacity(slot + p_count) > status_capacity(slot) then -- the list is to grow
        update status_lists set changes = changes + 1, due_at = least(due_at, clock_timestamp())
        where creator_id = p_creator and event_id = p_event;
    end if;
    for k in 1 .. p_count loop
        taken[k] := status_index(keys, slot + k - 1);
    end loop;
    return taken;
end $$;

-- The status of the versions that tokens have now: 1 invalid, for good; 2 suspended; 0 valid again. The
-- caller holds the tokens' locks. Locks: status lists. Callers: tokens_move, and resale.
create or replace function roadshow.status_set(p_creator uuid, p_tokens uuid[], p_status integer)
returns void language plpgsql volatile as $$
begin
    perform status_touch(p_creator, array(
        select distinct d.event_id from tokens_named(p_creator, p_tokens) t
        join drops d on d.creator_id = p_creator and d.id = t.drop_id));
    if p_status = 0 then
        delete from status_entries e using tokens_named(p_creator, p_tokens) t, drops d
        where d.creator_id = p_creator and d.id = t.drop_id
          and e.creator_id = p_creator and e.event_id = d.event_id and e.index = t.status_index
          and e.status = 2;
    else
        insert into status_entries as e (creator_id, event_id, index, status, token_id)
        select p_creator, d.event_id, t.status_index, p_status, t.id
        from tokens_named(p_creator, p_tokens) t
        join drops d on d.creator_id = p_creator and d.id = t.drop_id
        on conflict (creator_id, event_id, index) do update set status = excluded.status
        where e.status <> 1;
    end if;
end $$;

-- The versions that were suspended are valid again. Most tokens that are issued never were: their list is
-- not touched. Locks: status lists. Caller: tokens_move.
create or replace function roadshow.status_valid(p_creator uuid, p_tokens uuid[])
returns void language plpgsql volatile as $$
declare
    were uuid[] := array(select id from tokens_named(p_creator, p_tokens)
        where state = 'suspended' order by id);
begin
    if cardinality(were) > 0 then
        perform status_set(p_creator, were, 0);
    end if;
end $$;

-- For a token's next version: its index of now becomes invalid, and the new one is returned, for the
-- caller to keep in the token's row with the version. The caller holds the locks of drop and token.
-- Locks: status list. Callers: transfers.
create or replace function roadshow.status_renew(p_creator uuid, p_token uuid)
returns integer language plpgsql volatile as $$
begin
    perform status_set(p_creator, array[p_token], 1);
    return (status_take(p_creator, (
        select d.event_id from tokens t join drops d on d.creator_id = p_creator and d.id = t.drop_id
        where t.creator_id = p_creator and t.id = p_token), 1))[1];
end $$;

-- Something of these events' lists has changed: they are due. Locks: status lists.
create or replace function roadshow.status_touch(p_creator uuid, p_events uuid[])
returns void language plpgsql volatile as $$
begin
    perform from status_lists where creator_id = p_creator and event_id = any(p_events)
    order by event_id for no key update;
    update status_lists set changes = changes + 1, due_at = least(due_at, clock_timestamp())
    where creator_id = p_creator and event_id = any(p_events);
end $$;

-- ---- what the janitor calls ---------------------------------------------------------------------

-- Lists that are due, the longest first, with what they have to show; a list that another key has signed
-- is due at once, so that a new key takes the place of an old or leaked one. `entries`: "index status" of
-- all that is not valid, separated by commas.
-- Locks: none. Caller: the janitor's job `status_lists`.
create or replace function api.status_lists_due(p_creator uuid, p_limit integer, p_kid text)
returns table (event_id uuid, list_id text, changes bigint, capacity integer, entries text)
language sql stable security definer
set search_path = roadshow, api, pg_temp as $$
    select l.event_id, status_list_id(l.event_id), l.changes, status_capacity(l.next_slot), coalesce((
        select string_agg(e.index || ' ' || e.status, ',') from status_entries e
        where e.creator_id = p_creator and e.event_id = l.event_id), '')
    from (
        (select event_id, due_at from status_lists
         where creator_id = p_creator and due_at <= clock_timestamp()
         order by due_at limit p_limit)
        union
        (select b.event_id, x.due_at from status_list_builds b
         join status_lists x using (creator_id, event_id)
         where b.creator_id = p_creator and b.kid <> p_kid and b.expires_at > clock_timestamp()
         limit p_limit)
    ) d
    join status_lists l on l.creator_id = p_creator and l.event_id = d.event_id
    order by d.due_at limit p_limit
$$;

-- Stores a list that shows `p_changes`. When nothing has changed since, it is due again half way to its
-- end, until 30 days after the last pickup of its event. A list never goes back: false when a newer one
-- is there already, from another host.
-- Locks: status list → ledger head. Caller: the janitor's job `status_lists`.
create or replace function api.status_list_store(p_creator uuid, p_event uuid, p_changes bigint,
    p_kid text, p_jwt text, p_issued_at timestamptz, p_expires_at timestamptz)
returns boolean language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    last timestamptz;
    size bigint;
begin
    perform from status_lists where creator_id = p_creator and event_id = p_event
    for no key update;
    perform from status_list_builds b where b.creator_id = p_creator and b.event_id = p_event
        and (b.changes > p_changes or b.changes = p_changes and b.issued_at > p_issued_at);
    if found then
        return false;
    end if;
    select greatest(max(d.pickup_until), max(e.ends_at)) into last
    from events e left join drops d on d.creator_id = p_creator and d.event_id = e.id
    where e.creator_id = p_creator and e.id = p_event;
    update status_lists set due_at = case
        when p_issued_at < last + interval '30 days'
        then p_issued_at + (p_expires_at - p_issued_at) / 2 end
    where creator_id = p_creator and event_id = p_event and changes = p_changes;
    -- A mirror that has seen more entries than this has seen this list.
    select h.size into size from ledger_heads h where h.creator_id = p_creator for no key update;
    insert into status_list_builds as b
        (creator_id, event_id, changes, ledger_size, kid, jwt, issued_at, expires_at)
    values (p_creator, p_event, p_changes, size, p_kid, p_jwt, p_issued_at, p_expires_at)
    on conflict (creator_id, event_id) do update set changes = excluded.changes,
        ledger_size = excluded.ledger_size, kid = excluded.kid, jwt = excluded.jwt,
        issued_at = excluded.issued_at, expires_at = excluded.expires_at;
    return true;
end $$;

-- ---- what the service calls ---------------------------------------------------------------------

-- GET /v1/status-lists/{list}: public, so it finds the creator itself. The body is the signed list.
-- Raises: RS404, RS503 status_list_pending.
create or replace function api.status_list_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    l status_list_ids;
    b status_list_builds;
begin
    select * into l from status_list_ids where list_id = p ->> 'list';
    if not found then
        perform fail(404, 'not_found', 'There is no such status list.');
    end if;
    select * into b from status_list_builds
    where creator_id = l.creator_id and event_id = l.event_id;
    if not found then
        perform fail(503, 'status_list_pending', 'This list is being made; try again shortly.');
    end if;
    return row(200, b.jwt, etag_of(b.jwt), null, false)::api.answer;
end $$;
