package custom

import (
	"math/big"
	"strconv"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// View is the model for templates: maps and lists of plain values. Its names are
// stable. These are maps by name:
//
//	system      name, version, description, source
//	services    name, host, image (its tag), replicated, oneshot, profiles, networks,
//	            scrapes (name, job, port, path), instances (index, number, name,
//	            container_name ("" if Compose chooses it), ports), ports
//	            where ports are by name: container, host (0: not published), bind,
//	            protocol; a service's are those of its first instance
//	images      name, tag, built, context
//	databases   name, service, dbname, user, port, file, tables (by name: name,
//	            schema, columns, a list of name, type, null)
//	networks    name, real_name, external
//	volumes     name, real_name, external
//	secrets     name, variable, from (never the value)
//	alerts      name, expr, severity, summary
//	dashboards  name (the uid), title
//	prometheus  service, port (the names; "" if none is declared)
//	grafana     service, port
func View(m *manifest.Manifest) map[string]any {
	v := map[string]any{
		"system": map[string]any{"name": m.System.Name, "version": m.System.Version,
			"description": m.System.Description, "source": m.System.Source},
		"prometheus": map[string]any{"service": "", "port": ""},
		"grafana":    map[string]any{"service": "", "port": ""},
	}
	if p := m.Prometheus; p != nil && p.Service != nil {
		v["prometheus"] = map[string]any{"service": p.Service.Name, "port": p.Port}
	}
	if g := m.Grafana; g != nil && g.Service != nil {
		v["grafana"] = map[string]any{"service": g.Service.Name, "port": g.Port}
	}
	v["services"] = named(m.Services, func(s *manifest.Service) (string, any) { return s.Name, service(s) })
	v["images"] = named(m.Images, func(i *manifest.Image) (string, any) {
		return i.Name, map[string]any{"name": i.Name, "tag": i.Tag, "built": i.Built(), "context": i.Context}
	})
	v["databases"] = named(m.Databases, func(d *manifest.Database) (string, any) { return d.Name, database(d) })
	v["networks"] = named(m.Networks, func(n *manifest.Network) (string, any) {
		return n.Name, map[string]any{"name": n.Name, "real_name": n.RealName, "external": n.External}
	})
	v["volumes"] = named(m.Volumes, func(n *manifest.Volume) (string, any) {
		return n.Name, map[string]any{"name": n.Name, "real_name": n.RealName, "external": n.External}
	})
	v["secrets"] = named(m.Secrets, func(s *manifest.Secret) (string, any) {
		return s.Name, map[string]any{"name": s.Name, "variable": s.EnvVar, "from": s.From.Form()}
	})
	v["alerts"] = named(m.Alerts, func(a *manifest.Alert) (string, any) {
		return a.Name, map[string]any{"name": a.Name, "expr": a.Expr, "severity": a.Severity, "summary": a.Summary}
	})
	v["dashboards"] = named(m.Dashboards, func(d *manifest.Dashboard) (string, any) {
		return d.UID, map[string]any{"name": d.UID, "title": d.Title}
	})
	return v
}

func named[T any](list []T, f func(T) (string, any)) map[string]any {
	out := map[string]any{}
	for _, x := range list {
		name, value := f(x)
		out[name] = value
	}
	return out
}

func texts(list []string) []any {
	out := []any{}
	for _, s := range list {
		out = append(out, s)
	}
	return out
}

func service(s *manifest.Service) map[string]any {
	out := map[string]any{"name": s.Name, "host": s.Host(), "image": "", "replicated": s.Replicated, "oneshot": s.Oneshot,
		"profiles": texts(s.Profiles), "ports": map[string]any{}}
	if s.Image != nil {
		out["image"] = s.Image.Reference()
	}
	networks, scrapes, instances := []any{}, []any{}, []any{}
	for _, n := range s.Networks {
		networks = append(networks, n.Name)
	}
	for _, x := range s.Scrapes {
		scrapes = append(scrapes, map[string]any{"name": x.Name, "job": x.Job, "port": x.Port, "path": x.Path})
	}
	for _, i := range s.Instances {
		instances = append(instances, map[string]any{"index": i.Index, "number": i.Index + 1, "name": i.Name,
			"container_name": i.ContainerName, "ports": ports(i)})
		if i.Index == 0 {
			out["ports"] = ports(i)
		}
	}
	out["networks"], out["scrapes"], out["instances"] = networks, scrapes, instances
	return out
}

func ports(i *manifest.Instance) map[string]any {
	return named(i.Ports, func(p *manifest.Port) (string, any) {
		out := map[string]any{"container": p.Container, "host": p.Host, "bind": p.Bind, "protocol": p.Protocol}
		if p.HostVar != "" || p.Free {
			delete(out, "host") // it is known only at deploy time
		}
		if p.Last != 0 {
			out["last"] = p.Last
		}
		return p.Name, out
	})
}

func database(d *manifest.Database) map[string]any {
	out := map[string]any{"name": d.Name, "service": "", "dbname": d.DBName, "user": d.User, "port": d.Port, "file": d.File}
	if d.Service != nil {
		out["service"] = d.Service.Name
	}
	out["tables"] = named(d.Tables, func(t *manifest.Table) (string, any) {
		columns := []any{}
		for _, c := range t.Columns {
			columns = append(columns, map[string]any{"name": c.Name, "type": c.Type, "null": c.Null})
		}
		return t.Name, map[string]any{"name": t.Name, "schema": t.Schema, "columns": columns}
	})
	return out
}

// plain copies a value of the manifest (see manifest.Passthrough), with numbers as
// templates support them: integers if they are whole and fit, floats if those hold
// all digits, else strings, because templates must not change a digit.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = plain(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(e)
		}
		return out
	case *big.Rat:
		if v.IsInt() && v.Num().IsInt64() {
			return int(v.Num().Int64())
		}
		f, _ := v.Float64()
		if same, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64)); ok && same.Cmp(v) == 0 {
			return f
		}
		return text.Number(v)
	}
	return v
}
