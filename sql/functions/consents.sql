-- SPDX-License-Identifier: Apache-2.0
--
-- Consents that venue devices tell (src/sync/consents.h). A person's contact is a register: the latest of
-- all facts about it wins, by corrected time, then device, then seq; at the same time a claim's comes first.
-- What is older and arrives later changes nothing, and nothing is ever judged by what it replaced, so the
-- end does not depend on the order of arrival. An annulment does not take a consent back: a withdrawal
-- does, which is a fact of its own. So is a contact's date, which the janitor leaves in its row
-- (janitor_contacts): what was given before it and comes later is over.
--
-- The lines themselves are redacted (redactions.sql) with a withdrawal that is later than they, with the
-- contact's date or their own, and with the person's erasure.
--
-- Locks: contacts (buyer key ascending) → events (device, seq ascending). An upload takes them behind the drops
-- and before its tokens: those are under its drops' locks, so nobody else waits for them.

-- How long the line of a consent is kept that was rejected: nobody knows whose it is.
create or replace function roadshow.rejected_consent_life() returns interval language sql immutable
    parallel safe as $$
    select interval '90 days'
$$;

-- Until when a contact may be kept: the date that was given, else 90 days after p_until, at most five years.
create or replace function roadshow.contact_end(p_given timestamptz, p_retain timestamptz,
    p_until timestamptz)
returns timestamptz language sql stable as $$
    select least(coalesce(p_retain, p_until + interval '90 days'), p_given + interval '5 years')
$$;

-- Keeps what the device's new lines tell of consents; line i of the arrays has the seq p_first + i - 1. A line
-- without a kind could not be read, and may be one. No fact is later than its upload: a clock that is ahead
-- would make one that nobody can withdraw. Caller: sync_store().
create or replace function roadshow.consents_store(p_creator uuid, d roadshow.devices, p_upload integer,
    p_first bigint, p_kinds text[], p_fields jsonb[])
returns void language plpgsql volatile as $$
declare
    received timestamptz := (select u.received_at from device_uploads u
        where u.creator_id = p_creator and u.device_id = d.id and u.n = p_upload);
begin
    insert into device_consents (creator_id, device_id, seq, buyer_key, corrected_at, withdrawn, sealed,
        marketing, purposes, salt, commitment, purge_at)
    select p_creator, d.id, e.seq, decode(f ->> 'buyer', 'hex'), least(e.corrected_at, received),
        coalesce((f ->> 'withdrawn')::boolean, false), decode(f ->> 'sealed', 'hex'),
        coalesce((f ->> 'marketing')::boolean, false),
        array(select jsonb_array_elements_text(coalesce(f -> 'purposes', '[]'))),
        decode(f ->> 'salt', 'hex'), f ->> 'commitment',
        case when f is null then clock_timestamp() + rejected_consent_life()
            when (f ->> 'withdrawn')::boolean then clock_timestamp()
            else contact_end(least(e.corrected_at, received), (f ->> 'retain_until')::timestamptz, (
                select v.ends_at from events v where v.creator_id = p_creator and v.id = d.event_id)) end
    from unnest(p_kinds, p_fields) with ordinality as l(kind, fields, o)
    cross join lateral (
        select x.seq, x.corrected_at, x.status from device_events x where x.creator_id = p_creator
          and x.device_id = d.id and x.seq = p_first + l.o - 1 limit 1) e
    cross join lateral (select case when e.status <> 'rejected' then l.fields end as f) x
    where (l.kind = 'consent' or l.kind is null) and e.seq > d.acked_seq;
end $$;

-- Persons that the device's lines p_first to p_last are about.
create or replace function roadshow.consents_about(p_creator uuid, p_device uuid, p_first bigint,
    p_last bigint)
returns bytea[] language sql stable as $$
    select array(select distinct buyer_key from roadshow.device_consents
        where creator_id = p_creator and device_id = p_device and seq between p_first and p_last
          and buyer_key is not null order by 1)
$$;

-- The last fact that devices told of each person.
create or replace function roadshow.consents_last(p_creator uuid, p_buyers bytea[])
returns setof roadshow.device_consents language sql stable as $$
    select c.* from unnest(p_buyers) as b(buyer) cross join lateral (
        select x.* from roadshow.device_consents x
        where x.creator_id = p_creator and x.buyer_key = b.buyer
        order by x.corrected_at desc, x.device_id desc, x.seq desc limit 1) c
$$;

-- Makes these persons' contacts what the latest fact says, and redacts the lines that a withdrawal or a
-- contact's date ended. A withdrawal stays for five years, as long as anything older could be kept. A date that
-- has come counts from then on, whenever the janitor writes it down. Locks: contacts → events; the
-- caller appends the notes. Caller: sync_settle().
create or replace function roadshow.consents_settle(p_creator uuid, p_buyers bytea[])
returns roadshow.ledger_note[] language plpgsql volatile as $$
declare
    t     timestamptz := clock_timestamp();
    notes ledger_note[];
    gone  record;
