package deploy_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/deploy"
)

// TestBuildOptions: another option makes a build another one, whether the
// compiler makes its action or the manifest declares it; what is for pushing
// alone doesn't.
func TestBuildOptions(t *testing.T) {
	yes := true
	options := map[string]func(*manifest.Image){
		"target":   func(i *manifest.Image) { i.Target = "run" },
		"args":     func(i *manifest.Image) { i.BuildArgs = []manifest.KeyValue{{Key: "A", Value: "1"}} },
		"platform": func(i *manifest.Image) { i.Platform = "linux/arm64" },
		"push":     func(i *manifest.Image) { i.Push = "example.org/web:1" },
		"secrets": func(i *manifest.Image) {
			i.Secrets = []*manifest.Secret{{Name: "token", From: &manifest.PromptSecret{}}}
		},
		"ssh":      func(i *manifest.Image) { i.SSH = []string{"default"} },
		"cache":    func(i *manifest.Image) { i.CacheFrom = []string{"a:1"} },
		"contexts": func(i *manifest.Image) { i.Contexts = []*manifest.BuildContext{{Name: "docs", Source: "docs"}} },
		"network":  func(i *manifest.Image) { i.Network = "none" },
		"nothing":  func(i *manifest.Image) { i.Platforms, i.SBOM, i.Provenance = []string{"linux/arm64"}, &yes, &yes },
	}
	render := func(declared bool, edit func(*manifest.Image)) string {
		m := model()
		i := &manifest.Image{Origin: origin("image.web"), Name: "web", Tag: "web:1"}
		edit(i)
		m.Images = []*manifest.Image{i}
		ready := manifest.Fact{Kind: manifest.ImageReady, Name: "web"}
		if declared {
			m.Actions = []*manifest.Action{{Origin: origin("action.own"), Name: "own", Title: "own", Shell: "sh", OnFailure: "stop", Cost: big.NewRat(1, 1),
				Run: manifest.PlainText("docker build ."), Achieves: []manifest.FactRef{{Fact: ready}}}}
		} else {
			m.Secrets = i.Secrets
		}
		m.Goals = []*manifest.Goal{{Origin: origin("goal.default"), Name: "default", Default: true, Objective: "cost",
			Condition: &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: ready}}}
		files, diags := deploy.Render(m, planner.Plans(m, planner.Options{}), nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		found := hashes(find(t, files, "deploy/plan.sh"))
		if declared {
			return found["own"]
		}
		return found["image_web_build"]
	}
	for _, declared := range []bool{false, true} {
		before := render(declared, func(*manifest.Image) {})
		if before == "" {
			t.Fatal("nothing builds the image")
		}
		for name, edit := range options {
			if (render(declared, edit) != before) != (name != "nothing") {
				t.Errorf("with another %s, declared %v, the build is %s", name, declared, before)
			}
		}
	}
}

// TestBuildNeedsCompose: the first Compose that knows the keys of the builds.
func TestBuildNeedsCompose(t *testing.T) {
	for want, edit := range map[string]func(*manifest.Manifest, *manifest.Image){
		"2.3.3": func(_ *manifest.Manifest, i *manifest.Image) {
			i.BuildArgs, i.Network = []manifest.KeyValue{{Key: "A"}}, "none"
		},
		"2.4.1": func(_ *manifest.Manifest, i *manifest.Image) { i.SSH = []string{"default"} },
		"2.5.1": func(m *manifest.Manifest, i *manifest.Image) { i.Secrets = m.Secrets[:1] },
		"2.17.0": func(_ *manifest.Manifest, i *manifest.Image) {
			i.Contexts = []*manifest.BuildContext{{Name: "docs", Source: "docs"}}
		},
	} {
		m, p, _ := stack(t)
		edit(m, m.Images[1])
		files, diags := deploy.Render(m, plans(p), []artifact.Artifact{composed(t, m)})
		if diags.HasErrors() || !strings.Contains(string(find(t, files, "deploy/plan.sh")), "min_compose="+want+"\n") {
			t.Errorf("%s is not what is needed: %v", want, diags)
		}
	}
}

// TestPushedImage: an image is known by where it is pushed to as well, and
// removed by both names.
func TestPushedImage(t *testing.T) {
	m, _, others := stack(t)
	m.Images[1].Push = "example.org/web:1"
	p := planner.Plans(m, planner.Options{})[0]
	k := newKit(t, "dash", m, plans(p), others...)
	k.program("docker", dockerProgram)
	k.want(0)
	out := k.want(0, "reset", "--images", "--yes", "--dry-run")
	contains(t, out, "docker image rm example.org/web:1\n", "docker image rm web:1\n")
}
