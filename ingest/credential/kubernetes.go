package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// An audit log of Kubernetes holds the objects that were written and read. All values of a Secret are credentials, under names
// that say nothing: those of data are in base64, those of stringData as they are (Kubernetes API reference, Secret v1;
// 2026-12-01). kubectl keeps the object once more, as JSON in a string of its annotations.

// secretMembers are the keys whose objects hold the values.
var secretMembers = [...][]byte{[]byte(`"data"`), []byte(`"stringData"`)}

// kubernetesLine searches all of a line for Secrets.
func (f *finder) kubernetesLine(line []byte) {
	if !mayNameSecret(line) {
		return
	}
	f.excepted = false
	f.resetBudget(len(line))
	pl := context{loc: tokenwarden.LocationHeader, fixed: true}
	v := offset.Plain(line, 0, len(line))
	f.kubernetesSecret(v, pl)
	if d, ok := f.arena.UnescapeJSON(v); ok {
		f.kubernetesSecret(d, pl)
	}
}

// kubernetesSecret reports the values of the data of all objects in the JSON v, if one of them is a Secret. It reports whether
// there are any.
func (f *finder) kubernetesSecret(v offset.View, pl context) bool {
	b, found := v.Text, false
	if !namesSecret(b) {
		return false
	}
	f.steps += len(b)
	for _, member := range secretMembers {
		for i := 0; ; {
			k := bytes.Index(b[i:], member)
			if k < 0 {
				break
			}
			if i += k + len(member); isKey(b, i) {
				i = f.secretValues(v, skipBlank(b, skipBlank(b, i)+1), pl, &found)
			}
		}
	}
	return found
}

// secretValues reports the strings of the object at v.Text[i], if there is one, up to its end or to an object or a list in it.
// It returns where it stopped.
func (f *finder) secretValues(v offset.View, i int, pl context, found *bool) int {
	b := v.Text
	if i >= len(b) || b[i] != '{' {
		return i
	}
	for i++; ; i++ {
		if i = skipBlank(b, i); i >= len(b) || b[i] != '"' {
			return i
		}
		keyEnd := stringEnd(b, i+1)
		key := b[i+1 : keyEnd]
		if i = min(keyEnd+1, len(b)); !isKey(b, i) {
			return i
		}
		i = skipBlank(b, skipBlank(b, i)+1)
		end := i
		if i < len(b) && b[i] == '"' {
			end = stringEnd(b, i+1)
			*found = f.secretValue(f.unescapeString(v.Cut(i+1, end)), pl.withName(names.Name{}, key)) || *found
			end = min(end+1, len(b))
		}
		for end < len(b) && !endsBare[b[end]] { // null
			end++
		}
		if i = skipBlank(b, end); i >= len(b) || b[i] != ',' {
			return i
		}
	}
}

// secretValue reports v, a value of a Secret.
func (f *finder) secretValue(v offset.View, pl context) bool {
	if len(v.Text) == 0 || isPlaceholder(v.Text) {
		return false
	}
	return f.report(v, pl, evidence{kind: "secret", confidence: tokenwarden.ConfidenceMedium, reason: "value of a Kubernetes Secret"})
}

// ecret is in all names of Secrets: a line without it holds none.
var ecret = []byte("ecret")

// mayNameSecret is a fast test for lines with a Secret: few lines begin or end like an object, and fewer of these have a kind.
func mayNameSecret(line []byte) bool {
	if line = bytes.TrimSpace(line); len(line) == 0 || line[0] != '{' && line[len(line)-1] != '}' {
		return false
	}
	return bytes.Contains(line, kind) && bytes.Contains(line, ecret)
}

var kind = []byte("kind")

// namesSecret reports whether b holds "kind":"Secret", "kind":"SecretList" or "resource":"secrets", perhaps with blanks.
func namesSecret(b []byte) bool {
	for i := 0; ; {
		k := bytes.Index(b[i:], ecret)
		if k < 0 {
			return false
		}
		start := i + k - 1
		i += k + len(ecret)
		if start < 1 || b[start-1] != '"' {
			continue
		}
		switch before := b[:start-1]; {
		case b[start] == 'S' && (ascii.HasAt(b, i, `"`) || ascii.HasAt(b, i, `List"`)) && endsWithKey(before, `"kind"`),
			b[start] == 's' && ascii.HasAt(b, i, `s"`) && endsWithKey(before, `"resource"`):
			return true
		}
	}
}

// maxBlanks bounds the blanks around a colon, so that each colon is looked for in few bytes.
const maxBlanks = 8

// endsWithKey reports whether b ends with key and a colon.
func endsWithKey(b []byte, key string) bool {
	b = bytes.TrimRight(b[max(0, len(b)-len(key)-maxBlanks):], " \t\r\n")
	b, ok := bytes.CutSuffix(b, []byte(":"))
	return ok && bytes.HasSuffix(bytes.TrimRight(b, " \t\r\n"), []byte(key))
}

// skipBlank returns where the white space of b from i on ends.
func skipBlank(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	return i
}
