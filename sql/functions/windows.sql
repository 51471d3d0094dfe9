-- SPDX-License-Identifier: Apache-2.0
--
-- Windows of a drop: early-bird, members, public. A window has its own times, and may have its own
-- quantity, its own limit for a person, and a proof: a code that many know, or an invitation, which is
-- made for one person and checked by the service. api.claim_batch() goes by them.
--
-- Who does not name a window comes through the one that asks for no proof: there is one at a time.
--
-- Locks: drop → ledger head.

-- Whether the window fits its drop and the drop's other windows. Raises: RS422. p_at points at it.
create or replace function roadshow.window_check(d roadshow.drops, w roadshow.drop_windows, p_at text)
returns void language plpgsql stable as $$
declare
    other text;
begin
    if w.name !~ '^[a-z0-9][a-z0-9-]{0,39}$' then
        perform fail(422, 'validation_failed',
            'A window''s name is up to 40 characters of a-z, 0-9 and hyphens.',
            p_at || '/name');
    end if;
    if w.opens_at < d.opens_at or w.closes_at > d.closes_at or w.closes_at <= w.opens_at then
        perform fail(422, 'validation_failed',
            'A window opens and closes, in this order, while its drop is open.', p_at || '/opens_at');
    end if;
    select x.name into other from drop_windows x
    where x.creator_id = d.creator_id and x.drop_id = d.id and x.name <> w.name
      and x.proof = 'none' and w.proof = 'none'
      and x.opens_at < w.closes_at and w.opens_at < x.closes_at
    order by x.name limit 1;
    if found then
        perform fail(422, 'validation_failed', 'The window "' || other
            || '" is open to everybody at the same time.', p_at || '/opens_at');
    end if;
end $$;

-- The window that the document describes; times that are missing are the drop's.
create or replace function roadshow.window_of(d roadshow.drops, p_name text, x jsonb, p_code text)
returns roadshow.drop_windows language sql stable as $$
    select row(d.creator_id, d.id, p_name, coalesce((x ->> 'opens_at')::timestamptz, d.opens_at),
        coalesce((x ->> 'closes_at')::timestamptz, d.closes_at), (x ->> 'quantity')::integer,
        (x ->> 'per_person')::integer, coalesce(x ->> 'proof', 'none'), decode(p_code, 'hex'), 0, 1)
        ::roadshow.drop_windows
$$;

-- What the ledger says of a window: its rules, but not its code.
create or replace function roadshow.window_told(w roadshow.drop_windows) returns jsonb
    language sql stable as $$
    select roadshow.window_json(w) - 'used'
$$;

-- {"windows": […]} for drop.created; {} when there are none. Caller: drop_create.
create or replace function roadshow.windows_told(d roadshow.drops, p_windows jsonb) returns jsonb
    language sql stable as $$
    select case when jsonb_array_length(p_windows) > 0 then jsonb_build_object('windows', (
        select jsonb_agg(roadshow.window_told(roadshow.window_of(d, x ->> 'name', x, null)) order by o)
        from jsonb_array_elements(p_windows) with ordinality as e(x, o))) else '{}' end
$$;

-- A code and the proof "code" belong together. Raises: RS422.
create or replace function roadshow.window_code_check(x jsonb, p_at text) returns void
    language plpgsql stable as $$
begin
    if (coalesce(x ->> 'proof', 'none') = 'code') <> (x ->> 'code' is not null) then
        perform fail(422, 'validation_failed',
            'A window with the proof "code", and no other, has a code.', p_at || '/code');
    end if;
end $$;

-- The windows of a new drop, in its transaction. Raises: RS422. Caller: drop_create.
create or replace function roadshow.windows_make(d roadshow.drops, p_windows jsonb, p_codes jsonb)
returns void language plpgsql volatile as $$
declare
    x jsonb;
    w drop_windows;
    n integer := 0;
begin
    for x in select jsonb_array_elements(p_windows) loop
        perform window_code_check(x, '/windows/' || n);
        w := window_of(d, x ->> 'name', x, p_codes ->> n);
        perform window_check(d, w, '/windows/' || n);
        if exists (select from drop_windows where creator_id = d.creator_id and drop_id = d.id
            and name = w.name) then
            perform fail(422, 'validation_failed', 'Each window has a name of its own.',
                '/windows/' || n || '/name');
        end if;
        insert into drop_windows select (w).*;
        n := n + 1;
    end loop;
    if n > 0 then
        update drops set windowed = true where creator_id = d.creator_id and id = d.id;
    end if;
