package ingest

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
)

// armoured returns a private key as text: lines of width characters of base64 between the words of its kind.
func armoured(kind, headers string, der []byte, width int) string {
	body := base64.StdEncoding.EncodeToString(der)
	var lines []string
	for ; len(body) > width; body = body[width:] {
		lines = append(lines, body[:width])
	}
	dashes := strings.Repeat("-", 5)
	return fmt.Sprintf("%sBEGIN %s%[1]s\n%[3]s%[4]s\n%[5]s\n%[1]sEND %[2]s%[1]s\n", dashes, kind, headers, strings.Join(lines, "\n"), body)
}

// privateKeys returns a fresh key of each kind, as its tool writes it.
func privateKeys(t *testing.T) map[string]string {
	t.Helper()
	big, err := rsa.GenerateKey(rand.Reader, 2048)
	small, err2 := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	_, edwards, err3 := ed25519.GenerateKey(rand.Reader)
	if err != nil || err2 != nil || err3 != nil {
		t.Fatal(err, err2, err3)
	}
	pkcs8, _ := x509.MarshalPKCS8PrivateKey(big)
	short, _ := x509.MarshalPKCS8PrivateKey(edwards)
	sec1, _ := x509.MarshalECPrivateKey(small)
	random := make([]byte, 700)
	_, _ = rand.Read(random)
	block := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return map[string]string{
		"PKCS 8":    block("PRIVATE KEY", pkcs8),
		"Ed25519":   block("PRIVATE KEY", short),
		"PKCS 1":    block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(big)),
		"SEC 1":     block("EC PRIVATE KEY", sec1),
		"encrypted": block("ENCRYPTED PRIVATE KEY", random),
		"encrypted with headers": armoured("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,"+
			strings.ToUpper(newSecret()[:32])+"\n\n", random, 64),
		"OpenSSH": armoured("OPENSSH PRIVATE KEY", "", append([]byte("openssh-key-v1\x00"), random...), 70),
		"OpenPGP": armoured("PGP PRIVATE KEY BLOCK", "Version: GnuPG v2.2.27 (GNU/Linux)\nComment: a key\n\n", random, 64),
	}
}

// leftOf returns a stretch of 16 characters of the base64 in key that out holds, "" without one.
func leftOf(out, key string) string {
	for line := range strings.Lines(key) {
		if line = strings.TrimSpace(line); strings.ContainsAny(line, "-: ") {
			continue
		}
		for i := 0; i+16 <= len(line); i++ {
			if strings.Contains(out, line[i:i+16]) {
				return line[i : i+16]
			}
		}
	}
	return ""
}

