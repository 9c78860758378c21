package accesslog

import "bytes"

// loggerEnd returns the length of what a logging library wrote in front of a line, 0 without it:
//
//	I1123 15:04:05.383874       1 httplog.go:132] LINE       klog, glog
//	I, [2026-11-23T15:04:05.123456 #7]  INFO -- : LINE       Ruby
//	[2026-11-23 15:04:05 +0000] [7] [INFO] LINE              Gunicorn, Hypercorn
//	2026/11/23 15:04:05 LINE                                 Go
//	ACCESS LINE                                              Ambassador
func loggerEnd(line []byte, c *clock) int {
	if len(line) < isoLen+2 {
		return 0
	}
	switch {
	case line[0] == '[':
		return bracketsEnd(line, c)
	case bytes.HasPrefix(line, []byte("ACCESS ")):
		return len("ACCESS ")
	case line[1] == ',' && line[2] == ' ' && line[3] == '[':
		if n := bytes.Index(line[:min(len(line), 80)], []byte(" -- : ")); n > 0 {
			return n + len(" -- : ")
		}
	case line[4] == '/' && line[7] == '/' && line[isoLen] == ' ':
		if _, ok := c.parseISO(line[:isoLen]); ok {
			return isoLen + 1
		}
	case isCapital(line[0]):
		return klogEnd(line)
	}
	return 0
}

// klogEnd returns the length of a level, month and day, a time, a thread and "file:line] ".
func klogEnd(line []byte) int {
	const clock = len("I1123 ")
	if _, ok := parseNumber(line[1:5]); !ok || line[5] != ' ' {
		return 0
	}
	end := columnEnd(line, clock)
	if _, ok := parseTimeOfDay(line[clock:end]); !ok {
		return 0
	}
	thread := blanksEnd(line, end)
	file := columnEnd(line, thread)
	end = columnEnd(line, file+1)
	if !isInteger(line[thread:file]) || end-file > maxToken || end >= len(line) || line[end-1] != ']' {
		return 0
	}
	return end + 1
}

// bracketsEnd returns the length of a time, a number and a level, each in brackets.
func bracketsEnd(line []byte, c *clock) int {
	i := 0
	for n := range 3 {
		size := bytes.IndexByte(line[i:min(len(line), i+maxTime)], ']')
		if size < 0 || i+size+2 > len(line) || line[i] != '[' || line[i+size+1] != ' ' {
			return 0
		}
		value, ok := line[i+1:i+size], false
		switch n {
		case 0:
			_, ok = c.parse(value)
		case 1:
			ok = isInteger(value)
		default:
			ok = isLogLevel(value)
		}
		if !ok {
			return 0
		}
		if i += size + 2; i >= len(line) {
			return 0
		}
	}
	return i
}
