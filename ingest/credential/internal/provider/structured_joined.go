package provider

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// joined recognises tokens of several runs with signs between, by the run from start to end: the last run or the first long
// one.
func joined(b []byte, start, end int) (Match, bool) {
	if start == 0 {
		return Match{}, false
	}
	switch b[start-1] {
	case '.':
		return dotted(b, start, end)
	case '~':
		return azureSecret(b, start-6)
	case ':':
		if m, ok := asana(b, start, end); ok {
			return m, true
		}
		if m, ok := tableau(b, start, end); ok {
			return m, true
		}
		return firebase(b, start, end)
	case '|':
		if m, ok := sanctum(b, start, end); ok {
			return m, true
		}
		return facebookApp(b, start, end)
	case '!':
		return salesforce(b, start, end)
	case '$':
		from := max(start-maxBraintree, 0)
		if i := bytes.LastIndex(b[from:start], []byte(braintreePrefix)); i >= 0 {
			return braintree(b, from+i)
		}
	}
	return Match{}, false
}

// maxDots bounds the dots before the last part of a dotted token.
const maxDots = 3

func dotted(b []byte, start, end int) (Match, bool) {
	if ascii.HasAt(b, start, "ey") {
		return brokenJWT(b, start, end)
	}
	if m, ok := turnstile(b, start, end); ok {
		return m, true
	}
	if m, ok := zhipu(b, start, end); ok {
		return m, true
	}
	from, dots := start, 0
	for from > 0 && (ascii.Class[b[from-1]]&ascii.Run != 0 || b[from-1] == '.') {
		if from--; b[from] != '.' {
			continue
		}
		if dots++; dots > maxDots {
			return terraform(b, start-len(".atlasv1.")-14)
		}
	}
	if from > 0 && b[from-1] == '!' {
		return salesforce(b, from, end)
	}
	if m, ok := terraform(b, start-len(".atlasv1.")-14); ok {
		return m, true
	}
	return authress(b, from)
}

// terraform is an API token of HCP Terraform: 14 characters, .atlasv1., 60 to 70 characters (HCP Terraform docs: "API
// tokens").
func terraform(b []byte, i int) (Match, bool) {
	if !mayTerraform(b, i) || len(bytes.TrimFunc(b[i:i+14], isAlnumRune)) > 0 || i > 0 && ascii.IsAlnum(b[i-1]) {
		return Match{}, false
	}
	end := i + 14 + len(".atlasv1.")
	for end < len(b) && (ascii.Class[b[end]]&ascii.Run != 0 || b[end] == '=') {
		end++
	}
	if end-i < 75 {
		return Match{}, false
	}
	return found(i, end, "terraform_token")
}

func isAlnumRune(r rune) bool { return r < 0x80 && ascii.IsAlnum(byte(r)) }

func mayTerraform(b []byte, i int) bool {
	return i >= 0 && i+15 < len(b) && b[i+14] == '.' && ascii.HasAt(b, i+14, ".atlasv1.")
}

// brokenJWT returns a cut or changed JSON Web Token that does not decode: two parts that start like base64 of {", perhaps a
// third.
func brokenJWT(b []byte, start, end int) (Match, bool) {
	from := start - 1
	for from > 0 && ascii.Class[b[from-1]]&ascii.Run != 0 {
		from--
	}
	if start-1-from < 19 || end-start < 19 || !ascii.HasAt(b, from, "ey") || shape.Of(b[start:end]) < shape.Hex {
		return Match{}, false
	}
	if end+1 < len(b) && b[end] == '.' && ascii.Class[b[end+1]]&ascii.Run != 0 {
		for end++; end < len(b) && ascii.Class[b[end]]&ascii.Run != 0; {
			end++
		}
	}
	end += ascii.Padding(b[end:])
	m, _ := found(from, end, "jwt")
	m.Exact, m.Reason = false, "the look of a JSON Web Token that does not decode"
	return m, true
}

// authress is an access key of a service client: a prefix and the client's id, an id of the key, the account, the secret,
// joined by dots (Authress docs: "Service clients").
func authress(b []byte, i int) (Match, bool) {
	if !mayAuthress(b, i) {
		return Match{}, false
	}
	end := i
	for part := range 4 {
		from := end
		for end < len(b) && (ascii.Class[b[end]]&ascii.Run != 0 || part == 3 && ascii.Class[b[end]]&ascii.Base64 != 0) {
			if end++; end-from > maxAuthressPart {
				return Match{}, false
			}
		}
		switch {
		case part == 2 && (!ascii.HasAt(b, from, "acc") || end-from < 10), part == 3 && (end-from < 30 || shape.Of(b[from:end]) < shape.Hex):
			return Match{}, false
		case part == 3:
		case end == from || end == len(b) || b[end] != '.':
			return Match{}, false
		default:
			end++
		}
	}
	return found(i, end, "authress_key")
}

// maxAuthressPart bounds a part of an Authress access key, with secrets of 32 to 64 bytes in base64.
const maxAuthressPart = 256

func mayAuthress(b []byte, i int) bool {
	switch b[i] {
	case 's':
		return ascii.HasAt(b, i, "sc_") || ascii.HasAt(b, i, "scauth_")
	case 'e':
		return ascii.HasAt(b, i, "ext_")
	case 'a':
		return ascii.HasAt(b, i, "authress_")
	}
	return false
}

