package accesslog

import "github.com/tokenwarden/tokenwarden/ingest/record"

// role is what a value means to a record.
type role uint8

const (
	roleText      role = iota // nothing is known: a KindText field, or what guessKind makes of it
	roleField                 // a field of def.kind
	roleNumber                // sizes, durations, counters: no field if it is made of numbers
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
	rolePath  // a path whose query may stand elsewhere
	roleQuery // with or without its question mark
	roleProtocol
	roleStatus
	roleBytes
	roleReferer
	roleAgent
	roleHost
	roleScheme
	roleTLS
	roleGuess    // a header whose name is not known: what it is must be told from its value
	roleLogger   // the name of the logger, which may be that of an error log
	roleCaptured // HAProxy's captured headers in braces, with the space behind them; or nothing at all
	roleMessage  // text that may itself be a log line
)

// def is the definition of a value: what a variable, a column or a key of a format holds.
type def struct {
	role role
	kind record.Kind // for roleField
	rank uint8       // of several values with the same role the one with the highest rank wins, then the first
	name []byte      // Field.Name
	hint uint8       // the JSON format that alone uses this key, 0 if several do
}

// structured tells whether a value must be read without its escapes: they would hide where its parts begin.
func (r role) isStructured() bool {
	switch r {
	case roleText, roleField, roleMessage, roleGuess, roleLogger, roleForwarded, roleUser, roleReferer, roleAgent, roleHost:
		return false
	}
	return true
}

// isNamed tells whether the field of a value has a name.
func (r role) isNamed() bool {
	return r == roleText || r == roleField || r == roleMessage || r == roleLogger
}

// typed tells whether a value of that role is a number, a time or an address, which is no field.
func (r role) isTyped() bool { return typedRoles[r] }

var typedRoles = [...]bool{
	roleNumber: true, roleClient: true, rolePeer: true, roleAddress: true, roleTime: true, roleDate: true, roleTimeOfDay: true,
	roleStatus: true, roleBytes: true, roleMessage: false,
}

// fixed tells whether a value that is not of its role means that the line is of another format.
func (r role) identifiesFormat() bool {
	switch r {
	case roleTime, roleStatus, roleBytes, roleDate, roleTimeOfDay, rolePeer:
		return true
	}
	return false
}
