package credential

import "hash/crc32"

// GitHub's and npm's tokens end in a checksum: CRC-32 (IEEE) of the 30 random characters before it, in base62 with
// the digits first and leading zeros, six characters (GitHub blog: "Behind GitHub's new authentication token
// formats").
const (
	crcEntropy = 30
	crcDigits  = 6
	base62     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// checksumHolds tells whether tail, what follows the prefix, ends in its checksum.
func checksumHolds(tail []byte) bool {
	if len(tail) != crcEntropy+crcDigits {
		return false
	}
	want := tokenChecksum(tail[:crcEntropy])
	return string(want[:]) == string(tail[crcEntropy:])
}

func tokenChecksum(entropy []byte) (sum [crcDigits]byte) {
	x := crc32.ChecksumIEEE(entropy)
	for i := crcDigits - 1; i >= 0; i-- {
		sum[i] = base62[x%62]
		x /= 62
	}
	return sum
}
