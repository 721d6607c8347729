// Package grafana reads back Grafana's provisioning files and dashboards, and
// compares them with the documents that they were encoded from.
package grafana

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v3"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/grafana"
)

var ruleBug = diag.Error("OG904", "Grafana file does not round-trip (internal error)",
	"Each generated file for Grafana is decoded strictly: a dashboard must have unique ids, panels that don't overlap, supported types, and a data source for each query. This is a bug in omegagen; please report it.").In(diag.StageOutput)

// Check decodes a dashboard or a provisioning file strictly and reports where
// it differs from Doc, or what Grafana wouldn't show.
func Check(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	var err error
	at := m.System.Range
	if m.Grafana != nil {
		at = m.Grafana.Range
	}
	switch doc := a.Doc.(type) {
	case *grafana.Dashboard:
		err = checkDashboard(a.Content, doc)
	case *grafana.Datasources:
		err = checkDatasources(a.Content, doc)
	case *grafana.Providers:
		err = checkProviders(a.Content, doc)
	default:
		err = errors.New("it has no document to compare with")
	}
	if err == nil {
		return nil
	}
	return hcl.Diagnostics{ruleBug.At(at, "%s: %s. Please report this with the manifest.", a.Path, err)}
}

func checkDashboard(content []byte, doc *grafana.Dashboard) error {
	var got grafana.Dashboard
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("unexpected text after the dashboard")
	}
	if !reflect.DeepEqual(&got, doc) {
		return fmt.Errorf("it reads back differently: %s", difference(reflect.ValueOf(got), reflect.ValueOf(*doc), "dashboard"))
	}
	return checkPanels(&got)
}

// checkPanels checks what the types can't express.
func checkPanels(d *grafana.Dashboard) error {
	variables := map[string]bool{}
	for _, v := range d.Templating.List {
		if variables[v.Name] {
			return fmt.Errorf("two variables are named %q", v.Name)
		}
		variables[v.Name] = true
	}
	ids := map[int]bool{}
	check := func(panels []*grafana.Panel) error {
		for _, p := range panels {
			if p.ID <= 0 || ids[p.ID] {
				return fmt.Errorf("two panels have the id %d", p.ID)
			}
			ids[p.ID] = true
			if p.Type == "row" {
				continue
			}
			refs := map[string]bool{}
			for _, t := range p.Targets {
				if refs[t.RefID] {
					return fmt.Errorf("panel %d has two queries %s", p.ID, t.RefID)
				}
				refs[t.RefID] = true
			}
			if p.Datasource == nil {
				return fmt.Errorf("panel %d has no data source", p.ID)
			}
			if name, ok := strings.CutPrefix(p.Datasource.UID, "${"); !ok || !variables[strings.TrimSuffix(name, "}")] {
				return fmt.Errorf("panel %d reads from the data source %q, which is not a variable", p.ID, p.Datasource.UID)
			}
		}
		return overlap(panels)
	}
	for _, p := range d.Panels {
		if p.Panels != nil {
			if err := check(*p.Panels); err != nil {
				return err
			}
		}
	}
	return check(d.Panels)
}

// overlap reports panels that overlap or are outside the grid.
func overlap(panels []*grafana.Panel) error {
	taken := map[int]uint32{} // by y, one bit per x
	for _, p := range panels {
		g := p.GridPos
		if g.W < 1 || g.H < 1 || g.X < 0 || g.Y < 0 || g.X+g.W > 24 {
			return fmt.Errorf("panel %d is outside the grid: %+v", p.ID, g)
		}
		mask := (uint32(1)<<g.W - 1) << g.X
		for y := g.Y; y < g.Y+g.H; y++ {
			if taken[y]&mask != 0 {
				return fmt.Errorf("panel %d overlaps another panel", p.ID)
			}
			taken[y] |= mask
		}
	}
	return nil
}

// difference names the first difference between two values of a type.
func difference(a, b reflect.Value, path string) string {
	if reflect.DeepEqual(a.Interface(), b.Interface()) {
		return ""
	}
	switch {
	case a.Kind() == reflect.Struct:
		for i := range a.NumField() {
			if d := difference(a.Field(i), b.Field(i), path+"."+a.Type().Field(i).Name); d != "" {
				return d
			}
		}
	case a.Kind() == reflect.Slice && a.Len() == b.Len():
		for i := range a.Len() {
			if d := difference(a.Index(i), b.Index(i), fmt.Sprintf("%s[%d]", path, i)); d != "" {
				return d
			}
		}
	case (a.Kind() == reflect.Pointer || a.Kind() == reflect.Interface) && !a.IsNil() && !b.IsNil() && a.Elem().Type() == b.Elem().Type():
		return difference(a.Elem(), b.Elem(), path)
	}
	return fmt.Sprintf("%s reads back as %#v instead of %#v", path, a.Interface(), b.Interface())
}

