package provider

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// around finds a format at the start of a run, or up to two short pieces before it: prefixes such as SG., ya29., dp.pt. and
// 1//0 hold characters outside of runs.
func (x *formatIndex) around(b []byte, start int) (Match, bool) {
	if m, ok := x.at(b, start); ok {
		return m, true
	}
	p := start
	for range 3 {
		q := p
		for q > 0 && isPrefixJoin(b[q-1]) && p-q < 2 {
			q--
		}
		if q == p || q == 0 {
			break
		}
		p = q
		for p > 0 && ascii.Class[b[p-1]]&ascii.Run != 0 && q-p < shape.MinRandom {
			p--
		}
		if p == q {
			break
		}
		if m, ok := x.at(b, p); ok && m.End > start {
			return m, true
		}
	}
	return Match{}, false
}

func isPrefixJoin(c byte) bool {
	return c == '.' || c == '/' || c == '|' || c == '$' || c == ' ' || c == '~' || c == ':'
}

// inside finds a format within a run, behind a joint: distinct prefixes, formats of one length with capitals in front, and
// others with a random tail.
func (x *formatIndex) inside(b []byte, i int) (Match, bool) {
	if i+MinCut > len(b) {
		return Match{}, false
	}
	k := key3(b[i], b[i+1], b[i+2])
	if !x.inner.has(k) {
		return Match{}, false
	}
	for _, f := range x.buckets[k] {
		if !f.mayStandWithin() {
			continue
		}
		m, ok := f.at(b, i)
		if ok && (f.Flags&FDistinct != 0 || f.Min == f.max && ascii.IsUpper(f.Prefix[0]) || shape.Of(b[i+m.Prefix:m.End]) >= shape.Hex) {
			return m, true
		}
	}
	return Match{}, false
}

// MatchRun returns the token around the run from start to end, by a provider's prefix or structure.
func MatchRun(b []byte, start, end int) (Match, bool) {
	if m, ok := index.around(b, start); ok {
		return m, true
	}
	return structured(b, start, end)
}

// MatchIssued returns the token of an unknown issuer with its random part in the run from start to end, or the known one of several
// runs that begins there.
func MatchIssued(b []byte, start, end int) (Match, bool) {
	m, ok := issued(b, start, end)
	if ok {
		if known, ok := index.first(b, m.Start); ok && known.End >= m.End {
			return known, true
		}
	}
	return m, ok
}

// MatchInside returns the token within a run: at b[i] behind a joint, or with a prefix that ends there.
func MatchInside(b []byte, i int) (Match, bool) {
	if m, ok := index.inside(b, i); ok {
		return m, true
	}
	return index.glued(b, i)
}

// MatchFirst returns the token at b[i] with short runs only.
func MatchFirst(b []byte, i int) (Match, bool) { return index.first(b, i) }

// MayStartInside reports whether a token, a JWT included, may start at b[i] behind a joint, or its prefix end there.
func MayStartInside(b []byte, i int) bool {
	k := key3(b[i], b[i+1], b[i+2])
	return k == keyJWT || index.inner.has(k) && index.headAt(b, i) || index.mayEnd(b, i)
}

// structured recognises the formats with a structure and no prefix, by the run from start to end.
func structured(b []byte, start, end int) (Match, bool) {
	if m, ok := edgeForm(b, start, end); ok {
		return m, true
	}
	if m, ok := telegram(b, start, end); ok {
		return m, true
	}
	if m, ok := discord(b, start, end); ok {
		return m, true
	}
	if m, ok := airtable(b, start, end); ok {
		return m, true
	}
	if m, ok := slackHook(b, start, end); ok {
		return m, true
	}
	if m, ok := discordHook(b, start, end); ok {
		return m, true
	}
	if m, ok := mapbox(b, start, end); ok {
		return m, true
	}
	if m, ok := privateFeed(b, start, end); ok {
		return m, true
	}
	if m, ok := anchored(b, start, end); ok {
		return m, true
	}
	if m, ok := ticket(b, start, end); ok {
		return m, true
	}
	if m, ok := macaroon(b, start, end); ok {
		return m, true
	}
	if m, ok := clientSecret(b, start, end); ok {
		return m, true
	}
	return joined(b, start, end)
}

func found(start, end int, kind string) (Match, bool) {
	return Match{Start: start, End: end, Kind: kind, Exact: true, Reason: "provider format"}, true
}

// telegram is a bot token: the bot's id of 8 to 10 digits, a colon, 35 characters (Telegram Bot API: "Authorizing your
// bot").
func telegram(b []byte, start, end int) (Match, bool) {
	if end-start < 34 || end-start > 36 && !ascii.HasAt(b, start, "AA") || start == 0 || b[start-1] != ':' {
		return Match{}, false
	}
	i := start - 1
	for i > 0 && ascii.IsDigit(b[i-1]) {
		i--
	}
	if n := start - 1 - i; n < 8 || n > 10 {
		return Match{}, false
	}
	return found(i, end, "telegram_bot")
}

