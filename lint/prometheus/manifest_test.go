package prometheus_test

import (
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	grafanalint "github.com/omegagen/omegagen/lint/grafana"
	lint "github.com/omegagen/omegagen/lint/prometheus"
	"github.com/omegagen/omegagen/templates/grafana"
	"github.com/omegagen/omegagen/templates/prometheus"
)

func load(t *testing.T, src string) *manifest.Manifest {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
	for _, d := range diags {
		t.Fatalf("%s %s: %s", diag.Code(d), d.Subject, d.Detail)
	}
	return m
}

var expected = regexp.MustCompile(`# ERROR(-ABOVE)? (OG\d+) \[(.*?)\] (.+)$`)

// TestManifest compares the findings in testdata/bad.hcl with the comments
// there.
func TestManifest(t *testing.T) {
	b, err := os.ReadFile("testdata/bad.hcl")
	if err != nil {
		t.Fatal(err)
	}
	// A comment inside a heredoc is part of it; PromQL has comments of the
	// same form.
	src := string(b)
	m := load(t, src)
	found := map[string]*hcl.Diagnostic{}
	for _, d := range lint.Manifest(m) {
		r := d.Subject
		key := fmt.Sprintf("%d %s [%s]", r.Start.Line, diag.Code(d), src[r.Start.Byte:r.End.Byte])
		if found[key] != nil {
			t.Errorf("twice: %s", key)
		}
		found[key] = d
	}
	for i, line := range strings.Split(src, "\n") {
		e := expected.FindStringSubmatch(line)
		if e == nil {
			continue
		}
		n := i + 1
		if e[1] != "" {
			n--
		}
		key := fmt.Sprintf("%d %s [%s]", n, e[2], e[3])
		d := found[key]
		if d == nil {
			t.Errorf("missing: %s", key)
			continue
		}
		if !strings.Contains(d.Detail, e[4]) {
			t.Errorf("%s says %q, not %q", key, d.Detail, e[4])
		}
		delete(found, key)
	}
	for key, d := range found {
		t.Errorf("not expected: %s %s", key, d.Detail)
	}
}

// TestDeclaredNothing: without exports no metric is reported; with some, one
// that may come from a job without exports is a warning.
func TestDeclaredNothing(t *testing.T) {
	const base = `
system "omega" {
}
image "any" {
  pull = "example/any:1"
}
service "a" {
  image = image.any
  port "m" {
    container = 1
  }
  healthcheck {
    shell = "true"
  }
  scrape "m" {
    port = "m"
    %s
  }
}
service "b" {
  image = image.any
  port "m" {
    container = 1
  }
  healthcheck {
    shell = "true"
  }
  scrape "m" {
    port = "m"
  }
}
record "r" {
  expr = "something + on (x) other{job=\"b\"}"
}
`
	codes := func(exports string) string {
		var out []string
		for _, d := range lint.Manifest(load(t, fmt.Sprintf(base, exports))) {
			out = append(out, diag.Code(d))
		}
		sort.Strings(out)
		return strings.Join(out, " ")
	}
	for exports, want := range map[string]string{
		"":                                    "",
		`exports = { else = "counter" }`:      "OG562",
		`exports = { something = "counter" }`: "",
	} {
		if got := codes(exports); got != want {
			t.Errorf("%q: %q, want %q", exports, got, want)
		}
	}
}

// TestHostileManifest: a string that breaks careless quoting, everywhere in a
// manifest's monitoring, is read back by Prometheus and Grafana without a
// finding, and is unchanged in the documents.
func TestHostileManifest(t *testing.T) {
	const h = "q\"uo'te $(touch x) `id` ${y} {{.}} $$ %{z} ünï日本\nnewline \\ end"
	b, err := os.ReadFile("testdata/hostile.hcl")
	if err != nil {
		t.Fatal(err)
	}
	m := load(t, string(b))
	kit, diags := prometheus.Render(m)
	dashboards, d := grafana.Render(m)
	kit, diags = append(kit, dashboards...), append(append(diags, d...), lint.Manifest(m)...)
	for _, a := range kit {
		if a.Kind == artifact.Grafana {
			diags = append(diags, grafanalint.Check(m, a)...)
		} else {
			diags = append(diags, lint.Check(m, a)...)
		}
		switch doc := a.Doc.(type) {
		case *prometheus.Config:
			if doc.Global.ExternalLabels["a"] != h {
				t.Errorf("external label: %q", doc.Global.ExternalLabels["a"])
			}
		case *prometheus.Rules:
			if g := doc.Groups[1]; g.Name != h || g.Rules[0].Labels["x"] != h {
				t.Errorf("%+v", g)
			}
			if a := doc.Groups[0].Rules[0]; a.Labels["x"] != h || a.Labels["severity"] != h || a.Annotations["summary"] != h || a.Annotations["y"] != h {
				t.Errorf("%+v", a)
			}
		case *grafana.Dashboard:
			if p := doc.Panels[1]; doc.Panels[0].Title != h || p.Title != h || p.Description != h || p.Targets[0].LegendFormat != h || doc.Tags[0] != h {
				t.Errorf("%+v", p)
			}
		}
	}
	for _, d := range diags {
		t.Errorf("%s %s: %s", diag.Code(d), d.Subject, d.Detail)
	}
	if len(kit) != 6 {
		t.Errorf("%d files", len(kit))
	}
}

// TestPositions: an error's position is right with escapes, heredocs and
// multi-byte characters.
func TestPositions(t *testing.T) {
	for src, want := range map[string]hcl.Range{
		`expr = "up{l=\"ü\"} == bad_metric("`: {Start: hcl.Pos{Line: 5, Column: 35}, End: hcl.Pos{Line: 5, Column: 35}},
	} {
		m := load(t, "system \"x\" {\n}\nrecord \"r\" {\n\n"+src+"\n}\n")
		diags := lint.Manifest(m)
		if len(diags) != 1 {
			t.Fatalf("%s: %v", src, diags)
		}
		got := *diags[0].Subject
		got.Filename, got.Start.Byte, got.End.Byte = "", 0, 0
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", src, diff)
		}
	}
}
