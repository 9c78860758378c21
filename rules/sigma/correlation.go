package sigma

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tokenwarden/tokenwarden/rules"
)

// correlate translates a correlation into a rule of kind rate, distinct or temporal.
func (d *document) correlate(docs []*document) error {
	c := d.correlation
	if c.Kind != yaml.MappingNode {
		return d.errorf(c, "correlation", "want keys and values")
	}
	for i := 0; i < len(c.Content); i += 2 {
		switch k := c.Content[i]; k.Value {
		case "type", "rules", "group-by", "timespan", "condition", "generate":
		default:
			return d.errorf(k, "correlation."+k.Value, "is not supported")
		}
	}
	of, err := d.correlated(docs)
	if err != nil {
		return err
	}
	if d.def.By, err = d.groupBy(of); err != nil {
		return err
	}
	var window rules.Duration
	if err := window.UnmarshalText([]byte(text(c, "timespan"))); err != nil {
		return d.errorf(c, "correlation.timespan", "%v", err)
	}
	switch kind := text(c, "type"); kind {
	case "event_count":
		return d.eventCount(of, window)
	case "value_count":
		return d.valueCount(of, window)
	case "temporal", "temporal_ordered":
		return d.temporal(of, window, kind == "temporal_ordered")
	default:
		return d.errorf(c, "correlation.type", "%q is not supported: want event_count, value_count, temporal or temporal_ordered", kind)
	}
}

// correlated returns the rules that a correlation refers to.
func (d *document) correlated(docs []*document) (of []*document, err error) {
	c := d.correlation
	generate := strings.EqualFold(text(c, "generate"), "true") || strings.EqualFold(text(d.root, "generate"), "true")
	for _, n := range items(get(c, "rules")) {
		i := slices.IndexFunc(docs, func(o *document) bool {
			return n.Value != "" && (o.name == n.Value || o.id == strings.ToLower(n.Value))
		})
		switch {
		case i < 0:
			return nil, d.errorf(n, "correlation.rules", "there is no rule of name or id %q in this folder", n.Value)
		case docs[i].correlation != nil:
			return nil, d.errorf(n, "correlation.rules", "%q is a correlation itself, which is not supported", n.Value)
		}
		docs[i].used, docs[i].generate = true, docs[i].generate || generate
		of = append(of, docs[i])
	}
	if len(of) == 0 {
		return nil, d.errorf(c, "correlation.rules", "is missing")
	}
	return of, nil
}

// groupBy returns the subject that group-by names. Rules by network see only refused requests.
func (d *document) groupBy(of []*document) (string, error) {
	n := get(d.correlation, "group-by")
	fields := items(n)
	if len(fields) != 1 {
		at := d.correlation
		if n != nil {
			at = n
		}
		return "", d.errorf(at, "correlation.group-by", "want one field: fingerprint for the token, or c-ip for the client's network")
	}
	switch strings.ToLower(fields[0].Value) {
	case "fingerprint", "token":
		return "token", nil
	case "c-ip", "src_ip", "client_ip":
		if i := slices.IndexFunc(of, func(o *document) bool { return !o.term.denied }); i >= 0 {
			return "", d.errorf(fields[0], "correlation.group-by",
				"by client only requests answered 401 or 403 are seen: %q must ask for sc-status 401 or 403, or group by fingerprint", of[i].def.Title)
		}
		return "network", nil
	}
	return "", d.errorf(fields[0], "correlation.group-by",
		"%q is not supported: want fingerprint (the token) or c-ip (the client's network)", fields[0].Value)
}

// lowerBound returns the bound that the correlation's condition sets, which must be at least minimum.
func (d *document) lowerBound(minimum uint64) (uint64, error) {
	c := get(d.correlation, "condition")
	if c == nil || c.Kind != yaml.MappingNode {
		return 0, d.errorf(d.correlation, "correlation.condition", "is missing: want gte or gt and a number")
	}
	n, found := uint64(0), 0
	for i := 0; i+1 < len(c.Content); i += 2 {
		key, v := c.Content[i], c.Content[i+1]
		switch key.Value {
		case "field":
			continue
		case "gte", "gt":
		default:
			return 0, d.errorf(key, "correlation.condition", "%s is not supported: want gte or gt", key.Value)
		}
		got, err := strconv.ParseUint(v.Value, 10, 31)
		if err != nil {
			return 0, d.errorf(v, "correlation.condition", "%q: want a number", v.Value)
		}
		if key.Value == "gt" {
			got++
		}
		n, found = got, found+1
	}
	if found != 1 || n < minimum {
		return 0, d.errorf(c, "correlation.condition", "want one bound, gte %d or more", minimum)
	}
	return n, nil
}

// useConditions makes the rule see the events of any of these rules, and returns their terms.
func (d *document) useConditions(of []*document) []term {
	terms := make([]term, len(of))
	for i, o := range of {
		terms[i] = o.term
	}
	t := oneOf(terms)
	d.def.Where, d.def.Needs = t.text, t.needTexts()
	return terms
}

func (d *document) eventCount(of []*document, window rules.Duration) error {
	n, err := d.lowerBound(2)
	if err != nil {
		return err
	}
	if f := get(get(d.correlation, "condition"), "field"); f != nil {
		return d.errorf(f, "correlation.condition", "field goes with value_count")
	}
	d.useConditions(of)
	d.def.Kind, d.def.Spec = "rate", &rules.Rate{Window: window, Limit: n - 1}
	return nil
}

func (d *document) valueCount(of []*document, window rules.Duration) error {
	n, err := d.lowerBound(2)
	if err != nil {
		return err
	}
	fields := items(get(get(d.correlation, "condition"), "field"))
	if len(fields) != 1 {
		return d.errorf(get(d.correlation, "condition"), "correlation.condition", "value_count wants one field")
	}
	f, err := d.findField(fields[0], fields[0].Value)
	if err != nil {
		return err
	}
	if f.count == "" {
		return d.errorf(fields[0], fields[0].Value,
			"values of this field are not counted: want fingerprint, c-ip, cs-host, c-uri-path, c-useragent or cs-username")
	}
	d.useConditions(of)
	d.def.Kind, d.def.Spec = "distinct", &rules.Distinct{Window: window, Count: map[string]uint64{f.count: n}}
	return nil
}

func (d *document) temporal(of []*document, window rules.Duration, ordered bool) error {
	if n := get(d.correlation, "condition"); n != nil {
		return d.errorf(n, "correlation.condition", "is not supported with temporal")
	}
	terms := d.useConditions(of)
	spec := &rules.Temporal{Window: window, Ordered: ordered}
	for _, o := range of {
		spec.Stages = append(spec.Stages, rules.Stage{Name: o.def.Title, If: o.term.text})
	}
	d.def.Kind, d.def.Spec, d.def.Needs = "temporal", spec, allOf(terms).needTexts()
	return nil
}
