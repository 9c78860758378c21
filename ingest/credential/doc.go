// Package credential finds the credentials in a log line and takes them out. What leaves the package is the position of a
// credential in the line, its kind, its strength and its keyed fingerprint.
//
// # How a line is read
//
// [Finder.Find] takes the fields that the parser marked in the line. Most hold nothing, which one pass over their bytes
// shows (prefilter.go). The others are read by their kind: a URL (url.go) has userinfo, path segments (path.go,
// path_hint.go), pairs (query.go) and a fragment; a header has a scheme and its credentials (header.go, authorization.go); a
// user agent is free text (freetext.go). Values (value.go) are judged at each level of encoding: first their parts, JSON
// (json.go), a URL, pairs, a scheme, and then the value itself. Percent-encoding, JSON and backslash escapes and base64 are
// decoded into views (internal/offset) that map every byte back to the line, so that a finding is exact at any depth. Each
// value has a budget of steps and ten levels of decoding (budget.go); what is beyond is masked as unsearched. Every finding is reported by report.go.
//
// # What is a credential
//
//   - A name decides (internal/names). It is split into words, and the last one counts. Under a name of the grades strong, code
//     and password the value is a credential unless it is ordinary: a word, a number, a date, a placeholder. Under a weak one
//     (key, code, state, sig) it must look like a token.
//   - A format decides (internal/provider): prefix, alphabet and length, and the checksum where there is one. A checksum that
//     fails lowers the confidence.
//   - A structure decides: JWT and JWE (internal/jwt), PEM keys, user:password of a URL or of HTTP Basic.
//   - A place decides: path segments after /reset/, /verify/, /webhooks/ and the like, and values with a name of one letter, or
//     hash, behind a path that asks for a link's token (/lost-password/?c=...).
//
// The shape (internal/shape) decides what a name or place left open: length, alphabet, and how much of the value is words.
// Without a name, a place or a format nothing is touched: UUIDs, digests, slugs, trackers and page cursors stay. Publishable
// keys are found, marked Public and left.
//
// # One token, one fingerprint
//
// The fingerprint is that of the canonical token (ingest/secret): decoded until nothing more decodes. It is the same in a
// query, twice encoded in a Referer, and pasted into `tokenwarden fingerprint`.
//
// # Redaction
//
// [AppendRedacted] replaces the bytes of each finding by REDACTED.<kind>.<16 hexadecimal digits of the fingerprint>,
// which is never found again: redacting twice changes nothing. Package guard checks what goes out a second time.
//
// No error, reason or printed form of any type here shows a byte of a line, a token or a key.
package credential
