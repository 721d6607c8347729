package monitoring

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
)

func prometheusSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "prometheus", Max: 1, NoRef: true,
		Doc: "The Prometheus server and its global settings. Its targets follow from the `scrape` blocks of the services. Its configuration is mounted into the service, unless the service mounts its own.",
		Attrs: []lang.Attr{
			{Name: "service", Type: lang.RefTo("service"), Required: true, Doc: "The service that runs the server."},
			{Name: "port", Type: lang.String, Doc: "The name of the port of the HTTP interface. Default: the one with container port 9090, or the first."},
			{Name: "scrape_interval", Type: lang.Duration, Default: `"15s"`, Doc: "The scrape interval."},
			{Name: "scrape_timeout", Type: lang.Duration, Doc: "The scrape timeout. Default: the server's, 10s."},
			{Name: "evaluation_interval", Type: lang.Duration, Doc: "The rule evaluation interval. Default: the scrape interval."},
			{Name: "external_labels", Type: lang.StringMap, Doc: "Labels of everything that leaves the server, including alerts."},
			{Name: "retention", Type: lang.String, Doc: "How long samples are kept, such as \"15d\"; appended to the server's command."},
			{Name: "retention_size", Type: lang.String, Doc: "How much space samples may take, such as \"10GB\"; older ones go first. Appended to the server's command. Without it, only `retention` limits them."},
			{Name: "config_path", Type: lang.String, Default: `"/etc/prometheus"`, Doc: "The folder in the container at which the configuration is mounted."},
			{Name: "self_scrape", Type: lang.Bool, Default: "true", Doc: "Whether the server also scrapes itself, as a job with the service's name."},
			{Name: "runbook_url", Type: lang.String, Doc: "The address at which RUNBOOK.md is published, such as \"https://example.org/kit/RUNBOOK.md\": alerts with a `runbook` get the annotation `runbook_url` with that of its section, so that a notification can link to it. A path such as \"kit/RUNBOOK.md\" is that of the file in the repository of the system's `source`, on a server whose addresses are known (GitHub, GitLab or Bitbucket)."},
		},
		Blocks: []*lang.BlockSpec{jobSpec(), remoteWriteSpec(), flagsSpec()},
		Declare: func(b *lang.Block) any {
			p := &manifest.Prometheus{Origin: b.Origin()}
			b.Evaluation().Manifest.Prometheus = p
			return p
		},
		Decode: func(b *lang.Block) {
			p := b.Ref.(*manifest.Prometheus)
			if s, ok := lang.Ref[*manifest.Service](b, "service"); ok {
				p.Service = s.Value
			}
			p.Port = b.String("port")
			p.ScrapeInterval = positive(b, "scrape_interval")
			p.ScrapeTimeout = positive(b, "scrape_timeout")
			p.EvaluationInterval = positive(b, "evaluation_interval")
			if p.EvaluationInterval == 0 {
				p.EvaluationInterval = p.ScrapeInterval
			}
			p.ExternalLabels = b.StringMap("external_labels")
			retention(b, p)
			flags(b, p)
			jobs(b, p)
			for _, w := range b.Blocks("remote_write") {
				s := settings(w)
				p.RemoteWrites = append(p.RemoteWrites, &s)
			}
			p.ConfigPath = strings.TrimRight(b.String("config_path"), "/")
			if !strings.HasPrefix(p.ConfigPath, "/") && !b.Failed("config_path") {
				b.Invalid("config_path", "must be an absolute path below /")
			}
			p.SelfScrape = b.Bool("self_scrape")
			p.RunbookURL = b.String("runbook_url")
			if !validRunbookURL(p.RunbookURL) {
				b.Invalid("runbook_url", "must be an address such as \"https://example.org/RUNBOOK.md\", or a path in the repository such as \"kit/RUNBOOK.md\", without a fragment")
			}
		},
	}
}

