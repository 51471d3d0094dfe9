-- SPDX-License-Identifier: Apache-2.0
--
-- Taking the text of single lines out of the evidence. The line's hash stays in its place, so the chain, the
-- uploads' digests and the ledger hold as before, and the same bytes get the same answer:
--
--   an event    its raw line becomes {"redacted":"<hash>"} and its fields lose what was text, at once
--   an upload   that has the line, the first or a repetition, compressed or not, is rewritten by the janitor
--               (src/janitor/redactions.c), for SQL cannot gunzip: it is listed in upload_redactions
--
-- Listing takes the device's lock, which each of its uploads holds to its end: so those before it are seen,
-- and those after it see the redaction and list themselves (sync_upload()). Nobody else waits for a
-- device's lock while holding anything, so redacting itself need not take it.
--
-- Locks: events (device, seq ascending) → ledger head; of the janitor: one device (those that are busy are
-- left for the next time) → its lists.

-- What stands for a line. The hash is written as `prev` writes it.
create or replace function roadshow.redacted_line(p_hash bytea) returns bytea language sql immutable
    parallel safe as $$
    select convert_to('{"redacted":"' || roadshow.base64url(p_hash) || '"}', 'UTF8')
$$;

-- What stays of an event's fields: what is judged by, not what somebody wrote; of a rejected one why it was.
create or replace function roadshow.redacted_fields(p_kind text, p_status text, p_fields jsonb) returns jsonb
    language sql immutable parallel safe as $$
    select case when p_status <> 'rejected' then p_fields - array['text', 'by', 'reason', 'gate']
            - case p_kind when 'redeem' then 'outcome' when 'receive' then 'from' else '' end
        when p_fields ? 'detail' then jsonb_build_object('detail', p_fields -> 'detail') else '{}' end
$$;

-- Whether the upload of these lines may have that one.
create or replace function roadshow.upload_has(p_from bigint, p_to bigint, p_seq bigint) returns boolean
    language sql immutable parallel safe as $$
    select p_from is null or p_seq between p_from and p_to
$$;

-- Redacts events, each named by device and seq; those that are already stay as they are. Null arrays: none.
-- Locks: events (device, seq ascending). Callers: consents.sql, event_redact.
create or replace function roadshow.lines_redact(p_creator uuid, p_devices uuid[], p_seqs bigint[],
    p_by uuid default null, p_reason text default null, p_erasure uuid default null)
returns void language plpgsql volatile as $$
declare
    devices uuid[];
    seqs    bigint[];
begin
    if coalesce(cardinality(p_seqs), 0) = 0 then
        return;
    end if;
    select array_agg(device order by device, seq), array_agg(seq order by device, seq)
    into devices, seqs from (select distinct * from unnest(p_devices, p_seqs) as x(device, seq)) x;
    perform from unnest(devices, seqs) as x(device, seq) cross join lateral (
        select from device_events y where y.creator_id = p_creator and y.device_id = x.device
          and y.seq = x.seq for no key update) e;
    insert into line_redactions as r (creator_id, device_id, seq, hash, redacted_at, redacted_by, reason,
        erasure_id)
    select p_creator, x.device, x.seq, e.hash, clock_timestamp(), p_by, p_reason, p_erasure
    from unnest(devices, seqs) as x(device, seq) cross join lateral (
        select y.hash from device_events y where y.creator_id = p_creator and y.device_id = x.device
          and y.seq = x.seq limit 1) e
    on conflict (creator_id, device_id, seq) do update
        set erasure_id = coalesce(excluded.erasure_id, r.erasure_id);
    update device_events e set raw = redacted_line(e.hash),
        fields = redacted_fields(e.kind, e.status, e.fields)
    from unnest(devices, seqs) as x(device, seq) cross join lateral (
        select y.ctid as at from device_events y where y.creator_id = p_creator
          and y.device_id = x.device and y.seq = x.seq limit 1) y
    where e.ctid = y.at;
    update device_consents c set sealed = null, salt = null, commitment = null, purge_at = null
    from unnest(devices, seqs) as x(device, seq)
    where c.creator_id = p_creator and c.device_id = x.device and c.seq = x.seq;
