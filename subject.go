package tokenwarden

import (
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"net/netip"
)

// SubjectKind is the kind of entity that a rule groups by.
type SubjectKind uint8

// The kinds of subject. The numbers are part of the usage format: never reuse one.
const (
	SubjectToken   SubjectKind = 1 // a credential, by its fingerprint
	SubjectFamily  SubjectKind = 2 // the tokens of one (issuer, subject, client): outlives rotation
	SubjectNetwork SubjectKind = 3 // a client network: IPv4 /24 or IPv6 /64
	SubjectIssuer  SubjectKind = 4 // who issued a token: see IssuerSubject
)

var subjectKinds = [...]string{SubjectToken: "token", SubjectFamily: "family", SubjectNetwork: "network", SubjectIssuer: "issuer"}

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
	return 0, fmt.Errorf("unknown subject %q: want token, family, network or issuer", s)
}

// Subject is one entity whose use is profiled. It is comparable.
type Subject struct {
	Kind SubjectKind
	ID   [16]byte
}

// TokenSubject is the subject of a credential.
func TokenSubject(f Fingerprint) Subject { return Subject{SubjectToken, f} }

// NetworkSubject is the network of addr: its /24 (IPv4, also when mapped into IPv6) or its /64.
func NetworkSubject(addr netip.Addr) Subject {
	return Subject{SubjectNetwork, ClientNetwork(addr).Addr().As16()}
}

// IssuerSubject returns the subject of the party that issued the event's token: the iss of a JWT, else the host and parameter that
// carry it. The ID is SHA-256 of these names, cut to 128 bits: a name, unlike a token, is no secret.
func IssuerSubject(e *Event) Subject {
	var buf [256]byte
	b := buf[:0]
	if e.Claims.Issuer != "" {
		b = append(append(b, "iss\x00"...), e.Claims.Issuer...)
	} else {
		b = append(append(append(append(b, "param\x00"...), e.Host...), 0), e.Param...)
	}
	sum := sha256.Sum256(b)
	return Subject{SubjectIssuer, [16]byte(sum[:16])}
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
	if s.Kind == SubjectNetwork {
		return ClientNetwork(netip.AddrFrom16(s.ID)).String()
	}
	return Fingerprint(s.ID).String()
}

// AppendSubjects appends the subjects of an event, the token first: ingest sends the event once to each, and detect profiles
// them. So that the usage topic does not double, the others get only the events that rules need: the network refused
// ones, the family accepted ones, the issuer those of tokens that continue a sequence.
func AppendSubjects(dst []Subject, e *Event) []Subject {
	dst = append(dst, TokenSubject(e.Fingerprint))
	if !e.Family.IsZero() && e.FirstInRequest && e.Accepted() {
		dst = append(dst, Subject{SubjectFamily, e.Family})
	}
	if e.Denied() && e.ClientIP.IsValid() {
		dst = append(dst, NetworkSubject(e.ClientIP))
	}
	if e.Strength.Sequence != SequenceNone {
		dst = append(dst, IssuerSubject(e))
	}
	return dst
}

// Partition returns the usage partition of the subject, 0 to n-1. It must not change between versions: a subject's stored
// past lies in that partition.
func (s Subject) Partition(n int) int {
	h := fnv.New64a()
	_, _ = h.Write([]byte{byte(s.Kind)})
	_, _ = h.Write(s.ID[:])
	return int(h.Sum64() % uint64(n))
}
