// SPDX-License-Identifier: Apache-2.0
//
// What a token's holder and strangers see: status lists, checked with a library that knows nothing of
// us; QR codes, read back with zbar; the holder's page, in each state, and what it must never do.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getListFromStatusListJWT, getStatusListFromJWT } from '@sd-jwt/jwt-status-list';
import * as jose from 'jose';
import { assertProblem } from './lib/contract.mjs';
import { Device } from './lib/device.mjs';
import * as fx from './lib/fixtures.mjs';

let c, dir;
before(async () => {
	c = await fx.creator();
	dir = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-holder-'));
});
after(() => {
	fs.rmSync(dir, { recursive: true });
	fx.anonymous().close();
});

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const pathOf = (url) => new URL(url).pathname;
const keys = async () => jose.createLocalJWKSet((await fx.anonymous().get('/.well-known/jwks.json')).json);

// A new event's list is not there for a moment.
async function listOf(jwt) {
	const { uri } = getStatusListFromJWT(jwt);
	for (let i = 0; ; i++) {
		const answer = await fx.anonymous().get(pathOf(uri));
		if (answer.status === 200) return answer;
		assertProblem(answer, 503, 'status_list_pending');
		assert.ok(i < 100, 'the list is not built');
		await sleep(50);
	}
}

// Until the list tells `status` of a token; a janitor's tick is 100 ms here.
async function listTells(jwt, status) {
	const { idx } = getStatusListFromJWT(jwt);
	for (let i = 0; i < 100; i++) {
		const list = getListFromStatusListJWT((await listOf(jwt)).text);
		if (list.getStatus(idx) === status) return list;
		await sleep(50);
	}
	assert.fail(`the list does not tell ${status} of ${idx}`);
}

// What zbar reads in an image. SVG is drawn by librsvg first.
function scanned(image, type) {
	const file = path.join(dir, `${randomUUID()}.${type}`);
	fs.writeFileSync(file, image);
	if (type === 'svg') execFileSync('rsvg-convert', ['-o', `${file}.png`, file]);
	return execFileSync('zbarimg', ['--quiet', '--raw', '--nodbus', '-Sdisable', '-Sqrcode.enable',
		type === 'svg' ? `${file}.png` : file], { encoding: 'utf8', stdio: 'pipe' }).trimEnd();
}

async function issued(over = {}, count = 1) {
	const d = await fx.drop(c, { per_person: 20, quantity: 100, tokenized: 100, ...over });
	return { d, tokens: fx.ok(await fx.claim(c, d.id, { quantity: count })).tokens };
}

