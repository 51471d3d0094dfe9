-- SPDX-License-Identifier: Apache-2.0
--
-- Deposits: what a storefront took for a token and what becomes of it.
--
--   due ─ the token is confirmed, with the payment's reference ─▶ held ─▶ applied    it is redeemed
--    └─ the hold ends, or is cancelled: nothing was paid           ├────▶ refunded   it is cancelled
--                                                                  └────▶ forfeited  a no-show, or so decided
--
-- While a deposit is due it has no row: it follows from the token and its drop. roadshow.tokens_move()
-- settles it with the token, in one transaction and one ledger entry; the table lets it settle once. The
-- money itself moves at the storefront's payment provider: GET /v1/drops/{drop}/deposits says which.

-- A token's deposit as the API shows it; null where the drop asks for none.
create or replace function roadshow.deposit_json(t roadshow.tokens, d roadshow.drops) returns jsonb
    language sql stable as $$
    select case when d.deposit is not null then coalesce((
        select jsonb_build_object('amount', roadshow.money(y.amount, y.currency), 'state', y.state,
            'reference', y.reference, 'held_at', roadshow.rfc3339(y.held_at),
            'settled_at', roadshow.rfc3339(y.settled_at))
        from roadshow.deposits y where y.creator_id = t.creator_id and y.token_id = t.id),
        jsonb_build_object('amount', roadshow.money(d.deposit, d.deposit_currency),
            'state', case when t.state = 'held' then 'due' else 'unpaid' end,
            'reference', null, 'held_at', null, 'settled_at', null)) end
$$;

-- Takes a held token's deposit, when its drop asks for one: 'held', or null when there is nothing to pay.
-- One payment may be for several tokens of one claim, never for another claim.
-- The caller holds the drop's lock. Raises: RS409 payment_used, RS422. Caller: token_confirm.
create or replace function roadshow.deposit_pay(t roadshow.tokens, p_reference text,
    p_at timestamptz)
returns text language plpgsql volatile as $$
declare
    d roadshow.drops;
begin
    select * into d from drops where creator_id = t.creator_id and id = t.drop_id;
    if d.deposit is null then
        if p_reference is not null then
            perform fail(422, 'no_deposit', 'This drop asks for no deposit.', '/payment');
        end if;
        return null;
    end if;
    if p_reference is null then
        perform fail(422, 'payment_required', 'A deposit of ' || d.deposit || ' '
            || d.deposit_currency || ' (minor units) is due: name its payment.', '/payment');
    end if;
    insert into deposit_payments (creator_id, reference, claim_id)
    values (t.creator_id, p_reference, t.claim_id) on conflict do nothing;
    perform from deposit_payments where creator_id = t.creator_id and reference = p_reference
        and claim_id = t.claim_id;
    if not found then
        perform fail(409, 'payment_used', 'This payment was for another claim.',
            '/payment/reference');
    end if;
    insert into deposits (creator_id, token_id, drop_id, claim_id, amount, currency, reference,
        state, held_at)
    values (t.creator_id, t.id, t.drop_id, t.claim_id, d.deposit, d.deposit_currency, p_reference,
        'held', p_at);
    return 'held';
end $$;

-- GET /v1/drops/{drop}/deposits: those of one state, or all, by token. Raises: RS401, RS404.
create or replace function api.deposit_list(p_creator uuid, c api.caller, p jsonb)
returns api.answer language plpgsql stable security definer
set search_path = roadshow, api, pg_temp as $$
declare
    n    integer := coalesce((p ->> 'limit')::integer, 50);
    page jsonb;
begin
    perform authorise(p_creator, c);
    perform from drops where creator_id = p_creator and id = (p ->> 'drop')::uuid;
    if not found then
        perform fail(404, 'not_found', 'There is no such drop.');
    end if;
    select jsonb_agg(jsonb_build_object('token_id', y.token_id, 'claim_id', y.claim_id,
        'amount', money(y.amount, y.currency), 'state', y.state, 'reference', y.reference,
        'held_at', rfc3339(y.held_at), 'settled_at', rfc3339(y.settled_at)) order by y.token_id)
    into page
    from (
        select * from deposits
        where creator_id = p_creator and drop_id = (p ->> 'drop')::uuid
          and (p ->> 'state' is null or state = p ->> 'state')
          and (p ->> 'after' is null or token_id > (p ->> 'after')::uuid)
        order by token_id limit n + 1
    ) y;
    return page_of('deposits', page, n, 'token_id');
end $$;
