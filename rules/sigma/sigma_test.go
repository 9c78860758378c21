package sigma_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/sigma"
)

const head = "title: Made for this test\nid: 11111111-2222-4333-8444-555555555555\nstatus: stable\nlevel: high\nlogsource: {category: webserver}\n"

func read(t testing.TB, text string) ([]rules.Definition, error) {
	t.Helper()
	if !sigma.Is([]byte(text)) {
		t.Fatalf("not taken for Sigma: %s", text)
	}
	return sigma.Read([]rules.File{{Name: "s.yml", Content: []byte(text)}})
}

// selection wraps one selection into a rule.
func selection(text string) string {
	return head + "detection:\n  sel:\n    " + strings.ReplaceAll(text, "\n", "\n    ") + "\n  condition: sel\n"
}

// event is matched against the selections below.
func event() *tokenwarden.Event {
	return &tokenwarden.Event{
		Time: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Fingerprint: tokenwarden.Fingerprint{1}, FirstInRequest: true, Location: tokenwarden.LocationHeader,
		ClientIP: netip.MustParseAddr("192.0.2.7"), Method: "POST", Host: "api.example", Endpoint: "/Admin/{id}", Target: `/Admin/7.PHP?cmd=who*ami&x=a\b`,
		Status: 403, Bytes: 512, UserAgent: "SQLmap/1.0 (scan)", Client: "SQLmap", Source: tokenwarden.Source{File: "f", Line: 1},
	}
}

