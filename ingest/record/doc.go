// Package record holds what parsing a line and searching it for credentials share: a [Record] is one parsed line, a
// [Field] one stretch of it, a [Kind] what may stand there, an [Escape] how its bytes are written. Package accesslog
// fills records, package credential reads them; neither imports the other.
package record
