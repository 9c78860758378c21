package names

import "bytes"

// credentialNames are the ends of names, in lower case with letters and digits only, whose value is a
// credential whatever it looks like: a word, a number, three letters.
var credentialNames = [...]string{
	"apikey", "accesstoken", "refreshtoken", "idtoken", "authtoken", "apitoken", "privatetoken", "bearertoken", "sessiontoken",
	"jsessionid", "phpsessid",
}

// isCredentialName reports whether the name raw ends in one of credentialNames.
func isCredentialName(raw []byte, ws *splitName) bool {
	ws.used = 0
	flat := flat(raw, ws)
	for _, s := range credentialNames {
		if bytes.HasSuffix(flat, []byte(s)) {
			return true
		}
	}
	return false
}
