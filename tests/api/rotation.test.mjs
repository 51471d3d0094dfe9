// SPDX-License-Identifier: Apache-2.0
//
// The token key and the consent key through their lives, on a stack of its own: published before it signs, published after it
// has signed, and a leaked one gone at once with what it signed told anew by another.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, it } from 'node:test';
import * as jose from 'jose';
import { contact, world } from '../crash/lib/load.mjs';
import { Device } from '../device/device.mjs';
import { ROOT, Stack, until } from '../crash/lib/stack.mjs';

const PROGRAM = path.join(process.env.ROADSHOW_BIN ?? path.join(ROOT, 'build/release'), 'roadshow');
let stack, w;
before(async () => {
	stack = await Stack.start({ workers: 1, janitor: false });
	w = await world(stack);
});
after(() => stack?.stop());

const keys = (...argv) => execFileSync(PROGRAM, ['keys', ...argv, path.join(stack.dir, 'keys')], { encoding: 'utf8' });
async function restart() {
	await stack.service.stop();
	await stack.service.start();
	await until(() => w.api.get('/livez').then((a) => a.status === 200, () => false), 'TLS to be there');
}
const published = async () => (await w.api.as(undefined).get('/.well-known/jwks.json')).json.keys
	.filter((k) => k.alg === 'ES256');
async function claim(body = { contact: contact() }, idem = randomUUID()) {
	const answer = await w.api.post(`/v1/drops/${w.first.id}/claims`, body, { idem });
	assert.equal(answer.status, 201, answer.text);
	return { body, idem, text: answer.text, jwt: answer.json.tokens[0].jwt, id: answer.json.tokens[0].id };
}
const kidOf = (jwt) => jose.decodeProtectedHeader(jwt).kid;
const verifies = async (jwt) => jose.jwtVerify(jwt, jose.createLocalJWKSet({ keys: await published() }), { typ: 'drop+jwt' })
	.then(() => true, () => false);

it('a token key is rotated with overlap, and a leaked one is retired', async () => {
	const first = await claim(), a = kidOf(first.jwt);
	const before = (await published()).map((k) => k.kid);
	assert.ok(before.includes(a));

	const b = /^made .* (\S{8})$/m.exec(keys('rotate', '--use', 'token'))[1];
	await restart();
	assert.deepEqual((await published()).map((k) => k.kid).sort(), [...before, b].sort(), 'ahead of its time');
	assert.equal(kidOf((await claim()).jwt), a, 'it does not sign yet');

	keys('rotate', '--use', 'token', '--stage', 'activate');
	await restart();
	const second = await claim();
	assert.equal(kidOf(second.jwt), b, 'now it does');
	assert.deepEqual((await published()).map((k) => k.kid).sort(), [...before, b].sort(), 'both are published');
	assert.deepEqual([await verifies(first.jwt), await verifies(second.jwt)], [true, true]);
	assert.equal((await claim(first.body, first.idem)).text, first.text, 'an old claim repeated is the same bytes');

	keys('retire', '--use', 'token', '--kid', a);
	await restart();
	assert.ok(!(await published()).some((k) => k.kid === a), 'the leaked key is gone');
	assert.deepEqual([await verifies(first.jwt), await verifies(second.jwt)], [false, true]);
	const anew = (await w.api.get(`/v1/tokens/${first.id}`)).json.jwt;
	assert.deepEqual([kidOf(anew), await verifies(anew)], [b, true], 'its tokens are signed by another');
	assert.deepEqual(jose.decodeJwt(anew), jose.decodeJwt(first.jwt), 'and say the same');

	keys('retire', '--use', 'token', '--kid', b); // the one that signs
	await restart();
	const third = await claim();
	assert.ok(![a, b].includes(kidOf(third.jwt)) && await verifies(third.jwt));
	assert.equal(await verifies(second.jwt), false);
	assert.equal(await verifies((await w.api.get(`/v1/tokens/${second.id}`)).json.jwt), true);
});

it('a consent key is rotated while devices have lines that were encrypted to the one before', async () => {
	const made = (await w.api.post(`/v1/events/${w.event.id}/devices`, { name: 'a phone', profile: 'scan' })).json;
	const d = new Device(stack.url, { ca: stack.service.ca });
	await d.enrol(made.enrol_code);
	const told = async () => (await d.upload()).json.results.map((r) => r.code ?? r.status);
	const kid = async () => {
		await d.mirror();
		return d.state.mirror.head.encryption_keys.keys.map((k) => k.kid).join();
	};
	const old = await kid();
	const next = /^made .* (\S{8})$/m.exec(keys('rotate', '--use', 'consent'))[1];
	await restart();
	assert.equal(await kid(), old, 'the next one is told to nobody yet');
	await d.consent({ contact: contact() });
	keys('rotate', '--use', 'consent', '--stage', 'activate');
	await restart();
	assert.deepEqual(await told(), ['applied'], 'the old one opens');
	await d.consent({ contact: contact() });
	assert.equal(await kid(), next);
	await d.consent({ contact: contact() });
	keys('rotate', '--use', 'consent', '--stage', 'retire');
	await restart();
	assert.deepEqual(await told(), ['consent_key_unknown', 'applied']);
});
