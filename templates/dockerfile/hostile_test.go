package dockerfile_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	lint "github.com/omegagen/omegagen/lint/dockerfile"
	"github.com/omegagen/omegagen/templates/dockerfile"
)

// Property tests draw the same cases in every run; make fuzz draws others.
func init() { _ = flag.Set("rapid.seed", "1") }

// hostile draws strings that some layer of a Dockerfile would take for more
// than text. Line breaks are for those that can hold them.
func hostile(t *rapid.T, label string, lines bool) string {
	pieces := []string{
		"a", "B", " ", "  ", "\t", "\r", "\"", "'", "`", "\\", "\\\\", "$", "$$", "${y}", "$PATH", "$(touch x)", "{{.}}", "}", "[", "]", "[\"a\"]", "#", " #", "# escape=`", "=", ":", ",",
		"--", "--from=x", "<<EOF", "<<'EOT'", "EOT", "EOF", "&&", "|", ";", "é", "日本", "😀", "\u0085", "\u2028", "\ufeff", "\u0001", "\u202e", "FROM x", "\\ ",
	}
	if lines {
		pieces = append(pieces, "\n", "\n\n", "\nEOT\n", "\n#", "\\\n")
	}
	var b strings.Builder
	for range rapid.IntRange(0, 6).Draw(t, label) {
		b.WriteString(rapid.SampledFrom(pieces).Draw(t, label))
	}
	return b.String()
}

func hostileManifest(t *rapid.T) *manifest.Manifest {
	line := func() string { return hostile(t, "line", false) }
	text := func() string { return hostile(t, "text", true) }
	m := full()
	m.System.Description, m.System.Source, m.System.Version = line(), line(), line()
	server := m.Images[1]
	server.Labels = kv("a"+strings.ReplaceAll(line(), "=", ""), line(), "vendor", line())
	steps := func() []manifest.Instruction {
		return []manifest.Instruction{
			&manifest.ArgInstruction{Name: "A", Default: ptr(line())},
			&manifest.WorkdirInstruction{Path: "/" + line()},
			&manifest.EnvInstruction{Values: kv("A", line(), "B", line())},
			&manifest.LabelInstruction{Values: kv("k", line())},
			&manifest.CopyInstruction{Transfer: manifest.Transfer{Src: []string{"a" + line(), line() + "b"}, Dest: "/" + line() + "/"}},
			&manifest.AddInstruction{Transfer: manifest.Transfer{Src: []string{"./" + line()}, Dest: "/x" + line()}},
			&manifest.RunInstruction{Command: script("x" + text()), Mounts: []string{"type=cache,target=/x"}},
			&manifest.RunInstruction{Command: script(text() + "x")},
			&manifest.RunInstruction{Command: exec("a", text(), text())},
			&manifest.VolumeInstruction{Paths: []string{"/" + line() + "x"}},
			&manifest.OnbuildInstruction{Do: &manifest.RunInstruction{Command: script(text() + "x")}},
			&manifest.OnbuildInstruction{Do: &manifest.EnvInstruction{Values: kv("A", line())}},
			&manifest.UserInstruction{User: "1" + line()},
			&manifest.CmdInstruction{Command: script("x" + text())},
			&manifest.EntrypointInstruction{Command: exec(text(), text())},
		}
	}
	server.Stages[0].Steps, server.Stages[1].Steps = steps(), append([]manifest.Instruction{&manifest.ShellInstruction{Words: []string{"sh", "-" + text()}}}, steps()...)
	m.Services[0].Healthcheck = &manifest.Healthcheck{Test: &manifest.ShellTest{Script: "x" + text()}}
	m.Services[1].Healthcheck = m.Services[0].Healthcheck
	m.Services[2].Healthcheck = &manifest.Healthcheck{Test: &manifest.CommandTest{Exec: []string{"x", text(), text()}}}
	return m
}

// With any strings, BuildKit reads back the values of the model.
func TestHostileStrings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := hostileManifest(t)
		files, diags := dockerfile.Render(m)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		if len(files) != 4 {
			t.Fatalf("%d files", len(files))
		}
		for _, f := range dockerfiles(files) {
			if diags := lint.Check(m, f); diags.HasErrors() {
				t.Fatalf("%s\n%s", diags, f.Content)
			}
		}
	})
}

