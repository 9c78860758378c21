package tokenwarden

import (
	"encoding/binary"
	"errors"
	"math"
	"net/netip"
	"time"
	"unsafe"
)

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
		case useIdentity:
			e.Identity = Identity(f.value)
		case usePairedWith:
			copy(e.PairedWith[:], f.bytes)
		default:
			e.decodeGeo(f)
			e.decodeRequest(f)
		}
	}
	if u.Subject.Kind == SubjectToken {
		e.Fingerprint = u.Subject.ID
	}
	return nil
}

func (e *Event) decodeGeo(f field) {
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
	case useService:
		e.Service = f.text()
	case useEnvironment:
		e.Environment = f.text()
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
