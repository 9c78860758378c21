package config

import (
	_ "embed" // defaults.yaml
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"

	"github.com/tokenwarden/tokenwarden/rules"
)

// Defaults is the text of defaults.yaml: every key, its default and what it means. A key that is not in it is unknown.
//
//go:embed defaults.yaml
var Defaults []byte

// Error is a mistake in the configuration or in a file that it names. Commands end with status 2.
type Error struct{ Err error }

// Error returns the text of the wrapped error.
func (e Error) Error() string { return e.Err.Error() }

// Unwrap returns the wrapped error.
func (e Error) Unwrap() error { return e.Err }

// Load reads Defaults, the file at path ("" for none), the environment and the settings "key=value"; each overrides the
// one before. Errors are of type Error and name the key.
func Load(path string, environ, settings []string) (*Config, error) {
	k := koanf.New(".")
	if err := k.Load(rawbytes.Provider(Defaults), yaml.Parser()); err != nil {
		return nil, fmt.Errorf("read built-in defaults: %w", err)
	}
	defaults := k.All()
	if path != "" {
		if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
			return nil, Error{fmt.Errorf("read configuration %s: %w", path, err)}
		}
	}
	inFile := inlineSecret(k)
	for _, kv := range append(envSettings(environ), settings...) {
		name, text, ok := strings.Cut(kv, "=")
		if !ok { // the argument may be a secret whose key was forgotten
			return nil, Error{errors.New("--set: want key=value")}
		}
		value, err := typed(defaults, name, text)
		if err != nil {
			return nil, Error{err}
		}
		if err := k.Load(confmap.Provider(map[string]any{name: value}, "."), nil); err != nil {
			return nil, Error{fmt.Errorf("%s: %w", name, err)}
		}
	}
	if err := knownKeys(k, defaults); err != nil {
		return nil, Error{err}
	}
	c := &Config{tree: k}
	if err := decode(k, c); err != nil {
		return nil, Error{err}
	}
	if err := c.validate(); err != nil {
		return nil, Error{err}
	}
	if inFile != "" && !c.Insecure {
		if info, err := os.Stat(path); err == nil {
			if err := closedToOthers(path, info.Mode()); err != nil {
				return nil, Error{fmt.Errorf("%s: %w", inFile, err)}
			}
		}
	}
	return c, nil
}

// inlineSecrets are the keys whose values are secrets.
var inlineSecrets = []string{"kafka.sasl.password", "clickhouse.password"}

// inlineSecret returns the first of inlineSecrets that has a value in k, "" if none has.
func inlineSecret(k *koanf.Koanf) string {
	for _, key := range inlineSecrets {
		if k.String(key) != "" {
			return key
		}
	}
	return ""
}

// YAML returns the configuration as it was loaded, with secrets replaced by "(set)".
func (c *Config) YAML() ([]byte, error) {
	shown := c.tree.Copy()
	for _, key := range inlineSecrets {
		if shown.String(key) != "" {
			if err := shown.Set(key, "(set)"); err != nil {
				return nil, err
			}
		}
	}
	text, err := yaml.Parser().Marshal(shown.Raw())
	if err != nil {
		return nil, fmt.Errorf("print configuration: %w", err)
	}
	return text, nil
}

const envPrefix = "TOKENWARDEN_"

// envSettings converts TOKENWARDEN_KAFKA__GROUP=x to kafka.group=x, sorted.
func envSettings(environ []string) []string {
	var out []string
	for _, kv := range environ {
		if name, value, ok := strings.Cut(kv, "="); ok && strings.HasPrefix(name, envPrefix) {
			key := strings.ReplaceAll(strings.ToLower(name[len(envPrefix):]), "__", ".")
			out = append(out, key+"="+value)
		}
	}
	slices.Sort(out)
	return out
}

// typed converts the text of a setting to the type of the key's default. Commas separate the items of a list.
func typed(defaults map[string]any, name, text string) (any, error) {
	def, ok := defaults[name]
	if !ok && isOpen(name, defaults) {
		def, ok = []any{}, true
	}
	if !ok {
		return nil, unknownKey(name, defaults)
	}
	switch def.(type) {
	case []any:
		if text == "" {
			return []any{}, nil
		}
		if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
			return nil, fmt.Errorf("%s: want the items without brackets, separated by commas", name)
		}
		var list []any
		for part := range strings.SplitSeq(text, ",") {
			list = append(list, strings.TrimSpace(part))
		}
		return list, nil
	case int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("%s: want a whole number", name)
		}
		return n, nil
	case bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("%s: want true or false", name)
		}
		return b, nil
	}
	return text, nil
}

// knownKeys returns an error for the first key without a default; it suggests the nearest key that has one.
func knownKeys(k *koanf.Koanf, defaults map[string]any) error {
	for _, name := range k.Keys() {
		if _, ok := defaults[name]; !ok && !isOpen(name, defaults) {
			return unknownKey(name, defaults)
		}
	}
	return nil
}

// isOpen reports whether a key stands in a section whose keys the user chooses: one that is {} in Defaults. Their values
// are lists.
func isOpen(name string, defaults map[string]any) bool {
	section, key, ok := strings.Cut(name, ".")
	m, open := defaults[section].(map[string]any)
	return ok && key != "" && open && len(m) == 0
}

func unknownKey(name string, defaults map[string]any) error {
	known := make([]string, 0, len(defaults))
	for key := range defaults {
		known = append(known, key)
	}
	slices.Sort(known)
	return fmt.Errorf("%s: unknown key%s", name, rules.DidYouMean(name, known))
}

// decode fills c from k, strictly: weak typing would read a misspelt duration or a list as something else.
func decode(k *koanf.Koanf, c *Config) error {
	err := k.UnmarshalWithConf("", c, koanf.UnmarshalConf{DecoderConfig: &mapstructure.DecoderConfig{
		Result: c, TagName: "koanf", ErrorUnused: true,
		DecodeHook: mapstructure.ComposeDecodeHookFunc(durationHook, mapstructure.TextUnmarshallerHookFunc()),
	}})
	if err == nil {
		return nil
	}
	return errors.New(tidy(err.Error()))
}

// tidy joins the list of errors of mapstructure to one line.
func tidy(text string) string {
	text = strings.TrimPrefix(text, "decoding failed due to the following error(s):")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }), "; ")
}
