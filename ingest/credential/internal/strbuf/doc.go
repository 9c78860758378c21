// Package strbuf holds the strings of one line's findings in one piece of memory.
package strbuf
