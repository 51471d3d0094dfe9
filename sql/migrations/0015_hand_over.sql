-- SPDX-License-Identifier: Apache-2.0
--
-- Proof of a hand-over: what was signed is the partner's to keep, its hash is enough to hold it against.

set local search_path = roadshow, api;

alter table picklists
    add signature_sha256 bytea check (length(signature_sha256) = 32),
    add constraint picklists_signature check ((signature_sha256 is not null) <= (state = 'handed_over'));
