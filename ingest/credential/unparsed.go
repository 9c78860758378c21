package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// unparsed searches a line without a format.
func (f *finder) unparsed(v offset.View) {
	pl := context{loc: tokenwarden.LocationHeader, fixed: true}
	if len(f.patterns) > 0 {
		f.customPatterns(v, pl)
	}
	f.unparsedText(v, pl)
	if d, ok := f.arena.UnescapeC(v); ok {
		f.unparsedText(d, pl)
	}
	if d, ok := f.arena.Entities(v); ok {
		f.unparsedText(d, pl)
	}
}

func (f *finder) unparsedText(v offset.View, pl context) {
	f.searchPairs(v, pl)
	f.nextPass()
	f.bearersIn(v, pl)
	f.nextPass()
	f.basicsIn(v, pl)
	f.nextPass()
	inWords := pl
	inWords.words = true
	f.scanRuns(v, inWords)
	f.nextPass()
	f.searchJSON(v, pl)
	f.nextPass()
	f.scanWords(v, pl, true)
	f.nextPass()
}

// scanWords judges the words of a text one by one; with loose set, random words count as tokens.
func (f *finder) scanWords(v offset.View, pl context, loose bool) {
	b := v.Text
	for i := 0; i < len(b); {
		for i < len(b) && isWordEnd(b[i]) {
			i++
		}
		end := i
		for end < len(b) && !isWordEnd(b[end]) {
			end++
		}
		if end > i {
			f.scanWord(v.Cut(i, end), pl, loose)
		}
		i = end
	}
}

func isWordEnd(c byte) bool {
	return c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`'
}

var wordEdge = ascii.Set(",;.()[]{}|")

// scanWord judges one word: a URL, pairs, or a random word.
func (f *finder) scanWord(v offset.View, pl context, loose bool) {
	i, j := 0, len(v.Text)
	for i < j && wordEdge[v.Text[i]] {
		i++
	}
	for j > i && wordEdge[v.Text[j-1]] && (v.Text[j-1] != '}' || !bytes.Contains(v.Text[i:j], []byte("${"))) {
		j--
	}
	if v = v.Cut(i, j); len(v.Text) < 8 {
		return
	}
	if bytes.Contains(v.Text, k8sBearer) {
		f.subprotocols(v, pl)
	}
	if isSSHFingerprint(v.Text) {
		return
	}
	if i := mailEnd(v.Text); i > 0 {
		v = v.From(i)
	}
	if bytes.ContainsAny(v.Text, "/?=%@:") && (f.searchURL(v, pl) || f.searchValue(v, pl.withoutName())) {
		return
	}
	if !loose {
		return
	}
	b := v.Text
	for i := 0; i < len(b); {
		end := i
		for end < len(b) && (ascii.Class[b[end]]&ascii.Run != 0 || b[end] == '.' || b[end] == '~' || b[end] == '+') {
			end++
		}
		f.randomPiece(v.Cut(i, end), pl)
		i = end + 1
		if end < len(b) {
			if _, ok := ascii.PercentAt(b, end); ok { // its digits are no part of the next piece
				i = end + len("%20")
			}
		}
	}
}

// mailEnd returns the offset behind the @ of a mail address or another name at a host, perhaps with a word before:
// login:bob@h.example, app@db:5432, a message's id. Only behind two slashes stands a password before the sign; 0 without it.
func mailEnd(b []byte) int {
	at := bytes.IndexByte(b, '@')
	if at <= 0 {
		return 0
	}
	for _, c := range b[:at] {
		if !isLocal[c] && !ascii.IsAlnum(c) {
			return 0
		}
	}
	return at + 1
}

// isLocal marks the bytes beside letters and digits of mail addresses (RFC 5322 section 3.2.3) and of what stands before them.
var isLocal = ascii.Set(".-_+:()")

// isSSHFingerprint reports whether b is the fingerprint of a public key as OpenSSH writes it: SHA256: and 43 characters of
// base64 (ssh-keygen(1), -E).
func isSSHFingerprint(b []byte) bool {
	digest, ok := bytes.CutPrefix(b, []byte("SHA256:"))
	return ok && len(digest) == 43 && looksB64(digest)
}

// isRayID reports whether b is Cloudflare's id of a request: 16 hexadecimal digits and the code of an airport (Cloudflare,
// "Cloudflare HTTP headers", CF-Ray; 2026-12-01).
func isRayID(b []byte) bool {
	return len(b) == 20 && b[16] == '-' && shape.Of(b[:16]) == shape.Hex && ascii.IsUpper(b[17]) && ascii.IsUpper(b[18]) &&
		ascii.IsUpper(b[19])
}

// randomPiece judges a piece of a word by its looks alone.
func (f *finder) randomPiece(v offset.View, pl context) {
	if len(v.Text) < 20 || shape.Of(v.Text) != shape.Random || shape.IsPrefixedID(v.Text) || isRayID(v.Text) {
		return
	}
	c := shape.Count(v.Text)
	if c.Hex+c.Join == len(v.Text) { // digests, trace ids
		return
	}
	f.report(v, pl, evidence{kind: "token", confidence: tokenwarden.ConfidenceLow, reason: "random word in a line of no known format"})
}

// basicsIn finds "Basic BASE64" in a text.
func (f *finder) basicsIn(v offset.View, pl context) {
	b := v.Text
	for i := 0; ; {
		k := bytes.Index(b[i:], []byte("asic "))
		if k < 0 {
			return
		}
		from := i + k + len("asic ")
		to := textValueEnd(b, from)
		if to-from >= 8 && looksB64(b[from:to]) && shape.Of(b[from:to]) != shape.Ordinary {
			f.basic(v.Cut(from, to), pl)
		}
		i = from
	}
}
