package grafana

import (
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/templates/yaml"
)

// DefaultDatasourceUID is the default UID of the data source.
const DefaultDatasourceUID = "prometheus"

// Datasources is a file of provisioning/datasources.
type Datasources struct {
	APIVersion  int          `yaml:"apiVersion"`
	Datasources []Datasource `yaml:"datasources"`
}

// Datasource is the Prometheus that the dashboards query.
type Datasource struct {
	Name      string   `yaml:"name"`
	UID       string   `yaml:"uid"`
	Type      string   `yaml:"type"`
	OrgID     int      `yaml:"orgId"`
	Access    string   `yaml:"access"`
	URL       string   `yaml:"url"`
	IsDefault bool     `yaml:"isDefault"`
	Editable  bool     `yaml:"editable"`
	JSONData  JSONData `yaml:"jsonData"`

	// Service is the service in the URL.
	Service *manifest.Service `yaml:"-"`
}

// YAMLComment is the address that the data source comes from.
func (d Datasource) YAMLComment() string { return "from service " + strconv.Quote(d.Service.Name) }

// JSONData is the settings of Grafana's Prometheus plugin: TimeInterval is the
// scrape interval, the minimum of $__rate_interval.
type JSONData struct {
	HTTPMethod     string `yaml:"httpMethod"`
	PrometheusType string `yaml:"prometheusType"`
	TimeInterval   string `yaml:"timeInterval"`
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
		interval := p.ScrapeInterval
		if interval == 0 {
			interval = 15 * time.Second
		}
		doc := &Datasources{APIVersion: 1, Datasources: []Datasource{{
			Name: "Prometheus", UID: DatasourceUID(m), Type: "prometheus", OrgID: 1,
			Access: "proxy", URL: "http://" + p.Service.Host() + ":" + strconv.Itoa(serverPort(p)),
			IsDefault: true,
			JSONData:  JSONData{HTTPMethod: "POST", PrometheusType: "Prometheus", TimeInterval: text.Duration(interval)},
			Service:   p.Service,
		}}}
		add(kit.GrafanaDatasourcePath, doc, doc, "grafana", "prometheus", p.Service.Address)
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

// serverPort is the container port of Prometheus's HTTP interface.
func serverPort(p *manifest.Prometheus) int {
	for _, inst := range p.Service.Instances {
		for _, port := range inst.Ports {
			if p.Port == "" || port.Name == p.Port {
				return port.Container
			}
		}
	}
	return 9090
}
