package lang

import (
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// localDef is one local value.
type localDef struct {
	name    string
	attr    *hclsyntax.Attribute
	state   evalState
	entered bool // its expression is being followed (refs, texts)
	val     cty.Value
	failed  bool
	secrets *bool // contains a secret; nil: not known yet
	plans   *bool // reads states or facts; nil: not known yet
}

func (p *Evaluation) collectLocals(blk *hclsyntax.Block) {
	for _, a := range sortedAttrs(blk.Body) {
		if !isIdent(a.Name, false) {
			p.Errorf(ruleLabelSyntax, a.NameRange, "\"%s\" is not a valid name of a local: it must start with a letter or underscore and contain only letters, digits and underscores (a hyphen would be a minus sign in expressions).", a.Name)
		}
		if d := p.locals[a.Name]; d != nil {
			p.Errorf(ruleDuplicate, a.NameRange, "The local \"%s\" is already defined at %s. Rename or remove one of the two.", a.Name, Place(d.attr.NameRange))
			continue
		}
		p.locals[a.Name] = &localDef{name: a.Name, attr: a}
	}
}

// isLocal recognises local.NAME without further steps.
func isLocal(t hcl.Traversal) bool {
	if len(t) != 2 || t.RootName() != "local" {
		return false
	}
	_, ok := stepKey(t[1])
	return ok
}

// findLocal finds the definition for local.NAME…, or reports.
func (p *Evaluation) findLocal(t hcl.Traversal) *localDef {
	if len(t) < 2 {
		p.Errorf(ruleRefForm, t.SourceRange(), "\"local\" by itself is not a value; write local.NAME.")
		return nil
	}
	name, _ := stepKey(t[1])
	if d := p.locals[name]; d != nil {
		return d
	}
	if p.hasSyntaxErrors {
		return nil
	}
	var names []string
	if p.affordable(len(p.locals)) {
		for n := range p.locals {
			names = append(names, n)
		}
	}
	hint, fix := p.didYouMean(name, names)
	if fix != "" {
		fix = "local." + fix
	}
	p.Report(ruleUnknownRef.Fix(t[:2].SourceRange(), fix, "The manifest doesn't define the local \"%s\".%s", name, hint))
	return nil
}

func (p *Evaluation) resolveLocal(t hcl.Traversal) (Resolution, bool) {
	d := p.findLocal(t)
	if d == nil {
		return Resolution{}, false
	}
	if p.open("local", d.name) {
		return Resolution{path: []string{"local", d.name}, val: cty.DynamicVal, Rest: t[2:]}, true
	}
	at := t[:2].SourceRange()
	if d.state == running || d.entered {
		p.cycle(d, at)
		return Resolution{}, false
	}
	if d.state == idle {
		d.state = running
		p.push(d, "local."+d.name, at)
		v, ok := p.root.eval(d.attr.Expr)
		p.pop()
		d.val, d.failed, d.state = v, !ok, done
		if ok && v.ContainsMarked() {
			err, _ := inspect(v)
			if _, isCycle := err.(*cycleError); isCycle {
				d.state = idle // it may be complete when another reference reads it
			}
		}
	}
	if d.failed {
		return Resolution{}, false
	}
	return Resolution{path: []string{"local", d.name}, val: d.val, Rest: t[2:]}, true
}

// enter starts following the expression of local.NAME instead of its value, so that references and
// secrets keep their meaning. A cycle is reported.
func (p *Evaluation) enter(t hcl.Traversal) (*localDef, bool) {
	d := p.findLocal(t)
	if d == nil {
		return nil, false
	}
	if d.entered || d.state == running {
		p.cycle(d, t.SourceRange())
		return nil, false
	}
	if d.state == done && d.failed {
		return nil, false
	}
	if len(p.stack) >= maxNested {
		p.Errorf(ruleDepth, t.SourceRange(), "The values here form a dependency chain of more than %d references, which is not supported. Shorten the chain.", maxNested)
		return nil, false
	}
	d.entered = true
	p.push(d, "local."+d.name, t.SourceRange())
	return d, true
}

func (p *Evaluation) leave(d *localDef) {
	d.entered = false
	p.pop()
}

// Local follows local.NAME to its expression and the scope of that, for packages that read expressions
// themselves. Call leave at the end; a cycle is reported and ok is false.
func (s *Scope) Local(t hcl.Traversal) (expr hclsyntax.Expression, scope *Scope, leave func(), ok bool) {
	if !isLocal(t) {
		return nil, nil, nil, false
	}
	d, ok := s.p.enter(t)
	if !ok {
		return nil, nil, nil, false
	}
	return d.attr.Expr, s.p.root, func() { s.p.leave(d) }, true
}

// evalLocals evaluates unused locals, for their diagnostics. Those that read states, facts or secrets
// have no value.
func (p *Evaluation) evalLocals() {
	names := make([]string, 0, len(p.locals))
	for n := range p.locals {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		d := p.locals[n]
		if d.state != idle {
			continue
		}
		if p.root.mentionsSecret(d.attr.Expr) || p.root.Planning(d.attr.Expr) {
			for _, t := range d.attr.Expr.Variables() {
				if t.RootName() != "local" { // those are checked separately
					p.root.Resolve(t)
				}
			}
			continue
		}
		t := hcl.Traversal{hcl.TraverseRoot{Name: "local", SrcRange: d.attr.NameRange}, hcl.TraverseAttr{Name: n, SrcRange: d.attr.NameRange}}
		p.resolveLocal(t)
	}
}

// Planning reports whether an expression reads states, goals or facts, directly or through locals:
// then only the planner can evaluate it.
func (s *Scope) Planning(expr hcl.Expression) bool {
	for _, t := range expr.Variables() {
		root := t.RootName()
		switch root {
		case "state", "goal":
			if s.p.specs[root] != nil {
				return true
			}
		case "local":
			if len(t) < 2 {
				continue
			}
			name, _ := stepKey(t[1])
			if d := s.p.locals[name]; d != nil && s.p.plans(d) {
				return true
			}
		case "var", "each", "replica":
		default:
			if r, ok := s.peek(t); ok && r.Object != nil && r.Object.Kind == "fact" {
				return true
			}
		}
	}
	return false
}

// plans is Planning for a local, computed once.
func (p *Evaluation) plans(d *localDef) bool {
	if d.plans == nil {
		no := false
		d.plans = &no // ends cycles
		if p.nested >= maxNested {
			return false // evaluating it will report that
		}
		p.nested++
		yes := p.root.Planning(d.attr.Expr)
		p.nested--
		d.plans = &yes
	}
	return *d.plans
}

// mentionsSecret reports whether an expression refers to a secret, directly or through locals.
func (s *Scope) mentionsSecret(expr hcl.Expression) bool {
	for _, t := range expr.Variables() {
		switch t.RootName() {
		case "secret":
			return true
		case "local":
			if len(t) < 2 {
				continue
			}
			name, _ := stepKey(t[1])
			d := s.p.locals[name]
			if d == nil {
				continue
			}
			if d.secrets == nil {
				no := false
				d.secrets = &no // ends cycles
				if s.p.nested >= maxNested {
					continue // evaluating it will report that
				}
				s.p.nested++
				yes := s.p.root.mentionsSecret(d.attr.Expr)
				s.p.nested--
				d.secrets = &yes
			}
			if *d.secrets {
				return true
			}
		}
	}
	return false
}
