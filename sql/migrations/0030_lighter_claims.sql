-- SPDX-License-Identifier: Apache-2.0
--
-- What a claim takes and writes in fewer steps (docs/decisions/0022).

set local search_path = roadshow, api;

-- One event at a time.
drop function if exists status_take(uuid[], uuid[], bigint[], integer[]);
drop function if exists status_index(bigint[], integer, integer);
-- It is told of the windows themselves.
drop function if exists windows_use(uuid[], uuid[], text[], bytea[], bigint[], integer[], integer[]);
