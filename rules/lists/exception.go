package lists

import (
	"net/netip"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/tokenwarden/tokenwarden"
)

// Exception keeps alerts of one rule, or of every rule, about a subject from being notified, until it expires.
type Exception struct {
	Rule   string    // id, or "*" for every rule
	Until  time.Time // exclusive, compared with event time
	Reason string
	By     string // person who answers for it, optional
	File   string
	Line   int
}

// exceptions holds the exceptions by subject.
type exceptions struct {
	subjects map[[16]byte][]*Exception // by subject id
	networks []networkException        // for subjects of kind network
	anyone   []*Exception
}

type networkException struct {
	prefix netip.Prefix
	*Exception
}

// find returns the first exception that covers an alert, or nil.
func (a *exceptions) find(rule string, subject tokenwarden.Subject, at time.Time) *Exception {
	for _, list := range [...][]*Exception{a.subjects[subject.ID], a.anyone} {
		for _, x := range list {
			if x.covers(rule, at) {
				return x
			}
		}
	}
	if subject.Kind != tokenwarden.SubjectNetwork {
		return nil
	}
	addr := netip.AddrFrom16(subject.ID).Unmap()
	for i := range a.networks {
		if x := &a.networks[i]; x.prefix.Contains(addr) && x.covers(rule, at) {
			return x.Exception
		}
	}
	return nil
}

func (a *Exception) covers(rule string, at time.Time) bool {
	return (a.Rule == "*" || a.Rule == rule) && at.Before(a.Until)
}

// read adds the exceptions of a file, allow: [{rule, subject, until, reason, by}], and returns their number.
func (a *exceptions) read(file string, content []byte) (count int, err error) {
	d := document{file}
	err = d.read(content, keys{"allow": d.each(func(n *yaml.Node, path string) error {
		count++
		return a.readOne(d, n, path)
	})})
	return count, err
}

func (a *exceptions) readOne(d document, n *yaml.Node, path string) error {
	x := &Exception{File: d.file, Line: n.Line}
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
		a.networks = append(a.networks, networkException{subjectPrefix(prefix), x})
		return nil
	}
	a.subjects[fp] = append(a.subjects[fp], x)
	return nil
}

// subjectPrefix widens a prefix to at least /24 or /64, the size of subjects of kind network.
func subjectPrefix(p netip.Prefix) netip.Prefix {
	if whole := tokenwarden.ClientNetwork(p.Addr()); whole.Bits() < p.Bits() {
		return whole
	}
	return p
}
