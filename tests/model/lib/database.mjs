// SPDX-License-Identifier: Apache-2.0
//
// A database with the functions of the service, without the service: model.sql beside them.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Cluster, ROOT } from '../../crash/lib/stack.mjs';

const SQL = path.join(path.dirname(fileURLToPath(import.meta.url)), 'model.sql');
const BIN = process.env.ROADSHOW_BIN ?? path.join(ROOT, 'build/release');

export async function addModel(query) {
	await query(fs.readFileSync(SQL, 'utf8'));
}

export class Database {
	static async start() {
		const db = new Database();
		db.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'roadshow-model-'));
		fs.chmodSync(db.dir, 0o755);
		db.cluster = new Cluster(db.dir);
		process.on('exit', () => db.cluster.child?.kill('SIGKILL'));
		try {
			await db.make();
		} catch (e) {
			await db.stop();
			throw e;
		}
		return db;
	}

	async make() {
		await this.cluster.init(); // nothing here has to survive a crash
		fs.appendFileSync(path.join(this.cluster.dir, 'data/postgresql.conf'),
			'fsync = off\nfull_page_writes = off\nsynchronous_commit = off\njit = off\n');
		await this.cluster.start();
		await this.cluster.query('create database roadshow', [], 'postgres');
		const url = this.cluster.url('roadshow');
		execFileSync(path.join(BIN, 'roadshow'), ['migrate'], { cwd: ROOT, stdio: 'pipe', env: { PATH: process.env.PATH,
			ROADSHOW_SQL_DIR: path.join(ROOT, 'sql'), ROADSHOW_DATABASE_URL: url, ROADSHOW_ADMIN_DATABASE_URL: url } });
		await addModel((sql) => this.cluster.query(sql));
		await this.cluster.query('create database pristine template roadshow', [], 'postgres');
	}

	// What `roadshow replay` says: rebuilds everything from the ledgers and compares. Throws when it differs.
	replay() {
		return execFileSync(path.join(BIN, 'roadshow'), ['replay'], { cwd: ROOT, encoding: 'utf8', env: { PATH: process.env.PATH,
			ROADSHOW_ADMIN_DATABASE_URL: this.cluster.url('roadshow') } });
	}

	async connect(name = 'roadshow') {
		const client = new pg.Client(this.cluster.config(name));
		await client.connect();
		return client;
	}

	// Another database with the same functions. A template must have no connections: what is copied is one
	// that nobody ever uses.
	async copy(name) {
		await this.cluster.query(`create database ${name} template pristine`, [], 'postgres');
		return this.connect(name);
	}

	async stop() {
		await this.cluster.stop();
		fs.rmSync(this.dir, { recursive: true, force: true });
	}
}
