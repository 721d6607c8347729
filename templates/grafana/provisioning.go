package grafana

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/templates/yaml"
)

// DefaultDatasourceUID is the default UID of the data source.
const DefaultDatasourceUID = "prometheus"

// alertmanagerUID is the UID of the data source of the Alertmanager; otherAlertmanagerUID, if the Prometheus has
// the first one.
const (
	alertmanagerUID      = "alertmanager"
	otherAlertmanagerUID = "alertmanager-1"
)

// Datasources is a file of provisioning/datasources.
type Datasources struct {
	APIVersion  int          `yaml:"apiVersion"`
	Datasources []Datasource `yaml:"datasources"`
}

// Datasource is the Prometheus that the dashboards query, or the Alertmanager.
type Datasource struct {
	Name      string `yaml:"name"`
	UID       string `yaml:"uid"`
	Type      string `yaml:"type"`
	OrgID     int    `yaml:"orgId"`
	Access    string `yaml:"access"`
	URL       string `yaml:"url"`
	IsDefault bool   `yaml:"isDefault"`
	Editable  bool   `yaml:"editable"`
	JSONData  any    `yaml:"jsonData"` // PrometheusData or AlertmanagerData

	// Service is the service in the URL; nil if that is of an external server.
	Service *manifest.Service `yaml:"-"`
}

// YAMLComment is the address that the data source comes from.
func (d Datasource) YAMLComment() string {
	if d.Service == nil {
		return "from alertmanager"
	}
	return "from service " + strconv.Quote(d.Service.Name)
}

// PrometheusData is the settings of Grafana's Prometheus plugin: TimeInterval is the scrape interval, the minimum
// of $__rate_interval; AlertmanagerUID the data source in which its alerts are silenced.
type PrometheusData struct {
	HTTPMethod      string `yaml:"httpMethod"`
	PrometheusType  string `yaml:"prometheusType"`
	TimeInterval    string `yaml:"timeInterval"`
	AlertmanagerUID string `yaml:"alertmanagerUid,omitempty"`
}

// AlertmanagerData is the settings of Grafana's Alertmanager plugin. Grafana's own alerts aren't sent to the server.
type AlertmanagerData struct {
	Implementation             string `yaml:"implementation"`
	HandleGrafanaManagedAlerts bool   `yaml:"handleGrafanaManagedAlerts"`
}

// Providers is a file of provisioning/dashboards.
type Providers struct {
	APIVersion int        `yaml:"apiVersion"`
	Providers  []Provider `yaml:"providers"`
}

// Provider reads dashboards from a folder.
type Provider struct {
	Name                  string          `yaml:"name"`
	OrgID                 int             `yaml:"orgId"`
	Folder                string          `yaml:"folder"`
	Type                  string          `yaml:"type"`
	DisableDeletion       bool            `yaml:"disableDeletion"`
	UpdateIntervalSeconds int             `yaml:"updateIntervalSeconds"`
	AllowUIUpdates        bool            `yaml:"allowUiUpdates"`
	Options               ProviderOptions `yaml:"options"`
}

// ProviderOptions is the folder of the dashboards in the container.
type ProviderOptions struct {
	Path string `yaml:"path"`
}

