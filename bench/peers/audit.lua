-- Counts, inside Redis and after a run, what open.lua did to one packet.
--   ARGV: packet id.
--   Answer: claims, log lines, shares left, fen in the claims, fen in the log, fen left.
local packet = ARGV[1]

local function sum(lines, pattern)
    local fen = 0
    for _, line in ipairs(lines) do
        fen = fen + tonumber(string.match(line, pattern))
    end
    return fen
end

local claims = redis.call('HVALS', 'claims:' .. packet)
local left = redis.call('LRANGE', 'shares:' .. packet, 0, -1)
local log = redis.call('LRANGE', 'log:' .. packet, 0, -1)
return {
    #claims,
    #log,
    #left,
    sum(claims, '^(%d+) '),
    sum(log, '^%S+ (%d+) '),
    sum(left, '^(%d+)$'),
}
