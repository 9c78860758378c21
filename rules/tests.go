package rules

import (
	"time"

	"github.com/tokenwarden/tokenwarden"
	"go.yaml.in/yaml/v3"
)

// Test is one test inside a rule file: requests with one token, and the alerts of this rule that they must give.
type Test struct {
	Name      string            `yaml:"name"`
	BlindSpot string            `yaml:"blind_spot"` // the name under blind_spots that the test shows
	Policy    []ScopeRule       `yaml:"policy"`     // scope policy in force during the test
	Lists     map[string]string `yaml:"lists"`      // lists in force during the test, by name, as their files are written; TOKEN(name) is a token's fingerprint
	Given     Request           `yaml:"given"`      // what each step's request looks like unless the step says otherwise
	Merge     bool              `yaml:"merge"`      // play the requests of all steps by their time, instead of step by step
	Steps     []Step            `yaml:"steps"`
	Expect    []Expect          `yaml:"expect"`
}

// Step is one or several requests, played in the order written; times may go backwards.
type Step struct {
	At     *Duration `yaml:"at"`     // time since the test began
	After  *Duration `yaml:"after"`  // time since the step before ended
	Load   *Stream   `yaml:"load"`   // "10/s for 61s"
	Repeat *Repeat   `yaml:"repeat"` // "5 every 1m"

	Request `yaml:",inline"`
}

// Request is what an event of a test looks like. What is left out is as in a plain request: see README.md.
type Request struct {
	Token          string         `yaml:"token"` // any name: each is another token; # becomes the number of the request within its step
	TokenKind      string         `yaml:"token_kind"`
	From           string         `yaml:"from"` // client address
	Country        string         `yaml:"country"`
	City           string         `yaml:"city"`
	ASN            uint32         `yaml:"asn"`
	Place          *Place         `yaml:"place"` // "52.52 13.40 20 km": latitude, longitude, accuracy radius
	Method         string         `yaml:"method"`
	Host           string         `yaml:"host"`
	Endpoint       string         `yaml:"endpoint"`
	Target         string         `yaml:"target"`
	Status         int            `yaml:"status"`
	Bytes          int64          `yaml:"bytes"`
	UserAgent      string         `yaml:"user_agent"`
	Client         string         `yaml:"client"`
	Scheme         string         `yaml:"scheme"`
	TLS            string         `yaml:"tls_protocol"`
	Location       string         `yaml:"location"`
	Param          string         `yaml:"param"`
	Owner          string         `yaml:"owner"`
	FirstInRequest *bool          `yaml:"first_in_request"` // false: the same token a second time in the request before
	Bits           float64        `yaml:"bits"`             // strength
	Length         int            `yaml:"length"`
	Sequence       string         `yaml:"sequence"` // near or counter: the token goes on from another one
	Family         string         `yaml:"family"`   // any name
	Scopes         []string       `yaml:"scopes"`
	Claims         *RequestClaims `yaml:"claims"` // present: the token is a JWT
}

// RequestClaims are a JWT's claims. Times count from the request: "expires: -61s" has been expired for 61 seconds.
type RequestClaims struct {
	Alg       string    `yaml:"alg"`
	Unsigned  bool      `yaml:"unsigned"`
	Issuer    string    `yaml:"issuer"`
	Client    string    `yaml:"client"`
	IssuedAt  *Duration `yaml:"issued_at"`
	NotBefore *Duration `yaml:"not_before"`
	Expires   *Duration `yaml:"expires"`
	AuthTime  *Duration `yaml:"auth_time"`
	ACR       string    `yaml:"acr"`
	AMR       []string  `yaml:"amr"`
}

// Expect is one alert that a test must give. Only what is written is compared.
type Expect struct {
	At       Duration              `yaml:"at"`       // first_seen, since the test began
	Severity *tokenwarden.Severity `yaml:"severity"` // of the incident at the end
	Count    uint64                `yaml:"count"`    // hits of the incident at the end; 0: any
	Says     string                `yaml:"says"`     // a part of the summary, observed, baseline or threshold
}

// TestStart is when every test begins: a Monday, 00:00 UTC.
var TestStart = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// UnmarshalYAML decodes every step on top of given.
func (t *Test) UnmarshalYAML(node *yaml.Node) error {
	var raw struct {
		Name      string            `yaml:"name"`
		BlindSpot string            `yaml:"blind_spot"`
		Policy    []ScopeRule       `yaml:"policy"`
		Lists     map[string]string `yaml:"lists"`
		Given     Request           `yaml:"given"`
		Merge     bool              `yaml:"merge"`
		Steps     []yaml.Node       `yaml:"steps"`
		Expect    []Expect          `yaml:"expect"`
	}
	if err := node.Decode(&raw); err != nil {
		return err
	}
	*t = Test{Name: raw.Name, BlindSpot: raw.BlindSpot, Policy: raw.Policy, Lists: raw.Lists, Given: raw.Given, Merge: raw.Merge, Expect: raw.Expect}
	for i := range raw.Steps {
		s := Step{Request: raw.Given.clone()}
		if err := raw.Steps[i].Decode(&s); err != nil {
			return err
		}
		t.Steps = append(t.Steps, s)
	}
	return nil
}

// clone returns a request that can be changed without changing r.
func (r Request) clone() Request {
	r.Place, r.FirstInRequest, r.Claims = copied(r.Place), copied(r.FirstInRequest), copied(r.Claims)
	if c := r.Claims; c != nil {
		c.IssuedAt, c.NotBefore, c.Expires, c.AuthTime = copied(c.IssuedAt), copied(c.NotBefore), copied(c.Expires), copied(c.AuthTime)
	}
	return r
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
