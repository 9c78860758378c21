package accesslog

// adopt puts what inner says into r: inner is a record of v's text, which stands with other escapes in r.Line. Fields
// come behind those that r has; what inner does not know stays.
func (r *Record) adopt(inner *Record, v *view) {
	for _, f := range inner.Fields {
		r.Fields = append(r.Fields, v.place(f))
	}
	into, from := r.named(), inner.named()
	for i := range from {
		if from[i].Present() {
			*into[i] = v.place(*from[i])
		}
	}
	if inner.Format != "" {
		r.Format = inner.Format
	}
	if !inner.Time.IsZero() {
		r.Time = inner.Time
	}
	if inner.ClientIP.IsValid() {
		r.ClientIP = inner.ClientIP
	}
	if inner.Status != 0 {
		r.Status = inner.Status
	}
	if inner.Bytes >= 0 {
		r.Bytes = inner.Bytes
	}
}

// named lists the fields that have names.
func (r *Record) named() [11]*Field {
	return [...]*Field{
		&r.User, &r.Method, &r.Target, &r.Path, &r.Query, &r.Protocol,
		&r.Referer, &r.UserAgent, &r.Host, &r.Scheme, &r.TLSVersion,
	}
}

// shift moves everything in r by n bytes: what was parsed behind a prefix.
func (r *Record) shift(n int) {
	for i := range r.Fields {
		r.Fields[i].Start += n
		r.Fields[i].End += n
	}
	for _, f := range r.named() {
		if f.Present() {
			f.Start += n
			f.End += n
		}
	}
}

// place moves a field of the view's text to where it stands in the line.
func (v *view) place(f Field) Field {
	start, end, plain := v.span(f.Start, f.End)
	f.Start, f.End = start, end
	if !plain {
		f.Escape = f.Escape.within()
	}
	if f.Bare > 0 {
		f.Bare++
	}
	return f
}
