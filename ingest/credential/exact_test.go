package credential

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// exactCase is a text in which nothing but {S} is to be redacted, in a field or, without one, in a line of no format.
type exactCase struct {
	kind record.Kind
	name string // of the field
	text string
}

var aPlaceholder = regexp.MustCompile(`REDACTED\.[a-z0-9_]+\.[0-9a-f]{16}`)

// noFormat is the kind of a case that is a line of no format.
const noFormat = record.Kind(255)

// testExact redacts each case with secret in the place of {S}, and what came out once more.
func testExact(t *testing.T, secret string, cases []exactCase) {
	t.Helper()
	f := newTestFinder(t)
	redact := func(c exactCase, text string) string {
		if c.kind != noFormat {
			out, _ := redactField(f, c.kind, c.name, text)
			return out
		}
		return string(AppendRedacted(nil, []byte(text), f.FindText([]byte(text), nil)))
	}
	for _, c := range cases {
		t.Run(c.text, func(t *testing.T) {
			out := redact(c, strings.ReplaceAll(c.text, "{S}", secret))
			if got := aPlaceholder.ReplaceAllString(out, "{S}"); got != c.text {
				t.Errorf("became %s", out)
			}
			if again := redact(c, out); again != out {
				t.Errorf("%s became %s", out, again)
			}
		})
	}
}

func lines(texts ...string) (cases []exactCase) {
	for _, text := range texts {
		cases = append(cases, exactCase{kind: noFormat, text: text})
	}
	return cases
}

func targets(texts ...string) (cases []exactCase) {
	for _, text := range texts {
		cases = append(cases, exactCase{kind: record.KindTarget, text: text})
	}
	return cases
}

func fields(kind record.Kind, name string, texts ...string) (cases []exactCase) {
	for _, text := range texts {
		cases = append(cases, exactCase{kind: kind, name: name, text: text})
	}
	return cases
}

// TestEndOfValueInText ends a value in a text where the next column or a word of the text begins.
func TestEndOfValueInText(t *testing.T) {
	token := newSynth(71).of(alnum, 24)
	testExact(t, token, lines(
		`[01/Dec/2026 10:00:01] "GET /app/start?auth_token={S} HTTP/1.1" 302 0`, `worker 4 took POST /app?lang=en&api_key={S} HTTP/2 in 3 ms`,
		`{"msg":"no to GET /app?auth_token={S} HTTP/1.1, again in 3 s"}{"msg":"x"}`, `10.0.0.1 "GET /app?auth_token={S} HTTP/1.0 200 41" https://h.example/a`,
		"set api_key={S}|200|41", "set api_key={S}; next=4", "set api_key={S}, next", "set api_key={S}^status=200^41", "set api_key={S}~GET~200",
		"set [api_key={S}] now", "set {api_key={S}} now", "set (api_key={S}) now", "set `api_key={S}` now", "see `https://h.example/x?api_key={S}` now",
		"see https://h.example/x?api_key={S}|200|41", "see https://h.example/x?api_key={S}^GET^200", `headers {A=b, Set-Cookie=JSESSIONID={S}; Path=/, C=d}`,
	))
	testExact(t, token, fields(record.KindText, "msg", "GET /app?auth_token={S} HTTP/1.1\r\nHost: h.example\r\nAccept: */*", "set api_key={S}^GET^200"))
	testExact(t, "Tr0ub^dor~3|x", targets("/in?password={S}&a=1"))
	testExact(t, token[:8]+"~"+token[8:], targets("/in?client_secret={S}&a=1"))
	testExact(t, token+"|"+token, targets("/in?access_token={S}&a=1"))
}

// TestArrows reads the dumps of parameters of several languages.
func TestArrows(t *testing.T) {
	testExact(t, "Tz5wQ8rL-k3Vb", lines(
		`Parameters: {"shop"=>{"name"=>"a", "password"=>"{S}"}, "commit"=>"Log in"}`, `Parameters: %{"page" => "2", "client_secret" => "{S}"}`,
		"login {user -> bob, password -> {S}, page -> 2}", "login {user->bob, passwd->{S}}", `line 3: secret := "{S}" and page := 2`, "line 3: password := {S} ok",
		"Array ( [user] => bob [password] => {S} [page] => 2 )", "Array ( [user] => bob [password] => {S} )",
		`status=302 params={"password"=>"{S}", "page"=>"2"}`,
	))
	testExact(t, "Tz5wQ8rL-k3Vb", fields(record.KindUserAgent, "", "job/1 password->{S}"))
	testExact(t, "", lines("state a -> b, tokens -> next, x := 3, password -> changed"))
}

// TestPrefixesOfValues takes the value behind what languages and formats write in front of it.
func TestPrefixesOfValues(t *testing.T) {
	testExact(t, "Tz5wQ8rL-k3Vb", lines(
		`form {b'user': b'bob', b'password': b'{S}'}`, `form {u"password": u"{S}"} read`, "dn: cn=bob userPassword:: {S} next",
	))
	testExact(t, "Tz5wQ8rL-k3Vb", fields(record.KindHost, "", "joe:{S}@shop.example", "joe:{S}@shop.example:8443"))
	testExact(t, "", fields(record.KindHost, "", "shop.example:8443", "joe@shop.example"))
}

// TestNamesAtHosts keeps what stands before @host unless two slashes make it a userinfo.
func TestNamesAtHosts(t *testing.T) {
	testExact(t, "", lines(
		"app 7 INFO users: failed login:eve@shop.example on db:main", "10:00:01 UTC:198.51.100.7(41522):app_ro@orders:[99]:LOG:  received",
		"mail from:alice@shop.example to:bob@shop.example relay=mx", "call mailto:bob17@h.example acct:bob17@h.example sip:4711@pbx.example",
		"cleanup[12]: 3F1A2: message-id=<CAKx7Tq8Lr3TnVb6Ww1Yx0MkPo5Hs9DfGj2Xc@mail.example.com>", "ssh deploy@build1:/srv/app",
	))
	testExact(t, "Tz5wQ8rL-k3Vb", lines("connect redis://:{S}@cache:6379/0 ok", "clone https://svc:{S}@git.example/x.git"))
}

// TestPublicInText keeps what programs make to be seen.
func TestPublicInText(t *testing.T) {
	s := newSynth(72)
	hexed := s.of(lowerHex, 62) + "a1"
	testExact(t, "", lines(
		"sshd[99]: Accepted publickey for bob: ED25519 SHA256:"+s.of(alnum, 20)+"/"+s.of(alnum, 22), `headers={"Cf-Ray":["8a1b2c3d4e5f6a7b-FRA"]} host=x`,
		"stats hash_pass=48211 cache_pass=12", `x {"password":"__REDACTED__","token":"[Filtered]","api_key":"****"}`,
	))
	testExact(t, "", fields(record.KindText, "client_token", "hmac-sha256:"+hexed))
	testExact(t, "", fields(record.KindHeader, "authorization", "Bearer hmac-sha256:"+hexed))
	testExact(t, "hmac-sha256:"+hexed, fields(record.KindHeader, "x-signature", "{S}"))
	testExact(t, "", lines(`ModSecurity: Warning. Pattern match "(?:%25(?:2[ef]|5c)|%u00(?:2f|5c)|%%3[2-5]%%6[3f]|(?:%(?:%|4)6|F)|5%%63)" at ARGS. [line "7"]`))
}
