//go:build e2e

package e2e

import (
	"bufio"
	"io"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// killAtMilestones deploys from nothing, and kills deploy.sh once in each
// milestone, when it begins a step of one that it wasn't killed in yet: it alone,
// or with its workers. Each next run goes on, and does nothing again that was
// done; the last one ends with all criteria met. A short test kills in two milestones.
func killAtMilestones(t *testing.T, k *kit) {
	milestoneOf := milestones(t, k)
	left := map[string]bool{}
	for _, m := range milestoneOf {
		left[m] = true
	}
	for _, m := range slices.Sorted(maps.Keys(left)) {
		if testing.Short() && len(left) > 2 {
			delete(left, m)
		}
	}
	for i := 0; len(left) > 0; i++ {
		before := doneSteps(k)
		out, id := killAt(t, k, func(id string) bool { return left[milestoneOf[id]] }, i%2 == 1)
		delete(left, milestoneOf[id])
		t.Logf("killed in milestone %s, with %d steps done before that run:\n%s", milestoneOf[id], len(before), out)
		for _, id := range startedSteps(out) {
			if before[key(id)] {
				t.Errorf("the run that was killed in milestone %s does %s again:\n%s", milestoneOf[id], id, out)
			}
		}
	}
	before := doneSteps(k)
	out := k.Deploy(t, 0, "up")
	record("killed", out)
	for _, id := range startedSteps(out) {
		if before[key(id)] {
			t.Errorf("the last run does %s again:\n%s", id, out)
		}
	}
	if n := len(metCriterion.FindAllString(out, -1)); n != 10 {
		t.Errorf("%d criteria are met, not 10:\n%s", n, out)
	}
	if n := len(doneSteps(k)); n < 40 {
		t.Errorf("%d steps are recorded", n)
	}
}

// killAt runs `up` until it starts a step that is to be its last, and kills it
// with a signal that it can't see: the whole group, or the script alone. It gives
// what was printed, and the step.
func killAt(t *testing.T, k *kit, last func(id string) bool, group bool) (string, string) {
	t.Helper()
	cmd := k.Command("up")
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// The script's death closes nothing: its workers have the pipe as well.
	lines := make(chan string, 1000)
	go func() {
		scanner := bufio.NewScanner(reader)
		for scanner.Scan() {
			lines <- scanner.Text()
		}
	}()
	ended := make(chan struct{})
	go func() { _, _ = cmd.Process.Wait(); close(ended) }()
	var out strings.Builder
	for {
		select {
		case <-ended:
			t.Fatalf("it ended before it was killed:\n%s", out.String())
		case line := <-lines:
			out.WriteString(line + "\n")
			if ids := startedSteps(line); len(ids) == 1 && last(ids[0]) {
				pid := cmd.Process.Pid
				if group {
					pid = -pid
				}
				if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
				<-ended
				return out.String(), ids[0]
			}
		}
	}
}
