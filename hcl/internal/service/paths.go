package service

import (
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/paths"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// pathWalker finds the paths in the value of a Compose key, and replaces them by those that the kit
// refers to.
type pathWalker struct {
	b    *lang.Block
	name string // of the argument
	made bool
}

// composePaths resolves the paths in the value of a Compose key of a service, or in its `compose`.
func composePaths(b *lang.Block, x *manifest.Passthrough, key string) {
	if x == nil {
		return
	}
	w := &pathWalker{b: b, name: key, made: b.Given("made_by")}
	if key != "compose" {
		x.Value = w.key(key, x.Value)
		return
	}
	if top, ok := x.Value.(map[string]any); ok {
		for k, v := range top {
			top[k] = w.key(k, v, k)
		}
	}
}

// key resolves the paths in the value of a key; at leads to the value.
func (w *pathWalker) key(key string, v any, at ...string) any {
	switch key {
	case "env_file", "label_file":
		return w.files(v, at)
	case "extends":
		return w.member(v, "file", at)
	case "develop":
		if m, ok := v.(map[string]any); ok {
			watch, _ := m["watch"].([]any)
			for i := range watch {
				watch[i] = w.member(watch[i], "path", add(at, "watch", strconv.Itoa(i)))
			}
		}
	case "volumes":
		list, _ := v.([]any)
		for i := range list {
			list[i] = w.volume(list[i], add(at, strconv.Itoa(i)))
		}
	}
	return v
}

// add is a path with more steps, without a change of the former.
func add(at []string, steps ...string) []string { return append(at[:len(at):len(at)], steps...) }

// files resolves a file, a list of files, or of maps with a path.
func (w *pathWalker) files(v any, at []string) any {
	switch x := v.(type) {
	case string:
		return w.resolve(x, manifest.ComposePath, false, at)
	case []any:
		for i := range x {
			x[i] = w.files(x[i], add(at, strconv.Itoa(i)))
		}
	case map[string]any:
		if s, ok := x["path"].(string); ok {
			x["path"] = w.resolve(s, manifest.ComposePath, x["required"] == false, add(at, "path"))
		}
	}
	return v
}

// member resolves one path of a map.
func (w *pathWalker) member(v any, name string, at []string) any {
	if m, ok := v.(map[string]any); ok {
		if s, ok := m[name].(string); ok && s != "" {
			m[name] = w.resolve(s, manifest.ComposePath, false, add(at, name))
		}
	}
	return v
}

// volume resolves the source of a bind mount: in Compose's short form, a source that begins like a path.
func (w *pathWalker) volume(v any, at []string) any {
	switch x := v.(type) {
	case string:
		source, rest, ok := strings.Cut(x, ":")
		if ok && (strings.HasPrefix(source, ".") || strings.HasPrefix(source, "/")) {
			return w.resolve(source, manifest.BindPath, true, at) + ":" + rest // Docker creates it
		}
	case map[string]any:
		if s, ok := x["source"].(string); ok && x["type"] == "bind" {
			options, _ := x["bind"].(map[string]any)
			x["source"] = w.resolve(s, manifest.BindPath, options["create_host_path"] == true, add(at, "source"))
		}
	}
	return v
}

func (w *pathWalker) resolve(file string, use manifest.PathUse, made bool, at []string) string {
	where, argument := place(w.b, w.name), w.name
	if w.b.Given(w.name) {
		where = w.b.Part(w.name, at...).Range
	}
	if w.name == "compose" && len(at) > 0 {
		argument += "." + at[0]
	}
	out := paths.Resolve(w.b, paths.Use{Argument: argument, Use: use, Path: file, Range: where, Made: made || w.made})
	if use == manifest.BindPath && out != file && !strings.HasPrefix(out, ".") && !strings.HasPrefix(out, "/") {
		out = "./" + out // without it, Compose takes it for the name of a volume
	}
	return out
}
