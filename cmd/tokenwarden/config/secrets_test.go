package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// writeMode writes a file with exactly this mode, whatever the umask.
func writeMode(t *testing.T, name string, content []byte, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := errors.Join(os.WriteFile(path, content, 0o600), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
	return path
}

// certificate returns a certificate of its own and its private key, in PEM.
func certificate(t *testing.T) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
}

func TestSecretsThatOthersCanReadAreRefused(t *testing.T) {
	_, keyText, err := secret.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert, private := certificate(t)
	certFile := writeMode(t, "cert.pem", cert, 0o644)
	for _, kind := range []struct {
		name    string
		content []byte
		read    func(c *Config, path string) error
	}{
		{"key file", []byte(keyText), func(c *Config, path string) error { c.KeyFiles = []string{path}; _, err := c.Keys(); return err }},
		{"password of Kafka", []byte("pw"), func(c *Config, path string) error {
			c.Kafka.Brokers, c.Kafka.SASL.Mechanism, c.Kafka.SASL.Username, c.Kafka.SASL.PasswordFile = []string{"127.0.0.1:9092"}, "plain", "u", path
			_, err := c.KafkaConn()
			return err
		}},
		{"password of ClickHouse", []byte("pw"), func(c *Config, path string) error {
			c.ClickHouse.PasswordFile = path
			_, err := c.ClickHouseOptions()
			return err
		}},
		{"private key of a certificate", private, func(c *Config, path string) error {
			c.ClickHouse.TLS = TLS{Enabled: true, CertFile: certFile, KeyFile: path}
			_, err := c.ClickHouseOptions()
			return err
		}},
	} {
		for _, mode := range []struct {
			name     string
			mode     os.FileMode
			insecure bool
			refused  bool
		}{
			{"0600", 0o600, false, false},
			{"0400", 0o400, false, false},
			{"readable for all", 0o644, false, true},
			{"readable for the group", 0o640, false, true},
			{"writable for others", 0o602, false, true},
			{"readable for the group, allowed", 0o640, true, false},
		} {
			t.Run(kind.name+"/"+mode.name, func(t *testing.T) {
				var settings []string
				if mode.insecure {
					settings = []string{"insecure_permissions=true"}
				}
				c, err := Load("", nil, settings)
				if err != nil {
					t.Fatal(err)
				}
				path := writeMode(t, "secret", kind.content, mode.mode)
				err = kind.read(c, path)
				if (err != nil) != mode.refused {
					t.Fatalf("refused is not %v: %v", mode.refused, err)
				}
				if err != nil && (!strings.Contains(err.Error(), "chmod 600 "+path) || !errors.As(err, &Error{})) {
					t.Errorf("the error does not say what to run: %v", err)
				}
			})
		}
	}
}

func TestInsecurePermissionsFromTheEnvironment(t *testing.T) {
	c, err := Load("", []string{"TOKENWARDEN_INSECURE_PERMISSIONS=true"}, nil)
	if err != nil || !c.Insecure {
		t.Errorf("%v, %v", c, err)
	}
}

func TestPasswordsInTheClearWarn(t *testing.T) {
	plain, scram := "kafka.sasl.mechanism=plain", "kafka.sasl.mechanism=scram-sha-256"
	for _, tc := range []struct {
		name     string
		settings []string
		want     string
	}{
		{"PLAIN to another machine", []string{plain, "kafka.brokers=127.0.0.1:9092,broker.example:9092"}, "kafka.sasl"},
		{"PLAIN with TLS", []string{plain, "kafka.brokers=broker.example:9092", "kafka.tls.enabled=true"}, ""},
		{"PLAIN on this machine", []string{plain, "kafka.brokers=localhost:9092,[::1]:9092,127.0.0.2:9092"}, ""},
		{"SCRAM", []string{scram, "kafka.brokers=broker.example:9092"}, ""},
		{"password of ClickHouse", []string{"clickhouse.password=x", "clickhouse.addr=db.example:9000"}, "clickhouse.password"},
		{"password file of ClickHouse", []string{"clickhouse.password_file=x", "clickhouse.addr=192.0.2.1:9000"}, "clickhouse.password"},
		{"no password", []string{"clickhouse.addr=db.example:9000"}, ""},
		{"on this machine", []string{"clickhouse.password=x"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := Load("", nil, tc.settings)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(c.Warnings(), "\n"); (got != "") != (tc.want != "") || !strings.Contains(got, tc.want) {
				t.Errorf("warned %q, want %q", got, tc.want)
			}
		})
	}
}

func TestErrorsDoNotQuoteSecrets(t *testing.T) {
	const password = "Fluss-7trocken"
	for _, tc := range []struct{ name, setting, want string }{
		{"user and password of a broker", "kafka.brokers=kafka://svc:" + password + "@b.example:9092", "kafka.brokers"},
		{"user and password of ClickHouse", "clickhouse.addr=default:" + password + "@db.example:9000", "clickhouse.addr"},
		{"an argument without a key", password, "--set: want key=value"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Load("", nil, []string{tc.setting})
			if err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), password) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestConfigurationWithAPasswordThatOthersCanReadIsRefused(t *testing.T) {
	const kafka, clickHouse = "kafka: {sasl: {password: x}}\n", "clickhouse: {password: x}\n"
	for _, tc := range []struct {
		name, text string
		mode       os.FileMode
		settings   []string
		refused    string
	}{
		{"Kafka, open", kafka, 0o644, nil, "kafka.sasl.password"},
		{"ClickHouse, open", clickHouse, 0o640, nil, "clickhouse.password"},
		{"ClickHouse, closed", clickHouse, 0o600, nil, ""},
		{"ClickHouse, open and allowed", clickHouse, 0o644, []string{"insecure_permissions=true"}, ""},
		{"allowed in the file", clickHouse + "insecure_permissions: true\n", 0o644, nil, ""},
		{"no secret", "format: auto\n", 0o644, nil, ""},
		{"secret of a setting", "format: auto\n", 0o644, []string{"clickhouse.password=x"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := writeMode(t, "c.yaml", []byte(tc.text), tc.mode)
			_, err := Load(path, nil, tc.settings)
			if (err != nil) != (tc.refused != "") {
				t.Fatal(err)
			}
			if err != nil && (!strings.Contains(err.Error(), tc.refused) || !strings.Contains(err.Error(), "chmod 600 "+path) || !errors.As(err, &Error{})) {
				t.Error(err)
			}
		})
	}
}