// positive reads a duration that must be above zero if it is set.
func positive(b *lang.Block, name string) time.Duration {
	d := b.Duration(name)
	if d == 0 && b.Has(name) && !b.Failed(name) {
		b.Invalid(name, "must be greater than zero")
	}
	return d
}

func grafanaSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "grafana", Max: 1, NoRef: true,
		Doc: "The Grafana server. It is provisioned with the manifest's Prometheus and Alertmanager as its data sources, and with the dashboards. They are mounted into the service, unless the service mounts its own.",
		Attrs: []lang.Attr{
			{Name: "service", Type: lang.RefTo("service"), Required: true, Doc: "The service that runs the server."},
			{Name: "port", Type: lang.String, Doc: "The name of the port of the HTTP interface. Default: the one with container port 3000, or the first."},
			{Name: "folder", Type: lang.String, Doc: "The folder of the dashboards in Grafana. Default: the system's name."},
			{Name: "datasource_uid", Type: lang.String, Default: `"prometheus"`, Doc: "A stable uid of the data source."},
			{Name: "overview", Type: lang.Bool, Default: "true", Doc: "Whether a manifest without a dashboard block gets a generated dashboard: the targets, requests by job as far as `exports` lists metrics of them, and hosts and PostgreSQL if exporters watch them."},
		},
		Declare: func(b *lang.Block) any {
			g := &manifest.Grafana{Origin: b.Origin()}
			b.Evaluation().Manifest.Grafana = g
			return g
		},
		Decode: func(b *lang.Block) {
			g := b.Ref.(*manifest.Grafana)
			if s, ok := lang.Ref[*manifest.Service](b, "service"); ok {
				g.Service = s.Value
			}
			g.Port = b.String("port")
			g.Folder = b.String("folder")
			g.DatasourceUID = b.String("datasource_uid")
			g.Overview = b.Bool("overview")
		},
	}
}

// finish processes the servers' services, which are decoded by now: it finds their ports and mounts
// what is generated for them. A server whose service is unknown (already reported) is left out of the
// model.
func finish(p *lang.Evaluation) {
	m := p.Manifest
	if pr := m.Prometheus; pr != nil {
		if pr.Service == nil {
			m.Prometheus = nil
		} else {
			pr.Port = port(p, "prometheus", pr.Service, pr.Port, 9090)
			newFlags(p, pr)
			for _, i := range pr.Service.Instances {
				mount(i, kit.PrometheusDir, pr.ConfigPath, pr.Range)
				setFlags(i, pr)
				i.SecretFiles = append(i.SecretFiles, pr.Secrets()...)
			}
			publishedRunbook(p)
		}
	}
	finishAlertmanager(p)
	finishSLOs(p)
	runbookAddresses(m)
	alertDefaults(p)
	watchdogAlert(m)
	overview(p)
	if g := m.Grafana; g != nil {
		if g.Service == nil {
			m.Grafana = nil
			return
		}
		g.Port = port(p, "grafana", g.Service, g.Port, 3000)
		for _, i := range g.Service.Instances {
			if m.Prometheus != nil || m.Alertmanager != nil {
				mount(i, kit.GrafanaDatasourcesDir, manifest.GrafanaDatasourcesTarget, g.Range)
			}
			if len(m.Dashboards) > 0 {
				mount(i, kit.GrafanaProvidersDir, manifest.GrafanaProvidersTarget, g.Range)
				mount(i, kit.GrafanaDashboardsDir, manifest.GrafanaDashboardsTarget, g.Range)
			}
		}
	}
}

// runbookAddresses gives alerts the address of their runbook, if that is published.
func runbookAddresses(m *manifest.Manifest) {
	if m.Prometheus == nil || m.Prometheus.RunbookURL == "" {
		return
	}
	for _, a := range m.Alerts {
		if a.Runbook != nil {
			a.RunbookURL = m.Prometheus.RunbookURL + "#" + a.Runbook.Name
		}
	}
}

