// Command mutationtest puts faults into the code of packages, one at a time, and runs the package's
// own tests: the share of faults that they notice is the mutation score. The faults are a sample,
// drawn with a seed, of all that a few operators produce: conditions negated and joined differently,
// bounds moved, arithmetic exchanged, returned values zero, statements dropped. The source tree is not
// changed.
//
//	go run ./internal/mutationtest -seed 1 -n 300 ./planner/... ./lint/... ./templates/... ./hcl/...
//
// equivalent.txt lists mutants that no test can distinguish from the program; they aren't drawn.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/tools/go/packages"
)

func main() {
	seed := flag.Uint64("seed", 1, "seed of the sample")
	n := flag.Int("n", 100, "number of mutants in the sample")
	limit := flag.Duration("limit", time.Minute, "time limit for the tests of a package with one mutant; a mutant that exceeds it counts as caught")
	prefix := flag.String("exec", "", "program that starts each build and each run, such as nice")
	flag.Parse()
	// Tests of signals require the default handlers, not those that nohup sets.
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGHUP, syscall.SIGTERM)
	go func() { <-stop; os.Exit(1) }()
	if err := run(os.Stdout, *seed, *n, *limit, strings.Fields(*prefix), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(w io.Writer, seed uint64, n int, limit time.Duration, prefix, patterns []string) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	all, err := load(root, patterns)
	if err != nil {
		return err
	}
	known, err := equivalent()
	if err != nil {
		return err
	}
	total := len(all)
	all = slices.DeleteFunc(all, func(m *mutant) bool { return known[m.key()] })
	fmt.Fprintf(w, "%d mutants, %d of them listed as equivalent\n", total, total-len(all))
	dir, err := os.MkdirTemp("", "mutationtest")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	j := &judge{root: root, dir: dir, prefix: prefix, limit: limit}
	s := score{}
	var failed error
	for _, folder := range sample(all, seed, n) {
		err := j.judgePackage(folder.path, folder.mutants, func(m *mutant, v verdict) {
			s.note(folder.path, v)
			fmt.Fprintf(w, "%-11s %s:%d: %s: %s\n", v, m.file, m.line, m.what, m.source)
		})
		if err != nil {
			fmt.Fprintf(w, "skipping %s: %v\n", folder.path, err)
			failed = fmt.Errorf("not every package could be tested")
		}
	}
	s.print(w)
	return failed
}

// load finds the mutants of the packages.
func load(root string, patterns []string) ([]*mutant, error) {
	pkgs, err := packages.Load(&packages.Config{Dir: root,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports}, patterns...)
	if err != nil {
		return nil, err
	}
	var all []*mutant
	for _, p := range pkgs {
		if len(p.Errors) > 0 {
			return nil, p.Errors[0]
		}
		if strings.HasSuffix(p.PkgPath, "test") {
			continue // help for tests
		}
		found, err := find(p, root, os.ReadFile)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// folder is a package and its mutants of the sample.
type folder struct {
	path    string
	mutants []*mutant
}

// sample draws n mutants, and numbers them.
func sample(all []*mutant, seed uint64, n int) []folder {
	order := rand.New(rand.NewPCG(seed, 0)).Perm(len(all))
	order = order[:min(n, len(order))]
	slices.Sort(order)
	var out []folder
	for i, k := range order {
		m := all[k]
		m.id = i + 1
		path := filepath.ToSlash(filepath.Dir(m.file))
		if len(out) == 0 || out[len(out)-1].path != path {
			out = append(out, folder{path: path})
		}
		last := &out[len(out)-1]
		last.mutants = append(last.mutants, m)
	}
	return out
}

//go:embed equivalent.txt
var equivalents string

// key identifies a mutant as long as its line doesn't change.
func (m *mutant) key() string { return m.file + ": " + m.what + ": " + m.source }

// equivalent reads the list of mutants that don't change what the program does.
func equivalent() (map[string]bool, error) {
	out := map[string]bool{}
	for _, line := range strings.Split(equivalents, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			if out[line] {
				return nil, fmt.Errorf("equivalent.txt has %q twice", line)
			}
			out[line] = true
		}
	}
	return out, nil
}

// score counts the verdicts of each package.
type score map[string]map[verdict]int

func (s score) note(folder string, v verdict) {
	if s[folder] == nil {
		s[folder] = map[verdict]int{}
	}
	s[folder][v]++
}

// print writes the score as a table of Markdown.
func (s score) print(w io.Writer) {
	fmt.Fprint(w, "\n| package | mutants | caught | survived | not reached | score |\n|---|---|---|---|---|---|\n")
	sum := map[verdict]int{}
	row := func(name string, of map[verdict]int) {
		n := of[caught] + of[survived] + of[unseen]
		fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %d %% |\n", name, n, of[caught], of[survived], of[unseen], 100*of[caught]/max(n, 1))
	}
	var names []string
	for name, of := range s {
		names = append(names, name)
		for v, n := range of {
			sum[v] += n
		}
	}
	slices.Sort(names)
	for _, name := range names {
		row("`"+name+"`", s[name])
	}
	row("all", sum)
}
