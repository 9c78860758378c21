package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// A private key is many lines of base64, between a line that says BEGIN and one that says END (RFC 7468; RFC 9580 section 6;
// OpenSSH's PROTOCOL.key). One line of a log may hold all of them, with the newlines escaped or as spaces, or a part. It is
// looked for in the bytes of the line, under any escapes, and is one credential.

const (
	privateKeyKind = "private_key"

	// maxKeyLabel is how far before "PRIVATE KEY" its BEGIN is looked for, in bytes; "-----BEGIN ENCRYPTED " has 21.
	maxKeyLabel = 32
	// maxKeyHeader bounds the words of the headers before the base64: Proc-Type and DEK-Info have four, OpenPGP's Comment
	// a sentence.
	maxKeyHeader = 24
	// maxKeys bounds the keys of a field: each is compared with all that was found in it. What follows is masked.
	maxKeys = 16
	// minKeyLine and sureKeyLine are lengths of a word that is a line of a key if it has capitals, small letters and digits,
	// and in any case. PEM has 64 characters, OpenSSH 70, OpenPGP up to 76; a cut may leave less.
	minKeyLine, sureKeyLine = 16, 48
)

var (
	keyDashes       = []byte("-----")
	keyBlock        = []byte(" BLOCK") // of OpenPGP
	privateKeyLabel = []byte("PRIVATE KEY")
	keyBegin        = []byte("-----BEGIN")
	keyEnd          = []byte("-----END")
)

// stretch is the bytes of a line from start to end.
type stretch struct{ start, end int }

// holds reports whether all of the bytes from start to end are in s.
func (s stretch) holds(start, end int) bool { return start >= s.start && end <= s.end && start < end }

// privateKeys finds the private keys whose BEGIN ends in line[from:to], and what goes on behind those among f.found[first:].
func (f *finder) privateKeys(line []byte, from, to, first int) {
	keys := 0
	for i := from; i < to; {
		k := bytes.Index(line[i:to], keyDashes)
		if k < 0 {
			break
		}
		i += k
		start, ok := keyStart(line, i)
		for i += len(keyDashes); i < to && line[i] == '-'; i++ {
		}
		if !ok {
			continue
		}
		if keys == maxKeys {
			f.reportUnsearched(offset.Plain(line, start, to), "too many private keys to search")
			break
		}
		if body, end := keyBody(line, i); end > 0 {
			keys++
			f.reportKey(line, stretch{start, end}, body, first)
			i = min(end, to)
		}
	}
	for i := first; i < len(f.found); i++ {
		x := &f.found[i]
		if x.Kind != privateKeyKind || x.End == len(line) || f.key.holds(x.Start, x.End) {
			continue
		}
		if c, _ := offset.Unescaped(line, x.End); c > ' ' {
			continue
		}
		if lines := keyLines(line, x.End, true); lines.end > x.End {
			f.steps += lines.end - x.End
			x.End = lines.end
			f.key = stretch{x.Start, x.End}
		}
	}
}

// keyStart returns where a private key begins whose first line ends with the dashes at line[i], and reports whether it is one.
func keyStart(line []byte, i int) (start int, ok bool) {
	head, ok := bytes.CutSuffix(bytes.TrimSuffix(line[:i], keyBlock), privateKeyLabel)
	if !ok {
		return 0, false
	}
	from := max(0, len(head)-maxKeyLabel)
	if bytes.Contains(head[from:], keyEnd) {
		return 0, false
	}
	if k := bytes.LastIndex(head[from:], keyBegin); k >= 0 {
		return from + k, true
	}
	return len(head), true
}

