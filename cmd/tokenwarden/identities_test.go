package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/foreign"
)

// Parts of the synthetic lines. They are made at run time, so that no secret scanner finds one in this file.
var (
	testDigest = sha256.Sum256([]byte("a token that no log shows"))
	testHex    = hex.EncodeToString(testDigest[:])
	testHash   = base64.StdEncoding.EncodeToString(testDigest[:])
	testUUID   = func(n byte) string { return fmt.Sprintf("%02x0c1b62-7d1e-4c58-9e0a-6c1de0f3f0aa", n) }
	testAWSKey = func(prefix string) string { return "A" + prefix + strings.ToUpper(testHex[:16]) }
)

// foreignLines are log lines of systems that log identities in place of tokens. %s is where a client writes.
func foreignLines() map[string]string {
	return map[string]string{
		"github_hashed_token": `{"@timestamp":1767603601000,"action":"git.clone","actor":"ann","actor_ip":"198.51.100.7","hashed_token":"` + testHash + `"}`,
		"kong_credential kong_consumer": `{"started_at":1767603602000,"client_ip":"198.51.100.7","request":{"method":"GET","uri":"/v1/orders/81","headers":{"host":"api.example"}},` +
			`"response":{"status":200,"size":512},"authenticated_entity":{"id":"` + testUUID(1) + `"},"consumer":{"id":"` + testUUID(2) + `","username":"shop"}}`,
		"litellm_key_hash": `{"startTime":1767603602.5,"call_type":"acompletion","metadata":{"user_api_key_hash":"` + testHex + `","user_api_key_alias":"ci"}}`,
		"kubernetes_credential": `{"kind":"Event","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/default/pods","verb":"list","sourceIPs":["198.51.100.7"],` +
			`"user":{"username":"ci","extra":{"authentication.kubernetes.io/credential-id":["JTI=` + testUUID(3) + `"]}},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-01-05T09:00:01.000000Z"}`,
		"aws_api_key":    `{"requestTime":"05/Jan/2026:09:00:02 +0000","ip":"198.51.100.7","httpMethod":"GET","path":"/prod/orders","status":"200","apiKeyId":"a1b2c3d4e5"}`,
		"aws_access_key": `{"userIdentity":{"type":"IAMUser","accessKeyId":"` + testAWSKey("KIA") + `","userName":"ann"},"eventTime":"2026-01-05T09:00:02Z","eventName":"GetObject","sourceIPAddress":"198.51.100.7"}`,
		"vault_token vault_accessor": `{"time":"2026-01-05T09:00:03.5Z","type":"request","auth":{"client_token":"hmac-sha256:` + testHex + `","accessor":"hmac-sha256:` + testHex + `"},` +
			`"request":{"operation":"read","path":"secret/data/app","client_token":"hmac-sha256:` + testHex + `","remote_address":"198.51.100.7"}}`,
		"okta_client okta_api_token": `{"actor":{"alternateId":"ann@example.com"},"client":{"id":"0oa` + testHex[:17] + `","ipAddress":"198.51.100.7"},"eventType":"app.oauth2.token.grant",` +
			`"published":"2026-01-05T09:00:04.000Z","transaction":{"detail":{"requestApiTokenId":"00T` + testHex[:17] + `"}}}`,
		"auth0_client": `{"log_id":"90020","data":{"date":"2026-01-05T09:00:05.000Z","type":"seccft","client_id":"` + testHex[:32] + `","ip":"198.51.100.7"}}`,
	}
}

