package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

// defaultPartitions is the number of partitions of a topic that is created without a number.
const defaultPartitions = 4

// Options holds the data folder, the address and the limits of a broker.
type Options struct {
	Dir              string // holds the folder kafka and its log; kept after the end
	Port             int    // a free port
	AutoCreateTopics bool   // a client's look at an unknown topic makes it
}

// Broker is a running broker.
type Broker interface {
	// Address returns the HOST:PORT that the broker listens on.
	Address() string
	// Version returns the broker's name and version, such as "Apache Kafka 4.1.0".
	Version() string
	// Stop ends the broker and returns when it has ended. Its data stays.
	Stop()
	// Done is closed when the broker has ended and does not come back.
	Done() <-chan struct{}
	// Err returns why the broker ended, nil after Stop. It may be called after Done.
	Err() error
}

const probeTimeout = 5 * time.Second

// Probe asks the broker at addr for its API versions and returns its name and approximate version, such as "Kafka v4.1". It fails
// as long as the broker does not serve its cluster's metadata.
func Probe(ctx context.Context, addr string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	name, err := probe(ctx, addr)
	if err != nil {
		return "", fmt.Errorf("probe Kafka at %s: %w", addr, err)
	}
	return name, nil
}

func newClient(addr string) (*kgo.Client, error) {
	return kgo.NewClient(kgo.SeedBrokers(addr), kgo.RequestRetries(0))
}

func probe(ctx context.Context, addr string) (string, error) {
	client, err := newClient(addr)
	if err != nil {
		return "", err
	}
	defer client.Close()
	metadata, err := kmsg.NewPtrMetadataRequest().RequestWith(ctx, client)
	if err != nil {
		return "", err
	}
	if len(metadata.Brokers) == 0 {
		return "", errors.New("its cluster has no broker yet")
	}
	if metadata.ClusterID != nil && *metadata.ClusterID == fakeClusterID {
		return "kfake", nil // knows too few requests for a guess at its version
	}
	request := kmsg.NewPtrApiVersionsRequest()
	request.ClientSoftwareName, request.ClientSoftwareVersion = "devstack", "1"
	known, err := request.RequestWith(ctx, client)
	if err != nil {
		return "", err
	}
	return "Kafka " + kversion.FromApiVersionsResponse(known).VersionGuess(), nil
}

// probeGroups returns nil once the broker at addr coordinates consumer groups. Asked for the first time, Apache Kafka
// makes the topic that it keeps their offsets in, and refuses every group until that is done.
func probeGroups(ctx context.Context, addr string) error {
	client, err := newClient(addr)
	if err != nil {
		return err
	}
	defer client.Close()
	request := kmsg.NewPtrFindCoordinatorRequest()
	request.CoordinatorKey = "devstack"
	request.CoordinatorKeys = []string{request.CoordinatorKey}
	response, err := request.RequestWith(ctx, client)
	if err != nil {
		return err
	}
	errs := []error{kerr.ErrorForCode(response.ErrorCode)}
	for _, c := range response.Coordinators {
		errs = append(errs, kerr.ErrorForCode(c.ErrorCode))
	}
	return errors.Join(errs...)
}
