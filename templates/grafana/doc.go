// Package grafana renders what a kit's Grafana is provisioned with: its data
// source, the provider of its dashboards, and the dashboards as classic JSON,
// as Grafana 11.6 saves them.
//
// The documents are typed structs of our own; lint/grafana decodes the files
// strictly into them again.
package grafana

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

var (
	ruleNoGrafana = diag.Warning("OG540", "Dashboards without a Grafana",
		"Dashboards are shown by a Grafana server. Without a grafana block nothing provisions them; the files are written for importing by hand.")
	ruleNoPrometheus = diag.Warning("OG541", "Grafana without a Prometheus",
		"The panels of the dashboards read from the Prometheus that the manifest declares. Without one there is no data source.")
	ruleBadUID = diag.Error("OG542", "Not a Grafana uid",
		"The uid of a dashboard or a data source has 1 to 40 characters of a-z, A-Z, 0-9, _ and -.")
	ruleDuplicateUID = diag.Error("OG543", "Two dashboards have one uid",
		"Grafana keeps one dashboard per uid; the second would replace the first.")
	ruleSameTitle = diag.Warning("OG544", "Dashboards that Grafana can't tell apart",
		"Some versions of Grafana refuse two dashboards of one title in a folder, and a dashboard called like its folder.")
	ruleNoTitle = diag.Error("OG545", "Dashboard without a title",
		"Grafana refuses a dashboard whose title is empty.")
	ruleBadPanel = diag.Error("OG546", "Not a panel type",
		"A panel is of a type that Grafana 11 has built in, none of those that were removed with Angular.")
	ruleBadOptions = diag.Error("OG547", "Not an option of the panel",
		"The options of a panel are those of its type in Grafana 11.6, each of its own JSON type.")
	ruleBadGrid = diag.Error("OG548", "Panel doesn't fit the grid",
		"A dashboard is 24 units wide. Widths are 1 to 24 and heights 1 to 100; 0 lets omegagen choose.")
	ruleBadUnit = diag.Warning("OG550", "Not Grafana's name of the unit",
		"Grafana scales values of the units that it knows by their ids; any other text it only prints behind the number.")
	ruleBadText = diag.Error("OG549", "String that Grafana's files can't hold",
		"YAML and JSON hold Unicode text. A string of other bytes can't be written to Grafana's files.")
)

// Render makes the data source and the provider (where a grafana block is
// declared) and a file per dashboard. The Doc of the artifacts is a
// *Datasources, *Providers or *Dashboard.
func Render(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	out, diags := provisioning(m)
	if m.Grafana == nil && len(m.Dashboards) > 0 {
		d := m.Dashboards[0]
		diags = append(diags, ruleNoGrafana.At(d.Range, "%s is declared, but no grafana block is, so nothing shows it. Declare `grafana { service = … }`.", d.Address))
	}
	diags = append(diags, names(m)...)
	seen := map[string]bool{}
	for _, d := range m.Dashboards {
		if !ValidUID(d.UID) || seen[d.UID] {
			continue // reported above; its file would have no name of its own
		}
		seen[d.UID] = true
		doc, dd := newDashboard(m, d)
		diags = append(diags, dd...)
		content, err := Encode(doc)
		if err != nil {
			diags = append(diags, ruleBadText.At(d.Range, "%s can't be written: %s.", d.Address, err))
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
			diags = append(diags, ruleBadUID.At(d.Range, "%q can't be the uid of %s. Set `uid` to at most 40 letters, digits, _ and -.", d.UID, d.Address))
		} else if other := uids[d.UID]; other != nil {
			diags = append(diags, ruleDuplicateUID.At(d.Range, "%s and %s both have the uid %q. Give one of them another `uid`.", other.Address, d.Address, d.UID))
		}
		uids[d.UID] = d
		if d.Title == "" {
			diags = append(diags, ruleNoTitle.At(d.Range, "%s has an empty title. Write one.", d.Address))
			continue
		}
		if other := titles[d.Title]; other != nil {
			diags = append(diags, ruleSameTitle.At(d.Range, "%s and %s both have the title %q. Tell them apart.", other.Address, d.Address, d.Title))
		}
		titles[d.Title] = d
		if m.Grafana != nil && d.Title == folder(m) {
			diags = append(diags, ruleSameTitle.At(d.Range, "%s is called like its folder, %q. Give it, or the folder, another title.", d.Address, d.Title))
		}
	}
	return diags
}

// MaxUID is the longest uid that Grafana takes.
const MaxUID = 40

// ValidUID reports whether Grafana takes s as a uid.
func ValidUID(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c == '-' || c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z') {
			return false
		}
	}
	return s != "" && len(s) <= MaxUID
}
