package access

import (
	"bytes"
	"encoding/hex"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestSecretsAreNewAndCheckThemselves(t *testing.T) {
	a, b := NewSecret(), NewSecret()
	if a == b || len(a) != secretChars || !strings.HasPrefix(a, prefix) {
		t.Fatalf("%q and %q", a, b)
	}
	if !wellFormed(a) {
		t.Errorf("%q is not taken", a)
	}
	for i := len(prefix); i < len(a); i++ { // one letter mistyped
		other := byte('A')
		if a[i] == other {
			other = 'B'
		}
		if bad := a[:i] + string(other) + a[i+1:]; wellFormed(bad) {
			t.Errorf("%q is taken for %q", bad, a)
		}
	}
	for _, bad := range []string{"", prefix, a[:len(a)-1], a + "A", "takt-" + a[5:], strings.TrimPrefix(a, prefix)} {
		if wellFormed(bad) {
			t.Errorf("%q is taken", bad)
		}
	}
}

// What is kept of a secret is its SHA-256; the number is that of sha256sum.
func TestHashIsSHA256(t *testing.T) {
	if got := hex.EncodeToString(Hash("abc")); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(got)
	}
}

func TestNoSecretReachesTheLog(t *testing.T) {
	var b bytes.Buffer
	secret := NewSecret()
	log := slog.New(Redacting(slog.NewJSONHandler(&b, nil), "pass-word", ""))
	log = log.With("with", secret, "host", "pass-word@db").WithGroup("g")
	log.Info("message "+secret, "text", "x"+secret, "err", errors.New("refused "+secret), "list", []string{secret}, "bytes", []byte("pass-word"),
		slog.Group("in", "path", "/v1/tokens/"+secret), "any", struct{ S string }{secret}, "took", time.Second, "n", 7)
	if text := b.String(); strings.Contains(text, secret[len(prefix):]) || strings.Contains(text, "pass-word") {
		t.Error(text)
	}
	for _, want := range []string{"message takt_***", `"with":"takt_***"`, `"host":"***@db"`, `"path":"/v1/tokens/takt_***"`, `"n":7`, "refused takt_***"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("without %s: %s", want, b.String())
		}
	}
}

func TestLimitsForgetAndStayBounded(t *testing.T) {
	l := newLimits(1, 2)
	now := time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC)
	for i := range 3 * mostKeys {
		l.take(string(rune(i))+"x", now)
		if len(l.keys) > mostKeys {
			t.Fatalf("%d keys are remembered", len(l.keys))
		}
	}
	l.take("busy", now)
	l.take("busy", now)
	if wait, ok := l.take("busy", now); ok || wait != time.Second {
		t.Errorf("the third of two turns: %v, %v", wait, ok)
	}
	later := now.Add(time.Second)
	for i := range mostKeys { // others come while busy has turns to get back
		l.take(string(rune(i))+"y", later)
	}
	if len(l.keys) > mostKeys {
		t.Fatalf("%d keys are remembered", len(l.keys))
	}
	unlimited := newLimits(0, 0)
	if _, ok := unlimited.take("x", now); !ok || len(unlimited.keys) > 0 {
		t.Error("a limit of 0 is one")
	}
}
