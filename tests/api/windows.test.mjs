// SPDX-License-Identifier: Apache-2.0
//
// Who may claim when: early-bird, members by invitation, a code, everybody; limits per person in a window
// and over windows; changing windows, the tokenized share and the walk-in stock while a drop is open; and
// what the public report says of it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { sleep, until as poll } from '../crash/lib/stack.mjs';
import { assertProblem } from './lib/contract.mjs';
import { Device } from './lib/device.mjs';
import * as fx from './lib/fixtures.mjs';

let c, ev, sku;
before(async () => {
	c = await fx.creator();
	[ev, { sku }] = [await fx.event(c), await fx.product(c)];
});
after(() => fx.anonymous().close());
// The janitor has other things to do, too.
const until = (probe, what) => poll(probe, what, 60000, 50);

const drop = (over) => fx.drop(c, { event_id: ev.id, sku, quantity: 20, tokenized: 20, per_person: 3, ...over });
const windowAt = (d, name) => `/v1/drops/${d.id}/windows/${name}`;
const seen = async (d) => fx.ok(await c.api.get(`/v1/drops/${d.id}`), 200);
const used = async (d, name) => fx.ok(await c.api.get(windowAt(d, name)), 200).used;
const invite = async (d, name, ...contacts) => fx.ok(await c.api.post(`${windowAt(d, name)}/invitations`,
	{ contacts }, { idem: null }), 200).invitations.map((i) => i.access);
const ledger = async (d) => (await c.api.all('/v1/ledger?limit=1000', 'entries'))
	.filter((e) => e.subject === d.id || e.data.drop_id === d.id);

function refused(answer, status, code, pointer) {
	const problem = assertProblem(answer, status, code);
	if (pointer !== undefined) assert.equal(problem.errors?.[0].pointer, pointer, answer.text);
	return problem.detail;
}

