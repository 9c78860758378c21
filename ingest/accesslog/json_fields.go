package accesslog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// configurableFields defines the names in Options.JSONFields besides nginx's variables.
var configurableFields = map[string]configuredKey{
	"time": {def: def{role: roleTime}}, "client_ip": {def: def{role: roleClient}}, "user": {def: def{role: roleUser}},
	"request": {def: def{role: roleRequest}}, "method": {def: def{role: roleMethod}}, "target": {def: def{role: roleTarget}},
	"path": {def: def{role: rolePath}}, "query": {def: def{role: roleQuery}}, "protocol": {def: def{role: roleProtocol}},
	"status": {def: def{role: roleStatus}}, "bytes": {def: def{role: roleBytes}}, "referer": {def: def{role: roleReferer}},
	"user_agent": {def: def{role: roleAgent}}, "host": {def: def{role: roleHost}}, "scheme": {def: def{role: roleScheme}},
	"tls_protocol": {def: def{role: roleTLS}}, "x_forwarded_for": {def: def{role: roleForwarded}},
	"message": {def: def{role: roleMessage}},
	"headers": {def: def{role: roleText}, object: objectHeaders},
	"cookies": {def: def{role: roleField, kind: record.KindCookies}, object: objectCookies},
	"params":  {def: def{role: roleText}, object: objectParams},
}

// configuredKey is the definition of a key in Options.JSONFields.
type configuredKey struct {
	def    def
	object objectKind
}

// JSONFieldNames returns the names that Options.JSONFields accepts besides nginx's variables, in alphabetical order.
func JSONFieldNames() []string {
	var names []string
	for name := range configurableFields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// maxJSONPaths bounds the paths of one field.
const maxJSONPaths = 100

// configuredRank is above the rank of every key of the tables.
const configuredRank = 100

// configuredKeys returns the keys of o.JSONFields by path, spelled as normalKey does.
func (o *Options) configuredKeys() (map[string]configuredKey, error) {
	all := make(map[string]configuredKey)
	for name, paths := range o.JSONFields {
		m, ok := configurableFields[name]
		if _, _, variable := nginxVariable(name); !ok && variable {
			m = configuredKey{def: nginxDef(name)}
		} else if !ok {
			return nil, fmt.Errorf("json_fields.%s: unknown field: want one of %s, or a variable of nginx such as http_x_api_key, "+
				"arg_token, cookie_sid", name, strings.Join(JSONFieldNames(), ", "))
		}
		if len(paths) > maxJSONPaths {
			return nil, fmt.Errorf("json_fields.%s: %d paths are more than %d", name, len(paths), maxJSONPaths)
		}
		for i, path := range paths {
			key := string(normalKey(nil, []byte(path)))
			if _, taken := all[key]; taken || strings.Trim(path, ". ") != path || path == "" {
				return nil, fmt.Errorf("json_fields.%s: path %q is empty, has a dot at its end, or is that of another field as well", name, path)
			}
			m.def.rank = configuredRank + maxJSONPaths - uint8(i)
			all[key] = m
		}
	}
	return all, nil
}
