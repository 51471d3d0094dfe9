-- SPDX-License-Identifier: Apache-2.0
--
-- Venue devices: enrolment by a one-time code, the look-up that signed requests are checked with,
-- walk-in leases, attendance, and what the janitor ends.
--
--   (create) ─▶ pending ──code──▶ active ──two histories──▶ quarantined ──▶ revoked
--                  │                  ▲ └──────────────────────┼────────────▲
--                  │                  └────────release─────────┘            │
--                  ├─ 15 min ▶ lapsed                                       │
--                  └────────────────────────────────────────────────────────┘
--
-- Locks: devices → drops (id ascending) → leases → cases → ledger head. A function that runs for a
-- device locks the device's row first, so one device's requests never overtake each other.

-- How wrong a corrected time may be before it is held against anybody: windows and leases are judged
-- this much more kindly.
create or replace function roadshow.clock_tolerance() returns interval language sql immutable
    parallel safe as $$
    select interval '2 seconds'
$$;

-- A device as the API shows it.
create or replace function roadshow.device_json(d roadshow.devices) returns jsonb
    language sql stable as $$
    select jsonb_build_object('id', d.id, 'event_id', d.event_id, 'name', d.name,
        'profile', d.profile, 'state', d.state,
        'key_id', case when d.public_key is not null
            then roadshow.short_id(d.creator_id) || '.' || roadshow.short_id(d.id) end,
        'thumbprint', roadshow.base64url(d.thumbprint),
        'acked_seq', d.acked_seq, 'head', roadshow.base64url(d.head), 'uploads', d.uploads,
        'clock', jsonb_build_object('skew_ms', d.clock_skew_us / 1000,
            'flagged', d.clock_flagged),
        'backlog', d.backlog, 'last_seen_at', roadshow.rfc3339(d.last_seen_at),
        'created_at', roadshow.rfc3339(d.created_at),
        'enrolled_at', roadshow.rfc3339(d.enrolled_at),
        'ended_at', roadshow.rfc3339(d.ended_at), 'ledger_index', d.ledger_index)
$$;

-- How often last_seen_at is written at most: a device that asks every second costs no row a second.
create or replace function roadshow.seen_every() returns interval language sql immutable
    parallel safe as $$
    select interval '1 minute'
$$;

-- The calling device's row, locked until the transaction ends; it was seen now. Raises: RS401.
create or replace function roadshow.device_lock(p_creator uuid, c api.caller)
returns roadshow.devices language plpgsql volatile as $$
declare
    d devices;
begin
    select * into d from devices
    where creator_id = p_creator and id = c.subject_id for no key update;
    if not found or d.state not in ('active', 'quarantined') then
        perform fail(401, 'key_revoked', 'This device is revoked.');
    end if;
    if coalesce(d.last_seen_at, '-infinity') < clock_timestamp() - seen_every() then
        update devices set last_seen_at = clock_timestamp()
        where creator_id = p_creator and id = d.id returning * into d;
    end if;
    return d;
end $$;

-- The calling device was seen reading. A row that another request holds is left: that one tells.
-- Locks: the device's row, if nobody has it. Statement: mirror_read.
create or replace function api.device_seen(p_creator uuid, c api.caller)
returns void language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
begin
    update devices d set last_seen_at = clock_timestamp()
    from (
        select id from devices where creator_id = p_creator and id = c.subject_id
          and state in ('active', 'quarantined')
          and coalesce(last_seen_at, '-infinity') < clock_timestamp() - seen_every()
        for no key update skip locked
    ) x
    where d.creator_id = p_creator and d.id = x.id;
end $$;

-- Refuses a quarantined device, or one whose profile is not for this. Raises: RS403.
create or replace function roadshow.device_may(d roadshow.devices, p_profiles text[])
returns void language plpgsql stable as $$
begin
    if d.state = 'quarantined' then
        perform fail(403, 'device_quarantined',
            'This device showed two different histories and is not heard any more; the creator '
            'can revoke it and enrol another.');
    elsif d.profile <> all(p_profiles) then
        perform fail(403, 'profile_forbids', 'A device with the profile "' || d.profile
            || '" may not do this.');
    end if;
end $$;

