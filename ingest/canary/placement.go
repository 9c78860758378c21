package canary

import "github.com/tokenwarden/tokenwarden/ingest/record"

// placement is the text of a field, with {} for the token. It holds no byte that any log format escapes.
type placement struct {
	name          string
	text          string
	acceptsOpaque bool // a name or path announces a secret here, so a token without a recognisable format must be found too
}

var queryPlacements = []placement{
	{"query", "page=2&access_token={}&sort=asc", true},
	{"query_camel", "clientSecret={}", true},
	{"nested", "next=%2Fcanary%3Fpage%3D2%26api_key%3D{}", true},
	{"json", "variables=%7B%22password%22%3A%22{}%22%7D", true},
	{"base64_json", "state={}", true},
	{"query_any", "q={}", false},
}

var pathPlacements = []placement{
	{"path", "/canary/reset-password/{}", true},
	{"webhook", "/api/webhooks/4711/{}", true},
	{"segment", "/canary/{}/edit", false},
}

// linePlacement goes behind a line that no format fits, or in which no field takes a token.
var linePlacement = placement{"text", " access_token={}", true}

// placementsByKind lists the placements for each kind of field; none for a kind in which nothing is planted.
var placementsByKind = func() (byKind [record.KindHost + 1][]placement) {
	query := withPrefix("/canary?", queryPlacements)
	target := append(append([]placement{{"matrix", "/canary;jsessionid={}?page=2", true}}, query...), pathPlacements...)
	url := append(withPrefix("https://canary.example", target),
		placement{"userinfo", "https://canary:{}@canary.example/", true}, placement{"fragment", "https://canary.example/#id_token={}", true})
	value := []placement{{"value", "{}", false}}
	byKind[record.KindTarget], byKind[record.KindPath], byKind[record.KindQuery] = target, pathPlacements, queryPlacements
	byKind[record.KindURL], byKind[record.KindReferer] = url, url
	byKind[record.KindCookies] = []placement{{"cookie", "session={}", true}, {"cookie_any", "theme={}", false}}
	byKind[record.KindHeader] = append(value, placement{"bearer", "Bearer {}", true})
	byKind[record.KindCookie], byKind[record.KindParam], byKind[record.KindUser] = value, value, value
	byKind[record.KindUserAgent], byKind[record.KindText] = value, value
	return byKind
}()

func withPrefix(prefix string, list []placement) []placement {
	out := make([]placement, len(list))
	for i, p := range list {
		out[i] = placement{p.name, prefix + p.text, p.acceptsOpaque}
	}
	return out
}
