package lang

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/zclconf/go-cty/cty"
)

// Text reads a string that may contain secrets.
func (b *Block) Text(name string) manifest.Text {
	expr := b.Expr(name)
	if expr == nil {
		return nil
	}
	if !b.scope.mentionsSecret(expr) {
		return manifest.PlainText(b.String(name)) // the argument's Type permits parameters
	}
	t, ok := b.scope.EvalText(expr)
	if !ok {
		b.fail(name)
	}
	return t
}

// Script is Text with the line ends that a shell expects: a carriage return would be part of a word.
func (b *Block) Script(name string) manifest.Text {
	t := b.Text(name)
	for i, part := range t {
		t[i].Text = strings.ReplaceAll(part.Text, "\r\n", "\n")
	}
	return t
}

// TextMap reads a map of strings that may contain secrets, sorted by key; null values are left out.
func (b *Block) TextMap(name string) []manifest.EnvVar {
	return slices.DeleteFunc(b.Environment(name), func(e manifest.EnvVar) bool { return e.Pass })
}

// Environment is TextMap for the environment of containers, in which null passes a variable through.
func (b *Block) Environment(name string) []manifest.EnvVar {
	expr := b.Expr(name)
	if expr == nil {
		return nil
	}
	before := b.p.Reported()
	entries, ok := b.scope.entries(expr, "\""+name+"\"")
	if !ok {
		b.translateLast(name, before)
		b.fail(name)
	}
	var out []manifest.EnvVar
	for _, e := range entries {
		v := manifest.EnvVar{Name: e.key, Range: e.at}
		what := fmt.Sprintf("the entry %q of \"%s\"", e.key, name)
		if e.expr == nil {
			s, ok := b.p.convert(e.val, cty.String, e.at, what)
			if !ok {
				b.fail(name)
			}
			if !ok {
				continue
			}
			if v.Pass = s.IsNull(); !v.Pass {
				v.Value = manifest.PlainText(s.AsString())
			}
		} else {
			t, null, ok := b.scope.evalText(e.expr, what)
			if !ok {
				b.fail(name)
			}
			if !ok {
				continue
			}
			v.Value, v.Pass = t, null
		}
		out = append(out, v)
	}
	return out
}

func (b *Block) hasSecrets(name string) bool {
	e := b.Expr(name)
	return e != nil && b.scope.mentionsSecret(e)
}

// EvalText evaluates an expression to a string that may contain secrets: parts of a template stay
// parts. Secrets anywhere else are errors.
func (s *Scope) EvalText(expr hcl.Expression) (manifest.Text, bool) {
	t, _, ok := s.evalText(expr, "the value")
	return t, ok
}

func (s *Scope) evalText(expr hcl.Expression, what string) (t manifest.Text, null, ok bool) {
	if expr == nil || !s.mentionsSecret(expr) {
		v, ok := s.evalDeferred(expr)
		if !ok {
			return nil, false, false
		}
		v, ok = s.p.convert(v, cty.String, expr.Range(), what)
		if !ok || v.IsNull() {
			return nil, ok, ok
		}
		return manifest.PlainText(v.AsString()), false, true
	}
	ok = s.textParts(expr, what, &t)
	return t, false, ok
}

// textParts appends the parts of an expression that mentions a secret.
func (s *Scope) textParts(expr hcl.Expression, what string, out *manifest.Text) bool {
	switch e := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return s.textParts(e.Expression, what, out)
	case *hclsyntax.TemplateWrapExpr:
		return s.textParts(e.Wrapped, what, out)
	case *hclsyntax.TemplateExpr:
		ok := true
		for _, part := range e.Parts {
			ok = s.textParts(part, "this part of the text", out) && ok
		}
		return ok
	case *hclsyntax.ScopeTraversalExpr:
		if e.Traversal.RootName() == "secret" {
			r, ok := s.Resolve(e.Traversal)
			if !ok {
				return false
			}
			if r.Object != nil && len(r.Rest) == 0 {
				if sec, isSecret := r.Object.Ref.(*manifest.Secret); isSecret {
					*out = append(*out, manifest.TextPart{Secret: sec})
					return true
				}
			}
		}
		if isLocal(e.Traversal) && s.mentionsSecret(expr) {
			d, ok := s.p.enter(e.Traversal)
			if !ok {
				return false
			}
			defer s.p.leave(d)
			return s.p.root.textParts(d.attr.Expr, what, out)
		}
	}
	v, ok := s.evalDeferred(expr)
	if !ok {
		return false
	}
	v, ok = s.p.convert(v, cty.String, expr.Range(), what)
	if !ok {
		return false
	}
	if v.IsNull() {
		s.p.Errorf(ruleType, expr.Range(), "A null value can't be part of a string.")
		return false
	}
	if text := v.AsString(); text != "" {
		if n := len(*out); n > 0 && (*out)[n-1].Secret == nil {
			(*out)[n-1].Text += text
		} else {
			*out = append(*out, manifest.TextPart{Text: text})
		}
	}
	return true
}

