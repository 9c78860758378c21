package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
)

// noRedaction is a redactor that changes nothing.
type noRedaction struct{}

func (noRedaction) redact(_, line string) (redacted, error) {
	return redacted{line: line, parsed: true}, nil
}
func (noRedaction) fingerprint(string) tokenwarden.Fingerprint { return tokenwarden.Fingerprint{1} }

// fullRedaction is a redactor that replaces every line.
type fullRedaction struct{ noRedaction }

func (fullRedaction) redact(_, line string) (redacted, error) {
	return redacted{line: "REDACTED.line.test", parsed: true}, nil
}

func ownCorpus(t *testing.T) corpus {
	t.Helper()
	all, err := readCorpora("../../testdata/quality")
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	return all[0]
}

// everyNth returns each n-th row.
func everyNth[T any](rows []T, n int) []T {
	var out []T
	for i := 0; i < len(rows); i += n {
		out = append(out, rows[i])
	}
	return out
}

func TestWithoutRedactionEverythingIsMissed(t *testing.T) {
	c := ownCorpus(t)
	c.placements = everyNth(c.placements, 9)
	res, err := measure(noRedaction{}, c, 1)
	if err != nil {
		t.Fatal(err)
	}
	for g, r := range res.recall {
		t.Run([...]string{"counted", "weak", "unlikely"}[g], func(t *testing.T) {
			if r.good != 0 || r.all < 1000 {
				t.Errorf("%d of %d found without redaction", r.good, r.all)
			}
		})
	}
	if kept := *at(res.kept, "negative"); kept.good != kept.all || kept.all < 1500 {
		t.Errorf("%d of %d lines kept without redaction", kept.good, kept.all)
	}
	if res.passes() {
		t.Error("passes without redaction")
	}
}

func TestChangedLinesAreCounted(t *testing.T) {
	c := corpus{negatives: everyNth(ownCorpus(t).negatives, 10)}
	res, err := measure(fullRedaction{}, c, 1)
	if err != nil {
		t.Fatal(err)
	}
	if kept := *at(res.kept, "negative"); kept.good != 0 || kept.all < 200 {
		t.Errorf("%d of %d lines kept where each was changed", kept.good, kept.all)
	}
	if res.passes() {
		t.Error("passes though each line was changed")
	}
}

// TestPlantedFalsePositive plants a credential among the negatives: the real redaction changes its line.
func TestPlantedFalsePositive(t *testing.T) {
	pipe, err := newPipeline()
	if err != nil {
		t.Fatal(err)
	}
	secret := tokens(1)[0]
	c := corpus{negatives: []negative{
		{URL: "/about", Label: "negative", Why: "ordinary"},
		{URL: "/x?access_token=" + credentialtest.Percent(secret.text), Label: "negative", Why: "planted"},
	}}
	res, err := measure(pipe, c, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := *at(res.byWhy, "planted"); got != (tally{0, 2}) {
		t.Errorf("planted: %+v", got)
	}
	if got := *at(res.byWhy, "ordinary"); got != (tally{2, 2}) {
		t.Errorf("ordinary: %+v", got)
	}
}

// TestLinesAreWhatTheyClaim sends a slice of the corpus through the real redaction: each line that is not cut parses in
// the format it was written in, and no token is in the report.
func TestLinesAreWhatTheyClaim(t *testing.T) {
	pipe, err := newPipeline()
	if err != nil {
		t.Fatal(err)
	}
	c := ownCorpus(t)
	c.placements = everyNth(c.placements, 60)
	res, err := measure(pipe, c, 1)
	if err != nil {
		t.Fatal(err)
	}
	if res.unparsed > 0 {
		t.Errorf("%d lines did not parse in their own format", res.unparsed)
	}
	var report bytes.Buffer
	tableWriter{&report, 1000}.report(res)
	for _, tok := range tokens(0) {
		if len(tok.text) >= 16 && leaks(report.String(), tok, tok.text) {
			t.Errorf("the report holds a token of kind %s", tok.kind)
		}
	}
}

func TestKindsOfTokens(t *testing.T) {
	seen := map[string]bool{}
	for _, tok := range tokens(7) {
		if seen[tok.kind] || tok.text == "" {
			t.Errorf("kind %s: twice, or empty", tok.kind)
		}
		seen[tok.kind] = true
	}
	if len(seen) < 60 {
		t.Errorf("%d kinds of tokens: want 60", len(seen))
	}
}

// TestLeaks hides one token in each encoding that a line may keep it in.
func TestLeaks(t *testing.T) {
	text := `ab"c+/` + strings.Repeat("xY3", 8)
	tok := token{text: text, forms: forms(text)}
	for name, encode := range credentialtest.Encoders {
		if strings.HasPrefix(name, "cut") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for _, line := range []string{encode(text), "GET /x?y=" + credentialtest.Percent(encode(text)), clfText(encode(text))} {
				if !leaks("before "+line+" after", tok, text) {
					t.Error("not seen in its line")
				}
			}
		})
	}
	if leaks("before REDACTED.api_key.0123456789abcdef after", tok, text) {
		t.Error("seen where it is not")
	}
}
