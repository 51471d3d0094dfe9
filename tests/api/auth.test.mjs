// SPDX-License-Identifier: Apache-2.0
//
// Who may do what, generated: the service prints its route table, and every route is tried by every
// role, with objects of one's own, and by another creator with the first creator's objects. A route
// that is new must get its objects and body here, or the test fails.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { printRoutes } from '../crash/lib/stack.mjs';
import { Device } from './lib/device.mjs';
import { assertProblem, document, METHODS } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

const routes = printRoutes().map((r) => ({ ...r, path: r.path.replace(/:[a-z_]+\}/g, '}') }));
const KEYS = ['operator', 'creator', 'storefront', 'partner', 'device'];
const name = (r) => `${r.method} ${r.path}`;

// A body that the route accepts, so that a refusal is about the caller or the object and nothing else.
const BODIES = {
	'POST /v1/creators': () => ({ slug: fx.unique('slug'), name: 'x' }),
	'POST /v1/partners': () => ({ name: 'x' }),
	'POST /v1/keys': () => ({ role: 'storefront', name: 'x' }),
	'POST /v1/events': () => ({ name: 'x', starts_at: fx.inSeconds(0), ends_at: fx.inSeconds(9),
		time_zone: 'Europe/Berlin', venue: { name: 'x', lat: 1, lon: 1, address: 'x' } }),
	'POST /v1/products': () => ({ sku: fx.unique('sku'), title: 'x', price: { amount: 1, currency: 'EUR' } }),
	'POST /v1/drops': (o) => fx.dropBody(o.event, o.sku),
	'POST /v1/drops/{drop}/claims': () => ({ contact: fx.email() }),
	'POST /v1/drops/{drop}/share': () => ({ tokenized: 40 }),
	'POST /v1/drops/{drop}/walk-in': () => ({ units: 1, reason: 'received' }),
	'PUT /v1/drops/{drop}/windows/{window}': () => ({ proof: 'invitation' }),
	'POST /v1/drops/{drop}/windows/{window}/invitations': () => ({ contacts: [fx.email()] }),
	'POST /v1/drops/{drop}/waitlist': () => ({ contact: fx.email() }),
	'POST /v1/drops/{drop}/waitlist/{entry}/collect': (o) => ({ receipt: o.place_receipt }),
	'POST /v1/drops/{drop}/waitlist/{entry}/accept': (o) => ({ receipt: o.place_receipt }),
	'POST /v1/drops/{drop}/waitlist/{entry}/leave': (o) => ({ receipt: o.place_receipt }),
	'POST /v1/tokens/{token}/transfer': () => ({ to: fx.email(), version: 1 }),
	'POST /v1/tokens/{token}/provenance': (o) => ({ token: o.jwt }),
	'POST /v1/tokens/{token}/resale': () => ({ version: 1 }),
	'POST /v1/tokens/{token}/resale/settle': () => ({ payment: { reference: 'x' } }),
	'POST /v1/drops/{drop}/draw/reveal': () => ({ secret: '0'.repeat(64) }),
	'POST /v1/drops/{drop}/entries/{entry}/collect': (o) => ({ receipt: o.receipt }),
	'POST /v1/privacy/export': () => ({ contact: fx.email() }),
	'POST /v1/privacy/erase': () => ({ contact: fx.email() }),
	'POST /v1/tokens/{token}/confirm': () => ({}),
	'POST /v1/tokens/{token}/cancel': () => ({}),
	'POST /v1/hubs': () => fx.hubBody(fx.PLACES.soho),
	'PATCH /v1/hubs/{hub}': () => ({ active: true }),
	'PUT /v1/hubs/{hub}/stock/{sku}': () => ({ on_hand: 5 }),
	'POST /v1/hubs/{hub}/outage': () => ({ reason: 'x' }),
	'POST /v1/hubs/{hub}/stock/{sku}/receive': () => ({ quantity: 1 }),
	'POST /v1/hubs/{hub}/stock/{sku}/adjust': () => ({ by: 1, reason: 'found' }),
	'POST /v1/hubs/{hub}/transfers/{transfer}/receive': () => ({}),
	'POST /v1/transfers': (o) => ({ from_hub_id: o.hub, to_hub_id: o.second_hub, lines: [{ sku: o.sku, quantity: 1 }] }),
	'POST /v1/orders': (o) => ({ lines: [{ sku: o.sku, quantity: 1 }], ship_to: { lat: 1, lon: 1 },
		service: 'standard' }),
	'PUT /v1/route/policy': () => ({ shipments_max: 2 }),
	'POST /v1/route/preview': (o) => ({ lines: [{ sku: o.sku, quantity: 1 }], ship_to: { lat: 1, lon: 1 },
		service: 'standard' }),
	'POST /v1/orders/{order}/cancel': () => ({}),
	'POST /v1/orders/{order}/confirm': () => ({ payment: { reference: 'x' } }),
	'POST /v1/orders/{order}/address': () => ({ ship_to: { lat: 1, lon: 1 } }),
	'POST /v1/events/{event}/residual': (o) => ({ moves: [{ from_kind: 'drop', from_id: o.drop, sku: o.sku, quantity: 1, to_kind: 'resale' }] }),
	'POST /v1/returns': (o) => ({ token_id: o.token, sku: o.sku, quantity: 1, kind: 'return', reason: 'other' }),
	'POST /v1/hubs/{hub}/returns/{return}/settle': () => ({ outcome: 'restocked' }),
	'POST /v1/hubs/{hub}/picklists/claim': () => ({}),
	'POST /v1/picklists/{picklist}/heartbeat': (o) => ({ fencing: o.fencing }),
	'POST /v1/picklists/{picklist}/pick': (o) => ({ fencing: o.fencing, lines: [{ sku: o.sku, picked: 1 }] }),
	'POST /v1/picklists/{picklist}/pack': (o) => ({ fencing: o.fencing, parcels: [{ order_id: o.order, weight_g: 500 }] }),
	'POST /v1/picklists/{picklist}/hand-over': (o) => ({ fencing: o.fencing, name: 'Courier' }),
	'POST /v1/picklists/{picklist}/reject': (o) => ({ fencing: o.fencing, reason: 'other' }),
	'POST /v1/events/{event}/devices': () => ({ name: 'x', profile: 'scan' }),
	'POST /v1/devices/enrol': () => ({ code: 'x', public_key: {} }),
	'POST /v1/leases/{lease}/return': () => ({}),
	'POST /v1/leases/{lease}/extend': () => ({ until: fx.inSeconds(7200) }),
	'POST /v1/leases/{lease}/take': () => ({}),
	'POST /v1/devices/{device}/events/{seq}/redact': () => ({ reason: 'x' }),
	'POST /v1/ledger/{index}/redact': () => ({ reason: 'x' }),
	'POST /v1/devices/roll': () => ({ public_key: {} }),
	'POST /v1/leases': (o) => ({ drop_id: o.drop, quantity: 1, until: fx.inSeconds(60) }),
	'POST /v1/cases/{case}/resolve': () => ({ resolution: 'accepted', note: 'x' }),
	'POST /v1/cases/{case}/assign': () => ({ assignee: 'Ada' }),
	'POST /v1/cases/{case}/reopen': () => ({}),
	'PUT /v1/events/{event}/checklists/{name}': () => ({ title: 'Doors', items: [{ id: 'lights', title: 'Lights' }] }),
	'POST /v1/events/{event}/incidents/{incident}/acknowledge': () => ({}),
	'POST /v1/events/{event}/incidents/{incident}/escalate': () => ({ to: 'Kim' }),
	'POST /v1/events/{event}/incidents/{incident}/resolve': () => ({ note: null }),
};

