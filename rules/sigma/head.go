package sigma

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
)

// knownKeys are the keys of rules and correlations in the specification 2.1.0 (2025-08-02). Authors may add keys; one that is
// nearly one of these is a misspelling.
var knownKeys = []string{
	"title", "id", "name", "related", "taxonomy", "status", "description", "license", "author", "references", "date", "modified",
	"logsource", "detection", "correlation", "fields", "falsepositives", "level", "tags", "scope", "generate", "custom",
}

// textKeys are the keys whose values are texts.
var textKeys = []string{"title", "id", "name", "taxonomy", "status", "description", "author", "level", "generate"}

// levels maps Sigma's levels to severities. A rule without one is medium.
var levels = map[string]tokenwarden.Severity{
	"":              tokenwarden.SeverityMedium,
	"informational": tokenwarden.SeverityInfo,
	"low":           tokenwarden.SeverityLow,
	"medium":        tokenwarden.SeverityMedium,
	"high":          tokenwarden.SeverityHigh,
	"critical":      tokenwarden.SeverityCritical,
}

// statuses maps Sigma's statuses to those of rules. Alerts of experimental rules are only recorded.
var statuses = map[string]string{
	"":             "",
	"stable":       "stable",
	"test":         "stable",
	"experimental": "experimental",
	"deprecated":   "experimental",
	"unsupported":  "experimental",
}

var techniqueTag = regexp.MustCompile(`^attack\.(t[0-9]{4}(\.[0-9]{3})?)$`)

// readHead reads the keys of a rule but for its detection.
func (d *document) readHead() error {
	root := d.root
	d.name, d.id = text(root, "name"), strings.ToLower(text(root, "id"))
	d.def = rules.Definition{
		File: d.file, ID: idOf(d.name, d.id, text(root, "title")), Title: text(root, "title"), Kind: "match", Spec: new(rules.Match),
	}
	for i := 0; i < len(root.Content); i += 2 {
		key := root.Content[i]
		if near := rules.Suggest(key.Value, knownKeys); near != "" && near != key.Value {
			return d.errorf(key, "", "unknown key %q: did you mean %q?", key.Value, near)
		}
		if v := root.Content[i+1]; v.Kind != yaml.ScalarNode && slices.Contains(textKeys, key.Value) {
			return d.errorf(v, key.Value, "want a text")
		}
	}
	var ok bool
	if d.def.Severity, ok = levels[text(root, "level")]; !ok {
		return d.errorf(get(root, "level"), "level", "%q: want informational, low, medium, high or critical", text(root, "level"))
	}
	if d.def.Status, ok = statuses[text(root, "status")]; !ok {
		return d.errorf(get(root, "status"), "status", "%q: want stable, test, experimental, deprecated or unsupported",
			text(root, "status"))
	}
	if n := get(root, "taxonomy"); n != nil && n.Value != "sigma" {
		return d.errorf(n, "taxonomy", "%q is not supported: want sigma", n.Value)
	}
	d.readNotes()
	return nil
}

// readNotes reads the texts for the reader of an alert.
func (d *document) readNotes() {
	def := &d.def
	def.Why = text(d.root, "description")
	if def.Why == "" {
		def.Why = def.Title
	}
	for _, n := range items(get(d.root, "tags")) {
		if m := techniqueTag.FindStringSubmatch(strings.ToLower(n.Value)); m != nil {
			def.References.Attack = append(def.References.Attack, strings.ToUpper(m[1]))
		}
	}
	for _, n := range items(get(d.root, "falsepositives")) {
		if n.Kind == yaml.ScalarNode && strings.TrimSpace(n.Value) != "" {
			def.NextSteps = append(def.NextSteps, "Rule out what is known to look alike: "+strings.TrimSpace(n.Value))
		}
	}
	source := "Sigma rule"
	if d.id != "" {
		source += " " + d.id
	}
	if author := text(d.root, "author"); author != "" {
		source += " by " + author
	}
	def.NextSteps = append(def.NextSteps, source)
}

var notID = regexp.MustCompile(`[^a-z0-9]+`)

// idOf returns the id of a rule by its name, else its id, else its title.
func idOf(name, id, title string) string {
	for _, s := range []string{name, id, title} {
		if s = strings.Trim(notID.ReplaceAllString(strings.ToLower(s), "-"), "-"); s != "" {
			return "sigma-" + s
		}
	}
	return "sigma"
}

// webServices are the products and services that write access logs, for log sources without a category. Source: taxonomy
// 2.1.0 (2025-08-02) for apache, iis and access; the others are products whose logs tokenwarden reads.
var webServices = map[string]bool{
	"access": true, "apache": true, "caddy": true, "cloudfront": true, "envoy": true, "haproxy": true, "iis": true, "kong": true,
	"nginx": true, "squid": true, "traefik": true,
}

// checkLogsource refuses rules for anything but access logs of web servers and proxies.
func (d *document) checkLogsource() error {
	n := get(d.root, "logsource")
	if n == nil || n.Kind != yaml.MappingNode {
		return d.errorf(d.root, "logsource", "is missing: want category webserver or proxy")
	}
	for i := 0; i < len(n.Content); i += 2 {
		switch k := n.Content[i]; k.Value {
		case "category", "product", "service", "definition":
		default:
			return d.errorf(k, "logsource", "%s is not supported", k.Value)
		}
	}
	category, product, service := text(n, "category"), text(n, "product"), text(n, "service")
	web := category == "webserver" || category == "proxy"
	switch {
	case category != "" && !web:
		return d.errorf(n, "logsource.category",
			"%q is not supported: tokenwarden reads the logs of webserver and proxy", category)
	case service != "" && !webServices[service]:
		return d.errorf(n, "logsource.service", "%q is not supported: want access or iis, or none", service)
	case !web && !webServices[service] && !webServices[product]:
		return d.errorf(n, "logsource.product",
			"%q is not supported: want category webserver or proxy, or a product such as apache, nginx or iis", product)
	}
	return nil
}
