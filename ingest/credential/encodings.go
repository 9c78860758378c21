package credential

import (
	"bytes"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// Text stands in lines in encodings other than percent, JSON and base64. Hexadecimal is decoded and searched. What is compressed
// cannot be, and is masked as unsearched.

// minCompressed is the length of the base64 of the smallest stream that can hold a credential under a name: in zlib's format
// (RFC 1950) 6 bytes of header and checksum and some 20 of content.
const minCompressed = 36

// minGzip is the same for gzip, with 18 bytes of header and trailer (RFC 1952).
const minGzip = 40

// isCompressed reports whether b is the base64, or the hexadecimal, of compressed data. Log shippers wrap records so.
func isCompressed(b []byte) bool {
	if len(b) < minCompressed || !startsCompressed(b) {
		return false
	}
	for _, c := range bytes.TrimRight(b, "=") {
		if ascii.Base64Value[c] > 63 {
			return false
		}
	}
	return true
}

// startsCompressed reports whether b, minCompressed bytes or more, starts like the base64 of gzip with the method deflate (RFC
// 1952), zlib at one of its four levels (RFC 1950), Zstandard (RFC 8878), bzip2, xz or ZIP, or like the hexadecimal of gzip.
func startsCompressed(b []byte) bool {
	switch b[0] {
	case 'H':
		return len(b) >= minGzip && ascii.HasAt(b, 0, "H4sI")
	case 'K':
		return ascii.HasAt(b, 0, "KLUv/")
	case 'e':
		switch { // the third digit holds the rest of the header and the type of the first block
		case b[1] == 'J': // 78 9c
			return b[2] >= 'w' && b[2] <= 'z'
		case b[1] == 'A': // 78 01
			return b[2] >= 'E' && b[2] <= 'H'
		case b[1] == 'N': // 78 da
			return b[2] >= 'o' && b[2] <= 'r'
		case b[1] == 'F': // 78 5e
			return b[2] >= '4' && b[2] <= '7'
		}
	case 'Q':
		return ascii.HasAt(b, 0, "Qlpo") && ascii.HasAt(b, len("QlpoOT"), "FBWSZT") // "BZh", a digit and the digits of pi
	case '/':
		return ascii.HasAt(b, 0, "/Td6WFoA")
	case 'U':
		return ascii.HasAt(b, 0, "UEsDB")
	case '1':
		return len(b) >= 2*minGzip*3/4 && (ascii.HasAt(b, 0, "1f8b08") || ascii.HasAt(b, 0, "1F8B08"))
	}
	return false
}

// startsUTF16 reports whether b is the base64 of text in UTF-16, little-endian, as PowerShell's -EncodedCommand takes it: of its
// first six bytes each second one is NUL.
func startsUTF16(b []byte) bool {
	if len(b) < 2*ascii.MinBase64 {
		return false
	}
	var first [6]byte
	out := ascii.AppendBase64(first[:0], b[:8], len(first))
	return len(out) == len(first) && out[1]|out[3]|out[5] == 0 && ascii.IsText(out[0]) && ascii.IsText(out[2]) && ascii.IsText(out[4])
}

// utf16Text decodes v if all of it is base64 of ASCII in UTF-16, little-endian.
func (f *finder) utf16Text(v offset.View) (offset.View, bool) {
	if !startsUTF16(v.Text) {
		return v, false
	}
	d, ok := f.arena.Base64Bytes(v)
	if !ok {
		return v, false
	}
	n := 0
	for i := 0; i+1 < len(d.Text); i += 2 {
		if d.Text[i+1] != 0 || !ascii.IsText(d.Text[i]) {
			return v, false
		}
		d.Text[n] = d.Text[i]
		n++
	}
	return d.Cut(0, n), true
}

// mayBeEncoded reports whether b may be one of the encodings here.
func mayBeEncoded(b []byte) bool {
	return len(b) >= minHexText && (startsHexText(b) || startsUTF16(b) || len(b) >= minCompressed && startsCompressed(b))
}

// minHexText is the length of the shortest hexadecimal that is decoded: of 12 characters, as in t=12345678.
const minHexText = 24

// startsHexText reports whether the first eight bytes that b is the hexadecimal of may be those of text (ascii.Mostly): of
// digests, nearly none goes on so.
func startsHexText(b []byte) bool {
	if len(b) < minHexText || len(b)%2 != 0 {
		return false
	}
	if b[0] == '0' && b[1]|0x20 == 'x' {
		b = b[2:]
	}
	text := ascii.MostlyOf(len(b) / 2)
	for i := 0; i < 16 && i+1 < len(b); i += 2 {
		high, low := ascii.HexValue[b[i]], ascii.HexValue[b[i+1]]
		if high > 15 || low > 15 || !text.Next(high<<4|low) {
			return false
		}
	}
	return true
}

// hexText decodes v if all of it is the hexadecimal of text.
func (f *finder) hexText(v offset.View) (offset.View, bool) {
	if !startsHexText(v.Text) {
		return v, false
	}
	return f.arena.HexText(v)
}
