// Package shape tells what a value looks like, whatever it is called: words, a number, an id, or something random.
package shape
