package main

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// kindsOfNames are mistakes in names, references, numbers and other values.
var kindsOfNames = []*kind{
	{"rename a block", func(s *spot, r *rand.Rand) []*mistake {
		b := s.block()
		if s.attr != nil || len(s.path) > 1 || len(b.Labels) != 1 || s.field.mentions(b.Type+"."+b.Labels[0]) < 1 {
			return nil
		}
		at := b.LabelRanges[0]
		return []*mistake{s.replace(at.Start.Byte, at.End.Byte, quoted(b.Labels[0]+"_new"), fromManifest).near(b.Labels[0])}
	}},
	{"rename a nested block", func(s *spot, r *rand.Rand) []*mistake {
		b := s.block()
		if s.attr != nil || len(s.path) < 2 || len(b.Labels) != 1 {
			return nil
		}
		name := b.Labels[0]
		if !slices.Contains([]string{"port", "column", "table", "stage", "receiver", "role", "function"}, b.Type) || s.field.mentions(name) < 2 {
			return nil
		}
		if b.Type != "port" && s.field.mentions(b.Type+"."+name) < 1 && (b.Type != "column" || !reSQLName.MatchString(name)) {
			return nil // nothing refers to it
		}
		at := b.LabelRanges[0]
		return []*mistake{s.replace(at.Start.Byte, at.End.Byte, quoted(name+"_new"), fromManifest).near(name)}
	}},
	{"typo in a reference", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || s.attr.Name == "description" {
			return nil
		}
		return s.sub(reLast, fromManifest, func(w string) string { return typo(r, w) })
	}},
	{"typo in an argument's name", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || s.top() == "locals" {
			return nil
		}
		at := s.attr.NameRange
		if w := typo(r, s.attr.Name); w != "" {
			return []*mistake{s.replace(at.Start.Byte, at.End.Byte, w, fromManifest)}
		}
		return nil
	}},
	{"typo in a block's type", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr != nil {
			return nil
		}
		at := s.block().TypeRange
		if w := typo(r, s.block().Type); w != "" {
			return []*mistake{s.replace(at.Start.Byte, at.End.Byte, w, fromManifest)}
		}
		return nil
	}},
	{"swap of two values", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil {
			return nil
		}
		pair := map[string]string{"container": "host", "scrape_interval": "scrape_timeout", "interval": "start_interval", "src": "dest", "source": "target", "run": "validate", "group_interval": "group_wait", "primary_key": "comment", "params": "sql", "min": "max", "returns": "language", "columns": "references"}
		other := s.block().Body.Attributes[pair[s.name()]]
		if other == nil || s.name() == "run" && s.top() != "action" {
			return nil
		}
		a, b := s.attr.Expr.Range(), other.Expr.Range()
		text := func(r hcl.Range) string { return string(s.src[r.Start.Byte:r.End.Byte]) }
		if text(a) == text(b) {
			return nil
		}
		if a.Start.Byte > b.Start.Byte {
			a, b = b, a
		}
		m := s.replace(a.Start.Byte, b.End.Byte, text(b)+string(s.src[a.End.Byte:b.Start.Byte])+text(a), fromFacts)
		switch s.name() {
		case "interval", "group_interval":
			return nil
		case "run":
			m.unknown("both are scripts")
		case "source":
			m.unknown("both are matchers of declared alerts")
		case "container":
			m.near(s.label())
		}
		return []*mistake{m.inBlock()}
	}},
	{"number or unit", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil {
			return nil
		}
		var out []*mistake
		v := s.value()
		if m := reDuration.FindStringSubmatch(v); m != nil && s.name() != "within" && s.top() != "locals" {
			at := s.attr.Expr.Range()
			out = append(out, s.replace(at.Start.Byte, at.End.Byte, quoted(strings.TrimRight(m[1], "msh")), fromManifest),
				s.replace(at.Start.Byte, at.End.Byte, quoted(strings.TrimRight(m[1], "msh")+" sec"), fromManifest),
				s.replace(at.Start.Byte, at.End.Byte, quoted("-"+m[1]), fromManifest))
		}
		if m := reSize.FindStringSubmatch(v); m != nil {
			at := s.attr.Expr.Range()
			out = append(out, s.replace(at.Start.Byte, at.End.Byte, quoted(strings.TrimRight(m[1], "GMKBmg")+"X"), fromManifest))
			if s.in() == "service/resources" {
				out = append(out, s.replace(at.Start.Byte, at.End.Byte, quoted(strings.TrimRight(m[1], "GMKB")+"KB"), fromFacts))
			}
		}
		if re(`^[1-9]\d*$`).MatchString(v) && s.top() != "locals" {
			at := s.attr.Expr.Range()
			out = append(out, s.replace(at.Start.Byte, at.End.Byte, "-"+v, fromManifest))
			if s.name() != "order" && s.name() != "cost" && s.name() != "default" && s.name() != "initial" {
				out = append(out, s.replace(at.Start.Byte, at.End.Byte, v+".5", fromManifest))
			}
		}
		var kept []*mistake
		for _, m := range out {
			if s.top() == "state" || s.top() == "variable" || strings.Contains(s.in(), "constraint") || s.name() == "order" || strings.Contains(s.name(), "note") || s.name() == "equals" || s.in() == "resource" && strings.HasSuffix(m.text, ".5") {
				continue
			}
			kept = append(kept, m)
		}
		return kept
	}},
	{"value in a plan", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil {
			return nil
		}
		switch {
		case s.top() == "action" && s.name() == "effects":
			out := s.sub(re(`\b([a-z_]{5,}) += `), fromManifest, func(w string) string { return typo(r, w) })
			return append(out, s.sub(re(`= (true)\b`), fromManifest, func(string) string { return `"true"` })...)
		case s.top() == "state" && (s.name() == "initial" || s.name() == "type"):
			return s.sub(re(`^(false|bool|number|0)$`), fromManifest, func(w string) string {
				return map[string]string{"false": `"no"`, "bool": "boolean", "number": "int", "0": `"none"`}[w]
			})
		case s.top() == "action" && s.name() == "uses":
			return append(s.sub(re(`([a-z]{4,}) = `), fromManifest, func(w string) string { return typo(r, w) }), s.sub(re(`= (1)\b`), fromManifest, func(w string) string { return "99" })...)
		case s.top() == "action" && s.name() == "priority":
			return s.sub(re(`"([a-z]+)"`), fromManifest, func(w string) string { return typo(r, w) })
		}
		return nil
	}},
}
