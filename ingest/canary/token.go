package canary

import (
	"encoding/base64"

	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
)

// newToken makes a token of a random kind, one without a recognisable format only where opaque says so. secret is the
// token without its type prefix. A canary tests the pipeline, not the limit between chance and words: its tokens never
// look like words, as one in 1,750 alphanumeric tokens of 32 characters does in a path.
func (p *Prober) newToken(opaque bool) (kind, token, secret string) {
	kinds := 5
	if opaque {
		kinds += 3
	}
	r := synthetic.Rand{Rand: p.random}
	prefix := ""
	switch r.IntN(kinds) {
	case 0:
		header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))
		claims := base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"` + r.Text(synthetic.LowerHex, 12) + `"}`))
		kind, prefix, secret = "jwt", header+".", claims+"."+r.Text(synthetic.Alnum, 43)
	case 1:
		kind, prefix = "gitlab_pat", synthetic.GitLabPAT.Prefix
		secret = r.Text(synthetic.GitLabPAT.Alphabet, synthetic.GitLabPAT.Length)
	case 2:
		kind, prefix = "stripe_key", synthetic.StripeKey.Prefix
		secret = r.Text(synthetic.StripeKey.Alphabet, synthetic.StripeKey.Length)
	case 3:
		kind, prefix = "slack_token", synthetic.SlackBotPrefix
		secret = r.Text(synthetic.NonZero, 12) + "-" + r.Text(synthetic.NonZero, 12) + "-" + r.Text(synthetic.Alnum, 24)
	case 4:
		kind, prefix = "aws_access_key_id", synthetic.AWSKeyID.Prefix
		secret = r.Text(synthetic.Base32, 15) + "7" // with a digit: 16 capitals may spell words
	case 5:
		kind, secret = "hex", r.Text(synthetic.LowerHex, 40)
	case 6:
		kind = "alphanumeric"
		for range 8 {
			secret += r.Text(synthetic.Alnum, 3) + r.Text(synthetic.Digits, 1)
		}
	default:
		kind, secret = "base64url", r.Text(synthetic.URLSafe, 43)
	}
	return kind, prefix + secret, secret
}
