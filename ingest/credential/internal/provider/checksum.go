package provider

import "github.com/tokenwarden/tokenwarden/ingest/credential/internal/checksum"

// checksumResult is the outcome of verifying a token's checksum.
type checksumResult uint8

const (
	noChecksum checksumResult = iota // the token has none
	checksumRight
	checksumWrong
)

var checksumReason = [...]string{"", "provider format, checksum holds", "provider format whose checksum fails"}

const hasChecksum = fCRC | fRoutable | fHexCRC | fBech32

// verify verifies the checksum at the end of token, of format f.
func (f *Format) verify(token []byte) checksumResult {
	tail := token[len(f.Prefix):]
	has, valid := true, false
	switch {
	case f.Flags&fCRC != 0:
		has, valid = len(tail) == checksum.Random62+checksum.Digits62, checksum.Valid62(tail)
	case f.Flags&fRoutable != 0:
		if has = checksum.Has36(tail); has {
			valid = checksum.Valid36(token)
		}
	case f.Flags&fHexCRC != 0:
		if has = len(tail) == 41 && tail[32] == '_'; has {
			valid = checksum.ValidHex(token)
		}
	default:
		valid = checksum.ValidBech32(token)
	}
	switch {
	case !has:
		return noChecksum
	case valid:
		return checksumRight
	}
	return checksumWrong
}
