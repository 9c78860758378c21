package credential

var shapeNames = [...]string{
	shapeOrdinary: "words", shapeNumber: "number", shapeMixed: "mixed", shapeHex: "hexadecimal", shapeUUID: "UUID",
	shapeID: "ULID or KSUID", shapeRandom: "random",
}

// trackers are the names of what follows visitors around; the first word of utm_source and the like decides.
var trackers = set(`utm gclid gclsrc dclid gbraid wbraid fbclid msclkid yclid ttclid twclid igshid igsh mc gad
	srsltid epik hsenc hsmi sccid mkt vero ga gl rdt oly icid`)

// Keys of the configuration that an explanation names.
const (
	keyNames       = "credentials.names"
	keyPatterns    = "credentials.patterns"
	keyExceptNames = "credentials.except_names"
	keyExceptPaths = "credentials.except_paths"
)

// why says why b was left, and which key of the configuration has a say. The order is that of the search.
func (x *leftovers) why(b []byte, c *candidate) (reason, setting string) {
	s := shapeOf(b)
	switch {
	case c.excepted:
		return "its name is one of the exceptions", keyExceptNames
	case x.exempt && (c.name.grade != gradeNone || c.mark != markNone):
		return "the request's path is one of the exceptions", keyExceptPaths
	case isTemplate(b):
		return "a template or mask: it stands for a value", keyPatterns
	case c.name.known():
		return whyKnown(b, s, c.name.grade), keyPatterns
	case c.name.grade == gradeWeak:
		return whyWeak(b, s, c.name.kind), keyNames
	case c.mark != markNone:
		return whyMarked(b, s, c.mark), keyPatterns
	case c.host:
		return "part of a host name", keyPatterns
	}
	if len(c.param) > 0 {
		if reason := x.whyName(c.param); reason != "" {
			return reason, keyNames
		}
		return whyShape(b, s), keyNames
	}
	return whyShape(b, s), keyPatterns
}

// whyKnown is for the value of a name that calls for a secret.
func whyKnown(b []byte, s shape, g grade) string {
	switch {
	case g == gradePassword && notPassword(b):
		return "value of a sensitive name, but a word that stands for no password"
	case s == shapeOrdinary:
		return "value of a sensitive name, but an ordinary word"
	case s == shapeNumber && g == gradeCode:
		return "value of a sensitive name, but no number of four to twelve digits"
	case s == shapeNumber:
		return "value of a sensitive name, but a number or date"
	case isAddress(b):
		return "address on a ledger, which everybody sees"
	case len(b) < 8:
		return "value of a sensitive name, but too short for a secret"
	}
	return notJudged
}

// notJudged is the honest answer where none of the tests of the search explains it.
const notJudged = "looks like a secret, but stands where none is looked for"

// whyWeak is for the value of a name that may call for a secret: it must look like a token.
func whyWeak(b []byte, s shape, kind string) string {
	switch {
	case s == shapeOrdinary:
		return "its name may call for a secret, but the value is an ordinary word"
	case s == shapeNumber:
		return "its name may call for a secret, but the value is a number or date"
	case len(b) < minRandom:
		return "its name may call for a secret, but the value has fewer than 16 characters"
	case s == shapeMixed:
		return "its name may call for a secret, but the value does not look random"
	case kind == "app_id":
		return "an application's id: only 32 hexadecimal digits are a key there"
	}
	return notJudged
}

// whyMarked is for a path segment after one that calls for a token.
func whyMarked(b []byte, s shape, m mark) string {
	switch {
	case s == shapeOrdinary:
		return "path segment after one that calls for a token, but an ordinary word"
	case s == shapeNumber:
		return "path segment after one that calls for a token, but a number or date"
	case isAddress(b):
		return "address on a ledger, which everybody sees"
	case s == shapeUUID && m < markStrong:
		return "path segment after one that may call for a token, but a UUID is an id there"
	case m == markWeak:
		return "path segment after one that may call for a token, but not 20 random characters"
	case m < markStrong:
		return "path segment after one that may call for a token, but neither a digest nor 20 random characters"
	case s == shapeMixed:
		return "path segment after one that calls for a token, but it does not look random"
	}
	return notJudged
}

// whyName says what a name of no grade means; "" if nothing is known of it.
func (x *leftovers) whyName(param []byte) string {
	ws := &x.lex.words
	x.lex.split(param, ws)
	if ws.n == 0 {
		return ""
	}
	head := string(ws.w[ws.n-1])
	switch first := string(ws.w[0]); {
	case trackers[first]:
		return "tracker: its name says where a visitor came from"
	case neutralWords[head] && x.lex.anyTerm(ws, ws.n):
		return "its name speaks about a secret and names none"
	case pagingWords[head] || head == "token" && ws.n > 1 && ws.anyOf(pagingWords):
		return "page cursor: its name is that of a page"
	case ws.n > 1 && ws.anyOf(publicWords):
		return "its name says that it is meant to be seen"
	case (head == "key" || head == "keys") && ws.n > 1:
		return "key of an ordinary thing, not of a lock"
	case (head == "code" || head == "codes") && ws.n > 1:
		return "code of an ordinary thing, not one that lets in"
	}
	return ""
}

func (ws *words) anyOf(list map[string]bool) bool {
	for _, w := range ws.w[:ws.n] {
		if list[string(w)] {
			return true
		}
	}
	return false
}

// whyShape is for what no name, format or place speaks for.
func whyShape(b []byte, s shape) string {
	switch {
	case s == shapeUUID:
		return "UUID without a name that calls for a secret"
	case isAddress(b):
		return "address on a ledger, which everybody sees"
	case s == shapeHex:
		return "digest or id in hexadecimal, without a name that calls for a secret"
	case s == shapeID:
		return "ULID or KSUID, made to be seen"
	case s == shapeRandom && isPrefixedID(b):
		return "id with its type in front, without a name that calls for a secret"
	case s == shapeRandom:
		return "looks random, but no name, format or place says that it is a secret"
	case s == shapeNumber:
		return "a number or date"
	case hasExtension(b):
		return "file name"
	case s == shapeOrdinary:
		return "ordinary words"
	}
	return "words stand in it, and no name, format or place says that it is a secret"
}
