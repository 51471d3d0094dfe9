// SPDX-License-Identifier: Apache-2.0
//
// A reference device (tests/device) at the event of a world of crash/lib/load.mjs.
import assert from 'node:assert/strict';
import { Device } from '../../device/device.mjs';

export async function enrol(stack, w, profile = 'manager', options = {}) {
	const made = await w.api.post(`/v1/events/${w.event.id}/devices`, { name: 'a phone', profile });
	assert.equal(made.status, 201, made.text);
	const device = new Device(stack.url, { ca: stack.service.ca, ...options });
	await device.enrol(made.json.enrol_code);
	device.id = made.json.id;
	return device;
}
