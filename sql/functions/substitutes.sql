-- SPDX-License-Identifier: Apache-2.0
--
-- Substitutes: what a picker who is short of a SKU sends instead, where the order allows it and the hub has it.
-- They are lines of the shipment of their own, which name the SKU that they stand for.

-- Refuses substitutes that are unknown, or are in the order already: each SKU is there once. Raises: RS422.
create or replace function roadshow.order_check_substitutes(p_creator uuid, p_lines jsonb)
returns void language plpgsql stable as $$
declare
    bad record;
begin
    with told as (
        select l.line ->> 'sku' as sku, l.ord as line, 0::bigint as at
        from jsonb_array_elements(p_lines) with ordinality as l(line, ord)
        union all
        select s.sku, l.ord, s.ord from jsonb_array_elements(p_lines) with ordinality as l(line, ord),
            jsonb_array_elements_text(nullif(l.line -> 'substitutes', 'null')) with ordinality as s(sku, ord)
    )
    select t.line - 1 as line, t.at - 1 as at, p.sku is null as unknown into bad
    from told t left join products p on p.creator_id = p_creator and p.sku = t.sku
    where t.at > 0 and (p.sku is null or exists (select from told o
        where o.sku = t.sku and (o.at = 0 or (o.line, o.at) < (t.line, t.at))))
    order by t.line, t.at limit 1;
    if found then
        perform fail(422, case when bad.unknown then 'unknown_sku' else 'duplicate_sku' end,
            case when bad.unknown then 'There is no product with this SKU.'
                else 'An order names each SKU once, as a line or as a substitute.' end,
            '/lines/' || bad.line || '/substitutes/' || bad.at);
    end if;
end $$;

-- Lets what was picked instead stand for what is short, the earliest promises first.
-- p_lines: [{"sku", "substitutes": [{"sku", "quantity"}]}]; p_shorts as picklist_allot() returns them.
-- Returns [{"order_id", "shipment_id", "sku", "substitute", "quantity"}].
-- Locks: none; the caller holds the hub and the list. Raises: RS409.
create or replace function roadshow.picklist_substitute(p_creator uuid, p_lines jsonb, p_shorts jsonb)
returns jsonb language plpgsql stable as $$
declare
    given   jsonb[] := '{}';
    missing integer[]; -- of each short
    rest    integer;
    n       integer;
    x       record;
    r       record;
begin
    missing := array(select (e.x ->> 'quantity')::integer
        from jsonb_array_elements(p_shorts) with ordinality as e(x, ord) order by e.ord);
    for x in
        select l.ord - 1 as line, s.ord - 1 as at, l.line ->> 'sku' as sku, s.sub ->> 'sku' as substitute,
            (s.sub ->> 'quantity')::integer as quantity
        from jsonb_array_elements(p_lines) with ordinality as l(line, ord),
            jsonb_array_elements(nullif(l.line -> 'substitutes', 'null')) with ordinality as s(sub, ord)
        order by l.ord, s.ord
    loop
        rest := x.quantity;
        for r in
            select k.order_id, k.shipment_id, e.ord::integer as at
            from jsonb_array_elements(p_shorts) with ordinality as e(x, ord)
            cross join lateral jsonb_to_record(e.x)
                as k(order_id uuid, shipment_id uuid, sku text, substitute_of text)
            join order_lines o on o.creator_id = p_creator and o.order_id = k.order_id and o.sku = k.sku
                and x.substitute = any (o.substitutes)
            join shipments s on s.creator_id = p_creator and s.id = k.shipment_id
            where e.x ->> 'sku' = x.sku and k.substitute_of is null
            order by s.promise_at, s.created_at, s.id
        loop
            n := least(rest, missing[r.at]);
            continue when n <= 0;
            given := given || jsonb_build_object('order_id', r.order_id, 'shipment_id', r.shipment_id,
                'sku', x.sku, 'substitute', x.substitute, 'quantity', n);
            missing[r.at] := missing[r.at] - n;
            rest := rest - n;
        end loop;
        if rest > 0 then
            perform fail(409, 'substitute_not_allowed', 'Of what is short, ' || x.quantity - rest
                || ' may be replaced by this SKU.', '/lines/' || x.line || '/substitutes/' || x.at);
        end if;
    end loop;
    return to_jsonb(given);
