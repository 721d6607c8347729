package lang

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// unknownKey is the key of the instance as which a block with an empty for_each is checked.
const unknownKey = "key"

// assumption is what is unknown while blocks with an empty for_each are checked.
type assumption struct {
	vars   map[string]bool // those on which a for_each depends
	locals map[string]bool // whether a local depends on one of vars
}

// checkEmpty checks each block with an empty for_each once, as if it had one instance whose key and value
// are unknown, and so are the variables that decide whether there are instances. The instance isn't part
// of the model: only its scripts are kept, for the rules about them, and what is wrong with the block by
// itself is reported.
func (p *Evaluation) checkEmpty() {
	var empty []*decl
	for _, d := range p.order {
		if d.forEach && len(d.instances) == 0 && !d.node.broken {
			empty = append(empty, d)
		}
	}
	if len(empty) == 0 || p.hasSyntaxErrors {
		return
	}
	model, reported := p.Manifest, len(p.diags)
	scratch := *model
	scratch.Actions, scratch.Criteria, scratch.Benchmarks = nil, nil, nil
	p.Manifest = &scratch
	p.assumed = &assumption{vars: map[string]bool{}, locals: map[string]bool{}}
	for _, d := range empty {
		p.assume(d.block.Body.Attributes["for_each"].Expr, map[string]bool{})
	}
	for _, d := range empty {
		p.checkUnknown(d)
	}
	p.Manifest, p.assumed = model, nil
	found := slices.Clone(p.diags[reported:])
	p.diags = p.diags[:reported]
	for _, d := range found {
		i := slices.IndexFunc(empty, func(e *decl) bool { return d.Subject != nil && within(*d.Subject, e.block.Range()) })
		if i >= 0 && ofBlockAlone(d) && !(diag.RuleOf(d) == ruleEval && asksFirst(empty[i])) {
			p.Report(d)
		}
	}
	model.Off = &manifest.Off{Actions: scratch.Actions, Criteria: scratch.Criteria, Benchmarks: scratch.Benchmarks}
}

// checkUnknown decodes a block with unknown each.key and each.value.
func (p *Evaluation) checkUnknown(d *decl) {
	address := address(d.spec.Type, d.name) + "[…]"
	scope := &Scope{p: p, parent: p.root, vars: map[string]cty.Value{
		"each": cty.ObjectVal(map[string]cty.Value{"key": cty.UnknownVal(cty.String), "value": cty.DynamicVal})}}
	name := d.name + "-" + unknownKey
	n := &node{Object: Object{Kind: d.spec.Type, Name: name, Address: address}}
	b := p.newBlock(d.spec, d.block, nil, scope, name, address, n)
	if d.spec.Decode != nil {
		d.spec.Decode(b)
	}
	b.evalUnread()
}

// assume notes the variables on which an expression depends.
func (p *Evaluation) assume(expr hclsyntax.Expression, followed map[string]bool) {
	for _, t := range expr.Variables() {
		if len(t) < 2 {
			continue
		}
		name, _ := stepKey(t[1])
		switch t.RootName() {
		case "var":
			p.assumed.vars[name] = true
		case "local":
			if l := p.locals[name]; l != nil && !followed[name] {
				followed[name] = true
				p.assume(l.attr.Expr, followed)
			}
		}
	}
}

// open reports whether var.NAME or local.NAME is unknown while blocks with an empty for_each are checked.
func (p *Evaluation) open(root, name string) bool {
	if p.assumed == nil {
		return false
	}
	if root == "var" {
		return p.assumed.vars[name]
	}
	if known, ok := p.assumed.locals[name]; ok {
		return known
	}
	l := p.locals[name]
	if l == nil {
		return false
	}
	p.assumed.locals[name] = false // ends cycles
	for _, t := range l.attr.Expr.Variables() {
		if len(t) < 2 {
			continue
		}
		if step, _ := stepKey(t[1]); (t.RootName() == "var" || t.RootName() == "local") && p.open(t.RootName(), step) {
			p.assumed.locals[name] = true
			break
		}
	}
	return p.assumed.locals[name]
}

// ofBlockAlone reports whether a diagnostic of a switched-off block holds by itself: it is about the words of
// the manifest, not about what else there is, such as files or other blocks with the same port.
func ofBlockAlone(d *hcl.Diagnostic) bool {
	code := diag.Code(d)
	switch {
	case d.Severity != hcl.DiagError:
		return false
	case code >= "OG010" && code < "OG040": // the language
		return code != "OG015"
	case code >= "OG210" && code < "OG230": // conditions and effects
		return true
	}
	return strings.HasPrefix(code, "OG75") && code != "OG752" // probes
}

// asksFirst reports whether a for_each asks whether something is there before its block reads it.
func asksFirst(d *decl) bool {
	asks := false
	_ = hclsyntax.VisitAll(d.block.Body.Attributes["for_each"].Expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if c, ok := n.(*hclsyntax.FunctionCallExpr); ok && slices.Contains([]string{"fileexists", "fileset", "can", "try"}, c.Name) {
			asks = true
		}
		return nil
	})
	return asks
}

func within(r, in hcl.Range) bool {
	return r.Filename == in.Filename && r.Start.Byte >= in.Start.Byte && r.End.Byte <= in.End.Byte
}