// datasourceFile is a data source file as Grafana decodes it.
type datasourceFile struct {
	APIVersion  int `yaml:"apiVersion"`
	Datasources []struct {
		OrgID     int            `yaml:"orgId"`
		Name      string         `yaml:"name"`
		Type      string         `yaml:"type"`
		Access    string         `yaml:"access"`
		URL       string         `yaml:"url"`
		IsDefault bool           `yaml:"isDefault"`
		JSONData  map[string]any `yaml:"jsonData"`
		Editable  bool           `yaml:"editable"`
		UID       string         `yaml:"uid"`
	} `yaml:"datasources"`
}

func checkDatasources(content []byte, doc *grafana.Datasources) error {
	var f datasourceFile
	if err := strictYAML(content, &f); err != nil {
		return err
	}
	got := &grafana.Datasources{APIVersion: f.APIVersion}
	for i, d := range f.Datasources {
		ds := grafana.Datasource{
			Name: expand(d.Name), UID: expand(d.UID), Type: expand(d.Type), OrgID: d.OrgID, Access: expand(d.Access),
			URL: expand(d.URL), IsDefault: d.IsDefault, Editable: d.Editable,
		}
		if i < len(doc.Datasources) {
			ds.Service = doc.Datasources[i].Service // not in the file
		}
		var err error
		if ds.JSONData, err = jsonData(ds.Type, d.JSONData); err != nil {
			return err
		}
		got.Datasources = append(got.Datasources, ds)
	}
	return same(got, doc)
}

// jsonData reads the settings of a data source of a type: the keys that are known, and no others.
func jsonData(kind string, data map[string]any) (any, error) {
	var known []string
	var out any
	switch kind {
	case "prometheus":
		known = []string{"httpMethod", "prometheusType", "timeInterval", "alertmanagerUid"}
		out = grafana.PrometheusData{HTTPMethod: text(data["httpMethod"]), PrometheusType: text(data["prometheusType"]), TimeInterval: text(data["timeInterval"]), AlertmanagerUID: text(data["alertmanagerUid"])}
	case "alertmanager":
		known = []string{"implementation", "handleGrafanaManagedAlerts"}
		handles, ok := data["handleGrafanaManagedAlerts"].(bool)
		if !ok {
			return nil, errors.New("handleGrafanaManagedAlerts is no boolean")
		}
		out = grafana.AlertmanagerData{Implementation: text(data["implementation"]), HandleGrafanaManagedAlerts: handles}
	}
	for key := range data {
		if !slices.Contains(known, key) {
			return nil, fmt.Errorf("jsonData of the type %s reads back as %v", kind, data)
		}
	}
	return out, nil
}

func text(v any) string {
	s, _ := v.(string)
	return expand(s)
}

// providerFile is a provider file as Grafana decodes it.
type providerFile struct {
	APIVersion int `yaml:"apiVersion"`
	Providers  []struct {
		Name                  string         `yaml:"name"`
		Type                  string         `yaml:"type"`
		OrgID                 int            `yaml:"orgId"`
		Folder                string         `yaml:"folder"`
		Editable              bool           `yaml:"editable"`
		Options               map[string]any `yaml:"options"`
		DisableDeletion       bool           `yaml:"disableDeletion"`
		UpdateIntervalSeconds int            `yaml:"updateIntervalSeconds"`
		AllowUIUpdates        bool           `yaml:"allowUiUpdates"`
	} `yaml:"providers"`
}

func checkProviders(content []byte, doc *grafana.Providers) error {
	var f providerFile
	if err := strictYAML(content, &f); err != nil {
		return err
	}
	got := &grafana.Providers{APIVersion: f.APIVersion}
	for _, p := range f.Providers {
		if len(p.Options) != 1 {
			return fmt.Errorf("options reads back as %v", p.Options)
		}
		got.Providers = append(got.Providers, grafana.Provider{
			Name: expand(p.Name), OrgID: p.OrgID, Folder: expand(p.Folder), Type: expand(p.Type),
			DisableDeletion: p.DisableDeletion, UpdateIntervalSeconds: p.UpdateIntervalSeconds, AllowUIUpdates: p.AllowUIUpdates,
			Options: grafana.ProviderOptions{Path: text(p.Options["path"])},
		})
	}
	return same(got, doc)
}

func strictYAML(content []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(content))
	d.KnownFields(true)
	return d.Decode(into)
}

// expand is what Grafana makes of a string in a provisioning file: `$$` is a
// dollar sign; any other `$` would begin a variable, which omegagen never
// writes.
func expand(s string) string {
	parts := strings.Split(s, "$$")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(p, "$", "<variable>")
	}
	return strings.Join(parts, "$")
}

func same(got, want any) error {
	if d := difference(reflect.ValueOf(got), reflect.ValueOf(want), "file"); d != "" {
		return fmt.Errorf("it reads back differently: %s", d)
	}
	return nil
}
