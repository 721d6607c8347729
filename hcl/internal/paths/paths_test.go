package paths_test

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// inTests looks up the paths of these tests: those with "missing" in their name are missing, those that
// end in ".d" or "/" are folders, those with another extension files.
func inTests(name string) loader.FileKind {
	switch {
	case strings.Contains(name, "missing"):
		return loader.Missing
	case strings.HasSuffix(name, ".d"):
		return loader.Folder
	case strings.Contains(name, "file"):
		return loader.RegularFile
	}
	return loader.OtherFile
}

// ignoredInTests are the paths that git ignores.
func ignoredInTests(name string) bool { return strings.Contains(name, "ignored") }

// readInTests are the texts of files in the contexts of these tests: a workspace with the member core.d.
func readInTests(name string) []byte {
	if path.Base(name) == "Cargo.toml" {
		return []byte("[workspace]\nmembers = [\"core.d\", \"tools/*\"]\n")
	}
	return nil
}

var generated = loader.KitPlace{Path: "generated", Back: ".."}

func report(fsys fs.FS) hcl.Diagnostics {
	_, diags := loader.Load(loader.Input{FS: fsys, Dir: "dir", Kit: generated, Look: inTests, Read: readInTests, Ignored: ignoredInTests})
	return diags
}

// Each rule's bad manifest breaks only that rule, and its good one none.
func TestCases(t *testing.T) { diagtest.Cases(t, "hcl/internal/paths", report) }

// The manifests in testdata/errors contain mistakes, with the expected diagnostics on their lines.
func TestMistakes(t *testing.T) { diagtest.Errors(t, "testdata/errors", report) }

// Paths are as seen from the kit, wherever that is.
func TestMeaning(t *testing.T) {
	const src = `system "s" {}
image "a" {
  context    = "app"
  dockerfile = "../docker/Dockerfile"
  ssh        = ["default", "k=../key"]
  additional_contexts = { docs = "./docs", url = "https://example.org/x.git" }
}
image "none" {
  stage "run" {
    from = "debian:13.1-slim"
    run { command = "true" }
    copy {
      src  = ["made/a.conf"]
      dest = "/"
    }
  }
}
image "some" {
  stage "run" {
    from = "debian:13.1-slim"
    copy {
      src  = ["made/a.conf", "main.py"]
      dest = "/"
    }
  }
}
image "remote" {
  context    = "https://example.org/x.git"
  dockerfile = "docker/Dockerfile"
}
artifact "made/a.conf" { template = "a.tmpl" }
service "a" {
  image    = image.a
  env_file = ["a.env", { path = "../missing.env", required = false }]
  extends  = { file = "base/x.yml", service = "x" }
  compose  = { volumes = ["./v:/v", "named:/n"], label_file = "l.labels" }
  mount "/made" { bind = "made" }
  mount "/data" {
    bind   = "./data"
    create = true
  }
  mount "/abs" { bind = "/srv/x" }
  mount "/home" { bind = "~/x" }
  mount "/kit" { bind = "generated/made" }
  mount "/in" { bind = "generated/in" }
}
action "x" {
  inputs = ["src", "../lib", "made/a.conf"]
  run    = "echo ${image.a.context} ${image.some.context} ${image.none.context} ${image.a.dockerfile}"
}
`
	for _, c := range []struct {
		place loader.KitPlace
		want  string
	}{
		{loader.KitPlace{}, "app ../docker/Dockerfile [default k=../key] ./docs https://example.org/x.git | . . https://example.org/x.git docker/Dockerfile | /srv/x ./data ~/x generated/in generated/made made | [a.env map[path:../missing.env required:false]] base/x.yml map[label_file:l.labels volumes:[./v:/v named:/n]] | ../lib made/a.conf src | echo app . . ../docker/Dockerfile"},
		{generated, "../app ../../docker/Dockerfile [default k=../../key] ../docs https://example.org/x.git | . .. https://example.org/x.git docker/Dockerfile | /srv/x ../data ~/x in made made | [../a.env map[path:../../missing.env required:false]] ../base/x.yml map[label_file:../l.labels volumes:[../v:/v named:/n]] | ../../lib ../src made/a.conf | echo ../app .. . ../../docker/Dockerfile"},
		{loader.KitPlace{Path: "../out/kit", Back: "../../dir"}, "../../dir/app ../../docker/Dockerfile [default k=../../key] ../../dir/docs https://example.org/x.git | . ../../dir https://example.org/x.git docker/Dockerfile | /srv/x ../../dir/data ~/x ../../dir/generated/in ../../dir/generated/made made | [../../dir/a.env map[path:../../missing.env required:false]] ../../dir/base/x.yml map[label_file:../../dir/l.labels volumes:[../../dir/v:/v named:/n]] | ../../dir/src ../../lib made/a.conf | echo ../../dir/app ../../dir . ../../docker/Dockerfile"},
	} {
		m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}, "a.tmpl": {Data: []byte("x\n")}}, Dir: ".", Kit: c.place})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		if got := shown(m); got != c.want {
			t.Errorf("%v:\n%s\nwant\n%s", c.place, got, c.want)
		}
	}
}

func shown(m *manifest.Manifest) string {
	image := map[string]*manifest.Image{}
	for _, i := range m.Images {
		image[i.Name] = i
	}
	a, s := image["a"], m.Services[0]
	var binds, inputs []string
	for _, x := range s.Instances[0].Mounts {
		binds = append(binds, x.Bind)
	}
	for _, x := range m.Actions[0].Inputs {
		inputs = append(inputs, x.Path)
	}
	run, _ := m.Actions[0].Run.Plain()
	return fmt.Sprintf("%s %s %v %s %s | %s %s %s %s | %s | %v %v %v | %s | %s",
		a.Context, a.Dockerfile, a.SSH, a.Contexts[0].Source, a.Contexts[1].Source,
		image["none"].Context, image["some"].Context, image["remote"].Context, image["remote"].Dockerfile,
		strings.Join(binds, " "), s.Compose["env_file"].Value, s.Compose["extends"].Value.(map[string]any)["file"], s.ComposeNew.Value,
		strings.Join(inputs, " "), run)
}
