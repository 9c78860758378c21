package names

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// ProductPath is a place of a credential in the paths of one product or of one kind of products, where a word says nothing in
// general and the words around it do. It is compiled from a pattern: segments, of which one holds the credential.
//
//	word      the segment itself, in any case
//	*         any segment
//	#         a number
//	{}        a credential of minProduct bytes or more, also a UUID
//	{!}       the same, no UUID, no id with a type in front, and no short hexadecimal number
//	{15}      a credential of exactly 15 bytes
//	cpsess{}  a credential behind a fixed prefix
//	{}.csv    a credential before one of exportExtensions
//	{32}$     a credential in the last segment of the path
type ProductPath struct {
	Prefix    int  // bytes before the credential in its segment
	Extension bool // the segment ends in an extension, which is no part of it

	segments []string // in lower case
	prefix   string
	token    int // index of the credential's segment
	key      int // index of the segment by which the pattern is found
	size     int // of the credential, in bytes; 0: minProduct or more
	isOpaque bool
	isLast   bool // nothing is behind the credential
}

const (
	minProduct   = 16
	minOpaqueHex = 32 // digits; ids of documents have 24
)

// maxProductHop bounds the distance between a credential and the key of its pattern, in segments.
const maxProductHop = 3

// productTable holds the patterns by the distance of their key from the credential and by the key.
type productTable struct {
	paths    [2*maxProductHop + 1]map[string][]*ProductPath
	filter   [keyFilterSize]uint8 // of the keys, by keyFilter: a bit for each distance
	prefixes []*ProductPath       // without a key
}

var products = compileProducts(productRows)

func compileProducts(rows []productRow) *productTable {
	t := &productTable{}
	for i := range t.paths {
		t.paths[i] = map[string][]*ProductPath{}
	}
	for _, r := range rows {
		for s := range strings.FieldsSeq(r.patterns) {
			t.add(compileProduct(s))
		}
	}
	return t
}

func (t *productTable) add(p *ProductPath) {
	if p.key < 0 {
		t.prefixes = append(t.prefixes, p)
		return
	}
	hop, key := p.key-p.token+maxProductHop, p.segments[p.key]
	t.paths[hop][key] = append(t.paths[hop][key], p)
	t.filter[keyFilter([]byte(key))] |= 1 << hop
}

// keyFilterSize is the number of hashes of keyFilter.
const keyFilterSize = 1024

// keyFilter hashes the first and the last letter, in any case, and the length of a key.
func keyFilter(b []byte) uint {
	return (uint(b[0]|0x20)*37 + uint(b[len(b)-1]|0x20)*5 + uint(len(b))) % keyFilterSize
}

func compileProduct(pattern string) *ProductPath {
	p := &ProductPath{key: -1}
	pattern, p.isLast = strings.CutSuffix(pattern, "$")
	p.segments = strings.Split(strings.ToLower(strings.TrimPrefix(pattern, "/")), "/")
	for i, s := range p.segments {
		if open := strings.IndexByte(s, '{'); open >= 0 {
			p.token, p.prefix, p.Prefix = i, s[:open], open
			size := s[open+1 : strings.IndexByte(s, '}')]
			p.isOpaque, p.Extension = size == "!", strings.HasSuffix(s, ".csv")
			p.size, _ = strconv.Atoi(size)
		}
	}
	for i, s := range p.segments { // the nearest word before, else behind
		if d := i - p.token; d != 0 && d >= -maxProductHop && d <= maxProductHop && s != "*" && s != "#" && (d < 0 || p.key < 0) {
			p.key = i
		}
	}
	return p
}

// Product returns the pattern that the segment of path from start to end fits, and the word that names its place; nil without
// one. Accepts judges the segment itself.
func (h *PathHints) Product(path []byte, start, end int) (*ProductPath, []byte) {
	if n := end - start; n != 10 && n < 15 || !mayBeIssued(path[start:end]) {
		return nil, nil
	}
	t := products
	for _, p := range t.prefixes {
		if p.fits(path, start, end) {
			return p, path[start : start+p.Prefix]
		}
	}
	to := start - 1
	for hop := maxProductHop - 1; hop >= 0 && to > 0; hop-- {
		from := bytes.LastIndexByte(path[:to], '/') + 1
		if p := t.at(path, [4]int{from, to, start, end}, hop); p != nil {
			return p, path[from:to]
		}
		to = from - 1
	}
	to = end
	for hop := maxProductHop + 1; hop <= maxProductHop+2 && to < len(path) && path[to] == '/'; hop++ {
		from := to + 1
		to = segmentEnd(path, from)
		if p := t.at(path, [4]int{from, to, start, end}, hop); p != nil {
			return p, path[from:to]
		}
	}
	return nil, nil
}

// MayBeOfProduct is a fast test for segments for which Product finds a pattern. The segment from start to end stands behind
// trail.
func (h *PathHints) MayBeOfProduct(path []byte, start, end int, trail *Trail) bool {
	if (end == len(path) || path[end] != '/') && !products.mayHaveKey(path, trail) && !products.mayHavePrefix(path[start]) {
		return false
	}
	p, _ := h.Product(path, start, end)
	return p != nil
}

