package provider

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// heads are the texts at the start of a run by which structured knows a token, besides those of Formats.
var heads = [...]string{"private-", "MDA", "ST-", "PT-", "TGT-", "PGT-", "PGTIOU-"}

// ticket recognises a ticket of Apereo CAS: its kind, a number, 20 random characters or more, the host that issued it (CAS
// protocol 3.0, section 3: "CAS Entities").
func ticket(b []byte, start, end int) (Match, bool) {
	i := start
	for i < end && ascii.IsUpper(b[i]) {
		i++
	}
	switch string(b[start:i]) {
	case "ST", "PT", "TGT", "PGT", "PGTIOU":
	default:
		return Match{}, false
	}
	digits := i + 1
	for i++; i < end && ascii.IsDigit(b[i]); {
		i++
	}
	if n := i - digits; n < 1 || n > 12 || i >= end || b[i] != '-' || end-i <= minTicket {
		return Match{}, false
	}
	if random := b[i+1 : min(end, i+1+2*minTicket)]; shape.Of(random) < shape.Hex || !shape.HasLetterAndDigit(random) {
		return Match{}, false
	}
	return found(start, hostEnd(b, end), "cas_ticket")
}

// minTicket is the length of the shortest random part of a ticket.
const minTicket = 20

// hostEnd returns the end of the host name that goes on at b[i] with a dot.
func hostEnd(b []byte, i int) int {
	for i+1 < len(b) && b[i] == '.' && ascii.IsAlnum(b[i+1]) {
		i = runEnd(b, i+1)
	}
	return i
}

// macaroon recognises a macaroon of version 1 in base64: a length of four hexadecimal digits and the word location
// (libmacaroons README: "Macaroons", packets).
func macaroon(b []byte, start, end int) (Match, bool) {
	const location = "xvY2F0aW9u" // base64 of location from the end of its second letter
	if end-start < 60 || !ascii.HasAt(b, start, "MDA") || !ascii.HasAt(b, start+6, location) {
		return Match{}, false
	}
	for end < len(b) && ascii.Class[b[end]]&(ascii.Run|ascii.Base64) != 0 {
		end++
	}
	return found(start, end, "macaroon")
}

// clientSecret recognises the secret of an object of Stripe, with which a browser goes on with a payment: the object's id,
// _secret_, random characters (Stripe docs: "The Payment Intent object", client_secret).
func clientSecret(b []byte, start, end int) (Match, bool) {
	const mark = "_secret_"
	i := start
	for i < end && ascii.IsLower(b[i]) {
		i++
	}
	if n := i - start; n < 2 || n > 8 || i == end || b[i] != '_' {
		return Match{}, false
	}
	k := bytes.Index(b[i+1:end], []byte(mark))
	if k < 14 || !isAlnum(b[i+1:i+1+k]) {
		return Match{}, false
	}
	if tail := b[i+1+k+len(mark) : end]; len(tail) < shape.MinRandom || shape.Of(tail) < shape.Hex {
		return Match{}, false
	}
	return found(start, end, "stripe_client_secret")
}

func isAlnum(b []byte) bool {
	for _, c := range b {
		if !ascii.IsAlnum(c) {
			return false
		}
	}
	return true
}

// turnstile recognises the response of a challenge of Cloudflare Turnstile by its first long run: 0, the response, 22
// characters, 64 hexadecimal digits, joined by dots (Turnstile docs: "Validate the token").
func turnstile(b []byte, start, end int) (Match, bool) {
	if start < 2 || b[start-2] != '0' || start > 2 && ascii.IsAlnum(b[start-3]) || end-start < 80 {
		return Match{}, false
	}
	middle := runEnd(b, end+1)
	if n := middle - end - 1; n < 16 || n > 32 || b[end] != '.' || middle >= len(b) || b[middle] != '.' {
		return Match{}, false
	}
	last := runEnd(b, middle+1)
	if !endsAfter(b, middle+1, last, 64) || !ascii.IsHex(b[middle+1:middle+65]) {
		return Match{}, false
	}
	return found(start-2, middle+65, "turnstile_response")
}

// runEnd returns the end of the run at b[i].
func runEnd(b []byte, i int) int {
	for i < len(b) && ascii.Class[b[i]]&ascii.Run != 0 {
		i++
	}
	return i
}

// zhipu recognises an API key of Zhipu AI, Z.ai: an id of 32 hexadecimal digits, a dot, 16 characters (BigModel docs: "API
// keys"). The name of a built file goes on with a dot.
func zhipu(b []byte, start, end int) (Match, bool) {
	from := start - 33
	if !endsAfter(b, start, end, 16) || from < 0 || from > 0 && ascii.Class[b[from-1]]&ascii.Run != 0 || extensionAt(b, end) ||
		!ascii.IsHex(b[from:start-1]) || !isAlnum(b[start:start+16]) {
		return Match{}, false
	}
	end = start + 16
	if c := shape.Count(b[start:end]); c.Upper == 0 || c.Lower == 0 {
		return Match{}, false
	}
	return found(from, end, "zhipu_key")
}

// tableau is a personal access token: 24 characters of base64 that end in ==, a colon, 32 characters (Tableau docs:
// "Personal access tokens").
func tableau(b []byte, start, end int) (Match, bool) {
	from := start - 25
	if !endsAfter(b, start, end, 32) || from < 0 || !ascii.HasAt(b, start-3, "==:") || from > 0 && ascii.Class[b[from-1]]&ascii.Run != 0 {
		return Match{}, false
	}
	for _, c := range b[from : start-3] {
		if ascii.Class[c]&(ascii.Alnum|ascii.Base64) == 0 {
			return Match{}, false
		}
	}
	return found(from, start+32, "tableau_token")
}

// firebase recognises a registration token of Firebase Cloud Messaging and a server key of its legacy API (Firebase docs:
// "Manage FCM registration tokens").
func firebase(b []byte, start, end int) (Match, bool) {
	from := start - 1
	for from > 0 && start-1-from <= 32 && ascii.Class[b[from-1]]&ascii.Run != 0 {
		from--
	}
	switch n := start - 1 - from; {
	case n >= 11 && n <= 32 && ascii.HasAt(b, start, "APA91b") && end-start >= 120:
		return found(from, end, "fcm_token")
	case n == 11 && ascii.HasAt(b, from, "AAAA") && endsAfter(b, start, end, 140):
		return found(from, start+140, "fcm_key")
	}
	return Match{}, false
}

// sanctum recognises a personal access token of Laravel Sanctum: the token's number, |, 40 letters and digits, with eight of a
// checksum behind in newer versions (Laravel docs: "Sanctum", API token authentication).
func sanctum(b []byte, start, end int) (Match, bool) {
	from := start - 1
	for from > 0 && ascii.IsDigit(b[from-1]) {
		from--
	}
	if n := start - 1 - from; n < 1 || n > 10 {
		return Match{}, false
	}
	for _, size := range [...]int{40, 48} {
		if !endsAfter(b, start, end, size) || !isAlnum(b[start:start+size]) {
			continue
		}
		if c := shape.Count(b[start : start+size]); c.Upper > 0 && c.Lower > 0 {
			return found(from, start+size, "sanctum_token")
		}
	}
	return Match{}, false
}
