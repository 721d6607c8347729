package deploy_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/templates/deploy"
	"github.com/omegagen/omegagen/templates/docs"
)

// shells are the interpreters under which the emitted script must work.
var shells = []string{"dash", "busybox", "bash", "mksh"}

// utilities are those that deploy.sh or the tests need and that not every system has.
var utilities = strings.Fields("awk find grep ps sed setsid sh tr")

// tested are the shells in which this test runs: one, drawn by its name, so that each
// function of the runtime, which many tests run, meets all of them. All of them with
// DEPLOY_SHELLS=all, as in `make soak`.
func tested(t *testing.T) []string {
	if os.Getenv("DEPLOY_SHELLS") == "all" {
		return shells
	}
	name, _, _ := strings.Cut(t.Name(), "/")
	h := fnv.New32a()
	h.Write([]byte(name))
	drawn := int(h.Sum32()>>1) % len(shells)
	return shells[drawn : drawn+1]
}

// inShells runs a test once for each shell that is tested.
func inShells(t *testing.T, f func(t *testing.T, shell string)) {
	t.Parallel()
	var wg sync.WaitGroup
	for _, shell := range tested(t) {
		wg.Add(1)
		go func() { // not by t.Parallel, for the tests mostly wait
			defer wg.Done()
			t.Run(shell, func(t *testing.T) {
				tooltest.Need(t, append(utilities, shell)...)
				f(t, shell)
			})
		}()
	}
	wg.Wait()
}

func at(line int) hcl.Range {
	return hcl.Range{Filename: "main.hcl", Start: hcl.Pos{Line: line, Column: 1}, End: hcl.Pos{Line: line, Column: 2}}
}

func origin(address string) manifest.Origin { return manifest.Origin{Address: address, Range: at(1)} }

// model is a manifest with only a system.
func model() *manifest.Manifest {
	return &manifest.Manifest{System: &manifest.System{Origin: origin("system.test"), Name: "test"}}
}

// task is a step of a test's plan: an action with what it needs.
type task struct {
	name  string
	needs string // names, separated by spaces
	run   string
	edit  func(*manifest.Action)
	start int // seconds
	takes int
}

// planOf makes a plan of declared actions as the planner would, in the given
// order.
func planOf(m *manifest.Manifest, tasks ...task) *planner.Plan {
	goal := &manifest.Goal{Origin: origin("goal.default"), Name: "default"}
	p := &planner.Plan{System: m.System.Name, Goal: goal, Status: planner.Optimal, Cost: big.NewRat(int64(len(tasks)), 1)}
	byName := map[string]*planner.Step{}
	for _, tk := range tasks {
		a := &manifest.Action{Origin: origin("action." + tk.name), Name: tk.name, Title: tk.name, Shell: "sh",
			Run: manifest.PlainText(tk.run), OnFailure: "stop", Cost: big.NewRat(1, 1)}
		if tk.edit != nil {
			tk.edit(a)
		}
		st := &planner.Step{ID: a.Name, Action: deployment.Declared(a), Start: time.Duration(tk.start) * time.Second}
		st.Finish = st.Start + time.Duration(tk.takes)*time.Second
		for _, n := range strings.Fields(tk.needs) {
			st.Needs = append(st.Needs, byName[n])
			a.Precondition = and(a.Precondition, isTrue(n))
		}
		a.Effects = append(a.Effects, manifest.Effect{State: state(n(tk.name)), Value: constTrue()})
		goal.Condition = and(goal.Condition, isTrue(tk.name))
		byName[tk.name] = st
		p.Steps = append(p.Steps, st)
		m.Actions = append(m.Actions, a)
	}
	for _, r := range m.Resources {
		p.Resources = append(p.Resources, planner.Resource{Name: r.Name, Capacity: r.Capacity})
	}
	p.Link(nil)
	return p
}

func n(name string) string { return strings.ReplaceAll(name, "-", "_") }

func state(name string) *manifest.State {
	return &manifest.State{Origin: origin("state." + name), Name: name, Type: manifest.Bool}
}

func constTrue() *manifest.Expr {
	return &manifest.Expr{Op: manifest.OpConst, Type: manifest.Bool, Value: &manifest.Value{Type: manifest.Bool, Bool: true}}
}

func isTrue(name string) *manifest.Expr {
	return &manifest.Expr{Op: manifest.OpState, Type: manifest.Bool, State: state(n(name))}
}

func and(a, b *manifest.Expr) *manifest.Expr {
	if a == nil {
		return b
	}
	return &manifest.Expr{Op: manifest.OpAnd, Type: manifest.Bool, Args: []*manifest.Expr{a, b}}
}

// find gives the content of a file of a kit.
func find(t testing.TB, files []artifact.Artifact, path string) []byte {
	t.Helper()
	for _, a := range files {
		if a.Path == path {
			return a.Content
		}
	}
	t.Fatalf("%s isn't made", path)
	return nil
}

