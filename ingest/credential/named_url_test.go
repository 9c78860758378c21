package credential

import (
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestNamedURLs judges what a parser takes for a URL under the name of a credential.
func TestNamedURLs(t *testing.T) {
	url := func(name, field, text string) placeOf { return placeOf{name, record.KindURL, field, text} }
	checkPlaces(t, "kt9ZIljYHq4Wm2Xv", []placeOf{
		url("password with a slash", "password", "/§"),
		url("two slashes", "token", "//§"),
		url("short segments before", "client_secret", "/a/b/§"),
		url("base64", "secretAccessKey", "/§+Rt5/bPz8Qd1LsVn0cY"),
		url("a scheme", "token", "http://§"),
		url("the end of a URL", "token", "https://h.example/x/§"),
		url("a file", "token", "/var/run/secrets/kubernetes.io/serviceaccount/token"),
		url("a directory", "password", "/etc/secrets/db"),
		url("an endpoint", "token", "https://login.example.com/oauth2/v1/token"),
		url("a name of an endpoint", "token_url", "/oauth/token"),
		url("a name of a file", "password_path", "/etc/secrets/db"),
		url("a name of no credential", "file", "/kt9ZIlj"),
	})
	checkPlaces(t, "ktZJIljYH", []placeOf{url("letters", "password", "/§"), url("behind a word", "password", "/x1/§"), url("a host", "password", "http://§")})
}
