-- SPDX-License-Identifier: Apache-2.0
--
-- What may be sent instead of a line that a picker does not find: as the order allows it, and as it was done.

set local search_path = roadshow, api;

alter table order_lines add substitutes text[] check (cardinality(substitutes) between 1 and 5);
-- The line of the order that this one is sent for, when it is another SKU. Then quantity counts for that line.
alter table shipment_lines add substitute_of text,
    add constraint shipment_lines_substitute check (substitute_of <> sku);
