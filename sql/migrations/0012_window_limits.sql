-- SPDX-License-Identifier: Apache-2.0
--
-- A person's units of a window are counted whether it limits them or not: the limit may come, go and come
-- again while it is open, and then has to find them.

set local search_path = roadshow, api;

alter table window_buyers alter column per_person drop not null; -- null: no limit at the last claim
insert into window_buyers (creator_id, drop_id, window_name, buyer_key, units)
select t.creator_id, t.drop_id, t.window_name, c.buyer_key, count(*)
from tokens t join claims c on c.creator_id = t.creator_id and c.id = t.claim_id
where t.window_name is not null and (t.state not in ('expired', 'cancelled') or t.version > 1)
group by t.creator_id, t.drop_id, t.window_name, c.buyer_key
on conflict (creator_id, drop_id, window_name, buyer_key) do update
    set units = excluded.units, per_person = greatest(window_buyers.per_person, excluded.units);
