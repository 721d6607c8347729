package examples_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

func loadFor(t *testing.T, dir string, target manifest.TargetName) *manifest.Manifest {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	m, diags := loader.Load(loader.Input{FS: root.FS(), Dir: dir, Target: target})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return m
}

// The flagship has the same goals and criteria on each target, and each goal has a plan. Of its actions, those that the target
// makes itself are left out on Kubernetes; the others are in the plans of both.
func TestFlagshipOnBothTargets(t *testing.T) {
	t.Parallel()
	compose, kubernetes := loadFor(t, "exogenesis-omega", manifest.TargetCompose), loadFor(t, "exogenesis-omega", manifest.TargetKubernetes)
	var goals, criteria [2][]string
	var declared [2]map[string]bool
	for n, m := range []*manifest.Manifest{compose, kubernetes} {
		declared[n] = map[string]bool{}
		for _, a := range m.Actions {
			declared[n][a.Name] = true
		}
		for _, g := range m.Goals {
			goals[n] = append(goals[n], g.Name+": "+g.Title)
		}
		for _, c := range m.Criteria {
			criteria[n] = append(criteria[n], c.Name+": "+c.Title+" within "+c.Within.String())
		}
	}
	if !slices.Equal(goals[0], goals[1]) {
		t.Errorf("goals %q on Compose, %q on Kubernetes", goals[0], goals[1])
	}
	if !slices.Equal(criteria[0], criteria[1]) {
		t.Errorf("criteria %q on Compose, %q on Kubernetes", criteria[0], criteria[1])
	}
	for name := range declared[1] {
		if !declared[0][name] {
			t.Errorf("action %s is there on Kubernetes alone", name)
		}
	}
	if len(declared[0]) != 57 || len(declared[1]) != 45 {
		t.Errorf("%d actions on Compose, %d on Kubernetes; want 57 and 45", len(declared[0]), len(declared[1]))
	}
	for _, g := range compose.Goals {
		on := map[string]bool{}
		for _, s := range planFor(t, compose, g.Name).Steps {
			on[s.Action.ID] = true
		}
		p := planFor(t, kubernetes, g.Name)
		if p.Status != planner.Optimal {
			t.Errorf("goal %s on Kubernetes: status %s", g.Name, p.Status)
		}
		steps := map[string]bool{}
		for _, s := range p.Steps {
			steps[s.Action.ID] = true
			if s.Action.Declared != nil && !on[s.Action.ID] {
				t.Errorf("goal %s: %s is in the plan on Kubernetes alone", g.Name, s.Action.ID)
			}
		}
		for name := range on {
			if declared[1][name] && !steps[name] && name != "verify_dockerfiles" { // which only the builds of Compose need
				t.Errorf("goal %s: %s is in the plan on Compose alone", g.Name, name)
			}
		}
	}
}

// So do the plans that people read: PLAN.md of both names the same goals, and the criteria in the same words.
func TestFlagshipPlansOnPaper(t *testing.T) {
	t.Parallel()
	read := func(kit string) (goals, criteria string) {
		b, err := os.ReadFile(filepath.Join("..", "generated", kit, "PLAN.md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(b), "\n") {
			if strings.HasPrefix(line, "## Goal: ") || strings.HasPrefix(line, "### ") {
				goals += line + "\n"
			}
		}
		_, criteria, _ = strings.Cut(string(b), "\n## Success criteria\n")
		criteria, _, _ = strings.Cut(criteria, "\n## ")
		return goals, criteria
	}
	goals, criteria := read("exogenesis-omega")
	otherGoals, otherCriteria := read("exogenesis-omega-kubernetes")
	if goals != otherGoals || !strings.Contains(goals, "## Goal: operational (default)\n") {
		t.Errorf("goals on Compose\n%s\non Kubernetes\n%s", goals, otherGoals)
	}
	if criteria != otherCriteria || strings.Count(criteria, "\n| ") != 11 {
		t.Errorf("criteria on Compose\n%s\non Kubernetes\n%s", criteria, otherCriteria)
	}
}
