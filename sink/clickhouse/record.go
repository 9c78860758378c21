package clickhouse

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/tokenwarden/tokenwarden"
)

// recordVersion is the first byte of a record. Version 1 had no identity; it is still read.
const recordVersion = 2

// appendRecord appends p to dst, in the form of the column state.
func appendRecord(dst []byte, p *profile) []byte {
	dst = append(dst, recordVersion, byte(p.Identity), byte(p.Subject.Kind))
	dst = append(dst, p.Subject.ID[:]...)
	dst = append(dst, p.KeyID[:]...)
	dst = append(dst, p.Family[:]...)
	for _, v := range []uint64{
		p.Version, p.Requests, p.Errors, p.Bytes, p.Networks, p.Endpoints,
		uint64(uint32(p.Applied.Partition)), uint64(p.Applied.Epoch), uint64(p.Applied.Offset),
		uint64(micros(p.FirstSeen)), uint64(micros(p.LastSeen)), uint64(len(p.ASNs)),
	} {
		dst = binary.AppendUvarint(dst, v)
	}
	for _, asn := range p.ASNs {
		dst = binary.AppendUvarint(dst, uint64(asn))
	}
	dst = appendTexts(dst, []string{p.TokenKind, p.Owner})
	for _, list := range [][]string{p.Countries, p.Clients, p.Hosts, p.Scopes} {
		dst = appendTexts(dst, list)
	}
	dst = binary.AppendUvarint(dst, uint64(len(p.State)))
	return append(dst, p.State...)
}

// micros returns the value of a column of times.
func micros(t time.Time) int64 { return clampTime(t).UnixMicro() }

func appendTexts(dst []byte, list []string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(list)))
	for _, s := range list {
		dst = binary.AppendUvarint(dst, uint64(len(s)))
		dst = append(dst, s...)
	}
	return dst
}

var errRecord = errors.New("a profile is stored in a form that this version does not know: it was written by a newer tokenwarden")

// readRecord decodes what appendRecord wrote. The profile shares no memory with the record.
func readRecord(record []byte, p *profile) error {
	r := &reader{rest: record}
	switch version := r.uint8(); version {
	case 1:
	case recordVersion:
		p.Identity = tokenwarden.Identity(r.uint8())
	default:
		return errRecord
	}
	p.Subject.Kind = tokenwarden.SubjectKind(r.uint8())
	copy(p.Subject.ID[:], r.bytes(len(p.Subject.ID)))
	copy(p.KeyID[:], r.bytes(len(p.KeyID)))
	copy(p.Family[:], r.bytes(len(p.Family)))
	for _, v := range []*uint64{&p.Version, &p.Requests, &p.Errors, &p.Bytes, &p.Networks, &p.Endpoints} {
		*v = r.uint()
	}
	p.Applied = tokenwarden.Position{Partition: int32(uint32(r.uint())), Epoch: uint32(r.uint()), Offset: int64(r.uint())}
	p.FirstSeen = time.UnixMicro(int64(r.uint())).UTC()
	p.LastSeen = time.UnixMicro(int64(r.uint())).UTC()
	for n := r.count(); n > 0; n-- {
		p.ASNs = append(p.ASNs, uint32(r.uint()))
	}
	if names := r.texts(); len(names) == 2 {
		p.TokenKind, p.Owner = names[0], names[1]
	}
	for _, list := range []*[]string{&p.Countries, &p.Clients, &p.Hosts, &p.Scopes} {
		*list = r.texts()
	}
	p.State = append([]byte(nil), r.bytes(r.count())...)
	if r.bad {
		return errRecord
	}
	return nil
}

// reader decodes a record from its start. After the first error it returns zeroes.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) bytes(n int) []byte {
	if n > len(r.rest) {
		r.rest, r.bad = nil, true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) uint8() uint8 {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.rest, r.bad = nil, true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// count reads a number of elements, each of at least one byte.
func (r *reader) count() int {
	n := r.uint()
	if n > uint64(len(r.rest)) {
		r.rest, r.bad = nil, true
		return 0
	}
	return int(n)
}

func (r *reader) texts() []string {
	n := r.count()
	if n == 0 {
		return nil
	}
	list := make([]string, 0, n)
	for ; n > 0 && !r.bad; n-- {
		list = append(list, string(r.bytes(r.count())))
	}
	return list
}
