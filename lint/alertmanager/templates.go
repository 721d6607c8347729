package alertmanager

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/alertmanager/template"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// notification is what templates are executed with, to find names that don't exist.
func notification() *template.Data {
	kv := func() template.KV { return template.KV{"alertname": "A"} }
	return &template.Data{Receiver: "r", Status: "firing", Alerts: template.Alerts{{Status: "firing", Labels: kv(), Annotations: kv()}},
		GroupLabels: kv(), CommonLabels: kv(), CommonAnnotations: kv(), RouteLabels: kv(), ExternalURL: "http://localhost:9093"}
}

// templates has Alertmanager read the manifest's templates, and the texts of receivers with what they define.
func (c *checker) templates() {
	t, err := template.FromGlobs(nil)
	if err != nil {
		panic(err) // Alertmanager's own
	}
	t.ExternalURL = &url.URL{Scheme: "http", Host: "localhost:9093"}
	for _, x := range c.a.Templates {
		if err := t.Parse(strings.NewReader(x.Content)); err != nil {
			c.diags = append(c.diags, ruleBadTemplate.At(x.Range, "%s is not a template that Alertmanager reads: %s.", x.Address, fault(err)))
			return
		}
	}
	for _, r := range c.a.Receivers {
		for _, i := range r.Integrations {
			c.texts(t, &i.Settings, "", i.Values)
		}
	}
}

// literal are keys whose text is no template: those of the HTTP client, and secrets.
var literal = regexp.MustCompile(`^http_config$|^tls_config$|password|secret|token|_file$|^api_key$|^smarthost$|^hello$`)

func (c *checker) texts(t *template.Template, s *manifest.Settings, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range sortedKeys(v) {
			if !literal.MatchString(k) {
				c.texts(t, s, strings.TrimPrefix(path+"."+k, "."), v[k])
			}
		}
	case []any:
		for _, x := range v {
			c.texts(t, s, path, x)
		}
	case string:
		if strings.Contains(v, "{{") {
			c.text(t, place(s, path), path, v)
		}
	}
}

// certain are errors that no notification can avoid, unlike an index that this one doesn't have.
var certain = regexp.MustCompile(`can't evaluate field|not defined|no such template|is undefined`)

// long are texts whose execution could take long, such as {{ range 1000000000 }}: they are only parsed.
var long = regexp.MustCompile(`[0-9]{4}`)

func (c *checker) text(t *template.Template, at hcl.Range, key, text string) {
	run := text
	for _, x := range c.a.Templates {
		text += x.Content
	}
	if long.MatchString(text) {
		run = "{{ if false }}" + run + "{{ end }}"
	}
	_, err := t.ExecuteTextString(run, notification())
	if err == nil {
		return
	}
	executed := strings.Contains(err.Error(), "executing ")
	if executed && !certain.MatchString(err.Error()) {
		return
	}
	c.diags = append(c.diags, ruleBadTemplate.At(at, "The text of %q is not a template that Alertmanager can execute: %s. To print two braces, write {{ \"{{\" }}.", key, fault(err)))
}

var inTemplate = regexp.MustCompile(`^(?:html/)?template: [^:]*:[0-9]+(?::[0-9]+)?: `)

// fault is a template's error without the name and line of a template that nobody has.
func fault(err error) string {
	return strings.TrimRight(inTemplate.ReplaceAllString(err.Error(), ""), ".")
}
