package prometheus

import (
	"net"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
)

// Config is prometheus.yml.
type Config struct {
	Global        Global         `yaml:"global"`
	RuleFiles     []string       `yaml:"rule_files,omitempty"`
	Alerting      *Alerting      `yaml:"alerting,omitempty"`
	ScrapeConfigs []ScrapeConfig `yaml:"scrape_configs,omitempty,spaced"`
	RemoteWrite   []RemoteWrite  `yaml:"remote_write,omitempty,spaced"`

	// ExpandsLabels reports that the server expands $NAME in external labels, as
	// Prometheus 3 does, so `$` is doubled in the file.
	ExpandsLabels bool `yaml:"-"`
}

// Global are the settings of all scrapes and rules.
type Global struct {
	ScrapeInterval     string            `yaml:"scrape_interval"`
	ScrapeTimeout      string            `yaml:"scrape_timeout,omitempty"`
	EvaluationInterval string            `yaml:"evaluation_interval"`
	ExternalLabels     map[string]string `yaml:"external_labels,omitempty"`
}

// ScrapeConfig is one job.
type ScrapeConfig struct {
	JobName              string              `yaml:"job_name"`
	HonorLabels          bool                `yaml:"honor_labels,omitempty"`
	ScrapeInterval       string              `yaml:"scrape_interval,omitempty"`
	ScrapeTimeout        string              `yaml:"scrape_timeout,omitempty"`
	MetricsPath          string              `yaml:"metrics_path"`
	Scheme               string              `yaml:"scheme"`
	Params               map[string][]string `yaml:"params,omitempty"`
	HTTP                 map[string]any      `yaml:",inline"`
	StaticConfigs        []StaticConfig      `yaml:"static_configs,omitempty"`
	DNSConfigs           []DNSConfig         `yaml:"dns_sd_configs,omitempty"`
	FileConfigs          []FileConfig        `yaml:"file_sd_configs,omitempty"`
	RelabelConfigs       []Relabel           `yaml:"relabel_configs,omitempty"`
	MetricRelabelConfigs []Relabel           `yaml:"metric_relabel_configs,omitempty"`

	// Service is the service whose replicas are the targets; nil for other targets.
	Service *manifest.Service `yaml:"-"`
}

// YAMLComment is the address that the job comes from.
func (s ScrapeConfig) YAMLComment() string {
	if s.Service == nil {
		return ""
	}
	return "from service " + strconv.Quote(s.Service.Name)
}

// StaticConfig is the targets of a job, each `name:port` inside the network.
type StaticConfig struct {
	Targets []string          `yaml:"targets"`
	Labels  map[string]string `yaml:"labels,omitempty"`
}

// DefaultPort is Prometheus's port if its service declares none.
const DefaultPort = 9090

// ServerPort is the container port of the server's HTTP interface.
func ServerPort(p *manifest.Prometheus) int {
	if inst := p.Service.Instances; len(inst) > 0 {
		if port := inst[0].Port(p.Port); port != nil {
			return port.Container
		}
		if p.Port == "" && len(inst[0].Ports) > 0 {
			return inst[0].Ports[0].Container
		}
	}
	return DefaultPort
}

