// SPDX-License-Identifier: Apache-2.0
//
// Holds answers against docs/openapi.yaml: the status must be listed for the operation, the media
// type must be listed for the status, the body must fit its schema, required headers must be there.
// What is no path or method of the document must be answered with a problem.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import YAML from 'yaml';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

export const document = YAML.parse(fs.readFileSync(path.join(ROOT, 'docs/openapi.yaml'), 'utf8'));

// Every code of docs/problems.md.
export const problemCodes = new Set([...fs.readFileSync(path.join(ROOT, 'docs/problems.md'), 'utf8')
	.matchAll(/^\| `([a-z0-9_]+)` \|/gm)].map((m) => m[1]));

// About the HTTP message, not the operation; the document's description lists them once for all.
const TRANSPORT = [408, 411, 414, 421, 431, 505];

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'roadshow:contract', ...document });

const escape = (s) => encodeURIComponent(s.replace(/~/g, '~0').replace(/\//g, '~1'));
// A parameter with x-tail takes the rest of the path, slashes included.
const isTail = (template, name) => METHODS.flatMap((m) => document.paths[template][m]?.parameters ?? [])
	.some((p) => p.name === name && p['x-tail']);
const pattern = (template) => new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
	.replace(/\{([^}]+)\}/g, (_, name) => (isTail(template, name) ? '.+' : '[^/]+'))}$`);

// Literal paths before templates, so that /v1/x/y wins over /v1/x/{z}.
const paths = Object.keys(document.paths)
	.sort((a, b) => (a.includes('{') ? 1 : 0) - (b.includes('{') ? 1 : 0))
	.map((template) => ({ template, regex: pattern(template) }));

export function pathOf(target) {
	const { pathname } = new URL(target, 'https://x');
	return paths.find((p) => p.regex.test(pathname))?.template;
}

const validators = new Map();
function validator(pointer) {
	if (!validators.has(pointer))
		validators.set(pointer, ajv.compile({ $ref: `roadshow:contract#${pointer}` }));
	return validators.get(pointer);
}

function assertValid(pointer, value, what) {
	const validate = validator(pointer);
	assert.ok(validate(value), `${what} breaks the contract: ${ajv.errorsText(validate.errors)}\n` +
		`${JSON.stringify(value, null, 1)?.slice(0, 3000)}`);
}

function follow(node, pointer) {
	if (!node?.$ref) return { node, pointer };
	const parts = node.$ref.slice(2).split('/');
	return follow(parts.reduce((n, k) => n[k.replace(/~1/g, '/').replace(/~0/g, '~')], document),
		`/${parts.map((p) => escape(p.replace(/~1/g, '/').replace(/~0/g, '~'))).join('/')}`);
}

export function assertProblem(answer, status, code) {
	const what = `answer ${answer.status} ${answer.text.slice(0, 500)}`;
	if (status !== undefined) assert.equal(answer.status, status, what);
	assert.equal(answer.type, 'application/problem+json', what);
	for (const member of ['type', 'title', 'status', 'code', 'detail', 'instance'])
		assert.ok(answer.json[member] !== undefined, `a problem has ${member}: ${what}`);
	assert.equal(answer.json.status, answer.status, 'the problem repeats its status');
	assert.ok(problemCodes.has(answer.json.code), `${answer.json.code} is not in docs/problems.md`);
	if (code !== undefined) assert.equal(answer.json.code, code, what);
	assert.ok(answer.json.instance.includes(answer.headers['x-request-id']),
		'a problem names its request');
	return answer.json;
}

function checkBody(what, response, pointer, answer, head) {
	const types = Object.keys(response.content ?? {});
	if (types.length === 0) {
		assert.equal(answer.bytes.length, 0, `${what}: a body where none is documented`);
		return;
	}
	assert.ok(types.includes(answer.type), `${what}: ${answer.type} is not one of ${types}`);
	if (head) return;
	const schema = `${pointer}/content/${escape(answer.type)}/schema`;
	if (answer.json !== undefined) assertValid(schema, answer.json, what);
	else if (answer.type === 'application/x-ndjson' && response.content[answer.type].schema)
		for (const line of answer.text.split('\n').filter(Boolean))
			assertValid(schema, JSON.parse(line), `${what}, line ${line.slice(0, 60)}`);
	if (answer.type === 'application/problem+json') assertProblem(answer);
}

export function checkAnswer(method, target, answer) {
	assert.match(answer.headers['x-request-id'] ?? '', /^[0-9a-f-]{36}$/, `${method} ${target}: request id`);
	const template = pathOf(target);
	const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
	const op = template && document.paths[template][verb];
	if (!op) {
		if (method === 'OPTIONS') return;
		assert.ok(answer.status >= 400, `${method} ${target} is not documented, but answers ${answer.status}`);
		if (method !== 'HEAD') assertValid('/components/schemas/Problem', assertProblem(answer), 'a problem');
		return;
	}
	const what = `${method} ${template} → ${answer.status}`;
	if (TRANSPORT.includes(answer.status)) {
		assertValid('/components/schemas/Problem', assertProblem(answer), 'a problem');
		return;
	}
	const at = `/paths/${escape(template)}/${verb}/responses/${answer.status}`;
	assert.ok(op.responses[answer.status], `${what} is not documented: ${answer.text.slice(0, 500)}`);
	const { node: response, pointer } = follow(op.responses[answer.status], at);
	for (const [name, header] of Object.entries(response.headers ?? {})) {
		const value = answer.headers[name.toLowerCase()];
		const { node } = follow(header, '');
		assert.ok(value !== undefined || !node.required, `${what}: no ${name}`);
	}
	checkBody(what, response, pointer, answer, method === 'HEAD');
}
