package clickhouse

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// helloRevision is the revision of the native protocol that the greeting claims. From this one on a
// server sends the patch number of its version.
const helloRevision = 54401

const maxHelloString = 1 << 10

// ServerVersion greets the server at addr on the native protocol, as user default without a password, and returns the
// version it names, such as "26.7.2".
func ServerVersion(ctx context.Context, addr string) (string, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return "", err
		}
	}
	if _, err := conn.Write(clientHello()); err != nil {
		return "", err
	}
	version, err := readServerHello(bufio.NewReader(conn))
	if err != nil {
		return "", fmt.Errorf("greet ClickHouse at %s: %w", addr, err)
	}
	return version, nil
}

func clientHello() []byte {
	str := func(b []byte, s string) []byte { return append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	b := []byte{0} // the packet type
	b = str(b, "devstack")
	for _, n := range []uint64{1, 0, helloRevision} {
		b = binary.AppendUvarint(b, n)
	}
	b = str(b, "default") // database
	b = str(b, "default") // user
	return str(b, "")     // password
}

// readServerHello decodes: type, name, major, minor, revision, time zone, display name, patch.
func readServerHello(r *bufio.Reader) (string, error) {
	d := helloDecoder{r: r}
	switch d.uvarint() {
	case 0:
	case 2:
		return "", errors.New("it refused the user default without a password")
	default:
		return "", errors.Join(errors.New("no greeting came back: is this the native port?"), d.err)
	}
	d.skipString()
	major, minor := d.uvarint(), d.uvarint()
	d.uvarint()
	d.skipString()
	d.skipString()
	patch := d.uvarint()
	return fmt.Sprintf("%d.%d.%d", major, minor, patch), d.err
}

// helloDecoder keeps the first error, after which it returns zeros.
type helloDecoder struct {
	r   *bufio.Reader
	err error
}

func (d *helloDecoder) uvarint() uint64 {
	if d.err != nil {
		return 0
	}
	n, err := binary.ReadUvarint(d.r)
	d.err = err
	return n
}

func (d *helloDecoder) skipString() {
	n := d.uvarint()
	if d.err == nil && n > maxHelloString {
		d.err = errors.New("a text in the greeting is too long")
	}
	if d.err == nil {
		_, d.err = io.CopyN(io.Discard, d.r, int64(n))
	}
}
