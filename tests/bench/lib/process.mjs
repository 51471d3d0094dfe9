// SPDX-License-Identifier: Apache-2.0
//
// What processes use, from /proc: CPU of a whole family, those that ended included, and memory.
import { spawn } from 'node:child_process';
import fs from 'node:fs';

const TICKS_PER_S = 100; // USER_HZ, which Linux fixes

function childrenOf(pid) {
	try {
		return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
	} catch {
		return [];
	}
}

export function family(pid) {
	return [pid, ...childrenOf(pid).flatMap(family)];
}

// Seconds of CPU that these processes and all their children have used, dead ones included.
export function cpuSeconds(roots) {
	let ticks = 0;
	for (const pid of roots.flatMap(family)) {
		try {
			const after = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
			ticks += after.slice(11, 15).reduce((sum, v) => sum + Number(v), 0); // utime stime cutime cstime
		} catch {
			// it has ended; its parent has its time
		}
	}
	return ticks / TICKS_PER_S;
}

function residentMb(pid) {
	try {
		return Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
	} catch {
		return 0;
	}
}

export function largestMb(pids) {
	return pids.length === 0 ? null : Math.max(...pids.map(residentMb));
}

// Runs a program to its end and returns what it printed.
export function run(command, argv, options = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
		let out = '', err = '';
		child.stdout.on('data', (d) => { out += d; });
		child.stderr.on('data', (d) => { err += d; });
		child.on('error', reject);
		const end = () => child.kill(); // with us, should we be interrupted
		process.once('exit', end);
		child.on('exit', (code) => {
			process.removeListener('exit', end);
			if (code === 0) resolve(out);
			else reject(new Error(`${command}: ${code}\n${out}${err}`));
		});
	});
}
