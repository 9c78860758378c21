package simulate

import (
	"fmt"
	"strconv"
)

// poolID names a placeholder of a request target.
type poolID uint8

// The placeholders. Own and token come from the holder of a credential, the others from a pool.
const (
	poolNone poolID = iota
	poolOwn
	poolToken
	poolUUID
	poolHash
	poolImage
	poolSlug
	poolNumber
	poolSegment
	poolPage
	poolWords
	poolUTM
	poolGclid
	poolFbclid
	poolLanguage
	poolCursor
	poolVersion
	poolCount
)

var poolNames = map[string]poolID{
	"own": poolOwn, "token": poolToken, "uuid": poolUUID, "hash": poolHash, "img": poolImage, "slug": poolSlug,
	"num": poolNumber, "seg": poolSegment, "page": poolPage, "q": poolWords, "utm": poolUTM, "gclid": poolGclid,
	"fbclid": poolFbclid, "lang": poolLanguage, "cur": poolCursor, "ver": poolVersion,
}

// identifier reports whether path templates have {id} for p.
func (p poolID) identifier() bool { return p == poolOwn || p >= poolUUID && p <= poolSegment }

// pools hold the values of placeholders. They are drawn once per generator: drawing a UUID for each line would cost
// more than the rest of the line.
type pools [poolCount][]string

var (
	adjectives = []string{"quiet", "amber", "northern", "folding", "linen", "copper", "compact", "winter", "woven", "matte", "slow", "bright"}
	nouns      = []string{"lamp", "kettle", "jacket", "bicycle", "notebook", "chair",
		"backpack", "mirror", "planter", "speaker", "blanket", "desk"}
	campaigns = []string{"spring-sale", "newsletter-w32", "retargeting", "brand", "black-friday", "app-launch"}
	sources   = []string{"google", "newsletter", "instagram", "bing", "partner"}
	languages = []string{"de", "en", "fr", "pt-BR", "ja", "es"}
)

func newPools(r *rng) pools {
	word := func() string { return pick(r, adjectives) + "-" + pick(r, nouns) }
	return pools{
		poolUUID:    fill(512, r.uuid),
		poolHash:    fill(128, func() string { return r.text(20, lowerHex) }),
		poolImage:   fill(256, func() string { return r.text(32, lowerHex) }),
		poolSlug:    fill(256, func() string { return fmt.Sprintf("%s-%d", word(), r.between(10, 999)) }),
		poolNumber:  fill(512, func() string { return strconv.Itoa(r.between(1000, 9_999_999)) }),
		poolSegment: fill(40, counter("%05d")),
		poolPage:    fill(20, counter("%d")),
		poolWords:   fill(128, func() string { return pick(r, adjectives) + "+" + pick(r, nouns) }),
		poolUTM:     fill(32, func() string { return "utm_source=" + pick(r, sources) + "&utm_campaign=" + pick(r, campaigns) }),
		poolGclid: fill(128, func() string {
			return "EAIaIQobChMI" + r.text(43, base64URL) + "EAAYASAAEgI" + r.text(5, base62) + "_D_BwE"
		}),
		poolFbclid:   fill(64, func() string { return "IwAR" + r.text(56, base64URL) }),
		poolLanguage: languages,
		poolCursor:   fill(64, func() string { return "eyJvIjo" + r.text(8, base62) + "fQ" }), // an offset in base64, not a JWT
		poolVersion:  fill(24, func() string { return fmt.Sprintf("%d.%d.%d", r.between(1, 9), r.n(20), r.n(40)) }),
	}
}

func fill(n int, one func() string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = one()
	}
	return out
}

func counter(format string) func() string {
	i := -1
	return func() string { i++; return fmt.Sprintf(format, i) }
}

// visitor is a client of ordinary traffic.
type visitor struct {
	site site
	ua   string
}

// A crowd is a kind of client software.
type crowd int

const (
	crowdBrowser crowd = iota
	crowdPhone
	crowdApp
	crowdSDK
	crowdBot
	crowdSender
	crowds
)

// newVisitors draws n visitors of each crowd, every fourth of them on IPv6.
func newVisitors(r *rng, n int) (out [crowds][]visitor) {
	home := [crowds]func(*network) bool{
		crowdBrowser: class("isp", "business"), crowdPhone: class("isp", "mobile"), crowdApp: class("isp", "mobile"),
		crowdSDK: class("hosting", "business"), crowdBot: class("hosting"), crowdSender: class("hosting"),
	}
	for c := range crowds {
		v4, v6 := where(home[c], ip4), where(home[c], ip6)
		for range n {
			from := v4
			if r.n(4) == 0 {
				from = v6
			}
			out[c] = append(out[c], visitor{pick(r, from).address(r), agent(r, c)})
		}
	}
	return out
}

// agent draws a user agent of a crowd.
func agent(r *rng, c crowd) string {
	switch c {
	case crowdBrowser:
		v := r.between(140, 146)
		return pick(r, []string{
			fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36", v),
			fmt.Sprintf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36", v),
			fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64; rv:%d.0) Gecko/20100101 Firefox/%d.0", v, v),
			"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
		})
	case crowdPhone:
		return pick(r, []string{
			fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS 18_%d like Mac OS X) "+
				"AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", r.between(1, 6)),
			fmt.Sprintf("Mozilla/5.0 (Linux; Android %d; K) "+
				"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Mobile Safari/537.36", r.between(12, 16)),
		})
	case crowdApp:
		return pick(r, []string{
			fmt.Sprintf("ExampleShop/7.%d (iPhone; iOS 18.%d; Scale/3.00)", r.n(9), r.n(6)),
			fmt.Sprintf("ExampleShop/7.%d okhttp/4.12.0", r.n(9)),
		})
	case crowdSDK:
		return pick(r, []string{
			"curl/8.9.1", "python-requests/2.32.3", "Go-http-client/2.0", "axios/1.7.9", "okhttp/4.12.0",
			"Java-http-client/21.0.4", "aws-sdk-go-v2/1.32.0", "node", "Example-PHP-SDK/3.4.1",
		})
	case crowdBot:
		return pick(r, []string{
			"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
			"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
			"Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
			"Mozilla/5.0 zgrab/0.x", "UptimeRobot/2.0", "",
		})
	default:
		return pick(r, []string{
			"GitHub-Hookshot/a1b2c3d", "Stripe/1.0 (+https://stripe.com/docs/webhooks)", "Slackbot 1.0 (+https://api.slack.com/robots)",
			"GitLab/17.4.0", "Zapier", "SendGrid Event API",
		})
	}
}
