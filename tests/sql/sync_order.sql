-- SPDX-License-Identifier: Apache-2.0
--
-- The end does not depend on the order of arrival. Histories of two devices, three events each, are
-- drawn from a printed seed: scans of few tokens, sales from and beyond leases, shared payments, with
-- times that collide. Each of the 20 ways to interleave the uploads, with everything sent twice, with
-- several lines in one upload and with old lines before new ones, must end in the same tokens, stock,
-- payments, statuses and cases. `differs` undoes each run by the exception that carries its result.
begin;
\ir lib/devices.psql
select plan(13);

select pg_temp.make_device(41, 'till'), pg_temp.enrol(41), pg_temp.make_device(42, 'till'),
    pg_temp.enrol(42) \g /dev/null
select pg_temp.make_drop(1, 32, '{"tokenized": 0, "quantity": 5}') \g /dev/null
insert into walk_in_leases (creator_id, id, device_id, drop_id, quantity, state, granted_at, until, ledger_index)
select pg_temp.id(1), pg_temp.id(l), pg_temp.id(n), pg_temp.id(o), 1, 'active', pickup_from, pickup_until, 0
from (values (51, 41, 31), (52, 42, 31), (53, 42, 32)) as v(l, n, o)
join drops on id = pg_temp.id(o);
update drops set walk_in_leased = case id when pg_temp.id(31) then 2 else 1 end
where id in (pg_temp.id(31), pg_temp.id(32));

-- One event by chance. Few tokens, payments and seconds, so that most histories collide.
create function pg_temp.tell_something(n integer) returns bigint language plpgsql as $$
declare
    at   numeric := 10 + floor(random() * 3);
    kind float   := random();
begin
    if kind < 0.5 then
        return pg_temp.tell(n, 'redeem', at, pg_temp.scan(
            pg_temp.token(1 + floor(random() * 2)::integer), 1 + (random() < 0.1)::integer));
    end if;
    return pg_temp.tell(n, 'sale', at, pg_temp.sold(1 + floor(random() * 4)::integer,
        case when random() < 0.5 then n + 10 end,
        case when random() < 0.4 then 'pay-' || floor(random() * 2) end,
        case when random() < 0.3 then 32 else 31 end));
end $$;

-- The state after uploads: letter a is device 41's next line, b device 42's; A and B send everything
-- that the device has sent so far, and the next line.
create function pg_temp.ends(p_order text) returns jsonb language plpgsql as $$
declare
    step text;
    n    integer;
    sent integer[] := array[0, 0];
    a    api.answer;
begin
    foreach step in array string_to_array(p_order, null) loop
        n := case when lower(step) = 'a' then 1 else 2 end;
        sent[n] := sent[n] + 1;
        a := pg_temp.upload(40 + n, case when step in ('A', 'B') then 1 else sent[n] end, sent[n]);
        assert a.status = 200, a.body;
        if step in ('a', 'b') then
            a := pg_temp.upload(40 + n, sent[n], sent[n]); -- again: the answer was lost
        end if;
    end loop;
    raise exception using errcode = 'RZ001', message = pg_temp.end_state()::text;
exception when sqlstate 'RZ001' then
    return sqlerrm::jsonb;
end $$;

-- Every way to interleave aaabbb, half of them with old lines sent along.
create temporary table orders as
with recursive o(text, a, b) as (
    select '', 3, 3
    union all
    select text || step, a - (step = 'a')::integer, b - (step = 'b')::integer
    from o, unnest(array['a', 'b']) as step
    where (step = 'a' and a > 0) or (step = 'b' and b > 0)
)
select case when row_number() over (order by text) % 2 = 0 then upper(text) else text end as text
from o where a = 0 and b = 0;
select is((select count(*) from orders), 20::bigint, 'twenty ways');

-- Histories of one seed; the first order that ends otherwise than aaabbb, with what differs.
create function pg_temp.differs(p_seed integer) returns table (told text, member text, one jsonb, other jsonb)
language plpgsql as $$
declare
    expected jsonb;
    o        record;
    got      jsonb;
begin
    perform setseed(p_seed / 1000.0);
    delete from pg_temp.history;
    perform pg_temp.tell_something(41 + i % 2) from generate_series(1, 6) as i;
    expected := pg_temp.ends('aaabbb');
    for o in select text from orders loop
        got := pg_temp.ends(o.text);
        if got <> expected then
            return query select 'seed ' || p_seed || ', order ' || o.text, k, expected -> k, got -> k
            from jsonb_object_keys(expected) as k where expected -> k is distinct from got -> k;
            return;
        end if;
    end loop;
end $$;

select is_empty(format('select * from pg_temp.differs(%s)', seed), 'seed ' || seed)
from generate_series(1, 10) as seed;

-- The test can fail: a state that does depend on the order is seen.
select pg_temp.tell(41, 'heartbeat', 1, '{"backlog": 1}') \g /dev/null
create or replace function pg_temp.end_state() returns jsonb language sql as $$
    select jsonb_build_object('ledger', (select jsonb_agg(kind order by index) from roadshow.ledger
        where subject in (pg_temp.token(1), pg_temp.token(2)))) $$;
select isnt_empty($$ select d.* from generate_series(1, 10) as seed, pg_temp.differs(seed) as d $$,
    'the ledger tells the order in which things were learnt');
select ok((select count(*) > 0 from history), 'and there were histories');
select * from finish();
rollback;
