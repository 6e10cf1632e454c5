package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

const bike = "testdata/bike"

func TestAServiceBeginsWithAModelAndGoesOnWithItsStore(t *testing.T) {
	data := filepath.Join(t.TempDir(), "store")
	s := serve(t, bike, "--data", data)
	s.want(200, "GET", "/healthz", "")
	s.want(200, "GET", "/readyz", "")
	before := s.want(200, "GET", "/v1/plan", "")
	s.want(200, "POST", "/v1/changes", demand("SO-NEW"))
	s.want(200, "GET", "/v1/plan/demands/SO-NEW", "")
	after := s.want(200, "GET", "/v1/plan", "")
	if before == after {
		t.Error("a change has changed nothing")
	}
	s.end()

	s = serve(t, "--data", data) // no model is named
	if again := s.want(200, "GET", "/v1/plan", ""); strings.Replace(again, `"store"`, `"bike"`, 1) != after {
		t.Errorf("after the restart the plan is %s, and it was %s", again, after)
	}
	s.end()

	s = serve(t, bike, "--data", data)
	s.want(200, "GET", "/v1/plan/demands/SO-NEW", "")
	if !strings.Contains(s.log.String(), "--reload") || !strings.Contains(s.log.String(), "/v1/model") {
		t.Errorf("the log does not say how to load the model: %s", s.log)
	}
	s.end()

	s = serve(t, bike, "--data", data, "--reload")
	s.want(404, "GET", "/v1/plan/demands/SO-NEW", "")
	s.end()
}

func TestWithoutAPlaceNothingIsKept(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := serve(t, bike)
	if !strings.Contains(s.out.String(), "changes are lost when it ends") {
		t.Errorf("it does not say so: %s", s.out)
	}
	s.want(200, "POST", "/v1/changes", demand("SO-NEW"))
	s.end()
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
}

func TestMetricsOfAService(t *testing.T) {
	s := serve(t, bike)
	s.want(200, "POST", "/v1/changes", demand("SO-NEW"))
	text := s.want(200, "GET", "/metrics", "")
	for _, want := range []string{"takt_plan_version 2", "takt_demands 5", "takt_leads 1", "takt_planning_seconds_count 1", "takt_writing_seconds_count 1", "takt_waiting_requests 0", "takt_scenarios 0",
		"takt_event_subscribers 0", `takt_request_seconds_count{method="POST",route="POST /v1/changes",status="200"} 1`, `takt_store_seconds_count{operation="append"} 1`} {
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("no line %q in\n%s", want, regexp.MustCompile(`(?m)^(#|go_|process_|.*_bucket).*\n`).ReplaceAllString(text, ""))
		}
	}
}

func TestTokensOfAServiceThatRunsAndOfOneThatDoesNot(t *testing.T) {
	data := t.TempDir()
	ops := secretOf(t, "ops", "--role", "admin", "--data", data)
	s := serve(t, bike, "--data", data)
	s.want(401, "GET", "/v1/plan", "")
	s.want(401, "GET", "/metrics", "")
	s.want(200, "GET", "/readyz", "")
	s.want(200, "GET", "/debug/pprof/goroutine?debug=1", "", "Authorization: Bearer "+ops)
	if code, _, err := takt(t, "token", "list", "--data", data); code != exitInput || !strings.Contains(err, "--server") {
		t.Errorf("a folder in use: %d %s", code, err)
	}
	if code, _, err := takt(t, "token", "list", "--server", s.url); code != exitInput || !strings.Contains(err, "TAKT_TOKEN") {
		t.Errorf("without a token: %d %s", code, err)
	}
	t.Setenv("TAKT_TOKEN", ops)
	board := secretOf(t, "board", "--role", "viewer", "--note", "hall 3", "--server", s.url)
	s.want(200, "GET", "/v1/plan", "", "Authorization: Bearer "+board)
	s.want(200, "GET", "/metrics", "", "Authorization: Bearer "+board)
	s.want(403, "POST", "/v1/changes", demand("X"), "Authorization: Bearer "+board)
	s.want(403, "GET", "/debug/pprof/", "", "Authorization: Bearer "+board)
	refusesViewers(t, s, "Authorization: Bearer "+board)
	if _, out, _ := takt(t, "token", "list", "--server", s.url); !strings.Contains(out, "board") || !strings.Contains(out, "hall 3") {
		t.Errorf("list: %s", out)
	}
	if code, _, err := takt(t, "token", "revoke", "board", "--server", s.url); code != exitOK {
		t.Errorf("revoke: %d %s", code, err)
	}
	s.want(401, "GET", "/v1/plan", "", "Authorization: Bearer "+board)
	s.want(200, "POST", "/v1/changes", demand("SO-NEW"), "Authorization: Bearer "+ops)
	s.end()
	for _, secret := range []string{ops, board} {
		if strings.Contains(s.log.String(), secret[len("takt_"):]) {
			t.Error("the log has a secret")
		}
	}
	file, err := os.ReadFile(filepath.Join(data, "takt.db"))
	if err != nil || bytes.Contains(file, []byte(ops)) || bytes.Contains(file, []byte(board)) {
		t.Errorf("the store has a secret (%v)", err)
	}
	if code, _, err := takt(t, "token", "revoke", "ops", "--data", data); code != exitOK {
		t.Errorf("revoke: %d %s", code, err)
	}
}

