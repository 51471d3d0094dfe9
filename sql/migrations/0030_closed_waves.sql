-- SPDX-License-Identifier: Apache-2.0
--
-- A wave whose cut-off left its hub's timetable while it held shipments: those were promised its times and
-- keep them, and nobody joins them.

set local search_path = roadshow, api;

alter table waves add closed boolean not null default false;
