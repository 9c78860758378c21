package accesslog

import (
	"fmt"
	"net/netip"
	"strings"
)

// Options are the settings of a parser besides its format. The zero value is valid.
type Options struct {
	// TrustedProxies are the networks whose ClientHeaders count. Where the line's own address lies in one of them,
	// Record.ClientIP becomes the right-most address of the header outside of all of them. Default: none, no header counts.
	TrustedProxies []netip.Prefix

	// ClientHeaders are the names of the headers in which a trusted proxy names its client, in order of preference:
	// "x-forwarded-for" (the default), "forwarded" (RFC 7239), or one with a single address in it such as "x-real-ip",
	// "cf-connecting-ip", "true-client-ip".
	ClientHeaders []string

	// JSONFields maps the parts of a record to the dot paths of their keys, for JSON logs with names of their own. A part is
	// a field's name ("client_ip", "target", all of [JSONFieldNames]) or a variable of nginx ("http_x_api_key", "arg_token",
	// "cookie_sid"). The first path that a line has wins. Arrays on the way are searched.
	JSONFields map[string][]string

	// SecretName reports whether a JSON number under that name may be a secret, a one-time password for instance. It is
	// called once for each key. nil: numbers are no fields.
	SecretName func(name []byte) bool

	// Mark returns the record.Field.Mark of the fields with that name: a JSON key with the keys around it ("consumer.id", in
	// lower case, underscores for dashes), a header, a key of logfmt. use: a JSON line with the field and a time is a use of a
	// credential, even if it is about no request. isExact: the name is the whole one, with nothing left out. It is called once for
	// each key. nil: no field has a mark.
	Mark func(name string, isExact bool) (mark uint8, use bool)
}

// New returns a parser with default options. See [Options.New].
func New(format string) (Parser, error) { return Options{}.New(format) }

// New returns a parser for one source. format is a name that [Names] lists, "auto" included, or a format string as
// the server's own configuration has it. The error of an unknown name lists the known ones.
func (o Options) New(format string) (Parser, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if format == "auto" {
		return newAuto(o), nil
	}
	for i := range formats {
		if formats[i].name == format {
			return formats[i].newParser(o), nil
		}
	}
	if isFormatString(format) {
		f, err := newFormatString(format, o)
		if err != nil {
			return nil, err
		}
		return newParser("custom", f, o), nil
	}
	return nil, fmt.Errorf("unknown log format %q: want a format string or one of %s", format, strings.Join(Names(), ", "))
}

// markDef sets the mark of a definition, by the first of the names that has one. The first is the exact one.
func (o *Options) markDef(d *def, names ...string) {
	if o.Mark == nil {
		return
	}
	for i, name := range names {
		if d.mark, d.use = o.Mark(name, i == 0); d.mark != 0 {
			return
		}
	}
}

// Names returns the names that New accepts, "auto" first.
func Names() []string {
	names := []string{"auto"}
	for i := range formats {
		names = append(names, formats[i].name)
	}
	return names
}

// Validate returns an error that names the invalid option by its key in the configuration.
func (o Options) Validate() error {
	for _, name := range o.ClientHeaders {
		if name == "" || nameEnd([]byte(name), 0) != len(name) {
			return fmt.Errorf("client_ip_headers: %q is no name of a header", name)
		}
	}
	_, err := o.configuredKeys()
	return err
}
