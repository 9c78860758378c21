package credential

import (
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
)

var shapeNames = [...]string{
	shape.Ordinary: "words", shape.Number: "number", shape.Mixed: "mixed", shape.Hex: "hexadecimal", shape.UUID: "UUID",
	shape.ID: "ULID or KSUID", shape.Random: "random",
}

// Configuration keys named in explanations.
const (
	keyNames       = "credentials.names"
	keyPatterns    = "credentials.patterns"
	keyExceptNames = "credentials.except_names"
	keyExceptPaths = "credentials.except_paths"
)

// why returns the reason for leaving b and the configuration key involved. It follows the order of the search.
func (x *leftovers) why(b []byte, c *candidate) (reason, setting string) {
	s := shape.Of(b)
	switch {
	case c.excepted:
		return "its name is one of the exceptions", keyExceptNames
	case x.excepted && (c.name.Grade != names.None || c.mark != names.NoHint):
		return "the request's path is one of the exceptions", keyExceptPaths
	case shape.IsStandIn(b):
		return "a template or mask: it stands for a value", keyPatterns
	case c.name.IsSensitive():
		return whyKnown(b, s, c.name), keyPatterns
	case c.name.Grade == names.Weak:
		return whyWeak(b, s, c.name.Kind), keyNames
	case c.mark != names.NoHint:
		return whyAfterHint(b, s, c.mark), keyPatterns
	case c.host:
		return "part of a host name", keyPatterns
	}
	if len(c.param) > 0 {
		if reason := x.names.WhyNone(c.param); reason != "" {
			return reason, keyNames
		}
		return whyShape(b, s), keyNames
	}
	return whyShape(b, s), keyPatterns
}

// whyKnown explains a value of a strong name.
func whyKnown(b []byte, s shape.Shape, n names.Name) string {
	switch {
	case n.Grade >= names.Chosen && !isSecretEnough(b, s, n):
		return "value of a sensitive name, but a word or number that stands for none"
	case s == shape.Ordinary:
		return "value of a sensitive name, but an ordinary word"
	case s == shape.Number && n.Grade == names.Code:
		return "value of a sensitive name, but no number of four to twelve digits"
	case s == shape.Number:
		return "value of a sensitive name, but a number or date"
	case shape.IsAddress(b):
		return "address on a ledger, which everybody sees"
	case len(b) < 8:
		return "value of a sensitive name, but too short for a secret"
	}
	return notJudged
}

// notJudged is the reason without a matching test of the search.
const notJudged = "looks like a secret, but stands where none is looked for"

// whyWeak explains a value of a weak name, which must look like a token.
func whyWeak(b []byte, s shape.Shape, kind string) string {
	switch {
	case s == shape.Ordinary:
		return "its name may call for a secret, but the value is an ordinary word"
	case s == shape.Number:
		return "its name may call for a secret, but the value is a number or date"
	case len(b) < shape.MinRandom:
		return "its name may call for a secret, but the value has fewer than 16 characters"
	case s == shape.Mixed:
		return "its name may call for a secret, but the value does not look random"
	case kind == "app_id":
		return "an application's id: only a long random value is a key there"
	}
	return notJudged
}

// whyAfterHint explains a path segment behind a hint.
func whyAfterHint(b []byte, s shape.Shape, m names.PathHint) string {
	switch {
	case s == shape.Ordinary:
		return "path segment after one that calls for a token, but an ordinary word"
	case s == shape.Number:
		return "path segment after one that calls for a token, but a number or date"
	case shape.IsAddress(b):
		return "address on a ledger, which everybody sees"
	case s == shape.UUID && m < names.StrongHint:
		return "path segment after one that may call for a token, but a UUID is an id there"
	case m == names.WeakHint:
		return "path segment after one that may call for a token, but not 20 random characters"
	case m < names.StrongHint:
		return "path segment after one that may call for a token, but neither a digest nor 20 random characters"
	case s == shape.Mixed:
		return "path segment after one that calls for a token, but it does not look random"
	}
	return notJudged
}

// whyShape explains a value without a name, format or place.
func whyShape(b []byte, s shape.Shape) string {
	switch {
	case s == shape.UUID:
		return "UUID without a name that calls for a secret"
	case shape.IsAddress(b):
		return "address on a ledger, which everybody sees"
	case s == shape.Hex:
		return "digest or id in hexadecimal, without a name that calls for a secret"
	case s == shape.ID:
		return "ULID or KSUID, made to be seen"
	case s == shape.Random && shape.IsPrefixedID(b):
		return "id with its type in front, without a name that calls for a secret"
	case s == shape.Random:
		return "looks random, but no name, format or place says that it is a secret"
	case s == shape.Number:
		return "a number or date"
	case shape.HasExtension(b):
		return "file name"
	case s == shape.Ordinary:
		return "ordinary words"
	}
	return "words stand in it, and no name, format or place says that it is a secret"
}
