package accesslog

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// ltsv reads labelled tab-separated values, "time:[...]<tab>host:192.0.2.1<tab>req:GET / HTTP/1.1" (ltsv.org, 2026-11). Labels
// besides ltsvKeys mean what they mean in JSON.
type ltsv struct{ logfmt }

func newLTSV(_ string, o Options) format {
	return &ltsv{logfmt{name: "ltsv", keys: make(map[string]*key), options: o}}
}

var explainLTSV = explanation{columns: []column{{"label:value, then a tab", labelEnd}}}

// ltsvKeys are the labels that ltsv.org recommends and that mean something else in JSON, or nothing.
var ltsvKeys = keyTable([]keyRow{
	{role: roleClient, rank: 1, keys: "host"},
	{role: roleForwarded, keys: "forwardedfor"},
	{role: roleRequest, keys: "req"},
	{role: roleHost, rank: 3, keys: "vhost"},
	{role: roleNumber, keys: "reqsize reqtime reqtime_microsec apptime runtime taken"},
})

// labelEnd returns the end of "label:" with a value and a tab behind it at b[i], -1 without them.
func labelEnd(b []byte, i int) int {
	colon := labelColon(b, i)
	if tab := indexFrom(b, i, '\t'); colon > i && tab < len(b) {
		return tab
	}
	return -1
}

// labelColon returns the index of the colon behind the label at b[i], i without a label.
func labelColon(b []byte, i int) int {
	end := i
	for end < len(b) && end-i < maxToken && (methodByte(b[end]) || isDigit(b[end]) || b[end] == '.') {
		end++
	}
	if end == len(b) || b[end] != ':' {
		return i
	}
	return end
}

func (l *ltsv) parse(r *record.Record) error {
	line := r.Line
	if len(line) == 0 || !isLetter(line[0]) || labelEnd(line, 0) < 0 {
		return ErrFormat
	}
	l.begin()
	for i := 0; i < len(line) && !isFull(r, i); {
		colon, end := labelColon(line, i), indexFrom(line, i, '\t')
		if colon == i || colon > end {
			return ErrFormat
		}
		k := l.label(line[i:colon])
		if k.unknown && colon-i >= minUnknownKey {
			r.Add(record.Field{Start: i, End: colon})
		}
		if colon+1 < end {
			e := record.EscapeNone
			if bytes.IndexByte(line[colon+1:end], '\\') >= 0 {
				e = record.EscapeBackslash
			}
			l.set(r, &k.def, span{colon + 1, end, e})
		}
		i = end + 1
	}
	err := l.finish(r)
	if r.Format = l.name; err == nil && !isAccess(r) {
		return ErrNotAccess
	}
	return err
}

// label returns the key of this label.
func (l *ltsv) label(name []byte) *key {
	if k := l.keys[string(name)]; k != nil {
		return k
	}
	if d, ok := ltsvKeys[string(name)]; ok {
		return l.remember(name, &key{def: d})
	}
	return l.key(name)
}