-- Takes the nonce of a signed write for this request. The same request again is a retry (the service
-- sends a statement twice when a connection breaks, a device when an answer is lost); another request
-- with the same nonce is refused. Reads need no nonce: hearing one twice changes nothing, and who can
-- copy the request could have read the answer beside it. Raises: RS401.
create or replace function roadshow.device_nonce(p_creator uuid, c api.caller, p_signature jsonb)
returns void language plpgsql volatile as $$
begin
    insert into device_nonces (creator_id, device_id, nonce, body_sha256, expires_at)
    values (p_creator, c.subject_id, p_signature ->> 'nonce', c.body_sha256,
        (p_signature ->> 'nonce_until')::timestamptz)
    on conflict do nothing;
    if not found then
        perform from device_nonces
        where creator_id = p_creator and device_id = c.subject_id
          and nonce = p_signature ->> 'nonce' and body_sha256 = c.body_sha256;
        if not found then
            perform fail(401, 'nonce_reused', 'This nonce came with another request before.');
        end if;
    end if;
end $$;

-- ---- the creator's side -------------------------------------------------------------------------

-- POST /v1/events/{event}/devices. The code itself never comes here: p has its hash, and the code
-- sealed by the service, which the answer carries so that a replay shows the same code.
-- Locks: ledger head. Raises: RS404 and those of replay(). Statement: device_create.
create or replace function api.device_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a       api.answer;
    new_id  uuid        := (p ->> 'new_id')::uuid;
    expires timestamptz := date_trunc('second', clock_timestamp()) + interval '15 minutes';
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    perform event_of(p_creator, (p ->> 'event')::uuid);
    insert into devices (creator_id, id, event_id, name, profile, state, code_sha256,
        code_expires_at, ledger_index)
    values (p_creator, new_id, (p ->> 'event')::uuid, p -> 'body' ->> 'name',
        p -> 'body' ->> 'profile', 'pending', decode(p ->> 'code_sha256', 'hex'), expires,
        ledger_add(p_creator, 'device.created', new_id, null, jsonb_build_object(
            'event_id', p ->> 'event', 'profile', p -> 'body' ->> 'profile', 'by', c.key_id)));
    return remember(p_creator, c, answer_ok(201, jsonb_build_object('id', new_id,
        'sealed_enrol_code', p ->> 'sealed', 'expires_at', rfc3339(expires))));
end $$;

-- GET /v1/events/{event}/devices, by id. Raises: RS401, RS404. Statement: device_list.
create or replace function api.device_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := (p ->> 'limit')::integer;
    page jsonb;
begin
    perform authorise(p_creator, c);
    perform event_of(p_creator, (p ->> 'event')::uuid);
    select jsonb_agg(device_json(d) order by d.id) into page
    from (
        select * from devices
        where creator_id = p_creator and event_id = (p ->> 'event')::uuid
          and (p ->> 'after' is null or id > (p ->> 'after')::uuid)
        order by id limit n + 1
    ) d;
    return page_of('devices', page, n);
end $$;

