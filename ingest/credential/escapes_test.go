package credential

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestEscapesWithinText decodes the escapes of HTML, scripts and strings under neutral names.
func TestEscapesWithinText(t *testing.T) {
	s := newSynth(77)
	github := s.github()
	testExact(t, fmt.Sprintf("&#%d;&#x%x;%s", github[0], github[1], github[2:]), targets("/in?note={S}&a=1"))
	testExact(t, fmt.Sprintf("%%u%04x%s", github[0], github[1:]), targets("/in?note={S}&a=1"))
	testExact(t, fmt.Sprintf("&#%d;%s", github[0], github[1:]), fields(record.KindText, "note", "got {S} now"))
	testExact(t, "Tz5wQ8rL-k3Vb", targets("/in?note=password%u003d{S}", "/in?note=client_secret&#61;{S}", "/in?note={&quot;password&quot;:&quot;{S}&quot;}"))
	testExact(t, "Tz5wQ8rL-k3Vb", fields(record.KindText, "note", `{&quot;password&quot;:&quot;{S}&quot;,&quot;a&quot;:1}`, `password\x3d{S}`, `{\u0022password\u0022:\u0022{S}\u0022}`))
	testExact(t, github, targets("/in?note=%{S}", "/in?note=%{S}%"))
	testExact(t, "", targets("/in?note=5%u00e9tage&a=&#233;t&#233;", "/in?q=a&amp;b=c&quot;d", "/in?q=100%uptime"))
}

// TestJWTWithoutHeader finds a JWT whose first characters are cut or changed.
func TestJWTWithoutHeader(t *testing.T) {
	token := newSynth(78).jwt(map[string]any{"iss": "https://id.example", "sub": "u-1"})
	rest := token[strings.IndexByte(token, '.')+1:]
	for _, broken := range []string{token[3:], token[12:], "eyJ" + "hbGd" + token[7:], "AAAAAAAAAAAAAAAAAAAA." + rest} {
		testExact(t, broken, targets("/in?note={S}&a=1", "/files/{S}"))
		testExact(t, broken, fields(record.KindText, "msg", "got {S} now"))
	}
	testExact(t, "", targets("/in?note=app.eyJ.html", "/a.eyJpdCI.js"))
}

// TestForgedKinds takes no token in the place of a kind for a placeholder.
func TestForgedKinds(t *testing.T) {
	hexed := newSynth(79).of(lowerHex, 30) + "42"
	testExact(t, "REDACTED."+hexed+".0123456789abcdef", targets("/in?access_token={S}&a=1"))
	if _, err := New(Options{Patterns: []Pattern{{Kind: "a12345"}}}); err == nil {
		t.Error("a kind of a configuration may have many digits")
	}
}

// TestStatements finds passwords in SQL and in sentences.
func TestStatements(t *testing.T) {
	texts := []string{
		"ALTER USER bob IDENTIFIED BY '{S}' ACCOUNT UNLOCK", "CREATE USER bob WITH PASSWORD '{S}'", "SET PASSWORD FOR bob = PASSWORD('{S}')",
		"update users set password = '{S}' where id=1", "the password is {S}.", "new api_key was {S} until today",
	}
	testExact(t, "Tz5wQ8rL-k3Vb", fields(record.KindText, "msg", texts...))
	testExact(t, "Tz5wQ8rL-k3Vb", lines(texts...))
	testExact(t, "", lines("the password is wrong", "token is expired, password was not changed", "the secret is in the vault", "select password from users where name = 'bob1979x'"))
}
