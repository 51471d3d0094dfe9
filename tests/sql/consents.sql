-- SPDX-License-Identifier: Apache-2.0
--
-- What devices tell of consent: the latest fact about a person counts, however it arrives, and claims take
-- part by their time; a withdrawal, a date and an erasure take lines out of the evidence, while every hash
-- and every answer stays what it was.
begin;
\ir lib/devices.psql
select plan(84);

select pg_temp.make_device(n, 'scan'), pg_temp.enrol(n) from generate_series(41, 49) as n \g /dev/null
create function pg_temp.key(p_buyer text) returns bytea language sql as $$ select sha256(convert_to(p_buyer, 'UTF8')) $$;
-- What sync.c makes of a consent of this person; the sealed text says who told it.
create function pg_temp.consent(p_buyer text, p_told text, p_more jsonb default '{}') returns jsonb language sql as $$
    select case when (p_more ->> 'withdrawn')::boolean
        then jsonb_build_object('buyer', encode(pg_temp.key(p_buyer), 'hex'), 'withdrawn', true)
        else jsonb_build_object('buyer', encode(pg_temp.key(p_buyer), 'hex'), 'withdrawn', false,
            'sealed', encode(convert_to(p_told, 'UTF8'), 'hex'), 'salt', repeat('0b', 32),
            'commitment', base64url(sha256(convert_to(p_told, 'UTF8')))) || p_more end $$;
create function pg_temp.kept(p_buyer text) returns text language sql as $$
    select coalesce(convert_from(sealed, 'UTF8'), case when device_id is null then 'purged' else 'withdrawn' end) from contacts
    where creator_id = pg_temp.id(1) and buyer_key = pg_temp.key(p_buyer) $$;
create function pg_temp.raws(n integer) returns text language sql as $$
    select string_agg(case when raw = redacted_line(hash) then 'gone' else 'there' end, ' ' order by seq)
    from device_events where device_id = pg_temp.id(n) $$;
create function pg_temp.entries(p_kind text) returns bigint language sql as $$
    select count(*) from ledger where creator_id = pg_temp.id(1) and kind = p_kind $$;
-- Uploads on the janitor's list: device/upload, with a star for those by their date.
create function pg_temp.listed() returns text language plpgsql as $$
begin
    while exists (select from line_redactions where creator_id = pg_temp.id(1) and not listed) loop
        perform redactions_list(pg_temp.id(1)); -- one device at a time
    end loop;
    return (select string_agg(d.name || '/' || q.n || case when q.every_consent then '*' else '' end, ', '
        order by d.name, q.n, q.every_consent)
        from upload_redactions q join devices d on d.creator_id = q.creator_id and d.id = q.device_id);
end $$;
-- The janitor, without its gunzip: every body on the list that is due becomes what is left of it.
create function pg_temp.work() returns integer language plpgsql as $$
declare
    q    record;
    done integer := 0;
begin
    loop
        select * into q from api.redaction_next(pg_temp.id(1));
        exit when not found;
        perform api.redaction_store(pg_temp.id(1), q.device_id, q.n, q.every_consent, q.ask,
            encode(convert_to('left', 'UTF8'), 'hex'));
        done := done + 1;
    end loop;
    return done;
end $$;

-- ---- telling
select pg_temp.tell(41, 'consent', 10, pg_temp.consent('ann', 'first', '{"marketing": true, "purposes": ["news"]}')),
    pg_temp.tell(41, 'note', 11, '{"text": "x"}'),
    pg_temp.tell(41, 'consent', 12, '{"detail": "it does not open"}', 'undecryptable') \g /dev/null
select is(pg_temp.results(pg_temp.upload(41, 1, 3)), '1 applied, 2 applied, 3 rejected undecryptable', 'a consent is an event');
select is(pg_temp.kept('ann'), 'first', 'and its contact is kept');
select results_eq($$ select marketing, purposes, given_at = e.corrected_at, purge_at = v.ends_at + interval '90 days'
        from contacts k join device_events e on (e.creator_id, e.device_id, e.seq) = (k.creator_id, k.device_id, k.seq),
            events v where v.id = pg_temp.id(11) $$,
    $$ values (true, array['news'], true, true) $$, 'with what it is for, until 90 days after the event');
select is((select fields from device_events where device_id = pg_temp.id(41) and seq = 1), '{}', 'the event itself says nothing of it');
select is((select fields from device_events where device_id = pg_temp.id(41) and seq = 3), '{"detail": "it does not open"}', 'one that was rejected says why');
select is((select jsonb_build_array(l.kind, l.entry::jsonb -> 'data' ->> 'commitment', l.subject) from ledger l, contacts k
    where l.creator_id = k.creator_id and l.index = k.ledger_index),
    (select jsonb_build_array('contact.stored', commitment, id) from contacts), 'the ledger has the commitment');
