-- SPDX-License-Identifier: Apache-2.0
--
-- What the model-based tests need beside the service's own functions: calls as the service makes them,
-- time that passes when the test says so, the state of all that a creator has, and what must be true of
-- it whatever happened. In a schema of its own; the service never sees it.
create schema model;

create function model.caller(p_creator uuid, p_idem text, p_body text) returns api.caller
    language sql as $$
    select row(k.id, 'creator', roadshow.nil_uuid(), roadshow.nil_uuid(), p_idem,
        sha256(convert_to(p_body, 'UTF8')))::api.caller
    from roadshow.api_keys k where k.creator_id = p_creator limit 1 $$;

-- Calls a command: {"status", "code", "replayed", "body"}. What is no refusal of the service's is raised.
create function model.call(p_creator uuid, p_function text, p_idem text, p_body text, p jsonb)
returns jsonb language plpgsql as $$
declare
    a api.answer;
begin
    execute format('select (r).* from api.%I($1, $2, $3) as r', p_function) into a
    using p_creator, model.caller(p_creator, p_idem, p_body), p;
    return jsonb_build_object('status', a.status, 'replayed', a.replayed, 'body', a.body::jsonb);
exception when others then
    if sqlstate like 'RS%' then
        return jsonb_build_object('status', substr(sqlstate, 3)::integer, 'code', sqlerrm);
    end if;
    raise;
end $$;

-- A batch of claims, or of places in line: item i is {claim, drop, buyer, quantity, idem, body, window, code}.
create function model.batch(p_creator uuid, p_joins boolean, p_items jsonb) returns jsonb
    language plpgsql as $$
declare
    a record;
    r jsonb;
begin
    select array_agg((c).key_id) as keys, array_agg('creator'::text) as roles,
        array_agg(roadshow.nil_uuid()) as nils, array_agg(x ->> 'idem' order by o) as idems,
        array_agg(sha256(convert_to(x ->> 'body', 'UTF8')) order by o) as hashes,
        array_agg((x ->> 'drop')::uuid order by o) as drops,
        array_agg((x ->> 'claim')::uuid order by o) as claims,
        array_agg(sha256(convert_to(x ->> 'buyer', 'UTF8')) order by o) as buyers,
        array_agg((x ->> 'quantity')::bigint order by o) as quantities,
        array_agg('kid-1'::text) as kids, array_agg(null::bytea) as nothing,
        array_agg(null::timestamptz) as no_times, array_agg(null::text) as no_texts,
        array_agg(null::bigint) as no_numbers,
        array_agg(x ->> 'window' order by o) as windows,
        array_agg(sha256(convert_to(x ->> 'code', 'UTF8')) order by o) as access
    into a
    from jsonb_array_elements(p_items) with ordinality as e(x, o),
        lateral (select model.caller(p_creator, null, '') as c) k;
    if p_joins then
        select jsonb_agg(to_jsonb(j) order by j.item) into r
        from api.waitlist_join(p_creator, a.keys, a.roles, a.nils, a.nils, a.idems, a.hashes, a.drops,
            a.claims, a.buyers, a.quantities, a.kids, a.nothing, a.no_times, a.nothing, a.no_texts,
            a.windows, a.access, a.no_numbers, a.buyers, a.buyers) j;
    else
        select jsonb_agg(to_jsonb(j) order by j.item) into r
        from api.claim_batch(array_fill(p_creator, array[cardinality(a.keys)]), a.keys, a.roles, a.nils, a.nils, a.idems, a.hashes, a.drops,
            a.claims, a.buyers, a.quantities, a.kids, a.nothing, a.no_times, a.nothing, a.no_texts,
            a.windows, a.access, a.no_numbers, a.buyers, a.buyers) j;
    end if;
    return r;
end $$;

-- What an upload of a venue device does to tokens that it redeems.
create function model.redeem(p_creator uuid, p_tokens uuid[]) returns void language plpgsql
set search_path = roadshow, api, pg_temp as $$
begin
    perform drops_lock(p_creator, array(select distinct drop_id from tokens
        where creator_id = p_creator and id = any(p_tokens)));
    perform tokens_move(p_creator, p_tokens, 'redeemed', array_fill(clock_timestamp(),
        array[cardinality(p_tokens)]), array_fill('token.redeemed'::text, array[cardinality(p_tokens)]),
        array_fill(null::jsonb, array[cardinality(p_tokens)]));