// provisioning makes the two files, if there is a grafana block.
func provisioning(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	g := m.Grafana
	if g == nil {
		return nil, nil
	}
	var out []kit.Artifact
	var diags hcl.Diagnostics
	add := func(path string, doc, encoded any, sources ...string) {
		content, err := yaml.Marshal(kit.Header(m.System.Name), encoded)
		if err != nil {
			diags = append(diags, ruleBadText.At(g.Range, "Cannot write %s: %s.", path, err))
			return
		}
		out = append(out, kit.Artifact{Kind: kit.Grafana, Path: path, Content: content, Doc: doc, Sources: sources})
	}
	if p := m.Prometheus; p == nil {
		diags = append(diags, ruleNoPrometheus.At(g.Range, "A grafana block is declared, but there is no prometheus block, so Grafana has no data source. Declare `prometheus { service = … }`."))
	} else {
		if uid := DatasourceUID(m); !ValidUID(uid) {
			diags = append(diags, ruleBadUID.At(g.Range, "%q is not a valid UID for the data source. Set `datasource_uid` to at most 40 letters, digits, _ and -.", uid))
		}
		doc := &Datasources{APIVersion: 1, Datasources: []Datasource{prometheusSource(m, p)}}
		add(kit.GrafanaDatasourcePath, doc, doc, "grafana", "prometheus", p.Service.Address)
	}
	if a := m.Alertmanager; a != nil {
		d := alertmanagerSource(m, a)
		sources := []string{"grafana", a.Address}
		if d.Service != nil {
			sources = append(sources, d.Service.Address)
		}
		encoded := d
		encoded.URL = escape(d.URL)
		add(kit.GrafanaAlertmanagerPath, &Datasources{APIVersion: 1, Datasources: []Datasource{d}}, &Datasources{APIVersion: 1, Datasources: []Datasource{encoded}}, sources...)
	}
	if len(m.Dashboards) > 0 {
		doc := &Providers{APIVersion: 1, Providers: []Provider{{
			Name: m.System.Name, OrgID: 1, Folder: folder(m), Type: "file",
			UpdateIntervalSeconds: 30, Options: ProviderOptions{Path: manifest.GrafanaDashboardsTarget},
		}}}
		encoded := *doc
		encoded.Providers = append([]Provider(nil), doc.Providers...)
		encoded.Providers[0].Name = escape(doc.Providers[0].Name)
		encoded.Providers[0].Folder = escape(doc.Providers[0].Folder)
		add(kit.GrafanaProviderPath, doc, &encoded, "grafana")
	}
	return out, diags
}

func prometheusSource(m *manifest.Manifest, p *manifest.Prometheus) Datasource {
	data := PrometheusData{HTTPMethod: "POST", PrometheusType: "Prometheus", TimeInterval: text.OneUnit(p.Interval())}
	if m.Alertmanager != nil {
		data.AlertmanagerUID = alertmanagerUIDOf(m)
	}
	return Datasource{
		Name: "Prometheus", UID: DatasourceUID(m), Type: "prometheus", OrgID: 1,
		Access: "proxy", URL: "http://" + p.Service.Host() + ":" + strconv.Itoa(portOf(p.Service, p.Port, 9090)),
		IsDefault: true, JSONData: data, Service: p.Service,
	}
}

// alertmanagerSource is the Alertmanager: all replicas have the host's name, and know the same silences.
func alertmanagerSource(m *manifest.Manifest, a *manifest.Alertmanager) Datasource {
	d := Datasource{
		Name: "Alertmanager", UID: alertmanagerUIDOf(m), Type: "alertmanager", OrgID: 1, Access: "proxy",
		URL: strings.TrimRight(a.URL, "/"), JSONData: AlertmanagerData{Implementation: "prometheus"}, Service: a.Service,
	}
	if s := a.Service; s != nil {
		d.URL = "http://" + s.Host() + ":" + strconv.Itoa(portOf(s, a.Port, 9093))
	}
	return d
}

func alertmanagerUIDOf(m *manifest.Manifest) string {
	if DatasourceUID(m) == alertmanagerUID {
		return otherAlertmanagerUID
	}
	return alertmanagerUID
}

// escape doubles the `$` that Grafana would expand in a provisioning file.
func escape(s string) string { return strings.ReplaceAll(s, "$", "$$") }

func folder(m *manifest.Manifest) string {
	if m.Grafana.Folder != "" {
		return m.Grafana.Folder
	}
	return m.System.Name
}

// DatasourceUID is the uid of the data source that dashboards begin with.
func DatasourceUID(m *manifest.Manifest) string {
	if m.Grafana != nil && m.Grafana.DatasourceUID != "" {
		return m.Grafana.DatasourceUID
	}
	return DefaultDatasourceUID
}

// portOf is the container port of a server's HTTP interface, by the name of the port.
func portOf(s *manifest.Service, name string, usual int) int {
	for _, inst := range s.Instances {
		for _, port := range inst.Ports {
			if name == "" || port.Name == name {
				return port.Container
			}
		}
	}
	return usual
}
