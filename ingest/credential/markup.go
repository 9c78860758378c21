package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// XML, HTML and YAML hold names as values: <add key="ApiKey" value="x"/>, <entry key="password">x</entry>,
// <key>password</key><string>x</string>, <input name="password" value="x">, - name: PASSWORD and value: x below.

// isNameAttribute reports whether the attribute b holds the name of what else stands in its tag.
func isNameAttribute(b []byte) bool {
	switch string(b) {
	case "name", "key", "id", "type", "property", "Name", "Key":
		return true
	}
	return false
}

// markupAttribute judges what stands beside the attribute with a name, from start to end, and the equals sign at v.Text[i]. It
// returns the offset to go on at, 0 without a finding.
func (f *finder) markupAttribute(v offset.View, start, i int, pl context) int {
	b := v.Text
	low := max(0, start-maxJoint)
	open := bytes.LastIndexByte(b[low:start], '<')
	f.steps += start - low
	if open < 0 || bytes.IndexByte(b[low+open:start], '>') >= 0 {
		return 0
	}
	tag := low + open + 1
	from, to := valueAfter(b, i+1)
	if from >= to || to-from > names.MaxNameSize {
		return 0
	}
	n := f.names.Classify(b[from:to])
	if n.Grade == names.None {
		return 0
	}
	near := b[to:min(len(b), to+maxJoint)]
	end := bytes.IndexByte(near, '>')
	rest := near
	if end >= 0 {
		rest = near[:end]
	}
	f.steps += len(rest)
	if k := attributeAt(rest); k > 0 {
		return f.valueBeside(v, pl, n, b[from:to], to+k)
	}
	if k := attributeAt(b[tag:start]); k > 0 && f.valueBeside(v, pl, n, b[from:to], tag+k) > 0 {
		return to
	}
	isText := end > 0 && near[end-1] != '/' && b[start] != 'i' && b[start] != 't'
	if !isText {
		return 0
	}
	textFrom, textTo := xmlText(b, to+end)
	if isTranslation := bytes.HasPrefix(b[tag:], []byte("string ")); isTranslation && shape.Of(b[textFrom:textTo]) == shape.Ordinary &&
		!shape.HasLetterAndDigit(b[textFrom:textTo]) {
		return 0
	}
	return f.searchStructure(v, pl, from, to, textFrom, textTo)
}

// attributeAt returns where the value of the attribute that holds a value starts in the tag b, behind the equals sign; 0
// without one.
func attributeAt(b []byte) int {
	for _, name := range [...]string{"value=", "content=", "val=", "Value="} {
		if k := bytes.Index(b, []byte(name)); k >= 0 && (k == 0 || b[k-1] <= ' ') {
			return k + len(name)
		}
	}
	return 0
}

// valueBeside judges the value at v.Text[i] under the name n. It returns its end, 0 without a finding.
func (f *finder) valueBeside(v offset.View, pl context, n names.Name, param []byte, i int) int {
	from, to := valueAfter(v.Text, i)
	f.steps += to - i
	if from < to && f.searchValue(v.Cut(from, to), pl.withName(n, param)) {
		return to
	}
	return 0
}

// namedElement judges the element behind an element whose text is a name, with the start tag that ends at v.Text[i]:
// <key>password</key><string>x</string>, <name>password</name><value><string>x</string></value>.
func (f *finder) namedElement(v offset.View, i int, pl context) int {
	b := v.Text
	from, to := xmlText(b, i)
	if from >= to || to-from > names.MaxNameSize {
		return 0
	}
	k := to
	for tags := 0; tags < 3; tags++ { // </key><string>, or </name><value><string>
		end := bytes.IndexByte(b[k:min(len(b), k+maxJoint)], '>')
		if k >= len(b) || b[k] != '<' || end < 0 {
			break
		}
		i = k + end
		for k = i + 1; k < len(b) && b[k] <= ' '; {
			k++
		}
	}
	f.steps += k - from
	if i < to || k >= len(b) || b[i-1] == '/' {
		return 0
	}
	textFrom, textTo := xmlText(b, i)
	return f.searchStructure(v, pl, from, to, textFrom, textTo)
}

