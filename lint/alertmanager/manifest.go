package alertmanager

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/alertmanager/config"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/templates/alertmanager"
)

// Manifest checks the parts of the configuration one by one, as the server does.
func Manifest(m *manifest.Manifest) hcl.Diagnostics {
	a := m.Alertmanager
	if a == nil && m.Prometheus != nil && len(m.Alerts) > 0 {
		d := ruleNoAlertmanager.At(m.Prometheus.Range, "The manifest has %s, but no alertmanager block, so nobody is notified when one fires. Add alertmanager { service = service.x … }, or url = \"https://…\" for an external one.", text.Count(len(m.Alerts), "alert"))
		if m.Grafana != nil && len(m.Dashboards) > 0 {
			d.Severity = diag.SeverityAdvice // who looks at the dashboards sees them
		}
		return hcl.Diagnostics{d}
	}
	if a == nil || a.Service == nil {
		return nil
	}
	c := &checker{a: a}
	if a.Service.Image != nil {
		c.version = versionOf(a.Service.Image.Reference())
	}
	c.global()
	for _, r := range a.Receivers {
		for _, i := range r.Integrations {
			c.integration(r, i)
		}
	}
	c.route(a.Route)
	for _, i := range a.Inhibits {
		c.inhibit(i)
	}
	for _, t := range a.MuteTimes {
		c.muteTime(t)
	}
	c.templates()
	if len(c.diags) == 0 {
		c.deliveries(m)
	}
	return c.diags
}

type checker struct {
	a        *manifest.Alertmanager
	version  string             // of the server; "" if it isn't known
	defaults *manifest.Settings // global, if the server reads it
	diags    hcl.Diagnostics
}

// load has Alertmanager read a configuration with only some parts, and reports what it says at a place.
func (c *checker) load(part manifest.Alertmanager, at hcl.Range, what string) bool {
	root := &manifest.Receiver{Name: "root"}
	part.Receivers = append(part.Receivers, root)
	part.Route = &manifest.Route{Receiver: root, Routes: part.Route.Routes}
	content, err := alertmanager.NewConfig(&part).Encode("")
	if err != nil {
		return false // reported by the renderer
	}
	if _, err = config.Load(string(content)); err != nil {
		c.diags = append(c.diags, ruleRefused.At(at, "Alertmanager doesn't read %s: %s.", what, message(err)))
		return false
	}
	return true
}

// message is what Alertmanager says, without the place in a file that nobody has.
func message(err error) string {
	s := strings.TrimPrefix(err.Error(), "yaml: unmarshal errors:\n  ")
	if line, rest, ok := strings.Cut(s, ": "); ok && strings.HasPrefix(line, "line ") {
		s = rest
	}
	return strings.TrimRight(strings.Join(strings.Fields(s), " "), ".")
}

func noRoutes() *manifest.Route { return &manifest.Route{} }

func (c *checker) global() {
	g := c.a.Global
	if g == nil || !c.keys("global", g, globalType) {
		return
	}
	if c.load(manifest.Alertmanager{Global: g, Route: noRoutes()}, g.Range, "the global settings") {
		c.defaults = g
	}
}

func (c *checker) integration(r *manifest.Receiver, i *manifest.Integration) {
	if !c.kind(i) || !c.keys(i.Kind, &i.Settings, typeOf(i.Kind)) || c.a.Global != nil && c.defaults == nil {
		return
	}
	one := &manifest.Receiver{Name: "one", Integrations: []*manifest.Integration{i}}
	c.load(manifest.Alertmanager{Global: c.defaults, Receivers: []*manifest.Receiver{one}, Route: noRoutes()}, i.Range, "`"+i.Kind+"` of "+r.Address)
}

func (c *checker) route(r *manifest.Route) {
	alone := func(r *manifest.Route) manifest.Alertmanager {
		return manifest.Alertmanager{Route: &manifest.Route{Routes: []*manifest.Route{r}}}
	}
	c.load(alone(&manifest.Route{Matchers: r.Matchers}), r.At.Of("matchers", r.Range), "the matchers of the route")
	c.load(alone(&manifest.Route{GroupBy: r.GroupBy}), r.At.Of("group_by", r.Range), "`group_by` of the route")
	for _, sub := range r.Routes {
		c.route(sub)
	}
}

func (c *checker) inhibit(i *manifest.Inhibit) {
	for _, part := range []struct {
		name string
		rule manifest.Inhibit
	}{
		{"source", manifest.Inhibit{Source: i.Source}},
		{"target", manifest.Inhibit{Target: i.Target}},
		{"equal", manifest.Inhibit{Equal: i.Equal}},
	} {
		c.load(manifest.Alertmanager{Inhibits: []*manifest.Inhibit{&part.rule}, Route: noRoutes()}, i.At.Of(part.name, i.Range), "`"+part.name+"` of the inhibition")
	}
}

func (c *checker) muteTime(t *manifest.MuteTime) {
	for _, i := range t.Intervals {
		alone := &manifest.MuteTime{Name: t.Name, Intervals: []*manifest.TimeInterval{i}}
		c.load(manifest.Alertmanager{MuteTimes: []*manifest.MuteTime{alone}, Route: noRoutes()}, i.Range, "an interval of "+t.Address)
	}
	if c.old("0.24.0") {
		c.diags = append(c.diags, ruleUnknownKey.At(t.Range, "%s needs Alertmanager 0.24.0, and the image is %s. Pin a later version.", t.Address, c.a.Service.Image.Reference()))
	}
}
