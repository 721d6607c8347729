package grafana_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// omitted are options that aren't written: they have the defaults of their panel's plugin, which the types don't know.
var omitted = regexp.MustCompile(`^panels\[\d+\](\.panels\[\d+\])?\.options\.\S+: required field is missing from input$`)

// read has Grafana's own types read a dashboard strictly.
func read(content []byte) error {
	plugins.RegisterDefaultPlugins()
	err := new(dashboard.Dashboard).UnmarshalJSONStrict(content) //nolint:staticcheck // kits have dashboards of the first version
	if err == nil {
		return nil
	}
	var faults []string
	for _, line := range strings.Split(err.Error(), "\n") {
		if !omitted.MatchString(line) {
			faults = append(faults, line)
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return errors.New(strings.Join(faults, "\n"))
}

// TestSDK: Grafana's own types read the dashboards strictly: every key, also of the options of each
// type of panel, is one that Grafana knows. (Queries are read by lint/grafana: the types read only those
// that name their data source.)
func TestSDK(t *testing.T) {
	for _, a := range render(t, sample()) {
		if !strings.HasSuffix(a.Path, ".json") {
			continue
		}
		if err := read(a.Content); err != nil {
			t.Errorf("%s: %v", a.Path, err)
		}
		for old, changed := range map[string]string{`"fillOpacity"`: `"fillOpaqueness"`, `"gridPos"`: `"gridPosition"`} {
			if err := read([]byte(strings.Replace(string(a.Content), old, changed, 1))); err == nil {
				t.Errorf("%s instead of %s is read", changed, old)
			}
		}
	}
	files, err := filepath.Glob("../../generated/*/grafana/dashboards/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := read(b); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
}
