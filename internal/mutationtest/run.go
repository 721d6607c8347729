package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// verdict is what the tests of a package say of a mutant.
type verdict string

const (
	caught   verdict = "caught"
	survived verdict = "survived"
	unseen   verdict = "not reached" // no test comes by it: it survives
)

// judge runs the tests of packages against their mutants.
type judge struct {
	root, dir string        // of the module; a temporary one
	prefix    []string      // what each command is started by
	limit     time.Duration // for one mutant
}

// judgePackage gives the verdict on each mutant of a package, by its own tests.
// What can't be compiled with the mutants in it is a fault of this program.
func (j *judge) judgePackage(folder string, mutants []*mutant, said func(*mutant, verdict)) error {
	tests, _ := filepath.Glob(filepath.Join(j.root, folder, "*_test.go"))
	if len(tests) == 0 {
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
	notes := filepath.Join(j.dir, "notes")
	_ = os.Remove(notes) // of an earlier run; there may be none
	if out, err := j.run(binary, folder, j.limit, "OMEGAGEN_MUTANT_NOTES="+notes); err != nil {
		return fmt.Errorf("its tests fail within %s without a mutant: %w\n%s", j.limit, err, out)
	}
	list, _ := os.ReadFile(notes)
	reached := map[string]bool{}
	for _, n := range strings.Fields(string(list)) {
		reached[n] = true
	}
	for _, m := range mutants {
		if !reached[strconv.Itoa(m.id)] {
			said(m, unseen)
			continue
		}
		if _, err := j.run(binary, folder, j.limit, "OMEGAGEN_MUTANT="+strconv.Itoa(m.id)); err != nil {
			said(m, caught)
		} else {
			said(m, survived)
		}
	}
	return nil
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

// most is the address space that a run may take, in KiB: a loop that a mutant
// doesn't end must not take the machine's memory.
const most = 8 << 20

// run runs the tests of a package. They end at the first failure, and fail at
// the limit.
func (j *judge) run(binary, folder string, limit time.Duration, env string) ([]byte, error) {
	args := append(j.prefix[:len(j.prefix):len(j.prefix)], "sh", "-c", fmt.Sprintf(`ulimit -v %d; exec "$@"`, most), "sh",
		binary, "-test.short", "-test.failfast", "-test.timeout="+limit.String())
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = filepath.Join(j.root, folder)
	cmd.Env = append(os.Environ(), env)
	return cmd.CombinedOutput()
}
