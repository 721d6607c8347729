// Package prometheus renders the configuration of a kit's Prometheus: what it
// scrapes, its recording and alerting rules, and promtool unit tests for each
// alert.
//
// The documents are typed structs with only the fields that a kit has;
// lint/prometheus reads the files back with Prometheus's own packages and compares
// them with these.
package prometheus

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/templates/yaml"
)

// Render makes prometheus.yml; rules.yml if rules are declared; and rules_test.yml if
// alerts are. Without a prometheus block it makes nothing, and warns if there are
// rules, which nothing would evaluate. The Doc of the artifacts is a *Config, *Rules
// or *Tests.
func Render(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	if m.Prometheus == nil {
		return nil, unevaluated(m)
	}
	cfg, diags := newConfig(m)
	type file struct {
		kind    kit.Kind
		path    string
		doc     any
		sources []string
	}
	docs := []file{{kit.Prometheus, kit.PrometheusConfigPath, cfg, cfg.sources(m)}}
	if len(m.Records)+len(m.Alerts) > 0 {
		rules, d := newRules(m)
		diags = append(diags, d...)
		docs = append(docs, file{kit.Prometheus, kit.PrometheusRulesPath, rules, ruleSources(m, true)})
	}
	if len(m.Alerts) > 0 {
		tests, d := newTests(m, cfg)
		diags = append(diags, d...)
		docs = append(docs, file{kit.RuleTests, kit.PrometheusTestsPath, tests, ruleSources(m, false)})
	}
	var out []kit.Artifact
	for _, d := range docs {
		doc := d.doc
		if c, ok := doc.(*Config); ok {
			doc = c.encoded()
		}
		content, err := yaml.Marshal(kit.Header(m.System.Name), doc)
		if err != nil {
			diags = append(diags, ruleNotText.At(m.Prometheus.Range, "Cannot write %s: %s.", d.path, err))
			continue
		}
		out = append(out, kit.Artifact{Kind: d.kind, Path: d.path, Content: content, Doc: d.doc, Sources: d.sources})
	}
	return out, diags
}

// unevaluated warns about rules without a server, once.
func unevaluated(m *manifest.Manifest) hcl.Diagnostics {
	var first manifest.Origin
	switch {
	case len(m.Alerts) > 0:
		first = m.Alerts[0].Origin
	case len(m.Records) > 0:
		first = m.Records[0].Origin
	default:
		return nil
	}
	what := first.Address + " is declared"
	if others := len(m.Alerts) + len(m.Records) - 1; others > 0 {
		what = first.Address + " and " + text.Count(others, "other rule") + " are declared"
	}
	return hcl.Diagnostics{ruleNoServer.At(first.Range, "%s, but there is no prometheus block: nothing would evaluate rules, so rules.yml is not written. Declare `prometheus { service = … }`, or remove the rules.", what)}
}
