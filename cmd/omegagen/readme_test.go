package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeSessions runs every session of the README that begins with
// `$ omegagen`, and compares the output with what the README shows.
func TestReadmeSessions(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "examples"), os.DirFS("../../examples")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "wrong"), 0o755); err != nil {
		t.Fatal(err)
	}
	copyWithMistakes(t, dir)
	run := 0
	for _, block := range regexp.MustCompile("(?s)```\n(\\$ omegagen .*?)```").FindAllStringSubmatch(string(readme), -1) {
		for _, session := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			line, want, _ := strings.Cut(session, "\n")
			args := strings.Fields(line)[1:]
			t.Chdir(dir)
			if args[0] == "validate" {
				t.Chdir(filepath.Join(dir, "wrong"))
			}
			var out bytes.Buffer
			a := &app{stdout: &out, stderr: &out, lookupEnv: os.LookupEnv}
			a.run(args)
			if got := strings.TrimSpace(out.String()); got != strings.TrimSpace(want) {
				t.Errorf("%s\ngot\n%s\nwant\n%s", line, got, want)
			}
			run++
		}
	}
	if run < 5 {
		t.Fatalf("only %d sessions were found", run)
	}
}

// copyWithMistakes makes the two mistakes whose report the README shows.
func copyWithMistakes(t *testing.T, dir string) {
	t.Helper()
	src := filepath.Join(dir, "examples", "quickstart")
	if err := os.CopyFS(filepath.Join(dir, "wrong"), os.DirFS(src)); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "wrong", "main.hcl")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		"image      = image.web":                "image      = image.wbe",
		`depends_on = { database = "healthy" }`: `depends_on = { database = "helthy" }`,
	} {
		if !bytes.Contains(b, []byte(from)) {
			t.Fatalf("the quickstart has no line %q", from)
		}
		b = bytes.Replace(b, []byte(from), []byte(to), 1)
	}
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
