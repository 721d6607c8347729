package lang

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/internal/text"
)

// checkHeader checks number and syntax of labels; false drops the block.
func (p *Evaluation) checkHeader(spec *BlockSpec, blk *hclsyntax.Block) bool {
	if len(blk.Labels) != len(spec.Labels) {
		want := "no label"
		if len(spec.Labels) > 0 {
			want = "the form `" + spec.form() + " {`"
		}
		has := "no label"
		if n := len(blk.Labels); n > 0 {
			has = text.Count(n, "label")
		}
		d := ruleLabels.At(blk.DefRange(), "%s has %s, but this one has %s.", upper(aBlock(spec)), want, has)
		if len(blk.Labels) == 0 && len(spec.Labels) == 1 && spec.Labels[0].Syntax == Ident {
			at := blk.TypeRange
			at.Start = at.End
			d.Extra = diag.Extra{Rule: ruleLabels, Edits: []diag.Edit{{Range: at, Text: " " + Write(p.freeName(spec.Type, "main"))}}}
		}
		p.Report(d)
		return false
	}
	ok := true
	for i, l := range spec.Labels {
		if why := labelFault(l.Syntax, blk.Labels[i]); why != "" {
			p.Report(ruleLabelSyntax.At(blk.LabelRanges[i], "%[4]q is not a valid %[1]s of %[2]s: it must %[3]s.", l.Name, aBlock(spec), why, blk.Labels[i]))
			ok = false
		}
	}
	return ok
}

// labelFault says what the label must be, if it is invalid.
func labelFault(s LabelSyntax, v string) string {
	if len(v) > 255 {
		return "be at most 255 characters long"
	}
	switch s {
	case Ident:
		if !isIdent(v, true) {
			return "start with a letter or underscore and contain only letters, digits, underscores and hyphens"
		}
	case Name:
		if !isIdent(v, false) {
			return "start with a letter or underscore and contain only letters, digits and underscores (a hyphen would be a minus sign in expressions)"
		}
	case Metric:
		if !isMetric(v) {
			return "be a Prometheus metric name: letters, digits, underscores and colons"
		}
	case RelPath:
		if v == "" || v == "." || path.Clean(v) != v || path.IsAbs(v) || v == ".." || strings.HasPrefix(v, "../") || strings.ContainsAny(v, "\\\n\r\x00") {
			return "be a relative path with forward slashes, without empty, `.` and `..` elements" + clean(strings.TrimLeft(v, "/"))
		}
	case AbsPath:
		if !path.IsAbs(v) || path.Clean(v) != v || strings.ContainsAny(v, "\n\r\x00") {
			return "be an absolute path without empty, `.` and `..` elements" + clean("/"+strings.TrimLeft(v, "/"))
		}
	case Free:
		if strings.TrimSpace(v) == "" {
			return "not be empty"
		}
	}
	return ""
}

