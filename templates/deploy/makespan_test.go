package deploy_test

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/planner"
)

// held is a manifest with actions that run until they are released, with random
// needs, some of which share a resource.
func held(random *rand.Rand, n int) string {
	var b strings.Builder
	b.WriteString("system \"s\" {}\nresource \"two\" { capacity = 2 }\n")
	var goal []string
	for i := range n {
		seconds := 1 + random.Intn(4)
		var needs []string
		for j := range i {
			if random.Intn(4) == 0 {
				needs = append(needs, fmt.Sprintf("state.s%d", j))
			}
		}
		fmt.Fprintf(&b, "state \"s%[1]d\" {\n  type = bool\n  initial = false\n}\naction \"a%[1]d\" {\n  effects = { s%[1]d = true }\n  cost = 1\n  duration = \"%[2]ds\"\n", i, seconds)
		fmt.Fprintf(&b, "  run = \"echo start a%[1]d >>events; until [ -f go.a%[1]d ]; do sleep 0.1; done; echo end a%[1]d >>events\"\n", i)
		if len(needs) > 0 {
			fmt.Fprintf(&b, "  precondition = %s\n", strings.Join(needs, " && "))
		}
		if random.Intn(2) == 0 {
			b.WriteString("  uses = { two = 1 }\n")
		}
		b.WriteString("}\n")
		goal = append(goal, fmt.Sprintf("state.s%d", i))
	}
	fmt.Fprintf(&b, "goal \"g\" { condition = %s }\n", strings.Join(goal, " && "))
	return b.String()
}

// peak is how many steps run at once at most in a plan's schedule.
func peak(p *planner.Plan) int {
	most := 0
	for _, a := range p.Steps {
		n := 0
		for _, b := range p.Steps {
			if b.Start <= a.Start && a.Start < b.Finish {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// TestMakespan shows that with --jobs at the schedule's peak a plan takes as long as its
// schedule says, whatever time the machine takes for it. The clock is the
// schedule's: each body is let go at its planned end, and by its planned start
// each body must have begun.
func TestMakespan(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, ps := load(t, held(rand.New(rand.NewSource(int64(len(shell)))), 12))
		p := ps[0]
		k := newKit(t, shell, m, ps)
		cmd := k.command(context.Background(), "--jobs", fmt.Sprint(peak(p)))
		var out lockedBuffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if t.Failed() {
				kill(k, cmd, 0)
				t.Log(out.String(), k.read("events"))
			}
		})
		var moments []time.Duration
		for _, s := range p.Steps {
			moments = append(moments, s.Start, s.Finish)
		}
		slices.Sort(moments)
		moments = slices.Compact(moments)
		for _, now := range moments {
			for _, s := range p.Steps {
				if s.Finish == now {
					k.write("go."+s.ID, "")
				}
			}
			for _, s := range p.Steps {
				if s.Start == now {
					waitFor(t, func() bool { return strings.Contains(k.read("events"), "start "+s.ID+"\n") })
				}
			}
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, out.String())
		}
		if last := moments[len(moments)-1]; last != *p.Makespan {
			t.Errorf("the last step ends at %v, the makespan is %v", last, *p.Makespan)
		}
		running, most := 0, 0
		for _, line := range strings.Split(strings.TrimSpace(k.read("events")), "\n") {
			if strings.HasPrefix(line, "start ") {
				running++
			} else {
				running--
			}
			most = max(most, running)
		}
		if most != peak(p) {
			t.Errorf("%d bodies at once, the schedule has %d", most, peak(p))
		}
	})
}
