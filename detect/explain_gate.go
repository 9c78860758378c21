package detect

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// askedFor says what a fact is that an event lacks, and what the event has instead.
var askedFor = map[facts]func(x *scene) string{
	isFirst:            func(*scene) string { return "counts a request once: this is a second place of the same token in it" },
	isAccepted:         func(x *scene) string { return "needs status 2xx: " + statusText(x) },
	isDenied:           func(x *scene) string { return "needs status 401 or 403: " + statusText(x) },
	notUnauthenticated: func(*scene) string { return "status 401: the server did not know the credential" },
	isUnauthenticated:  func(x *scene) string { return "needs status 401: " + statusText(x) },
	isForbidden:        func(x *scene) string { return "needs status 403: " + statusText(x) },
	isNotFound:         func(x *scene) string { return "needs status 404: " + statusText(x) },
	notExpires:         func(*scene) string { return "the token says when it expires" },
	notTLS12:           func(*scene) string { return "TLSv1.2" },
	notTLS13:           func(*scene) string { return "TLSv1.3" },
	isElsewhere:        func(*scene) string { return "at the place where it was used last, or the first place there is" },
	isBound:            func(*scene) string { return "nothing is declared for the token or its family" },
}

func statusText(x *scene) string {
	if x.facts&hasStatus == 0 {
		return "not in the log"
	}
	return fmt.Sprintf("status %d", x.event.Status)
}

// tellLacking says what none of the clause's facts says of the event.
func (x *scene) tellLacking(clause facts) string {
	var texts []string
	for f := clause; f != 0; f &= f - 1 {
		if text := x.lacking(f & -f); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, ", and ")
}

func (x *scene) lacking(bit facts) string {
	if tell := askedFor[bit]; tell != nil {
		return tell(x)
	}
	if bit >= newCountry && bit <= newClass {
		return x.known(feature(bits.TrailingZeros64(uint64(bit))-bits.TrailingZeros64(uint64(newCountry))) + featureCountry)
	}
	if bit&(presence|fromLists) == 0 {
		return "another kind of event"
	}
	name := need(bit).String()
	if bit&fromLists != 0 {
		return "not on the list " + name
	}
	return "not observable in this line: no " + name + " field"
}

// known tells why the event's value of a feature is nothing new: "country DE is known: FREQUENT 238 of 240".
func (x *scene) known(f feature) string {
	vs, name := &x.prof.values, featureTable[f].name
	if i := x.at[f]; i >= 0 {
		v := &vs.list[i]
		return fmt.Sprintf("%s %s is known: %s %d of %d", name, *vs.names[i], label(v.count, vs.tally[f].events), v.count, vs.tally[f].events)
	}
	return "not observable in this line: no " + name
}