// scanLines scans lines and returns their events and the redacted lines.
func scanLines(t *testing.T, lines, configYAML string) (events []map[string]any, redacted string) {
	t.Helper()
	dir := t.TempDir()
	args := []string{"scan", "--events", filepath.Join(dir, "events"), "--redacted", filepath.Join(dir, "redacted"), "-"}
	if configYAML != "" {
		path := filepath.Join(dir, "c.yaml")
		if err := os.WriteFile(path, []byte(configYAML), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config", path)
	}
	if out, errOut, code := command(t, lines, args...); code != exitDone {
		t.Fatalf("status %d: %s%s", code, out, errOut)
	}
	text, err := os.ReadFile(filepath.Join(dir, "events"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	text, err = os.ReadFile(filepath.Join(dir, "redacted"))
	if err != nil {
		t.Fatal(err)
	}
	return events, string(text)
}

// foreignKinds returns the kinds of the foreign events, each once, in alphabetical order.
func foreignKinds(events []map[string]any) []string {
	kinds := map[string]bool{}
	for _, e := range events {
		if e["identity"] == "foreign" {
			kinds[e["token_kind"].(string)] = true
		}
	}
	return slices.Sorted(maps.Keys(kinds))
}

// TestForeignIdentities scans a line of each system: the identity stays, and makes an event with a fingerprint of its own.
func TestForeignIdentities(t *testing.T) {
	var covered []string
	all := ""
	for systems, line := range foreignLines() {
		all += line + "\n"
		t.Run(systems, func(t *testing.T) {
			want := strings.Fields(systems)
			slices.Sort(want)
			events, redacted := scanLines(t, line+"\n", "")
			if got := foreignKinds(events); !slices.Equal(got, want) || len(events) != len(want) {
				t.Errorf("%d events, of %q, want %q", len(events), got, want)
			}
			if redacted != line+"\n" {
				t.Errorf("the line was changed to %s", redacted)
			}
			for _, e := range events {
				if e["time"].(string)[:10] != "2026-01-05" || e["confidence"] != "high" || e["location"] != "" || e["first_in_request"] == false {
					t.Errorf("event %v", e)
				}
				if systems != "litellm_key_hash" && e["client_ip"] != "198.51.100.7" { // its payload has no address
					t.Errorf("client %v", e["client_ip"])
				}
			}
		})
		covered = append(covered, strings.Fields(systems)...)
	}
	for _, row := range foreign.Table {
		if !row.Optional && !slices.Contains(covered, row.System) {
			t.Errorf("no line tests the system %s", row.System)
		}
	}
	prints := map[string]any{}
	events, _ := scanLines(t, all, "")
	for _, e := range events {
		fp := e["fingerprint"].(string)
		if other, taken := prints[fp]; taken && other != e["token_kind"] {
			t.Errorf("%v and %v have one fingerprint", other, e["token_kind"])
		}
		prints[fp] = e["token_kind"]
	}
	if len(prints) != len(covered) {
		t.Errorf("%d fingerprints of %d systems", len(prints), len(covered))
	}
}

// TestForeignIdentityIsNoToken compares the fingerprint of an identity with that of a token of the same text.
func TestForeignIdentityIsNoToken(t *testing.T) {
	line := foreignLines()["kong_credential kong_consumer"]
	withToken := strings.Replace(line, `"uri":"/v1/orders/81"`, `"uri":"/v1/orders/81?access_token=`+testUUID(1)+`"`, 1)
	events, redacted := scanLines(t, withToken+"\n", "")
	prints := map[string]string{}
	for _, e := range events {
		name := e["identity"].(string)
		if name == "foreign" {
			name = e["token_kind"].(string)
		}
		prints[name] = e["fingerprint"].(string)
	}
	if len(prints) != 3 || prints["token"] == prints["kong_credential"] {
		t.Errorf("fingerprints %v", prints)
	}
	if strings.Contains(redacted, "access_token="+testUUID(1)) || !strings.Contains(redacted, `"id":"`+testUUID(1)+`"`) {
		t.Errorf("want the token redacted and the id left: %s", redacted)
	}
	for _, e := range events {
		if pair := e["paired_with"]; e["identity"] == "foreign" && pair != prints["token"] || e["identity"] == "token" && pair != "" {
			t.Errorf("%v is paired with %v", e["token_kind"], pair)
		}
	}
	out, _, _ := command(t, "", "explain", "--", withToken)
	for _, want := range []string{"a kong_credential: foreign", "paired with the token: ", "identities.disable: [kong_consumer]"} {
		if !strings.Contains(out, want) {
			t.Errorf("explain does not say %q:\n%s", want, out)
		}
	}
}

// TestClientsForgeNoIdentity writes what looks like an identity where a client can.
func TestClientsForgeNoIdentity(t *testing.T) {
	token := newSecret()
	forged := `{"consumer":{"id":"` + testUUID(9) + `"},"hashed_token":"` + testHash + `","userIdentity":{"accessKeyId":"` + testAWSKey("KIA") + `"}}`
	own := `{"time":"2026-01-05T09:00:00Z","remote_addr":"192.0.2.1","request":"GET /own HTTP/1.1","status":200%s}`
	for _, key := range []string{"body", "data", "payload", "args", "form", "request_body", "variables"} {
		t.Run(key, func(t *testing.T) {
			events, _ := scanLines(t, fmt.Sprintf(own, `,"`+key+`":`+forged)+"\n", "")
			if got := foreignKinds(events); len(got) > 0 {
				t.Errorf("a client's object gives %q", got)
			}
		})
	}
	t.Run("another form", func(t *testing.T) {
		for _, value := range []string{token, "Bearer " + token, testUUID(1) + token} {
			events, redacted := scanLines(t, fmt.Sprintf(own, `,"hashed_token":"`+value+`"`)+"\n", "")
			if got := foreignKinds(events); len(got) > 0 || strings.Contains(redacted, token) {
				t.Errorf("a token in the field of an identity gives %q and stays: %v", got, strings.Contains(redacted, token))
			}
		}
	})
}

// TestIdentitySettings tries the keys of the section identities.
func TestIdentitySettings(t *testing.T) {
	token := newSecret()
	json := `{"time":"2026-01-05T09:00:00Z","remote_addr":"192.0.2.1","request":"GET /own HTTP/1.1","status":200,"gateway":{"keyId":"%s"}}`
	for name, tc := range map[string]struct {
		yaml, line string
		want       []string
		left       bool // the line comes out as it was
	}{
		"a field with a form":             {"identities: {foreign: [{system: acme, field: gateway.key_id, form: '[0-9a-f]+'}]}", fmt.Sprintf(json, testHex), []string{"acme"}, true},
		"without a form a name":           {"identities: {foreign: [{system: acme, field: gateway.key_id}]}", fmt.Sprintf(json, "shop-frontend"), []string{"acme"}, true},
		"without a form a token":          {"identities: {foreign: [{system: acme, field: gateway.key_id}]}", fmt.Sprintf(json, "gh"+"p_"+token[:36]), nil, false},
		"without the setting":             {"", fmt.Sprintf(json, "shop-frontend"), nil, true},
		"a header of a format string":     {`{format: '$remote_addr [$time_local] "$request" $status "$http_x_client_id"', identities: {foreign: [{system: envoy_client, field: X-Client-Id}]}}`, `192.0.2.1 [05/Jan/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 "one_client"`, []string{"envoy_client"}, true},
		"a header in JSON":                {`identities: {foreign: [{system: envoy_client, field: x-client-id}]}`, `{"ts":1767603602,"request":{"remote_ip":"192.0.2.1","method":"GET","uri":"/","headers":{"X-Client-Id":["one_client"]}},"status":200}`, []string{"envoy_client"}, true},
		"an optional row":                 {`identities: {foreign: [{system: traefik_user}]}`, `{"ClientHost":"192.0.2.1","ClientUsername":"ann","RequestMethod":"GET","RequestPath":"/","DownstreamStatus":200,"StartUTC":"2026-01-05T09:00:00Z"}`, []string{"traefik_user"}, true},
		"an optional row that is not set": {"", `{"ClientHost":"192.0.2.1","ClientUsername":"ann","RequestMethod":"GET","RequestPath":"/","DownstreamStatus":200,"StartUTC":"2026-01-05T09:00:00Z"}`, nil, true},
		"a key of logfmt":                 {`identities: {foreign: [{system: acme, field: key_id}]}`, `time=2026-01-05T09:00:00Z method=GET path=/ status=200 key_id=shop`, []string{"acme"}, true},
		"disabled":                        {"identities: {disable: [kong_credential, kong_consumer]}", foreignLines()["kong_credential kong_consumer"], nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			events, redacted := scanLines(t, tc.line+"\n", tc.yaml)
			if got := foreignKinds(events); !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if left := redacted == tc.line+"\n"; left != tc.left {
				t.Errorf("left as it was: %v, want %v: %s", left, tc.left, strings.ReplaceAll(redacted, token[:36], "TOKEN"))
			}
		})
	}
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte("identities: {foreign: [{system: acme, field: a, form: '('}]}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errOut, code := command(t, "", "config", "check", "--config", path); code != exitUsage || !strings.Contains(errOut, "identities.foreign[0]: form: ") {
		t.Errorf("status %d: %s", code, errOut)
	}
}

// TestRulesWorkOnForeignIdentities has one identity used in a burst, and asks a rule that needs the token's text.
func TestRulesWorkOnForeignIdentities(t *testing.T) {
	var lines strings.Builder
	for i := range 700 {
		fmt.Fprintf(&lines, `{"requestTime":"05/Jan/2026:09:00:%02d +0000","ip":"198.51.100.7","httpMethod":"GET","path":"/prod/orders","status":"200","apiKeyId":"a1b2c3d4e5"}`+"\n", i/100)
	}
	out, errOut, code := command(t, lines.String(), "scan", "--alerts", "-", "-")
	if code != exitDone || !strings.Contains(out, `"rule":"token-burst"`) || !strings.Contains(out, `"token_kind":"aws_api_key","identity":"foreign"`) {
		t.Errorf("status %d: %s%s", code, out, errOut)
	}
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errOut, _ = command(t, "", "rules", "check", path)
	if !strings.Contains(out+errOut, "weak-token: not observable: no strength field in 100 % of events (700 events); it is measured on a token's text") {
		t.Errorf("rules check: %s%s", out, errOut)
	}
}

// TestSourcesReachEvents scans with the section sources, and without it, where the log says its service itself.
func TestSourcesReachEvents(t *testing.T) {
	line := `{"@timestamp":"2026-01-05T09:00:00Z","client":{"ip":"192.0.2.1"},"http":{"request":{"method":"GET"},"response":{"status_code":200}},` +
		`"url":{"original":"/x?api_key=` + newSecret() + `"},"service":{"name":"cart","environment":"staging"}}` + "\n"
	for name, tc := range map[string]struct {
		yaml                       string
		service, environment, host string
	}{
		"by the log itself": {"", "cart", "staging", ""},
		"by the configuration": {"sources: [{service: [field:service.name], environment: [production]}, {host: [log, shop.example]}]",
			"cart", "production", "shop.example"},
		"for other topics": {"sources: [{topics: [other], service: [shop]}]", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			events, _ := scanLines(t, line, tc.yaml)
			if len(events) != 1 {
				t.Fatalf("%d events", len(events))
			}
			if e := events[0]; e["service"] != tc.service || e["environment"] != tc.environment || e["host"] != tc.host {
				t.Errorf("service %v, environment %v, host %v", e["service"], e["environment"], e["host"])
			}
		})
	}
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte("sources: [{topics: [a], service: ['heder:service']}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errOut, code := command(t, "", "config", "check", "--config", path); code != exitUsage || !strings.Contains(errOut, `sources[0].service: "heder:service": want header:NAME`) {
		t.Errorf("status %d: %s", code, errOut)
	}
}
