package tokenwarden

import (
	"encoding/binary"
	"errors"
	"math"
	"net/netip"
	"time"
	"unsafe"
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
	b = appendPlace(b, &e.Geo)
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
	return appendUint(b, useSequence, uint64(e.Strength.Sequence))
}

func appendPlace(b []byte, p *Geo) []byte {
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

// ErrUsage means that a usage message is damaged or of another format.
var ErrUsage = errors.New("usage message is not a tokenwarden.UsageBatch: is another program writing to the usage topic?")

// DecodeUsages appends the usages of one message to dst. Their strings point into msg, which must not change as long
// as they are in use. Unknown fields are skipped.
func DecodeUsages(dst []Usage, msg []byte) ([]Usage, error) {
	var src Source
	for len(msg) > 0 {
		f, rest, err := nextField(msg)
		if err != nil {
			return dst, err
		}
		msg = rest
		switch f.number {
		case batchTopic:
			src.Topic = f.text()
		case batchPartition:
			src.Partition = int32(uint32(f.value))
		case batchEpoch:
			src.Epoch = uint32(f.value)
		case batchUsage:
			dst = append(dst, Usage{})
			u := &dst[len(dst)-1]
			u.Event.Source = src
			if err := u.decode(f.bytes); err != nil {
				return dst[:len(dst)-1], err
			}
		}
	}
	return dst, nil
}

func (u *Usage) decode(b []byte) error {
	e := &u.Event
	e.Time = time.UnixMicro(0).UTC() // left out when it is zero
	for len(b) > 0 {
		f, rest, err := nextField(b)
		if err != nil {
			return err
		}
		b = rest
		switch f.number {
		case useSubjectKind:
			u.Subject.Kind = SubjectKind(f.value)
		case useSubject:
			copy(u.Subject.ID[:], f.bytes)
		case useOffset:
			e.Source.Offset = int64(f.value)
		case useLine:
			e.Source.Line = int64(f.value)
		case useTime:
			e.Time = time.UnixMicro(int64(f.value)).UTC()
		case useFingerprint:
			copy(e.Fingerprint[:], f.bytes)
		case useKeyID:
			copy(e.KeyID[:], f.bytes)
		case useFamily:
			copy(e.Family[:], f.bytes)
		case useTokenKind:
			e.TokenKind = f.text()
		case useConfidence:
			e.Confidence = Confidence(f.value)
		case useLocation:
			e.Location = Location(f.value)
		case useParam:
			e.Param = f.text()
		case useFirst:
			e.FirstInRequest = f.value != 0
		case useClientIP:
			e.ClientIP, _ = netip.AddrFromSlice(f.bytes)
		case useScope:
			e.Scopes = append(e.Scopes, f.text())
		case useClaims:
			if err := e.Claims.decode(f.bytes); err != nil {
				return err
			}
		case useLength:
			e.Strength.Length = int(f.value)
		case useBits:
			e.Strength.Bits = f.float()
		case useSequence:
			e.Strength.Sequence = Sequence(f.value)
		default:
			e.decodePlace(f)
			e.decodeRequest(f)
		}
	}
	if u.Subject.Kind == SubjectToken {
		e.Fingerprint = u.Subject.ID
	}
	return nil
}

func (e *Event) decodePlace(f field) {
	switch f.number {
	case useCountry:
		e.Geo.Country = f.text()
	case useCity:
		e.Geo.City = f.text()
	case useASN:
		e.Geo.ASN = uint32(f.value)
	case useASOrg:
		e.Geo.ASOrg = f.text()
	case useLat:
		e.Geo.Lat = f.float()
	case useLon:
		e.Geo.Lon = f.float()
	case useRadius:
		e.Geo.Radius = uint16(f.value)
	}
}

func (e *Event) decodeRequest(f field) {
	switch f.number {
	case useMethod:
		e.Method = f.text()
	case useHost:
		e.Host = f.text()
	case useEndpoint:
		e.Endpoint = f.text()
	case useTarget:
		e.Target = f.text()
	case useStatus:
		e.Status = int(f.value)
	case useBytes:
		e.Bytes = int64(f.value)
	case useUserAgent:
		e.UserAgent = f.text()
	case useClient:
		e.Client = f.text()
	case useScheme:
		e.Scheme = f.text()
	case useTLS:
		e.TLSProtocol = f.text()
	case useOwner:
		e.Owner = f.text()
	}
}

func (c *Claims) decode(b []byte) error {
	c.JWT = true
	for len(b) > 0 {
		f, rest, err := nextField(b)
		if err != nil {
			return err
		}
		b = rest
		switch f.number {
		case claimAlg:
			c.Alg = f.text()
		case claimUnsigned:
			c.Unsigned = f.value != 0
		case claimIssuer:
			c.Issuer = f.text()
		case claimClient:
			c.ClientID = f.text()
		case claimIssuedAt:
			c.IssuedAt = int64(f.value)
		case claimNotBefore:
			c.NotBefore = int64(f.value)
		case claimExpires:
			c.Expires = int64(f.value)
		case claimAuthTime:
			c.AuthTime = int64(f.value)
		case claimACR:
			c.ACR = f.text()
		case claimAMR:
			c.AMR = append(c.AMR, f.text())
		case claimHasScopes:
			c.HasScopes = f.value != 0
		}
	}
	return nil
}

// field is one decoded protobuf field: value for varint and fixed, bytes for length-delimited ones.
type field struct {
	number int
	value  uint64
	bytes  []byte
}

func (f field) float() float64 { return math.Float64frombits(f.value) }

func (f field) text() string {
	if len(f.bytes) == 0 {
		return ""
	}
	return unsafe.String(&f.bytes[0], len(f.bytes))
}

func nextField(b []byte) (f field, rest []byte, err error) {
	tag, n := binary.Uvarint(b)
	if n <= 0 || tag>>3 == 0 || tag>>3 > 1<<28 {
		return f, nil, ErrUsage
	}
	f.number, b = int(tag>>3), b[n:]
	switch int(tag & 7) {
	case wireVarint:
		if f.value, n = binary.Uvarint(b); n <= 0 {
			return f, nil, ErrUsage
		}
		return f, b[n:], nil
	case wireFixed64:
		if len(b) < 8 {
			return f, nil, ErrUsage
		}
		f.value = binary.LittleEndian.Uint64(b)
		return f, b[8:], nil
	case wireFixed32:
		if len(b) < 4 {
			return f, nil, ErrUsage
		}
		f.value = uint64(binary.LittleEndian.Uint32(b))
		return f, b[4:], nil
	case wireBytes:
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) {
			return f, nil, ErrUsage
		}
		f.bytes = b[n : n+int(size) : n+int(size)]
		return f, b[n+int(size):], nil
	}
	return f, nil, ErrUsage
}
