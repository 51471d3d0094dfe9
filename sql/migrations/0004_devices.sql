-- SPDX-License-Identifier: Apache-2.0
--
-- Venue devices: enrolment, uploads and their events, walk-in leases and sales, cases. What must
-- never be false is a constraint here: one event per device and seq, one upload per digest, a lease
-- never gives back more than it had, one case per kind and subject.

set local search_path = roadshow, api;

-- States: pending → active → quarantined | revoked; pending → lapsed | revoked.
-- A quarantined device showed two histories; it is not heard until the creator has revoked it.
create table devices (
    creator_id      uuid not null references creators,
    id              uuid not null,
    event_id        uuid not null,
    name            text not null check (length(name) between 1 and 200),
    profile         text not null check (profile in ('scan', 'till', 'manager')),
    state           text not null
        check (state in ('pending', 'active', 'lapsed', 'quarantined', 'revoked')),
    code_sha256     bytea not null check (length(code_sha256) = 32), -- of the one-time code
    code_expires_at timestamptz not null,
    public_key      text,            -- JWK
    thumbprint      bytea check (length(thumbprint) = 32), -- RFC 7638
    enrolled_at     timestamptz,
    ended_at        timestamptz,     -- lapsed, quarantined or revoked
    acked_seq       bigint not null default 0 check (acked_seq >= 0),
    head            bytea check (length(head) = 32), -- what the next line's prev must say
    uploads         integer not null default 0 check (uploads >= 0),
    clock_skew_us   bigint,          -- device's clock − ours, at the last upload
    clock_flagged   boolean not null default false, -- the skew was over 5 minutes then
    backlog         integer check (backlog >= 0),   -- events it still had, by its last heartbeat
    heartbeat_at    timestamptz,     -- corrected time of that heartbeat
    last_seen_at    timestamptz,
    created_at      timestamptz not null default now(),
    ledger_index    bigint not null,
    primary key (creator_id, id),
    constraint devices_one_code unique (creator_id, code_sha256),
    foreign key (creator_id, event_id) references events,
    check ((state in ('active', 'quarantined')) <= (public_key is not null)),
    check ((state in ('pending', 'lapsed')) <= (public_key is null)),
    check ((public_key is null) = (thumbprint is null)),
    check ((public_key is null) = (enrolled_at is null)),
    check ((public_key is null) = (head is null)),
    check ((state in ('lapsed', 'quarantined', 'revoked')) = (ended_at is not null))
) with (fillfactor = 80);
create index devices_of_event on devices (creator_id, event_id, id);
create index devices_pending on devices (creator_id, code_expires_at) where state = 'pending';

-- Nonces of signed writes within their window, each bound to the request it came with: the same
-- request again is a retry, another one is refused.
create table device_nonces (
    creator_id  uuid not null,
    device_id   uuid not null,
    nonce       text not null,
    body_sha256 bytea not null check (length(body_sha256) = 32),
    expires_at  timestamptz not null,
    primary key (creator_id, device_id, nonce),
    foreign key (creator_id, device_id) references devices
);
create index device_nonces_age on device_nonces (creator_id, expires_at);

-- Evidence: what was sent, to the byte, and what was answered. `answer` is null while the upload had
-- a gap behind what could be applied: sent again, it is looked at again.
create table device_uploads (
    creator_id       uuid not null,
    device_id        uuid not null,
    n                integer not null check (n >= 1),
    digest           bytea not null check (length(digest) = 32), -- SHA-256 of the body as sent
    idem_key         text not null,
    received_at      timestamptz not null,
    device_time      timestamptz not null,
    clock_source     text not null check (clock_source in ('header', 'signature')),
    skew_us          bigint not null,
    uncertainty_us   bigint not null check (uncertainty_us >= 0),
    signature_input  text not null,
    signature        text not null,
    base             bytea not null,  -- what was signed
    content_encoding text not null check (content_encoding in ('identity', 'gzip')),
    body             bytea not null,  -- as sent
    answer           api.answer,
    ledger_index     bigint,
    primary key (creator_id, device_id, n),
    constraint device_uploads_once unique (creator_id, device_id, digest),
    constraint device_uploads_idem_key unique (creator_id, device_id, idem_key),
    foreign key (creator_id, device_id) references devices
);

-- One line of a device's chain. The facts (raw … token_id) never change; the judgement (valid, status,
-- code) is a function of all facts known so far and is made again when others arrive.
create table device_events (
    creator_id   uuid not null,
    device_id    uuid not null,
    seq          bigint not null check (seq >= 1),
    upload       integer not null,
    hash         bytea not null check (length(hash) = 32),
    raw          bytea not null,      -- the line without its newline
    kind         text,                -- null when the line could not be read
    ts           timestamptz,         -- as the device said
    corrected_at timestamptz,         -- ts − skew of the upload that brought it
    fields       jsonb not null,      -- what the service understood
    token_id     uuid,                -- redeem: the genuine token it is about
    valid        boolean not null default false, -- redeem: could have let its holder in
    status       text not null check (status in ('applied', 'duplicate', 'conflict', 'rejected')),
    code         text,
    primary key (creator_id, device_id, seq),
    foreign key (creator_id, device_id, upload) references device_uploads,
    foreign key (creator_id, token_id) references tokens,
    check ((status = 'applied') = (code is null)),
    check ((status <> 'rejected') <= (kind is not null and corrected_at is not null))
) with (fillfactor = 80);
create index device_events_token on device_events (creator_id, token_id)
    where token_id is not null and kind = 'redeem';

