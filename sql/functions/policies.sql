-- SPDX-License-Identifier: Apache-2.0
--
-- Routing policies: ordered rules and limits of a creator, in versions. src/routing/rank.c knows the same
-- rules; what a policy says is data.

-- The service's own policy, version 1. First difference wins, a rule without an opinion abstains.
-- Travel up to local_m metres is driven; beyond, parcels take the days of their band. cost_max: of one
-- shipment, in minor units. An order worth less than split_min_amount is not torn apart.
create or replace function roadshow.route_policy_default() returns jsonb language sql immutable
    parallel safe as $$
    select '{"version": 1,
        "rules": ["promise_met", "fewest_splits", "micro_hub_before_warehouse", "closest"],
        "distance_max_m": null, "cost_max": null, "shipments_max": 3, "split_min_amount": 0,
        "partial": true,
        "travel": {"local_m": 30000, "local_km_h": 30, "local_overhead_s": 1200,
            "bands": [{"up_to_m": 300000, "days": 1}, {"up_to_m": 1500000, "days": 2},
                {"up_to_m": null, "days": 5}]}}'::jsonb
$$;

-- The creator's policy as it is now.
create or replace function roadshow.route_policy(p_creator uuid) returns jsonb language sql stable as $$
    select coalesce((select policy || jsonb_build_object('version', version)
        from roadshow.route_policies where creator_id = p_creator order by version desc limit 1),
        roadshow.route_policy_default())
$$;

-- Refuses a policy by which a longer way may take less time: ranking stops looking at some distance because
-- nothing gets better beyond it (src/routing/rank.h). Bands take over where driving ends; nowhere on earth is
-- farther than 20,038 km. Raises: RS422.
create or replace function roadshow.route_travel_check(p_travel jsonb, p_pointer text)
returns void language plpgsql immutable as $$
declare
    bands   jsonb := p_travel -> 'bands';
    local_m double precision := p_travel ->> 'local_m';
    bad     bigint;
    days    integer;
begin
    select x.ord - 1 into bad from jsonb_array_elements(bands) with ordinality as x(band, ord)
    where x.ord > 1 and (x.band ->> 'days')::integer < (bands #>> array[(x.ord - 2)::text, 'days'])::integer
    order by x.ord limit 1;
    if found then
        perform fail(422, 'invalid_bands', 'A longer way takes no less time than a shorter one.',
            p_pointer || '/bands/' || bad || '/days');
    end if;
    select (x.band ->> 'days')::integer into days from jsonb_array_elements(bands) with ordinality as x(band, ord)
    where coalesce((x.band ->> 'up_to_m')::double precision, 'infinity') > local_m order by x.ord limit 1;
    if local_m < 20038000 and days * 86400 < local_m * 3.6 / (p_travel ->> 'local_km_h')::double precision
        + (p_travel ->> 'local_overhead_s')::integer then
        perform fail(422, 'invalid_bands', 'Driving that far takes longer than the band beyond: ' || days
            || ' days.', p_pointer || '/local_m');
    end if;
end $$;

-- A policy with what `b` gives of it. Raises: RS422.
create or replace function roadshow.route_policy_merge(p_policy jsonb, b jsonb, p_pointer text)
returns jsonb language plpgsql stable as $$
declare
    p   jsonb := p_policy || b;
    bad bigint;
begin
    select r.ord - 1 into bad
    from jsonb_array_elements_text(p -> 'rules') with ordinality as r(rule, ord)
    where exists (select from jsonb_array_elements_text(p -> 'rules') with ordinality as s(rule, ord)
        where s.rule = r.rule and s.ord < r.ord) order by r.ord limit 1;
    if found then
        perform fail(422, 'duplicate_rule', 'Give each rule once.', p_pointer || '/rules/' || bad);
    end if;
    select x.ord - 1 into bad
    from jsonb_array_elements(p #> '{travel,bands}') with ordinality as x(band, ord)
    where (x.band ->> 'up_to_m' is null) <> (x.ord = jsonb_array_length(p #> '{travel,bands}'))
        or (x.band ->> 'up_to_m')::double precision <= (p #>> array['travel', 'bands',
            (x.ord - 2)::text, 'up_to_m'])::double precision and x.ord > 1
    order by x.ord limit 1;
    if found then
        perform fail(422, 'invalid_bands', 'Bands go farther one by one; the last has no end.',
            p_pointer || '/travel/bands/' || bad || '/up_to_m');
    end if;
    perform route_travel_check(p -> 'travel', p_pointer || '/travel');
    return p;
end $$;

-- A version as the API shows it.
create or replace function roadshow.route_policy_answer(p_status integer, p_policy jsonb)
returns api.answer language sql stable as $$
    select roadshow.answer_ok(p_status, p_policy, roadshow.etag_of('policy ' || (p_policy ->> 'version')))
$$;

-- GET /v1/route/policy. Raises: RS401.
create or replace function api.route_policy_read(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
begin
    perform authorise(p_creator, c);
    return route_policy_answer(200, route_policy(p_creator));
end $$;

-- GET /v1/route/policies: every version, the newest first. Raises: RS401.
create or replace function api.route_policy_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := (p ->> 'limit')::integer;
    page jsonb;
begin
    perform authorise(p_creator, c);
    select jsonb_agg(x.policy || jsonb_build_object('id', x.version::text) order by x.version desc)
    into page
    from (
        select version, policy || jsonb_build_object('version', version,
            'created_at', rfc3339(created_at)) as policy
        from route_policies where creator_id = p_creator
        union all
        select 1, route_policy_default() || '{"created_at": null}'
        order by 1 desc
    ) x
    where p ->> 'after' is null or x.version < (p ->> 'after')::integer;
    select jsonb_agg(e.x order by e.ord) into page
    from jsonb_array_elements(page) with ordinality as e(x, ord) where e.ord <= n + 1;
    return page_of('policies', page, n);
end $$;

-- PUT /v1/route/policy: a new version; members that are not given stay as they are. The same again
-- changes nothing.
-- Locks: hub_heads → ledger head. Raises: RS401, RS409, RS412, RS422, RS428.
create or replace function api.route_policy_set(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    a    api.answer := replay(p_creator, c);
    was  jsonb;
    new  jsonb;
begin
    if a.status is not null then
        return a;
    end if;
    perform hub_head_raise(p_creator); -- first: its row is what two changes at once meet at
    was := route_policy(p_creator);
    if p ->> 'if_match' is null then
        perform fail(428, 'precondition_required', 'Send If-Match with the ETag you last read.');
    end if;
    if p ->> 'if_match' <> (route_policy_answer(200, was)).etag then
        perform fail(412, 'precondition_failed', 'The policy has changed; read it again.');
    end if;
    new := route_policy_merge(was, p -> 'body', '');
    if new = was then
        return remember(p_creator, c, route_policy_answer(200, was));
    end if;
    new := new || jsonb_build_object('version', (was ->> 'version')::integer + 1);
    insert into route_policies (creator_id, version, policy, ledger_index)
    values (p_creator, (new ->> 'version')::integer, new - 'version', ledger_add(p_creator,
        'route_policy.changed', p_creator, (select ledger_index from route_policies
            where creator_id = p_creator order by version desc limit 1), new));
    return remember(p_creator, c, route_policy_answer(200, new));
end $$;
