package simulate

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// sighting is a line with a credential, as a detector would see it.
type sighting struct {
	Truth
	label Label
	at    time.Time
	net   *network
	group string // client network
	text  string
}

// observe runs g and sorts what it gives by token and by instance of an attack or hard negative.
func observe(t *testing.T, g *Generator) (byToken map[int][]sighting, byEpisode map[string][]sighting) {
	t.Helper()
	byToken, byEpisode = map[int][]sighting{}, map[string][]sighting{}
	for line, ok := g.Next(); ok; line, ok = g.Next() {
		if line.Truth == nil {
			continue
		}
		s := sighting{Truth: *line.Truth, at: line.Time, text: string(line.Text)}
		s.net, s.group = client(t, line.Text)
		if line.Label != nil {
			s.label = *line.Label
			name := fmt.Sprintf("%s%s/%d", s.label.Attack, s.label.Negative, s.label.Instance)
			byEpisode[name] = append(byEpisode[name], s)
		}
		byToken[s.TokenIndex] = append(byToken[s.TokenIndex], s)
	}
	return byToken, byEpisode
}

func client(t *testing.T, text []byte) (*network, string) {
	t.Helper()
	_, rest, ok := bytes.Cut(text, []byte(`"remote_addr":"`))
	if !ok {
		rest = text
		if bytes.HasPrefix(text, []byte("hooks.")) {
			_, rest, _ = bytes.Cut(text, []byte(" "))
		}
	}
	addr, err := netip.ParseAddr(string(rest[:bytes.IndexAny(rest, `" `)]))
	if err != nil {
		t.Fatal(err)
	}
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	n := byPrefix()[netip.PrefixFrom(addr, bits).Masked()]
	if n == nil {
		t.Fatalf("address %s is in no network", addr)
	}
	return n, site{n, addr.String()}.clientNetwork()
}

var byPrefix = sync.OnceValue(func() map[netip.Prefix]*network {
	out := map[netip.Prefix]*network{}
	for _, n := range networks() {
		out[n.prefix] = n
	}
	return out
})

// most is the greatest number of different values of sightings, in order of time, within a sliding window.
func most(window time.Duration, of []sighting, value func(sighting) string) int {
	best, first, seen := 0, 0, map[string]int{}
	for _, s := range of {
		for ; s.at.Sub(of[first].at) >= window; first++ {
			old := value(of[first])
			if seen[old]--; seen[old] == 0 {
				delete(seen, old)
			}
		}
		seen[value(s)]++
		best = max(best, len(seen))
	}
	return best
}

func template(s sighting) string { return s.Template }
func exact(s sighting) string    { return fmt.Sprint(s.at.UnixNano()) }
func token(s sighting) string    { return fmt.Sprint(s.TokenIndex) }
func place(s sighting) string    { return s.group }
func operator(s sighting) string { return fmt.Sprint(s.net.asn) }
func land(s sighting) string     { return s.net.country }

// claimsOf decodes the JWT that s carries.
func claimsOf(t *testing.T, g *Generator, s sighting) (header, claims map[string]any) {
	t.Helper()
	parts := strings.Split(g.Token(s.TokenIndex), ".")
	if len(parts) != 3 {
		t.Fatal("not a JWT")
	}
	for i, into := range []*map[string]any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}

// ruleCheck reports whether the first malicious line, or all of them together, are what the rule looks for. past are the earlier lines
// of the same token.
type ruleCheck func(t *testing.T, g *Generator, past, bad []sighting) bool

// unseen checks that the first malicious line has a value that a learned past has not.
func unseen(value func(sighting) string) ruleCheck {
	return func(_ *testing.T, _ *Generator, past, bad []sighting) bool {
		return len(past) >= 200 && !slices.ContainsFunc(past, func(s sighting) bool { return value(s) == value(bad[0]) })
	}
}

