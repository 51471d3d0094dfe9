-- SPDX-License-Identifier: Apache-2.0
--
-- No-shows: what becomes of tokens that nobody redeemed by the end of the pickup and its grace, where the
-- drop has a rule for it. They are forfeited, with their deposits or without; and with `release` their units
-- come back: to those who wait while the event goes on, otherwise to the walk-in stock. Without it they
-- stay where they are, and count as forfeited.
--
-- A device that was offline may bring a redemption from before the end afterwards: a fact that disagrees,
-- and a case of the kind `forfeited`. The grace is there for that too.
--
-- Locks: drop → leases → cases → tokens → status lists → ledger head.

-- One drop a call, up to p_limit tokens of it. Returns how many it ended, and p_limit when there is more or
-- other drops are due too. Tokens that are being delivered are no no-shows. Caller: the janitor's job `no_shows`.
create or replace function api.janitor_no_shows(p_creator uuid, p_limit integer)
returns integer language plpgsql volatile security definer
set search_path = roadshow, api, pg_temp as $$
declare
    found uuid[];
    n     integer;
begin
    found := array(select id from drops
        where creator_id = p_creator and no_show_at <= clock_timestamp()
        order by no_show_at, id limit 2);
    if cardinality(found) = 0 then
        return 0;
    end if;
    perform drops_lock(p_creator, found[1:1]);
    n := no_shows_end(p_creator, found[1], p_limit);
    return case when cardinality(found) > 1 then p_limit else n end;
end $$;

-- Ends no-shows of a drop that is locked. Caller: janitor_no_shows.
create or replace function roadshow.no_shows_end(p_creator uuid, p_drop uuid, p_limit integer)
returns integer language plpgsql volatile as $$
declare
    d       drops;
    t       timestamptz := clock_timestamp();
    due     uuid[];
    n       integer;
    to_line integer := 0; -- of the n units, those for who waits
    back    text[];
begin
    -- What is still for sale is past its cut-off: it is good again, and a no-show like the others, in the
    -- next call.
    if resale_over(p_creator, p_drop, t, p_limit) > 0 then
        return p_limit;
    end if;
    select * into d from drops where creator_id = p_creator and id = p_drop;
    due := array(select k.id from tokens k
        where k.creator_id = p_creator and k.drop_id = p_drop and k.serial > 0 and k.state = 'issued'
          and token_end(k, d) <= t and not exists (select from orders o
              where o.creator_id = p_creator and o.token_id = k.id)
        order by k.serial limit p_limit);
    n := cardinality(due);
    if n < p_limit then
        -- The rest are of people who came after the others did not; or holds and listings that other jobs
        -- have not ended yet: these become issued, or nothing, and are looked at again.
        update drops set no_show_at = (
            select min(case when token_end(k, d) > t then token_end(k, d)
                else t + interval '1 minute' end)
            from tokens k
            where k.creator_id = p_creator and k.drop_id = p_drop
              and (k.state in ('held', 'suspended') or k.state = 'issued' and token_end(k, d) > t))
        where creator_id = p_creator and id = p_drop;
    end if;
    if n = 0 then
        return 0;
    end if;
    if d.no_show_release then
        -- What share_change() may do to the case of an oversold drop, before the tokens' locks.
        perform from cases where creator_id = p_creator and kind = 'oversold'
            and subject = p_drop::text for no key update;
        -- What they wait for beyond what there is for them already, from an earlier call too.
        select least(n, greatest(coalesce(sum(greatest(least(e.quantity,
            d.per_person - coalesce(b.units, 0)), 0)), 0) - drop_left(d), 0)) into to_line
        from waitlist_entries e join events v on v.creator_id = p_creator and v.id = d.event_id
        left join drop_buyers b on b.creator_id = p_creator and b.drop_id = p_drop
            and b.buyer_key = e.buyer_key
        where e.creator_id = p_creator and e.drop_id = p_drop and e.state = 'waiting'
          and offers_end(d, v.ends_at) > t;
    end if;
    back := array(select case when not d.no_show_release then null
        when i <= to_line then 'waitlist' else 'walk_in' end from generate_series(1, n) as i);
    perform tokens_move(p_creator, due, 'forfeited', array_fill(t, array[n]),
        array_fill('token.forfeited'::text, array[n]),
        array(select jsonb_build_object('was', 'issued', 'returned_to', b)
            from unnest(back) with ordinality as x(b, o) order by o),
        case d.no_show_deposit when 'refund' then 'refunded' else 'forfeited' end);
    if d.no_show_release then
        update drops set forfeited = forfeited - n where creator_id = p_creator and id = p_drop;
        if to_line < n then
            perform share_change(p_creator, p_drop, d.tokenized - (n - to_line), 'no_show');
        end if;
    end if;
    return n;
end $$;