// discord is a bot token: base64url of the bot's id, a timestamp, an HMAC, joined by dots (Discord developer docs:
// "Authentication").
func discord(b []byte, start, end int) (Match, bool) {
	if n := end - start; n < 23 || n > 28 || b[start] != 'M' && b[start] != 'N' && b[start] != 'O' {
		return Match{}, false
	}
	if end+35 > len(b) || b[end] != '.' || b[end+7] != '.' {
		return Match{}, false
	}
	tail := end + 8
	for tail < len(b) && ascii.Class[b[tail]]&ascii.Run != 0 {
		tail++
	}
	if tail-end-8 < 27 || bytes.IndexByte(b[end+1:end+7], '.') >= 0 {
		return Match{}, false
	}
	return found(start, tail, "discord_bot")
}

// airtable is a personal access token: pat and 14 characters, a dot, 64 hexadecimal digits (Airtable support:
// "Creating personal access tokens").
func airtable(b []byte, start, end int) (Match, bool) {
	if end-start != 17 || !ascii.HasAt(b, start, "pat") || end+65 > len(b) || b[end] != '.' || !ascii.IsHex(b[end+1:end+65]) {
		return Match{}, false
	}
	return found(start, end+65, "airtable_pat")
}

// slackHook recognises the secret of an incoming webhook: /services/T.../B.../24 characters, /workflows/ and /triggers/
// alike (Slack docs: "Sending messages using incoming webhooks"). The ids before it stay.
func slackHook(b []byte, start, end int) (Match, bool) {
	if n := end - start; n < 20 || n > 48 || start < 12 || b[start-1] != '/' {
		return Match{}, false
	}
	for i, hops := start-1, 0; hops < 3 && i > 0; hops++ {
		j := i
		for i > 0 && b[i-1] != '/' {
			i--
		}
		seg := b[i:j]
		if len(seg) >= 8 && len(seg) <= 12 && seg[0] == 'T' && ascii.IsUpperDigits(seg) {
			head := b[:i]
			if bytes.HasSuffix(head, []byte("/services/")) || bytes.HasSuffix(head, []byte("/workflows/")) ||
				bytes.HasSuffix(head, []byte("/triggers/")) {
				return found(start, end, "slack_webhook")
			}
		}
		if !ascii.IsUpperDigits(seg) || i == 0 {
			break
		}
		i--
	}
	return Match{}, false
}

// discordHook recognises the secret of a webhook: /webhooks/, the webhook's id, 60 to 80 characters (Discord developer docs:
// "Webhook Resource").
func discordHook(b []byte, start, end int) (Match, bool) {
	if n := end - start; n < 60 || n > 80 || start < 12 || b[start-1] != '/' {
		return Match{}, false
	}
	i := start - 1
	for i > 0 && ascii.IsDigit(b[i-1]) {
		i--
	}
	if n := start - 1 - i; n < 17 || n > 20 || !bytes.HasSuffix(b[:i], []byte("/webhooks/")) {
		return Match{}, false
	}
	return found(start, end, "discord_webhook")
}

// mapbox is an access token: pk, sk or tk, a JSON object of the user and the token's id, and 22 characters (Mapbox docs: "Access
// tokens"). pk ones are public.
func mapbox(b []byte, start, end int) (Match, bool) {
	if start < 3 || b[start-1] != '.' || b[start-2] != 'k' || !ascii.HasAt(b, start, "eyJ1Ijoi") && !ascii.HasAt(b, start, "eyJhIjoi") {
		return Match{}, false
	}
	tail := end + 1
	for tail < len(b) && ascii.Class[b[tail]]&ascii.Run != 0 {
		tail++
	}
	if end >= len(b) || b[end] != '.' || tail-end-1 < 20 {
		return Match{}, false
	}
	m, _ := found(start-3, tail, "mapbox_token")
	switch b[start-3] {
	case 'p':
		m.Kind, m.Public = "mapbox_public", true
	case 's', 't':
	default:
		return Match{}, false
	}
	return m, true
}

// privateFeed is the secret address of a Google calendar: private- and 32 hexadecimal digits (Google Calendar help:
// "Secret address in iCal format").
func privateFeed(b []byte, start, end int) (Match, bool) {
	const prefix = "private-"
	size := len(prefix) + 32
	if !endsAfter(b, start, end, size) || !ascii.HasAt(b, start, prefix) || !ascii.IsHex(b[start+len(prefix):start+size]) {
		return Match{}, false
	}
	return found(start, start+size, "calendar_secret")
}