describe('a status list', () => {
	it('is named by the token, signed with a published key, and tells who is cancelled', async () => {
		const { tokens: [a, b] } = await issued({}, 2);
		const { uri, idx } = getStatusListFromJWT(a.jwt);
		assert.equal(uri, getStatusListFromJWT(b.jwt).uri, 'one event, one list');
		assert.notEqual(idx, getStatusListFromJWT(b.jwt).idx);
		await listTells(a.jwt, 0);

		const text = (await listOf(a.jwt)).text;
		const { payload, protectedHeader } = await jose.jwtVerify(text, await keys(), { algorithms: ['ES256'] });
		assert.equal(protectedHeader.typ, 'statuslist+jwt');
		assert.notEqual(protectedHeader.kid, jose.decodeProtectedHeader(a.jwt).kid, 'a key of its own');
		assert.deepEqual(Object.keys(payload).sort(), ['exp', 'iat', 'status_list', 'sub', 'ttl']);
		assert.equal(payload.sub, uri, 'exactly as the token has it');
		assert.equal(payload.status_list.bits, 2);
		assert.ok(payload.exp > payload.iat && payload.ttl > 0);
		assert.equal(Buffer.from(payload.status_list.lst, 'base64url').subarray(0, 2).toString('hex'), '78da');

		fx.ok(await c.api.post(`/v1/tokens/${a.id}/cancel`, {}), 200);
		const list = await listTells(a.jwt, 1);
		assert.equal(list.getStatus(getStatusListFromJWT(b.jwt).idx), 0, 'the other one is valid still');
	});

	it('may be kept for as long as it says, and asked for again for little', async () => {
		const { tokens: [t] } = await issued();
		const first = await listTells(t.jwt, 0) && await listOf(t.jwt);
		const target = pathOf(getStatusListFromJWT(t.jwt).uri);
		assert.equal(first.headers['cache-control'], `public, max-age=${jose.decodeJwt(first.text).ttl}`);
		const again = await fx.anonymous().get(target, { headers: { 'if-none-match': first.headers.etag } });
		assert.equal(again.status, 304, 'nothing has happened');
		fx.ok(await c.api.post(`/v1/tokens/${t.id}/cancel`, {}), 200);
		await listTells(t.jwt, 1);
		const moved = await fx.anonymous().get(target, { headers: { 'if-none-match': first.headers.etag } });
		assert.equal(moved.status, 200);
	});

	it('gives every token of an event an index of its own, in no order, in all its drops at once', async () => {
		const { id: event_id } = await fx.event(c);
		const drops = [];
		for (let i = 0; i < 3; i++)
			drops.push(await fx.drop(c, { event_id, per_person: 20, quantity: 100, tokenized: 100 }));
		const claims = await Promise.all([...drops, ...drops].map((d) => fx.claim(c, d.id, { quantity: 20 })));
		const all = claims.flatMap((claim) => fx.ok(claim).tokens);
		const places = all.map((t) => getStatusListFromJWT(t.jwt).idx);
		assert.equal(new Set(places).size, places.length, 'unique');
		const rising = places.filter((p, i) => i > 0 && p > places[i - 1]).length;
		assert.ok(rising > 35 && rising < 85, `${rising} of 119 rise`);
		assert.ok(Math.max(...places) - Math.min(...places) > 30000, 'spread over the whole list');
	});

	it('changes nothing in the answers to claims: a replay is the same bytes', async () => {
		const d = await fx.drop(c), idem = randomUUID(), body = { contact: fx.email() };
		const first = await fx.claim(c, d.id, body, { idem });
		const [t] = fx.ok(first).tokens;
		fx.ok(await c.api.post(`/v1/tokens/${t.id}/cancel`, {}), 200);
		assert.equal((await fx.claim(c, d.id, body, { idem })).text, first.text);
	});

	it('is mirrored to the devices of its event, with the key that checks it', async () => {
		const { d, tokens: [t] } = await issued();
		fx.ok(await c.api.post(`/v1/tokens/${t.id}/cancel`, {}), 200);
		await listTells(t.jwt, 1);
		const device = await Device.enrol(c, d.event_id, { profile: 'scan' });
		await device.mirror();
		const { head, status_list } = device.state.mirror;
		const { payload } = await jose.jwtVerify(status_list.jwt, jose.createLocalJWKSet(head.keys),
			{ typ: 'statuslist+jwt' });
		assert.equal(payload.sub, getStatusListFromJWT(t.jwt).uri);
		assert.ok(payload.sub.endsWith(`/${status_list.id}`));
		assert.equal(getListFromStatusListJWT(status_list.jwt).getStatus(getStatusListFromJWT(t.jwt).idx), 1);
	});

	for (const id of ['AAAAAAAAAAA', 'x', randomUUID(), "'or'1"])
		it(`${id} is not one of ours`, async () =>
			assertProblem(await fx.anonymous().get(`/v1/status-lists/${id}`), 404, 'not_found'));
});

describe('a QR code', () => {
	it('is read back by a stranger, drawn either way', async () => {
		const { tokens: [t] } = await issued();
		const svg = await c.api.get(`/v1/tokens/${t.id}/qr.svg`);
		const png = await c.api.get(`/v1/tokens/${t.id}/qr.png`);
		assert.equal(fx.ok({ ...svg, json: true }, 200) && svg.type, 'image/svg+xml');
		assert.equal(fx.ok({ ...png, json: true }, 200) && png.type, 'image/png');
		assert.equal(scanned(svg.bytes, 'svg'), t.jwt);
		assert.equal(scanned(png.bytes, 'png'), t.jwt);
		assert.ok(png.bytes.length < 20000, `${png.bytes.length} bytes`);
		for (const [target, answer] of [['qr.svg', svg], ['qr.png', png]]) {
			const again = await c.api.get(`/v1/tokens/${t.id}/${target}`);
			assert.ok(again.bytes.equals(answer.bytes), 'the same each time');
			assert.match(answer.headers['cache-control'], /no-store/);
		}
	});

	it('is there for tokens that have a text, and for their creator', async () => {
		const { tokens: [held] } = await issued({ hold_ttl_s: 600 });
		const { tokens: [t] } = await issued();
		for (const name of ['qr.svg', 'qr.png']) {
			assertProblem(await c.api.get(`/v1/tokens/${held.id}/${name}`), 409, 'token_state');
			assertProblem(await c.storefront.get(`/v1/tokens/${t.id}/${name}`), 403, 'forbidden');
			assertProblem(await (await fx.creator()).api.get(`/v1/tokens/${t.id}/${name}`), 404, 'not_found');
			assertProblem(await c.api.get(`/v1/tokens/${randomUUID()}/${name}`), 404, 'not_found');
		}
	});
});

