package monitoring

import (
	"sort"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

func prometheusSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "prometheus", Max: 1, NoRef: true,
		Doc: "The Prometheus server and its global settings. Its targets follow from the `scrape` blocks of the services; its configuration is mounted into the service, unless that mounts its own.",
		Attrs: []lang.Attr{
			{Name: "service", Type: lang.RefTo("service"), Required: true, Doc: "The service that runs it."},
			{Name: "port", Type: lang.String, Doc: "Name of the port of its HTTP interface. Default: that of container port 9090, or the first."},
			{Name: "scrape_interval", Type: lang.Duration, Default: `"15s"`, Doc: "How often targets are scraped."},
			{Name: "scrape_timeout", Type: lang.Duration, Doc: "How long a scrape may take. Default: the server's, 10s."},
			{Name: "evaluation_interval", Type: lang.Duration, Doc: "How often rules are evaluated. Default: the scrape interval."},
			{Name: "external_labels", Type: lang.StringMap, Doc: "Labels of everything that leaves the server, alerts among it."},
			{Name: "retention", Type: lang.String, Doc: "How long samples are kept, such as \"15d\": appended to the server's command."},
			{Name: "config_path", Type: lang.String, Default: `"/etc/prometheus"`, Doc: "Folder in the container that the configuration is mounted at."},
			{Name: "self_scrape", Type: lang.Bool, Default: "true", Doc: "It scrapes itself too, as a job of the service's name."},
		},
		Declare: func(b *lang.Block) any {
			p := &manifest.Prometheus{Origin: b.Origin()}
			b.Program().Manifest.Prometheus = p
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
			p.Retention = b.String("retention")
			p.ConfigPath = strings.TrimRight(b.String("config_path"), "/")
			if !strings.HasPrefix(p.ConfigPath, "/") && !b.Failed("config_path") {
				b.Invalid("config_path", "must be an absolute path below /")
			}
			p.SelfScrape = b.Bool("self_scrape")
		},
	}
}

// positive reads a duration that is above zero where it is given.
func positive(b *lang.Block, name string) time.Duration {
	d := b.Duration(name)
	if d == 0 && b.Has(name) && !b.Failed(name) {
		b.Invalid(name, "must be above zero")
	}
	return d
}

func grafanaSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "grafana", Max: 1, NoRef: true,
		Doc: "The Grafana server. It is provisioned with the Prometheus of the manifest as its data source, and with the dashboards; both are mounted into the service, unless that mounts its own.",
		Attrs: []lang.Attr{
			{Name: "service", Type: lang.RefTo("service"), Required: true, Doc: "The service that runs it."},
			{Name: "port", Type: lang.String, Doc: "Name of the port of its HTTP interface. Default: that of container port 3000, or the first."},
			{Name: "folder", Type: lang.String, Doc: "Folder of the dashboards in Grafana. Default: the system's name."},
			{Name: "datasource_uid", Type: lang.String, Default: `"prometheus"`, Doc: "Stable uid of the data source."},
		},
		Declare: func(b *lang.Block) any {
			g := &manifest.Grafana{Origin: b.Origin()}
			b.Program().Manifest.Grafana = g
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
		},
	}
}

// finish looks at the servers' services, which are decoded by now: it finds
// their ports and mounts what is generated for them. A server whose service is
// unknown (reported already) is left out of the model, as if not declared.
func finish(p *lang.Program) {
	m := p.Manifest
	if pr := m.Prometheus; pr != nil {
		if pr.Service == nil {
			m.Prometheus = nil
		} else {
			pr.Port = port(p, "prometheus", pr.Service, pr.Port, 9090)
			for _, i := range pr.Service.Instances {
				mount(i, kit.PrometheusDir, pr.ConfigPath, pr.Range)
				retain(i, pr)
			}
		}
	}
	if g := m.Grafana; g != nil {
		if g.Service == nil {
			m.Grafana = nil
			return
		}
		g.Port = port(p, "grafana", g.Service, g.Port, 3000)
		for _, i := range g.Service.Instances {
			if m.Prometheus != nil {
				mount(i, kit.GrafanaDatasourcesDir, manifest.GrafanaDatasourcesTarget, g.Range)
			}
			if len(m.Dashboards) > 0 {
				mount(i, kit.GrafanaProvidersDir, manifest.GrafanaProvidersTarget, g.Range)
				mount(i, kit.GrafanaDashboardsDir, manifest.GrafanaDashboardsTarget, g.Range)
			}
		}
	}
}

// port checks the name of a server's port, or finds it.
func port(p *lang.Program, block string, s *manifest.Service, name string, usual int) string {
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
	b := p.Blocks(block)[0]
	hint := ""
	if n := p.Suggest(name, names); n != "" {
		hint = " Did you mean \"" + n + "\"?"
	}
	p.Report(rulePort.At(b.AttrRange("port"), "%s has no TCP port %q.%s Name one of its port blocks.", s.Address, name, hint))
	return name
}

// mount adds a read-only mount of a generated folder, unless the service
// mounts something there, inside, or (from the host) above.
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

// retain adds the flag for the retention to the server's command. A service
// without a command has that of the official image.
func retain(i *manifest.Instance, p *manifest.Prometheus) {
	const flag = "--storage.tsdb.retention.time="
	if p.Retention == "" {
		return
	}
	if i.Command == nil {
		i.Command = &manifest.Command{Exec: []string{"--config.file=" + p.ConfigPath + "/" + kit.PrometheusConfigName, "--storage.tsdb.path=/prometheus"}, Range: p.Range}
	}
	c := *i.Command // instances may share one
	if c.Exec == nil {
		return
	}
	for _, arg := range c.Exec {
		if strings.HasPrefix(arg, flag) {
			return
		}
	}
	c.Exec = append(append([]string{}, c.Exec...), flag+p.Retention)
	i.Command = &c
}
