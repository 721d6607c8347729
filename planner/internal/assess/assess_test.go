package assess_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/internal/assess"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/plan"
)

func TestQuality(t *testing.T) {
	problem := planner.NewProblem(plantest.Parse(t, plantest.Choices), planner.Options{})
	p := problem.Plan(nil)
	problem.Assess(p)
	q := p.Quality
	if q.Optimality.RatString() != "1" || q.Parallelism != nil || q.Replaceable != (planner.Share{Count: 2, Of: 3}) ||
		q.EffectsUsed != (planner.Share{Count: 3, Of: 3}) || q.PreconditionsMade != (planner.Share{Count: 2, Of: 2}) || q.GoalsReachable != (planner.Share{Count: 1, Of: 1}) {
		t.Errorf("%+v", q)
	}
}

// TestQualityOfAnUnfinishedDeployment: for a criterion, a fact that a later
// step destroys differs from one that held from the start and still does.
func TestQualityOfAnUnfinishedDeployment(t *testing.T) {
	up := func(name string) manifest.Fact { return manifest.Fact{Kind: manifest.ServiceStarted, Name: name} }
	services := map[string]*manifest.Service{}
	m := &manifest.Manifest{}
	for _, name := range []string{"kept", "stopped", "before", "never"} {
		services[name] = &manifest.Service{Name: name}
		m.Criteria = append(m.Criteria, &manifest.Criterion{Name: name, Probe: &manifest.TCPProbe{Endpoint: manifest.Endpoint{Service: services[name]}}})
	}
	m.Criteria = append(m.Criteria, &manifest.Criterion{Name: "anything", Probe: &manifest.CommandProbe{}})
	start := &plan.Step{Action: &deployment.Action{Achieves: []manifest.Fact{up("kept"), up("stopped")}, Duration: 3 * time.Second}, Changes: 2}
	stop := &plan.Step{Action: &deployment.Action{Destroys: []manifest.Fact{up("stopped")}, Duration: time.Second}, Changes: 1, Conditions: 2}
	start.Serves = []plan.CausalLink{{Producer: start, Consumer: stop, Variable: "service.stopped.started"}, {Producer: start, Variable: "service.kept.started"}}
	span, lower := 4*time.Second, 2*time.Second
	p := &plan.Plan{Cost: big.NewRat(3, 1), LowerBound: big.NewRat(2, 1), Makespan: &span, MakespanLowerBound: &lower, Steps: []*plan.Step{start, stop}}
	q := assess.Quality(m, p, []manifest.Fact{up("before")}, plan.Share{Count: 1, Of: 2})
	if q.CriteriaCovered != (plan.Share{Count: 2, Of: 4}) {
		t.Errorf("criteria covered: %+v", q.CriteriaCovered)
	}
	if q.EffectsUsed != (plan.Share{Count: 2, Of: 3}) || q.PreconditionsMade != (plan.Share{Count: 1, Of: 2}) || q.GoalsReachable != (plan.Share{Count: 1, Of: 2}) {
		t.Errorf("%+v", q)
	}
	if q.Optimality.RatString() != "3/2" || q.Parallelism.RatString() != "1" || q.ParallelismBound.RatString() != "2" {
		t.Errorf("%+v", q)
	}
}
