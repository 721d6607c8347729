package deploy_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
)

// report is the report in JSON.
type report struct {
	FormatVersion         string `json:"format_version"`
	System, Goal, Written string
	PlannedSeconds        int  `json:"planned_seconds"`
	RunSeconds            *int `json:"run_seconds"`
	Steps                 []struct {
		ID, Result string
		Planned    int                `json:"planned_seconds"`
		Actual     *int               `json:"actual_seconds"`
		Measures   map[string]float64 `json:"measures"`
	}
	Deviations []string
	Criteria   []struct {
		Title, Result, Observed string
		Seconds                 int
	}
	Benchmarks []struct{ Title, Result, Figure string }
	Endpoints  []struct {
		Container, Name, Address string
		Port                     int
	}
	ResourceUse []struct{ Container, CPU, Memory string } `json:"resource_use"`
}

// TestReport reads both reports back: what was planned beside what was
// measured, and what deviates.
func TestReport(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		web := published("web", 18080)
		m.Services = []*manifest.Service{web}
		size := &manifest.State{Origin: origin("state.size"), Name: "size", Type: manifest.Number}
		bound := &manifest.Expr{Op: manifest.OpBound, Type: manifest.Number, Bound: manifest.Below,
			Args: []*manifest.Expr{{Op: manifest.OpConst, Type: manifest.Number, Value: &manifest.Value{Type: manifest.Number, Num: big.NewRat(100, 1)}}}}
		p := planOf(m,
			task{name: "a", run: "true", takes: 60},
			task{name: "measured", needs: "a", run: "echo 42.5", takes: 30, start: 60, edit: func(a *manifest.Action) {
				a.Effects = append(a.Effects, manifest.Effect{State: size, Value: bound})
				a.Measures = []manifest.Measure{{State: size, From: "output"}}
			}},
			task{name: "there", needs: "a", run: "false", start: 60, edit: with(validated("true"), func(a *manifest.Action) { a.SkipWhenValid = true })},
			task{name: "bad", needs: "a", run: "exit 3", takes: 5, start: 60, edit: func(a *manifest.Action) { a.OnFailure = "continue" }},
		)
		m.Benchmarks = []*manifest.Benchmark{{Origin: origin("benchmark.b"), Name: "b", Title: "p99 | \"quoted\"", Target: "< 2 ms", Op: "<", Value: big.NewRat(2, 1), Run: manifest.PlainText("echo 1.5")}}
		m.Criteria = []*manifest.Criterion{{Origin: origin("criterion.c"), Name: "c", Title: "it | answers",
			Probe: &manifest.CommandProbe{Run: manifest.PlainText("echo yes"), Equals: ptr("yes")}}}
		k := newKit(t, shell, m, plans(p), artifact.Artifact{Path: "docker-compose.yml", Content: []byte("name: test\n")})
		k.program("docker", "case $* in *Running*) echo true ;; stats*) printf 'test-web\\t1.5%%\\t2MiB / 4MiB\\n' ;; esac")
		k.want(1)
		k.want(0, "bench")
		k.want(0, "verify")
		var r report
		if err := json.Unmarshal([]byte(k.want(0, "report", "--json")), &r); err != nil {
			t.Fatal(err)
		}
		mustEqual(t, "format, system, goal and planned time", []any{r.FormatVersion, r.System, r.Goal, r.PlannedSeconds}, []any{"1.0", "test", "default", 90})
		if r.RunSeconds == nil {
			t.Fatal("the report doesn't say how long the run took")
		}
		results := map[string]string{}
		for _, s := range r.Steps {
			if s.Actual != nil && *s.Actual > *r.RunSeconds {
				t.Errorf("%s took %d s of a run of %d s", s.ID, *s.Actual, *r.RunSeconds)
			}
			results[s.ID] = s.Result
			if (s.Actual == nil) != (s.Result == "failed") {
				t.Errorf("%s: %v", s.ID, s.Actual)
			}
		}
		mustEqual(t, "results", results, map[string]string{"a": "done", "measured": "done", "there": "valid", "bad": "failed"})
		mustEqual(t, "the measure", r.Steps[1].Measures, map[string]float64{"size": 42.5})
		mustEqual(t, "deviations", r.Deviations, []string{"there was already done and did not run.", "bad is not done (failed)."})
		mustEqual(t, "criteria", r.Criteria[0].Title+" "+r.Criteria[0].Result, "it | answers met")
		mustEqual(t, "benchmarks", r.Benchmarks, "[{p99 | \"quoted\" met 1.5}]")
		mustEqual(t, "endpoints", r.Endpoints, "[{test-web rest 0.0.0.0 18080}]")
		mustEqual(t, "resource use", r.ResourceUse, "[{test-web 1.5% 2MiB / 4MiB}]")
		text := k.want(0, "report")
		if !regexp.MustCompile(`(?m)^\| p99 \\\| "quoted" \| met \| [0-9a-z]+s \| 1\.5 \|`).MatchString(text) {
			t.Errorf("no benchmark in\n%s", text)
		}
		contains(t, text, "| measured | done size=42.5 | 30s |", `| it \| answers | met |`,
			"- bad is not done (failed).", "- test-web rest: 0.0.0.0:18080", "| test-web | 1.5% | 2MiB / 4MiB |", "Planned duration: 1m30s. The last run that ran steps took ")
	})
}

