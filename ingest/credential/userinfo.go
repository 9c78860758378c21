package credential

import (
	"bytes"
	"net/netip"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/names"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/offset"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// User and password stand not only in the authority of a URL that keeps to RFC 3986. This file finds them where passwords
// hold a bare /, ? or #, in the segments of paths, in columns with addresses, and before the @ of Oracle's clients.

// maxUserinfo bounds user and password together, in bytes, where nothing but an @ ends them.
const maxUserinfo = 128

// looseUserinfo returns where the @ behind user:password stands in b, an authority and what follows it, if the password holds
// a bare /, ? or #; 0 if not. A port is a number, so what stands behind the colon of host:port/path differs.
func looseUserinfo(b []byte) int {
	b = b[:min(len(b), maxUserinfo)]
	colon := bytes.IndexByte(b, ':')
	if colon <= 0 || colon+2 >= len(b) || b[0] == '[' || b[colon+1] == '{' || b[colon+1] == '$' || b[colon+1] == '<' {
		return 0
	}
	cut := bytes.IndexAny(b, "/?#\\@ \"'<>&")
	if cut < colon+2 || bytes.IndexByte([]byte("/?#"), b[cut]) < 0 || isDigits(b[colon+1:cut]) {
		return 0
	}
	at := bytes.IndexAny(b[cut:], "@ \"'<>&")
	if at < 0 || b[cut+at] != '@' || cut+at+1 >= len(b) || !ascii.IsAlnum(b[cut+at+1]) && b[cut+at+1] != '[' {
		return 0
	}
	return cut + at
}

// searchLoose searches a URL with a loose userinfo. ok is false without one.
func (f *finder) searchLoose(v offset.View, pl context) (found, ok bool) {
	start := authorityStart(v.Text)
	if start < len("//") {
		return false, false
	}
	at := looseUserinfo(v.Text[start:])
	if at == 0 {
		return false, false
	}
	at += start
	found = f.userPassword(v.Cut(start, at), pl.at(tokenwarden.LocationUserinfo))
	return f.searchURL(v.From(at+1), pl.withoutName()) || found, true
}

// looseIn judges the loose userinfo of the URL with its second slash at v.Text[i], in a text. It returns the offset to go on
// at, 0 without a finding.
func (f *finder) looseIn(v offset.View, i int, pl context) int {
	b := v.Text
	if i < 2 || b[i-1] != '/' || b[i-2] != ':' {
		return 0
	}
	f.steps += min(len(b)-i, maxUserinfo)
	at := looseUserinfo(b[i+1:])
	if at == 0 || !f.userPassword(v.Cut(i+1, i+1+at), pl.at(tokenwarden.LocationUserinfo)) {
		return 0
	}
	return i + 1 + at
}

// embeddedUserinfo searches the userinfo of a URL within a path: /proxy/http://user:password@host/, where proxies may have
// joined the slashes, and /user:password@host/. s is the segment at v.Text[start], perhaps decoded.
func (f *finder) embeddedUserinfo(v offset.View, start int, s offset.View, pl context) bool {
	at := bytes.LastIndexByte(s.Text, '@')
	if at <= 0 {
		return false
	}
	before := v.Text[:start]
	if !bytes.HasSuffix(before, []byte("://")) {
		userinfo, host := s.Text[:at], s.Text[at+1:]
		if !holdsPassword(userinfo) || isDigest(host) || !isBehindScheme(before) && !isHostOfPath(userinfo, host) {
			return false
		}
	}
	return f.searchUserinfo(s, pl)
}

// isBehindScheme reports whether b ends with a web scheme and a slash, /https:/ or /https/.
func isBehindScheme(b []byte) bool {
	b = bytes.TrimSuffix(bytes.TrimSuffix(b, []byte{'/'}), []byte{':'})
	return isWebScheme(b[bytes.LastIndexByte(b, '/')+1:])
}

// isHostOfPath reports whether userinfo@host as a segment of a path is more than the name of somebody or something with a
// version: host is an address or has a port, or the password has letters and digits.
func isHostOfPath(userinfo, host []byte) bool {
	if isAddressOrPort(host) {
		return true
	}
	pass := userinfo[bytes.IndexByte(userinfo, ':')+1:]
	return len(host) > 0 && ascii.IsAlpha(host[0]) && ascii.IsAlpha(userinfo[0]) && len(pass) >= 6 && shape.HasLetterAndDigit(pass)
}

// holdsPassword reports whether b is user:password and not the start of a URL, or a scheme or a type and a name: sip:joe, user:joe.
func holdsPassword(b []byte) bool {
	colon := bytes.IndexByte(b, ':')
	if colon <= 0 || colon+1 == len(b) || b[colon+1] == '/' || colon <= 2 && isDigits(b[:colon]) { // a thread of Teams: 19:ID@thread.v2
		return false
	}
	for _, c := range b[:colon] {
		if !ascii.IsAlnum(c) && c != '.' && c != '-' && c != '_' && c != '%' && c != '+' && c != '@' {
			return false
		}
	}
	return !namesSomebody[string(bytes.ToLower(b[:min(colon, names.MaxWordSize)]))]
}

// namesSomebody are the words before the colon of an account, not of a password: schemes of URIs (IANA, "Uniform Resource
// Identifier Schemes") and the types of members of Google Cloud's policies (IAM, "Principal identifiers"); 2026-12-01.
var namesSomebody = map[string]bool{
	"mailto": true, "acct": true, "sip": true, "sips": true, "xmpp": true, "im": true, "pres": true, "urn": true, "tel": true,
	"user": true, "group": true, "domain": true, "serviceaccount": true, "principal": true, "email": true, "mail": true,
	"login": true, "account": true, "member": true, "owner": true, "from": true, "to": true, "cc": true, "bcc": true,
	"ssh": true, "git": true, "docker": true, "pkg": true, "npm": true,
}

// isDigest reports whether b, behind an @, is the digest of an image: sha256:...
func isDigest(b []byte) bool { return bytes.HasPrefix(b, []byte("sha")) && bytes.IndexByte(b, ':') > 0 }

// isAddressOrPort reports whether b, behind an @, is an IP address, perhaps with a port, or a host with a port.
func isAddressOrPort(b []byte) bool {
	if len(b) > 0 && b[0] == '[' {
		return bytes.IndexByte(b, ']') > 2
	}
	host, port, hasPort := bytes.Cut(b, []byte{':'})
	if len(host) == 0 || hasPort && (len(port) == 0 || len(port) > len("65535") || !isDigits(port)) {
		return false
	}
	if hasPort {
		return true
	}
	if len(host) > len("255.255.255.255") || !ascii.IsDigit(host[0]) {
		return false
	}
	_, err := netip.ParseAddr(string(host))
	return err == nil
}

// addressUserinfo searches the userinfo before addresses in a column: X-Forwarded-For: joe:password@10.0.0.1. Under a name that
// says that addresses stand there, hosts count as well.
func (f *finder) addressUserinfo(v offset.View, name []byte) {
	b := v.Text
	for i := bytes.IndexByte(b, '@'); i >= 0; {
		start, end := i, i
		for start > 0 && !endsAddress[b[start-1]] && i-start < maxUserinfo {
			start--
		}
		for end < len(b) && !endsAddress[b[end]] && end-i < maxUserinfo {
			end++
		}
		f.steps += end - start
		host := b[i+1 : end]
		isWhole := start <= 1 && end >= len(b)-1 || start > 0 && b[start-1] == ',' || end < len(b) && b[end] == ','
		if holdsPassword(b[start:i]) && !isDigest(host) && (isAddressOrPort(host) && isWhole || isAddressName(name)) {
			f.searchUserinfo(v.Cut(start, i+1), context{loc: tokenwarden.LocationUserinfo, fixed: true, param: userName})
		}
		next := bytes.IndexByte(b[end:], '@')
		if next < 0 {
			return
		}
		i = end + next
	}
}

var endsAddress = ascii.Set(" ,;=\"'<>/?&()|")

// isAddressName reports whether a column of this name holds addresses: X-Forwarded-For, upstream_addr, Via.
func isAddressName(name []byte) bool {
	low := bytes.ToLower(name[:min(len(name), names.MaxNameSize)])
	for _, s := range [...]string{"forwarded", "addr", "host", "via", "upstream", "peer", "proxy", "_ip", "-ip"} {
		if bytes.Contains(low, []byte(s)) {
			return true
		}
	}
	return bytes.HasSuffix(low, []byte("ip"))
}

// isUserOption reports whether b, the text before user:password, ends with the option of a command that takes both.
func isUserOption(b []byte) bool {
	if len(b) < len("-u ") || b[len(b)-1] != ' ' && b[len(b)-1] != '+' && b[len(b)-1] != '=' {
		return false
	}
	option := b[:len(b)-1]
	return bytes.HasSuffix(option, []byte("-u")) && b[len(b)-1] != '=' ||
		bytes.HasSuffix(option, []byte("--user")) || bytes.HasSuffix(option, []byte("--proxy-user"))
}

// oracleLogin judges user/password before the @ at v.Text[i], as Oracle's drivers and clients write it:
// jdbc:oracle:thin:scott/password@//db:1521/x, sqlplus scott/password@db.
func (f *finder) oracleLogin(v offset.View, i int, pl context) bool {
	b := v.Text
	slash := i
	for slash > 0 && b[slash-1] != '/' && b[slash-1] > ' ' && i-slash < maxUserinfo {
		slash--
	}
	user := slash - 1
	if user <= 0 || slash == i || b[user] != '/' {
		return false
	}
	for user > 0 && (ascii.Class[b[user-1]]&ascii.Run != 0 || b[user-1] == '$' || b[user-1] == '#') && slash-user < names.MaxNameSize {
		user--
	}
	f.steps += i - user
	before := bytes.TrimRight(b[:user], `"' `)
	isDriver := bytes.HasSuffix(before, []byte(":thin:")) || bytes.HasSuffix(before, []byte(":oci:")) ||
		bytes.HasSuffix(before, []byte(":oci8:"))
	if user+1 >= slash || !isDriver && !oracleClients[string(lastWord(before))] {
		return false
	}
	pl = pl.at(tokenwarden.LocationUserinfo)
	pl.owner = b[user : slash-1]
	pl.name, pl.param = names.Name{Grade: names.Certain, Kind: "password"}, passwordName
	return f.namedValue(v.Cut(slash, i), pl, tokenwarden.ConfidenceHigh)
}

// oracleClients are the programs that take user/password@database (Oracle, SQL*Plus User's Guide; Utilities; 2026-12-01).
var oracleClients = map[string]bool{
	"sqlplus": true, "sqlldr": true, "exp": true, "imp": true, "expdp": true, "impdp": true, "rman": true, "sqlcl": true, "sql": true,
	"-L": true, "-S": true, "-s": true, "connect": true, "CONNECT": true, "target": true,
}

// lastWord returns the last word of b, at most names.MaxWordSize bytes of it.
func lastWord(b []byte) []byte {
	i := len(b)
	for i > 0 && b[i-1] > ' ' && b[i-1] != '/' && b[i-1] != '"' && b[i-1] != '\'' && len(b)-i < names.MaxWordSize {
		i--
	}
	return b[i:]
}
