package condition

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/rules"
)

var testParams = map[string]rules.Quantity{"grace": {Value: 60, Dim: rules.Time, Text: "60s"}, "n": {Value: 3, Text: "3"}}

// conditions is the language as rules use it.
var conditions = []string{
	`event.location == "query"`,
	`event.location != "query"`,
	`event.location in ["query", "path", "userinfo"]`,
	`event.location not in ["query", "path"]`,
	`not (event.location in ["header"])`,
	`event.accepted`,
	`!event.accepted && event.denied`,
	`event.accepted || event.scheme == "http"`,
	`(event.accepted or event.location == "path") and not event.write`,
	`event.scheme == "http" || event.host endsWith ":80"`,
	`event.scheme in ["http", "https"]`,
	`event.status >= 300 && event.status < 400`,
	`event.status in [200, 201, 404]`,
	`event.status == 200 or event.status == 404`,
	`event.status != 0 and event.bytes > 100`,
	`event.claims.expires > 0 && event.time - event.claims.expires > 60`,
	`event.claims.jwt && event.claims.expires == 0`,
	`event.claims.jwt == true`,
	`event.claims.jwt != event.accepted`,
	`event.claims.lifetime / 86400 > 1.5 * 2 + 1 - 2`,
	`-event.status < -300`,
	`event.country == "DE" && event.asn == 64500`,
	`"DE" == event.country`,
	`event.country != "" and event.city contains "erl"`,
	`event.tls_protocol matches "(?i)^tlsv1(\\.[01])?$"`,
	`lower(event.client) == "curl"`,
	`lower(event.client) in ["curl", "admin"]`,
	`lower(event.client) contains "ur"`,
	`lower(event.client) startsWith "c"`,
	`not (lower(event.client) endsWith "e")`,
	`event.path contains "x" || event.query != "" || event.client == "Curl"`,
	`event.endpoint startsWith "/v1/"`,
	`"orders.read" in event.scopes`,
	`"orders.read" not in event.scopes`,
	`len(event.scopes) > 1`,
	`any(event.scopes, # startsWith "orders.")`,
	`all(event.scopes, # startsWith "orders.")`,
	`none(event.scopes, # == "admin") && event.first_in_request`,
	`event.client in event.scopes`,
	`profile.requests > 5 && profile.age > 10`,
	`event.hour >= 9 && event.hour < 17`,
	`event.strength.bits > 0 && event.strength.bits < 64`,
	`true && event.first_in_request`,
	`event.user_agent != "" || false`,
	`event.claims.has_scopes && !event.claims.unsigned`,
}

func randomEnv(r *rand.Rand) *Env {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(86400)) * time.Second)
	e := &tokenwarden.Event{
		Time: now, Location: tokenwarden.Location(1 + r.IntN(7)), Param: pick("key", "token"), FirstInRequest: r.IntN(2) == 0,
		ClientIP: netip.MustParseAddr("192.0.2.1"), Method: pick("", "GET", "POST"), Host: pick("", "a:80", "b:8080"),
		Endpoint: pick("/v1/x", "/v2/x"), Status: []int{0, 200, 204, 301, 401, 403, 404, 500}[r.IntN(8)], Bytes: int64(r.IntN(200)),
		UserAgent: pick("", "curl/8"), Client: pick("", "Curl", "Chrome", "admin"), Scheme: pick("", "http", "https"),
		TLSProtocol: pick("", "TLSv1", "TLSv1.1", "TLSv1.3"), Geo: tokenwarden.Geo{Country: pick("", "DE", "US"), City: pick("", "Berlin"),
			ASN: uint32(64500 * r.IntN(2))}, Strength: tokenwarden.Strength{Length: r.IntN(2), Bits: float64(r.IntN(130))},
	}
	if r.IntN(2) == 0 {
		e.Scopes = []string{pick("orders.read", "orders.write"), pick("admin", "orders.read")}[:r.IntN(3)]
		e.Claims = tokenwarden.Claims{JWT: true, Unsigned: r.IntN(2) == 0, HasScopes: r.IntN(2) == 0}
		if r.IntN(2) == 0 {
			e.Claims.IssuedAt = now.Unix() - int64(r.IntN(1e6))
			e.Claims.Expires = now.Unix() - 120 + int64(r.IntN(240))
		}
	}
	p := profile.New(tokenwarden.TokenSubject(tokenwarden.Fingerprint{1}))
	p.Requests, p.First, p.Last = uint64(r.IntN(10)), now.Add(-time.Duration(r.IntN(20))*time.Second).UnixMicro(), now.UnixMicro()
	x := envOf(e)
	x.Profile = p
	p.Lookup(x.Event, &x.Known)
	return x
}

