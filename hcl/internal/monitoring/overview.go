package monitoring

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
)

// overview adds the dashboard of a system that declares none: which targets are up, rate, errors and duration of
// requests by job, utilisation and saturation of hosts, and the database. Dashboards of exporters don't count, as each
// is about one thing.
func overview(p *lang.Evaluation) {
	m := p.Manifest
	g := m.Grafana
	if g == nil || g.Service == nil || m.Prometheus == nil || !g.Overview || ownDashboards(g.Service) {
		return
	}
	if slices.ContainsFunc(p.Blocks("dashboard"), func(b *lang.Block) bool { return !b.Added() }) {
		return
	}
	at := board{m: m, Origin: g.Origin}
	d := &manifest.Dashboard{
		Origin: g.Origin, UID: "overview", Title: "Overview", Description: "Is everything up, and does it keep up?",
		Refresh: "30s", From: "now-1h", To: "now", Timezone: "browser",
		Variables: []*manifest.DashboardVariable{{Origin: g.Origin, Name: "instance", Label: "Instance", Type: "query", Multi: true, IncludeAll: true}},
		Rows:      []*manifest.Row{at.targets()},
	}
	if g.Folder == d.Title || g.Folder == "" && m.System != nil && m.System.Name == d.Title {
		d.Title = "System overview" // a dashboard can't have the title of its folder
	}
	var hosts, databases []string
	for _, j := range m.Scraped() {
		switch {
		case exported(j, "node_cpu_seconds_total"):
			hosts = append(hosts, j.Name)
		case exported(j, "pg_up"):
			databases = append(databases, j.Name)
		default:
			d.Rows = append(d.Rows, at.requests(j)...)
		}
	}
	d.Rows = append(append(d.Rows, at.hosts(hosts)...), at.databases(databases)...)
	m.Dashboards = append(m.Dashboards, d)
}

// ownDashboards reports whether a service mounts dashboards of its own, among which nothing is written.
func ownDashboards(s *manifest.Service) bool {
	for _, i := range s.Instances {
		for _, m := range i.Mounts {
			if manifest.Inside(m.Target, manifest.GrafanaDashboardsTarget) || manifest.Inside(m.Target, manifest.GrafanaProvidersTarget) {
				return true
			}
		}
	}
	return false
}

// exported reports whether a job says that it exports all of some metrics.
func exported(j manifest.Scraped, names ...string) bool {
	for _, n := range names {
		if !slices.ContainsFunc(j.Exports, func(x manifest.Metric) bool { return x.Name == n }) {
			return false
		}
	}
	return true
}

// board makes the rows of a generated dashboard.
type board struct {
	m *manifest.Manifest
	manifest.Origin
}

func (b board) row(title string, panels ...*manifest.Panel) *manifest.Row {
	return &manifest.Row{Origin: b.Origin, Title: title, Panels: panels}
}

func (b board) panel(title, kind, unit, description string, targets ...manifest.Target) *manifest.Panel {
	for i := range targets {
		targets[i].Range, targets[i].At = b.Range, b.Range
	}
	return &manifest.Panel{
		Origin: b.Origin, Title: title, Type: kind, Unit: unit, Description: description, Targets: targets,
		TypeRange: b.Range, UnitRange: b.Range, OptionsRange: b.Range,
	}
}

// ratio is a panel of shares.
func (b board) ratio(title, description string, targets ...manifest.Target) *manifest.Panel {
	p := b.panel(title, "timeseries", "percentunit", description, targets...)
	p.Min, p.Max = new(big.Rat), one
	return p
}

func query(legend, format string, args ...any) manifest.Target {
	return manifest.Target{Expr: fmt.Sprintf(format, args...), Legend: legend}
}

