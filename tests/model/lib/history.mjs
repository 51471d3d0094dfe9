// SPDX-License-Identifier: Apache-2.0
//
// A history: operations played on the model and on the service side by side. After each of them answers
// and states are compared and the invariants are asked for. A history that fails is shortened, for a fresh
// creator each time, until nothing can be left out of it.
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Random } from '../../property/random.mjs';
import { audit } from './ledger.mjs';
import { Generator, people, world } from './generator.mjs';
import { Model } from './model.mjs';
import { Service } from './service.mjs';

const DRIFT_MAX_MS = 50000; // the model's clock stands still between operations, for less than a minute
const SHRINK_MS = 8000;
const ROUNDS = 3; // what one job gives back, another gives away

export class Disagreement extends Error {}

const show = (x) => JSON.stringify(x);

function differences(model, service) {
	const out = [];
	for (const part of Object.keys(model))
		for (const key of new Set([...Object.keys(model[part]), ...Object.keys(service[part])]))
			if (!isDeepStrictEqual(model[part][key], service[part][key]))
				out.push(`${part} ${key}: model ${show(model[part][key])}, service ${show(service[part][key])}`);
	return out;
}

export class History {
	constructor(db, spec) {
		this.db = db;
		this.spec = spec;
		this.model = new Model(spec);
		this.service = new Service(db, randomBytes(8).toString('hex'));
		this.played = [];
		this.refused = 0;
		this.began = Date.now();
	}

	async begin() {
		await this.service.make(this.spec);
		return this;
	}

	// One operation on both. Throws Disagreement.
	async play(op) {
		if (op.op === 'round') return this.round(op);
		await this.step(op, () => this.played.push(op));
	}

	async step(op, played = () => {}) {
		const expected = this.model.apply(op);
		if (expected === null) return; // about what is not there
		played();
		const said = await this.service.apply(op).catch((e) => {
			throw new Disagreement(`the service broke: ${e.message}${e.where ? ` (${e.where.split('\n')[0]})` : ''}`);
		});
		if (!isDeepStrictEqual(said, expected)) throw new Disagreement(`the service said ${show(said)}, the model ${show(expected)}`);
		if ([expected].flat().some((a) => a.status >= 300)) this.refused++;
		await this.compare();
	}

	async compare() {
		if (Date.now() - this.began > DRIFT_MAX_MS) throw new Error('the history took too long to be compared with the model');
		const wrong = differences(this.model.state(), await this.service.state(people));
		const broken = await this.service.broken(false);
		if (wrong.length + broken.length > 0) throw new Disagreement([...broken, ...wrong].join('\n  '));
	}

	// The janitor does all that there is; then nobody waits for what is there.
	async round(op) {
		this.played.push(op);
		for (let i = 0; i < ROUNDS; i++)
			for (const job of op.jobs) await this.step(job);
		const broken = await this.service.broken(true);
		if (broken.length > 0) throw new Disagreement(broken.join('\n  '));
	}

	// What the ledger alone says.
	async finish() {
		const wrong = audit(await this.service.ledger());
		if (wrong.length > 0) throw new Disagreement(`the ledger: ${wrong.join('\n  ')}`);
	}
}

// A history of `steps` operations; {operations, refused}. Throws with the shortest history that still fails.
export async function run(db, seed, { steps = 60, weights, spec } = {}) {
	const r = new Random(seed);
	const h = await new History(db, spec?.(r) ?? world(r)).begin();
	const g = new Generator(r, h.model, weights);
	try {
		while (h.played.length < steps)
			await h.play(g.next());
		await h.play(g.round());
		await h.finish();
	} catch (e) {
		if (!(e instanceof Disagreement)) throw e;
		throw await explain(db, seed, h, e);
	}
	return { operations: h.played.length, refused: h.refused, model: h.model };
}

// Operations that are given. Throws Disagreement.
export async function play(db, spec, ops) {
	const h = await new History(db, spec).begin();
	for (const op of ops) await h.play(op);
	await h.finish();
}

async function fails(db, spec, ops) {
	try {
		await play(db, spec, ops);
		return null;
	} catch (e) {
		if (!(e instanceof Disagreement)) throw e;
		return e;
	}
}

// Delta debugging: leaves out halves, quarters, … single operations, and items of batches, as long as it
// still fails.
async function shrink(db, spec, ops) {
	const end = Date.now() + SHRINK_MS;
	let why = null;
	const still = async (candidate) => {
		if (Date.now() > end) return false;
		const e = await fails(db, spec, candidate);
		if (e) why = e;
		return e !== null;
	};
	for (let size = Math.ceil(ops.length / 2); size >= 1;) {
		let shorter = false;
		for (let at = 0; at < ops.length;) {
			const candidate = [...ops.slice(0, at), ...ops.slice(at + size)];
			if (await still(candidate)) {
				ops = candidate;
				shorter = true;
			} else at += size;
		}
		if (size > 1) size = Math.ceil(size / 2);
		else if (!shorter) break;
	}
	for (let i = 0; i < ops.length; i++)
		for (let j = 0; ops[i].items?.length > 1 && j < ops[i].items.length;) {
			const candidate = ops.with ? ops.with(i, { ...ops[i], items: ops[i].items.filter((_, k) => k !== j) })
				: ops.map((o, k) => (k === i ? { ...o, items: o.items.filter((_, m) => m !== j) } : o));
			if (await still(candidate)) ops = candidate;
			else j++;
		}
	return { ops, why };
}

async function explain(db, seed, h, error) {
	const { ops, why } = await shrink(db, h.spec, h.played);
	const used = new Set(ops.flatMap((o) => [o.drop, ...(o.items ?? []).map((i) => i.drop)]));
	const e = new Disagreement([`seed ${seed}: ${(why ?? error).message}`,
		`after ${ops.length} operations (of ${h.played.length}):`,
		...ops.map((o) => `  ${show(o)}`),
		...h.spec.drops.filter((d) => used.has(d.name)).map((d) => `with ${show(d)}`)].join('\n'));
	e.ops = ops;
	e.reason = (why ?? error).message;
	return e;
}