// What a Dockerfile can't hold is an error, each time.
func TestErrors(t *testing.T) {
	one := func(do manifest.Instruction) func(m *manifest.Manifest) {
		return func(m *manifest.Manifest) {
			s := m.Images[1].Stages[0]
			s.Steps = append(s.Steps, do)
		}
	}
	named := func(name, source, src string) func(m *manifest.Manifest) {
		return func(m *manifest.Manifest) {
			m.Images[1].Contexts = []*manifest.BuildContext{{Name: name, Source: source}}
			one(&manifest.CopyInstruction{FromImage: name, Transfer: manifest.Transfer{Src: []string{src}, Dest: "c"}})(m)
		}
	}
	for name, c := range map[string]struct {
		edit func(m *manifest.Manifest)
		want string
	}{
		"label":            {func(m *manifest.Manifest) { m.Images[1].Labels[0].Value = "a\nb" }, "OG450"},
		"label's name":     {func(m *manifest.Manifest) { m.Images[1].Labels[0].Key = "a=b" }, "OG450"},
		"description":      {func(m *manifest.Manifest) { m.System.Description = "a\nb" }, "OG450 OG450"},
		"env":              {one(&manifest.EnvInstruction{Values: kv("A", "a\nb")}), "OG450"},
		"env nul":          {one(&manifest.EnvInstruction{Values: kv("A", "\x00")}), "OG450"},
		"env name":         {one(&manifest.EnvInstruction{Values: kv("A B", "")}), "OG450"},
		"long":             {one(&manifest.EnvInstruction{Values: kv("A", strings.Repeat("x", 70000))}), "OG450"},
		"arg":              {one(&manifest.ArgInstruction{Name: "A-B"}), "OG450"},
		"workdir":          {one(&manifest.WorkdirInstruction{Path: "/a\nb"}), "OG450"},
		"copy":             {one(&manifest.CopyInstruction{Transfer: manifest.Transfer{Src: []string{"a\nb"}, Dest: "c"}}), "OG450"},
		"chown":            {one(&manifest.CopyInstruction{Transfer: manifest.Transfer{Src: []string{"a"}, Dest: "c", Chown: "a b"}}), "OG450"},
		"mount":            {one(&manifest.RunInstruction{Command: script("x"), Mounts: []string{"type=bind,source=\"a\""}}), "OG450"},
		"argument":         {one(&manifest.RunInstruction{Command: exec("\x00")}), "OG450"},
		"exclude":          {one(&manifest.CopyInstruction{Exclude: []string{"b"}, Transfer: manifest.Transfer{Src: []string{"a"}, Dest: "c"}}), "OG454"},
		"package":          {one(packages("apt", "curl; rm -rf /")), "OG453"},
		"package option":   {one(packages("apt", "-y")), "OG453"},
		"stage name":       {func(m *manifest.Manifest) { m.Images[1].Stages[0].Name = "_x" }, "OG452"},
		"reserved stage":   {func(m *manifest.Manifest) { m.Images[1].Stages[0].Name = "Scratch" }, "OG452"},
		"two stages":       {func(m *manifest.Manifest) { m.Images[1].Stages[0].Name = "RUNTIME" }, "OG452"},
		"stage below":      {func(m *manifest.Manifest) { m.Images[1].Stages[0].FromStage = m.Images[1].Stages[1] }, "OG451"},
		"stage itself":     {func(m *manifest.Manifest) { m.Images[1].Stages[0].FromStage = m.Images[1].Stages[0] }, "OG451"},
		"secret":           {one(&manifest.CopyInstruction{Transfer: manifest.Transfer{Src: []string{"deploy/.env"}, Dest: "c"}}), "OG455"},
		"secret, context":  {named("docs", "../docs", "deploy/.env"), "OG455"},
		"secret, image":    {named("docs", "docker-image://docs:1", "deploy/.env"), ""},
		"key, context":     {named("docs", "../docs", "tls.key"), ""},
		"secret, ignore":   {func(m *manifest.Manifest) { m.Images[1].Ignore = []string{"a", "!**/.env"} }, "OG455"},
		"example, ignore":  {func(m *manifest.Manifest) { m.Images[1].Ignore = []string{"*", "!.env.example"} }, ""},
		"ignore":           {func(m *manifest.Manifest) { m.Images[1].Ignore = []string{"a\nb"} }, "OG450"},
		"ignore comment":   {func(m *manifest.Manifest) { m.Images[1].Ignore = []string{"#a"} }, "OG450"},
		"script":           {one(&manifest.RunInstruction{Command: script("a\nb\n")}), "OG461"},
		"script, set -e":   {one(&manifest.RunInstruction{Command: script("# a\nset -eux\na\nb\n")}), ""},
		"script, one line": {one(&manifest.RunInstruction{Command: script("a \\\n  b && \\\n c\n&& d\n")}), ""},
		"script, loop":     {one(&manifest.RunInstruction{Command: script("for x in a b; do\n  echo\ndone\n")}), ""},
		"root": {func(m *manifest.Manifest) {
			m.Images[2].Stages[1].Steps[0].(*manifest.UserInstruction).User = "root"
			m.Services = m.Services[:2]
		}, "OG460"},
		"named user": {func(m *manifest.Manifest) { m.Images[1].Stages[1].Steps[13].(*manifest.UserInstruction).User = "app" }, "OG460"},
		"excused": {func(m *manifest.Manifest) {
			m.Images[1].Stages[1].Steps[13].(*manifest.UserInstruction).User = "app"
			m.Services[0].Hardening.NonRoot = false
		}, ""},
		"user of the service": {func(m *manifest.Manifest) {
			m.Images[1].Stages[1].Steps[13].(*manifest.UserInstruction).User = "app"
			m.Services[0].Hardening.User = "1000"
		}, ""},
	} {
		m := full()
		c.edit(m)
		files, diags := dockerfile.Render(m)
		if codes(diags) != c.want {
			t.Errorf("%s: %v, want %s", name, diags, c.want)
		}
		for _, f := range files {
			if strings.Contains(string(f.Content), "!tls.key") {
				t.Errorf("%s: what another context has is in the ignore file", name)
			}
		}
	}
}

