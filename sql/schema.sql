-- SPDX-License-Identifier: Apache-2.0
-- Made by script/schema-dump from sql/migrations and sql/functions: do not edit.

--
-- PostgreSQL database dump
--

--
-- Name: api; Type: SCHEMA; Schema: -; Owner: roadshow_owner
--

CREATE SCHEMA api;

ALTER SCHEMA api OWNER TO roadshow_owner;

--
-- Name: roadshow; Type: SCHEMA; Schema: -; Owner: roadshow_owner
--

CREATE SCHEMA roadshow;

ALTER SCHEMA roadshow OWNER TO roadshow_owner;

--
-- Name: roadshow_meta; Type: SCHEMA; Schema: -; Owner: roadshow_owner
--

CREATE SCHEMA roadshow_meta;

ALTER SCHEMA roadshow_meta OWNER TO roadshow_owner;

--
-- Name: answer; Type: TYPE; Schema: api; Owner: roadshow_owner
--

CREATE TYPE api.answer AS (
	status integer,
	body text,
	etag text,
	location text,
	replayed boolean
);

ALTER TYPE api.answer OWNER TO roadshow_owner;

--
-- Name: caller; Type: TYPE; Schema: api; Owner: roadshow_owner
--

CREATE TYPE api.caller AS (
	key_id uuid,
	role text,
	subject_id uuid,
	request_id uuid,
	idem_key text,
	body_sha256 bytea
);

ALTER TYPE api.caller OWNER TO roadshow_owner;

--
-- Name: bytes_32; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.bytes_32 AS bytea
	CONSTRAINT bytes_32_check CHECK ((length(VALUE) = 32));

ALTER DOMAIN roadshow.bytes_32 OWNER TO roadshow_owner;

--
-- Name: case_ground; Type: TYPE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TYPE roadshow.case_ground AS (
	kind text,
	subject text,
	event_id uuid,
	data jsonb,
	device_id uuid,
	seq bigint
);

ALTER TYPE roadshow.case_ground OWNER TO roadshow_owner;

--
-- Name: claim_quantity; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.claim_quantity AS integer
	CONSTRAINT claim_quantity_check CHECK (((VALUE >= 1) AND (VALUE <= 20)));

ALTER DOMAIN roadshow.claim_quantity OWNER TO roadshow_owner;

--
-- Name: claim_state; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.claim_state AS text
	CONSTRAINT claim_state_check CHECK ((VALUE = ANY (ARRAY['held'::text, 'issued'::text])));

ALTER DOMAIN roadshow.claim_state OWNER TO roadshow_owner;

--
-- Name: drop_count; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_count AS integer
	CONSTRAINT drop_count_check CHECK ((VALUE >= 0));

ALTER DOMAIN roadshow.drop_count OWNER TO roadshow_owner;

--
-- Name: drop_currency; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_currency AS text
	CONSTRAINT drop_currency_check CHECK ((VALUE ~ '^[A-Z]{3}$'::text));

ALTER DOMAIN roadshow.drop_currency OWNER TO roadshow_owner;

--
-- Name: drop_deposit; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_deposit AS bigint
	CONSTRAINT drop_deposit_check CHECK ((VALUE > 0));

ALTER DOMAIN roadshow.drop_deposit OWNER TO roadshow_owner;

--
-- Name: drop_grace_s; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_grace_s AS integer
	CONSTRAINT drop_grace_s_check CHECK (((VALUE >= 0) AND (VALUE <= 604800)));

ALTER DOMAIN roadshow.drop_grace_s OWNER TO roadshow_owner;

--
-- Name: drop_hold_ttl_s; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_hold_ttl_s AS integer
	CONSTRAINT drop_hold_ttl_s_check CHECK (((VALUE >= 30) AND (VALUE <= 604800)));

ALTER DOMAIN roadshow.drop_hold_ttl_s OWNER TO roadshow_owner;

--
-- Name: drop_mode; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_mode AS text
	CONSTRAINT drop_mode_check CHECK ((VALUE = ANY (ARRAY['fcfs'::text, 'draw'::text])));

ALTER DOMAIN roadshow.drop_mode OWNER TO roadshow_owner;

--
-- Name: drop_no_show_deposit; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_no_show_deposit AS text
	CONSTRAINT drop_no_show_deposit_check CHECK ((VALUE = ANY (ARRAY['forfeit'::text, 'refund'::text])));

ALTER DOMAIN roadshow.drop_no_show_deposit OWNER TO roadshow_owner;

--
-- Name: drop_offer_ttl_s; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_offer_ttl_s AS integer
	CONSTRAINT drop_offer_ttl_s_check CHECK (((VALUE >= 60) AND (VALUE <= 604800)));

ALTER DOMAIN roadshow.drop_offer_ttl_s OWNER TO roadshow_owner;

--
-- Name: drop_pause_s; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_pause_s AS integer
	CONSTRAINT drop_pause_s_check CHECK (((VALUE >= 0) AND (VALUE <= 2592000)));

ALTER DOMAIN roadshow.drop_pause_s OWNER TO roadshow_owner;

--
-- Name: drop_per_person; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_per_person AS integer
	CONSTRAINT drop_per_person_check CHECK (((VALUE >= 1) AND (VALUE <= 20)));

ALTER DOMAIN roadshow.drop_per_person OWNER TO roadshow_owner;

--
-- Name: drop_price; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_price AS bigint
	CONSTRAINT drop_price_check CHECK ((VALUE >= 0));

ALTER DOMAIN roadshow.drop_price OWNER TO roadshow_owner;

--
-- Name: drop_quantity; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_quantity AS integer
	CONSTRAINT drop_quantity_check CHECK (((VALUE >= 0) AND (VALUE <= 1000000)));

ALTER DOMAIN roadshow.drop_quantity OWNER TO roadshow_owner;

--
-- Name: drop_tokenized; Type: DOMAIN; Schema: roadshow; Owner: roadshow_owner
--

CREATE DOMAIN roadshow.drop_tokenized AS integer
	CONSTRAINT drop_tokenized_check CHECK ((VALUE >= 0));

ALTER DOMAIN roadshow.drop_tokenized OWNER TO roadshow_owner;

--
-- Name: ledger_note; Type: TYPE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TYPE roadshow.ledger_note AS (
	kind text,
	subject uuid,
	prev bigint,
	data jsonb
);

ALTER TYPE roadshow.ledger_note OWNER TO roadshow_owner;

--
-- Name: attendance_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.attendance_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.attendance_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: case_assign(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.case_assign(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.case_assign(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: case_count(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.case_count(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.case_count(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: case_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.case_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.case_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: case_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.case_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.case_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: case_reopen(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.case_reopen(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.case_reopen(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: case_resolve(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.case_resolve(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.case_resolve(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: checklist_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.checklist_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.checklist_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: checklist_put(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.checklist_put(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.checklist_put(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: claim_batch(uuid[], uuid[], text[], uuid[], uuid[], text[], bytea[], uuid[], uuid[], bytea[], bigint[], text[], bytea[], timestamp with time zone[], bytea[], text[], text[], bytea[], bigint[], bytea[], bytea[]); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.claim_batch(p_creators uuid[], p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[] DEFAULT NULL::bytea[], p_proof_ends timestamp with time zone[] DEFAULT NULL::timestamp with time zone[], p_contacts bytea[] DEFAULT NULL::bytea[], p_consents text[] DEFAULT NULL::text[], p_windows text[] DEFAULT NULL::text[], p_access bytea[] DEFAULT NULL::bytea[], p_invited bigint[] DEFAULT NULL::bigint[], p_holders bytea[] DEFAULT NULL::bytea[], p_salts bytea[] DEFAULT NULL::bytea[]) RETURNS TABLE(item integer, status integer, code text, detail text, claim_id uuid, drop_id uuid, serial integer, quantity integer, state text, kid text, expires_at timestamp with time zone, not_before timestamp with time zone, not_after timestamp with time zone, first_index bigint, replayed boolean, event_id uuid, status_indices text, window_name text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS ...;

ALTER FUNCTION api.claim_batch(p_creators uuid[], p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[]) OWNER TO roadshow_owner;

--
-- Name: creator_create(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.creator_create(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.creator_create(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: deposit_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.deposit_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.deposit_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: device_create(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.device_create(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.device_create(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: device_enrol(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.device_enrol(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.device_enrol(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: device_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.device_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.device_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: device_lookup(uuid, uuid[]); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.device_lookup(p_creator uuid, p_devices uuid[]) RETURNS TABLE(item integer, state text, public_key text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.device_lookup(p_creator uuid, p_devices uuid[]) OWNER TO roadshow_owner;

--
-- Name: device_release(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.device_release(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.device_release(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: device_revoke(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.device_revoke(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.device_revoke(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: device_roll(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.device_roll(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.device_roll(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: device_seen(uuid, api.caller); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.device_seen(p_creator uuid, c api.caller) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.device_seen(p_creator uuid, c api.caller) OWNER TO roadshow_owner;

--
-- Name: device_upload_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.device_upload_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.device_upload_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: draw_close(uuid, uuid, integer, text); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_close(p_creator uuid, p_drop uuid, p_entries integer, p_root text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draw_close(p_creator uuid, p_drop uuid, p_entries integer, p_root text) OWNER TO roadshow_owner;

--
-- Name: draw_enter(uuid, uuid[], text[], uuid[], uuid[], text[], bytea[], uuid[], uuid[], bytea[], bigint[], text[], bytea[], timestamp with time zone[], bytea[], text[], text[], bytea[], bigint[], bytea[], bytea[], bytea[]); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_enter(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[], p_nonces bytea[]) RETURNS TABLE(item integer, status integer, code text, detail text, entry_id uuid, drop_id uuid, entered_at timestamp with time zone, ledger_index bigint, nonce bytea, salt bytea, kid text, replayed boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS ...;

ALTER FUNCTION api.draw_enter(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[], p_nonces bytea[]) OWNER TO roadshow_owner;

--
-- Name: draw_entry_collect(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_entry_collect(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draw_entry_collect(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: draw_entry_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_entry_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draw_entry_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: draw_entry_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_entry_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draw_entry_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: draw_ids(uuid, uuid); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_ids(p_creator uuid, p_drop uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draw_ids(p_creator uuid, p_drop uuid) OWNER TO roadshow_owner;

--
-- Name: draw_issue(uuid, uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_issue(p_creator uuid, p_drop uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draw_issue(p_creator uuid, p_drop uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: draw_make(uuid, uuid, text, text); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_make(p_creator uuid, p_drop uuid, p_secrets text, p_ranking_root text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draw_make(p_creator uuid, p_drop uuid, p_secrets text, p_ranking_root text) OWNER TO roadshow_owner;

--
-- Name: draw_rank(uuid, uuid, text, integer, text); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_rank(p_creator uuid, p_drop uuid, p_ids text, p_first integer, p_secrets text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draw_rank(p_creator uuid, p_drop uuid, p_ids text, p_first integer, p_secrets text) OWNER TO roadshow_owner;

--
-- Name: draw_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draw_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: draw_reveal(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_reveal(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draw_reveal(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: draw_reveal_service(uuid, uuid, text); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draw_reveal_service(p_creator uuid, p_drop uuid, p_secret text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draw_reveal_service(p_creator uuid, p_drop uuid, p_secret text) OWNER TO roadshow_owner;

--
-- Name: draws_due(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.draws_due(p_creator uuid, p_limit integer) RETURNS TABLE(drop_id uuid, step text, sealed text, entries integer, root text, secrets text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.draws_due(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: drop_create(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.drop_create(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.drop_create(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: drop_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.drop_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.drop_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: drop_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.drop_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.drop_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: drop_share(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.drop_share(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.drop_share(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: drop_walk_in(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.drop_walk_in(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.drop_walk_in(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: entry_redact(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.entry_redact(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.entry_redact(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: event_create(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.event_create(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.event_create(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: event_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.event_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.event_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: event_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.event_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.event_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: event_redact(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.event_redact(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.event_redact(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: hub_create(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.hub_create(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.hub_create(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: hub_history(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.hub_history(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.hub_history(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: hub_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.hub_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.hub_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: hub_outage(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.hub_outage(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.hub_outage(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: hub_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.hub_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.hub_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: hub_resume(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.hub_resume(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.hub_resume(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: hub_update(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.hub_update(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.hub_update(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: incident_acknowledge(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.incident_acknowledge(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.incident_acknowledge(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: incident_escalate(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.incident_escalate(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.incident_escalate(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: incident_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.incident_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.incident_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: incident_resolve(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.incident_resolve(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.incident_resolve(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: janitor_beat(text, timestamp with time zone, bigint, bigint, bigint, bigint); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_beat(p_host text, p_started_at timestamp with time zone, p_rounds bigint, p_done bigint, p_failures bigint, p_logs_halted bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_beat(p_host text, p_started_at timestamp with time zone, p_rounds bigint, p_done bigint, p_failures bigint, p_logs_halted bigint) OWNER TO roadshow_owner;

--
-- Name: janitor_consents(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_consents(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_consents(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_contacts(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_contacts(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_contacts(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_creators(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_creators(p_after uuid, p_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_creators(p_after uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_device_nonces(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_device_nonces(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_device_nonces(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_enrol_codes(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_enrol_codes(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_enrol_codes(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_erasures(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_erasures(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_erasures(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_holds(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_holds(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_holds(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_idempotency(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_idempotency(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_idempotency(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_no_shows(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_no_shows(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_no_shows(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_order_holds(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_order_holds(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_order_holds(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_outages(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_outages(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_outages(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_picklist_leases(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_picklist_leases(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_picklist_leases(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_proofs(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_proofs(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_proofs(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_redeems(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_redeems(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_redeems(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_resales(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_resales(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_resales(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_waitlist(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_waitlist(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_waitlist(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_walk_in_leases(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_walk_in_leases(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_walk_in_leases(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: janitor_waves(uuid, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.janitor_waves(p_creator uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.janitor_waves(p_creator uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: key_create(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.key_create(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.key_create(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: key_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.key_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.key_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: key_lookup(uuid, uuid); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.key_lookup(p_creator uuid, p_key_id uuid) RETURNS TABLE(role text, secret_sha256 bytea, subject_id uuid, revoked boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.key_lookup(p_creator uuid, p_key_id uuid) OWNER TO roadshow_owner;

--
-- Name: key_revoke(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.key_revoke(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.key_revoke(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: lease_create(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.lease_create(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.lease_create(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: lease_extend(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.lease_extend(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.lease_extend(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: lease_return(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.lease_return(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.lease_return(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: lease_take(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.lease_take(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.lease_take(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: ledger_page(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.ledger_page(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.ledger_page(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: log_bundles(uuid, bigint[], bigint[]); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_bundles(p_creator uuid, p_ns bigint[], p_widths bigint[]) RETURNS TABLE(item integer, bundle bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_bundles(p_creator uuid, p_ns bigint[], p_widths bigint[]) OWNER TO roadshow_owner;

--
-- Name: log_checkpoint(uuid); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_checkpoint(p_creator uuid) RETURNS TABLE(checkpoint text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_checkpoint(p_creator uuid) OWNER TO roadshow_owner;

--
-- Name: log_edge(uuid, bigint); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_edge(p_creator uuid, p_size bigint) RETURNS TABLE(level integer, hashes text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_edge(p_creator uuid, p_size bigint) OWNER TO roadshow_owner;

--
-- Name: log_entries(uuid, bigint, integer); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_entries(p_creator uuid, p_from bigint, p_limit integer) RETURNS TABLE(entry text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_entries(p_creator uuid, p_from bigint, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: log_extend(uuid, bigint, bigint, integer[], bigint[], integer[], text[]); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_extend(p_creator uuid, p_size bigint, p_to bigint, p_levels integer[], p_ns bigint[], p_froms integer[], p_hashes text[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_extend(p_creator uuid, p_size bigint, p_to bigint, p_levels integer[], p_ns bigint[], p_froms integer[], p_hashes text[]) OWNER TO roadshow_owner;

--
-- Name: log_find(text); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_find(p_slug text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_find(p_slug text) OWNER TO roadshow_owner;

--
-- Name: log_halt(uuid, text, text); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_halt(p_creator uuid, p_host text, p_why text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_halt(p_creator uuid, p_host text, p_why text) OWNER TO roadshow_owner;

--
-- Name: log_head(uuid); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_head(p_creator uuid) RETURNS TABLE(entries bigint, size bigint, checkpoint_size bigint, checkpoint text, root text, halted_by text, halted_why text, slug text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_head(p_creator uuid) OWNER TO roadshow_owner;

--
-- Name: log_publish(uuid, bigint, text, text); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_publish(p_creator uuid, p_size bigint, p_root text, p_checkpoint text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_publish(p_creator uuid, p_size bigint, p_root text, p_checkpoint text) OWNER TO roadshow_owner;

--
-- Name: log_report(uuid, uuid); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_report(p_creator uuid, p_drop uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_report(p_creator uuid, p_drop uuid) OWNER TO roadshow_owner;

--
-- Name: log_resume(uuid, text); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_resume(p_creator uuid, p_host text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_resume(p_creator uuid, p_host text) OWNER TO roadshow_owner;

--
-- Name: log_tiles(uuid, bigint[], bigint[], bigint[]); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.log_tiles(p_creator uuid, p_levels bigint[], p_ns bigint[], p_widths bigint[]) RETURNS TABLE(item integer, hashes bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.log_tiles(p_creator uuid, p_levels bigint[], p_ns bigint[], p_widths bigint[]) OWNER TO roadshow_owner;

--
-- Name: mirror_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.mirror_read(p_creator uuid, c api.caller, p jsonb) RETURNS TABLE(head text, lines text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.mirror_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: note_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.note_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.note_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: order_address(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.order_address(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.order_address(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: order_batch(uuid, uuid[], text[], uuid[], uuid[], text[], bytea[], jsonb[], text[]); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.order_batch(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_items jsonb[], p_whys text[]) RETURNS TABLE(item integer, status integer, body text, etag text, location text, replayed boolean, code text, detail text, pointer text, accepted boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS ...;

ALTER FUNCTION api.order_batch(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_items jsonb[], p_whys text[]) OWNER TO roadshow_owner;

--
-- Name: order_cancel(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.order_cancel(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.order_cancel(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: order_confirm(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.order_confirm(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.order_confirm(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: order_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.order_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.order_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: order_route(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.order_route(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.order_route(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: order_routing(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.order_routing(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.order_routing(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: order_shown(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.order_shown(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.order_shown(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: order_wanted(uuid, uuid[], boolean[]); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.order_wanted(p_creator uuid, p_orders uuid[], p_rest boolean[]) RETURNS TABLE(item integer, doc jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.order_wanted(p_creator uuid, p_orders uuid[], p_rest boolean[]) OWNER TO roadshow_owner;

--
-- Name: partner_create(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.partner_create(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.partner_create(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: partner_key_lookup(uuid, uuid); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.partner_key_lookup(p_partner uuid, p_key_id uuid) RETURNS TABLE(role text, secret_sha256 bytea, subject_id uuid, revoked boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.partner_key_lookup(p_partner uuid, p_key_id uuid) OWNER TO roadshow_owner;

--
-- Name: partner_resolve(uuid, text, uuid); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.partner_resolve(p_partner uuid, p_kind text, p_id uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.partner_resolve(p_partner uuid, p_kind text, p_id uuid) OWNER TO roadshow_owner;

--
-- Name: picklist_claim(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.picklist_claim(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.picklist_claim(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_hand_over(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.picklist_hand_over(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.picklist_hand_over(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_heartbeat(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.picklist_heartbeat(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.picklist_heartbeat(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.picklist_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.picklist_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_pack(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.picklist_pack(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.picklist_pack(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_pick(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.picklist_pick(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.picklist_pick(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.picklist_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.picklist_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_reject(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.picklist_reject(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.picklist_reject(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: privacy_erase(uuid, api.caller, uuid, text, bytea, bytea); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.privacy_erase(p_creator uuid, c api.caller, p_id uuid, p_commitment text, p_buyer bytea, p_blind bytea) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.privacy_erase(p_creator uuid, c api.caller, p_id uuid, p_commitment text, p_buyer bytea, p_blind bytea) OWNER TO roadshow_owner;

--
-- Name: privacy_export(uuid, api.caller, bytea); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.privacy_export(p_creator uuid, c api.caller, p_buyer bytea) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.privacy_export(p_creator uuid, c api.caller, p_buyer bytea) OWNER TO roadshow_owner;

--
-- Name: product_create(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.product_create(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.product_create(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: product_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.product_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.product_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: readiness(); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.readiness() RETURNS TABLE(migration_version integer, janitor_age_s double precision, logs_halted bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.readiness() OWNER TO roadshow_owner;

--
-- Name: reconciliation_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.reconciliation_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.reconciliation_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: redaction_next(uuid); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.redaction_next(p_creator uuid, OUT device_id uuid, OUT n integer, OUT every_consent boolean, OUT ask uuid, OUT content_encoding text, OUT body text, OUT hashes text) RETURNS SETOF record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.redaction_next(p_creator uuid, OUT device_id uuid, OUT n integer, OUT every_consent boolean, OUT ask uuid, OUT content_encoding text, OUT body text, OUT hashes text) OWNER TO roadshow_owner;

--
-- Name: redaction_store(uuid, uuid, integer, boolean, uuid, text); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.redaction_store(p_creator uuid, p_device uuid, p_n integer, p_every_consent boolean, p_ask uuid, p_body text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.redaction_store(p_creator uuid, p_device uuid, p_n integer, p_every_consent boolean, p_ask uuid, p_body text) OWNER TO roadshow_owner;

--
-- Name: resale_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.resale_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.resale_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: resale_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.resale_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.resale_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: resale_settle(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.resale_settle(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.resale_settle(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: resale_withdraw(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.resale_withdraw(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.resale_withdraw(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: residual_move(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.residual_move(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.residual_move(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: residual_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.residual_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.residual_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: return_create(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.return_create(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.return_create(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: return_decline(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.return_decline(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.return_decline(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: return_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.return_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.return_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: return_list_hub(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.return_list_hub(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.return_list_hub(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: return_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.return_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.return_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: return_receive(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.return_receive(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.return_receive(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: return_settle(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.return_settle(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.return_settle(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: route_context(uuid, text[], text[], uuid[], bigint[]); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.route_context(p_creator uuid, p_countries text[], p_codes text[], p_tokens uuid[], p_known bigint[]) RETURNS TABLE(item integer, lat double precision, lon double precision, near text, event_id uuid, snapshot jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.route_context(p_creator uuid, p_countries text[], p_codes text[], p_tokens uuid[], p_known bigint[]) OWNER TO roadshow_owner;

--
-- Name: route_policy_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.route_policy_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.route_policy_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: route_policy_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.route_policy_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.route_policy_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: route_policy_set(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.route_policy_set(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.route_policy_set(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: route_preview(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.route_preview(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.route_preview(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: status_list_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.status_list_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.status_list_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: status_list_store(uuid, uuid, bigint, text, text, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.status_list_store(p_creator uuid, p_event uuid, p_changes bigint, p_kid text, p_jwt text, p_issued_at timestamp with time zone, p_expires_at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.status_list_store(p_creator uuid, p_event uuid, p_changes bigint, p_kid text, p_jwt text, p_issued_at timestamp with time zone, p_expires_at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: status_lists_due(uuid, integer, text); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.status_lists_due(p_creator uuid, p_limit integer, p_kid text) RETURNS TABLE(event_id uuid, list_id text, changes bigint, capacity integer, entries text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.status_lists_due(p_creator uuid, p_limit integer, p_kid text) OWNER TO roadshow_owner;

--
-- Name: stock_adjust(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.stock_adjust(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.stock_adjust(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: stock_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.stock_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.stock_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: stock_receive(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.stock_receive(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.stock_receive(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: stock_set(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.stock_set(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.stock_set(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: sync_upload(uuid, api.caller, jsonb, bytea, bytea, bytea, jsonb, bytea[], bigint[], bigint[], text[], timestamp with time zone[], text[], jsonb[]); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.sync_upload(p_creator uuid, c api.caller, p_signature jsonb, p_base bytea, p_body bytea, p_text bytea, p_run jsonb, p_hashes bytea[], p_places bigint[], p_lengths bigint[], p_kinds text[], p_times timestamp with time zone[], p_errors text[], p_fields jsonb[]) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS ...;

ALTER FUNCTION api.sync_upload(p_creator uuid, c api.caller, p_signature jsonb, p_base bytea, p_body bytea, p_text bytea, p_run jsonb, p_hashes bytea[], p_places bigint[], p_lengths bigint[], p_kinds text[], p_times timestamp with time zone[], p_errors text[], p_fields jsonb[]) OWNER TO roadshow_owner;

--
-- Name: token_cancel(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.token_cancel(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.token_cancel(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: token_code(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.token_code(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.token_code(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: token_confirm(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.token_confirm(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.token_confirm(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: token_page(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.token_page(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.token_page(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: token_proof(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.token_proof(p_creator uuid, c api.caller, p jsonb) RETURNS TABLE(index bigint, entry text, size bigint, checkpoint text, tiles bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.token_proof(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: token_provenance(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.token_provenance(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.token_provenance(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: token_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.token_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.token_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: token_transfer(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.token_transfer(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.token_transfer(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: transfer_cancel(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.transfer_cancel(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.transfer_cancel(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: transfer_create(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.transfer_create(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.transfer_create(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: transfer_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.transfer_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.transfer_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: transfer_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.transfer_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.transfer_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: transfer_receive(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.transfer_receive(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.transfer_receive(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: venue_stock_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.venue_stock_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.venue_stock_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: waitlist_accept(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.waitlist_accept(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.waitlist_accept(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: waitlist_collect(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.waitlist_collect(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.waitlist_collect(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: waitlist_join(uuid, uuid[], text[], uuid[], uuid[], text[], bytea[], uuid[], uuid[], bytea[], bigint[], text[], bytea[], timestamp with time zone[], bytea[], text[], text[], bytea[], bigint[], bytea[], bytea[]); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.waitlist_join(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[]) RETURNS TABLE(item integer, status integer, code text, detail text, entry_id uuid, drop_id uuid, quantity integer, "position" integer, joined_at timestamp with time zone, ledger_index bigint, kid text, replayed boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    AS ...;

ALTER FUNCTION api.waitlist_join(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[]) OWNER TO roadshow_owner;

--
-- Name: waitlist_leave(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.waitlist_leave(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.waitlist_leave(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: waitlist_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.waitlist_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.waitlist_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: waitlist_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.waitlist_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.waitlist_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: wave_cancel(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.wave_cancel(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.wave_cancel(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: wave_list(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.wave_list(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.wave_list(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: window_invite(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.window_invite(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.window_invite(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: window_put(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.window_put(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.window_put(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: window_read(uuid, api.caller, jsonb); Type: FUNCTION; Schema: api; Owner: roadshow_owner
--

CREATE FUNCTION api.window_read(p_creator uuid, c api.caller, p jsonb) RETURNS api.answer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'roadshow', 'api', 'pg_temp'
    AS ...;

ALTER FUNCTION api.window_read(p_creator uuid, c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: annul_window(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.annul_window() RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.annul_window() OWNER TO roadshow_owner;

--
-- Name: devices; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.devices (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    name text NOT NULL,
    profile text NOT NULL,
    state text NOT NULL,
    code_sha256 bytea NOT NULL,
    code_expires_at timestamp with time zone NOT NULL,
    public_key text,
    thumbprint bytea,
    enrolled_at timestamp with time zone,
    ended_at timestamp with time zone,
    acked_seq bigint DEFAULT 0 NOT NULL,
    head bytea,
    uploads integer DEFAULT 0 NOT NULL,
    clock_skew_us bigint,
    clock_flagged boolean DEFAULT false NOT NULL,
    backlog integer,
    heartbeat_at timestamp with time zone,
    last_seen_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ledger_index bigint NOT NULL,
    CONSTRAINT devices_acked_seq_check CHECK ((acked_seq >= 0)),
    CONSTRAINT devices_backlog_check CHECK ((backlog >= 0)),
    CONSTRAINT devices_check CHECK (((state = ANY (ARRAY['active'::text, 'quarantined'::text])) <= (public_key IS NOT NULL))),
    CONSTRAINT devices_check1 CHECK (((state = ANY (ARRAY['pending'::text, 'lapsed'::text])) <= (public_key IS NULL))),
    CONSTRAINT devices_check2 CHECK (((public_key IS NULL) = (thumbprint IS NULL))),
    CONSTRAINT devices_check3 CHECK (((public_key IS NULL) = (enrolled_at IS NULL))),
    CONSTRAINT devices_check4 CHECK (((public_key IS NULL) = (head IS NULL))),
    CONSTRAINT devices_check5 CHECK (((state = ANY (ARRAY['lapsed'::text, 'quarantined'::text, 'revoked'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT devices_code_sha256_check CHECK ((length(code_sha256) = 32)),
    CONSTRAINT devices_head_check CHECK ((length(head) = 32)),
    CONSTRAINT devices_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT devices_profile_check CHECK ((profile = ANY (ARRAY['scan'::text, 'till'::text, 'manager'::text]))),
    CONSTRAINT devices_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text, 'lapsed'::text, 'quarantined'::text, 'revoked'::text]))),
    CONSTRAINT devices_thumbprint_check CHECK ((length(thumbprint) = 32)),
    CONSTRAINT devices_uploads_check CHECK ((uploads >= 0))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.devices OWNER TO roadshow_owner;

--
-- Name: annuls_settle(uuid, roadshow.devices, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.annuls_settle(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.annuls_settle(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) OWNER TO roadshow_owner;

--
-- Name: answer_ok(integer, jsonb, text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.answer_ok(p_status integer, p_body jsonb, p_etag text DEFAULT NULL::text, p_location text DEFAULT NULL::text) RETURNS api.answer
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.answer_ok(p_status integer, p_body jsonb, p_etag text, p_location text) OWNER TO roadshow_owner;

--
-- Name: authorise(uuid, api.caller); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.authorise(p_creator uuid, c api.caller) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.authorise(p_creator uuid, c api.caller) OWNER TO roadshow_owner;

--
-- Name: base64url(bytea); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.base64url(p bytea) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.base64url(p bytea) OWNER TO roadshow_owner;

--
-- Name: drops; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.drops (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    sku text NOT NULL,
    mode roadshow.drop_mode NOT NULL,
    quantity roadshow.drop_quantity NOT NULL,
    tokenized roadshow.drop_tokenized NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    per_person roadshow.drop_per_person NOT NULL,
    hold_ttl_s roadshow.drop_hold_ttl_s,
    deposit roadshow.drop_deposit,
    deposit_currency roadshow.drop_currency,
    pickup_from timestamp with time zone NOT NULL,
    pickup_until timestamp with time zone NOT NULL,
    held roadshow.drop_count DEFAULT 0 NOT NULL,
    issued roadshow.drop_count DEFAULT 0 NOT NULL,
    redeemed roadshow.drop_count DEFAULT 0 NOT NULL,
    next_serial integer DEFAULT 1 NOT NULL,
    walk_in_leased roadshow.drop_count DEFAULT 0 NOT NULL,
    walk_in_sold roadshow.drop_count DEFAULT 0 NOT NULL,
    walk_in_oversold roadshow.drop_count DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ledger_index bigint NOT NULL,
    forfeited roadshow.drop_count DEFAULT 0 NOT NULL,
    waiting roadshow.drop_count DEFAULT 0 NOT NULL,
    next_place integer DEFAULT 1 NOT NULL,
    windowed boolean DEFAULT false NOT NULL,
    offer_ttl_s roadshow.drop_offer_ttl_s DEFAULT 3600 NOT NULL,
    no_show_deposit roadshow.drop_no_show_deposit,
    no_show_release boolean DEFAULT false NOT NULL,
    grace_s roadshow.drop_grace_s DEFAULT 0 NOT NULL,
    no_show_at timestamp with time zone,
    transferable boolean DEFAULT false NOT NULL,
    resalable boolean DEFAULT false NOT NULL,
    resale_cap roadshow.drop_price,
    resale_currency roadshow.drop_currency,
    cool_down_s roadshow.drop_pause_s DEFAULT 0 NOT NULL,
    cut_off_s roadshow.drop_pause_s DEFAULT 0 NOT NULL,
    CONSTRAINT drops_check1 CHECK (((redeemed)::integer <= (issued)::integer)),
    CONSTRAINT drops_check2 CHECK ((closes_at > opens_at)),
    CONSTRAINT drops_check3 CHECK ((pickup_until > pickup_from)),
    CONSTRAINT drops_check4 CHECK (((deposit IS NULL) = (deposit_currency IS NULL))),
    CONSTRAINT drops_check5 CHECK (((no_show_deposit IS NOT NULL) OR ((NOT no_show_release) AND (no_show_at IS NULL)))),
    CONSTRAINT drops_check6 CHECK (((resalable <= transferable) AND (resalable = (resale_cap IS NOT NULL)) AND (resalable = (resale_currency IS NOT NULL)))),
    CONSTRAINT drops_never_oversold CHECK (((((held)::integer + (issued)::integer) + (forfeited)::integer) <= (tokenized)::integer)),
    CONSTRAINT drops_walk_in_bounded CHECK ((((walk_in_leased)::integer + (walk_in_sold)::integer) <= ((quantity)::integer - (tokenized)::integer)))
)
WITH (fillfactor='50');

ALTER TABLE roadshow.drops OWNER TO roadshow_owner;

--
-- Name: buyer_units(roadshow.drops, bytea, integer, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.buyer_units(d roadshow.drops, p_buyer bytea, p_units integer, p_at text) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.buyer_units(d roadshow.drops, p_buyer bytea, p_units integer, p_at text) OWNER TO roadshow_owner;

--
-- Name: case_effect(uuid, uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.case_effect(p_creator uuid, p_case uuid, e jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.case_effect(p_creator uuid, p_case uuid, e jsonb) OWNER TO roadshow_owner;

--
-- Name: case_id(uuid, text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.case_id(p_creator uuid, p_kind text, p_subject text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.case_id(p_creator uuid, p_kind text, p_subject text) OWNER TO roadshow_owner;

--
-- Name: cases; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.cases (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    event_id uuid NOT NULL,
    data jsonb NOT NULL,
    state text NOT NULL,
    resolution text,
    note text,
    resolved_by uuid,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    resolved_at timestamp with time zone,
    ledger_index bigint,
    assignee text,
    assigned_at timestamp with time zone,
    effect jsonb,
    CONSTRAINT cases_assignee_check CHECK (((length(assignee) >= 1) AND (length(assignee) <= 200))),
    CONSTRAINT cases_check CHECK (((state = 'resolved'::text) = (resolved_at IS NOT NULL))),
    CONSTRAINT cases_check1 CHECK (((state = 'resolved'::text) = (resolution IS NOT NULL))),
    CONSTRAINT cases_check2 CHECK (((state = 'resolved'::text) = (resolved_by IS NOT NULL))),
    CONSTRAINT cases_check3 CHECK (((note IS NULL) OR (state = 'resolved'::text))),
    CONSTRAINT cases_check4 CHECK (((assignee IS NULL) = (assigned_at IS NULL))),
    CONSTRAINT cases_check5 CHECK (((effect IS NULL) OR (state = 'resolved'::text))),
    CONSTRAINT cases_effect_check CHECK (((effect ->> 'kind'::text) = ANY (ARRAY['refund_due'::text, 'ship_from_hub'::text, 'accept_loss'::text, 'void'::text]))),
    CONSTRAINT cases_kind_check CHECK ((kind = ANY (ARRAY['already_redeemed'::text, 'superseded'::text, 'cancelled'::text, 'expired'::text, 'forfeited'::text, 'suspended'::text, 'unpaid'::text, 'home_delivery'::text, 'wrong_event'::text, 'wrong_window'::text, 'not_genuine'::text, 'oversold'::text, 'unknown_product'::text, 'device_fork'::text, 'annul_too_late'::text, 'payment_declined'::text, 'amount_differs'::text, 'unmatched_payment'::text, 'stock_difference'::text]))),
    CONSTRAINT cases_note_check CHECK ((length(note) <= 2000)),
    CONSTRAINT cases_resolution_check CHECK (((length(resolution) >= 1) AND (length(resolution) <= 64))),
    CONSTRAINT cases_state_check CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text])))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.cases OWNER TO roadshow_owner;

--
-- Name: case_json(roadshow.cases); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.case_json(k roadshow.cases) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.case_json(k roadshow.cases) OWNER TO roadshow_owner;

--
-- Name: case_lock(uuid, uuid, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.case_lock(p_creator uuid, p_case uuid, p_state text) RETURNS roadshow.cases
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.case_lock(p_creator uuid, p_case uuid, p_state text) OWNER TO roadshow_owner;

--
-- Name: case_told(uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.case_told(p_creator uuid, p_data jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.case_told(p_creator uuid, p_data jsonb) OWNER TO roadshow_owner;

--
-- Name: cases_add(uuid, roadshow.case_ground[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.cases_add(p_creator uuid, p_grounds roadshow.case_ground[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.cases_add(p_creator uuid, p_grounds roadshow.case_ground[]) OWNER TO roadshow_owner;

--
-- Name: cases_put(uuid, text[], text[], uuid[], jsonb[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.cases_put(p_creator uuid, p_kinds text[], p_subjects text[], p_events uuid[], p_data jsonb[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.cases_put(p_creator uuid, p_kinds text[], p_subjects text[], p_events uuid[], p_data jsonb[]) OWNER TO roadshow_owner;

--
-- Name: cases_settle(uuid, text[], text[], roadshow.case_ground[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.cases_settle(p_creator uuid, p_kinds text[], p_subjects text[], p_grounds roadshow.case_ground[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.cases_settle(p_creator uuid, p_kinds text[], p_subjects text[], p_grounds roadshow.case_ground[]) OWNER TO roadshow_owner;

--
-- Name: cases_withdraw(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.cases_withdraw(p_creator uuid, p_ids uuid[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.cases_withdraw(p_creator uuid, p_ids uuid[]) OWNER TO roadshow_owner;

--
-- Name: checklist_json(uuid, uuid, text, text, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.checklist_json(p_creator uuid, p_event uuid, p_name text, p_title text, p_items jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.checklist_json(p_creator uuid, p_event uuid, p_name text, p_title text, p_items jsonb) OWNER TO roadshow_owner;

--
-- Name: checklists_json(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.checklists_json(p_creator uuid, p_event uuid) RETURNS TABLE(name text, doc jsonb)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.checklists_json(p_creator uuid, p_event uuid) OWNER TO roadshow_owner;

--
-- Name: claim_is_there(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.claim_is_there() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.claim_is_there() OWNER TO roadshow_owner;

--
-- Name: claims_give(roadshow.drops, timestamp with time zone, text, timestamp with time zone, timestamp with time zone, uuid[], uuid[], bytea[], integer[], text[], bytea[], bytea[], bytea[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.claims_give(d roadshow.drops, p_at timestamp with time zone, p_state text, p_until timestamp with time zone, p_valid_until timestamp with time zone, p_entries uuid[], p_claims uuid[], p_buyers bytea[], p_quantities integer[], p_kids text[], p_hashes bytea[], p_holders bytea[], p_salts bytea[]) RETURNS bigint
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.claims_give(d roadshow.drops, p_at timestamp with time zone, p_state text, p_until timestamp with time zone, p_valid_until timestamp with time zone, p_entries uuid[], p_claims uuid[], p_buyers bytea[], p_quantities integer[], p_kids text[], p_hashes bytea[], p_holders bytea[], p_salts bytea[]) OWNER TO roadshow_owner;

--
-- Name: clock_tolerance(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.clock_tolerance() RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.clock_tolerance() OWNER TO roadshow_owner;

--
-- Name: consents_about(uuid, uuid, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.consents_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) RETURNS bytea[]
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.consents_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) OWNER TO roadshow_owner;

--
-- Name: erasures; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.erasures (
    creator_id uuid NOT NULL,
    buyer_key bytea NOT NULL,
    id uuid NOT NULL,
    blind_key bytea NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone NOT NULL,
    ledger_index bigint NOT NULL,
    CONSTRAINT erasures_blind_key_check CHECK ((length(blind_key) = 32)),
    CONSTRAINT erasures_buyer_key_check CHECK ((length(buyer_key) = 32))
);

ALTER TABLE roadshow.erasures OWNER TO roadshow_owner;

--
-- Name: consents_forget(roadshow.erasures, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.consents_forget(e roadshow.erasures, p_until timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.consents_forget(e roadshow.erasures, p_until timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: device_consents; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.device_consents (
    creator_id uuid NOT NULL,
    device_id uuid NOT NULL,
    seq bigint NOT NULL,
    buyer_key bytea,
    corrected_at timestamp with time zone,
    withdrawn boolean DEFAULT false NOT NULL,
    sealed bytea,
    marketing boolean DEFAULT false NOT NULL,
    purposes text[] DEFAULT '{}'::text[] NOT NULL,
    salt bytea,
    commitment text,
    purge_at timestamp with time zone,
    CONSTRAINT device_consents_buyer_key_check CHECK ((length(buyer_key) = 32)),
    CONSTRAINT device_consents_check CHECK (((buyer_key IS NULL) OR (corrected_at IS NOT NULL))),
    CONSTRAINT device_consents_check1 CHECK ((((sealed IS NULL) = (salt IS NULL)) AND ((sealed IS NULL) = (commitment IS NULL)))),
    CONSTRAINT device_consents_check2 CHECK (((sealed IS NULL) OR ((buyer_key IS NOT NULL) AND (purge_at IS NOT NULL) AND (NOT withdrawn)))),
    CONSTRAINT device_consents_commitment_check CHECK ((commitment ~ '^[A-Za-z0-9_-]{43}$'::text)),
    CONSTRAINT device_consents_salt_check CHECK ((length(salt) = 32))
);

ALTER TABLE roadshow.device_consents OWNER TO roadshow_owner;

--
-- Name: consents_last(uuid, bytea[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.consents_last(p_creator uuid, p_buyers bytea[]) RETURNS SETOF roadshow.device_consents
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.consents_last(p_creator uuid, p_buyers bytea[]) OWNER TO roadshow_owner;

--
-- Name: consents_redact(uuid, bytea[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.consents_redact(p_creator uuid, p_buyers bytea[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.consents_redact(p_creator uuid, p_buyers bytea[]) OWNER TO roadshow_owner;

--
-- Name: consents_settle(uuid, bytea[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.consents_settle(p_creator uuid, p_buyers bytea[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.consents_settle(p_creator uuid, p_buyers bytea[]) OWNER TO roadshow_owner;

--
-- Name: consents_store(uuid, roadshow.devices, integer, bigint, text[], jsonb[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.consents_store(p_creator uuid, d roadshow.devices, p_upload integer, p_first bigint, p_kinds text[], p_fields jsonb[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.consents_store(p_creator uuid, d roadshow.devices, p_upload integer, p_first bigint, p_kinds text[], p_fields jsonb[]) OWNER TO roadshow_owner;

--
-- Name: contact_end(timestamp with time zone, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.contact_end(p_given timestamp with time zone, p_retain timestamp with time zone, p_until timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.contact_end(p_given timestamp with time zone, p_retain timestamp with time zone, p_until timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: contacts_erase(uuid, bytea); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.contacts_erase(p_creator uuid, p_buyer bytea) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.contacts_erase(p_creator uuid, p_buyer bytea) OWNER TO roadshow_owner;

--
-- Name: contacts_gone(uuid, text, uuid[], text[], bigint[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.contacts_gone(p_creator uuid, p_kind text, p_ids uuid[], p_commitments text[], p_prevs bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.contacts_gone(p_creator uuid, p_kind text, p_ids uuid[], p_commitments text[], p_prevs bigint[]) OWNER TO roadshow_owner;

--
-- Name: contacts_store(uuid, timestamp with time zone, uuid[], bytea[], bytea[], text[], integer[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.contacts_store(p_creator uuid, p_at timestamp with time zone, p_drops uuid[], p_buyers bytea[], p_contacts bytea[], p_consents text[], p_offsets integer[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.contacts_store(p_creator uuid, p_at timestamp with time zone, p_drops uuid[], p_buyers bytea[], p_contacts bytea[], p_consents text[], p_offsets integer[]) OWNER TO roadshow_owner;

--
-- Name: count_case_units(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.count_case_units() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.count_case_units() OWNER TO roadshow_owner;

--
-- Name: counts_judge(uuid, uuid, text[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.counts_judge(p_creator uuid, p_event uuid, p_skus text[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.counts_judge(p_creator uuid, p_event uuid, p_skus text[]) OWNER TO roadshow_owner;

--
-- Name: counts_settle(uuid, text[], uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.counts_settle(p_creator uuid, p_skus text[], p_event uuid DEFAULT NULL::uuid) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.counts_settle(p_creator uuid, p_skus text[], p_event uuid) OWNER TO roadshow_owner;

--
-- Name: creator_is_free(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.creator_is_free() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.creator_is_free() OWNER TO roadshow_owner;

--
-- Name: creator_is_there(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.creator_is_there() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.creator_is_there() OWNER TO roadshow_owner;

--
-- Name: csv_field(text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.csv_field(p_value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.csv_field(p_value text) OWNER TO roadshow_owner;

--
-- Name: device_events; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.device_events (
    creator_id uuid NOT NULL,
    device_id uuid NOT NULL,
    seq bigint NOT NULL,
    upload integer NOT NULL,
    hash bytea NOT NULL,
    raw bytea NOT NULL,
    kind text,
    ts timestamp with time zone,
    corrected_at timestamp with time zone,
    fields jsonb NOT NULL,
    token_id uuid,
    valid boolean DEFAULT false NOT NULL,
    status text NOT NULL,
    code text,
    annulled_by bigint,
    judged_as text,
    CONSTRAINT device_events_check CHECK (((status = 'applied'::text) = (code IS NULL))),
    CONSTRAINT device_events_check1 CHECK (((status <> 'rejected'::text) <= ((kind IS NOT NULL) AND (corrected_at IS NOT NULL)))),
    CONSTRAINT device_events_check2 CHECK ((annulled_by > seq)),
    CONSTRAINT device_events_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT device_events_seq_check CHECK ((seq >= 1)),
    CONSTRAINT device_events_status_check CHECK ((status = ANY (ARRAY['applied'::text, 'duplicate'::text, 'conflict'::text, 'rejected'::text])))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.device_events OWNER TO roadshow_owner;

--
-- Name: day_events(uuid, uuid, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.day_events(p_creator uuid, p_event uuid, p_kind text) RETURNS SETOF roadshow.device_events
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.day_events(p_creator uuid, p_event uuid, p_kind text) OWNER TO roadshow_owner;

--
-- Name: delivered_drops(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.delivered_drops(p_creator uuid, p_orders uuid[]) RETURNS uuid[]
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.delivered_drops(p_creator uuid, p_orders uuid[]) OWNER TO roadshow_owner;

--
-- Name: delivered_free(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.delivered_free(p_creator uuid, p_orders uuid[], OUT told jsonb, OUT notes roadshow.ledger_note[]) RETURNS record
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.delivered_free(p_creator uuid, p_orders uuid[], OUT told jsonb, OUT notes roadshow.ledger_note[]) OWNER TO roadshow_owner;

--
-- Name: delivered_note(uuid, jsonb, roadshow.ledger_note[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.delivered_note(p_creator uuid, p_told jsonb, p_notes roadshow.ledger_note[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.delivered_note(p_creator uuid, p_told jsonb, p_notes roadshow.ledger_note[]) OWNER TO roadshow_owner;

--
-- Name: tokens; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.tokens (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    drop_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    serial integer NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    state text NOT NULL,
    buyer_key bytea NOT NULL,
    kid text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    held_until timestamp with time zone,
    redeemed_at timestamp with time zone,
    ended_at timestamp with time zone,
    ledger_index bigint NOT NULL,
    status_index integer NOT NULL,
    window_name text,
    valid_until timestamp with time zone,
    passed_at timestamp with time zone,
    hold_ends timestamp with time zone GENERATED ALWAYS AS (
CASE state
    WHEN 'held'::text THEN held_until
    ELSE NULL::timestamp with time zone
END) STORED,
    CONSTRAINT tokens_check CHECK (((state = 'redeemed'::text) = (redeemed_at IS NOT NULL))),
    CONSTRAINT tokens_check1 CHECK (((state = 'held'::text) <= (held_until IS NOT NULL))),
    CONSTRAINT tokens_check2 CHECK (((state = ANY (ARRAY['expired'::text, 'cancelled'::text, 'forfeited'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT tokens_check3 CHECK (((version > 1) = (passed_at IS NOT NULL))),
    CONSTRAINT tokens_serial_check CHECK ((serial >= 1)),
    CONSTRAINT tokens_state_check CHECK ((state = ANY (ARRAY['held'::text, 'issued'::text, 'suspended'::text, 'redeemed'::text, 'expired'::text, 'cancelled'::text, 'forfeited'::text]))),
    CONSTRAINT tokens_status_index_check CHECK ((status_index >= 0)),
    CONSTRAINT tokens_version_check CHECK ((version >= 1))
)
WITH (fillfactor='50');

ALTER TABLE roadshow.tokens OWNER TO roadshow_owner;

--
-- Name: deposit_json(roadshow.tokens, roadshow.drops); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.deposit_json(t roadshow.tokens, d roadshow.drops) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.deposit_json(t roadshow.tokens, d roadshow.drops) OWNER TO roadshow_owner;

--
-- Name: deposit_pay(roadshow.tokens, text, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.deposit_pay(t roadshow.tokens, p_reference text, p_at timestamp with time zone) RETURNS text
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.deposit_pay(t roadshow.tokens, p_reference text, p_at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: deposit_settles_once(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.deposit_settles_once() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.deposit_settles_once() OWNER TO roadshow_owner;

--
-- Name: device_json(roadshow.devices); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.device_json(d roadshow.devices) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.device_json(d roadshow.devices) OWNER TO roadshow_owner;

--
-- Name: device_lock(uuid, api.caller); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.device_lock(p_creator uuid, c api.caller) RETURNS roadshow.devices
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.device_lock(p_creator uuid, c api.caller) OWNER TO roadshow_owner;

--
-- Name: device_may(roadshow.devices, text[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.device_may(d roadshow.devices, p_profiles text[]) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.device_may(d roadshow.devices, p_profiles text[]) OWNER TO roadshow_owner;

--
-- Name: device_nonce(uuid, api.caller, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.device_nonce(p_creator uuid, c api.caller, p_signature jsonb) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.device_nonce(p_creator uuid, c api.caller, p_signature jsonb) OWNER TO roadshow_owner;

--
-- Name: drain(uuid, uuid, uuid[], text, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drain(p_creator uuid, p_hub uuid, p_shipments uuid[], p_cause text, p_now timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.drain(p_creator uuid, p_hub uuid, p_shipments uuid[], p_cause text, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: drain_at_once(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drain_at_once() RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.drain_at_once() OWNER TO roadshow_owner;

--
-- Name: drain_lock(uuid, uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drain_lock(p_creator uuid, p_hub uuid, p_shipments uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.drain_lock(p_creator uuid, p_hub uuid, p_shipments uuid[]) OWNER TO roadshow_owner;

--
-- Name: draw_commit(roadshow.drops, jsonb, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.draw_commit(d roadshow.drops, p_draw jsonb, p_service jsonb) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.draw_commit(d roadshow.drops, p_draw jsonb, p_service jsonb) OWNER TO roadshow_owner;

--
-- Name: draw_creator(uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.draw_creator(p_drop uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.draw_creator(p_drop uuid) OWNER TO roadshow_owner;

--
-- Name: draw_entries; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.draw_entries (
    creator_id uuid NOT NULL,
    drop_id uuid NOT NULL,
    id uuid NOT NULL,
    claim_id uuid NOT NULL,
    key_id uuid NOT NULL,
    idem_key text NOT NULL,
    body_sha256 bytea NOT NULL,
    buyer_key bytea NOT NULL,
    nonce bytea NOT NULL,
    salt bytea NOT NULL,
    kid text NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    ledger_index bigint NOT NULL,
    rank integer,
    holder bytea,
    holder_salt bytea,
    CONSTRAINT draw_entries_body_sha256_check CHECK ((length(body_sha256) = 32)),
    CONSTRAINT draw_entries_buyer_key_check CHECK ((length(buyer_key) = 32)),
    CONSTRAINT draw_entries_holder_check CHECK ((length(holder) = 32)),
    CONSTRAINT draw_entries_holder_salt_check CHECK ((length(holder_salt) = 32)),
    CONSTRAINT draw_entries_nonce_check CHECK ((length(nonce) = 16)),
    CONSTRAINT draw_entries_rank_check CHECK ((rank >= 1)),
    CONSTRAINT draw_entries_salt_check CHECK ((length(salt) = 16))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.draw_entries OWNER TO roadshow_owner;

--
-- Name: draw_entry_json(roadshow.draw_entries, boolean); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.draw_entry_json(e roadshow.draw_entries, p_with_jwt boolean) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.draw_entry_json(e roadshow.draw_entries, p_with_jwt boolean) OWNER TO roadshow_owner;

--
-- Name: draw_json(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.draw_json(p_creator uuid, p_drop uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.draw_json(p_creator uuid, p_drop uuid) OWNER TO roadshow_owner;

--
-- Name: draw_reveal_party(uuid, uuid, text, bytea, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.draw_reveal_party(p_creator uuid, p_drop uuid, p_name text, p_secret bytea, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.draw_reveal_party(p_creator uuid, p_drop uuid, p_name text, p_secret bytea, p_at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: drop_check(jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drop_check(b jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.drop_check(b jsonb) OWNER TO roadshow_owner;

--
-- Name: drop_counts(roadshow.drops); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drop_counts(d roadshow.drops) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.drop_counts(d roadshow.drops) OWNER TO roadshow_owner;

--
-- Name: drop_is_there(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drop_is_there() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.drop_is_there() OWNER TO roadshow_owner;

--
-- Name: drop_json(roadshow.drops, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drop_json(d roadshow.drops, p_now timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.drop_json(d roadshow.drops, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: drop_left(roadshow.drops); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drop_left(d roadshow.drops) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.drop_left(d roadshow.drops) OWNER TO roadshow_owner;

--
-- Name: drop_left_of(roadshow.drops); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drop_left_of(d roadshow.drops) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.drop_left_of(d roadshow.drops) OWNER TO roadshow_owner;

--
-- Name: drop_note(uuid, uuid, text, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drop_note(p_creator uuid, p_drop uuid, p_kind text, p_data jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.drop_note(p_creator uuid, p_drop uuid, p_kind text, p_data jsonb) OWNER TO roadshow_owner;

--
-- Name: drop_rules(roadshow.drops, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drop_rules(d roadshow.drops, p_body jsonb) RETURNS roadshow.drops
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.drop_rules(d roadshow.drops, p_body jsonb) OWNER TO roadshow_owner;

--
-- Name: drop_state(timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drop_state(p_opens timestamp with time zone, p_closes timestamp with time zone, p_pickup_until timestamp with time zone, p_now timestamp with time zone) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.drop_state(p_opens timestamp with time zone, p_closes timestamp with time zone, p_pickup_until timestamp with time zone, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: drop_take(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drop_take(p_creator uuid, p_drop uuid) RETURNS roadshow.drops
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.drop_take(p_creator uuid, p_drop uuid) OWNER TO roadshow_owner;

--
-- Name: drop_times(uuid, text, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drop_times(p_creator uuid, p_id text, b jsonb) RETURNS roadshow.drops
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.drop_times(p_creator uuid, p_id text, b jsonb) OWNER TO roadshow_owner;

--
-- Name: drops_lock(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.drops_lock(p_creator uuid, p_drop_ids uuid[]) RETURNS integer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.drops_lock(p_creator uuid, p_drop_ids uuid[]) OWNER TO roadshow_owner;

--
-- Name: entry_told(uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.entry_told(p_creator uuid, p_entry jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.entry_told(p_creator uuid, p_entry jsonb) OWNER TO roadshow_owner;

--
-- Name: epoch_us(timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.epoch_us(p_at timestamp with time zone) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.epoch_us(p_at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: erasure_drops(roadshow.erasures); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.erasure_drops(e roadshow.erasures) RETURNS uuid[]
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.erasure_drops(e roadshow.erasures) OWNER TO roadshow_owner;

--
-- Name: erasure_end(roadshow.erasures); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.erasure_end(e roadshow.erasures) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.erasure_end(e roadshow.erasures) OWNER TO roadshow_owner;

--
-- Name: erasure_leave(roadshow.erasures, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.erasure_leave(e roadshow.erasures, known uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.erasure_leave(e roadshow.erasures, known uuid[]) OWNER TO roadshow_owner;

--
-- Name: erasure_step(roadshow.erasures, uuid[], timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.erasure_step(e roadshow.erasures, known uuid[], p_until timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.erasure_step(e roadshow.erasures, known uuid[], p_until timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: erasure_waits(jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.erasure_waits(p_left jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.erasure_waits(p_left jsonb) OWNER TO roadshow_owner;

--
-- Name: etag_of(text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.etag_of(p_value text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.etag_of(p_value text) OWNER TO roadshow_owner;

--
-- Name: event_is_whole(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.event_is_whole() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.event_is_whole() OWNER TO roadshow_owner;

--
-- Name: events; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.events (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    time_zone text NOT NULL,
    venue_name text NOT NULL,
    venue_address text,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ledger_index bigint NOT NULL,
    CONSTRAINT events_check CHECK ((ends_at > starts_at)),
    CONSTRAINT events_lat_check CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision))),
    CONSTRAINT events_lon_check CHECK (((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision))),
    CONSTRAINT events_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

ALTER TABLE roadshow.events OWNER TO roadshow_owner;

--
-- Name: event_json(roadshow.events); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.event_json(e roadshow.events) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.event_json(e roadshow.events) OWNER TO roadshow_owner;

--
-- Name: event_of(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.event_of(p_creator uuid, p_event uuid) RETURNS roadshow.events
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.event_of(p_creator uuid, p_event uuid) OWNER TO roadshow_owner;

--
-- Name: explanation_candidates(uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.explanation_candidates(p_creator uuid, p jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.explanation_candidates(p_creator uuid, p jsonb) OWNER TO roadshow_owner;

--
-- Name: explanation_last(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.explanation_last(p_creator uuid, p_order uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.explanation_last(p_creator uuid, p_order uuid) OWNER TO roadshow_owner;

--
-- Name: order_routings; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.order_routings (
    creator_id uuid NOT NULL,
    order_id uuid NOT NULL,
    attempt integer NOT NULL,
    explanation jsonb,
    compact text,
    CONSTRAINT order_routings_attempt_check CHECK ((attempt >= 1)),
    CONSTRAINT order_routings_one CHECK (((explanation IS NULL) <> (compact IS NULL)))
);
ALTER TABLE ONLY roadshow.order_routings ALTER COLUMN explanation SET COMPRESSION lz4;
ALTER TABLE ONLY roadshow.order_routings ALTER COLUMN compact SET COMPRESSION lz4;

ALTER TABLE roadshow.order_routings OWNER TO roadshow_owner;

--
-- Name: explanation_of(roadshow.order_routings); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.explanation_of(r roadshow.order_routings) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.explanation_of(r roadshow.order_routings) OWNER TO roadshow_owner;

--
-- Name: fail(integer, text, text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.fail(p_status integer, p_code text, p_detail text, p_pointer text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.fail(p_status integer, p_code text, p_detail text, p_pointer text) OWNER TO roadshow_owner;

--
-- Name: forgery_cases(uuid, roadshow.devices, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.forgery_cases(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.forgery_cases(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) OWNER TO roadshow_owner;

--
-- Name: heartbeat_settle(uuid, uuid, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.heartbeat_settle(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.heartbeat_settle(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) OWNER TO roadshow_owner;

--
-- Name: hex32(text, text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hex32(p_hex text, p_what text, p_pointer text) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.hex32(p_hex text, p_what text, p_pointer text) OWNER TO roadshow_owner;

--
-- Name: history_hit(jsonb, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.history_hit(p_entry jsonb, p_sku text) RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.history_hit(p_entry jsonb, p_sku text) OWNER TO roadshow_owner;

--
-- Name: hour_not_before(text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hour_not_before(p_at text) RETURNS text
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.hour_not_before(p_at text) OWNER TO roadshow_owner;

--
-- Name: hubs; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.hubs (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    time_zone text NOT NULL,
    partner_id uuid,
    event_id uuid,
    active boolean DEFAULT true NOT NULL,
    radius_m double precision,
    capacity integer NOT NULL,
    handling_minutes integer NOT NULL,
    cut_offs jsonb NOT NULL,
    cost_per_order bigint DEFAULT 0 NOT NULL,
    cost_per_km bigint DEFAULT 0 NOT NULL,
    waves_until date DEFAULT '-infinity'::date NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ledger_index bigint NOT NULL,
    opening_hours jsonb DEFAULT '[]'::jsonb NOT NULL,
    exceptions jsonb DEFAULT '[]'::jsonb NOT NULL,
    day_capacity integer,
    outage_at timestamp with time zone,
    outage_reason text,
    list_size integer,
    CONSTRAINT hubs_capacity_check CHECK (((capacity >= 1) AND (capacity <= 100000))),
    CONSTRAINT hubs_cost_per_km_check CHECK ((cost_per_km >= 0)),
    CONSTRAINT hubs_cost_per_order_check CHECK ((cost_per_order >= 0)),
    CONSTRAINT hubs_day_capacity_check CHECK (((day_capacity >= 1) AND (day_capacity <= 1000000))),
    CONSTRAINT hubs_handling_minutes_check CHECK (((handling_minutes >= 0) AND (handling_minutes <= 10080))),
    CONSTRAINT hubs_kind_check CHECK ((kind = ANY (ARRAY['micro_hub'::text, 'warehouse'::text, 'venue'::text]))),
    CONSTRAINT hubs_lat_check CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision))),
    CONSTRAINT hubs_list_size_check CHECK (((list_size >= 1) AND (list_size <= 200))),
    CONSTRAINT hubs_lon_check CHECK (((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision))),
    CONSTRAINT hubs_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT hubs_outage CHECK (((outage_at IS NULL) = (outage_reason IS NULL))),
    CONSTRAINT hubs_outage_reason_check CHECK (((length(outage_reason) >= 1) AND (length(outage_reason) <= 200))),
    CONSTRAINT hubs_radius_m_check CHECK ((radius_m > (0)::double precision)),
    CONSTRAINT hubs_version_check CHECK ((version >= 1))
)
WITH (fillfactor='70');

ALTER TABLE roadshow.hubs OWNER TO roadshow_owner;

--
-- Name: hub_check(uuid, roadshow.hubs); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_check(p_creator uuid, h roadshow.hubs) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.hub_check(p_creator uuid, h roadshow.hubs) OWNER TO roadshow_owner;

--
-- Name: hub_check_times(roadshow.hubs); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_check_times(h roadshow.hubs) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.hub_check_times(h roadshow.hubs) OWNER TO roadshow_owner;

--
-- Name: hub_cut_offs(roadshow.hubs, date); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_cut_offs(h roadshow.hubs, p_day date) RETURNS SETOF timestamp with time zone
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.hub_cut_offs(h roadshow.hubs, p_day date) OWNER TO roadshow_owner;

--
-- Name: hub_etag(roadshow.hubs); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_etag(h roadshow.hubs) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.hub_etag(h roadshow.hubs) OWNER TO roadshow_owner;

--
-- Name: hub_head_raise(uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_head_raise(p_creator uuid) RETURNS void
    LANGUAGE sql
    AS ...;

ALTER FUNCTION roadshow.hub_head_raise(p_creator uuid) OWNER TO roadshow_owner;

--
-- Name: hub_hours(roadshow.hubs, date); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_hours(h roadshow.hubs, p_day date) RETURNS TABLE(opens_at timestamp with time zone, closes_at timestamp with time zone)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.hub_hours(h roadshow.hubs, p_day date) OWNER TO roadshow_owner;

--
-- Name: hub_json(roadshow.hubs); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_json(h roadshow.hubs) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.hub_json(h roadshow.hubs) OWNER TO roadshow_owner;

--
-- Name: hub_known(uuid, uuid, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_known(p_creator uuid, p_hub uuid, p_pointer text) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.hub_known(p_creator uuid, p_hub uuid, p_pointer text) OWNER TO roadshow_owner;

--
-- Name: hub_lock(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_lock(p_creator uuid, p_hubs uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.hub_lock(p_creator uuid, p_hubs uuid[]) OWNER TO roadshow_owner;

--
-- Name: hub_merge(roadshow.hubs, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_merge(h roadshow.hubs, b jsonb) RETURNS roadshow.hubs
    LANGUAGE plpgsql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.hub_merge(h roadshow.hubs, b jsonb) OWNER TO roadshow_owner;

--
-- Name: hub_note(uuid, uuid, text, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_note(p_creator uuid, p_hub uuid, p_kind text, p_data jsonb) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.hub_note(p_creator uuid, p_hub uuid, p_kind text, p_data jsonb) OWNER TO roadshow_owner;

--
-- Name: hub_note_left(uuid, uuid, text, uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_note_left(p_creator uuid, p_hub uuid, p_kind text, p_list uuid, p_lines jsonb) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.hub_note_left(p_creator uuid, p_hub uuid, p_kind text, p_list uuid, p_lines jsonb) OWNER TO roadshow_owner;

--
-- Name: hub_note_text(uuid, uuid, text, jsonb, text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_note_text(p_creator uuid, p_hub uuid, p_kind text, p_data jsonb, p_member text, p_text text) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.hub_note_text(p_creator uuid, p_hub uuid, p_kind text, p_data jsonb, p_member text, p_text text) OWNER TO roadshow_owner;

--
-- Name: hub_open_from(roadshow.hubs, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_open_from(h roadshow.hubs, p_at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.hub_open_from(h roadshow.hubs, p_at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: hub_visible(uuid, api.caller, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.hub_visible(p_creator uuid, c api.caller, p_hub uuid) RETURNS roadshow.hubs
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.hub_visible(p_creator uuid, c api.caller, p_hub uuid) OWNER TO roadshow_owner;

--
-- Name: incident_command(uuid, api.caller, jsonb, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.incident_command(p_creator uuid, c api.caller, p jsonb, p_to text) RETURNS api.answer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.incident_command(p_creator uuid, c api.caller, p jsonb, p_to text) OWNER TO roadshow_owner;

--
-- Name: incidents; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.incidents (
    creator_id uuid NOT NULL,
    event_id uuid NOT NULL,
    id uuid NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by uuid,
    resolved_at timestamp with time zone,
    resolved_by uuid,
    note text,
    ledger_index bigint,
    escalated_at timestamp with time zone,
    escalated_by uuid,
    escalated_to text,
    CONSTRAINT incidents_check CHECK (((acknowledged_at IS NULL) = (acknowledged_by IS NULL))),
    CONSTRAINT incidents_check1 CHECK (((resolved_at IS NULL) = (resolved_by IS NULL))),
    CONSTRAINT incidents_check2 CHECK (((resolved_at IS NOT NULL) <= (acknowledged_at IS NOT NULL))),
    CONSTRAINT incidents_check3 CHECK (((escalated_at IS NULL) = (escalated_by IS NULL))),
    CONSTRAINT incidents_check4 CHECK (((escalated_to IS NOT NULL) <= (escalated_at IS NOT NULL))),
    CONSTRAINT incidents_escalated_to_check CHECK (((length(escalated_to) >= 1) AND (length(escalated_to) <= 200))),
    CONSTRAINT incidents_note_check CHECK ((length(note) <= 2000))
);

ALTER TABLE roadshow.incidents OWNER TO roadshow_owner;

--
-- Name: incident_json(roadshow.incidents); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.incident_json(i roadshow.incidents) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.incident_json(i roadshow.incidents) OWNER TO roadshow_owner;

--
-- Name: incidents_open(uuid, roadshow.devices, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.incidents_open(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.incidents_open(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) OWNER TO roadshow_owner;

--
-- Name: is_date(text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.is_date(p text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.is_date(p text) OWNER TO roadshow_owner;

--
-- Name: is_time_zone(text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.is_time_zone(p_name text) RETURNS boolean
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.is_time_zone(p_name text) OWNER TO roadshow_owner;

--
-- Name: item_ranked(jsonb, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.item_ranked(p jsonb, p_why text) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.item_ranked(p jsonb, p_why text) OWNER TO roadshow_owner;

--
-- Name: api_keys; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.api_keys (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    role text NOT NULL,
    name text NOT NULL,
    secret_sha256 bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone,
    ledger_index bigint,
    CONSTRAINT api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT api_keys_role_check CHECK ((role = ANY (ARRAY['creator'::text, 'storefront'::text]))),
    CONSTRAINT api_keys_secret_sha256_check CHECK ((length(secret_sha256) = 32))
);

ALTER TABLE roadshow.api_keys OWNER TO roadshow_owner;

--
-- Name: key_add(uuid, text, text, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.key_add(p_creator uuid, p_role text, p_name text, p_key jsonb) RETURNS roadshow.api_keys
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.key_add(p_creator uuid, p_role text, p_name text, p_key jsonb) OWNER TO roadshow_owner;

--
-- Name: key_json(roadshow.api_keys); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.key_json(k roadshow.api_keys) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.key_json(k roadshow.api_keys) OWNER TO roadshow_owner;

--
-- Name: walk_in_leases; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.walk_in_leases (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    device_id uuid NOT NULL,
    drop_id uuid NOT NULL,
    quantity integer NOT NULL,
    returned integer DEFAULT 0 NOT NULL,
    used integer DEFAULT 0 NOT NULL,
    state text NOT NULL,
    granted_at timestamp with time zone DEFAULT now() NOT NULL,
    until timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ledger_index bigint NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT walk_in_leases_check CHECK (((returned + used) <= quantity)),
    CONSTRAINT walk_in_leases_check1 CHECK ((until > granted_at)),
    CONSTRAINT walk_in_leases_check2 CHECK (((state = 'active'::text) = (ended_at IS NULL))),
    CONSTRAINT walk_in_leases_quantity_check CHECK (((quantity >= 1) AND (quantity <= 1000000))),
    CONSTRAINT walk_in_leases_returned_check CHECK ((returned >= 0)),
    CONSTRAINT walk_in_leases_state_check CHECK ((state = ANY (ARRAY['active'::text, 'returned'::text, 'expired'::text, 'taken'::text]))),
    CONSTRAINT walk_in_leases_used_check CHECK ((used >= 0))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.walk_in_leases OWNER TO roadshow_owner;

--
-- Name: lease_json(roadshow.walk_in_leases); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.lease_json(l roadshow.walk_in_leases) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.lease_json(l roadshow.walk_in_leases) OWNER TO roadshow_owner;

--
-- Name: lease_lock(uuid, uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.lease_lock(p_creator uuid, p_lease uuid, p_device uuid) RETURNS roadshow.walk_in_leases
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.lease_lock(p_creator uuid, p_lease uuid, p_device uuid) OWNER TO roadshow_owner;

--
-- Name: lease_reduce(uuid, roadshow.walk_in_leases, integer, text, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.lease_reduce(p_creator uuid, l roadshow.walk_in_leases, p_quantity integer, p_state text, p_by jsonb) RETURNS roadshow.walk_in_leases
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.lease_reduce(p_creator uuid, l roadshow.walk_in_leases, p_quantity integer, p_state text, p_by jsonb) OWNER TO roadshow_owner;

--
-- Name: leases_about(uuid, roadshow.devices, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.leases_about(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.leases_about(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) OWNER TO roadshow_owner;

--
-- Name: leases_close(uuid, roadshow.devices, bigint, bigint, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.leases_close(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint, p_leases uuid[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.leases_close(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint, p_leases uuid[]) OWNER TO roadshow_owner;

--
-- Name: leases_end(uuid, uuid[], text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.leases_end(p_creator uuid, p_leases uuid[], p_state text) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.leases_end(p_creator uuid, p_leases uuid[], p_state text) OWNER TO roadshow_owner;

--
-- Name: ledger_add(uuid, text, uuid, bigint, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.ledger_add(p_creator uuid, p_kind text, p_subject uuid, p_prev bigint, p_data jsonb) RETURNS bigint
    LANGUAGE sql
    AS ...;

ALTER FUNCTION roadshow.ledger_add(p_creator uuid, p_kind text, p_subject uuid, p_prev bigint, p_data jsonb) OWNER TO roadshow_owner;

--
-- Name: ledger_append(uuid, text[], uuid[], bigint[], jsonb[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.ledger_append(p_creator uuid, p_kinds text[], p_subjects uuid[], p_prevs bigint[], p_data jsonb[]) RETURNS bigint
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.ledger_append(p_creator uuid, p_kinds text[], p_subjects uuid[], p_prevs bigint[], p_data jsonb[]) OWNER TO roadshow_owner;

--
-- Name: ledger_history(uuid, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.ledger_history(p_creator uuid, p_last bigint) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.ledger_history(p_creator uuid, p_last bigint) OWNER TO roadshow_owner;

--
-- Name: ledger_is_append_only(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.ledger_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.ledger_is_append_only() OWNER TO roadshow_owner;

--
-- Name: ledger_reserve(uuid, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.ledger_reserve(p_creator uuid, p_count integer, OUT first bigint, OUT at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.ledger_reserve(p_creator uuid, p_count integer, OUT first bigint, OUT at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: lines_redact(uuid, uuid[], bigint[], uuid, text, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.lines_redact(p_creator uuid, p_devices uuid[], p_seqs bigint[], p_by uuid DEFAULT NULL::uuid, p_reason text DEFAULT NULL::text, p_erasure uuid DEFAULT NULL::uuid) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.lines_redact(p_creator uuid, p_devices uuid[], p_seqs bigint[], p_by uuid, p_reason text, p_erasure uuid) OWNER TO roadshow_owner;

--
-- Name: resale_listings; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.resale_listings (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    token_id uuid NOT NULL,
    version integer NOT NULL,
    drop_id uuid NOT NULL,
    price bigint NOT NULL,
    currency text NOT NULL,
    state text NOT NULL,
    entry_id uuid,
    offered_until timestamp with time zone,
    reference text,
    ends_at timestamp with time zone NOT NULL,
    listed_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT resale_listings_check CHECK (((state = ANY (ARRAY['sold'::text, 'withdrawn'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT resale_listings_check1 CHECK (((state = ANY (ARRAY['offered'::text, 'sold'::text])) = (entry_id IS NOT NULL))),
    CONSTRAINT resale_listings_check2 CHECK (((state = 'offered'::text) = (offered_until IS NOT NULL))),
    CONSTRAINT resale_listings_check3 CHECK (((state = 'sold'::text) = (reference IS NOT NULL))),
    CONSTRAINT resale_listings_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT resale_listings_price_check CHECK ((price >= 0)),
    CONSTRAINT resale_listings_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 128))),
    CONSTRAINT resale_listings_state_check CHECK ((state = ANY (ARRAY['listed'::text, 'offered'::text, 'sold'::text, 'withdrawn'::text])))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.resale_listings OWNER TO roadshow_owner;

--
-- Name: listing_json(roadshow.resale_listings); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.listing_json(l roadshow.resale_listings) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.listing_json(l roadshow.resale_listings) OWNER TO roadshow_owner;

--
-- Name: listing_of(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.listing_of(p_creator uuid, p_token uuid) RETURNS roadshow.resale_listings
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.listing_of(p_creator uuid, p_token uuid) OWNER TO roadshow_owner;

--
-- Name: local_span(timestamp with time zone, timestamp with time zone, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.local_span(p_from timestamp with time zone, p_until timestamp with time zone, p_zone text) RETURNS text
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.local_span(p_from timestamp with time zone, p_until timestamp with time zone, p_zone text) OWNER TO roadshow_owner;

--
-- Name: local_time(timestamp with time zone, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.local_time(p_at timestamp with time zone, p_zone text) RETURNS text
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.local_time(p_at timestamp with time zone, p_zone text) OWNER TO roadshow_owner;

--
-- Name: log_count(uuid, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.log_count(p_creator uuid, p_from bigint, p_to bigint) RETURNS void
    LANGUAGE sql
    AS ...;

ALTER FUNCTION roadshow.log_count(p_creator uuid, p_from bigint, p_to bigint) OWNER TO roadshow_owner;

--
-- Name: log_heads_only_grow(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.log_heads_only_grow() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.log_heads_only_grow() OWNER TO roadshow_owner;

--
-- Name: log_tiles_only_grow(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.log_tiles_only_grow() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.log_tiles_only_grow() OWNER TO roadshow_owner;

--
-- Name: metres_about(double precision, double precision, double precision, double precision); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.metres_about(a_lat double precision, a_lon double precision, b_lat double precision, b_lon double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.metres_about(a_lat double precision, a_lon double precision, b_lat double precision, b_lon double precision) OWNER TO roadshow_owner;

--
-- Name: mirror_changed(uuid, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.mirror_changed(p_creator uuid, p_known bigint) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.mirror_changed(p_creator uuid, p_known bigint) OWNER TO roadshow_owner;

--
-- Name: mirror_head(uuid, roadshow.devices, boolean, bigint, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.mirror_head(p_creator uuid, d roadshow.devices, p_snapshot boolean, p_size bigint, p_next text) RETURNS text
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.mirror_head(p_creator uuid, d roadshow.devices, p_snapshot boolean, p_size bigint, p_next text) OWNER TO roadshow_owner;

--
-- Name: mirror_page_tokens(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.mirror_page_tokens() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.mirror_page_tokens() OWNER TO roadshow_owner;

--
-- Name: mirror_tokens(uuid, uuid, uuid, integer, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.mirror_tokens(p_creator uuid, p_event uuid, p_drop uuid, p_serial integer, p_only uuid[]) RETURNS TABLE(drop_id uuid, serial integer, line text)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.mirror_tokens(p_creator uuid, p_event uuid, p_drop uuid, p_serial integer, p_only uuid[]) OWNER TO roadshow_owner;

--
-- Name: money(bigint, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.money(p_amount bigint, p_currency text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.money(p_amount bigint, p_currency text) OWNER TO roadshow_owner;

--
-- Name: money_facts(uuid, uuid, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.money_facts(p_creator uuid, p_event uuid, p_from timestamp with time zone, p_until timestamp with time zone) RETURNS TABLE(device_id uuid, seq bigint, at timestamp with time zone, method text, reference text, currency text, amount bigint, became text)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.money_facts(p_creator uuid, p_event uuid, p_from timestamp with time zone, p_until timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: money_rows(uuid, uuid, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.money_rows(p_creator uuid, p_event uuid, p_from timestamp with time zone, p_until timestamp with time zone) RETURNS TABLE(device_id uuid, name text, method text, currency text, doc jsonb)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.money_rows(p_creator uuid, p_event uuid, p_from timestamp with time zone, p_until timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: nil_uuid(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.nil_uuid() RETURNS uuid
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.nil_uuid() OWNER TO roadshow_owner;

--
-- Name: no_shows_end(uuid, uuid, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.no_shows_end(p_creator uuid, p_drop uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.no_shows_end(p_creator uuid, p_drop uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: notes_append(uuid, roadshow.ledger_note[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.notes_append(p_creator uuid, p_notes roadshow.ledger_note[]) RETURNS bigint
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.notes_append(p_creator uuid, p_notes roadshow.ledger_note[]) OWNER TO roadshow_owner;

--
-- Name: offers_end(roadshow.drops, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.offers_end(d roadshow.drops, p_event_end timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.offers_end(d roadshow.drops, p_event_end timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: orders; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.orders (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    key_id uuid NOT NULL,
    state text NOT NULL,
    service text NOT NULL,
    lat double precision,
    lon double precision,
    country text,
    postal_code text,
    not_before timestamp with time zone,
    needed_by timestamp with time zone,
    token_id uuid,
    event_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    fulfilled_at timestamp with time zone,
    ledger_index bigint NOT NULL,
    erased_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    held_until timestamp with time zone,
    hold_key_sha256 bytea,
    promised_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    promise_kept boolean,
    payment_reference text,
    expired_at timestamp with time zone,
    CONSTRAINT orders_cancelled CHECK ((((state = 'cancelled'::text) = (cancelled_at IS NOT NULL)) AND ((state <> 'cancelled'::text) OR (token_id IS NULL)))),
    CONSTRAINT orders_check CHECK (((state = 'fulfilled'::text) = (fulfilled_at IS NOT NULL))),
    CONSTRAINT orders_check1 CHECK (((country IS NULL) = (postal_code IS NULL))),
    CONSTRAINT orders_confirmed CHECK ((((confirmed_at IS NULL) = (payment_reference IS NULL)) AND ((confirmed_at IS NULL) = (promise_kept IS NULL)))),
    CONSTRAINT orders_destination CHECK ((((lat IS NULL) = (erased_at IS NOT NULL)) AND ((lon IS NULL) = (lat IS NULL)) AND ((erased_at IS NULL) OR (country IS NULL)))),
    CONSTRAINT orders_expired CHECK (((state = 'expired'::text) = (expired_at IS NOT NULL))),
    CONSTRAINT orders_held CHECK (((state = ANY (ARRAY['held'::text, 'expired'::text])) <= ((held_until IS NOT NULL) AND (confirmed_at IS NULL)))),
    CONSTRAINT orders_hold_key_sha256_check CHECK ((length(hold_key_sha256) = 32)),
    CONSTRAINT orders_hold_of_no_token CHECK (((held_until IS NULL) OR (token_id IS NULL))),
    CONSTRAINT orders_hold_whole CHECK ((((held_until IS NULL) = (hold_key_sha256 IS NULL)) AND ((held_until IS NULL) <= ((promised_at IS NULL) AND (confirmed_at IS NULL))))),
    CONSTRAINT orders_lat_check CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision))),
    CONSTRAINT orders_lon_check CHECK (((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision))),
    CONSTRAINT orders_payment_reference_check CHECK (((length(payment_reference) >= 1) AND (length(payment_reference) <= 200))),
    CONSTRAINT orders_service_check CHECK ((service = ANY (ARRAY['pickup'::text, 'same_day'::text, 'next_day'::text, 'standard'::text]))),
    CONSTRAINT orders_state_check CHECK ((state = ANY (ARRAY['held'::text, 'routed'::text, 'partial'::text, 'backordered'::text, 'fulfilled'::text, 'cancelled'::text, 'expired'::text])))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.orders OWNER TO roadshow_owner;

--
-- Name: order_again(uuid, roadshow.orders, jsonb, jsonb, text, text, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_again(p_creator uuid, o roadshow.orders, p_ranked jsonb, p_omitted jsonb, p_cause text, p_whole text, p_now timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.order_again(p_creator uuid, o roadshow.orders, p_ranked jsonb, p_omitted jsonb, p_cause text, p_whole text, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: order_answer(uuid, api.caller, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_answer(p_creator uuid, c api.caller, p_doc jsonb) RETURNS api.answer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.order_answer(p_creator uuid, c api.caller, p_doc jsonb) OWNER TO roadshow_owner;

--
-- Name: order_backordered(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_backordered(p_creator uuid, p_order uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_backordered(p_creator uuid, p_order uuid) OWNER TO roadshow_owner;

--
-- Name: order_check_day(uuid, roadshow.orders, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_check_day(p_creator uuid, o roadshow.orders, p_promised timestamp with time zone) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_check_day(p_creator uuid, o roadshow.orders, p_promised timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: order_check_idle(uuid, roadshow.orders, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_check_idle(p_creator uuid, o roadshow.orders, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_check_idle(p_creator uuid, o roadshow.orders, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: order_check_lines(uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_check_lines(p_creator uuid, p_lines jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_check_lines(p_creator uuid, p_lines jsonb) OWNER TO roadshow_owner;

--
-- Name: order_check_substitutes(uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_check_substitutes(p_creator uuid, p_lines jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_check_substitutes(p_creator uuid, p_lines jsonb) OWNER TO roadshow_owner;

--
-- Name: order_check_token(uuid, uuid, integer, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_check_token(p_creator uuid, p_token uuid, p_version integer, p_lines jsonb) RETURNS uuid
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_check_token(p_creator uuid, p_token uuid, p_version integer, p_lines jsonb) OWNER TO roadshow_owner;

--
-- Name: order_entry(uuid, uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_entry(p_creator uuid, p_order uuid, p_why jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_entry(p_creator uuid, p_order uuid, p_why jsonb) OWNER TO roadshow_owner;

--
-- Name: order_failed(jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_failed(p_why jsonb) RETURNS uuid[]
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.order_failed(p_why jsonb) OWNER TO roadshow_owner;

--
-- Name: order_hold(roadshow.orders, api.caller, integer, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_hold(o roadshow.orders, c api.caller, p_ttl_s integer, p_key text) RETURNS roadshow.orders
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_hold(o roadshow.orders, c api.caller, p_ttl_s integer, p_key text) OWNER TO roadshow_owner;

--
-- Name: order_hold_json(roadshow.orders); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_hold_json(o roadshow.orders) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_hold_json(o roadshow.orders) OWNER TO roadshow_owner;

--
-- Name: order_hold_renew(uuid, roadshow.orders, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_hold_renew(p_creator uuid, o roadshow.orders, p_now timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.order_hold_renew(p_creator uuid, o roadshow.orders, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: order_holder_check(uuid, api.caller, roadshow.orders, jsonb, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_holder_check(p_creator uuid, c api.caller, o roadshow.orders, p jsonb, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_holder_check(p_creator uuid, c api.caller, o roadshow.orders, p jsonb, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: order_hubs(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_hubs(p_creator uuid, p_orders uuid[]) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_hubs(p_creator uuid, p_orders uuid[]) OWNER TO roadshow_owner;

--
-- Name: order_hubs_held(uuid, uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_hubs_held(p_creator uuid, p_order uuid, p_hubs uuid[]) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_hubs_held(p_creator uuid, p_order uuid, p_hubs uuid[]) OWNER TO roadshow_owner;

--
-- Name: order_is_free(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_is_free() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.order_is_free() OWNER TO roadshow_owner;

--
-- Name: order_is_there(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_is_there() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.order_is_there() OWNER TO roadshow_owner;

--
-- Name: order_json(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_json(p_creator uuid, p_order uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_json(p_creator uuid, p_order uuid) OWNER TO roadshow_owner;

--
-- Name: order_missing(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_missing(p_creator uuid, p_order uuid) RETURNS bigint
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_missing(p_creator uuid, p_order uuid) OWNER TO roadshow_owner;

--
-- Name: order_of(uuid, jsonb, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_of(p_creator uuid, p jsonb, p_now timestamp with time zone) RETURNS roadshow.orders
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_of(p_creator uuid, p jsonb, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: order_place(uuid, api.caller, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_place(p_creator uuid, c api.caller, p jsonb, OUT a api.answer, OUT why jsonb) RETURNS record
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.order_place(p_creator uuid, c api.caller, p jsonb, OUT a api.answer, OUT why jsonb) OWNER TO roadshow_owner;

--
-- Name: order_promise(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_promise(p_creator uuid, p_order uuid) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_promise(p_creator uuid, p_order uuid) OWNER TO roadshow_owner;

--
-- Name: order_public(jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_public(p_doc jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_public(p_doc jsonb) OWNER TO roadshow_owner;

--
-- Name: order_ranked(jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_ranked(p jsonb) RETURNS uuid[]
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.order_ranked(p jsonb) OWNER TO roadshow_owner;

--
-- Name: order_reroute(uuid, uuid, jsonb, uuid, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_reroute(p_creator uuid, p_order uuid, p_lines jsonb, p_failed uuid, p_cause text) RETURNS jsonb
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.order_reroute(p_creator uuid, p_order uuid, p_lines jsonb, p_failed uuid, p_cause text) OWNER TO roadshow_owner;

--
-- Name: order_settle(uuid, uuid[], timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_settle(p_creator uuid, p_orders uuid[], p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.order_settle(p_creator uuid, p_orders uuid[], p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: order_shipments(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_shipments(p_creator uuid, p_order uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_shipments(p_creator uuid, p_order uuid) OWNER TO roadshow_owner;

--
-- Name: order_take(uuid, uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_take(p_creator uuid, p_order uuid, p_more uuid[]) RETURNS roadshow.orders
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.order_take(p_creator uuid, p_order uuid, p_more uuid[]) OWNER TO roadshow_owner;

--
-- Name: order_taken_entry(integer, jsonb, uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_taken_entry(p_policy integer, p_lines jsonb, p_shipment uuid, p_hub uuid) RETURNS text
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_taken_entry(p_policy integer, p_lines jsonb, p_shipment uuid, p_hub uuid) OWNER TO roadshow_owner;

--
-- Name: order_taken_json(uuid, text, jsonb, timestamp with time zone, timestamp with time zone, text, uuid, uuid, double precision, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_taken_json(p_order uuid, p_service text, p_lines jsonb, p_needed_by timestamp with time zone, p_not_before timestamp with time zone, p_made_at text, p_shipment uuid, p_hub uuid, p_distance_m double precision, p_promise_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.order_taken_json(p_order uuid, p_service text, p_lines jsonb, p_needed_by timestamp with time zone, p_not_before timestamp with time zone, p_made_at text, p_shipment uuid, p_hub uuid, p_distance_m double precision, p_promise_at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: order_untie(uuid, uuid, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.order_untie(p_creator uuid, p_order uuid, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.order_untie(p_creator uuid, p_order uuid, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: orders_acceptable(uuid, uuid[], text[], text[], jsonb[], timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.orders_acceptable(p_creator uuid, p_keys uuid[], p_roles text[], p_idem_keys text[], p_items jsonb[], p_now timestamp with time zone) RETURNS TABLE(item integer, wave_id uuid)
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.orders_acceptable(p_creator uuid, p_keys uuid[], p_roles text[], p_idem_keys text[], p_items jsonb[], p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: orders_note(uuid, text[], uuid[], jsonb[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.orders_note(p_creator uuid, p_kinds text[], p_orders uuid[], p_data jsonb[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.orders_note(p_creator uuid, p_kinds text[], p_orders uuid[], p_data jsonb[]) OWNER TO roadshow_owner;

--
-- Name: orders_take(uuid, uuid[], text[], bytea[], jsonb[], text[], integer[], uuid[], timestamp with time zone, bigint, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.orders_take(p_creator uuid, p_keys uuid[], p_idem_keys text[], p_hashes bytea[], p_items jsonb[], p_whys text[], p_taken integer[], p_waves uuid[], p_now timestamp with time zone, p_first bigint, p_noted timestamp with time zone) RETURNS TABLE(item integer, order_id uuid, body text, etag text)
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.orders_take(p_creator uuid, p_keys uuid[], p_idem_keys text[], p_hashes bytea[], p_items jsonb[], p_whys text[], p_taken integer[], p_waves uuid[], p_now timestamp with time zone, p_first bigint, p_noted timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: oversold_cases(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.oversold_cases(p_creator uuid, p_drops uuid[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.oversold_cases(p_creator uuid, p_drops uuid[]) OWNER TO roadshow_owner;

--
-- Name: page_of(text, jsonb, integer, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.page_of(p_name text, p_found jsonb, p_limit integer, p_key text DEFAULT 'id'::text) RETURNS api.answer
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.page_of(p_name text, p_found jsonb, p_limit integer, p_key text) OWNER TO roadshow_owner;

--
-- Name: parcels_forget(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.parcels_forget(p_creator uuid, p_orders uuid[]) RETURNS void
    LANGUAGE sql
    AS ...;

ALTER FUNCTION roadshow.parcels_forget(p_creator uuid, p_orders uuid[]) OWNER TO roadshow_owner;

--
-- Name: payment_subject(text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.payment_subject(p_method text, p_reference text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.payment_subject(p_method text, p_reference text) OWNER TO roadshow_owner;

--
-- Name: payments_about(uuid, uuid, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.payments_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, OUT methods text[], OUT refs text[]) RETURNS record
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.payments_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, OUT methods text[], OUT refs text[]) OWNER TO roadshow_owner;

--
-- Name: payments_count(uuid, text[], text[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.payments_count(p_creator uuid, p_methods text[], p_references text[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.payments_count(p_creator uuid, p_methods text[], p_references text[]) OWNER TO roadshow_owner;

--
-- Name: payments_settle(uuid, text[], text[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.payments_settle(p_creator uuid, p_methods text[], p_references text[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.payments_settle(p_creator uuid, p_methods text[], p_references text[]) OWNER TO roadshow_owner;

--
-- Name: person_blind(uuid, uuid, bytea, bytea); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.person_blind(p_creator uuid, p_drop uuid, p_from bytea, p_to bytea) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.person_blind(p_creator uuid, p_drop uuid, p_from bytea, p_to bytea) OWNER TO roadshow_owner;

--
-- Name: person_drops(uuid, bytea); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.person_drops(p_creator uuid, p_buyer bytea) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.person_drops(p_creator uuid, p_buyer bytea) OWNER TO roadshow_owner;

--
-- Name: person_tables(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.person_tables() RETURNS SETOF name
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.person_tables() OWNER TO roadshow_owner;

--
-- Name: persons_lock(uuid, bytea[], boolean); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.persons_lock(p_creator uuid, p_buyers bytea[], p_alone boolean) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.persons_lock(p_creator uuid, p_buyers bytea[], p_alone boolean) OWNER TO roadshow_owner;

--
-- Name: picklist_allot(uuid, uuid, uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_allot(p_creator uuid, p_list uuid, p_hub uuid, p_lines jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.picklist_allot(p_creator uuid, p_list uuid, p_hub uuid, p_lines jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_answer(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_answer(p_creator uuid, p_list uuid) RETURNS api.answer
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.picklist_answer(p_creator uuid, p_list uuid) OWNER TO roadshow_owner;

--
-- Name: picklist_check_lines(uuid, uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_check_lines(p_creator uuid, p_list uuid, p_lines jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.picklist_check_lines(p_creator uuid, p_list uuid, p_lines jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_cut(uuid, uuid, boolean, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_cut(p_creator uuid, p_hub uuid, p_early boolean, p_now timestamp with time zone) RETURNS uuid
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.picklist_cut(p_creator uuid, p_hub uuid, p_early boolean, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: picklist_due(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_due(p_creator uuid, p_list uuid) RETURNS TABLE(sku text, quantity integer)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.picklist_due(p_creator uuid, p_list uuid) OWNER TO roadshow_owner;

--
-- Name: picklist_json(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_json(p_creator uuid, p_list uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.picklist_json(p_creator uuid, p_list uuid) OWNER TO roadshow_owner;

--
-- Name: picklists; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.picklists (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    hub_id uuid NOT NULL,
    wave_id uuid NOT NULL,
    state text NOT NULL,
    acceptance text DEFAULT 'offered'::text NOT NULL,
    rejection text,
    fencing bigint DEFAULT 0 NOT NULL,
    lease_id uuid,
    lease_expires_at timestamp with time zone,
    parcels jsonb,
    handed_over_to text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    picked_at timestamp with time zone,
    packed_at timestamp with time zone,
    handed_over_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    ledger_index bigint NOT NULL,
    signature_sha256 bytea,
    CONSTRAINT picklists_acceptance_check CHECK ((acceptance = ANY (ARRAY['offered'::text, 'accepted'::text, 'rejected'::text]))),
    CONSTRAINT picklists_check CHECK (((state = ANY (ARRAY['claimed'::text, 'picking'::text, 'picked'::text, 'packed'::text])) = (lease_id IS NOT NULL))),
    CONSTRAINT picklists_check1 CHECK (((lease_id IS NULL) = (lease_expires_at IS NULL))),
    CONSTRAINT picklists_check2 CHECK (((state = ANY (ARRAY['picked'::text, 'packed'::text, 'handed_over'::text])) <= (picked_at IS NOT NULL))),
    CONSTRAINT picklists_check3 CHECK (((state = ANY (ARRAY['packed'::text, 'handed_over'::text])) <= ((packed_at IS NOT NULL) AND (parcels IS NOT NULL)))),
    CONSTRAINT picklists_check4 CHECK (((state = 'handed_over'::text) = (handed_over_at IS NOT NULL))),
    CONSTRAINT picklists_check5 CHECK (((state = 'handed_over'::text) <= (handed_over_to IS NOT NULL))),
    CONSTRAINT picklists_check6 CHECK (((state = 'cancelled'::text) = (cancelled_at IS NOT NULL))),
    CONSTRAINT picklists_check7 CHECK (((acceptance = 'rejected'::text) = (rejection IS NOT NULL))),
    CONSTRAINT picklists_fencing_check CHECK ((fencing >= 0)),
    CONSTRAINT picklists_handed_over_to_check CHECK (((length(handed_over_to) >= 1) AND (length(handed_over_to) <= 200))),
    CONSTRAINT picklists_rejection_check CHECK ((rejection = ANY (ARRAY['capacity'::text, 'stock_missing'::text, 'damaged'::text, 'hub_closed'::text, 'other'::text]))),
    CONSTRAINT picklists_signature CHECK (((signature_sha256 IS NOT NULL) <= (state = 'handed_over'::text))),
    CONSTRAINT picklists_signature_sha256_check CHECK ((length(signature_sha256) = 32)),
    CONSTRAINT picklists_state_check CHECK ((state = ANY (ARRAY['open'::text, 'claimed'::text, 'picking'::text, 'picked'::text, 'packed'::text, 'handed_over'::text, 'cancelled'::text])))
)
WITH (fillfactor='70');

ALTER TABLE roadshow.picklists OWNER TO roadshow_owner;

--
-- Name: picklist_lock(uuid, api.caller, uuid, bigint, text[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_lock(p_creator uuid, c api.caller, p_list uuid, p_fencing bigint, p_states text[]) RETURNS roadshow.picklists
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.picklist_lock(p_creator uuid, c api.caller, p_list uuid, p_fencing bigint, p_states text[]) OWNER TO roadshow_owner;

--
-- Name: picklist_lost(jsonb, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_lost(p_shorts jsonb, p_given jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.picklist_lost(p_shorts jsonb, p_given jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_move(uuid, uuid, text, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_move(p_creator uuid, p_list uuid, p_to text, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.picklist_move(p_creator uuid, p_list uuid, p_to text, p_at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: picklist_note(uuid, uuid, text, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_note(p_creator uuid, p_list uuid, p_kind text, p_data jsonb) RETURNS void
    LANGUAGE sql
    AS ...;

ALTER FUNCTION roadshow.picklist_note(p_creator uuid, p_list uuid, p_kind text, p_data jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_orders(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_orders(p_creator uuid, p_list uuid) RETURNS uuid[]
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.picklist_orders(p_creator uuid, p_list uuid) OWNER TO roadshow_owner;

--
-- Name: picklist_reroute(uuid, uuid, jsonb, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_reroute(p_creator uuid, p_hub uuid, p_lost jsonb, p_cause text) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.picklist_reroute(p_creator uuid, p_hub uuid, p_lost jsonb, p_cause text) OWNER TO roadshow_owner;

--
-- Name: picklist_substitute(uuid, jsonb, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_substitute(p_creator uuid, p_lines jsonb, p_shorts jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.picklist_substitute(p_creator uuid, p_lines jsonb, p_shorts jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_take_substitutes(uuid, uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_take_substitutes(p_creator uuid, p_hub uuid, p_given jsonb) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.picklist_take_substitutes(p_creator uuid, p_hub uuid, p_given jsonb) OWNER TO roadshow_owner;

--
-- Name: picklist_visible(uuid, api.caller, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklist_visible(p_creator uuid, c api.caller, p_list uuid) RETURNS roadshow.picklists
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.picklist_visible(p_creator uuid, c api.caller, p_list uuid) OWNER TO roadshow_owner;

--
-- Name: picklists_expire(uuid, uuid, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.picklists_expire(p_creator uuid, p_hub uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.picklists_expire(p_creator uuid, p_hub uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: pickup_end(roadshow.drops); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.pickup_end(d roadshow.drops) RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.pickup_end(d roadshow.drops) OWNER TO roadshow_owner;

--
-- Name: postal_import(jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.postal_import(p jsonb) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'roadshow', 'pg_temp'
    AS ...;

ALTER FUNCTION roadshow.postal_import(p jsonb) OWNER TO roadshow_owner;

--
-- Name: postal_key(text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.postal_key(p_code text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.postal_key(p_code text) OWNER TO roadshow_owner;

--
-- Name: postal_near(text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.postal_near(p_country text, p_code text) RETURNS text
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.postal_near(p_country text, p_code text) OWNER TO roadshow_owner;

--
-- Name: product_is_free(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.product_is_free() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.product_is_free() OWNER TO roadshow_owner;

--
-- Name: product_is_there(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.product_is_there() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.product_is_there() OWNER TO roadshow_owner;

--
-- Name: products; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.products (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    sku text NOT NULL,
    title text NOT NULL,
    price bigint NOT NULL,
    currency text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ledger_index bigint NOT NULL,
    CONSTRAINT products_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT products_price_check CHECK ((price >= 0)),
    CONSTRAINT products_sku_check CHECK ((sku ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'::text)),
    CONSTRAINT products_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

ALTER TABLE roadshow.products OWNER TO roadshow_owner;

--
-- Name: product_json(roadshow.products); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.product_json(x roadshow.products) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.product_json(x roadshow.products) OWNER TO roadshow_owner;

--
-- Name: profile_kinds(text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.profile_kinds(p_profile text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.profile_kinds(p_profile text) OWNER TO roadshow_owner;

--
-- Name: promise_at(roadshow.hubs, roadshow.orders, integer, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.promise_at(h roadshow.hubs, o roadshow.orders, p_travel_s integer, p_ready_at timestamp with time zone, p_pickup_at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.promise_at(h roadshow.hubs, o roadshow.orders, p_travel_s integer, p_ready_at timestamp with time zone, p_pickup_at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: redacted_fields(text, text, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.redacted_fields(p_kind text, p_status text, p_fields jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.redacted_fields(p_kind text, p_status text, p_fields jsonb) OWNER TO roadshow_owner;

--
-- Name: redacted_line(bytea); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.redacted_line(p_hash bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.redacted_line(p_hash bytea) OWNER TO roadshow_owner;

--
-- Name: redaction_json(uuid, uuid, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.redaction_json(p_creator uuid, p_device uuid, p_seq bigint) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.redaction_json(p_creator uuid, p_device uuid, p_seq bigint) OWNER TO roadshow_owner;

--
-- Name: redactions_expect(uuid, uuid, integer, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.redactions_expect(p_creator uuid, p_device uuid, p_n integer, p_received timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.redactions_expect(p_creator uuid, p_device uuid, p_n integer, p_received timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: redactions_list(uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.redactions_list(p_creator uuid) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.redactions_list(p_creator uuid) OWNER TO roadshow_owner;

--
-- Name: redactions_pending(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.redactions_pending(p_creator uuid, p_erasure uuid) RETURNS TABLE(device_id uuid, n integer)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.redactions_pending(p_creator uuid, p_erasure uuid) OWNER TO roadshow_owner;

--
-- Name: redeems_settle(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.redeems_settle(p_creator uuid, p_tokens uuid[], OUT tokens uuid[], OUT at timestamp with time zone[], OUT kinds text[], OUT data jsonb[], OUT undone uuid[], OUT undone_data jsonb[], OUT notes roadshow.ledger_note[]) RETURNS record
    LANGUAGE plpgsql
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS ...;

ALTER FUNCTION roadshow.redeems_settle(p_creator uuid, p_tokens uuid[], OUT tokens uuid[], OUT at timestamp with time zone[], OUT kinds text[], OUT data jsonb[], OUT undone uuid[], OUT undone_data jsonb[], OUT notes roadshow.ledger_note[]) OWNER TO roadshow_owner;

--
-- Name: redemption_is_whole(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.redemption_is_whole() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.redemption_is_whole() OWNER TO roadshow_owner;

--
-- Name: redemptions_move(uuid, uuid[], timestamp with time zone[], text[], jsonb[], uuid[], jsonb[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.redemptions_move(p_creator uuid, p_tokens uuid[], p_at timestamp with time zone[], p_kinds text[], p_data jsonb[], p_undone uuid[], p_undone_data jsonb[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.redemptions_move(p_creator uuid, p_tokens uuid[], p_at timestamp with time zone[], p_kinds text[], p_data jsonb[], p_undone uuid[], p_undone_data jsonb[]) OWNER TO roadshow_owner;

--
-- Name: drop_windows; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.drop_windows (
    creator_id uuid NOT NULL,
    drop_id uuid NOT NULL,
    name text NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    quantity integer,
    per_person integer,
    proof text NOT NULL,
    code_sha256 bytea,
    used integer DEFAULT 0 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT drop_windows_check CHECK ((closes_at > opens_at)),
    CONSTRAINT drop_windows_check1 CHECK (((proof = 'code'::text) = (code_sha256 IS NOT NULL))),
    CONSTRAINT drop_windows_code_sha256_check CHECK ((length(code_sha256) = 32)),
    CONSTRAINT drop_windows_name_check CHECK ((name ~ '^[a-z0-9][a-z0-9-]{0,39}$'::text)),
    CONSTRAINT drop_windows_per_person_check CHECK (((per_person >= 1) AND (per_person <= 20))),
    CONSTRAINT drop_windows_proof_check CHECK ((proof = ANY (ARRAY['none'::text, 'code'::text, 'invitation'::text]))),
    CONSTRAINT drop_windows_quantity_check CHECK ((quantity >= 0)),
    CONSTRAINT drop_windows_used_check CHECK ((used >= 0)),
    CONSTRAINT drop_windows_within CHECK ((used <= quantity))
)
WITH (fillfactor='50');

ALTER TABLE roadshow.drop_windows OWNER TO roadshow_owner;

--
-- Name: refusal_detail(text, integer, integer, roadshow.drops, roadshow.drop_windows); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.refusal_detail(p_code text, p_left integer, p_limit integer, d roadshow.drops, w roadshow.drop_windows) RETURNS text
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.refusal_detail(p_code text, p_left integer, p_limit integer, d roadshow.drops, w roadshow.drop_windows) OWNER TO roadshow_owner;

--
-- Name: refusal_status(text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.refusal_status(p_code text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.refusal_status(p_code text) OWNER TO roadshow_owner;

--
-- Name: refuse_deletion(text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.refuse_deletion(p_table text, p_trigger text) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.refuse_deletion(p_table text, p_trigger text) OWNER TO roadshow_owner;

--
-- Name: refuse_reference(text, text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.refuse_reference(p_table text, p_trigger text, p_what text) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.refuse_reference(p_table text, p_trigger text, p_what text) OWNER TO roadshow_owner;

--
-- Name: rejected_consent_life(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.rejected_consent_life() RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.rejected_consent_life() OWNER TO roadshow_owner;

--
-- Name: remember(uuid, api.caller, api.answer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.remember(p_creator uuid, c api.caller, a api.answer) RETURNS api.answer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.remember(p_creator uuid, c api.caller, a api.answer) OWNER TO roadshow_owner;

--
-- Name: replay(uuid, api.caller); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.replay(p_creator uuid, c api.caller) RETURNS api.answer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.replay(p_creator uuid, c api.caller) OWNER TO roadshow_owner;

--
-- Name: resale_end(uuid, uuid, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.resale_end(p_creator uuid, p_token uuid, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.resale_end(p_creator uuid, p_token uuid, p_at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: resale_give_back(uuid, uuid, timestamp with time zone, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.resale_give_back(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer) RETURNS integer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.resale_give_back(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: resale_lapse(uuid, uuid[], timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.resale_lapse(p_creator uuid, p_listings uuid[], p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.resale_lapse(p_creator uuid, p_listings uuid[], p_at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: resale_offer(uuid, uuid, timestamp with time zone, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.resale_offer(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer) RETURNS integer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.resale_offer(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: resale_over(uuid, uuid, timestamp with time zone, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.resale_over(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer) RETURNS integer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.resale_over(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: residual_check(uuid, uuid, jsonb, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.residual_check(p_creator uuid, p_event uuid, p_moves jsonb, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.residual_check(p_creator uuid, p_event uuid, p_moves jsonb, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: residual_drops(uuid, uuid, jsonb, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.residual_drops(p_creator uuid, p_event uuid, p_lines jsonb, p_now timestamp with time zone, OUT told jsonb, OUT notes roadshow.ledger_note[]) RETURNS record
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.residual_drops(p_creator uuid, p_event uuid, p_lines jsonb, p_now timestamp with time zone, OUT told jsonb, OUT notes roadshow.ledger_note[]) OWNER TO roadshow_owner;

--
-- Name: residual_etag(jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.residual_etag(p jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.residual_etag(p jsonb) OWNER TO roadshow_owner;

--
-- Name: residual_json(uuid, roadshow.events, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.residual_json(p_creator uuid, e roadshow.events, p_now timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.residual_json(p_creator uuid, e roadshow.events, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: residual_note(uuid, roadshow.events, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.residual_note(p_creator uuid, e roadshow.events, p_moves jsonb) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.residual_note(p_creator uuid, e roadshow.events, p_moves jsonb) OWNER TO roadshow_owner;

--
-- Name: residual_send(uuid, jsonb, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.residual_send(p_creator uuid, p_moves jsonb, p_now timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.residual_send(p_creator uuid, p_moves jsonb, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: residual_shelves(uuid, uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.residual_shelves(p_creator uuid, p_event uuid, p_moves jsonb) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.residual_shelves(p_creator uuid, p_event uuid, p_moves jsonb) OWNER TO roadshow_owner;

--
-- Name: residual_sources(uuid, uuid, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.residual_sources(p_creator uuid, p_event uuid, p_now timestamp with time zone) RETURNS TABLE(from_kind text, from_id uuid, sku text, units integer, walk_in integer)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.residual_sources(p_creator uuid, p_event uuid, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: residual_wants(uuid, roadshow.events, text[], timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.residual_wants(p_creator uuid, e roadshow.events, p_skus text[], p_now timestamp with time zone) RETURNS TABLE(sku text, to_kind text, to_id uuid, reason text, units integer, rank integer, distance_m double precision)
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.residual_wants(p_creator uuid, e roadshow.events, p_skus text[], p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: returns; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.returns (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid,
    token_id uuid,
    sku text NOT NULL,
    quantity integer NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    hub_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    received_at timestamp with time zone,
    settled_at timestamp with time zone,
    ledger_index bigint NOT NULL,
    CONSTRAINT returns_check CHECK (((order_id IS NULL) <> (token_id IS NULL))),
    CONSTRAINT returns_check1 CHECK (((state = ANY (ARRAY['received'::text, 'restocked'::text, 'repaired'::text, 'written_off'::text])) = (received_at IS NOT NULL))),
    CONSTRAINT returns_check2 CHECK (((received_at IS NULL) = (hub_id IS NULL))),
    CONSTRAINT returns_check3 CHECK (((state = ANY (ARRAY['restocked'::text, 'repaired'::text, 'written_off'::text, 'declined'::text])) = (settled_at IS NOT NULL))),
    CONSTRAINT returns_kind_check CHECK ((kind = ANY (ARRAY['return'::text, 'repair'::text]))),
    CONSTRAINT returns_quantity_check CHECK (((quantity >= 1) AND (quantity <= 10000))),
    CONSTRAINT returns_reason_check CHECK ((reason = ANY (ARRAY['damaged'::text, 'wrong_item'::text, 'unwanted'::text, 'defective'::text, 'other'::text]))),
    CONSTRAINT returns_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'received'::text, 'restocked'::text, 'repaired'::text, 'written_off'::text, 'declined'::text])))
);

ALTER TABLE roadshow.returns OWNER TO roadshow_owner;

--
-- Name: return_answer(integer, roadshow.returns); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.return_answer(p_status integer, r roadshow.returns) RETURNS api.answer
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.return_answer(p_status integer, r roadshow.returns) OWNER TO roadshow_owner;

--
-- Name: return_json(roadshow.returns); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.return_json(r roadshow.returns) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.return_json(r roadshow.returns) OWNER TO roadshow_owner;

--
-- Name: return_lock(uuid, uuid, uuid, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.return_lock(p_creator uuid, p_return uuid, p_hub uuid, p_state text) RETURNS roadshow.returns
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.return_lock(p_creator uuid, p_return uuid, p_hub uuid, p_state text) OWNER TO roadshow_owner;

--
-- Name: return_note(uuid, uuid, text, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.return_note(p_creator uuid, p_return uuid, p_kind text, p_data jsonb) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.return_note(p_creator uuid, p_return uuid, p_kind text, p_data jsonb) OWNER TO roadshow_owner;

--
-- Name: returnable(uuid, uuid, uuid, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.returnable(p_creator uuid, p_order uuid, p_token uuid, p_sku text) RETURNS integer
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.returnable(p_creator uuid, p_order uuid, p_token uuid, p_sku text) OWNER TO roadshow_owner;

--
-- Name: returns_to(roadshow.drops); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.returns_to(d roadshow.drops) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.returns_to(d roadshow.drops) OWNER TO roadshow_owner;

--
-- Name: rfc3339(timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.rfc3339(p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.rfc3339(p_at timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: rfc3339_of(bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.rfc3339_of(p_us bigint) RETURNS text
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.rfc3339_of(p_us bigint) OWNER TO roadshow_owner;

--
-- Name: route_candidates(uuid, roadshow.orders, jsonb, jsonb, uuid[], jsonb, timestamp with time zone, boolean); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_candidates(p_creator uuid, o roadshow.orders, p_lines jsonb, p_candidates jsonb, p_failed uuid[], p_policy jsonb, p_now timestamp with time zone, p_hard boolean) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.route_candidates(p_creator uuid, o roadshow.orders, p_lines jsonb, p_candidates jsonb, p_failed uuid[], p_policy jsonb, p_now timestamp with time zone, p_hard boolean) OWNER TO roadshow_owner;

--
-- Name: route_choose(jsonb, jsonb, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_choose(p_candidates jsonb, p_lines jsonb, p_policy jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.route_choose(p_candidates jsonb, p_lines jsonb, p_policy jsonb) OWNER TO roadshow_owner;

--
-- Name: route_commit(uuid, roadshow.orders, jsonb, jsonb, jsonb, uuid[], text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_commit(p_creator uuid, o roadshow.orders, p_lines jsonb, p_ranked jsonb, p_omitted jsonb, p_failed uuid[], p_cause text, p_whole text DEFAULT NULL::text) RETURNS jsonb
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.route_commit(p_creator uuid, o roadshow.orders, p_lines jsonb, p_ranked jsonb, p_omitted jsonb, p_failed uuid[], p_cause text, p_whole text) OWNER TO roadshow_owner;

--
-- Name: route_decide(uuid, roadshow.orders, jsonb, jsonb, jsonb, uuid[], text, jsonb, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_decide(p_creator uuid, o roadshow.orders, p_lines jsonb, p_ranked jsonb, p_omitted jsonb, p_failed uuid[], p_cause text, p_policy jsonb, p_now timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.route_decide(p_creator uuid, o roadshow.orders, p_lines jsonb, p_ranked jsonb, p_omitted jsonb, p_failed uuid[], p_cause text, p_policy jsonb, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: route_judge(jsonb, jsonb, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_judge(p_candidates jsonb, p_picks jsonb, p_rules jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.route_judge(p_candidates jsonb, p_picks jsonb, p_rules jsonb) OWNER TO roadshow_owner;

--
-- Name: route_left_over(jsonb, jsonb, jsonb, jsonb, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_left_over(p_candidates jsonb, p_omitted jsonb, p_lines jsonb, p_picks jsonb, p_cause text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.route_left_over(p_candidates jsonb, p_omitted jsonb, p_lines jsonb, p_picks jsonb, p_cause text) OWNER TO roadshow_owner;

--
-- Name: route_limits(uuid, jsonb, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_limits(p_creator uuid, p_lines jsonb, p_policy jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.route_limits(p_creator uuid, p_lines jsonb, p_policy jsonb) OWNER TO roadshow_owner;

--
-- Name: route_policy(uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_policy(p_creator uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.route_policy(p_creator uuid) OWNER TO roadshow_owner;

--
-- Name: route_policy_answer(integer, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_policy_answer(p_status integer, p_policy jsonb) RETURNS api.answer
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.route_policy_answer(p_status integer, p_policy jsonb) OWNER TO roadshow_owner;

--
-- Name: route_policy_at(uuid, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_policy_at(p_creator uuid, p_version integer) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.route_policy_at(p_creator uuid, p_version integer) OWNER TO roadshow_owner;

--
-- Name: route_policy_default(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_policy_default() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.route_policy_default() OWNER TO roadshow_owner;

--
-- Name: route_policy_merge(jsonb, jsonb, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_policy_merge(p_policy jsonb, b jsonb, p_pointer text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.route_policy_merge(p_policy jsonb, b jsonb, p_pointer text) OWNER TO roadshow_owner;

--
-- Name: route_reserve(uuid, roadshow.orders, jsonb, jsonb, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_reserve(p_creator uuid, o roadshow.orders, p_candidates jsonb, p_picks jsonb, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.route_reserve(p_creator uuid, o roadshow.orders, p_candidates jsonb, p_picks jsonb, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: route_snapshot(uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_snapshot(p_creator uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.route_snapshot(p_creator uuid) OWNER TO roadshow_owner;

--
-- Name: route_travel_check(jsonb, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.route_travel_check(p_travel jsonb, p_pointer text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.route_travel_check(p_travel jsonb, p_pointer text) OWNER TO roadshow_owner;

--
-- Name: rules_told(roadshow.drops); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.rules_told(d roadshow.drops) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.rules_told(d roadshow.drops) OWNER TO roadshow_owner;

--
-- Name: sale_amounts(uuid, uuid, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sale_amounts(p_creator uuid, p_device uuid, p_seq bigint) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.sale_amounts(p_creator uuid, p_device uuid, p_seq bigint) OWNER TO roadshow_owner;

--
-- Name: sale_cases(uuid, roadshow.devices, bigint[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sale_cases(p_creator uuid, d roadshow.devices, p_seqs bigint[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.sale_cases(p_creator uuid, d roadshow.devices, p_seqs bigint[]) OWNER TO roadshow_owner;

--
-- Name: sale_drops(uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sale_drops(p_creator uuid, p_effect jsonb) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.sale_drops(p_creator uuid, p_effect jsonb) OWNER TO roadshow_owner;

--
-- Name: sale_notes(uuid, roadshow.devices, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sale_notes(p_creator uuid, d roadshow.devices, p_first bigint) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.sale_notes(p_creator uuid, d roadshow.devices, p_first bigint) OWNER TO roadshow_owner;

--
-- Name: sale_void(uuid, uuid, jsonb, boolean); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sale_void(p_creator uuid, p_case uuid, p_effect jsonb, p_void boolean) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.sale_void(p_creator uuid, p_case uuid, p_effect jsonb, p_void boolean) OWNER TO roadshow_owner;

--
-- Name: sales_about(uuid, uuid, bigint, bigint, text[], text[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sales_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_methods text[], p_references text[], OUT devices uuid[], OUT seqs bigint[]) RETURNS record
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.sales_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_methods text[], p_references text[], OUT devices uuid[], OUT seqs bigint[]) OWNER TO roadshow_owner;

--
-- Name: sales_annul(uuid, uuid, bigint, bigint[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sales_annul(p_creator uuid, p_device uuid, p_first bigint, p_seqs bigint[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.sales_annul(p_creator uuid, p_device uuid, p_first bigint, p_seqs bigint[]) OWNER TO roadshow_owner;

--
-- Name: sales_judge(uuid, uuid[], uuid[], bigint[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sales_judge(p_creator uuid, p_drops uuid[], p_devices uuid[], p_seqs bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.sales_judge(p_creator uuid, p_drops uuid[], p_devices uuid[], p_seqs bigint[]) OWNER TO roadshow_owner;

--
-- Name: sales_store(uuid, roadshow.devices); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sales_store(p_creator uuid, d roadshow.devices) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.sales_store(p_creator uuid, d roadshow.devices) OWNER TO roadshow_owner;

--
-- Name: seen_every(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.seen_every() RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.seen_every() OWNER TO roadshow_owner;

--
-- Name: share_change(uuid, uuid, integer, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.share_change(p_creator uuid, p_drop uuid, p_tokenized integer, p_reason text) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.share_change(p_creator uuid, p_drop uuid, p_tokenized integer, p_reason text) OWNER TO roadshow_owner;

--
-- Name: shipment_is_free(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.shipment_is_free() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.shipment_is_free() OWNER TO roadshow_owner;

--
-- Name: shipment_is_there(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.shipment_is_there() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.shipment_is_there() OWNER TO roadshow_owner;

--
-- Name: shipments_drop_empty(uuid, uuid, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.shipments_drop_empty(p_creator uuid, p_list uuid, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.shipments_drop_empty(p_creator uuid, p_list uuid, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: shipments_idle(uuid, uuid, uuid, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.shipments_idle(p_creator uuid, p_hub uuid, p_wave uuid, p_limit integer) RETURNS uuid[]
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.shipments_idle(p_creator uuid, p_hub uuid, p_wave uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: shipments_release(uuid, uuid[], timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.shipments_release(p_creator uuid, p_shipments uuid[], p_now timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.shipments_release(p_creator uuid, p_shipments uuid[], p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: short_id(uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.short_id(p_id uuid) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.short_id(p_id uuid) OWNER TO roadshow_owner;

--
-- Name: simulate_forgotten(uuid, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.simulate_forgotten(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.simulate_forgotten(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: simulate_hubs(uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.simulate_hubs(p_creator uuid, p_why jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.simulate_hubs(p_creator uuid, p_why jsonb) OWNER TO roadshow_owner;

--
-- Name: simulate_orders(uuid, timestamp with time zone, timestamp with time zone, uuid, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.simulate_orders(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_after uuid, p_limit integer) RETURNS TABLE(id uuid, doc jsonb)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.simulate_orders(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_after uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: simulate_waves(uuid, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.simulate_waves(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone) RETURNS TABLE(hub_id uuid, cut_off bigint, ready bigint, pickup bigint, capacity integer, free integer)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.simulate_waves(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: sku_told(uuid, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sku_told(p_creator uuid, p_sku text) RETURNS text
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.sku_told(p_creator uuid, p_sku text) OWNER TO roadshow_owner;

--
-- Name: status_capacity(integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.status_capacity(p_slots integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.status_capacity(p_slots integer) OWNER TO roadshow_owner;

--
-- Name: status_index(bigint[], integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.status_index(p_keys bigint[], p_slot integer) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.status_index(p_keys bigint[], p_slot integer) OWNER TO roadshow_owner;

--
-- Name: status_list_id(uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.status_list_id(p_event uuid) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.status_list_id(p_event uuid) OWNER TO roadshow_owner;

--
-- Name: status_list_make(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.status_list_make(p_creator uuid, p_event uuid) RETURNS void
    LANGUAGE sql
    AS ...;

ALTER FUNCTION roadshow.status_list_make(p_creator uuid, p_event uuid) OWNER TO roadshow_owner;

--
-- Name: status_renew(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.status_renew(p_creator uuid, p_token uuid) RETURNS integer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.status_renew(p_creator uuid, p_token uuid) OWNER TO roadshow_owner;

--
-- Name: status_set(uuid, uuid[], integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.status_set(p_creator uuid, p_tokens uuid[], p_status integer) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.status_set(p_creator uuid, p_tokens uuid[], p_status integer) OWNER TO roadshow_owner;

--
-- Name: status_take(uuid, uuid, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.status_take(p_creator uuid, p_event uuid, p_count integer) RETURNS integer[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.status_take(p_creator uuid, p_event uuid, p_count integer) OWNER TO roadshow_owner;

--
-- Name: status_touch(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.status_touch(p_creator uuid, p_events uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.status_touch(p_creator uuid, p_events uuid[]) OWNER TO roadshow_owner;

--
-- Name: status_valid(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.status_valid(p_creator uuid, p_tokens uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.status_valid(p_creator uuid, p_tokens uuid[]) OWNER TO roadshow_owner;

--
-- Name: stays(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.stays() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.stays() OWNER TO roadshow_owner;

--
-- Name: stock_change(uuid, uuid, jsonb, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.stock_change(p_creator uuid, p_hub uuid, p_lines jsonb, p_pointer text) RETURNS jsonb
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.stock_change(p_creator uuid, p_hub uuid, p_lines jsonb, p_pointer text) OWNER TO roadshow_owner;

--
-- Name: hub_stock; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.hub_stock (
    creator_id uuid NOT NULL,
    hub_id uuid NOT NULL,
    sku text NOT NULL,
    on_hand integer NOT NULL,
    reserved integer DEFAULT 0 NOT NULL,
    safety integer DEFAULT 0 NOT NULL,
    bin text,
    version bigint DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT hub_stock_bin_check CHECK (((length(bin) >= 1) AND (length(bin) <= 32))),
    CONSTRAINT hub_stock_never_overpromised CHECK ((reserved <= on_hand)),
    CONSTRAINT hub_stock_on_hand_check CHECK ((on_hand >= 0)),
    CONSTRAINT hub_stock_reserved_check CHECK ((reserved >= 0)),
    CONSTRAINT hub_stock_safety_check CHECK ((safety >= 0)),
    CONSTRAINT hub_stock_version_check CHECK ((version >= 1))
)
WITH (fillfactor='60');

ALTER TABLE roadshow.hub_stock OWNER TO roadshow_owner;

--
-- Name: stock_etag(roadshow.hub_stock); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.stock_etag(s roadshow.hub_stock) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS ...;

ALTER FUNCTION roadshow.stock_etag(s roadshow.hub_stock) OWNER TO roadshow_owner;

--
-- Name: stock_json(roadshow.hub_stock); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.stock_json(s roadshow.hub_stock) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.stock_json(s roadshow.hub_stock) OWNER TO roadshow_owner;

--
-- Name: stock_move(uuid, api.caller, jsonb, integer, text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.stock_move(p_creator uuid, c api.caller, p jsonb, p_by integer, p_kind text, p_pointer text) RETURNS api.answer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.stock_move(p_creator uuid, c api.caller, p jsonb, p_by integer, p_kind text, p_pointer text) OWNER TO roadshow_owner;

--
-- Name: substitutes_note(uuid, uuid, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.substitutes_note(p_creator uuid, p_list uuid, p_given jsonb) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.substitutes_note(p_creator uuid, p_list uuid, p_given jsonb) OWNER TO roadshow_owner;

--
-- Name: sync_drops(uuid, uuid[], uuid[], bigint[], uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sync_drops(p_creator uuid, p_tokens uuid[], p_devices uuid[], p_seqs bigint[], p_leases uuid[]) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.sync_drops(p_creator uuid, p_tokens uuid[], p_devices uuid[], p_seqs bigint[], p_leases uuid[]) OWNER TO roadshow_owner;

--
-- Name: sync_fork(uuid, roadshow.devices, integer, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sync_fork(p_creator uuid, d roadshow.devices, p_n integer, p_seq bigint) RETURNS api.answer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.sync_fork(p_creator uuid, d roadshow.devices, p_n integer, p_seq bigint) OWNER TO roadshow_owner;

--
-- Name: sync_forks(uuid, roadshow.devices, jsonb, bigint, bytea[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sync_forks(p_creator uuid, d roadshow.devices, p_run jsonb, p_first bigint, p_hashes bytea[]) RETURNS bigint
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.sync_forks(p_creator uuid, d roadshow.devices, p_run jsonb, p_first bigint, p_hashes bytea[]) OWNER TO roadshow_owner;

--
-- Name: sync_gap(roadshow.devices, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sync_gap(d roadshow.devices, p_results text) RETURNS api.answer
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.sync_gap(d roadshow.devices, p_results text) OWNER TO roadshow_owner;

--
-- Name: sync_results(uuid, uuid, bigint, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sync_results(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_known bigint) RETURNS text
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.sync_results(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_known bigint) OWNER TO roadshow_owner;

--
-- Name: sync_sales(uuid, roadshow.devices, bigint, bigint, uuid[], uuid[], text[], text[], uuid[], bigint[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sync_sales(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint, p_drops uuid[], p_leases uuid[], p_methods text[], p_references text[], p_devices uuid[], p_seqs bigint[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.sync_sales(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint, p_drops uuid[], p_leases uuid[], p_methods text[], p_references text[], p_devices uuid[], p_seqs bigint[]) OWNER TO roadshow_owner;

--
-- Name: sync_settle(uuid, roadshow.devices, integer, bytea, bigint, bigint, text[], uuid[], uuid[], boolean); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sync_settle(p_creator uuid, d roadshow.devices, p_upload integer, p_digest bytea, p_first bigint, p_last bigint, kinds text[], about uuid[], of_drops uuid[], p_forged boolean) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.sync_settle(p_creator uuid, d roadshow.devices, p_upload integer, p_digest bytea, p_first bigint, p_last bigint, kinds text[], about uuid[], of_drops uuid[], p_forged boolean) OWNER TO roadshow_owner;

--
-- Name: sync_skus(uuid, uuid, bigint, bigint, uuid[], uuid[], bigint[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sync_skus(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_drops uuid[], p_devices uuid[], p_seqs bigint[]) RETURNS text[]
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.sync_skus(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_drops uuid[], p_devices uuid[], p_seqs bigint[]) OWNER TO roadshow_owner;

--
-- Name: sync_store(uuid, roadshow.devices, integer, bytea, bigint, interval, bytea[], bigint[], bigint[], text[], timestamp with time zone[], text[], jsonb[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sync_store(p_creator uuid, d roadshow.devices, p_upload integer, p_text bytea, p_first bigint, p_skew interval, p_hashes bytea[], p_places bigint[], p_lengths bigint[], p_kinds text[], p_times timestamp with time zone[], p_errors text[], p_fields jsonb[], OUT kinds text[], OUT about uuid[], OUT of_drops uuid[], OUT forged boolean) RETURNS record
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.sync_store(p_creator uuid, d roadshow.devices, p_upload integer, p_text bytea, p_first bigint, p_skew interval, p_hashes bytea[], p_places bigint[], p_lengths bigint[], p_kinds text[], p_times timestamp with time zone[], p_errors text[], p_fields jsonb[], OUT kinds text[], OUT about uuid[], OUT of_drops uuid[], OUT forged boolean) OWNER TO roadshow_owner;

--
-- Name: sync_touched(uuid, uuid, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.sync_touched(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) RETURNS SETOF roadshow.device_events
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.sync_touched(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) OWNER TO roadshow_owner;

--
-- Name: text_commit(text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.text_commit(p_text text, OUT salt bytea, OUT commitment text) RETURNS record
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.text_commit(p_text text, OUT salt bytea, OUT commitment text) OWNER TO roadshow_owner;

--
-- Name: text_keep(uuid, uuid, bigint, text, text, bytea); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.text_keep(p_creator uuid, p_subject uuid, p_index bigint, p_member text, p_text text, p_salt bytea) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.text_keep(p_creator uuid, p_subject uuid, p_index bigint, p_member text, p_text text, p_salt bytea) OWNER TO roadshow_owner;

--
-- Name: entry_texts; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.entry_texts (
    creator_id uuid NOT NULL,
    index bigint NOT NULL,
    subject uuid NOT NULL,
    member text NOT NULL,
    text text,
    salt bytea,
    redacted_at timestamp with time zone,
    redacted_by uuid,
    reason text,
    ledger_index bigint,
    CONSTRAINT entry_texts_check CHECK ((((text IS NULL) = (salt IS NULL)) AND ((text IS NULL) = (redacted_at IS NOT NULL)) AND ((text IS NULL) = (redacted_by IS NOT NULL)) AND ((text IS NULL) = (reason IS NOT NULL)) AND ((text IS NULL) = (ledger_index IS NOT NULL)))),
    CONSTRAINT entry_texts_member_check CHECK ((member = ANY (ARRAY['reason'::text, 'reference'::text, 'resolution'::text]))),
    CONSTRAINT entry_texts_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 200))),
    CONSTRAINT entry_texts_salt_check CHECK ((length(salt) = 32)),
    CONSTRAINT entry_texts_text_check CHECK (((length(text) >= 1) AND (length(text) <= 200)))
);

ALTER TABLE roadshow.entry_texts OWNER TO roadshow_owner;

--
-- Name: text_redaction(roadshow.entry_texts); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.text_redaction(x roadshow.entry_texts) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.text_redaction(x roadshow.entry_texts) OWNER TO roadshow_owner;

--
-- Name: token_end(roadshow.tokens, roadshow.drops); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.token_end(t roadshow.tokens, d roadshow.drops) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.token_end(t roadshow.tokens, d roadshow.drops) OWNER TO roadshow_owner;

--
-- Name: token_id(uuid, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.token_id(p_claim uuid, p_k integer) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.token_id(p_claim uuid, p_k integer) OWNER TO roadshow_owner;

--
-- Name: token_json(roadshow.tokens, roadshow.drops, boolean); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.token_json(t roadshow.tokens, d roadshow.drops, p_with_jwt boolean) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.token_json(t roadshow.tokens, d roadshow.drops, p_with_jwt boolean) OWNER TO roadshow_owner;

--
-- Name: token_may_move(text, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.token_may_move(p_from text, p_to text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.token_may_move(p_from text, p_to text) OWNER TO roadshow_owner;

--
-- Name: token_now(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.token_now(p_creator uuid, p_token uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.token_now(p_creator uuid, p_token uuid) OWNER TO roadshow_owner;

--
-- Name: token_pass(uuid, uuid, bytea, bytea, bytea, text, timestamp with time zone, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.token_pass(p_creator uuid, p_token uuid, p_buyer bytea, p_holder bytea, p_salt bytea, p_kid text, p_at timestamp with time zone, p_data jsonb) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.token_pass(p_creator uuid, p_token uuid, p_buyer bytea, p_holder bytea, p_salt bytea, p_kid text, p_at timestamp with time zone, p_data jsonb) OWNER TO roadshow_owner;

--
-- Name: token_standing(roadshow.tokens); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.token_standing(t roadshow.tokens) RETURNS text
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.token_standing(t roadshow.tokens) OWNER TO roadshow_owner;

--
-- Name: token_take(uuid, uuid, text[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.token_take(p_creator uuid, p_token uuid, p_allowed text[]) RETURNS roadshow.tokens
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.token_take(p_creator uuid, p_token uuid, p_allowed text[]) OWNER TO roadshow_owner;

--
-- Name: tokens_about(uuid, uuid, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.tokens_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.tokens_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) OWNER TO roadshow_owner;

--
-- Name: tokens_count(uuid, uuid[], uuid[], text[], text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.tokens_count(p_creator uuid, p_tokens uuid[], p_drops uuid[], p_states text[], p_to text) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.tokens_count(p_creator uuid, p_tokens uuid[], p_drops uuid[], p_states text[], p_to text) OWNER TO roadshow_owner;

--
-- Name: tokens_move(uuid, uuid[], text, timestamp with time zone[], text[], jsonb[], text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.tokens_move(p_creator uuid, p_tokens uuid[], p_to text, p_at timestamp with time zone[], p_kinds text[], p_data jsonb[], p_deposit text DEFAULT 'refunded'::text) RETURNS void
    LANGUAGE plpgsql
    SET enable_memoize TO 'off'
    AS ...;

ALTER FUNCTION roadshow.tokens_move(p_creator uuid, p_tokens uuid[], p_to text, p_at timestamp with time zone[], p_kinds text[], p_data jsonb[], p_deposit text) OWNER TO roadshow_owner;

--
-- Name: tokens_named(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.tokens_named(p_creator uuid, p_tokens uuid[]) RETURNS SETOF roadshow.tokens
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.tokens_named(p_creator uuid, p_tokens uuid[]) OWNER TO roadshow_owner;

--
-- Name: transfer_check(roadshow.tokens, roadshow.drops, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.transfer_check(t roadshow.tokens, d roadshow.drops, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.transfer_check(t roadshow.tokens, d roadshow.drops, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: transfer_end(roadshow.drops); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.transfer_end(d roadshow.drops) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.transfer_end(d roadshow.drops) OWNER TO roadshow_owner;

--
-- Name: transfers; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.transfers (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    from_hub_id uuid,
    to_hub_id uuid NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    received_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    ledger_index bigint NOT NULL,
    from_drop_id uuid,
    CONSTRAINT transfers_check CHECK ((from_hub_id <> to_hub_id)),
    CONSTRAINT transfers_check1 CHECK (((state = 'received'::text) = (received_at IS NOT NULL))),
    CONSTRAINT transfers_check2 CHECK (((state = 'cancelled'::text) = (cancelled_at IS NOT NULL))),
    CONSTRAINT transfers_from CHECK (((from_hub_id IS NULL) <> (from_drop_id IS NULL))),
    CONSTRAINT transfers_state_check CHECK ((state = ANY (ARRAY['in_transit'::text, 'received'::text, 'cancelled'::text])))
);

ALTER TABLE roadshow.transfers OWNER TO roadshow_owner;

--
-- Name: transfer_json(roadshow.transfers); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.transfer_json(x roadshow.transfers) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.transfer_json(x roadshow.transfers) OWNER TO roadshow_owner;

--
-- Name: transfer_note(uuid, uuid, text, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.transfer_note(p_creator uuid, p_transfer uuid, p_kind text, p_data jsonb) RETURNS void
    LANGUAGE sql
    AS ...;

ALTER FUNCTION roadshow.transfer_note(p_creator uuid, p_transfer uuid, p_kind text, p_data jsonb) OWNER TO roadshow_owner;

--
-- Name: transfer_return(uuid, roadshow.transfers); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.transfer_return(p_creator uuid, x roadshow.transfers) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.transfer_return(p_creator uuid, x roadshow.transfers) OWNER TO roadshow_owner;

--
-- Name: transfer_send(uuid, uuid, uuid, uuid, jsonb, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.transfer_send(p_creator uuid, p_id uuid, p_from uuid, p_to uuid, p_lines jsonb, p_now timestamp with time zone) RETURNS roadshow.transfers
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.transfer_send(p_creator uuid, p_id uuid, p_from uuid, p_to uuid, p_lines jsonb, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: transfer_visible(uuid, api.caller, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.transfer_visible(p_creator uuid, c api.caller, p_transfer uuid) RETURNS roadshow.transfers
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.transfer_visible(p_creator uuid, c api.caller, p_transfer uuid) OWNER TO roadshow_owner;

--
-- Name: transfer_write(uuid, uuid, uuid, uuid, uuid, jsonb, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.transfer_write(p_creator uuid, p_id uuid, p_from_hub uuid, p_from_drop uuid, p_to uuid, p_lines jsonb, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.transfer_write(p_creator uuid, p_id uuid, p_from_hub uuid, p_from_drop uuid, p_to uuid, p_lines jsonb, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: upload_has(bigint, bigint, bigint); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.upload_has(p_from bigint, p_to bigint, p_seq bigint) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.upload_has(p_from bigint, p_to bigint, p_seq bigint) OWNER TO roadshow_owner;

--
-- Name: uuid_of(text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.uuid_of(p_name text) RETURNS uuid
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.uuid_of(p_name text) OWNER TO roadshow_owner;

--
-- Name: uuid_v7(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.uuid_v7() RETURNS uuid
    LANGUAGE sql
    AS ...;

ALTER FUNCTION roadshow.uuid_v7() OWNER TO roadshow_owner;

--
-- Name: venue_lock(uuid, boolean); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.venue_lock(p_creator uuid, p_alone boolean) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.venue_lock(p_creator uuid, p_alone boolean) OWNER TO roadshow_owner;

--
-- Name: venue_stock_run(uuid, uuid, text[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.venue_stock_run(p_creator uuid, p_event uuid, p_skus text[]) RETURNS TABLE(sku text, location text, corrected_at timestamp with time zone, device_id uuid, seq bigint, delta bigint, counted integer, reason text, s bigint)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.venue_stock_run(p_creator uuid, p_event uuid, p_skus text[]) OWNER TO roadshow_owner;

--
-- Name: version_check(roadshow.tokens, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.version_check(t roadshow.tokens, p_version integer) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.version_check(t roadshow.tokens, p_version integer) OWNER TO roadshow_owner;

--
-- Name: waitlist_end(uuid, uuid[], uuid, timestamp with time zone, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waitlist_end(p_creator uuid, p_ids uuid[], p_drop uuid, p_at timestamp with time zone, p_by text) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.waitlist_end(p_creator uuid, p_ids uuid[], p_drop uuid, p_at timestamp with time zone, p_by text) OWNER TO roadshow_owner;

--
-- Name: waitlist_id(uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waitlist_id(p_claim uuid) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.waitlist_id(p_claim uuid) OWNER TO roadshow_owner;

--
-- Name: waitlist_entries; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.waitlist_entries (
    creator_id uuid NOT NULL,
    drop_id uuid NOT NULL,
    id uuid NOT NULL,
    place integer NOT NULL,
    ahead integer NOT NULL,
    claim_id uuid NOT NULL,
    key_id uuid NOT NULL,
    idem_key text NOT NULL,
    body_sha256 bytea NOT NULL,
    buyer_key bytea NOT NULL,
    quantity integer NOT NULL,
    given integer,
    kid text NOT NULL,
    holder bytea,
    holder_salt bytea,
    state text NOT NULL,
    listing_id uuid,
    joined_at timestamp with time zone NOT NULL,
    offered_at timestamp with time zone,
    ended_at timestamp with time zone,
    ledger_index bigint NOT NULL,
    CONSTRAINT waitlist_entries_ahead_check CHECK ((ahead >= 0)),
    CONSTRAINT waitlist_entries_body_sha256_check CHECK ((length(body_sha256) = 32)),
    CONSTRAINT waitlist_entries_buyer_key_check CHECK ((length(buyer_key) = 32)),
    CONSTRAINT waitlist_entries_check CHECK (((given >= 1) AND (given <= quantity))),
    CONSTRAINT waitlist_entries_check1 CHECK (((given IS NULL) = (offered_at IS NULL))),
    CONSTRAINT waitlist_entries_check2 CHECK (((state = ANY (ARRAY['offered'::text, 'taken'::text, 'lapsed'::text])) <= (offered_at IS NOT NULL))),
    CONSTRAINT waitlist_entries_check3 CHECK (((state = 'waiting'::text) <= (offered_at IS NULL))),
    CONSTRAINT waitlist_entries_check4 CHECK (((state = ANY (ARRAY['taken'::text, 'lapsed'::text, 'skipped'::text, 'left'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT waitlist_entries_holder_check CHECK ((length(holder) = 32)),
    CONSTRAINT waitlist_entries_holder_salt_check CHECK ((length(holder_salt) = 32)),
    CONSTRAINT waitlist_entries_place_check CHECK ((place >= 1)),
    CONSTRAINT waitlist_entries_quantity_check CHECK (((quantity >= 1) AND (quantity <= 20))),
    CONSTRAINT waitlist_entries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'offered'::text, 'taken'::text, 'lapsed'::text, 'skipped'::text, 'left'::text])))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.waitlist_entries OWNER TO roadshow_owner;

--
-- Name: waitlist_json(roadshow.waitlist_entries, boolean, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waitlist_json(x roadshow.waitlist_entries, p_with_jwt boolean, p_position integer DEFAULT NULL::integer) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.waitlist_json(x roadshow.waitlist_entries, p_with_jwt boolean, p_position integer) OWNER TO roadshow_owner;

--
-- Name: waitlist_of_draw(uuid, uuid); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waitlist_of_draw(p_creator uuid, p_drop uuid) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.waitlist_of_draw(p_creator uuid, p_drop uuid) OWNER TO roadshow_owner;

--
-- Name: waitlist_offer(uuid, uuid, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waitlist_offer(p_creator uuid, p_drop uuid, p_limit integer) RETURNS integer
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.waitlist_offer(p_creator uuid, p_drop uuid, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: waitlist_owner(api.caller, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waitlist_owner(c api.caller, p jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.waitlist_owner(c api.caller, p jsonb) OWNER TO roadshow_owner;

--
-- Name: waitlist_position(roadshow.waitlist_entries); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waitlist_position(x roadshow.waitlist_entries) RETURNS integer
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.waitlist_position(x roadshow.waitlist_entries) OWNER TO roadshow_owner;

--
-- Name: waitlist_state(roadshow.waitlist_entries, roadshow.drops); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waitlist_state(x roadshow.waitlist_entries, d roadshow.drops) RETURNS text
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.waitlist_state(x roadshow.waitlist_entries, d roadshow.drops) OWNER TO roadshow_owner;

--
-- Name: waitlist_take(uuid, jsonb, boolean); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waitlist_take(p_creator uuid, p jsonb, p_lock boolean) RETURNS roadshow.waitlist_entries
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.waitlist_take(p_creator uuid, p jsonb, p_lock boolean) OWNER TO roadshow_owner;

--
-- Name: walk_in_recount(uuid, uuid[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.walk_in_recount(p_creator uuid, p_drops uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.walk_in_recount(p_creator uuid, p_drops uuid[]) OWNER TO roadshow_owner;

--
-- Name: walk_in_settle(uuid, uuid[], uuid[], bigint[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.walk_in_settle(p_creator uuid, p_drops uuid[], p_devices uuid[], p_seqs bigint[]) RETURNS roadshow.ledger_note[]
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.walk_in_settle(p_creator uuid, p_drops uuid[], p_devices uuid[], p_seqs bigint[]) OWNER TO roadshow_owner;

--
-- Name: wave_is_free(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.wave_is_free() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.wave_is_free() OWNER TO roadshow_owner;

--
-- Name: wave_is_there(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.wave_is_there() RETURNS trigger
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.wave_is_there() OWNER TO roadshow_owner;

--
-- Name: waves; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.waves (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    hub_id uuid NOT NULL,
    cut_off_at timestamp with time zone NOT NULL,
    ready_at timestamp with time zone NOT NULL,
    capacity integer NOT NULL,
    used integer DEFAULT 0 NOT NULL,
    day date NOT NULL,
    pickup_at timestamp with time zone NOT NULL,
    cancelled_at timestamp with time zone,
    closed boolean DEFAULT false NOT NULL,
    CONSTRAINT waves_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT waves_check CHECK ((ready_at >= cut_off_at)),
    CONSTRAINT waves_never_overfull CHECK ((used <= capacity)),
    CONSTRAINT waves_pickup CHECK ((pickup_at >= ready_at)),
    CONSTRAINT waves_used_check CHECK ((used >= 0))
)
WITH (fillfactor='60');

ALTER TABLE roadshow.waves OWNER TO roadshow_owner;

--
-- Name: wave_json(roadshow.waves); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.wave_json(w roadshow.waves) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.wave_json(w roadshow.waves) OWNER TO roadshow_owner;

--
-- Name: wave_made(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.wave_made() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'roadshow', 'pg_temp'
    AS ...;

ALTER FUNCTION roadshow.wave_made() OWNER TO roadshow_owner;

--
-- Name: wave_used(); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.wave_used() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'roadshow', 'pg_temp'
    AS ...;

ALTER FUNCTION roadshow.wave_used() OWNER TO roadshow_owner;

--
-- Name: waves_ahead(uuid, uuid, timestamp with time zone, integer); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waves_ahead(p_creator uuid, p_hub uuid, p_now timestamp with time zone, p_limit integer) RETURNS TABLE(id uuid, cut_off_at timestamp with time zone, ready_at timestamp with time zone, pickup_at timestamp with time zone, free integer, used integer, capacity integer)
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.waves_ahead(p_creator uuid, p_hub uuid, p_now timestamp with time zone, p_limit integer) OWNER TO roadshow_owner;

--
-- Name: waves_extend(uuid, roadshow.hubs, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waves_extend(p_creator uuid, h roadshow.hubs, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.waves_extend(p_creator uuid, h roadshow.hubs, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: waves_remake(uuid, roadshow.hubs, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.waves_remake(p_creator uuid, h roadshow.hubs, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.waves_remake(p_creator uuid, h roadshow.hubs, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: window_check(roadshow.drops, roadshow.drop_windows, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.window_check(d roadshow.drops, w roadshow.drop_windows, p_at text) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.window_check(d roadshow.drops, w roadshow.drop_windows, p_at text) OWNER TO roadshow_owner;

--
-- Name: window_code_check(jsonb, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.window_code_check(x jsonb, p_at text) RETURNS void
    LANGUAGE plpgsql STABLE
    AS ...;

ALTER FUNCTION roadshow.window_code_check(x jsonb, p_at text) OWNER TO roadshow_owner;

--
-- Name: window_etag(roadshow.drop_windows); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.window_etag(w roadshow.drop_windows) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.window_etag(w roadshow.drop_windows) OWNER TO roadshow_owner;

--
-- Name: window_json(roadshow.drop_windows); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.window_json(w roadshow.drop_windows) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.window_json(w roadshow.drop_windows) OWNER TO roadshow_owner;

--
-- Name: window_of(roadshow.drops, text, jsonb, text); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.window_of(d roadshow.drops, p_name text, x jsonb, p_code text) RETURNS roadshow.drop_windows
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.window_of(d roadshow.drops, p_name text, x jsonb, p_code text) OWNER TO roadshow_owner;

--
-- Name: window_refusal(boolean, roadshow.drop_windows, text, bytea, bigint, timestamp with time zone); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.window_refusal(p_windowed boolean, w roadshow.drop_windows, p_window text, p_access bytea, p_invited bigint, p_now timestamp with time zone) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS ...;

ALTER FUNCTION roadshow.window_refusal(p_windowed boolean, w roadshow.drop_windows, p_window text, p_access bytea, p_invited bigint, p_now timestamp with time zone) OWNER TO roadshow_owner;

--
-- Name: window_told(roadshow.drop_windows); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.window_told(w roadshow.drop_windows) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.window_told(w roadshow.drop_windows) OWNER TO roadshow_owner;

--
-- Name: windows_make(roadshow.drops, jsonb, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.windows_make(d roadshow.drops, p_windows jsonb, p_codes jsonb) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.windows_make(d roadshow.drops, p_windows jsonb, p_codes jsonb) OWNER TO roadshow_owner;

--
-- Name: windows_told(roadshow.drops, jsonb); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.windows_told(d roadshow.drops, p_windows jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    AS ...;

ALTER FUNCTION roadshow.windows_told(d roadshow.drops, p_windows jsonb) OWNER TO roadshow_owner;

--
-- Name: windows_use(uuid[], uuid[], roadshow.drop_windows[], bytea[], bigint[], integer[]); Type: FUNCTION; Schema: roadshow; Owner: roadshow_owner
--

CREATE FUNCTION roadshow.windows_use(p_creators uuid[], p_drops uuid[], p_windows roadshow.drop_windows[], p_buyers bytea[], p_quantities bigint[], p_offsets integer[]) RETURNS void
    LANGUAGE plpgsql
    AS ...;

ALTER FUNCTION roadshow.windows_use(p_creators uuid[], p_drops uuid[], p_windows roadshow.drop_windows[], p_buyers bytea[], p_quantities bigint[], p_offsets integer[]) OWNER TO roadshow_owner;

--
-- Name: case_events; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.case_events (
    creator_id uuid NOT NULL,
    case_id uuid NOT NULL,
    device_id uuid NOT NULL,
    seq bigint NOT NULL
);

ALTER TABLE roadshow.case_events OWNER TO roadshow_owner;

--
-- Name: checklists; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.checklists (
    creator_id uuid NOT NULL,
    event_id uuid NOT NULL,
    name text NOT NULL,
    title text NOT NULL,
    items jsonb NOT NULL,
    ledger_index bigint NOT NULL,
    CONSTRAINT checklists_items_check CHECK (((jsonb_array_length(items) >= 1) AND (jsonb_array_length(items) <= 200))),
    CONSTRAINT checklists_name_check CHECK ((name ~ '^[a-z0-9_]{1,32}$'::text)),
    CONSTRAINT checklists_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

ALTER TABLE roadshow.checklists OWNER TO roadshow_owner;

--
-- Name: claims; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.claims (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    drop_id uuid NOT NULL,
    key_id uuid NOT NULL,
    idem_key text NOT NULL,
    body_sha256 roadshow.bytes_32 NOT NULL,
    buyer_key roadshow.bytes_32 NOT NULL,
    quantity roadshow.claim_quantity NOT NULL,
    first_serial integer NOT NULL,
    kid text NOT NULL,
    state roadshow.claim_state NOT NULL,
    expires_at timestamp with time zone,
    first_index bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    status_indices integer[],
    window_name text,
    holder roadshow.bytes_32,
    holder_salt roadshow.bytes_32
);

ALTER TABLE roadshow.claims OWNER TO roadshow_owner;

--
-- Name: contacts; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.contacts (
    creator_id uuid NOT NULL,
    buyer_key bytea NOT NULL,
    id uuid NOT NULL,
    sealed bytea,
    marketing boolean NOT NULL,
    purposes text[] NOT NULL,
    salt bytea,
    commitment text,
    given_at timestamp with time zone NOT NULL,
    purge_at timestamp with time zone NOT NULL,
    ledger_index bigint NOT NULL,
    device_id uuid,
    seq bigint,
    CONSTRAINT contacts_buyer_key_check CHECK ((length(buyer_key) = 32)),
    CONSTRAINT contacts_check CHECK ((((sealed IS NULL) = (salt IS NULL)) AND ((sealed IS NULL) = (commitment IS NULL)))),
    CONSTRAINT contacts_check1 CHECK (((device_id IS NULL) = (seq IS NULL))),
    CONSTRAINT contacts_commitment_check CHECK ((commitment ~ '^[A-Za-z0-9_-]{43}$'::text)),
    CONSTRAINT contacts_nothing_left CHECK (((sealed IS NOT NULL) OR ((NOT marketing) AND (purposes = '{}'::text[])))),
    CONSTRAINT contacts_salt_check CHECK ((length(salt) = 32))
);

ALTER TABLE roadshow.contacts OWNER TO roadshow_owner;

--
-- Name: creators; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.creators (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT creators_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT creators_slug_check CHECK ((slug ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'::text))
);

ALTER TABLE roadshow.creators OWNER TO roadshow_owner;

--
-- Name: deposit_payments; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.deposit_payments (
    creator_id uuid NOT NULL,
    reference text NOT NULL,
    claim_id uuid NOT NULL,
    CONSTRAINT deposit_payments_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 128)))
);

ALTER TABLE roadshow.deposit_payments OWNER TO roadshow_owner;

--
-- Name: deposits; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.deposits (
    creator_id uuid NOT NULL,
    token_id uuid NOT NULL,
    drop_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    reference text NOT NULL,
    state text NOT NULL,
    held_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT deposits_amount_check CHECK ((amount > 0)),
    CONSTRAINT deposits_check CHECK (((state = 'held'::text) = (settled_at IS NULL))),
    CONSTRAINT deposits_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT deposits_state_check CHECK ((state = ANY (ARRAY['held'::text, 'applied'::text, 'refunded'::text, 'forfeited'::text])))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.deposits OWNER TO roadshow_owner;

--
-- Name: device_keys; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.device_keys (
    creator_id uuid NOT NULL,
    device_id uuid NOT NULL,
    n integer NOT NULL,
    public_key text NOT NULL,
    thumbprint bytea NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT device_keys_n_check CHECK ((n >= 1)),
    CONSTRAINT device_keys_thumbprint_check CHECK ((length(thumbprint) = 32))
);

ALTER TABLE roadshow.device_keys OWNER TO roadshow_owner;

--
-- Name: device_nonces; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.device_nonces (
    creator_id uuid NOT NULL,
    device_id uuid NOT NULL,
    nonce text NOT NULL,
    body_sha256 bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT device_nonces_body_sha256_check CHECK ((length(body_sha256) = 32))
);

ALTER TABLE roadshow.device_nonces OWNER TO roadshow_owner;

--
-- Name: device_uploads; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.device_uploads (
    creator_id uuid NOT NULL,
    device_id uuid NOT NULL,
    n integer NOT NULL,
    digest bytea NOT NULL,
    idem_key text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    device_time timestamp with time zone NOT NULL,
    clock_source text NOT NULL,
    skew_us bigint NOT NULL,
    uncertainty_us bigint NOT NULL,
    signature_input text NOT NULL,
    signature text NOT NULL,
    base bytea NOT NULL,
    content_encoding text NOT NULL,
    body bytea NOT NULL,
    answer api.answer,
    ledger_index bigint,
    key_n integer DEFAULT 1 NOT NULL,
    lines_from bigint,
    lines_to bigint,
    redacted_at timestamp with time zone,
    CONSTRAINT device_uploads_check CHECK (((lines_from IS NULL) = (lines_to IS NULL))),
    CONSTRAINT device_uploads_clock_source_check CHECK ((clock_source = ANY (ARRAY['header'::text, 'signature'::text]))),
    CONSTRAINT device_uploads_content_encoding_check CHECK ((content_encoding = ANY (ARRAY['identity'::text, 'gzip'::text]))),
    CONSTRAINT device_uploads_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT device_uploads_key_n_check CHECK ((key_n >= 1)),
    CONSTRAINT device_uploads_n_check CHECK ((n >= 1)),
    CONSTRAINT device_uploads_uncertainty_us_check CHECK ((uncertainty_us >= 0))
);
ALTER TABLE ONLY roadshow.device_uploads ALTER COLUMN body SET COMPRESSION lz4;
ALTER TABLE ONLY roadshow.device_uploads ALTER COLUMN answer SET COMPRESSION lz4;

ALTER TABLE roadshow.device_uploads OWNER TO roadshow_owner;

--
-- Name: draw_creators; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.draw_creators (
    drop_id uuid NOT NULL,
    creator_id uuid NOT NULL
);

ALTER TABLE roadshow.draw_creators OWNER TO roadshow_owner;

--
-- Name: draw_parties; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.draw_parties (
    creator_id uuid NOT NULL,
    drop_id uuid NOT NULL,
    place integer NOT NULL,
    name text NOT NULL,
    commitment bytea NOT NULL,
    secret bytea,
    revealed_at timestamp with time zone,
    CONSTRAINT draw_parties_check CHECK (((sha256(secret) = commitment) AND (length(secret) = 32))),
    CONSTRAINT draw_parties_check1 CHECK (((secret IS NULL) = (revealed_at IS NULL))),
    CONSTRAINT draw_parties_commitment_check CHECK ((length(commitment) = 32)),
    CONSTRAINT draw_parties_name_check CHECK ((name ~ '^[a-z0-9][a-z0-9-]{0,39}$'::text)),
    CONSTRAINT draw_parties_place_check CHECK (((place >= 1) AND (place <= 8)))
);

ALTER TABLE roadshow.draw_parties OWNER TO roadshow_owner;

--
-- Name: draws; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.draws (
    creator_id uuid NOT NULL,
    drop_id uuid NOT NULL,
    capacity integer NOT NULL,
    sealed bytea NOT NULL,
    reveal_by timestamp with time zone NOT NULL,
    service_reveal_by timestamp with time zone NOT NULL,
    committed_index bigint NOT NULL,
    closed_at timestamp with time zone,
    closed_index bigint,
    entries integer,
    root bytea,
    made_at timestamp with time zone,
    made_index bigint,
    winners integer,
    ranking_root bytea,
    issued integer DEFAULT 0 NOT NULL,
    done_at timestamp with time zone,
    CONSTRAINT draws_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT draws_check CHECK ((service_reveal_by > reveal_by)),
    CONSTRAINT draws_check1 CHECK (((winners >= 0) AND (winners <= LEAST(capacity, entries)))),
    CONSTRAINT draws_check2 CHECK (((issued >= 0) AND (issued <= winners))),
    CONSTRAINT draws_check3 CHECK ((((closed_at IS NULL) = (closed_index IS NULL)) AND ((closed_at IS NULL) = (entries IS NULL)) AND ((closed_at IS NULL) = (root IS NULL)))),
    CONSTRAINT draws_check4 CHECK ((((made_at IS NULL) = (made_index IS NULL)) AND ((made_at IS NULL) = (winners IS NULL)) AND ((made_at IS NULL) = (ranking_root IS NULL)) AND ((made_at IS NULL) OR (closed_at IS NOT NULL)))),
    CONSTRAINT draws_check5 CHECK (((done_at IS NULL) OR (issued = winners))),
    CONSTRAINT draws_entries_check CHECK ((entries >= 0)),
    CONSTRAINT draws_ranking_root_check CHECK ((length(ranking_root) = 32)),
    CONSTRAINT draws_root_check CHECK ((length(root) = 32))
)
WITH (fillfactor='50');

ALTER TABLE roadshow.draws OWNER TO roadshow_owner;

--
-- Name: drop_buyers; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.drop_buyers (
    creator_id uuid NOT NULL,
    drop_id uuid NOT NULL,
    buyer_key bytea NOT NULL,
    units integer NOT NULL,
    per_person integer NOT NULL,
    CONSTRAINT drop_buyers_buyer_key_check CHECK ((length(buyer_key) = 32)),
    CONSTRAINT drop_buyers_limit CHECK ((units <= per_person)),
    CONSTRAINT drop_buyers_units_check CHECK ((units >= 0))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.drop_buyers OWNER TO roadshow_owner;

--
-- Name: hub_days; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.hub_days (
    creator_id uuid NOT NULL,
    hub_id uuid NOT NULL,
    day date NOT NULL,
    capacity integer,
    used integer DEFAULT 0 NOT NULL,
    CONSTRAINT hub_days_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT hub_days_never_overfull CHECK ((used <= capacity)),
    CONSTRAINT hub_days_used_check CHECK ((used >= 0))
)
WITH (fillfactor='60');

ALTER TABLE roadshow.hub_days OWNER TO roadshow_owner;

--
-- Name: hub_heads; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.hub_heads (
    creator_id uuid NOT NULL,
    version bigint DEFAULT 1 NOT NULL
)
WITH (fillfactor='20');

ALTER TABLE roadshow.hub_heads OWNER TO roadshow_owner;

--
-- Name: idempotency; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.idempotency (
    creator_id uuid NOT NULL,
    key_id uuid NOT NULL,
    idem_key text NOT NULL,
    body_sha256 bytea NOT NULL,
    answer api.answer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_body_sha256_check CHECK ((length(body_sha256) = 32))
);

ALTER TABLE roadshow.idempotency OWNER TO roadshow_owner;

--
-- Name: janitor_heartbeat; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.janitor_heartbeat (
    host text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    rounds bigint NOT NULL,
    done bigint NOT NULL,
    failures bigint NOT NULL,
    logs_halted bigint DEFAULT 0 NOT NULL,
    CONSTRAINT janitor_heartbeat_check CHECK ((seen_at >= started_at)),
    CONSTRAINT janitor_heartbeat_done_check CHECK ((done >= 0)),
    CONSTRAINT janitor_heartbeat_failures_check CHECK ((failures >= 0)),
    CONSTRAINT janitor_heartbeat_host_check CHECK (((length(host) >= 1) AND (length(host) <= 255))),
    CONSTRAINT janitor_heartbeat_logs_halted_check CHECK ((logs_halted >= 0)),
    CONSTRAINT janitor_heartbeat_rounds_check CHECK ((rounds >= 0))
);

ALTER TABLE roadshow.janitor_heartbeat OWNER TO roadshow_owner;

--
-- Name: ledger; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.ledger (
    creator_id uuid NOT NULL,
    index bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    entry text NOT NULL,
    CONSTRAINT ledger_entry_check CHECK ((octet_length(entry) <= 65535)),
    CONSTRAINT ledger_index_check CHECK ((index >= 0))
);

ALTER TABLE roadshow.ledger OWNER TO roadshow_owner;

--
-- Name: ledger_heads; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.ledger_heads (
    creator_id uuid NOT NULL,
    size bigint DEFAULT 0 NOT NULL,
    last_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT ledger_heads_size_check CHECK ((size >= 0))
)
WITH (fillfactor='20');

ALTER TABLE roadshow.ledger_heads OWNER TO roadshow_owner;

--
-- Name: line_redactions; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.line_redactions (
    creator_id uuid NOT NULL,
    device_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    redacted_at timestamp with time zone DEFAULT now() NOT NULL,
    redacted_by uuid,
    reason text,
    erasure_id uuid,
    listed boolean DEFAULT false NOT NULL,
    ledger_index bigint,
    CONSTRAINT line_redactions_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT line_redactions_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 200)))
);

ALTER TABLE roadshow.line_redactions OWNER TO roadshow_owner;

--
-- Name: log_drops; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.log_drops (
    creator_id uuid NOT NULL,
    drop_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    part text NOT NULL,
    entries bigint NOT NULL,
    CONSTRAINT log_drops_entries_check CHECK ((entries > 0)),
    CONSTRAINT log_drops_part_check CHECK ((length(part) <= 64))
);

ALTER TABLE roadshow.log_drops OWNER TO roadshow_owner;

--
-- Name: log_heads; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.log_heads (
    creator_id uuid NOT NULL,
    size bigint DEFAULT 0 NOT NULL,
    checkpoint_size bigint DEFAULT 0 NOT NULL,
    root bytea,
    checkpoint text,
    signed_at timestamp with time zone,
    halted_at timestamp with time zone,
    halted_by text,
    halted_why text,
    CONSTRAINT log_heads_check CHECK (((checkpoint_size > 0) = (checkpoint IS NOT NULL))),
    CONSTRAINT log_heads_check1 CHECK ((((checkpoint IS NULL) = (root IS NULL)) AND ((checkpoint IS NULL) = (signed_at IS NULL)))),
    CONSTRAINT log_heads_check2 CHECK ((((halted_at IS NULL) = (halted_by IS NULL)) AND ((halted_at IS NULL) = (halted_why IS NULL)))),
    CONSTRAINT log_heads_checkpoint_check CHECK ((octet_length(checkpoint) <= 16384)),
    CONSTRAINT log_heads_checkpoint_size_check CHECK ((checkpoint_size >= 0)),
    CONSTRAINT log_heads_root_check CHECK ((length(root) = 32)),
    CONSTRAINT log_heads_size_check CHECK (((size >= 0) AND (size < '72057594037927936'::bigint))),
    CONSTRAINT log_heads_tiles_first CHECK ((checkpoint_size <= size))
)
WITH (fillfactor='20');

ALTER TABLE roadshow.log_heads OWNER TO roadshow_owner;

--
-- Name: log_tiles; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.log_tiles (
    creator_id uuid NOT NULL,
    level smallint NOT NULL,
    n bigint NOT NULL,
    hashes bytea NOT NULL,
    CONSTRAINT log_tiles_hashes_check CHECK ((((length(hashes) >= 32) AND (length(hashes) <= 8192)) AND ((length(hashes) % 32) = 0))),
    CONSTRAINT log_tiles_level_check CHECK (((level >= 0) AND (level <= 6))),
    CONSTRAINT log_tiles_n_check CHECK ((n >= 0))
);
ALTER TABLE ONLY roadshow.log_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

ALTER TABLE roadshow.log_tiles OWNER TO roadshow_owner;

--
-- Name: operator_idempotency; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.operator_idempotency (
    idem_key text NOT NULL,
    body_sha256 bytea NOT NULL,
    answer api.answer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE roadshow.operator_idempotency OWNER TO roadshow_owner;

--
-- Name: order_lines; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.order_lines (
    creator_id uuid NOT NULL,
    order_id uuid NOT NULL,
    sku text NOT NULL,
    quantity integer NOT NULL,
    backordered integer DEFAULT 0 NOT NULL,
    backorder_reason text,
    substitutes text[],
    CONSTRAINT order_lines_backorder_reason_check CHECK ((backorder_reason = ANY (ARRAY['no_hub'::text, 'no_stock'::text, 'no_capacity'::text, 'past_cut_off'::text, 'split_limit'::text, 'short_pick'::text, 'hub_rejected'::text, 'hub_outage'::text, 'wave_cancelled'::text, 'address_changed'::text, 'cancelled'::text, 'hold_expired'::text]))),
    CONSTRAINT order_lines_backordered_check CHECK ((backordered >= 0)),
    CONSTRAINT order_lines_check CHECK ((backordered <= quantity)),
    CONSTRAINT order_lines_check1 CHECK (((backordered > 0) = (backorder_reason IS NOT NULL))),
    CONSTRAINT order_lines_quantity_check CHECK (((quantity >= 1) AND (quantity <= 10000))),
    CONSTRAINT order_lines_substitutes_check CHECK (((cardinality(substitutes) >= 1) AND (cardinality(substitutes) <= 5)))
);

ALTER TABLE roadshow.order_lines OWNER TO roadshow_owner;

--
-- Name: partner_grants; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.partner_grants (
    partner_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    granted_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE roadshow.partner_grants OWNER TO roadshow_owner;

--
-- Name: partner_keys; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.partner_keys (
    partner_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    secret_sha256 bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT partner_keys_secret_sha256_check CHECK ((length(secret_sha256) = 32))
);

ALTER TABLE roadshow.partner_keys OWNER TO roadshow_owner;

--
-- Name: partners; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.partners (
    id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT partners_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

ALTER TABLE roadshow.partners OWNER TO roadshow_owner;

--
-- Name: postal_codes; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.postal_codes (
    country text NOT NULL,
    code text NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    CONSTRAINT postal_codes_code_check CHECK ((code ~ '^[A-Z0-9]{1,12}$'::text)),
    CONSTRAINT postal_codes_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT postal_codes_lat_check CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision))),
    CONSTRAINT postal_codes_lon_check CHECK (((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision)))
);

ALTER TABLE roadshow.postal_codes OWNER TO roadshow_owner;

--
-- Name: proofs; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.proofs (
    creator_id uuid NOT NULL,
    nonce bytea NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    CONSTRAINT proofs_nonce_check CHECK ((length(nonce) = 16))
);

ALTER TABLE roadshow.proofs OWNER TO roadshow_owner;

--
-- Name: route_policies; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.route_policies (
    creator_id uuid NOT NULL,
    version integer NOT NULL,
    policy jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ledger_index bigint NOT NULL,
    CONSTRAINT route_policies_policy_check CHECK ((jsonb_typeof(policy) = 'object'::text)),
    CONSTRAINT route_policies_version_check CHECK ((version >= 2))
);

ALTER TABLE roadshow.route_policies OWNER TO roadshow_owner;

--
-- Name: shipment_lines; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.shipment_lines (
    creator_id uuid NOT NULL,
    shipment_id uuid NOT NULL,
    sku text NOT NULL,
    quantity integer NOT NULL,
    picked integer,
    short integer DEFAULT 0 NOT NULL,
    substitute_of text,
    CONSTRAINT shipment_lines_check CHECK ((short <= quantity)),
    CONSTRAINT shipment_lines_check1 CHECK (((picked IS NULL) OR ((picked + short) = quantity))),
    CONSTRAINT shipment_lines_picked_check CHECK ((picked >= 0)),
    CONSTRAINT shipment_lines_quantity_check CHECK ((quantity >= 1)),
    CONSTRAINT shipment_lines_short_check CHECK ((short >= 0)),
    CONSTRAINT shipment_lines_substitute CHECK ((substitute_of <> sku))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.shipment_lines OWNER TO roadshow_owner;

--
-- Name: shipments; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.shipments (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    hub_id uuid NOT NULL,
    wave_id uuid NOT NULL,
    picklist_id uuid,
    state text NOT NULL,
    distance_m double precision,
    promise_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    handed_over_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    CONSTRAINT shipments_check CHECK (((state = 'handed_over'::text) = (handed_over_at IS NOT NULL))),
    CONSTRAINT shipments_check1 CHECK (((state = 'cancelled'::text) = (cancelled_at IS NOT NULL))),
    CONSTRAINT shipments_check2 CHECK (((state = ANY (ARRAY['picking'::text, 'handed_over'::text])) <= (picklist_id IS NOT NULL))),
    CONSTRAINT shipments_distance_m_check CHECK ((distance_m >= (0)::double precision)),
    CONSTRAINT shipments_state_check CHECK ((state = ANY (ARRAY['held'::text, 'routed'::text, 'picking'::text, 'handed_over'::text, 'cancelled'::text])))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.shipments OWNER TO roadshow_owner;

--
-- Name: status_entries; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.status_entries (
    creator_id uuid NOT NULL,
    event_id uuid NOT NULL,
    index integer NOT NULL,
    status smallint NOT NULL,
    token_id uuid NOT NULL,
    CONSTRAINT status_entries_index_check CHECK ((index >= 0)),
    CONSTRAINT status_entries_status_check CHECK ((status = ANY (ARRAY[1, 2])))
);

ALTER TABLE roadshow.status_entries OWNER TO roadshow_owner;

--
-- Name: status_list_builds; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.status_list_builds (
    creator_id uuid NOT NULL,
    event_id uuid NOT NULL,
    changes bigint NOT NULL,
    ledger_size bigint NOT NULL,
    kid text NOT NULL,
    jwt text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT status_list_builds_check CHECK ((expires_at > issued_at))
);

ALTER TABLE roadshow.status_list_builds OWNER TO roadshow_owner;

--
-- Name: status_list_ids; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.status_list_ids (
    list_id text NOT NULL,
    creator_id uuid NOT NULL,
    event_id uuid NOT NULL,
    CONSTRAINT status_list_ids_list_id_check CHECK ((list_id ~ '^[A-Za-z0-9_-]{11}$'::text))
);

ALTER TABLE roadshow.status_list_ids OWNER TO roadshow_owner;

--
-- Name: status_lists; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.status_lists (
    creator_id uuid NOT NULL,
    event_id uuid NOT NULL,
    round_keys bigint[] NOT NULL,
    next_slot integer DEFAULT 0 NOT NULL,
    changes bigint DEFAULT 1 NOT NULL,
    due_at timestamp with time zone,
    CONSTRAINT status_lists_next_slot_check CHECK (((next_slot >= 0) AND (next_slot <= 16777216))),
    CONSTRAINT status_lists_round_keys_check CHECK ((cardinality(round_keys) = 12))
)
WITH (fillfactor='20');

ALTER TABLE roadshow.status_lists OWNER TO roadshow_owner;

--
-- Name: token_holders; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.token_holders (
    creator_id uuid NOT NULL,
    token_id uuid NOT NULL,
    version integer NOT NULL,
    drop_id uuid NOT NULL,
    buyer_key bytea NOT NULL,
    holder bytea,
    holder_salt bytea,
    since timestamp with time zone NOT NULL,
    ledger_index bigint NOT NULL,
    CONSTRAINT token_holders_buyer_key_check CHECK ((length(buyer_key) = 32)),
    CONSTRAINT token_holders_holder_check CHECK ((length(holder) = 32)),
    CONSTRAINT token_holders_holder_salt_check CHECK ((length(holder_salt) = 32)),
    CONSTRAINT token_holders_version_check CHECK ((version >= 1))
);

ALTER TABLE roadshow.token_holders OWNER TO roadshow_owner;

--
-- Name: token_redemptions; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.token_redemptions (
    creator_id uuid NOT NULL,
    token_id uuid NOT NULL,
    device_id uuid NOT NULL,
    seq bigint NOT NULL,
    corrected_at timestamp with time zone NOT NULL
);

ALTER TABLE roadshow.token_redemptions OWNER TO roadshow_owner;

--
-- Name: transfer_lines; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.transfer_lines (
    creator_id uuid NOT NULL,
    transfer_id uuid NOT NULL,
    sku text NOT NULL,
    quantity integer NOT NULL,
    received integer,
    CONSTRAINT transfer_lines_check CHECK ((received <= quantity)),
    CONSTRAINT transfer_lines_quantity_check CHECK (((quantity >= 1) AND (quantity <= 10000000))),
    CONSTRAINT transfer_lines_received_check CHECK ((received >= 0))
);

ALTER TABLE roadshow.transfer_lines OWNER TO roadshow_owner;

--
-- Name: upload_redactions; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.upload_redactions (
    creator_id uuid NOT NULL,
    device_id uuid NOT NULL,
    n integer NOT NULL,
    every_consent boolean DEFAULT false NOT NULL,
    ask uuid DEFAULT gen_random_uuid() NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE roadshow.upload_redactions OWNER TO roadshow_owner;

--
-- Name: venue_counts; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.venue_counts (
    creator_id uuid NOT NULL,
    device_id uuid NOT NULL,
    seq bigint NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    sku text NOT NULL,
    location text NOT NULL,
    corrected_at timestamp with time zone NOT NULL,
    counted integer NOT NULL,
    expected bigint,
    reason text,
    ledger_index bigint,
    CONSTRAINT venue_counts_counted_check CHECK ((counted >= 0))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.venue_counts OWNER TO roadshow_owner;

--
-- Name: walk_in_sale_lines; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.walk_in_sale_lines (
    creator_id uuid NOT NULL,
    device_id uuid NOT NULL,
    seq bigint NOT NULL,
    line integer NOT NULL,
    drop_id uuid,
    sku text,
    known boolean NOT NULL,
    quantity integer NOT NULL,
    price bigint NOT NULL,
    currency text NOT NULL,
    lease_id uuid,
    corrected_at timestamp with time zone NOT NULL,
    counted boolean DEFAULT true NOT NULL,
    covered integer DEFAULT 0 NOT NULL,
    short integer DEFAULT 0 NOT NULL,
    CONSTRAINT walk_in_sale_lines_check CHECK (((covered >= 0) AND (covered <= quantity))),
    CONSTRAINT walk_in_sale_lines_check1 CHECK (((short >= 0) AND (short <= quantity))),
    CONSTRAINT walk_in_sale_lines_check2 CHECK ((counted OR ((covered = 0) AND (short = 0)))),
    CONSTRAINT walk_in_sale_lines_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT walk_in_sale_lines_line_check CHECK ((line >= 1)),
    CONSTRAINT walk_in_sale_lines_price_check CHECK ((price >= 0)),
    CONSTRAINT walk_in_sale_lines_quantity_check CHECK (((quantity >= 1) AND (quantity <= 1000000)))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.walk_in_sale_lines OWNER TO roadshow_owner;

--
-- Name: walk_in_sales; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.walk_in_sales (
    creator_id uuid NOT NULL,
    device_id uuid NOT NULL,
    seq bigint NOT NULL,
    id uuid NOT NULL,
    corrected_at timestamp with time zone NOT NULL,
    payment_method text NOT NULL,
    payment_reference text,
    counted boolean DEFAULT true NOT NULL,
    ledger_index bigint,
    payment_state text DEFAULT 'captured'::text NOT NULL,
    outcome text,
    annulled boolean DEFAULT false NOT NULL,
    voided_by uuid,
    CONSTRAINT walk_in_sales_check CHECK ((NOT (annulled AND counted))),
    CONSTRAINT walk_in_sales_check1 CHECK (((payment_state = 'captured'::text) OR (payment_reference IS NOT NULL))),
    CONSTRAINT walk_in_sales_check2 CHECK (((voided_by IS NULL) OR annulled)),
    CONSTRAINT walk_in_sales_outcome_check CHECK ((outcome = ANY (ARRAY['captured'::text, 'declined'::text]))),
    CONSTRAINT walk_in_sales_payment_state_check CHECK ((payment_state = ANY (ARRAY['captured'::text, 'authorised'::text])))
)
WITH (fillfactor='90');

ALTER TABLE roadshow.walk_in_sales OWNER TO roadshow_owner;

--
-- Name: window_buyers; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.window_buyers (
    creator_id uuid NOT NULL,
    drop_id uuid NOT NULL,
    window_name text NOT NULL,
    buyer_key bytea NOT NULL,
    units integer NOT NULL,
    per_person integer,
    CONSTRAINT window_buyers_buyer_key_check CHECK ((length(buyer_key) = 32)),
    CONSTRAINT window_buyers_limit CHECK ((units <= per_person)),
    CONSTRAINT window_buyers_units_check CHECK ((units >= 0))
)
WITH (fillfactor='80');

ALTER TABLE roadshow.window_buyers OWNER TO roadshow_owner;

--
-- Name: withdrawn_cases; Type: TABLE; Schema: roadshow; Owner: roadshow_owner
--

CREATE TABLE roadshow.withdrawn_cases (
    creator_id uuid NOT NULL,
    id uuid NOT NULL,
    ledger_index bigint NOT NULL
);

ALTER TABLE roadshow.withdrawn_cases OWNER TO roadshow_owner;

--
-- Name: migrations; Type: TABLE; Schema: roadshow_meta; Owner: roadshow_owner
--

CREATE TABLE roadshow_meta.migrations (
    version integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT migrations_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT migrations_version_check CHECK ((version > 0))
);

ALTER TABLE roadshow_meta.migrations OWNER TO roadshow_owner;

--
-- Name: api_keys api_keys_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (creator_id, id);

--
-- Name: case_events case_events_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.case_events
    ADD CONSTRAINT case_events_pkey PRIMARY KEY (creator_id, device_id, seq, case_id);

--
-- Name: cases cases_one_per_subject; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.cases
    ADD CONSTRAINT cases_one_per_subject UNIQUE (creator_id, kind, subject);

--
-- Name: cases cases_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (creator_id, id);

--
-- Name: checklists checklists_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.checklists
    ADD CONSTRAINT checklists_pkey PRIMARY KEY (creator_id, event_id, name);

--
-- Name: claims claims_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (creator_id, id);

--
-- Name: contacts contacts_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (creator_id, buyer_key);

--
-- Name: creators creators_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.creators
    ADD CONSTRAINT creators_pkey PRIMARY KEY (id);

--
-- Name: creators creators_slug_key; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.creators
    ADD CONSTRAINT creators_slug_key UNIQUE (slug);

--
-- Name: deposit_payments deposit_payments_creator_id_reference_claim_id_key; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.deposit_payments
    ADD CONSTRAINT deposit_payments_creator_id_reference_claim_id_key UNIQUE (creator_id, reference, claim_id);

--
-- Name: deposit_payments deposit_payments_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.deposit_payments
    ADD CONSTRAINT deposit_payments_pkey PRIMARY KEY (creator_id, reference);

--
-- Name: deposits deposits_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.deposits
    ADD CONSTRAINT deposits_pkey PRIMARY KEY (creator_id, token_id);

--
-- Name: device_consents device_consents_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_consents
    ADD CONSTRAINT device_consents_pkey PRIMARY KEY (creator_id, device_id, seq);

--
-- Name: device_events device_events_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_events
    ADD CONSTRAINT device_events_pkey PRIMARY KEY (creator_id, device_id, seq);

--
-- Name: device_keys device_keys_once; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_keys
    ADD CONSTRAINT device_keys_once UNIQUE (creator_id, device_id, thumbprint);

--
-- Name: device_keys device_keys_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_keys
    ADD CONSTRAINT device_keys_pkey PRIMARY KEY (creator_id, device_id, n);

--
-- Name: device_nonces device_nonces_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_nonces
    ADD CONSTRAINT device_nonces_pkey PRIMARY KEY (creator_id, device_id, nonce);

--
-- Name: device_uploads device_uploads_idem_key; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_uploads
    ADD CONSTRAINT device_uploads_idem_key UNIQUE (creator_id, device_id, idem_key);

--
-- Name: device_uploads device_uploads_once; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_uploads
    ADD CONSTRAINT device_uploads_once UNIQUE (creator_id, device_id, digest);

--
-- Name: device_uploads device_uploads_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_uploads
    ADD CONSTRAINT device_uploads_pkey PRIMARY KEY (creator_id, device_id, n);

--
-- Name: devices devices_one_code; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.devices
    ADD CONSTRAINT devices_one_code UNIQUE (creator_id, code_sha256);

--
-- Name: devices devices_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (creator_id, id);

--
-- Name: draw_creators draw_creators_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.draw_creators
    ADD CONSTRAINT draw_creators_pkey PRIMARY KEY (drop_id);

--
-- Name: draw_entries draw_entries_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.draw_entries
    ADD CONSTRAINT draw_entries_pkey PRIMARY KEY (creator_id, drop_id, id);

--
-- Name: draw_parties draw_parties_creator_id_drop_id_commitment_key; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.draw_parties
    ADD CONSTRAINT draw_parties_creator_id_drop_id_commitment_key UNIQUE (creator_id, drop_id, commitment);

--
-- Name: draw_parties draw_parties_creator_id_drop_id_name_key; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.draw_parties
    ADD CONSTRAINT draw_parties_creator_id_drop_id_name_key UNIQUE (creator_id, drop_id, name);

--
-- Name: draw_parties draw_parties_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.draw_parties
    ADD CONSTRAINT draw_parties_pkey PRIMARY KEY (creator_id, drop_id, place);

--
-- Name: draws draws_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.draws
    ADD CONSTRAINT draws_pkey PRIMARY KEY (creator_id, drop_id);

--
-- Name: drop_buyers drop_buyers_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.drop_buyers
    ADD CONSTRAINT drop_buyers_pkey PRIMARY KEY (creator_id, drop_id, buyer_key);

--
-- Name: drop_windows drop_windows_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.drop_windows
    ADD CONSTRAINT drop_windows_pkey PRIMARY KEY (creator_id, drop_id, name);

--
-- Name: drops drops_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.drops
    ADD CONSTRAINT drops_pkey PRIMARY KEY (creator_id, id);

--
-- Name: entry_texts entry_texts_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.entry_texts
    ADD CONSTRAINT entry_texts_pkey PRIMARY KEY (creator_id, index);

--
-- Name: erasures erasures_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (creator_id, buyer_key);

--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (creator_id, id);

--
-- Name: hub_days hub_days_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hub_days
    ADD CONSTRAINT hub_days_pkey PRIMARY KEY (creator_id, hub_id, day);

--
-- Name: hub_heads hub_heads_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hub_heads
    ADD CONSTRAINT hub_heads_pkey PRIMARY KEY (creator_id);

--
-- Name: hub_stock hub_stock_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hub_stock
    ADD CONSTRAINT hub_stock_pkey PRIMARY KEY (creator_id, hub_id, sku);

--
-- Name: hubs hubs_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hubs
    ADD CONSTRAINT hubs_pkey PRIMARY KEY (creator_id, id);

--
-- Name: idempotency idempotency_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (creator_id, key_id, idem_key);

--
-- Name: incidents incidents_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.incidents
    ADD CONSTRAINT incidents_pkey PRIMARY KEY (creator_id, event_id, id);

--
-- Name: janitor_heartbeat janitor_heartbeat_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.janitor_heartbeat
    ADD CONSTRAINT janitor_heartbeat_pkey PRIMARY KEY (host);

--
-- Name: ledger_heads ledger_heads_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.ledger_heads
    ADD CONSTRAINT ledger_heads_pkey PRIMARY KEY (creator_id);

--
-- Name: ledger ledger_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (creator_id, index);

--
-- Name: line_redactions line_redactions_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.line_redactions
    ADD CONSTRAINT line_redactions_pkey PRIMARY KEY (creator_id, device_id, seq);

--
-- Name: log_drops log_drops_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.log_drops
    ADD CONSTRAINT log_drops_pkey PRIMARY KEY (creator_id, drop_id, at, kind, part);

--
-- Name: log_heads log_heads_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.log_heads
    ADD CONSTRAINT log_heads_pkey PRIMARY KEY (creator_id);

--
-- Name: log_tiles log_tiles_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.log_tiles
    ADD CONSTRAINT log_tiles_pkey PRIMARY KEY (creator_id, level, n);

--
-- Name: operator_idempotency operator_idempotency_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.operator_idempotency
    ADD CONSTRAINT operator_idempotency_pkey PRIMARY KEY (idem_key);

--
-- Name: order_lines order_lines_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.order_lines
    ADD CONSTRAINT order_lines_pkey PRIMARY KEY (creator_id, order_id, sku);

--
-- Name: order_routings order_routings_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.order_routings
    ADD CONSTRAINT order_routings_pkey PRIMARY KEY (creator_id, order_id, attempt);

--
-- Name: orders orders_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (creator_id, id);

--
-- Name: partner_grants partner_grants_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.partner_grants
    ADD CONSTRAINT partner_grants_pkey PRIMARY KEY (partner_id, creator_id);

--
-- Name: partner_keys partner_keys_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.partner_keys
    ADD CONSTRAINT partner_keys_pkey PRIMARY KEY (partner_id, id);

--
-- Name: partners partners_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.partners
    ADD CONSTRAINT partners_pkey PRIMARY KEY (id);

--
-- Name: picklists picklists_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.picklists
    ADD CONSTRAINT picklists_pkey PRIMARY KEY (creator_id, id);

--
-- Name: postal_codes postal_codes_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.postal_codes
    ADD CONSTRAINT postal_codes_pkey PRIMARY KEY (country, code);

--
-- Name: products products_creator_id_sku_key; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.products
    ADD CONSTRAINT products_creator_id_sku_key UNIQUE (creator_id, sku);

--
-- Name: products products_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.products
    ADD CONSTRAINT products_pkey PRIMARY KEY (creator_id, id);

--
-- Name: proofs proofs_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.proofs
    ADD CONSTRAINT proofs_pkey PRIMARY KEY (creator_id, nonce);

--
-- Name: resale_listings resale_listings_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.resale_listings
    ADD CONSTRAINT resale_listings_pkey PRIMARY KEY (creator_id, id);

--
-- Name: returns returns_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.returns
    ADD CONSTRAINT returns_pkey PRIMARY KEY (creator_id, id);

--
-- Name: route_policies route_policies_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.route_policies
    ADD CONSTRAINT route_policies_pkey PRIMARY KEY (creator_id, version);

--
-- Name: shipment_lines shipment_lines_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.shipment_lines
    ADD CONSTRAINT shipment_lines_pkey PRIMARY KEY (creator_id, shipment_id, sku);

--
-- Name: shipments shipments_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.shipments
    ADD CONSTRAINT shipments_pkey PRIMARY KEY (creator_id, id);

--
-- Name: status_entries status_entries_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.status_entries
    ADD CONSTRAINT status_entries_pkey PRIMARY KEY (creator_id, event_id, index);

--
-- Name: status_list_builds status_list_builds_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.status_list_builds
    ADD CONSTRAINT status_list_builds_pkey PRIMARY KEY (creator_id, event_id);

--
-- Name: status_list_ids status_list_ids_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.status_list_ids
    ADD CONSTRAINT status_list_ids_pkey PRIMARY KEY (list_id);

--
-- Name: status_lists status_lists_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.status_lists
    ADD CONSTRAINT status_lists_pkey PRIMARY KEY (creator_id, event_id);

--
-- Name: token_holders token_holders_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.token_holders
    ADD CONSTRAINT token_holders_pkey PRIMARY KEY (creator_id, token_id, version);

--
-- Name: token_redemptions token_redemptions_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.token_redemptions
    ADD CONSTRAINT token_redemptions_pkey PRIMARY KEY (creator_id, token_id);

--
-- Name: tokens tokens_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (creator_id, id);

--
-- Name: transfer_lines transfer_lines_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.transfer_lines
    ADD CONSTRAINT transfer_lines_pkey PRIMARY KEY (creator_id, transfer_id, sku);

--
-- Name: transfers transfers_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.transfers
    ADD CONSTRAINT transfers_pkey PRIMARY KEY (creator_id, id);

--
-- Name: upload_redactions upload_redactions_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.upload_redactions
    ADD CONSTRAINT upload_redactions_pkey PRIMARY KEY (creator_id, device_id, n, every_consent);

--
-- Name: venue_counts venue_counts_id; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.venue_counts
    ADD CONSTRAINT venue_counts_id UNIQUE (creator_id, id);

--
-- Name: venue_counts venue_counts_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.venue_counts
    ADD CONSTRAINT venue_counts_pkey PRIMARY KEY (creator_id, device_id, seq);

--
-- Name: waitlist_entries waitlist_entries_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.waitlist_entries
    ADD CONSTRAINT waitlist_entries_pkey PRIMARY KEY (creator_id, drop_id, id);

--
-- Name: walk_in_leases walk_in_leases_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.walk_in_leases
    ADD CONSTRAINT walk_in_leases_pkey PRIMARY KEY (creator_id, id);

--
-- Name: walk_in_sale_lines walk_in_sale_lines_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.walk_in_sale_lines
    ADD CONSTRAINT walk_in_sale_lines_pkey PRIMARY KEY (creator_id, device_id, seq, line);

--
-- Name: walk_in_sales walk_in_sales_id; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.walk_in_sales
    ADD CONSTRAINT walk_in_sales_id UNIQUE (creator_id, id);

--
-- Name: walk_in_sales walk_in_sales_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.walk_in_sales
    ADD CONSTRAINT walk_in_sales_pkey PRIMARY KEY (creator_id, device_id, seq);

--
-- Name: waves waves_creator_id_hub_id_cut_off_at_key; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.waves
    ADD CONSTRAINT waves_creator_id_hub_id_cut_off_at_key UNIQUE (creator_id, hub_id, cut_off_at);

--
-- Name: waves waves_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.waves
    ADD CONSTRAINT waves_pkey PRIMARY KEY (creator_id, id);

--
-- Name: window_buyers window_buyers_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.window_buyers
    ADD CONSTRAINT window_buyers_pkey PRIMARY KEY (creator_id, drop_id, window_name, buyer_key);

--
-- Name: withdrawn_cases withdrawn_cases_pkey; Type: CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.withdrawn_cases
    ADD CONSTRAINT withdrawn_cases_pkey PRIMARY KEY (creator_id, id);

--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: roadshow_meta; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow_meta.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (version);

--
-- Name: case_events_of_case; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX case_events_of_case ON roadshow.case_events USING btree (creator_id, case_id, device_id, seq);

--
-- Name: cases_by_effect; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX cases_by_effect ON roadshow.cases USING btree (creator_id, ((effect ->> 'kind'::text)), opened_at, id) WHERE (effect IS NOT NULL);

--
-- Name: cases_by_state; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX cases_by_state ON roadshow.cases USING btree (creator_id, state, opened_at, id);

--
-- Name: cases_by_subject; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX cases_by_subject ON roadshow.cases USING btree (creator_id, subject);

--
-- Name: claims_one_per_key; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX claims_one_per_key ON roadshow.claims USING btree (creator_id, key_id, idem_key) WHERE (idem_key IS NOT NULL);

--
-- Name: contacts_id; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX contacts_id ON roadshow.contacts USING btree (creator_id, id);

--
-- Name: contacts_purge; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX contacts_purge ON roadshow.contacts USING btree (creator_id, purge_at) WHERE (purge_at IS NOT NULL);

--
-- Name: deposits_of_drop; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX deposits_of_drop ON roadshow.deposits USING btree (creator_id, drop_id, token_id) WHERE (drop_id IS NOT NULL);

--
-- Name: device_consents_of_person; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX device_consents_of_person ON roadshow.device_consents USING btree (creator_id, buyer_key, corrected_at) WHERE (buyer_key IS NOT NULL);

--
-- Name: device_consents_purge; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX device_consents_purge ON roadshow.device_consents USING btree (creator_id, purge_at) WHERE (purge_at IS NOT NULL);

--
-- Name: device_events_day; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX device_events_day ON roadshow.device_events USING btree (creator_id, device_id, kind, seq) WHERE (kind = ANY (ARRAY['annul'::text, 'payment'::text, 'count'::text, 'receive'::text, 'move'::text, 'checklist'::text, 'incident'::text, 'note'::text, 'close'::text]));

--
-- Name: device_events_not_good; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX device_events_not_good ON roadshow.device_events USING btree (creator_id, token_id) WHERE (judged_as IS NOT NULL);

--
-- Name: device_events_payment; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX device_events_payment ON roadshow.device_events USING btree (creator_id, ((fields ->> 'method'::text)), ((fields ->> 'reference'::text))) WHERE (kind = 'payment'::text);

--
-- Name: device_events_token; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX device_events_token ON roadshow.device_events USING btree (creator_id, token_id) WHERE ((token_id IS NOT NULL) AND (kind = 'redeem'::text));

--
-- Name: device_nonces_age; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX device_nonces_age ON roadshow.device_nonces USING btree (creator_id, expires_at);

--
-- Name: devices_of_event; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX devices_of_event ON roadshow.devices USING btree (creator_id, event_id, id);

--
-- Name: devices_pending; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX devices_pending ON roadshow.devices USING btree (creator_id, code_expires_at) WHERE (state = 'pending'::text);

--
-- Name: draw_entries_one_per_key; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX draw_entries_one_per_key ON roadshow.draw_entries USING btree (creator_id, key_id, idem_key) WHERE (idem_key IS NOT NULL);

--
-- Name: draw_entries_one_per_person; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX draw_entries_one_per_person ON roadshow.draw_entries USING btree (creator_id, drop_id, buyer_key) WHERE (buyer_key IS NOT NULL);

--
-- Name: draw_entries_ranks; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX draw_entries_ranks ON roadshow.draw_entries USING btree (creator_id, drop_id, rank) WHERE (rank IS NOT NULL);

--
-- Name: draws_going; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX draws_going ON roadshow.draws USING btree (creator_id, drop_id) WHERE (done_at IS NULL);

--
-- Name: drops_no_show; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX drops_no_show ON roadshow.drops USING btree (creator_id, no_show_at) WHERE (no_show_at IS NOT NULL);

--
-- Name: drops_waiting; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX drops_waiting ON roadshow.drops USING btree (creator_id, id) WHERE ((waiting)::integer > 0);

--
-- Name: entry_texts_of_subject; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX entry_texts_of_subject ON roadshow.entry_texts USING btree (creator_id, subject, index);

--
-- Name: erasures_next; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX erasures_next ON roadshow.erasures USING btree (creator_id, next_at) WHERE (next_at IS NOT NULL);

--
-- Name: idempotency_age; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX idempotency_age ON roadshow.idempotency USING btree (creator_id, created_at) WHERE (created_at IS NOT NULL);

--
-- Name: line_redactions_erasure; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX line_redactions_erasure ON roadshow.line_redactions USING btree (creator_id, erasure_id) WHERE (erasure_id IS NOT NULL);

--
-- Name: line_redactions_unlisted; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX line_redactions_unlisted ON roadshow.line_redactions USING btree (creator_id, device_id) WHERE (NOT listed);

--
-- Name: orders_holds; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX orders_holds ON roadshow.orders USING btree (creator_id, held_until) WHERE (state = 'held'::text);

--
-- Name: orders_one_per_payment; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX orders_one_per_payment ON roadshow.orders USING btree (creator_id, payment_reference) WHERE (payment_reference IS NOT NULL);

--
-- Name: orders_one_per_token; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX orders_one_per_token ON roadshow.orders USING btree (creator_id, token_id) WHERE (token_id IS NOT NULL);

--
-- Name: picklists_leases; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX picklists_leases ON roadshow.picklists USING btree (creator_id, lease_expires_at) WHERE (lease_expires_at IS NOT NULL);

--
-- Name: picklists_open; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX picklists_open ON roadshow.picklists USING btree (creator_id, hub_id, id) WHERE (state = 'open'::text);

--
-- Name: postal_codes_prefix; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX postal_codes_prefix ON roadshow.postal_codes USING btree (country, code text_pattern_ops);

--
-- Name: proofs_ended; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX proofs_ended ON roadshow.proofs USING btree (creator_id, ends_at) WHERE (ends_at IS NOT NULL);

--
-- Name: resale_live; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX resale_live ON roadshow.resale_listings USING btree (creator_id, drop_id, listed_at) WHERE (state = ANY (ARRAY['listed'::text, 'offered'::text]));

--
-- Name: resale_of_token; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX resale_of_token ON roadshow.resale_listings USING btree (creator_id, token_id, listed_at) WHERE (token_id IS NOT NULL);

--
-- Name: resale_one_live; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX resale_one_live ON roadshow.resale_listings USING btree (creator_id, token_id) WHERE (state = ANY (ARRAY['listed'::text, 'offered'::text]));

--
-- Name: resale_one_payment; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX resale_one_payment ON roadshow.resale_listings USING btree (creator_id, reference) WHERE (reference IS NOT NULL);

--
-- Name: returns_order; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX returns_order ON roadshow.returns USING btree (creator_id, order_id) WHERE (order_id IS NOT NULL);

--
-- Name: returns_token; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX returns_token ON roadshow.returns USING btree (creator_id, token_id) WHERE (token_id IS NOT NULL);

--
-- Name: shipments_hub; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX shipments_hub ON roadshow.shipments USING btree (creator_id, hub_id) WHERE (state = ANY (ARRAY['held'::text, 'routed'::text, 'picking'::text]));

--
-- Name: shipments_order; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX shipments_order ON roadshow.shipments USING btree (creator_id, order_id) WHERE (state <> 'cancelled'::text);

--
-- Name: shipments_picklist; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX shipments_picklist ON roadshow.shipments USING btree (creator_id, picklist_id) WHERE (picklist_id IS NOT NULL);

--
-- Name: shipments_wave; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX shipments_wave ON roadshow.shipments USING btree (creator_id, wave_id);

--
-- Name: status_lists_due; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX status_lists_due ON roadshow.status_lists USING btree (creator_id, due_at) WHERE (due_at IS NOT NULL);

--
-- Name: token_holders_of; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX token_holders_of ON roadshow.token_holders USING btree (creator_id, drop_id, buyer_key) WHERE (buyer_key IS NOT NULL);

--
-- Name: tokens_held; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX tokens_held ON roadshow.tokens USING btree (creator_id, hold_ends) WHERE (hold_ends IS NOT NULL);

--
-- Name: tokens_one_per_serial; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX tokens_one_per_serial ON roadshow.tokens USING btree (creator_id, drop_id, serial) WHERE (serial IS NOT NULL);

--
-- Name: transfers_coming; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX transfers_coming ON roadshow.transfers USING btree (creator_id, to_hub_id) WHERE (state = 'in_transit'::text);

--
-- Name: upload_redactions_due; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX upload_redactions_due ON roadshow.upload_redactions USING btree (creator_id, due_at);

--
-- Name: venue_counts_of_sku; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX venue_counts_of_sku ON roadshow.venue_counts USING btree (creator_id, event_id, sku);

--
-- Name: waitlist_line; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX waitlist_line ON roadshow.waitlist_entries USING btree (creator_id, drop_id, place) WHERE ((state = 'waiting'::text) AND (place IS NOT NULL));

--
-- Name: waitlist_one_per_key; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX waitlist_one_per_key ON roadshow.waitlist_entries USING btree (creator_id, key_id, idem_key) WHERE (idem_key IS NOT NULL);

--
-- Name: waitlist_one_per_person; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX waitlist_one_per_person ON roadshow.waitlist_entries USING btree (creator_id, drop_id, buyer_key) WHERE ((state = 'waiting'::text) OR ((state = 'offered'::text) AND (listing_id IS NOT NULL)));

--
-- Name: waitlist_one_per_place; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE UNIQUE INDEX waitlist_one_per_place ON roadshow.waitlist_entries USING btree (creator_id, drop_id, place) WHERE (place IS NOT NULL);

--
-- Name: walk_in_leases_active; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX walk_in_leases_active ON roadshow.walk_in_leases USING btree (creator_id, until) WHERE (state = 'active'::text);

--
-- Name: walk_in_leases_of_device; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX walk_in_leases_of_device ON roadshow.walk_in_leases USING btree (creator_id, device_id);

--
-- Name: walk_in_leases_of_drop; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX walk_in_leases_of_drop ON roadshow.walk_in_leases USING btree (creator_id, drop_id);

--
-- Name: walk_in_sale_lines_drop; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX walk_in_sale_lines_drop ON roadshow.walk_in_sale_lines USING btree (creator_id, drop_id) WHERE (drop_id IS NOT NULL);

--
-- Name: walk_in_sale_lines_lease; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX walk_in_sale_lines_lease ON roadshow.walk_in_sale_lines USING btree (creator_id, lease_id) WHERE (lease_id IS NOT NULL);

--
-- Name: walk_in_sales_payment; Type: INDEX; Schema: roadshow; Owner: roadshow_owner
--

CREATE INDEX walk_in_sales_payment ON roadshow.walk_in_sales USING btree (creator_id, payment_method, payment_reference) WHERE (payment_reference IS NOT NULL);

--
-- Name: tokens claim_is_there; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER claim_is_there AFTER INSERT ON roadshow.tokens REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.claim_is_there();

--
-- Name: creators creator_is_free; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER creator_is_free AFTER DELETE ON roadshow.creators REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION roadshow.creator_is_free();

--
-- Name: idempotency creator_is_there; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER creator_is_there AFTER INSERT ON roadshow.idempotency REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.creator_is_there();

--
-- Name: orders creator_is_there; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER creator_is_there AFTER INSERT ON roadshow.orders REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.creator_is_there();

--
-- Name: deposits deposit_settles_once; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER deposit_settles_once BEFORE UPDATE ON roadshow.deposits FOR EACH ROW EXECUTE FUNCTION roadshow.deposit_settles_once();

--
-- Name: claims drop_is_there; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER drop_is_there AFTER INSERT ON roadshow.claims REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.drop_is_there();

--
-- Name: drop_buyers drop_is_there; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER drop_is_there AFTER INSERT ON roadshow.drop_buyers REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.drop_is_there();

--
-- Name: device_events event_is_whole; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER event_is_whole AFTER INSERT ON roadshow.device_events REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.event_is_whole();

--
-- Name: creators is_referred_to; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER is_referred_to BEFORE UPDATE OF id ON roadshow.creators FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION roadshow.stays('id');

--
-- Name: device_uploads is_referred_to; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER is_referred_to BEFORE UPDATE OF creator_id, device_id, n ON roadshow.device_uploads FOR EACH ROW WHEN ((((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.device_id IS DISTINCT FROM new.device_id)) OR (old.n IS DISTINCT FROM new.n))) EXECUTE FUNCTION roadshow.stays('id');

--
-- Name: drops is_referred_to; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER is_referred_to BEFORE UPDATE OF creator_id, id ON roadshow.drops FOR EACH ROW WHEN (((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.id IS DISTINCT FROM new.id))) EXECUTE FUNCTION roadshow.stays('id');

--
-- Name: orders is_referred_to; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER is_referred_to BEFORE UPDATE OF id ON roadshow.orders FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION roadshow.stays('id');

--
-- Name: products is_referred_to; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER is_referred_to BEFORE UPDATE OF creator_id, sku ON roadshow.products FOR EACH ROW WHEN (((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.sku IS DISTINCT FROM new.sku))) EXECUTE FUNCTION roadshow.stays('SKU');

--
-- Name: shipments is_referred_to; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER is_referred_to BEFORE UPDATE OF id ON roadshow.shipments FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION roadshow.stays('id');

--
-- Name: tokens is_referred_to; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER is_referred_to BEFORE UPDATE OF creator_id, id ON roadshow.tokens FOR EACH ROW WHEN (((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.id IS DISTINCT FROM new.id))) EXECUTE FUNCTION roadshow.stays('id');

--
-- Name: waves is_referred_to; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER is_referred_to BEFORE UPDATE OF creator_id, id, hub_id ON roadshow.waves FOR EACH ROW WHEN ((((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.id IS DISTINCT FROM new.id)) OR (old.hub_id IS DISTINCT FROM new.hub_id))) EXECUTE FUNCTION roadshow.stays('id');

--
-- Name: ledger ledger_append_only; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER ledger_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON roadshow.ledger FOR EACH STATEMENT EXECUTE FUNCTION roadshow.ledger_is_append_only();

--
-- Name: log_heads log_heads_only_grow; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER log_heads_only_grow BEFORE DELETE OR UPDATE ON roadshow.log_heads FOR EACH ROW EXECUTE FUNCTION roadshow.log_heads_only_grow();

--
-- Name: log_heads log_heads_stay; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER log_heads_stay BEFORE TRUNCATE ON roadshow.log_heads FOR EACH STATEMENT EXECUTE FUNCTION roadshow.log_heads_only_grow();

--
-- Name: log_tiles log_tiles_only_grow; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER log_tiles_only_grow BEFORE DELETE OR UPDATE ON roadshow.log_tiles FOR EACH ROW EXECUTE FUNCTION roadshow.log_tiles_only_grow();

--
-- Name: log_tiles log_tiles_stay; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER log_tiles_stay BEFORE TRUNCATE ON roadshow.log_tiles FOR EACH STATEMENT EXECUTE FUNCTION roadshow.log_tiles_only_grow();

--
-- Name: orders order_is_free; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER order_is_free AFTER DELETE ON roadshow.orders REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION roadshow.order_is_free();

--
-- Name: order_lines order_is_there; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER order_is_there AFTER INSERT ON roadshow.order_lines REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.order_is_there();

--
-- Name: order_routings order_is_there; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER order_is_there AFTER INSERT ON roadshow.order_routings REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.order_is_there();

--
-- Name: shipments order_is_there; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER order_is_there AFTER INSERT ON roadshow.shipments REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.order_is_there();

--
-- Name: products product_is_free; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER product_is_free AFTER DELETE ON roadshow.products REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION roadshow.product_is_free();

--
-- Name: order_lines product_is_there; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER product_is_there AFTER INSERT ON roadshow.order_lines REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.product_is_there();

--
-- Name: token_redemptions redemption_is_whole; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER redemption_is_whole AFTER INSERT ON roadshow.token_redemptions REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.redemption_is_whole();

--
-- Name: token_redemptions redemption_stays_whole; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER redemption_stays_whole AFTER UPDATE ON roadshow.token_redemptions REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.redemption_is_whole();

--
-- Name: claims refers_to_the_same; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER refers_to_the_same BEFORE UPDATE OF creator_id, id, drop_id ON roadshow.claims FOR EACH ROW WHEN ((((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.id IS DISTINCT FROM new.id)) OR (old.drop_id IS DISTINCT FROM new.drop_id))) EXECUTE FUNCTION roadshow.stays('reference');

--
-- Name: device_events refers_to_the_same; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER refers_to_the_same BEFORE UPDATE OF creator_id, device_id, seq, upload, token_id ON roadshow.device_events FOR EACH ROW WHEN ((((((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.device_id IS DISTINCT FROM new.device_id)) OR (old.seq IS DISTINCT FROM new.seq)) OR (old.upload IS DISTINCT FROM new.upload)) OR (old.token_id IS DISTINCT FROM new.token_id))) EXECUTE FUNCTION roadshow.stays('reference');

--
-- Name: drop_buyers refers_to_the_same; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER refers_to_the_same BEFORE UPDATE OF creator_id, drop_id ON roadshow.drop_buyers FOR EACH ROW WHEN (((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.drop_id IS DISTINCT FROM new.drop_id))) EXECUTE FUNCTION roadshow.stays('reference');

--
-- Name: idempotency refers_to_the_same; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER refers_to_the_same BEFORE UPDATE OF creator_id ON roadshow.idempotency FOR EACH ROW WHEN ((old.creator_id IS DISTINCT FROM new.creator_id)) EXECUTE FUNCTION roadshow.stays('reference');

--
-- Name: order_lines refers_to_the_same; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER refers_to_the_same BEFORE UPDATE OF creator_id, order_id, sku ON roadshow.order_lines FOR EACH ROW WHEN ((((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.order_id IS DISTINCT FROM new.order_id)) OR (old.sku IS DISTINCT FROM new.sku))) EXECUTE FUNCTION roadshow.stays('reference');

--
-- Name: order_routings refers_to_the_same; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER refers_to_the_same BEFORE UPDATE OF creator_id, order_id ON roadshow.order_routings FOR EACH ROW WHEN (((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.order_id IS DISTINCT FROM new.order_id))) EXECUTE FUNCTION roadshow.stays('reference');

--
-- Name: orders refers_to_the_same; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER refers_to_the_same BEFORE UPDATE OF creator_id ON roadshow.orders FOR EACH ROW WHEN ((old.creator_id IS DISTINCT FROM new.creator_id)) EXECUTE FUNCTION roadshow.stays('reference');

--
-- Name: shipment_lines refers_to_the_same; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER refers_to_the_same BEFORE UPDATE OF creator_id, shipment_id ON roadshow.shipment_lines FOR EACH ROW WHEN (((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.shipment_id IS DISTINCT FROM new.shipment_id))) EXECUTE FUNCTION roadshow.stays('reference');

--
-- Name: shipments refers_to_the_same; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER refers_to_the_same BEFORE UPDATE OF creator_id, order_id, hub_id, wave_id ON roadshow.shipments FOR EACH ROW WHEN (((((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.order_id IS DISTINCT FROM new.order_id)) OR (old.hub_id IS DISTINCT FROM new.hub_id)) OR (old.wave_id IS DISTINCT FROM new.wave_id))) EXECUTE FUNCTION roadshow.stays('reference');

--
-- Name: tokens refers_to_the_same; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER refers_to_the_same BEFORE UPDATE OF creator_id, drop_id, claim_id ON roadshow.tokens FOR EACH ROW WHEN ((((old.creator_id IS DISTINCT FROM new.creator_id) OR (old.drop_id IS DISTINCT FROM new.drop_id)) OR (old.claim_id IS DISTINCT FROM new.claim_id))) EXECUTE FUNCTION roadshow.stays('reference');

--
-- Name: shipments shipment_is_free; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER shipment_is_free AFTER DELETE ON roadshow.shipments REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION roadshow.shipment_is_free();

--
-- Name: shipment_lines shipment_is_there; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER shipment_is_there AFTER INSERT ON roadshow.shipment_lines REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.shipment_is_there();

--
-- Name: claims stays; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON roadshow.claims FOR EACH STATEMENT EXECUTE FUNCTION roadshow.stays();

--
-- Name: creators stays; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER stays BEFORE TRUNCATE ON roadshow.creators FOR EACH STATEMENT EXECUTE FUNCTION roadshow.stays();

--
-- Name: device_events stays; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON roadshow.device_events FOR EACH STATEMENT EXECUTE FUNCTION roadshow.stays();

--
-- Name: device_uploads stays; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON roadshow.device_uploads FOR EACH STATEMENT EXECUTE FUNCTION roadshow.stays();

--
-- Name: drops stays; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON roadshow.drops FOR EACH STATEMENT EXECUTE FUNCTION roadshow.stays();

--
-- Name: orders stays; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER stays BEFORE TRUNCATE ON roadshow.orders FOR EACH STATEMENT EXECUTE FUNCTION roadshow.stays();

--
-- Name: products stays; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER stays BEFORE TRUNCATE ON roadshow.products FOR EACH STATEMENT EXECUTE FUNCTION roadshow.stays();

--
-- Name: shipments stays; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER stays BEFORE TRUNCATE ON roadshow.shipments FOR EACH STATEMENT EXECUTE FUNCTION roadshow.stays();

--
-- Name: tokens stays; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON roadshow.tokens FOR EACH STATEMENT EXECUTE FUNCTION roadshow.stays();

--
-- Name: waves stays; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER stays BEFORE TRUNCATE ON roadshow.waves FOR EACH STATEMENT EXECUTE FUNCTION roadshow.stays();

--
-- Name: waves wave_is_free; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER wave_is_free AFTER DELETE ON roadshow.waves REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION roadshow.wave_is_free();

--
-- Name: shipments wave_is_there; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER wave_is_there AFTER INSERT ON roadshow.shipments REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION roadshow.wave_is_there();

--
-- Name: waves waves_made; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER waves_made AFTER INSERT ON roadshow.waves REFERENCING NEW TABLE AS new_waves FOR EACH STATEMENT EXECUTE FUNCTION roadshow.wave_made();

--
-- Name: waves waves_used; Type: TRIGGER; Schema: roadshow; Owner: roadshow_owner
--

CREATE TRIGGER waves_used AFTER UPDATE ON roadshow.waves REFERENCING OLD TABLE AS old_waves NEW TABLE AS new_waves FOR EACH STATEMENT EXECUTE FUNCTION roadshow.wave_used();

--
-- Name: api_keys api_keys_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.api_keys
    ADD CONSTRAINT api_keys_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: case_events case_events_creator_id_case_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.case_events
    ADD CONSTRAINT case_events_creator_id_case_id_fkey FOREIGN KEY (creator_id, case_id) REFERENCES roadshow.cases(creator_id, id);

--
-- Name: case_events case_events_creator_id_device_id_seq_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.case_events
    ADD CONSTRAINT case_events_creator_id_device_id_seq_fkey FOREIGN KEY (creator_id, device_id, seq) REFERENCES roadshow.device_events(creator_id, device_id, seq);

--
-- Name: cases cases_creator_id_event_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.cases
    ADD CONSTRAINT cases_creator_id_event_id_fkey FOREIGN KEY (creator_id, event_id) REFERENCES roadshow.events(creator_id, id);

--
-- Name: cases cases_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.cases
    ADD CONSTRAINT cases_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: checklists checklists_creator_id_event_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.checklists
    ADD CONSTRAINT checklists_creator_id_event_id_fkey FOREIGN KEY (creator_id, event_id) REFERENCES roadshow.events(creator_id, id);

--
-- Name: deposit_payments deposit_payments_creator_id_claim_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.deposit_payments
    ADD CONSTRAINT deposit_payments_creator_id_claim_id_fkey FOREIGN KEY (creator_id, claim_id) REFERENCES roadshow.claims(creator_id, id);

--
-- Name: deposits deposits_creator_id_drop_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.deposits
    ADD CONSTRAINT deposits_creator_id_drop_id_fkey FOREIGN KEY (creator_id, drop_id) REFERENCES roadshow.drops(creator_id, id);

--
-- Name: deposits deposits_creator_id_reference_claim_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.deposits
    ADD CONSTRAINT deposits_creator_id_reference_claim_id_fkey FOREIGN KEY (creator_id, reference, claim_id) REFERENCES roadshow.deposit_payments(creator_id, reference, claim_id);

--
-- Name: deposits deposits_creator_id_token_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.deposits
    ADD CONSTRAINT deposits_creator_id_token_id_fkey FOREIGN KEY (creator_id, token_id) REFERENCES roadshow.tokens(creator_id, id);

--
-- Name: device_consents device_consents_creator_id_device_id_seq_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_consents
    ADD CONSTRAINT device_consents_creator_id_device_id_seq_fkey FOREIGN KEY (creator_id, device_id, seq) REFERENCES roadshow.device_events(creator_id, device_id, seq);

--
-- Name: device_keys device_keys_creator_id_device_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_keys
    ADD CONSTRAINT device_keys_creator_id_device_id_fkey FOREIGN KEY (creator_id, device_id) REFERENCES roadshow.devices(creator_id, id);

--
-- Name: device_nonces device_nonces_creator_id_device_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_nonces
    ADD CONSTRAINT device_nonces_creator_id_device_id_fkey FOREIGN KEY (creator_id, device_id) REFERENCES roadshow.devices(creator_id, id);

--
-- Name: device_uploads device_uploads_creator_id_device_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.device_uploads
    ADD CONSTRAINT device_uploads_creator_id_device_id_fkey FOREIGN KEY (creator_id, device_id) REFERENCES roadshow.devices(creator_id, id);

--
-- Name: devices devices_creator_id_event_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.devices
    ADD CONSTRAINT devices_creator_id_event_id_fkey FOREIGN KEY (creator_id, event_id) REFERENCES roadshow.events(creator_id, id);

--
-- Name: devices devices_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.devices
    ADD CONSTRAINT devices_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: draw_creators draw_creators_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.draw_creators
    ADD CONSTRAINT draw_creators_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: draw_entries draw_entries_creator_id_drop_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.draw_entries
    ADD CONSTRAINT draw_entries_creator_id_drop_id_fkey FOREIGN KEY (creator_id, drop_id) REFERENCES roadshow.draws(creator_id, drop_id);

--
-- Name: draw_parties draw_parties_creator_id_drop_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.draw_parties
    ADD CONSTRAINT draw_parties_creator_id_drop_id_fkey FOREIGN KEY (creator_id, drop_id) REFERENCES roadshow.draws(creator_id, drop_id);

--
-- Name: draws draws_creator_id_drop_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.draws
    ADD CONSTRAINT draws_creator_id_drop_id_fkey FOREIGN KEY (creator_id, drop_id) REFERENCES roadshow.drops(creator_id, id);

--
-- Name: drop_windows drop_windows_creator_id_drop_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.drop_windows
    ADD CONSTRAINT drop_windows_creator_id_drop_id_fkey FOREIGN KEY (creator_id, drop_id) REFERENCES roadshow.drops(creator_id, id);

--
-- Name: drops drops_creator_id_event_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.drops
    ADD CONSTRAINT drops_creator_id_event_id_fkey FOREIGN KEY (creator_id, event_id) REFERENCES roadshow.events(creator_id, id);

--
-- Name: drops drops_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.drops
    ADD CONSTRAINT drops_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: drops drops_creator_id_sku_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.drops
    ADD CONSTRAINT drops_creator_id_sku_fkey FOREIGN KEY (creator_id, sku) REFERENCES roadshow.products(creator_id, sku);

--
-- Name: events events_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.events
    ADD CONSTRAINT events_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: hub_days hub_days_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hub_days
    ADD CONSTRAINT hub_days_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: hub_days hub_days_creator_id_hub_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hub_days
    ADD CONSTRAINT hub_days_creator_id_hub_id_fkey FOREIGN KEY (creator_id, hub_id) REFERENCES roadshow.hubs(creator_id, id);

--
-- Name: hub_heads hub_heads_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hub_heads
    ADD CONSTRAINT hub_heads_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: hub_stock hub_stock_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hub_stock
    ADD CONSTRAINT hub_stock_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: hub_stock hub_stock_creator_id_hub_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hub_stock
    ADD CONSTRAINT hub_stock_creator_id_hub_id_fkey FOREIGN KEY (creator_id, hub_id) REFERENCES roadshow.hubs(creator_id, id);

--
-- Name: hub_stock hub_stock_creator_id_sku_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hub_stock
    ADD CONSTRAINT hub_stock_creator_id_sku_fkey FOREIGN KEY (creator_id, sku) REFERENCES roadshow.products(creator_id, sku);

--
-- Name: hubs hubs_creator_id_event_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hubs
    ADD CONSTRAINT hubs_creator_id_event_id_fkey FOREIGN KEY (creator_id, event_id) REFERENCES roadshow.events(creator_id, id);

--
-- Name: hubs hubs_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hubs
    ADD CONSTRAINT hubs_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: hubs hubs_partner_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.hubs
    ADD CONSTRAINT hubs_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES roadshow.partners(id);

--
-- Name: incidents incidents_creator_id_event_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.incidents
    ADD CONSTRAINT incidents_creator_id_event_id_fkey FOREIGN KEY (creator_id, event_id) REFERENCES roadshow.events(creator_id, id);

--
-- Name: ledger_heads ledger_heads_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.ledger_heads
    ADD CONSTRAINT ledger_heads_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: line_redactions line_redactions_creator_id_device_id_seq_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.line_redactions
    ADD CONSTRAINT line_redactions_creator_id_device_id_seq_fkey FOREIGN KEY (creator_id, device_id, seq) REFERENCES roadshow.device_events(creator_id, device_id, seq);

--
-- Name: log_drops log_drops_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.log_drops
    ADD CONSTRAINT log_drops_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.log_heads(creator_id);

--
-- Name: log_heads log_heads_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.log_heads
    ADD CONSTRAINT log_heads_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: log_tiles log_tiles_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.log_tiles
    ADD CONSTRAINT log_tiles_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.log_heads(creator_id);

--
-- Name: orders orders_creator_id_event_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.orders
    ADD CONSTRAINT orders_creator_id_event_id_fkey FOREIGN KEY (creator_id, event_id) REFERENCES roadshow.events(creator_id, id);

--
-- Name: orders orders_creator_id_token_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.orders
    ADD CONSTRAINT orders_creator_id_token_id_fkey FOREIGN KEY (creator_id, token_id) REFERENCES roadshow.tokens(creator_id, id);

--
-- Name: partner_grants partner_grants_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.partner_grants
    ADD CONSTRAINT partner_grants_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: partner_grants partner_grants_partner_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.partner_grants
    ADD CONSTRAINT partner_grants_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES roadshow.partners(id);

--
-- Name: partner_keys partner_keys_partner_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.partner_keys
    ADD CONSTRAINT partner_keys_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES roadshow.partners(id);

--
-- Name: picklists picklists_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.picklists
    ADD CONSTRAINT picklists_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: picklists picklists_creator_id_hub_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.picklists
    ADD CONSTRAINT picklists_creator_id_hub_id_fkey FOREIGN KEY (creator_id, hub_id) REFERENCES roadshow.hubs(creator_id, id);

--
-- Name: picklists picklists_creator_id_wave_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.picklists
    ADD CONSTRAINT picklists_creator_id_wave_id_fkey FOREIGN KEY (creator_id, wave_id) REFERENCES roadshow.waves(creator_id, id);

--
-- Name: products products_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.products
    ADD CONSTRAINT products_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: resale_listings resale_listings_creator_id_drop_id_entry_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.resale_listings
    ADD CONSTRAINT resale_listings_creator_id_drop_id_entry_id_fkey FOREIGN KEY (creator_id, drop_id, entry_id) REFERENCES roadshow.waitlist_entries(creator_id, drop_id, id);

--
-- Name: resale_listings resale_listings_creator_id_token_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.resale_listings
    ADD CONSTRAINT resale_listings_creator_id_token_id_fkey FOREIGN KEY (creator_id, token_id) REFERENCES roadshow.tokens(creator_id, id);

--
-- Name: returns returns_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.returns
    ADD CONSTRAINT returns_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: returns returns_creator_id_hub_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.returns
    ADD CONSTRAINT returns_creator_id_hub_id_fkey FOREIGN KEY (creator_id, hub_id) REFERENCES roadshow.hubs(creator_id, id);

--
-- Name: returns returns_creator_id_order_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.returns
    ADD CONSTRAINT returns_creator_id_order_id_fkey FOREIGN KEY (creator_id, order_id) REFERENCES roadshow.orders(creator_id, id);

--
-- Name: returns returns_creator_id_sku_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.returns
    ADD CONSTRAINT returns_creator_id_sku_fkey FOREIGN KEY (creator_id, sku) REFERENCES roadshow.products(creator_id, sku);

--
-- Name: returns returns_creator_id_token_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.returns
    ADD CONSTRAINT returns_creator_id_token_id_fkey FOREIGN KEY (creator_id, token_id) REFERENCES roadshow.tokens(creator_id, id);

--
-- Name: route_policies route_policies_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.route_policies
    ADD CONSTRAINT route_policies_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: shipments shipments_creator_id_picklist_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.shipments
    ADD CONSTRAINT shipments_creator_id_picklist_id_fkey FOREIGN KEY (creator_id, picklist_id) REFERENCES roadshow.picklists(creator_id, id);

--
-- Name: status_entries status_entries_creator_id_event_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.status_entries
    ADD CONSTRAINT status_entries_creator_id_event_id_fkey FOREIGN KEY (creator_id, event_id) REFERENCES roadshow.status_lists(creator_id, event_id);

--
-- Name: status_list_builds status_list_builds_creator_id_event_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.status_list_builds
    ADD CONSTRAINT status_list_builds_creator_id_event_id_fkey FOREIGN KEY (creator_id, event_id) REFERENCES roadshow.status_lists(creator_id, event_id);

--
-- Name: status_list_ids status_list_ids_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.status_list_ids
    ADD CONSTRAINT status_list_ids_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: status_lists status_lists_creator_id_event_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.status_lists
    ADD CONSTRAINT status_lists_creator_id_event_id_fkey FOREIGN KEY (creator_id, event_id) REFERENCES roadshow.events(creator_id, id);

--
-- Name: token_holders token_holders_creator_id_token_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.token_holders
    ADD CONSTRAINT token_holders_creator_id_token_id_fkey FOREIGN KEY (creator_id, token_id) REFERENCES roadshow.tokens(creator_id, id);

--
-- Name: transfer_lines transfer_lines_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.transfer_lines
    ADD CONSTRAINT transfer_lines_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: transfer_lines transfer_lines_creator_id_sku_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.transfer_lines
    ADD CONSTRAINT transfer_lines_creator_id_sku_fkey FOREIGN KEY (creator_id, sku) REFERENCES roadshow.products(creator_id, sku);

--
-- Name: transfer_lines transfer_lines_creator_id_transfer_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.transfer_lines
    ADD CONSTRAINT transfer_lines_creator_id_transfer_id_fkey FOREIGN KEY (creator_id, transfer_id) REFERENCES roadshow.transfers(creator_id, id);

--
-- Name: transfers transfers_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.transfers
    ADD CONSTRAINT transfers_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: transfers transfers_creator_id_from_drop_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.transfers
    ADD CONSTRAINT transfers_creator_id_from_drop_id_fkey FOREIGN KEY (creator_id, from_drop_id) REFERENCES roadshow.drops(creator_id, id);

--
-- Name: transfers transfers_creator_id_from_hub_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.transfers
    ADD CONSTRAINT transfers_creator_id_from_hub_id_fkey FOREIGN KEY (creator_id, from_hub_id) REFERENCES roadshow.hubs(creator_id, id);

--
-- Name: transfers transfers_creator_id_to_hub_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.transfers
    ADD CONSTRAINT transfers_creator_id_to_hub_id_fkey FOREIGN KEY (creator_id, to_hub_id) REFERENCES roadshow.hubs(creator_id, id);

--
-- Name: upload_redactions upload_redactions_creator_id_device_id_n_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.upload_redactions
    ADD CONSTRAINT upload_redactions_creator_id_device_id_n_fkey FOREIGN KEY (creator_id, device_id, n) REFERENCES roadshow.device_uploads(creator_id, device_id, n);

--
-- Name: venue_counts venue_counts_creator_id_device_id_seq_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.venue_counts
    ADD CONSTRAINT venue_counts_creator_id_device_id_seq_fkey FOREIGN KEY (creator_id, device_id, seq) REFERENCES roadshow.device_events(creator_id, device_id, seq);

--
-- Name: venue_counts venue_counts_creator_id_event_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.venue_counts
    ADD CONSTRAINT venue_counts_creator_id_event_id_fkey FOREIGN KEY (creator_id, event_id) REFERENCES roadshow.events(creator_id, id);

--
-- Name: waitlist_entries waitlist_entries_creator_id_drop_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.waitlist_entries
    ADD CONSTRAINT waitlist_entries_creator_id_drop_id_fkey FOREIGN KEY (creator_id, drop_id) REFERENCES roadshow.drops(creator_id, id);

--
-- Name: walk_in_leases walk_in_leases_creator_id_device_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.walk_in_leases
    ADD CONSTRAINT walk_in_leases_creator_id_device_id_fkey FOREIGN KEY (creator_id, device_id) REFERENCES roadshow.devices(creator_id, id);

--
-- Name: walk_in_leases walk_in_leases_creator_id_drop_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.walk_in_leases
    ADD CONSTRAINT walk_in_leases_creator_id_drop_id_fkey FOREIGN KEY (creator_id, drop_id) REFERENCES roadshow.drops(creator_id, id);

--
-- Name: walk_in_sale_lines walk_in_sale_lines_creator_id_device_id_seq_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.walk_in_sale_lines
    ADD CONSTRAINT walk_in_sale_lines_creator_id_device_id_seq_fkey FOREIGN KEY (creator_id, device_id, seq) REFERENCES roadshow.walk_in_sales(creator_id, device_id, seq);

--
-- Name: walk_in_sale_lines walk_in_sale_lines_creator_id_drop_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.walk_in_sale_lines
    ADD CONSTRAINT walk_in_sale_lines_creator_id_drop_id_fkey FOREIGN KEY (creator_id, drop_id) REFERENCES roadshow.drops(creator_id, id);

--
-- Name: walk_in_sales walk_in_sales_creator_id_device_id_seq_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.walk_in_sales
    ADD CONSTRAINT walk_in_sales_creator_id_device_id_seq_fkey FOREIGN KEY (creator_id, device_id, seq) REFERENCES roadshow.device_events(creator_id, device_id, seq);

--
-- Name: walk_in_sales walk_in_sales_creator_id_voided_by_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.walk_in_sales
    ADD CONSTRAINT walk_in_sales_creator_id_voided_by_fkey FOREIGN KEY (creator_id, voided_by) REFERENCES roadshow.cases(creator_id, id);

--
-- Name: waves waves_creator_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.waves
    ADD CONSTRAINT waves_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES roadshow.creators(id);

--
-- Name: waves waves_creator_id_hub_id_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.waves
    ADD CONSTRAINT waves_creator_id_hub_id_fkey FOREIGN KEY (creator_id, hub_id) REFERENCES roadshow.hubs(creator_id, id);

--
-- Name: window_buyers window_buyers_creator_id_drop_id_window_name_fkey; Type: FK CONSTRAINT; Schema: roadshow; Owner: roadshow_owner
--

ALTER TABLE ONLY roadshow.window_buyers
    ADD CONSTRAINT window_buyers_creator_id_drop_id_window_name_fkey FOREIGN KEY (creator_id, drop_id, window_name) REFERENCES roadshow.drop_windows(creator_id, drop_id, name);

--
-- Name: SCHEMA api; Type: ACL; Schema: -; Owner: roadshow_owner
--

GRANT USAGE ON SCHEMA api TO roadshow_app;

--
-- Name: FUNCTION attendance_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.attendance_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.attendance_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION case_assign(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.case_assign(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.case_assign(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION case_count(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.case_count(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.case_count(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION case_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.case_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.case_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION case_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.case_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.case_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION case_reopen(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.case_reopen(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.case_reopen(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION case_resolve(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.case_resolve(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.case_resolve(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION checklist_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.checklist_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.checklist_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION checklist_put(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.checklist_put(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.checklist_put(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION claim_batch(p_creators uuid[], p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[]); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.claim_batch(p_creators uuid[], p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION api.claim_batch(p_creators uuid[], p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[]) TO roadshow_app;

--
-- Name: FUNCTION creator_create(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.creator_create(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.creator_create(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION deposit_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.deposit_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.deposit_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION device_create(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.device_create(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.device_create(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION device_enrol(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.device_enrol(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.device_enrol(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION device_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.device_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.device_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION device_lookup(p_creator uuid, p_devices uuid[]); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.device_lookup(p_creator uuid, p_devices uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION api.device_lookup(p_creator uuid, p_devices uuid[]) TO roadshow_app;

--
-- Name: FUNCTION device_release(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.device_release(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.device_release(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION device_revoke(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.device_revoke(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.device_revoke(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION device_roll(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.device_roll(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.device_roll(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION device_seen(p_creator uuid, c api.caller); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.device_seen(p_creator uuid, c api.caller) FROM PUBLIC;
GRANT ALL ON FUNCTION api.device_seen(p_creator uuid, c api.caller) TO roadshow_app;

--
-- Name: FUNCTION device_upload_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.device_upload_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.device_upload_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION draw_close(p_creator uuid, p_drop uuid, p_entries integer, p_root text); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_close(p_creator uuid, p_drop uuid, p_entries integer, p_root text) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_close(p_creator uuid, p_drop uuid, p_entries integer, p_root text) TO roadshow_app;

--
-- Name: FUNCTION draw_enter(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[], p_nonces bytea[]); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_enter(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[], p_nonces bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_enter(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[], p_nonces bytea[]) TO roadshow_app;

--
-- Name: FUNCTION draw_entry_collect(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_entry_collect(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_entry_collect(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION draw_entry_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_entry_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_entry_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION draw_entry_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_entry_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_entry_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION draw_ids(p_creator uuid, p_drop uuid); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_ids(p_creator uuid, p_drop uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_ids(p_creator uuid, p_drop uuid) TO roadshow_app;

--
-- Name: FUNCTION draw_issue(p_creator uuid, p_drop uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_issue(p_creator uuid, p_drop uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_issue(p_creator uuid, p_drop uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION draw_make(p_creator uuid, p_drop uuid, p_secrets text, p_ranking_root text); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_make(p_creator uuid, p_drop uuid, p_secrets text, p_ranking_root text) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_make(p_creator uuid, p_drop uuid, p_secrets text, p_ranking_root text) TO roadshow_app;

--
-- Name: FUNCTION draw_rank(p_creator uuid, p_drop uuid, p_ids text, p_first integer, p_secrets text); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_rank(p_creator uuid, p_drop uuid, p_ids text, p_first integer, p_secrets text) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_rank(p_creator uuid, p_drop uuid, p_ids text, p_first integer, p_secrets text) TO roadshow_app;

--
-- Name: FUNCTION draw_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION draw_reveal(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_reveal(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_reveal(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION draw_reveal_service(p_creator uuid, p_drop uuid, p_secret text); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draw_reveal_service(p_creator uuid, p_drop uuid, p_secret text) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draw_reveal_service(p_creator uuid, p_drop uuid, p_secret text) TO roadshow_app;

--
-- Name: FUNCTION draws_due(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.draws_due(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.draws_due(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION drop_create(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.drop_create(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.drop_create(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION drop_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.drop_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.drop_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION drop_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.drop_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.drop_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION drop_share(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.drop_share(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.drop_share(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION drop_walk_in(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.drop_walk_in(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.drop_walk_in(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION entry_redact(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.entry_redact(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.entry_redact(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION event_create(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.event_create(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.event_create(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION event_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.event_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.event_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION event_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.event_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.event_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION event_redact(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.event_redact(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.event_redact(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION hub_create(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.hub_create(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.hub_create(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION hub_history(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.hub_history(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.hub_history(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION hub_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.hub_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.hub_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION hub_outage(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.hub_outage(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.hub_outage(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION hub_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.hub_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.hub_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION hub_resume(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.hub_resume(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.hub_resume(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION hub_update(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.hub_update(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.hub_update(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION incident_acknowledge(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.incident_acknowledge(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.incident_acknowledge(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION incident_escalate(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.incident_escalate(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.incident_escalate(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION incident_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.incident_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.incident_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION incident_resolve(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.incident_resolve(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.incident_resolve(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION janitor_beat(p_host text, p_started_at timestamp with time zone, p_rounds bigint, p_done bigint, p_failures bigint, p_logs_halted bigint); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_beat(p_host text, p_started_at timestamp with time zone, p_rounds bigint, p_done bigint, p_failures bigint, p_logs_halted bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_beat(p_host text, p_started_at timestamp with time zone, p_rounds bigint, p_done bigint, p_failures bigint, p_logs_halted bigint) TO roadshow_app;

--
-- Name: FUNCTION janitor_consents(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_consents(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_consents(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_contacts(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_contacts(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_contacts(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_creators(p_after uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_creators(p_after uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_creators(p_after uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_device_nonces(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_device_nonces(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_device_nonces(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_enrol_codes(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_enrol_codes(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_enrol_codes(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_erasures(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_erasures(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_erasures(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_holds(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_holds(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_holds(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_idempotency(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_idempotency(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_idempotency(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_no_shows(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_no_shows(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_no_shows(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_order_holds(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_order_holds(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_order_holds(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_outages(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_outages(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_outages(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_picklist_leases(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_picklist_leases(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_picklist_leases(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_proofs(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_proofs(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_proofs(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_redeems(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_redeems(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_redeems(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_resales(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_resales(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_resales(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_waitlist(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_waitlist(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_waitlist(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_walk_in_leases(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_walk_in_leases(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_walk_in_leases(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION janitor_waves(p_creator uuid, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.janitor_waves(p_creator uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.janitor_waves(p_creator uuid, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION key_create(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.key_create(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.key_create(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION key_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.key_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.key_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION key_lookup(p_creator uuid, p_key_id uuid); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.key_lookup(p_creator uuid, p_key_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION api.key_lookup(p_creator uuid, p_key_id uuid) TO roadshow_app;

--
-- Name: FUNCTION key_revoke(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.key_revoke(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.key_revoke(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION lease_create(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.lease_create(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.lease_create(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION lease_extend(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.lease_extend(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.lease_extend(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION lease_return(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.lease_return(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.lease_return(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION lease_take(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.lease_take(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.lease_take(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION ledger_page(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.ledger_page(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.ledger_page(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION log_bundles(p_creator uuid, p_ns bigint[], p_widths bigint[]); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_bundles(p_creator uuid, p_ns bigint[], p_widths bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_bundles(p_creator uuid, p_ns bigint[], p_widths bigint[]) TO roadshow_app;

--
-- Name: FUNCTION log_checkpoint(p_creator uuid); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_checkpoint(p_creator uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_checkpoint(p_creator uuid) TO roadshow_app;

--
-- Name: FUNCTION log_edge(p_creator uuid, p_size bigint); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_edge(p_creator uuid, p_size bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_edge(p_creator uuid, p_size bigint) TO roadshow_app;

--
-- Name: FUNCTION log_entries(p_creator uuid, p_from bigint, p_limit integer); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_entries(p_creator uuid, p_from bigint, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_entries(p_creator uuid, p_from bigint, p_limit integer) TO roadshow_app;

--
-- Name: FUNCTION log_extend(p_creator uuid, p_size bigint, p_to bigint, p_levels integer[], p_ns bigint[], p_froms integer[], p_hashes text[]); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_extend(p_creator uuid, p_size bigint, p_to bigint, p_levels integer[], p_ns bigint[], p_froms integer[], p_hashes text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_extend(p_creator uuid, p_size bigint, p_to bigint, p_levels integer[], p_ns bigint[], p_froms integer[], p_hashes text[]) TO roadshow_app;

--
-- Name: FUNCTION log_find(p_slug text); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_find(p_slug text) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_find(p_slug text) TO roadshow_app;

--
-- Name: FUNCTION log_halt(p_creator uuid, p_host text, p_why text); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_halt(p_creator uuid, p_host text, p_why text) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_halt(p_creator uuid, p_host text, p_why text) TO roadshow_app;

--
-- Name: FUNCTION log_head(p_creator uuid); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_head(p_creator uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_head(p_creator uuid) TO roadshow_app;

--
-- Name: FUNCTION log_publish(p_creator uuid, p_size bigint, p_root text, p_checkpoint text); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_publish(p_creator uuid, p_size bigint, p_root text, p_checkpoint text) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_publish(p_creator uuid, p_size bigint, p_root text, p_checkpoint text) TO roadshow_app;

--
-- Name: FUNCTION log_report(p_creator uuid, p_drop uuid); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_report(p_creator uuid, p_drop uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_report(p_creator uuid, p_drop uuid) TO roadshow_app;

--
-- Name: FUNCTION log_resume(p_creator uuid, p_host text); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_resume(p_creator uuid, p_host text) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_resume(p_creator uuid, p_host text) TO roadshow_app;

--
-- Name: FUNCTION log_tiles(p_creator uuid, p_levels bigint[], p_ns bigint[], p_widths bigint[]); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.log_tiles(p_creator uuid, p_levels bigint[], p_ns bigint[], p_widths bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION api.log_tiles(p_creator uuid, p_levels bigint[], p_ns bigint[], p_widths bigint[]) TO roadshow_app;

--
-- Name: FUNCTION mirror_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.mirror_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.mirror_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION note_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.note_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.note_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION order_address(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.order_address(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.order_address(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION order_batch(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_items jsonb[], p_whys text[]); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.order_batch(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_items jsonb[], p_whys text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION api.order_batch(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_items jsonb[], p_whys text[]) TO roadshow_app;

--
-- Name: FUNCTION order_cancel(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.order_cancel(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.order_cancel(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION order_confirm(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.order_confirm(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.order_confirm(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION order_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.order_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.order_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION order_route(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.order_route(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.order_route(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION order_routing(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.order_routing(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.order_routing(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION order_shown(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.order_shown(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.order_shown(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION order_wanted(p_creator uuid, p_orders uuid[], p_rest boolean[]); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.order_wanted(p_creator uuid, p_orders uuid[], p_rest boolean[]) FROM PUBLIC;
GRANT ALL ON FUNCTION api.order_wanted(p_creator uuid, p_orders uuid[], p_rest boolean[]) TO roadshow_app;

--
-- Name: FUNCTION partner_create(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.partner_create(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.partner_create(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION partner_key_lookup(p_partner uuid, p_key_id uuid); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.partner_key_lookup(p_partner uuid, p_key_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION api.partner_key_lookup(p_partner uuid, p_key_id uuid) TO roadshow_app;

--
-- Name: FUNCTION partner_resolve(p_partner uuid, p_kind text, p_id uuid); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.partner_resolve(p_partner uuid, p_kind text, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION api.partner_resolve(p_partner uuid, p_kind text, p_id uuid) TO roadshow_app;

--
-- Name: FUNCTION picklist_claim(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.picklist_claim(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.picklist_claim(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION picklist_hand_over(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.picklist_hand_over(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.picklist_hand_over(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION picklist_heartbeat(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.picklist_heartbeat(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.picklist_heartbeat(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION picklist_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.picklist_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.picklist_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION picklist_pack(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.picklist_pack(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.picklist_pack(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION picklist_pick(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.picklist_pick(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.picklist_pick(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION picklist_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.picklist_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.picklist_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION picklist_reject(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.picklist_reject(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.picklist_reject(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION privacy_erase(p_creator uuid, c api.caller, p_id uuid, p_commitment text, p_buyer bytea, p_blind bytea); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.privacy_erase(p_creator uuid, c api.caller, p_id uuid, p_commitment text, p_buyer bytea, p_blind bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION api.privacy_erase(p_creator uuid, c api.caller, p_id uuid, p_commitment text, p_buyer bytea, p_blind bytea) TO roadshow_app;

--
-- Name: FUNCTION privacy_export(p_creator uuid, c api.caller, p_buyer bytea); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.privacy_export(p_creator uuid, c api.caller, p_buyer bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION api.privacy_export(p_creator uuid, c api.caller, p_buyer bytea) TO roadshow_app;

--
-- Name: FUNCTION product_create(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.product_create(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.product_create(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION product_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.product_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.product_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION readiness(); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.readiness() FROM PUBLIC;
GRANT ALL ON FUNCTION api.readiness() TO roadshow_app;

--
-- Name: FUNCTION reconciliation_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.reconciliation_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.reconciliation_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION redaction_next(p_creator uuid, OUT device_id uuid, OUT n integer, OUT every_consent boolean, OUT ask uuid, OUT content_encoding text, OUT body text, OUT hashes text); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.redaction_next(p_creator uuid, OUT device_id uuid, OUT n integer, OUT every_consent boolean, OUT ask uuid, OUT content_encoding text, OUT body text, OUT hashes text) FROM PUBLIC;
GRANT ALL ON FUNCTION api.redaction_next(p_creator uuid, OUT device_id uuid, OUT n integer, OUT every_consent boolean, OUT ask uuid, OUT content_encoding text, OUT body text, OUT hashes text) TO roadshow_app;

--
-- Name: FUNCTION redaction_store(p_creator uuid, p_device uuid, p_n integer, p_every_consent boolean, p_ask uuid, p_body text); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.redaction_store(p_creator uuid, p_device uuid, p_n integer, p_every_consent boolean, p_ask uuid, p_body text) FROM PUBLIC;
GRANT ALL ON FUNCTION api.redaction_store(p_creator uuid, p_device uuid, p_n integer, p_every_consent boolean, p_ask uuid, p_body text) TO roadshow_app;

--
-- Name: FUNCTION resale_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.resale_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.resale_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION resale_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.resale_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.resale_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION resale_settle(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.resale_settle(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.resale_settle(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION resale_withdraw(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.resale_withdraw(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.resale_withdraw(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION residual_move(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.residual_move(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.residual_move(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION residual_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.residual_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.residual_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION return_create(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.return_create(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.return_create(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION return_decline(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.return_decline(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.return_decline(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION return_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.return_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.return_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION return_list_hub(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.return_list_hub(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.return_list_hub(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION return_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.return_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.return_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION return_receive(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.return_receive(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.return_receive(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION return_settle(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.return_settle(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.return_settle(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION route_context(p_creator uuid, p_countries text[], p_codes text[], p_tokens uuid[], p_known bigint[]); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.route_context(p_creator uuid, p_countries text[], p_codes text[], p_tokens uuid[], p_known bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION api.route_context(p_creator uuid, p_countries text[], p_codes text[], p_tokens uuid[], p_known bigint[]) TO roadshow_app;

--
-- Name: FUNCTION route_policy_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.route_policy_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.route_policy_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION route_policy_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.route_policy_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.route_policy_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION route_policy_set(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.route_policy_set(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.route_policy_set(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION route_preview(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.route_preview(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.route_preview(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION status_list_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.status_list_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.status_list_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION status_list_store(p_creator uuid, p_event uuid, p_changes bigint, p_kid text, p_jwt text, p_issued_at timestamp with time zone, p_expires_at timestamp with time zone); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.status_list_store(p_creator uuid, p_event uuid, p_changes bigint, p_kid text, p_jwt text, p_issued_at timestamp with time zone, p_expires_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION api.status_list_store(p_creator uuid, p_event uuid, p_changes bigint, p_kid text, p_jwt text, p_issued_at timestamp with time zone, p_expires_at timestamp with time zone) TO roadshow_app;

--
-- Name: FUNCTION status_lists_due(p_creator uuid, p_limit integer, p_kid text); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.status_lists_due(p_creator uuid, p_limit integer, p_kid text) FROM PUBLIC;
GRANT ALL ON FUNCTION api.status_lists_due(p_creator uuid, p_limit integer, p_kid text) TO roadshow_app;

--
-- Name: FUNCTION stock_adjust(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.stock_adjust(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.stock_adjust(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION stock_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.stock_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.stock_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION stock_receive(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.stock_receive(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.stock_receive(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION stock_set(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.stock_set(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.stock_set(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION sync_upload(p_creator uuid, c api.caller, p_signature jsonb, p_base bytea, p_body bytea, p_text bytea, p_run jsonb, p_hashes bytea[], p_places bigint[], p_lengths bigint[], p_kinds text[], p_times timestamp with time zone[], p_errors text[], p_fields jsonb[]); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.sync_upload(p_creator uuid, c api.caller, p_signature jsonb, p_base bytea, p_body bytea, p_text bytea, p_run jsonb, p_hashes bytea[], p_places bigint[], p_lengths bigint[], p_kinds text[], p_times timestamp with time zone[], p_errors text[], p_fields jsonb[]) FROM PUBLIC;
GRANT ALL ON FUNCTION api.sync_upload(p_creator uuid, c api.caller, p_signature jsonb, p_base bytea, p_body bytea, p_text bytea, p_run jsonb, p_hashes bytea[], p_places bigint[], p_lengths bigint[], p_kinds text[], p_times timestamp with time zone[], p_errors text[], p_fields jsonb[]) TO roadshow_app;

--
-- Name: FUNCTION token_cancel(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.token_cancel(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.token_cancel(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION token_code(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.token_code(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.token_code(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION token_confirm(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.token_confirm(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.token_confirm(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION token_page(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.token_page(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.token_page(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION token_proof(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.token_proof(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.token_proof(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION token_provenance(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.token_provenance(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.token_provenance(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION token_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.token_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.token_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION token_transfer(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.token_transfer(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.token_transfer(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION transfer_cancel(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.transfer_cancel(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.transfer_cancel(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION transfer_create(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.transfer_create(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.transfer_create(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION transfer_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.transfer_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.transfer_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION transfer_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.transfer_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.transfer_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION transfer_receive(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.transfer_receive(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.transfer_receive(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION venue_stock_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.venue_stock_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.venue_stock_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION waitlist_accept(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.waitlist_accept(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.waitlist_accept(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION waitlist_collect(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.waitlist_collect(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.waitlist_collect(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION waitlist_join(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[]); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.waitlist_join(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION api.waitlist_join(p_creator uuid, p_keys uuid[], p_roles text[], p_subjects uuid[], p_requests uuid[], p_idem_keys text[], p_hashes bytea[], p_drops uuid[], p_claims uuid[], p_buyers bytea[], p_quantities bigint[], p_kids text[], p_proofs bytea[], p_proof_ends timestamp with time zone[], p_contacts bytea[], p_consents text[], p_windows text[], p_access bytea[], p_invited bigint[], p_holders bytea[], p_salts bytea[]) TO roadshow_app;

--
-- Name: FUNCTION waitlist_leave(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.waitlist_leave(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.waitlist_leave(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION waitlist_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.waitlist_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.waitlist_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION waitlist_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.waitlist_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.waitlist_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION wave_cancel(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.wave_cancel(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.wave_cancel(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION wave_list(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.wave_list(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.wave_list(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION window_invite(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.window_invite(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.window_invite(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION window_put(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.window_put(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.window_put(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION window_read(p_creator uuid, c api.caller, p jsonb); Type: ACL; Schema: api; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION api.window_read(p_creator uuid, c api.caller, p jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION api.window_read(p_creator uuid, c api.caller, p jsonb) TO roadshow_app;

--
-- Name: FUNCTION annul_window(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.annul_window() FROM PUBLIC;

--
-- Name: FUNCTION annuls_settle(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.annuls_settle(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) FROM PUBLIC;

--
-- Name: FUNCTION answer_ok(p_status integer, p_body jsonb, p_etag text, p_location text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.answer_ok(p_status integer, p_body jsonb, p_etag text, p_location text) FROM PUBLIC;

--
-- Name: FUNCTION authorise(p_creator uuid, c api.caller); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.authorise(p_creator uuid, c api.caller) FROM PUBLIC;

--
-- Name: FUNCTION base64url(p bytea); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.base64url(p bytea) FROM PUBLIC;

--
-- Name: FUNCTION buyer_units(d roadshow.drops, p_buyer bytea, p_units integer, p_at text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.buyer_units(d roadshow.drops, p_buyer bytea, p_units integer, p_at text) FROM PUBLIC;

--
-- Name: FUNCTION case_effect(p_creator uuid, p_case uuid, e jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.case_effect(p_creator uuid, p_case uuid, e jsonb) FROM PUBLIC;

--
-- Name: FUNCTION case_id(p_creator uuid, p_kind text, p_subject text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.case_id(p_creator uuid, p_kind text, p_subject text) FROM PUBLIC;

--
-- Name: FUNCTION case_json(k roadshow.cases); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.case_json(k roadshow.cases) FROM PUBLIC;

--
-- Name: FUNCTION case_lock(p_creator uuid, p_case uuid, p_state text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.case_lock(p_creator uuid, p_case uuid, p_state text) FROM PUBLIC;

--
-- Name: FUNCTION case_told(p_creator uuid, p_data jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.case_told(p_creator uuid, p_data jsonb) FROM PUBLIC;

--
-- Name: FUNCTION cases_add(p_creator uuid, p_grounds roadshow.case_ground[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.cases_add(p_creator uuid, p_grounds roadshow.case_ground[]) FROM PUBLIC;

--
-- Name: FUNCTION cases_put(p_creator uuid, p_kinds text[], p_subjects text[], p_events uuid[], p_data jsonb[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.cases_put(p_creator uuid, p_kinds text[], p_subjects text[], p_events uuid[], p_data jsonb[]) FROM PUBLIC;

--
-- Name: FUNCTION cases_settle(p_creator uuid, p_kinds text[], p_subjects text[], p_grounds roadshow.case_ground[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.cases_settle(p_creator uuid, p_kinds text[], p_subjects text[], p_grounds roadshow.case_ground[]) FROM PUBLIC;

--
-- Name: FUNCTION cases_withdraw(p_creator uuid, p_ids uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.cases_withdraw(p_creator uuid, p_ids uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION checklist_json(p_creator uuid, p_event uuid, p_name text, p_title text, p_items jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.checklist_json(p_creator uuid, p_event uuid, p_name text, p_title text, p_items jsonb) FROM PUBLIC;

--
-- Name: FUNCTION checklists_json(p_creator uuid, p_event uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.checklists_json(p_creator uuid, p_event uuid) FROM PUBLIC;

--
-- Name: FUNCTION claim_is_there(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.claim_is_there() FROM PUBLIC;

--
-- Name: FUNCTION claims_give(d roadshow.drops, p_at timestamp with time zone, p_state text, p_until timestamp with time zone, p_valid_until timestamp with time zone, p_entries uuid[], p_claims uuid[], p_buyers bytea[], p_quantities integer[], p_kids text[], p_hashes bytea[], p_holders bytea[], p_salts bytea[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.claims_give(d roadshow.drops, p_at timestamp with time zone, p_state text, p_until timestamp with time zone, p_valid_until timestamp with time zone, p_entries uuid[], p_claims uuid[], p_buyers bytea[], p_quantities integer[], p_kids text[], p_hashes bytea[], p_holders bytea[], p_salts bytea[]) FROM PUBLIC;

--
-- Name: FUNCTION clock_tolerance(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.clock_tolerance() FROM PUBLIC;

--
-- Name: FUNCTION consents_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.consents_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) FROM PUBLIC;

--
-- Name: FUNCTION consents_forget(e roadshow.erasures, p_until timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.consents_forget(e roadshow.erasures, p_until timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION consents_last(p_creator uuid, p_buyers bytea[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.consents_last(p_creator uuid, p_buyers bytea[]) FROM PUBLIC;

--
-- Name: FUNCTION consents_redact(p_creator uuid, p_buyers bytea[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.consents_redact(p_creator uuid, p_buyers bytea[]) FROM PUBLIC;

--
-- Name: FUNCTION consents_settle(p_creator uuid, p_buyers bytea[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.consents_settle(p_creator uuid, p_buyers bytea[]) FROM PUBLIC;

--
-- Name: FUNCTION consents_store(p_creator uuid, d roadshow.devices, p_upload integer, p_first bigint, p_kinds text[], p_fields jsonb[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.consents_store(p_creator uuid, d roadshow.devices, p_upload integer, p_first bigint, p_kinds text[], p_fields jsonb[]) FROM PUBLIC;

--
-- Name: FUNCTION contact_end(p_given timestamp with time zone, p_retain timestamp with time zone, p_until timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.contact_end(p_given timestamp with time zone, p_retain timestamp with time zone, p_until timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION contacts_erase(p_creator uuid, p_buyer bytea); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.contacts_erase(p_creator uuid, p_buyer bytea) FROM PUBLIC;

--
-- Name: FUNCTION contacts_gone(p_creator uuid, p_kind text, p_ids uuid[], p_commitments text[], p_prevs bigint[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.contacts_gone(p_creator uuid, p_kind text, p_ids uuid[], p_commitments text[], p_prevs bigint[]) FROM PUBLIC;

--
-- Name: FUNCTION contacts_store(p_creator uuid, p_at timestamp with time zone, p_drops uuid[], p_buyers bytea[], p_contacts bytea[], p_consents text[], p_offsets integer[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.contacts_store(p_creator uuid, p_at timestamp with time zone, p_drops uuid[], p_buyers bytea[], p_contacts bytea[], p_consents text[], p_offsets integer[]) FROM PUBLIC;

--
-- Name: FUNCTION count_case_units(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.count_case_units() FROM PUBLIC;

--
-- Name: FUNCTION counts_judge(p_creator uuid, p_event uuid, p_skus text[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.counts_judge(p_creator uuid, p_event uuid, p_skus text[]) FROM PUBLIC;

--
-- Name: FUNCTION counts_settle(p_creator uuid, p_skus text[], p_event uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.counts_settle(p_creator uuid, p_skus text[], p_event uuid) FROM PUBLIC;

--
-- Name: FUNCTION creator_is_free(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.creator_is_free() FROM PUBLIC;

--
-- Name: FUNCTION creator_is_there(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.creator_is_there() FROM PUBLIC;

--
-- Name: FUNCTION csv_field(p_value text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.csv_field(p_value text) FROM PUBLIC;

--
-- Name: FUNCTION day_events(p_creator uuid, p_event uuid, p_kind text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.day_events(p_creator uuid, p_event uuid, p_kind text) FROM PUBLIC;

--
-- Name: FUNCTION delivered_drops(p_creator uuid, p_orders uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.delivered_drops(p_creator uuid, p_orders uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION delivered_free(p_creator uuid, p_orders uuid[], OUT told jsonb, OUT notes roadshow.ledger_note[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.delivered_free(p_creator uuid, p_orders uuid[], OUT told jsonb, OUT notes roadshow.ledger_note[]) FROM PUBLIC;

--
-- Name: FUNCTION delivered_note(p_creator uuid, p_told jsonb, p_notes roadshow.ledger_note[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.delivered_note(p_creator uuid, p_told jsonb, p_notes roadshow.ledger_note[]) FROM PUBLIC;

--
-- Name: FUNCTION deposit_json(t roadshow.tokens, d roadshow.drops); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.deposit_json(t roadshow.tokens, d roadshow.drops) FROM PUBLIC;

--
-- Name: FUNCTION deposit_pay(t roadshow.tokens, p_reference text, p_at timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.deposit_pay(t roadshow.tokens, p_reference text, p_at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION deposit_settles_once(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.deposit_settles_once() FROM PUBLIC;

--
-- Name: FUNCTION device_json(d roadshow.devices); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.device_json(d roadshow.devices) FROM PUBLIC;

--
-- Name: FUNCTION device_lock(p_creator uuid, c api.caller); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.device_lock(p_creator uuid, c api.caller) FROM PUBLIC;

--
-- Name: FUNCTION device_may(d roadshow.devices, p_profiles text[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.device_may(d roadshow.devices, p_profiles text[]) FROM PUBLIC;

--
-- Name: FUNCTION device_nonce(p_creator uuid, c api.caller, p_signature jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.device_nonce(p_creator uuid, c api.caller, p_signature jsonb) FROM PUBLIC;

--
-- Name: FUNCTION drain(p_creator uuid, p_hub uuid, p_shipments uuid[], p_cause text, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drain(p_creator uuid, p_hub uuid, p_shipments uuid[], p_cause text, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION drain_at_once(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drain_at_once() FROM PUBLIC;

--
-- Name: FUNCTION drain_lock(p_creator uuid, p_hub uuid, p_shipments uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drain_lock(p_creator uuid, p_hub uuid, p_shipments uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION draw_commit(d roadshow.drops, p_draw jsonb, p_service jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.draw_commit(d roadshow.drops, p_draw jsonb, p_service jsonb) FROM PUBLIC;

--
-- Name: FUNCTION draw_creator(p_drop uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.draw_creator(p_drop uuid) FROM PUBLIC;

--
-- Name: FUNCTION draw_entry_json(e roadshow.draw_entries, p_with_jwt boolean); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.draw_entry_json(e roadshow.draw_entries, p_with_jwt boolean) FROM PUBLIC;

--
-- Name: FUNCTION draw_json(p_creator uuid, p_drop uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.draw_json(p_creator uuid, p_drop uuid) FROM PUBLIC;

--
-- Name: FUNCTION draw_reveal_party(p_creator uuid, p_drop uuid, p_name text, p_secret bytea, p_at timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.draw_reveal_party(p_creator uuid, p_drop uuid, p_name text, p_secret bytea, p_at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION drop_check(b jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drop_check(b jsonb) FROM PUBLIC;

--
-- Name: FUNCTION drop_counts(d roadshow.drops); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drop_counts(d roadshow.drops) FROM PUBLIC;

--
-- Name: FUNCTION drop_is_there(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drop_is_there() FROM PUBLIC;

--
-- Name: FUNCTION drop_json(d roadshow.drops, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drop_json(d roadshow.drops, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION drop_left(d roadshow.drops); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drop_left(d roadshow.drops) FROM PUBLIC;

--
-- Name: FUNCTION drop_left_of(d roadshow.drops); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drop_left_of(d roadshow.drops) FROM PUBLIC;

--
-- Name: FUNCTION drop_note(p_creator uuid, p_drop uuid, p_kind text, p_data jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drop_note(p_creator uuid, p_drop uuid, p_kind text, p_data jsonb) FROM PUBLIC;

--
-- Name: FUNCTION drop_rules(d roadshow.drops, p_body jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drop_rules(d roadshow.drops, p_body jsonb) FROM PUBLIC;

--
-- Name: FUNCTION drop_state(p_opens timestamp with time zone, p_closes timestamp with time zone, p_pickup_until timestamp with time zone, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drop_state(p_opens timestamp with time zone, p_closes timestamp with time zone, p_pickup_until timestamp with time zone, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION drop_take(p_creator uuid, p_drop uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drop_take(p_creator uuid, p_drop uuid) FROM PUBLIC;

--
-- Name: FUNCTION drop_times(p_creator uuid, p_id text, b jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drop_times(p_creator uuid, p_id text, b jsonb) FROM PUBLIC;

--
-- Name: FUNCTION drops_lock(p_creator uuid, p_drop_ids uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.drops_lock(p_creator uuid, p_drop_ids uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION entry_told(p_creator uuid, p_entry jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.entry_told(p_creator uuid, p_entry jsonb) FROM PUBLIC;

--
-- Name: FUNCTION epoch_us(p_at timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.epoch_us(p_at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION erasure_drops(e roadshow.erasures); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.erasure_drops(e roadshow.erasures) FROM PUBLIC;

--
-- Name: FUNCTION erasure_end(e roadshow.erasures); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.erasure_end(e roadshow.erasures) FROM PUBLIC;

--
-- Name: FUNCTION erasure_leave(e roadshow.erasures, known uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.erasure_leave(e roadshow.erasures, known uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION erasure_step(e roadshow.erasures, known uuid[], p_until timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.erasure_step(e roadshow.erasures, known uuid[], p_until timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION erasure_waits(p_left jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.erasure_waits(p_left jsonb) FROM PUBLIC;

--
-- Name: FUNCTION etag_of(p_value text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.etag_of(p_value text) FROM PUBLIC;

--
-- Name: FUNCTION event_is_whole(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.event_is_whole() FROM PUBLIC;

--
-- Name: FUNCTION event_json(e roadshow.events); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.event_json(e roadshow.events) FROM PUBLIC;

--
-- Name: FUNCTION event_of(p_creator uuid, p_event uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.event_of(p_creator uuid, p_event uuid) FROM PUBLIC;

--
-- Name: FUNCTION explanation_candidates(p_creator uuid, p jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.explanation_candidates(p_creator uuid, p jsonb) FROM PUBLIC;

--
-- Name: FUNCTION explanation_last(p_creator uuid, p_order uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.explanation_last(p_creator uuid, p_order uuid) FROM PUBLIC;

--
-- Name: FUNCTION explanation_of(r roadshow.order_routings); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.explanation_of(r roadshow.order_routings) FROM PUBLIC;

--
-- Name: FUNCTION fail(p_status integer, p_code text, p_detail text, p_pointer text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.fail(p_status integer, p_code text, p_detail text, p_pointer text) FROM PUBLIC;

--
-- Name: FUNCTION forgery_cases(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.forgery_cases(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) FROM PUBLIC;

--
-- Name: FUNCTION heartbeat_settle(p_creator uuid, p_device uuid, p_first bigint, p_last bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.heartbeat_settle(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) FROM PUBLIC;

--
-- Name: FUNCTION hex32(p_hex text, p_what text, p_pointer text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hex32(p_hex text, p_what text, p_pointer text) FROM PUBLIC;

--
-- Name: FUNCTION history_hit(p_entry jsonb, p_sku text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.history_hit(p_entry jsonb, p_sku text) FROM PUBLIC;

--
-- Name: FUNCTION hour_not_before(p_at text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hour_not_before(p_at text) FROM PUBLIC;

--
-- Name: FUNCTION hub_check(p_creator uuid, h roadshow.hubs); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_check(p_creator uuid, h roadshow.hubs) FROM PUBLIC;

--
-- Name: FUNCTION hub_check_times(h roadshow.hubs); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_check_times(h roadshow.hubs) FROM PUBLIC;

--
-- Name: FUNCTION hub_cut_offs(h roadshow.hubs, p_day date); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_cut_offs(h roadshow.hubs, p_day date) FROM PUBLIC;

--
-- Name: FUNCTION hub_etag(h roadshow.hubs); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_etag(h roadshow.hubs) FROM PUBLIC;

--
-- Name: FUNCTION hub_head_raise(p_creator uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_head_raise(p_creator uuid) FROM PUBLIC;

--
-- Name: FUNCTION hub_hours(h roadshow.hubs, p_day date); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_hours(h roadshow.hubs, p_day date) FROM PUBLIC;

--
-- Name: FUNCTION hub_json(h roadshow.hubs); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_json(h roadshow.hubs) FROM PUBLIC;

--
-- Name: FUNCTION hub_known(p_creator uuid, p_hub uuid, p_pointer text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_known(p_creator uuid, p_hub uuid, p_pointer text) FROM PUBLIC;

--
-- Name: FUNCTION hub_lock(p_creator uuid, p_hubs uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_lock(p_creator uuid, p_hubs uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION hub_merge(h roadshow.hubs, b jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_merge(h roadshow.hubs, b jsonb) FROM PUBLIC;

--
-- Name: FUNCTION hub_note(p_creator uuid, p_hub uuid, p_kind text, p_data jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_note(p_creator uuid, p_hub uuid, p_kind text, p_data jsonb) FROM PUBLIC;

--
-- Name: FUNCTION hub_note_left(p_creator uuid, p_hub uuid, p_kind text, p_list uuid, p_lines jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_note_left(p_creator uuid, p_hub uuid, p_kind text, p_list uuid, p_lines jsonb) FROM PUBLIC;

--
-- Name: FUNCTION hub_note_text(p_creator uuid, p_hub uuid, p_kind text, p_data jsonb, p_member text, p_text text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_note_text(p_creator uuid, p_hub uuid, p_kind text, p_data jsonb, p_member text, p_text text) FROM PUBLIC;

--
-- Name: FUNCTION hub_open_from(h roadshow.hubs, p_at timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_open_from(h roadshow.hubs, p_at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION hub_visible(p_creator uuid, c api.caller, p_hub uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.hub_visible(p_creator uuid, c api.caller, p_hub uuid) FROM PUBLIC;

--
-- Name: FUNCTION incident_command(p_creator uuid, c api.caller, p jsonb, p_to text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.incident_command(p_creator uuid, c api.caller, p jsonb, p_to text) FROM PUBLIC;

--
-- Name: FUNCTION incident_json(i roadshow.incidents); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.incident_json(i roadshow.incidents) FROM PUBLIC;

--
-- Name: FUNCTION incidents_open(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.incidents_open(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) FROM PUBLIC;

--
-- Name: FUNCTION is_date(p text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.is_date(p text) FROM PUBLIC;

--
-- Name: FUNCTION is_time_zone(p_name text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.is_time_zone(p_name text) FROM PUBLIC;

--
-- Name: FUNCTION item_ranked(p jsonb, p_why text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.item_ranked(p jsonb, p_why text) FROM PUBLIC;

--
-- Name: FUNCTION key_add(p_creator uuid, p_role text, p_name text, p_key jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.key_add(p_creator uuid, p_role text, p_name text, p_key jsonb) FROM PUBLIC;

--
-- Name: FUNCTION key_json(k roadshow.api_keys); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.key_json(k roadshow.api_keys) FROM PUBLIC;

--
-- Name: FUNCTION lease_json(l roadshow.walk_in_leases); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.lease_json(l roadshow.walk_in_leases) FROM PUBLIC;

--
-- Name: FUNCTION lease_lock(p_creator uuid, p_lease uuid, p_device uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.lease_lock(p_creator uuid, p_lease uuid, p_device uuid) FROM PUBLIC;

--
-- Name: FUNCTION lease_reduce(p_creator uuid, l roadshow.walk_in_leases, p_quantity integer, p_state text, p_by jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.lease_reduce(p_creator uuid, l roadshow.walk_in_leases, p_quantity integer, p_state text, p_by jsonb) FROM PUBLIC;

--
-- Name: FUNCTION leases_about(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.leases_about(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint) FROM PUBLIC;

--
-- Name: FUNCTION leases_close(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint, p_leases uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.leases_close(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint, p_leases uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION leases_end(p_creator uuid, p_leases uuid[], p_state text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.leases_end(p_creator uuid, p_leases uuid[], p_state text) FROM PUBLIC;

--
-- Name: FUNCTION ledger_add(p_creator uuid, p_kind text, p_subject uuid, p_prev bigint, p_data jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.ledger_add(p_creator uuid, p_kind text, p_subject uuid, p_prev bigint, p_data jsonb) FROM PUBLIC;

--
-- Name: FUNCTION ledger_append(p_creator uuid, p_kinds text[], p_subjects uuid[], p_prevs bigint[], p_data jsonb[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.ledger_append(p_creator uuid, p_kinds text[], p_subjects uuid[], p_prevs bigint[], p_data jsonb[]) FROM PUBLIC;

--
-- Name: FUNCTION ledger_history(p_creator uuid, p_last bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.ledger_history(p_creator uuid, p_last bigint) FROM PUBLIC;

--
-- Name: FUNCTION ledger_is_append_only(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.ledger_is_append_only() FROM PUBLIC;

--
-- Name: FUNCTION ledger_reserve(p_creator uuid, p_count integer, OUT first bigint, OUT at timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.ledger_reserve(p_creator uuid, p_count integer, OUT first bigint, OUT at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION lines_redact(p_creator uuid, p_devices uuid[], p_seqs bigint[], p_by uuid, p_reason text, p_erasure uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.lines_redact(p_creator uuid, p_devices uuid[], p_seqs bigint[], p_by uuid, p_reason text, p_erasure uuid) FROM PUBLIC;

--
-- Name: FUNCTION listing_json(l roadshow.resale_listings); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.listing_json(l roadshow.resale_listings) FROM PUBLIC;

--
-- Name: FUNCTION listing_of(p_creator uuid, p_token uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.listing_of(p_creator uuid, p_token uuid) FROM PUBLIC;

--
-- Name: FUNCTION local_span(p_from timestamp with time zone, p_until timestamp with time zone, p_zone text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.local_span(p_from timestamp with time zone, p_until timestamp with time zone, p_zone text) FROM PUBLIC;

--
-- Name: FUNCTION local_time(p_at timestamp with time zone, p_zone text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.local_time(p_at timestamp with time zone, p_zone text) FROM PUBLIC;

--
-- Name: FUNCTION log_count(p_creator uuid, p_from bigint, p_to bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.log_count(p_creator uuid, p_from bigint, p_to bigint) FROM PUBLIC;

--
-- Name: FUNCTION log_heads_only_grow(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.log_heads_only_grow() FROM PUBLIC;

--
-- Name: FUNCTION log_tiles_only_grow(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.log_tiles_only_grow() FROM PUBLIC;

--
-- Name: FUNCTION metres_about(a_lat double precision, a_lon double precision, b_lat double precision, b_lon double precision); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.metres_about(a_lat double precision, a_lon double precision, b_lat double precision, b_lon double precision) FROM PUBLIC;

--
-- Name: FUNCTION mirror_changed(p_creator uuid, p_known bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.mirror_changed(p_creator uuid, p_known bigint) FROM PUBLIC;

--
-- Name: FUNCTION mirror_head(p_creator uuid, d roadshow.devices, p_snapshot boolean, p_size bigint, p_next text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.mirror_head(p_creator uuid, d roadshow.devices, p_snapshot boolean, p_size bigint, p_next text) FROM PUBLIC;

--
-- Name: FUNCTION mirror_page_tokens(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.mirror_page_tokens() FROM PUBLIC;

--
-- Name: FUNCTION mirror_tokens(p_creator uuid, p_event uuid, p_drop uuid, p_serial integer, p_only uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.mirror_tokens(p_creator uuid, p_event uuid, p_drop uuid, p_serial integer, p_only uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION money(p_amount bigint, p_currency text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.money(p_amount bigint, p_currency text) FROM PUBLIC;

--
-- Name: FUNCTION money_facts(p_creator uuid, p_event uuid, p_from timestamp with time zone, p_until timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.money_facts(p_creator uuid, p_event uuid, p_from timestamp with time zone, p_until timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION money_rows(p_creator uuid, p_event uuid, p_from timestamp with time zone, p_until timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.money_rows(p_creator uuid, p_event uuid, p_from timestamp with time zone, p_until timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION nil_uuid(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.nil_uuid() FROM PUBLIC;

--
-- Name: FUNCTION no_shows_end(p_creator uuid, p_drop uuid, p_limit integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.no_shows_end(p_creator uuid, p_drop uuid, p_limit integer) FROM PUBLIC;

--
-- Name: FUNCTION notes_append(p_creator uuid, p_notes roadshow.ledger_note[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.notes_append(p_creator uuid, p_notes roadshow.ledger_note[]) FROM PUBLIC;

--
-- Name: FUNCTION offers_end(d roadshow.drops, p_event_end timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.offers_end(d roadshow.drops, p_event_end timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION order_again(p_creator uuid, o roadshow.orders, p_ranked jsonb, p_omitted jsonb, p_cause text, p_whole text, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_again(p_creator uuid, o roadshow.orders, p_ranked jsonb, p_omitted jsonb, p_cause text, p_whole text, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION order_answer(p_creator uuid, c api.caller, p_doc jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_answer(p_creator uuid, c api.caller, p_doc jsonb) FROM PUBLIC;

--
-- Name: FUNCTION order_backordered(p_creator uuid, p_order uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_backordered(p_creator uuid, p_order uuid) FROM PUBLIC;

--
-- Name: FUNCTION order_check_day(p_creator uuid, o roadshow.orders, p_promised timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_check_day(p_creator uuid, o roadshow.orders, p_promised timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION order_check_idle(p_creator uuid, o roadshow.orders, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_check_idle(p_creator uuid, o roadshow.orders, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION order_check_lines(p_creator uuid, p_lines jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_check_lines(p_creator uuid, p_lines jsonb) FROM PUBLIC;

--
-- Name: FUNCTION order_check_substitutes(p_creator uuid, p_lines jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_check_substitutes(p_creator uuid, p_lines jsonb) FROM PUBLIC;

--
-- Name: FUNCTION order_check_token(p_creator uuid, p_token uuid, p_version integer, p_lines jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_check_token(p_creator uuid, p_token uuid, p_version integer, p_lines jsonb) FROM PUBLIC;

--
-- Name: FUNCTION order_entry(p_creator uuid, p_order uuid, p_why jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_entry(p_creator uuid, p_order uuid, p_why jsonb) FROM PUBLIC;

--
-- Name: FUNCTION order_failed(p_why jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_failed(p_why jsonb) FROM PUBLIC;

--
-- Name: FUNCTION order_hold(o roadshow.orders, c api.caller, p_ttl_s integer, p_key text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_hold(o roadshow.orders, c api.caller, p_ttl_s integer, p_key text) FROM PUBLIC;

--
-- Name: FUNCTION order_hold_json(o roadshow.orders); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_hold_json(o roadshow.orders) FROM PUBLIC;

--
-- Name: FUNCTION order_hold_renew(p_creator uuid, o roadshow.orders, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_hold_renew(p_creator uuid, o roadshow.orders, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION order_holder_check(p_creator uuid, c api.caller, o roadshow.orders, p jsonb, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_holder_check(p_creator uuid, c api.caller, o roadshow.orders, p jsonb, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION order_hubs(p_creator uuid, p_orders uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_hubs(p_creator uuid, p_orders uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION order_hubs_held(p_creator uuid, p_order uuid, p_hubs uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_hubs_held(p_creator uuid, p_order uuid, p_hubs uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION order_is_free(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_is_free() FROM PUBLIC;

--
-- Name: FUNCTION order_is_there(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_is_there() FROM PUBLIC;

--
-- Name: FUNCTION order_json(p_creator uuid, p_order uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_json(p_creator uuid, p_order uuid) FROM PUBLIC;

--
-- Name: FUNCTION order_missing(p_creator uuid, p_order uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_missing(p_creator uuid, p_order uuid) FROM PUBLIC;

--
-- Name: FUNCTION order_of(p_creator uuid, p jsonb, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_of(p_creator uuid, p jsonb, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION order_place(p_creator uuid, c api.caller, p jsonb, OUT a api.answer, OUT why jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_place(p_creator uuid, c api.caller, p jsonb, OUT a api.answer, OUT why jsonb) FROM PUBLIC;

--
-- Name: FUNCTION order_promise(p_creator uuid, p_order uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_promise(p_creator uuid, p_order uuid) FROM PUBLIC;

--
-- Name: FUNCTION order_public(p_doc jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_public(p_doc jsonb) FROM PUBLIC;

--
-- Name: FUNCTION order_ranked(p jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_ranked(p jsonb) FROM PUBLIC;

--
-- Name: FUNCTION order_reroute(p_creator uuid, p_order uuid, p_lines jsonb, p_failed uuid, p_cause text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_reroute(p_creator uuid, p_order uuid, p_lines jsonb, p_failed uuid, p_cause text) FROM PUBLIC;

--
-- Name: FUNCTION order_settle(p_creator uuid, p_orders uuid[], p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_settle(p_creator uuid, p_orders uuid[], p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION order_shipments(p_creator uuid, p_order uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_shipments(p_creator uuid, p_order uuid) FROM PUBLIC;

--
-- Name: FUNCTION order_take(p_creator uuid, p_order uuid, p_more uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_take(p_creator uuid, p_order uuid, p_more uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION order_taken_entry(p_policy integer, p_lines jsonb, p_shipment uuid, p_hub uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_taken_entry(p_policy integer, p_lines jsonb, p_shipment uuid, p_hub uuid) FROM PUBLIC;

--
-- Name: FUNCTION order_taken_json(p_order uuid, p_service text, p_lines jsonb, p_needed_by timestamp with time zone, p_not_before timestamp with time zone, p_made_at text, p_shipment uuid, p_hub uuid, p_distance_m double precision, p_promise_at timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_taken_json(p_order uuid, p_service text, p_lines jsonb, p_needed_by timestamp with time zone, p_not_before timestamp with time zone, p_made_at text, p_shipment uuid, p_hub uuid, p_distance_m double precision, p_promise_at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION order_untie(p_creator uuid, p_order uuid, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.order_untie(p_creator uuid, p_order uuid, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION orders_acceptable(p_creator uuid, p_keys uuid[], p_roles text[], p_idem_keys text[], p_items jsonb[], p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.orders_acceptable(p_creator uuid, p_keys uuid[], p_roles text[], p_idem_keys text[], p_items jsonb[], p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION orders_note(p_creator uuid, p_kinds text[], p_orders uuid[], p_data jsonb[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.orders_note(p_creator uuid, p_kinds text[], p_orders uuid[], p_data jsonb[]) FROM PUBLIC;

--
-- Name: FUNCTION orders_take(p_creator uuid, p_keys uuid[], p_idem_keys text[], p_hashes bytea[], p_items jsonb[], p_whys text[], p_taken integer[], p_waves uuid[], p_now timestamp with time zone, p_first bigint, p_noted timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.orders_take(p_creator uuid, p_keys uuid[], p_idem_keys text[], p_hashes bytea[], p_items jsonb[], p_whys text[], p_taken integer[], p_waves uuid[], p_now timestamp with time zone, p_first bigint, p_noted timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION oversold_cases(p_creator uuid, p_drops uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.oversold_cases(p_creator uuid, p_drops uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION page_of(p_name text, p_found jsonb, p_limit integer, p_key text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.page_of(p_name text, p_found jsonb, p_limit integer, p_key text) FROM PUBLIC;

--
-- Name: FUNCTION parcels_forget(p_creator uuid, p_orders uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.parcels_forget(p_creator uuid, p_orders uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION payment_subject(p_method text, p_reference text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.payment_subject(p_method text, p_reference text) FROM PUBLIC;

--
-- Name: FUNCTION payments_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, OUT methods text[], OUT refs text[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.payments_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, OUT methods text[], OUT refs text[]) FROM PUBLIC;

--
-- Name: FUNCTION payments_count(p_creator uuid, p_methods text[], p_references text[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.payments_count(p_creator uuid, p_methods text[], p_references text[]) FROM PUBLIC;

--
-- Name: FUNCTION payments_settle(p_creator uuid, p_methods text[], p_references text[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.payments_settle(p_creator uuid, p_methods text[], p_references text[]) FROM PUBLIC;

--
-- Name: FUNCTION person_blind(p_creator uuid, p_drop uuid, p_from bytea, p_to bytea); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.person_blind(p_creator uuid, p_drop uuid, p_from bytea, p_to bytea) FROM PUBLIC;

--
-- Name: FUNCTION person_drops(p_creator uuid, p_buyer bytea); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.person_drops(p_creator uuid, p_buyer bytea) FROM PUBLIC;

--
-- Name: FUNCTION person_tables(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.person_tables() FROM PUBLIC;

--
-- Name: FUNCTION persons_lock(p_creator uuid, p_buyers bytea[], p_alone boolean); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.persons_lock(p_creator uuid, p_buyers bytea[], p_alone boolean) FROM PUBLIC;

--
-- Name: FUNCTION picklist_allot(p_creator uuid, p_list uuid, p_hub uuid, p_lines jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_allot(p_creator uuid, p_list uuid, p_hub uuid, p_lines jsonb) FROM PUBLIC;

--
-- Name: FUNCTION picklist_answer(p_creator uuid, p_list uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_answer(p_creator uuid, p_list uuid) FROM PUBLIC;

--
-- Name: FUNCTION picklist_check_lines(p_creator uuid, p_list uuid, p_lines jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_check_lines(p_creator uuid, p_list uuid, p_lines jsonb) FROM PUBLIC;

--
-- Name: FUNCTION picklist_cut(p_creator uuid, p_hub uuid, p_early boolean, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_cut(p_creator uuid, p_hub uuid, p_early boolean, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION picklist_due(p_creator uuid, p_list uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_due(p_creator uuid, p_list uuid) FROM PUBLIC;

--
-- Name: FUNCTION picklist_json(p_creator uuid, p_list uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_json(p_creator uuid, p_list uuid) FROM PUBLIC;

--
-- Name: FUNCTION picklist_lock(p_creator uuid, c api.caller, p_list uuid, p_fencing bigint, p_states text[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_lock(p_creator uuid, c api.caller, p_list uuid, p_fencing bigint, p_states text[]) FROM PUBLIC;

--
-- Name: FUNCTION picklist_lost(p_shorts jsonb, p_given jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_lost(p_shorts jsonb, p_given jsonb) FROM PUBLIC;

--
-- Name: FUNCTION picklist_move(p_creator uuid, p_list uuid, p_to text, p_at timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_move(p_creator uuid, p_list uuid, p_to text, p_at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION picklist_note(p_creator uuid, p_list uuid, p_kind text, p_data jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_note(p_creator uuid, p_list uuid, p_kind text, p_data jsonb) FROM PUBLIC;

--
-- Name: FUNCTION picklist_orders(p_creator uuid, p_list uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_orders(p_creator uuid, p_list uuid) FROM PUBLIC;

--
-- Name: FUNCTION picklist_reroute(p_creator uuid, p_hub uuid, p_lost jsonb, p_cause text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_reroute(p_creator uuid, p_hub uuid, p_lost jsonb, p_cause text) FROM PUBLIC;

--
-- Name: FUNCTION picklist_substitute(p_creator uuid, p_lines jsonb, p_shorts jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_substitute(p_creator uuid, p_lines jsonb, p_shorts jsonb) FROM PUBLIC;

--
-- Name: FUNCTION picklist_take_substitutes(p_creator uuid, p_hub uuid, p_given jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_take_substitutes(p_creator uuid, p_hub uuid, p_given jsonb) FROM PUBLIC;

--
-- Name: FUNCTION picklist_visible(p_creator uuid, c api.caller, p_list uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklist_visible(p_creator uuid, c api.caller, p_list uuid) FROM PUBLIC;

--
-- Name: FUNCTION picklists_expire(p_creator uuid, p_hub uuid, p_limit integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.picklists_expire(p_creator uuid, p_hub uuid, p_limit integer) FROM PUBLIC;

--
-- Name: FUNCTION pickup_end(d roadshow.drops); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.pickup_end(d roadshow.drops) FROM PUBLIC;

--
-- Name: FUNCTION postal_import(p jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.postal_import(p jsonb) FROM PUBLIC;

--
-- Name: FUNCTION postal_key(p_code text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.postal_key(p_code text) FROM PUBLIC;

--
-- Name: FUNCTION postal_near(p_country text, p_code text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.postal_near(p_country text, p_code text) FROM PUBLIC;

--
-- Name: FUNCTION product_is_free(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.product_is_free() FROM PUBLIC;

--
-- Name: FUNCTION product_is_there(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.product_is_there() FROM PUBLIC;

--
-- Name: FUNCTION product_json(x roadshow.products); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.product_json(x roadshow.products) FROM PUBLIC;

--
-- Name: FUNCTION profile_kinds(p_profile text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.profile_kinds(p_profile text) FROM PUBLIC;

--
-- Name: FUNCTION promise_at(h roadshow.hubs, o roadshow.orders, p_travel_s integer, p_ready_at timestamp with time zone, p_pickup_at timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.promise_at(h roadshow.hubs, o roadshow.orders, p_travel_s integer, p_ready_at timestamp with time zone, p_pickup_at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION redacted_fields(p_kind text, p_status text, p_fields jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.redacted_fields(p_kind text, p_status text, p_fields jsonb) FROM PUBLIC;

--
-- Name: FUNCTION redacted_line(p_hash bytea); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.redacted_line(p_hash bytea) FROM PUBLIC;

--
-- Name: FUNCTION redaction_json(p_creator uuid, p_device uuid, p_seq bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.redaction_json(p_creator uuid, p_device uuid, p_seq bigint) FROM PUBLIC;

--
-- Name: FUNCTION redactions_expect(p_creator uuid, p_device uuid, p_n integer, p_received timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.redactions_expect(p_creator uuid, p_device uuid, p_n integer, p_received timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION redactions_list(p_creator uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.redactions_list(p_creator uuid) FROM PUBLIC;

--
-- Name: FUNCTION redactions_pending(p_creator uuid, p_erasure uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.redactions_pending(p_creator uuid, p_erasure uuid) FROM PUBLIC;

--
-- Name: FUNCTION redeems_settle(p_creator uuid, p_tokens uuid[], OUT tokens uuid[], OUT at timestamp with time zone[], OUT kinds text[], OUT data jsonb[], OUT undone uuid[], OUT undone_data jsonb[], OUT notes roadshow.ledger_note[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.redeems_settle(p_creator uuid, p_tokens uuid[], OUT tokens uuid[], OUT at timestamp with time zone[], OUT kinds text[], OUT data jsonb[], OUT undone uuid[], OUT undone_data jsonb[], OUT notes roadshow.ledger_note[]) FROM PUBLIC;

--
-- Name: FUNCTION redemption_is_whole(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.redemption_is_whole() FROM PUBLIC;

--
-- Name: FUNCTION redemptions_move(p_creator uuid, p_tokens uuid[], p_at timestamp with time zone[], p_kinds text[], p_data jsonb[], p_undone uuid[], p_undone_data jsonb[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.redemptions_move(p_creator uuid, p_tokens uuid[], p_at timestamp with time zone[], p_kinds text[], p_data jsonb[], p_undone uuid[], p_undone_data jsonb[]) FROM PUBLIC;

--
-- Name: FUNCTION refusal_detail(p_code text, p_left integer, p_limit integer, d roadshow.drops, w roadshow.drop_windows); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.refusal_detail(p_code text, p_left integer, p_limit integer, d roadshow.drops, w roadshow.drop_windows) FROM PUBLIC;

--
-- Name: FUNCTION refusal_status(p_code text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.refusal_status(p_code text) FROM PUBLIC;

--
-- Name: FUNCTION refuse_deletion(p_table text, p_trigger text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.refuse_deletion(p_table text, p_trigger text) FROM PUBLIC;

--
-- Name: FUNCTION refuse_reference(p_table text, p_trigger text, p_what text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.refuse_reference(p_table text, p_trigger text, p_what text) FROM PUBLIC;

--
-- Name: FUNCTION rejected_consent_life(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.rejected_consent_life() FROM PUBLIC;

--
-- Name: FUNCTION remember(p_creator uuid, c api.caller, a api.answer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.remember(p_creator uuid, c api.caller, a api.answer) FROM PUBLIC;

--
-- Name: FUNCTION replay(p_creator uuid, c api.caller); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.replay(p_creator uuid, c api.caller) FROM PUBLIC;

--
-- Name: FUNCTION resale_end(p_creator uuid, p_token uuid, p_at timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.resale_end(p_creator uuid, p_token uuid, p_at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION resale_give_back(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.resale_give_back(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer) FROM PUBLIC;

--
-- Name: FUNCTION resale_lapse(p_creator uuid, p_listings uuid[], p_at timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.resale_lapse(p_creator uuid, p_listings uuid[], p_at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION resale_offer(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.resale_offer(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer) FROM PUBLIC;

--
-- Name: FUNCTION resale_over(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.resale_over(p_creator uuid, p_drop uuid, p_at timestamp with time zone, p_limit integer) FROM PUBLIC;

--
-- Name: FUNCTION residual_check(p_creator uuid, p_event uuid, p_moves jsonb, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.residual_check(p_creator uuid, p_event uuid, p_moves jsonb, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION residual_drops(p_creator uuid, p_event uuid, p_lines jsonb, p_now timestamp with time zone, OUT told jsonb, OUT notes roadshow.ledger_note[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.residual_drops(p_creator uuid, p_event uuid, p_lines jsonb, p_now timestamp with time zone, OUT told jsonb, OUT notes roadshow.ledger_note[]) FROM PUBLIC;

--
-- Name: FUNCTION residual_etag(p jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.residual_etag(p jsonb) FROM PUBLIC;

--
-- Name: FUNCTION residual_json(p_creator uuid, e roadshow.events, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.residual_json(p_creator uuid, e roadshow.events, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION residual_note(p_creator uuid, e roadshow.events, p_moves jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.residual_note(p_creator uuid, e roadshow.events, p_moves jsonb) FROM PUBLIC;

--
-- Name: FUNCTION residual_send(p_creator uuid, p_moves jsonb, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.residual_send(p_creator uuid, p_moves jsonb, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION residual_shelves(p_creator uuid, p_event uuid, p_moves jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.residual_shelves(p_creator uuid, p_event uuid, p_moves jsonb) FROM PUBLIC;

--
-- Name: FUNCTION residual_sources(p_creator uuid, p_event uuid, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.residual_sources(p_creator uuid, p_event uuid, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION residual_wants(p_creator uuid, e roadshow.events, p_skus text[], p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.residual_wants(p_creator uuid, e roadshow.events, p_skus text[], p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION return_answer(p_status integer, r roadshow.returns); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.return_answer(p_status integer, r roadshow.returns) FROM PUBLIC;

--
-- Name: FUNCTION return_json(r roadshow.returns); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.return_json(r roadshow.returns) FROM PUBLIC;

--
-- Name: FUNCTION return_lock(p_creator uuid, p_return uuid, p_hub uuid, p_state text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.return_lock(p_creator uuid, p_return uuid, p_hub uuid, p_state text) FROM PUBLIC;

--
-- Name: FUNCTION return_note(p_creator uuid, p_return uuid, p_kind text, p_data jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.return_note(p_creator uuid, p_return uuid, p_kind text, p_data jsonb) FROM PUBLIC;

--
-- Name: FUNCTION returnable(p_creator uuid, p_order uuid, p_token uuid, p_sku text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.returnable(p_creator uuid, p_order uuid, p_token uuid, p_sku text) FROM PUBLIC;

--
-- Name: FUNCTION returns_to(d roadshow.drops); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.returns_to(d roadshow.drops) FROM PUBLIC;

--
-- Name: FUNCTION rfc3339(p_at timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.rfc3339(p_at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION rfc3339_of(p_us bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.rfc3339_of(p_us bigint) FROM PUBLIC;

--
-- Name: FUNCTION route_candidates(p_creator uuid, o roadshow.orders, p_lines jsonb, p_candidates jsonb, p_failed uuid[], p_policy jsonb, p_now timestamp with time zone, p_hard boolean); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_candidates(p_creator uuid, o roadshow.orders, p_lines jsonb, p_candidates jsonb, p_failed uuid[], p_policy jsonb, p_now timestamp with time zone, p_hard boolean) FROM PUBLIC;

--
-- Name: FUNCTION route_choose(p_candidates jsonb, p_lines jsonb, p_policy jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_choose(p_candidates jsonb, p_lines jsonb, p_policy jsonb) FROM PUBLIC;

--
-- Name: FUNCTION route_commit(p_creator uuid, o roadshow.orders, p_lines jsonb, p_ranked jsonb, p_omitted jsonb, p_failed uuid[], p_cause text, p_whole text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_commit(p_creator uuid, o roadshow.orders, p_lines jsonb, p_ranked jsonb, p_omitted jsonb, p_failed uuid[], p_cause text, p_whole text) FROM PUBLIC;

--
-- Name: FUNCTION route_decide(p_creator uuid, o roadshow.orders, p_lines jsonb, p_ranked jsonb, p_omitted jsonb, p_failed uuid[], p_cause text, p_policy jsonb, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_decide(p_creator uuid, o roadshow.orders, p_lines jsonb, p_ranked jsonb, p_omitted jsonb, p_failed uuid[], p_cause text, p_policy jsonb, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION route_judge(p_candidates jsonb, p_picks jsonb, p_rules jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_judge(p_candidates jsonb, p_picks jsonb, p_rules jsonb) FROM PUBLIC;

--
-- Name: FUNCTION route_left_over(p_candidates jsonb, p_omitted jsonb, p_lines jsonb, p_picks jsonb, p_cause text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_left_over(p_candidates jsonb, p_omitted jsonb, p_lines jsonb, p_picks jsonb, p_cause text) FROM PUBLIC;

--
-- Name: FUNCTION route_limits(p_creator uuid, p_lines jsonb, p_policy jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_limits(p_creator uuid, p_lines jsonb, p_policy jsonb) FROM PUBLIC;

--
-- Name: FUNCTION route_policy(p_creator uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_policy(p_creator uuid) FROM PUBLIC;

--
-- Name: FUNCTION route_policy_answer(p_status integer, p_policy jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_policy_answer(p_status integer, p_policy jsonb) FROM PUBLIC;

--
-- Name: FUNCTION route_policy_at(p_creator uuid, p_version integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_policy_at(p_creator uuid, p_version integer) FROM PUBLIC;

--
-- Name: FUNCTION route_policy_default(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_policy_default() FROM PUBLIC;

--
-- Name: FUNCTION route_policy_merge(p_policy jsonb, b jsonb, p_pointer text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_policy_merge(p_policy jsonb, b jsonb, p_pointer text) FROM PUBLIC;

--
-- Name: FUNCTION route_reserve(p_creator uuid, o roadshow.orders, p_candidates jsonb, p_picks jsonb, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_reserve(p_creator uuid, o roadshow.orders, p_candidates jsonb, p_picks jsonb, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION route_snapshot(p_creator uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_snapshot(p_creator uuid) FROM PUBLIC;

--
-- Name: FUNCTION route_travel_check(p_travel jsonb, p_pointer text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.route_travel_check(p_travel jsonb, p_pointer text) FROM PUBLIC;

--
-- Name: FUNCTION rules_told(d roadshow.drops); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.rules_told(d roadshow.drops) FROM PUBLIC;

--
-- Name: FUNCTION sale_amounts(p_creator uuid, p_device uuid, p_seq bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sale_amounts(p_creator uuid, p_device uuid, p_seq bigint) FROM PUBLIC;

--
-- Name: FUNCTION sale_cases(p_creator uuid, d roadshow.devices, p_seqs bigint[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sale_cases(p_creator uuid, d roadshow.devices, p_seqs bigint[]) FROM PUBLIC;

--
-- Name: FUNCTION sale_drops(p_creator uuid, p_effect jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sale_drops(p_creator uuid, p_effect jsonb) FROM PUBLIC;

--
-- Name: FUNCTION sale_notes(p_creator uuid, d roadshow.devices, p_first bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sale_notes(p_creator uuid, d roadshow.devices, p_first bigint) FROM PUBLIC;

--
-- Name: FUNCTION sale_void(p_creator uuid, p_case uuid, p_effect jsonb, p_void boolean); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sale_void(p_creator uuid, p_case uuid, p_effect jsonb, p_void boolean) FROM PUBLIC;

--
-- Name: FUNCTION sales_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_methods text[], p_references text[], OUT devices uuid[], OUT seqs bigint[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sales_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_methods text[], p_references text[], OUT devices uuid[], OUT seqs bigint[]) FROM PUBLIC;

--
-- Name: FUNCTION sales_annul(p_creator uuid, p_device uuid, p_first bigint, p_seqs bigint[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sales_annul(p_creator uuid, p_device uuid, p_first bigint, p_seqs bigint[]) FROM PUBLIC;

--
-- Name: FUNCTION sales_judge(p_creator uuid, p_drops uuid[], p_devices uuid[], p_seqs bigint[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sales_judge(p_creator uuid, p_drops uuid[], p_devices uuid[], p_seqs bigint[]) FROM PUBLIC;

--
-- Name: FUNCTION sales_store(p_creator uuid, d roadshow.devices); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sales_store(p_creator uuid, d roadshow.devices) FROM PUBLIC;

--
-- Name: FUNCTION seen_every(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.seen_every() FROM PUBLIC;

--
-- Name: FUNCTION share_change(p_creator uuid, p_drop uuid, p_tokenized integer, p_reason text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.share_change(p_creator uuid, p_drop uuid, p_tokenized integer, p_reason text) FROM PUBLIC;

--
-- Name: FUNCTION shipment_is_free(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.shipment_is_free() FROM PUBLIC;

--
-- Name: FUNCTION shipment_is_there(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.shipment_is_there() FROM PUBLIC;

--
-- Name: FUNCTION shipments_drop_empty(p_creator uuid, p_list uuid, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.shipments_drop_empty(p_creator uuid, p_list uuid, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION shipments_idle(p_creator uuid, p_hub uuid, p_wave uuid, p_limit integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.shipments_idle(p_creator uuid, p_hub uuid, p_wave uuid, p_limit integer) FROM PUBLIC;

--
-- Name: FUNCTION shipments_release(p_creator uuid, p_shipments uuid[], p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.shipments_release(p_creator uuid, p_shipments uuid[], p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION short_id(p_id uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.short_id(p_id uuid) FROM PUBLIC;

--
-- Name: FUNCTION simulate_forgotten(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.simulate_forgotten(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION simulate_hubs(p_creator uuid, p_why jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.simulate_hubs(p_creator uuid, p_why jsonb) FROM PUBLIC;

--
-- Name: FUNCTION simulate_orders(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_after uuid, p_limit integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.simulate_orders(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_after uuid, p_limit integer) FROM PUBLIC;

--
-- Name: FUNCTION simulate_waves(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.simulate_waves(p_creator uuid, p_from timestamp with time zone, p_to timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION sku_told(p_creator uuid, p_sku text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sku_told(p_creator uuid, p_sku text) FROM PUBLIC;

--
-- Name: FUNCTION status_capacity(p_slots integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.status_capacity(p_slots integer) FROM PUBLIC;

--
-- Name: FUNCTION status_index(p_keys bigint[], p_slot integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.status_index(p_keys bigint[], p_slot integer) FROM PUBLIC;

--
-- Name: FUNCTION status_list_id(p_event uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.status_list_id(p_event uuid) FROM PUBLIC;

--
-- Name: FUNCTION status_list_make(p_creator uuid, p_event uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.status_list_make(p_creator uuid, p_event uuid) FROM PUBLIC;

--
-- Name: FUNCTION status_renew(p_creator uuid, p_token uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.status_renew(p_creator uuid, p_token uuid) FROM PUBLIC;

--
-- Name: FUNCTION status_set(p_creator uuid, p_tokens uuid[], p_status integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.status_set(p_creator uuid, p_tokens uuid[], p_status integer) FROM PUBLIC;

--
-- Name: FUNCTION status_take(p_creator uuid, p_event uuid, p_count integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.status_take(p_creator uuid, p_event uuid, p_count integer) FROM PUBLIC;

--
-- Name: FUNCTION status_touch(p_creator uuid, p_events uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.status_touch(p_creator uuid, p_events uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION status_valid(p_creator uuid, p_tokens uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.status_valid(p_creator uuid, p_tokens uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION stays(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.stays() FROM PUBLIC;

--
-- Name: FUNCTION stock_change(p_creator uuid, p_hub uuid, p_lines jsonb, p_pointer text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.stock_change(p_creator uuid, p_hub uuid, p_lines jsonb, p_pointer text) FROM PUBLIC;

--
-- Name: FUNCTION stock_etag(s roadshow.hub_stock); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.stock_etag(s roadshow.hub_stock) FROM PUBLIC;

--
-- Name: FUNCTION stock_json(s roadshow.hub_stock); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.stock_json(s roadshow.hub_stock) FROM PUBLIC;

--
-- Name: FUNCTION stock_move(p_creator uuid, c api.caller, p jsonb, p_by integer, p_kind text, p_pointer text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.stock_move(p_creator uuid, c api.caller, p jsonb, p_by integer, p_kind text, p_pointer text) FROM PUBLIC;

--
-- Name: FUNCTION substitutes_note(p_creator uuid, p_list uuid, p_given jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.substitutes_note(p_creator uuid, p_list uuid, p_given jsonb) FROM PUBLIC;

--
-- Name: FUNCTION sync_drops(p_creator uuid, p_tokens uuid[], p_devices uuid[], p_seqs bigint[], p_leases uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sync_drops(p_creator uuid, p_tokens uuid[], p_devices uuid[], p_seqs bigint[], p_leases uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION sync_fork(p_creator uuid, d roadshow.devices, p_n integer, p_seq bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sync_fork(p_creator uuid, d roadshow.devices, p_n integer, p_seq bigint) FROM PUBLIC;

--
-- Name: FUNCTION sync_forks(p_creator uuid, d roadshow.devices, p_run jsonb, p_first bigint, p_hashes bytea[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sync_forks(p_creator uuid, d roadshow.devices, p_run jsonb, p_first bigint, p_hashes bytea[]) FROM PUBLIC;

--
-- Name: FUNCTION sync_gap(d roadshow.devices, p_results text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sync_gap(d roadshow.devices, p_results text) FROM PUBLIC;

--
-- Name: FUNCTION sync_results(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_known bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sync_results(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_known bigint) FROM PUBLIC;

--
-- Name: FUNCTION sync_sales(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint, p_drops uuid[], p_leases uuid[], p_methods text[], p_references text[], p_devices uuid[], p_seqs bigint[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sync_sales(p_creator uuid, d roadshow.devices, p_first bigint, p_last bigint, p_drops uuid[], p_leases uuid[], p_methods text[], p_references text[], p_devices uuid[], p_seqs bigint[]) FROM PUBLIC;

--
-- Name: FUNCTION sync_settle(p_creator uuid, d roadshow.devices, p_upload integer, p_digest bytea, p_first bigint, p_last bigint, kinds text[], about uuid[], of_drops uuid[], p_forged boolean); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sync_settle(p_creator uuid, d roadshow.devices, p_upload integer, p_digest bytea, p_first bigint, p_last bigint, kinds text[], about uuid[], of_drops uuid[], p_forged boolean) FROM PUBLIC;

--
-- Name: FUNCTION sync_skus(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_drops uuid[], p_devices uuid[], p_seqs bigint[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sync_skus(p_creator uuid, p_device uuid, p_first bigint, p_last bigint, p_drops uuid[], p_devices uuid[], p_seqs bigint[]) FROM PUBLIC;

--
-- Name: FUNCTION sync_store(p_creator uuid, d roadshow.devices, p_upload integer, p_text bytea, p_first bigint, p_skew interval, p_hashes bytea[], p_places bigint[], p_lengths bigint[], p_kinds text[], p_times timestamp with time zone[], p_errors text[], p_fields jsonb[], OUT kinds text[], OUT about uuid[], OUT of_drops uuid[], OUT forged boolean); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sync_store(p_creator uuid, d roadshow.devices, p_upload integer, p_text bytea, p_first bigint, p_skew interval, p_hashes bytea[], p_places bigint[], p_lengths bigint[], p_kinds text[], p_times timestamp with time zone[], p_errors text[], p_fields jsonb[], OUT kinds text[], OUT about uuid[], OUT of_drops uuid[], OUT forged boolean) FROM PUBLIC;

--
-- Name: FUNCTION sync_touched(p_creator uuid, p_device uuid, p_first bigint, p_last bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.sync_touched(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) FROM PUBLIC;

--
-- Name: FUNCTION text_commit(p_text text, OUT salt bytea, OUT commitment text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.text_commit(p_text text, OUT salt bytea, OUT commitment text) FROM PUBLIC;

--
-- Name: FUNCTION text_keep(p_creator uuid, p_subject uuid, p_index bigint, p_member text, p_text text, p_salt bytea); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.text_keep(p_creator uuid, p_subject uuid, p_index bigint, p_member text, p_text text, p_salt bytea) FROM PUBLIC;

--
-- Name: FUNCTION text_redaction(x roadshow.entry_texts); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.text_redaction(x roadshow.entry_texts) FROM PUBLIC;

--
-- Name: FUNCTION token_end(t roadshow.tokens, d roadshow.drops); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.token_end(t roadshow.tokens, d roadshow.drops) FROM PUBLIC;

--
-- Name: FUNCTION token_id(p_claim uuid, p_k integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.token_id(p_claim uuid, p_k integer) FROM PUBLIC;

--
-- Name: FUNCTION token_json(t roadshow.tokens, d roadshow.drops, p_with_jwt boolean); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.token_json(t roadshow.tokens, d roadshow.drops, p_with_jwt boolean) FROM PUBLIC;

--
-- Name: FUNCTION token_may_move(p_from text, p_to text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.token_may_move(p_from text, p_to text) FROM PUBLIC;

--
-- Name: FUNCTION token_now(p_creator uuid, p_token uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.token_now(p_creator uuid, p_token uuid) FROM PUBLIC;

--
-- Name: FUNCTION token_pass(p_creator uuid, p_token uuid, p_buyer bytea, p_holder bytea, p_salt bytea, p_kid text, p_at timestamp with time zone, p_data jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.token_pass(p_creator uuid, p_token uuid, p_buyer bytea, p_holder bytea, p_salt bytea, p_kid text, p_at timestamp with time zone, p_data jsonb) FROM PUBLIC;

--
-- Name: FUNCTION token_standing(t roadshow.tokens); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.token_standing(t roadshow.tokens) FROM PUBLIC;

--
-- Name: FUNCTION token_take(p_creator uuid, p_token uuid, p_allowed text[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.token_take(p_creator uuid, p_token uuid, p_allowed text[]) FROM PUBLIC;

--
-- Name: FUNCTION tokens_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.tokens_about(p_creator uuid, p_device uuid, p_first bigint, p_last bigint) FROM PUBLIC;

--
-- Name: FUNCTION tokens_count(p_creator uuid, p_tokens uuid[], p_drops uuid[], p_states text[], p_to text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.tokens_count(p_creator uuid, p_tokens uuid[], p_drops uuid[], p_states text[], p_to text) FROM PUBLIC;

--
-- Name: FUNCTION tokens_move(p_creator uuid, p_tokens uuid[], p_to text, p_at timestamp with time zone[], p_kinds text[], p_data jsonb[], p_deposit text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.tokens_move(p_creator uuid, p_tokens uuid[], p_to text, p_at timestamp with time zone[], p_kinds text[], p_data jsonb[], p_deposit text) FROM PUBLIC;

--
-- Name: FUNCTION tokens_named(p_creator uuid, p_tokens uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.tokens_named(p_creator uuid, p_tokens uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION transfer_check(t roadshow.tokens, d roadshow.drops, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.transfer_check(t roadshow.tokens, d roadshow.drops, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION transfer_end(d roadshow.drops); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.transfer_end(d roadshow.drops) FROM PUBLIC;

--
-- Name: FUNCTION transfer_json(x roadshow.transfers); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.transfer_json(x roadshow.transfers) FROM PUBLIC;

--
-- Name: FUNCTION transfer_note(p_creator uuid, p_transfer uuid, p_kind text, p_data jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.transfer_note(p_creator uuid, p_transfer uuid, p_kind text, p_data jsonb) FROM PUBLIC;

--
-- Name: FUNCTION transfer_return(p_creator uuid, x roadshow.transfers); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.transfer_return(p_creator uuid, x roadshow.transfers) FROM PUBLIC;

--
-- Name: FUNCTION transfer_send(p_creator uuid, p_id uuid, p_from uuid, p_to uuid, p_lines jsonb, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.transfer_send(p_creator uuid, p_id uuid, p_from uuid, p_to uuid, p_lines jsonb, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION transfer_visible(p_creator uuid, c api.caller, p_transfer uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.transfer_visible(p_creator uuid, c api.caller, p_transfer uuid) FROM PUBLIC;

--
-- Name: FUNCTION transfer_write(p_creator uuid, p_id uuid, p_from_hub uuid, p_from_drop uuid, p_to uuid, p_lines jsonb, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.transfer_write(p_creator uuid, p_id uuid, p_from_hub uuid, p_from_drop uuid, p_to uuid, p_lines jsonb, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION upload_has(p_from bigint, p_to bigint, p_seq bigint); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.upload_has(p_from bigint, p_to bigint, p_seq bigint) FROM PUBLIC;

--
-- Name: FUNCTION uuid_of(p_name text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.uuid_of(p_name text) FROM PUBLIC;

--
-- Name: FUNCTION uuid_v7(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.uuid_v7() FROM PUBLIC;

--
-- Name: FUNCTION venue_lock(p_creator uuid, p_alone boolean); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.venue_lock(p_creator uuid, p_alone boolean) FROM PUBLIC;

--
-- Name: FUNCTION venue_stock_run(p_creator uuid, p_event uuid, p_skus text[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.venue_stock_run(p_creator uuid, p_event uuid, p_skus text[]) FROM PUBLIC;

--
-- Name: FUNCTION version_check(t roadshow.tokens, p_version integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.version_check(t roadshow.tokens, p_version integer) FROM PUBLIC;

--
-- Name: FUNCTION waitlist_end(p_creator uuid, p_ids uuid[], p_drop uuid, p_at timestamp with time zone, p_by text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waitlist_end(p_creator uuid, p_ids uuid[], p_drop uuid, p_at timestamp with time zone, p_by text) FROM PUBLIC;

--
-- Name: FUNCTION waitlist_id(p_claim uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waitlist_id(p_claim uuid) FROM PUBLIC;

--
-- Name: FUNCTION waitlist_json(x roadshow.waitlist_entries, p_with_jwt boolean, p_position integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waitlist_json(x roadshow.waitlist_entries, p_with_jwt boolean, p_position integer) FROM PUBLIC;

--
-- Name: FUNCTION waitlist_of_draw(p_creator uuid, p_drop uuid); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waitlist_of_draw(p_creator uuid, p_drop uuid) FROM PUBLIC;

--
-- Name: FUNCTION waitlist_offer(p_creator uuid, p_drop uuid, p_limit integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waitlist_offer(p_creator uuid, p_drop uuid, p_limit integer) FROM PUBLIC;

--
-- Name: FUNCTION waitlist_owner(c api.caller, p jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waitlist_owner(c api.caller, p jsonb) FROM PUBLIC;

--
-- Name: FUNCTION waitlist_position(x roadshow.waitlist_entries); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waitlist_position(x roadshow.waitlist_entries) FROM PUBLIC;

--
-- Name: FUNCTION waitlist_state(x roadshow.waitlist_entries, d roadshow.drops); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waitlist_state(x roadshow.waitlist_entries, d roadshow.drops) FROM PUBLIC;

--
-- Name: FUNCTION waitlist_take(p_creator uuid, p jsonb, p_lock boolean); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waitlist_take(p_creator uuid, p jsonb, p_lock boolean) FROM PUBLIC;

--
-- Name: FUNCTION walk_in_recount(p_creator uuid, p_drops uuid[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.walk_in_recount(p_creator uuid, p_drops uuid[]) FROM PUBLIC;

--
-- Name: FUNCTION walk_in_settle(p_creator uuid, p_drops uuid[], p_devices uuid[], p_seqs bigint[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.walk_in_settle(p_creator uuid, p_drops uuid[], p_devices uuid[], p_seqs bigint[]) FROM PUBLIC;

--
-- Name: FUNCTION wave_is_free(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.wave_is_free() FROM PUBLIC;

--
-- Name: FUNCTION wave_is_there(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.wave_is_there() FROM PUBLIC;

--
-- Name: FUNCTION wave_json(w roadshow.waves); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.wave_json(w roadshow.waves) FROM PUBLIC;

--
-- Name: FUNCTION wave_made(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.wave_made() FROM PUBLIC;

--
-- Name: FUNCTION wave_used(); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.wave_used() FROM PUBLIC;

--
-- Name: FUNCTION waves_ahead(p_creator uuid, p_hub uuid, p_now timestamp with time zone, p_limit integer); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waves_ahead(p_creator uuid, p_hub uuid, p_now timestamp with time zone, p_limit integer) FROM PUBLIC;

--
-- Name: FUNCTION waves_extend(p_creator uuid, h roadshow.hubs, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waves_extend(p_creator uuid, h roadshow.hubs, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION waves_remake(p_creator uuid, h roadshow.hubs, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.waves_remake(p_creator uuid, h roadshow.hubs, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION window_check(d roadshow.drops, w roadshow.drop_windows, p_at text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.window_check(d roadshow.drops, w roadshow.drop_windows, p_at text) FROM PUBLIC;

--
-- Name: FUNCTION window_code_check(x jsonb, p_at text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.window_code_check(x jsonb, p_at text) FROM PUBLIC;

--
-- Name: FUNCTION window_etag(w roadshow.drop_windows); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.window_etag(w roadshow.drop_windows) FROM PUBLIC;

--
-- Name: FUNCTION window_json(w roadshow.drop_windows); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.window_json(w roadshow.drop_windows) FROM PUBLIC;

--
-- Name: FUNCTION window_of(d roadshow.drops, p_name text, x jsonb, p_code text); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.window_of(d roadshow.drops, p_name text, x jsonb, p_code text) FROM PUBLIC;

--
-- Name: FUNCTION window_refusal(p_windowed boolean, w roadshow.drop_windows, p_window text, p_access bytea, p_invited bigint, p_now timestamp with time zone); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.window_refusal(p_windowed boolean, w roadshow.drop_windows, p_window text, p_access bytea, p_invited bigint, p_now timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION window_told(w roadshow.drop_windows); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.window_told(w roadshow.drop_windows) FROM PUBLIC;

--
-- Name: FUNCTION windows_make(d roadshow.drops, p_windows jsonb, p_codes jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.windows_make(d roadshow.drops, p_windows jsonb, p_codes jsonb) FROM PUBLIC;

--
-- Name: FUNCTION windows_told(d roadshow.drops, p_windows jsonb); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.windows_told(d roadshow.drops, p_windows jsonb) FROM PUBLIC;

--
-- Name: FUNCTION windows_use(p_creators uuid[], p_drops uuid[], p_windows roadshow.drop_windows[], p_buyers bytea[], p_quantities bigint[], p_offsets integer[]); Type: ACL; Schema: roadshow; Owner: roadshow_owner
--

REVOKE ALL ON FUNCTION roadshow.windows_use(p_creators uuid[], p_drops uuid[], p_windows roadshow.drop_windows[], p_buyers bytea[], p_quantities bigint[], p_offsets integer[]) FROM PUBLIC;

--
-- PostgreSQL database dump complete
--