describe('a drop with windows', () => {
	let d;
	before(async () => {
		d = await drop({ windows: [
			{ name: 'public', opens_at: fx.inSeconds(1800) },
			{ name: 'early', closes_at: fx.inSeconds(1800), quantity: 3 },
			{ name: 'members', proof: 'invitation', per_person: 1 },
			{ name: 'radio', proof: 'code', code: 'moonlight', quantity: 4 },
			{ name: 'gone', opens_at: fx.inSeconds(-50), closes_at: fx.inSeconds(-40), proof: 'code', code: 'late' },
		] });
	});

	it('shows them in the order in which they open, without their codes', async () => {
		assert.deepEqual(d.windows.map((w) => w.name), ['early', 'members', 'radio', 'gone', 'public']);
		const radio = d.windows[2];
		assert.deepEqual(radio, { name: 'radio', opens_at: d.opens_at, closes_at: d.closes_at, quantity: 4,
			per_person: null, proof: 'code', used: 0 });
		assert.deepEqual(fx.ok(await c.storefront.get(windowAt(d, 'radio')), 200), radio);
		const [created] = (await ledger(d)).filter((e) => e.kind === 'drop.created');
		assert.deepEqual(created.data.windows.find((w) => w.name === 'radio'),
			(({ used: _, ...told }) => told)(radio));
		assert.ok(!JSON.stringify(await ledger(d)).includes('moonlight'));
	});

	it('takes who names none through the window that asks for nothing now', async () => {
		const one = fx.ok(await fx.claimAsFan(c, d.id));
		assert.equal(one.window, 'early');
		assert.equal(fx.ok(await c.api.get(`/v1/tokens/${one.tokens[0].id}`), 200).window, 'early');
		assert.match(refused(await fx.claim(c, d.id, { quantity: 3 }), 409, 'window_sold_out'), /Only 2 left/);
		fx.ok(await fx.claim(c, d.id, { quantity: 2, window: 'early' }));
		assert.match(refused(await fx.claim(c, d.id), 409, 'window_sold_out'), /Nothing is left/);
		assert.equal((await seen(d)).counts.available, 17, 'the drop itself has more');
	});

	it('opens and closes each by its own times', async () => {
		refused(await fx.claim(c, d.id, { window: 'public' }), 409, 'window_not_open');
		refused(await fx.claim(c, d.id, { window: 'gone', access: 'late' }), 409, 'window_closed');
		refused(await fx.claim(c, d.id, { window: 'nothing' }), 422, 'unknown_window', '/window');
		refused(await fx.claim(c, (await drop()).id, { window: 'early' }), 422, 'unknown_window', '/window');
	});

	it('lets in whom it knows a code from', async () => {
		for (const access of [undefined, 'sunlight', 'Moonlight', 'moonlight '])
			refused(await fx.claim(c, d.id, { window: 'radio', access }), 403, 'access_denied', '/access');
		const got = fx.ok(await fx.claimAsFan(c, d.id, { window: 'radio', access: 'moonlight', quantity: 2 }));
		assert.equal(got.window, 'radio');
		assert.equal(await used(d, 'radio'), 2);
	});

	it('lets in who was invited, and nobody in their place', async () => {
		const [ann, bob] = [fx.email(), fx.email()];
		const [hers, his] = await invite(d, 'members', ann, bob);
		assert.deepEqual(await invite(d, 'members', ann), [hers], 'the same again');
		const come = (contact, access, over) => fx.claimAsFan(c, d.id, { contact, window: 'members', access, ...over });
		for (const access of [undefined, his, `${hers.slice(0, -1)}!`, `${hers}A`])
			refused(await come(ann, access), 403, 'access_denied', '/access');
		refused(await fx.claim(c, d.id, { contact: ann, window: 'radio', access: hers }), 403, 'access_denied');
		const elsewhere = await drop({ windows: [{ name: 'members', proof: 'invitation' }] });
		refused(await fx.claim(c, elsewhere.id, { contact: ann, window: 'members', access: hers }), 403, 'access_denied');
		assert.equal(fx.ok(await come({ email: ann.email.toUpperCase().replace('@', '+gig@') }, hers)).window, 'members');
	});

	it('limits a person in a window, and over all of them', async () => {
		const ann = fx.email(), [access] = await invite(d, 'members', ann);
		const come = (window, quantity, over) => fx.claim(c, d.id, { contact: ann, window, quantity, ...over });
		assert.match(refused(await come('members', 2, { access }), 409, 'limit_reached'), /This window gives at most 1/);
		const { tokens } = fx.ok(await come('members', 1, { access }));
		assert.match(refused(await come('members', 1, { access }), 409, 'limit_reached'), /This window gives at most 1/);
		fx.ok(await come('radio', 2, { access: 'moonlight' }));
		refused(await come('radio', 1, { access: 'moonlight' }), 409, 'window_sold_out');
		const [w] = (await seen(d)).windows.filter((x) => x.name === 'radio');
		assert.deepEqual([w.used, w.quantity], [4, 4]);
		await c.api.put(windowAt(d, 'radio'), { proof: 'code', code: 'moonlight', quantity: 9 }, { headers: { 'if-match': '*' } });
		assert.match(refused(await come('radio', 1, { access: 'moonlight' }), 409, 'limit_reached'), /This drop gives at most 3/);
		fx.ok(await c.api.post(`/v1/tokens/${tokens[0].id}/cancel`, {}), 200);
		fx.ok(await come('members', 1, { access }), 201);
	});

	it('counts what is cancelled back into its window', async () => {
		const before = await used(d, 'radio');
		const { tokens } = fx.ok(await fx.claim(c, d.id, { window: 'radio', access: 'moonlight', quantity: 2 }));
		assert.equal(await used(d, 'radio'), before + 2);
		fx.ok(await c.api.post(`/v1/tokens/${tokens[0].id}/cancel`, {}), 200);
		assert.equal(await used(d, 'radio'), before + 1);
	});

	it('never gives more than a window has, whoever comes at once', async () => {
		const tight = await drop({ windows: [{ name: 'five', quantity: 5 }] });
		const answers = await Promise.all(Array.from({ length: 30 }, () => fx.claim(c, tight.id)));
		assert.deepEqual([201, 409].map((s) => answers.filter((a) => a.status === s).length), [5, 25]);
		answers.filter((a) => a.status === 409).forEach((a) => assertProblem(a, 409, 'window_sold_out'));
		assert.equal(await used(tight, 'five'), 5);
	});

	it('repeats a claim as it was', async () => {
		const idem = randomUUID(), body = { contact: fx.email(), window: 'radio', access: 'moonlight' };
		const first = await fx.claim(c, d.id, body, { idem });
		fx.ok(first);
		const again = await fx.claim(c, d.id, body, { idem });
		assert.deepEqual([again.text, again.headers['idempotent-replayed']], [first.text, 'true']);
		refused(await fx.claim(c, d.id, { ...body, window: 'members' }, { idem }), 422, 'idempotency_key_reused');
	});

	it('goes from one window to the next by the clock, and says when none is open', async () => {
		const turn = fx.inSeconds(5), end = fx.inSeconds(10);
		const moving = await drop({ windows: [{ name: 'first', closes_at: turn }, { name: 'second', opens_at: turn, closes_at: end }] });
		assert.equal(fx.ok(await fx.claim(c, moving.id)).window, 'first');
		await sleep(Date.parse(turn) - Date.now() + 50);
		assert.equal(fx.ok(await fx.claim(c, moving.id)).window, 'second');
		await sleep(Date.parse(end) - Date.now() + 50);
		assert.match(refused(await fx.claim(c, moving.id), 409, 'window_not_open'), /No window is open to everybody/);
	});

	it('is told to the public by window', async () => {
		const issued = (await ledger(d)).filter((e) => e.kind === 'token.issued');
		const report = await until(async () => {
			const { json } = await fx.anonymous().get(`/logs/${c.slug}/drops/${d.id}`);
			return json.counts?.['token.issued'] === issued.length && json;
		}, 'the report to have everything');
		const byWindow = {};
		for (const { data: { window } } of issued) byWindow[window] = (byWindow[window] ?? 0) + 1;
		assert.deepEqual(Object.keys(byWindow).sort(), ['early', 'members', 'radio']);
		for (const [name, n] of Object.entries(byWindow)) assert.equal(report.windows[name]['token.issued'], n, name);
		assert.deepEqual(report.changes.map((x) => [x.kind, x.window, x.quantity]),
			[['drop.created', null, 20], ['drop.window_set', 'radio', 9]]);
	});
});

