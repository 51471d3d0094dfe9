-- SPDX-License-Identifier: Apache-2.0
--
-- What a venue device needs to work without a network: its event's tokens, products, leases and
-- checklists.

-- How many tokens one answer holds at most: a few megabytes of text, whatever the event's size.
create or replace function roadshow.mirror_page_tokens() returns integer language sql immutable
    parallel safe as $$
    select 10000
$$;

-- Tokens, and of products their ids, that the ledger says have changed behind p_known.
create or replace function roadshow.mirror_changed(p_creator uuid, p_known bigint) returns uuid[]
    language plpgsql stable as $$
begin
    return array(
        select l.subject from ledger l
        where l.creator_id = p_creator and l.index > p_known
          and (l.kind like 'token.%' or l.kind like 'product.%')
        union
        select (l.entry::jsonb -> 'data' ->> 'token_id')::uuid from ledger l
        where l.creator_id = p_creator and l.index > p_known and l.kind like 'order.%');
end $$;

-- The head line of the mirror of device d, without keys.
create or replace function roadshow.mirror_head(p_creator uuid, d roadshow.devices, p_snapshot boolean,
    p_size bigint, p_next text)
returns text language sql stable as $$
    select jsonb_build_object('kind', 'head', 'snapshot', p_snapshot, 'ledger_size', p_size,
        'next', p_next, 'server_time', roadshow.rfc3339(clock_timestamp()),
        'checkpoint', (select l.checkpoint from roadshow.log_heads l where l.creator_id = p_creator),
        'event', jsonb_build_object('id', e.id, 'name', e.name,
            'starts_at', roadshow.rfc3339(e.starts_at), 'ends_at', roadshow.rfc3339(e.ends_at),
            'time_zone', e.time_zone),
        'device', jsonb_build_object('id', d.id, 'name', d.name, 'profile', d.profile,
            'acked_seq', d.acked_seq, 'head', roadshow.base64url(d.head)),
        'drops', (
            select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'sku', o.sku,
                'quantity', o.quantity, 'tokenized', o.tokenized,
                'pickup_from', roadshow.rfc3339(o.pickup_from),
                'pickup_until', roadshow.rfc3339(o.pickup_until)) order by o.id), '[]')
            from roadshow.drops o where o.creator_id = p_creator and o.event_id = d.event_id))::text
    from roadshow.events e where e.creator_id = p_creator and e.id = d.event_id
$$;

-- The event's tokens behind (p_drop, p_serial), by drop and serial: one page and one more. p_only: of
-- these, null for all.
create or replace function roadshow.mirror_tokens(p_creator uuid, p_event uuid, p_drop uuid,
    p_serial integer, p_only uuid[])
returns table (drop_id uuid, serial integer, line text) language sql stable as $$
    select o.id, t.serial, '{"kind":"token","id":"' || t.id || '","serial":' || t.serial
        || ',"version":' || t.version || ',"state":"' || t.state || '","drop":"' || o.id || '"'
        || case when exists (select from roadshow.orders
            where creator_id = p_creator and token_id = t.id) then ',"delivery":true' else '' end || '}'
    from roadshow.drops o
    cross join lateral (
        select x.* from roadshow.tokens x where x.creator_id = p_creator and x.drop_id = o.id
          and x.serial > case when o.id = p_drop then p_serial else 0 end
          and (p_only is null or x.id in (select unnest(p_only)))
        order by x.serial limit roadshow.mirror_page_tokens() + 1
    ) t
    where o.creator_id = p_creator and o.event_id = p_event
      and (p_drop is null or o.id >= p_drop)
    order by o.id, t.serial limit roadshow.mirror_page_tokens() + 1
$$;

