-- SPDX-License-Identifier: Apache-2.0
--
-- What is over stays over: a contact whose date has come leaves its person's key and that date, as a
-- withdrawal does, so that a consent from before it finds that.

set local search_path = roadshow, api;

-- A row without a contact: a device told the withdrawal, or none did and the date came at given_at.
alter table contacts drop constraint contacts_check2;
alter table contacts add constraint contacts_nothing_left check (sealed is not null
    or (not marketing and purposes = '{}'));

-- Functions whose shape changed.
drop function if exists roadshow.contacts_remove;