describe('a window', () => {
	const match = (etag) => ({ headers: { 'if-match': etag } });

	it('is made, read, and replaced under its ETag', async () => {
		const d = await drop(), at = windowAt(d, 'early');
		refused(await c.api.get(at), 404, 'not_found');
		refused(await c.api.put(at, {}, match('*')), 412, 'precondition_failed');
		const made = await c.api.put(at, { quantity: 5 });
		assert.deepEqual([fx.ok(made).quantity, made.headers.location], [5, at]);
		refused(await c.api.put(at, { quantity: 6 }), 428, 'precondition_required');
		const { etag } = made.headers;
		assert.equal((await c.api.get(at)).headers.etag, etag);
		fx.ok(await fx.claim(c, d.id));
		const read = await c.api.get(at);
		assert.deepEqual([read.json.used, read.headers.etag], [1, etag], 'how much is used is no rule');
		const same = await c.api.put(at, { quantity: 5 }, match(etag));
		assert.deepEqual([fx.ok(same, 200).used, same.headers.etag], [1, etag], 'nothing was changed');
		const changed = await c.api.put(at, { quantity: 6 }, match(etag));
		fx.ok(changed, 200);
		assert.notEqual(changed.headers.etag, etag);
		refused(await c.api.put(at, { quantity: 7 }, match(etag)), 412, 'precondition_failed');
		const set = (await ledger(d)).filter((e) => e.kind === 'drop.window_set');
		assert.deepEqual(set.map((e) => [e.data.window, e.data.quantity, e.data.proof, 'used' in e.data]),
			[['early', 5, 'none', false], ['early', 6, 'none', false]]);
	});

	it('is changed by one of two who saw the same', async () => {
		const d = await drop({ windows: [{ name: 'early' }] }), at = windowAt(d, 'early');
		const { etag } = (await c.api.get(at)).headers;
		const both = await Promise.all([7, 8].map((quantity) => c.api.put(at, { quantity }, match(etag))));
		assert.deepEqual(both.map((a) => a.status).sort(), [200, 412]);
	});

	it('never has less than what came through it', async () => {
		const d = await drop({ windows: [{ name: 'early' }] }), at = windowAt(d, 'early');
		fx.ok(await fx.claim(c, d.id, { quantity: 3 }));
		assert.match(refused(await c.api.put(at, { quantity: 2 }, match('*')), 409, 'below_issued', '/quantity'), /^3 units/);
		fx.ok(await c.api.put(at, { quantity: 3 }, match('*')), 200);
		refused(await fx.claim(c, d.id), 409, 'window_sold_out');
	});

	it('may be added to a drop that has claims already', async () => {
		const d = await drop();
		assert.equal(fx.ok(await fx.claim(c, d.id)).window, null);
		fx.ok(await c.api.put(windowAt(d, 'members'), { proof: 'invitation' }));
		refused(await fx.claim(c, d.id), 409, 'window_not_open');
		const contact = fx.email(), [access] = await invite(d, 'members', contact);
		assert.equal(fx.ok(await fx.claim(c, d.id, { contact, window: 'members', access })).window, 'members');
	});

	it('is refused where it does not fit', async () => {
		const d = await drop({ windows: [{ name: 'early', closes_at: fx.inSeconds(600) }] });
		for (const [body, pointer] of [[{}, '/opens_at'], [{ opens_at: fx.inSeconds(500) }, '/opens_at'],
			[{ opens_at: fx.inSeconds(-7200), proof: 'invitation' }, '/opens_at'],
			[{ opens_at: fx.inSeconds(900), closes_at: fx.inSeconds(800) }, '/opens_at'],
			[{ proof: 'code' }, '/code'], [{ code: 'word' }, '/code'], [{ proof: 'invitation', code: 'word' }, '/code'],
			[{ proof: 'code', code: 'abc' }, '/code'], [{ proof: 'magic' }, '/proof'], [{ quantity: -1 }, '/quantity'],
			[{ per_person: 0 }, '/per_person'], [{ colour: 'red' }, '/colour']])
			refused(await c.api.put(windowAt(d, 'next'), body), 422, 'validation_failed', pointer);
		for (const name of ['Early', '-x', 'a_b', 'x'.repeat(41)])
			refused(await c.api.put(windowAt(d, name), { proof: 'invitation' }), 422, 'validation_failed', '/name');
		const over = (windows) => c.api.post('/v1/drops', fx.dropBody(ev.id, sku, { windows }));
		refused(await over([{ name: 'a' }, { name: 'b' }]), 422, 'validation_failed', '/windows/1/opens_at');
		refused(await over([{ name: 'a', proof: 'invitation' }, { name: 'a', proof: 'invitation' }]), 422, 'validation_failed', '/windows/1/name');
		refused(await over([{ name: 'A' }]), 422, 'validation_failed', '/windows/0/name');
		refused(await over([{ name: 'a', proof: 'code' }]), 422, 'validation_failed', '/windows/0/code');
		refused(await over([{ name: 'a', closes_at: fx.inSeconds(7200) }]), 422, 'validation_failed', '/windows/0/opens_at');
	});

	it('is one of at most 16', async () => {
		const windows = Array.from({ length: 17 }, (_, i) => ({ name: `w${i}`, proof: 'invitation' }));
		refused(await c.api.post('/v1/drops', fx.dropBody(ev.id, sku, { windows })), 422, 'validation_failed', '/windows');
		const d = await drop({ windows: windows.slice(0, 16) });
		refused(await c.api.put(windowAt(d, 'more'), { proof: 'invitation' }), 422, 'validation_failed');
	});

	it('is nothing for a draw', async () => {
		const d = await fx.draw(c, { event_id: ev.id, sku });
		refused(await c.api.put(windowAt(d, 'early'), {}), 409, 'is_draw');
		refused(await c.api.post('/v1/drops', fx.dropBody(ev.id, sku, { mode: 'draw', draw: { commitment: 'ab'.repeat(32) },
			windows: [{ name: 'early' }] })), 422, 'validation_failed', '/windows');
	});

	it('invites to windows by invitation only, and only persons', async () => {
		const d = await drop({ windows: [{ name: 'public' }, { name: 'members', proof: 'invitation' }] });
		const call = (name, contacts) => c.api.post(`${windowAt(d, name)}/invitations`, { contacts }, { idem: null });
		refused(await call('public', [fx.email()]), 409, 'not_by_invitation');
		refused(await call('nothing', [fx.email()]), 404, 'not_found');
		refused(await call('members', [fx.email(), { email: 'x' }]), 422, 'validation_failed', '/contacts/1/email');
		refused(await call('members', []), 422, 'validation_failed', '/contacts');
		const many = Array.from({ length: 1000 }, () => fx.email());
		const list = await invite(d, 'members', ...many);
		assert.equal(new Set(list).size, 1000);
	});
});

