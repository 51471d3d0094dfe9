-- SPDX-License-Identifier: Apache-2.0
--
-- wrk's part of the benches: every request is another fan under another Idempotency-Key, at the next of
-- the targets. wrk … -s claims.lua <url> -- <file of "path key" lines> <prefix of this run>
local threads = {}

function setup(thread)
	thread:set("number", #threads + 1)
	table.insert(threads, thread)
end

function init(args)
	run = args[2]
	made, gone, refused, failed, sent = 0, 0, 0, 0, 0
	targets = {}
	for line in io.lines(args[1]) do
		local path, key = line:match("^(%S+) (%S+)$")
		table.insert(targets, { path = path, headers = {
			["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. key } })
	end
end

function request()
	sent = sent + 1
	local fan = run .. "-" .. number .. "-" .. sent
	local target = targets[sent % #targets + 1]
	target.headers["Idempotency-Key"] = fan
	return wrk.format("POST", target.path, target.headers, '{"contact":{"email":"' .. fan .. '@example.org"}}')
end

function response(status)
	if status == 201 then
		made = made + 1
	elseif status == 409 then
		gone = gone + 1
	elseif status < 500 then
		refused = refused + 1
	else
		failed = failed + 1
	end
end

function done(summary, latency)
	local sum = { made = 0, gone = 0, refused = 0, failed = 0 }
	for _, thread in ipairs(threads) do
		for name, count in pairs(sum) do
			sum[name] = count + thread:get(name)
		end
	end
	local e = summary.errors
	io.write(string.format('JSON {"made":%d,"sold_out":%d,"refused":%d,"failed":%d,' ..
		'"seconds":%.3f,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f,"socket_errors":%d}\n',
		sum.made, sum.gone, sum.refused, sum.failed, summary.duration / 1e6,
		latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
		e.connect + e.read + e.write + e.timeout))
end
