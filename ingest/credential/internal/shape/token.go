package shape

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// IsJumble reports whether b is long, without a joint, and of alternating letters and digits. Such a value is no slug, even
// with words by chance.
func IsJumble(b []byte) bool {
	for _, c := range b {
		if !ascii.IsAlnum(c) {
			return false
		}
	}
	return len(b) >= 24 && IsScrambled(b)
}

// IsScrambled reports whether letters and digits of b alternate more than in a word: "man2html" has one digit.
func IsScrambled(b []byte) bool {
	turns, digits := 0, 0
	for i, c := range b {
		if ascii.IsDigit(c) {
			digits++
		}
		if i > 0 && ascii.IsAlnum(c) && ascii.IsAlnum(b[i-1]) && ascii.IsDigit(c) != ascii.IsDigit(b[i-1]) {
			turns++
		}
	}
	return len(b) >= 8 && digits >= 2 && turns >= 3
}

// HasLetterAndDigit reports whether b holds a letter and a digit.
func HasLetterAndDigit(b []byte) bool {
	c := Count(b)
	return c.Digit > 0 && c.Lower+c.Upper > 0
}

// IsPrefixedID reports whether b is an API's id with a type in front: cus_Jp72RLvxXWBxF6. Longer values are none.
func IsPrefixedID(b []byte) bool {
	i := 0
	for i < len(b) && ascii.IsLower(b[i]) {
		i++
	}
	return i >= 2 && i <= 10 && i < len(b) && ascii.Class[b[i]]&ascii.Join != 0 && len(b)-i < 28
}

// applicationPrefixes begin the public ids of applications: WeChat, WeCom, DingTalk, Feishu, ByteDance, Kuaishou, Amazon, AdMob, Google,
// Clerk. Source: the documentation of each; 2026-12-01.
var applicationPrefixes = [...]string{"wx", "ww", "ding", "cli_", "tt", "ks", "amzn", "ca-app", "com.", "app_", "app-", "appl_", "goog_"}

// IsApplicationID reports whether b is an application's id that everybody may see.
func IsApplicationID(b []byte) bool {
	for _, p := range applicationPrefixes {
		if ascii.HasAt(b, 0, p) {
			return true
		}
	}
	return false
}

// Base58 addresses have at least so many characters (Solana: 32 bytes).
const minBase58 = 43

// IsBase58Address reports whether b is an address of a ledger in base58: 43 or 44 letters and digits without 0, O, I and l.
func IsBase58Address(b []byte) bool {
	if len(b) < minBase58 || len(b) > minBase58+1 {
		return false
	}
	for _, c := range b {
		if !ascii.IsAlnum(c) || c == '0' || c == 'O' || c == 'I' || c == 'l' {
			return false
		}
	}
	return true
}

// IsAddress reports whether b is the address of a public ledger: 0x and 40 or 64 hexadecimal digits (EIP-55).
func IsAddress(b []byte) bool {
	if len(b) != 42 && len(b) != 66 || b[0] != '0' || b[1] != 'x' {
		return false
	}
	return ascii.IsHex(b[2:])
}

// IsWordAndNumber reports whether b is a word and three digits or more: a weak token, or a chosen password.
func IsWordAndNumber(b []byte) bool {
	i := 0
	for i < len(b) && ascii.IsAlpha(b[i]) {
		i++
	}
	for _, c := range b[i:] {
		if !ascii.IsDigit(c) {
			return false
		}
	}
	return i >= 4 && len(b)-i >= 3 && string(b) != "sha256" && string(b) != "sha512"
}

// momentDigits is the number of digits of a time in milliseconds since 1970, from 2001 to 2286.
const momentDigits = 13

// IsWordAndMoment reports whether b is a word and a time in milliseconds: loading1784709404996.
func IsWordAndMoment(b []byte) bool {
	i := len(b) - momentDigits
	if i < 3 || b[i] != '1' && b[i] != '2' || !allLetters(b[:i]) || !LooksLikeWord(b[:i]) {
		return false
	}
	for _, c := range b[i:] {
		if !ascii.IsDigit(c) {
			return false
		}
	}
	return true
}

// IsLetterCode reports whether b is six capitals and no common word in the place of a code.
func IsLetterCode(b []byte) bool {
	for _, c := range b {
		if !ascii.IsUpper(c) {
			return false
		}
	}
	return len(b) == 6 && !IsNoPassword(b) && !LooksLikeWord(b)
}
