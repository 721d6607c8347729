package monitoring

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// settings reads a block of a server's own keys. A secret is a whole value; the key that takes the path
// of its file has the suffix _file.
func settings(b *lang.Block) manifest.Settings {
	s := manifest.Settings{Origin: b.Origin(), At: manifest.Ranges{}}
	s.Values = readSettings(b, s.At, "")
	return s
}

func readSettings(b *lang.Block, at manifest.Ranges, path string) map[string]any {
	out := map[string]any{}
	put := func(key string, v any) {
		if _, twice := out[key]; twice {
			b.Evaluation().Errorf(ruleSettings, b.Range, "The key %q is set twice in %s.", key, b.Address())
		}
		out[key] = v
	}
	for _, name := range b.AttrNames() {
		if !b.Has(name) {
			continue
		}
		if !mentionsSecret(b.Expr(name)) {
			at[path+name] = b.NameRange(name)
			put(name, b.Any(name))
			continue
		}
		text := b.Text(name)
		if b.Failed(name) {
			continue
		}
		if len(text) != 1 || text[0].Secret == nil {
			b.Evaluation().Errorf(ruleSettings, b.AttrRange(name), "A secret is a part of the text of %q, but the server reads a secret from a file of its own. Write %s = secret.x, with the whole value in the secret.", name, name)
			continue
		}
		key := strings.TrimSuffix(name, "_file") + "_file"
		at[path+key] = b.NameRange(name)
		put(key, text[0].Secret)
	}
	for _, k := range b.Blocks() {
		key := k.Type
		if len(k.Labels) > 0 {
			b.Evaluation().Errorf(ruleSettings, k.Range, "A block in %s has no label. Write %s { … }, or %s = { … } for a map.", b.Address(), key, key)
			continue
		}
		at[path+key] = k.Range
		v := readSettings(k, at, path+key+".")
		switch old := out[key].(type) {
		case nil:
			out[key] = v
		case []any:
			out[key] = append(old, v)
		default:
			out[key] = []any{old, v}
		}
	}
	return out
}

func mentionsSecret(e hclsyntax.Expression) bool {
	for _, t := range e.Variables() {
		if t.RootName() == "secret" {
			return true
		}
	}
	return false
}

// sortByName orders what a block declares by label, as the order of blocks means nothing.
func sortByName(a *manifest.Alertmanager) {
	slices.SortFunc(a.Receivers, func(x, y *manifest.Receiver) int { return strings.Compare(x.Name, y.Name) })
	slices.SortFunc(a.Templates, func(x, y *manifest.NotificationTemplate) int { return strings.Compare(x.Name, y.Name) })
	slices.SortFunc(a.MuteTimes, func(x, y *manifest.MuteTime) int { return strings.Compare(x.Name, y.Name) })
}
