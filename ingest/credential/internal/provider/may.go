package provider

import (
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// LongRun reports whether b[k] stands in a run of 16 or more.
func LongRun(b []byte, k int) bool {
	from, to := ascii.RunAround(b, k)
	return to-from >= shape.MinRandom
}

// LooksLikeToken reports whether a stretch of 16 bytes or more may hold a self-evident token, or base64 of text.
func LooksLikeToken(b []byte, start, end int) bool {
	if ascii.StartsText(b[start:end]) || ascii.IsMostlyText(b[start:end]) || MayStartFirst(b, start) {
		return true
	}
	for i := start + shape.MinRandom - 1; i < end; {
		if ascii.Class[b[i]]&ascii.Run == 0 {
			i += shape.MinRandom
			continue
		}
		from, to := ascii.RunAround(b, i)
		if to-from >= shape.MinRandom && MayMatch(b, from, to) {
			return true
		}
		i = to + shape.MinRandom
	}
	return false
}

// MayMatch reports whether match may recognise the run from start to end.
func MayMatch(b []byte, start, end int) bool {
	if start > 0 && (isPrefixJoin(b[start-1]) && b[start-1] != ' ' &&
		(b[start-1] != '/' || start > 1 && b[start-2] == '/') || b[start-1] == '!') {
		return true // SG.xxx, 1//0xxx, 123:xxx, 00D1!xxx
	}
	if start >= 6 && ascii.HasAt(b, start-6, "FlyV1 ") {
		return true
	}
	if start > 1 && b[start-1] == '/' && (ascii.IsUpper(b[start-2]) || ascii.IsDigit(b[start-2])) && maySlash(b, start, end) {
		return true
	}
	switch n := end - start; {
	case n == 17 && ascii.HasAt(b, start, "pat"), n >= 23 && n <= 28 && end+7 < len(b) && b[end] == '.' && b[end+7] == '.':
		return true // airtable, discord
	case n >= 20 && n <= 48 && start >= 12 && b[start-1] == '/' && slackSegment(b, start-1):
		return true
	}
	return mayAnchor(b, start, end) || mayStart(b, start, end)
}

// maySlash reports whether the run behind a capital or a digit and a slash may be a token or the rest of one.
func maySlash(b []byte, start, end int) bool {
	if _, ok := slackHook(b, start, end); ok {
		return true
	}
	_, ok := discordHook(b, start, end)
	return ok || ascii.HasAt(b, start-2, "4/0A") || start >= len(configCat) && ascii.HasAt(b, start-len(configCat), configCat)
}

// configCat begins the keys of ConfigCat.
const configCat = "configcat-sdk-1/"

// mayStart reports whether a format's prefix may stand at the start of the run or before or behind a joint in it, or the run may
// be a token of an unknown issuer.
func mayStart(b []byte, start, end int) bool {
	if start+MinCut >= end {
		return false
	}
	k := key3(b[start], b[start+1], b[start+2])
	if index.headAt(b, start) || k == keyJWT || b[start] == 's' && b[start+1] == '.' || b[start] == 'S' && b[start+1] == 'K' {
		return true
	}
	piece, longest := start, 0
	for i := start + 1; i+MinCut < end; i++ {
		if ascii.Class[b[i-1]]&ascii.Join == 0 {
			continue
		}
		if k := key3(b[i], b[i+1], b[i+2]); index.inner.has(k) && index.headAt(b, i) || k == keyJWT || index.mayEnd(b, i) {
			return true
		}
		longest, piece = max(longest, i-1-piece), i
	}
	if !ascii.IsAlpha(b[start]) || max(longest, end-piece) < minPiece {
		return false
	}
	last := end - MinCut - piece // of the last piece: joints in the last bytes were not looked for
	if max(longest, last) < minPiece && longestPiece(b[piece:end]) < minPiece {
		return false
	}
	_, ok := issued(b, start, end)
	return ok
}

// longestPiece returns the length of the longest piece between joints.
func longestPiece(b []byte) int {
	piece, longest := 0, 0
	for i, c := range b {
		if ascii.Class[c]&ascii.Join != 0 {
			longest, piece = max(longest, i-piece), i+1
		}
	}
	return max(longest, len(b)-piece)
}

// minPiece is what the longest piece between joints of a random part has, at least: in base64url every 32nd character is a
// joint. Words, UUIDs and times have shorter ones or begin with a digit.
const minPiece = 11

const keyJWT = uint32('e') | uint32('y')<<8 | uint32('J')<<16

// slackSegment reports whether the segment before end is of capitals and digits, like Slack's ids.
func slackSegment(b []byte, end int) bool {
	from := end
	for from > 0 && b[from-1] != '/' {
		from--
	}
	return end-from >= 8 && ascii.IsUpperDigits(b[from:end])
}
