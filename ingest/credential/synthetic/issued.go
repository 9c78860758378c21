package synthetic

import (
	"fmt"
	"hash/crc32"
)

// base58 is Bitcoin's alphabet, without the characters that people mistake for others.
const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// Issued returns tokens of issuers that are made up, written as issuers write them: words, separators, a long random part, perhaps
// a checksum.
func Issued(s Source) map[string]string {
	m := maker{s}
	withSum := func(head, random string) string {
		return head + random + fmt.Sprintf("_%08x", crc32.ChecksumIEEE([]byte(random)))
	}
	return map[string]string{
		"issued_live":     "brixo" + "_live_" + m.alnum(32),
		"issued_sk_prod":  "sk" + "_prod_" + m.hex(48),
		"issued_word":     "kestrel" + "_" + m.alnum(40),
		"issued_short":    "quanto" + "-" + m.alnum(32),
		"issued_pat":      "zylo" + "_pat_" + m.of(base58, 30),
		"issued_tok_dot":  "tok" + "." + m.of(URLSafe[:62], 43),
		"issued_sec_dash": "sec" + "-" + m.of(LowerAlnum, 32),
		"issued_api_v1":   "tidal" + "-api-v1-" + m.of(Base32, 32),
		"issued_key":      "key" + "_" + m.alnum(22),
		"issued_colon":    "plexa" + ":sk:" + m.alnum(36),
		"issued_summed":   withSum("vexa"+"_", m.alnum(24)),
		"issued_base32":   "norvik" + "_test_" + m.of(Base32[26:]+Lower, 40),
	}
}
