package ingest

import (
	"bytes"
	"iter"
)

// messageLines cuts the value of a message into lines. JSON that is written over several lines is one line, with what
// follows it without a line break: a name and its value must not be torn apart.
type messageLines struct {
	rest   []byte
	budget int // bytes that may still be looked at for the end of JSON
}

// jsonBudget is how many bytes are looked at for the end of JSON, for each byte of a message: lines that begin like JSON
// and are none make each attempt read on.
const jsonBudget = 8

func newMessageLines(value []byte) messageLines {
	return messageLines{rest: value, budget: jsonBudget * len(value)}
}

// Lines returns the lines of a message's value with their line feeds, as a Worker cuts it.
func Lines(value []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		lines := newMessageLines(value)
		for line := lines.next(); len(line) > 0 && yield(line); line = lines.next() {
		}
	}
}

// next returns the next line with its line feed, nil behind the last.
func (c *messageLines) next() []byte {
	n := lineEnd(c.rest, 0)
	for from := 0; n < len(c.rest) && c.budget > 0 && startsJSON(c.rest[from:n]); {
		end, ok := jsonEnd(c.rest[from:])
		c.budget -= end
		if end += from; !ok || end <= from {
			break
		}
		if end > n {
			n = lineEnd(c.rest, end)
		}
		from = end
	}
	line := c.rest[:n]
	c.rest = c.rest[n:]
	return line
}

// lineEnd returns the end of the line that holds b[at], behind its line feed.
func lineEnd(b []byte, at int) int {
	if i := bytes.IndexByte(b[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(b)
}

// startsJSON reports whether b starts like a JSON object or array. A log line may start with a time in brackets.
func startsJSON(b []byte) bool {
	b = bytes.TrimLeft(b, " \t")
	if len(b) == 0 || b[0] != '{' && b[0] != '[' {
		return false
	}
	inner := bytes.TrimLeft(b[1:], " \t\r\n")
	return len(inner) == 0 || inner[0] == '"' || inner[0] == '{' || inner[0] == '[' || inner[0] == '}' || inner[0] == ']'
}

// jsonEnd returns where the JSON value that starts b ends, len(b) if it is cut off. Without a value it returns where b
// stops being JSON, and false. It counts brackets, and does not check the order of names, commas and values.
func jsonEnd(b []byte) (end int, ok bool) {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1, true
			}
		case '"':
			if i = stringEnd(b, i+1); i == len(b) || b[i] != '"' {
				return i, i == len(b)
			}
		default:
			if !isJSONByte[c] {
				return i, false
			}
		}
	}
	return len(b), true
}

// stringEnd returns the first quote or line feed from b[i] on that is not escaped, len(b) if there is none.
func stringEnd(b []byte, i int) int {
	for ; i < len(b) && b[i] != '"' && b[i] != '\n'; i++ {
		if b[i] == '\\' && i+1 < len(b) && b[i+1] != '\n' {
			i++
		}
	}
	return min(i, len(b))
}

// isJSONByte marks the bytes of numbers, of true, false and null, and between values.
var isJSONByte = func() (t [256]bool) {
	for _, c := range []byte(" \t\r\n,:0123456789+-.eEtrufalsn") {
		t[c] = true
	}
	return t
}()