// refusesViewers holds the roles of the description against what a viewer is answered.
func refusesViewers(t *testing.T, s *running, viewer string) {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			Role string `json:"x-role"`
		}
	}
	if err := json.Unmarshal([]byte(s.want(200, "GET", "/openapi.json", "", viewer)), &doc); err != nil {
		t.Fatal(err)
	}
	admins := 0
	for path, operations := range doc.Paths {
		for method, op := range operations {
			if op.Role == "viewer" {
				continue
			}
			s.want(403, strings.ToUpper(method), strings.NewReplacer("{", "", "}", "").Replace(path), "", viewer)
			if op.Role == "admin" {
				admins++
			}
		}
	}
	if doc.Paths["/v1/tokens"]["post"].Role != "admin" || admins < 4 {
		t.Errorf("%d operations are for admins", admins)
	}
}

func TestBeyondThisMachineTokensAreNeeded(t *testing.T) {
	data := t.TempDir()
	for _, address := range []string{"0.0.0.0:0", "[::]:0", ":0"} {
		if code, _, err := takt(t, "serve", bike, "--data", data, "--listen", address); code != exitInput || !strings.Contains(err, "takt token create NAME --role admin --data "+data) {
			t.Errorf("--listen %s: %d %s", address, code, err)
		}
		if code, _, err := takt(t, "serve", bike, "--data", data, "--listen", address, "--no-auth"); code != exitInput || !strings.Contains(err, "--no-auth") {
			t.Errorf("--listen %s --no-auth: %d %s", address, code, err)
		}
	}
	secret := secretOf(t, "ops", "--role", "admin", "--data", data)
	s := serving(t, bike, "--data", data, "--listen", "0.0.0.0:0")
	found := s.log.until(t, `"msg":"serving","address":"[^"]*:(\d+)"`, s.ended)
	if found == nil {
		t.Fatal(s.log)
	}
	s.url = "http://127.0.0.1:" + found[1]
	s.want(401, "GET", "/v1/plan", "")
	s.want(200, "GET", "/v1/plan", "", "Authorization: Bearer "+secret)
	if !strings.Contains(s.log.String(), "plain text") {
		t.Error("the log does not warn of tokens without TLS")
	}
	s.end()
}

func TestOnLoopbackOnlyThisMachineCounts(t *testing.T) {
	s := serve(t, bike)
	s.want(403, "GET", "/v1/plan", "", "Host: evil.example")
	s.want(403, "POST", "/v1/changes", demand("X"), "Origin: http://evil.example")
	s.want(403, "POST", "/v1/tokens", `{"name":"x","role":"admin"}`, "Sec-Fetch-Site: cross-site")
	s.want(200, "GET", "/v1/plan", "", "Host: localhost:1")
}

