package validate

import (
	"slices"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// TestNeedsOfObjects: what an object reads is derived from the manifest alone,
// because a target may forget it. The actions here declare no needs.
func TestNeedsOfObjects(t *testing.T) {
	secret := func(name string) *manifest.Secret { return &manifest.Secret{Name: name} }
	base, pulled := &manifest.Image{Name: "base"}, &manifest.Image{Name: "pulled", Pull: "p:1", Secrets: []*manifest.Secret{secret("unread")}}
	web := &manifest.Image{Name: "web", Stages: []*manifest.Stage{{FromDecl: base}}, Secrets: []*manifest.Secret{secret("token")}}
	plain := &manifest.Service{Name: "plain"}
	healthy := &manifest.Service{Name: "healthy", Healthcheck: &manifest.Healthcheck{}}
	disabled := &manifest.Service{Name: "disabled", Healthcheck: &manifest.Healthcheck{Disable: true}}
	once := &manifest.Service{Name: "once", Oneshot: true, Healthcheck: &manifest.Healthcheck{}}
	app := &manifest.Service{Name: "app", Image: web,
		DependsOn: []*manifest.Dependency{{Service: plain, Condition: manifest.OnStarted}, {Service: healthy, Condition: manifest.OnHealthy}, {Service: once, Condition: manifest.OnCompleted}},
		Instances: []*manifest.Instance{{
			Env:       []manifest.EnvVar{{Name: "URL", Value: manifest.Text{{Text: "x"}, {Secret: secret("in_env")}}}},
			SecretEnv: []manifest.SecretEnv{{Name: "FILE", Secret: secret("by_file")}},
		}}}
	m := &manifest.Manifest{
		Images:   []*manifest.Image{base, pulled, web},
		Services: []*manifest.Service{plain, healthy, disabled, once, app},
	}
	for name, s := range map[string]*manifest.Service{"on_plain": plain, "on_healthy": healthy, "on_disabled": disabled, "on_once": once, "on_none": nil} {
		m.Databases = append(m.Databases, &manifest.Database{Name: name, Service: s, Roles: []*manifest.Role{{Name: "r", Password: secret("password")}, {Name: "group"}}})
	}
	n := newNeeds(m)
	password := fact(manifest.SecretSet, "password")
	for achieved, want := range map[manifest.Fact][]manifest.Fact{
		fact(manifest.ImageReady, "pulled"): nil,
		fact(manifest.ImageReady, "web"):    {fact(manifest.ImageReady, "base"), fact(manifest.SecretSet, "token")},
		fact(manifest.ServiceStarted, "app"): {fact(manifest.ImageReady, "web"), fact(manifest.SecretSet, "by_file"), fact(manifest.SecretSet, "in_env"),
			fact(manifest.ServiceStarted, "plain"), fact(manifest.ServiceHealthy, "healthy"), fact(manifest.ServiceCompleted, "once")},
		fact(manifest.ServiceHealthy, "app"):          {fact(manifest.ServiceStarted, "app")},
		fact(manifest.ServiceCompleted, "once"):       {fact(manifest.ServiceStarted, "once")},
		fact(manifest.DatabaseApplied, "on_plain"):    {fact(manifest.ServiceStarted, "plain"), password},
		fact(manifest.DatabaseApplied, "on_healthy"):  {fact(manifest.ServiceHealthy, "healthy"), password},
		fact(manifest.DatabaseApplied, "on_disabled"): {fact(manifest.ServiceStarted, "disabled"), password},
		fact(manifest.DatabaseApplied, "on_once"):     {fact(manifest.ServiceCompleted, "once"), password},
		fact(manifest.DatabaseApplied, "on_none"):     {password},
	} {
		if got := n.of(&planner.Action{ID: "generated", Achieves: []manifest.Fact{achieved}}); !slices.Equal(got, want) {
			t.Errorf("%s needs %v, not %v", achieved, got, want)
		}
	}
	said := []manifest.FactRef{{Fact: password}, {Fact: fact(manifest.ImageReady, "pulled")}}
	a := &planner.Action{Needs: said, Achieves: []manifest.Fact{fact(manifest.DatabaseApplied, "on_none")}}
	if got := n.of(a); !slices.Equal(got, []manifest.Fact{password, said[1].Fact}) {
		t.Errorf("what it says itself is needed too, each once: %v", got)
	}
}
