package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// verdict is the result of a package's tests for a mutant.
type verdict string

const (
	caught   verdict = "caught"
	survived verdict = "survived"
	unseen   verdict = "not reached" // no test reaches it: it survives
)

// judge runs the tests of packages against their mutants.
type judge struct {
	root, dir string        // of the module; a temporary one
	prefix    []string      // the program that starts each command
	limit     time.Duration // for one mutant
}

// judgePackage returns the verdict on each mutant of a package, by its own tests. A mutated package
// that doesn't compile is a bug of this program.
func (j *judge) judgePackage(folder string, mutants []*mutant, said func(*mutant, verdict)) error {
	if files, _ := filepath.Glob(filepath.Join(j.root, folder, "*_test.go")); len(files) == 0 {
		for _, m := range mutants {
			said(m, unseen)
		}
		return nil
	}
	binary, err := j.build(folder, mutants)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(binary) }()
	tests, err := j.tests(binary, folder)
	if err != nil {
		return err
	}
	for _, m := range mutants {
		said(m, j.judge(binary, folder, m, tests))
	}
	return nil
}

// test is a test of a package: how long it takes without a mutant, and which
// mutants it comes by.
type test struct {
	name    string
	takes   time.Duration
	reached map[string]bool
}

// tests runs each test of a package by itself without a mutant. The quick ones
// come first.
func (j *judge) tests(binary, folder string) ([]test, error) {
	out, err := j.run(binary, folder, j.limit, "", "-test.list=^(Test|Fuzz|Example)")
	if err != nil {
		return nil, fmt.Errorf("its tests can't be listed: %w\n%s", err, out)
	}
	var all []test
	for _, name := range strings.Fields(string(out)) {
		notes := filepath.Join(j.dir, "notes")
		_ = os.Remove(notes) // of an earlier run; there may be none
		begin := time.Now()
		if out, err := j.run(binary, folder, j.limit, "OMEGAGEN_MUTANT_NOTES="+notes, "-test.run=^"+name+"$"); err != nil {
			return nil, fmt.Errorf("%s fails within %s without a mutant: %w\n%s", name, j.limit, err, out)
		}
		t := test{name: name, takes: time.Since(begin), reached: map[string]bool{}}
		list, _ := os.ReadFile(notes)
		for _, n := range strings.Fields(string(list)) {
			t.reached[n] = true
		}
		all = append(all, t)
	}
	slices.SortStableFunc(all, func(a, b test) int { return int(a.takes - b.takes) })
	return all, nil
}

// judge runs the tests that come by a mutant: first those that are done within a
// second, then the others that fit into half the limit.
func (j *judge) judge(binary, folder string, m *mutant, tests []test) verdict {
	groups := [2][]string{}
	var sum time.Duration
	for _, t := range tests {
		if !t.reached[strconv.Itoa(m.id)] || sum > 0 && sum+t.takes > j.limit/2 {
			continue
		}
		g := 0
		if sum > 0 && sum+t.takes > time.Second {
			g = 1
		}
		sum += t.takes
		groups[g] = append(groups[g], t.name)
	}
	if sum == 0 {
		return unseen
	}
	for _, g := range groups {
		if len(g) == 0 {
			continue
		}
		if _, err := j.run(binary, folder, j.limit, "OMEGAGEN_MUTANT="+strconv.Itoa(m.id), "-test.run=^("+strings.Join(g, "|")+")$"); err != nil {
			return caught
		}
	}
	return survived
}

var compileError = regexp.MustCompile(`(?m)^[^\s:]+\.go:\d+:\d+: .*$`)

// build compiles the tests of a package with its mutants.
func (j *judge) build(folder string, mutants []*mutant) (string, error) {
	replace := map[string]string{}
	byFile := map[string][]*mutant{}
	for _, m := range mutants {
		byFile[m.file] = append(byFile[m.file], m)
	}
	name := ""
	for file, list := range byFile {
		source, err := os.ReadFile(filepath.Join(j.root, file))
		if err != nil {
			return "", err
		}
		if m := regexp.MustCompile(`(?m)^package (\w+)`).FindSubmatch(source); m != nil {
			name = string(m[1])
		}
		copied := filepath.Join(j.dir, strings.ReplaceAll(file, "/", "_"))
		if err := os.WriteFile(copied, []byte(rewrite(source, list)), 0o666); err != nil {
			return "", err
		}
		replace[filepath.Join(j.root, file)] = copied
	}
	added := filepath.Join(j.dir, "helpers.go")
	if err := os.WriteFile(added, []byte("package "+name+"\n"+helpers), 0o666); err != nil {
		return "", err
	}
	replace[filepath.Join(j.root, folder, "mutant_helpers.go")] = added
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	list := filepath.Join(j.dir, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o666); err != nil {
		return "", err
	}
	binary := filepath.Join(j.dir, "package.test")
	args := append(j.prefix[:len(j.prefix):len(j.prefix)], "go", "test", "-c", "-vet=off", "-overlay", list, "-o", binary, "./"+folder)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = j.root
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s with its mutants: %w\n%s", folder, err, bytes.Join(compileError.FindAll(out, -1), []byte("\n")))
	}
	return binary, nil
}

// most is the address space that a run may use, in KiB: an endless loop of a mutant must not exhaust
// the machine's memory.
const most = 8 << 20

// run runs the tests of a package. They end at the first failure, and fail at
// the limit.
func (j *judge) run(binary, folder string, limit time.Duration, env string, flags ...string) ([]byte, error) {
	args := append(j.prefix[:len(j.prefix):len(j.prefix)], "sh", "-c", fmt.Sprintf(`ulimit -v %d; exec "$@"`, most), "sh",
		binary, "-test.short", "-test.failfast", "-test.timeout="+limit.String())
	args = append(args, flags...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = filepath.Join(j.root, folder)
	cmd.Env = append(os.Environ(), env)
	return cmd.CombinedOutput()
}