// mayHaveKey reports whether one of the segments of trail may be the key of a pattern for the segment behind them.
func (t *productTable) mayHaveKey(path []byte, trail *Trail) bool {
	for back := range min(maxProductHop, trail.Len()) {
		if seg := trail.Segment(path, back); len(seg) > 0 && t.filter[keyFilter(seg)]>>(maxProductHop-1-back)&1 != 0 {
			return true
		}
	}
	return false
}

// mayHavePrefix reports whether c begins a pattern without a key.
func (t *productTable) mayHavePrefix(c byte) bool {
	for _, p := range t.prefixes {
		if p.prefix[0] == c|0x20 {
			return true
		}
	}
	return false
}

// at returns the pattern whose key is the segment of path at span[0] and whose credential's segment is at span[2].
func (t *productTable) at(path []byte, span [4]int, hop int) *ProductPath {
	key := path[span[0]:span[1]]
	if len(key) == 0 || len(key) > MaxSegment || t.filter[keyFilter(key)]>>hop&1 == 0 {
		return nil
	}
	var buf [MaxSegment]byte
	low := buf[:copy(buf[:], key)]
	for i, c := range low {
		low[i] = ascii.ToLower(c)
	}
	for _, p := range t.paths[hop][string(low)] {
		if p.fits(path, span[2], span[3]) {
			return p
		}
	}
	return nil
}

// fits reports whether the segments around the one from start to end are those of p.
func (p *ProductPath) fits(path []byte, start, end int) bool {
	n := len(p.prefix)
	if p.isLast && end+1 < len(path) && path[end] == '/' {
		return false
	}
	if end-start <= n || p.size > 0 && end-start-n != p.size || !bytes.EqualFold(path[start:start+n], []byte(p.prefix)) {
		return false
	}
	to := start - 1
	for i := p.token - 1; i >= 0; i-- {
		if to < 0 {
			return false
		}
		from := bytes.LastIndexByte(path[:to], '/') + 1
		if !fitsSegment(p.segments[i], path[from:to]) {
			return false
		}
		to = from - 1
	}
	to = end
	for _, s := range p.segments[p.token+1:] {
		if to >= len(path) || path[to] != '/' {
			return false
		}
		from := to + 1
		if to = segmentEnd(path, from); !fitsSegment(s, path[from:to]) {
			return false
		}
	}
	return true
}

func fitsSegment(pattern string, seg []byte) bool {
	switch pattern {
	case "*":
		return len(seg) > 0
	case "#":
		return len(seg) > 0 && isNumberSegment(seg)
	}
	return len(pattern) == len(seg) && bytes.EqualFold(seg, []byte(pattern))
}

func segmentEnd(path []byte, from int) int {
	i := from
	for i < len(path) && path[i] != '/' && path[i] != '?' {
		i++
	}
	return i
}

// mayBeIssued is a fast test: a slug has a joint, and no digits or only some at its end.
func mayBeIssued(b []byte) bool {
	end := len(b)
	for end > 0 && ascii.IsDigit(b[end-1]) {
		end--
	}
	joint := false
	for _, c := range b[:end] {
		if ascii.IsDigit(c) {
			return true
		}
		joint = joint || ascii.Class[c]&ascii.Join != 0
	}
	return !joint
}

// exportExtensions end the names of files whose address is a secret; 2026-12-01.
var exportExtensions = [...]string{".csv", ".json", ".xlsx", ".pdf", ".xml", ".rss", ".send"}

// Credential returns where the credential in the segment b stands.
func (p *ProductPath) Credential(b []byte) (start, end int) {
	end = len(b)
	if p.Extension {
		for _, ext := range exportExtensions {
			if bytes.HasSuffix(b, []byte(ext)) {
				end -= len(ext)
				break
			}
		}
	}
	return min(p.Prefix, end), end
}

// Accepts reports whether b looks like the credential of p.
func (p *ProductPath) Accepts(b []byte) bool {
	if p.size > 0 {
		return len(b) == p.size && isIssued(b)
	}
	s := shape.Of(b)
	if len(b) < minProduct || s < shape.Hex {
		return false
	}
	return !p.isOpaque || (s == shape.Random || s == shape.Hex && len(b) >= minOpaqueHex) && !shape.IsPrefixedID(b)
}

// isIssued reports whether b looks like made by a program: random, or letters of both cases and digits that are no words.
func isIssued(b []byte) bool {
	if s := shape.Of(b); s >= shape.Hex {
		return s != shape.UUID && s != shape.ID
	}
	c := shape.Count(b)
	return c.Lower+c.Upper+c.Digit == len(b) && c.Digit > 0 && (c.Lower > 0 && c.Upper > 0 || shape.IsScrambled(b)) &&
		shape.WordLetters(b)*2 < len(b)
}
