package plantest

import (
	"fmt"
	"math/big"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Deployment is a system of n services: one in ten a database with a schema,
// one in ten a cache, the rest servers that need one of each and one earlier
// server. One image in ten can be pulled or built from sources; one action in a
// hundred destroys something that others need.
func Deployment(n int) *manifest.Manifest {
	m := &manifest.Manifest{System: &manifest.System{Name: "large"}}
	goal := &manifest.Goal{Name: "all", Default: true, Condition: &manifest.Expr{Op: manifest.OpAnd, Type: manifest.Bool}}
	want := func(k manifest.FactKind, name string) {
		goal.Condition.Args = append(goal.Condition.Args,
			&manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: manifest.Fact{Kind: k, Name: name}})
	}
	action := func(name string, cost int64, adds, dels []manifest.Fact, pre ...manifest.Fact) *manifest.Action {
		a := &manifest.Action{Name: name, Cost: big.NewRat(cost, 1), Duration: time.Duration(cost) * time.Second,
			Precondition: &manifest.Expr{Op: manifest.OpAnd, Type: manifest.Bool}}
		for _, f := range pre {
			a.Precondition.Args = append(a.Precondition.Args, &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: f})
		}
		for _, f := range adds {
			a.Achieves = append(a.Achieves, manifest.FactRef{Fact: f})
		}
		for _, f := range dels {
			a.Destroys = append(a.Destroys, manifest.FactRef{Fact: f})
		}
		m.Actions = append(m.Actions, a)
		return a
	}
	sources := action("clone_sources", 7, nil, nil)
	done := func(a *manifest.Action) manifest.Fact {
		return manifest.Fact{Kind: manifest.ActionDone, Name: a.Name}
	}
	for i := range n {
		name := fmt.Sprintf("s%05d", i)
		im := &manifest.Image{Name: name, Pull: "example/" + name, Duration: 20 * time.Second}
		m.Images = append(m.Images, im)
		ready := manifest.Fact{Kind: manifest.ImageReady, Name: name}
		if i%10 == 3 {
			fetch := action("fetch_"+name, int64(i/10%3), nil, nil, done(sources))
			action("build_"+name, int64(1+i/10%5), []manifest.Fact{ready}, nil, done(fetch))
			action("pull_"+name, 4, []manifest.Fact{ready}, nil)
		}
		s := &manifest.Service{Name: name, Image: im, Healthcheck: &manifest.Healthcheck{Test: &manifest.ShellTest{Script: "true"}}, Duration: time.Duration(1+i%3) * time.Second}
		for r := range 1 + i%3 {
			s.Instances = append(s.Instances, &manifest.Instance{Index: r, Name: fmt.Sprintf("%s-%d", name, r+1)})
		}
		m.Services = append(m.Services, s)
		switch {
		case i%10 == 0:
			secret := &manifest.Secret{Name: name}
			m.Secrets = append(m.Secrets, secret)
			for _, in := range s.Instances {
				in.SecretEnv = []manifest.SecretEnv{{Name: "PASSWORD_FILE", Secret: secret}}
			}
			m.Databases = append(m.Databases, &manifest.Database{Name: name, Service: s})
			want(manifest.DatabaseApplied, name)
		case i%10 > 1:
			for _, d := range []int{i / 10 * 10, i/10*10 + 1, i - 1} {
				s.DependsOn = append(s.DependsOn, &manifest.Dependency{Service: m.Services[d], Condition: "healthy"})
			}
		}
		want(manifest.ServiceHealthy, name)
		switch {
		case i%200 == 57: // frees disk space once the service has its image
			a := action("prune_"+name, 1, nil, []manifest.Fact{ready}, ready)
			goal.Include = append(goal.Include, &manifest.ActionRef{Action: a})
		case i%200 == 157: // a failure drill, after which the service must recover
			a := action("drill_"+name, 2, nil, []manifest.Fact{{Kind: manifest.ServiceHealthy, Name: name}}, manifest.Fact{Kind: manifest.ServiceHealthy, Name: name})
			goal.Include = append(goal.Include, &manifest.ActionRef{Action: a})
		}
	}
	m.Goals = []*manifest.Goal{goal}
	return m
}
