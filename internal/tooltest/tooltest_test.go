package tooltest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// recorder is a test that notes how it ended.
type recorder struct {
	testing.TB
	ended string
}

func (r *recorder) Helper() {}

func (r *recorder) Skip(args ...any) { r.end("skipped: " + args[0].(string)) }

func (r *recorder) Fatalf(format string, args ...any) { r.end("failed: " + args[0].(string)) }

func (r *recorder) end(how string) {
	r.ended = how
	panic(r)
}

// outcome is how a test ends that needs programs.
func outcome(t *testing.T, programs ...string) (r *recorder) {
	r = &recorder{TB: t}
	defer func() {
		if p := recover(); p != nil && p != any(r) {
			panic(p)
		}
	}()
	Need(r, programs...)
	return r
}

func TestNeed(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "here")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	for ci, want := range map[string]string{"": "skipped: ", "false": "skipped: ", "0": "skipped: ", "true": "failed: ", "1": "failed: "} {
		t.Setenv("CI", ci)
		if r := outcome(t, "here"); r.ended != "" {
			t.Errorf("CI=%s: a program that is here: %s", ci, r.ended)
		}
		if r := outcome(t, "here", "gone"); !strings.HasPrefix(r.ended, want) || !strings.Contains(r.ended, "gone") {
			t.Errorf("CI=%s: %s", ci, r.ended)
		}
	}
	if got := Need(t, "here"); !slices.Equal(got, []string{program}) {
		t.Errorf("got %v", got)
	}
}
