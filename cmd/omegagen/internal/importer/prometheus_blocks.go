package importer

import (
	"cmp"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/model/relabel"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/omegagen/omegagen/internal/text"
)

// static are the targets of a job if it has no other ones, in one group at most.
func static(configs discovery.Configs) (*targetgroup.Group, bool) {
	if len(configs) == 0 {
		return nil, true
	}
	list, ok := configs[0].(discovery.StaticConfig)
	if !ok || len(configs) > 1 || len(list) > 1 {
		return nil, false
	}
	if len(list) == 0 {
		return nil, true
	}
	return list[0], true
}

// addresses are the targets of a group.
func addresses(g *targetgroup.Group) []string {
	var out []string
	if g != nil {
		for _, t := range g.Targets {
			out = append(out, string(t[model.AddressLabel]))
		}
	}
	return out
}

// findJobs finds the jobs that are scrapes of a service: those with its name, whose only target is a port of it.
func (x *monitor) findJobs(d *Draft) {
	for _, job := range x.config.ScrapeConfigs {
		g, ok := static(job.ServiceDiscoveryConfigs)
		if !ok || len(addresses(g)) != 1 || job.HonorLabels || len(job.Params) > 0 {
			continue
		}
		host, port, err := net.SplitHostPort(addresses(g)[0])
		only := len(g.Labels) == 0 || len(g.Labels) == 1 && string(g.Labels["service"]) == host
		s := &serviceDraft{Draft: d, name: x.service}
		if err != nil || !only || host != job.JobName || host != x.service && !s.refersTo(host) || !validPort(port) || d.replicasOf(host) > 1 {
			continue
		}
		exposed := listOf(at(d.s.model, "services", host, "expose"))
		if labels := s.portLabels(host); labels != nil && (labels[port] != "" || host != x.service && (len(exposed) == 0 || slices.ContainsFunc(exposed, isPort(port)))) {
			x.jobs[host] = append(x.jobs[host], job)
		}
	}
}

// isPort finds a TCP port among those that are exposed.
func isPort(port string) func(any) bool {
	return func(v any) bool { return strings.TrimSuffix(str(v), "/tcp") == port }
}

// unblocked are the exposed ports without those that are port blocks, because they are scraped.
func (s *serviceDraft) unblocked(exposed any) []any {
	out := slices.Clone(listOf(exposed))
	if s.monitor == nil {
		return out
	}
	for _, job := range s.monitor.jobs[s.name] {
		g, _ := static(job.ServiceDiscoveryConfigs)
		_, port, _ := net.SplitHostPort(addresses(g)[0]) // findJobs has read it
		if s.portLabels(s.name)[port] == "" {
			out = slices.DeleteFunc(out, isPort(port))
		}
	}
	return out
}

// scrapes writes the jobs that are scrapes of the service.
func (s *serviceDraft) scrapes() {
	if s.monitor == nil {
		return
	}
	for _, job := range s.monitor.jobs[s.name] {
		g, _ := static(job.ServiceDiscoveryConfigs)
		_, port, _ := net.SplitHostPort(addresses(g)[0]) // findJobs has read it
		label := s.portLabels(s.name)[port]
		if label == "" {
			if label = "metrics"; slices.ContainsFunc(s.b.items, func(it item) bool { return it.block != nil && it.block.kind == "port" && it.block.label == label }) {
				label += "_" + port
			}
			s.block(&block{kind: "port", label: label, path: s.monitor.path("job " + job.JobName), items: []item{{name: "container", value: number(port)}}}, "ports")
		}
		b := &block{kind: "scrape", label: label, path: s.monitor.path("job " + job.JobName), comment: s.monitor.comment("job " + job.JobName)}
		s.monitor.job(b, job)
		s.b.items = append(s.b.items, item{block: b, gap: true, path: b.path})
	}
}

// path is that of a part of the server's files.
func (x *monitor) path(part string) []string { return []string{"prometheus", x.service, part} }

// job adds the settings that all jobs have.
func (x *monitor) job(b *block, job *config.ScrapeConfig) {
	set := func(name string, v any) { b.items = append(b.items, item{name: name, value: v}) }
	global := x.config.GlobalConfig
	if job.MetricsPath != config.DefaultScrapeConfig.MetricsPath {
		set("path", job.MetricsPath)
	}
	if job.Scheme != config.DefaultScrapeConfig.Scheme {
		set("scheme", job.Scheme)
	}
	if job.ScrapeInterval != global.ScrapeInterval {
		set("interval", duration(job.ScrapeInterval))
	}
	if job.ScrapeTimeout != min(global.ScrapeTimeout, job.ScrapeInterval) {
		set("timeout", duration(job.ScrapeTimeout))
	}
	x.relabels(b, "relabel", job.RelabelConfigs)
	x.relabels(b, "metric_relabel", job.MetricRelabelConfigs)
}

