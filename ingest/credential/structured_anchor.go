package credential

import "bytes"

// anchored recognises the tokens that a fixed text within or at the end of them tells, by their length and where it
// stands.
func anchored(b []byte, start, end int) (match, bool) {
	for i := range anchors {
		if a := &anchors[i]; end-start == a.size && hasAt(b, start+a.at, a.text) && a.rest(b[start:end]) {
			return found(start, end, a.kind)
		}
	}
	return match{}, false
}

// anchor is a text that stands in every token of a kind.
type anchor struct {
	kind string
	size int // of the token
	at   int // where the text starts
	text string
	tail uint8 // classes of the bytes around it
}

// anchors are those formats. MaxMind: "License keys". New Relic: "License key". Mailchimp: "API keys", the data centre
// behind a dash. Microsoft: identifiable keys of Azure DevOps, Azure AI services, Azure Functions and Azure AI Search.
var anchors = [...]anchor{
	{"maxmind_key", 40, 36, "_mmk", cAlnum | cJoin},
	{"newrelic_license", 40, 36, "NRAL", cLower | cDigit},
	{"mailchimp_key", 36, 32, "-us", cHex},
	{"mailchimp_key", 37, 32, "-us", cHex},
	{"azure_devops_pat", 84, 76, "AZDO", cAlnum},
	{"azure_ai_key", 84, 52, "JQQJ99", cAlnum},
	{"azure_functions_key", 54, 44, "AzFu", cAlnum | cJoin},
	{"azure_search_key", 52, 42, "AzSe", cAlnum},
}

// rest tells whether the bytes around the text are of the token's alphabet.
func (a *anchor) rest(token []byte) bool {
	for i, c := range token {
		if class[c]&a.tail == 0 && (i < a.at || i >= a.at+len(a.text)) {
			return false
		}
	}
	return true
}

// anchorSizes has the bit of each size set that an anchored token may have.
var anchorSizes = func() (set [2]uint64) {
	for _, a := range anchors {
		set[a.size/64] |= 1 << (a.size % 64)
	}
	return set
}()

// mayAnchor tells whether the run from start to end has the size and the text of an anchored token.
func mayAnchor(b []byte, start, end int) bool {
	n := end - start
	if n >= 128 || anchorSizes[n/64]>>(n%64)&1 == 0 {
		return false
	}
	for i := range anchors {
		if a := &anchors[i]; a.size == n && hasAt(b, start+a.at, a.text) {
			return true
		}
	}
	return false
}

// joined recognises the tokens that are several runs with signs between them, by the run from start to end, which is
// the last of them or the first that is long.
func joined(b []byte, start, end int) (match, bool) {
	if start == 0 {
		return match{}, false
	}
	switch b[start-1] {
	case '.':
		return dotted(b, start, end)
	case '~':
		return azureSecret(b, start-6)
	case ':':
		return afterColon(b, start, end)
	case '|':
		return facebookApp(b, start, end)
	case '!':
		return salesforce(b, start, end)
	}
	return match{}, false
}

func dotted(b []byte, start, end int) (match, bool) {
	if hasAt(b, start, "ey") {
		return brokenJWT(b, start, end)
	}
	from := start
	for from > 0 && (class[b[from-1]]&cRun != 0 || b[from-1] == '.') {
		from--
	}
	if m, ok := terraform(b, start-len(".atlasv1.")-14); ok {
		return m, true
	}
	return authress(b, from)
}

// terraform is an API token of HCP Terraform: 14 characters, .atlasv1., 60 to 70 characters (HCP Terraform docs: "API
// tokens").
func terraform(b []byte, i int) (match, bool) {
	if !mayTerraform(b, i) || len(bytes.TrimFunc(b[i:i+14], isAlnumRune)) > 0 || i > 0 && isAlnum(b[i-1]) {
		return match{}, false
	}
	end := i + 14 + len(".atlasv1.")
	for end < len(b) && (class[b[end]]&cRun != 0 || b[end] == '=') {
		end++
	}
	if end-i < 75 {
		return match{}, false
	}
	return found(i, end, "terraform_token")
}

func isAlnumRune(r rune) bool { return r < 0x80 && isAlnum(byte(r)) }

func mayTerraform(b []byte, i int) bool {
	return i >= 0 && i+15 < len(b) && b[i+14] == '.' && hasAt(b, i+14, ".atlasv1.")
}

// brokenJWT is what has the look of a JSON Web Token and does not decode as one, because it was cut or changed: two
// parts that start as base64 of {" does, perhaps a third.
func brokenJWT(b []byte, start, end int) (match, bool) {
	from := start - 1
	for from > 0 && class[b[from-1]]&cRun != 0 {
		from--
	}
	if start-1-from < 19 || end-start < 19 || !hasAt(b, from, "ey") || shapeOf(b[start:end]) < shapeHex {
		return match{}, false
	}
	if end+1 < len(b) && b[end] == '.' && class[b[end+1]]&cRun != 0 {
		for end++; end < len(b) && class[b[end]]&cRun != 0; {
			end++
		}
	}
	end += padding(b[end:])
	m, _ := found(from, end, "jwt")
	m.sure, m.reason = false, "the look of a JSON Web Token that does not decode"
	return m, true
}

