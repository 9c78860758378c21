package credential

import (
	"reflect"
	"strings"
	"testing"
)

// TestPassesGradeOnce wants each credential of a text without a format, which several passes find, to be graded once, in
// whatever order the passes meet them.
func TestPassesGradeOnce(t *testing.T) {
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
	type place struct{ start, end int }
	first := map[place]Finding{}
	for _, x := range f.in.Get().found {
		at := place{x.Start, x.End}
		if y, ok := first[at]; ok && !reflect.DeepEqual(y, x) {
			t.Errorf("found again otherwise: %s, then %s", y.Reason, x.Reason)
		}
		first[at] = x
	}
}