func contains(text string) ruleCheck {
	return func(_ *testing.T, _ *Generator, _, bad []sighting) bool { return strings.Contains(bad[0].text, text) }
}

func number(claim string, ok func(value, now int64, present bool) bool) ruleCheck {
	return func(t *testing.T, g *Generator, _, bad []sighting) bool {
		_, claims := claimsOf(t, g, bad[0])
		v, present := claims[claim].(float64)
		return ok(int64(v), bad[0].at.Unix(), present)
	}
}

// together checks the malicious lines alone.
func together(ok func(bad []sighting) bool) ruleCheck {
	return func(_ *testing.T, _ *Generator, _, bad []sighting) bool { return ok(bad) }
}

// distinct checks that enough different values come within a window.
func distinct(n int, window time.Duration, value func(sighting) string) ruleCheck {
	return together(func(bad []sighting) bool { return most(window, bad, value) >= n })
}

// located checks where the first malicious line carries the credential.
func located(location string) ruleCheck {
	return together(func(bad []sighting) bool { return bad[0].Location == location })
}

var ruleChecks = map[string]ruleCheck{
	"token-in-url":           located("query"),
	"token-in-referer":       located("referer"),
	"token-over-plaintext":   contains(`"scheme":"http"`),
	"weak-tls":               contains(`"ssl_protocol":"TLSv1`),
	"expired-token-accepted": number("exp", func(v, now int64, _ bool) bool { return v+60 < now }),
	"early-token-accepted":   number("nbf", func(v, now int64, _ bool) bool { return now+60 < v }),
	"token-without-expiry":   number("exp", func(_, _ int64, present bool) bool { return !present }),
	"token-lifetime-long":    number("exp", func(v, now int64, _ bool) bool { return v-now > 90*86400 }),
	"jwt-unsigned-accepted": func(t *testing.T, g *Generator, _, bad []sighting) bool {
		header, _ := claimsOf(t, g, bad[0])
		return strings.HasSuffix(g.Token(bad[0].TokenIndex), ".") || strings.EqualFold(header["alg"].(string), "none")
	},
	"scope-violation": func(t *testing.T, g *Generator, _, bad []sighting) bool {
		_, claims := claimsOf(t, g, bad[0])
		i := slices.IndexFunc(ScopePolicy(), func(r ScopeRule) bool {
			return r.Host == bad[0].Host && r.Method == bad[0].Method && r.Template == bad[0].Template
		})
		return i >= 0 && !slices.Contains(strings.Fields(claims["scope"].(string)), ScopePolicy()[i].Scope)
	},
	"new-country":    unseen(land),
	"new-network":    unseen(operator),
	"hosting-flip":   unseen(func(s sighting) string { return s.net.class }),
	"new-endpoint":   unseen(template),
	"admin-endpoint": unseen(template),
	"first-write": func(t *testing.T, g *Generator, past, bad []sighting) bool {
		return unseen(func(s sighting) string { return s.Method })(t, g, past, bad) && bad[0].Method != "GET"
	},
	"impossible-travel": func(_ *testing.T, _ *Generator, past, bad []sighting) bool {
		last := past[len(past)-1]
		km := last.net.apart(bad[0].net)
		return km > 500 && km/bad[0].at.Sub(last.at).Hours() > 900
	},
	"concurrent-places": func(_ *testing.T, _ *Generator, past, bad []sighting) bool {
		return len(bad) >= 3 && bad[2].at.Sub(bad[0].at) < 30*time.Minute && past[0].net.apart(bad[0].net) > 500
	},
	"token-burst": distinct(601, time.Minute, exact),
	"token-rate-anomaly": func(_ *testing.T, _ *Generator, past, bad []sighting) bool {
		return len(past) >= 200 && most(time.Hour, bad, exact) > 100 && most(time.Minute, bad, exact) <= 600
	},
	"token-egress": together(func(bad []sighting) bool {
		sum := int64(0)
		for _, s := range bad {
			sum += s.Bytes
		}
		return sum > 100e6
	}),
	"token-shared": together(func(bad []sighting) bool {
		return most(30*time.Minute, bad, place) >= 5 && most(30*time.Minute, bad, operator) >= 3
	}),
	"privilege-probing":  distinct(10, 5*time.Minute, template),
	"object-enumeration": distinct(50, 5*time.Minute, exact),
	"token-spray":        distinct(20, 5*time.Minute, token),
	"token-guessing":     distinct(5, 5*time.Minute, token),
	"sequential-tokens":  distinct(10, 5*time.Minute, token),
	"auth-failures":      distinct(12, time.Minute, exact),
	"dormant-token-active": func(_ *testing.T, _ *Generator, past, bad []sighting) bool {
		return bad[0].at.Sub(past[len(past)-1].at) > 30*24*time.Hour
	},
	"token-overage": func(_ *testing.T, _ *Generator, past, bad []sighting) bool {
		const limit = 90 * 24 * time.Hour
		return bad[0].at.Sub(past[0].at) > limit && past[len(past)-1].at.Sub(past[0].at) < limit
	},
	"unusual-hour": unseen(func(s sighting) string { return s.at.Weekday().String() + s.at.Format("15") }),
}