end $$;

-- Takes these substitutes off what is free at the hub and puts them into their shipments, picked.
-- Locks: none; the caller holds the hub and the list. Raises: RS409.
create or replace function roadshow.picklist_take_substitutes(p_creator uuid, p_hub uuid, p_given jsonb)
returns void language plpgsql volatile as $$
declare
    bad record;
begin
    select x.sku, coalesce(s.on_hand - s.reserved, 0) as free into bad
    from (
        select g.substitute as sku, sum(g.quantity) as n
        from jsonb_to_recordset(p_given) as g(substitute text, quantity integer) group by g.substitute
    ) x
    left join hub_stock s on s.creator_id = p_creator and s.hub_id = p_hub and s.sku = x.sku
    where coalesce(s.on_hand - s.reserved, 0) < x.n order by x.sku limit 1;
    if found then
        perform fail(409, 'substitute_not_free', 'Of ' || bad.sku || ', ' || bad.free
            || ' units are here that nobody waits for.', '/lines');
    end if;
    update hub_stock s set reserved = s.reserved + x.n
    from (
        select g.substitute as sku, sum(g.quantity)::integer as n
        from jsonb_to_recordset(p_given) as g(substitute text, quantity integer) group by g.substitute
    ) x
    where s.creator_id = p_creator and s.hub_id = p_hub and s.sku = x.sku;
    insert into shipment_lines as k (creator_id, shipment_id, sku, quantity, picked, substitute_of)
    select p_creator, g.shipment_id, g.substitute, sum(g.quantity)::integer, sum(g.quantity)::integer, g.sku
    from jsonb_to_recordset(p_given) as g(shipment_id uuid, sku text, substitute text, quantity integer)
    group by g.shipment_id, g.substitute, g.sku
    -- Of an earlier worker's pick, which this one has confirmed or is still to confirm.
    on conflict (creator_id, shipment_id, sku) do update set quantity = k.quantity + excluded.quantity,
        picked = k.picked + excluded.picked;
end $$;

-- What of the shorts nobody replaces, as the lines of their orders: [{"order_id", "sku", "quantity"}].
create or replace function roadshow.picklist_lost(p_shorts jsonb, p_given jsonb) returns jsonb
language sql immutable as $$
    with given as materialized (
        select g.shipment_id, g.sku, sum(g.quantity) as n
        from jsonb_to_recordset(p_given) as g(shipment_id uuid, sku text, quantity integer)
        group by g.shipment_id, g.sku
    )
    select coalesce(jsonb_agg(jsonb_build_object('order_id', x.order_id, 'sku', x.sku, 'quantity', x.n)
        order by x.order_id, x.sku) filter (where x.n > 0), '[]')
    from (
        select k.order_id, coalesce(k.substitute_of, k.sku) as sku,
            sum(k.quantity - coalesce(g.n, 0))::integer as n
        from jsonb_to_recordset(p_shorts)
            as k(order_id uuid, shipment_id uuid, sku text, quantity integer, substitute_of text)
        left join given g on g.shipment_id = k.shipment_id and g.sku = k.sku
        group by k.order_id, coalesce(k.substitute_of, k.sku)
    ) x
$$;

-- Tells the orders of what is sent instead. Locks: ledger head; the caller holds the orders.
create or replace function roadshow.substitutes_note(p_creator uuid, p_list uuid, p_given jsonb)
returns void language plpgsql volatile as $$
declare
    ids uuid[] := array(select distinct (g ->> 'order_id')::uuid from jsonb_array_elements(p_given) as g
        order by 1);
begin
    perform orders_note(p_creator, array(select 'order.substituted'::text from unnest(ids)), ids, array(
        select jsonb_build_object('picklist_id', p_list, 'lines', (
            select jsonb_agg(g - '{order_id,shipment_id}'::text[] order by g ->> 'sku', g ->> 'substitute')
            from jsonb_array_elements(p_given) as g where (g ->> 'order_id')::uuid = i.id))
        from unnest(ids) with ordinality as i(id, ord) order by i.ord));
end $$;
