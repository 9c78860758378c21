package credential

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestOrdinaryPlaces wants texts to stay whose names, paths and forms are those of credentials in other places.
func TestOrdinaryPlaces(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(77)
	sha, md5, id := s.of(lowerHex, 39)+"1", s.of(lowerHex, 31)+"1", s.of(alnum, 22)+"4x"
	uuid := "17c1b236-7038-42eb-9b92-e1b57d1f60b8"
	cookie := "header Cookie"
	for _, c := range []struct{ name, place, text string }{
		{"a repository called token", "", "/anchor/token/blob/" + sha + "/src/main.go"},
		{"a commit of a repository called secret", "", "/anchor/secret/commit/" + sha},
		{"a project called token", "", "/projects/token/settings-page-7"},
		{"a commit in Phabricator", "", "/rANCHOR" + sha},
		{"policies of passwords", "", "/admin/password-policies/" + uuid},
		{"types of tokens", "", "/api/token-types/" + md5},
		{"an address of a token", "", "/token/1ziY71bQ31r3nYQ3vdNzHhxPgasT1geGQEiJJRs8gbFY"},
		{"the random end of a slug", "", "/crowdsec-test-" + id},
		{"the random end of a word", "", "/healthcheck-" + id},
		{"a dashboard's variable", "", "/d/x/y?orgId=1&var-secret=amber-anchor&var-password=All"},
		{"an object in a filter", "", "/wiki/attachments?sortBy=date&key=token:9079838"},
		{"an object in a search", "", "/search?q=key%3Dsecret%3A907983&page=2"},
		{"a UUID as the id of a site", "", "/stations/detail?sid=" + uuid},
		{"the id of an application", "", "/oauth?app_id=wx" + s.of(lowerHex, 16) + "&appid=" + uuid + "&app_id=" + s.of(lowerHex, 24)},
		{"a list of videos", "", "/video-38035365_254882048?list=ln-" + s.of(alnum, 18) + "4x"},
		{"text of base64 with an accidental head", "", "/files/qt0_5sUJ3CCO_7wNss1MEIjUg9LXGmcLYK4KhL6JwmDN"},
		{"a hash behind a version, not last", "", "/v3/" + md5 + "/image.jpg"},
		{"the id of an integration", "", "/integrations/" + s.of(lowerHex, 23) + "7?x=1"},
		{"a short id under key", "", "/x?key=" + s.of(lowerHex, 11) + "7&key=IMG20260105"},
		{"the page of a service whose paths hold keys", "", "https://hc-ping.com/docs/monitoring-cron-jobs-2026"},
		{"a thread of Teams", "", "/l/message/19:5c4877084d8548e5a7c4add2eae18635@thread.tacv2/1784728045406"},
		{"the subject of an experiment", cookie, "experimentation_subject_id=" + s.of(alnum, 60) + "--" + sha},
		{"consents", cookie, "didomi_token=eyJ1c2VyX2lkIjoi" + s.of(alnum, 60) + "; borlabs-cookie=%7B%22uid%22%3A%22" + s.of(lowerHex, 30) + "%22%7D"},
		{"a recorded visit", cookie, `sentryReplaySession={"id":"` + md5 + `"}; sbjs_session=pgs%3D2`},
		{"consents of Google", cookie, "SOCS=CAISHAgBEhJnd3NfMjAyNjAxMDUtMF9SQzIaAmRlIAEaBgiA3WWK6Ocz"},
	} {
		t.Run(c.name, func(t *testing.T) {
			kind := record.KindTarget
			if c.place == cookie {
				kind = record.KindCookies
			}
			if out, fs := redactField(f, kind, "", c.text); out != c.text {
				t.Errorf("became %s: %s", out, fs[0].Reason)
			}
		})
	}
}

// TestPlacesOfProducts finds credentials whose place the documentation of a product tells.
func TestPlacesOfProducts(t *testing.T) {
	s := newSynth(78)
	for token, texts := range map[string]string{
		s.of(lowerHex, 31) + "7":               "/api/latest.json?app_id={S} /v3/{S} /ws/v3/{S} /api/cron/{S}/ /api/41/cron/nightly/{S}/?status=ok",
		s.of(alnum, 22) + "4x":                 "/v2/query?appid={S} /integrations/v1/grafana/{S}/ /integration/{S}/alert /basic/{S}/acme/python/simple/",
		s.of(lowerHex, 22) + "b7":              "/v6/{S}/latest/USD /v6/{S}/pair/EUR/GBP/10",
		s.of(alnum, 30) + "4x":                 "/api/json/ip/{S}/8.8.8.8 /api/json/email/{S}/bob%40a.example /send/{S}.send?title=x /nft/v3/{S}/getNFTs /nic?PK={S}&TestID=41",
		"0d903a48-20d7-446b-a840-794bdf249b56": "/ping/{S}/fail /heartbeats/{S}/ping /inputs/{S}/tag/http/ /bulk/{S}/tag/bulk/ /my/balance?api_id={S}",
	} {
		testExact(t, token, targets(strings.Fields(texts)...))
	}
	testExact(t, s.of(alnum, 22)+"4x", targets("/receiver/{S}", "/integrations/slack/{S}", "/api/collector/v1/{S}/push", "https://hc-ping.com/{S}/backup?x=1",
		"https://dl.cloudsmith.io/{S}/acme/tools/raw/files/app.tar.gz", "https://hook.eu1.make.com:443/{S}"))
	testExact(t, "7q2kx9vb4tmz", targets("/v2.1/get-time-zone?key={S}&by=zone"))
	testExact(t, "2can6rn9ib09r60tk5v9n03nug", fields(record.KindCookies, "", "lang=de; acme={S}; x=1"))
	testExact(t, "s:"+s.of(alnum, 32)+"."+s.of(alnum, 43), fields(record.KindCookies, "", "acme={S}"))
}
