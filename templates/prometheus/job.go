package prometheus

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/yaml"
)

// DNSConfig finds targets in DNS records.
type DNSConfig struct {
	Names           []string `yaml:"names,flow"`
	Type            string   `yaml:"type,omitempty"`
	Port            int      `yaml:"port,omitempty"`
	RefreshInterval string   `yaml:"refresh_interval,omitempty"`
}

// FileConfig finds targets in files.
type FileConfig struct {
	Files           []string `yaml:"files,flow"`
	RefreshInterval string   `yaml:"refresh_interval,omitempty"`
}

// Relabel is a step of relabelling.
type Relabel struct {
	SourceLabels []string `yaml:"source_labels,omitempty,flow"`
	Separator    *string  `yaml:"separator,omitempty"`
	Regex        string   `yaml:"regex,omitempty"`
	Modulus      int      `yaml:"modulus,omitempty"`
	TargetLabel  string   `yaml:"target_label,omitempty"`
	Replacement  *string  `yaml:"replacement,omitempty"`
	Action       string   `yaml:"action,omitempty"`
}

// RemoteWrite is another server that gets all samples, under Prometheus's own keys.
type RemoteWrite struct {
	Settings map[string]any `yaml:",inline"`
}

// addJobs adds the scrapes of targets that are no services.
func (c *Config) addJobs(p *manifest.Prometheus, seen map[string]*manifest.Scrape, global effective, d *durations) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, j := range p.Jobs {
		if other := seen[j.Name]; other != nil {
			diags = append(diags, ruleDuplicateJob.At(j.Range, "%s and %s both have the job name %q. Rename one of them.", other.Address, j.Address, j.Name))
			continue
		}
		diags = append(diags, labelNames(j.Labels, j.Range)...)
		diags = append(diags, global.check(&manifest.Scrape{Origin: j.Origin, Interval: j.Interval, Timeout: j.Timeout})...)
		c.ScrapeConfigs = append(c.ScrapeConfigs, newJob(j, d))
	}
	return diags
}

// NewJob is a scrape of targets that are no services.
func NewJob(j *manifest.Job) ScrapeConfig { return newJob(j, &durations{}) }

func newJob(j *manifest.Job, d *durations) ScrapeConfig {
	s := ScrapeConfig{
		JobName: j.Name, HonorLabels: j.HonorLabels, MetricsPath: j.Path, Scheme: j.Scheme,
		ScrapeInterval: d.optional(j.Interval, j.Range, "interval"), ScrapeTimeout: d.optional(j.Timeout, j.Range, "timeout"),
		RelabelConfigs: relabels(j.Relabel), MetricRelabelConfigs: relabels(j.MetricRelabel),
	}
	for _, kv := range j.Params {
		if s.Params == nil {
			s.Params = map[string][]string{}
		}
		s.Params[kv.Key] = []string{kv.Value}
	}
	if j.HTTP != nil {
		s.HTTP = values(j.HTTP)
	}
	if len(j.Targets) > 0 {
		s.StaticConfigs = []StaticConfig{{Targets: j.Targets, Labels: keyValues(j.Labels)}}
	}
	for _, x := range j.DNS {
		c := DNSConfig{Names: x.Names, Port: x.Port, RefreshInterval: d.optional(x.Refresh, x.Range, "refresh_interval")}
		if x.Type != "SRV" { // the server's default
			c.Type = x.Type
		}
		s.DNSConfigs = append(s.DNSConfigs, c)
	}
	for _, x := range j.Files {
		s.FileConfigs = append(s.FileConfigs, FileConfig{Files: x.Files, RefreshInterval: d.optional(x.Refresh, x.Range, "refresh_interval")})
	}
	return s
}

func relabels(steps []*manifest.Relabel) []Relabel {
	var out []Relabel
	for _, r := range steps {
		out = append(out, NewRelabel(r))
	}
	return out
}

// NewRelabel is a step of relabelling.
func NewRelabel(r *manifest.Relabel) Relabel {
	return Relabel{SourceLabels: r.SourceLabels, Separator: r.Separator, Regex: r.Regex, Modulus: r.Modulus, TargetLabel: r.TargetLabel, Replacement: r.Replacement, Action: r.Action}
}

// NewRemoteWrite is another server that gets all samples.
func NewRemoteWrite(s *manifest.Settings) RemoteWrite { return RemoteWrite{values(s)} }

// values are settings with the paths of secrets' files.
func values(s *manifest.Settings) map[string]any { return s.Plain() }

// Encode is the file's text, below a header ("" for none).
func (c *Config) Encode(header string) ([]byte, error) { return yaml.Marshal(header, c.encoded()) }
