package provider

import "github.com/tokenwarden/tokenwarden/ingest/internal/ascii"

// KindEdge is the kind of an edge form, whose own kind stands in it.
const KindEdge = "edge"

// The parts of an edge form, twfp1.<key id>.<kind>.<hash>.<MAC> (deploy/edge/CONTRACT.md).
const (
	edgeStart    = "twfp1."
	edgeID       = 8
	edgeMaxKind  = 24
	edgeHash     = 32
	edgeMAC      = 8
	edgeHeadSize = len(edgeStart) + edgeID + len(".")
)

// edgeForm is the hash that a proxy logged in place of a token, by the run of its hash.
func edgeForm(b []byte, start, end int) (Match, bool) {
	if end-start != edgeHash || start < edgeHeadSize+len("k.") || b[start-1] != '.' || end+1+edgeMAC > len(b) || b[end] != '.' {
		return Match{}, false
	}
	from, last := start-1, end+1+edgeMAC
	for from > 0 && start-1-from < edgeMaxKind && (ascii.IsLower(b[from-1]) || b[from-1] == '_') {
		from--
	}
	from -= edgeHeadSize
	if from < 0 || !ascii.HasAt(b, from, edgeStart) || last < len(b) && ascii.Class[b[last]]&ascii.Run != 0 {
		return Match{}, false
	}
	return found(from, last, KindEdge)
}
