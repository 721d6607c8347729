package planner_test

import (
	"bufio"
	"bytes"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/validate"
)

// ipcDir contains tasks of planning competitions with known optima, if installed: their terms don't
// allow a copy of them in this repository.
func ipcDir() string {
	if d := os.Getenv("OMEGAGEN_BENCH"); d != "" {
		return d
	}
	return filepath.Join("..", "..", "shared", "bench", "ipc")
}

type ipcRow struct {
	task, search string
	solved       bool
	cost         string
	expanded     int64
	seconds      float64
}

// ipcRows are the rows of their table; none if they aren't installed.
func ipcRows(t testing.TB) []ipcRow {
	t.Helper()
	f, err := os.Open(filepath.Join(ipcDir(), "baseline.tsv"))
	if err != nil {
		return nil
	}
	defer f.Close()
	var rows []ipcRow
	for s := bufio.NewScanner(f); s.Scan(); {
		c := strings.Split(s.Text(), "\t")
		if c[0] == "domain" {
			continue
		}
		r := ipcRow{task: c[0] + "__" + c[1], search: c[4], solved: c[5] == "1", cost: c[6]}
		r.expanded, _ = strconv.ParseInt(c[8], 10, 64)
		r.seconds, _ = strconv.ParseFloat(c[9], 64)
		rows = append(rows, r)
	}
	return rows
}

func loadTask(t testing.TB, task string) *manifest.Manifest {
	m, diags := loader.Load(loader.Input{FS: os.DirFS(filepath.Join(ipcDir(), task))})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return m
}

// TestKnownOptima solves generated tasks, and the competition's if they are
// installed: those that a reference planner solves quickly with LM-cut
// (OMEGAGEN_BENCH_SECONDS: longer).
func TestKnownOptima(t *testing.T) {
	for _, k := range knownTasks() {
		checkOptimum(t, k.name, task(t, k.src), new(big.Rat).SetInt64(int64(k.cost)))
	}
	limit := 0.1
	if s, err := strconv.ParseFloat(os.Getenv("OMEGAGEN_BENCH_SECONDS"), 64); err == nil {
		limit = s
	}
	for _, r := range ipcRows(t) {
		if r.search != "lmcut" || !r.solved || r.seconds > limit {
			continue
		}
		want, _ := new(big.Rat).SetString(r.cost)
		checkOptimum(t, r.task, loadTask(t, r.task), want)
	}
}

func checkOptimum(t *testing.T, name string, m *manifest.Manifest, want *big.Rat) {
	t.Helper()
	p := planner.For(m, nil, planner.Options{})
	if p.Status != planner.Optimal || p.Cost.Cmp(want) != 0 {
		t.Errorf("%s: %s at %v, should be optimal at %v", name, p.Status, p.Cost, want)
	}
	if err := validate.Plan(m, p, nil, 5); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// BenchmarkCompetition plans the benchmark tasks that a reference planner
// solves with LM-cut in 0.1 to 10 seconds, and reports the medians of our
// expansions and of our time, lowering included, relative to it. If
// FAST_DOWNWARD is set to Fast Downward's search program (or its driver, a
// .py), it is run on the same machine; otherwise its figures are from another
// machine, and the ratio of times is accurate to ±40 %. OMEGAGEN_BENCH_TASK:
// only tasks with that in their names.
func BenchmarkCompetition(b *testing.B) {
	fd, only := os.Getenv("FAST_DOWNWARD"), os.Getenv("OMEGAGEN_BENCH_TASK")
	var nodes, times []float64
	rows := ipcRows(b)
	if rows == nil {
		b.Skip("the tasks of the competition are not in " + ipcDir() + ": set OMEGAGEN_BENCH to their folder")
	}
	for _, r := range rows {
		if r.search != "lmcut" || !r.solved || r.seconds > 10 || r.seconds < 0.1 || !strings.Contains(r.task, only) {
			continue
		}
		m := loadTask(b, r.task)
		start := cpuSeconds()
		p := planner.For(m, nil, planner.Options{})
		took := cpuSeconds() - start
		if fd != "" {
			r.expanded, r.seconds = fastDownward(b, fd, planner.SAS(m))
		}
		if want, _ := new(big.Rat).SetString(r.cost); p.Status != planner.Optimal || p.Cost.Cmp(want) != 0 {
			b.Errorf("%s: %s at %v, should be optimal at %s", r.task, p.Status, p.Cost, r.cost)
		}
		nodes = append(nodes, float64(p.Search.Expanded+1)/float64(r.expanded+1))
		times = append(times, took/max(r.seconds, 0.001))
		b.Logf("%-40s %6.2f s (%6.2f)  expanded %7d (%7d)  evaluated %8d  peak %6.1f MB  %s", r.task, took, r.seconds,
			p.Search.Expanded, r.expanded, p.Search.Evaluated, float64(p.Search.PeakBytes)/1e6, p.Search.Pruning)
	}
	slices.Sort(nodes)
	slices.Sort(times)
	calibration := "the reference's time is from another machine: uncalibrated, ±40 %"
	if fd != "" {
		calibration = "both ran in parallel"
	}
	b.Logf("medians over %d tasks, ours over the reference's: expansions %.2f, time %.2f (%s)",
		len(nodes), nodes[len(nodes)/2], times[len(times)/2], calibration)
	b.ReportMetric(nodes[len(nodes)/2], "expansions/reference")
	b.ReportMetric(times[len(times)/2], "time/reference")
	b.ReportMetric(0, "ns/op")
}

// fastDownward runs astar(lmcut()) on a task.
func fastDownward(b *testing.B, program string, sas []byte) (expanded int64, seconds float64) {
	b.Helper()
	file := filepath.Join(b.TempDir(), "output.sas")
	if err := os.WriteFile(file, sas, 0o600); err != nil {
		b.Fatal(err)
	}
	args := []string{"--search", "astar(lmcut())"}
	if strings.HasSuffix(program, ".py") {
		args = append([]string{file}, args...)
	}
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Stdin = filepath.Dir(file), bytes.NewReader(sas)
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%s: %v\n%s", program, err, out)
	}
	number := func(pattern string) string {
		m := regexp.MustCompile(pattern).FindSubmatch(out)
		if m == nil {
			b.Fatalf("%s says nothing of %s:\n%s", program, pattern, out)
		}
		return string(m[1])
	}
	expanded, _ = strconv.ParseInt(number(`Expanded (\d+) state`), 10, 64)
	seconds, _ = strconv.ParseFloat(number(`Search time: ([0-9.e-]+)s`), 64)
	return expanded, seconds
}

// TestBytesPerState searches blindly until there are millions of states.
func TestBytesPerState(t *testing.T) {
	nodes := int64(1_000_000)
	if testing.Short() {
		nodes = 100_000
	}
	for name, src := range map[string]string{"hanoi": hanoi(14)} {
		p := planner.For(task(t, src), nil, planner.Options{Heuristic: "blind", MaxNodes: nodes})
		per := float64(p.Search.PeakBytes) / float64(p.Search.Stored)
		limit := float64(p.Search.BitsPerState)/8 + 40
		t.Logf("%s: %d states of %d bits, %.1f bytes each (at most %.1f)", name, p.Search.Stored, p.Search.BitsPerState, per, limit)
		if p.Search.Stored > 1_000_000 && per > limit {
			t.Errorf("%s: %.1f bytes a state, at most %.1f", name, per, limit)
		}
	}
}
