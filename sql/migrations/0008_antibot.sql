-- SPDX-License-Identifier: Apache-2.0
--
-- Proofs of work that have bought something. The proof itself is checked by the service; what is kept
-- here, in the claim's transaction, is that its nonce was used. A row may go once the challenge has
-- expired: roadshow refuses an expired one by the same clock.

create table roadshow.proofs (
    creator_id uuid not null,
    nonce      bytea not null check (length(nonce) = 16),
    ends_at    timestamptz not null, -- when the challenge expires
    primary key (creator_id, nonce)
);
create index proofs_ended on roadshow.proofs (creator_id, ends_at) where ends_at is not null;
