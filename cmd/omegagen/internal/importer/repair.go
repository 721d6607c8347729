package importer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/diag"
)

// Repair writes what the errors are about otherwise: typed settings as Compose keys, and those that are
// refused there, too, not at all. It reports whether that changes the draft.
func (d *Draft) Repair(src []byte, diags hcl.Diagnostics) bool {
	f, failed := hclsyntax.ParseConfig(src, "main.hcl", hcl.InitialPos)
	body, ok := f.Body.(*hclsyntax.Body)
	if failed.HasErrors() || !ok || len(body.Blocks) != len(d.blocks) {
		return false
	}
	again := false
	for _, x := range diags {
		if x.Severity != hcl.DiagError || x.Subject == nil {
			continue
		}
		path := d.pathAt(body, d.blocks, x.Subject.Start.Byte)
		if path == nil {
			continue
		}
		if d.unfold(path) {
			again = true
			continue
		}
		if path[0] == "prometheus" {
			if d.monitor != nil {
				d.keepPrometheus(d.monitor.place(path[len(path)-1]), x.Summary+": "+x.Detail)
				again = true
			}
			continue
		}
		if name := parameterAt(src, x.Subject); diag.Code(x) == "OG035" && name != "" { // a value of deploy time can't stand there
			again = d.raise([]string{"variables", strings.ToUpper(name)}, x) || again
			continue
		}
		if path[0] == "services" && d.refers[path[1]] && !d.unreferred[path[1]] {
			d.unreferred[path[1]], again = true, true
			continue
		}
		if path[0] == "services" {
			path = d.cause(diag.Code(x), path)
		}
		again = d.raise(path, x) || again
	}
	if !again && d.monitor != nil && diags.HasErrors() { // their kit may be in error for what is in the files
		d.keepPrometheus(d.monitor.place("config"), diags.Errs()[0].Error())
		again = true
	}
	if again {
		d.make()
	}
	return again
}

// Conceal writes secrets in place of the credentials that the validator reports. It reports whether that changes the
// draft.
func (d *Draft) Conceal(src []byte, diags hcl.Diagnostics) bool {
	if !slices.ContainsFunc(diags, func(x *hcl.Diagnostic) bool { return diag.Code(x) == "OG803" }) {
		return false
	}
	f, failed := hclsyntax.ParseConfig(src, "main.hcl", hcl.InitialPos)
	body, ok := f.Body.(*hclsyntax.Body)
	if failed.HasErrors() || !ok || len(body.Blocks) != len(d.blocks) || d.s.opts.Faithful {
		return false
	}
	again := false
	for _, x := range diags {
		if diag.Code(x) != "OG803" || x.Subject == nil {
			continue
		}
		path := d.pathAt(body, d.blocks, x.Subject.Start.Byte)
		if len(path) < 3 || path[0] != "services" {
			continue
		}
		for _, service := range d.membersWith(path[1]) {
			if len(path) == 3 && !d.inWords[service] {
				d.inWords[service], again = true, true
			}
			if len(path) != 4 || path[2] != "environment" {
				continue
			}
			key := envKey(service, path[3])
			if whole, known := d.literal[key]; !whole {
				d.literal[key], again = known, true
			}
		}
	}
	if again {
		d.make()
	}
	return again
}

var parameterUse = regexp.MustCompile(`parameter\.([A-Za-z0-9_-]+)`)

// parameterAt is the parameter at a range, "" if there is none.
func parameterAt(src []byte, at *hcl.Range) string {
	if at.Start.Byte < 0 || at.End.Byte > len(src) || at.Start.Byte > at.End.Byte {
		return ""
	}
	if found := parameterUse.FindSubmatch(src[at.Start.Byte:at.End.Byte]); found != nil {
		return string(found[1])
	}
	return ""
}

// cause is the path that an error in a service is about, where that isn't the place of the error.
func (d *Draft) cause(code string, path []string) []string {
	service := path[:2:2]
	switch {
	case code == "OG119" || code == "OG130": // a reason is missing
		return append(service, "harden")
	case code == "OG112" && d.replicasOf(path[1]) > 1: // replicas publish one port
		return append(service, "scale")
	case code == "OG112":
		return append(service, "ports")
	}
	return path
}

// raise writes a path less well; false if it can't be.
func (d *Draft) raise(path []string, x *hcl.Diagnostic) bool {
	for n := len(path); n > 1; n-- {
		key := strings.Join(path[:n], "\x00")
		if d.level[key] >= dropped {
			continue
		}
		if d.level[key]++; !passable(path[:n]) {
			d.level[key] = dropped
		}
		if d.level[key] == dropped || path[n-1] == "build" {
			d.why[key] = x.Summary + ": " + x.Detail
		}
		return true
	}
	return false
}

// passable reports whether a path can also be written as a Compose key.
func passable(path []string) bool {
	if len(path) == 2 {
		return path[0] == "secrets" || path[0] == "variables"
	}
	if path[0] != "services" {
		return false
	}
	switch path[2] {
	case "ports", "volumes", "healthcheck", "depends_on", "command", "entrypoint", "user", "init", "read_only", "pids_limit", "deploy", "secrets", "harden", "networks", "build":
		return len(path) == 3 || path[2] == "depends_on"
	}
	return false
}

// pathAt is the path of the innermost item at an offset.
func (d *Draft) pathAt(body *hclsyntax.Body, blocks []*block, offset int) []string {
	for i, b := range body.Blocks {
		if !covers(b.Range(), b.CloseBraceRange, offset) || i >= len(blocks) {
			continue
		}
		path := blocks[i].path
		var inner []*block
		attrs := map[string]item{}
		for _, it := range blocks[i].items {
			if it.block != nil {
				x := *it.block
				if x.path == nil {
					x.path = it.path
				}
				inner = append(inner, &x)
				continue
			}
			attrs[it.name] = it
		}
		if p := d.pathAt(b.Body, inner, offset); p != nil {
			return p
		}
		for name, a := range b.Body.Attributes {
			if a.SrcRange.Start.Byte <= offset && offset < a.SrcRange.End.Byte {
				if p := within(a.Expr, attrs[name].value, offset); p != nil {
					return p
				}
				if p := attrs[name].path; p != nil {
					return p
				}
			}
		}
		return path
	}
	return nil
}

func covers(head, tail hcl.Range, offset int) bool {
	return head.Start.Byte <= offset && offset < tail.End.Byte
}

// within is the path of the entry of an object at an offset.
func within(e hclsyntax.Expression, v any, offset int) []string {
	entries, ok := v.(object)
	o, isObject := e.(*hclsyntax.ObjectConsExpr)
	if !ok || !isObject || len(o.Items) != len(entries) {
		return nil
	}
	for i, x := range o.Items {
		if covers(x.KeyExpr.Range(), x.ValueExpr.Range(), offset) {
			if p := within(x.ValueExpr, entries[i].value, offset); p != nil {
				return p
			}
			return entries[i].path
		}
	}
	return nil
}

// Dropped are the paths that the language refuses in every form.
func (d *Draft) Dropped() []Loss {
	var out []Loss
	for _, key := range sortedKeys(d.level) {
		if path := strings.Split(key, "\x00"); d.level[key] == dropped {
			out = append(out, Loss{Place: d.s.Place(path...), What: strings.Join(path, "."), Why: d.why[key]})
		}
	}
	return out
}
