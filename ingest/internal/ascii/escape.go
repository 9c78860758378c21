package ascii

// PercentAt decodes the percent-encoded byte at b[i] (RFC 3986 section 2.1) and reports whether there is one.
func PercentAt(b []byte, i int) (byte, bool) {
	if b[i] != '%' || i+2 >= len(b) {
		return 0, false
	}
	hi, lo := HexValue[b[i+1]], HexValue[b[i+2]]
	return hi<<4 | lo&15, hi < 16 && lo < 16
}

// HexValue maps a hexadecimal digit to its value, any other byte to 255.
var HexValue = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i := range byte(10) {
		t['0'+i] = i
	}
	for i := range byte(6) {
		t['a'+i], t['A'+i] = 10+i, 10+i
	}
	return t
}()
