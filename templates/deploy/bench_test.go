package deploy_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// idle is a tree of n actions that do nothing.
func idle(n int) []task {
	var tasks []task
	for i := range n {
		tk := task{name: fmt.Sprintf("step_%d", i), run: "exit 0"}
		if i > 0 {
			tk.needs = fmt.Sprintf("step_%d", (i-1)/2)
		}
		tasks = append(tasks, tk)
	}
	return tasks
}

// makefile is the same graph for make.
func makefile(tasks []task) string {
	var b strings.Builder
	b.WriteString("all:")
	for _, tk := range tasks {
		b.WriteString(" " + tk.name)
	}
	b.WriteString("\n")
	for _, tk := range tasks {
		fmt.Fprintf(&b, "%s: %s\n\t@sh -c 'exit 0'; true\n", tk.name, tk.needs)
	}
	return b.String()
}

// BenchmarkOverhead runs actions that do nothing, two at once, with everything
// on: logs, process groups, durable records, the report. 500 of them are
// compared with make -j2 on the same graph, in turn in one run, and 2,000 with
// 500, each by the median. The aim is at most 10 times make's time under dash.
func BenchmarkOverhead(b *testing.B) {
	const few, many, rounds = 500, 2000, 5
	for _, shell := range shells {
		b.Run(shell, func(b *testing.B) {
			small, large := idle(few), idle(many)
			var makes, smalls, larges sample
			for range b.N * rounds {
				m, l := model(), model()
				k := newKit(b, shell, m, plans(planOf(m, small...)))
				k.write("Makefile", makefile(small))
				makes.run(b, exec.Command("make", "-C", k.dir, "-s", "-j2"))
				smalls.run(b, k.command(context.Background(), "--jobs", "2"))
				if len(larges.wall) < 1 {
					k := newKit(b, shell, l, plans(planOf(l, large...)))
					larges.run(b, k.command(context.Background(), "--jobs", "2"))
				}
				if done, err := filepath.Glob(filepath.Join(k.dir, ".omegagen/state/*.done")); err != nil || len(done) != few {
					b.Fatalf("%d actions are recorded: %v", len(done), err)
				}
				_ = os.RemoveAll(k.dir)
			}
			b.ReportMetric(median(smalls.wall).Seconds()/median(makes.wall).Seconds(), "times-make")
			b.ReportMetric(median(smalls.cpu).Seconds()/median(makes.cpu).Seconds(), "cpu-times-make")
			b.ReportMetric(float64(median(smalls.wall).Microseconds())/few/1000, "ms/action")
			b.ReportMetric(median(larges.cpu).Seconds()/many/(median(smalls.cpu).Seconds()/few), "cpu-2000-against-500")
		})
	}
}

// sample holds the times of several runs: by the clock, and of the processors,
// which other work on the machine disturbs less.
type sample struct{ wall, cpu []time.Duration }

func (s *sample) run(b *testing.B, cmd *exec.Cmd) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatalf("%v: %v\n%s", cmd.Args, err, out.String())
	}
	s.wall = append(s.wall, time.Since(start))
	s.cpu = append(s.cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// BenchmarkNothing runs up where there is nothing to do: the flagship's plan of 57 actions, each with a
// validation, and a stack of containers with images, whose state Docker is asked for.
func BenchmarkNothing(b *testing.B) {
	for _, c := range []struct {
		name string
		kit  func() *kit
	}{
		{"flagship", func() *kit {
			m, p := flagship(b, 0)
			return newKit(b, "dash", m, plans(p))
		}},
		{"stack", func() *kit {
			m, p, others := stack(b)
			return newKit(b, "dash", m, plans(p), others...)
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			k := c.kit()
			k.program("docker", dockerProgram)
			k.want(0)
			var times sample
			for range b.N * 5 {
				times.run(b, k.command(context.Background()))
			}
			b.ReportMetric(float64(median(times.wall).Milliseconds()), "ms/up")
			b.ReportMetric(float64(median(times.cpu).Milliseconds()), "cpu-ms/up")
			b.ReportMetric(0, "ns/op")
		})
	}
}
