package tokenwarden

import (
	"fmt"
	"hash/fnv"
	"net/netip"
)

// SubjectKind says what kind of thing a rule groups by.
type SubjectKind uint8

// The kinds of subject. The numbers are part of the usage format: never reuse one.
const (
	SubjectToken  SubjectKind = 1 // a credential, by its fingerprint
	SubjectFamily SubjectKind = 2 // the tokens of one (issuer, subject, client): outlives rotation
	SubjectClient SubjectKind = 3 // a client network: IPv4 /24 or IPv6 /64
	SubjectIssuer SubjectKind = 4 // who issued a token: JWT iss, else the parameter that carries it
)

var subjectKinds = [...]string{SubjectToken: "token", SubjectFamily: "family", SubjectClient: "client", SubjectIssuer: "issuer"}

// String returns the kind's name as rules and ClickHouse spell it.
func (k SubjectKind) String() string {
	if int(k) < len(subjectKinds) {
		return subjectKinds[k]
	}
	return ""
}

// ParseSubjectKind is the reverse of String.
func ParseSubjectKind(s string) (SubjectKind, error) {
	for k, name := range subjectKinds {
		if name != "" && name == s {
			return SubjectKind(k), nil
		}
	}
	return 0, fmt.Errorf("unknown subject %q: want token, family, client or issuer", s)
}

// Subject is one entity whose use is profiled. It is comparable.
type Subject struct {
	Kind SubjectKind
	ID   [16]byte
}

// TokenSubject is the subject of a credential.
func TokenSubject(f Fingerprint) Subject { return Subject{SubjectToken, f} }

// ClientSubject is the network of addr: its /24 (IPv4, also when mapped into IPv6) or its /64.
func ClientSubject(addr netip.Addr) Subject {
	return Subject{SubjectClient, ClientNetwork(addr).Addr().As16()}
}

// ClientNetwork is the network by which addresses are counted: /24 for IPv4, /64 for IPv6, because one host owns a
// whole /64 (RFC 4291, RFC 8981). The invalid address gives the invalid prefix.
func ClientNetwork(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	bits := 64
	if addr.Is4() {
		bits = 24
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// String prints the fingerprint, or for a client its network in CIDR notation.
func (s Subject) String() string {
	if s.Kind == SubjectClient {
		return ClientNetwork(netip.AddrFrom16(s.ID)).String()
	}
	return Fingerprint(s.ID).String()
}

// Partition says which of n usage partitions the subject belongs to. It must not change between versions: all of a
// subject's past lies where this points.
func (s Subject) Partition(n int) int {
	h := fnv.New64a()
	_, _ = h.Write([]byte{byte(s.Kind)})
	_, _ = h.Write(s.ID[:])
	return int(h.Sum64() % uint64(n))
}
