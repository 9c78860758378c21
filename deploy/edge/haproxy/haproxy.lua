-- Fills the variables that the log-format of lua.cfg writes. The key is read before HAProxy gives up root.
local DIR = os.getenv("TOKENWARDEN_EDGE_DIR") or "/etc/tokenwarden"
local convert -- HAProxy's converters, which only a transaction has

local function hmac(key)
    local base64
    return function(text)
        base64 = base64 or convert:base64(key)
        return convert:hmac(text, "sha256", base64)
    end
end

local tw = dofile(DIR .. "/tokenwarden.lua").open(DIR .. "/edge.key", hmac)

core.register_action("tokenwarden", {"http-req"}, function(txn)
    convert = txn.c
    txn:set_var("txn.tw_target", tw.target(txn.f:url()))
    txn:set_var("txn.tw_authorization", tw.header("bearer", txn.f:req_fhdr("authorization")))
    txn:set_var("txn.tw_api_key", tw.header("api_key", txn.f:req_fhdr("x-api-key")))
    txn:set_var("txn.tw_cookie", tw.cookies(txn.f:req_fhdr("cookie")))
end)
