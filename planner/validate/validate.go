package validate

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/plan"
)

var rulePlan = diag.Error("OG910", "Invalid plan (internal error)",
	"A plan fails the independent check that every plan must pass before it is printed or written to a kit. This is a bug in omegagen; please report it with the manifest.").In(diag.StageOutput)

// orders is how many linearizations besides the plan's own Check replays.
const orders = 2

// Check is Plan for a plan that will be used: a fault is a diagnostic, and sets
// the plan's status to Failed.
func Check(m *manifest.Manifest, p *plan.Plan, from *plan.From) hcl.Diagnostics {
	err := Plan(m, p, from, orders)
	if err == nil {
		return nil
	}
	p.Status = plan.Failed
	return hcl.Diagnostics{rulePlan.At(p.Goal.Range, "The plan for goal %q: %s.", p.Goal.Name, strings.ReplaceAll(err.Error(), "\n", "; "))}
}

// Plan checks a plan with steps: that their order reaches the goal from the
// start (from nil: the declared one), that the cost is their sum and not below
// the lower bound, that linearizations of needs are plans in which every step
// has the same effects, and that the schedule respects needs, capacities and
// durations and, replayed, is a plan too. If there are more linearizations than
// max, it tries max of them. Fallbacks are checked likewise, from where they
// begin.
func Plan(m *manifest.Manifest, p *plan.Plan, from *plan.From, max int) error {
	if p.Status != plan.Optimal && p.Status != plan.Bounded {
		if len(p.Steps) > 0 {
			return fmt.Errorf("a plan with status %s has steps", p.Status)
		}
		return nil
	}
	w := Start(m, from)
	errs := []error{check(w, p, max)}
	for _, f := range p.Fallbacks {
		if err := fallback(w, p, f, max); err != nil {
			errs = append(errs, fmt.Errorf("fallback of %s: %w", f.Step.ID, err))
		}
	}
	return errors.Join(errs...)
}

// check checks everything that Plan promises, starting from a world.
func check(w *World, p *plan.Plan, max int) error {
	var errs []error
	final, traces, err := replay(w, p.Steps)
	if err != nil {
		return err
	}
	if err := final.Reaches(p.Goal); err != nil {
		errs = append(errs, err)
	}
	errs = append(errs, cost(p), ids(p.Steps), timetable(p), timed(w, p, final.Key()), linearisations(w, p, final.Key(), traces, max))
	return errors.Join(errs...)
}

// fallback checks that the steps assumed done are those that don't need the
// failed one, and that from there its plan reaches the goal without it.
func fallback(w *World, p *plan.Plan, f plan.Fallback, max int) error {
	behind := map[*plan.Step]bool{f.Step: true}
	var done []*plan.Step
	for _, s := range p.Steps {
		for _, n := range s.Needs {
			behind[s] = behind[s] || behind[n]
		}
		if !behind[s] {
			done = append(done, s)
		}
	}
	if !slices.Equal(done, f.Done) {
		return fmt.Errorf("it assumes that %s are done instead of %s", names(f.Done), names(done))
	}
	for _, s := range f.Plan.Steps {
		if s.Action == f.Step.Action {
			return fmt.Errorf("it uses %s itself", s.ID)
		}
	}
	w, _, err := replay(w, done)
	if err != nil {
		return err
	}
	return check(w, f.Plan, max)
}

func replay(w *World, steps []*plan.Step) (*World, map[*plan.Step]string, error) {
	traces := make(map[*plan.Step]string, len(steps))
	w = w.clone()
	for _, s := range steps {
		trace, err := w.do(s.Action)
		if err != nil {
			return nil, nil, fmt.Errorf("step %s: %w", s.ID, err)
		}
		traces[s] = trace
	}
	return w, traces, nil
}

func cost(p *plan.Plan) error {
	sum := new(big.Rat)
	for _, s := range p.Steps {
		sum.Add(sum, s.Action.Cost)
	}
	switch {
	case p.Cost == nil || p.LowerBound == nil:
		return errors.New("a plan has no cost or no lower bound")
	case sum.Cmp(p.Cost) != 0:
		return fmt.Errorf("the steps cost %s, the plan says %s", text.Number(sum), text.Number(p.Cost))
	case p.LowerBound.Cmp(p.Cost) > 0:
		return fmt.Errorf("the lower bound %s exceeds the cost %s", text.Number(p.LowerBound), text.Number(p.Cost))
	case p.Status == plan.Optimal && p.Objective == "cost" && p.LowerBound.Cmp(p.Cost) != 0:
		return fmt.Errorf("an optimal plan's lower bound is %s, its cost %s", text.Number(p.LowerBound), text.Number(p.Cost))
	}
	return nil
}

func ids(steps []*plan.Step) error {
	uses := map[string]int{}
	for _, s := range steps {
		uses[s.Action.ID]++
		want := s.Action.ID
		if n := uses[want]; n > 1 {
			want = fmt.Sprintf("%s#%d", want, n)
		}
		if s.ID != want {
			return fmt.Errorf("step %s should have the ID %s", s.ID, want)
		}
	}
	return nil
}

