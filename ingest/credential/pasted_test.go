package credential

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestPastedKnowsMasks(t *testing.T) {
	token := strings.Repeat("k3Zq9", 6)
	for text, want := range map[string]bool{
		"REDACTED": true, "[redacted]": true, "REDACTED.jwt.0123456789abcdef": true, token[:6] + "...": true, token[:4] + "…": true,
		"********": true, token[:4] + "****" + token[:4]: true, "xxxxxxxx": true, "AB••••••": true, "[REDACTED:sha]": true,
		token: false, "xoxb-" + token: false, token + "xxxx": false, "": false,
	} {
		if got := PastedFrom([]byte(text)).IsMasked(); got != want {
			t.Errorf("a text of %d bytes: IsMasked = %v, want %v", len(text), got, want)
		}
	}
}

func TestPastedShowsNothing(t *testing.T) {
	token := strings.Repeat("k3Zq9", 6)
	var holder struct {
		Secret Pasted
		hidden Pasted
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

func TestPastedIsFingerprintedAsALine(t *testing.T) {
	f := NewFingerprinter(testKey(t))
	token := strings.Repeat("k3Zq9", 6)
	want := f.AllOfLine(nil, []byte(token))
	for _, text := range []string{token, "Bearer " + token, `"` + token + `"`, " " + token + "\n"} {
		if got := f.AllOfPasted(nil, PastedFrom([]byte(text))); len(got) != 1 || got[0] != want[0] {
			t.Errorf("%d bytes: %v, want %v", len(text), got, want)
		}
	}
	both := PastedFrom([]byte("id:" + token))
	if got := f.AllOfPasted(nil, both.After(PastedFrom([]byte("id")))); len(got) != 1 || got[0] != want[0] {
		t.Errorf("After: %v, want %v", got, want)
	}
	url := PastedFrom([]byte("https://user:" + token + "@host.example/path"))
	if got := f.AllOfPasted(nil, url); len(got) != 2 || got[1] != want[0] {
		t.Errorf("a URL: %v, want the password's %v", got, want)
	}
	if !both.After(PastedFrom([]byte("other"))).IsEmpty() {
		t.Error("After something else must be empty")
	}
}
