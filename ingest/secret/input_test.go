package secret

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestInputKnowsMasks(t *testing.T) {
	token := strings.Repeat("k3Zq9", 6)
	for text, want := range map[string]bool{
		"REDACTED": true, "[redacted]": true, "REDACTED.jwt.0123456789abcdef": true, token[:6] + "...": true, token[:4] + "…": true,
		"********": true, token[:4] + "****" + token[:4]: true, "xxxxxxxx": true, "AB••••••": true, "[REDACTED:sha]": true,
		token: false, "xoxb-" + token: false, token + "xxxx": false, "": false,
	} {
		if got := InputFrom([]byte(text)).IsMasked(); got != want {
			t.Errorf("a text of %d bytes: IsMasked = %v, want %v", len(text), got, want)
		}
	}
}

func TestInputShowsNothing(t *testing.T) {
	token := strings.Repeat("k3Zq9", 6)
	var holder struct {
		Secret Input
		hidden Input
	}
	text, _ := json.Marshal(map[string]string{"Secret": token})
	if err := json.Unmarshal(text, &holder); err != nil {
		t.Fatal(err)
	}
	holder.hidden = holder.Secret
	out, _ := json.Marshal(holder)
	if all := fmt.Sprintf("%v %+v %#v", holder, holder, holder) + string(out); strings.Contains(all, token) {
		t.Error("a printed Pasted shows its token")
	}
	if !holder.Secret.StandsIn("a/"+token+"/b") || holder.Secret.StandsIn("a/b") {
		t.Error("StandsIn is wrong")
	}
	if err := json.Unmarshal([]byte(`{"Secret": 17}`), &holder); err != nil || !holder.Secret.IsEmpty() {
		t.Errorf("a number: %v", err)
	}
}

func TestInputIsFingerprintedAsALine(t *testing.T) {
	f := NewFingerprinter(sampleKey(t))
	token := strings.Repeat("k3Zq9", 6)
	want := f.AllOfLine(nil, []byte(token))
	for _, text := range []string{token, "Bearer " + token, `"` + token + `"`, " " + token + "\n"} {
		if got := f.AllOfInput(nil, InputFrom([]byte(text))); len(got) != 1 || got[0] != want[0] {
			t.Errorf("%d bytes: %v, want %v", len(text), got, want)
		}
	}
	both := InputFrom([]byte("id:" + token))
	if got := f.AllOfInput(nil, both.After(InputFrom([]byte("id")))); len(got) != 1 || got[0] != want[0] {
		t.Errorf("After: %v, want %v", got, want)
	}
	url := InputFrom([]byte("https://user:" + token + "@host.example/path"))
	if got := f.AllOfInput(nil, url); len(got) != 2 || got[1] != want[0] {
		t.Errorf("a URL: %v, want the password's %v", got, want)
	}
	if !both.After(InputFrom([]byte("other"))).IsEmpty() {
		t.Error("After something else must be empty")
	}
}
