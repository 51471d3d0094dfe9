-- SPDX-License-Identifier: Apache-2.0
--
-- What a venue device needs to work without a network: its event's tokens, products,
-- leases and checklists.

-- GET /v1/mirror. The head line (to which the service adds the public keys) and the lines after it, as
-- NDJSON. With `after`, only what the ledger says has changed behind that index. `stable` makes every
-- query here see the snapshot of the calling statement: what is written and the ledger's size agree.
--
-- A device gets everything, and is told so by "snapshot": true, when it has nothing, when it is more
-- than 50,000 entries behind, and when it claims entries we do not have (a restored backup).
-- Raises: RS401, RS403. Statement: mirror_read.
create or replace function api.mirror_read(p_creator uuid, c api.caller, p jsonb)
returns table (head text, lines text) language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    d      devices;
    known  bigint := (p ->> 'after')::bigint;
    size   bigint;
    whole  boolean;
begin
    select * into d from devices where creator_id = p_creator and id = c.subject_id;
    if not found or d.state not in ('active', 'quarantined') then
        perform fail(401, 'key_revoked', 'This device is revoked.');
    end if;
    perform device_may(d, array['scan', 'till', 'manager']);
    select h.size into strict size from ledger_heads h where h.creator_id = p_creator;
    whole := known is null or known >= size or known < size - 1 - 50000;

    select jsonb_build_object('kind', 'head', 'snapshot', whole, 'ledger_size', size,
        'server_time', rfc3339(clock_timestamp()),
        'event', jsonb_build_object('id', e.id, 'name', e.name, 'starts_at', rfc3339(e.starts_at),
            'ends_at', rfc3339(e.ends_at), 'time_zone', e.time_zone),
        'device', jsonb_build_object('id', d.id, 'name', d.name, 'profile', d.profile,
            'acked_seq', d.acked_seq, 'head', base64url(d.head)),
        'drops', (
            select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'sku', o.sku,
                'quantity', o.quantity, 'tokenized', o.tokenized,
                'pickup_from', rfc3339(o.pickup_from), 'pickup_until', rfc3339(o.pickup_until))
                order by o.id), '[]')
            from drops o where o.creator_id = p_creator and o.event_id = d.event_id))::text
    into head from events e where e.creator_id = p_creator and e.id = d.event_id;

    with changed as materialized (
        select l.subject from ledger l
        where not whole and l.creator_id = p_creator and l.index > known
          and (l.kind like 'token.%' or l.kind like 'product.%')
        union
        select (l.entry::jsonb -> 'data' ->> 'token_id')::uuid from ledger l
        where not whole and l.creator_id = p_creator and l.index > known and l.kind like 'order.%'
    ), told as (
        select 1 as part, t.drop_id as of_drop, t.serial as n, '{"kind":"token","id":"' || t.id
            || '","serial":' || t.serial || ',"version":' || t.version || ',"state":"' || t.state
            || '","drop":"' || t.drop_id || '"' || case when exists (select from orders
                where creator_id = p_creator and token_id = t.id) then ',"delivery":true' else '' end
            || '}' as line
        from drops o join tokens t on t.creator_id = p_creator and t.drop_id = o.id
        where o.creator_id = p_creator and o.event_id = d.event_id
          and (whole or t.id in (select subject from changed))
        union all
        select 2, null, row_number() over (order by g.sku), jsonb_build_object('kind', 'product',
            'sku', g.sku, 'title', g.title, 'price', money(g.price, g.currency))::text
        from products g
        where g.creator_id = p_creator and (whole or g.id in (select subject from changed))
        union all
        select 3, null, row_number() over (order by l.id), jsonb_build_object('kind', 'lease',
            'id', l.id, 'drop', l.drop_id, 'quantity', l.quantity - l.returned, 'used', l.used,
            'state', l.state, 'until', rfc3339(l.until))::text
        from walk_in_leases l where l.creator_id = p_creator and l.device_id = d.id
        union all
        -- As it stands, when its text or a tick is news.
        select 4, null, row_number() over (order by x.name), ('{"kind":"checklist"}'::jsonb || x.doc)::text
        from checklists_json(p_creator, d.event_id) x
        where whole or exists (select from checklists l where l.creator_id = p_creator
                and l.event_id = d.event_id and l.name = x.name and l.ledger_index > known)
            or exists (
                select from day_events(p_creator, d.event_id, 'checklist') e
                join device_uploads u on u.creator_id = p_creator and u.device_id = e.device_id
                    and u.n = e.upload
                where e.fields ->> 'checklist' = x.name and u.ledger_index > known)
        union all
        -- Again, perhaps, while nothing happens behind it: a device must not miss it.
        select 5, null, 1, jsonb_build_object('kind', 'status_list', 'id', status_list_id(l.event_id),
            'jwt', b.jwt)::text
        from status_lists l join status_list_builds b using (creator_id, event_id)
        where l.creator_id = p_creator and l.event_id = d.event_id
          and (whole or b.ledger_size > known)
    )
    select string_agg(line, E'\n' order by part, of_drop, n) into lines from told;
    return next;
end $$;
