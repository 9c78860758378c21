package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tokenwarden/tokenwarden/ingest/foreign"
)

// SourceOptions say what the lines of some topics do not say of themselves. Each of Service, Environment and Host lists places,
// the first with a value holds:
//
//	header:NAME  a header of the Kafka message
//	field:PATH   a field of the line or of the shipper's JSON around it, by its name and those of the objects around it
//	log          the host that the line names; of Host alone
//	NAME         this name
type SourceOptions struct {
	Topics                     []string // topics, or files of a scan; * stands for any characters. Empty: all
	Service, Environment, Host []string
}

// Bounds of SourceOptions.
const (
	maxSources     = 100
	maxSourceNames = 16  // of each list
	maxLabels      = 64  // distinct fields
	maxSourceName  = 128 // bytes of a service or an environment; labels of Kubernetes have 63
)

// Sources are the checked options of all topics. They do not change, so all goroutines may share them. nil says nothing.
type Sources struct {
	entries []sourceEntry
	labels  map[string]uint8 // the number of each field, from 1, by foreign.Key of its path
}

type sourceEntry struct {
	topics []string
	places sourcePlaces
}

// sourcePlaces are where to look for each value, in this order.
type sourcePlaces struct{ service, environment, host []sourcePlace }

// sourcePlace is where a value comes from: exactly one part is set.
type sourcePlace struct {
	header string
	label  uint8 // number of a field
	log    bool
	name   string
}

// NewSources checks the options. The error names the entry and the key.
func NewSources(options []SourceOptions) (*Sources, error) {
	s := &Sources{labels: map[string]uint8{}}
	if len(options) > maxSources {
		return nil, fmt.Errorf("sources: %d entries are more than %d", len(options), maxSources)
	}
	for i := range options {
		e, err := s.newEntry(&options[i])
		if err != nil {
			return nil, fmt.Errorf("sources[%d]%w", i, err)
		}
		s.entries = append(s.entries, e)
	}
	return s, nil
}

func (s *Sources) newEntry(o *SourceOptions) (e sourceEntry, err error) {
	if len(o.Service)+len(o.Environment)+len(o.Host) == 0 {
		return e, errors.New(": says nothing: want service, environment or host")
	}
	for _, topic := range o.Topics {
		if topic == "" {
			return e, errors.New(".topics: a name must not be empty: * stands for all")
		}
	}
	e.topics = o.Topics
	for _, list := range []struct {
		key   string
		texts []string
		to    *[]sourcePlace
	}{{"service", o.Service, &e.places.service}, {"environment", o.Environment, &e.places.environment}, {"host", o.Host, &e.places.host}} {
		if len(list.texts) > maxSourceNames {
			return e, fmt.Errorf(".%s: %d places are more than %d", list.key, len(list.texts), maxSourceNames)
		}
		for _, text := range list.texts {
			p, err := s.newPlace(text, list.key == "host")
			if err != nil {
				return e, fmt.Errorf(".%s: %q: %w", list.key, text, err)
			}
			*list.to = append(*list.to, p)
		}
	}
	return e, nil
}

var errPlace = fmt.Errorf("want header:NAME, field:PATH, log (of host alone), or a name of 1 to %d printable characters "+
	"without a colon", maxSourceName)

func (s *Sources) newPlace(text string, isHost bool) (sourcePlace, error) {
	kind, rest, hasKind := strings.Cut(text, ":")
	switch {
	case hasKind && kind == "header" && rest != "":
		return sourcePlace{header: rest}, nil
	case hasKind && kind == "field" && foreign.Key(rest) != "" && strings.Trim(rest, ". ") == rest:
		return s.newLabel(rest)
	case text == "log" && isHost:
		return sourcePlace{log: true}, nil
	case hasKind, text == "log", !isName(text):
		return sourcePlace{}, errPlace
	}
	return sourcePlace{name: text}, nil
}

func (s *Sources) newLabel(path string) (sourcePlace, error) {
	key := foreign.Key(path)
	if s.labels[key] == 0 {
		if len(s.labels) == maxLabels {
			return sourcePlace{}, fmt.Errorf("more than %d fields", maxLabels)
		}
		s.labels[key] = uint8(len(s.labels) + 1)
	}
	return sourcePlace{label: s.labels[key]}, nil
}

func isName(text string) bool {
	return text != "" && len(text) <= maxSourceName && utf8.ValidString(text) &&
		!strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// label returns the number of the field at a path, 0 if no entry names it.
func (s *Sources) label(path string) uint8 {
	if s == nil || len(s.labels) == 0 {
		return 0
	}
	return s.labels[foreign.Key(path)]
}

// of returns the places of the entries for a topic or a file, in their order.
func (s *Sources) of(topic string) (all sourcePlaces) {
	if s == nil {
		return all
	}
	for i := range s.entries {
		e := &s.entries[i]
		if len(e.topics) > 0 && !slices.ContainsFunc(e.topics, func(pattern string) bool { return fitsPattern(pattern, topic) }) {
			continue
		}
		all.service = append(all.service, e.places.service...)
		all.environment = append(all.environment, e.places.environment...)
		all.host = append(all.host, e.places.host...)
	}
	return all
}

// fitsPattern reports whether text fits the pattern, in which * stands for any characters.
func fitsPattern(pattern, text string) bool {
	first, rest, hasStar := strings.Cut(pattern, "*")
	text, ok := strings.CutPrefix(text, first)
	for ok && hasStar {
		var part string
		if part, rest, hasStar = strings.Cut(rest, "*"); !hasStar {
			return strings.HasSuffix(text, part)
		}
		_, text, ok = strings.Cut(text, part)
	}
	return ok && text == ""
}
