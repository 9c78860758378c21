package accesslog

import (
	"maps"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// The JSON formats that have keys of their own. A line with keys of several formats belongs to the greatest.
const (
	hintNone = iota
	hintApache
	hintNginx
	hintEnvoy
	hintKong
	hintTraefik
	hintCaddy
	hintECS
)

// jsonFormats are the names of the formats by hint.
var jsonFormats = [...]string{
	hintNone: "json", hintApache: "apache_json", hintNginx: "nginx_json", hintEnvoy: "envoy_json", hintKong: "kong",
	hintTraefik: "traefik_json", hintCaddy: "caddy", hintECS: "ecs",
}

// jsonKeys defines JSON keys, together with [nginxVariables]. Keys are dot paths without underscores. Case and dashes make no
// difference, and a flat key with dots in it is the same as a nested one.
//
// Sources, 2026-11: the access log fields of Caddy and Traefik, Envoy's JSON samples, Kong's http-log plugin, the Elastic
// Common Schema, OpenTelemetry's HTTP conventions, OCSF class 4002, Google Cloud's HttpRequest, and the fields for the same
// values of Fluentd, Logstash, pino, express-winston, httplog, Cloudflare, Akamai, Fastly, Azure, the AWS API Gateway and VPC
// Lattice, F5, Zscaler, Tyk, ntfy, authentik, Splunk's CIM, and the audit logs of Kubernetes, Elasticsearch, GitHub, Vault, Okta,
// Auth0 and AWS (CloudTrail).
var jsonKeys = mergeTables(keyTable(jsonRows), nginxVariables)

// jsonRows defines the keys by role. No key may be in two rows.
var jsonRows = []keyRow{
	{role: roleTime, rank: 1, keys: `
		@t client_received_start_timestamp time timestamp @timestamp date datetime start_time event_time event.created
		requesttime edgestarttimestamp reqtimesec timestamp(ms) time_unix_nano requesttimeepoch stage_timestamp req_start_time
		http_message.start event_timestamp date_ncsa date_http`},
	{role: roleTime, keys: "published"},
	{role: roleTime, rank: 2, keys: "ts event.start request_received_timestamp"},
	{role: roleTime, rank: 2, hint: hintTraefik, keys: "startutc"},
	{role: roleTime, rank: 1, hint: hintTraefik, keys: "startlocal"},
	{role: roleTime, rank: 2, hint: hintKong, keys: "started_at"},

	{role: roleClient, rank: 3, keys: "client_ip client.ip request.client_ip real_ip"},
	{role: roleClient, rank: 2, keys: `
		clientaddr remote_ip remoteaddr remote_address src_ip source_ip httprequest.remoteip src_endpoint.ip client.address
		cliip c_ip network.client.ip source_ip_port visitor_ip ip_client ip_address origin.address attack_data.client_ip`},
	{role: roleClient, rank: 2, hint: hintCaddy, keys: "request.remote_ip request.remote_addr"},
	{role: roleClient, rank: 3, hint: hintTraefik, keys: "clienthost"},
	{role: roleClient, rank: 2, hint: hintECS, keys: "source.ip source.address"},
	{role: roleClient, rank: 3, hint: hintEnvoy, keys: "downstream_remote_address downstream_remote_address_without_port"},
	{role: roleClient, rank: 1, hint: hintEnvoy, keys: "downstream_direct_remote_address"},
	{role: roleClient, rank: 1, keys: "client remote_host remote network.peer.address ip identity.sourceip src"},
	{role: roleClient, keys: "x_real_ip actor_ip source_ip_address client.ip_address"},
	// Kubernetes' audit log: only the last is the connection's
	{role: roleForwarded, keys: "x_forwarded_for xff forwarded_for fwd source_ips"},
	{role: roleAddress, keys: "server.ip destination.ip server.address network.local.address httprequest.serverip"},
	{role: roleAddress, hint: hintEnvoy, keys: "upstream_host upstream_local_address downstream_local_address"},

	{role: roleRequest, keys: "request_line http_request requested_url"},
	{role: roleMethod, keys: `
		method http_method verb request_verb requestmethod reqmethod clientrequestmethod httprequest.requestmethod http.method
		http_request.http_method http.request.method cs_method http_message.method context.http_request.method`},
	{role: rolePath, keys: `
		path url uri request_path request_url requesturi target http.target http.url url.path url.full full_url original_url
		raw_path resourcepath reqpath clientrequesturi clientrequestpath original_request_uri_with_args requested_uri
		cs_uri_stem http_path uri_path http_uri http_message.path context.http_request.path`},
	{role: rolePath, keys: "httprequest.requesturl http_request.url.path http_request.url.url_string"},
	{role: rolePath, hint: hintECS, keys: "url.original"},
	{role: rolePath, hint: hintEnvoy, keys: "x_envoy_original_path x_envoy_origin_path"},
	{role: roleQuery, keys: `
		query querystring querystr requestquery url.query raw_query http_request.url.query_string urlquery cs_uri_query http_query
		uri_query http_message.query`},
	{role: roleProtocol, keys: `
		protocol proto http_version http.version http.flavor network.protocol.version request_protocol request_proto
		clientrequestprotocol httprequest.protocol cs_protocol_version`},

	{role: roleStatus, rank: 1, keys: `
		status status_code response_code response_status_code response_code_sent response_status http_status
		edgeresponsestatus http_response.code httprequest.status http_status_code sc_status
		response_status.code http_response.status respcode http_message.status http_statcode`},
	{role: roleStatus, keys: "code response response.code"},
	{role: roleStatus, rank: 2, hint: hintTraefik, keys: "downstreamstatus"},
	{role: roleStatus, hint: hintTraefik, keys: "originstatus"},
	{role: roleStatus, rank: 1, keys: "http.response.status_code http.status_code"},
	{role: roleBytes, rank: 1, keys: `
		bytes size bytes_out bytessent sent_bytes response_size response_length edgeresponsebytes resp_bytes body_bytes
		response.length httprequest.responsesize http.response.bytes http_response.length response_bytes body_sent.bytes
		http.resp_body_size sc_bytes http_response.bytes respsize http_message.bytes`},
	{role: roleBytes, keys: "bytes_read"}, // HAProxy's; Caddy's is the request's, beside a size
	{role: roleBytes, rank: 2, keys: "response_body_size response_body_bytes http.response.body.bytes http.response.body.size"},
	{role: roleBytes, rank: 2, hint: hintTraefik, keys: "downstreamcontentsize"},

	{role: roleAction, keys: "action event_name event_type"},
	{role: roleReferer, keys: `
		referer referrer request_referer clientrequestreferer http.request.referrer httprequest.referer http_request.referrer
		cs(referer)`},
	{role: roleAgent, keys: `
		user_agent request_user_agent user_agent.original http.user_agent http_request.user_agent clientrequestuseragent ua
		agent cs(user_agent)`},
	{role: roleHost, rank: 3, keys: `
		request_host reqhost clientrequesthost http.host vhost virtual_host url.domain domain http_request.url.hostname
		properties.host_name original_host x_host_header cs_host host_header http_message.host`},
	{role: roleHost, rank: 2, keys: "cs(host) sni"},
	{role: roleHost, rank: 3, hint: hintEnvoy, keys: "authority :authority"},
	{role: roleHost, rank: 1, hint: hintTraefik, keys: "requestaddr"},
	{role: roleHost, hint: hintEnvoy, keys: "requested_server_name"},
	{role: roleUser, rank: 1, keys: "consumer.username cs_username"},
	{role: roleUser, keys: `
		user user_name user.name user.username user_id auth_user client_username consumer.custom_id authenticated_entity.consumer_id
		actor.user.name actor actor.alternate_id user_identity.user_name`},
	{role: roleUser, kind: record.KindHeader, keys: "auth"}, // also the Authorization header
	{role: roleScheme, keys: "request_scheme clientrequestscheme url.scheme http.scheme http_request.url.scheme cs_protocol"},
	{role: roleTLS, keys: `
		tls_protocol tls_version tls.version request.tls.version ssl_version tls.protocol sslprotocol clientsslprotocol
		security_protocol`},
	{role: roleTLS, hint: hintEnvoy, keys: "downstream_tls_version"},
	{role: roleField, kind: record.KindCookies, keys: "cookie cookies cs(cookie)"},
	{role: roleField, kind: record.KindHeader, keys: "authorization x_api_key api_key x_auth_token proxy_authorization"},
	{role: roleField, kind: record.KindURL, keys: "location redirect redirect_url"},

	// Keys whose last part is one of the above, with another meaning.
	{role: roleNumber, keys: `
		request.size request.bytes http.request.bytes http.request.body.bytes http.request.body.size request.body_bytes
		bytes_received bytes_in request_size reqsize requestcontentsize origincontentsize response.duration`},
	{role: roleNumber, keys: `
		duration duration_ms latency elapsed response_time took time_taken overhead originduration retryattempts requestcount
		upstream_service_time`},
	{role: roleText, hint: hintEnvoy, keys: "response_flags response_code_details upstream_cluster route_name"},
	{role: roleText, hint: hintTraefik, keys: "frontendname servicename routername entrypointname"},
	{role: roleText, hint: hintKong, keys: "upstream_uri service.id route.id workspace"},
	{role: roleText, hint: hintECS, keys: "ecs.version event.dataset event.kind"},
	{role: roleText, hint: hintApache, keys: "remote_logname"},
	{role: roleText, keys: "url.fragment url.extension hostname"},
	{role: roleLogger, keys: "logger"},

	{role: roleMessage, rank: 3, keys: "log"},
	{role: roleMessage, rank: 2, keys: "message short_message line _raw event event.original textpayload body"},
	{role: roleMessage, rank: 1, keys: "msg properties"}, // Azure writes properties as an object or as its JSON
}

// keyRow is a row of a table of keys with the same definition.
type keyRow struct {
	role role
	kind record.Kind
	rank uint8
	hint uint8
	keys string // separated by spaces
}

// keyTable returns the definitions in rows by key.
func keyTable(rows []keyRow) map[string]def {
	table := make(map[string]def)
	for _, row := range rows {
		for _, k := range strings.Fields(row.keys) {
			table[k] = def{role: row.role, kind: row.kind, rank: row.rank, hint: row.hint}
		}
	}
	return table
}

// The keys of objects that only group others: the path of a key means the same without them.
var (
	// envelopeKeys are the keys of objects that hold a whole log, or what a client sent. See ownership.
	envelopeKeys = keySet("log message msg json data fields record records event payload attributes json_payload proto_payload " +
		"log_processed parsed properties meta")
	// listKeys are the keys of arrays of requests or lines, as they are sent (2026-11): Azure Monitor and Firehose
	// (records), CloudWatch Logs (logEvents), OpenTelemetry (resourceLogs and below), Loki (streams, values), Kubernetes
	// (items), Google Cloud (entries), New Relic (logs), Event Grid and others.
	listKeys = keySet("records log_events resource_logs scope_logs instrumentation_library_logs log_records streams values items " +
		"entries logs events event data payload messages message json batch value")
	// encodedKeys are the paths of strings that hold lines in base64 (2026-11): Firehose and Kafka's events in Lambda, Kinesis,
	// Pub/Sub.
	encodedKeys = keySet("data value kinesis.data message.data")
	// partKeys are the keys of objects that hold a part of the log itself.
	partKeys = keySet("nginx @nginx_fields access apache proxy identity request req response resp res http http_request")
	// bodyKeys are the keys of objects that a client wrote.
	bodyKeys    = keySet("body request_body req_body raw_body parsed_body form_data post post_data parameters variables input")
	wrapperKeys = mergeSets(envelopeKeys, partKeys, bodyKeys)

	// groupKeys are those of further objects around the headers of a request.
	groupKeys = keySet("context request_context detail cf")
)

// The objects whose keys are names chosen by a client.
var (
	headerObjects = keySet("headers header request_headers req_headers http_headers response_headers resp_headers res_headers " +
		"raw_headers raw_trailers")
	cookieObjects = keySet("cookies cookie")
	paramObjects  = keySet("query_string query args params query_params query_parameters query_string_parameters form")
)

// mergeTables merges tables under their keys without underscores. The first table with a key defines it.
func mergeTables(tables ...map[string]def) map[string]def {
	all := make(map[string]def)
	for _, table := range tables {
		for k, d := range table {
			if _, ok := all[withoutUnderscores(k)]; !ok {
				all[withoutUnderscores(k)] = d
			}
		}
	}
	return all
}

// withoutUnderscores removes the underscores of a key: some writers spell sent_bytes, some sentBytes.
func withoutUnderscores(key string) string { return strings.ReplaceAll(key, "_", "") }

// mergeSets returns the keys of all sets.
func mergeSets(sets ...map[string]bool) map[string]bool {
	all := make(map[string]bool)
	for _, set := range sets {
		maps.Copy(all, set)
	}
	return all
}

// keySet returns the keys, separated by spaces, without their underscores.
func keySet(keys string) map[string]bool {
	set := make(map[string]bool)
	for _, k := range strings.Fields(keys) {
		set[withoutUnderscores(k)] = true
	}
	return set
}
