//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

var update = flag.Bool("update", false, "regenerate docs/tour.md, the report and the picture from this run")

// recorded is what a reader is shown of this run, by the name that the template
// of docs/tour.md has for it.
var recorded = map[string]string{}

// record keeps the first output of a name for the tour, without this run's
// folder.
func record(name, text string) {
	if recorded[name] != "" {
		return
	}
	for _, folder := range []string{enginetest.Work, os.Getenv("OMEGAGEN_E2E_SMALL_DISK")} {
		if folder != "" {
			text = strings.ReplaceAll(text, folder+"/", "")
		}
	}
	recorded[name] = strings.TrimRight(text, "\n")
}

const tour = "../../../docs/tour"

// failure is an output from the first failed step on, without the lines that
// tell of the machine.
func failure(out string) string {
	lines := strings.Split(out, "\n")
	from := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, "FAILED") })
	lines = slices.DeleteFunc(lines[max(0, from):], func(line string) bool {
		return strings.Contains(line, "naming to ") || strings.Contains(line, "host_details=")
	})
	return strings.Join(lines, "\n")
}

// picture lets a real browser show Prometheus's page of targets, and looks at
// what it shows. With -update the picture goes into the docs.
func picture(t *testing.T, k *kit) {
	page := k.prometheusURL() + "/classic/targets" // Debian's package has the classic pages alone
	chromium := func(args ...string) string {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		args = append([]string{"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1280,900",
			"--user-data-dir=" + filepath.Join(enginetest.Work, "chromium"), "--virtual-time-budget=5000"}, args...)
		out, err := output(exec.CommandContext(ctx, "chromium", append(args, page)...))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	shown := chromium("--dump-dom")
	for _, text := range []string{fmt.Sprintf("constellation (%d/%[1]d up)", len(k.servers())), "federation (1/1 up)", "prometheus (1/1 up)"} {
		if !strings.Contains(shown, text) {
			t.Errorf("the page doesn't show %q", text)
		}
	}
	file := filepath.Join(enginetest.Work, "targets.png")
	chromium("--screenshot=" + file)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := png.DecodeConfig(bytes.NewReader(b)); err != nil || p.Width != 1280 || p.Height < 600 {
		t.Errorf("the picture is %+v: %v", p, err)
	}
	if *update {
		write(t, filepath.Join(tour, "targets.png"), b)
		report, err := os.ReadFile(filepath.Join(k.Dir, ".omegagen/reports/report.md"))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(tour, "report.md"), report)
	}
}

func write(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// showAPI asks the first replica what a reader would.
func showAPI(t *testing.T, k *kit) {
	for name, path := range map[string]string{"status": "/api/v1/status", "similar": "/api/v1/similar?content_id=content-1&limit=2"} {
		status, body := get(k.restURL(0) + path)
		if status != 200 {
			t.Errorf("%s: %d %s", path, status, body)
		}
		record(name, string(body))
	}
	out, err := k.ctl("sync", k.grpcAddress(0), "00000000-0000-4000-8000-0000000070a2", "3")
	if err != nil {
		t.Error(err)
	}
	record("sync", out)
	record("rest", k.restURL(0))
	record("grpc", k.grpcAddress(0))
}

// writeTour renders docs/tour.md from what this run has printed. Every output
// that it shows must have been recorded, whether it is written or not; a run of
// chosen stages (-run) records some alone, and renders nothing.
func writeTour(t *testing.T) {
	if flag.Lookup("test.run").Value.String() != "" {
		return
	}
	page, err := template.New("tour.md.tmpl").Option("missingkey=error").ParseFiles("testdata/tour.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, recorded); err != nil {
		t.Fatal(err)
	}
	if *update {
		write(t, tour+".md", b.Bytes())
	}
}
