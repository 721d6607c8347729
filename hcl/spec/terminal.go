package spec

import (
	"fmt"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/text"
)

// find is the block with a path such as service.healthcheck, or with a type that only one block has, and the types
// around it.
func find(path string) (s *lang.BlockSpec, around []string) {
	steps := strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == ' ' || r == '›' })
	if len(steps) == 0 {
		return nil, nil
	}
	for _, top := range loader.Specs() {
		if top.Type == steps[0] {
			return descend(top, steps[1:], nil)
		}
	}
	if len(steps) > 1 {
		return nil, nil
	}
	for _, p := range Paths() {
		if strings.HasSuffix(p, "."+path) {
			if s != nil {
				return nil, nil // several
			}
			s, around = find(p)
		}
	}
	return s, around
}

func descend(s *lang.BlockSpec, steps, around []string) (*lang.BlockSpec, []string) {
	if len(steps) == 0 {
		return s, around
	}
	for _, sub := range s.Blocks {
		if sub.Type == steps[0] {
			return descend(sub, steps[1:], append(around, s.Type))
		}
	}
	return nil, nil
}

// Paths are the blocks with a reference of their own: service, service.port and so on, in the order of the
// reference.
func Paths() (out []string) {
	var add func(s *lang.BlockSpec, prefix string)
	add = func(s *lang.BlockSpec, prefix string) {
		out = append(out, prefix+s.Type)
		for _, sub := range s.Blocks {
			if !sub.Open && sub != s {
				add(sub, prefix+s.Type+".")
			}
		}
	}
	for _, s := range loader.Specs() {
		add(s, "")
	}
	return out
}

// Terminal is the reference of one block for a terminal of a width; ok is false if there is no such block, or
// there are several. Nested blocks are listed, and have a reference of their own.
func Terminal(path string, width int) (reference string, ok bool) {
	s, around := find(path)
	if s == nil {
		return "", false
	}
	var b strings.Builder
	line := func(indent, s string) {
		wrapped := text.WrapHanging(strings.ReplaceAll(s, "`", ""), width-len(indent), "")
		b.WriteString(indent + strings.ReplaceAll(wrapped, "\n", "\n"+indent) + "\n")
	}
	if len(around) > 0 {
		line("", "In "+strings.Join(around, " › ")+":\n")
	}
	line("", header(s)+"\n")
	line("", s.Doc)
	if n := notes(s, len(around) == 0); n != "" {
		line("", "\n"+n)
	}
	for _, l := range s.Labels {
		if l.Doc != "" {
			line("", "\n"+strings.ToUpper(l.Name)+": "+l.Doc)
		}
	}
	list := func(title string, names, docs []string) {
		if len(names) == 0 {
			return
		}
		b.WriteString("\n" + title + "\n")
		for i := range names {
			line("  ", names[i])
			if docs[i] != "" {
				line("      ", docs[i])
			}
		}
	}
	var names, docs []string
	for i := range s.Attrs {
		a := &s.Attrs[i]
		detail := typeOf(a)
		switch {
		case a.Required:
			detail += ", required"
		case a.Default != "":
			detail += ", default " + a.Default
		}
		names, docs = append(names, fmt.Sprintf("%s (%s)", a.Name, detail)), append(docs, a.Doc)
	}
	list("Arguments", names, docs)
	names, docs = nil, nil
	for _, sub := range s.Blocks {
		summary, _, _ := strings.Cut(sub.Doc, ". ")
		names, docs = append(names, header(sub)), append(docs, strings.TrimSuffix(summary, ".")+".")
	}
	list("Blocks", names, docs)
	names, docs = nil, nil
	for _, k := range s.Compose {
		doc := k.Why
		if k.Write != "" {
			doc = strings.TrimSpace("Write " + k.Write + ". " + k.Why)
		}
		names, docs = append(names, k.Key), append(docs, doc)
	}
	list("Keys of "+s.ComposeOf+" in Compose", names, docs)
	return b.String(), true
}
