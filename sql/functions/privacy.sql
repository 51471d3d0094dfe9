-- SPDX-License-Identifier: Apache-2.0
--
-- What is known about one person, and how it goes away. A person is a key (docs/formats.md, "A fan"):
-- every table that knows persons has a column buyer_key, and beside it the drop or a place named here.
-- tests/sql/privacy.sql fails when a table is neither. What devices told of a person is in device_consents, and
-- encrypted in their lines and uploads: consents.sql, redactions.sql.
--
-- An erasure puts a random key, the blind key, in the place of the person's: counters, limits and
-- constraints stay true, and nothing leads back. Locks: persons (advisory) → drops (id ascending) → tokens →
-- status lists → contacts, erasures → orders → events of consents → ledger head.

-- Whoever keeps what persons consented to shares this lock of theirs; who erases one has it alone, so that
-- an erasure finds all of a consent or nothing of it, also while there is no row to lock. 64 locks a
-- creator, by the first byte of the key: an upload tells of thousands of persons, and the server's table
-- of locks is bounded. Null buyers: none. Held to the transaction's end, taken before any drop.
-- Locks: persons (advisory, ascending). Callers: claim_batch,
-- draw_enter, sync_settle(), privacy_erase, janitor_erasures.
create or replace function roadshow.persons_lock(p_creator uuid, p_buyers bytea[], p_alone boolean)
returns void language plpgsql volatile as $$
begin
    perform case when p_alone then pg_advisory_xact_lock(x.lock) else pg_advisory_xact_lock_shared(x.lock) end
    from (
        select distinct hashtextextended('persons:' || p_creator, get_byte(b, 0) & 63) as lock
        from unnest(p_buyers) as b order by lock) x;
end $$;

-- ---- contacts -----------------------------------------------------------------------------------

-- Keeps the contacts that came with the accepted claims of a batch (those whose p_offsets is not null);
-- the last one of a person wins, unless a device told a later fact (consents.sql). p_consents: {"marketing", "purposes", "retain_until", "salt",
-- "commitment"}. Kept until the date that was given, at most five years, or 90 days after the drop's
-- pickup.
-- Locks: contacts (buyer key ascending) → ledger head. Callers: claim_batch.
create or replace function roadshow.contacts_store(p_creator uuid, p_at timestamptz, p_drops uuid[],
    p_buyers bytea[], p_contacts bytea[], p_consents text[], p_offsets integer[])
returns void language plpgsql volatile as $$
declare
    buyers bytea[];
    ids    uuid[];
    head   bigint;
begin
    with given as (
        select distinct on (i.buyer) i.buyer, i.sealed, i.consent::jsonb as consent, d.pickup_until
        from unnest(p_drops, p_buyers, p_contacts, p_consents, p_offsets) with ordinality
            as i(drop_id, buyer, sealed, consent, off, ord)
        join drops d on d.creator_id = p_creator and d.id = i.drop_id
        where i.off is not null and i.sealed is not null
        order by i.buyer, i.ord desc
    ), kept as (
        insert into contacts as k (creator_id, buyer_key, id, sealed, marketing, purposes, salt,
            commitment, given_at, purge_at, ledger_index)
        select p_creator, g.buyer, uuid_v7(), g.sealed,
            coalesce((g.consent ->> 'marketing')::boolean, false),
            array(select jsonb_array_elements_text(coalesce(g.consent -> 'purposes', '[]'))),
            decode(g.consent ->> 'salt', 'hex'), g.consent ->> 'commitment', p_at,
            contact_end(p_at, (g.consent ->> 'retain_until')::timestamptz, g.pickup_until), -1
        from given g order by g.buyer
        on conflict (creator_id, buyer_key) do update set sealed = excluded.sealed,
            marketing = excluded.marketing, purposes = excluded.purposes, salt = excluded.salt,
            commitment = excluded.commitment, given_at = excluded.given_at,
            purge_at = excluded.purge_at, device_id = null, seq = null
        where (k.given_at, k.device_id is not null) <= (excluded.given_at, false)
        returning k.buyer_key, k.id
    )
    select array_agg(buyer_key order by buyer_key), array_agg(id order by buyer_key)
    into buyers, ids from kept;
    if buyers is null then
        return;
    end if;
    head := (
        select ledger_append(p_creator, array_agg('contact.stored'::text order by k.buyer_key),
            array_agg(k.id order by k.buyer_key),
            array_agg(nullif(k.ledger_index, -1) order by k.buyer_key),
            array_agg(jsonb_build_object('commitment', k.commitment, 'until', rfc3339(k.purge_at))
                order by k.buyer_key))
        from contacts k where k.creator_id = p_creator and k.buyer_key = any (buyers));
    update contacts k set ledger_index = head + array_position(ids, k.id) - 1
    where k.creator_id = p_creator and k.buyer_key = any (buyers);
