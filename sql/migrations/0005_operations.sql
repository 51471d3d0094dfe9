-- SPDX-License-Identifier: Apache-2.0
--
-- What operators watch: when a janitor was last seen on each host. A reference table: it belongs to no
-- creator.

create table roadshow.janitor_heartbeat (
    host        text not null check (length(host) between 1 and 255),
    started_at  timestamptz not null,
    seen_at     timestamptz not null,
    rounds      bigint not null check (rounds >= 0),
    done        bigint not null check (done >= 0),
    failures    bigint not null check (failures >= 0),
    primary key (host),
    check (seen_at >= started_at)
);
