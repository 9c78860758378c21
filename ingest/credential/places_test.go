package credential

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// placeOf is a field with the place of a secret, which § marks. Without one nothing in it may change.
type placeOf struct {
	name  string
	kind  record.Kind
	field string // its name
	text  string
}

// checkPlaces checks that secret is redacted in each place, and that texts without a place stay.
func checkPlaces(t *testing.T, secret string, places []placeOf) {
	t.Helper()
	f := newTestFinder(t)
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			text := strings.ReplaceAll(p.text, "§", secret)
			redacted, found := redactField(f, p.kind, p.field, text)
			switch {
			case text == p.text && len(found) > 0:
				t.Errorf("%s\nchanged to %s", text, redacted)
			case text != p.text && (len(found) == 0 || strings.Contains(redacted, secret)):
				t.Errorf("%s: not found, %s", p.text, redacted)
			}
		})
	}
}
