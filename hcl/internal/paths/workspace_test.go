package paths_test

import (
	"path"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
)

// A stage that builds has the manifests of all members, unless something of it may have made them.
func TestWorkspaces(t *testing.T) {
	files := map[string]string{
		"app/Cargo.toml":        "[package]\nname = \"app\"\n[workspace]\nmembers = [\"core\", \"tools/cli\", \"gone\", \"crates/*\", \"../app/core\"]\n[dependencies]\nutil = { path = \"util\", version = \"1\" }\nserde = \"1\"\n",
		"app/util/Cargo.toml":   "[package]\nname = \"util\"\n",
		"app/sub/go.work":       "go 1.24\nuse (\n\t.\n\t./a\n\t./b\n)\n",
		"app/broken/Cargo.toml": "[workspace\n",
	}
	folders := map[string]bool{"app": true}
	for _, f := range []string{"core", "tools/cli", "crates/one", "util", "sub/a", "sub/b", "broken"} {
		folders["app/"+f] = true
	}
	look := func(name string) loader.FileKind {
		if folders[name] {
			return loader.Folder
		}
		if strings.Contains(path.Base(name), ".") || name == "app/core" {
			return loader.RegularFile
		}
		return loader.Missing
	}
	read := func(name string) []byte {
		if src, ok := files[name]; ok {
			return []byte(src)
		}
		return nil
	}
	copies := func(src ...string) string {
		return "copy {\n src = [\"" + strings.Join(src, "\", \"") + "\"]\n dest = \"./\"\n }\n"
	}
	run := func(script string) string { return "run { command = \"" + script + "\" }\n" }
	const build = "cargo build --release"
	for name, c := range map[string]struct {
		steps   string
		missing string // as the diagnostic names them; "": silent
	}{
		"only the workspace's file":       {copies("Cargo.toml") + run(build), `"core/Cargo.toml", "tools/cli/Cargo.toml" and "util/Cargo.toml"`},
		"one is missing":                  {copies("Cargo.*", "core") + copies("util") + run("cargo +stable --locked fetch"), `"tools/cli/Cargo.toml"`},
		"a pattern":                       {copies("Cargo.toml", "cor?", "u*") + run("cd /app && cargo test"), `"tools/cli/Cargo.toml"`},
		"in a base stage":                 {copies("Cargo.toml", "core", "util") + run("apt-get install -y git") + "}\nstage \"more\" {\n from = stage.build\n" + run("cargo doc"), `"tools/cli/Cargo.toml"`},
		"built twice":                     {copies("Cargo.toml", "core", "util") + run(build) + run("cargo test"), `"tools/cli/Cargo.toml"`},
		"Go's":                            {copies("sub/go.work", "sub/a") + run("go build ./..."), `"sub/b/go.mod"`},
		"everything":                      {copies(".") + run(build), ""},
		"all manifests":                   {copies("Cargo.toml", "core/Cargo.toml", "util/", "tools") + run(build), ""},
		"all, after the build was copied": {copies("Cargo.toml", "core", "util", "tools/cli/Cargo.toml") + run(build) + run(build), ""},
		"another program":                 {copies("Cargo.toml") + run("cargo install sccache") + run("cargo-deny check"), ""},
		"made by a script":                {copies("Cargo.toml") + run("mkdir -p core && cargo init core && "+build), ""},
		"edited":                          {copies("Cargo.toml") + run("sed -i /tools/d Cargo.toml") + run(build), ""},
		"written":                         {copies("Cargo.toml") + run("echo > Cargo.toml; "+build), ""},
		"from elsewhere":                  {copies("Cargo.toml") + "copy {\n from = \"alpine:3.22\"\n src = [\"/x\"]\n dest = \"./\"\n }\n" + run(build), ""},
		"without Go's workspace":          {copies("sub/go.work") + run("GOWORK=off go build ."), ""},
		"without it by a variable":        {copies("sub/go.work") + "env { values = { GOWORK = \"off\" } }\n" + run("go build ."), ""},
		"no file that can be read":        {copies("broken/Cargo.toml") + run(build), ""},
		"built before it is copied":       {run(build) + copies("Cargo.toml"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			src := "system \"s\" {}\nimage \"a\" {\n context = \"app\"\n stage \"build\" {\n from = \"rust:1.90-slim\"\n" + c.steps + "}\n}\n"
			_, diags := loader.Load(loader.Input{FS: diagtest.Manifest(src), Dir: "dir", Kit: generated, Look: look, Read: read})
			var got []string
			for _, d := range diags {
				if diag.Code(d) == "OG176" {
					got = append(got, d.Detail)
				}
			}
			switch {
			case c.missing == "" && len(got) > 0:
				t.Errorf("reported: %s", got)
			case c.missing != "" && (len(got) != 1 || !strings.Contains(got[0], "but no step copies "+c.missing+", so `")):
				t.Errorf("not as it should be: %q of %v", got, diags)
			}
		})
	}
}
