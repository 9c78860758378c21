package window

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tokenwarden/tokenwarden/detect/internal/hash"
)

func TestSketchCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{0, 1, 63, 64, 1000, 100_000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var a, b Sketch
			order := r.Perm(n)
			for i := range n {
				a.Add(hash.Text(0, fmt.Sprint(i)))
				b.Add(hash.Text(0, fmt.Sprint(order[i])))
				b.Add(hash.Text(0, fmt.Sprint(order[i/2])))
			}
			if fmt.Sprint(a) != fmt.Sprint(b) {
				t.Error("order or repeats change the sketch")
			}
			off := math.Abs(float64(a.Count()) - float64(n))
			if n < SketchSize && off > 0 || off > 0.4*float64(n) {
				t.Errorf("counted %d", a.Count())
			}
		})
	}
}
