package main

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// kindsOfLanguages are mistakes in PromQL, templates, SQL and dashboards.
var kindsOfLanguages = []*kind{
	{"metric", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || !s.isPromQL() {
			return nil
		}
		return s.sub(reMetric, fromManifest, func(w string) string { return typo(r, w) })
	}},
	{"job or label in PromQL", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || !s.isPromQL() {
			return nil
		}
		slip := func(w string) string { return typo(r, w) }
		out := append(s.sub(re(`(?:job=~?|instance=~?)\\"([a-zA-Z|-]{4,})\\"`), fromManifest, slip), s.sub(re(`[{,]([a-z]{3,})!?=~?\\"`), fromManifest, slip)...)
		for _, m := range s.sub(reBy, fromManifest, func(w string) string { return typo(r, w) }) {
			if was := string(s.src[m.from:m.to]); was != "instance" && was != "job" {
				m.unknown("a program's own labels aren't declared")
			}
			out = append(out, m)
		}
		for _, m := range out {
			if was := string(s.src[m.from:m.to]); was == "code" || was == "route" || was == "status" || was == "outcome" || was == "version" {
				m.unknown("a program's own labels aren't declared")
			}
		}
		return out
	}},
	{"function in PromQL", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || !s.isPromQL() {
			return nil
		}
		out := s.sub(reFunc, fromManifest, func(w string) string { return typo(r, w) })
		out = append(out, s.sub(re(`\[1m\]|\[\$__rate_interval\]|\[2m\]|\[5m\]|\[30s\]`), fromManifest, func(string) string { return "[1s]" })...)
		return append(out, s.sub(re(`(?:rate)\([^()]*(\[[^\]]*\])\)`), fromManifest, func(string) string { return nothing })...)
	}},
	{"histogram", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || !s.isPromQL() && s.name() != "exports" {
			return nil
		}
		if s.name() == "exports" {
			out := s.sub(re(`"(histogram)"`), fromManifest, func(string) string { return "gauge" })
			for _, m := range out {
				line := string(s.src[:m.from])
				line = strings.TrimSpace(line[strings.LastIndexByte(line, '\n')+1:])
				m.near(strings.Fields(line)[0] + "_bucket") // or where it is taken for one
			}
			return out
		}
		out := s.sub(re(`(_bucket)\b`), fromManifest, func(string) string { return nothing })
		out = append(out, s.sub(re(`(_bucket)\b`), fromManifest, func(string) string { return "_sum" })...)
		out = append(out, s.sub(reQuantile, fromManifest, func(w string) string { return strings.TrimPrefix(w, "0.") })...)
		return append(out, s.sub(re(`\b(by \(le\) )`), fromManifest, func(string) string { return "by (instance) " })...)
	}},
	{"comparison of an alert", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || s.top() != "alert" || !s.isPromQL() {
			return nil
		}
		tested := false
		for _, b := range s.block().Body.Blocks {
			tested = tested || b.Type == "test"
		}
		out := s.sub(re(`( (?:==|>|<|>=|<=) [\d.]+)"?$`), fromManifest, func(string) string { return nothing })
		for _, m := range s.sub(re(` (>|<) [\d.]+"?$`), fromManifest, func(w string) string { return map[string]string{">": "<", "<": ">"}[w] }) {
			if !tested {
				m.unknown("only a test would say which side is meant")
			}
			out = append(out, m)
		}
		for _, m := range s.sub(re(` > ([\d.]+)"?$`), fromManifest, func(w string) string {
			n, _ := strconv.ParseFloat(w, 64)
			return strconv.FormatFloat(1000*n, 'f', -1, 64)
		}) {
			if !tested {
				m.unknown("only a test would say which threshold is meant")
			}
			out = append(out, m)
		}
		out = append(out, s.sub(re(` (==) [\d.]+"?$`), fromManifest, func(string) string { return "=" })...)
		return append(out, s.sub(re(` (==|>|<) [\d.]+"?$`), fromManifest, func(w string) string { return w + " bool" })...)
	}},
	{"template of an alert", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || s.top() != "alert" || s.name() != "summary" && s.name() != "description" {
			return nil
		}
		out := s.sub(re(`\$labels\.([a-z]+)`), fromManifest, func(w string) string { return typo(r, w) })
		for _, m := range out {
			if e := s.block().Body.Attributes["expr"]; e != nil && !re(`"up\b|sum|count`).Match(s.src[e.SrcRange.Start.Byte:e.SrcRange.End.Byte]) {
				m.unknown("a program's own labels aren't declared")
			}
		}
		out = append(out, s.sub(re(`\$(labels|value)`), fromFacts, func(w string) string { return typo(r, w) })...)
		return append(out, s.sub(re(`( ?\}\})`), fromFacts, func(string) string { return nothing })...)
	}},
	{"dashboard", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || s.top() != "dashboard" {
			return nil
		}
		switch s.name() {
		case "type", "unit":
			return s.sub(re(`"([a-z-]{4,})"`), fromFacts, func(w string) string { return typo(r, w) })
		case "legend":
			out := s.sub(reTemplate, fromManifest, func(w string) string { return typo(r, w) })
			for _, m := range out {
				by := ""
				for _, a := range []string{"expr"} {
					if e := s.block().Body.Attributes[a]; e != nil {
						by = string(s.src[e.SrcRange.Start.Byte:e.SrcRange.End.Byte])
					}
				}
				if !strings.Contains(by, " by ") && !re(`"up\b|scrape_samples`).MatchString(by) {
					m.unknown("a program's own labels aren't declared")
				}
				m.inBlock()
			}
			return out
		case "refresh":
			return s.sub(re(`"(\d+s)"`), fromFacts, func(w string) string { return strings.Replace(w, "s", "sec", 1) })
		}
		return s.sub(re(`\$(__rate_interval)`), fromFacts, func(w string) string { return typo(r, w) })
	}},
	{"SQL name", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || !s.holdsSQL() && !(s.top() == "database" && slices.Contains([]string{"on", "primary_key", "columns", "conflict"}, s.name()) && strings.HasPrefix(s.value(), "[\"")) {
			return nil
		}
		return s.sub(reSQLName, fromManifest, func(w string) string { return typo(r, w) })
	}},
	{"SQL keyword or type", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil {
			return nil
		}
		if s.top() == "database" && (s.name() == "type" || s.name() == "returns") {
			return s.sub(re(`"([a-z]{4,})`), fromFacts, func(w string) string { return typo(r, w) })
		}
		if s.top() == "database" && s.name() == "default" {
			return s.sub(re(`"([a-z_]{3,})\(`), fromFacts, func(w string) string { return typo(r, w) })
		}
		if !s.holdsSQL() {
			return nil
		}
		return s.sub(reSQLWord, fromFacts, func(w string) string { return typo(r, w) })
	}},
}
