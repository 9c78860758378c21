package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
)

func TestSettingsOverrideEnvironmentOverridesFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.yaml")
	_ = os.WriteFile(path, []byte("kafka: {group: file, brokers: [f:1]}\nclickhouse: {database: file}\nformat: common"), 0o600)
	c, err := Load(path, []string{"TOKENWARDEN_KAFKA__GROUP=env", "TOKENWARDEN_KAFKA__BROKERS=a:1,b:2", "HOME=/x"}, []string{"kafka.group=flag"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Kafka.Group != "flag" || strings.Join(c.Kafka.Brokers, " ") != "a:1 b:2" || c.ClickHouse.Database != "file" || c.Format != "common" {
		t.Errorf("got %+v", c)
	}
	if _, err := Load("", []string{"TOKENWARDEN_KAFKA__GRUOP=x"}, nil); err == nil || !strings.Contains(err.Error(), "kafka.gruop") {
		t.Errorf("a misspelt variable gives %v", err)
	}
}

func TestPolicySettings(t *testing.T) {
	c, err := Load("", []string{"TOKENWARDEN_CREDENTIALS__POLICY__LEAST_IN__PATH=high", "TOKENWARDEN_CREDENTIALS__CANARY__EVERY=5"}, []string{"credentials.policy.least_in.query=low"})
	if err != nil {
		t.Fatal(err)
	}
	p := c.policy()
	if p.Least != tokenwarden.ConfidenceLow || len(p.LeastIn) != 1 || p.LeastIn[tokenwarden.LocationPath] != tokenwarden.ConfidenceHigh || c.Credentials.Canary.Every != 5 {
		t.Errorf("policy %+v, canary %d", p, c.Credentials.Canary.Every)
	}
	for key, want := range map[string]string{
		"credentials.policy.least=sometimes": "credentials.policy.least", "credentials.policy.least=": "credentials.policy.least",
		"credentials.policy.least_in.path=lowest": "credentials.policy.least_in.path", "credentials.canary.every=-1": "credentials.canary.every",
		"credentials.policy.least_in.body=low": "credentials.policy.least_in",
	} {
		t.Run(key, func(t *testing.T) {
			if _, err := Load("", nil, []string{key}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", key, err)
			}
		})
	}
}

func TestListsOfSettings(t *testing.T) {
	for _, tc := range []struct{ name, text, want, problem string }{
		{"one", "k:9092", "k:9092", ""},
		{"two", "a:1, b:2", "a:1 b:2", ""},
		{"IPv6", "[::1]:9092", "[::1]:9092", ""},
		{"brackets of YAML", "[k:9092]", "", "kafka.brokers: want the items without brackets"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := Load("", nil, []string{"kafka.brokers=" + tc.text})
			if tc.problem != "" {
				if err == nil || !strings.Contains(err.Error(), tc.problem) {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil || strings.Join(c.Kafka.Brokers, " ") != tc.want {
				t.Errorf("%v", err)
			}
		})
	}
}
