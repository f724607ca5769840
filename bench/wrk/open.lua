-- wrk script: opens, every request another (packet, user) pair and every answer a fresh share.
--   wrk … -s open.lua URL -- PACKETS_FILE USERS FIRST BATCH ACTION [CREDENTIALS_FILE]
-- BATCH is for opens.lua. CREDENTIALS_FILE has one line for all users, or one for each.
-- ACTION is open, or shake: then the file has a campaign's id, and each user shakes once.
-- Pair number i is packet i mod P and user i mod U. With P and U coprime no pair returns before P·U
-- requests, and no user returns before U. The walk starts at FIRST, so a warm-up and the run after
-- it share one walk. Prints one line `result {JSON}`; `next` is the first pair not composed.
local heads, tails = {}, {}
local packet_count, user_count

function setup(thread)
    threads = threads or {}
    threads[#threads + 1] = thread
end

function init(args)
    -- wrk composes one request that it never sends, to see whether the script works: the pair before.
    user_count, next_pair = tonumber(args[2]), tonumber(args[3]) - 1
    local shakes = args[5] == 'shake'
    local path = shakes and '/v1/campaigns/' or '/v1/packets/'
    -- The user comes last: LuaJIT hashes few bytes of a string, those at its end among them, and
    -- would find all requests in one chain if they ended alike.
    local before = shakes and '{"shake_key":"r","user_id":"' or '{"user_id":"'
    local body_bytes = #(before .. 'u0000000"}')
    local credentials = {}
    if args[6] then
        for line in io.lines(args[6]) do
            credentials[#credentials + 1] = 'Authorization: Bearer ' .. line .. '\r\n\r\n' .. before
        end
    end
    for line in io.lines(args[1]) do
        heads[#heads + 1] = 'POST ' .. path .. line .. '/' .. args[5] .. ' HTTP/1.1\r\nHost: '
            .. wrk.host .. ':' .. wrk.port .. '\r\nContent-Type: application/json\r\nContent-Length: '
            .. body_bytes .. '\r\n' .. (args[6] and '' or '\r\n' .. before)
    end
    packet_count = #heads
    for i = 1, user_count do
        local credential = credentials[i] or credentials[1] or ''
        tails[i] = credential .. string.format('u%07d"}', i - 1)
    end
end

function request()
    local pair = next_pair
    next_pair = pair + 1
    return heads[pair % packet_count + 1] .. tails[pair % user_count + 1]
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
