package profile

import "github.com/tokenwarden/tokenwarden/detect/internal/window"

// The lists of a profile are in one piece of memory as long as they fit: one profile in two dozen pages costs the processor more in
// address translation than in reading. The small storage is part of the profile and is enough for two or three requests, all that most
// tokens make; the large storage is allocated for a profile with more. A list that outgrows both lives elsewhere, as any slice.

// inlineSmall is the first storage. In both, fields with pointers come first: the garbage collector does not scan the rest.
type inlineSmall struct {
	cells     [3]usageCell
	sliding   [1]window.Sliding
	distinct  [2]window.Distinct
	places    [1]Place
	names     [9]*string
	values    [9]value
	cellKeys  [4]uint32
	buckets   [1 * smallBuckets]window.Bucket
	lastSeen  [2 * smallLastSeen]window.LastSeen
	networks  [1]uint64
	endpoints [1]uint64
}

// inlineLarge is the second storage. With the eight bytes that the allocator adds, a profile with the first and this one fill the
// allocator's sizes of 1280 and 2304 bytes (TestInlineStorageFillsSizeClasses).
type inlineLarge struct {
	sliding   [3]window.Sliding
	distinct  [3]window.Distinct
	baselines [2]window.Baseline
	incidents [4]*Incident
	names     [22]*string
	cells     [12]usageCell
	cellKeys  [16]uint32
	values    [22]value
	buckets   [3 * largeBuckets]window.Bucket
	lastSeen  [3 * largeLastSeen]window.LastSeen
	endpoints [12]uint64
}

const (
	smallEvents   = 3 // events of a profile before it gets the large storage
	smallBuckets  = 3 // of each sliding window
	smallLastSeen = 3 // values of each distinct window
	largeBuckets  = 8
	largeLastSeen = 7
)

// useInlineSmall moves the lists into the small storage.
func (p *Profile) useInlineSmall() {
	r := &p.small
	p.cells, p.cellKeys = window.Relocate(p.cells, r.cells[:]), window.Relocate(p.cellKeys, r.cellKeys[:])
	p.sliding, p.distinct = window.Relocate(p.sliding, r.sliding[:]), window.Relocate(p.distinct, r.distinct[:])
	p.Places = window.Relocate(p.Places, r.places[:])
	p.Values.list, p.Values.names = window.Relocate(p.Values.list, r.values[:]), window.Relocate(p.Values.names, r.names[:])
	p.Networks, p.Endpoints = window.Relocate(p.Networks, r.networks[:]), window.Relocate(p.Endpoints, r.endpoints[:])
}

// GrowInline moves the lists into the large storage once the profile has seen more than a few events.
func (p *Profile) GrowInline() {
	if p.Version >= smallEvents && p.large == nil {
		p.useInlineLarge()
	}
}

func (p *Profile) useInlineLarge() {
	r := new(inlineLarge)
	p.large = r
	p.cells, p.cellKeys = window.Relocate(p.cells, r.cells[:]), window.Relocate(p.cellKeys, r.cellKeys[:])
	p.sliding, p.distinct = window.Relocate(p.sliding, r.sliding[:]), window.Relocate(p.distinct, r.distinct[:])
	p.baselines, p.Incidents = window.Relocate(p.baselines, r.baselines[:]), window.Relocate(p.Incidents, r.incidents[:])
	p.Values.list, p.Values.names = window.Relocate(p.Values.list, r.values[:]), window.Relocate(p.Values.names, r.names[:])
	p.Endpoints = window.Relocate(p.Endpoints, r.endpoints[:])
	for i := range p.sliding {
		p.sliding[i].UseInline(p.inlineBuckets(i))
	}
	for i := range p.distinct {
		p.distinct[i].UseInline(p.inlineLastSeen(i))
	}
}

// inlineBuckets returns the storage for the buckets of the i-th sliding window, nil if there is none.
func (p *Profile) inlineBuckets(i int) []window.Bucket {
	if p.large != nil {
		return chunk(p.large.buckets[:], i, largeBuckets)
	}
	return chunk(p.small.buckets[:], i, smallBuckets)
}

// inlineLastSeen returns the storage for the values of the i-th distinct window, nil if there is none.
func (p *Profile) inlineLastSeen(i int) []window.LastSeen {
	if p.large != nil {
		return chunk(p.large.lastSeen[:], i, largeLastSeen)
	}
	return chunk(p.small.lastSeen[:], i, smallLastSeen)
}

// chunk returns the i-th chunk of a storage.
func chunk[T any](storage []T, i, size int) []T {
	if (i+1)*size > len(storage) {
		return nil
	}
	return storage[i*size : (i+1)*size]
}

func (p *Profile) addSliding(w window.Sliding) *window.Sliding {
	w.UseInline(p.inlineBuckets(len(p.sliding)))
	p.sliding = append(p.sliding, w)
	return &p.sliding[len(p.sliding)-1]
}

func (p *Profile) addDistinct(d window.Distinct) *window.Distinct {
	d.UseInline(p.inlineLastSeen(len(p.distinct)))
	p.distinct = append(p.distinct, d)
	return &p.distinct[len(p.distinct)-1]
}
