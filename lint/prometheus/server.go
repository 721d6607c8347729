package prometheus

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/prometheus/config"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/prometheus"
)

// since is the version with which an action of relabelling, or a key of `http` or remote_write, came; those of
// 2.0 and before are left out. Its source is Prometheus's changelog.
var since = map[string]string{
	"action lowercase": "2.36.0", "action uppercase": "2.36.0", "action keepequal": "2.41.0", "action dropequal": "2.41.0",
	"authorization": "2.26.0", "oauth2": "2.27.0", "http_headers": "2.55.0", "follow_redirects": "2.26.0",
	"enable_http2": "2.35.0", "no_proxy": "2.43.0", "proxy_from_environment": "2.43.0", "google_iam": "2.55.0",
	"sigv4": "2.26.0", "azuread": "2.45.0", "headers": "2.25.0", "metadata_config": "2.23.0",
	"send_exemplars": "2.27.0", "send_native_histograms": "2.40.0", "protobuf_message": "2.54.0", "scrape_protocols": "2.49.0",
}

// server has Prometheus read each part of its configuration that is passed through, alone, so that what it rejects
// is reported where it is written.
func (c *checker) server() {
	for _, s := range c.m.Services {
		for _, x := range s.Scrapes {
			c.relabel(x.Address, x.Relabel)
			c.relabel(x.Address, x.MetricRelabel)
		}
	}
	p := c.m.Prometheus
	if p == nil {
		return
	}
	for _, j := range p.Jobs {
		c.relabel(j.Address, j.MetricRelabel)
		if !c.relabel(j.Address, j.Relabel) {
			continue // without its steps a target that is an address isn't read
		}
		plain := *j
		plain.HTTP, plain.MetricRelabel = nil, nil
		if !c.load(prometheus.Config{ScrapeConfigs: []prometheus.ScrapeConfig{prometheus.NewJob(&plain)}}, j.Range, j.Address) || j.HTTP == nil {
			continue
		}
		plain.HTTP = j.HTTP
		c.settings(j.HTTP)
		c.load(prometheus.Config{ScrapeConfigs: []prometheus.ScrapeConfig{prometheus.NewJob(&plain)}}, j.HTTP.Range, "`http` of "+j.Address)
	}
	for _, w := range p.RemoteWrites {
		c.settings(w)
		c.load(prometheus.Config{RemoteWrite: []prometheus.RemoteWrite{prometheus.NewRemoteWrite(w)}}, w.Range, "`remote_write`")
	}
}

// settings reports keys that the pinned server doesn't know.
func (c *checker) settings(s *manifest.Settings) {
	var keys []string
	for k := range s.Values {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if c.old(since[k]) {
			c.report(ruleNewSetting.At(s.At.Of(k, s.Range), "The key %q needs Prometheus %s, and the image is %s. Pin a later version, or leave the key out.", k, since[k], c.m.Prometheus.Service.Image.Reference()))
		}
	}
}

// relabel checks each step; it reports whether all can be read.
func (c *checker) relabel(of string, steps []*manifest.Relabel) bool {
	before := len(c.diags)
	for _, r := range steps {
		if v := since["action "+r.Action]; c.old(v) {
			c.report(ruleNewSetting.At(r.At.Of("action", r.Range), "The action %q needs Prometheus %s, and the image is %s. Pin a later version.", r.Action, v, c.m.Prometheus.Service.Image.Reference()))
			continue
		}
		at := r.Range
		if r.Regex != "" {
			at = r.At.Of("regex", at)
			alone := prometheus.Relabel{Regex: r.Regex, Action: "labeldrop"}
			if !c.load(steps1(alone), at, "`regex` of the relabelling of "+of) {
				continue
			}
		}
		c.load(steps1(prometheus.NewRelabel(r)), r.Range, "the relabelling of "+of)
	}
	return len(c.diags) == before
}

func steps1(r prometheus.Relabel) prometheus.Config {
	return prometheus.Config{ScrapeConfigs: []prometheus.ScrapeConfig{{JobName: "x", MetricsPath: "/", Scheme: "http", StaticConfigs: []prometheus.StaticConfig{{Targets: []string{"x:1"}}},
		RelabelConfigs: []prometheus.Relabel{r}}}}
}

// load has Prometheus read a configuration with only one part, and reports what it says at a place.
func (c *checker) load(part prometheus.Config, at hcl.Range, what string) bool {
	part.Global = prometheus.Global{ScrapeInterval: "8760h", ScrapeTimeout: "1ms", EvaluationInterval: "1m"}
	content, err := part.Encode("")
	if err != nil {
		return false // reported by the renderer
	}
	if _, err = config.Load(string(content), discard); err != nil {
		c.report(ruleRefused.At(at, "Prometheus doesn't read %s: %s.", what, message(err)))
		return false
	}
	return true
}

// message is what Prometheus says, without the place in a file that nobody has.
func message(err error) string {
	s := strings.TrimPrefix(err.Error(), "parsing YAML file : ")
	s = strings.TrimPrefix(s, "yaml: unmarshal errors:\n  ")
	if line, rest, ok := strings.Cut(s, ": "); ok && strings.HasPrefix(line, "line ") {
		s = rest
	}
	return strings.TrimRight(strings.Join(strings.Fields(s), " "), ".")
}

// old reports whether the pinned server is known to be older than a version; "" is none.
func (c *checker) old(than string) bool {
	p := c.m.Prometheus
	if than == "" || p == nil || p.Service.Image == nil {
		return false
	}
	ref := p.Service.Image.Reference()
	f := images.FamilyOf(ref)
	r, _ := images.Parse(ref)
	return f != nil && f.Name == "prometheus" && images.Before(r.Tag, than)
}
