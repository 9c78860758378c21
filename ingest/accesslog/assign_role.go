package accesslog

import "github.com/tokenwarden/tokenwarden/ingest/record"

// role is a value's part of a record.
type role uint8

const (
	roleText      role = iota // unknown: a field of the kind that guessKind returns
	roleField                 // a field of def.kind
	roleNumber                // sizes, durations, counters: no field if isNumeric accepts it
	roleClient                // the address the request came from, with or without a port
	rolePeer                  // the same, always with a port
	roleForwarded             // X-Forwarded-For
	roleAddress               // any other address
	roleUser
	roleTime // any notation
	roleDate // 2026-11-23, its time of day in another column
	roleTimeOfDay
	roleRequest // request line
	roleMethod
	roleTarget
	rolePath  // a path whose query may be in another column
	roleQuery // with or without its question mark
	roleProtocol
	roleStatus
	roleBytes
	roleReferer
	roleAgent
	roleHost
	roleScheme
	roleTLS
	roleAction       // what was done, in a log of uses that are no requests
	roleGuess        // a header whose name is not in the line; its kind is guessed from its value
	roleLogger       // the name of the logger; see isOtherLogger
	roleCaptured     // HAProxy's captured headers in braces with the space behind them, or an empty string
	roleClientTarget // a request line, a target or a path that a client wrote: it becomes fields alone
	roleMessage      // text that may itself be a log line
	roleHeaders      // all headers of a request, joined by escaped line endings
)

// def is the definition of a variable, a column or a key of a format.
type def struct {
	role role
	kind record.Kind // for roleField; KindHeader with roleUser: the value may be an Authorization header
	rank uint8       // among values with the same role the highest rank wins, then the first in the line
	name []byte      // Field.Name
	mark uint8       // record.Field.Mark
	use  bool        // Options.Mark: a line with it is a use of a credential, even without a request
	hint uint8       // the only JSON format with this key, hintNone if several have it

	escape record.Escape // of the value itself, within that of the format
}

// isStructured reports whether the value is split into parts. Escapes would hide where a part begins, so they are undone
// first.
func (r role) isStructured() bool {
	switch r {
	case roleText, roleField, roleAction, roleMessage, roleGuess, roleLogger, roleForwarded, roleUser, roleReferer, roleAgent, roleHost:
		return false
	}
	return true
}

// isNamed reports whether the field of a value with this role has a name.
func (r role) isNamed() bool {
	return r == roleText || r == roleField || r == roleAction || r == roleMessage || r == roleLogger
}

// isTyped reports whether a value of this role is a number, a time or an address, which is no field.
func (r role) isTyped() bool { return typedRoles[r] }

var typedRoles = [...]bool{
	roleNumber: true, roleClient: true, rolePeer: true, roleAddress: true, roleTime: true, roleDate: true, roleTimeOfDay: true,
	roleStatus: true, roleBytes: true, roleHeaders: false,
}

// identifiesFormat reports whether a value outside of this role means a line of another format.
func (r role) identifiesFormat() bool {
	switch r {
	case roleTime, roleStatus, roleBytes, roleDate, roleTimeOfDay, rolePeer:
		return true
	}
	return false
}
