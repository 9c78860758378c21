package credential

import (
	"encoding/base64"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestCommandsInTexts finds the values that protocols and files of settings write behind a word and a space.
func TestCommandsInTexts(t *testing.T) {
	text := func(name, text string) placeOf { return placeOf{name, record.KindText, "message", text} }
	checkPlaces(t, "birnbaum4", []placeOf{
		text("Redis", "AUTH §"),
		text("Redis, user", "AUTH default §"),
		text("Redis, handshake", "HELLO 3 AUTH worker §"),
		text("Redis, monitor", `1700000000.107412 [0 127.0.0.1:60866] "AUTH" "§"`),
		text("Redis, settings", "CONFIG SET requirepass §"),
		text("Redis, file", "masterauth §"),
		text("failed", "AUTH failed for the user default"),
		text("required", "NOAUTH AUTH required"),
		text("mechanisms", "250-AUTH PLAIN LOGIN CRAM-MD5"),
		text("mechanism and prose", "AUTH LOGIN mechanism disabled by the server"),

		text("FTP", "USER amy\r\nPASS §"),
		text("IRC, quoted", `client sent "PASS §"`),
		text("test passed", "PASS src/store4.test.js"),
		text("tests passed", "PASS 12 of 12"),
		text("IMAP", "a1 LOGIN amy §"),
		text("login succeeded", "user LOGIN amy succeeded"),

		text("image", "ENV DB_PASSWORD §"),
		text("shell", "setenv DB_PASSWORD §"),
		text("server", `SetEnv APP_PASSWORD "§"`),
		text("console", "SET password §"),
		text("other variable", "ENV PAGE_SIZE birnbaum"),
		text("prose", "set password for the user amy"),
		text("SQL", "SET PASSWORD FOR amy"),

		text("netrc", "machine h.example login amy password §"),
		text("netrc, lines", "machine h.example\n\tlogin amy\n\tpassword §\n"),
		text("login and password", "the login and password are required"),

		text("directive", `proxy_set_header X-Api-Key "§";`),
		text("keyword", `{:user "amy", :password "§"}`),
		text("token of a parser", `unexpected token "from" at line 3`),
		text("field in quotes", `missing password "is required"`),

		text("call", `props.setProperty("password", "§")`),
		text("call of three", `setattr(config, 'db_password', '§')`),
		text("names of columns", `select("id", "password", "email")`),
		text("subscript", `conf["password"] = "§"`),
		text("table", `t['api_key']= '§'`),
		text("hash", `$h{password} = "§"`),
		text("other subscript", `conf["page"] = "birnbaum4"`),

		{"user agent", record.KindUserAgent, "", "agent/1.0 ENV DB_PASSWORD §"},
		{"body", record.KindText, "request_body", `{"run":"machine h.example login amy password §"}`},
	})
}

// TestSASL finds the base64 behind the names of mechanisms.
func TestSASL(t *testing.T) {
	checkPlaces(t, base64.StdEncoding.EncodeToString([]byte("\x00amy\x00birnbaum")), []placeOf{
		{"SMTP", record.KindText, "message", "C: AUTH PLAIN §"},
		{"small letters", record.KindText, "message", "auth plain §"},
		{"IMAP", record.KindText, "message", "a1 AUTHENTICATE PLAIN §"},
		{"login", record.KindText, "request_body", "AUTH LOGIN §"},
	})
}
