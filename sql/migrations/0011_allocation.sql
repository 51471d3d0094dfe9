-- SPDX-License-Identifier: Apache-2.0
--
-- Allocation: windows of a drop, deposits, no-shows, the waitlist, transfer and resale. What must never
-- be false is a constraint here: never more held, issued and forfeited than tokenized, a window within its
-- quantity, one payment for one claim, a deposit that settles once, one place in line a person, one live
-- listing a token.

set local search_path = roadshow, api;

-- Parameters and answers of these have changed; they are made anew behind the migrations.
drop function if exists api.claim_batch;
drop function if exists api.draw_enter;
drop function if exists roadshow.tokens_move;
drop function if exists roadshow.token_command;
drop function if exists roadshow.erasure_step;

-- ---- drops --------------------------------------------------------------------------------------

alter table drops
    add column forfeited integer not null default 0 check (forfeited >= 0), -- and not released
    add column waiting integer not null default 0 check (waiting >= 0),     -- places in line
    add column next_place integer not null default 1,
    add column windowed boolean not null default false, -- claims go through drop_windows
    add column offer_ttl_s integer not null default 3600 check (offer_ttl_s between 60 and 604800),
    -- No-shows: what becomes of a token that nobody redeemed by pickup_until and the grace. Without a
    -- rule it stays as it is.
    add column no_show_deposit text check (no_show_deposit in ('forfeit', 'refund')),
    add column no_show_release boolean not null default false,
    add column grace_s integer not null default 0 check (grace_s between 0 and 604800),
    add column no_show_at timestamptz,                  -- when to look next; null: nothing to look for
    -- Passing tokens on.
    add column transferable boolean not null default false,
    add column resalable boolean not null default false,
    add column resale_cap bigint check (resale_cap >= 0),
    add column resale_currency text check (resale_currency ~ '^[A-Z]{3}$'),
    add column cool_down_s integer not null default 0 check (cool_down_s between 0 and 2592000),
    add column cut_off_s integer not null default 0 check (cut_off_s between 0 and 2592000),
    add check (no_show_deposit is not null or not no_show_release and no_show_at is null),
    add check (resalable <= transferable and resalable = (resale_cap is not null)
        and resalable = (resale_currency is not null));
alter table drops drop constraint drops_never_oversold;
alter table drops add constraint drops_never_oversold check (held + issued + forfeited <= tokenized);
-- The janitor's: who waits, and whose pickup ends.
create index drops_waiting on drops (creator_id, id) where waiting > 0;
create index drops_no_show on drops (creator_id, no_show_at) where no_show_at is not null;

-- Forfeited tokens of before: nobody had released their units.
update drops d set forfeited = s.units
from (select creator_id, drop_id, count(*)::integer as units from tokens where state = 'forfeited'
    group by creator_id, drop_id) s
where d.creator_id = s.creator_id and d.id = s.drop_id;

-- When and for whom a drop's units can be claimed. Without a quantity a window gives what the drop has.
-- At most one window that asks for no proof is open at a time; others may be open beside it.
create table drop_windows (
    creator_id  uuid not null,
    drop_id     uuid not null,
    name        text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    opens_at    timestamptz not null,
    closes_at   timestamptz not null check (closes_at > opens_at),
    quantity    integer check (quantity >= 0),
    per_person  integer check (per_person between 1 and 20),
    proof       text not null check (proof in ('none', 'code', 'invitation')),
    code_sha256 bytea check (length(code_sha256) = 32),
    used        integer not null default 0 check (used >= 0), -- its tokens that neither expired nor were cancelled
    version     integer not null default 1, -- of the rules, for the ETag
    primary key (creator_id, drop_id, name),
    foreign key (creator_id, drop_id) references drops,
    constraint drop_windows_within check (used <= quantity),
    check ((proof = 'code') = (code_sha256 is not null))
) with (fillfactor = 50);

