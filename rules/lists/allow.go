package lists

import (
	"net/netip"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tokenwarden/tokenwarden"
)

// Allowance holds back what one rule, or every rule, says of a subject until it expires.
type Allowance struct {
	Rule   string    // a rule's id, or "*" for every rule
	Until  time.Time // event times before it are allowed
	Reason string
	By     string // who answers for it; "" if the list does not say
	File   string
	Line   int
}

// allowances are kept by whom they are about: a subject's id, networks, or anyone.
type allowances struct {
	subjects map[[16]byte][]*Allowance
	networks []allowedNetwork
	anyone   []*Allowance
}

type allowedNetwork struct {
	prefix netip.Prefix
	*Allowance
}

func (a *allowances) find(rule string, subject tokenwarden.Subject, at time.Time) *Allowance {
	for _, list := range [...][]*Allowance{a.subjects[subject.ID], a.anyone} {
		for _, x := range list {
			if x.holds(rule, at) {
				return x
			}
		}
	}
	if subject.Kind != tokenwarden.SubjectNetwork {
		return nil
	}
	addr := netip.AddrFrom16(subject.ID).Unmap()
	for i := range a.networks {
		if x := &a.networks[i]; x.prefix.Contains(addr) && x.holds(rule, at) {
			return x.Allowance
		}
	}
	return nil
}

func (a *Allowance) holds(rule string, at time.Time) bool {
	return (a.Rule == "*" || a.Rule == rule) && at.Before(a.Until)
}

// read reads a file of allowances: allow: [{rule, subject, until, reason, by}].
func (a *allowances) read(file string, content []byte) (count int, err error) {
	d := document{file}
	err = d.read(content, keys{"allow": d.each(func(n *yaml.Node, path string) error {
		count++
		return a.readOne(d, n, path)
	})})
	return count, err
}

func (a *allowances) readOne(d document, n *yaml.Node, path string) error {
	x := &Allowance{File: d.file, Line: n.Line}
	var subject string
	err := d.mapping(n, path, keys{
		"rule": d.text(&x.Rule), "subject": d.text(&subject), "until": d.day(&x.Until),
		"reason": d.text(&x.Reason), "by": d.text(&x.By),
	})
	switch {
	case err != nil:
		return err
	case x.Rule == "":
		return d.errorf(n, path, `has no rule: want a rule's id, or "*" for every rule`)
	case x.Until.IsZero():
		return d.errorf(n, path, "has no until: an allowance must expire (until: 2027-01-31)")
	case x.Reason == "":
		return d.errorf(n, path, "has no reason: whoever reads it later must know why")
	case subject == "*" && x.Rule == "*":
		return d.errorf(n, path, `allows everything to everyone: name a rule or a subject`)
	case subject == "*":
		a.anyone = append(a.anyone, x)
		return nil
	}
	fp, prefix, err := parseSubject(subject)
	if err != nil {
		return d.errorf(n, path+".subject", "%s", err)
	}
	if prefix.IsValid() {
		a.networks = append(a.networks, allowedNetwork{clientPrefix(prefix), x})
		return nil
	}
	a.subjects[fp] = append(a.subjects[fp], x)
	return nil
}

// clientPrefix widens a network to what a client subject is: events are counted by /24 and /64.
func clientPrefix(p netip.Prefix) netip.Prefix {
	if whole := tokenwarden.ClientNetwork(p.Addr()); whole.Bits() < p.Bits() {
		return whole
	}
	return p
}
