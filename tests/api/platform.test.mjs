// SPDX-License-Identifier: Apache-2.0
//
// The ground under every endpoint: errors, request ids, limits, CORS, HEAD, conditional requests,
// lists, health, metrics.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assertProblem, document, problemCodes } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';
import { sendBytes } from './lib/wire.mjs';
import { ROOT } from '../crash/lib/stack.mjs';

const anyone = () => fx.anonymous();
let c;
before(async () => { c = await fx.creator(); });
after(() => anyone().close());

describe('errors are problem documents', () => {
	it('404 for a path that does not exist', async () => {
		for (const target of ['/', '/v1', '/v1/', '/v1/nothing', '/v1/drops/', '/v1//drops', '/favicon.ico'])
			assertProblem(await c.api.get(target), 404, 'not_found');
	});

	it('404 for an id that is no UUID, or of nothing', async () => {
		for (const id of ['x', '123', 'not-a-uuid', '00000000-0000-0000-0000-00000000000g',
			'%00', '..', '%2e%2e', '00000000-0000-7000-8000-000000000000'])
			assertProblem(await c.api.get(`/v1/drops/${id}`), 404, 'not_found');
	});

	it('405 with Allow for a method that a path does not have', async () => {
		const answer = await c.api.request('DELETE', '/v1/events');
		assertProblem(answer, 405, 'method_not_allowed');
		assert.match(answer.headers.allow, /\bPOST\b/);
		assertProblem(await c.api.request('PATCH', '/v1/openapi.json'), 405);
	});

	it('413 for a body beyond the limit, and the next request works', async () => {
		const title = 'x'.repeat(300 * 1024);
		assertProblem(await c.api.post('/v1/products', { sku: 'a', title,
			price: { amount: 1, currency: 'EUR' } }), 413, 'body_too_large');
		fx.ok(await c.api.post('/v1/products', { sku: fx.unique('sku'), title: 'x',
			price: { amount: 1, currency: 'EUR' } }));
	});

	it('415 for a body that is no JSON by its type', async () => {
		for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml',
			'application/jsonx'])
			assertProblem(await c.api.request('POST', '/v1/products',
				{ raw: '{}', headers: { 'content-type': type } }), 415, 'unsupported_media_type');
		assertProblem(await c.api.request('POST', '/v1/products', { raw: '{}' }), 415);
	});

	it('takes JSON with parameters and in any case', async () => {
		for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset=UTF-8'])
			fx.ok(await c.api.request('POST', '/v1/products', {
				raw: JSON.stringify({ sku: fx.unique('sku'), title: 'x', price: { amount: 1, currency: 'EUR' } }),
				headers: { 'content-type': type } }));
	});

	for (const [what, raw] of [['nothing', ''], ['half an object', '{"sku":'], ['two values', '{} {}'],
		['a trailing comma', '{"sku":"a",}'], ['a byte that is no UTF-8', Buffer.from('{"sku":"\xff"}', 'latin1')],
		['a lone surrogate', '{"sku":"\\ud800"}'], ['single quotes', "{'sku':'a'}"], ['NaN', '{"sku":NaN}'],
		['a control character', '{"sku":"a\u0001"}'], ['a comment', '{/* x */"sku":"a"}'],
		['too many levels', '['.repeat(5000) + ']'.repeat(5000)], ['a name twice', '{"sku":"a","sku":"b"}']])
		it(`400 for a body of ${what}`, async () => {
			assertProblem(await c.api.request('POST', '/v1/products',
				{ raw, headers: { 'content-type': 'application/json' } }), 400);
		});

	for (const [what, raw] of [['an array', '[]'], ['a string', '"x"'], ['null', 'null'], ['a number', '1']])
		it(`refuses ${what} where an object is wanted`, async () => {
			const answer = await c.api.request('POST', '/v1/products',
				{ raw, headers: { 'content-type': 'application/json' } });
			assertProblem(answer);
			assert.ok([400, 422].includes(answer.status), answer.text);
		});

	it('414 for a target beyond the limit', async () => {
		assertProblem(await c.api.get(`/v1/drops/${'a'.repeat(4000)}`), 414);
		assertProblem(await c.api.get(`/v1/drops/${'a'.repeat(9000)}`), 431);
	});

	it('431 for headers beyond the limit', async () => {
		const headers = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`x-${i}`, 'y'.repeat(1500)]));
		assertProblem(await c.api.get('/v1/ledger', { headers }), 431);
	});

	it('400 for a query parameter that is unknown, repeated or out of range', async () => {
		for (const query of ['nonsense=1', 'limit=0', 'limit=x', 'limit=100000', 'limit=-1', 'limit=',
			'limit=1&limit=2', 'limit=1.5', 'limit=%zz', 'limit=1%00'])
			assertProblem(await c.api.get(`/v1/ledger?${query}`));
	});

	it('422 for what is well written but out of reach, wherever that is found', async () => {
		const event = (over) => c.api.post('/v1/events', { name: 'x', starts_at: '2030-05-01T12:00:00Z',
			ends_at: '2030-05-02T12:00:00Z', time_zone: 'UTC', venue: { name: 'x', lat: 1, lon: 1 }, ...over });
		assertProblem(await event({ starts_at: '2030-05-01T12:00:00+23:59' }), 422, 'invalid_value');
		assertProblem(await event({ venue: { name: 'x', lat: 1e-300, lon: 1 } }), 422, 'validation_failed');
	});

	it('a number in a query may have leading zeros', async () => {
		const plain = await c.api.get('/v1/ledger?after=0&limit=5');
		assert.equal(plain.status, 200);
		assert.deepEqual((await c.api.get('/v1/ledger?after=000&limit=05')).json, plain.json);
	});

	it('names every request, and takes no name from outside as its own', async () => {
		const ids = new Set();
		for (let i = 0; i < 20; i++) {
			const answer = await anyone().get('/livez', { headers: { 'x-request-id': 'evil' } });
			ids.add(answer.headers['x-request-id']);
		}
		assert.equal(ids.size, 20);
		assert.ok(!ids.has('evil'));
	});
});

