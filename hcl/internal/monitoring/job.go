package monitoring

import (
	"net"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/scrape"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func jobSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "scrape", Habits: map[string]string{
			"static_configs": "Write targets = [\"host:9100\"].", "dns_sd_configs": "Write a block dns { names = […] }.", "file_sd_configs": "Write a block file { files = […] }.",
			"relabel_configs": "Write a block relabel { … } for each step.", "metric_relabel_configs": "Write a block metric_relabel { … } for each step.",
			"metrics_path": "Write path = \"/metrics\".", "job_name": "The label of the block is the job's name.", "scrape_interval": "Write interval = \"30s\".", "scrape_timeout": "Write timeout = \"10s\".",
		},
		Doc:    "A job with targets that are no services of the manifest. The targets of services are their own `scrape` blocks.",
		Labels: []lang.Label{{Name: "name", Doc: "The name of the job."}},
		Attrs: []lang.Attr{
			{Name: "targets", Type: lang.Strings, Doc: "Targets, each HOST:PORT."},
			{Name: "labels", Type: lang.StringMap, Doc: "Labels of the series of `targets`."},
			{Name: "path", Type: lang.String, Default: `"/metrics"`, Doc: "The path of the metrics."},
			{Name: "scheme", Type: lang.String, Default: `"http"`, Values: []string{"http", "https"}, Doc: "The scheme."},
			{Name: "params", Type: lang.StringMap, Doc: "Parameters of the request's address."},
			{Name: "interval", Type: lang.Duration, Doc: "The scrape interval. Default: the server's."},
			{Name: "timeout", Type: lang.Duration, Doc: "The scrape timeout. Default: the server's."},
			{Name: "honor_labels", Type: lang.Bool, Default: "false", Doc: "Whether labels of the scraped series take precedence over those of the target, as for a Pushgateway or a federation."},
			scrape.ExportsAttr(),
		},
		Blocks: append(scrape.Relabels(),
			&lang.BlockSpec{Type: "dns", Repeat: true, Doc: "Targets from DNS records.", Attrs: []lang.Attr{
				{Name: "names", Type: lang.Strings, Required: true, Doc: "The names to look up, such as \"_metrics._tcp.example.org\"."},
				{Name: "type", Type: lang.String, Default: `"SRV"`, Values: []string{"SRV", "A", "AAAA", "MX", "NS"}, Doc: "The type of the records."},
				{Name: "port", Type: lang.Int, Doc: "The port, for types other than SRV."},
				{Name: "refresh_interval", Type: lang.Duration, Doc: "How often they are looked up. Default: the server's, 30s."},
			}},
			&lang.BlockSpec{Type: "file", Repeat: true, Doc: "Targets from files, which the server reads again when they change. They are paths in the container, below `config_path` if relative: mount them into the service.", Attrs: []lang.Attr{
				{Name: "files", Type: lang.Strings, Required: true, Doc: "The files, such as \"/etc/targets/*.json\"."},
				{Name: "refresh_interval", Type: lang.Duration, Doc: "How often they are read anyway. Default: the server's, 5m."},
			}},
			settingsSpec("http", 1, "Prometheus's own keys of a scrape's HTTP client: `basic_auth`, `authorization`, `oauth2`, `tls_config`, `proxy_url` and so on. `KEY = secret.x` writes the path of the secret's file to `KEY_file`.")),
	}
}

func remoteWriteSpec() *lang.BlockSpec {
	return settingsSpec("remote_write", 0, "Another server that gets all samples, under Prometheus's own keys: `url`, `name`, `basic_auth`, `authorization`, `queue_config`, `write_relabel_configs` (a list) and so on. `KEY = secret.x` writes the path of the secret's file to `KEY_file`, and mounts the file.")
}

// jobs reads the scrapes of other targets.
func jobs(b *lang.Block, p *manifest.Prometheus) {
	for _, s := range b.Blocks("scrape") {
		p.Jobs = append(p.Jobs, job(s))
	}
	slices.SortFunc(p.Jobs, func(x, y *manifest.Job) int { return strings.Compare(x.Name, y.Name) })
}

func job(b *lang.Block) *manifest.Job {
	p := b.Evaluation()
	j := &manifest.Job{Origin: b.Origin(), Name: b.Name, Path: b.String("path"), Scheme: b.String("scheme"), Interval: positive(b, "interval"), Timeout: positive(b, "timeout"),
		HonorLabels: b.Bool("honor_labels"), Params: b.StringMap("params"), Targets: b.Strings("targets"), Labels: b.StringMap("labels"),
		Relabel: scrape.Relabel(b, "relabel"), MetricRelabel: scrape.Relabel(b, "metric_relabel"), Exports: scrape.Exports(b, ruleJob), At: manifest.Ranges{}}
	for _, name := range []string{"targets", "labels", "path", "params", "interval", "timeout"} {
		j.At[name] = b.AttrRange(name)
	}
	var valid []string
	for _, x := range b.Items("targets") {
		if host, port, err := net.SplitHostPort(x.Value); len(j.Relabel) == 0 && (err != nil || host == "" || port == "" || strings.Contains(x.Value, "/")) {
			p.Errorf(ruleTarget, x.Range, "%q is not a valid target. Write HOST:PORT, such as \"10.0.0.5:9100\"; the scheme and the path are arguments of their own.", x.Value)
			continue
		}
		valid = append(valid, x.Value)
	}
	for _, d := range b.Blocks("dns") {
		x := &manifest.DNSTargets{Origin: d.Origin(), Names: d.Strings("names"), Type: d.String("type"), Port: d.Int("port"), Refresh: positive(d, "refresh_interval")}
		if x.Type != "SRV" && !d.Failed("type", "port") && (x.Port < 1 || x.Port > 65535) {
			p.Errorf(ruleTarget, d.Range, "Records of the type %s have no port. Write port = 9100.", x.Type)
		}
		j.DNS = append(j.DNS, x)
	}
	for _, f := range b.Blocks("file") {
		x := &manifest.FileTargets{Origin: f.Origin(), Files: f.Strings("files"), Refresh: positive(f, "refresh_interval")}
		for _, i := range f.Items("files") {
			if !strings.HasSuffix(i.Value, ".json") && !strings.HasSuffix(i.Value, ".yml") && !strings.HasSuffix(i.Value, ".yaml") {
				p.Errorf(ruleTarget, i.Range, "Prometheus reads targets from files that end in .json, .yml or .yaml, and %q doesn't.", i.Value)
			}
		}
		j.Files = append(j.Files, x)
	}
	given := len(j.Targets)
	j.Targets = valid
	if h := b.Block("http"); h != nil {
		s := settings(h)
		j.HTTP = &s
	}
	if given+len(j.DNS)+len(j.Files) == 0 && !b.Failed() && !b.Misspelt() {
		p.Errorf(ruleNoTargets, b.Range, "%s has no targets. Write targets = [\"host:9100\"], or a block dns or file.", b.Address())
	}
	if !b.Failed("path") && !strings.HasPrefix(j.Path, "/") {
		p.Errorf(ruleJob, b.AttrRange("path"), "The path %q must start with a slash.", j.Path)
	}
	if j.Interval > 0 && j.Timeout > j.Interval {
		p.Errorf(ruleJob, b.AttrRange("timeout"), "The timeout is longer than the interval, which Prometheus rejects.")
	}
	return j
}
