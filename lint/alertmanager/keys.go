package alertmanager

import (
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/alertmanager/config"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var globalType = reflect.TypeFor[config.GlobalConfig]()

// typeOf is the type of an integration's settings in Alertmanager's package.
func typeOf(kind string) reflect.Type {
	if f, ok := fields(reflect.TypeFor[config.Receiver]())[kind+"_configs"]; ok {
		return f.Elem()
	}
	return nil
}

// fields are the types of a struct's keys; nil for another type.
func fields(t reflect.Type) map[string]reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	out := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case strings.Contains(options, "inline"):
			for k, v := range fields(f.Type) {
				out[k] = v
			}
		case name != "" && name != "-":
			out[name] = f.Type
		}
	}
	return out
}

// keys reports keys that no server knows, or not the pinned one.
func (c *checker) keys(kind string, s *manifest.Settings, t reflect.Type) bool {
	before := len(c.diags)
	c.unknown(kind, s, "", s.Values, t)
	return len(c.diags) == before
}

func (c *checker) unknown(kind string, s *manifest.Settings, path string, values map[string]any, t reflect.Type) {
	known := fields(t)
	if known == nil {
		return // a map of the user's own keys, or what decodes itself
	}
	var names []string
	for k := range known {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range sortedKeys(values) {
		at := place(s, path+k)
		next, ok := known[k]
		if _, secret := values[k].(*manifest.Secret); !ok && secret {
			c.report(at, "`%s` takes no secret: Alertmanager can't read %q from a file. The keys that it reads from files are: %s.", kind, path+strings.TrimSuffix(k, "_file"), text.List(fileKeys(names)))
			continue
		}
		if !ok {
			hint := ""
			if n := text.Nearest(k, names); n != "" {
				hint = " Did you mean " + n + "?"
			}
			c.report(at, "`%s` has no key %q.%s", kind, path+k, hint)
			continue
		}
		if v := since[kind+"."+path+k]; v != "" && c.old(v) {
			c.report(at, "The key %q of `%s` needs Alertmanager %s, and the image is %s. Pin a later version, or leave the key out.", path+k, kind, v, c.a.Service.Image.Reference())
		}
		for next.Kind() == reflect.Pointer {
			next = next.Elem()
		}
		switch inner := values[k].(type) {
		case map[string]any:
			c.unknown(kind, s, path+k+".", inner, next)
		case []any:
			for _, x := range inner {
				if m, ok := x.(map[string]any); ok && next.Kind() == reflect.Slice {
					c.unknown(kind, s, path+k+".", m, next.Elem())
				}
			}
		}
	}
}

// place is that of a key, or of what is around it, if it is in a computed value.
func place(s *manifest.Settings, path string) hcl.Range {
	for path != "" {
		if at, ok := s.At[path]; ok {
			return at
		}
		path = path[:max(strings.LastIndexByte(path, '.'), 0)]
	}
	return s.Range
}

func (c *checker) report(at hcl.Range, format string, args ...any) {
	c.diags = append(c.diags, ruleUnknownKey.At(at, format, args...))
}

// fileKeys are those of names that are read from a file, without the suffix.
func fileKeys(names []string) []string {
	var out []string
	for _, n := range names {
		if key, ok := strings.CutSuffix(n, "_file"); ok {
			out = append(out, key)
		}
	}
	if len(out) == 0 {
		return []string{"none"}
	}
	return out
}

// kind reports an integration that the pinned server doesn't have.
func (c *checker) kind(i *manifest.Integration) bool {
	if v := since[i.Kind]; v != "" && c.old(v) {
		c.report(i.Range, "`%s` needs Alertmanager %s, and the image is %s. Pin a later version.", i.Kind, v, c.a.Service.Image.Reference())
		return false
	}
	return true
}

// old reports whether the server is known to be older than a version.
func (c *checker) old(than string) bool {
	return c.version != "" && images.Before(c.version, than)
}

// versionOf is the tag of an image that is known to be Alertmanager's; "" if it says no version.
func versionOf(ref string) string {
	if f := images.FamilyOf(ref); f == nil || f.Name != "alertmanager" {
		return ""
	}
	r, _ := images.Parse(ref)
	return r.Tag
}

func sortedKeys(m map[string]any) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