-- GET /v1/mirror. The head line (to which the service adds the public keys) and the lines after it, as
-- NDJSON. With `after`, only what the ledger says has changed behind that index. `stable` makes every
-- query here see the snapshot of the calling statement: what is written and the ledger's size agree.
--
-- A device gets everything, and is told so by "snapshot": true, when it has nothing, when it is more
-- than 50,000 entries or a page of tokens behind, and when it claims entries we do not have (a restored
-- backup). A snapshot of more than a page of tokens is had page by page, with `from` the head's `next`
-- of the page before: drop, serial, and the ledger's size of the first page. What changes meanwhile is
-- in the delta behind that size.
-- Raises: RS401, RS403, RS422. Statement: mirror_read.
create or replace function api.mirror_read(p_creator uuid, c api.caller, p jsonb)
returns table (head text, lines text) language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    d       devices;
    known   bigint := (p ->> 'after')::bigint;
    page    text[] := string_to_array(p ->> 'from', '.');
    size    bigint;
    whole   boolean;
    changed uuid[];
    onward  text;
begin
    select * into d from devices where creator_id = p_creator and id = c.subject_id;
    if not found or d.state not in ('active', 'quarantined') then
        perform fail(401, 'key_revoked', 'This device is revoked.');
    end if;
    perform device_may(d, array['scan', 'till', 'manager']);
    if p ->> 'from' !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[0-9]{1,9}\.[0-9]{1,15}$' then
        perform fail(422, 'validation_failed', 'Take `from` as the head line told it.', '?from');
    end if;
    select h.size into strict size from ledger_heads h where h.creator_id = p_creator;
    whole := page is not null or known is null or known >= size or known < size - 1 - 50000;
    if not whole then
        changed := mirror_changed(p_creator, known);
        whole := cardinality(changed) > mirror_page_tokens();
    end if;
    if whole then
        changed := null;
    end if;
    with tokens_of as (
        select t.*, row_number() over (order by t.drop_id, t.serial) as n
        from mirror_tokens(p_creator, d.event_id, page[1]::uuid, page[2]::integer, changed) t
    ), told as (
        select 1 as part, t.n, t.line from tokens_of t where t.n <= mirror_page_tokens()
        union all
        select 2, row_number() over (order by g.sku), jsonb_build_object('kind', 'product',
            'sku', g.sku, 'title', g.title, 'price', money(g.price, g.currency))::text
        from products g
        where page is null and g.creator_id = p_creator
          and (changed is null or g.id in (select unnest(changed)))
        union all
        select 3, row_number() over (order by l.id), jsonb_build_object('kind', 'lease',
            'id', l.id, 'drop', l.drop_id, 'quantity', l.quantity - l.returned, 'used', l.used,
            'state', l.state, 'until', rfc3339(l.until))::text
        from walk_in_leases l
        where page is null and l.creator_id = p_creator and l.device_id = d.id
        union all
        -- As it stands, when its text or a tick is news, or that a tick was redacted.
        select 4, row_number() over (order by x.name), ('{"kind":"checklist"}'::jsonb || x.doc)::text
        from checklists_json(p_creator, d.event_id) x
        where page is null and (whole or exists (select from checklists l
                where l.creator_id = p_creator and l.event_id = d.event_id and l.name = x.name
                  and l.ledger_index > known)
            or exists (
                select from day_events(p_creator, d.event_id, 'checklist') e
                join device_uploads u on u.creator_id = p_creator and u.device_id = e.device_id
                    and u.n = e.upload
                left join line_redactions r on r.creator_id = p_creator and r.device_id = e.device_id
                    and r.seq = e.seq
                where e.fields ->> 'checklist' = x.name
                  and (u.ledger_index > known or r.ledger_index > known)))
        union all
        -- Again, perhaps, while nothing happens behind it: a device must not miss it.
        select 5, 1, jsonb_build_object('kind', 'status_list', 'id', status_list_id(l.event_id),
            'jwt', b.jwt)::text
        from status_lists l join status_list_builds b using (creator_id, event_id)
        where page is null and l.creator_id = p_creator and l.event_id = d.event_id
          and (whole or b.ledger_size > known)
    )
    select string_agg(t.line, E'\n' order by t.part, t.n), (
        select l.drop_id || '.' || l.serial || '.' || coalesce(page[3]::bigint, size)
        from tokens_of l where l.n = mirror_page_tokens()
          and exists (select from tokens_of m where m.n > mirror_page_tokens()))
    into lines, onward from told t;
    head := mirror_head(p_creator, d, whole and page is null, coalesce(page[3]::bigint, size),
        onward);
    return next;
end $$;
