package lang

import (
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Mentioned are the model objects of the blocks of a type that the block's expressions name, directly or
// through locals, at any depth, in order of their labels. A block with for_each counts with all its instances.
// With a member, only expressions count that name that member of the block: KIND.NAME.member.
func (b *Block) Mentioned(typ, member string) []any {
	names, followed := map[string]bool{}, map[string]bool{}
	b.p.mentions(b.body, mention{typ, member}, names, followed)
	labels := make([]string, 0, len(names))
	for n := range names {
		labels = append(labels, n)
	}
	sort.Strings(labels)
	var out []any
	for _, n := range labels {
		if d := b.p.decls[typ][n]; d != nil {
			for _, i := range d.instances {
				out = append(out, i.Ref)
			}
		}
	}
	return out
}

// mention is what is looked for.
type mention struct{ typ, member string }

// in reports whether the first name of a path, after the key of an instance of for_each, is the member.
func (m mention) in(rest hcl.Traversal) bool {
	for _, step := range rest[:min(2, len(rest))] {
		if a, ok := step.(hcl.TraverseAttr); ok {
			return a.Name == m.member
		}
	}
	return false
}

func (p *Evaluation) mentions(body *hclsyntax.Body, m mention, names, followed map[string]bool) {
	for _, a := range body.Attributes {
		p.mentionsIn(a.Expr, m, names, followed)
	}
	for _, in := range body.Blocks {
		p.mentions(in.Body, m, names, followed)
	}
}

func (p *Evaluation) mentionsIn(expr hclsyntax.Expression, m mention, names, followed map[string]bool) {
	for _, t := range expr.Variables() {
		if len(t) < 2 {
			continue
		}
		name, ok := stepKey(t[1])
		switch root := t.RootName(); {
		case !ok:
		case root == m.typ && (m.member == "" || m.in(t[2:])):
			names[name] = true
		case root == "local" && !followed[name] && p.locals[name] != nil:
			followed[name] = true
			p.mentionsIn(p.locals[name].attr.Expr, m, names, followed)
		}
	}
}