end $$;

-- Says in the ledger that these contacts are gone; those without a commitment, in which nothing was left, were
-- told before. Locks: ledger head. Callers: contacts_erase, janitor_contacts.
create or replace function roadshow.contacts_gone(p_creator uuid, p_kind text, p_ids uuid[],
    p_commitments text[], p_prevs bigint[])
returns void language plpgsql volatile as $$
begin
    perform ledger_append(p_creator, array_agg(p_kind order by id), array_agg(id order by id),
        array_agg(prev order by id), array_agg(jsonb_build_object('commitment', commitment) order by id))
    from unnest(p_ids, p_commitments, p_prevs) as x(id, commitment, prev)
    where commitment is not null having count(*) > 0;
end $$;

-- Takes a person's contact away, its salt with it, and what devices told of them; says so in the ledger.
-- Locks: contact → events → ledger head. Callers: privacy_erase, janitor_erasures.
create or replace function roadshow.contacts_erase(p_creator uuid, p_buyer bytea)
returns void language plpgsql volatile as $$
declare
    gone contacts;
begin
    perform consents_redact(p_creator, array[p_buyer]);
    delete from contacts where creator_id = p_creator and buyer_key = p_buyer returning * into gone;
    perform contacts_gone(p_creator, 'contact.erased', array[gone.id], array[gone.commitment],
        array[gone.ledger_index]);
end $$;

