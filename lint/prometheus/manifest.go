package prometheus

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/template"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/prometheus"
)

// Manifest checks every PromQL expression of the manifest, the templates of its
// alerts and the series of their tests: syntax, names of metrics, jobs, targets
// and alerts, and functions against the metrics' types. Where possible, it
// reports the position inside the expression.
func Manifest(m *manifest.Manifest) hcl.Diagnostics {
	c := &checker{m: m, u: newUniverse(m)}
	for _, s := range m.SLOs {
		c.slo(s)
	}
	for _, r := range m.Records {
		if r.SLO != nil {
			continue // its selectors are checked with the objective
		}
		c.expression(source{text: r.Expr, at: r.ExprRange, what: r.Address}, nil)
	}
	for _, a := range m.Alerts {
		at := source{text: a.Expr, at: a.ExprRange, what: a.Address}
		if tree := c.expression(at, nil); tree != nil {
			c.alert(a, &expression{checker: c, source: at}, tree)
		}
		c.templates(a)
		c.tests(a)
		c.unreadSeries(a)
		c.version(a)
	}
	for _, d := range m.Dashboards {
		c.dashboard(d)
	}
	for _, cr := range m.Criteria {
		switch p := cr.Probe.(type) {
		case *manifest.PromQLProbe:
			c.expression(source{text: p.Expr, at: p.At, what: cr.Address}, nil)
		case *manifest.HTTPProbe, *manifest.TCPProbe, *manifest.GRPCProbe, *manifest.SQLProbe, *manifest.ContainerProbe, *manifest.CommandProbe: // no PromQL
		}
	}
	c.server()
	c.reach()
	c.reachAlertmanager()
	c.reachDatasource()
	return c.diags
}

type checker struct {
	m     *manifest.Manifest
	u     *universe
	diags hcl.Diagnostics

	compared int // names compared for suggestions
}

// source is an expression in the manifest.
type source struct {
	text string
	at   hcl.Range
	what string // address of its owner
}

func (c *checker) report(d *hcl.Diagnostic) { c.diags = append(c.diags, d) }

// inside is the range of a part of the expression.
func (c *checker) inside(s source, start, end int) hcl.Range {
	return inside(c.m, s.at, s.text, start, end)
}

// fixed is a diagnostic with a replacement of the word that it is about, if its range is that word alone.
func (c *checker) fixed(d *hcl.Diagnostic, word, fix string) *hcl.Diagnostic {
	f := c.m.Files[d.Subject.Filename]
	if fix == "" || f == nil || d.Subject.End.Byte > len(f.Bytes) || d.Subject.Start.Byte > d.Subject.End.Byte || string(f.Bytes[d.Subject.Start.Byte:d.Subject.End.Byte]) != word {
		return d
	}
	return diag.RuleOf(d).Fix(*d.Subject, fix, "%s", d.Detail)
}

// expression parses one expression and checks what it reads. With variables, it
// belongs to a dashboard. It returns nil for an expression that can't be parsed.
func (c *checker) expression(s source, variables grafanaVariables) parser.Expr {
	text := s.text
	if strings.TrimSpace(text) == "" {
		return nil // reported where it is read
	}
	if prometheus.LargeExpr(text) {
		c.report(ruleTooLarge.At(s.at, "The expression of %s has %d bytes, which is too long. Move parts of it to recording rules.", s.what, len(text)))
		return nil
	}
	e := &expression{checker: c, source: s, variables: variables}
	if variables != nil {
		var unknown []span
		_, e.replaced, unknown = variables.substitute(text, nil)
		for _, u := range unknown {
			name := strings.Trim(s.text[u.start:u.end], "${}")
			hint, fix := didYouMean(name, variables.names())
			d := ruleUnknownVariable.At(c.inside(s, u.start, u.end), "%s uses the variable %q, which its dashboard doesn't declare.%s Declare `variable %q`, or use one of Grafana's.", s.what, name, hint, name)
			if fix != "" {
				d = c.fixed(d, s.text[u.start:u.end], "$"+fix)
			}
			c.report(d)
		}
		if len(unknown) > 0 {
			return nil
		}
	}
	tree, err := variables.parse(text)
	if err != nil {
		c.syntax(s, err, variables == nil)
		return nil
	}
	switch tree.Type() {
	case parser.ValueTypeMatrix, parser.ValueTypeString:
		c.report(ruleWrongResult.At(s.at, "The expression of %s is a %s, which can't be evaluated over time. Wrap it in a function such as rate() or last_over_time(), or remove the range.", s.what, parser.DocumentedType(tree.Type())))
	}
	e.check(tree)
	e.slips(tree)
	return tree
}

