package names

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// trackers are first words of parameters that follow visitors, such as utm_source. Source: the advertising products that set
// them (gclid: Google Ads, fbclid: Meta, msclkid: Microsoft Advertising, ...); 2026-11-25.
var trackers = ascii.Words(`utm gclid gclsrc dclid gbraid wbraid fbclid msclkid yclid ttclid twclid igshid igsh mc gad
	srsltid epik hsenc hsmi sccid mkt vero ga gl rdt oly icid`)

// WhyNone explains the grade None of a name; "" without a reason.
func (l *Classifier) WhyNone(param []byte) string {
	ws := &l.words
	l.split(param, ws)
	if ws.n == 0 {
		return ""
	}
	head := string(ws.w[ws.n-1])
	switch first := string(ws.w[0]); {
	case trackers[first]:
		return "tracker: its name says where a visitor came from"
	case neutralWords[head] && l.anyTerm(ws, ws.n):
		return "its name speaks about a secret and names none"
	case pagingWords[head] || head == "token" && ws.n > 1 && ws.anyOf(pagingWords):
		return "page cursor: its name is that of a page"
	case ws.n > 1 && ws.anyOf(publicWords):
		return "its name says that it is meant to be seen"
	case (head == "key" || head == "keys") && ws.n > 1:
		return "key of an ordinary thing, not of a lock"
	case (head == "code" || head == "codes") && ws.n > 1:
		return "code of an ordinary thing, not one that lets in"
	}
	return ""
}

func (ws *splitName) anyOf(list map[string]bool) bool {
	for _, w := range ws.w[:ws.n] {
		if list[string(w)] {
			return true
		}
	}
	return false
}
