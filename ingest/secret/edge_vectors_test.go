package secret

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/edge/vectors-1.jsonl")

const vectorsFile = "../../testdata/edge/vectors-1.jsonl"

// vector is a line of the file that people who write another edge test against. Bytes are hexadecimal.
type vector struct {
	Name        string `json:"name"`
	Place       string `json:"place"` // token: the token itself; header: the value of a header
	Input       string `json:"input_hex"`
	Canonical   string `json:"canonical_hex"`
	Hash        string `json:"hash"`
	Form        string `json:"form"`
	Fingerprint string `json:"fingerprint"`
}

// vectorHead is the first line of the file.
type vectorHead struct {
	Contract int    `json:"contract"`
	Key      string `json:"test_key_hex"`
	KeyID    string `json:"key_id"`
	EdgeKey  string `json:"edge_key_hex"`
	Kind     string `json:"kind"`
}

func percentAll(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// vectorInputs are tokens of every form. None is a credential of anyone; they are put together here so that no scanner finds one.
func vectorInputs() []vector {
	opaque := strings.Repeat("k3Zq9", 5)
	b64, url := base64.StdEncoding.EncodeToString, base64.RawURLEncoding.EncodeToString
	jwt := url([]byte(`{"alg":"HS256"}`)) + "." + url([]byte(`{"sub":"4"}`)) + "." + url([]byte{0xfb, 0xff, 0x10, 0x20, 0x30})
	jwtStd := strings.NewReplacer("-", "+", "_", "/").Replace(jwt)
	deep := opaque + "/"
	for range 6 {
		deep = strings.ReplaceAll(strings.ReplaceAll(deep, "%", "%25"), "/", "%2F")
	}
	tokens := []struct{ name, text string }{
		{"opaque", opaque}, {"word", "changeme"}, {"one byte", "x"}, {"with spaces around", " \t" + opaque + "\r\n"},
		{"other ASCII white space around", "\v" + opaque + "\f"}, {"percent, controls around", "%01%00" + opaque + "%1f"}, {"Unicode space stays", "\u00a0" + opaque}, {"bytes above 127", "pa\xc3\xa4\xff"},
		{"inner spaces", "correct horse battery"}, {"inner tab and break", "abc\r\n  def\tghi"}, {"NUL", "abc\x00def"},
		{"percent, capitals", "abc%2Fdef%3D"}, {"percent, small", "abc%2fdef%3d"}, {"percent, all bytes", percentAll(opaque)},
		{"percent, twice", percentAll(percentAll("a/b"))}, {"percent, six levels", deep}, {"percent, broken", "100%sure%2"}, {"percent, broken then whole", "%%34%31x"},
		{"percent, spaces around", "%20" + opaque + "%0a"}, {"percent, NUL", "abc%00def"}, {"plus stays", "abc+def%2Bghi"},
		{"base64 of text", b64([]byte("user-" + opaque))}, {"base64 without padding", strings.TrimRight(b64([]byte("user-"+opaque+"a")), "=")},
		{"base64url of text", url([]byte("a?>b~~~c" + opaque))}, {"base64 of base64", b64([]byte(b64([]byte("user-" + opaque))))},
		{"base64 three times", b64([]byte(b64([]byte(b64([]byte("user-" + opaque))))))}, {"base64 of text with a space", b64([]byte("user name and more"))},
		{"base64, too short", b64([]byte("abcdefgh"))[:11]}, {"base64, twelve characters", b64([]byte("abcdefghi"))}, {"base64, percent-encoded within", b64([]byte("abc%2Fdefghi"))},
		{"base64, length 4n+1", b64([]byte("abcdefghi")) + "Y"}, {"base64, three pads", b64([]byte("abcdefghi")) + "==="}, {"base64 of bytes", b64([]byte{1, 2, 3, 250, 251, 252, 253, 254, 255, 9})},
		{"JWT", jwt}, {"JWT, standard alphabet", jwtStd}, {"JWT, padding", strings.ReplaceAll(jwt, ".", "=.") + "="}, {"JWT, unused bits", jwt[:len(jwt)-1] + "B"},
		{"JWT, unsigned", jwt[:strings.LastIndexByte(jwt, '.')+1]}, {"JWT, percent dots", strings.ReplaceAll(jwt, ".", "%2E")}, {"JWT, five parts", jwt + ".AAAB.CC"},
		{"like a JWT, another character", jwt + "~"}, {"like a JWT, one part", "eyJhbGciOiJIUzI1NiJ9"}, {"an edge form is a token too", EdgePrefix + "00000000.bearer." + strings.Repeat("0", 32) + ".00000000"},
		{"digits", "0000000000000042"}, {"hexadecimal", "0123456789abcdef0123456789abcdef"}, {"UUID", "8c1f3b2a-0d4e-4f6a-9b7c-112233445566"},
	}
	headers := []struct{ name, text string }{
		{"Bearer", "Bearer " + opaque}, {"bearer, small, two spaces", "bearer  " + opaque}, {"Bearer, JWT", "Bearer " + jwt}, {"Bearer, quotes", `Bearer "` + opaque + `"`},
		{"Token", "Token " + opaque}, {"ApiKey", "ApiKey " + b64([]byte("id:"+opaque))}, {"unknown scheme", "Acme-Auth " + opaque}, {"no scheme", opaque},
		{"no scheme, percent", percentAll(opaque)}, {"Basic", "Basic " + b64([]byte("alice:"+opaque))}, {"Basic, colon in password", "Basic " + b64([]byte("alice:a:b:c"))},
		{"Basic, bytes above 127", "Basic " + b64([]byte("alice:p\xc3\xa4ss"))}, {"Basic, percent in password", "Basic " + b64([]byte("alice:a%2Fb"))},
		{"Basic, no password", "Basic " + b64([]byte(opaque+":"))}, {"Basic, stand-in", "basic " + b64([]byte(opaque+":x-oauth-basic"))}, {"Basic, no colon", "Basic " + b64([]byte(opaque))},
		{"parameters", `Digest username="alice", response="0123456789abcdef"`}, {"scheme alone", "Bearer"}, {"empty", ""}, {"blanks", "  "},
	}
	var out []vector
	for _, x := range tokens {
		out = append(out, vector{Name: x.name, Place: "token", Input: hex.EncodeToString([]byte(x.text))})
	}
	for _, x := range headers {
		out = append(out, vector{Name: x.name, Place: "header", Input: hex.EncodeToString([]byte(x.text))})
	}
	return out
}

func TestEdgeVectors(t *testing.T) {
	key := sampleKey(t)
	prints, edge := NewFingerprinter(key), NewEdge(key.Edge())
	head, _ := json.Marshal(vectorHead{1, hex.EncodeToString(key.secret.Get()[:]), key.ID().String(), key.Edge().Hex(), "token"})
	lines := []string{string(head)}
	for _, v := range vectorInputs() {
		input, _ := hex.DecodeString(v.Input)
		token := input
		if v.Place == "header" {
			_, token = headerToken(input)
		}
		if len(token) > 0 {
			v.Canonical = hex.EncodeToString(Canonical(nil, token))
			v.Form = string(edge.AppendForm(nil, "token", NewToken(token)))
			v.Hash = strings.Split(v.Form, ".")[3]
			v.Fingerprint = prints.Fingerprint(NewToken(token)).String()
		}
		line, _ := json.Marshal(v)
		lines = append(lines, string(line))
	}
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(vectorsFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the vectors of contract 1 have changed: that takes a contract 2; or renew with -update\n%s", firstDifference(got, string(want)))
	}
}

func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return "got  " + as[i] + "\nwant " + bs[i]
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(as), len(bs))
}
