package provider

import (
	"encoding/base64"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Example returns a synthetic token of the format with the shortest valid tail.
func (f *Format) Example(s synthetic.Source) string {
	if f.Flags&fCRC != 0 {
		return synthetic.GitHub(s, f.Prefix)
	}
	alphabet := f.alphabet()
	for {
		tail := s.Text(alphabet, f.Min)
		if strings.ContainsAny(tail, synthetic.Digits) && !strings.HasSuffix(tail, "-") {
			return f.Prefix + tail
		}
	}
}

// alphabet returns the letters and digits of the tail; hexadecimal ones are small.
func (f *Format) alphabet() string {
	var b strings.Builder
	for c := byte(1); c < 127; c++ {
		if ascii.Class[c]&f.Tail != 0 && ascii.IsAlnum(c) && (f.Tail != ascii.Hex || !ascii.IsUpper(c)) {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Structure is a format without a prefix, recognised by a function of structured.go, structured_joined.go,
// structured_anchor.go or structured_ticket.go.
type Structure struct {
	Kind    string
	Example func(s synthetic.Source) string
}

// Structures are the formats without a prefix. Their sources stand at the functions.
var Structures = []Structure{
	{"telegram_bot", func(s synthetic.Source) string {
		return s.Text(synthetic.NonZero, 10) + ":AA" + s.Text(synthetic.Alnum, 33)
	}},
	{"discord_bot", func(s synthetic.Source) string {
		return "MT" + s.Text(synthetic.Alnum, 24) + "." + s.Text(synthetic.Alnum, 6) + "." + s.Text(synthetic.Alnum, 38)
	}},
	{"airtable_pat", func(s synthetic.Source) string {
		return "pa" + "t" + s.Text(synthetic.Alnum, 14) + "." + s.Text(synthetic.LowerHex, 64)
	}},
	{"mapbox_token", func(s synthetic.Source) string {
		claims := synthetic.Base64JSON(map[string]string{"u": s.Text(synthetic.Lower, 8)})
		return "s" + "k." + claims + "." + s.Text(synthetic.Alnum, 22)
	}},
	{"calendar_secret", func(s synthetic.Source) string { return "private" + "-" + s.Text(synthetic.LowerHex, 32) }},
	{"terraform_token", func(s synthetic.Source) string {
		return s.Text(synthetic.Alnum, 14) + ".atlas" + "v1." + s.Text(synthetic.Alnum, 67)
	}},
	{"authress_key", func(s synthetic.Source) string {
		client, key := s.Text(synthetic.Alnum, 20), s.Text(synthetic.Alnum, 4)
		return "sc" + "_" + client + "." + key + ".acc" + "_" + s.Text(synthetic.LowerHex, 20) + "." + s.Text(synthetic.Alnum, 64)
	}},
	{"azure_secret", func(s synthetic.Source) string {
		return s.Text(synthetic.Alnum, 3) + "8Q" + "~" + s.Text(synthetic.Alnum, 10) + "." +
			s.Text(synthetic.Alnum, 10) + "~" + s.Text(synthetic.Alnum, 12)
	}},
	{"asana_token", func(s synthetic.Source) string {
		return "2/" + s.Text(synthetic.NonZero, 16) + "/" + s.Text(synthetic.NonZero, 16) + ":" + s.Text(synthetic.LowerHex, 32)
	}},
	{"facebook_app", func(s synthetic.Source) string {
		return s.Text(synthetic.NonZero, 16) + "|" + s.Text(synthetic.Alnum, 27)
	}},
	{"salesforce_session", func(s synthetic.Source) string {
		return "00" + "D" + s.Text(synthetic.Alnum, 12) + "!" + s.Text(synthetic.Alnum, 40) + "." + s.Text(synthetic.Alnum, 55)
	}},
	{"braintree_token", func(s synthetic.Source) string {
		return "access_" + "token$production$" + s.Text(synthetic.LowerHex, 16) + "$" + s.Text(synthetic.LowerHex, 32)
	}},
	{"maxmind_key", func(s synthetic.Source) string {
		return s.Text(synthetic.Alnum, 6) + "_" + s.Text(synthetic.Alnum, 29) + "_m" + "mk"
	}},
	{"newrelic_license", func(s synthetic.Source) string { return s.Text(synthetic.LowerHex, 36) + "NR" + "AL" }},
	{"mailchimp_key", func(s synthetic.Source) string { return s.Text(synthetic.LowerHex, 32) + "-u" + "s12" }},
	{"azure_devops_pat", func(s synthetic.Source) string {
		return s.Text(synthetic.Alnum, 76) + "AZ" + "DO" + s.Text(synthetic.Alnum, 4)
	}},
	{"azure_ai_key", func(s synthetic.Source) string {
		return s.Text(synthetic.Alnum, 52) + "JQ" + "QJ99" + s.Text(synthetic.Alnum, 26)
	}},
	{"azure_functions_key", func(s synthetic.Source) string {
		return s.Text(synthetic.Alnum, 44) + "Az" + "Fu" + s.Text(synthetic.Alnum, 6)
	}},
	{"azure_search_key", func(s synthetic.Source) string {
		return s.Text(synthetic.Alnum, 42) + "Az" + "Se" + s.Text(synthetic.Alnum, 6)
	}},
	{"cas_ticket", func(s synthetic.Source) string {
		return "TG" + "T-" + s.Text(synthetic.NonZero, 3) + "-" + s.Text(synthetic.Alnum, 50) + "-cas1.id.example"
	}},
	{"macaroon", func(s synthetic.Source) string {
		return base64.RawURLEncoding.EncodeToString([]byte("00" + "1flocation https://id.example\n0026identifier " + s.Text(synthetic.Alnum, 40)))
	}},
	{"stripe_client_secret", func(s synthetic.Source) string {
		return "pi" + "_" + s.Text(synthetic.Alnum, 24) + "_sec" + "ret_" + s.Text(synthetic.Alnum, 25)
	}},
	{"turnstile_response", func(s synthetic.Source) string {
		return "0" + "." + s.Text(synthetic.Alnum, 200) + "." + s.Text(synthetic.Alnum, 22) + "." + s.Text(synthetic.LowerHex, 64)
	}},
	{"zhipu_key", func(s synthetic.Source) string {
		return s.Text(synthetic.LowerHex, 32) + "." + s.Text(synthetic.Upper, 5) + s.Text(synthetic.Lower, 6) + s.Text(synthetic.Digits, 5)
	}},
	{"tableau_token", func(s synthetic.Source) string {
		return s.Text(synthetic.Alnum, 22) + "==" + ":" + s.Text(synthetic.Alnum, 32)
	}},
	{"sanctum_token", func(s synthetic.Source) string {
		return s.Text(synthetic.NonZero, 3) + "|" + s.Text(synthetic.Alnum, 48)
	}},
	{"fcm_token", func(s synthetic.Source) string {
		return s.Text(synthetic.Alnum, 22) + ":APA" + "91b" + s.Text(synthetic.Alnum, 134)
	}},
	{"fcm_key", func(s synthetic.Source) string {
		return "AA" + "AA" + s.Text(synthetic.LowerAlnum, 7) + ":" + s.Text(synthetic.Alnum, 140)
	}},
	{"dropbox_token", func(s synthetic.Source) string {
		return s.Text(synthetic.Alnum, 11) + "AAAAA" + "AAAAA" + s.Text(synthetic.Alnum, 43)
	}},
	{"github_app", func(s synthetic.Source) string {
		claims := map[string]any{
			"iss": "https://token.example", "inst": s.Text(synthetic.Digits, 9), "data": s.Text(synthetic.Alnum, 200),
		}
		return "gh" + "s_" + s.Text(synthetic.NonZero, 7) + "_" + synthetic.JWT(s, map[string]any{"alg": "HS256", "typ": "JWT"}, claims, 43)
	}},
}
