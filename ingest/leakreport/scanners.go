package leakreport

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// gitleaks reads an entry of its JSON report (gitleaks v8: report.Finding).
func (r *reader) gitleaks(entry []byte) error {
	var f struct {
		RuleID, File, SymlinkFile, Commit, Date string
		StartLine                               int
		Secret                                  secret.Input
	}
	if json.Unmarshal(entry, &f) != nil {
		return r.unknownEntry()
	}
	l := Leak{Scanner: "gitleaks", Rule: f.RuleID, Location: sourceLocation(f.File, f.StartLine, f.Commit), At: parseTime(f.Date)}
	return r.add(l, f.Secret)
}

// csvStart is the beginning of the header of gitleaks' CSV report.
const csvStart = "RuleID,"

// csv reads gitleaks' CSV report. Its header names the columns.
func (r *reader) csv(content []byte) error {
	c := csv.NewReader(bytes.NewReader(content))
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	header, err := c.Read()
	if err != nil {
		return r.errorf(1, "is not valid CSV")
	}
	header = slices.Clone(header)
	if !slices.Contains(header, "Secret") {
		return r.errorf(1, "has no column Secret")
	}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var bad *csv.ParseError
		switch {
		case errors.As(err, &bad):
			return r.errorf(bad.StartLine, "is not valid CSV")
		case err != nil:
			return r.errorf(1, "cannot be read")
		case len(row) != len(header):
			line, _ := c.FieldPos(0)
			return r.errorf(line, "is not a row of the table that the header names")
		}
		field := func(name string) string {
			if i := slices.Index(header, name); i >= 0 {
				return row[i]
			}
			return ""
		}
		start, _ := strconv.Atoi(field("StartLine"))
		l := Leak{Scanner: "gitleaks", Rule: field("RuleID"), At: parseTime(field("Date"))}
		l.Location = sourceLocation(field("File"), start, field("Commit"))
		if err := r.add(l, secret.InputFrom([]byte(field("Secret")))); err != nil {
			return err
		}
	}
}

// sarifReport reads SARIF 2.1.0 as gitleaks writes it: the secret is the snippet of the region, the commit stands in the
// partial fingerprints.
func (r *reader) sarifReport(entry []byte) error {
	var doc struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Name string `json:"name"`
				} `json:"driver"`
			} `json:"tool"`
			Results []sarifResult `json:"results"`
		} `json:"runs"`
	}
	if json.Unmarshal(entry, &doc) != nil {
		return r.unknownEntry()
	}
	for _, run := range doc.Runs {
		for i := range run.Results {
			if err := r.sarifResult(&run.Results[i], run.Tool.Driver.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

type sarifResult struct {
	RuleID    string `json:"ruleId"`
	Locations []struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				StartLine int `json:"startLine"`
				Snippet   struct {
					Text secret.Input `json:"text"`
				} `json:"snippet"`
			} `json:"region"`
		} `json:"physicalLocation"`
	} `json:"locations"`
	Partial struct {
		Commit string `json:"commitSha"`
		Date   string `json:"date"`
	} `json:"partialFingerprints"`
}

func (r *reader) sarifResult(s *sarifResult, tool string) error {
	if tool != "gitleaks" {
		return r.entryError("is a SARIF result of another tool than gitleaks: only gitleaks puts the secret into it; use that tool's JSON report")
	}
	l := Leak{Scanner: tool, Rule: s.RuleID, At: parseTime(s.Partial.Date)}
	if len(s.Locations) == 0 {
		return r.add(l)
	}
	at := &s.Locations[0].Physical
	l.Location = sourceLocation(at.Artifact.URI, at.Region.StartLine, s.Partial.Commit)
	return r.add(l, at.Region.Snippet.Text)
}

