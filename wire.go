package tokenwarden

import (
	"encoding/binary"
	"math"
	"net/netip"
)

// The usage format is protobuf, described in usage.proto and written here by hand: one message is decoded per event,
// and generated code allocates for each string. A usage message of Kafka is one UsageBatch.

// Usage is one event under one subject: the unit of the usage topic.
type Usage struct {
	Subject Subject
	Event   Event
}

// UsageBatch field numbers.
const (
	batchTopic, batchPartition, batchEpoch, batchUsage = 1, 2, 3, 4
)

// Usage field numbers.
const (
	useSubjectKind, useSubject, useOffset, useLine, useTime         = 1, 2, 3, 4, 5
	useFingerprint, useKeyID, useFamily, useTokenKind               = 6, 7, 8, 9
	useConfidence, useLocation, useParam, useFirst                  = 10, 11, 12, 13
	useClientIP, useCountry, useCity, useASN, useASOrg              = 14, 15, 16, 17, 18
	useLat, useLon, useRadius, useMethod, useHost                   = 19, 20, 21, 22, 23
	useEndpoint, useTarget, useStatus, useBytes, useUserAgent       = 24, 25, 26, 27, 28
	useClient, useScheme, useTLS, useOwner, useScope, useClaims     = 29, 30, 31, 32, 33, 34
	useLength, useBits, useSequence                                 = 35, 36, 37
	useIdentity, usePairedWith, useService, useEnvironment          = 38, 39, 40, 41
	claimAlg, claimUnsigned, claimIssuer, claimClient               = 1, 2, 3, 4
	claimIssuedAt, claimNotBefore, claimExpires                     = 5, 6, 7
	claimAuthTime, claimACR, claimAMR, claimHasScopes               = 8, 9, 10, 11
	wireVarint, wireFixed64, wireBytes, wireFixed32             int = 0, 1, 2, 5
)

// AppendUsageHeader begins a UsageBatch in dst: which input partition its usages come from.
func AppendUsageHeader(dst []byte, src Source) []byte {
	dst = appendString(dst, batchTopic, src.Topic)
	dst = appendUint(dst, batchPartition, uint64(uint32(src.Partition)))
	return appendUint(dst, batchEpoch, uint64(src.Epoch))
}

// AppendUsage adds one usage to a UsageBatch begun with AppendUsageHeader. scratch is memory to work in; it is
// returned for the next call.
func AppendUsage(dst, scratch []byte, s Subject, e *Event) (batch, scratchOut []byte) {
	scratch = appendEvent(scratch[:0], s, e)
	dst = binary.AppendUvarint(dst, batchUsage<<3|uint64(wireBytes))
	dst = binary.AppendUvarint(dst, uint64(len(scratch)))
	return append(dst, scratch...), scratch
}

func appendEvent(b []byte, s Subject, e *Event) []byte {
	b = appendUint(b, useSubjectKind, uint64(s.Kind))
	b = appendBytes(b, useSubject, s.ID[:])
	b = appendUint(b, useOffset, uint64(e.Source.Offset))
	b = appendUint(b, useLine, uint64(e.Source.Line))
	b = appendUint(b, useTime, uint64(e.Time.UnixMicro()))
	if s.Kind != SubjectToken {
		b = appendBytes(b, useFingerprint, e.Fingerprint[:])
	}
	b = appendBytes(b, useKeyID, e.KeyID[:])
	if !e.Family.IsZero() {
		b = appendBytes(b, useFamily, e.Family[:])
	}
	b = appendString(b, useTokenKind, e.TokenKind)
	b = appendUint(b, useConfidence, uint64(e.Confidence))
	b = appendUint(b, useLocation, uint64(e.Location))
	b = appendString(b, useParam, e.Param)
	b = appendBool(b, useFirst, e.FirstInRequest)
	b = appendAddr(b, useClientIP, e.ClientIP)
	b = appendGeo(b, &e.Geo)
	b = appendString(b, useMethod, e.Method)
	b = appendString(b, useHost, e.Host)
	b = appendString(b, useEndpoint, e.Endpoint)
	b = appendString(b, useTarget, e.Target)
	b = appendUint(b, useStatus, uint64(e.Status))
	b = appendUint(b, useBytes, uint64(e.Bytes))
	b = appendString(b, useUserAgent, e.UserAgent)
	b = appendString(b, useClient, e.Client)
	b = appendString(b, useScheme, e.Scheme)
	b = appendString(b, useTLS, e.TLSProtocol)
	b = appendString(b, useOwner, e.Owner)
	for _, scope := range e.Scopes {
		b = appendString(b, useScope, scope)
	}
	if e.Claims.JWT {
		b = appendClaims(b, &e.Claims)
	}
	b = appendUint(b, useLength, uint64(e.Strength.Length))
	b = appendFloat(b, useBits, e.Strength.Bits)
	b = appendUint(b, useSequence, uint64(e.Strength.Sequence))
	b = appendUint(b, useIdentity, uint64(e.Identity))
	if !e.PairedWith.IsZero() {
		b = appendBytes(b, usePairedWith, e.PairedWith[:])
	}
	b = appendString(b, useService, e.Service)
	return appendString(b, useEnvironment, e.Environment)
}

