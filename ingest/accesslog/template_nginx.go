package accesslog

import (
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// nginxVariables says what the variables of nginx hold (ngx_http_core_module and the modules it names). They are the
// variables of a log_format and the keys of the JSON logs written with one.
var nginxVariables = keyTable([]keyRow{
	{role: roleTime, rank: 3, keys: "msec"},
	{role: roleTime, rank: 2, hint: hintNginx, keys: "time_iso8601"},
	{role: roleTime, rank: 2, hint: hintNginx, keys: "time_local"},
	{role: roleClient, rank: 3, hint: hintNginx, keys: "remote_addr"},
	{role: roleForwarded, hint: hintNginx, keys: "http_x_forwarded_for proxy_add_x_forwarded_for"},
	{role: roleAddress, keys: "realip_remote_addr proxy_protocol_addr proxy_protocol_server_addr server_addr upstream_addr"},
	{role: roleUser, hint: hintNginx, keys: "remote_user"},
	{role: roleRequest, keys: "request"},
	{role: roleMethod, keys: "request_method"},
	{role: roleTarget, keys: "request_uri"},
	{role: rolePath, keys: "uri document_uri"},
	{role: roleQuery, keys: "args query_string"},
	{role: roleProtocol, hint: hintNginx, keys: "server_protocol"},
	{role: roleStatus, rank: 3, keys: "status"},
	{role: roleBytes, rank: 3, hint: hintNginx, keys: "body_bytes_sent"},
	{role: roleBytes, rank: 2, keys: "bytes_sent"},
	{role: roleReferer, hint: hintNginx, keys: "http_referer"},
	{role: roleAgent, hint: hintNginx, keys: "http_user_agent"},
	{role: roleHost, rank: 3, keys: "host"},
	{role: roleHost, rank: 2, keys: "http_host"},
	{role: roleHost, rank: 1, keys: "server_name"},
	{role: roleScheme, keys: "scheme"},
	{role: roleTLS, keys: "ssl_protocol"},
	{role: roleField, kind: record.KindCookies, hint: hintNginx, keys: "http_cookie"},
	{role: roleField, kind: record.KindURL, keys: "sent_http_location upstream_http_location proxy_host"},
	{role: roleNumber, keys: "request_time request_length connection connection_requests connection_time connections_active pid remote_port " +
		"server_port realip_remote_port proxy_port proxy_protocol_port gzip_ratio content_length sent_http_content_length " +
		"bytes_received upstream_response_time upstream_connect_time upstream_header_time upstream_first_byte_time " +
		"upstream_response_length upstream_bytes_sent upstream_bytes_received upstream_status upstream_queue_time " +
		"upstream_session_time ssl_early_data session_time"},
})

// nginxVariable says what a variable holds, by the table or by its prefix. header tells that the name is a header's,
// written with underscores; skip is where it begins.
func nginxVariable(name string) (d def, skip int, ok bool) {
	if d, ok := nginxVariables[name]; ok {
		return d, 0, true
	}
	for _, p := range nginxPrefixes {
		if rest, ok := strings.CutPrefix(name, p.prefix); ok && rest != "" {
			d := def{role: roleField, kind: p.kind}
			if p.kind == record.KindHeader {
				d = headerDef(rest)
			}
			d.hint = hintNginx
			return d, len(p.prefix), true
		}
	}
	return def{}, 0, false
}

// nginxPrefixes are the families of variables.
var nginxPrefixes = [...]struct {
	prefix string
	kind   record.Kind
}{
	{"http_", record.KindHeader}, {"cookie_", record.KindCookie}, {"arg_", record.KindParam}, {"sent_http_", record.KindHeader},
	{"upstream_http_", record.KindHeader}, {"upstream_cookie_", record.KindCookie}, {"sent_trailer_", record.KindHeader},
	{"upstream_trailer_", record.KindHeader},
}

// headerDef says what a header holds. name is in lower case, its dashes may be underscores.
func headerDef(name string) def {
	switch strings.ReplaceAll(name, "_", "-") {
	case "referer", "referrer":
		return def{role: roleReferer}
	case "user-agent":
		return def{role: roleAgent}
	case "host", ":authority":
		return def{role: roleHost, rank: 2}
	case "x-forwarded-for":
		return def{role: roleForwarded}
	case "cookie":
		return def{role: roleField, kind: record.KindCookies}
	case "location", "content-location":
		return def{role: roleField, kind: record.KindURL}
	case ":path":
		return def{role: roleTarget}
	case ":method":
		return def{role: roleMethod}
	case ":scheme":
		return def{role: roleScheme}
	}
	return def{role: roleField, kind: record.KindHeader}
}
