package main

import (
	"cmp"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/docker/go-units"
	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/pddl"
	"github.com/omegagen/omegagen/planner/plan"
	"github.com/omegagen/omegagen/planner/validate"
)

type planFlags struct {
	manifestFlags
	goal, objective, heuristic, search string
	fromState, pddl, memory            string
	timeout                            time.Duration
	maxBytes                           int64 // of memory
	from                               *planner.From
}

func (a *app) planCommand() *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use:   "plan [DIR]",
		Short: "Find and print the best plan for a goal",
		Long: strings.TrimSpace(`
Find the cheapest plan (or, with --objective makespan, the fastest one) for a
goal of the manifest in DIR, prove that no plan is better, and print its steps
with their schedule.

Exit codes: 0 a plan was found, 4 it is proved that there is none, 5 a limit was
reached first.`),
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.runPlan(dirArg(args), &f) },
	}
	f.register(cmd)
	f.levels.register(cmd)
	cmd.Flags().StringVar(&f.goal, "goal", "", "the goal (default: the manifest's default goal)")
	cmd.Flags().StringVar(&f.objective, "objective", "", "cost or makespan (default: the goal's)")
	cmd.Flags().StringVar(&f.heuristic, "heuristic", string(planner.Heuristics()[0]), heuristicNames()+" (plans of weighted are never reported as optimal)")
	cmd.Flags().StringVar(&f.search, "search", "astar", "astar, or anytime: a first plan fast, then better ones")
	cmd.Flags().StringVar(&f.fromState, "from-state", "", "plan from the state in this JSON `file`")
	cmd.Flags().StringVar(&f.pddl, "pddl", "", "also write the planning problem as PDDL to this `folder`")
	cmd.Flags().StringVar(&f.memory, "memory", "", "stop when this `size` is reached, such as 2GB (default: no limit)")
	cmd.Flags().DurationVar(&f.timeout, "timeout", 0, "stop after this `duration`, such as 30s (default: no limit)")
	return cmd
}

func (a *app) runPlan(dir string, f *planFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	l := a.watch(f.timeout, f.maxBytes)
	type loaded struct {
		c   *compiled
		err error
	}
	in, ok := runUntilLimit(l, 0, func() (r loaded) {
		r.c, r.err = a.load(dir, &f.manifestFlags)
		return r
	})
	if !ok {
		l.close()
		return a.limitReached(&compiled{}, f, &manifest.Goal{Name: f.goal})
	}
	c, err := in.c, in.err
	if err == nil && !c.diags.HasErrors() {
		return a.runSearch(c, f, l)
	}
	l.close()
	if err != nil {
		return err
	}
	return a.planFailed(c, f)
}

// planFailed handles a manifest with errors, for which there is no plan.
func (a *app) planFailed(c *compiled, f *planFlags) error {
	if f.json {
		if err := a.planErrorJSON(c, f); err != nil {
			return failure{err}
		}
	}
	return a.finish(c, &f.manifestFlags, nil)
}

// runSearch plans for a manifest without errors, and prints the plan.
func (a *app) runSearch(c *compiled, f *planFlags, l *limits) error {
	type planned struct {
		p   *planner.Plan
		err error
	}
	goal, err := findGoal(c.manifest, f.goal)
	if err == nil && f.fromState != "" {
		var src []byte
		var diags hcl.Diagnostics
		f.from, src, diags, err = readState(f.fromState, c.manifest)
		c.others = map[string]*hcl.File{f.fromState: {Bytes: src}}
		if diags.HasErrors() {
			l.close()
			c.report(diags)
			return a.planFailed(c, f)
		}
	}
	if err != nil {
		l.close()
		return err
	}
	var known atomic.Pointer[planner.Plan]
	r, ok := runUntilLimit(l, l.grace(), func() (r planned) {
		if f.pddl != "" {
			if err := writePDDL(f.pddl, c.manifest, goal, f); err != nil {
				return planned{err: failure{err}}
			}
		}
		r.p = a.search(c.manifest, goal, f, l, &known)
		return r
	})
	l.close()
	switch {
	case !ok && known.Load() != nil:
		return a.printPlanned(c, f, known.Load())
	case !ok:
		return a.limitReached(c, f, goal)
	case r.err != nil:
		return r.err
	}
	return a.printPlanned(c, f, r.p)
}

// limitReached handles a limit that was reached before there was any result.
func (a *app) limitReached(c *compiled, f *planFlags, goal *manifest.Goal) error {
	if goal == nil { // the manifest has several, and no default
		goal = &manifest.Goal{}
	}
	p := &planner.Plan{Goal: goal, Objective: f.objective, Status: planner.Limit, LowerBound: new(big.Rat)}
	if p.Objective == "" {
		p.Objective = cmp.Or(goal.Objective, "cost")
	}
	if c.manifest != nil && c.manifest.System != nil {
		p.System = c.manifest.System.Name
	}
	p.Search.Heuristic, p.Search.Limited = f.heuristic, true
	p.Search.Seconds, p.Search.PeakBytes = time.Since(a.start).Seconds(), peakBytes()
	return a.printPlanned(c, f, p)
}