// TestReportOfIdleRun: a run that finds all steps done leaves the time of the
// deployment in the report.
func TestReportOfIdleRun(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "sleep 2", takes: 2})))
		var took []int
		for range 2 {
			k.want(0)
			var r report
			if err := json.Unmarshal([]byte(k.want(0, "report", "--json")), &r); err != nil {
				t.Fatal(err)
			}
			if r.RunSeconds == nil {
				t.Fatal("the report doesn't say how long the run took")
			}
			took = append(took, *r.RunSeconds)
		}
		if took[0] == 0 || took[1] != took[0] {
			t.Errorf("the reports of a run and of an idle one say %v seconds", took)
		}
	})
}

// TestReportOfNextKit: what an older kit's criteria and benchmarks came to isn't
// in the report of a kit that has others.
func TestReportOfNextKit(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		p := planOf(m, task{name: "a", run: "true"})
		install := func(name string) {
			m.Benchmarks = []*manifest.Benchmark{{Origin: origin("benchmark." + name), Name: name, Title: name + " is fast", Op: "<", Value: big.NewRat(2, 1), Run: manifest.PlainText("echo 1")}}
			m.Criteria = []*manifest.Criterion{{Origin: origin("criterion." + name), Name: name, Title: name + " answers",
				Probe: &manifest.CommandProbe{Run: manifest.PlainText("echo yes"), Equals: ptr("yes")}}}
		}
		install("old")
		k := newKit(t, shell, m, plans(p))
		k.want(0)
		k.want(0, "bench")
		contains(t, k.want(0, "report"), "old answers", "old is fast")
		install("new")
		k.install(m, plans(p))
		k.want(0) // which doesn't run the benchmarks
		var r report
		if err := json.Unmarshal([]byte(k.want(0, "report", "--json")), &r); err != nil {
			t.Fatal(err)
		}
		out := k.want(0, "report")
		contains(t, out, "| new answers | met |")
		if len(r.Criteria) != 1 || len(r.Benchmarks) != 0 || strings.Contains(out, "old") || strings.Contains(out, "Benchmarks") {
			t.Errorf("%+v\n%s", r, out)
		}
	})
}

// TestWithoutDurations: if the manifest declares no durations, the report has no
// planned times, and no deviations from them.
func TestWithoutDurations(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "true"}, task{name: "b", needs: "a", run: "true"})))
		k.want(0)
		record := strings.Fields(k.read(".omegagen/state/a.done"))
		begin, err := strconv.Atoi(record[len(record)-3])
		if err != nil {
			t.Fatal(err)
		}
		k.write(".omegagen/state/a.done", k.read(".omegagen/state/a.done")+fmt.Sprintf("end %d %d done\n", begin, begin+100))
		k.want(0)
		out := k.want(0, "report")
		contains(t, out, "| a | done |  | 1m40s |  |", "Deviations from the plan\n\nNone.", "Endpoints\n\nNone.")
		if strings.Contains(out, "Planned duration:") {
			t.Error(out)
		}
		mustEqual(t, "the plan", k.want(0, "plan"), "a\nb\n")
		if plan := k.read("deploy/plan.sh"); strings.Contains(plan, "starts=") || !strings.Contains(plan, "\n    step a serves=") {
			t.Error(plan)
		}
	})
}
