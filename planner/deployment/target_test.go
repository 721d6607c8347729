package deployment

import (
	"slices"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// fakeTarget makes images: a and b are pushed, c isn't, and d isn't built.
type fakeTarget struct{}

func (fakeTarget) Generate(*manifest.Manifest, map[manifest.Fact]bool) []*Action { return nil }
func (fakeTarget) Resources(*manifest.Manifest) []Resource                       { return nil }
func (fakeTarget) Making(*manifest.Manifest) map[manifest.Fact]Making {
	pushed := []Part{{Phases: []Phase{Push}, Call: []string{"push"}}, {Phases: []Phase{Pull}, Call: []string{"pull"}}}
	return map[manifest.Fact]Making{
		image("a"): {Builds: true, Parts: pushed, Observes: []Observed{{ObservedPath, "src"}}},
		image("b"): {Builds: true, Parts: pushed},
		image("c"): {Builds: true},
		image("d"): {},
	}
}

func image(name string) manifest.Fact {
	return manifest.Fact{Kind: manifest.ImageReady, Name: name}
}

// An action is replaced by a release's images if it only builds images, and by pulls if
// these are all pushed.
func TestBuilders(t *testing.T) {
	for _, c := range []struct {
		name     string
		achieves []string
		inputs   []string
		sources  []Observed // nil: it doesn't only build images
		push     int
		pull     int
	}{
		{"one", []string{"a"}, nil, []Observed{{ObservedPath, "src"}}, 1, 1},
		{"two", []string{"a", "b"}, nil, []Observed{{ObservedPath, "src"}}, 2, 2},
		{"nothing outside the kit", []string{"b"}, nil, []Observed{}, 1, 1},
		{"inputs of its own", []string{"a"}, []string{"x"}, []Observed{{ObservedPath, "x"}}, 1, 1},
		{"one that isn't pushed", []string{"a", "c"}, nil, []Observed{{ObservedPath, "src"}}, 1, 0},
		{"one that isn't built", []string{"a", "d"}, nil, nil, 1, 0},
		{"no image", nil, []string{"x"}, nil, 0, 0},
	} {
		a := &manifest.Action{Name: "x", Run: manifest.PlainText("make")}
		for _, name := range c.achieves {
			a.Achieves = append(a.Achieves, manifest.FactRef{Fact: image(name)})
		}
		for _, path := range c.inputs {
			a.Inputs = append(a.Inputs, manifest.Path{Path: path})
		}
		got := Actions(&manifest.Manifest{Actions: []*manifest.Action{a}}, fakeTarget{})[0]
		count := func(phase Phase) (n int) {
			for _, p := range got.Parts {
				if slices.Contains(p.Phases, phase) {
					n++
				}
			}
			return n
		}
		if (got.Sources == nil) != (c.sources == nil) || !slices.Equal(got.Sources, c.sources) || count(Push) != c.push || count(Pull) != c.pull {
			t.Errorf("%s: sources %#v, %d pushes, %d pulls", c.name, got.Sources, count(Push), count(Pull))
		}
	}
}