-- POST /v1/devices/{device}/revoke: from now on nothing it signs is accepted; what it uploaded stays.
-- Its leases end. Revoking twice changes nothing.
-- Locks: device → drops → leases → cases → ledger head. Raises: RS404 and those of replay().
-- Statement: device_revoke.
create or replace function api.device_revoke(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer;
    d     devices;
    notes ledger_note[];
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    select * into d from devices
    where creator_id = p_creator and id = (p ->> 'device')::uuid for no key update;
    if not found then
        perform fail(404, 'not_found', 'There is no such device.');
    end if;
    if d.state <> 'revoked' then
        notes := leases_end(p_creator, array(select id from walk_in_leases
            where creator_id = p_creator and device_id = d.id and state = 'active'), 'expired');
        update devices set state = 'revoked', ended_at = clock_timestamp()
        where creator_id = p_creator and id = d.id;
        perform notes_append(p_creator, notes || row('device.revoked', d.id, d.ledger_index,
            jsonb_build_object('event_id', d.event_id, 'by', c.key_id))::ledger_note);
        select * into d from devices where creator_id = p_creator and id = d.id;
    end if;
    return remember(p_creator, c, answer_ok(200, device_json(d)));
end $$;

-- POST /v1/devices/{device}/release: the creator has looked at the two histories and trusts the device
-- again; it goes on behind the history that is known. Locks: device → ledger head.
-- Raises: RS404, RS409 device_not_quarantined and those of replay(). Statement: device_release.
create or replace function api.device_release(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer;
    d devices;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    select * into d from devices
    where creator_id = p_creator and id = (p ->> 'device')::uuid for no key update;
    if not found then
        perform fail(404, 'not_found', 'There is no such device.');
    elsif d.state <> 'quarantined' then
        perform fail(409, 'device_not_quarantined', 'The device is ' || d.state || '.');
    end if;
    update devices set state = 'active', ended_at = null,
        ledger_index = ledger_add(p_creator, 'device.released', d.id, d.ledger_index,
            jsonb_build_object('event_id', d.event_id, 'by', c.key_id))
    where creator_id = p_creator and id = d.id returning * into d;
    return remember(p_creator, c, answer_ok(200, device_json(d)));
end $$;

-- GET /v1/devices/{device}/uploads/{n}: the evidence, to the byte, and what became of each line. Of a body
-- from which lines were redacted since it is what is left, without its gzip.
-- Raises: RS401, RS404. Statement: device_upload_read.
create or replace function api.device_upload_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    u     device_uploads;
    lines jsonb;
begin
    perform authorise(p_creator, c);
    select * into u from device_uploads
    where creator_id = p_creator and device_id = (p ->> 'device')::uuid
      and n = case when p ->> 'n' ~ '^[1-9][0-9]{0,8}$' then (p ->> 'n')::integer end;
    if not found then
        perform fail(404, 'not_found', 'There is no such upload.');
    end if;
    select coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'kind', e.kind,
        'hash', base64url(e.hash), 'ts', rfc3339(e.ts),
        'corrected_at', rfc3339(e.corrected_at), 'status', e.status, 'code', e.code,
        'detail', e.fields ->> 'detail',
        'redacted', redaction_json(p_creator, e.device_id, e.seq)) order by e.seq), '[]')
    into lines from device_events e
    where e.creator_id = p_creator and e.device_id = u.device_id and e.upload = u.n;
    return answer_ok(200, jsonb_build_object('device_id', u.device_id, 'upload', u.n,
        'digest', base64url(u.digest), 'received_at', rfc3339(u.received_at),
        'device_time', rfc3339(u.device_time), 'clock_source', u.clock_source,
        'skew_ms', u.skew_us / 1000, 'uncertainty_ms', u.uncertainty_us / 1000,
        'public_key', (
            select k.public_key::jsonb from device_keys k where k.creator_id = p_creator
              and k.device_id = u.device_id and k.n = u.key_n), 'signature_input', u.signature_input,
        'signature', u.signature,
        'signature_base', translate(encode(u.base, 'base64'), E'\n', ''),
        'content_encoding', u.content_encoding, 'redacted_at', rfc3339(u.redacted_at),
        'body', translate(encode(u.body, 'base64'), E'\n', ''),
        'status', (u.answer).status, 'events', lines, 'ledger_index', u.ledger_index));
end $$;

-- GET /v1/events/{event}/attendance: bodies through the door beside tokens validly redeemed, and the
-- walk-ins. Raises: RS401, RS404. Statement: attendance_read.
create or replace function api.attendance_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    of_event uuid := (p ->> 'event')::uuid;
    seen     record;
    sold     record;
begin
    perform authorise(p_creator, c);
    perform event_of(p_creator, of_event);
    select count(*) filter (where e.kind = 'redeem' and e.status <> 'rejected') as admissions,
        count(*) filter (where e.kind = 'redeem' and e.status = 'applied') as redemptions,
        count(*) filter (where e.kind = 'reject' and e.status <> 'rejected') as refusals
    into seen
    from devices d join device_events e on e.creator_id = d.creator_id and e.device_id = d.id
    where d.creator_id = p_creator and d.event_id = of_event and e.annulled_by is null;
    select coalesce(sum(walk_in_sold), 0) as units, coalesce(sum(walk_in_oversold), 0) as short
    into sold from drops where creator_id = p_creator and event_id = of_event;
    return answer_ok(200, jsonb_build_object('event_id', of_event,
        'admissions', seen.admissions, 'redemptions', seen.redemptions,
        'refusals', seen.refusals, 'walk_in_sold', sold.units, 'walk_in_oversold', sold.short));
