package credential

import (
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// fakePlaceholder is what anybody can write into a line.
const fakePlaceholder = "REDACTED.note.00112233aabbccdd"

// hiddenCase is a text of which part must not be left, or which must stay as it is.
type hiddenCase struct {
	name  string
	kind  record.Kind
	field string // its name
	text  string // {S} stands for the secret
	stays bool   // nothing of the text changes
}

// testHidden redacts each case with secret in the place of {S}, and once more what came out.
func testHidden(t *testing.T, secret string, cases []hiddenCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newTestFinder(t)
			text := strings.ReplaceAll(c.text, "{S}", secret)
			out, _ := redactField(f, c.kind, c.field, text)
			switch {
			case c.stays && out != text:
				t.Errorf("%s became %s", text, out)
			case !c.stays && strings.Contains(out, secret):
				t.Errorf("the secret stays: %s", out)
			}
			if again, _ := redactField(f, c.kind, c.field, out); again != out {
				t.Errorf("%s became %s", out, again)
			}
		})
	}
}

func TestForgedPlaceholders(t *testing.T) {
	p := fakePlaceholder
	for _, secret := range []string{newSynth(31).of(alnum, 32), "Summer!2031-kQ"} {
		testHidden(t, secret, []hiddenCase{
			{name: "behind a value", kind: record.KindTarget, text: "/v2/me?access_token={S}" + p},
			{name: "before a value", kind: record.KindTarget, text: "/v2/me?auth_token=" + p + "{S}"},
			{name: "on both sides", kind: record.KindTarget, text: "/v2/me?client_secret=" + p + "{S}" + p},
			{name: "two of them", kind: record.KindTarget, text: "/v2/me?pwd=" + p + p + "{S}"},
			{name: "with a separator", kind: record.KindTarget, text: "/v2/me?password=" + p + "-{S}"},
			{name: "percent-encoded", kind: record.KindTarget, text: "/v2/me?password=%52" + p[1:] + "{S}"},
			{name: "JSON in a cookie", kind: record.KindCookies, text: `lang=en; session={"nick":"` + p + `","v":"{S}"}`},
			{name: "encoded JSON in a cookie", kind: record.KindCookies, text: "lang=en; session=%7B%22nick%22:%22" + p + "%22%2C%22v%22:%22{S}%22%7D"},
			{name: "JSON array in a cookie", kind: record.KindCookies, text: `session=["` + p + `","{S}"]`},
			{name: "a URL under a name", kind: record.KindTarget, text: "/v2/me?token=https://h.example/" + p + "/{S}"},
			{name: "a header", kind: record.KindHeader, field: "x-api-key", text: p + "{S}"},
			{name: "behind a scheme", kind: record.KindHeader, field: "authorization", text: "Bearer {S}" + p},
			{name: "before a scheme's token", kind: record.KindHeader, field: "authorization", text: "Bearer " + p + ",{S}"},
			{name: "the name", kind: record.KindTarget, text: "/v2/me?" + p + "_password={S}"},
			{name: "the start of the name", kind: record.KindTarget, text: "/v2/me?REDACTED.password={S}"},
			{name: "text", kind: record.KindUserAgent, text: "job password=" + p + "{S} end"},
		})
	}
	hexed := newSynth(32).of(lowerHex, 40)
	testHidden(t, hexed, []hiddenCase{
		{name: "before a path's token", kind: record.KindTarget, text: "/account/reset/" + p + "{S}"},
		{name: "behind a path's token", kind: record.KindTarget, text: "/account/reset/{S}" + p},
		{name: "as a segment before", kind: record.KindTarget, text: "/account/REDACTED.reset/{S}"},
	})
	testHidden(t, "", []hiddenCase{
		{name: "as the whole value", kind: record.KindTarget, text: "/v2/me?access_token=" + p, stays: true},
		{name: "behind a type prefix", kind: record.KindTarget, text: "/v2/me?access_token=gh" + "p_" + p, stays: true},
		{name: "in quotes", kind: record.KindHeader, field: "x-api-key", text: `"` + p + `"`, stays: true},
		{name: "behind a scheme", kind: record.KindHeader, field: "authorization", text: "Bearer " + p, stays: true},
		{name: "as the password of a URL", kind: record.KindReferer, text: "https://bob:" + p + "@h.example/x", stays: true},
		{name: "as a segment", kind: record.KindTarget, text: "/account/reset/" + p + ".ics", stays: true},
		{name: "beside words", kind: record.KindUserAgent, text: "agent of " + p + " and others", stays: true},
	})
}

