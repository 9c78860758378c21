package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

// use returns an access log line with a token.
func use(token string, at time.Time, status int) []byte {
	return fmt.Appendf(nil, `192.0.2.7 - - [%s] "GET /v1/orders?api_key=%s HTTP/1.1" %d 512 "-" "curl/8.5.0"`, at.UTC().Format("02/Jan/2006:15:04:05 -0700"), token, status)
}

// alertsOf returns count, first use and id of a rule's incidents about one token.
func (b *testEnv) alertsOf(rule string, fp tokenwarden.Fingerprint) [][]string {
	return b.query("SELECT toString(count), toString(first_seen), id, severity FROM v_alerts WHERE rule = '" + rule + "' AND subject = '" + fp.String() + "' ORDER BY first_seen")
}

// A token is listed while the service runs: its past uses give one alert, raised once however often the service restarts,
// and its later uses another. A revocation of the topic applies from its time on.
func TestListsChangeWhileRunning(t *testing.T) {
	b := newTestEnv(t, 1, "lists.reload=100ms", "format=combined")
	watchlist := b.file("watchlist", "")
	revocations := strings.Replace(b.config.Kafka.Topics.Usage, "usage", "revocations", 1)
	b.args = append(b.args, "--set", "lists.watchlist="+watchlist, "--set", "kafka.topics.revocations="+revocations)
	keys, err := config.LoadKeys([]string{b.keyFile}, false)
	if err != nil {
		t.Fatal(err)
	}
	f := secret.NewFingerprinter(keys...)
	leaked, revoked, other := newToken(), newToken(), newToken()
	fp, _ := f.Line([]byte(leaked))
	fpRevoked, _ := f.Line([]byte(revoked))
	if err := b.writer.Create(t.Context(), []sinkkafka.Topic{{Name: revocations, Partitions: 2, Replication: 1}}); err != nil {
		t.Fatal(err)
	}
	b.createInput()
	start := time.Now().Add(-time.Hour).Truncate(time.Second)
	requests := func(want int) {
		t.Helper()
		eventually(t, "ClickHouse holds all requests", func() (bool, string) {
			n := b.number("SELECT sum(requests) FROM v_token_profiles WHERE subject_kind = 'token'")
			return n == want, fmt.Sprintf("%d of %d", n, want)
		})
	}
	b.send([][]byte{use(leaked, start, 401), use(leaked, start.Add(time.Minute), 200), use(leaked, start.Add(2*time.Minute), 200), use(other, start, 200)})
	p := b.start("--init")
	requests(4)
	if got := b.alertsOf("leaked-token-used", fp); len(got) != 0 {
		t.Fatalf("alerts before the token was listed: %v", got)
	}

	listed := fp.String() + " gitleaks a.go:7\n"
	b.file("watchlist", listed)
	eventually(t, "the past is told", func() (bool, string) {
		got := b.alertsOf("leaked-token-used", fp)
		return len(got) == 1, fmt.Sprint(got)
	})
	if !strings.Contains(p.out.String(), `"a rule has its list now","rule":"leaked-token-used"`) {
		t.Error("the log does not say that the rule has its list now")
	}
	past := b.alertsOf("leaked-token-used", fp)[0]
	if past[0] != "3" || past[1] != start.UTC().Format("2006-01-02 15:04:05.000000") || past[3] != "critical" {
		t.Errorf("the past is told as %v", past)
	}
	b.send([][]byte{use(leaked, start.Add(30*time.Minute), 200)})
	requests(5)
	eventually(t, "the present is told", func() (bool, string) {
		got := b.alertsOf("leaked-token-used", fp)
		return len(got) == 2 && got[0][2] == past[2] && got[1][0] == "1", fmt.Sprint(got)
	})

	b.file("watchlist", listed+"something else\n")
	eventually(t, "the log names the line", func() (bool, string) {
		return strings.Contains(p.out.String(), watchlist+":2: want a fingerprint"), "it does not"
	})
	b.file("watchlist", listed)

	at := start.Add(20 * time.Minute).UTC().Format(time.RFC3339)
	value := []byte(`{"fingerprint":"` + fpRevoked.String() + `","reason":"owner left","at":"` + at + `"}`)
	if err := b.writer.Send(t.Context(), revocations, 1, []tokenwarden.Message{{Value: value}}); err != nil {
		t.Fatal(err)
	}
	b.send([][]byte{use(revoked, start.Add(10*time.Minute), 200)})
	requests(6)
	eventually(t, "the revocation is in force", func() (bool, string) {
		b.send([][]byte{use(revoked, start.Add(40*time.Minute), 200)})
		got := b.alertsOf("revoked-token-used", fpRevoked)
		return len(got) >= 1, fmt.Sprint(got)
	})
	if got := b.alertsOf("revoked-token-used", fpRevoked)[0][1]; got < start.Add(20*time.Minute).UTC().Format("2006-01-02 15:04:05") {
		t.Errorf("a use before the revocation was told: %s", got)
	}
	p.stop(t)

	p = b.start() // the list is new to this process, what it says of the past is not
	eventually(t, "the second process works", func() (bool, string) {
		b.send([][]byte{use(other, start.Add(50*time.Minute), 200)})
		return strings.Contains(p.out.String(), "detect takes up"), "it does not"
	})
	uses := "SELECT sum(requests) FROM v_token_profiles WHERE subject_kind = 'token' AND subject = '" + fp.String() + "'"
	n := b.number(uses)
	b.send([][]byte{use(leaked, start.Add(51*time.Minute), 200)})
	eventually(t, "the second process judges", func() (bool, string) {
		m := b.number(uses)
		return m > n, fmt.Sprintf("%d of more than %d", m, n)
	})
	p.stop(t)
	if got := b.alertsOf("leaked-token-used", fp); len(got) != 2 || got[1][0] != "2" {
		t.Errorf("a restart told the past again: %v", got)
	}
	b.checkHunt(watchlist, fp)
}

// checkHunt checks that `watchlist hunt` prints what the alert holds.
func (b *testEnv) checkHunt(watchlist string, fp tokenwarden.Fingerprint) {
	b.t.Helper()
	args := append(append([]string{"watchlist", "hunt"}, b.args...), watchlist)
	out, errOut, code := command(b.t.(*testing.T), "", args...)
	for _, want := range []string{fp.String(), "listed", "5, 4 accepted", "192.0.2.0/24", "GET /v1/orders"} {
		if code != exitDone || !strings.Contains(out, want) {
			b.t.Errorf("hunt: exit %d, %s\n%s\nwants %q", code, errOut, out, want)
		}
	}
	if _, err := lists.Load(&lists.Files{Watchlist: []string{watchlist}}); err != nil {
		b.t.Error(err)
	}
}
