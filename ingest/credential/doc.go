// Package credential finds the credentials in a log line, says what they are, and takes them out. The raw token begins
// and ends here: what leaves the package is where a credential stands, what kind it is, how strong, and its keyed
// fingerprint.
//
// # How a line is read
//
// [Finder.Find] takes the fields that the parser marked in the line. Most hold nothing, which one pass over their bytes
// shows (clean.go). The others are read as what they are: a URL (url.go) has userinfo, path segments (path.go, mark.go),
// pairs (query.go) and a fragment; a header has a scheme and its credentials (header.go, authorization.go); a user agent
// is text (text.go). Values are read in turn (value.go): at each level of encoding first for a structure, JSON
// (jsonin.go), a URL, pairs, a scheme, and then for themselves. Percent-encoding, JSON and backslash escapes and base64
// are undone into views (view.go, decode.go) that know for every byte where in the line it came from, so that a finding
// is exact in the line however deep it stood. Text that nests names in names beyond all use is masked whole.
//
// # What is a credential
//
// Four things speak for one:
//
//   - A name (names.go, names_decide.go, names_list.go). It falls into words, the last one decides. Under a name of the
//     grades hard, code and password the value is a credential unless it is ordinary: a word, a number, a date, a
//     placeholder (ordinary.go). Under a weak one (key, code, state, sig) it must look like a token.
//   - A format (provider_table.go, provider.go, structured.go): prefix, alphabet and length, and the checksum where
//     there is one. A checksum that fails lowers the confidence, it does not excuse.
//   - A structure: JWT and JWE (jwt.go, claims.go), PEM keys, user:password of a URL or of HTTP Basic.
//   - A place: path segments after /reset/, /verify/, /webhooks/ and the like (mark.go), and values with a name of one
//     letter, or hash, behind a path that asks for a link's token (/lost-password/?c=...).
//
// Shape (shape.go, pairs.go) decides what a name or place left open: length, alphabet, and how much of the value is
// words. Without a name, a place or a format nothing is touched: UUIDs, digests, slugs, trackers and page cursors stay.
// Publishable keys are found, marked Public and left.
//
// # One token, one fingerprint
//
// What is fingerprinted is the canonical token (canonical.go): decoded until nothing more decodes. It is the same in a
// query, twice encoded in a Referer, and pasted into `tokenwarden fingerprint` ([Fingerprinter.Line]).
//
// # Redaction
//
// [AppendRedacted] replaces the bytes of each finding by REDACTED.<kind>.<16 hexadecimal digits of the fingerprint>,
// which is never found again: redacting twice changes nothing. Package guard checks what goes out a second time.
//
// No error, reason or printed form of any type here shows a byte of a line, a token or a key.
package credential