select is((select count(*) from ledger where entry like '%' || encode(pg_temp.key('ann'), 'hex') || '%' or entry like '%news%'), 0::bigint,
    'and nothing that leads back');

-- ---- the latest counts
select pg_temp.tell(42, 'consent', 5, pg_temp.consent('ann', 'older')), pg_temp.tell(42, 'consent', 20, pg_temp.consent('ann', 'newer')) \g /dev/null
select pg_temp.upload(42, 1, 1) \g /dev/null
select is(pg_temp.kept('ann'), 'first', 'an older fact that comes late changes nothing');
select pg_temp.upload(42, 2, 2) \g /dev/null
select is(pg_temp.kept('ann'), 'newer', 'a newer one does');
select is((select (entry::jsonb ->> 'prev')::bigint is not null from ledger l join contacts k on k.creator_id = l.creator_id and k.ledger_index = l.index),
    true, 'their entries are chained');
select is((select count(*) from contacts), 1::bigint, 'there is one row for a person');
select pg_temp.tell(43, 'consent', 20, pg_temp.consent('ann', 'same time')) \g /dev/null
select pg_temp.upload(43, 1, 1) \g /dev/null
select is(pg_temp.kept('ann'), 'same time', 'at one time the later device counts');

-- ---- withdrawing
select pg_temp.tell(43, 'consent', 30, pg_temp.consent('ann', '', '{"withdrawn": true}')) \g /dev/null
select pg_temp.upload(43, 2, 2) \g /dev/null
select is(pg_temp.kept('ann'), 'withdrawn', 'a withdrawal takes the contact away');
select is((select num_nulls(sealed, salt, commitment) || ' ' || marketing || ' ' || purposes::text from contacts), '3 false {}', 'all of it');
select is(pg_temp.entries('contact.withdrawn'), 1::bigint, 'the ledger says so');
select is(pg_temp.raws(41) || ' / ' || pg_temp.raws(42) || ' / ' || pg_temp.raws(43), 'gone there there / gone gone / gone gone',
    'lines that said it are gone, others are not');
select is((select count(*) from device_consents where sealed is not null or (purge_at is not null and buyer_key is not null)), 0::bigint, 'and what was read of them');
select pg_temp.tell(44, 'consent', 25, pg_temp.consent('ann', 'late')) \g /dev/null
select is(pg_temp.results(pg_temp.upload(44, 1, 1)), '1 applied', 'an older consent that comes after it');
select is(pg_temp.kept('ann') || ' ' || pg_temp.raws(44), 'withdrawn gone', 'changes nothing and is gone at once');
select pg_temp.tell(44, 'consent', 31, pg_temp.consent('ann', 'again')) \g /dev/null
select pg_temp.upload(44, 2, 2) \g /dev/null
select is(pg_temp.kept('ann') || ' ' || pg_temp.raws(44), 'again gone there', 'a newer one counts');
select pg_temp.tell(44, 'consent', 31, pg_temp.consent('zoe', '', '{"withdrawn": true}')) \g /dev/null
select pg_temp.upload(44, 3, 3) \g /dev/null
select is(pg_temp.kept('zoe') || ' ' || pg_temp.entries('contact.withdrawn'), 'withdrawn 1', 'withdrawing what was never kept is no entry');
select is(pg_temp.results(pg_temp.upload(41, 1, 3)), '1 applied, 2 applied, 3 rejected undecryptable', 'the same bytes have the same answer');
select is(pg_temp.raws(41), 'gone there there', 'and bring nothing back');

-- ---- claims take part by their time
create function pg_temp.claimed(p_buyer text, p_told text, p_second numeric) returns text language sql as $$
    select contacts_store(pg_temp.id(1), pickup_from + p_second * interval '1 second', array[id], array[pg_temp.key(p_buyer)],
        array[convert_to(p_told, 'UTF8')], array[(pg_temp.consent(p_buyer, p_told))::text], array[0]) from drops where id = pg_temp.id(31);
    select pg_temp.kept(p_buyer) $$;
