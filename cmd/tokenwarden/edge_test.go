package main

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/secret"
)

// edgeVector is a line of the test vectors.
type edgeVector struct {
	Name, Place string
	Input       string `json:"input_hex"`
	Canonical   string `json:"canonical_hex"`
	Form        string
	Fingerprint string
}

// edgeVectors returns the test vectors and the files with their key and their edge key.
func edgeVectors(t *testing.T) (vectors []edgeVector, key, edgeKey string) {
	t.Helper()
	file, err := os.Open("../../testdata/edge/vectors-1.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	var head struct {
		Key string `json:"test_key_hex"`
		ID  string `json:"key_id"`
		Hex string `json:"edge_key_hex"`
	}
	lines.Scan()
	if err := json.Unmarshal(lines.Bytes(), &head); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		var v edgeVector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		vectors = append(vectors, v)
	}
	raw, _ := hex.DecodeString(head.Key)
	key = filepath.Join(t.TempDir(), "key")
	write(t, key, "twk1_"+base64.RawURLEncoding.EncodeToString(raw))
	edgeKey, _, _ = command(t, "", "key", "edge", "--key-file", key)
	if strings.TrimSpace(edgeKey) != head.ID+":"+head.Hex {
		t.Fatal("key edge prints another key than the vectors have")
	}
	return vectors, key, edgeKey
}

// edgeRequest is a request with one token, and what the log has to say of it.
type edgeRequest struct {
	name, place string
	raw         string // the token as it is sent
	token       string // the token alone, where it can be pasted as a line
	target      string
	headers     []string
	forms       []string
}

// edgeRequests places each vector in each place that can carry its bytes.
func edgeRequests(t *testing.T, vectors []edgeVector, edge secret.Edge, places string) []edgeRequest {
	t.Helper()
	var out []edgeRequest
	add := func(v edgeVector, place, raw, query string, form []byte, headers ...string) {
		if strings.Contains(places, place) {
			target := fmt.Sprintf("/r%d%s", len(out), query)
			token := ""
			if v.Place == "token" && !strings.ContainsAny(raw, " \r\n\t") {
				token = raw
			}
			out = append(out, edgeRequest{v.Name, place, raw, token, target, headers, strings.Fields(string(form))})
		}
	}
	for _, v := range vectors {
		input, err := hex.DecodeString(v.Input)
		if err != nil {
			t.Fatal(err)
		}
		text := string(input)
		inHeader := !strings.ContainsAny(text, "\r\n\x00\v\f")
		switch {
		case v.Place == "header" && inHeader && strings.TrimSpace(text) != "":
			add(v, "authorization", text, "", edge.AppendHeader(nil, "bearer", input), "Authorization: "+text)
		case v.Place == "token":
			token := secret.NewToken(input)
			if inHeader && !strings.ContainsAny(text, " \t") {
				add(v, "api_key", text, "", edge.AppendHeader(nil, "api_key", input), "X-Api-Key: "+text)
			}
			if inHeader {
				add(v, "authorization", text, "", edge.AppendHeader(nil, "bearer", []byte("Bearer "+text)), "Authorization: Bearer "+text)
			}
			if inHeader && !strings.ContainsAny(text, " \t;,\"") && strings.IndexByte(text, 0xa0) < 0 && strings.IndexByte(text, 0xff) < 0 {
				add(v, "cookie", text, "", edge.AppendForm(nil, "session", token), "Cookie: theme=dark; session="+text+"; lang=en")
			}
			escaped := percentAll(text)
			add(v, "query", escaped, "?page=2&access_token="+escaped+"&sort=up", edge.AppendForm(nil, "token", secret.NewToken([]byte(escaped))))
		}
	}
	return out
}

