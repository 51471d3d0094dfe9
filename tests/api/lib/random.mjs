// SPDX-License-Identifier: Apache-2.0
//
// xorshift: numbers in [0, 1) that the same seed gives again.
export function randomFrom(seed) {
	let x = seed >>> 0 || 1;
	return () => { x ^= x << 13; x >>>= 0; x ^= x >>> 17; x ^= x << 5; x >>>= 0; return x / 2 ** 32; };
}
