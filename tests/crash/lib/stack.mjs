// SPDX-License-Identifier: Apache-2.0
//
// A whole Roadshow of a test's own: a PostgreSQL cluster, the service and the janitor, in a temporary
// directory, on free ports of the loopback. Nothing is shared with another stack. Processes are
// killed by the pid that was started here or that is its child, never by name.
//
// As root the cluster runs as the user postgres (PostgreSQL refuses root); otherwise as oneself.
// Durable: fsync and synchronous_commit keep their defaults.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const BIN = process.env.ROADSHOW_BIN ?? path.join(ROOT, 'build/release');
const AS_ROOT = process.getuid() === 0;

// Counts of rows and sums arrive as bigint; every one of them fits a double.
pg.types.setTypeParser(20, Number);

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Polls until `probe` gives something true and returns it.
export async function until(probe, what, timeout_ms = 10000, every_ms = 20) {
	const end = Date.now() + timeout_ms;
	for (;;) {
		const value = await probe();
		if (value) return value;
		if (Date.now() > end) throw new Error(`waited ${timeout_ms} ms for ${what}`);
		await sleep(every_ms);
	}
}

// Ports that were free a moment ago. They are taken from below the range that the system gives to
// outgoing connections, or one of those could sit on a port while its service is down.
const probed = new Set();
export async function freePort() {
	const lowest = Number(fs.readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split('\t')[0]);
	for (let tries = 0; tries < 200; tries++) {
		const port = 10000 + Math.floor(Math.random() * (lowest - 10000));
		if (probed.has(port)) continue;
		const free = await new Promise((resolve) => {
			const server = net.createServer();
			server.on('error', () => resolve(false));
			server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
		});
		if (free) {
			probed.add(port);
			return port;
		}
	}
	throw new Error('no free port');
}

export function alive(pid) {
	try {
		return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)[0] !== 'Z';
	} catch {
		return false;
	}
}

function childrenOf(pid) {
	try {
		return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
			.filter(Boolean).map(Number);
	} catch {
		return [];
	}
}

function title(pid) {
	try {
		return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0+/g, ' ').trim();
	} catch {
		return '';
	}
}

export function pgBin(name) {
	const dirs = [process.env.PG_BIN, ...(fs.existsSync('/usr/lib/postgresql')
		? fs.readdirSync('/usr/lib/postgresql').sort().reverse().map((v) => `/usr/lib/postgresql/${v}/bin`)
		: [])];
	const dir = dirs.find((d) => d && fs.existsSync(path.join(d, name)));
	assert.ok(dir, `${name} is not installed`);
	return path.join(dir, name);
}

function idOf(flag, user) {
	return Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
}

// ---- PostgreSQL -----------------------------------------------------------------------------------

export class Cluster {
	// settings: more of `name=value` for the server.
	constructor(dir, settings = []) {
		this.settings = settings;
		this.dir = path.join(dir, 'pg');
		this.log = path.join(dir, 'postgres.log');
		this.ids = AS_ROOT ? { uid: idOf('-u', 'postgres'), gid: idOf('-g', 'postgres') } : {};
		this.env = { PATH: process.env.PATH, HOME: dir, LC_ALL: 'C.UTF-8' };
	}

	async init() {
		fs.mkdirSync(this.dir, { mode: 0o700 });
		if (AS_ROOT) fs.chownSync(this.dir, this.ids.uid, this.ids.gid);
		this.port = await freePort();
		execFileSync(pgBin('initdb'), ['-D', `${this.dir}/data`, '-U', 'postgres', '-A', 'trust',
			'-E', 'UTF8', '--locale=C.UTF-8', '--lc-collate=C', '--no-instructions'],
		{ ...this.ids, env: this.env, cwd: this.dir, stdio: 'pipe' });
	}

	// The postmaster in the foreground, so that its pid is ours to kill.
	async start() {
		const out = fs.openSync(this.log, 'a');
		this.child = spawn(pgBin('postgres'), ['-D', `${this.dir}/data`, '-k', this.dir, '-p',
			String(this.port), '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=300',
			'-c', 'shared_buffers=64MB', '-c', 'max_wal_size=512MB',
			...this.settings.flatMap((s) => ['-c', s])],
		{ ...this.ids, env: this.env, cwd: this.dir, stdio: ['ignore', out, out] });
		this.exited = new Promise((resolve) => this.child.once('exit', resolve));
		fs.closeSync(out);
		await until(() => this.accepts(), 'PostgreSQL to accept connections', 30000, 50);
	}

