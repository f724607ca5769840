-- wrk script: opens in batches, POST /v1/opens; every open another (packet, user) pair.
--   wrk … -s opens.lua URL -- PACKETS_FILE USERS FIRST BATCH
-- Walks the pairs as open.lua does, BATCH of them in a request, and prints the same `result {JSON}`.
-- All pairs have the same length, so a body is put together from ready parts and its length is known.
local heads, tails, parts = {}, {}, {}
local packet_count, user_count, batch, head

function setup(thread)
    threads = threads or {}
    threads[#threads + 1] = thread
end

function init(args)
    user_count, batch = tonumber(args[2]), tonumber(args[4])
    -- wrk composes one request that it never sends, to see whether the script works: the batch before.
    next_pair = tonumber(args[3]) - batch
    for line in io.lines(args[1]) do
        heads[#heads + 1] = '{"packet_id":"' .. line .. '","user_id":"'
    end
    packet_count = #heads
    for i = 1, user_count do
        tails[i] = string.format('u%07d"},', i - 1)
    end
    local body_bytes = #'{"opens":[]}' + batch * (#heads[1] + #tails[1]) - 1
    head = 'POST /v1/opens HTTP/1.1\r\nHost: ' .. wrk.host .. ':' .. wrk.port
        .. '\r\nContent-Type: application/json\r\nContent-Length: ' .. body_bytes .. '\r\n\r\n{"opens":['
end

function request()
    local first = next_pair
    next_pair = first + batch
    parts[1] = head
    for i = 0, batch - 1 do
        parts[2 * i + 2] = heads[(first + i) % packet_count + 1]
        parts[2 * i + 3] = tails[(first + i) % user_count + 1]
    end
    parts[2 * batch + 1] = string.sub(parts[2 * batch + 1], 1, -2) .. ']}'
    return table.concat(parts, '', 1, 2 * batch + 1)
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        'result {"requests": %d, "duration_us": %d, "bytes": %d, "next": %d, "non_2xx": %d, '
            .. '"connect_errors": %d, "read_errors": %d, "write_errors": %d, "timeouts": %d, '
            .. '"p50_us": %d, "p99_us": %d, "max_us": %d}',
        summary.requests, summary.duration, summary.bytes, threads[1]:get('next_pair'), errors.status,
        errors.connect, errors.read, errors.write, errors.timeout,
        latency:percentile(50), latency:percentile(99), latency.max))
end
