package secret

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestInputKnowsMasks(t *testing.T) {
	token := strings.Repeat("k3Zq9", 6)
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"word", "REDACTED", true}, {"in brackets", "[redacted]", true}, {"placeholder", "REDACTED.jwt.0123456789abcdef", true}, {"dots", token[:6] + "...", true},
		{"ellipsis", token[:4] + "…", true}, {"stars", "********", true}, {"stars within", token[:4] + "****" + token[:4], true}, {"x", "xxxxxxxx", true},
		{"bullets", "AB••••••", true}, {"word and more", "[REDACTED:sha]", true},
		{"token", token, false}, {"x in a prefix", "xoxb-" + token, false}, {"x at the end", token + "xxxx", false}, {"empty", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := InputFrom([]byte(c.text)).IsMasked(); got != c.want {
				t.Errorf("IsMasked = %v, want %v", got, c.want)
			}
		})
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
		t.Error("a printed Input shows its token")
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
	for name, text := range map[string]string{"bare": token, "scheme": "Bearer " + token, "quotes": `"` + token + `"`, "white space": " " + token + "\n"} {
		t.Run(name, func(t *testing.T) {
			if got := f.AllOfInput(nil, InputFrom([]byte(text))); len(got) != 1 || got[0] != want[0] {
				t.Errorf("%v, want %v", got, want)
			}
		})
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
