package prometheus

import (
	"cmp"
	"sort"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/templates/prometheus"
)

// universe is all series of the deployment.
type universe struct {
	jobs    []*job // by name
	byName  map[string][]*job
	exports map[string][]*job // the jobs that declare a metric
	records map[string]bool
	alerts  map[string]bool
	// recorded are the rules by the name of the series.
	recorded map[string][]*manifest.Record
	// declared reports whether a job lists its exports.
	declared bool
}

// job is one scrape with its targets.
type job struct {
	name     string
	service  string
	targets  []string
	metrics  map[string]string // name of a series → its metric's type
	declares bool              // it lists its exports
	self     bool              // Prometheus scraping itself
	open     bool              // its targets, or their labels, aren't known
	interval time.Duration     // between two scrapes; 0: not known
}

func newUniverse(m *manifest.Manifest) *universe {
	u := &universe{records: map[string]bool{}, recorded: map[string][]*manifest.Record{}, alerts: map[string]bool{}}
	for _, r := range m.Records {
		u.records[r.Name] = true
		u.recorded[r.Name] = append(u.recorded[r.Name], r)
	}
	for _, a := range m.Alerts {
		u.alerts[a.Name] = true
	}
	scraped := map[string]bool{}
	for _, s := range m.Services {
		for _, sc := range s.Scrapes {
			j := newJob(sc)
			j.interval = scrapeInterval(m.Prometheus, sc)
			u.declared = u.declared || j.declares
			scraped[j.name] = true
			u.jobs = append(u.jobs, j)
		}
	}
	if p := m.Prometheus; p != nil {
		for _, x := range p.Jobs {
			j := &job{name: x.Name, open: true, metrics: seriesOf(x.Exports), declares: len(x.Exports) > 0 && len(x.MetricRelabel) == 0, interval: cmp.Or(x.Interval, scrapeInterval(p, nil))}
			u.declared = u.declared || j.declares
			scraped[j.name] = true
			u.jobs = append(u.jobs, j)
		}
	}
	if p := m.Prometheus; p != nil && p.SelfScrape && len(p.Service.Scrapes) == 0 && !scraped[p.Service.Name] {
		u.jobs = append(u.jobs, &job{name: p.Service.Name, service: p.Service.Name, targets: prometheus.SelfTargets(p), declares: true, self: true, interval: scrapeInterval(p, nil)})
	}
	u.byName, u.exports = map[string][]*job{}, map[string][]*job{}
	for _, j := range u.jobs {
		u.byName[j.name] = append(u.byName[j.name], j)
		for metric := range j.metrics {
			u.exports[metric] = append(u.exports[metric], j)
		}
	}
	sort.SliceStable(u.jobs, func(i, j int) bool { return u.jobs[i].name < u.jobs[j].name })
	return u
}

// scrapeInterval is that of a scrape, or else of the server; 0 without one.
func scrapeInterval(p *manifest.Prometheus, sc *manifest.Scrape) time.Duration {
	switch {
	case sc != nil && sc.Interval > 0:
		return sc.Interval
	case p == nil:
		return 0
	}
	return p.Interval()
}

func newJob(sc *manifest.Scrape) *job {
	return &job{name: sc.Job, service: sc.Service.Name, targets: prometheus.Targets(sc), open: len(sc.Relabel) > 0,
		metrics: seriesOf(sc.Exports), declares: len(sc.Exports) > 0 && len(sc.MetricRelabel) == 0}
}

// seriesOf are the names of the series of metrics, with the type of each.
func seriesOf(exports []manifest.Metric) map[string]string {
	out := map[string]string{}
	for _, e := range exports {
		for _, s := range e.Series() {
			switch {
			case s == e.Name:
				out[s] = e.Type
			case strings.HasSuffix(s, "_bucket"):
				out[s] = "bucket"
			default:
				out[s] = "counter"
			}
		}
	}
	return out
}

// synthetic are the series that Prometheus generates for every target.
var synthetic = map[string]bool{
	"up": true, "scrape_duration_seconds": true, "scrape_samples_scraped": true,
	"scrape_samples_post_metric_relabeling": true, "scrape_series_added": true,
	"scrape_timeout_seconds": true, "scrape_sample_limit": true, "scrape_body_size_bytes": true,
}

// selfPrefixes are the prefixes of Prometheus's own metrics.
var selfPrefixes = []string{"prometheus_", "go_", "process_", "promhttp_", "net_conntrack_", "scrape_"}

// has reports whether a job has a series of the name; sure is false if the job
// doesn't declare its exports.
func (j *job) has(name string) (has, sure bool) {
	if j.metrics[name] != "" || synthetic[name] {
		return true, true
	}
	if j.self {
		for _, p := range selfPrefixes {
			if strings.HasPrefix(name, p) {
				return true, true
			}
		}
	}
	return false, j.declares
}

// known are the names that some of the jobs, or the rules, provide.
func (u *universe) known(jobs []*job) []string {
	seen := map[string]bool{"up": true}
	for _, j := range jobs {
		for name := range j.metrics {
			seen[name] = true
		}
	}
	for name := range u.records {
		seen[name] = true
	}
	return keys(seen)
}

func keys(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func jobNames(jobs []*job) []string {
	out := make([]string, len(jobs))
	for i, j := range jobs {
		out[i] = j.name
	}
	return out
}

// mostCompared limits the candidates for a suggestion.
const mostCompared = 5000

// didYouMean is text.DidYouMean, unless there are too many candidates.
func didYouMean(name string, candidates []string) (question, fix string) {
	if len(candidates) > mostCompared {
		return "", ""
	}
	return text.DidYouMean(name, candidates)
}
