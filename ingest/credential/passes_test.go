package credential

import (
	"strings"
	"testing"
)

// TestPassesReportOnce wants each credential of a text without a format, which several passes find, to be reported once, in
// whatever order the passes meet them.
func TestPassesReportOnce(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(3)
	var text strings.Builder
	const n = 50
	for range n {
		text.WriteString("GET /?access_token=" + s.of(alnum, 32) + "&password=" + s.of(alnum, 12) + " http://u:" + s.of(alnum, 9) + "@h/ ")
	}
	fs := f.FindText([]byte(text.String()), nil)
	if len(fs) != 3*n {
		t.Errorf("%d findings", len(fs))
	}
	if reported := len(f.in.Get().found); reported != 3*n {
		t.Errorf("%d reports of %d credentials", reported, 3*n)
	}
}