func TestStandIns(t *testing.T) {
	for _, name := range []string{"password", "passwd", "secret"} {
		testHidden(t, "apfelmus", []hiddenCase{
			{name: "dollar", kind: record.KindTarget, text: "/in?" + name + "=${S}"},
			{name: "braces", kind: record.KindTarget, text: "/in?" + name + "={{S}}"},
			{name: "angle brackets", kind: record.KindTarget, text: "/in?" + name + "=<{S}>"},
			{name: "stars", kind: record.KindTarget, text: "/in?" + name + "=**{S}**"},
			{name: "colon", kind: record.KindTarget, text: "/in?" + name + "=:{S}"},
			{name: "plus", kind: record.KindTarget, text: "/in?" + name + "=+{S}"},
			{name: "square brackets", kind: record.KindTarget, text: "/in?" + name + "=[{S}]"},
			{name: "percent", kind: record.KindTarget, text: "/in?" + name + "=%25{S}"},
			{name: "mask before", kind: record.KindTarget, text: "/in?" + name + "=****{S}"},
			{name: "mask behind", kind: record.KindTarget, text: "/in?" + name + "={S}[Filtered]"},
		})
		for _, text := range []string{"***", "********", "XXXX", "[Filtered]", "[REDACTED]", "__REDACTED__", "(hidden)", "<masked>", "{password}", "<your-password>",
			"${DB_PASSWORD}", "${secret}", "%PASSWORD%", "{{ password }}", "%s", "null", "true", "undefined", "0", "1", "-", ""} {
			testHidden(t, "", []hiddenCase{{name: text, kind: record.KindTarget, text: "/in?" + name + "=" + text, stays: true}})
		}
	}
	testHidden(t, "", []hiddenCase{{name: "prose", kind: record.KindTarget, text: "/search?password=+how+long+should+it+be", stays: true}})
}

func TestAuthorizationHeaders(t *testing.T) {
	header := func(name, text string) hiddenCase {
		return hiddenCase{name: text, kind: record.KindHeader, field: name, text: text}
	}
	for _, secret := range []string{"sunshine", "4815162342", "ab12cd", "changeme!", "monitor-probe", "five5"} {
		testHidden(t, secret, []hiddenCase{
			header("authorization", "Bearer {S}"), header("proxy-authorization", "Bearer {S}"), header("http_authorization", "BEARER {S}"),
			header("authorization", "Token {S}"), header("authorization", "ApiKey {S}"), header("authorization", "Acme {S}"), header("authorization", "{S}"),
			header("authorization", "Bearer Bearer {S}"), header("authorization", `Bearer "{S}"`), header("authorization", "Basic {S}"),
			header("authorization", "Bearer aaaa1111, Bearer {S}"), header("authorization", "Bearer%20{S}"),
		})
	}
	for _, text := range []string{"Bearer null", "Bearer undefined", "Bearer -", "Bearer 0", "Bearer ***", "Bearer [Filtered]", "Bearer {token}", "Bearer ${API_TOKEN}",
		"Bearer %TOKEN%", "Bearer <token>", "Bearer", "Negotiate", "Basic", "-", "none", "Bearer " + fakePlaceholder} {
		c := header("authorization", text)
		c.stays = true
		testHidden(t, "", []hiddenCase{c})
	}
}

func TestTokensAsUsers(t *testing.T) {
	for _, token := range []string{newSynth(33).of(alnum, 32), newSynth(34).of(lowerHex, 32), newSynth(35).uuid()} {
		for _, text := range []string{"https://{S}:none-needed@api.example/v1", "https://{S}:@api.example/v1", "https://{S}:hunter2@api.example/v1", "https://{S}@api.example/v1"} {
			t.Run(text, func(t *testing.T) {
				f := newTestFinder(t)
				out, fs := redactField(f, record.KindReferer, "", strings.ReplaceAll(text, "{S}", token))
				if strings.Contains(out, token) || len(fs) == 0 || fs[0].Kind == "password" {
					t.Errorf("%d findings", len(fs))
				}
				for i := range fs {
					if fs[i].Owner != "" {
						t.Error("a token became the owner")
					}
				}
			})
		}
		f := newTestFinder(t)
		want := f.Fingerprinter().Fingerprint(secret.NewToken([]byte(token)))
		if _, fs := redactField(f, record.KindHeader, "authorization", "Basic "+b64(token+":nopass")); len(fs) != 1 || fs[0].Owner != "" || fs[0].Fingerprint != want {
			t.Errorf("HTTP Basic with a token as user: %d findings", len(fs))
		}
	}
	f := newTestFinder(t)
	if _, fs := redactField(f, record.KindReferer, "", "https://deploy-bot:"+newSynth(36).of(alnum, 24)+"@git.example/x"); len(fs) != 1 || fs[0].Owner != "deploy-bot" {
		t.Error("a user with a name is no owner")
	}
}