// What a client library would never send. Framing that two readers could read differently must be
// refused, and what hides behind it must never be answered as a request of its own.
describe('malformed HTTP', () => {
	const lines = (...l) => `${l.join('\r\n')}\r\n\r\n`;
	const hidden = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
	const cases = {
		'no version': lines('GET /livez'),
		'a version from the future': lines('GET /livez HTTP/3.0', 'Host: x'),
		'HTTP/2 preface in the clear': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
		'no Host': lines('GET /livez HTTP/1.1', 'Accept: */*'),
		'two Hosts': lines('GET /livez HTTP/1.1', 'Host: a', 'Host: b'),
		'a header that Kore takes for Host': lines('GET /livez HTTP/1.1', 'Hosted: evil', 'Host: x'),
		'more headers than are kept': lines('GET /livez HTTP/1.1', 'Host: x',
			...Array.from({ length: 30 }, (_, i) => `X-${i}: y`)),
		'an unknown method': lines('BREW /livez HTTP/1.1', 'Host: x'),
		'CONNECT': lines('CONNECT example.org:443 HTTP/1.1', 'Host: example.org:443'),
		'TRACE': lines('TRACE /livez HTTP/1.1', 'Host: x'),
		'a header without a colon': lines('GET /livez HTTP/1.1', 'Host: x', 'nonsense'),
		'a header with a space before its colon': lines('GET /livez HTTP/1.1', 'Host: x', 'X-A : b'),
		'a folded header': lines('GET /livez HTTP/1.1', 'Host: x', 'X-A: b', ' c'),
		'a NUL in a header': lines('GET /livez HTTP/1.1', 'Host: x', 'X-A: b\0c'),
		'a bare CR in a header': lines('GET /livez HTTP/1.1', 'Host: x', 'X-A: b\rX-B: c'),
		'a control character in the target': lines('GET /live\x01z HTTP/1.1', 'Host: x'),
		'a target without a slash': lines('GET livez HTTP/1.1', 'Host: x'),
		'a chunked body': lines('POST /v1/products HTTP/1.1', 'Host: x', 'Content-Type: application/json',
			'Transfer-Encoding: chunked') + `2\r\n{}\r\n0\r\n\r\n${hidden}`,
		'length and chunked together': lines('POST /v1/products HTTP/1.1', 'Host: x', 'Content-Length: 5',
			'Transfer-Encoding: chunked') + `0\r\n\r\n${hidden}`,
		'chunked on a GET': lines('GET /livez HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked') +
			`0\r\n\r\n${hidden}`,
		'two lengths': lines('POST /v1/products HTTP/1.1', 'Host: x', 'Content-Length: 2',
			'Content-Length: 40') + `{}${hidden}`,
		'a list of lengths': lines('POST /v1/products HTTP/1.1', 'Host: x', 'Content-Length: 2, 40') +
			`{}${hidden}`,
		'a negative length': lines('POST /v1/products HTTP/1.1', 'Host: x', 'Content-Length: -1') + hidden,
		'a length with a sign': lines('POST /v1/products HTTP/1.1', 'Host: x', 'Content-Length: +2') + `{}${hidden}`,
		'a length that is no number': lines('POST /v1/products HTTP/1.1', 'Host: x', 'Content-Length: 2x') +
			`{}${hidden}`,
		'a length beyond any limit': lines('POST /v1/products HTTP/1.1', 'Host: x',
			'Content-Length: 99999999999999999999'),
		'no length on a POST': lines('POST /v1/products HTTP/1.1', 'Host: x', 'Content-Type: application/json'),
		'binary noise': `${'\x16\x03\x01\x02\x00'.repeat(20)}\r\n\r\n`,
	};
	for (const [what, bytes] of Object.entries(cases))
		it(`${what} is refused with a problem`, async () => {
			const { answers } = await sendBytes(Buffer.from(bytes, 'latin1'));
			assert.ok(answers.length >= 1, 'no answer at all');
			for (const answer of answers) {
				assert.ok(answer.status >= 400 && answer.status < 600, `${answer.status}`);
				assertProblem(answer);
			}
			const behind = answers.slice(1);
			assert.deepEqual(behind.map((a) => a.status), [], 'what hid in the body was answered');
		});

	it('the service is well afterwards', async () => {
		assert.equal((await anyone().get('/livez')).status, 200);
	});

	it('a body on a GET is not taken for the next request', async () => {
		const { answers } = await sendBytes('GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: ' +
			`${hidden.length}\r\n\r\n${hidden}`);
		assert.equal(answers.length, 1, 'one request, one answer');
	});

	for (const [what, first] of [['GET', 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'],
		['POST', lines('POST /v1/products HTTP/1.1', 'Host: x', 'Content-Length: 2') + '{}']])
		it(`of two requests in one packet the first, a ${what}, is answered and the connection ends`, async () => {
			const { answers, closed } = await sendBytes(first + 'GET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n');
			assert.deepEqual(answers.map((a) => a.status), [what === 'GET' ? 200 : 401]);
			assert.equal(answers[0].headers.connection, 'close', 'so the client knows what was not taken');
			assert.ok(closed);
		});

	it('a request that arrives byte by byte is understood', async () => {
		const { answers } = await sendBytes('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
			{ slowly: true });
		assert.equal(answers[0].status, 200);
	});
});

describe('HEAD, CORS, tracing', () => {
	it('HEAD answers as GET, without a body', async () => {
		const ev = await fx.event(c);
		const get = await c.api.get(`/v1/events/${ev.id}`);
		const head = await c.api.request('HEAD', `/v1/events/${ev.id}`);
		assert.equal(head.status, 200);
		assert.equal(head.bytes.length, 0);
		for (const name of ['content-type', 'content-length', 'etag'])
			assert.equal(head.headers[name], get.headers[name], name);
		const missing = await c.api.request('HEAD', '/v1/nothing');
		assert.equal(missing.status, 404);
		assert.equal(missing.bytes.length, 0);
	});

	it('a preflight is answered without a key', async () => {
		const answer = await anyone().request('OPTIONS', `/v1/drops/${c.id}/claims`, { headers: {
			origin: 'https://shop.example', 'access-control-request-method': 'POST',
			'access-control-request-headers': 'authorization, content-type, idempotency-key' } });
		assert.ok([200, 204].includes(answer.status), `${answer.status} ${answer.text}`);
		assert.match(answer.headers['access-control-allow-origin'], /^(\*|https:\/\/shop\.example)$/);
		assert.match(answer.headers['access-control-allow-methods'], /POST/);
		for (const h of ['authorization', 'content-type', 'idempotency-key'])
			assert.match(answer.headers['access-control-allow-headers'].toLowerCase(), new RegExp(h));
		assert.match(answer.headers['access-control-max-age'] ?? '1', /^\d+$/);
	});

	it('a page may read the answer and the headers it needs', async () => {
		const answer = await c.api.get('/v1/nothing', { headers: { origin: 'https://shop.example' } });
		assert.match(answer.headers['access-control-allow-origin'], /^(\*|https:\/\/shop\.example)$/);
		const exposed = answer.headers['access-control-expose-headers'].toLowerCase();
		for (const h of ['x-request-id', 'idempotent-replayed', 'etag', 'retry-after'])
			assert.match(exposed, new RegExp(h));
	});

	it('takes a traceparent, a broken one too', async () => {
		for (const traceparent of ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 'nonsense', '0'.repeat(500)])
			assert.equal((await anyone().get('/livez', { headers: { traceparent } })).status, 200);
	});
});

