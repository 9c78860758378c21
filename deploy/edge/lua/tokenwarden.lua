-- Makes keyed hashes that a log can have in place of tokens: contract 1 of ../CONTRACT.md. Runs in Lua 5.3 and later (Apache,
-- HAProxy) and in LuaJIT (Envoy).
--
--   local tw = dofile("/etc/tokenwarden/tokenwarden.lua").open("/etc/tokenwarden/edge.key")
--   tw.header("bearer", value)   the form for a header's value, "" without credentials
--   tw.cookies(value)            session cookies of a Cookie header, their values replaced
--   tw.target(uri)               a request target, tokens in its query replaced
--
-- The key file is what `tokenwarden key edge` prints. open(path, hmac) uses the HMAC of a server that has one: hmac(key) returns
-- a function of a text that returns 32 bytes.

local COOKIES = {session = true, sessionid = true, sid = true, ["connect.sid"] = true, PHPSESSID = true, JSESSIONID = true,
    auth_token = true, access_token = true}
local PARAMETERS = {access_token = true, api_key = true, apikey = true, token = true, auth_token = true, refresh_token = true,
    id_token = true, key = true, code = true, sig = true}
local STAND_INS = {[""] = true, x = true, X = true, ["x-oauth-basic"] = true, api_token = true, unused = true}
local BARE_SCHEMES = {basic = true, bearer = true, digest = true, negotiate = true, token = true}

local byte, char, sub, gsub, find, lower = string.byte, string.char, string.sub, string.gsub, string.find, string.lower

-- SHA-256 (FIPS 180-4) and HMAC (RFC 2104). Bits are LuaJIT's functions, or the operators of Lua 5.3, which LuaJIT cannot parse.
local bits = type(jit) == "table" and require("bit") or load([[
    local function rrotate(x, n) x = x & 0xffffffff; return x >> n | x << 32 - n & 0xffffffff end
    return {
        ror = rrotate,
        rshift = function(x, n) return (x & 0xffffffff) >> n end,
        bxor = function(a, b, c) return a ~ b ~ (c or 0) end,
        band = function(a, b) return a & b end,
        bnot = function(a) return ~a & 0xffffffff end,
        tobit = function(x) return x & 0xffffffff end,
    }]])()
local ror, rshift, bxor, band, bnot, tobit = bits.ror, bits.rshift, bits.bxor, bits.band, bits.bnot, bits.tobit

-- constants returns the first 32 bits of the fractional parts of the roots of the first n primes.
local function constants(n, root)
    local out, candidate = {}, 2
    while #out < n do
        local prime = true
        for d = 2, math.floor(math.sqrt(candidate)) do
            if candidate % d == 0 then prime = false break end
        end
        if prime then out[#out + 1] = tobit(math.floor(candidate ^ root % 1 * 2 ^ 32)) end
        candidate = candidate + 1
    end
    return out
end
local K, H0 = constants(64, 1 / 3), constants(8, 1 / 2)

local function word(s, i)
    local a, b, c, d = byte(s, i, i + 3)
    return tobit(((a * 256 + b) * 256 + c) * 256 + d)
end

local function bytes_of(x)
    return char(rshift(x, 24), band(rshift(x, 16), 255), band(rshift(x, 8), 255), band(x, 255))
end

local function sha256(text)
    local size = #text
    text = text .. "\128" .. ("\0"):rep((55 - size) % 64) .. "\0\0\0\0" .. bytes_of(tobit(size * 8))
    local h, w = {}, {}
    for i = 1, 8 do h[i] = H0[i] end
    for chunk = 1, #text, 64 do
        for i = 1, 16 do w[i] = word(text, chunk + (i - 1) * 4) end
        for i = 17, 64 do
            local x, y = w[i - 15], w[i - 2]
            local s0, s1 = bxor(ror(x, 7), ror(x, 18), rshift(x, 3)), bxor(ror(y, 17), ror(y, 19), rshift(y, 10))
            w[i] = tobit(w[i - 16] + s0 + w[i - 7] + s1)
        end
        local a, b, c, d, e, f, g, hh = h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]
        for i = 1, 64 do
            local s1 = bxor(ror(e, 6), ror(e, 11), ror(e, 25))
            local t1 = tobit(hh + s1 + bxor(band(e, f), band(bnot(e), g)) + K[i] + w[i])
            local s0 = bxor(ror(a, 2), ror(a, 13), ror(a, 22))
            local t2 = tobit(s0 + bxor(band(a, b), band(a, c), band(b, c)))
            hh, g, f, e, d, c, b, a = g, f, e, tobit(d + t1), c, b, a, tobit(t1 + t2)
        end
        local add = {a, b, c, d, e, f, g, hh}
        for i = 1, 8 do h[i] = tobit(h[i] + add[i]) end
    end
    local out = {}
    for i = 1, 8 do out[i] = bytes_of(h[i]) end
    return table.concat(out)
end

