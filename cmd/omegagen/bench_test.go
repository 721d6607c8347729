package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sort"
	"testing"
	"time"
)

// BenchmarkCompileFlagship is build without the process and without writing.
func BenchmarkCompileFlagship(b *testing.B) {
	m := exampleFS(b, "exogenesis-omega")
	for b.Loop() {
		mustCompile(b, m)
	}
}

// BenchmarkCollector compiles the flagship with Go's default GOGC and with gcPercent: the gain is the
// difference in time, the cost is the larger heap.
func BenchmarkCollector(b *testing.B) {
	m := exampleFS(b, "exogenesis-omega")
	for _, percent := range []int{100, gcPercent} {
		b.Run(fmt.Sprintf("gc=%d", percent), func(b *testing.B) {
			defer debug.SetGCPercent(debug.SetGCPercent(percent))
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for b.Loop() {
				mustCompile(b, m)
			}
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.NumGC-before.NumGC)/float64(b.N), "collections/op")
			b.ReportMetric(float64(after.NextGC)/(1<<20), "heap-goal-MiB")
		})
	}
}

// BenchmarkBuildAgainstCompose times whole processes: `omegagen build` of the flagship into an empty
// folder, and `docker compose config` of its output, both as medians of this run. Only the ratio is
// meaningful, because machines differ. It requires docker-compose (v2) in PATH.
func BenchmarkBuildAgainstCompose(b *testing.B) {
	compose, err := exec.LookPath("docker-compose")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	bin := filepath.Join(dir, "omegagen")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	run := func(cwd, name string, args ...string) time.Duration {
		cmd := exec.Command(name, args...)
		cmd.Dir = cwd
		start := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		return time.Since(start)
	}
	example, err := filepath.Abs("../../examples/exogenesis-omega")
	if err != nil {
		b.Fatal(err)
	}
	var ours, theirs []time.Duration
	for range 15 {
		out := filepath.Join(dir, "kit")
		if err := os.RemoveAll(out); err != nil {
			b.Fatal(err)
		}
		ours = append(ours, run(dir, bin, "build", example, "-o", out))
		env, err := os.ReadFile(filepath.Join(out, ".env.example"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, ".env"), env, 0o600); err != nil {
			b.Fatal(err)
		}
		theirs = append(theirs, run(out, compose, "config", "--quiet"))
	}
	a, c := median(ours), median(theirs)
	b.ReportMetric(float64(a.Milliseconds()), "build-ms")
	b.ReportMetric(float64(c.Milliseconds()), "compose-config-ms")
	b.ReportMetric(float64(a)/float64(c), "build/compose-config")
	b.ReportMetric(0, "ns/op")
}

func median(d []time.Duration) time.Duration {
	sort.Slice(d, func(i, j int) bool { return d[i] < d[j] })
	return d[len(d)/2]
}