func TestSlowClientsAndLargeBodies(t *testing.T) {
	s := serve(t, bike, "--request-timeout", "1s", "--max-body", "2KB")
	s.want(413, "POST", "/v1/changes", strings.Repeat(" ", 2049))
	c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, "POST /v1/changes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(c) // the rest of the body never comes
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") || !strings.Contains(string(answer), "/problems/broken-off") {
		t.Errorf("%v: %s", err, answer)
	}
	head, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = head.Close() }()
	if _, err := io.WriteString(head, "GET /v1/plan HTTP/1.1\r\nX: "+strings.Repeat("x", headSize+8192)+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if answer, _ := io.ReadAll(head); !strings.HasPrefix(string(answer), "HTTP/1.1 431 ") {
		t.Errorf("a head of more than %d bytes: %s", headSize, answer)
	}
}

func TestTLS(t *testing.T) {
	cert, key := certificate(t)
	s := serve(t, bike, "--tls-cert", cert, "--tls-key", key)
	if !strings.HasPrefix(s.url, "https://") {
		t.Fatalf("it serves at %s", s.url)
	}
	_, _, h := s.ask("GET", "/v1/plan", "")
	if h.Get("Strict-Transport-Security") == "" {
		t.Error("browsers are not told to stay with TLS")
	}
	old := tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}
	if c, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), &old); err == nil {
		_ = c.Close()
		t.Error("TLS 1.1 is taken")
	}
	s.end()
}

// While changes come all the time the service is asked to end: what was acknowledged is there afterwards, and it ends well.
func TestEndingUnderLoadLosesNothing(t *testing.T) {
	data := t.TempDir()
	s := serve(t, bike, "--data", data, "--log-level", "warn")
	var mu sync.Mutex
	var kept []string
	enough := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("SO-%d-%d", w, i)
				r, _ := http.NewRequest("POST", s.url+"/v1/changes", strings.NewReader(demand(id)))
				got, err := testClient.Do(r)
				if err != nil {
					return // the listener is closed
				}
				_, _ = io.Copy(io.Discard, got.Body)
				_ = got.Body.Close()
				switch got.StatusCode {
				case 200:
					mu.Lock()
					if kept = append(kept, id); len(kept) == 20 {
						close(enough)
					}
					mu.Unlock()
				case 503:
					return
				default:
					t.Errorf("status %d", got.StatusCode)
					return
				}
			}
		})
	}
	stream, err := testClient.Get(s.url + "/v1/events")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Body.Close() }()
	<-enough
	s.end()
	writers.Wait()
	if _, err := io.Copy(io.Discard, stream.Body); err != nil {
		t.Errorf("the stream of events ended with %v", err)
	}

	s = serve(t, "--data", data, "--log-level", "warn")
	for _, id := range kept {
		s.want(200, "GET", "/v1/plan/demands/"+id, "")
	}
	s.end()
}

func TestEndingGivesUpAtItsTime(t *testing.T) {
	s := serve(t, bike, "--drain", "50ms")
	c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, "POST /v1/changes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 12)); err != nil { // it waits for the body now
		t.Fatal(err)
	}
	begin := time.Now()
	s.stop()
	<-s.ended
	if s.code != exitInterrupted || !strings.Contains(s.log.String(), "--drain 50ms") && !strings.Contains(s.log.String(), "before all was finished") {
		t.Errorf("exit code %d: %s", s.code, s.log)
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestLogLinesAreJSON(t *testing.T) {
	s := serve(t, bike)
	s.want(422, "GET", "/v1/plan?x=takt_0123456789012345678901234567890123456789", "", "X-Request-Id: from-erp-1")
	s.want(404, "GET", "/v1/takt_0123456789012345678901234567890123456789", "")
	s.end()
	found := false
	for line := range strings.Lines(s.log.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		if entry["msg"] == "request" && entry["request"] == "from-erp-1" {
			found = entry["method"] == "GET" && entry["path"] == "/v1/plan" && entry["status"] == 422.0 && entry["from"] == "127.0.0.1"
		}
	}
	if !found || strings.Contains(s.log.String(), "takt_0123") {
		t.Error(s.log)
	}
}
