package lang

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/internal/text"
)

// blockAsValue reports a block that is used as a value.
func (p *Evaluation) blockAsValue(o *Object, at hcl.Range) *hcl.Diagnostic {
	switch o.Kind {
	case "secret":
		return ruleSecretUse.At(at, "%s can't be used in this value. Use a secret as ${%s} in an action's script or in the environment of an exposed service, or by itself in secret_env.", o.Address, o.Address)
	case "state", "goal", "fact":
		return p.planOnly(o, at)
	}
	return ruleRefText.At(at, "%s is a whole %s, not a value. Use one of its attributes, such as %s.name.", o.Address, o.Kind, o.Address)
}

func (p *Evaluation) planOnly(o *Object, at hcl.Range) *hcl.Diagnostic {
	return rulePlanOnly.At(at, "%s has a value only while planning. Use it only in precondition, condition, derived and effects, or, if it is a fact, in achieves and destroys.", o.Address)
}

// unknownRoot reports a name that starts no valid reference.
func (p *Evaluation) unknownRoot(s *Scope, t hcl.Traversal) {
	root := t.RootName()
	at := t.SourceRange()
	if p.droppedTypes[root] && p.specs[root] == nil {
		return // a block of that type was reported
	}
	switch root {
	case "each":
		p.Errorf(ruleUnknownRoot, at, "each.key and each.value exist only in blocks with for_each.")
		return
	case "replica":
		p.Errorf(ruleUnknownRoot, at, "replica.index and replica.number exist only in the arguments of a service that can differ by replica: container_name, env, ports, mounts, command, labels and Compose keys.")
		return
	}
	if p.inTemplate(at) {
		if p.hasSyntaxErrors { // half of a shell's ${x:-y}, which was reported
			return
		}
		d := ruleUnknownRoot.At(at, "Unknown name \"%s\". If ${…} is meant for the shell or another language, write $${%s…}.", root, root)
		if b := p.enclosing(at); b != nil && b.Type == "service" && len(t) == 1 && root == strings.ToUpper(root) {
			d = ruleUnknownRoot.At(at, "Unknown name \"%s\". What Compose replaces by a value of .env is a parameter: declare it, and write ${parameter.%s}. If ${…} is meant for the shell or another language, write $${%s…}.", root, strings.ToLower(root), root)
			p.propose(d, at, p.parameterRewrite(root, "", false, "parameter."+strings.ToLower(root)))
		}
		p.Report(d)
		return
	}
	if d := p.bareKey(t); d != nil {
		p.Report(d)
		return
	}
	known := []string{"var", "local", "each", "replica"}
	for typ, spec := range p.specs {
		if !spec.NoRef && len(spec.Labels) > 0 {
			known = append(known, typ)
		}
	}
	hint, fix := p.didYouMean(root, known)
	meant := p.named(s, root)
	switch {
	case len(meant) == 1:
		hint, fix = fmt.Sprintf(" Did you mean %s?", meant[0]), meant[0]
	case len(meant) > 1:
		hint, fix = fmt.Sprintf(" Did you mean %s?", text.OrList(meant)), ""
	case hint == "" && len(t) == 1:
		p.bareWord(at, root)
		return
	case hint == "":
		hint = " A reference starts with var, local or the type of a block, such as service.NAME."
	case len(t) > 1:
		if step, ok := stepKey(t[1]); ok {
			hint = fmt.Sprintf(" Did you mean %s?", address(fix, step))
		}
	}
	p.Report(ruleUnknownRoot.Fix(t[0].SourceRange(), fix, "Unknown name \"%s\".%s", root, hint))
}

// named lists the addresses of the blocks, variables and locals with a name, sorted.
func (p *Evaluation) named(s *Scope, name string) (out []string) {
	if p.vars[name] != nil {
		out = append(out, "var."+name)
	}
	if p.locals[name] != nil {
		out = append(out, "local."+name)
	}
	for typ, blocks := range p.decls {
		if d := blocks[name]; d != nil && !d.spec.NoRef && len(d.spec.Labels) > 0 {
			out = append(out, address(typ, name))
		}
	}
	for ; s != nil; s = s.parent {
		if s.block == nil {
			continue
		}
		for _, inner := range s.block.spec.Blocks {
			if g := s.block.node.child(inner.Type); inner.Scoped && g != nil && g.child(name) != nil {
				out = append(out, address(inner.Type, name))
			}
		}
	}
	sort.Strings(out)
	return out
}

// instead says how to write the reference that a string was probably meant for. It begins with a space.
func (p *Evaluation) instead(written string, kinds []string) string {
	for _, k := range kinds {
		if p.decls[k][written] != nil {
			return fmt.Sprintf(" Write %s, without quotes.", address(k, written))
		}
	}
	root, name, dotted := strings.Cut(written, ".")
	name, _, _ = strings.Cut(name, ".")
	if dotted && (p.decls[root][name] != nil || slices.Contains(kinds, root)) {
		return fmt.Sprintf(" Write %s, without quotes.", written)
	}
	var nested []string
	for _, k := range kinds {
		nested = append(nested, p.nestedNamed(k, written)...)
	}
	if len(nested) == 1 {
		return fmt.Sprintf(" Write %s, without quotes.", nested[0])
	}
	kind := kinds[0]
	spec := p.specs[kind]
	switch {
	case kind == "image":
		return fmt.Sprintf(" Declare it, as in image \"NAME\" { pull = %q }, and refer to that block.", written)
	case spec != nil && isIdent(written, true) && !p.Incomplete(kind):
		return fmt.Sprintf(" The manifest declares no %s \"%s\": declare it, and write %s, without quotes.", kind, written, address(kind, written))
	case spec != nil:
		return fmt.Sprintf(" Declare %s, and write %s.NAME here.", aBlock(spec), kind)
	}
	for typ, spec := range p.specs {
		if path := spec.pathTo(kind); path != "" {
			return " Such a reference is " + typ + ".NAME" + path + "."
		}
	}
	return ""
}

