// Package detect finds odd uses of tokens. It is arithmetic on data: it has no clock, context, I/O or goroutines. Time is
// [tokenwarden.Event.Time], and the same input gives the same alerts with the same ids.
//
// An [Engine] is a set of compiled rules and never changes. A [Partition] is the state of one usage partition, owned by one
// goroutine. For every usage message:
//
//	missing := p.Begin(pos, usages)
//	p.Restore(loadProfiles(missing))
//	stats := p.Apply()
//
// and every few seconds, between messages:
//
//	p.Checkpoint(&c)
//	write(c.Events, c.Alerts, c.Usage, c.Profiles, c.SourceOffsets) // in this order
//	p.Committed()
//
// A crash between any two writes of a checkpoint does no harm: every row is an absolute value and a function of its
// subject's own events in their order, so the replay writes the same rows again.
//
// An event passes these packages, each of which imports only those below it:
//
//	detect              Partition: apply.go, candidates.go, incident.go, checkpoint.go
//	internal/kind       kinds of rule: an Evaluator and a Spec for each
//	internal/condition  expressions of rules, evaluated on an Env
//	internal/peers      what many tokens do at once
//	internal/profile    a subject's profile, the prepared Event, the cache
//	internal/window     state of rules over time
package detect
