package lang

import (
	"path"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/internal/text"
)

// checkHeader checks number and syntax of labels; false drops the block.
func (p *Program) checkHeader(spec *BlockSpec, blk *hclsyntax.Block) bool {
	if len(blk.Labels) != len(spec.Labels) {
		want := "no label"
		if n := len(spec.Labels); n > 0 {
			names := make([]string, n)
			for i, l := range spec.Labels {
				names[i] = "\"" + strings.ToUpper(l.Name) + "\""
			}
			want = "the form `" + spec.Type + " " + strings.Join(names, " ") + " {`"
		}
		p.Report(ruleLabels.At(blk.DefRange(), "%s has %s; this one has %d labels.", upper(aBlock(spec)), want, len(blk.Labels)))
		return false
	}
	ok := true
	for i, l := range spec.Labels {
		if why := labelFault(l.Syntax, blk.Labels[i]); why != "" {
			p.Report(ruleLabelSyntax.At(blk.LabelRanges[i], "The %s of %s %s; %q is not.", l.Name, aBlock(spec), why, blk.Labels[i]))
			ok = false
		}
	}
	return ok
}

// labelFault says what the label must be, when it isn't.
func labelFault(s LabelSyntax, v string) string {
	if len(v) > 255 {
		return "is at most 255 characters long"
	}
	switch s {
	case Ident:
		if !isIdent(v, true) {
			return "is a letter or underscore, then letters, digits, underscores and hyphens"
		}
	case Name:
		if !isIdent(v, false) {
			return "is a letter or underscore, then letters, digits and underscores (no hyphen: in an expression it would be a minus)"
		}
	case Metric:
		if !isMetric(v) {
			return "is a Prometheus metric name: letters, digits, underscores and colons"
		}
	case RelPath:
		if v == "" || v == "." || path.Clean(v) != v || path.IsAbs(v) || v == ".." || strings.HasPrefix(v, "../") || strings.ContainsAny(v, "\\\n\r\x00") {
			return "is a clean relative path with forward slashes"
		}
	case AbsPath:
		if !path.IsAbs(v) || path.Clean(v) != v || strings.ContainsAny(v, "\n\r\x00") {
			return "is a clean absolute path"
		}
	case Free:
		if strings.TrimSpace(v) == "" {
			return "is not empty"
		}
	}
	return ""
}

func isMetric(v string) bool { return isIdent(strings.ReplaceAll(v, ":", "_"), false) }

func isIdent(v string, hyphen bool) bool {
	for i := 0; i < len(v); i++ {
		c := v[i]
		switch {
		case c == '_', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case i > 0 && ('0' <= c && c <= '9' || hyphen && c == '-'):
		default:
			return false
		}
	}
	return v != ""
}

