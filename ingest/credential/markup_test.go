package credential

import (
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestMarkup finds values beside, in and behind the elements and attributes that name them.
func TestMarkup(t *testing.T) {
	body := func(name, text string) placeOf { return placeOf{name, record.KindText, "request_body", text} }
	checkPlaces(t, "birnbaum4", []placeOf{
		body("key and value", `<add key="ApiKey" value="§"/>`),
		body("value and key", `<add value='§' key='ApiKey' />`),
		body("entry", `<entry key="password">§</entry>`),
		body("entry, CDATA", `<entry key="db.password"><![CDATA[§]]></entry>`),
		body("property", `<property name="password">§</property>`),
		body("input", `<input name="password" value="§">`),
		body("type", `<input type="password" id="p" value="§">`),
		body("input, value first", `<input value="§" type="hidden" name="api_key">`),
		body("without quotes", `<meta name=api-key content=§>`),
		body("property list", `<key>password</key><string>§</string>`),
		body("property list, lines", "<dict>\n\t<key>apiKey</key>\n\t<string>§</string>\n</dict>"),
		body("elements", `<item><name>password</name><value>§</value></item>`),
		body("member", `<member><name>password</name><value><string>§</string></value></member>`),
		body("call of a blog", `<methodCall><methodName>wp.getPosts</methodName><params><param><value>1</value></param><param><value>§</value></param></params></methodCall>`),
		body("login", `<methodName>auth.login</methodName><params><param><value><string>amy</string></value></param><param><value><string>§</string></value></param></params>`),
		body("other key", `<add key="PageSize" value="birnbaum4"/>`),
		body("other entry", `<entry key="page">birnbaum4</entry>`),
		body("translation", `<string name="password">Password</string>`),
		body("empty input", `<input type="password" name="password" placeholder="Your password">`),
		body("link", `<a id="token" href="/docs/birnbaum4">docs</a>`),
		body("other call", `<methodName>shop.list</methodName><params><param><value>a</value></param><param><value>birnbaum4</value></param></params>`),
		body("other member", `<key>title</key><string>birnbaum4</string>`),
	})
}

// TestYAML finds the values below names.
func TestYAML(t *testing.T) {
	text := func(name, text string) placeOf { return placeOf{name, record.KindText, "message", text} }
	checkPlaces(t, "birnbaum4", []placeOf{
		text("value", "user: amy\npassword: §\nhost: h"),
		text("next line", "password:\n  §\nhost: h"),
		text("list", "passwords:\n  - §\n  - §b\n"),
		text("block", "password: |\n  §\n"),
		text("variables", "env:\n- name: DB_PASSWORD\n  value: §\n"),
		text("other variables", "env:\n- name: PAGE\n  value: birnbaum4\n"),
		text("object", "password:\n  minimum: birnbaum4\n"),
		text("prompt", "Enter password:\nbirnbaum4 logged in"),
	})
}

// TestEntityKeys finds keys of entities and arguments of functions in paths.
func TestEntityKeys(t *testing.T) {
	checkPlaces(t, newSynth(31).of(alnum, 28), []placeOf{
		{"key", record.KindTarget, "", "/odata/Tokens('§')"},
		{"number-like", record.KindTarget, "", "/odata/Token(§)"},
		{"named key", record.KindTarget, "", "/odata/ApiKeys(key='§')/Owner"},
		{"encoded", record.KindTarget, "", "/odata/Sessions(%27§%27)/User"},
		{"argument", record.KindPath, "", "/svc/Login(user='amy',password='§')"},
		{"ids", record.KindTarget, "", "/odata/Tickets(8d7f1c0e-90ab-4cde-8f01-23456789abcd)"},
		{"number", record.KindTarget, "", "/odata/Sessions(1482)"},
		{"other entity", record.KindTarget, "", "/odata/Products('birnbaum4')"},
	})
}
