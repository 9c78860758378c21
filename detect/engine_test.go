package detect

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// compileText returns the error of a new engine with one rule.
func compileText(text string) error {
	d, err := rules.Decode("test.yaml", []byte("title: t\nwhy: test\n"+text))
	if err != nil {
		return err
	}
	_, err = New([]rules.Definition{d}, Options{})
	return err
}

func TestNewErrors(t *testing.T) {
	for text, want := range map[string]string{
		"id: a\nkind: new_value\nfield: contry\nlearn: {events: 3}\n": `test.yaml: rule a: kind: unknown field "contry": did you mean "country"?`,
		"id: a\nkind: match\nwhere: event.acepted\n":                  `test.yaml: rule a: where: column 1: unknown name "event.acepted": did you mean "event.accepted"?`,
	} {
		t.Run(text, func(t *testing.T) {
			if err := compileText(text); err == nil || err.Error() != want {
				t.Errorf("want %s\ngot  %v", want, err)
			}
		})
	}
	d, err := rules.Decode("a.yaml", []byte("id: a\ntitle: t\nwhy: w\nkind: match\nwhere: event.first_in_request\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New([]rules.Definition{d, d}, Options{}); err == nil || !strings.Contains(err.Error(), "is also that of a.yaml") {
		t.Errorf("duplicate: %v", err)
	}
	for _, o := range []Options{{Lateness: -1}, {Lateness: 25 * time.Hour}, {MaxProfiles: 3}, {ScopePolicy: []rules.ScopeRule{{Endpoint: "x"}}}} {
		if _, err := New(nil, o); err == nil {
			t.Errorf("%+v: want an error", o)
		}
	}
}

func TestNeedsOfDefaults(t *testing.T) {
	e, err := New(defaults(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	needs := e.Needs()
	for rule, want := range map[string][]string{
		"token-in-url": {}, "token-over-plaintext": {"scheme"}, "expired-token-accepted": {"status", "claims"}, "token-burst": {},
		"impossible-travel": {"coordinates"}, "new-country": {"country"}, "new-network": {"asn"}, "scope-violation": {"endpoint", "scopes|bindings"},
		"weak-tls": {"tls_protocol"}, "weak-token": {"strength"}, "first-write": {"method"}, "jwt-unsigned-accepted": {"status", "claims"},
	} {
		t.Run(rule, func(t *testing.T) {
			if got := needs[rule]; !reflect.DeepEqual(got, want) {
				t.Errorf("want %v, got %v", want, got)
			}
		})
	}
}

func TestUnobservableRules(t *testing.T) {
	e, err := New(defaults(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := e.NewPartition()
	for i := range 3 {
		ev := queryEvent("/x")
		ev.Time = time.Unix(1795000000+int64(i), 0)
		ev.Geo.Country = "DE"
		p.Observe(&ev)
	}
	c := p.Coverage()
	if c.Events != 3 {
		t.Errorf("coverage %+v", c)
	}
	reasons := map[string]string{}
	for _, u := range e.Unobservable(c) {
		reasons[u.Rule] = u.String()
	}
	for rule, want := range map[string]string{
		"token-over-plaintext": "token-over-plaintext: not observable: no scheme field in 100 % of events (3 events)",
		"scope-violation":      "scope-violation: not observable: no scope policy configured",
		"impossible-travel":    "impossible-travel: not observable: no coordinates field in 100 % of events (3 events)",
		"new-country":          "", "token-burst": "", "token-in-url": "",
	} {
		t.Run(rule, func(t *testing.T) {
			if reasons[rule] != want {
				t.Errorf("want %q, got %q", want, reasons[rule])
			}
		})
	}
	want := map[string]string{
		"scope-violation": "no scope policy configured", "admin-endpoint": "no list sensitive configured", "anonymizer": "no list networks.vpn configured",
		"binding-breach": "no list bindings configured", "decoy-token-used": "no list decoys configured", "hosting-flip": "no list networks.hosting configured",
		"leaked-token-used": "no list watchlist configured", "sensitive-without-mfa": "no list sensitive configured",
	}
	got := map[string]string{}
	for _, u := range e.Unobservable(Coverage{}) {
		got[u.Rule] = u.Reason
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("without events: want %v, got %v", want, got)
	}
	set, err := lists.FromTexts(map[string]string{"watchlist": strings.Repeat("0", 31) + "1", "sensitive": "/v1/admin/*", "networks.tor": "192.0.2.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	if e, err = New(defaults(t), Options{Lists: set}); err != nil {
		t.Fatal(err)
	}
	reasons = map[string]string{}
	for _, u := range e.Unobservable(Coverage{}) {
		reasons[u.Rule] = u.Reason
	}
	if len(reasons) != 4 || reasons["decoy-token-used"] == "" || reasons["hosting-flip"] == "" || reasons["binding-breach"] == "" || reasons["scope-violation"] == "" {
		t.Errorf("with lists: %v", reasons)
	}
}

func TestSubjects(t *testing.T) {
	if got := compileTestRules(t, Options{}).Subjects(); !reflect.DeepEqual(got, []tokenwarden.SubjectKind{tokenwarden.SubjectToken, tokenwarden.SubjectFamily, tokenwarden.SubjectNetwork, tokenwarden.SubjectIssuer}) {
		t.Errorf("subjects %v", got)
	}
}