// TestPrivateKeys writes private keys of several lines into one line of a log.
func TestPrivateKeys(t *testing.T) {
	asJSON := func(text string) string {
		b, _ := json.Marshal(text)
		return strings.Trim(string(b), `"`)
	}
	message := func(format string) func(string) string {
		return func(key string) string { return fmt.Sprintf(format, asJSON(key)) }
	}
	within := func(format, newline string) func(string) string {
		return func(key string) string { return fmt.Sprintf(format, strings.ReplaceAll(key, "\n", newline)) }
	}
	keys := privateKeys(t)
	for _, c := range []struct {
		name  string
		write func(key string) string
	}{
		{"a message", message(`{"level":"error","message":"%s"}`)},
		{"words around", message(`{"level":"error","message":"cannot read %s of the server at start"}`)},
		{"a body", message(`{"status":400,"path":"/keys","body":"name=a\n%s"}`)},
		{"an error", message(`{"error":{"reason":"bad key: %s","code":7}}`)},
		{"a nested manifest", message(`{"request":{"object":{"stringData":{"id_rsa":"%s"}}}}`)},
		{"JSON in JSON", func(key string) string { return message(`{"message":"%s"}`)(`{"cert":"` + asJSON(key) + `","n":1}`) }},
		{"a request's line beside", message(`{"method":"GET","uri":"/a?b=1","status":200,"note":"%s"}`)},
		{"carriage returns", within(`{"message":"%s"}`, `\r\n`)},
		{"slashes escaped", func(key string) string {
			return `{"message":"` + strings.ReplaceAll(asJSON(key), "/", `\/`) + `"}`
		}},
		{"characters by number", func(key string) string {
			return `{"message":"` + strings.NewReplacer("+", `\u002B`, "\n", `\u000A`).Replace(key) + `"}`
		}},
		{"logfmt", within(`time=2026-01-05T08:59:58Z level=error msg="failed: %s" id=7`, `\n`)},
		{"behind a combined line", within(combined("/a")+" %s", `\x0a`)},
		{"a user agent", within(strings.Replace(combined("/a"), "curl/8.5.0", "%s", 1), `\x0A`)},
		{"octal of syslog", within("Jan  5 08:59:58 host app[7]: loaded %s", "#012")},
		{"spaces", within(`{"message":"%s"}`, " ")},
		{"spaces in a text", within("2026-01-05 08:59:58 ERROR key %s rejected", " ")},
		{"tabs in a text", within("key %s rejected", "\t")},
		{"cut within a line", func(key string) string { return message(`{"message":"%s"}`)(key[:len(key)*2/3]) }},
		{"cut and dotted", func(key string) string { return message(`{"message":"%s... (cut)"}`)(key[:len(key)*2/3]) }},
		{"cut in a text", func(key string) string {
			return within("2026-01-05 08:59:58 ERROR %s", `\n`)(key[:len(key)*2/3])
		}},
		{"no armour", func(key string) string {
			lines := strings.Split(strings.TrimSpace(key), "\n")
			return message(`{"message":"key is %s for now"}`)(strings.Join(lines[1:len(lines)-1], "\n"))
		}},
	} {
		for kind, key := range keys {
			t.Run(c.name+"/"+kind, func(t *testing.T) {
				line := c.write(key)
				if c.name == "no armour" && (strings.Contains(kind, "encrypted") || kind == "OpenPGP" || kind == "SEC 1") {
					t.Skip("nothing tells it from other base64")
				}
				p := newTestProcessor(t, nil)
				out, _ := p.processOne(line)
				if left := leftOf(out, key); left != "" {
					t.Errorf("%q stays in %s", left, out)
				}
				if n := strings.Count(out, "REDACTED."); n != 1 {
					t.Errorf("%d placeholders: %s", n, out)
				}
				if strings.HasPrefix(line, "{") && !json.Valid([]byte(out)) && json.Valid([]byte(line)) {
					t.Errorf("no JSON: %s", out)
				}
				if again, _ := p.processOne(out); again != out {
					t.Errorf("%s became %s", out, again)
				}
			})
		}
	}
}

// TestTextLikePrivateKeys wants texts to stay that name the armour of a key, or hold what is no secret.
func TestTextLikePrivateKeys(t *testing.T) {
	dashes := strings.Repeat("-", 5)
	public, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, _ := x509.MarshalPKIXPublicKey(&public.PublicKey)
	for name, text := range map[string]string{
		"a sentence":          "the file has to begin with " + dashes + "BEGIN PRIVATE KEY" + dashes + " and to end with " + dashes + "END PRIVATE KEY" + dashes,
		"no key behind":       "expected " + dashes + "BEGIN RSA PRIVATE KEY" + dashes + " but found something completely different in configuration",
		"a public key":        string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"the end of an array": "missing " + dashes + "END EC PRIVATE KEY" + dashes + " in /etc/application/certificates/server.pem",
		"an elided key":       dashes + "BEGIN PRIVATE KEY" + dashes + "\n...\n" + dashes + "END PRIVATE KEY" + dashes,
	} {
		t.Run(name, func(t *testing.T) {
			b, _ := json.Marshal(map[string]string{"message": "note: " + text})
			if out, _ := newTestProcessor(t, nil).processOne(string(b)); out != string(b) {
				t.Errorf("became %s", out)
			}
		})
	}
}
