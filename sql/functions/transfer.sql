-- SPDX-License-Identifier: Apache-2.0
--
-- Passing tokens on, and who has held them.
--
-- A transfer keeps the token and its serial, raises its version, and gives it another holder: the old text
-- and its QR code are dead by the status list and by the version that devices mirror. Two transfers at
-- once: each names the version that it saw, and the second finds another.
--
-- Provenance (docs/formats.md): each holder of a token that was passed on has a commitment to their
-- contact in the ledger. What opens it is told to that holder only, and goes with them.
--
-- Locks: drop → drop_buyers → tokens → status lists → ledger head.

-- Whether a token may be passed on now, by its drop's rules. Raises: RS409 transfer_not_allowed |
-- home_delivery | cool_down | cut_off. Callers: token_transfer, resale_list.
create or replace function roadshow.transfer_check(t roadshow.tokens, d roadshow.drops,
    p_now timestamptz)
returns void language plpgsql stable as $$
declare
    cool timestamptz := coalesce(t.passed_at, t.created_at) + d.cool_down_s * interval '1 second';
begin
    if not d.transferable then
        perform fail(409, 'transfer_not_allowed', 'Tokens of this drop are not passed on.');
    end if;
    if exists (select from orders where creator_id = t.creator_id and token_id = t.id) then
        perform fail(409, 'home_delivery', 'This token is being delivered.');
    end if;
    if cool > p_now then
        perform fail(409, 'cool_down', 'This token may be passed on from ' || rfc3339(cool) || ' on.');
    end if;
    if transfer_end(d) <= p_now then
        perform fail(409, 'cut_off', 'Tokens of this drop were passed on until '
            || rfc3339(transfer_end(d)) || '.');
    end if;
end $$;

-- Until when tokens are passed on: the cut-off before the event, and never after the pickup.
create or replace function roadshow.transfer_end(d roadshow.drops) returns timestamptz
    language sql stable as $$
    select least(e.starts_at - d.cut_off_s * interval '1 second', roadshow.pickup_end(d))
    from roadshow.events e
    where e.creator_id = d.creator_id and e.id = d.event_id
$$;

-- Gives an issued token to another person: the only function that changes a token's holder. p_holder and
-- p_salt are the commitment to their contact and what opens it; p_data is what the entry says beside.
-- The caller holds the drop's lock, and has checked that it may be passed on.
-- Locks: drop_buyers → token → status list → ledger head. Raises: RS409 limit_reached.
-- Callers: token_transfer, resale_settle.
create or replace function roadshow.token_pass(p_creator uuid, p_token uuid, p_buyer bytea,
    p_holder bytea, p_salt bytea, p_kid text, p_at timestamptz, p_data jsonb)
returns void language plpgsql volatile as $$
declare
    t     tokens;
    d     drops;
    c     claims;
    first bigint;
    was   bytea;
    idx   integer;
begin
    select * into t from tokens where creator_id = p_creator and id = p_token for no key update;
    select * into d from drops where creator_id = p_creator and id = t.drop_id;
    if t.state <> 'issued' then
        raise exception 'token_pass: token % is %', p_token, t.state;
    end if;
    if p_buyer <> t.buyer_key then
        perform buyer_units(d, p_buyer, 1, case when not p_data ? 'entry_id' then '/to' end);
        perform buyer_units(d, t.buyer_key, -1, null);
    end if;
    if t.version = 1 then
        select * into c from claims where creator_id = p_creator and id = t.claim_id;
        insert into token_holders (creator_id, token_id, version, drop_id, buyer_key, holder,
            holder_salt, since, ledger_index)
        values (p_creator, p_token, 1, t.drop_id, t.buyer_key, c.holder, c.holder_salt,
            t.created_at, c.first_index + (get_byte(uuid_send(p_token), 15) - 1));
    end if;
    select holder into was from token_holders
    where creator_id = p_creator and token_id = p_token and version = t.version;
    idx := status_renew(p_creator, p_token);
    first := ledger_add(p_creator, 'token.transferred', p_token, t.ledger_index,
        jsonb_build_object('drop_id', t.drop_id, 'serial', t.serial, 'version', t.version + 1,
            'from', base64url(was), 'to', base64url(p_holder)) || p_data);
    insert into token_holders (creator_id, token_id, version, drop_id, buyer_key, holder,
        holder_salt, since, ledger_index)
    values (p_creator, p_token, t.version + 1, t.drop_id, p_buyer, p_holder, p_salt, p_at, first);
    update tokens set version = version + 1, buyer_key = p_buyer, kid = p_kid, status_index = idx,
        passed_at = p_at, ledger_index = first
    where creator_id = p_creator and id = p_token;
