package credential

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestKubernetesSecret masks the values of Secrets, whatever their names are, and leaves those of other objects.
func TestKubernetesSecret(t *testing.T) {
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	encoded, file := encode(encodedPassword), encode("a: 1\nb: "+encodedPassword)
	data := `"data":{"db.conf":"` + encoded + `","none":null,"file" : "` + file + `"}`
	texts := `"stringData":{"conf":"` + encodedPassword + `","file":"a=1\nb=` + encodedPassword + `"}`
	audit := func(resource, object string) string {
		return `{"kind":"Event","verb":"create","objectRef":{"resource":"` + resource + `","name":"db"},` + object + `}`
	}
	secrets := []struct{ name, line string }{
		{"request", audit("secrets", `"requestObject":{"kind":"Secret","apiVersion":"v1",`+data+`,`+texts+`}`)},
		{"response", audit("secrets", `"responseObject":{"kind":"Secret",`+data+`}`)},
		{"kind behind the data", `{"requestObject":{` + data + `,"kind":"Secret",` + texts + `}}`},
		{"blanks", `{"requestObject": { "kind" : "Secret", "data" : { "db.conf" : "` + encoded + `" } } }`},
		{"patch", audit("secrets", `"requestObject":{`+texts+`}`)},
		{"list", `{"responseObject":{"kind":"SecretList","items":[{"metadata":{"name":"a"},` + data + `},{` + data + `}]}}`},
		{"list of objects", `{"kind":"List","items":[{"kind":"Pod"},{"kind":"Secret",` + texts + `}]}`},
		{"annotation of kubectl", `{"metadata":{"annotations":{"last-applied-configuration":"{\"data\":{\"db.conf\":\"` + encoded + `\"},\"kind\":\"Secret\"}\n"}}}`},
	}
	f := newTestFinder(t)
	for _, c := range secrets {
		for place, text := range map[string]string{"text": c.line, "base64": encode(c.line)} {
			t.Run(c.name+"/"+place, func(t *testing.T) {
				out, found := redactField(f, record.KindText, "body", text)
				if len(found) == 0 || strings.Contains(out, encodedPassword) || strings.Contains(out, encoded) || strings.Contains(out, file) ||
					place == "base64" && strings.Contains(out, text[12:]) {
					t.Errorf("left: %s", out)
				}
				if place == "text" && !strings.Contains(out, `conf`) {
					t.Errorf("the names are gone: %s", out)
				}
				if again, _ := redactField(f, record.KindText, "body", out); again != out {
					t.Errorf("redacted again: %s", again)
				}
				for _, x := range found[1:] {
					if place == "text" && x.Param != nil && string(x.Param) == "conf" && x.Fingerprint != found[0].Fingerprint {
						t.Error("the value has one fingerprint in base64 and another as it is")
					}
				}
			})
		}
	}
	for _, c := range []struct{ name, line string }{
		{"ConfigMap", audit("configmaps", `"requestObject":{"kind":"ConfigMap","data":{"mode":"debug is on","x":"`+encode("hello again, world")+`"}}`)},
		{"names of Secrets", `{"kind":"Pod","spec":{"volumes":[{"secretName":"db-secrets"}]},"data":{"note":"all is well today"}}`},
		{"a word", `{"message":"Secret \"db\" created","data":{"note":"all is well today"}}`},
		{"a Secret's metadata", `{"kind":"Secret","metadata":{"name":"db","namespace":"shop"},"type":"Opaque"}`},
		{"data that is text", `{"kind":"Secret","data":"all is well today"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if out, found := redactField(f, record.KindText, "body", c.line); len(found) > 0 {
				t.Errorf("changed to %s", out)
			}
		})
	}
}