// printPlanned prints a plan, and gives its status.
func (a *app) printPlanned(c *compiled, f *planFlags, p *planner.Plan) error {
	c.report(p.Diagnostics)
	p.Diagnostics, p.Suppressed = c.diags, c.policy.Silenced()
	var err error
	if f.json {
		err = a.planJSON(c, p)
	} else {
		err = printPlan(a.stdout, p)
	}
	if err != nil {
		return failure{err}
	}
	return a.finishPlan(c, f, planStatus(p))
}

// finishPlan is finish, but the plan's own status stays the exit status.
func (a *app) finishPlan(c *compiled, f *planFlags, status error) error {
	err := a.finish(c, &f.manifestFlags, nil)
	if status != nil {
		return status
	}
	return err
}

// heuristicNames joins the names of all heuristics.
func heuristicNames() string {
	names := planner.Heuristics()
	var b strings.Builder
	for i, n := range names {
		switch {
		case i == len(names)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(n))
	}
	return b.String()
}

func (f *planFlags) check() error {
	if !slices.Contains([]string{"", "cost", "makespan"}, f.objective) {
		return fmt.Errorf("invalid --objective %q; use cost or makespan", f.objective)
	}
	if !slices.Contains(planner.Heuristics(), planner.Heuristic(f.heuristic)) {
		return fmt.Errorf("invalid --heuristic %q; use %s", f.heuristic, heuristicNames())
	}
	if !slices.Contains([]string{"astar", "anytime"}, f.search) {
		return fmt.Errorf("invalid --search %q; use astar or anytime", f.search)
	}
	if f.memory != "" {
		n, err := units.RAMInBytes(f.memory)
		if err != nil || n < minMemory {
			return fmt.Errorf("invalid --memory %q; use a size of at least 256MB, such as 2GB", f.memory)
		}
		f.maxBytes = n
	}
	if f.timeout < 0 {
		return fmt.Errorf("--timeout %s must not be negative", text.Duration(f.timeout))
	}
	return nil
}

func findGoal(m *manifest.Manifest, name string) (*manifest.Goal, error) {
	if name == "" {
		return planner.Default(m), nil
	}
	var names []string
	for _, g := range m.Goals {
		if g.Name == name {
			return g, nil
		}
		names = append(names, g.Name)
	}
	return nil, fmt.Errorf("unknown --goal %q; the manifest's goals are %s", name, strings.Join(names, ", "))
}

// search plans under the command's limits. The plan is checked, and available, before it is assessed.
func (a *app) search(m *manifest.Manifest, goal *manifest.Goal, f *planFlags, l *limits, known *atomic.Pointer[planner.Plan]) *planner.Plan {
	defer debug.SetGCPercent(debug.SetGCPercent(searchGCPercent))
	start := time.Now()
	problem := planner.NewProblem(m, planner.Options{Objective: f.objective, Heuristic: planner.Heuristic(f.heuristic), Search: f.search, From: f.from,
		Stop: l.hit.Load, MaxBytes: l.searchBytes(), Progress: l.reportProgress}, goal)
	p := problem.Plan(goal)
	p.Search.Seconds = time.Since(start).Seconds()
	p.Search.PeakBytes = peakBytes()
	if p.Diagnostics = append(p.Diagnostics, validate.Check(m, p, f.from)...); p.Status == planner.Failed {
		return p
	}
	early := *p // Assess adds to the plan but doesn't change its steps
	known.Store(&early)
	problem.Assess(p)
	if len(p.Fallbacks) > 0 {
		p.Diagnostics = append(p.Diagnostics, validate.Check(m, p, f.from)...)
	}
	p.Search.PeakBytes = peakBytes()
	return p
}

// minMemory is the least --memory.
const minMemory = 256 << 20

// writePDDL writes the planning problem before any pruning, for other planners.
func writePDDL(dir string, m *manifest.Manifest, goal *manifest.Goal, f *planFlags) error {
	domain, problem, diags := pddl.Write(planner.NewProblem(m, planner.Options{From: f.from}, goal), goal)
	if diags.HasErrors() {
		return diags
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "domain.pddl"), domain, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "problem.pddl"), problem, 0o644)
}

// planJSON writes the plan, with the diagnostics in the common shape.
func (a *app) planJSON(c *compiled, p *planner.Plan) error {
	b, err := plan.JSON(p, c.sources())
	if err == nil {
		_, err = a.stdout.Write(b)
	}
	return err
}

// planErrorJSON is the output when planning isn't possible.
func (a *app) planErrorJSON(c *compiled, f *planFlags) error {
	p := &planner.Plan{Goal: &manifest.Goal{Name: f.goal}, Objective: "cost", Status: planner.Failed, Diagnostics: c.diags, Suppressed: c.policy.Silenced()}
	if c.manifest != nil && c.manifest.System != nil {
		p.System = c.manifest.System.Name
	}
	return a.planJSON(c, p)
}
