package deploy_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/planner"
)

// sleepers is a manifest with actions that sleep as long as they say they take,
// with random needs, some of which share a resource.
func sleepers(random *rand.Rand, n int) string {
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
		fmt.Fprintf(&b, "  run = \"date +'start %%s.%%N' >>times; sleep %d; date +'end %%s.%%N' >>times\"\n", seconds)
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

// TestMakespan shows that with --jobs at the schedule's peak the bodies of a
// plan take as long as the schedule says, within 5 % and a second, from the
// first start to the last end. On a machine that is busy with other things a
// run may take longer: one of three must not, and none may be faster.
func TestMakespan(t *testing.T) {
	inEveryShell(t, func(t *testing.T, shell string) {
		m, ps := load(t, sleepers(rand.New(rand.NewSource(int64(len(shell)))), 12))
		p := ps[0]
		var last time.Duration
		for range 3 {
			k := newKit(t, shell, m, ps)
			k.want(0, "--jobs", fmt.Sprint(peak(p)))
			var first, end float64
			running, most := 0, 0
			for i, line := range strings.Split(strings.TrimSpace(k.read("times")), "\n") {
				what, text, _ := strings.Cut(line, " ")
				var at float64
				if _, err := fmt.Sscan(text, &at); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					first = at
				}
				end = max(end, at)
				if what == "start" {
					running++
				} else {
					running--
				}
				most = max(most, running)
			}
			last = time.Duration((end - first) * float64(time.Second))
			if last < *p.Makespan-100*time.Millisecond {
				t.Errorf("it took %v, but the schedule %v", last, *p.Makespan)
			}
			if most > peak(p) {
				t.Errorf("%d bodies at once, the schedule has %d", most, peak(p))
			}
			if last <= *p.Makespan*105/100+time.Second {
				t.Logf("%v of %v", last, *p.Makespan)
				return
			}
		}
		t.Errorf("it took %v, but the schedule %v", last, *p.Makespan)
	})
}