describe("the holder's page", () => {
	const page = (t) => fx.anonymous().get(pathOf(t.holder_url));
	const words = (html) => html.replace(/<style>.*?<\/style>/s, '').replace(/<svg.*?<\/svg>/s, '')
		.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

	function mayBeShown(answer) {
		assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
		assert.equal(answer.headers['referrer-policy'], 'no-referrer');
		assert.equal(answer.headers['cache-control'], 'private, no-store');
		assert.equal(answer.headers['x-content-type-options'], 'nosniff');
		const style = /<style>(.*?)<\/style>/s.exec(answer.text)[1];
		const hash = createHash('sha256').update(style).digest('base64');
		assert.equal(answer.headers['content-security-policy'], "default-src 'none'; " +
			`style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`);
		assert.doesNotMatch(answer.text, /<script|<link|<img|<iframe|\sstyle=|\son[a-z]+=|src=|url\(|https?:/i);
	}

	it('says what is due where and when, in the zone of the event, with a code that scans', async () => {
		const { id: event_id } = await fx.event(c, { name: 'Night <Market> & "Friends"',
			starts_at: '2031-05-02T16:00:00Z', ends_at: '2031-05-02T21:30:00Z', time_zone: 'America/New_York',
			venue: { name: 'Depot', lat: 40.7, lon: -73.9, address: "1 O'Main St" } });
		const { sku } = await fx.product(c, { title: '<b>Riso print</b>' });
		const { tokens: [t] } = await issued({ event_id, sku, pickup_from: '2031-05-02T23:00:00Z',
			pickup_until: '2031-05-03T05:00:00Z' });
		const answer = await page(t);
		fx.ok({ ...answer, json: true }, 200);
		mayBeShown(answer);
		const text = words(answer.text);
		for (const part of ['Valid', '&lt;b&gt;Riso print&lt;/b&gt;', 'Night &lt;Market&gt; &amp; &quot;Friends&quot;',
			'Depot', '1 O&#39;Main St', 'Friday, 2 May 2031, 12:00 – 17:30',
			'Friday, 2 May 2031, 19:00 – Saturday, 3 May 2031, 01:00', 'Local time, America/New York', `Number ${t.serial}`])
			assert.ok(text.includes(part), `${part} is not in ${text}`);
		const svg = /<svg.*?<\/svg>/s.exec(answer.text)[0];
		assert.match(svg, /role="img" aria-label="[^"]+"/);
		assert.equal(scanned(svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg" width="800"'), 'svg'), t.jwt);
	});

	it('shows no code before it is confirmed, and none after it has ended', async () => {
		const { tokens: [t, u] } = await issued({ hold_ttl_s: 600 }, 2);
		const shows = async (x, status, label, code) => {
			const answer = await page(x);
			assert.equal(answer.status, status, answer.text);
			mayBeShown(answer);
			assert.ok(words(answer.text).includes(label), words(answer.text));
			assert.equal(answer.text.includes('<svg'), code);
			assert.ok(!answer.text.includes('eyJ'), 'never the text itself');
		};
		await shows(t, 200, 'Reserved', false);
		fx.ok(await c.api.post(`/v1/tokens/${t.id}/confirm`, {}), 200);
		await shows(t, 200, 'Valid', true);
		await shows(u, 200, 'Reserved', false);
		fx.ok(await c.api.post(`/v1/tokens/${t.id}/cancel`, {}), 200);
		await shows(t, 200, 'Cancelled', false);
	});

	it('says that it was picked up', async () => {
		const { d, tokens: [t] } = await issued();
		const device = await Device.enrol(c, d.event_id, { profile: 'scan' });
		await device.mirror();
		assert.equal((await device.redeem(t.jwt)).ok, true);
		fx.ok(await device.upload(), 200);
		const answer = await page(t);
		mayBeShown(answer);
		assert.match(words(answer.text), /Picked up This code was used\. Picked up on \w+day, /);
		assert.ok(!answer.text.includes('<svg'));
	});

	it('has a link that is told to creators and, once, to who claimed', async () => {
		const d = await fx.drop(c), idem = randomUUID(), body = { contact: fx.email() };
		const [t] = fx.ok(await fx.claim(c, d.id, body, { idem })).tokens;
		assert.match(pathOf(t.holder_url), /^\/t\/[A-Za-z0-9_-]{70}$/);
		assert.equal(fx.ok(await fx.claim(c, d.id, body, { idem })).tokens[0].holder_url, t.holder_url);
		assert.equal(fx.ok(await c.api.get(`/v1/tokens/${t.id}`), 200).holder_url, t.holder_url);
		assert.equal(fx.ok(await c.storefront.get(`/v1/tokens/${t.id}`), 200).holder_url, null);
		assert.equal(fx.ok(await c.api.post(`/v1/tokens/${t.id}/cancel`, {}), 200).holder_url, t.holder_url);
	});

	it('cannot be guessed, nor made from another link', async () => {
		const { tokens: [t] } = await issued();
		const link = pathOf(t.holder_url);
		const flip = (at) => link.slice(0, at) + (link[at] === 'A' ? 'B' : 'A') + link.slice(at + 1);
		for (const target of [flip(10), flip(30), flip(47), flip(60), link.slice(0, -1), `${link}A`, '/t/x',
			`/t/${'A'.repeat(70)}`, `/t/${t.id}`]) {
			const answer = await fx.anonymous().get(target);
			assert.equal(answer.status, 404, target);
			mayBeShown(answer);
			assert.match(words(answer.text), /Nothing here/);
		}
	});
});
