// Package shape classifies values by their looks, without their names: words, a number, an id, or random characters.
package shape
