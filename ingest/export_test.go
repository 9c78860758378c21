package ingest

import "github.com/tokenwarden/tokenwarden/ingest/guard"

// What the external tests of this package need of it.
var (
	NewTestProcessor = newTestProcessor
	NewSecret        = newSecret
	Combined         = combined
	HideNames        = hideNames
	TestTime         = testTime
)

// SetGuard replaces the second check; nil takes it away.
func (p *Processor) SetGuard(g *guard.Guard) { p.guard = g }