	async accepts() {
		assert.equal(this.child.exitCode, null, `PostgreSQL ended; see ${this.log}`);
		const client = new pg.Client(this.config('postgres'));
		try {
			await client.connect();
			await client.end();
			return true;
		} catch {
			return false;
		}
	}

	config(database) {
		return { host: this.dir, port: this.port, user: 'postgres', database };
	}

	url(database) {
		return `postgresql://postgres@/${database}?host=${encodeURIComponent(this.dir)}&port=${this.port}`;
	}

	// For who cannot see the socket's directory.
	urlByAddress(database) {
		return `postgresql://postgres@127.0.0.1:${this.port}/${database}`;
	}

	// One statement on a connection of its own.
	async query(sql, values = [], database = 'roadshow') {
		const client = new pg.Client(this.config(database));
		await client.connect();
		try {
			return (await client.query(sql, values)).rows;
		} finally {
			await client.end();
		}
	}

	async stop(signal = 'SIGINT') {
		if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
		this.child.kill(signal);
		await this.exited;
		if (signal !== 'SIGKILL') return;
		// The backends see that the postmaster is gone and leave; only then may a new one start.
		await until(() => !this.hasBackends(), 'the backends of a killed postmaster to leave', 20000);
		fs.rmSync(`${this.dir}/data/postmaster.pid`, { force: true });
	}

	hasBackends() {
		return fs.readdirSync('/proc').some((p) => /^\d+$/.test(p) && alive(p) &&
			title(p).startsWith('postgres:') && cwdOf(p) === fs.realpathSync(`${this.dir}/data`));
	}
}

function cwdOf(pid) {
	try {
		return fs.readlinkSync(`/proc/${pid}/cwd`);
	} catch {
		return '';
	}
}

// ---- the service ----------------------------------------------------------------------------------

function roadshow(...argv) {
	return execFileSync(path.join(BIN, 'roadshow'), argv, { encoding: 'utf8', stdio: 'pipe' });
}

// A P-256 certificate for the loopback that only this stack's clients trust.
function certificate(dir) {
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1',
		'-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext',
		'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', `${dir}/tls-key.pem`, '-out',
		`${dir}/tls.pem`], { stdio: 'pipe' });
}

// kore.conf with another address and another directory; or the one for production, whose processes
// change root, each to a directory of its own, and become a user without rights.
function koreConfiguration(dir, { workers, tls_port, plain_port, production = false }) {
	const file = path.join(dir, 'kore.conf');
	const own = fs.readFileSync(path.join(ROOT, production ? 'conf/kore.conf' : 'kore.conf'), 'utf8');
	if (production) return productionConfiguration(dir, file, own, { workers, tls_port, plain_port });
	fs.writeFileSync(file, own
		.replace(/^(\s*workers)\s+\d+/m, `$1 ${workers}`)
		.replace(/(server\s+tls\s*\{[^}]*?bind\s+)\S+\s+\d+/, `$1127.0.0.1 ${tls_port}`)
		.replace(/(server\s+plain\s*\{[^}]*?bind\s+)\S+\s+\d+/, `$1127.0.0.1 ${plain_port}`)
		.replace(/^(\s*certfile\s+)\S+/gm, `$1${dir}/tls.pem`)
		.replace(/^(\s*certkey\s+)\S+/gm, `$1${dir}/tls-key.pem`)
		.replace(/^(\s*pidfile\s+)\S+/gm, `$1${dir}/roadshowd.pid`));
	return file;
}

function productionConfiguration(dir, file, own, { workers, tls_port, plain_port }) {
	for (const root of ['worker-root', 'keymgr-root']) fs.mkdirSync(path.join(dir, root), { recursive: true });
	for (const name of ['tls.pem', 'tls-key.pem']) {
		fs.copyFileSync(path.join(dir, name), path.join(dir, 'keymgr-root', name));
		execFileSync('chown', ['nobody', path.join(dir, 'keymgr-root', name)]);
	}
	fs.writeFileSync(file, own
		.replace(/^root\s+\S+/m, `root ${dir}/worker-root`)
		.replace(/^keymgr_root\s+\S+/m, `keymgr_root ${dir}/keymgr-root`)
		.replace(/^((?:keymgr_)?runas\s+)\S+/gm, '$1nobody')
		.replace(/^pidfile\s+\S+/m, `pidfile ${dir}/roadshowd.pid`)
		.replace(/^workers\s+\d+/m, `workers ${workers}`)
		.replace(/(server\s+tls\s*\{[^}]*?bind\s+)\S+\s+\d+/, `$1127.0.0.1 ${tls_port}`)
		.replace(/(server\s+plain\s*\{[^}]*?bind\s+)\S+\s+\d+/, `$1127.0.0.1 ${plain_port}`)
		.replace(/certfile\s+\S+/g, 'certfile /tls.pem')
		.replace(/certkey\s+\S+/g, 'certkey /tls-key.pem'));
	return file;
}

