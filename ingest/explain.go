package ingest

import (
	"errors"
	"time"

	"github.com/tokenwarden/tokenwarden/ingest/accesslog"
)

// Explanation describes what became of a line and why. It shows no more than the redacted line, and owns all of its
// memory. Positions are bytes of the line from 0, ends exclusive.
type Explanation struct {
	Format      string               `json:"format"`     // the format that parsed it; "" if none did
	Envelope    string               `json:"envelope"`   // the shipper's format around the line; "" if none
	Requests    int                  `json:"requests"`   // of a message that holds several; 0 for any other line
	Error       string               `json:"error"`      // why it could not be parsed; "" if it could
	Quarantine  string               `json:"quarantine"` // a Reason constant; "" if it is not quarantined
	Mismatches  []accesslog.Mismatch `json:"mismatches"` // where each format stops fitting, of a line that none fits
	Fields      []ExplainedField     `json:"fields"`
	Findings    []ExplainedFinding   `json:"findings"`
	Left        []ExplainedLeft      `json:"left"` // what looks like a credential and was left
	SecondCheck ExplainedSecondCheck `json:"second_check"`
	Redacted    string               `json:"redacted"`
}

// ExplainedField is a field of the parsed line, redacted. Start and End are 0 for numbers and times.
type ExplainedField struct {
	Name  string `json:"name"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Value string `json:"value"`
}

// ExplainedFinding is a credential. Reason tells why it was taken for one.
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
	Identity    string  `json:"identity"`    // token, edge or foreign
	PairedWith  string  `json:"paired_with"` // of an identity that is no token: the token that the line shows; "" if none
	Action      string  `json:"action"`      // redacted, kept (by the policy), public (left because meant to be seen), or foreign
	Advice      string  `json:"advice"`      // the setting that makes the policy do the opposite; "" if there is none
}

// ExplainedLeft is a look-alike of a credential. Reason tells why it was left.
type ExplainedLeft struct {
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Location string `json:"location"`
	Param    string `json:"param"`
	Length   int    `json:"length"`
	Shape    string `json:"shape"`
	Reason   string `json:"reason"`
	Advice   string `json:"advice"` // the setting that redacts it
}

// ExplainedSecondCheck is the result of the second check of the redacted line.
type ExplainedSecondCheck struct {
	Caught []ExplainedCatch `json:"caught"`
	Whole  bool             `json:"whole"` // masking the catches was not enough: the line was masked whole
}

// ExplainedCatch is a span of the line that the second check masked.
type ExplainedCatch struct {
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Location string `json:"location"` // the field, as the metric spells it
	Reason   string `json:"reason"`
}

// Explain processes a line and explains the result. o are the options of the Processor: advice is tried with them before
// it is given. now is the wall clock.
func (p *Processor) Explain(line []byte, o Options, now time.Time) Explanation {
	line = TrimEnding(line)
	out, res := p.Process(nil, Line{Text: line, Now: now})
	e := Explanation{
		Requests: res.Requests, Quarantine: res.Reason, Redacted: string(out), Fields: []ExplainedField{}, Mismatches: []accesslog.Mismatch{},
		Findings: []ExplainedFinding{}, Left: []ExplainedLeft{}, SecondCheck: ExplainedSecondCheck{[]ExplainedCatch{}, p.maskedWhole},
	}
	if res.Err != nil {
		e.Error = res.Err.Error()
	}
	if !res.searched {
		return e
	}
	x := explainer{p: p, o: o, out: string(out), names: shownNames(string(out)), parsed: !errors.Is(res.Err, accesslog.ErrFormat)}
	for _, s := range p.guardSpans {
		start, end, _ := p.rec.InMessage(s.Start, s.End)
		e.SecondCheck.Caught = append(e.SecondCheck.Caught, ExplainedCatch{start, end, p.locationOf(s, res.Err), s.Reason})
	}
	if x.parsed {
		e.Format, e.Envelope = p.rec.Format, accesslog.Envelope(p.parser, line)
		e.Fields = x.fields()
	} else {
		p.rec.Line = line
		e.Mismatches = accesslog.Mismatches(line)
	}
	left := x.lookAlikes()
	for i := range p.findings {
		e.Findings = append(e.Findings, x.finding(&p.findings[i]))
	}
	for i := range left {
		e.Left = append(e.Left, x.lookAlike(&left[i]))
	}
	return e
}
