package grafana_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/common"
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

// value is a value that Grafana's own types read strictly.
type value interface{ UnmarshalJSONStrict(raw []byte) error }

// TestSDKOverrides: Grafana's own types read the values of overrides, which are any value to those of a dashboard.
func TestSDKOverrides(t *testing.T) {
	read := map[string]bool{}
	for _, a := range render(t, sample()) {
		var d dashboard.Dashboard //nolint:staticcheck // as above
		if !strings.HasSuffix(a.Path, ".json") {
			continue
		}
		if err := json.Unmarshal(a.Content, &d); err != nil {
			t.Fatal(err)
		}
		for _, p := range d.Panels {
			if p.Panel == nil || p.Panel.FieldConfig == nil {
				continue
			}
			for _, o := range p.Panel.FieldConfig.Overrides {
				if o.Matcher.Id != "byName" && o.Matcher.Id != "byRegexp" {
					t.Errorf("the matcher is %q", o.Matcher.Id)
				}
				for _, x := range o.Properties {
					raw, err := json.Marshal(x.Value)
					if err != nil {
						t.Fatal(err)
					}
					read[x.Id] = true
					if err := readProperty(x.Id, raw); err != nil {
						t.Errorf("%s of a %s: %s: %v", x.Id, p.Panel.Type, raw, err)
					}
				}
			}
		}
	}
	if len(read) != 12 {
		t.Errorf("read %v", read)
	}
	if readProperty("color", []byte(`{"mode":"fixed","colour":"red"}`)) == nil || readProperty("custom.axisPlacement", []byte(`"middle"`)) == nil {
		t.Error("another value is read")
	}
}

func readProperty(id string, raw []byte) error {
	var config dashboard.FieldConfig
	var into any = &config
	text := raw
	switch id {
	case "displayName", "unit", "decimals", "min", "max":
		text = []byte(`{"` + id + `":` + string(raw) + `}`)
	case "color":
		into = new(dashboard.FieldColor)
	case "thresholds":
		into = new(dashboard.ThresholdsConfig)
	case "custom.thresholdsStyle":
		into = new(common.GraphThresholdsStyleConfig)
	case "custom.stacking":
		into = new(common.StackingConfig)
	case "custom.hideFrom":
		into = new(common.HideSeriesConfig)
	case "custom.hidden":
		into, text = new(common.TableFieldOptions), []byte(`{"align":"auto","inspect":false,"hidden":`+string(raw)+`}`)
	case "custom.axisPlacement":
		into, text = new(common.AxisConfig), []byte(`{"axisPlacement":`+string(raw)+`}`)
		if side := strings.Trim(string(raw), `"`); side != string(common.AxisPlacementLeft) && side != string(common.AxisPlacementRight) {
			return errors.New("no side")
		}
	default:
		return errors.New("unknown property")
	}
	if err := into.(value).UnmarshalJSONStrict(text); err != nil && err.Error() != "" { // an empty list of faults
		return err
	}
	return nil
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