func finishAlertmanager(p *lang.Evaluation) {
	a := p.Manifest.Alertmanager
	switch {
	case a == nil:
	case a.Service != nil && a.URL == "" && a.Route != nil:
		a.Port = port(p, "alertmanager", a.Service, a.Port, 9093)
		for _, i := range a.Service.Instances {
			mount(i, kit.AlertmanagerDir, a.ConfigPath, a.Range)
			peers(i, a)
			i.SecretFiles = append(i.SecretFiles, a.Secrets()...)
		}
	case a.URL == "" || a.Service != nil:
		p.Manifest.Alertmanager = nil
	}
}

// peers adds to the server's command which replicas are its peers: those that don't know each other would all
// notify of each alert. A service without a command gets that of the official image.
func peers(i *manifest.Instance, a *manifest.Alertmanager) {
	const flag = "--cluster.peer"
	others := slices.DeleteFunc(slices.Clone(a.Service.Instances), func(o *manifest.Instance) bool { return o == i })
	if i.Command == nil && (len(others) > 0 || a.ConfigPath != defaultAlertmanagerPath) {
		i.Command = &manifest.Command{Exec: []string{"--config.file=" + a.ConfigPath + "/" + kit.AlertmanagerConfigName, "--storage.path=/alertmanager"}, Range: a.Range}
	}
	if len(others) == 0 || i.Command.Exec == nil || i.Command.HasFlag(flag) {
		return
	}
	c := *i.Command // instances may share one
	c.Exec = slices.Clone(c.Exec)
	for _, o := range others {
		c.Exec = append(c.Exec, fmt.Sprintf("%s=%s:%d", flag, o.Name, manifest.AlertmanagerPeerPort))
	}
	i.Command = &c
}

// port checks the name of a server's port, or finds it.
func port(p *lang.Evaluation, block string, s *manifest.Service, name string, usual int) string {
	if len(s.Instances) == 0 {
		return name
	}
	ports := s.Instances[0].Ports
	var names []string
	first := ""
	for _, port := range ports {
		if port.Protocol == "udp" {
			continue
		}
		names = append(names, port.Name)
		if port.Container == usual && first == "" {
			first = port.Name
		}
	}
	if name == "" {
		if first == "" && len(names) > 0 {
			first = names[0]
		}
		return first
	}
	for _, n := range names {
		if n == name {
			return name
		}
	}
	if invalidPort(p, s, name) {
		return name
	}
	hint := " It declares no TCP port: add a port block."
	if n := p.Suggest(name, names); n != "" {
		hint = " Did you mean \"" + n + "\"?"
	} else if len(names) > 0 {
		hint = " Its TCP ports are: " + text.List(names) + "."
	}
	p.Report(rulePort.At(p.Blocks(block)[0].AttrRange("port"), "%s has no TCP port %q.%s", s.Address, name, hint))
	return name
}

// invalidPort reports whether the service declares a port of that name that isn't in the model because
// it is invalid, which was reported.
func invalidPort(p *lang.Evaluation, s *manifest.Service, name string) bool {
	for _, b := range p.Blocks("service") {
		if b.Ref != s {
			continue
		}
		for _, pb := range b.Blocks("port") {
			if pb.Name == name {
				return pb.Failed() || !slices.ContainsFunc(s.Instances[0].Ports, func(p *manifest.Port) bool { return p.Name == name })
			}
		}
	}
	return false
}

// mount adds a read-only mount of a generated folder, unless the service mounts something at it,
// inside it, or (from the host) above it.
func mount(i *manifest.Instance, dir, target string, at hcl.Range) {
	for _, m := range i.Mounts {
		t := strings.TrimRight(m.Target, "/")
		if t == target || strings.HasPrefix(t, target+"/") || m.Bind != "" && strings.HasPrefix(target, t+"/") {
			return
		}
	}
	i.Mounts = append(i.Mounts, &manifest.Mount{Target: target, Generated: dir, ReadOnly: true, Range: at})
	sort.SliceStable(i.Mounts, func(a, b int) bool { return i.Mounts[a].Target < i.Mounts[b].Target })
}
