package accesslog

import (
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// nginxVariables defines the variables of nginx ("Alphabetical index of variables", nginx.org, 2026-11). They are the
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

// nginxVariable defines a variable by nginxVariables or by nginxPrefixes. skip is the length of the prefix.
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

// nginxPrefixes are the families of variables, each with a header, cookie or parameter name behind the prefix.
var nginxPrefixes = [...]struct {
	prefix string
	kind   record.Kind
}{
	{"http_", record.KindHeader}, {"cookie_", record.KindCookie}, {"arg_", record.KindParam}, {"sent_http_", record.KindHeader},
	{"upstream_http_", record.KindHeader}, {"upstream_cookie_", record.KindCookie}, {"sent_trailer_", record.KindHeader},
	{"upstream_trailer_", record.KindHeader},
}

// headers defines the headers that set a part of the record (RFC 9110; RFC 9113, 8.3.1 for the pseudo-header fields).
var headers = keyTable([]keyRow{
	{role: roleReferer, keys: "referer referrer"},
	{role: roleAgent, keys: "user-agent"},
	{role: roleHost, rank: 2, keys: "host :authority"},
	{role: roleForwarded, keys: "x-forwarded-for"},
	{role: roleField, kind: record.KindCookies, keys: "cookie"},
	{role: roleField, kind: record.KindURL, keys: "location content-location"},
	{role: roleTarget, keys: ":path"},
	{role: roleMethod, keys: ":method"},
	{role: roleScheme, keys: ":scheme"},
})

// headerDef defines a header. name is in lower case, with dashes or underscores.
func headerDef(name string) def {
	if d, ok := headers[strings.ReplaceAll(name, "_", "-")]; ok {
		return d
	}
	return def{role: roleField, kind: record.KindHeader}
}

// namedHeaderDef defines a header and makes name its Field.Name.
func namedHeaderDef(name string) def {
	d := headerDef(strings.ToLower(name))
	d.name = []byte(name)
	return d
}

// responseHeaderDef defines a response header. name is in lower case.
func responseHeaderDef(name string) def {
	if name == "location" {
		return def{role: roleField, kind: record.KindURL}
	}
	return def{role: roleField, kind: record.KindHeader}
}

// namedResponseHeaderDef defines a response header and makes name its Field.Name, unless the kind needs no name.
func namedResponseHeaderDef(name string) def {
	d := responseHeaderDef(strings.ToLower(name))
	if d.kind == record.KindHeader {
		d.name = []byte(name)
	}
	return d
}
