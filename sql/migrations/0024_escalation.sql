-- SPDX-License-Identifier: Apache-2.0
--
-- Incidents that the centre hands to its ops lead: when, by which key, to whom. To whom is a person's name:
-- it stays out of the ledger.

set local search_path = roadshow, api;

alter table incidents add column escalated_at timestamptz;
alter table incidents add column escalated_by uuid;
alter table incidents add column escalated_to text check (length(escalated_to) between 1 and 200);
alter table incidents add check ((escalated_at is null) = (escalated_by is null));
alter table incidents add check ((escalated_to is not null) <= (escalated_at is not null));