describe('conditional requests', () => {
	it('GET gives a strong ETag that stays while the resource does', async () => {
		const ev = await fx.event(c);
		const one = await c.api.get(`/v1/events/${ev.id}`);
		assert.match(one.headers.etag, /^"[^"]+"$/);
		assert.equal((await c.api.get(`/v1/events/${ev.id}`)).headers.etag, one.headers.etag);
	});
});

describe('lists', () => {
	const make = async (n) => {
		const own = await fx.creator();
		const skus = [];
		for (let i = 0; i < n; i++) skus.push((await fx.product(own)).sku);
		return { own, skus };
	};

	it('follow the cursor to every item, once', async () => {
		const { own, skus } = await make(7);
		const seen = [];
		let page = await own.api.get('/v1/products?limit=3');
		for (;;) {
			assert.equal(page.status, 200);
			seen.push(...page.json.products.map((p) => p.sku));
			if (page.json.next === null) break;
			assert.equal(page.json.products.length, 3);
			const link = /<([^>]+)>;\s*rel="?next"?/.exec(page.headers.link);
			assert.ok(link, 'a page with `next` has a Link');
			page = await own.api.get(link[1]);
		}
		assert.equal(page.headers.link, undefined);
		assert.deepEqual(seen.sort(), skus.sort());
	});

	it('refuse a cursor that was made up, changed, or is of another list or creator', async () => {
		const { own } = await make(3), other = await fx.creator();
		const { next } = (await own.api.get('/v1/products?limit=1')).json;
		const flip = (s, i) => s.slice(0, i) + (s[i] === 'A' ? 'B' : 'A') + s.slice(i + 1);
		for (const after of ['x', '10', randomBytes(24).toString('base64url'), flip(next, 2),
			flip(next, next.length - 6), next.slice(0, -3)])
			assertProblem(await own.api.get(`/v1/products?after=${encodeURIComponent(after)}`), 400, 'invalid_cursor');
		assertProblem(await other.api.get(`/v1/products?after=${encodeURIComponent(next)}`), 400, 'invalid_cursor');
		assertProblem(await own.api.get(`/v1/cases?after=${encodeURIComponent(next)}`), 400, 'invalid_cursor');
	});
});

