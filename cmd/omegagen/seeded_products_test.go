package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// kindsOfProducts are mistakes that facts of images show.
var kindsOfProducts = []*kind{
	{"port", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil {
			return nil
		}
		switch {
		case s.in() == "service/port" && (s.name() == "container" || s.name() == "host"):
			v := s.value()
			at := s.attr.Expr.Range()
			var out []*mistake
			if re(`^\d+$`).MatchString(v) {
				out = append(out, s.replace(at.Start.Byte, at.End.Byte, v+"0", fromManifest))
				if s.name() == "container" {
					m := s.replace(at.Start.Byte, at.End.Byte, v[:len(v)-1]+strconv.Itoa((int(v[len(v)-1]-'0')+1)%10), fromFacts).near(s.label())
					if s.label() == "constellation" || s.label() == "federation" {
						return out
					}
					out = append(out, m)
				}
			}
			if s.name() == "host" {
				out = append(out, s.replace(at.Start.Byte, at.End.Byte, "3000", fromManifest).near("3000"), s.replace(at.Start.Byte, at.End.Byte, "50051", fromManifest).near("50051"))
			}
			return out
		case s.name() == "port" && strings.HasPrefix(s.value(), `"`):
			out := s.sub(re(`"([a-z]+)"`), fromManifest, func(w string) string { return typo(r, w) })
			for _, m := range s.sub(re(`"(metrics|rest)"`), unknowable, func(string) string { return "grpc" }) {
				out = append(out, m.unknown("nothing says what a port speaks"))
			}
			return out
		}
		return s.sub(re(`\.port\.([a-z]+)`), fromManifest, func(w string) string { return typo(r, w) })
	}},
	{"probe or healthcheck", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil {
			return nil
		}
		switch {
		case strings.HasSuffix(s.in(), "/http") && s.name() == "path":
			out := s.sub(re(`"/([\w/-]+)"`), fromFacts, func(w string) string { return typo(r, w) })
			for _, m := range out {
				if s.top() == "criterion" {
					if sv := s.block().Body.Attributes["service"]; sv != nil && re(`constellation`).Match(s.src[sv.SrcRange.Start.Byte:sv.SrcRange.End.Byte]) {
						m.unknown("the paths of an own program aren't declared")
					}
				}
			}
			return out
		case strings.HasSuffix(s.in(), "/http") && s.name() == "status":
			return s.sub(re(`(\d+)`), fromManifest, func(w string) string { return w[:2] })
		case s.in() == "criterion/container":
			return s.sub(re(`"([a-z]+)"`), fromManifest, func(w string) string { return typo(r, w) })
		case s.in() == "service" && s.name() == "depends_on":
			return append(s.sub(re(`"([a-z]+)"`), fromManifest, func(w string) string { return typo(r, w) }), s.sub(re(`\{ ([a-z]+)`), fromManifest, func(w string) string { return typo(r, w) })...)
		case s.in() == "service/healthcheck" && s.name() == "command":
			out := s.sub(re(`"/usr/local/bin/([a-z-]+)"`), fromManifest, func(w string) string { return typo(r, w) })
			return append(out, s.sub(re(`"(CMD|CMD-SHELL)"`), fromManifest, func(w string) string { return typo(r, w) })...)
		}
		return nil
	}},
	{"user, stage, copy or tag", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil {
			return nil
		}
		switch {
		case s.in() == "service/harden" && s.name() == "user":
			if s.label() == "database" {
				return nil // the image of PostgreSQL runs as any user: its data folder is open to all, and its entrypoint makes up an account
			}
			return s.sub(re(`"(\d+:\d+)"`), fromFacts, func(string) string { return "1234:1234" })
		case s.in() == "image/stage/copy" && s.name() == "src":
			out := s.sub(re(`"/?([\w./-]{3,})"`), fromManifest, func(w string) string { return typo(r, w) })
			if s.field.name == "exogenesis-omega" && s.block().Body.Attributes["from"] == nil {
				for _, m := range out {
					m.unknown("the sources are in another repository")
				}
			}
			return out
		case s.in() == "image/stage/entrypoint":
			return s.sub(re(`"/usr/local/bin/([a-z-]+)"`), fromManifest, func(w string) string { return typo(r, w) })
		case s.in() == "image/stage/packages":
			out := s.sub(re(`"([a-z0-9-]{4,})"`), unknowable, func(w string) string { return typo(r, w) })
			for _, m := range out {
				m.unknown("only the distribution's index knows its packages")
			}
			return out
		case s.in() == "image" && s.name() == "pull":
			out := s.sub(re(`"([^$"]+)`), unknowable, func(w string) string { return typo(r, w) })
			for _, m := range out {
				m.unknown("only the registry knows its tags")
			}
			return out
		case s.in() == "image" && (s.name() == "context" || s.name() == "target"):
			return s.sub(re(`"([a-z]+)"`), fromManifest, func(w string) string { return typo(r, w) })
		}
		return nil
	}},
	{"flag or variable of a server", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || s.top() != "service" {
			return nil
		}
		switch s.name() {
		case "command":
			if s.label() == "constellation" || s.label() == "federation" {
				return nil
			}
			return append(s.sub(re(`--([a-z.-]{4,})`), fromFacts, func(w string) string { return typo(r, w) }),
				s.sub(re(`=(/[a-z/.]+)"`), fromFacts, func(w string) string { return typo(r, w) })...)
		case "env", "secret_env":
			out := s.sub(re(`(?m)^\s*([A-Z][A-Z_]{4,}) *=`), fromFacts, func(w string) string { return typo(r, w) })
			for _, m := range out {
				if w := string(s.src[m.from:m.to]); !strings.HasPrefix(w, "POSTGRES") && !strings.HasPrefix(w, "GF_") {
					m.unknown("what an own program reads isn't declared")
				}
			}
			return out
		}
		return nil
	}},
}
