package names

// This file holds the words that change the grade of other words. The grades are in rows.go.

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// gluedKeywords count at the end of a longer word, and at its start before a suffix; the longest first. Pieces of ordinary
// words are absent: "pass" (compass), "key" (monkey), "auth" (oauth), "pin". Chosen by hand, 2026-11-23.
var gluedKeywords = []string{
	"accesskeyid", "passphrase", "credentials", "credential", "privatekey", "secretkey", "sessionkey", "accesskey",
	"sessionid", "signature", "passcode", "passwords", "password", "sharedkey", "sessid", "apikey", "authkey", "appkey",
	"secrets", "session", "passwd", "secret", "tokens", "token", "creds", "csrf", "xsrf", "totp", "hmac", "jwt", "pwd",
}

// gluedByEnd and gluedByStart are gluedKeywords by their last and by their first byte, in their order.
var (
	gluedByEnd   = byLetter(func(s string) byte { return s[len(s)-1] })
	gluedByStart = byLetter(func(s string) byte { return s[0] })
)

func byLetter(of func(string) byte) (out [256][]string) {
	for _, s := range gluedKeywords {
		out[of(s)] = append(out[of(s)], s)
	}
	return out
}

// suffixWords leave the meaning of the word before them unchanged. Chosen by hand, 2026-11-23.
var suffixWords = ascii.Words(`value values val string str raw text encoded enc b64 base64 hex header param field input new old
	current confirm confirmation confirmed again repeat retype verify verification plain cleartext hash hashed digest
	md5 sha1 sha256 prod production dev test testing staging live primary secondary backup base eq ne in contains like
	data attempt attempts full short long tmp temp json user web app api main default override bot hls dash ss`)

// neutralWords are heads about a secret, without one: token_type, password_expired, session_timeout. Chosen by hand,
// 2026-11-23.
var neutralWords = ascii.Words(`type types expired expires expiry expire expiration expiresin policy policies length len count
	limit limits url urls uri endpoint method methods required enabled disabled enable disable format formats status
	strength age ttl lifetime label visible reset forgot changed change created updated at date time timeout mode
	style size max min index idx position version feature features name names algo alg algorithm kind class level
	action event error errors reason message page path prefix suffix scope scopes audience issuer provider duration
	start end begin range rotation rotate validity valid invalid show hide toggle manager service symbol address
	unauth supply price balance holder holders owner usage used remaining total budget per number num no`)

// ordinaryEnds are English words with a gluedEnding. Chosen by hand, 2026-11-25.
var ordinaryEnds = ascii.Words(`monkey turkey donkey hockey jockey whiskey keykey mickey disney hotkey inside aside beside
	reside preside outside
	subside upside offside cup2key`)

// ordinaryStems begin words that begin or end in a stem and have another meaning: author, signal, barcode. Chosen by hand,
// 2026-12-01.
var ordinaryStems = [...]string{
	"author", "oauth", "unauth", "design", "assign", "signal", "signage", "signature", "signup", "signif", "campaign", "consign", "resign",
	"barcode", "qrcode", "postcode", "postalcode", "zipcode", "geocode", "countrycode", "langcode", "unicode", "encode", "decode",
	"transcode", "codec", "codepoint", "codebase", "opcode", "keycode", "hashcode", "statuscode", "errorcode", "shortcode", "timecode",
	"bytecode", "sourcecode", "languagecode", "currencycode", "trackingcode", "productcode", "itemcode", "promocode", "couponcode",
}

// publicWords before a head name a public value. Chosen by hand, 2026-11-23.
var publicWords = ascii.Words(`mkt trk tracking analytics rum beacon visitor public publishable pub pk site sitekey recaptcha
	hcaptcha turnstile captcha vapid`)

// pagingWords before "token" name a page cursor. Source: the list parameters of public APIs, 2026-11-23.
var pagingWords = ascii.Words(`page next nextpage prev previous cursor continuation continue sync scroll resume pagination
	paging after before start end offset delta skip since from resumption list change changes poll marker watermark search type erc20 nft`)

// csrfWords before a head name a token against cross-site request forgery. Source: the form fields of web frameworks (Rails
// authenticity_token, Django csrfmiddlewaretoken, ASP.NET __RequestVerificationToken, Angular XSRF-TOKEN); 2026-11-23.
var csrfWords = ascii.Words(`csrf xsrf authenticity antiforgery requestverification csrfmiddleware anticsrf`)

// wordAndKind is a word of a name and the kind of its head.
type wordAndKind struct{ word, kind string }

// productQualifiers are words of single products that change the grade of the head behind them; 2026-11-23.
var productQualifiers = map[wordAndKind]Name{
	{"amz", "credential"}:  {Grade: Weak, Kind: "key_id"},    // X-Amz-Credential: AWS Signature Version 4: key id, date and region
	{"goog", "credential"}: {Grade: Weak, Kind: "key_id"},    // X-Goog-Credential: Google Cloud Storage, "Signed URLs"
	{"connect", "session"}: {Grade: Strong, Kind: "session"}, // connect.sid: express-session
}

// aspSession begins the cookie of classic ASP, ASPSESSIONID and eight letters; 2026-11-23.
const aspSession = "aspsessionid"