describe('the tokenized share', () => {
	const share = (d, tokenized, over = {}, options) => c.api.post(`/v1/drops/${d.id}/share`, { tokenized, ...over }, options);

	it('changes while the drop is open, with a reason in the ledger', async () => {
		const d = await drop({ quantity: 20, tokenized: 2 });
		fx.ok(await fx.claim(c, d.id, { quantity: 2 }));
		refused(await fx.claim(c, d.id), 409, 'sold_out');
		const idem = randomUUID(), first = await share(d, 5, { reason: 'stock' }, { idem });
		assert.deepEqual([fx.ok(first, 200).tokenized, first.json.counts.available, first.json.counts.walk_in], [5, 3, 15]);
		assert.equal((await share(d, 5, { reason: 'stock' }, { idem })).headers['idempotent-replayed'], 'true');
		fx.ok(await fx.claim(c, d.id, { quantity: 3 }));
		assert.match(refused(await share(d, 4), 409, 'below_issued', '/tokenized'), /^5 units/);
		refused(await share(d, 21), 422, 'validation_failed', '/tokenized');
		refused(await share(d, 6, { reason: 'mood' }), 422, 'validation_failed', '/reason');
		fx.ok(await share(d, 5), 200);
		const changes = (await ledger(d)).filter((e) => e.kind === 'drop.share_changed');
		assert.deepEqual(changes.map((e) => e.data), [{ tokenized: 5, was: 2, reason: 'stock' }], 'nothing changed, nothing told');
	});

	it('is never below what is issued, whoever claims meanwhile', async () => {
		const d = await drop({ quantity: 20, tokenized: 20 });
		await Promise.all([...Array.from({ length: 20 }, () => fx.claim(c, d.id)),
			...Array.from({ length: 20 }, (_, i) => share(d, 19 - i))]);
		const { counts } = await seen(d);
		assert.ok(counts.issued <= counts.tokenized, JSON.stringify(counts));
		assert.equal(counts.held + counts.issued + counts.forfeited + counts.available, counts.tokenized);
		refused(await share(d, counts.issued - 1), 409, 'below_issued');
	});

	it('takes no walk-in units that are leased', async () => {
		const d = await drop({ quantity: 10, tokenized: 5 });
		const till = await Device.enrol(c, ev.id);
		fx.ok(await till.lease(d.id, 3, fx.inSeconds(600)));
		refused(await share(d, 8), 409, 'walk_in_in_use', '/tokenized');
		fx.ok(await share(d, 7), 200);
	});

	it('of a draw stays until its winners have their tokens', async () => {
		refused(await share(await fx.draw(c, { event_id: ev.id, sku }), 5), 409, 'draw_committed');
	});
});

