package exporter

import (
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/internal/text"
)

// watched is one exporter block, and what it watches.
type watched struct {
	block    *hclsyntax.Block
	preset   *Preset
	parent   *hclsyntax.Block // the service; the system block
	name     string           // of the service
	database string           // label of its database block; "" if it has none
}

func (w *watched) given(arg string) bool { return w.block.Body.Attributes[arg] != nil }

// exporterName is the name of the exporter's service.
func (w *watched) exporterName() string {
	if w.preset.System {
		return w.preset.Kind + "-exporter"
	}
	return w.name + "-exporter"
}

// expand replaces all exporter blocks.
func expand(x *lang.Expansion) {
	var all []*watched
	for _, typ := range []string{"service", "system"} {
		for _, parent := range x.Blocks(typ) {
			if len(parent.Labels) != 1 {
				continue // reported as a header
			}
			for _, b := range parent.Body.Blocks {
				if b.Type != "exporter" || len(b.Labels) != 1 {
					continue
				}
				if w := watch(x, parent, b); w != nil {
					all = append(all, w)
				}
			}
		}
	}
	e := &expansion{Expansion: x, once: map[string]bool{}, jobs: map[string][]string{}}
	for _, w := range all {
		if e.wants(w, "alerts") || e.wants(w, "dashboard") {
			e.jobs[w.preset.Kind] = append(e.jobs[w.preset.Kind], w.exporterName())
		}
	}
	for _, w := range all {
		e.add(w)
	}
}

// watch checks an exporter block; it returns nil after an error.
func watch(x *lang.Expansion, parent, b *hclsyntax.Block) *watched {
	kind := b.Labels[0]
	w := &watched{block: b, preset: find(kind), parent: parent, name: parent.Labels[0]}
	system := parent.Type == "system"
	switch {
	case w.preset == nil:
		var kinds []string
		for _, p := range presets {
			if p.System == system {
				kinds = append(kinds, p.Kind)
			}
		}
		hint := " Those that belong here are: " + text.List(kinds) + "."
		if n := x.Suggest(kind, kinds); n != "" {
			hint = " Did you mean \"" + n + "\"?"
		}
		x.Errorf(ruleUnknown, b.LabelRanges[0], "There is no exporter %q.%s For another one, write a service with a scrape block.", kind, hint)
		return nil
	case w.preset.System && !system:
		x.Errorf(ruleUnknown, b.LabelRanges[0], "The exporter %q watches %s, so it belongs in the system block.", kind, w.preset.Doc)
		return nil
	case !w.preset.System && system:
		x.Errorf(ruleUnknown, b.LabelRanges[0], "The exporter %q watches a service with %s, so it belongs in the block of that service.", kind, w.preset.Doc)
		return nil
	}
	w.database = databaseOf(x, w.name)
	return checked(x, w)
}

// checked checks the arguments.
func checked(x *lang.Expansion, w *watched) *watched {
	ok := true
	for _, a := range own {
		attr := w.block.Body.Attributes[a.Name]
		if attr == nil || slices.Contains(w.preset.Arguments, a.Name) {
			continue
		}
		ok = false
		if others(w.preset.System)[a.Name] { // otherwise the block's spec has none of that name
			x.Errorf(ruleArgument, attr.NameRange, "The exporter %q has no argument %q. Remove it.", w.preset.Kind, a.Name)
		}
	}
	for _, name := range []string{"alerts", "dashboard"} {
		if _, literal := w.flag(name); !literal {
			x.Errorf(ruleArgument, w.block.Body.Attributes[name].Expr.Range(), "%q decides which blocks the exporter stands for, so it must be true or false, written out.", name)
			ok = false
		}
	}
	if a := w.parent.Body.Attributes["for_each"]; a != nil {
		x.Errorf(ruleWatched, w.block.DefRange(), "service.%s has for_each, and an exporter watches one service. Write the services out, or write a service with a scrape block for the exporter, with the same for_each.", w.name)
		return nil
	}
	if ok && w.preset.Needs != nil {
		if why := w.preset.Needs(w); why != "" {
			x.Errorf(ruleWatched, w.block.DefRange(), "%s", why)
			ok = false
		}
	}
	if !ok {
		return nil
	}
	if len(x.Blocks("prometheus")) == 0 {
		x.Errorf(ruleNoServer, w.block.DefRange(), "There is no prometheus block, so nothing in the manifest scrapes the exporter, and its alerts and dashboard are left out. Declare `prometheus { service = … }`.")
	}
	return w
}

// flag reads an argument that is true or false; it is true if it isn't set.
func (w *watched) flag(name string) (value, literal bool) {
	a := w.block.Body.Attributes[name]
	if a == nil {
		return true, true
	}
	l, ok := a.Expr.(*hclsyntax.LiteralValueExpr)
	if !ok || l.Val.Type() != cty.Bool || l.Val.IsNull() {
		return false, false
	}
	return l.Val.True(), true
}

// databaseOf is the label of the first database block of a service, by label.
func databaseOf(x *lang.Expansion, service string) string {
	var labels []string
	for _, d := range x.Blocks("database") {
		a := d.Body.Attributes["service"]
		if a == nil || len(d.Labels) != 1 {
			continue
		}
		if t, ok := a.Expr.(*hclsyntax.ScopeTraversalExpr); ok && len(t.Traversal) == 2 && t.Traversal.RootName() == "service" {
			if s, ok := t.Traversal[1].(hcl.TraverseAttr); ok && s.Name == service {
				labels = append(labels, d.Labels[0])
			}
		}
	}
	if len(labels) == 0 {
		return ""
	}
	return slices.Min(labels)
}