// timetable checks the schedule.
func timetable(p *plan.Plan) error {
	span := time.Duration(0)
	place := map[*plan.Step]int{}
	for i, s := range p.Steps {
		if s.Finish != s.Start+s.Action.Duration || s.Start < 0 || s.Slack < 0 {
			return fmt.Errorf("step %s runs from %s to %s with slack %s", s.ID, s.Start, s.Finish, s.Slack)
		}
		span = max(span, s.Finish)
		level := 0
		for _, n := range s.Needs {
			if at, ok := place[n]; !ok || at >= i {
				return fmt.Errorf("step %s requires %s, which comes after it", s.ID, n.ID)
			}
			if n.Finish > s.Start {
				return fmt.Errorf("step %s starts before %s ends", s.ID, n.ID)
			}
			level = max(level, n.Level+1)
		}
		if level != s.Level {
			return fmt.Errorf("step %s has level %d, should be %d", s.ID, s.Level, level)
		}
		place[s] = i
	}
	if p.Makespan == nil || *p.Makespan != span || p.MakespanLowerBound == nil || *p.MakespanLowerBound > span {
		return fmt.Errorf("the makespan is %s, but the plan says %v, at least %v", span, p.Makespan, p.MakespanLowerBound)
	}
	return capacities(p)
}

// capacities checks at each start that the running steps fit every resource.
func capacities(p *plan.Plan) error {
	for _, r := range p.Resources {
		type change struct {
			at   time.Duration
			step *plan.Step
			by   int64
		}
		var changes []change
		for _, s := range p.Steps {
			for _, u := range s.Action.Uses {
				if u.Resource == r.Name && s.Finish > s.Start {
					changes = append(changes, change{s.Start, s, u.Amount}, change{s.Finish, s, -u.Amount})
				}
			}
		}
		slices.SortStableFunc(changes, func(a, b change) int { // steps that end release their resources first
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by))
		})
		used := int64(0)
		for _, c := range changes {
			if used += c.by; used > r.Capacity {
				return fmt.Errorf("at the start of %s, %d of resource %s are in use, but only %d exist", c.step.ID, used, r.Name, r.Capacity)
			}
		}
	}
	return nil
}

// linearisations replays orders of the steps that needs allows.
func linearisations(w *World, p *plan.Plan, final string, traces map[*plan.Step]string, limit int) error {
	try := func(order []*plan.Step) error {
		end, got, err := replay(w, order)
		if err != nil {
			return fmt.Errorf("linearization %s: %w", names(order), err)
		}
		if end.Key() != final {
			return fmt.Errorf("linearization %s ends in a different state", names(order))
		}
		for s, t := range traces {
			if got[s] != t {
				return fmt.Errorf("linearization %s: the effects of %s differ", names(order), s.ID)
			}
		}
		return nil
	}
	e := &enumeration{steps: p.Steps, left: map[*plan.Step]int{}, after: map[*plan.Step][]*plan.Step{}, try: try, budget: limit}
	for _, s := range p.Steps {
		e.left[s] = len(s.Needs)
		for _, n := range s.Needs {
			e.after[n] = append(e.after[n], s)
		}
	}
	if len(p.Steps) <= 7 {
		return e.all(nil)
	}
	for seed := range limit {
		if err := try(e.sample(uint64(seed))); err != nil {
			return err
		}
	}
	return nil
}

func names(steps []*plan.Step) string {
	var ids []string
	for _, s := range steps {
		ids = append(ids, s.ID)
	}
	return strings.Join(ids, " ")
}

type enumeration struct {
	steps  []*plan.Step
	left   map[*plan.Step]int
	after  map[*plan.Step][]*plan.Step
	try    func([]*plan.Step) error
	budget int
}

func (e *enumeration) all(done []*plan.Step) error {
	if len(done) == len(e.steps) {
		e.budget--
		return e.try(done)
	}
	for _, s := range e.steps {
		if e.left[s] != 0 || e.budget <= 0 {
			continue
		}
		e.left[s] = -1
		for _, a := range e.after[s] {
			e.left[a]--
		}
		err := e.all(append(done[:len(done):len(done)], s))
		for _, a := range e.after[s] {
			e.left[a]++
		}
		e.left[s] = 0
		if err != nil {
			return err
		}
	}
	return nil
}

// sample draws one linearization; the first two take the steps in their order
// and in reverse as far as needs allows.
func (e *enumeration) sample(seed uint64) []*plan.Step {
	left := map[*plan.Step]int{}
	var ready, out []*plan.Step
	for _, s := range e.steps {
		if left[s] = e.left[s]; left[s] == 0 {
			ready = append(ready, s)
		}
	}
	x := seed*0x9e3779b97f4a7c15 + 1
	for len(ready) > 0 {
		i := 0
		switch seed {
		case 0:
		case 1:
			i = len(ready) - 1
		default:
			x = x*6364136223846793005 + 1442695040888963407
			i = int(x >> 33 % uint64(len(ready)))
		}
		s := ready[i]
		ready = append(ready[:i], ready[i+1:]...)
		out = append(out, s)
		for _, a := range e.after[s] {
			if left[a]--; left[a] == 0 {
				ready = append(ready, a)
			}
		}
	}
	return out
}
