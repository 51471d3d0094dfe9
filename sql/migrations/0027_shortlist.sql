-- SPDX-License-Identifier: Apache-2.0
--
-- What the service ranks by grows: the event of an order's token, and how many hubs are in reach that are
-- not in its list. The functions of before are gone.

drop function if exists api.route_context(uuid, text[], text[], bigint[]);
drop function if exists roadshow.route_left_over(jsonb, jsonb, jsonb, text);
