// Command quality measures how well credentials are found and redacted. It plants synthetic credentials of many kinds
// into places where credentials stand in practice, writes each as a whole log line, sends it through the real
// [ingest.Processor], and searches what comes out for the credential in every encoding; and it sends lines without a
// credential, which must come out byte for byte.
//
// The corpora are testdata/quality/placements.jsonl and negatives.jsonl, placements_NAME.jsonl and negatives_NAME.jsonl of each later
// batch, and files of the same names in the directory that --data names, if it is there. A placement is
//
//	{"kind", "template", "context_sensitive", "encoding", "where", "tokens"}
//
// where {TOKEN} in template stands for the credential in the given encoding (see encode), {B64JSON} and {B64QUERY} for
// base64 of a JSON object or query string that holds it; where is url, referer, header:NAME, user_agent or remote_user;
// context_sensitive is true if name or place alone make the value a credential, "weak" where reasonable people differ,
// false where only a credential that can be told by its own format is expected to go; tokens, optional, names the kinds
// that the place takes, separated by |. A negative is {"url", "label", "why", "where"}: without where it is tried as
// request target and as Referer; label ambiguous is reported and not counted.
//
// It prints tables, never a credential, and exits with 1 if recall is below 98 % or more than 0.1 % of the lines without
// a credential were changed.
package main
