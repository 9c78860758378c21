package accesslog

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// layoutsInCode are the layouts of the formats that are neither rows of pattern_table.go nor JSON.
var layoutsInCode = []patternRow{
	{name: "common, werkzeug", line: `$client $ident $user [$time] "$request" $status $bytes ...`, source: "Apache mod_log_config; Werkzeug"},
	{name: "combined, traefik, jetty, hypercorn", line: `common "$referer" "$agent" ...`, source: "nginx, Apache, Traefik, Jetty, Hypercorn"},
	{name: "vhost_combined", line: `$host combined`, source: "Apache mod_log_config"},
	{name: "bunkerweb", line: `$host $client - $id $user [$time] "$request" $status $bytes "$referer" "$agent"`, source: "BunkerWeb, setting LOG_FORMAT"},
	{name: "envoy", line: `[$time] "$request" $status $flags $received $bytes ... "$forwarded" "$agent" "$id" "$host" ...`, source: "Envoy, Istio"},
	{name: "haproxy", line: `$client [$time] $frontend $backend/$server $timers $status $bytes ... "$request" ...`, source: "HAProxy, HTTP and HTTPS log format"},
	{name: "nginx_proxy_manager", line: `[$time] $cache $upstream $status - $method $scheme $host "$target" [Client $client] [Length $bytes] ... "$agent" "$referer"`,
		source: "Nginx Proxy Manager"},
	{name: "alb", line: `$scheme $time $elb $client ... $status ... $bytes "$request" "$agent" $cipher $tls ... "$host" ...`, source: "AWS load balancers"},
	{name: "w3c, iis, cloudfront", source: "W3C extended log file format",
		line: `columns of #Fields: date time; c-ip; cs-username; cs-method cs-uri cs-uri-stem cs-uri-query; sc-status; sc-bytes; cs(Referer); cs(User-Agent); cs-host`},
	{name: "apache_forensic", line: `+$id|$request|Host:$host|User-Agent:$agent|Referer:$referer|...`, source: "Apache mod_log_forensic"},
	{name: "logfmt, lograge, klog", line: `name=value name="value": the keys below`, source: "Heroku, Grafana, Rails, Kubernetes"},
	{name: "ltsv", line: `label:value, tabs: host (client), forwardedfor, req, vhost (host), and the keys below`, source: "ltsv.org"},
	{name: "generic", line: `columns in any order: the first address; a time; a request; the number of three digits behind it, or before; the size behind that; "$referer" "$agent"`,
		source: "unknown layouts"},
}

// keysOfRoles are the fields of a record with the roles that set them.
var keysOfRoles = []struct {
	field string
	roles []role
}{
	{"time", []role{roleTime}}, {"client_ip", []role{roleClient}}, {"client_ip, if no other", []role{roleForwarded}}, {"user", []role{roleUser}},
	{"method, target", []role{roleRequest}}, {"method", []role{roleMethod}}, {"target, path", []role{roleTarget, rolePath}}, {"query", []role{roleQuery}},
	{"protocol", []role{roleProtocol}}, {"status", []role{roleStatus}}, {"bytes", []role{roleBytes}}, {"referer", []role{roleReferer}},
	{"user_agent", []role{roleAgent}}, {"host", []role{roleHost}}, {"scheme", []role{roleScheme}},
	{"endpoint of an event, if there is no path", []role{roleAction}},
}

// TestREADMETellsWhereFieldsComeFrom holds two tables of ingest/README.md: go test ./ingest/accesslog -run README -update.
func TestREADMETellsWhereFieldsComeFrom(t *testing.T) {
	const file = "../README.md"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := replaceTable(t, string(content), "| format | line | source |\n|---|---|---|\n", layoutTable(t))
	text = replaceTable(t, text, "| field | keys |\n|---|---|\n", keysTable())
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text != string(content) {
		t.Error("ingest/README.md does not tell where the fields come from: go test ./ingest/accesslog -run README -update")
	}
}

// replaceTable replaces the rows behind head.
func replaceTable(t *testing.T, text, head, rows string) string {
	t.Helper()
	before, after, ok := strings.Cut(text, head)
	if !ok {
		t.Fatalf("no table %s", head)
	}
	if end := strings.Index(after, "\n\n"); end >= 0 && strings.HasPrefix(after, "|") {
		after = after[end+1:]
	}
	return before + head + rows + after
}

// layoutTable returns a row for each layout, and fails if a format has neither a layout nor keys.
func layoutTable(t *testing.T) string {
	t.Helper()
	rows := append(slices.Clone(layoutsInCode), patternRows[:]...)
	named := ", auto, "
	var b strings.Builder
	for _, row := range rows {
		named += row.name + ", "
		note := ""
		if row.notice {
			note = " (no access)"
		}
		fmt.Fprintf(&b, "| %s%s | `%s` | %s |\n", row.name, note, strings.ReplaceAll(row.line, "|", `\|`), row.source)
	}
	for i := range formats {
		f := &formats[i]
		isJSON := reflect.TypeOf(f.build(f.name, Options{})) == reflect.TypeOf(&jsonLog{})
		if !isJSON && !strings.Contains(named, ", "+f.name+", ") {
			t.Errorf("%s has no layout in the table", f.name)
		}
	}
	return b.String()
}

// keysTable returns a row for each field with its keys, those of a higher rank first.
func keysTable() string {
	var b strings.Builder
	for _, k := range keysOfRoles {
		var keys []string
		for rank := uint8(levelStep); rank > 0; rank-- {
			for _, row := range jsonRows {
				if slices.Contains(k.roles, row.role) && row.rank == rank-1 && row.kind == record.KindText {
					keys = append(keys, strings.Fields(row.keys)...)
				}
			}
		}
		var variables []string
		for name, d := range nginxVariables {
			if slices.Contains(k.roles, d.role) && !slices.Contains(keys, name) {
				variables = append(variables, name)
			}
		}
		slices.Sort(variables)
		fmt.Fprintf(&b, "| %s | %s |\n", k.field, strings.Join(append(keys, variables...), ", "))
	}
	return b.String()
}