// ---- the two creators and what the first one has ----------------------------------------------------

const objects = {}, keys = {}, INCIDENT = randomUUID();
let other, device;
before(async () => {
	const c = await fx.creator(), p = await fx.partner();
	other = await fx.creator();
	other.partner = await fx.partner();
	await fx.hub(other, fx.PLACES.soho, { partner_id: other.partner.id });
	Object.assign(objects, await belongings(c, p));
	Object.assign(keys, { operator: process.env.ROADSHOW_OPERATOR_KEY, creator: c.key,
		storefront: c.storefront_key, partner: p.key });
	device = objects.enrolled;
});
after(() => fx.anonymous().close());

async function belongings(c, p) {
	const ev = await fx.event(c), { sku } = await fx.product(c);
	const drop = await fx.drop(c, { event_id: ev.id, sku, quantity: 50, tokenized: 40, per_person: 20 });
	const hub = await fx.hub(c, fx.PLACES.williamsburg, { partner_id: p.id });
	await fx.stock(c, hub.id, sku, 50);
	const order = fx.ok(await fx.order(c, sku, fx.PLACES.williamsburg));
	const list = fx.ok(await p.api.post(`/v1/hubs/${hub.id}/picklists/claim`, {}), 200);
	const { waves } = fx.ok(await c.api.get(`/v1/hubs/${hub.id}/waves`), 200);
	const second_hub = (await fx.hub(c, fx.PLACES.soho)).id;
	const transfer = fx.ok(await c.api.post('/v1/transfers', { from_hub_id: hub.id, to_hub_id: second_hub,
		lines: [{ sku, quantity: 1 }] }));
	const token = await fx.token(c, drop.id);
	const enrolled = await Device.enrol(c, ev.id, { profile: 'manager' });
	const second = await Device.enrol(c, ev.id, { profile: 'manager' });
	for (const d of [enrolled, second]) {
		await d.mirror();
		await d.redeem(token.jwt, { force: true });
		d.tell('incident', { incident: INCIDENT, severity: 'low', category: 'queue' });
		fx.ok(await d.upload(), 200);
	}
	const lease = fx.ok(await enrolled.lease(drop.id, 2, fx.inSeconds(3600)));
	const returned = fx.ok(await c.api.post('/v1/returns', { token_id: token.id, sku, quantity: 1, kind: 'return',
		reason: 'other' }));
	const [found] = await c.api.all('/v1/cases', 'cases');
	const draw = await fx.draw(c, { event_id: ev.id, sku });
	const entered = fx.ok(await fx.claim(c, draw.id), 202);
	const soon = await fx.event(c, { starts_at: fx.inSeconds(3600) }); // tokens are resold until it starts
	const line = await fx.drop(c, { event_id: soon.id, sku, quantity: 1, tokenized: 1, transfer: { resale: {} },
		windows: [{ name: 'public' }, { name: 'members', proof: 'invitation' }] });
	const listed = await fx.token(c, line.id);
	fx.ok(await c.api.post(`/v1/tokens/${listed.id}/resale`, { version: 1 }));
	const place = fx.ok(await c.api.post(`/v1/drops/${line.id}/waitlist`, { contact: fx.email() }));
	const { uri } = JSON.parse(Buffer.from(token.jwt.split('.')[1], 'base64url')).status.status_list;
	fx.ok(await c.api.post(`/v1/hubs/${hub.id}/stock/${sku}/receive`, { quantity: 1, reference: 'note 7' }), 200);
	const [received] = fx.ok(await c.api.get(`/v1/hubs/${hub.id}/history?limit=1`), 200).entries;
	return { creator: c.id, partner: p.id, index: String(received.index), event: ev.id, sku, drop: drop.id, token: token.id, hub: hub.id,
		return: returned.id, wave: waves[0].id, second_hub, transfer: transfer.id, order: order.id, picklist: list.id,
		fencing: list.lease.fencing, device: enrolled.id, enrolled, case: found.id, incident: INCIDENT, name: 'doors',
		lease: lease.id, n: '1', seq: '2', key: c.storefront_key_id, slug: c.slug, rest: '0/000.p/1',
		secret: token.holder_url.split('/').pop(), list: uri.split('/').pop(),
		draw: draw.id, entry: entered.entry_id, receipt: entered.receipt, jwt: token.jwt, window: 'members',
		line: line.id, listed: listed.id, place: place.entry_id, place_receipt: place.receipt };
}

