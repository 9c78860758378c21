// Package names grades the names of values and the segments of paths by the secrecy of the value behind them.
package names