-- Contacts whose date has come go, their salts with them, and what devices told of these persons. What they were
-- for is over: the row stays with nothing in it and that date as the fact's time (when it was given, if its
-- date had passed by then), for five years as a withdrawal does, so that a consent given before and told
-- later changes nothing; under another id, for who comes back is nobody whom the ledger knows. Then it goes.
-- Locks: contacts (those that another has are left) → events → ledger head. Called by: roadshow-janitor.
create or replace function api.janitor_contacts(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    t    timestamptz := clock_timestamp(); -- in the condition it would be a filter, not the index's
    due  bytea[];
    gone record;
begin
    select array_agg(buyer_key) as buyers, array_agg(id) as ids, array_agg(commitment) as commitments,
        array_agg(ledger_index) as prevs into gone
    from (
        select * from contacts where creator_id = p_creator and purge_at <= t
        order by purge_at limit p_limit for update skip locked) as d;
    due := coalesce(gone.buyers, '{}');
    perform consents_redact(p_creator, due);
    delete from contacts where creator_id = p_creator and buyer_key = any (due) and sealed is null;
    update contacts set id = uuid_v7(), sealed = null, salt = null, commitment = null, marketing = false,
        purposes = '{}', given_at = greatest(given_at, purge_at), device_id = null, seq = null,
        purge_at = greatest(given_at, purge_at) + interval '5 years', ledger_index = -1
    where creator_id = p_creator and buyer_key = any (due);
    perform contacts_gone(p_creator, 'contact.purged', gone.ids, gone.commitments, gone.prevs);
    return cardinality(due);
end $$;

-- ---- the tables that know persons ---------------------------------------------------------------

-- Tables with a person's key beside a drop's id: by their columns, so that none is forgotten.
create or replace function roadshow.person_tables() returns setof name language sql stable as $$
    select t.relname from pg_class t
    where t.relnamespace = 'roadshow'::regnamespace and t.relkind in ('r', 'p')
        and (select count(*) from pg_attribute a where a.attrelid = t.oid and not a.attisdropped
            and a.attname in ('creator_id', 'drop_id', 'buyer_key')) = 3
    order by t.relname
$$;

-- The drops in which a person is known, in order.
create or replace function roadshow.person_drops(p_creator uuid, p_buyer bytea)
returns uuid[] language plpgsql stable as $$
declare
    found uuid[];
    every uuid[] := '{}';
    t     name;
begin
    for t in select person_tables() loop
        execute format('select array_agg(distinct drop_id) from roadshow.%I
            where creator_id = $1 and buyer_key = $2', t) into found using p_creator, p_buyer;
        every := every || found;
    end loop;
    return array(select distinct d from unnest(every) as d order by d);
end $$;

-- Puts another key in a person's place in one drop, and forgets what opens commitments to their contact.
-- The caller holds the drop's lock.
create or replace function roadshow.person_blind(p_creator uuid, p_drop uuid, p_from bytea, p_to bytea)
returns void language plpgsql volatile as $$
declare
    t name;
begin
    -- Who was blinded here before may have got a token since, passed on by another.
    with again as (
        delete from drop_buyers where creator_id = p_creator and drop_id = p_drop
            and buyer_key = p_from and exists (select from drop_buyers where creator_id = p_creator
                and drop_id = p_drop and buyer_key = p_to)
        returning units, per_person
    )
    update drop_buyers b set units = b.units + a.units,
        per_person = greatest(b.per_person, a.per_person, b.units + a.units)
    from again a where b.creator_id = p_creator and b.drop_id = p_drop and b.buyer_key = p_to;
    for t in select person_tables() loop
        execute format('update roadshow.%I set buyer_key = $4%s
            where creator_id = $1 and drop_id = $2 and buyer_key = $3', t,
            case when exists (select from pg_attribute a
                where a.attrelid = format('roadshow.%I', t)::regclass and not a.attisdropped
                    and a.attname = 'holder_salt') then ', holder_salt = null' end)
        using p_creator, p_drop, p_from, p_to;
    end loop;
end $$;

-- ---- erasing ------------------------------------------------------------------------------------

-- In which drops an erasure finds its person, before or after they were blinded.
create or replace function roadshow.erasure_drops(e roadshow.erasures) returns uuid[]
language sql stable as $$
    select array(select distinct d from unnest(roadshow.person_drops(e.creator_id, e.buyer_key)
        || roadshow.person_drops(e.creator_id, e.blind_key)) as d order by d)
$$;

-- Does what can be done of an erasure now in the drops `known`, which it locks, forgets what devices told
-- of the person until p_until, and returns what has to wait: {"drops": [ids], "orders": [ids], "uploads":
-- [{"device_id", "upload"}]}. Locks: drops → orders → picklists that
-- are handed over → events. Callers: privacy_erase, janitor_erasures.
create or replace function roadshow.erasure_step(e roadshow.erasures, known uuid[],
    p_until timestamptz) returns jsonb
language plpgsql volatile as $$
declare
    t      timestamptz;
    linked uuid[];
    open   uuid[];
    d      uuid;
begin
    perform drops_lock(e.creator_id, known);
    t := clock_timestamp();
    linked := array(
        select o.id from orders o join tokens k on k.creator_id = o.creator_id and k.id = o.token_id
        where o.creator_id = e.creator_id and k.buyer_key in (e.buyer_key, e.blind_key)
            and o.erased_at is null
        order by o.id);
    open := array(select id from drops where creator_id = e.creator_id and id = any (known)
        and closes_at > t order by id);
    foreach d in array known loop
        if d <> all (open) then
            perform person_blind(e.creator_id, d, e.buyer_key, e.blind_key);
        end if;
    end loop;
    perform from orders where creator_id = e.creator_id and id = any (linked) order by id for update;
    with done as (
        update orders set lat = null, lon = null, country = null, postal_code = null, erased_at = t
        where creator_id = e.creator_id and id = any (linked) and state = 'fulfilled'
        returning id
    ), near as (
        update shipments set distance_m = null
        where creator_id = e.creator_id and order_id in (select id from done)
    )
    delete from order_routings where creator_id = e.creator_id and order_id in (select id from done);
    perform parcels_forget(e.creator_id, array(select id from orders
        where creator_id = e.creator_id and id = any (linked) and erased_at = t));
    perform consents_forget(e, p_until);
    return jsonb_build_object('drops', to_jsonb(open), 'orders', (
        select coalesce(jsonb_agg(id order by id), '[]') from orders
        where creator_id = e.creator_id and id = any (linked) and erased_at is null),
        'uploads', (
        select coalesce(jsonb_agg(jsonb_build_object('device_id', u.device_id, 'upload', u.n)
            order by u.device_id, u.n), '[]')
        from redactions_pending(e.creator_id, e.id) u));
end $$;

-- Gives up the places in line of a person whose erasure_step() is done. Locks: ledger head; the caller
-- holds the drops' locks. Callers: privacy_erase, janitor_erasures.
create or replace function roadshow.erasure_leave(e roadshow.erasures, known uuid[]) returns void
language plpgsql volatile as $$
declare
    line record;
begin
    for line in select w.drop_id, array_agg(w.id order by w.place) as ids from waitlist_entries w
        where w.creator_id = e.creator_id and w.state = 'waiting'
            and w.drop_id = any (known)
            and w.buyer_key in (e.buyer_key, e.blind_key)
        group by w.drop_id order by w.drop_id
    loop
        perform waitlist_end(e.creator_id, line.ids, line.drop_id, clock_timestamp(), 'erasure');
    end loop;
end $$;

-- Whether what erasure_step() returned names anything.
create or replace function roadshow.erasure_waits(p_left jsonb) returns boolean
language sql immutable as $$
    select jsonb_array_length(p_left -> 'drops') + jsonb_array_length(p_left -> 'orders')
        + jsonb_array_length(p_left -> 'uploads') > 0
$$;

-- An erasure that waits for nothing: nothing says any more which lines were its person's.
create or replace function roadshow.erasure_end(e roadshow.erasures) returns void
language plpgsql volatile as $$
begin
    delete from erasures where creator_id = e.creator_id and buyer_key = e.buyer_key;
    update line_redactions set erasure_id = null
    where creator_id = e.creator_id and erasure_id = e.id;
end $$;

-- POST /v1/privacy/erase. The ledger's entry has the commitment to the contact, salted with what only
-- the answer has, and that of the contact that was stored.
-- Locks: as the head of this file. Raises: RS401, RS409, RS422.
create or replace function api.privacy_erase(p_creator uuid, c api.caller, p_id uuid,
    p_commitment text, p_buyer bytea, p_blind bytea)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a      api.answer := replay(p_creator, c);
    e      erasures;
    known  uuid[];
    waits  jsonb;
    stored record;
begin
    if a.status is not null then
        return a;
    end if;
    perform persons_lock(p_creator, array[p_buyer], true);
    select * into e from erasures where creator_id = p_creator and buyer_key = p_buyer;
    if not found then
        e := row(p_creator, p_buyer, p_id, p_blind, clock_timestamp(),
            clock_timestamp(), -1)::erasures;
    end if;
    known := erasure_drops(e);
    waits := erasure_step(e, known, 'infinity');
    select commitment into stored from contacts where creator_id = p_creator and buyer_key = p_buyer;
    perform contacts_erase(p_creator, p_buyer);
    perform erasure_leave(e, known);
    e.ledger_index := ledger_add(p_creator, 'privacy.erased', e.id, nullif(e.ledger_index, -1),
        jsonb_build_object('commitment', p_commitment, 'contact', stored.commitment,
            'complete', not erasure_waits(waits)));
    if erasure_waits(waits) then
        insert into erasures select (e).* on conflict (creator_id, buyer_key) do update
            set ledger_index = excluded.ledger_index;
        update erasures set next_at = clock_timestamp() + interval '1 hour'
        where creator_id = p_creator and buyer_key = p_buyer;
    else
        perform erasure_end(e);
    end if;
    return remember(p_creator, c, answer_ok(200, jsonb_build_object('id', e.id,
        'complete', not erasure_waits(waits), 'waits_for', waits,
        'contact_erased', stored.commitment is not null, 'ledger_index', e.ledger_index,
        'commitment', p_commitment)));
end $$;

-- Goes on with an erasure that had to wait: one a call, for each takes drops' locks before the ledger's.
-- Locks: as the head of this file.
-- Returns p_limit when another one is due. Called by: roadshow-janitor.
create or replace function api.janitor_erasures(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    due       bytea;
    e         erasures;
    known     uuid[];
    left_over jsonb;
begin
    select buyer_key into due from erasures where creator_id = p_creator and next_at <= clock_timestamp()
    order by next_at limit 1;
    if not found then
        return 0;
    end if;
    perform persons_lock(p_creator, array[due], true);
    select * into e from erasures where creator_id = p_creator and buyer_key = due;
    if not found then
        return 1; -- finished meanwhile
    end if;
    known := erasure_drops(e);
    left_over := erasure_step(e, known, e.asked_at);
    if exists (select from contacts where creator_id = p_creator and buyer_key = e.buyer_key
        and given_at <= e.asked_at) then -- what a device told before it was asked for, and uploaded since
        perform contacts_erase(p_creator, e.buyer_key);
    end if;
    perform erasure_leave(e, known);
    if erasure_waits(left_over) then
        update erasures set next_at = clock_timestamp() + interval '1 hour'
        where creator_id = p_creator and buyer_key = e.buyer_key;
    else
        perform erasure_end(e);
        perform ledger_add(p_creator, 'privacy.completed', e.id, e.ledger_index, '{}');
    end if;
    return case when exists (select from erasures where creator_id = p_creator
        and next_at <= clock_timestamp()) then p_limit else 1 end;
end $$;

-- ---- telling ------------------------------------------------------------------------------------

-- POST /v1/privacy/export: all that is linked to one person. `sealed`, base64, of `stored` and of what devices
-- told becomes the contact in the service. Raises: RS401.
create or replace function api.privacy_export(p_creator uuid, c api.caller, p_buyer bytea)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    known uuid[];
begin
    perform authorise(p_creator, c);
    known := person_drops(p_creator, p_buyer);
    return answer_ok(200, jsonb_build_object(
        'stored', (
            select jsonb_build_object('sealed', translate(encode(sealed, 'base64'), E'\n', ''),
                'marketing', marketing, 'purposes', to_jsonb(purposes), 'given_at', rfc3339(given_at),
                'purge_at', rfc3339(purge_at), 'ledger_index', ledger_index, 'commitment', commitment,
                'salt', encode(salt, 'hex'))
            from contacts where creator_id = p_creator and buyer_key = p_buyer and sealed is not null),
        'told', (
            select coalesce(jsonb_agg(jsonb_build_object('device_id', device_id, 'seq', seq,
                'at', rfc3339(corrected_at), 'withdrawn', withdrawn, 'marketing', marketing,
                'purposes', to_jsonb(purposes), 'purge_at', rfc3339(purge_at),
                'sealed', translate(encode(sealed, 'base64'), E'\n', ''))
                order by corrected_at, device_id, seq), '[]')
            from device_consents where creator_id = p_creator and buyer_key = p_buyer),
        'drops', (
            select coalesce(jsonb_agg(jsonb_build_object('drop_id', d.id, 'event_id', d.event_id,
                'sku', d.sku, 'units', coalesce(b.units, 0)) order by d.id), '[]')
            from drops d left join drop_buyers b on b.creator_id = d.creator_id and b.drop_id = d.id
                and b.buyer_key = p_buyer
            where d.creator_id = p_creator and d.id = any (known)),
        'claims', (
            select coalesce(jsonb_agg(jsonb_build_object('claim_id', id, 'drop_id', drop_id,
                'quantity', quantity, 'state', state, 'created_at', rfc3339(created_at)) order by id), '[]')
            from claims where creator_id = p_creator and buyer_key = p_buyer),
        'entries', (
            select coalesce(jsonb_agg(jsonb_build_object('entry_id', id, 'drop_id', drop_id,
                'entered_at', rfc3339(entered_at), 'rank', rank) order by id), '[]')
            from draw_entries where creator_id = p_creator and drop_id = any (known)
                and buyer_key = p_buyer),
        'waitlist', (
            select coalesce(jsonb_agg(jsonb_build_object('entry_id', id, 'drop_id', drop_id,
                'quantity', quantity, 'state', state, 'joined_at', rfc3339(joined_at)) order by id), '[]')
            from waitlist_entries where creator_id = p_creator and drop_id = any (known)
                and buyer_key = p_buyer),
        'held', (
            select coalesce(jsonb_agg(jsonb_build_object('token_id', token_id, 'version', version,
                'since', rfc3339(since), 'commitment', base64url(holder),
                'salt', encode(holder_salt, 'hex')) order by token_id, version), '[]')
            from token_holders where creator_id = p_creator and drop_id = any (known)
                and buyer_key = p_buyer),
        'tokens', (
            select coalesce(jsonb_agg(jsonb_build_object('id', id, 'drop_id', drop_id,
                'claim_id', claim_id, 'serial', serial, 'version', version, 'state', state,
                'created_at', rfc3339(created_at), 'redeemed_at', rfc3339(redeemed_at),
                'ended_at', rfc3339(ended_at), 'deposit', (
                    select jsonb_build_object('amount', money(y.amount, y.currency),
                        'state', y.state, 'reference', y.reference)
                    from deposits y where y.creator_id = p_creator and y.token_id = k.id),
                'resales', (
                    select coalesce(jsonb_agg(jsonb_build_object('state', l.state,
                        'price', money(l.price, l.currency), 'listed_at', rfc3339(l.listed_at))
                        order by l.listed_at), '[]')
                    from resale_listings l where l.creator_id = p_creator and l.token_id = k.id
                        and l.version = k.version)) order by id), '[]')
            from tokens k where creator_id = p_creator and drop_id = any (known)
                and buyer_key = p_buyer),
        'orders', (
            select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'token_id', o.token_id,
                'state', o.state, 'service', o.service, 'created_at', rfc3339(o.created_at),
                'ship_to', case when o.erased_at is null then jsonb_build_object('lat', o.lat,
                    'lon', o.lon, 'country', o.country, 'postal_code', o.postal_code) end)
                order by o.id), '[]')
            from tokens t join orders o on o.creator_id = t.creator_id and o.token_id = t.id
            where t.creator_id = p_creator and t.drop_id = any (known) and t.buyer_key = p_buyer)));
end $$;