func fires(t testing.TB, defs []rules.Definition, e *tokenwarden.Event) bool {
	t.Helper()
	engine, err := detect.New(defs, detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return engine.NewPartition().Observe(e).Alerts > 0
}

func TestSelections(t *testing.T) {
	for text, want := range map[string]bool{
		"cs-method: POST":                                true,
		"cs-method: post":                                true,
		"cs-method|cased: post":                          false,
		"cs-method|cased: POST":                          true,
		"cs-method: [GET, POST]":                         true,
		"cs-method: [GET, PUT]":                          false,
		"cs-method: GET\nsc-status: 403":                 false,
		"cs-method: POST\nsc-status: 403":                true,
		"- {cs-method: GET}\n- {sc-status: 403}":         true,
		"sc-status: [200, 403]":                          true,
		"sc-status|gte: 400":                             true,
		"sc-status|gt: 403":                              false,
		"sc-status|lt: 404":                              true,
		"sc-status|lte: 402":                             false,
		"sc-status|neq: 403":                             false,
		"sc-bytes|gt: 100":                               true,
		"cs-uri-stem: /admin/7.php":                      true,
		"cs-uri-stem: /admin":                            false,
		"c-uri-path|startswith: /ADMIN/":                 true,
		"c-uri-path|endswith: .php":                      true,
		"c-uri-extension: [asp, php]":                    true,
		"c-uri-extension: hp":                            false,
		"cs-uri-query|contains: 'CMD='":                  true,
		"cs-uri-query|contains|all: ['cmd=', 'x=']":      true,
		"cs-uri-query|contains|all: ['cmd=', 'y=']":      false,
		"cs-uri-query|contains: ['y=', 'x=']":            true,
		"c-uri|contains: /admin/":                        true,
		"cs-uri-query|contains: /admin/":                 true,
		"cs-uri-query|contains: ['/nothing', 'cmd=']":    true,
		"cs-uri-query|startswith: ['/admin', 'nothing']": true,
		"cs-uri-query|startswith: cmd":                   true,
		"cs-uri-query|startswith: 7.php":                 false,
		"cs-uri-query: 'cmd=who\\*ami&x=a\\b'":           true,
		"cs-uri-query|re: '^/Admin.*cmd='":               true,
		"c-uri: '/admin/?.php*'":                         true,
		"c-uri: '/admin/??.php*'":                        false,
		"c-uri: '*who\\*ami*'":                           true,
		"c-uri: '*who\\?ami*'":                           false,
		"c-uri|contains: 'a\\b'":                         true,
		"c-uri|contains: 'a\\\\b'":                       true,
		"c-uri|re: '/Admin/[0-9]+'":                      true,
		"c-uri|re: '/admin/[0-9]+'":                      false,
		"c-uri|re|i: '/admin/[0-9]+'":                    true,
		"c-useragent|startswith: sqlmap":                 true,
		"cs-user-agent: '*scan)'":                        true,
		"c-useragent: '*'":                               true,
		"c-useragent: null":                              false,
		"cs-username: null":                              true,
		"cs-username: ''":                                true,
		"cs-username: [null, root]":                      true,
		"cs-username|exists: true":                       false,
		"cs-username|exists: false":                      true,
		"cs-host: API.example":                           true,
		"c-ip: 192.0.2.7":                                true,
		"c-ip: [10.0.0.1, 192.0.2.7]":                    true,
		"c-ip|cidr: 192.0.2.0/24":                        true,
		"c-ip|cidr: [10.0.0.0/8, '::/0']":                false,
		"src_ip: '192.0.2.*'":                            true,
		"src_ip|startswith: '192.0.3.'":                  false,
		"c-useragent|contains: [a1, a2, a3, a4, a5, a6, a7, a8, 'sqlm.p']": false,
		"c-useragent|contains: [a1, a2, a3, a4, a5, a6, a7, a8, SQLMAP]":   true,
		"c-useragent|endswith: [a1, a2, a3, a4, a5, a6, a7, a8, 'can)']":   true,
		"c-uri|startswith: [a1, a2, a3, a4, a5, a6, a7, a8, '/admin']":     true,
		"- sqlmap\n- other":                    true,
		"- other\n- nothing":                   false,
		"'|all': [sqlmap, api.example]":        true,
		"'|all': [sqlmap, nothing]":            false,
		"['who*ami']":                          true,
		"sqlmap":                               true,
		"cs-uri-query|base64|contains: whoami": false,
	} {
		t.Run(text, func(t *testing.T) {
			defs, err := read(t, selection(text))
			if err != nil {
				t.Errorf("%s: %v", text, err)
				return
			}
			if got := fires(t, defs, event()); got != want {
				t.Errorf("%s\nwant %v of %s", text, want, defs[0].Where)
			}
		})
	}
}

func TestBase64(t *testing.T) {
	for text, query := range map[string]string{
		"cs-uri-query|base64|contains: whoami":       "d2hvYW1p",
		"cs-uri-query|base64offset|contains: whoami": "YXdob2FtaQ",   // awhoami
		"cs-uri-query|base64offset|contains: whoam":  "YWF3aG9hbWFh", // aawhoamaa
	} {
		t.Run(text, func(t *testing.T) {
			defs, err := read(t, selection(text))
			if err != nil {
				t.Fatal(err)
			}
			e := event()
			e.Target = "/x?q=" + query
			if !fires(t, defs, e) {
				t.Errorf("%s: %s is not found by %s", text, query, defs[0].Where)
			}
			if e.Target = "/x?q=" + strings.ToLower(query); fires(t, defs, e) {
				t.Errorf("%s: base64 has case: %s", text, defs[0].Where)
			}
		})
	}
}

func TestConditions(t *testing.T) {
	const detection = "detection:\n  sel_a: {cs-method: POST}\n  sel_b: {sc-status: 200}\n  filter: {cs-host: api.example}\n  _own: {sc-status: 500}\n  condition: "
	for condition, want := range map[string]bool{
		"sel_a":                        true,
		"sel_a and sel_b":              false,
		"sel_a or sel_b":               true,
		"sel_a and not sel_b":          true,
		"not sel_b and not _own":       true,
		"sel_a and not filter":         false,
		"not (sel_b or _own)":          true,
		"sel_b and sel_a or filter":    true,
		"sel_b and (sel_a or filter)":  false,
		"1 of sel_*":                   true,
		"all of sel_*":                 false,
		"any of them":                  true,
		"all of them":                  false,
		"1 of sel_* AND NOT 1 of _ow*": true,
		"[sel_b, sel_a]":               true,
		"not not sel_a":                true,
		"((sel_a))":                    true,
	} {
		t.Run(condition, func(t *testing.T) {
			defs, err := read(t, head+detection+condition+"\n")
			if err != nil {
				t.Errorf("%s: %v", condition, err)
				return
			}
			if got := fires(t, defs, event()); got != want {
				t.Errorf("%s: want %v of %s", condition, want, defs[0].Where)
			}
		})
	}
}

func TestHead(t *testing.T) {
	defs, err := read(t, `title: Probing the admin pages
id: 11111111-2222-4333-8444-555555555555
name: admin_probe
status: experimental
description: Someone asks for admin pages.
author: The tests
level: critical
tags: [attack.initial-access, attack.t1190, attack.t1550.001, cve.2021-1]
falsepositives: [Administrators]
logsource: {product: nginx, service: access}
custom_note: kept out
detection:
  sel: {c-uri-path|startswith: /admin}
  filter: {cs-username: root}
  condition: sel and not filter
`)
	if err != nil {
		t.Fatal(err)
	}
	d := defs[0]
	if d.ID != "sigma-admin-probe" || d.Title != "Probing the admin pages" || d.Severity != tokenwarden.SeverityCritical || d.Status != "experimental" ||
		d.Why != "Someone asks for admin pages." || !slices.Equal(d.References.Attack, []string{"T1190", "T1550.001"}) {
		t.Errorf("%+v", d)
	}
	if !slices.Equal(d.Needs, []string{"endpoint"}) {
		t.Errorf("needs %q: a filter needs nothing", d.Needs)
	}
	if !slices.Equal(d.NextSteps, []string{"Rule out what is known to look alike: Administrators", "Sigma rule 11111111-2222-4333-8444-555555555555 by The tests"}) {
		t.Errorf("next steps %q", d.NextSteps)
	}
	engine, err := detect.New(defs, detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := engine.NewPartition()
	e := event()
	for _, o := range p.Explain(e) {
		if o.Outcome != detect.OutcomeShadow {
			t.Errorf("an experimental rule: %+v", o)
		}
	}
}

func TestRefusals(t *testing.T) {
	source := func(text string) string {
		return "title: t\nlogsource: " + text + "\ndetection:\n  sel: {cs-method: GET}\n  condition: sel\n"
	}
	condition := func(text string) string {
		return head + "detection:\n  sel: {cs-method: GET}\n  condition: " + text + "\n"
	}
	for text, want := range map[string]string{
		source("{category: process_creation, product: windows}"):                     `s.yml:2: rule sigma-t: logsource.category: "process_creation" is not supported`,
		source("{product: apache, service: error}"):                                  `logsource.service: "error" is not supported`,
		source("{product: okta}"):                                                    `logsource.product: "okta" is not supported`,
		source("{category: proxy, tenant: x}"):                                       `tenant is not supported`,
		selection("cs-referer|contains: x"):                                          `s.yml:8: rule sigma-11111111-2222-4333-8444-555555555555: cs-referer: events do not keep the Referer`,
		selection("cs-cookie|contains: x"):                                           `cs-cookie: events keep no cookies`,
		selection("CommandLine|contains: x"):                                         `CommandLine: no event has this field`,
		selection("cs-metod: GET"):                                                   `no event has this field: did you mean "cs-method"?`,
		selection("cs-method|windash: GET"):                                          `modifier windash is not supported: it is about command lines`,
		selection("cs-method|contain: GET"):                                          `unknown modifier "contain": did you mean "contains"?`,
		selection("cs-method|contains|startswith: GET"):                              `has two tests`,
		selection("cs-method|expand: '%x%'"):                                         `placeholders`,
		selection("cs-method|re: '(?=x)'"):                                           `regular expression cannot be used`,
		selection("cs-method|cidr: 10.0.0.0/8"):                                      `modifier cidr does not go with this field`,
		selection("cs-method|gt: 3"):                                                 `modifier gt does not go with this field`,
		selection("cs-method|contains: null"):                                        `null goes without modifiers`,
		selection("cs-method|contains: ''"):                                          `an empty text matches everything`,
		selection("cs-method: []"):                                                   `has no value`,
		selection("cs-method: {a: b}"):                                               `want a value or a list of values`,
		selection("sc-status|contains: 4"):                                           `a number goes with`,
		selection("sc-status: 4*"):                                                   `"4*": want a number without wildcards`,
		selection("c-ip|cidr: 10.0.0.0/33"):                                          `want an address`,
		selection("c-ip: nowhere"):                                                   `want an address`,
		selection("c-uri: http://evil.example/x"):                                    `match cs-host and c-uri-path instead`,
		selection("c-uri-extension|contains: x"):                                     `an extension goes without modifiers`,
		selection("fingerprint: x"):                                                  `can be counted and grouped by, not matched`,
		selection("- sqlmap\n- {cs-method: GET}"):                                    `mixes keywords with fields`,
		selection("{}"):                                                              `is empty`,
		selection("cs-method: GET\ncs-method: PUT"):                                  `s.yml:9: cs-method: stands twice`,
		selection("&a [x]") + "x: *a\n":                                              `s.yml:10: is a YAML alias`,
		condition("sel | count() by c-ip > 5"):                                       `aggregations after | are not supported: write a correlation`,
		condition("sell"):                                                            `there is no selection "sell": did you mean "sel"?`,
		condition("2 of sel*"):                                                       `"2" of is not supported`,
		condition("1 of x*"):                                                         `no selection is called "x*"`,
		condition("(sel"):                                                            `has a ( without its )`,
		condition("sel and"):                                                         `ends where a selection is due`,
		condition("sel sel"):                                                         `does not end before "sel"`,
		condition("sel)"):                                                            `does not end before ")"`,
		condition("[[sel]]"):                                                         `want a text or a list of texts`,
		condition(strings.Repeat("not ", 40) + "sel"):                                `nests deeper`,
		head + "detection:\n  sel: {cs-method: GET}\n":                               `detection.condition: is missing`,
		head + "detection: {sel: {cs-method: GET}, timeframe: 5m, condition: sel}\n": `write a correlation with timespan`,
		head: `detection: is missing`,
		"title: t\ndetection: {sel: {cs-method: GET}, condition: sel}\n": `logsource: is missing`,
		"action: global\n": `collections of rules are not supported`,
		"title: t\nlogsource: {category: webserver}\nfilter: {rules: [x]}\n":    `filters are not supported`,
		strings.Replace(condition("sel"), "level: high", "level: huge", 1):      `s.yml:4: rule sigma-11111111-2222-4333-8444-555555555555: level: "huge"`,
		strings.Replace(condition("sel"), "level: high", "levl: high", 1):       `unknown key "levl": did you mean "level"?`,
		strings.Replace(condition("sel"), "level: high", "level: {a: b}", 1):    `level: want a text`,
		strings.Replace(condition("sel"), "status: stable", "status: fine", 1):  `status: "fine"`,
		strings.Replace(condition("sel"), "status: stable", "taxonomy: ecs", 1): `taxonomy: "ecs" is not supported`,
		"detection: [\n": `s.yml: `,
		selection("c-useragent|re: '" + strings.Repeat("x", rules.MaxExpression) + "'"): `where: is longer than`,
	} {
		t.Run(text, func(t *testing.T) {
			defs, err := read(t, text)
			if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "s.yml") {
				t.Errorf("%s\nwant %s\ngot  %v, %+v", text, want, err, defs)
			}
		})
	}
}

func TestEveryRefusalIsTold(t *testing.T) {
	_, err := read(t, selection("cs-cookie: x")+"---\n"+selection("cs-referer: x"))
	if err == nil || !strings.Contains(err.Error(), "cookies") || !strings.Contains(err.Error(), "Referer") {
		t.Error(err)
	}
}