// The closures give what expr's own virtual machine says, and the prefilter never rules out an event that the
// condition holds for.
func TestConditionsMeanWhatExprMeans(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	xs, envs := make([]*Env, 1000), make([]map[string]any, 1000)
	for i := range xs {
		xs[i] = randomEnv(r)
		envs[i] = exprEnv(xs[i])
	}
	for _, src := range conditions {
		t.Run(src, func(t *testing.T) {
			mine, err := Compile(src, testParams)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := expr.Compile(src, expr.Env(envs[0]), expr.AsBool())
			if err != nil {
				t.Fatal(err)
			}
			held := 0
			for i, x := range xs {
				want, err := expr.Run(theirs, envs[i])
				if err != nil {
					t.Fatal(err)
				}
				got := mine.Matches(x)
				if got != want {
					t.Fatalf("want %v, got %v of %+v", want, got, x.Event.Event)
				}
				if got {
					held++
				}
			}
			if held == 0 || held == len(xs) {
				t.Errorf("held of %d of %d events: the test proves nothing", held, len(xs))
			}
		})
	}
}

// exprEnv converts an environment to what expr's virtual machine takes.
func exprEnv(x *Env) map[string]any {
	env := map[string]any{"param": map[string]any{"grace": 60.0, "n": 3.0}}
	for i := range variables {
		v, at := &variables[i], env
		parts := strings.Split(v.name, ".")
		for _, part := range parts[:len(parts)-1] {
			next, ok := at[part].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[part] = next
			}
			at = next
		}
		name := parts[len(parts)-1]
		switch {
		case v.text != nil:
			at[name] = v.text(x)
		case v.num != nil:
			at[name] = v.num(x)
		case v.flag != nil:
			at[name] = v.flag(x)
		default:
			at[name] = append([]string{}, v.list(x)...)
		}
	}
	return env
}

