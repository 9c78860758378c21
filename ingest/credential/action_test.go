package credential

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestActions wants an opaque value under a name without a meaning to go where the path or the query names an action of a mailed
// link or a login, and names with another meaning to keep theirs.
func TestActions(t *testing.T) {
	f, s := newTestFinder(t), newSynth(82)
	for _, target := range strings.Fields(`/wf/unsubscribe?upn={S} /asm/unsubscribe/?user=41&data={S} /secur/forgotpassword.jsp?fpot={S}
		/login?c={S} /d2l/lp/auth/login?x_a=41&x_c={S} /launch.html?iss=a&launch={S} /index.php?do=validate&vid={S}&mid=41
		/ucp.php?mode=activate&u=41&k={S} /?page=x&action=confirm_unsubscribe&data={S} /logon?username=bob&response={S}`) {
		for _, value := range []string{"7" + s.of(alnum, 24), "4" + s.of(lowerHex, 39)} {
			if out, _ := redactField(f, record.KindTarget, "", strings.ReplaceAll(target, "{S}", value)); strings.Contains(out, value) {
				t.Errorf("%s was kept", target)
			}
		}
	}
	for _, target := range strings.Fields(`/products?upn={S} /login?client_id={S} /login?fbclid={S} /auth/login?client={S} /verify?md5={S}
		/login?utm_content={S} /sso?site_version={S} /login?redirect_etag={S} /reset?page_cursor={S} /x?do=list&vid={S} /x?filter=reset&vid={S}
		/login?response=123e4567-e89b-42d3-a456-426614174000 /login?theme=2026-winter-collection-of-coats`) {
		target = strings.ReplaceAll(target, "{S}", "7"+s.of(alnum, 24))
		if out, fs := redactField(f, record.KindTarget, "", target); out != target {
			t.Errorf("%s: %s", target, fs[0].Reason)
		}
	}
}

// TestActionFarBehind wants the search for an action to end.
func TestActionFarBehind(t *testing.T) {
	f := newTestFinder(t)
	value := "7" + newSynth(83).of(alnum, 24)
	target := "/x?" + strings.Repeat("a=1&", names.MaxActionQuery/4) + "do=validate&vid=" + value
	if out, _ := redactField(f, record.KindTarget, "", target); out != target {
		t.Errorf("an action %d bytes behind counts", names.MaxActionQuery)
	}
}
