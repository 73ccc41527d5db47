-- SPDX-License-Identifier: GPL-3.0-or-later
-- For wrk: sends each line of a file once, as a body filled up to 8192 bytes, the lines shared out among the threads.
--
--   wrk ... -s replay.lua URL -- FILE THREADS close|keep
-- Prints one line of JSON: requests, seconds, answers other than 200, lines that were missing, milliseconds at 50 and 99 %.

local threads = {}

function setup(thread)
    thread:set("id", #threads)
    table.insert(threads, thread)
end

function init(args)
    bad, missing, place, lines = 0, 0, 0, {}
    local number, count = 0, tonumber(args[2])
    for line in io.lines(args[1]) do
        if number % count == id then lines[#lines + 1] = line end
        number = number + 1
    end
    headers = { ["Content-Type"] = "application/json", ["X-Plain"] = "1" }
    closes = args[3] == "close"
    if closes then headers["Connection"] = "close" end
end

function request()
    place = place + 1
    local line = lines[place]
    if not line then
        missing = missing + 1
        line = lines[1]
    end
    -- The last member of the object is the padding.
    local body = line:sub(1, -3) .. string.rep("A", 8192 - #line) .. '"}'
    return wrk.format("POST", nil, headers, body)
end

function response(status)
    if status ~= 200 then bad = bad + 1 end
end

function done(summary, latency)
    local wrong, short = 0, 0
    for _, thread in ipairs(threads) do
        wrong = wrong + thread:get("bad")
        short = short + thread:get("missing")
    end
    local errors = summary.errors
    -- wrk expects a word before a connection it asked to be closed is closed; without one it counts an error of reading.
    local read = errors.read
    if threads[1]:get("closes") then read = math.max(0, read - summary.requests) end
    io.write(string.format(
        '{"requests": %d, "seconds": %.3f, "wrong": %d, "missing": %d, "failed": %d, "p50": %.3f, "p99": %.3f}\n',
        summary.requests, summary.duration / 1e6, wrong, short,
        errors.connect + read + errors.write + errors.timeout, latency:percentile(50) / 1000,
        latency:percentile(99) / 1000))
end
