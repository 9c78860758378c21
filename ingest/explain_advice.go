package ingest

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/foreign"
)

// Advice is tried before it is given: the line is searched again under the changed configuration.

func (x *explainer) find(f *credential.Finder) []credential.Finding {
	if x.parsed {
		return f.Find(&x.p.rec, nil)
	}
	return f.FindText(x.p.rec.Line, nil)
}

// maxTries bounds the changes that are tried for one line.
const maxTries = 200

// redacts reports whether a changed configuration redacts anything of line[start:end].
func (x *explainer) redacts(change func(*credential.Options), start, end int) bool {
	if x.tries++; x.tries > maxTries {
		return false
	}
	o := x.o.Credential
	change(&o)
	f, err := credential.New(o)
	if err != nil {
		return false
	}
	for _, g := range x.find(f) {
		if !g.Keep && g.Start < end && start < g.End {
			return true
		}
	}
	return false
}

// adviseRedacting returns the setting that redacts l.
func (x *explainer) adviseRedacting(l *credential.Left) string {
	with := func(o *credential.Options) { o.Names = append(o.Names[:len(o.Names):len(o.Names)], l.Param) }
	switch {
	case l.Setting == "credentials.except_names", l.Setting == "credentials.except_paths":
		return "take it out of " + l.Setting
	case l.Param != "" && x.name(l.Param) == l.Param && x.redacts(with, l.Start, l.End):
		return "credentials.names: [" + yamlWord(l.Param) + "]"
	}
	return "credentials.patterns: [{kind: my_token, regexp: '" + strings.ReplaceAll(x.pattern(l), "'", "''") + "'}]"
}

// pattern returns a regular expression that finds l by its name or the path segment before it; "..." if neither does.
func (x *explainer) pattern(l *credential.Left) string {
	var tries []string
	if l.Param != "" && x.name(l.Param) == l.Param {
		tries = append(tries, `(?i)(?:^|[?&; ])`+regexp.QuoteMeta(l.Param)+`=([^&;# ]+)`)
	}
	if before := x.segmentBefore(l.Start); before != "" {
		tries = append(tries, "/"+regexp.QuoteMeta(before)+"/([^/?#]+)")
	}
	for _, re := range tries {
		with := func(o *credential.Options) {
			o.Patterns = append(o.Patterns[:len(o.Patterns):len(o.Patterns)], credential.Pattern{Kind: "my_token", Regexp: re})
		}
		if x.redacts(with, l.Start, l.End) {
			return re
		}
	}
	return "..."
}

// segmentBefore returns the path segment before the one that starts at line[at]; "" if it may not be shown.
func (x *explainer) segmentBefore(at int) string {
	text := x.p.rec.Line[:at]
	if len(text) == 0 || text[len(text)-1] != '/' {
		return ""
	}
	segment := string(text[bytes.LastIndexByte(text[:len(text)-1], '/')+1 : len(text)-1])
	if segment == "" || strings.Trim(strings.ToLower(segment), plainName) != "" || x.name(segment) != segment {
		return ""
	}
	return segment
}

// adviseOpposite returns the setting that leaves f, or redacts it if the policy keeps it; "" if there is none.
func (x *explainer) adviseOpposite(f *credential.Finding) string {
	if f.Identity == tokenwarden.IdentityForeign {
		return x.adviseIgnoring(f.Kind)
	}
	param := f.Parameter()
	name := func(o *credential.Options) {
		o.Exceptions.Names = append(o.Exceptions.Names[:len(o.Exceptions.Names):len(o.Exceptions.Names)], param)
	}
	path := x.pathBefore(f.Start)
	prefix := func(o *credential.Options) {
		o.Exceptions.Paths = append(o.Exceptions.Paths[:len(o.Exceptions.Paths):len(o.Exceptions.Paths)], path)
	}
	switch {
	case f.Keep && f.Public:
		return "credentials.policy.public: true"
	case f.Keep:
		return fmt.Sprintf("credentials.policy.least_in.%s: %s", f.Location, f.Confidence)
	case param != "" && x.name(param) == param && !x.redacts(name, f.Start, f.End):
		return "credentials.except_names: [" + yamlWord(param) + "]"
	case path != "" && !x.redacts(prefix, f.Start, f.End):
		return "credentials.except_paths: [" + yamlWord(path) + "]"
	case f.Confidence < tokenwarden.ConfidenceHigh:
		return fmt.Sprintf("credentials.policy.least_in.%s: %s", f.Location, f.Confidence+1)
	}
	return ""
}

// pathBefore returns the request's path up to the segment that holds line[at]; "" if it may not be shown.
func (x *explainer) pathBefore(at int) string {
	r := &x.p.rec
	f := r.Target
	if !f.Present() {
		f = r.Path
	}
	if !x.parsed || !f.Present() {
		return ""
	}
	path := string(r.Line[f.Start:min(max(at, f.Start), f.End)])
	path, _, _ = strings.Cut(path, "?")
	path = path[:strings.LastIndexByte(path, '/')+1]
	if len(path) < 2 || path[0] != '/' || !strings.Contains(x.out, path) {
		return ""
	}
	return path
}

const plainName = "abcdefghijklmnopqrstuvwxyz0123456789_-"

// yamlWord quotes s where YAML would read something else.
func yamlWord(s string) string {
	if strings.Trim(strings.ToLower(s), plainName+"./") == "" && s[0] != '-' && s[0] != '.' {
		return s
	}
	return strconv.Quote(s)
}

// adviseIgnoring returns the setting without which a system's identity is none.
func (x *explainer) adviseIgnoring(system string) string {
	if foreign.IsKnown(system) {
		return "identities.disable: [" + system + "]"
	}
	return "take the system " + system + " out of identities.foreign"
}
