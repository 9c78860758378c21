package credential

import (
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestArguments reads the arguments of commands in queries, one parameter each or together, and in texts.
func TestArguments(t *testing.T) {
	testExact(t, "Tz5wQ8rL-k3Vb", targets(
		"/exec?command=tool&command=--client-secret&command={S}&stdout=true", "/exec?command=curl&command=-u&command=svc%3A{S}&command=http://h",
		"/exec?command=curl&command=--user&command=svc:{S}&tty=0", "/exec?arg=/usr/bin/mysql&arg=-uroot&arg=-p{S}&tty=0",
		"/exec?command=redis-cli&command=-a&command={S}", "/exec?cmd=sh&cmd=-c&cmd=mysql+-uroot+-p{S}+-e+x", "/exec?cmd=sh&cmd=-c&cmd=mysql+--password+{S}+-e+x",
		"/exec?command=bash&command=-c&command=ldapsearch%20-D%20cn=x%20-w%20{S}%20-b%20dc", "/run?x=docker+login+-u+bob+-p+{S}+r.example",
		"/exec?command=sh&command=-c&command=curl%20-H%20%22X-Api-Key:%20{S}%22%20http://h&tty=0",
	))
	testExact(t, newSynth(74).of(alnum, 31)+"%2B", targets("/exec?command=tool&command=--token&command={S}&tty=0"))
	testExact(t, "Tz5wQ8rL-k3Vb", fields(record.KindText, "msg", "exec mysqldump -h db -p{S} shop", "exec /usr/bin/sshpass -p {S} ssh h", "exec sqlcmd -U sa -P '{S}' -Q x",
		"exec tool --password {S} --verbose"))
	testExact(t, "", targets(
		"/exec?command=ls&command=-l&command=/var/log/app-2026.log", "/exec?command=tail&command=-c&command=5000", "/exec?command=mkdir&command=-p&command=/opt/app/data1",
		"/exec?command=docker&command=run&command=-u&command=1000:1000&command=-p&command=8080:80", "/map?lat=-12.5&lat=-13&lon=-x1", "/exec?command=tool&command=--token&command=--help",
		"/exec?command=mysql&command=|&command=mkdir&command=-pv",
	))
	testExact(t, "", fields(record.KindText, "msg", "exec patch -p1 and mkdir -p /srv/data1 -m 0755", "run --token-file /etc/x -p 8080:80"))
}