end $$;

-- ---- the device's side -------------------------------------------------------------------------

-- POST /v1/devices/enrol. The code's hash names the device; the key was checked by the service.
-- The Idempotency-Key is the code's own, so two devices that happen to choose the same one do not
-- meet. Locks: device → ledger head. Raises: RS401, RS409, RS410. Statement: device_enrol.
create or replace function api.device_enrol(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer;
    d devices;
begin
    c.key_id := uuid_of('enrol:' || (p ->> 'code_sha256'));
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    select * into d from devices
    where creator_id = p_creator and code_sha256 = decode(p ->> 'code_sha256', 'hex')
    for no key update;
    if not found then
        perform fail(401, 'enrol_code_invalid', 'There is no such code.', '/code');
    elsif d.public_key is not null then
        perform fail(409, 'enrol_code_used', 'This code was used; ask for a new one.', '/code');
    elsif d.state <> 'pending' or d.code_expires_at <= clock_timestamp() then
        perform fail(410, 'enrol_code_expired', 'This code has expired; ask for a new one.',
            '/code');
    end if;
    update devices set state = 'active', public_key = p ->> 'public_key',
        thumbprint = decode(p ->> 'thumbprint', 'hex'),
        head = sha256('\x726f616473686f772d6465766963652f763100'::bytea -- "roadshow-device/v1\0"
            || decode(p ->> 'thumbprint', 'hex')),
        enrolled_at = clock_timestamp(), last_seen_at = clock_timestamp(),
        ledger_index = ledger_add(p_creator, 'device.enrolled', d.id, d.ledger_index,
            jsonb_build_object('event_id', d.event_id, 'profile', d.profile,
                'thumbprint', base64url(decode(p ->> 'thumbprint', 'hex'))))
    where creator_id = p_creator and id = d.id returning * into d;
    insert into device_keys (creator_id, device_id, n, public_key, thumbprint)
    values (p_creator, d.id, 1, d.public_key, d.thumbprint);
    return remember(p_creator, c, answer_ok(201, jsonb_build_object('device_id', d.id,
        'key_id', short_id(p_creator) || '.' || short_id(d.id), 'creator_id', p_creator,
        'event_id', d.event_id, 'name', d.name, 'profile', d.profile)));
end $$;

-- POST /v1/devices/roll, signed with the key it had: from now on it has this one, which it never had
-- before. The chain goes on. Locks: device → ledger head. Raises: RS401, RS403, RS409 key_was_used and
-- those of replay(). Statement: device_roll.
create or replace function api.device_roll(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer;
    d devices;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    d := device_lock(p_creator, c);
    perform device_may(d, array['scan', 'till', 'manager']);
    perform device_nonce(p_creator, c, p -> 'signature');
    insert into device_keys (creator_id, device_id, n, public_key, thumbprint)
    select p_creator, d.id, max(k.n) + 1, p ->> 'public_key', decode(p ->> 'thumbprint', 'hex')
    from device_keys k where k.creator_id = p_creator and k.device_id = d.id
    on conflict (creator_id, device_id, thumbprint) do nothing;
    if not found then
        perform fail(409, 'key_was_used', 'This device had this key before; make a new one.',
            '/public_key');
    end if;
    update devices set public_key = p ->> 'public_key', thumbprint = decode(p ->> 'thumbprint', 'hex'),
        ledger_index = ledger_add(p_creator, 'device.key_rolled', d.id, d.ledger_index,
            jsonb_build_object('event_id', d.event_id,
                'thumbprint', base64url(decode(p ->> 'thumbprint', 'hex'))))
    where creator_id = p_creator and id = d.id returning * into d;
    return remember(p_creator, c, answer_ok(200, jsonb_build_object('device_id', d.id,
        'thumbprint', base64url(d.thumbprint), 'acked_seq', d.acked_seq, 'head', base64url(d.head))));
end $$;

-- What a signed request is checked with; a row of nulls for a device that does not exist.
-- Set-based. Statement: device_lookup.
create or replace function api.device_lookup(p_creator uuid, p_devices uuid[])
returns table (item integer, state text, public_key text)
language sql stable security definer set search_path = roadshow, api, pg_temp as $$
    select o::integer, d.state, d.public_key
    from unnest(p_devices) with ordinality as w(id, o)
    left join devices d on d.creator_id = p_creator and d.id = w.id
$$;

-- ---- leases -----------------------------------------------------------------------------------

-- A walk-in lease as the API shows it.
create or replace function roadshow.lease_json(l roadshow.walk_in_leases) returns jsonb
    language sql stable as $$
    select jsonb_build_object('id', l.id, 'drop_id', l.drop_id, 'quantity', l.quantity,
        'used', l.used, 'returned', l.returned, 'state', l.state,
        'granted_at', roadshow.rfc3339(l.granted_at), 'until', roadshow.rfc3339(l.until),
        'ended_at', roadshow.rfc3339(l.ended_at))
$$;

-- POST /v1/leases: units that only this device may sell until then.
-- Locks: device → drop → ledger head. Raises: RS401, RS403, RS404, RS409, RS422.
-- Statement: lease_create.
create or replace function api.lease_create(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a      api.answer;
    d      devices;
    o      drops;
    l      walk_in_leases;
    wanted integer     := (p -> 'body' ->> 'quantity')::integer;
    ends   timestamptz := (p -> 'body' ->> 'until')::timestamptz;
    free   integer;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    d := device_lock(p_creator, c);
    perform device_may(d, array['till', 'manager']);
    perform device_nonce(p_creator, c, p -> 'signature');
    if ends <= clock_timestamp() or ends > clock_timestamp() + interval '7 days' then
        perform fail(422, 'validation_failed', 'A lease ends in the future, within 7 days.', '/until');
    end if;
    perform drops_lock(p_creator, array[(p -> 'body' ->> 'drop_id')::uuid]);
    select * into o from drops
    where creator_id = p_creator and id = (p -> 'body' ->> 'drop_id')::uuid
      and event_id = d.event_id;
    if not found then
        perform fail(404, 'not_found', 'There is no such drop at this event.', '/drop_id');
    end if;
    free := o.quantity - o.tokenized - o.walk_in_sold - o.walk_in_leased;
    if wanted > free then
        perform fail(409, 'walk_in_unavailable', 'Only ' || free
            || ' walk-in units are neither sold nor leased.', '/quantity');
    end if;
    update drops set walk_in_leased = walk_in_leased + wanted
    where creator_id = p_creator and id = o.id;
    insert into walk_in_leases (creator_id, id, device_id, drop_id, quantity, state, granted_at,
        until, ledger_index)
    values (p_creator, (p ->> 'new_id')::uuid, d.id, o.id, wanted, 'active', clock_timestamp(),
        ends, ledger_add(p_creator, 'lease.granted', (p ->> 'new_id')::uuid, null,
            jsonb_build_object('device_id', d.id, 'drop_id', o.id, 'quantity', wanted,
                'until', rfc3339(ends))))
    returning * into l;
    return remember(p_creator, c, answer_ok(201, lease_json(l)));
end $$;

-- An active lease, locked with its drop; p_device: of this device, null for any.
-- Locks: drop → lease. Raises: RS404, RS409 lease_ended.
create or replace function roadshow.lease_lock(p_creator uuid, p_lease uuid, p_device uuid)
returns roadshow.walk_in_leases language plpgsql volatile as $$
declare
    l walk_in_leases;
begin
    perform drops_lock(p_creator, array(select drop_id from walk_in_leases
        where creator_id = p_creator and id = p_lease
          and (p_device is null or device_id = p_device)));
    select * into l from walk_in_leases
    where creator_id = p_creator and id = p_lease and (p_device is null or device_id = p_device)
    for no key update;
    if not found then
        perform fail(404, 'not_found', 'There is no such lease.');
    elsif l.state <> 'active' then
        perform fail(409, 'lease_ended', 'The lease ended at ' || rfc3339(l.ended_at) || '.');
    end if;
    return l;
end $$;

-- Takes p_quantity units from a lease that is locked, null for all that are not known to be sold: then,
-- or when none is left, it ends as p_state. Locks: cases → ledger head. Raises: RS409 lease_used.
create or replace function roadshow.lease_reduce(p_creator uuid, l roadshow.walk_in_leases,
    p_quantity integer, p_state text, p_by jsonb)
returns roadshow.walk_in_leases language plpgsql volatile as $$
declare
    room  integer := l.quantity - l.returned - l.used;
    back  integer := coalesce(p_quantity, room);
    notes ledger_note[];
begin
    if back > room then
        perform fail(409, 'lease_used', 'Only ' || room || ' units of this lease are left.', '/quantity');
    end if;
    update walk_in_leases set returned = returned + back
    where creator_id = p_creator and id = l.id returning * into l;
    if p_quantity is null or l.returned + l.used = l.quantity then
        notes := leases_end(p_creator, array[l.id], p_state);
    else
        notes := walk_in_settle(p_creator, array[l.drop_id], '{}', '{}')
            || row('lease.reduced', l.id, l.ledger_index, jsonb_build_object('device_id', l.device_id,
                'drop_id', l.drop_id, 'returned', back) || p_by)::ledger_note;
    end if;
    perform notes_append(p_creator, notes);
    select * into l from walk_in_leases where creator_id = p_creator and id = l.id;
    return l;
end $$;

-- POST /v1/leases/{lease}/return: the device gives back what it will not sell. Sales it has not yet
-- uploaded must stay inside what it keeps, so it says how many units it returns; without a number,
-- all that are not known to be sold, and the lease ends.
-- Locks: device → drop → leases → cases → ledger head. Raises: RS401, RS403, RS404, RS409 and those of
-- replay(). Statement: lease_return.
create or replace function api.lease_return(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer;
    d devices;
    l walk_in_leases;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    d := device_lock(p_creator, c);
    perform device_may(d, array['till', 'manager']);
    perform device_nonce(p_creator, c, p -> 'signature');
    l := lease_lock(p_creator, (p ->> 'lease')::uuid, d.id);
    l := lease_reduce(p_creator, l, (p -> 'body' ->> 'quantity')::integer, 'returned', '{}');
    return remember(p_creator, c, answer_ok(200, lease_json(l)));
end $$;

-- POST /v1/leases/{lease}/extend: the device sells on until then; never shorter, for it may have sold.
-- Sales that were too late for the lease and were told already are inside it now.
-- Locks: device → drop → leases → cases → ledger head. Raises: RS401, RS403, RS404, RS409, RS422 and
-- those of replay(). Statement: lease_extend.
create or replace function api.lease_extend(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a     api.answer;
    d     devices;
    l     walk_in_leases;
    ends  timestamptz := (p -> 'body' ->> 'until')::timestamptz;
    notes ledger_note[];
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    d := device_lock(p_creator, c);
    perform device_may(d, array['till', 'manager']);
    perform device_nonce(p_creator, c, p -> 'signature');
    l := lease_lock(p_creator, (p ->> 'lease')::uuid, d.id);
    if ends < l.until or ends > clock_timestamp() + interval '7 days' then
        perform fail(422, 'validation_failed',
            'A lease is extended, not shortened, and ends within 7 days.', '/until');
    end if;
    update walk_in_leases set until = ends where creator_id = p_creator and id = l.id;
    notes := walk_in_settle(p_creator, array[l.drop_id], '{}', '{}');
    perform notes_append(p_creator, notes || row('lease.extended', l.id, l.ledger_index,
        jsonb_build_object('device_id', d.id, 'drop_id', l.drop_id, 'until', rfc3339(ends)))::ledger_note);
    select * into l from walk_in_leases where creator_id = p_creator and id = l.id;
    return remember(p_creator, c, answer_ok(200, lease_json(l)));
end $$;

-- POST /v1/leases/{lease}/take: the creator, or a manager's device at the event, takes units from
-- another device's lease; they are free again. What that device sold and has not told yet is not covered
-- any more, and may turn out short: facts stay facts.
-- Locks: device → drop → leases → cases → ledger head. Raises: RS401, RS403, RS404, RS409 and those of
-- replay(). Statement: lease_take.
create or replace function api.lease_take(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer;
    d devices;
    l walk_in_leases;
begin
    a := replay(p_creator, c);
    if a.status is not null then
        return a;
    end if;
    if c.role = 'device' then
        d := device_lock(p_creator, c);
        perform device_may(d, array['manager']);
        perform device_nonce(p_creator, c, p -> 'signature');
        perform from walk_in_leases x join devices v on v.creator_id = p_creator and v.id = x.device_id
        where x.creator_id = p_creator and x.id = (p ->> 'lease')::uuid and v.event_id = d.event_id;
        if not found then
            perform fail(404, 'not_found', 'There is no such lease at this event.');
        end if;
    end if;
    l := lease_lock(p_creator, (p ->> 'lease')::uuid, null);
    l := lease_reduce(p_creator, l, (p -> 'body' ->> 'quantity')::integer, 'taken',
        jsonb_build_object('taken_by', coalesce(c.subject_id, c.key_id)));
    return remember(p_creator, c, answer_ok(200, lease_json(l)));
end $$;

-- Ends active leases: what was not sold from them is free again. What a lease covered it still covers.
-- Locks: drops → leases → cases; the caller appends the notes.
create or replace function roadshow.leases_end(p_creator uuid, p_leases uuid[], p_state text)
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    of_drops uuid[] := array(select distinct drop_id from walk_in_leases
        where creator_id = p_creator and id = any(p_leases));
    notes    ledger_note[];
begin
    perform drops_lock(p_creator, of_drops);
    perform from walk_in_leases where creator_id = p_creator and id = any(p_leases)
    order by id for no key update;
    with ended as (
        update walk_in_leases set state = p_state, ended_at = clock_timestamp()
        where creator_id = p_creator and id = any(p_leases) and state = 'active'
        returning *
    )
    select coalesce(array_agg(row('lease.' || p_state, id, ledger_index,
        jsonb_build_object('device_id', device_id, 'drop_id', drop_id, 'quantity', quantity,
            'used', used, 'returned', quantity - used))::ledger_note order by id), '{}')
    into notes from ended;
    return notes || walk_in_settle(p_creator, of_drops, '{}', '{}');
end $$;

-- ---- by the clock -----------------------------------------------------------------------------

-- Leases whose time is over. Locks: drops → leases → cases → ledger head.
-- Caller: the janitor's job `walk_in_leases`.
create or replace function api.janitor_walk_in_leases(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    due   uuid[] := array(select id from walk_in_leases
        where creator_id = p_creator and state = 'active' and until <= clock_timestamp()
        order by until limit p_limit);
begin
    if cardinality(due) > 0 then
        perform notes_append(p_creator, leases_end(p_creator, due, 'expired'));
    end if;
    return cardinality(due);
end $$;

-- Codes that nobody used in time. Locks: devices (skipping those in use) → ledger head.
-- Caller: the janitor's job `enrol_codes`.
create or replace function api.janitor_enrol_codes(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    notes ledger_note[];
begin
    with due as (
        select id from devices
        where creator_id = p_creator and state = 'pending'
          and code_expires_at <= clock_timestamp()
        order by id limit p_limit for no key update skip locked
    ), lapsed as (
        update devices d set state = 'lapsed', ended_at = clock_timestamp()
        from due where d.creator_id = p_creator and d.id = due.id
        returning d.id, d.ledger_index, d.event_id
    )
    select array_agg(row('device.lapsed', id, ledger_index,
        jsonb_build_object('event_id', event_id))::ledger_note order by id)
    into notes from lapsed;
    perform notes_append(p_creator, notes);
    return coalesce(cardinality(notes), 0);
end $$;

-- Nonces whose signatures are too old to be accepted. Locks: the rows it removes.
-- Caller: the janitor's job `device_nonces`.
create or replace function api.janitor_device_nonces(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n integer;
begin
    delete from device_nonces where (creator_id, device_id, nonce) in (
        select creator_id, device_id, nonce from device_nonces
        where creator_id = p_creator and expires_at <= clock_timestamp()
        order by expires_at limit p_limit);
    get diagnostics n = row_count;
    return n;
end $$;
