package planner_test

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
)

// document transcribes the flagship's original plan document from the table of
// its actions. With fixed, the three goal variables that no action produces
// are derived from what its actions do produce.
func document(t *testing.T, fixed bool) string {
	table, err := os.ReadFile("testdata/actions.tsv")
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]string{}
	var b strings.Builder
	typeOf := func(v string) string {
		switch {
		case v == "true" || v == "false":
			return "bool"
		case strings.HasPrefix(v, `"`):
			return "string"
		case strings.HasPrefix(v, "["):
			return "set(string)"
		}
		return "number"
	}
	for i, line := range strings.Split(strings.TrimSpace(string(table)), "\n") {
		c := strings.Split(line, "\t")
		if i == 0 {
			continue
		}
		var pre, effs []string
		for _, p := range strings.Split(c[4], "; ") {
			if name, v, ok := strings.Cut(p, ": "); ok {
				types[name] = typeOf(v)
				pre = append(pre, fmt.Sprintf("state.%s == %s", name, v))
			}
		}
		for _, e := range strings.Split(c[5], "; ") {
			name, v, ok := strings.Cut(e, ": ")
			if !ok {
				name, v, _ = strings.Cut(e, " += ")
				types[name] = "set(string)"
				v = fmt.Sprintf("setunion(state.%s, %s)", name, v)
			} else {
				types[name] = typeOf(v)
			}
			v = strings.NewReplacer("<500", "below(500)", ">70", "above(70)").Replace(v)
			effs = append(effs, fmt.Sprintf("    %s = %s\n", name, v))
		}
		fmt.Fprintf(&b, "action \"a%s\" {\n  cost = %s\n  priority = %q\n", strings.ReplaceAll(c[0], ".", "_"), c[6], strings.ToLower(c[8]))
		if len(pre) > 0 {
			fmt.Fprintf(&b, "  precondition = %s\n", strings.Join(pre, " && "))
		}
		fmt.Fprintf(&b, "  effects = {\n%s  }\n}\n", strings.Join(effs, ""))
	}
	goal := []string{"rust_environment_configured", "dependencies_resolved", "crates_compiled", "docker_images_built", "database_initialized",
		"constellation_replicas_running", "monitoring_stack_operational", "grpc_endpoints_responsive", "rest_api_functional", "integration_tests_passing"}
	derived := map[string]string{
		"dependencies_resolved": "state.dependencies_fetched",
		"crates_compiled":       `state.compiled_binaries == ["constellation-server", "federation-worker", "omega-cli"]`,
		"docker_images_built":   `state.docker_images == ["constellation:latest", "federation:latest"]`,
	}
	var names []string
	for _, g := range goal {
		if types[g] == "" && !fixed {
			types[g] = "bool"
		}
	}
	for n := range types {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(&b, "state %q {\n  type = %s\n", n, types[n])
		switch types[n] {
		case "bool":
			b.WriteString("  initial = false\n")
		case "set(string)":
			b.WriteString("  initial = []\n")
		}
		b.WriteString("}\n")
	}
	if fixed {
		for _, n := range goal {
			if derived[n] != "" {
				fmt.Fprintf(&b, "state %q { derived = %s }\n", n, derived[n])
			}
		}
	}
	fmt.Fprintf(&b, "goal \"g\" { condition = state.%s }\nsystem \"document\" {}\n", strings.Join(goal, " && state."))
	return b.String()
}

func TestDocumentAsItStands(t *testing.T) {
	p := planner.For(plantest.Parse(t, document(t, false)), nil, planner.Options{})
	var facts []string
	for _, u := range p.Unreachable {
		facts = append(facts, u.Fact)
	}
	if p.Status != planner.Unsolvable || strings.Join(facts, " ") != "state.crates_compiled state.dependencies_resolved state.docker_images_built" {
		t.Errorf("%s, nothing produces %v", p.Status, facts)
	}
}

func TestDocumentMended(t *testing.T) {
	p := solve(t, document(t, true))
	urgent := 0
	for _, a := range p.Dropped {
		if a.Priority == "critical" || a.Priority == "high" {
			urgent++
		}
	}
	if p.Status != planner.Optimal || p.Cost.RatString() != "103" || len(p.Steps) != 25 || len(p.Dropped) != 32 || urgent != 12 {
		t.Errorf("%s at %s in %d steps; %d actions dropped, %d of them critical or high", p.Status, p.Cost, len(p.Steps), len(p.Dropped), urgent)
	}
}
