package main

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"
)

func sortTokens(ts []token) []token {
	slices.SortFunc(ts, func(a, b token) int { return cmp.Or(int(a.class)-int(b.class), cmp.Compare(a.kind, b.kind)) })
	return ts
}

// providers makes credentials whose own format gives them away. Formats are those that the issuers document or that
// secret scanners agree on; prefixes are put together so that this file is not taken for a leak.
func (m maker) providers() map[string]string {
	out := map[string]string{
		"jwt_hs256": m.jwt("HS256", 43), "jwt_rs256": m.jwt("RS256", 342), "jwt_none": m.jwt("none", 0), "jwe": m.jwe(),
		"github_classic": m.crc62("gh" + "p_"), "github_oauth": m.crc62("gh" + "o_"), "github_user": m.crc62("gh" + "u_"), "github_app": m.crc62("gh" + "s_"), "github_refresh": m.crc62("gh" + "r_"),
		"github_pat": "github" + "_pat_" + m.alnum(22) + "_" + m.alnum(59), "npm": m.crc62("np" + "m_"),
		"gitlab_pat": "gl" + "pat-" + m.of(urlSafe[:62], 20), "gitlab_deploy": "gl" + "dt-" + m.alnum(20), "gitlab_trigger": "glp" + "tt-" + m.hex(40), "gitlab_runner": "glr" + "t-" + m.alnum(20),
		"slack_bot": "xo" + "xb-" + m.of("123456789", 12) + "-" + m.of("123456789", 13) + "-" + m.alnum(24), "slack_user": "xo" + "xp-" + m.of("123456789", 12) + "-" + m.of("123456789", 12) + "-" + m.of("123456789", 13) + "-" + m.hex(32),
		"slack_app":   "xa" + "pp-1-A" + m.of(upper+digits, 10) + "-" + m.of("123456789", 13) + "-" + m.hex(64),
		"stripe_live": "sk_" + "live_" + m.alnum(24), "stripe_long": "sk_" + "live_51" + m.alnum(97), "stripe_restricted": "rk_" + "live_" + m.alnum(24), "stripe_test": "sk_" + "test_" + m.alnum(24), "stripe_webhook": "wh" + "sec_" + m.alnum(32),
		"aws_access_id": "AK" + "IA" + m.of(base32, 16), "aws_temporary_id": "AS" + "IA" + m.of(base32, 16),
		"google_api": "AI" + "za" + "Sy" + m.of(urlSafe[:62], 33), "google_oauth": "ya" + "29.a0" + m.of(urlSafe, 160) + "z", "google_secret": "GOC" + "SPX-" + m.of(urlSafe[:62], 28), "google_refresh": "1/" + "/0" + m.of(urlSafe[:62], 60),
		"openai_project": "sk-" + "proj-" + m.alnum(64) + "T3Blbk" + "FJ" + m.alnum(64), "openai_old": "sk-" + m.alnum(20) + "T3Blbk" + "FJ" + m.alnum(20), "anthropic": "sk-" + "ant-api03-" + m.of(urlSafe, 93) + "AA",
		"huggingface": "h" + "f_" + m.of(alnum[10:], 34), "replicate": "r" + "8_" + m.alnum(37), "groq": "gs" + "k_" + m.alnum(52), "perplexity": "pp" + "lx-" + m.alnum(48), "xai": "xa" + "i-" + m.alnum(80), "langsmith": "lsv" + "2_pt_" + m.hex(32) + "_" + m.hex(10),
		"telegram": m.of("123456789", 10) + ":AA" + m.of(urlSafe[:62], 33), "discord": "MT" + m.alnum(24) + "." + "G" + m.alnum(5) + "." + m.of(urlSafe[:62], 38), "facebook": "EAA" + "M" + m.alnum(160),
		"twilio": "S" + "K" + m.hex(32), "sendgrid": "S" + "G." + m.of(urlSafe[:62], 22) + "." + m.of(urlSafe[:62], 43), "mailgun": "ke" + "y-" + m.hex(32), "mailchimp": m.hex(32) + "-us12", "brevo": "xkey" + "sib-" + m.hex(64) + "-" + m.of(lowNum, 16),
		"shopify": "shp" + "at_" + m.hex(32), "shopify_secret": "shp" + "ss_" + m.hex(32), "square": "sq0" + "atp-" + m.of(urlSafe[:62], 22), "paypal": "access_token" + "$production$" + m.of(lowNum, 16) + "$" + m.hex(32), "plaid": "access-" + "production-" + m.uuid(), "easypost": "EZ" + "AK" + m.alnum(54), "shippo": "shippo" + "_live_" + m.hex(40), "flutterwave": "FLWSECK" + "_TEST-" + m.hex(32) + "-X", "duffel": "duffel" + "_live_" + m.of(urlSafe[:62], 43),
		"digitalocean": "do" + "p_v1_" + m.hex(64), "doppler": "dp." + "pt." + m.alnum(43), "vault_service": "hv" + "s." + m.of(urlSafe[:62], 95), "vault_batch": "hv" + "b." + m.of(urlSafe[:62], 140), "terraform": m.alnum(14) + ".atlas" + "v1." + m.of(urlSafe[:62], 67), "pulumi": "pu" + "l-" + m.hex(40), "flyio": "fo" + "1_" + m.of(urlSafe[:62], 43), "netlify": "nf" + "p_" + m.alnum(36), "planetscale": "pscale" + "_tkn_" + m.of(urlSafe[:62], 43), "supabase": "sb" + "p_" + m.hex(40), "tailscale": "tskey-" + "auth-k" + m.alnum(16) + "-" + m.alnum(32), "databricks": "da" + "pi" + m.hex(32), "heroku": "HR" + "KU-" + m.uuid(), "openshift": "sha" + "256~" + m.of(urlSafe[:62], 43), "cloudflare_origin": "v1" + ".0-" + m.hex(24) + "-" + m.hex(146),
		"pypi": "py" + "pi-AgEIcHlwaS5vcmc" + m.of(urlSafe[:62], 150), "rubygems": "ruby" + "gems_" + m.hex(48), "crates": "ci" + "o" + m.alnum(32), "clojars": "CLO" + "JARS_" + m.of(lowNum, 60), "nuget": "oy" + "2" + m.of(lowNum, 43), "docker": "dckr" + "_pat_" + m.of(urlSafe[:62], 27), "artifactory": "AKC" + "p" + m.alnum(69), "dynatrace": "dt0" + "c01." + m.of(base32, 24) + "." + m.of(base32, 64),
		"grafana": crcHex("gl"+"sa_"+m.alnum(32), "_"), "grafana_cloud": "gl" + "c_" + base64.StdEncoding.EncodeToString([]byte(`{"o":"`+m.of(digits, 6)+`","n":"stack","k":"`+m.alnum(24)+`","m":{"r":"eu"}}`)), "newrelic": "NR" + "AK-" + m.of(base32, 27), "sentry_user": "sntr" + "yu_" + m.hex(64), "sentry_org": "sntr" + "ys_" + b64(map[string]any{"iat": 1767603598, "url": "https://sentry.example"}) + "=_" + m.of(urlSafe[:62], 43), "posthog": "ph" + "x_" + m.alnum(43), "sourcegraph": "sg" + "p_" + m.hex(40), "buildkite": "bk" + "ua_" + m.hex(40), "circleci": "CCI" + "PAT_" + m.alnum(22) + "_" + m.hex(40), "prefect": "pn" + "u_" + m.of(lowNum, 36), "postman": "PM" + "AK-" + m.hex(24) + "-" + m.hex(34), "readme": "rd" + "me_" + m.of(lowNum, 70),
		"linear": "lin" + "_api_" + m.alnum(40), "notion": "nt" + "n_" + m.alnum(46), "figma": "fig" + "d_" + m.of(urlSafe[:62], 40), "airtable": "pa" + "t" + m.alnum(14) + "." + m.hex(64), "atlassian": "ATA" + "TT3xFfGF0" + m.of(urlSafe, 180) + "=" + strings.ToUpper(m.hex(8)), "contentful": "CFP" + "AT-" + m.of(urlSafe[:62], 43), "typeform": "tf" + "p_" + m.of(urlSafe[:62], 59), "mapbox": "s" + "k." + b64(map[string]string{"u": m.of(lower, 8), "a": m.of(lowNum, 25)}) + "." + m.of(urlSafe[:62], 22), "dropbox": "s" + "l." + m.of(urlSafe[:62], 135), "azure_secret": m.alnum(3) + "8Q~" + m.of(alnum+"_~.", 33) + "a", "alibaba": "LT" + "AI5t" + m.alnum(18), "onepassword": "op" + "s_" + b64(map[string]string{"signInAddress": "my.example", "secretKey": m.alnum(180)}), "age": "AGE-SECRET" + "-KEY-1" + m.of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
	}
	return out
}
