package credential

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestIssued wants tokens of unknown issuers found by their form alone.
func TestIssued(t *testing.T) {
	f := newTestFinder(t)
	for seed := range uint64(20) {
		tokens := synthetic.Issued(synthetic.New(seed, 71))
		for _, kind := range slices.Sorted(maps.Keys(tokens)) {
			token := tokens[kind]
			escaped := credentialtest.Percent(token)
			for _, p := range []planted{
				{"query", record.KindTarget, "", "/x?q=" + escaped + "&page=2", 5, 5 + len(escaped)},
				{"path", record.KindTarget, "", "/x/" + escaped + "/y", 3, 3 + len(escaped)},
				{"header", record.KindHeader, "x-note", token, 0, len(token)},
				{"JSON", record.KindHeader, "x-note", `{"a":"` + token + `"}`, 6, 6 + len(token)},
				{"text", record.KindText, "", "upstream said " + token + " was fine", 14, 14 + len(token)},
			} {
				t.Run(fmt.Sprintf("%s/%s/%d", kind, p.place, seed), func(t *testing.T) {
					fs := f.Find(recordOf(p.kind, p.name, p.text), nil)
					if len(fs) != 1 || fs[0].Start != 15+p.start || fs[0].End != 15+p.end {
						t.Errorf("%d findings in %d bytes", len(fs), len(p.text))
					}
				})
			}
		}
	}
}

// publicIDs are texts of the style of tokens that open nothing. Three or more of x in a row stand for hexadecimal digits, of b for
// base32 as TypeID writes it, of Z for base62.
var publicIDs = strings.Fields(`
	cus_ZZZZZZZZZZZZZZ pi_3ZZZZZZZZZZZZZZZZZZZZZZZ price_1ZZZZZZZZZZZZZZZZZZZZZZZ evt_1ZZZZZZZZZZZZZZZZZZZZZZZ acct_1ZZZZZZZZZZZZZZZ
	sub_1ZZZZZZZZZZZZZZZZZZZZZZZ in_1ZZZZZZZZZZZZZZZZZZZZZZZ ch_3ZZZZZZZZZZZZZZZZZZZZZZZ user_2ZZZZZZZZZZZZZZZZZZZZZZZZZZ
	org_2ZZZZZZZZZZZZZZZZZZZZZZZZZZ sess_2ZZZZZZZZZZZZZZZZZZZZZZZZZZ user_01jbbbbbbbbbbbbbbbbbbbbbbb msg_2ZZZZZZZZZZZZZZZZZZZZZZZZZZ
	file-ZZZZZZZZZZZZZZZZZZZZZZZZ run_ZZZZZZZZZZZZZZZZZZZZZZZZ asst_ZZZZZZZZZZZZZZZZZZZZZZZZ thread_ZZZZZZZZZZZZZZZZZZZZZZZZ
	msg_01ZZZZZZZZZZZZZZZZZZZZZZ req_01ZZZZZZZZZZZZZZZZZZZZZZ resp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
	dpl_ZZZZZZZZZZZZZZZZZZZZZZZZZZZZ prj_ZZZZZZZZZZZZZZZZZZZZZZZZZZZZ srv-cbbbbbbbbbbbbbbbbbbb txn_01bbbbbbbbbbbbbbbbbbbbbbbb
	order_01hbbbbbbbbbbbbbbbbbbbbbbbb vpc-0xxxxxxxxxxxxxxxx trace-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx kestrel_6xxxxxxxxxxxxxxxxxxxxxxx
	main-xxxxxxxxxxxx.js app.xxxxxxxxxxxxxxxxxxxx.chunk.js css_ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ.css sha256-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
	shop-prod-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx web-7d9c5b6f4-x2x9q api-gateway-prod-7d9c5b6f4c-x2x9q Meeting-Notes-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
	spotify:playlist:37i9dZZZZZZZZZZZZZZZZZ urn:example:bwc4JK-ZZZZZZZZZZZZZZZZ v4-ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ the-main-page-of-a-shop-xxxxxxxxxx
	spring_sale_1234567890123 exp_checkout_variant_b_2026 SHOES-BLK-123456-XL 00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-01
	session-xxxxxxxxxxxxxxxxxxxx.js key:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx meeting_ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ
	REDACTED.bearer.xxxxxxxxxxxxxxxx x64_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx node-xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx`)

// TestPublicIDs wants ids, digests and names of files in the style of tokens to stay.
func TestPublicIDs(t *testing.T) {
	f := newTestFinder(t)
	s := newSynth(72)
	alphabets := map[rune]string{'x': synthetic.LowerHex, 'b': "0123456789abcdefghjkmnpqrstvwxyz", 'Z': synthetic.Alnum}
	for _, form := range publicIDs {
		t.Run(form, func(t *testing.T) {
			for range 20 {
				text := fillForm(s, form, alphabets)
				for kind, place := range map[record.Kind][2]string{
					record.KindTarget: {"/x?q=", "&page=2"}, record.KindReferer: {"https://a.example/x/", "/y"},
					record.KindHeader: {"", ""}, record.KindText: {"upstream said ", " was fine"},
				} {
					before := place[0] + text + place[1]
					if out, fs := redactField(f, kind, "x-note", before); out != before {
						t.Errorf("%s became %s: %s", before, out, fs[0].Reason)
					}
				}
			}
		})
	}
}

// fillForm draws the characters of form that stand three or more in a row.
func fillForm(s *synth, form string, alphabets map[rune]string) string {
	var b strings.Builder
	rs := []rune(form)
	for i := 0; i < len(rs); {
		j := i
		for j < len(rs) && rs[j] == rs[i] {
			j++
		}
		if a := alphabets[rs[i]]; a != "" && j-i >= 3 {
			b.WriteString(s.of(a, j-i))
		} else {
			b.WriteString(string(rs[i:j]))
		}
		i = j
	}
	return b.String()
}
