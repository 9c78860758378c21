package credential

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/jwt"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func oneJWT(t *testing.T, f *Finder, token string) Finding {
	t.Helper()
	_, fs := redactField(f, record.KindTarget, "", "/x?q="+token)
	if len(fs) != 1 {
		t.Fatalf("%d findings in %s", len(fs), token)
	}
	return fs[0]
}

func TestClaims(t *testing.T) {
	f := newTestFinder(t)
	body := `{"iss":"https://id.example","sub":"user-7","azp":"web","client_id":"other","iat":1700000000,"nbf":1700000001.5,"exp":1700003600,` +
		`"auth_time":1699990000,"acr":"urn:mfa","amr":["pwd","otp"],"scope":"read write","roles":["admin"],"nested":{"sub":"not me","a":[1,"x"]}}`
	token := b64(`{"alg":"RS256","kid":"1"}`) + "." + b64(body) + "." + b64("a signature")
	got := oneJWT(t, f, token)
	c := got.JWT.Claims
	if got.Kind != "jwt" || !c.JWT || c.Alg != "RS256" || c.Unsigned || c.Issuer != "https://id.example" || c.ClientID != "web" || got.Owner != "user-7" {
		t.Errorf("claims %+v, owner %q", c, got.Owner)
	}
	if c.IssuedAt != 1700000000 || c.NotBefore != 1700000001 || c.Expires != 1700003600 || c.AuthTime != 1699990000 || c.ACR != "urn:mfa" {
		t.Errorf("times %+v", c)
	}
	if !slices.Equal(c.AMR, []string{"pwd", "otp"}) || !c.HasScopes || !slices.Equal(got.JWT.Scopes, []string{"read", "write", "admin"}) {
		t.Errorf("amr %v, scopes %v", c.AMR, got.JWT.Scopes)
	}
	family := got.JWT.Family
	next := oneJWT(t, f, b64(`{"alg":"RS256","kid":"2"}`)+"."+b64(strings.Replace(body, "1700003600", "1700009999", 1))+"."+b64("another signature"))
	if family.IsZero() || next.JWT.Family != family || next.Fingerprint == got.Fingerprint {
		t.Error("the family does not outlive the token")
	}
	other := oneJWT(t, f, b64(`{"alg":"RS256"}`)+"."+b64(strings.Replace(body, "user-7", "user-8", 1))+"."+b64("a signature"))
	if other.JWT.Family == family {
		t.Error("two users are one family")
	}
}

func TestUnsigned(t *testing.T) {
	f := newTestFinder(t)
	for _, c := range []struct {
		name, header, signature string
		want                    bool
	}{
		{"none, no signature", `{"alg":"none"}`, "", true},
		{"none in capitals, a signature", `{"alg":"NonE"}`, b64("abcdefgh"), true},
		{"an algorithm, no signature", `{"alg":"HS256"}`, "", true},
		{"an algorithm and a signature", `{"alg":"HS256"}`, b64("abcdefgh"), false},
		{"none behind the type", `{"typ":"JWT","alg":"none"}`, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := oneJWT(t, f, b64(c.header)+"."+b64(`{"sub":"1"}`)+"."+c.signature)
			if got.JWT.Claims.Unsigned != c.want || got.Fingerprint.IsZero() {
				t.Errorf("unsigned is %v", got.JWT.Claims.Unsigned)
			}
		})
	}
}

func TestJWTShapes(t *testing.T) {
	f := newTestFinder(t)
	whole := newSynth(1).jwt(map[string]any{"iss": "a", "sub": "b"})
	for name, token := range map[string]string{
		"whole": whole, "JWE": newSynth(1).jwe(), "cut in the signature": whole[:len(whole)-20], "cut in the claims": whole[:60], "cut in the header": whole[:30],
		"JWE without a key": b64(`{"alg":"dir","enc":"A128GCM"}`) + ".." + b64("iviviviviviv") + "." + b64("text") + "." + b64("tagtagtagtag"),
	} {
		t.Run(name, func(t *testing.T) {
			if got := oneJWT(t, f, token); got.End-got.Start != len(token) {
				t.Errorf("%d of %d bytes", got.End-got.Start, len(token))
			}
		})
	}
	for name, text := range map[string]string{
		"JSON": b64(`{"id":"123456","next":"x"}`), "JSON and more": b64(`{"encryptedData":"6iG7Qz","iv":"w8m"}`) + ".abc", "slug": "eyJust-a-slug-of-words.html",
	} {
		t.Run(name, func(t *testing.T) {
			if out, fs := redactField(f, record.KindTarget, "", "/x?q="+text); out != "/x?q="+text {
				t.Errorf("%s became %s: %s", text, out, fs[0].Reason)
			}
		})
	}
}

// TestClaimsBounds feeds a claim set that is larger than what is read.
func TestClaimsBounds(t *testing.T) {
	f := newTestFinder(t)
	body := `{"iss":"` + strings.Repeat("i", 5000) + `","scope":"` + strings.Repeat("s ", 9000) + `","sub":"late"}`
	got := oneJWT(t, f, b64(`{"alg":"HS256"}`)+"."+b64(body)+"."+b64("signature"))
	if len(got.JWT.Claims.Issuer) != jwt.MaxClaim || len(got.JWT.Scopes) > jwt.MaxScopes {
		t.Errorf("issuer %d bytes, %d scopes", len(got.JWT.Claims.Issuer), len(got.JWT.Scopes))
	}
}
