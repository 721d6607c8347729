package spec

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/schema"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/loader"
)

// specification is the schema of the Compose Specification.
type specification struct {
	root map[string]any
	t    *testing.T
}

// keys are the keys of a map in the schema, including the maps in lists and in maps with any names.
func (s specification) keys(node map[string]any) map[string]map[string]any {
	out := map[string]map[string]any{}
	add := func(n any) {
		if m, ok := n.(map[string]any); ok {
			for k, v := range s.keys(m) {
				out[k] = v
			}
		}
	}
	if ref, ok := node["$ref"].(string); ok {
		var n any = s.root
		for _, step := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
			n = n.(map[string]any)[step]
		}
		add(n)
	}
	for _, k := range []string{"allOf", "oneOf", "anyOf"} {
		list, _ := node[k].([]any)
		for _, n := range list {
			add(n)
		}
	}
	add(node["items"])
	patterns, _ := node["patternProperties"].(map[string]any)
	for pattern, n := range patterns {
		if pattern != "^x-" {
			add(n)
		}
	}
	properties, _ := node["properties"].(map[string]any)
	for k, n := range properties {
		out[k], _ = n.(map[string]any)
	}
	return out
}

// at is the part of the schema at a path such as services.ports.
func (s specification) at(path string) map[string]any {
	node := s.root
	if path == "the file" {
		return node
	}
	for _, k := range strings.Split(path, ".") {
		next := s.keys(node)[k]
		if next == nil {
			s.t.Fatalf("the Compose Specification has no %s", path)
		}
		node = next
	}
	return node
}

// covered reports the keys below a path of a block that the reference doesn't cover.
func (s specification) covered(b *lang.BlockSpec, path []string, node map[string]any) {
	key := strings.Join(path, ".")
	listed := func(match func(k string) bool) bool {
		return slices.ContainsFunc(b.Compose, func(c lang.ComposeKey) bool { return match(c.Key) })
	}
	if listed(func(k string) bool {
		return k == key || strings.HasSuffix(k, ".*") && strings.HasPrefix(key, strings.TrimSuffix(k, "*"))
	}) {
		return
	}
	known := listed(func(k string) bool { return strings.HasPrefix(k, key+".") })
	if len(path) == 1 {
		for _, a := range b.Attrs {
			if a.Name == key {
				if a.Type.Name == lang.Any.Name {
					return // passed through with everything in it
				}
				known = true
			}
		}
		for _, sub := range b.Blocks {
			if sub.Type == key {
				if sub.Open || sub.ComposeOf != "" {
					return
				}
				known = true
			}
		}
	}
	if !known {
		s.t.Errorf("the block %s has neither an attribute nor a block for %q of %s, nor says that it is left out", b.Type, key, b.ComposeOf)
		return
	}
	below := s.keys(node)
	for _, k := range slices.Sorted(maps.Keys(below)) {
		s.covered(b, append(path[:len(path):len(path)], k), below[k])
	}
}

// otherMeaning are arguments that differ from Compose's keys of the same name.
var otherMeaning = []string{"system.version", "image.pull"}

// composeBlocks are the blocks that correspond to a part of Compose, by that part.
func composeBlocks(specs []*lang.BlockSpec, out map[string]*lang.BlockSpec) map[string]*lang.BlockSpec {
	for _, b := range specs {
		if b.ComposeOf != "" {
			out[b.ComposeOf] = b
		}
		composeBlocks(slices.DeleteFunc(slices.Clone(b.Blocks), func(sub *lang.BlockSpec) bool { return sub == b }), out)
	}
	return out
}

// Every key of the Compose Specification is an argument, a block, or listed with its replacement or as
// omitted, in the reference too.
func TestReferenceHasAllOfCompose(t *testing.T) {
	s := specification{t: t}
	if err := json.Unmarshal([]byte(schema.Schema), &s.root); err != nil {
		t.Fatal(err)
	}
	blocks := composeBlocks(loader.Specs(), map[string]*lang.BlockSpec{})
	for _, of := range []string{"the file", "services", "services.build", "services.deploy", "services.healthcheck", "services.networks", "services.ports", "services.volumes", "networks", "volumes", "secrets"} {
		b := blocks[of]
		if b == nil {
			t.Errorf("no block stands for %s of Compose", of)
			continue
		}
		delete(blocks, of)
		keys := s.keys(s.at(of))
		if len(keys) < 5 {
			t.Fatalf("%s has the keys %q alone", of, slices.Sorted(maps.Keys(keys)))
		}
		top := b.Type
		if strings.Contains(of, ".") && b.Type != "image" {
			top = "service"
		}
		text, _ := Block(top)
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			s.covered(b, []string{k}, keys[k])
			if !strings.Contains(text, "`"+k+"`") && !strings.Contains(text, "`"+k+".") && !strings.Contains(text, k+" {") && !strings.Contains(text, "› "+k+"\n") {
				t.Errorf("the reference of %s hasn't %q", top, k)
			}
		}
		for _, c := range b.Compose {
			if c.Write == "" && c.Why == "" {
				t.Errorf("%s of %s: nothing to write, and no reason", c.Key, of)
			}
			for _, a := range b.Attrs {
				if a.Name == c.Key && !slices.Contains(otherMeaning, b.Type+"."+c.Key) {
					t.Errorf("%s has the attribute %s now: take it out of the list", b.Type, c.Key)
				}
			}
			if !s.has(of, strings.TrimSuffix(c.Key, ".*")) {
				t.Errorf("%s of Compose has no %s", of, c.Key)
			}
		}
	}
	for of, b := range blocks {
		t.Errorf("nobody looks at %s of %s", b.Type, of)
	}
}

// has reports whether the schema has a key, possibly in a map.
func (s specification) has(of, key string) bool {
	node := s.at(of)
	for _, k := range strings.Split(key, ".") {
		next, ok := s.keys(node)[k]
		if !ok {
			return false
		}
		node = next
	}
	return true
}
