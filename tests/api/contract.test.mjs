// SPDX-License-Identifier: Apache-2.0
//
// The checker that every answer passes through can say no.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { assertProblem, checkAnswer } from './lib/contract.mjs';
import * as fx from './lib/fixtures.mjs';

after(() => fx.anonymous().close());

describe('an answer is refused', () => {
	const read = async () => {
		const c = await fx.creator(), ev = await fx.event(c);
		return { target: `/v1/events/${ev.id}`, answer: await c.api.get(`/v1/events/${ev.id}`) };
	};
	const told = (answer, json) => ({ ...answer, json, text: JSON.stringify(json) });
	for (const [what, change] of [
		['with a status that is not documented', (a) => ({ ...a, status: 202 })],
		['with a member more', (a) => told(a, { ...a.json, surprise: 1 })],
		['with a member less', (a) => told(a, { ...a.json, name: undefined })],
		['with a member of another type', (a) => told(a, { ...a.json, name: 5 })],
		['with an id that is none', (a) => told(a, { ...a.json, id: 'x' })],
		['with another media type', (a) => ({ ...a, type: 'text/html' })],
		['without a request id', (a) => ({ ...a, headers: {} })]])
		it(what, async () => {
			const { target, answer } = await read();
			checkAnswer('GET', target, answer);
			assert.throws(() => checkAnswer('GET', target, change(answer)));
		});

	it('when it succeeds where nothing is documented', async () => {
		const { answer } = await read();
		assert.throws(() => checkAnswer('GET', '/v1/secret', answer));
	});

	it('when a problem has an unknown code, or another status than it says', async () => {
		const problem = await fx.anonymous().get('/v1/nothing');
		assertProblem(problem, 404, 'not_found');
		assert.throws(() => assertProblem(told(problem, { ...problem.json, code: 'whatever' })));
		assert.throws(() => assertProblem(told(problem, { ...problem.json, status: 400 })));
		assert.throws(() => assertProblem(told(problem, { ...problem.json, instance: 'urn:uuid:x' })));
	});
});
