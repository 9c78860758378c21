package credential

import (
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestUserinfoOutsideOfAuthorities finds user:password where no URL says that an authority stands.
func TestUserinfoOutsideOfAuthorities(t *testing.T) {
	checkPlaces(t, "birnbaum4", []placeOf{
		{"forwarded for", record.KindHeader, "x-forwarded-for", "amy:§@192.0.2.7"},
		{"forwarded for, list", record.KindHeader, "x-forwarded-for", "198.51.100.2, amy:§@192.0.2.7:8443"},
		{"forwarded", record.KindHeader, "forwarded", `proto=https;for="amy:§@[2001:db8::1]"`},
		{"upstream", record.KindText, "upstream_addr", "amy:§@backend.example:80"},
		{"column without a name", record.KindText, "", "amy:§@192.0.2.7"},
		{"mail address", record.KindHeader, "from", "amy@mail.example"},
		{"account at an address", record.KindText, "peer_uri", "sip:1001@192.0.2.7"},
		{"image by digest", record.KindText, "image", "registry.example/web:1.4@sha256:0a1b2c3d"},

		{"segment", record.KindTarget, "", "/amy:§@db.example/items"},
		{"segment at an address", record.KindTarget, "", "/fetch/amy:kiwi§@192.0.2.7/a.png"},
		{"joined slashes", record.KindTarget, "", "/https:/amy:§@db.example"},
		{"scheme as a segment", record.KindPath, "", "/git/https/amy:§@db.example/r.git"},
		{"encoded segment", record.KindTarget, "", "/amy%3A§%40db.example/x"},
		{"mail address in a path", record.KindTarget, "", "/people/amy@mail.example/inbox"},
		{"member of a policy", record.KindTarget, "", "/v1/members/user:amy99x@mail.example"},
		{"type and name", record.KindTarget, "", "/find/team:amy@mail.example"},
		{"image in a path", record.KindTarget, "", "/v2/web:1.4@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9"},
		{"package with a version", record.KindTarget, "", "/maven/org.example:core@2.3.1"},

		{"slash", record.KindReferer, "", "https://amy:pear/§@db.example/x"},
		{"question mark", record.KindReferer, "", "https://amy:pear?§@db.example/x?a=1"},
		{"hash", record.KindReferer, "", "https://amy:pear#§@db.example/x"},
		{"slash at the end", record.KindURL, "", "ftp://amy:§/@db.example/x"},
		{"in a text", record.KindText, "message", "cannot reach redis://amy:pear/§@db.example:6379/0 now"},
		{"in a parameter", record.KindTarget, "", "/go?to=https://amy:pear/§@db.example/x"},
		{"port and path", record.KindReferer, "", "https://img.example:8443/logo@2x.png"},
		{"host alone", record.KindReferer, "", "https://img.example/logo@2x.png?v=1#a@b"},
		{"IPv6", record.KindReferer, "", "https://[2001:db8::1]/logo@2x.png"},
		{"template", record.KindText, "message", "use https://host:${PORT}/logo@2x.png here"},
	})
}

// TestUserOptions finds user and password on the command lines of clients.
func TestUserOptions(t *testing.T) {
	checkPlaces(t, "birnbaum4", []placeOf{
		{"equals sign", record.KindText, "cmd", "curl --user=amy:§ https://h.example/"},
		{"proxy", record.KindText, "cmd", "curl --proxy-user amy:§ https://h.example/"},
		{"short", record.KindText, "cmd", "curl -u amy:§ https://h.example/"},
		{"user and group", record.KindText, "cmd", "docker run --user=1000:1000 web"},
		{"Oracle, thin", record.KindText, "url", "jdbc:oracle:thin:amy/§@//db.example:1521/shop"},
		{"Oracle, SID", record.KindText, "message", "pool jdbc:oracle:oci:amy/§@db.example:1521:shop failed"},
		{"Oracle, client", record.KindText, "request_body", `{"cmd":"sqlplus -S amy/§@shop"}`},
		{"path of a package", record.KindText, "message", "npm install: lib/core@1.2.3 and lib/web@2.0.0"},
	})
}

// TestHashInValues reads a # as a part of a value that somebody chose.
func TestHashInValues(t *testing.T) {
	checkPlaces(t, "birnbaum4", []placeOf{
		{"token", record.KindTarget, "", "/?access_token=abc#§"},
		{"password before a pair", record.KindTarget, "", "/?password=abc#§&page=2"},
		{"several", record.KindTarget, "", "/?a=1&password=a#b#§"},
		{"first byte of a password", record.KindTarget, "", "/?password=#§"},
		{"Referer", record.KindReferer, "", "https://h.example/cb?token=abcd#§"},
		{"section", record.KindTarget, "", "/guide?page=2#birnbaum4"},
		{"section behind a state", record.KindTarget, "", "/?token=expired#/login"},
	})
}
