-- SPDX-License-Identifier: Apache-2.0
--
-- Consent that venue devices tell, and lines that are taken out of the evidence: what a device told of a
-- person goes with the person's wish or its date, from the event's row at once and from the bodies of
-- uploads soon after. Hashes stay, so chains and digests hold (docs/decisions/0018).

set local search_path = roadshow, api;

-- ---- contacts -------------------------------------------------------------------------------------

-- A person's contact is the last fact about it: a claim's consent, or what a device told (device_id, seq).
-- A withdrawal is such a fact: it stands here with nothing in it, so that what is older finds it.
alter table contacts alter column sealed drop not null;
alter table contacts alter column salt drop not null;
alter table contacts alter column commitment drop not null;
alter table contacts add column device_id uuid;
alter table contacts add column seq bigint;
alter table contacts add check ((sealed is null) = (salt is null) and (sealed is null) = (commitment is null));
alter table contacts add check ((device_id is null) = (seq is null));
alter table contacts add check (sealed is not null or device_id is not null);
create unique index contacts_id on contacts (creator_id, id);

-- Lines of the kind `consent`, and those that could not be read and may be such. What they said is here as long as it may be kept; the row itself as long as
-- the person is known, for older facts that come later. buyer_key is null for a line that was rejected:
-- nobody knows whose it is, and it goes by its date.
create table device_consents (
    creator_id   uuid not null,
    device_id    uuid not null,
    seq          bigint not null,
    buyer_key    bytea check (length(buyer_key) = 32),
    corrected_at timestamptz,
    withdrawn    boolean not null default false,
    sealed       bytea,
    marketing    boolean not null default false,
    purposes     text[] not null default '{}',
    salt         bytea check (length(salt) = 32),
    commitment   text check (commitment ~ '^[A-Za-z0-9_-]{43}$'),
    purge_at     timestamptz,     -- null: the line is redacted
    primary key (creator_id, device_id, seq),
    foreign key (creator_id, device_id, seq) references device_events,
    check (buyer_key is null or corrected_at is not null),
    check ((sealed is null) = (salt is null) and (sealed is null) = (commitment is null)),
    check (sealed is null or (buyer_key is not null and purge_at is not null and not withdrawn))
);
create index device_consents_of_person on device_consents (creator_id, buyer_key, corrected_at)
    where buyer_key is not null;
create index device_consents_purge on device_consents (creator_id, purge_at) where purge_at is not null;

-- ---- redaction ------------------------------------------------------------------------------------

-- Which seqs the lines of a body have. Null: they are not simply these (a gap, a fork, a stray), or nobody
-- noted it; then any line may be in it.
alter table device_uploads add column lines_from bigint;
alter table device_uploads add column lines_to bigint;
alter table device_uploads add column redacted_at timestamptz; -- the body is what was left, then
alter table device_uploads add check ((lines_from is null) = (lines_to is null));

-- Lines whose text is gone from their event. `listed`: the uploads that have the line are in
-- upload_redactions, or were. An erasure waits for them by its id.
create table line_redactions (
    creator_id   uuid not null,
    device_id    uuid not null,
    seq          bigint not null,
    hash         bytea not null check (length(hash) = 32),
    redacted_at  timestamptz not null default now(),
    redacted_by  uuid,            -- API key or manager's device; null: a person's wish, or the clock
    reason       text check (length(reason) between 1 and 200),
    erasure_id   uuid,
    listed       boolean not null default false,
    ledger_index bigint,
    primary key (creator_id, device_id, seq),
    foreign key (creator_id, device_id, seq) references device_events
);
create index line_redactions_unlisted on line_redactions (creator_id, device_id) where not listed;
create index line_redactions_erasure on line_redactions (creator_id, erasure_id)
    where erasure_id is not null;

-- Bodies that the janitor has to go through. `ask` is new whenever something is added: what was read
-- before that is not stored. every_consent: a body with lines that are nobody's events; all consents in it
-- go by their date.
create table upload_redactions (
    creator_id    uuid not null,
    device_id     uuid not null,
    n             integer not null,
    every_consent boolean not null default false,
    ask           uuid not null default gen_random_uuid(),
    due_at        timestamptz not null default now(),
    primary key (creator_id, device_id, n, every_consent),
    foreign key (creator_id, device_id, n) references device_uploads
);
create index upload_redactions_due on upload_redactions (creator_id, due_at);

-- Functions whose shape changed.
drop function if exists roadshow.erasure_step;