// syntax reports an error of Prometheus's parser at its position.
func (c *checker) syntax(s source, err error, rule bool) {
	var all parser.ParseErrors
	var one *parser.ParseErr
	at, message := s.at, err.Error()
	switch {
	case errors.As(err, &all) && len(all) > 0:
		at, message = c.errorRange(s, &all[0]), all[0].Err.Error()
	case errors.As(err, &one):
		at, message = c.errorRange(s, one), one.Err.Error()
	}
	hint := ""
	if rule && strings.Contains(s.text, "$") {
		hint = " Variables such as $__rate_interval are Grafana's and don't exist in a rule or criterion; write the duration."
	}
	c.report(ruleBadExpr.At(at, "The expression of %s is not valid PromQL: %s.%s", s.what, message, hint))
}

// errorRange is the range of a syntax error. At a `$` the parser rejects the
// rest of the text; then it is the range of the variable's name.
func (c *checker) errorRange(s source, e *parser.ParseErr) hcl.Range {
	start, end := int(e.PositionRange.Start), int(e.PositionRange.End)
	if start >= 0 && start < len(s.text) {
		if name := variableForm.FindString(s.text[start:]); name != "" {
			end = start + len(name)
		}
	}
	return c.inside(s, start, end)
}

// templates parses the labels and annotations of an alert as Prometheus does.
func (c *checker) templates(a *manifest.Alert) {
	check := func(name, text string, at hcl.Range) {
		if at.Filename == "" {
			at = a.Range
		}
		if prometheus.LargeTemplate(text) {
			c.report(ruleTooLarge.At(at, "The %s of %s has more than 1,000 actions. Shorten it.", name, a.Address))
			return
		}
		if err := parseTemplate(a.Name, text); err != nil {
			c.report(ruleBadTemplate.At(at, "The %s of %s is not a valid Prometheus template: %s. To print two braces, write {{ \"{{\" }}.", name, a.Address, templateFault(err)))
		}
	}
	check("severity", a.Severity, a.SeverityRange)
	check("summary", a.Summary, a.SummaryRange)
	check("description", a.Description, a.DescriptionRange)
	for _, l := range a.Labels {
		check("label "+l.Key, l.Value, l.Range)
	}
	for _, l := range a.Annotations {
		check("annotation "+l.Key, l.Value, l.Range)
	}
}

// version reports what the pinned server doesn't know.
func (c *checker) version(a *manifest.Alert) {
	p := c.m.Prometheus
	if p == nil || p.Service.Image == nil || a.KeepFiringFor == 0 {
		return
	}
	ref := p.Service.Image.Reference()
	f := images.FamilyOf(ref)
	r, _ := images.Parse(ref)
	if f != nil && f.Name == "prometheus" && images.Before(r.Tag, "2.42.0") {
		c.report(ruleOldServer.At(a.KeepRange, "keep_firing_for of %s needs Prometheus 2.42.0, and the image is %s, which doesn't start with it. Pin a later version, or remove the argument.", a.Address, ref))
	}
}

// templateFault is the message of a template's parser without the name that Prometheus gives the template.
func templateFault(err error) string {
	s := err.Error()
	if i := strings.Index(s, "__alert_"); i >= 0 {
		if _, rest, ok := strings.Cut(s[i:], ": "); ok {
			return rest
		}
	}
	return s
}

func parseTemplate(alert, text string) error {
	if !strings.Contains(text, "{{") {
		return nil
	}
	const preamble = "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}"
	data := template.AlertTemplateData(map[string]string{}, map[string]string{}, "", promql.Sample{})
	t := template.NewTemplateExpander(context.Background(), preamble+text, "__alert_"+alert, data, model.Time(0), nil, nil, nil)
	return t.ParseTest()
}

// tests parses the series of an alert's tests.
func (c *checker) tests(a *manifest.Alert) {
	for _, t := range a.Tests {
		for _, s := range t.Series {
			at := s.Range
			if at.Filename == "" {
				at = t.Range
			}
			if prometheus.LargeSeries(s.Key, s.Value) {
				c.report(ruleTooLarge.At(at, "A test series of %s is too long. Write repeated values as 0x10, with at most 100,000 values.", a.Address))
				continue
			}
			if strings.ContainsAny(s.Key+s.Value, "\n\r") {
				c.report(ruleBadSeries.At(at, "A test series of %s contains a line break; promtool reads one series per line. Write a line break inside a label as \\n.", a.Address))
				continue
			}
			if _, _, err := promQL.ParseSeriesDesc(s.Key + " " + s.Value); err != nil {
				c.report(ruleBadSeries.At(at, "A test series of %s is not in promtool's notation, with the selector %s and the values %s: %s.", a.Address, s.Key, strconv.Quote(s.Value), err))
			}
		}
	}
}

