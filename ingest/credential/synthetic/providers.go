package synthetic

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strings"
)

// maker abbreviates a Source for the table of Providers.
type maker struct{ Source }

func (m maker) of(alphabet string, n int) string { return m.Text(alphabet, n) }
func (m maker) hex(n int) string                 { return m.Text(LowerHex, n) }
func (m maker) alnum(n int) string               { return m.Text(Alnum, n) }
func (m maker) uuid() string                     { return UUID(m) }
func (m maker) crc62(prefix string) string       { return GitHub(m, prefix) }

func (m maker) jwt(alg string, signature int) string {
	claims := map[string]any{"iss": "https://id.example", "sub": m.of(Digits, 8), "aud": "api", "exp": 1767607198, "scope": "read"}
	return JWT(m, map[string]any{"alg": alg, "typ": "JWT"}, claims, signature)
}

// grafanaBigEndian returns before with a checksum whose highest byte comes first. Grafana writes the lowest first: this is a
// token that its issuer would refuse.
func grafanaBigEndian(before string) string {
	return before + fmt.Sprintf("_%08x", crc32.ChecksumIEEE([]byte(before)))
}

// Providers returns one credential of each format that gives itself away, by kind. The formats are those that the issuers
// document or that secret scanners agree on. The order in which they are drawn is fixed: it decides what a seed gives.
func Providers(s Source) map[string]string {
	m := maker{s}
	out := map[string]string{
		"jwt_hs256":         m.jwt("HS256", 43),
		"jwt_rs256":         m.jwt("RS256", 342),
		"jwt_none":          m.jwt("none", 0),
		"jwe":               JWE(m, [4]int{342, 16, 120, 22}),
		"github_classic":    m.crc62("gh" + "p_"),
		"github_oauth":      m.crc62("gh" + "o_"),
		"github_user":       m.crc62("gh" + "u_"),
		"github_app":        m.crc62("gh" + "s_"),
		"github_refresh":    m.crc62("gh" + "r_"),
		"github_pat":        "github" + "_pat_" + m.alnum(22) + "_" + m.alnum(59),
		"npm":               m.crc62("np" + "m_"),
		"gitlab_pat":        "gl" + "pat-" + m.of(URLSafe[:62], 20),
		"gitlab_deploy":     "gl" + "dt-" + m.alnum(20),
		"gitlab_trigger":    "glp" + "tt-" + m.hex(40),
		"gitlab_runner":     "glr" + "t-" + m.alnum(20),
		"slack_bot":         "xo" + "xb-" + m.of(NonZero, 12) + "-" + m.of(NonZero, 13) + "-" + m.alnum(24),
		"slack_user":        "xo" + "xp-" + m.of(NonZero, 12) + "-" + m.of(NonZero, 12) + "-" + m.of(NonZero, 13) + "-" + m.hex(32),
		"slack_app":         "xa" + "pp-1-A" + m.of(UpperAlnum, 10) + "-" + m.of(NonZero, 13) + "-" + m.hex(64),
		"stripe_live":       "sk_" + "live_" + m.alnum(24),
		"stripe_long":       "sk_" + "live_51" + m.alnum(97),
		"stripe_restricted": "rk_" + "live_" + m.alnum(24),
		"stripe_test":       "sk_" + "test_" + m.alnum(24),
		"stripe_webhook":    "wh" + "sec_" + m.alnum(32),
		"aws_access_id":     "AK" + "IA" + m.of(Base32, 16),
		"aws_temporary_id":  "AS" + "IA" + m.of(Base32, 16),
		"google_api":        "AI" + "za" + "Sy" + m.of(URLSafe[:62], 33),
		"google_oauth":      "ya" + "29.a0" + m.of(URLSafe, 160) + "z",
		"google_secret":     "GOC" + "SPX-" + m.of(URLSafe[:62], 28),
		"google_refresh":    "1/" + "/0" + m.of(URLSafe[:62], 60),
		"openai_project":    "sk-" + "proj-" + m.alnum(64) + "T3Blbk" + "FJ" + m.alnum(64),
		"openai_old":        "sk-" + m.alnum(20) + "T3Blbk" + "FJ" + m.alnum(20),
		"anthropic":         "sk-" + "ant-api03-" + m.of(URLSafe, 93) + "AA",
		"huggingface":       "h" + "f_" + m.of(Alnum[10:], 34),
		"replicate":         "r" + "8_" + m.alnum(37),
		"groq":              "gs" + "k_" + m.alnum(52),
		"perplexity":        "pp" + "lx-" + m.alnum(48),
		"xai":               "xa" + "i-" + m.alnum(80),
		"langsmith":         "lsv" + "2_pt_" + m.hex(32) + "_" + m.hex(10),
		"telegram":          m.of(NonZero, 10) + ":AA" + m.of(URLSafe[:62], 33),
		"discord":           "MT" + m.alnum(24) + "." + "G" + m.alnum(5) + "." + m.of(URLSafe[:62], 38),
		"facebook":          "EAA" + "M" + m.alnum(160),
		"twilio":            "S" + "K" + m.hex(32),
		"sendgrid":          "S" + "G." + m.of(URLSafe[:62], 22) + "." + m.of(URLSafe[:62], 43),
		"mailgun":           "ke" + "y-" + m.hex(32),
		"mailchimp":         m.hex(32) + "-us12",
		"brevo":             "xkey" + "sib-" + m.hex(64) + "-" + m.of(LowerAlnum, 16),
		"shopify":           "shp" + "at_" + m.hex(32),
		"shopify_secret":    "shp" + "ss_" + m.hex(32),
		"square":            "sq0" + "atp-" + m.of(URLSafe[:62], 22),
		"paypal":            "access_token" + "$production$" + m.of(LowerAlnum, 16) + "$" + m.hex(32),
		"plaid":             "access-" + "production-" + m.uuid(),
		"easypost":          "EZ" + "AK" + m.alnum(54),
		"shippo":            "shippo" + "_live_" + m.hex(40),
		"flutterwave":       "FLWSECK" + "_TEST-" + m.hex(32) + "-X",
		"duffel":            "duffel" + "_live_" + m.of(URLSafe[:62], 43),
		"digitalocean":      "do" + "p_v1_" + m.hex(64),
		"doppler":           "dp." + "pt." + m.alnum(43),
		"vault_service":     "hv" + "s." + m.of(URLSafe[:62], 95),
		"vault_batch":       "hv" + "b." + m.of(URLSafe[:62], 140),
		"terraform":         m.alnum(14) + ".atlas" + "v1." + m.of(URLSafe[:62], 67),
		"pulumi":            "pu" + "l-" + m.hex(40),
		"flyio":             "fo" + "1_" + m.of(URLSafe[:62], 43),
		"netlify":           "nf" + "p_" + m.alnum(36),
		"planetscale":       "pscale" + "_tkn_" + m.of(URLSafe[:62], 43),
		"supabase":          "sb" + "p_" + m.hex(40),
		"tailscale":         "tskey-" + "auth-k" + m.alnum(16) + "-" + m.alnum(32),
		"databricks":        "da" + "pi" + m.hex(32),
		"heroku":            "HR" + "KU-" + m.uuid(),
		"openshift":         "sha" + "256~" + m.of(URLSafe[:62], 43),
		"cloudflare_origin": "v1" + ".0-" + m.hex(24) + "-" + m.hex(146),
		"pypi":              "py" + "pi-AgEIcHlwaS5vcmc" + m.of(URLSafe[:62], 150),
		"rubygems":          "ruby" + "gems_" + m.hex(48),
		"crates":            "ci" + "o" + m.alnum(32),
		"clojars":           "CLO" + "JARS_" + m.of(LowerAlnum, 60),
		"nuget":             "oy" + "2" + m.of(LowerAlnum, 43),
		"docker":            "dckr" + "_pat_" + m.of(URLSafe[:62], 27),
		"artifactory":       "AKC" + "p" + m.alnum(69),
		"dynatrace":         "dt0" + "c01." + m.of(Base32, 24) + "." + m.of(Base32, 64),
		"grafana":           grafanaBigEndian("gl" + "sa_" + m.alnum(32)),
		"grafana_cloud": "gl" + "c_" + base64.StdEncoding.EncodeToString([]byte(`{"o":"`+m.of(Digits, 6)+
			`","n":"stack","k":"`+m.alnum(24)+`","m":{"r":"eu"}}`)),
		"newrelic":    "NR" + "AK-" + m.of(Base32, 27),
		"sentry_user": "sntr" + "yu_" + m.hex(64),
		"sentry_org": "sntr" + "ys_" + Base64JSON(map[string]any{"iat": 1767603598, "url": "https://sentry.example"}) + "=_" +
			m.of(URLSafe[:62], 43),
		"posthog":      "ph" + "x_" + m.alnum(43),
		"sourcegraph":  "sg" + "p_" + m.hex(40),
		"buildkite":    "bk" + "ua_" + m.hex(40),
		"circleci":     "CCI" + "PAT_" + m.alnum(22) + "_" + m.hex(40),
		"prefect":      "pn" + "u_" + m.of(LowerAlnum, 36),
		"postman":      "PM" + "AK-" + m.hex(24) + "-" + m.hex(34),
		"readme":       "rd" + "me_" + m.of(LowerAlnum, 70),
		"linear":       "lin" + "_api_" + m.alnum(40),
		"notion":       "nt" + "n_" + m.alnum(46),
		"figma":        "fig" + "d_" + m.of(URLSafe[:62], 40),
		"airtable":     "pa" + "t" + m.alnum(14) + "." + m.hex(64),
		"atlassian":    "ATA" + "TT3xFfGF0" + m.of(URLSafe, 180) + "=" + strings.ToUpper(m.hex(8)),
		"contentful":   "CFP" + "AT-" + m.of(URLSafe[:62], 43),
		"typeform":     "tf" + "p_" + m.of(URLSafe[:62], 59),
		"mapbox":       "s" + "k." + Base64JSON(map[string]string{"u": m.of(Lower, 8), "a": m.of(LowerAlnum, 25)}) + "." + m.of(URLSafe[:62], 22),
		"dropbox":      "s" + "l." + m.of(URLSafe[:62], 135),
		"azure_secret": m.alnum(3) + "8Q~" + m.of(Alnum+"_~.", 33) + "a",
		"alibaba":      "LT" + "AI5t" + m.alnum(18),
		"onepassword":  "op" + "s_" + Base64JSON(map[string]string{"signInAddress": "my.example", "secretKey": m.alnum(180)}),
		"age":          "AGE-SECRET" + "-KEY-1" + m.of(Bech32, 58),
	}
	return out
}
