// Package checksum computes and verifies the checksums at the end of some providers' tokens.
package checksum

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"strings"
)

// GitHub's and npm's tokens end in the CRC-32 (IEEE) of their random characters, in base62 with leading zeros (GitHub blog,
// April 2021: "Behind GitHub's new authentication token formats").
const (
	Random62 = 30 // random characters
	Digits62 = 6  // characters of the checksum
	base62   = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// Of62 returns the checksum of the random characters of a token.
func Of62(random []byte) (sum [Digits62]byte) {
	x := crc32.ChecksumIEEE(random)
	for i := Digits62 - 1; i >= 0; i-- {
		sum[i] = base62[x%62]
		x /= 62
	}
	return sum
}

// Valid62 reports whether tail, a token without its prefix, ends in its checksum.
func Valid62(tail []byte) bool {
	if len(tail) != Random62+Digits62 {
		return false
	}
	want := Of62(tail[:Random62])
	return string(want[:]) == string(tail[Random62:])
}

// GitLab's routable tokens end in a dot, the length of the part before the dot (two characters) and the CRC-32 of everything
// before the checksum (seven), both in base36 (GitLab handbook: "Routable tokens").
const (
	digits36 = 7
	end36    = 2 + digits36
	base36   = "0123456789abcdefghijklmnopqrstuvwxyz"
)

// Has36 reports whether tail, a token without its prefix, belongs to a routable token.
func Has36(tail []byte) bool {
	n := len(tail) - end36
	return n > 1 && tail[n-1] == '.' && bytes.IndexByte(tail[n:], '.') < 0
}

// Of36 returns the checksum of a routable token from everything before it.
func Of36(before []byte) (sum [digits36]byte) {
	x := crc32.ChecksumIEEE(before)
	for i := digits36 - 1; i >= 0; i-- {
		sum[i] = base36[x%36]
		x /= 36
	}
	return sum
}

// Valid36 reports whether a routable token, its prefix included, ends in its checksum.
func Valid36(token []byte) bool {
	n := len(token) - digits36
	want := Of36(token[:n])
	return string(want[:]) == string(token[n:])
}

// OfHex returns the checksum of a Grafana service account token: the CRC-32 of everything before the last _, in hexadecimal,
// lowest byte first (Grafana's source: pkg/components/satokengen).
func OfHex(before []byte) (sum [8]byte) {
	var lowFirst [4]byte
	binary.LittleEndian.PutUint32(lowFirst[:], crc32.ChecksumIEEE(before))
	hex.Encode(sum[:], lowFirst[:])
	return sum
}

// ValidHex reports whether token ends in _ and its checksum.
func ValidHex(token []byte) bool {
	n := len(token) - 8
	want := OfHex(token[:n-1])
	return bytes.EqualFold(want[:], token[n:])
}

// Bech32Alphabet is the digits of Bech32, 0 to 31, in capitals (BIP 173).
const Bech32Alphabet = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"

// ValidBech32 reports whether the checksum of a Bech32 text in capitals holds: a purpose, 1, the data, six characters (BIP
// 173; age writes its secret keys so).
func ValidBech32(token []byte) bool {
	one := bytes.LastIndexByte(token, '1')
	x := uint32(1)
	for _, c := range token[:one] {
		x = bech32Step(x, uint32(c|0x20)>>5)
	}
	x = bech32Step(x, 0)
	for _, c := range token[:one] {
		x = bech32Step(x, uint32(c|0x20)&31)
	}
	for _, c := range token[one+1:] {
		d := strings.IndexByte(Bech32Alphabet, c)
		if d < 0 {
			return false
		}
		x = bech32Step(x, uint32(d))
	}
	return x == 1
}

// bech32Step adds a digit to the checksum x.
func bech32Step(x, digit uint32) uint32 {
	top := x >> 25
	x = x&0x1ffffff<<5 ^ digit
	for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
		if top>>i&1 != 0 {
			x ^= g
		}
	}
	return x
}
