-- SPDX-License-Identifier: Apache-2.0
--
-- wrk's part of script/bench route: every request is another order, to one of many places, under
-- another Idempotency-Key. wrk … -s orders.lua <url> -- <API key> <prefix of this run> <SKU>
local threads = {}

function setup(thread)
	thread:set("number", #threads + 1)
	table.insert(threads, thread)
end

function init(args)
	run, sku = args[2], args[3]
	made, backordered, refused, failed, sent = 0, 0, 0, 0, 0
	headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. args[1] }
	math.randomseed(number)
end

function request()
	sent = sent + 1
	headers["Idempotency-Key"] = run .. "-" .. number .. "-" .. sent
	return wrk.format("POST", "/v1/orders", headers, string.format(
		'{"lines":[{"sku":"%s","quantity":1}],"ship_to":{"lat":%.5f,"lon":%.5f},"service":"standard"}',
		sku, 52.3 + math.random() * 0.4, 13.0 + math.random() * 0.8))
end

function response(status, _, body)
	if status == 201 then
		made = made + 1
		if string.find(body, '"state": "backordered"', 1, true) then
			backordered = backordered + 1
		end
	elseif status < 500 then
		refused = refused + 1
	else
		failed = failed + 1
	end
end

function done(summary, latency)
	local sum = { made = 0, backordered = 0, refused = 0, failed = 0 }
	for _, thread in ipairs(threads) do
		for name, count in pairs(sum) do
			sum[name] = count + thread:get(name)
		end
	end
	local e = summary.errors
	io.write(string.format('JSON {"made":%d,"backordered":%d,"refused":%d,"failed":%d,' ..
		'"seconds":%.3f,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f,"socket_errors":%d}\n',
		sum.made, sum.backordered, sum.refused, sum.failed, summary.duration / 1e6,
		latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
		e.connect + e.read + e.write + e.timeout))
end