// targets is what holds of every job.
func (b board) targets() *manifest.Row {
	down := b.panel("Targets down", "stat", "short", "Targets that the last scrape didn't reach.", query("down", `count(up{instance=~"$instance"} == 0) or vector(0)`))
	down.Thresholds = []manifest.Threshold{{Color: "green"}, {Color: "red", Value: one}}
	panels := []*manifest.Panel{down}
	isWatchdog := func(a *manifest.Alert) bool { return a.Name == watchdogName }
	if n := len(b.m.Alerts); n > 1 || n == 1 && !isWatchdog(b.m.Alerts[0]) {
		others := ""
		if slices.ContainsFunc(b.m.Alerts, isWatchdog) {
			others = `,alertname!="` + watchdogName + `"` // it always fires
		}
		firing := b.panel("Alerts firing", "stat", "short", "Of all instances. The marks in the panels below say when they began.", query("firing", `count(ALERTS{alertstate="firing"%s}) or vector(0)`, others))
		firing.Thresholds = []manifest.Threshold{{Color: "green"}, {Color: "orange", Value: one}}
		panels = append(panels, firing)
	}
	return b.row("Targets", append(panels, b.panel("Targets", "state-timeline", "", "1 while scrapes of the target succeed.", query("{{job}} {{instance}}", `up{instance=~"$instance"}`)))...)
}

// Names of metrics about requests that a service answers, and about failures.
var (
	aboutRequests = regexp.MustCompile(`(?:^|_)(?:https?|requests?|g?rpc)(?:_|$)`)
	aboutErrors   = regexp.MustCompile(`(?:^|_)(?:errors?|failures?|failed)(?:_|$)`)
	aboutItself   = regexp.MustCompile(`^(?:promhttp|prometheus|go|process)_`) // of a client library or the server
)

// withoutCodes is the counter of nginx's status page, which knows no codes.
const withoutCodes = "nginx_http_requests_total"

// requests is rate, errors and duration of the requests to a job; empty if it says of none.
func (b board) requests(j manifest.Scraped) []*manifest.Row {
	of := selector([]string{j.Name})
	var rates, errors, durations []manifest.Target
	add := func(to *[]manifest.Target, legend, format string, args ...any) {
		*to = append(*to, query(legend, format, args...))
	}
	for _, x := range j.Exports {
		if aboutItself.MatchString(x.Name) {
			continue
		}
		requests, failures := aboutRequests.MatchString(x.Name), aboutErrors.MatchString(x.Name)
		measured := strings.HasSuffix(x.Name, "_seconds_total") || strings.HasSuffix(x.Name, "_bytes_total")
		switch {
		case x.Type == "counter" && failures:
			add(&errors, x.Name, "sum(rate(%s%s[$__rate_interval]))", x.Name, of)
		case x.Type == "counter" && requests && !measured:
			add(&rates, x.Name, "sum(rate(%s%s[$__rate_interval]))", x.Name, of)
			if x.Name == withoutCodes {
				continue
			}
			var codes []string // the label of the code isn't known; one that the series don't have selects nothing
			for _, label := range []string{"code", "status", "status_code"} {
				codes = append(codes, fmt.Sprintf("rate(%s%s[$__rate_interval])", x.Name, strings.Replace(of, "}", `,`+label+`=~"5.."}`, 1)))
			}
			add(&errors, x.Name+" 5xx", "sum(%s)", strings.Join(codes, " or "))
		case x.Type == "histogram" && requests && strings.HasSuffix(x.Name, "_seconds"):
			add(&durations, "", "%s%s", x.Name, of)
		}
	}
	if len(rates) == 0 {
		for _, t := range durations {
			name := strings.TrimSuffix(t.Expr, of) + "_count"
			add(&rates, name, "sum(rate(%s%s[$__rate_interval]))", name, of)
		}
	}
	if len(rates) == 0 {
		return nil
	}
	panels := []*manifest.Panel{b.panel("Requests", "timeseries", "reqps", "Of the selected instances.", rates...)}
	if len(errors) > 0 {
		panels = append(panels, b.panel("Errors", "timeseries", "ops", "Answers with a status 5xx, by the label code, status or status_code, and counted failures. Without either there is no line.", errors...))
	}
	if len(durations) > 1 {
		for i := range durations {
			durations[i].Legend = strings.TrimSuffix(durations[i].Expr, of)
		}
	}
	if len(durations) > 0 {
		panels = append(panels, b.panel("Duration", "timeseries", "s", "Half, 95 % and 99 % of the requests are faster.", durations...))
	}
	return []*manifest.Row{b.row("Requests to "+j.Name, panels...)}
}

