package kind

import (
	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect/internal/condition"
	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
	"github.com/tokenwarden/tokenwarden/detect/internal/profile"
	"github.com/tokenwarden/tokenwarden/detect/internal/text"
)

// countField is a field the kind distinct can count.
type countField struct {
	name     string
	requires profile.Predicates // the log field it is read from; 0: always present
	hash     func(ev *profile.Event) (hash uint64, ok bool)
}

// countFields lists all fields that can be counted. Their hashes are stored: they must never change.
var countFields = []countField{
	{"token", 0, func(ev *profile.Event) (uint64, bool) { return hash.ID(ev.Fingerprint), true }},
	{"family", 0, func(ev *profile.Event) (uint64, bool) { return hash.ID(ev.Family), !ev.Family.IsZero() }},
	{"address", profile.HasClientIP, func(ev *profile.Event) (uint64, bool) {
		a := ev.ClientIP.As16()
		return hash.Text(7, string(a[:])), ev.ClientIP.IsValid()
	}},
	{"network", profile.HasClientIP, func(ev *profile.Event) (uint64, bool) { return ev.Network, ev.ClientIP.IsValid() }},
	{"asn", profile.HasASN, func(ev *profile.Event) (uint64, bool) { return hash.Mix(uint64(ev.Geo.ASN)), ev.Geo.ASN != 0 }},
	{"country", profile.HasCountry, textHash(func(e *tokenwarden.Event) string { return e.Geo.Country })},
	{"client", profile.HasClient, textHash(func(e *tokenwarden.Event) string { return e.Client })},
	{"user_agent", profile.HasUserAgent, textHash(func(e *tokenwarden.Event) string { return e.UserAgent })},
	{"host", profile.HasHost, textHash(func(e *tokenwarden.Event) string { return e.Host })},
	{"endpoint", profile.HasEndpoint, textHash(func(e *tokenwarden.Event) string { return e.Endpoint })},
	{"object", profile.HasEndpoint, func(ev *profile.Event) (uint64, bool) {
		s := text.Clip(ev.Object())
		return hash.Text(0, s), s != ""
	}},
	{"owner", profile.HasOwner, textHash(func(e *tokenwarden.Event) string { return e.Owner })},
	{"path", profile.HasEndpoint, textHash(profile.Path)},
	{"param", 0, textHash(func(e *tokenwarden.Event) string { return e.Param })},
}

func findCountField(name string) (*countField, error) {
	names := make([]string, len(countFields))
	for i := range countFields {
		if names[i] = countFields[i].name; names[i] == name {
			return &countFields[i], nil
		}
	}
	return nil, condition.ErrUnknown("field", name, names)
}

func textHash(of func(e *tokenwarden.Event) string) func(ev *profile.Event) (uint64, bool) {
	return func(ev *profile.Event) (uint64, bool) {
		s := text.Clip(of(ev.Event))
		return hash.Text(0, s), s != ""
	}
}
