// Package detect says which use of a token is odd. It is arithmetic on data: no clock, no context, no input or output,
// no goroutines. Time is [tokenwarden.Event.Time], and the same input gives the same alerts with the same ids.
//
// An [Engine] is a set of compiled rules and never changes. A [Partition] is the state of one usage partition; one
// goroutine owns it. For every usage message:
//
//	missing := p.Begin(pos, usages)
//	p.Restore(whatTheStoreKnowsOf(missing))
//	stats := p.Apply()
//
// and every few seconds, between messages:
//
//	p.Checkpoint(&c)
//	write(c.Events, c.Alerts, c.Usage, c.Profiles, c.Marks) // in this order
//	p.Committed()
//
// A crash between any two writes of a checkpoint does no harm: every row is an absolute value that is a function of its
// subject's own events in their order, so the replay writes the same rows again.
package detect