// checkBody reports what the spec doesn't have, what is missing and what is
// there twice, in the block and the blocks in it.
func (p *Program) checkBody(spec *BlockSpec, blk *hclsyntax.Block, forEach bool) {
	body := blk.Body
	if spec.Open {
		return
	}
	for _, a := range sortedAttrs(body) {
		if spec.OpenAttrs || spec.attr(a.Name) != nil || forEach && a.Name == "for_each" {
			continue
		}
		if ss := spec.block(a.Name); ss != nil && ss.OrAttr {
			continue
		} else if ss != nil {
			p.Report(ruleNotBlock.At(a.NameRange, "\"%s\" is a block here: write `%s {` without an equals sign.", a.Name, a.Name))
			continue
		}
		if p.dubious {
			continue
		}
		s, fix := p.didYouMean(a.Name, spec.memberNames(forEach))
		if w := spec.instead(a.Name); w != "" {
			s, fix = w, ""
		}
		if a.Name == "for_each" {
			s, fix = " This block can't be repeated with for_each.", ""
		}
		p.misspelt[blk.DefRange()] = true
		p.Report(ruleUnknownAttr.Fix(a.NameRange, fix, "%s has no attribute \"%s\".%s", upper(aBlock(spec)), a.Name, s))
	}
	for i := range spec.Attrs {
		a := &spec.Attrs[i]
		if _, ok := body.Attributes[a.Name]; a.Required && !ok && !p.broken && !misspelt(spec, body, a.Name) {
			p.Report(ruleMissingAttr.At(blk.DefRange(), "This `%s` block needs the attribute \"%s\": %s", spec.Type, a.Name, a.Doc))
		}
	}
	seen := map[string]*hclsyntax.Block{}
	count := map[string]int{}
	for _, sub := range body.Blocks {
		ss := spec.block(sub.Type)
		p.dropped[sub] = true
		if ss == nil && p.dubious {
			if p.specs[sub.Type] != nil {
				p.swallowed = append(p.swallowed, sub)
			}
			continue
		}
		if ss == nil {
			if spec.attr(sub.Type) != nil {
				p.Report(ruleNotBlock.At(sub.TypeRange, "\"%s\" is an attribute here: write `%s = …`.", sub.Type, sub.Type))
				continue
			}
			s, fix := p.didYouMean(sub.Type, spec.memberNames(false))
			if w := spec.instead(sub.Type); w != "" {
				s, fix = w, ""
			}
			p.misspelt[blk.DefRange()] = true
			p.Report(ruleUnknownBlock.Fix(sub.TypeRange, fix, "%s has no block \"%s\" in it.%s", upper(aBlock(spec)), sub.Type, s))
			continue
		}
		if !p.checkHeader(ss, sub) {
			continue
		}
		key := sub.Type + "\x00" + strings.Join(sub.Labels, "\x00")
		count[sub.Type]++
		if f := seen[key]; f != nil && !ss.Repeat {
			if ss.Max == 1 && len(ss.Labels) == 0 {
				p.Report(ruleTooMany.At(sub.DefRange(), "%s has at most one `%s` block; the other one is at %s.", upper(aBlock(spec)), sub.Type, Place(f.DefRange())))
			} else {
				p.Report(ruleDuplicate.At(sub.DefRange(), "%s is defined already at %s. Rename or remove one of the two.", header(sub), Place(f.DefRange())))
			}
			continue
		}
		if ss.Max > 0 && count[sub.Type] > ss.Max {
			p.Report(ruleTooMany.At(sub.DefRange(), "%s has at most %d `%s` blocks.", upper(aBlock(spec)), ss.Max, sub.Type))
			continue
		}
		seen[key] = sub
		delete(p.dropped, sub)
		p.checkBody(ss, sub, false)
	}
	for _, ss := range spec.Blocks {
		if ss.Min > count[ss.Type] && !p.broken {
			p.Report(ruleTooFew.At(blk.DefRange(), "This `%s` block needs a `%s` block in it. %s", spec.Type, ss.Type, ss.Doc))
		}
	}
}

// misspelt reports whether an unknown attribute of the body is most likely
// the one that is missing: then only the first is reported.
func misspelt(spec *BlockSpec, body *hclsyntax.Body, missing string) bool {
	for n := range body.Attributes {
		if spec.attr(n) == nil && text.Nearest(n, []string{missing}) != "" {
			return true
		}
	}
	return false
}

func (s *BlockSpec) memberNames(forEach bool) []string {
	var out []string
	for i := range s.Attrs {
		out = append(out, s.Attrs[i].Name)
	}
	for _, b := range s.Blocks {
		out = append(out, b.Type)
	}
	if forEach {
		out = append(out, "for_each")
	}
	return out
}

// header writes a block's type and labels as they stand.
func header(b *hclsyntax.Block) string {
	s := b.Type
	for _, l := range b.Labels {
		s += " \"" + l + "\""
	}
	return s
}

// sortedAttrs lists attributes in source order.
func sortedAttrs(body *hclsyntax.Body) []*hclsyntax.Attribute {
	out := make([]*hclsyntax.Attribute, 0, len(body.Attributes))
	for _, a := range body.Attributes {
		out = append(out, a)
	}
	sort.Slice(out, func(i, j int) bool { return before(out[i].SrcRange, out[j].SrcRange) })
	return out
}

func before(a, b hcl.Range) bool {
	if a.Filename != b.Filename {
		return a.Filename < b.Filename
	}
	return a.Start.Byte < b.Start.Byte
}

// aBlock names a block for a sentence: a `volume` block.
func aBlock(s *BlockSpec) string {
	a, _, _ := strings.Cut(article(s.Type), " ")
	return a + " `" + s.Type + "` block"
}
