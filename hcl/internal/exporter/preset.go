package exporter

import (
	"embed"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/internal/lang"
)

// Preset is a kind of exporter. Its file presets/KIND.hcl has blocks of the manifest, in which these words
// stand for names:
//
//	EXPORTER  the exporter's service
//	WATCHED   the service that it watches
//	DATABASE  the database block of that service
//	FIRST     the first job of the kind, for tests of alerts
//	JOBS      the jobs of all exporters of the kind, as a regular expression
//
// and these blocks have a meaning of their own:
//
//	defaults { … }    values of the arguments that aren't set; exporter.ARGUMENT is one
//	unless "ARG" { …} blocks that are left out if the argument is set
//	database, prometheus   what they contain is added to that block of the manifest
//	alert, record, dashboard   are added once for all exporters of the kind
type Preset struct {
	Kind      string
	Doc       string   // what it watches, for the list of kinds
	System    bool     // it belongs in the system block
	Arguments []string // beside those of every preset
	Metrics   string   // where its record comes from
	// Values are further values like those of defaults, as HCL, that depend on the exporter; nil: none.
	Values func(w *watched) map[string]string
	// Needs says what the watched service lacks; "" if nothing.
	Needs func(w *watched) string
}

// presets are all kinds, by name.
var presets = []*Preset{blackbox, cadvisor, nginx, node, postgres, redis}

//go:embed presets records
var files embed.FS

// find returns the preset; nil if there is none.
func find(kind string) *Preset {
	for _, p := range presets {
		if p.Kind == kind {
			return p
		}
	}
	return nil
}

// parse reads the blocks of the preset. The tests read each of them.
func (p *Preset) parse() *hclsyntax.Body {
	name := "presets/" + p.Kind + ".hcl"
	src, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	f, diags := lang.Parse(src, name)
	if diags.HasErrors() {
		panic(fmt.Sprintf("%s: %s", name, diags))
	}
	return f.Body.(*hclsyntax.Body)
}

// Metric is a metric of a record.
type Metric struct{ Name, Type string }

// Record reads what the exporter exports, by name.
func (p *Preset) Record() []Metric {
	src, err := files.ReadFile("records/" + p.Kind + ".txt")
	if err != nil {
		panic(err)
	}
	var out []Metric
	for _, line := range strings.Split(string(src), "\n") {
		if name, typ, ok := strings.Cut(line, " "); ok && !strings.HasPrefix(line, "#") {
			out = append(out, Metric{name, typ})
		}
	}
	return out
}

// exports is the record as an expression.
func (p *Preset) exports(at hcl.Range) hclsyntax.Expression {
	o := &hclsyntax.ObjectConsExpr{SrcRange: at, OpenRange: at}
	for _, m := range p.Record() {
		o.Items = append(o.Items, hclsyntax.ObjectConsItem{KeyExpr: str(m.Name, at), ValueExpr: str(m.Type, at)})
	}
	return o
}

// expression parses an expression of a preset.
func expression(src string) hclsyntax.Expression {
	e, diags := hclsyntax.ParseExpression([]byte(src), "presets", hcl.InitialPos)
	if diags.HasErrors() {
		panic(fmt.Sprintf("%s: %s", src, diags))
	}
	return e
}