// expansion adds the blocks of all exporters.
type expansion struct {
	*lang.Expansion
	once map[string]bool     // the blocks that were added for all exporters of a kind
	jobs map[string][]string // by kind
}

// wants reports whether an exporter has alerts or a dashboard.
func (e *expansion) wants(w *watched, what string) bool {
	on, _ := w.flag(what)
	return on && len(e.Blocks("prometheus")) > 0 && (what != "dashboard" || len(e.Blocks("grafana")) > 0)
}

// add adds the blocks that an exporter stands for.
func (e *expansion) add(w *watched) {
	at := w.block.DefRange()
	body := w.preset.parse()
	jobs := "JOBS"
	if names := e.jobs[w.preset.Kind]; len(names) == 1 {
		jobs = "=~\"JOBS\"" // one job takes no regular expression
	}
	r := &rewriter{at: at, args: map[string]hclsyntax.Expression{"exports": w.preset.exports(at), "networks": e.networks(w), "profiles": argument(w.parent, "profiles", at)},
		words: strings.NewReplacer("EXPORTER", w.exporterName(), "FIRST", first(e.jobs[w.preset.Kind]), "WATCHED", w.name, "DATABASE", w.database, jobs, e.matcher(w.preset.Kind))}
	if w.preset.System {
		r.args["profiles"] = null(at)
	}
	for _, b := range body.Blocks {
		if b.Type == "defaults" {
			r.walk(reflect.ValueOf(b))
			for name, a := range b.Body.Attributes {
				r.args[name] = a.Expr
			}
		}
	}
	for name, a := range w.block.Body.Attributes {
		r.args[name] = a.Expr
	}
	if w.preset.Values != nil {
		for name, src := range w.preset.Values(w) {
			value := expression(src)
			r.walk(reflect.ValueOf(&value))
			r.args[name] = value
		}
	}
	for _, b := range body.Blocks {
		switch {
		case b.Type == "defaults":
		case b.Type == "unless" && w.given(b.Labels[0]):
		case b.Type == "unless":
			for _, inner := range b.Body.Blocks {
				e.block(w, r, inner)
			}
		default:
			e.block(w, r, b)
		}
	}
}

// matcher is the matcher of the jobs of a kind, without their label's name.
func (e *expansion) matcher(kind string) string {
	names := e.jobs[kind]
	if len(names) == 1 {
		return "=\"" + names[0] + "\""
	}
	return strings.Join(names, "|")
}

// block adds one block.
func (e *expansion) block(w *watched, r *rewriter, b *hclsyntax.Block) {
	switch b.Type {
	case "alert", "record", "dashboard":
		what := map[string]string{"alert": "alerts", "record": "alerts", "dashboard": "dashboard"}[b.Type]
		key := w.preset.Kind + " " + b.Type + " " + b.Labels[0]
		if !e.wants(w, what) || e.once[key] {
			return
		}
		e.once[key] = true
	}
	r.walk(reflect.ValueOf(b))
	if b.Type != "database" && b.Type != "prometheus" {
		e.Add(b)
		return
	}
	for _, to := range e.Blocks(b.Type) {
		if slices.Equal(to.Labels, b.Labels) {
			to.Body.Blocks = append(to.Body.Blocks, b.Body.Blocks...)
			return
		}
	}
}

// first is the first name; "" if there is none.
func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// argument is the expression of an argument of a block; null if it has none.
func argument(b *hclsyntax.Block, name string, at hcl.Range) hclsyntax.Expression {
	if a := b.Body.Attributes[name]; a != nil {
		return a.Expr
	}
	return null(at)
}

// networks are those of the watched service and of Prometheus, which both have to reach each other's
// exporter. Two lists that are written out become one.
func (e *expansion) networks(w *watched) hclsyntax.Expression {
	at := w.block.DefRange()
	own := null(at)
	if !w.preset.System {
		own = argument(w.parent, "networks", at)
	}
	server := null(at)
	for _, p := range e.Blocks("prometheus") {
		if t, ok := argument(p, "service", at).(*hclsyntax.ScopeTraversalExpr); ok && len(t.Traversal) == 2 {
			for _, s := range e.Blocks("service") {
				if step, ok := t.Traversal[1].(hcl.TraverseAttr); ok && len(s.Labels) == 1 && s.Labels[0] == step.Name {
					server = argument(s, "networks", at)
				}
			}
		}
	}
	if w.preset.System {
		return server
	}
	a, listed := own.(*hclsyntax.TupleConsExpr)
	b, both := server.(*hclsyntax.TupleConsExpr)
	if !listed || !both {
		return own
	}
	union := &hclsyntax.TupleConsExpr{SrcRange: at, OpenRange: at, Exprs: slices.Clone(a.Exprs)}
	seen := map[string]bool{}
	for _, x := range a.Exprs {
		seen[written(x)] = true
	}
	for _, x := range b.Exprs {
		if !seen[written(x)] {
			union.Exprs = append(union.Exprs, x)
		}
	}
	return union
}

// written is a reference as it is written; "" for another expression.
func written(x hclsyntax.Expression) string {
	t, ok := x.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return ""
	}
	var names []string
	for _, step := range t.Traversal {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, step.Name)
		case hcl.TraverseAttr:
			names = append(names, step.Name)
		}
	}
	return strings.Join(names, ".")
}
