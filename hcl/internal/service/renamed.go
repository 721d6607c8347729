package service

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// renamed reads what the service was called before. That is syntax, not a reference, because the
// manifest no longer has the former service.
func (d *decoder) renamed(b *lang.Block, s *manifest.Service) {
	expr := b.Expr("renamed_from")
	if expr == nil {
		return
	}
	name, ok := formerName(b, expr)
	if !ok {
		b.Evaluation().Errorf(ruleRenamed, expr.Range(), "This isn't the name of a service. Write renamed_from = service.OLD, or service.OLD[\"KEY\"] for one of for_each.")
		return
	}
	s.RenamedFrom = name
}

// formerName is the name of the service that an expression such as service.a or service.a["k"] refers to.
func formerName(b *lang.Block, expr hcl.Expression) (string, bool) {
	key := ""
	if x, ok := expr.(*hclsyntax.IndexExpr); ok { // the key is an expression, such as each.key
		v, ok := b.Scope().Eval(x.Key)
		if !ok || v.Type() != cty.String || !v.IsKnown() || v.IsNull() || v.IsMarked() {
			return "", false
		}
		key, expr = v.AsString(), x.Collection
	}
	t, diags := hcl.AbsTraversalForExpr(expr)
	if diags.HasErrors() || t.RootName() != "service" || len(t) < 2 {
		return "", false
	}
	root, ok := t[1].(hcl.TraverseAttr)
	if !ok || len(t) > 3 || len(t) == 3 && key != "" {
		return "", false
	}
	if len(t) == 3 {
		index, ok := t[2].(hcl.TraverseIndex)
		if !ok || index.Key.Type() != cty.String {
			return "", false
		}
		key = index.Key.AsString()
	}
	name := root.Name
	if key != "" {
		name += "-" + key
	}
	return name, strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == ""
}

// formerNames finds former names that the manifest still has, or that two services claim.
func (d *decoder) formerNames(p *lang.Evaluation) {
	present, claimed := map[string]*declared{}, map[string]*declared{}
	for _, x := range d.services {
		present[x.s.Name] = x
		for _, i := range x.s.Instances {
			if present[i.Name] == nil {
				present[i.Name] = x
			}
		}
	}
	for _, x := range d.services {
		name := x.s.RenamedFrom
		if name == "" {
			continue
		}
		at := x.b.AttrRange("renamed_from")
		switch o, taken := present[name], claimed[name]; {
		case o == x:
			p.Errorf(ruleRenamed, at, "%s is still called %s. Write the name that it had before, or remove renamed_from.", x.s.Address, name)
		case o != nil:
			p.Errorf(ruleRenamed, at, "The manifest still has a service called %s, at %s, so its containers stay. Remove that service, or renamed_from.", name, lang.Place(o.s.Range))
		case taken != nil:
			p.Errorf(ruleRenamed, at, "%s has taken the place of service %s already, at %s. Only one service can.", taken.s.Address, name, lang.Place(taken.b.AttrRange("renamed_from")))
		default:
			claimed[name] = x
		}
	}
}