// Objects that stand for a parameter on certain paths only.
const SPECIAL = [['drop', /draw|entries/, 'draw'], ['drop', /waitlist|windows/, 'line'],
	['entry', /waitlist/, 'place'], ['token', /resale/, 'listed']];

function target(r) {
	return r.path.replace(/\{([a-z_]+)\}/g, (_, param) => {
		const special = SPECIAL.find(([p, where]) => p === param && where.test(r.path));
		if (special) return objects[special[2]];
		assert.ok(objects[param], `${name(r)}: no {${param}} to try it with`);
		return objects[param];
	});
}

const needsBody = (r) => document.paths[r.path]?.[r.method.toLowerCase()]?.requestBody?.content?.['application/json'];

function call(r, key, over = {}) {
	const make = BODIES[name(r)];
	assert.ok(make || !needsBody(r), `${name(r)}: no body to try it with`);
	return fx.anonymous().as(key).request(r.method, target(r), { body: make?.(objects),
		headers: ['PATCH', 'PUT'].includes(r.method) ? { 'if-match': '*' } : {}, ...over });
}

function callSigned(r) {
	const at = target(r), body = BODIES[name(r)]?.(objects);
	return r.method === 'GET' ? device.request('GET', at) : device.request(r.method, at,
		{ body: body ? JSON.stringify(body) : '', headers: { 'content-type': 'application/json', 'if-match': '*' } });
}

