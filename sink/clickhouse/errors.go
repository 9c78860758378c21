package clickhouse

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/ClickHouse/clickhouse-go/v2"
	chcolumn "github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"

	"github.com/tokenwarden/tokenwarden/sink"
)

// Class is the kind of an error. The set is closed: metrics use it as a label.
type Class string

// The classes.
const (
	ClassNetwork  Class = "network"  // no connection, or a broken one; retried
	ClassTimeout  Class = "timeout"  // no answer in time; retried
	ClassOverload Class = "overload" // too many parts or queries, too little memory or disk, too few replicas; retried
	ClassAuth     Class = "auth"     // wrong user, password, certificate or grants
	ClassSchema   Class = "schema"   // a database, table or column is missing or of another type
	ClassData     Class = "data"     // the server or the validation before it refuses a row
	ClassCanceled Class = "canceled" // the caller's context ended
	ClassOther    Class = "other"    // all others; not retried
)

var classes = []Class{
	ClassNetwork, ClassTimeout, ClassOverload, ClassAuth, ClassSchema, ClassData, ClassCanceled, ClassOther,
}

// codes lists the error codes of the server by class (ErrorCodes.cpp). All others are ClassOther.
var codes = map[Class][]int32{
	ClassNetwork: {
		210,  // NETWORK_ERROR
		236,  // ABORTED: the server is shutting down
		279,  // ALL_CONNECTION_TRIES_FAILED
		394,  // QUERY_WAS_CANCELLED: by an operator or a shutdown
		1000, // POCO_EXCEPTION
	},
	ClassTimeout: {
		159, // TIMEOUT_EXCEEDED
		160, // TOO_SLOW
		209, // SOCKET_TIMEOUT
	},
	ClassOverload: {
		202, // TOO_MANY_SIMULTANEOUS_QUERIES
		203, // NO_FREE_CONNECTION
		218, // TABLE_IS_DROPPED: another process replaces the same view
		241, // MEMORY_LIMIT_EXCEEDED
		242, // TABLE_IS_READ_ONLY: the replica has lost its Keeper
		243, // NOT_ENOUGH_SPACE
		252, // TOO_MANY_PARTS
		285, // TOO_FEW_LIVE_REPLICAS
		286, // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
		319, // UNKNOWN_STATUS_OF_INSERT
		517, // CANNOT_ASSIGN_ALTER: another process changes the same table
		425, // SYSTEM_ERROR
		439, // CANNOT_SCHEDULE_TASK
		473, // DEADLOCK_AVOIDED
		745, // SERVER_OVERLOADED
		999, // KEEPER_EXCEPTION
	},
	ClassAuth: {
		192, // UNKNOWN_USER
		193, // WRONG_PASSWORD
		194, // REQUIRED_PASSWORD
		195, // IP_ADDRESS_NOT_ALLOWED
		497, // ACCESS_DENIED
		516, // AUTHENTICATION_FAILED
	},
	ClassSchema: {
		8,   // THERE_IS_NO_COLUMN
		10,  // NOT_FOUND_COLUMN_IN_BLOCK
		16,  // NO_SUCH_COLUMN_IN_TABLE
		36,  // BAD_ARGUMENTS
		44,  // ILLEGAL_COLUMN
		47,  // UNKNOWN_IDENTIFIER
		53,  // TYPE_MISMATCH
		60,  // UNKNOWN_TABLE
		70,  // CANNOT_CONVERT_TYPE
		81,  // UNKNOWN_DATABASE
		122, // INCOMPATIBLE_COLUMNS
		344, // SUPPORT_IS_DISABLED
		701, // CLUSTER_DOESNT_EXIST
	},
	ClassData: {
		6, 20, 26, 27, 38, 41, 72, // CANNOT_PARSE_*
		69,  // ARGUMENT_OUT_OF_BOUND
		117, // INCORRECT_DATA
		131, // TOO_LARGE_STRING_SIZE
		190, // SIZES_OF_ARRAYS_DONT_MATCH
		321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
		691, // UNKNOWN_ELEMENT_OF_ENUM
	},
}

// Classify returns the class of err, "" for nil. Any deadline is ClassTimeout: callers check their own context themselves.
func Classify(err error) Class {
	var server *clickhouse.Exception
	var rowErr *dataError
	var schema *schemaError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &server):
		return classifyCode(server.Code)
	case errors.As(err, &rowErr):
		return ClassData
	case errors.As(err, &schema):
		return ClassSchema
	case errors.Is(err, context.Canceled):
		return ClassCanceled
	case isTimeout(err):
		return ClassTimeout
	case isCertificate(err):
		return ClassAuth
	case isNetwork(err):
		return ClassNetwork
	case isEncoding(err):
		return ClassData
	}
	return ClassOther
}

func classifyCode(code int32) Class {
	for class, list := range codes {
		if slices.Contains(list, code) {
			return class
		}
	}
	return ClassOther
}

// Retryable reports whether a retry may succeed.
func Retryable(err error) bool { return Classify(err).retryable() }

func (c Class) retryable() bool {
	return c == ClassNetwork || c == ClassTimeout || c == ClassOverload
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, clickhouse.ErrAcquireConnTimeout) ||
		(errors.As(err, &n) && n.Timeout())
}

func isCertificate(err error) bool {
	var certificate *tls.CertificateVerificationError
	var alert tls.AlertError
	var notTLS tls.RecordHeaderError
	return errors.As(err, &certificate) || errors.As(err, &alert) || errors.As(err, &notTLS)
}

// isNetwork recognises two errors of the driver by their text, because they have no type.
func isNetwork(err error) bool {
	var op net.Error
	for _, target := range []error{
		io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.EPIPE, syscall.ECONNRESET, syscall.ECONNREFUSED,
		clickhouse.ErrConnectionClosed, clickhouse.ErrAcquireConnNoAddress,
	} {
		if errors.Is(err, target) {
			return true
		}
	}
	text := err.Error()
	return errors.As(err, &op) || strings.Contains(text, "closed connection") || strings.Contains(text, "reader is nil")
}

func isEncoding(err error) bool {
	var columnErr *chcolumn.Error
	var converter *chcolumn.ColumnConverterError
	var block *proto.BlockError
	return errors.As(err, &columnErr) || errors.As(err, &converter) || errors.As(err, &block)
}

// dataError reports a row that must not be written. It holds the position of the row, never content.
type dataError struct{ text string }

// Error returns the position of the row and the column.
func (e *dataError) Error() string { return e.text }

var hints = map[Class]string{
	ClassAuth: "check clickhouse.username, clickhouse.password_file and clickhouse.tls, and that the user has the grants " +
		"SELECT, INSERT and, for the schema, CREATE and ALTER",
	ClassSchema: howToApply,
	ClassData:   "the row is not one that tokenwarden should have made: please report this",
}

// permanent returns withHint, marked as an error that no retry can mend.
func permanent(what string, err error) error { return sink.Permanent(withHint(what, err)) }

// withHint adds to err what failed and what to do.
func withHint(what string, err error) error {
	hint := hints[Classify(err)]
	if hint == "" || strings.Contains(err.Error(), hint) {
		return fmt.Errorf("clickhouse: %s: %w", what, err)
	}
	return fmt.Errorf("clickhouse: %s: %w: %s", what, err, hint)
}
