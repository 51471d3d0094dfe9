// SPDX-License-Identifier: Apache-2.0
//
// Random numbers that a seed brings back (mulberry32).
export function rng(seed) {
	let a = seed >>> 0;
	const next = () => {
		a = (a + 0x6d2b79f5) >>> 0;
		let t = Math.imul(a ^ (a >>> 15), a | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
	const r = {
		next,
		int: (from, to) => from + Math.floor(next() * (to - from + 1)),
		chance: (p) => next() < p,
		pick: (list) => list[Math.floor(next() * list.length)],
		// One of {name: weight}.
		weighted(weights) {
			let at = next() * Object.values(weights).reduce((a, b) => a + b, 0);
			for (const [name, weight] of Object.entries(weights)) if ((at -= weight) < 0) return name;
			return Object.keys(weights).at(-1);
		},
	};
	return r;
}
