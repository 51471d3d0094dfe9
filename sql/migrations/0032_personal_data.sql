-- SPDX-License-Identifier: Apache-2.0
--
-- Personal data stays out of the ledger, and what is over stays over (docs/decisions/0023).

set local search_path = roadshow, api;

-- ---- contacts -------------------------------------------------------------------------------------

-- A contact whose date has come leaves its person's key and that date, as a withdrawal does, so that a consent
-- from before it finds that. A row without a contact: a device told the withdrawal, or none did and the date came at given_at.
alter table contacts drop constraint contacts_check2;
alter table contacts add constraint contacts_nothing_left check (sealed is not null
    or (not marketing and purposes = '{}'));

-- ---- texts ----------------------------------------------------------------------------------------

-- What a person wrote about an entry of the ledger, which has a commitment to it and no more. `salt` opens
-- that; it is here and nowhere else, and goes with the text.
create table entry_texts (
    creator_id   uuid not null,
    index        bigint not null,
    subject      uuid not null,   -- of the entry
    member       text not null check (member in ('reason', 'reference', 'resolution')),
    text         text check (length(text) between 1 and 200),
    salt         bytea check (length(salt) = 32),
    redacted_at  timestamptz,
    redacted_by  uuid,            -- API key
    reason       text check (length(reason) between 1 and 200), -- of the redaction
    ledger_index bigint,          -- of `entry.redacted`
    primary key (creator_id, index), -- of an entry, which nobody can delete
    check ((text is null) = (salt is null) and (text is null) = (redacted_at is not null)
        and (text is null) = (redacted_by is not null) and (text is null) = (reason is not null)
        and (text is null) = (ledger_index is not null))
);
create index entry_texts_of_subject on entry_texts (creator_id, subject, index);

-- A case's data had the reasons of counts, where redacting their lines did not reach them.
update cases set data = jsonb_set(data, '{counts}', (
    select jsonb_agg(n.count - 'reason' order by n.o)
    from jsonb_array_elements(data -> 'counts') with ordinality as n(count, o)))
where kind = 'stock_difference' and jsonb_typeof(data -> 'counts') = 'array';

-- Functions whose shape changed.
drop function if exists roadshow.contacts_remove;
