package names

import "github.com/tokenwarden/tokenwarden/ingest/internal/ascii"

// productNames are whole names with a meaning of their own in one product.
var productNames = map[string]Name{
	"ctoken": {}, // YouTube: the continuation of a list; a blind corpus, 2026-11-25

	"nsp": {Weak, "session"},   // Nagios XI: the session's token, beside each call of its pages; 2026-12-01
	"P4":  {Weak, "signature"}, // Microsoft Delivery Optimization: the signature of a download, behind P1 to P3; 2026-12-01
}

// wordPair is the last two words of a name.
type wordPair struct{ before, head string }

// pairs are names that mean as a whole what their words do not. Source: as named beside each; 2026-11-23, those marked with
// an asterisk 2026-11-25.
var pairs = map[wordPair]Name{
	{"saml", "response"}:     {Strong, "token"},   // SAMLResponse: SAML 2.0 Bindings section 3.5
	{"saml", "art"}:          {Strong, "token"},   // SAMLart: SAML 2.0 Bindings section 3.6
	{"oidc", "data"}:         {Strong, "jwt"},     // X-Amzn-Oidc-Data: AWS, "Authenticate users using an Application Load Balancer"
	{"art", "api"}:           {Strong, "api_key"}, // X-JFrog-Art-Api: JFrog Artifactory REST API
	{"nsc", "aaac"}:          {Strong, "session"}, // NSC_AAAC: Citrix NetScaler Gateway *
	{"connection", "string"}: {Strong, "secret"},  // connectionString: ADO.NET
	{"protection", "bypass"}: {Strong, "token"},   // x-vercel-protection-bypass: Vercel, "Protection Bypass for Automation"
	{"origin", "verify"}:     {Strong, "secret"},  // X-Origin-Verify: AWS, restricting an origin to CloudFront
	{"signed", "request"}:    {Weak, "signature"}, // signed_request: Facebook Login
	{"sig", "request"}:       {Weak, "signature"}, // sig_request: Duo Web SDK 2
	{"owa", "canary"}:        {Weak, "csrf"},      // X-OWA-CANARY: Microsoft Exchange *
}

// wordAndKind is a word of a name and the kind of its head.
type wordAndKind struct{ word, kind string }

// productQualifiers are words of single products that change the grade of the head behind them; 2026-11-23.
var productQualifiers = map[wordAndKind]Name{
	{"amz", "credential"}:  {Weak, "key_id"},    // X-Amz-Credential: AWS Signature Version 4: key id, date and region
	{"goog", "credential"}: {Weak, "key_id"},    // X-Goog-Credential: Google Cloud Storage, "Signed URLs"
	{"connect", "session"}: {Strong, "session"}, // connect.sid: express-session
}

// idWords before "id" make a credential or its public name: secret_id of HashiCorp Vault's AppRole, pgtId of CAS; 2026-11-23.
var idWords = map[string]Name{
	"session": {Strong, "session"}, "sess": {Strong, "session"}, "pgt": {Strong, "session"}, "secret": {Strong, "secret"},
	"key": {Weak, "key_id"}, "token": {Weak, "key_id"}, "consumer": {Weak, "key_id"},
}

// gluedEnding is the ending of a word without a cut.
type gluedEnding struct{ end, kind string }

// gluedEndings end names of credentials behind two letters or more: sendkey, dwsid, vncticket. Source: a blind corpus,
// 2026-11-25.
var gluedEndings = [...]gluedEnding{
	{"key", "api_key"}, {"sid", "session"}, {"soid", "session"}, {"ticket", "token"}, {"tkn", "token"}, {"sso", "token"}, {"pw", "password"},
}

// aspSession begins the cookie of classic ASP, ASPSESSIONID and eight letters; 2026-11-23.
const aspSession = "aspsessionid"

// passCounters before "pass" name what passed, of which programs write the number: hash_pass of Varnish; 2026-12-01.
var passCounters = ascii.Words(`hash hit miss cache test tests check checks fail rule filter total spf dkim dmarc`)

// boardingWords before "pass" name a ticket; 2026-11-25.
var boardingWords = ascii.Words(`boarding season day ski lift bus travel game battle guest visitor event`)
