// Package config reads the configuration of tokenwarden and makes the options of the other packages from it. These know
// nothing of keys and files.
package config

import (
	"net/netip"
	"time"

	"github.com/knadh/koanf/v2"
)

// Config is the configuration in force. defaults.yaml documents each key.
type Config struct {
	KeyFiles       []string            `koanf:"key_files"`
	Insecure       bool                `koanf:"insecure_permissions"`
	Kafka          Kafka               `koanf:"kafka"`
	ClickHouse     ClickHouse          `koanf:"clickhouse"`
	Format         string              `koanf:"format"`
	JSONFields     map[string][]string `koanf:"json_fields"`
	TrustedProxies []netip.Prefix      `koanf:"trusted_proxies"`
	ClientHeaders  []string            `koanf:"client_ip_headers"`
	Credentials    Credentials         `koanf:"credentials"`
	Identities     Identities          `koanf:"identities"`
	Sources        []Source            `koanf:"sources"`
	Geo            Geo                 `koanf:"geo"`
	Rules          Rules               `koanf:"rules"`
	Lists          Lists               `koanf:"lists"`
	Detect         Detect              `koanf:"detect"`
	HTTP           HTTP                `koanf:"http"`
	Log            Log                 `koanf:"log"`

	tree *koanf.Koanf // what Config was decoded from
}

// Kafka is the section kafka.
type Kafka struct {
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
	TLS  TLS `koanf:"tls"`
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

// ClickHouse is the section clickhouse.
type ClickHouse struct {
	Addr         []string `koanf:"addr"`
	Database     string   `koanf:"database"`
	Username     string   `koanf:"username"`
	PasswordFile string   `koanf:"password_file"`
	Password     string   `koanf:"password"`
	Cluster      string   `koanf:"cluster"`
	TLS          TLS      `koanf:"tls"`
}

// Credentials is the section credentials.
type Credentials struct {
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
		Unknown string            `koanf:"unknown"`
	} `koanf:"policy"`
	Canary struct {
		Every int `koanf:"every"`
	} `koanf:"canary"`
	MaxLine int `koanf:"max_line"`
}

// Identities is the section identities: what logs show in place of a token.
type Identities struct {
	Foreign []ForeignIdentity `koanf:"foreign"`
	Disable []string          `koanf:"disable"`
	Edge    struct {
		Fields []string `koanf:"fields"`
	} `koanf:"edge"`
}

// Source is one entry of sources: what the lines of some topics do not say of themselves.
type Source struct {
	Topics      []string `koanf:"topics"`
	Service     []string `koanf:"service"`
	Environment []string `koanf:"environment"`
	Host        []string `koanf:"host"`
}

// ForeignIdentity is one entry of identities.foreign.
type ForeignIdentity struct {
	System string `koanf:"system"`
	Field  string `koanf:"field"`
	Form   string `koanf:"form"`
}

// Geo is the section geo.
type Geo struct {
	City string `koanf:"city"`
	ASN  string `koanf:"asn"`
}

// Rules is the section rules.
type Rules struct {
	Dirs    []string `koanf:"dirs"`
	Disable []string `koanf:"disable"`
	Shadow  []string `koanf:"shadow"`
	Scopes  []Scope  `koanf:"scopes"`
}

// Scope is one entry of rules.scopes.
type Scope struct {
	Methods  []string `koanf:"methods"`
	Host     string   `koanf:"host"`
	Endpoint string   `koanf:"endpoint"`
	AnyOf    []string `koanf:"any_of"`
}

// Detect is the section detect.
type Detect struct {
	Checkpoint  time.Duration `koanf:"checkpoint"`
	Lateness    time.Duration `koanf:"lateness"`
	MaxProfiles int           `koanf:"max_profiles"`
}

// HTTP is the section http.
type HTTP struct {
	Listen string `koanf:"listen"`
}

// Log is the section log.
type Log struct {
	Level  string `koanf:"level"`
	Format string `koanf:"format"`
}

// TLS is a section tls: how a connection is encrypted.
type TLS struct {
	Enabled    bool   `koanf:"enabled"`
	CAFile     string `koanf:"ca_file"`
	CertFile   string `koanf:"cert_file"`
	KeyFile    string `koanf:"key_file"`
	ServerName string `koanf:"server_name"`
}