// kit is a rendered kit in a folder, with stand-ins for the programs that its
// scripts call.
type kit struct {
	t     testing.TB
	shell string
	dir   string // the kit's folder; its name holds a space and a quote
	bin   string // stand-ins, first in PATH
	env   []string
}

func newKit(t testing.TB, shell string, m *manifest.Manifest, plans []*planner.Plan, others ...artifact.Artifact) *kit {
	t.Helper()
	tooltest.Need(t, append(utilities, shell)...)
	root := t.TempDir()
	k := &kit{t: t, shell: shell, dir: filepath.Join(root, "the kit's folder"), bin: filepath.Join(root, "bin")}
	for _, d := range []string{k.dir, k.bin} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	k.install(m, plans, others...)
	return k
}

// install renders and writes the kit.
func (k *kit) install(m *manifest.Manifest, plans []*planner.Plan, others ...artifact.Artifact) {
	k.t.Helper()
	arts, diags := deploy.Render(m, plans, others)
	if diags.HasErrors() {
		k.t.Fatal(diags)
	}
	made := append(arts, others...)
	documents, diags := docs.Render(m, plans)
	if diags.HasErrors() {
		k.t.Fatal(diags)
	}
	made = append(made, documents...)
	for _, a := range append(made, artifact.NewSums(made)) {
		k.write(a.Path, string(a.Content))
	}
}

// shellcheck requires deploy.sh and its plan to be without a finding, and with the
// runtime, which is the same in every kit, to be read by each shell.
func (k *kit) shellcheck(t *testing.T) {
	t.Helper()
	parts := []string{"deploy.sh", "deploy/runtime.sh", "deploy/plan.sh"}
	commands := [][]string{{"shellcheck", "deploy.sh", "deploy/plan.sh"}}
	for _, p := range parts {
		commands = append(commands, []string{"dash", "-n", p}, []string{"busybox", "sh", "-n", p}, []string{"bash", "-n", p})
	}
	for _, c := range commands {
		cmd := exec.Command(c[0], c[1:]...)
		cmd.Dir = k.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", c, err, out)
		}
	}
}

func (k *kit) write(path, content string) {
	k.t.Helper()
	path = filepath.Join(k.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		k.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		k.t.Fatal(err)
	}
}

// program installs a stand-in.
func (k *kit) program(name, script string) {
	k.t.Helper()
	if err := os.WriteFile(filepath.Join(k.bin, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		k.t.Fatal(err)
	}
}

// edit replaces a text in a file of the kit, whose checksum follows.
func (k *kit) edit(path, from, to string) {
	k.t.Helper()
	content := k.read(path)
	if !strings.Contains(content, from) {
		k.t.Fatalf("%s has no %q", path, from)
	}
	edited := strings.Replace(content, from, to, 1)
	k.write(path, edited)
	k.write(artifact.SumsPath, strings.Replace(k.read(artifact.SumsPath), artifact.Sum([]byte(content)), artifact.Sum([]byte(edited)), 1))
}

func (k *kit) read(path string) string {
	b, err := os.ReadFile(filepath.Join(k.dir, path))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		k.t.Fatal(err)
	}
	return string(b)
}

// command is deploy.sh under the kit's shell.
func (k *kit) command(ctx context.Context, args ...string) *exec.Cmd {
	words := append([]string{"deploy.sh"}, args...)
	if k.shell == "busybox" {
		words = append([]string{"sh"}, words...)
	}
	cmd := exec.CommandContext(ctx, k.shell, words...)
	cmd.Dir = k.dir
	cmd.Env = append(append(os.Environ(), "PATH="+k.bin+":"+os.Getenv("PATH"), "LC_ALL=C.UTF-8"), k.env...)
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// stumble is what shells say of a mistake in the script.
var stumble = regexp.MustCompile(`(deploy|plan|runtime)\.sh: (line )?[0-9]+: |parameter not set|unbound variable`)

// run runs deploy.sh and returns its output and exit status.
func (k *kit) run(args ...string) (string, int) {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := k.command(ctx, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		k.t.Fatalf("%v\n%s", err, out.String())
	}
	for _, line := range strings.Split(out.String(), "\n") {
		// bash reports killed workers.
		if stumble.MatchString(line) && !strings.Contains(line, "Killed") {
			k.t.Errorf("the script itself stumbled:\n%s", out.String())
		}
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// want runs deploy.sh and checks its exit status.
func (k *kit) want(status int, args ...string) string {
	k.t.Helper()
	out, got := k.run(args...)
	if got != status {
		k.t.Fatalf("deploy.sh %v: status %d instead of %d\n%s", args, got, status, out)
	}
	return out
}

// lines of a file that stand-in bodies append to.
func (k *kit) lines(path string) []string {
	return strings.Fields(strings.ReplaceAll(k.read(path), "\n", " "))
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is missing in\n%s", p, text)
		}
	}
}

func mustEqual(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v instead of %v", what, got, want)
	}
}

func plans(p ...*planner.Plan) []*planner.Plan { return p }
