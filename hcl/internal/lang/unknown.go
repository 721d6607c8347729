package lang

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/internal/text"
)

// blockAsValue is what is wrong with a block that stands where a value belongs.
func (p *Program) blockAsValue(o *Object, at hcl.Range) *hcl.Diagnostic {
	switch o.Kind {
	case "secret":
		return ruleSecretUse.At(at, "%s can't be part of this value. A secret may stand as ${%s} in an action's script or in the environment of an exposed service, and by itself in secret_env.", o.Address, o.Address)
	case "state", "goal", "fact":
		return p.planOnly(o, at)
	}
	return ruleRefText.At(at, "%s is a whole %s, not a value. Use one of its attributes, such as %s.name.", o.Address, o.Kind, o.Address)
}

func (p *Program) planOnly(o *Object, at hcl.Range) *hcl.Diagnostic {
	return rulePlanOnly.At(at, "%s has a value only while planning. It may stand in precondition, condition, derived and effects, and facts in achieves and destroys.", o.Address)
}

// unknownRoot reports a name that begins no reference.
func (p *Program) unknownRoot(s *Scope, t hcl.Traversal) {
	root := t.RootName()
	at := t.SourceRange()
	if p.holed[root] && p.specs[root] == nil {
		return // a block of that type was reported
	}
	switch root {
	case "each":
		p.Errorf(ruleUnknownRoot, at, "each.key and each.value exist only in blocks with for_each.")
		return
	case "replica":
		p.Errorf(ruleUnknownRoot, at, "replica.index and replica.number exist only in the attributes of a service that differ by replica: container_name, env, ports, mounts, command, labels and Compose keys.")
		return
	}
	if p.inTemplate(at) {
		if p.broken { // half of a shell's ${x:-y}, which was reported
			return
		}
		p.Report(ruleUnknownRoot.Fix(at, "", "\"%s\" is nothing that a manifest knows. If ${…} is meant for the shell or another language, write $${%s…}.", root, root))
		return
	}
	known := []string{"var", "local", "each", "replica"}
	for typ, spec := range p.specs {
		if !spec.NoRef && len(spec.Labels) > 0 {
			known = append(known, typ)
		}
	}
	hint, fix := p.didYouMean(root, known)
	if hint == "" && len(t) == 1 {
		hint = fmt.Sprintf(" If it is meant as text, put it in quotes: \"%s\".", root)
	}
	p.Report(ruleUnknownRoot.Fix(t[0].SourceRange(), fix, "\"%s\" is nothing that a manifest knows.%s", root, hint))
}

// inTemplate reports whether a `${` stands directly before the range.
func (p *Program) inTemplate(r hcl.Range) bool {
	f := p.files[r.Filename]
	if f == nil || r.Start.Byte > len(f.Bytes) {
		return false
	}
	b := strings.TrimRight(string(f.Bytes[max(0, r.Start.Byte-64):r.Start.Byte]), " \t~")
	return strings.HasSuffix(b, "${")
}

// unknownBlock reports a reference to a block that isn't declared, unless an
// error that dropped one of its kind may be why.
func (p *Program) unknownBlock(kind, name string, t hcl.Traversal) {
	if p.Incomplete(kind) {
		return
	}
	at := t[:2].SourceRange()
	var names []string
	if p.affordable(len(p.decls[kind])) {
		for n := range p.decls[kind] {
			names = append(names, n)
		}
	}
	hint, fix := "", ""
	if s := p.Suggest(name, names); s != "" {
		fix = address(kind, s)
		hint = " Did you mean " + fix + "?"
	} else if len(p.decls[kind]) == 0 {
		hint = fmt.Sprintf(" It has no `%s` block at all.", kind)
	} else if len(t) > 2 {
		for _, n := range names { // artifact.haproxy.cfg
			if k, ok := stepKey(t[2]); ok && n == name+"."+k {
				hint = " Did you mean " + address(kind, n) + "?"
			}
		}
	}
	p.Report(ruleUnknownRef.Fix(at, fix, "The manifest declares no %s \"%s\".%s", kind, name, hint))
}

// unknownMember reports a step below n that leads nowhere.
func (p *Program) unknownMember(n *node, name string, at hcl.Range) {
	if n.broken || p.broken {
		return
	}
	var names []string
	if p.affordable(len(n.kids)) {
		names = n.names()
	}
	if n.Kind != "" {
		names = append(names, "name")
	}
	hint, _ := p.didYouMean(name, names)
	switch {
	case n.group:
		if hint == "" && len(names) > 0 {
			hint = fmt.Sprintf(" Its keys are %s.", text.List(names))
		}
		p.Report(ruleUnknownMember.At(at, "%s has no instance with the key \"%s\".%s", n.Address, name, hint))
	case n.Kind != "":
		if hint == "" {
			hint = fmt.Sprintf(" It has %s.", text.List(names))
		}
		p.Report(ruleUnknownMember.At(at, "%s has nothing called \"%s\".%s", n.Address, name, hint))
	default:
		if hint == "" && len(names) > 0 {
			hint = fmt.Sprintf(" There is %s.", text.List(names))
		}
		p.Report(ruleUnknownMember.At(at, "%s has no \"%s\".%s", n.Address, name, hint))
	}
}
