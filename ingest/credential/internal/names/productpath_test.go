package names

import (
	"strings"
	"testing"
)

// TestProductPaths wants each pattern to find a credential in a path that is made after it, and none behind another word.
func TestProductPaths(t *testing.T) {
	h := NewPathHints(NewClassifier(nil, nil))
	for _, r := range productRows {
		for pattern := range strings.FieldsSeq(r.patterns) {
			size := compileProduct(pattern).size
			if size == 0 {
				size = 40
			}
			token := strings.Repeat("aB3dE5fG7h", 7)[:size]
			open, end := strings.IndexByte(pattern, '{'), strings.IndexByte(pattern, '}')
			path := pattern[:open] + token + strings.TrimSuffix(pattern[end+1:], "$")
			path = "/" + strings.TrimPrefix(strings.NewReplacer("*", "alice", "#", "41").Replace(path), "/")
			start := strings.Index(path, token)
			from := strings.LastIndexByte(path[:start], '/') + 1
			to := segmentEnd([]byte(path), from)
			p, word := h.Product([]byte(path), from, to)
			if p == nil || len(word) == 0 {
				t.Errorf("%s: not found", path)
				continue
			}
			a, b := p.Credential([]byte(path[from:to]))
			if got := path[from+a : from+b]; got != token || !p.Accepts([]byte(got)) {
				t.Errorf("%s: %s is taken as the credential", pattern, got)
			}
		}
	}
	for _, path := range []string{"/assets/" + strings.Repeat("aB3dE5fG7h", 4), "/live/" + strings.Repeat("aB3dE5fG7h", 4),
		"/v3/aB3dE5fG7haB3dE5fG7haB3dE5fG7h12/x"} {
		from := strings.Index(path, "aB3d")
		if p, _ := h.Product([]byte(path), from, segmentEnd([]byte(path), from)); p != nil {
			t.Errorf("%s fits a pattern", path)
		}
	}
}

// TestCompanions wants each name to count beside its companion, and neither alone nor beside another name.
func TestCompanions(t *testing.T) {
	for _, r := range companionRows {
		for n := range strings.FieldsSeq(r.names) {
			for b := range strings.FieldsSeq(r.beside) {
				if !MayHaveCompanion([]byte(n), make([]byte, 16)) || !HasCompanion([]byte("x=1&"+b+"=2&"+n+"=3"), []byte(n)) {
					t.Errorf("%s beside %s does not count", n, b)
				}
				if HasCompanion([]byte("x=1&"+b+"x=2&"+n+"=3"), []byte(n)) || HasCompanion([]byte(n+"=3"), []byte(n)) {
					t.Errorf("%s counts without %s", n, b)
				}
			}
		}
	}
	far := strings.Repeat("x=1&", MaxCompanionQuery/4) + "v=1"
	if HasCompanion([]byte(far), []byte("p")) {
		t.Errorf("a companion %d bytes behind counts", MaxCompanionQuery)
	}
}
