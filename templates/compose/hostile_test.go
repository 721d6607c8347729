package compose_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/hcl/manifest"
	lint "github.com/omegagen/omegagen/lint/compose"
	"github.com/omegagen/omegagen/templates/compose"
)

// Property tests draw the same cases in every run; make fuzz draws others.
func init() { _ = flag.Set("rapid.seed", "1") }

// hostile draws strings that some layer of a Compose file would take for more
// than text.
func hostile(t *rapid.T, label string) string {
	n := rapid.IntRange(0, 5).Draw(t, label)
	var b strings.Builder
	for range n {
		b.WriteString(rapid.SampledFrom(pieces).Draw(t, label))
	}
	return b.String()
}

var pieces = []string{
	"a", "B", " ", "  ", "\n", "\t", "\r", "\"", "'", "`", "\\", "$", "$$", "${y}", "${POSTGRES_PASSWORD}", "$(touch x)", "{{.}}", "}", "{", "[", "]", "#", " #", ":", ": ",
	"- ", "---", "é", "日本", "😀", "\u0085", "\u2028", "\ufeff", "\u0001", "yes", "null", "~", "1", "1e3", "0o7", "1:30", "%", "&", "*", "!", "|", ">", "@", ",", "=", ";", "\u202e",
}

// hostileManifest has hostile strings everywhere.
func hostileManifest(t *rapid.T) *manifest.Manifest {
	m := full()
	s := func(label string) string { return hostile(t, label) }
	for _, service := range m.Services {
		service.Hardening.Reason, service.ExposedReason = s("reason"), s("exposed")
		service.Hardening.Off = []string{"non_root"}
		for n, i := range service.Instances {
			i.Env = []manifest.EnvVar{
				{Name: "PLAIN", Value: manifest.PlainText(s("env"))},
				{Name: "SECRET", Value: manifest.Text{{Text: s("before")}, {Secret: m.Secrets[0]}, {Text: s("after")}, {Secret: m.Secrets[0]}}},
				{Name: "x" + strings.ReplaceAll(s("name"), "=", ""), Value: manifest.PlainText("1")},
			}
			i.Labels = []manifest.KeyValue{{Key: "k" + s("key"), Value: s("label")}}
			i.Command = &manifest.Command{Exec: []string{s("arg"), s("arg"), "x"}}
			i.Entrypoint = &manifest.Command{Exec: []string{"sh", "-c", s("script")}}
			i.Mounts = []*manifest.Mount{
				{Target: "/a" + s("target"), Bind: "./" + s("bind")},
				{Target: "/b" + s("target"), Volume: m.Volumes[0]},
			}
			i.Compose = map[string]*manifest.Passthrough{
				"hostname":    extra(fmt.Sprint("h", n, s("hostname"))),
				"annotations": extra(map[string]any{"k" + s("annotation"): s("annotation")}),
			}
		}
		if h := service.Healthcheck; h != nil {
			if _, sql := h.Test.(*manifest.SQLTest); !sql {
				service.Healthcheck = &manifest.Healthcheck{Test: &manifest.ShellTest{Script: "x" + s("probe")}}
			}
		}
	}
	return m
}

// With any strings, Compose reads back the values of the model.
func TestHostileStrings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := hostileManifest(t)
		files, diags := compose.Render(m)
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		if diags := lint.Check(m, files[0]); len(diags) > 0 {
			t.Fatalf("%s\n%s", diags, files[0].Content)
		}
	})
}

// The check compares the file with its document; the document is compared
// with the model here.
func TestDocument(t *testing.T) {
	m := full()
	files, _ := compose.Render(m)
	tree, err := files[0].Doc.(*compose.File).Tree(func(name string) string { return "<" + name + ">" })
	if err != nil {
		t.Fatal(err)
	}
	service := tree["services"].(map[string]any)["constellation-2"].(map[string]any)
	want := map[string]any{
		"environment": map[string]any{"SHARD_ID": "1", "URL": "postgres://omega:<POSTGRES_PASSWORD>@database:5432/omega?x=$y"},
		"labels":      map[string]any{"com.example.shard": "$1"},
		"hostname":    "constellation-2",
	}
	for k, w := range want {
		if d := cmp.Diff(w, service[k]); d != "" {
			t.Errorf("%s: %s", k, d)
		}
	}
}
