package importer

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"
)

// places knows where in the files a path of the model is, and the comments there.
type places struct {
	files []placed
}

type placed struct {
	name string // as shown
	root *yaml.Node
}

// readPlaces reads the files and those that they include or extend. What can't be read has no places.
func readPlaces(files []string, dir string) *places {
	p := &places{}
	seen := map[string]bool{}
	var add func(name, dir string)
	add = func(name, dir string) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		if seen[name] {
			return
		}
		seen[name] = true
		src, err := os.ReadFile(name)
		if err != nil {
			return
		}
		var root yaml.Node
		if yaml.Unmarshal(src, &root) != nil || len(root.Content) == 0 {
			return
		}
		for _, other := range others(&root) {
			add(other, filepath.Dir(name))
		}
		shown := name
		if rel, err := filepath.Rel(dir, name); err == nil && !strings.HasPrefix(rel, "..") {
			shown = rel
		}
		p.files = append(p.files, placed{shown, &root})
	}
	for _, f := range files {
		add(f, dir)
	}
	return p
}

// others are the files that a file includes, and that its services extend.
func others(root *yaml.Node) (out []string) {
	_, include := lookup(root, "include")
	if include != nil {
		for _, x := range include.Content {
			if _, path := lookup(x, "path"); path != nil {
				x = path
			}
			out = append(out, x.Value)
			for _, y := range x.Content {
				out = append(out, y.Value)
			}
		}
	}
	_, services := lookup(root, "services")
	if services != nil {
		for i := 1; i < len(services.Content); i += 2 {
			if _, file := lookup(services.Content[i], "extends", "file"); file != nil {
				out = append(out, file.Value)
			}
		}
	}
	return out
}

// lookup finds the key and the value at a path below a node; the key is nil for an element of a list.
func lookup(n *yaml.Node, path ...string) (key, value *yaml.Node) {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	value = n
	for _, k := range path {
		for depth := 0; value != nil && value.Kind == yaml.AliasNode && depth < 20; depth++ {
			value = value.Alias
		}
		if value == nil || value.Kind != yaml.MappingNode {
			return nil, nil
		}
		var found *yaml.Node
		for i := 0; i+1 < len(value.Content); i += 2 {
			if value.Content[i].Value == k {
				key, found = value.Content[i], value.Content[i+1]
			}
		}
		if value = found; value == nil {
			return nil, nil
		}
	}
	return key, value
}

// find is the last place of a path: later files override earlier ones. If the path isn't there, that of
// what contains it.
func (p *places) find(path []string) (file string, key, value *yaml.Node) {
	for n := len(path); n > 0; n-- {
		for i := len(p.files) - 1; i >= 0; i-- {
			if k, v := lookup(p.files[i].root, path[:n]...); k != nil {
				return p.files[i].name, k, v
			}
		}
	}
	return "", nil, nil
}

// Place is FILE:LINE of a path.
func (s *Source) Place(path ...string) string {
	file, key, _ := s.places.find(path)
	if key == nil {
		if len(s.places.files) == 0 {
			return "-"
		}
		return s.places.files[len(s.places.files)-1].name
	}
	return fmt.Sprintf("%s:%d", file, key.Line)
}

// comment is what is written above or beside a key.
func (s *Source) comment(path ...string) string {
	for i := len(s.places.files) - 1; i >= 0; i-- {
		if k, v := lookup(s.places.files[i].root, path...); k != nil {
			return comments(k, v)
		}
	}
	return ""
}

func comments(nodes ...*yaml.Node) string {
	var out []string
	for i, n := range nodes {
		head, foot := n.HeadComment, n.FootComment
		if i > 0 && len(n.Content) > 0 {
			head, foot = "", "" // that of its first or last element
		}
		for _, c := range []string{head, n.LineComment, foot} {
			if c != "" {
				out = append(out, c)
			}
		}
	}
	return strings.Join(out, "\n")
}

// element is the comment of one element of a list, if the list in the file is as long as that of the
// model.
func (s *Source) element(i, n int, path ...string) string {
	_, _, list := s.places.find(path)
	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) != n {
		return ""
	}
	return comments(list.Content[i])
}

// top is the comment at the beginning of the files.
func (s *Source) top() string {
	var out []string
	for _, f := range s.places.files {
		if c := comments(f.root); c != "" {
			out = append(out, c)
		}
	}
	return strings.Join(out, "\n\n")
}

// variablePlace is FILE:LINE of the first mention of a variable.
func (s *Source) variablePlace(name string) string {
	for _, f := range s.places.files {
		if line := mention(f.root, name); line > 0 {
			return fmt.Sprintf("%s:%d", f.name, line)
		}
	}
	return s.Place("services")
}

func mention(n *yaml.Node, variable string) int {
	if strings.Contains(n.Value, "$"+variable) || strings.Contains(n.Value, "${"+variable) {
		return n.Line
	}
	for _, x := range n.Content {
		if line := mention(x, variable); line > 0 {
			return line
		}
	}
	return 0
}
