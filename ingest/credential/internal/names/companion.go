package names

import (
	"bytes"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/shape"
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// companionRow are names of parameters that mean a credential beside another parameter of the same query, and nothing alone.
type companionRow struct{ names, beside, source string }

// companionRows are the parameters of products. Source: the documentation of the products beside each; 2026-12-01.
var companionRows = []companionRow{
	{"p", "db v f", "InfluxDB 1; Subsonic and Navidrome; rule sets"},
	{"PK", "TestID", "StatusCake: push tests"},
	{"AD", "isTest goformId cmd", "ZTE: the digest of a session"},
	{"nk", "na", "The Newsletter Plugin: the key of a subscriber"},
	{"h", "autoplay", "Vimeo: unlisted films"},
	{"guid", "entryPoint", "SugarCRM and SuiteCRM: a new password"},
	{"r apikey", "i", "Newznab indexers"},
	{"k", "u h", "phpBB; dynamic DNS (the key of a host)"},
	{"i", "u", "vBulletin: the activation of an account"},
	{"h md5 hash st s sig", "e exp expires expire expiry ttl validto valid_to", "nginx secure_link and the links of content networks"},
	{"hash", "auth_date query_id timestamp ts time txnid", "Telegram Login and Mini Apps; Freshdesk and others: single sign-on"},
	{"checksum", "meetingID fullName", "BigBlueButton"},
	{"sn", "ak", "Baidu Maps: the signature beside the key"},
	{"ak", "output region", "Baidu Maps"},
	{"user", "token", "Pushover: the key of a user"},
	{"sk", "api_sig method", "Last.fm: the session's key"},
	{"response", "username", "hotspots and routers: the answer to a challenge"},
	{"oas", "_ti", "Oracle E-Business Suite"},
	{"x_c", "x_a", "Brightspace: user keys"},
	{"resourcekey", "id", "Google Drive"},
	{"context", "aud", "Epic: launches of applications"},
	{"a", "acct etti", "DocuSign: links in mails"},
	{"s", "profile_id oauth2_token_id", "Vimeo: links of files"},
	{"s", "lat latitude", "location trackers"},
	{"t", "userid watermark", "chats: tokens of a conversation"},
	{"header", "payload", "AWS AppSync: the authorization of a subscription"},
	{"c d", "sig_alg", "signed links"},
	{"ac", "ns", "Firebase: the access of a namespace"},
}

// companionTable maps a name to the names beside it.
type companionTable struct {
	beside map[string][]string // with an equals sign behind
	filter [keyFilterSize]bool // of the names: keyFilter
}

var companions = compileCompanions(companionRows)

func compileCompanions(rows []companionRow) *companionTable {
	t := &companionTable{beside: map[string][]string{}}
	for _, r := range rows {
		for n := range strings.FieldsSeq(r.names) {
			for b := range strings.FieldsSeq(r.beside) {
				t.beside[n] = append(t.beside[n], b+"=")
			}
			t.filter[keyFilter([]byte(n))] = true
		}
	}
	return t
}

// MaxCompanionQuery bounds the part of a query that is searched for a companion, in bytes.
const MaxCompanionQuery = 512

// MayHaveCompanion is a fast test for names that HasCompanion accepts.
func MayHaveCompanion(name, value []byte) bool {
	return len(value) >= shape.MinRandom && len(name) > 0 && len(name) <= MaxWordSize && companions.filter[keyFilter(name)]
}

// HasCompanion reports whether a parameter of a query is a credential because of another one near the query's start.
func HasCompanion(query, name []byte) bool {
	names := companions.beside[string(name)]
	if len(names) == 0 {
		return false
	}
	for q := query[:min(len(query), MaxCompanionQuery)]; len(q) > 0; {
		for _, b := range names {
			if ascii.HasAt(q, 0, b) {
				return true
			}
		}
		i := bytes.IndexByte(q, '&')
		if i < 0 {
			break
		}
		q = q[i+1:]
	}
	return false
}
