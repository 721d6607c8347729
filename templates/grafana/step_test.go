package grafana

import (
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// The step of a query is as long as the interval of the jobs that it reads, where that is longer than the server's.
func TestMinStep(t *testing.T) {
	port := []*manifest.Instance{{Name: "a"}}
	slow := &manifest.Service{Name: "slow", Instances: port, Scrapes: []*manifest.Scrape{
		{Job: "slow", Interval: 90 * time.Second, Exports: []manifest.Metric{{Name: "slow_total", Type: "counter"}, {Name: "both_total", Type: "counter"}, {Name: "slow_seconds", Type: "histogram"}}}}}
	quick := &manifest.Service{Name: "quick", Instances: port, Scrapes: []*manifest.Scrape{
		{Job: "quick", Exports: []manifest.Metric{{Name: "quick_total", Type: "counter"}, {Name: "both_total", Type: "counter"}}}}}
	swift := &manifest.Service{Name: "swift", Instances: port, Scrapes: []*manifest.Scrape{ // by name after the slow one
		{Job: "swift", Exports: []manifest.Metric{{Name: "both_total", Type: "counter"}}}}}
	silent := &manifest.Service{Name: "silent", Instances: port, Scrapes: []*manifest.Scrape{{Job: "silent", Interval: time.Minute}}}
	m := &manifest.Manifest{
		Services:   []*manifest.Service{slow, quick, silent, swift},
		Prometheus: &manifest.Prometheus{Service: &manifest.Service{Name: "prometheus"}, ScrapeInterval: 15 * time.Second},
		Records:    []*manifest.Record{{Name: "job:slow:rate5m"}},
	}
	known := newFacts(m)
	for expr, want := range map[string]string{
		`rate(slow_total[$__rate_interval])`:                                                 "90s",
		`histogram_quantile(0.9, sum by (le) (rate(slow_seconds_bucket[$__rate_interval])))`: "90s",
		`rate(quick_total[$__rate_interval])`:                                                "",
		`rate(both_total[$__rate_interval])`:                                                 "90s", // a shorter one has no rate of the slow job
		`rate(both_total{job="quick"}[$__rate_interval])`:                                    "",
		`rate(both_total{job=~"$job"}[$__rate_interval])`:                                    "90s",
		`rate(both_total[10m])`:                                                              "", // each step has its rate
		`slow_total`:                                                                         "90s",
		`slow_total / quick_total`:                                                           "", // a step of the quick one is news
		`up`:                                                                                 "",
		`up{job="slow"}`:                                                                     "90s",
		`unknown_total{job="silent"}`:                                                        "1m",
		`unknown_total`:                                                                      "1m", // only the silent job may have it
		`job:slow:rate5m`:                                                                    "",
		`unknown_total{job="slow"}`:                                                          "",
		`not valid {`:                                                                        "",
	} {
		if got := known.minStep(expr, false); got != want {
			t.Errorf("%s: %q, not %q", expr, got, want)
		}
	}
	if plain, ranged := known.minStep(`slow_total`, true), known.minStep(`rate(slow_total[$__rate_interval])`, true); plain != "" || ranged != "90s" {
		t.Errorf("instant: %q, %q", plain, ranged)
	}
	if got := (facts{}).minStep(`up`, false); got != "" {
		t.Errorf("without a server: %q", got)
	}
	m.Prometheus.SelfScrape = true
	if jobs := m.Scraped(); len(jobs) != 5 || jobs[0].Name != "prometheus" || jobs[0].Interval != 15*time.Second || !jobs[0].Open || jobs[3].Open {
		t.Errorf("%+v", jobs)
	}
	if got := newFacts(m).minStep(`unknown_total`, false); got != "" {
		t.Errorf("with a quick job that may have the series: %q", got)
	}
}