// azureSecret is a client secret of Microsoft Entra ID: three characters, a digit, Q~, 31 to 34 characters (Microsoft
// Learn: the pattern of "Azure AD client secret" in Purview's sensitive information types).
func azureSecret(b []byte, i int) (Match, bool) {
	if !mayAzure(b, i) || i > 0 && ascii.Class[b[i-1]]&ascii.Alnum != 0 {
		return Match{}, false
	}
	end := i
	for end < len(b) && end-i < maxAzure && (ascii.Class[b[end]]&ascii.Run != 0 || b[end] == '~' || b[end] == '.') {
		end++
	}
	for end > i && b[end-1] == '.' {
		end--
	}
	if end-i < 37 {
		return Match{}, false
	}
	return found(i, end, "azure_secret")
}

// maxAzure bounds a client secret of Microsoft Entra ID; Match.TakeRun takes what is behind.
const maxAzure = 40

func mayAzure(b []byte, i int) bool {
	return i >= 0 && i+37 <= len(b) && b[i+5] == '~' && b[i+4] == 'Q' && ascii.IsDigit(b[i+3])
}

// asana recognises a personal access token: 1/ID:32 hexadecimal digits, or 2/ID/ID: and the digits (Asana docs: "Personal
// access token").
func asana(b []byte, start, end int) (Match, bool) {
	from := start - 1
	for from > 0 && (ascii.IsDigit(b[from-1]) || b[from-1] == '/') {
		from--
	}
	if !endsAfter(b, start, end, 32) || start-1-from < 12 || b[from+1] != '/' || b[from] != '1' && b[from] != '2' ||
		!ascii.IsHex(b[start:start+32]) {
		return Match{}, false
	}
	return found(from, end, "asana_token")
}

// endsAfter reports whether size bytes of the run from start to end are a token: the run ends there, or a joint follows.
func endsAfter(b []byte, start, end, size int) bool {
	return end-start == size || end-start > size && ascii.Class[b[start+size]]&ascii.Join != 0
}

// facebookApp is the access token of an app: its id of 15 or 16 digits, |, its secret (Meta docs: "Access tokens for Meta
// technologies").
func facebookApp(b []byte, start, end int) (Match, bool) {
	from := start - 1
	for from > 0 && ascii.IsDigit(b[from-1]) {
		from--
	}
	if n := start - 1 - from; n < 15 || n > 16 || end-start < 27 || shape.Of(b[start:end]) < shape.Hex {
		return Match{}, false
	}
	return found(from, end, "facebook_app")
}

// salesforce recognises a session id or access token: the organization's id, 00D and more, then ! and about 100 characters
// (Salesforce docs: "OAuth access tokens").
func salesforce(b []byte, start, end int) (Match, bool) {
	from := start - 1
	for from > 0 && ascii.IsAlnum(b[from-1]) {
		from--
	}
	for end < len(b) && (ascii.Class[b[end]]&ascii.Run != 0 || b[end] == '.') {
		end++
	}
	if n := start - 1 - from; n != 15 && n != 18 || !ascii.HasAt(b, from, "00D") || end-start < 60 || shape.Of(b[start:end]) < shape.Mixed {
		return Match{}, false
	}
	return found(from, end, "salesforce_session")
}

const (
	braintreePrefix = "access_token$"
	maxBraintree    = 160 // bytes of a token: the prefix, the environment, a merchant's id of 16 letters, the key
)

// braintree is an access token of Braintree, PayPal's gateway: access_token, production or sandbox, the merchant's id, 32
// hexadecimal digits, joined by $ (Braintree docs: "Access tokens").
func braintree(b []byte, i int) (Match, bool) {
	if i < 0 || !ascii.HasAt(b, i, braintreePrefix+"production$") && !ascii.HasAt(b, i, braintreePrefix+"sandbox$") {
		return Match{}, false
	}
	end := i
	for end < len(b) && (ascii.Class[b[end]]&ascii.Run != 0 || b[end] == '$') {
		if end++; end-i > maxBraintree {
			return Match{}, false
		}
	}
	if secret := bytes.LastIndexByte(b[:end], '$') + 1; !endsAfter(b, secret, end, 32) {
		return Match{}, false
	}
	return found(i, end, "braintree_token")
}

// first recognises a token at b[i] with short runs only: one with dots, = or ~ in it.
func (x *formatIndex) first(b []byte, i int) (Match, bool) {
	if m, ok := x.at(b, i); ok && m.End-i >= shape.MinRandom {
		return m, true
	}
	if m, ok := azureSecret(b, i); ok {
		return m, true
	}
	if m, ok := terraform(b, i); ok {
		return m, true
	}
	if m, ok := braintree(b, i); ok {
		return m, true
	}
	return authress(b, i)
}

// MayStartFirst reports whether first may recognise a token in the stretch of 16 or more from start.
func MayStartFirst(b []byte, start int) bool {
	return index.headAt(b, start) || mayAzure(b, start) || mayTerraform(b, start) || mayAuthress(b, start) ||
		ascii.HasAt(b, start, braintreePrefix)
}