select is(pg_temp.claimed('ann', 'a claim before', 30), 'again', 'a claim''s consent that is older changes nothing');
select is(pg_temp.claimed('ann', 'a claim at once', 31), 'again', 'nor one of the same time');
select is(pg_temp.claimed('ann', 'a claim after', 32), 'a claim after', 'a newer one counts');
select is((select num_nulls(device_id, seq) from contacts where buyer_key = pg_temp.key('ann')), 2, 'and no device told it');
select pg_temp.tell(45, 'consent', 31.5, pg_temp.consent('ann', 'between')), pg_temp.tell(45, 'consent', 32, pg_temp.consent('ann', 'as the claim')) \g /dev/null
select pg_temp.upload(45, 1, 1) \g /dev/null
select is(pg_temp.kept('ann'), 'a claim after', 'a device''s older fact does not replace it');
select pg_temp.upload(45, 2, 2) \g /dev/null
select is(pg_temp.kept('ann'), 'as the claim', 'one of the same time does');
select is(pg_temp.claimed('zoe', 'zoe before', 30.5), 'withdrawn', 'a claim before a withdrawal stays without effect');
select is(pg_temp.claimed('zoe', 'zoe after', 40), 'zoe after', 'one after it counts');

-- ---- bodies
select is(pg_temp.listed(), 'Device 41/1, Device 42/1, Device 42/2, Device 43/1, Device 43/2, Device 44/1, Device 44/3', 'the uploads that have such lines are listed');
create temporary table asked as select * from api.redaction_next(pg_temp.id(1));
select is((select every_consent || ' ' || content_encoding || ' ' || length(hashes) from asked), 'false identity 64', 'the next comes with the hashes');
select is((select hashes from asked), (select string_agg(encode(hash, 'hex'), '') from line_redactions r, asked a where r.device_id = a.device_id
    and exists (select from device_events e where (e.device_id, e.seq, e.upload) = (r.device_id, r.seq, a.n))), 'of its lines');
select is((select api.redaction_store(pg_temp.id(1), device_id, n, every_consent, gen_random_uuid(), 'ff') from asked), false, 'what was read before another wish is not stored');
select is((select api.redaction_store(pg_temp.id(2), device_id, n, every_consent, ask, 'ff') from asked), false, 'nor for another creator');
select is((select api.redaction_store(pg_temp.id(1), device_id, n, every_consent, ask, null) from asked), true, 'a body without such lines stays as it is');
select is((select redacted_at is null and u.content_encoding = 'identity' from device_uploads u, asked a where (u.device_id, u.n) = (a.device_id, a.n)), true, 'to the byte');
select is((select api.redaction_store(pg_temp.id(1), device_id, n, every_consent, ask, 'ff') from asked), false, 'and once is enough');
select is(pg_temp.work(), 6, 'the others are worked off');
select is(pg_temp.listed(), null, 'then nothing is listed');
select is((select count(*) from device_uploads where redacted_at is not null and body = convert_to('left', 'UTF8')), 6::bigint, 'their bodies are what is left');
select is((select string_agg(n || ' ' || lines_from || '-' || lines_to, ', ' order by n) from device_uploads where device_id = pg_temp.id(43)), '1 1-1, 2 2-2', 'an upload knows its lines');
select is(pg_temp.results(pg_temp.upload(42, 1, 2)), '1 duplicate, 2 duplicate', 'lines that come again in another upload');
select is(pg_temp.raws(42) || ' ' || pg_temp.listed(), 'gone gone Device 42/3', 'stay gone, and their body is listed');
select is(pg_temp.work(), 1, 'and goes');

-- ---- lines that are nobody's events
select pg_temp.tell(46, 'note', 1, '{"text": "x"}'), pg_temp.tell(46, 'consent', 2, pg_temp.consent('bob', 'bob')) \g /dev/null
select pg_temp.upload(46, 1, 1, '{"break": "gap"}') \g /dev/null
select is(pg_temp.listed(), 'Device 46/1*', 'a body with other lines has a date of its own');
select is((select due_at = received_at + interval '90 days' from upload_redactions join device_uploads u using (creator_id, device_id, n)), true, '90 days on');
select is(pg_temp.work(), 0, 'and not before');
update upload_redactions set due_at = now();
select is((select every_consent from api.redaction_next(pg_temp.id(1))), true, 'then every consent in it goes');
select is(pg_temp.work(), 1, 'once');