func duration(d model.Duration) string { return text.Duration(time.Duration(d)) }

func (x *monitor) relabels(b *block, kind string, steps []*relabel.Config) {
	for _, r := range steps {
		step := &block{kind: kind, path: b.path}
		set := func(name string, v any, given bool) {
			if given {
				step.items = append(step.items, item{name: name, value: v})
			}
		}
		var source []any
		for _, l := range r.SourceLabels {
			source = append(source, string(l))
		}
		usual := relabel.DefaultRelabelConfig
		set("source_labels", source, len(source) > 0)
		set("separator", r.Separator, r.Separator != usual.Separator)
		set("regex", r.Regex.String(), r.Regex.String() != usual.Regex.String())
		set("modulus", int(r.Modulus), r.Modulus > 0)
		set("target_label", r.TargetLabel, r.TargetLabel != "")
		set("replacement", r.Replacement, r.Replacement != usual.Replacement)
		set("action", string(r.Action), r.Action != usual.Action)
		b.items = append(b.items, item{block: step, gap: true})
	}
}

// prometheus writes the server, its other jobs, and the rules.
func (d *Draft) prometheus() {
	x := d.monitor
	if x == nil {
		return
	}
	b := &block{kind: "prometheus", path: x.path("config"), comment: x.comment("config")}
	set := func(name string, v any, given bool) {
		if given {
			b.items = append(b.items, item{name: name, value: v})
		}
	}
	global := x.config.GlobalConfig
	set("service", ref{"service", d.labels["services "+x.service]}, true)
	set("scrape_interval", duration(global.ScrapeInterval), time.Duration(global.ScrapeInterval) != usualInterval)
	set("scrape_timeout", duration(global.ScrapeTimeout), global.ScrapeTimeout != min(config.DefaultGlobalConfig.ScrapeTimeout, global.ScrapeInterval))
	set("evaluation_interval", duration(global.EvaluationInterval), global.EvaluationInterval != global.ScrapeInterval)
	labels := global.ExternalLabels.Map()
	set("external_labels", stringMap(labels), len(labels) > 0)
	set("config_path", x.dir, x.dir != prometheusDir)
	for _, f := range retentionFlags {
		v, _ := x.retention(d, f.flag)
		set(f.name, v, v != "")
	}
	itself := func(j *config.ScrapeConfig) bool {
		return j.JobName == x.service && d.labels["services "+x.service] == x.service
	}
	set("self_scrape", false, !slices.ContainsFunc(x.config.ScrapeConfigs, itself))
	for _, job := range x.config.ScrapeConfigs {
		if !slices.Contains(x.jobs[job.JobName], job) {
			b.items = append(b.items, item{block: d.otherJob(job), gap: true})
		}
	}
	d.add(b)
	d.alertmanager()
	for _, g := range x.groups {
		d.ruleGroup(g)
	}
}

// usualInterval is the language's default of scrape_interval.
const usualInterval = 15 * time.Second

// retentionFlags are the flags that are arguments.
var retentionFlags = []struct{ flag, name string }{{"--storage.tsdb.retention.time", "retention"}, {"--storage.tsdb.retention.size", "retention_size"}}

// retention is the value of a flag in the server's command, and its word; "" if it is a variable or isn't there once.
func (x *monitor) retention(d *Draft, flag string) (value string, word int) {
	for i, w := range listOf(at(d.s.model, "services", x.service, "command")) {
		s, plain := w.(string)
		v, ok := strings.CutPrefix(s, flag+"=")
		switch {
		case strings.HasPrefix(str(w), flag) && (!ok || !plain || value != ""):
			return "", -1
		case ok:
			value, word = v, i
		}
	}
	return value, word
}

// withoutRetention is a command without the flags that are arguments.
func (x *monitor) withoutRetention(d *Draft, words []any) []any {
	out := slices.Clone(words)
	for _, f := range retentionFlags {
		if v, _ := x.retention(d, f.flag); v != "" {
			out = slices.DeleteFunc(out, func(w any) bool { return str(w) == f.flag+"="+v })
		}
	}
	return out
}

func stringMap(m map[string]string) object {
	var out object
	for _, k := range sortedKeys(m) {
		out = append(out, entry{key: k, value: m[k]})
	}
	return out
}

