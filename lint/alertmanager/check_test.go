package alertmanager_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/tooltest"
	lint "github.com/omegagen/omegagen/lint/alertmanager"
	"github.com/omegagen/omegagen/templates/alertmanager"
)

// hostile are strings that break careless quoting.
var hostile = []string{
	"q'q\"q $(touch x) `touch x` ${y} {{ .Status }} $$ \\ %s é漢🎉\nsecond line", "yes", "no", "null", "~", "0x10", "010", "1e3", "1:30", "- a", "# c", "a: b", "*a", "&a", "!a",
	"%a", "@a", " a ", "a\n", "\ta", "\r\n", "\u2028", "\u0085", "'", "\"", "{", "[", "}", "]", ",", "?", "|", ">", "=", "<<",
}

func sample(text string) *manifest.Manifest {
	root := &manifest.Receiver{Name: "root", Integrations: []*manifest.Integration{
		{Kind: "webhook", Settings: manifest.Settings{Values: map[string]any{"url": &manifest.Secret{Name: "hook"}}}},
		{Kind: "slack", Settings: manifest.Settings{Values: map[string]any{"api_url": "https://example.org", "text": text, "title": text,
			"fields": []any{map[string]any{"title": text, "value": text}}}}},
		{Kind: "email", Settings: manifest.Settings{Values: map[string]any{"to": text, "from": text, "smarthost": "a:25", "headers": map[string]any{"x-" + text: text}}}},
	}}
	root.Integrations[0].Values = map[string]any{"url_file": &manifest.Secret{Name: "hook"}}
	wait := 90 * time.Second
	night := &manifest.MuteTime{Name: "night", Intervals: []*manifest.TimeInterval{{Weekdays: []string{"monday:friday"}, Times: []manifest.TimeRange{{Start: "22:00", End: "24:00"}}}}}
	return &manifest.Manifest{
		System: &manifest.System{Name: "x"},
		Alertmanager: &manifest.Alertmanager{
			Service: &manifest.Service{}, Receivers: []*manifest.Receiver{root},
			Route: &manifest.Route{Receiver: root, GroupBy: []string{"alertname"}, Routes: []*manifest.Route{
				{Matchers: []string{"severity=critical"}, GroupWait: &wait, Mute: []*manifest.MuteTime{night}, Continue: true}}},
			Inhibits:  []*manifest.Inhibit{{Source: []string{"a=b"}, Target: []string{"c=d"}, Equal: []string{"e"}}},
			MuteTimes: []*manifest.MuteTime{night},
		},
	}
}

func render(t *testing.T, m *manifest.Manifest) kit.Artifact {
	t.Helper()
	files, diags := alertmanager.Render(m)
	if len(files) != 1 || len(diags) > 0 {
		t.Fatal(files, diags)
	}
	return files[0]
}

// Each change of a file that matters to Alertmanager is reported.
func TestCheckBites(t *testing.T) {
	for old, changed := range map[string]string{
		"receiver: root":      "receiver: rood",
		"severity=critical":   "severity=warning",
		"group_wait: 1m30s":   "group_wait: 1m31s",
		"group_by: [":         "group_bi: [",
		"monday:friday":       "monday:sunday",
		"22:00":               "23:00",
		"continue: true":      "continue: false",
		"a=b":                 "a=c",
		"/run/secrets/hook":   "/run/secrets/hok",
		"https://example.org": "https://example.com",
		"slack_configs":       "slack_config",
		"text: words":         "text: word",
	} {
		m := sample("words")
		a := render(t, m)
		if d := lint.Check(m, a); len(d) > 0 {
			t.Fatal(d)
		}
		text := strings.Replace(string(a.Content), old, changed, 1)
		if text == string(a.Content) {
			t.Fatalf("%s isn't in\n%s", old, text)
		}
		a.Content = []byte(text)
		if d := lint.Check(m, a); len(d) != 1 || diag.Code(d[0]) != "OG908" {
			t.Errorf("%s instead of %s: %v", changed, old, d)
		}
	}
}

// Any text in a receiver's settings is read back as it is, and amtool takes the file.
func TestHostileSettings(t *testing.T) {
	for _, text := range hostile {
		m := sample(text)
		a := render(t, m)
		if d := append(lint.Manifest(m), lint.Check(m, a)...); len(d) > 0 {
			t.Errorf("%q: %v\n%s", text, d, a.Content)
		}
		if !strings.ContainsAny(text, "\n\r\u2028") || text == hostile[0] {
			accept(t, a.Content)
		}
	}
}

func accept(t *testing.T, content []byte) {
	t.Helper()
	tooltest.Need(t, "amtool")
	file := filepath.Join(t.TempDir(), "alertmanager.yml")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("amtool", "check-config", file).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "SUCCESS") {
		t.Errorf("amtool check-config: %v\n%s\n%s", err, out, content)
	}
}

// No matcher, time or setting makes the checks panic, and what they accept is read back.
func FuzzManifest(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	for _, s := range []string{"severity=critical", `a=~"b|c"`, "a!~(", "monday:friday", "22:00", "..."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := sample(s)
		r := m.Alertmanager.Route
		r.GroupBy, r.Routes[0].Matchers = []string{s}, []string{s}
		m.Alertmanager.Inhibits[0].Source, m.Alertmanager.Inhibits[0].Equal = []string{s}, []string{s}
		i := m.Alertmanager.MuteTimes[0].Intervals[0]
		i.Weekdays, i.Times[0].Start, i.Location = []string{s}, s, s
		files, diags := alertmanager.Render(m)
		found := lint.Manifest(m)
		if diags.HasErrors() {
			return
		}
		if d := lint.Check(m, files[0]); len(d) > 0 {
			t.Errorf("%v, beside %v\n%s", d, found, files[0].Content)
		}
	})
}