// TestFormsOfOneToken wants one fingerprint for every form in which one token can be sent, from the search, from a line that
// somebody pastes and from a report.
func TestFormsOfOneToken(t *testing.T) {
	s := newSynth(41)
	// A payload with the characters 62 and 63 of base64 and 43 characters of signature, of which the last has two unused bits.
	head, body := b64(`{"alg":"HS256","typ":"JWT"}`), b64(`{"iss":"i","sub":"u?>~~??>>","n":"~~~"}`)
	sig := "-_" + s.of(alnum, 40) + "w"
	token := head + "." + body + "." + sig
	std := strings.NewReplacer("-", "+", "_", "/")
	half := len(head) + 1 + len(body)/2
	forms := map[string]string{
		"as issued": token, "unused bits, 1": head + "." + body + "." + sig[:42] + "x", "unused bits, 2": head + "." + body + "." + sig[:42] + "y",
		"unused bits, 3": head + "." + body + "." + sig[:42] + "z", "padding": token + "=", "padding of every part": pad(head) + "." + pad(body) + "." + pad(sig),
		"other alphabet": head + "." + std.Replace(body) + "." + std.Replace(sig), "line feed in the claims": token[:half] + "\n" + token[half:],
		"carriage return and line feed": token[:half] + "\r\n" + token[half:], "folded": token[:half] + "\r\n  " + token[half:],
		"space": token[:half] + " " + token[half:], "tab": token[:half] + "\t" + token[half:], "break in the header": token[:14] + "\n" + token[14:],
		"break in the signature": token[:len(token)-20] + "\n" + token[len(token)-20:], "lines of 40": wrap(token, 40), "break at a dot": head + ".\n" + body + "." + sig,
		"percent-encoded": encode(t, token, "pct_all"),
	}
	f := newTestFinder(t)
	p := f.Fingerprinter()
	want := p.Fingerprint(secret.NewToken([]byte(token)))
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			if got, ok := p.Line([]byte(form)); !ok || got != want {
				t.Error("another fingerprint from a line")
			}
			if got := p.AllOfInput(nil, secret.InputFrom([]byte(form))); len(got) != 1 || got[0].Fingerprint != want {
				t.Error("another fingerprint from a report")
			}
			for _, place := range []struct {
				kind        record.Kind
				field, text string
			}{
				{record.KindTarget, "", "/in?access_token=" + credentialtest.Percent(form)},
				{record.KindTarget, "", "/in?note=" + credentialtest.Percent(form) + "&x=1"},
				{record.KindHeader, "authorization", "Bearer " + form},
				{record.KindText, "", "got " + form + " today"},
			} {
				if place.kind == record.KindText && name == "break in the header" { // the first run is too short to be looked at in a text
					continue
				}
				out, fs := redactField(f, place.kind, place.field, place.text)
				if len(fs) != 1 || fs[0].Fingerprint != want {
					t.Errorf("%s: %d findings, %s", place.text, len(fs), out)
					continue
				}
				if place.field != "" && (fs[0].JWT == nil || fs[0].Owner == "") {
					t.Error("the claims are lost")
				}
				if strings.Contains(out, sig[20:30]) || strings.Contains(out, body[len(body)-8:]) {
					t.Errorf("a part stays: %s", out)
				}
			}
		})
	}
	testHidden(t, "", []hiddenCase{{name: "words behind a token", kind: record.KindText, text: fakePlaceholder + " was refused by the gateway", stays: true}})
	out, _ := redactField(f, record.KindText, "", "got "+token+" from the gateway. It was refused.")
	if !strings.HasSuffix(out, " from the gateway. It was refused.") {
		t.Errorf("the words behind a token are taken for it: %s", out)
	}
}