func appendGeo(b []byte, p *Geo) []byte {
	b = appendString(b, useCountry, p.Country)
	b = appendString(b, useCity, p.City)
	b = appendUint(b, useASN, uint64(p.ASN))
	b = appendString(b, useASOrg, p.ASOrg)
	if p.Radius > 0 {
		b = appendFloat(b, useLat, p.Lat)
		b = appendFloat(b, useLon, p.Lon)
		b = appendUint(b, useRadius, uint64(p.Radius))
	}
	return b
}

func appendClaims(b []byte, c *Claims) []byte {
	var buf [512]byte
	m := buf[:0]
	m = appendString(m, claimAlg, c.Alg)
	m = appendBool(m, claimUnsigned, c.Unsigned)
	m = appendString(m, claimIssuer, c.Issuer)
	m = appendString(m, claimClient, c.ClientID)
	m = appendUint(m, claimIssuedAt, uint64(c.IssuedAt))
	m = appendUint(m, claimNotBefore, uint64(c.NotBefore))
	m = appendUint(m, claimExpires, uint64(c.Expires))
	m = appendUint(m, claimAuthTime, uint64(c.AuthTime))
	m = appendString(m, claimACR, c.ACR)
	for _, method := range c.AMR {
		m = appendString(m, claimAMR, method)
	}
	m = appendBool(m, claimHasScopes, c.HasScopes)
	return appendBytes(b, useClaims, m)
}

// The zero value of a field is left out, as proto3 does.

func appendUint(b []byte, field int, v uint64) []byte {
	if v == 0 {
		return b
	}
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(field<<3|wireVarint)), v)
}

func appendBool(b []byte, field int, v bool) []byte {
	if !v {
		return b
	}
	return appendUint(b, field, 1)
}

func appendFloat(b []byte, field int, v float64) []byte {
	if v == 0 {
		return b
	}
	b = binary.AppendUvarint(b, uint64(field<<3|wireFixed64))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
}

func appendBytes(b []byte, field int, v []byte) []byte {
	b = binary.AppendUvarint(b, uint64(field<<3|wireBytes))
	b = binary.AppendUvarint(b, uint64(len(v)))
	return append(b, v...)
}

func appendString(b []byte, field int, v string) []byte {
	if v == "" {
		return b
	}
	b = binary.AppendUvarint(b, uint64(field<<3|wireBytes))
	b = binary.AppendUvarint(b, uint64(len(v)))
	return append(b, v...)
}

func appendAddr(b []byte, field int, a netip.Addr) []byte {
	if !a.IsValid() {
		return b
	}
	if a = a.WithZone(""); a.Is4() {
		v := a.As4()
		return appendBytes(b, field, v[:])
	}
	v := a.As16()
	return appendBytes(b, field, v[:])
}
