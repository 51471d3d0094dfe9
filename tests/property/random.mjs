// SPDX-License-Identifier: Apache-2.0
//
// Chance that can be repeated: a seed and the same calls give the same values (mulberry32).
export class Random {
	constructor(seed) { this.state = seed >>> 0; }

	next() {
		this.state = (this.state + 0x6D2B79F5) >>> 0;
		let t = this.state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	}

	int(from, to) { return from + Math.floor(this.next() * (to - from + 1)); }
	chance(p) { return this.next() < p; }
	pick(list) { return list[this.int(0, list.length - 1)]; }

	// An entry of [[weight, value], …].
	weighted(entries) {
		let x = this.next() * entries.reduce((n, [w]) => n + w, 0);
		for (const [w, value] of entries) if ((x -= w) < 0) return value;
		return entries.at(-1)[1];
	}

	shuffle(list) {
		const a = [...list];
		for (let i = a.length - 1; i > 0; i--) {
			const j = this.int(0, i);
			[a[i], a[j]] = [a[j], a[i]];
		}
		return a;
	}
}
