package credential

import (
	"github.com/tokenwarden/tokenwarden"
)

// place is where in a line, and under which name, a value stands.
type place struct {
	loc   tokenwarden.Location
	fixed bool   // the location does not change with the part of a URL: a Referer, a header
	depth int8   // how deep in decoded and nested values
	name  name   // what its name says
	param []byte // its name, decoded
	owner []byte // the user that a password belongs to

	action bool // the path of the URL names what a link with a token is for
}

const maxNesting = 10

func (p place) at(loc tokenwarden.Location) place {
	if !p.fixed {
		p.loc = loc
	}
	return p
}

// under is p for a value with a name of its own.
func (p place) under(n name, param []byte) place {
	p.name, p.param, p.action = n, param, false
	p.depth++
	return p
}

// unnamed is p for a part of a value whose own name says nothing of the part.
func (p place) unnamed() place {
	p.name, p.action = name{}, false
	p.depth++
	return p
}
