// Package simulate generates access logs like those of six services, and labels for each line.
//
// A [Generator] returns one [Line] after the other: ordinary traffic in which a share of the requests carries
// credentials, attacks on some of these credentials, hard negatives (honest traffic that looks like an attack), and
// on request damaged lines. A line has the index of its token and the label malicious or not, so that the reports of a
// detector can be compared with the truth line by line.
//
// Ordinary traffic comes in two sorts: a rate from which each line draws its holder, for minutes and for load; and holders
// that keep a calendar ([Options.Rhythm], [Evaluation]), for days.
//
// The same [Options] always give the same bytes. There is no clock here: time starts at [Options.Start]. Every
// address is documentation or benchmark space (RFC 5737, RFC 2544, RFC 3849), every credential is random.
package simulate
