-- SPDX-License-Identifier: Apache-2.0
--
-- Hubs, stock, waves, orders, shipments and pick lists. What must never be false is a constraint
-- here: stock is never promised twice, a wave never holds more shipments than it has slots, a token
-- is delivered once, a state and its time agree.
--
-- A shipment's lines are the reservations: for each hub and SKU, `reserved` is the sum of
-- quantity - short over the shipments that were neither handed over nor cancelled.
-- For each line of an order, quantity = backordered + the same sum over all its shipments that were
-- not cancelled.
--
-- Indexes beside primary keys are partial where they can be: while a table is empty the planner cannot
-- tell two indexes that begin with creator_id apart, and would look rows up in the wrong one until
-- the table is analysed.

set local search_path = roadshow, api;

-- ---- reference: of all creators ---------------------------------------------------------------

-- Where a postal code is. Codes are upper case without blanks and hyphens: roadshow.postal_key().
create table postal_codes (
    country text not null check (country ~ '^[A-Z]{2}$'),
    code    text not null check (code ~ '^[A-Z0-9]{1,12}$'),
    lat     double precision not null check (lat between -90 and 90),
    lon     double precision not null check (lon between -180 and 180),
    primary key (country, code)
);
create index postal_codes_prefix on postal_codes (country, code text_pattern_ops);

-- ---- hubs -------------------------------------------------------------------------------------

-- The row's lock guards the hub's stock and the capacity of its waves: whoever changes either takes
-- it first (for no key update, ids ascending).
create table hubs (
    creator_id       uuid not null references creators,
    id               uuid not null,
    name             text not null check (length(name) between 1 and 200),
    kind             text not null check (kind in ('micro_hub', 'warehouse', 'venue')),
    lat              double precision not null check (lat between -90 and 90),
    lon              double precision not null check (lon between -180 and 180),
    time_zone        text not null,
    partner_id       uuid references partners,
    event_id         uuid, -- the neighbourhood it was set up for
    active           boolean not null default true,
    radius_m         double precision check (radius_m > 0),
    capacity         integer not null check (capacity between 1 and 100000), -- shipments a wave
    handling_minutes integer not null check (handling_minutes between 0 and 10080),
    cut_offs         jsonb not null, -- [{"weekday": 1..7, "at": "HH:MM"}] in its zone
    cost_per_order   bigint not null default 0 check (cost_per_order >= 0), -- minor units
    cost_per_km      bigint not null default 0 check (cost_per_km >= 0),
    waves_until      date not null default '-infinity', -- materialised up to this local day
    version          bigint not null default 1 check (version >= 1),
    created_at       timestamptz not null default now(),
    ledger_index     bigint not null,
    primary key (creator_id, id),
    foreign key (creator_id, event_id) references events
) with (fillfactor = 70);

-- Raised by every change that ranking must see; the workers' copies carry it.
create table hub_heads (
    creator_id uuid primary key references creators,
    version    bigint not null default 1
) with (fillfactor = 20);

create table hub_stock (
    creator_id   uuid not null references creators,
    hub_id       uuid not null,
    sku          text not null,
    on_hand      integer not null check (on_hand >= 0),
    reserved     integer not null default 0 check (reserved >= 0),
    safety       integer not null default 0 check (safety >= 0), -- never promised to orders
    bin          text check (length(bin) between 1 and 32),      -- walk order of the shelves
    version      bigint not null default 1 check (version >= 1),
    updated_at   timestamptz not null default now(),
    primary key (creator_id, hub_id, sku),
    foreign key (creator_id, hub_id) references hubs,
    foreign key (creator_id, sku) references products (creator_id, sku),
    constraint hub_stock_never_overpromised check (reserved <= on_hand)
) with (fillfactor = 60);

-- A departure: what is routed before cut_off_at is ready at ready_at. Rows exist for the next days;
-- daylight saving is settled when they are made.
create table waves (
    creator_id uuid not null references creators,
    id         uuid not null,
    hub_id     uuid not null,
    cut_off_at timestamptz not null,
    ready_at   timestamptz not null,
    capacity   integer not null check (capacity >= 0),
    used       integer not null default 0 check (used >= 0),
    primary key (creator_id, id),
    unique (creator_id, hub_id, cut_off_at),
    foreign key (creator_id, hub_id) references hubs,
    constraint waves_never_overfull check (used <= capacity),
    check (ready_at >= cut_off_at)
) with (fillfactor = 60);

-- ---- orders -----------------------------------------------------------------------------------

-- routed: every unit has a hub · partial: some · backordered: none · fulfilled: all handed over.
-- roadshow.order_settle() derives the state from shipments and lines.
create table orders (
    creator_id   uuid not null references creators,
    id           uuid not null,
    key_id       uuid not null,
    state        text not null check (state in ('routed', 'partial', 'backordered', 'fulfilled')),
    service      text not null check (service in ('pickup', 'same_day', 'next_day', 'standard')),
    lat          double precision not null check (lat between -90 and 90),
    lon          double precision not null check (lon between -180 and 180),
    country      text,
    postal_code  text,
    not_before   timestamptz,
    needed_by    timestamptz,
    token_id     uuid, -- a token whose unit is delivered instead of picked up
    event_id     uuid, -- of the token's drop
    created_at   timestamptz not null default now(),
    fulfilled_at timestamptz,
    ledger_index bigint not null,
    primary key (creator_id, id),
    foreign key (creator_id, token_id) references tokens,
    foreign key (creator_id, event_id) references events,
    check ((state = 'fulfilled') = (fulfilled_at is not null)),
    check ((country is null) = (postal_code is null))
) with (fillfactor = 80);