// No chroot and no change of user: the stack belongs to whoever runs the tests.
const FLAGS = ['-f', '-n', '-r'];

// The service's route table: [{method, path, roles, idempotency_key}].
export function printRoutes() {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-routes-'));
	try {
		const conf = koreConfiguration(dir, { workers: 1, tls_port: 0, plain_port: 0 });
		const out = execFileSync(path.join(BIN, 'roadshowd'), ['-c', conf, ...FLAGS],
			{ env: { ...process.env, ROADSHOW_PRINT_ROUTES: '1' }, encoding: 'utf8', stdio: 'pipe' });
		return JSON.parse(out.split('\n').find((line) => line.startsWith('[{')));
	} finally {
		fs.rmSync(dir, { recursive: true });
	}
}

export class Service {
	constructor(dir, cluster, options) {
		Object.assign(this, { dir, cluster, options, logs: path.join(dir, 'service.log') });
		certificate(dir);
		roadshow('keys', 'init', path.join(dir, 'keys'));
		[, this.operator_key] = /^ROADSHOW_OPERATOR_KEY=(.*)$/m.exec(roadshow('keys', 'operator'));
	}

	async configure() {
		this.tls_port ??= await freePort();
		this.plain_port ??= await freePort();
		this.url = `https://127.0.0.1:${this.tls_port}`;
		this.plain_url = `http://127.0.0.1:${this.plain_port}`;
		this.ca = path.join(this.dir, 'tls.pem');
	}

	environment() {
		const { env = {}, db_connections = 2 } = this.options;
		return {
			PATH: process.env.PATH, HOME: this.dir, TZ: 'UTC',
			ROADSHOW_SQL_DIR: path.join(ROOT, 'sql'),
			ROADSHOW_DATABASE_URL: this.options.production
				? this.cluster.urlByAddress('roadshow') : this.cluster.url('roadshow'),
			ROADSHOW_ADMIN_DATABASE_URL: this.cluster.url('roadshow'),
			ROADSHOW_PUBLIC_URL: this.url,
			ROADSHOW_KEYS_DIR: path.join(this.dir, 'keys'),
			ROADSHOW_JANITOR_STATE_DIR: path.join(this.dir, 'janitor-state'),
			ROADSHOW_OPERATOR_KEY_SHA256: createHash('sha256').update(this.operator_key).digest('hex'),
			ROADSHOW_DB_CONNECTIONS: String(db_connections),
			ROADSHOW_RATE_PER_KEY: '100000', ROADSHOW_RATE_PER_ADDRESS: '100000',
			ROADSHOW_DRAIN_MS: '500', ROADSHOW_JANITOR_TICK_MS: '100',
			...env,
		};
	}

	writeConfiguration() {
		return koreConfiguration(this.dir, { workers: this.options.workers ?? 1,
			tls_port: this.tls_port, plain_port: this.plain_port, production: this.options.production });
	}

	async migrate() {
		execFileSync(path.join(BIN, 'roadshow'), ['migrate'],
			{ env: this.environment(), cwd: ROOT, stdio: 'pipe' });
	}

	async start() {
		await this.configure();
		const out = fs.openSync(this.logs, 'a');
		this.child = spawn(path.join(BIN, 'roadshowd'), ['-c', this.writeConfiguration(),
			...(this.options.production ? ['-f'] : FLAGS)],
			{ env: this.environment(), cwd: ROOT, stdio: ['ignore', out, out], detached: true });
		this.exited = new Promise((resolve) => this.child.once('exit', resolve));
		fs.closeSync(out);
		await until(() => this.ready(), 'the service to be ready', 20000, 50);
	}

	get parent() {
		return this.child.pid;
	}

