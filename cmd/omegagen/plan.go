package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

type planFlags struct {
	manifestFlags
	goal, objective, heuristic string
	timeout                    time.Duration
}

func (a *app) planCommand() *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use:   "plan [DIR]",
		Short: "Find and print the best plan for a goal",
		Long: strings.TrimSpace(`
Find the cheapest plan (or, with --objective makespan, the soonest done) for a
goal of the manifest in DIR, prove that none is better, and print its steps with
their schedule.

Exit codes: 0 a plan, 4 proved that there is none, 5 a limit was hit first.`),
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.runPlan(dirArg(args), &f) },
	}
	f.register(cmd)
	cmd.Flags().StringVar(&f.goal, "goal", "", "the goal (default: the manifest's default goal)")
	cmd.Flags().StringVar(&f.objective, "objective", "", "cost or makespan (default: the goal's)")
	cmd.Flags().StringVar(&f.heuristic, "heuristic", "lmcut", "lmcut, hmax, blind, or weighted (its plans are never called optimal)")
	cmd.Flags().DurationVar(&f.timeout, "timeout", 0, "give up after this `duration`, such as 30s (default: never)")
	return cmd
}

func (a *app) runPlan(dir string, f *planFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	c, err := a.load(dir, &f.manifestFlags)
	if err != nil {
		return err
	}
	if c.diags.HasErrors() {
		if f.json {
			if err := a.planErrorJSON(c, f); err != nil {
				return failure{err}
			}
		}
		return a.finish(c, &f.manifestFlags, nil)
	}
	goal, err := findGoal(c.manifest, f.goal)
	if err != nil {
		return err
	}
	p := a.search(c.manifest, goal, f)
	c.diags = append(c.diags, p.Diagnostics...)
	p.Diagnostics = c.diags
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

func (f *planFlags) check() error {
	if !slices.Contains([]string{"", "cost", "makespan"}, f.objective) {
		return fmt.Errorf("--objective %q: it is cost or makespan", f.objective)
	}
	if !slices.Contains([]string{"lmcut", "hmax", "blind", "weighted"}, f.heuristic) {
		return fmt.Errorf("--heuristic %q: it is lmcut, hmax, blind or weighted", f.heuristic)
	}
	if f.timeout < 0 {
		return fmt.Errorf("--timeout %s: it can't be negative", f.timeout)
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
	return nil, fmt.Errorf("--goal %q: the manifest's goals are %s", name, strings.Join(names, ", "))
}

// search plans under the command's limits. Ctrl-C ends it like a limit.
func (a *app) search(m *manifest.Manifest, goal *manifest.Goal, f *planFlags) *planner.Plan {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	debug.SetGCPercent(100) // a search keeps what it makes
	start := time.Now()
	o := planner.Options{Objective: f.objective, Heuristic: f.heuristic}
	o.Stop = func() bool {
		return ctx.Err() != nil || f.timeout > 0 && time.Since(start) > f.timeout
	}
	p := planner.For(m, goal, o)
	p.Search.Seconds = time.Since(start).Seconds()
	p.Search.PeakBytes = peakBytes()
	return p
}

// peakBytes is the most memory that this process has had so far.
func peakBytes() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Maxrss * 1024
}

// planJSON writes the plan, with the diagnostics in the common shape.
func (a *app) planJSON(c *compiled, p *planner.Plan) error {
	b, err := planner.JSON(p)
	if err == nil {
		_, err = a.stdout.Write(b)
	}
	return err
}

// planErrorJSON is the answer when there is nothing to plan.
func (a *app) planErrorJSON(c *compiled, f *planFlags) error {
	p := &planner.Plan{Goal: &manifest.Goal{Name: f.goal}, Objective: "cost", Status: planner.Failed}
	if c.manifest != nil && c.manifest.System != nil {
		p.System = c.manifest.System.Name
	}
	return a.planJSON(c, p)
}