end $$;

-- A person has p_units more, or less, of a drop that is locked. p_at points at who it is, in the request.
-- Raises: RS409 limit_reached. Caller: token_pass.
create or replace function roadshow.buyer_units(d roadshow.drops, p_buyer bytea, p_units integer,
    p_at text)
returns void language plpgsql volatile as $$
begin
    perform from drop_buyers where creator_id = d.creator_id and drop_id = d.id
        and buyer_key = p_buyer and units + p_units > greatest(d.per_person, units);
    if found then
        perform fail(409, 'limit_reached', 'This drop gives at most ' || d.per_person
            || ' to one person.', p_at);
    end if;
    insert into drop_buyers as b (creator_id, drop_id, buyer_key, units, per_person)
    values (d.creator_id, d.id, p_buyer, greatest(p_units, 0), d.per_person)
    on conflict (creator_id, drop_id, buyer_key) do update set units = b.units + p_units,
        per_person = greatest(b.per_person, d.per_person);
end $$;

-- Refuses when the token has another version by now than the caller saw. Raises: RS409 version_changed.
create or replace function roadshow.version_check(t roadshow.tokens, p_version integer)
returns void language plpgsql stable as $$
begin
    if t.version <> p_version then
        perform fail(409, 'version_changed', 'This token has version ' || t.version || ' by now.',
            '/version');
    end if;
end $$;

-- POST /v1/tokens/{token}/transfer. p.buyer, p.holder and p.salt (hex) are of the contact in body.to, p.kid
-- the key that signs the new text. Locks: drop → token → status list → ledger head.
-- Raises: RS404, RS409 token_state | version_changed | transfer_not_allowed | home_delivery | cool_down |
-- cut_off | limit_reached | same_holder and those of replay().
create or replace function api.token_transfer(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a  api.answer := replay(p_creator, c);
    t  tokens;
    d  drops;
    at timestamptz;
begin
    if a.status is not null then
        return a;
    end if;
    t := token_take(p_creator, (p ->> 'token')::uuid, array['issued']);
    at := clock_timestamp();
    perform version_check(t, (p #>> '{body,version}')::integer);
    select * into d from drops where creator_id = p_creator and id = t.drop_id;
    perform transfer_check(t, d, at);
    if decode(p ->> 'buyer', 'hex') = t.buyer_key then
        perform fail(409, 'same_holder', 'This person holds the token already.', '/to');
    end if;
    perform token_pass(p_creator, t.id, decode(p ->> 'buyer', 'hex'), decode(p ->> 'holder', 'hex'),
        decode(p ->> 'salt', 'hex'), p ->> 'kid', at, '{}');
    return remember(p_creator, c, answer_ok(200, token_now(p_creator, t.id)));
end $$;

-- POST /v1/tokens/{token}/provenance: its holders as commitments. p.shown is the version of the token text
-- that was shown, null when none was: its holder is told what opens their own commitment, and nobody
-- another's. Raises: RS401, RS404.
create or replace function api.token_provenance(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    t     tokens;
    k     claims;
    shown integer := p ->> 'shown';
    list  jsonb;
begin
    perform authorise(p_creator, c);
    select * into t from tokens where creator_id = p_creator and id = (p ->> 'token')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such token.');
    end if;
    select * into k from claims where creator_id = p_creator and id = t.claim_id;
    select jsonb_agg(jsonb_build_object('version', h.version, 'commitment', base64url(h.holder),
        'since', rfc3339(h.since), 'ledger_index', h.ledger_index,
        'salt', case when h.version = shown then encode(h.holder_salt, 'hex') end)
        order by h.version) into list
    from (
        select version, holder, holder_salt, since, ledger_index from token_holders
        where creator_id = p_creator and token_id = t.id
        union all
        select 1, k.holder, k.holder_salt, t.created_at,
            k.first_index + get_byte(uuid_send(t.id), 15) - 1 where t.version = 1
    ) h;
    return answer_ok(200, jsonb_build_object('token_id', t.id, 'version', t.version,
        'holders', list));
end $$;
