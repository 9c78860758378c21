-- Fills the notes that the LogFormat of apache.conf writes.
local DIR = os.getenv("TOKENWARDEN_EDGE_DIR") or "/etc/tokenwarden"
local tw = dofile(DIR .. "/tokenwarden.lua").open(DIR .. "/edge.key")

function log(r)
    local line = r.the_request or ""
    r.notes["tw_target"] = tw.target(line:match("^%S+ (%S*)") or "")
    r.notes["tw_authorization"] = tw.header("bearer", r.headers_in["Authorization"])
    r.notes["tw_api_key"] = tw.header("api_key", r.headers_in["X-Api-Key"])
    r.notes["tw_cookie"] = tw.cookies(r.headers_in["Cookie"])
    return apache2.DECLINED
end
