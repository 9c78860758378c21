package jwt

// scanner walks over one JSON object or array (RFC 8259), whole or cut, without building values. It returns strings raw and
// does not resolve escapes.
type scanner struct {
	b     []byte
	i     int
	key   []byte
	value []byte // string without quotes, number or word as it stands, array or object with its brackets
	kind  byte   // first byte of the value: " [ { or that of a number or word
}

const maxDepth = 32

// member moves to the next member of an object.
func (s *scanner) member() bool {
	s.skip(" \t\r\n,{")
	if s.i >= len(s.b) || s.b[s.i] != '"' {
		return false
	}
	s.key = s.str()
	s.skip(" \t\r\n:")
	return s.readValue()
}

// element moves to the next element of an array.
func (s *scanner) element() bool {
	if s.i == 0 && len(s.b) > 0 && s.b[0] == '[' {
		s.i = 1
	}
	s.skip(" \t\r\n,")
	return s.readValue()
}

func (s *scanner) skip(chars string) {
	for s.i < len(s.b) {
		c := s.b[s.i]
		found := false
		for k := range len(chars) {
			found = found || chars[k] == c
		}
		if !found {
			return
		}
		s.i++
	}
}

func (s *scanner) readValue() bool {
	if s.i >= len(s.b) {
		return false
	}
	s.kind = s.b[s.i]
	switch s.kind {
	case '"':
		s.value = s.str()
		return true
	case '{', '[':
		s.value = s.nested()
		return true
	case '}', ']':
		return false
	}
	from := s.i
	for s.i < len(s.b) && s.b[s.i] != ',' && s.b[s.i] != '}' && s.b[s.i] != ']' && s.b[s.i] > ' ' {
		s.i++
	}
	s.value = s.b[from:s.i]
	return len(s.value) > 0
}

// str reads the string at the quote under the scanner; a cut one ends with the text.
func (s *scanner) str() []byte {
	s.i++
	from := s.i
	for s.i < len(s.b) && s.b[s.i] != '"' {
		if s.b[s.i] == '\\' && s.i+1 < len(s.b) {
			s.i++
		}
		s.i++
	}
	out := s.b[from:s.i]
	if s.i < len(s.b) {
		s.i++
	}
	return out
}

// nested steps over an array or object.
func (s *scanner) nested() []byte {
	from, depth := s.i, 0
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case '"':
			s.str()
			continue
		case '{', '[':
			if depth++; depth > maxDepth {
				s.i = len(s.b)
				return s.b[from:]
			}
		case '}', ']':
			depth--
		}
		s.i++
		if depth == 0 {
			break
		}
	}
	return s.b[from:s.i]
}