// newConfig makes the configuration: the server's own job first, then the declared
// jobs by name.
func newConfig(m *manifest.Manifest) (*Config, hcl.Diagnostics) {
	p := m.Prometheus
	d := &durations{}
	cfg := &Config{
		Global: Global{
			ScrapeInterval:     d.format(p.Interval(), p.Range, "scrape_interval"),
			ScrapeTimeout:      d.optional(p.ScrapeTimeout, p.Range, "scrape_timeout"),
			EvaluationInterval: d.format(p.Evaluation(), p.Range, "evaluation_interval"),
			ExternalLabels:     keyValues(p.ExternalLabels),
		},
		ExpandsLabels: expandsLabels(p),
	}
	diags := labelNames(p.ExternalLabels, p.Range)
	if len(m.Records)+len(m.Alerts) > 0 {
		cfg.RuleFiles = []string{kit.PrometheusRulesName}
	}
	cfg.Alerting = newAlerting(m.Alertmanager)
	if self := selfScrape(p, m); self != nil {
		cfg.ScrapeConfigs = append(cfg.ScrapeConfigs, *self)
	}
	global := effective{p.Interval(), p.ScrapeTimeout}
	if global.timeout > global.interval {
		diags = append(diags, ruleTimeoutTooLong.At(p.Range, "The scrape_timeout %s is longer than the scrape_interval %s. Shorten it, or increase the interval.", global.timeout, global.interval))
	}
	seen := map[string]*manifest.Scrape{}
	for _, s := range scrapes(m) {
		if other := seen[s.Job]; other != nil {
			diags = append(diags, ruleDuplicateJob.At(s.Range, "%s and %s both have the job name %q. Rename one of the services or scrapes.", other.Address, s.Address, s.Job))
			continue
		}
		seen[s.Job] = s
		sc, sd := scrapeConfig(s, d)
		diags = append(diags, sd...)
		diags = append(diags, global.check(s)...)
		cfg.ScrapeConfigs = append(cfg.ScrapeConfigs, sc)
	}
	diags = append(diags, cfg.addJobs(p, seen, global, d)...)
	for _, w := range p.RemoteWrites {
		cfg.RemoteWrite = append(cfg.RemoteWrite, NewRemoteWrite(w))
	}
	return cfg, append(diags, d.diags...)
}

// scrapes are all declared scrapes, by job.
func scrapes(m *manifest.Manifest) []*manifest.Scrape {
	var out []*manifest.Scrape
	for _, s := range m.Services {
		out = append(out, s.Scrapes...)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Job < out[j].Job })
	return out
}

// selfScrape is the server's own job, with the name of its service; nil if the service
// declares scrapes, or self_scrape is off.
func selfScrape(p *manifest.Prometheus, m *manifest.Manifest) *ScrapeConfig {
	if !p.SelfScrape || len(p.Service.Scrapes) > 0 {
		return nil
	}
	for _, s := range scrapes(m) {
		if s.Job == p.Service.Name {
			return nil // another service's scrape has that name
		}
	}
	for _, j := range p.Jobs {
		if j.Name == p.Service.Name {
			return nil
		}
	}
	return &ScrapeConfig{
		JobName:       p.Service.Name,
		MetricsPath:   "/metrics",
		Scheme:        "http",
		StaticConfigs: []StaticConfig{targets(p.Service, func(*manifest.Instance) int { return ServerPort(p) })},
		Service:       p.Service,
	}
}

// SelfTargets are the targets of the server's own job.
func SelfTargets(p *manifest.Prometheus) []string {
	return targets(p.Service, func(*manifest.Instance) int { return ServerPort(p) }).Targets
}

// Targets are the targets of a scrape: one per replica that has the port.
func Targets(s *manifest.Scrape) []string { return scrapeTargets(s).Targets }

func scrapeTargets(s *manifest.Scrape) StaticConfig {
	return targets(s.Service, func(i *manifest.Instance) int {
		if p := i.Port(s.Port); p != nil {
			return p.Container
		}
		return 0
	})
}

// targets lists one target per replica, in order of index.
func targets(s *manifest.Service, port func(*manifest.Instance) int) StaticConfig {
	c := StaticConfig{Labels: map[string]string{"service": s.Name}}
	for _, i := range s.Instances {
		if n := port(i); n != 0 {
			c.Targets = append(c.Targets, net.JoinHostPort(i.Name, strconv.Itoa(n)))
		}
	}
	return c
}

func scrapeConfig(s *manifest.Scrape, d *durations) (ScrapeConfig, hcl.Diagnostics) {
	sc := ScrapeConfig{
		JobName:        s.Job,
		ScrapeInterval: d.optional(s.Interval, s.Range, "interval"),
		ScrapeTimeout:  d.optional(s.Timeout, s.Range, "timeout"),
		MetricsPath:    s.Path,
		Scheme:         s.Scheme,
		Service:        s.Service,

		RelabelConfigs: relabels(s.Relabel), MetricRelabelConfigs: relabels(s.MetricRelabel),
	}
	if sc.MetricsPath == "" {
		sc.MetricsPath = "/metrics"
	}
	if sc.Scheme == "" {
		sc.Scheme = "http"
	}
	t := scrapeTargets(s)
	sc.StaticConfigs = []StaticConfig{t}
	if len(t.Targets) < len(s.Service.Instances) {
		return sc, hcl.Diagnostics{ruleNoPort.At(s.Range, "%s scrapes the port %q, which %s doesn't have. Use the name of one of its port blocks.", s.Address, s.Port, s.Service.Address)}
	}
	return sc, nil
}

