package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// secret is a planted credential.
type secret struct {
	value string   // what `tokenwarden fingerprint` is asked with
	forms []string // other texts that give it away: the base64 of Basic
	weak  bool     // short or guessable: a log that keeps it is no leak
}

// header is a header of a request. Names may repeat.
type header struct{ name, value string }

// request is one request of the plan.
type request struct {
	seq     int
	name    string // for reports: what is planted and where
	method  string
	target  string
	headers []header
	body    string
	secrets []*secret
	client  netip.Addr // the loopback address that sends it: its own, so that a line tells its request by it
}

func (r *request) ordinary() bool { return len(r.secrets) == 0 }

// header returns the value of the last header of that name, "" if there is none.
func (r *request) header(name string) string {
	value := ""
	for _, h := range r.headers {
		if strings.EqualFold(h.name, name) {
			value = h.value
		}
	}
	return value
}

// plan is the requests that every server gets, in order.
type plan struct {
	mint     mint
	requests []*request
	secrets  []*secret
	canary   *secret // the same token in every place
}

// secret plants a value; forms are other texts that give it away.
func (p *plan) secret(value string, forms ...string) *secret {
	s := &secret{value: value, forms: forms}
	p.secrets = append(p.secrets, s)
	return s
}

// text plants n random characters.
func (p *plan) text(n int) *secret { return p.secret(p.mint.text(n, letters)) }

// option changes a request.
type option func(*request)

// with adds a header.
func with(name, value string) option {
	return func(r *request) { r.headers = append(r.headers, header{name, value}) }
}

// without takes the headers of that name away.
func without(name string) option {
	return func(r *request) {
		kept := r.headers[:0]
		for _, h := range r.headers {
			if !strings.EqualFold(h.name, name) {
				kept = append(kept, h)
			}
		}
		r.headers = kept
	}
}

// holds names the planted credentials of a request.
func holds(secrets ...*secret) option {
	return func(r *request) { r.secrets = append(r.secrets, secrets...) }
}

// post makes a POST of a request.
func post(body string) option { return func(r *request) { r.method, r.body = "POST", body } }

// agents are user agents in turn.
var agents = []string{
	"curl/8.5.0", "okhttp/4.12.0", "python-requests/2.32.3", "Go-http-client/1.1",
	"Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
}

// add appends a request. The number of the request becomes a parameter, the first of the query or the last in turn, so that
// credentials stand at both ends of a line's target.
func (p *plan) add(name, target string, options ...option) {
	seq := len(p.requests) + 1
	r := &request{
		seq: seq, name: name, method: "GET", target: numbered(target, seq),
		headers: []header{{"Host", "api.shop.example"}, {"User-Agent", agents[seq%len(agents)]}},
		client:  netip.AddrFrom4([4]byte{127, 1, byte(seq / 200), byte(1 + seq%200)}),
	}
	for _, o := range options {
		o(r)
	}
	p.requests = append(p.requests, r)
}

func numbered(target string, seq int) string {
	path, query, found := strings.Cut(target, "?")
	number := fmt.Sprintf("seq=%04d", seq)
	switch {
	case !found:
		return path + "?" + number
	case seq%2 == 1:
		return path + "?" + number + "&" + query
	}
	return path + "?" + query + "&" + number
}

// newPlan makes the plan: ordinary requests first, so that a format is found from ordinary lines, then credentials by place.
func newPlan() *plan {
	p := &plan{mint: newMint()}
	p.addOrdinary()
	p.canary = p.text(40)
	p.addCanary()
	p.addQueries()
	p.addPaths()
	p.addReferers()
	p.addAuthorizations()
	p.addHeaders()
	p.addCookies()
	p.addEscapes()
	p.addLong()
	p.add("end", "/end")
	return p
}

func (p *plan) addOrdinary() {
	m := p.mint
	for name, target := range ordered(
		"root", "/",
		"page", "/about/team.html",
		"asset", "/static/app."+m.text(10, hexDigits)+".js?v=20260105",
		"digest", "/objects/"+m.text(40, hexDigits),
		"uuid", "/v1/orders/"+m.uuid(),
		"slug", "/blog/how-we-rotate-api-keys-and-passwords",
		"words", "/search?q=forgotten+password&sort=key&order=desc",
		"cursor", "/items?cursor="+base64url(`{"id":48213,"at":1790446245}`)+"&limit=50",
		"page token", "/items?page_token="+m.text(24, urlSafe)+"&size=20",
		"tracker", "/landing?utm_source=letter&gclid=Cj0KCQi"+m.text(60, urlSafe),
		"about tokens", "/settings?session_timeout=30&token_type=bearer&password_reset=false",
		"resource", "/v1/tokens?limit=10&state=active",
		"UTF-8, escaped", "/k%C3%BCche/caf%C3%A9?stadt=M%C3%BCnchen",
		"escapes", "/a%20b/c%2Bd?x=1%262&y=%22quoted%22",
		"long", "/report?columns="+strings.Repeat("name,price,", 40)+"stock",
	) {
		p.add(name, target)
	}
	p.add("no user agent", "/health", without("User-Agent"))
	p.add("referer", "/style.css", with("Referer", "https://www.shop.example/search?q=token+ring&page=2"))
	p.add("agent with quotes", "/v1/me", without("User-Agent"), with("User-Agent", `Odd "Browser" \ 1.0 | x`))
	p.add("trace", "/v1/orders", with("traceparent", "00-"+m.text(32, hexDigits)+"-"+m.text(16, hexDigits)+"-01"))
	p.add("forwarded", "/v1/orders", with("X-Forwarded-For", "203.0.113.7"))
	p.add("form", "/v1/orders", post("amount=3"))
	p.add("denied", "/denied/a")
	p.add("missing", "/missing/b.png")
}

// ordered ranges over pairs of texts.
func ordered(pairs ...string) func(func(string, string) bool) {
	return func(yield func(string, string) bool) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if !yield(pairs[i], pairs[i+1]) {
				return
			}
		}
	}
}

// escaped returns a text as browsers write it into a query.
func escaped(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
