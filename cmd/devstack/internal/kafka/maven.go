package kafka

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/cache"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/repo"
	"github.com/tokenwarden/tokenwarden/cmd/devstack/internal/status"
)

// pomFile names Kafka and its version, below the root of the repository.
const pomFile = "deploy/dev/pom.xml"

// jars returns the folder with Kafka and all that it needs. Maven fetches them once for each content of pomFile.
func jars(ctx context.Context, log *status.Log) (string, error) {
	pom, err := repo.Path(pomFile)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", pomFile, err)
	}
	content, err := os.ReadFile(pom)
	if err != nil {
		return "", fmt.Errorf("read what Kafka is made of: %w", err)
	}
	parent, err := cache.Dir("kafka")
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	dir := filepath.Join(parent, hex.EncodeToString(sum[:8]))
	if isDir(dir) {
		return dir, nil
	}
	unlock, err := cache.Lock(ctx, dir+".lock", func() {
		log.Printf("another devstack is fetching Apache Kafka; waiting for it")
	})
	if err != nil {
		return "", err
	}
	defer unlock()
	if isDir(dir) { // the other one is done
		return dir, nil
	}
	return dir, fetchJars(ctx, pom, dir, log)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// fetchJars makes dir, with all files or not at all.
func fetchJars(ctx context.Context, pom, dir string, log *status.Log) error {
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return errors.New("mvn is needed to fetch Apache Kafka and is not installed: install Maven, " +
			"or set KAFKA_BROKERS to a running broker, or use --kafka kfake")
	}
	work := dir + ".fetch" // the lock makes it ours; a devstack that was killed may have left it
	if err := errors.Join(os.RemoveAll(work), os.Mkdir(work, 0o755)); err != nil {
		return fmt.Errorf("fetch Apache Kafka: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	log.Printf("fetching Apache Kafka, once (45 MB, kept in %s)", dir)
	unpacked := filepath.Join(work, "jars")
	// The plugin by its full name: looked up by its short one, a network that is down would look like a plugin that
	// does not exist. With -U Maven tries again what it noted as missing.
	cmd := exec.CommandContext(ctx, mvn, "--batch-mode", "--quiet", "-U", "--strict-checksums", "-Dstyle.color=never",
		"--file", pom, "org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies",
		"-DoutputDirectory="+unpacked, "-DincludeScope=runtime")
	cmd.Dir = work
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := log.While("fetching Apache Kafka", cmd.Run); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return mavenError(output.Bytes(), err)
	}
	if err := os.Rename(unpacked, dir); err != nil {
		return fmt.Errorf("fetch Apache Kafka: %w", err)
	}
	return nil
}

// noTransfer matches Maven's report that a repository did not answer, or not with files.
var noTransfer = regexp.MustCompile("Could not transfer|Unknown host|Connection refused|timed out|unreachable|" +
	"No route to host|in offline mode")

// mavenError turns Maven's output into an error; it wraps cache.ErrUnreachable if the network is the cause.
func mavenError(output []byte, cause error) error {
	first := "no message"
	for line := range strings.Lines(string(output)) {
		if _, text, ok := strings.Cut(strings.TrimSpace(line), "[ERROR] "); ok {
			first = text
			break
		}
	}
	if noTransfer.Match(output) && !bytes.Contains(output, []byte("Checksum validation failed")) {
		return fmt.Errorf("fetch Apache Kafka from Maven Central: %w: try again with a network, or set KAFKA_BROKERS to a running "+
			"broker, or use --kafka kfake; Maven says: %s", cache.ErrUnreachable, first)
	}
	return fmt.Errorf("fetch Apache Kafka: mvn: %w: %s", cause, first)
}
