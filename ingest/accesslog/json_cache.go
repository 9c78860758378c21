package accesslog

import (
	"bytes"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// Bounds of the cache: keys of a source, and bytes of a path. A key takes about 500 bytes and its path.
const (
	maxKeys = 1024
	maxPath = 1024
)

// maxName bounds the length of a name behind a prefix ("http_x_api_key") that counts as known. A longer one may come from
// a client and hold a credential.
const maxName = 20

// key is one key of an object: the definition of its value and of the keys below it. It is classified once and then
// recognised by its bytes, since the lines of a source have the same keys in the same order.
type key struct {
	text          string // the bytes in the line, with the quotes; of a name in a list a dash may stand for the first quote
	path          string // the keys from the root to this one, as the tables spell them
	def           def
	object        objectKind
	origin        origin // of the object that the key stands in
	inner         origin // of the keys below
	opensEnvelope bool   // the value, or what is below it, is the first of an envelope
	aroundList    bool   // the root, or a key that may stand around a list of requests, as all keys above it
	list          bool   // an array here is a list of requests
	encoded       bool   // a string here may be lines in base64
	depth         uint8  // 1 for a key of the line's own object; no more than 255
	uncached      bool   // the key is not in the cache, and none below it
	parent        *key
	children      map[string]*key // by text
	next          *key            // the key behind this one in the last line

	named      bool // Field.Name is the key, from skip on
	skip       int
	dashes     bool     // Field.Name is a header's name that has underscores for dashes
	plain      bool     // the key has no escapes
	pair       pairPart // its part in {"name": ..., "value": ...}
	typedValue bool     // {"stringValue": ...}, the value of the key above
	secret     bool     // the name, or that of an object around it, calls for a credential: a number here may be one
	unknown    bool     // the key is not a known name and may itself hold a credential

	// secretName is the name that the values below have, where they have no name of their own that calls for a credential.
	// secretDef is their definition.
	secretName []byte
	secretDef  def
}

// pairPart is the part of a key in an object that has a name and its value as two members.
type pairPart uint8

const (
	pairNone pairPart = iota
	pairName
	pairValue
	pairSecretName  // a name only if it calls for a credential: {"id": "password", ...}
	pairSecretValue // the value to such a name only
)

// pairPartOf returns the part of a key of that name.
func pairPartOf(name string) pairPart {
	switch name {
	case "name", "key", "header", "param", "parameter", "field", "k":
		return pairName
	case "value", "values", "val", "v":
		return pairValue
	case "n", "id", "attribute", "attr", "property", "property_name", "prop", "option", "setting", "variable":
		return pairSecretName
	case "content", "data", "arg", "new_value", "old_value", "property_value", "current_value":
		return pairSecretValue
	}
	return pairNone
}

// typedValueKeys are the keys of OpenTelemetry's AnyValue (opentelemetry-proto, common.proto, 2026-11).
var typedValueKeys = keySet("string_value int_value double_value bool_value bytes_value")

// objectKind is the origin of an object's keys.
type objectKind uint8

const (
	objectPlain    objectKind = iota // fields of a known schema, or of none
	objectHeaders                    // header names
	objectResponse                   // names of response headers
	objectCookies                    // cookie names
	objectParams                     // query parameter names
	objectNested                     // keys below one of these
)

// keyCache is the tree of the keys of a source.
type keyCache struct {
	root  key
	last  *key
	count int
	lines int // since the tree was begun

	scratch [maxDepth + 2]*key // by depth: keys that are not cached
}

// begin starts a line. A full tree is emptied, at most once every maxKeys lines.
func (c *keyCache) begin() {
	if c.lines++; c.count >= maxKeys && c.lines > maxKeys {
		c.root, c.count, c.lines = key{}, 0, 0
	}
	c.last = &c.root
	c.root.aroundList, c.root.list = true, true
}

// next returns the key at the start of line, a quote, if it is the one that came next in the last line. Otherwise nil.
func (c *keyCache) next(line []byte, parent *key) *key {
	k := c.last.next
	if k == nil || k.parent != parent || len(line) < len(k.text) || string(line[:len(k.text)]) != k.text {
		return nil
	}
	c.last = k
	return k
}

// find returns the key below parent. text has its quotes. It returns nil for a new key.
func (c *keyCache) find(text []byte, parent *key) *key {
	k := parent.children[string(text)]
	if k != nil {
		c.last.next = k
		c.last = k
	}
	return k
}

// add returns a new key. It is cached unless it is too long or the cache is full. A key that is not cached is overwritten by
// the next one at its depth.
func (c *keyCache) add(text []byte, parent *key) *key {
	uncached := parent.uncached || c.count >= maxKeys || len(text) > 100 || len(parent.path)+len(text) > maxPath
	k := c.newKey(uncached, int(parent.depth)+1)
	*k = key{text: string(text), parent: parent, plain: bytes.IndexByte(text, '\\') < 0, uncached: uncached}
	k.depth = parent.depth + 1
	name := string(normalKey(nil, record.UnescapeLevel(nil, text[1:len(text)-1], record.EscapeJSON)))
	if k.path = name; parent.path != "" {
		k.path = parent.path + "." + name
	}
	k.pair = pairPartOf(name)
	if parent.aroundList {
		plain := withoutUnderscores(name)
		k.list = listKeys[plain]
		k.aroundList = k.list || envelopeKeys[plain]
	}
	k.encoded = k.depth < 3 && encodedKeys[withoutUnderscores(k.path)]
	if k.typedValue = parent.parent != nil && typedValueKeys[withoutUnderscores(name)]; k.typedValue {
		k.def, k.object = parent.def, parent.object
	} else {
		k.classify(name)
	}
	k.named = k.def.role.isNamed()
	if uncached {
		return k
	}
	if parent.children == nil {
		parent.children = make(map[string]*key)
	}
	parent.children[k.text] = k
	c.count++
	c.last.next = k
	c.last = k
	return k
}

// newKey returns memory for a key.
func (c *keyCache) newKey(uncached bool, depth int) *key {
	if !uncached {
		return new(key)
	}
	depth = min(depth, len(c.scratch)-1)
	if c.scratch[depth] == nil {
		c.scratch[depth] = new(key)
	}
	return c.scratch[depth]
}

// classify defines k by its name and the keys above it.
func (k *key) classify(name string) {
	switch k.parent.object {
	case objectHeaders:
		k.def, k.object = headerDef(name), objectNested
		k.unknown = true
	case objectResponse:
		k.def, k.object = responseHeaderDef(name), objectNested
		k.unknown = true
	case objectCookies:
		k.def, k.object, k.unknown = def{role: roleField, kind: record.KindCookie}, objectNested, true
	case objectParams:
		k.def, k.object, k.unknown = def{role: roleField, kind: record.KindParam}, objectNested, true
	default:
		k.classifyPath(k.path)
		k.object = objectKindOf(k.path, name[strings.LastIndexByte(name, '.')+1:])
	}
}

// classifyPath defines k by its path. A path that is unknown is tried without the wrapperKeys at its start.
func (k *key) classifyPath(path string) {
	for {
		if d, ok := nginxVariables[path]; ok {
			k.def = d
			return
		}
		if d, ok := jsonKeys[withoutUnderscores(path)]; ok {
			k.def = d
			return
		}
		if d, skip, ok := nginxVariable(path); ok && !strings.Contains(path, ".") {
			k.def, k.skip, k.dashes = d, skip, d.kind == record.KindHeader
			k.unknown = skip > 0 && len(path)-skip > maxName
			return
		}
		if k.classifyTraefik(path) {
			return
		}
		if rest, ok := strings.CutPrefix(path, "haproxy_"); ok { // HAProxy Enterprise
			path = rest
			continue
		}
		first, rest, nested := strings.Cut(path, ".")
		if !nested || !wrapperKeys[withoutUnderscores(first)] {
			k.unknown = true
			return
		}
		path = rest
	}
}

// classifyTraefik defines the header fields of Traefik's logs: request_Authorization, origin_Location, downstream_Etag.
func (k *key) classifyTraefik(path string) bool {
	prefix, name, ok := strings.Cut(path, "_")
	at := len(`"`) + len(prefix) + len("_")
	if !ok || len(k.text) <= at || k.text[at]-'A' > 'Z'-'A' {
		return false
	}
	switch prefix {
	case "request":
		k.def = headerDef(name)
	case "origin", "downstream":
		k.def = responseHeaderDef(name)
	default:
		return false
	}
	k.skip, k.def.hint, k.unknown = len(prefix)+1, hintTraefik, len(name) > maxName
	return true
}

// objectKindOf returns the kind of the object at path, whose last key is name.
func objectKindOf(path, name string) objectKind {
	name = withoutUnderscores(name)
	switch {
	case headerObjects[name] && strings.Contains(path, "res"):
		return objectResponse
	case headerObjects[name]:
		return objectHeaders
	case cookieObjects[name]:
		return objectCookies
	case paramObjects[name]:
		return objectParams
	}
	return objectPlain
}

// normalKey appends name as the tables spell it: lower case, underscores for dashes.
func normalKey(dst, name []byte) []byte {
	for _, c := range name {
		switch {
		case c-'A' <= 'Z'-'A':
			c |= 0x20
		case c == '-':
			c = '_'
		}
		dst = append(dst, c)
	}
	return dst
}
