// Package grafana renders the provisioning files of a kit's Grafana: its data
// source, the provider of its dashboards, and the dashboards as classic JSON, as
// Grafana 11.6 saves them.
//
// The documents are typed structs; lint/grafana strictly decodes the files into them
// again.
package grafana

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

var (
	ruleNoGrafana = diag.Warning("OG540", "Dashboards without Grafana",
		"A Grafana server shows dashboards. Without a grafana block nothing provisions them; the files are only written for manual import.")
	ruleNoPrometheus = diag.Warning("OG541", "Grafana without Prometheus",
		"The panels of the dashboards query the Prometheus that the manifest declares. Without one there is no data source.")
	ruleBadUID = diag.Error("OG542", "Invalid Grafana UID",
		"The UID of a dashboard or a data source has 1 to 40 characters from a-z, A-Z, 0-9, _ and -.")
	ruleDuplicateUID = diag.Error("OG543", "Duplicate dashboard UID",
		"Grafana keeps one dashboard per UID; the second would replace the first.")
	ruleSameTitle = diag.Warning("OG544", "Duplicate dashboard title",
		"Some versions of Grafana refuse two dashboards with the same title in a folder, and a dashboard with the title of its folder.")
	ruleNoTitle = diag.Error("OG545", "Missing dashboard title",
		"Grafana refuses a dashboard whose title is empty.")
	ruleBadPanel = diag.Error("OG546", "Invalid panel type",
		"The type of a panel must be built into Grafana 11; types of older versions, such as graph, are not supported.")
	ruleBadOptions = diag.Error("OG547", "Invalid panel options",
		"The options of a panel are those of its type in Grafana 11.6, with the same JSON types.")
	ruleBadGrid = diag.Error("OG548", "Invalid panel size",
		"A dashboard is 24 units wide. Widths are 1 to 24 and heights 1 to 100; with 0, omegagen chooses.")
	ruleBadUnit = diag.Warning("OG550", "Unknown Grafana unit",
		"Grafana scales values of units that it knows by ID; it prints any other text as is after the number.")
	ruleBadOverride = diag.Error("OG551", "Invalid override",
		"An override sets one or more properties that its panel's type has, for series that it names, or describes by a regular expression that browsers can read.")
	ruleNoSeries = diag.Warning("OG552", "Override of no series",
		"An override is for the series whose names, as the legend shows them, it names or describes; it has no effect if the panel's queries have other legends.")
	ruleBadText = diag.Error("OG549", "Invalid text for Grafana",
		"YAML and JSON files contain Unicode text. A string with other bytes cannot be written to Grafana's files.")
)

// Render makes the data source and the provider (if a grafana block is declared)
// and a file per dashboard. The Doc of the artifacts is a *Datasources, *Providers
// or *Dashboard.
func Render(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	out, diags := provisioning(m)
	if m.Grafana == nil && len(m.Dashboards) > 0 {
		d := m.Dashboards[0]
		diags = append(diags, ruleNoGrafana.At(d.Range, "%s is declared, but there is no grafana block, so nothing shows it. Declare `grafana { service = … }`.", d.Address))
	}
	diags = append(diags, names(m)...)
	seen := map[string]bool{}
	for _, d := range m.Dashboards {
		if !ValidUID(d.UID) || seen[d.UID] {
			continue // reported above; its file would have the name of another one's
		}
		seen[d.UID] = true
		doc, dd := newDashboard(m, d)
		diags = append(diags, dd...)
		content, err := Encode(doc)
		if err != nil {
			diags = append(diags, ruleBadText.At(d.Range, "Cannot write %s: %s.", d.Address, err))
			continue
		}
		out = append(out, kit.Artifact{Kind: kit.Grafana, Path: kit.DashboardPath(d.UID), Content: content, Doc: doc, Sources: []string{d.Address}})
	}
	return out, diags
}

// names checks uids and titles.
func names(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	uids, titles := map[string]*manifest.Dashboard{}, map[string]*manifest.Dashboard{}
	for _, d := range m.Dashboards {
		if !ValidUID(d.UID) {
			diags = append(diags, ruleBadUID.At(d.Range, "%q is not a valid UID for %s. Set `uid` to at most 40 letters, digits, _ and -.", d.UID, d.Address))
		} else if other := uids[d.UID]; other != nil {
			diags = append(diags, ruleDuplicateUID.At(d.Range, "%s and %s both have the UID %q. Change one `uid`.", other.Address, d.Address, d.UID))
		}
		uids[d.UID] = d
		if d.Title == "" {
			diags = append(diags, ruleNoTitle.At(d.Range, "%s has an empty title. Set `title`.", d.Address))
			continue
		}
		if other := titles[d.Title]; other != nil {
			diags = append(diags, ruleSameTitle.At(d.Range, "%s and %s both have the title %q. Change one of them.", other.Address, d.Address, d.Title))
		}
		titles[d.Title] = d
		if m.Grafana != nil && d.Title == folder(m) {
			diags = append(diags, ruleSameTitle.At(d.Range, "%s has the same title as its folder, %q. Change one of them.", d.Address, d.Title))
		}
	}
	return diags
}

// MaxUID is the length of the longest UID that Grafana accepts.
const MaxUID = 40

// ValidUID reports whether Grafana accepts s as a UID.
func ValidUID(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c == '-' || c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z') {
			return false
		}
	}
	return s != "" && len(s) <= MaxUID
}