// trufflehog reads a line of its JSON output (v3). Raw is the secret or an id, RawV2 the id and the secret in one.
func (r *reader) trufflehog(entry []byte) error {
	var f struct {
		DetectorName   string
		Raw, RawV2     secret.Input
		SourceMetadata struct {
			Data map[string]struct { // by kind of source: Git, Github, Filesystem, ...
				File      string `json:"file"`
				Link      string `json:"link"`
				Commit    string `json:"commit"`
				Timestamp string `json:"timestamp"`
				Line      int    `json:"line"`
			}
		}
	}
	if json.Unmarshal(entry, &f) != nil {
		return r.unknownEntry()
	}
	l := Leak{Scanner: "trufflehog", Rule: f.DetectorName}
	for _, d := range f.SourceMetadata.Data {
		l.Location, l.At = sourceLocation(d.File, d.Line, d.Commit), parseTime(d.Timestamp)
		if d.File == "" {
			l.Location = d.Link
		}
	}
	second := f.RawV2.After(f.Raw)
	if second.IsEmpty() {
		second = f.RawV2
	}
	return r.add(l, f.Raw, second)
}

// kingfisherReport reads kingfisher's JSON report, and its JSON lines with a list.
func (r *reader) kingfisherReport(entry []byte) error {
	var doc struct {
		Findings []json.RawMessage `json:"findings"`
	}
	if json.Unmarshal(entry, &doc) != nil {
		return r.unknownEntry()
	}
	for _, f := range doc.Findings {
		if err := r.kingfisher(f); err != nil {
			return err
		}
	}
	return nil
}

// kingfisherSummary skips the last of its JSON lines, which describes the run.
func (r *reader) kingfisherSummary([]byte) error { return nil }

// kingfisher reads one finding, whose secret is its snippet.
func (r *reader) kingfisher(entry []byte) error {
	var f struct {
		Rule struct {
			ID string `json:"id"`
		} `json:"rule"`
		Finding *struct {
			Snippet secret.Input `json:"snippet"`
			Path    string       `json:"path"`
			Line    int          `json:"line"`
			Git     struct {
				Commit struct {
					ID   string `json:"id"`
					Date string `json:"date"`
				} `json:"commit"`
			} `json:"git_metadata"`
		} `json:"finding"`
	}
	if json.Unmarshal(entry, &f) != nil || f.Finding == nil {
		return r.unknownEntry()
	}
	commit := &f.Finding.Git.Commit
	l := Leak{Scanner: "kingfisher", Rule: f.Rule.ID, At: parseTime(commit.Date)}
	l.Location = sourceLocation(f.Finding.Path, f.Finding.Line, commit.ID)
	return r.add(l, f.Finding.Snippet)
}

// detectSecretsBaseline reads detect-secrets' .secrets.baseline, which holds hashes only.
func (r *reader) detectSecretsBaseline(entry []byte) error {
	var doc struct {
		Results map[string][]struct {
			Type string `json:"type"`
			Line int    `json:"line_number"`
		} `json:"results"`
	}
	if json.Unmarshal(entry, &doc) != nil {
		return r.unknownEntry()
	}
	for _, file := range slices.Sorted(maps.Keys(doc.Results)) {
		for _, s := range doc.Results[file] {
			l := Leak{Scanner: "detect-secrets", Rule: s.Type, Location: sourceLocation(file, s.Line, ""), Refused: RefusedHash}
			if err := r.add(l); err != nil {
				return err
			}
		}
	}
	return nil
}

// github reads an alert of GitHub's REST API for secret scanning. With hide_secret=true it holds no secret.
func (r *reader) github(entry []byte) error {
	var f struct {
		Type    string       `json:"secret_type"`
		Secret  secret.Input `json:"secret"`
		URL     string       `json:"html_url"`
		Created string       `json:"created_at"`
	}
	if json.Unmarshal(entry, &f) != nil {
		return r.unknownEntry()
	}
	return r.add(Leak{Scanner: "github", Rule: f.Type, Location: f.URL, At: parseTime(f.Created)}, f.Secret)
}
