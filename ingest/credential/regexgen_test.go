package credential

import (
	"math/rand/v2"
	"regexp/syntax"
	"slices"
	"strings"
)

// regexWalker writes a text that a regular expression matches, by a walk of its syntax tree: any branch of an
// alternative, any character of a class, any number of repeats.
type regexWalker struct {
	r      *rand.Rand
	source string // of the expression
	out    []byte
	group  [2]int // of out: what the last group wrote
}

// maxExtra is how many repeats an expression without an upper bound gets beyond its lower one.
const maxExtra = 24

func (w *regexWalker) walk(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		w.literal(string(re.Rune), re.Flags&syntax.FoldCase != 0)
	case syntax.OpCharClass:
		w.class(re.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.out = append(w.out, alnum[w.r.IntN(len(alnum))])
	case syntax.OpCapture:
		start := len(w.out)
		w.walk(re.Sub[0])
		w.group = [2]int{start, len(w.out)}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			w.walk(sub)
		}
	case syntax.OpAlternate:
		w.walk(re.Sub[w.r.IntN(len(re.Sub))])
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		w.repeat(re)
	}
}

// literal writes text in the case in which it stands in the source: the tree of an expression that ignores case has lost
// it, and providers have one.
func (w *regexWalker) literal(text string, fold bool) {
	source := strings.ReplaceAll(w.source, `\`, "")
	if i := strings.Index(strings.ToLower(source), strings.ToLower(text)); fold && i >= 0 {
		text = source[i : i+len(text)]
	}
	w.out = append(w.out, text...)
}

// bothHex is the class of hexadecimal digits of both cases. A token has one.
var bothHex = []rune{'0', '9', 'A', 'F', 'a', 'f'}

// class writes a printable character of a class, each as likely as any other.
func (w *regexWalker) class(ranges []rune) {
	if slices.Equal(ranges, bothHex) {
		ranges = []rune{'0', '9', 'a', 'f'}
	}
	var chars []byte
	for i := 0; i < len(ranges); i += 2 {
		for c := max(ranges[i], ' '); c <= min(ranges[i+1], '~'); c++ {
			chars = append(chars, byte(c))
		}
	}
	if len(chars) > 0 {
		w.out = append(w.out, chars[w.r.IntN(len(chars))])
	}
}

func (w *regexWalker) repeat(re *syntax.Regexp) {
	least, most := re.Min, re.Max
	switch re.Op {
	case syntax.OpStar:
		least, most = 0, -1
	case syntax.OpPlus:
		least, most = 1, -1
	case syntax.OpQuest:
		least, most = 0, 1
	}
	if most < 0 {
		most = least + maxExtra
	}
	for range least + w.r.IntN(most-least+1) {
		w.walk(re.Sub[0])
	}
}