// clean suggests the shortest form of a path with a superfluous part.
func clean(v string) string {
	if c := path.Clean(v); c != v && !strings.ContainsAny(v, "\\\n\r\x00") && !strings.HasPrefix(c, "..") && c != "." {
		return ", such as \"" + c + "\""
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

// checkBody reports unsupported, missing and duplicate parts of the block and its nested blocks.
func (p *Evaluation) checkBody(spec *BlockSpec, blk *hclsyntax.Block, forEach bool) {
	body := blk.Body
	if spec.Open {
		return
	}
	missing := p.missingArguments(spec, body)
	for _, a := range sortedAttrs(body) {
		if spec.OpenAttrs || spec.attr(a.Name) != nil || forEach && a.Name == "for_each" {
			continue
		}
		if ss := spec.block(a.Name); ss != nil && ss.OrAttr {
			continue
		} else if ss != nil {
			p.misspelt[blk.DefRange()] = true
			d := ruleNotBlock.At(a.NameRange, "\"%s\" is a block here: write `%s` without an equals sign.", a.Name, ss.example())
			p.Report(p.offer(d, ss.fromMap(), p.foreignAttr(blk, a)))
			continue
		}
		if p.inRecovery {
			continue
		}
		s, fix := p.memberHint(spec, a.Name, forEach)
		if a.Name == "for_each" {
			s, fix = " This block doesn't support for_each.", ""
		}
		if len(missing) == 1 { // this is probably meant for it: two errors would be one too many
			if s == "" {
				s = fmt.Sprintf(" It requires the argument \"%s\". %s", missing[0].Name, missing[0].Doc)
			}
			missing = nil
		}
		p.misspelt[blk.DefRange()] = true
		d := ruleUnknownAttr.Fix(a.NameRange, fix, "%s has no argument \"%s\".%s", upper(aBlock(spec)), a.Name, s)
		p.Report(p.offer(d, spec.rewrite(a.Name), p.foreignAttr(blk, a)))
	}
	for _, a := range missing {
		if p.replaces(spec, body, a.Name) {
			continue
		}
		p.Report(ruleMissingAttr.At(blk.DefRange(), "This `%s` block requires the argument \"%s\". %s", spec.Type, a.Name, a.Doc))
	}
	seen := map[string]*hclsyntax.Block{}
	count := map[string]int{}
	for _, sub := range body.Blocks {
		ss := spec.block(sub.Type)
		p.dropped[sub] = true
		if ss == nil && p.inRecovery {
			if p.specs[sub.Type] != nil {
				p.recoveredBlocks = append(p.recoveredBlocks, sub)
			}
			continue
		}
		if ss == nil {
			if a := spec.attr(sub.Type); a != nil {
				if p.explainedBlocks[sub] {
					continue
				}
				d := ruleNotBlock.At(sub.TypeRange, "\"%s\" is an argument here: write `%s = …`.", sub.Type, sub.Type)
				p.Report(p.offer(d, a.fromBlock(), p.foreignBlock(blk, sub)))
				continue
			}
			s, fix := p.memberHint(spec, sub.Type, false)
			p.misspelt[blk.DefRange()] = true
			d := ruleUnknownBlock.Fix(sub.TypeRange, fix, "%s has no nested block \"%s\".%s", upper(aBlock(spec)), sub.Type, s)
			p.Report(p.offer(d, spec.rewrite(sub.Type), p.foreignBlock(blk, sub)))
			continue
		}
		if !p.checkHeader(ss, sub) {
			continue
		}
		key := sub.Type + "\x00" + strings.Join(sub.Labels, "\x00")
		count[sub.Type]++
		if f := seen[key]; f != nil && !ss.Repeat {
			if ss.Max == 1 && len(ss.Labels) == 0 {
				p.Report(ruleTooMany.At(sub.DefRange(), "%s can contain at most one `%s` block; the other one is at %s.", upper(aBlock(spec)), sub.Type, Place(f.DefRange())))
			} else {
				p.Report(ruleDuplicate.At(sub.DefRange(), "%s is already defined at %s. Rename or remove one of the two.", header(sub), Place(f.DefRange())))
			}
			continue
		}
		if ss.Max > 0 && count[sub.Type] > ss.Max {
			p.Report(ruleTooMany.At(sub.DefRange(), "%s can contain at most %d `%s` blocks.", upper(aBlock(spec)), ss.Max, sub.Type))
			continue
		}
		seen[key] = sub
		delete(p.dropped, sub)
		p.checkBody(ss, sub, false)
	}
	for _, ss := range spec.Blocks {
		if ss.Min > count[ss.Type] && !p.hasSyntaxErrors {
			p.Report(ruleTooFew.At(blk.DefRange(), "This `%s` block requires a nested `%s` block. %s", spec.Type, ss.Type, ss.Doc))
		}
	}
}

// memberHint says what to write instead of an argument or a block that the spec doesn't have; fix is the name
// that it is probably a misspelling of.
func (p *Evaluation) memberHint(spec *BlockSpec, name string, forEach bool) (hint, fix string) {
	if hint = spec.instead(name); hint != "" {
		return hint, ""
	}
	if name == ignoreType {
		return " To silence a rule, write a block: ignore \"OG123\" { reason = \"…\" }.", ""
	}
	if name == "count" && forEach {
		return " Write for_each instead, with a map or a set of strings.", ""
	}
	if hint, fix = p.didYouMean(name, spec.memberNames(forEach)); hint != "" {
		return hint, fix
	}
	return spec.within(name), ""
}

// missingArguments are the required arguments that the block lacks, unless a syntax error or a misspelling may
// be the cause.
func (p *Evaluation) missingArguments(spec *BlockSpec, body *hclsyntax.Body) (out []*Attr) {
	for i := range spec.Attrs {
		a := &spec.Attrs[i]
		if _, ok := body.Attributes[a.Name]; a.Required && !ok && !p.hasSyntaxErrors && !misspelt(spec, body, a.Name) {
			out = append(out, a)
		}
	}
	return out
}

// misspelt reports whether an unknown argument of the body is probably a misspelling of the missing
// one, or its name in another tool: then only the former is reported.
func misspelt(spec *BlockSpec, body *hclsyntax.Body, missing string) bool {
	for n := range body.Attributes {
		if spec.attr(n) == nil && (text.Nearest(n, []string{missing}) != "" || strings.HasPrefix(spec.Habits[n], "Write "+missing+" ")) {
			return true
		}
	}
	return false
}

// replaces reports whether a nested block of the body is another tool's name of a missing argument, so that the
// report of the former is enough.
func (p *Evaluation) replaces(spec *BlockSpec, body *hclsyntax.Body, missing string) bool {
	for _, b := range body.Blocks {
		if spec.block(b.Type) == nil && strings.Contains(spec.instead(b.Type), missing+" = ") {
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

// header is a block's type and labels, verbatim.
func header(b *hclsyntax.Block) string {
	s := b.Type
	for _, l := range b.Labels {
		s += " \"" + l + "\""
	}
	return s
}

// sortedAttrs lists arguments in source order, those of an expansion by name.
func sortedAttrs(body *hclsyntax.Body) []*hclsyntax.Attribute {
	out := make([]*hclsyntax.Attribute, 0, len(body.Attributes))
	for _, a := range body.Attributes {
		out = append(out, a)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].SrcRange == out[j].SrcRange {
			return out[i].Name < out[j].Name
		}
		return before(out[i].SrcRange, out[j].SrcRange)
	})
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
