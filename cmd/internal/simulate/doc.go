// Package simulate writes access logs that look like those of six services and says exactly what is in them.
//
// A [Generator] gives one [Line] after the other: ordinary traffic in which a share of the requests carries
// credentials, attacks on some of these credentials, hard negatives (honest traffic that looks like an attack), and
// on request damaged lines. Each line says which token it carries and whether it is malicious, so that what a
// detector reports can be compared with what happened, to the last line.
//
// Ordinary traffic comes in two sorts: a rate from which each line draws its holder, for minutes and for load; and holders
// that keep a calendar ([Options.Rhythm], [Evaluation]), for days.
//
// The same [Options] always give the same bytes. There is no clock here: time starts at [Options.Start]. Every
// address is documentation or benchmark space (RFC 5737, RFC 2544, RFC 3849), every credential is random.
package simulate
