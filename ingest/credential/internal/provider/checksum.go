package provider

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"strings"
)

// checksumResult says what became of a token's checksum.
type checksumResult uint8

const (
	noChecksum    checksumResult = iota // there is none
	checksumRight                       // it is right
	checksumWrong
)

var sumReason = [...]string{"", "provider format, checksum holds", "provider format whose checksum fails"}

const fSums = FCRC | fRoutable | fHexCRC | fBech32

// checksum checks the checksum that token, of format f, ends in.
func (f *Format) checksum(token []byte) checksumResult {
	tail := token[len(f.Prefix):]
	switch {
	case f.Flags&FCRC != 0:
		return checked(len(tail) == CrcEntropy+crcDigits, func() bool { return checksumHolds(tail) })
	case f.Flags&fRoutable != 0:
		return checked(isRoutable(tail), func() bool { return RoutableHolds(token) })
	case f.Flags&fHexCRC != 0:
		return checked(len(tail) == 41 && tail[32] == '_', func() bool { return hexChecksumHolds(token) })
	}
	return checked(true, func() bool { return Bech32Holds(token) })
}

func checked(has bool, holds func() bool) checksumResult {
	switch {
	case !has:
		return noChecksum
	case holds():
		return checksumRight
	}
	return checksumWrong
}

// GitHub's and npm's tokens end in a checksum: CRC-32 (IEEE) of the 30 random characters before it, in base62 with
// the digits first and leading zeros, six characters (GitHub blog: "Behind GitHub's new authentication token
// formats").
const (
	CrcEntropy = 30
	crcDigits  = 6
	base62     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// checksumHolds tells whether tail, what follows the prefix, ends in its checksum.
func checksumHolds(tail []byte) bool {
	if len(tail) != CrcEntropy+crcDigits {
		return false
	}
	want := TokenChecksum(tail[:CrcEntropy])
	return string(want[:]) == string(tail[CrcEntropy:])
}

func TokenChecksum(entropy []byte) (sum [crcDigits]byte) {
	x := crc32.ChecksumIEEE(entropy)
	for i := crcDigits - 1; i >= 0; i-- {
		sum[i] = base62[x%62]
		x /= 62
	}
	return sum
}

// GitLab's routable tokens end in a dot, the length of what stands before it (two characters) and the CRC-32 of all that
// stands before the checksum (seven), both in base36 (GitLab handbook: "Routable tokens").
const (
	routableDigits = 7
	routableEnd    = 2 + routableDigits
)

func isRoutable(tail []byte) bool {
	n := len(tail) - routableEnd
	return n > 1 && tail[n-1] == '.' && bytes.IndexByte(tail[n:], '.') < 0
}

func RoutableHolds(token []byte) bool {
	n := len(token) - routableDigits
	want := RoutableChecksum(token[:n])
	return string(want[:]) == string(token[n:])
}

func RoutableChecksum(before []byte) (sum [routableDigits]byte) {
	x := crc32.ChecksumIEEE(before)
	for i := routableDigits - 1; i >= 0; i-- {
		sum[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[x%36]
		x /= 36
	}
	return sum
}

// hexChecksumHolds checks a token of a Grafana service account: _ and the CRC-32 of what stands before it, in hexadecimal,
// the lowest byte first (Grafana's source: pkg/components/satokengen).
func hexChecksumHolds(token []byte) bool {
	n := len(token) - 8
	want := HexChecksum(token[:n-1])
	return bytes.EqualFold(want[:], token[n:])
}

func HexChecksum(before []byte) (sum [8]byte) {
	var lowFirst [4]byte
	binary.LittleEndian.PutUint32(lowFirst[:], crc32.ChecksumIEEE(before))
	hex.Encode(sum[:], lowFirst[:])
	return sum
}

// Bech32Alphabet are the digits of Bech32, 0 to 31 (BIP 173).
const Bech32Alphabet = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"

// Bech32Holds checks the checksum of a Bech32 text in capitals: what it is for, 1, the data, six characters (BIP 173; age
// writes its secret keys so).
func Bech32Holds(token []byte) bool {
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

// bech32Step takes the next digit into the checksum.
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
