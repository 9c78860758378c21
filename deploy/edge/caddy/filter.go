// Package edge is a plugin of Caddy whose log filter writes keyed hashes in place of tokens: contract 1 of ../CONTRACT.md.
package edge

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/logging"
	"go.uber.org/zap/zapcore"

	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

func init() { caddy.RegisterModule(new(Filter)) }

// Filter is the log filter "tokenwarden": it replaces the credentials of one field of the access log.
//
//	tokenwarden header KIND      all of a header, as KIND (bearer, api_key)
//	tokenwarden cookies NAME...  the cookies of these names; others are left out
//	tokenwarden query NAME...    the parameters of these names in a URI
type Filter struct {
	Place   string   `json:"place"`
	Names   []string `json:"names"`              // for a header its kind
	KeyFile string   `json:"key_file,omitempty"` // what tokenwarden key edge prints; default /etc/tokenwarden/edge.key

	edges sync.Pool // of *secret.Edge
}

// CaddyModule returns the module's id.
func (*Filter) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "caddy.logging.encoders.filter.tokenwarden", New: func() caddy.Module { return new(Filter) }}
}

// UnmarshalCaddyfile reads the words behind the field's name, and in a block key_file.
func (f *Filter) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next()
	args := d.RemainingArgs()
	if len(args) < 2 {
		return d.ArgErr()
	}
	f.Place, f.Names = args[0], args[1:]
	for d.NextBlock(0) {
		if d.Val() != "key_file" || !d.AllArgs(&f.KeyFile) {
			return d.ArgErr()
		}
	}
	return nil
}

// Provision reads the key.
func (f *Filter) Provision(caddy.Context) error {
	if f.Place != "header" && f.Place != "cookies" && f.Place != "query" {
		return fmt.Errorf("tokenwarden %q: want header, cookies or query", f.Place)
	}
	if f.KeyFile == "" {
		f.KeyFile = "/etc/tokenwarden/edge.key"
	}
	text, err := os.ReadFile(f.KeyFile)
	if err != nil {
		return fmt.Errorf("read the edge key: %w", err)
	}
	key, err := secret.ParseEdgeKey(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", f.KeyFile, err)
	}
	f.edges.New = func() any { e := secret.NewEdge(key); return &e }
	return nil
}

// Filter replaces the text of a field, or each of the texts of a header.
func (f *Filter) Filter(in zapcore.Field) zapcore.Field {
	edge := f.edges.Get().(*secret.Edge)
	defer f.edges.Put(edge)
	values, ok := in.Interface.(caddyhttp.LoggableStringArray)
	if !ok {
		in.String = f.replace(edge, in.String)
		return in
	}
	out := make(caddyhttp.LoggableStringArray, len(values))
	for i, v := range values {
		out[i] = f.replace(edge, v)
	}
	in.Interface = out
	return in
}

func (f *Filter) replace(edge *secret.Edge, value string) string {
	switch f.Place {
	case "header":
		return string(edge.AppendHeader(nil, f.Names[0], []byte(value)))
	case "cookies":
		var ours []string
		for pair := range strings.SplitSeq(value, ";") {
			if name, _, _ := strings.Cut(pair, "="); slices.Contains(f.Names, trim(name)) {
				ours = append(ours, f.pair(edge, trim(pair), "session"))
			}
		}
		return strings.Join(ours, "; ")
	}
	path, query, found := strings.Cut(value, "?")
	if !found {
		return value
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		pairs[i] = f.pair(edge, pair, "token")
	}
	return path + "?" + strings.Join(pairs, "&")
}

// pair replaces the value of a pair with one of the names.
func (f *Filter) pair(edge *secret.Edge, pair, kind string) string {
	name, value, _ := strings.Cut(pair, "=")
	if value == "" || !slices.Contains(f.Names, name) {
		return pair
	}
	return name + "=" + string(edge.AppendForm(nil, kind, secret.NewToken([]byte(unquote(trim(value))))))
}

// trim cuts spaces and control characters around.
func trim(s string) string { return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }) }

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

var (
	_ logging.LogFieldFilter = (*Filter)(nil)
	_ caddy.Provisioner      = (*Filter)(nil)
	_ caddyfile.Unmarshaler  = (*Filter)(nil)
)
