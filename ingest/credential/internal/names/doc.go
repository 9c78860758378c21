// Package names grades the names of values, and the segments of paths, by what they say about the value that follows.
package names