// ---- tests ----------------------------------------------------------------------------------------

describe('the route table', () => {
	it('is the contract, both ways', () => {
		const table = routes.map(name).sort();
		const documented = Object.entries(document.paths).flatMap(([p, item]) =>
			METHODS.filter((m) => item[m]).map((m) => `${m.toUpperCase()} ${p}`)).sort();
		assert.deepEqual(documented, table);
	});

	it('says what the contract says about keys', () => {
		for (const r of routes) {
			const op = document.paths[r.path][r.method.toLowerCase()];
			const schemes = (op.security ?? document.security).flatMap(Object.keys);
			const open = (op.security ?? document.security).length === 0;
			assert.equal(open, r.roles.includes('public') || r.roles.includes('enrol'), `${name(r)}: security`);
			if (open) continue;
			assert.equal(schemes.includes('device'), r.roles.includes('device'), `${name(r)}: device`);
			assert.equal(schemes.includes('key'), r.roles.some((x) => x !== 'device'), `${name(r)}: key`);
			const parameters = [...(op.parameters ?? []), ...(document.paths[r.path].parameters ?? [])];
			assert.equal(parameters.some((x) => x.$ref?.endsWith('/IdempotencyKey')), r.idempotency_key,
				`${name(r)}: Idempotency-Key`);
		}
	});

	it('lets nobody in by default', () => {
		for (const r of routes) assert.ok(r.roles.length > 0, name(r));
	});
});

describe('without a key', () => {
	for (const r of routes) {
		const open = r.roles.includes('public') || r.roles.includes('enrol');
		it(`${name(r)} is ${open ? 'open' : 'refused'}`, async () => {
			if (open) {
				const answer = await call(r, undefined, r.roles.includes('enrol') ? {} : {});
				assert.ok(![401, 403].includes(answer.status) || r.roles.includes('enrol'), answer.text);
				return;
			}
			const answer = await call(r, undefined);
			assertProblem(answer, 401);
			assert.ok(answer.headers['www-authenticate'], 'it says how to be let in');
		});
	}

	for (const [what, authorization] of [['another scheme', 'Basic eDp5'],
		['no key', 'Bearer '], ['noise', 'Bearer rs_c_x'], ['a key with one letter changed', 'flip'],
		['a role raised by hand', 'raise'], ['a key of nobody', `Bearer rs_c_${'A'.repeat(22)}_${'A'.repeat(22)}_${'A'.repeat(43)}`],
		['a key with something behind it', 'longer']])
		it(`${what} is no key`, async () => {
			const made = { flip: `Bearer ${keys.creator.slice(0, -1)}${keys.creator.endsWith('A') ? 'B' : 'A'}`,
				raise: `Bearer ${keys.storefront.replace(/^rs_s/, 'rs_c')}`, longer: `Bearer ${keys.creator}x` };
			const headers = { authorization: made[authorization] ?? authorization };
			assertProblem(await fx.anonymous().get('/v1/ledger', { headers }), 401);
		});
});

describe('a role that may not', () => {
	for (const r of routes.filter((x) => !x.roles.includes('public') && !x.roles.includes('enrol')))
		for (const role of KEYS.filter((k) => !r.roles.includes(k)))
			it(`${role}: ${name(r)} is refused`, async () => {
				const answer = role === 'device' ? await callSigned(r) : await call(r, keys[role]);
				assertProblem(answer);
				assert.ok([401, 403].includes(answer.status), `${answer.status} ${answer.text}`);
			});
});