func pad(s string) string { return s + strings.Repeat("=", (4-len(s)%4)%4) }

func wrap(s string, width int) string {
	var lines []string
	for ; len(s) > width; s = s[width:] {
		lines = append(lines, s[:width])
	}
	return strings.Join(append(lines, s), "\n")
}

func TestPathExceptions(t *testing.T) {
	token := newSynth(51).of(alnum, 32)
	f, err := New(Options{Keys: []secret.Key{testKey(t)}, Exceptions: Exceptions{Paths: []string{"/assets/", "/status"}}})
	if err != nil {
		t.Fatal(err)
	}
	for target, excepted := range map[string]bool{
		"/assets/a.js?token=": true, "/assets/x/../b.js?token=": true, "//assets//a.js?token=": true, "/./assets/a.js?token=": true, "/%61ssets/a.js?token=": true,
		"https://h.example/assets/a.js?token=": true, "/status?token=": true, "/x/../assets/a?token=": true,
		"/assets/../login?token=": false, "/assets/%2e%2e/login?token=": false, "/assets/%2E./login?token=": false, "/assets/x/../../login?token=": false,
		`/assets/..\login?token=`: false, "/assets/%252e%252e/login?token=": false, "/assets/..;/login?token=": false, "/login?next=/assets/&token=": false,
		"https://h.example/login/assets/?token=": false, "/assets/..%2flogin?token=": false, "/login#/assets/?token=": false, "/assets?token=": false,
	} {
		t.Run(target, func(t *testing.T) {
			rec := combined(target+token, "https://a.example/?token="+token, chrome)
			rec.Target = rec.Fields[slices.IndexFunc(rec.Fields, func(x record.Field) bool { return x.Kind == record.KindTarget })]
			n := 0
			for _, x := range f.Find(rec, nil) {
				if x.Start >= rec.Target.Start && x.End <= rec.Target.End {
					n++
				} else if string(rec.Line[x.Start:x.End]) != token {
					t.Errorf("finding %d:%d", x.Start, x.End)
				}
			}
			if fs := f.Find(rec, nil); (n == 0) != excepted || len(fs) != n+1 {
				t.Errorf("%d findings in the URL, %d in all", n, len(fs))
			}
		})
	}
}

func TestPathsAreNormalised(t *testing.T) {
	testHidden(t, newSynth(52).of(lowerHex, 40), []hiddenCase{
		{name: "dots", kind: record.KindTarget, text: "/password/reset/./{S}"},
		{name: "many dots", kind: record.KindTarget, text: "/password/reset/././././././././{S}"},
		{name: "up", kind: record.KindTarget, text: "/activate/en/../{S}"},
		{name: "up twice", kind: record.KindTarget, text: "/activate/a/b/../../{S}"},
		{name: "encoded dots", kind: record.KindTarget, text: "/activate/%2e/{S}"},
		{name: "encoded up", kind: record.KindTarget, text: "/activate/a/%2e%2E/{S}"},
		{name: "encoded mark", kind: record.KindTarget, text: "/%61ctivate/{S}"},
		{name: "doubly encoded mark", kind: record.KindTarget, text: "/activ%2561te/{S}"},
		{name: "empty segments", kind: record.KindTarget, text: "/activate///////{S}"},
		{name: "in a Referer", kind: record.KindReferer, text: "https://h.example/activate/./{S}"},
	})
	testHidden(t, newSynth(53).of(lowerHex, 40), []hiddenCase{
		{name: "a digest", kind: record.KindTarget, text: "/files/./{S}", stays: true},
		{name: "a mark that is left again", kind: record.KindTarget, text: "/reset/../files/{S}", stays: true},
	})
}

