package accesslog

import (
	"bytes"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// pairKey returns the key for {"name": text, "value": ...}. AWS WAF, OCSF and OpenTelemetry write headers and attributes in
// this form.
func (j *jsonLog) pairKey(text []byte, parent *key) *key {
	k := j.keys.find(text, parent)
	if k == nil {
		k = j.newKey(text, parent)
	}
	if k.named {
		j.nameField(k, text[1:len(text)-1])
	}
	return k
}

// key reads the key whose quote is at line[i] and returns it with the index of its value, -1 without a value.
func (j *jsonLog) key(r *record.Record, i int, parent *key) (*key, int) {
	line := j.line
	k := j.keys.next(line[i:], parent)
	if k == nil {
		end, _ := stringEnd(line, i+1)
		if end < 0 {
			return nil, -1
		}
		if k = j.keys.find(line[i:end+1], parent); k == nil {
			k = j.newKey(line[i:end+1], parent)
		}
	}
	end := i + len(k.text)
	value := end
	if value == len(line) || line[value] != ':' {
		if value = skipSpace(line, value); value == len(line) || line[value] != ':' {
			return nil, -1
		}
	}
	if k.unknown && end-i >= minUnknownKey {
		r.Add(record.Field{Kind: record.KindText, Escape: record.EscapeJSON, Client: k.origin == originClient, Start: i + 1, End: end - 1})
	}
	switch {
	case k.typedValue:
		k.def.name = k.parent.def.name
	case k.named:
		j.nameField(k, line[i+1:end-1])
	}
	return k, skipSpace(line, value+1)
}

// newKey classifies a key that is not in the cache and adds it.
func (j *jsonLog) newKey(text []byte, parent *key) *key {
	k := j.keys.add(text, parent)
	if !k.typedValue {
		if m, ok := j.configured[k.path]; ok {
			k.def, k.unknown = m.def, false
			if m.object != objectPlain {
				k.object = m.object
			}
		}
		k.setOrigin(j.configured)
		if k.def.role != roleMessage && k.def.rank < configuredRank {
			k.def.rank = levelRank(k.def.rank, k.depth)
		}
	} else {
		k.origin, k.inner = parent.origin, parent.inner
	}
	k.named = k.def.name == nil && k.def.role.isNamed()
	if j.secretName != nil {
		j.setSecret(k, text)
	}
	if j.options.Mark != nil && k.origin != originClient && !k.typedValue {
		j.options.markDef(&k.def, k.names()...)
	}
	return k
}

// names returns the names by which k may be marked: its path, without the envelopes at its start too, and its own name in
// an object of headers or a variable.
func (k *key) names() []string {
	names := []string{k.path}
	for path := k.path; ; {
		first, rest, nested := strings.Cut(path, ".")
		if !nested || !envelopeKeys[withoutUnderscores(first)] {
			break
		}
		names, path = append(names, rest), rest
	}
	if k.def.kind == record.KindHeader {
		last := k.path[strings.LastIndexByte(k.path, '.')+1:]
		names = append(names, last[min(k.skip, len(last)):], string(k.def.name))
	}
	return names
}

// setSecret finds out whether the name of k, or that of an object around it, calls for a credential.
func (j *jsonLog) setSecret(k *key, text []byte) {
	name := record.UnescapeLevel(nil, text[1:len(text)-1], record.EscapeJSON)
	name = name[min(k.skip, len(name)):]
	switch own := j.secretName(name); {
	case own:
		k.secret, k.secretName, k.secretDef = true, name, def{role: roleText}
		if k.def.role == roleField && k.def.kind == record.KindHeader {
			k.secretDef = k.def
		}
	case k.parent.secretName != nil:
		k.secret, k.secretName, k.secretDef = true, k.parent.secretName, k.parent.secretDef
		if k.def.role == roleText || k.def.role == roleMessage || k.def.role == roleField && k.def.kind == record.KindHeader {
			k.def, k.named = k.secretDef, false
			k.def.name = k.secretName
		}
	}
}

// nameField sets the Field.Name of k's value. name is the key in the line without its quotes.
func (j *jsonLog) nameField(k *key, name []byte) {
	if !k.plain {
		n := len(j.names)
		j.names = record.UnescapeLevel(j.names, name, record.EscapeJSON)
		name = j.names[n:]
	}
	if name = name[min(k.skip, len(name)):]; k.dashes && bytes.IndexByte(name, '_') >= 0 {
		n := len(j.names)
		j.names = append(j.names, name...)
		name = j.names[n:]
		for i, c := range name {
			if c == '_' {
				name[i] = '-'
			}
		}
	}
	k.def.name = name
}

// minUnknownKey is the length, with quotes, from which an unknown key is searched for a credential.
const minUnknownKey = 18
