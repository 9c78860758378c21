// Package offset decodes text and keeps the position in the line of every byte.
package offset
