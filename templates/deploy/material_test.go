package deploy_test

import (
	"regexp"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/deploy"
)

// TestMaterial: an action that makes a fact of the kit's own is another one when
// the files change that this is made from, and no other action is.
func TestMaterial(t *testing.T) {
	hash := regexp.MustCompile(`(?s)\naction_(\w+)\(\) \{.*?\n        hash=([0-9a-f]{16})\n`)
	hashes := func(changed string) map[string]string {
		m := model()
		m.Images = []*manifest.Image{{Origin: origin("image.i"), Name: "i", Tag: "i:1", Context: "."}}
		m.Services = []*manifest.Service{{Origin: origin("service.s"), Name: "s", Image: m.Images[0], Instances: []*manifest.Instance{{Name: "s", ContainerName: "t-s"}}}}
		m.Databases = []*manifest.Database{{Origin: origin("database.d"), Name: "d", DBName: "d", User: "u", Service: m.Services[0], File: "init-db.sql"}}
		achieving := func(kind manifest.FactKind, name string) func(*manifest.Action) {
			return func(a *manifest.Action) {
				a.Achieves = []manifest.FactRef{{Fact: manifest.Fact{Kind: kind, Name: name}}}
			}
		}
		p := planOf(m,
			task{name: "builds", run: "true", edit: achieving(manifest.ImageReady, "i")},
			task{name: "starts", run: "true", edit: achieving(manifest.ServiceStarted, "s")},
			task{name: "applies", run: "true", edit: achieving(manifest.DatabaseApplied, "d")},
			task{name: "other", run: "true"},
		)
		actions := map[string]*planner.Action{}
		for _, a := range planner.Actions(m, planner.Options{}) {
			actions[a.ID] = a
		}
		for _, step := range p.Steps {
			step.Action = actions[step.ID]
		}
		var kit []artifact.Artifact
		for _, path := range []string{"Dockerfile.i", "docker-compose.yml", "init-db.sql", "PLAN.md"} {
			content := "name: t\n"
			if path == changed {
				content += "# more\n"
			}
			kit = append(kit, artifact.Artifact{Path: path, Content: []byte(content)})
		}
		arts, diags := deploy.Render(m, plans(p), kit)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		out := map[string]string{}
		for _, h := range hash.FindAllStringSubmatch(string(find(t, arts, "deploy/plan.sh")), -1) {
			out[h[1]] = h[2]
		}
		return out
	}
	before := hashes("")
	for changed, want := range map[string]string{"Dockerfile.i": "builds", "docker-compose.yml": "starts", "init-db.sql": "applies", "PLAN.md": ""} {
		after := hashes(changed)
		for _, name := range []string{"builds", "starts", "applies", "other"} {
			if before[name] == "" || (before[name] != after[name]) != (name == want) {
				t.Errorf("with another %s, %s has the hash %q instead of %q", changed, name, after[name], before[name])
			}
		}
	}
}
