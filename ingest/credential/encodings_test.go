package credential

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

const encodedText = `{"user":"amy","password":"birnbaum4"}`

// compressed returns encodedText in the format of gzip, with the name of a file, or of zlib at a level.
func compressed(t *testing.T, format string, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	if format == "gzip" {
		w, err := gzip.NewWriterLevel(&out, level)
		if err != nil {
			t.Fatal(err)
		}
		w.Name = "dump.json"
		_, _ = w.Write([]byte(encodedText))
		_ = w.Close()
		return out.Bytes()
	}
	w, err := zlib.NewWriterLevel(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte(encodedText))
	_ = w.Close()
	return out.Bytes()
}

// TestEncodedText masks or searches a password in text that is compressed or hexadecimal, in a parameter and in a body.
func TestEncodedText(t *testing.T) {
	text := encodedText
	base := base64.StdEncoding
	cases := []struct{ name, text string }{
		{"gzip with a name", base.EncodeToString(compressed(t, "gzip", 6))},
		{"gzip, URL alphabet", base64.RawURLEncoding.EncodeToString(compressed(t, "gzip", 9))},
		{"gzip, hexadecimal", hex.EncodeToString(compressed(t, "gzip", 6))},
		{"zlib", base.EncodeToString(compressed(t, "zlib", zlib.DefaultCompression))},
		{"zlib, fastest", base.EncodeToString(compressed(t, "zlib", zlib.BestSpeed))},
		{"zlib, best", base.EncodeToString(compressed(t, "zlib", zlib.BestCompression))},
		{"UTF-16", base.EncodeToString([]byte(strings.Join(strings.Split(text, ""), "\x00") + "\x00"))},
		{"bzip2", "QlpoOTFBWSZTW" + strings.Repeat("Ab3dEf9hIj2l", 4)},
		{"xz", "/Td6WFoA" + strings.Repeat("Ab3dEf9hIj2l", 4)},
		{"ZIP", "UEsDB" + strings.Repeat("Ab3dEf9hIj2l", 4)},
		{"hexadecimal", hex.EncodeToString([]byte(text))},
		{"hexadecimal, capitals", strings.ToUpper(hex.EncodeToString([]byte(text)))},
		{"hexadecimal, prefix", "0x" + hex.EncodeToString([]byte("user=amy&password=birnbaum4"))},
		{"base64 of hexadecimal", base.EncodeToString([]byte(hex.EncodeToString([]byte(text))))},
	}
	f := newTestFinder(t)
	for _, c := range cases {
		for place, kind := range map[string]record.Kind{"parameter": record.KindTarget, "body": record.KindText} {
			t.Run(c.name+"/"+place, func(t *testing.T) {
				text := c.text
				if kind == record.KindTarget {
					text = "/in?data=" + strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(text)
				}
				if out, found := redactField(f, kind, "data", text); len(found) == 0 || strings.Contains(out, c.text[10:]) {
					t.Errorf("%s: not found", out)
				}
			})
		}
	}
	ordinary := []struct{ name, value string }{
		{"digest", "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d"},
		{"digest that starts like text", "4142434445464748" + "00ff10e2c3d4a5b6" + "77aa0911"},
		{"zlib's header as a digest", "789c0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b"},
		{"hexadecimal of words", hex.EncodeToString([]byte("the weather in the north"))},
		{"base64 of other data", "eJab" + strings.Repeat("Ab3dEf9hIj2l", 4)},
	}
	for _, c := range ordinary {
		t.Run(c.name, func(t *testing.T) {
			if out, found := redactField(f, record.KindTarget, "", "/in?data="+c.value); len(found) > 0 {
				t.Errorf("changed to %s", out)
			}
		})
	}
}
