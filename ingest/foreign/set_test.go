package foreign

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of ingest/README.md")

func TestNewNamesTheWrongEntry(t *testing.T) {
	long := strings.Repeat("a", 600)
	for name, tc := range map[string]struct {
		o    Options
		want string
	}{
		"no field":                {Options{Fields: []Field{{System: "acme"}}}, "foreign[0]: field: must not be empty"},
		"no system":               {Options{Fields: []Field{{Path: "key_id"}}}, `foreign[0]: system: ""`},
		"capitals in the system":  {Options{Fields: []Field{{System: "Acme", Path: "key_id"}}}, `system: "Acme"`},
		"a long system":           {Options{Fields: []Field{{System: long, Path: "key_id"}}}, "1 to 32 of a-z"},
		"a dot at the end":        {Options{Fields: []Field{{System: "acme", Path: "a.b."}}}, `field: "a.b."`},
		"a field of dashes":       {Options{Fields: []Field{{System: "acme", Path: "--"}}}, `field: "--"`},
		"a long field":            {Options{Fields: []Field{{System: "acme", Path: long}}}, "at most 256 bytes"},
		"a broken form":           {Options{Fields: []Field{{System: "ok", Path: "a"}, {System: "acme", Path: "b", Form: "("}}}, "foreign[1]: form: error parsing regexp"},
		"a form of the empty":     {Options{Fields: []Field{{System: "acme", Path: "a", Form: "x*"}}}, "form: matches the empty text"},
		"a long form":             {Options{Fields: []Field{{System: "acme", Path: "a", Form: long}}}, "form: longer than 512 bytes"},
		"too many fields":         {Options{Fields: make([]Field, 101)}, "101 fields are more than 100"},
		"an unknown system":       {Options{Disable: []string{"githb"}}, `disable: unknown system "githb": want one of github_hashed_token`},
		"an optional one":         {Options{Disable: []string{"traefik_user"}}, `disable: unknown system "traefik_user"`},
		"a row without any field": {Options{Fields: []Field{{System: "envoy_client"}}}, "foreign[0]: field: must not be empty"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(tc.o); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want an error with %q", err, tc.want)
			}
		})
	}
}

func TestSet(t *testing.T) {
	set, err := New(Options{
		Fields: []Field{
			{System: "acme_key", Path: "gateway.Key-Id", Form: `k_[0-9]{4}`}, {System: "acme_name", Path: "x-key-name"}, {System: "traefik_user"},
			{System: "our_github", Path: "hashed_token", Form: `h[0-9]`},
		},
		Disable: []string{"kong_consumer"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		path, value, system string
	}{
		"a path in another spelling":       {"gateway.keyid", "k_1234", "acme_key"},
		"part of the form":                 {"gateway.key_id", "k_1234x", ""},
		"a name without a form":            {"x_key_name", "shop", "acme_name"},
		"a sentence is no name":            {"x_key_name", "two words", ""},
		"a long name":                      {"x_key_name", strings.Repeat("a", 129), ""},
		"an optional row":                  {"client_username", "ann", "traefik_user"},
		"a disabled system":                {"consumer.id", "0a1b2c3d-7d1e-4c58-9e0a-6c1de0f3f0bb", ""},
		"the configuration before a row":   {"hashed_token", "h1", "our_github"},
		"the row that it replaces is gone": {"hashed_token", strings.Repeat("A", 43) + "=", ""},
		"an unknown field":                 {"consumer.name", "shop", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if id := set.Find(tc.path); set.Has(id) && set.Match(id, []byte(tc.value)) {
				got = set.System(id)
			}
			if got != tc.system {
				t.Errorf("%s=%s is of %q, want %q", tc.path, tc.value, got, tc.system)
			}
		})
	}
	var none *Set
	if none.Has(none.Find("consumer.id")) || none.Len() != 0 {
		t.Error("a nil set has a field")
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	set, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	id, value := set.Find("consumer.id"), []byte("0a1b2c3d-7d1e-4c58-9e0a-6c1de0f3f0bb")
	if n := testing.AllocsPerRun(100, func() { _ = set.Match(id, value) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestREADMEListsTheSystems holds the table of ingest/README.md: go test ./ingest/foreign -update.
func TestREADMEListsTheSystems(t *testing.T) {
	const file, head = "../README.md", "| system | field | form | what it is | source |\n|---|---|---|---|---|\n"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, after, ok := strings.Cut(string(content), head)
	if !ok {
		t.Fatalf("%s has no table of systems", file)
	}
	if i := strings.Index(after, "\n\n"); i >= 0 {
		after = after[i+1:]
	}
	text := before + head + rows() + after
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if text != string(content) {
		t.Error("ingest/README.md does not list the systems as they are: go test ./ingest/foreign -update")
	}
}

func rows() string {
	var b strings.Builder
	for _, r := range Table {
		fields := strings.ReplaceAll(r.Paths, " ", "`, `")
		switch {
		case fields == "":
			fields = "yours"
		case r.Optional:
			fields = "`" + fields + "`, if you name the system"
		default:
			fields = "`" + fields + "`"
		}
		form := "a name"
		if r.Form != "" {
			form = "`" + strings.ReplaceAll(r.Form, "|", `\|`) + "`"
		}
		host := strings.Split(strings.TrimPrefix(r.Source, "https://"), "/")[0]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | [%s](%s) |\n", r.System, fields, form, r.What, host, r.Source)
	}
	return b.String()
}

func TestTableIsWhole(t *testing.T) {
	var seen []string
	for _, r := range Table {
		if slices.Contains(seen, r.System) || r.What == "" || !strings.HasPrefix(r.Source, "https://") || !r.Optional && (r.Paths == "" || r.Form == "") {
			t.Errorf("%s: want one row with what it is, its document, and, unless it is optional, fields and a form", r.System)
		}
		seen = append(seen, r.System)
	}
}