func TestAttacksAreWhatTheirRulesLookFor(t *testing.T) {
	o := everything()
	o.Negatives, o.Bad, o.Instances = nil, 0, 3
	g := newGenerator(t, o)
	byToken, byEpisode := observe(t, g)
	for name, bad := range byEpisode {
		t.Run(name, func(t *testing.T) {
			attack := bad[0].label.Attack
			var past []sighting
			for _, s := range byToken[bad[0].TokenIndex] {
				if s.at.Before(bad[0].at) {
					past = append(past, s)
				}
			}
			if check := ruleChecks[attack]; check != nil && !check(t, g, past, bad) {
				t.Errorf("%d malicious lines after %d others are no %s", len(bad), len(past), attack)
			}
			if travels := impossible(past); travels > 0 && attack != "concurrent-places" {
				t.Errorf("the victim itself travels impossibly %d times", travels)
			}
		})
	}
}

// impossible counts how often a token is too fast from one line to the next.
func impossible(of []sighting) (n int) {
	for i := 1; i < len(of); i++ {
		km := of[i-1].net.apart(of[i].net)
		if km > 500 && km/of[i].at.Sub(of[i-1].at).Hours() > 900 {
			n++
		}
	}
	return n
}

// TestOrdinaryTrafficIsHonest checks that ordinary traffic gives no rule of medium severity a reason, apart from
// credentials in targets and Referers, which half of its holders have.
func TestOrdinaryTrafficIsHonest(t *testing.T) {
	o := Options{Seed: 11, Start: monday, Duration: 30 * time.Minute, Rate: 100, Tokens: 400}
	byToken, _ := observe(t, newGenerator(t, o))
	failures := map[string][]sighting{}
	for i, of := range byToken {
		if n := most(time.Minute, of, exact); n > 300 {
			t.Errorf("token %d: %d requests in a minute", i, n)
		}
		if impossible(of) > 0 {
			t.Errorf("token %d travels", i)
		}
		for _, s := range of {
			if s.net.country != of[0].net.country {
				t.Errorf("token %d is in %s and in %s", i, of[0].net.country, s.net.country)
			}
			if s.Status == 401 {
				failures[s.group] = append(failures[s.group], s)
			}
		}
		if n := most(30*time.Minute, of, operator); n > 2 {
			t.Errorf("token %d has %d operators in half an hour", i, n)
		}
	}
	for group, of := range failures {
		slices.SortFunc(of, func(a, b sighting) int { return a.at.Compare(b.at) })
		if n := most(time.Minute, of, exact); n > 5 {
			t.Errorf("network %s: %d failures in a minute", group, n)
		}
	}
}
