-- The peer's open, run by Redis (EVALSHA) as one atomic step: the work hongbao does for
-- POST /v1/packets/{id}/open with a lucky packet whose shares were drawn beforehand.
--   ARGV: packet id, user id, now in ms. No KEYS: one server, no cluster, less to parse.
--   Answer, a status line: "<amount> <ms>" a fresh share, "R<amount> <ms>" the user's earlier one,
--   "E" exhausted, "N" no such packet.
local call = redis.call
local packet, user = ARGV[1], ARGV[2]
local claims = 'claims:' .. packet

local earlier = call('HGET', claims, user)
if earlier then
    return { ok = 'R' .. earlier }
end

-- The list of prepared shares is what is left of the packet: popping one is also the decrement.
local amount = call('LPOP', 'shares:' .. packet)
if not amount then
    return { ok = call('EXISTS', claims) == 1 and 'E' or 'N' }
end

local claim = amount .. ' ' .. ARGV[3]
call('HSET', claims, user, claim)
call('HINCRBY', 'balances', user, amount)
call('RPUSH', 'log:' .. packet, user .. ' ' .. claim)
return { ok = claim }
