package deploy_test

import (
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/compose"
	"github.com/omegagen/omegagen/templates/deploy"
)

// hashes are those of a script's actions, by their functions.
func hashes(script []byte) map[string]string {
	out := map[string]string{}
	for _, found := range regexp.MustCompile(`(?s)\naction_(\w+)\(\) \{.*?hash=([0-9a-f]{16})`).FindAllSubmatch(script, -1) {
		out[string(found[1])] = string(found[2])
	}
	return out
}

// buildHash is the hash of image.web.build in a kit with the given files.
func buildHash(t *testing.T, i manifest.Image, files map[string]string) string {
	t.Helper()
	m := model()
	i.Origin, i.Name, i.Tag = origin("image.web"), "web", "web:1"
	m.Images = []*manifest.Image{&i}
	m.Goals = []*manifest.Goal{{Origin: origin("goal.default"), Name: "default", Default: true, Objective: "cost",
		Condition: &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: manifest.Fact{Kind: manifest.ImageReady, Name: "web"}}}}
	var others []artifact.Artifact
	for p, content := range files {
		others = append(others, artifact.Artifact{Path: p, Content: []byte(content)})
	}
	arts, diags := deploy.Render(m, planner.Plans(m, planner.Options{}), others)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	h := hashes(find(t, arts, "deploy/plan.sh"))["image_web_build"]
	if h == "" {
		t.Fatal("there is no image.web.build")
	}
	return h
}

// TestBuildReadsKit shows that an image is built again when a file of the kit
// that its build reads has changed, and only then.
func TestBuildReadsKit(t *testing.T) {
	steps := func(steps ...manifest.Instruction) manifest.Image {
		return manifest.Image{Context: ".", Stages: []*manifest.Stage{{Name: "runtime", Steps: steps}}}
	}
	copies := func(src ...string) *manifest.CopyInstruction {
		return &manifest.CopyInstruction{Transfer: manifest.Transfer{Src: src, Dest: "/srv/"}}
	}
	inFolder := steps(copies("visit.sh"))
	inFolder.Context = "./web"
	outside := steps(copies("web/visit.sh"))
	outside.Context = "../app"
	fromStage := copies("web/visit.sh")
	fromStage.FromStage = &manifest.Stage{Name: "build"}
	fromImage := copies("web/visit.sh")
	fromImage.FromImage = "other:1"
	mount := &manifest.RunInstruction{Mounts: []string{"type=bind,target=/src"}}
	cache := &manifest.RunInstruction{Mounts: []string{"type=cache,target=/src", "type=bind,from=other:1,target=/web"}}
	with := func(contexts ...*manifest.BuildContext) manifest.Image {
		i := steps()
		i.Contexts = contexts
		return i
	}
	for name, c := range map[string]struct {
		image manifest.Image
		again bool
	}{
		"a file":                 {steps(copies("web/visit.sh")), true},
		"a file, differently":    {steps(copies("a", "./web//visit.sh")), true},
		"a file from the root":   {steps(copies("/web/visit.sh")), true},
		"its folder":             {steps(copies("web/")), true},
		"the context":            {steps(copies(".")), true},
		"a pattern":              {steps(copies("w*/*.sh")), true},
		"a pattern of folders":   {steps(copies("we[b]")), true},
		"in the context":         {inFolder, true},
		"in the kit by default":  {manifest.Image{Stages: steps(copies("web")).Stages}, true},
		"a mount":                {steps(mount), true},
		"a Dockerfile":           {manifest.Image{Dockerfile: "web/Dockerfile", Context: "."}, true},
		"the Dockerfile itself":  {manifest.Image{Dockerfile: "./web/visit.sh", Context: "../app"}, true},
		"another file":           {steps(copies("web/visit")), false},
		"another pattern":        {steps(copies("*.sh")), false},
		"another context":        {outside, false},
		"of a stage":             {steps(fromStage), false},
		"of an image":            {steps(fromImage), false},
		"mounts of something":    {steps(cache), false},
		"a Dockerfile elsewhere": {manifest.Image{Dockerfile: "../app/Dockerfile", Context: "../app"}, false},
		"a context more":         {with(&manifest.BuildContext{Name: "c", Source: "./web"}), true},
		"one elsewhere":          {with(&manifest.BuildContext{Name: "c", Source: "../web"}), false},
		"one of an image":        {with(&manifest.BuildContext{Name: "web", Source: "docker-image://web"}), false},
	} {
		t.Run(name, func(t *testing.T) {
			before := buildHash(t, c.image, map[string]string{"web/visit.sh": "1", "PLAN.md": "1"})
			after := buildHash(t, c.image, map[string]string{"web/visit.sh": "2", "PLAN.md": "1"})
			if (before != after) != c.again {
				t.Errorf("%s became %s", before, after)
			}
		})
	}
	image := steps(copies("web"))
	if a, b := buildHash(t, image, map[string]string{"PLAN.md": "1"}), buildHash(t, image, map[string]string{"PLAN.md": "2"}); a != b {
		t.Error("a file that the build doesn't read makes it another one")
	}
}

// TestStartReadsItsPart shows which actions a change of docker-compose.yml makes
// other ones: the starts of those services alone that it is about.
func TestStartReadsItsPart(t *testing.T) {
	render := func(edit func(m *manifest.Manifest)) map[string]string {
		m, p, _ := stack(t)
		m.Volumes = []*manifest.Volume{{Origin: origin("volume.data"), Name: "data", RealName: "test_data"}}
		m.Services[0].Instances[0].Mounts = []*manifest.Mount{{Target: "/data", Volume: m.Volumes[0]}}
		edit(m)
		files, diags := compose.Render(m)
		arts, more := deploy.Render(m, plans(p), files)
		if diags = append(diags, more...); diags.HasErrors() {
			t.Fatal(diags)
		}
		return hashes(find(t, arts, "deploy/plan.sh"))
	}
	before := render(func(*manifest.Manifest) {})
	for name, c := range map[string]struct {
		edit func(m *manifest.Manifest)
		want []string
	}{
		"nothing":              {func(*manifest.Manifest) {}, nil},
		"a variable":           {func(m *manifest.Manifest) { m.Services[1].Instances[0].Env = []manifest.EnvVar{{Name: "A"}} }, []string{"service_job_start"}},
		"a port of a replica":  {func(m *manifest.Manifest) { m.Services[2].Instances[1].Ports = []*manifest.Port{{Container: 1}} }, []string{"service_web_start"}},
		"a volume's real name": {func(m *manifest.Manifest) { m.Volumes[0].RealName = "other" }, []string{"service_database_start"}},
		"a volume of nobody": {func(m *manifest.Manifest) {
			m.Volumes = append(m.Volumes, &manifest.Volume{Origin: origin("volume.x"), Name: "spare", RealName: "test_spare"})
		}, nil},
		"the project": {func(m *manifest.Manifest) { m.System.Name = "tests" }, []string{"service_database_start", "service_job_start", "service_web_start"}},
		"a key of the whole file": {func(m *manifest.Manifest) {
			m.System.Compose = &manifest.Passthrough{Value: map[string]any{"x-a": "b"}}
		}, []string{"service_database_start", "service_job_start", "service_web_start"}},
	} {
		t.Run(name, func(t *testing.T) {
			var changed []string
			for function, h := range render(c.edit) {
				if before[function] != h && strings.HasSuffix(function, "_start") {
					changed = append(changed, function)
				}
			}
			sort.Strings(changed)
			mustEqual(t, "changed", changed, c.want)
		})
	}
}
