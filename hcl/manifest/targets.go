package manifest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Scraped is a job of the server: of a service, of other targets, or of the server itself.
type Scraped struct {
	Name     string
	Interval time.Duration // between two scrapes
	Exports  []Metric      // sorted by name
	Open     bool          // it exports more than Exports, or other names
}

// Scraped are the jobs of the server, by name; nil without a server.
func (m *Manifest) Scraped() []Scraped {
	p := m.Prometheus
	if p == nil {
		return nil
	}
	interval := p.Interval()
	var out []Scraped
	add := func(name string, own time.Duration, exports []Metric, relabelled bool) {
		out = append(out, Scraped{Name: name, Interval: cmp.Or(own, interval), Exports: exports, Open: len(exports) == 0 || relabelled})
	}
	for _, s := range m.Services {
		for _, x := range s.Scrapes {
			add(x.Job, x.Interval, x.Exports, len(x.MetricRelabel) > 0)
		}
	}
	for _, j := range p.Jobs {
		add(j.Name, j.Interval, j.Exports, len(j.MetricRelabel) > 0)
	}
	if p.SelfScrape && len(p.Service.Scrapes) == 0 && !slices.ContainsFunc(out, func(s Scraped) bool { return s.Name == p.Service.Name }) {
		add(p.Service.Name, 0, nil, false)
	}
	slices.SortStableFunc(out, func(a, b Scraped) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Interval is how often the server scrapes jobs without an interval of their own.
func (p *Prometheus) Interval() time.Duration { return cmp.Or(p.ScrapeInterval, 15*time.Second) }

// Evaluation is how often the server evaluates the rules of groups without an interval of their own.
func (p *Prometheus) Evaluation() time.Duration { return cmp.Or(p.EvaluationInterval, p.Interval()) }

// Series are the names of the series of a metric.
func (x Metric) Series() []string {
	switch x.Type {
	case "histogram":
		return []string{x.Name, x.Name + "_bucket", x.Name + "_sum", x.Name + "_count"}
	case "summary":
		return []string{x.Name, x.Name + "_sum", x.Name + "_count"}
	}
	return []string{x.Name}
}

// Job is a scrape of targets that are no services of the manifest. Each of Static, DNS and Files finds some.
type Job struct {
	Origin
	Name              string
	Path              string
	Scheme            string
	Interval, Timeout time.Duration // 0: the server's
	HonorLabels       bool
	Params            []KeyValue // of the request's address
	Targets           []string
	Labels            []KeyValue // of Targets
	DNS               []*DNSTargets
	Files             []*FileTargets
	HTTP              *Settings // Prometheus's own keys of its HTTP client; nil: none
	Relabel           []*Relabel
	MetricRelabel     []*Relabel
	Exports           []Metric // sorted by name
	At                Ranges   // of arguments
}

// DNSTargets are the records of names.
type DNSTargets struct {
	Origin
	Names   []string
	Type    string // SRV | A | AAAA | MX | NS
	Port    int    // for records without one
	Refresh time.Duration
}

// FileTargets are lists of targets in files that the server sees.
type FileTargets struct {
	Origin
	Files   []string
	Refresh time.Duration
}

// Relabel is a step of relabelling; what isn't set is left to the server.
type Relabel struct {
	Origin
	SourceLabels []string
	Separator    *string
	Regex        string
	Modulus      int
	TargetLabel  string
	Replacement  *string
	Action       string
	At           Ranges // of arguments
}

// Flag is a flag of the server.
type Flag struct {
	Name  string // the argument's
	Words []string
	Since string // the version with which the flag came; "" before 2.0
}

// Secrets are those in the settings of scrapes and remote writes, each once, by name.
func (p *Prometheus) Secrets() []*Secret {
	var lists []*Settings
	for _, j := range p.Jobs {
		if j.HTTP != nil {
			lists = append(lists, j.HTTP)
		}
	}
	return secretsIn(append(lists, p.RemoteWrites...))
}
