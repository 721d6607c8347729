package shell_test

import (
	"math/big"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/shell"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/templates/deploy"
)

// model is one action with a script.
func model(text manifest.Text, sh string) (*manifest.Manifest, *manifest.Action) {
	src := "action \"x\" {\n  title = \"t\"\n  run   = \"…\"\n}\n"
	f, _ := hclsyntax.ParseConfig([]byte(src), "main.hcl", hcl.InitialPos)
	block := f.Body.(*hclsyntax.Body).Blocks[0]
	a := &manifest.Action{Origin: manifest.Origin{Address: "action.x", Range: block.DefRange()}, Name: "x", Title: "t", Shell: sh, Run: text, Cost: big.NewRat(1, 1)}
	return &manifest.Manifest{System: &manifest.System{Name: "s"}, Actions: []*manifest.Action{a}, Files: map[string]*hcl.File{"main.hcl": f}}, a
}

func TestManifest(t *testing.T) {
	secret := &manifest.Secret{Origin: manifest.Origin{Address: "secret.p"}, Name: "p", EnvVar: "P"}
	with := func(before, after string) manifest.Text {
		return manifest.Text{{Text: before}, {Secret: secret}, {Text: after}}
	}
	for _, c := range []struct {
		name  string
		text  manifest.Text
		shell string
		want  string // code and a part of the detail
	}{
		{"good", manifest.PlainText("if true; then echo; fi\n"), "sh", ""},
		{"unclosed", manifest.PlainText("echo a\nif true; then echo"), "sh", "OG710 line 2"},
		{"quote", manifest.PlainText("echo 'x"), "sh", "OG710 line 1"},
		{"bashism", manifest.PlainText("diff <(a) <(b)"), "sh", "OG710"},
		{"bash", manifest.PlainText("diff <(a) <(b); a=(1 2)"), "bash", ""},
		{"secret", with("curl -u \"admin:", "\" x"), "sh", ""},
		{"bare secret", with("echo ", ""), "sh", ""},
		{"single", with("echo 'x ", "'"), "sh", "OG711 inside single quotes"},
		{"heredoc", with("cat <<'X'\n", "\nX\n"), "sh", "OG711 in a here-document"},
		{"open heredoc", with("cat <<X\n", "\nX\n"), "sh", "OG711 in a here-document"},
		{"comment", with("# ", "\ntrue\n"), "sh", "OG711 in a comment"},
		{"empty", nil, "sh", ""},
	} {
		m, _ := model(c.text, c.shell)
		diags := shell.Manifest(m)
		if c.want == "" {
			if len(diags) != 0 {
				t.Errorf("%s: %v", c.name, diags)
			}
			continue
		}
		code, part, _ := strings.Cut(c.want, " ")
		if len(diags) != 1 || diag.Code(diags[0]) != code || !strings.Contains(diags[0].Detail, part) {
			t.Errorf("%s: %v", c.name, diags)
			continue
		}
		if diags[0].Subject.Start.Line != 3 {
			t.Errorf("%s is reported in line %d", c.name, diags[0].Subject.Start.Line)
		}
	}
}

// Build instructions and healthchecks are parsed too, if their shell is known.
func TestContainers(t *testing.T) {
	run := func(text string) manifest.Instruction {
		return &manifest.RunInstruction{Command: &manifest.Command{Shell: text}}
	}
	base := &manifest.Stage{Name: "base", From: "debian:12", Steps: []manifest.Instruction{run("diff <(a) <(b) && if true; then b; fi")}}
	power := &manifest.Stage{Name: "power", FromStage: base, Steps: []manifest.Instruction{&manifest.ShellInstruction{Words: []string{"pwsh", "-c"}}, run("if ($x) {")}}
	after := &manifest.Stage{Name: "after", FromStage: power, Steps: []manifest.Instruction{run("if ($y) {"), &manifest.ShellInstruction{Words: []string{"/bin/bash", "-c"}}, run("for"),
		&manifest.RunInstruction{Command: &manifest.Command{Exec: []string{"if"}}}, &manifest.EntrypointInstruction{Command: &manifest.Command{Shell: "if"}}}}
	m := &manifest.Manifest{System: &manifest.System{Name: "s"}, Images: []*manifest.Image{{Stages: []*manifest.Stage{base, power, after}}},
		Services: []*manifest.Service{{Origin: manifest.Origin{Address: "service.a"}, Healthcheck: &manifest.Healthcheck{Test: &manifest.ShellTest{Script: "test -e 'x"}}}, {Healthcheck: &manifest.Healthcheck{Test: &manifest.ShellTest{Script: "a && b || exit 1"}}}}}
	diags := shell.Manifest(m)
	if len(diags) != 2 || diag.Code(diags[0]) != "OG712" || !strings.HasPrefix(diags[0].Detail, "The command of this instruction") || !strings.HasPrefix(diags[1].Detail, "The healthcheck of service.a") {
		t.Error(diags)
	}
}

var hostile = []string{
	"plain", "it's \"quoted\"", "$(touch x) `touch y` ${y} $$ {{.}}", "two\nlines\n", "END_OF_RUN", "END_OF_RUN\nEND_OF_RUN_\n", "\\", "ü ‘’ “”", "\t\ttabs", "a\\\nb",
	"cat <<'X'\nEND_OF_RUN\nX\n", "\n\n", " ", "# comment", "'", "${", "\r\n",
}

// FuzzCheck renders scripts and titles, and reads them back.
func FuzzCheck(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, body, title string) {
		if strings.Contains(body+title, "\x00") || !utf8.ValidString(body) || !utf8.ValidString(title) || body == "" {
			return
		}
		m, a := model(manifest.PlainText(body), "sh")
		a.Title = title
		step := &planner.Step{ID: "x", Action: deployment.Declared(a)}
		files, diags := deploy.Render(m, []*planner.Plan{{Goal: &manifest.Goal{Name: "default"}, Status: planner.Optimal, Steps: []*planner.Step{step}}}, nil)
		if len(diags) != 0 {
			t.Fatal(diags)
		}
		checks := map[string]func(*manifest.Manifest, kit.Artifact) hcl.Diagnostics{
			"deploy.sh": shell.CheckScript, "deploy/runtime.sh": shell.CheckScript, "deploy/plan.sh": shell.CheckPlan, "deploy/actions/x/run.sh": shell.CheckPart,
		}
		for _, a := range files {
			check := checks[a.Path]
			delete(checks, a.Path)
			if diags := check(m, a); len(diags) != 0 {
				t.Error(a.Path, diags)
			}
			if strings.HasSuffix(a.Path, "/run.sh") {
				a.Content = append(slices.Clone(a.Content), '#')
			} else {
				a.Content = []byte(strings.Replace(string(a.Content)+"\n(", "script sh", "script bash x", 1))
			}
			if diags := check(m, a); len(diags) != 1 {
				t.Errorf("a change of %s isn't found: %v", a.Path, diags)
			}
		}
		if len(checks) > 0 {
			t.Errorf("not made: %v", checks)
		}
	})
}

func TestNUL(t *testing.T) {
	m, a := model(manifest.PlainText("echo \x00"), "sh")
	step := &planner.Step{ID: "x", Action: deployment.Declared(a)}
	_, diags := deploy.Render(m, []*planner.Plan{{Goal: &manifest.Goal{Name: "default"}, Status: planner.Optimal, Steps: []*planner.Step{step}}}, nil)
	if len(diags) != 1 || diag.Code(diags[0]) != "OG700" {
		t.Error(diags)
	}
}