-- ---- dates
select pg_temp.upload(46, 2, 2) \g /dev/null
select is((select purge_at > now() + interval '89 days' and buyer_key is null from device_consents where device_id = pg_temp.id(41) and seq = 3), true, 'a rejected line has a date too');
select is(api.janitor_consents(pg_temp.id(1), 10), 0, 'nothing is due');
update device_consents set purge_at = now() where device_id = pg_temp.id(41) and seq = 3;
select is(array[api.janitor_consents(pg_temp.id(1), 10), api.janitor_consents(pg_temp.id(1), 10)], array[1, 0], 'it goes when it is');
select is(pg_temp.raws(41) || ' ' || pg_temp.results(pg_temp.upload(41, 3, 3)), 'gone there gone 3 duplicate undecryptable', 'and is answered as ever');
update contacts set purge_at = now() where buyer_key = pg_temp.key('bob');
select is(api.janitor_contacts(pg_temp.id(1), 10), 1, 'a contact''s date takes its line along');
select is(pg_temp.raws(46) || ' ' || pg_temp.kept('bob'), 'there gone purged', 'and the contact');
select pg_temp.tell(46, 'consent', 1, pg_temp.consent('bob', 'bob before')) \g /dev/null
select pg_temp.upload(46, 3, 3) \g /dev/null
select is(pg_temp.kept('bob'), 'purged', 'what is older than a purged fact does not come back');
create function pg_temp.date(p_buyer text, p_second numeric) returns void language sql as $$
    update contacts k set purge_at = d.pickup_from + p_second * interval '1 second' from drops d
    where d.id = pg_temp.id(31) and k.buyer_key = pg_temp.key(p_buyer) $$;
select pg_temp.claimed('kim', 'kim', 50), pg_temp.date('kim', 60) \g /dev/null
create temporary table kim as select id, ledger_index from contacts where buyer_key = pg_temp.key('kim');
select pg_temp.tell(49, 'consent', 40, pg_temp.consent('kim', 'before')), pg_temp.tell(49, 'consent', 55, pg_temp.consent('kim', 'between')),
    pg_temp.tell(49, 'consent', 59, pg_temp.consent('kim', 'just before')), pg_temp.tell(49, 'consent', 61, pg_temp.consent('kim', 'after')) \g /dev/null
select pg_temp.upload(49, 1, 1) \g /dev/null
select is(pg_temp.kept('kim'), 'kim', 'a date that has come, and a janitor who is late: an older consent changes nothing');
select pg_temp.upload(49, 2, 2) \g /dev/null
select is(pg_temp.kept('kim'), 'kim', 'nor does one given before that date');
select is(api.janitor_contacts(pg_temp.id(1), 10) || ' ' || pg_temp.kept('kim'), '1 purged', 'the contact goes');
select results_eq($$ select num_nulls(sealed, salt, commitment, device_id, seq), given_at - pickup_from, purge_at = given_at + interval '5 years', k.id <> kim.id
        from contacts k, drops d, kim where d.id = pg_temp.id(31) and buyer_key = pg_temp.key('kim') $$,
    $$ values (5, interval '60 seconds', true, true) $$, 'its date stays, for five years, and nothing else');
select is(pg_temp.raws(49), 'gone gone', 'what devices told before goes with it');
select is((select jsonb_build_array(kind, entry::jsonb -> 'prev') from ledger l, kim where l.creator_id = pg_temp.id(1) and l.subject = kim.id order by index desc limit 1),
    (select jsonb_build_array('contact.purged', ledger_index) from kim), 'the ledger says so of the contact that was');
select pg_temp.upload(49, 3, 3) \g /dev/null
select is(pg_temp.kept('kim') || ' ' || pg_temp.raws(49), 'purged gone gone gone', 'a consent from before that comes later is over, and its line gone');
select pg_temp.upload(49, 4, 4) \g /dev/null
select is(pg_temp.kept('kim') || ' ' || pg_temp.raws(49), 'after gone gone gone there', 'one given after it counts');
select is((select entry::jsonb -> 'prev' from ledger l join contacts k on k.creator_id = l.creator_id and k.ledger_index = l.index
    where k.buyer_key = pg_temp.key('kim')), 'null', 'as somebody whom the ledger does not know');
select pg_temp.date('kim', 70) \g /dev/null
select is(api.janitor_contacts(pg_temp.id(1), 10) || ' ' || pg_temp.kept('kim') || ' ' || pg_temp.claimed('kim', 'claimed again', 80),
    '1 purged claimed again', 'so does a claim''s');
select pg_temp.date('kim', 90) \g /dev/null
select is(api.janitor_contacts(pg_temp.id(1), 10) || ' ' || pg_temp.kept('kim') || ' ' || pg_temp.entries('contact.purged'), '1 purged 4', 'it may be purged as often');
select pg_temp.claimed('kim', 'passed', 120), pg_temp.date('kim', 110) \g /dev/null
select is(api.janitor_contacts(pg_temp.id(1), 10) || ' ' || (select given_at - pickup_from from contacts, drops d
    where d.id = pg_temp.id(31) and buyer_key = pg_temp.key('kim')), '1 00:02:00', 'one that was given when its date had passed is over from then on');
