package provider

import (
	"slices"
)

// Format is a provider's format of a credential: a prefix and a tail of one alphabet.
type Format struct {
	Prefix   string
	Kind     string
	Tail     uint8 // classes of the tail's bytes
	Min, max int   // length of the tail, as issued
	Flags    formatFlags
}

type formatFlags uint16

const (
	// FDistinct marks a prefix that occurs nowhere else: a tail of minCut or more is a cut token or a newer format, with
	// less confidence.
	FDistinct formatFlags = 1 << iota
	// fRandom marks a prefix that is a common word: the tail must look random.
	fRandom
	// FPublic marks a key meant to be published.
	FPublic
	// fDots allows dots within the tail.
	fDots
	// fB64 allows + / = within the tail.
	fB64
	// fEquals allows = within the tail.
	fEquals
	// fColons allows colons within the tail.
	fColons
	// fCRC, fRoutable, fHexCRC and fBech32 mark a checksum at the end of the tail (checksum.go).
	fCRC
	fRoutable
	fHexCRC
	fBech32
)

// MinCut is the shortest tail of a cut token with a distinct prefix.
const MinCut = 10

// Formats are the providers' formats. Their sources are the providers' own documents, named in the tables, and their entries
// in GitHub's secret scanning patterns. Without a documented length the prefix is distinct and the lengths are those of
// issued tokens. The first fitting format of this order counts, longer prefixes before shorter ones.
var Formats = slices.Concat(codeFormats, buildFormats, cloudFormats, identityFormats, modelFormats, officeFormats, businessFormats,
	moneyFormats)
