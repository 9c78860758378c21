package simulate

import (
	"maps"
	"slices"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

var definitions = []definition{
	{
		service: service{
			name: "shop", host: "www.shop.example", format: FormatCombined, weight: 30,
			crowds: []crowd{crowdBrowser, crowdBrowser, crowdBrowser, crowdPhone, crowdPhone, crowdBot},
			referers: []string{
				"https://www.shop.example/", "https://www.shop.example/c/lamps", "https://www.google.com/",
				"https://www.shop.example/search?q=copper+kettle", "https://news.example.org/gift-guide", "",
			},
		},
		plain: []string{
			"6 GET / page", "3 GET /{lang}/ page", "14 GET /products/{slug} page", "8 GET /c/{slug}?page={page} page",
			"7 GET /search?q={q} page", "3 GET /search?q={q}&{utm} page", "3 GET /products/{slug}?{utm}&gclid={gclid} page",
			"2 GET /products/{slug}?fbclid={fbclid} page", "14 GET /assets/app.{hash}.js asset", "8 GET /assets/main-{hash}.css asset",
			"20 GET /images/{img}.webp asset", "4 GET /images/products/{uuid}/800x600.jpg asset", "2 GET /favicon.ico asset",
			"2 GET /cart page", "2 POST /cart/items post", "1 GET /reset-password page", "1 POST /login denied", "1 GET /robots.txt asset",
			"1 GET /wp-login.php probe", "1 GET /.env probe", "1 GET /sitemap.xml asset", "1 GET /blog/2026/03/{slug} page",
		},
		guarded: map[string][]string{
			"session": {
				"6 GET /account page", "5 GET /orders/{own} page", "4 GET /checkout/{own} page", "2 POST /cart/items post",
				"2 GET /wishlist?page={page} page",
			},
			"link":  {"3 GET /login/magic/{token} redir", "1 GET /newsletter/confirm/{token} page"},
			"reset": {"2 GET /reset-password page", "1 POST /reset-password post"},
		},
	}, {
		service: service{
			name: "api", host: "api.example.com", format: FormatJSON, weight: 22,
			crowds: []crowd{crowdSDK, crowdSDK, crowdSDK, crowdBrowser}, referers: []string{"", "", "https://app.example.com/"},
		},
		plain: []string{
			"10 GET /healthz ok", "6 OPTIONS /v1/orders empty", "3 OPTIONS /v1/customers/{uuid} empty", "8 GET /v1/status api",
			"4 GET /openapi.json asset", "3 GET /v1/products?limit=50&cursor={cur} api", "5 GET /v1/products/{uuid} api",
			"3 GET /v1/releases/{ver} api", "2 GET /v1/exchange-rates?base=EUR api", "1 GET /actuator/env probe",
		},
		guarded: map[string][]string{
			"orders": {
				"8 GET /v1/orders?limit=50&page={page} api orders:read", "9 GET /v1/orders/{own} api orders:read",
				"3 POST /v1/orders post orders:write", "2 PATCH /v1/orders/{own} api orders:write", "1 DELETE /v1/orders/{own} post orders:write",
			},
			"customers": {
				"6 GET /v1/customers/{own} api customers:read", "4 GET /v1/customers?page={page} api customers:read",
				"2 GET /v1/invoices/{own} api invoices:read", "2 PUT /v1/customers/{own} api customers:write",
			},
			"graph": {
				"5 GET /graphql?query=%7Bviewer%7Bid%20name%7D%7D&operationName=Viewer api", "3 POST /graphql api",
			},
			"admin": {
				"3 GET /v1/admin/users api admin:read", "1 POST /v1/admin/keys post admin:write", "1 GET /v1/admin/audit?page={page} api admin:read",
				"1 GET /v1/admin/export api admin:read",
			},
			"logout": {"1 POST /v1/logout empty"},
		},
	}, {
		service: service{
			name: "auth", host: "login.example.com", format: FormatJSON, weight: 10,
			crowds:   []crowd{crowdBrowser, crowdBrowser, crowdPhone, crowdSDK},
			referers: []string{"", "https://www.shop.example/", "https://app.example.com/"},
		},
		plain: []string{
			"10 GET /.well-known/jwks.json api", "6 GET /.well-known/openid-configuration api", "8 GET /login page",
			"5 POST /login redir", "1 POST /login denied", "6 POST /oauth2/token post",
			"6 GET /oauth2/authorize?response_type=code&client_id=web-shop&scope=openid+profile&" +
				"redirect_uri=https%3A%2F%2Fwww.shop.example%2Fcb redir",
			"8 GET /static/login.{hash}.css asset",
		},
		guarded: map[string][]string{
			"session":  {"5 GET /session/check api", "2 GET /account page", "1 POST /account/preferences post"},
			"userinfo": {"5 GET /userinfo api openid", "1 GET /oauth2/sessions/{own} api openid"},
			"client":   {"5 POST /oauth2/introspect api", "3 POST /oauth2/token api"},
		},
	}, {
		service: service{
			name: "media", host: "media.example.net", format: FormatCombined, weight: 20,
			crowds:   []crowd{crowdBrowser, crowdBrowser, crowdPhone, crowdApp},
			referers: []string{"https://www.shop.example/", "https://www.shop.example/live", "https://player.example.net/", ""},
		},
		plain: []string{
			"20 GET /thumbs/{img}_320.jpg asset", "10 GET /v/{uuid}/master.m3u8 asset", "14 GET /public/{uuid}/seg-{seg}.ts media",
			"6 GET /fonts/inter-{hash}.woff2 asset", "3 GET /avatars/{img}?s=80&d=identicon asset", "1 HEAD /public/{uuid}/master.m3u8 ok",
		},
		guarded: map[string][]string{
			"signed": {"8 GET /v/{own}/seg-{seg}.ts media", "2 GET /v/{own}/master.m3u8 asset"},
			"sas":    {"1 GET /downloads/{own}/manual.pdf media"},
		},
	}, {
		service: service{
			name: "hooks", host: "hooks.example.com", format: FormatVhost, weight: 6,
			crowds: []crowd{crowdSender}, referers: []string{""},
		},
		plain: []string{"4 GET /healthz ok", "3 POST /public/status hook", "2 HEAD / ok", "1 POST / probe"},
		guarded: map[string][]string{
			"path":  {"4 POST /services/T04EXAMPLE/B07{num}/{token} hook"},
			"query": {"4 POST /in/github/{own} hook", "1 POST /in/github/{own}?event=push hook"},
		},
	}, {
		service: service{
			name: "mobile", host: "m.example.com", format: FormatJSON, weight: 12,
			crowds: []crowd{crowdApp, crowdApp, crowdPhone}, referers: []string{""},
		},
		plain: []string{
			"8 GET /m/v2/config?platform=ios&version={ver} api", "8 GET /m/v2/config?platform=android&version={ver} api",
			"5 POST /m/v2/telemetry empty", "6 GET /m/v2/products/{uuid} api", "3 GET /m/v2/search?q={q}&page={page} api",
		},
		guarded: map[string][]string{
			"feed": {
				"8 GET /m/v2/feed?cursor={cur} api feed:read", "4 GET /m/v2/profile api profile:read",
				"3 PUT /m/v2/profile api profile:write", "4 GET /m/v2/messages/{own} api messages:read",
				"3 POST /m/v2/messages post messages:write",
			},
			"session": {"6 GET /m/v2/basket api", "3 POST /m/v2/basket/items post", "2 GET /m/v2/orders/{own} api"},
		},
	},
}
