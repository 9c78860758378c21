package leakreport

import (
	"bytes"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// token makes a credential that no scanner has seen.
func token() string { return "gh" + "p_" + rand.Text() + rand.Text()[:10] }

func fingerprinter(t testing.TB) secret.Fingerprinter {
	t.Helper()
	key, _, err := secret.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return secret.NewFingerprinter(key)
}

func read(f secret.Fingerprinter, kind, content string) (all []Leak, err error) {
	err = Read(Report{kind, "report", strings.NewReader(content)}, f, func(l Leak) error {
		l.Fingerprints = slices.Clone(l.Fingerprints)
		all = append(all, l)
		return nil
	})
	return all, err
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

type object = map[string]any

func sarifOf(secret string) object {
	return object{"version": "2.1.0", "$schema": "x", "runs": []any{object{
		"tool": object{"driver": object{"name": "gitleaks"}},
		"results": []any{object{"ruleId": "generic-api-key", "partialFingerprints": object{"commitSha": "0123456789abcdef", "date": "2026-11-01T00:00:00Z"},
			"locations": []any{object{"physicalLocation": object{"artifactLocation": object{"uri": "a.go"}, "region": object{"startLine": 7, "snippet": object{"text": secret}}}}}}},
	}}}
}

func csvOf(secret string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.WriteAll([][]string{
		{"RuleID", "Commit", "File", "SymlinkFile", "Secret", "Match", "StartLine", "EndLine", "StartColumn", "EndColumn", "Author", "Message", "Date", "Email", "Fingerprint", "Tags"},
		{"generic-api-key", "0123456789abcdef", "a.go", "", secret, "k = \"" + secret + "\"\n, x", "7", "7", "1", "9", "A", "m", "2026-11-01T00:00:00Z", "a@example.com", "f", ""},
	})
	return b.String()
}

func TestReports(t *testing.T) {
	f, secret := fingerprinter(t), token()
	gitleaks := object{"RuleID": "generic-api-key", "Secret": secret, "Match": "k=" + secret, "File": "a.go", "StartLine": 7, "Commit": "0123456789abcdef", "Date": "2026-11-01T00:00:00Z"}
	git := object{"Data": object{"Git": object{"file": "a.go", "line": 7, "commit": "0123456789abcdef", "timestamp": "2026-11-01 00:00:00 +0000", "email": "x"}}}
	kingfisher := object{"rule": object{"id": "kingfisher.github.1", "name": "x"}, "finding": object{"snippet": secret, "path": "a.go", "line": 7, "fingerprint": "1"}}
	github := object{"number": 3, "secret_type": "github_pat", "secret": secret, "html_url": "https://github.com/o/r/security/secret-scanning/3", "created_at": "2026-11-01T00:00:00Z"}
	for name, c := range map[string]struct {
		kind, content  string
		rule, location string
		dated          bool
	}{
		"gitleaks JSON":          {"gitleaks", text([]any{gitleaks}), "generic-api-key", "a.go:7 commit 0123456789ab", true},
		"gitleaks CSV":           {"gitleaks", csvOf(secret), "generic-api-key", "a.go:7 commit 0123456789ab", true},
		"gitleaks SARIF":         {"gitleaks", text(sarifOf(secret)), "generic-api-key", "a.go:7 commit 0123456789ab", true},
		"trufflehog":             {"trufflehog", text(object{"SourceMetadata": git, "DetectorName": "Github", "Raw": secret, "RawV2": ""}) + "\n", "Github", "a.go:7 commit 0123456789ab", true},
		"kingfisher JSON":        {"kingfisher", text(object{"findings": []any{kingfisher}}), "kingfisher.github.1", "a.go:7", false},
		"kingfisher JSON lines":  {"kingfisher", text(kingfisher) + "\n{\"audit\":{},\"metadata\":{}}\n", "kingfisher.github.1", "a.go:7", false},
		"GitHub":                 {"github", text([]any{github}), "github_pat", "https://github.com/o/r/security/secret-scanning/3", true},
		"GitHub, pages together": {"github", text([]any{[]any{github}, []any{}}), "github_pat", "https://github.com/o/r/security/secret-scanning/3", true},
		"plain":                  {"plain", "# mine\n\nBearer " + secret + "\r\n", "", "line 3", false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []string{c.kind, "auto"} {
				got, err := read(f, kind, c.content)
				want, _ := f.Line([]byte(secret))
				if err != nil || len(got) != 1 || len(got[0].Fingerprints) != 1 || got[0].Fingerprints[0].Fingerprint != want {
					t.Errorf("as %s: %+v, %v", kind, got, err)
					continue
				}
				if l := got[0]; l.Scanner != c.kind || l.Rule != c.rule || l.Location != c.location || l.At.IsZero() == c.dated || l.Entry != 1 || l.Refused != "" {
					t.Errorf("as %s: %+v", kind, l)
				}
			}
			if _, err := read(f, "detect-secrets", c.content); err == nil {
				t.Error("was read as a report of detect-secrets")
			}
		})
	}
}

func TestEntriesWithoutSecretAreRefused(t *testing.T) {
	f, secret := fingerprinter(t), token()
	for name, c := range map[string]struct{ content, want string }{
		"gitleaks --redact":    {text([]any{object{"RuleID": "r", "Secret": "REDACTED"}}), RefusedMasked},
		"gitleaks --redact=50": {text([]any{object{"RuleID": "r", "Secret": secret[:20] + "..."}}), RefusedMasked},
		"SARIF redacted":       {text(sarifOf("REDACTED")), RefusedMasked},
		"kingfisher --redact":  {text(object{"rule": object{"id": "r"}, "finding": object{"snippet": "[REDACTED:0123]"}}), RefusedMasked},
		"hide_secret":          {text([]any{object{"number": 1, "secret_type": "x", "secret": nil}}), RefusedEmpty},
		"detect-secrets":       {text(object{"version": "1.5.0", "plugins_used": []any{}, "results": object{"a.py": []any{object{"type": "Secret Keyword", "hashed_secret": "0123", "line_number": 3}}}}), RefusedHash},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(f, "auto", c.content)
			if err != nil || len(got) != 1 || got[0].Refused != c.want || len(got[0].Fingerprints) != 0 {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestPairsOfTrufflehog(t *testing.T) {
	f, id, secret := fingerprinter(t), token(), token()
	got, err := read(f, "auto", text(object{"SourceMetadata": nil, "DetectorName": "AWS", "Raw": id, "RawV2": id + ":" + secret}))
	a, _ := f.Line([]byte(id))
	b, _ := f.Line([]byte(secret))
	if err != nil || len(got) != 1 || len(got[0].Fingerprints) != 2 || got[0].Fingerprints[0].Fingerprint != a || got[0].Fingerprints[1].Fingerprint != b {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestNothingShowsTheSecret(t *testing.T) {
	f, secret := fingerprinter(t), token()
	for name, content := range map[string]string{
		"in the path, percent-encoded": text([]any{object{"RuleID": "r", "Secret": secret, "File": "a/%67" + secret[1:], "Commit": "1"}}),
		"cut in the commit":            text([]any{object{"RuleID": "r", "Secret": secret, "File": "a", "Commit": secret[:12]}}),
		"in path and rule":             text([]any{object{"RuleID": secret, "Secret": secret, "File": "a/" + secret, "Commit": secret}}),
		"broken JSON":                  `[{"RuleID": "r", "Secret": "` + secret + `"`,
		"wrong type":                   text([]any{object{"RuleID": 17, "Secret": secret}}),
		"unknown object":               text(object{secret: secret}),
		"unknown text":                 "one two three " + secret,
		"broken CSV":                   "RuleID,Secret\nr,\"" + secret + "\n",
		"other SARIF":                  strings.Replace(text(sarifOf(secret)), `"gitleaks"`, `"other"`, 1),
		"array of texts":               text([]any{secret}),
		"CSV without names":            "RuleID," + secret + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(f, "auto", content)
			if all := fmt.Sprintf("%+v %v", got, err); strings.Contains(all, secret[1:]) || strings.Contains(all, secret[:12]) {
				t.Error("the secret is shown")
			}
			if !strings.Contains(name, "in ") && err == nil {
				t.Error("want an error")
			}
			if err != nil && !strings.HasPrefix(err.Error(), "report:") {
				t.Errorf("error %v does not name the file", err)
			}
		})
	}
}

func TestControlCharactersAreBlanks(t *testing.T) {
	got, err := read(fingerprinter(t), "auto", text([]any{object{"RuleID": "r\u009b31m", "Secret": token(), "File": "a\u0085b\u001b[2J"}}))
	if err != nil || len(got) != 1 || got[0].Rule != "r 31m" || got[0].Location != "a b [2J" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestEmptyReports(t *testing.T) {
	for _, content := range []string{"", "[]", "\n", "{\"findings\": []}"} {
		t.Run(fmt.Sprintf("%q", content), func(t *testing.T) {
			if got, err := read(fingerprinter(t), "auto", content); err != nil || len(got) != 0 {
				t.Errorf("%q: %v, %v", content, got, err)
			}
		})
	}
	if _, err := read(fingerprinter(t), "nosuch", ""); err == nil || !strings.Contains(err.Error(), "gitleaks") {
		t.Errorf("an unknown kind: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	secret := token()
	for _, s := range []string{text([]any{object{"RuleID": "r", "Secret": secret}}), csvOf(secret), text(sarifOf(secret)), secret,
		text(object{"SourceMetadata": object{"Data": object{"Git": object{"file": "a"}}}, "DetectorName": "d", "Raw": secret}),
		text(object{"findings": []any{object{"rule": object{"id": "r"}, "finding": object{"snippet": secret}}}}),
		text(object{"plugins_used": 1, "results": object{"a": []any{object{"type": "t"}}}}),
	} {
		f.Add([]byte(s))
	}
	fp := fingerprinter(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		err := Read(Report{"auto", "report", bytes.NewReader(content)}, fp, func(l Leak) error {
			if (l.Refused == "") != (len(l.Fingerprints) > 0) {
				t.Fatalf("%+v is neither refused nor read", l)
			}
			for _, k := range l.Fingerprints {
				if k.Fingerprint == (tokenwarden.Fingerprint{}) {
					t.Fatal("no fingerprint")
				}
			}
			if len(l.Location) > maxText || strings.ContainsAny(l.Location, "\n\r") {
				t.Fatalf("location %q", l.Location)
			}
			return nil
		})
		if err != nil && !strings.HasPrefix(err.Error(), "report:") {
			t.Fatalf("error %v does not name the file", err)
		}
	})
}
