-- SPDX-License-Identifier: Apache-2.0
--
-- What an event leaves over goes to hubs too: goods on their way may come from a drop instead of a hub, and
-- a drop of which everything went on has no units.

set local search_path = roadshow, api;

alter table transfers
    alter from_hub_id drop not null,
    add from_drop_id uuid, -- whose walk-in units they were
    add foreign key (creator_id, from_drop_id) references drops,
    add constraint transfers_from check ((from_hub_id is null) <> (from_drop_id is null));

alter table drops drop constraint drops_quantity_check,
    add constraint drops_quantity_check check (quantity between 0 and 1000000);

-- What is on its way to a hub.
create index transfers_coming on transfers (creator_id, to_hub_id) where state = 'in_transit';
