package credential

import (
	"bytes"
	"strings"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Command lines stand in texts (sh -c "mysql -pX") and, one parameter for each argument, in queries: Kubernetes writes
// exec?command=curl&command=-u&command=bob:X into its audit log.

// arguments are the pairs of a query with one name in a row.
type arguments struct {
	name    []byte
	options bool // one of them, behind the first, is an option
}

// add adds the pair p of the query b.
func (a *arguments) add(b []byte, p pairAt) {
	if p.eq < 0 || a.options {
		return
	}
	if name := b[p.start:p.eq]; !bytes.Equal(name, a.name) {
		a.name = name
		return
	}
	a.options = startsOption(b[p.eq+1 : p.end])
}

// startsOption reports whether b starts like an option: -u, --password, unlike a number.
func startsOption(b []byte) bool {
	return len(b) > 1 && b[0] == '-' && (b[1] == '-' || ascii.IsAlpha(b[1]))
}

// searchArguments searches the values of all pairs of that name in the query v as one command line.
func (f *finder) searchArguments(v offset.View, pl context, name []byte) bool {
	if !f.spend(stepsOfShape*len(v.Text)) || pl.depth >= maxDecodings {
		return false
	}
	pl.depth++
	return f.searchPairs(f.arena.Arguments(v, name), pl.withoutName())
}

// commandLine is what was read of a command line so far.
type commandLine struct {
	at      int // up to where
	program options
}

// options are the one-letter options of a program that take a password: behind a space, without one, and those that take
// user:password.
type options struct{ apart, glued, user string }

// programs with such options. Source: their manual pages; 2026-12-01.
var programs = map[string]options{
	"mysql": {glued: "p"}, "mysqldump": {glued: "p"}, "mysqladmin": {glued: "p"}, "mysqlimport": {glued: "p"},
	"mariadb": {glued: "p"}, "mariadb-dump": {glued: "p"}, "mariadb-admin": {glued: "p"},
	"redis-cli": {apart: "a"}, "valkey-cli": {apart: "a"}, "sshpass": {apart: "p", glued: "p"}, "curl": {user: "uU"},
	"ldapsearch": {apart: "w"}, "ldapmodify": {apart: "w"}, "ldapadd": {apart: "w"}, "ldapdelete": {apart: "w"}, "ldapwhoami": {apart: "w"},
	"mongo": {apart: "p"}, "mongosh": {apart: "p"}, "mongodump": {apart: "p"}, "mongorestore": {apart: "p"},
	"mongoexport": {apart: "p"}, "mongoimport": {apart: "p"}, "cqlsh": {apart: "p"}, "rabbitmqadmin": {apart: "p"},
	"mosquitto_pub": {apart: "P"}, "mosquitto_sub": {apart: "P"}, "sqlcmd": {apart: "P", glued: "P"}, "bcp": {apart: "P", glued: "P"},
	"login": {apart: "p"}, // docker, podman, oc and az
	"unzip": {apart: "P"}, "zip": {apart: "P"}, "7z": {glued: "p"}, "ipmitool": {apart: "P"},
	"snmpwalk": {apart: "AX"}, "snmpget": {apart: "AX"},
}

// maxProgram is the length of the longest name of programs.
const maxProgram = 16

// read reads the words of b before i and returns the options of the last program among them.
func (c *commandLine) read(b []byte, i int) options {
	for c.at < i {
		end := c.at
		for end < i && !endsArgument[b[end]] {
			end++
		}
		word := b[c.at:end]
		if k := bytes.LastIndexByte(word[max(0, len(word)-maxProgram-1):], '/'); k >= 0 { // /usr/bin/mysql
			word = word[max(0, len(word)-maxProgram-1)+k+1:]
		}
		if len(word) <= maxProgram {
			if o, ok := programs[string(word)]; ok {
				c.program = o
			}
		}
		if end < i && (b[end] == '|' || b[end] == ';') {
			c.program = options{}
		}
		c.at = end + 1
	}
	return c.program
}

// endsArgument marks the bytes that separate the words of a command line.
var endsArgument = ascii.Set(" +\t\r\n\"'`|;()")

// searchOption judges the value of the option with its dash at v.Text[i]. It returns the offset to go on at, 0 without a
// finding.
func (f *finder) searchOption(v offset.View, pl context, i int, c *commandLine) int {
	b := v.Text
	if i+1 >= len(b) || i > 0 && !endsArgument[b[i-1]] {
		return 0
	}
	if b[i+1] == '-' {
		start, end := i+2, i+2
		for end < len(b) && end-start < names.MaxNameSize && ascii.Class[b[end]]&ascii.Run != 0 {
			end++
		}
		from, to := argumentAt(v, end)
		if to-from <= 2 { // a word of a sentence: use --password to set one
			return 0
		}
		return f.searchStructure(v, pl, start, end, from, to)
	}
	o := c.read(b, i)
	letter := b[i+1]
	from, to := argumentAt(v, i+2)
	if from == to && i+2 < len(b) {
		from, to = i+2, argumentEnd(v, i+2, i > 0 && b[i-1] == '+')
		o.apart = o.glued
	}
	if from >= to {
		return 0
	}
	f.steps += to - from
	switch value := v.Cut(from, to).Unquote(); {
	case strings.IndexByte(o.apart, letter) >= 0:
		n := names.Name{Grade: names.Certain, Kind: "password"}
		if f.searchValue(value, pl.withName(n, passwordName)) {
			return to
		}
	case strings.IndexByte(o.user, letter) >= 0 && bytes.IndexByte(value.Text, ':') > 0 && !isUserAndGroup(value.Text):
		if f.userPassword(value, pl.at(tokenwarden.LocationUserinfo)) {
			return to
		}
	}
	return 0
}

// isUserAndGroup reports whether b is the numbers of a user and a group: docker run -u 1000:1000.
func isUserAndGroup(b []byte) bool {
	user, group, _ := bytes.Cut(b, []byte{':'})
	return len(bytes.Trim(user, "0123456789")) == 0 && len(bytes.Trim(group, "0123456789")) == 0 && len(group) <= len("4294967295")
}

// argumentAt returns the bounds of the argument behind a space, or a plus sign that is one, at v.Text[i]. It is empty before
// another option.
func argumentAt(v offset.View, i int) (from, to int) {
	b := v.Text
	if i >= len(b) || b[i] != ' ' && b[i] != '+' {
		return i, i
	}
	for i < len(b) && (b[i] == ' ' || b[i] == '+') {
		i++
	}
	if i >= len(b) || startsOption(b[i:]) {
		return i, i
	}
	if b[i] == '"' || b[i] == '\'' || b[i] == '\\' {
		return valueAfter(b, i)
	}
	return i, argumentEnd(v, i, b[i-1] == '+')
}

// argumentEnd returns the end of the word at v.Text[i]. With plus set, a plus sign ends it that is one in the line too: one of
// the value would be encoded there.
func argumentEnd(v offset.View, i int, plus bool) int {
	b := v.Text
	for i < len(b) && b[i] > ' ' && b[i] != '"' && b[i] != '\'' && b[i] != '`' && (b[i] != '+' || !plus || v.At(i+1)-v.At(i) != 1) {
		i++
	}
	return i
}