func TestStructuresThatLoseTheName(t *testing.T) {
	text := func(name, text string) hiddenCase { return hiddenCase{name: name, kind: record.KindText, text: text} }
	testHidden(t, "Winter-4711!q", []hiddenCase{
		text("Ruby hash", `got {"user"=>"bob", "password"=>"{S}", "x"=>"y"} done`), text("Ruby symbols", `got {:user=>"bob", :password=>"{S}"} done`),
		text("Ruby hash of JSON", `got {\"user\"=>\"bob\", \"passwd\"=>\"{S}\"} done`), text("spaced arrow", `"client_secret" => "{S}"`),
		text("print_r", "Array ( [user] => bob\n [password] => {S}\n [x] => y )"), text("print_r alone", "[password] => {S}"),
		text("serialize", `a:2:{s:4:"user";s:3:"bob";s:8:"password";s:13:"{S}";}`), text("serialize, escaped", `a:1:{s:6:\"passwd\";s:13:\"{S}\";}`),
		text("multipart", "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{S}\r\n--x--"),
		text("multipart with a type", "--x\nContent-Disposition: form-data; name=\"client_secret\"\nContent-Type: text/plain\n\n{S}\n--x--"),
		text("attributes", `<add name="password" value="{S}"/>`), text("element with attributes", `<Password Type="plain" id='1'>{S}</Password>`),
		text("namespace", `<sec:Password a="b">{S}</sec:Password>`), text("CDATA", `<password><![CDATA[{S}]]></password>`),
		text("option", `exec tool --host h --password {S} --verbose`), text("option in quotes", `exec tool --client-secret "{S}"`),
		text("one slash", "see https:/bob:{S}@h.example/x"), text("backslashes", `see https:\\bob:{S}@h.example/x`), text("one slash, no text", "https:/bob:{S}@h.example"),
		{name: "one slash in a Referer", kind: record.KindReferer, text: "https:/bob:{S}@h.example/x"},
		text("value before name", `{"h":[{"value":"{S}","name":"password"}]}`), text("value before key", `{"value":"{S}","key":"client_secret"}`),
	})
	testHidden(t, newSynth(61).of(alnum, 32), []hiddenCase{
		text("Java map", "headers {Accept=[*/*], Cookie=[sid={S}], X=[y]}"), text("Java map of tokens", "headers {Host=[h], Authorization=[Bearer {S}]}"),
		text("bearer in capitals", "got BEARER {S} from the gateway"), text("bearer in mixed case", "got bEaReR {S} from it"),
		{name: "mixpanel's prefix", kind: record.KindCookies, text: "a=1; mp_sessionid={S}"}, {name: "Akamai's prefix", kind: record.KindCookies, text: "bm_sid={S}; b=2"},
		{name: "Adobe's prefix", kind: record.KindCookies, text: "mbox_session={S}"}, {name: "an experiment's prefix", kind: record.KindCookies, text: "amp_token={S}"},
	})
	stays := func(name, text string) hiddenCase {
		return hiddenCase{name: name, kind: record.KindText, text: text, stays: true}
	}
	testHidden(t, "", []hiddenCase{
		stays("an arrow", "a => b, count=>12, state => open"), stays("a prompt", "use --password to set one"), stays("a flag", "run --token-file /etc/x --no-password --verbose"),
		stays("an element", `<password required="true"></password>`), stays("a form", "name=\"comment\"\r\n\r\nhello world\r\n"), stays("serialize", `s:4:"name";s:3:"bob";`),
		stays("a time and a path", "at 10:00:01 in C:/users/bob@host"), stays("the word bearer", "the bearer of this letter may enter"),
		{name: "a tracker", kind: record.KindCookies, text: "mp_abc_mixpanel=q7Rk2vXz9LmN4pTw8YcB; bm_sv=A8f5F167F44F4964E6c998; _ga=GA1.2.123", stays: true},
	})
}

func TestChosenKeys(t *testing.T) {
	testHidden(t, "20481024", []hiddenCase{
		{name: "number", kind: record.KindTarget, text: "/in?api_key={S}"}, {name: "header", kind: record.KindHeader, field: "x-api-key", text: "{S}"},
	})
	testHidden(t, "sunflower7", []hiddenCase{{name: "word and digit", kind: record.KindTarget, text: "/in?access_token={S}&a=1"}})
	testHidden(t, "c3VwZXItZ2VoZWltLXRva2Vu", []hiddenCase{
		{name: "data URL", kind: record.KindTarget, text: "/in?access_token=data:text/plain;base64,{S}=="}, {name: "semicolon", kind: record.KindTarget, text: "/in?access_token=xy;{S}="},
	})
	testHidden(t, newSynth(62).of(alnum, 32), []hiddenCase{{name: "Java map alone", kind: record.KindText, text: "{Cookie=[sid={S}], X=[y]}"}})
	testHidden(t, "", []hiddenCase{
		{name: "word", kind: record.KindTarget, text: "/in?api_key=missing&access_token=none&page_token=page2", stays: true},
		{name: "pairs", kind: record.KindTarget, text: "/in?a=1;b=2;c=three", stays: true},
	})
}