end $$;

-- The window's ETag: of its rules, not of how much is used.
create or replace function roadshow.window_etag(w roadshow.drop_windows) returns text
    language sql immutable parallel safe as $$
    select roadshow.etag_of(w.drop_id || ':' || w.name || ':' || w.version)
$$;

-- GET /v1/drops/{drop}/windows/{window}. Raises: RS401, RS404.
create or replace function api.window_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    w drop_windows;
begin
    perform authorise(p_creator, c);
    select * into w from drop_windows where creator_id = p_creator
        and drop_id = (p ->> 'drop')::uuid and name = p ->> 'window';
    if not found then
        perform fail(404, 'not_found', 'There is no such window.');
    end if;
    return answer_ok(200, window_json(w), window_etag(w));
end $$;

-- PUT /v1/drops/{drop}/windows/{window}: makes the window, or replaces its rules (then with If-Match).
-- Its quantity is never less than what came through it. Tokens that came through it stay.
-- Locks: drop → ledger head.
-- Raises: RS401, RS404, RS409 is_draw | below_issued, RS412, RS422, RS428.
create or replace function api.window_put(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    b   jsonb := p -> 'body';
    d   roadshow.drops;
    was drop_windows;
    w   drop_windows;
begin
    perform authorise(p_creator, c);
    d := drop_take(p_creator, (p ->> 'drop')::uuid);
    if d.mode = 'draw' then
        perform fail(409, 'is_draw', 'A draw has no windows: everybody enters alike.');
    end if;
    select * into was from drop_windows where creator_id = p_creator and drop_id = d.id
        and name = p ->> 'window';
    if was.name is not null and p ->> 'if_match' is null then
        perform fail(428, 'precondition_required', 'Send If-Match with the ETag you last read.');
    end if;
    if p ->> 'if_match' is not null and (was.name is null
        or p ->> 'if_match' not in ('*', window_etag(was))) then
        perform fail(412, 'precondition_failed', 'The window has changed; read it again.');
    end if;
    if was.name is null and 16 <= (select count(*) from drop_windows
        where creator_id = p_creator and drop_id = d.id) then
        perform fail(422, 'validation_failed', 'A drop has at most 16 windows.', '');
    end if;
    perform window_code_check(b, '');
    w := window_of(d, p ->> 'window', b, p ->> 'code_sha256');
    perform window_check(d, w, '');
    if w.quantity < was.used then
        perform fail(409, 'below_issued', was.used || ' units came through this window already.',
            '/quantity');
    end if;
    w.used := coalesce(was.used, 0);
    w.version := coalesce(was.version + 1, 1);
    if was.name is not null and (to_jsonb(w) - 'version') = (to_jsonb(was) - 'version') then
        return answer_ok(200, window_json(was), window_etag(was));
    end if;
    insert into drop_windows select (w).*
    on conflict (creator_id, drop_id, name) do update set opens_at = excluded.opens_at,
        closes_at = excluded.closes_at, quantity = excluded.quantity,
        per_person = excluded.per_person, proof = excluded.proof,
        code_sha256 = excluded.code_sha256, version = excluded.version;
    update drops set windowed = true where creator_id = p_creator and id = d.id and not windowed;
    perform drop_note(p_creator, d.id, 'drop.window_set',
        jsonb_build_object('window', w.name) || (window_told(w) - 'name'));
    return answer_ok(case when was.name is null then 201 else 200 end, window_json(w),
        window_etag(w), case when was.name is null
            then '/v1/drops/' || d.id || '/windows/' || w.name end);
end $$;

-- POST /v1/drops/{drop}/windows/{window}/invitations: that there is such a window; the service makes the
-- invitations themselves. Raises: RS401, RS404, RS409 not_by_invitation.
create or replace function api.window_invite(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a api.answer := api.window_read(p_creator, c, p);
begin
    if a.body::jsonb ->> 'proof' <> 'invitation' then
        perform fail(409, 'not_by_invitation', 'This window is not entered by invitation.');
    end if;
    return answer_ok(200, '{}');
end $$;