// entry is one entry of a map argument: an expression if it is a literal, otherwise a value.
type entry struct {
	key   string
	expr  hclsyntax.Expression
	val   cty.Value
	at    hcl.Range
	keyAt hcl.Range
}

// entries splits a map into entries, sorted by key. Literal maps keep their expressions, so that
// references and secrets in them keep their meaning.
func (s *Scope) entries(expr hcl.Expression, what string) (out []entry, ok bool) {
	defer func() {
		sort.SliceStable(out, func(i, j int) bool { return out[i].key < out[j].key })
	}()
	switch e := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return s.entries(e.Expression, what)
	case *hclsyntax.ScopeTraversalExpr:
		if isLocal(e.Traversal) {
			d, ok := s.p.enter(e.Traversal)
			if !ok {
				return nil, false
			}
			defer s.p.leave(d)
			return s.p.root.entries(d.attr.Expr, what)
		}
	case *hclsyntax.ObjectConsExpr:
		return s.objectEntries(e)
	}
	v, ok := s.evalDeferred(expr)
	if !ok {
		return nil, false
	}
	if sensitive(v) {
		s.p.Errorf(ruleSensitive, expr.Range(), "The argument %s depends on a sensitive variable. Use a secret, or declare the variable without `sensitive`.", what)
		return nil, false
	}
	v, _ = v.UnmarkDeep()
	if v.IsNull() {
		return nil, true
	}
	if o := asRef(v); o != nil || !v.Type().IsObjectType() && !v.Type().IsMapType() {
		s.p.Errorf(ruleType, expr.Range(), "The argument %s must be a map, not a %s.", what, friendly(v.Type()))
		return nil, false
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		out = append(out, entry{key: k.AsString(), val: e, at: expr.Range(), keyAt: expr.Range()})
	}
	return out, true
}

func (s *Scope) objectEntries(e *hclsyntax.ObjectConsExpr) (out []entry, ok bool) {
	ok = true
	seen := map[string]hcl.Range{}
	for _, it := range e.Items {
		k, kOK := s.Eval(it.KeyExpr)
		if !kOK {
			ok = false
			continue
		}
		k, kOK = s.p.convert(k, cty.String, it.KeyExpr.Range(), "a key")
		if !kOK || k.IsNull() {
			if kOK {
				s.p.Errorf(ruleType, it.KeyExpr.Range(), "A key of a map is null.")
			}
			ok = false
			continue
		}
		key := k.AsString()
		if first, dup := seen[key]; dup {
			s.p.Errorf(ruleDuplicate, it.KeyExpr.Range(), "The key %q is used twice; the other one is at %s. Remove one of the two.", key, Place(first))
			ok = false
			continue
		}
		seen[key] = it.KeyExpr.Range()
		out = append(out, entry{key: key, expr: it.ValueExpr, at: it.ValueExpr.Range(), keyAt: it.KeyExpr.Range()})
	}
	return out, ok
}

// Entry is one entry of a map that a package reads itself.
type Entry struct {
	Key      string
	KeyRange hcl.Range
	Expr     hclsyntax.Expression // a constant if the map is computed
}

// Entries splits the map in an argument into entries, sorted by key, without evaluating its values if
// it is a literal: for planning effects.
func (b *Block) Entries(name string) ([]Entry, bool) {
	expr := b.Expr(name)
	if expr == nil {
		return nil, true
	}
	before := b.p.Reported()
	es, ok := b.scope.entries(expr, "\""+name+"\"")
	if !ok {
		b.translateLast(name, before)
		b.fail(name)
	}
	var out []Entry
	for _, e := range es {
		x := e.expr
		if x == nil {
			x = &hclsyntax.LiteralValueExpr{Val: e.val, SrcRange: e.at}
		}
		out = append(out, Entry{e.key, e.keyAt, x})
	}
	return out, ok
}

// MarshalJSON prevents jsonencode and format from printing a reference.
func (o *Object) MarshalJSON() ([]byte, error) {
	return nil, fmt.Errorf("%s is a reference, not data", o.Address)
}

// ShellOwns reports whether the shell reserves a variable: a script doesn't see another value for it,
// or can't be started with one.
func ShellOwns(name string) bool {
	switch name {
	case "BASHOPTS", "BASH_VERSINFO", "EUID", "FUNCNAME", "IFS", "LINENO", "OLDPWD", "OPTARG", "OPTIND", "PPID", "PWD", "RANDOM",
		"SECONDS", "SHELLOPTS", "UID":
		return true
	}
	return false
}