// dashboard checks the expressions of panels and variables.
func (c *checker) dashboard(d *manifest.Dashboard) {
	variables := dashboardVariables(d)
	for _, row := range d.Rows {
		for _, p := range row.Panels {
			for _, t := range p.Targets {
				at := t.Range
				if at.Filename == "" {
					at = p.Range
				}
				tree := c.expression(source{text: t.Expr, at: at, what: p.Address}, variables)
				if tree != nil && t.Legend != "" {
					c.legend(p, t, tree)
				}
			}
		}
	}
	for _, v := range d.Variables {
		if v.Type == "query" {
			if expr, ok := variableExpr(v.Query); ok {
				c.expression(source{text: expr, at: v.Range, what: v.Address}, variables)
			}
		}
	}
}

// variableExpr is the PromQL inside a variable's query: the first argument of
// label_values(metric, label), or that of query_result(expr).
func variableExpr(query string) (string, bool) {
	query = strings.TrimSpace(query)
	inner, ok := strings.CutSuffix(query, ")")
	if !ok {
		return "", false
	}
	if expr, ok := strings.CutPrefix(inner, "query_result("); ok {
		return expr, true
	}
	if expr, ok := strings.CutPrefix(inner, "label_values("); ok {
		if i := strings.LastIndexByte(expr, ','); i >= 0 {
			return expr[:i], true
		}
	}
	return "", false
}

// reach reports scraped services that share no network with Prometheus.
func (c *checker) reach() {
	p := c.m.Prometheus
	if p == nil || p.Service.Compose["network_mode"] != nil {
		return
	}
	for _, s := range c.m.Services {
		if len(s.Scrapes) == 0 || s == p.Service || s.Compose["network_mode"] != nil || shareNetwork(s, p.Service) {
			continue
		}
		c.report(ruleUnreachable.At(s.Scrapes[0].Range, "%s is scraped, but shares no network with %s, so its targets would be down. Add one of its networks to the other.", s.Address, p.Service.Address))
	}
}

// reachAlertmanager reports an Alertmanager that shares no network with Prometheus.
func (c *checker) reachAlertmanager() {
	a, p := c.m.Alertmanager, c.m.Prometheus
	if a == nil || a.Service == nil || p == nil || a.Service.Compose["network_mode"] != nil || p.Service.Compose["network_mode"] != nil || shareNetwork(a.Service, p.Service) {
		return
	}
	c.report(ruleUnreachable.At(a.Range, "Prometheus sends alerts to Alertmanager, but %s and %s share no network, so no alert would arrive. Add one of its networks to the other.", a.Service.Address, p.Service.Address))
}

// reachDatasource reports a Grafana that shares no network with its data sources.
func (c *checker) reachDatasource() {
	g, p := c.m.Grafana, c.m.Prometheus
	if g == nil || g.Service.Compose["network_mode"] != nil {
		return
	}
	apart := func(s *manifest.Service) bool {
		return s != nil && s.Compose["network_mode"] == nil && !shareNetwork(g.Service, s)
	}
	if p != nil && apart(p.Service) {
		c.report(ruleUnreachable.At(g.Range, "Grafana queries Prometheus, but %s and %s share no network, so no panel would show data. Add one of its networks to the other.", g.Service.Address, p.Service.Address))
	}
	if a := c.m.Alertmanager; a != nil && apart(a.Service) {
		c.report(ruleUnreachable.At(g.Range, "Grafana shows the alerts and silences of Alertmanager, but %s and %s share no network, so it would show none. Add one of its networks to the other.", g.Service.Address, a.Service.Address))
	}
}

// shareNetwork reports whether two services can reach each other. A service
// without networks is in the project's default network.
func shareNetwork(a, b *manifest.Service) bool {
	if len(a.Networks) == 0 || len(b.Networks) == 0 {
		return len(a.Networks) == len(b.Networks)
	}
	for _, n := range a.Networks {
		for _, o := range b.Networks {
			if n == o {
				return true
			}
		}
	}
	return false
}
