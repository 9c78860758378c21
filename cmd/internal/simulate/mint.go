package simulate

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
)

// secret is a freshly made credential: its text, and its form in a log line.
type secret struct{ text, wire string }

// minter makes the credential of h with a serial number: for rotating ones the Unix time of issue in seconds, for
// single-use ones a count, else 0. It draws from r alone, so that the same holder and serial give the same secret.
type minter func(r *rng, h *holder, serial int64) secret

func plainSecret(s string) secret { return secret{s, s} }

func pattern(p synthetic.Pattern) minter {
	return func(r *rng, _ *holder, _ int64) secret { return plainSecret(p.Make(r)) }
}

// providers are formats that secret scanners know by their prefix.
var providers = []minter{
	func(r *rng, _ *holder, _ int64) secret { return plainSecret(synthetic.GitHubPAT(r)) },
	pattern(synthetic.GitLabPAT),
	pattern(synthetic.StripeKey),
	pattern(synthetic.Pattern{Prefix: synthetic.SlackBotPrefix + "204815162342-", Alphabet: synthetic.Alnum, Length: 24}),
	pattern(synthetic.Pattern{Prefix: "np" + "m_", Alphabet: synthetic.Alnum, Length: 36}),
	pattern(synthetic.ShopifyToken),
}

func mintProvider(r *rng, h *holder, serial int64) secret {
	return providers[int(h.number)%len(providers)](r, h, serial)
}

func mintAPIKey(r *rng, _ *holder, _ int64) secret {
	return plainSecret("exk" + "_live_" + r.text(32, base62))
}

func mintSession(r *rng, _ *holder, _ int64) secret { return plainSecret(r.text(32, lowerHex)) }

func mintLink(r *rng, _ *holder, _ int64) secret { return plainSecret(r.text(43, base64URL)) }

func mintReset(r *rng, _ *holder, _ int64) secret { return plainSecret(r.text(40, lowerHex)) }

func mintWebhook(r *rng, _ *holder, _ int64) secret { return plainSecret(r.text(24, base62)) }

// mintBasic is the password; the line carries user and password in base64.
func mintBasic(r *rng, h *holder, _ int64) secret {
	password := r.text(28, base62)
	return secret{password, base64.StdEncoding.EncodeToString([]byte(h.name + ":" + password))}
}

func mintSigned(r *rng, _ *holder, _ int64) secret { return plainSecret(r.text(342, base64URL)) }

// mintSAS is the base64 of a SHA-256, percent-encoded in the line.
func mintSAS(r *rng, _ *holder, _ int64) secret {
	sum := make([]byte, 32)
	for i := range sum {
		sum[i] = byte(r.n(256))
	}
	text := base64.StdEncoding.EncodeToString(sum)
	return secret{text, strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(text)}
}

// claims are the differences between a holder's JWTs and others. The zero value is an honest token of an hour.
type claims struct {
	alg       string // "" means ES256
	unsigned  bool   // the signature is empty
	life      int64  // exp - iat in seconds; 0 means an hour and five minutes
	noExpiry  bool
	notBefore int64  // seconds after iat; 0: no nbf
	authAge   int64  // iat - auth_time in seconds; 0: no auth_time
	amr       string // JSON list
}

const jwtLife = 3900

// mintJWT makes a token of iss, sub, azp, scope, iat, exp, amr and jti (RFC 7519, RFC 9068) with a random signature.
func mintJWT(r *rng, h *holder, serial int64) secret {
	c := h.claims
	alg := c.alg
	if alg == "" {
		alg = "ES256"
	}
	b := make([]byte, 0, 512)
	b = append(b, `{"iss":"https://login.example.com","sub":"`...)
	b = append(b, h.name...)
	b = append(b, `","aud":"https://`+h.kind.service().host+`","azp":"`+h.azp+`","scope":"`+h.scope+`","iat":`...)
	b = strconv.AppendInt(b, serial, 10)
	if !c.noExpiry {
		life := c.life
		if life == 0 {
			life = jwtLife
		}
		b = strconv.AppendInt(append(b, `,"exp":`...), serial+life, 10)
	}
	if c.notBefore != 0 {
		b = strconv.AppendInt(append(b, `,"nbf":`...), serial+c.notBefore, 10)
	}
	if c.authAge != 0 {
		b = strconv.AppendInt(append(b, `,"auth_time":`...), serial-c.authAge, 10)
	}
	if c.amr != "" {
		b = append(append(b, `,"amr":`...), c.amr...)
	}
	b = append(append(append(b, `,"jti":"`...), r.text(16, base62)...), `"}`...)
	token := encode64(`{"alg":"`+alg+`","typ":"at+jwt","kid":"k2026-08"}`) + "." + encode64(string(b)) + "."
	if !c.unsigned {
		token += r.text(85, base64URL) + pick(r, []string{"A", "Q", "g", "w"}) // 64 bytes of signature
	}
	return plainSecret(token)
}

func encode64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