-- Who redeemed a token first, as far as is known. The token's redeemed_at is the same time.
create table token_redemptions (
    creator_id   uuid not null,
    token_id     uuid not null,
    device_id    uuid not null,
    seq          bigint not null,
    corrected_at timestamptz not null,
    primary key (creator_id, token_id),
    foreign key (creator_id, token_id) references tokens,
    foreign key (creator_id, device_id, seq) references device_events
);

-- Offline stock. States: active → returned | expired. What a lease covers is judged by the corrected
-- time of the sale, so a late upload of a sale within its life is still inside it.
create table walk_in_leases (
    creator_id   uuid not null,
    id           uuid not null,
    device_id    uuid not null,
    drop_id      uuid not null,
    quantity     integer not null check (quantity between 1 and 1000000),
    returned     integer not null default 0 check (returned >= 0), -- given back before its end
    used         integer not null default 0 check (used >= 0),     -- sold inside it, as known
    state        text not null check (state in ('active', 'returned', 'expired')),
    granted_at   timestamptz not null default now(),
    until        timestamptz not null,
    ended_at     timestamptz,
    ledger_index bigint not null,
    primary key (creator_id, id),
    foreign key (creator_id, device_id) references devices,
    foreign key (creator_id, drop_id) references drops,
    check (returned + used <= quantity),
    check (until > granted_at),
    check ((state = 'active') = (ended_at is null))
) with (fillfactor = 80);
create index walk_in_leases_of_drop on walk_in_leases (creator_id, drop_id);
create index walk_in_leases_of_device on walk_in_leases (creator_id, device_id);
create index walk_in_leases_active on walk_in_leases (creator_id, until) where state = 'active';

-- A sale as a device told it. Of several with one payment reference the first counts.
create table walk_in_sales (
    creator_id        uuid not null,
    device_id         uuid not null,
    seq               bigint not null,
    id                uuid not null,   -- derived from device and seq; the ledger's subject
    corrected_at      timestamptz not null,
    payment_method    text not null,
    payment_reference text,
    counted           boolean not null default true,
    ledger_index      bigint,
    primary key (creator_id, device_id, seq),
    constraint walk_in_sales_id unique (creator_id, id),
    foreign key (creator_id, device_id, seq) references device_events
) with (fillfactor = 90);
create index walk_in_sales_payment on walk_in_sales (creator_id, payment_method, payment_reference)
    where payment_reference is not null;

create table walk_in_sale_lines (
    creator_id   uuid not null,
    device_id    uuid not null,
    seq          bigint not null,
    line         integer not null check (line >= 1),
    drop_id      uuid,                -- null: goods without a drop at this event
    sku          text,                -- as told, or the drop's; null when drop_id was unknown
    known        boolean not null,    -- the goods are the creator's
    quantity     integer not null check (quantity between 1 and 1000000),
    price        bigint not null check (price >= 0),
    currency     text not null check (currency ~ '^[A-Z]{3}$'),
    lease_id     uuid,                -- as told; it may not exist
    corrected_at timestamptz not null,
    counted      boolean not null default true, -- its sale's
    covered      integer not null default 0,    -- units inside the lease
    short        integer not null default 0,    -- units beyond the drop's walk-in stock
    primary key (creator_id, device_id, seq, line),
    foreign key (creator_id, device_id, seq) references walk_in_sales,
    foreign key (creator_id, drop_id) references drops,
    check (covered between 0 and quantity),
    check (short between 0 and quantity),
    check (counted or (covered = 0 and short = 0))
) with (fillfactor = 80);
create index walk_in_sale_lines_drop on walk_in_sale_lines (creator_id, drop_id)
    where drop_id is not null;
create index walk_in_sale_lines_lease on walk_in_sale_lines (creator_id, lease_id)
    where lease_id is not null;

-- Facts that disagree. One case per kind and subject, whichever fact came first: its id is derived
-- from them, so that it does not depend on the order of arrival either.
create table cases (
    creator_id   uuid not null references creators,
    id           uuid not null,
    kind         text not null check (kind in ('already_redeemed', 'superseded', 'cancelled',
        'expired', 'forfeited', 'unpaid', 'home_delivery', 'wrong_event', 'wrong_window', 'not_genuine', 'oversold',
        'unknown_product', 'device_fork')),
    subject      text not null,       -- a token, drop, device or event, depending on the kind
    event_id     uuid not null,
    data         jsonb not null,      -- amounts and names, made again with every new fact
    state        text not null check (state in ('open', 'resolved')),
    resolution   text check (length(resolution) between 1 and 64),
    note         text check (length(note) <= 2000),
    resolved_by  uuid,                -- API key
    opened_at    timestamptz not null default now(),
    resolved_at  timestamptz,
    ledger_index bigint,              -- null only inside the transaction that opens it
    primary key (creator_id, id),
    constraint cases_one_per_subject unique (creator_id, kind, subject),
    foreign key (creator_id, event_id) references events,
    check ((state = 'resolved') = (resolved_at is not null)),
    check ((state = 'resolved') = (resolution is not null)),
    check ((state = 'resolved') = (resolved_by is not null)),
    check (note is null or state = 'resolved')
) with (fillfactor = 80);
create index cases_by_state on cases (creator_id, state, opened_at, id);

create table case_events (
    creator_id uuid not null,
    case_id    uuid not null,
    device_id  uuid not null,
    seq        bigint not null,
    primary key (creator_id, device_id, seq, case_id),
    foreign key (creator_id, case_id) references cases,
    foreign key (creator_id, device_id, seq) references device_events
);
create index case_events_of_case on case_events (creator_id, case_id, device_id, seq);

-- A ledger entry that waits for the end of the transaction, when the head is locked.
create type roadshow.ledger_note as (kind text, subject uuid, prev bigint, data jsonb);