// keyBody returns where the lines of the key begin whose first line ends before line[i], and where the key ends; 0 if no key
// follows.
func keyBody(line []byte, i int) (body, end int) {
	lines := keyLines(line, i, false)
	rest := line[i:]
	if k := bytes.Index(rest, keyDashes); k >= 0 && bytes.HasPrefix(rest[k:], keyEnd) && bytes.IndexByte(rest[:k], '"') < 0 {
		end = i + k + len(keyEnd)
		label := line[end:min(len(line), end+maxKeyLabel)]
		if n := bytes.Index(label, keyDashes); n >= 0 {
			end += n + len(keyDashes)
		}
	}
	if lines.end == 0 {
		return 0, 0
	}
	return lines.start, max(lines.end, end)
}

// keyLines returns the lines of base64 at line[i], behind headers. With inside set a first line stands before them.
func keyLines(line []byte, i int, inside bool) (lines stretch) {
	broken := false // the line of the key, and not by spaces
	for words := 0; i < len(line); {
		c, n := offset.Unescaped(line, i)
		if c <= ' ' {
			broken = broken || c < ' '
			i += n
			continue
		}
		w := keyWordAt(line, i)
		switch {
		case w.isLine() || inside && w.isLast(line, broken):
			if lines.end == 0 {
				lines.start = i
			}
			lines.end, inside, broken = w.end, true, false
		case inside || words == maxKeyHeader:
			return lines
		default:
			if w.end = headerWordEnd(line, i); w.end == i || words == 0 && line[w.end-1] != ':' {
				return lines
			}
			words++
		}
		i = w.end
	}
	return lines
}

// headerWordEnd returns the end of the word at line[i], which is not of base64 alone.
func headerWordEnd(line []byte, i int) int {
	for i < len(line) && line[i] != '"' {
		c, n := offset.Unescaped(line, i)
		if c <= ' ' {
			break
		}
		i += n
	}
	return i
}

// keyWord is a word of base64, which ends at end.
type keyWord struct {
	end, size int
	classes   uint8
}

// keyWordAt returns the word of base64 at line[i].
func keyWordAt(line []byte, i int) (w keyWord) {
	for w.end = i; w.end < len(line); {
		c, n := offset.Unescaped(line, w.end)
		if !ascii.IsAlnum(c) && ascii.Class[c]&ascii.Base64 == 0 {
			break
		}
		w.classes |= ascii.Class[c]
		w.size++
		w.end += n
	}
	return w
}

// isLine reports whether w is a line of a key by itself.
func (w keyWord) isLine() bool {
	const mixed = ascii.Lower | ascii.Upper | ascii.Digit
	return w.size >= sureKeyLine || w.size >= minKeyLine && w.classes&mixed == mixed
}

// isLast reports whether w may be the last line of a key, which has any length: padding is in it, or nothing but a mark or the
// END is behind it. Without a break before it, it must not be a word.
func (w keyWord) isLast(line []byte, broken bool) bool {
	if w.size == 0 || !broken && w.classes&^(ascii.Lower|ascii.Hex) == 0 {
		return false
	}
	rest := line[w.end:]
	return len(rest) == 0 || rest[0] == '"' || bytes.HasPrefix(rest, []byte("...")) || bytes.HasPrefix(rest, keyDashes) ||
		line[w.end-1] == '='
}

// reportKey reports the key at s, whose base64 begins at body, in place of what was found within it.
func (f *finder) reportKey(line []byte, s stretch, body, first int) {
	f.steps += s.end - s.start
	kept := f.found[:first]
	for _, x := range f.found[first:] {
		if !s.holds(x.Start, x.End) {
			kept = append(kept, x)
		}
	}
	f.found = kept
	n := len(f.found)
	f.passes.n, f.passes.from = 0, n // they are of the findings that went
	v := f.arena.Base64Digits(offset.Plain(line, body, s.end))
	f.report(v, context{loc: f.location, fixed: true}, evidence{
		kind: privateKeyKind, confidence: tokenwarden.ConfidenceHigh, reason: "private key between BEGIN and END",
	})
	if len(f.found) > n {
		out := &f.found[n]
		out.Start, out.End = s.start, s.end
		f.key = s
	}
}
