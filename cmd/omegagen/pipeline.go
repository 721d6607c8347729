package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/lint"
	"github.com/omegagen/omegagen/lint/policy"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/validate"
	"github.com/omegagen/omegagen/templates"
)

// manifestFlags are the flags of every command that reads a manifest.
type manifestFlags struct {
	vars     []string
	varFiles []string
	target   string
	json     bool
	advises  bool // the command counts advice, or lists it
	advice   bool // it lists it
	levels   levelFlags
}

func (f *manifestFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.vars, "var", nil, "set a variable: `name=value` (repeatable; overrides --var-file)")
	cmd.Flags().StringArrayVar(&f.varFiles, "var-file", nil, "set variables from a *.vars.hcl `file` (repeatable)")
	cmd.Flags().StringVar(&f.target, "target", string(manifest.TargetCompose), "what the manifest is deployed to: `compose` or kubernetes")
	cmd.Flags().BoolVar(&f.json, "json", false, "print JSON to standard output")
}

// registerAdvice is for the commands that check a manifest.
func (f *manifestFlags) registerAdvice(cmd *cobra.Command) {
	f.advises = true
	cmd.Flags().BoolVar(&f.advice, "advice", false, "also list advice: what could be improved")
	f.levels.register(cmd)
}

// compiled is the result of the phases so far.
type compiled struct {
	manifest *manifest.Manifest
	plans    []*planner.Plan
	kit      []kit.Artifact
	diags    hcl.Diagnostics // what remains after the policy
	policy   *policy.Policy
	whole    bool                 // the manifest was read: the model is complete
	others   map[string]*hcl.File // files shown in diagnostics besides the manifest's
}

// The phases. Each adds to the result; none does I/O except through the input's file system.

// read is the first phase: files → model.
func read(in loader.Input, l policy.Levels) *compiled {
	c := &compiled{}
	m, loaded := loader.Load(in)
	p, refused := policy.New(m, l)
	c.manifest, c.policy, c.whole = m, p, !loaded.HasErrors()
	c.report(append(loaded, refused...))
	found := lint.Manifest(c.manifest)
	if !c.whole {
		c.texts(found)
		return c
	}
	c.report(found)
	return c
}

// report adds findings: those that the policy leaves.
func (c *compiled) report(found hcl.Diagnostics) {
	if c.policy != nil {
		found = c.policy.Apply(found)
	}
	c.diags = append(c.diags, found...)
}

// texts adds the errors of individual texts (scripts, expressions, SQL and templates) when the
// manifest couldn't be read completely.
func (c *compiled) texts(found hcl.Diagnostics) {
	files, diags := templates.Texts(c.manifest)
	found = append(append(found, diags...), lint.Check(c.manifest, files)...)
	c.report(diag.Apart(c.diags, lint.Texts(found)))
}

// plan is the second phase: model → plans of all goals, the default first.
// Its error is the exit status of the first goal without a plan.
func (c *compiled) plan(o planner.Options) error {
	c.plans = planner.Plans(c.manifest, o)
	return c.checkPlans(o.From)
}

// checkPlans adds the diagnostics about the plans; a plan that the independent check rejects is an
// error.
func (c *compiled) checkPlans(from *planner.From) error {
	var err error
	for _, p := range c.plans {
		c.report(p.Diagnostics)
		c.report(validate.Check(c.manifest, p, from))
		if err == nil {
			err = planStatus(p)
		}
	}
	return err
}

// files is the first half of the third phase: the files that depend only on the model, each checked
// with its consumer's parser.
func (c *compiled) files() {
	files, diags := templates.Files(c.manifest)
	c.add(files, diags)
}

// planned is the second half: the files that depend on the plans.
func (c *compiled) planned() {
	files, diags := templates.Planned(c.manifest, c.plans, c.kit, version)
	c.add(files, diags)
	sort.Slice(c.kit, func(i, j int) bool { return c.kit[i].Path < c.kit[j].Path })
}

func (c *compiled) add(files []kit.Artifact, diags hcl.Diagnostics) {
	c.kit = append(c.kit, files...)
	c.report(diags)
	found := lint.Check(c.manifest, files)
	if diags.HasErrors() { // a file without unwritable values can't round-trip
		found = lint.Findings(found)
	}
	c.report(found)
}

