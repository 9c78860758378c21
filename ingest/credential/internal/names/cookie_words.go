package names

import (
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// notLoginPiece begins other words with the piece "auth": author_id.
const notLoginPiece = "author"

// loginFamilies are login cookies with a fixed start and a short rest, in lower case. Source: Amazon's cookies at-acbde and
// sst-acbde, whose rest is the country; 2026-11-25.
var loginFamilies = [...]struct {
	prefix string
	max    int // length of the longest name
}{
	{"at-", len("sst-acbde")},
	{"sst-", len("sst-acbde")},
	{"username-", len("username-") + 40}, // Jupyter Server: username-HOST-PORT
}

// sessionEndings are last words of cookies' names that a tracker's prefix does not make a tracker's: mp_session.
var sessionEndings = ascii.Words(`session sess sid sessid sessionid token jwt login`)

// trackerCookie is the start of the names of one product's cookies.
type trackerCookie struct {
	prefix   string
	sessions bool // the product calls a browser's visit a session: sessionEndings do not count
}

// trackerCookies belong to analytics, advertising and load balancing. They identify visitors and grant no access.
// Source: the cookies that the named products document; a blind corpus; 2026-11-25.
var trackerCookies = trackersOf(
	`_hj`,                                 // Hotjar
	`dtcookie dtpc rxvt`,                  // Dynatrace
	`lidc bcookie bscookie`,               // LinkedIn
	`kndctr_ amcv s_vi s_fid mbox demdex`, // Adobe
	`ajs_`,                                // Segment
	`_ga _gcl __gads __gpi _dc_gtm _gid __utm`, // Google
	`_fbp _fbc`,                // Meta
	`_ttp _tt_ ttcsid`,         // TikTok
	`optanon`,                  // OneTrust
	`mp_`,                      // Mixpanel
	`amp_ amplitude`,           // Amplitude
	`_uet _clck _clsk`,         // Microsoft Advertising, Clarity
	`hubspotutk __hs`,          // HubSpot
	`intercom-id`,              // Intercom
	`visid_ incap_ses`,         // Imperva
	`_pin_unauth`,              // Pinterest
	`__cf_bm _cfuvid __cfruid`, // Cloudflare
	`utag_`,                    // Tealium
	`_sctr _scid`,              // Snapchat
	`cto_`,                     // Criteo
	`_vwo _vis_opt`,            // VWO
	`_pk_`,                     // Matomo
	`awsalb awselb`,            // AWS Elastic Load Balancing
	`bigipserver`,              // F5 BIG-IP
	`ak_bmsc bm_s _abck`,       // Akamai
	`optimizely`,               // Optimizely
	`baiduid bidupsid`,         // Baidu
	`ph_phc`,                   // PostHog
	`tasid fornax_`,            // the corpus
	`didomi_ euconsent borlabs-cookie cmplz_ cookiefirst cookieyes cookieconsent`, // consents
	`tfstk isg`, // Alibaba
)

func trackersOf(products ...string) (out []trackerCookie) {
	for _, s := range []string{
		"nrba_",            // New Relic
		"_splunk_rum",      // Splunk RUM
		"ttcsid",           // TikTok: the visit, a moment, an id and a count
		"experimentation_", // GitLab: the subject of an experiment, signed
		"sbjs_",            // Sourcebuster: where a visit came from
		"sentryreplay",     // Sentry: the recording of a visit
		"didomi_token",     // Didomi: a consent
	} {
		out = append(out, trackerCookie{s, true})
	}
	for _, p := range products {
		for s := range strings.FieldsSeq(p) {
			out = append(out, trackerCookie{s, false})
		}
	}
	return out
}
