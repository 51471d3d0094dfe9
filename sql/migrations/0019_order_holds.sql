-- SPDX-License-Identifier: Apache-2.0
--
-- Orders that are held first: units and slots are reserved for a time, and the order is confirmed by a
-- payment, released, or expires. A shipment of a hold is in no wave's pick list.

set local search_path = roadshow, api;

-- held → routed when it is confirmed, or → cancelled, or → expired.
alter table orders
    add held_until timestamptz,     -- of an order that was made as a hold
    add hold_key_sha256 bytea check (length(hold_key_sha256) = 32), -- whose text releases it
    add promised_at timestamptz,    -- when the last of it was promised for, as the hold was told
    add confirmed_at timestamptz,
    add promise_kept boolean,       -- whether that stood when it was confirmed
    add payment_reference text check (length(payment_reference) between 1 and 200),
    add expired_at timestamptz,
    drop constraint orders_state_check,
    add constraint orders_state_check check (state in ('held', 'routed', 'partial', 'backordered',
        'fulfilled', 'cancelled', 'expired')),
    add constraint orders_held check ((state in ('held', 'expired')) <= (held_until is not null
        and confirmed_at is null)),
    add constraint orders_hold_whole check ((held_until is null) = (hold_key_sha256 is null)
        and (held_until is null) <= (promised_at is null and confirmed_at is null)),
    add constraint orders_confirmed check ((confirmed_at is null) = (payment_reference is null)
        and (confirmed_at is null) = (promise_kept is null)),
    add constraint orders_expired check ((state = 'expired') = (expired_at is not null)),
    -- A token's unit is paid for already.
    add constraint orders_hold_of_no_token check (held_until is null or token_id is null);
create index orders_holds on orders (creator_id, held_until) where state = 'held';
create unique index orders_one_per_payment on orders (creator_id, payment_reference)
    where payment_reference is not null;

alter table shipments drop constraint shipments_state_check,
    add constraint shipments_state_check check (state in ('held', 'routed', 'picking', 'handed_over',
        'cancelled'));
drop index shipments_hub;
create index shipments_hub on shipments (creator_id, hub_id) where state in ('held', 'routed', 'picking');

alter table order_lines drop constraint order_lines_backorder_reason_check,
    add constraint order_lines_backorder_reason_check check (backorder_reason in ('no_hub',
        'no_stock', 'no_capacity', 'past_cut_off', 'split_limit', 'short_pick', 'hub_rejected',
        'hub_outage', 'wave_cancelled', 'address_changed', 'cancelled', 'hold_expired'));