// effective is the global interval and timeout, which a scrape's override.
type effective struct{ interval, timeout time.Duration }

// check reports a timeout that Prometheus would refuse. A scrape without a timeout
// has the global one, limited to its interval.
func (g effective) check(s *manifest.Scrape) hcl.Diagnostics {
	interval := s.Interval
	if interval == 0 {
		interval = g.interval
	}
	if s.Timeout > interval {
		return hcl.Diagnostics{ruleTimeoutTooLong.At(s.Range, "The timeout %s of %s is longer than its interval %s. Shorten it, or increase the interval.", s.Timeout, s.Address, interval)}
	}
	return nil
}

// expandsLabels reports whether the server is Prometheus 3 or later, which is assumed
// unless its tag says 2.
func expandsLabels(p *manifest.Prometheus) bool {
	if p.Service.Image == nil {
		return true
	}
	ref, _, _ := strings.Cut(p.Service.Image.Tag, "@")
	tag := ref[strings.LastIndex(ref, ":")+1:]
	return !strings.HasPrefix(strings.TrimPrefix(tag, "v"), "2.")
}

// encoded is c as in the file.
func (c *Config) encoded() *Config {
	if !c.ExpandsLabels || c.Global.ExternalLabels == nil {
		return c
	}
	e := *c
	e.Global.ExternalLabels = map[string]string{}
	for k, v := range c.Global.ExternalLabels {
		e.Global.ExternalLabels[k] = strings.ReplaceAll(v, "$", "$$")
	}
	return &e
}

// sources are the addresses that prometheus.yml comes from.
func (c *Config) sources(m *manifest.Manifest) []string {
	out := []string{m.Prometheus.Address}
	if m.Alertmanager != nil {
		out = append(out, m.Alertmanager.Address)
	}
	seen := map[string]bool{}
	for _, s := range c.ScrapeConfigs {
		if s.Service != nil && !seen[s.Service.Address] {
			seen[s.Service.Address] = true
			out = append(out, s.Service.Address)
		}
	}
	for _, s := range m.Prometheus.Secrets() {
		out = append(out, s.Address)
	}
	sort.Strings(out)
	return out
}

func keyValues(kvs []manifest.KeyValue) map[string]string {
	if len(kvs) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, kv := range kvs {
		out[kv.Key] = kv.Value
	}
	return out
}

// labelNames reports names that Prometheus refuses.
func labelNames(kvs []manifest.KeyValue, fallback hcl.Range) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, kv := range kvs {
		if quote.PromQLLabelName(kv.Key) && !strings.HasPrefix(kv.Key, "__") {
			continue
		}
		rng := kv.Range
		if rng.Filename == "" {
			rng = fallback
		}
		diags = append(diags, ruleBadName.At(rng, "%q is not a valid name for a label or annotation. Use letters, digits and _, and don't start with a digit or __.", kv.Key))
	}
	return diags
}

// durations formats durations as Prometheus does, and reports those that it can't.
type durations struct{ diags hcl.Diagnostics }

func (d *durations) optional(v time.Duration, at hcl.Range, what string) string {
	if v == 0 {
		return ""
	}
	return d.format(v, at, what)
}

func (d *durations) format(v time.Duration, at hcl.Range, what string) string {
	if v <= 0 || v%time.Millisecond != 0 {
		d.diags = append(d.diags, ruleBadDuration.At(at, "`%s` is %s, but Prometheus requires whole milliseconds, greater than zero. Write \"1ms\" or more.", what, v))
		return "1s"
	}
	return text.Duration(v)
}
