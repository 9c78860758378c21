// Package placeholder writes and recognises what replaces a credential in a redacted line.
package placeholder