// nestedNamed lists the addresses of nested blocks of a kind with a name.
func (p *Evaluation) nestedNamed(kind, name string) (out []string) {
	for typ, spec := range p.specs {
		if spec.block(kind) == nil {
			continue
		}
		for _, d := range p.byType[typ] {
			if g := d.node; g != nil && g.child(kind) != nil && g.child(kind).child(name) != nil {
				out = append(out, g.child(kind).child(name).Address)
			}
		}
	}
	return out
}

// inTemplate reports whether a `${` is directly before the range.
func (p *Evaluation) inTemplate(r hcl.Range) bool {
	f := p.files[r.Filename]
	if f == nil || r.Start.Byte > len(f.Bytes) {
		return false
	}
	b := strings.TrimRight(string(f.Bytes[max(0, r.Start.Byte-64):r.Start.Byte]), " \t~")
	return strings.HasSuffix(b, "${")
}

// unknownBlock reports a reference to an undeclared block, unless an error that dropped a block of its
// kind may be the cause.
func (p *Evaluation) unknownBlock(kind, name string, t hcl.Traversal) {
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
		hint = fmt.Sprintf(" It declares no `%s` block at all.", kind)
	} else if len(t) > 2 {
		for _, n := range names { // artifact.haproxy.cfg
			if k, ok := stepKey(t[2]); ok && n == name+"."+k {
				hint = " Did you mean " + address(kind, n) + "?"
			}
		}
	}
	p.Report(ruleUnknownRef.Fix(at, fix, "The manifest doesn't declare the %s \"%s\".%s", kind, name, hint))
}

// unknownMember reports a step below n that doesn't exist.
func (p *Evaluation) unknownMember(n *node, name string, at hcl.Range) {
	if n.broken || p.hasSyntaxErrors {
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
			hint = fmt.Sprintf(" Its keys are: %s.", text.List(names))
		}
		p.Report(ruleUnknownMember.At(at, "%s has no instance with the key \"%s\".%s", n.Address, name, hint))
	case n.Kind != "":
		if hint == "" {
			hint = fmt.Sprintf(" It has: %s.", text.List(names))
		}
		p.Report(ruleUnknownMember.At(at, "%s has no attribute or nested block \"%s\".%s", n.Address, name, hint))
	default:
		if hint == "" && len(names) > 0 {
			hint = fmt.Sprintf(" It has: %s.", text.List(names))
		}
		p.Report(ruleUnknownMember.At(at, "%s has no \"%s\".%s", n.Address, name, hint))
	}
}

// bareKey is about a key of a map with a dot and without quotes, which HCL reads as a reference.
func (p *Evaluation) bareKey(t hcl.Traversal) *hcl.Diagnostic {
	at := t.SourceRange()
	f := p.files[at.Filename]
	if f == nil || len(t) < 2 || at.End.Byte > len(f.Bytes) {
		return nil
	}
	after := strings.TrimLeft(string(f.Bytes[at.End.Byte:min(at.End.Byte+8, len(f.Bytes))]), " \t")
	if !strings.HasPrefix(after, "=") && !strings.HasPrefix(after, ":") || strings.HasPrefix(after, "==") {
		return nil
	}
	key := Write(p.sourceOf(at))
	return ruleUnknownRoot.Fix(at, key, "A key of a map that contains a dot must be in quotes, otherwise it is a reference. Write %s.", key)
}

// bareWord reports a name that is probably a string without quotes, with all that belongs to it, such as
// linux/amd64.
func (p *Evaluation) bareWord(at hcl.Range, root string) {
	f := p.files[at.Filename]
	if f == nil || at.End.Byte > len(f.Bytes) {
		p.Report(ruleUnknownRoot.At(at, "Unknown name %q.", root))
		return
	}
	part := func(c byte) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_-./:@+", c) >= 0
	}
	whole := at
	for whole.Start.Byte > 0 && part(f.Bytes[whole.Start.Byte-1]) {
		whole.Start.Byte--
		whole.Start.Column--
	}
	for whole.End.Byte < len(f.Bytes) && part(f.Bytes[whole.End.Byte]) {
		whole.End.Byte++
		whole.End.Column++
	}
	if strings.HasSuffix(p.sourceOf(whole), ":") || !strings.Contains(p.sourceOf(whole), "/") { // cond ? a:b
		whole = at
	}
	if p.bareWords == nil {
		p.bareWords = map[hcl.Range]bool{}
	}
	if p.bareWords[whole] && whole != at {
		return
	}
	p.bareWords[whole] = true
	word := p.sourceOf(whole)
	hint, fix := fmt.Sprintf(" If you meant a string, put it in quotes: \"%s\".", word), Write(word)
	switch b, argument := f.Bytes[max(0, at.Start.Byte-24):at.Start.Byte], ""; word {
	case "yes", "no", "on", "off":
		argument = string(b)
		if fix = "false"; word == "yes" || word == "on" {
			fix = "true"
		}
		if strings.HasSuffix(strings.TrimRight(argument, " \t="), "restart") {
			fix = Write(word)
		} else {
			hint = fmt.Sprintf(" YAML's %s is %s here.", word, fix)
		}
	}
	p.Report(ruleUnknownRoot.Fix(whole, fix, "Unknown name \"%s\".%s", root, hint))
}