func percentAll(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

var edgeForm = regexp.MustCompile(`twfp1\.[0-9a-f]{8}\.[a-z0-9_]+\.[0-9a-f]{32}\.[0-9a-f]{8}`)

// TestEdgeServers runs each server with its configuration of deploy/edge and compares what it logs with `fingerprint --edge`,
// and what scan makes of the log with `fingerprint`.
func TestEdgeServers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts servers")
	}
	vectors, key, edgeKey := edgeVectors(t)
	parsed, err := secret.ParseEdgeKey(edgeKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range edgeServers {
		t.Run(e.name, func(t *testing.T) {
			program := e.find(t)
			requests := edgeRequests(t, vectors, secret.NewEdge(parsed), e.places)
			s := e.start(t, program, key)
			for _, r := range requests {
				s.send(r.target, r.headers...)
			}
			lines := s.lines(requests)
			s.stop()
			differed := map[string]bool{}
			for i, r := range requests {
				got := edgeForm.FindAllString(lines[i], -1)
				if !slices.Equal(got, r.forms) {
					differed[r.name] = true
					if !slices.Contains(e.differs, r.name) {
						t.Errorf("%s in %s: logged %q, want %q", r.name, r.place, got, r.forms)
					}
				}
				if len(r.raw) > 8 && len(r.forms) > 0 && strings.Contains(lines[i], r.raw) {
					t.Errorf("%s in %s: the log has the token", r.name, r.place)
				}
			}
			s.scanned(t, key, lines, requests, e.differs)
			for _, name := range e.differs {
				if !differed[name] {
					t.Errorf("%s does not differ: take it out of the list and of deploy/edge/README.md", name)
				}
			}
		})
	}
}

// scanned wants the fingerprints of `fingerprint` in the events that scan makes of the log, for each token that is logged as a
// form.
func (s *edgeSite) scanned(t *testing.T, key string, lines []string, requests []edgeRequest, differs []string) {
	t.Helper()
	log, events := filepath.Join(s.dir, "scanned.log"), filepath.Join(s.dir, "events")
	write(t, log, strings.Join(lines, ""))
	if _, text, code := command(t, "", "scan", "--key-file", key, "--events", events, log); code != exitDone {
		t.Fatal(text)
	}
	got := make([][]string, len(lines))
	text, err := os.ReadFile(events)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var e struct{ Source, Fingerprint, Identity string }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if n, err := strconv.Atoi(e.Source[strings.LastIndexByte(e.Source, ':')+1:]); err == nil && e.Identity == "edge" {
			got[n-1] = append(got[n-1], e.Fingerprint)
		}
	}
	var forms, tokens strings.Builder
	for _, r := range requests {
		fmt.Fprintln(&forms, strings.Join(r.forms, ""))
		fmt.Fprintln(&tokens, r.token)
	}
	ofForms, _, _ := command(t, forms.String(), "fingerprint", "--key-file", key)
	ofTokens, _, _ := command(t, tokens.String(), "fingerprint", "--key-file", key)
	wants, plains := strings.Split(ofForms, "\n"), strings.Split(ofTokens, "\n")
	for i, r := range requests {
		if strings.Join(got[i], " ") != wants[i] && !slices.Contains(differs, r.name) {
			t.Errorf("%s in %s: events of %v, want %s", r.name, r.place, got[i], wants[i])
		}
		if r.token != "" && wants[i] != plains[i] {
			t.Errorf("%s in %s: fingerprint %s of the form, %s of the token", r.name, r.place, wants[i], plains[i])
		}
	}
}

// requestID is the path of a request.
var requestID = regexp.MustCompile(`/r[0-9]+\b`)

// lines waits for the line of each request in the server's log and returns them.
func (s *edgeSite) lines(requests []edgeRequest) []string {
	s.t.Helper()
	out := make([]string, len(requests))
	eventually(s.t, "the log has a line of each request", func() (bool, string) {
		text, err := os.ReadFile(s.log)
		if err != nil {
			text, _ = os.ReadFile(filepath.Join(s.dir, "out"))
		}
		found := map[string]string{}
		for line := range strings.Lines(string(text)) {
			found[requestID.FindString(line)] = line
		}
		for i, r := range requests {
			if out[i] = found[requestID.FindString(r.target)]; !strings.HasSuffix(out[i], "\n") {
				return false, fmt.Sprintf("no line of %s in %s (%s); the log has %d bytes", r.name, r.place, r.target, len(text))
			}
		}
		return true, ""
	})
	return out
}
