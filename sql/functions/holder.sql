-- SPDX-License-Identifier: Apache-2.0
--
-- What a token's holder is shown: the page behind their link, and the QR code.

-- "Friday, 1 May 2026, 18:00 – 23:00", on the clocks of that zone; a span over midnight names both days.
-- No line breaks between a time and its dash, nor between two times of a day.
create or replace function roadshow.local_span(p_from timestamptz, p_until timestamptz, p_zone text)
returns text language sql stable as $$
    select to_char(a, 'FMDay, FMDD FMMonth YYYY, HH24:MI') || E'\u00a0–'
        || case when a::date = b::date then E'\u00a0' || to_char(b, 'HH24:MI')
            else to_char(b, '" "FMDay, FMDD FMMonth YYYY, HH24:MI') end
    from (select p_from at time zone p_zone as a, p_until at time zone p_zone as b) x
$$;

-- "Friday, 1 May 2026 at 18:00", likewise.
create or replace function roadshow.local_time(p_at timestamptz, p_zone text) returns text
    language sql stable as $$
    select to_char(p_at at time zone p_zone, 'FMDay, FMDD FMMonth YYYY" at "HH24:MI')
$$;

-- GET /v1/tokens/{token}/qr.svg and qr.png: what the text is made of. Raises: RS401, RS404, RS409
-- token_state.
create or replace function api.token_code(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    t   roadshow.tokens;
    d   roadshow.drops;
    doc jsonb;
begin
    perform authorise(p_creator, c);
    select * into t from tokens where creator_id = p_creator and id = (p ->> 'token')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such token.');
    end if;
    select * into d from drops where creator_id = p_creator and id = t.drop_id;
    doc := token_json(t, d, true);
    if doc -> 'jwt' = 'null' then
        perform fail(409, 'token_state',
            'This token is ' || t.state || '; only an issued one has a code to show.');
    end if;
    return answer_ok(200, doc, etag_of(doc::text));
end $$;

-- GET /t/{secret}: public; the secret has proved who asks. 200 with the words of the page, 410 for the
-- link of an earlier version, 404 for a token that is not there (any more: a restored backup).
-- `state` is the token's, or over (issued, and its end has passed, the pickup's grace included), or
-- superseded. The pickup that is shown is the drop's without its grace; a token that has an end of its own
-- (who came from the waitlist after the pickup) shows that.
create or replace function api.token_page(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    t     roadshow.tokens;
    d     roadshow.drops;
    e     roadshow.events;
    state text;
    doc   jsonb;
begin
    select * into t from tokens where creator_id = p_creator and id = (p ->> 'token')::uuid;
    if not found or (p ->> 'version')::bigint > t.version then
        return answer_ok(404, '{}');
    end if;
    select * into d from drops where creator_id = p_creator and id = t.drop_id;
    select * into e from events where creator_id = p_creator and id = d.event_id;
    state := case when (p ->> 'version')::bigint < t.version then 'superseded'
        when t.state = 'issued' and token_end(t, d) <= clock_timestamp() then 'over'
        when t.state = 'held' and t.held_until <= clock_timestamp() then 'expired'
        else t.state end;
    doc := token_json(t, d, state = 'issued') || jsonb_build_object('state', state,
        'since', case state when 'held' then local_time(t.held_until, e.time_zone)
            when 'expired' then local_time(t.held_until, e.time_zone)
            when 'redeemed' then local_time(t.redeemed_at, e.time_zone)
            when 'cancelled' then local_time(t.ended_at, e.time_zone)
            when 'forfeited' then local_time(t.ended_at, e.time_zone) end,
        'creator', (select name from creators where id = p_creator),
        'title', (select title from products where creator_id = p_creator and sku = d.sku),
        'event', e.name, 'venue', e.venue_name, 'address', e.venue_address,
        'when', local_span(e.starts_at, e.ends_at, e.time_zone),
        'pickup', local_span(d.pickup_from, coalesce(t.valid_until, d.pickup_until), e.time_zone),
        'zone', case when e.time_zone = 'Etc/UTC' then 'UTC'
            else 'Local time, ' || replace(e.time_zone, '_', ' ') end);
    return answer_ok(case state when 'superseded' then 410 else 200 end, doc);
end $$;
