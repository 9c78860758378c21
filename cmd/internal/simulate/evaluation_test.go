package simulate

import (
	"bufio"
	"bytes"
	"encoding/json"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// small is an evaluation with few holders.
func small(seed uint64) Options {
	o := Evaluation(seed, 10, 80)
	o.Instances = 4
	return o
}

func TestEvaluationSameSeedSameBytes(t *testing.T) {
	digest := func(seed uint64) (uint64, string) {
		g := newGenerator(t, small(seed))
		h := fnv.New64a()
		for line, ok := g.Next(); ok; line, ok = g.Next() {
			h.Write(line.Text)
			h.Write([]byte{'\n'})
		}
		var labels bytes.Buffer
		if err := g.WriteTruth(&labels, sum); err != nil {
			t.Fatal(err)
		}
		return h.Sum64(), labels.String()
	}
	a, labels := digest(1)
	if b, again := digest(1); a != b || labels != again {
		t.Error("seed 1 gave two different logs or labels")
	}
	if b, _ := digest(2); a == b {
		t.Error("seeds 1 and 2 gave the same log")
	}
}

// evaluationLabels are the labels of g after its last line.
func evaluationLabels(t *testing.T, g *Generator) (attacks []attackTruth, tokens map[string]tokenTruth) {
	t.Helper()
	var out bytes.Buffer
	if err := g.WriteTruth(&out, sum); err != nil {
		t.Fatal(err)
	}
	tokens = map[string]tokenTruth{}
	scan := bufio.NewScanner(&out)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		var a attackTruth
		if err := json.Unmarshal(scan.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		if a.Type != "token" {
			attacks = append(attacks, a)
			continue
		}
		var u tokenTruth
		if err := json.Unmarshal(scan.Bytes(), &u); err != nil {
			t.Fatal(err)
		}
		tokens[u.Fingerprint] = u
	}
	return attacks, tokens
}

func TestEvaluationLabels(t *testing.T) {
	g := newGenerator(t, small(3))
	seen := map[string]bool{} // fingerprints of tokens in lines
	for line, ok := g.Next(); ok; line, ok = g.Next() {
		if line.Truth != nil {
			seen[sum(g.Token(line.Truth.TokenIndex))] = true
		}
	}
	attacks, tokens := evaluationLabels(t, g)
	instances := map[string]int{}
	for _, a := range attacks {
		instances[a.Name+" "+a.Variant]++
		if a.Due.Before(a.First) || a.Due.After(a.Last) {
			t.Errorf("%s %d is due at %s, not within %s to %s", a.Name, a.Instance, a.Due, a.First, a.Last)
		}
		for _, fingerprint := range append(a.Tokens, a.Fingerprint) {
			if !seen[fingerprint] || tokens[fingerprint].Lines == 0 {
				t.Errorf("%s %d names a token that does not occur", a.Name, a.Instance)
			}
		}
		if a.Name == "rotated-token-used" && a.Owner == "" {
			t.Errorf("%s %d names no owner", a.Name, a.Instance)
		}
	}
	for _, name := range append(Attacks(), Negatives()...) {
		if strong, weak := instances[name+" strong"], instances[name+" weak"]; strong != 2 || weak != 2 {
			t.Errorf("%s: %d strong and %d weak instances, want 2 of each", name, strong, weak)
		}
	}
	days := 0
	for _, u := range tokens {
		days += u.Days
	}
	if most := 80 * 10; days < most/2 {
		t.Errorf("%d days of 80 holders in 10 days", days)
	}
}

// TestEveryRuleOfTheCatalogueIsTripped names the ids, so that nobody loses one.
func TestEveryRuleOfTheCatalogueIsTripped(t *testing.T) {
	catalogue := strings.Fields(`token-in-url token-in-referer token-over-plaintext weak-tls leaked-token-used decoy-token-used
		expired-token-accepted early-token-accepted token-without-expiry token-lifetime-long revoked-token-used token-overage
		rotated-token-used dormant-token-active weak-token sequential-tokens jwt-unsigned-accepted token-burst token-rate-anomaly
		token-egress impossible-travel concurrent-places new-country new-network hosting-flip anonymizer new-client token-shared
		scope-violation first-write new-endpoint admin-endpoint privilege-probing object-enumeration binding-breach token-spray
		token-guessing auth-failures sensitive-without-mfa unusual-hour`)
	if len(catalogue) != 40 {
		t.Fatalf("%d ids", len(catalogue))
	}
	for _, id := range catalogue {
		if !slices.Contains(Attacks(), id) {
			t.Errorf("no attack trips %s", id)
		}
	}
}

// TestResidentsAreHonest checks what the rules look at: residents give none of medium severity a reason.
func TestResidentsAreHonest(t *testing.T) {
	o := Evaluation(4, 10, 200)
	o.Attacks, o.Negatives = nil, nil
	byToken, _ := observe(t, newGenerator(t, o))
	asleep, awake := 0, 0
	for i, of := range byToken {
		if n := most(time.Minute, of, exact); n > 600 {
			t.Errorf("token %d: %d requests in a minute", i, n)
		}
		// A build system has machines in two regions of one provider; nobody else is in two places.
		if impossible(of) > 0 && most(24*time.Hour, of, operator) > 1 || most(24*time.Hour, of, land) > 1 {
			t.Errorf("token %d travels", i)
		}
		if most(30*time.Minute, of, operator) > 2 {
			t.Errorf("token %d has %d operators in half an hour", i, most(30*time.Minute, of, operator))
		}
		if of[0].net.country == "DE" && strings.Contains(of[0].text, "Mozilla") {
			for _, s := range of {
				if h := s.at.Hour(); h >= 1 && h < 5 {
					asleep++
				} else if h >= 9 && h < 13 {
					awake++
				}
			}
		}
	}
	if asleep*10 > awake || awake == 0 {
		t.Errorf("%d requests of people at night, %d in the forenoon", asleep, awake)
	}
}

func TestWriteLists(t *testing.T) {
	g := newGenerator(t, small(5))
	dir := t.TempDir()
	if err := g.WriteLists(dir, sum); err != nil { // what it says must not wait for the traffic
		t.Fatal(err)
	}
	for _, ok := g.Next(); ok; _, ok = g.Next() {
	}
	attacks, _ := evaluationLabels(t, g)
	on := func(file, fingerprint string) bool {
		content, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(content, []byte(fingerprint))
	}
	revoked := 0
	for _, a := range attacks {
		switch a.Name {
		case "leaked-token-used", "decoy-token-used", "binding-breach":
			file := map[string]string{"leaked-token-used": "watchlist.txt", "decoy-token-used": "decoys.txt", "binding-breach": "bindings.yaml"}[a.Name]
			if !on(file, a.Fingerprint) {
				t.Errorf("%s %d: the token is not in %s", a.Name, a.Instance, file)
			}
		case "revoked-token-used":
			if on("revoked.ndjson", a.Fingerprint) {
				revoked++
			}
		}
	}
	if revoked == 0 {
		t.Error("no token is revoked by a list")
	}
	for _, file := range []string{"hosting.txt", "vpn.txt", "mobile.txt"} {
		if !on(file, "/24\n") {
			t.Errorf("%s holds no network", file)
		}
	}
}
