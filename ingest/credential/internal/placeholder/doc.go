// Package placeholder writes and recognises the placeholders of redacted credentials.
package placeholder
