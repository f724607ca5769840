-- POST /v1/packets/{id}/open in nginx: reads the request, runs open.lua in Redis over a pooled unix
-- socket, writes the answer. Speaks the one RESP command it needs by hand, with everything constant
-- prepared beforehand. `peer` = { socket, sha }, set in init_by_lua_block.
local byte, sub, match, format = string.byte, string.sub, string.match, string.format
local tcp, say, floor = ngx.socket.tcp, ngx.print, math.floor
local read_body, body_data = ngx.req.read_body, ngx.req.get_body_data

local command = '*6\r\n$7\r\nEVALSHA\r\n$40\r\n' .. peer.sha .. '\r\n$1\r\n0\r\n$'
local pool = { pool = 'redis', pool_size = 1024 }

local second, second_text = -1, ''

local function instant(ms)
    local now_s = floor(ms / 1000)
    if now_s ~= second then
        second, second_text = now_s, os.date('!%Y-%m-%dT%H:%M:%S', now_s)
    end
    return format('%s.%03dZ', second_text, ms - now_s * 1000)
end

-- With its length, or nginx would send it in chunks.
local function answer(text)
    ngx.header.content_length = #text
    say(text)
end

local function problem(status, code)
    ngx.status = status
    ngx.header.content_type = 'application/problem+json'
    answer('{"status":' .. status .. ',"code":"' .. code .. '"}')
end

local function ask(packet, user, now)
    local socket = tcp()
    local ok, failure = socket:connect(peer.socket, pool)
    if not ok then
        return nil, failure
    end
    ok, failure = socket:send(command .. #packet .. '\r\n' .. packet .. '\r\n$' .. #user .. '\r\n'
        .. user .. '\r\n$' .. #now .. '\r\n' .. now .. '\r\n')
    if not ok then
        return nil, failure
    end
    local line
    line, failure = socket:receive()
    if not line then
        return nil, failure
    end
    socket:setkeepalive(300000, 1024)
    return line
end

local packet = match(ngx.var.uri, '^/v1/packets/(%d+)/open$')
read_body()
local user = match(body_data() or '', '^%s*{%s*"user_id"%s*:%s*"([%w._:@-]+)"%s*}%s*$')
if not packet or not user or #user > 64 then
    return problem(400, 'invalid_request')
end

local line, failure = ask(packet, user, format('%d', ngx.now() * 1000))
if not line or byte(line) ~= 43 then -- '+'
    ngx.log(ngx.ERR, 'redis: ', failure or line)
    return problem(503, 'overloaded')
end

local kind = sub(line, 2, 2)
if kind == 'E' then
    return problem(409, 'packet_exhausted')
elseif kind == 'N' then
    return problem(404, 'packet_not_found')
end
local amount, ms = match(line, '(%d+) (%d+)')
answer('{"packet_id":"' .. packet .. '","user_id":"' .. user .. '","amount_fen":' .. amount
    .. ',"opened_at":"' .. instant(tonumber(ms))
    .. (kind == 'R' and '","repeat":true}' or '","repeat":false}'))
