package rules

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Quantity is a number with its unit.
type Quantity struct {
	Value float64 // in seconds, bytes, kilometres or kilometres per hour
	Dim   Dimension
	Text  string // as written; empty: not read from a file
}

// Dimension is the physical dimension of a quantity.
type Dimension uint8

// The dimensions.
const (
	Number     Dimension = iota
	Time                 // in seconds
	Size                 // in bytes
	Length               // in kilometres
	Velocity             // in kilometres per hour
	dimensions           // their number
)

var dimensionNames = [dimensions]string{
	Number:   "a plain number",
	Time:     "a time such as 60s, 5m, 12h or 14d",
	Size:     "a size such as 100 MB",
	Length:   "a distance such as 500 km",
	Velocity: "a speed such as 900 km/h",
}

// String describes a quantity of the dimension, for errors.
func (d Dimension) String() string {
	if d < dimensions {
		return dimensionNames[d]
	}
	return ""
}

// units maps the name of a unit to its size in base units.
var units = map[string]Quantity{
	"": {Value: 1, Dim: Number}, "ms": {Value: 1e-3, Dim: Time}, "s": {Value: 1, Dim: Time}, "m": {Value: 60, Dim: Time},
	"h": {Value: 3600, Dim: Time}, "d": {Value: 86400, Dim: Time}, "w": {Value: 7 * 86400, Dim: Time},
	"y": {Value: 365 * 86400, Dim: Time}, "B": {Value: 1, Dim: Size}, "kB": {Value: 1e3, Dim: Size},
	"MB": {Value: 1e6, Dim: Size}, "GB": {Value: 1e9, Dim: Size}, "km": {Value: 1, Dim: Length},
	"km/h": {Value: 1, Dim: Velocity},
}

// ParseQuantity parses "600", "60s", "1m30s", "14d", "-1h", "500 km", "900 km/h" or "100 MB". A year is 365 days; sizes
// are powers of ten.
func ParseQuantity(text string) (Quantity, error) {
	q := Quantity{Text: strings.TrimSpace(text)}
	rest, negative := strings.CutPrefix(q.Text, "-")
	for first := true; first || rest != ""; first = false {
		number, unit, tail := splitQuantity(rest)
		v, err := strconv.ParseFloat(number, 64)
		u, known := units[unit]
		if err != nil || !known || math.IsInf(v, 0) || (!first && (u.Dim != Time || q.Dim != Time)) {
			return Quantity{}, fmt.Errorf("quantity %q: want a number with a unit of ms s m h d w y, B kB MB GB, km or km/h", text)
		}
		q.Value += v * u.Value
		q.Dim = u.Dim
		rest = tail
	}
	if negative {
		q.Value = -q.Value
	}
	return q, nil
}

// splitQuantity splits "1m30s" into "1", "m" and "30s".
func splitQuantity(s string) (number, unit, rest string) {
	i := strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("0123456789.", r) })
	if i < 0 {
		return s, "", ""
	}
	number, s = s[:i], strings.TrimLeft(s[i:], " ")
	if i = strings.IndexAny(s, "0123456789. "); i < 0 {
		return number, s, ""
	}
	return number, s[:i], strings.TrimLeft(s[i:], " ")
}

// UnmarshalText parses what ParseQuantity does.
func (q *Quantity) UnmarshalText(text []byte) error {
	got, err := ParseQuantity(string(text))
	*q = got
	return err
}

// parseAs parses a quantity of the dimension given.
func parseAs(dim Dimension, text []byte) (float64, error) {
	q, err := ParseQuantity(string(text))
	if err != nil {
		return 0, fmt.Errorf("%q: want %v", text, dim)
	}
	if q.Dim != dim {
		return 0, fmt.Errorf("%q: want %v", text, dim)
	}
	return q.Value, nil
}

// Duration is a time.Duration that also knows days, weeks and years: "14d".
type Duration time.Duration

// MaxDuration bounds every time in a rule, so that no sum of two overflows: 100 years.
const MaxDuration = 100 * 365 * 24 * time.Hour

// UnmarshalText parses "60s", "1h30m", "14d", "1y", and rounds to the microsecond.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := parseAs(Time, text)
	if err != nil {
		return err
	}
	if math.Abs(v) > MaxDuration.Seconds() {
		return fmt.Errorf("%q: is longer than 100 years", text)
	}
	*d = Duration(math.Round(v*1e6) * 1e3)
	return nil
}

// quantity returns the duration as a value for texts.
func (d Duration) quantity() Quantity {
	return Quantity{Value: time.Duration(d).Seconds(), Dim: Time}
}

// Kilometres is a distance: "500 km".
type Kilometres float64

// UnmarshalText parses "500 km".
func (k *Kilometres) UnmarshalText(text []byte) error {
	v, err := parseAs(Length, text)
	*k = Kilometres(v)
	return err
}

// Speed is in kilometres per hour: "900 km/h".
type Speed float64

// UnmarshalText parses "900 km/h".
func (s *Speed) UnmarshalText(text []byte) error {
	v, err := parseAs(Velocity, text)
	*s = Speed(v)
	return err
}

// Bytes is an amount of data: "100 MB".
type Bytes float64

// UnmarshalText parses "100 MB".
func (b *Bytes) UnmarshalText(text []byte) error {
	v, err := parseAs(Size, text)
	*b = Bytes(v)
	return err
}
