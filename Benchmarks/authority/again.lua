-- SPDX-License-Identifier: GPL-3.0-or-later
-- For wrk: one request again and again, with a tag that the server knows.
--
--   wrk ... -s again.lua URL -- TAG STATUS
-- Prints one line of JSON as replay.lua does; answers other than STATUS are wrong ones.

local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    bad, expected = 0, tonumber(args[2])
    text = wrk.format("GET", nil, { ["If-None-Match"] = args[1] })
end

function request()
    return text
end

function response(status)
    if status ~= expected then bad = bad + 1 end
end

function done(summary, latency)
    local wrong = 0
    for _, thread in ipairs(threads) do wrong = wrong + thread:get("bad") end
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "seconds": %.3f, "wrong": %d, "missing": 0, "failed": %d, "p50": %.3f, "p99": %.3f}\n',
        summary.requests, summary.duration / 1e6, wrong, errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
