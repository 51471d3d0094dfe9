-- SPDX-License-Identifier: Apache-2.0
--
-- Orders that are taken back. A token whose order is cancelled is to be picked up again: the order lets go
-- of it, so that it can be delivered by another.

set local search_path = roadshow, api;

alter table orders
    add cancelled_at timestamptz,
    drop constraint orders_state_check,
    add constraint orders_state_check check (state in ('routed', 'partial', 'backordered', 'fulfilled',
        'cancelled')),
    add constraint orders_cancelled check ((state = 'cancelled') = (cancelled_at is not null)
        and (state <> 'cancelled' or token_id is null));
alter table order_lines drop constraint order_lines_backorder_reason_check,
    add constraint order_lines_backorder_reason_check check (backorder_reason in ('no_hub',
        'no_stock', 'no_capacity', 'past_cut_off', 'split_limit', 'short_pick', 'hub_rejected',
        'hub_outage', 'wave_cancelled', 'address_changed', 'cancelled'));
