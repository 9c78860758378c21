package simulate

import "time"

// Line is one line of an access log. Text, Label and Truth hold until the next call of [Generator.Next].
type Line struct {
	// Time is when the request happened, as the text says, in UTC. It never falls from line to line, except that
	// lines of the hard negative late-shipper come up to 10 minutes late and damaged lines may say anything.
	Time    time.Time
	Service string // "api"; see [Services]
	Text    []byte // without a line ending
	Label   *Label // nil: an ordinary line
	Truth   *Truth // nil: the line carries no credential
}

// Label marks a line that is not ordinary. Exactly one of Attack, Negative and Bad is set.
type Label struct {
	Attack   string // malicious: name of the attack class; see [Attacks]
	Negative string // honest, but looks like an attack: name of the hard negative; see [Negatives]
	Bad      string // damaged: binary, long, past, future, utf8, empty or cut
	Rule     string // id of the rule that must find the attack
	Strong   bool   // the loud variant of the attack; false is the one just above the rule's threshold
	Token    int    // index of the credential, see [Generator.Token]; -1 if the line carries none
	Instance int    // counts the instances of one class, from 1
	First    bool   // first line of this instance
}

// Truth describes the credential in a line. A line has one credential at most, possibly twice.
type Truth struct {
	TokenIndex int       // see [Generator.Token]
	Minute     time.Time // start of the minute, UTC
	Status     int
	Bytes      int64  // response body
	Host       string // "" where the format does not log it
	Template   string // path with {id} for identifiers and {token} for the credential
	Location   string // query, path, referer, header, cookie or userinfo: the first place in the line
	Country    string // ISO 3166-1 alpha-2, of the client's address
	Method     string
}
