-- SPDX-License-Identifier: Apache-2.0
--
-- Hubs in full: opening hours, days that are different, capacity of a day, outages, waves that were
-- called off, and goods on their way from one hub to another.

set local search_path = roadshow, api;

alter table hubs
    -- [{"weekday": 1..7, "from": "HH:MM", "until": "HH:MM"}] in its zone; none: at any time
    add opening_hours jsonb not null default '[]',
    -- [{"date", "cut_offs": ["HH:MM"], "opening_hours": [{"from", "until"}]}]: replaces that weekday's
    add exceptions jsonb not null default '[]',
    add day_capacity integer check (day_capacity between 1 and 1000000), -- shipments a local day
    add outage_at timestamptz, -- since when it takes nothing
    add outage_reason text check (length(outage_reason) between 1 and 200),
    add constraint hubs_outage check ((outage_at is null) = (outage_reason is null));

alter table waves
    add day date,              -- of its cut-off, in the hub's zone
    add pickup_at timestamptz, -- the first moment from ready_at on at which the hub is open
    add cancelled_at timestamptz;
update waves w set day = (w.cut_off_at at time zone h.time_zone)::date, pickup_at = w.ready_at
from hubs h where h.creator_id = w.creator_id and h.id = w.hub_id;
alter table waves alter day set not null, alter pickup_at set not null,
    add constraint waves_pickup check (pickup_at >= ready_at);

-- What the waves of one local day hold together; kept by the trigger below. Guarded by the hub's row.
create table hub_days (
    creator_id uuid not null references creators,
    hub_id     uuid not null,
    day        date not null,
    capacity   integer check (capacity >= 0), -- null: only the waves' own
    used       integer not null default 0 check (used >= 0),
    primary key (creator_id, hub_id, day),
    foreign key (creator_id, hub_id) references hubs,
    constraint hub_days_never_overfull check (used <= capacity)
) with (fillfactor = 60);
insert into hub_days (creator_id, hub_id, day, used)
select creator_id, hub_id, day, sum(used) from waves group by creator_id, hub_id, day;

create function wave_made() returns trigger language plpgsql
set search_path = roadshow, pg_temp as $$
begin
    insert into hub_days as d (creator_id, hub_id, day, capacity, used)
    select n.creator_id, n.hub_id, n.day, h.day_capacity, sum(n.used)
    from new_waves n join hubs h on h.creator_id = n.creator_id and h.id = n.hub_id
    group by n.creator_id, n.hub_id, n.day, h.day_capacity
    on conflict (creator_id, hub_id, day) do update set used = d.used + excluded.used;
    return null;
end $$;
create function wave_used() returns trigger language plpgsql
set search_path = roadshow, pg_temp as $$
begin
    update hub_days d set used = d.used + x.more
    from (
        select n.creator_id, n.hub_id, n.day, sum(n.used - o.used)::integer as more
        from new_waves n join old_waves o on o.creator_id = n.creator_id and o.id = n.id
        where n.used <> o.used
        group by n.creator_id, n.hub_id, n.day
    ) x
    where d.creator_id = x.creator_id and d.hub_id = x.hub_id and d.day = x.day;
    return null;
end $$;
create trigger waves_made after insert on waves referencing new table as new_waves
    for each statement execute function wave_made();
create trigger waves_used after update on waves referencing old table as old_waves
    new table as new_waves for each statement execute function wave_used();

alter table order_lines drop constraint order_lines_backorder_reason_check,
    add constraint order_lines_backorder_reason_check check (backorder_reason in ('no_hub',
        'no_stock', 'no_capacity', 'past_cut_off', 'split_limit', 'short_pick', 'hub_rejected',
        'hub_outage', 'wave_cancelled', 'address_changed'));

create index shipments_hub on shipments (creator_id, hub_id) where state in ('routed', 'picking');

-- Goods between two hubs: they left one shelf and lie on no other yet.
-- in_transit → received, or → cancelled: back where they came from.
create table transfers (
    creator_id   uuid not null references creators,
    id           uuid not null,
    from_hub_id  uuid not null,
    to_hub_id    uuid not null,
    state        text not null check (state in ('in_transit', 'received', 'cancelled')),
    created_at   timestamptz not null default now(),
    received_at  timestamptz,
    cancelled_at timestamptz,
    ledger_index bigint not null,
    primary key (creator_id, id),
    foreign key (creator_id, from_hub_id) references hubs,
    foreign key (creator_id, to_hub_id) references hubs,
    check (from_hub_id <> to_hub_id),
    check ((state = 'received') = (received_at is not null)),
    check ((state = 'cancelled') = (cancelled_at is not null))
);
create table transfer_lines (
    creator_id  uuid not null references creators,
    transfer_id uuid not null,
    sku         text not null,
    quantity    integer not null check (quantity between 1 and 10000000),
    received    integer check (received >= 0), -- what arrived; the rest was lost on the way
    primary key (creator_id, transfer_id, sku),
    foreign key (creator_id, transfer_id) references transfers,
    foreign key (creator_id, sku) references products (creator_id, sku),
    check (received <= quantity)
);
