package provider

import (
	"slices"
)

// Format is one provider's way of writing a credential: a prefix and a tail of one alphabet.
type Format struct {
	Prefix   string
	Kind     string
	Tail     uint8 // classes of the tail's bytes
	Min, max int   // length of the tail, as issued
	Flags    formatFlags
}

type formatFlags uint16

const (
	// FDistinct says that the prefix occurs nowhere else: a tail of minCut or more is taken for a token that was
	// cut, or that the provider has changed, with less confidence.
	FDistinct formatFlags = 1 << iota
	// fRandom says that the prefix is a word that others use too: the tail must look random.
	fRandom
	// FPublic says that the provider means it to be published.
	FPublic
	// fDots says that dots may stand within the tail.
	fDots
	// fB64 says that + / = may stand within the tail.
	fB64
	// fEquals says that = may stand within the tail.
	fEquals
	// fCRC, fRoutable, fHexCRC and fBech32 say that a checksum ends the tail (checksum.go).
	fCRC
	fRoutable
	fHexCRC
	fBech32
)

// MinCut is how much of a distinct format's tail must be there.
const MinCut = 10

// Formats are the providers' formats. The sources are the providers' own documents, which the tables name, and their
// entries in GitHub's secret scanning patterns; where a provider documents only the prefix the lengths are what its
// tokens have and the prefix is distinct. Where two of the same beginning fit, the first in this order is taken, the
// longer prefix before the shorter.
var Formats = slices.Concat(codeFormats, cloudFormats, modelFormats, officeFormats, moneyFormats)