-- A person's units of a window, counted whether it limits them or not: the limit may come, go and come again
-- while it is open. per_person is the limit at the last claim.
create table window_buyers (
    creator_id  uuid not null,
    drop_id     uuid not null,
    window_name text not null,
    buyer_key   bytea not null check (length(buyer_key) = 32),
    units       integer not null check (units >= 0),
    per_person  integer,
    primary key (creator_id, drop_id, window_name, buyer_key),
    foreign key (creator_id, drop_id, window_name) references drop_windows,
    constraint window_buyers_limit check (units <= per_person)
) with (fillfactor = 80);

-- ---- tokens -------------------------------------------------------------------------------------

-- holder is a commitment to the first holder's contact, holder_salt what opens it (docs/formats.md,
-- "Provenance"). The salt goes with the person.
alter table claims
    add column window_name text,
    add column holder bytea check (length(holder) = 32),
    add column holder_salt bytea check (length(holder_salt) = 32);
alter table draw_entries
    add column holder bytea check (length(holder) = 32),
    add column holder_salt bytea check (length(holder_salt) = 32);

-- New state: issued ⇄ suspended, while it is offered for resale.
alter table tokens drop constraint tokens_state_check;
alter table tokens
    add constraint tokens_state_check check (state in ('held', 'issued', 'suspended', 'redeemed',
        'expired', 'cancelled', 'forfeited')),
    add column window_name text,
    add column valid_until timestamptz, -- another end than the drop's pickup
    add column passed_at timestamptz,   -- of the last transfer
    add check ((version > 1) = (passed_at is not null));

-- Holders of tokens that were passed on, the first one included.
create table token_holders (
    creator_id   uuid not null,
    token_id     uuid not null,
    version      integer not null check (version >= 1),
    drop_id      uuid not null,
    buyer_key    bytea not null check (length(buyer_key) = 32),
    holder       bytea check (length(holder) = 32),
    holder_salt  bytea check (length(holder_salt) = 32),
    since        timestamptz not null,
    ledger_index bigint not null,
    primary key (creator_id, token_id, version),
    foreign key (creator_id, token_id) references tokens
);
create index token_holders_of on token_holders (creator_id, drop_id, buyer_key)
    where buyer_key is not null;

-- ---- deposits -----------------------------------------------------------------------------------

-- A payment of the storefront's, and the one claim that it is for.
create table deposit_payments (
    creator_id uuid not null,
    reference  text not null check (length(reference) between 1 and 128),
    claim_id   uuid not null,
    primary key (creator_id, reference),
    unique (creator_id, reference, claim_id),
    foreign key (creator_id, claim_id) references claims
);

-- A token's deposit from its payment on: held → applied | refunded | forfeited. While the token is held
-- its deposit is due and has no row.
create table deposits (
    creator_id uuid not null,
    token_id   uuid not null,
    drop_id    uuid not null,
    claim_id   uuid not null,
    amount     bigint not null check (amount > 0),
    currency   text not null check (currency ~ '^[A-Z]{3}$'),
    reference  text not null,
    state      text not null check (state in ('held', 'applied', 'refunded', 'forfeited')),
    held_at    timestamptz not null,
    settled_at timestamptz,
    primary key (creator_id, token_id),
    foreign key (creator_id, token_id) references tokens,
    foreign key (creator_id, drop_id) references drops,
    foreign key (creator_id, reference, claim_id)
        references deposit_payments (creator_id, reference, claim_id),
    check ((state = 'held') = (settled_at is null))
) with (fillfactor = 80);
create index deposits_of_drop on deposits (creator_id, drop_id, token_id) where drop_id is not null;

create function deposit_settles_once() returns trigger language plpgsql as $$
begin
    -- It is held again when the redemption that it was applied to was taken back.
    if old.state <> 'held' and (old.state, new.state) <> ('applied', 'held') or (old.amount, old.currency, old.reference, old.held_at)
        <> (new.amount, new.currency, new.reference, new.held_at) then
        raise exception 'a deposit settles once' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger deposit_settles_once before update on deposits
    for each row execute function deposit_settles_once();

-- ---- the waitlist -------------------------------------------------------------------------------

