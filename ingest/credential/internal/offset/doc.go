// Package offset decodes text and keeps, for every byte, where in the line it came from.
package offset
