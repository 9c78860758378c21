package credential

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/jwt"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/strbuf"
	"github.com/tokenwarden/tokenwarden/ingest/record"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// Finder finds credentials in lines. It serves one goroutine at a time, reuses its memory, and overwrites the raw bytes of a
// line on the next line or on Forget. It prints as "[finder]".
type Finder struct{ in *secret.Opaque[finder] }

type finder struct {
	prints     secret.Fingerprinter
	names      *names.Classifier
	hints      *names.PathHints
	prefilter  prefilter
	sequences  sequences
	cleanTexts cleanTexts
	patterns   []pattern
	edgeKinds  map[string]string // see edgeKind
	options    Options
	excepted   bool // the field is the request's URL, whose path is one of the exceptions
	url        exceptedURL
	budget
	lineSteps int // steps taken when the line began
	visits    *visits
	location  tokenwarden.Location // of the field at hand
	key       stretch              // of the line: the last private key of several lines

	arena   offset.Arena
	strings strbuf.Buffer
	jwt     jwt.Reader
	host    []byte // of the URL whose path is searched, in memory of the line or the arena
	path    []byte // the normalised path of the request
	token   []byte // the canonical form of the token at hand
	sent    []byte // the token at hand, if a server read it as Latin-1
	found   []Finding
	jwts    []JWT // of found
	merger  merger
	passes  passes
}

// New makes a Finder. The error names the invalid option.
func New(o Options) (*Finder, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	lex := names.NewClassifier(o.Names, o.Exceptions.Names)
	hints := names.NewPathHints(lex)
	return &Finder{secret.Hide(&finder{
		prints:     secret.NewFingerprinter(o.Keys...),
		names:      lex,
		hints:      hints,
		prefilter:  prefilter{lex, hints},
		sequences:  newSequences(),
		cleanTexts: newCleanTexts(),
		patterns:   compile(o.Patterns),
		edgeKinds:  map[string]string{},
		options:    o,
		visits:     &visits{},
		budget:     budget{perByte: stepsPerByte},
	})}, nil
}

// String returns "[finder]".
func (f *Finder) String() string { return "[finder]" }

// Format prints "[finder]" for every verb.
func (f *Finder) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte("[finder]")) }

// LogValue logs "[finder]".
func (f *Finder) LogValue() slog.Value { return slog.StringValue("[finder]") }

// Fingerprinter returns the Fingerprinter of Find. It shares the Finder's goroutine.
func (f *Finder) Fingerprinter() secret.Fingerprinter { return f.in.Get().prints }

// Find appends to dst the credentials in the fields of rec, in rising order of Start and without overlap. The findings
// hold until the next call.
func (f *Finder) Find(rec *record.Record, dst []Finding) []Finding {
	in := f.in.Get()
	in.reset()
	urls := in.exceptedURLs(rec)
	for i := range rec.Fields {
		fld, from := &rec.Fields[i], len(in.found)
		in.excepted = urls.holds(in, fld)
		switch {
		case fld.Unsearchable:
			in.maskUnsearchable(fld)
		case fld.Mark != 0 && in.isForeign(rec.Line, fld):
		default:
			in.searchField(rec.Line, fld)
		}
		if len(in.found) > from {
			in.markCut(rec.Line, fld, from)
		}
		if fld.Bare > 0 {
			in.makeBare(fld, from)
		}
	}
	in.kubernetesLine(rec.Line)
	return in.findings(dst)
}

// maskUnsearchable reports a field marked as unsearchable by the parser.
func (f *finder) maskUnsearchable(fld *record.Field) {
	f.add(Finding{
		Start: fld.Start, End: fld.End, Kind: KindUnsearched, Unsearched: true,
		Confidence: tokenwarden.ConfidenceLow, Location: tokenwarden.LocationHeader, Reason: "too deeply nested to be searched",
	})
}

// makeBare makes each finding from f.found[from] on cover the whole field, a JSON number or an array of them: its placeholder is a string.
func (f *finder) makeBare(fld *record.Field, from int) {
	for i := from; i < len(f.found); i++ {
		found := &f.found[i]
		found.Bare, found.Start, found.End = fld.Bare, fld.Start, fld.End
	}
}

// SecretName reports whether a name alone makes its value a credential.
func (f *Finder) SecretName(name []byte) bool { return f.in.Get().classifyName(name).IsSensitive() }

// FindText appends to dst the credentials in a line without a format. All of it is read as text that may hold URLs, JSON,
// headers and pairs, and sufficiently random words are reported too.
func (f *Finder) FindText(line []byte, dst []Finding) []Finding {
	in := f.in.Get()
	in.reset()
	in.resetBudget(len(line))
	in.location = tokenwarden.LocationHeader
	v := offset.Plain(line, 0, len(line))
	in.unparsed(v)
	in.privateKeys(line, 0, len(line), 0)
	if in.isSpent() {
		in.reportUnsearched(v, "too costly to search")
	}
	if in.options.Policy.Unknown {
		in.unknownIn(v, context{loc: tokenwarden.LocationHeader, fixed: true}, false)
	}
	in.kubernetesLine(line)
	return in.findings(dst)
}

// Forget overwrites the Finder's memory of the last line.
func (f *Finder) Forget() {
	in := f.in.Get()
	in.reset()
	clear(in.token[:cap(in.token)])
	clear(in.sent[:cap(in.sent)])
	in.jwt.Forget()
	in.prints.Forget()
	in.arena.Forget()
}

func (f *finder) reset() {
	f.steps++ // no entry of visits is of the new line
	f.lineSteps = f.steps
	f.arena.Reset()
	f.strings.Reset()
	f.hints.NewLine()
	f.found, f.jwts = f.found[:0], f.jwts[:0]
	f.excepted, f.key = false, stretch{}
	f.passes.n, f.passes.from = 0, 0
}

func (f *finder) findings(dst []Finding) []Finding {
	if len(f.found) == 0 {
		return dst
	}
	return f.merger.merge(dst, f.found)
}

// add adds a finding and returns it. It holds until the next call. The memory doubles, because a line may have thousands.
func (f *finder) add(x Finding) *Finding {
	if n := len(f.found); n == cap(f.found) {
		f.found = slices.Grow(f.found, n+16)
	}
	f.found = append(f.found, x)
	return &f.found[len(f.found)-1]
}