func TestPrefilters(t *testing.T) {
	for src, want := range map[string]Prefilter{
		`event.location in ["query", "path"]`:                      {profile.InQuery | profile.InPath},
		`event.accepted && event.claims.expires > 0`:               {profile.IsAccepted, profile.HasExpires},
		`event.scheme == "http" || event.host endsWith ":80"`:      nil,
		`event.claims.unsigned && !event.denied`:                   {profile.IsUnsigned, profile.NotDenied},
		`event.accepted or event.denied`:                           {profile.IsAccepted | profile.IsDenied},
		`event.tls_protocol != "" && event.strength.bits > 0`:      {profile.HasTLS, profile.HasStrength},
		`event.status >= 300`:                                      {profile.HasStatus},
		`event.status >= 0 && event.bytes != 3 && profile.age > 0`: nil,
	} {
		t.Run(src, func(t *testing.T) {
			c, err := Compile(src, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := slices.DeleteFunc(c.Prefilter, func(clause profile.Predicates) bool { return clause == 0 })
			if !slices.Equal(got, want) {
				t.Errorf("want %b, got %b", want, got)
			}
		})
	}
	c, _ := Compile(`event.location in ["query", "path"] && event.accepted`, nil)
	if c.holds != nil {
		t.Error("a condition that its prefilter is equivalent to is evaluated all the same")
	}
}

func TestConditionErrors(t *testing.T) {
	for src, want := range map[string]string{
		`event.locaton == "query"`:                `column 1: unknown name "event.locaton": did you mean "event.location"?`,
		`event.claims.expire > 0`:                 `did you mean "event.claims.expires"?`,
		`event.status > param.graze`:              `did you mean "param.grace"?`,
		`event.status`:                            `event.status is number: want yes or no`,
		`event.accepted == "yes"`:                 `want yes or no`,
		`event.location > 3`:                      `event.location is text: want number`,
		`event.status == "200"`:                   `want number`,
		`event.country in [1, 2]`:                 `want a text in quotes`,
		`event.status in ["a"]`:                   `want a number`,
		`event.status in [event.bytes]`:           `want a number`,
		`event.location matches event.param`:      `matches wants a pattern in quotes`,
		`event.location matches "("`:              `missing closing`,
		`event.location ==`:                       `line 1 column 17: unexpected token EOF`,
		`filter(event.scopes, # == "x")`:          `function filter is not supported in a condition`,
		`repeat("x", 1000000) == "x"`:             `want`,
		`event.status ?? 3`:                       `operator ?? is not supported in a condition`,
		`event.status % 2 == 0`:                   `operator % is not supported in a condition`,
		`any(event.scopes, any(event.scopes, #))`: `function any is not supported`,
		`let x = 1; x == 1`:                       `not supported here`,
		`event["location"] == 1`:                  `want text`,
		`# == "x"`:                                ``,
		`len(event.location) > 2`:                 `event.location is text: want list`,
		`profile`:                                 `unknown name "profile"`,
		strings.Repeat("(", 5000):                 `longer than 4096 bytes`,
	} {
		t.Run(src[:min(len(src), 60)], func(t *testing.T) {
			_, err := Compile(src, testParams)
			if err == nil {
				t.Errorf("want an error with %q", want)
			} else if !strings.Contains(err.Error(), want) {
				t.Errorf("want %q, got %q", want, err)
			}
		})
	}
}

// What compiles can be evaluated, and what does not is an error: nothing panics.
func FuzzCondition(f *testing.F) {
	for _, src := range conditions {
		f.Add(src)
	}
	f.Add(`any(event.scopes, # in ["a"]) ? 1 : {"a": 1}[event.scopes?.x]`)
	x := randomEnv(rand.New(rand.NewPCG(4, 4)))
	f.Fuzz(func(t *testing.T, src string) {
		if c, err := Compile(src, testParams); err == nil && c.Prefilter.Matches(x.Predicates) {
			c.Holds(x)
		}
		if n, err := CompileNumber(src, testParams); err == nil {
			n(x)
		}
	})
}

func TestRequirementsFollowFromConditions(t *testing.T) {
	for src, want := range map[string]string{
		`event.scheme == "http"`:                                               "scheme",
		`event.scheme == "http" || event.tls_protocol == "TLSv1"`:              "scheme|tls_protocol",
		`event.scheme == "http" || event.first_in_request`:                     "",
		`event.accepted && event.claims.expires > 0 && event.first_in_request`: "status claims",
		`any(event.scopes, # == event.client) && len(event.scopes)>1`:          "scopes scopes",
		`!(event.country == "DE")`:                                             "country",
	} {
		t.Run(src, func(t *testing.T) {
			c, err := Compile(src, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range c.Requires {
				got = append(got, n.String())
			}
			if s := strings.Join(got, " "); s != want {
				t.Errorf("want %q, got %q", want, s)
			}
		})
	}
}

func BenchmarkCondition(b *testing.B) {
	x := randomEnv(rand.New(rand.NewPCG(3, 3)))
	src := `event.status >= 200 && event.claims.expires >= 0 && event.time - event.claims.expires > 60 && event.country != "XX"`
	mine, err := Compile(src, nil)
	if err != nil {
		b.Fatal(err)
	}
	theirs, err := expr.Compile(src, expr.Env(exprEnv(x)), expr.AsBool())
	if err != nil {
		b.Fatal(err)
	}
	env := exprEnv(x)
	b.Run("closures", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			mine.holds(x)
		}
	})
	b.Run("virtual machine, environment ready", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := expr.Run(theirs, env); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// envOf returns an environment for an event, without a profile.
func envOf(e *tokenwarden.Event) *Env {
	p := profile.NewPreparer(profile.NewInterner(), 0)
	ev := &profile.Event{}
	p.Prepare(ev, e)
	return &Env{Event: ev, Result: &Result{}}
}

func TestWithin(t *testing.T) {
	for src, want := range map[string]bool{
		`within(event.client_ip, "192.0.2.0/24")`:                  true,
		`within(event.client_ip, "10.0.0.0/8", "192.0.2.1")`:       true,
		`not within(event.client_ip, "10.0.0.0/8")`:                true,
		`within(event.client_ip, "::/0")`:                          false,
		`within(event.client_ip, "::ffff:192.0.2.0/120")`:          true,
		`event.client_ip startsWith "192.0.2."`:                    true,
		`event.path == "/a" && event.query == "b=c"`:               true,
		`lower(event.user_agent) contains "sqlmap"`:                true,
		`lower(event.user_agent) in ["x", "sqlmap/1.0"]`:           true,
		`lower(event.user_agent) == "sqlmap"`:                      false,
		`lower(event.user_agent) startsWith "sql"`:                 true,
		`lower(event.user_agent) endsWith "/1.0"`:                  true,
		`lower(event.user_agent) endsWith "x/1.0.sqlmap/1.0"`:      false,
		`lower(event.host) == "\u00e9.example"`:                    true,
		`lower(event.host) contains "\u00c9"`:                      false,
		`lower(event.method) == "GET"`:                             false,
		`any(event.scopes, lower(#) == "admin") || event.accepted`: false,
	} {
		t.Run(src, func(t *testing.T) {
			x := testEnv()
			c, err := Compile(src, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Matches(x); got != want {
				t.Errorf("want %v", want)
			}
			if n := testing.AllocsPerRun(10, func() { c.Holds(x) }); n > 0 && !strings.Contains(src, "client_ip startsWith") && !strings.Contains(src, "host") {
				t.Errorf("%v allocations", n)
			}
		})
	}
	for _, src := range []string{`within(event.client_ip)`, `within(event.host, "10.0.0.0/8")`, `within(event.client_ip, "10.0.0.0/33")`, `within(event.client_ip, 1)`, `wthin(event.client_ip, "::1")`} {
		t.Run(src, func(t *testing.T) {
			if _, err := Compile(src, nil); err == nil {
				t.Error("want an error")
			}
		})
	}
}

func testEnv() *Env {
	e := &tokenwarden.Event{ClientIP: netip.MustParseAddr("::ffff:192.0.2.1"), Target: "/a?b=c", Endpoint: "/a", UserAgent: "SQLmap/1.0", Host: "É.example", Method: "GET", Status: 404}
	x := envOf(e)
	x.Profile = profile.New(tokenwarden.Subject{})
	x.Predicates = x.Event.Predicates
	return x
}