describe('walk-in units', () => {
	const move = (d, units, reason, options) => c.api.post(`/v1/drops/${d.id}/walk-in`, { units, reason }, options);

	it('come and go, with a reason in the ledger', async () => {
		const d = await drop({ quantity: 10, tokenized: 6 });
		const idem = randomUUID(), more = fx.ok(await move(d, 5, 'received', { idem }), 200);
		assert.deepEqual([more.quantity, more.tokenized, more.counts.walk_in], [15, 6, 9]);
		assert.equal((await move(d, 5, 'received', { idem })).headers['idempotent-replayed'], 'true');
		assert.equal(fx.ok(await move(d, -9, 'damaged'), 200).counts.walk_in, 0);
		refused(await move(d, -1, 'lost'), 409, 'walk_in_in_use', '/units');
		const changes = (await ledger(d)).filter((e) => e.kind === 'drop.walk_in_changed');
		assert.deepEqual(changes.map((e) => e.data), [{ quantity: 15, was: 10, reason: 'received' },
			{ quantity: 6, was: 15, reason: 'damaged' }]);
	});

	it('do not go while they are leased', async () => {
		const d = await drop({ quantity: 10, tokenized: 5 });
		const till = await Device.enrol(c, ev.id);
		fx.ok(await till.lease(d.id, 3, fx.inSeconds(600)));
		refused(await move(d, -3, 'moved'), 409, 'walk_in_in_use');
		fx.ok(await move(d, -2, 'moved'), 200);
	});

	it('want a number and a reason', async () => {
		const d = await drop();
		refused(await move(d, 0, 'received'), 422, 'validation_failed', '/units');
		refused(await move(d, 1, 'mood'), 422, 'validation_failed', '/reason');
		refused(await move(d, 1), 422, 'validation_failed', '/reason');
		refused(await move(d, 999999, 'received'), 422, 'validation_failed', '/units');
	});
});
