package alertmanager_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/common/model"
	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/tooltest"
	lint "github.com/omegagen/omegagen/lint/alertmanager"
)

// drawTree draws a routing tree over labels a and b with the values x and y, and receivers r0 to r3.
func drawTree(t *rapid.T, receivers []*manifest.Receiver, depth int) *manifest.Route {
	r := &manifest.Route{Continue: depth > 0 && rapid.Bool().Draw(t, "continue")}
	if depth == 0 || rapid.Bool().Draw(t, "own") {
		r.Receiver = rapid.SampledFrom(receivers).Draw(t, "receiver")
	}
	if depth > 0 {
		r.Matchers = rapid.SliceOfN(rapid.SampledFrom([]string{"a=x", "a!=x", "b=~\"x|y\"", "b!~\"y\"", "severity=x", "alertname=A", "alertname!=A", "a=y,b=x"}), 1, 2).Draw(t, "matchers")
	}
	if depth < 3 {
		for range rapid.IntRange(0, 3).Draw(t, "routes") {
			r.Routes = append(r.Routes, drawTree(t, receivers, depth+1))
		}
	}
	return r
}

// An alert all of whose labels are known is reported exactly if none of the receivers that Alertmanager's own
// routing gives it has an integration, and no route on the way names it.
func TestRouting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := sample("x")
		empty := &manifest.Receiver{Name: "empty", Origin: manifest.Origin{Address: "receiver.empty"}}
		told := m.Alertmanager.Receivers[0]
		m.Alertmanager.Receivers = []*manifest.Receiver{told, empty}
		m.Alertmanager.Inhibits = nil
		m.Alertmanager.Route = drawTree(t, []*manifest.Receiver{told, empty}, 0)
		value := rapid.SampledFrom([]string{"x", "y", "z"})
		labels := map[string]string{"a": value.Draw(t, "a"), "b": value.Draw(t, "b"), "severity": value.Draw(t, "severity"), "alertname": "B"}
		m.Prometheus = &manifest.Prometheus{ExternalLabels: []manifest.KeyValue{{Key: "a", Value: "external"}, {Key: "b", Value: labels["b"]}}}
		m.Alerts = []*manifest.Alert{{Origin: manifest.Origin{Address: "alert.B"}, Name: "B", Severity: labels["severity"], Labels: []manifest.KeyValue{{Key: "a", Value: labels["a"]}}}}
		files, _ := renderFiles(m)
		cfg, err := config.Load(string(files[0].Content))
		if err != nil {
			t.Fatal(err)
		}
		set := model.LabelSet{}
		for k, v := range labels {
			set[model.LabelName(k)] = model.LabelValue(v)
		}
		reaches, named := false, false
		for _, r := range dispatch.NewRoute(cfg.Route, nil).Match(set) {
			reaches = reaches || r.RouteOpts.Receiver == "root"
			named = named || strings.Contains(r.Matchers.String(), "alertname=\"B\"")
		}
		reported := false
		for _, d := range lint.Manifest(m) {
			if d.Severity == hcl.DiagError {
				t.Fatal(d)
			}
			reported = reported || diag.Code(d) == "OG587"
		}
		if reported != (!reaches && !named) {
			t.Fatalf("%v reaches a receiver: %v, reported: %v\n%s", labels, reaches, reported, files[0].Content)
		}
	})
}

// amtool sends the alerts of the cases where the rule says.
func TestAmtoolRoutes(t *testing.T) {
	tooltest.Need(t, "amtool")
	for file, receiver := range map[string]string{"OG587_bad": "nobody", "OG588_good": "boss", "OG589_bad": "team", "OG589_good": "team"} {
		src, err := os.ReadFile(filepath.Join("cases", file+".hcl"))
		if err != nil {
			t.Fatal(err)
		}
		files, _ := renderFiles(load(t, string(src)))
		config := filepath.Join(t.TempDir(), "alertmanager.yml")
		if err := os.WriteFile(config, files[0].Content, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("amtool", "config", "routes", "test", "--config.file="+config, "--verify.receivers="+receiver, "alertname=Down", "severity=critical", "job=x").CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
}
