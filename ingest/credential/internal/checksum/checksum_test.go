package checksum

import "testing"

// TestExamples holds the checksums against the examples of those who defined them.
func TestExamples(t *testing.T) {
	for _, c := range []struct {
		name, token string
		valid       func([]byte) bool
	}{
		{"GitLab's handbook", "bzoxd_Rb5_" + "cHeWe1JH56wr2FCBA.0r1pum4t4", Valid36},
		{"BIP 173, empty", "A12UEL5L", ValidBech32},
		{"BIP 173, all digits", "ABCDEF1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LMQQQXW", ValidBech32},
		{"BIP 173, words", "SPLIT1CHECKUPSTAGEHANDSHAKEUPSTREAMERRANTERREDCAPERRED2Y9E3W", ValidBech32},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !c.valid([]byte(c.token)) {
				t.Error("the example fails")
			}
			if c.valid([]byte(c.token[:len(c.token)-1] + "5")) {
				t.Error("a changed example is valid")
			}
		})
	}
}
