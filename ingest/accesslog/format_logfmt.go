package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// logfmt reads lines of key=value and key="value", the format of Heroku's router and many Go programs. Commas may stand between the
// pairs, as in F5's request logging profiles (F5 BIG-IP Telemetry Streaming: "Logging Profile"). It shares its keys with JSON.
type logfmt struct {
	assigner
	name    string // becomes Record.Format
	keys    map[string]*key
	options Options // for Mark
	commas  bool    // of the line at hand: they stand between its pairs
}

func newLogfmt(name string, o Options) format {
	if name == "" {
		name = "logfmt"
	}
	return &logfmt{name: name, keys: make(map[string]*key), options: o}
}

// newKlog returns the format of Kubernetes' API server: a sentence before version 1.20, then pairs. klog's prefix is no part
// of it; see loggerEnd.
func newKlog(name string, o Options) format {
	return &formatSet{formats: []format{newPatterns(name, o), newLogfmt(name, o)}}
}

// explainLogfmt wants three pairs at the start of a line.
var explainLogfmt = explanation{columns: []column{wantPair, wantPair, wantPair}}

var wantPair = column{"name=value pairs", pairEnd}

func pairEnd(b []byte, i int) int {
	eq := bytes.IndexByte(b[i:], '=')
	if eq <= 0 || !isPlainWord(b[i:i+eq]) {
		return -1
	}
	if i += eq + 1; i < len(b) && b[i] == '"' {
		return quotedColumnEnd(b, i)
	}
	return columnEnd(b, i)
}

func (l *logfmt) parse(r *record.Record) error {
	l.begin()
	line := r.Line
	i := l.message(r)
	for l.commas = joinedByCommas(line[i:]); i < len(line) && !isFull(r, i); {
		if line[i] == ' ' || l.commas && line[i] == ',' {
			i++
			continue
		}
		equals := nameEnd(line, i)
		if equals == i || equals == len(line) || line[equals] != '=' {
			return ErrFormat
		}
		k := l.key(line[i:equals])
		if k.unknown && equals-i >= minUnknownKey {
			r.Add(record.Field{Kind: record.KindText, Start: i, End: equals})
		}
		i = l.value(r, equals+1, k)
	}
	err := l.finish(r)
	if r.Format = l.name; err == nil && !isAccess(r) {
		return ErrNotAccess
	}
	return err
}

// message records the message in quotes that klog writes before the pairs, and returns its end.
func (l *logfmt) message(r *record.Record) int {
	line := r.Line
	if len(line) == 0 || line[0] != '"' {
		return 0
	}
	from, to, end := quotedColumn(line, 0)
	if name := nameEnd(line, end+1); end >= len(line) || name == end+1 || name >= len(line) || line[name] != '=' {
		return 0
	}
	r.Add(record.Field{Escape: record.EscapeBackslash, Start: from, End: to})
	return end
}

// joinedByCommas reports whether a comma and another name follow the first pair of line.
func joinedByCommas(line []byte) bool {
	i := nameEnd(line, 0) + 1
	if i >= len(line) || line[i-1] != '=' {
		return false
	}
	if line[i] == '"' {
		comma, blank := closingQuote(line, i+1, ","), closingQuote(line, i+1, " ")
		if comma < 0 || blank >= 0 && blank < comma {
			return false
		}
		i = comma + 1
	} else {
		i = min(indexFrom(line, i, ','), indexFrom(line, i, ' '))
	}
	if i >= len(line) || line[i] != ',' {
		return false
	}
	i = skipSpace(line, i+1)
	end := nameEnd(line, i)
	return end > i && end < len(line) && line[end] == '='
}

// value records the value at line[i] and returns its end.
func (l *logfmt) value(r *record.Record, i int, k *key) int {
	from, to, end := i, 0, 0
	e := record.EscapeNone
	separator := " "
	if l.commas {
		separator = ","
	}
	if i < len(r.Line) && r.Line[i] == '"' {
		from, to, end = quotedBefore(r.Line, i, separator)
		if bytes.IndexByte(r.Line[from:to], '\\') >= 0 {
			e = record.EscapeBackslash
		}
	} else {
		to = indexFrom(r.Line, i, separator[0])
		end = to
	}
	if to > from {
		l.set(r, &k.def, span{from, to, e})
	}
	return end
}

// key returns the key of this name, cached if possible.
func (l *logfmt) key(name []byte) *key {
	if k := l.keys[string(name)]; k != nil {
		return k
	}
	if known, ok := logfmtKeys[string(name)]; ok {
		return l.remember(name, &key{def: known})
	}
	return l.remember(name, loneKey(name))
}

// loneKey returns the key of this name outside of all objects.
func loneKey(name []byte) *key {
	var cache keyCache
	cache.begin()
	k := cache.add(append(append([]byte{'"'}, name...), '"'), &cache.root)
	if k.named {
		k.def.name = bytes.Clone(name[min(k.skip, len(name)):])
	}
	return k
}

func (l *logfmt) remember(name []byte, k *key) *key {
	l.options.markDef(&k.def, string(name))
	if len(l.keys) < maxKeys {
		l.keys[string(name)] = k
	}
	return k
}

// logfmtKeys are the keys that mean something else than in JSON: Kubernetes' status, Grafana's time, Tyk's client.
var logfmtKeys = keyTable([]keyRow{
	{role: roleStatus, keys: "resp"},
	{role: roleTime, keys: "t"},
	{role: roleClient, keys: "origin"},
})
