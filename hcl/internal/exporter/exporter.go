// Package exporter replaces `exporter` blocks by what they stand for: the service of an exporter with its
// image, the role that it logs in with, its scrape with the metrics, alerts and a dashboard. Each kind of
// exporter is a preset, an HCL file in the folder presets, whose blocks become blocks of the manifest before
// anything else is done. So no other package knows of exporters.
//
// The metrics of a preset come from a file in the folder records: what the exporter's `/metrics` said.
package exporter

import (
	"strings"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
)

var (
	ruleUnknown = diag.Error("OG190", "Unknown exporter",
		"The label of an exporter is the name of a preset. Those of servers belong in the service that they watch, those of hosts, containers and addresses in the system block.")
	ruleNoServer = diag.Warning("OG191", "Exporter without Prometheus",
		"A Prometheus server scrapes exporters and evaluates their alerts. Without a prometheus block, an exporter runs, but it has no alerts and no dashboard.")
	ruleArgument = diag.Error("OG192", "Invalid exporter argument",
		"Each kind of exporter has arguments of its own. Those that decide which blocks it stands for are written out, because these blocks are added before any expression is evaluated.")
	ruleWatched = diag.Error("OG193", "Service that the exporter can't watch",
		"An exporter watches one service. A server that asks for a password requires a role that the exporter logs in with: from the service's database block, or from `user` and `password`.")
)

// Package expands the blocks.
func Package() lang.Package { return lang.Package{Expand: expand} }

// Spec is the block in a service or, if system is set, in the system block.
func Spec(system bool) *lang.BlockSpec {
	var kinds []string
	for _, p := range presets {
		if p.System == system {
			kinds = append(kinds, "\""+p.Kind+"\" ("+p.Doc+")")
		}
	}
	what := "watches the service, from a service NAME-exporter of its own"
	if system {
		what = "watches the system, from a service KIND-exporter of its own"
	}
	s := &lang.BlockSpec{
		Type: "exporter", Labels: lang.Name1("The kind: " + strings.Join(kinds, ", ") + "."),
		Doc: "An exporter that " + what + ": with a pinned image, no more privileges than it requires, a scrape with its metrics and their types, alerts with their tests, and a dashboard. See docs/monitoring-presets.md.",
		Attrs: []lang.Attr{
			{Name: "image", Type: lang.RefTo("image"), Doc: "The image to run. Default: the pinned one whose metrics are recorded."},
			{Name: "networks", Type: lang.RefsTo("network"), Doc: "The networks to join. Default: those of the service that it watches and of Prometheus, if they are written as lists."},
			{Name: "interval", Type: lang.Duration, Doc: "The scrape interval. Default: the server's."},
			{Name: "alerts", Type: lang.Bool, Default: "true", Doc: "Whether there are alerts: true or false, written out."},
			{Name: "dashboard", Type: lang.Bool, Default: "true", Doc: "Whether there is a dashboard, if the manifest has a grafana block: true or false, written out."},
		},
	}
	for _, a := range own {
		if others(system)[a.Name] {
			s.Attrs = append(s.Attrs, a)
		}
	}
	return s
}

// own are arguments of some presets only.
var own = []lang.Attr{
	{Name: "user", Type: lang.String, Doc: "The role to log in with, which has the privileges of pg_monitor. Default: one that the service's database block gets."},
	{Name: "password", Type: lang.RefTo("secret"), Doc: "The password to log in with."},
	{Name: "port", Type: lang.Int, Doc: "The service's port in the container, such as service.x.port.http.container. Default: the usual one, 80 of nginx and 6379 of Redis."},
	{Name: "path", Type: lang.String, Doc: "The path of the server's status page. Default: /stub_status."},
	{Name: "targets", Type: lang.Strings, Doc: "The addresses to request, such as service.web.port.http.url or \"https://example.org\"."},
}

// others are the names of those that some preset has.
func others(system bool) map[string]bool {
	out := map[string]bool{}
	for _, p := range presets {
		for _, a := range p.Arguments {
			out[a] = out[a] || p.System == system
		}
	}
	return out
}
