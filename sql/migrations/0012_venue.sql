-- SPDX-License-Identifier: Apache-2.0
--
-- What a day at a venue is made of beyond scans and sales: events that are taken back, card payments
-- whose outcome comes later, counted stock, checklists, incidents, and who looks after a case.

set local search_path = roadshow, api;

-- ---- events ---------------------------------------------------------------------------------------

-- The seq of the device's own `annul`; what is annulled has no effect but stays told.
alter table device_events add column annulled_by bigint check (annulled_by > seq);
-- The rare kinds, which are read by kind and not by seq alone.
create index device_events_day on device_events (creator_id, device_id, kind, seq)
    where kind in ('annul', 'payment', 'count', 'receive', 'move', 'checklist', 'incident', 'note', 'close');
create index device_events_payment
    on device_events (creator_id, (fields ->> 'method'), (fields ->> 'reference')) where kind = 'payment';
-- A scan that was not good: how its token stood then (token_standing()). When the centre changes the
-- token, it is judged anew: see api.janitor_redeems().
alter table device_events add column judged_as text;
create index device_events_not_good on device_events (creator_id, token_id) where judged_as is not null;

-- ---- payments -------------------------------------------------------------------------------------

-- A card sale that was authorised offline is captured or declined later; the last outcome counts.
alter table walk_in_sales
    add column payment_state text not null default 'captured'
        check (payment_state in ('captured', 'authorised')),
    add column outcome text check (outcome in ('captured', 'declined')),
    add column annulled boolean not null default false,
    add check (not (annulled and counted)),
    add check (payment_state = 'captured' or payment_reference is not null);

-- When the device that held the lease closed its day, by corrected time: sales later than that are
-- outside it.
alter table walk_in_leases add column closed_at timestamptz;

-- active → returned | expired | taken: a manager or the creator took what was not known to be sold.
alter table walk_in_leases drop constraint walk_in_leases_state_check;
alter table walk_in_leases add constraint walk_in_leases_state_check
    check (state in ('active', 'returned', 'expired', 'taken'));

-- ---- devices' keys --------------------------------------------------------------------------------

-- Every key that a device ever had: evidence is checked with the key of its time.
create table device_keys (
    creator_id  uuid not null,
    device_id   uuid not null,
    n           integer not null check (n >= 1),
    public_key  text not null,
    thumbprint  bytea not null check (length(thumbprint) = 32),
    since       timestamptz not null default now(),
    primary key (creator_id, device_id, n),
    constraint device_keys_once unique (creator_id, device_id, thumbprint),
    foreign key (creator_id, device_id) references devices
);
insert into device_keys (creator_id, device_id, n, public_key, thumbprint, since)
select creator_id, id, 1, public_key, thumbprint, enrolled_at from devices where public_key is not null;
alter table device_uploads add column key_n integer not null default 1 check (key_n >= 1);

-- ---- venue stock ----------------------------------------------------------------------------------

-- What somebody counted, beside what there should have been: judged anew from all facts about the
-- SKU at the event. expected is null for an opening count.
create table venue_counts (
    creator_id   uuid not null,
    device_id    uuid not null,
    seq          bigint not null,
    id           uuid not null,   -- derived from device and seq; the ledger's subject
    event_id     uuid not null,
    sku          text not null,
    location     text not null,
    corrected_at timestamptz not null,
    counted      integer not null check (counted >= 0),
    expected     bigint,          -- may be below zero: more was sold than came in
    reason       text,
    ledger_index bigint,          -- null only inside the transaction that judges it first
    primary key (creator_id, device_id, seq),
    constraint venue_counts_id unique (creator_id, id),
    foreign key (creator_id, device_id, seq) references device_events,
    foreign key (creator_id, event_id) references events
) with (fillfactor = 80);
create index venue_counts_of_sku on venue_counts (creator_id, event_id, sku);

-- ---- the day's operations -------------------------------------------------------------------------

-- A checklist as its creator wrote it; what devices ticked are their events. Items: [{id, title}].
create table checklists (
    creator_id   uuid not null,
    event_id     uuid not null,
    name         text not null check (name ~ '^[a-z0-9_]{1,32}$'),
    title        text not null check (length(title) between 1 and 200),
    items        jsonb not null check (jsonb_array_length(items) between 1 and 200),
    ledger_index bigint not null,
    primary key (creator_id, event_id, name),
    foreign key (creator_id, event_id) references events
);

-- What the centre did about an incident that devices reported; what they say are their events.
create table incidents (
    creator_id      uuid not null,
    event_id        uuid not null,
    id              uuid not null,   -- given by the device that saw it first
    opened_at       timestamptz not null default now(), -- when the centre heard of it
    acknowledged_at timestamptz,
    acknowledged_by uuid,            -- API key
    resolved_at     timestamptz,
    resolved_by     uuid,
    note            text check (length(note) <= 2000),
    ledger_index    bigint,          -- null only inside the transaction that opens it
    primary key (creator_id, event_id, id),
    foreign key (creator_id, event_id) references events,
    check ((acknowledged_at is null) = (acknowledged_by is null)),
    check ((resolved_at is null) = (resolved_by is null)),
    check ((resolved_at is not null) <= (acknowledged_at is not null))
);

-- ---- cases ----------------------------------------------------------------------------------------

alter table cases drop constraint cases_kind_check;
alter table cases add constraint cases_kind_check check (kind in ('already_redeemed', 'superseded',
    'cancelled', 'expired', 'forfeited', 'suspended', 'unpaid', 'home_delivery', 'wrong_event',
    'wrong_window', 'not_genuine', 'oversold', 'unknown_product', 'device_fork', 'annul_too_late',
    'payment_declined', 'amount_differs', 'unmatched_payment', 'stock_difference'));
create index cases_by_subject on cases (creator_id, subject);

-- Who looks after a case, and what its resolution did: {kind, amount?, order_id?, device_id?, seq?}.
alter table cases
    add column assignee text check (length(assignee) between 1 and 200),
    add column assigned_at timestamptz,
    add column effect jsonb,
    add check ((assignee is null) = (assigned_at is null)),
    add check (effect is null or state = 'resolved'),
    add check (effect ->> 'kind' in ('refund_due', 'ship_from_hub', 'accept_loss', 'void'));
create index cases_by_effect on cases (creator_id, (effect ->> 'kind'), opened_at, id)
    where effect is not null;
-- The sale that the resolution of a case took back. It is annulled as long as that stands.
alter table walk_in_sales
    add column voided_by uuid, -- case
    add foreign key (creator_id, voided_by) references cases,
    add check (voided_by is null or annulled);

-- One fact and the case it is ground for; what the functions that judge hand to cases_settle().
create type roadshow.case_ground as (
    kind text, subject text, event_id uuid, data jsonb, device_id uuid, seq bigint);