	workers() {
		return childrenOf(this.parent).filter((pid) => /\[wrk/.test(title(pid)));
	}

	// How many sockets a worker holds: clients' and the database's.
	sockets(pid) {
		return fs.readdirSync(`/proc/${pid}/fd`).filter((fd) => {
			try {
				return fs.readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
			} catch {
				return false; // closed meanwhile
			}
		}).length;
	}

	// The service answers /readyz with 200, and every worker has all its connections to the database: new
	// clients go to any of them.
	async ready() {
		assert.ok(this.child.exitCode === null && this.child.signalCode === null,
			`roadshowd ended; its log:\n${this.tail()}`);
		if (!await this.answers('/readyz')) return false;
		const told = await fetch(`${this.plain_url}/metrics`).then((r) => r.text()).catch(() => '');
		const up = Number(told.match(/^roadshow_db_connections (\d+)/m)?.[1]);
		return up === (this.options.workers ?? 1) * Number(this.environment().ROADSHOW_DB_CONNECTIONS);
	}

	answers(target) {
		return new Promise((resolve) => {
			const req = http.get(`${this.plain_url}${target}`, { agent: false, timeout: 1000 }, (res) => {
				res.resume().on('end', () => resolve(res.statusCode === 200));
			});
			req.on('timeout', () => req.destroy());
			req.on('error', () => resolve(false));
		});
	}

	tail(lines = 30) {
		return fs.readFileSync(this.logs, 'utf8').split('\n').slice(-lines).join('\n');
	}

	async startJanitor() {
		const out = fs.openSync(path.join(this.dir, 'janitor.log'), 'a');
		this.janitor = spawn(path.join(BIN, 'roadshow-janitor'), [],
			{ env: this.environment(), cwd: ROOT, stdio: ['ignore', out, out] });
		this.janitorExited = new Promise((resolve) => this.janitor.once('exit', resolve));
		fs.closeSync(out);
	}

	// The parent at once; workers and key manager see it and leave.
	async kill() {
		const children = childrenOf(this.parent);
		process.kill(this.parent, 'SIGKILL');
		await this.exited;
		await until(() => !children.some(alive), 'the workers of a killed parent to leave', 20000);
	}

	async stop() {
		if (this.janitor && this.janitor.exitCode === null && this.janitor.signalCode === null) {
			this.janitor.kill('SIGTERM');
			await this.janitorExited;
		}
		if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
		const family = [this.parent, ...childrenOf(this.parent)];
		process.kill(this.parent, 'SIGTERM');
		await Promise.race([this.exited, sleep(10000)]);
		for (const pid of family.filter(alive)) process.kill(pid, 'SIGKILL');
	}
}

// ---- both -----------------------------------------------------------------------------------------

// A test that is interrupted, or runs into a fault outside its hooks, leaves nothing behind either.
const running = new Set();
function abandon() {
	for (const stack of running) {
		const { service, cluster } = stack;
		for (const child of [service?.janitor, service?.child, cluster?.child])
			if (child && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL'); // their children see it and leave
		if (!process.env.ROADSHOW_KEEP)
			fs.rmSync(stack.dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
	}
	running.clear();
}
process.on('exit', abandon);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(signal, () => process.exit(1));

export class Stack {
	// options: workers, db_connections, env (settings of the service), janitor (default true),
	// postgres (settings of the server)
	static async start(options = {}) {
		const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-test-'));
		fs.chmodSync(dir, 0o755);
		const stack = new Stack();
		stack.dir = dir;
		running.add(stack);
		stack.cluster = new Cluster(dir, options.postgres);
		try {
			await stack.cluster.init();
			await stack.cluster.start();
			await stack.cluster.query('create database roadshow', [], 'postgres');
			stack.service = new Service(dir, stack.cluster, options);
			await stack.service.configure();
			await stack.service.migrate();
			await stack.service.start();
			if (options.janitor !== false) await stack.service.startJanitor();
		} catch (error) {
			await stack.stop();
			throw error;
		}
		return stack;
	}

	get url() {
		return this.service.url;
	}

	query(sql, values) {
		return this.cluster.query(sql, values);
	}

	async stop() {
		await this.service?.stop();
		await this.cluster.stop();
		running.delete(this);
		if (!process.env.ROADSHOW_KEEP) fs.rmSync(this.dir, { recursive: true, force: true });
		else console.error(`kept ${this.dir}`);
	}
}
