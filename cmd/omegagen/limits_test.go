package main

import (
	"bytes"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// endless writes a manifest with more states than any search can expand: a ring of numbers, each of
// which can be raised and lowered with its neighbour.
func endless(t *testing.T) string {
	var b strings.Builder
	b.WriteString("system \"puzzle\" {}\n")
	var goal []string
	for i := range 24 {
		n := string(rune('a' + i))
		b.WriteString("state \"" + n + "\" {\n  type    = number\n  initial = 0\n  min     = 0\n  max     = 8\n}\n")
		next := string(rune('a' + (i+1)%24))
		b.WriteString("action \"up_" + n + "\" {\n  precondition = state." + next + " < 8\n  cost = 2\n  effects = {\n    " + n + " = state." + n + " + 2\n    " + next + " = state." + next + " + 1\n  }\n}\n")
		b.WriteString("action \"down_" + n + "\" {\n  precondition = state." + n + " > 0\n  cost = 3\n  effects = {\n    " + n + " = state." + n + " - 1\n    " + next + " = state." + next + " - 1\n  }\n}\n")
		goal = append(goal, "state."+n+" == "+string(rune('1'+i*5%7)))
	}
	b.WriteString("goal \"g\" {\n  condition = " + strings.Join(goal, " && ") + "\n}\n")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLimitsEndWithTheirOwnStatus(t *testing.T) {
	dir := endless(t)
	for _, flags := range [][]string{
		{"--timeout", "1ms"}, // while the manifest is read
		{"--timeout", "500ms"},
		{"--timeout", "500ms", "--search", "anytime"},
	} {
		var out, errs bytes.Buffer
		a := &app{stdout: &out, stderr: &errs, lookupEnv: os.LookupEnv}
		if code := a.run(append([]string{"plan", dir, "--json"}, flags...)); code != exitLimit {
			t.Errorf("%v: exit code %d: %s%s", flags, code, out.String(), errs.String())
		}
		if s := out.String(); !strings.Contains(s, `"status": "limit"`) && !strings.Contains(s, `"status": "bounded"`) {
			t.Errorf("%v: %s", flags, s)
		}
	}
}

// screen is a terminal for the status line.
type screen struct {
	mu    sync.Mutex
	b     strings.Builder
	wrote chan struct{}
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.wrote <- struct{}{}:
	default:
	}
	return s.b.Write(p)
}

func TestProgressLine(t *testing.T) {
	s := &screen{wrote: make(chan struct{}, 1)}
	a := &app{stderr: s, terminal: true, start: time.Now().Add(-2 * time.Second)}
	l := a.watch(0, 0)
	l.reportProgress(42, 1000, big.NewInt(4))
	<-s.wrote
	l.close()
	got := s.b.String()
	if !strings.Contains(got, "2s: no plan costs less than 10.5; 1000 states expanded, ") || !strings.HasSuffix(got, eraseLine) {
		t.Errorf("%q", got)
	}

	quiet := &screen{wrote: make(chan struct{}, 1)}
	a.stderr, a.terminal = quiet, false
	l = a.watch(time.Nanosecond, 0)
	<-l.reached
	l.close()
	if quiet.b.Len() > 0 {
		t.Errorf("not a terminal, but %q", quiet.b.String())
	}
}
