package main

import (
	"math/rand/v2"
	"strings"
)

// kindsOfPrograms are mistakes in scripts.
var kindsOfPrograms = []*kind{
	{"command of a script", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || !s.isScript() {
			return nil
		}
		return s.sub(reCommand, fromFacts, func(w string) string { return typo(r, w) })
	}},
	{"option of a program", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || !s.isScript() && s.name() != "command" {
			return nil
		}
		return s.sub(reOption, fromFacts, func(w string) string { return typo(r, w) })
	}},
	{"subcommand of docker", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || !s.isScript() {
			return nil
		}
		return s.sub(reSubcmd, fromFacts, func(w string) string { return typo(r, w) })
	}},
	{"variable of a script", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || !s.isScript() {
			return nil
		}
		return s.sub(reVar, fromManifest, func(w string) string { return typo(r, w) })
	}},
	{"syntax of a script", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || !s.isScript() {
			return nil
		}
		return s.sub(re(`(?m)^\s*(done|fi|esac)$|(\bthen\b)|(; do$)`), fromManifest, func(string) string { return nothing })
	}},
	{"weakened check", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || s.name() != "validate" && s.in() != "criterion/command" || s.name() == "workdir" {
			return nil
		}
		out := s.sub(re(`curl (-fsS)`), fromManifest, func(string) string { return "-sS" })
		out = append(out, s.sub(re(`jq (-e[r]?) `), fromManifest, func(string) string { return "-r" })...)
		if v := s.value(); s.name() == "validate" && strings.HasPrefix(v, `"`) && !strings.Contains(v, "\n") {
			end := s.attr.Expr.Range().End.Byte - 1
			out = append(out, s.replace(end, end, " || true", fromManifest), s.replace(end, end, " | cat", fromManifest))
			at := s.attr.Expr.Range()
			out = append(out, s.replace(at.Start.Byte, at.End.Byte, `"true"`, fromManifest), s.replace(at.Start.Byte, at.End.Byte, `"echo verified"`, fromManifest))
		}
		return out
	}},
	{"path in JSON", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || !s.isScript() {
			return nil
		}
		out := s.sub(reGoField, fromFacts, func(w string) string { return typo(r, w) })
		for _, m := range s.sub(reJQ, fromFacts, func(w string) string { return typo(r, w) }) {
			near := string(s.src[max(0, m.from-400):m.from])
			if !strings.Contains(near, "prometheus_url") && !strings.Contains(near, "grafana") && !strings.Contains(near, "docker") {
				m.unknown("the answers of a program of one's own aren't declared")
			}
			out = append(out, m)
		}
		return out
	}},
}
