// Package credential finds the credentials in a log line and replaces them. It returns a credential as its position in the line,
// its kind, its strength and its keyed fingerprint.
//
// # How a line is read
//
// [Finder.Find] (finder.go) searches the fields marked by the parser (field.go), outside of excepted URLs (exceptions.go). One
// pass over the bytes shows that most fields are clean (prefilter.go, clean_texts.go). The others are read by their kind:
//
//   - a URL (url.go): userinfo, path segments (path.go, path_hint.go), pairs (query.go) and a fragment;
//   - a header: a scheme and its credentials (header.go, authorization.go), or cookies;
//   - a user agent or an unknown field: free text (freetext.go) and the structures within (structures.go);
//   - a line without a format: unparsed.go.
//
// Values (value.go, context.go) are judged at each level of encoding: first their parts, JSON (json.go), a URL, pairs, a scheme,
// the self-evident tokens within (scan.go), the text beside placeholders (beside.go), and then the value itself. Percent-encoding,
// JSON and backslash escapes and base64 are decoded into views (internal/offset) with the position in the line of every byte,
// so a finding is exact at any depth. Each value has a budget of steps, ten levels of decoding and forty of structure (budget.go);
// text beyond is masked as unsearched. report.go makes the findings (finding.go) with strength and sequence (strength.go,
// sequence.go), redact.go the redacted line, explain*.go the reasons for `tokenwarden explain`.
//
// # What is a credential
//
//   - A name decides (internal/names). It is split into words, and the last one counts. Under a name of the grades strong, code
//     and password the value is a credential unless it is ordinary: a word, a number, a date, a placeholder. Under a weak one
//     (key, code, state, sig) it must look like a token.
//   - A format decides (internal/provider): prefix, alphabet and length, and perhaps a checksum. A wrong checksum
//     lowers the confidence.
//   - A structure decides: JWT and JWE (internal/jwt), PEM keys, user:password of a URL or of HTTP Basic.
//   - A place decides: path segments after /reset/, /verify/, /webhooks/ and the like, and values with a name of one letter, or
//     hash, behind a path that asks for a link's token (/lost-password/?c=...).
//
// The shape (internal/shape) decides open cases: length, alphabet, and the share of words in the value.
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
// which is never found again: redacting twice changes nothing. Package guard checks the outgoing text a second time.
//
// No error, reason or printed form of any type here shows a byte of a line, a token or a key.
package credential