// rpcParams judges the parameters of an XML-RPC call that logs in, with the start tag of methodName that ends at v.Text[i]: the
// second one of a login, and of the calls of WordPress and the MetaWeblog API the user and the password, which follow a number.
func (f *finder) rpcParams(v offset.View, i int, pl context) int {
	b := v.Text
	from, to := xmlText(b, i)
	method := bytes.ToLower(b[from:min(to, from+names.MaxNameSize)])
	f.steps += to - i
	isBlog := ascii.HasAt(method, 0, "wp.") || ascii.HasAt(method, 0, "metaweblog.") || ascii.HasAt(method, 0, "blogger.") ||
		ascii.HasAt(method, 0, "mt.")
	if !isBlog && !bytes.Contains(method, []byte("login")) && !bytes.Contains(method, []byte("auth")) {
		return 0
	}
	last := 0
	for n := range 4 {
		k := bytes.Index(b[to:min(len(b), to+maxCall)], []byte("<param>"))
		if k < 0 {
			break
		}
		from = to + k + len("<param>")
		end := bytes.Index(b[from:min(len(b), from+maxCall)], []byte("</param>"))
		if end < 0 {
			break
		}
		to = from + end
		f.steps += k + end
		if param := textWithin(v.Cut(from, to)); len(param.Text) > 0 && (n == 1 || n > 0 && isBlog) && !isDigits(param.Text) {
			if f.chosenWord(param, 0, len(param.Text), pl) > 0 {
				last = to
			}
		}
	}
	return last
}

// maxCall bounds the bytes between the parameters of a call, and those of one that is judged.
const maxCall = 1 << 10

// textWithin returns the text of the innermost first element of v, empty if it holds several.
func textWithin(v offset.View) offset.View {
	b := v.Text
	for i := 0; i < len(b); i++ {
		if b[i] != '<' && b[i] > ' ' {
			n := bytes.IndexByte(b[i:], '<')
			return v.Cut(i, i+max(n, 0))
		}
		if b[i] == '<' {
			n := bytes.IndexByte(b[i:], '>')
			if n < 0 {
				break
			}
			i += n
		}
	}
	return v.Cut(0, 0)
}

// isNameElement reports whether the text of the element b is the name of the next.
func isNameElement(b []byte) bool {
	switch string(b) {
	case "key", "name", "Key", "Name", "field", "property":
		return true
	}
	return false
}

// yamlBelow judges the lines below a name of the grade n whose colon ends the line at v.Text[i], as far as they are indented
// deeper: a list, a block or a value on the next line. It returns the offset to go on at, 0 without a finding.
func (f *finder) yamlBelow(v offset.View, start, i int, pl context, n names.Name, param []byte) int {
	b := v.Text
	outer, last := indentBefore(b, start), 0
	for k := i; k < len(b); {
		for k < len(b) && (b[k] == '\n' || b[k] == '\r') {
			k++
		}
		from, end := k, k
		for end < len(b) && b[end] != '\n' && b[end] != '\r' {
			end++
		}
		for from < end && (b[from] == ' ' || b[from] == '-') {
			from++
		}
		f.steps += end - k
		if from-k <= outer || from == end || hasPairColon(b[from:end]) || b[end-1] == ':' {
			break
		}
		if f.searchValue(v.Cut(from, end), pl.withName(n, param)) {
			last = end
		}
		k = end
	}
	return last
}

// indentBefore returns how far the line is indented whose first word may be at b[i].
func indentBefore(b []byte, i int) int {
	n := 0
	for i > n && (b[i-n-1] == ' ' || b[i-n-1] == '-') {
		n++
	}
	return n
}

// yamlValue judges the value on the line below a name, as Kubernetes lists variables: - name: PASSWORD, value: x. The colon
// behind the word name stands at v.Text[i].
func (f *finder) yamlValue(v offset.View, i int, pl context) int {
	b := v.Text
	from, to := valueAfter(b, i+1)
	k := to
	for k < len(b) && k-to < maxJoint && (b[k] <= ' ' || b[k] == '"' || b[k] == '\'') {
		k++
	}
	f.steps += k - i
	if from >= to || bytes.IndexByte(b[to:k], '\n') < 0 || !ascii.HasAt(b, k, "value:") {
		return 0
	}
	valueFrom, valueTo := valueAfter(b, k+len("value:"))
	return f.searchStructure(v, pl, from, to, valueFrom, valueTo)
}