// authress is an access key of a service client: a prefix and the client's id, an id of the key, the account, the secret,
// joined by dots (Authress docs: "Service clients").
func authress(b []byte, i int) (match, bool) {
	if !mayAuthress(b, i) {
		return match{}, false
	}
	end := i
	for part := range 4 {
		from := end
		for end < len(b) && (class[b[end]]&cRun != 0 || part == 3 && class[b[end]]&cB64 != 0) {
			end++
		}
		switch {
		case part == 2 && (!hasAt(b, from, "acc") || end-from < 10), part == 3 && (end-from < 30 || shapeOf(b[from:end]) < shapeHex):
			return match{}, false
		case part == 3:
		case end == from || end == len(b) || b[end] != '.':
			return match{}, false
		default:
			end++
		}
	}
	return found(i, end, "authress_key")
}

func mayAuthress(b []byte, i int) bool {
	switch b[i] {
	case 's':
		return hasAt(b, i, "sc_") || hasAt(b, i, "scauth_")
	case 'e':
		return hasAt(b, i, "ext_")
	case 'a':
		return hasAt(b, i, "authress_")
	}
	return false
}

// azureSecret is a client secret of Microsoft Entra ID: three characters, a digit, Q~, 31 to 34 characters (Microsoft
// Learn: the pattern of "Azure AD client secret" in Purview's sensitive information types).
func azureSecret(b []byte, i int) (match, bool) {
	if !mayAzure(b, i) || i > 0 && class[b[i-1]]&cAlnum != 0 {
		return match{}, false
	}
	end := i
	for end < len(b) && (class[b[end]]&cRun != 0 || b[end] == '~' || b[end] == '.') {
		end++
	}
	for end > i && b[end-1] == '.' {
		end--
	}
	if n := end - i; n < 37 || n > 40 {
		return match{}, false
	}
	return found(i, end, "azure_secret")
}

func mayAzure(b []byte, i int) bool {
	return i >= 0 && i+37 <= len(b) && b[i+5] == '~' && b[i+4] == 'Q' && isDigit(b[i+3])
}

// afterColon recognises what stands behind an id and a colon: an Asana token, 1/ID:32 hexadecimal digits (Asana docs:
// "Personal access token"), and Rancher's, token-ID:secret (Rancher docs: "API keys").
func afterColon(b []byte, start, end int) (match, bool) {
	from := start - 1
	for from > 0 && class[b[from-1]]&cRun != 0 {
		from--
	}
	id := b[from : start-1]
	n := end - start
	switch {
	case n == 32 && len(id) >= 10 && len(bytes.Trim(id, "0123456789")) == 0 && from >= 2 && b[from-1] == '/' && isHex(b[start:end]):
		for from > 1 && (b[from-1] == '/' || isDigit(b[from-1])) {
			from--
		}
		return found(from, end, "asana_token")
	case n >= 50 && n <= 60 && len(id) >= 11 && (bytes.HasPrefix(id, []byte("token-")) || bytes.HasPrefix(id, []byte("kubeconfig-"))):
		return found(from, end, "rancher_token")
	}
	return match{}, false
}

func isHex(b []byte) bool {
	for _, c := range b {
		if unhex[c] > 15 {
			return false
		}
	}
	return true
}

// facebookApp is the access token of an app: its id of 15 or 16 digits, |, its secret (Meta docs: "Access tokens for Meta
// technologies").
func facebookApp(b []byte, start, end int) (match, bool) {
	from := start - 1
	for from > 0 && isDigit(b[from-1]) {
		from--
	}
	if n := start - 1 - from; n < 15 || n > 16 || end-start < 27 || end-start > 40 || shapeOf(b[start:end]) < shapeHex {
		return match{}, false
	}
	return found(from, end, "facebook_app")
}

// salesforce is a session id or access token: the organization's id, which starts with 00D, ! and about 100 characters
// (Salesforce docs: "OAuth access tokens").
func salesforce(b []byte, start, end int) (match, bool) {
	from := start - 1
	for from > 0 && isAlnum(b[from-1]) {
		from--
	}
	for end < len(b) && (class[b[end]]&cRun != 0 || b[end] == '.') {
		end++
	}
	if n := start - 1 - from; n != 15 && n != 18 || !hasAt(b, from, "00D") || end-start < 60 || shapeOf(b[start:end]) < shapeMixed {
		return match{}, false
	}
	return found(from, end, "salesforce_session")
}

// first recognises a token that starts at b[i] and whose runs may all be too short to be looked at: one with dots, = or ~
// in it.
func (x *formatIndex) first(b []byte, i int) (match, bool) {
	if m, ok := x.at(b, i); ok && m.end-i >= minRandom {
		return m, true
	}
	if m, ok := azureSecret(b, i); ok {
		return m, true
	}
	if m, ok := terraform(b, i); ok {
		return m, true
	}
	return authress(b, i)
}

// mayFirst tells that first may recognise one in the stretch of 16 or more from start.
func mayFirst(b []byte, start int) bool {
	return providers.bits.has(key3(b[start], b[start+1], b[start+2])) || mayAzure(b, start) || mayTerraform(b, start) || mayAuthress(b, start)
}
