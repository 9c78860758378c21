package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// entityKey judges the key of an entity and the arguments of a function in a segment of OData (OASIS, "OData Version 4.01.
// Part 2: URL Conventions", sections 4.3 and 4.5): /Tokens('x'), /ApiKeys(key='x'), /Login(user='a',password='x').
func (f *finder) entityKey(v offset.View, start int, s offset.View, pl context) bool {
	if d, ok := f.arena.Percent(s); ok {
		s = d
	}
	open := bytes.IndexByte(s.Text, '(')
	if n := len(s.Text); open < 3 || open > names.MaxNameSize || s.Text[n-1] != ')' || !ascii.IsAlpha(s.Text[0]) {
		return false
	}
	entity := s.Text[:open]
	f.steps += stepsOfShape * len(s.Text)
	n := f.names.Classify(entity)
	found := false
	for i := open + 1; i < len(s.Text); {
		end := i
		for end < len(s.Text)-1 && s.Text[end] != ',' {
			end++
		}
		argument := s.Cut(i, end).Trim()
		i = end + 1
		name, grade := entity, n
		if eq := bytes.IndexByte(argument.Text, '='); eq > 0 && eq < names.MaxNameSize && eq+1 < len(argument.Text) {
			if own := f.names.Classify(argument.Text[:eq]); own.IsSensitive() {
				name, grade = argument.Text[:eq], own
			}
			argument = argument.From(eq + 1)
		}
		argument = argument.Unquote()
		isKey := grade.Grade >= names.Chosen || shape.Of(argument.Text) == shape.Random
		if grade.IsSensitive() && isKey && len(argument.Text) > 0 {
			p := f.pathContext(v, start, pl)
			found = f.searchValue(argument, p.withName(grade, name)) || found
		}
	}
	return found
}
