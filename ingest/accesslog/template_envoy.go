package accesslog

import (
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// envoyCommands defines Envoy's command operators (Envoy documentation, "Access logging", "Command Operators", 2026-11).
// envoyDef defines those with a header's name.
var envoyCommands = keyTable([]keyRow{
	{role: roleTime, rank: 1, keys: "START_TIME START_TIME_LOCAL"},
	{role: roleProtocol, keys: "PROTOCOL"},
	{role: roleStatus, rank: 1, keys: "RESPONSE_CODE"},
	{role: roleBytes, rank: 1, keys: "BYTES_SENT"},
	{role: roleNumber, keys: "BYTES_RECEIVED DURATION COMMON_DURATION REQUEST_DURATION REQUEST_TX_DURATION RESPONSE_DURATION " +
		"RESPONSE_TX_DURATION " +
		"CONNECTION_ID REQUEST_HEADERS_BYTES RESPONSE_HEADERS_BYTES RESPONSE_TRAILERS_BYTES UPSTREAM_REQUEST_ATTEMPT_COUNT"},
	{role: roleClient, rank: 2, keys: "DOWNSTREAM_REMOTE_ADDRESS DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"},
	{role: roleClient, rank: 1, keys: "DOWNSTREAM_DIRECT_REMOTE_ADDRESS DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT"},
	{role: roleAddress, keys: "UPSTREAM_HOST UPSTREAM_LOCAL_ADDRESS UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT UPSTREAM_REMOTE_ADDRESS " +
		"UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT DOWNSTREAM_LOCAL_ADDRESS DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"},
	{role: roleHost, keys: "REQUESTED_SERVER_NAME"},
	{role: roleTLS, keys: "DOWNSTREAM_TLS_VERSION"},
	{role: roleUser, keys: "DOWNSTREAM_PEER_SUBJECT"},
})

// envoyOperators are envoyCommands and the names of the other operators, for checkVariable.
var envoyOperators = withNames(envoyCommands, "REQ RESP TRAILER REQ_WITHOUT_QUERY RESPONSE_FLAGS RESPONSE_FLAGS_LONG "+
	"RESPONSE_CODE_DETAILS "+
	"CONNECTION_TERMINATION_DETAILS UPSTREAM_TRANSPORT_FAILURE_REASON UPSTREAM_CLUSTER UPSTREAM_CLUSTER_RAW ROUTE_NAME "+
	"VIRTUAL_CLUSTER_NAME STREAM_ID GRPC_STATUS GRPC_STATUS_NUMBER HOSTNAME DYNAMIC_METADATA FILTER_STATE FILTER_CHAIN_NAME "+
	"LOCAL_REPLY_BODY ACCESS_LOG_TYPE ENVIRONMENT UNIQUE_ID METADATA TRACE_ID QUERY_PARAM PATH")

// isEnvoy reports whether s is a format string of Envoy, whose operators have a percent sign at both ends.
func isEnvoy(s string) bool {
	_, rest, ok := strings.Cut(s, "%")
	n := 0
	for n < len(rest) && (rest[n]-'A' <= 'Z'-'A' || rest[n] == '_') {
		n++
	}
	return ok && n > 2 && n < len(rest) && (rest[n] == '%' || rest[n] == '(')
}

// envoyParts splits an Envoy format string.
func envoyParts(s string) ([]part, error) {
	s = strings.TrimSuffix(s, "\n")
	var parts []part
	for {
		if parts, s = appendLiteral(parts, s, '%'); s == "" {
			return parts, nil
		}
		operator, rest, ok := cutOperator(s[1:])
		if !ok {
			return nil, errVariable
		}
		s = rest
		if operator == "" {
			parts = append(parts, part{literal: "%"})
			continue
		}
		p := part{isValue: true, def: envoyDef(operator), text: "%" + operator + "%"}
		name, argument, _ := strings.Cut(operator, "(")
		if strings.HasPrefix(name, "START_TIME") && argument != "" {
			p.sample = strftime(strings.TrimSuffix(argument, ")"))
		}
		if err := checkVariable("%"+name, "%", envoyOperators); err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
}

// cutOperator cuts s at the percent sign that ends an operator. It skips the percent signs in the parentheses of START_TIME.
func cutOperator(s string) (operator, rest string, ok bool) {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		case '%':
			if depth == 0 {
				return s[:i], s[i+1:], true
			}
		}
	}
	return "", "", false
}

// envoyDef defines one operator: NAME, NAME(argument), NAME(argument):length.
func envoyDef(operator string) def {
	name, argument, _ := strings.Cut(operator, "(")
	argument, _, _ = strings.Cut(argument, ")")
	if d, ok := envoyCommands[name]; ok {
		return d
	}
	// X-A?X-B writes the first header that the request has. The second one defines both.
	header := argument[strings.LastIndexByte(argument, '?')+1:]
	switch name {
	case "REQ", "REQ_WITHOUT_QUERY":
		return namedHeaderDef(header)
	case "RESP", "TRAILER":
		if strings.HasSuffix(strings.ToLower(header), "-time") {
			return def{role: roleNumber}
		}
		return namedResponseHeaderDef(header)
	case "PATH":
		return def{role: roleTarget}
	case "QUERY_PARAM":
		return def{role: roleField, kind: record.KindParam, name: []byte(argument)}
	}
	return def{name: []byte(strings.ToLower(name))}
}
