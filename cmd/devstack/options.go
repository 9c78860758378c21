package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
)

// options holds the flags and the command.
type options struct {
	dir              string
	kafkaPort        int
	clickhousePort   int
	clickhouseHTTP   int
	only             string // kafka, clickhouse, or "" for both
	kafka            string // kfake or apache
	autoCreateTopics bool
	command          []string // to run with the stack, empty to stay
	present          []string // parts that are already there
}

const (
	partKafka      = "kafka"
	partClickHouse = "clickhouse"

	brokerFake   = "kfake"
	brokerApache = "apache"
)

// parseOptions reads the command line; usage goes to w.
func parseOptions(args []string, w io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("devstack", flag.ContinueOnError)
	flags.SetOutput(w)
	flags.StringVar(&o.dir, "dir", "", "`folder` for data and logs; with a command, a temporary one by default")
	flags.IntVar(&o.kafkaPort, "kafka-port", 0, "`port` of the broker, 0 for any")
	flags.IntVar(&o.clickhousePort, "clickhouse-port", 0, "`port` of ClickHouse's native protocol, 0 for any")
	flags.IntVar(&o.clickhouseHTTP, "clickhouse-http-port", 0, "`port` of ClickHouse's HTTP protocol, 0 for any")
	flags.StringVar(&o.only, "only", "", "start one `part` alone: kafka or clickhouse")
	flags.StringVar(&o.kafka, "kafka", brokerFake, "`broker` to run: kfake, or apache for Apache Kafka (needs Java and Maven)")
	flags.BoolVar(&o.autoCreateTopics, "auto-create-topics", false, "let clients make topics by using them")
	flags.Usage = func() {
		_, _ = fmt.Fprint(w, "usage: devstack --dir DIR [flags]\n       devstack [flags] -- COMMAND [ARGUMENT...]\n\n")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.command = flags.Args()
	return o, o.validate()
}

func (o options) validate() error {
	if !slices.Contains([]string{"", partKafka, partClickHouse}, o.only) {
		return fmt.Errorf("--only %q: want kafka or clickhouse", o.only)
	}
	if !slices.Contains([]string{brokerFake, brokerApache}, o.kafka) {
		return fmt.Errorf("--kafka %q: want kfake or apache", o.kafka)
	}
	for name, port := range map[string]int{
		"--kafka-port": o.kafkaPort, "--clickhouse-port": o.clickhousePort, "--clickhouse-http-port": o.clickhouseHTTP,
	} {
		if port < 0 || port > 65535 {
			return fmt.Errorf("%s %d: want 0 to 65535", name, port)
		}
	}
	if o.dir == "" && len(o.command) == 0 {
		return errors.New("--dir is missing: name a folder for data and logs")
	}
	return nil
}

// wants reports whether the part is to be started.
func (o options) wants(part string) bool {
	return (o.only == "" || o.only == part) && !slices.Contains(o.present, part)
}