// hosts is utilisation and saturation of what a host has, as far as the jobs say that they export it.
func (b board) hosts(jobs []string) []*manifest.Row {
	if len(jobs) == 0 {
		return nil
	}
	of := selector(jobs)
	idle := strings.Replace(of, "}", `,mode="idle"}`, 1)
	panels := []*manifest.Panel{b.ratio("Processors", "The part of the time that they aren't idle.", query("{{instance}}", "1 - avg by (instance) (rate(node_cpu_seconds_total%s[$__rate_interval]))", idle))}
	if b.export(jobs, "node_load5") {
		load := b.panel("Load by processor", "timeseries", "", "Running and waiting processes, by processor. Above 1 they wait.",
			query("{{instance}}", "node_load5%s / on(job, instance) count by (job, instance) (node_cpu_seconds_total%s)", of, idle))
		load.Min = new(big.Rat)
		panels = append(panels, load)
	}
	if b.export(jobs, "node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes") {
		panels = append(panels, b.ratio("Memory available", "What programs can still get without swapping.", query("{{instance}}", "node_memory_MemAvailable_bytes%s / node_memory_MemTotal_bytes%s", of, of)))
	}
	if b.export(jobs, "node_filesystem_avail_bytes", "node_filesystem_size_bytes") {
		files := strings.Replace(of, "}", `,fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660"}`, 1)
		panels = append(panels, b.ratio("Fullest file system", "What is left of it.", query("{{instance}}", "min by (instance) (node_filesystem_avail_bytes%s / node_filesystem_size_bytes%s)", files, files)))
	}
	if b.export(jobs, "node_disk_io_time_seconds_total") {
		panels = append(panels, b.ratio("Busiest disk", "The part of the time that it has work.", query("{{instance}}", "max by (instance) (rate(node_disk_io_time_seconds_total%s[$__rate_interval]))", of)))
	}
	return []*manifest.Row{b.row("Hosts", panels...)}
}

// databases is what limits PostgreSQL.
func (b board) databases(jobs []string) []*manifest.Row {
	if len(jobs) == 0 {
		return nil
	}
	of := selector(jobs)
	panels := []*manifest.Panel{b.panel("Up", "stat", "", "1 if the exporter can log in.", query("{{instance}}", "pg_up%s", of))}
	if b.export(jobs, "pg_stat_activity_count", "pg_settings_max_connections") {
		panels = append(panels, b.ratio("Connections of the limit", "Connections, as a part of max_connections.", query("{{instance}}", "sum by (instance) (pg_stat_activity_count%s) / max by (instance) (pg_settings_max_connections%s)", of, of)))
	}
	if b.export(jobs, "pg_stat_database_xact_commit", "pg_stat_database_xact_rollback") {
		panels = append(panels, b.panel("Transactions", "timeseries", "ops", "Committed ones, and those that were given up.",
			query("{{instance}} commits", "sum by (instance) (rate(pg_stat_database_xact_commit%s[$__rate_interval]))", of),
			query("{{instance}} rollbacks", "sum by (instance) (rate(pg_stat_database_xact_rollback%s[$__rate_interval]))", of)))
	}
	return []*manifest.Row{b.row("PostgreSQL", panels...)}
}

// export reports whether all of some jobs export all of some metrics.
func (b board) export(jobs []string, names ...string) bool {
	for _, j := range b.m.Scraped() {
		if slices.Contains(jobs, j.Name) && !exported(j, names...) {
			return false
		}
	}
	return true
}

// selector selects the series of the chosen instances of jobs.
func selector(jobs []string) string {
	return "{" + quote.PromQLMatcher("job", jobs) + `,instance=~"$instance"}`
}
