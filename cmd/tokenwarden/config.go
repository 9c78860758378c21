package main

import (
	_ "embed"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"

	"github.com/tokenwarden/tokenwarden/rules"
)

// defaultConfig holds every key and its default; what is not in it is not a key.
//
//go:embed config.default.yaml
var defaultConfig []byte

// Config is the configuration in force. config.default.yaml documents each key.
type Config struct {
	KeyFiles       []string            `koanf:"key_files"`
	Kafka          KafkaConfig         `koanf:"kafka"`
	ClickHouse     ClickHouseConfig    `koanf:"clickhouse"`
	Format         string              `koanf:"format"`
	JSONFields     map[string][]string `koanf:"json_fields"`
	TrustedProxies []netip.Prefix      `koanf:"trusted_proxies"`
	ClientHeaders  []string            `koanf:"client_ip_headers"`
	Credentials    CredentialConfig    `koanf:"credentials"`
	Geo            GeoConfig           `koanf:"geo"`
	Rules          RulesConfig         `koanf:"rules"`
	Lists          ListsConfig         `koanf:"lists"`
	Detect         DetectConfig        `koanf:"detect"`
	HTTP           HTTPConfig          `koanf:"http"`
	Log            LogConfig           `koanf:"log"`
}

// KafkaConfig is the section kafka.
type KafkaConfig struct {
	Brokers []string `koanf:"brokers"`
	Group   string   `koanf:"group"`
	Start   string   `koanf:"start"`
	Topics  struct {
		Input      []string `koanf:"input"`
		Redacted   string   `koanf:"redacted"`
		Quarantine string   `koanf:"quarantine"`
		Usage      string   `koanf:"usage"`
		Alerts     string   `koanf:"alerts"`
		Revocation string   `koanf:"revocations"`
	} `koanf:"topics"`
	TLS  TLSConfig `koanf:"tls"`
	SASL struct {
		Mechanism    string `koanf:"mechanism"`
		Username     string `koanf:"username"`
		PasswordFile string `koanf:"password_file"`
		Password     string `koanf:"password"`
	} `koanf:"sasl"`
	Session      time.Duration `koanf:"session"`
	Compression  string        `koanf:"compression"`
	FetchBytes   int           `koanf:"fetch_bytes"`
	FetchWait    time.Duration `koanf:"fetch_wait"`
	RequestBytes int           `koanf:"request_bytes"`
	Create       struct {
		Partitions      int `koanf:"partitions"`
		UsagePartitions int `koanf:"usage_partitions"`
		Replication     int `koanf:"replication"`
	} `koanf:"create"`
}

// ClickHouseConfig is the section clickhouse.
type ClickHouseConfig struct {
	Addr         []string  `koanf:"addr"`
	Database     string    `koanf:"database"`
	Username     string    `koanf:"username"`
	PasswordFile string    `koanf:"password_file"`
	Password     string    `koanf:"password"`
	Cluster      string    `koanf:"cluster"`
	TLS          TLSConfig `koanf:"tls"`
}

// CredentialConfig is the section credentials.
type CredentialConfig struct {
	Names    []string `koanf:"names"`
	Patterns []struct {
		Kind   string `koanf:"kind"`
		Regexp string `koanf:"regexp"`
	} `koanf:"patterns"`
	ExceptNames []string `koanf:"except_names"`
	ExceptPaths []string `koanf:"except_paths"`
	KeepPrefix  bool     `koanf:"keep_prefix"`
	Policy      struct {
		Least   string            `koanf:"least"`
		LeastIn map[string]string `koanf:"least_in"`
		Public  bool              `koanf:"public"`
	} `koanf:"policy"`
	Canary struct {
		Every int `koanf:"every"`
	} `koanf:"canary"`
	MaxLine int `koanf:"max_line"`
}

// GeoConfig is the section geo.
type GeoConfig struct {
	City string `koanf:"city"`
	ASN  string `koanf:"asn"`
}

// RulesConfig is the section rules.
type RulesConfig struct {
	Dirs    []string      `koanf:"dirs"`
	Disable []string      `koanf:"disable"`
	Shadow  []string      `koanf:"shadow"`
	Scopes  []ScopeConfig `koanf:"scopes"`
}

// ScopeConfig is one entry of rules.scopes.
type ScopeConfig struct {
	Methods  []string `koanf:"methods"`
	Host     string   `koanf:"host"`
	Endpoint string   `koanf:"endpoint"`
	AnyOf    []string `koanf:"any_of"`
}

// DetectConfig is the section detect.
type DetectConfig struct {
	Checkpoint  time.Duration `koanf:"checkpoint"`
	Lateness    time.Duration `koanf:"lateness"`
	MaxProfiles int           `koanf:"max_profiles"`
}

// HTTPConfig is the section http.
type HTTPConfig struct {
	Listen string `koanf:"listen"`
}

// LogConfig is the section log.
type LogConfig struct {
	Level  string `koanf:"level"`
	Format string `koanf:"format"`
}

// configError marks errors that end with status 2.
type configError struct{ error }

func (e configError) Unwrap() error { return e.error }

// loadConfig reads the defaults, the file at path ("" for none), the environment and the settings "key=value", each
// over the one before. It returns the tree as well, for `config print`. Every error names the key.
func loadConfig(path string, environ, settings []string) (*Config, *koanf.Koanf, error) {
	k := koanf.New(".")
	if err := k.Load(rawbytes.Provider(defaultConfig), yaml.Parser()); err != nil {
		return nil, nil, fmt.Errorf("read built-in defaults: %w", err)
	}
	defaults := k.All()
	if path != "" {
		if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
			return nil, nil, configError{fmt.Errorf("read configuration %s: %w", path, err)}
		}
	}
	for _, kv := range append(envSettings(environ), settings...) {
		name, text, ok := strings.Cut(kv, "=")
		if !ok {
			return nil, nil, configError{fmt.Errorf("--set %s: want key=value", kv)}
		}
		value, err := typed(defaults, name, text)
		if err != nil {
			return nil, nil, configError{err}
		}
		if err := k.Load(confmap.Provider(map[string]any{name: value}, "."), nil); err != nil {
			return nil, nil, configError{fmt.Errorf("%s: %w", name, err)}
		}
	}
	if err := knownKeys(k, defaults); err != nil {
		return nil, nil, configError{err}
	}
	c := &Config{}
	if err := decode(k, c); err != nil {
		return nil, nil, configError{err}
	}
	if err := c.validate(); err != nil {
		return nil, nil, configError{err}
	}
	return c, k, nil
}

const envPrefix = "TOKENWARDEN_"

// envSettings turns TOKENWARDEN_KAFKA__GROUP=x into kafka.group=x.
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

// typed reads a setting as the type that the key's default has; a list is separated by commas.
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

// knownKeys reports a key that has no default, with the nearest one that has.
func knownKeys(k *koanf.Koanf, defaults map[string]any) error {
	for _, name := range k.Keys() {
		if _, ok := defaults[name]; !ok && !isOpen(name, defaults) {
			return unknownKey(name, defaults)
		}
	}
	return nil
}

// isOpen tells whether a key stands in a section whose keys the user names: one that is {} in the defaults. Each is a
// list.
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

// decode is strict: mapstructure's weak typing would read a misspelt duration or a list as something else.
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

// tidy makes one line of mapstructure's list of errors.
func tidy(text string) string {
	text = strings.TrimPrefix(text, "decoding failed due to the following error(s):")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }), "; ")
}

func readSecret(key, path, inline string) (string, error) {
	if path == "" {
		return inline, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", configError{fmt.Errorf("%s: %w", key, err)}
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}
