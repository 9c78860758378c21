package ingest

import (
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// explainer makes the parts of an Explanation.
type explainer struct {
	p      *Processor
	o      Options
	out    string // the redacted line
	names  string // lower case; a name that is not in it is not shown
	parsed bool   // a format fits: the Processor holds the record
	tries  int    // changes of the configuration that were tried
}

// shownNames returns the redacted line, as it is and decoded, in lower case, and the names that the finder itself gives.
func shownNames(out string) string {
	out = strings.ToLower(out)
	text := out
	for range 5 {
		next := percentDecoded(out)
		if next == out {
			break
		}
		text, out = text+"\n"+next, strings.ToLower(next)
	}
	return text + "\npassword\nreferer\nuser\nuser-agent"
}

func percentDecoded(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if x, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				_ = b.WriteByte(byte(x))
				i += 2
				continue
			}
		}
		_ = b.WriteByte(s[i])
	}
	return b.String()
}

const hiddenName = "(name not shown)"

// name returns s if the redacted line shows it too: a name can be a token.
func (x *explainer) name(s string) string {
	if strings.HasPrefix(s, "#") && len(s) < 8 {
		return s
	}
	for part := range strings.SplitSeq(strings.ToLower(s), ".") {
		if !strings.Contains(x.names, part) || x.p.maskedWhole {
			return hiddenName
		}
	}
	return strings.Clone(s)
}

// fields returns the fields with a role, such as the method, then all that are searched for credentials.
func (x *explainer) fields() []ExplainedField {
	r := &x.p.rec
	out := []ExplainedField{}
	add := func(name, value string) {
		if value != "" {
			out = append(out, ExplainedField{Name: name, Value: strings.Clone(value)})
		}
	}
	if !r.Time.IsZero() {
		add("time", r.Time.UTC().Format(time.RFC3339Nano))
	}
	if r.ClientIP.IsValid() {
		add("client_ip", r.ClientIP.Unmap().String())
	}
	add("method", x.p.fieldText(r.Method))
	add("protocol", x.p.fieldText(r.Protocol))
	add("scheme", x.p.fieldText(r.Scheme))
	add("tls_version", x.p.fieldText(r.TLSVersion))
	if r.Status > 0 {
		add("status", strconv.Itoa(r.Status))
	}
	if r.Bytes >= 0 {
		add("bytes", strconv.FormatInt(r.Bytes, 10))
	}
	for _, f := range r.Fields {
		if sameField(f, r.Method) || sameField(f, r.Protocol) || sameField(f, r.Scheme) || sameField(f, r.TLSVersion) {
			continue
		}
		name := fieldNames[f.Kind]
		if len(f.Name) > 0 {
			name += ":" + x.name(record.String(f.Name))
		}
		start, end, _ := r.InMessage(f.Start, f.End)
		out = append(out, ExplainedField{name, start, end, strings.Clone(x.p.fieldText(f))})
	}
	return out
}

// finding explains a credential.
func (x *explainer) finding(f *credential.Finding) ExplainedFinding {
	action := "redacted"
	switch {
	case f.Identity == tokenwarden.IdentityForeign:
		action = "foreign"
	case f.Keep && f.Public:
		action = "public"
	case f.Keep:
		action = "kept"
	}
	start, end, _ := x.p.rec.InMessage(f.Start, f.End)
	return ExplainedFinding{
		Start: start, End: end, Location: f.Location.String(), Param: x.name(f.Parameter()), Kind: strings.Clone(f.Kind),
		Confidence: f.Confidence.String(), Reason: f.Reason, Bits: f.Strength.Bits, Length: f.Strength.Length,
		Identity: f.Identity.String(), PairedWith: x.pairOf(f),
		Fingerprint: f.Fingerprint.String(), KeyID: f.KeyID.String(), Action: action, Advice: x.adviseOpposite(f),
	}
}

// pairOf returns the fingerprint of the token that an event of the line pairs f with, "" if none does.
func (x *explainer) pairOf(f *credential.Finding) string {
	for i := range x.p.events {
		if e := &x.p.events[i]; e.Fingerprint == f.Fingerprint && !e.PairedWith.IsZero() {
			return e.PairedWith.String()
		}
	}
	return ""
}

// lookAlike explains what was left.
func (x *explainer) lookAlike(l *credential.Left) ExplainedLeft {
	start, end, _ := x.p.rec.InMessage(l.Start, l.End)
	return ExplainedLeft{
		Start: start, End: end, Location: l.Location.String(), Param: x.name(l.Param), Length: l.Length, Shape: l.Shape,
		Reason: l.Reason, Advice: x.adviseRedacting(l),
	}
}

// lookAlikes searches the line for what was left.
func (x *explainer) lookAlikes() []credential.Left {
	if x.parsed {
		return x.p.finder.Left(&x.p.rec, x.p.findings)
	}
	return x.p.finder.LeftText(x.p.rec.Line, x.p.findings)
}

func sameField(a, b record.Field) bool { return b.Present() && a.Start == b.Start && a.End == b.End }
