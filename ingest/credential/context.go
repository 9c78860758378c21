package credential

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
)

// context is the position of a value in a line: location, name, levels of encoding and structure.
type context struct {
	loc     tokenwarden.Location
	fixed   bool       // the location does not change with the part of a URL: a Referer, a header
	depth   int8       // levels of encoding that were decoded
	nested  int8       // levels of structure around it
	slashes int32      // of a path that stand before a segment
	name    names.Name // what its name says
	param   []byte     // its name, decoded
	owner   []byte     // the user that a password belongs to

	inherit bool // the members of a JSON object without a name of their own that calls for a secret have this one
	words   bool // it is a word of a text, in which a slash ends a token
	header  bool // it is an Authorization header
	action  bool // the path of the URL names an action of a mailed link or a login

	cleanPath bool // what stands before the query of the URL has been found clean
}

func (p context) at(loc tokenwarden.Location) context {
	if !p.fixed {
		p.loc = loc
	}
	return p
}

// withName is p for a value with a name of its own.
func (p context) withName(n names.Name, param []byte) context {
	p.name, p.param, p.action, p.inherit, p.header = n, param, false, false, false
	p.nested++
	return p
}

// member is p for the member of a JSON object with the name n.
func (p context) member(n names.Name, key []byte) context {
	if p.inherit && !n.IsSensitive() {
		n, key = p.name, p.param
	}
	return p.withName(n, key)
}

// withoutName returns p for a part of a value outside of the meaning of the value's name.
func (p context) withoutName() context {
	p.name, p.action, p.inherit, p.header = names.Name{}, false, false, false
	p.nested++
	return p
}

// isOuter reports whether p is a part of a field, outside of any decoded text and other value.
func (p context) isOuter() bool { return p.depth == 0 && p.nested == 0 }