end $$;

-- A creator with nothing but a key, and product 'print' at 25.00 EUR.
create function model.creator(p_creator uuid, p_slug text) returns void language plpgsql as $$
begin
    insert into roadshow.creators (id, slug, name) values (p_creator, p_slug, p_slug);
    insert into roadshow.ledger_heads (creator_id) values (p_creator);
    insert into roadshow.api_keys (creator_id, id, role, name, secret_sha256)
    values (p_creator, p_creator, 'creator', 'k', sha256('k'));
    perform api.product_create(p_creator, model.caller(p_creator, null, ''), jsonb_build_object(
        'new_id', gen_random_uuid(), 'body', '{"sku": "print", "title": "A print",
            "price": {"amount": 2500, "currency": "EUR"}}'::jsonb));
end $$;

-- An event, as event_create() makes it: looking up its time zone there takes longer than a whole history.
create function model.event(p_creator uuid, p_event uuid, p_starts timestamptz, p_ends timestamptz)
returns void language plpgsql set search_path = roadshow as $$
begin
    insert into roadshow.events (creator_id, id, name, starts_at, ends_at, time_zone, venue_name, lat, lon,
        ledger_index)
    values (p_creator, p_event, 'Evening', p_starts, p_ends, 'UTC', 'Room', 52.5, 13.4,
        roadshow.ledger_add(p_creator, 'event.created', p_event, null, '{}'));
    perform roadshow.status_list_make(p_creator, p_event);
end $$;

-- Time passes for a creator: everything that was or will be is p_by earlier.
create function model.pass(p_creator uuid, p_by interval) returns void language plpgsql
set search_path = roadshow as $$
begin
    update events set starts_at = starts_at - p_by, ends_at = ends_at - p_by where creator_id = p_creator;
    update drops set opens_at = opens_at - p_by, closes_at = closes_at - p_by,
        pickup_from = pickup_from - p_by, pickup_until = pickup_until - p_by,
        no_show_at = no_show_at - p_by where creator_id = p_creator;
    update drop_windows set opens_at = opens_at - p_by, closes_at = closes_at - p_by
    where creator_id = p_creator;
    update tokens set created_at = created_at - p_by, held_until = held_until - p_by,
        redeemed_at = redeemed_at - p_by, ended_at = ended_at - p_by,
        valid_until = valid_until - p_by, passed_at = passed_at - p_by where creator_id = p_creator;
    update waitlist_entries set joined_at = joined_at - p_by, offered_at = offered_at - p_by,
        ended_at = ended_at - p_by where creator_id = p_creator;
    update resale_listings set offered_until = offered_until - p_by, ends_at = ends_at - p_by,
        listed_at = listed_at - p_by, ended_at = ended_at - p_by where creator_id = p_creator;
end $$;

-- All that the model knows of, by id. Here and below plpgsql, which keeps its plans.
create function model.state(p_creator uuid) returns jsonb language plpgsql stable
set search_path = roadshow set plan_cache_mode = force_generic_plan as $$
begin return (
    select jsonb_build_object(
        'drops', (select jsonb_object_agg(id, jsonb_build_array(quantity, tokenized, held, issued,
            redeemed, forfeited, waiting, next_serial)) from drops where creator_id = p_creator),
        'tokens', (select jsonb_object_agg(t.id, jsonb_build_array(t.state, t.version, t.serial,
            encode(t.buyer_key, 'hex'), t.window_name, y.state)) from tokens t
            left join deposits y on y.creator_id = p_creator and y.token_id = t.id
            where t.creator_id = p_creator),
        'entries', (select jsonb_object_agg(id, jsonb_build_array(state, place, given))
            from waitlist_entries where creator_id = p_creator),
        'listings', (select jsonb_object_agg(id, jsonb_build_array(token_id, state, entry_id))
            from resale_listings where creator_id = p_creator)));
end $$;

-- What must be true of one creator at every moment: one line for each thing that is not. One statement,
-- so that it looks at one moment.
create function model.broken(p_creator uuid) returns setof text language plpgsql stable
set search_path = roadshow set plan_cache_mode = force_generic_plan as $$
begin return query
    with live as (
        select t.drop_id, count(*) filter (where t.state = 'held') as held,
            count(*) filter (where t.state in ('issued', 'suspended', 'redeemed')) as issued,
            count(*) filter (where t.state = 'redeemed') as redeemed,
            count(*) filter (where t.state = 'forfeited') as forfeited,
            count(*) as tokens, max(t.serial) as last
        from tokens t where t.creator_id = p_creator group by t.drop_id
    )
    select 'drop ' || d.id || ': more is held, issued and forfeited than is tokenized'
    from drops d where d.creator_id = p_creator and d.held + d.issued + d.forfeited > d.tokenized
    union all
    select 'drop ' || d.id || ': its counters are not those of its tokens'
    from drops d left join live l on l.drop_id = d.id
    where d.creator_id = p_creator and (d.held, d.issued, d.redeemed, d.forfeited) is distinct from
        (coalesce(l.held, 0), coalesce(l.issued, 0), coalesce(l.redeemed, 0),
            case when d.no_show_release then 0 else coalesce(l.forfeited, 0) end)
    union all
    select 'drop ' || d.id || ': the states do not add up to the serials that were given'
    from drops d left join live l on l.drop_id = d.id
    where d.creator_id = p_creator and (d.next_serial - 1, d.next_serial - 1)
        is distinct from (coalesce(l.tokens, 0), coalesce(l.last, 0))
    union all
    select 'drop ' || d.id || ': ' || d.waiting || ' wait, and there are ' || e.n || ' places'
    from drops d cross join lateral (select count(*) as n from waitlist_entries e
        where e.creator_id = p_creator and e.drop_id = d.id and e.state = 'waiting') e
    where d.creator_id = p_creator and d.waiting <> e.n
    union all
    select 'a person''s units in drop ' || coalesce(b.drop_id, t.drop_id) || ': ' || coalesce(b.units, 0)
        || ' counted, ' || coalesce(t.n, 0) || ' there'
    from (select * from drop_buyers where creator_id = p_creator) b
    full join (select drop_id, buyer_key, count(*) as n from tokens
        where creator_id = p_creator and state not in ('expired', 'cancelled')
        group by drop_id, buyer_key) t on t.drop_id = b.drop_id and t.buyer_key = b.buyer_key
    where coalesce(b.units, 0) <> coalesce(t.n, 0)
    union all
    select 'window ' || w.name || ' of drop ' || w.drop_id || ': ' || w.used || ' used, ' || t.n || ' there'
    from drop_windows w cross join lateral (select count(*) as n from tokens t
        where t.creator_id = p_creator and t.drop_id = w.drop_id and t.window_name = w.name
          and t.state not in ('expired', 'cancelled')) t
    where w.creator_id = p_creator and w.used <> t.n
    union all
    select 'window ' || b.window_name || ' of drop ' || b.drop_id || ': a person''s ' || b.units
        || ' units are ' || t.n
    from window_buyers b cross join lateral (select count(*) as n from tokens t
        join claims c on c.creator_id = p_creator and c.id = t.claim_id
        where t.creator_id = p_creator and t.drop_id = b.drop_id and t.window_name = b.window_name
          and c.buyer_key = b.buyer_key
          and (t.state not in ('expired', 'cancelled') or t.version > 1)) t
    where b.creator_id = p_creator and b.units <> t.n
    union all
    select 'token ' || t.id || ' is ' || t.state || ' with a deposit that is ' || coalesce(y.state, 'not paid')
    from tokens t join drops d on d.creator_id = p_creator and d.id = t.drop_id
    left join deposits y on y.creator_id = p_creator and y.token_id = t.id
    where t.creator_id = p_creator and not case
        when d.deposit is null or d.mode = 'draw' then y.token_id is null
        when t.state in ('held', 'expired') then y.token_id is null
        when t.state in ('issued', 'suspended') then coalesce(y.state = 'held', false)
        when t.state = 'redeemed' then coalesce(y.state = 'applied', false)
        when t.state = 'forfeited' then coalesce(y.state, '') = case d.no_show_deposit
            when 'refund' then 'refunded' else 'forfeited' end
        else coalesce(y.state, 'refunded') in ('refunded', 'forfeited') end
    union all
    select 'token ' || t.id || ': its last entry is ' || l.entry
    from tokens t left join ledger l on l.creator_id = p_creator and l.index = t.ledger_index
    where t.creator_id = p_creator and not coalesce(l.subject = t.id
        and (l.entry::jsonb #>> '{data,version}')::integer = t.version
        and (l.entry::jsonb #>> '{data,serial}')::integer = t.serial
        and (l.entry::jsonb #>> '{data,drop_id}')::uuid = t.drop_id
        and t.state = case l.kind when 'token.withdrawn' then 'issued' when 'token.transferred' then 'issued'
            when 'token.listed' then 'suspended' when 'token.redemption_corrected' then 'redeemed'
            else substr(l.kind, 7) end, false)
    union all
    select 'status list of event ' || d.event_id || ': index ' || t.status_index || ' of a token that is '
        || t.state || ' says ' || coalesce(e.status, 0)
    from tokens t join drops d on d.creator_id = p_creator and d.id = t.drop_id
    left join status_entries e on e.creator_id = p_creator and e.event_id = d.event_id
        and e.index = t.status_index
    where t.creator_id = p_creator and coalesce(e.status, 0) <> case
        when t.state in ('held', 'issued', 'redeemed') then 0 when t.state = 'suspended' then 2 else 1 end
    union all -- of its versions, the last one only is live
    select 'token ' || t.id || ' has ' || e.n || ' dead versions besides ' || t.version
    from tokens t cross join lateral (select count(*) as n from status_entries e
        where e.creator_id = p_creator and e.token_id = t.id and e.index <> t.status_index
          and e.status = 1) e
    where t.creator_id = p_creator and e.n <> t.version - 1
    union all
    select 'two versions share index ' || t.status_index
    from tokens t join drops d on d.creator_id = p_creator and d.id = t.drop_id
    where t.creator_id = p_creator group by d.event_id, t.status_index having count(*) > 1
    union all
    select 'token ' || t.id || ' is ' || t.state || ' with ' || l.n || ' live listings'
    from tokens t cross join lateral (select count(*) as n from resale_listings l
        where l.creator_id = p_creator and l.token_id = t.id and l.state in ('listed', 'offered')) l
    where t.creator_id = p_creator and l.n <> (t.state = 'suspended')::integer
    union all
    select 'listing ' || l.id || ' is offered to a place in line that is ' || e.state
    from resale_listings l join waitlist_entries e on e.creator_id = p_creator
        and e.drop_id = l.drop_id and e.id = l.entry_id
    where l.creator_id = p_creator and (l.state, e.state) not in (('offered', 'offered'), ('sold', 'taken'))
    union all
    select 'the ledger is not dense' from ledger_heads h
    cross join lateral (select count(*) as n, coalesce(max(index) + 1, 0) as size
        from ledger l where l.creator_id = p_creator) l
    where h.creator_id = p_creator and (h.size <> l.n or h.size <> l.size)
    union all
    select 'entry ' || x.index || ' (' || x.kind || ', after ' || coalesce(x.kind_before, 'none') || ') says that the entry before is ' || coalesce(x.prev::text, 'none')
        || ', which is ' || coalesce(x.before::text, 'none')
    from (select l.index, l.kind, (l.entry::jsonb ->> 'prev')::bigint as prev,
            lag(l.index) over of_subject as before, lag(l.kind) over of_subject as kind_before
        from ledger l where l.creator_id = p_creator
        window of_subject as (partition by l.subject order by l.index)) x
    where x.prev is distinct from x.before;
end $$;

-- What must be true once the janitor has nothing left to do: nobody waits for what is there.
create function model.unserved(p_creator uuid) returns setof text language plpgsql stable
set search_path = roadshow set plan_cache_mode = force_generic_plan as $$
begin return query
    select 'drop ' || d.id || ': ' || d.waiting || ' wait while ' || drop_left(d) || ' are left'
    from drops d join events e on e.creator_id = p_creator and e.id = d.event_id
    where d.creator_id = p_creator and d.waiting > 0 and drop_left(d) > 0
      and offers_end(d, e.ends_at) > clock_timestamp()
    union all
    select 'token ' || t.id || ' is issued and over, and no no-show'
    from drops d join tokens t on t.creator_id = p_creator and t.drop_id = d.id
    where d.creator_id = p_creator and d.no_show_deposit is not null and t.state = 'issued'
      and token_end(t, d) <= clock_timestamp()
    union all
    select 'token ' || t.id || ' is held beyond its time' from tokens t
    where t.creator_id = p_creator and t.state = 'held' and t.held_until <= clock_timestamp()
    union all
    select 'listing ' || l.id || ' is live beyond the cut-off' from resale_listings l
    where l.creator_id = p_creator and l.state in ('listed', 'offered') and l.ends_at <= clock_timestamp();
end $$;