describe('health, metrics, the contract itself', () => {
	it('/livez and /readyz need no key', async () => {
		assert.equal((await anyone().get('/livez')).status, 200);
		assert.equal((await anyone().get('/readyz')).status, 200);
	});

	it('/metrics is Prometheus text that counts over all workers', async () => {
		const read = async () => {
			const { text, type } = await anyone().get('/metrics');
			assert.equal(type, 'text/plain');
			const values = {};
			for (const line of text.split('\n').filter((l) => l && !l.startsWith('#'))) {
				const m = /^([a-z_:][a-z0-9_:]*(?:\{[^}]*\})?) (\S+)$/.exec(line);
				assert.ok(m, `not a sample: ${line}`);
				assert.ok(Number.isFinite(Number(m[2])) || m[2] === '+Inf', line);
				values[m[1]] = Number(m[2]);
			}
			return values;
		};
		const before = await read();
		const name = Object.keys(before).find((k) => /^roadshow_.*requests.*total/.test(k));
		assert.ok(name, `a counter of requests among ${Object.keys(before)}`);
		await Promise.all(Array.from({ length: 50 }, () => anyone().get('/livez')));
		assert.ok((await read())[name] >= before[name] + 50, 'every worker is counted');
	});

	it('/v1/openapi.json is docs/openapi.yaml, and both are up to date', async () => {
		const served = await anyone().get('/v1/openapi.json');
		assert.equal(served.status, 200);
		assert.deepEqual(served.json, document);
		execFileSync(path.join(ROOT, 'script/openapi'), ['--check'], { stdio: 'pipe' });
	});

	it('docs/problems.md lists every code that the service can give, and no other', () => {
		const given = codesGiven(), everything = sources();
		assert.deepEqual([...given.keys()].filter((k) => !problemCodes.has(k))
			.map((k) => `${k} (${given.get(k)})`), [], 'not in docs/problems.md');
		assert.deepEqual([...problemCodes].filter((k) => !new RegExp(`['"]${k}['"]`).test(everything)), [],
			'nothing gives these');
	});
});

function filesUnder(dir, ending) {
	return fs.readdirSync(path.join(ROOT, dir), { withFileTypes: true }).flatMap((entry) => {
		const file = path.join(dir, entry.name);
		if (entry.isDirectory()) return filesUnder(file, ending);
		return entry.name.endsWith(ending) ? [file] : [];
	});
}

const sqlAndC = () => [...filesUnder('sql/functions', '.sql'), ...filesUnder('src', '.c')];
const sources = () => sqlAndC().map((f) => fs.readFileSync(path.join(ROOT, f), 'utf8')).join('\n');

// Codes as the sources write them: fail(409, 'code', …) in SQL; call_problem(c, 409, "code", …) and
// rows {409, "code", …} in C.
function codesGiven() {
	const patterns = [/\bfail\(\s*\d{3},\s*'([a-z0-9_]+)'/g,
		/\bcall_problem\(\s*\w+,\s*\d{3},\s*"([a-z0-9_]+)"/g, /\{\s*[45]\d\d,\s*"([a-z0-9_]+)",/g];
	const found = new Map();
	for (const file of sqlAndC()) {
		const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
		for (const p of patterns) for (const m of text.matchAll(p)) found.set(m[1], file);
	}
	return found;
}
