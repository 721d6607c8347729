package rules

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// constants are the variables that a script sets once, to a plain word.
func constants(f *syntax.File) map[string][]string {
	set, times := map[string][]string{}, map[string]int{}
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				times[n.Name.Value]++
				if t, whole := literal(n.Value); whole && bindable(t) {
					set[n.Name.Value] = []string{t}
				}
			}
		case *syntax.WordIter:
			times[n.Name.Value] += 2
		case *syntax.CallExpr:
			if name := arg(n, 0); name == "read" || name == "getopts" || name == "unset" {
				for i := range n.Args {
					times[arg(n, i)] += 2
				}
			}
		}
		return true
	})
	for name := range set {
		if times[name] != 1 {
			delete(set, name)
		}
	}
	return set
}

// bindable reports whether an expansion of the text is one word.
func bindable(t string) bool { return t != "" && !strings.ContainsAny(t, " \t\n*?[$`\\") }

// loopWords are the words over which a loop goes; nil if some of them are not plain.
func loopWords(it *syntax.WordIter) []string {
	var out []string
	for _, x := range it.Items {
		t, whole := literal(x)
		if !whole || !bindable(t) {
			return nil
		}
		out = append(out, t)
	}
	if len(out) > 20 {
		return nil
	}
	return out
}

// each calls f once for every value of the variables in a call's words that have known ones, which stand in the
// call meanwhile; once if there are none.
func (w *walker) each(c *syntax.CallExpr, f func()) {
	var order []string
	slots := map[string][]*syntax.WordPart{}
	collect := func(parts []syntax.WordPart) {
		for i, p := range parts {
			x, ok := p.(*syntax.ParamExp)
			if !ok || x.Param == nil || x.Exp != nil || x.Repl != nil || x.Slice != nil || x.Index != nil || x.Length || x.Excl || len(w.bound[x.Param.Value]) == 0 {
				continue
			}
			name := x.Param.Value
			if slots[name] == nil {
				order = append(order, name)
			}
			slots[name] = append(slots[name], &parts[i])
		}
	}
	for _, a := range c.Args {
		collect(a.Parts)
		for _, p := range a.Parts {
			if q, ok := p.(*syntax.DblQuoted); ok {
				collect(q.Parts)
			}
		}
	}
	var bind func(i int)
	bind = func(i int) {
		if i == len(order) {
			f()
			return
		}
		at := slots[order[i]]
		before := make([]syntax.WordPart, len(at))
		for k, p := range at {
			before[k] = *p
		}
		for _, v := range w.bound[order[i]] {
			for k, p := range at {
				*p = &syntax.Lit{ValuePos: before[k].Pos(), ValueEnd: before[k].End(), Value: v}
			}
			bind(i + 1)
		}
		for k, p := range at {
			*p = before[k]
		}
	}
	bind(0)
}

// during runs f while a variable has one of several values.
func (w *walker) during(name string, values []string, f func()) {
	before, had := w.bound[name]
	if w.bound == nil {
		w.bound = map[string][]string{}
	}
	w.bound[name] = slices.Clone(values)
	f()
	delete(w.bound, name)
	if had {
		w.bound[name] = before
	}
}
