// Command vettest runs go vet's analyzers on packages and their tests as another operating system
// sees them. It type-checks what they import from the sources, where go vet would compile all of it
// for that system first, which takes minutes of processor time.
//
//	go run ./internal/vettest -os windows,darwin ./cmd/... ./hcl/...
//
// cgo is off, as in a build for another system.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/analysis/suite/vet"
)

func main() {
	systems := flag.String("os", "windows,darwin", "operating systems, by GOOS, with commas between")
	flag.Parse()
	failed := false
	for _, system := range strings.Split(*systems, ",") {
		found, err := check(os.Stdout, ".", system, flag.Args())
		if err != nil {
			fmt.Fprintf(os.Stderr, "vettest: %s: %v\n", system, err)
		}
		failed = failed || err != nil || found > 0
	}
	if failed {
		os.Exit(1)
	}
}

// check writes what the packages of patterns below dir have against them on a system, and returns
// how many faults that are: type errors, of imported packages too, or else go vet's findings.
func check(w io.Writer, dir, system string, patterns []string) (int, error) {
	all, err := list(dir, system, patterns)
	if err != nil {
		return 0, err
	}
	ours, faults := load(all)
	for _, fault := range faults {
		fmt.Fprintf(w, "%s: %v\n", system, fault)
	}
	if len(faults) > 0 {
		return len(faults), nil
	}
	graph, err := checker.Analyze(vet.Suite, ours, nil)
	if err != nil {
		return 0, err
	}
	found := 0
	for action := range graph.All() {
		if action.Err != nil {
			return found, fmt.Errorf("%s: %w", action, action.Err)
		}
		if !action.IsRoot {
			continue
		}
		for _, diagnostic := range action.Diagnostics {
			found++
			fmt.Fprintf(w, "%s: %s: %s\n", system, action.Package.Fset.Position(diagnostic.Pos), diagnostic.Message)
		}
	}
	fmt.Fprintf(w, "%s: %d packages, %d findings\n", system, len(ours), found)
	return found, nil
}
