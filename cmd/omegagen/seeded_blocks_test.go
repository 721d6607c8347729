package main

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// kindsOfBlocks are mistakes in what is there: duplicates, what is missing, and another object.
var kindsOfBlocks = []*kind{
	{"duplicate", func(s *spot, r *rand.Rand) []*mistake {
		at := s.block().Range()
		if s.attr != nil {
			at = s.attr.SrcRange
		} else if !slices.Contains([]string{"service", "volume", "port", "mount", "column", "table", "role", "alert", "state", "action", "criterion", "panel", "index", "stage", "grant", "check", "healthcheck", "resources"}, s.block().Type) || s.block().Type == "panel" {
			return nil
		}
		text := "\n" + string(s.src[at.Start.Byte:at.End.Byte]) + "\n"
		end := at.End.Byte
		if i := strings.IndexByte(string(s.src[end:]), '\n'); i >= 0 {
			end += i
		}
		name := s.name()
		if name == "" && len(s.block().Labels) > 0 {
			name = s.block().Labels[0]
		}
		return []*mistake{s.replace(end, end, strings.TrimSuffix(text, "\n"), fromManifest).near(name)}
	}},
	{"drop of an argument", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil {
			return nil
		}
		m := s.drop(fromManifest)
		switch s.name() {
		case "effects", "achieves", "container", "image", "from", "expr", "type", "columns", "references", "src", "dest", "returns", "function", "to", "table", "target", "condition", "pull", "query":
			if s.name() == "type" && (s.top() == "variable" || s.top() == "dashboard" || s.top() == "state") || s.name() == "image" && s.top() == "locals" || s.name() == "table" && s.top() != "database" || s.name() == "effects" && s.block().Body.Attributes["achieves"] != nil {
				return nil
			}
			if s.name() == "condition" && s.block().Body.Attributes["include"] != nil || s.in() == "action/measure" {
				return nil // what is left is whole
			}
			return []*mistake{m.near(s.label())}
		case "networks":
			return []*mistake{m.near(s.label(), "grafana", "depends_on")}
		}
		return nil
	}},
	{"drop of a block", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr != nil {
			return nil
		}
		b := s.block()
		if len(s.path) == 1 {
			if b.Type != "locals" && len(b.Labels) == 1 && s.field.mentions(b.Type+"."+b.Labels[0]) > 0 {
				return []*mistake{s.drop(fromManifest).near(b.Labels[0])}
			}
			return nil
		}
		m := s.drop(fromManifest)
		if len(b.Labels) > 0 {
			m.near(b.Labels[0])
		}
		switch b.Type {
		case "port", "column", "table", "scrape", "stage", "receiver", "extension", "function":
			if len(b.Labels) > 0 && s.field.mentions(b.Labels[0]) < 2 {
				return nil
			}
			return []*mistake{m}
		case "mount":
			m.verdict = fromFacts
			if !strings.Contains(string(s.src[b.Range().Start.Byte:b.Range().End.Byte]), "volume") {
				m.verdict = fromManifest
			}
			return []*mistake{m}
		case "entrypoint", "run", "copy", "packages":
			if strings.HasPrefix(s.in(), "image/stage/") {
				if b.Type == "packages" || b.Type == "copy" && b.Body.Attributes["from"] == nil {
					m.unknown("what an own program, or its build, reads isn't declared")
				}
				return []*mistake{m}
			}
		case "role", "grant":
			return []*mistake{m}
		}
		return nil
	}},
	{"drop of an entry", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil {
			return nil
		}
		var out []*mistake
		obj, isMap := s.attr.Expr.(*hclsyntax.ObjectConsExpr)
		if isMap && s.top() == "service" && (s.name() == "env" || s.name() == "secret_env") {
			for _, it := range obj.Items {
				from, to := it.KeyExpr.Range().Start.Byte, it.ValueExpr.Range().End.Byte
				if strings.ContainsAny(string(s.src[from:to]), "\n") || s.src[to] != '\n' {
					continue
				}
				m := s.replace(from, to+1, "", fromFacts).near(s.label())
				key := string(s.src[from:it.KeyExpr.Range().End.Byte])
				if s.label() != "database" && s.label() != "ruvector-postgres" || key == "PGPORT" {
					m.unknown("what an own program reads isn't declared")
				}
				if key == "PGPORT" || key == "POSTGRES_DB" || strings.HasPrefix(key, "GF_") {
					continue // there is a default that is as good
				}
				out = append(out, m)
			}
		}
		if isMap && s.name() == "exports" {
			for _, it := range obj.Items {
				from, to := it.KeyExpr.Range().Start.Byte, it.ValueExpr.Range().End.Byte
				key := string(s.src[from:it.KeyExpr.Range().End.Byte])
				if s.field.mentions(key) < 2 && s.field.mentions(key+"_bucket") < 1 {
					continue
				}
				if s.src[to] == '\n' {
					out = append(out, s.replace(from, to+1, "", fromManifest).near(key, key+"_bucket"))
				}
			}
		}
		if s.name() == "networks" && s.top() == "service" || s.name() == "on" && s.in() == "database/grant" {
			if t, ok := s.attr.Expr.(*hclsyntax.TupleConsExpr); ok && len(t.Exprs) > 1 {
				for _, e := range t.Exprs {
					to := e.Range().End.Byte
					if s.src[to] == ',' {
						m := s.replace(e.Range().Start.Byte, to+1, "", fromManifest).near(s.label())
						if table := string(s.src[e.Range().Start.Byte:to]); s.name() == "on" && !re(`INSERT INTO `+table[strings.LastIndexByte(table, '.')+1:]+`\b`).Match(s.src) {
							m.unknown("no declared query writes the table")
						} else if s.name() == "on" {
							m.near(table[strings.LastIndexByte(table, '.')+1:])
						}
						out = append(out, m)
					}
				}
			}
		}
		return out
	}},
	{"drop of a condition", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil || s.name() != "precondition" {
			return nil
		}
		var out []*mistake
		for _, m := range s.sub(re(`((?:state|service|image|secret|database)\.[a-z_.]+ && ?\n? *)`), fromManifest, func(string) string { return nothing }) {
			was := string(s.src[m.from:m.to])
			switch {
			case strings.HasPrefix(was, "state."):
				m.unknown("a state is what its author means by it")
			case strings.HasPrefix(was, "image."):
				m.unknown("a build or a start fetches what is missing")
			}
			out = append(out, m)
		}
		return out
	}},
	{"other reference", func(s *spot, r *rand.Rand) []*mistake {
		if s.attr == nil {
			return nil
		}
		key := s.in() + "." + s.name()
		if key == "target/claim.volume" {
			return nil // of the other target
		}
		other := map[string]string{"secret.constellation_password": "secret.federation_password", "secret.federation_password": "secret.constellation_password",
			"secret.postgres_password": "secret.grafana_password", "secret.grafana_password": "secret.postgres_password",
			"image.constellation": "image.debian", "image.prometheus": "image.grafana", "image.grafana": "image.prometheus", "image.postgres": "image.grafana", "image.pgvector": "image.grafana",
			"service.database": "service.prometheus", "service.prometheus": "service.grafana", "service.grafana": "service.prometheus", "service.constellation": "service.database", "service.federation": "service.grafana",
			"volume.database": "volume.grafana", "volume.prometheus": "volume.database", "volume.grafana": "volume.prometheus",
			"stage.builder": "image.debian", "image.golang": "image.debian", "image.debian": "image.golang"}
		if s.top() == "action" || s.top() == "goal" || s.top() == "runbook" || s.top() == "locals" || s.top() == "criterion" && s.name() != "service" {
			return nil
		}
		out := s.sub(re(`((?:secret|image|service|volume|stage)\.[a-z_]+)\b`), fromFacts, func(w string) string {
			o := other[w]
			kind, name, _ := strings.Cut(o, ".")
			if o == "" || kind != "stage" && s.field.mentions(kind+`" "`+name) < 1 && !slices.ContainsFunc(s.field.spots, func(x *spot) bool {
				return x.attr == nil && len(x.path) == 1 && x.path[0].Type == kind && x.label() == name
			}) {
				return ""
			}
			return o
		})
		var kept []*mistake
		for _, m := range out {
			was := string(s.src[m.from:m.to])
			switch {
			case key == "criterion/container.service":
				m.unknown("any service can be asked about")
			case key == "database/query.service":
				m.unknown("any service may run a query")
			case was == "image.debian" && key == "image/stage.from":
				continue // a larger base does as well
			}
			kept = append(kept, m.inBlock())
		}
		return kept
	}},
}
