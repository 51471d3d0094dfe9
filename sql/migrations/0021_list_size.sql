-- SPDX-License-Identifier: Apache-2.0
--
-- So many orders make a pick list: a hub that works in small lots need not wait for a cut-off.

set local search_path = roadshow, api;

alter table hubs add list_size integer check (list_size between 1 and 200); -- null: 200, by cut-off only