begin
    -- A row for each person first: then there is something to lock, and what it was can be told. One that is
    -- there is written again, for that waits for whoever is taking it away, and then makes it anew.
    insert into contacts as k (creator_id, buyer_key, id, device_id, seq, marketing, purposes, given_at,
        purge_at, ledger_index)
    select p_creator, l.buyer_key, uuid_v7(), l.device_id, l.seq, false, '{}', '-infinity', 'infinity', -1
    from consents_last(p_creator, p_buyers) l where l.withdrawn or l.sealed is not null
    order by l.buyer_key
    on conflict (creator_id, buyer_key) do update set id = k.id;
    perform from unnest(p_buyers) as b(buyer) cross join lateral (
        select from contacts x where x.creator_id = p_creator and x.buyer_key = b.buyer for update) k;
    with told as (
        update contacts k set sealed = l.sealed, marketing = l.marketing, purposes = l.purposes,
            salt = l.salt, commitment = l.commitment, given_at = l.corrected_at, device_id = l.device_id,
            seq = l.seq, purge_at = case when l.withdrawn then l.corrected_at + interval '5 years'
                else l.purge_at end
        from consents_last(p_creator, p_buyers) l
        cross join lateral (
            select x.ctid as at, x.commitment from contacts x
            where x.creator_id = p_creator and x.buyer_key = l.buyer_key
              and (greatest(x.given_at, case when x.purge_at <= t then x.purge_at end),
                    coalesce(x.device_id, nil_uuid()), coalesce(x.seq, 0))
                < (l.corrected_at, l.device_id, l.seq) limit 1) was
        where k.ctid = was.at and (l.withdrawn or l.sealed is not null)
        returning k.*, was.commitment as was
    )
    select coalesce(array_agg(case when sealed is not null
        then row('contact.stored', id, nullif(ledger_index, -1),
            jsonb_build_object('commitment', commitment, 'until', rfc3339(purge_at)))::ledger_note
        else row('contact.withdrawn', id, nullif(ledger_index, -1),
            jsonb_build_object('commitment', was))::ledger_note end order by buyer_key), '{}')
    into notes from told where sealed is not null or was is not null;

    select array_agg(c.device_id) as devices, array_agg(c.seq) as seqs into gone
    from unnest(p_buyers) as b(buyer)
    cross join lateral (
        select * from (
            (select x.corrected_at, x.device_id, x.seq from device_consents x
            where x.creator_id = p_creator and x.buyer_key = b.buyer and x.withdrawn
            order by x.corrected_at desc, x.device_id desc, x.seq desc limit 1)
            union all
            (select x.given_at, nil_uuid(), 0 from contacts x
            where x.creator_id = p_creator and x.buyer_key = b.buyer and x.sealed is null
              and x.device_id is null limit 1)) x
        order by x.corrected_at desc, x.device_id desc, x.seq desc limit 1) w
    cross join lateral (
        select x.device_id, x.seq from device_consents x
        where x.creator_id = p_creator and x.buyer_key = b.buyer and x.purge_at is not null
          and (x.corrected_at, x.device_id, x.seq) <= (w.corrected_at, w.device_id, w.seq) offset 0) c;
    perform lines_redact(p_creator, gone.devices, gone.seqs);
    return notes;
end $$;

-- Redacts all that devices told of these persons so far. Locks: events. Callers: contacts_erase(), janitor_contacts.
create or replace function roadshow.consents_redact(p_creator uuid, p_buyers bytea[])
returns void language plpgsql volatile as $$
begin
    perform lines_redact(p_creator, array_agg(device_id), array_agg(seq)) from device_consents
    where creator_id = p_creator and buyer_key = any (p_buyers) and purge_at is not null;
end $$;

-- Forgets what devices told of an erasure's person until then, and has the erasure wait for the bodies of
-- the uploads. Locks: contacts → events. Caller: erasure_step().
create or replace function roadshow.consents_forget(e roadshow.erasures, p_until timestamptz)
returns void language plpgsql volatile as $$
declare
    known record; -- what is told meanwhile is neither redacted nor forgotten
begin
    perform from contacts where creator_id = e.creator_id and buyer_key = e.buyer_key for update;
    select array_agg(device_id) as devices, array_agg(seq) as seqs into known from device_consents
    where creator_id = e.creator_id and buyer_key = e.buyer_key and corrected_at <= p_until;
    perform lines_redact(e.creator_id, known.devices, known.seqs, p_erasure => e.id);
    delete from device_consents c using unnest(known.devices, known.seqs) as x(device, seq)
    where c.creator_id = e.creator_id and c.device_id = x.device and c.seq = x.seq;
end $$;

-- Lines of consents whose date has come: those that were rejected, and those that another replaced; those of
-- a stored contact go with it. Locks: events. Called by: roadshow-janitor.
create or replace function api.janitor_consents(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    t   timestamptz := clock_timestamp(); -- in the condition it would be a filter, not the index's
    due record;
begin
    select array_agg(device_id) as devices, array_agg(seq) as seqs, count(*)::integer as n into due from (
        select device_id, seq from device_consents
        where creator_id = p_creator and purge_at <= t
        order by purge_at limit p_limit) as x;
    perform lines_redact(p_creator, due.devices, due.seqs);
    return due.n;
end $$;
