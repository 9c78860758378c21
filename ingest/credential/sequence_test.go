package credential

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

func randomText(r *rand.Rand, n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}

func TestSequences(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	stem := randomText(r, 20)
	for _, c := range []struct {
		name string
		make func(i int) string
		want tokenwarden.Sequence
	}{
		{"a counter at the end", func(i int) string { return stem + fmt.Sprintf("%08d", 4711+i) }, tokenwarden.SequenceCounter},
		{"a counter that several count", func(i int) string { return stem + fmt.Sprintf("%08x", 0x4711+7*i) }, tokenwarden.SequenceCounter},
		{"other characters at the end", func(int) string { return stem + randomText(r, 4) }, tokenwarden.SequenceNear},
		{"a timestamp at the front", func(i int) string { return fmt.Sprintf("%08x", 0x6925f000+911*i) + stem }, tokenwarden.SequenceNear},
		{"time, machine, counter", func(i int) string { return fmt.Sprintf("%08x%s%06x", 0x6925f000+911*i, "a1b2c3d4e5", 90*i) }, tokenwarden.SequenceNear},
		{"random", func(int) string { return randomText(r, 32) }, tokenwarden.SequenceNone},
		{"random behind a prefix", func(int) string { return "exk_live_" + randomText(r, 24) }, tokenwarden.SequenceNone},
		{"the same again", func(int) string { return stem + "0001" }, tokenwarden.SequenceNone},
		{"short numbers", func(i int) string { return fmt.Sprint(320121 + 3*i) }, tokenwarden.SequenceCounter},
		{"a word and a number", func(i int) string { return fmt.Sprint("agent", 11+i) }, tokenwarden.SequenceCounter},
		{"numbers far apart", func(i int) string { return fmt.Sprint(100_000 + 977*i) }, tokenwarden.SequenceNone},
		{"too short to tell", func(i int) string { return fmt.Sprint(1000 + i) }, tokenwarden.SequenceNone},
	} {
		s := newSequences()
		if got := s.grade([]byte(c.make(0)), []byte("sid")); got != tokenwarden.SequenceNone {
			t.Errorf("%s: the first goes on from nothing, got %q", c.name, got)
		}
		for i := 1; i < 50; i++ {
			if got := s.grade([]byte(c.make(i)), []byte("sid")); got != c.want {
				t.Errorf("%s: want %q, got %q", c.name, c.want, got)
				break
			}
		}
	}
}

// Random tokens do not look alike by chance, whatever stands in the table.
func TestRandomTokensAreNoSequence(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := newSequences()
	for range 200_000 {
		if s.grade([]byte(randomText(r, 16+r.IntN(20))), nil) != tokenwarden.SequenceNone {
			t.Fatal("a random token was taken for the next of a sequence")
		}
	}
}

// Numbers under different names have nothing to do with each other.
func TestShortNumbersCountUnderOneName(t *testing.T) {
	s := newSequences()
	s.grade([]byte("320121"), []byte("sid"))
	if got := s.grade([]byte("320122"), []byte("otp")); got != tokenwarden.SequenceNone {
		t.Errorf("another name: got %q", got)
	}
	if got := s.grade([]byte("320122"), []byte("sid")); got != tokenwarden.SequenceCounter {
		t.Errorf("the same name: got %q", got)
	}
}

func TestSequencesDoNotAllocate(t *testing.T) {
	s := newSequences()
	token := []byte(randomText(rand.New(rand.NewPCG(5, 6)), 40))
	if n := testing.AllocsPerRun(100, func() { s.grade(token, nil) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSequence(b *testing.B) {
	s := newSequences()
	token := []byte(randomText(rand.New(rand.NewPCG(5, 6)), 40))
	b.ReportAllocs()
	for i := range b.N {
		token[i%len(token)] ^= 1
		s.grade(token, nil)
	}
}