-- hmac_sha256 returns a function that computes HMAC-SHA-256 under a key of at most 64 bytes.
local function hmac_sha256(key)
    local function pad(x)
        return (gsub(key .. ("\0"):rep(64 - #key), ".", function(c) return char(band(bxor(byte(c), x), 255)) end))
    end
    local inner, outer = pad(0x36), pad(0x5c)
    return function(text) return sha256(outer .. sha256(inner .. text)) end
end

local function hex(s)
    return (gsub(s, ".", function(c) return ("%02x"):format(byte(c)) end))
end

local function unhex(s)
    return (gsub(s, "%x%x", function(h) return char(tonumber(h, 16)) end))
end

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
local VALUE = {["+"] = 62, ["/"] = 63}
for i = 1, 64 do VALUE[sub(ALPHABET, i, i)] = i - 1 end

-- base64 decodes the digits of either alphabet at the start of s.
local function base64(s)
    local out, acc, have = {}, 0, 0
    for i = 1, #s do
        local v = VALUE[sub(s, i, i)]
        if not v then break end
        acc, have = acc * 64 + v, have + 6
        if have >= 8 then
            have = have - 8
            local high = math.floor(acc / 2 ^ have)
            out[#out + 1], acc = char(high), acc - high * 2 ^ have
        end
    end
    return table.concat(out)
end

-- trim cuts spaces and control characters around.
local function trim(s)
    local from, to = 1, #s
    while from <= to and byte(s, from) <= 32 do from = from + 1 end
    while to >= from and byte(s, to) <= 32 do to = to - 1 end
    return sub(s, from, to)
end

local function unquote(s)
    local q = sub(s, 1, 1)
    if #s >= 2 and (q == '"' or q == "'") and sub(s, -1) == q then return sub(s, 2, -2) end
    return s
end

local function percent_decode(s)
    return (gsub(s, "%%(%x%x)", function(h) return char(tonumber(h, 16)) end))
end

-- unwrap returns what a token that is base64 of printable text decodes to.
local function unwrap(s)
    local digits = gsub(s, "=$", "")
    digits = gsub(digits, "=$", "")
    if #digits < 12 or #digits % 4 == 1 or find(digits, "[^%w+/_-]") then return nil end
    local text = base64(digits)
    if find(text, "[^!-~]") then return nil end
    return text
end

-- jwt writes the parts of a JWT as base64url without padding and unused bits.
local function jwt(s)
    if sub(s, 1, 3) ~= "eyJ" or not find(s, ".", 1, true) or find(s, "[^%w+/_=. -]") then return s end
    s = gsub(gsub(gsub(s, "[ =]", ""), "%+", "-"), "/", "_")
    return (gsub(s, "[^.]+", function(part)
        local unused = ({[2] = 16, [3] = 4})[#part % 4]
        if not unused then return part end
        local v = VALUE[sub(part, -1)]
        v = v - v % unused
        return sub(part, 1, -2) .. sub(ALPHABET, v + 1, v + 1)
    end))
end

local function canonical(s)
    for _ = 1, 2 do
        for _ = 1, 5 do
            local decoded = percent_decode(s)
            if decoded == s then break end
            s = decoded
        end
        s = gsub(s, "[\t\n\r][\t\n\r ]*", "")
        s = trim(s)
        local text = unwrap(s)
        if not text then break end
        s = text
    end
    return jwt(s)
end

local M = {}

function M.open(path, hmac)
    local file = assert(io.open(path, "r"))
    local id, key = file:read("*a"):match("^%s*(%x+):(%x+)%s*$")
    file:close()
    assert(key and #key == 64, path .. ": want the line that `tokenwarden key edge` prints")
    hmac = (hmac or hmac_sha256)(unhex(key))

    -- token returns twfp1.<key id>.<kind>.<hash>.<MAC> of a token.
    local function token(kind, value)
        local text = "twfp1." .. id .. "." .. kind .. "." .. hex(sub(hmac("t" .. canonical(value)), 1, 16))
        return text .. "." .. hex(sub(hmac("m" .. text), 1, 4))
    end

    local function header(kind, value)
        value = trim(value or "")
        if value == "" or BARE_SCHEMES[lower(value)] then return "" end
        local scheme, rest = value:match("^([%w_-]+)[ \t]+(.*)$")
        if scheme and #scheme < 24 then
            value = rest
            if lower(scheme) == "basic" then
                local user, password = base64(rest):match("^([^:]*):(.*)$")
                if user then
                    local secret = STAND_INS[password] and user or password
                    return secret ~= "" and token("password", secret) or ""
                end
            end
            if find(rest, ".=+[^=]") and find(rest, '[, "]') then return "" end -- several parameters
        end
        value = unquote(value)
        return value ~= "" and token(kind, value) or ""
    end

    local function cookies(value)
        local out = {}
        for name, v in (value or ""):gmatch("([^;=]+)=([^;]*)") do
            name = trim(name)
            if COOKIES[name] and v ~= "" then out[#out + 1] = name .. "=" .. token("session", unquote(trim(v))) end
        end
        return table.concat(out, "; ")
    end

    local function target(uri)
        local path, query = (uri or ""):match("^([^?]*%?)(.*)$")
        if not path then return uri or "" end
        return path .. gsub(query, "([^&=]+)=([^&]+)", function(name, v)
            if PARAMETERS[name] then return name .. "=" .. token("token", unquote(trim(v))) end
        end)
    end

    return {token = token, header = header, cookies = cookies, target = target}
end

return M
