package tooltest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// recorder is a test that records how it ended.
type recorder struct {
	testing.TB
	ended string
}

func (r *recorder) Helper() {}

func (r *recorder) Skip(args ...any) { r.end("skipped: " + args[0].(string)) }

func (r *recorder) Fatalf(format string, args ...any) {
	r.end("failed: " + fmt.Sprintf(format, args...))
}

func (r *recorder) end(how string) {
	r.ended = how
	panic(r)
}

// outcome is how a test ends that requires programs.
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

// A version that is too old counts as missing.
func TestOldest(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	for said, want := range map[string]bool{"1.29.2": true, "nothing": true, "2.0.0": false, "v2.26.1": false, "5.0.1": false} {
		if err := os.WriteFile(filepath.Join(dir, "docker-compose"), []byte("#!/bin/sh\necho "+said+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		t.Setenv("CI", "")
		if got, err := Absent("docker-compose"); got != want || err != nil {
			t.Errorf("%s: missing %v, %v", said, got, err)
		}
		t.Setenv("CI", "true")
		if _, err := Absent("docker-compose"); (err != nil) != want {
			t.Errorf("%s in CI: %v", said, err)
		}
	}
}