end $$;

-- Uploads that an erasure waits for.
create or replace function roadshow.redactions_pending(p_creator uuid, p_erasure uuid)
returns table (device_id uuid, n integer) language sql stable as $$
    select distinct u.device_id, u.n
    from roadshow.line_redactions r
    join roadshow.device_uploads u on u.creator_id = p_creator and u.device_id = r.device_id
        and roadshow.upload_has(u.lines_from, u.lines_to, r.seq)
    where r.creator_id = p_creator and r.erasure_id = p_erasure and (not r.listed or exists (
        select from roadshow.upload_redactions q where q.creator_id = p_creator
          and q.device_id = u.device_id and q.n = u.n and not q.every_consent))
$$;

-- ---- a creator's wish -----------------------------------------------------------------------------

-- POST /v1/devices/{device}/events/{seq}/redact: for the creator, or a manager's device of the same event.
-- What people wrote is gone, wherever in the line it stood; what the event is judged by stays. A consent that
-- was understood goes by its own ways. Once more is the same answer; the first reason stands. The reason
-- stays out of the ledger, and so does a kind that we do not know, which is the device's word.
-- Locks: device → count → event → ledger head. Raises: RS401, RS403, RS404, RS409 nothing_to_redact and those of
-- replay(). Statement: event_redact.
create or replace function api.event_redact(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a         api.answer;
    d         devices;
    e         device_events;
    of_device uuid   := (p ->> 'device')::uuid;
    of_seq    bigint := case when p ->> 'seq' ~ '^[1-9][0-9]{0,15}$' then (p ->> 'seq')::bigint end;
    whose     uuid   := coalesce(nullif(c.subject_id, nil_uuid()), c.key_id);
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    if c.role = 'device' then
        d := device_lock(p_creator, c);
        perform device_may(d, array['manager']);
        perform device_nonce(p_creator, c, p -> 'signature');
    end if;
    perform from venue_counts where creator_id = p_creator and device_id = of_device and seq = of_seq
    for update; -- as counts_settle() has it: before the event
    select x.* into e from device_events x join devices v on v.creator_id = p_creator and v.id = x.device_id
    where x.creator_id = p_creator and x.device_id = of_device and x.seq = of_seq
      and (d.id is null or v.event_id = d.event_id)
    for no key update of x;
    if not found then
        perform fail(404, 'not_found', 'There is no such event.');
    elsif e.kind = 'consent' and e.status <> 'rejected' then
        perform fail(409, 'nothing_to_redact', 'A consent goes with its withdrawal, its date or an erasure.');
    end if;
    if redaction_json(p_creator, e.device_id, e.seq) is null then
        perform lines_redact(p_creator, array[e.device_id], array[e.seq], whose,
            p -> 'body' ->> 'reason');
        update venue_counts set reason = null
        where creator_id = p_creator and device_id = e.device_id and seq = e.seq;
        update line_redactions set ledger_index = ledger_add(p_creator, 'event.redacted',
            uuid_of('event:' || e.device_id || ':' || e.seq), null, jsonb_build_object(
                'device_id', e.device_id, 'seq', e.seq, 'by', whose,
                'kind', case when e.code is distinct from 'unknown_kind' then e.kind end))
        where creator_id = p_creator and device_id = e.device_id and seq = e.seq;
    end if;
    return remember(p_creator, c, answer_ok(200, jsonb_build_object('device_id', e.device_id,
        'seq', e.seq, 'kind', e.kind, 'redacted', redaction_json(p_creator, e.device_id, e.seq),
        'ledger_index', (select ledger_index from line_redactions
            where creator_id = p_creator and device_id = e.device_id and seq = e.seq))));
end $$;

-- ---- the bodies of uploads ------------------------------------------------------------------------

-- A new upload: it may repeat lines that are redacted; and lines that are nobody's events have a date of
-- their own. The caller holds the device's lock. Caller: sync_upload().
create or replace function roadshow.redactions_expect(p_creator uuid, p_device uuid, p_n integer,
    p_received timestamptz)
returns void language plpgsql volatile as $$
begin
    insert into upload_redactions (creator_id, device_id, n, every_consent, due_at)
    select p_creator, p_device, p_n, x.odd, case when x.odd
        then p_received + rejected_consent_life() else clock_timestamp() end
    from device_uploads u, (values (false), (true)) as x(odd)
    where u.creator_id = p_creator and u.device_id = p_device and u.n = p_n
      and case when x.odd then u.lines_from is null else exists (
          select from line_redactions r where r.creator_id = p_creator and r.device_id = p_device
            and r.seq >= coalesce(u.lines_from, 1) and r.seq <= coalesce(u.lines_to, r.seq)) end;
end $$;

-- Lists the uploads of one device that have lines which were redacted since. Locks: the first device that
-- nobody has.
-- Caller: redaction_next().
create or replace function roadshow.redactions_list(p_creator uuid) returns void
language plpgsql volatile as $$
declare
    of_device uuid;
    seqs      bigint[];
begin
    for of_device in select distinct device_id from line_redactions
        where creator_id = p_creator and not listed order by 1
    loop
        perform from devices where creator_id = p_creator and id = of_device
        for no key update skip locked;
        continue when not found; -- it is uploading; the next call comes soon
        with done as (
            update line_redactions set listed = true
            where creator_id = p_creator and device_id = of_device and not listed returning seq
        )
        select array_agg(seq) into seqs from done;
        insert into upload_redactions (creator_id, device_id, n)
        select p_creator, of_device, u.n from device_uploads u
        where u.creator_id = p_creator and u.device_id = of_device
          and exists (select from unnest(seqs) as s(seq) where upload_has(u.lines_from, u.lines_to, s.seq))
        on conflict (creator_id, device_id, n, every_consent) do update set ask = gen_random_uuid();
        return; -- nobody holds two devices
    end loop;
end $$;

-- The next body that has to be gone through: as hex, with the hashes of the lines that go, one behind the
-- other. Locks: devices. Called by: roadshow-janitor.
create or replace function api.redaction_next(p_creator uuid, out device_id uuid, out n integer,
    out every_consent boolean, out ask uuid, out content_encoding text, out body text, out hashes text)
returns setof record language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
#variable_conflict use_column
declare
    t timestamptz := clock_timestamp(); -- in the condition it would be a filter, not the index's
begin
    perform redactions_list(p_creator);
    return query
    select q.device_id, q.n, q.every_consent, q.ask, u.content_encoding, encode(u.body, 'hex'), coalesce((
        select string_agg(encode(r.hash, 'hex'), '') from line_redactions r
        where r.creator_id = p_creator and r.device_id = q.device_id and upload_has(u.lines_from, u.lines_to, r.seq)), '')
    from upload_redactions q
    join device_uploads u on u.creator_id = p_creator and u.device_id = q.device_id and u.n = q.n
    where q.creator_id = p_creator and q.due_at <= t
    order by q.due_at limit 1;
end $$;

-- Stores what is left of a body, as hex; null: none of the lines was in it. Does nothing, and says so, when
-- it was asked for anew since it was read, or another janitor did it. Erasures that wait for nothing else
-- are due now. Locks: the queue's row → the upload's. Called by: roadshow-janitor.
create or replace function api.redaction_store(p_creator uuid, p_device uuid, p_n integer,
    p_every_consent boolean, p_ask uuid, p_body text)
returns boolean language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
begin
    delete from upload_redactions where creator_id = p_creator and device_id = p_device and n = p_n
        and every_consent = p_every_consent and ask = p_ask;
    if not found then
        return false;
    end if;
    update device_uploads set body = decode(p_body, 'hex'), content_encoding = 'identity',
        redacted_at = clock_timestamp()
    where creator_id = p_creator and device_id = p_device and n = p_n and p_body is not null;
    update erasures e set next_at = clock_timestamp()
    where e.creator_id = p_creator and e.id in (
            select r.erasure_id from line_redactions r
            where r.creator_id = p_creator and r.device_id = p_device and r.erasure_id is not null)
      and not exists (select from redactions_pending(p_creator, e.id));
    return true;
end $$;
