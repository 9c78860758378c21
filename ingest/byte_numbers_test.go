package ingest

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// TestTextAsNumbersOfBytes wants texts that the journal of systemd writes as the numbers of their bytes to be searched like other
// texts, and other arrays of numbers to stay.
func TestTextAsNumbersOfBytes(t *testing.T) {
	token := newSecret()
	line := combined("/orders?access_token=" + token)
	for _, c := range []struct {
		name, message string
		masked        bool
	}{
		{"an access line with colours", `{"PRIORITY":"6","MESSAGE":` + numbersOf("\x1b[32m"+line+"\x1b[0m", ",") + `,"_PID":"7"}`, true},
		{"spaces between", `{"MESSAGE":` + numbersOf(line, ", ") + `}`, true},
		{"a header", `{"MESSAGE":` + numbersOf("Authorization: Bearer "+token, ",") + `}`, true},
		{"under the name of a credential", `{"access_token":` + numbersOf(token, ",") + `}`, true},
		{"a text without a credential", `{"MESSAGE":` + numbersOf("Started the daily cleanup of folders.", ",") + `}`, false},
		{"counts", `{"buckets":[12,0,45,99,101,3,44,71,72,73,80,90,100,101,102,103,104]}`, false},
		{"numbers above 255", `{"ids":[300,301,302,303,304,305,306,307,308,309,310,311,312,313,314,315,316]}`, false},
		{"another value among them", `{"ids":[65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,null]}`, false},
		{"a short array", `{"ids":[65,66,67]}`, false},
		{"cut off", `{"ids":[65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newTestProcessor(t, nil)
			out, _ := p.processOne(c.message)
			switch {
			case c.masked && (strings.Contains(out, numbersOf(token, ",")[1:40]) || strings.Contains(out, numbersOf(token, ", ")[1:40])):
				t.Errorf("the token stays: %s", out)
			case c.masked && !json.Valid([]byte(out)):
				t.Errorf("no JSON any more: %s", out)
			case c.masked && !strings.Contains(out, `"REDACTED.`):
				t.Errorf("no placeholder in quotes: %s", out)
			case !c.masked && out != c.message:
				t.Errorf("changed: %s", out)
			}
		})
	}
}

// numbersOf writes text as a JSON array of the numbers of its bytes.
func numbersOf(text, comma string) string {
	numbers := make([]string, len(text))
	for i := range len(text) {
		numbers[i] = strconv.Itoa(int(text[i]))
	}
	return "[" + strings.Join(numbers, comma) + "]"
}