describe('another creator', () => {
	for (const r of routes.filter((x) => x.path.includes('{')))
		for (const role of ['creator', 'storefront', 'partner'].filter((k) => r.roles.includes(k)))
			it(`${role}: ${name(r)} finds nothing`, async () => {
				const key = { creator: other.key, storefront: other.storefront_key, partner: other.partner.key }[role];
				const answer = await call(r, key);
				assertProblem(answer);
				assert.ok([403, 404].includes(answer.status), `${answer.status} ${answer.text}`);
			});

	it('sees nothing of the first one in any list', async () => {
		for (const r of routes.filter((x) => x.method === 'GET' && !x.path.includes('{') &&
			x.path.startsWith('/v1/') && !x.roles.includes('public')))
			for (const [role, key] of [['creator', other.key], ['storefront', other.storefront_key],
				['partner', other.partner.key]].filter(([k]) => r.roles.includes(k))) {
				const { text, status } = await call(r, key);
				assert.equal(status, 200, `${name(r)} ${text}`);
				for (const what of ['event', 'drop', 'token', 'hub', 'order', 'picklist', 'device', 'case'])
					assert.ok(!text.includes(objects[what]), `${name(r)} as ${role} shows a ${what}`);
			}
	});

	it('cannot name the first one\'s objects in a body', async () => {
		const sku = (await fx.product(other)).sku;
		const ev = await fx.event(other);
		const tries = [
			['/v1/drops', fx.dropBody(objects.event, sku)],
			['/v1/drops', fx.dropBody(ev.id, objects.sku)],
			['/v1/hubs', fx.hubBody(fx.PLACES.soho, { event_id: objects.event })],
			['/v1/orders', { lines: [{ sku: objects.sku, quantity: 1 }], ship_to: { lat: 1, lon: 1 }, service: 'standard' }],
			['/v1/orders', { lines: [{ sku, quantity: 1 }], ship_to: { lat: 1, lon: 1 }, service: 'standard',
				token_id: objects.token }],
		];
		for (const [at, body] of tries) {
			const answer = await other.api.post(at, body);
			assertProblem(answer);
			assert.ok([404, 409, 422].includes(answer.status), `${at} ${answer.text}`);
		}
	});

	it('cannot use a key made for the first one\'s creator id', async () => {
		const parts = [keys.creator.slice(0, 5), keys.creator.slice(5, 27), keys.creator.slice(27)];
		const theirs = other.key.slice(5, 27);
		assertProblem(await fx.anonymous().as(parts[0] + theirs + parts[2]).get('/v1/ledger'), 401);
	});
});

describe('a partner', () => {
	it('is let into the hubs that name it, and no other of the same creator', async () => {
		const c = await fx.creator(), [mine, rival] = [await fx.partner(), await fx.partner()];
		const hub = await fx.hub(c, fx.PLACES.soho, { partner_id: mine.id });
		const foreign = await fx.hub(c, fx.PLACES.soho, { partner_id: rival.id });
		const { sku } = await fx.product(c);
		assert.equal((await mine.api.put(`/v1/hubs/${hub.id}/stock/${sku}`, { on_hand: 3 })).status, 200);
		assertProblem(await mine.api.put(`/v1/hubs/${foreign.id}/stock/${sku}`, { on_hand: 3 }), 404);
		assertProblem(await mine.api.post(`/v1/hubs/${foreign.id}/picklists/claim`, {}), 404);
	});
});

describe('a creator\'s own objects', () => {
	for (const r of routes.filter((x) => x.method === 'GET' && x.path.startsWith('/v1/')))
		for (const role of ['creator', 'storefront', 'partner'].filter((k) => r.roles.includes(k)))
			it(`${role}: ${name(r)} is shown`, async () => {
				const answer = await call(r, keys[role]);
				assert.equal(answer.status, 200, answer.text);
			});

	it('what is not there is not found, by its owner too', async () => {
		for (const r of routes.filter((x) => x.roles.includes('creator') && /\{(?!sku)/.test(x.path))) {
			const nothing = r.path.replace(/\{sku\}/g, 'nothing').replace(/\{[a-z_]+\}/g, () => randomUUID());
			const answer = await fx.anonymous().as(keys.creator).request(r.method, nothing,
				{ body: BODIES[name(r)]?.({ ...objects, jwt: undefined }),
					headers: ['PATCH', 'PUT'].includes(r.method) ? { 'if-match': '*' } : {} });
			assertProblem(answer, 404, 'not_found');
		}
	});
});

describe('a key that was revoked or has never been', () => {
	it('is refused on every route', async () => {
		const c = await fx.creator();
		const made = fx.ok(await c.api.post('/v1/keys', { role: 'creator', name: 'x' }));
		assert.equal((await fx.anonymous().as(made.api_key).get('/v1/ledger')).status, 200);
		assert.equal((await c.api.delete(`/v1/keys/${made.id}`)).status, 204);
		const random = `rs_c_${c.key.slice(5, 27)}_${randomBytes(16).toString('base64url')}_${randomBytes(32).toString('base64url')}`;
		for (const r of routes.filter((x) => x.roles.includes('creator')))
			for (const key of [made.api_key, random]) assertProblem(await call(r, key), 401);
	});
});