// BuildKit's own rules are reported at the step.
func TestChecks(t *testing.T) {
	for name, do := range map[string]manifest.Instruction{
		"OG462 WorkdirRelativePath":    &manifest.WorkdirInstruction{Path: "relative"},
		"OG462 JSONArgsRecommended":    &manifest.CmdInstruction{Command: script("serve it")},
		"OG462 SecretsUsedInArgOrEnv":  &manifest.EnvInstruction{Values: kv("DB_PASSWORD", "x")},
		"OG463 tcp":                    &manifest.ExposeInstruction{Ports: []string{"8080/tcp/x"}},
		"OG463 unsupported mount type": &manifest.RunInstruction{Command: script("x"), Mounts: []string{"type=x,target=/a"}},
	} {
		m := full()
		do.Where().Range = origin(name).Range
		s := m.Images[2].Stages[0]
		s.Steps = append([]manifest.Instruction{do}, s.Steps...)
		s.From = "debian:12"
		files, diags := dockerfile.Render(m)
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		diags = lint.Check(m, files[2])
		code, what, _ := strings.Cut(name, " ")
		if codes(diags) != code || !strings.Contains(diags[0].Detail, what) || diags[0].Subject.Filename != name {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

// What the check is for: any difference between the file and its document.
func TestDifference(t *testing.T) {
	m := full()
	files, _ := dockerfile.Render(m)
	for _, edit := range [][2]string{
		{"--chown=10001", "--chown=10002"}, {"--link ", ""}, {`\$HOME`, "$HOME"}, {"USER 10001", "USER 10002"}, {"--interval=10s", "--interval=11s"},
		{`"health"]`, `"healthy"]`}, {"WORKDIR /build", "WORKDIR /buildx"}, {"RUN true", "RUN false"}, {"FROM debian", "FROM ubuntu"}, {"AS runtime", "AS run"},
		{"9090", "9091"}, {"libssl-dev", "libssl"}, {"sharing=locked", "sharing=shared"}, {"STOPSIGNAL SIGTERM\n", ""}, {"echo \"$f\"", "echo $f"},
	} {
		a := files[0]
		changed := strings.Replace(string(a.Content), edit[0], edit[1], 1)
		if changed == string(a.Content) {
			t.Errorf("%q isn't in the file", edit[0])
			continue
		}
		a.Content = []byte(changed)
		if diags := lint.Check(m, a); codes(diags) != "OG902" {
			t.Errorf("%q for %q: %v", edit[1], edit[0], diags)
		}
	}
}

// An error has the range of the value.
func TestPlaces(t *testing.T) {
	const src = `system "s" {
  description = "a\nb" # OG450
}
image "i" {
  ignore = ["#x"]
  labels = {
    ok  = "x"
    bad = "a\nb" # OG450
  }
  stage "a" {
    from = "debian:12"
    env {
      values = {
        OK  = "x"
        BAD = "a\nb" # OG450
      }
    }
    copy {
      src   = "a"
      dest  = "b\nc" # OG450
    }
    copy {
      src   = "a"
      dest  = "b"
      chown = "a b" # OG450
    }
    run {
      command = "a\nb" # OG461
      mounts  = ["type=cache,target=a b"] # OG450
    }
    packages {
      apt = ["a"]
      pip = ["$(x)"] # OG453
    }
    user {
      name = "app" # OG460
    }
  }
}
`
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	_, diags = dockerfile.Render(m)
	want := map[string]bool{}
	for i, line := range strings.Split(src, "\n") {
		if _, code, ok := strings.Cut(line, " # "); ok {
			want[fmt.Sprint(i+1, code)] = true
		}
	}
	for _, d := range diags {
		place := fmt.Sprint(d.Subject.Start.Line, diag.Code(d))
		if !want[place] {
			t.Error(d)
		}
		delete(want, place)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

// From the language to a Dockerfile that BuildKit accepts.
func TestLanguage(t *testing.T) {
	src, err := os.ReadFile("../../hcl/internal/image/testdata/valid/image.hcl")
	if err != nil {
		t.Fatal(err)
	}
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: src}}, Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	files, diags := dockerfile.Render(m)
	for _, f := range dockerfiles(files) {
		diags = append(diags, lint.Check(m, f)...)
	}
	if len(files) != 6 {
		t.Errorf("%d files", len(files))
	}
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			t.Error(d)
		}
	}
}