// otherJob is a job with other targets than a service of its name.
func (d *Draft) otherJob(job *config.ScrapeConfig) *block {
	x := d.monitor
	what := "job " + job.JobName
	b := &block{kind: "scrape", label: job.JobName, path: x.path(what), comment: x.comment(what)}
	g, _ := static(job.ServiceDiscoveryConfigs) // others are found when the kit's file is compared
	s := &serviceDraft{Draft: d, name: x.service}
	var targets []any
	for _, a := range addresses(g) {
		targets = append(targets, s.references(a, false))
	}
	if len(targets) > 0 {
		b.items = append(b.items, item{name: "targets", value: targets})
	}
	if g != nil && len(g.Labels) > 0 {
		labels := map[string]string{}
		for k, v := range g.Labels {
			labels[string(k)] = string(v)
		}
		b.items = append(b.items, item{name: "labels", value: stringMap(labels)})
	}
	if len(job.Params) > 0 {
		params := map[string]string{}
		for k, v := range job.Params {
			params[k] = strings.Join(v, "")
		}
		b.items = append(b.items, item{name: "params", value: stringMap(params)})
	}
	if job.HonorLabels {
		b.items = append(b.items, item{name: "honor_labels", value: true})
	}
	x.job(b, job)
	return b
}

// alertmanager writes where alerts are sent.
func (d *Draft) alertmanager() {
	list := d.monitor.config.AlertingConfig.AlertmanagerConfigs
	if len(list) == 0 {
		return
	}
	g, _ := static(list[0].ServiceDiscoveryConfigs)
	if targets := addresses(g); len(targets) > 0 {
		u := url.URL{Scheme: list[0].Scheme, Host: targets[0], Path: list[0].PathPrefix}
		s := &serviceDraft{Draft: d, name: d.monitor.service}
		d.add(&block{kind: "alertmanager", path: d.monitor.path("config"), items: []item{{name: "url", value: s.references(strings.TrimRight(u.String(), "/"), false)}}})
	}
}

// ruleGroup writes the rules of a group.
func (d *Draft) ruleGroup(g rulefmt.RuleGroup) {
	x := d.monitor
	if (g.Interval > 0 || g.Limit > 0) && len(g.Rules) > 0 {
		b := &block{kind: "rule_group", label: g.Name, path: x.path("group " + g.Name)}
		if g.Interval > 0 {
			b.items = append(b.items, item{name: "interval", value: duration(g.Interval)})
		}
		if g.Limit > 0 {
			b.items = append(b.items, item{name: "limit", value: g.Limit})
		}
		d.add(b)
	}
	for _, r := range g.Rules {
		d.rule(g.Name, r)
	}
}

func (d *Draft) rule(group string, r rulefmt.Rule) {
	kind := "alert"
	if r.Record != "" {
		kind = "record"
	}
	what := kind + " " + r.Record + r.Alert
	b := &block{kind: kind, label: r.Record + r.Alert, path: d.monitor.path(what), comment: d.monitor.comment(what)}
	set := func(name string, v any, given bool) {
		if given {
			b.items = append(b.items, item{name: name, value: v})
		}
	}
	set("expr", lines(strings.TrimSpace(r.Expr)+"\n"), true)
	set("for", duration(r.For), r.For > 0)
	set("keep_firing_for", duration(r.KeepFiringFor), r.KeepFiringFor > 0)
	labels, annotations := map[string]string{}, map[string]string{}
	for k, v := range r.Labels {
		labels[k] = v
	}
	for k, v := range r.Annotations {
		annotations[k] = v
	}
	own := func(name string, m map[string]string) {
		if v := m[name]; v != "" && kind == "alert" {
			set(name, lines(v), true)
			delete(m, name)
		}
	}
	own("severity", labels)
	own("summary", annotations)
	own("description", annotations)
	set("labels", stringMap(labels), len(labels) > 0)
	set("annotations", stringMap(annotations), len(annotations) > 0)
	set("group", group, group != identifier(d.s.Name))
	d.add(b)
}

// lines is a text of several lines as a heredoc, if it can be one; a single line is a string.
func lines(s string) any {
	body := strings.TrimSuffix(s, "\n")
	if !strings.Contains(body, "\n") {
		return cmp.Or(body, s)
	}
	blank := func(l string) bool { return l != "" && strings.TrimSpace(l) == "" || strings.HasPrefix(l, "\t") }
	if body == s || strings.ContainsAny(s, "\r\x00") || slices.ContainsFunc(strings.Split(body, "\n"), blank) {
		return s
	}
	return heredoc(body)
}

// heredoc is a text of several lines, without the last line end.
type heredoc string
