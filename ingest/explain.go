package ingest

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
	"github.com/tokenwarden/tokenwarden/ingest/credential"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Explanation says what became of one line and why. It holds nothing that the redacted line does not hold, and owns all
// of its memory. Positions are bytes of the line from 0, ends exclusive.
type Explanation struct {
	Format      string               `json:"format"`   // that parsed it; "" if none did
	Envelope    string               `json:"envelope"` // what stood around the line; "" if nothing
	Error       string               `json:"error"`    // why it could not be parsed; ""  if it could
	Quarantine  string               `json:"quarantine"`
	Misfits     []accesslog.Mismatch `json:"misfits"` // where formats stop fitting, of a line that none fits
	Fields      []ExplainedField     `json:"fields"`
	Findings    []ExplainedFinding   `json:"findings"`
	Left        []ExplainedLeft      `json:"left"` // what looks like a credential and is none
	SecondCheck ExplainedSecondLook  `json:"second_check"`
	Redacted    string               `json:"redacted"`
}

// ExplainedField is one field of the parsed line, redacted. Start and End are 0 for what is read and not copied: a time,
// a status.
type ExplainedField struct {
	Name  string `json:"name"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Value string `json:"value"`
}

// ExplainedFinding is one credential.
type ExplainedFinding struct {
	Start       int     `json:"start"`
	End         int     `json:"end"`
	Location    string  `json:"location"`
	Param       string  `json:"param"`
	Kind        string  `json:"kind"`
	Confidence  string  `json:"confidence"`
	Reason      string  `json:"reason"`
	Bits        float64 `json:"bits"` // estimated strength
	Length      int     `json:"length"`
	Fingerprint string  `json:"fingerprint"`
	KeyID       string  `json:"key_id"`
	Action      string  `json:"action"` // redacted, kept (by the policy), or public (left because meant to be seen)
	Advice      string  `json:"advice"` // what to configure so that the policy does the opposite; "" if nothing does
}

// ExplainedLeft is what looks like a credential and was left.
type ExplainedLeft struct {
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Location string `json:"location"`
	Param    string `json:"param"`
	Length   int    `json:"length"`
	Shape    string `json:"shape"`
	Reason   string `json:"reason"`
	Advice   string `json:"advice"` // what to configure so that it is redacted
}

// ExplainedSecondLook is what the second check said of the redacted line.
type ExplainedSecondLook struct {
	Caught []ExplainedCatch `json:"caught"`
	Whole  bool             `json:"whole"` // masking that was not enough: the line was masked whole
}

// ExplainedCatch is a stretch of the line that the second check caught.
type ExplainedCatch struct {
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Place  string `json:"place"` // as the metric spells it
	Reason string `json:"reason"`
}

// Explain processes line as Process does and says what became of it and why. o are the options of the Processor: the
// advice is tried with them. now is the wall clock.
func (p *Processor) Explain(line []byte, o Options, now time.Time) Explanation {
	line = bytes.TrimRight(line, "\r\n")
	out, res := p.Process(nil, Line{Text: line, Now: now})
	e := Explanation{
		Quarantine: res.Reason, Redacted: string(out), Fields: []ExplainedField{}, Misfits: []accesslog.Mismatch{},
		Findings: []ExplainedFinding{}, Left: []ExplainedLeft{}, SecondCheck: ExplainedSecondLook{[]ExplainedCatch{}, p.maskedWhole},
	}
	if res.Err != nil {
		e.Error = res.Err.Error()
	}
	if len(line) == 0 || res.Reason == ReasonTooLong || res.Reason == ReasonBinary {
		return e
	}
	x := explainer{p: p, o: o, out: string(out), names: shownNames(string(out)), parsed: !errors.Is(res.Err, accesslog.ErrFormat)}
	for _, s := range p.guardSpans {
		e.SecondCheck.Caught = append(e.SecondCheck.Caught, ExplainedCatch{s.Start, s.End, p.locationOf(s, res.Err), s.Reason})
	}
	if x.parsed {
		e.Format, e.Envelope = p.rec.Format, accesslog.Envelope(p.parser, line)
		e.Fields = x.fields()
	} else {
		p.rec.Line = line
		e.Misfits = accesslog.Mismatches(line)
	}
	left := x.left()
	for i := range p.findings {
		e.Findings = append(e.Findings, x.finding(&p.findings[i]))
	}
	for i := range left {
		e.Left = append(e.Left, x.leftOver(&left[i]))
	}
	return e
}

// explainer makes the parts of an Explanation.
type explainer struct {
	p      *Processor
	o      Options
	out    string
	names  string // what may be shown as a name
	parsed bool
	tries  int
}

// shownNames is the redacted line, as it is and decoded, in lower case: only what stands in it may be shown as a name.
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

// name is s if the redacted line shows it too: a token can stand where a name is expected.
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

// fields are what the format says, then all stretches in which a credential may stand.
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
		out = append(out, ExplainedField{name, f.Start, f.End, strings.Clone(x.p.fieldText(f))})
	}
	return out
}

func (x *explainer) finding(f *credential.Finding) ExplainedFinding {
	action := "redacted"
	switch {
	case f.Keep && f.Public:
		action = "public"
	case f.Keep:
		action = "kept"
	}
	return ExplainedFinding{
		Start: f.Start, End: f.End, Location: f.Location.String(), Param: x.name(f.Parameter()), Kind: strings.Clone(f.Kind),
		Confidence: f.Confidence.String(), Reason: f.Reason, Bits: f.Strength.Bits, Length: f.Strength.Length,
		Fingerprint: f.Fingerprint.String(), KeyID: f.KeyID.String(), Action: action, Advice: x.unredact(f),
	}
}

func (x *explainer) leftOver(l *credential.Left) ExplainedLeft {
	return ExplainedLeft{
		Start: l.Start, End: l.End, Location: l.Location.String(), Param: x.name(l.Param), Length: l.Length, Shape: l.Shape,
		Reason: l.Reason, Advice: x.redact(l),
	}
}

func (x *explainer) left() []credential.Left {
	if x.parsed {
		return x.p.finder.Left(&x.p.rec, x.p.findings)
	}
	return x.p.finder.LeftText(x.p.rec.Line, x.p.findings)
}

func sameField(a, b record.Field) bool { return b.Present() && a.Start == b.Start && a.End == b.End }