create unique index orders_one_per_token on orders (creator_id, token_id)
    where token_id is not null;

create table order_lines (
    creator_id       uuid not null references creators,
    order_id         uuid not null,
    sku              text not null,
    quantity         integer not null check (quantity between 1 and 10000),
    backordered      integer not null default 0 check (backordered >= 0),
    backorder_reason text check (backorder_reason in ('no_hub', 'no_stock', 'no_capacity',
        'past_cut_off', 'split_limit', 'short_pick', 'hub_rejected')),
    primary key (creator_id, order_id, sku),
    foreign key (creator_id, order_id) references orders,
    foreign key (creator_id, sku) references products (creator_id, sku),
    check (backordered <= quantity),
    check ((backordered > 0) = (backorder_reason is not null))
);

-- Why an order went where it went: one row each time it was routed.
create table order_routings (
    creator_id  uuid not null references creators,
    order_id    uuid not null,
    attempt     integer not null check (attempt >= 1),
    explanation jsonb not null,
    primary key (creator_id, order_id, attempt),
    foreign key (creator_id, order_id) references orders
);

-- ---- pick lists -------------------------------------------------------------------------------

-- open → claimed → picking → picked → packed → handed_over, or cancelled. A lost lease returns it to
-- open. `acceptance` is the partner's word, apart from the work. roadshow.picklist_move() moves it.
create table picklists (
    creator_id       uuid not null references creators,
    id               uuid not null,
    hub_id           uuid not null,
    wave_id          uuid not null,
    state            text not null check (state in ('open', 'claimed', 'picking', 'picked', 'packed',
        'handed_over', 'cancelled')),
    acceptance       text not null default 'offered'
        check (acceptance in ('offered', 'accepted', 'rejected')),
    rejection        text check (rejection in ('capacity', 'stock_missing', 'damaged', 'hub_closed',
        'other')),
    fencing          bigint not null default 0 check (fencing >= 0), -- raised by each claim
    lease_id         uuid,
    lease_expires_at timestamptz,
    parcels          jsonb, -- [{"order_id", "weight_g", "tracking"}] as packed
    handed_over_to   text check (length(handed_over_to) between 1 and 200),
    created_at       timestamptz not null default now(),
    picked_at        timestamptz,
    packed_at        timestamptz,
    handed_over_at   timestamptz,
    cancelled_at     timestamptz,
    ledger_index     bigint not null,
    primary key (creator_id, id),
    foreign key (creator_id, hub_id) references hubs,
    foreign key (creator_id, wave_id) references waves,
    check ((state in ('claimed', 'picking', 'picked', 'packed')) = (lease_id is not null)),
    check ((lease_id is null) = (lease_expires_at is null)),
    check ((state in ('picked', 'packed', 'handed_over')) <= (picked_at is not null)),
    check ((state in ('packed', 'handed_over')) <= (packed_at is not null and parcels is not null)),
    check ((state = 'handed_over') = (handed_over_at is not null)),
    check ((state = 'handed_over') <= (handed_over_to is not null)),
    check ((state = 'cancelled') = (cancelled_at is not null)),
    check ((acceptance = 'rejected') = (rejection is not null))
) with (fillfactor = 70);
create index picklists_open on picklists (creator_id, hub_id, id) where state = 'open';
create index picklists_leases on picklists (creator_id, lease_expires_at)
    where lease_expires_at is not null;

-- routed → picking → handed_over, or cancelled: released whole, its units routed again.
create table shipments (
    creator_id     uuid not null references creators,
    id             uuid not null,
    order_id       uuid not null,
    hub_id         uuid not null,
    wave_id        uuid not null,
    picklist_id    uuid,
    state          text not null check (state in ('routed', 'picking', 'handed_over', 'cancelled')),
    distance_m     double precision not null check (distance_m >= 0),
    promise_at     timestamptz not null,
    created_at     timestamptz not null default now(),
    handed_over_at timestamptz,
    cancelled_at   timestamptz,
    primary key (creator_id, id),
    foreign key (creator_id, order_id) references orders,
    foreign key (creator_id, hub_id) references hubs,
    foreign key (creator_id, wave_id) references waves,
    foreign key (creator_id, picklist_id) references picklists,
    check ((state = 'handed_over') = (handed_over_at is not null)),
    check ((state = 'cancelled') = (cancelled_at is not null)),
    check ((state in ('picking', 'handed_over')) <= (picklist_id is not null))
) with (fillfactor = 80);
create index shipments_order on shipments (creator_id, order_id) where state <> 'cancelled';
create index shipments_wave on shipments (creator_id, wave_id) where picklist_id is null;
create index shipments_picklist on shipments (creator_id, picklist_id)
    where picklist_id is not null;

create table shipment_lines (
    creator_id  uuid not null references creators,
    shipment_id uuid not null,
    sku         text not null,
    quantity    integer not null check (quantity >= 1),
    picked      integer check (picked >= 0),
    short       integer not null default 0 check (short >= 0),
    primary key (creator_id, shipment_id, sku),
    foreign key (creator_id, shipment_id) references shipments,
    check (short <= quantity),
    check (picked is null or picked + short = quantity)
) with (fillfactor = 80);
