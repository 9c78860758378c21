package clickhouse

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"unsafe"

	"github.com/ebitengine/purego"
)

// EngineCommand is the hidden first argument that makes devstack host an engine instead of starting a stack.
const EngineCommand = "__clickhouse-engine"

// idleQuery keeps the engine alive: its command line ends when its last query does. It wakes twice a second, so that
// the engine also ends soon after this query is killed.
const idleQuery = `SELECT sleepEachRow(0.5) FROM system.numbers
SETTINGS max_block_size=1, function_sleep_max_microseconds_per_block=0 FORMAT Null`

// stopQuery ends the engine in good order, by ending its idleQuery.
const stopQuery = `KILL QUERY WHERE startsWith(query, 'SELECT sleepEachRow(0.5) FROM system.numbers') ASYNC`

// engine holds library, data folder and ports of a hosted engine.
type engine struct {
	library string // path of libchdb.so
	dir     string // data directory
	native  int    // port of the native protocol
	http    int    // port of the HTTP protocol
}

// arguments returns the command line with which devstack hosts e; HostEngine parses it.
func (e engine) arguments() []string {
	return []string{EngineCommand, e.library, e.dir, strconv.Itoa(e.native), strconv.Itoa(e.http)}
}

// HostEngine runs an engine inside this process until the engine ends or stdin does. The process belongs to the
// engine from then on: a crash of the engine is a crash of the process.
func HostEngine(arguments []string) error {
	if len(arguments) != 5 {
		return fmt.Errorf("%s: %d arguments, want 5", EngineCommand, len(arguments))
	}
	native, err1 := strconv.Atoi(arguments[3])
	http, err2 := strconv.Atoi(arguments[4])
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("%s: ports: %w", EngineCommand, err)
	}
	go exitWithParent()
	return engine{library: arguments[1], dir: arguments[2], native: native, http: http}.run()
}

// exitWithParent ends the process when its stdin ends, which is a pipe from devstack: no engine outlives it.
func exitWithParent() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}

// run loads the library, hands it the command line and returns when the engine ends.
func (e engine) run() error {
	lib, err := purego.Dlopen(e.library, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return fmt.Errorf("load the engine: %w", err)
	}
	var (
		setSignalHandlers func(enabled bool)
		queryCommandLine  func(argc int32, argv **byte) uintptr
		resultError       func(result uintptr) string
	)
	purego.RegisterLibFunc(&setSignalHandlers, lib, "chdb_set_signal_handlers_enabled")
	purego.RegisterLibFunc(&queryCommandLine, lib, "chdb_query_cmdline")
	purego.RegisterLibFunc(&resultError, lib, "chdb_result_error")

	runtime.LockOSThread()
	setSignalHandlers(false) // the Go runtime needs its own
	argv := cStrings(e.commandLine())
	result := queryCommandLine(int32(len(argv)), &argv[0])
	runtime.KeepAlive(argv)
	if result == 0 {
		return errors.New("run the engine: no result")
	}
	if text := resultError(result); text != "" {
		return fmt.Errorf("run the engine: %s", text)
	}
	return nil
}

func (e engine) commandLine() []string {
	return []string{
		"clickhouse",
		"--path", e.dir,
		"--listen_host", "127.0.0.1",
		"--tcp_port", strconv.Itoa(e.native),
		"--http_port", strconv.Itoa(e.http),
		"--multiquery",
		"--query", "SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; " + idleQuery,
	}
}

// cStrings returns args as strings that end with a zero byte.
func cStrings(args []string) []*byte {
	argv := make([]*byte, len(args))
	for i, arg := range args {
		argv[i] = unsafe.SliceData(append([]byte(arg), 0))
	}
	return argv
}