// compile chains the phases up to writing. The plans are searched for while the files that don't
// depend on them are rendered, and the checkers are initialized while the manifest is read.
func compile(in loader.Input, o planner.Options, l policy.Levels) (*compiled, error) {
	var prepared sync.WaitGroup
	prepared.Go(lint.Prepare)
	defer prepared.Wait()
	c := read(in, l)
	if !c.whole {
		return c, nil
	}
	search := &compiled{manifest: c.manifest}
	found := make(chan error)
	go func() { found <- search.plan(o) }()
	c.files()
	err := <-found
	c.plans = search.plans
	c.report(search.diags)
	if err == nil && !c.diags.HasErrors() {
		c.planned()
		c.needless(true)
	}
	return c, err
}

// input is inputFor the default folder of the kit.
func (a *app) input(dir string, f *manifestFlags) (in loader.Input, done func() error, err error) {
	return a.inputFor(dir, filepath.Join(dir, defaultKit), f)
}

// inputFor opens a manifest's folder; no file outside it can be read through it. out is the folder of the
// kit. The caller calls done after the last phase that reads.
func (a *app) inputFor(dir, out string, f *manifestFlags) (in loader.Input, done func() error, err error) {
	in = loader.Input{Dir: dir, LookupEnv: a.lookupEnv, Look: look(dir), Read: readText(dir), Ignored: ignored(dir), Target: manifest.TargetName(f.target)}
	if f.target != "" && !slices.Contains(manifest.Targets, in.Target) {
		return in, nil, fmt.Errorf("invalid --target %q; use %s", f.target, text.OrList(manifest.Words(manifest.Targets...)))
	}
	if in.Kit, err = kitPlace(dir, out); err != nil {
		return in, nil, err
	}
	for _, v := range f.vars {
		name, value, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			return in, nil, fmt.Errorf("invalid --var %q; use name=value", v)
		}
		in.Vars = append(in.Vars, loader.VarValue{Name: name, Value: value})
	}
	for _, name := range f.varFiles {
		src, err := os.ReadFile(name)
		in.VarFiles = append(in.VarFiles, loader.VarFile{Name: name, Src: src, Err: err})
	}
	root, err := os.OpenRoot(dir)
	if err != nil { // an ordinary diagnostic, for --json too
		in.FS = noFolder{err}
		return in, func() error { return nil }, nil
	}
	in.FS = root.FS()
	return in, root.Close, nil
}

// noFolder replaces a folder that can't be opened.
type noFolder struct{ err error }

func (f noFolder) Open(string) (fs.File, error) { return nil, f.err }

// load is read with the folder opened and closed.
func (a *app) load(dir string, f *manifestFlags) (*compiled, error) {
	in, done, err := a.input(dir, f)
	if err != nil {
		return nil, err
	}
	defer func() { _ = done() }() // what was read is closed
	return read(in, f.levels.Levels), nil
}

// finish prints the diagnostics and returns an exit status if there are errors.
func (a *app) finish(c *compiled, f *manifestFlags, err error) error {
	if c.diags.HasErrors() && err == nil {
		err = exitStatus(exitError)
	}
	if !f.json {
		if perr := a.printDiagnostics(c, f); perr != nil {
			return failure{perr}
		}
	}
	if n := c.policy.Fails(c.diags); n > 0 && err == nil {
		if !f.json {
			fmt.Fprintf(a.stderr, "%s, which --strict takes for errors.\n", text.Count(n, "warning"))
		}
		err = exitStatus(exitError)
	}
	return err
}

// planStatus is the exit status of a plan that can't be run, or nil.
func planStatus(p *planner.Plan) error {
	switch p.Status {
	case planner.Optimal:
		return nil
	case planner.Bounded:
		if p.Search.Limited {
			return exitStatus(exitLimit)
		}
		return nil
	case planner.Unsolvable:
		return exitStatus(exitNoPlan)
	case planner.Limit:
		return exitStatus(exitLimit)
	case planner.Failed:
	}
	return exitStatus(exitError)
}