-- A place in line. claim_id is of the claim that it becomes. States:
--   waiting → offered (its claim's tokens, or listing_id, say what became of that) | skipped | left
-- An offer of a listing may also become lapsed or taken here.
create table waitlist_entries (
    creator_id   uuid not null,
    drop_id      uuid not null,
    id           uuid not null,
    place        integer not null check (place >= 1),
    ahead        integer not null check (ahead >= 0), -- who waited before it when it came
    claim_id     uuid not null,
    key_id       uuid not null,
    idem_key     text not null,
    body_sha256  bytea not null check (length(body_sha256) = 32),
    buyer_key    bytea not null check (length(buyer_key) = 32),
    quantity     integer not null check (quantity between 1 and 20),
    given        integer check (given between 1 and quantity), -- units that were offered
    kid          text not null,
    holder       bytea check (length(holder) = 32),
    holder_salt  bytea check (length(holder_salt) = 32),
    state        text not null
        check (state in ('waiting', 'offered', 'taken', 'lapsed', 'skipped', 'left')),
    listing_id   uuid,
    joined_at    timestamptz not null,
    offered_at   timestamptz,
    ended_at     timestamptz, -- taken, lapsed, skipped or left
    ledger_index bigint not null,
    primary key (creator_id, drop_id, id),
    foreign key (creator_id, drop_id) references drops,
    check ((given is null) = (offered_at is null)),
    check ((state in ('offered', 'taken', 'lapsed')) <= (offered_at is not null)),
    check ((state = 'waiting') <= (offered_at is null)),
    check ((state in ('taken', 'lapsed', 'skipped', 'left')) = (ended_at is not null))
) with (fillfactor = 80);
-- Partial where they need not be, as claims_one_per_key is. Who has an offer to buy waits for no other.
create unique index waitlist_one_per_person on waitlist_entries (creator_id, drop_id, buyer_key)
    where state = 'waiting' or state = 'offered' and listing_id is not null;
create unique index waitlist_one_per_place on waitlist_entries (creator_id, drop_id, place)
    where place is not null;
create unique index waitlist_one_per_key on waitlist_entries (creator_id, key_id, idem_key)
    where idem_key is not null;
create index waitlist_line on waitlist_entries (creator_id, drop_id, place)
    where state = 'waiting' and place is not null;

-- ---- resale -------------------------------------------------------------------------------------

-- listed ⇄ offered → sold; listed → withdrawn. The token is suspended while it is listed or offered.
create table resale_listings (
    creator_id    uuid not null,
    id            uuid not null,
    token_id      uuid not null,
    version       integer not null, -- the seller's
    drop_id       uuid not null,
    price         bigint not null check (price >= 0),
    currency      text not null check (currency ~ '^[A-Z]{3}$'),
    state         text not null check (state in ('listed', 'offered', 'sold', 'withdrawn')),
    entry_id      uuid,             -- whom it is offered to, or who bought it
    offered_until timestamptz,
    reference     text check (length(reference) between 1 and 128), -- of the buyer's payment
    ends_at       timestamptz not null, -- the cut-off: then it is withdrawn
    listed_at     timestamptz not null,
    ended_at      timestamptz,
    primary key (creator_id, id),
    foreign key (creator_id, token_id) references tokens,
    foreign key (creator_id, drop_id, entry_id) references waitlist_entries,
    check ((state in ('sold', 'withdrawn')) = (ended_at is not null)),
    check ((state in ('offered', 'sold')) = (entry_id is not null)),
    check ((state = 'offered') = (offered_until is not null)),
    check ((state = 'sold') = (reference is not null))
) with (fillfactor = 80);
create unique index resale_one_live on resale_listings (creator_id, token_id)
    where state in ('listed', 'offered');
create unique index resale_one_payment on resale_listings (creator_id, reference)
    where reference is not null;
create index resale_of_token on resale_listings (creator_id, token_id, listed_at)
    where token_id is not null;
create index resale_live on resale_listings (creator_id, drop_id, listed_at)
    where state in ('listed', 'offered');

-- ---- cases --------------------------------------------------------------------------------------

alter table cases drop constraint cases_kind_check;
alter table cases add constraint cases_kind_check check (kind in ('already_redeemed', 'superseded',
    'cancelled', 'expired', 'forfeited', 'suspended', 'unpaid', 'home_delivery', 'wrong_event',
    'wrong_window', 'not_genuine', 'oversold', 'unknown_product', 'device_fork'));
