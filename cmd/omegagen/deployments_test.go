//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// deployment is the manifest of a system of n services: one in ten a database
// with a table and a secret, one in ten a cache, the rest servers of one to
// three replicas that need one of each and one earlier server. One image in ten
// can be pulled, or built from sources that are cloned for all; one action in a
// hundred destroys something that others need: an image is pruned, a service
// fails in a drill and has to come back.
func deployment(n int) string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	var goal []string
	say("system \"large\" {}\naction \"clone_sources\" {\n  cost     = 7\n  duration = \"1m\"\n}")
	for i := range n {
		s := fmt.Sprintf("s%05d", i)
		say("image %q {\n  pull = \"example/%s:1.%d\"\n}", s, s, i)
		if i%10 == 3 {
			say("action \"fetch_%s\" {\n  precondition = action.clone_sources.done\n  cost = %d\n}", s, i/10%3)
			say("action \"build_%s\" {\n  precondition = action.fetch_%s.done\n  achieves = [image.%s.ready]\n  cost = %d\n  duration = \"3m\"\n}", s, s, s, 1+i/10%5)
			say("action \"pull_%s\" {\n  achieves = [image.%s.ready]\n  cost = 4\n  duration = \"20s\"\n}", s, s)
		}
		say("service %q {\n  image    = image.%s\n  replicas = %d\n  healthcheck {\n    shell = \"true\"\n  }", s, s, 1+i%3)
		switch {
		case i%10 == 0:
			say("  secret_env = { PASSWORD_FILE = secret.%s }\n}\nsecret %q {\n  length = 24\n}", s, s)
			say("database %q {\n  service = service.%s\n  table \"t\" {\n    column \"id\" {\n      type = \"integer\"\n    }\n    primary_key = [\"id\"]\n  }\n}", s, s)
			goal = append(goal, "database."+s+".applied")
		case i%10 > 1:
			say("  depends_on = {\n    s%05d = \"healthy\"\n    s%05d = \"healthy\"", i/10*10, i/10*10+1)
			if i%10 > 2 {
				say("    s%05d = \"healthy\"", i-1)
			}
			say("  }\n}")
		default:
			say("}")
		}
		goal = append(goal, "service."+s+".healthy")
		switch {
		case i%200 == 57:
			say("action \"prune_%s\" {\n  precondition = image.%s.ready\n  destroys = [image.%s.ready]\n  cost = 1\n}", s, s, s)
			goal = append(goal, "action.prune_"+s+".done")
		case i%200 == 157:
			say("action \"drill_%s\" {\n  precondition = service.%s.healthy\n  destroys = [service.%s.healthy]\n  cost = 2\n}", s, s, s)
			goal = append(goal, "action.drill_"+s+".done")
		}
	}
	say("goal \"all\" {\n  condition = alltrue([\n    %s,\n  ])\n}", strings.Join(goal, ",\n    "))
	return b.String()
}

// BenchmarkDeployments plans for systems of 10 to 10,000 services, from text on disk, each in a
// separate process: the table of docs/planning.md.
func BenchmarkDeployments(b *testing.B) {
	dir := b.TempDir()
	bin := filepath.Join(dir, "omegagen")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	seconds := map[int]float64{}
	b.Log("| services | steps | cost | CPU seconds | wall seconds | peak MB |")
	for _, n := range []int{10, 100, 1000, 10_000} {
		at := filepath.Join(dir, fmt.Sprint(n))
		if err := os.Mkdir(at, 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(at, "main.hcl"), []byte(deployment(n)), 0o600); err != nil {
			b.Fatal(err)
		}
		cmd := exec.Command(bin, "plan", at, "--json")
		start := time.Now()
		out, err := cmd.Output()
		took := time.Since(start)
		var p struct {
			Status   string
			Cost     json.Number
			Makespan float64           `json:"makespan_seconds"`
			Bound    float64           `json:"makespan_lower_bound_seconds"`
			Steps    []json.RawMessage `json:"steps"`
		}
		if jerr := json.Unmarshal(out, &p); err != nil || jerr != nil || p.Status != "optimal" || p.Makespan != p.Bound {
			b.Fatalf("%d services: %s, makespan %v of at least %v: %v %v", n, p.Status, p.Makespan, p.Bound, err, jerr)
		}
		u := cmd.ProcessState
		seconds[n] = (u.UserTime() + u.SystemTime()).Seconds()
		peak := float64(u.SysUsage().(*syscall.Rusage).Maxrss) / 1024
		b.Logf("| %d | %d | %s | %.2f | %.2f | %.0f |", n, len(p.Steps), p.Cost, seconds[n], took.Seconds(), peak)
		b.ReportMetric(seconds[n], fmt.Sprintf("s/%d-services", n))
	}
	b.ReportMetric(math.Log10(seconds[10_000]/seconds[1000]), "exponent")
	b.ReportMetric(0, "ns/op")
}