select pg_temp.date('kim', 100) \g /dev/null
select is(api.janitor_contacts(pg_temp.id(1), 10) || coalesce(pg_temp.kept('kim'), ''), '1', 'after five years the date goes too');
select is(pg_temp.entries('contact.purged'), 5::bigint, 'without a word');

-- ---- clocks that are ahead
select pg_temp.tell(47, 'consent', 1.6e9, pg_temp.consent('tim', 'in fifty years', '{"retain_until": "2099-01-01T00:00:00Z"}')),
    pg_temp.tell(48, 'consent', 1.5e9, pg_temp.consent('tim', '', '{"withdrawn": true}')) \g /dev/null
select pg_temp.upload(47, 1, 1) \g /dev/null
select is((select given_at = now() and purge_at = now() + interval '5 years' from contacts where buyer_key = pg_temp.key('tim')), true,
    'no fact is later than its upload, and its date counts from then');
select pg_temp.upload(48, 1, 1) \g /dev/null
select is(pg_temp.kept('tim') || ' ' || pg_temp.raws(47), 'withdrawn gone', 'so it can be withdrawn');

-- ---- lines that cannot be read
select pg_temp.tell(48, null, 1, '{"detail": "torn"}', 'malformed'), pg_temp.tell(48, 'heartbeat', 2, '{}'),
    pg_temp.tell(48, 'teleport', 3, '{"detail": "x"}', 'unknown_kind') \g /dev/null
select is(pg_temp.results(pg_temp.upload(48, 2, 4)), '2 rejected malformed, 3 applied, 4 rejected unknown_kind', 'a torn line is rejected');
select is((select string_agg(seq || ' ' || (buyer_key is null and purge_at > now() + interval '89 days'), ', ') from device_consents
    where device_id = pg_temp.id(48) and seq > 1), '2 true', 'and has a date, for it may be a consent');
update device_consents set purge_at = now() where device_id = pg_temp.id(48) and seq = 2;
select is(api.janitor_consents(pg_temp.id(1), 10) || ' ' || pg_temp.raws(48), '1 gone gone there there', 'when it goes');
select is((api.event_redact(pg_temp.id(1), pg_temp.owner(1, 'odd'), jsonb_build_object('device', pg_temp.id(48), 'seq', '4',
    'body', '{"reason": "x"}'::jsonb))).status, 200, 'a line of another kind is redacted');
select is((select entry::jsonb -> 'data' -> 'kind' from ledger where creator_id = pg_temp.id(1) and kind = 'event.redacted'), 'null'::jsonb, 'a kind that nobody knows stays out of the ledger');

-- ---- telling and erasing a person
select is((select jsonb_agg(t -> 'withdrawn' order by o) from jsonb_array_elements((api.privacy_export(pg_temp.id(1), pg_temp.owner(1),
    pg_temp.key('ann'))).body::jsonb -> 'told') with ordinality as x(t, o)), '[false, false, false, false, false, true, false, false, false]'::jsonb,
    'a person is told what devices told of them');
select pg_temp.work() \g /dev/null
create function pg_temp.erase(p_idem text) returns jsonb language sql as $$
    select (api.privacy_erase(pg_temp.id(1), pg_temp.owner(1, p_idem), pg_temp.id(900), repeat('c', 43), pg_temp.key('ann'), sha256('blind'))).body::jsonb $$;
select is((select jsonb_build_array(e -> 'complete', jsonb_array_length(e -> 'waits_for' -> 'uploads'), e -> 'contact_erased') from pg_temp.erase('e1') e),
    '[false, 3, true]', 'an erasure waits for the bodies');
select is((select count(*) from device_consents where buyer_key = pg_temp.key('ann')) || ' ' || pg_temp.raws(44) || ' ' || pg_temp.raws(45), '0 gone gone gone gone gone',
    'the lines are gone at once');
select pg_temp.work() \g /dev/null
select is(array[api.janitor_erasures(pg_temp.id(1), 10), api.janitor_erasures(pg_temp.id(1), 10)], array[1, 0], 'it is due when they are done, and finished');
select is(pg_temp.entries('privacy.completed') || ' ' || (select count(*) from line_redactions where erasure_id is not null), '1 0', 'which is told, and no line names it any more');
select finish();
rollback;
