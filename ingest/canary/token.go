package canary

import "encoding/base64"

const (
	lowerHex = "0123456789abcdef"
	alnum    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// newToken makes a token of a random kind, one without a recognisable format only where opaque says so. secret is the
// token without its type prefix. A canary tests the pipeline, not the limit between chance and words: its tokens never
// look like words, as one in 1,750 alphanumeric tokens of 32 characters does in a path.
func (p *Prober) newToken(opaque bool) (kind, token, secret string) {
	kinds := 5
	if opaque {
		kinds += 3
	}
	prefix := ""
	switch p.random.IntN(kinds) {
	case 0:
		kind, prefix, secret = "jwt", base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))+".",
			base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"`+p.randomText(lowerHex, 12)+`"}`))+"."+p.randomText(alnum, 43)
	case 1:
		kind, prefix, secret = "gitlab_pat", "gl"+"pat-", p.randomText(alnum, 20)
	case 2:
		kind, prefix, secret = "stripe_key", "sk_"+"live_", p.randomText(alnum, 24)
	case 3:
		const digits = "123456789"
		kind, prefix, secret = "slack_token", "xox"+"b-", p.randomText(digits, 12)+"-"+p.randomText(digits, 12)+"-"+p.randomText(alnum, 24)
	case 4:
		kind, prefix, secret = "aws_access_key_id", "AK"+"IA", p.randomText("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 15)+"7"
	case 5:
		kind, secret = "hex", p.randomText(lowerHex, 40)
	case 6:
		kind = "alphanumeric"
		for range 8 {
			secret += p.randomText(alnum, 3) + p.randomText("0123456789", 1)
		}
	default:
		kind, secret = "base64url", p.randomText(alnum+"-_", 43)
	}
	return kind, prefix + secret, secret
}

func (p *Prober) randomText(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[p.random.IntN(len(alphabet))]
	}
	return string(b)
}
