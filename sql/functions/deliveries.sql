-- SPDX-License-Identifier: Apache-2.0
--
-- A token whose unit a hub delivers. As long as its holder may turn that into a pick-up again, a unit is
-- kept at the venue and another is reserved at the hub. When the hub hands its unit over, it is that one that
-- the token stood for: the unit at the venue is a walk-in unit of the drop from then on, to be sold there or
-- to go on with what the event leaves over (residuals.sql). So of the two one leaves, once, however often
-- delivery and pick-up were turned round before.

-- The drops of which these orders deliver tokens.
create or replace function roadshow.delivered_drops(p_creator uuid, p_orders uuid[]) returns uuid[]
language sql stable as $$
    select array(select distinct t.drop_id from roadshow.orders o
        join roadshow.tokens t on t.creator_id = p_creator and t.id = o.token_id
        where o.creator_id = p_creator and o.id = any (p_orders) order by t.drop_id)
$$;

-- Frees what was kept at venues for the tokens of these orders, which are handed over now. A drop has no
-- more units than a drop may have. `told` is what each drop's entry is to say, `notes` those of cases.
-- Locks: cases; the caller holds the drops, and tells. Caller: picklist_hand_over.
create or replace function roadshow.delivered_free(p_creator uuid, p_orders uuid[], out told jsonb,
    out notes roadshow.ledger_note[])
language plpgsql volatile as $$
begin
    with x as (
        select d.id, d.quantity as was, least(d.quantity + count(*), 1000000)::integer as quantity
        from orders o
        join tokens t on t.creator_id = p_creator and t.id = o.token_id
        join drops d on d.creator_id = p_creator and d.id = t.drop_id
        where o.creator_id = p_creator and o.id = any (p_orders)
        group by d.id, d.quantity
    ), done as (
        update drops d set quantity = x.quantity from x where d.creator_id = p_creator and d.id = x.id
    )
    select coalesce(jsonb_agg(jsonb_build_object('drop_id', x.id, 'data', jsonb_build_object('quantity',
        x.quantity, 'was', x.was, 'reason', 'delivered')) order by x.id), '[]') into told from x;
    notes := walk_in_settle(p_creator, delivered_drops(p_creator, p_orders), '{}', '{}');
end $$;

-- Tells what delivered_free() did. Locks: ledger head.
create or replace function roadshow.delivered_note(p_creator uuid, p_told jsonb,
    p_notes roadshow.ledger_note[])
returns void language plpgsql volatile as $$
begin
    perform drop_note(p_creator, n.drop_id, 'drop.walk_in_changed', n.data)
    from jsonb_to_recordset(p_told) as n(drop_id uuid, data jsonb);
    perform notes_append(p_creator, p_notes);
end $$;
