// SPDX-License-Identifier: Apache-2.0
//
// What most tests start from: a creator of their own with keys, an event, a product, drops, hubs,
// partners. Every call makes new things, so tests never meet each other's data.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Client } from './client.mjs';
import { proof } from './proof.mjs';

const { ROADSHOW_URL, ROADSHOW_CA, ROADSHOW_OPERATOR_KEY } = process.env;

export function open(key) {
	if (!ROADSHOW_URL || !ROADSHOW_CA)
		throw new Error('no service to test: run `node tests/run.mjs api`, or source .run/env');
	return new Client(ROADSHOW_URL, ROADSHOW_CA, key);
}

const anyone = ROADSHOW_URL ? open() : undefined;
export const anonymous = () => anyone;
export const operator = () => anyone.as(ROADSHOW_OPERATOR_KEY);
export const unique = (prefix = 'x') => `${prefix}-${randomBytes(6).toString('hex')}`;
export const inSeconds = (s) => new Date(Date.now() + s * 1000).toISOString();
// A token, receipt or code that nobody made: one character differs, whose six bits all count.
export const forged = (text) => `${text.slice(0, -5)}${text.at(-5) === 'A' ? 'B' : 'A'}${text.slice(-4)}`;
export const email = () => ({ email: `${unique('fan')}@example.org` });

// The answer's JSON when the status is the expected one.
export function ok(answer, status = 201) {
	assert.equal(answer.status, status, `${answer.status} ${answer.text.slice(0, 1000)}`);
	return answer.json;
}

export async function creator() {
	const slug = unique('creator');
	const made = ok(await operator().post('/v1/creators', { slug, name: `Creator ${slug}` }));
	const api = anyone.as(made.api_key);
	const key = ok(await api.post('/v1/keys', { role: 'storefront', name: 'shop window' }));
	return { id: made.id, slug, api, key: made.api_key, storefront: anyone.as(key.api_key),
		storefront_key: key.api_key, storefront_key_id: key.id };
}

export async function partner() {
	const made = ok(await operator().post('/v1/partners', { name: unique('Partner') }));
	return { id: made.id, key: made.api_key, api: anyone.as(made.api_key) };
}

export const PLACES = {
	williamsburg: { lat: 40.7081, lon: -73.9571, time_zone: 'America/New_York' },
	soho: { lat: 40.7233, lon: -74.0030, time_zone: 'America/New_York' },
	philadelphia: { lat: 39.9526, lon: -75.1652, time_zone: 'America/New_York' },
	columbus: { lat: 39.9612, lon: -82.9988, time_zone: 'America/New_York' },
};

export async function event(c, over = {}) {
	const { time_zone, ...place } = PLACES.williamsburg;
	return ok(await c.api.post('/v1/events', {
		name: 'Test evening', starts_at: inSeconds(-3600), ends_at: inSeconds(12 * 3600), time_zone,
		venue: { name: 'A room', ...place, address: '1 Main Street' }, ...over }));
}

export async function product(c, over = {}) {
	return ok(await c.api.post('/v1/products', {
		sku: unique('sku'), title: 'A print', price: { amount: 2500, currency: 'USD' }, ...over }));
}

export function dropBody(event_id, sku, over = {}) {
	return { event_id, sku, quantity: 10, tokenized: 10, mode: 'fcfs', opens_at: inSeconds(-60),
		closes_at: inSeconds(3600), per_person: 1, ...over };
}

export async function drop(c, over = {}) {
	const event_id = over.event_id ?? (await event(c)).id;
	const sku = over.sku ?? (await product(c)).sku;
	return ok(await c.api.post('/v1/drops', dropBody(event_id, sku, over)));
}

// A drop that is drawn, with the creator's secret in `secret`.
export async function draw(c, over = {}) {
	const secret = randomBytes(32);
	const { commitment = createHash('sha256').update(secret).digest('hex'), ...more } = over.draw ?? {};
	const made = await drop(c, { mode: 'draw', ...over, draw: { commitment, ...more } });
	return { ...made, secret: secret.toString('hex') };
}

// As the creator's server claims: without a proof of work.
export function claim(c, drop_id, body = {}, options = {}) {
	return c.api.post(`/v1/drops/${drop_id}/claims`, { contact: email(), ...body }, options);
}

// As a fan's page does: through the storefront's key, with a proof.
export async function claimAsFan(c, drop_id, body = {}, options = {}) {
	const altcha = body.altcha ?? await proof(anyone, drop_id);
	return c.storefront.post(`/v1/drops/${drop_id}/claims`, { contact: email(), ...body, altcha }, options);
}

export async function token(c, drop_id) {
	return ok(await claim(c, drop_id)).tokens[0];
}

// A zone in which it is now between 12:00 and 13:00, so that a test's "this morning" and "tonight"
// mean the same at any hour it runs.
export function noonZone() {
	const hour = new Date().getUTCHours();
	const ahead = 12 - hour; // hours ahead of UTC, from -11 to 12
	return ahead === 0 ? 'Etc/UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

export const WEEK = [1, 2, 3, 4, 5, 6, 7];
export const everyDay = (...at) => WEEK.flatMap((weekday) => at.map((t) => ({ weekday, at: t })));

// A hub that leaves today at 18:00 and every day at 09:00 and 18:00, in a zone where it is noon.
export function hubBody(place, over = {}) {
	return { name: unique('hub'), kind: 'micro_hub', lat: place.lat, lon: place.lon, time_zone: noonZone(),
		capacity: 100, handling_minutes: 30, cut_offs: everyDay('09:00', '18:00'), ...over };
}

export async function hub(c, place, over = {}) {
	return ok(await c.api.post('/v1/hubs', hubBody(place, over)));
}

export async function stock(c, hub_id, sku, on_hand, over = {}) {
	return ok(await c.api.put(`/v1/hubs/${hub_id}/stock/${sku}`, { on_hand, ...over }), 200);
}

export function order(c, sku, ship_to, over = {}) {
	return c.storefront.post('/v1/orders', { lines: [{ sku, quantity: 1 }],
		ship_to: { lat: ship_to.lat, lon: ship_to.lon }, service: 'standard', ...over });
}
